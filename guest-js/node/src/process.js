// Node's `process`, inert: there is no process. It tells what packages look for when they are loaded, and what cannot be
// done here says so.

import { failRunning } from "fnhost:runtime";
import { elapsed } from "fnhost:platform/clock";
import { console } from "fnhost:platform/console";
import { bytesOf } from "fnhost:platform/boundary";
import { decodeUtf8 } from "fnhost:platform/encoding";
import { invalidArgType, nodeError, requireFunction } from "./internal/errors.js";
import { unavailable } from "./internal/unavailable.js";

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
  if (ticks.push({ callback, args }) === 1) engineQueueMicrotask(runTicks);
}

function hrtime(previous = undefined) {
  const now = elapsed();
  const seconds = Math.floor(now / 1000);
  const nanoseconds = Math.round((now % 1000) * 1e6);
  if (previous === undefined) return [seconds, nanoseconds];
  if (!Array.isArray(previous)) throw invalidArgType("time", "Array", previous);
  const difference = [seconds - previous[0], nanoseconds - previous[1]];
  return difference[1] < 0 ? [difference[0] - 1, difference[1] + 1e9] : difference;
}
hrtime.bigint = () => BigInt(Math.round(elapsed() * 1e6));

// Plausible, and always the same: what the instance really takes is the host's business.
function memoryUsage() {
  return { rss: 67108864, heapTotal: 33554432, heapUsed: 16777216, external: 1048576, arrayBuffers: 65536 };
}
memoryUsage.rss = () => memoryUsage().rss;

function emitWarning(warning, type = undefined, code = undefined) {
  let detail;
  if (typeof type === "object" && type !== null) ({ type, code, detail } = type);
  if (typeof type === "function") type = code = undefined;
  if (typeof code === "function") code = undefined;
  if (typeof warning !== "string" && !(warning instanceof Error)) {
    throw invalidArgType("warning", ["string", "Error"], warning);
  }
  const name = warning instanceof Error ? warning.name : (type ?? "Warning");
  const message = warning instanceof Error ? warning.message : warning;
  const shownCode = (warning instanceof Error ? warning.code : code) ?? "";
  const shown = `(node:1) ${shownCode === "" ? "" : `[${shownCode}] `}${name}: ${message}`;
  console.warn(typeof detail === "string" ? `${shown}\n${detail}` : shown);
}

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

// Nothing ever happens to this process, so who listens hears nothing.
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

const process = {
  title: "node",
  version,
  versions: { node: version.slice(1), modules: "115" },
  arch: "x64",
  platform: "linux",
  release: { name: "node", lts: "Iron" },
  env: {},
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
  cpuUsage: () => ({ user: Math.round(elapsed() * 1000), system: 0 }),
  resourceUsage: () => ({ userCPUTime: Math.round(elapsed() * 1000), systemCPUTime: 0, maxRSS: 65536 }),
  constrainedMemory: () => 0,
  cwd: () => "/",
  umask: () => 0o22,
  getuid: id,
  geteuid: id,
  getgid: id,
  getegid: id,
  getgroups: () => [1000],
  emitWarning,
  getActiveResourcesInfo: () => [],
  hasUncaughtExceptionCaptureCallback: () => false,
  setUncaughtExceptionCaptureCallback() {},
  setSourceMapsEnabled() {},
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
  ...listening,
};
Object.defineProperty(process, Symbol.toStringTag, { value: "process", configurable: true });

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
  cpuUsage,
  cwd,
  umask,
  exit,
  abort,
  kill,
  chdir,
  on,
  once,
  off,
  addListener,
  removeListener,
  removeAllListeners,
  emit,
  listeners,
  listenerCount,
} = process;
export { version, nextTick, hrtime, memoryUsage, emitWarning };
export default process;
export { process as "module.exports" };
