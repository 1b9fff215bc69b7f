// TextEncoder and TextDecoder over the host, and the two calls that the rest of the runtime makes: UTF-8 in and out.

import encoding from "fnhost:destination/encoding@1.0.0";
import { asInterface, bytesOf, crossingText, drop } from "./boundary.js";
import { codedError, receivedText } from "./errors.js";
import { shownAs } from "./inspect.js";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text) {
  return encoding.encode(crossingText(text));
}

/** The text of UTF-8 bytes, without a byte order mark; what is malformed becomes U+FFFD. */
export function decodeUtf8(bytes) {
  return bytes.length === 0 ? "" : encoding.decode(bytes, "utf-8", false, false);
}

export class TextEncoder {
  // Tells one of these from other objects.
  #isOne = true;

  get encoding() {
    if (!(#isOne in this)) throw wrongThis();
    return "utf-8";
  }

  encode(input = "") {
    if (!(#isOne in this)) throw wrongThis();
    return encodeUtf8(input);
  }

  encodeInto(source, destination) {
    if (typeof source !== "string") throw wrongType("src", "of type string", source);
    if (!(destination instanceof Uint8Array)) throw wrongType("dest", "an instance of Uint8Array", destination);
    // One that was handed over has no length either, and takes nothing, not even nothing.
    if (destination.length === 0) return { read: 0, written: 0 };
    const text = crossingText(source);
    const bytes = encoding.encode(text);
    if (bytes.length <= destination.length) {
      destination.set(bytes);
      return { read: text.length, written: bytes.length };
    }
    // Cut where a character begins: every byte within one starts with the bits 10.
    let written = destination.length;
    while (written > 0 && (bytes[written] & 0xc0) === 0x80) written--;
    const fitting = bytes.subarray(0, written);
    destination.set(fitting);
    return { read: encoding.decode(fitting, "utf-8", false, true).length, written };
  }
}

export class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBom;
  #decoder;

  constructor(label = "utf-8", options = undefined) {
    this.#encoding = canonicalLabel(label);
    if (options !== undefined && options !== null && typeof options !== "object" && typeof options !== "function") {
      throw wrongType("options", "of type object", options);
    }
    this.#fatal = Boolean(options?.fatal);
    this.#ignoreBom = Boolean(options?.ignoreBOM);
  }

  get encoding() {
    return this.#encoding;
  }

  get fatal() {
    return this.#fatal;
  }

  get ignoreBOM() {
    return this.#ignoreBom;
  }

  decode(input = undefined, options = undefined) {
    const bytes = input === undefined ? new Uint8Array(0) : bytesOf(input);
    if (bytes === undefined) {
      throw codedError(
        TypeError,
        "ERR_INVALID_ARG_TYPE",
        'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.',
      );
    }
    const stream = Boolean(options?.stream);
    try {
      if (!stream && this.#decoder === undefined) {
        return encoding.decode(bytes, this.#encoding, this.#fatal, this.#ignoreBom);
      }
      this.#decoder ??= new encoding.Decoder(this.#encoding, this.#fatal, this.#ignoreBom);
      const text = this.#decoder.decode(bytes, !stream);
      if (!stream) this.#end();
      return text;
    } catch {
      this.#end();
      const message = `The encoded data was not valid for encoding ${this.#encoding}`;
      throw codedError(TypeError, "ERR_ENCODING_INVALID_ENCODED_DATA", message);
    }
  }

  [inspectKey](depth, options, inspect) {
    if (typeof depth === "number" && depth < 0) return inspect(this, { ...options, customInspect: false });
    const { encoding, fatal, ignoreBOM } = this;
    return inspect(shownAs(TextDecoder, { encoding, fatal, ignoreBOM }), options);
  }

  /** The host keeps a decoder only between two pieces of a text. */
  #end() {
    if (this.#decoder !== undefined) drop(this.#decoder);
    this.#decoder = undefined;
  }
}

function wrongThis() {
  return codedError(TypeError, "ERR_INVALID_THIS", 'Value of "this" must be of type TextEncoder');
}

function wrongType(name, expected, value) {
  const message = `The "${name}" argument must be ${expected}. Received ${receivedText(value)}`;
  return codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

function canonicalLabel(label) {
  const text = crossingText(label);
  const known = text === "utf-8" || text === "utf8" ? "utf-8" : encoding.canonicalLabel(text);
  if (typeof known !== "string") {
    throw codedError(RangeError, "ERR_ENCODING_NOT_SUPPORTED", `The "${text}" encoding is not supported`);
  }
  return known;
}

asInterface(TextEncoder, "TextEncoder", ["encoding", "encode", "encodeInto"]);
asInterface(TextDecoder, "TextDecoder", ["encoding", "fatal", "ignoreBOM", "decode"]);
