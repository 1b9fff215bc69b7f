interface Order {
  messageId: string;
  event: string;
  timestamp: string;
  properties?: Record<string, unknown>;
}

async function onBatch(events: Order[], settings: { url: string }) {
  const rows = events.map(({ messageId, event, timestamp, properties }) => ({ id: messageId, event, timestamp, ...properties }));
  const response = await fetch(settings.url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(rows),
  });
  return events.map(() => ({ status: response.status, errormessage: response.ok ? undefined : response.statusText }));
}
