// Answers vectors of Project Wycheproof with Node's `crypto` and with WebCrypto: `valid` where the operation works and
// gives what the vector says. Runs in Node and inside functions.

const nodeCrypto = require("crypto");
const { Buffer: Bytes } = require("buffer");
const bytes = (hex) => Bytes.from(hex, "hex");
const same = (left, right) => Bytes.from(left).equals(Bytes.from(right));
const hashName = (sha) => sha.replace("SHA-512/", "SHA512-").replace(/^SHA-/, "SHA").toLowerCase();
const { subtle } = nodeCrypto.webcrypto;

const spki = (item) => nodeCrypto.createPublicKey({ key: bytes(item.publicKeyDer), format: "der", type: "spki" });
const pkcs8 = (item) => nodeCrypto.createPrivateKey({ key: bytes(item.privateKeyPkcs8), format: "der", type: "pkcs8" });

const checks = {
  aead(item) {
    const { key, iv, aad, msg, ct, tag, name } = item;
    const options = { authTagLength: tag.length / 2 };
    const algorithm = name.startsWith("chacha") ? name : name.replace("#", key.length * 4);
    const decipher = nodeCrypto.createDecipheriv(algorithm, bytes(key), bytes(iv), options);
    decipher.setAuthTag(bytes(tag));
    decipher.setAAD(bytes(aad), { plaintextLength: ct.length / 2 });
    const opened = Bytes.concat([decipher.update(bytes(ct)), decipher.final()]);
    const cipher = nodeCrypto.createCipheriv(algorithm, bytes(key), bytes(iv), options);
    cipher.setAAD(bytes(aad), { plaintextLength: msg.length / 2 });
    const sealed = Bytes.concat([cipher.update(bytes(msg)), cipher.final()]);
    return same(opened, bytes(msg)) && same(sealed, bytes(ct)) && same(cipher.getAuthTag(), bytes(tag));
  },
  cbc({ key, iv, msg, ct }) {
    const algorithm = `aes-${key.length * 4}-cbc`;
    const decipher = nodeCrypto.createDecipheriv(algorithm, bytes(key), bytes(iv));
    const opened = Bytes.concat([decipher.update(bytes(ct)), decipher.final()]);
    const cipher = nodeCrypto.createCipheriv(algorithm, bytes(key), bytes(iv));
    return same(opened, bytes(msg)) && same(Bytes.concat([cipher.update(bytes(msg)), cipher.final()]), bytes(ct));
  },
  wrap({ key, msg, ct, name, iv }) {
    const algorithm = name.replace("#", key.length * 4);
    const decipher = nodeCrypto.createDecipheriv(algorithm, bytes(key), bytes(iv));
    return same(Bytes.concat([decipher.update(bytes(ct)), decipher.final()]), bytes(msg));
  },
  hmac({ key, msg, tag, hash }) {
    return same(
      nodeCrypto
        .createHmac(hash, bytes(key))
        .update(bytes(msg))
        .digest()
        .subarray(0, tag.length / 2),
      bytes(tag),
    );
  },
  hkdf({ ikm, salt, info, size, okm, hash }) {
    return same(nodeCrypto.hkdfSync(hash, bytes(ikm), bytes(salt), bytes(info), size), bytes(okm));
  },
  pbkdf2({ password, salt, iterationCount, dkLen, dk, hash }) {
    return same(nodeCrypto.pbkdf2Sync(bytes(password), bytes(salt), iterationCount, dkLen, hash), bytes(dk));
  },
  ecdsa(item) {
    const key = { key: spki(item), dsaEncoding: item.type.includes("P1363") ? "ieee-p1363" : "der" };
    return nodeCrypto.verify(hashName(item.sha), bytes(item.msg), key, bytes(item.sig));
  },
  eddsa(item) {
    return nodeCrypto.verify(null, bytes(item.msg), spki(item), bytes(item.sig));
  },
  rsa(item) {
    return nodeCrypto.createVerify(hashName(item.sha)).update(bytes(item.msg)).verify(spki(item), bytes(item.sig));
  },
  pss(item) {
    const key = { key: spki(item), padding: nodeCrypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: item.sLen };
    return nodeCrypto.verify(hashName(item.sha), bytes(item.msg), key, bytes(item.sig));
  },
  oaep(item) {
    const options = {
      key: pkcs8(item),
      padding: nodeCrypto.constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: hashName(item.sha),
    };
    if (item.label !== "") options.oaepLabel = bytes(item.label);
    return same(nodeCrypto.privateDecrypt(options, bytes(item.ct)), bytes(item.msg));
  },
  pkcs1(item) {
    const options = { key: pkcs8(item), padding: nodeCrypto.constants.RSA_PKCS1_PADDING };
    return same(nodeCrypto.privateDecrypt(options, bytes(item.ct)), bytes(item.msg));
  },
  ecdhPoint(item) {
    const ecdh = nodeCrypto.createECDH(item.curveName);
    ecdh.setPrivateKey(
      bytes(item.private)
        .subarray(-item.size)
        .toString("hex")
        .padStart(item.size * 2, "0"),
      "hex",
    );
    return same(ecdh.computeSecret(bytes(item.public)), bytes(item.shared));
  },
  xdh({ public: publicKey, private: privateKey, shared }) {
    const pub = nodeCrypto.createPublicKey({
      key: bytes(`302a300506032b656e032100${publicKey}`),
      format: "der",
      type: "spki",
    });
    const priv = bytes(`302e020100300506032b656e04220420${privateKey}`);
    const key = nodeCrypto.createPrivateKey({ key: priv, format: "der", type: "pkcs8" });
    return same(nodeCrypto.diffieHellman({ privateKey: key, publicKey: pub }), bytes(shared));
  },
  async subtleGcm({ key, iv, aad, msg, ct, tag }) {
    const imported = await subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]);
    const algorithm = { name: "AES-GCM", iv: bytes(iv), additionalData: bytes(aad), tagLength: tag.length * 4 };
    const sealed = await subtle.encrypt(algorithm, imported, bytes(msg));
    const opened = await subtle.decrypt(algorithm, imported, bytes(ct + tag));
    return same(sealed, bytes(ct + tag)) && same(opened, bytes(msg));
  },
  async subtleCbc({ key, iv, msg, ct }) {
    const imported = await subtle.importKey("raw", bytes(key), "AES-CBC", false, ["decrypt"]);
    return same(await subtle.decrypt({ name: "AES-CBC", iv: bytes(iv) }, imported, bytes(ct)), bytes(msg));
  },
  async subtleHmac({ key, msg, tag, sha }) {
    const imported = await subtle.importKey("raw", bytes(key), { name: "HMAC", hash: sha }, false, ["verify"]);
    return subtle.verify("HMAC", imported, bytes(tag), bytes(msg));
  },
  async subtleHkdf({ ikm, salt, info, size, okm, sha }) {
    const imported = await subtle.importKey("raw", bytes(ikm), "HKDF", false, ["deriveBits"]);
    const algorithm = { name: "HKDF", hash: sha, salt: bytes(salt), info: bytes(info) };
    return same(await subtle.deriveBits(algorithm, imported, size * 8), bytes(okm));
  },
  async subtlePbkdf2({ password, salt, iterationCount, dkLen, dk, sha }) {
    const imported = await subtle.importKey("raw", bytes(password), "PBKDF2", false, ["deriveBits"]);
    const algorithm = { name: "PBKDF2", hash: sha, salt: bytes(salt), iterations: iterationCount };
    return same(await subtle.deriveBits(algorithm, imported, dkLen * 8), bytes(dk));
  },
  async subtleEcdsa(item) {
    const algorithm = { name: "ECDSA", namedCurve: item.publicKeyJwk.crv, hash: item.sha };
    const key = await subtle.importKey("jwk", item.publicKeyJwk, algorithm, false, ["verify"]);
    return subtle.verify(algorithm, key, bytes(item.sig), bytes(item.msg));
  },
  async subtleEddsa(item) {
    const key = await subtle.importKey("spki", bytes(item.publicKeyDer), "Ed25519", false, ["verify"]);
    return subtle.verify("Ed25519", key, bytes(item.sig), bytes(item.msg));
  },
  async subtleRsa(item) {
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: item.sha };
    const key = await subtle.importKey("spki", bytes(item.publicKeyDer), algorithm, false, ["verify"]);
    return subtle.verify(algorithm, key, bytes(item.sig), bytes(item.msg));
  },
  async subtlePss(item) {
    const algorithm = { name: "RSA-PSS", hash: item.sha, saltLength: item.sLen };
    const key = await subtle.importKey("spki", bytes(item.publicKeyDer), algorithm, false, ["verify"]);
    return subtle.verify(algorithm, key, bytes(item.sig), bytes(item.msg));
  },
  async subtleOaep(item) {
    const algorithm = { name: "RSA-OAEP", hash: item.sha };
    const key = await subtle.importKey("pkcs8", bytes(item.privateKeyPkcs8), algorithm, false, ["decrypt"]);
    return same(
      await subtle.decrypt({ name: "RSA-OAEP", label: bytes(item.label) }, key, bytes(item.ct)),
      bytes(item.msg),
    );
  },
  async subtleEcdh(item) {
    const algorithm = { name: "ECDH", namedCurve: item.public.crv ?? item.private.crv };
    const key = await subtle.importKey("jwk", item.private, algorithm, false, ["deriveBits"]);
    const other = await subtle.importKey("jwk", item.public, algorithm, false, []);
    return same(
      await subtle.deriveBits({ name: "ECDH", public: other }, key, item.shared.length * 4),
      bytes(item.shared),
    );
  },
};

async function check(item) {
  try {
    return (await checks[item.kind](item)) ? "valid" : "invalid";
  } catch (error) {
    const internal = /internal|not implemented|is not a function|not defined/i.test(`${error.name} ${error.message}`);
    return internal ? `${error.name}: ${error.message}` : "invalid";
  }
}
