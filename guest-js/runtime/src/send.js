// One request to the host and the head of its answer: no redirects, no classes that a function sees.

import requests from "fnhost:destination/requests@1.0.0";
import { drop } from "./boundary.js";
import { AbortError, FetchError } from "./errors.js";
import { pairsOfHeaders } from "./headers.js";
import { abortError, limited } from "./limits.js";
import { PiecesContent } from "./pieces.js";
import { sendPieces } from "./streamed.js";
import { hrefOf } from "./url.js";

// What node-fetch adds where a function does not say otherwise.
const defaults = [
  ["Accept", "*/*"],
  ["User-Agent", "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"],
  ["Accept-Encoding", "gzip,deflate"],
];
const defaultsUncompressed = defaults.slice(0, 2);

/**
 * Sends `hop`: `{ method, url, headers, body, signal, timeout, compress }`, with a Headers and the contract's `body`,
 * which is null where there is none, or a content in pieces. Gives the contract's `answer`, or rejects as node-fetch
 * does.
 */
export async function send(hop) {
  const { method, url, headers, body, signal, timeout, compress } = hop;
  const isBounded = (signal !== null && signal !== undefined) || timeout > 0;
  try {
    if (!isBounded && compress && !(body instanceof PiecesContent)) {
      return await requests.send(method, url, pairsOfHeaders(headers, defaults), body);
    }
    return await sendInSteps(hop, pairsOfHeaders(headers, compress ? defaults : defaultsUncompressed));
  } catch (error) {
    if (error instanceof AbortError || error instanceof FetchError) throw error;
    const { reason, code } = failureOf(error);
    if (code.startsWith("ERR_INVALID_") && error.payload !== undefined) throw new TypeError(reason);
    throw new FetchError(`request to ${hrefOf(url)} failed, reason: ${reason}`, "system", code);
  }
}

/** A request that can be given up, and whose body may come in pieces. */
async function sendInSteps({ method, url, headers, body, signal, timeout, compress }, pairs) {
  const exchange = new requests.Exchange();
  const reader = body instanceof PiecesContent ? body.open() : undefined;
  const sending = exchange.send(method, url, pairs, outgoing(body, headers), Boolean(compress));
  let sourceError;
  const writing = reader === undefined ? undefined : sendPieces(exchange, reader);
  writing?.catch((error) => {
    // A body that broke off must not look like one that is complete.
    sourceError = { error };
    exchange.cancel();
  });
  const timedOut = () => new FetchError(`network timeout at: ${hrefOf(url)}`, "request-timeout");
  const giveUp = (error) => {
    exchange.cancel();
    reader?.cancel(error);
    // An answer that comes after all is not wanted any more.
    sending.then((answer) => drop(answer.body.val), ignore);
  };
  try {
    const answer = await limited(sending, signal, timeout, timedOut, giveUp);
    if (writing !== undefined) watch(writing, signal, () => giveUp(abortError()));
    return answer;
  } catch (error) {
    if (error instanceof AbortError || error instanceof FetchError || sourceError === undefined) throw error;
    throw sourceError.error;
  } finally {
    Promise.allSettled([sending, writing]).then(() => drop(exchange));
  }
}

/** Has `giveUp` called if `signal` is aborted before `writing` is done: an answer may come before that. */
function watch(writing, signal, giveUp) {
  signal?.addEventListener("abort", giveUp);
  const done = () => signal?.removeEventListener("abort", giveUp);
  writing.then(done, done);
}

/** The contract's `outgoing-body`. How long a stream is its Content-Length says, if the function gives one. */
function outgoing(body, headers) {
  if (body === null) return null;
  if (!(body instanceof PiecesContent)) return { tag: "whole", val: body };
  return { tag: "pieces", val: body.length ?? lengthIn(headers) };
}

function lengthIn(headers) {
  const text = headers.get("Content-Length");
  return text !== null && /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

function ignore() {}

/** The contract's `failure` in what a call to the host, or a stream, rejected with. */
export function failureOf(error) {
  const failure = error?.payload;
  if (typeof failure?.reason === "string") return failure;
  const { code } = error ?? {};
  return { reason: `${error?.message ?? error}`, code: typeof code === "string" ? code : "EIO" };
}
