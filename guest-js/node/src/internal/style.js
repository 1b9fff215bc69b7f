// Colours and styles of terminals, for texts that are written with them.

import { invalidArgValue, requireType } from "./errors.js";

export const styles = {
  colors: {
    __proto__: null,
    reset: [0, 0],
    bold: [1, 22],
    dim: [2, 22],
    italic: [3, 23],
    underline: [4, 24],
    blink: [5, 25],
    inverse: [7, 27],
    hidden: [8, 28],
    strikethrough: [9, 29],
    doubleunderline: [21, 24],
    black: [30, 39],
    red: [31, 39],
    green: [32, 39],
    yellow: [33, 39],
    blue: [34, 39],
    magenta: [35, 39],
    cyan: [36, 39],
    white: [37, 39],
    bgBlack: [40, 49],
    bgRed: [41, 49],
    bgGreen: [42, 49],
    bgYellow: [43, 49],
    bgBlue: [44, 49],
    bgMagenta: [45, 49],
    bgCyan: [46, 49],
    bgWhite: [47, 49],
    framed: [51, 54],
    overlined: [53, 55],
    gray: [90, 39],
    redBright: [91, 39],
    greenBright: [92, 39],
    yellowBright: [93, 39],
    blueBright: [94, 39],
    magentaBright: [95, 39],
    cyanBright: [96, 39],
    whiteBright: [97, 39],
    bgGray: [100, 49],
    bgRedBright: [101, 49],
    bgGreenBright: [102, 49],
    bgYellowBright: [103, 49],
    bgBlueBright: [104, 49],
    bgMagentaBright: [105, 49],
    bgCyanBright: [106, 49],
    bgWhiteBright: [107, 49],
  },
  names: {
    __proto__: null,
    special: "cyan",
    number: "yellow",
    bigint: "yellow",
    boolean: "yellow",
    undefined: "grey",
    null: "bold",
    string: "green",
    symbol: "green",
    date: "magenta",
    regexp: "red",
    module: "underline",
  },
};

const otherNames = {
  gray: ["grey", "blackBright"],
  bgGray: ["bgGrey", "bgBlackBright"],
  dim: ["faint"],
  strikethrough: ["crossedout", "strikeThrough", "crossedOut"],
  hidden: ["conceal"],
  inverse: ["swapcolors", "swapColors"],
  doubleunderline: ["doubleUnderline"],
};
for (const name of Object.keys(otherNames)) {
  for (const other of otherNames[name]) {
    Object.defineProperty(styles.colors, other, {
      get() {
        return this[name];
      },
      set(escapes) {
        this[name] = escapes;
      },
      configurable: true,
      enumerable: false,
    });
  }
}

/** `text` between the escapes of one style, or of several; as it is where nobody has said that they can be shown. */
export function styleText(format, text, options = undefined) {
  requireType(text, "text", "string");
  let before = "";
  let after = "";
  for (const name of Array.isArray(format) ? format : [format]) {
    const codes = styles.colors[name];
    if (codes === undefined) {
      const names = Object.keys(styles.colors).map((known) => `'${known}'`);
      throw invalidArgValue("format", name, `must be one of: ${names.join(", ")}`);
    }
    before += `\u001b[${codes[0]}m`;
    after = `\u001b[${codes[1]}m${after}`;
  }
  // Like a stream that is no terminal, which the log is not.
  return Array.isArray(format) || options?.validateStream === false ? before + text + after : text;
}
