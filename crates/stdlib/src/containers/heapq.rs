//! `_heapq`: heaps in lists, least or greatest item first.
//!
//! The list stays a whole list at every comparison, which may run Python code: items are swapped, never taken out, and after
//! each comparison the length must be what it was.

use macros::pymodule;
use runtime::objects::list::List;
use runtime::{CompareOp, Res, ThreadState, Value};

/// Which item comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    Least,
    Greatest,
}

impl First {
    /// Whether `a` goes before `b`.
    #[inline]
    fn precedes(self, th: &ThreadState, a: &Value, b: &Value) -> Res<bool> {
        let (a, b) = if self == First::Least { (a, b) } else { (b, a) };
        if let Some(result) = quick(a, b) {
            return Ok(result);
        }
        th.compare_bool(a, b, CompareOp::Lt)
    }
}

/// `a < b` of plain numbers.
#[inline(always)]
fn quick(a: &Value, b: &Value) -> Option<bool> {
    if let (Some(a), Some(b)) = (a.as_small_int(), b.as_small_int()) {
        return Some(a < b);
    }
    Some(a.as_word_float()? < b.as_word_float()?)
}

/// A heap under work: the list, and the length it must keep.
struct Heap<'a> {
    th: &'a ThreadState,
    list: &'a List,
    length: usize,
    first: First,
}

impl<'a> Heap<'a> {
    fn new(th: &'a ThreadState, list: &'a List, first: First) -> Heap<'a> {
        Heap { th, list, length: list.len(), first }
    }

    /// Whether item `i` goes before item `j`.
    #[inline]
    fn precedes(&self, i: usize, j: usize) -> Res<bool> {
        let (i, j, first) = if self.first == First::Least { (i, j, First::Least) } else { (j, i, First::Least) };
        let known = self.list.with(|items| quick(items.get(i)?, items.get(j)?));
        if let Some(result) = known {
            return Ok(result);
        }
        let (Some(a), Some(b)) = (self.list.get(i), self.list.get(j)) else { return self.changed() };
        let result = first.precedes(self.th, &a, &b)?;
        if self.list.len() != self.length { self.changed() } else { Ok(result) }
    }

    #[cold]
    fn changed<T>(&self) -> Res<T> {
        Err(self.th.runtime_error("list changed size during iteration"))
    }

    fn swap(&self, i: usize, j: usize) {
        self.list.with_mut(|items| items.swap(i, j));
    }

    /// Moves the item at `place` towards `start`, past all that it goes before.
    fn rise(&self, start: usize, mut place: usize) -> Res<()> {
        while place > start {
            let parent = (place - 1) / 2;
            if !self.precedes(place, parent)? {
                break;
            }
            self.swap(place, parent);
            place = parent;
        }
        Ok(())
    }

    /// Moves the item at `start` down to a leaf, always past the child that goes first, then up to where it belongs.
    fn sink(&self, start: usize) -> Res<()> {
        let mut place = start;
        while place < self.length / 2 {
            let mut child = 2 * place + 1;
            if child + 1 < self.length && !self.precedes(child, child + 1)? {
                child += 1;
            }
            self.swap(place, child);
            place = child;
        }
        self.rise(start, place)
    }
}

fn push(th: &ThreadState, list: &List, item: &Value, first: First) -> Res<()> {
    list.push(item.clone());
    let heap = Heap::new(th, list, first);
    heap.rise(0, heap.length - 1)
}

fn pop(th: &ThreadState, list: &List, first: First) -> Res {
    let Some(last) = list.pop() else { return Err(th.index_error("index out of range")) };
    match list.replace(0, last) {
        Err(only) => Ok(only),
        Ok(top) => {
            Heap::new(th, list, first).sink(0)?;
            Ok(top)
        }
    }
}

fn replace(th: &ThreadState, list: &List, item: &Value, first: First) -> Res {
    match list.replace(0, item.clone()) {
        Ok(top) => {
            Heap::new(th, list, first).sink(0)?;
            Ok(top)
        }
        Err(_) => Err(th.index_error("index out of range")),
    }
}

fn push_pop(th: &ThreadState, list: &List, item: &Value, first: First) -> Res {
    let Some(top) = list.get(0) else { return Ok(item.clone()) };
    if !first.precedes(th, &top, item)? {
        return Ok(item.clone());
    }
    replace(th, list, item, first)
}

fn heapify_by(th: &ThreadState, list: &List, first: First) -> Res<()> {
    let heap = Heap::new(th, list, first);
    for place in (0..heap.length / 2).rev() {
        heap.sink(place)?;
    }
    Ok(())
}

#[pymodule(name = "_heapq")]
pub mod heapq_module {
    //! Heap queue algorithm (a.k.a. priority queue).
    //!
    //! Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for
    //! all k, counting elements from 0.  For the sake of comparison,
    //! non-existing elements are considered to be infinite.  The interesting
    //! property of a heap is that a[0] is always its smallest element.
    //!
    //! Usage:
    //!
    //! heap = []            # creates an empty heap
    //! heappush(heap, item) # pushes a new item on the heap
    //! item = heappop(heap) # pops the smallest item from the heap
    //! item = heap[0]       # smallest item on the heap without popping it
    //! heapify(x)           # transforms list into a heap, in-place, in linear time
    //! item = heapreplace(heap, item) # pops and returns smallest item, and adds
    //!                                # new item; the heap size is unchanged
    //!
    //! Our API differs from textbook heap algorithms as follows:
    //!
    //! - We use 0-based indexing.  This makes the relationship between the
    //!   index for a node and the indexes for its children slightly less
    //!   obvious, but is more suitable since Python uses 0-based indexing.
    //!
    //! - Our heappop() method returns the smallest item, not the largest.
    //!
    //! These two make it possible to view the heap as a regular Python list
    //! without surprises: heap[0] is the smallest item, and heap.sort()
    //! maintains the heap invariant!

    use super::*;

    /// Push item onto heap, maintaining the heap invariant.
    #[pyfunction("(heap, item, /)")]
    fn heappush(th: &ThreadState, heap: &List, item: &Value) -> Res<()> {
        push(th, heap, item, First::Least)
    }

    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[pyfunction("(heap, /)")]
    fn heappop(th: &ThreadState, heap: &List) -> Res {
        pop(th, heap, First::Least)
    }

    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!  That constrains reasonable uses of
    /// this routine unless written as part of a conditional replacement:
    ///
    ///     if item > heap[0]:
    ///         item = heapreplace(heap, item)
    #[pyfunction("(heap, item, /)")]
    fn heapreplace(th: &ThreadState, heap: &List, item: &Value) -> Res {
        replace(th, heap, item, First::Least)
    }

    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[pyfunction("(heap, item, /)")]
    fn heappushpop(th: &ThreadState, heap: &List, item: &Value) -> Res {
        push_pop(th, heap, item, First::Least)
    }

    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[pyfunction("(heap, /)")]
    fn heapify(th: &ThreadState, heap: &List) -> Res<()> {
        heapify_by(th, heap, First::Least)
    }

    /// Push item onto max heap, maintaining the heap invariant.
    #[pyfunction("(heap, item, /)")]
    fn heappush_max(th: &ThreadState, heap: &List, item: &Value) -> Res<()> {
        push(th, heap, item, First::Greatest)
    }

    /// Maxheap variant of heappop.
    #[pyfunction("(heap, /)")]
    fn heappop_max(th: &ThreadState, heap: &List) -> Res {
        pop(th, heap, First::Greatest)
    }

    /// Maxheap variant of heapreplace.
    #[pyfunction("(heap, item, /)")]
    fn heapreplace_max(th: &ThreadState, heap: &List, item: &Value) -> Res {
        replace(th, heap, item, First::Greatest)
    }

    /// Maxheap variant of heappushpop.
    ///
    /// The combined action runs more efficiently than heappush_max()
    /// followed by a separate call to heappop_max().
    #[pyfunction("(heap, item, /)")]
    fn heappushpop_max(th: &ThreadState, heap: &List, item: &Value) -> Res {
        push_pop(th, heap, item, First::Greatest)
    }

    /// Maxheap variant of heapify.
    #[pyfunction("(heap, /)")]
    fn heapify_max(th: &ThreadState, heap: &List) -> Res<()> {
        heapify_by(th, heap, First::Greatest)
    }
}
