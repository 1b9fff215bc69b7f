// `btoa` and `atob` as the npm packages of these names: neither ever refuses a text.

import encoding from "fnhost:destination/encoding@1.0.0";
import { crossingText } from "./boundary.js";
import { codedError } from "./errors.js";

/** Base64 of the low byte of every character. */
export function btoa(value) {
  return base64OfBinary(`${value}`);
}

/** The bytes of a base64 text, one character each. Characters that are no base64 are skipped. */
export function atob(value) {
  if (value === undefined || value === null || typeof value === "number" || typeof value === "boolean") {
    const received = value === undefined || value === null ? `${value}` : `type ${typeof value} (${value})`;
    throw codedError(
      TypeError,
      "ERR_INVALID_ARG_TYPE",
      `The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received ${received}`,
    );
  }
  return encoding.base64Decode(crossingText(value));
}

/** Base64 of a binary string. */
export function base64OfBinary(text) {
  // A surrogate may not cross alone, and only its low byte counts.
  const crossing = text.isWellFormed() ? text : text.replace(/[\ud800-\udfff]/g, lowByte);
  return encoding.base64Encode(crossing);
}

function lowByte(character) {
  return String.fromCharCode(character.charCodeAt(0) & 0xff);
}
