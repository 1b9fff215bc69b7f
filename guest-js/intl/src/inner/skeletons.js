// How a locale's pattern is found for the fields that somebody wants: the nearest of those that the locale has, as Unicode's
// library does it; its fields are then made as wide as they are wanted, and what is missing is added.

const fieldList = [
  "era", "year", "quarter", "month", "week", "weekOfMonth", "weekday", "day", "dayOfYear", "dayOfWeekInMonth", "dayPeriod", "hour",
  "minute", "second", "fraction", "zone",
];
const appendNames = [
  "Era", "Year", "Quarter", "Month", "Week", "Week", "Day-Of-Week", "Day", "Day", "Day-Of-Week", undefined, "Hour", "Minute", "Second",
  "Second", "Timezone",
];
const displayNames = ["era", "year", "quarter", "month", "week", "week", "weekday", "day", "day", "weekday", "dayperiod", "hour",
  "minute", "second", "second", "zone"];

const numeric = 0x100;
const delta = 0x10;
const narrow = -0x101;
const shorter = -0x102;
const short = -0x103;
const long = -0x104;

/** Letters of patterns: field, and the type by how often the letter stands there. */
const letters = {
  G: [0, (n) => (n <= 3 ? short : n === 4 ? long : narrow)],
  y: [1, () => numeric],
  Y: [1, () => numeric + delta],
  u: [1, () => numeric + 2 * delta],
  r: [1, () => numeric + 3 * delta],
  U: [1, (n) => (n <= 3 ? short : n === 4 ? long : narrow)],
  Q: [2, (n) => (n <= 2 ? numeric : n === 3 ? short : n === 4 ? long : narrow)],
  q: [2, (n) => (n <= 2 ? numeric + delta : n === 3 ? short - delta : n === 4 ? long - delta : narrow - delta)],
  M: [3, (n) => (n <= 2 ? numeric : n === 3 ? short : n === 4 ? long : narrow)],
  L: [3, (n) => (n <= 2 ? numeric + delta : n === 3 ? short - delta : n === 4 ? long - delta : narrow - delta)],
  w: [4, () => numeric],
  W: [5, () => numeric],
  E: [6, (n) => (n <= 3 ? short : n === 4 ? long : n === 5 ? narrow : shorter)],
  c: [6, (n) => (n <= 2 ? numeric + 2 * delta : n === 3 ? short - 2 * delta : n === 4 ? long - 2 * delta : narrow - 2 * delta)],
  e: [6, (n) => (n <= 2 ? numeric + delta : n === 3 ? short - delta : n === 4 ? long - delta : narrow - delta)],
  d: [7, () => numeric],
  g: [7, () => numeric + delta],
  D: [8, () => numeric],
  F: [9, () => numeric],
  a: [10, (n) => (n <= 3 ? short : n === 4 ? long : narrow)],
  b: [10, (n) => (n <= 3 ? short : n === 4 ? long : narrow) - delta],
  B: [10, (n) => (n <= 3 ? short : n === 4 ? long : narrow) - 3 * delta],
  H: [11, () => numeric + 10 * delta],
  k: [11, () => numeric + 11 * delta],
  h: [11, () => numeric],
  K: [11, () => numeric + delta],
  m: [12, () => numeric],
  s: [13, () => numeric],
  A: [13, () => numeric + delta],
  S: [14, () => numeric],
  v: [15, (n) => (n === 1 ? short : long) - 2 * delta],
  z: [15, (n) => (n <= 3 ? short : long)],
  Z: [15, (n) => (n <= 3 ? narrow : n === 4 ? long : short) - delta],
  O: [15, (n) => (n === 1 ? short : long) - delta],
  V: [15, (n) => (n === 1 ? short - delta : long - delta - (n - 2))],
  X: [15, () => narrow - delta],
  x: [15, () => narrow - delta],
};

const bit = (field) => 1 << field;
const dateMask = bit(10) - 1;
const fractionMask = bit(14);

/** A pattern as a list of fields `{ letter, count, field }` and texts. */
export function tokens(pattern) {
  const list = [];
  let index = 0;
  let text = "";
  const flush = () => {
    if (text !== "") list.push(text);
    text = "";
  };
  while (index < pattern.length) {
    const character = pattern[index];
    if (character === "'") {
      if (pattern[index + 1] === "'") {
        text += "'";
        index += 2;
        continue;
      }
      let end = index + 1;
      while (end < pattern.length && (pattern[end] !== "'" || pattern[end + 1] === "'")) {
        text += pattern[end];
        end += pattern[end] === "'" ? 2 : 1;
      }
      index = end + 1;
    } else if (/[A-Za-z]/.test(character)) {
      flush();
      let end = index;
      while (pattern[end] === character) end++;
      list.push({ letter: character, count: end - index, field: letters[character]?.[0] });
      index = end;
    } else {
      text += character;
      index++;
    }
  }
  flush();
  return list;
}

/** A skeleton or a pattern by its fields: type, letter and count of each, and a mask of those that are there. */
function skeletonOf(text) {
  const skeleton = { types: new Array(16).fill(0), letters: [], counts: [], mask: 0 };
  for (const token of tokens(text)) {
    if (typeof token === "string" || token.field === undefined) continue;
    const { letter, count, field } = token;
    const type = letters[letter][1](count);
    skeleton.types[field] = type > 0 ? type + count : type;
    skeleton.letters[field] = letter;
    skeleton.counts[field] = count;
    skeleton.mask |= bit(field);
  }
  // Hours of twelve have their half of the day with them, those of 24 have none.
  const hour = skeleton.letters[11];
  if ((hour === "h" || hour === "K") && skeleton.types[10] === 0) {
    Object.assign(skeleton, { mask: skeleton.mask | bit(10) });
    skeleton.types[10] = short;
    skeleton.letters[10] = "a";
    skeleton.counts[10] = 1;
  } else if ((hour === "H" || hour === "k") && skeleton.types[10] !== 0) {
    skeleton.types[10] = 0;
    skeleton.letters[10] = undefined;
    skeleton.counts[10] = 0;
    skeleton.mask &= ~bit(10);
  }
  return skeleton;
}

const prepared = new WeakMap();

/** The patterns of a locale that can be chosen from, in the order in which they are looked at. */
export function candidates(dates) {
  const known = prepared.get(dates);
  if (known !== undefined) return known;
  const list = new Map();
  const add = (key, pattern, isSpecified) => {
    const skeleton = skeletonOf(key);
    const id = skeleton.types.join();
    if (list.has(id) && !(isSpecified && !list.get(id).isSpecified)) return;
    list.set(id, { skeleton, pattern, isSpecified, first: key.replace(/[^A-Za-z].*$/, "")[0] ?? key[0] });
  };
  for (const letter of ["G", "y", "Q", "M", "w", "W", "E", "d", "D", "F", "a", "H", "m", "s", "S", "v"]) add(letter, letter, false);
  for (const pattern of [...dates.date, ...dates.time]) add(tokens(pattern).map((token) => (typeof token === "string" ? ""
    : token.letter.repeat(token.count))).join(""), pattern, false);
  for (const [key, pattern] of Object.entries(dates.available)) add(key, pattern, true);
  const sorted = [...list.values()];
  const rank = ({ skeleton }) => skeleton.letters.find((letter) => letter !== undefined);
  sorted.sort((left, right) => (rank(left) < rank(right) ? -1 : rank(left) > rank(right) ? 1 : 0));
  prepared.set(dates, sorted);
  return sorted;
}

/** The nearest candidate to the wanted fields among `include`, and which of those it lacks. */
function nearest(dates, wanted, include) {
  let best;
  let bestDistance = Infinity;
  let bestMissing = 0;
  let bestExtra = 0;
  for (const candidate of candidates(dates)) {
    let distance = 0;
    let missing = 0;
    let extra = 0;
    for (let field = 0; field < 16 && distance < bestDistance; field++) {
      const mine = include & bit(field) ? wanted.types[field] : 0;
      const other = candidate.skeleton.types[field];
      if (mine === other) continue;
      if (mine === 0) {
        distance += 0x10000;
        extra |= bit(field);
      } else if (other === 0) {
        distance += 0x1000;
        missing |= bit(field);
      } else distance += Math.abs(mine - other);
    }
    if (distance >= bestDistance) continue;
    bestDistance = distance;
    best = candidate;
    bestMissing = missing;
    bestExtra = extra;
    if (distance === 0) break;
  }
  return { ...best, missing: bestMissing, extra: bestExtra };
}

const written = (text) => (/[A-Za-z']/.test(text) ? `'${text.replaceAll("'", "''")}'` : text);

/** A pattern with its fields as wide as they are wanted. */
function adjusted(pattern, found, wanted, fractionTo, keepsHour = false) {
  let result = "";
  for (const token of tokens(pattern)) {
    if (typeof token === "string") {
      result += written(token);
      continue;
    }
    const { letter, count, field } = token;
    let text = letter.repeat(count);
    if (fractionTo !== undefined && field === 13) {
      text += fractionTo + "S".repeat(wanted.counts[14]);
    } else if (field !== undefined && wanted.types[field] !== 0) {
      const asked = wanted.letters[field];
      const length = asked === "E" && wanted.counts[field] < 3 ? 3 : wanted.counts[field];
      let width = length;
      if (field === 12 || field === 13 || (keepsHour && field === 11)) width = count;
      else if (found?.isSpecified && asked !== "c" && asked !== "e") {
        const isNumeric = letters[letter][1](count) > 0;
        const wasNumeric = found.skeleton.types[field] > 0;
        if (found.skeleton.counts[field] === length || (isNumeric && !wasNumeric) || (wasNumeric && !isNumeric)) width = count;
      }
      let character = field !== 11 && field !== 3 && field !== 6 && (field !== 1 || asked === "Y") ? asked : letter;
      if (character === "E" && width < 3) character = "e";
      text = character.repeat(width);
    }
    result += text;
  }
  return result;
}

/** The best pattern for a part of the wanted fields, with what no pattern has appended. */
function appended(dates, wanted, include, decimal, keepsHour) {
  if ((include & wanted.mask) === 0) return "";
  let found = nearest(dates, wanted, include);
  let result = adjusted(found.pattern, found, wanted, undefined, keepsHour);
  let missing = found.missing;
  let before = 0;
  while (missing !== 0 && missing !== before) {
    const isFraction = (missing & (fractionMask | bit(13))) === fractionMask && (include & wanted.mask & bit(13)) !== 0;
    if (isFraction) {
      result = adjusted(result, found, wanted, decimal, keepsHour);
      missing &= ~fractionMask;
      continue;
    }
    before = missing;
    found = nearest(dates, wanted, missing);
    const more = adjusted(found.pattern, found, wanted, undefined, keepsHour);
    const added = before & ~found.missing;
    const top = 31 - Math.clz32(added);
    if (added === 0) break;
    const pattern = dates.append[appendNames[top]] ?? "{0} {1}";
    const name = dates.fields[displayNames[top]] ?? "";
    result = pattern.replace("{0}", () => result).replace("{1}", () => more).replace("{2}", () => `'${name}'`);
    missing = found.missing;
  }
  return result;
}

/** The locale's pattern for a skeleton. `decimal` stands before fractions of a second. */
export function bestPattern(dates, skeleton, decimal, keepsHour = false) {
  const wanted = skeletonOf(skeleton);
  const found = nearest(dates, wanted, -1);
  if (found.missing === 0 && found.extra === 0) return adjusted(found.pattern, found, wanted, undefined, keepsHour);
  const date = appended(dates, wanted, dateMask, decimal, keepsHour);
  const time = appended(dates, wanted, ~dateMask, decimal, keepsHour);
  if (date === "") return time;
  if (time === "") return date;
  return glued(dates, date, time, wanted.counts[3] ?? 0, wanted.types[6] !== 0);
}

function glued(dates, date, time, monthWidth, hasWeekday) {
  const style = monthWidth === 4 ? (hasWeekday ? 0 : 1) : monthWidth === 3 ? 2 : 3;
  return dates.at[style].replace("{1}", () => date).replace("{0}", () => time);
}

/** The interval patterns nearest to a skeleton, by the field that differs; names are as wide as they are wanted. */
export function intervalPatterns(dates, skeleton) {
  const wanted = skeletonOf(skeleton.replaceAll("dd", "d").replaceAll("yy", "y").replace(/(?<!M)MM(?!M)/,
    "M").replace(/([hH])[hH]/, "$1"));
  let best;
  let bestDistance = Infinity;
  for (const [key, patterns] of Object.entries(dates.intervals)) {
    if (typeof patterns === "string") continue;
    const candidate = skeletonOf(key);
    if (candidate.mask !== wanted.mask) continue;
    let distance = 0;
    for (let field = 0; field < 16; field++) distance += Math.abs(candidate.types[field] - wanted.types[field]);
    if (distance >= bestDistance) continue;
    bestDistance = distance;
    best = { patterns, candidate };
  }
  if (best === undefined) return undefined;
  const found = { isSpecified: true, skeleton: best.candidate };
  return Object.fromEntries(Object.entries(best.patterns).map(([field, pattern]) => [field, adjusted(pattern, found, wanted,
    undefined, true)]));
}

export const fieldNames = fieldList;
