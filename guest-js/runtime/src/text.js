// Text that may cross to the host. It makes no host calls.

const { toWellFormed } = String.prototype;
const { apply } = Reflect;

/** `value` as text that may cross to the host: a lone surrogate there would end the instance. */
export function crossingText(value) {
  // The engine's words are others than Node's.
  if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
  return apply(toWellFormed, `${value}`, []);
}
