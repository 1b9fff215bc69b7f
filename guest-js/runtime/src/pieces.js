// Contents that come in pieces: read once, in order, by one reader or by several that share them. They hold no more
// than one piece, but for what one of several readers has still to read.
//
// A reader has `next()`, which resolves to the next bytes or to undefined at the end, and `cancel(reason)`.

import { joined } from "./bytes.js";

export class PiecesContent {
  #reader = undefined;
  #kept = undefined;

  /** Whether anybody has begun to read. */
  get isOpen() {
    return this.#reader !== undefined;
  }

  /** From now on every `open` begins with the first piece. */
  share() {
    this.#kept ??= [];
  }

  open() {
    this.#reader ??= this.start();
    return this.#kept === undefined ? this.#reader : sharing(this.#reader, this.#kept);
  }
}

/** A reader over those pieces of `reader` that are in `kept`, and then over the rest, which it adds. */
function sharing(reader, kept) {
  let index = 0;
  return {
    async next() {
      if (index === kept.length) kept.push(reader.next());
      const bytes = await kept[index++];
      // Each reader may change what it got.
      return bytes?.slice();
    },
    cancel() {},
  };
}

/** All bytes that `reader` gives. `check` is told of each piece's length. */
export async function allBytes(reader, check = undefined) {
  const pieces = [];
  for (;;) {
    const bytes = await reader.next();
    if (bytes === undefined) return joined(pieces);
    check?.(bytes.length);
    pieces.push(bytes);
  }
}
