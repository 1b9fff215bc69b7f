// Node's module `path`, for both kinds of systems. The current folder is `/`.

import { invalidArgType, requireType } from "./internal/errors.js";

const slash = 47;
const backslash = 92;

const isSlash = (code) => code === slash;
const isEitherSlash = (code) => code === slash || code === backslash;
const isLetter = (code) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/** The segments of `text` without `.`, and without those that `..` takes back; above the top only if `allowAbove`. */
function segmentsOf(text, isSeparator, allowAbove) {
  const kept = [];
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    if (index < text.length && !isSeparator(text.charCodeAt(index))) continue;
    const segment = text.slice(start, index);
    start = index + 1;
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") kept.push(segment);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (allowAbove) kept.push("..");
  }
  return kept;
}

/** Where the last segment begins and ends; trailing separators do not count. */
function lastSegment(path, start, isSeparator) {
  let end = path.length;
  while (end > start && isSeparator(path.charCodeAt(end - 1))) end--;
  let first = end;
  while (first > start && !isSeparator(path.charCodeAt(first - 1))) first--;
  return { first, end };
}

/** Where the extension of a name begins; its length where there is none. */
function extensionStart(name) {
  const dot = name.lastIndexOf(".");
  return dot <= 0 || name === ".." ? name.length : dot;
}

function baseOf(path, suffix, start, isSeparator) {
  requireType(path, "path", "string");
  if (suffix !== undefined) requireType(suffix, "suffix", "string");
  if (suffix === path) return "";
  const { first, end } = lastSegment(path, start, isSeparator);
  const name = path.slice(first, end);
  if (suffix === undefined || suffix === "" || suffix.length > path.length) return name;
  // A suffix that goes beyond the name takes nothing, and leaves what is behind the name as well.
  if (suffix.length > name.length && suffix.endsWith(name)) return path.slice(first);
  return name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

function extensionOf(path, start, isSeparator) {
  requireType(path, "path", "string");
  const { first, end } = lastSegment(path, start, isSeparator);
  const name = path.slice(first, end);
  return name.slice(extensionStart(name));
}

function requireObject(value, name) {
  requireType(value, name, "object");
  // An array is refused as well, and named as what it is.
  if (value === null || Array.isArray(value)) throw invalidArgType(name, "object", value);
}

function formatted(separator, parts) {
  requireObject(parts, "pathObject");
  const extension = parts.ext ? `${parts.ext[0] === "." ? "" : "."}${parts.ext}` : "";
  const base = parts.base || `${parts.name || ""}${extension}`;
  const folder = parts.dir || parts.root;
  if (!folder) return base;
  return folder === parts.root ? `${folder}${base}` : `${folder}${separator}${base}`;
}

const posix = {
  sep: "/",
  delimiter: ":",

  resolve(...paths) {
    let resolved = "";
    for (let index = paths.length - 1; index >= 0; index--) {
      requireType(paths[index], `paths[${index}]`, "string");
      if (paths[index] === "") continue;
      resolved = resolved === "" ? paths[index] : `${paths[index]}/${resolved}`;
      if (isSlash(paths[index].charCodeAt(0))) break;
    }
    return `/${segmentsOf(resolved, isSlash, false).join("/")}`;
  },

  normalize(path) {
    requireType(path, "path", "string");
    if (path === "") return ".";
    const isAbsolute = isSlash(path.charCodeAt(0));
    let result = segmentsOf(path, isSlash, !isAbsolute).join("/");
    if (result === "" && !isAbsolute) result = ".";
    const hasEnd = isSlash(path.charCodeAt(path.length - 1));
    if (result === "." && hasEnd && !isAbsolute) return "./";
    if (result !== "" && hasEnd) result += "/";
    return isAbsolute ? `/${result}` : result;
  },

  isAbsolute(path) {
    requireType(path, "path", "string");
    return path !== "" && isSlash(path.charCodeAt(0));
  },

  join(...paths) {
    for (const path of paths) requireType(path, "path", "string");
    const joined = paths.filter((path) => path !== "").join("/");
    return joined === "" ? "." : posix.normalize(joined);
  },

  relative(from, to) {
    requireType(from, "from", "string");
    requireType(to, "to", "string");
    const source = segmentsOf(posix.resolve(from), isSlash, false);
    const target = segmentsOf(posix.resolve(to), isSlash, false);
    let common = 0;
    while (common < source.length && common < target.length && source[common] === target[common]) common++;
    return [...source.slice(common).fill(".."), ...target.slice(common)].join("/");
  },

  toNamespacedPath(path) {
    return path;
  },

  dirname(path) {
    requireType(path, "path", "string");
    if (path === "") return ".";
    const isAbsolute = isSlash(path.charCodeAt(0));
    // The separator before the last segment goes with it; no others do.
    const end = lastSegment(path, 0, isSlash).first - 1;
    if (end < 0 || (end === 0 && isAbsolute)) return isAbsolute ? "/" : ".";
    return isAbsolute && end === 1 ? "//" : path.slice(0, end);
  },

  basename: (path, suffix) => baseOf(path, suffix, 0, isSlash),
  extname: (path) => extensionOf(path, 0, isSlash),
  format: (parts) => formatted("/", parts),

  parse(path) {
    requireType(path, "path", "string");
    const root = isSlash(path.charCodeAt(0)) ? "/" : "";
    const { first, end } = lastSegment(path, root.length, isSlash);
    const base = path.slice(first, end);
    // As Node has it: directly below the root the second of two dots is an extension.
    const dot = root !== "" && first === 1 && base === ".." ? 1 : extensionStart(base);
    const dir = first > root.length ? path.slice(0, first - 1) : root;
    return { root, dir, base, ext: base.slice(dot), name: base.slice(0, dot) };
  },
};

/** What stands before the folders: a drive, a server's share, a separator. */
function windowsRoot(path) {
  const first = path.charCodeAt(0);
  if (path === "") return { device: "", root: "", isAbsolute: false };
  if (isEitherSlash(first)) {
    const share = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/.exec(path);
    if (share !== null) {
      const rest = path.slice(share[0].length);
      const root = rest === "" ? share[0] : share[0] + rest[0];
      return { device: `\\\\${share[1]}\\${share[2]}`, root, isAbsolute: true, isShare: true };
    }
    return { device: "", root: path[0], isAbsolute: true };
  }
  if (isLetter(first) && path[1] === ":") {
    const isAbsolute = path.length > 2 && isEitherSlash(path.charCodeAt(2));
    return { device: path.slice(0, 2), root: path.slice(0, isAbsolute ? 3 : 2), isAbsolute };
  }
  return { device: "", root: "", isAbsolute: false };
}

const win32 = {
  sep: "\\",
  delimiter: ";",

  resolve(...paths) {
    let device = "";
    let tail = "";
    let isAbsolute = false;
    for (let index = paths.length - 1; index >= -1; index--) {
      const path = index >= 0 ? paths[index] : device === "" ? "/" : `${device}\\`;
      if (index >= 0) requireType(path, `paths[${index}]`, "string");
      if (path === "") continue;
      const found = windowsRoot(path);
      if (found.device !== "") {
        if (device !== "" && found.device.toLowerCase() !== device.toLowerCase()) continue;
        device ||= found.device;
      }
      if (isAbsolute) {
        if (device !== "") break;
        continue;
      }
      tail = `${path.slice(found.root.length)}\\${tail}`;
      isAbsolute = found.isAbsolute;
      if (isAbsolute && device !== "") break;
    }
    tail = segmentsOf(tail, isEitherSlash, !isAbsolute).join("\\");
    return isAbsolute ? `${device}\\${tail}` : `${device}${tail}` || ".";
  },

  normalize(path) {
    requireType(path, "path", "string");
    if (path === "") return ".";
    const { device, root, isAbsolute, isShare } = windowsRoot(path);
    if (path.length === 1) return isEitherSlash(path.charCodeAt(0)) ? "\\" : path;
    let tail = segmentsOf(path.slice(root.length), isEitherSlash, !isAbsolute).join("\\");
    if (isShare && path.length === root.length) return `${device}\\`;
    if (tail === "" && !isAbsolute) tail = ".";
    if (tail !== "" && isEitherSlash(path.charCodeAt(path.length - 1))) tail += "\\";
    return isAbsolute ? `${device}\\${tail}` : `${device}${tail}`;
  },

  isAbsolute(path) {
    requireType(path, "path", "string");
    return windowsRoot(path).isAbsolute;
  },

  join(...paths) {
    for (const path of paths) requireType(path, "path", "string");
    const given = paths.filter((path) => path !== "");
    if (given.length === 0) return ".";
    let joined = given.join("\\");
    // Two separators at the front mean a server, which must not come about by joining.
    const isServer = /^[\\/]{2}[^\\/]/.test(given[0]);
    if (!isServer) joined = joined.replace(/^[\\/]{2,}/, "\\");
    return win32.normalize(joined);
  },

  relative(from, to) {
    requireType(from, "from", "string");
    requireType(to, "to", "string");
    if (from === to) return "";
    const source = win32.resolve(from);
    const target = win32.resolve(to);
    if (source.toLowerCase() === target.toLowerCase()) return "";
    const sourceSegments = source.split("\\").filter((segment) => segment !== "");
    const targetSegments = target.split("\\").filter((segment) => segment !== "");
    let common = 0;
    while (
      common < sourceSegments.length &&
      common < targetSegments.length &&
      sourceSegments[common].toLowerCase() === targetSegments[common].toLowerCase()
    ) {
      common++;
    }
    if (common === 0 && windowsRoot(source).device !== windowsRoot(target).device) return target;
    return [...sourceSegments.slice(common).fill(".."), ...targetSegments.slice(common)].join("\\");
  },

  toNamespacedPath(path) {
    if (typeof path !== "string" || path === "") return path;
    const resolved = win32.resolve(path);
    if (/^\\\\[^?.]/.test(resolved)) return `\\\\?\\UNC\\${resolved.slice(2)}`;
    return /^[A-Za-z]:\\/.test(resolved) ? `\\\\?\\${resolved}` : path;
  },

  dirname(path) {
    requireType(path, "path", "string");
    if (path === "") return ".";
    const { root, isShare } = windowsRoot(path);
    if (isShare && path.length <= root.length) return path;
    const { first } = lastSegment(path, root.length, isEitherSlash);
    if (first <= root.length) return root === "" ? "." : root;
    return path.slice(0, first - 1);
  },

  basename(path, suffix) {
    requireType(path, "path", "string");
    const start = isLetter(path.charCodeAt(0)) && path[1] === ":" ? 2 : 0;
    return baseOf(path, suffix, start, isEitherSlash);
  },

  extname(path) {
    requireType(path, "path", "string");
    const start = isLetter(path.charCodeAt(0)) && path[1] === ":" ? 2 : 0;
    return extensionOf(path, start, isEitherSlash);
  },

  format: (parts) => formatted("\\", parts),

  parse(path) {
    requireType(path, "path", "string");
    const { root } = windowsRoot(path);
    const { first, end } = lastSegment(path, root.length, isEitherSlash);
    const base = path.slice(first, end);
    const dot = extensionStart(base);
    const dir = first > root.length ? path.slice(0, first - 1) : root;
    return { root, dir, base, ext: base.slice(dot), name: base.slice(0, dot) };
  },
};

posix._makeLong = posix.toNamespacedPath;
win32._makeLong = win32.toNamespacedPath;
posix.posix = win32.posix = posix;
posix.win32 = win32.win32 = win32;

export const { sep, delimiter, resolve, normalize, isAbsolute, join, relative, toNamespacedPath } = posix;
export const { dirname, basename, extname, format, parse } = posix;
export { posix, win32 };
export default posix;
export { posix as "module.exports" };
