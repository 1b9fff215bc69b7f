// Bundles what functions find. `runtime/src` makes the ES modules that every function holds. The rest are units:
// one CommonJS text each, which our own `require` evaluates while a function that names it is built. All of them go into
// `units.pack`, each compressed alone, with an index in front. The same input gives the same bytes.
//
// usage: node build.mjs [output folder, default dist] [--loose]   (--loose: units as files too, to look at)

import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";
import { intlData, intlWords } from "./intl/units.mjs";
import { awsNpmNames, awsUnits, awsWords } from "./libraries/aws-services.mjs";
import { momentNpmNames, momentUnits, momentWords } from "./libraries/moment-locales.mjs";
import { memberNames, packages, withRequired } from "./libraries/packages.mjs";
import { globals, members, npmNames, words } from "./runtime/src/on-demand.js";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = resolve(process.argv[2] ?? resolve(here, "dist"));
const loose = process.argv.includes("--loose");

// With a fixed working directory no absolute path can reach the output. Comments and white space cost parsing time; names
// stay, as they are what a stack trace shows.
const common = {
  absWorkingDir: here,
  bundle: true,
  platform: "neutral",
  target: "es2023",
  charset: "utf8",
  minifyWhitespace: true,
  minifySyntax: true,
  minifyIdentifiers: false,
  legalComments: "none",
  logLevel: "warning",
};

// What every function holds: a module of each of these, in the order in which they are evaluated. What a file of another one
// exports is imported from that one.
const parts = ["runtime", "basis", "network", "platform"];
const sources = join(here, "runtime/src");
const entryOf = (part) => join(sources, `${part}.js`);

/** Which part has a file: the one whose entry exports all of it. */
const partOf = new Map();
for (const part of parts) {
  const entry = readFileSync(entryOf(part), "utf8");
  for (const [, file] of entry.matchAll(/^export \* from "\.\/(.+)";$/gm)) partOf.set(join(sources, file), part);
}

const leavingOthers = (part) => ({
  name: "parts",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ path, resolveDir }) => {
      const other = partOf.get(join(resolveDir, path)) ?? part;
      return other === part ? undefined : { path: `fnhost:${other}`, external: true };
    });
  },
});

for (const part of parts) {
  await build({
    ...common,
    entryPoints: [entryOf(part)],
    outdir,
    format: "esm",
    external: ["fnhost:*", "wasi:*"],
    plugins: [leavingOthers(part)],
  });
}

/** The units of one folder: name to file. In Node's modules a hyphen before one of these words stands for a slash. */
const subpaths = /-(promises|web|consumers|strict|posix|win32|types)$/;
async function unitsIn(folder, prefix, nameOf = (name) => name) {
  let files = [];
  try {
    files = (await readdir(join(here, folder))).filter((file) => file.endsWith(".js"));
  } catch {}
  return files.sort().map((file) => [prefix + nameOf(file.slice(0, -3)), join(folder, file)]);
}

const units = new Map([
  ...(await unitsIn("node/src", "node:", (name) => name.replace(subpaths, "/$1"))),
  ...(await unitsIn("web/src", "fnhost:web/")),
  ...(await unitsIn("intl/src", "fnhost:intl/")),
  ...(await unitsIn("libraries/src", "fnhost:lib/")),
  ...(await unitsIn("libraries/src/aws", "fnhost:lib/aws/")),
]);

/** What free names in packages mean: they are imported, as at event time nothing can be loaded any more. */
const injected = { Buffer: "node:buffer", process: "node:process" };

const plugin = (unit) => ({
  name: "units",
  setup({ onResolve, onLoad }) {
    // What other units, the platform and the host offer stays outside. A package of the same name as one of Node's
    // modules is reached through a file of it: `events/events.js`.
    onResolve({ filter: /^(node|fnhost|wasi):/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return undefined;
      const bare = path.endsWith("/") ? path.slice(0, -1) : path;
      // One that is no unit is refused when it is asked for: packages ask for some that they never use.
      if (units.has(`node:${bare}`) || builtinModules.includes(bare)) return { path: `node:${bare}`, external: true, sideEffects: false };
      return undefined;
    });
    onResolve({ filter: /^injected:/ }, ({ path }) => ({ path, namespace: "injected", sideEffects: false }));
    onLoad({ filter: /.*/, namespace: "injected" }, ({ path }) => {
      const name = path.slice("injected:".length);
      return { contents: `export { ${name === "process" ? "default as process" : name} } from "${injected[name]}";` };
    });
  },
});

/** Units of libraries have parts of packages replaced. */
const pluginsFor = (unit) => [
  ...(unit.startsWith("fnhost:lib/") ? [packages(unit)] : []),
  plugin(unit),
];

async function buildUnit(name, file) {
  const inject = Object.keys(injected)
    .filter((global) => injected[global] !== name)
    .map((global) => `injected:${global}`);
  // What else free names mean in this unit is said by a file of its name in `names`.
  const names = join(here, dirname(file), "names", basename(file));
  if (existsSync(names)) inject.push(names);
  const options = {
    ...common,
    entryPoints: [file],
    mainFields: ["module", "main"],
    conditions: ["fnhost", "worker", "import", "require", "default"],
    // Libraries take a `window` for a browser; Node has none.
    define: { global: "globalThis", ...(name.startsWith("fnhost:lib/") && { window: "undefined", self: "undefined" }) },
    inject,
    plugins: pluginsFor(name),
    write: false,
    metafile: true,
    outdir: "out",
    logLevel: "silent",
  };
  const text = (await build({ ...options, format: "cjs" })).outputFiles[0].text;
  const { metafile } = await build({ ...options, format: "esm" });
  const output = Object.values(metafile.outputs).find((output) => output.entryPoint !== undefined);
  const exports = output.exports.filter((name) => name !== "module.exports").sort();
  return { text, exports };
}

const { units: intlUnits, byTag: locales } = await intlData();
const index = { globals, members, npmNames, words, locales, linesMax: 0, units: {} };
const blobs = [];
let offset = 0;
const entries = [...units].sort(([left], [right]) => (left < right ? -1 : 1));
const failures = [];
const built = [];
const results = await Promise.allSettled(entries.map(([name, file]) => buildUnit(name, file)));
for (const [index, { status, value, reason }] of results.entries()) {
  // Built as far as it goes, so that one unit at fault is not hidden behind another.
  if (status === "fulfilled") built.push([entries[index][0], value]);
  else failures.push(`${entries[index][1]}: ${reason.message}`);
}
built.push(...(await awsUnits(common, pluginsFor)), ...(await momentUnits(common)), ...intlUnits);
members.Intl = intlWords;
members.AWS = await awsWords();
members.moment = await momentWords();
// A library's names for `import` are those of the package.
for (const [name, unit] of built) {
  if (name.startsWith("fnhost:lib/")) unit.text = withRequired(name, unit.text);
  const packageName = Object.keys(npmNames).find((packageName) => npmNames[packageName] === name);
  if (packageName !== undefined && name.startsWith("fnhost:lib/")) unit.exports = ["default", ...memberNames(packageName)];
}
Object.assign(npmNames, await awsNpmNames(), await momentNpmNames());
built.sort(([left], [right]) => (left < right ? -1 : 1));
for (const [name, { text, exports }] of built) {
  const blob = deflateRawSync(text, { level: 9 });
  index.units[name] = { offset, length: blob.length, size: Buffer.byteLength(text), exports };
  index.linesMax = Math.max(index.linesMax, text.split("\n").length);
  offset += blob.length;
  blobs.push(blob);
  if (loose) {
    const path = join(outdir, "units", `${name.replace(/[:/]/g, "_")}.js`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
const head = Buffer.from(`${JSON.stringify(index)}\n`);
await writeFile(join(outdir, "units.pack"), Buffer.concat([head, ...blobs]));
if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exitCode = 1;
}
