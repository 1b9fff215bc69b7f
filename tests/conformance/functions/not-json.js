// An API that answers with a page of HTML when it fails.
async function onTrack(event, settings) {
  const response = await fetch(`${settings.endpoint}/html`);
  try {
    return await response.json();
  } catch (error) {
    return [error.name, error.type, error.message.split(" reason:")[0].replace(/^.*html/, "html")];
  }
}
