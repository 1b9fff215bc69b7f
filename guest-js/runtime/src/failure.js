// Why a request had no answer, in Node's words. The host knows best; its error code is the second choice.

import requests from "fnhost:destination/requests@1.0.0";

// By the case of wasi:http's error-code, in lower case: the reason, and Node's code.
const reasons = {
  __proto__: null,
  "dns-timeout": ["getaddrinfo EAI_AGAIN", "EAI_AGAIN"],
  "dns-error": ["getaddrinfo ENOTFOUND", "ENOTFOUND"],
  "connection-refused": ["connect ECONNREFUSED", "ECONNREFUSED"],
  "connection-terminated": ["socket hang up", "ECONNRESET"],
  "connection-timeout": ["connect ETIMEDOUT", "ETIMEDOUT"],
  "connection-read-timeout": ["read ETIMEDOUT", "ETIMEDOUT"],
  "connection-write-timeout": ["write ETIMEDOUT", "ETIMEDOUT"],
  "http-response-timeout": ["read ETIMEDOUT", "ETIMEDOUT"],
  "http-response-incomplete": ["aborted", "ECONNRESET"],
};

/** Reason and code for the failed request to `url`; `error` is what the host's call threw. */
export function failureOf(url, error) {
  const known = requests.failure(url);
  if (known !== null && known !== undefined) return known;
  const tag = error?.payload?.tag;
  if (typeof tag !== "string") return [`${error?.message ?? error}`, undefined];
  return reasons[tag.toLowerCase()] ?? [tag, tag];
}
