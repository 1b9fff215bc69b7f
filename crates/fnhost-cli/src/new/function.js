// Sends events to an API. The editor knows events and globals from fnhost.d.ts; `fnhost check function.js` looks for
// mistakes. Events of types that have no handler here (onIdentify, onPage, onGroup and so on) are not supported, which
// is no failure.

/**
 * @param {fnhost.TrackEvent} event
 * @param {fnhost.Settings} settings
 */
export async function onTrack(event, settings) {
  const user = event.userId ?? event.anonymousId;
  if (!user) throw new InvalidEventPayload("an event needs a userId or an anonymousId");
  const body = JSON.stringify({ user, name: event.event, at: event.timestamp, ...event.properties });

  if (!settings.endpoint) {
    console.log("nothing is sent, as settings.json has no `endpoint`:", body);
    return;
  }
  const response = await fetch(settings.endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${settings.apiKey}` },
    body,
  });
  // This event is tried again later; any other error ends it.
  if (response.status === 429 || response.status >= 500) throw new RetryError(`the API answered ${response.status}`);
  if (!response.ok) throw new Error(`the API answered ${response.status}: ${await response.text()}`);
}
