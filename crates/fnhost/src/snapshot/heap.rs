//! Makes an instance's heap cheap to start from.
//!
//! Loading a script leaves holes all over the heap, and an event that starts
//! from the snapshot fills them: its few dozen kilobytes land on some fifty pages, each of
//! which costs a page fault per event. So the holes are closed in the memory
//! that is snapshotted: free chunks of the C library's allocator (dlmalloc) are
//! marked as used, and the engine's partly filled arenas are taken off its lists.
//! What an event allocates then lies together behind the heap.
//!
//! Both structures are recognised by their shape and checked before anything is
//! written; memory that does not look as expected is left as it is, which is
//! slower and no less right.

/// Closes the holes in `memory`, where they are found.
pub(super) fn close_holes(memory: &mut [u8]) {
    let mut memory = Memory(memory);
    if let Some(allocator) = Allocator::find(&memory) {
        allocator.close(&mut memory);
    }
    if let Some(arenas) = Arenas::find(&memory) {
        arenas.close(&mut memory);
    }
}

/// Little-endian words at byte addresses; reads outside give zero.
struct Memory<'a>(&'a mut [u8]);

impl Memory<'_> {
    fn word(&self, address: u32) -> u32 {
        let bytes = self.0.get(address as usize..).and_then(|rest| rest.first_chunk::<4>());
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    fn set(&mut self, address: u32, word: u32) {
        if let Some(bytes) = self.0.get_mut(address as usize..).and_then(|rest| rest.first_chunk_mut::<4>()) {
            *bytes = word.to_le_bytes();
        }
    }

    fn words(&self) -> u32 {
        (self.0.len() / 4) as u32
    }

    /// A list head at `address` whose neighbours point back at it.
    fn is_list_head(&self, address: u32) -> bool {
        let (next, previous) = (self.word(address), self.word(address + 4));
        next != 0 && self.word(next + 4) == address && self.word(previous) == address
    }
}

/// dlmalloc 2.8's `malloc_state` on a 32-bit machine: offsets from its start.
const SMALL_MAP: u32 = 0;
const TREE_MAP: u32 = 4;
const DESIGNATED_VICTIM_SIZE: u32 = 8;
const TOP_SIZE: u32 = 12;
const LEAST_ADDRESS: u32 = 16;
const DESIGNATED_VICTIM: u32 = 20;
const TOP: u32 = 24;
const SMALL_BINS: u32 = 40;
const SMALL_BIN_COUNT: u32 = 32;
const TREE_BINS: u32 = SMALL_BINS + (SMALL_BIN_COUNT + 1) * 8;
const TREE_BIN_COUNT: u32 = 32;

/// Flags in the low bits of a chunk's head.
const PREVIOUS_IN_USE: u32 = 1;
const IN_USE: u32 = 2;
const FLAGS: u32 = 7;
const CHUNK_ALIGNMENT: u32 = 16;

/// Where the allocator's state is, and the free chunks.
struct Allocator {
    state: u32,
    holes: Vec<(u32, u32)>,
}

impl Allocator {
    fn find(memory: &Memory<'_>) -> Option<Allocator> {
        (1..memory.words()).map(|word| word * 4).find_map(|state| Allocator::at(memory, state))
    }

    /// The allocator whose state is at `state`, if it is one: its odd small bins
    /// are empty, as sizes are multiples of 16, so they point at themselves; and
    /// walking the chunks from the least address ends at the top.
    fn at(memory: &Memory<'_>, state: u32) -> Option<Allocator> {
        let is_empty = |bin: u32| {
            let bin = state + SMALL_BINS + bin * 8;
            memory.word(bin + 8) == bin && memory.word(bin + 12) == bin
        };
        if !(1..SMALL_BIN_COUNT).step_by(2).all(is_empty) {
            return None;
        }
        let (least, top) = (memory.word(state + LEAST_ADDRESS), memory.word(state + TOP));
        let end = u64::from(top) + u64::from(memory.word(state + TOP_SIZE));
        if least == 0 || least >= top || end > memory.0.len() as u64 {
            return None;
        }
        // The first chunk is so placed that what it holds is aligned.
        let first = (least + 8).next_multiple_of(CHUNK_ALIGNMENT) - 8;
        let mut holes = Vec::new();
        let mut chunk = first;
        while chunk < top {
            let head = memory.word(chunk + 4);
            let size = head & !FLAGS;
            if size < CHUNK_ALIGNMENT || size % CHUNK_ALIGNMENT != 0 {
                return None;
            }
            if head & IN_USE == 0 {
                holes.push((chunk, size));
            }
            chunk = chunk.checked_add(size)?;
        }
        (chunk == top).then_some(Allocator { state, holes })
    }

    fn close(self, memory: &mut Memory<'_>) {
        for (chunk, size) in self.holes {
            let next = chunk + size;
            memory.set(chunk + 4, memory.word(chunk + 4) | IN_USE);
            memory.set(next + 4, memory.word(next + 4) | PREVIOUS_IN_USE);
        }
        for field in [SMALL_MAP, TREE_MAP, DESIGNATED_VICTIM_SIZE, DESIGNATED_VICTIM] {
            memory.set(self.state + field, 0);
        }
        for bin in 0..SMALL_BIN_COUNT {
            let bin = self.state + SMALL_BINS + bin * 8;
            memory.set(bin + 8, bin);
            memory.set(bin + 12, bin);
        }
        for bin in 0..TREE_BIN_COUNT {
            memory.set(self.state + TREE_BINS + bin * 4, 0);
        }
    }
}

/// Size classes of QuickJS-ng's arenas, `JS_ARENA_BLOCK_SIZE_COUNT`.
const ARENA_CLASSES: u32 = 31;

/// QuickJS-ng's `JSArenaState`: a list of all arenas of every class, then a list
/// of those with room.
struct Arenas {
    with_room: u32,
}

impl Arenas {
    fn find(memory: &Memory<'_>) -> Option<Arenas> {
        let mut run = 0;
        for address in (1..memory.words()).map(|word| word * 4).step_by(2) {
            run = if memory.is_list_head(address) { run + 1 } else { 0 };
            if run == ARENA_CLASSES * 2 {
                return Some(Arenas { with_room: address - (ARENA_CLASSES - 1) * 8 });
            }
        }
        None
    }

    /// Empties the lists of arenas with room. An arena that is on none is
    /// linked to itself, so that the engine can take it off a list when its last
    /// block is freed.
    fn close(self, memory: &mut Memory<'_>) {
        for class in 0..ARENA_CLASSES {
            let head = self.with_room + class * 8;
            let mut arena = memory.word(head);
            while arena != head {
                let next = memory.word(arena);
                memory.set(arena, arena);
                memory.set(arena + 4, arena);
                arena = next;
            }
            memory.set(head, head);
            memory.set(head + 4, head);
        }
    }
}
