// setTimeout and its family with Node's manners, over the host's clock. It keeps nothing alive: when an event has its
// answer, what is still set is cleared.

import { atEventEnd, failRunning } from "fnhost:runtime";
import { define, nameClass } from "./boundary.js";
import { elapsed, sleep } from "./clock.js";
import { codedError, receivedText } from "./errors.js";
import { requireRunning } from "./phase.js";

const { apply } = Reflect;
const delayMax = 2147483647;
const promisifyKey = Symbol.for("nodejs.util.promisify.custom");
const disposeKey = Symbol.dispose ?? Symbol.for("dispose");

// In the order in which they are due: by deadline, then by creation. An entry is what is known of a timer: its object, its
// id, what to call, when, and whether again.
let pending = [];
// The immediates of the next turn, in their order, and those of the turn that is under way.
let immediates = [];
let turn = [];
let isInTurn = false;
let idLast = 0;
// The deadlines of the host calls that are under way. A call cannot be taken back, so an earlier timer makes another.
let wakeAt = Infinity;
let cleared = true;

/** Forgets every timer. */
function clearTimers() {
  pending = [];
  immediates = [];
  turn = [];
  cleared = true;
}

let entryOf;

/** What setTimeout returns. `ref` and `unref` change nothing but what `hasRef` says. */
class Timeout {
  #entry;
  #referenced = true;

  constructor(callback, delay, args, repeat) {
    this.#entry = { timer: this, id: ++idLast, callback, args, delay, repeat, deadline: 0, isCleared: false };
    schedule(this.#entry);
  }

  static {
    entryOf = (timer) => (#entry in timer ? timer.#entry : undefined);
  }

  ref() {
    this.#referenced = true;
    return this;
  }

  unref() {
    this.#referenced = false;
    return this;
  }

  hasRef() {
    return this.#referenced;
  }

  /** Starts the delay anew, also where the callback was called already; not where the timer was cleared. */
  refresh() {
    const entry = this.#entry;
    remove(entry);
    if (!entry.isCleared) schedule(entry);
    return this;
  }

  close() {
    clear(this.#entry);
    return this;
  }

  [Symbol.toPrimitive]() {
    return this.#entry.id;
  }

  [disposeKey]() {
    clear(this.#entry);
  }
}

let immediateEntryOf;

/** What setImmediate returns. */
class Immediate {
  #entry;
  #referenced = true;

  constructor(callback, args) {
    this.#entry = { timer: this, callback, args, isCleared: false };
    clearAtEventEnd();
    immediates.push(this.#entry);
    if (immediates.length === 1) wakeSoon();
  }

  static {
    immediateEntryOf = (immediate) => (#entry in immediate ? immediate.#entry : undefined);
  }

  ref() {
    this.#referenced = true;
    return this;
  }

  unref() {
    this.#referenced = false;
    return this;
  }

  hasRef() {
    return this.#referenced;
  }

  [disposeKey]() {
    this.#entry.isCleared = true;
  }
}

nameClass(Timeout, "Timeout");
nameClass(Immediate, "Immediate");

function clearAtEventEnd() {
  if (cleared) atEventEnd(clearTimers);
  cleared = false;
}

function schedule(entry) {
  clearAtEventEnd();
  const deadline = elapsed() + entry.delay;
  entry.deadline = deadline;
  let index = pending.length;
  while (index > 0 && pending[index - 1].deadline > deadline) index--;
  if (index === pending.length) pending.push(entry);
  else pending.splice(index, 0, entry);
  if (index === 0) wake(deadline);
}

function remove(entry) {
  const index = pending.indexOf(entry);
  if (index !== -1) pending.splice(index, 1);
}

function clear(entry) {
  entry.isCleared = true;
  remove(entry);
}

/** Asks the host to come back at `deadline`, unless it will be here by then anyway. */
function wake(deadline) {
  if (deadline >= wakeAt) return;
  wakeAt = deadline;
  sleep(deadline - elapsed()).then(() => {
    if (wakeAt === deadline) wakeAt = Infinity;
    return runDue();
  }, failRunning);
}

/** A call of the host that waits for nothing is answered at once; so promises that are settled get their turn before. */
async function wakeSoon() {
  for (let round = 0; round < 16; round++) await undefined;
  if (immediates.length > 0) wake(elapsed());
}

/** One turn of what is the event loop here: immediates, then the timers that are due. */
async function runDue() {
  // What became due in the middle of a turn waits for its end, where this is asked for again.
  if (isInTurn) return;
  isInTurn = true;
  turn = immediates;
  immediates = [];
  // An event that ends in between takes the rest of the turn away.
  for (let index = 0; index < turn.length; index++) {
    if (turn[index].isCleared) continue;
    call(turn[index]);
    // What the callback resolved goes first, as between two of them in Node.
    await undefined;
  }
  const now = elapsed();
  while (pending.length > 0 && pending[0].deadline <= now) {
    const entry = pending.shift();
    call(entry);
    // The next time is counted from the end of this one, as Node does.
    if (entry.repeat && !entry.isCleared && !pending.includes(entry)) schedule(entry);
    await undefined;
  }
  isInTurn = false;
  if (immediates.length > 0) wakeSoon();
  else if (pending.length > 0) wake(pending[0].deadline);
}

function call({ callback, timer, args }) {
  try {
    apply(callback, timer, args);
  } catch (error) {
    failRunning(error);
  }
}

function requireCallback(callback) {
  if (typeof callback === "function") return;
  const message = `The "callback" argument must be of type function. Received ${receivedText(callback)}`;
  throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

const engineQueueMicrotask = globalThis.queueMicrotask;

/** The engine's, with Node's words for what is no function. */
export function queueMicrotask(callback) {
  requireCallback(callback);
  engineQueueMicrotask(callback);
}

/** Node's reading of a delay: anything that is not 1 to 2^31-1 is 1. */
function clampedDelay(delay) {
  const number = +delay;
  return number >= 1 && number <= delayMax ? Math.trunc(number) : 1;
}

export function setTimeout(callback, delay, ...args) {
  requireRunning("setTimeout");
  requireCallback(callback);
  return new Timeout(callback, clampedDelay(delay), args, false);
}

export function setInterval(callback, delay, ...args) {
  requireRunning("setInterval");
  requireCallback(callback);
  return new Timeout(callback, clampedDelay(delay), args, true);
}

export function setImmediate(callback, ...args) {
  requireRunning("setImmediate");
  requireCallback(callback);
  return new Immediate(callback, args);
}

/** Clears a timer given as the object or its id; anything else is ignored. */
export function clearTimeout(timer) {
  if (typeof timer === "object" && timer !== null) {
    const entry = entryOf(timer);
    if (entry !== undefined) clear(entry);
  } else if (typeof timer === "number" || typeof timer === "string") {
    const id = Number(timer);
    const entry = pending.find((candidate) => candidate.id === id);
    if (entry !== undefined) clear(entry);
  }
}

export function clearInterval(timer) {
  clearTimeout(timer);
}

export function clearImmediate(immediate) {
  const entry = typeof immediate === "object" && immediate !== null ? immediateEntryOf(immediate) : undefined;
  if (entry !== undefined) entry.isCleared = true;
}

/** `start` as a promise of `value`: what `util.promisify` gives. */
function promised(start, clearStarted, value, options) {
  const signal = options?.signal;
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearStarted(timer);
      const error = codedError(Error, "ABORT_ERR", "The operation was aborted");
      define(error, "cause", signal.reason);
      error.name = "AbortError";
      reject(error);
    };
    let timer;
    if (signal?.aborted) {
      abort();
      return;
    }
    timer = start(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}

const promisedTimeout = (delay, value, options) =>
  promised((callback) => setTimeout(callback, delay), clearTimeout, value, options);
const promisedImmediate = (value, options) => promised(setImmediate, clearImmediate, value, options);
Object.defineProperty(setTimeout, promisifyKey, { value: promisedTimeout, enumerable: true, configurable: true });
Object.defineProperty(setImmediate, promisifyKey, { value: promisedImmediate, enumerable: true, configurable: true });
