//! Whether the configuration or a function has changed on disk: by looking at
//! names, sizes and times now and then, which works on every file system.

use crate::config::Config;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Files that are looked at, and what they looked like.
pub(crate) struct Watch {
    /// The configuration file, and the files that it leads to.
    files: Vec<PathBuf>,
    /// A folder whose files are looked at.
    dir: Option<PathBuf>,
    seen: Seen,
}

/// Files loaded into functions that are looked at; a package can have thousands.
const LOADED_MAX: usize = 20_000;

type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

impl Watch {
    /// Watches the configuration file at `path`.
    pub(crate) fn new(path: &Path) -> Watch {
        let mut watch = Watch { files: vec![path.to_owned()], dir: None, seen: Seen::new() };
        watch.seen = watch.look();
        watch
    }

    /// Watches what `config` leads to from now on, and the files `loaded` into its functions. What has changed since files
    /// were last looked at is still a change.
    pub(crate) fn follow<'a>(&mut self, config: &Config, loaded: impl Iterator<Item = &'a PathBuf>) {
        self.files.truncate(1);
        self.files.extend(config.functions.iter().map(|function| function.path.clone()));
        self.files.extend(loaded.take(LOADED_MAX).cloned());
        self.dir = Some(config.server.functions_dir.clone());
        let now = self.look();
        let before = std::mem::replace(&mut self.seen, now);
        let is_watched = |path: &PathBuf| self.files.contains(path) || path.parent() == self.dir.as_deref();
        self.seen.extend(before.into_iter().filter(|(path, _)| is_watched(path)));
    }

    /// Whether anything has changed since this was last asked.
    pub(crate) fn has_changed(&mut self) -> bool {
        let seen = self.look();
        let has_changed = seen != self.seen;
        self.seen = seen;
        has_changed
    }

    fn look(&self) -> Seen {
        let listed = self.dir.iter().filter_map(|dir| std::fs::read_dir(dir).ok()).flatten().flatten();
        // A folder can hold anything; functions are bounded where they are read.
        let listed = listed.take(10_000).map(|entry| entry.path());
        let look = |file: PathBuf| {
            let metadata = std::fs::metadata(&file).ok()?;
            Some((file, (metadata.len(), metadata.modified().ok())))
        };
        self.files.iter().cloned().chain(listed).filter_map(look).collect()
    }
}
