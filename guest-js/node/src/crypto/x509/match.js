// Whether a certificate is for a host, address or mailbox: by OpenSSL's rules for wildcards.

import { nativeError, requireObject } from "../common.js";
import { invalidArgValue, requireType } from "../../internal/errors.js";

const switches = {
  wildcards: true,
  partialWildcards: true,
  multiLabelWildcards: false,
  singleLabelSubdomains: false,
};

/** The rules that `options` ask for. */
export function matchOptions(options) {
  if (options !== undefined) {
    if (options === null) requireType(options, "options", "object");
    requireObject(options, "options");
  }
  const { subject = "default" } = options ?? {};
  requireType(subject, "options.subject", "string");
  const rules = {};
  for (const [name, usual] of Object.entries(switches)) {
    const value = options?.[name] ?? usual;
    if (options?.[name] !== undefined) requireType(options[name], `options.${name}`, "boolean");
    rules[name] = value;
  }
  if (subject !== "default" && subject !== "always" && subject !== "never") {
    throw invalidArgValue("options.subject", subject);
  }
  return { subject, ...rules };
}

/** A name without zeros in it: those end names for some readers, and not for others. */
export function requirePlain(text) {
  if (!text.slice(0, -1).includes("\0")) return;
  throw nativeError(TypeError, "ERR_INVALID_ARG_VALUE", "Invalid name");
}

function same(one, other) {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether `pattern`, from the certificate, stands for `host`. */
export function matchesHost(pattern, host, rules) {
  const isSubdomain = host.length > 1 && host.startsWith(".");
  const star = rules.wildcards && !isSubdomain ? starIn(pattern, rules) : -1;
  if (star !== -1) return matchesWildcard(pattern.slice(0, star), pattern.slice(star + 1), host, rules);
  return same(isSubdomain ? endOf(pattern, host.length, rules) : pattern, host);
}

/** The end of `pattern` that may be compared with a domain whose subdomains all match. */
function endOf(pattern, length, { singleLabelSubdomains }) {
  const skipped = pattern.length - length;
  if (skipped <= 0) return pattern;
  const before = pattern.slice(0, skipped);
  return before.includes("\0") || (singleLabelSubdomains && before.includes(".")) ? pattern : pattern.slice(skipped);
}

/** Where the star is in a pattern that may have one; -1 where there is none. */
function starIn(pattern, { partialWildcards }) {
  const labels = pattern.split(".");
  const [first, ...others] = labels;
  const isLabel = (label) => /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i.test(label);
  if (others.length < 2 || !others.every(isLabel)) return -1;
  const star = first.indexOf("*");
  if (star === -1 || first.indexOf("*", star + 1) !== -1 || /^xn--/i.test(first)) return -1;
  const [before, after] = [first.slice(0, star), first.slice(star + 1)];
  if (before !== "" && after !== "") return -1;
  if (!partialWildcards && (before !== "" || after !== "")) return -1;
  if (!/^(?:[a-z\d][a-z\d-]*)?$/i.test(before) || !/^(?:[a-z\d-]*[a-z\d])?$/i.test(after)) return -1;
  return star;
}

function matchesWildcard(prefix, suffix, host, { multiLabelWildcards }) {
  if (host.length < prefix.length + suffix.length) return false;
  const end = host.length - suffix.length;
  if (!same(host.slice(0, prefix.length), prefix) || !same(host.slice(end), suffix)) return false;
  const covered = host.slice(prefix.length, end);
  const isWholeLabel = prefix === "" && suffix.startsWith(".");
  if (isWholeLabel && covered === "") return false;
  if (!isWholeLabel && /^xn--/i.test(host)) return false;
  if (covered === "*") return true;
  return (isWholeLabel && multiLabelWildcards ? /^[a-z\d.-]*$/i : /^[a-z\d-]*$/i).test(covered);
}

/** Case counts before the last `@` alone. */
export function matchesEmail(known, email) {
  const at = email.lastIndexOf("@");
  const end = at === -1 ? 0 : at;
  return known.length === email.length && known.slice(0, end) === email.slice(0, end) && same(known, email);
}

/** The bytes of an IP address, 4 or 16. */
export function addressBytes(text) {
  const bytes = text.includes(":") ? longAddress(text) : shortAddress(text);
  if (bytes === undefined) throw nativeError(TypeError, "ERR_INVALID_ARG_VALUE", "Invalid IP");
  return bytes;
}

function shortAddress(text) {
  const parts = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) ? text.split(".").map(Number) : [];
  return parts.length === 4 && parts.every((part) => part < 256) ? parts : undefined;
}

function longAddress(text) {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1);
  const isMixed = last.length > 0 && last.at(-1).includes(".");
  const tail = isMixed ? shortAddress(last.pop()) : [];
  const all = groups.flat();
  if (tail === undefined || !all.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  const missing = 16 - tail.length - all.length * 2;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  const bytes = (list) => list.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  const filling = Array.from({ length: missing }, () => 0);
  return halves.length === 1 ? [...bytes(all), ...tail] : [...bytes(groups[0]), ...filling, ...bytes(last), ...tail];
}
