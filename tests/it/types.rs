//! `fnhost.d.ts`, checked with TypeScript itself: what functions do passes, mistakes are found, every global and
//! module that is there is declared, and nothing clashes with other declarations of the same.

use expect_test::expect;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The checkout.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// TypeScript, installed with npm as its lock file says. The checkout stays as it is.
static INSTALLED: LazyLock<PathBuf> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("types");
    fs::create_dir_all(&dir).unwrap();
    // Another run of the tests may be at it.
    let lock = fs::File::create(dir.join(".install.lock")).unwrap();
    lock.lock().unwrap();
    for name in ["package.json", "package-lock.json"] {
        fs::copy(root().join("tests/types").join(name), dir.join(name)).unwrap();
    }
    let wanted = fs::read(dir.join("package-lock.json")).unwrap();
    let installed = dir.join("node_modules/.installed-lock.json");
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let mut install = Command::new(npm);
        install.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&dir);
        let output = install.output().expect("npm can be run, as for the build");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::write(installed, wanted).unwrap();
    }
    dir
});

/// What `tsc` says of `files` in a project as `fnhost new` makes it, with `change` in its configuration.
fn tsc(files: &[(&str, &str)], change: impl Fn(String) -> String) -> String {
    let project = tempfile::tempdir_in(&*INSTALLED).unwrap();
    let new = root().join("crates/fnhost-cli/src/new");
    fs::copy(new.join("fnhost.d.ts"), project.path().join("fnhost.d.ts")).unwrap();
    let config = fs::read_to_string(new.join("tsconfig.json")).unwrap();
    fs::write(project.path().join("tsconfig.json"), change(config)).unwrap();
    for (name, text) in files {
        fs::write(project.path().join(name), text).unwrap();
    }
    let mut tsc = Command::new("node");
    tsc.arg(INSTALLED.join("node_modules/typescript/bin/tsc")).args(["-p", ".", "--pretty", "false"]);
    let output = tsc.current_dir(project.path()).output().unwrap();
    // What follows a mistake's first line says more of the same.
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter(|line| !line.starts_with(' ')).map(|line| format!("{line}\n")).collect()
}

/// [`tsc`] of what is good: what functions do, and the functions that a new project has.
fn tsc_good(change: impl Fn(String) -> String) -> String {
    let folders = ["tests/types/good", "crates/fnhost-cli/src/new/function"];
    let paths = folders.iter().flat_map(|path| [format!("{path}.js"), format!("{path}.ts")]);
    let named: Vec<_> = paths
        .map(|path| (path.replace('/', "-"), fs::read_to_string(root().join(&path)).unwrap()))
        // Of two files that differ in their endings alone, one is not looked at.
        .map(|(name, text)| (name.replace(".js", "-in-javascript.js"), text))
        .collect();
    let files: Vec<_> = named.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    tsc(&files, change)
}

#[test]
fn what_functions_do_passes() {
    let strictest = |config: String| {
        config
            .replace(r#""allowJs": true"#, r#""allowJs": true, "checkJs": true"#)
            .replace(r#""skipLibCheck": true"#, r#""skipLibCheck": false"#)
    };
    assert_eq!(tsc_good(strictest), "");
}

#[test]
fn other_declarations_of_the_same_do_not_clash() {
    let dom = |config: String| config.replace(r#"["ES2023"]"#, r#"["ES2023", "DOM", "DOM.Iterable"]"#);
    let node = |config: String| config.replace(r#""types": []"#, r#""types": ["node"]"#);
    let function = "export async function onTrack(event: fnhost.TrackEvent, settings: fnhost.Settings) {
  const response = await fetch(settings.url, { method: 'POST', timeout: 1000, body: JSON.stringify(event) });
  const token: string = await cache.load('token', 1000, () => 'text');
  if (response.headers.get('a') === token) throw new RetryError((await response.buffer()).toString('hex'));
  return crypto.createHash('sha256').update(token).digest('hex') + btoa(new URL(response.url).hostname);
}";
    let checked = |config: String| config.replace(r#""skipLibCheck": true"#, r#""skipLibCheck": false"#);
    assert_eq!(tsc(&[("f.ts", function)], |config| checked(dom(config))), "");
    assert_eq!(tsc(&[("f.ts", function)], node), "");
    assert_eq!(tsc(&[("f.ts", function)], |config| node(dom(config))), "");
}

#[test]
fn mistakes_are_found() {
    let bad = fs::read_to_string(root().join("tests/types/bad.ts")).unwrap();
    expect![[r#"
        bad.ts(4,9): error TS2551: Property 'evnet' does not exist on type 'TrackEvent'. Did you mean 'event'?
        bad.ts(5,9): error TS2322: Type 'string' is not assignable to type 'number'.
        bad.ts(6,7): error TS2367: This comparison appears to be unintentional because the types '"track"' and '"page"' have no overlap.
        bad.ts(7,3): error TS18048: 'event.context.page' is possibly 'undefined'.
        bad.ts(8,3): error TS18048: 'event.properties.revenue' is possibly 'undefined'.
        bad.ts(10,12): error TS2339: Property 'status' does not exist on type 'Promise<Response>'.
        bad.ts(11,55): error TS2322: Type 'number' is not assignable to type 'string'.
        bad.ts(12,10): error TS2551: Property 'txt' does not exist on type 'Response'. Did you mean 'text'?
        bad.ts(13,31): error TS2339: Property 'toFixed' does not exist on type 'string[]'.
        bad.ts(14,13): error TS2552: Cannot find name 'RetryEror'. Did you mean 'RetryError'?
        bad.ts(15,24): error TS2345: Argument of type '{ message: string; }' is not assignable to parameter of type 'string'.
        bad.ts(16,21): error TS2345: Argument of type 'string' is not assignable to parameter of type 'number'.
        bad.ts(17,21): error TS2345: Argument of type 'number' is not assignable to parameter of type '() => unknown'.
        bad.ts(18,55): error TS2551: Property 'toFixed' does not exist on type 'string'. Did you mean 'fixed'?
        bad.ts(19,9): error TS2339: Property 'get' does not exist on type 'Cache'.
        bad.ts(20,45): error TS2339: Property 'getBytes' does not exist on type 'string'.
        bad.ts(21,10): error TS2554: Expected 2-3 arguments, but got 1.
        bad.ts(22,15): error TS2769: No overload matches this call.
        bad.ts(23,3): error TS2584: Cannot find name 'document'. Do you need to change your target library? Try changing the 'lib' compiler option to include 'dom'.
        bad.ts(24,3): error TS2304: Cannot find name 'localStorage'.
        bad.ts(25,7): error TS2304: Cannot find name 'XMLHttpRequest'.
        bad.ts(29,57): error TS18048: 'event.traits.address' is possibly 'undefined'.
        bad.ts(30,52): error TS2322: Type '{ status: string; }[]' is not assignable to type 'void | Promise<void> | BatchResults | Promise<BatchResults>'.
        bad.ts(31,53): error TS18047: 'event.context' is possibly 'null'.
        bad.ts(32,14): error TS2322: Type '(event: any, settings: any, more: any) => any' is not assignable to type 'OnAlias<Settings>'.
        bad.ts(32,41): error TS7006: Parameter 'event' implicitly has an 'any' type.
        bad.ts(32,48): error TS7006: Parameter 'settings' implicitly has an 'any' type.
        bad.ts(32,58): error TS7006: Parameter 'more' implicitly has an 'any' type.
    "#]].assert_eq(&tsc(&[("bad.ts", &bad)], |config| config));
}

/// The keys of a table in a file of guest-js, as Node sees them.
fn keys(script: &str) -> Vec<String> {
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval", script]).current_dir(root().join("guest-js"));
    let output = node.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect()
}

#[test]
fn everything_that_is_there_is_declared() {
    let on_demand =
        keys("import { globals } from './runtime/src/on-demand.js'; console.log(Object.keys(globals).join(' '))");
    let always = keys(
        "import { readFileSync } from 'node:fs';
         const table = /^const globals = \\{([^}]*)\\}/m.exec(readFileSync('runtime/src/globals.js', 'utf8'))[1];
         console.log(table.split(',').map((line) => line.split(':')[0].trim()).join(' '))",
    );
    // The public ones of Node: other units are there for them.
    let units = keys(
        "import { readdirSync } from 'node:fs';
         import { builtinModules } from 'node:module';
         const names = readdirSync('node/src').filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3));
         const slashed = names.map((name) => name.replace(/-(promises|web|consumers|strict|posix|win32|types)$/, '/$1'));
         console.log(slashed.filter((name) => builtinModules.includes(name)).join(' '))",
    );
    assert!(on_demand.len() > 20 && always.len() > 20 && units.len() > 3, "{on_demand:?} {always:?} {units:?}");
    let mut source = String::new();
    for name in on_demand.iter().chain(&always) {
        writeln!(source, "void {name};").unwrap();
    }
    for (index, unit) in units.iter().enumerate() {
        writeln!(source, "import * as with{index} from 'node:{unit}'; void with{index};").unwrap();
        writeln!(source, "import * as without{index} from '{unit}'; void without{index};").unwrap();
    }
    assert_eq!(tsc(&[("all.ts", &source)], |config| config), "");
}
