// A file in a form.
async function onTrack(event, settings) {
  const form = new FormData();
  form.append("name", event.event);
  form.append("file", Buffer.from(JSON.stringify(event.properties)), {
    filename: "event.json",
    contentType: "application/json",
  });
  const response = await fetch(`${settings.endpoint}/echo`, { method: "POST", body: form, headers: form.getHeaders() });
  const { headers, body } = await response.json();
  const boundary = headers["content-type"].split("boundary=")[1];
  return body.split(`--${boundary}`).map((part) => part.trim());
}
