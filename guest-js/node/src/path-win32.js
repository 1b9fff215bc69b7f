// Node's module `path/win32`.

import { win32 } from "node:path";

export const { sep, delimiter, resolve, normalize, isAbsolute, join, relative, toNamespacedPath } = win32;
export const { dirname, basename, extname, format, parse, posix } = win32;
export { win32 };
export default win32;
export { win32 as "module.exports" };
