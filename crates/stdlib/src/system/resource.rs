//! `resource`: limits, and what was used.

use macros::pymodule;
use runtime::objects::int::IntView;
use runtime::{Res, ThreadState, Value, struct_sequence};

struct_sequence! {
    /// What was used of the machine.
    pub STRUCT_RUSAGE: "resource", "struct_rusage", "struct_rusage: Result from getrusage.

This object may be accessed either as a tuple of
    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,
    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)
or via the attributes ru_utime, ru_stime, ru_maxrss, and so on.", visible 16, constructible true, [
        "ru_utime": "user time used",
        "ru_stime": "system time used",
        "ru_maxrss": "max. resident set size",
        "ru_ixrss": "shared memory size",
        "ru_idrss": "unshared data size",
        "ru_isrss": "unshared stack size",
        "ru_minflt": "page faults not requiring I/O",
        "ru_majflt": "page faults requiring I/O",
        "ru_nswap": "number of swap outs",
        "ru_inblock": "block input operations",
        "ru_oublock": "block output operations",
        "ru_msgsnd": "IPC messages sent",
        "ru_msgrcv": "IPC messages received",
        "ru_nsignals": "signals received",
        "ru_nvcsw": "voluntary context switches",
        "ru_nivcsw": "involuntary context switches",
    ]
}

/// One limit; -1 is "none".
fn limit(th: &ThreadState, value: &Value) -> Res<u64> {
    let index = th.index(value)?;
    match index.as_int() {
        Some(IntView::Small(-1)) => Ok(u64::MAX),
        Some(number) if number.is_negative() => Err(th.value_error("Cannot convert negative int")),
        Some(IntView::Small(number)) => Ok(number as u64),
        Some(number) => u64::try_from(&number.to_big())
            .map_err(|_| th.overflow_error("Python int too large to convert to C rlim_t")),
        None => Ok(0),
    }
}

fn pair(th: &ThreadState, value: &Value) -> Res<(u64, u64)> {
    let items = match value.as_tuple() {
        Some(tuple) => tuple.as_slice().to_vec(),
        None => th.collect(value)?,
    };
    match items.as_slice() {
        [soft, hard] => Ok((limit(th, soft)?, limit(th, hard)?)),
        _ => Err(th.value_error("expected a tuple of 2 integers")),
    }
}

fn shown(th: &ThreadState, (soft, hard): (u64, u64)) -> Value {
    let number = |limit: u64| if limit == u64::MAX { Value::int32(-1) } else { th.int_from_u64(limit) };
    th.tuple(&[number(soft), number(hard)])
}

/// The module `resource`.
#[pymodule(name = "resource")]
pub mod resource_module {
    use host::resource;
    use runtime::objects::exceptions as exc;
    use runtime::{Raised, Res, ThreadState, Value};

    use super::{STRUCT_RUSAGE, pair, shown};
    use crate::system::numbers::{add, add_constants};

    fn check(th: &ThreadState, kind: i32) -> Res<u32> {
        match u32::try_from(kind) {
            Ok(number) if kind < resource::KINDS => Ok(number),
            _ => Err(th.value_error("invalid resource specified")),
        }
    }

    fn set_failure<'a>(th: &'a ThreadState, soft_hard: (u64, u64)) -> impl Fn(std::io::Error) -> Raised + 'a {
        move |error| match error.raw_os_error() {
            Some(host::error::EINVAL) => th.value_error("current limit exceeds maximum limit"),
            Some(host::error::EPERM) if soft_hard.0 <= soft_hard.1 => {
                th.value_error("not allowed to raise maximum limit")
            }
            _ => th.os_error(&error, None),
        }
    }

    #[pyfunction("(who, /)")]
    fn getrusage(th: &ThreadState, who: i32) -> Res {
        let usage = resource::usage(who).map_err(|error| match error.raw_os_error() {
            Some(host::error::EINVAL) => th.value_error("invalid who parameter"),
            _ => th.os_error(&error, None),
        })?;
        let mut values = vec![th.float(usage.user_time), th.float(usage.system_time)];
        values.extend(usage.counts.iter().map(|&count| th.int(count)));
        Ok(STRUCT_RUSAGE.make(th, values))
    }

    #[pyfunction("(resource, /)")]
    fn getrlimit(th: &ThreadState, resource: i32) -> Res {
        let kind = check(th, resource)?;
        let limits = resource::limits(kind).map_err(|error| th.os_error(&error, None))?;
        Ok(shown(th, limits))
    }

    #[pyfunction("(resource, limits, /)")]
    fn setrlimit(th: &ThreadState, resource: i32, limits: &Value) -> Res<()> {
        let kind = check(th, resource)?;
        th.audit("resource.setrlimit", &[Value::int32(resource), limits.clone()])?;
        let limits = pair(th, limits)?;
        resource::set_limits(kind, limits).map_err(set_failure(th, limits))
    }

    #[pyfunction("(pid, resource, limits=None, /)")]
    fn prlimit(th: &ThreadState, pid: i32, resource: i32, limits: Value) -> Res {
        let kind = check(th, resource)?;
        th.audit("resource.prlimit", &[Value::int32(pid), Value::int32(resource), limits.clone()])?;
        let new = if limits.is_none() { None } else { Some(pair(th, &limits)?) };
        let old = resource::process_limits(pid, kind, new).map_err(|error| match error.raw_os_error() {
            Some(host::error::EINVAL) => th.value_error("current limit exceeds maximum limit"),
            _ => th.os_error(&error, None),
        })?;
        Ok(shown(th, old))
    }

    #[pyfunction("()")]
    fn getpagesize() -> i64 {
        resource::page_size()
    }

    static CONSTANTS: &[(&str, i64)] = &[
        ("RLIMIT_AS", 9),
        ("RLIMIT_CORE", 4),
        ("RLIMIT_CPU", 0),
        ("RLIMIT_DATA", 2),
        ("RLIMIT_FSIZE", 1),
        ("RLIMIT_MEMLOCK", 8),
        ("RLIMIT_MSGQUEUE", 12),
        ("RLIMIT_NICE", 13),
        ("RLIMIT_NOFILE", 7),
        ("RLIMIT_NPROC", 6),
        ("RLIMIT_OFILE", 7),
        ("RLIMIT_RSS", 5),
        ("RLIMIT_RTPRIO", 14),
        ("RLIMIT_RTTIME", 15),
        ("RLIMIT_SIGPENDING", 11),
        ("RLIMIT_STACK", 3),
        ("RLIM_INFINITY", -1),
        ("RUSAGE_CHILDREN", -1),
        ("RUSAGE_SELF", 0),
        ("RUSAGE_THREAD", 1),
    ];

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        add(th, module, "error", exc::OS_ERROR.as_value())?;
        add(th, module, "struct_rusage", STRUCT_RUSAGE.ready(th).as_value())?;
        add_constants(th, module, CONSTANTS)
    }
}
