// Node's module `perf_hooks`: the web's `performance`. There are no observers, and no histograms of an event loop.

import {
  Performance,
  performance,
  PerformanceEntry,
  PerformanceMark,
  PerformanceMeasure,
} from "fnhost:web/performance";
import { unavailable } from "./internal/unavailable.js";

export class PerformanceObserver {
  static supportedEntryTypes = Object.freeze([]);

  observe() {}

  disconnect() {}

  takeRecords() {
    return [];
  }
}

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
  createHistogram,
  monitorEventLoopDelay,
  performance,
  constants,
};

export { Performance, performance, PerformanceEntry, PerformanceMark, PerformanceMeasure };
export default api;
export { api as "module.exports" };
