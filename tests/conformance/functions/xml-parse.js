// An API that answers in XML.
async function onTrack(event, settings) {
  const response = await fetch(`${settings.endpoint}/xml`);
  const parsed = await xml2js.parseStringPromise(await response.text(), { explicitArray: false });
  if (parsed.response.status !== "ok") throw new InvalidEventPayload(parsed.response.status);
  return [parsed.response.$.version, parsed.response.items.item.map((item) => item._ || item)];
}
