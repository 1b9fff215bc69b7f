// Puts what the package `readable-stream` simplifies right before the rest of it is loaded: Node's `inspect` in messages, and
// messages of errors that it words differently.

import inspectModule from "readable-stream/lib/ours/util/inspect.js";
import { inspect } from "fnhost:platform/inspect";

inspectModule.inspect = inspect;
