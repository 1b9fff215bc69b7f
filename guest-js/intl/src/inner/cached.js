// Keeps what was made for the same locale and options, where nobody can see a difference: options that are plain values.

const sizeMax = 200;

export function cached(make) {
  const known = new Map();
  return (locales, options) => {
    const key = keyOf(locales, options);
    if (key === undefined) return make(locales, options);
    let value = known.get(key);
    if (value === undefined) {
      value = make(locales, options);
      if (known.size >= sizeMax) known.clear();
      known.set(key, value);
    }
    return value;
  };
}

function keyOf(locales, options) {
  if (locales !== undefined && typeof locales !== "string") return undefined;
  let key = locales ?? "";
  if (options === undefined) return key;
  if (typeof options !== "object" || options === null || Object.getPrototypeOf(options) !== Object.prototype) return undefined;
  const descriptors = Object.getOwnPropertyDescriptors(options);
  for (const name of Object.keys(descriptors)) {
    const { value, get } = descriptors[name];
    if (get !== undefined || (typeof value === "object" && value !== null) || typeof value === "function" ||
      typeof value === "symbol") return undefined;
    key += `\n${name}=${typeof value}:${value}`;
  }
  return key;
}
