// Functions that packages look for and rarely call: calling one says that it cannot be done here.

import { nodeError } from "./errors.js";

export function unavailableError(name) {
  const message = `${name} is not available in a destination function`;
  return nodeError(TypeError, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message);
}

/** A function, or a class, that throws when it is used. */
export function unavailable(name) {
  const refuse = function () {
    throw unavailableError(name);
  };
  Object.defineProperty(refuse, "name", { value: name.slice(name.lastIndexOf(".") + 1), configurable: true });
  return refuse;
}

/** Members that all throw when they are used. */
export function unavailableMembers(module, names) {
  const members = {};
  for (const name of names) members[name] = unavailable(`${module}.${name}`);
  return members;
}

/** As `unavailableMembers`, for functions that give promises. */
export function refusedPromises(module, names) {
  const members = {};
  for (const name of names) {
    const refuse = async () => {
      throw unavailableError(`${module}.${name}`);
    };
    members[name] = /^[A-Z]/.test(name) ? unavailable(`${module}.${name}`) : refuse;
    Object.defineProperty(members[name], "name", { value: name, configurable: true });
  }
  return members;
}
