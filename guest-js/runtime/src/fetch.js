// The global `fetch` with node-fetch 2's manners: redirects, messages, options. One hop is send.js.

import { FetchError } from "./errors.js";
import { Headers } from "./headers.js";
import { abortError } from "./limits.js";
import { requireRunning } from "./phase.js";
import { partsOfRequest, Request, requestBytes } from "./request.js";
import { receivedResponse, releaseResponse } from "./response.js";
import { send, sentUrl } from "./send.js";
import { resolveUrl, urlParts } from "./url.js";

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
  const request = new Request(input, init);
  const { method, signal, timeout } = request;
  let hop = {
    method,
    headers: request.headers,
    bytes: undefined,
    signal,
    timeout,
    ...target(partsOfRequest(request)),
  };
  if (!legalMethod.test(method)) throw new TypeError(`Method must be a valid HTTP token ["${method}"]`);
  if (signal?.aborted) throw abortError();
  hop.bytes = await requestBytes(request);
  for (let count = 0; ; count++) {
    const raw = await send(hop);
    const response = receivedResponse(raw, {
      url: hop.href,
      sentUrl: sentUrl(hop),
      signal,
      timeout,
      size: request.size,
      redirected: count > 0,
    });
    const next = redirects.has(response.status) ? redirectedHop(request, hop, response, count) : undefined;
    if (next === undefined) return response;
    releaseResponse(response);
    hop = next;
  }
}

/** Where a request goes, from the parts of its URL. */
function target(parts) {
  if (parts === undefined) throw new TypeError("Only absolute URLs are supported");
  const { href, protocolEnd, usernameStart, passwordEnd, hostStart, portEnd, pathnameStart, searchEnd } = parts;
  const scheme = href.slice(0, protocolEnd - 1);
  if (scheme !== "http" && scheme !== "https") throw new TypeError("Only HTTP(S) protocols are supported");
  return {
    href,
    scheme,
    authority: href.slice(hostStart, portEnd),
    path: href.slice(pathnameStart, searchEnd),
    credentials: passwordEnd > usernameStart ? credentials(parts) : undefined,
  };
}

/** `user:password` of a URL, with its escapes undone. */
function credentials({ href, usernameStart, usernameEnd, passwordStart, passwordEnd }) {
  const text = `${href.slice(usernameStart, usernameEnd)}:${href.slice(passwordStart, passwordEnd)}`;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The hop after `response`, a redirect; undefined where the function gets the redirect itself. */
function redirectedHop(request, hop, response, count) {
  const location = response.headers.get("Location");
  const resolved = location === null ? undefined : resolveUrl(location, hop.href);
  if (request.redirect === "error") {
    throw new FetchError(`redirect mode is set to error: ${hop.href}`, "no-redirect");
  }
  if (request.redirect === "manual") {
    if (resolved !== undefined) response.headers.set("Location", resolved);
    return undefined;
  }
  if (location === null) return undefined;
  if (resolved === undefined) {
    const message = `uri requested responds with an invalid redirect URL: ${location}`;
    throw new FetchError(message, "invalid-redirect");
  }
  if (count >= request.follow) {
    throw new FetchError(`maximum redirect reached at: ${hop.href}`, "max-redirect");
  }
  const next = { ...hop, headers: new Headers(hop.headers), ...target(urlParts(resolved)) };
  const { status } = response;
  if (status === 303 || ((status === 301 || status === 302) && hop.method === "POST")) {
    next.method = "GET";
    next.bytes = undefined;
  }
  if (next.authority !== hop.authority || next.scheme !== hop.scheme) {
    for (const name of secretHeaders) next.headers.delete(name);
  }
  return next;
}
