// The handlers the contract exports: JSON text in, the user's handler, JSON text or an `error` out.
// It does not find the user's handlers; load.js did.

import {
  clearTimers,
  crossingText,
  onTimerError,
  releaseResponses,
  stringSafely,
  toJson,
  toWitError,
} from "fnhost:platform";
import { definedHandlers, eventTypes, handlerNamed } from "./load.js";

const { parse } = JSON;
const PromiseConstructor = Promise;
const { then } = Promise.prototype;
const { apply } = Reflect;

// The ways to fail the events that are being handled: one, unless an instance is used for several at a time.
const running = new Set();

onTimerError((error) => {
  for (const fail of running) fail(error);
});

/** The interface `handlers` of the contract. */
export const handlers = { defined: () => definedHandlers() };
for (const name of Object.keys(eventTypes)) {
  handlers[name] = (eventJson, settingsJson) => handle(name, eventJson, settingsJson);
}

/** The user's answer to one event as JSON text. What is thrown is a plain object, the contract's `error`. */
async function handle(name, eventJson, settingsJson) {
  const handler = handlerNamed(name);
  if (handler === undefined) throw unsupported(name, parse(eventJson));
  let fail;
  try {
    const value = await new PromiseConstructor((resolve, reject) => {
      fail = reject;
      running.add(fail);
      // Not resolved with the answer's promise: a promise that follows another can no longer fail on its own.
      apply(then, answerOf(handler, eventJson, settingsJson), [resolve, reject]);
    });
    return crossingText(toJson(value));
  } catch (thrown) {
    throw toWitError(thrown);
  } finally {
    running.delete(fail);
    // What an event left behind must not wake up in the next one.
    if (running.size === 0) {
      clearTimers();
      releaseResponses();
    }
  }
}

async function answerOf(handler, eventJson, settingsJson) {
  return handler(parse(eventJson), parse(settingsJson));
}

/** The answer to an event that has no handler. A batch has no type of its own. */
function unsupported(name, event) {
  const type = event?.type ?? eventTypes[name];
  return { tag: "event-not-supported", val: crossingText(`${stringSafely(type)} not supported`) };
}
