// Credentials do not follow to another place.
async function onTrack(event, settings) {
  const response = await fetch(`${settings.endpoint}/redirect`, {
    method: "POST",
    body: "x",
    headers: { Authorization: "secret" },
  });
  const { method, body, headers } = await response.json();
  return [response.redirected, method, body, headers.authorization];
}
