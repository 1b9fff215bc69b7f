// The key of the method by which our own FormData says what it is as a body. `fetch` and the class are apart: the class is
// not in every function.

export const formBody = Symbol("form body");
