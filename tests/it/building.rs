//! Building: the same bytes every time, and the machine code cache on disk.

use crate::command::{self, Folder};
use crate::harness::{TRACK, host, options, text, wait};
use expect_test::expect;
use fnhost::{Host, HostOptions, Limits};
use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::LazyLock;

const SOURCE: &str = "const words = ['a', 'b'];\nfunction onTrack(event) { return words.concat(event.event) }\n";

fn host_in(folder: &Path) -> Host {
    Host::new(options().cache_dir(folder)).unwrap()
}

fn component(host: &Host, name: &str, source: &str) -> Vec<u8> {
    wait(fnhost_build::build(host, name, source, &Limits::default())).unwrap().component
}

/// What [`SOURCE`] answers on `host`, built and loaded there.
fn answer(host: &Host) -> String {
    let function = host.load(&component(host, "function.js", SOURCE)).unwrap();
    text(&wait(function.run(TRACK, "{}", &Limits::default())).unwrap())
}

const ANSWER: &str = "onTrack returned [\"a\",\"b\",\"Signed Up\"]\n";

/// The files of a folder: by name, what changes when one is written anew.
fn files(folder: &Path) -> BTreeMap<String, (u64, u64, i64, i64)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        let version = (metadata.ino(), metadata.len(), metadata.mtime(), metadata.mtime_nsec());
        (entry.file_name().into_string().unwrap(), version)
    });
    entries.collect()
}

/// A host whose cache folder cannot be used: why, with `folder` as `DIR`.
fn refusal(folder: &Path) -> String {
    let error = Host::new(options().cache_dir(folder)).map(drop).unwrap_err();
    error.to_string().replace(&folder.display().to_string(), "DIR")
}

/// A folder with machine code for [`SOURCE`] in it, made once: compiling takes long.
static USED: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(answer(&host_in(folder.path())), ANSWER);
    folder
});

/// A copy of [`USED`].
fn used_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in files(USED.path()).keys() {
        std::fs::copy(USED.path().join(name), folder.path().join(name)).unwrap();
    }
    folder
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let (one, other) = (tempfile::tempdir().unwrap(), used_folder());
    let hosts = [host_in(one.path()), host_in(other.path())];
    for (name, source) in [
        ("function.js", SOURCE),
        ("function.mjs", "export const onTrack = (event) => Math.max(...event.list);"),
        ("function.ts", "enum Kind { A, B }\nexport const onTrack = (event: { kind: Kind }): Kind => event.kind;"),
        (
            "function.js",
            "const made = [Math.random(), Date.now(), new Map([[{}, Symbol('s')]])]; function onTrack() { return made[1] }",
        ),
    ] {
        let first = component(&hosts[0], name, source);
        assert_eq!(first, component(&hosts[0], name, source), "twice on one host: {source}");
        assert_eq!(first, component(&hosts[1], name, source), "on another host: {source}");
        assert_ne!(first, component(&hosts[0], name, &format!("{source}\nvar another = 1;")));
    }
}

/// A heap that is not recognised is left as it is, which is slower and shows nowhere else.
#[test]
fn new_arenas_lie_in_the_snapshot() {
    let component = component(host(), "function.js", SOURCE);
    for (class, size) in [(3u8, 40), (14, 128), (22, 256), (30, 512)] {
        let total = u8::try_from(1024 / size).unwrap();
        // Class, blocks used, blocks in all, first free block; then the first block's head.
        let arena = [class, 0, 1, 0, total, 0, 1, 0, 0, 0, class];
        assert!(component.windows(arena.len()).any(|window| window == arena), "blocks of {size} bytes");
    }
}

#[test]
fn memory_from_before_and_after_the_snapshot_stays_whole() {
    let source = "const before = Array.from({ length: 3000 }, (_, n) => ['k'.repeat(n % 520) + n, { n, list: Array(n % 40).fill(n) }]);
function onTrack() {
  let state = 7;
  const next = (end) => (state = (state * 1103515245 + 12345) & 0x7fffffff) % end;
  const live = [];
  for (let round = 0; round < 20000; round++) {
    const n = next(520);
    live.push([n, round % 2 ? 'y'.repeat(n) + round : { n, map: new Map([[n, 'x'.repeat(n)]]) }, round]);
    if (live.length > 800) {
      const [[size, value, made]] = live.splice(next(live.length), 1);
      const whole = typeof value === 'string' ? value === 'y'.repeat(size) + made : value.map.get(size).length === size;
      if (!whole) throw new Error(`broken in round ${round}`);
    }
    if (round % 10 === 0) before.splice(next(before.length), 1);
  }
  const whole = before.every(([text, { n, list }]) => text === 'k'.repeat(n % 520) + n && list.every((item) => item === n));
  return [whole, before.length, live.length];
}";
    let function = host().load(&component(host(), "function.js", source)).unwrap();
    expect![[r#"
        onTrack returned [true,1000,800]
    "#]]
    .assert_eq(&text(&wait(function.run(TRACK, "{}", &Limits::default())).unwrap()));
}

#[test]
fn a_second_host_compiles_nothing() {
    let folder = used_folder();
    let before = files(folder.path());
    assert!(before.keys().any(|name| name.ends_with(".cwasm")), "{before:?}");
    assert_eq!(answer(&host_in(folder.path())), ANSWER);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn no_cache_is_fine_too() {
    assert_eq!(answer(&Host::new(HostOptions::default()).unwrap()), ANSWER);
}

#[test]
fn the_folder_is_made_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("new/cache");
    host_in(&inner);
    assert_eq!(std::fs::metadata(&inner).unwrap().mode() & 0o777, 0o700);
}

#[test]
fn a_folder_that_others_can_write_to_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o777, 0o720, 0o702, 0o1777] {
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        let expected = expect![
            "cache folder `DIR` cannot be trusted: others can write to it; give another one or change its owner and mode"
        ];
        expected.assert_eq(&refusal(folder.path()));
    }
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    host_in(folder.path());
}

#[test]
fn a_folder_that_cannot_be_made_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    expect!["cache folder `DIR` cannot be used: File exists (os error 17)"].assert_eq(&refusal(&file));
    expect!["cache folder `DIR` cannot be used: Not a directory (os error 20)"]
        .assert_eq(&refusal(&file.join("inner")));
}

#[test]
fn files_that_others_can_write_to_are_not_used() {
    let folder = used_folder();
    let before = files(folder.path());
    for name in before.keys() {
        std::fs::set_permissions(folder.path().join(name), std::fs::Permissions::from_mode(0o666)).unwrap();
    }
    assert_eq!(answer(&host_in(folder.path())), ANSWER);
    let after = files(folder.path());
    for (name, version) in &before {
        assert_ne!(after.get(name), Some(version), "`{name}` was taken");
        assert_eq!(std::fs::metadata(folder.path().join(name)).unwrap().mode() & 0o022, 0, "{name}");
    }
}

#[test]
fn a_link_in_the_folder_is_not_followed() {
    let (folder, elsewhere) = (used_folder(), tempfile::tempdir().unwrap());
    let names: Vec<_> = files(folder.path()).into_keys().collect();
    for name in &names {
        let (file, moved) = (folder.path().join(name), elsewhere.path().join(name));
        std::fs::rename(&file, &moved).unwrap();
        std::os::unix::fs::symlink(&moved, &file).unwrap();
    }
    assert_eq!(answer(&host_in(folder.path())), ANSWER);
    for name in &names {
        assert!(std::fs::symlink_metadata(folder.path().join(name)).unwrap().is_file(), "{name} is still a link");
    }
}

/// Ways to damage a file.
const DAMAGES: [(&str, fn(&[u8]) -> Vec<u8>); 6] = [
    ("one bit", |bytes| {
        let mut bytes = bytes.to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    }),
    ("empty", |_| Vec::new()),
    ("cut in half", |bytes| bytes[..bytes.len() / 2].to_vec()),
    ("without its end", |bytes| bytes[..bytes.len() - 1].to_vec()),
    ("garbage", |bytes| b"garbage ".repeat(bytes.len() / 8)),
    ("zeros", |bytes| vec![0; bytes.len()]),
];

#[test]
fn damaged_components_are_survived() {
    for (what, damage) in DAMAGES {
        let folder = used_folder();
        for name in files(folder.path()).into_keys().filter(|name| name.ends_with(".cwasm")) {
            let file = folder.path().join(&name);
            std::fs::write(&file, damage(&std::fs::read(&file).unwrap())).unwrap();
        }
        assert_eq!(answer(&host_in(folder.path())), ANSWER, "{what}");
    }
}

#[test]
fn damaged_functions_are_survived() {
    // Compiling anew takes long, so that only the worst of the damages are tried.
    for (what, damage) in [&DAMAGES[0], &DAMAGES[4]] {
        let folder = used_folder();
        let whole = std::fs::read(USED.path().join("functions.bin")).unwrap();
        std::fs::write(folder.path().join("functions.bin"), damage(&whole)).unwrap();
        for name in files(folder.path()).into_keys().filter(|name| name.ends_with(".cwasm")) {
            std::fs::remove_file(folder.path().join(name)).unwrap();
        }
        assert_eq!(answer(&host_in(folder.path())), ANSWER, "{what}");
    }
}

#[test]
fn what_came_there_in_another_way_is_compiled_anew() {
    let changes: [(&str, fn(&Path)); 3] = [
        ("no checksums", |folder| remove(folder, ".sum")),
        ("another key", |folder| std::fs::write(folder.join("key"), [7; 32]).unwrap()),
        ("no key", |folder| remove(folder, "key")),
    ];
    for (what, change) in changes {
        let folder = used_folder();
        change(folder.path());
        let before = files(folder.path());
        assert_eq!(answer(&host_in(folder.path())), ANSWER, "{what}");
        let after = files(folder.path());
        for (name, version) in before.iter().filter(|(name, _)| name.ends_with(".cwasm")) {
            assert_ne!(after.get(name), Some(version), "{what}: `{name}` was taken");
        }
    }
}

/// Removes the files of `folder` whose names end with `ending`.
fn remove(folder: &Path, ending: &str) {
    for name in files(folder).into_keys().filter(|name| name.ends_with(ending)) {
        std::fs::remove_file(folder.join(name)).unwrap();
    }
}

#[test]
fn code_under_the_name_of_another_component_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let host = host_in(folder.path());
    let other = component(&host, "function.js", "function onTrack() { return 'the other' }");
    let names =
        |folder: &Path| -> Vec<String> { files(folder).into_keys().filter(|name| name.ends_with(".cwasm")).collect() };
    host.load(&other).unwrap();
    let before = names(folder.path());
    assert_eq!(answer(&host), ANSWER);
    let copied: Vec<_> = names(folder.path()).into_iter().filter(|name| !before.contains(name)).collect();
    for (from, to) in before.iter().flat_map(|from| copied.iter().map(move |to| (from, to))) {
        for ending in ["", ".sum"] {
            let path = |name: &String| folder.path().join(format!("{name}{ending}"));
            std::fs::copy(path(from), path(to)).unwrap();
        }
    }
    assert_eq!(answer(&host_in(folder.path())), ANSWER);
}

#[test]
fn a_folder_that_goes_away_is_survived() {
    let folder = tempfile::tempdir().unwrap();
    let host = host_in(&folder.path().join("cache"));
    std::fs::remove_dir_all(folder.path().join("cache")).unwrap();
    assert_eq!(answer(&host), ANSWER);
}

#[test]
fn processes_share_an_empty_cache() {
    let folder = Folder::with(&[("a.js", SOURCE), ("b.js", "function onPage() { return 'b' }")]);
    let cache = folder.path("cache");
    let sources = ["a", "a", "b", "a", "b"];
    let started: Vec<_> = sources
        .iter()
        .enumerate()
        .map(|(n, name)| {
            let mut command = folder.command(&format!("build {name}.js -o {n}.wasm"));
            command.env("FNHOST_CACHE_DIR", &cache).spawn().unwrap()
        })
        .collect();
    for process in started {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", command::text(&output));
    }
    let built: Vec<_> = (0..sources.len()).map(|n| std::fs::read(folder.path(&format!("{n}.wasm"))).unwrap()).collect();
    assert!(built[0] == built[1] && built[0] == built[3] && built[2] == built[4] && built[0] != built[2]);
    for name in files(&cache).keys() {
        let is_ours = name == "key" || name.trim_end_matches(".sum") == "functions.bin" || name.contains(".cwasm");
        assert!(is_ours, "`{name}` was left over");
    }
    let host = host_in(&cache);
    let function = host.load(&built[0]).unwrap();
    assert_eq!(text(&wait(function.run(TRACK, "{}", &Limits::default())).unwrap()), ANSWER);
}

#[test]
fn a_cache_folder_that_cannot_be_used_on_the_command_line() {
    let folder = Folder::with(&[("f.js", SOURCE), ("file", "")]);
    expect![[r#"
        exit 2
        stderr: error: cache folder `file` cannot be used: File exists (os error 17)
    "#]]
    .assert_eq(&folder.fnhost("build f.js --cache-dir file"));
}

#[test]
fn build_file_names_the_file() {
    let folder = Folder::with(&[("f.ts", "export const onTrack = (event: unknown) => 1"), ("bad.js", "let = ;")]);
    let built = fnhost_build::build_file(folder.path("f.ts"), folder.path("out")).unwrap();
    let expected = component(host(), "f.ts", "export const onTrack = (event: unknown) => 1");
    assert_eq!(built.component, expected);
    let refused = fnhost_build::build_file(folder.path("bad.js"), folder.path("out")).unwrap_err();
    expect![[r#"
        bad.js:1:7: error: Unexpected token
          1 | let = ;
            |       ^"#]]
    .assert_eq(&refused.to_string());
    let missing = fnhost_build::build_file(folder.path("none.js"), folder.path("out")).unwrap_err();
    expect!["cannot read `DIR/none.js`: No such file or directory (os error 2)"]
        .assert_eq(&missing.to_string().replace(&folder.path("").display().to_string(), "DIR/"));
}
