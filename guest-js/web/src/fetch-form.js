// Unit `fnhost:web/fetch-form`: the method `formData()` of requests and responses. It reads forms and writes none.

import { atob } from "fnhost:platform/base64";
import { latin1Text } from "fnhost:platform/bytes";
import { decodeUtf8, TextDecoder } from "fnhost:platform/encoding";
import { URLSearchParams } from "fnhost:platform/url";
import { File } from "fnhost:web/blob";
import { FormData } from "fnhost:web/form-data";

/** The form that `bytes` are, given their Content-Type. */
export function parseForm(bytes, contentType) {
  const essence = contentType.split(";", 1)[0].trim().toLowerCase();
  if (essence === "application/x-www-form-urlencoded") {
    const form = new FormData();
    // What the constructor takes away in front is a question mark, which here would be part of a name.
    for (const [name, value] of new URLSearchParams(`?${textOf(bytes)}`)) form.append(name, value);
    return form;
  }
  if (essence !== "multipart/form-data") {
    throw new TypeError(
      'Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".',
    );
  }
  const found = /;\s*boundary=(?:"([^"]*)"|([^\s;]*))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2] ?? "";
  const form = boundary === "" ? undefined : parseParts(bytes, `--${boundary}`);
  if (form === undefined) throw new TypeError("Failed to parse body as FormData.");
  return form;
}

/** UTF-8 as forms have it: a byte order mark is a character like others. */
function textOf(bytes) {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** The form between lines of `delimiter`; undefined where the bytes do not fit. */
function parseParts(bytes, delimiter) {
  // One character a byte, so that the engine's own search for a text finds what is to be found in bytes.
  const text = latin1Text(bytes);
  if (!text.startsWith(delimiter)) return undefined;
  const form = new FormData();
  let position = delimiter.length;
  while (!text.startsWith("--", position)) {
    if (!text.startsWith("\r\n", position)) return undefined;
    const headEnd = text.indexOf("\r\n\r\n", position);
    const bodyStart = headEnd + 4;
    const bodyEnd = headEnd === -1 ? -1 : text.indexOf(`\r\n${delimiter}`, headEnd + 2);
    if (bodyEnd === -1) return undefined;
    const part = parseHead(decodeUtf8(bytes.subarray(position + 2, headEnd)));
    if (part === undefined) return undefined;
    append(form, part, bytes.subarray(Math.min(bodyStart, bodyEnd), bodyEnd));
    position = bodyEnd + 2 + delimiter.length;
  }
  const rest = text.slice(position + 2);
  return rest === "" || rest === "\r\n" ? form : undefined;
}

/** What the headers of a part say: name, file name and type. */
function parseHead(text) {
  const part = { name: undefined, filename: undefined, type: "text/plain", isBase64: false };
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon === -1) return undefined;
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, colon).trim().toLowerCase()) {
      case "content-disposition":
        if (!/^form-data\s*;/i.test(value)) return undefined;
        part.name = parameter(value, "name");
        part.filename = parameter(value, "filename");
        break;
      case "content-type":
        part.type = value;
        break;
      case "content-transfer-encoding":
        part.isBase64 = value.toLowerCase() === "base64";
        break;
      default:
    }
  }
  return part.name === undefined ? undefined : part;
}

function parameter(value, name) {
  const found = new RegExp(`;\\s*${name}="([^"]*)"`, "i").exec(value);
  return found?.[1].replace(/%0A/gi, "\n").replace(/%0D/gi, "\r").replace(/%22/g, '"');
}

function append(form, { name, filename, type, isBase64 }, bytes) {
  const content = isBase64 ? Uint8Array.from(atob(latin1Text(bytes)), (char) => char.charCodeAt(0)) : bytes;
  if (filename === undefined) form.append(name, textOf(content));
  else form.append(name, new File([content], filename, { type }));
}
