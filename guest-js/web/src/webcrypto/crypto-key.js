// CryptoKey: a KeyObject, and what it may be used for.

import { asInterface } from "fnhost:platform/boundary";
import { inspect } from "fnhost:platform/inspect";
import { illegalConstructor, invalidThis } from "./errors.js";

// By which `node:crypto` finds the KeyObject.
const keyObjectKey = Symbol.for("fnhost.keyObject");
const permission = Symbol("permission");

export class CryptoKey {
  #extractable;
  #algorithm;
  #usages;

  // Of the class others see, the constructor takes nothing.
  constructor(...given) {
    if (given[0] !== permission) throw illegalConstructor();
    const { keyObject, algorithm, usages, extractable } = given[1];
    Object.defineProperty(this, keyObjectKey, { value: keyObject });
    this.#algorithm = algorithm;
    this.#usages = usages;
    this.#extractable = extractable;
  }

  get type() {
    if (!(#usages in Object(this))) throw invalidThis("CryptoKey");
    return this[keyObjectKey].type;
  }

  get extractable() {
    if (!(#usages in Object(this))) throw invalidThis("CryptoKey");
    return this.#extractable;
  }

  get algorithm() {
    if (!(#usages in Object(this))) throw invalidThis("CryptoKey");
    return this.#algorithm;
  }

  get usages() {
    if (!(#usages in Object(this))) throw invalidThis("CryptoKey");
    return this.#usages;
  }

  static isOne(value) {
    return typeof value === "object" && value !== null && #usages in value;
  }
}

/** Whether `value` is a CryptoKey. */
export const { isOne: isCryptoKey } = CryptoKey;
delete CryptoKey.isOne;

asInterface(CryptoKey, "CryptoKey", ["type", "extractable", "algorithm", "usages"]);
Object.defineProperty(CryptoKey.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(depth, options) {
    if (depth < 0) return this;
    const { type, extractable, algorithm, usages } = this;
    const depthLeft = options.depth === null || options.depth === undefined ? null : options.depth - 1;
    return `CryptoKey ${inspect({ type, extractable, algorithm, usages }, { ...options, depth: depthLeft })}`;
  },
});

/** A new CryptoKey. Each usage is in it once. */
export function cryptoKey(keyObject, algorithm, usages, extractable) {
  const unique = [...new Set(usages)];
  return new CryptoKey(permission, { keyObject, algorithm, usages: unique, extractable });
}

/** The KeyObject in a CryptoKey. */
export function keyObjectOf(key) {
  return key[keyObjectKey];
}
