//! Fuzz targets: for each of our parsers, and for what a function reaches of the host. `cargo test` tries each with some
//! hundreds or thousands of inputs, others each time; `BOLERO_RANDOM_ITERATIONS=1000000 cargo test fuzz::` tries more, and
//! `cargo bolero test` looks for inputs that lead to new code. A failure names its input, and the seed to try it again with.

/// What a function reaches of the host: its imports, and what servers answer.
mod host;
/// Texts and bytes that people, senders and files give us.
mod parsers;

/// Text made of `words`, which say more to a parser than bytes do, with other characters in between.
fn text_of(bytes: &[u8], words: &[&str]) -> String {
    let mut text = String::new();
    for byte in bytes {
        match *byte {
            byte @ 0..=191 => text += words[usize::from(byte) % words.len()],
            byte @ 192..=239 => text.push(char::from(byte - 192 + b' ')),
            byte @ 240..=247 => text.push(char::from(byte)),
            byte => text.push(['\0', '\n', '\t', '"', '\\', '\u{feff}', '😀', '\u{10ffff}'][usize::from(byte - 248)]),
        }
    }
    text
}

/// `bytes` with some of them changed, as `changes` say: where, and to what.
fn damaged(bytes: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut damaged = bytes.to_vec();
    for change in changes.chunks_exact(5) {
        let at = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize % damaged.len().max(1);
        match change[4] {
            0..=31 => damaged.truncate(at),
            byte @ 32..=63 => damaged.insert(at.min(damaged.len()), byte),
            byte => {
                if let Some(place) = damaged.get_mut(at) {
                    *place = byte;
                }
            }
        }
        if damaged.is_empty() {
            break;
        }
    }
    damaged
}
