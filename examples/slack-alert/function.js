// A message to a Slack channel for orders above an amount.

async function onTrack(event, settings) {
  if (event.event !== "Order Placed") {
    throw new EventNotSupported(`${event.event} is not reported`);
  }
  if (!settings.webhookUrl) {
    throw new ValidationError("webhookUrl is required");
  }
  const { total, currency, products = [] } = event.properties ?? {};
  if (typeof total !== "number") {
    throw new InvalidEventPayload("properties.total is required");
  }
  if (total < settings.minimumTotal) {
    throw new DropEvent(`${total} ${currency} is below ${settings.minimumTotal}`);
  }

  const items = products.map((product) => `• ${product.quantity} × ${product.name}`);
  const response = await fetch(settings.webhookUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text: [`*${event.userId}* ordered for ${total} ${currency}`, ...items].join("\n") }),
  });
  if (!response.ok) {
    // With the default rule this is tried again after 408, 429 and 5xx, and given up after other answers.
    throw new Error(`Slack answered ${response.status}: ${await response.text()}`);
  }
  return response.text();
}
