// How a result is written down so that two engines can be compared: values as text that tells types apart, errors as name,
// message and code. Runs in Node and inside functions; it is put in front of every table's cases.

function describe(value, depth = 0) {
  if (value === null || value === undefined || typeof value === "boolean") return `${value}`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : `${value}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return value.toString();
  if (depth > 6) return "…";
  if (typeof value === "function") return `[function ${value.name}]`;
  const inner = (item) => describe(item, depth + 1);
  if (Array.isArray(value)) return `[${Array.from(value, inner).join(", ")}]`;
  const name = Object.getPrototypeOf(value) === null ? "null" : `${value.constructor?.name}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${hexOf(new Uint8Array(value))})`;
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `${name}(${hexOf(bytes)})`;
  }
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return `Date(${Number.isNaN(value.getTime()) ? "invalid" : value.toISOString()})`;
  if (value instanceof RegExp) return `${value}`;
  if (value instanceof Map)
    return `Map{${[...value].map(([key, item]) => `${inner(key)} => ${inner(item)}`).join(", ")}}`;
  if (value instanceof Set) return `Set{${[...value].map(inner).join(", ")}}`;
  if (value instanceof Number || value instanceof String || value instanceof Boolean)
    return `${name}(${inner(value.valueOf())})`;
  const members = Object.keys(value).map((key) => `${key}: ${inner(value[key])}`);
  return `${name === "Object" ? "" : `${name} `}{${members.join(", ")}}`;
}

function hexOf(bytes) {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

// The engines have words of their own for errors of the language; all others are Node's or the web's.
const languageErrors = [
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "InternalError",
];

function describeError(error) {
  const name = `${error.name}`;
  const code = error.code === undefined ? "" : ` [${String(error.code)}]`;
  const message = code === "" && languageErrors.includes(name) ? "" : `: ${error.message}`;
  return `${name}${code}${message}`;
}

async function outcomeOf(run) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve("never settles"), 4000);
  });
  try {
    const settled = Promise.resolve(run()).then(
      (value) => describe(value),
      (error) => `throws ${error instanceof Error ? describeError(error) : describe(error)}`,
    );
    return await Promise.race([settled, late]);
  } catch (error) {
    return `throws ${error instanceof Error ? describeError(error) : describe(error)}`;
  } finally {
    clearTimeout(timer);
  }
}
