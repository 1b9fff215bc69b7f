// A form of the web as `multipart/form-data`. The other way round is a unit of its own.

import { crossingText } from "./boundary.js";
import { joined } from "./bytes.js";
import { encodeUtf8 } from "./encoding.js";

/** The parts of `form`: bytes, and Blobs that are still to be read; the boundary between them; their length in all. */
export function formParts(form) {
  const boundary = `----formdata-fnhost-0${`${Math.floor(Math.random() * 1e11)}`.padStart(11, "0")}`;
  const parts = [];
  let head = "";
  for (const [name, value] of form) {
    head += `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(withBreaks(crossingText(name)))}"`;
    if (typeof value !== "object" || value === null) {
      head += `\r\n\r\n${withBreaks(crossingText(value))}\r\n`;
      continue;
    }
    const type = value.type || "application/octet-stream";
    head += `; filename="${escaped(crossingText(value.name ?? "blob"))}"\r\nContent-Type: ${type}\r\n\r\n`;
    parts.push(encodeUtf8(head), value);
    head = "\r\n";
  }
  parts.push(encodeUtf8(`${head}--${boundary}--\r\n`));
  let length = 0;
  for (const part of parts) length += part instanceof Uint8Array ? part.length : part.size;
  return { boundary, parts: parts.some((part) => !(part instanceof Uint8Array)) ? parts : [joined(parts)], length };
}

function withBreaks(text) {
  return text.replace(/\r?\n|\r/g, "\r\n");
}

function escaped(text) {
  return text.replace(/\n/g, "%0A").replace(/\r/g, "%0D").replace(/"/g, "%22");
}
