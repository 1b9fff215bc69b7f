// What a file of the web platform tests finds around itself, inside a function and in Node: the few globals of a browser that
// the harness and the tests ask for, and how the results get out. The suite puts harness and file behind it.

const startTimer = setTimeout;
const { parse, stringify } = JSON;
const platformFetch = globalThis.fetch;

/** Before the harness: `variant` is what stands behind the `?` of the file's address, `resources` its files by address. */
function prepare({ path, variant, resources }) {
  globalThis.self = globalThis;
  // What tells the tests of interfaces that those of a window are meant.
  globalThis.Window = Object;
  globalThis.GLOBAL = { isWindow: () => false, isWorker: () => false, isShadowRealm: () => false };
  globalThis.location = {
    href: `http://web-platform.test/${path}${variant}`,
    origin: "http://web-platform.test",
    pathname: `/${path}`,
    search: variant,
  };
  globalThis.fetch = function fetch(input, init) {
    const text = resources[`${input}`];
    if (text === undefined) return Reflect.apply(platformFetch, globalThis, [input, init]);
    return Promise.resolve({ ok: true, status: 200, json: async () => parse(text), text: async () => text });
  };
}

/** After the harness, before the tests: settles with what the tests say, or after `timeoutMs` with what they said by then. */
function resultsOfTests(timeoutMs) {
  const results = [];
  return new Promise((resolve) => {
    const finish = (harness) => resolve(stringify({ results, harness }));
    add_result_callback(({ name, status, message }) => results.push({ name: `${name}`, status, message }));
    add_completion_callback((_tests, { status, message }) => finish({ status, message }));
    startTimer(() => finish({ status: 2, message: "not all tests have ended" }), timeoutMs);
  });
}
