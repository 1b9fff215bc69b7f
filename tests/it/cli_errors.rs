//! What the command `fnhost` refuses, with which words, and that the exit code says so.

use crate::cli::{ECHO, TRACK, check, check_event};
use expect_test::expect;

#[test]
fn events_that_cannot_be_used() {
    for (event, expected) in [
        (
            "",
            expect![[r#"
            exit 2
            stderr: error: the event cannot be used: EOF while parsing a value at line 1 column 0
        "#]],
        ),
        (
            "{",
            expect![[r#"
            exit 2
            stderr: error: the event cannot be used: EOF while parsing an object at line 1 column 1
        "#]],
        ),
        (
            "{\"type\":\"track\"} {}",
            expect![[r#"
            exit 2
            stderr: error: the event cannot be used: trailing characters at line 1 column 18
        "#]],
        ),
        (
            "\"track\"",
            expect![[r#"
            exit 2
            stderr: error: the event cannot be used: it is not a JSON object
        "#]],
        ),
        (
            "null",
            expect![[r#"
            exit 2
            stderr: error: the event cannot be used: it is not a JSON object
        "#]],
        ),
        (
            "{}",
            expect![[r#"
            exit 2
            stderr: error: the event cannot be used: it has no `type`; it must be one of identify, track, page, screen, group, alias, delete
        "#]],
        ),
        (
            "{\"type\":\"nap\"}",
            expect![[r#"
            exit 2
            stderr: error: the event cannot be used: its type is `nap`, which is none of identify, track, page, screen, group, alias, delete
        "#]],
        ),
        (
            "{\"type\":7}",
            expect![[r#"
            exit 2
            stderr: error: the event cannot be used: invalid type: integer `7`, expected a string at line 1 column 9
        "#]],
        ),
        (
            "[{\"type\":\"track\"}",
            expect![[r#"
            exit 2
            stderr: error: the event cannot be used: EOF while parsing a list at line 1 column 17
        "#]],
        ),
    ] {
        check_event(event, "run f.js --event e.json", expected);
    }
}

#[test]
fn settings_that_cannot_be_used() {
    for (settings, expected) in [
        (
            "",
            expect![[r#"
            exit 2
            stderr: error: the settings cannot be used: EOF while parsing a value at line 1 column 0
        "#]],
        ),
        (
            "{",
            expect![[r#"
            exit 2
            stderr: error: the settings cannot be used: EOF while parsing an object at line 1 column 1
        "#]],
        ),
        (
            "[]",
            expect![[r#"
            exit 2
            stderr: error: the settings cannot be used: they are not a JSON object
        "#]],
        ),
        (
            "null",
            expect![[r#"
            exit 2
            stderr: error: the settings cannot be used: they are not a JSON object
        "#]],
        ),
        (
            "\"key\"",
            expect![[r#"
            exit 2
            stderr: error: the settings cannot be used: they are not a JSON object
        "#]],
        ),
    ] {
        let files = [("f.js", ECHO), ("e.json", TRACK), ("s.json", settings)];
        check(&files, "run f.js --event e.json --settings s.json", expected);
    }
}

#[test]
fn files_that_are_missing() {
    for (arguments, expected) in [
        (
            "run none.js --event e.json",
            expect![[r#"
            exit 2
            stderr: error: cannot read `none.js`: No such file or directory (os error 2)
        "#]],
        ),
        (
            "run none.wasm --event e.json",
            expect![[r#"
            exit 2
            stderr: error: cannot read `none.wasm`: No such file or directory (os error 2)
        "#]],
        ),
        (
            "run f.js --event none.json",
            expect![[r#"
            exit 2
            stderr: error: cannot read `none.json`: No such file or directory (os error 2)
        "#]],
        ),
        (
            "run f.js --event e.json --settings none.json",
            expect![[r#"
            exit 2
            stderr: error: cannot read `none.json`: No such file or directory (os error 2)
        "#]],
        ),
        (
            "build none.js",
            expect![[r#"
            exit 2
            stderr: error: cannot read `none.js`: No such file or directory (os error 2)
        "#]],
        ),
        (
            "check none.js",
            expect![[r#"
            exit 2
            stderr: error: cannot read `none.js`: No such file or directory (os error 2)
        "#]],
        ),
        (
            "run . --event e.json",
            expect![[r#"
            exit 2
            stderr: error: cannot read `.`: Is a directory (os error 21)
        "#]],
        ),
    ] {
        check_event(TRACK, arguments, expected);
    }
}

#[test]
fn usage_errors() {
    for (arguments, expected) in [
        (
            "run f.js",
            expect![[r#"
            exit 2
            stderr: error: the following required arguments were not provided:
            stderr:   --event <FILE>
            stderr: 
            stderr: Usage: fnhost run --event <FILE> <FUNCTION>
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
        (
            "run --event e.json",
            expect![[r#"
            exit 2
            stderr: error: the following required arguments were not provided:
            stderr:   <FUNCTION>
            stderr: 
            stderr: Usage: fnhost run --event <FILE> <FUNCTION>
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
        (
            "walk f.js",
            expect![[r#"
            exit 2
            stderr: error: unrecognized subcommand 'walk'
            stderr: 
            stderr: Usage: fnhost <COMMAND>
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
        (
            "run f.js --event e.json --fast",
            expect![[r#"
            exit 2
            stderr: error: unexpected argument '--fast' found
            stderr: 
            stderr:   tip: to pass '--fast' as a value, use '-- --fast'
            stderr: 
            stderr: Usage: fnhost run --event <FILE> <FUNCTION>
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
        (
            "run f.js --event e.json --handler onNap",
            expect![[r#"
            exit 2
            stderr: error: there is no handler `onNap`; the handlers are onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
        "#]],
        ),
        (
            "run f.js --event e.json --cache-dir x --no-cache",
            expect![[r#"
            exit 2
            stderr: error: the argument '--cache-dir <DIR>' cannot be used with '--no-cache'
            stderr: 
            stderr: Usage: fnhost run --event <FILE> --cache-dir <DIR> <FUNCTION>
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
    ] {
        check_event(TRACK, arguments, expected);
    }
}

#[test]
fn limits_out_of_range() {
    for (flag, expected) in [
        (
            "--fuel-max 0",
            expect![[r#"
            exit 2
            stderr: error: invalid value '0' for '--fuel-max <UNITS>': 0 is not in 1..=1000000000000
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
        (
            "--timeout-ms-max 60001",
            expect![[r#"
            exit 2
            stderr: error: invalid value '60001' for '--timeout-ms-max <MS>': 60001 is not in 1..=60000
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
        (
            "--memory-bytes-max much",
            expect![[r#"
            exit 2
            stderr: error: invalid value 'much' for '--memory-bytes-max <BYTES>': invalid digit found in string
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
        (
            "--memory-bytes-max -5",
            expect![[r#"
            exit 2
            stderr: error: unexpected argument '-5' found
            stderr: 
            stderr:   tip: to pass '-5' as a value, use '-- -5'
            stderr: 
            stderr: Usage: fnhost run [OPTIONS] --event <FILE> <FUNCTION>
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
        (
            "--memory-bytes-max 99999999999999999999",
            expect![[r#"
            exit 2
            stderr: error: invalid value '99999999999999999999' for '--memory-bytes-max <BYTES>': number too large to fit in target type
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
        (
            "--stack-bytes-max 1048577",
            expect![[r#"
            exit 2
            stderr: error: invalid value '1048577' for '--stack-bytes-max <BYTES>': 1048577 is not in 1..=1048576
            stderr: 
            stderr: For more information, try '--help'.
        "#]],
        ),
    ] {
        check_event(TRACK, &format!("run f.js --event e.json {flag}"), expected);
    }
}
