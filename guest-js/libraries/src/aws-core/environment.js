// What the SDK takes from its surroundings, as it has it in Node. This comes before the SDK's own core, which looks at it
// while it is evaluated. There are no files, no environment variables and no metadata service to find credentials in.

import util from "aws-sdk/lib/util.js";
import { Buffer } from "node:buffer";
import crypto from "node:crypto";
import querystring from "node:querystring";
import url from "node:url";
import { elapsed } from "fnhost:platform/clock";
import { loadedUnit } from "fnhost:platform/require";
import { errorNumbers } from "./failures.js";

util.isBrowser = () => false;
util.isNode = () => true;
util.environment = "nodejs";
util.crypto.lib = crypto;
util.Buffer = Buffer;
util.url = url;
util.querystring = querystring;
util.realClock = { now: elapsed };
util.iniLoader = { loadFrom: () => ({}) };
util.uuid.v4 = () => crypto.randomUUID();
util.getSystemErrorName = (number) => Object.keys(errorNumbers).find((name) => errorNumbers[name] === number);

/** Anything with `pipe`: a stream comes from a unit that this one need not load. */
class Stream {
  static [Symbol.hasInstance](value) {
    return typeof value === "object" && value !== null && typeof value.pipe === "function";
  }
}

const classes = ["Readable", "Writable", "Duplex", "Transform", "PassThrough"];

// Node's streams are large, and few functions read an object as a stream. Those that do name a word for it, which loads
// them; see the table of on-demand globals.
util.stream = { Stream };
for (const name of classes) {
  const get = () => {
    const streams = loadedUnit("node:stream");
    if (streams !== undefined) return streams[name];
    throw new Error(`streams are not loaded: name \`require("stream")\` in the function that uses them with \`AWS\``);
  };
  Object.defineProperty(util.stream, name, { get, enumerable: true, configurable: true });
}
