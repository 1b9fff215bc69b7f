// A service account's assertion, signed with RSA, exchanged for a token.
async function onTrack(event, settings) {
  const encode = (value) =>
    Buffer.from(JSON.stringify(value)).toString("base64").replace(/=+$/, "").replace(/\+/g, "-").replace(/\//g, "_");
  const now = Math.floor(Date.now() / 1000);
  const head = encode({ alg: "RS256", typ: "JWT" });
  const claims = encode({
    iss: "svc@example.com",
    scope: "https://scope",
    aud: settings.endpoint,
    iat: now,
    exp: now + 3600,
  });
  const signer = crypto.createSign("RSA-SHA256");
  signer.update(`${head}.${claims}`);
  const signature = signer
    .sign(settings.privateKey, "base64")
    .replace(/=+$/, "")
    .replace(/\+/g, "-")
    .replace(/\//g, "_");
  const response = await fetch(`${settings.endpoint}/jwt`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: `grant_type=${encodeURIComponent("urn:ietf:params:oauth:grant-type:jwt-bearer")}&assertion=${head}.${claims}.${signature}`,
  });
  return response.json();
}
