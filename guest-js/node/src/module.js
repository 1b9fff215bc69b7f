// Node's module `module`: the names of Node's modules. Modules are found by the builder, while the function is built.

import { invalidArgValue } from "./internal/errors.js";
import { unavailableMembers } from "./internal/unavailable.js";
import { fileURLToPath } from "node:url";
import { requireFor } from "fnhost:platform/require";

export const builtinModules = [
  "assert",
  "assert/strict",
  "async_hooks",
  "buffer",
  "child_process",
  "cluster",
  "console",
  "constants",
  "crypto",
  "dgram",
  "diagnostics_channel",
  "dns",
  "dns/promises",
  "domain",
  "events",
  "fs",
  "fs/promises",
  "http",
  "http2",
  "https",
  "inspector",
  "inspector/promises",
  "module",
  "net",
  "os",
  "path",
  "path/posix",
  "path/win32",
  "perf_hooks",
  "process",
  "punycode",
  "querystring",
  "readline",
  "readline/promises",
  "repl",
  "stream",
  "stream/consumers",
  "stream/promises",
  "stream/web",
  "string_decoder",
  "sys",
  "timers",
  "timers/promises",
  "tls",
  "trace_events",
  "tty",
  "url",
  "util",
  "util/types",
  "v8",
  "vm",
  "wasi",
  "worker_threads",
  "zlib",
];

export function isBuiltin(name) {
  return builtinModules.includes(`${name}`.replace(/^node:/, ""));
}

/** The `require` of the file at `path`, which may be a `file:` URL. */
export function createRequire(path) {
  const text = path instanceof URL ? path.href : path;
  if (typeof text !== "string" || !/^(?:\/|file:)/.test(text)) {
    throw invalidArgValue("filename", path, "must be a file URL object, file URL string, or absolute path string");
  }
  // Files are called by their paths below the function's folder, which `__filename` and `import.meta.url` have below `/`.
  return requireFor((text.startsWith("file:") ? fileURLToPath(text) : text).replace(/^\/+/, ""), []);
}

const refused = unavailableMembers("module", ["_load", "_resolveFilename", "register", "runMain"]);

export class Module {
  constructor(id = "", parent = undefined) {
    this.id = id;
    this.exports = {};
    this.parent = parent;
    this.loaded = false;
    this.children = [];
    this.paths = [];
  }
}

const wrapper = ["(function (exports, require, module, __filename, __dirname) { ", "\n});"];
Object.assign(Module, refused, {
  builtinModules,
  isBuiltin,
  createRequire,
  _cache: {},
  _extensions: { ".js": null, ".json": null },
  globalPaths: [],
  wrap: (script) => wrapper[0] + script + wrapper[1],
  wrapper,
  syncBuiltinESMExports() {},
  findSourceMap: () => undefined,
  Module,
});

export const { register, runMain, wrap, syncBuiltinESMExports, findSourceMap, globalPaths, _cache, _extensions } =
  Module;
export default Module;
export { Module as "module.exports" };
