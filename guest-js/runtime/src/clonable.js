// The key of the method by which `structuredClone` copies what is no value of the language itself: a Blob, say. The classes
// and the copying are units of their own, which need not know each other.

export const clonable = Symbol("structured clone");
