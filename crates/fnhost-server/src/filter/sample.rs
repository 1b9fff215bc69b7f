//! Whether an event is in a sample: by chance, or by the value at a path, so
//! that equal values share their fate. It reads no randomness of its own.

use super::path::Path;
use super::text;
use md5::{Digest, Md5};
use serde_json::Value;

/// Whether `event` is in the sample of a fraction `percent`.
///
/// A missing value is taken for null. An empty path is none.
pub(super) fn is_kept(percent: f64, path: Option<&Path>, event: &Value, random: &mut dyn FnMut() -> f64) -> bool {
    if percent <= 0.0 {
        return false;
    }
    if percent >= 1.0 {
        return true;
    }
    match path.filter(|path| !path.is_empty()) {
        None => random() <= percent,
        Some(path) => place(path.get(event).unwrap_or(&Value::Null)) < percent,
    }
}

/// The place of `value` between 0 and 1, as Segment computes it: the digest of
/// its JSON text is a binary fraction, of which the 64 bits from the first one
/// on are kept, and the last of them is set. A sample holds the places below its
/// size, so a larger sample holds all of a smaller one.
fn place(value: &Value) -> f64 {
    let digest = u128::from_be_bytes(Md5::digest(text::json(value)).into());
    let zeros = digest.leading_zeros().min(127);
    let significand = ((digest << zeros) >> 64) as u64 | 1;
    // The products are exact: a power of two only moves the point.
    significand as f64 * 2f64.powi(-64) * 2f64.powi(-zeros.cast_signed())
}
