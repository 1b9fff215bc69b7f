// A stand-in for the APIs that the examples send to: prints each request, and answers it with 200.
//   /oauth/token   answers with a token
//   /profiles/ID   answers with a profile
//   /status/NNN/…  answers with the status NNN
// Requests that are signed as Amazon wants it get the empty answer of an S3 upload.
//
// usage: node examples/endpoint.mjs [port, default 8080]

import { createServer } from "node:http";

const port = Number(process.argv[2] ?? 8080);

function answerTo(path) {
  const status = /^\/status\/([2-5]\d\d)\b/.exec(path);
  if (status !== null) return { status: Number(status[1]), body: { error: "as asked" } };
  if (path.startsWith("/oauth/token")) return { status: 200, body: { access_token: "example-token", expires_in: 3600 } };
  if (path.startsWith("/profiles/")) return { status: 200, body: { plan: "pro", country: "DK", lifetimeValue: 25000 } };
  return { status: 200, body: { ok: true } };
}

const server = createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const { status, body } = answerTo(request.url);
    console.log(`${request.method} ${request.url} → ${status}\n${Buffer.concat(pieces)}\n`);
    if (request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
      response.writeHead(200, { ETag: '"example-etag"' });
      response.end();
      return;
    }
    response.writeHead(status, { "Content-Type": "application/json", "Retry-After": "30" });
    response.end(JSON.stringify(body));
  });
});

server.listen(port, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${port}`));
