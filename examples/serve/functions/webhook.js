async function deliver(event, settings) {
  const response = await fetch(settings.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${settings.token}` },
    body: JSON.stringify(event),
  });
  if (response.status === 429 || response.status >= 500) throw new RetryError(`the webhook answered ${response.status}`);
  if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
  return response.status;
}

onTrack = deliver;
onIdentify = deliver;
onPage = deliver;
onScreen = deliver;
onGroup = deliver;
onAlias = deliver;
onDelete = deliver;
