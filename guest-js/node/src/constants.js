// Node's old module `constants`: numbers of errors, signals and the file system. Those of `crypto` are in that module.

import { errnoByName } from "./internal/errno.js";
import { fileConstants } from "./internal/file-constants.js";
import { signals } from "./internal/signals.js";

const api = { ...errnoByName, ...signals, ...fileConstants };

export default api;
export { api as "module.exports" };
