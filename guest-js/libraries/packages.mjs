// What the bundler puts in place of parts of the packages: those that cannot do anything inside the sandbox, and those that
// another unit has already. build.mjs uses it for every unit of a library.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { awsMembers } from "./aws-services.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const awsCore = "fnhost:lib/aws";

/**
 * Node's modules that do nothing here, and why. Packages ask for them and mostly use them for what a function never does;
 * they find functions that throw, which cost less than the units that say so to functions.
 */
const absent = {
  fs: "functions have no file system",
  "fs/promises": "functions have no file system",
  child_process: "functions start no processes",
  cluster: "functions start no processes",
  worker_threads: "functions start no threads",
  dgram: "functions have no sockets",
  net: "functions have no sockets, only HTTP",
  tls: "functions have no sockets, only HTTP",
  http2: "functions have `http`, `https` and `fetch`",
  dns: "functions have no name service",
  readline: "functions have no terminal",
  v8: "functions run on another engine",
  vm: "functions run in one context",
  domain: "functions have no domains",
  inspector: "functions have no inspector",
  module: "functions have `require`",
};

/** Modules of the AWS SDK that only its core has; units of services take them from there. */
const awsShared = {
  "core.js": `require("${awsCore}")`,
  "util.js": `require("${awsCore}").util`,
  "region_config.js": `require("${awsCore}").util.shared.regionConfig`,
  "config_regional_endpoint.js": `require("${awsCore}").util.shared.regionalEndpoint`,
  "region/utils.js": `require("${awsCore}").util.shared.regionUtils`,
  "signers/v4_credentials.js": `require("${awsCore}").util.shared.v4Credentials`,
};

/** Modules of the AWS SDK that are other ones here. */
const awsReplaced = {
  "lib/maintenance_mode_message.js": "{ suppress: true }",
  "lib/model/collection.js": `require(${JSON.stringify(join(here, "src/aws-core/collection.js"))}).default`,
};

/** Modules that packages ask for, by package and name, and what they find: less than the whole, where they use less. */
const narrowed = {
  // It is `fetch`, whose own needs of URLs and encodings fill half a megabyte.
  "* node-fetch": "src/narrowed/node-fetch.cjs",
  // Node's streams are large. These packages make one only where a function asks for it, and of the oldest kind.
  "xml stream": "src/narrowed/stream.cjs",
  "sax stream": "src/narrowed/stream.cjs",
  "jws stream": "src/narrowed/stream.cjs",
  // Signatures of SSH, of which a request of a function has none.
  "request http-signature": "src/narrowed/nothing.cjs",
  // Another HTTP client, for who gives none.
  "retry-request request": "src/narrowed/nothing.cjs",
  // It asks whether this version of Node has RSA-PSS.
  "jsonwebtoken semver": "src/narrowed/semver.js",
};

/** Changes to the text of packages: what they look at while they are evaluated would load it. */
const patched = {
  "lodash/lodash.js": [
    ["moduleExports && freeGlobal.process", "undefined"],
    ["var oldDash = root._;", "var oldDash;"],
    ["moduleExports ? context.Buffer : undefined", `require(${JSON.stringify(join(here, "src/narrowed/buffer.js"))}).Buffer`],
  ],
};

/** Packages whose `require` gives something else than their `import`: the former is what functions get. */
const commonJs = { "libphonenumber-js": "index.cjs" };

/** The plugin for the unit `unit`. */
export function packages(unit) {
  return {
    name: "packages",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^fnhost:aws-members$/ }, ({ path }) => ({ path, namespace: "generated" }));
      onLoad({ filter: /.*/, namespace: "generated" }, async () => {
        const members = Object.entries(await awsMembers()).map(([name, unit]) => `${name}=${unit}`);
        return { contents: `export const members = ${JSON.stringify(members.join(","))};` };
      });
      aws(unit, onResolve, onLoad);
      onResolve({ filter: /^(node:)?[a-z_-]+$/ }, ({ path, importer, kind }) => {
        const name = path.replace(/^node:/, "");
        const from = /.*[\\/]node_modules[\\/]([^@\\/]+)/.exec(importer)?.[1];
        const replacement = narrowed[`${from} ${name}`] ?? narrowed[`* ${name}`];
        return replacement === undefined || kind === "entry-point" ? undefined : { path: join(here, replacement) };
      });
      onResolve({ filter: new RegExp(`^(${Object.keys(commonJs).join("|")})$`) }, ({ path }) => {
        return { path: join(dirname(require.resolve(path)), commonJs[path]) };
      });
      onLoad({ filter: /[\\/]node_modules[\\/]lodash[\\/]lodash\.js$/ }, async ({ path }) => {
        return { contents: changed(await readFile(path, "utf8"), patched["lodash/lodash.js"], path) };
      });
      onResolve({ filter: /^(node:)?[a-z_0-9/]+$/ }, ({ path, kind }) => {
        const name = path.replace(/^node:/, "");
        if (kind === "entry-point" || absent[name] === undefined) return undefined;
        return { path: name, namespace: "absent" };
      });
      onLoad({ filter: /.*/, namespace: "absent" }, ({ path }) => ({ contents: absentModule(path) }));
    },
  };
}

function aws(unit, onResolve, onLoad) {
  onResolve({ filter: /^(uuid|util)$/ }, ({ path, importer }) => {
    if (!/[\\/]node_modules[\\/]aws-sdk[\\/]/.test(importer)) return undefined;
    return { path, namespace: "aws-sdk" };
  });
  onLoad({ filter: /.*/, namespace: "aws-sdk" }, ({ path }) => {
    // The SDK formats parameters for its log; identifiers come from the environment that the core sets up.
    const contents = path === "util" ? `export { inspect } from "fnhost:platform/inspect";` : "";
    return { contents };
  });
  onLoad({ filter: /[\\/]aws-sdk[\\/](apis|lib|clients)[\\/]/ }, async ({ path }) => {
    const name = path.replaceAll("\\", "/").replace(/^.*\/aws-sdk\//, "");
    const client = /^clients\/(\w+)\.js$/.exec(name);
    const shared = unit === awsCore ? undefined : awsShared[name.replace(/^lib\//, "")];
    if (name === "apis/metadata.json") return { contents: await usedMetadata(path), loader: "json" };
    const expression = client ? `require("${awsCore}/${client[1]}")` : (awsReplaced[name] ?? shared);
    return expression === undefined ? undefined : { contents: `module.exports = ${expression};` };
  });
}

/** Of what the SDK knows about its services, what it looks at when it runs. */
async function usedMetadata(path) {
  const metadata = JSON.parse(await readFile(path, "utf8"));
  const used = {};
  for (const [name, { dualstackAvailable, xmlNoDefaultLists }] of Object.entries(metadata)) {
    if (dualstackAvailable || xmlNoDefaultLists) used[name] = { dualstackAvailable, xmlNoDefaultLists };
  }
  return JSON.stringify(used);
}

/** A text with pieces replaced, each of which has to be there. */
function changed(text, pairs, path) {
  let result = text;
  for (const [from, to] of pairs) {
    if (!result.includes(from)) throw new Error(`\`${path}\` has changed: there is no \`${from}\``);
    result = result.replace(from, to);
  }
  return result;
}

/** Globals that are made on demand and that SDKs look for, whether they use them or not. */
const lookedFor = ["Blob", "CustomEvent", "File", "FormData", "ReadableStream", "WritableStream", "crypto", "performance"];

/** Units that look for none of them, or only for what a function gave them. */
const frugal = /^fnhost:lib\/(aws|lodash|moment|xml|uuidv5|fetch-retry|libphonenumber-js|jsonwebtoken|oauth|.*\.global$)/;

/**
 * The text of the unit `name`, which loads first what its packages require or look for only when they run: at event time
 * nothing can be.
 */
export function withRequired(name, text) {
  const required = new Set([...text.matchAll(/\brequire\("(node:[a-z0-9_/]+)"\)/g)].map((match) => match[1]));
  const isLookedFor = (global) => new RegExp(`(?:typeof |new |instanceof |\\.)${global}(?![\\w$])`).test(text);
  const globals = frugal.test(name) ? [] : lookedFor.filter(isLookedFor);
  const first = [...[...required].map((unit) => `require("${unit}");`), ...globals.map((global) => `typeof ${global};`)];
  return first.join("") + text;
}

/** The names that an `import` of a package finds: all of its members, as bundlers have it, but the AWS SDK's services. */
export function memberNames(packageName) {
  process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1";
  const members = require(packageName === "aws-sdk" ? "aws-sdk/lib/core.js" : packageName);
  return Object.keys(members).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
}

/** A module whose members can be looked at and handed on, as packages do while they are evaluated, but do nothing. */
function absentModule(name) {
  const message = `\`${name}\` is not available: ${absent[name]}`;
  return `
const refuse = () => { throw new Error(${JSON.stringify(message)}); };
const member = (_, name) => {
  if (name === "prototype") return _.prototype;
  return typeof name === "symbol" || name === "then" || name === "__esModule" || name === "default" ? undefined : stub();
};
const stub = () => new Proxy(function () {}, { get: member, apply: refuse, construct: refuse });
// The bundler copies the members of a module, but keeps what it inherits from.
module.exports = Object.create(new Proxy({}, { get: member }));`;
}
