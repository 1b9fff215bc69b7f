// What functions do in TypeScript, and `tsc` has nothing to say about.

import { randomBytes, type Hash } from "node:crypto";
import { EventEmitter, once } from "events";
import { pipeline } from "node:stream/promises";
import { Readable } from "stream";
import { gzipSync } from "node:zlib";
import lodash from "lodash";
import path from "node:path";
import querystring from "node:querystring";
import util, { inspect } from "util";
import os from "node:os";

interface Settings {
  apiKey: string;
  hosts: string[];
}

export const onTrack: fnhost.OnTrack<Settings> = async (event, { apiKey, hosts }) => {
  const headers = new Headers({ Authorization: `Bearer ${apiKey}` });
  headers.append("X-Count", 3);
  for (const [name, value] of headers) console.log(name.length, value.length);
  const request = new Request(new URL(hosts[0] ?? "https://api.example"), { method: "POST", headers, body: gzipSync("x") });
  const response: Response = await fetch(request.clone());
  const json = (await response.json()) as { id: string };
  const revenue: number | undefined = event.properties.revenue;
  const device: string | undefined = event.context.device?.id;
  return { json, revenue, device, page: event.context.page?.url };
};

export async function onPage(event: fnhost.PageEvent, settings: Settings): Promise<string> {
  const hash: Hash = crypto.createHash("md5");
  const emitter = new EventEmitter().on("done", (value: number) => value);
  emitter.emit("done", 1);
  await once(emitter, "done");
  await pipeline(Readable.from(["a"]), async (source: AsyncIterable<string>) => source);
  const key = await crypto.subtle.importKey("raw", randomBytes(16), "AES-CBC", false, ["encrypt"]);
  const text: string = hash.update(event.name ?? "").digest("hex") + path.join("a", "b") + querystring.stringify({ a: 1 });
  const found = lodash.find([1], (one: number) => one === 1);
  const controller = new AbortController();
  controller.signal.addEventListener("abort", () => util.format("%s", inspect(found)), { once: true });
  const view = new DataView(new ArrayBuffer(2));
  const writer = new WritableStream<Uint8Array>({ write: (chunk) => void chunk.byteLength }).getWriter();
  await writer.write(Buffer.from([1, 2]));
  return text + key.type + view.byteLength + settings.hosts.join() + os.EOL;
}

export function onGroup(event: fnhost.GroupEvent): fnhost.BatchResult {
  return { status: event.traits.employees === undefined ? 200 : 400 };
}

export const onBatch: fnhost.OnBatch<Settings> = (events) => events.map(() => ({ status: 200 }));
