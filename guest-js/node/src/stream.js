// Unit `node:stream`: Node's streams, as the package `readable-stream` has extracted them from Node, on our events, buffers
// and process. What they need of the web's streams is `fnhost:web/stream-adapters`, loaded into functions that name it.

import "./internal/stream-errors.js";
import "./internal/stream-codes.js";
import Stream from "readable-stream/lib/stream.js";
import { nameClass } from "fnhost:platform/boundary";
import { linkLegacyStream } from "fnhost:web/legacy-stream";
import { adapters } from "fnhost:web/adapter-table";

const { Readable, Writable, Duplex, Transform, PassThrough } = Stream;

// The bundler may have changed a name where a class mentions itself.
for (const [name, constructor] of Object.entries({ Readable, Writable, Duplex, Transform, PassThrough })) {
  nameClass(constructor, name);
}
linkLegacyStream(Stream);
// Node 20 takes any view as a chunk.
Stream._isUint8Array = ArrayBuffer.isView;
Stream._isArrayBufferView = ArrayBuffer.isView;

/** One of the adapters, which are there if the function names one. */
function adapter(name) {
  if (adapters[name] === undefined) {
    throw new Error(`the web's streams are not loaded into this function: write \`${name.split(" ")[1]}\` in its source`);
  }
  return adapters[name];
}

const define = (target, name, value) =>
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });

define(Readable, "toWeb", function toWeb(streamReadable, options = undefined) {
  return adapter("Readable toWeb")(streamReadable, options);
});
define(Readable, "fromWeb", function fromWeb(readableStream, options = undefined) {
  return adapter("Readable fromWeb")(readableStream, options);
});
define(Writable, "toWeb", function toWeb(streamWritable) {
  return adapter("Writable toWeb")(streamWritable);
});
define(Writable, "fromWeb", function fromWeb(writableStream, options = undefined) {
  return adapter("Writable fromWeb")(writableStream, options);
});
define(Duplex, "toWeb", function toWeb(duplex) {
  return adapter("Duplex toWeb")(duplex);
});
define(Duplex, "fromWeb", function fromWeb(pair, options = undefined) {
  return adapter("Duplex fromWeb")(pair, options);
});

export const {
  addAbortSignal,
  compose,
  destroy,
  finished,
  getDefaultHighWaterMark,
  isDestroyed,
  isDisturbed,
  isErrored,
  isReadable,
  isWritable,
  pipeline,
  promises,
  setDefaultHighWaterMark,
  _isArrayBufferView,
  _isUint8Array,
  _uint8ArrayToBuffer,
} = Stream;

export { Duplex, PassThrough, Readable, Stream, Transform, Writable };
export default Stream;
export { Stream as "module.exports" };
