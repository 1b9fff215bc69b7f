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
    expect![[r#"
        exit 0
        made `orders`: function.js, jsconfig.json, event.json, settings.json, fnhost.d.ts, package.json, README.md, .gitignore

        next:
          cd orders
          fnhost run function.js --event event.json --settings settings.json
    "#]].assert_eq(&folder.fnhost("new orders"));
    expect![[r#"
        [".gitignore", "README.md", "event.json", "fnhost.d.ts", "function.js", "jsconfig.json", "package.json", "settings.json"]"#]]
    .assert_eq(&format!("{:?}", files(&folder.path("orders"))));
    expect![[r#"
        exit 0
        stderr: orders/function.js: 0 errors, 0 warnings
    "#]]
    .assert_eq(&folder.fnhost("check orders/function.js"));
    let ran = folder.fnhost("run orders/function.js --event orders/event.json --settings orders/settings.json");
    let logged =
        "nothing is sent, as settings.json has no `endpoint`: {\"user\":\"user-17\",\"name\":\"Order Completed\"";
    assert!(ran.starts_with("exit 0\nCallback Return\n  null\n") && ran.contains(logged), "{ran}");
    let package: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path("orders/package.json")).unwrap()).unwrap();
    assert_eq!((&package["name"], &package["type"]), (&"orders".into(), &"module".into()));
    let readme = fs::read_to_string(folder.path("orders/README.md")).unwrap();
    assert!(
        readme.starts_with("# orders\n") && readme.contains("fnhost run function.js --event event.json"),
        "{readme}"
    );
    assert!(!readme.contains("NAME") && !readme.contains("FUNCTION") && !readme.contains("CONFIG"), "{readme}");
}

#[test]
fn a_new_project_in_typescript() {
    let folder = Folder::with(&[]);
    expect![[r#"
        exit 0
        made `deep/down/orders-2`: function.ts, tsconfig.json, event.json, settings.json, fnhost.d.ts, package.json, README.md, .gitignore

        next:
          cd deep/down/orders-2
          fnhost run function.ts --event event.json --settings settings.json
    "#]].assert_eq(&folder.fnhost("new --typescript deep/down/orders-2"));
    let project = folder.path("deep/down/orders-2");
    expect![[r#"
        [".gitignore", "README.md", "event.json", "fnhost.d.ts", "function.ts", "package.json", "settings.json", "tsconfig.json"]"#]]
    .assert_eq(&format!("{:?}", files(&project)));
    expect![[r#"
        exit 0
        stderr: deep/down/orders-2/function.ts: 0 errors, 0 warnings
    "#]]
    .assert_eq(&folder.fnhost("check deep/down/orders-2/function.ts"));
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
    expect![[r#"
        exit 0
        made `.`: function.js, jsconfig.json, event.json, settings.json, fnhost.d.ts, package.json, README.md, .gitignore

        next:
          fnhost run function.js --event event.json --settings settings.json
    "#]].assert_eq(&crate::command::text(&output));
    let types = folder.path("a-function/fnhost.d.ts");
    fs::write(&types, "old").unwrap();
    expect![[r#"
        exit 0
        wrote `a-function/fnhost.d.ts`
    "#]]
    .assert_eq(&folder.fnhost("new --types-only a-function"));
    assert!(fs::read_to_string(types).unwrap().contains("interface TrackEvent"));
}

#[test]
fn what_is_refused() {
    let folder = Folder::with(&[("file", "")]);
    fs::create_dir(folder.path("full")).unwrap();
    fs::write(folder.path("full/function.js"), "mine").unwrap();
    let long = "a".repeat(101);
    let mut out = String::new();
    for arguments in [
        "new",
        "new full",
        "new file",
        "new file/below",
        "new My-Function",
        "new -x",
        "new _x",
        "new a.b",
        "new ..",
        "new é",
        "new node_modules",
        &format!("new {long}"),
        "new x --typescript --types-only",
        "new --types-only nowhere",
        "new a b",
    ] {
        out += &format!("{arguments}\n{}", folder.fnhost(arguments));
    }
    expect![[r#"
        new
        exit 2
        stderr: error: the following required arguments were not provided:
        stderr:   <NAME>
        stderr: 
        stderr: Usage: fnhost new <NAME>
        stderr: 
        stderr: For more information, try '--help'.
        new full
        exit 2
        stderr: error: `full` is not empty, it has `function.js` in it; choose another name, or an empty folder
        new file
        exit 2
        stderr: error: `file` is a file, or below one; choose another name
        new file/below
        exit 2
        stderr: error: `file/below` is a file, or below one; choose another name
        new My-Function
        exit 2
        stderr: error: `My-Function` cannot be the name of a function; use lower-case letters, digits, `-` and `_`, a letter or digit first, 100 characters at most
        new -x
        exit 2
        stderr: error: unexpected argument '-x' found
        stderr: 
        stderr:   tip: to pass '-x' as a value, use '-- -x'
        stderr: 
        stderr: Usage: fnhost new [OPTIONS] <NAME>
        stderr: 
        stderr: For more information, try '--help'.
        new _x
        exit 2
        stderr: error: `_x` cannot be the name of a function; use lower-case letters, digits, `-` and `_`, a letter or digit first, 100 characters at most
        new a.b
        exit 2
        stderr: error: `a.b` cannot be the name of a function; use lower-case letters, digits, `-` and `_`, a letter or digit first, 100 characters at most
        new ..
        exit 2
        stderr: error: `..` cannot be the name of a function; use lower-case letters, digits, `-` and `_`, a letter or digit first, 100 characters at most
        new é
        exit 2
        stderr: error: `é` cannot be the name of a function; use lower-case letters, digits, `-` and `_`, a letter or digit first, 100 characters at most
        new node_modules
        exit 2
        stderr: error: `node_modules` cannot be the name of a function; use lower-case letters, digits, `-` and `_`, a letter or digit first, 100 characters at most
        new aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        exit 2
        stderr: error: `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa` cannot be the name of a function; use lower-case letters, digits, `-` and `_`, a letter or digit first, 100 characters at most
        new x --typescript --types-only
        exit 2
        stderr: error: the argument '--typescript' cannot be used with '--types-only'
        stderr: 
        stderr: Usage: fnhost new --typescript <NAME>
        stderr: 
        stderr: For more information, try '--help'.
        new --types-only nowhere
        exit 2
        stderr: error: cannot write `nowhere/fnhost.d.ts`: No such file or directory (os error 2)
        new a b
        exit 2
        stderr: error: unexpected argument 'b' found
        stderr: 
        stderr: Usage: fnhost new [OPTIONS] <NAME>
        stderr: 
        stderr: For more information, try '--help'.
    "#]].assert_eq(&out);
    assert_eq!(fs::read_to_string(folder.path("full/function.js")).unwrap(), "mine");
    assert_eq!(files(&folder.path(".")), ["file", "full"]);
    let output = folder.command("new").arg("").output().unwrap();
    expect![[r#"
        exit 2
        stderr: error: a value is required for '<NAME>' but none was supplied
        stderr: 
        stderr: For more information, try '--help'.
    "#]]
    .assert_eq(&crate::command::text(&output));
}

#[test]
fn help() {
    check(
        &[],
        "new --help",
        expect![[r#"
        exit 0
        Make a project for a function: a folder with a function that runs, an event, settings, and types for the editor.

        The folder must not be there yet, or be empty.

        Usage: fnhost new [OPTIONS] <NAME>

        Arguments:
          <NAME>
                  The folder; the function is called as it is: lower-case letters, digits, `-` and `_`

        Options:
              --typescript
                  Write the function in TypeScript

              --types-only
                  Only write fnhost.d.ts, the types of what a function finds, into a folder that is there

          -h, --help
                  Print help (see a summary with '-h')
    "#]],
    );
}
