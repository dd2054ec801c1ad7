//! `gc`: the cycle collector as programs see it.

use macros::pymodule;

#[pymodule(name = "gc")]
pub mod gc {
    //! This module provides access to the garbage collector for reference cycles.
    //!
    //! enable() -- Enable automatic garbage collection.
    //! disable() -- Disable automatic garbage collection.
    //! isenabled() -- Returns true if automatic collection is enabled.
    //! collect() -- Do a full collection right now.
    //! get_count() -- Return the current collection counts.
    //! get_stats() -- Return list of dictionaries containing per-generation stats.
    //! set_debug() -- Set debugging flags.
    //! get_debug() -- Get debugging flags.
    //! set_threshold() -- Set the collection thresholds.
    //! get_threshold() -- Return the current collection thresholds.
    //! get_objects() -- Return a list of all objects tracked by the collector.
    //! is_tracked() -- Returns true if a given object is tracked.
    //! is_finalized() -- Returns true if a given object has been already finalized.
    //! get_referrers() -- Return the list of objects that refer to an object.
    //! get_referents() -- Return the list of objects that an object refers to.
    //! freeze() -- Freeze all tracked objects and ignore them for future collections.
    //! unfreeze() -- Unfreeze all objects in the permanent generation.
    //! get_freeze_count() -- Return the number of objects in the permanent generation.

    use crate::error::Res;
    use crate::gc::collect::{self, Collector};
    use crate::objects::dict::Dict;
    use crate::thread::ThreadState;
    use crate::value::Value;

    #[pyattr(name = "DEBUG_STATS")]
    const DEBUG_STATS: u32 = collect::DEBUG_STATS;
    #[pyattr(name = "DEBUG_COLLECTABLE")]
    const DEBUG_COLLECTABLE: u32 = collect::DEBUG_COLLECTABLE;
    #[pyattr(name = "DEBUG_UNCOLLECTABLE")]
    const DEBUG_UNCOLLECTABLE: u32 = collect::DEBUG_UNCOLLECTABLE;
    #[pyattr(name = "DEBUG_SAVEALL")]
    const DEBUG_SAVEALL: u32 = collect::DEBUG_SAVEALL;
    #[pyattr(name = "DEBUG_LEAK")]
    const DEBUG_LEAK: u32 = collect::DEBUG_COLLECTABLE | collect::DEBUG_UNCOLLECTABLE | collect::DEBUG_SAVEALL;

    #[pyattr(name = "garbage")]
    fn garbage(th: &ThreadState) -> Value {
        let list = th.list(Vec::new());
        th.extension::<Collector>().garbage.set(Some(list.clone()));
        list
    }

    #[pyattr(name = "callbacks")]
    fn callbacks(th: &ThreadState) -> Value {
        let list = th.list(Vec::new());
        th.extension::<Collector>().callbacks.set(Some(list.clone()));
        list
    }

    /// Enable automatic garbage collection.
    #[pyfunction("()")]
    fn enable(th: &ThreadState) {
        th.extension::<Collector>().disabled.set(false);
    }

    /// Disable automatic garbage collection.
    #[pyfunction("()")]
    fn disable(th: &ThreadState) {
        th.extension::<Collector>().disabled.set(true);
    }

    /// Returns true if automatic garbage collection is enabled.
    #[pyfunction("()")]
    fn isenabled(th: &ThreadState) -> bool {
        !th.extension::<Collector>().disabled.get()
    }

    /// Run the garbage collector.
    ///
    /// With no arguments, run a full collection.  The optional argument
    /// may be an integer specifying which generation to collect.  A ValueError
    /// is raised if the generation number is invalid.
    ///
    /// The number of unreachable objects is returned.
    #[pyfunction("(generation=2)")]
    fn collect(th: &ThreadState, generation: i32) -> Res<usize> {
        match usize::try_from(generation) {
            Ok(generation @ 0..=2) => collect::collect(th, generation),
            _ => Err(th.value_error("invalid generation")),
        }
    }

    /// Set the garbage collection debugging flags.
    #[pyfunction("(flags, /)")]
    fn set_debug(th: &ThreadState, flags: i32) {
        th.extension::<Collector>().debug.set(flags as u32);
    }

    /// Get the garbage collection debugging flags.
    #[pyfunction("()")]
    fn get_debug(th: &ThreadState) -> u32 {
        th.extension::<Collector>().debug.get()
    }

    /// Set the collection thresholds (the collection frequency).
    ///
    /// Setting 'threshold0' to zero disables collection.
    #[pyfunction(text = none, raw)]
    fn set_threshold(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        if args.is_empty() || args.len() > 3 || !kwnames.is_empty() {
            return Err(th.type_error("gc.set_threshold requires 1 to 3 arguments"));
        }
        let collector = th.extension::<Collector>();
        let mut thresholds = collector.thresholds();
        for (threshold, value) in thresholds.iter_mut().zip(args) {
            let number = th.index(value)?;
            let number = number.as_int().and_then(|number| number.to_i64());
            let number = number.and_then(|number| i32::try_from(number).ok());
            *threshold = number.ok_or_else(|| th.overflow_error("Python int too large to convert to C int"))?;
        }
        collector.set_thresholds(th, thresholds);
        Ok(Value::NONE)
    }

    /// Return the current collection thresholds.
    #[pyfunction("()")]
    fn get_threshold(th: &ThreadState) -> Value {
        th.tuple(&th.extension::<Collector>().thresholds().map(Value::int32))
    }

    /// Return a three-tuple of the current collection counts.
    #[pyfunction("()")]
    fn get_count(th: &ThreadState) -> Value {
        th.tuple(&collect::counts(th).map(Value::index))
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[pyfunction("()")]
    fn get_stats(th: &ThreadState) -> Value {
        let collector = th.extension::<Collector>();
        let generations = collector.stats.iter().map(|stats| {
            let dict = Dict::new();
            dict.set_str(&th.intern("collections"), Value::index(stats.collections.get()));
            dict.set_str(&th.intern("collected"), Value::index(stats.collected.get()));
            dict.set_str(&th.intern("uncollectable"), Value::index(stats.uncollectable.get()));
            th.dict(dict)
        });
        th.list(generations.collect())
    }

    /// Return a list of objects tracked by the collector (excluding the list returned).
    ///
    ///   generation
    ///     Generation to extract the objects from.
    ///
    /// If generation is not None, return only the objects tracked by the collector
    /// that are in that generation.
    #[pyfunction("(generation=None)")]
    fn get_objects(th: &ThreadState, generation: &Value) -> Res {
        let number = if generation.is_none() { Value::int32(-1) } else { generation.clone() };
        th.audit("gc.get_objects", &[number])?;
        let mut wanted = None;
        if !generation.is_none() {
            if !th.is_index(generation) {
                let class = generation.class().full_name();
                return Err(th.type_error(format_args!("argument should be integer or None, not '{class}'")));
            }
            match th.index(generation)?.as_int().and_then(|generation| generation.to_i64()) {
                Some(..=-2) => return Err(th.value_error("generation parameter cannot be negative")),
                Some(number @ -1..=2) => wanted = usize::try_from(number).ok(),
                _ => {
                    let message = "generation parameter must be less than the number of available generations (3)";
                    return Err(th.value_error(message));
                }
            }
        }
        Ok(th.list(collect::all_objects(th, wanted)))
    }

    /// Returns true if the object is tracked by the garbage collector.
    #[pyfunction("(obj, /)")]
    fn is_tracked(obj: &Value) -> bool {
        collect::is_tracked(obj)
    }

    /// Returns true if the object has been already finalized by the GC.
    #[pyfunction("(obj, /)")]
    fn is_finalized(obj: &Value) -> bool {
        collect::is_finalized(obj)
    }

    /// Return the list of objects that directly refer to any of 'objs'.
    #[pyfunction("(*objs)")]
    fn get_referrers(th: &ThreadState, objs: &[Value]) -> Res {
        th.audit("gc.get_referrers", &[th.tuple(objs)])?;
        Ok(th.list(collect::referrers(th, objs)))
    }

    /// Return the list of objects that are directly referred to by 'objs'.
    #[pyfunction("(*objs)")]
    fn get_referents(th: &ThreadState, objs: &[Value]) -> Res {
        th.audit("gc.get_referents", &[th.tuple(objs)])?;
        Ok(th.list(objs.iter().flat_map(collect::referents).collect()))
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    ///
    /// This can be used before a POSIX fork() call to make the gc copy-on-write friendly.
    /// Note: collection before a POSIX fork() call may free pages for future allocation
    /// which can cause copy-on-write.
    #[pyfunction("()")]
    fn freeze(th: &ThreadState) {
        collect::freeze(th);
    }

    /// Unfreeze all objects in the permanent generation.
    ///
    /// Put all objects in the permanent generation back into oldest generation.
    #[pyfunction("()")]
    fn unfreeze(th: &ThreadState) {
        collect::unfreeze(th);
    }

    /// Return the number of objects in the permanent generation.
    #[pyfunction("()")]
    fn get_freeze_count(th: &ThreadState) -> usize {
        collect::frozen_count(th)
    }
}
