// Unit `fnhost:web/regexp-statics`: what `RegExp.$1` and its like say of the last match, which the engine does not have.
// Older functions read them after `test`.

import { define } from "fnhost:platform/boundary";

const { apply } = Reflect;
const { prototype } = RegExp;
const { exec } = prototype;

// A copy: the function may change the array that it got.
let last = { groups: [""], index: 0, input: "" };

// Every method that looks for a match calls this one.
const recording = {
  exec(text) {
    const found = apply(exec, this, [text]);
    if (found !== null) last = { groups: [...found], index: found.index, input: found.input };
    return found;
  },
};
define(prototype, "exec", recording.exec);

function statics(names, get) {
  for (const name of names) Object.defineProperty(RegExp, name, { get, set() {}, configurable: true });
}

for (let group = 1; group <= 9; group++) statics([`$${group}`], () => last.groups[group] ?? "");
statics(["lastMatch", "$&"], () => last.groups[0]);
statics(["lastParen", "$+"], () => (last.groups.length > 1 ? (last.groups.at(-1) ?? "") : ""));
statics(["leftContext", "$`"], () => last.input.slice(0, last.index));
statics(["rightContext", "$'"], () => last.input.slice(last.index + last.groups[0].length));
