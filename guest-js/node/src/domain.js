// Node's old module `domain`: it runs what it is given and lets errors go their way.

import { EventEmitter } from "node:events";

const { apply } = Reflect;

export class Domain extends EventEmitter {
  members = [];

  run(callback, ...args) {
    return apply(callback, this, args);
  }

  bind(callback) {
    return callback;
  }

  intercept(callback) {
    return (error, ...args) => {
      if (error) this.emit("error", error);
      else apply(callback, this, args);
    };
  }

  add() {}

  remove() {}

  enter() {}

  exit() {}
}

export const create = () => new Domain();
export const createDomain = create;
export const active = null;
const api = { Domain, createDomain, create, active };

export default api;
export { api as "module.exports" };
