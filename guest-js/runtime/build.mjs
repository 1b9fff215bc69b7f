// Bundles the modules that are evaluated as `fnhost:platform` and `fnhost:runtime`.
// It does not check the code; the output is the same bytes for the same input.
//
// usage: node build.mjs [output folder, default dist]

import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = resolve(process.argv[2] ?? resolve(here, "dist"));

await build({
  // With a fixed working directory no absolute path can reach the output.
  absWorkingDir: here,
  entryPoints: { platform: "src/platform.js", runtime: "src/runtime.js" },
  outdir,
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
