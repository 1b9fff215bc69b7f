// Node's module `path/posix`.

import { posix } from "node:path";

export const { sep, delimiter, resolve, normalize, isAbsolute, join, relative, toNamespacedPath } = posix;
export const { dirname, basename, extname, format, parse, win32 } = posix;
export { posix };
export default posix;
export { posix as "module.exports" };
