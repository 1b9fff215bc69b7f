// Functions as people write them for destinations (`functions/`), against a server on this machine that answers, checks
// signatures and remembers what it was sent.

import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../functions");
const keys = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
const secret = "s3cret";
const sha256 = (text) => crypto.createHash("sha256").update(text).digest("hex");

const event = {
  type: "track",
  event: "Order Completed",
  messageId: "m-1",
  userId: "u-1",
  timestamp: "2024-01-31T10:20:30.000Z",
  properties: { order_id: "o-1", total: 120, products: [{ sku: "a" }, { sku: "b" }] },
};
const identify = {
  type: "identify",
  userId: "u-1",
  timestamp: event.timestamp,
  context: { plan: "pro" },
  traits: {
    email: " Me@Example.com",
    firstName: "Ada",
    lastName: "L",
    name: "Ada King L",
    phone: "+1 (555) 1",
    tags: ["x y", "z"],
    address: { city: "Bonn" },
  },
};
const batch = [{ bad: false }, { bad: false }, { bad: true }].map((properties) => ({ ...event, properties }));

const csv = `"u-1","Order Completed","${event.timestamp}","${JSON.stringify(event.properties).replaceAll('"', '""')}"`;
const aesKey = crypto.scryptSync(secret, "salt", 32);
const cipher = crypto.createCipheriv("aes-256-gcm", aesKey, Buffer.alloc(12, 1));
const sealed = Buffer.concat([cipher.update(identify.traits.email, "utf8"), cipher.final()]).toString("base64");
const sealedTag = cipher.getAuthTag().toString("hex");

/** Function: its event, and the value that it returns or the error `{ name, message }` that it ends with. */
const cases = {
  "token-refresh": [event, ["Bearer t-1", JSON.stringify({ event: event.event, properties: event.properties })]],
  "hmac-webhook": [event, { verified: true }],
  "google-jwt": [event, { verified: true, iss: "svc@example.com" }],
  "form-post": [
    identify,
    [
      "application/x-www-form-urlencoded;charset=UTF-8",
      "email=+Me%40Example.com&name=Ada+L&tags%5B%5D=x+y&tags%5B%5D=z",
    ],
  ],
  "xml-parse": [event, ["2", ["one", "two & three"]]],
  "xml-build": [
    event,
    '<?xml version="1.0" encoding="UTF-8"?><order id="o-1"><total>120</total><note>a &lt; b &amp; c</note></order>',
  ],
  "batch-split": [batch, [{ status: 200 }, { status: 200 }, { status: 400, errormessage: "rejected" }]],
  "lodash-mapping": [
    identify,
    [
      { email: " Me@Example.com", address: { city: "Bonn" }, plan: "pro" },
      { email: " Me@Example.com", first_name: "Ada", last_name: "L", name: "Ada King L", phone: "+1 (555) 1" },
      { 1: [1.2, 1.8], 2: [2.1] },
      [1, 2],
      [[1, 2], [3]],
    ],
  ],
  "retry-500": [event, { error: "RetryError", message: "Failed with 500" }],
  "retry-429": [event, { error: "RetryError", message: "Failed with 429" }],
  "fail-400": [event, { error: "InvalidEventPayload", message: "rejected: 400" }],
  "fail-401": [event, { error: "ValidationError", message: "the key is not valid" }],
  refused: [
    event,
    [
      "FetchError",
      "system",
      "ECONNREFUSED",
      "request to http://127.0.0.1:1/ failed, reason: connect ECONNREFUSED 127.0.0.1:1",
    ],
  ],
  "s3-put": [event, ['"etag"', "events/2024-01-31/m-1.json"]],
  "aws-v4-by-hand": [
    { ...event, properties: { secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" } },
    "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  ],
  "pii-hash": [
    identify,
    { em: [sha256("me@example.com")], ph: sha256("15551"), fn: sha256("ada"), ln: sha256("king l") },
  ],
  "slack-message": [event, ["/echo?channel=general", 3]],
  pagination: [event, [1, 2, 3, 4, 5]],
  "retry-with-delay": [event, [3, "at last"]],
  timeout: [event, ["AbortError", "aborted", "FetchError", "request-timeout"]],
  multipart: [
    event,
    [
      "",
      'Content-Disposition: form-data; name="name"\r\n\r\nOrder Completed',
      `Content-Disposition: form-data; name="file"; filename="event.json"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(event.properties)}`,
      "--",
    ],
  ],
  "gzip-body": [event, { got: event.properties }],
  redirect: [event, [true, "GET", "", null]],
  graphql: [event, { error: "ValidationError", message: "no such field, sorry" }],
  "moment-dates": [event, ["2024-01-31 10:20:30", 1709251199, "January 31, 2024 5:20 AM EST", "2 hours"]],
  "jwt-library": [event, ["u-1", "me", "JsonWebTokenError: invalid signature", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"]],
  routing: [event, { items: ["a", "b"], total: 120 }],
  parallel: [event, [200, "404 Not Found", "503 Service Unavailable", 201]],
  "not-json": [event, ["FetchError", "invalid-json", "html"]],
  "etl-csv": [event, ["PUT", crypto.createHash("md5").update(csv).digest("base64"), csv]],
  "aes-field": [identify, [sealed, sealedTag, identify.traits.email]],
  oauth1: [event, "1C6lEtIzCIrdiY/my/nUJ1qlpUw="],
  typescript: [event, ["o-1", "large"]],
  "sloppy-script": [
    event,
    ['{"order_id":"o-1","total":120}', "Basic a2V5Og==", 8, 240, true, 2, true],
  ],
  "pasted-strict": [event, [{ a: false, b: false }, "object"]],
  "last-match": [event, ["2024", "01", "", 17, "r", "Ord", "", "r"]],
  "json-faults": [
    event,
    [
      'SyntaxError: "undefined" is not valid JSON',
      'SyntaxError: "[object Object]" is not valid JSON',
      "SyntaxError: Unexpected end of JSON input",
      "SyntaxError: Unexpected token '<', \"<html>sorr\"... is not valid JSON",
      "SyntaxError: Expected double-quoted property name in JSON at position 7",
      "SyntaxError: Expected property name or '}' in JSON at position 1",
      "SyntaxError: Expected ',' or ']' after array element in JSON at position 5",
      "SyntaxError: Unexpected non-whitespace character after JSON at position 4",
      "SyntaxError: Bad control character in string literal in JSON at position 1",
      "SyntaxError: No number after minus sign in JSON at position 1",
      "invalid json response body at /html reason: Unexpected token '<', \"<html>sorry</html>\" is not valid JSON",
      "Invalid time value",
    ],
  ],
  "https-global": [event, ["function", "function", true, "https:"]],
  "fetch-package": [event, ["u-1", true, "ECONNREFUSED", true]],
  "default-export": [event, sha256("u-1")],
  "dynamo-document": [event, [120, ["a", "b"], true, null, [{ sku: "a" }, { sku: "b" }]]],
  "signed-search": [event, ["PUT", "/echo/orders/o-1", '{"total":120}', "20240131T102030Z", 64]],
  "retry-library": [event, [200, "at last"]],
  "link-pages": [event, [1, 2, 3, 4, 5]],
};

const json = (value, status = 200) => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});
const flaky = new Map();
const tables = {};

function echo({ request, text }) {
  return json({ method: request.method, path: request.url, headers: request.headers, body: text });
}

const routes = {
  echo,
  token: () => json({ access_token: "t-1", expires_in: 3600 }),
  signed({ request, text }) {
    const wanted = `sha256=${crypto.createHmac("sha256", secret).update(text).digest("hex")}`;
    return json({ verified: request.method === "POST" && request.headers["x-signature"] === wanted });
  },
  jwt({ text }) {
    const [head, claims, signature] = new URLSearchParams(text).get("assertion").split(".");
    const verified = crypto.verify("sha256", `${head}.${claims}`, keys.publicKey, Buffer.from(signature, "base64url"));
    return json({ verified, iss: JSON.parse(Buffer.from(claims, "base64url")).iss });
  },
  xml: () => ({
    headers: { "Content-Type": "text/xml" },
    body: '<?xml version="1.0"?><response version="2"><status>ok</status><items><item>one</item><item k="v">two &amp; three</item></items></response>',
  }),
  status: ({ rest }) => json({ status: Number(rest) }, Number(rest)),
  bucket: () => ({ headers: { ETag: '"etag"' }, body: "" }),
  pages({ url }) {
    const page = Number(url.searchParams.get("page"));
    const items = [[1, 2], [3, 4], [5]][page - 1];
    return json({ items, more: page < 3 ? `?page=${page + 1}` : null });
  },
  linked({ request, url }) {
    const page = Number(url.searchParams.get("page"));
    const answer = json({ items: [[1, 2], [3, 4], [5]][page - 1] });
    const next = `<http://${request.headers.host}/linked?page=${page + 1}>; rel="next", </linked?page=1>; rel="first"`;
    return page < 3 ? { ...answer, headers: { ...answer.headers, Link: next } } : answer;
  },
  dynamo({ request, text }) {
    const { Item } = JSON.parse(text);
    if (Item !== undefined) tables.item = Item;
    return json(request.headers["x-amz-target"].endsWith("GetItem") ? { Item: tables.item } : {});
  },
  flaky({ rest }) {
    flaky.set(rest, (flaky.get(rest) ?? 0) + 1);
    return flaky.get(rest) < 3 ? json({}, 503) : { body: "at last" };
  },
  slow: () => undefined,
  gzip({ raw }) {
    const got = JSON.parse(zlib.gunzipSync(raw));
    return { headers: { "Content-Encoding": "gzip" }, body: zlib.gzipSync(JSON.stringify({ got })) };
  },
  redirect: ({ other }) => ({ status: 302, headers: { Location: `${other}/echo` }, body: "" }),
  graphql: () => json({ errors: [{ message: "no such field" }, { message: "sorry" }] }),
  html: () => ({ headers: { "Content-Type": "text/html" }, body: "<html>sorry</html>" }),
};

/** A server for this suite; `other` is where it redirects to. */
async function serve(other) {
  const server = http.createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const raw = Buffer.concat(pieces);
    const url = new URL(request.url, "http://localhost");
    const [, name, ...rest] = url.pathname.split("/");
    const answer =
      routes[name]?.({ request, url, raw, text: raw.toString(), rest: rest.join("/"), other: other?.address }) ?? null;
    if (answer === null) return routes[name] ? undefined : response.writeHead(404).end();
    response.writeHead(answer.status ?? 200, answer.headers);
    response.end(answer.body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${server.address().port}` };
}

async function run({ fnhost }) {
  flaky.clear();
  const other = await serve();
  const main = await serve(other);
  const settings = {
    endpoint: main.address,
    secret,
    clientId: "id",
    clientSecret: "key",
    privateKey: keys.privateKey.export({ type: "pkcs8", format: "pem" }),
  };
  try {
    const results = [];
    for (const [name, [given, expected]] of Object.entries(cases)) {
      const file = `${name}${name === "typescript" ? ".ts" : ".js"}`;
      const [{ value, failure, run: ran }] = await fnhost.run(
        readFileSync(join(folder, file), "utf8"),
        given === batch ? [given].flat() : [given],
        { name: file, settings },
      );
      const error = ran?.outcome?.error;
      const got =
        error === undefined ? (failure ?? value ?? null) : { error: error.name ?? error.kind, message: error.message };
      results.push({ name, ok: same(got, expected), expected, got });
    }
    return results;
  } finally {
    for (const { server } of [main, other]) {
      server.closeAllConnections();
      server.close();
    }
  }
}

function same(got, expected) {
  return JSON.stringify(sorted(got)) === JSON.stringify(sorted(expected));
}

/** With the keys of objects in one order. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

export const suites = { functions: run };
