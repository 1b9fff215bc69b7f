// A handler's answer as JSON text. Where JSON.stringify gives up, every value still has a text here.
// It does not read JSON.

const { stringify } = JSON;
const { isArray } = Array;
const { keys } = Object;
const { apply } = Reflect;
const { valueOf: bigintValueOf } = BigInt.prototype;

// Deeper than this, the careful path stands in for what is there: the engine's own stack is small.
const depthMax = 100;

/** JSON text for any value whatever. What JSON.stringify can do is done by it. */
export function toJson(value) {
  try {
    return stringify(value) ?? "null";
  } catch {
    return textOf({ "": value }, "", [], 0) ?? "null";
  }
}

/** The text of `holder[key]`; undefined where JSON leaves the member out. */
function textOf(holder, key, ancestors, depth) {
  try {
    return textOfValue(prepared(holder, key), ancestors, depth);
  } catch (error) {
    return stringify(`[Thrown: ${reason(error)}]`);
  }
}

/** `holder[key]` after its toJSON, if it has one. */
function prepared(holder, key) {
  const value = holder[key];
  const mayHaveToJson = (typeof value === "object" && value !== null) || typeof value === "bigint";
  return mayHaveToJson && typeof value.toJSON === "function" ? value.toJSON(key) : value;
}

function textOfValue(value, ancestors, depth) {
  if (typeof value === "bigint") return `"${value}"`;
  if (typeof value !== "object" || value === null) return stringify(value);
  if (ancestors.includes(value)) return '"[Circular]"';
  if (depth >= depthMax) return '"[Too deep]"';
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return stringify(value);
  if (value instanceof BigInt) return `"${apply(bigintValueOf, value, [])}"`;
  ancestors.push(value);
  try {
    return isArray(value) ? textOfArray(value, ancestors, depth) : textOfObject(value, ancestors, depth);
  } finally {
    ancestors.pop();
  }
}

function textOfArray(array, ancestors, depth) {
  const items = [];
  for (let index = 0; index < array.length; index++) {
    items.push(textOf(array, index, ancestors, depth + 1) ?? "null");
  }
  return `[${items.join(",")}]`;
}

function textOfObject(object, ancestors, depth) {
  const members = [];
  for (const key of keys(object)) {
    const text = textOf(object, key, ancestors, depth + 1);
    if (text !== undefined) members.push(`${stringify(key)}:${text}`);
  }
  return `{${members.join(",")}}`;
}

function reason(error) {
  try {
    return String(error?.message ?? error);
  } catch {
    return "unknown";
  }
}
