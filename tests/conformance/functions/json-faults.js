// Errors by their words, as functions look for them.
async function onTrack(event, settings) {
  const words = [];
  for (const text of [undefined, {}, "", "<html>sorry, nobody is at home</html>", '{"a":1,}', "{a:1}", '["x" "y"]', "[1] 2", '"\t"', "-"]) {
    try {
      words.push(JSON.parse(text));
    } catch (error) {
      words.push(`${error.name}: ${error.message}`);
    }
  }
  const response = await fetch(`${settings.endpoint}/html`);
  words.push(await response.json().catch((error) => error.message.replace(settings.endpoint, "")));
  try {
    new Date("never").toISOString();
  } catch (error) {
    words.push(error.message);
  }
  return words;
}
