// Unit `fnhost:web/streams`: the standard's streams, with Node's texts, and what Node's own streams ask of them. The work is
// done by the package; here are its looks. Compression is `fnhost:web/compression`.

import {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
} from "web-streams-polyfill";
import { asInterface, bytesOf } from "fnhost:platform/boundary";
import { clonable } from "fnhost:platform/clonable";
import { encodeUtf8, TextDecoder } from "fnhost:platform/encoding";
import { codedError } from "fnhost:platform/errors";
import { shown } from "fnhost:platform/shown";
import { useStreams } from "fnhost:web/blob";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");
const { defineProperty } = Object;

/** Gives `constructor` the members it is shown with. */
function shows(constructor, members) {
  defineProperty(constructor.prototype, inspectKey, {
    value(depth, options, inspect) {
      return shown(constructor.name, members(this), depth, options, inspect);
    },
    writable: true,
    configurable: true,
  });
}

shows(ReadableStream, (stream) => ({
  locked: stream.locked,
  state: stream._state,
  supportsBYOB: stream._readableStreamController instanceof ReadableByteStreamController,
}));
shows(ReadableStreamDefaultReader, (reader) => ({
  stream: reader._ownerReadableStream,
  readRequests: reader._readRequests.length,
  close: reader._closedPromise,
}));
shows(ReadableStreamBYOBReader, (reader) => ({
  stream: reader._ownerReadableStream,
  readIntoRequests: reader._readIntoRequests.length,
  close: reader._closedPromise,
}));
shows(ReadableStreamDefaultController, () => ({}));
shows(ReadableByteStreamController, () => ({}));
shows(ReadableStreamBYOBRequest, (request) => ({ view: request.view, controller: request._associatedReadableByteStreamController }));
shows(WritableStream, (stream) => ({ locked: stream.locked, state: stream._state }));
shows(WritableStreamDefaultWriter, (writer) => ({
  stream: writer._ownerWritableStream,
  close: writer._closedPromise,
  ready: writer._readyPromise,
  desiredSize: writer._ownerWritableStream === undefined ? null : writer.desiredSize,
}));
shows(WritableStreamDefaultController, (controller) => ({ stream: controller._controlledWritableStream }));
shows(TransformStream, (stream) => ({
  readable: stream._readable,
  writable: stream._writable,
  backpressure: stream._backpressure,
}));
shows(TransformStreamDefaultController, (controller) => ({ stream: controller._controlledTransformStream }));
shows(CountQueuingStrategy, ({ highWaterMark }) => ({ highWaterMark }));
shows(ByteLengthQueuingStrategy, ({ highWaterMark }) => ({ highWaterMark }));

// A stream can be handed over, not copied; here there is nobody to hand it to.
for (const constructor of [ReadableStream, WritableStream, TransformStream]) {
  defineProperty(constructor.prototype, clonable, {
    value() {
      const message = "Object that needs transfer was found in message but not listed in transferList";
      throw codedError(TypeError, "ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST", message);
    },
    configurable: true,
  });
}

// The package makes its iterators of plain objects; they are to have what all asynchronous iterators have.
const iteratorPrototype = Object.getPrototypeOf(new ReadableStream().values());
Object.setPrototypeOf(iteratorPrototype, Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype));
delete iteratorPrototype[Symbol.asyncIterator];

// What Node's own streams find out about these, through keys that everybody can make.

/** Defines a getter by one of Node's keys. */
function answers(constructor, key, get) {
  defineProperty(constructor.prototype, Symbol.for(key), { get, configurable: true });
}

for (const constructor of [ReadableStream, WritableStream]) {
  answers(constructor, "nodejs.stream.errored", function () {
    return this._state === "errored";
  });
  answers(constructor, "nodejs.webstream.isClosedPromise", function () {
    const promise = closedPromise(this);
    defineProperty(this, Symbol.for("nodejs.webstream.isClosedPromise"), { value: { promise }, configurable: true });
    return { promise };
  });
  answers(constructor, "nodejs.webstream.controllerErrorFunction", function () {
    const controller = this._readableStreamController ?? this._writableStreamController;
    return (error) => controller.error(error);
  });
}
answers(ReadableStream, "nodejs.stream.readable", function () {
  return this._state === "readable";
});
answers(ReadableStream, "nodejs.stream.disturbed", function () {
  return this._disturbed;
});
answers(WritableStream, "nodejs.stream.writable", function () {
  return this._state === "writable";
});

/** Settles when `stream` ends, whoever has it. Its state is watched, as a reader would lock it. */
function closedPromise(stream) {
  const promise = new Promise((resolve, reject) => {
    let state = stream._state;
    const look = () => {
      if (state === "closed") resolve();
      else if (state === "errored") reject(stream._storedError);
    };
    look();
    defineProperty(stream, "_state", {
      get: () => state,
      set(next) {
        state = next;
        // The reason is stored after the state.
        if (next === "closed") resolve();
        else if (next === "errored") queueMicrotask(look);
      },
      enumerable: true,
      configurable: true,
    });
  });
  // Nobody has to look at it.
  promise.catch(() => {});
  return promise;
}

// Text.

function requireOwn(isOwn, name) {
  if (!isOwn) throw codedError(TypeError, "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
}

/** The standard's TextEncoderStream. A pair of surrogates may come in two chunks. */
export class TextEncoderStream {
  #high = "";
  #transform;

  constructor() {
    this.#transform = new TransformStream({
      transform: (chunk, controller) => {
        let text = this.#high + `${chunk}`;
        this.#high = "";
        if (text === "") return;
        const last = text.charCodeAt(text.length - 1);
        if (last >= 0xd800 && last <= 0xdbff) {
          this.#high = text.slice(-1);
          text = text.slice(0, -1);
        }
        if (text !== "") controller.enqueue(encodeUtf8(text));
      },
      flush: (controller) => {
        if (this.#high !== "") controller.enqueue(encodeUtf8(this.#high));
      },
    });
  }

  get encoding() {
    requireOwn(#high in this, "TextEncoderStream");
    return "utf-8";
  }

  get readable() {
    return this.#transform.readable;
  }

  get writable() {
    return this.#transform.writable;
  }
}

/** The standard's TextDecoderStream. */
export class TextDecoderStream {
  #decoder;
  #transform;

  constructor(encoding = "utf-8", options = {}) {
    const decoder = new TextDecoder(encoding, options ?? {});
    this.#decoder = decoder;
    this.#transform = new TransformStream({
      transform(chunk, controller) {
        const text = decoder.decode(chunkBytes(chunk), { stream: true });
        if (text !== "") controller.enqueue(text);
      },
      flush(controller) {
        const text = decoder.decode();
        if (text !== "") controller.enqueue(text);
      },
    });
  }

  get encoding() {
    return this.#decoder.encoding;
  }

  get fatal() {
    return this.#decoder.fatal;
  }

  get ignoreBOM() {
    return this.#decoder.ignoreBOM;
  }

  get readable() {
    return this.#transform.readable;
  }

  get writable() {
    return this.#transform.writable;
  }
}

function chunkBytes(chunk) {
  const bytes = bytesOf(chunk);
  if (bytes !== undefined) return bytes;
  const message = 'The "input" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.';
  throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

asInterface(TextEncoderStream, "TextEncoderStream", ["encoding", "readable", "writable"]);
asInterface(TextDecoderStream, "TextDecoderStream", ["encoding", "fatal", "ignoreBOM", "readable", "writable"]);
shows(TextEncoderStream, ({ encoding, readable, writable }) => ({ encoding, readable, writable }));
shows(TextDecoderStream, ({ encoding, fatal, ignoreBOM, readable, writable }) => ({
  encoding,
  fatal,
  ignoreBOM,
  readable,
  writable,
}));

useStreams(ReadableStream);

export {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
};
