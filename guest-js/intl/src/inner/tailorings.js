// Where languages order letters otherwise than the rest: `after` a letter come letters of their own. Small letters stand with
// their capitals; `=` before one says that it is only another form of the one before it.

const rules = {
  az: "c ç;g ğ;h x;ı:i;o ö;s ş;u ü",
  bs: "c č ć;d dž đ;l lj;n nj;s š;z ž",
  cs: "c č;h ch;r ř;s š;z ž",
  cy: "c ch;d dd;f ff;g ng;l ll;p ph;r rh;t th",
  da: "z æ=ä ø=ö=ő å=aa",
  eo: "c ĉ;g ĝ;h ĥ;j ĵ;s ŝ;u ŭ",
  es: "n ñ",
  et: "s š z ž;w õ ä ö ü",
  fi: "z å ä=æ ö=ø",
  fo: "d ð;z æ=ä ø=ö å=aa",
  hr: "c č ć;d dž đ;l lj;n nj;s š;z ž",
  hu: "c cs;d dz dzs;g gy;l ly;n ny;o ö=ő;s sz;t ty;u ü=ű;z zs",
  is: "a á;d ð;e é;i í;o ó;u ú;y ý;z þ æ=ä ö=ø å",
  lt: "c č;s š;z ž",
  lv: "c č;g ģ;i y;k ķ;l ļ;n ņ;r ŗ;s š;z ž",
  mt: "c ċ;g ġ għ;h ħ;y ż",
  nb: "z æ=ä ø=ö=ő å=aa",
  nn: "z æ=ä ø=ö=ő å=aa",
  no: "z æ=ä ø=ö=ő å=aa",
  pl: "a ą;c ć;e ę;l ł;n ń;o ó;s ś;z ź ż",
  ro: "a ă â;i î;s ș=ş;t ț=ţ",
  sk: "a ä;c č;h ch;o ô;r ř;s š;z ž",
  sl: "c č ć;d đ;s š;z ž",
  sq: "c ç;d dh;e ë;g gj;l ll;n nj;r rr;s sh;t th;x xh;z zh",
  sr: "c č ć;d dž đ;l lj;n nj;s š;z ž",
  sv: "z å ä=æ ö=ø=ő",
  tr: "c ç;g ğ;ı:i;o ö;s ş;u ü",
  uk: "г ґ",
  vi: "a ă â;d đ;e ê;o ô ơ;u ư",
};

const made = new Map();

/** The letters of a language's own order; undefined where it has none. */
export function tailoringOf(language, collation) {
  const key = collation === undefined ? language : `${language} ${collation}`;
  if (!made.has(key)) made.set(key, rules[key] === undefined ? undefined : parsed(rules[key]));
  return made.get(key);
}

function parsed(text) {
  const entries = new Map();
  for (const rule of text.split(";")) {
    const before = /^(.):(.)$/.exec(rule);
    if (before !== null) {
      // A letter that comes before another: the dotless i.
      add(entries, before[1], before[2].charCodeAt(0), -0.5, 0);
      continue;
    }
    const [first, ...letters] = rule.split(" ");
    let weight = 0;
    for (const group of letters) {
      weight += 1 / 16;
      for (const [index, letter] of group.split("=").entries()) add(entries, letter, first.charCodeAt(0), weight, index);
    }
  }
  return { entries, longest: Math.max(...[...entries.keys()].map((letter) => letter.length)) };
}

function add(entries, letter, after, weight, accent) {
  const upper = letter === "ı" ? "I" : letter.toUpperCase();
  entries.set(letter, { after, weight, accent, form: 0 });
  entries.set(upper, { after, weight, accent, form: 2 });
  if (letter.length > 1) entries.set(upper[0] + letter.slice(1), { after, weight, accent, form: 1 });
}
