// How the members of an object are laid out: on one line, one a line, or in columns, as Node 20 does it.
// It knows nothing of values, only of their texts.

// What a member is: a property, an item of a list, or a property of a list.
export const objectKind = 0;
export const arrayKind = 1;
export const arrayExtrasKind = 2;

// The engine makes a new object of an expression each time it comes to it.
const narrow = /^[\x20-\x7e]*$/;
const colorEscapes = /\u001b\[\d+m/g;

/** The members in their brackets: on one line if they are few, short and not deep, else one a line. */
export function combined(context, output, base, open, close, kind, level, value) {
  const start = base === "" ? "" : `${base} `;
  const separatorBreak = `\n${" ".repeat(context.indentation)}`;
  if (context.compact === true) {
    if (fitsLine(context, output, 0, base))
      return `${open}${base === "" ? "" : ` ${base}`} ${output.join(", ")} ${close}`;
    const line =
      base === "" && open.length === 1 ? " " : `${base === "" ? "" : ` ${base}`}\n${separatorBreak.slice(1)}  `;
    return `${open}${line}${output.join(`,${separatorBreak}  `)} ${close}`;
  }
  const count = output.length;
  if (typeof context.compact === "number" && context.compact >= 1) {
    if (kind === arrayExtrasKind && count > 6) output = grouped(context, output, value);
    if (context.currentDepth - level < context.compact && count === output.length) {
      const used = output.length + context.indentation + open.length + base.length + 10;
      if (fitsLine(context, output, used, base)) {
        const joined = output.join(", ");
        if (!joined.includes("\n")) return `${start}${open} ${joined} ${close}`;
      }
    }
  }
  return `${start}${open}${separatorBreak}  ${output.join(`,${separatorBreak}  `)}${separatorBreak}${close}`;
}

function fitsLine(context, output, used, base) {
  let length = output.length + used;
  if (length + output.length > context.breakLength) return false;
  for (const text of output) {
    length += context.colors ? withoutColors(text).length : text.length;
    if (length > context.breakLength) return false;
  }
  return base === "" || !base.includes("\n");
}

function withoutColors(text) {
  return text.replace(colorEscapes, "");
}

/** The items of a long array in columns. */
function grouped(context, output, value) {
  const hasMore = context.maxArrayLength < output.length;
  const count = hasMore ? output.length - 1 : output.length;
  const gap = 2;
  const widths = [];
  let widthSum = 0;
  let widthMax = 0;
  for (let index = 0; index < count; index++) {
    const width = textWidth(context.colors ? withoutColors(output[index]) : output[index]);
    widths.push(width);
    widthSum += width + gap;
    if (width > widthMax) widthMax = width;
  }
  const cell = widthMax + gap;
  const isNarrow = cell * 3 + context.indentation < context.breakLength;
  if (!isNarrow || !(widthSum / cell > 5 || widthMax <= 6)) return output;
  const columns = columnCount(context, count, cell, widthSum / output.length);
  if (columns <= 1) return output;
  const columnWidths = [];
  for (let column = 0; column < columns; column++) {
    let width = 0;
    for (let index = column; index < count; index += columns) width = Math.max(width, widths[index]);
    columnWidths.push(width + gap);
  }
  const lines = joinedInColumns(output, widths, columnWidths, count, isNumeric(value, output.length));
  if (hasMore) lines.push(output[count]);
  return lines;
}

/** As many columns as make the block about two and a half times as wide as high, within the line. */
function columnCount(context, count, cell, widthMean) {
  const bias = Math.sqrt(cell - widthMean);
  const biased = Math.max(cell - 3 - bias, 1);
  return Math.min(
    Math.round(Math.sqrt(2.5 * biased * count) / biased),
    Math.floor((context.breakLength - context.indentation) / cell),
    context.compact * 4,
    15,
  );
}

function joinedInColumns(output, widths, columnWidths, count, alignRight) {
  const lines = [];
  const columns = columnWidths.length;
  for (let first = 0; first < count; first += columns) {
    const last = Math.min(first + columns, count) - 1;
    let line = "";
    for (let index = first; index < last; index++) {
      const cell = `${output[index]}, `;
      const width = columnWidths[index - first] + output[index].length - widths[index];
      line += alignRight ? cell.padStart(width) : cell.padEnd(width);
    }
    const lastWidth = columnWidths[last - first] + output[last].length - widths[last] - 2;
    lines.push(line + (alignRight ? output[last].padStart(lastWidth) : output[last]));
  }
  return lines;
}

function isNumeric(value, count) {
  if (value === undefined) return false;
  for (let index = 0; index < count; index++) {
    if (typeof value[index] !== "number" && typeof value[index] !== "bigint") return false;
  }
  return true;
}

const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b001}\u{1f200}-\u{1f251}\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/gu;
const zeroWidth =
  /[\0-\x1f\x7f-\x9f\u0300-\u036f\u200b-\u200f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u{e0100}-\u{e01ef}]/gu;

/** How many columns a terminal takes for `text`. */
export function textWidth(text) {
  if (narrow.test(text)) return text.length;
  const seen = text.normalize("NFC").replace(zeroWidth, "");
  return seen.replace(wide, "  ").replace(/[\ud800-\udbff][\udc00-\udfff]/g, " ").length;
}
