// Unit `fnhost:web/blob`: Blob and File. A blob is a list of byte arrays that nobody else can change; slices share them.
// `stream()` needs `fnhost:web/streams`, which is loaded into functions that name it; see `useStreams`.

import { asInterface, bytesOf, crossingText } from "fnhost:platform/boundary";
import { joined } from "fnhost:platform/bytes";
import { decodeUtf8, encodeUtf8 } from "fnhost:platform/encoding";
import { codedError } from "fnhost:platform/errors";
import { shown } from "fnhost:platform/shown";
import { clonable } from "fnhost:platform/clonable";
import { invalidThis, invalidType, invalidValue, missing } from "fnhost:web/arguments";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");
const { isInteger } = Number;
const privateKey = Symbol("Blob");

// As much as one read of a stream gives.
const chunkLength = 65536;

let isBlobItself;
let piecesOf;
let makeBlob;

/** The standard's Blob. */
export class Blob {
  #pieces;
  #size;
  #type;

  constructor(sources = [], options = {}) {
    if (sources === privateKey) {
      // Made here, of pieces that are ours already.
      this.#pieces = options.pieces;
      this.#size = options.size;
      this.#type = options.type;
      return;
    }
    if (sources === null || typeof sources !== "object" || typeof sources[Symbol.iterator] !== "function") {
      throw sequenceError(sources);
    }
    if (options !== null && typeof options !== "object" && typeof options !== "function") {
      throw dictionaryError(options);
    }
    const endings = options?.endings ?? "transparent";
    if (`${endings}` !== "transparent" && `${endings}` !== "native") {
      throw propertyError("options.endings", endings);
    }
    this.#pieces = [];
    this.#size = 0;
    for (const source of sources) this.#append(source, `${endings}` === "native");
    this.#type = normalizedType(options?.type);
  }

  static {
    isBlobItself = (value) => #pieces in value;
    piecesOf = (blob) => blob.#pieces;
    makeBlob = (pieces, size, type) => new Blob(privateKey, { pieces, size, type });
  }

  #append(source, isNative) {
    if (isBlob(source)) {
      for (const piece of source.#pieces) this.#pieces.push(piece);
      this.#size += source.#size;
      return;
    }
    let bytes = typeof source === "object" && source !== null ? bytesOf(source) : undefined;
    if (bytes !== undefined) {
      bytes = bytes.slice();
    } else {
      const text = `${source}`;
      bytes = encodeUtf8(isNative ? text.replace(/\r\n?|\n/g, "\n") : text);
    }
    if (bytes.length > 0) this.#pieces.push(bytes);
    this.#size += bytes.length;
  }

  get size() {
    requireBlob(this);
    return this.#size;
  }

  get type() {
    requireBlob(this);
    return this.#type;
  }

  slice(start = 0, end = this.size, contentType = "") {
    requireBlob(this);
    const from = position(start, this.#size);
    const to = Math.max(from, position(end, this.#size));
    const pieces = [];
    let offset = 0;
    for (const piece of this.#pieces) {
      const first = Math.max(from - offset, 0);
      const last = Math.min(to - offset, piece.length);
      if (first < last) pieces.push(piece.subarray(first, last));
      offset += piece.length;
      if (offset >= to) break;
    }
    return makeBlob(pieces, to - from, normalizedType(contentType));
  }

  async arrayBuffer() {
    requireBlob(this);
    return copied(this).buffer;
  }

  async bytes() {
    requireBlob(this);
    return copied(this);
  }

  async text() {
    requireBlob(this);
    return decodeUtf8(blobBytes(this));
  }

  stream() {
    requireBlob(this);
    if (streamOf === undefined) {
      throw new Error(
        "the units of streams are not loaded into this function: write `ReadableStream` somewhere in its source",
      );
    }
    return streamOf(this);
  }

  [inspectKey](depth, options, inspect) {
    return shown("Blob", { size: this.size, type: this.type }, depth, options, inspect);
  }

  [clonable]() {
    return makeBlob(this.#pieces, this.#size, this.#type);
  }
}

/** The standard's File. */
export class File extends Blob {
  #name;
  #lastModified;

  constructor(fileBits, fileName, options = {}) {
    if (arguments.length < 2) throw missing("fileBits", "fileName");
    super(fileBits, options);
    this.#name = crossingText(fileName);
    const given = options?.lastModified;
    this.#lastModified = given === undefined ? Date.now() : integer(given);
  }

  get name() {
    return this.#name;
  }

  get lastModified() {
    return this.#lastModified;
  }

  [inspectKey](depth, options, inspect) {
    const { size, type, name, lastModified } = this;
    return shown("File", { size, type, name, lastModified }, depth, options, inspect);
  }

  // A clone that Node makes of a file is a blob; this one stays a file, as the standard has it.
  [clonable]() {
    return new File([this], this.#name, { type: this.type, lastModified: this.#lastModified });
  }
}

function integer(value) {
  const number = Math.trunc(+value);
  return Number.isFinite(number) ? number + 0 : 0;
}

/** `value` as a place in a blob of `size` bytes; from the end where it is negative. */
function position(value, size) {
  const number = +value;
  const whole = isInteger(number) ? number : Number.isNaN(number) ? 0 : Math.trunc(number);
  return whole < 0 ? Math.max(size + whole, 0) : Math.min(whole, size);
}

/** A media type is printable ASCII in lower case, or nothing. */
function normalizedType(type) {
  const text = type === undefined ? "" : `${type}`;
  return /^[\x20-\x7e]*$/.test(text) ? text.toLowerCase() : "";
}

function sequenceError(value) {
  return receivedInstead('The "sources" argument must be a sequence', invalidType("sources", "", value));
}

function dictionaryError(value) {
  return receivedInstead('The "options" argument must be a dictionary', invalidType("options", "", value));
}

function receivedInstead(words, { message }) {
  return codedError(TypeError, "ERR_INVALID_ARG_TYPE", `${words}${message.slice(message.indexOf(". Received"))}`);
}

function propertyError(name, value) {
  return invalidValue(name, value);
}

function requireBlob(value) {
  if (!isBlob(value)) throw invalidThis("Blob");
}

/** True for a Blob or File of this unit. */
export function isBlob(value) {
  return typeof value === "object" && value !== null && isBlobItself(value);
}

/** The bytes of `blob`, which are not to be changed. */
export function blobBytes(blob) {
  const pieces = piecesOf(blob);
  return pieces.length === 0 ? new Uint8Array(0) : joined(pieces);
}

/** The byte arrays that `blob` consists of, which are not to be changed. */
export function blobPieces(blob) {
  return piecesOf(blob).slice();
}

/** A blob of `bytes`, which belong to it from then on: no copy is made. */
export function blobOf(bytes, type = "") {
  return makeBlob(bytes.length > 0 ? [bytes] : [], bytes.length, normalizedType(type));
}

function copied(blob) {
  const pieces = piecesOf(blob);
  return pieces.length === 1 ? pieces[0].slice() : blobBytes(blob);
}

let streamOf;

/** Called by `fnhost:web/streams`: from then on blobs can be streamed. */
export function useStreams(ReadableStream) {
  streamOf = (blob) => {
    const pieces = blobPieces(blob);
    let index = 0;
    let offset = 0;
    return new ReadableStream({
      type: "bytes",
      pull(controller) {
        while (index < pieces.length && offset === pieces[index].length) {
          index++;
          offset = 0;
        }
        if (index === pieces.length) {
          controller.close();
          // A reader that brings its own memory waits for an answer to that, too.
          controller.byobRequest?.respond(0);
          return;
        }
        const rest = pieces[index].subarray(offset, offset + chunkLength);
        offset += rest.length;
        controller.enqueue(rest.slice());
      },
    });
  };
}

asInterface(Blob, "Blob", ["type", "size", "slice", "arrayBuffer", "text", "stream", "bytes"]);
asInterface(File, "File", ["name", "lastModified"]);
