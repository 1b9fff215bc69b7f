// Node's own tests, `test/parallel` of its sources, each run inside a function with a `common` of ours
// (guests/node-common.js). The sources are not kept here: `--node-source DIR` says where they are.
//
// A case is a file. It passes when it throws nothing, rejects nothing and each `mustCall` was called as often as it says.
// Files that need what no function has (children, servers, files, Node's internals) are skipped, and so are those of Node 18
// that fail in the Node that runs the command.

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { output } from "../lib/fnhost.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const common = readFileSync(join(here, "../guests/node-common.js"), "utf8");

/** Suite: what the names of its files begin with, after `test-`; the first suite that fits has the file. */
const plans = {
  buffer: /^(buffer|btoa-atob|icu-transcode)/,
  util: /^(util|aborted-util|inspect-|sys)/,
  events: /^(event-|events-|eventemitter|eventtarget|global-customevent)/,
  path: /^path/,
  assert: /^assert/,
  querystring: /^querystring/,
  url: /^(url|whatwg-url)/,
  "string-decoder": /^string-decoder/,
  timers: /^timers/,
  process: /^(process|next-tick|microtask|queue-microtask)/,
  stream: /^(stream|webstream|readable|writable)/,
  zlib: /^zlib/,
  http: /^(http-|https-|client)/,
  crypto: /^(crypto|webcrypto|global-webcrypto|x509)/,
  abort: /^abort/,
  misc:
    /^(structuredClone|blob|global|async-local|async-hooks|asyncresource|async-wrap|promise|messagechannel|console|punycode|os-|os$|constants|domexception|whatwg-encoding|whatwg-events|weakref|performance-(global|measure|now)|diagnostics-channel-(bind|has|object|pub|safe|symbol|tracing)|mime|set-|double|file$|intl)/,
};

/** What a file must not have, and what to say when it has. */
const reasons = [
  [
    /internalBinding\('(?!util|js_stream|timers)|require\('internal\/(?!test\/binding|errors'|event_target'|timers'|util')|process\.binding\(/,
    "of Node's internals",
  ],
  [/emitExperimentalWarning|require\('internal\/util'\)\.sleep|util\.sleep\(/, "of Node's internals"],
  [/\b(createHook|executionAsync\w+|triggerAsyncId|promiseHooks)\b/, "of tracing"],
  [/SourceTextModule|SyntheticModule/, "of other contexts"],
  [/\b(kWeakHandler|kEvents|getProxyDetails|arrayBufferViewHasBuffer|customPromisifyArgs)\b/, "of Node's internals"],
  [/--expose[-_]gc|\bonGC\b|common\/(ongc|gc)|global(This)?\.gc\b/, "of garbage collection"],
  [/require\('(node:)?child_process'\)|child_process/, "starts processes"],
  [/new Worker\(|require\('(node:)?cluster'\)/, "starts workers"],
  [/[cC]reateServer|createSecureServer|new (net|http)\.Server|Server\(/, "has servers"],
  [/require\('(node:)?(http2|tls|net|dgram|tty|repl|readline|inspector|wasi|trace_events)'\)/, "of sockets and terminals"],
  [/process\.(reallyExit|exit|abort|kill|chdir|set[eg]*[ug]id)\(/, "ends or changes the process"],
  [/require\('(node:)?domain'\)/, "of domains"],
  [/require\('(node:)?test'\)|common\/(wpt|internet|hijackstdio|report|snapshot)/, "of other test harnesses"],
  [/require\('(node:)?fs(\/promises)?'\)|fs\.promises|common\/tmpdir/, "of files"],
];
const harmlessOptions = /^(--expose-internals|--no-warnings|--no-deprecation|--experimental-[a-z-]+)$/;

function skippedFor(file, text) {
  if (file.endsWith(".mjs")) return "a module";
  const options = /^\/\/ Flags:(.*)$/m.exec(text)?.[1].trim().split(/\s+/) ?? [];
  const code = text.replace(/^\s*\/\/.*$/gm, (line) => (line.includes("Flags:") ? line : ""));
  const reason = reasons.find(([pattern]) => pattern.test(code))?.[1];
  if (reason !== undefined) return reason;
  return options.every((option) => harmlessOptions.test(option)) ? undefined : "with options of Node's";
}

function filesOf(tests, suite) {
  const suiteOf = (file) =>
    Object.keys(plans).find((name) => plans[name].test(file.replace(/^test-/, "").replace(/\.m?js$/, "")));
  return readdirSync(tests).filter((file) => /^test-.*\.m?js$/.test(file) && suiteOf(file) === suite);
}

/** The files of `test/fixtures` that `text` names, with what these need in turn, as a table from path to contents. */
function fixturesOf(folder, text, base = "", found = new Map()) {
  const add = (path) => {
    for (const candidate of [path, `${path}.js`, `${path}.json`]) {
      const full = join(folder, candidate);
      if (found.has(candidate) || candidate.startsWith("..") || !existsSync(full) || !statSync(full).isFile()) continue;
      if (statSync(full).size > 4 << 20) continue;
      found.set(candidate, readFileSync(full));
      if (candidate.endsWith(".js")) {
        fixturesOf(folder, found.get(candidate).toString(), posix.dirname(candidate), found);
      }
    }
  };
  for (const [, path] of text.matchAll(/require\('(?:\.\.\/)+fixtures\/([^']+)'\)/g)) add(path);
  if (base !== "") for (const [, path] of text.matchAll(/require\('(\.[^']+)'\)/g)) add(posix.join(base, path));
  for (const [, list] of text.matchAll(/fixtures\.(?:path|readSync|fileURL)\(\[?([^)\]]*)/g)) {
    add(posix.join(...[...list.matchAll(/'([^']*)'/g)].map(([, part]) => part.replace(/^\//, "")), ""));
  }
  if (/fixtures\.readSync\(\w/.test(text)) for (const [, name] of text.matchAll(/'([\w.-]+\.\w+)'/g)) add(name);
  if (/readKeys?\(/.test(text)) {
    const names = [...text.matchAll(/readKeys?\((?:'([^']+)'|)/g)].map(([, name]) => name);
    const keys = names.includes(undefined) ? readdirSync(join(folder, "keys")) : names;
    for (const name of keys) if (/\.(pem|der|cnf|p12|pfx|spkac.*)$|^[^.]+$/.test(name)) add(`keys/${name}`);
  }
  return found;
}

function isScript(contents) {
  try {
    return Boolean(new Function(contents));
  } catch {
    return false;
  }
}

function fixtureTable(fixtures) {
  const entries = [...fixtures].map(([path, contents]) => {
    if (path.endsWith(".js") && isScript(contents)) {
      return `${JSON.stringify(path)}: { run: function (exports, require, module) {${contents}\n} }`;
    }
    return `${JSON.stringify(path)}: { base64: "${contents.toString("base64")}" }`;
  });
  return `{${entries.join(",\n")}}`;
}

/**
 * Promises of functions that are called as statements: nobody would hear of their rejections. Lines stay where they are.
 */
function watched(text) {
  const names = new Set([...text.matchAll(/async function (\w+)/g)].map(([, name]) => name));
  return text
    .replace(/^(\s*)\((?=async\b)/gm, "$1nodeTest.watched(")
    .replace(/^(\s*)(\w+)(\(.*\));$/gm, (line, space, name, rest) =>
      names.has(name) ? `${space}nodeTest.watch(${name}${rest});` : line,
    );
}

/** A function with the tests `files`, and the line of it in which each begins. An event says which of them it runs. */
function functionOf(files) {
  const lines = {};
  let text = "const nodeTests = {\n";
  for (const file of files) {
    lines[file.name] = text.split("\n").length - 1;
    text += `${JSON.stringify(file.name)}: function (exports, require, module, __filename, __dirname) {${watched(file.text)}\n},\n`;
  }
  const fixtures = new Map(files.flatMap((file) => [...file.fixtures]));
  text += `};
async function onTrack({ event }) { return nodeTest.run(nodeTests[event], event + ".js"); }
${common}
nodeTest.fixtures = ${fixtureTable(fixtures)};
`;
  return { text, lines };
}

async function passesInNode(source, file, text) {
  const options = /^\/\/ Flags:(.*)$/m.exec(text)?.[1].trim().split(/\s+/) ?? [];
  const env = { ...process.env, NODE_TEST_KNOWN_GLOBALS: "0" };
  const { code } = await output("node", [...options, join(source, "test/parallel", file)], { env, timeout: 60000 });
  return code === 0;
}

function read(nodeSource, file) {
  const text = readFileSync(join(nodeSource, "test/parallel", file), "utf8");
  const name = file.replace(/\.js$/, "");
  const skipped = skippedFor(file, text);
  const fixtures = skipped === undefined ? fixturesOf(join(nodeSource, "test/fixtures"), text) : undefined;
  return { file, name, text, skipped, fixtures };
}

/** Runs tests in one function, an event and so a fresh instance each; alone where they cannot be together. */
async function runTogether(context, files) {
  const { text, lines } = functionOf(files);
  const events = files.map(({ name }) => ({ type: "track", event: name }));
  const outcomes = await context.fnhost.run(text, events);
  if (files.length > 1 && outcomes.every(({ run }) => run === undefined)) {
    const results = [];
    for (const file of files) results.push(...(await runTogether(context, [file])));
    return results;
  }
  const results = [];
  for (const [index, outcome] of outcomes.entries()) {
    const { name } = files[index];
    results.push(await resultOf(context.nodeSource, files[index], outcome, lines[name]));
  }
  return results;
}

async function resultOf(nodeSource, { name, file, text }, { value, failure, run }, firstLine) {
  if (value?.passed) return { name, ok: true };
  if (value?.skipped !== undefined) return { name, skipped: "by itself" };
  if (!(await passesInNode(nodeSource, file, text))) return { name, skipped: `fails in Node ${process.versions.node} too` };
  const error = run?.outcome?.error;
  const got = error === undefined ? failure : [`${error.name}: ${error.message}`, error.stack].filter(Boolean).join("\n");
  const lineOf = (all, line) => (line - firstLine > text.split("\n").length ? `common:${line}` : `${file}:${line - firstLine}`);
  return { name, ok: false, expected: "to pass", got: `${got}`.replace(/function\.js:(\d+)/g, lineOf) };
}

const together = 16;

async function runSuite(suite, context) {
  const { nodeSource, only } = context;
  if (nodeSource === undefined) {
    return [{ name: "all", skipped: "needs `--node-source DIR`, the sources of Node as `apt-get source nodejs` gives them" }];
  }
  const files = filesOf(join(nodeSource, "test/parallel"), suite)
    .filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
    .map((file) => read(nodeSource, file));
  const results = files.filter(({ skipped }) => skipped !== undefined).map(({ name, skipped }) => ({ name, skipped }));
  const wanted = files.filter(({ skipped }) => skipped === undefined);
  for (let start = 0; start < wanted.length; start += together) {
    results.push(...(await runTogether(context, wanted.slice(start, start + together))));
  }
  return results;
}

export const suites = Object.fromEntries(
  Object.keys(plans).map((suite) => [`nodejs-${suite}`, (context) => runSuite(suite, context)]),
);
