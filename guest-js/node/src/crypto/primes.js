// Primes: made and tested by the host.

import { requireRunning } from "fnhost:platform/phase";
import {
  invalidArgType,
  isAnyArrayBuffer,
  outOfRange,
  requireFunction,
  requireInteger,
  requireType,
} from "../internal/errors.js";
import { asArrayBuffer, Buffer, called, host, inputBytes, isView, later, requireObject } from "./common.js";

const int32Max = 2147483647;
const numberTypes = ["ArrayBuffer", "TypedArray", "Buffer", "DataView", "bigint"];

/** The big-endian bytes of a number that is given as bytes or as a BigInt. */
function numberBytes(value, name) {
  if (typeof value === "bigint") {
    if (value < 0n) throw outOfRange(name, ">= 0", value);
    const hex = value.toString(16);
    return inputBytes(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"), name);
  }
  if (!isAnyArrayBuffer(value) && !isView(value)) throw invalidArgType(name, numberTypes, value);
  return inputBytes(value, name);
}

/** Big-endian, without leading zeros. */
export function uint32Bytes(number) {
  const bytes = new Uint8Array([number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255]);
  const start = bytes.findIndex((byte) => byte !== 0);
  return bytes.slice(start === -1 ? 3 : start);
}

/** The safe prime that OpenSSL would make for a generator, big-endian. */
export function primeBytes(bits, generator) {
  requireRunning("crypto.createDiffieHellman");
  const [add, rem] = { 2: [24, 23], 5: [10, 3] }[generator] ?? [2, 1];
  return called(host, "generatePrime", bits, true, new Uint8Array([add]), new Uint8Array([rem]));
}

function primeMaker(size, options) {
  requireObject(options, "options");
  const { safe = false, bigint = false, add, rem } = options;
  requireType(safe, "options.safe", "boolean");
  requireType(bigint, "options.bigint", "boolean");
  const addBytes = add === undefined ? undefined : numberBytes(add, "options.add");
  const remBytes = rem === undefined ? undefined : numberBytes(rem, "options.rem");
  requireRunning("crypto.generatePrime");
  return () => {
    const prime = called(host, "generatePrime", size, safe, addBytes, remBytes);
    return bigint ? BigInt(`0x${Buffer.from(prime).toString("hex")}`) : asArrayBuffer(prime);
  };
}

export function generatePrimeSync(size, options = {}) {
  requireInteger(size, "size", 1, int32Max);
  return primeMaker(size, options)();
}

export function generatePrime(size, options, callback) {
  requireInteger(size, "size", 1, int32Max);
  const [given, done] = typeof options === "function" ? [{}, options] : [options, callback];
  requireFunction(done, "callback");
  const make = primeMaker(size, given);
  later((error, prime) => done(error ?? undefined, prime), () => [make()]);
}

function isPrime(bytes, options) {
  requireObject(options, "options");
  const { checks = 0 } = options;
  requireInteger(checks, "options.checks", 0, int32Max);
  return () => called(host, "checkPrime", bytes, checks);
}

export function checkPrimeSync(candidate, options = {}) {
  return isPrime(numberBytes(candidate, "candidate"), options)();
}

export function checkPrime(candidate, options, callback) {
  const bytes = numberBytes(candidate, "candidate");
  const [given, done] = typeof options === "function" ? [{}, options] : [options ?? {}, callback];
  requireFunction(done, "callback");
  const check = isPrime(bytes, given);
  later((error, result) => done(error ?? undefined, result), () => [check()]);
}
