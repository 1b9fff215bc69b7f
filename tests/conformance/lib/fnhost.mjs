// Runs functions with the `fnhost` binary: a function's text and any number of events in, one outcome an event out.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "../../..");

// Suites put many cases into one event, so they get more room than a function has by default.
const limits = [
  ["--timeout-ms-max", "60000"],
  ["--fuel-max", "1000000000000"],
  ["--value-bytes-max", "16777216"],
  ["--event-bytes-max", "67108864"],
  ["--source-bytes-max", "16777216"],
  ["--memory-bytes-max", "268435456"],
  ["--requests-max", "1000"],
].flat();

/** The binary given by a path, or the newer one of those that cargo has built; built first where there is none. */
export function findBinary(given) {
  if (given !== undefined) return given;
  const built = () =>
    ["release", "debug"].map((profile) => join(root, "target", profile, "fnhost")).filter((path) => existsSync(path));
  if (built().length === 0) {
    const { status } = spawnSync("cargo", ["build", "--release", "--bin", "fnhost"], { cwd: root, stdio: "inherit" });
    if (status !== 0) throw new Error("`cargo build` failed: give a binary with `--fnhost PATH`");
  }
  return built().sort((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs)[0];
}

export class Fnhost {
  #binary;
  #folder;
  #runs = 0;

  constructor(binary, folder) {
    this.#binary = binary;
    this.#folder = folder;
  }

  /**
   * Runs `source` once for each of `events`. `files` go into the function's folder beside it. The answer is a list of
   * `{ value }` or `{ failure }`, in the order of the events.
   */
  async run(source, events, { name = "function.js", settings = {}, files = {} } = {}) {
    const folder = join(this.#folder, `run${++this.#runs}`);
    await mkdir(folder, { recursive: true });
    const paths = {
      function: join(folder, name),
      event: join(folder, "events.json"),
      settings: join(folder, "settings.json"),
    };
    await writeFile(paths.function, source);
    await writeFile(paths.event, JSON.stringify(events));
    await writeFile(paths.settings, JSON.stringify(settings));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const args = ["run", paths.function, "--event", paths.event, "--settings", paths.settings, "--json", "--allow-net", "127.0.0.0/8", ...limits];
    const { stdout, stderr } = await output(this.#binary, args);
    const outcomes = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => outcomeOf(JSON.parse(line)));
    await rm(folder, { recursive: true, force: true });
    while (outcomes.length < events.length) outcomes.push({ failure: firstLines(stderr) || "no outcome" });
    return outcomes;
  }
}

function outcomeOf(run) {
  const { outcome } = run;
  if (outcome?.status === "returned") return { value: outcome.value, run };
  const error = outcome?.error ?? outcome;
  return { failure: error?.message ?? JSON.stringify(outcome), run };
}

function firstLines(text) {
  return text.trim().split("\n").slice(0, 6).join(" | ");
}

/** What a program prints. Its exit code says no more than its output. */
export function output(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    const pieces = { stdout: [], stderr: [] };
    child.stdout.on("data", (piece) => pieces.stdout.push(piece));
    child.stderr.on("data", (piece) => pieces.stderr.push(piece));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({
        code,
        stdout: Buffer.concat(pieces.stdout).toString(),
        stderr: Buffer.concat(pieces.stderr).toString(),
      });
    });
  });
}
