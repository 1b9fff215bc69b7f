// Sends events to an API. The editor knows events and globals from fnhost.d.ts; `fnhost check function.ts` looks for
// mistakes, types are checked by the editor or `tsc`. Events of types that have no handler here (onIdentify, onPage,
// onGroup and so on) are not supported, which is no failure.

interface Settings {
  /** Where events are sent; without it they are only logged. */
  endpoint?: string;
  apiKey?: string;
}

export async function onTrack(event: fnhost.TrackEvent, settings: Settings): Promise<void> {
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
