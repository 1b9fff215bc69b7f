// Node's module `perf_hooks`: the web's `performance` and its observers. There are no histograms of an event loop.

import {
  Performance,
  performance,
  PerformanceEntry,
  PerformanceMark,
  PerformanceMeasure,
} from "fnhost:web/performance";
import { PerformanceObserver, PerformanceObserverEntryList } from "fnhost:web/performance-observer";
import { unavailable } from "./internal/unavailable.js";

export const constants = Object.freeze({
  NODE_PERFORMANCE_GC_MAJOR: 4,
  NODE_PERFORMANCE_GC_MINOR: 1,
  NODE_PERFORMANCE_GC_INCREMENTAL: 8,
  NODE_PERFORMANCE_GC_WEAKCB: 16,
});
export const createHistogram = unavailable("perf_hooks.createHistogram");
export const monitorEventLoopDelay = unavailable("perf_hooks.monitorEventLoopDelay");

const api = {
  Performance,
  PerformanceEntry,
  PerformanceMark,
  PerformanceMeasure,
  PerformanceObserver,
  PerformanceObserverEntryList,
  createHistogram,
  monitorEventLoopDelay,
  performance,
  constants,
};

export { Performance, performance, PerformanceEntry, PerformanceMark, PerformanceMeasure };
export { PerformanceObserver, PerformanceObserverEntryList };
export default api;
export { api as "module.exports" };
