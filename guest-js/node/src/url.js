// Node's module `url`: the web's URL, and the older `parse`, `format` and `resolve`, which take anything apart.

import querystring from "node:querystring";
import { toUnicode } from "node:punycode";
import { resolve as resolvePath } from "node:path";
import { URL, URLSearchParams } from "fnhost:platform/url";
import { invalidArgType, nodeError, requireType } from "./internal/errors.js";

const withSlashes = new Set(
  ["http", "https", "ftp", "gopher", "file", "ws", "wss"].flatMap((name) => [name, `${name}:`]),
);
const withoutHost = new Set(["javascript", "javascript:"]);

const simplePath = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/;
const protocolStart = /^[a-z0-9.+-]+:/i;
const hostStart = /^\/\/[^@/]+@[^@/]+/;
const hostEnd = /[\s"%';<>\\^`{|}#/?]/;
const forbiddenInHost = /[\0\t\n\r #%/:<>?@[\\\]^|]/;
const forbiddenInAddress = /[\0\t\n\r #%/<>?@\\^|]/;
const trimmed = /^[\0-\x20\u00a0\ufeff]+|[\0-\x20\u00a0\ufeff]+$/g;

function invalidUrl(input) {
  const error = nodeError(TypeError, "ERR_INVALID_URL", "Invalid URL");
  error.input = input;
  return error;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new URIError("URI malformed");
  }
}

/** What `parse` gives. A function, as it always was. */
export function Url() {
  this.protocol = null;
  this.slashes = null;
  this.auth = null;
  this.host = null;
  this.port = null;
  this.hostname = null;
  this.hash = null;
  this.search = null;
  this.query = null;
  this.pathname = null;
  this.path = null;
  this.href = null;
}

export function parse(url, parseQueryString = undefined, slashesDenoteHost = undefined) {
  if (url instanceof Url) return url;
  const parsed = new Url();
  parsed.parse(url, parseQueryString, slashesDenoteHost);
  return parsed;
}

/** With slashes for backslashes, where they cannot be part of a query or fragment. */
function straightened(url) {
  const text = url.replace(trimmed, "");
  const end = text.search(/[?#]/);
  if (end === -1) return text.replaceAll("\\", "/");
  return text.slice(0, end).replaceAll("\\", "/") + text.slice(end);
}

Url.prototype.parse = function (url, parseQueryString, slashesDenoteHost) {
  requireType(url, "url", "string");
  let rest = straightened(url);
  if (!slashesDenoteHost && !/[#@]/.test(rest)) {
    const simple = simplePath.exec(rest);
    if (simple !== null) return parseSimple(this, rest, simple, parseQueryString);
  }
  const protocol = protocolStart.exec(rest)?.[0];
  const lower = protocol?.toLowerCase();
  if (protocol !== undefined) {
    this.protocol = lower;
    rest = rest.slice(protocol.length);
  }
  let slashes = false;
  if (slashesDenoteHost || protocol !== undefined || hostStart.test(rest)) {
    slashes = rest.startsWith("//");
    if (slashes && !withoutHost.has(lower)) {
      rest = rest.slice(2);
      this.slashes = true;
    }
  }
  if (!withoutHost.has(lower) && (slashes || (protocol !== undefined && !withSlashes.has(protocol)))) {
    rest = parseHost(this, rest, url);
  }
  if (!withoutHost.has(lower)) rest = rest.replace(/[\t\n\r "'<>\\^`{|}]/g, escaped);
  parseRest(this, rest, parseQueryString);
  if (withSlashes.has(lower) && this.hostname && !this.pathname) this.pathname = "/";
  if (this.pathname || this.search) this.path = (this.pathname ?? "") + (this.search ?? "");
  this.href = this.format();
  return this;
};

function escaped(character) {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

function parseSimple(parsed, rest, [, pathname, search], parseQueryString) {
  parsed.path = rest;
  parsed.href = rest;
  parsed.pathname = pathname;
  if (search !== undefined) {
    parsed.search = search;
    parsed.query = parseQueryString ? querystring.parse(search.slice(1)) : search.slice(1);
  } else if (parseQueryString) {
    parsed.search = null;
    parsed.query = { __proto__: null };
  }
  return parsed;
}

/** Takes credentials and host off the front of `rest`. */
function parseHost(parsed, rest, url) {
  rest = withoutBreaks(rest);
  const end = rest.search(/[#/?]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const at = authority.lastIndexOf("@");
  if (at !== -1) parsed.auth = decoded(authority.slice(0, at));
  const start = at + 1;
  const length = authority.slice(start).search(hostEnd);
  const stop = length === -1 ? authority.length : start + length;
  parsed.host = rest.slice(start, stop);
  rest = rest.slice(stop);
  splitPort(parsed);
  parsed.hostname ??= "";
  const isAddress = parsed.hostname.startsWith("[") && parsed.hostname.endsWith("]");
  if (!isAddress) {
    const wrong = parsed.hostname.search(/[/\\#?:]/);
    if (wrong !== -1) {
      rest = `/${parsed.hostname.slice(wrong)}${rest}`;
      parsed.hostname = parsed.hostname.slice(0, wrong);
    }
  }
  checkHostname(parsed, isAddress, url);
  parsed.host = parsed.hostname + (parsed.port === null ? "" : `:${parsed.port}`);
  if (isAddress) {
    parsed.hostname = parsed.hostname.slice(1, -1);
    if (rest[0] !== "/") rest = `/${rest}`;
  }
  return rest;
}

/** Breaks and tabs count for nothing up to the end of the host. */
function withoutBreaks(rest) {
  const end = rest.search(/[#/?]/);
  const stop = end === -1 ? rest.length : end;
  return rest.slice(0, stop).replace(/[\t\n\r]/g, "") + rest.slice(stop);
}

function splitPort(parsed) {
  const port = /:[0-9]*$/.exec(parsed.host)?.[0];
  let host = parsed.host;
  if (port !== undefined) {
    if (port !== ":") parsed.port = port.slice(1);
    host = host.slice(0, host.length - port.length);
  }
  if (host) parsed.hostname = host;
}

function checkHostname(parsed, isAddress, url) {
  parsed.hostname = parsed.hostname.length > 255 ? "" : parsed.hostname.toLowerCase();
  if (parsed.hostname === "") return;
  if (isAddress) {
    if (forbiddenInAddress.test(parsed.hostname)) throw invalidUrl(url);
    return;
  }
  if (/[^\0-\x7f]/.test(parsed.hostname)) parsed.hostname = domainToASCII(parsed.hostname);
  if (parsed.hostname === "" || forbiddenInHost.test(parsed.hostname)) throw invalidUrl(url);
}

function parseRest(parsed, rest, parseQueryString) {
  const hashAt = rest.indexOf("#");
  if (hashAt !== -1) {
    parsed.hash = rest.slice(hashAt);
    rest = rest.slice(0, hashAt);
  }
  const queryAt = rest.indexOf("?");
  if (queryAt !== -1) {
    parsed.search = rest.slice(queryAt);
    parsed.query = parseQueryString ? querystring.parse(parsed.search.slice(1)) : parsed.search.slice(1);
    rest = rest.slice(0, queryAt);
  } else if (parseQueryString) {
    parsed.search = null;
    parsed.query = { __proto__: null };
  }
  if (rest !== "") parsed.pathname = rest;
}

export function format(value, options = undefined) {
  if (typeof value === "string") return parse(value).format();
  if (typeof value !== "object" || value === null) throw invalidArgType("urlObject", ["Object", "string"], value);
  if (value instanceof URL) return formatWebUrl(value, options);
  return Url.prototype.format.call(value);
}

function formatWebUrl(url, options) {
  const { fragment = true, unicode = false, search = true, auth = true } = options ?? {};
  if (options !== undefined && (typeof options !== "object" || options === null)) {
    throw invalidArgType("options", "Object", options);
  }
  const copy = new URL(url.href);
  if (!fragment) copy.hash = "";
  if (!search) copy.search = "";
  if (!auth) copy.username = copy.password = "";
  return unicode ? copy.href.replace(copy.hostname, () => domainToUnicode(copy.hostname)) : copy.href;
}

Url.prototype.format = function () {
  let protocol = this.protocol || "";
  if (protocol && !protocol.endsWith(":")) protocol += ":";
  const auth = this.auth ? `${encodeURIComponent(this.auth).replaceAll("%3A", ":")}@` : "";
  let pathname = (this.pathname || "").replaceAll("#", "%23").replaceAll("?", "%3F");
  let host = "";
  if (this.host) {
    host = auth + this.host;
  } else if (this.hostname) {
    const isAddress = this.hostname.includes(":") && !this.hostname.startsWith("[");
    host = auth + (isAddress ? `[${this.hostname}]` : this.hostname) + (this.port ? `:${this.port}` : "");
  }
  const query = this.query !== null && typeof this.query === "object" ? querystring.stringify(this.query) : "";
  let search = this.search || (query ? `?${query}` : "");
  if (search && search[0] !== "?") search = `?${search}`;
  let hash = this.hash || "";
  if (hash && hash[0] !== "#") hash = `#${hash}`;
  if (this.slashes || withSlashes.has(protocol)) {
    if (this.slashes || host) {
      if (pathname && pathname[0] !== "/") pathname = `/${pathname}`;
      host = `//${host}`;
    } else if (protocol === "file:") {
      host = "//";
    }
  }
  return protocol + host + pathname + search.replaceAll("#", "%23") + hash;
};

export function resolve(source, relative) {
  return parse(source, false, true).resolve(relative);
}

export function resolveObject(source, relative) {
  return source ? parse(source, false, true).resolveObject(relative) : relative;
}

Url.prototype.resolve = function (relative) {
  return this.resolveObject(parse(relative, false, true)).format();
};

Url.prototype.resolveObject = function (given) {
  const relative = Object.assign(new Url(), typeof given === "string" ? parse(given, false, true) : given);
  const result = Object.assign(new Url(), this);
  result.hash = relative.hash;
  if (relative.href === "") return finished(result);
  if (relative.slashes && !relative.protocol) {
    const { protocol } = result;
    Object.assign(result, relative, { protocol });
    if (withSlashes.has(protocol) && result.hostname && !result.pathname) result.path = result.pathname = "/";
    return finished(result);
  }
  if (relative.protocol && relative.protocol !== result.protocol) return resolveOtherProtocol(result, relative);
  return resolvePaths(result, relative);
};

function finished(result) {
  if (result.pathname !== null || result.search !== null) result.path = (result.pathname ?? "") + (result.search ?? "");
  result.href = result.format();
  return result;
}

/** Another protocol: nothing of the source stays, but a host may be hidden in the path. */
function resolveOtherProtocol(result, relative) {
  if (!withSlashes.has(relative.protocol)) return finished(Object.assign(result, relative));
  result.protocol = relative.protocol;
  result.pathname = relative.pathname;
  if (!relative.host && !/^file:?$/.test(relative.protocol) && !withoutHost.has(relative.protocol)) {
    const segments = (relative.pathname ?? "").split("/");
    while (segments.length > 0 && !relative.host) relative.host = segments.shift();
    relative.host ||= "";
    relative.hostname ||= "";
    while (segments[0] !== "" || segments.length < 2) segments.unshift("");
    result.pathname = segments.join("/");
  }
  result.search = relative.search;
  result.query = relative.query;
  result.host = relative.host ?? "";
  result.auth = relative.auth;
  result.hostname = relative.hostname || relative.host;
  result.port = relative.port;
  result.slashes ||= relative.slashes;
  return finished(result);
}

function resolvePaths(result, relative) {
  const isSourceAbsolute = result.pathname?.startsWith("/") ?? false;
  const isRelativeAbsolute = Boolean(relative.host) || (relative.pathname?.startsWith("/") ?? false);
  let mustBeAbsolute = isRelativeAbsolute || isSourceAbsolute || Boolean(result.host && relative.pathname);
  const dropsDots = mustBeAbsolute;
  let segments = result.pathname ? result.pathname.split("/") : [];
  const relativeSegments = relative.pathname ? relative.pathname.split("/") : [];
  const hasHostInPath = Boolean(result.protocol) && !withSlashes.has(result.protocol);
  if (hasHostInPath) {
    putHostIntoPath(result, segments);
    if (relative.protocol) {
      result.auth = null;
      putHostIntoPath(relative, relativeSegments);
    }
    mustBeAbsolute &&= relativeSegments[0] === "" || segments[0] === "";
  }
  if (isRelativeAbsolute) {
    takeHost(result, relative);
    segments = relativeSegments;
  } else if (relativeSegments.length > 0) {
    segments.pop();
    segments.push(...relativeSegments);
  } else if (relative.search !== null && relative.search !== undefined) {
    if (hasHostInPath) takeHostFromPath(result, segments, false);
    result.search = relative.search;
    result.query = relative.query;
    return finished(result);
  }
  if (isRelativeAbsolute || relativeSegments.length > 0) {
    result.search = relative.search;
    result.query = relative.query;
  }
  if (segments.length === 0) {
    result.pathname = null;
    result.path = result.search ? `/${result.search}` : null;
    result.href = result.format();
    return result;
  }
  return placePath(result, relative, segments, { mustBeAbsolute, dropsDots, hasHostInPath });
}

function putHostIntoPath(url, segments) {
  url.hostname = "";
  url.port = null;
  if (url.host) {
    if (segments[0] === "") segments[0] = url.host;
    else segments.unshift(url.host);
  }
  url.host = "";
}

function takeHostFromPath(url, segments, isAbsolute) {
  url.hostname = url.host = isAbsolute ? "" : (segments.shift() ?? "");
  const at = url.host.indexOf("@");
  if (at <= 0) return;
  url.auth = url.host.slice(0, at);
  url.host = url.hostname = url.host.slice(at + 1);
}

function takeHost(result, relative) {
  if (relative.host || relative.host === "") {
    if (result.host !== relative.host) result.auth = null;
    result.host = relative.host;
    result.port = relative.port;
  }
  if (relative.hostname || relative.hostname === "") {
    if (result.hostname !== relative.hostname) result.auth = null;
    result.hostname = relative.hostname;
  }
}

function placePath(result, relative, segments, { mustBeAbsolute, dropsDots, hasHostInPath }) {
  const last = segments.at(-1);
  const isDots = last === "." || last === "..";
  const endsWithSlash = last === "" || (isDots && Boolean(result.host || relative.host || segments.length > 1));
  let up = 0;
  for (let index = segments.length - 1; index >= 0; index--) {
    if (segments[index] === ".") {
      segments.splice(index, 1);
    } else if (segments[index] === "..") {
      segments.splice(index, 1);
      up++;
    } else if (up > 0) {
      segments.splice(index, 1);
      up--;
    }
  }
  if (!mustBeAbsolute && !dropsDots) for (; up > 0; up--) segments.unshift("..");
  if (mustBeAbsolute && segments[0] !== "" && !segments[0]?.startsWith("/")) segments.unshift("");
  if (endsWithSlash && !segments.join("/").endsWith("/")) segments.push("");
  const isAbsolute = segments[0] === "" || (segments[0]?.startsWith("/") ?? false);
  if (hasHostInPath) takeHostFromPath(result, segments, isAbsolute);
  mustBeAbsolute ||= Boolean(result.host && segments.length > 0);
  if (mustBeAbsolute && !isAbsolute) segments.unshift("");
  if (segments.length > 0) {
    result.pathname = segments.join("/");
  } else {
    result.pathname = null;
    result.path = null;
  }
  result.auth = relative.auth || result.auth;
  result.slashes ||= relative.slashes;
  return finished(result);
}

function missingDomain() {
  return nodeError(TypeError, "ERR_MISSING_ARGS", 'The "domain" argument must be specified');
}

/** A domain's name in ASCII; empty where it is none. */
export function domainToASCII(domain) {
  if (arguments.length === 0) throw missingDomain();
  try {
    return new URL(`ws://${domain}`).hostname;
  } catch {
    return "";
  }
}

export function domainToUnicode(domain) {
  if (arguments.length === 0) throw missingDomain();
  return toUnicode(domainToASCII(domain));
}

export function fileURLToPath(value) {
  const url = typeof value === "string" ? new URL(value) : value;
  if (!(url?.href && url.protocol && url.auth === undefined)) {
    throw invalidArgType("path", ["string", "URL"], value);
  }
  if (url.protocol !== "file:") {
    throw nodeError(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  }
  if (url.hostname !== "") {
    const message = 'File URL host must be "localhost" or empty on linux';
    throw nodeError(TypeError, "ERR_INVALID_FILE_URL_HOST", message);
  }
  if (/%2f/i.test(url.pathname)) {
    const message = "File URL path must not include encoded / characters";
    throw nodeError(TypeError, "ERR_INVALID_FILE_URL_PATH", message);
  }
  return decoded(url.pathname);
}

export function pathToFileURL(path) {
  requireType(path, "path", "string");
  let resolved = resolvePath(path);
  if (path.endsWith("/") && !resolved.endsWith("/")) resolved += "/";
  return new URL(`file://${resolved.replace(/[%\\\n\r\t?#]/g, escaped)}`);
}

export function urlToHttpOptions(url) {
  const { hostname, pathname, port, username, password, search } = url;
  const options = {
    __proto__: null,
    ...url,
    protocol: url.protocol,
    hostname: hostname?.startsWith("[") ? hostname.slice(1, -1) : hostname,
    hash: url.hash,
    search,
    pathname,
    path: `${pathname || ""}${search || ""}`,
    href: url.href,
  };
  if (port !== "") options.port = Number(port);
  if (username || password) options.auth = `${decoded(username)}:${decoded(password)}`;
  return options;
}

const api = {
  Url,
  parse,
  resolve,
  resolveObject,
  format,
  URL,
  URLSearchParams,
  domainToASCII,
  domainToUnicode,
  pathToFileURL,
  fileURLToPath,
  urlToHttpOptions,
};

export { URL, URLSearchParams };
export default api;
export { api as "module.exports" };
