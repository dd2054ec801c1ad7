//! `_queue`: a queue between threads that signal handlers and finalisers may use too.
//!
//! The items stand in a ring buffer that only the GIL's holder looks at; who must wait does so in the runtime's wait queue.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use macros::{pyclass, pymethods, pymodule};
use runtime::modules::thread::lock::{WaitQueue, deadline_after, seconds};
use runtime::objects::exceptions as exc;
use runtime::types::TypeDef;
use runtime::types::ready::ready;
use runtime::{Res, ThreadState, Type, Value};

static EMPTY_DEF: TypeDef = crate::support::exception(
    "_queue",
    "Empty",
    &exc::EXCEPTION,
    Some("Exception raised by Queue.get(block=0)/get_nowait()."),
);
static EMPTY_TYPE: Type = Type::new_static(&EMPTY_DEF);

/// Simple, unbounded, reentrant FIFO queue.
#[pyclass(name = "SimpleQueue", module = "_queue", flags(basetype, weakrefs))]
#[derive(Default)]
pub struct SimpleQueue {
    items: RefCell<VecDeque<Value>>,
    #[notrace]
    waiting: WaitQueue,
}

impl SimpleQueue {
    fn add(&self, item: &Value) {
        self.items.borrow_mut().push_back(item.clone());
        self.waiting.wake_one();
    }

    fn take(&self, th: &ThreadState) -> Res {
        let item = self.items.borrow_mut().pop_front();
        item.ok_or_else(|| th.error_args(&EMPTY_TYPE, &[]))
    }
}

#[pymethods]
impl SimpleQueue {
    #[pyslot("()")]
    fn new(th: &ThreadState, cls: &Type) -> Res {
        Ok(th.new_instance(cls, SimpleQueue::default()))
    }

    /// Return True if the queue is empty, False otherwise (not reliable!).
    #[pymethod("()")]
    fn empty(&self) -> bool {
        self.items.borrow().is_empty()
    }

    /// Remove and return an item from the queue.
    ///
    /// If optional args 'block' is true and 'timeout' is None (the
    /// default), block if necessary until an item is available.  If
    /// 'timeout' is a non-negative number, it blocks at most 'timeout'
    /// seconds and raises the Empty exception if no item was available
    /// within that time.
    /// Otherwise ('block' is false), return an item if one is immediately
    /// available, else raise the Empty exception ('timeout' is ignored
    /// in that case).
    #[pymethod("(block=True, timeout=None)")]
    fn get(&self, th: &ThreadState, block: bool, timeout: &Value) -> Res {
        if !block {
            return self.take(th);
        }
        let mut deadline = None;
        if !timeout.is_none() {
            let timeout = seconds(th, timeout)?;
            if timeout < 0.0 {
                return Err(th.value_error("'timeout' must be a non-negative number"));
            }
            deadline = deadline_after(timeout);
        }
        let found = Cell::new(None);
        self.waiting.wait(th, deadline, || {
            let item = self.items.borrow_mut().pop_front();
            let success = item.is_some();
            found.set(item);
            success
        })?;
        found.take().ok_or_else(|| th.error_args(&EMPTY_TYPE, &[]))
    }

    /// Remove and return an item from the queue without blocking.
    ///
    /// Only get an item if one is immediately available. Otherwise
    /// raise the Empty exception.
    #[pymethod("()")]
    fn get_nowait(&self, th: &ThreadState) -> Res {
        self.take(th)
    }

    /// Put the item on the queue.
    ///
    /// The optional 'block' and 'timeout' arguments are ignored, as this
    /// method never blocks.  They are provided for compatibility with the
    /// Queue class.
    #[pymethod("(item, block=True, timeout=None)")]
    fn put(&self, item: &Value, block: bool, timeout: &Value) {
        let _ = (block, timeout);
        self.add(item);
    }

    /// Put an item into the queue without blocking.
    ///
    /// This is exactly equivalent to `put(item)` and is only provided
    /// for compatibility with the Queue class.
    #[pymethod("(item)")]
    fn put_nowait(&self, item: &Value) {
        self.add(item);
    }

    /// Return the approximate size of the queue (not reliable!).
    #[pymethod("()")]
    fn qsize(&self) -> usize {
        self.items.borrow().len()
    }

    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        size_of::<SimpleQueue>() + 16 + 8 * self.items.borrow().capacity()
    }

    /// SimpleQueues are generic over the type of their contents
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }
}

#[pymodule(name = "_queue", classes(super::SIMPLE_QUEUE_TYPE))]
pub mod queue_module {
    //! C implementation of the Python queue module.
    //! This module is an implementation detail, please do not use it directly.

    use super::*;

    #[pyattr(name = "Empty")]
    fn empty(th: &ThreadState) -> Value {
        ready(th, &EMPTY_TYPE);
        EMPTY_TYPE.as_value()
    }
}
