// Unit `fnhost:web/form-data`: the global FormData, which is the web's and that of the package `form-data` in one: the latter
// is what Segment has. A form that was asked for its boundary or is read as a stream is written as the package writes it,
// any other as the standard says; they differ in line breaks of texts.

import { asInterface, bytesOf, crossingText } from "fnhost:platform/boundary";
import { joined } from "fnhost:platform/bytes";
import { decodeUtf8, encodeUtf8 } from "fnhost:platform/encoding";
import { codedError } from "fnhost:platform/errors";
import { formBody } from "fnhost:platform/form-key";
import { loadedUnit } from "fnhost:platform/require";
import { File, blobBytes, isBlob } from "fnhost:web/blob";
import { typeOfFile } from "fnhost:web/form-types";
import { LegacyStream } from "fnhost:web/legacy-stream";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");
const { hasOwn, setPrototypeOf } = Object;
const { apply } = Reflect;
const lineBreak = "\r\n";
const defaultType = "application/octet-stream";

// An entry is `{ name, value, options, isStream }`. The value is a text, bytes, a File or one of Node's streams; the options
// are the package's.

let entriesOf;

/** Forms. */
export class FormData {
  #entries = [];
  #boundary;
  // The parts that are still to be emitted, once the form is read as a stream.
  #waiting;
  #current;
  #failure;

  constructor(options = undefined) {
    if (options === undefined || options === null) return;
    if (typeof options !== "object") {
      throw new TypeError("FormData constructor: Argument 1 could not be converted to: undefined.");
    }
    Object.assign(this, options);
  }

  static {
    entriesOf = (form) => {
      if (typeof form !== "object" || form === null || !(#entries in form)) {
        throw codedError(TypeError, "ERR_INVALID_THIS", "Illegal invocation");
      }
      return form.#entries;
    };
  }

  append(name, value, options = undefined) {
    const entries = entriesOf(this);
    requireArguments("append", 2, arguments.length);
    const entry = entryOf(name, value, options);
    // An error has to be heard of before the stream's turn comes.
    if (entry.isStream) {
      entry.value.on("error", (error) => this.#fail(error));
      entry.value.pause?.();
    }
    entries.push(entry);
  }

  set(name, value, options = undefined) {
    const entries = entriesOf(this);
    requireArguments("set", 2, arguments.length);
    const entry = entryOf(name, value, options);
    const index = entries.findIndex((known) => known.name === entry.name);
    if (index === -1) {
      entries.push(entry);
      return;
    }
    const rest = entries.splice(index).filter((known) => known.name !== entry.name);
    entries.push(entry, ...rest);
  }

  delete(name) {
    const entries = entriesOf(this);
    requireArguments("delete", 1, arguments.length);
    const key = crossingText(name);
    this.#entries = entries.filter((entry) => entry.name !== key);
  }

  get(name) {
    const entries = entriesOf(this);
    requireArguments("get", 1, arguments.length);
    const key = crossingText(name);
    const found = entries.find((entry) => entry.name === key);
    return found === undefined ? null : valueOf(found);
  }

  getAll(name) {
    const entries = entriesOf(this);
    requireArguments("getAll", 1, arguments.length);
    const key = crossingText(name);
    return entries.filter((entry) => entry.name === key).map(valueOf);
  }

  has(name) {
    const entries = entriesOf(this);
    requireArguments("has", 1, arguments.length);
    const key = crossingText(name);
    return entries.some((entry) => entry.name === key);
  }

  keys() {
    return iteratorOf(this, (entry) => entry.name);
  }

  values() {
    return iteratorOf(this, valueOf);
  }

  entries() {
    return iteratorOf(this, (entry) => [entry.name, valueOf(entry)]);
  }

  forEach(callback, thisArgument = undefined) {
    requireArguments("forEach", 1, arguments.length);
    if (typeof callback !== "function") {
      throw new TypeError("Failed to execute 'forEach' on 'FormData': parameter 1 is not of type 'Function'.");
    }
    for (const [name, value] of this) apply(callback, thisArgument, [value, name, this]);
  }

  // What the package adds.

  getBoundary() {
    if (this.#boundary === undefined) {
      let digits = "";
      while (digits.length < 24) digits += Math.floor(Math.random() * 10);
      this.#boundary = `--------------------------${digits}`;
    }
    return this.#boundary;
  }

  setBoundary(boundary) {
    if (typeof boundary !== "string") throw new TypeError("FormData boundary must be a string");
    this.#boundary = boundary;
  }

  getHeaders(userHeaders = undefined) {
    const headers = { "content-type": `multipart/form-data; boundary=${this.getBoundary()}` };
    for (const [name, value] of Object.entries(userHeaders ?? {})) headers[name.toLowerCase()] = value;
    return headers;
  }

  getBuffer() {
    const stream = this.#entries.find((entry) => entry.isStream);
    if (stream !== undefined) {
      const message = `the field \`${stream.name}\` is a stream: \`getBuffer\` can only give what is there; send the form`;
      throw new TypeError(message);
    }
    const bytes = joined(this.#parts().map(partBytes));
    const Buffer = loadedUnit("node:buffer")?.Buffer;
    return Buffer === undefined ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  hasKnownLength() {
    return this.#entries.every((entry) => lengthOf(entry) !== undefined);
  }

  /** In bytes; without streams that do not say how long they are, for which the form fails. */
  getLengthSync() {
    if (!this.hasKnownLength()) this.#fail(new Error("Cannot calculate proper length in synchronous way."));
    return this.#length();
  }

  getLength(callback) {
    const unknown = this.#entries.find((entry) => lengthOf(entry) === undefined);
    const length = unknown === undefined ? this.#length() : undefined;
    queueMicrotask(() => {
      if (length === undefined) apply(callback, this, ["Unknown stream"]);
      else apply(callback, this, [null, length]);
    });
  }

  submit(params, callback = undefined) {
    const submitForm = loadedUnit("fnhost:web/form-submit")?.submitForm;
    if (submitForm === undefined) {
      throw new Error("`submit` is not part of this function: write it out where it is used, or send the form with `fetch`");
    }
    return submitForm(this, params, callback);
  }

  toString() {
    return "[object FormData]";
  }

  // As a stream: it emits all that is there at once, and passes on what its streams give.

  get readable() {
    return true;
  }

  pipe(destination, options = undefined) {
    apply(LegacyStream.prototype.pipe, this, [destination, options]);
    this.resume();
    return destination;
  }

  pause() {
    this.#current?.pause?.();
    this.emit("pause");
  }

  resume() {
    if (this.#waiting === undefined) {
      this.#waiting = this.#parts();
      this.#emitParts();
    } else {
      this.#current?.resume?.();
    }
    this.emit("resume");
  }

  destroy(error = undefined) {
    this.#waiting = [];
    this.#current?.destroy?.(error);
    this.#current = undefined;
    if (error !== undefined && error !== null) this.#fail(error);
    this.emit("close");
    return this;
  }

  #emitParts() {
    while (this.#waiting.length > 0) {
      const part = this.#waiting.shift();
      if (typeof part === "string" || part instanceof Uint8Array) {
        this.emit("data", part);
        continue;
      }
      this.#current = part;
      part.on("data", (chunk) => this.emit("data", chunk));
      part.on("end", () => {
        this.#current = undefined;
        this.#emitParts();
      });
      part.resume?.();
      return;
    }
    if (this.#failure === undefined) this.emit("end");
  }

  #fail(error) {
    if (this.#failure !== undefined) return;
    this.#failure = error ?? new Error("the stream failed");
    this.#waiting = [];
    this.emit("error", this.#failure);
  }

  /** The form as the package writes it: texts, bytes and streams. */
  #parts() {
    const boundary = this.getBoundary();
    const parts = [];
    for (const entry of this.#entries) {
      parts.push(headOf(entry, boundary, escaped), contentOf(entry), lineBreak);
    }
    parts.push(`--${boundary}--${lineBreak}`);
    return parts;
  }

  #length() {
    const boundary = this.getBoundary();
    let length = 0;
    for (const entry of this.#entries) {
      length += encodeUtf8(headOf(entry, boundary, escaped)).length + (lengthOf(entry) ?? 0) + lineBreak.length;
    }
    return this.#entries.length === 0 ? length : length + boundary.length + 6;
  }

  /** What `fetch` sends: `{ type, parts, length }`, all of it bytes; undefined where the form has streams. */
  [formBody]() {
    if (this.#entries.some((entry) => entry.isStream)) return undefined;
    if (this.#boundary !== undefined) {
      const bytes = joined(this.#parts().map(partBytes));
      return { type: `multipart/form-data;boundary=${this.#boundary}`, bytes };
    }
    const { contentType, bytes } = encodeMultipart(this);
    return { type: contentType, bytes };
  }

  [inspectKey](_depth, options, inspect) {
    const fields = {};
    for (const entry of this.#entries) {
      const value = valueOf(entry);
      if (!hasOwn(fields, entry.name)) define(fields, entry.name, value);
      else if (Array.isArray(fields[entry.name])) fields[entry.name].push(value);
      else fields[entry.name] = [fields[entry.name], value];
    }
    return `FormData ${inspect(fields, options)}`;
  }
}

// Not by `extends`: an emitter's own members would be among the form's.
setPrototypeOf(FormData.prototype, LegacyStream.prototype);
setPrototypeOf(FormData, LegacyStream);
FormData.LINE_BREAK = lineBreak;
FormData.DEFAULT_CONTENT_TYPE = defaultType;
Object.defineProperty(FormData.prototype, Symbol.iterator, {
  value: FormData.prototype.entries,
  writable: true,
  configurable: true,
});
asInterface(FormData, "FormData", ["append", "delete", "get", "getAll", "has", "set", "keys", "values", "entries", "forEach"]);

function define(target, name, value) {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

function requireArguments(method, wanted, given) {
  if (given >= wanted) return;
  const found = given === 1 ? "only 1 found" : `but ${given} found`;
  const words = given === 0 ? "but 0 found" : `but ${found}`;
  throw new TypeError(`FormData.${method}: ${wanted} argument${wanted === 1 ? "" : "s"} required, ${words}.`);
}

function entryOf(name, value, options) {
  const given = typeof options === "object" && options !== null ? options : {};
  // A third argument that is no object is the file's name, also for the package.
  if (options !== undefined && options !== null && given !== options) given.filename = crossingText(options);
  const entry = { name: crossingText(name), value: undefined, options: given, isStream: false };
  if (typeof value !== "object" || value === null) {
    entry.value = crossingText(value);
  } else if (isBlob(value)) {
    entry.value = fileOf(value, given.filename);
  } else if (bytesOf(value) !== undefined) {
    entry.value = bytesOf(value);
    entry.original = value;
  } else if (typeof value.on === "function" && typeof value.pipe === "function") {
    entry.value = value;
    entry.isStream = true;
  } else {
    entry.value = crossingText(value);
  }
  return entry;
}

function fileOf(blob, filename) {
  if (blob instanceof File && filename === undefined) return blob;
  const { type, lastModified } = blob;
  return new File([blob], filename ?? blob.name ?? "blob", lastModified === undefined ? { type } : { type, lastModified });
}

/** The value as the web's methods give it: a text or a File; a stream as it is. */
function valueOf(entry) {
  const { value, isStream } = entry;
  if (isStream || isBlob(value)) return value;
  const filename = filenameOf(entry);
  if (filename === undefined) return typeof value === "string" ? value : decodeUtf8(value);
  entry.file ??= new File([value], filename, { type: typeOf(entry) ?? "" });
  return entry.file;
}

function baseName(path) {
  return `${path}`.replace(/\/+$/, "").split("/").at(-1);
}

/** The name of the file that an entry is; undefined where it is none. */
function filenameOf({ value, original, options, isStream }) {
  if (typeof options.filepath === "string") return normalizedPath(options.filepath);
  if (isBlob(value)) return value.name;
  const source = original ?? (isStream ? value : undefined);
  const given = options.filename || source?.name || source?.path;
  if (given) return baseName(given);
  if (isResponse(source)) return baseName(source.client?._httpMessage?.path ?? "") || undefined;
  return undefined;
}

/** The path without what leads nowhere, with slashes. */
function normalizedPath(path) {
  const parts = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "." || (part === "" && parts.length > 0)) continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/") || ".";
}

/** True for an answer of `http.request`. */
function isResponse(value) {
  return typeof value === "object" && value !== null && value.readable && hasOwn(value, "httpVersion");
}

/** The media type of an entry; undefined for a plain text. */
function typeOf({ value, original, options, isStream }) {
  if (options.contentType) return `${options.contentType}`;
  if (isBlob(value)) return value.type || defaultType;
  const source = original ?? (isStream ? value : undefined);
  for (const name of [source?.name, source?.path]) if (name && typeOfFile(name)) return typeOfFile(name);
  if (isResponse(source) && source.headers?.["content-type"]) return source.headers["content-type"];
  const name = options.filepath || options.filename;
  return (name && typeOfFile(name)) || (source === undefined ? undefined : defaultType);
}

/** The delimiter and the headers of a part. */
function headOf(entry, boundary, escape) {
  const { header } = entry.options;
  if (typeof header === "string") return header;
  const filename = filenameOf(entry);
  const disposition = `form-data; name="${escape(entry.name)}"`;
  const headers = {
    "Content-Disposition": filename === undefined ? disposition : `${disposition}; filename="${escape(crossingText(filename))}"`,
    "Content-Type": typeOf(entry),
  };
  if (typeof header === "object" && header !== null) {
    for (const [name, value] of Object.entries(header)) headers[name] ??= value;
  }
  let text = `--${boundary}${lineBreak}`;
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    text += `${oneLine(name)}: ${oneLine(Array.isArray(value) ? value.join("; ") : value)}${lineBreak}`;
  }
  return text + lineBreak;
}

/** What goes into a header: a line break in it would be another header. */
function oneLine(value) {
  return crossingText(value).replace(/[\r\n]+/g, " ");
}

/** Nothing in a name may end it. */
function escaped(text) {
  return text.replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");
}

function withBreaks(text) {
  return text.replace(/\r\n?|\n/g, lineBreak);
}

function contentOf({ value }) {
  return isBlob(value) ? blobBytes(value) : value;
}

function partBytes(part) {
  return typeof part === "string" ? encodeUtf8(part) : part;
}

/** How many bytes the content of an entry has; undefined where a stream does not say. */
function lengthOf({ value, options, isStream }) {
  if (options.knownLength !== undefined && options.knownLength !== null) return Number(options.knownLength);
  if (isStream) {
    const length = isResponse(value) ? Number(value.headers?.["content-length"]) : NaN;
    return Number.isSafeInteger(length) ? length : undefined;
  }
  if (isBlob(value)) return value.size;
  return typeof value === "string" ? encodeUtf8(value).length : value.length;
}

const iteratorPrototype = Object.create(Object.getPrototypeOf(Object.getPrototypeOf([].values())), {
  next: {
    value: function next() {
      return nextOf(this);
    },
    writable: true,
    enumerable: true,
    configurable: true,
  },
  [Symbol.toStringTag]: { value: "FormData Iterator", configurable: true },
});
const iterations = new WeakMap();

function iteratorOf(form, read) {
  entriesOf(form);
  const iterator = Object.create(iteratorPrototype);
  iterations.set(iterator, { form, read, index: 0 });
  return iterator;
}

function nextOf(iterator) {
  const iteration = iterations.get(iterator);
  if (iteration === undefined) throw codedError(TypeError, "ERR_INVALID_THIS", "Illegal invocation");
  const entry = entriesOf(iteration.form)[iteration.index++];
  return entry === undefined ? { value: undefined, done: true } : { value: iteration.read(entry), done: false };
}

/** The form as the standard writes it: `{ contentType, bytes }`. It has no streams. */
export function encodeMultipart(form) {
  const digits = `${Math.floor(Math.random() * 1e11)}`.padStart(11, "0");
  const boundary = `----formdata-fnhost-0${digits}`;
  const pieces = [];
  for (const entry of entriesOf(form)) {
    pieces.push(encodeUtf8(headOf(entry, boundary, (text) => escaped(withBreaks(text)))));
    const content = contentOf(entry);
    const isText = typeof content === "string" && filenameOf(entry) === undefined;
    pieces.push(typeof content === "string" ? encodeUtf8(isText ? withBreaks(content) : content) : content);
    pieces.push(encodeUtf8(lineBreak));
  }
  pieces.push(encodeUtf8(`--${boundary}--${lineBreak}`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: joined(pieces) };
}
