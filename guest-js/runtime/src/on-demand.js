// What is loaded into a function only when its source names it. A table: it loads nothing, and the builder reads it too.

/** Global names: the unit, and its export. Node's modules and libraries whose `require` value is meant have "default". */
export const globals = {
  // Node.
  Buffer: ["node:buffer", "Buffer"],
  process: ["node:process", "default"],
  zlib: ["node:zlib", "default"],
  crypto: ["node:crypto", "default"],
  // The web.
  Blob: ["fnhost:web/blob", "Blob"],
  File: ["fnhost:web/blob", "File"],
  FormData: ["fnhost:web/form-data-package", "default"],
  ReadableStream: ["fnhost:web/streams", "ReadableStream"],
  ReadableStreamDefaultReader: ["fnhost:web/streams", "ReadableStreamDefaultReader"],
  ReadableStreamBYOBReader: ["fnhost:web/streams", "ReadableStreamBYOBReader"],
  ReadableStreamBYOBRequest: ["fnhost:web/streams", "ReadableStreamBYOBRequest"],
  ReadableStreamDefaultController: ["fnhost:web/streams", "ReadableStreamDefaultController"],
  ReadableByteStreamController: ["fnhost:web/streams", "ReadableByteStreamController"],
  WritableStream: ["fnhost:web/streams", "WritableStream"],
  WritableStreamDefaultWriter: ["fnhost:web/streams", "WritableStreamDefaultWriter"],
  WritableStreamDefaultController: ["fnhost:web/streams", "WritableStreamDefaultController"],
  TransformStream: ["fnhost:web/streams", "TransformStream"],
  TransformStreamDefaultController: ["fnhost:web/streams", "TransformStreamDefaultController"],
  ByteLengthQueuingStrategy: ["fnhost:web/streams", "ByteLengthQueuingStrategy"],
  CountQueuingStrategy: ["fnhost:web/streams", "CountQueuingStrategy"],
  TextEncoderStream: ["fnhost:web/streams", "TextEncoderStream"],
  TextDecoderStream: ["fnhost:web/streams", "TextDecoderStream"],
  CompressionStream: ["fnhost:web/compression", "CompressionStream"],
  DecompressionStream: ["fnhost:web/compression", "DecompressionStream"],
  structuredClone: ["fnhost:web/clone", "structuredClone"],
  performance: ["fnhost:web/performance", "performance"],
  Performance: ["fnhost:web/performance", "Performance"],
  PerformanceEntry: ["fnhost:web/performance", "PerformanceEntry"],
  PerformanceMark: ["fnhost:web/performance", "PerformanceMark"],
  PerformanceMeasure: ["fnhost:web/performance", "PerformanceMeasure"],
  CustomEvent: ["fnhost:web/events-more", "CustomEvent"],
  MessageEvent: ["fnhost:web/events-more", "MessageEvent"],
  MessageChannel: ["fnhost:web/events-more", "MessageChannel"],
  MessagePort: ["fnhost:web/events-more", "MessagePort"],
  CryptoKey: ["fnhost:web/webcrypto", "CryptoKey"],
  Crypto: ["fnhost:web/webcrypto", "Crypto"],
  SubtleCrypto: ["fnhost:web/webcrypto", "SubtleCrypto"],
  // Libraries.
  _: ["fnhost:lib/lodash", "default"],
  AWS: ["fnhost:lib/aws", "default"],
  OAuth: ["fnhost:lib/oauth", "default"],
  fetchretrylib: ["fnhost:lib/fetch-retry.global", "default"],
  jsonwebtoken: ["fnhost:lib/jsonwebtoken", "default"],
  libphonenumberjslib: ["fnhost:lib/libphonenumber-js.global", "default"],
  moment: ["fnhost:lib/moment-timezone", "default"],
  uuidv5: ["fnhost:lib/uuidv5.global", "default"],
  xml: ["fnhost:lib/xml", "default"],
  xml2js: ["fnhost:lib/xml2js", "default"],
};

/** Words that, anywhere in a source, say that a unit is needed: property names of what layer 2 makes. */
export const words = {
  // Of zlib, which is used without streams mostly.
  createDeflate: ["node:zlib-streams"],
  Deflate: ["node:zlib-streams"],
  createInflate: ["node:zlib-streams"],
  Inflate: ["node:zlib-streams"],
  createGzip: ["node:zlib-streams"],
  Gzip: ["node:zlib-streams"],
  createGunzip: ["node:zlib-streams"],
  Gunzip: ["node:zlib-streams"],
  createDeflateRaw: ["node:zlib-streams"],
  DeflateRaw: ["node:zlib-streams"],
  createInflateRaw: ["node:zlib-streams"],
  InflateRaw: ["node:zlib-streams"],
  createUnzip: ["node:zlib-streams"],
  Unzip: ["node:zlib-streams"],
  createBrotliCompress: ["node:zlib-streams"],
  BrotliCompress: ["node:zlib-streams"],
  createBrotliDecompress: ["node:zlib-streams"],
  BrotliDecompress: ["node:zlib-streams"],
  // What bodies are asked for (body.js, body-stream.js).
  buffer: ["node:buffer"],
  blob: ["fnhost:web/blob"],
  formData: ["fnhost:web/fetch-form"],
  getReader: ["fnhost:web/streams"],
  pipeThrough: ["fnhost:web/streams"],
  pipeTo: ["fnhost:web/streams"],
  tee: ["fnhost:web/streams"],
  stream: ["fnhost:web/streams"],
  // Between the streams of Node and of the web.
  toWeb: ["fnhost:web/stream-adapters"],
  fromWeb: ["fnhost:web/stream-adapters"],
  pipe: ["node:stream"],
  on: ["node:stream"],
  // Members of `node:crypto`.
  subtle: ["fnhost:web/webcrypto"],
  webcrypto: ["fnhost:web/webcrypto"],
};

/** Members of globals that are units of their own: `AWS.S3`. They count in a source that names the global. */
export const members = {
  // What makes hashes, ciphers and signatures streams; `on` and `pipe` are words.
  crypto: {
    end: "node:stream",
    pipeline: "node:stream",
    read: "node:stream",
    setEncoding: "node:stream",
    Transform: "node:stream",
    write: "node:stream",
  },
  FormData: { getBuffer: "node:buffer", submit: "fnhost:web/form-submit" },
};

/** Packages of npm that are here as units: what `require` finds if the function's folder has no such package. */
export const npmNames = {
  "form-data": "fnhost:web/form-data-package",
  // Libraries. build.mjs adds those of services of the AWS SDK and of locales.
  "aws-sdk": "fnhost:lib/aws",
  "fetch-retry": "fnhost:lib/fetch-retry",
  jsonwebtoken: "fnhost:lib/jsonwebtoken",
  "libphonenumber-js": "fnhost:lib/libphonenumber-js",
  lodash: "fnhost:lib/lodash",
  moment: "fnhost:lib/moment-timezone",
  "moment-timezone": "fnhost:lib/moment-timezone",
  oauth: "fnhost:lib/oauth",
  uuidv5: "fnhost:lib/uuidv5",
  xml: "fnhost:lib/xml",
  xml2js: "fnhost:lib/xml2js",
};
