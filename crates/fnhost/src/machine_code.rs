//! Compiled components on disk, keyed by what they were made of, for this and
//! the next process. The one place with `unsafe`: loading machine code trusts it.
//!
//! The folder and everything in it must belong to this user and be writable by
//! nobody else, else it is not used. Beside each file stands its checksum under a
//! key of the folder's own: what was damaged, or came there in another way than
//! through here, is compiled anew.

use crate::complexity;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fmt, fs};
use wasmtime::component::Component;
use wasmtime::{CacheStore, Engine};

/// Bytes that the folder may hold; the oldest files go first.
const FOLDER_BYTES_MAX: u64 = 2 << 30;

/// Bytes of single functions' code that are kept for reuse; one engine has some 6 MB.
const PIECES_BYTES_MAX: usize = 64 << 20;

/// The cache folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The folder cannot be made or read.
    #[error("cache folder `{path}` cannot be used: {error}")]
    Io {
        /// The folder.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// Machine code from there would be run, so nobody else may write to it.
    #[error("cache folder `{path}` cannot be trusted: {why}; give another one or change its owner and mode")]
    Untrusted {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// Compiles components, or finds them compiled.
#[derive(Debug)]
pub(crate) struct MachineCode {
    folder: Option<Folder>,
    /// Code of single functions: what components share, which for those that
    /// `fnhost-build` makes is all of it.
    pieces: Mutex<Pieces>,
}

#[derive(Debug, Default)]
struct Pieces {
    by_key: HashMap<Vec<u8>, Vec<u8>>,
    bytes: usize,
    is_dirty: bool,
}

impl MachineCode {
    pub(crate) fn open(folder: Option<&Path>) -> Result<MachineCode, CacheError> {
        let folder = folder.map(Folder::open).transpose()?;
        let pieces = folder.as_ref().and_then(|folder| folder.read(PIECES_FILE));
        let pieces = pieces.and_then(|bytes| Pieces::decode(&bytes)).unwrap_or_default();
        Ok(MachineCode { folder, pieces: Mutex::new(pieces) })
    }

    /// The component that `wasm` is.
    pub(crate) fn compile(&self, engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Component> {
        let compiled = || {
            complexity::check(wasm).map_err(wasmtime::Error::msg)?;
            Component::from_binary(engine, wasm)
        };
        let Some(folder) = &self.folder else { return compiled() };
        let file = format!("{}.{CODE}", key(engine, wasm));
        if folder.read(&file).is_some()
            && let Some(component) = load(engine, &folder.path.join(&file))
        {
            return Ok(component);
        }
        let component = compiled()?;
        // A cache that cannot be written is a slow one, not an error.
        if let Ok(code) = component.serialize() {
            let _ = folder.write(&file, &code);
        }
        self.save_pieces(folder);
        let _ = folder.shrink();
        Ok(component)
    }

    fn save_pieces(&self, folder: &Folder) {
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut pieces.is_dirty) {
            let _ = folder.write(PIECES_FILE, &pieces.encode());
        }
    }
}

const PIECES_FILE: &str = "functions.bin";

/// The ending of a component's machine code, and the one that the file of a checksum has besides.
const CODE: &str = "cwasm";
const CHECKSUM: &str = "sum";

/// The file with the key of the checksums, and its length.
const KEY_FILE: &str = "key";
const KEY_BYTES: usize = 32;

/// A folder whose files are ours.
struct Folder {
    path: PathBuf,
    key: [u8; KEY_BYTES],
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Folder").field(&self.path).finish()
    }
}

impl Folder {
    /// Makes the folder and its key if need be, and refuses it when others can write to it.
    fn open(path: &Path) -> Result<Folder, CacheError> {
        let io = |error| CacheError::Io { path: path.to_owned(), error };
        prepare(path)?;
        let file = path.join(KEY_FILE);
        let stored = || read_trusted(&file).and_then(|bytes| bytes.try_into().ok());
        if let Some(key) = stored() {
            return Ok(Folder { path: path.to_owned(), key });
        }
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(|error| io(io::Error::other(error)))?;
        let mut new = tempfile::NamedTempFile::new_in(path).map_err(io)?;
        new.write_all(&key).map_err(io)?;
        // Of two processes that make one, the first's is kept.
        if let Err(there) = new.persist_noclobber(&file)
            && stored().is_none()
        {
            there.file.persist(&file).map_err(|error| io(error.error))?;
        }
        Ok(Folder { path: path.to_owned(), key: stored().unwrap_or(key) })
    }

    /// The file `name`, if it is as it was written through here.
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        let bytes = read_trusted(&self.path.join(name))?;
        let checksum = read_trusted(&self.path.join(format!("{name}.{CHECKSUM}")))?;
        self.checksum(name, &bytes).verify_slice(&checksum).is_ok().then_some(bytes)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let checksum = self.checksum(name, bytes).finalize().into_bytes();
        write_whole(&self.path, &self.path.join(name), bytes)?;
        write_whole(&self.path, &self.path.join(format!("{name}.{CHECKSUM}")), &checksum)
    }

    /// Of what is in a file and what it is called: one is not good under another's name.
    fn checksum(&self, name: &str, bytes: &[u8]) -> Hmac<Sha256> {
        let mut checksum = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key may have any length");
        checksum.update(name.as_bytes());
        checksum.update(&[0]);
        checksum.update(bytes);
        checksum
    }

    /// Removes the oldest files until the folder is within its bounds.
    fn shrink(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if entry.path().extension().is_some_and(|extension| extension == CODE) {
                files.push((metadata.modified()?, metadata.len(), entry.path()));
            }
        }
        files.sort();
        let mut bytes: u64 = files.iter().map(|file| file.1).sum();
        for (_, size, path) in files {
            if bytes <= FOLDER_BYTES_MAX {
                break;
            }
            bytes -= size;
            fs::remove_file(&path)?;
            // One that is left alone makes nothing good.
            let _ = fs::remove_file(path.with_extension(format!("{CODE}.{CHECKSUM}")));
        }
        Ok(())
    }
}

impl CacheStore for MachineCode {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        let pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.by_key.get(key).map(|value| Cow::Owned(value.clone()))
    }

    fn insert(&self, key: &[u8], value: Vec<u8>) -> bool {
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.insert(key.to_vec(), value)
    }
}

impl Pieces {
    fn insert(&mut self, key: Vec<u8>, value: Vec<u8>) -> bool {
        let size = key.len() + value.len();
        if self.bytes + size > PIECES_BYTES_MAX || self.by_key.contains_key(&key) {
            return false;
        }
        self.bytes += size;
        self.is_dirty = true;
        self.by_key.insert(key, value);
        true
    }

    /// Length and bytes of each key and value, in the order of the keys.
    fn encode(&self) -> Vec<u8> {
        let mut sorted: Vec<_> = self.by_key.iter().collect();
        sorted.sort();
        let mut out = Vec::with_capacity(self.bytes + sorted.len() * 8);
        for part in sorted.into_iter().flat_map(|(key, value)| [key, value]) {
            out.extend((part.len() as u32).to_le_bytes());
            out.extend(part);
        }
        out
    }

    fn decode(mut bytes: &[u8]) -> Option<Pieces> {
        let mut take = || {
            let (length, rest) = bytes.split_first_chunk::<4>()?;
            let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            bytes = rest;
            Some(part.to_vec())
        };
        let mut pieces = Pieces::default();
        while let Some(key) = take() {
            pieces.insert(key, take()?);
        }
        pieces.is_dirty = false;
        Some(pieces)
    }
}

/// What machine code is kept under: the component, and the engine with its settings.
fn key(engine: &Engine, wasm: &[u8]) -> String {
    use sha2::Digest;
    use std::hash::{Hash, Hasher};
    /// Feeds what is hashed to SHA-256.
    struct Feed(Sha256);
    impl Hasher for Feed {
        fn finish(&self) -> u64 {
            0
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
    }
    let mut feed = Feed(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut feed);
    feed.write(wasm);
    feed.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[expect(unsafe_code, reason = "machine code is loaded here and nowhere else")]
fn load(engine: &Engine, file: &Path) -> Option<Component> {
    // SAFETY: the file was written by this user's fnhost: it is in a folder that
    // nobody else can write to, and its checksum under the folder's key was right
    // a moment ago. wasmtime itself checks that it fits this version and these settings.
    unsafe { Component::deserialize_file(engine, file) }.ok()
}

/// Makes the folder, and refuses it when others can write to it.
fn prepare(folder: &Path) -> Result<(), CacheError> {
    let io = |error| CacheError::Io { path: folder.to_owned(), error };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(io)?;
    let metadata = fs::metadata(folder).map_err(io)?;
    match distrust(&metadata) {
        None => Ok(()),
        Some(why) => Err(CacheError::Untrusted { path: folder.to_owned(), why }),
    }
}

fn is_trusted(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_file() && distrust(&metadata).is_none())
}

fn read_trusted(file: &Path) -> Option<Vec<u8>> {
    is_trusted(file).then(|| fs::read(file).ok()).flatten()
}

/// Why what others could have written is not to be trusted.
#[cfg(unix)]
fn distrust(metadata: &fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Some("it belongs to another user");
    }
    (metadata.mode() & 0o022 != 0).then_some("others can write to it")
}

#[cfg(not(unix))]
fn distrust(_metadata: &fs::Metadata) -> Option<&'static str> {
    None
}

/// Writes a file as a whole or not at all; of two that write it one wins.
fn write_whole(folder: &Path, file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    new.persist(file)?;
    Ok(())
}
