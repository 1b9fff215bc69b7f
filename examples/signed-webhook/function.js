// A webhook whose receiver can tell that nobody else has sent it: an HMAC over time and body, with a shared secret.
// `crypto` is Node's module.

async function onTrack(event, settings) {
  return deliver({ kind: "track", name: event.event, user: event.userId, properties: event.properties }, settings);
}

async function onIdentify(event, settings) {
  return deliver({ kind: "identify", user: event.userId, traits: event.traits }, settings);
}

async function deliver(message, settings) {
  if (!settings.secret) throw new ValidationError("the setting `secret` is missing");
  const body = JSON.stringify(message);
  const time = Math.floor(Date.now() / 1000);
  const signature = crypto.createHmac("sha256", settings.secret).update(`${time}.${body}`).digest("hex");
  const response = await fetch(settings.endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Signature": `t=${time},v1=${signature}` },
    body,
  });
  if (response.status === 429 || response.status >= 500) throw new RetryError(`the receiver answered ${response.status}`);
  if (!response.ok) throw new Error(`the receiver answered ${response.status}`);
  return response.status;
}
