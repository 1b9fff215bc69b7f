// The module `fnhost:platform`: everything that functions find, and what takes them in. Evaluated after the other parts
// and before the user's code; what it exports is for the builder's glue.

import { onThrown } from "fnhost:runtime";
import "./dates.js";
import { toWitError } from "./errors.js";
import "./globals.js";

export { runScript, topLevelError, useModule } from "./load.js";
export { ready } from "./phase.js";
export { importerFor, loadLater, requirePath, useNeeds } from "./require.js";

onThrown(toWitError);
