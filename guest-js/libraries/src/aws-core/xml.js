// XML as AWS answers with it, read by the description of its shape. It is a reader of whole elements, with searches of
// the engine's in place of a loop over characters; it knows no name spaces, and leaves document types out.

import Shape from "aws-sdk/lib/model/shape.js";
import util from "aws-sdk/lib/util.js";

const { hasOwn, keys } = Object;

const nameAt = /[^\s/>=]+/y;
const attributeAt = /\s*([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
const tagEndAt = /\s*(\/?)>/y;
const entity = /&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|(\w{1,8});)?/g;
const entities = { __proto__: null, lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const blank = /^\s*$/;

// Answers have a handful of levels. What reads them by their shape calls itself for each.
const depthMax = 256;

/** The text that `raw`, which begins at `start` of `text`, stands for. */
function decoded(raw, text, start) {
  if (!raw.includes("&")) return raw;
  return raw.replace(entity, (_, decimal, hexadecimal, name, at) => {
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : entities[name];
    if (character === undefined) throw malformed(text, start + at, "Invalid character entity");
    return character;
  });
}

function malformed(text, at, what) {
  const before = text.slice(0, at);
  const line = before.split("\n").length - 1;
  const column = Math.min(at + 1, text.length) - (before.lastIndexOf("\n") + 1);
  return new Error(`${what}\nLine: ${line}\nColumn: ${column}\nChar: ${text[at] ?? ""}`);
}

/** Where `end` ends, counted from `from`. */
function skip(text, from, end, what) {
  const at = text.indexOf(end, from);
  if (at === -1) throw malformed(text, text.length, what);
  return at + end.length;
}

/** An element that is being read: children by name, each a list, attributes as `$`, text as `_`. */
function open(name) {
  return { name, children: { __proto__: null }, attributes: undefined, text: "", isLiteral: false };
}

/** What an element comes to: null where it is empty, its text where there is nothing else. */
function close({ children, attributes, text, isLiteral }) {
  const hasText = isLiteral || !blank.test(text);
  if (attributes !== undefined) children.$ = attributes;
  for (const _ in children) {
    if (hasText) children._ = text;
    return children;
  }
  return hasText ? text : null;
}

function readAttributes(text, from, element) {
  let at = from;
  for (;;) {
    attributeAt.lastIndex = at;
    const match = attributeAt.exec(text);
    if (match === null) return at;
    element.attributes ??= { __proto__: null };
    element.attributes[match[1]] = decoded(match[2] ?? match[3], text, match.index);
    at = attributeAt.lastIndex;
  }
}

/** The root element; undefined where there is none. */
function readDocument(text) {
  const opened = [];
  let root;
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf("<", at);
    const between = start === -1 ? text.slice(at) : text.slice(at, start);
    const current = opened[opened.length - 1];
    if (current !== undefined) current.text += decoded(between, text, at);
    else if (root === undefined && !blank.test(between)) {
      throw malformed(text, at + between.search(/\S/), "Non-whitespace before first tag.");
    }
    if (start === -1) break;
    if (text.startsWith("<!--", start)) at = skip(text, start + 4, "-->", "Malformed comment");
    else if (text.startsWith("<![CDATA[", start)) {
      at = skip(text, start + 9, "]]>", "Unclosed CDATA section");
      if (current !== undefined) {
        current.text += text.slice(start + 9, at - 3);
        current.isLiteral = true;
      }
    } else if (text[start + 1] === "?") at = skip(text, start + 2, "?>", "Unclosed processing instruction");
    else if (text[start + 1] === "!") at = skip(text, start + 2, ">", "Unclosed document type");
    else if (text[start + 1] === "/") {
      const end = skip(text, start + 2, ">", "Unclosed root tag") - 1;
      const name = text.slice(start + 2, end).trimEnd();
      if (current === undefined) throw malformed(text, end, `Unmatched closing tag: ${name}`);
      if (current.name !== name) throw malformed(text, end, "Unexpected close tag");
      opened.pop();
      root = finish(current, opened) ?? root;
      at = end + 1;
    } else {
      nameAt.lastIndex = start + 1;
      const name = nameAt.exec(text)?.[0];
      if (name === undefined) throw malformed(text, start + 1, "Unencoded <");
      const element = open(name);
      const attributesEnd = readAttributes(text, nameAt.lastIndex, element);
      tagEndAt.lastIndex = attributesEnd;
      const end = tagEndAt.exec(text);
      if (end === null) {
        throw malformed(text, attributesEnd, attributesEnd === text.length ? "Unclosed root tag" : "Invalid attribute name");
      }
      at = tagEndAt.lastIndex;
      if (opened.length >= depthMax) throw malformed(text, start, "Elements are nested too deeply");
      if (opened.length === 0 && root !== undefined) continue;
      if (end[1] === "/") root = finish(element, opened) ?? root;
      else opened.push(element);
    }
  }
  if (opened.length > 0) throw malformed(text, text.length, "Unclosed root tag");
  return root;
}

/** Hands a finished element to its parent; without one it is the root, boxed as it may be null. */
function finish(element, opened) {
  const value = close(element);
  const parent = opened[opened.length - 1];
  if (parent === undefined) return { value };
  const { children } = parent;
  if (children[element.name] === undefined) children[element.name] = [value];
  else children[element.name].push(value);
  return undefined;
}

function read(xml, shape) {
  switch (shape.type) {
    case "structure":
      return readStructure(xml, shape);
    case "map":
      return readMap(xml, shape);
    case "list":
      return readList(xml, shape);
    case undefined:
    case null:
      return readUnknown(xml);
    default:
      return readScalar(xml, shape);
  }
}

function isElement(xml) {
  return typeof xml === "object" && xml !== null;
}

function readStructure(xml, shape) {
  const data = {};
  if (xml === null) return data;
  for (const memberName of keys(shape.members)) {
    const member = shape.members[memberName];
    const found = isElement(xml) ? xml[member.name] : undefined;
    if (Array.isArray(found)) {
      data[memberName] = read(member.flattened ? found : found[0], member);
    } else if (member.isXmlAttribute && isElement(xml) && xml.$ !== undefined && hasOwn(xml.$, member.name)) {
      data[memberName] = readScalar(xml.$[member.name], member);
    } else if (member.type === "list" && !shape.api.xmlNoDefaultLists) {
      data[memberName] = member.defaultValue;
    }
  }
  return data;
}

function readMap(xml, shape) {
  const data = {};
  if (xml === null) return data;
  const keyName = shape.key.name || "key";
  const valueName = shape.value.name || "value";
  const entries = shape.flattened ? xml : xml.entry;
  for (const entry of Array.isArray(entries) ? entries : []) {
    data[entry[keyName][0]] = read(entry[valueName][0], shape.value);
  }
  return data;
}

function readList(xml, shape) {
  if (shape.flattened) return Array.from(xml, (item) => read(item, shape.member));
  const items = isElement(xml) ? xml[shape.member.name || "member"] : undefined;
  return Array.isArray(items) ? items.map((item) => read(item, shape.member)) : [];
}

function readScalar(xml, shape) {
  const used = isElement(xml) && xml.$?.encoding === "base64" ? Shape.create({ type: "base64" }) : shape;
  const text = isElement(xml) && xml._ ? xml._ : xml;
  return typeof used.toType === "function" ? used.toType(text) : text;
}

/** An element whose shape nobody knows, an error's say. */
function readUnknown(xml) {
  if (xml === undefined || xml === null) return "";
  if (typeof xml === "string") return xml;
  if (Array.isArray(xml)) return xml.map(readUnknown);
  const data = {};
  for (const name of keys(xml)) {
    if (name === "$") continue;
    const value = xml[name];
    // Elements of one name, or the text beside elements. The SDK has nothing to say of several.
    data[name] = value.length > 1 ? [] : readUnknown(value[0]);
  }
  return data;
}

/** The SDK's `AWS.XML.Parser`. */
export class Parser {
  parse(xml, shape = {}) {
    let root;
    try {
      root = readDocument(`${xml}`);
    } catch (error) {
      throw util.error(error, { code: "XMLParserError", retryable: true });
    }
    // What has neither content nor attributes is read as if it were not there.
    const element = root?.value;
    if (!element) return read({ __proto__: null }, shape);
    const data = read(element, shape);
    if (isElement(element) && Array.isArray(element.ResponseMetadata)) {
      data.ResponseMetadata = read(element.ResponseMetadata[0], {});
    }
    return data;
  }
}
