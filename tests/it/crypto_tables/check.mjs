// Runs the tables beside it in plain Node: what they expect is what Node does. With `--write` it fills them.
//
// usage: node tests/it/crypto_tables/check.mjs [--write] [table …]

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const isWriting = process.argv.includes("--write");
const asked = process.argv.slice(2).filter((name) => name !== "--write");
const files = asked.length > 0 ? asked : readdirSync(folder).filter((name) => name.endsWith(".txt"));
const keys = readFileSync(join(folder, "keys.js"), "utf8");
const require = createRequire(import.meta.url);
const AsyncFunction = (async () => {}).constructor;

/** As `table.rs` writes results. */
function shown(value) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  return JSON.stringify(value) ?? String(value);
}

function failed(error) {
  const fields = ["type", "code", "errno"].filter((key) => error?.[key] !== undefined);
  return [`throws ${error?.name}: ${error?.message}`, ...fields.map((key) => `${key}=${error[key]}`)].join(" ");
}

let differences = 0;
for (const file of files) {
  const path = join(folder, basename(file));
  const [head, body] = readFileSync(path, "utf8").split("\n===\n");
  const lines = body.trimEnd().split("\n");
  const expressions = lines.map((line) => line.split(" ⇒ ")[0]);
  const computed = expressions.map((text) => `results.push(await result(async () => (${text})));`);
  const source = `${keys}\n${head}\nconst results = [];\n${computed.join("\n")}\nreturn results;`;
  const result = async (compute) => {
    try {
      return shown(await compute());
    } catch (error) {
      return failed(error);
    }
  };
  const results = await new AsyncFunction("crypto", "require", "result", source)(require("crypto"), require, result);
  const written = expressions.map((text, index) => `${text} ⇒ ${results[index]}`);
  if (isWriting) writeFileSync(path, `${head}\n===\n${written.join("\n")}\n`);
  for (const [index, line] of lines.entries()) {
    if (isWriting || line === written[index]) continue;
    differences++;
    console.log(`${file}\n  expected ${line}\n  Node     ${written[index]}`);
  }
}
console.log(isWriting ? `${files.length} tables written` : `${files.length} tables, ${differences} differences`);
process.exitCode = differences > 0 ? 1 : 0;
