// Node's `process`: there is none. It tells what packages look for when they are loaded, warns, hears of errors that nobody
// caught, and what cannot be done here says so.

import { EventEmitter } from "node:events";
import { failRunning, onUncaught } from "fnhost:runtime";
import { elapsed } from "fnhost:platform/clock";
import { console } from "fnhost:platform/console";
import { bytesOf, nameClass } from "fnhost:platform/boundary";
import { decodeUtf8 } from "fnhost:platform/encoding";
import { activeTimers, boundCallback, useTicks } from "fnhost:platform/timers";
import { environment } from "./internal/environment.js";
import {
  invalidArgType,
  invalidArgValue,
  nodeError,
  outOfRange,
  requireFunction,
  requireInteger,
  requireType,
} from "./internal/errors.js";
import { unavailable } from "./internal/unavailable.js";
import { emitWarningOn, showWarning, warnOnce } from "./internal/warnings.js";

const engineQueueMicrotask = globalThis.queueMicrotask;
const { apply } = Reflect;

let ticks = [];

/** Runs what was put off, and what that puts off in turn: all before the promises that it settles. */
function runTicks() {
  for (let index = 0; index < ticks.length; index++) {
    const { callback, args } = ticks[index];
    try {
      apply(callback, undefined, args);
    } catch (error) {
      failRunning(error);
    }
  }
  ticks = [];
}

function nextTick(callback, ...args) {
  requireFunction(callback, "callback");
  if (ticks.push({ callback: boundCallback(callback), args }) === 1) engineQueueMicrotask(runTicks);
}

function hrtime(previous = undefined) {
  const now = elapsed();
  const seconds = Math.floor(now / 1000);
  const nanoseconds = Math.round((now % 1000) * 1e6);
  if (previous === undefined) return [seconds, nanoseconds];
  if (!Array.isArray(previous)) throw invalidArgType("time", "Array", previous);
  if (previous.length !== 2) throw outOfRange("time", 2, previous.length);
  const difference = [seconds - previous[0], nanoseconds - previous[1]];
  return difference[1] < 0 ? [difference[0] - 1, difference[1] + 1e9] : difference;
}
hrtime.bigint = () => BigInt(Math.round(elapsed() * 1e6));

function cpuUsage(previous = undefined) {
  const usage = { user: Math.round(elapsed() * 1000), system: 0 };
  if (!previous) return usage;
  for (const name of ["user", "system"]) {
    const value = previous[name];
    if (typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER) continue;
    if (typeof previous !== "object") throw invalidArgType("prevValue", "object", previous);
    requireType(value, `prevValue.${name}`, "number");
    throw nodeError(
      RangeError,
      "ERR_INVALID_ARG_VALUE",
      `The property 'prevValue.${name}' is invalid. Received ${value}`,
    );
  }
  return { user: usage.user - previous.user, system: usage.system - previous.system };
}

let mask = 0o22;

function umask(given = undefined) {
  const before = mask;
  if (given === undefined) return before;
  if (typeof given === "string") {
    if (!/^[0-7]+$/.test(given)) throw invalidArgValue("mask", given, "must be a 32-bit unsigned integer or an octal string");
    given = Number.parseInt(given, 8);
  }
  requireInteger(given, "mask", 0, 2 ** 32 - 1);
  mask = given & 0o777;
  return before;
}

// Plausible, and always the same: what the instance really takes is the host's business.
function memoryUsage() {
  return { rss: 67108864, heapTotal: 33554432, heapUsed: 16777216, external: 1048576, arrayBuffers: 65536 };
}
memoryUsage.rss = () => memoryUsage().rss;

// An error that a timer's callback threw, and nobody caught, goes to who listens for it instead of failing the event.
let captureUncaught = null;

function setUncaughtExceptionCaptureCallback(callback) {
  if (callback === null) captureUncaught = null;
  else if (typeof callback !== "function") throw invalidArgType("fn", ["Function", "null"], callback);
  else if (captureUncaught !== null) {
    const message =
      "`process.setupUncaughtExceptionCapture()` was called while a capture callback was already active";
    throw nodeError(Error, "ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET", message);
  } else captureUncaught = callback;
}

onUncaught((error) => {
  process.emit("uncaughtExceptionMonitor", error, "uncaughtException");
  if (captureUncaught === null) return process.emit("uncaughtException", error, "uncaughtException");
  captureUncaught(error);
  return true;
});

/** A stream that writes to the log; each piece is an entry, as there are no unfinished lines there. */
function output(fd, write) {
  return {
    fd,
    writable: true,
    write(chunk, encoding, callback) {
      const text = typeof chunk === "string" ? chunk : decodeUtf8(bytesOf(chunk) ?? new Uint8Array(0));
      write(text.endsWith("\n") ? text.slice(0, -1) : text);
      const done = typeof encoding === "function" ? encoding : callback;
      if (typeof done === "function") nextTick(done);
      return true;
    },
    end(chunk) {
      if (chunk !== undefined && typeof chunk !== "function") this.write(chunk);
      return this;
    },
    ...listening,
  };
}

function itself() {
  return this;
}

// Nothing ever happens to these streams, so who listens hears nothing.
const listening = {
  on: itself,
  once: itself,
  off: itself,
  addListener: itself,
  removeListener: itself,
  removeAllListeners: itself,
  prependListener: itself,
  prependOnceListener: itself,
  setMaxListeners: itself,
  getMaxListeners: () => 10,
  emit: () => false,
  listeners: () => [],
  rawListeners: () => [],
  listenerCount: () => 0,
  eventNames: () => [],
};

const version = "v20.20.2";
const id = () => 1000;
const refused = (name) => unavailable(`process.${name}`);

const process = Object.assign(Object.create(processPrototype()), {
  title: "node",
  version,
  versions: { node: version.slice(1), modules: "115", brotli: "1.1.0" },
  arch: "x64",
  platform: "linux",
  release: { name: "node", lts: "Iron" },
  env: environment(),
  argv: ["/usr/bin/node", "/function.js"],
  argv0: "node",
  execArgv: [],
  execPath: "/usr/bin/node",
  pid: 1,
  ppid: 0,
  exitCode: undefined,
  config: { target_defaults: {}, variables: {} },
  features: { inspector: false, debug: false, uv: true, ipv6: true, tls: true },
  allowedNodeEnvironmentFlags: new Set(),
  stdin: { fd: 0, readable: false, read: () => null, pause: itself, resume: itself, setEncoding: itself, ...listening },
  stdout: output(1, (text) => console.log("%s", text)),
  stderr: output(2, (text) => console.error("%s", text)),
  nextTick,
  hrtime,
  uptime: () => elapsed() / 1000,
  memoryUsage,
  cpuUsage,
  resourceUsage: () => ({ userCPUTime: Math.round(elapsed() * 1000), systemCPUTime: 0, maxRSS: 65536 }),
  constrainedMemory: () => 0,
  cwd: () => "/",
  umask,
  getuid: id,
  geteuid: id,
  getgid: id,
  getegid: id,
  getgroups: () => [1000],
  emitWarning: emitWarningOn(() => process),
  getActiveResourcesInfo: activeTimers,
  hasUncaughtExceptionCaptureCallback: () => captureUncaught !== null,
  setUncaughtExceptionCaptureCallback,
  setSourceMapsEnabled: (isEnabled) => requireType(isEnabled, "val", "boolean"),
  assert(condition, message) {
    warnOnce("DEP0100", "process.assert() is deprecated. Please use the `assert` module instead.");
    if (!condition) throw nodeError(Error, "ERR_ASSERTION", message || "assertion error");
  },
  exit: refused("exit"),
  reallyExit: refused("reallyExit"),
  abort: refused("abort"),
  kill: refused("kill"),
  chdir: refused("chdir"),
  setuid: refused("setuid"),
  setgid: refused("setgid"),
  dlopen: refused("dlopen"),
  binding(name) {
    throw nodeError(Error, "ERR_INVALID_MODULE", `No such module: ${name}`);
  },
});
Object.defineProperty(process, Symbol.toStringTag, { value: "process", configurable: true });
apply(EventEmitter, process, []);
process.on("warning", (warning) => showWarning(process, warning));
useTicks(runTicks);

/** What `process` is an instance of has a name, and no other instance. */
function processPrototype() {
  const constructor = function () {};
  nameClass(constructor, "process");
  constructor.prototype = Object.create(EventEmitter.prototype, {
    constructor: { value: constructor, writable: true, configurable: true },
  });
  return constructor.prototype;
}

export const {
  title,
  versions,
  arch,
  platform,
  release,
  env,
  argv,
  argv0,
  execArgv,
  execPath,
  pid,
  ppid,
  config,
  features,
  stdin,
  stdout,
  stderr,
  uptime,
  cwd,
  exit,
  abort,
  kill,
  chdir,
  emitWarning,
} = process;
export { version, nextTick, hrtime, memoryUsage, cpuUsage, umask };
export default process;
export { process as "module.exports" };
