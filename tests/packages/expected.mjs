// Prints what Node itself makes of every case in cases.json: its package, the way of loading it, the value as JSON.

import { readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";

for (const { package: name, import: esm, require: cjs, value } of JSON.parse(readFileSync("cases.json", "utf8"))) {
  for (const [way, ending, load] of [["import", "mjs", esm], ["require", "cjs", cjs]]) {
    if (load === null) continue;
    const file = `case.${ending}`;
    writeFileSync(file, `${load}\n(async () => ${value})().then((value) => console.log(JSON.stringify(value)));\n`);
    console.log(name, way, execFileSync("node", [file], { encoding: "utf8" }).trim());
  }
}
