// Symmetric ciphers over the host's. The rules of when what may be called are here, the mathematics there.

import { StringDecoder } from "node:string_decoder";
import { isBuilding } from "fnhost:platform/phase";
import { invalidArgType, nodeError, requireInteger, requireType } from "../internal/errors.js";
import {
  asBuffer,
  Buffer,
  called,
  crossingText,
  drop,
  forgetRelease,
  host,
  hostData,
  inputBytes,
  nativeError,
  releaseWithBuild,
  requireObject,
  stringOption,
  uint32Option,
  updateInput,
} from "./common.js";
import { Digester } from "./hash.js";
import { secretBytes } from "./keys.js";
import { lazyStream, linkWhileBuilding } from "./streams.js";

const kHandle = Symbol("kHandle");
const int32Max = 2147483647;
const int32Min = -2147483648;

let supportedCiphers;

/** What the host knows of all ciphers, by name in lower case and by number. */
function ciphers() {
  if (supportedCiphers === undefined) {
    supportedCiphers = new Map();
    for (const cipher of host.listSupported().ciphers) {
      for (const name of [cipher.name, ...cipher.names]) supportedCiphers.set(name.toLowerCase(), cipher);
      // Of several names the one that OpenSSL itself uses.
      const isFirst = !supportedCiphers.has(cipher.nid) || cipher.name.startsWith("id-");
      if (cipher.nid !== 0 && isFirst) supportedCiphers.set(cipher.nid, cipher);
    }
  }
  return supportedCiphers;
}

function stateError(operation) {
  const message = operation === undefined ? "Invalid state" : `Invalid state for operation ${operation}`;
  return nodeError(Error, "ERR_CRYPTO_INVALID_STATE", message);
}

function tagLengthError(length) {
  const message = `Invalid authentication tag length: ${length}`;
  return nativeError(TypeError, "ERR_CRYPTO_INVALID_AUTH_TAG", message);
}

/** A cipher under way: the host's, and what Node's rules ask about its past. */
class CipherBase {
  #options;
  #isEncrypting;
  #mode;
  #handle;
  #autoPadding = true;
  #aads = [];
  #isFed = false;
  #isFinished = false;
  #ending;
  #tag;
  #release = () => this.#letGo();

  constructor(isEncrypting, options) {
    this.#isEncrypting = isEncrypting;
    this.#options = options;
    this.#open();
    this.#mode = modeOf(options.algorithm);
  }

  #open() {
    this.#handle = called(host.Cipher, this.#isEncrypting ? "encrypt" : "decrypt", this.#options);
    if (!this.#autoPadding) called(this.#handle, "setAutoPadding", false);
    for (const aad of this.#aads) called(this.#handle, "setAad", ...aad);
    releaseWithBuild(this.#release);
  }

  #letGo() {
    if (this.#handle === undefined) return;
    drop(this.#handle);
    this.#handle = undefined;
    forgetRelease(this.#release);
  }

  /** The host's cipher, opened again if it was made at the top level and not used there. */
  #opened() {
    if (this.#handle === undefined) {
      const message = "a cipher that was used while the function was built cannot go on: make a new one";
      if (this.#isFed) throw new Error(message);
      this.#open();
    }
    return this.#handle;
  }

  get #isAuthenticated() {
    return this.#mode === "gcm" || this.#mode === "ccm" || this.#mode === "ocb" || this.#mode === "poly1305";
  }

  update(input) {
    if (this.#isFinished) throw new Error("Trying to add data in unsupported state");
    if (this.#mode === "ccm") return this.#updateWhole(input);
    const handle = this.#opened();
    this.#isFed = true;
    return asBuffer(called(handle, "update", hostData(input)));
  }

  /** CCM takes all in one `update`, which gives the whole result; that it is not authentic is said by `final`. */
  #updateWhole(input) {
    if (this.#isFed) throw new Error("Trying to add data in unsupported state");
    const handle = this.#opened();
    this.#isFed = true;
    try {
      const first = called(handle, "update", hostData(input));
      const { bytes, authTag } = called(handle, "finish", this.#isEncrypting ? undefined : this.#tag);
      this.#tag = authTag ?? undefined;
      this.#ending = () => Buffer.alloc(0);
      return Buffer.concat([first, bytes]);
    } catch (error) {
      if (this.#isEncrypting || error.code !== undefined) throw error;
      this.#ending = () => {
        throw error;
      };
      return Buffer.alloc(0);
    } finally {
      this.#letGo();
    }
  }

  final() {
    if (this.#isFinished) throw stateError();
    if (this.#ending !== undefined) {
      this.#isFinished = true;
      return this.#ending();
    }
    const handle = this.#opened();
    this.#isFinished = true;
    try {
      const { bytes, authTag } = called(handle, "finish", this.#isEncrypting ? undefined : this.#tag);
      this.#tag = authTag ?? undefined;
      return asBuffer(bytes);
    } finally {
      this.#letGo();
    }
  }

  setAutoPadding(autoPadding) {
    if (this.#isFinished) return false;
    this.#autoPadding = autoPadding;
    called(this.#opened(), "setAutoPadding", autoPadding);
    return true;
  }

  getAuthTag() {
    return this.#isFinished && this.#isEncrypting && this.#tag !== undefined ? Buffer.from(this.#tag) : undefined;
  }

  setAuthTag(tag) {
    if (this.#isFinished || !this.#isAuthenticated || this.#isEncrypting || this.#tag !== undefined) return false;
    const { authTagLength } = this.#options;
    const { length } = tag;
    const isUsual = this.#mode === "gcm" ? length === 4 || length === 8 || (length >= 12 && length <= 16) : true;
    const expected = authTagLength ?? (this.#mode === "poly1305" ? 16 : undefined);
    if (!isUsual || (expected !== undefined && expected !== length)) throw tagLengthError(length);
    this.#tag = tag.slice();
    return true;
  }

  setAAD(aad, textLength) {
    if (this.#isFinished || !this.#isAuthenticated || this.#isFed) return false;
    if (this.#mode === "ccm" && textLength === undefined) {
      const message = "options.plaintextLength required for CCM mode with AAD";
      throw nativeError(TypeError, "ERR_MISSING_ARGS", message);
    }
    const aads = isBuilding() ? [aad.slice(), textLength] : [aad, textLength];
    called(this.#opened(), "setAad", ...aads);
    // What was done at the top level is done again when the host's cipher has to be opened again.
    if (isBuilding()) this.#aads.push(aads);
    return true;
  }
}

/** The mode of a cipher, with a name of its own for the stream cipher that authenticates. */
function modeOf(name) {
  if (/^chacha20-poly1305$/i.test(name)) return "poly1305";
  return ciphers().get(name.toLowerCase())?.mode;
}

function initialise(cipher, { algorithm, key, iv, options, isEncrypting }) {
  const authTagLength = uint32Option(options, "authTagLength");
  cipher[kHandle] = new CipherBase(isEncrypting, { algorithm: crossingText(algorithm), key, iv, authTagLength });
  cipher._decoder = null;
  cipher._options = options;
  linkWhileBuilding();
}

function initialiseWithIv(cipher, algorithm, key, iv, options, isEncrypting) {
  requireType(algorithm, "cipher", "string");
  const encoding = stringOption(options, "encoding");
  const keyBytes = secretBytes(key, encoding).slice();
  const ivBytes = iv === null ? undefined : inputBytes(iv, "iv").slice();
  initialise(cipher, { algorithm, key: keyBytes, iv: ivBytes, options, isEncrypting });
}

/** Key and initialisation vector of a password, as OpenSSL's old way is: MD5, once, without salt. */
function initialiseWithPassword(cipher, algorithm, password, options, isEncrypting) {
  requireType(algorithm, "cipher", "string");
  const secret = inputBytes(password, "password");
  const info = ciphers().get(algorithm.toLowerCase());
  if (info === undefined) throw nativeError(Error, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
  const ivLength = info.ivLength ?? 0;
  let made = Buffer.alloc(0);
  let last = Buffer.alloc(0);
  while (made.length < info.keyLength + ivLength) {
    const digester = new Digester("md5");
    digester.update(last);
    digester.update(secret);
    last = asBuffer(digester.digest(undefined));
    made = Buffer.concat([made, last]);
  }
  const bytes = new Uint8Array(made);
  const key = bytes.slice(0, info.keyLength);
  const iv = bytes.slice(info.keyLength, info.keyLength + ivLength);
  initialise(cipher, { algorithm, key, iv, options, isEncrypting });
}

export function Cipheriv(cipher, key, iv, options) {
  if (!(this instanceof Cipheriv)) return new Cipheriv(cipher, key, iv, options);
  initialiseWithIv(this, cipher, key, iv, options, true);
}

export function Decipheriv(cipher, key, iv, options) {
  if (!(this instanceof Decipheriv)) return new Decipheriv(cipher, key, iv, options);
  initialiseWithIv(this, cipher, key, iv, options, false);
}

export function Cipher(cipher, password, options) {
  if (!(this instanceof Cipher)) return new Cipher(cipher, password, options);
  initialiseWithPassword(this, cipher, password, options, true);
}

export function Decipher(cipher, password, options) {
  if (!(this instanceof Decipher)) return new Decipher(cipher, password, options);
  initialiseWithPassword(this, cipher, password, options, false);
}

function decoderFor(cipher, encoding) {
  if (cipher._decoder === null) cipher._decoder = new StringDecoder(encoding);
  const known = new StringDecoder(encoding).encoding;
  if (cipher._decoder.encoding !== known) throw nodeError(Error, "ERR_INTERNAL_ASSERTION", "Cannot change encoding");
  return cipher._decoder;
}

function _transform(chunk, encoding, callback) {
  this.push(this[kHandle].update(updateInput(chunk, encoding)));
  callback();
}

function _flush(callback) {
  try {
    this.push(this[kHandle].final());
  } catch (error) {
    callback(error);
    return;
  }
  callback();
}

function update(data, inputEncoding, outputEncoding) {
  const bytes = this[kHandle].update(updateInput(data, inputEncoding));
  if (!outputEncoding || outputEncoding === "buffer") return bytes;
  return decoderFor(this, outputEncoding).write(bytes);
}

function final(outputEncoding) {
  const bytes = this[kHandle].final();
  if (!outputEncoding || outputEncoding === "buffer") return bytes;
  return decoderFor(this, outputEncoding).end(bytes);
}

function setAutoPadding(autoPadding) {
  if (!this[kHandle].setAutoPadding(Boolean(autoPadding))) throw stateError("setAutoPadding");
  return this;
}

function getAuthTag() {
  const tag = this[kHandle].getAuthTag();
  if (tag === undefined) throw stateError("getAuthTag");
  return tag;
}

function setAuthTag(buffer, encoding) {
  if (!this[kHandle].setAuthTag(inputBytes(buffer, "buffer", encoding))) throw stateError("setAuthTag");
  return this;
}

function setAAD(aadbuf, options) {
  const encoding = stringOption(options, "encoding");
  const plaintextLength = uint32Option(options, "plaintextLength");
  if (!this[kHandle].setAAD(inputBytes(aadbuf, "aadbuf", encoding), plaintextLength)) throw stateError("setAAD");
  return this;
}

for (const [constructor, methods] of [
  [Cipheriv, { _transform, _flush, update, final, setAutoPadding, getAuthTag, setAAD }],
  [Cipher, { _transform, _flush, update, final, setAutoPadding, getAuthTag, setAAD }],
  [Decipheriv, { _transform, _flush, update, final, setAutoPadding, setAuthTag, setAAD }],
  [Decipher, { _transform, _flush, update, final, setAutoPadding, setAuthTag, setAAD }],
]) {
  Object.assign(constructor.prototype, methods);
  lazyStream(constructor, "Transform");
}

export function getCiphers() {
  return [...new Set(host.listSupported().ciphers.flatMap((cipher) => cipher.names))].sort();
}

/** The cipher of this name or number, if it can have keys and vectors of the lengths asked for. */
export function getCipherInfo(nameOrNid, options) {
  if (typeof nameOrNid !== "string" && typeof nameOrNid !== "number") {
    throw invalidArgType("nameOrNid", ["string", "number"], nameOrNid);
  }
  if (typeof nameOrNid === "number") requireInteger(nameOrNid, "nameOrNid", int32Min, int32Max);
  if (options !== undefined) requireObject(options, "options");
  const { keyLength, ivLength } = options ?? {};
  if (keyLength !== undefined) requireInteger(keyLength, "options.keyLength", int32Min, int32Max);
  if (ivLength !== undefined) requireInteger(ivLength, "options.ivLength", int32Min, int32Max);
  const info = ciphers().get(typeof nameOrNid === "string" ? nameOrNid.toLowerCase() : nameOrNid);
  if (info === undefined || (keyLength !== undefined && keyLength !== info.keyLength)) return undefined;
  if (ivLength !== undefined && !canHaveIv(info, ivLength)) return undefined;
  return cipherInfo(info, ivLength);
}

function canHaveIv({ mode, ivLength }, wanted) {
  if (mode === "gcm") return wanted > 0;
  if (mode === "ccm") return wanted >= 7 && wanted <= 13;
  if (mode === "ocb") return wanted >= 1 && wanted <= 15;
  return wanted === (ivLength ?? 0);
}

function cipherInfo({ name, nid, mode, blockSize, ivLength, keyLength }, ivWanted) {
  const info = { mode, name: (ciphers().get(nid)?.name ?? name).toLowerCase() };
  if (nid !== 0) info.nid = nid;
  if (blockSize !== undefined && blockSize !== null) info.blockSize = blockSize;
  const iv = ivWanted ?? ivLength;
  if (iv !== undefined && iv !== null) info.ivLength = iv;
  info.keyLength = keyLength;
  return info;
}
