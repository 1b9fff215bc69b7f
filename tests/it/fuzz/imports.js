// Calls what the host offers with arguments that bytes choose: few are right, and each is wrong in a way of its own.
const crypto = require("crypto");
const zlib = require("zlib");

/// Takes values from the bytes, as long as there are any.
class Taker {
  constructor(bytes) { this.bytes = bytes; this.at = 0; }
  left() { return this.at < this.bytes.length; }
  byte() { return this.bytes[this.at++] ?? 0; }
  data() { const length = this.byte(); const start = this.at; this.at += length % 40; return Buffer.from(this.bytes.subarray(start, this.at)); }
  text() { return this.byte() % 3 ? this.data().toString("latin1") : this.data().toString("utf16le"); }
  number() { return [0, 1, -1, 2, 7, 16, 255, 256, 65536, 2 ** 31, 2 ** 32, -(2 ** 31), 2 ** 53, 1.5, NaN, Infinity][this.byte() % 16]; }
  of(...words) { const choice = this.byte(); return choice % 8 === 7 ? this.any() : words[choice % words.length]; }
  any() {
    const choices = [
      () => undefined, () => null, () => this.number(), () => this.text(), () => this.data(), () => ({}), () => [this.byte()], () => true,
      () => 10n, () => Symbol("s"), () => () => 1, () => new Uint16Array(3), () => new DataView(new ArrayBuffer(5), 1), () => new Proxy({}, {}),
      () => new Date(NaN), () => ({ toString() { throw new Error("no text"); } }),
    ];
    return choices[this.byte() % choices.length]();
  }
  input() { return this.byte() % 4 ? this.data() : this.any(); }
}

const HASHES = ["sha256", "md5", "sha1", "sha512", "sha3-256", "ripemd160", "shake256", "blake2b512", "sm3"];
const CIPHERS = ["aes-256-cbc", "aes-128-gcm", "aes-256-ctr", "chacha20-poly1305", "aes-128-ccm", "aes-192-ocb", "des-ede3-cbc", "id-aes128-wrap", "aes-256-ecb"];
const ENCODINGS = ["hex", "base64", "base64url", "latin1", "utf8", "ucs2", "ascii", "buffer", "binary"];
const CURVES = ["P-256", "secp256k1", "prime256v1", "secp384r1", "P-521", "x25519"];
const LABELS = ["utf-8", "utf-16le", "shift_jis", "gb18030", "iso-2022-jp", "euc-kr", "windows-1252", "big5", "replacement"];
const ec = () => crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });

const calls = [
  (t) => crypto.createHash(t.of(...HASHES), { outputLength: t.of(undefined, 0, 1, 64, 1000) }).update(t.input(), t.of(...ENCODINGS)).digest(t.of(undefined, ...ENCODINGS)),
  (t) => crypto.createHmac(t.of(...HASHES), t.input()).update(t.input()).digest(t.of(undefined, ...ENCODINGS)),
  (t) => { const hash = crypto.createHash("sha256"); hash.digest(); return hash.update(t.input()); },
  (t) => { const cipher = crypto.createCipheriv(t.of(...CIPHERS), t.input(), t.input(), { authTagLength: t.of(undefined, 4, 16, 17) }); cipher.setAAD?.(t.input(), { plaintextLength: t.number() }); return [cipher.update(t.input()), cipher.final(), cipher.getAuthTag?.()]; },
  (t) => { const cipher = crypto.createDecipheriv(t.of(...CIPHERS), t.input(), t.input(), { authTagLength: t.of(undefined, 4, 16) }); cipher.setAuthTag?.(t.input()); cipher.setAutoPadding(t.of(true, false)); return [cipher.update(t.input()), cipher.final()]; },
  (t) => { const cipher = crypto.createCipheriv("aes-256-cbc", Buffer.alloc(32), Buffer.alloc(16)); cipher.final(); return cipher.update(t.input()); },
  (t) => crypto.pbkdf2Sync(t.input(), t.input(), t.of(1, 2, 0, -1), t.of(16, 0, 1000), t.of(...HASHES)),
  (t) => crypto.scryptSync(t.input(), t.input(), t.of(16, 0), { N: t.of(2, 16, 3), r: t.of(1, 8, 0), p: t.of(1, 0) }),
  (t) => crypto.hkdfSync(t.of(...HASHES), t.input(), t.input(), t.input(), t.of(16, 0, 100000)),
  (t) => crypto.createPrivateKey({ key: t.input(), format: t.of("pem", "der", "jwk"), type: t.of("pkcs1", "pkcs8", "sec1"), passphrase: t.any() }),
  (t) => crypto.createPublicKey({ key: t.input(), format: t.of("pem", "der", "jwk"), type: t.of("pkcs1", "spki") }),
  (t) => crypto.createPublicKey(`-----BEGIN ${t.of("PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE")}-----\n${t.data().toString("base64")}\n-----END PUBLIC KEY-----`),
  (t) => crypto.createPublicKey({ key: { kty: t.of("EC", "RSA", "OKP"), crv: t.of(...CURVES), x: t.text(), y: t.text(), n: t.text(), e: t.text() }, format: "jwk" }),
  (t) => { const der = ec().privateKey.export({ format: "der", type: "pkcs8" }); der[t.byte() % der.length] = t.byte(); return crypto.createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: t.of("pem", "der", "jwk"), type: t.of("pkcs8", "sec1", "pkcs1"), cipher: t.of(undefined, "aes-256-cbc"), passphrase: t.any() }); },
  (t) => { const { privateKey, publicKey } = ec(); const signature = crypto.sign(t.of("sha256", null), t.input(), { key: privateKey, dsaEncoding: t.of("der", "ieee-p1363") }); return crypto.verify("sha256", t.input(), publicKey, t.byte() % 2 ? signature : t.input()); },
  (t) => crypto.generateKeyPairSync(t.of("ec", "ed25519", "x25519"), { namedCurve: t.of(...CURVES) }),
  (t) => { const ecdh = crypto.createECDH(t.of(...CURVES)); ecdh.generateKeys(); return ecdh.computeSecret(t.input()); },
  (t) => crypto.createDiffieHellman(t.input(), t.of(2, 5)).generateKeys(),
  (t) => crypto.diffieHellman({ privateKey: ec().privateKey, publicKey: t.byte() % 2 ? ec().publicKey : t.any() }),
  (t) => crypto.timingSafeEqual(t.input(), t.input()),
  (t) => crypto.checkPrimeSync(t.input(), { checks: t.of(0, 1, 100) }),
  (t) => [crypto.randomBytes(t.of(0, 16, 5000, -1)), crypto.randomInt(t.number(), t.number()), crypto.randomUUID()],
  (t) => zlib[["gzipSync", "deflateSync", "deflateRawSync", "brotliCompressSync"][t.byte() % 4]](t.input(), { level: t.of(undefined, 0, 9, 10), windowBits: t.of(undefined, 8, 15, 16), strategy: t.of(undefined, 0, 4, 5), dictionary: t.of(undefined, Buffer.from("dictionary")), params: { [t.byte() % 10]: t.number() } }),
  (t) => zlib[["gunzipSync", "inflateSync", "inflateRawSync", "unzipSync", "brotliDecompressSync"][t.byte() % 5]](t.input(), { maxOutputLength: t.of(undefined, 1, 100000), finishFlush: t.of(undefined, 0, 2, 9) }),
  (t) => { const packed = zlib.gzipSync("some text, some text, some text"); packed[t.byte() % packed.length] = t.byte(); return zlib.gunzipSync(packed.subarray(0, t.of(packed.length, 10, 20))); },
  (t) => zlib.crc32(t.input(), t.number()),
  (t) => new URL(t.text(), t.of(undefined, "https://a.example/b?c#d")).href,
  (t) => { const url = new URL("https://u:p@a.example:8080/b?c#d"); url[["protocol", "host", "hostname", "port", "pathname", "search", "hash", "username", "password", "href"][t.byte() % 10]] = t.any(); return url.href; },
  (t) => { const params = new URLSearchParams(t.of("a=1&b=2", t.text())); params.append(t.any(), t.any()); params.sort(); return params.toString(); },
  (t) => new TextDecoder(t.of(...LABELS), { fatal: t.of(true, false), ignoreBOM: t.of(true, false) }).decode(t.input(), { stream: t.of(true, false) }),
  (t) => { const decoder = new TextDecoder(t.of(...LABELS)); return [decoder.decode(t.input(), { stream: true }), decoder.decode(t.input(), { stream: true }), decoder.decode()]; },
  (t) => [new TextEncoder().encode(t.any()), btoa(t.text()), atob(t.text())],
  (t) => { const buffer = Buffer.alloc(t.byte()); return [buffer.write(t.text(), t.number(), t.number(), t.of(...ENCODINGS)), buffer.toString(t.of(...ENCODINGS), t.number(), t.number()), buffer.fill(t.input(), t.number(), t.number())]; },
  (t) => Buffer.from(t.any(), t.of(...ENCODINGS)).readUIntBE(t.number(), t.number()),
  async (t) => cache.load(t.any(), t.any(), async () => t.any()),
  async (t) => [cache.delete(t.any()), await cache.load("k", t.number(), () => { throw new Error("no value"); })],
  async (t) => fetch(t.of("http://127.0.0.1:1/", t.text()), { method: t.of("GET", "POST", "CONNECT", "a b"), headers: { [t.text()]: t.any() }, body: t.any(), redirect: t.of("follow", "manual", "error"), signal: t.of(undefined, AbortSignal.abort()) }),
  async (t) => { const body = new ReadableStream({ pull(controller) { controller.enqueue(t.any()); controller.close(); } }); return fetch("http://127.0.0.1:1/", { method: "POST", body, duplex: "half" }); },
  async (t) => { const controller = new AbortController(); const asked = fetch("http://127.0.0.1:1/", { signal: controller.signal }); controller.abort(t.any()); return asked; },
  (t) => new Headers([[t.any(), t.any()]]),
  async (t) => new Response(t.any(), { status: t.number(), headers: t.any() }).formData(),
  (t) => structuredClone(t.any(), { transfer: t.of(undefined, [new ArrayBuffer(8)]) }),
  (t) => console[["log", "error", "table", "group", "dir", "count", "time", "timeEnd", "assert", "groupEnd"][t.byte() % 10]](t.any(), t.any(), t.any()),
  (t) => require("util").format(t.text(), t.any(), t.any()),
  (t) => new Intl.DateTimeFormat(t.of("en", "de", t.text()), { timeZone: t.of("UTC", "Europe/Berlin", t.text()) }).format(t.number()),
  (t) => [setTimeout(t.of(() => {}, t.any()), t.of(0, 1, -1)), clearTimeout(t.any()), queueMicrotask(t.of(() => {}, t.any()))],
  async (t) => crypto.subtle[["digest", "importKey", "generateKey", "sign", "deriveBits"][t.byte() % 5]](t.of("SHA-256", { name: "AES-GCM", length: 128 }, { name: "ECDSA", namedCurve: "P-256" }), t.any(), t.any(), t.any(), t.any()),
  (t) => require(t.of("fs", "os", "path", t.text())),
];

async function onTrack(event, settings) {
  const taker = new Taker(Buffer.from(settings.bytes, "base64"));
  const ends = { done: 0, thrown: 0 };
  while (taker.left() && ends.done + ends.thrown < 40) {
    try {
      await calls[taker.byte() % calls.length](taker);
      ends.done++;
    } catch {
      ends.thrown++;
    }
  }
  return ends;
}
