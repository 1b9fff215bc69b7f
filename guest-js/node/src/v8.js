// Node's module `v8`, inert: nothing can be seen of the engine, which is another one.

import { unavailableMembers } from "./internal/unavailable.js";

const heap = {
  total_heap_size: 33554432,
  total_heap_size_executable: 0,
  total_physical_size: 33554432,
  total_available_size: 33554432,
  used_heap_size: 16777216,
  heap_size_limit: 67108864,
  malloced_memory: 0,
  peak_malloced_memory: 0,
  does_zap_garbage: 0,
  number_of_native_contexts: 1,
  number_of_detached_contexts: 0,
  total_global_handles_size: 0,
  used_global_handles_size: 0,
  external_memory: 0,
};
// Plausible, and always the same.
const getHeapStatistics = () => ({ ...heap });
const setFlagsFromString = () => {};
const cachedDataVersionTag = () => 0;

const refused = unavailableMembers("v8", [
  "getHeapSnapshot",
  "getHeapSpaceStatistics",
  "getHeapCodeStatistics",
  "Serializer",
  "Deserializer",
  "DefaultSerializer",
  "DefaultDeserializer",
  "deserialize",
  "takeCoverage",
  "stopCoverage",
  "serialize",
  "writeHeapSnapshot",
  "queryObjects",
  "setHeapSnapshotNearHeapLimit",
  "GCProfiler",
]);
const api = { ...refused, getHeapStatistics, setFlagsFromString, cachedDataVersionTag };

export const {
  getHeapSnapshot,
  getHeapSpaceStatistics,
  getHeapCodeStatistics,
  Serializer,
  Deserializer,
  DefaultSerializer,
  DefaultDeserializer,
  deserialize,
  takeCoverage,
  stopCoverage,
  serialize,
  writeHeapSnapshot,
  queryObjects,
  setHeapSnapshotNearHeapLimit,
  GCProfiler,
} = refused;
export { getHeapStatistics, setFlagsFromString, cachedDataVersionTag };
export default api;
export { api as "module.exports" };
