// A message with blocks.
async function onTrack(event, settings) {
  const { properties = {}, userId } = event;
  const fields = Object.entries(properties).map(([key, value]) => ({
    type: "mrkdwn",
    text: `*${key}*: ${JSON.stringify(value)}`,
  }));
  const response = await fetch(new URL("/echo?channel=general", settings.endpoint), {
    method: "POST",
    headers: new Headers({ "content-type": "application/json" }),
    body: JSON.stringify({ text: `${userId} did ${event.event}`, blocks: [{ type: "section", fields }] }),
  });
  const { path, body } = await response.json();
  return [path, JSON.parse(body).blocks[0].fields.length];
}
