// A batch in pieces of two, with a result for each event.
async function onBatch(events, settings) {
  const results = [];
  for (let start = 0; start < events.length; start += 2) {
    const piece = events.slice(start, start + 2);
    const response = await fetch(
      `${settings.endpoint}/status/${piece.some((event) => event.properties.bad) ? 400 : 200}`,
      {
        method: "POST",
        body: JSON.stringify(piece.map(({ properties }) => properties)),
      },
    );
    for (const _ of piece)
      results.push(response.ok ? { status: 200 } : { status: response.status, errormessage: "rejected" });
  }
  return results;
}
