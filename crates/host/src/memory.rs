//! The program's allocator for what lies beside the heap of objects: buffers of lists, tables of dicts, Rust's own strings
//! and vectors. Python programs make and free small ones by the million, many more at a time than the C library keeps at
//! hand; here each thread has a free list for every size, and a block is taken or given back in a few instructions.
//!
//! Large blocks come from the system, and go back. Those of up to a few kibibytes stay the program's: a thread that has many free blocks of a size hands them to
//! a common pool, as does one that ends, and a thread that has none looks there first. Nothing waits for the pool's lock: a
//! thread that does not get it at once goes on without (so a forked child can not be stopped by it).
#![expect(unsafe_code, reason = "an allocator hands out raw memory")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, UnsafeCell};
use std::ops::RangeInclusive;
use std::ptr::{copy_nonoverlapping, null_mut};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

const GRANULE: usize = 16;
/// The largest block that is kept in lists.
const LARGEST: usize = 8 << 10;
/// Up to here there is a list for every size, beyond it eight for each doubling.
const LARGEST_EXACT: usize = 1 << 10;
const EXACT: usize = LARGEST_EXACT / GRANULE;
const STEPS: usize = 8;
const CLASSES: usize = EXACT + STEPS * (LARGEST / LARGEST_EXACT).ilog2() as usize + 1;
/// Bytes that are cut into blocks at a time, and that a thread takes from the system at a time.
const CUT: usize = 1 << 10;
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
        if count as i32 > (CHAIN / size_of_class(class)) as i32 {
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
        let size = size_of_class(class);
        let mut first = POOL.take(class);
        if first.is_null() {
            if self.left.get() < size {
                self.keep_rest();
                let slab = new_slab();
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

impl Cache {
    /// What is left of a slab becomes a block of the largest size that it has room for.
    fn keep_rest(&self) {
        let left = self.left.replace(0);
        if left >= GRANULE {
            let class = class_of(left);
            let class = if size_of_class(class) > left { class - 1 } else { class };
            let block = self.slab.get().cast::<Free>();
            // SAFETY: the rest of the slab is ours, and no smaller than a block of the class.
            unsafe { block.write(Free { next: self.free[class].get(), chain: null_mut() }) };
            self.free[class].set(block);
        }
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

/// The first two mebibytes that a process uses for small things, as one huge page if the system has one to give: it is
/// mapped by one fault, where small pages would take five hundred. Slabs of blocks are taken from its end, pages of the
/// heap of objects from its beginning; nothing is given back.
struct FirstPage {
    /// 0: not asked for yet; 1: none, or not yet there.
    base: AtomicUsize,
    /// Bytes taken from the beginning and, in the upper half, from the end.
    taken: AtomicU64,
}

static FIRST_PAGE: FirstPage = FirstPage { base: AtomicUsize::new(0), taken: AtomicU64::new(0) };

impl FirstPage {
    const SIZE: usize = 2 << 20;

    fn base(&self) -> Option<usize> {
        match self.base.load(Ordering::Acquire) {
            0 => self.map(),
            1 => None,
            base => Some(base),
        }
    }

    #[cold]
    fn map(&self) -> Option<usize> {
        if cfg!(any(miri, not(target_os = "linux")))
            || self.base.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_err()
        {
            return None;
        }
        // SAFETY: new memory is mapped; what lies around the aligned part is unmapped again.
        unsafe {
            let start = map(2 * Self::SIZE).cast::<libc::c_void>();
            if start.is_null() {
                return None;
            }
            let base = (start as usize).next_multiple_of(Self::SIZE);
            let before = base - start as usize;
            if before != 0 {
                libc::munmap(start, before);
            }
            libc::munmap((base + Self::SIZE) as *mut libc::c_void, Self::SIZE - before);
            libc::madvise(base as *mut libc::c_void, Self::SIZE, libc::MADV_HUGEPAGE);
            self.base.store(base, Ordering::Release);
            Some(base)
        }
    }

    /// Takes `size` bytes from one end; null if they are not there.
    fn take(&self, size: usize, from_end: bool) -> *mut u8 {
        let Some(base) = self.base() else { return null_mut() };
        let halves = |taken: u64| ((taken & u64::from(u32::MAX)) as usize, (taken >> 32) as usize);
        let count = |taken: u64| {
            let (low, high) = halves(taken);
            let fits = size <= Self::SIZE && low + high + size <= Self::SIZE;
            fits.then(|| taken + ((size as u64) << if from_end { 32 } else { 0 }))
        };
        let Ok(before) = self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count) else {
            return null_mut();
        };
        let (low, high) = halves(before);
        (if from_end { base + Self::SIZE - high - size } else { base + low }) as *mut u8
    }
}

/// Memory for the heap of objects, aligned to its size (a power of two), from the process's first huge page; null when
/// that is used up.
pub fn from_first_page(size: usize) -> *mut u8 {
    FIRST_PAGE.take(size, false)
}

/// Fresh memory of the system's own pages, zeroed, for good; null if there is none. Unlike an aligned block of the C library's
/// it has no header, which would take a page.
pub fn map(size: usize) -> *mut u8 {
    // SAFETY: new memory is mapped.
    let start = unsafe {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        libc::mmap(null_mut(), size, access, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0)
    };
    if start == libc::MAP_FAILED { null_mut() } else { start.cast() }
}

fn new_slab() -> *mut u8 {
    match FIRST_PAGE.take(SLAB, true) {
        slab if slab.is_null() => {
            // SAFETY: the layout has a size.
            unsafe { System.alloc(Layout::from_size_align_unchecked(SLAB, GRANULE)) }
        }
        slab => slab,
    }
}

/// The tables that an interpreter is made with are large and live as long as it does: they may lie in the first huge page.
const TABLES: RangeInclusive<usize> = 64 << 10..=160 << 10;

/// # Safety
/// As for [`GlobalAlloc::alloc`]; the layout is not small.
#[cold]
unsafe fn alloc_large(layout: Layout) -> *mut u8 {
    if TABLES.contains(&layout.size()) && layout.align() <= GRANULE {
        let block = FIRST_PAGE.take(layout.size().next_multiple_of(GRANULE), true);
        if !block.is_null() {
            return block;
        }
    }
    // SAFETY: the caller's promise.
    unsafe { System.alloc(layout) }
}

fn is_in_first_page(block: *mut u8) -> bool {
    (block as usize).wrapping_sub(FIRST_PAGE.base.load(Ordering::Relaxed)) < FirstPage::SIZE
}

/// The allocator; the program declares it.
pub struct Blocks;

#[inline(always)]
fn is_small(layout: &Layout) -> bool {
    layout.size() <= LARGEST && layout.align() <= GRANULE
}

#[inline(always)]
fn class_of(size: usize) -> usize {
    if size <= LARGEST_EXACT { size.div_ceil(GRANULE).max(1) } else { class_of_medium(size) }
}

/// `size` is above `LARGEST_EXACT`: between two powers of two lie `STEPS` classes.
fn class_of_medium(size: usize) -> usize {
    let power = (size - 1).ilog2();
    let step = power - STEPS.ilog2();
    let above = (size - 1 - (1 << power)) >> step;
    EXACT + (power - LARGEST_EXACT.ilog2()) as usize * STEPS + above + 1
}

fn size_of_class(class: usize) -> usize {
    if class <= EXACT {
        return class * GRANULE;
    }
    let (doublings, above) = ((class - EXACT - 1) / STEPS, (class - EXACT - 1) % STEPS);
    let power = LARGEST_EXACT << doublings;
    power + (above + 1) * (power / STEPS)
}

/// A thread that has given its cache up still allocates a little.
#[cold]
#[inline(never)]
fn take_late(class: usize) -> *mut u8 {
    let first = POOL.take(class);
    if first.is_null() {
        // SAFETY: the layout has a size.
        return unsafe { System.alloc(Layout::from_size_align_unchecked(size_of_class(class), GRANULE)) };
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
        unsafe { alloc_large(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if is_small(&layout) {
            let class = class_of(layout.size());
            return CACHE.try_with(|cache| cache.give(class, block)).unwrap_or_else(|_| give_late(class, block));
        }
        if !is_in_first_page(block) {
            // SAFETY: the caller's promise.
            unsafe { System.dealloc(block, layout) }
        }
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
                (false, false) if !is_in_first_page(block) => System.realloc(block, layout, new_size),
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
    fn a_class_is_the_smallest_that_has_room() {
        for size in 1..=LARGEST {
            let class = class_of(size);
            assert!(class < CLASSES, "{size}");
            assert!(size_of_class(class) >= size, "{size}");
            assert!(class == 1 || size_of_class(class - 1) < size, "{size}");
            assert_eq!(size_of_class(class) % GRANULE, 0);
        }
    }

    #[test]
    fn blocks_wander_between_threads() {
        // More than a thread keeps to itself; for Miri large ones, which are few.
        let (count, size) = if cfg!(miri) { (300, 1000) } else { (60_000, 16) };
        for _ in 0..if cfg!(miri) { 1 } else { 4 } {
            // SAFETY: as above; each block is freed once.
            let blocks: Vec<usize> = (0..count).map(|_| unsafe { Blocks.alloc(layout(size)) } as usize).collect();
            let distinct: std::collections::HashSet<usize> = blocks.iter().copied().collect();
            assert_eq!(distinct.len(), blocks.len());
            let freed = std::thread::spawn(move || {
                // SAFETY: as above.
                blocks.iter().for_each(|&block| unsafe { Blocks.dealloc(block as *mut u8, layout(size)) });
            });
            assert!(freed.join().is_ok());
        }
    }
}
