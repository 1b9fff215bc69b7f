// Writes the answers of the Node that runs it into tables. A table has lines `expression ⇒ answer`; lines that begin with
// `!` are code before all expressions, those that begin with `#` are comments.
//
// usage, in the folder `/`: TZ=UTC node …/answers.mjs FILE.txt…

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const show = readFileSync(new URL("show.js", import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "answers-"));
for (const file of process.argv.slice(2)) {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const expressions = lines.map((line) => (/^[!#]/.test(line) ? undefined : line.split(" ⇒ ")[0]));
  const prelude = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const cases = expressions.map((text) => (text === undefined ? "undefined" : `async () => (${text})`));
  const path = join(folder, "cases.cjs");
  writeFileSync(
    path,
    `${show}\n${prelude.join("\n")}\nmodule.exports = { answer, cases: [\n${cases.join(",\n")}\n] };`,
  );
  delete require.cache[path];
  const table = require(path);
  const answered = [];
  for (const [index, line] of lines.entries()) {
    const text = expressions[index];
    answered.push(text === undefined ? line : `${text} ⇒ ${await table.answer(table.cases[index])}`);
  }
  writeFileSync(file, `${answered.join("\n")}\n`);
}
rmSync(folder, { recursive: true });
