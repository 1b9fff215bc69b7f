// Tables of expressions whose results in Node and inside a function must be the same: `oracle/NAME.txt`. What is above the
// line `===` is code that all expressions can use; below it every line is an expression, and its own name. `// node: …` lines
// at the top are code for Node alone, where it does not have what a function finds (node-fetch as `fetch`, say).

import { readFileSync, readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { answersOf } from "../lib/cases.mjs";
import { output } from "../lib/fnhost.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const tables = join(here, "../oracle");
const describe = readFileSync(join(here, "../lib/describe.js"), "utf8");

function readTable(name) {
  const [setup, list] = readFileSync(join(tables, `${name}.txt`), "utf8").split(/^===$/m);
  const nodeOnly = [...setup.matchAll(/^\/\/ node: (.*)$/gm)].map((match) => match[1]).join("\n");
  const expressions = [];
  let products = [[]];
  for (const line of list.split("\n")) {
    if (line.trim() === "" || line.startsWith("//")) continue;
    if (line.startsWith("each ")) products = productsOf(line);
    else if (line.startsWith(" ")) for (const values of products) expressions.push(filled(line.trim(), values));
    else expressions.push(line);
  }
  return { setup, nodeOnly, expressions: [...new Set(expressions)] };
}

function productsOf(line) {
  const lists = line
    .replace(/^each /, "")
    .replace(/:\s*$/, "")
    .split(" ; ")
    .map((list) => list.split(" | "));
  return lists.reduce((products, list) => products.flatMap((values) => list.map((value) => [...values, value])), [[]]);
}

function filled(template, values) {
  return template.replace(/\$([1-9])/g, (text, position) => values[position - 1]?.trim() ?? text);
}

function programOf({ setup, expressions }) {
  const closures = expressions.map((expression) => `async () => (${expression}\n)`);
  return `${describe}\n${setup}\nconst closures = [\n${closures.join(",\n")}\n];\n`;
}

const guestCheck = "const check = ({ index }) => outcomeOf(closures[index]);\n";
const nodeMain = `
for (const name of ["uncaughtException", "unhandledRejection"]) process.on(name, () => {});
(async () => {
  const outcomes = [];
  for (const closure of closures) outcomes.push(await outcomeOf(closure));
  process.stdout.write("\\n=outcomes=" + JSON.stringify(outcomes), () => process.exit(0));
})();
`;

async function inNode(table) {
  // Beside the packages of this folder, so that Node finds them.
  const path = join(here, `../.oracle-${process.pid}-${Math.random().toString(36).slice(2)}.cjs`);
  await writeFile(path, `${table.nodeOnly}\n${programOf(table)}${nodeMain}`);
  try {
    const { stdout, stderr } = await output("node", ["--no-warnings", path], { env: { ...process.env, TZ: "UTC" } });
    const json = stdout.split("\n=outcomes=").pop();
    if (!json.startsWith("["))
      throw new Error(`the table does not run in Node: ${stderr.trim().split("\n").slice(0, 8).join("\n")}`);
    return JSON.parse(json);
  } finally {
    await rm(path, { force: true });
  }
}

async function compare(name, { fnhost }) {
  const table = readTable(name);
  const expected = await inNode(table);
  const items = table.expressions.map((_, index) => ({ index }));
  const answers = await answersOf(fnhost, programOf(table) + guestCheck, items, { perEvent: 50 });
  return table.expressions.map((expression, index) => {
    const got = answers[index].failure === undefined ? answers[index].value : `fails: ${answers[index].failure}`;
    return { name: expression, ok: got === expected[index], expected: expected[index], got };
  });
}

export const suites = Object.fromEntries(
  readdirSync(tables)
    .filter((file) => file.endsWith(".txt"))
    .sort()
    .map((file) => file.slice(0, -4))
    .map((name) => [`node-${name}`, (context) => compare(name, context)]),
);
