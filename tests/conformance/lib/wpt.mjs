// Runs files of the web platform tests as functions. What fails is run in Node as well: what fails there, too, is no
// difference between the two.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { output } from "./fnhost.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const guest = readFileSync(join(here, "../guests/wpt.js"), "utf8");
const statuses = ["passes", "fails", "times out", "does not run", "has an unmet precondition"];
const atOnce = 2;

/** The cases of all test files under `parts`, paths within the folder `test/fixtures/wpt` of Node's sources. */
export async function casesUnder(parts, { fnhost, folder, nodeSource }, wanted = () => true) {
  const root = join(nodeSource, "test/fixtures/wpt");
  if (!existsSync(root)) throw new Error(`no folder \`${root}\``);
  const runs = parts
    .flatMap((part) => testFiles(root, part))
    .filter(wanted)
    .flatMap((path) => runsOf(root, path));
  const cases = runs.map(() => []);
  let next = 0;
  const worker = async () => {
    while (next < runs.length) {
      const index = next++;
      cases[index] = await casesOf(runs[index], fnhost, folder);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return cases.flat();
}

function testFiles(root, part) {
  return readdirSync(join(root, part), { recursive: true })
    .map((file) => posix.join(part, file))
    .filter((path) => /\.(?:any|window)\.js$/.test(path))
    .sort();
}

/** One run for each variant of a file: its program and what the event has. */
function runsOf(root, path) {
  const text = readFileSync(join(root, path), "utf8");
  const meta = (key) => [...text.matchAll(new RegExp(`^// META: ${key}=(.*)$`, "gm"))].map((match) => match[1].trim());
  const read = (address) => readFileSync(join(root, addressed(path, address)), "utf8");
  const scripts = [...meta("script").map(read), text];
  const timeoutMs = meta("timeout").includes("long") ? 50_000 : 12_000;
  const resources = resourcesOf(root, path, scripts);
  const program = programOf([read("/resources/testharness.js"), ...scripts], interfacesIn(resources));
  const variants = meta("variant");
  return (variants.length === 0 ? [""] : variants).map((variant) => ({
    path: `${path}${variant}`,
    program,
    given: { path, variant, resources, timeoutMs },
  }));
}

/** An address as a file of `path` writes it, as a path within the root. */
function addressed(path, address) {
  // The tests of interfaces name a parser that lies elsewhere here.
  const moved = address === "/resources/WebIDLParser.js" ? "/resources/webidl2/lib/webidl2.js" : address;
  return moved.startsWith("/") ? moved.slice(1) : posix.join(posix.dirname(path), moved);
}

/** What the scripts may fetch, by the address that they write. */
function resourcesOf(root, path, scripts) {
  const resources = {};
  for (const [, , address] of scripts.at(-1).matchAll(/(["'`])([\w./-]+)\1/g)) {
    for (const candidate of [address, `/interfaces/${address}.idl`]) {
      if (!/\.(?:json|idl)$/.test(candidate)) continue;
      const file = join(root, addressed(path, candidate));
      if (existsSync(file)) resources[candidate] = readFileSync(file, "utf8");
    }
  }
  return resources;
}

/** What the tests of interfaces look at without naming it: a function holds some globals only where it does. */
function interfacesIn(resources) {
  const texts = Object.keys(resources).filter((address) => address.endsWith(".idl"));
  return texts.flatMap((address) => [...resources[address].matchAll(/\binterface (\w+)/g)].map((match) => match[1]))
    .filter((name) => name !== "mixin");
}

/**
 * Scripts of a page see each other's names, so they stand in one function; it is strict where the test is. None is to take
 * itself for a module of Node's.
 */
function programOf([harness, ...scripts], names) {
  const directive = /^(?:\s|\/\/.*)*['"]use strict['"]/.test(scripts.at(-1)) ? '"use strict";' : "";
  return `${guest}
async function onTrack({ properties }) {
  prepare(properties);
  ${names.map((name) => `typeof ${name};`).join(" ")}
  (function () {${harness}
}).call(globalThis);
  const results = resultsOfTests(properties.timeoutMs);
  (function (module, exports) {${directive}
${scripts.join("\n;\n")}
}).call(globalThis);
  return { results: await results };
}
`;
}

async function casesOf(run, fnhost, folder) {
  const event = { type: "track", event: "tests", properties: run.given };
  const [{ value, failure }] = await fnhost.run(run.program, [event]);
  const found = named(value === undefined ? undefined : JSON.parse(value.results), failure);
  if ([...found.values()].every(({ status }) => status === 0)) return [...found.keys()].map((name) => caseOf(run, name));
  const inNode = await outcomeInNode(run, event, folder);
  const cases = [...found].map(([name, { status, message }]) => {
    const fails = status !== 0;
    if (fails && nodeFails(inNode, name)) return { name: `${run.path}: ${name}`, skipped: "fail in Node as well" };
    return { ...caseOf(run, name), ok: !fails, expected: "passes", got: `${statuses[status]}: ${message}` };
  });
  // What a file that ends early does not come to.
  const missing = [...inNode].filter(([name, { status }]) => status === 0 && !found.has(name));
  return [...cases, ...missing.map(([name]) => ({ ...caseOf(run, name), ok: false, expected: "passes", got: "no result" }))];
}

function caseOf({ path }, name) {
  return { name: `${path}: ${name}`, ok: true };
}

const itself = "the file itself";

/** Results by name; a number is added to a name that is there already. */
function named(outcome, failure) {
  const found = new Map();
  const add = (name, result) => {
    let key = name;
    for (let number = 2; found.has(key); number++) key = `${name} (${number})`;
    found.set(key, result);
  };
  for (const { name, status, message } of outcome?.results ?? []) add(name, { status, message });
  const harness = outcome?.harness ?? { status: 1, message: failure };
  if (harness.status !== 0) add(itself, { status: harness.status === 2 ? 2 : 1, message: harness.message });
  return found;
}

function nodeFails(inNode, name) {
  const result = inNode.get(name);
  // A file that Node does not take has no results at all.
  if (result === undefined) return inNode.has(itself);
  return result.status !== 0;
}

const nodeMain = (event) => `
onTrack(${JSON.stringify(event)}).then(
  ({ results }) => process.stdout.write("\\n=results=" + results, () => process.exit(0)),
  (error) => { console.error(error); process.exit(1); },
);
`;

async function outcomeInNode({ program, path }, event, folder) {
  const file = join(folder, `${path.replace(/\W+/g, "-")}.cjs`);
  await writeFile(file, `${program}${nodeMain(event)}`);
  try {
    const { stdout, stderr } = await output("node", ["--no-warnings", file]);
    const json = stdout.split("\n=results=").pop();
    return named(json.startsWith("{") ? JSON.parse(json) : undefined, stderr);
  } finally {
    await rm(file, { force: true });
  }
}
