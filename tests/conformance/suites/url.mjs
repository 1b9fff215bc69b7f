// URL: the web platform tests' `urltestdata.json` and `setters_tests.json`, as the crate `url` carries them, and Unicode's
// conformance test of internationalised domain names, as the crate `idna` does.

import { answersOf } from "../lib/cases.mjs";
import { vectorText } from "../lib/vectors.mjs";

const parseGuest = `
const members = ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"];
function check({ input, base }) {
  let url;
  try {
    url = base === null ? new URL(input) : new URL(input, base);
  } catch (error) {
    return { failure: error.name + " " + error.code, canParse: base === null ? URL.canParse(input) : URL.canParse(input, base) };
  }
  const found = Object.fromEntries(members.map((member) => [member, url[member]]));
  found.searchParams = url.searchParams.toString();
  found.again = new URL(url.href).href;
  return found;
}
`;

async function parse({ fnhost }) {
  const cases = JSON.parse(vectorText("url", "tests/urltestdata.json")).filter((item) => typeof item === "object");
  const items = cases.map(({ input, base }) => ({ input, base: base ?? null }));
  const answers = await answersOf(fnhost, parseGuest, items);
  return cases.map((item, index) => {
    const { value = {}, failure } = answers[index];
    const name = `${JSON.stringify(item.input)} against ${JSON.stringify(item.base ?? null)}`;
    if (failure !== undefined) return { name, ok: false, expected: item.href ?? "failure", got: failure };
    if (item.failure) {
      const expected = { failure: "TypeError ERR_INVALID_URL", canParse: false };
      return { name, ok: value.failure === expected.failure && value.canParse === false, expected, got: value };
    }
    const members = [...Object.keys(value)].filter((member) => item[member] !== undefined);
    const wrong = members.filter((member) => value[member] !== item[member]);
    if (value.again !== item.href) wrong.push("again");
    const pick = (from) => Object.fromEntries(wrong.map((member) => [member, from[member]]));
    const ok = value.href !== undefined && wrong.length === 0;
    return {
      name,
      ok,
      expected: pick({ ...item, again: item.href }),
      got: value.href === undefined ? value : pick(value),
    };
  });
}

const setGuest = `
function check({ href, member, value, wanted }) {
  const url = new URL(href);
  url.searchParams;
  url[member] = value;
  return Object.fromEntries(wanted.map((name) => [name, url[name]]));
}
`;

async function set({ fnhost }) {
  const cases = [];
  for (const [member, list] of Object.entries(JSON.parse(vectorText("url", "tests/setters_tests.json")))) {
    if (member === "comment") continue;
    for (const { href, new_value: value, expected } of list) {
      cases.push({ href, member, value, wanted: Object.keys(expected), expected });
    }
  }
  const answers = await answersOf(fnhost, setGuest, cases);
  return cases.map(({ href, member, value, expected }, index) => {
    const got = answers[index].value ?? answers[index].failure;
    const name = `${href} ${member} = ${JSON.stringify(value)}`;
    return { name, ok: JSON.stringify(got) === JSON.stringify(expected), expected, got };
  });
}

const domainGuest = `
function check({ source }) {
  try {
    return new URL("https://" + source + "/").host;
  } catch {
    return null;
  }
}
`;

// What a URL does not hold against a domain: hyphens where labels may not have them, and lengths.
const statusesIgnored = /^(?:V2|V3|A4_1|A4_2|X4_2)$/;
const forbidden = /[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/;

async function domains({ fnhost }) {
  const cases = [];
  for (const line of vectorText("idna", "tests/IdnaTestV2.txt").split("\n")) {
    const fields = line
      .replace(/#.*$/, "")
      .split(";")
      .map((field) => unescaped(field.trim()));
    if (fields.length < 5) continue;
    const [source, unicode, unicodeStatus, ascii, asciiStatus] = fields;
    const asUnicode = unicode === "" ? source : unicode;
    const expected = ascii === "" ? asUnicode : ascii;
    const status = asciiStatus === "" ? unicodeStatus : asciiStatus;
    const statuses = status
      .replace(/[[\]]/g, "")
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean);
    const failure = statuses.some((item) => !statusesIgnored.test(item));
    cases.push({ source, expected: failure ? null : expected.toLowerCase(), statuses });
  }
  const reasonToSkip = ({ source, expected, statuses }) => {
    if (source === "" || source === '""' || /[\ud800-\udfff]/u.test(source)) return "no domain that a URL can have";
    if (forbidden.test(source) || forbidden.test((expected ?? source).normalize("NFKC"))) return "forbidden in URLs";
    if (/(?:^|\.)(?:0x[0-9a-f]*|\d+)\.?$/i.test((expected ?? source).normalize("NFKC")))
      return "an IPv4 address in URLs";
    if (expected === null && statuses.every((item) => /^(?:V[23]|A4_[12]|X4_2|U1)$/.test(item)))
      return "STD3 rules, not in URLs";
    return undefined;
  };
  const kept = cases.filter((item) => reasonToSkip(item) === undefined);
  const answers = await answersOf(fnhost, domainGuest, kept, { perEvent: 500 });
  const results = kept.map(({ source, expected, statuses }, index) => {
    const got = answers[index].failure ?? answers[index].value;
    return { name: `${JSON.stringify(source)} ${statuses}`, ok: got === expected, expected, got };
  });
  const skips = cases.filter((item) => reasonToSkip(item) !== undefined);
  return [...results, ...skips.map((item) => ({ name: JSON.stringify(item.source), skipped: reasonToSkip(item) }))];
}

function unescaped(field) {
  return field
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replace(/\\x\{([0-9a-fA-F]+)\}/g, (_, digits) => String.fromCodePoint(Number.parseInt(digits, 16)));
}

export const suites = { "url-parse": parse, "url-set": set, "url-domains": domains };
