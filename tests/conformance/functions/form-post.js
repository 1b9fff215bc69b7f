// A form, written by hand and by URLSearchParams.
async function onIdentify(event, settings) {
  const params = new URLSearchParams();
  params.append("email", event.traits.email);
  params.append("name", `${event.traits.firstName} ${event.traits.lastName}`);
  for (const tag of event.traits.tags) params.append("tags[]", tag);
  const response = await fetch(`${settings.endpoint}/echo`, { method: "POST", body: params });
  const { headers, body } = await response.json();
  return [headers["content-type"], body];
}
