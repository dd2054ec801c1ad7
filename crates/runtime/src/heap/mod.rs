//! The heap of one interpreter: size-classed blocks on pages (`pages.rs`), large blocks beside them (`large.rs`), and when
//! a collection is due (`pacing.rs`).
//!
//! A block begins with an object header; what holds no object has a null type in the header's second word. So the
//! collector finds every object by walking the blocks: no object carries list links.
//!
//! Under Miri and in builds for the address sanitizer (`--cfg taipan_asan`) every block is one of the system's
//! ([`ONE_BY_ONE`]): the tools see each object's ends and death.
#![expect(unsafe_code, reason = "the allocator hands out raw blocks")]

mod large;
mod pacing;
mod pages;

use crate::object::Header;
use large::Large;
use pacing::Pacing;
pub use pages::PAGE_SIZE;
use pages::Pages;

/// Blocks are multiples of a word...
const GRANULE: usize = 8;
/// ... and, where there are more than this many, of two: a class for every size would leave many pages hardly used.
const FINE: usize = 16;

/// The size class of a block: its words.
#[inline(always)]
const fn class_of(size: usize) -> usize {
    let words = size.div_ceil(GRANULE);
    words + (words > FINE) as usize * (words & 1)
}
/// The largest object that lives on a page; larger ones are allocated one by one.
pub const MAX_SMALL: usize = 1024;

/// Small objects are allocated one by one too.
const ONE_BY_ONE: bool = cfg!(any(miri, taipan_asan));

/// What stands in a block without object, over the header.
#[repr(C)]
struct FreeBlock {
    next: *mut FreeBlock,
    /// Over the header's type: null says "free", or "being built".
    null_type: *const (),
}

impl FreeBlock {
    const fn before(next: *mut FreeBlock) -> FreeBlock {
        FreeBlock { next, null_type: std::ptr::null() }
    }
}

#[derive(Default)]
pub struct Heap {
    pages: Pages,
    large: Large,
    pacing: Pacing,
    /// Stress mode counts allocations (see [`Heap::collect_every`]).
    #[cfg(debug_assertions)]
    stress: Stress,
}

#[cfg(debug_assertions)]
#[derive(Default)]
struct Stress {
    every: std::cell::Cell<u32>,
    left: std::cell::Cell<u32>,
}

impl Heap {
    /// A block of at least `size` bytes, aligned to words, whose content is undefined but for a null type word.
    #[inline(always)]
    pub fn allocate(&self, size: usize) -> *mut Header {
        #[cfg(debug_assertions)]
        self.count_allocation();
        if size <= MAX_SMALL && !ONE_BY_ONE {
            return self.pages.allocate(size, &self.pacing);
        }
        self.large.allocate(size, &self.pacing)
    }

    /// Gives a block back. Its object is dead and its payload dropped.
    ///
    /// # Safety
    /// `object` came from [`Heap::allocate`] with this `size` and is used no more.
    #[inline(always)]
    pub unsafe fn free(&self, object: *mut Header, size: usize) {
        // SAFETY: the caller's promise; sizes tell where a block came from.
        unsafe {
            if size <= MAX_SMALL && !ONE_BY_ONE {
                self.pages.free(object, size);
            } else {
                self.large.free(object, size, &self.pacing);
            }
        }
    }

    /// Makes the block of an object larger: `None` if only a new block would do.
    ///
    /// # Safety
    /// `object` came from [`Heap::allocate`] with `old_size`, and nothing points to it but what the caller replaces.
    pub unsafe fn grow(&self, object: *mut Header, old_size: usize, new_size: usize) -> Option<*mut Header> {
        if old_size <= MAX_SMALL {
            return (class_of(new_size) == class_of(old_size)).then_some(object);
        }
        // SAFETY: as promised by the caller, a large object.
        unsafe { self.large.grow(object, new_size, &self.pacing) }
    }

    /// Calls `visit` with every live object. `visit` must not allocate or free.
    pub fn for_each_object(&self, mut visit: impl FnMut(*mut Header)) {
        self.pages.for_each_object(&mut visit);
        self.large.for_each_object(visit);
    }

    #[inline(always)]
    pub fn collection_due(&self) -> bool {
        self.pacing.is_due()
    }

    /// Sets when the next collection is due.
    pub fn collected(&self) {
        if self.pacing.is_frequent() {
            self.pages.reserve_free_blocks();
        }
        self.pacing.collected(self.page_count());
    }

    /// Pages, and page-sized amounts of large objects.
    pub fn page_count(&self) -> usize {
        self.pages.count() + self.pacing.large_bytes() / PAGE_SIZE
    }

    /// `gc.set_threshold`: the number of containers that the program wants between collections.
    pub fn set_threshold(&self, containers: i32) {
        self.pacing.set_threshold(containers);
        self.collected();
    }

    /// Counts memory held outside the pages (buffers of containers) towards the next collection.
    pub fn note_external(&self, bytes: usize) {
        self.pacing.note_taken(bytes / PAGE_SIZE);
    }

    /// Bytes taken from the system for objects.
    pub fn bytes(&self) -> usize {
        self.pages.count() * PAGE_SIZE + self.pacing.large_bytes()
    }
}

#[cfg(debug_assertions)]
impl Heap {
    /// Stress mode: the loop is asked for a collection at every `every`th allocation, less often in a large heap. 0: never.
    pub(crate) fn collect_every(&self, every: u32) {
        self.stress.every.set(every);
        self.stress.left.set(every);
    }

    /// How often something is done that looks at all pages, once in `every` times while the heap is small: in one `n` times as
    /// large, `n` times less often, or the program would do nothing else.
    pub(crate) fn stress_period(&self, every: u32) -> u32 {
        const SMALL_PAGES: usize = 512;
        every.saturating_mul(self.page_count().div_ceil(SMALL_PAGES).max(1) as u32)
    }

    fn count_allocation(&self) {
        if self.stress.every.get() == 0 {
            return;
        }
        self.stress.left.set(self.stress.left.get() - 1);
        if self.stress.left.get() == 0 {
            self.stress.left.set(self.stress_period(self.stress.every.get()));
            if let Some(th) = crate::thread::current() {
                th.interrupt(crate::thread::breaker::STRESS_COLLECT);
            }
        }
    }
}

/// The size of the block that an object lies in.
///
/// # Safety
/// The object was allocated with at most `MAX_SMALL` bytes.
#[inline(always)]
pub unsafe fn block_size(object: *mut Header) -> usize {
    // SAFETY: the caller's promise: the object lies on a page, or is a block of its own.
    unsafe { if ONE_BY_ONE { large::block_size(object) } else { pages::block_size(object) } }
}
