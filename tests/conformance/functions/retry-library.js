// A request that is made again by the library that Segment preloads.
async function onTrack(event, settings) {
  const retrying = fetchretrylib.fetchretry(fetch, { retries: 3, retryDelay: (attempt) => 2 ** attempt });
  const response = await retrying(`${settings.endpoint}/flaky/library`, { method: "POST", body: "{}", retryOn: [503] });
  return [response.status, await response.text()];
}
