// Node's module `child_process`, inert: there are no processes.

import { unavailableMembers } from "./internal/unavailable.js";

const refused = unavailableMembers("child_process", [
  "ChildProcess",
  "exec",
  "execFile",
  "execFileSync",
  "execSync",
  "fork",
  "spawn",
  "spawnSync",
]);
const api = { ...refused };

export const { ChildProcess, exec, execFile, execFileSync, execSync, fork, spawn, spawnSync } = refused;
export default api;
export { api as "module.exports" };
