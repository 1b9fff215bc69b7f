// What functions do in JavaScript, and `tsc` has nothing to say about.

import { createHmac } from "node:crypto";
import assert from "node:assert";
import https from "https";

const endpoint = new URL("/v1/events", "https://api.example");

/** @param {fnhost.TrackEvent} event @param {fnhost.Settings} settings */
export async function onTrack(event, settings) {
  if (!event.userId) throw new InvalidEventPayload("userId is required");
  const { revenue = 0, products = [] } = event.properties;
  const city = event.context.location?.city ?? event.context.traits?.address?.city;
  const body = new URLSearchParams({ user: event.userId, revenue: String(revenue), count: String(products.length), city: city ?? "" });
  const signature = crypto.createHmac("sha256", settings.secret).update(body.toString()).digest("base64");
  const response = await fetch(endpoint, {
    method: "post",
    headers: { Authorization: `Basic ${btoa(`${settings.apiKey}:`)}`, "X-Signature": signature },
    body,
    timeout: 2000,
    size: 1 << 20,
    follow: 3,
    compress: true,
  });
  if (response.status >= 500 || response.status === 429) throw new RetryError(`answered ${response.status}`, response);
  const [cookie] = response.headers.raw()["set-cookie"] ?? [];
  const bytes = await response.buffer();
  return { cookie, text: bytes.toString("utf8"), hex: bytes.subarray(0, 4).toString("hex"), slice: bytes.slice(1).toString("hex") };
}

/** @satisfies {fnhost.OnBatch} */
export const onBatch = async (events, settings) =>
  events.map((event) => {
    switch (event.type) {
      case "track":
        return event.event.startsWith("Order") ? undefined : { status: 400, errormessage: "not of interest" };
      case "identify":
        return { status: event.traits.email?.includes("@") ? 200 : 400 };
      case "group":
        return { status: event.groupId === settings.group ? 200 : 500, errormessage: "busy" };
      case "alias":
        return { status: event.previousId.length > 0 ? 200 : 400 };
      default:
        return null;
    }
  });

/** @param {fnhost.DeleteEvent} event */
export function onDelete({ context, integrations, userId }) {
  assert(context === null && integrations === null);
  throw new EventNotSupported(`delete of ${userId}`);
}

/** @param {fnhost.IdentifyEvent} event */
export async function onIdentify(event) {
  const token = await cache.load("token", 60_000, async () => {
    const form = new FormData();
    form.append("key", "value");
    const answer = await fetch("https://auth.example", { method: "POST", body: form, headers: form.getHeaders() });
    return /** @type {{ access_token: string }} */ (await answer.json()).access_token;
  });
  const profile = await cache.load("profile", () => ({ name: "x" }));
  cache.delete("token");
  try {
    await fetch("https://api.example", { signal: AbortSignal.timeout(100), headers: [["Authorization", token]] });
  } catch (thrown) {
    const error = /** @type {fnhost.FetchError} */ (thrown);
    if (error.name === "FetchError" && error.code === "ECONNREFUSED") throw new RetryError(error.message);
    if (thrown instanceof DropEvent || thrown instanceof ValidationError) throw thrown;
  }
  const secret = new Buffer.from("c2VjcmV0", "base64");
  const cipher = crypto.createCipheriv("aes-256-gcm", crypto.randomBytes(32), Buffer.alloc(12));
  const sealed = Buffer.concat([cipher.update("text", "utf8"), cipher.final(), cipher.getAuthTag()]);
  const sha = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(profile.name));
  const signed = crypto.createSign("RSA-SHA256").update("x").sign("-----BEGIN PRIVATE KEY-----", "base64");
  const mac = createHmac("sha1", secret).update(sealed).digest("hex");
  const id = crypto.randomUUID();
  const uuid = (uuidv5 = uuidv5.uuidv5);
  const s3 = new AWS.S3({ region: "eu-west-1" });
  await s3.putObject({ Bucket: "b", Key: id, Body: mac }).promise();
  const names = _.map([{ name: 1 }], "name");
  const at = moment(event.timestamp).tz("Europe/Copenhagen").format();
  const jwt = jsonwebtoken.sign({ sub: event.userId }, "key", { algorithm: "HS256" });
  const { promisify } = require("util");
  const retrying = fetchretrylib.fetchretry(fetch);
  const stream = new ReadableStream({ pull: (controller) => controller.close() }).pipeThrough(new TextDecoderStream());
  for await (const piece of stream) console.log(piece.length);
  const timer = setTimeout(() => {}, 10);
  clearTimeout(timer);
  process.nextTick(() => console.error(process.env.HOME, window === globalThis, global.fetch === fetch));
  https.get("https://api.example", (answer) => console.log(answer.statusCode));
  structuredClone({ a: [sha, signed, uuid, names, at, jwt, promisify, retrying] });
  const blob = new Blob(["a", new Uint8Array(2)], { type: "text/plain" });
  return [await blob.text(), atob("eA=="), performance.now(), new File([blob], "a.txt").lastModified];
}
