// The global `fetch` with node-fetch 2's manners: redirects, messages, options. One hop is send.js.

import { wireBody } from "./body.js";
import { define } from "./boundary.js";
import { AbortError, codedError, FetchError } from "./errors.js";
import { Headers } from "./headers.js";
import { abortError } from "./limits.js";
import { requireRunning } from "./phase.js";
import { escapedUrl, Request, requestParts, urlText } from "./request.js";
import { receivedResponse, releaseResponse, Response } from "./response.js";
import { send } from "./send.js";
import { StreamedContent } from "./streamed.js";
import { hrefOf, resolveUrl, urlParts } from "./url.js";

const redirects = new Set([301, 302, 303, 307, 308]);
const legalMethod = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// What one host was told must not reach another.
const secretHeaders = ["authorization", "www-authenticate", "cookie", "cookie2"];

/**
 * Resolves to the Response; rejects where there is none, and never for a status. At the top level it throws, for a
 * rejection that nobody looks at would not end the build.
 */
export function fetch(input, init = undefined) {
  requireRunning("fetch");
  return followed(input, init);
}

async function followed(input, init) {
  const original = input instanceof Request ? input : undefined;
  const request = requestParts(init ?? {}, original, true);
  const { method, headers, signal, timeout, compress } = request;
  if (method !== "GET" && method !== "POST" && !legalMethod.test(method)) {
    throw codedError(TypeError, "ERR_INVALID_HTTP_TOKEN", `Method must be a valid HTTP token ["${method}"]`);
  }
  const url = original?.url ?? urlText(input);
  refuseOtherUrls(url);
  if (signal?.aborted) throw abortError();
  let hop = { method, url, headers, body: wireBody(request.content), signal, timeout, compress };
  for (let count = 0; ; count++) {
    const answer = await send(hop);
    const response = receivedResponse(answer, hop, request.size, count > 0);
    if (!redirects.has(answer.status)) return response;
    const next = redirectedHop(request, hop, response, count);
    if (next === undefined) return response;
    releaseResponse(response);
    hop = next;
  }
}

/** Throws for what is no absolute HTTP URL: the host would refuse it, but its refusal has no stack to the caller. */
function refuseOtherUrls(text) {
  if (text.startsWith("https://") || text.startsWith("http://")) return;
  const parts = urlParts(text);
  // Without a host, as those of `file:` are, it is no absolute one to node-fetch.
  const isAbsolute = parts !== undefined && !parts.href.startsWith("///", parts.protocolEnd);
  if (!isAbsolute) throw new TypeError("Only absolute URLs are supported");
  const protocol = parts.href.slice(0, parts.protocolEnd);
  if (protocol !== "https:" && protocol !== "http:") throw new TypeError("Only HTTP(S) protocols are supported");
}

/** The hop after `response`, a redirect; undefined where the function gets the redirect itself. */
function redirectedHop(request, hop, response, count) {
  const location = response.headers.get("Location");
  const resolved = location === null ? undefined : resolveUrl(location, hop.url);
  if (request.redirect === "error") {
    throw new FetchError(`redirect mode is set to error: ${hrefOf(hop.url)}`, "no-redirect");
  }
  if (request.redirect === "manual") {
    if (resolved !== undefined) response.headers.set("Location", resolved);
    return undefined;
  }
  if (location === null || request.redirect !== "follow") return undefined;
  if (resolved === undefined) {
    const message = `uri requested responds with an invalid redirect URL: ${location}`;
    throw new FetchError(message, "invalid-redirect");
  }
  if (count >= request.follow) {
    throw new FetchError(`maximum redirect reached at: ${hrefOf(hop.url)}`, "max-redirect");
  }
  const next = { ...hop, headers: new Headers(hop.headers), url: escapedUrl(resolved) };
  const { status } = response;
  const becomesGet = status === 303 || ((status === 301 || status === 302) && hop.method === "POST");
  const isStream = hop.body instanceof StreamedContent && hop.body.isOnce;
  // As node-fetch has it: a stream whose length is known gives way to GET, no other does.
  if (isStream && status !== 303 && !(becomesGet && hop.body.length !== undefined)) {
    throw new FetchError("Cannot follow redirect with body being a readable stream", "unsupported-redirect");
  }
  if (becomesGet) {
    next.method = "GET";
    next.body = null;
    next.headers.delete("Content-Length");
  } else if (hop.body instanceof StreamedContent) {
    next.body = hop.body.again();
  }
  if (urlParts(resolved).origin !== urlParts(hop.url).origin) {
    for (const name of secretHeaders) next.headers.delete(name);
  }
  return next;
}

const isRedirect = (status) => redirects.has(status);
// Functions know `fetch` as the package node-fetch, on which its classes hang.
const members = { default: fetch, AbortError, FetchError, Headers, Request, Response, isRedirect };
for (const [name, value] of Object.entries(members)) define(fetch, name, value);
