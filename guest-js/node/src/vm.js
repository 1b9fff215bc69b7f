// Node's module `vm`, as far as there is one context: code can be evaluated in this one.

import { requireType } from "./internal/errors.js";
import { unavailableMembers } from "./internal/unavailable.js";

const evaluate = globalThis.eval;

export function runInThisContext(code) {
  requireType(code, "code", "string");
  return evaluate(code);
}

export class Script {
  #code;

  constructor(code) {
    this.#code = `${code}`;
  }

  runInThisContext() {
    return evaluate(this.#code);
  }

  runInContext() {
    return refused.runInContext();
  }

  runInNewContext() {
    return refused.runInNewContext();
  }
}

export function compileFunction(code, parameters = []) {
  requireType(code, "code", "string");
  return new Function(...parameters, code);
}

export const createScript = (code) => new Script(code);
export const isContext = () => false;
export const constants = Object.freeze({ __proto__: null });

const refused = unavailableMembers("vm", ["createContext", "measureMemory", "runInContext", "runInNewContext"]);
const api = { Script, ...refused, createScript, runInThisContext, isContext, compileFunction, constants };

export const { createContext, measureMemory, runInContext, runInNewContext } = refused;
export default api;
export { api as "module.exports" };
