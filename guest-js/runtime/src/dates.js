// Dates as text, with the name of the zone at the end as Node writes it: the engine leaves it out. Here the zone is UTC
// always. And Node's words for a date that is none, which functions log.

import { define } from "./boundary.js";

const { prototype } = Date;
const { apply } = Reflect;

function withZone(name) {
  const plain = prototype[name];
  const methods = {
    [name]() {
      const text = apply(plain, this, []);
      return text === "Invalid Date" ? text : `${text} (Coordinated Universal Time)`;
    },
  };
  define(prototype, name, methods[name]);
}

withZone("toString");
withZone("toTimeString");

const { toISOString } = prototype;
const checked = {
  toISOString() {
    try {
      return apply(toISOString, this, []);
    } catch (error) {
      throw error instanceof RangeError ? new RangeError("Invalid time value") : error;
    }
  },
};
define(prototype, "toISOString", checked.toISOString);
