// The second half of stream-errors.js: error classes of `readable-stream`, now that `inspect` is in place.

import errorsModule from "readable-stream/lib/ours/errors.js";
import { hideFrames, nodeError } from "./errors.js";

const { codes } = errorsModule;

// The package keeps the code in the prototype; Node's errors have it, and show it, themselves.
for (const [code, Original] of Object.entries(codes)) {
  const Base = Object.getPrototypeOf(Original);
  codes[code] = function NodeError(...args) {
    return hideFrames(nodeError(Base, code, new Original(...args).message), codes[code]);
  };
  codes[code].prototype = Base.prototype;
}

/** As the class, with other arguments. */
function replaced(code, change) {
  const Original = codes[code];
  codes[code] = function (...args) {
    return change(Original, args);
  };
  codes[code].prototype = Original.prototype;
}

// Any view will do as a chunk, as in Node 20.
replaced("ERR_INVALID_ARG_TYPE", (Original, [name, expected, actual]) => {
  const isChunk = name === "chunk" && Array.isArray(expected) && expected.includes("Uint8Array");
  return new Original(name, isChunk ? ["string", "Buffer", "TypedArray", "DataView"] : expected, actual);
});

replaced("ERR_MISSING_ARGS", (Original, names) => {
  const error = new Original("name");
  const list = names.map((name) => `"${name}"`).join(" and ");
  const message = `The ${list} argument${names.length > 1 ? "s" : ""} must be specified`;
  Object.defineProperty(error, "message", { value: message, writable: true, configurable: true });
  return error;
});
