// One request to the host and its answer: no redirects, no classes that a function sees.
// What a call to the host costs decides how this is written; see the notes on each.

import client from "wasi:http/client@0.3.0";
import http from "wasi:http/types@0.3.0";
import { base64OfBinary } from "./base64.js";
import { drop, resolvedTrailers, streamOf } from "./boundary.js";
import { latin1Text } from "./bytes.js";
import { encodeUtf8 } from "./encoding.js";
import { AbortError, FetchError } from "./errors.js";
import { failureOf } from "./failure.js";
import { prepareValue, wireEntries } from "./headers.js";
import { limited } from "./limits.js";

const userAgent = "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)";
for (const value of ["*/*", userAgent, "application/json", "text/plain;charset=UTF-8", "0"]) prepareValue(value);

const methods = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]);

// The host makes these itself, from the URL, the body and its connection; it refuses them from us.
const hostsOwn = new Set([
  "connection",
  "content-length",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

function isSent(name) {
  return !hostsOwn.has(name);
}

/**
 * Sends `hop`: `{ method, headers, bytes, href, scheme, authority, path, credentials, signal, timeout }`, with `bytes`
 * undefined where there is no body. Gives the host's response, or rejects as node-fetch does.
 */
export async function send(hop) {
  let sending;
  try {
    sending = client.send(requestFor(hop));
    return await limited(sending, hop.signal, hop.timeout, () => {
      return new FetchError(`network timeout at: ${hop.href}`, "request-timeout");
    });
  } catch (error) {
    // An answer that comes after all is not wanted any more.
    sending?.then(drop, () => {});
    if (error instanceof AbortError || error instanceof FetchError) throw error;
    const [reason, code] = failureOf(sentUrl(hop), error);
    throw new FetchError(`request to ${hop.href} failed, reason: ${reason}`, "system", code);
  }
}

/** The URL as the host saw it: without credentials and fragment. */
export function sentUrl({ scheme, authority, path }) {
  return `${scheme}://${authority}${path}`;
}

function requestFor(hop) {
  const { method, bytes } = hop;
  const fields = http.Fields.fromList(wireEntries(hop.headers, isSent, defaultHeaders(hop)));
  const body = bytes === undefined || bytes.length === 0 ? null : streamOf(bytes);
  const [request, sent] = http.Request.new(fields, body, resolvedTrailers(), null);
  // Whether the body was sent whole shows in the answer.
  drop(sent);
  if (method !== "GET")
    request.setMethod(methods.has(method) ? { tag: method.toLowerCase() } : { tag: "other", val: method });
  request.setScheme({ tag: hop.scheme.toUpperCase() });
  request.setAuthority(hop.authority);
  request.setPathWithQuery(hop.path);
  return request;
}

/** What node-fetch adds where a function does not say otherwise; the length is always the true one. */
function defaultHeaders({ method, bytes, credentials }) {
  const more = [
    ["Accept", "*/*"],
    ["User-Agent", userAgent],
  ];
  if (credentials !== undefined) {
    more.push(["Authorization", `Basic ${base64OfBinary(latin1Text(encodeUtf8(credentials)))}`]);
  }
  if (bytes !== undefined) more.push(["Content-Length", `${bytes.length}`]);
  else if (method === "POST" || method === "PUT") more.push(["Content-Length", "0"]);
  return more;
}
