// Mistakes, one after the other: what `tsc` says of each is in the test.

export async function onTrack(event: fnhost.TrackEvent, settings: fnhost.Settings) {
  event.evnet.anything.goes;
  const name: number = event.event;
  if (event.type === "page") return;
  event.context.page.url;
  event.properties.revenue.toFixed();
  const response = fetch("https://api.example");
  response.status;
  const answer = await fetch("https://api.example", { method: 7 });
  answer.txt();
  answer.headers.raw().length.toFixed();
  throw new RetryEror("later");
  throw new RetryError({ message: "later" });
  cache.load("key", "60", async () => 1);
  cache.load("key", 1000);
  (await cache.load("key", 1000, async () => "text")).toFixed();
  cache.get("key");
  crypto.createHash("sha256").digest("hex").getBytes();
  crypto.createHmac("sha256");
  Buffer.from(7);
  document.title;
  localStorage.setItem("a", "b");
  new XMLHttpRequest();
  process.exit(name);
}

export const onIdentify: fnhost.OnIdentify = (event) => event.traits.address.city;
export const onBatch: fnhost.OnBatch = (events) => events.map(() => ({ status: "200" }));
export const onDelete: fnhost.OnDelete = (event) => event.context.page;
export const onAlias: fnhost.OnAlias = (event, settings, more) => event.previousId;
