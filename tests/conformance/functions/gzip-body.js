// A body compressed by hand, and an answer that the other side compressed.
const zlib = require("zlib");

async function onTrack(event, settings) {
  const response = await fetch(`${settings.endpoint}/gzip`, {
    method: "POST",
    headers: { "Content-Encoding": "gzip", "Content-Type": "application/json" },
    body: zlib.gzipSync(JSON.stringify(event.properties)),
  });
  return response.json();
}
