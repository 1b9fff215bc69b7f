// What lodash asks of Buffer, which is loaded only where a function names it: without it nothing is a buffer.

import { loadedUnit } from "fnhost:platform/require";

const loaded = () => loadedUnit("node:buffer")?.Buffer;

export const Buffer = {
  isBuffer: (value) => loaded()?.isBuffer(value) ?? false,
  allocUnsafe: (size) => loaded().allocUnsafe(size),
};
