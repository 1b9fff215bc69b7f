// URL and URLSearchParams over the host's implementation of the WHATWG standard: nothing here parses or encodes. The host
// gives a URL's normal form, and its members are found in that text when they are asked for.

import host from "fnhost:destination/url@1.0.0";
import { asInterface, crossingText } from "./boundary.js";
import { codedError, receivedText } from "./errors.js";
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
    else if (init instanceof URLSearchParams && init[Symbol.iterator] === iterate) this.#pairs = init.#pairs.map(([name, value]) => [name, value]);
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

  /** The pairs themselves, which are other ones after some changes. */
  static pairsIn(params) {
    if (!isObject(params) || !(#pairs in params)) throw invalidThis("URLSearchParams");
    return params.#pairs;
  }

  /** Replaces all pairs, because the URL was given another query. */
  static replace(params, query) {
    params.#pairs = pairsOfQuery(query);
  }

  get size() {
    return pairsIn(this).length;
  }

  append(name, value) {
    pairsIn(this);
    requireArguments(arguments, "name", "value");
    this.#pairs.push([crossingText(name), crossingText(value)]);
    this.#changed?.();
  }

  delete(name, value = undefined) {
    pairsIn(this);
    requireArguments(arguments, "name");
    const wanted = crossingText(name);
    const text = value === undefined ? undefined : crossingText(value);
    this.#pairs = this.#pairs.filter((pair) => pair[0] !== wanted || (text !== undefined && pair[1] !== text));
    this.#changed?.();
  }

  get(name) {
    pairsIn(this);
    requireArguments(arguments, "name");
    const wanted = crossingText(name);
    const found = this.#pairs.find((pair) => pair[0] === wanted);
    return found === undefined ? null : found[1];
  }

  getAll(name) {
    pairsIn(this);
    requireArguments(arguments, "name");
    const wanted = crossingText(name);
    return this.#pairs.filter((pair) => pair[0] === wanted).map((pair) => pair[1]);
  }

  has(name, value = undefined) {
    pairsIn(this);
    requireArguments(arguments, "name");
    const wanted = crossingText(name);
    const text = value === undefined ? undefined : crossingText(value);
    return this.#pairs.some((pair) => pair[0] === wanted && (text === undefined || pair[1] === text));
  }

  set(name, value) {
    pairsIn(this);
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
    pairsIn(this);
    this.#pairs.sort(([left], [right]) => (left < right ? -1 : Number(left > right)));
    this.#changed?.();
  }

  entries() {
    return new PairIterator(this, (pair) => [pair[0], pair[1]]);
  }

  forEach(callback, thisArgument = undefined) {
    pairsIn(this);
    if (typeof callback !== "function") {
      const message = `The "callback" argument must be of type function. Received ${receivedText(callback)}`;
      throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
    }
    // The pairs as they are at each step.
    for (let index = 0; index < this.#pairs.length; index++) {
      const [name, value] = this.#pairs[index];
      callback.call(thisArgument, value, name, this);
    }
  }

  keys() {
    return new PairIterator(this, (pair) => pair[0]);
  }

  values() {
    return new PairIterator(this, (pair) => pair[1]);
  }

  toString() {
    pairsIn(this);
    return this.#pairs.length === 0 ? "" : host.serializeQuery(this.#pairs);
  }

  [inspectKey](depth, options, inspect) {
    pairsIn(this);
    if (typeof depth === "number" && depth < 0) return options.stylize("[Object]", "special");
    if (this.#pairs.length === 0) return "URLSearchParams {}";
    const pairs = this.#pairs.map(([name, value]) => `${inspect(name, options)} => ${inspect(value, options)}`);
    const length = pairs.reduce((sum, pair) => sum + pair.length + 2, 0);
    if (length > options.breakLength) return `URLSearchParams {\n  ${pairs.join(",\n  ")} }`;
    return `URLSearchParams { ${pairs.join(", ")} }`;
  }
}
const { linked, pairsIn, replace } = URLSearchParams;
const { entries: iterate } = URLSearchParams.prototype;
delete URLSearchParams.linked;
delete URLSearchParams.pairsIn;
delete URLSearchParams.replace;
Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
  value: URLSearchParams.prototype.entries,
  writable: true,
  configurable: true,
});

/** Steps through the pairs as they are at each step, as the standard has it. */
class PairIterator {
  #params;
  #select;
  #index = 0;

  constructor(params, select) {
    // Throws here, not at the first step, where `params` is none.
    pairsIn(params);
    this.#params = params;
    this.#select = select;
  }

  next() {
    if (!isObject(this) || !(#params in this)) throw invalidThis("URLSearchParamsIterator");
    const pairs = pairsIn(this.#params);
    if (this.#index >= pairs.length) return { value: undefined, done: true };
    return { value: this.#select(pairs[this.#index++]), done: false };
  }

  [inspectKey](depth, options, inspect) {
    if (!isObject(this) || !(#params in this)) throw invalidThis("URLSearchParamsIterator");
    if (typeof depth === "number" && depth < 0) return options.stylize("[Object]", "special");
    const rest = pairsIn(this.#params).slice(this.#index).map((pair) => inspect(this.#select(pair), options));
    const name = "URLSearchParams Iterator";
    if (rest.length === 0) return `${name} {  }`;
    const text = `${name} { ${rest.join(", ")} }`;
    return text.length > options.breakLength || text.includes("\n") ? `${name} {\n  ${rest.join(",\n  ")} }` : text;
  }
}
const pairIteratorPrototype = PairIterator.prototype;
delete pairIteratorPrototype.constructor;
Object.setPrototypeOf(pairIteratorPrototype, Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
Object.defineProperty(pairIteratorPrototype, "next", { enumerable: true });
Object.defineProperty(pairIteratorPrototype, Symbol.toStringTag, {
  value: "URLSearchParams Iterator",
  configurable: true,
});

function isObject(value) {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function invalidThis(name) {
  return codedError(TypeError, "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
}

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
    const isTuple = isObject(item) && typeof item[Symbol.iterator] === "function";
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
  #href;
  // Where the members are in the text.
  #parts = undefined;
  #params = undefined;
  // True when the parameters were changed and the text does not say so yet: several changes cost one call.
  #stale = false;

  constructor(input, base = undefined) {
    if (arguments.length === 0) throw codedError(TypeError, "ERR_MISSING_ARGS", 'The "url" argument must be specified');
    this.#href = resolveUrl(input, base);
    if (this.#href === undefined) throw invalidUrl(input, base);
  }

  static canParse(input, base = undefined) {
    requireArguments(arguments, "url");
    return resolveUrl(input, base) !== undefined;
  }

  static parse(input, base = undefined) {
    requireArguments(arguments, "url");
    try {
      return new URL(input, base);
    } catch (error) {
      if (error.code === "ERR_INVALID_URL") return null;
      throw error;
    }
  }

  #current() {
    if (this.#stale) {
      this.#stale = false;
      this.#use(host.set(this.#href, "search", this.#params.toString()) ?? this.#href);
    }
    return this.#href;
  }

  #use(href) {
    this.#href = href;
    this.#parts = undefined;
  }

  #part(start, end) {
    const href = this.#current();
    this.#parts ??= partsOf(href);
    return href.slice(this.#parts[start], this.#parts[end]);
  }

  #set(member, value) {
    const href = host.set(this.#current(), member, crossingText(value)) ?? undefined;
    if (href !== undefined) this.#use(href);
    else if (member === "href") throw invalidUrl(value);
    if (this.#params !== undefined && (member === "search" || member === "href")) replace(this.#params, this.search);
  }

  toString() {
    return this.#current();
  }

  get href() {
    return this.#current();
  }

  set href(value) {
    this.#set("href", value);
  }

  get origin() {
    return originOf(this.#current());
  }

  get protocol() {
    const href = this.#current();
    return href.slice(0, href.indexOf(":") + 1);
  }

  set protocol(value) {
    this.#set("protocol", value);
  }

  get username() {
    return this.#part("usernameStart", "usernameEnd");
  }

  set username(value) {
    this.#set("username", value);
  }

  get password() {
    return this.#part("passwordStart", "passwordEnd");
  }

  set password(value) {
    this.#set("password", value);
  }

  get host() {
    return this.#part("hostStart", "portEnd");
  }

  set host(value) {
    this.#set("host", value);
  }

  get hostname() {
    return this.#part("hostStart", "hostEnd");
  }

  set hostname(value) {
    this.#set("hostname", value);
  }

  get port() {
    return this.#part("portStart", "portEnd");
  }

  set port(value) {
    this.#set("port", value);
  }

  get pathname() {
    return this.#part("pathnameStart", "pathnameEnd");
  }

  set pathname(value) {
    this.#set("pathname", value);
  }

  get search() {
    // A question mark alone is in the text but not in the member; the same holds for the sign of the hash.
    const search = this.#part("pathnameEnd", "searchEnd");
    return search === "?" ? "" : search;
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
    const hash = this.#part("searchEnd", "hashEnd");
    return hash === "#" ? "" : hash;
  }

  set hash(value) {
    this.#set("hash", value);
  }

  toJSON() {
    return this.#current();
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

/** Where the members are in a URL's normal form. */
function partsOf(href) {
  const protocolEnd = href.indexOf(":") + 1;
  const hashAt = href.indexOf("#");
  const searchEnd = hashAt === -1 ? href.length : hashAt;
  const queryAt = href.indexOf("?");
  const pathnameEnd = queryAt === -1 ? searchEnd : Math.min(queryAt, searchEnd);
  if (!href.startsWith("//", protocolEnd)) {
    // Where there is no host, a path that begins with two slashes has `/.` in front to say so.
    const start = protocolEnd;
    return {
      usernameStart: start,
      usernameEnd: start,
      passwordStart: start,
      passwordEnd: start,
      hostStart: start,
      hostEnd: start,
      portStart: start,
      portEnd: start,
      pathnameStart: href.startsWith("/.//", protocolEnd) ? protocolEnd + 2 : protocolEnd,
      pathnameEnd,
      searchEnd,
      hashEnd: href.length,
    };
  }
  const usernameStart = protocolEnd + 2;
  const slashAt = href.indexOf("/", usernameStart);
  const pathnameStart = slashAt === -1 ? pathnameEnd : Math.min(slashAt, pathnameEnd);
  const authority = href.slice(usernameStart, pathnameStart);
  const credentials = authority.indexOf("@");
  const hostStart = usernameStart + credentials + 1;
  const passwordEnd = credentials === -1 ? usernameStart : hostStart - 1;
  const colon = authority.indexOf(":");
  const hasPassword = colon !== -1 && colon < credentials;
  const portSign = authority.lastIndexOf(":");
  const hasPort = portSign > credentials && portSign > authority.lastIndexOf("]");
  const portStart = hasPort ? usernameStart + portSign + 1 : pathnameStart;
  return {
    usernameStart,
    usernameEnd: hasPassword ? usernameStart + colon : passwordEnd,
    passwordStart: hasPassword ? usernameStart + colon + 1 : passwordEnd,
    passwordEnd,
    hostStart,
    hostEnd: hasPort ? portStart - 1 : pathnameStart,
    portStart,
    portEnd: pathnameStart,
    pathnameStart,
    pathnameEnd,
    searchEnd,
    hashEnd: href.length,
  };
}

const withOrigin = /^(?:https?|wss?|ftp):/;

/** The serialised origin of a URL's normal form. */
function originOf(href) {
  if (withOrigin.test(href)) {
    const { hostStart, portEnd } = partsOf(href);
    return `${href.slice(0, href.indexOf(":"))}://${href.slice(hostStart, portEnd)}`;
  }
  if (href.startsWith("blob:")) {
    const { pathnameStart, pathnameEnd } = partsOf(href);
    const inner = resolveUrl(href.slice(pathnameStart, pathnameEnd), undefined);
    if (inner?.startsWith("https:") || inner?.startsWith("http:")) return originOf(inner);
  }
  return "null";
}

function invalidUrl(input, base) {
  const error = codedError(TypeError, "ERR_INVALID_URL", "Invalid URL");
  error.input = `${input}`;
  if (base !== undefined) error.base = `${base}`;
  return error;
}

/** `text` as an absolute URL, and what `fetch` asks of it without an object; undefined where it is none. */
export function urlParts(text) {
  const href = resolveUrl(text, undefined);
  return href === undefined ? undefined : { href, protocolEnd: href.indexOf(":") + 1, origin: originOf(href) };
}

/** `text` as the URL standard writes it, or as it is where it is no URL. */
export function hrefOf(text) {
  return resolveUrl(text, undefined) ?? text;
}

/** `text` as seen from `base`, absolute; undefined where it is no URL. */
export function resolveUrl(text, base) {
  return host.parse(crossingText(text), base === undefined ? undefined : crossingText(base)) ?? undefined;
}

asInterface(URL, "URL", [...members, "toString", "toJSON"]);
for (const member of ["canParse", "parse"]) Object.defineProperty(URL, member, { enumerable: true });
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
