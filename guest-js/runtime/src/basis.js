// The module `fnhost:basis`: what the modules after it are made of, and what few events touch. All that these files export.

export * from "./inspect.js";
export * from "./inspect-errors.js";
export * from "./inspect-layout.js";
export * from "./inspect-objects.js";
export * from "./format.js";
export * from "./boundary.js";
export * from "./stacks.js";
export * from "./errors.js";
export * from "./phase.js";
export * from "./loaded.js";
export * from "./form-key.js";
export * from "./bytes.js";
export * from "./pieces.js";
export * from "./multipart.js";
export * from "./encoding.js";
export * from "./streamed.js";
export * from "./json-failure.js";
export * from "./url.js";
export * from "./body-stream.js";
export * from "./clock.js";
export * from "./console.js";
export * from "./timers.js";
export * from "./limits.js";
export * from "./shown.js";
export * from "./events.js";
