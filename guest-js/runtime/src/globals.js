// Puts what functions find in their global scope there. Everything can be overwritten by them, as anywhere on the web.

import { atob, btoa } from "./base64.js";
import { define } from "./boundary.js";
import { cache } from "./cache.js";
import { console } from "./console.js";
import { TextDecoder, TextEncoder } from "./encoding.js";
import {
  DOMException,
  DropEvent,
  EventNotSupported,
  InvalidEventPayload,
  RetryError,
  ValidationError,
} from "./errors.js";
import { AbortController, AbortSignal, Event, EventTarget } from "./events.js";
import { fetch } from "./fetch.js";
import { Headers } from "./headers.js";
import { mathRandom } from "./random.js";
import { Request } from "./request.js";
import { Response } from "./response.js";
import {
  clearImmediate,
  clearInterval,
  clearTimeout,
  queueMicrotask,
  setImmediate,
  setInterval,
  setTimeout,
} from "./timers.js";
import { URL, URLSearchParams } from "./url.js";

const globals = {
  window: globalThis,
  global: globalThis,
  EventNotSupported,
  InvalidEventPayload,
  ValidationError,
  RetryError,
  DropEvent,
  DOMException,
  console,
  fetch,
  Headers,
  Request,
  Response,
  URL,
  URLSearchParams,
  AbortController,
  AbortSignal,
  Event,
  EventTarget,
  atob,
  btoa,
  TextEncoder,
  TextDecoder,
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  clearInterval,
  clearImmediate,
  queueMicrotask,
  cache,
};

for (const [name, value] of Object.entries(globals)) define(globalThis, name, value);
define(Math, "random", mathRandom);
