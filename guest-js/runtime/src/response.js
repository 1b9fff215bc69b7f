// The class Response as node-fetch 2 has it, with the standard's static methods. It does not fetch.

import { atEventEnd } from "fnhost:runtime";
import { asInterface } from "./boundary.js";
import { Body, contentFrom, contentOf, sharedContentOf } from "./body.js";
import { Headers, headersOfPairs } from "./headers.js";
import { shownAs } from "./inspect.js";
import { NetworkContent, wholeContent } from "./network-body.js";
import { hrefOf, resolveUrl } from "./url.js";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");

// One text, not 60 members of an object: every instance would carry those, and few responses are asked for this.
const statusTexts =
  "|100 Continue|101 Switching Protocols|102 Processing|103 Early Hints|200 OK|201 Created|202 Accepted" +
  "|203 Non-Authoritative Information|204 No Content|205 Reset Content|206 Partial Content|207 Multi-Status" +
  "|208 Already Reported|226 IM Used|300 Multiple Choices|301 Moved Permanently|302 Found|303 See Other" +
  "|304 Not Modified|305 Use Proxy|307 Temporary Redirect|308 Permanent Redirect|400 Bad Request|401 Unauthorized" +
  "|402 Payment Required|403 Forbidden|404 Not Found|405 Method Not Allowed|406 Not Acceptable" +
  "|407 Proxy Authentication Required|408 Request Timeout|409 Conflict|410 Gone|411 Length Required" +
  "|412 Precondition Failed|413 Payload Too Large|414 URI Too Long|415 Unsupported Media Type" +
  "|416 Range Not Satisfiable|417 Expectation Failed|418 I'm a Teapot|421 Misdirected Request" +
  "|422 Unprocessable Entity|423 Locked|424 Failed Dependency|425 Too Early|426 Upgrade Required" +
  "|428 Precondition Required|429 Too Many Requests|431 Request Header Fields Too Large" +
  "|451 Unavailable For Legal Reasons|500 Internal Server Error|501 Not Implemented|502 Bad Gateway" +
  "|503 Service Unavailable|504 Gateway Timeout|505 HTTP Version Not Supported|506 Variant Also Negotiates" +
  "|507 Insufficient Storage|508 Loop Detected|509 Bandwidth Limit Exceeded|510 Not Extended" +
  "|511 Network Authentication Required|";

/** Node's words for a status; empty where it has none. */
export function statusTextFor(status) {
  const start = statusTexts.indexOf(`|${status} `);
  return start === -1 ? "" : statusTexts.slice(start + 5, statusTexts.indexOf("|", start + 1));
}

// The answers of this event whose bodies nobody has read, maybe.
let open = [];

/** Gives back what the host holds for answers that nobody read to the end. */
function releaseResponses() {
  for (const content of open) content.release();
  open = [];
}

export class Response extends Body {
  // Its head; an object of its own, as each private field costs a fetch about a microsecond.
  #head;

  constructor(body = undefined, init = undefined) {
    if (body instanceof Head) {
      super(body.content);
      this.#head = body;
      return;
    }
    const { content, type } = contentFrom(body);
    super(content);
    const headers = new Headers(init?.headers);
    if (type !== null && !headers.has("Content-Type")) headers.append("Content-Type", type);
    this.#head = new Head(content, init?.status || 200, false);
    this.#head.url = init?.url ?? "";
    this.#head.headers = headers;
    this.#head.statusText = init?.statusText || undefined;
  }

  static json(data, init = undefined) {
    const response = new Response(JSON.stringify(data), init);
    if (new Headers(init?.headers).has("Content-Type") === false)
      response.headers.set("Content-Type", "application/json");
    return response;
  }

  static error() {
    const response = new Response(null);
    response.#head.status = 0;
    response.#head.statusText = "";
    response.#head.type = "error";
    return response;
  }

  static redirect(url, status = 302) {
    if (![301, 302, 303, 307, 308].includes(status)) throw new RangeError(`Invalid status code ${status}`);
    const location = resolveUrl(url);
    if (location === undefined) throw new TypeError(`Failed to parse URL from ${url}`);
    return new Response(null, { status, headers: { Location: location } });
  }

  get url() {
    this.#head.url ??= hrefOf(this.#head.sentTo);
    return this.#head.url;
  }

  get status() {
    return this.#head.status;
  }

  get ok() {
    return this.status >= 200 && this.status < 300;
  }

  get statusText() {
    this.#head.statusText ??= statusTextFor(this.status);
    return this.#head.statusText;
  }

  get headers() {
    this.#head.headers ??= headersOfPairs(this.#head.pairs);
    return this.#head.headers;
  }

  get redirected() {
    return this.#head.redirected;
  }

  get type() {
    return this.#head.type;
  }

  clone() {
    const head = new Head(sharedContentOf(this), this.status, this.redirected);
    head.url = this.url;
    head.headers = new Headers(this.headers);
    head.statusText = this.#head.statusText;
    return new Response(head);
  }

  [inspectKey](_depth, options, inspect) {
    const { url, status, statusText, ok, redirected, headers, bodyUsed } = this;
    const shown = { url, status, statusText, ok, redirected, headers, bodyUsed };
    return inspect(shownAs(Response, shown), options);
  }
}

/** What a response says of itself, and its content. What few functions ask for is made when one does. */
class Head {
  constructor(content, status, redirected, sentTo, pairs) {
    this.content = content;
    this.status = status;
    this.redirected = redirected;
    this.type = "default";
    this.statusText = undefined;
    // What `url` and `headers` are made of if the response came over the network.
    this.sentTo = sentTo;
    this.pairs = pairs;
    this.url = undefined;
    this.headers = undefined;
  }
}

/** Gives back what the host holds for `response`, whose body nobody will read. */
export function releaseResponse(response) {
  contentOf(response).release?.();
}

function openContent(answer, hop, size) {
  const isChunked = answer.headers.some(([name]) => name === "transfer-encoding");
  const content = new NetworkContent(answer.body.val, hop, size, isChunked);
  if (open.length === 0) atEventEnd(releaseResponses);
  open.push(content);
  return content;
}

/** The Response for the contract's `answer` to `hop`. `size` limits its body, if it is not 0. */
export function receivedResponse(answer, hop, size, redirected) {
  const content = answer.body.tag === "whole" ? wholeContent(answer.body.val, hop, size) : openContent(answer, hop, size);
  const head = new Head(content, answer.status, redirected, hop.url, answer.headers);
  head.statusText = answer.statusText;
  return new Response(head);
}

asInterface(Response, "Response", ["url", "status", "ok", "statusText", "headers", "redirected", "type", "clone"]);
