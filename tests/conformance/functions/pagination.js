// Follows pages until there is none.
async function onTrack(event, settings) {
  const all = [];
  let next = `${settings.endpoint}/pages?page=1`;
  while (next) {
    const response = await fetch(next);
    const { items, more } = await response.json();
    all.push(...items);
    next = more ? new URL(more, response.url).href : null;
  }
  return all;
}
