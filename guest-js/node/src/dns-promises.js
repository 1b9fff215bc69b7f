// Node's module `dns/promises`, inert: names are resolved by the host, with the request that needs them.

import { codes } from "./internal/dns-codes.js";
import { refusedPromises } from "./internal/unavailable.js";

const refused = refusedPromises("dns.promises", [
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
const api = { ...refused, ...codes };

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
export default api;
export { api as "module.exports" };
