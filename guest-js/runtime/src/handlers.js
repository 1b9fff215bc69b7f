// The handlers the contract exports: JSON text in, the user's handler, JSON text or an `error` out.
// It does not find the user's handlers; load.js does, and hands them over.

import { toJson } from "./json.js";
import { crossingText } from "./text.js";

const { parse } = JSON;
const PromiseConstructor = Promise;
const { resolve: resolved } = Promise;
const { then } = Promise.prototype;
const { apply } = Reflect;

/** Each handler's name and the type of event it gets. A batch has no type of its own. */
export const eventTypes = {
  onIdentify: "identify",
  onTrack: "track",
  onPage: "page",
  onScreen: "screen",
  onGroup: "group",
  onAlias: "alias",
  onDelete: "delete",
  onBatch: "batch",
};

// The user's handlers by name. Fixed once the code was loaded: what a function assigns later, while it handles an event,
// has no effect.
const found = { __proto__: null };
// The ways to fail the events that are being handled: one, unless an instance is used for several at a time.
const running = [];
// What is to be done when the last of them has its answer.
let cleanups = [];
let toWitError = (thrown) => thrown;

/** Takes the user's handler `name`. */
export function useHandler(name, handler) {
  found[name] = handler;
}

/** The names of the handlers that exist. */
export function definedHandlers() {
  return Object.keys(eventTypes).filter((name) => found[name] !== undefined);
}

/** Registers what makes the contract's `error` of whatever a handler threw. */
export function onThrown(translate) {
  toWitError = translate;
}

/** Has `action` called once, when no event is being handled any more: what one left behind must not wake up in the next. */
export function atEventEnd(action) {
  cleanups.push(action);
}

let takeUncaught = () => false;

/** Registers what is given an error that nobody caught, and says whether that was the end of it. */
export function onUncaught(take) {
  takeUncaught = take;
}

/** Fails the events that are being handled: a callback that they have left with a timer threw `error`. */
export function failRunning(error) {
  try {
    if (takeUncaught(error)) return;
  } catch (thrown) {
    error = thrown;
  }
  for (const fail of running) fail(error);
}

/** The interface `handlers` of the contract. */
export const handlers = {
  defined: () => definedHandlers(),
  onIdentify: (event, settings) => handle("onIdentify", event, settings),
  onTrack: (event, settings) => handle("onTrack", event, settings),
  onPage: (event, settings) => handle("onPage", event, settings),
  onScreen: (event, settings) => handle("onScreen", event, settings),
  onGroup: (event, settings) => handle("onGroup", event, settings),
  onAlias: (event, settings) => handle("onAlias", event, settings),
  onDelete: (event, settings) => handle("onDelete", event, settings),
  onBatch: (event, settings) => handle("onBatch", event, settings),
};

/** The user's answer to one event as JSON text. What it rejects with is a plain object, the contract's `error`. */
function handle(name, eventJson, settingsJson) {
  return new PromiseConstructor((resolve, reject) => {
    const fail = (thrown) => {
      end(fail);
      reject(toWitError(thrown));
    };
    const succeed = (value) => {
      end(fail);
      resolve(crossingText(toJson(value)));
    };
    const handler = found[name];
    if (handler === undefined) return reject(unsupported(name, parse(eventJson)));
    running.push(fail);
    try {
      // Not resolved with the answer's promise: a promise that follows another can no longer fail on its own.
      const answer = handler(parse(eventJson), parse(settingsJson));
      apply(then, apply(resolved, PromiseConstructor, [answer]), [succeed, fail]);
    } catch (thrown) {
      fail(thrown);
    }
  });
}

/** Ends the event that `fail` fails, if it is not over yet. */
function end(fail) {
  const index = running.indexOf(fail);
  if (index !== -1) running.splice(index, 1);
  if (running.length === 0 && cleanups.length > 0) cleanUp();
}

function cleanUp() {
  const actions = cleanups;
  cleanups = [];
  for (const action of actions) action();
}

/** The answer to an event that has no handler. */
function unsupported(name, event) {
  const type = event?.type ?? eventTypes[name];
  const text = typeof type === "string" ? type : toJson(type);
  return { tag: "event-not-supported", val: crossingText(`${text} not supported`) };
}
