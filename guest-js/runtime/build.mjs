// Bundles src/index.js into the one module that is evaluated as `fnhost:runtime`.
// It does not check the code; the output is the same bytes for the same input.
//
// usage: node build.mjs [output file, default dist/runtime.js]

import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outfile = resolve(process.argv[2] ?? resolve(here, "dist/runtime.js"));

await build({
  // With a fixed working directory no absolute path can reach the output.
  absWorkingDir: here,
  entryPoints: ["src/index.js"],
  outfile,
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2023",
  charset: "utf8",
  external: ["fnhost:*", "wasi:*"],
  // Comments and white space cost parsing time; names stay, as they are what a stack trace shows.
  minifyWhitespace: true,
  minifySyntax: true,
  minifyIdentifiers: false,
  legalComments: "none",
  logLevel: "warning",
});
