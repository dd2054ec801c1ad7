//! `sys`: the interpreter seen from Python.

pub mod display;
pub mod hooks;
pub mod info;
pub mod jit;
mod library_names;
pub mod monitoring;
pub mod printer;

use macros::pymodule;

/// The module `sys`.
#[pymodule(name = "sys")]
pub mod sys {
    //! This module provides access to some objects used or maintained by the
    //! interpreter and to functions that interact strongly with the interpreter.
    //!
    //! Dynamic objects:
    //!
    //! argv -- command line arguments; argv[0] is the script pathname if known
    //! path -- module search path; path[0] is the script directory, else ''
    //! modules -- dictionary of loaded modules
    //!
    //! displayhook -- called to show results in an interactive session
    //! excepthook -- called to handle any uncaught exception other than SystemExit
    //!   To customize printing in an interactive session or to install a custom
    //!   top-level exception handler, assign other functions to replace these.
    //!
    //! stdin -- standard input file object; used by input()
    //! stdout -- standard output file object; used by print()
    //! stderr -- standard error object; used for error messages
    //!   By assigning other file objects (or objects that behave like files)
    //!   to these, it is possible to redirect all of the interpreter's I/O.
    //!
    //! last_exc - the last uncaught exception
    //!   Only available in an interactive session after a
    //!   traceback has been printed.

    use super::hooks::{self, AuditHooks, LoaderFlags};
    use super::info;
    use crate::frame_api as frame;
    use crate::objects::dict::Dict;
    use crate::objects::exceptions as exc;
    use crate::objects::exceptions::BaseException;
    use crate::{Payload, Res, ThreadState, Value};

    /// Passes the event to any hooks that are attached.
    #[pyfunction("(event, /, *args)")]
    fn audit(th: &ThreadState, event: &Value, args: &[Value]) -> Res<()> {
        let Some(name) = event.as_str() else {
            return Err(
                th.type_error(format_args!("expected str for argument 'event', not {}", event.class().full_name()))
            );
        };
        th.audit(&name.to_string_lossy(), args)
    }

    /// Adds a new audit hook callback.
    #[pyfunction("(hook)")]
    fn addaudithook(th: &ThreadState, hook: &Value) -> Res<()> {
        if let Err(raised) = th.audit("sys.addaudithook", &[]) {
            if th.raised_is(&raised, &exc::RUNTIME_ERROR) {
                drop(th.take_raised(raised));
                return Ok(());
            }
            return Err(raised);
        }
        th.extension::<AuditHooks>().0.borrow_mut().push(hook.clone());
        th.interp().has_audit_hooks.set(true);
        Ok(())
    }

    /// This hook function is called by built-in breakpoint().
    #[pyfunction("(*args, **kwargs)", raw)]
    fn breakpointhook(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let chosen = th.environment("PYTHONBREAKPOINT").unwrap_or_default();
        let chosen = match chosen.as_str() {
            "0" => return Ok(Value::NONE),
            "" => "pdb.set_trace",
            chosen => chosen,
        };
        let (module, attribute) = chosen.rsplit_once('.').unwrap_or(("builtins", chosen));
        let hook = crate::import::import_attribute(th, module, attribute);
        match hook {
            Ok(hook) => th.call_kw(&hook, args, kwnames),
            Err(raised) => {
                drop(th.take_raised(raised));
                let message = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{chosen}\"");
                crate::warnings::warn(th, &exc::RUNTIME_WARNING, &message)?;
                Ok(Value::NONE)
            }
        }
    }

    /// Clear the internal type lookup cache.
    #[pyfunction("()")]
    fn _clear_type_cache(th: &ThreadState) -> Res<()> {
        let message = "sys._clear_type_cache() is deprecated and scheduled for removal in a future version. Use \
                       sys._clear_internal_caches() instead.";
        crate::warnings::warn(th, &crate::objects::exceptions::DEPRECATION_WARNING, message)?;
        _clear_internal_caches(th);
        Ok(())
    }

    /// Clear all internal performance-related caches.
    #[pyfunction("()")]
    fn _clear_internal_caches(th: &ThreadState) {
        th.interp().method_cache.clear();
        th.interp().attribute_cache.clear();
    }

    /// Print debug info to stderr about the state of the memory allocator.
    #[pyfunction("()")]
    fn _debugmallocstats(th: &ThreadState) {
        let text = format!("objects: {}\n", getallocatedblocks(th));
        host::stdio::write_error(text.as_bytes());
    }

    /// Executes a file containing Python code in a given remote Python process.
    #[pyfunction("(pid, script)")]
    fn remote_exec(th: &ThreadState, pid: i32, script: &Value) -> Res<()> {
        let _ = (pid, script);
        Err(th.runtime_error("Remote debugging is not enabled"))
    }

    /// Dump the graph of the executors: there are none.
    #[pyfunction("(outpath, /)")]
    fn _dump_tracelets(outpath: &Value) {
        let _ = outpath;
    }

    /// Print an object to sys.stdout and also save it in builtins._
    #[pyfunction("(object, /)")]
    fn displayhook(th: &ThreadState, object: &Value) -> Res<()> {
        hooks::display(th, object)
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[pyfunction("(exctype, value, traceback, /)")]
    fn excepthook(th: &ThreadState, exctype: &Value, value: &Value, traceback: &Value) {
        let _ = exctype;
        if let Some(exception) = value.downcast::<BaseException>() {
            if exception.traceback.get().is_none() && !traceback.is_none() {
                exception.traceback.set(Some(traceback.clone()));
            }
            hooks::print_exception(th, value);
            return;
        }
        let found = value.class().full_name();
        let raised = th.type_error(format_args!("print_exception(): Exception expected for value, {found} found"));
        let exception = th.take_raised(raised);
        if let Some(exception) = exception.downcast::<BaseException>() {
            exception.context.set(None);
        }
        hooks::print_exception(th, &exception);
    }

    /// Handle an unraisable exception.
    #[pyfunction("(unraisable, /)")]
    fn unraisablehook(th: &ThreadState, unraisable: &Value) -> Res<()> {
        hooks::print_unraisable(th, unraisable)
    }

    /// Return the current exception.
    ///
    /// Return the most recent exception caught by an except clause
    /// in the current stack frame or in an older stack frame, or None
    /// if no such clause exists.
    #[pyfunction("()")]
    fn exception(th: &ThreadState) -> Value {
        frame::handled_exception(th).unwrap_or(Value::NONE)
    }

    /// Return current exception information: (type, value, traceback).
    ///
    /// Return information about the most recent exception caught by an except
    /// clause in the current stack frame or in an older stack frame.
    #[pyfunction("()")]
    fn exc_info(th: &ThreadState) -> Value {
        match frame::handled_exception(th) {
            Some(value) => {
                let traceback = value.downcast::<BaseException>().map(|base| base.traceback.get_or_none());
                th.tuple(&[value.class().as_value(), value.clone(), traceback.unwrap_or(Value::NONE)])
            }
            None => th.tuple(&[Value::NONE, Value::NONE, Value::NONE]),
        }
    }

    /// Exit the interpreter by raising SystemExit(status).
    ///
    /// If the status is omitted or None, it defaults to zero (i.e., success).
    /// If the status is an integer, it will be used as the system exit status.
    /// If it is another kind of object, it will be printed and the system
    /// exit status will be one (i.e., failure).
    #[pyfunction("(status=None, /)")]
    fn exit(th: &ThreadState, status: Value) -> Res {
        let args = match status.as_tuple() {
            Some(items) => items.as_slice(),
            None if status.is_none() => &[],
            None => std::slice::from_ref(&status),
        };
        let exception = th.call(exc::SYSTEM_EXIT.value_ref(), args)?;
        Err(th.raise(exception))
    }

    /// Return the current default encoding used by the Unicode implementation.
    #[pyfunction("()")]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[pyfunction("()")]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    /// Return the error mode used for Unicode to OS filename conversion.
    #[pyfunction("()")]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// ``Intern'' the given string.
    ///
    /// This enters the string in the (global) table of interned strings whose
    /// purpose is to speed up dictionary lookups. Return the string itself or
    /// the previously interned string object with the same value.
    #[pyfunction("(string, /)")]
    fn intern(th: &ThreadState, string: &Value) -> Res {
        match string.as_str() {
            Some(_) if string.is_exactly(&crate::objects::str::STR_TYPE) => {
                Ok(crate::intern::intern(th, string.clone()))
            }
            Some(_) => Err(th.type_error(format_args!("can't intern {}", string.class().full_name()))),
            None => Err(th.type_error(format_args!(
                "intern() argument must be str, not {}",
                if string.is_none() { "None".to_string() } else { string.class().full_name() }
            ))),
        }
    }

    /// Return True if the given string is "interned".
    #[pyfunction("(string, /)")]
    fn _is_interned(th: &ThreadState, string: &Value) -> Res<bool> {
        if string.as_str().is_none() {
            let found = string.class().full_name();
            return Err(th.type_error(format_args!("_is_interned() argument must be str, not {found}")));
        }
        Ok(crate::objects::str::is_interned(string))
    }

    /// Return True if the given object is "immortal" per PEP 683.
    #[pyfunction("(op, /)")]
    fn _is_immortal(op: &Value) -> bool {
        op.header().is_none_or(|header| header.is_immortal())
    }

    /// Return True if the GIL is currently enabled.
    #[pyfunction("()")]
    fn _is_gil_enabled() -> bool {
        true
    }

    /// Return the size of object in bytes.
    #[pyfunction("(object, default=<unrepresentable>)", text = none)]
    fn getsizeof(th: &ThreadState, object: &Value, default: Option<Value>) -> Res {
        let size = match th.call_special(object, &th.names().__sizeof__, &[]) {
            Ok(Some(size)) => th.index(&size),
            Ok(None) => {
                Err(th.type_error(format_args!("Type {} doesn't define __sizeof__", object.class().full_name())))
            }
            Err(raised) => Err(raised),
        };
        let size = match (size, default) {
            (Ok(size), _) => size,
            (Err(raised), Some(default)) if th.raised_is(&raised, &exc::TYPE_ERROR) => {
                drop(th.take_raised(raised));
                return Ok(default);
            }
            (Err(raised), _) => return Err(raised),
        };
        if size.as_int().is_some_and(|size| size.is_negative()) {
            return Err(th.value_error("__sizeof__() should return >= 0"));
        }
        Ok(size)
    }

    /// Return the reference count of object.
    ///
    /// The count returned is generally one higher than you might expect,
    /// because it includes the (temporary) reference as an argument to
    /// getrefcount().
    #[pyfunction("(object, /)")]
    fn getrefcount(object: &Value) -> i64 {
        object.header().map_or(4294967295, |header| i64::from(header.refcount()))
    }

    /// Return the number of memory blocks currently allocated.
    #[pyfunction("()")]
    fn getallocatedblocks(th: &ThreadState) -> usize {
        let mut count = 0;
        th.heap().for_each_object(|_| count += 1);
        count
    }

    /// Return the number of elements of the unicode interned dictionary
    #[pyfunction("(*, _only_immortal=False)")]
    fn getunicodeinternedsize(th: &ThreadState, _only_immortal: bool) -> usize {
        th.interp().interned.borrow().len()
    }

    /// Return the current value of the recursion limit.
    ///
    /// The recursion limit is the maximum depth of the Python interpreter
    /// stack.  This limit prevents infinite recursion from causing an overflow
    /// of the C stack and crashing Python.
    #[pyfunction("()")]
    fn getrecursionlimit(th: &ThreadState) -> usize {
        frame::recursion_limit(th)
    }

    /// Set the maximum depth of the Python interpreter stack to n.
    ///
    /// This limit prevents infinite recursion from causing an overflow of the C
    /// stack and crashing Python.  The highest possible limit is platform-
    /// dependent.
    #[pyfunction("(limit, /)")]
    fn setrecursionlimit(th: &ThreadState, limit: i32) -> Res<()> {
        if limit < 1 {
            return Err(th.value_error("recursion limit must be greater or equal than 1"));
        }
        frame::set_recursion_limit(th, limit as usize)
    }

    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[pyfunction("()")]
    fn get_int_max_str_digits(th: &ThreadState) -> usize {
        th.interp().int_max_str_digits.get()
    }

    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[pyfunction("(maxdigits)")]
    fn set_int_max_str_digits(th: &ThreadState, maxdigits: i32) -> Res<()> {
        if maxdigits != 0 && maxdigits < 640 {
            return Err(th.value_error("maxdigits must be >= 640 or 0 for unlimited"));
        }
        th.interp().int_max_str_digits.set(maxdigits as usize);
        let flags = info::flags(th);
        let name = th.intern("flags");
        if let Some(dict) = th.interp().sys_dict.get() {
            drop(Dict::of(&dict).set_str(&name, flags));
        }
        Ok(())
    }

    /// Return the current thread switch interval; see sys.setswitchinterval().
    #[pyfunction("()")]
    fn getswitchinterval(th: &ThreadState) -> f64 {
        th.interp().gil.interval()
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    ///
    /// The actual frequency of switching threads can be lower if the
    /// interpreter executes long sequences of uninterruptible code
    /// (this is implementation-specific and workload-dependent).
    ///
    /// The parameter must represent the desired switching delay in seconds
    /// A typical value is 0.005 (5 milliseconds).
    #[pyfunction("(interval, /)")]
    fn setswitchinterval(th: &ThreadState, interval: f64) -> Res<()> {
        if interval.is_nan() || interval <= 0.0 {
            return Err(th.value_error("switch interval must be strictly positive"));
        }
        th.interp().gil.set_interval(interval);
        Ok(())
    }

    /// Return True if Python is exiting.
    #[pyfunction("()")]
    fn is_finalizing(th: &ThreadState) -> bool {
        th.interp().finalizing.get()
    }

    /// Return a frame object from the call stack.
    ///
    /// If optional integer depth is given, return the frame object that many
    /// calls below the top of the stack.  If that is deeper than the call
    /// stack, ValueError is raised.  The default for depth is zero, returning
    /// the frame at the top of the call stack.
    ///
    /// This function should be used for internal and specialized purposes
    /// only.
    #[pyfunction("(depth=0, /)")]
    fn _getframe(th: &ThreadState, depth: i32) -> Res {
        match frame::frame_object(th, depth.max(0) as usize) {
            Some(frame) => {
                th.audit("sys._getframe", std::slice::from_ref(&frame))?;
                Ok(frame)
            }
            None => Err(th.value_error("call stack is not deep enough")),
        }
    }

    /// Return the name of the module for a calling frame.
    ///
    /// The default depth returns the module containing the call to this API.
    /// A more typical use in a library will pass a depth of 1 to get the user's
    /// module rather than the library module.
    ///
    /// If no frame, module, or name can be found, returns None.
    #[pyfunction("(depth=0)")]
    fn _getframemodulename(th: &ThreadState, depth: i32) -> Res {
        th.audit("sys._getframemodulename", &[Value::int32(depth)])?;
        Ok(frame::module_name_at(th, depth.max(0) as usize).unwrap_or(Value::NONE))
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    ///
    /// This function should be used for specialized purposes only.
    #[pyfunction("()")]
    fn _current_frames(th: &ThreadState) -> Res {
        let dict = Dict::new();
        let mut frames = Vec::new();
        th.for_each_thread(|thread| {
            frames.extend(frame::frame_object(thread, 0).map(|frame| (thread.id.get(), frame)))
        });
        for (id, frame) in frames {
            dict.set(th, &th.int_from_u64(id), frame)?;
        }
        Ok(th.dict(dict))
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    ///
    /// This function should be used for specialized purposes only.
    #[pyfunction("()")]
    fn _current_exceptions(th: &ThreadState) -> Res {
        let dict = Dict::new();
        let mut exceptions = Vec::new();
        th.for_each_thread(|thread| exceptions.push((thread.id.get(), exception(thread))));
        for (id, exception) in exceptions {
            dict.set(th, &th.int_from_u64(id), exception)?;
        }
        Ok(th.dict(dict))
    }

    /// Call func(*args), while tracing is enabled.
    ///
    /// The tracing state is saved, and restored afterwards.  This is intended
    /// to be called from a debugger from a checkpoint, to recursively debug
    /// some other code.
    #[pyfunction("(func, args, /)")]
    fn call_tracing(th: &ThreadState, func: &Value, args: &Value) -> Res {
        let Some(args) = args.as_tuple() else {
            return Err(th.type_error(format_args!(
                "call_tracing() argument 2 must be tuple, not {}",
                args.class().full_name()
            )));
        };
        frame::call_tracing(th, func, args.as_slice())
    }

    /// Return the installed asynchronous generators hooks.
    ///
    /// This returns a namedtuple of the form (firstiter, finalizer).
    #[pyfunction("()")]
    fn get_asyncgen_hooks(th: &ThreadState) -> Value {
        let (firstiter, finalizer) = (th.asyncgen_firstiter.get_or_none(), th.asyncgen_finalizer.get_or_none());
        info::ASYNCGEN_HOOKS.make(th, vec![firstiter, finalizer])
    }

    /// set_asyncgen_hooks([firstiter] [, finalizer])
    ///
    /// Set a finalizer for async generators objects.
    #[pyfunction("(firstiter=<unrepresentable>, finalizer=<unrepresentable>)", text = none)]
    fn set_asyncgen_hooks(th: &ThreadState, firstiter: Option<Value>, finalizer: Option<Value>) -> Res<()> {
        for (name, hook) in [("finalizer", &finalizer), ("firstiter", &firstiter)] {
            if let Some(hook) = hook
                && !hook.is_none()
                && !th.is_callable(hook)
            {
                return Err(th.type_error(format_args!("callable {name} expected, got {}", hook.class().full_name())));
            }
        }
        if let Some(hook) = finalizer {
            th.asyncgen_finalizer.set(Some(hook).filter(|hook| !hook.is_none()));
        }
        if let Some(hook) = firstiter {
            th.asyncgen_firstiter.set(Some(hook).filter(|hook| !hook.is_none()));
        }
        Ok(())
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[pyfunction("()")]
    fn get_coroutine_origin_tracking_depth(th: &ThreadState) -> i64 {
        i64::from(th.coroutine_origin_depth.get())
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    ///
    /// Coroutine objects will track 'depth' frames of traceback information
    /// about where they came from, available in their cr_origin attribute.
    ///
    /// Set a depth of 0 to disable.
    #[pyfunction("(depth)")]
    fn set_coroutine_origin_tracking_depth(th: &ThreadState, depth: i32) -> Res<()> {
        if depth < 0 {
            return Err(th.value_error("depth must be >= 0"));
        }
        th.coroutine_origin_depth.set(depth as u32);
        Ok(())
    }

    /// Return the trace function set with sys.settrace.
    #[pyfunction("()")]
    fn gettrace(th: &ThreadState) -> Value {
        frame::trace_function(th).unwrap_or(Value::NONE)
    }

    /// Set the global debug tracing function.
    ///
    /// It will be called on each function call.  See the debugger chapter
    /// in the library manual.
    #[pyfunction("(function, /)")]
    fn settrace(th: &ThreadState, function: &Value) -> Res<()> {
        th.audit("sys.settrace", &[])?;
        frame::set_trace(th, Some(function).filter(|function| !function.is_none()))
    }

    /// Set the global debug tracing function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call. See the debugger chapter
    /// in the library manual.
    #[pyfunction("(arg, /)")]
    fn _settraceallthreads(th: &ThreadState, arg: &Value) -> Res<()> {
        frame::set_trace_everywhere(th, Some(arg).filter(|function| !function.is_none()))
    }

    /// Set the profiling function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[pyfunction("(arg, /)")]
    fn _setprofileallthreads(th: &ThreadState, arg: &Value) -> Res<()> {
        frame::set_profile_everywhere(th, Some(arg).filter(|function| !function.is_none()))
    }

    /// Return the profiling function set with sys.setprofile.
    #[pyfunction("()")]
    fn getprofile(th: &ThreadState) -> Value {
        frame::profile_function(th).unwrap_or(Value::NONE)
    }

    /// Set the profiling function.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[pyfunction("(function, /)")]
    fn setprofile(th: &ThreadState, function: &Value) -> Res<()> {
        th.audit("sys.setprofile", &[])?;
        frame::set_profile(th, Some(function).filter(|function| !function.is_none()))
    }

    /// Activate stack profiler trampoline *backend*.
    #[pyfunction("(backend, /)")]
    fn activate_stack_trampoline(th: &ThreadState, backend: &Value) -> Res<()> {
        let _ = backend;
        Err(th.value_error("perf trampoline not available"))
    }

    /// Deactivate the current stack profiler trampoline backend.
    ///
    /// If no stack profiler is activated, this function has no effect.
    #[pyfunction("()")]
    fn deactivate_stack_trampoline() {}

    /// Return *True* if a stack profiler trampoline is active.
    #[pyfunction("()")]
    fn is_stack_trampoline_active() -> bool {
        false
    }

    /// Return True if remote debugging is enabled, False otherwise.
    #[pyfunction("()")]
    fn is_remote_debug_enabled() -> bool {
        false
    }

    /// Return the number of CPUs that -X cpu_count or PYTHON_CPU_COUNT set; -1 if neither did.
    #[pyfunction("()")]
    fn _get_cpu_count_config(th: &ThreadState) -> i64 {
        th.interp().config.borrow().cpu_count.unwrap_or(-1)
    }

    /// The flags that dlopen() is called with.
    #[pyfunction("()")]
    fn getdlopenflags(th: &ThreadState) -> i32 {
        th.extension::<LoaderFlags>().0.get()
    }

    /// Private function for clearing certain descriptors from a type's dictionary.
    ///
    /// See gh-135228 for context.
    #[pyfunction("(type, /)")]
    fn _clear_type_descriptors(th: &ThreadState, type_: &Value) -> Res<()> {
        let Some(class) = type_.as_type() else {
            return Err(th.type_error(format_args!(
                "_clear_type_descriptors() argument must be type, not {}",
                type_.class().full_name()
            )));
        };
        if !class.is_heap_type() {
            return Err(th.type_error("argument is immutable"));
        }
        for name in [&th.names().__dict__, &th.names().__weakref__] {
            class.set_own(name, None);
        }
        Ok(())
    }

    /// Set the flags used by the interpreter for dlopen calls.
    #[pyfunction("(flags, /)")]
    fn setdlopenflags(th: &ThreadState, flags: i32) {
        th.extension::<LoaderFlags>().0.set(flags);
    }

    #[pyattr(name = "maxsize")]
    const MAXSIZE: i64 = i64::MAX;
    #[pyattr(name = "maxunicode")]
    const MAXUNICODE: i64 = 0x10FFFF;
    #[pyattr(name = "hexversion")]
    const HEXVERSION: i64 = info::HEX_VERSION;
    #[pyattr(name = "api_version")]
    const API_VERSION: i64 = 1013;
    #[pyattr(name = "byteorder")]
    const BYTEORDER: &str = if cfg!(target_endian = "little") { "little" } else { "big" };
    #[pyattr(name = "platform")]
    const PLATFORM: &str = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    #[pyattr(name = "platlibdir")]
    const PLATLIBDIR: &str = "lib";
    #[pyattr(name = "abiflags")]
    const ABIFLAGS: &str = "";
    #[pyattr(name = "float_repr_style")]
    const FLOAT_REPR_STYLE: &str = "short";
    #[pyattr(name = "_framework")]
    const FRAMEWORK: &str = "";
    #[pyattr(name = "copyright")]
    const COPYRIGHT: &str =
        "Copyright (c) the Taipan authors.\nThe embedded library: Copyright (c) Python Software Foundation.";

    #[pyattr]
    fn version(th: &ThreadState) -> Value {
        th.str(&info::version())
    }

    #[pyattr]
    fn version_info(th: &ThreadState) -> Value {
        info::version_info(th)
    }

    #[pyattr]
    fn float_info(th: &ThreadState) -> Value {
        info::float_info(th)
    }

    #[pyattr]
    fn int_info(th: &ThreadState) -> Value {
        info::int_info(th)
    }

    #[pyattr]
    fn hash_info(th: &ThreadState) -> Value {
        info::hash_info(th)
    }

    #[pyattr]
    fn thread_info(th: &ThreadState) -> Value {
        info::thread_info(th)
    }

    #[pyattr]
    fn _git(th: &ThreadState) -> Value {
        th.tuple(&[th.str("Taipan"), th.str(""), th.str("")])
    }

    #[pyattr]
    fn stdlib_module_names(th: &ThreadState) -> Res {
        let names = super::library_names::STDLIB_MODULE_NAMES.iter().map(|name| th.intern(name)).collect();
        th.frozenset(names)
    }

    /// What depends on the configuration; the paths are the program's (`start.rs`).
    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let dict = hooks::namespace(th, module)?;
        let namespace = Dict::of(&dict);
        for sequence in info::ALL {
            sequence.ready(th);
        }
        let set = |name: &str, value: Value| drop(namespace.set_str(&th.intern(name), value));
        let def = &super::monitoring::monitoring::MODULE;
        let monitoring = th.create_native_module(def)?;
        if let Some(init) = def.init {
            init(th, &monitoring)?;
        }
        set("monitoring", monitoring);
        set("_jit", th.create_native_module(&super::jit::jit::MODULE)?);
        let config = th.interp().config.borrow().clone();
        // Without UTF-8 mode the C locale's text is ASCII, and what is more stands for itself.
        let ascii = !config.utf8_mode && host::locale::encoding() == "ANSI_X3.4-1968";
        let os_str = |text: &std::ffi::OsStr| match text.to_str() {
            Some(text) if ascii && !text.is_ascii() => {
                th.decode(text.as_bytes(), "ascii", "surrogateescape").unwrap_or_else(|raised| {
                    drop(th.take_raised(raised));
                    th.str(text)
                })
            }
            _ => th.os_text(text),
        };
        let list = |items: &[std::ffi::OsString]| th.list(items.iter().map(|item| os_str(item)).collect());
        set("flags", info::flags(th));
        set("argv", list(&config.argv));
        set("orig_argv", list(&config.orig_argv));
        set("path", list(&config.module_search_paths));
        set("executable", os_str(&config.executable));
        set("dont_write_bytecode", Value::bool(config.dont_write_bytecode));
        set("pycache_prefix", config.pycache_prefix.as_deref().map_or(Value::NONE, os_str));
        set("warnoptions", th.list(config.warn_options.iter().map(|option| th.str(option)).collect()));
        let options = Dict::new();
        for (name, value) in &config.x_options {
            options.set_str(&th.intern(name), value.as_ref().map_or(Value::TRUE, |value| th.str(value)));
        }
        set("_xoptions", th.dict(options));
        set("meta_path", th.list(Vec::new()));
        set("path_hooks", th.list(Vec::new()));
        set("path_importer_cache", th.dict(Dict::new()));
        let mut native: Vec<&str> = th.interp().library.borrow().native.keys().copied().collect();
        native.sort_unstable();
        set("builtin_module_names", th.tuple_from_vec(native.into_iter().map(|name| th.intern(name)).collect()));
        for hook in ["displayhook", "excepthook", "breakpointhook", "unraisablehook"] {
            if let Some(function) = namespace.get_str(&th.intern(hook)) {
                set(&format!("__{hook}__"), function);
            }
        }
        Ok(())
    }
}
