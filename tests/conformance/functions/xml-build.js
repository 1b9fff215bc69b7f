// An API that is spoken to in XML.
async function onTrack(event, settings) {
  const body = xml(
    { order: [{ _attr: { id: event.properties.order_id } }, { total: event.properties.total }, { note: "a < b & c" }] },
    { declaration: true },
  );
  const response = await fetch(`${settings.endpoint}/echo`, {
    method: "POST",
    headers: { "Content-Type": "text/xml" },
    body,
  });
  return (await response.json()).body;
}
