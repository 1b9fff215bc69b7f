// The class Headers as node-fetch 2 has it: names keep their spelling for `raw()`, values are joined on reading.
// Nothing is forbidden here; what may not go on the wire is left out by send.js.

import encoding from "fnhost:destination/encoding@1.0.0";
import { asInterface } from "./boundary.js";
import { joined, latin1Bytes, latin1Text } from "./bytes.js";
import { shownAs } from "./inspect.js";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");
const illegalName = /[^^_`a-zA-Z\-0-9!#$%&'*+.|~]/;
const illegalValue = /[^\t\x20-\x7e\x80-\xff]/;

export class Headers {
  // By lower-case name: the name as it was first given, and its values.
  #map = new Map();
  // What the host gave, until somebody looks: names and bytes.
  #unread = undefined;

  constructor(init = undefined) {
    if (init === undefined || init === null) return;
    if (init instanceof Headers) this.#copy(init);
    else if (typeof init === "object") this.#fill(init);
    else throw new TypeError("Provided initializer must be an object");
  }

  /** The headers of an answer. They are decoded when somebody looks. */
  static ofEntries(entries) {
    const headers = new Headers();
    headers.#unread = entries;
    return headers;
  }

  /** The headers by lower-case name: the name as it was given, and its values. */
  static map(headers) {
    return headers.#read();
  }

  #read() {
    if (this.#unread !== undefined) {
      const entries = this.#unread;
      this.#unread = undefined;
      const values = decodedValues(entries);
      for (let index = 0; index < entries.length; index++) {
        // As node-fetch does: a value that nobody could send back is not shown.
        if (!illegalValue.test(values[index])) this.#add(entries[index][0], values[index]);
      }
    }
    return this.#map;
  }

  #add(name, value) {
    const key = name.toLowerCase();
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
      for (const key of Object.keys(init)) this.append(key, init[key]);
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
    this.#read();
    this.#add(legalName(name), legalValue(value));
  }

  delete(name) {
    this.#read().delete(legalName(name).toLowerCase());
  }

  get(name) {
    const entry = this.#read().get(legalName(name).toLowerCase());
    if (entry === undefined) return null;
    return entry.values.length === 1 ? entry.values[0] : entry.values.join(", ");
  }

  has(name) {
    return this.#read().has(legalName(name).toLowerCase());
  }

  set(name, value) {
    const text = legalName(name);
    const values = [legalValue(value)];
    const key = text.toLowerCase();
    const entry = this.#read().get(key);
    if (entry === undefined) this.#map.set(key, { name: text, values });
    else entry.values = values;
  }

  forEach(callback, thisArgument = undefined) {
    for (const [name, value] of this.#sorted()) callback.call(thisArgument, value, name, this);
  }

  #sorted() {
    const pairs = [];
    for (const [key, { values }] of this.#read()) pairs.push([key, values.join(", ")]);
    return pairs.sort(([left], [right]) => (left < right ? -1 : Number(left > right)));
  }

  *entries() {
    yield* this.#sorted();
  }

  *keys() {
    for (const [name] of this.#sorted()) yield name;
  }

  *values() {
    for (const [, value] of this.#sorted()) yield value;
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
const { ofEntries: headersOfEntries, map: mapOfHeaders } = Headers;
delete Headers.ofEntries;
delete Headers.map;
Object.defineProperty(Headers.prototype, Symbol.iterator, {
  value: Headers.prototype.entries,
  writable: true,
  configurable: true,
});
export { headersOfEntries };

function legalName(name) {
  const text = `${name}`;
  if (text === "" || illegalName.test(text)) throw new TypeError(`${text} is not a legal HTTP header name`);
  return text;
}

function legalValue(value) {
  const text = `${value}`;
  if (illegalValue.test(text)) throw new TypeError(`${text} is not a legal HTTP header value`);
  return text;
}

/** The values of the host's entries as text, which is Latin-1: in one call, as a call costs more than the bytes. */
function decodedValues(entries) {
  if (entries.length === 0) return [];
  const pieces = [];
  for (const [, value] of entries) pieces.push(value, lineFeed);
  const bytes = joined(pieces);
  const text = encoding.decode(bytes, "latin1", false, true);
  // The web's "latin1" is windows-1252; where the two differ, the bytes are taken one by one.
  const exact = illegalValue.test(text.replaceAll("\n", "")) ? latin1Text(bytes) : text;
  return exact.split("\n");
}

const lineFeed = new Uint8Array([10]);

// Values that nearly every request has, as bytes, made while the function is built.
const knownValues = new Map();

/** Has the bytes of `value` ready from now on. */
export function prepareValue(value) {
  knownValues.set(value, latin1Bytes(value));
}

/**
 * The entries for the host: those of `headers` that `isSent` does not refuse by their lower-case names, then the name
 * and value pairs of `more` whose names are not among them.
 */
export function wireEntries(headers, isSent, more) {
  const map = mapOfHeaders(headers);
  const entries = [];
  const unknown = [];
  const add = (name, value) => {
    const bytes = knownValues.get(value);
    if (bytes === undefined) unknown.push(entries.length, value);
    entries.push([name, bytes]);
  };
  for (const [key, { name, values }] of map) {
    if (isSent(key)) for (const value of values) add(name, value);
  }
  for (const [name, value] of more) {
    const key = name.toLowerCase();
    if (!map.has(key) || !isSent(key)) add(name, value);
  }
  encodeInto(entries, unknown);
  return entries;
}

/** Gives each entry named in `unknown`, index and value by turns, its bytes: all of them in one call. */
function encodeInto(entries, unknown) {
  if (unknown.length === 0) return;
  let text = "";
  for (let index = 1; index < unknown.length; index += 2) text += unknown[index];
  const bytes = latin1Bytes(text);
  let start = 0;
  for (let index = 0; index < unknown.length; index += 2) {
    const end = start + unknown[index + 1].length;
    entries[unknown[index]][1] = bytes.subarray(start, end);
    start = end;
  }
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
  "raw",
]);
