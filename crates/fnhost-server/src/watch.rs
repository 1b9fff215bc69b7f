//! Whether the configuration or a function has changed on disk: by looking at
//! names, sizes and times now and then, which works on every file system.

use crate::config::Config;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What files looked like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stamp(BTreeMap<PathBuf, (u64, Option<SystemTime>)>);

/// What the configuration file at `path`, and the files that it led to, look like now.
pub(crate) fn stamp(path: &Path, config: &Config) -> Stamp {
    let mut files = vec![path.to_owned(), config.server.functions_dir.clone()];
    files.extend(config.functions.iter().map(|function| function.path.clone()));
    // The list of a folder is bounded where it is read.
    let listed = std::fs::read_dir(&config.server.functions_dir).into_iter().flatten().flatten().take(10_000);
    files.extend(listed.map(|entry| entry.path()));
    let look = |file: PathBuf| {
        let metadata = std::fs::metadata(&file).ok()?;
        Some((file, (metadata.len(), metadata.modified().ok())))
    };
    Stamp(files.into_iter().filter_map(look).collect())
}
