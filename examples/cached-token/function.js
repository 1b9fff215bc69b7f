// OAuth: a token is asked for once, and shared by the events that follow. Every event runs in a fresh sandbox, so a
// global variable would not keep it; `cache` does.

const tokenLifeMs = 50 * 60 * 1000; // tokens are good for an hour

async function onTrack(event, settings) {
  const token = await cache.load("token", tokenLifeMs, () => newToken(settings));
  const response = await fetch(settings.endpoint, {
    method: "POST",
    headers: { "Authorization": `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ name: event.event, user: event.userId }),
  });
  if (response.status === 401) {
    cache.delete("token");
    throw new RetryError("the token is no longer accepted");
  }
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
  return response.status;
}

async function newToken(settings) {
  console.log("asking for a token");
  const response = await fetch(settings.tokenUrl, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
    }),
  });
  if (!response.ok) throw new Error(`no token: the answer was ${response.status}`);
  return (await response.json()).access_token;
}
