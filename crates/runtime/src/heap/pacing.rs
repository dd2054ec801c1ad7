//! When a collection is due: after a number of heap pages, not of objects, so that allocation counts nothing.

use std::cell::Cell;

use super::PAGE_SIZE;

/// Pages between collections of a small heap: about CPython's 2000 containers, with what hangs on them.
const USUAL_PAGES: usize = 48;

pub(super) struct Pacing {
    /// Bytes in large blocks.
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

impl Default for Pacing {
    fn default() -> Pacing {
        Pacing {
            large_bytes: Cell::new(0),
            large_peak: Cell::new(0),
            taken: Cell::new(0),
            due: Cell::new(usize::MAX),
            least: Cell::new(USUAL_PAGES),
        }
    }
}

impl Pacing {
    #[inline(always)]
    pub(super) fn is_due(&self) -> bool {
        self.taken.get() >= self.due.get()
    }

    pub(super) fn large_bytes(&self) -> usize {
        self.large_bytes.get()
    }

    /// Counts pages towards the next collection, and asks the loop for it when it is due.
    pub(super) fn note_taken(&self, pages: usize) {
        self.taken.set(self.taken.get() + pages);
        if self.is_due()
            && let Some(th) = crate::thread::current()
        {
            th.interrupt(crate::thread::breaker::COLLECT);
        }
    }

    /// A large block was made.
    pub(super) fn note_large(&self, size: usize) {
        self.large_bytes.set(self.large_bytes.get() + size);
        let (now, peak) = (self.large_bytes.get() / PAGE_SIZE, self.large_peak.get() / PAGE_SIZE);
        if now > peak {
            self.large_peak.set(self.large_bytes.get());
            self.note_taken(now - peak);
        }
    }

    /// A large block grew, or is gone (it has now no size).
    pub(super) fn note_resized(&self, old_size: usize, new_size: usize) {
        self.large_bytes.set(self.large_bytes.get() + new_size - old_size);
    }

    /// The program asked for collections more often than is usual.
    pub(super) fn is_frequent(&self) -> bool {
        self.least.get() < USUAL_PAGES
    }

    /// Sets when the next collection is due. To find young objects it looks at all headers, so the distance grows with the
    /// heap, unless the program asked for frequent collections.
    pub(super) fn collected(&self, pages: usize) {
        let least = self.least.get();
        let growth = if self.is_frequent() { 0 } else { pages / 8 };
        self.taken.set(0);
        self.large_peak.set(self.large_bytes.get());
        self.due.set(growth.max(least));
    }

    /// The number of containers that the program wants between collections.
    pub(super) fn set_threshold(&self, containers: i32) {
        let containers = containers.max(1) as usize;
        self.least.set((containers.saturating_mul(USUAL_PAGES) / 2000).max(1));
    }
}
