//! Makes an instance's heap cheap to start from.
//!
//! Loading a script leaves holes all over the heap, and an event that starts
//! from the snapshot fills them: its few dozen kilobytes land on some fifty pages, each of
//! which costs a page fault per event. So the holes are closed in the memory
//! that is snapshotted: free chunks of the C library's allocator (dlmalloc) are
//! marked as used, and the engine's arenas are taken off its lists, the full
//! ones too, as every arena that comes to a list is linked into its neighbours.
//! What an event allocates then lies together, in the largest hole, or behind
//! the heap where none is large.
//!
//! The largest hole is one that the builder has left on purpose, low in memory:
//! of the pages that an event has written wasmtime keeps those in the first 32
//! runs for the next event (`MAX_REGIONS` in its pagemap.rs), and the pages that
//! every event fills should be among them.
//!
//! At the room's start lies a new arena for every size of block, small and made
//! here, as an event would otherwise make some twenty of them, of a page each.
//!
//! Both structures are recognised by their shape and checked before anything is
//! written; memory that does not look as expected is left as it is, which is
//! slower and no less right.

/// Closes the holes in `memory`, where they are found, and makes new arenas ready in the room.
pub(super) fn close_holes(memory: &mut [u8]) {
    let mut memory = Memory(memory);
    let mut allocator = Allocator::find(&memory);
    if let Some(allocator) = &mut allocator {
        allocator.close(&mut memory);
    }
    let Some(arenas) = Arenas::find(&memory) else { return };
    let are_as_expected = arenas.are_as_expected(&memory);
    arenas.close(&mut memory);
    if let (Some(allocator), true) = (allocator, are_as_expected) {
        arenas.open(&mut memory, &allocator);
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

    fn half(&self, address: u32) -> u16 {
        (self.word(address & !3) >> ((address & 2) * 8)) as u16
    }

    fn set_half(&mut self, address: u32, half: u16) {
        let shift = (address & 2) * 8;
        let word = self.word(address & !3) & !(0xffff << shift);
        self.set(address & !3, word | u32::from(half) << shift);
    }

    fn words(&self) -> u32 {
        (self.0.len() / 4) as u32
    }

    /// A list head at `address` whose neighbours point back at it.
    fn is_list_head(&self, address: u32) -> bool {
        let (next, previous) = (self.word(address), self.word(address + 4));
        next != 0 && self.word(next.wrapping_add(4)) == address && self.word(previous) == address
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

/// The smallest hole that is worth allocating from.
const ROOM_BYTES_MIN: u32 = 64 << 10;

/// Places that look like the allocator's state and are looked at closely.
const CANDIDATES_MAX: usize = 4;

/// Flags in the low bits of a chunk's head.
const PREVIOUS_IN_USE: u32 = 1;
const IN_USE: u32 = 2;
const FLAGS: u32 = 7;
const CHUNK_ALIGNMENT: u32 = 16;
/// Bytes of a chunk that do not belong to whom it is given.
const CHUNK_HEAD: u32 = 4;

/// Where the allocator's state is, and the free chunks.
struct Allocator {
    state: u32,
    holes: Vec<(u32, u32)>,
}

impl Allocator {
    /// The state lies before the heap, so that the first one found is no guest's forgery.
    fn find(memory: &Memory<'_>) -> Option<Allocator> {
        let candidates =
            (1..memory.words()).map(|word| word * 4).filter(|state| Allocator::has_empty_bins(memory, *state));
        candidates.take(CANDIDATES_MAX).find_map(|state| Allocator::at(memory, state))
    }

    /// Odd small bins are always empty, as sizes are multiples of 16, so they point at themselves.
    fn has_empty_bins(memory: &Memory<'_>, state: u32) -> bool {
        (1..SMALL_BIN_COUNT).step_by(2).all(|bin| {
            let bin = state.wrapping_add(SMALL_BINS + bin * 8);
            memory.word(bin.wrapping_add(8)) == bin && memory.word(bin.wrapping_add(12)) == bin
        })
    }

    /// The allocator whose state is at `state`, if it is one: walking the chunks
    /// from the least address ends at the top, whose end is within the memory.
    fn at(memory: &Memory<'_>, state: u32) -> Option<Allocator> {
        let (least, top) = (memory.word(state + LEAST_ADDRESS), memory.word(state + TOP));
        let end = u64::from(top) + u64::from(memory.word(state + TOP_SIZE));
        if least == 0 || least >= top || end > memory.0.len() as u64 {
            return None;
        }
        // The first chunk is so placed that what it holds is aligned.
        let first = least.checked_add(8)?.checked_next_multiple_of(CHUNK_ALIGNMENT)? - 8;
        let mut holes = Vec::new();
        let mut chunk = first;
        while chunk < top {
            let head = memory.word(chunk + 4);
            let size = head & !FLAGS;
            if size < CHUNK_ALIGNMENT || !size.is_multiple_of(CHUNK_ALIGNMENT) {
                return None;
            }
            if head & IN_USE == 0 {
                holes.push((chunk, size));
            }
            chunk = chunk.checked_add(size)?;
        }
        (chunk == top).then_some(Allocator { state, holes })
    }

    /// Marks all holes as used but the largest, which becomes the designated
    /// victim: the chunk that dlmalloc cuts from when no bin has one that fits.
    fn close(&mut self, memory: &mut Memory<'_>) {
        let largest = self.holes.iter().copied().enumerate().max_by_key(|(_, (_, size))| *size);
        let room =
            largest.filter(|(_, (_, size))| *size >= ROOM_BYTES_MIN).map(|(index, _)| self.holes.swap_remove(index));
        for (chunk, size) in self.holes.drain(..) {
            let next = chunk + size;
            memory.set(chunk + 4, memory.word(chunk + 4) | IN_USE);
            memory.set(next + 4, memory.word(next + 4) | PREVIOUS_IN_USE);
        }
        memory.set(self.state + SMALL_MAP, 0);
        memory.set(self.state + TREE_MAP, 0);
        let (chunk, size) = room.unwrap_or_default();
        memory.set(self.state + DESIGNATED_VICTIM, chunk);
        memory.set(self.state + DESIGNATED_VICTIM_SIZE, size);
        if let Some((chunk, size)) = room {
            // What was there makes the snapshot large for nothing.
            memory.0[chunk as usize + 8..(chunk + size) as usize].fill(0);
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

    /// Takes `bytes` bytes from the start of the designated victim, as `malloc` does: their address.
    fn take(&self, memory: &mut Memory<'_>, bytes: u32) -> Option<u32> {
        let chunk = memory.word(self.state + DESIGNATED_VICTIM);
        let size = (bytes + CHUNK_HEAD).next_multiple_of(CHUNK_ALIGNMENT);
        let left = memory.word(self.state + DESIGNATED_VICTIM_SIZE).checked_sub(size)?;
        if left < ROOM_BYTES_MIN {
            return None;
        }
        let rest = chunk + size;
        memory.set(chunk + 4, size | (memory.word(chunk + 4) & PREVIOUS_IN_USE) | IN_USE);
        memory.set(rest + 4, left | PREVIOUS_IN_USE);
        memory.set(rest + left, left);
        memory.set(self.state + DESIGNATED_VICTIM, rest);
        memory.set(self.state + DESIGNATED_VICTIM_SIZE, left);
        Some(chunk + 8)
    }
}

/// Size classes of QuickJS-ng's arenas, `JS_ARENA_BLOCK_SIZE_COUNT`: 16 to 128
/// bytes by 8, to 256 by 16, to 512 by 32. Each block begins with a head of 8.
const ARENA_CLASSES: u32 = 31;

/// Bytes of the blocks of a class.
fn block_size(class: u32) -> u32 {
    match class {
        0..15 => 16 + class * 8,
        15..23 => 128 + (class - 14) * 16,
        _ => 256 + (class - 22) * 32,
    }
}

/// Bytes of blocks in an arena that the engine makes, and in one that is made here.
const ENGINE_ARENA_BYTES: u32 = 4072;
const READY_ARENA_BYTES: u32 = 1024;

/// An arena: its links in the list of arenas with room and in that of all, its
/// class, how many blocks are used, how many there are, the first free one; then
/// the blocks. A free block names the next one, a used one itself.
const ARENA_LINK_OF_ALL: u32 = 8;
const ARENA_CLASS: u32 = 16;
const ARENA_USED: u32 = 18;
const ARENA_TOTAL: u32 = 20;
const ARENA_FREE: u32 = 22;
const ARENA_BLOCKS: u32 = 24;
const NO_BLOCK: u16 = 0xffff;

/// QuickJS-ng's `JSArenaState`: a list of all arenas of every class, then a list
/// of those with room. Here the address of the first list's head.
struct Arenas {
    lists: u32,
}

impl Arenas {
    fn find(memory: &Memory<'_>) -> Option<Arenas> {
        let is_state = |state: &u32| (0..ARENA_CLASSES * 2).all(|list| memory.is_list_head(state + list * 8));
        (1..memory.words()).map(|word| word * 4).find(is_state).map(|lists| Arenas { lists })
    }

    fn list_of_all(&self, class: u32) -> u32 {
        self.lists + class * 8
    }

    fn list_with_room(&self, class: u32) -> u32 {
        self.lists + (ARENA_CLASSES + class) * 8
    }

    /// Whether the arenas have the shape that [`Arenas::open`] gives to new ones.
    fn are_as_expected(&self, memory: &Memory<'_>) -> bool {
        (0..ARENA_CLASSES).all(|class| {
            let head = self.list_of_all(class);
            let arena = memory.word(head).wrapping_sub(ARENA_LINK_OF_ALL);
            let total = memory.half(arena.wrapping_add(ARENA_TOTAL));
            let is_empty = memory.word(head) == head;
            let has_class = memory.word(arena.wrapping_add(ARENA_CLASS)) & 0xff == class;
            is_empty || (has_class && u32::from(total) == ENGINE_ARENA_BYTES / block_size(class))
        })
    }

    /// Empties the lists. An arena that is on none is linked to itself, so that
    /// the engine can take it off a list when its last block is freed.
    fn close(&self, memory: &mut Memory<'_>) {
        for list in 0..ARENA_CLASSES * 2 {
            let head = self.lists + list * 8;
            let mut arena = memory.word(head);
            let mut steps_left = memory.words();
            while arena != head && steps_left > 0 {
                steps_left -= 1;
                let next = memory.word(arena);
                link(memory, arena, arena);
                arena = next;
            }
            link(memory, head, head);
        }
    }

    /// Makes an arena of every class where `allocator` has room.
    fn open(&self, memory: &mut Memory<'_>, allocator: &Allocator) {
        for class in 0..ARENA_CLASSES {
            let (size, total) = (block_size(class), READY_ARENA_BYTES / block_size(class));
            let Some(arena) = allocator.take(memory, ARENA_BLOCKS + size * total) else { return };
            link(memory, self.list_with_room(class), arena);
            link(memory, self.list_of_all(class), arena + ARENA_LINK_OF_ALL);
            memory.set(arena + ARENA_CLASS, class);
            // The first block is nobody's: the engine gives an arena up when its last block is freed.
            memory.set_half(arena + ARENA_USED, 1);
            memory.set_half(arena + ARENA_TOTAL, total as u16);
            memory.set_half(arena + ARENA_FREE, 1);
            for block in 0..total {
                let head = arena + ARENA_BLOCKS + block * size;
                let next = if block + 1 == total { NO_BLOCK } else { block as u16 + 1 };
                memory.set(head, class << 16);
                memory.set_half(head, if block == 0 { 0 } else { next });
            }
        }
    }
}

/// Makes a ring of two list heads, or of one with itself.
fn link(memory: &mut Memory<'_>, head: u32, other: u32) {
    for (from, to) in [(head, other), (other, head)] {
        memory.set(from, to);
        memory.set(from + 4, to);
    }
}
