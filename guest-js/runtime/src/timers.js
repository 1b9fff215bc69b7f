// setTimeout and its family with Node's manners, over the host's clock. It keeps nothing alive: when an event has its
// answer, what is still set is cleared.

import { atEventEnd, failRunning } from "fnhost:runtime";
import { define, nameClass } from "./boundary.js";
import { elapsed, sleep } from "./clock.js";
import { console } from "./console.js";
import { codedError, receivedText } from "./errors.js";
import { loadedUnit } from "./loaded.js";
import { requireRunning } from "./phase.js";

const { apply } = Reflect;
const delayMax = 2147483647;
// In milliseconds.
const nanosecond = 1e-6;
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
    this.#entry = { timer: this, id: ++idLast, callback: bind(callback), args, delay, repeat, deadline: 0, isCleared: false };
    schedule(this.#entry);
  }

  static {
    entryOf = (timer) => (#entry in timer ? timer.#entry : undefined);
  }

  ref() {
    if (#entry in this) this.#referenced = true;
    return this;
  }

  unref() {
    if (#entry in this) this.#referenced = false;
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

  // What packages look at inside of Node's own.
  get _destroyed() {
    return !pending.includes(this.#entry);
  }

  set _destroyed(value) {}

  get _idleTimeout() {
    return this.#entry.isCleared ? -1 : this.#entry.delay;
  }

  set _idleTimeout(delay) {
    if (delay < 0) clear(this.#entry);
    else this.#entry.delay = delay;
  }

  get _onTimeout() {
    return this.#entry.isCleared ? null : this.#entry.callback;
  }

  set _onTimeout(callback) {
    if (typeof callback !== "function") clear(this.#entry);
    else this.#entry.callback = callback;
  }

  get _repeat() {
    return this.#entry.repeat ? this.#entry.delay : null;
  }

  set _repeat(delay) {
    this.#entry.repeat = Boolean(delay);
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
    this.#entry = { timer: this, callback: bind(callback), args, isCleared: false };
    clearAtEventEnd();
    immediates.push(this.#entry);
    if (immediates.length === 1) wakeSoon();
  }

  static {
    immediateEntryOf = (immediate) => (#entry in immediate ? immediate.#entry : undefined);
  }

  ref() {
    if (#entry in this) this.#referenced = true;
    return this;
  }

  unref() {
    if (#entry in this) this.#referenced = false;
    return this;
  }

  hasRef() {
    return this.#referenced;
  }

  get _destroyed() {
    return this.#entry.isCleared;
  }

  set _destroyed(value) {}

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

/**
 * Asks the host to come back at `deadline`, unless it will be here by then anyway. A wait is never nothing where the deadline
 * has just passed: it would be answered at once, before what promises have yet to do.
 */
function wake(deadline, waitMin = nanosecond) {
  if (deadline >= wakeAt) return;
  wakeAt = deadline;
  sleep(Math.max(deadline - elapsed(), waitMin)).then(() => {
    if (wakeAt === deadline) wakeAt = Infinity;
    // On a busy machine the wait may be over before the promises of the code that asked for it had their turn.
    return waitMin === 0 ? runDue() : promisesFirst().then(runDue);
  }, failRunning);
}

/** Lets promises that are settled, and what they lead to, have their turn. */
async function promisesFirst() {
  for (let round = 0; round < 16; round++) await undefined;
}

/** A call of the host that waits for nothing is answered at once; so promises get their turn before. */
async function wakeSoon() {
  await promisesFirst();
  if (immediates.length > 0) wake(elapsed(), 0);
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
    const entry = turn[index];
    if (entry.isCleared) continue;
    entry.isCleared = true;
    call(entry);
    // What the callback resolved goes first, as between two of them in Node.
    await promisesFirst();
  }
  const now = elapsed();
  while (pending.length > 0 && pending[0].deadline <= now) {
    const entry = pending.shift();
    call(entry);
    // The next time is counted from the end of this one, as Node does.
    if (entry.repeat && !entry.isCleared && !pending.includes(entry)) schedule(entry);
    await promisesFirst();
  }
  isInTurn = false;
  if (immediates.length > 0) wakeSoon();
  else if (pending.length > 0) wake(pending[0].deadline);
}

let runTicks = () => {};
let bind = (callback) => callback;

/** Takes what makes, of a callback that is called later, one that is called in the circumstances of now. */
export function bindCallbacksWith(binder) {
  bind = binder;
}

export function boundCallback(callback) {
  return bind(callback);
}

/** Takes what calls that which `process.nextTick` has put off: after a callback, before the promises that it settled. */
export function useTicks(run) {
  runTicks = run;
}

let called;

function call(entry) {
  called = entry;
  try {
    apply(entry.callback, entry.timer, entry.args);
  } catch (error) {
    failRunning(error);
  }
  called = undefined;
  runTicks();
}

/** A name for each timer and each immediate that is waited for. */
export function activeTimers() {
  const timers = pending.filter(({ timer }) => timer.hasRef());
  // An interval counts while it is called.
  if (called?.repeat && !called.isCleared && !timers.includes(called) && called.timer.hasRef()) timers.push(called);
  const soon = [...turn, ...immediates].filter((entry) => !entry.isCleared && entry.timer.hasRef());
  return [...soon.map(() => "Immediate"), ...timers.map(() => "Timeout")];
}

function requireCallback(callback) {
  if (typeof callback === "function") return;
  const message = `The "callback" argument must be of type function. Received ${receivedText(callback)}`;
  throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

const engineQueueMicrotask = globalThis.queueMicrotask;

/** The engine's, with Node's words for what is no function, and Node's end for what throws. */
export function queueMicrotask(callback) {
  requireCallback(callback);
  const action = bind(callback);
  engineQueueMicrotask(() => {
    // Nobody is left to catch what it throws, which would end the instance.
    try {
      action();
    } catch (error) {
      failRunning(error);
    }
  });
}

/** Node's reading of a delay: anything that is not 1 to 2^31-1 is 1. */
function clampedDelay(delay) {
  const number = +delay;
  if (number > delayMax) warnOfDelay(number);
  return number >= 1 && number <= delayMax ? Math.trunc(number) : 1;
}

/** Warns that `delay` is too long, and of what becomes of it. */
export function warnOfDelay(delay, outcome = "Timeout duration was set to 1.") {
  const text = `${delay} does not fit into a 32-bit signed integer.\n${outcome}`;
  const process = loadedUnit("node:process");
  if (process === undefined) console.warn(`TimeoutOverflowWarning: ${text}`);
  else process.emitWarning(text, "TimeoutOverflowWarning");
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
