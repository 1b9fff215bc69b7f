//! The configuration file's bounds, texts that nobody means, and reading it from the disk.

use crate::config::{REST, parse};
use crate::config_mistakes::{check, destination_file, said};
use expect_test::expect;
use fnhost_server::config::{Config, FunctionSource, References};
use std::fmt::Write;
use std::path::Path;

#[test]
fn columns_count_characters_and_lines_end_in_every_way() {
    check(
        "workspace = { name = \"ä日本\", \"nämé\" = 1 }\r\n[server]\r\n\tgrace_ms = -1\r\n",
        expect![[r#"
            fnhost.toml:1:29: workspace."nämé": there is no key `nämé`; the keys are `name`
            fnhost.toml:3:13: server.grace_ms: must be between 0 and 600000, not -1
        "#]],
    );
}

#[test]
fn long_and_strange_texts_are_cut_and_escaped() {
    let key = "k".repeat(10_000);
    check(
        &format!("{key} = 1\n\"a\\nb\\u001b[31m\" = 1\n[server]\nlog_format = \"{key}\""),
        expect![[r#"
        fnhost.toml:1:1: kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…: there is no key `kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…`; the keys are `workspace`, `server`, `ingest`, `delivery`, `retention`, `source`, `function`, `destination`
        fnhost.toml:2:1: "a\nb\u{1b}[31m": there is no key `a\nb\u{1b}[31m`; the keys are `workspace`, `server`, `ingest`, `delivery`, `retention`, `source`, `function`, `destination`
        fnhost.toml:4:14: server.log_format: must be `text` or `json`, not `kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…`
    "#]],
    );
}

#[test]
fn there_are_bounds_on_everything() {
    let text = format!("# {}", "x".repeat(1_048_575));
    check(
        &text,
        expect![[r#"
        fnhost.toml: a configuration has 1048576 bytes at most, and this has 1048577
    "#]],
    );

    let many: String = (0..10_000).map(|at| format!("key{at} = 1\n")).collect();
    let lines = said(&many);
    let last: Vec<_> = lines.lines().skip(199).collect();
    expect![[r#"
        fnhost.toml:1178:1: key1177: there is no key `key1177`; the keys are `workspace`, `server`, `ingest`, `delivery`, `retention`, `source`, `function`, `destination`
        fnhost.toml: there are 9800 more, which are not shown"#]].assert_eq(&last.join("\n"));

    let destination =
        |at: usize| format!("[[destination]]\nname = \"{at}\"\nsource = \"web\"\nfunction = \"forward\"\n");
    let thousand: String = (0..1_000).map(destination).collect();
    check(&format!("{thousand}{REST}"), expect![[""]]);
    check(
        &format!("{thousand}{}{REST}", destination(1_000)),
        expect![[r#"
        fnhost.toml:1:1: destination: there may be 1000 at most, not 1001
    "#]],
    );

    let folder = |count: usize| -> Vec<_> {
        (0..count).map(|at| FunctionSource { name: at.to_string(), path: "x.js".into() }).collect()
    };
    let env = |_: &str| Some("x".repeat(1_000_000));
    let references = References { env: &env, base_dir: Path::new("") };
    assert!(Config::parse("", "fnhost.toml", &folder(1_000), references).is_ok());
    let errors = Config::parse("", "fnhost.toml", &folder(1_001), references).unwrap_err();
    expect!["fnhost.toml:1:1: there may be 1000 functions at most, those of the folder included"]
        .assert_eq(&errors.to_string());

    let settings = |count: usize| (0..count).map(|at| format!("k{at} = \"env:X\"\n")).collect::<String>();
    let text = destination_file(&format!("[destination.settings]\n{}", settings(2)));
    expect!["fnhost.toml:5:1: destination[0].settings: settings have 1048576 bytes at most, and these have 2000017"]
        .assert_eq(&Config::parse(&text, "fnhost.toml", &[], references).unwrap_err().to_string());
    let text = destination_file(&format!("[destination.settings]\n{}", settings(17)));
    expect![[r#"
        fnhost.toml:5:1: destination[0].settings: settings have 1048576 bytes at most, and these have 16000136
        fnhost.toml:15:6: destination[0].settings.k9: the values of all references come to more than 16777216 bytes"#]]
    .assert_eq(&Config::parse(&text, "fnhost.toml", &[], references).unwrap_err().to_string());
}

#[test]
fn nesting_without_end_is_refused() {
    let dots = "a.".repeat(70);
    for text in [
        format!("x = {}", "[".repeat(100_000)),
        format!("x = {}", "{x=".repeat(100_000)),
        format!("{}a = 1", "a.".repeat(100_000)),
        format!("[{}a]", "a.".repeat(100_000)),
        format!("a=1\n[a.b]\n{dots}x=1\n[c]"),
        format!("x = {}1{}", format!("{{{dots}x = ").repeat(79), "}".repeat(79)),
    ] {
        let said = said(&text);
        assert!(said.contains("tables and arrays may be nested 64 deep"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn one_mistake_of_the_syntax_is_told_for_each_line() {
    let line = format!("a = [{}", "= ".repeat(300_000));
    check(
        &format!("{line}\nb = 1\nb = [\n\"x\" \"y\"\n]\n= 2\n"),
        expect![[r#"
        fnhost.toml:1:6: this is not TOML: unexpected `=` in array, expected value, `]`
        fnhost.toml:2:1: this is not TOML: string values must be quoted, expected literal string
        fnhost.toml:3:1: this is not TOML: missing comma between array elements, expected `,`
        fnhost.toml:4:5: this is not TOML: missing comma between array elements, expected `,`
        fnhost.toml:6:1: this is not TOML: unexpected `=` in array, expected value, `]`
    "#]],
    );
}

#[test]
fn bytes_without_sense_never_panic() {
    let whole = destination_file("settings = { a = [1.5, 'x'], b.c = \"env:BIN_KEY\" }\nretry = { factor = 2 }");
    let pieces = ["[", "]", "{", "}", "\"", "'", "'''", "=", ".", ",", "\n", "#", "\\", "é", "\r", "\0", "-", "0"];
    for at in (0..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
        let _ = parse(&whole[..at]);
        for piece in pieces {
            let _ = parse(&format!("{}{piece}{}", &whole[..at], &whole[at..]));
            let _ = parse(&format!("{}{piece}{}", &whole[..at], &whole[at + 1..]));
        }
    }
}

#[test]
fn a_file_and_its_folder_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fnhost.toml");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let env = |_: &str| None;
    let load = |path: &Path| {
        let loaded = Config::load(path, &env);
        let said = match loaded {
            Err(errors) => errors.to_string(),
            Ok(config) => format!("{:?} {:?}", config.functions, config.warnings),
        };
        said.replace(folder.path().to_str().unwrap(), "DIR")
    };
    let mut all = String::new();
    let mut step = |what: &str, said: String| writeln!(all, "{what}\n  {}", said.replace('\n', "\n  ")).unwrap();
    step("no file", load(&file));
    step("a folder", load(folder.path()));
    std::fs::write(&file, b"a = 1\n\xff").unwrap();
    step("not UTF-8", load(&file));
    std::fs::write(&file, vec![b'#'; 1_048_577]).unwrap();
    step("too large", load(&file));
    write("fnhost.toml", REST);
    step("no functions folder", load(&file));
    write("functions", "");
    step("the functions folder is a file", load(&file));
    std::fs::remove_file(folder.path().join("functions")).unwrap();
    std::fs::create_dir_all(folder.path().join("functions/nested.js")).unwrap();
    for name in ["b.ts", "a.js", "c.mjs", "forward.js", "types.d.ts", ".hidden.js", "notes.md", "nested.js/d.js"] {
        write(&format!("functions/{name}"), "");
    }
    step("functions", load(&file));
    write("functions/a.ts", "");
    step("two of a name", load(&file));
    write("fnhost.toml", &format!("[server]\nfunctions_dir = \"functions\"\ngrace_ms = -1\n{REST}"));
    step("two of a name, and another mistake", load(&file));
    std::fs::remove_file(folder.path().join("functions/a.ts")).unwrap();
    write("functions/(copy).js", "");
    step("a file that has no name for a function", load(&file));
    expect![[r#"
        no file
          DIR/fnhost.toml: there is no such file
        a folder
          DIR: it is a folder, not a file
        not UTF-8
          DIR/fnhost.toml: it is not UTF-8 text, see line 2
        too large
          DIR/fnhost.toml: it is larger than 1048576 bytes
        no functions folder
          [FunctionSource { name: "forward", path: "DIR/forward.js" }] [ConfigError { line: 3, column: 8, key: "source[0].name", message: "no destination takes the events of the source `web`" }, ConfigError { line: 6, column: 8, key: "function[0].name", message: "no destination uses the function `forward`" }]
        the functions folder is a file
          DIR/fnhost.toml:1:1: server.functions_dir: it is not a folder
        functions
          [FunctionSource { name: "forward", path: "DIR/forward.js" }, FunctionSource { name: "a", path: "DIR/functions/a.js" }, FunctionSource { name: "b", path: "DIR/functions/b.ts" }, FunctionSource { name: "c", path: "DIR/functions/c.mjs" }] [ConfigError { line: 3, column: 8, key: "source[0].name", message: "no destination takes the events of the source `web`" }, ConfigError { line: 6, column: 8, key: "function[0].name", message: "no destination uses the function `forward`" }]
        two of a name
          DIR/fnhost.toml:1:1: server.functions_dir: `a.js` and `a.ts` are both the function `a`; rename one
        two of a name, and another mistake
          DIR/fnhost.toml:2:17: server.functions_dir: `a.js` and `a.ts` are both the function `a`; rename one
          DIR/fnhost.toml:3:12: server.grace_ms: must be between 0 and 600000, not -1
        a file that has no name for a function
          DIR/fnhost.toml:2:17: server.functions_dir: the file `(copy).js` is no function: a name has letters, digits, spaces, `-`, `_` and `.`, but no `(`
          DIR/fnhost.toml:3:12: server.grace_ms: must be between 0 and 600000, not -1
    "#]].assert_eq(&all);
}
