// What most functions do with a status.
async function onTrack(event, settings) {
  let response;
  try {
    response = await fetch(`${settings.endpoint}/status/429`, { method: "POST", body: "{}" });
  } catch (error) {
    throw new RetryError(error.message);
  }
  if (response.status >= 500 || response.status === 429) throw new RetryError(`Failed with ${response.status}`);
  if (response.status === 401) throw new ValidationError("the key is not valid");
  if (!response.ok) throw new InvalidEventPayload(`rejected: ${(await response.json()).status}`);
}
