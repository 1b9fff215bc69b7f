// Unit `fnhost:web/adapter-table`: where `node:stream` finds what `fnhost:web/stream-adapters` has put, if that is loaded.

/** By class and method: `Readable toWeb`. */
export const adapters = { __proto__: null };
