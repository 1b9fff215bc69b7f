// Makes a unit of each service of the AWS SDK: its model, of which every operation and shape stays a text until it is used,
// and what the SDK adds for that service. Of several API versions the newest is here; it answers for the older ones, as it
// does in the SDK for those that it has no files of.

import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const sdk = dirname(createRequire(import.meta.url).resolve("aws-sdk/package.json"));

/** Members of `AWS` that are no services, and the unit that makes each. */
const classes = {
  TemporaryCredentials: "credentials",
  ChainableTemporaryCredentials: "credentials",
  WebIdentityCredentials: "credentials",
  SAMLCredentials: "credentials",
  CognitoIdentityCredentials: "cognito-credentials",
  EnvironmentCredentials: "environment-credentials",
};

/** Members of the SDK in Node that cannot be here. */
const absent = [
  "EC2MetadataCredentials",
  "ECSCredentials",
  "FileSystemCredentials",
  "MetadataService",
  "ProcessCredentials",
  "RemoteCredentials",
  "SharedIniFileCredentials",
  "SsoCredentials",
  "SSOTokenProvider",
  "TokenFileWebIdentityCredentials",
];

let known;

/** The clients' descriptions, as the SDK's own files have them. */
function clients() {
  known ??= readClients();
  return known;
}

async function readClients() {
  const names = (await readdir(join(sdk, "clients"))).filter((name) => name.endsWith(".js"));
  const found = [];
  for (const file of names.sort()) {
    const text = await readFile(join(sdk, "clients", file), "utf8");
    const match = /AWS\.(\w+) = Service\.defineService\('([^']+)', \[([^\]]*)\]\)/.exec(text);
    if (match === null) continue;
    const models = [...text.matchAll(/require\('\.\.\/apis\/([^']+)\.min\.json'\)/g)];
    const model = models.at(-1)[1];
    const latest = /\d{4}-\d\d-\d\d$/.exec(model)[0];
    const versions = new Set(match[3].match(/\d{4}-\d\d-\d\d/g).map((version) => (version === latest ? version : `${version}*`)));
    const custom = /require\('\.\.\/(lib\/services\/\w+)'\)/.exec(text)?.[1];
    found.push({ unit: file.slice(0, -3), className: match[1], id: match[2], versions: [...versions], latest, model, custom });
  }
  return found;
}

/** Member of `AWS` to unit, the latter without its prefix. What has no unit stands for something that cannot be here. */
export async function awsMembers() {
  const services = (await clients()).map(({ className, unit }) => [className, unit]);
  return Object.fromEntries([...services, ...Object.entries(classes), ...absent.map((name) => [name, ""])]);
}

/** Words that say, in a source that names `AWS`, which units to load, whole names. */
export async function awsWords() {
  const words = {};
  for (const [name, unit] of Object.entries(await awsMembers())) if (unit !== "") words[name] = `fnhost:lib/aws/${unit}`;
  for (const name of ["createReadStream", "createUnbufferedStream"]) words[name] = "fnhost:lib/aws/streams";
  for (const client of await clients()) {
    for (const operation of streaming(await modelOf(client))) words[operation] = "fnhost:lib/aws/streams";
  }
  return words;
}

/** `aws-sdk/clients/s3` to its unit. */
export async function awsNpmNames() {
  return Object.fromEntries((await clients()).map(({ unit }) => [`aws-sdk/clients/${unit}`, `fnhost:lib/aws/${unit}`]));
}

/** Names of operations that answer with a stream of events. */
function streaming(model) {
  const isStream = (shape) => shape?.eventstream === true || model.shapes[shape?.shape]?.eventstream === true;
  const names = [];
  for (const [name, { output }] of Object.entries(model.operations)) {
    if (Object.values(output?.members ?? {}).some(isStream)) names.push(name[0].toLowerCase() + name.slice(1));
  }
  return names;
}

async function modelOf({ model }) {
  const read = async (kind) => {
    try {
      return JSON.parse(await readFile(join(sdk, "apis", `${model}.${kind}.json`), "utf8"));
    } catch (error) {
      if (error.code === "ENOENT") return undefined;
      throw error;
    }
  };
  const whole = await read("min");
  whole.paginators = (await read("paginators"))?.pagination;
  whole.waiters = (await read("waiters2"))?.waiters;
  return whole;
}

/** The model as an expression, its parts as texts, but operations of which the SDK asks things from the start. */
function modelExpression(model) {
  const parts = {};
  for (const [name, part] of Object.entries(model)) {
    if (name === "metadata" || name === "version") {
      parts[name] = part;
    } else if (part !== undefined && ["operations", "shapes", "paginators", "waiters"].includes(name)) {
      const isPlain = ({ endpointoperation, endpointdiscovery }) => endpointoperation ?? endpointdiscovery;
      const pack = ([key, value]) => [key, isPlain(value) === undefined ? JSON.stringify(value) : value];
      parts[name] = Object.fromEntries(Object.entries(part).map(pack));
    }
  }
  return JSON.stringify(parts);
}

/** Every service's unit: name, `{ text, exports }`. `pluginsFor` gives the bundler's plugins for a unit. */
export async function awsUnits(common, pluginsFor) {
  const units = await Promise.all(
    (await clients()).map(async (client) => {
      const name = `fnhost:lib/aws/${client.unit}`;
      const { className, id, versions, latest, custom } = client;
      const customised = custom === undefined ? "" : await bundled(common, pluginsFor(name), custom);
      const text = `"use strict";
const AWS = require("fnhost:lib/aws");
AWS.apiLoader.services[${JSON.stringify(id)}] = { ${JSON.stringify(latest)}: ${modelExpression(await modelOf(client))} };
const Service = (AWS.${className} = AWS.Service.defineService(${JSON.stringify(id)}, ${JSON.stringify(versions)}));
${customised}
AWS.Service.defineServiceApi(Service, ${JSON.stringify(latest)});
module.exports = Service;
`;
      return [name, { text, exports: [] }];
    }),
  );
  return units;
}

async function bundled(common, plugins, path) {
  const { outputFiles } = await build({
    ...common,
    stdin: { contents: `require("aws-sdk/${path}.js");`, resolveDir: join(sdk, "..", "..") },
    mainFields: ["module", "main"],
    plugins,
    write: false,
    format: "cjs",
  });
  return `(() => {${outputFiles[0].text}})();`;
}
