// Unit `node:stream/consumers`: all that a stream gives, as one value. Any async iterable will do.

import { joined } from "fnhost:platform/bytes";
import { TextDecoder } from "fnhost:platform/encoding";
import { Buffer } from "node:buffer";
import { Blob } from "fnhost:web/blob";

async function blob(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return new Blob(chunks);
}

async function arrayBuffer(stream) {
  const { buffer, byteOffset, byteLength } = await bytesOf(stream);
  return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
}

async function buffer(stream) {
  const { buffer, byteOffset, byteLength } = await bytesOf(stream);
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** The bytes of a stream, text as UTF-8; never those of one of its chunks. */
async function bytesOf(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(bytesOfChunk(chunk));
  }
  return chunks.length === 1 ? chunks[0].slice() : joined(chunks.length === 0 ? [new Uint8Array(0), new Uint8Array(0)] : chunks);
}

/** What is neither text nor bytes is taken as text. */
function bytesOfChunk(chunk) {
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  const bytes = ArrayBuffer.isView(chunk) ? chunk : Buffer.from(`${chunk}`);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function text(stream) {
  const decoder = new TextDecoder();
  let result = "";
  for await (const chunk of stream) {
    result += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  }
  return result + decoder.decode();
}

async function json(stream) {
  return JSON.parse(await text(stream));
}

const api = { arrayBuffer, blob, buffer, text, json };

export { arrayBuffer, blob, buffer, json, text };
export default api;
export { api as "module.exports" };
