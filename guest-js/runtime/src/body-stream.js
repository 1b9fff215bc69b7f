// `body` of requests and responses: node-fetch gives a stream of Node, the standard one of the web. What is given here
// is both as far as the function holds those classes; without them it can be iterated and has `getReader()`.

import { define } from "./boundary.js";
import { decodeUtf8 } from "./encoding.js";
import { asBuffer, loadedUnit } from "./loaded.js";

const known = new WeakMap();

/** The stream of `body`, always the same; `open` gives a reader (pieces.js) and is called when something is read. */
export function bodyStream(body, open) {
  let stream = known.get(body);
  if (stream !== undefined) return stream;
  let reader;
  const source = {
    next: () => (reader ??= open()).next(),
    cancel: (reason) => (reader ??= open()).cancel(reason),
  };
  const Readable = loadedUnit("node:stream")?.Readable;
  const ReadableStream = loadedUnit("fnhost:web/streams")?.ReadableStream;
  if (Readable !== undefined) stream = nodeStream(Readable, ReadableStream, source);
  else stream = ReadableStream === undefined ? new PlainStream(source) : webStream(ReadableStream, source);
  known.set(body, stream);
  return stream;
}

function webStream(ReadableStream, source) {
  const pull = async (controller) => {
    const bytes = await source.next();
    if (bytes === undefined) controller.close();
    else controller.enqueue(chunkOf(bytes));
  };
  return new ReadableStream({ pull, cancel: (reason) => source.cancel(reason) }, { highWaterMark: 0 });
}

const webMethods = ["cancel", "getReader", "pipeThrough", "pipeTo", "tee", "values"];

/** A Readable that has the methods of a ReadableStream too. Whichever is used first gets the bytes. */
function nodeStream(Readable, ReadableStream, source) {
  const stream = new Readable({
    read() {
      source.next().then(
        (bytes) => this.push(bytes === undefined ? null : asBuffer(bytes)),
        (error) => this.destroy(error),
      );
    },
    destroy(error, callback) {
      if (!this.readableEnded) source.cancel(error ?? undefined);
      callback(error);
    },
  });
  // Who awaits `text()` hears of a failure there; one that nobody listens for must not end the event.
  stream.on("error", () => {});
  let web;
  const asWeb = () => {
    web ??= ReadableStream === undefined ? new PlainStream(source) : webStream(ReadableStream, source);
    return web;
  };
  for (const name of webMethods) define(stream, name, (...given) => asWeb()[name](...given));
  Object.defineProperty(stream, "locked", { get: () => web?.locked ?? false, configurable: true });
  return stream;
}

/** Bytes that say what they are as text, as those of Node's streams do. */
class Chunk extends Uint8Array {
  static get [Symbol.species]() {
    return Uint8Array;
  }

  toString() {
    return decodeUtf8(this);
  }
}

/** The part of a ReadableStream that needs no other class. */
class PlainStream {
  #source;
  #reader = undefined;

  constructor(source) {
    this.#source = source;
  }

  get locked() {
    return this.#reader !== undefined;
  }

  getReader() {
    if (this.locked) throw new TypeError("Invalid state: ReadableStream is locked");
    this.#reader = new PlainReader(this.#source, () => {
      this.#reader = undefined;
    });
    return this.#reader;
  }

  async cancel(reason) {
    if (this.locked) throw new TypeError("Invalid state: ReadableStream is locked");
    this.#source.cancel(reason);
  }

  async *values(options = undefined) {
    const reader = this.getReader();
    let isOver = false;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          isOver = true;
          return;
        }
        yield value;
      }
    } finally {
      if (!isOver && !options?.preventCancel) reader.cancel();
      reader.releaseLock();
    }
  }

  [Symbol.asyncIterator](options) {
    return this.values(options);
  }
}

class PlainReader {
  #source;
  #release;
  #settle = {};
  closed;

  constructor(source, release) {
    this.#source = source;
    this.#release = release;
    this.closed = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.closed.catch(() => {});
  }

  async read() {
    if (this.#release === undefined) throw new TypeError("Invalid state: The reader is not attached to a stream");
    try {
      const bytes = await this.#source.next();
      if (bytes !== undefined) return { done: false, value: chunkOf(bytes) };
    } catch (error) {
      this.#settle.reject(error);
      throw error;
    }
    this.#settle.resolve();
    return { done: true, value: undefined };
  }

  async cancel(reason) {
    this.#source.cancel(reason);
    this.#settle.resolve();
  }

  releaseLock() {
    this.#release?.();
    this.#release = undefined;
  }
}

function chunkOf(bytes) {
  const buffer = asBuffer(bytes);
  return buffer === bytes ? new Chunk(bytes.buffer, bytes.byteOffset, bytes.byteLength) : buffer;
}
