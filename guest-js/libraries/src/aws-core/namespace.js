// Services of the SDK, and its classes that need one, as members of `AWS` that are loaded when they are asked for, each
// from a unit of its own. The builder asks for those that a source names, as an event can load nothing.

import AWS from "aws-sdk/lib/core.js";
import { isBuilding } from "fnhost:platform/phase";
import { members } from "fnhost:aws-members";

const { hasOwn, setPrototypeOf } = Object;

// Text until somebody asks: it has four hundred names. `S3=s3,SQS=sqs`
let unitNames;

function unitOf(name) {
  unitNames ??= new Map(members.split(",").map((pair) => pair.split("=")));
  return unitNames.get(name);
}

function load(name) {
  const unit = unitOf(name);
  if (unit === undefined) return undefined;
  if (unit === "") {
    throw new Error(`\`AWS.${name}\` is not available: functions have no files, processes or metadata service; use \`AWS.Credentials\``);
  }
  if (!isBuilding()) {
    throw new Error(`\`AWS.${name}\` is not loaded: write \`AWS.${name}\` out in the function, so that it is there when it runs`);
  }
  require(`fnhost:lib/aws/${unit}`);
  return hasOwn(AWS, name) ? AWS[name] : undefined;
}

// A member that is not there yet is looked for here; one that is costs nothing.
setPrototypeOf(
  AWS,
  new Proxy(setPrototypeOf({}, null), {
    get: (_, name) => (typeof name === "string" ? (load(name) ?? Object.prototype[name]) : Object.prototype[name]),
    has: (_, name) => name in Object.prototype || (typeof name === "string" && unitOf(name) !== undefined),
    getPrototypeOf: () => null,
  }),
);
