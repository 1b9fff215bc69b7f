//! `fnhost new`: the project it makes, and what it refuses.

use crate::command::Folder;
use expect_test::{Expect, expect};
use std::fs;

fn check(files: &[(&str, &str)], arguments: &str, expected: Expect) {
    expected.assert_eq(&Folder::with(files).fnhost(arguments));
}

/// The names of the files below `folder`.
fn files(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_new_project_runs_at_once() {
    let folder = Folder::with(&[]);
    expect![""].assert_eq(&folder.fnhost("new orders"));
    expect![[r#"
        [".gitignore", "README.md", "event.json", "fnhost.d.ts", "function.js", "jsconfig.json", "package.json", "settings.json"]"#]]
    .assert_eq(&format!("{:?}", files(&folder.path("orders"))));
    expect![""].assert_eq(&folder.fnhost("check orders/function.js"));
    expect![""].assert_eq(
        &folder.fnhost("run orders/function.js --event orders/event.json --settings orders/settings.json"),
    );
    let package: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path("orders/package.json")).unwrap()).unwrap();
    assert_eq!((&package["name"], &package["type"]), (&"orders".into(), &"module".into()));
    let readme = fs::read_to_string(folder.path("orders/README.md")).unwrap();
    assert!(readme.starts_with("# orders\n") && readme.contains("fnhost run function.js --event event.json"), "{readme}");
    assert!(!readme.contains("NAME") && !readme.contains("FUNCTION") && !readme.contains("CONFIG"), "{readme}");
}

#[test]
fn a_new_project_in_typescript() {
    let folder = Folder::with(&[]);
    expect![""].assert_eq(&folder.fnhost("new --typescript deep/down/orders-2"));
    let project = folder.path("deep/down/orders-2");
    expect![[r#"
        [".gitignore", "README.md", "event.json", "fnhost.d.ts", "function.ts", "package.json", "settings.json", "tsconfig.json"]"#]]
    .assert_eq(&format!("{:?}", files(&project)));
    expect![""].assert_eq(&folder.fnhost("check deep/down/orders-2/function.ts"));
    let mut run = folder.command("run function.ts --event event.json --settings settings.json --json");
    let output = run.current_dir(&project).output().unwrap();
    assert!(output.status.success(), "{}", crate::command::text(&output));
}

#[test]
fn here() {
    let folder = Folder::with(&[]);
    fs::create_dir(folder.path("a-function")).unwrap();
    fs::create_dir(folder.path("a-function/.git")).unwrap();
    let output = folder.command("new .").current_dir(folder.path("a-function")).output().unwrap();
    expect![""].assert_eq(&crate::command::text(&output));
    let types = folder.path("a-function/fnhost.d.ts");
    fs::write(&types, "old").unwrap();
    expect![""].assert_eq(&folder.fnhost("new --types-only a-function"));
    assert!(fs::read_to_string(types).unwrap().contains("interface TrackEvent"));
}

#[test]
fn what_is_refused() {
    let folder = Folder::with(&[("file", "")]);
    fs::create_dir(folder.path("full")).unwrap();
    fs::write(folder.path("full/function.js"), "mine").unwrap();
    let long = "a".repeat(101);
    let mut out = String::new();
    for arguments in
        ["new", "new full", "new file", "new file/below", "new My-Function", "new -x", "new _x", "new a.b", "new ..", "new é", "new node_modules", &format!("new {long}"), "new x --typescript --types-only", "new --types-only nowhere", "new a b"]
    {
        out += &format!("{arguments}\n{}", folder.fnhost(arguments));
    }
    expect![""].assert_eq(&out);
    assert_eq!(fs::read_to_string(folder.path("full/function.js")).unwrap(), "mine");
    assert_eq!(files(&folder.path(".")), ["file", "full"]);
    let output = folder.command("new").arg("").output().unwrap();
    expect![""].assert_eq(&crate::command::text(&output));
}

#[test]
fn help() {
    check(&[], "new --help", expect![""]);
}
