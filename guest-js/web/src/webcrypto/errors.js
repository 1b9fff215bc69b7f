// The errors of WebCrypto, in Node's words.

import { define } from "fnhost:platform/boundary";
import { codedError, DOMException } from "fnhost:platform/errors";

/** A DOMException; `cause` is the error behind it. */
export function domError(message, name, cause = undefined) {
  const error = new DOMException(message, name);
  if (cause !== undefined) define(error, "cause", cause);
  return error;
}

export function notSupported() {
  return domError("Unrecognized algorithm name", "NotSupportedError");
}

export function invalidAccess(message = "The requested operation is not valid for the provided key") {
  return domError(message, "InvalidAccessError");
}

export function dataError(message = "Invalid keyData", cause = undefined) {
  return domError(message, "DataError", cause);
}

export function operationError(message, cause = undefined) {
  return domError(message, "OperationError", cause);
}

/** What `compute` gives; what it throws is the cause of an OperationError. */
export function operation(compute) {
  try {
    return compute();
  } catch (cause) {
    throw operationError("The operation failed for an operation-specific reason", cause);
  }
}

/** What `read` gives; what it throws is the cause of a DataError. */
export function readKey(read) {
  try {
    return read();
  } catch (cause) {
    throw dataError("Invalid keyData", cause);
  }
}

export function invalidThis(name) {
  return codedError(TypeError, "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
}

export function illegalConstructor() {
  return codedError(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
}
