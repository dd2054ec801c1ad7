//! Small blocks: pages of 8 KiB, each given to one size.
//!
//! Pages come from chunks of 1 MiB. A page is cut into blocks as they are needed, so that what a class does not use is
//! never touched and costs no memory. Free lists are per size class; pages are counted when taken.
#![expect(unsafe_code, reason = "the allocator hands out raw blocks")]

use std::alloc::Layout;
use std::cell::{Cell, RefCell};
use std::ptr::null_mut;

use super::pacing::Pacing;
use super::{FreeBlock, GRANULE, MAX_SMALL, class_of};
use crate::object::Header;

pub const PAGE_SIZE: usize = 8 * 1024;
/// What is taken from the system at once.
const CHUNK_SIZE: usize = 1024 * 1024;
/// How much of a page is cut into blocks at once: a page of the system.
const CUT_SIZE: usize = 4096;
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
const _: () = assert!(PAGE_HEADER.is_multiple_of(GRANULE));

pub(super) struct Pages {
    free: [Cell<*mut FreeBlock>; CLASSES],
    /// Free blocks that are given out a few at a time, and counted: see [`Pages::reserve_free_blocks`].
    reserve: [Cell<*mut FreeBlock>; CLASSES],
    /// Pieces of a page that came from there since the last whole one was counted.
    pieces: Cell<usize>,
    /// The page of each class that is being cut; null before the first.
    cutting: [Cell<*mut PageHeader>; CLASSES],
    pages: RefCell<Vec<*mut u8>>,
    chunks: RefCell<Vec<*mut u8>>,
    /// Pages of the last chunk that have not been taken.
    left: Cell<usize>,
}

impl Default for Pages {
    fn default() -> Pages {
        Pages {
            free: [const { Cell::new(null_mut()) }; CLASSES],
            reserve: [const { Cell::new(null_mut()) }; CLASSES],
            pieces: Cell::new(0),
            cutting: [const { Cell::new(null_mut()) }; CLASSES],
            pages: RefCell::new(Vec::new()),
            chunks: RefCell::new(Vec::new()),
            left: Cell::new(0),
        }
    }
}

impl Pages {
    /// A block of at least `size` bytes, at most `MAX_SMALL`.
    #[inline(always)]
    pub(super) fn allocate(&self, size: usize, pacing: &Pacing) -> *mut Header {
        let class = class_of(size);
        let block = self.free[class].get();
        if !block.is_null() {
            // SAFETY: a block on a free list is ours and holds a valid link.
            self.free[class].set(unsafe { (*block).next });
            return block.cast();
        }
        self.refill(class, pacing)
    }

    #[cold]
    #[inline(never)]
    fn refill(&self, class: usize, pacing: &Pacing) -> *mut Header {
        let reserve = self.reserve[class].get();
        if !reserve.is_null() {
            return self.take_reserve(class, reserve, pacing);
        }
        let mut page = self.cutting[class].get();
        // SAFETY: the page is ours and begins with its header.
        if page.is_null() || unsafe { (*page).blocks == (*page).room } {
            page = self.new_page(class * GRANULE, pacing);
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
                block.write(FreeBlock::before(next));
                next = block;
            }
            self.free[class].set((*next).next);
            next.cast()
        }
    }

    /// Frees as many blocks of the reserve as are cut at once, and counts them as if they had been.
    fn take_reserve(&self, class: usize, first: *mut FreeBlock, pacing: &Pacing) -> *mut Header {
        // SAFETY: blocks of the reserve are free ones of this class, linked like those on the free list.
        unsafe {
            let mut last = first;
            for _ in 1..CUT_SIZE / (class * GRANULE) {
                if (*last).next.is_null() {
                    break;
                }
                last = (*last).next;
            }
            self.reserve[class].set((*last).next);
            (*last).next = self.free[class].get();
            self.free[class].set((*first).next);
        }
        self.pieces.set(self.pieces.get() + 1);
        if self.pieces.get() == PAGE_SIZE / CUT_SIZE {
            self.pieces.set(0);
            pacing.note_taken(1);
        }
        first.cast()
    }

    /// From now on blocks that are free count when they are used again: for a program that wants frequent collections, whose
    /// objects may never need a new page.
    pub(super) fn reserve_free_blocks(&self) {
        for (free, reserve) in self.free.iter().zip(&self.reserve) {
            let first = free.replace(null_mut());
            if first.is_null() {
                continue;
            }
            // SAFETY: free lists end with null.
            unsafe {
                let mut last = first;
                while !(*last).next.is_null() {
                    last = (*last).next;
                }
                (*last).next = reserve.replace(first);
            }
        }
    }

    /// A page of the last chunk, or of a new one.
    fn new_page(&self, block_size: usize, pacing: &Pacing) -> *mut PageHeader {
        let page = match host::memory::from_first_page(PAGE_SIZE) {
            page if page.is_null() => self.page_of_chunk(),
            page => page,
        };
        let room = ((PAGE_SIZE - PAGE_HEADER) / block_size) as u32;
        // SAFETY: the page is ours and has room for its header.
        unsafe {
            let header = PageHeader { block_size: block_size as u32, blocks: 0, room, _pad: 0 };
            page.cast::<PageHeader>().write(header);
            self.pages.borrow_mut().push(page);
            pacing.note_taken(1);
            page.cast()
        }
    }

    fn page_of_chunk(&self) -> *mut u8 {
        const PAGES: usize = CHUNK_SIZE / PAGE_SIZE;
        let mut chunks = self.chunks.borrow_mut();
        if self.left.get() == 0 {
            // Room to begin at a multiple of the page size.
            let chunk = host::memory::map(CHUNK_SIZE + PAGE_SIZE);
            if chunk.is_null() {
                std::alloc::handle_alloc_error(Layout::new::<[u8; CHUNK_SIZE + PAGE_SIZE]>());
            }
            let chunk = chunk.wrapping_add(chunk.align_offset(PAGE_SIZE));
            chunks.push(chunk);
            self.left.set(PAGES);
        }
        let left = self.left.get();
        self.left.set(left - 1);
        let chunk = chunks.last().copied().unwrap_or_default();
        // SAFETY: `left` pages of the chunk are free, at its end.
        unsafe { chunk.add((PAGES - left) * PAGE_SIZE) }
    }

    /// # Safety
    /// `object` came from [`Pages::allocate`] with this `size` and is used no more.
    #[inline(always)]
    pub(super) unsafe fn free(&self, object: *mut Header, size: usize) {
        let class = class_of(size);
        let block = object.cast::<FreeBlock>();
        // SAFETY: the block is ours and at least 16 bytes long.
        unsafe { block.write(FreeBlock::before(self.free[class].get())) };
        self.free[class].set(block);
    }

    /// Calls `visit` with every live object. `visit` must not allocate or free.
    pub(super) fn for_each_object(&self, visit: &mut impl FnMut(*mut Header)) {
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
    }

    /// Pages taken.
    pub(super) fn count(&self) -> usize {
        self.pages.borrow().len()
    }
}

/// The size of the block that an object on a page lies in.
///
/// # Safety
/// The object came from [`Pages::allocate`].
#[inline(always)]
pub(super) unsafe fn block_size(object: *mut Header) -> usize {
    let page = object.map_addr(|address| address & !(PAGE_SIZE - 1)).cast::<PageHeader>();
    // SAFETY: pages are aligned to their size and begin with their header.
    unsafe { (*page).block_size as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_all_classes_are_apart_and_reused() {
        let (pages, pacing) = (Pages::default(), Pacing::default());
        let classes = (2..=MAX_SMALL / GRANULE).filter(|&class| class == class_of(class * GRANULE));
        let classes = classes.step_by(if cfg!(miri) { 9 } else { 1 });
        let sizes: Vec<usize> = classes.map(|class| class * GRANULE - class % 6).collect();
        let objects: Vec<_> = sizes.iter().map(|&size| pages.allocate(size, &pacing)).collect();
        assert_eq!(pages.count(), sizes.len(), "a page for every size");
        let mut seen = 0;
        pages.for_each_object(&mut |_| seen += 1);
        assert_eq!(seen, 0, "what is being built is not seen");
        // SAFETY: the blocks are as long as asked for, and each is freed once.
        unsafe {
            for (&object, &size) in objects.iter().zip(&sizes) {
                assert_eq!(block_size(object), class_of(size) * GRANULE);
                object.cast::<u8>().write_bytes(size as u8, block_size(object));
            }
            for (&object, &size) in objects.iter().zip(&sizes) {
                let bytes = std::slice::from_raw_parts(object.cast::<u8>(), size);
                assert!(bytes.iter().all(|&byte| byte == size as u8));
            }
            pages.for_each_object(&mut |_| seen += 1);
            assert_eq!(seen, sizes.iter().filter(|&&size| size as u8 != 0).count());
            for (&object, &size) in objects.iter().zip(&sizes) {
                pages.free(object, size);
                assert_eq!(pages.allocate(size, &pacing), object, "the last block given back is the next one");
                pages.free(object, size);
            }
        }
    }

    #[test]
    fn pages_are_cut_piece_by_piece_until_they_are_full() {
        let (pages, pacing) = (Pages::default(), Pacing::default());
        let room = (PAGE_SIZE - PAGE_HEADER) / 512;
        let blocks: Vec<_> = (0..room * 2 + 1).map(|_| pages.allocate(512, &pacing)).collect();
        assert_eq!(pages.count(), 3);
        let distinct: std::collections::BTreeSet<_> = blocks.iter().map(|block| block.addr()).collect();
        assert_eq!(distinct.len(), blocks.len());
        assert!(distinct.iter().zip(distinct.iter().skip(1)).all(|(first, second)| second - first >= 512));
        // SAFETY: each block is freed once, then taken again.
        unsafe { blocks.iter().for_each(|&block| pages.free(block, 512)) };
        blocks.iter().rev().for_each(|&block| assert_eq!(pages.allocate(500, &pacing), block));
        assert_eq!(pages.count(), 3);
    }
}
