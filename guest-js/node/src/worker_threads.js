// Node's module `worker_threads`, inert: there is one thread.

import { unavailableMembers } from "./internal/unavailable.js";

const environment = new Map();
const isMainThread = true;
const parentPort = null;
const workerData = null;
const threadId = 0;
const resourceLimits = {};
const SHARE_ENV = Symbol.for("nodejs.worker_threads.SHARE_ENV");
const getEnvironmentData = (key) => environment.get(key);
const setEnvironmentData = (key, value) => {
  if (value === undefined) environment.delete(key);
  else environment.set(key, value);
};
const receiveMessageOnPort = () => undefined;
const markAsUntransferable = () => {};

const refused = unavailableMembers("worker_threads", [
  "MessagePort",
  "MessageChannel",
  "moveMessagePortToContext",
  "postMessageToThread",
  "Worker",
  "BroadcastChannel",
]);
const api = {
  ...refused,
  isMainThread,
  parentPort,
  workerData,
  threadId,
  resourceLimits,
  SHARE_ENV,
  getEnvironmentData,
  setEnvironmentData,
  receiveMessageOnPort,
  markAsUntransferable,
};

export const { MessagePort, MessageChannel, moveMessagePortToContext, postMessageToThread, Worker, BroadcastChannel } =
  refused;
export {
  isMainThread,
  parentPort,
  workerData,
  threadId,
  resourceLimits,
  SHARE_ENV,
  getEnvironmentData,
  setEnvironmentData,
  receiveMessageOnPort,
  markAsUntransferable,
};
export default api;
export { api as "module.exports" };
