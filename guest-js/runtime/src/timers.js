// setTimeout and its family with Node's manners, over the host's clock. It keeps nothing alive: when an event has its
// answer, what is still set is cleared.

import { atEventEnd, failRunning } from "fnhost:runtime";
import { nameClass } from "./boundary.js";
import { elapsed, sleep } from "./clock.js";
import { codedError } from "./errors.js";
import { inspect } from "./inspect.js";
import { requireRunning } from "./phase.js";

const { apply } = Reflect;
const delayMax = 2147483647;

// In the order in which they are due: by deadline, then by creation.
let pending = [];
let idLast = 0;
// The deadlines of the host calls that are under way. A call cannot be taken back, so an earlier timer makes another.
let wakeAt = Infinity;
let cleared = true;

/** Forgets every timer. */
function clearTimers() {
  pending = [];
  cleared = true;
}

/** What setTimeout returns. `ref` and `unref` change nothing but what `hasRef` says. */
class Timeout {
  #id = ++idLast;
  #referenced = true;
  #callback;
  #args;
  #delay;
  #repeat;
  #deadline = 0;

  constructor(callback, delay, args, repeat) {
    this.#callback = callback;
    this.#delay = delay;
    this.#args = args;
    this.#repeat = repeat;
    this.#schedule();
  }

  static idOf(timer) {
    return timer.#id;
  }

  static deadlineOf(timer) {
    return timer.#deadline;
  }

  /** Runs the callback of `timer`, which is no longer pending. */
  static fire(timer) {
    if (timer.#repeat) timer.#schedule();
    apply(timer.#callback, timer, timer.#args);
  }

  #schedule() {
    this.#deadline = elapsed() + this.#delay;
    insert(this, this.#deadline);
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

  refresh() {
    if (remove(this)) this.#schedule();
    return this;
  }

  close() {
    remove(this);
    return this;
  }

  [Symbol.toPrimitive]() {
    return this.#id;
  }
}

/** What setImmediate returns. */
class Immediate extends Timeout {}

nameClass(Timeout, "Timeout");
nameClass(Immediate, "Immediate");

function insert(timer, deadline) {
  if (cleared) atEventEnd(clearTimers);
  cleared = false;
  let index = pending.length;
  while (index > 0 && Timeout.deadlineOf(pending[index - 1]) > deadline) index--;
  pending.splice(index, 0, timer);
  if (index === 0) wake(deadline);
}

function remove(timer) {
  const index = pending.indexOf(timer);
  if (index !== -1) pending.splice(index, 1);
  return index !== -1;
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

async function runDue() {
  const now = elapsed();
  while (pending.length > 0 && Timeout.deadlineOf(pending[0]) <= now) {
    const timer = pending.shift();
    try {
      Timeout.fire(timer);
    } catch (error) {
      failRunning(error);
    }
    // What the callback resolved goes first, as between two timers in Node.
    await undefined;
  }
  if (pending.length > 0) wake(Timeout.deadlineOf(pending[0]));
}

function start(name, constructor, callback, delay, args, repeat) {
  requireRunning(name);
  requireCallback(callback);
  return new constructor(callback, delay, args, repeat);
}

function requireCallback(callback) {
  if (typeof callback === "function") return;
  const isPlain = callback === undefined || callback === null;
  const received = isPlain ? `${callback}` : `type ${typeof callback} (${inspect(callback)})`;
  const message = `The "callback" argument must be of type function. Received ${received}`;
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
  return start("setTimeout", Timeout, callback, clampedDelay(delay), args, false);
}

export function setInterval(callback, delay, ...args) {
  return start("setInterval", Timeout, callback, clampedDelay(delay), args, true);
}

export function setImmediate(callback, ...args) {
  return start("setImmediate", Immediate, callback, 0, args, false);
}

/** Clears a timer given as the object or its id; anything else is ignored. */
export function clearTimeout(timer) {
  if (timer instanceof Timeout) {
    remove(timer);
  } else if (typeof timer === "number" || typeof timer === "string") {
    const id = Number(timer);
    const found = pending.find((candidate) => Timeout.idOf(candidate) === id);
    if (found !== undefined) remove(found);
  }
}
