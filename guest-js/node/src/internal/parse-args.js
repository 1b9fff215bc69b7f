// `util.parseArgs`: options and positional arguments out of a list of texts.

import { invalidArgType, nodeError, requireType } from "./errors.js";

function requireOneOf(value, name, allowed) {
  if (allowed.includes(value)) return;
  const shown = allowed.map((item) => `'${item}'`).join("|");
  throw nodeError(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" property must be one of: ${shown}.`);
}

function checkOptions(options) {
  for (const [long, option] of Object.entries(options)) {
    if (typeof option !== "object" || option === null) throw invalidArgType(`options.${long}`, "Object", option);
    requireOneOf(option.type, `options.${long}.type`, ["string", "boolean"]);
    if (option.short === undefined) continue;
    requireType(option.short, `options.${long}.short`, "string");
    if (option.short.length !== 1) {
      const message = `The property 'options.${long}.short' must be a single character. Received '${option.short}'`;
      throw nodeError(TypeError, "ERR_INVALID_ARG_VALUE", message);
    }
  }
}

/** What each argument is: options with their values, positional ones, the end of options. */
function tokensOf(args, options) {
  const tokens = [];
  const longOf = (short) => Object.keys(options).find((long) => options[long].short === short) ?? short;
  const takesValue = (name) => options[name]?.type === "string";
  const rest = args.map((text, index) => ({ text, index, isGrouped: false }));
  while (rest.length > 0) {
    const { text, index, isGrouped } = rest.shift();
    const option = (name, rawName, value, inlineValue) => {
      const token = { kind: "option", name, rawName, index, value, inlineValue };
      if (value === undefined && takesValue(name) && rest.length > 0 && !rest[0].isGrouped) {
        token.value = rest.shift().text;
        token.inlineValue = false;
      }
      tokens.push(token);
    };
    if (text === "--" && !isGrouped) {
      tokens.push({ kind: "option-terminator", index });
      for (const { text: value, index: at } of rest) tokens.push({ kind: "positional", index: at, value });
      return tokens;
    }
    if (/^-[^-]$/.test(text)) {
      option(longOf(text[1]), text, undefined, undefined);
    } else if (/^-[^-]/.test(text)) {
      const first = longOf(text[1]);
      if (takesValue(first)) {
        option(first, `-${text[1]}`, text.slice(2), true);
        continue;
      }
      const letters = [...text.slice(1)];
      const group = [];
      while (letters.length > 0) {
        const letter = letters.shift();
        if (takesValue(longOf(letter)) && letters.length > 0) {
          group.push({ text: `-${letter}${letters.splice(0).join("")}`, index, isGrouped: true });
        } else {
          group.push({ text: `-${letter}`, index, isGrouped: letters.length > 0 });
        }
      }
      rest.unshift(...group);
    } else if (text.startsWith("--") && text.length > 2) {
      const equals = text.indexOf("=", 3);
      const name = text.slice(2, equals === -1 ? undefined : equals);
      if (equals === -1) option(name, text, undefined, undefined);
      else option(name, `--${name}`, text.slice(equals + 1), true);
    } else {
      tokens.push({ kind: "positional", index, value: text });
    }
  }
  return tokens;
}

function checkToken(token, options, allowPositionals) {
  const { name, rawName, value } = token;
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) {
    const hint = allowPositionals
      ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "${rawName}"`
      : "";
    throw nodeError(TypeError, "ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${rawName}'${hint}`);
  }
  const shown = `${option.short ? `-${option.short}, ` : ""}--${name}`;
  if (option.type === "string" && typeof value !== "string") {
    const message = `Option '${shown} <value>' argument missing`;
    throw nodeError(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", message);
  }
  if (option.type === "boolean" && value !== undefined) {
    const message = `Option '${shown}' does not take an argument`;
    throw nodeError(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", message);
  }
  if (token.inlineValue === false && value?.startsWith("-") && value.length > 1) {
    const example = `'${rawName.startsWith("--") ? `--${name}` : rawName}=-XYZ'`;
    const message = `Option '${rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${rawName}'?\nTo specify an option argument starting with a dash use ${example}.`;
    throw nodeError(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", message);
  }
}

export function parseArgs(config = {}) {
  const { args = [], options = {}, strict = true, allowPositionals = !strict, tokens: withTokens = false } = config;
  if (!Array.isArray(args)) throw invalidArgType("args", "Array", args);
  checkOptions(options);
  const result = { values: { __proto__: null }, positionals: [] };
  const tokens = tokensOf(args, options);
  if (withTokens) result.tokens = tokens;
  for (const token of tokens) {
    if (token.kind === "positional") {
      if (!allowPositionals) {
        const message = `Unexpected argument '${token.value}'. This command does not take positional arguments`;
        throw nodeError(TypeError, "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", message);
      }
      result.positionals.push(token.value);
    } else if (token.kind === "option") {
      if (strict) checkToken(token, options, allowPositionals);
      if (token.name === "__proto__") continue;
      const value = token.value ?? true;
      if (options[token.name]?.multiple) (result.values[token.name] ??= []).push(value);
      else result.values[token.name] = value;
    }
  }
  for (const [name, option] of Object.entries(options)) {
    if (option.default !== undefined && result.values[name] === undefined) result.values[name] = option.default;
  }
  return result;
}
