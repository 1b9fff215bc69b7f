// What a request calls its socket: who asks finds a connection in good order. There is none here; the host has it.

import { EventEmitter } from "node:events";
import { clearTimeout, setTimeout } from "fnhost:platform/timers";

function parser() {}

export class ClientSocket extends EventEmitter {
  #request;
  #timer = undefined;

  constructor(request, isEncrypted) {
    super();
    this.#request = request;
    this.connecting = false;
    this.pending = false;
    this.destroyed = false;
    this.readable = true;
    this.writable = true;
    this.timeout = 0;
    this.bytesRead = 0;
    this.bytesWritten = 0;
    // Node's parser listens as long as an answer is awaited, which some look for to see whether one was cut off.
    this.on("data", parser);
    if (isEncrypted) {
      this.encrypted = true;
      this.authorized = true;
      this.authorizationError = null;
    }
  }

  get readyState() {
    return this.destroyed ? "closed" : "open";
  }

  /** Has `timeout` emitted when nothing happened for so long; it ends nothing. */
  setTimeout(milliseconds, callback = undefined) {
    this.timeout = milliseconds;
    if (typeof callback === "function") {
      if (milliseconds === 0) this.removeListener("timeout", callback);
      else this.once("timeout", callback);
    }
    this.sign();
    return this;
  }

  /** Something happened. */
  sign() {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.timeout > 0 && !this.destroyed) this.#timer = setTimeout(() => this.emit("timeout"), this.timeout);
  }

  /** The answer has come, all of it. */
  _answered() {
    this.removeListener("data", parser);
  }

  /** The request is over. */
  close(hadError) {
    if (this.destroyed) return;
    this.destroyed = true;
    this.readable = false;
    this.writable = false;
    this.sign();
    this.emit("close", hadError);
  }

  destroy(error = undefined) {
    this.#request.destroy(error);
    return this;
  }

  end() {
    return this;
  }

  setKeepAlive() {
    return this;
  }

  setNoDelay() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  cork() {}

  uncork() {}

  address() {
    return {};
  }

  getPeerCertificate() {
    return {};
  }

  getProtocol() {
    return null;
  }

  isSessionReused() {
    return false;
  }
}
