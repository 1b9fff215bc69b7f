// TextDecoder: the labels of the Encoding standard as the package `whatwg-encoding` lists them, and its decoders for what
// is well formed in every encoding, as the package `iconv-lite` has them. Base64 as the packages `atob` and `btoa`.

import { createRequire } from "node:module";
import { answersOf } from "../lib/cases.mjs";

const require = createRequire(import.meta.url);
const labels = require("whatwg-encoding/lib/labels-to-names.json");
const iconv = require("iconv-lite");

const guest = `
function check({ kind, label, bytes, text }) {
  if (kind === "base64") return [btoa(text), atob(text), atob(btoa(text))].map((answer) => [...answer].map((c) => c.charCodeAt(0)).join());
  let decoder;
  try {
    decoder = new TextDecoder(label, { fatal: kind === "fatal" });
  } catch (error) {
    return error.name;
  }
  if (kind === "label") return decoder.encoding;
  try {
    if (kind !== "pieces") return decoder.decode(new Uint8Array(bytes));
    return bytes.map((byte) => decoder.decode(new Uint8Array([byte]), { stream: true })).join("") + decoder.decode();
  } catch (error) {
    return error.name + " " + error.code;
  }
}
`;

async function compared(fnhost, cases) {
  const answers = await answersOf(
    fnhost,
    guest,
    cases.map(({ item }) => item),
    { perEvent: 200 },
  );
  return cases.map(({ name, expected }, index) => {
    const got = answers[index].failure ?? answers[index].value;
    return { name, ok: JSON.stringify(got) === JSON.stringify(expected), expected, got };
  });
}

function labelCases() {
  const variants = (label) => [label, label.toUpperCase(), ` \t\n${label}\r\f `];
  return Object.entries(labels).flatMap(([label, name]) =>
    variants(label).map((text) => {
      const expected = name === "replacement" ? "RangeError" : name.toLowerCase();
      return { name: JSON.stringify(text), item: { kind: "label", label: text }, expected };
    }),
  );
}

const multibyte = ["gbk", "gb18030", "big5", "euc-jp", "shift_jis", "euc-kr"];
// Where iconv-lite follows other tables than the standard.
const otherTables = /[\ufffd\ue000-\uf8ff\u0080-\u009f]|[\ud800-\udfff]/;

function decodeCases() {
  const cases = [];
  for (const name of new Set(Object.values(labels))) {
    const label = name.toLowerCase();
    if (["replacement", "utf-8", "utf-16le", "utf-16be", "iso-2022-jp", "x-user-defined"].includes(label)) continue;
    const icu = label === "iso-8859-8-i" ? "iso-8859-8" : label;
    if (!iconv.encodingExists(icu)) continue;
    const runs = multibyte.includes(label)
      ? pairsOf(icu)
      : [Array.from({ length: 95 }, (_, i) => i + 32), ...highBytes(icu)];
    for (const bytes of runs) {
      const expected = iconv.decode(Buffer.from(bytes), icu);
      for (const kind of ["whole", "pieces", "fatal"]) {
        cases.push({
          name: `${label} ${Buffer.from(bytes).toString("hex")} ${kind}`,
          item: { kind, label, bytes },
          expected,
        });
      }
    }
  }
  return cases;
}

const otherBytes = { "koi8-u": [0xae, 0xbe], macintosh: [0xbd, 0xc6, 0xdb] };

function highBytes(encoding) {
  const wellKnown = [];
  for (let byte = 0xa0; byte < 0x100; byte++) {
    if (otherBytes[encoding]?.includes(byte)) continue;
    const text = iconv.decode(Buffer.from([byte]), encoding);
    if (!otherTables.test(text)) wellKnown.push(byte);
  }
  return [wellKnown];
}

/** What iconv-lite can encode of the common ideographs and syllables, two dozen to a case. */
function pairsOf(encoding) {
  const runs = [];
  const ranges = [
    [0x3041, 0x3093],
    [0x30a1, 0x30f6],
    [0x4e00, 0x5000],
    [0x6000, 0x6100],
    [0x7530, 0x75ff],
    [0xac00, 0xad00],
  ];
  for (const [first, last] of ranges) {
    let run = [];
    for (let code = first; code <= last; code++) {
      const bytes = iconv.encode(String.fromCharCode(code), encoding);
      if (bytes.includes(0x3f) || iconv.decode(bytes, encoding) !== String.fromCharCode(code)) continue;
      run.push(...bytes);
      if (run.length >= 48) {
        runs.push(run);
        run = [];
      }
    }
    if (run.length > 0) runs.push(run);
  }
  return runs;
}

function malformedCases() {
  const inputs = {
    "utf-8": [[0xff], [0xc3], [0xe4, 0xb8], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80]],
    "utf-16le": [[0x00], [0x00, 0xd8], [0x00, 0xdc]],
    "utf-16be": [[0x00], [0xd8, 0x00], [0xdc, 0x00]],
    gbk: [[0xff], [0x81], [0x81, 0x20]],
    gb18030: [[0xff], [0x81, 0x30], [0x81, 0x30, 0x81]],
    big5: [[0xff], [0x81], [0x80]],
    "euc-jp": [[0xff], [0xa4], [0x8f, 0xa1]],
    shift_jis: [[0xff], [0x81], [0xa0]],
    "euc-kr": [[0xff], [0x81]],
    "iso-2022-jp": [[0x80], [0x1b], [0x1b, 0x24]],
    "windows-1255": [[0xd9]],
    "iso-8859-3": [[0xa5]],
  };
  return Object.entries(inputs).flatMap(([label, list]) =>
    list.flatMap((bytes) => [
      {
        name: `${label} ${bytes} fatal`,
        item: { kind: "fatal", label, bytes },
        expected: "TypeError ERR_ENCODING_INVALID_ENCODED_DATA",
      },
    ]),
  );
}

function base64Cases() {
  const npm = { btoa: require("btoa"), atob: require("atob") };
  const units = (text) => [...text].map((c) => c.charCodeAt(0)).join();
  const texts = [
    "",
    "a",
    "ab",
    "abc",
    "abcd",
    "é",
    "ÿ\0",
    "中",
    "YQ==",
    "YQ",
    "YQ=",
    "Y",
    " Y Q ",
    "ab-_",
    "a=b",
    "====",
    "+/+/",
    "a\nb",
    "\u0100\u01ff",
    "ab~c",
    "%%%",
    "YWJjZGVm".repeat(20),
  ];
  return texts.map((text) => ({
    name: JSON.stringify(text),
    item: { kind: "base64", text },
    expected: [npm.btoa(text), npm.atob(text), npm.atob(npm.btoa(text))].map(units),
  }));
}

export const suites = {
  "encoding-labels": ({ fnhost }) => compared(fnhost, labelCases()),
  "encoding-decode": ({ fnhost }) => compared(fnhost, decodeCases()),
  "encoding-malformed": ({ fnhost }) => compared(fnhost, malformedCases()),
  "encoding-base64": ({ fnhost }) => compared(fnhost, base64Cases()),
};
