// Says itself what is worth another attempt: RetryError is tried again whatever the destination's retry rule.

async function onIdentify(event, settings) {
  const { email, plan } = event.traits ?? {};
  if (!email) throw new InvalidEventPayload("traits.email is required");

  const response = await fetch(`${settings.endpoint}/contacts/${encodeURIComponent(email)}`, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "Authorization": `Bearer ${settings.apiKey}` },
    body: JSON.stringify({ external_id: event.userId, plan }),
    timeout: 3000, // milliseconds; the whole event has 5 seconds
  });

  if (response.ok) return response.json();
  const text = await response.text();
  if (response.status === 429) {
    throw new RetryError(`rate limited, free again in ${response.headers.get("Retry-After") ?? "?"} s`);
  }
  if (response.status >= 500) throw new RetryError(`the API answered ${response.status}: ${text}`);
  if (response.status === 401) throw new ValidationError("the API key is not accepted");
  throw new InvalidEventPayload(`the API answered ${response.status}: ${text}`);
}
