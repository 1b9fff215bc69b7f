// Gives a guest its cases, many to an event, and takes the answers apart again.

/**
 * `guest` is a function's text with a global `check(item)`, which answers one case; `items` are the cases as JSON. The
 * answers come back in the order of the cases, as `{ value }` or `{ failure }`. Where an event with many cases fails as a
 * whole, each of its cases runs alone.
 */
export async function answersOf(fnhost, guest, items, { perEvent = 100, ...options } = {}) {
  const source = `${guest}\n${driver}`;
  const eventFor = (cases) => ({ type: "track", event: "cases", properties: { cases } });
  const chunks = [];
  for (let start = 0; start < items.length; start += perEvent) chunks.push(items.slice(start, start + perEvent));
  const outcomes = await fnhost.run(source, chunks.map(eventFor), options);
  const answers = [];
  for (const [index, outcome] of outcomes.entries()) {
    const chunk = chunks[index];
    if (outcome.value?.answers?.length === chunk.length) {
      answers.push(...outcome.value.answers.map((value) => ({ value })));
    } else if (chunk.length === 1) {
      answers.push({ failure: outcome.failure ?? "no answers" });
    } else {
      answers.push(
        ...(await oneByOne(
          fnhost,
          source,
          chunk.map((item) => eventFor([item])),
          options,
        )),
      );
    }
  }
  return answers;
}

async function oneByOne(fnhost, source, events, options) {
  const outcomes = await fnhost.run(source, events, options);
  return outcomes.map(({ value, failure }) =>
    value?.answers?.length === 1 ? { value: value.answers[0] } : { failure: failure ?? "no answer" },
  );
}

const driver = `
async function onTrack(event) {
  const answers = [];
  for (const item of event.properties.cases) {
    let answer;
    try {
      answer = await check(item);
    } catch (error) {
      answer = { thrown: error instanceof Error ? error.name + ": " + error.message : String(error) };
    }
    answers.push(answer === undefined ? null : answer);
  }
  return { answers };
}
`;
