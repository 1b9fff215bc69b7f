// Node's module `dns`, inert: names are resolved by the host, with the request that needs them.

import promises from "node:dns/promises";
import { codes } from "./internal/dns-codes.js";
import { unavailableMembers } from "./internal/unavailable.js";

const flags = { ADDRCONFIG: 32, ALL: 16, V4MAPPED: 8 };
const refused = unavailableMembers("dns", [
  "lookup",
  "lookupService",
  "Resolver",
  "getDefaultResultOrder",
  "setDefaultResultOrder",
  "setServers",
  "getServers",
  "resolve",
  "resolve4",
  "resolve6",
  "resolveAny",
  "resolveCaa",
  "resolveCname",
  "resolveMx",
  "resolveNaptr",
  "resolveNs",
  "resolvePtr",
  "resolveSoa",
  "resolveSrv",
  "resolveTxt",
  "reverse",
]);
const api = { ...refused, ...flags, promises, ...codes };

export const {
  lookup,
  lookupService,
  Resolver,
  getDefaultResultOrder,
  setDefaultResultOrder,
  setServers,
  getServers,
  resolve,
  resolve4,
  resolve6,
  resolveAny,
  resolveCaa,
  resolveCname,
  resolveMx,
  resolveNaptr,
  resolveNs,
  resolvePtr,
  resolveSoa,
  resolveSrv,
  resolveTxt,
  reverse,
} = refused;
export const { ADDRCONFIG, ALL, V4MAPPED } = flags;
export { promises };
export default api;
export { api as "module.exports" };
