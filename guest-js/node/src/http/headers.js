// Headers of outgoing messages with Node's checks and words, and those of answers as Node joins them.

import { crossingText } from "fnhost:platform/boundary";
import { onceOnly } from "fnhost:platform/headers";
import { inspect } from "fnhost:platform/inspect";
import { nodeError } from "../internal/errors.js";

const token = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
const badValue = /[^\t\x20-\x7e\x80-\xff]/;

/** Whether `text` may be a method, or the name of a header. */
export function isToken(text) {
  return token.test(text);
}

export function validateHeaderName(name, label = "Header name") {
  if (typeof name === "string" && isToken(name)) return;
  throw nodeError(TypeError, "ERR_INVALID_HTTP_TOKEN", `${label} must be a valid HTTP token ["${name}"]`);
}

/** Whether `value`, as text, may be the value of a header. */
export function isHeaderValue(value) {
  return !badValue.test(`${value}`);
}

export function validateHeaderValue(name, value) {
  if (value === undefined) {
    const message = `Invalid value "${value}" for header "${name}"`;
    throw nodeError(TypeError, "ERR_HTTP_INVALID_HEADER_VALUE", message);
  }
  if (!isHeaderValue(value)) {
    throw nodeError(TypeError, "ERR_INVALID_CHAR", `Invalid character in header content ["${name}"]`);
  }
}

/** Headers by lower-case name: the name as it was given, and its value or values. */
export class OutgoingHeaders {
  map = new Map();

  set(name, value) {
    validateHeaderName(name);
    if (Array.isArray(value)) for (const one of value) validateHeaderValue(name, one);
    else validateHeaderValue(name, value);
    this.map.set(name.toLowerCase(), { name, value });
  }

  append(name, value) {
    validateHeaderName(name);
    for (const one of Array.isArray(value) ? value : [value]) validateHeaderValue(name, one);
    const known = this.map.get(name.toLowerCase());
    if (known === undefined) this.map.set(name.toLowerCase(), { name, value });
    else known.value = [].concat(known.value, value);
  }

  get(name) {
    return this.map.get(`${name}`.toLowerCase())?.value;
  }

  /** The first of its values as text; undefined without it. */
  text(name) {
    const value = this.get(name);
    return value === undefined ? undefined : `${Array.isArray(value) ? value[0] : value}`;
  }

  /** Pairs of a name and a value, as they go to the host. Those in the set `unique` go as one header. */
  pairs(unique = undefined) {
    const pairs = [];
    for (const { name, value } of this.map.values()) {
      if (!Array.isArray(value)) pairs.push([name, crossingText(`${value}`)]);
      // Node sends several cookies as one header.
      else if (name.toLowerCase() === "cookie" || unique?.has(name.toLowerCase())) pairs.push([name, crossingText(value.join("; "))]);
      else for (const one of value) pairs.push([name, crossingText(`${one}`)]);
    }
    return pairs;
  }

  /** Takes the option `headers`: an object, a list of pairs, or a list in which names and values alternate. */
  fill(headers) {
    if (!Array.isArray(headers)) {
      for (const name of Object.keys(headers)) this.set(name, headers[name]);
      return;
    }
    if (headers.length > 0 && Array.isArray(headers[0])) {
      for (const [name, value] of headers) this.append(name, value);
      return;
    }
    if (headers.length % 2 !== 0) {
      const message = `The argument 'headers' is invalid. Received ${inspect(headers)}`;
      throw nodeError(TypeError, "ERR_INVALID_ARG_VALUE", message);
    }
    for (let index = 0; index < headers.length; index += 2) this.append(headers[index], headers[index + 1]);
  }
}

/** The headers of an answer as Node shows them, from pairs: of some only the first counts, most are one text. */
export function joinedHeaders(pairs) {
  const headers = {};
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    if (key === "set-cookie") {
      if (headers[key] === undefined) headers[key] = [value];
      else headers[key].push(value);
    } else if (!Object.hasOwn(headers, key)) {
      headers[key] = value;
    } else if (!onceOnly.has(key)) {
      headers[key] += (key === "cookie" ? "; " : ", ") + value;
    }
  }
  return headers;
}

/** Each name with all its values. */
export function distinctHeaders(pairs) {
  const headers = { __proto__: null };
  for (const [name, value] of pairs) (headers[name.toLowerCase()] ??= []).push(value);
  return headers;
}
