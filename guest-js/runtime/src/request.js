// The class Request as node-fetch 2 has it. It sends nothing.

import { asInterface, crossingText } from "./boundary.js";
import { Body, contentFrom, sharedContentOf, takenContentOf } from "./body.js";
import { AbortSignal } from "./events.js";
import { Headers } from "./headers.js";
import { shownAs } from "./inspect.js";
import { hrefOf } from "./url.js";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");
const unescaped = /['\\^`{|}]/;
const allUnescaped = /['\\^`{|}]/g;

/**
 * What a request is made of, from an init and the Request that it may build on: `{ content, method, headers, redirect,
 * signal, follow, timeout, size, compress }`, the last four being node-fetch's own. `isSent`: it is sent now.
 */
export function requestParts(given, original, isSent) {
  const method = `${given.method || original?.method || "GET"}`.toUpperCase();
  const hasBody = given.body !== undefined && given.body !== null;
  const inherited = hasBody || original === undefined ? null : (isSent ? takenContentOf : sharedContentOf)(original);
  if ((hasBody || inherited !== null) && (method === "GET" || method === "HEAD")) {
    throw new TypeError("Request with GET/HEAD method cannot have body");
  }
  const { content, type } = hasBody ? contentFrom(given.body) : { content: inherited, type: null };
  const headers = new Headers(given.headers || original?.headers);
  if (type !== null && !headers.has("Content-Type")) headers.append("Content-Type", type);
  const signal = "signal" in given ? given.signal : (original?.signal ?? null);
  if (signal !== null && signal !== undefined && !isSignal(signal)) {
    throw new TypeError("Expected signal to be an instanceof AbortSignal");
  }
  return {
    content,
    method,
    headers,
    redirect: given.redirect || original?.redirect || "follow",
    signal,
    follow: given.follow !== undefined ? given.follow : (original?.follow ?? 20),
    timeout: given.timeout || original?.timeout || 0,
    size: given.size || original?.size || 0,
    compress: given.compress !== undefined ? given.compress : (original?.compress ?? true),
  };
}

/** The text of the URL that `fetch` and `Request` are given: a string, a URL, or anything that has a text. */
export function urlText(input) {
  const text = crossingText(input?.href || input);
  return unescaped.test(text) ? escapedUrl(hrefOf(text)) : text;
}

/** `href` as it goes out. Node's old parser, through which node-fetch takes it, escapes what the standard leaves alone. */
export function escapedUrl(href) {
  return unescaped.test(href) ? href.replace(allUnescaped, escapedByte) : href;
}

function escapedByte(character) {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

export class Request extends Body {
  #url;
  #parts;

  constructor(input, init = undefined) {
    const original = input instanceof Request ? input : undefined;
    const parts = requestParts(init ?? {}, original, false);
    super(parts.content);
    this.#parts = parts;
    this.#url = original?.url ?? hrefOf(urlText(input));
  }

  get method() {
    return this.#parts.method;
  }

  get url() {
    return this.#url;
  }

  get headers() {
    return this.#parts.headers;
  }

  get redirect() {
    return this.#parts.redirect;
  }

  get signal() {
    return this.#parts.signal ?? null;
  }

  get follow() {
    return this.#parts.follow;
  }

  get timeout() {
    return this.#parts.timeout;
  }

  get size() {
    return this.#parts.size;
  }

  get compress() {
    return this.#parts.compress;
  }

  clone() {
    return new Request(this);
  }

  [inspectKey](_depth, options, inspect) {
    const { method, url, headers, redirect, bodyUsed } = this;
    return inspect(shownAs(Request, { method, url, headers, redirect, bodyUsed }), options);
  }
}
/** Ours, or one that a library brought along. */
function isSignal(value) {
  if (value instanceof AbortSignal) return true;
  return (
    typeof value === "object" && typeof value.aborted === "boolean" && typeof value.addEventListener === "function"
  );
}

asInterface(Request, "Request", ["method", "url", "headers", "redirect", "signal", "clone"]);
