//! What guest-js was bundled into: the modules that every function holds, and
//! the units that are loaded into a function which names them.

use flate2::read::DeflateDecoder;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::sync::LazyLock;

/// The modules that every function holds, by name, in the order in which they are evaluated.
pub(crate) static MODULES: [(&str, &str); 4] = [
    ("fnhost:runtime", include_str!(concat!(env!("OUT_DIR"), "/runtime.js"))),
    ("fnhost:basis", include_str!(concat!(env!("OUT_DIR"), "/basis.js"))),
    ("fnhost:network", include_str!(concat!(env!("OUT_DIR"), "/network.js"))),
    ("fnhost:platform", include_str!(concat!(env!("OUT_DIR"), "/platform.js"))),
];

/// An index, a line of JSON, and then the units, each compressed alone.
static PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/units.pack"));

static INDEX: LazyLock<(Index, &'static [u8])> = LazyLock::new(|| {
    let end = PACK.iter().position(|byte| *byte == b'\n').expect("build.mjs writes a line first");
    let (index, units) = PACK.split_at(end);
    (serde_json::from_slice(index).expect("build.mjs writes an index"), &units[1..])
});

/// What can be had, and by which names.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Index {
    /// Globals made on demand: the unit, and its export.
    pub(crate) globals: BTreeMap<String, (String, String)>,
    /// Words that, anywhere in a source, say that a unit is needed.
    pub(crate) words: BTreeMap<String, Vec<String>>,
    /// Members of globals that are units of their own.
    pub(crate) members: BTreeMap<String, BTreeMap<String, String>>,
    /// Packages of npm that are here as units.
    pub(crate) npm_names: BTreeMap<String, String>,
    /// Units of locales, by their tags in small letters: how they are called after `LOCALES`.
    #[serde(default)]
    pub(crate) locales: BTreeMap<String, String>,
    /// The most lines that a unit has.
    pub(crate) lines_max: u32,
    units: HashMap<String, Unit>,
}

#[derive(Debug, Deserialize)]
struct Unit {
    offset: usize,
    length: usize,
    size: usize,
    exports: Vec<String>,
}

/// Before the names of units of locales.
const LOCALES: &str = "fnhost:intl/locale/";

/// What can be had.
pub(crate) fn index() -> &'static Index {
    &INDEX.0
}

impl Index {
    pub(crate) fn has_unit(&self, name: &str) -> bool {
        self.units.contains_key(name)
    }

    /// The unit of the locale that a text is the tag of, or else of the language in it; None where a text is no tag.
    pub(crate) fn locale(&self, text: &str) -> Option<String> {
        // Nearly all texts are no tags.
        if text.len() < 2 || text.len() > 35 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return None;
        }
        let text = text.to_ascii_lowercase();
        let mut tag = text.as_str();
        loop {
            if let Some(name) = self.locales.get(tag) {
                return Some(format!("{LOCALES}{name}"));
            }
            tag = &tag[..tag.rfind('-')?];
        }
    }

    /// The names that the unit exports, `default` perhaps among them.
    pub(crate) fn exports(&self, name: &str) -> &[String] {
        self.units.get(name).map_or(&[], |unit| &unit.exports)
    }
}

/// The text of a module that every function holds.
pub(crate) fn module_text(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|(module, _)| *module == name).map(|(_, text)| *text)
}

/// The text of a unit.
pub(crate) fn unit_text(name: &str) -> Option<String> {
    let (index, blobs) = &*INDEX;
    let unit = index.units.get(name)?;
    let blob = &blobs[unit.offset..unit.offset + unit.length];
    let mut text = String::with_capacity(unit.size);
    DeflateDecoder::new(blob).read_to_string(&mut text).expect("build.mjs compresses text");
    Some(text)
}
