// How Node shows the objects of the web: their class, then the members that matter, one level of depth used up.

/** For a method of the key `nodejs.util.inspect.custom`. */
export function shown(name, members, depth, options, inspect) {
  if (depth < 0) return `[${name}]`;
  const inner = typeof options.depth === "number" ? options.depth - 1 : options.depth;
  return `${name} ${inspect(members, { ...options, depth: inner })}`;
}
