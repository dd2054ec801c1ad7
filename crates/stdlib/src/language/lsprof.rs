//! `_lsprof`: a profiler that counts and times calls, told of them by `sys.monitoring`.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use macros::{pyclass, pymethods, pymodule};
use runtime::gc::ValueCell;
use runtime::objects::int::IntView;
use runtime::objects::module::MODULE_TYPE;
use runtime::objects::native_function::{MethodDescriptor, NativeFunction};
use runtime::{Res, ThreadState, Type, Value, struct_sequence};

struct_sequence! {
    /// What `getstats` says of a function.
    pub ENTRY: "_lsprof", "profiler_entry", "", visible 6, constructible true, [
        "code": "code object or built-in function name",
        "callcount": "how many times this was called",
        "reccallcount": "how many times called recursively",
        "totaltime": "total time in this entry",
        "inlinetime": "inline time in this entry (not in subcalls)",
        "calls": "details of the calls",
    ]
}

struct_sequence! {
    /// What `getstats` says of a function's calls of another.
    pub SUBENTRY: "_lsprof", "profiler_subentry", "", visible 5, constructible true, [
        "code": "called code object or built-in function name",
        "callcount": "how many times this is called",
        "reccallcount": "how many times this is called recursively",
        "totaltime": "total time spent in this call",
        "inlinetime": "inline time (not in further subcalls)",
    ]
}

/// The tool of `sys.monitoring` that profilers are.
const TOOL: i32 = 2;

/// Events of Python functions, and of native ones, with the methods that hear of them.
const PYTHON_EVENTS: &[(&str, &str)] = &[
    ("PY_START", "_pystart_callback"),
    ("PY_RESUME", "_pystart_callback"),
    ("PY_THROW", "_pythrow_callback"),
    ("PY_RETURN", "_pyreturn_callback"),
    ("PY_YIELD", "_pyreturn_callback"),
    ("PY_UNWIND", "_pyreturn_callback"),
];
const NATIVE_EVENTS: &[(&str, &str)] =
    &[("CALL", "_ccall_callback"), ("C_RETURN", "_creturn_callback"), ("C_RAISE", "_creturn_callback")];

#[derive(Clone, Copy, Default)]
struct Counts {
    calls: i64,
    recursive: i64,
    level: i64,
    total: i64,
    inline: i64,
}

impl Counts {
    fn leave(&mut self, total: i64, inline: i64) {
        self.level -= 1;
        if self.level == 0 {
            self.total += total;
        } else {
            self.recursive += 1;
        }
        self.inline += inline;
        self.calls += 1;
    }
}

struct Entry {
    counts: Counts,
    /// Calls of other functions, by their place.
    calls: HashMap<usize, Counts>,
}

/// A call that is under way.
struct Context {
    entry: usize,
    start: i64,
    /// Time in calls from inside of it.
    inner: i64,
}

#[derive(Default)]
struct Profile {
    entries: Vec<Entry>,
    places: HashMap<u64, usize>,
    stack: Vec<Context>,
}

impl Profile {
    fn enter(&mut self, entry: usize, start: i64, subcalls: bool) {
        if subcalls && let Some(caller) = self.stack.last() {
            self.entries[caller.entry].calls.entry(entry).or_default().level += 1;
        }
        self.entries[entry].counts.level += 1;
        self.stack.push(Context { entry, start, inner: 0 });
    }

    fn leave(&mut self, now: i64, subcalls: bool) {
        let Some(context) = self.stack.pop() else { return };
        let total = now - context.start;
        let inline = total - context.inner;
        self.entries[context.entry].counts.leave(total, inline);
        if let Some(caller) = self.stack.last_mut() {
            caller.inner += total;
            if subcalls {
                self.entries[caller.entry].calls.entry(context.entry).or_default().leave(total, inline);
            }
        }
    }
}

/// Build a profiler object using the specified timer function.
///
/// The default timer is a fast built-in one based on real time.
/// For custom timer functions returning integers, 'timeunit' can
/// be a float specifying a scale (that is, how long each integer unit
/// is, in seconds).
#[pyclass(name = "Profiler", module = "_lsprof", flags(basetype))]
pub struct Profiler {
    #[notrace]
    profile: RefCell<Profile>,
    /// What each entry is about: code objects, and texts for native functions.
    objects: RefCell<Vec<Value>>,
    timer: ValueCell,
    unit: Cell<f64>,
    subcalls: Cell<bool>,
    builtins: Cell<bool>,
    enabled: Cell<bool>,
}

impl Profiler {
    fn now(&self, th: &ThreadState) -> i64 {
        let Some(timer) = self.timer.get().filter(|timer| !timer.is_none()) else {
            return host::clock::now(host::clock::CLOCK_MONOTONIC);
        };
        let unit = self.unit.get();
        let time = th.call(&timer, &[]).and_then(|value| {
            if unit > 0.0 {
                Ok(th.index(&value)?.as_int().and_then(IntView::to_i64).unwrap_or(0))
            } else {
                th.to_f64(&value).map(|seconds| (seconds * 1e9) as i64)
            }
        });
        time.unwrap_or_else(|raised| {
            let timer = self.timer.get();
            runtime::modules::sys::hooks::write_unraisable(th, raised, None, timer.as_ref());
            0
        })
    }

    /// The place of what is called, made when it is seen first.
    fn place(&self, key: u64, object: impl FnOnce() -> Res) -> Res<usize> {
        if let Some(&place) = self.profile.borrow().places.get(&key) {
            return Ok(place);
        }
        let object = object()?;
        let mut profile = self.profile.borrow_mut();
        let place = profile.entries.len();
        profile.entries.push(Entry { counts: Counts::default(), calls: HashMap::new() });
        profile.places.insert(key, place);
        drop(profile);
        self.objects.borrow_mut().push(object);
        Ok(place)
    }

    fn enter(&self, th: &ThreadState, key: u64, object: impl FnOnce() -> Res) -> Res<()> {
        let place = self.place(key, object)?;
        let now = self.now(th);
        self.profile.borrow_mut().enter(place, now, self.subcalls.get());
        Ok(())
    }

    fn leave(&self, th: &ThreadState) {
        let now = self.now(th);
        self.profile.borrow_mut().leave(now, self.subcalls.get());
    }

    fn finish_calls(&self, th: &ThreadState) {
        while !self.profile.borrow().stack.is_empty() {
            self.leave(th);
        }
    }

    fn monitoring(th: &ThreadState) -> Res {
        match th.sys_attribute("monitoring") {
            Some(monitoring) => Ok(monitoring),
            None => Err(th.runtime_error("sys.monitoring is missing")),
        }
    }

    /// Tells `sys.monitoring` who hears of which events.
    fn listen(&self, th: &ThreadState, slf: &Value, on: bool) -> Res<()> {
        let monitoring = Profiler::monitoring(th)?;
        let tool = Value::int32(TOOL);
        if on {
            th.call_method_str(&monitoring, "use_tool_id", &[tool.clone(), th.str("cProfile")])?;
        }
        let names = th.getattr_str(&monitoring, "events")?;
        let mut mask = 0;
        let native: &[(&str, &str)] = if self.builtins.get() || !on { NATIVE_EVENTS } else { &[] };
        for (event, method) in PYTHON_EVENTS.iter().chain(native) {
            let event = th.getattr_str(&names, event)?;
            mask |= event.as_small_int().unwrap_or(0);
            let callback = if on { th.getattr_str(slf, method)? } else { Value::NONE };
            th.call_method_str(&monitoring, "register_callback", &[tool.clone(), event, callback])?;
        }
        let wanted = if on { mask } else { 0 };
        th.call_method_str(&monitoring, "set_events", &[tool.clone(), th.int(wanted)])?;
        if !on {
            th.call_method_str(&monitoring, "free_tool_id", &[tool])?;
        }
        Ok(())
    }
}

/// Which native function an object is, if it is one.
fn native_key(callable: &Value) -> Option<u64> {
    if let Some(function) = callable.downcast::<NativeFunction>() {
        return Some(std::ptr::from_ref(function.def) as u64);
    }
    callable.downcast::<MethodDescriptor>().map(|method| std::ptr::from_ref(method.def) as u64)
}

/// How statistics call a native function.
fn native_name(th: &ThreadState, callable: &Value) -> Res {
    let Some(function) = callable.downcast::<NativeFunction>() else { return th.repr(callable) };
    let name = function.name();
    let bound = function.bound.get().filter(|bound| !bound.is_instance_of(&MODULE_TYPE));
    if let Some(bound) = bound {
        let class = bound.class().as_value();
        return match th.getattr_opt_str(&class, name)? {
            Some(found) => th.repr(&found),
            None => Ok(th.str(&format!("<built-in method {name}>"))),
        };
    }
    let module = function.module.get().filter(|module| module.as_str().is_some());
    Ok(match module {
        Some(module) => th.str(&format!("<built-in method {}.{name}>", th.str_string(&module)?)),
        None => th.str(&format!("<built-in method {name}>")),
    })
}

#[pymethods]
impl Profiler {
    #[pyslot("(timer=None, timeunit=0.0, subcalls=True, builtins=True)")]
    fn new(
        th: &ThreadState,
        cls: &Type,
        _timer: Option<&Value>,
        _timeunit: f64,
        _subcalls: bool,
        _builtins: bool,
    ) -> Res {
        Ok(th.new_instance(
            cls,
            Profiler {
                profile: RefCell::default(),
                objects: RefCell::default(),
                timer: ValueCell::empty(),
                unit: Cell::new(0.0),
                subcalls: Cell::new(true),
                builtins: Cell::new(true),
                enabled: Cell::new(false),
            },
        ))
    }

    #[pyslot("(timer=None, timeunit=0.0, subcalls=True, builtins=True)")]
    fn init(&self, timer: Option<&Value>, timeunit: f64, subcalls: bool, builtins: bool) -> Res<()> {
        self.timer.set(timer.filter(|timer| !timer.is_none()).cloned());
        self.unit.set(timeunit);
        self.subcalls.set(subcalls);
        self.builtins.set(builtins);
        Ok(())
    }

    /// list of profiler_entry objects.
    ///
    /// getstats() -> list of profiler_entry objects
    ///
    /// Return all information collected by the profiler.
    /// Each profiler_entry is a tuple-like object with the
    /// following attributes:
    ///
    ///     code          code object
    ///     callcount     how many times this was called
    ///     reccallcount  how many times called recursively
    ///     totaltime     total time in this entry
    ///     inlinetime    inline time in this entry (not in subcalls)
    ///     calls         details of the calls
    ///
    /// The calls attribute is either None or a list of
    /// profiler_subentry objects:
    ///
    ///     code          called code object
    ///     callcount     how many times this is called
    ///     reccallcount  how many times this is called recursively
    ///     totaltime     total time spent in this call
    ///     inlinetime    inline time (not in further subcalls)
    #[pymethod("()")]
    fn getstats(&self, th: &ThreadState) -> Res {
        let has_timer = self.timer.is_some();
        let factor = if has_timer && self.unit.get() > 0.0 { self.unit.get() } else { 1e-9 };
        let objects = self.objects.borrow().clone();
        let profile = self.profile.borrow();
        let common = |object: &Value, counts: &Counts| {
            vec![
                object.clone(),
                th.int(counts.calls),
                th.int(counts.recursive),
                th.float(factor * counts.total as f64),
                th.float(factor * counts.inline as f64),
            ]
        };
        let mut all = Vec::new();
        for (entry, object) in profile.entries.iter().zip(&objects) {
            if entry.counts.calls == 0 {
                continue;
            }
            let mut calls: Vec<(&usize, &Counts)> = entry.calls.iter().filter(|(_, counts)| counts.calls > 0).collect();
            calls.sort_by_key(|(place, _)| **place);
            let mut list = Vec::with_capacity(calls.len());
            for (&place, counts) in calls {
                if let Some(object) = objects.get(place) {
                    list.push(SUBENTRY.make(th, common(object, counts)));
                }
            }
            let mut values = common(object, &entry.counts);
            values.push(if list.is_empty() { Value::NONE } else { th.list(list) });
            all.push(ENTRY.make(th, values));
        }
        Ok(th.list(all))
    }

    /// Start collecting profiling information.
    ///
    ///   subcalls
    ///     If True, also records for each function
    ///     statistics separated according to its current caller.
    ///   builtins
    ///     If True, records the time spent in
    ///     built-in functions separately from their caller.
    #[pymethod("(subcalls=True, builtins=True)")]
    fn enable(&self, th: &ThreadState, slf: &Value, subcalls: Option<&Value>, builtins: Option<&Value>) -> Res<()> {
        if let Some(subcalls) = subcalls {
            self.subcalls.set(th.is_true(subcalls)?);
        }
        if let Some(builtins) = builtins {
            self.builtins.set(th.is_true(builtins)?);
        }
        self.listen(th, slf, true)?;
        self.enabled.set(true);
        Ok(())
    }

    /// Stop collecting profiling information.
    #[pymethod("()")]
    fn disable(&self, th: &ThreadState, slf: &Value) -> Res<()> {
        if self.enabled.replace(false) {
            self.listen(th, slf, false)?;
            self.finish_calls(th);
        }
        Ok(())
    }

    /// Clear all profiling information collected so far.
    #[pymethod("()")]
    fn clear(&self) {
        let old = self.profile.take();
        let objects = self.objects.take();
        drop((old, objects));
    }

    #[pymethod("(code, instruction_offset, /)", name = "_pystart_callback")]
    fn py_start(&self, th: &ThreadState, code: &Value, _instruction_offset: &Value) -> Res<()> {
        self.enter(th, code.id(), || Ok(code.clone()))
    }

    #[pymethod("(code, instruction_offset, exception, /)", name = "_pythrow_callback")]
    fn py_throw(&self, th: &ThreadState, code: &Value, _instruction_offset: &Value, _exception: &Value) -> Res<()> {
        self.enter(th, code.id(), || Ok(code.clone()))
    }

    #[pymethod("(code, instruction_offset, retval, /)", name = "_pyreturn_callback")]
    fn py_return(&self, th: &ThreadState, _code: &Value, _instruction_offset: &Value, _retval: &Value) {
        self.leave(th);
    }

    #[pymethod("(code, instruction_offset, callable, self_arg, /)", name = "_ccall_callback")]
    fn c_call(
        &self,
        th: &ThreadState,
        _code: &Value,
        _instruction_offset: &Value,
        callable: &Value,
        _self_arg: &Value,
    ) -> Res<()> {
        match native_key(callable) {
            Some(key) if self.builtins.get() => self.enter(th, key, || native_name(th, callable)),
            _ => Ok(()),
        }
    }

    #[pymethod("(code, instruction_offset, callable, self_arg, /)", name = "_creturn_callback")]
    fn c_return(
        &self,
        th: &ThreadState,
        _code: &Value,
        _instruction_offset: &Value,
        callable: &Value,
        _self_arg: &Value,
    ) {
        if self.builtins.get() && native_key(callable).is_some() {
            self.leave(th);
        }
    }
}

/// The module `_lsprof`.
#[pymodule(name = "_lsprof", classes(super::PROFILER_TYPE))]
pub mod lsprof_module {
    //! Fast profiler
    use runtime::{Res, ThreadState, Value};

    use super::{ENTRY, SUBENTRY};
    use crate::system::numbers::add;

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        add(th, module, "profiler_entry", ENTRY.ready(th).as_value())?;
        add(th, module, "profiler_subentry", SUBENTRY.ready(th).as_value())
    }
}
