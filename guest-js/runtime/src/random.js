// `Math.random`: sfc32, in 32-bit integers that the interpreter handles fast. Not for secrets; those come from `node:crypto`.

import random from "wasi:random/random@0.3.0";
import { whenReady } from "./phase.js";

// While the function is built the sequence is fixed, so that the same source makes the same bytes.
let a = 0x9e3779b9;
let b = 0x243f6a88;
let c = 0xb7e15162;
let counter = 1;
let seeded = true;

whenReady(() => {
  seeded = false;
});

function seed() {
  const words = new Uint32Array(new Uint8Array(random.getRandomBytes(16)).buffer);
  a = words[0] | 0;
  b = words[1] | 0;
  c = words[2] | 0;
  counter = words[3] | 0;
  seeded = true;
}

function next() {
  const sum = (((a + b) | 0) + counter) | 0;
  counter = (counter + 1) | 0;
  a = b ^ (b >>> 9);
  b = (c + (c << 3)) | 0;
  c = (((c << 21) | (c >>> 11)) + sum) | 0;
  return sum >>> 0;
}

/** A number in [0, 1) with 53 random bits. The first call of an instance takes a seed from the host. */
export function mathRandom() {
  if (!seeded) seed();
  return ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
}
