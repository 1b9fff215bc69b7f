// A webhook whose body is signed, as many receivers want it.
const crypto = require("crypto");

async function onTrack(event, settings) {
  const body = JSON.stringify({ id: event.messageId, type: event.type, data: event.properties });
  const signature = crypto.createHmac("sha256", settings.secret).update(body).digest("hex");
  const response = await fetch(`${settings.endpoint}/signed`, {
    method: "post",
    headers: { "Content-Type": "application/json", "X-Signature": `sha256=${signature}` },
    body,
  });
  return response.json();
}
