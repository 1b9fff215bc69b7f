// What the error constructors mean in the implementation of streams: the same errors, with Node's words and codes where it
// has some. Only text is changed.

import { codedError } from "fnhost:platform/errors";

const { TypeError: OwnTypeError, RangeError: OwnRangeError } = globalThis;

const invalidState = {
  "This stream has already been locked for exclusive reading by another reader": "ReadableStream is locked",
  "Cannot cancel a stream that already has a reader": "ReadableStream is locked",
  "ReadableStream.prototype.pipeTo cannot be used on a locked ReadableStream": "The ReadableStream is locked",
  "ReadableStream.prototype.pipeTo cannot be used on a locked WritableStream": "The WritableStream is locked",
  "ReadableStream.prototype.pipeThrough cannot be used on a locked ReadableStream": "The ReadableStream is locked",
  "ReadableStream.prototype.pipeThrough cannot be used on a locked WritableStream": "The WritableStream is locked",
  "This stream has already been locked for exclusive writing by another writer": "WritableStream is locked",
  "Cannot abort a stream that already has a writer": "WritableStream is locked",
  "Cannot close a stream that already has a writer": "WritableStream is locked",
  "Cannot close an already-closing stream": "Failure closing WritableStream",
  "Reader was released and can no longer be used to monitor the stream's closedness": "Reader released",
  "Reader was released": "Releasing reader",
  "Cannot read from a stream using a released reader": "The reader is not attached to a stream",
  "Cannot cancel a stream using a released reader": "The reader is not attached to a stream",
  "Writer was released and can no longer be used to monitor the stream's closedness": "Writer has been released",
  "The stream is not in a state that permits enqueue": "Controller is already closed",
  "The stream is not in a state that permits close": "Controller is already closed",
  "The stream is closing or closed and cannot be written to": "WritableStream is closed",
  "The stream has already been closed; do not close it again!": "Controller is already closed",
  "stream is closed or draining": "ReadableStream is already closed",
  "chunk must have non-zero byteLength": "chunk ArrayBuffer is zero-length or detached",
  "chunk's buffer must have non-zero byteLength": "chunk ArrayBuffer is zero-length or detached",
  "chunk's buffer is detached and so cannot be enqueued": "chunk ArrayBuffer is zero-length or detached",
  "view must have non-zero byteLength": "View or Viewed ArrayBuffer is zero-length or detached",
  "view's buffer must have non-zero byteLength": "View or Viewed ArrayBuffer is zero-length or detached",
  "view's buffer has been detached": "View or Viewed ArrayBuffer is zero-length or detached",
  "This BYOB request has been invalidated": "This BYOB request has been invalidated",
  "bytesWritten must be 0 when calling respond() on a closed stream": "Controller is already closed",
  "The view's length must be 0 when calling respondWithNewView() on a closed stream": "View is not zero-length",
  "TransformStream terminated": "TransformStream has been terminated",
  "Readable side is not in a state that permits enqueue": "Unable to enqueue",
  "the destination writable stream closed before all data could be piped to it": "Destination WritableStream is closed",
};

const invalidType = {
  "chunk must be an array buffer view": 'The "buffer" argument must be an instance of Buffer, TypedArray, or DataView.',
  "view must be an array buffer view": 'The "view" argument must be an instance of Buffer, TypedArray, or DataView.',
  "You can only respond with array buffer views":
    'The "view" argument must be an instance of Buffer, TypedArray, or DataView.',
  "ReadableStream.prototype.pipeTo's first argument must be a WritableStream":
    'The "transform.writable" property must be an instance of WritableStream.',
  "readable is required in 'ReadableWritablePair'.":
    'The "transform.readable" property must be an instance of ReadableStream.',
  "writable is required in 'ReadableWritablePair'.":
    'The "transform.writable" property must be an instance of WritableStream.',
  "Second parameter has member 'signal' that is not an AbortSignal.":
    'The "options.signal" property must be an instance of AbortSignal.',
  "Parameter 1 is required in 'ReadableStreamDefaultReader'.":
    'The "stream" argument must be an instance of ReadableStream. Received undefined',
  "Parameter 1 is required in 'ReadableStreamBYOBReader'.":
    'The "stream" argument must be an instance of ReadableStream. Received undefined',
  "Parameter 1 is required in 'WritableStreamDefaultWriter'.":
    'The "stream" argument must be an instance of WritableStream. Received undefined',
  "Parameter 1 is required in 'CountQueuingStrategy'.":
    'The "init" argument must be of type object. Received undefined',
  "Parameter 1 is required in 'ByteLengthQueuingStrategy'.":
    'The "init" argument must be of type object. Received undefined',
  "Second parameter has member 'size' that is not a function.":
    'The "strategy.size" property must be of type function.',
};

const others = {
  "Illegal constructor": ["ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor"],
  "highWaterMark is required in 'QueuingStrategyInit'.": ["ERR_MISSING_OPTION", "init.highWaterMark is required"],
  "Cannot construct a ReadableStreamBYOBReader for a stream not constructed with a byte source": [
    "ERR_INVALID_ARG_VALUE",
    "The argument 'stream' must be a byte stream.",
  ],
  "The object is not iterable": ["ERR_ARG_NOT_ITERABLE", "The value must be iterable"],
  "The strategy for a byte stream cannot have a size function": [
    "ERR_INVALID_ARG_VALUE",
    "The property 'strategy.size' is invalid.",
  ],
  "Invalid highWaterMark": ["ERR_INVALID_ARG_VALUE", "The property 'strategy.highWaterMark' is invalid."],
  "Size must be a finite, non-NaN, non-negative number.": ["ERR_INVALID_ARG_VALUE", "The argument 'size' is invalid."],
  "Invalid type is specified": ["ERR_INVALID_ARG_VALUE", "The argument 'type' is invalid."],
  "Invalid readableType specified": ["ERR_INVALID_ARG_VALUE", "The property 'transformer.readableType' is invalid."],
  "Invalid writableType specified": ["ERR_INVALID_ARG_VALUE", "The property 'transformer.writableType' is invalid."],
  "bytesWritten out of range": ["ERR_INVALID_ARG_VALUE", "The argument 'bytesWritten' is out of range."],
};

// With what they say of the value.
const patterns = [
  [/ can only be used on an? (\w+)$/, "ERR_INVALID_THIS", (found) => `Value of "this" must be of type ${found[1]}`],
  [
    /member '(\w+)' that '(.*)' is not a valid enumeration value for (\w+)/,
    "ERR_INVALID_ARG_VALUE",
    ([, name, value, type]) => `The property '${type.endsWith("Type") ? "source" : "options"}.${name}' is invalid. Received '${value}'`,
  ],
  [/^Cannot .* a stream using a released writer$/, "ERR_INVALID_STATE", () => "Invalid state: Writer is not bound to a WritableStream"],
  [/cannot be enqueued to$/, "ERR_INVALID_STATE", () => "Invalid state: ReadableStream is already closed"],
  [/cannot be closed$/, "ERR_INVALID_STATE", () => "Invalid state: WritableStream is closed"],
];

function translated(constructor, message) {
  if (Object.hasOwn(invalidState, message)) {
    return codedError(constructor, "ERR_INVALID_STATE", `Invalid state: ${invalidState[message]}`);
  }
  if (Object.hasOwn(invalidType, message)) return codedError(constructor, "ERR_INVALID_ARG_TYPE", invalidType[message]);
  if (Object.hasOwn(others, message)) return codedError(constructor, ...others[message]);
  for (const [pattern, code, words] of patterns) {
    const found = pattern.exec(message);
    if (found !== null) return codedError(constructor, code, words(found));
  }
  return new constructor(message);
}

/** Called with `new`, too: what it returns is the error. */
export function TypeError(message) {
  return translated(OwnTypeError, message);
}

export function RangeError(message) {
  return translated(OwnRangeError, message);
}
