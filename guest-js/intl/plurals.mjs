// Makes the unit of plural rules: CLDR's conditions as functions of the language.

import { supplemental } from "./cldr.mjs";

/** `n % 10 = 2..4,6` as an expression. */
function relation(text) {
  const [, operand, modulo, operator, list] = /^([nivwftce])(?: % (\d+))? (!?=) (.*)$/.exec(text.trim());
  const name = operand === "e" ? "c" : operand;
  const value = modulo === undefined ? name : `${name}%${modulo}`;
  const alternatives = list.split(",").map((range) => {
    const [from, to] = range.split("..");
    return to === undefined ? `${value}===${from}` : name === "n" ? `r(${value},${from},${to})` : `${value}>=${from}&&${value}<=${to}`;
  });
  const any = `(${alternatives.join("||")})`;
  return operator === "=" ? any : `!${any}`;
}

const condition = (rule) =>
  rule.split(" or ").map((part) => part.split(" and ").map(relation).join("&&")).join("||");

function functionOf(rules) {
  const cases = [];
  for (const [name, text] of Object.entries(rules)) {
    const category = name.replace("pluralRule-count-", "");
    const rule = text.replace(/@.*$/s, "").trim();
    if (category !== "other") cases.push(`${condition(rule)}?"${category}":`);
  }
  return `(n,i,v,w,f,t,c)=>${cases.join("")}"other"`;
}

export function pluralsUnit() {
  const functions = new Map();
  const tables = {};
  for (const type of ["cardinal", "ordinal"]) {
    const rules = supplemental(type === "cardinal" ? "plurals" : "ordinals")[`plurals-type-${type}`];
    tables[type] = {};
    for (const [language, table] of Object.entries(rules)) {
      const text = functionOf(table);
      const categories = Object.keys(table).map((name) => name.replace("pluralRule-count-", ""));
      if (!functions.has(text)) functions.set(text, { number: functions.size, categories });
      tables[type][language] = functions.get(text).number;
    }
  }
  const ranges = {};
  for (const [language, table] of Object.entries(supplemental("pluralRanges").plurals)) {
    const kept = {};
    for (const [name, category] of Object.entries(table)) {
      const [, start, end] = /^pluralRange-start-(\w+)-end-(\w+)$/.exec(name);
      if (category !== end) kept[`${start} ${end}`] = category;
    }
    ranges[language] = kept;
  }
  const list = [...functions].map(([text, { categories }]) => `[${text},${JSON.stringify(categories)}]`);
  const text = `const r=(x,a,b)=>x>=a&&x<=b&&x%1===0;
exports.rules=[${list.join(",\n")}];
exports.languages=${JSON.stringify(tables)};
exports.ranges=${JSON.stringify(ranges)};
`;
  return ["fnhost:intl/plurals", { text, exports: [] }];
}

/** The unit of what is the same for all locales: digits of currencies, names of units. */
export function currencyDigitsUnit(units) {
  const digits = {};
  for (const [code, { _digits }] of Object.entries(supplemental("currencyData").currencyData.fractions)) {
    if (_digits !== "2" && code !== "DEFAULT") digits[code] = Number(_digits);
  }
  const text = `const digits=${JSON.stringify(digits)};
const units=new Set(${JSON.stringify(units)});
exports.units=units;
exports.currencyDigits=(code)=>Object.hasOwn(digits,code)?digits[code]:2;
exports.isUnit=(name)=>{const parts=name.split("-per-");return parts.length<=2&&parts.every((part)=>units.has(part));};
`;
  return ["fnhost:intl/currency-digits", { text, exports: [] }];
}
