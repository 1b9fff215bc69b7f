// Unit `fnhost:web/stream-adapters`: between Node's streams and the web's, both ways: `Readable.toWeb` and its family.

import { codedError } from "fnhost:platform/errors";
import { Duplex, Readable, Writable, destroy, finished, isDestroyed, isReadable, isWritable } from "node:stream";
import { adapters } from "fnhost:web/adapter-table";
import { invalidType } from "fnhost:web/arguments";
import { CountQueuingStrategy, ReadableStream, WritableStream } from "fnhost:web/streams";

const nothing = () => {};

/** The queue of the web's stream counts as Node's does. */
function strategyFor(objectMode, highWaterMark) {
  return objectMode ? new CountQueuingStrategy({ highWaterMark }) : { highWaterMark };
}

/** What `finished` says, in the words of an abort where a stream just closed. */
function endError(error) {
  if (error?.code !== "ERR_STREAM_PREMATURE_CLOSE") return error;
  const aborted = codedError(Error, "ABORT_ERR", "The operation was aborted");
  Object.defineProperty(aborted, "cause", { value: error, writable: true, configurable: true });
  aborted.name = "AbortError";
  return aborted;
}

function readableToWeb(readable, options = undefined) {
  if (typeof readable?._readableState !== "object") {
    throw invalidType("streamReadable", "an stream.Readable", readable);
  }
  if (isDestroyed(readable) || !isReadable(readable)) {
    const ended = new ReadableStream();
    ended.cancel();
    return ended;
  }
  const objectMode = readable.readableObjectMode;
  const strategy = options?.strategy ?? strategyFor(objectMode, readable.readableHighWaterMark);
  let controller;
  const onData = (chunk) => {
    const isBytes = chunk instanceof Uint8Array && !objectMode;
    controller.enqueue(isBytes ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength) : chunk);
    if (controller.desiredSize <= 0) readable.pause();
  };
  readable.pause();
  const cleanup = finished(readable, (thrown) => {
    const error = endError(thrown);
    cleanup();
    // What comes later has nowhere to go.
    readable.on("error", nothing);
    if (error) controller.error(error);
    else controller.close();
  });
  readable.on("data", onData);
  // Listening has started it.
  readable.pause();
  return new ReadableStream(
    {
      start(given) {
        controller = given;
      },
      pull() {
        readable.resume();
      },
      cancel(reason) {
        destroy(readable, reason);
      },
    },
    strategy,
  );
}

function readableFromWeb(stream, options = {}) {
  if (typeof stream?.getReader !== "function") {
    throw invalidType("readableStream", "an instance of ReadableStream", stream);
  }
  const { highWaterMark, encoding, objectMode = false, signal } = options;
  const reader = stream.getReader();
  let isClosed = false;
  const readable = new Readable({
    objectMode,
    highWaterMark,
    encoding,
    signal,
    read() {
      reader.read().then(
        ({ done, value }) => readable.push(done ? null : value),
        (error) => destroy(readable, error),
      );
    },
    destroy(error, callback) {
      const done = () => callback(error);
      if (isClosed) done();
      else reader.cancel(error).then(done, done);
    },
  });
  reader.closed.then(
    () => {
      isClosed = true;
    },
    (error) => {
      isClosed = true;
      destroy(readable, error);
    },
  );
  return readable;
}

function writableToWeb(writable) {
  if (typeof writable?._writableState !== "object") {
    throw invalidType("streamWritable", "an stream.Writable", writable);
  }
  if (isDestroyed(writable) || !isWritable(writable)) {
    const ended = new WritableStream();
    ended.close();
    return ended;
  }
  let controller;
  let drained;
  let closed;
  const cleanup = finished(writable, (thrown) => {
    const error = endError(thrown);
    cleanup();
    writable.on("error", nothing);
    if (error) {
      drained?.reject(error);
      closed?.reject(error);
      closed = undefined;
      controller.error(error);
      controller = undefined;
      return;
    }
    closed?.resolve();
    closed = undefined;
    if (controller !== undefined) controller.error(endError({ code: "ERR_STREAM_PREMATURE_CLOSE" }));
    controller = undefined;
  });
  writable.on("drain", () => drained?.resolve());
  return new WritableStream(
    {
      start(given) {
        controller = given;
      },
      write(chunk) {
        if (!writable.writableNeedDrain && writable.write(chunk)) return undefined;
        drained = deferred();
        return drained.promise.finally(() => {
          drained = undefined;
        });
      },
      abort(reason) {
        destroy(writable, reason);
      },
      close() {
        closed = deferred();
        const { promise } = closed;
        controller = undefined;
        if (!writable.writableEnded) writable.end();
        return promise;
      },
    },
    strategyFor(writable.writableObjectMode, writable.writableHighWaterMark),
  );
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** How a Node stream writes to `writer`: the methods of a Writable. */
function writing(writer, state) {
  const settle = (promise, callback) => promise.then(() => callback(), (error) => callback(error ?? new Error()));
  return {
    write(chunk, encoding, callback) {
      settle(writer.ready.then(() => writer.write(chunk)), callback);
    },
    writev(chunks, callback) {
      settle(writer.ready.then(() => Promise.all(chunks.map(({ chunk }) => writer.write(chunk)))), callback);
    },
    final(callback) {
      if (state.isClosed) callback();
      else settle(writer.close(), callback);
    },
  };
}

function writableFromWeb(stream, options = {}) {
  if (typeof stream?.getWriter !== "function") {
    throw invalidType("writableStream", "an instance of WritableStream", stream);
  }
  const { highWaterMark, decodeStrings = true, objectMode = false, signal } = options;
  const writer = stream.getWriter();
  const state = { isClosed: false };
  const writable = new Writable({
    highWaterMark,
    objectMode,
    decodeStrings,
    signal,
    ...writing(writer, state),
    destroy(error, callback) {
      const done = () => callback(error);
      if (state.isClosed) done();
      else if (error !== null && error !== undefined) writer.abort(error).then(done, done);
      else writer.close().then(done, done);
    },
  });
  watchWriter(writer, writable, state);
  return writable;
}

function watchWriter(writer, node, state) {
  writer.closed.then(
    () => {
      state.isClosed = true;
      if (!node.writableEnded) {
        destroy(node, codedError(Error, "ERR_STREAM_PREMATURE_CLOSE", "Premature close"));
      }
    },
    (error) => {
      state.isClosed = true;
      destroy(node, error);
    },
  );
}

function duplexToWeb(duplex) {
  if (typeof duplex?._writableState !== "object" || typeof duplex._readableState !== "object") {
    throw invalidType("duplex", "an stream.Duplex", duplex);
  }
  if (isDestroyed(duplex)) {
    const [writable, readable] = [new WritableStream(), new ReadableStream()];
    writable.close();
    readable.cancel();
    return { readable, writable };
  }
  return { writable: writableToWeb(duplex), readable: readableToWeb(duplex) };
}

function duplexFromWeb(pair, options = {}) {
  if (typeof pair !== "object" || pair === null) throw invalidType("pair", "of type object", pair);
  const { readable, writable } = pair;
  if (typeof readable?.getReader !== "function") {
    throw invalidType("pair.readable", "an instance of ReadableStream", readable);
  }
  if (typeof writable?.getWriter !== "function") {
    throw invalidType("pair.writable", "an instance of WritableStream", writable);
  }
  const { allowHalfOpen = false, objectMode = false, encoding, decodeStrings = true, highWaterMark, signal } = options;
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  const state = { isClosed: false };
  let isReadableClosed = false;
  const duplex = new Duplex({
    allowHalfOpen,
    highWaterMark,
    objectMode,
    encoding,
    decodeStrings,
    signal,
    ...writing(writer, state),
    read() {
      reader.read().then(
        ({ done, value }) => duplex.push(done ? null : value),
        (error) => destroy(duplex, error),
      );
    },
    destroy(error, callback) {
      const done = () => callback(error);
      const ends = [];
      if (!state.isClosed) ends.push(writer.abort(error));
      if (!isReadableClosed) ends.push(reader.cancel(error));
      Promise.all(ends).then(done, done);
    },
  });
  watchWriter(writer, duplex, state);
  reader.closed.then(
    () => {
      isReadableClosed = true;
    },
    (error) => {
      isReadableClosed = true;
      destroy(duplex, error);
    },
  );
  return duplex;
}

Object.assign(adapters, {
  "Readable toWeb": readableToWeb,
  "Readable fromWeb": readableFromWeb,
  "Writable toWeb": writableToWeb,
  "Writable fromWeb": writableFromWeb,
  "Duplex toWeb": duplexToWeb,
  "Duplex fromWeb": duplexFromWeb,
});

export { duplexFromWeb, duplexToWeb, readableFromWeb, readableToWeb, writableFromWeb, writableToWeb };
