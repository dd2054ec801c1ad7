//! The machine and its settings: names, limits, environment, processors, scheduling, random bytes.

use macros::pymodule;
use runtime::objects::int::IntView;
use runtime::objects::tuple::Tuple;
use runtime::types::Type;
use runtime::{Res, ThreadState, Value, struct_sequence};

struct_sequence! {
    /// What `uname` returns.
    pub UNAME_RESULT: "posix", "uname_result", "uname_result: Result from os.uname().

This object may be accessed either as a tuple of
  (sysname, nodename, release, version, machine),
or via the attributes sysname, nodename, release, version, and machine.

See os.uname for more information.", visible 5, constructible true, [
        "sysname": "operating system name",
        "nodename": "name of machine on network (implementation-defined)",
        "release": "operating system release",
        "version": "operating system version",
        "machine": "hardware identifier",
    ]
}

struct_sequence! {
    /// What `times` returns.
    pub TIMES_RESULT: "posix", "times_result", "times_result: Result from os.times().

This object may be accessed either as a tuple of
  (user, system, children_user, children_system, elapsed),
or via the attributes user, system, children_user, children_system,
and elapsed.

See os.times for more information.", visible 5, constructible true, [
        "user": "user time",
        "system": "system time",
        "children_user": "user time of children",
        "children_system": "system time of children",
        "elapsed": "elapsed time since an arbitrary point in the past",
    ]
}

struct_sequence! {
    /// Scheduling parameters.
    pub SCHED_PARAM: "posix", "sched_param", "Currently has only one field: sched_priority

  sched_priority
    A scheduling parameter.", visible 1, constructible true, [
        "sched_priority": "the scheduling priority",
    ]
}

/// `sched_param(sched_priority)`: takes the field itself instead of a sequence.
fn new_sched_param(th: &ThreadState, class: &Type, args: &[Value], kwnames: &[Value]) -> Res {
    let named = |name: &Value| name.as_str().is_some_and(|name| name.equals_ascii("sched_priority"));
    match (args, kwnames) {
        // As it is pickled.
        ([fields, hidden], []) if fields.as_tuple().is_some_and(|fields| fields.len() == 1) && !hidden.is_none() => {
            let fields = fields.as_tuple().map(|fields| fields.as_slice().to_vec()).unwrap_or_default();
            Ok(th.tuple_of_class(class, &fields))
        }
        ([priority], []) => Ok(th.tuple_of_class(class, std::slice::from_ref(priority))),
        ([priority], [name]) if named(name) => Ok(th.tuple_of_class(class, std::slice::from_ref(priority))),
        ([], _) => Err(th.type_error("sched_param() missing required argument 'sched_priority' (pos 1)")),
        (_, []) => Err(th.type_error(format_args!("sched_param() takes at most 1 argument ({} given)", args.len()))),
        _ => Err(th.type_error("sched_param() got an unexpected keyword argument")),
    }
}

/// `sched_param` objects are pickled as calls with the priority.
fn priority_of(th: &ThreadState, param: &Value) -> Res<i32> {
    if !param.is_exactly(&SCHED_PARAM.class) {
        return Err(th.type_error("must have a sched_param object"));
    }
    let items: &Tuple = match param.as_tuple() {
        Some(items) => items,
        None => return Err(th.type_error("must have a sched_param object")),
    };
    let first = items.as_slice().first().cloned().unwrap_or(Value::NONE);
    let number = th.index(&first)?.as_int().and_then(IntView::to_i64);
    match number.map(i32::try_from) {
        Some(Ok(priority)) => Ok(priority),
        Some(Err(_)) => Err(th.overflow_error("sched_priority out of range")),
        None => Err(th.overflow_error("Python int too large to convert to C long")),
    }
}

/// The priority that a `sched_param` object holds, for `posix_spawn`.
pub fn scheduling_priority(th: &ThreadState, param: &Value) -> Res<i32> {
    priority_of(th, param)
}

/// A name of `sysconf` and its kin, or the number itself.
pub fn configuration_name(th: &ThreadState, name: &Value, table: &[(&str, i64)]) -> Res<i32> {
    if let Some(text) = name.as_str() {
        let found = table.iter().find(|(known, _)| text.equals_ascii(known));
        return match found {
            Some((_, number)) => Ok(*number as i32),
            None => Err(th.value_error("unrecognized configuration name")),
        };
    }
    if !th.is_index(name) {
        return Err(th.type_error("configuration names must be strings or integers"));
    }
    super::arguments::int32(th, name)
}

/// Prepares the result types and tables.
pub fn init(th: &ThreadState, module: &Value) -> Res<()> {
    use runtime::objects::dict::Dict;
    th.setattr_str(module, "uname_result", UNAME_RESULT.ready(th).value_ref())?;
    th.setattr_str(module, "times_result", TIMES_RESULT.ready(th).value_ref())?;
    let class = SCHED_PARAM.ready(th);
    class.slots().new.set(Some(new_sched_param));
    th.setattr_str(module, "sched_param", class.value_ref())?;
    let tables = [
        ("sysconf_names", host::constants::posix::SYSCONF),
        ("confstr_names", host::constants::posix::CONFSTR),
        ("pathconf_names", host::constants::posix::PATHCONF),
    ];
    for (name, table) in tables {
        let names = Dict::new();
        for (name, number) in table {
            drop(names.set_str(&th.intern(name), th.int(*number)));
        }
        th.setattr_str(module, name, &th.dict(names))?;
    }
    Ok(())
}

/// Functions of the module `posix`.
#[pymodule(name = "posix")]
pub mod functions {
    use host::system;
    use runtime::objects::dict::Dict;
    use runtime::{Res, ThreadState, Value};

    use super::{SCHED_PARAM, TIMES_RESULT, UNAME_RESULT, configuration_name, priority_of};
    use crate::files::posix::arguments::{fs_encoded, fs_text, fspath};

    /// Return an object identifying the current operating system.
    ///
    /// The object behaves like a named tuple with the following fields:
    ///   (sysname, nodename, release, version, machine)
    #[pyfunction("()")]
    fn uname(th: &ThreadState) -> Res {
        let names = system::names().map_err(|error| th.os_error(&error, None))?;
        let mut values = Vec::new();
        for name in names {
            values.push(fs_text(th, &name)?);
        }
        Ok(UNAME_RESULT.make(th, values))
    }

    /// Return a collection containing process timing information.
    ///
    /// The object returned behaves like a named tuple with these fields:
    ///   (utime, stime, cutime, cstime, elapsed_time)
    /// All fields are floating-point numbers.
    #[pyfunction("()")]
    fn times(th: &ThreadState) -> Res {
        let (times, ticks) = system::process_times().map_err(|error| th.os_error(&error, None))?;
        Ok(TIMES_RESULT.make(th, times.map(|time| th.float(time as f64 / ticks as f64)).to_vec()))
    }

    /// Return an integer-valued system configuration variable.
    #[pyfunction("(name, /)")]
    fn sysconf(th: &ThreadState, name: &Value) -> Res<i64> {
        let name = configuration_name(th, name, host::constants::posix::SYSCONF)?;
        let value = system::setting(name).map_err(|error| th.os_error(&error, None))?;
        Ok(value.unwrap_or(-1))
    }

    /// Return a string-valued system configuration variable.
    #[pyfunction("(name, /)")]
    fn confstr(th: &ThreadState, name: &Value) -> Res {
        let name = configuration_name(th, name, host::constants::posix::CONFSTR)?;
        match system::text_setting(name).map_err(|error| th.os_error(&error, None))? {
            Some(text) => fs_text(th, &text),
            None => Ok(Value::NONE),
        }
    }

    /// Return average recent system load information.
    ///
    /// Return the number of processes in the system run queue averaged over
    /// the last 1, 5, and 15 minutes as a tuple of three floats.
    /// Raises OSError if the load average was unobtainable.
    #[pyfunction("()")]
    fn getloadavg(th: &ThreadState) -> Res<(f64, f64, f64)> {
        match system::load() {
            Some([one, five, fifteen]) => Ok((one, five, fifteen)),
            None => Err(th.os_error_message("Load averages are unobtainable")),
        }
    }

    /// Checks if PyOS_CallInputHook is set
    #[pyfunction("()")]
    fn _is_inputhook_installed() -> bool {
        false
    }

    /// Calls PyOS_CallInputHook dropping the GIL first
    #[pyfunction("()")]
    fn _inputhook() {}

    /// Return the number of logical CPUs in the system.
    ///
    /// Return None if indeterminable.
    #[pyfunction("()")]
    fn cpu_count(th: &ThreadState) -> Option<i64> {
        th.interp().config.borrow().cpu_count.or_else(system::processors)
    }

    /// Translate an error code to a message string.
    #[pyfunction("(code, /)")]
    fn strerror(code: i32) -> String {
        host::error::message(code)
    }

    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[pyfunction("(size, /)")]
    fn urandom(th: &ThreadState, size: isize) -> Res {
        let Ok(size) = usize::try_from(size) else {
            return Err(th.value_error("negative argument not allowed"));
        };
        let mut bytes = zeros(th, size)?;
        if !th.without_gil(|| host::entropy::fill(&mut bytes)) {
            return Err(th.not_implemented_error("the system has no source of random bytes"));
        }
        Ok(th.bytes(&bytes))
    }

    fn zeros(th: &ThreadState, size: usize) -> Res<Vec<u8>> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size).map_err(|_| th.memory_error())?;
        bytes.resize(size, 0);
        Ok(bytes)
    }

    /// Obtain a series of random bytes.
    #[pyfunction("(size, flags=0)")]
    fn getrandom(th: &ThreadState, size: isize, flags: i32) -> Res {
        let Ok(size) = usize::try_from(size) else {
            return Err(th.os_error(&std::io::Error::from_raw_os_error(host::error::EINVAL), None));
        };
        let mut bytes = zeros(th, size)?;
        let count = th.blocking_call(|| system::random(&mut bytes, flags as u32))?;
        Ok(th.bytes(bytes.get(..count).unwrap_or_default()))
    }

    /// Create the environment dictionary.
    #[pyfunction("()")]
    pub(super) fn _create_environ(th: &ThreadState) -> Res {
        let environ = Dict::new();
        for (name, value) in host::environment::all() {
            environ.set_default(th, &th.bytes(&name), th.bytes(&value))?;
        }
        Ok(th.dict(environ))
    }

    /// Change or add an environment variable.
    #[pyfunction("(name, value, /)")]
    fn putenv(th: &ThreadState, name: &Value, value: &Value) -> Res<()> {
        let (name, value) = (fs_encoded(th, name)?, fs_encoded(th, value)?);
        th.audit("os.putenv", &[th.bytes(name.as_bytes()), th.bytes(value.as_bytes())])?;
        if name.as_bytes().contains(&b'=') {
            return Err(th.value_error("illegal environment variable name"));
        }
        if name.is_empty() {
            return Err(th.os_error(&std::io::Error::from_raw_os_error(host::error::EINVAL), None));
        }
        host::environment::set(name.as_bytes(), value.as_bytes());
        Ok(())
    }

    /// Delete an environment variable.
    #[pyfunction("(name, /)")]
    fn unsetenv(th: &ThreadState, name: &Value) -> Res<()> {
        let name = fs_encoded(th, name)?;
        th.audit("os.unsetenv", &[th.bytes(name.as_bytes())])?;
        if !host::environment::is_name(name.as_bytes()) {
            return Err(th.os_error(&std::io::Error::from_raw_os_error(host::error::EINVAL), None));
        }
        host::environment::remove(name.as_bytes());
        Ok(())
    }

    /// Execute the command in a subshell.
    #[pyfunction("(command)")]
    fn system(th: &ThreadState, command: &Value) -> Res<i32> {
        let path = fspath(th, command)?;
        let raw = fs_encoded(th, &path)?;
        th.audit("os.system", &[path])?;
        Ok(th.without_gil(|| system::shell(&raw)))
    }

    /// Set the current numeric umask and return the previous umask.
    #[pyfunction("(mask, /)")]
    fn umask(mask: i32) -> u32 {
        host::process::set_umask(mask as u32)
    }

    // Processors and scheduling.

    /// Voluntarily relinquish the CPU.
    #[pyfunction("()")]
    fn sched_yield(th: &ThreadState) -> Res<()> {
        th.without_gil(system::yield_processor).map_err(|error| th.os_error(&error, None))?;
        Ok(())
    }

    /// Get the minimum scheduling priority for policy.
    #[pyfunction("(policy)")]
    fn sched_get_priority_min(th: &ThreadState, policy: i32) -> Res<i32> {
        system::least_priority(policy).map_err(|error| th.os_error(&error, None))
    }

    /// Get the maximum scheduling priority for policy.
    #[pyfunction("(policy)")]
    fn sched_get_priority_max(th: &ThreadState, policy: i32) -> Res<i32> {
        system::greatest_priority(policy).map_err(|error| th.os_error(&error, None))
    }

    /// Get the scheduling policy for the process identified by pid.
    ///
    /// Passing 0 for pid returns the scheduling policy for the calling process.
    #[pyfunction("(pid, /)")]
    fn sched_getscheduler(th: &ThreadState, pid: i32) -> Res<i32> {
        system::scheduler(pid).map_err(|error| th.os_error(&error, None))
    }

    /// Set the scheduling policy for the process identified by pid.
    ///
    /// If pid is 0, the calling process is changed.
    /// param is an instance of sched_param.
    #[pyfunction("(pid, policy, param, /)")]
    fn sched_setscheduler(th: &ThreadState, pid: i32, policy: i32, param: &Value) -> Res<()> {
        let priority = priority_of(th, param)?;
        system::set_scheduling(pid, Some(policy), priority).map_err(|error| th.os_error(&error, None))
    }

    /// Returns scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, returns parameters for the calling process.
    /// Return value is an instance of sched_param.
    #[pyfunction("(pid, /)")]
    fn sched_getparam(th: &ThreadState, pid: i32) -> Res {
        let priority = system::scheduling_priority(pid).map_err(|error| th.os_error(&error, None))?;
        Ok(SCHED_PARAM.make(th, vec![Value::int32(priority)]))
    }

    /// Set scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, sets parameters for the calling process.
    /// param should be an instance of sched_param.
    #[pyfunction("(pid, param, /)")]
    fn sched_setparam(th: &ThreadState, pid: i32, param: &Value) -> Res<()> {
        let priority = priority_of(th, param)?;
        system::set_scheduling(pid, None, priority).map_err(|error| th.os_error(&error, None))
    }

    /// Return the round-robin quantum for the process identified by pid, in seconds.
    ///
    /// Value returned is a float.
    #[pyfunction("(pid, /)")]
    fn sched_rr_get_interval(th: &ThreadState, pid: i32) -> Res<f64> {
        let quantum = system::quantum(pid).map_err(|error| th.os_error(&error, None))?;
        Ok(quantum as f64 * 1e-9)
    }

    /// Return the affinity of the process identified by pid (or the current process if zero).
    ///
    /// The affinity is returned as a set of CPU identifiers.
    #[pyfunction("(pid, /)")]
    fn sched_getaffinity(th: &ThreadState, pid: i32) -> Res {
        let processors = system::affinity(pid).map_err(|error| th.os_error(&error, None))?;
        th.set(&processors.into_iter().map(Value::index).collect::<Vec<Value>>())
    }

    /// Set the CPU affinity of the process identified by pid to mask.
    ///
    ///   pid
    ///     The process ID to set affinity for.
    ///   mask
    ///     An iterable of integers identifying CPUs.
    #[pyfunction("(pid, mask, /)")]
    fn sched_setaffinity(th: &ThreadState, pid: i32, mask: &Value) -> Res<()> {
        let mut processors = Vec::new();
        th.for_each(mask, |item| {
            let Some(number) = item.as_int() else {
                let class = item.class().as_value();
                return Err(th.type_error(format_args!(
                    "expected an iterator of ints, but iterator yielded {}",
                    th.repr_string(&class)?
                )));
            };
            match number.to_i64() {
                Some(number) if number < 0 => Err(th.value_error("negative CPU number")),
                Some(number) if number < i64::from(i32::MAX) => {
                    // Numbers that no machine has are refused by the kernel: the set is empty then.
                    if (number as usize) < system::MAX_PROCESSORS {
                        processors.push(number as usize);
                    }
                    Ok(())
                }
                _ => Err(th.overflow_error("CPU number too large")),
            }
        })?;
        system::set_affinity(pid, &processors).map_err(|error| th.os_error(&error, None))
    }

    /// Return program scheduling priority.
    #[pyfunction("(which, who)")]
    fn getpriority(th: &ThreadState, which: i32, who: i32) -> Res<i32> {
        system::priority(which as u32, who as u32).map_err(|error| th.os_error(&error, None))
    }

    /// Set program scheduling priority.
    #[pyfunction("(which, who, priority)")]
    fn setpriority(th: &ThreadState, which: i32, who: i32, priority: i32) -> Res<()> {
        system::set_priority(which as u32, who as u32, priority).map_err(|error| th.os_error(&error, None))
    }

    /// Add increment to the priority of process and return the new priority.
    #[pyfunction("(increment, /)")]
    fn nice(th: &ThreadState, increment: i32) -> Res<i32> {
        system::nice(increment).map_err(|error| th.os_error(&error, None))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        super::init(th, module)?;
        th.setattr_str(module, "environ", &_create_environ(th)?)
    }
}
