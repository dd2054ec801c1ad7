//! The program's allocator for what lies beside the heap of objects: buffers of lists, tables of dicts, Rust's own strings
//! and vectors. Python programs make and free small ones by the million, many more at a time than the C library keeps at
//! hand; here each thread has a free list for every size, and a block is taken or given back in a few instructions.
//!
//! Large blocks go to the system. Small ones stay the program's: a thread that has many free blocks of a size hands them to
//! a common pool, as does one that ends, and a thread that has none looks there first. Nothing waits for the pool's lock: a
//! thread that does not get it at once goes on without (so a forked child can not be stopped by it).
#![expect(unsafe_code, reason = "an allocator hands out raw memory")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, UnsafeCell};
use std::ptr::{copy_nonoverlapping, null_mut};
use std::sync::atomic::{AtomicBool, Ordering};

const GRANULE: usize = 16;
/// The largest block that is kept in lists.
const LARGEST: usize = 1024;
const CLASSES: usize = LARGEST / GRANULE + 1;
/// Bytes that are cut into blocks at a time, and that a thread takes from the system at a time.
const CUT: usize = 4 << 10;
const SLAB: usize = 64 << 10;
/// Bytes of free blocks of one size after which a thread gives them to the pool.
const CHAIN: usize = 256 << 10;

/// What stands in a free block.
struct Free {
    next: *mut Free,
    /// In the first block of a chain in the pool: the next chain.
    chain: *mut Free,
}

/// One thread's free blocks.
struct Cache {
    free: [Cell<*mut Free>; CLASSES],
    /// How many blocks were given back since the list was last handed on, less those taken.
    count: [Cell<u32>; CLASSES],
    slab: Cell<*mut u8>,
    left: Cell<usize>,
}

/// Chains of free blocks that belong to no thread.
struct Pool {
    locked: AtomicBool,
    chains: UnsafeCell<[*mut Free; CLASSES]>,
}

// SAFETY: the chains are touched only by who holds the lock.
unsafe impl Sync for Pool {}

static POOL: Pool = Pool { locked: AtomicBool::new(false), chains: UnsafeCell::new([null_mut(); CLASSES]) };

thread_local! {
    static CACHE: Cache = const {
        Cache {
            free: [const { Cell::new(null_mut()) }; CLASSES],
            count: [const { Cell::new(0) }; CLASSES],
            slab: Cell::new(null_mut()),
            left: Cell::new(0),
        }
    };
}

impl Pool {
    /// Works on the chains, unless another thread does.
    fn with<R>(&self, work: impl FnOnce(&mut [*mut Free; CLASSES]) -> R) -> Option<R> {
        if self.locked.swap(true, Ordering::Acquire) {
            return None;
        }
        // SAFETY: the lock is held.
        let result = work(unsafe { &mut *self.chains.get() });
        self.locked.store(false, Ordering::Release);
        Some(result)
    }

    /// Takes a chain of blocks over; false if the pool is busy.
    fn give(&self, class: usize, first: *mut Free) -> bool {
        self.with(|chains| {
            // SAFETY: `first` is a free block that the caller owns.
            unsafe { (*first).chain = chains[class] };
            chains[class] = first;
        })
        .is_some()
    }

    /// A chain of blocks, or null.
    fn take(&self, class: usize) -> *mut Free {
        let taken = self.with(|chains| {
            let first = chains[class];
            if !first.is_null() {
                // SAFETY: chains in the pool are free blocks.
                chains[class] = unsafe { (*first).chain };
            }
            first
        });
        taken.unwrap_or(null_mut())
    }
}

impl Cache {
    #[inline(always)]
    fn take(&self, class: usize) -> *mut u8 {
        let first = self.free[class].get();
        if first.is_null() {
            return self.refill(class);
        }
        // SAFETY: blocks on the list are free and ours.
        self.free[class].set(unsafe { (*first).next });
        self.count[class].set(self.count[class].get().wrapping_sub(1));
        first.cast()
    }

    #[inline(always)]
    fn give(&self, class: usize, block: *mut u8) {
        let block = block.cast::<Free>();
        // SAFETY: the block is free, ours, and holds at least two words.
        unsafe { (*block).next = self.free[class].get() };
        self.free[class].set(block);
        let count = self.count[class].get().wrapping_add(1);
        self.count[class].set(count);
        if count as i32 > (CHAIN / GRANULE / class) as i32 {
            self.hand_on(class);
        }
    }

    #[cold]
    #[inline(never)]
    fn hand_on(&self, class: usize) {
        if POOL.give(class, self.free[class].get()) {
            self.free[class].set(null_mut());
        }
        self.count[class].set(0);
    }

    #[cold]
    #[inline(never)]
    fn refill(&self, class: usize) -> *mut u8 {
        let size = class * GRANULE;
        let mut first = POOL.take(class);
        if first.is_null() {
            if self.left.get() < size {
                // SAFETY: the layout has a size.
                let slab = unsafe { System.alloc(Layout::from_size_align_unchecked(SLAB, GRANULE)) };
                if slab.is_null() {
                    return slab;
                }
                self.slab.set(slab);
                self.left.set(SLAB);
            }
            let blocks = (CUT / size).clamp(1, self.left.get() / size);
            let start = self.slab.get();
            for index in (0..blocks).rev() {
                // SAFETY: the slab has room for so many blocks.
                unsafe {
                    let block = start.add(index * size).cast::<Free>();
                    block.write(Free { next: first, chain: null_mut() });
                    first = block;
                }
            }
            self.slab.set(start.wrapping_add(blocks * size));
            self.left.set(self.left.get() - blocks * size);
        }
        // SAFETY: as in `take`.
        self.free[class].set(unsafe { (*first).next });
        self.count[class].set(0);
        first.cast()
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        for (class, list) in self.free.iter().enumerate() {
            let first = list.replace(null_mut());
            if !first.is_null() {
                // Busy: the blocks are lost, a thread's handful.
                let _ = POOL.give(class, first);
            }
        }
    }
}

/// The allocator; the program declares it.
pub struct Blocks;

#[inline(always)]
fn is_small(layout: &Layout) -> bool {
    layout.size() <= LARGEST && layout.align() <= GRANULE
}

#[inline(always)]
fn class_of(size: usize) -> usize {
    size.div_ceil(GRANULE).max(1)
}

/// A thread that has given its cache up still allocates a little.
#[cold]
#[inline(never)]
fn take_late(class: usize) -> *mut u8 {
    let first = POOL.take(class);
    if first.is_null() {
        // SAFETY: the layout has a size.
        return unsafe { System.alloc(Layout::from_size_align_unchecked(class * GRANULE, GRANULE)) };
    }
    // SAFETY: chains are free blocks; what follows the first goes back.
    let rest = unsafe { (*first).next };
    if !rest.is_null() {
        let _ = POOL.give(class, rest);
    }
    first.cast()
}

#[cold]
#[inline(never)]
fn give_late(class: usize, block: *mut u8) {
    let block = block.cast::<Free>();
    // SAFETY: the block is free and holds at least two words.
    unsafe { block.write(Free { next: null_mut(), chain: null_mut() }) };
    let _ = POOL.give(class, block);
}

// SAFETY: a block is `class_of(size)` granules, aligned to one, from a slab that is never given back, and on one list at a
// time; everything else is the system's. Which of both depends on the layout alone.
unsafe impl GlobalAlloc for Blocks {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_small(&layout) {
            let class = class_of(layout.size());
            return CACHE.try_with(|cache| cache.take(class)).unwrap_or_else(|_| take_late(class));
        }
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if is_small(&layout) {
            let class = class_of(layout.size());
            return CACHE.try_with(|cache| cache.give(class, block)).unwrap_or_else(|_| give_late(class, block));
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise; a block has the layout's size.
        unsafe {
            if !is_small(&layout) {
                return System.alloc_zeroed(layout);
            }
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promise: the new size is not zero and valid with the alignment.
        unsafe {
            let new = Layout::from_size_align_unchecked(new_size, layout.align());
            match (is_small(&layout), is_small(&new)) {
                (false, false) => System.realloc(block, layout, new_size),
                (true, true) if class_of(layout.size()) == class_of(new_size) => block,
                _ => {
                    let moved = self.alloc(new);
                    if !moved.is_null() {
                        copy_nonoverlapping(block, moved, layout.size().min(new_size));
                        self.dealloc(block, layout);
                    }
                    moved
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).expect("a valid layout")
    }

    #[test]
    fn blocks_are_reused_grow_and_keep_their_bytes() {
        // SAFETY: layouts are those that the blocks were made with.
        unsafe {
            let first = Blocks.alloc(layout(40));
            first.write_bytes(7, 40);
            let same = Blocks.realloc(first, layout(40), 48);
            assert_eq!(first, same);
            let grown = Blocks.realloc(same, layout(48), 5000);
            assert!((0..40).all(|index| *grown.add(index) == 7));
            let shrunk = Blocks.realloc(grown, layout(5000), 20);
            assert!((0..20).all(|index| *shrunk.add(index) == 7));
            Blocks.dealloc(shrunk, layout(20));
            let zeroed = Blocks.alloc_zeroed(layout(32));
            assert!((0..32).all(|index| *zeroed.add(index) == 0));
            Blocks.dealloc(zeroed, layout(32));
        }
    }

    #[test]
    fn blocks_wander_between_threads() {
        // More than a thread keeps to itself.
        let count = if cfg!(miri) { 17_000 } else { 60_000 };
        for _ in 0..if cfg!(miri) { 1 } else { 4 } {
            // SAFETY: as above; each block is freed once.
            let blocks: Vec<usize> = (0..count).map(|_| unsafe { Blocks.alloc(layout(16)) } as usize).collect();
            let distinct: std::collections::HashSet<usize> = blocks.iter().copied().collect();
            assert_eq!(distinct.len(), blocks.len());
            let freed = std::thread::spawn(move || {
                // SAFETY: as above.
                blocks.iter().for_each(|&block| unsafe { Blocks.dealloc(block as *mut u8, layout(16)) });
            });
            assert!(freed.join().is_ok());
        }
    }
}
