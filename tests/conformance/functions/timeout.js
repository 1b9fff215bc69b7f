// Gives a slow API up.
async function onTrack(event, settings) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 30);
  const names = [];
  try {
    await fetch(`${settings.endpoint}/slow`, { signal: controller.signal });
  } catch (error) {
    names.push(error.name, error.type);
  } finally {
    clearTimeout(timer);
  }
  try {
    await fetch(`${settings.endpoint}/slow`, { timeout: 30 });
  } catch (error) {
    names.push(error.name, error.type);
  }
  return names;
}
