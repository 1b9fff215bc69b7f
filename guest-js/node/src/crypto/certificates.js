// The names of Node's classes for certificates. Reading them is not available here; a key in a PEM certificate is found
// by `createPublicKey`.

import { nodeError } from "../internal/errors.js";

function unavailable(what) {
  const message = `${what} is not available: for the public key of a PEM certificate use \`crypto.createPublicKey\``;
  return nodeError(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message);
}

export class X509Certificate {
  constructor() {
    throw unavailable("`crypto.X509Certificate`");
  }
}

export function Certificate() {
  if (!(this instanceof Certificate)) return new Certificate();
}

for (const name of ["verifySpkac", "exportPublicKey", "exportChallenge"]) {
  const method = () => {
    throw unavailable(`\`crypto.Certificate.${name}\``);
  };
  Certificate[name] = method;
  Certificate.prototype[name] = method;
}
