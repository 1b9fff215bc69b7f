// What `http.request` is given: a URL, options and a callback, checked in Node's words.

import { URL } from "fnhost:platform/url";
import { invalidArgType, nodeError, received } from "../internal/errors.js";
import { requireUsableAgent } from "./agent.js";
import { isToken } from "./headers.js";

const timeoutMax = 2147483647;

let defaultAgent;
export function useDefaultAgent(agent) {
  defaultAgent = agent;
}

/** The options and the callback of `request(url, options, callback)`, any of which may be missing. */
export function requestOptions(input, options, callback) {
  let base = null;
  if (typeof input === "string") base = urlOptions(new URL(input));
  else if (isUrl(input)) base = urlOptions(input);
  else return { options: { ...input }, callback: options };
  if (typeof options === "function") return { options: base, callback: options };
  return { options: { ...base, ...options }, callback };
}

function isUrl(value) {
  return value !== null && typeof value === "object" && Boolean(value.href && value.protocol && value.searchParams);
}

function urlOptions(url) {
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
  const options = { __proto__: null, protocol, hash, search, pathname, href };
  options.hostname = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  options.path = `${pathname || ""}${search || ""}`;
  if (port !== "") options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

export function agentOf(options) {
  const fallback = options._defaultAgent ?? defaultAgent;
  options._defaultAgent = fallback;
  const { agent } = options;
  if (agent === false) return new fallback.constructor();
  if (agent === null || agent === undefined) return fallback;
  if (typeof agent.addRequest !== "function") {
    throw wrongOption("agent", "one of Agent-like Object, undefined, or false", agent);
  }
  requireUsableAgent(agent);
  return agent;
}

export function hostOf(options, name) {
  const host = options[name];
  if (host === null || host === undefined || typeof host === "string") return host;
  throw wrongOption(name, "of type string or one of undefined or null", host);
}

function wrongOption(name, expected, value) {
  const message = `The "options.${name}" property must be ${expected}. Received ${received(value)}`;
  return nodeError(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

/** The port of a request, which is that of its URL. */
export function portOf(options, fallback) {
  const port = options.port || fallback;
  const number = typeof port === "string" && port.trim() === "" ? NaN : Number(port);
  if (number === number >>> 0 && number <= 65535) return number;
  const message = `Port should be >= 0 and < 65536. Received ${received(port)}.`;
  throw nodeError(RangeError, "ERR_SOCKET_BAD_PORT", message);
}

/** The signal of a request, if there is one. */
export function signalOf({ signal }) {
  if (signal === undefined || signal === null) return undefined;
  if (typeof signal === "object" && "aborted" in signal) return signal;
  throw invalidArgType("signal", "AbortSignal", signal);
}

export function bracketed(host) {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

export function methodOf({ method }) {
  if (method === null || method === undefined) return "GET";
  if (typeof method !== "string") {
    throw wrongOption("method", "of type string", method);
  }
  if (method === "") return "GET";
  if (!isToken(method)) {
    throw nodeError(TypeError, "ERR_INVALID_HTTP_TOKEN", `Method must be a valid HTTP token ["${method}"]`);
  }
  return method.toUpperCase();
}

export function duration(value, name) {
  if (typeof value !== "number") throw invalidArgType(name, "number", value);
  if (value < 0 || !Number.isFinite(value)) {
    const message = `The value of "${name}" is out of range. It must be a non-negative finite number. Received ${value}`;
    throw nodeError(RangeError, "ERR_OUT_OF_RANGE", message);
  }
  return Math.min(value, timeoutMax);
}
