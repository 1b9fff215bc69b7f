// The class Request as node-fetch 2 has it. It sends nothing.

import { asInterface } from "./boundary.js";
import { Body, contentFrom, contentOf, sharedContentOf } from "./body.js";
import { AbortSignal } from "./events.js";
import { Headers } from "./headers.js";
import { shownAs } from "./inspect.js";
import { urlParts } from "./url.js";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");

export class Request extends Body {
  #parts;
  #text;
  #method;
  #headers;
  #redirect;
  #signal;
  // What node-fetch has beyond the standard.
  #follow;
  #timeout;
  #size;

  constructor(input, init = undefined) {
    const given = init ?? {};
    const original = input instanceof Request ? input : undefined;
    const method = `${given.method || original?.method || "GET"}`.toUpperCase();
    const hasBody = given.body !== undefined && given.body !== null;
    const inherited = hasBody || original === undefined ? null : sharedContentOf(original);
    if ((hasBody || inherited !== null) && (method === "GET" || method === "HEAD")) {
      throw new TypeError("Request with GET/HEAD method cannot have body");
    }
    const { content, type } = hasBody ? contentFrom(given.body) : { content: inherited, type: null };
    super(content);
    this.#method = method;
    this.#text = original?.url ?? `${input?.href || input}`;
    this.#parts = original?.#parts ?? urlParts(this.#text);
    this.#headers = new Headers(given.headers || original?.headers);
    if (type !== null && !this.#headers.has("Content-Type")) this.#headers.append("Content-Type", type);
    this.#signal = "signal" in given ? given.signal : (original?.signal ?? null);
    if (this.#signal !== null && this.#signal !== undefined && !isSignal(this.#signal)) {
      throw new TypeError("Expected signal to be an instanceof AbortSignal");
    }
    this.#redirect = given.redirect || original?.redirect || "follow";
    this.#follow = given.follow ?? original?.follow ?? 20;
    this.#timeout = given.timeout || original?.timeout || 0;
    this.#size = given.size || original?.size || 0;
  }

  static parts(request) {
    return request.#parts;
  }

  get method() {
    return this.#method;
  }

  get url() {
    return this.#parts?.href ?? this.#text;
  }

  get headers() {
    return this.#headers;
  }

  get redirect() {
    return this.#redirect;
  }

  get signal() {
    return this.#signal ?? null;
  }

  get follow() {
    return this.#follow;
  }

  get timeout() {
    return this.#timeout;
  }

  get size() {
    return this.#size;
  }

  clone() {
    return new Request(this);
  }

  [inspectKey](_depth, options, inspect) {
    const { method, url, headers, redirect, bodyUsed } = this;
    return inspect(shownAs(Request, { method, url, headers, redirect, bodyUsed }), options);
  }
}
const { parts: partsOfRequest } = Request;
delete Request.parts;
export { partsOfRequest };

/** Ours, or one that a library brought along. */
function isSignal(value) {
  if (value instanceof AbortSignal) return true;
  return (
    typeof value === "object" && typeof value.aborted === "boolean" && typeof value.addEventListener === "function"
  );
}

/** The bytes of a request's body; undefined where it has none. */
export function requestBytes(request) {
  return contentOf(request)?.bytes();
}

asInterface(Request, "Request", ["method", "url", "headers", "redirect", "signal", "clone"]);
