//! `atexit`: functions to be called when the interpreter ends.

use macros::pymodule;

/// The module `atexit`.
#[pymodule(name = "atexit")]
pub mod atexit {
    //! allow programmer to define multiple exit functions to be executed
    //! upon normal program termination.
    //!
    //! Two public functions, register and unregister, are defined.

    use std::cell::RefCell;

    use crate::args::split;
    use crate::{Res, ThreadState, Value};

    /// One call to be made: callable, all arguments, names of the last of them.
    #[derive(Clone)]
    struct Call {
        function: Value,
        args: Vec<Value>,
        kwnames: Vec<Value>,
    }

    /// What is registered, in order.
    #[derive(Default)]
    struct Calls(RefCell<Vec<Call>>);

    /// Register a function to be executed upon normal program termination
    ///
    ///     func - function to be called at exit
    ///     args - optional arguments to pass to func
    ///     kwargs - optional keyword arguments to pass to func
    ///
    ///     func is returned to facilitate usage as a decorator.
    #[pyfunction(text = "($module, func, /, *args, **kwargs)", raw)]
    fn register(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let (positional, named) = split(args, kwnames);
        let Some((function, rest)) = positional.split_first() else {
            return Err(th.type_error("register() takes at least 1 argument (0 given)"));
        };
        if !th.is_callable(function) {
            return Err(th.type_error("the first argument must be callable"));
        }
        let args = rest.iter().chain(named).cloned().collect();
        let call = Call { function: function.clone(), args, kwnames: kwnames.to_vec() };
        th.extension::<Calls>().0.borrow_mut().push(call);
        Ok(function.clone())
    }

    /// Run all registered exit functions.
    ///
    /// If a callback raises an exception, it is logged with sys.unraisablehook.
    #[pyfunction("()")]
    pub(crate) fn _run_exitfuncs(th: &ThreadState) {
        let calls = th.extension::<Calls>();
        loop {
            let next = calls.0.borrow_mut().pop();
            let Some(Call { function, args, kwnames }) = next else { break };
            if let Err(raised) = th.call_kw(&function, &args, &kwnames) {
                th.unraisable_while(raised, "Exception ignored in atexit callback", &function);
            }
        }
    }

    /// Clear the list of previously registered exit functions.
    #[pyfunction("()")]
    fn _clear(th: &ThreadState) {
        let old = std::mem::take(&mut *th.extension::<Calls>().0.borrow_mut());
        drop(old);
    }

    /// Return the number of registered exit functions.
    #[pyfunction("()")]
    fn _ncallbacks(th: &ThreadState) -> usize {
        th.extension::<Calls>().0.borrow().len()
    }

    /// Unregister an exit function which was previously registered using
    /// atexit.register
    ///
    ///     func - function to be unregistered
    #[pyfunction("(func, /)")]
    fn unregister(th: &ThreadState, func: &Value) -> Res<()> {
        let calls = th.extension::<Calls>();
        let before = calls.0.borrow().clone();
        for call in before.iter().rev() {
            if th.is_equal(&call.function, func)? {
                let mut gone = Vec::new();
                // Comparisons may have changed the list: only the very same entry goes.
                calls.0.borrow_mut().retain_mut(|other| {
                    let is_same = other.function.is(&call.function)
                        && other.args.len() == call.args.len()
                        && other.args.iter().zip(&call.args).all(|(a, b)| a.is(b));
                    if is_same {
                        gone.push(other.clone());
                    }
                    !is_same
                });
                drop(gone);
            }
        }
        Ok(())
    }
}
