//! `_tracemalloc`: how much memory objects take. The heap counts its bytes, so the sums are those of the whole interpreter
//! since tracing began; which lines took the memory is not recorded, and no trace is ever made up.

use std::cell::Cell;

use macros::pymodule;

/// What tracing knows.
#[derive(Default)]
struct Tracing {
    frames: Cell<u16>,
    on: Cell<bool>,
    /// Bytes of the heap when tracing began.
    base: Cell<usize>,
    peak: Cell<usize>,
}

/// The module `_tracemalloc`.
#[pymodule(name = "_tracemalloc")]
pub mod tracemalloc_module {
    //! Debug module to trace memory blocks allocated by Python.
    use runtime::{Res, ThreadState, Value};

    use super::Tracing;

    fn traced(th: &ThreadState, tracing: &Tracing) -> usize {
        let size = if tracing.on.get() { th.heap().bytes().saturating_sub(tracing.base.get()) } else { 0 };
        tracing.peak.set(tracing.peak.get().max(size));
        size
    }

    /// Return True if the tracemalloc module is tracing Python memory allocations.
    #[pyfunction("()")]
    fn is_tracing(th: &ThreadState) -> bool {
        th.extension::<Tracing>().on.get()
    }

    /// Clear traces of memory blocks allocated by Python.
    #[pyfunction("()")]
    fn clear_traces(th: &ThreadState) {
        let tracing = th.extension::<Tracing>();
        tracing.base.set(th.heap().bytes());
        tracing.peak.set(0);
    }

    /// Get traces of all memory blocks allocated by Python.
    ///
    /// Return a list of (size: int, traceback: tuple) tuples.
    /// traceback is a tuple of (filename: str, lineno: int) tuples.
    ///
    /// Return an empty list if the tracemalloc module is disabled.
    #[pyfunction("()", name = "_get_traces")]
    fn get_traces(th: &ThreadState) -> Value {
        th.list(Vec::new())
    }

    /// Get the traceback where the Python object obj was allocated.
    ///
    /// Return a tuple of (filename: str, lineno: int) tuples.
    /// Return None if the tracemalloc module is disabled or did not
    /// trace the allocation of the object.
    #[pyfunction("(obj, /)", name = "_get_object_traceback")]
    fn get_object_traceback(_obj: &Value) {}

    /// Start tracing Python memory allocations.
    ///
    /// Also set the maximum number of frames stored in the traceback of a
    /// trace to nframe.
    #[pyfunction("(nframe=1, /)")]
    fn start(th: &ThreadState, nframe: i32) -> Res<()> {
        let Some(frames) = u16::try_from(nframe).ok().filter(|&frames| frames > 0) else {
            return Err(th.value_error("the number of frames must be in range [1; 65535]"));
        };
        let tracing = th.extension::<Tracing>();
        tracing.frames.set(frames);
        if !tracing.on.replace(true) {
            tracing.base.set(th.heap().bytes());
            tracing.peak.set(0);
        }
        Ok(())
    }

    /// Stop tracing Python memory allocations.
    ///
    /// Also clear traces of memory blocks allocated by Python.
    #[pyfunction("()")]
    fn stop(th: &ThreadState) {
        let tracing = th.extension::<Tracing>();
        tracing.on.set(false);
        tracing.peak.set(0);
    }

    /// Get the maximum number of frames stored in the traceback of a trace.
    ///
    /// By default, a trace of an allocated memory block only stores
    /// the most recent frame: the limit is 1.
    #[pyfunction("()")]
    fn get_traceback_limit(th: &ThreadState) -> i32 {
        i32::from(th.extension::<Tracing>().frames.get().max(1))
    }

    /// Get the memory usage in bytes of the tracemalloc module.
    ///
    /// This memory is used internally to trace memory allocations.
    #[pyfunction("()")]
    fn get_tracemalloc_memory() -> i32 {
        0
    }

    /// Get the current size and peak size of memory blocks traced by tracemalloc.
    ///
    /// Returns a tuple: (current: int, peak: int).
    #[pyfunction("()")]
    fn get_traced_memory(th: &ThreadState) -> Value {
        let tracing = th.extension::<Tracing>();
        let size = traced(th, &tracing);
        th.tuple(&[Value::index(size), Value::index(if tracing.on.get() { tracing.peak.get() } else { 0 })])
    }

    /// Set the peak size of memory blocks traced by tracemalloc to the current size.
    ///
    /// Do nothing if the tracemalloc module is not tracing memory allocations.
    #[pyfunction("()")]
    fn reset_peak(th: &ThreadState) {
        let tracing = th.extension::<Tracing>();
        tracing.peak.set(0);
        traced(th, &tracing);
    }
}
