// The bodies of requests and responses: what may be given as one, and the methods that read one.
// It knows nothing of how a body travels; network-body.js and send.js do.

import { asInterface, bytesOf, crossingText } from "./boundary.js";
import { decodeUtf8, encodeUtf8 } from "./encoding.js";
import { FetchError } from "./errors.js";
import { URLSearchParams } from "./url.js";

const { parse } = JSON;

// Every kind of content has `bytes()` and `text()`, either of which may be a promise.

/** The content that the contract's `body` stands for. */
export function contentOfWire({ tag, val }) {
  return tag === "text" ? new TextContent(val) : new BytesContent(val);
}

/** The contract's `body` for `content`, or a promise of it; null where there is none. */
export function wireBody(content) {
  if (content === null) return null;
  if (content instanceof TextContent) return { tag: "text", val: content.string };
  if (content instanceof BytesContent) return { tag: "bytes", val: content.array };
  return content.bytes().then((bytes) => ({ tag: "bytes", val: bytes }));
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
}

/** The content of a body as it was given, and the Content-Type it stands for; null where there is none. */
export function contentFrom(body) {
  if (body === undefined || body === null) return { content: null, type: null };
  if (body instanceof URLSearchParams) {
    return { content: new TextContent(`${body}`), type: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  if (typeof body === "object") {
    const bytes = bytesOf(body);
    if (bytes !== undefined) return { content: new BytesContent(bytes), type: null };
  }
  return { content: new TextContent(crossingText(body)), type: "text/plain;charset=UTF-8" };
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

  /** What is left of a Node stream: it can be iterated, and gives everything at once. */
  get body() {
    if (this.#content === null) return null;
    const read = () => this.buffer();
    return {
      async *[Symbol.asyncIterator]() {
        const bytes = await read();
        if (bytes.length > 0) yield bytes;
      },
    };
  }

  async text() {
    const content = this.#take();
    return content === null ? "" : content.text();
  }

  async json() {
    const content = this.#take();
    const text = content === null ? "" : await content.text();
    try {
      return parse(text);
    } catch (error) {
      throw new FetchError(`invalid json response body at ${this.url} reason: ${error.message}`, "invalid-json");
    }
  }

  async buffer() {
    const content = this.#take();
    return content === null ? new Uint8Array(0) : content.bytes();
  }

  async arrayBuffer() {
    const bytes = await this.buffer();
    const { buffer, byteOffset, byteLength } = bytes;
    return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  }

  #take() {
    if (this.#used) throw new TypeError(`body used already for: ${this.url}`);
    this.#used = true;
    return this.#content;
  }

  static shared(body) {
    if (body.#used) throw new Error("cannot clone body after it is used");
    return body.#content;
  }
}
const { content: contentOf, shared: sharedContentOf } = Body;
delete Body.content;
delete Body.shared;
export { contentOf, sharedContentOf };

asInterface(Body, "Body", ["bodyUsed", "body", "text", "json", "buffer", "arrayBuffer"]);
