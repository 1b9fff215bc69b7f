// `http.Agent`: what it is asked for and told is kept, and changes nothing. Connections are the host's, which keeps and
// shares them.

import { EventEmitter } from "node:events";
import { nodeError } from "../internal/errors.js";

/** A function, as Node's can be called without `new`, and for what inherits from it in the old way. */
export function Agent(options = undefined) {
  if (!(this instanceof Agent)) return new Agent(options);
  EventEmitter.call(this);
  this.options = { __proto__: null, ...options };
  this.options.noDelay ??= true;
  this.options.path = null;
  this.defaultPort = 80;
  this.protocol = "http:";
  this.requests = { __proto__: null };
  this.sockets = { __proto__: null };
  this.freeSockets = { __proto__: null };
  this.keepAliveMsecs = this.options.keepAliveMsecs || 1000;
  this.keepAlive = this.options.keepAlive || false;
  this.maxSockets = this.options.maxSockets || Infinity;
  this.maxFreeSockets = this.options.maxFreeSockets || 256;
  this.scheduling = this.options.scheduling || "lifo";
  this.maxTotalSockets = this.options.maxTotalSockets ?? Infinity;
  this.totalSocketCount = 0;
}
Object.setPrototypeOf(Agent, EventEmitter);
Object.setPrototypeOf(Agent.prototype, EventEmitter.prototype);
Agent.defaultMaxSockets = Infinity;

const members = {
  getName(options = {}) {
    let name = `${options.host || "localhost"}:${options.port || ""}:${options.localAddress || ""}`;
    if (options.family === 4 || options.family === 6) name += `:${options.family}`;
    if (options.socketPath) name += `:${options.socketPath}`;
    return name;
  },

  addRequest() {
    throw noConnections();
  },

  createConnection() {
    throw noConnections();
  },

  createSocket() {
    throw noConnections();
  },

  keepSocketAlive() {
    return true;
  },

  reuseSocket() {},

  destroy() {},
};
for (const [name, value] of Object.entries(members)) Agent.prototype[name] = value;

/** Throws for what is no agent, and for one that would connect in its own way: there is no way but the host's. */
export function requireUsableAgent(agent) {
  const own = agent?.addRequest;
  if (typeof own !== "function" || own === Agent.prototype.addRequest) return;
  throw nodeError(
    Error,
    "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
    "agents that make connections of their own, proxies for example, cannot be used here: connections are the host's",
  );
}

function noConnections() {
  const message = "an agent makes no connections here: they are the host's";
  return nodeError(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message);
}
