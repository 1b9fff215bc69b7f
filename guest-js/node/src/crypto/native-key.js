// Keys that the host holds. Only some are held at a time, and none over the end of the build: a key that is let go is
// kept as DER, and given to the host again when it is used.

import { called, drop, forgetRelease, host, releaseWithBuild } from "./common.js";

const heldMax = 8;
// Those that the host holds, the longest unused first.
const held = [];

/** A private or public key. */
export class NativeKey {
  #handle;
  #details;
  #der;
  #release = () => this.#letGo();

  constructor(handle) {
    this.#hold(handle);
  }

  /** The key in `source`, a `key-source` of the contract. */
  static parse(source) {
    return new NativeKey(called(host.Key, "parse", source));
  }

  /** A new private key. */
  static generate(parameters) {
    return new NativeKey(called(host.Key, "generate", parameters));
  }

  #hold(handle) {
    this.#handle = handle;
    held.push(this);
    releaseWithBuild(this.#release);
    if (held.length > heldMax) held[0].#letGo();
  }

  #letGo() {
    if (this.#handle === undefined) return;
    const format = "der";
    const structure = this.details.kind === "private" ? "pkcs8" : "spki";
    this.#der ??= called(this.#handle, "serialize", { format, structure, encryption: undefined }).val;
    this.forget();
  }

  /** Gives the host's key back. For keys that nobody can reach any more. */
  forget() {
    if (this.#handle === undefined) return;
    drop(this.#handle);
    this.#handle = undefined;
    forgetRelease(this.#release);
    const index = held.indexOf(this);
    if (index !== -1) held.splice(index, 1);
  }

  /** The host's key. To be used at once: the next keys may push it out. */
  get handle() {
    if (this.#handle === undefined) {
      const { kind } = this.details;
      const structure = kind === "private" ? "pkcs8" : "spki";
      const data = { tag: "bytes", val: this.#der };
      this.#hold(called(host.Key, "parse", { data, format: "der", kind, structure }));
    } else if (held[held.length - 1] !== this) {
      held.splice(held.indexOf(this), 1);
      held.push(this);
    }
    return this.#handle;
  }

  /** The contract's `key-details`. */
  get details() {
    this.#details ??= called(this.#handle, "details");
    return this.#details;
  }

  /** Text for `pem` and `jwk`, bytes for `der` and `raw`. */
  serialize(format, structure = undefined, encryption = undefined) {
    return called(this.handle, "serialize", { format, structure, encryption }).val;
  }

  toPublic() {
    return new NativeKey(called(this.handle, "toPublic"));
  }

  equals(other) {
    const otherHandle = other.handle;
    return called(this.handle, "equals", otherHandle);
  }

  sign(options, data) {
    return called(this.handle, "sign", options, data);
  }

  verify(options, data, signature) {
    return called(this.handle, "verify", options, data, signature);
  }

  rsa(operation, options, data) {
    return called(this.handle, "rsa", operation, options, data);
  }

  agree(other) {
    const otherHandle = other.handle;
    return called(this.handle, "agree", otherHandle);
  }
}
