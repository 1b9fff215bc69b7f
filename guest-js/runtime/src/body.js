// The bodies of requests and responses: what may be given as one, and the methods that read one.
// It knows nothing of how a body travels; network-body.js and send.js do.

import { bodyStream } from "./body-stream.js";
import { asInterface, bytesOf, crossingText } from "./boundary.js";
import { decodeUtf8, encodeUtf8 } from "./encoding.js";
import { FetchError } from "./errors.js";
import { formBody } from "./form-key.js";
import { parse } from "./json-failure.js";
import { asBuffer, loadedUnit } from "./loaded.js";
import { StreamedContent, streamedContent } from "./streamed.js";
import { URLSearchParams } from "./url.js";

// Every kind of content has `bytes(body)` and `text(body)`, either of which may be a promise; `body` is the Body that
// is read. And `open()`, which gives a reader (pieces.js), and `share()`: from then on each may be called repeatedly.

/** The content that the contract's `body` stands for. */
export function contentOfWire({ tag, val }) {
  return tag === "text" ? new TextContent(val) : new BytesContent(val);
}

/** The contract's `body` for `content`, null where there is none; or the content itself if it comes in pieces. */
export function wireBody(content) {
  if (content === null) return null;
  if (content instanceof TextContent) return { tag: "text", val: content.string };
  if (content instanceof BytesContent) return { tag: "bytes", val: content.array };
  return content;
}

/** A reader over `bytes`, all in one piece. */
function wholeReader(bytes) {
  let rest = bytes.length === 0 ? undefined : bytes;
  return {
    async next() {
      const next = rest;
      rest = undefined;
      return next;
    },
    cancel() {
      rest = undefined;
    },
  };
}

class TextContent {
  constructor(text) {
    this.string = text;
  }

  bytes() {
    return encodeUtf8(this.string);
  }

  text() {
    const { string } = this;
    return string.charCodeAt(0) === 0xfeff ? string.slice(1) : string;
  }

  open() {
    return wholeReader(this.bytes());
  }

  share() {}
}

class BytesContent {
  constructor(bytes) {
    this.array = bytes;
  }

  bytes() {
    return this.array.slice();
  }

  text() {
    return decodeUtf8(this.array);
  }

  open() {
    return wholeReader(this.bytes());
  }

  share() {}
}

const searchMethods = ["append", "delete", "get", "getAll", "has", "set", "sort"];

/** The content of a body as it was given, and the Content-Type it stands for; null where there is none. */
export function contentFrom(body) {
  if (body === undefined || body === null) return { content: null, type: null };
  if (body instanceof URLSearchParams) return formContent(body);
  if (typeof body === "object") {
    const bytes = bytesOf(body);
    if (bytes !== undefined) return { content: new BytesContent(bytes), type: null };
    // Our own FormData, unless it has streams.
    const form = typeof body[formBody] === "function" ? body[formBody]() : undefined;
    if (form !== undefined) return { content: new BytesContent(form.bytes), type: form.type };
    // A package's own class, which is as good.
    if (searchMethods.every((name) => typeof body[name] === "function")) return formContent(body);
    const streamed = streamedContent(body);
    if (streamed !== undefined) return streamed;
  }
  const text = typeof body === "symbol" ? body.toString() : body;
  return { content: new TextContent(crossingText(text)), type: "text/plain;charset=UTF-8" };
}

function formContent(parameters) {
  return { content: new TextContent(`${parameters}`), type: "application/x-www-form-urlencoded;charset=UTF-8" };
}

/** What Request and Response have in common. */
export class Body {
  #content;
  #used = false;

  constructor(content) {
    this.#content = content;
  }

  static content(body) {
    return body.#content;
  }

  get bodyUsed() {
    return this.#used;
  }

  /** The body as a stream, of Node and of the web. What is read of it is gone for the methods below. */
  get body() {
    if (this.#content === null) return null;
    return bodyStream(this, () => {
      if (!this.#used) this.#used = true;
      return this.#content.open();
    });
  }

  async text() {
    const content = this.#take();
    return content === null ? "" : content.text(this);
  }

  async json() {
    const content = this.#take();
    let text = content === null ? "" : content.text(this);
    // What is here already is not waited for.
    if (typeof text !== "string") text = await text;
    try {
      return parse(text);
    } catch (error) {
      throw new FetchError(`invalid json response body at ${this.url} reason: ${error.message}`, "invalid-json");
    }
  }

  async buffer() {
    return asBuffer(await this.#bytes());
  }

  async arrayBuffer() {
    const bytes = await this.#bytes();
    const { buffer, byteOffset, byteLength } = bytes;
    return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  }

  async bytes() {
    return this.#bytes();
  }

  async blob() {
    const Blob = needed("Blob", "fnhost:web/blob").Blob;
    return new Blob([await this.#bytes()], { type: (this.headers.get("Content-Type") ?? "").toLowerCase() });
  }

  async formData() {
    const { parseForm } = needed("formData", "fnhost:web/fetch-form");
    const type = this.headers.get("Content-Type") ?? "";
    return parseForm(await this.#bytes(), type);
  }

  async #bytes() {
    const content = this.#take();
    return content === null ? new Uint8Array(0) : content.bytes(this);
  }

  #take() {
    if (this.#used) throw new TypeError(`body used already for: ${this.url}`);
    this.#used = true;
    return this.#content;
  }

  /** The content for a second Body beside `body`. */
  static shared(body) {
    if (body.#used) throw new Error("cannot clone body after it is used");
    body.#content?.share();
    return body.#content;
  }

  /** The content for a request that is sent now. What cannot be had twice is gone then; it is not kept for later. */
  static taken(body) {
    if (!(body.#content instanceof StreamedContent && body.#content.isOnce)) return sharedContentOf(body);
    if (body.#used) throw new TypeError(`body used already for: ${body.url}`);
    body.#used = true;
    return body.#content;
  }
}
const { content: contentOf, shared: sharedContentOf, taken: takenContentOf } = Body;
delete Body.content;
delete Body.shared;
delete Body.taken;
export { contentOf, sharedContentOf, takenContentOf };

/** The unit that a method needs. The builder loads it where a source names the method. */
function needed(name, unit) {
  const exports = loadedUnit(unit);
  if (exports !== undefined) return exports;
  throw new Error(`\`${name}\` is not part of this function: write the name out where it is used`);
}

asInterface(Body, "Body", ["bodyUsed", "body", "text", "json", "buffer", "arrayBuffer", "bytes", "blob", "formData"]);
