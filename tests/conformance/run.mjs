// Runs the conformance suites and prints what passed and failed.
//
// usage: node tests/conformance/run.mjs [--fnhost PATH] [--node-source DIR] [--verbose] [--list] [--json] [SUITE…]
//
// A suite's name may be its beginning: `url` runs `url-parse`, `url-set` and so on. `nodejs-util/inspect` runs the cases of
// `nodejs-util` with `inspect` in their names; of the suites that are made of files, it runs nothing else. The exit code is 1 if a case fails that
// is not in known.json.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Fnhost, findBinary } from "./lib/fnhost.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const known = JSON.parse(readFileSync(join(here, "known.json"), "utf8"));
const files = ["url", "encoding", "wycheproof", "oracle", "functions", "node_tests", "wpt"];

const { values: flags, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    fnhost: { type: "string" },
    "node-source": { type: "string" },
    verbose: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const all = {};
for (const file of files) Object.assign(all, (await import(`./suites/${file}.mjs`)).suites);
const choices = wanted.map((text) => /^([^/]*)\/?(.*)$/.exec(text).slice(1));
const isChosen = (name, start) => name === start || name.startsWith(`${start}-`);
const names = Object.keys(all).filter(
  (name) => choices.length === 0 || choices.some(([start]) => isChosen(name, start)),
);
if (flags.list) {
  console.log(names.join("\n"));
  process.exit(0);
}
if (names.length === 0) {
  console.error(`no suite is called ${wanted.map((name) => `\`${name}\``).join(" or ")}: \`--list\` shows them`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "fnhost-conformance-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const context = { fnhost: new Fnhost(findBinary(flags.fnhost), folder), folder, nodeSource: flags["node-source"] };

const totals = { passed: 0, failed: 0, skipped: 0, unknown: 0 };
console.log(row("suite", "passed", "failed", "skipped"));
for (const name of names) {
  const results = await resultsOf(name);
  const failed = results.filter((result) => result.ok === false);
  const skipped = results.filter((result) => result.skipped !== undefined);
  const unknown = failed.filter((result) => reasonOf(name, result.name) === undefined);
  const passed = results.length - failed.length - skipped.length;
  totals.passed += passed;
  totals.failed += failed.length;
  totals.skipped += skipped.length;
  totals.unknown += unknown.length;
  console.log(row(name, passed, failed.length, `${skipped.length}${reasons(skipped)}`));
  for (const result of flags.verbose
    ? failed
    : failed.filter((failure) => reasonOf(name, failure.name) !== undefined)) {
    report(name, result);
  }
  if (flags.json) console.log(JSON.stringify({ suite: name, passed, failed: failed.map((result) => result.name) }));
}
console.log(row("all", totals.passed, totals.failed, totals.skipped));
if (totals.unknown > 0) console.log(`${totals.unknown} failures are not in known.json; \`--verbose\` shows them`);
process.exitCode = totals.unknown > 0 ? 1 : 0;

async function resultsOf(name) {
  try {
    // The parts of cases' names that are asked for; none stands for all.
    const only = choices.filter(([start, part]) => part !== "" && isChosen(name, start)).map(([, part]) => part);
    const results = await all[name]({ ...context, only });
    return only.length === 0 ? results : results.filter((result) => only.some((part) => result.name.includes(part)));
  } catch (error) {
    return [{ name: "the suite itself", ok: false, expected: "to run", got: error.message }];
  }
}

function row(name, passed, failed, skipped) {
  return `${name.padEnd(28)} ${String(passed).padStart(7)} ${String(failed).padStart(7)}  ${skipped}`;
}

/** How many were skipped for each reason. */
function reasons(skipped) {
  const counts = new Map();
  for (const { skipped: reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const list = [...counts].map(([reason, count]) => `${count} ${reason}`);
  return list.length === 0 ? "" : ` (${list.join("; ")})`;
}

/** Why a failure is known: an entry of the suite whose text is part of the case's name. */
function reasonOf(suite, name) {
  return known[suite]?.find(({ part }) => name.includes(part))?.reason;
}

function report(suite, { name, expected, got }) {
  const reason = reasonOf(suite, name);
  console.log(`  ${reason === undefined ? "fails" : "known"}: ${name}`);
  console.log(`    expected ${text(expected)}`);
  console.log(`    got      ${text(got)}`);
  if (reason !== undefined) console.log(`    because  ${reason}`);
}

function text(value) {
  const written = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return written.length > 4000 ? `${written.slice(0, 4000)}…` : written;
}
