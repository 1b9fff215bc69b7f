// Reads the packages of CLDR, Unicode's data of languages and regions, and makes small what is kept of them.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const folders = new Map();

function folderOf(name) {
  if (!folders.has(name)) folders.set(name, dirname(require.resolve(`${name}/package.json`)));
  return folders.get(name);
}

const parse = (path) => JSON.parse(readFileSync(path, "utf8"));

/** A table that is not of one locale. */
export const supplemental = (name) => parse(join(folderOf("cldr-core"), "supplemental", `${name}.json`)).supplemental;

export const core = (name) => parse(join(folderOf("cldr-core"), `${name}.json`));

export const bcp47 = (name) => parse(join(folderOf("cldr-bcp47"), "bcp47", `${name}.json`)).keyword.u;

/** A locale's part of a package; undefined where it has none. */
export function main(locale, packageName, file) {
  const path = join(folderOf(`cldr-${packageName}-full`), "main", locale, `${file}.json`);
  return existsSync(path) ? parse(path).main[locale] : undefined;
}

/** What is left of `value` where `parent` says the same; undefined for nothing. What the parent alone has becomes null. */
export function difference(value, parent) {
  if (parent === undefined) return value;
  if (typeof value !== "object" || value === null || Array.isArray(value) || Array.isArray(parent) || typeof parent !== "object") {
    return JSON.stringify(value) === JSON.stringify(parent) ? undefined : value;
  }
  const left = {};
  for (const name of Object.keys(value)) {
    const part = difference(value[name], parent[name]);
    if (part !== undefined) left[name] = part;
  }
  for (const name of Object.keys(parent)) if (value[name] === undefined) left[name] = null;
  return Object.keys(left).length === 0 ? undefined : left;
}

/** The members of `table` whose names begin with `prefix`, by what follows; undefined where there are none. */
export function following(table, prefix) {
  const found = {};
  for (const [name, value] of Object.entries(table ?? {})) {
    if (name.startsWith(prefix) && !name.includes("-alt-")) found[name.slice(prefix.length)] = value;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** Patterns by plural category; a text alone where they are all the same. */
export function plural(table) {
  if (table === undefined) return undefined;
  const texts = new Set(Object.values(table));
  return texts.size === 1 ? [...texts][0] : table;
}
