// Node's module `trace_events`, inert: nothing is traced.

import { unavailableMembers } from "./internal/unavailable.js";

const getEnabledCategories = () => undefined;

const refused = unavailableMembers("trace_events", ["createTracing"]);
const api = { ...refused, getEnabledCategories };

export const { createTracing } = refused;
export { getEnabledCategories };
export default api;
export { api as "module.exports" };
