// `process.env`: empty, and whatever is put into it becomes text.

import { nodeError } from "./errors.js";

const { defineProperty } = Reflect;

function refusal(what) {
  return nodeError(TypeError, "ERR_INVALID_OBJECT_DEFINE_PROPERTY", `'process.env' ${what}`);
}

const traps = {
  set(target, key, value) {
    if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    target[key] = `${value}`;
    return true;
  },

  defineProperty(target, key, descriptor) {
    if ("get" in descriptor || "set" in descriptor) throw refusal("does not accept an accessor(getter/setter) descriptor");
    const { value, writable, enumerable, configurable } = descriptor;
    if (!writable || !enumerable || !configurable) {
      throw refusal("only accepts a configurable, writable, and enumerable data descriptor");
    }
    return defineProperty(target, key, { value: `${value}`, writable, enumerable, configurable });
  },
};

export function environment() {
  return new Proxy({}, traps);
}
