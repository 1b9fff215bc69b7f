// Buffer's methods that read and write numbers: `readUInt32BE` and its family.

import { invalidArgType, nodeError, outOfRange, requireNumber } from "./errors.js";

/** The error for what lies outside of the buffer; `name` is the argument at fault. */
export function outOfBounds(name = undefined) {
  const message =
    name === undefined ? "Attempt to access memory outside buffer bounds" : `"${name}" is outside of buffer bounds`;
  return nodeError(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", message);
}

/** The error for an offset whose greatest value is `last`. */
function badOffset(value, last, name = "offset") {
  if (Math.floor(value) !== value) {
    requireNumber(value, name);
    return outOfRange(name, "an integer", value);
  }
  if (last < 0) return outOfBounds();
  return outOfRange(name, `>= ${name === "offset" ? 0 : 1} and <= ${last}`, value);
}

function checkOffset(buffer, offset, size) {
  requireNumber(offset, "offset");
  if (buffer[offset] === undefined || buffer[offset + size - 1] === undefined) {
    throw badOffset(offset, buffer.length - size);
  }
}

function readUnsigned(buffer, offset, size, little) {
  checkOffset(buffer, offset, size);
  let value = 0;
  if (little) for (let index = size - 1; index >= 0; index--) value = value * 256 + buffer[offset + index];
  else for (let index = 0; index < size; index++) value = value * 256 + buffer[offset + index];
  return value;
}

function readSigned(buffer, offset, size, little) {
  const value = readUnsigned(buffer, offset, size, little);
  const half = 2 ** (size * 8 - 1);
  return value >= half ? value - 2 * half : value;
}

function readBig(buffer, offset, little) {
  checkOffset(buffer, offset, 8);
  const high = BigInt(readUnsigned(buffer, little ? offset + 4 : offset, 4, little));
  const low = BigInt(readUnsigned(buffer, little ? offset : offset + 4, 4, little));
  return (high << 32n) + low;
}

function badValue(value, min, max, size) {
  const suffix = typeof min === "bigint" ? "n" : "";
  let range = `>= ${min}${suffix} and <= ${max}${suffix}`;
  if (size > 4 || typeof min === "bigint") {
    const power = (bits) => `2${suffix} ** ${bits}${suffix}`;
    const isUnsigned = Number(min) === 0;
    range = isUnsigned
      ? `>= 0${suffix} and < ${power(size * 8)}`
      : `>= -(${power(size * 8 - 1)}) and < ${power(size * 8 - 1)}`;
  }
  return outOfRange("value", range, value);
}

function writeInteger(buffer, value, offset, size, little, min, max) {
  value = +value;
  if (value > max || value < min) {
    if (size === 1) requireNumber(offset, "offset");
    throw badValue(value, min, max, size);
  }
  checkOffset(buffer, offset, size);
  let rest = Math.trunc(value);
  if (little) {
    for (let index = 0; index < size; index++) {
      buffer[offset + index] = rest;
      rest = Math.floor(rest / 256);
    }
  } else {
    for (let index = size - 1; index >= 0; index--) {
      buffer[offset + index] = rest;
      rest = Math.floor(rest / 256);
    }
  }
  return offset + size;
}

function writeBig(buffer, value, offset, little, min, max) {
  if (value > max || value < min) throw badValue(value, min, max, 8);
  if (typeof value !== "bigint") throw new TypeError("Cannot mix BigInt and other types, use explicit conversions");
  checkOffset(buffer, offset, 8);
  const bits = BigInt.asUintN(64, value);
  const low = Number(bits & 0xffffffffn);
  const high = Number(bits >> 32n);
  writeInteger(buffer, low, little ? offset : offset + 4, 4, little, 0, 0xffffffff);
  writeInteger(buffer, high, little ? offset + 4 : offset, 4, little, 0, 0xffffffff);
  return offset + 8;
}

function requireByteLength(offset, size) {
  if (offset === undefined) throw invalidArgType("offset", "number", offset);
  requireSize(size);
}

function requireSize(size) {
  if (size === 1 || size === 2 || size === 3 || size === 4 || size === 5 || size === 6) return;
  if (size === undefined) throw invalidArgType("byteLength", "number", size);
  requireNumber(size, "byteLength");
  throw badOffset(size, 6, "byteLength");
}

// Shared by all calls: a number goes in on one side and its bytes come out on the other. This machine is little-endian.
const floats = new Float32Array(1);
const floatBytes = new Uint8Array(floats.buffer);
const doubles = new Float64Array(1);
const doubleBytes = new Uint8Array(doubles.buffer);

function readFloating(buffer, offset, numbers, bytes, little) {
  const size = bytes.length;
  checkOffset(buffer, offset, size);
  for (let index = 0; index < size; index++) bytes[little ? index : size - 1 - index] = buffer[offset + index];
  return numbers[0];
}

function writeFloating(buffer, value, offset, numbers, bytes, little) {
  const size = bytes.length;
  value = +value;
  checkOffset(buffer, offset, size);
  numbers[0] = value;
  for (let index = 0; index < size; index++) buffer[offset + index] = bytes[little ? index : size - 1 - index];
  return offset + size;
}

export const numberMethods = {};

/** Adds a method under its name, and under the one that Node has it by as well. */
function add(name, method) {
  Object.defineProperty(method, "name", { value: name, configurable: true });
  numberMethods[name] = method;
  if (name.includes("UInt")) numberMethods[name.replace("UInt", "Uint")] = method;
}

function addFixed(size, suffix, little) {
  const bits = size * 8;
  const unsignedMax = 2 ** bits - 1;
  const signedMin = -(2 ** (bits - 1));
  const signedMax = -signedMin - 1;
  add(`readUInt${bits}${suffix}`, function (offset = 0) {
    return readUnsigned(this, offset, size, little);
  });
  add(`readInt${bits}${suffix}`, function (offset = 0) {
    return readSigned(this, offset, size, little);
  });
  add(`writeUInt${bits}${suffix}`, function (value, offset = 0) {
    return writeInteger(this, value, offset, size, little, 0, unsignedMax);
  });
  add(`writeInt${bits}${suffix}`, function (value, offset = 0) {
    return writeInteger(this, value, offset, size, little, signedMin, signedMax);
  });
}

function addOthers(suffix, little) {
  add(`readUInt${suffix}`, function (offset, size) {
    requireByteLength(offset, size);
    return readUnsigned(this, offset, size, little);
  });
  add(`readInt${suffix}`, function (offset, size) {
    requireByteLength(offset, size);
    return readSigned(this, offset, size, little);
  });
  add(`writeUInt${suffix}`, function (value, offset, size) {
    requireSize(size);
    return writeInteger(this, value, offset, size, little, 0, 2 ** (size * 8) - 1);
  });
  add(`writeInt${suffix}`, function (value, offset, size) {
    requireSize(size);
    return writeInteger(this, value, offset, size, little, -(2 ** (size * 8 - 1)), 2 ** (size * 8 - 1) - 1);
  });
  add(`readBigUInt64${suffix}`, function (offset = 0) {
    return readBig(this, offset, little);
  });
  add(`readBigInt64${suffix}`, function (offset = 0) {
    return BigInt.asIntN(64, readBig(this, offset, little));
  });
  add(`writeBigUInt64${suffix}`, function (value, offset = 0) {
    return writeBig(this, value, offset, little, 0n, 0xffffffffffffffffn);
  });
  add(`writeBigInt64${suffix}`, function (value, offset = 0) {
    return writeBig(this, value, offset, little, -0x8000000000000000n, 0x7fffffffffffffffn);
  });
  add(`readFloat${suffix}`, function (offset = 0) {
    return readFloating(this, offset, floats, floatBytes, little);
  });
  add(`readDouble${suffix}`, function (offset = 0) {
    return readFloating(this, offset, doubles, doubleBytes, little);
  });
  add(`writeFloat${suffix}`, function (value, offset = 0) {
    return writeFloating(this, value, offset, floats, floatBytes, little);
  });
  add(`writeDouble${suffix}`, function (value, offset = 0) {
    return writeFloating(this, value, offset, doubles, doubleBytes, little);
  });
}

addFixed(1, "", true);
for (const [suffix, little] of [
  ["LE", true],
  ["BE", false],
]) {
  addFixed(2, suffix, little);
  addFixed(4, suffix, little);
  addOthers(suffix, little);
}
