// One request for a whole batch. The answer has one entry an event, in the order of the events: what became of each.

async function onBatch(events, settings) {
  const results = events.map(problemWith);
  const rows = events.filter((_, index) => results[index] === undefined).map(toRow);
  const answer = rows.length > 0 ? await insert(rows, settings) : { status: 200 };
  return results.map((problem) => problem ?? answer);
}

// Batches are not promised: the same events may come one by one.
async function onTrack(event, settings) {
  const problem = problemWith(event);
  if (problem !== undefined) throw new InvalidEventPayload(problem.errormessage);
  return insert([toRow(event)], settings);
}

function problemWith(event) {
  if (event.type !== "track") return { status: 400, errormessage: `${event.type} has no table` };
  if (!event.userId) return { status: 400, errormessage: "userId is required" };
  return undefined;
}

function toRow(event) {
  return { user_id: event.userId, name: event.event, at: event.timestamp, ...event.properties };
}

async function insert(rows, settings) {
  const response = await fetch(`${settings.endpoint}?table=${encodeURIComponent(settings.table)}`, {
    method: "POST",
    headers: { "Content-Type": "application/x-ndjson" },
    body: rows.map((row) => JSON.stringify(row)).join("\n"),
  });
  if (response.status === 429 || response.status >= 500) {
    throw new RetryError(`the warehouse answered ${response.status}`); // the whole batch again
  }
  return response.ok ? { status: 200 } : { status: response.status, errormessage: await response.text() };
}
