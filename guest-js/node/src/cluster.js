// Node's module `cluster`, inert: this is the only process.

import { EventEmitter } from "node:events";
import { unavailableMembers } from "./internal/unavailable.js";

const refused = unavailableMembers("cluster", ["Worker", "disconnect", "fork", "setupMaster", "setupPrimary"]);
const api = Object.assign(new EventEmitter(), refused, {
  isWorker: false,
  isMaster: true,
  isPrimary: true,
  workers: {},
  settings: {},
  SCHED_NONE: 1,
  SCHED_RR: 2,
  schedulingPolicy: 2,
});

export const { Worker, disconnect, fork, setupMaster, setupPrimary } = refused;
export const { isWorker, isMaster, isPrimary, workers, settings, SCHED_NONE, SCHED_RR, schedulingPolicy } = api;
export default api;
export { api as "module.exports" };
