// How a table shows what an expression came to: values by kind, errors with all that a program may look at.

function shown(value, depth = 0) {
  if (value === undefined || value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "symbol") return value.toString();
  if (depth > 4) return "…";
  if (value instanceof Uint8Array) {
    return `${value.constructor.name}<${Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("")}>`;
  }
  if (value instanceof Error) return `${value.name} ${value.code}: ${value.message}`.replaceAll("\n", "\\n");
  if (Array.isArray(value)) return `[${value.map((item) => shown(item, depth + 1)).join(", ")}]`;
  const prototype = Object.getPrototypeOf(value);
  const name = prototype === null ? "null " : prototype === Object.prototype ? "" : `${value.constructor?.name} `;
  const members = Object.keys(value).map((key) => `${key}: ${shown(value[key], depth + 1)}`);
  return `${name}{${members.join(", ")}}`;
}

async function answer(compute) {
  try {
    return shown(await compute());
  } catch (error) {
    if (!(error instanceof Error)) return `throws ${shown(error)}`;
    const errno = error.errno === undefined ? "" : ` errno ${error.errno}`;
    return `throws ${shown(error)}${errno}`;
  }
}
