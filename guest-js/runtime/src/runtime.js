// The module `fnhost:runtime`: the way of an event through its handler. Evaluated first, before the other
// parts and the user's code, as the engine lays out memory in the order in which code is evaluated: what every event touches lies on few
// pages then, next to the engine's own, and pages are what a fresh instance costs.

export { known } from "./names.js";
export { crossingText } from "./text.js";
export { atEventEnd, definedHandlers, eventTypes, failRunning, handlers, onThrown, onUncaught, useHandler } from "./handlers.js";
