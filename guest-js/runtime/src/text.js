// Text that may cross to the host. It makes no host calls.

const { toWellFormed } = String.prototype;
const { apply } = Reflect;

/** `value` as text that may cross to the host: a lone surrogate there would end the instance. */
export function crossingText(value) {
  return apply(toWellFormed, `${value}`, []);
}
