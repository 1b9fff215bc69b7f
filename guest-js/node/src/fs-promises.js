// Node's module `fs/promises`, inert: there are no files.

import { fileConstants as constants } from "./internal/file-constants.js";
import { refusedPromises } from "./internal/unavailable.js";

const refused = refusedPromises("fs.promises", [
  "access",
  "copyFile",
  "cp",
  "open",
  "opendir",
  "rename",
  "truncate",
  "rm",
  "rmdir",
  "mkdir",
  "readdir",
  "readlink",
  "symlink",
  "lstat",
  "stat",
  "statfs",
  "link",
  "unlink",
  "chmod",
  "lchown",
  "chown",
  "utimes",
  "lutimes",
  "realpath",
  "mkdtemp",
  "writeFile",
  "appendFile",
  "readFile",
  "watch",
]);
const api = { ...refused, constants };

export const {
  access,
  copyFile,
  cp,
  open,
  opendir,
  rename,
  truncate,
  rm,
  rmdir,
  mkdir,
  readdir,
  readlink,
  symlink,
  lstat,
  stat,
  statfs,
  link,
  unlink,
  chmod,
  lchown,
  chown,
  utimes,
  lutimes,
  realpath,
  mkdtemp,
  writeFile,
  appendFile,
  readFile,
  watch,
} = refused;
export { constants };
export default api;
export { api as "module.exports" };
