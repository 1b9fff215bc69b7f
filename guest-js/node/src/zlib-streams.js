// The streams of Node's module `zlib`. Loading it gives them to that module.

import { Buffer } from "node:buffer";
import process from "node:process";
import { Transform } from "node:stream";
import { classes } from "node:zlib-classes";
import { drop } from "fnhost:platform/boundary";
import { requireFunction } from "./internal/errors.js";
import { warnOnce } from "./internal/warnings.js";
import { inputOf, numberIn, openCodec, outputMaxOf, settingsOf, zlibError } from "./internal/zlib-codec.js";
import { constants, modes } from "./internal/zlib-constants.js";

const settingsKey = Symbol("settings");
const flushKey = Symbol("flush");
const endedKey = Symbol("ended");
const none = new Uint8Array(0);
const brotliModes = [modes.BrotliCompress, modes.BrotliDecompress];

function warnOfBytesRead() {
  const message = "zlib.bytesRead is deprecated and will change its meaning in the future. Use zlib.bytesWritten instead.";
  warnOnce("DEP0108", message);
}

/** What all streams have in common. A function, as Node's can be called without `new`. */
function ZlibBase(options, mode) {
  const settings = settingsOf(mode, options);
  const outputMax = outputMaxOf(options);
  if (options && (options.encoding || options.objectMode || options.writableObjectMode)) {
    options = { ...options, encoding: null, objectMode: false, writableObjectMode: false };
  }
  Transform.call(this, { autoDestroy: true, ...options });
  this[settingsKey] = settings;
  this[endedKey] = false;
  this.bytesWritten = 0;
  this._handle = openCodec(settings);
  this._chunkSize = settings.chunkSize;
  this._defaultFlushFlag = settings.flush;
  this._finishFlushFlag = settings.finishFlush;
  this._defaultFullFlushFlag = settings.fullFlush;
  this._info = options?.info;
  this._maxOutputLength = outputMax;
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);

Object.defineProperties(ZlibBase.prototype, {
  _closed: {
    configurable: true,
    enumerable: true,
    get() {
      return !this._handle;
    },
  },
  bytesRead: {
    configurable: true,
    enumerable: true,
    get() {
      warnOfBytesRead();
      return this.bytesWritten;
    },
    set(value) {
      warnOfBytesRead();
      this.bytesWritten = value;
    },
  },
});

const methods = {
  reset() {
    if (!this._handle) throw new Error("zlib binding closed");
    this[endedKey] = false;
    zlibError(() => this._handle.reset());
  },

  _flush(callback) {
    this._transform(Buffer.alloc(0), "", callback);
  },

  _final(callback) {
    callback();
  },

  /** Lets everything out that is held back; `kind` is one of the constants for that. */
  flush(kind, callback) {
    if (typeof kind === "function" || (kind === undefined && callback === undefined)) {
      callback = kind;
      kind = this._defaultFullFlushFlag;
    }
    if (this.writableFinished) {
      if (callback) process.nextTick(callback);
    } else if (this.writableEnded) {
      if (callback) this.once("end", callback);
    } else {
      // An empty piece that says how it is to be taken: it waits behind what was written before.
      const marker = Buffer.alloc(0);
      marker[flushKey] = kind;
      this.write(marker, "", callback);
    }
  },

  close(callback) {
    if (callback) {
      if (this.destroyed) process.nextTick(callback);
      else this.once("close", callback);
    }
    this.destroy();
  },

  _destroy(error, callback) {
    closeHandle(this);
    callback(error);
  },

  _transform(chunk, encoding, callback) {
    let flush = this._defaultFlushFlag;
    if (typeof chunk[flushKey] === "number") flush = chunk[flushKey];
    else if (this.writableEnded && this.writableLength === chunk.byteLength) flush = this._finishFlushFlag;
    convertPiece(this, chunk, flush, callback);
  },

  _processChunk(chunk, flush, callback) {
    if (typeof callback === "function") convertPiece(this, chunk, flush, callback);
    else return convertNow(this, chunk, flush);
  },
};
for (const [name, value] of Object.entries(methods)) ZlibBase.prototype[name] = value;

function closeHandle(stream) {
  if (!stream._handle) return;
  drop(stream._handle);
  stream._handle = null;
}

/** Converts as long as somebody takes what comes out; as in Node not before whoever wrote has gone on. */
function convertPiece(stream, chunk, flush, callback) {
  if (!stream._handle) {
    process.nextTick(callback);
    return;
  }
  let input = inputOf(chunk);
  const go = () => {
    for (;;) {
      if (!stream._handle) return callback();
      let output;
      try {
        const given = input.length;
        output = zlibError(() => stream._handle.write(input, flush, stream._chunkSize));
        stream.bytesWritten += given;
      } catch (error) {
        closeHandle(stream);
        stream.destroy(error);
        return undefined;
      }
      input = none;
      stream[endedKey] = output.isEnded;
      if (output.isEnded && !output.isFull) stream.bytesWritten -= output.unread;
      const takesMore = output.bytes.length === 0 || stream.push(Buffer.from(output.bytes.buffer));
      if (stream.destroyed || !stream._handle) return undefined;
      if (!output.isFull) {
        // What follows the end of the data is nobody's.
        if (output.isEnded && output.unread > 0) stream.push(null);
        return callback();
      }
      if (!takesMore) {
        const read = stream._read;
        stream._read = (size) => {
          stream._read = read;
          go();
        };
        return undefined;
      }
    }
  };
  process.nextTick(go);
}

function convertNow(stream, chunk, flush) {
  const pieces = [];
  let input = inputOf(chunk);
  for (let isFull = true; isFull; input = none) {
    const output = zlibError(() => stream._handle.write(input, flush, stream._chunkSize));
    pieces.push(output.bytes);
    ({ isFull } = output);
  }
  return Buffer.concat(pieces);
}

/** The streams of zlib's formats: their level can be changed. */
function Zlib(options, mode) {
  ZlibBase.call(this, options, mode);
  this._level = this[settingsKey].level;
  this._strategy = this[settingsKey].strategy;
}
Object.setPrototypeOf(Zlib.prototype, ZlibBase.prototype);
Object.setPrototypeOf(Zlib, ZlibBase);

Zlib.prototype.params = function params(level, strategy, callback) {
  numberIn(level, "level", -1, 9);
  numberIn(strategy, "strategy", 0, 4);
  requireFunction(callback, "callback");
  if (this._level === level && this._strategy === strategy) {
    process.nextTick(callback);
    return;
  }
  this.flush(constants.Z_SYNC_FLUSH, () => {
    if (!this._handle) return;
    try {
      zlibError(() => this._handle.setLevel(level));
    } catch (error) {
      this.destroy(error);
      return;
    }
    this._level = level;
    this._strategy = strategy;
    callback();
  });
};

function Brotli(options, mode) {
  ZlibBase.call(this, options, mode);
}
Object.setPrototypeOf(Brotli.prototype, ZlibBase.prototype);
Object.setPrototypeOf(Brotli, Zlib);

for (const [name, mode] of Object.entries(modes)) {
  const Parent = brotliModes.includes(mode) ? Brotli : Zlib;
  const constructor = {
    [name]: function (options) {
      if (!(this instanceof constructor)) return new constructor(options);
      Parent.call(this, options, mode);
    },
  }[name];
  Object.setPrototypeOf(constructor.prototype, Parent.prototype);
  Object.setPrototypeOf(constructor, Parent);
  classes[name] = constructor;
}

export const { Deflate, Inflate, Gzip, Gunzip, DeflateRaw, InflateRaw, Unzip, BrotliDecompress, BrotliCompress } =
  classes;
export default classes;
