// Warnings of `process`: from what was given to an error object, and from that to a line in the log.

import { console } from "fnhost:platform/console";
import { loadedUnit } from "fnhost:platform/loaded";
import { hideFrames, invalidArgType, requireType } from "./errors.js";

const { apply } = Reflect;
const { toString: errorToString } = Error.prototype;

/** `emitWarning` for the process that `find` gives when it is called. */
export function emitWarningOn(find) {
  return function emitWarning(warning, type, code, constructor) {
    const process = find();
    let detail;
    if (typeof type === "object" && type !== null && !Array.isArray(type)) {
      constructor = type.ctor;
      code = type.code;
      if (typeof type.detail === "string") detail = type.detail;
      type = type.type || "Warning";
    } else if (typeof type === "function") {
      constructor = type;
      code = "";
      type = "Warning";
    }
    if (type !== undefined) requireType(type, "type", "string");
    if (typeof code === "function") {
      constructor = code;
      code = "";
    } else if (code !== undefined) {
      requireType(code, "code", "string");
    }
    if (typeof warning === "string") warning = warningOf(warning, type, code, detail, constructor ?? emitWarning);
    else if (!(warning instanceof Error)) throw invalidArgType("warning", ["Error", "string"], warning);
    if (warning.name === "DeprecationWarning") {
      if (process.noDeprecation) return;
      if (process.throwDeprecation) {
        process.nextTick(() => {
          throw warning;
        });
        return;
      }
    }
    process.nextTick(() => process.emit("warning", warning));
  };
}

function warningOf(message, type, code, detail, constructor) {
  const warning = new Error(message);
  warning.name = `${type || "Warning"}`;
  if (code !== undefined) warning.code = code;
  if (detail !== undefined) warning.detail = detail;
  return hideFrames(warning, constructor);
}

/** What is done about a warning unless somebody takes this listener away. */
export function showWarning(process, warning) {
  if (!(warning instanceof Error)) return;
  const isDeprecation = warning.name === "DeprecationWarning";
  if (isDeprecation && process.noDeprecation) return;
  const code = warning.code ? `[${warning.code}] ` : "";
  let text;
  try {
    text = `${warning.toString()}`;
  } catch {
    text = apply(errorToString, warning, []);
  }
  const detail = typeof warning.detail === "string" ? `\n${warning.detail}` : "";
  console.warn("%s", `(${process.release.name}:${process.pid}) ${code}${text}${detail}`);
}

const warned = new Set();

/** Warns of what is deprecated the first time that a unit does it; where `process` is, as nobody else would hear. */
export function warnOnce(code, message) {
  if (warned.has(code)) return;
  warned.add(code);
  loadedUnit("node:process")?.emitWarning(message, "DeprecationWarning", code);
}
