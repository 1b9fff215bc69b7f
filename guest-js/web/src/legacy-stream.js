// Unit `fnhost:web/legacy-stream`: what a stream of the oldest kind is: an emitter that can be piped. It is for what has to be
// one without all of Node's streams; where they are loaded, it is an instance of their base class, too.

import { EventEmitter } from "node:events";

/** Emits `data`, `end`, `close` and `error`; who derives from it does that. */
export class LegacyStream extends EventEmitter {
  pipe(destination, options = undefined) {
    const listeners = [];
    const listen = (emitter, name, listener) => {
      emitter.on(name, listener);
      listeners.push([emitter, name, listener]);
    };
    const stop = () => {
      for (const [emitter, name, listener] of listeners) emitter.removeListener(name, listener);
    };
    let isEnded = false;
    const end = (name) => () => {
      if (isEnded) return;
      isEnded = true;
      destination[name]?.();
    };
    const fail = (emitter) => (error) => {
      stop();
      if (emitter.listenerCount("error") === 0) emitter.emit("error", error);
    };
    listen(this, "data", (chunk) => {
      if (destination.writable && destination.write(chunk) === false) this.pause?.();
    });
    listen(destination, "drain", () => {
      if (this.readable) this.resume?.();
    });
    if (!destination._isStdio && options?.end !== false) {
      listen(this, "end", end("end"));
      listen(this, "close", end("destroy"));
    }
    listen(this, "error", fail(this));
    listen(destination, "error", fail(destination));
    listen(this, "end", stop);
    listen(this, "close", stop);
    listen(destination, "close", stop);
    destination.emit("pipe", this);
    return destination;
  }
}

/** Called by `node:stream`: from then on a LegacyStream is a `Stream`. */
export function linkLegacyStream(Stream) {
  Object.setPrototypeOf(LegacyStream.prototype, Stream.prototype);
}
