//! Interpreter states and thread states.
//!
//! `&ThreadState` is the first argument of whatever can run Python code, allocate or raise; everything is reached from
//! it. A thread that runs Python is *current*: releases of values find their heap through `current()`.
#![expect(unsafe_code, reason = "the current thread state is a raw pointer in a thread-local")]

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::error::Res;
use crate::gc::ValueCell;
use crate::heap::Heap;
use crate::intern::InternTable;
use crate::object::Header;
use crate::shape::ShapeTable;
use crate::types::lookup::MethodCache;
use crate::value::Value;

/// What all threads of one interpreter share.
#[derive(Default)]
pub struct Interpreter {
    pub heap: Heap,
    pub method_cache: MethodCache,
    pub attribute_cache: crate::frame::attribute_cache::AttributeCache,
    pub shapes: ShapeTable,
    pub(crate) interned: RefCell<InternTable>,
    pub(crate) short_strings: RefCell<Vec<Value>>,
    /// Empty `bytes`, then those of one byte.
    pub(crate) short_bytes: RefCell<Vec<Value>>,
    pub(crate) empty_tuple: ValueCell,
    pub(crate) next_keys_version: Cell<u32>,
    pub(crate) next_code_version: Cell<u32>,
    pub names: OnceCell<crate::names::Names>,
    pub(crate) special_names: OnceCell<crate::types::slot_table::SpecialNames>,
    /// `sys.modules`, `sys.__dict__`, `builtins.__dict__`.
    pub modules: ValueCell,
    pub sys_dict: ValueCell,
    pub builtins: ValueCell,
    /// `all` and `any` as they were at the start: code has a quick way for calls of just these.
    pub common_functions: [ValueCell; 2],
    /// `importlib._bootstrap`.
    pub importlib: ValueCell,
    /// All native modules of the program, and the embedded library.
    pub library: RefCell<Library>,
    pub weakrefs: crate::weakref::WeakrefTable,
    /// State that native modules keep per interpreter, by type.
    pub extensions: RefCell<rustc_hash::FxHashMap<std::any::TypeId, Rc<dyn std::any::Any>>>,
    pub config: RefCell<crate::config::Config>,
    pub recursion_limit: Cell<usize>,
    pub int_max_str_digits: Cell<usize>,
    /// `-X importtime`.
    pub import_time: Cell<u8>,
    /// How deep imports are nested, and the microseconds that those within the running one have taken.
    pub(crate) import_clock: Cell<(usize, u64)>,
    pub(crate) import_reported: Cell<bool>,
    pub gil: Arc<crate::gil::Gil>,
    /// All thread states, oldest first; live while they are listed.
    pub(crate) threads: RefCell<Vec<*const ThreadState>>,
    /// How many forks made this process out of the one that the interpreter started in.
    pub forks: Cell<u32>,
    /// Identity of the main thread.
    pub main_thread: Cell<u64>,
    /// Calls that other threads asked the main thread to make.
    pub(crate) pending_calls: std::sync::Mutex<std::collections::VecDeque<PendingCall>>,
    /// `io.UnsupportedOperation`.
    pub io_unsupported: ValueCell,
    pub has_audit_hooks: Cell<bool>,
    /// Set by the module `_ast`.
    pub ast_hooks: Cell<Option<crate::compile::AstHooks>>,
    pub finalizing: Cell<bool>,
    pub(crate) stress: Cell<Stress>,
    /// Tools of `sys.monitoring`.
    pub monitoring: crate::frame::monitoring::Monitoring,
}

/// Stress mode: how many looks at the eval breaker lie between two collections, or two switches of threads. 0: never.
#[derive(Clone, Copy, Default)]
pub(crate) struct Stress {
    pub(crate) collect: u32,
    pub(crate) switch: u32,
    pub(crate) ticks: u32,
    /// How many instructions lie between two looks at the counts of all objects; the stack is looked at before each.
    #[cfg(debug_assertions)]
    pub(crate) check: u32,
    /// Instructions so far.
    #[cfg(debug_assertions)]
    pub(crate) checked: u32,
    /// Instructions since the counts were looked at.
    #[cfg(debug_assertions)]
    pub(crate) unlooked: u32,
}

/// See [`ThreadState::add_pending_call`].
pub type PendingCall = Box<dyn FnOnce(&ThreadState) -> Res<()> + Send>;

/// What the program brings along: native modules by name, and the embedded pure-Python library.
#[derive(Default)]
pub struct Library {
    pub native: rustc_hash::FxHashMap<&'static str, &'static crate::module::ModuleDef>,
    pub embedded: Option<&'static dyn EmbeddedLibrary>,
    /// Whether only what importing itself needs comes frozen: tests ask for that.
    pub without_frozen: bool,
}

/// The pure-Python library inside the program.
pub trait EmbeddedLibrary: Sync {
    /// The module of a dotted name.
    fn find(&self, name: &str) -> Option<EmbeddedModule>;
    /// All names, sorted.
    fn names(&self) -> Vec<&'static str>;
    /// The source text of a module.
    fn source(&self, name: &str) -> Option<Vec<u8>>;
}

/// One module of the embedded library.
#[derive(Clone, Copy)]
pub struct EmbeddedModule {
    pub name: &'static str,
    pub is_package: bool,
    /// Its code object, marshalled.
    pub code: &'static [u8],
    /// Where it stands below the library's folder: "json/decoder.py".
    pub path: &'static str,
    /// CPython freezes it.
    pub is_frozen: bool,
}

/// Bits of the eval breaker: why the loop should look up from its work.
pub mod breaker {
    pub const GIL_DROP_REQUEST: u32 = 1 << 0;
    pub const SIGNALS: u32 = 1 << 1;
    pub const PENDING_CALLS: u32 = 1 << 2;
    pub const ASYNC_EXCEPTION: u32 = 1 << 3;
    pub const COLLECT: u32 = 1 << 4;
    /// Set while some tool listens to events: code that starts is to be made ready for it.
    pub const TRACING: u32 = 1 << 5;
    /// Always set in stress mode (`-X taipan_stress`): every look at the breaker counts.
    pub const STRESS: u32 = 1 << 6;
    /// Stress mode: so many allocations were made that a collection is due.
    pub const STRESS_COLLECT: u32 = 1 << 7;
}

/// One thread's view of its interpreter.
pub struct ThreadState {
    interp: Rc<Interpreter>,
    heap: *const Heap,
    /// The exception in flight; see `error.rs`.
    pub(crate) raised: ValueCell,
    /// Exceptions being handled, innermost last (`sys.exception()` is the last that is not `None`).
    pub handled: RefCell<Vec<Value>>,
    pub eval_breaker: AtomicU32,
    /// Code objects that are being loaded come from the embedded library.
    pub(crate) trusts_code: Cell<bool>,
    pub(crate) release_depth: Cell<u32>,
    pub(crate) postponed_releases: RefCell<Vec<*mut Header>>,
    /// The lowest native stack address that may be used: below it, RecursionError.
    native_stack_limit: Cell<usize>,
    /// What walks nested data ends here already: CPython does, and a stack full of repr is no use to anyone.
    data_stack_limit: Cell<usize>,
    /// Where the stack was when the thread began.
    native_stack_top: Cell<usize>,
    /// The machine's own part: value stack and frames.
    pub frames: crate::frame::stack::FrameStack,
    /// Objects whose `repr` is under way (`Py_ReprEnter`).
    pub(crate) repr_in_progress: RefCell<rustc_hash::FxHashSet<u64>>,
    /// Identity of its native thread (`threading.get_ident`).
    pub id: Cell<u64>,
    /// Unique among all thread states of the process, ever.
    pub serial: u64,
    /// What `PyThreadState_SetAsyncExc` left here to be raised.
    pub(crate) async_exception: ValueCell,
    /// The current context (`contextvars`); none before its first use.
    pub context: ValueCell,
    pub asyncgen_firstiter: ValueCell,
    pub asyncgen_finalizer: ValueCell,
    pub coroutine_origin_depth: Cell<u32>,
    pub extensions: RefCell<rustc_hash::FxHashMap<std::any::TypeId, Rc<dyn std::any::Any>>>,
}

static NEXT_SERIAL: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static CURRENT: Cell<*const ThreadState> = const { Cell::new(std::ptr::null()) };
}

/// The thread state that runs on this native thread, if any.
#[inline(always)]
pub fn current() -> Option<&'static ThreadState> {
    let current = CURRENT.get();
    // SAFETY: `ThreadState::enter` keeps the pointer valid while it is set; the reference is used at once.
    unsafe { current.as_ref() }
}

/// Makes a thread state current until dropped.
pub struct Entered {
    previous: *const ThreadState,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.previous);
    }
}

/// A unit test's turn with the thread state that all of them share.
#[cfg(test)]
pub(crate) struct Turn {
    _entered: Entered,
    _lock: std::sync::MutexGuard<'static, ()>,
}

#[cfg(test)]
impl ThreadState {
    /// The thread state that the unit tests share, one after the other: to prepare the types of one takes Miri minutes.
    pub(crate) fn for_test() -> (&'static ThreadState, Turn) {
        static LOCK: std::sync::Mutex<()> = std::sync::Mutex::new(());
        static SHARED: std::sync::atomic::AtomicPtr<ThreadState> =
            std::sync::atomic::AtomicPtr::new(std::ptr::null_mut());
        let lock = LOCK.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let shared: *const ThreadState = SHARED.load(Ordering::Relaxed);
        // SAFETY: once there the thread state is never gone, and only the holder of the lock uses it.
        if let Some(th) = unsafe { shared.as_ref() } {
            th.settle();
            th.interp().main_thread.set(th.id.get());
            return (th, Turn { _entered: th.enter(), _lock: lock });
        }
        let (th, entered) = ThreadState::start(crate::config::Config::default());
        SHARED.store(std::ptr::from_ref(th).cast_mut(), Ordering::Relaxed);
        (th, Turn { _entered: entered, _lock: lock })
    }
}

/// How much native stack must be left for a native function that recurses.
const NATIVE_STACK_RESERVE: usize = 256 * 1024;

/// How much native stack the walk through nested data may take. The address sanitizer makes frames larger.
const DATA_STACK: usize = if cfg!(taipan_asan) { 40 << 20 } else { 24 << 20 };

/// The limit for walks that begin about here.
fn data_stack_limit() -> usize {
    let here = 0u8;
    let bottom = host::thread::stack_bottom().saturating_add(NATIVE_STACK_RESERVE);
    (&raw const here as usize).saturating_sub(DATA_STACK).max(bottom)
}

impl ThreadState {
    /// A thread state of an interpreter, on the native thread that calls.
    pub fn new(interp: Rc<Interpreter>) -> ThreadState {
        ThreadState::with_frames(interp, Default::default())
    }

    /// A thread state for a new thread, made by the one that starts it; `None` without memory for its frames.
    pub(crate) fn for_new_thread(&self) -> Option<Box<ThreadState>> {
        let frames = crate::frame::stack::FrameStack::with_words(crate::frame::stack::THREAD_STACK_WORDS)?;
        frames.set_recursion_limit(self.frames.recursion_limit());
        let thread = Box::new(ThreadState::with_frames(self.interp.clone(), frames));
        thread
            .eval_breaker
            .store(self.eval_breaker.load(Ordering::Relaxed) & (breaker::STRESS | breaker::TRACING), Ordering::Relaxed);
        Some(thread)
    }

    fn with_frames(interp: Rc<Interpreter>, frames: crate::frame::stack::FrameStack) -> ThreadState {
        let heap: *const Heap = &interp.heap;
        ThreadState {
            interp,
            heap,
            raised: ValueCell::empty(),
            handled: RefCell::new(vec![Value::NONE]),
            eval_breaker: AtomicU32::new(0),
            trusts_code: Cell::new(false),
            release_depth: Cell::new(0),
            postponed_releases: RefCell::default(),
            native_stack_limit: Cell::new(host::thread::stack_bottom().saturating_add(NATIVE_STACK_RESERVE)),
            data_stack_limit: Cell::new(data_stack_limit()),
            native_stack_top: Cell::new(0),
            frames,
            repr_in_progress: RefCell::default(),
            id: Cell::new(0),
            serial: NEXT_SERIAL.fetch_add(1, Ordering::Relaxed),
            async_exception: ValueCell::empty(),
            context: ValueCell::empty(),
            asyncgen_firstiter: ValueCell::empty(),
            asyncgen_finalizer: ValueCell::empty(),
            coroutine_origin_depth: Cell::new(0),
            extensions: RefCell::default(),
        }
    }

    /// A new interpreter, with its builtin types prepared and this thread current in it.
    pub fn start(config: crate::config::Config) -> (&'static ThreadState, Entered) {
        let interp = Rc::new(Interpreter::default());
        interp.int_max_str_digits.set(config.int_max_str_digits.unwrap_or(4300));
        interp.import_time.set(config.import_time);
        *interp.config.borrow_mut() = config;
        // The main thread state lives as long as the process: objects that outlive `main` may still be released.
        let th: &'static ThreadState = Box::leak(Box::new(ThreadState::new(interp)));
        th.take_gil();
        let entered = th.enter();
        th.adopt();
        th.interp().main_thread.set(th.id.get());
        host::signal::set_breaker(&th.eval_breaker, breaker::SIGNALS);
        th.apply_stress_option();
        for code in 0..=256 {
            let text = if code == 0 { th.str_from_ascii(b"") } else { th.str_from_latin1(&[(code - 1) as u8]) };
            let text = crate::intern::intern_immortal(th, text);
            th.interp().short_strings.borrow_mut().push(text);
        }
        let mut short_bytes = vec![th.bytes(b"")];
        short_bytes.extend((0..=u8::MAX).map(|byte| th.bytes(&[byte])));
        *th.interp().short_bytes.borrow_mut() = short_bytes;
        let empty = th.tuple(&[]);
        th.interp().empty_tuple.set(Some(empty));
        crate::types::ready::ready_builtin_types(th);
        (th, entered)
    }

    /// Ties the thread state to the native thread that calls, which holds the GIL, and lists it.
    pub(crate) fn adopt(&self) {
        self.settle();
        self.interp.threads.borrow_mut().push(self);
    }

    /// Notes the native thread that calls: who it is, and how much stack it has.
    fn settle(&self) {
        self.native_stack_limit.set(host::thread::stack_bottom().saturating_add(NATIVE_STACK_RESERVE));
        self.data_stack_limit.set(data_stack_limit());
        let here = 0u8;
        self.native_stack_top.set(&raw const here as usize);
        self.id.set(host::thread::ident());
    }

    /// Drops what the thread state holds, and takes it off the list.
    pub(crate) fn clear(&self) {
        for cell in
            [&self.raised, &self.async_exception, &self.context, &self.asyncgen_firstiter, &self.asyncgen_finalizer]
        {
            drop(cell.take());
        }
        let handled = std::mem::take(&mut *self.handled.borrow_mut());
        drop(handled);
        let extensions = std::mem::take(&mut *self.extensions.borrow_mut());
        drop(extensions);
        self.interp.threads.borrow_mut().retain(|&other| !std::ptr::eq(other, self));
    }

    /// Calls `visit` with every thread state of the interpreter, oldest first. It must not start or end threads.
    pub fn for_each_thread(&self, mut visit: impl FnMut(&ThreadState)) {
        for &thread in self.interp.threads.borrow().iter() {
            // SAFETY: listed thread states live, and change only under the GIL, which the caller holds.
            visit(unsafe { &*thread });
        }
    }

    /// How many other threads of the interpreter there are.
    pub fn other_threads(&self) -> usize {
        self.interp.threads.borrow().len().saturating_sub(1)
    }

    /// Whether this is the interpreter's main thread: the one that runs signal handlers.
    pub fn is_main(&self) -> bool {
        self.id.get() == self.interp.main_thread.get()
    }

    /// Has the main thread call `call` soon, between two instructions. May be called for another thread's state, but with
    /// the GIL.
    pub fn add_pending_call(&self, call: PendingCall) {
        let mut calls = self.interp.pending_calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        calls.push_back(call);
        drop(calls);
        self.for_each_thread(|thread| {
            if thread.is_main() {
                thread.interrupt(breaker::PENDING_CALLS);
            }
        });
    }

    /// Has the thread known as `id` raise `exception` (`None`: no longer). Returns how many threads were told.
    pub fn set_async_exception(&self, id: u64, exception: Option<&Value>) -> usize {
        let mut told = 0;
        let mut old = Vec::new();
        self.for_each_thread(|thread| {
            if thread.id.get() == id && told == 0 {
                told = 1;
                old.push(thread.async_exception.replace(exception.cloned()));
                thread.interrupt(breaker::ASYNC_EXCEPTION);
            }
        });
        told
    }

    /// `-X taipan_stress=gc:N,switch:M`: collect at every Nth look at the eval breaker, switch threads at every Mth. In builds
    /// with debug assertions also `alloc:N`, to collect when Nth allocations were made, and `check:N`, to look at the stack
    /// before every instruction and at all objects' counts before every Nth (see `frame/verify.rs`).
    pub(crate) fn apply_stress_option(&self) {
        let config = self.interp.config.borrow();
        let Some((_, Some(setting))) = config.x_options.iter().find(|(name, _)| name == "taipan_stress") else {
            return;
        };
        let mut stress = Stress::default();
        for part in setting.split(',') {
            match part.split_once(':').map(|(name, number)| (name, number.parse::<u32>())) {
                Some(("gc", Ok(number))) => stress.collect = number,
                Some(("switch", Ok(number))) => stress.switch = number,
                #[cfg(debug_assertions)]
                Some(("alloc", Ok(number))) => self.heap().collect_every(number),
                #[cfg(debug_assertions)]
                Some(("check", Ok(number))) => stress.check = number,
                _ => {}
            }
        }
        self.interp.stress.set(stress);
        self.interrupt(breaker::STRESS);
    }

    /// Makes this thread state the current one of the native thread.
    pub fn enter(&self) -> Entered {
        let previous = CURRENT.replace(self);
        Entered { previous }
    }

    #[inline(always)]
    pub fn interp(&self) -> &Interpreter {
        &self.interp
    }

    pub fn interp_rc(&self) -> &Rc<Interpreter> {
        &self.interp
    }

    #[inline(always)]
    pub fn heap(&self) -> &Heap {
        // SAFETY: the interpreter, which the thread state keeps alive, owns the heap.
        unsafe { &*self.heap }
    }

    /// Names that the machine uses, interned.
    #[inline(always)]
    pub fn names(&self) -> &crate::names::Names {
        self.interp.names.get_or_init(|| crate::names::Names::new(self))
    }

    /// An environment variable, unless `-E` or `-I` says to ignore those of Python.
    pub fn environment(&self, name: &str) -> Option<String> {
        if self.interp.config.borrow().ignore_environment {
            return None;
        }
        std::env::var(name).ok()
    }

    /// A file name, or an argument, of the system: what is no UTF-8 becomes lone surrogates.
    pub fn os_text(&self, text: &std::ffi::OsStr) -> Value {
        if let Some(text) = text.to_str() {
            return self.str(text);
        }
        let bytes = std::os::unix::ffi::OsStrExt::as_bytes(text);
        self.decode(bytes, "utf-8", "surrogateescape").unwrap_or_else(|raised| {
            drop(self.take_raised(raised));
            self.str(&text.to_string_lossy())
        })
    }

    /// `sys.name`, if it is there.
    pub fn sys_attribute(&self, name: &str) -> Option<Value> {
        let dict = self.interp.sys_dict.get()?;
        let name = self.intern(name);
        dict.downcast::<crate::objects::dict::Dict>()?.get_str(&name)
    }

    /// An interned string.
    pub fn intern(&self, text: &str) -> Value {
        crate::intern::intern_text(self, text)
    }

    /// To be called by native code that recurses (repr, comparison, calls): RecursionError when the native stack is
    /// nearly used up; for what walks data (that is, for all but calls), when it has grown by `DATA_STACK`. `doing`
    /// completes "maximum recursion depth exceeded", e.g. " while getting the repr of an object"; empty for calls.
    #[inline(always)]
    pub fn check_native_stack(&self, doing: &str) -> Res<()> {
        let here = 0u8;
        let limit = if doing.is_empty() { &self.native_stack_limit } else { &self.data_stack_limit };
        if (&raw const here as usize) < limit.get() { self.native_stack_exhausted(doing) } else { Ok(()) }
    }

    /// How many bytes of native stack may still be used.
    pub fn native_stack_left(&self) -> usize {
        let here = 0u8;
        (&raw const here as usize).saturating_sub(self.native_stack_limit.get())
    }

    #[cold]
    #[inline(never)]
    fn native_stack_exhausted(&self, doing: &str) -> Res<()> {
        let here = 0u8;
        let used = self.native_stack_top.get().saturating_sub(&raw const here as usize) / 1024;
        Err(self.recursion_error(format_args!("Stack overflow (used {used} kB){doing}")))
    }

    /// Asks the loop to look at `reason` at its next check.
    pub fn interrupt(&self, reason: u32) {
        self.eval_breaker.fetch_or(reason, Ordering::Relaxed);
    }

    /// As [`extension`](ThreadState::extension), for this thread alone.
    pub fn thread_extension<T: Default + 'static>(&self) -> Rc<T> {
        let mut all = self.extensions.borrow_mut();
        let any = all.entry(std::any::TypeId::of::<T>()).or_insert_with(|| Rc::new(T::default())).clone();
        drop(all);
        any.downcast::<T>().unwrap_or_else(|_| Rc::new(T::default()))
    }

    /// State of type `T` that a native module keeps in this interpreter, made at first use.
    pub fn extension<T: Default + 'static>(&self) -> Rc<T> {
        let mut all = self.interp.extensions.borrow_mut();
        let any = all.entry(std::any::TypeId::of::<T>()).or_insert_with(|| Rc::new(T::default())).clone();
        drop(all);
        match any.downcast::<T>() {
            Ok(state) => state,
            Err(_) => Rc::new(T::default()),
        }
    }
}
