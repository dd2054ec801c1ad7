//! `_thread`: threads, locks, thread-local data.
//!
//! `lock.rs` has the locks, `handle.rs` the life of a thread, `local.rs` thread-local data; the GIL is in `gil.rs`.

pub(crate) mod handle;
mod local;
pub mod lock;

use std::sync::Arc;

use macros::pymodule;

use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::{Payload, Res, ThreadState, Value, instance};

crate::struct_sequence! {
    /// What `threading.excepthook` is called with.
    EXCEPT_HOOK_ARGS: "_thread", "_ExceptHookArgs",
    "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.", visible 4, constructible true, [
        "exc_type": "Exception type",
        "exc_value": "Exception value",
        "exc_traceback": "Exception traceback",
        "thread": "Thread",
    ]
}

/// The least stack that `stack_size` accepts; threads get more if they need it.
const LEAST_STACK_SIZE: i64 = 32768;

/// The module `_thread`.
#[pymodule(
    name = "_thread",
    classes(lock::LOCK_TYPE, lock::R_LOCK_TYPE, local::LOCAL_TYPE, handle::THREAD_HANDLE_TYPE)
)]
pub mod thread {
    //! This module provides primitive operations to write multi-threaded programs.
    //! The 'threading' module provides a more convenient interface.

    use super::*;
    use crate::modules::thread::handle::{State, ThreadHandle, Threads};

    #[pyattr(name = "TIMEOUT_MAX")]
    const TIMEOUT_MAX: f64 = lock::TIMEOUT_MAX;
    #[pyattr(name = "_NAME_MAXLEN")]
    const NAME_MAXLEN: usize = 15;

    /// Create a new lock object.
    #[pyfunction("()")]
    fn allocate_lock(th: &ThreadState) -> Value {
        th.new_object(lock::Lock::default())
    }

    /// An obsolete synonym of allocate_lock().
    #[pyfunction("()")]
    fn allocate(th: &ThreadState) -> Value {
        allocate_lock(th)
    }

    fn start_function(th: &ThreadState, function: &Value, args: &Value, kwargs: Option<Value>) -> Res<u64> {
        if !th.is_callable(function) {
            return Err(th.type_error("first arg must be callable"));
        }
        let Some(args) = args.as_tuple() else { return Err(th.type_error("2nd arg must be a tuple")) };
        let mut args = args.as_slice().to_vec();
        let mut kwnames = Vec::new();
        if let Some(kwargs) = kwargs {
            let Some(kwargs) = kwargs.downcast::<Dict>() else {
                return Err(th.type_error("optional 3rd arg must be a dictionary"));
            };
            for (name, value) in kwargs.to_vec() {
                kwnames.push(name);
                args.push(value);
            }
        }
        handle::start(th, function, args, kwnames, Arc::new(State::default()), true)
    }

    /// Start a new thread and return its identifier.
    ///
    /// The thread will call the function with positional arguments from the
    /// tuple args and keyword arguments taken from the optional dictionary
    /// kwargs.  The thread exits when the function returns; the return value
    /// is ignored.  The thread will also exit when the function raises an
    /// unhandled exception; a stack trace will be printed unless the exception
    /// is SystemExit.
    #[pyfunction("(function, args, kwargs={}, /)")]
    fn start_new_thread(th: &ThreadState, function: &Value, args: &Value, kwargs: Option<Value>) -> Res<u64> {
        th.audit("_thread.start_new_thread", &[function.clone(), args.clone(), kwargs.clone().unwrap_or(Value::NONE)])?;
        start_function(th, function, args, kwargs)
    }

    /// An obsolete synonym of start_new_thread().
    #[pyfunction("(function, args, kwargs={}, /)")]
    fn start_new(th: &ThreadState, function: &Value, args: &Value, kwargs: Option<Value>) -> Res<u64> {
        start_new_thread(th, function, args, kwargs)
    }

    /// *For internal use only*: start a new thread.
    ///
    /// Unlike start_new_thread(), this returns a handle object with methods to join
    /// the given thread. During finalization the runtime will not wait for the
    /// thread to exit if daemon is True. If handle is provided it must be a newly
    /// created thread._ThreadHandle instance.
    #[pyfunction("(function, handle=None, daemon=True)")]
    fn start_joinable_thread(th: &ThreadState, function: &Value, handle: &Value, daemon: bool) -> Res {
        if !th.is_callable(function) {
            return Err(th.type_error("thread function must be callable"));
        }
        let daemon_number = Value::int32(i32::from(daemon));
        th.audit("_thread.start_joinable_thread", &[function.clone(), daemon_number, handle.clone()])?;
        let handle = match handle {
            handle if handle.is_none() => th.call(super::handle::THREAD_HANDLE_TYPE.value_ref(), &[])?,
            handle => handle.clone(),
        };
        let Some(payload) = handle.downcast_exact::<ThreadHandle>() else {
            return Err(th.type_error("'handle' must be a _ThreadHandle"));
        };
        if payload.state.was_started() {
            return Err(th.runtime_error("thread already started"));
        }
        super::handle::start(th, function, Vec::new(), Vec::new(), payload.state.clone(), daemon)?;
        Ok(handle)
    }

    /// This is synonymous to ``raise SystemExit''.  It will cause the current
    /// thread to exit silently unless the exception is caught.
    #[pyfunction("()")]
    fn exit(th: &ThreadState) -> Res<()> {
        Err(th.error_args(&exc::SYSTEM_EXIT, &[]))
    }

    /// An obsolete synonym of exit().
    #[pyfunction("()")]
    fn exit_thread(th: &ThreadState) -> Res<()> {
        exit(th)
    }

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    ///
    /// A thread's identity may be reused for another thread after it exits.
    #[pyfunction("()")]
    fn get_ident(th: &ThreadState) -> u64 {
        th.id.get()
    }

    /// Return a non-negative integer identifying the thread as reported
    /// by the OS (kernel). This may be used to uniquely identify a
    /// particular thread within a system.
    #[pyfunction("()")]
    fn get_native_id() -> u64 {
        host::thread::native_id()
    }

    /// Internal only. Return a non-zero integer that uniquely identifies the main thread
    /// of the main interpreter.
    #[pyfunction("()")]
    fn _get_main_thread_ident(th: &ThreadState) -> u64 {
        th.interp().main_thread.get()
    }

    /// Return True if the current interpreter is the main Python interpreter.
    #[pyfunction("()")]
    fn _is_main_interpreter() -> bool {
        true
    }

    /// Return True if daemon threads are allowed in the current interpreter,
    /// and False otherwise.
    #[pyfunction("()")]
    fn daemon_threads_allowed() -> bool {
        true
    }

    /// Return the number of currently running Python threads, excluding
    /// the main thread.
    #[pyfunction("()")]
    fn _count(th: &ThreadState) -> usize {
        th.extension::<Threads>().count.get()
    }

    /// Wait for all non-daemon threads (other than the calling thread) to stop.
    #[pyfunction("()")]
    fn _shutdown(th: &ThreadState) -> Res<()> {
        handle::join_all(th)
    }

    /// Internal only. Make a thread handle for threads not spawned
    /// by the _thread or threading module.
    #[pyfunction("(ident, /)")]
    fn _make_thread_handle(th: &ThreadState, ident: &Value) -> Res {
        match ident.as_int() {
            Some(ident) => Ok(handle::handle_of(th, ident.to_i64().unwrap_or(0) as u64)),
            None => Err(th.type_error("ident must be an integer")),
        }
    }

    /// Set the name of the current thread.
    #[pyfunction("(name)")]
    fn set_name(th: &ThreadState, name: &Value) -> Res<()> {
        let Some(text) = name.as_str() else {
            let class = name.class().full_name();
            return Err(th.type_error(format_args!("set_name() argument 'name' must be str, not {class}")));
        };
        // Lone surrogates become replacement characters: no thread fails to start for its name.
        host::thread::set_name(text.to_string_lossy().as_bytes());
        Ok(())
    }

    /// Get the name of the current thread.
    #[pyfunction("()")]
    fn _get_name(th: &ThreadState) -> Value {
        th.os_text(std::os::unix::ffi::OsStrExt::from_bytes(&host::thread::name()))
    }

    /// Return the thread stack size used when creating new threads.
    ///
    /// The optional size argument specifies the stack size (in bytes) to be used
    /// for subsequently created threads: 0 (the platform's default) or at least
    /// 32,768 (32k).
    #[pyfunction("(size=0, /)")]
    fn stack_size(th: &ThreadState, #[default(None)] size: Option<i64>) -> Res<usize> {
        let all = th.extension::<Threads>();
        let old = all.stack_size.get();
        match size {
            None => {}
            Some(0) => all.stack_size.set(0),
            Some(..0) => return Err(th.value_error("size must be 0 or a positive value")),
            Some(size) if size < LEAST_STACK_SIZE => {
                return Err(th.value_error(format_args!("size must be at least {LEAST_STACK_SIZE} bytes")));
            }
            Some(size) => all.stack_size.set(size as usize),
        }
        Ok(old)
    }

    /// Simulate the arrival of the given signal in the main thread,
    /// where the corresponding signal handler will be executed.
    /// If *signum* is omitted, SIGINT is assumed.
    /// A subthread can use this function to interrupt the main thread.
    ///
    /// Note: the default signal handler for SIGINT raises ``KeyboardInterrupt``.
    #[pyfunction("(signum=2, /)", text = "($module, signum=signal.SIGINT, /)")]
    fn interrupt_main(th: &ThreadState, signum: i32) -> Res<()> {
        if !(1..host::signal::NSIG).contains(&signum) {
            return Err(th.value_error("signal number out of range"));
        }
        let handler = th.extension::<crate::signals::Handlers>().handlers.borrow().get(signum as usize).cloned();
        if handler.is_some_and(|handler| !handler.is_small_int()) {
            host::signal::trip(signum);
        }
        // On the main thread itself, the handler runs before the call returns.
        th.check_signals()
    }

    /// Handle uncaught Thread.run() exception.
    #[pyfunction("(args, /)")]
    fn _excepthook(th: &ThreadState, args: &Value) -> Res<()> {
        let fields = args.as_tuple().filter(|_| args.is_exactly(&EXCEPT_HOOK_ARGS.class)).map(|args| args.as_slice());
        let Some([class, value, traceback, thread]) = fields else {
            return Err(th.type_error("_thread.excepthook argument type must be ExceptHookArgs"));
        };
        if class.is(exc::SYSTEM_EXIT.value_ref()) {
            return Ok(());
        }
        report_exception(th, class, value, traceback, thread)
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let class = EXCEPT_HOOK_ARGS.ready(th).as_value();
        if let Some(dict) = instance::dict(th, module) {
            let namespace = Dict::of(&dict);
            drop(namespace.set_str(&th.intern("error"), exc::RUNTIME_ERROR.as_value()));
            drop(namespace.set_str(&th.intern("LockType"), lock::LOCK_TYPE.as_value()));
            drop(namespace.set_str(&th.intern("_ExceptHookArgs"), class));
        }
        Ok(())
    }
}

/// Shows an exception that ended a thread on `sys.stderr`, or on what was `sys.stderr` when the thread was made.
fn report_exception(th: &ThreadState, class: &Value, value: &Value, traceback: &Value, thread: &Value) -> Res<()> {
    let mut file = th.sys_attribute("stderr").filter(|file| !file.is_none());
    if file.is_none() && !thread.is_none() {
        file = th.getattr_opt_str(thread, "_stderr")?.filter(|file| !file.is_none());
    }
    let Some(file) = file else { return Ok(()) };
    let name = match thread {
        thread if thread.is_none() => None,
        thread => th.getattr_opt_str(thread, "_name")?,
    };
    let name = match name {
        Some(name) => th.str_string(&name)?,
        None => th.id.get().to_string(),
    };
    let head = th.str(&format!("Exception in thread {name}:\n"));
    th.call_method(&file, &th.names().write, &[head])?;
    let print = crate::import::import_attribute(th, "traceback", "print_exception")?;
    th.call_with(&print, &[class.clone(), value.clone(), traceback.clone()], &[("file", file.clone())])?;
    th.call_method(&file, &th.names().flush, &[])?;
    Ok(())
}
