// The stream side of hashes, ciphers and signatures: they are streams where `node:stream` is loaded, and cost nothing
// more where it is not. A stream's state is made when it is first touched.

import { isBuilding, whenReady } from "fnhost:platform/phase";
import { loadedUnit } from "fnhost:platform/require";

const classes = [];
const stateNames = ["_readableState", "_writableState"];
let linked = false;

/** Makes `constructor` a subclass of the stream class called `name`, as soon as there is one. */
export function lazyStream(constructor, name) {
  classes.push([constructor, name]);
}

/** Links the classes with `node:stream`, if that is there by now. */
export function linkStreams() {
  if (linked) return;
  const streams = loadedUnit("node:stream");
  if (streams?.Transform === undefined) return;
  linked = true;
  for (const [constructor, name] of classes) link(constructor, streams[name]);
}

function link(constructor, base) {
  const between = Object.create(base.prototype);
  for (const name of stateNames) {
    Object.defineProperty(between, name, {
      get() {
        start(this, base);
        return this[name];
      },
      set(value) {
        Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
      configurable: true,
      enumerable: true,
    });
  }
  Object.setPrototypeOf(constructor.prototype, between);
  Object.setPrototypeOf(constructor, base);
}

/** What the stream's constructor would have done when the object was made. */
function start(stream, base) {
  for (const name of stateNames) stream[name] = undefined;
  base.call(stream, { ...stream._options, decodeStrings: false });
}

/** Called where an object is made at the top level: it may be used as a stream there already. */
export function linkWhileBuilding() {
  if (isBuilding()) linkStreams();
}

whenReady(linkStreams);
