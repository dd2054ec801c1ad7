//! The heap of one interpreter: size-classed blocks on 16 KiB pages, large objects beside them.
//!
//! Pages come from chunks of 1 MiB. A page is cut into blocks as they are needed, so that what a class does not use is
//! never touched and costs no memory.
//!
//! A block begins with an object header; a free block has a null type in the header's second word and the next free
//! block of its class in the first. So the collector finds every object by walking the pages: no object carries list
//! links. Free lists are per size class; pages are counted when taken, which is what triggers collections.
#![expect(unsafe_code, reason = "the allocator hands out raw blocks")]

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::cell::{Cell, RefCell};
use std::ptr::null_mut;

use crate::object::Header;

pub const PAGE_SIZE: usize = 16 * 1024;
/// What is taken from the system at once, aligned to its size.
const CHUNK_SIZE: usize = 1024 * 1024;
/// How much of a page is cut into blocks at once: a page of the system.
const CUT_SIZE: usize = 4096;
const GRANULE: usize = 16;
/// The largest object that lives on a page; larger ones are allocated one by one.
pub const MAX_SMALL: usize = 1024;
const CLASSES: usize = MAX_SMALL / GRANULE + 1;

/// First bytes of every page.
#[repr(C)]
struct PageHeader {
    block_size: u32,
    /// Blocks that have been cut, from the page's start.
    blocks: u32,
    /// Blocks that the page has room for.
    room: u32,
    _pad: u32,
}

const PAGE_HEADER: usize = size_of::<PageHeader>();
const _: () = assert!(PAGE_HEADER == 16);

/// What stands in a free block, over the object header.
#[repr(C)]
struct FreeBlock {
    next: *mut FreeBlock,
    /// Over the header's type: null says "free".
    null_type: *const (),
}

/// Before a large object: its place in `Heap::large` and its size.
#[repr(C)]
struct LargeHeader {
    index: usize,
    size: usize,
}

/// Pages between collections of a small heap: about CPython's 2000 containers, with what hangs on them.
const USUAL_PAGES: usize = 24;

pub struct Heap {
    free: [Cell<*mut FreeBlock>; CLASSES],
    /// The page of each class that is being cut; null before the first.
    cutting: [Cell<*mut PageHeader>; CLASSES],
    pages: RefCell<Vec<*mut u8>>,
    chunks: RefCell<Vec<*mut u8>>,
    /// Pages of the last chunk that have not been taken.
    pages_left: Cell<usize>,
    large: RefCell<Vec<*mut Header>>,
    large_bytes: Cell<usize>,
    /// The most that `large_bytes` was since the last collection: blocks that come and go do not bring one nearer.
    large_peak: Cell<usize>,
    /// Pages (and page-sized amounts of large objects) taken since the last collection.
    taken: Cell<usize>,
    /// `taken` at which a collection is due; never before the interpreter has started.
    due: Cell<usize>,
    /// Pages after which a collection may be due at the earliest.
    least: Cell<usize>,
}

impl Default for Heap {
    fn default() -> Heap {
        Heap {
            free: [const { Cell::new(null_mut()) }; CLASSES],
            cutting: [const { Cell::new(null_mut()) }; CLASSES],
            pages: RefCell::new(Vec::new()),
            chunks: RefCell::new(Vec::new()),
            pages_left: Cell::new(0),
            large: RefCell::new(Vec::new()),
            large_bytes: Cell::new(0),
            large_peak: Cell::new(0),
            taken: Cell::new(0),
            due: Cell::new(usize::MAX),
            least: Cell::new(USUAL_PAGES),
        }
    }
}

impl Heap {
    /// A block of at least `size` bytes, 16-byte aligned, whose content is undefined but for a null type word.
    #[inline(always)]
    pub fn allocate(&self, size: usize) -> *mut Header {
        if size <= MAX_SMALL {
            let class = size.div_ceil(GRANULE);
            let block = self.free[class].get();
            if !block.is_null() {
                // SAFETY: a block on a free list is ours and holds a valid link.
                self.free[class].set(unsafe { (*block).next });
                return block.cast();
            }
            return self.refill(class);
        }
        self.allocate_large(size)
    }

    #[cold]
    #[inline(never)]
    fn refill(&self, class: usize) -> *mut Header {
        let class = class.max(1);
        let mut page = self.cutting[class].get();
        // SAFETY: the page is ours and begins with its header.
        if page.is_null() || unsafe { (*page).blocks == (*page).room } {
            page = self.new_page(class * GRANULE);
            self.cutting[class].set(page);
        }
        // SAFETY: the page is ours and has room for at least one block more; all blocks that are cut lie in it.
        unsafe {
            let PageHeader { block_size, blocks, room, .. } = page.read();
            let start = PAGE_HEADER + blocks as usize * block_size as usize;
            let end = (start + 1).next_multiple_of(CUT_SIZE);
            let cut = ((end - start) as u32).div_ceil(block_size).min(room - blocks);
            (*page).blocks = blocks + cut;
            let first = page.cast::<u8>().add(start);
            let mut next = self.free[class].get();
            for index in (0..cut as usize).rev() {
                let block = first.add(index * block_size as usize).cast::<FreeBlock>();
                block.write(FreeBlock { next, null_type: std::ptr::null() });
                next = block;
            }
            self.free[class].set((*next).next);
            next.cast()
        }
    }

    /// A page of the last chunk, or of a new one.
    fn new_page(&self, block_size: usize) -> *mut PageHeader {
        const PAGES: usize = CHUNK_SIZE / PAGE_SIZE;
        let mut chunks = self.chunks.borrow_mut();
        if self.pages_left.get() == 0 {
            let layout = Layout::from_size_align(CHUNK_SIZE, CHUNK_SIZE).expect("a valid layout");
            // SAFETY: the layout has a size.
            let chunk = unsafe { alloc(layout) };
            if chunk.is_null() {
                std::alloc::handle_alloc_error(layout);
            }
            chunks.push(chunk);
            self.pages_left.set(PAGES);
        }
        let left = self.pages_left.get();
        self.pages_left.set(left - 1);
        let chunk = chunks.last().copied().unwrap_or_default();
        let room = ((PAGE_SIZE - PAGE_HEADER) / block_size) as u32;
        // SAFETY: `left` pages of the chunk are free, at its end; a page has room for its header.
        unsafe {
            let page = chunk.add((PAGES - left) * PAGE_SIZE);
            let header = PageHeader { block_size: block_size as u32, blocks: 0, room, _pad: 0 };
            page.cast::<PageHeader>().write(header);
            self.pages.borrow_mut().push(page);
            self.note_taken(1);
            page.cast()
        }
    }

    #[cold]
    #[inline(never)]
    fn allocate_large(&self, size: usize) -> *mut Header {
        let layout = large_layout(size);
        // SAFETY: the layout has a size.
        let start = unsafe { alloc_zeroed(layout) };
        if start.is_null() {
            std::alloc::handle_alloc_error(layout);
        }
        let mut large = self.large.borrow_mut();
        // SAFETY: the allocation holds the prefix and `size` bytes.
        unsafe {
            start.cast::<LargeHeader>().write(LargeHeader { index: large.len(), size });
            let object = start.add(size_of::<LargeHeader>()).cast::<Header>();
            large.push(object);
            self.large_bytes.set(self.large_bytes.get() + size);
            let (now, peak) = (self.large_bytes.get() / PAGE_SIZE, self.large_peak.get() / PAGE_SIZE);
            if now > peak {
                self.large_peak.set(self.large_bytes.get());
                self.note_taken(now - peak);
            }
            object
        }
    }

    /// Gives a block back. Its object is dead and its payload dropped.
    ///
    /// # Safety
    /// `object` came from [`Heap::allocate`] with this `size` and is used no more.
    #[inline(always)]
    pub unsafe fn free(&self, object: *mut Header, size: usize) {
        if size <= MAX_SMALL {
            let class = size.div_ceil(GRANULE);
            let block = object.cast::<FreeBlock>();
            // SAFETY: the block is ours and at least 16 bytes long.
            unsafe { block.write(FreeBlock { next: self.free[class].get(), null_type: std::ptr::null() }) };
            self.free[class].set(block);
        } else {
            // SAFETY: as promised by the caller, a large object.
            unsafe { self.free_large(object) };
        }
    }

    #[cold]
    #[inline(never)]
    unsafe fn free_large(&self, object: *mut Header) {
        // SAFETY: large objects are preceded by their prefix.
        unsafe {
            let start = object.cast::<u8>().sub(size_of::<LargeHeader>());
            let LargeHeader { index, size } = start.cast::<LargeHeader>().read();
            let mut large = self.large.borrow_mut();
            large.swap_remove(index);
            if let Some(&moved) = large.get(index) {
                (*moved.cast::<u8>().sub(size_of::<LargeHeader>()).cast::<LargeHeader>()).index = index;
            }
            self.large_bytes.set(self.large_bytes.get() - size);
            dealloc(start, large_layout(size));
        }
    }

    /// Makes the block of an object larger: `None` if only a new block would do.
    ///
    /// # Safety
    /// `object` came from [`Heap::allocate`] with `old_size`, and nothing points to it but what the caller replaces.
    pub unsafe fn grow(&self, object: *mut Header, old_size: usize, new_size: usize) -> Option<*mut Header> {
        if old_size <= MAX_SMALL {
            return (new_size.div_ceil(GRANULE) == old_size.div_ceil(GRANULE)).then_some(object);
        }
        // SAFETY: large objects are preceded by their prefix; the list is told where the object went.
        unsafe {
            let start = object.cast::<u8>().sub(size_of::<LargeHeader>());
            let LargeHeader { index, size } = start.cast::<LargeHeader>().read();
            if new_size <= size {
                return Some(object);
            }
            // Some room more: a string that grows once will grow again.
            let size_wanted = new_size + new_size / 8;
            let start = std::alloc::realloc(start, large_layout(size), large_layout(size_wanted).size());
            if start.is_null() {
                return None;
            }
            (*start.cast::<LargeHeader>()).size = size_wanted;
            let object = start.add(size_of::<LargeHeader>()).cast::<Header>();
            if let Some(place) = self.large.borrow_mut().get_mut(index) {
                *place = object;
            }
            self.large_bytes.set(self.large_bytes.get() + size_wanted - size);
            Some(object)
        }
    }

    /// Calls `visit` with every live object. `visit` must not allocate or free.
    pub fn for_each_object(&self, mut visit: impl FnMut(*mut Header)) {
        for &page in self.pages.borrow().iter() {
            // SAFETY: pages hold `blocks` blocks; a non-null type word says that a block holds an object.
            unsafe {
                let PageHeader { block_size, blocks, .. } = page.cast::<PageHeader>().read();
                for index in 0..blocks as usize {
                    let block = page.add(PAGE_HEADER + index * block_size as usize);
                    if !(*block.cast::<FreeBlock>()).null_type.is_null() {
                        visit(block.cast());
                    }
                }
            }
        }
        for &object in self.large.borrow().iter() {
            // SAFETY: listed objects are allocated; a null type says "being built".
            if !unsafe { (*object.cast::<FreeBlock>()).null_type.is_null() } {
                visit(object);
            }
        }
    }

    /// Counts pages towards the next collection, and asks the loop for it when it is due.
    fn note_taken(&self, pages: usize) {
        self.taken.set(self.taken.get() + pages);
        if self.collection_due()
            && let Some(th) = crate::thread::current()
        {
            th.interrupt(crate::thread::breaker::COLLECT);
        }
    }

    #[inline(always)]
    pub fn collection_due(&self) -> bool {
        self.taken.get() >= self.due.get()
    }

    /// Sets when the next collection is due. To find young objects it looks at all headers, so the distance grows with the
    /// heap, unless the program asked for frequent collections.
    pub fn collected(&self) {
        let pages = self.page_count();
        let least = self.least.get();
        let growth = match pages {
            _ if least < USUAL_PAGES => 0,
            0..4096 => pages / 32,
            _ => pages / 8,
        };
        self.taken.set(0);
        self.large_peak.set(self.large_bytes.get());
        self.due.set(growth.max(least));
    }

    /// Pages, and page-sized amounts of large objects.
    pub fn page_count(&self) -> usize {
        self.pages.borrow().len() + self.large_bytes.get() / PAGE_SIZE
    }

    /// `gc.set_threshold`: the number of containers that the program wants between collections.
    pub fn set_threshold(&self, containers: i32) {
        let containers = containers.max(1) as usize;
        self.least.set((containers.saturating_mul(USUAL_PAGES) / 2000).max(1));
        self.collected();
    }

    /// Counts memory held outside the pages (buffers of containers) towards the next collection.
    pub fn note_external(&self, bytes: usize) {
        self.note_taken(bytes / PAGE_SIZE);
    }

    /// Bytes taken from the system for objects.
    pub fn bytes(&self) -> usize {
        self.pages.borrow().len() * PAGE_SIZE + self.large_bytes.get()
    }
}

/// The size of the block that an object lies in.
///
/// # Safety
/// The object lies on a page: it was allocated with at most `MAX_SMALL` bytes.
#[inline(always)]
pub unsafe fn block_size(object: *mut Header) -> usize {
    let page = (object as usize & !(PAGE_SIZE - 1)) as *const PageHeader;
    // SAFETY: pages are aligned to their size and begin with their header.
    unsafe { (*page).block_size as usize }
}

fn large_layout(size: usize) -> Layout {
    Layout::from_size_align(size + size_of::<LargeHeader>(), 16).expect("sizes are checked before allocation")
}
