// The module `fnhost:runtime`, evaluated once, before the user's code. What it exports is for the builder's glue;
// what it leaves in the global scope is for the user's code.

import "./globals.js";

export { handlers } from "./handlers.js";
export { runScript, useModule } from "./load.js";
export { ready } from "./phase.js";
