// Node's module `assert/strict`.

import { strict } from "node:assert";

export const { fail, ok, equal, notEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual } = strict;
export const { strictEqual, notStrictEqual, throws, rejects, doesNotThrow, doesNotReject, ifError } = strict;
export const { match, doesNotMatch, AssertionError } = strict;
export { strict };
export default strict;
export { strict as "module.exports" };
