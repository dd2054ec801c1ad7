//! Large blocks: each is one allocation of the system's, behind a prefix that says where it stands in the list of all.
#![expect(unsafe_code, reason = "the allocator hands out raw blocks")]

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::cell::RefCell;

use super::pacing::Pacing;
use super::{FreeBlock, GRANULE, MAX_SMALL, class_of};
use crate::object::Header;

/// Before the object: its place in the list and its size.
#[repr(C)]
struct Prefix {
    index: usize,
    size: usize,
}

const PREFIX: usize = size_of::<Prefix>();
const _: () = assert!(PREFIX.is_multiple_of(GRANULE));

#[derive(Default)]
pub(super) struct Large {
    objects: RefCell<Vec<*mut Header>>,
}

impl Large {
    #[cold]
    #[inline(never)]
    pub(super) fn allocate(&self, size: usize, pacing: &Pacing) -> *mut Header {
        // Small ones come here only where there are no pages; they are as long as they would be there.
        let size = if size <= MAX_SMALL { class_of(size) * GRANULE } else { size };
        let layout = layout(size);
        // SAFETY: the layout has a size. The allocation holds the prefix and `size` bytes, at least a header's.
        unsafe {
            let start = if size <= MAX_SMALL { alloc(layout) } else { alloc_zeroed(layout) };
            if start.is_null() {
                std::alloc::handle_alloc_error(layout);
            }
            let mut objects = self.objects.borrow_mut();
            start.cast::<Prefix>().write(Prefix { index: objects.len(), size });
            let object = start.add(PREFIX).cast::<Header>();
            object.cast::<FreeBlock>().write(FreeBlock::before(std::ptr::null_mut()));
            objects.push(object);
            pacing.note_large(size);
            object
        }
    }

    /// # Safety
    /// `object` came from [`Large::allocate`] with a `size` of the same class and is used no more.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn free(&self, object: *mut Header, size: usize, pacing: &Pacing) {
        // SAFETY: objects are preceded by their prefix.
        unsafe {
            let start = object.cast::<u8>().sub(PREFIX);
            let Prefix { index, size: allocated } = start.cast::<Prefix>().read();
            debug_assert!(
                if allocated <= MAX_SMALL { class_of(size) * GRANULE == allocated } else { size <= allocated },
                "a block of {allocated} bytes was given back as {size}"
            );
            let mut objects = self.objects.borrow_mut();
            objects.swap_remove(index);
            if let Some(&moved) = objects.get(index) {
                (*moved.cast::<u8>().sub(PREFIX).cast::<Prefix>()).index = index;
            }
            pacing.note_resized(allocated, 0);
            dealloc(start, layout(allocated));
        }
    }

    /// Makes a block larger, which may move it; `None` without memory.
    ///
    /// # Safety
    /// `object` came from [`Large::allocate`], and nothing points to it but what the caller replaces.
    pub(super) unsafe fn grow(&self, object: *mut Header, new_size: usize, pacing: &Pacing) -> Option<*mut Header> {
        // SAFETY: objects are preceded by their prefix; the list is told where the object went.
        unsafe {
            let start = object.cast::<u8>().sub(PREFIX);
            let Prefix { index, size } = start.cast::<Prefix>().read();
            if new_size <= size {
                return Some(object);
            }
            // Some room more: a string that grows once will grow again.
            let size_wanted = new_size + new_size / 8;
            let start = std::alloc::realloc(start, layout(size), layout(size_wanted).size());
            if start.is_null() {
                return None;
            }
            (*start.cast::<Prefix>()).size = size_wanted;
            let object = start.add(PREFIX).cast::<Header>();
            if let Some(place) = self.objects.borrow_mut().get_mut(index) {
                *place = object;
            }
            pacing.note_resized(size, size_wanted);
            Some(object)
        }
    }

    pub(super) fn for_each_object(&self, mut visit: impl FnMut(*mut Header)) {
        for &object in self.objects.borrow().iter() {
            // SAFETY: listed objects are allocated; a null type says "being built".
            if !unsafe { (*object.cast::<FreeBlock>()).null_type.is_null() } {
                visit(object);
            }
        }
    }
}

/// The size of an object's block.
///
/// # Safety
/// The object came from [`Large::allocate`].
#[inline(always)]
pub(super) unsafe fn block_size(object: *mut Header) -> usize {
    // SAFETY: objects are preceded by their prefix.
    unsafe { (*object.cast::<u8>().sub(PREFIX).cast::<Prefix>()).size }
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size + PREFIX, GRANULE).expect("sizes are checked before allocation")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds an object: here a type word that is not null.
    fn fill(object: *mut Header, size: usize) {
        // SAFETY: the block is ours and `size` bytes long.
        unsafe {
            object.cast::<u8>().write_bytes(7, size);
        }
    }

    fn count(blocks: &Large) -> usize {
        let mut count = 0;
        blocks.for_each_object(|_| count += 1);
        count
    }

    #[test]
    fn blocks_are_found_grow_and_go_in_any_order() {
        let (blocks, pacing) = (Large::default(), Pacing::default());
        let sizes = [16, 30, 1000, 1025, 5000, 40_000];
        let mut objects: Vec<_> = sizes.iter().map(|&size| blocks.allocate(size, &pacing)).collect();
        assert_eq!(count(&blocks), 0, "what is being built is not seen");
        objects.iter().zip(sizes).for_each(|(&object, size)| fill(object, size));
        assert_eq!(count(&blocks), sizes.len());
        // SAFETY: the objects are blocks of this list, each freed once, and replaced where they move.
        unsafe {
            assert_eq!(block_size(objects[1]), 32);
            assert_eq!(blocks.grow(objects[3], 1000, &pacing), Some(objects[3]));
            objects[4] = blocks.grow(objects[4], 90_000, &pacing).expect("there is memory");
            assert!((0..5000).step_by(100).all(|at| *objects[4].cast::<u8>().add(at) == 7));
            fill(objects[4], 90_000);
            for at in [2, 0, 4, 5, 1, 3] {
                let size = if at == 4 { 90_000 } else { sizes[at] };
                blocks.free(objects[at], size, &pacing);
            }
        }
        assert_eq!((count(&blocks), pacing.large_bytes()), (0, 0));
    }
}
