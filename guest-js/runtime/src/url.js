// URL and URLSearchParams over the host's implementation of the WHATWG standard: nothing here parses or encodes.

import host from "fnhost:destination/url@1.0.0";
import { asInterface, crossingText } from "./boundary.js";
import { codedError } from "./errors.js";
import { shownAs } from "./inspect.js";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");

export class URLSearchParams {
  // Pairs as the host takes and gives them.
  #pairs = [];
  // Called after every change, where a URL owns this object.
  #changed = undefined;

  constructor(init = undefined) {
    if (init === undefined || init === null) return;
    if (typeof init !== "object" && typeof init !== "function") this.#pairs = pairsOfQuery(crossingText(init));
    else if (init instanceof URLSearchParams) this.#pairs = init.#pairs.map(([name, value]) => [name, value]);
    else if (init[Symbol.iterator] !== undefined && init[Symbol.iterator] !== null) this.#pairs = pairsOfIterable(init);
    else this.#pairs = pairsOfRecord(init);
  }

  /** The parameters of the URL whose query is `query`; `changed` hears of every change. */
  static linked(query, changed) {
    const params = new URLSearchParams();
    params.#pairs = pairsOfQuery(query);
    params.#changed = changed;
    return params;
  }

  /** Replaces all pairs, because the URL was given another query. */
  static replace(params, query) {
    params.#pairs = pairsOfQuery(query);
  }

  get size() {
    return this.#pairs.length;
  }

  append(name, value) {
    requireArguments(arguments, "name", "value");
    this.#pairs.push([crossingText(name), crossingText(value)]);
    this.#changed?.();
  }

  delete(name, value = undefined) {
    requireArguments(arguments, "name");
    const wanted = crossingText(name);
    const text = value === undefined ? undefined : crossingText(value);
    this.#pairs = this.#pairs.filter((pair) => pair[0] !== wanted || (text !== undefined && pair[1] !== text));
    this.#changed?.();
  }

  get(name) {
    requireArguments(arguments, "name");
    const wanted = crossingText(name);
    const found = this.#pairs.find((pair) => pair[0] === wanted);
    return found === undefined ? null : found[1];
  }

  getAll(name) {
    requireArguments(arguments, "name");
    const wanted = crossingText(name);
    return this.#pairs.filter((pair) => pair[0] === wanted).map((pair) => pair[1]);
  }

  has(name, value = undefined) {
    requireArguments(arguments, "name");
    const wanted = crossingText(name);
    const text = value === undefined ? undefined : crossingText(value);
    return this.#pairs.some((pair) => pair[0] === wanted && (text === undefined || pair[1] === text));
  }

  set(name, value) {
    requireArguments(arguments, "name", "value");
    const wanted = crossingText(name);
    const text = crossingText(value);
    const first = this.#pairs.find((pair) => pair[0] === wanted);
    if (first === undefined) {
      this.#pairs.push([wanted, text]);
    } else {
      first[1] = text;
      this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== wanted);
    }
    this.#changed?.();
  }

  sort() {
    this.#pairs.sort(([left], [right]) => (left < right ? -1 : Number(left > right)));
    this.#changed?.();
  }

  forEach(callback, thisArgument = undefined) {
    if (typeof callback !== "function") {
      throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", 'The "callback" argument must be of type function.');
    }
    for (const [name, value] of this) callback.call(thisArgument, value, name, this);
  }

  // The iterators look at the pairs as they are at each step, as the standard has it.
  *entries() {
    for (let index = 0; index < this.#pairs.length; index++) yield [...this.#pairs[index]];
  }

  *keys() {
    for (let index = 0; index < this.#pairs.length; index++) yield this.#pairs[index][0];
  }

  *values() {
    for (let index = 0; index < this.#pairs.length; index++) yield this.#pairs[index][1];
  }

  toString() {
    return this.#pairs.length === 0 ? "" : host.serializeQuery(this.#pairs);
  }

  [inspectKey](_depth, options, inspect) {
    if (this.#pairs.length === 0) return "URLSearchParams {}";
    const pairs = this.#pairs.map(([name, value]) => `${inspect(name, options)} => ${inspect(value, options)}`);
    const length = pairs.reduce((sum, pair) => sum + pair.length + 2, 0);
    if (length > options.breakLength) return `URLSearchParams {\n  ${pairs.join(",\n  ")} }`;
    return `URLSearchParams { ${pairs.join(", ")} }`;
  }
}
const { linked, replace } = URLSearchParams;
delete URLSearchParams.linked;
delete URLSearchParams.replace;
Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
  value: URLSearchParams.prototype.entries,
  writable: true,
  configurable: true,
});

function requireArguments(given, ...names) {
  if (given.length >= names.length) return;
  const list = names.map((name) => `"${name}"`).join(" and ");
  const message = `The ${list} argument${names.length > 1 ? "s" : ""} must be specified`;
  throw codedError(TypeError, "ERR_MISSING_ARGS", message);
}

function pairsOfQuery(query) {
  const text = query.startsWith("?") ? query.slice(1) : query;
  return text === "" ? [] : host.parseQuery(text);
}

function pairsOfIterable(iterable) {
  if (typeof iterable[Symbol.iterator] !== "function") {
    throw codedError(TypeError, "ERR_ARG_NOT_ITERABLE", "Query pairs must be iterable");
  }
  const pairs = [];
  for (const item of iterable) {
    const isTuple = typeof item === "object" && item !== null && typeof item[Symbol.iterator] === "function";
    const pair = isTuple ? [...item] : [];
    if (pair.length !== 2) {
      throw codedError(TypeError, "ERR_INVALID_TUPLE", "Each query pair must be an iterable [name, value] tuple");
    }
    pairs.push([crossingText(pair[0]), crossingText(pair[1])]);
  }
  return pairs;
}

function pairsOfRecord(record) {
  const pairs = new Map();
  for (const key of Reflect.ownKeys(record)) {
    if (!Object.prototype.propertyIsEnumerable.call(record, key)) continue;
    if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    pairs.set(crossingText(key), crossingText(record[key]));
  }
  return [...pairs];
}

export class URL {
  // What the host said of the URL: its text, and where the parts are in it.
  #parts;
  #params = undefined;
  // True when the parameters were changed and the text does not say so yet: several changes cost one call.
  #stale = false;

  constructor(input, base = undefined) {
    if (arguments.length === 0) throw codedError(TypeError, "ERR_MISSING_ARGS", 'The "url" argument must be specified');
    const parts = parseParts(input, base);
    if (parts === undefined) throw invalidUrl(input, base);
    this.#parts = parts;
  }

  static canParse(input, base = undefined) {
    requireArguments(arguments, "url");
    return parseParts(input, base) !== undefined;
  }

  static parse(input, base = undefined) {
    requireArguments(arguments, "url");
    try {
      return new URL(input, base);
    } catch {
      return null;
    }
  }

  #current() {
    if (this.#stale) {
      this.#stale = false;
      this.#parts = host.set(this.#parts.href, "search", this.#params.toString()) ?? this.#parts;
    }
    return this.#parts;
  }

  #set(member, value) {
    const { href } = this.#current();
    const parts = host.set(href, member, crossingText(value));
    if (parts !== null && parts !== undefined) this.#parts = parts;
    else if (member === "href") throw invalidUrl(value);
    if (this.#params !== undefined && (member === "search" || member === "href")) replace(this.#params, this.search);
  }

  get href() {
    return this.#current().href;
  }

  set href(value) {
    this.#set("href", value);
  }

  get origin() {
    return this.#current().origin;
  }

  get protocol() {
    const { href, protocolEnd } = this.#current();
    return href.slice(0, protocolEnd);
  }

  set protocol(value) {
    this.#set("protocol", value);
  }

  get username() {
    const { href, usernameStart, usernameEnd } = this.#current();
    return href.slice(usernameStart, usernameEnd);
  }

  set username(value) {
    this.#set("username", value);
  }

  get password() {
    const { href, passwordStart, passwordEnd } = this.#current();
    return href.slice(passwordStart, passwordEnd);
  }

  set password(value) {
    this.#set("password", value);
  }

  get host() {
    const { href, hostStart, portEnd } = this.#current();
    return href.slice(hostStart, portEnd);
  }

  set host(value) {
    this.#set("host", value);
  }

  get hostname() {
    const { href, hostStart, hostEnd } = this.#current();
    return href.slice(hostStart, hostEnd);
  }

  set hostname(value) {
    this.#set("hostname", value);
  }

  get port() {
    const { href, portStart, portEnd } = this.#current();
    return href.slice(portStart, portEnd);
  }

  set port(value) {
    this.#set("port", value);
  }

  get pathname() {
    const { href, pathnameStart, pathnameEnd } = this.#current();
    return href.slice(pathnameStart, pathnameEnd);
  }

  set pathname(value) {
    this.#set("pathname", value);
  }

  get search() {
    const { href, pathnameEnd, searchEnd } = this.#current();
    // A question mark alone is in the text but not in the member; the same holds for the sign of the hash.
    return searchEnd - pathnameEnd > 1 ? href.slice(pathnameEnd, searchEnd) : "";
  }

  set search(value) {
    this.#set("search", value);
  }

  get searchParams() {
    this.#params ??= linked(this.search, () => {
      this.#stale = true;
    });
    return this.#params;
  }

  get hash() {
    const { href, searchEnd } = this.#current();
    return href.length - searchEnd > 1 ? href.slice(searchEnd) : "";
  }

  set hash(value) {
    this.#set("hash", value);
  }

  toString() {
    return this.href;
  }

  toJSON() {
    return this.href;
  }

  [inspectKey](depth, options, inspect) {
    if (typeof depth === "number" && depth < 0) return inspect(this, { ...options, customInspect: false });
    const shown = {};
    for (const member of members) shown[member] = this[member];
    return inspect(shownAs(URL, shown), options);
  }
}

const members = [
  "href",
  "origin",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "searchParams",
  "hash",
];

function parseParts(input, base) {
  const parts = host.parse(crossingText(input), base === undefined ? null : crossingText(base));
  return parts ?? undefined;
}

function invalidUrl(input, base) {
  const error = codedError(TypeError, "ERR_INVALID_URL", "Invalid URL");
  error.input = `${input}`;
  if (base !== undefined) error.base = `${base}`;
  return error;
}

/** What the host says of `text` as an absolute URL; undefined where it is none. For `fetch`, which needs no object. */
export function urlParts(text) {
  return parseParts(text, undefined);
}

/** `text` as the URL standard writes it, or as it is where it is no URL. */
export function hrefOf(text) {
  return urlParts(text)?.href ?? text;
}

/** `text` as seen from `base`, absolute; undefined where it is no URL. */
export function resolveUrl(text, base) {
  return parseParts(text, base)?.href;
}

asInterface(URL, "URL", [...members, "toString", "toJSON"]);
asInterface(URLSearchParams, "URLSearchParams", [
  "size",
  "append",
  "delete",
  "get",
  "getAll",
  "has",
  "set",
  "sort",
  "forEach",
  "entries",
  "keys",
  "values",
  "toString",
]);
