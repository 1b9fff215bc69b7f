// Unit `fnhost:web/broadcast-channel`: BroadcastChannel. There is nobody to hear but the other channels of this name in the
// function, and they hear as long as the event lasts.

import { atEventEnd } from "fnhost:runtime";
import { asInterface } from "fnhost:platform/boundary";
import { DOMException } from "fnhost:platform/errors";
import { EventTarget } from "fnhost:platform/events";
import { isBuilding } from "fnhost:platform/phase";
import { shown } from "fnhost:platform/shown";
import { setImmediate } from "fnhost:platform/timers";
import { invalidThis, missing } from "fnhost:web/arguments";
import { structuredClone } from "fnhost:web/clone";
import { MessageEvent } from "fnhost:web/events-more";

const inspectKey = Symbol.for("nodejs.util.inspect.custom");

let channels = [];
let isEventOver = true;
let own;

/** Channels of the top level stay; those of an event go with it. */
function join(channel) {
  if (isEventOver && !isBuilding()) {
    const before = channels;
    isEventOver = false;
    atEventEnd(() => {
      channels = before;
      isEventOver = true;
    });
  }
  channels = [...channels, channel];
}

export class BroadcastChannel extends EventTarget {
  #name;
  #isClosed = false;
  #handlers = { message: null, messageerror: null };

  constructor(name) {
    if (arguments.length === 0) throw missing("name");
    super();
    this.#name = `${name}`;
    join(this);
  }

  get name() {
    return own(this).#name;
  }

  postMessage(message) {
    own(this);
    if (arguments.length === 0) throw missing("message");
    if (this.#isClosed) throw new DOMException("BroadcastChannel is closed.", "InvalidStateError");
    const others = channels.filter((channel) => channel !== this && channel.#name === this.#name);
    const copies = others.length === 0 ? [structuredClone(message)] : others.map(() => structuredClone(message));
    others.forEach((channel, index) => setImmediate(() => channel.#receive(copies[index])));
  }

  #receive(data) {
    if (this.#isClosed) return;
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  close() {
    own(this).#isClosed = true;
    channels = channels.filter((channel) => channel !== this);
  }

  ref() {
    return own(this);
  }

  unref() {
    return own(this);
  }

  get onmessage() {
    return own(this).#handlers.message;
  }

  set onmessage(handler) {
    own(this).#handle("message", handler);
  }

  get onmessageerror() {
    return own(this).#handlers.messageerror;
  }

  set onmessageerror(handler) {
    own(this).#handle("messageerror", handler);
  }

  #handle(type, handler) {
    const before = this.#handlers[type];
    if (before !== null) this.removeEventListener(type, before);
    this.#handlers[type] = typeof handler === "function" ? handler : null;
    if (typeof handler === "function") this.addEventListener(type, handler);
  }

  [inspectKey](depth, options, inspect) {
    return shown("BroadcastChannel", { name: this.#name, active: !this.#isClosed }, depth, options, inspect);
  }

  static {
    own = (value) => {
      if (typeof value !== "object" || value === null || !(#name in value)) throw invalidThis("BroadcastChannel");
      return value;
    };
  }
}

const members = ["name", "close", "postMessage", "onmessage", "onmessageerror"];
asInterface(BroadcastChannel, "BroadcastChannel", members);
