// One request to the host and the head of its answer: no redirects, no classes that a function sees.

import requests from "fnhost:destination/requests@1.0.0";
import { drop } from "./boundary.js";
import { AbortError, FetchError } from "./errors.js";
import { pairsOfHeaders } from "./headers.js";
import { limited } from "./limits.js";
import { hrefOf } from "./url.js";

// What node-fetch adds where a function does not say otherwise.
const defaults = [
  ["Accept", "*/*"],
  ["User-Agent", "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"],
];

/**
 * Sends `hop`: `{ method, url, headers, body, signal, timeout }`, with a Headers and the contract's `body`, which is null
 * where there is none. Gives the contract's `answer`, or rejects as node-fetch does.
 */
export async function send(hop) {
  const { method, url, headers, body, signal, timeout } = hop;
  const sending = requests.send(method, url, pairsOfHeaders(headers, defaults), body);
  try {
    return await limited(sending, signal, timeout, () => {
      return new FetchError(`network timeout at: ${hrefOf(url)}`, "request-timeout");
    });
  } catch (error) {
    if (error instanceof AbortError || error instanceof FetchError) {
      // An answer that comes after all is not wanted any more.
      sending.then(
        (answer) => drop(answer.body.val),
        () => {},
      );
      throw error;
    }
    const { reason, code } = failureOf(error);
    if (code.startsWith("ERR_INVALID_")) throw new TypeError(reason);
    throw new FetchError(`request to ${hrefOf(url)} failed, reason: ${reason}`, "system", code);
  }
}

/** The contract's `failure` in what a call to the host rejected with. */
export function failureOf(error) {
  const failure = error?.payload;
  return typeof failure?.reason === "string" ? failure : { reason: `${error?.message ?? error}`, code: "EIO" };
}
