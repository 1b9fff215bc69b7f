// What units may use of the platform, and of the host: a unit's `require` cannot reach either otherwise.
// Functions cannot get at it: `require` answers these names to units alone.

import moduleHost from "fnhost:destination/modules@1.0.0";
import compression from "fnhost:destination/compression@1.0.0";
import crypto from "fnhost:destination/crypto@1.0.0";
import encodingHost from "fnhost:destination/encoding@1.0.0";
import requests from "fnhost:destination/requests@1.0.0";
import urlHost from "fnhost:destination/url@1.0.0";
import * as runtime from "fnhost:runtime";
import clockHost from "wasi:clocks/monotonic-clock@0.3.0";
import randomHost from "wasi:random/random@0.3.0";
import * as base64 from "./base64.js";
import * as body from "./body.js";
import * as boundary from "./boundary.js";
import * as bytes from "./bytes.js";
import * as clock from "./clock.js";
import * as clonable from "./clonable.js";
import * as console from "./console.js";
import * as encoding from "./encoding.js";
import * as errors from "./errors.js";
import * as events from "./events.js";
import * as fetch from "./fetch.js";
import * as formKey from "./form-key.js";
import * as format from "./format.js";
import * as headers from "./headers.js";
import * as inspect from "./inspect.js";
import * as inspectObjects from "./inspect-objects.js";
import * as limits from "./limits.js";
import * as loaded from "./loaded.js";
import * as phase from "./phase.js";
import * as pieces from "./pieces.js";
import * as random from "./random.js";
import * as request from "./request.js";
import * as requireModule from "./require.js";
import * as response from "./response.js";
import * as send from "./send.js";
import * as streamed from "./streamed.js";
import * as shown from "./shown.js";
import * as timers from "./timers.js";
import * as url from "./url.js";

const platform = {
  base64,
  body,
  boundary,
  bytes,
  clock,
  clonable,
  console,
  encoding,
  errors,
  events,
  fetch,
  "form-key": formKey,
  format,
  headers,
  inspect,
  "inspect-objects": inspectObjects,
  limits,
  loaded,
  phase,
  pieces,
  random,
  request,
  require: requireModule,
  response,
  send,
  streamed,
  shown,
  timers,
  url,
};

/** By the name that a unit imports. */
export const internals = {
  __proto__: null,
  "fnhost:destination/modules@1.0.0": moduleHost,
  "fnhost:destination/compression@1.0.0": compression,
  "fnhost:destination/crypto@1.0.0": crypto,
  "fnhost:destination/encoding@1.0.0": encodingHost,
  "fnhost:destination/requests@1.0.0": requests,
  "fnhost:destination/url@1.0.0": urlHost,
  "fnhost:runtime": runtime,
  "wasi:clocks/monotonic-clock@0.3.0": clockHost,
  "wasi:random/random@0.3.0": randomHost,
};
for (const name of Object.keys(platform)) internals[`fnhost:platform/${name}`] = platform[name];
