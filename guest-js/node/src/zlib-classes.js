// The classes of zlib's streams, by name: filled by zlib-streams.js where that is loaded, read by zlib.js.

export const classes = {};
