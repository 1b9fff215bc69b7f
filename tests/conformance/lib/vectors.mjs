// Finds the data that come in packages: crates of `vectors/Cargo.toml`, where cargo has unpacked them.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const manifest = join(dirname(fileURLToPath(import.meta.url)), "../vectors/Cargo.toml");
let folders;

/** The text of a file in a crate; fetches the crates the first time. */
export function vectorText(crate, path) {
  return readFileSync(join(folderOf(crate), path), "utf8");
}

export function hasVector(crate, path) {
  return existsSync(join(folderOf(crate), path));
}

function folderOf(crate) {
  folders ??= cratesFolders();
  const folder = folders.get(crate);
  if (folder === undefined) throw new Error(`no crate \`${crate}\` in vectors/Cargo.toml`);
  return folder;
}

function cratesFolders() {
  const args = ["metadata", "--format-version", "1", "--locked", "--manifest-path", manifest];
  const metadata = (more) =>
    JSON.parse(execFileSync("cargo", [...args, ...more], { maxBuffer: 1e8, stdio: ["ignore", "pipe", "ignore"] }));
  let found;
  try {
    found = metadata(["--offline"]);
  } catch {
    found = metadata([]);
  }
  return new Map(found.packages.map((crate) => [crate.name, dirname(crate.manifest_path)]));
}
