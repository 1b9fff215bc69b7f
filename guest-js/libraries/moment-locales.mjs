// Makes a unit of each locale of Moment. In Node `moment.locale("fr")` reads a file; here the locales that a source names are
// loaded with it, and Moment finds them in its list.

import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { transform } from "esbuild";

const folder = join(dirname(createRequire(import.meta.url).resolve("moment/package.json")), "locale");
const momentUnit = "fnhost:lib/moment-timezone";

async function names() {
  return (await readdir(folder)).filter((file) => file.endsWith(".js")).map((file) => file.slice(0, -3)).sort();
}

const unitOf = (name) => `fnhost:lib/moment-locale/${name}`;

/** Words that, in a source that names `moment`, say which locales to load. */
export async function momentWords() {
  return Object.fromEntries((await names()).map((name) => [name, unitOf(name)]));
}

/** `moment/locale/fr` to its unit. */
export async function momentNpmNames() {
  return Object.fromEntries((await names()).map((name) => [`moment/locale/${name}`, unitOf(name)]));
}

/** Every locale's unit: name, `{ text, exports }`. Moment changes to a locale that is defined, and is changed back. */
export async function momentUnits({ minifyWhitespace, minifySyntax, charset }) {
  const options = { minifyWhitespace, minifySyntax, charset, legalComments: "none" };
  return Promise.all(
    (await names()).map(async (name) => {
      const { code } = await transform(await readFile(join(folder, `${name}.js`), "utf8"), options);
      const text = `"use strict";
const moment = require(${JSON.stringify(momentUnit)});
const before = moment.locale();
(function (require) {
${code}}).call({}, () => moment);
moment.locale(before);
module.exports = moment.localeData(${JSON.stringify(name)});
`;
      return [unitOf(name), { text, exports: [] }];
    }),
  );
}
