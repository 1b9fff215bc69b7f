// Pages by their Link header, one after the other.
async function* pages(url) {
  for (let next = url; next; ) {
    const response = await fetch(next);
    yield* (await response.json()).items;
    next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
  }
}

async function onTrack(event, settings) {
  const all = [];
  for await (const item of pages(`${settings.endpoint}/linked?page=1`)) all.push(item);
  return all;
}
