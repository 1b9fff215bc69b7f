// Tries again with growing delays, as much as there is time for.
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function onTrack(event, settings) {
  for (let attempt = 1; attempt <= 5; attempt++) {
    const response = await fetch(`${settings.endpoint}/flaky/${event.messageId}`);
    if (response.ok) return [attempt, await response.text()];
    await wait(2 ** attempt);
  }
  throw new RetryError("still failing");
}
