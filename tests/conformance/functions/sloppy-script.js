<!-- a line that browsers once needed
// Globals without a declaration, things declared twice, old forms of old things.
endpoint = "/echo";
var count = 010;
var count;
function body(event) {
  return {};
}
function body(event) {
  payload = {};
  for (key in event.properties) if (key !== "products") payload[key] = event.properties[key];
  with (payload) doubled = total * 2;
  return payload;
}
onTrack = async function (event, settings) {
  const response = await fetch(settings.endpoint + endpoint, {
    method: "post",
    headers: { Authorization: "Basic " + new Buffer.from("key:").toString("base64") },
    body: JSON.stringify(body(event)),
  });
  const { body: sent, headers } = await response.json();
  label: for (;;) for (;;) break label;
  return [sent, headers.authorization, count, window.doubled, this === window, arguments.length, delete window.key];
};
--> the end
