// The module `fnhost:runtime`: an event's way through its handler. Evaluated once, after `fnhost:platform` and before the
// user's code; what it exports is for the builder's glue.

export { ready } from "fnhost:platform";
export { handlers } from "./handlers.js";
export { runScript, topLevelError, useModule } from "./load.js";
