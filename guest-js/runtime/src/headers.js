// The class Headers as node-fetch 2 has it: names keep their spelling for `raw()`, values are joined on reading.
// Nothing is forbidden here; what may not go on the wire is left out by send.js.

import { asInterface } from "./boundary.js";
import { shownAs } from "./inspect.js";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");
// From end to end: a search for what is not allowed would begin anew at every character.
const legalNames = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
const legalValues = /^[\t\x20-\x7e\x80-\xff]*$/;

// What most requests have is looked up, not looked through.
const knownKeys = new Map();
for (const name of ["Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "Location", "User-Agent"]) {
  knownKeys.set(name, name.toLowerCase()).set(name.toLowerCase(), name.toLowerCase());
}
const knownValues = new Set(["application/json", "text/plain;charset=UTF-8"]);

// Of these Node keeps the first in an answer that has several.
export const onceOnly = new Set(
  (
    "age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since " +
    "last-modified location max-forwards proxy-authorization referer retry-after server user-agent"
  ).split(" "),
);

export class Headers {
  // By lower-case name: the name as it was first given, and its values.
  #map = new Map();
  // What the host gave, until somebody looks: pairs of a name and a value.
  #unread = undefined;

  constructor(init = undefined) {
    if (init === undefined || init === null) return;
    if (init instanceof Headers) this.#copy(init);
    else if (typeof init === "object") this.#fill(init);
    else throw new TypeError("Provided initializer must be an object");
  }

  /** The headers of an answer, from pairs of a name and a value. They are taken in when somebody looks. */
  static ofPairs(pairs) {
    const headers = new Headers();
    headers.#unread = pairs;
    return headers;
  }

  /** The headers by lower-case name: the name as it was given, and its values. */
  static map(headers) {
    return headers.#read();
  }

  #read() {
    if (this.#unread !== undefined) {
      const pairs = this.#unread;
      this.#unread = undefined;
      for (const [name, value] of pairs) {
        // As node-fetch does: a value that nobody could send back is not shown.
        if (legalValues.test(value)) this.#receive(keyOf(name), name, value);
      }
    }
    return this.#map;
  }

  /** A header of an answer, as Node reads it: of some only the first counts, most are one text. */
  #receive(key, name, value) {
    const values = this.#map.get(key)?.values;
    if (values === undefined || key === "set-cookie") this.#add(key, name, value);
    else if (!onceOnly.has(key)) values[0] += (key === "cookie" ? "; " : ", ") + value;
  }

  #add(key, name, value) {
    const entry = this.#map.get(key);
    if (entry === undefined) this.#map.set(key, { name, values: [value] });
    else entry.values.push(value);
  }

  #copy(headers) {
    for (const [key, { name, values }] of headers.#read()) this.#map.set(key, { name, values: [...values] });
  }

  #fill(init) {
    const iterate = init[Symbol.iterator];
    if (iterate === undefined || iterate === null) {
      const keys = Object.keys(init);
      for (let index = 0; index < keys.length; index++) this.append(keys[index], init[keys[index]]);
      return;
    }
    if (typeof iterate !== "function") throw new TypeError("Header pairs must be iterable");
    for (const item of init) {
      if (typeof item !== "object" || item === null || typeof item[Symbol.iterator] !== "function") {
        throw new TypeError("Each header pair must be iterable");
      }
      const pair = [...item];
      if (pair.length !== 2) throw new TypeError("Each header pair must be a name/value tuple");
      this.append(pair[0], pair[1]);
    }
  }

  append(name, value) {
    this.#changing();
    this.#add(keyOf(name), `${name}`, legalValue(value));
  }

  delete(name) {
    this.#changing().delete(keyOf(name));
  }

  get(name) {
    const entry = this.#read().get(keyOf(name));
    if (entry === undefined) return null;
    return entry.values.length === 1 ? entry.values[0] : entry.values.join(", ");
  }

  has(name) {
    return this.#read().has(keyOf(name));
  }

  set(name, value) {
    const key = keyOf(name);
    const values = [legalValue(value)];
    const entry = this.#changing().get(key);
    if (entry === undefined) this.#map.set(key, { name: `${name}`, values });
    else entry.values = values;
  }

  forEach(callback, thisArgument = undefined) {
    for (const [name, value] of this.entries()) callback.call(thisArgument, value, name, this);
  }

  /** The headers, which are about to change: who iterates over them goes on with what they are then. */
  #changing() {
    const map = this.#read();
    if (map.sorted !== undefined) map.sorted = undefined;
    return map;
  }

  /** Names and joined values in order; kept with the headers until they change. */
  #sorted() {
    const map = this.#read();
    if (map.sorted !== undefined) return map.sorted;
    const pairs = [];
    for (const [key, { values }] of map) pairs.push([key, values.join(", ")]);
    map.sorted = pairs.sort(([left], [right]) => (left < right ? -1 : Number(left > right)));
    return pairs;
  }

  *entries() {
    for (let index = 0; index < this.#sorted().length; index++) {
      const [name, value] = this.#sorted()[index];
      yield [name, value];
    }
  }

  *keys() {
    for (let index = 0; index < this.#sorted().length; index++) yield this.#sorted()[index][0];
  }

  *values() {
    for (let index = 0; index < this.#sorted().length; index++) yield this.#sorted()[index][1];
  }

  /** The values of `Set-Cookie`, which cannot be joined. */
  getSetCookie() {
    return [...(this.#read().get("set-cookie")?.values ?? [])];
  }

  /** Each name with all its values; node-fetch's own. */
  raw() {
    const raw = {};
    for (const { name, values } of this.#read().values()) raw[name] = [...values];
    return raw;
  }

  [inspectKey](_depth, options, inspect) {
    const shown = { __proto__: null };
    for (const { name, values } of this.#read().values()) shown[name] = [...values];
    return inspect(shownAs(Headers, { [Symbol("map")]: shown }), options);
  }
}
const { ofPairs: headersOfPairs, map: mapOfHeaders } = Headers;
delete Headers.ofPairs;
delete Headers.map;
Object.defineProperty(Headers.prototype, Symbol.iterator, {
  value: Headers.prototype.entries,
  writable: true,
  configurable: true,
});
export { headersOfPairs };

/** The lower-case form of a header's name; throws where it is no legal one. */
function keyOf(name) {
  const known = knownKeys.get(name);
  if (known !== undefined) return known;
  const text = `${name}`;
  if (!legalNames.test(text)) throw new TypeError(`${text} is not a legal HTTP header name`);
  return text.toLowerCase();
}

function legalValue(value) {
  const text = `${value}`;
  if (!knownValues.has(text) && !legalValues.test(text)) throw new TypeError(`${text} is not a legal HTTP header value`);
  return text;
}

/** The pairs of a name and a value for the host: those of `headers`, then those of `defaults` whose names are not among them. */
export function pairsOfHeaders(headers, defaults) {
  const map = mapOfHeaders(headers);
  if (map.size === 0) return defaults;
  const pairs = [];
  map.forEach(({ name, values }, key) => {
    // As Node has it: several cookies are one header.
    const lines = key === "cookie" && values.length > 1 ? [values.join("; ")] : values;
    for (let index = 0; index < lines.length; index++) pairs.push([name, lines[index]]);
  });
  for (let index = 0; index < defaults.length; index++) {
    const pair = defaults[index];
    if (!map.has(keyOf(pair[0]))) pairs.push(pair);
  }
  return pairs;
}

asInterface(Headers, "Headers", [
  "append",
  "delete",
  "get",
  "has",
  "set",
  "forEach",
  "entries",
  "keys",
  "values",
  "getSetCookie",
  "raw",
]);
