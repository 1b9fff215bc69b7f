// The module `fnhost:network`: the way of a request, from `fetch` to its answer. All that these files export. It is a module of
// its own for what runtime.js says: what every event with a request touches lies on few pages then.

export * from "./headers.js";
export * from "./body.js";
export * from "./request.js";
export * from "./network-body.js";
export * from "./response.js";
export * from "./send.js";
export * from "./fetch.js";
