// The module `fnhost:platform`: everything that functions find, but the way of an event through its handler, which is
// in `fnhost:runtime`. Two modules, as the engine lays out memory in the order in which code is evaluated: what every
// event touches is evaluated last, next to the user's code, and so lies on few pages, which is what a fresh instance costs.

import "./globals.js";

export { crossingText } from "./boundary.js";
export { EventNotSupported, stringSafely, toWitError } from "./errors.js";
export { inspect } from "./inspect.js";
export { toJson } from "./json.js";
export { ready } from "./phase.js";
export { releaseResponses } from "./response.js";
export { clearTimers, onTimerError } from "./timers.js";
