// `stack` as Node has it: name and message first, then the frames. The engine's own has the frames alone, and knows of the
// platform's. Where a frame is in the user's source is known to the host, which looks for frames in what is logged.

import { define } from "./boundary.js";

const { apply } = Reflect;
const errorToString = Error.prototype.toString;
const { captureStackTrace: engineCapture } = Error;
const { get: engineStack } = Object.getOwnPropertyDescriptor(Error.prototype, "stack") ?? {};
const framesAtStart = /^\s+at /;

/** Whether `stack` is what the engine made: frames alone. */
export function isBare(stack) {
  return framesAtStart.test(stack);
}

/** Name and message of `error` above `frames`. */
function withHead(error, frames) {
  let head = "Error";
  try {
    head = apply(errorToString, error, []);
  } catch {
    // What it is called cannot be read.
  }
  const lines = frames.split("\n");
  let shown = head;
  // What the engine's own functions were called by at the bottom is the platform's.
  let natives = "";
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line === "" || line.includes("(fnhost:")) continue;
    if (line.endsWith("(native)")) {
      natives += `\n${line}`;
      continue;
    }
    shown += `${natives}\n${line}`;
    natives = "";
  }
  return shown;
}

/** V8's: gives `target` a stack of its own, without the frames above `constructor`. */
export function captureStackTrace(target, constructor) {
  engineCapture(target, constructor ?? captureStackTrace);
  // What `Error.prepareStackTrace` made of it stays.
  const { stack } = target;
  if (typeof stack === "string" && (stack === "" || isBare(stack))) define(target, "stack", withHead(target, stack));
}

if (engineStack !== undefined) {
  const get = function () {
    const stack = apply(engineStack, this, []);
    return typeof stack === "string" ? withHead(this, stack) : stack;
  };
  // In Node a plain property, so that anything can be assigned: functions hide it with undefined.
  const set = function (value) {
    define(this, "stack", value);
  };
  Object.defineProperty(Error.prototype, "stack", { get, set, configurable: true });
}
if (engineCapture !== undefined) define(Error, "captureStackTrace", captureStackTrace);
