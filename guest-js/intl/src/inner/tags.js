// Tags of languages in their canonical form.

const languages = { iw: "he", in: "id", ji: "yi", mo: "ro", jw: "jv", sh: "sr-Latn", tl: "fil", eng: "en", deu: "de", fra: "fr",
  spa: "es", cmn: "zh" };
const regions = { BU: "MM", DD: "DE", FX: "FR", TP: "TL", UK: "GB", YD: "YE", ZR: "CD", NT: "SA", SU: "RU", CS: "RS", YU: "RS",
  AN: "CW" };
const grandfathered = {
  "art-lojban": "jbo", "cel-gaulish": "xtg", "i-klingon": "tlh", "i-lux": "lb", "zh-guoyu": "zh", "zh-hakka": "hak",
  "zh-min-nan": "nan", "zh-xiang": "hsn", "sgn-br": "bzs", "sgn-de": "gsg",
};
const values = { ca: { "islamicc": "islamic-civil", "ethiopic-amete-alem": "ethioaa", gregorian: "gregory" }, kf: {},
  ks: { primary: "level1", tertiary: "level3" } };

const regionShape = "(-([a-z]{2}|\\d{3}))?";
const rest = "(-[a-z]{4})?" + regionShape + "(-([a-z\\d]{5,8}|\\d[a-z\\d]{3}))*(-[a-wyz\\d](-[a-z\\d]{2,8})+)*(-x(-[a-z\\d]{1,8})+)?";
const shape = new RegExp(`^([a-z]{2,3}|[a-z]{5,8})${rest}$`);

const invalid = () => new RangeError("Incorrect locale information provided");

export const titled = (text) => text[0].toUpperCase() + text.slice(1).toLowerCase();

/** A tag taken apart: language, script, region, variants, extensions (`["u-nu-latn"]`), private use. */
export function parsed(tag) {
  const lower = tag.toLowerCase();
  if (!shape.test(lower)) throw invalid();
  const pieces = lower.split("-");
  const result = { language: pieces.shift(), script: undefined, region: undefined, variants: [], extensions: [], privateUse: undefined };
  if (/^[a-z]{4}$/.test(pieces[0] ?? "")) result.script = titled(pieces.shift());
  if (/^([a-z]{2}|\d{3})$/.test(pieces[0] ?? "")) result.region = pieces.shift().toUpperCase();
  while (pieces.length > 0 && pieces[0].length > 1) result.variants.push(pieces.shift());
  while (pieces.length > 0 && pieces[0] !== "x") {
    const extension = [pieces.shift()];
    while (pieces.length > 0 && pieces[0].length > 1) extension.push(pieces.shift());
    result.extensions.push(extension);
  }
  if (pieces.length > 0) result.privateUse = pieces.join("-");
  if (new Set(result.variants).size < result.variants.length) throw invalid();
  if (new Set(result.extensions.map(([name]) => name)).size < result.extensions.length) throw invalid();
  return result;
}

/** The attributes and keywords of a `-u-` extension, in order. */
export function keywordsOf(extension) {
  const attributes = [];
  const keywords = new Map();
  let key;
  for (const piece of extension.slice(1)) {
    if (piece.length === 2) {
      key = keywords.has(piece) ? "" : piece;
      if (key !== "") keywords.set(key, []);
    } else if (key === undefined) attributes.push(piece);
    else keywords.get(key)?.push(piece);
  }
  return { attributes, keywords };
}

function canonicalExtension(extension) {
  if (extension[0] !== "u") return extension.join("-");
  const { attributes, keywords } = keywordsOf(extension);
  const pieces = ["u", ...[...new Set(attributes)].sort()];
  for (const key of [...keywords.keys()].sort()) {
    let value = keywords.get(key).join("-");
    value = values[key]?.[value] ?? value;
    pieces.push(key);
    if (value !== "true" && value !== "yes" && value !== "") pieces.push(value);
  }
  return pieces.join("-");
}

/** The canonical form of a tag; throws a RangeError for what is none. */
export function canonicalTag(tag) {
  const regular = grandfathered[tag.toLowerCase()];
  if (regular !== undefined) return regular;
  const { language, script, region, variants, extensions, privateUse } = parsed(tag);
  const [newLanguage, impliedScript] = (Object.hasOwn(languages, language) ? languages[language] : language).split("-");
  const newRegion = region !== undefined && Object.hasOwn(regions, region) ? regions[region] : region;
  const pieces = [newLanguage, script ?? impliedScript, newRegion, ...variants.sort()];
  pieces.push(...extensions.map(canonicalExtension).sort(), privateUse);
  return pieces.filter((piece) => piece !== undefined).join("-");
}
