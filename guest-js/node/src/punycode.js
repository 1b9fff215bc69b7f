// Node's old module `punycode` (RFC 3492): labels of domain names in ASCII. What `URL` does with names is the host's.

const base = 36;
const tMin = 1;
const tMax = 26;
const skew = 38;
const damp = 700;
const biasFirst = 72;
const codeFirst = 128;
const codeMax = 0x7fffffff;

function refuse(why) {
  throw new RangeError(why);
}

const overflow = "Overflow: input needs wider integers to process";
const notBasic = "Illegal input >= 0x80 (not a basic code point)";
const invalid = "Invalid input";

function adapted(delta, count, isFirst) {
  let rest = isFirst ? Math.floor(delta / damp) : delta >> 1;
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > ((base - tMin) * tMax) >> 1; k += base) rest = Math.floor(rest / (base - tMin));
  return Math.floor(k + ((base - tMin + 1) * rest) / (rest + skew));
}

const threshold = (k, bias) => Math.min(Math.max(k - bias, tMin), tMax);

function digitOf(code) {
  if (code >= 48 && code < 58) return code - 22;
  const lower = code | 32;
  return lower >= 97 && lower < 123 ? lower - 97 : base;
}

const characterOf = (digit) => String.fromCharCode(digit < 26 ? digit + 97 : digit + 22);

export function decode(input) {
  const output = [];
  const delimiter = Math.max(input.lastIndexOf("-"), 0);
  for (let index = 0; index < delimiter; index++) {
    if (input.charCodeAt(index) >= 0x80) refuse(notBasic);
    output.push(input.charCodeAt(index));
  }
  let code = codeFirst;
  let position = 0;
  let bias = biasFirst;
  for (let index = delimiter > 0 ? delimiter + 1 : 0; index < input.length;) {
    const before = position;
    for (let weight = 1, k = base; ; k += base) {
      if (index >= input.length) refuse(invalid);
      const digit = digitOf(input.charCodeAt(index++));
      if (digit >= base) refuse(invalid);
      if (digit > Math.floor((codeMax - position) / weight)) refuse(overflow);
      position += digit * weight;
      const limit = threshold(k, bias);
      if (digit < limit) break;
      if (weight > Math.floor(codeMax / (base - limit))) refuse(overflow);
      weight *= base - limit;
    }
    const count = output.length + 1;
    bias = adapted(position - before, count, before === 0);
    if (Math.floor(position / count) > codeMax - code) refuse(overflow);
    code += Math.floor(position / count);
    position %= count;
    output.splice(position++, 0, code);
  }
  return ucs2.encode(output);
}

export function encode(text) {
  const codes = ucs2.decode(text);
  const basic = codes.filter((code) => code < 0x80);
  let output = String.fromCharCode(...basic);
  let handled = basic.length;
  if (handled > 0) output += "-";
  let code = codeFirst;
  let delta = 0;
  let bias = biasFirst;
  while (handled < codes.length) {
    let next = codeMax;
    for (const candidate of codes) if (candidate >= code && candidate < next) next = candidate;
    if (next - code > Math.floor((codeMax - delta) / (handled + 1))) refuse(overflow);
    delta += (next - code) * (handled + 1);
    code = next;
    for (const current of codes) {
      if (current < code && ++delta > codeMax) refuse(overflow);
      if (current !== code) continue;
      let rest = delta;
      for (let k = base; ; k += base) {
        const limit = threshold(k, bias);
        if (rest < limit) break;
        output += characterOf(limit + ((rest - limit) % (base - limit)));
        rest = Math.floor((rest - limit) / (base - limit));
      }
      output += characterOf(rest);
      bias = adapted(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled++;
    }
    delta++;
    code++;
  }
  return output;
}

/** Each label of a domain name, or of what follows the `@` of an address. */
function eachLabel(text, change) {
  const at = text.lastIndexOf("@") + 1;
  const labels = text
    .slice(at)
    .replace(/[\u3002\uff0e\uff61]/g, ".")
    .split(".");
  return text.slice(0, at) + labels.map(change).join(".");
}

export function toUnicode(text) {
  return eachLabel(text, (label) => (label.startsWith("xn--") ? decode(label.slice(4).toLowerCase()) : label));
}

export function toASCII(text) {
  return eachLabel(text, (label) => (/[^\0-\x7f]/.test(label) ? `xn--${encode(label)}` : label));
}

export const ucs2 = {
  decode: (text) => Array.from(text, (character) => character.codePointAt(0)),
  encode: (codes) => codes.map((code) => String.fromCodePoint(code)).join(""),
};

export const version = "2.1.0";

const api = { version, ucs2, decode, encode, toASCII, toUnicode };

export default api;
export { api as "module.exports" };
