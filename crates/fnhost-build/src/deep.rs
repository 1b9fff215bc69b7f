//! Room on the stack for sources that are nested deeply: a parser that recurses
//! must not end the process, whatever it is given.

use std::thread::Builder;

/// A source of nothing but prefix operators needs some hundred bytes of stack for each of its bytes.
/// Only what is touched is ever used.
const STACK_BYTES: usize = 1 << 30;

/// What is taken where so much cannot be had.
const SMALL_STACK_BYTES: usize = 64 << 20;

/// The most brackets that are open at a time. The engine's own stack ends far below.
pub(crate) const DEPTH_MAX: usize = 20_000;

/// Does `work` where there is much room on the stack.
pub(crate) fn with_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let mut work = Some(work);
    for stack_bytes in [STACK_BYTES, SMALL_STACK_BYTES] {
        let mut given = None;
        let run = || given = work.take().map(|work| work());
        // Where no thread can be had, what it was to do is still there.
        std::thread::scope(|scope| drop(Builder::new().stack_size(stack_bytes).spawn_scoped(scope, run)));
        if let Some(given) = given {
            return given;
        }
    }
    work.take().expect("work that was done has given something")()
}

/// The most brackets that are open at a time in `text`; those in texts and comments count too.
pub(crate) fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
