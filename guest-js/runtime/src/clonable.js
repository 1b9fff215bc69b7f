// The key of the method by which `structuredClone` copies what is no value of the language itself: a Blob, say. The classes
// and the copying are units of their own, which need not know each other.

export const clonable = Symbol("structured clone");

// The key of the method by which an object is handed over: it answers with `{ copy, move }`, the object that takes its place,
// and what is to be called when all of a value is cloned.

export const transferable = Symbol("structured clone transfer");
