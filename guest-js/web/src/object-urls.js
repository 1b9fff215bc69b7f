// Unit `fnhost:web/object-urls`: `URL.createObjectURL` and `URL.revokeObjectURL`. Such a URL stands for its blob as long as the
// event lasts; `fetch` knows it as little as node-fetch does.

import { atEventEnd } from "fnhost:runtime";
import { hexText } from "fnhost:platform/bytes";
import { requireRunning } from "fnhost:platform/phase";
import { URL } from "fnhost:platform/url";
import random from "wasi:random/random@0.3.0";
import { invalidType, missing } from "fnhost:web/arguments";
import { isBlob } from "fnhost:web/blob";

const prefix = "blob:nodedata:";
const blobs = new Map();

function newId() {
  const bytes = new Uint8Array(random.getRandomBytes(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hexText(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** What stands between prefix and query or fragment of `url`; undefined where it is no such URL. */
function idOf(url) {
  const text = `${url}`;
  return text.startsWith(prefix) ? text.slice(prefix.length).split(/[?#]/, 1)[0] : undefined;
}

const statics = {
  createObjectURL(obj) {
    if (!isBlob(obj)) throw invalidType("obj", "an instance of Blob", obj);
    requireRunning("URL.createObjectURL");
    const id = newId();
    if (blobs.size === 0) atEventEnd(() => blobs.clear());
    blobs.set(id, obj);
    return prefix + id;
  },

  revokeObjectURL(url) {
    if (arguments.length === 0) throw missing("url");
    blobs.delete(idOf(url));
  },
};
for (const name of Object.keys(statics)) {
  Object.defineProperty(URL, name, { value: statics[name], writable: true, enumerable: true, configurable: true });
}

/** The blob that `url` stands for, in a copy; undefined where it stands for none. */
export function resolveObjectURL(url) {
  const blob = blobs.get(idOf(url));
  return blob?.slice(0, blob.size, blob.type);
}
