//! What bounds the modules of a function, what they are told of themselves, and which face of a package they see.

use crate::modules::{check, check_under};
use expect_test::expect;
use fnhost::Limits;

#[test]
fn limits() {
    let files =
        "--- function.js\nrequire('./a'); require('./b');\nasync function onTrack() {}\n--- a.js\n1;\n--- b.js\n22;\n";
    let under = |name, value, expected| {
        let mut limits = Limits::default();
        limits.set(name, value).unwrap();
        check_under(files, &limits, expected);
    };
    under(
        "modules_max",
        2,
        expect![[r#"
        onTrack returned null
    "#]],
    );
    under(
        "modules_max",
        1,
        expect![[r#"
        function.js:1:17: error: the top level threw Error: cannot load `b.js`: function loads 2 files, limit 1 (`modules_max`)
          1 | require('./a'); require('./b');
            |                 ^
    "#]],
    );
    under(
        "modules_bytes_max",
        7,
        expect![[r#"
        onTrack returned null
    "#]],
    );
    under(
        "modules_bytes_max",
        6,
        expect![[r#"
        function.js:1:17: error: the top level threw Error: cannot load `b.js`: function loads files of 7 bytes, limit 6 (`modules_bytes_max`)
          1 | require('./a'); require('./b');
            |                 ^
    "#]],
    );
    let large =
        format!("--- function.js\nrequire('./a');\nasync function onTrack() {{}}\n--- a.js\n{}\n", " ".repeat(4 << 20));
    check(
        &large,
        expect![[r#"
        function.js:1:1: error: the top level threw Error: cannot read `a.js`: it is 4194305 bytes, limit 4194304
          1 | require('./a');
            | ^
    "#]],
    );
}

#[test]
fn where_a_module_is() {
    check(
        "--- function.mjs\nimport { place } from './lib/it is.mjs';\nimport { createRequire } from 'node:module';\nimport { fileURLToPath } from 'node:url';
const data = createRequire(import.meta.url)('./data.json');
export const onTrack = () => [import.meta.url, import.meta.dirname, place, fileURLToPath(place.url), data];
--- lib/it is.mjs\nexport const place = { ...import.meta };\n--- data.json\n[1]\n--- package.json\n{}\n",
        expect![[r#"
            onTrack returned ["file:///function.mjs","/",{"url":"file:///lib/it%20is.mjs","filename":"/lib/it is.mjs","dirname":"/lib"},"/lib/it is.mjs",[1]]
        "#]],
    );
}

/// What the first does not ask for is there for the second.
#[test]
fn two_modules_with_different_members_of_one() {
    check(
        "--- function.mjs\nimport { hash } from './first.mjs';\nimport { webcrypto } from 'node:crypto';
export const onTrack = () => [hash, typeof webcrypto.subtle];
--- first.mjs\nimport { createHash } from 'node:crypto';\nexport const hash = createHash('md5').update('').digest('hex');\n",
        expect![[r#"
            onTrack returned ["d41d8cd98f00b204e9800998ecf8427e","object"]
        "#]],
    );
}

/// A package that has an ES module for workers and CommonJS for Node.
#[test]
fn a_package_for_workers_and_for_node() {
    check(
        "--- function.js\nconst kind = require('both');\nasync function onTrack() { return kind; }
--- node_modules/both/package.json\n{ \"name\": \"both\", \"exports\": { \"worker\": \"./worker.mjs\", \"require\": \"./node.cjs\" } }
--- node_modules/both/worker.mjs\nexport default 'worker';\n--- node_modules/both/node.cjs\nmodule.exports = 'node';\n",
        expect![[r#"
            onTrack returned "node"
        "#]],
    );
}

/// A function has `window`, as at Segment; a package would take it for a browser's.
#[test]
fn window_is_the_functions_alone() {
    check(
        "--- function.js\nconst kind = require('probe');\nasync function onTrack() { return [typeof window, kind]; }
--- node_modules/probe/index.js\nmodule.exports = typeof window;\n",
        expect![[r#"
            onTrack returned ["object","undefined"]
        "#]],
    );
}
