// The order of characters as Unicode's root collation has it, from the Intl of the Node that runs the build: CLDR's packages
// do not have it. A line is what has one primary weight; in it a tab is before what differs by an accent, a space before what
// differs by case or form. The first line is what is only an accent itself.

const level = (sensitivity) => new Intl.Collator("en-US-u-co-standard", { sensitivity, ignorePunctuation: false }).compare;
const [base, accent, variant] = [level("base"), level("accent"), level("variant")];
const all = [];
for (let code = 9; code < 0x3100; code++) {
  const character = String.fromCharCode(code);
  if (/\p{Cn}|\p{Cs}/u.test(character) || character.normalize("NFD") !== character) continue;
  if (variant(character, "") !== 0) all.push(character);
}
all.sort((left, right) => base(left, right) || accent(left, right) || variant(left, right));
// What is more than one letter in this order (`æ`) is written out elsewhere.
const isExpansion = (text) => ["ae", "oe", "ss"].some((two) => base(text, two) === 0);

function grouped(characters, compare) {
  const groups = [];
  for (const character of characters) {
    if (groups.length > 0 && compare(groups.at(-1)[0], character) === 0) groups.at(-1).push(character);
    else groups.push([character]);
  }
  return groups;
}

const escape = (text) => text.replace(/[\s\\]/g, (found) => `\\${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
const lineOf = (characters) =>
  grouped(characters, accent).map((same) => grouped(same, variant).map((equal) => escape(equal.join(""))).join(" ")).join("\t");
const marks = all.filter((character) => base(character, "") === 0);
const others = all.filter((character) => base(character, "") !== 0 && !isExpansion(character));
const lines = [lineOf(marks), ...grouped(others, base).map(lineOf)];

export const collationUnit = () => ["fnhost:intl/collation", { text: `exports.order=${JSON.stringify(lines.join("\n"))};\n`, exports: [] }];
