// Node's module `os`, inert: a machine that tells nothing of the one that it runs on.

import { elapsed } from "fnhost:platform/clock";
import { errnoByName } from "./internal/errno.js";
import { signals } from "./internal/signals.js";
import { unavailable } from "./internal/unavailable.js";

export const EOL = "\n";
export const devNull = "/dev/null";
const priority = {
  PRIORITY_LOW: 19,
  PRIORITY_BELOW_NORMAL: 10,
  PRIORITY_NORMAL: 0,
  PRIORITY_ABOVE_NORMAL: -7,
  PRIORITY_HIGH: -14,
  PRIORITY_HIGHEST: -20,
};
export const constants = { UV_UDP_REUSEADDR: 4, dlopen: {}, errno: errnoByName, signals, priority };

export const arch = () => "x64";
export const availableParallelism = () => 1;
export const cpus = () => [{ model: "", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }];
export const endianness = () => "LE";
export const freemem = () => 33554432;
export const getPriority = () => 0;
export const homedir = () => "/";
export const hostname = () => "localhost";
export const loadavg = () => [0, 0, 0];
export const machine = () => "x86_64";
export const networkInterfaces = () => ({});
export const platform = () => "linux";
export const release = () => "6.1.0";
export const setPriority = unavailable("os.setPriority");
export const tmpdir = () => "/tmp";
export const totalmem = () => 67108864;
export const type = () => "Linux";
export const uptime = () => elapsed() / 1000;
export const userInfo = () => ({ uid: 1000, gid: 1000, username: "node", homedir: "/", shell: null });
export const version = () => "#1 SMP";

const api = {
  arch,
  availableParallelism,
  cpus,
  endianness,
  freemem,
  getPriority,
  homedir,
  hostname,
  loadavg,
  networkInterfaces,
  platform,
  release,
  setPriority,
  tmpdir,
  totalmem,
  type,
  userInfo,
  uptime,
  version,
  machine,
  constants,
  EOL,
  devNull,
};

export default api;
export { api as "module.exports" };
