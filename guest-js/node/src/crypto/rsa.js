// Encryption with RSA.

import { requireRunning } from "fnhost:platform/phase";
import { requireType } from "../internal/errors.js";
import { asBuffer, crossingText, inputBytes, isHash, nativeError, opensslError } from "./common.js";
import { RSA_NO_PADDING, RSA_PKCS1_OAEP_PADDING, RSA_PKCS1_PADDING } from "./constants.js";
import { consumePrivate, consumePublic, withKey } from "./keys.js";

const paddings = { [RSA_PKCS1_PADDING]: "pkcs1", [RSA_NO_PADDING]: "none", [RSA_PKCS1_OAEP_PADDING]: "oaep" };

function paddingName(operation, padding) {
  const name = paddings[padding];
  const isSigning = operation === "private-encrypt" || operation === "public-decrypt";
  if (name === undefined && !isSigning) {
    throw opensslError("error:02000076:rsa routines::unknown padding type", "ERR_OSSL_RSA_UNKNOWN_PADDING_TYPE");
  }
  if (name === undefined || (isSigning && name === "oaep")) {
    const message = "error:1C8000A5:Provider routines::illegal or unsupported padding mode";
    throw opensslError(message, "ERR_OSSL_ILLEGAL_OR_UNSUPPORTED_PADDING_MODE");
  }
  if (operation === "private-decrypt" && name === "pkcs1") {
    const message =
      "RSA_PKCS1_PADDING is no longer supported for private decryption, " +
      "this can be reverted with --security-revert=CVE-2023-46809";
    throw nativeError(TypeError, "ERR_INVALID_ARG_VALUE", message);
  }
  return name;
}

function rsaFunction(operation, paddingUsual, context) {
  return (options, buffer) =>
    withKey(options, context, (key) => {
      const { oaepHash, oaepLabel, encoding } = options;
      if (oaepHash !== undefined) requireType(oaepHash, "key.oaepHash", "string");
      const label = oaepLabel === undefined ? undefined : inputBytes(oaepLabel, "key.oaepLabel", encoding);
      const bytes = inputBytes(buffer, "buffer", encoding);
      const padding = paddingName(operation, options.padding || paddingUsual);
      if (oaepHash !== undefined && !isHash(oaepHash)) {
        throw nativeError(Error, "ERR_OSSL_EVP_INVALID_DIGEST", "Invalid digest used");
      }
      if (operation === "public-encrypt" && padding !== "none") requireRunning("crypto.publicEncrypt");
      const hash = oaepHash === undefined ? undefined : crossingText(oaepHash);
      return asBuffer(key.rsa(operation, { padding, hash, label }, bytes));
    });
}

export const publicEncrypt = rsaFunction("public-encrypt", RSA_PKCS1_OAEP_PADDING, consumePublic);
export const publicDecrypt = rsaFunction("public-decrypt", RSA_PKCS1_PADDING, consumePublic);
export const privateEncrypt = rsaFunction("private-encrypt", RSA_PKCS1_PADDING, consumePrivate);
export const privateDecrypt = rsaFunction("private-decrypt", RSA_PKCS1_OAEP_PADDING, consumePrivate);
