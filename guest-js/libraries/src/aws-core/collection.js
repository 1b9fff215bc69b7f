// The SDK's collections of operations, shapes, paginators and waiters, made when they are asked for. What a service's unit
// has as JSON text is parsed then too: an event uses one operation, a service has a hundred.

import util from "aws-sdk/lib/util.js";

const { parse } = JSON;

/** `entries` are descriptions, or their texts; `create` makes the member `rename(name)` of one. */
export default function Collection(entries, options, create, rename = String, visit) {
  for (const name of Object.keys(entries ?? {})) {
    const entry = entries[name];
    const isText = typeof entry === "string";
    util.memoizedProperty(this, rename(name), () => create(name, isText ? parse(entry) : entry));
    // Whatever has more than its own description to say is never a text.
    if (!isText && visit !== undefined) visit(name, entry);
  }
}
