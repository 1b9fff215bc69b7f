//! `import` and `require` in a function: which file a name means, what it gives, what is said where there is none, and
//! where stacks point. Packages of npm are in `packages.rs`, Node's own modules in files of their own.

use crate::harness::{TRACK, blank_asked, host, text, wait};
use expect_test::{Expect, expect};
use fnhost::Limits;
use fnhost_build::{BuildError, Folder};
use std::fs;

/// What comes of a `track` event in a function that is the first of `files`. Each begins with a line `--- path`.
pub(crate) fn check(files: &str, expected: Expect) {
    check_under(files, &Limits::default(), expected);
}

pub(crate) fn check_under(files: &str, limits: &Limits, expected: Expect) {
    let dir = tempfile::tempdir().unwrap();
    // What is beside the function's folder is none of its business.
    fs::write(dir.path().join("outside.json"), "{\"secret\":1}").unwrap();
    let root = dir.path().join("project");
    let mut names = Vec::new();
    for file in files.split("--- ").skip(1) {
        let (name, content) = file.split_once('\n').unwrap();
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        names.push(name);
    }
    #[cfg(unix)]
    if root.join("packages").is_dir() {
        fs::create_dir_all(root.join("node_modules")).unwrap();
        for package in fs::read_dir(root.join("packages")).unwrap() {
            let package = package.unwrap();
            std::os::unix::fs::symlink(package.path(), root.join("node_modules").join(package.file_name())).unwrap();
        }
    }
    let path = root.join(names[0]);
    let source = fs::read_to_string(&path).unwrap();
    let folder = Folder::of_function(&path, Some(&root)).unwrap();
    let said = match wait(fnhost_build::build_in(host(), folder, names[0], &source, limits)) {
        Ok(built) => {
            let run = wait(host().load(&built.component).unwrap().run(TRACK, "{}", limits)).unwrap();
            let warnings: String = built.warnings.iter().map(|warning| format!("{warning}\n")).collect();
            warnings + &text(&run)
        }
        Err(BuildError::Source(diagnostics)) => {
            diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect::<String>()
        }
        Err(error) => panic!("not the source's fault: {error}"),
    };
    let root = root.canonicalize().unwrap().display().to_string();
    expected.assert_eq(&blank_asked(&said.replace(&root, "PROJECT")));
}

#[test]
fn commonjs_json_and_folders() {
    check(
        "--- function.js
const helper = require('./lib/helper');
const data = require('./data.json');
const folder = require('./folder');
const { join } = require('node:path');
async function onTrack() {
  return [helper.twice(2), data, folder, join('a', '..', 'b'), require('./lib/helper') === helper];
}
--- lib/helper.js
exports.twice = (n) => n * 2;
--- data.json
{ \"a\": [1, 2] }
--- folder/index.js
module.exports = { file: __filename, dir: __dirname, isThis: this === module.exports, main: require.main === module };
",
        expect![[r#"
            onTrack returned [4,{"a":[1,2]},{"file":"/folder/index.js","dir":"/folder","isThis":true,"main":false},"b",true]
        "#]],
    );
}

#[test]
fn es_modules_and_typescript() {
    check(
        "--- function.ts
import { twice, type Options } from './lib/twice';
import * as all from './lib/all.mjs';
import data from './data.json';
import { EventEmitter } from 'events';
export async function onTrack(event: any): Promise<unknown> {
  const options: Options = { n: 3 };
  return [twice(options), Object.keys(all), data.a, typeof EventEmitter];
}
--- lib/twice.ts
export interface Options { n: number }
enum Factor { Two = 2 }
export function twice(options: Options): number { return options.n * Factor.Two }
--- lib/all.mjs
export * from './a.js';
export { default as b } from './b.cjs';
export default 1;
--- lib/a.js
export const a = 1;
--- lib/b.cjs
module.exports = 2;
--- data.json
{ \"a\": 1 }
",
        expect![[r#"
            onTrack returned [6,["a","b","default"],1,"function"]
        "#]],
    );
}

#[test]
fn names_that_commonjs_exports_are_seen_by_import() {
    check(
        "--- function.mjs
import { plain, defined, computed, later } from './names.cjs';
import { one, two } from './object.cjs';
import { plain as handedOn } from './reexport.cjs';
import { star } from './star.cjs';
import whole from './object.cjs';
export async function onTrack() {
  return [plain, defined, computed, later, one, two, handedOn, star, whole];
}
--- names.cjs
exports.plain = 1;
Object.defineProperty(exports, 'defined', { enumerable: true, value: 2 });
exports['computed'] = 3;
if (true) { module.exports.later = 4; }
--- object.cjs
const two = 2;
module.exports = { one: 1, two };
--- reexport.cjs
module.exports = require('./names.cjs');
--- star.cjs
Object.defineProperty(exports, '__esModule', { value: true });
var __exportStar = (m, e) => { for (const k in m) e[k] = m[k]; };
__exportStar(require('./inner.cjs'), exports);
--- inner.cjs
exports.star = 5;
",
        expect![[r#"
            onTrack returned [1,2,3,4,1,2,1,5,{"one":1,"two":2}]
        "#]],
    );
}

#[test]
fn packages_with_exports_and_conditions() {
    check(
        "--- function.mjs
import which from 'both';
import { sub } from 'both/sub';
import { pattern } from 'both/features/x';
import own from '#own';
export async function onTrack() {
  return [which, sub, pattern, own];
}
--- package.json
{ \"name\": \"p\", \"imports\": { \"#own\": \"./own.mjs\" } }
--- own.mjs
export default 'own';
--- node_modules/both/package.json
{ \"name\": \"both\", \"exports\": {
  \".\": { \"import\": \"./esm.mjs\", \"require\": \"./cjs.cjs\" },
  \"./sub\": \"./sub.cjs\",
  \"./features/*\": \"./features/*.mjs\"
} }
--- node_modules/both/esm.mjs
import { createRequire } from 'node:module';
export default 'import';
--- node_modules/both/cjs.cjs
module.exports = 'require';
--- node_modules/both/sub.cjs
exports.sub = require('both');
--- node_modules/both/features/x.mjs
export const pattern = 'x';
",
        expect![[r#"
            onTrack returned ["import","require","x","own"]
        "#]],
    );
}

#[test]
fn what_a_package_does_not_export_is_refused() {
    check(
        "--- function.mjs
import hidden from 'closed/hidden.js';
export async function onTrack() {}
--- node_modules/closed/package.json
{ \"name\": \"closed\", \"exports\": \"./index.js\" }
--- node_modules/closed/index.js
--- node_modules/closed/hidden.js
",
        expect![[r#"
            function.mjs:1:1: error: cannot import `closed/hidden.js`: "./hidden.js" is not exported under the conditions ["fnhost", "worker", "node", "import", "default"] from package PROJECT/node_modules/closed (see exports field in PROJECT/node_modules/closed/package.json)
              1 | import hidden from 'closed/hidden.js';
                | ^
        "#]],
    );
}

#[test]
fn cycles() {
    check(
        "--- function.js
const a = require('./a');
async function onTrack() { return [a.done, a.seen, require('./b').seen]; }
--- a.js
exports.done = false;
const b = require('./b');
exports.seen = b.done;
exports.done = true;
--- b.js
exports.done = false;
exports.seen = require('./a').done;
exports.done = true;
",
        expect![[r#"
            onTrack returned [true,true,false]
        "#]],
    );
    check(
        "--- function.mjs
import { even } from './even.mjs';
export async function onTrack() { return [even(10), even(7)]; }
--- even.mjs
import { odd } from './odd.mjs';
export function even(n) { return n === 0 || odd(n - 1); }
--- odd.mjs
import { even } from './even.mjs';
export function odd(n) { return n !== 0 && even(n - 1); }
",
        expect![[r#"
            onTrack returned [true,false]
        "#]],
    );
}

#[cfg(unix)]
#[test]
fn workspace() {
    check(
        "--- functions/one/function.mjs
import { shared } from 'shared';
export async function onTrack() { return shared(); }
--- functions/one/package.json
{ \"name\": \"one\", \"dependencies\": { \"shared\": \"*\" } }
--- package.json
{ \"name\": \"all\", \"workspaces\": [\"packages/*\", \"functions/*\"] }
--- packages/shared/package.json
{ \"name\": \"shared\", \"type\": \"module\", \"exports\": \"./index.js\" }
--- packages/shared/index.js
export function shared() { throw new Error('from the workspace'); }
",
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            Error: from the workspace
                at shared (packages/shared/index.js:1:38)
                at onTrack (functions/one/function.mjs:2:42)
        "#]],
    );
}

#[test]
fn stacks_name_the_real_file_and_line() {
    check(
        "--- function.js
const first = require('./first');
const second = require('./lib/second');
async function onTrack() {
  try {
    first();
  } catch (error) {
    console.log(error.message);
  }
  second.deep(() => null.x);
}
--- first.js
// A comment.
module.exports = function first() {
  throw new Error('first');
};
--- lib/second.ts
type Callback = () => unknown;

export function unused(callback: Callback): void {}
exports.deep = function deep(callback: Callback) {
  return callback();
};
--- lib/second.js
exports.deep = function deep(callback) {
  return callback();
};
",
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            TypeError: cannot read property 'x' of null
                at <anonymous> (function.js:9:1)
                at deep (lib/second.js:2:10)
                at onTrack (function.js:9:10)
            [log] first
        "#]],
    );
}

#[test]
fn what_is_not_there_says_where_was_looked() {
    check(
        "--- function.js
const a = require('./lib/a');
async function onTrack() {}
--- lib/a.js
require('not-there');
",
        expect![[r#"
            function.js:1:1: error: the top level threw Error: Cannot find module 'not-there', required by `lib/a.js`: it is not in `lib/node_modules`, `node_modules`, no module of Node's that is there and no library of fnhost's
              1 | const a = require('./lib/a');
                | ^
        "#]],
    );
    check(
        "--- function.mjs\nimport x from 'not-there';\nimport y from './nor-this.js';\nexport async function onTrack() {}\n",
        expect![[r#"
        function.mjs:1:1: error: cannot import `not-there`: it is not in `node_modules`, no module of Node's that is there and no library of fnhost's
          1 | import x from 'not-there';
            | ^
        function.mjs:2:1: error: cannot import `./nor-this.js`: there is no file `nor-this.js`, with or without an ending
          2 | import y from './nor-this.js';
            | ^
    "#]],
    );
    check(
        "--- function.js
let error;
try { require('node:nothing') } catch (thrown) { error = `${thrown.code} ${thrown.message}` }
async function onTrack() { return error }
",
        expect![[r#"
            onTrack returned "ERR_UNKNOWN_BUILTIN_MODULE No such built-in module: node:nothing"
        "#]],
    );
}

#[test]
fn nothing_outside_of_the_folder_is_read() {
    check(
        "--- function.mjs\nimport x from '../outside.json';\nexport async function onTrack() {}\n",
        expect![[r#"
        function.mjs:1:1: error: cannot import `../outside.json`: it is outside of the function's folder, `PROJECT`
          1 | import x from '../outside.json';
            | ^
    "#]],
    );
    check(
        "--- function.js
const tried = [];
for (const name of ['../outside.json', '/etc/hostname', '/etc/passwd', '../../../../etc/passwd', './a/../../outside.json', 'file:///etc/passwd', '', '.', '..', 'node:', '\\0']) {
  try { require(name); tried.push('read ' + name); } catch (error) { tried.push(error.code); }
}
async function onTrack() { return tried.join(' ') }
--- a/b.js
",
        expect![[r#"
            onTrack returned "MODULE_NOT_FOUND MODULE_NOT_FOUND MODULE_NOT_FOUND MODULE_NOT_FOUND MODULE_NOT_FOUND MODULE_NOT_FOUND MODULE_NOT_FOUND MODULE_NOT_FOUND MODULE_NOT_FOUND ERR_UNKNOWN_BUILTIN_MODULE MODULE_NOT_FOUND"
        "#]],
    );
}

#[test]
fn what_is_fnhosts_own_cannot_be_had() {
    let names = "'fnhost:platform', 'fnhost:platform/errors', 'fnhost:runtime', 'fnhost:destination/modules@1.0.0', \
                 'fnhost:import/[\"fnhost:entry\",\"fnhost:platform\"]', 'fnhost:commonjs/node:fs', 'fnhost:web/streams'";
    let required = format!(
        "--- function.js
const refused = [];
for (const name of [{names}]) {{
  try {{ refused.push(typeof require(name)) }} catch (error) {{ refused.push(error.code) }}
}}
async function onTrack() {{ return [...new Set(refused)] }}
"
    );
    check(
        &required,
        expect![[r#"
            onTrack returned ["MODULE_NOT_FOUND"]
        "#]],
    );
    let imported = format!(
        "--- function.mjs
const refused = [];
for (const name of [{names}]) {{
  try {{ refused.push(typeof (await import(name))) }} catch (error) {{ refused.push(error.code) }}
}}
export async function onTrack() {{ return [...new Set(refused)] }}
"
    );
    check(
        &imported,
        expect![[r#"
            onTrack returned ["ERR_MODULE_NOT_FOUND"]
        "#]],
    );
}

#[test]
fn what_is_asked_for_later_is_there() {
    check(
        "--- function.js
async function onTrack() {
  const crypto = require('crypto');
  const helper = require('./helper');
  const module = await import('./module.mjs');
  const failures = [];
  try { require('./not-there') } catch (error) { failures.push(error.message) }
  try { require(`./${'helper2'}`) } catch (error) { failures.push(error.message) }
  try { await import('./not-there.mjs') } catch (error) { failures.push(error.message) }
  return [crypto.createHash('md5').update('').digest('hex'), helper, module.default, failures];
}
--- helper.js
module.exports = 'helper';
--- helper2.js
module.exports = 'helper2';
--- module.mjs
export default 'module';
",
        expect![[r#"
            onTrack returned ["d41d8cd98f00b204e9800998ecf8427e","helper","module",["Cannot find module './not-there', required by `function.js`: there is no file `not-there`, with or without an ending","modules are loaded while the function is built; import it at the top level, by a name that is written out","Cannot find module './not-there.mjs', required by `function.js`: there is no file `not-there.mjs`, with or without an ending"]]
        "#]],
    );
}

#[test]
fn what_is_never_loaded_never_counts() {
    check(
        "--- function.js
const used = require('package');
async function onTrack() { return used.one; }
--- node_modules/package/index.js
exports.one = 1;
if (false) require('./broken');
exports.lazy = () => require('./thrower');
--- node_modules/package/broken.js
this is no JavaScript
--- node_modules/package/thrower.js
throw new Error('evaluated');
",
        expect![[r#"
            onTrack returned 1
        "#]],
    );
}

#[test]
fn deep_files_do_not_end_the_process() {
    let deep = format!("module.exports = {}1{}", "[".repeat(30_000), "]".repeat(30_000));
    check(
        &format!("--- function.js\nrequire('./deep');\nasync function onTrack() {{}}\n--- deep.js\n{deep}\n"),
        expect![[r#"
            function.js:1:1: error: the top level threw Error: deep.js: error: the source is nested more than 20000 brackets deep
              1 | require('./deep');
                | ^
        "#]],
    );
    // Not brackets alone nest.
    for nested in ["!", "- ", "() => ", "new ", "x ? 1 : "] {
        let source = format!("let x; async function onTrack() {{ return {}1 }}", nested.repeat(20_000));
        let built = wait(fnhost_build::build(host(), "function.js", &source, &Limits::default()));
        assert!(matches!(built, Err(BuildError::Source(_))), "{nested}");
    }
}

#[test]
fn bad_files() {
    check(
        "--- function.js\nrequire('./bad');\nasync function onTrack() {}\n--- bad.js\nlet x = ;\n",
        expect![[r#"
        function.js:1:1: error: the top level threw Error: bad.js:1:9: error: Unexpected token
          1 | let x = ;
            |         ^
          1 | require('./bad');
            | ^
    "#]],
    );
    check(
        "--- function.mjs\nimport './bad.mjs';\nexport async function onTrack() {}\n--- bad.mjs\n\nexport const x = ;\n",
        expect![[r#"
            function.mjs: error: the top level threw bad.mjs:2:18: error: Unexpected token
              2 | export const x = ;
                |                  ^
        "#]],
    );
    check(
        "--- function.js\nrequire('./bad.json');\nasync function onTrack() {}\n--- bad.json\n{ \"a\": }\n",
        expect![[r#"
            function.js:1:1: error: the top level threw SyntaxError: bad.json: Unexpected token '}', "{ "a": }
            " is not valid JSON
              1 | require('./bad.json');
                | ^
        "#]],
    );
    check(
        "--- function.js\nrequire('./esm.mjs');\nasync function onTrack() {}\n--- esm.mjs\nexport default 1;\n",
        expect![[r#"
            function.js:1:1: error: the top level threw Error: require() of ES Module esm.mjs from function.js is not supported; use `import` in a function that is a module, or `await import()`
              1 | require('./esm.mjs');
                | ^
        "#]],
    );
    check(
        "--- function.mjs\nimport { missing } from './a.cjs';\nexport async function onTrack() {}\n--- a.cjs\nexports.here = 1;\n",
        expect![[r#"
            function.mjs: error: the top level threw SyntaxError: Could not find export 'missing' in module 'a.cjs'
        "#]],
    );
}
