// Unit `fnhost:web/events-more`: CustomEvent, and messages between the two ports of a channel, which stay in the function.

import { asInterface } from "fnhost:platform/boundary";
import { clonable, transferable } from "fnhost:platform/clonable";
import { codedError, DOMException } from "fnhost:platform/errors";
import { Event, EventTarget } from "fnhost:platform/events";
import { shown } from "fnhost:platform/shown";
import { setImmediate } from "fnhost:platform/timers";
import { missing } from "fnhost:web/arguments";
import { cloneAndMove } from "fnhost:web/clone";

const { isArray } = Array;
const inspectKey = Symbol.for("nodejs.util.inspect.custom");

/** An event with something attached. */
export class CustomEvent extends Event {
  #detail;

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw missing("type");
    super(type, options);
    this.#detail = options?.detail ?? null;
  }

  get detail() {
    return this.#detail;
  }

  initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
    this.initEvent(type, bubbles, cancelable);
    this.#detail = detail;
  }
}

/** What a port receives. */
export class MessageEvent extends Event {
  #init;

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw missing("type");
    super(type, options);
    const { data = null, origin = "", lastEventId = "", source = null, ports = [] } = options ?? {};
    this.#init = { data, origin: `${origin}`, lastEventId: `${lastEventId}`, source, ports: [...ports] };
  }

  get data() {
    return this.#init.data;
  }

  get origin() {
    return this.#init.origin;
  }

  get lastEventId() {
    return this.#init.lastEventId;
  }

  get source() {
    return this.#init.source;
  }

  get ports() {
    return this.#init.ports;
  }
}

const constructorKey = Symbol("MessagePort");
// What a port that nobody reads keeps.
const waitingMax = 10_000;

let entangle;

/** One end of a channel. */
export class MessagePort extends EventTarget {
  #other = null;
  #waiting = [];
  #isStarted = false;
  #isScheduled = false;
  #isReferenced = false;
  #isMoved = false;
  #handlers = { message: null, messageerror: null, close: null };
  #wrapped = new Map();

  constructor(key = undefined) {
    if (key !== constructorKey) throw codedError(TypeError, "ERR_CONSTRUCT_CALL_INVALID", "Constructor cannot be called");
    super();
  }

  static {
    entangle = (port, other) => {
      port.#other = other;
      other.#other = port;
    };
  }

  postMessage(message, transferOrOptions = undefined) {
    if (arguments.length === 0) throw missing("message");
    const isList = typeof transferOrOptions?.[Symbol.iterator] === "function";
    const options = isList ? { transfer: [...transferOrOptions] } : transferOrOptions;
    if (isArray(options?.transfer) && options.transfer.includes(this)) {
      throw new DOMException("Transfer list contains source port", "DataCloneError");
    }
    const other = this.#other;
    const { clone: data, moved: ports } = cloneAndMove(message, options);
    if (other === null || other.#waiting.length >= waitingMax) return;
    other.#waiting.push({ data, ports });
    other.#schedule();
  }

  /** Its end of the channel goes to another port, with what waits there. */
  [transferable]() {
    if (this.#isMoved) throw new DOMException("MessagePort in transfer list is already detached", "DataCloneError");
    const copy = new MessagePort(constructorKey);
    const move = () => {
      this.#isMoved = true;
      copy.#waiting = this.#waiting;
      this.#waiting = [];
      const other = this.#other;
      this.#other = null;
      if (other !== null) entangle(copy, other);
    };
    return { copy, move };
  }

  [clonable]() {
    const message = "Object that needs transfer was found in message but not listed in transferList";
    throw codedError(TypeError, "ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST", message);
  }

  start() {
    this.#isStarted = true;
    this.#schedule();
  }

  close() {
    const other = this.#other;
    if (other === null) return;
    this.#other = null;
    other.#other = null;
    for (const port of [this, other]) setImmediate(() => port.#handle(new Event("close")));
  }

  ref() {
    this.#isReferenced = true;
  }

  unref() {
    this.#isReferenced = false;
  }

  hasRef() {
    return this.#isReferenced;
  }

  addEventListener(type, listener, options = undefined) {
    super.addEventListener(type, listener, options);
    if (`${type}` === "message") this.start();
  }

  /** As EventEmitter's: `message` listeners get the value itself. */
  on(type, listener) {
    const wrapped = (event) => Reflect.apply(listener, this, type === "message" ? [event.data] : [event]);
    this.#wrapped.set(listener, wrapped);
    this.addEventListener(type, wrapped);
    return this;
  }

  addListener(type, listener) {
    return this.on(type, listener);
  }

  once(type, listener) {
    const wrapped = (event) => Reflect.apply(listener, this, type === "message" ? [event.data] : [event]);
    this.#wrapped.set(listener, wrapped);
    this.addEventListener(type, wrapped, { once: true });
    return this;
  }

  off(type, listener) {
    this.removeEventListener(type, this.#wrapped.get(listener) ?? listener);
    return this;
  }

  removeListener(type, listener) {
    return this.off(type, listener);
  }

  get onmessage() {
    return this.#handlers.message;
  }

  set onmessage(handler) {
    this.#handlers.message = handler;
    this.start();
  }

  get onmessageerror() {
    return this.#handlers.messageerror;
  }

  set onmessageerror(handler) {
    this.#handlers.messageerror = handler;
  }

  get onclose() {
    return this.#handlers.close;
  }

  set onclose(handler) {
    this.#handlers.close = handler;
  }

  #schedule() {
    if (!this.#isStarted || this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const received = this.#waiting.shift();
      // What was handed on meanwhile, with the port.
      if (received === undefined) return;
      // The next one goes in a turn of its own, whatever this one's listeners do.
      this.#schedule();
      this.#handle(new MessageEvent("message", received));
    });
  }

  #handle(event) {
    const handler = this.#handlers[event.type];
    const isFunction = typeof handler === "function";
    if (isFunction) super.addEventListener(event.type, handler, { once: true });
    this.dispatchEvent(event);
    if (isFunction) this.removeEventListener(event.type, handler);
  }
}

/** Two ports: what is posted at one arrives at the other. */
export class MessageChannel {
  constructor() {
    this.port1 = new MessagePort(constructorKey);
    this.port2 = new MessagePort(constructorKey);
    entangle(this.port1, this.port2);
  }

  [inspectKey](depth, options, inspect) {
    const { port1, port2 } = this;
    return shown("MessageChannel", { port1, port2 }, depth, options, inspect);
  }
}

asInterface(CustomEvent, "CustomEvent", ["detail", "initCustomEvent"]);
asInterface(MessageEvent, "MessageEvent", ["data", "origin", "lastEventId", "source", "ports"]);
asInterface(MessagePort, "MessagePort", ["postMessage", "start", "close", "onmessage", "onmessageerror"]);
asInterface(MessageChannel, "MessageChannel", []);
