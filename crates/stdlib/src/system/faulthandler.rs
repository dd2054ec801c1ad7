//! `faulthandler`: the stacks of threads, written when the process dies, hangs or gets a signal.

use std::time::Duration;

use macros::pymodule;
use runtime::gc::ValueCell;
use runtime::objects::int::IntView;
use runtime::{Res, ThreadState, Value};

/// Files that signal handlers write to: they must stay open.
#[derive(Default)]
struct Files {
    fatal: ValueCell,
    later: ValueCell,
    signals: std::cell::RefCell<Vec<(i32, Value)>>,
}

/// The descriptor to write to: of a file, or a number; `sys.stderr` if none is given. Also what keeps it open.
fn target(th: &ThreadState, file: Option<&Value>) -> Res<(i32, Value)> {
    let file = match file.filter(|file| !file.is_none()) {
        Some(file) => file.clone(),
        None => match th.sys_attribute("stderr") {
            None => return Err(th.runtime_error("unable to get sys.stderr")),
            Some(file) if file.is_none() => return Err(th.runtime_error("sys.stderr is None")),
            Some(file) => file,
        },
    };
    if file.as_int().is_some() {
        if file.as_bool().is_some() {
            let category = &runtime::objects::exceptions::RUNTIME_WARNING;
            runtime::warnings::warn(th, category, "bool is used as a file descriptor")?;
        }
        let number = file.as_int().and_then(IntView::to_i64).and_then(|number| i32::try_from(number).ok());
        return match number.filter(|&fd| fd >= 0) {
            Some(fd) => Ok((fd, Value::NONE)),
            None => Err(th.value_error("file is not a valid file descripter")),
        };
    }
    let number = th.call_method_str(&file, "fileno", &[])?;
    let fd = number.as_int().and_then(IntView::to_i64).and_then(|number| i32::try_from(number).ok());
    let Some(fd) = fd.filter(|&fd| fd >= 0) else {
        return Err(th.runtime_error("file.fileno() is not a valid file descriptor"));
    };
    if let Err(raised) = th.call_method_str(&file, "flush", &[]) {
        drop(th.take_raised(raised));
    }
    Ok((fd, file))
}

/// "0:01:30.500000"
fn time_text(microseconds: u64) -> String {
    let (seconds, rest) = (microseconds / 1_000_000, microseconds % 1_000_000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest > 0 {
        format!("Timeout ({hours}:{minutes:02}:{seconds:02}.{rest:06})!\n")
    } else {
        format!("Timeout ({hours}:{minutes:02}:{seconds:02})!\n")
    }
}

/// The module `faulthandler`.
#[pymodule(name = "faulthandler")]
pub mod faulthandler_module {
    //! faulthandler module.
    use host::fault;
    use runtime::frame::dump;

    use super::*;

    /// Dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[pyfunction("(file=None, all_threads=True)", text = "($module, /, file=sys.stderr, all_threads=True)")]
    fn dump_traceback(th: &ThreadState, file: Option<&Value>, all_threads: bool) -> Res<()> {
        let (fd, _file) = target(th, file)?;
        dump::watch(th);
        dump::write_stacks(fd, all_threads);
        th.check_signals()
    }

    /// Dump the C stack of the current thread.
    #[pyfunction("(file=None)", text = "($module, /, file=sys.stderr)")]
    fn dump_c_stack(th: &ThreadState, file: Option<&Value>) -> Res<()> {
        let (fd, _file) = target(th, file)?;
        fault::write_c_stack(fd);
        th.check_signals()
    }

    /// Enable the fault handler.
    #[pyfunction(
        "(file=None, all_threads=True, c_stack=True)",
        text = "($module, /, file=sys.stderr, all_threads=True)"
    )]
    fn enable(th: &ThreadState, file: Option<&Value>, all_threads: bool, c_stack: bool) -> Res<()> {
        let (fd, file) = target(th, file)?;
        dump::watch(th);
        th.extension::<Files>().fatal.set(Some(file));
        fault::enable(fd, all_threads, c_stack).map_err(|error| th.runtime_error(error))
    }

    /// Disable the fault handler.
    #[pyfunction("()")]
    fn disable(th: &ThreadState) -> bool {
        let was = fault::disable();
        th.extension::<Files>().fatal.set(None);
        was
    }

    /// Check if the handler is enabled.
    #[pyfunction("()")]
    fn is_enabled() -> bool {
        fault::is_enabled()
    }

    /// Dump the traceback of all threads in timeout seconds,
    /// or each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not safe.
    #[pyfunction(
        "(timeout, repeat=False, file=None, exit=False)",
        text = "($module, /, timeout, repeat=False, file=sys.stderr, exit=False)"
    )]
    fn dump_traceback_later(
        th: &ThreadState,
        timeout: &Value,
        repeat: bool,
        file: Option<&Value>,
        exit: bool,
    ) -> Res<()> {
        let nanoseconds = crate::system::numbers::nanoseconds(th, timeout, crate::system::numbers::Rounding::Up)?;
        let microseconds = nanoseconds.div_euclid(1000) + i64::from(nanoseconds.rem_euclid(1000) > 0);
        if microseconds <= 0 {
            return Err(th.value_error("timeout must be greater than 0"));
        }
        let microseconds = microseconds as u64;
        let (fd, file) = target(th, file)?;
        dump::watch(th);
        th.extension::<Files>().later.set(Some(file));
        fault::watch(Duration::from_micros(microseconds), repeat, fd, exit, time_text(microseconds))
            .map_err(|_| th.runtime_error("unable to start watchdog thread"))
    }

    /// Cancel the previous call to dump_traceback_later().
    #[pyfunction("()")]
    fn cancel_dump_traceback_later(th: &ThreadState) {
        fault::stop_watching();
        th.extension::<Files>().later.set(None);
    }

    fn check_signal(th: &ThreadState, signum: i32) -> Res<()> {
        if fault::FATAL.iter().any(|&(fatal, _)| fatal == signum) {
            return Err(th.runtime_error(format_args!("signal {signum} cannot be registered, use enable() instead")));
        }
        if !(1..host::signal::NSIG).contains(&signum) {
            return Err(th.value_error("signal number out of range"));
        }
        Ok(())
    }

    /// Register a handler for the signal 'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[pyfunction(
        "(signum, file=None, all_threads=True, chain=False)",
        text = "($module, /, signum, file=sys.stderr, all_threads=True, chain=False)"
    )]
    fn register(th: &ThreadState, signum: i32, file: Option<&Value>, all_threads: bool, chain: bool) -> Res<()> {
        check_signal(th, signum)?;
        let (fd, file) = target(th, file)?;
        dump::watch(th);
        fault::register(signum, fd, all_threads, chain).map_err(|error| th.os_error(&error, None))?;
        let files = th.extension::<Files>();
        let mut signals = files.signals.borrow_mut();
        let old = signals.iter_mut().find(|(number, _)| *number == signum);
        let dropped = match old {
            Some((_, old)) => Some(std::mem::replace(old, file)),
            None => {
                signals.push((signum, file));
                None
            }
        };
        drop(signals);
        drop(dropped);
        Ok(())
    }

    /// Unregister the handler of the signal 'signum' registered by register().
    #[pyfunction("(signum, /)")]
    fn unregister(th: &ThreadState, signum: i32) -> Res<bool> {
        check_signal(th, signum)?;
        let was = fault::unregister(signum);
        let files = th.extension::<Files>();
        let file = {
            let mut signals = files.signals.borrow_mut();
            signals.iter().position(|&(number, _)| number == signum).map(|index| signals.swap_remove(index))
        };
        drop(file);
        Ok(was)
    }

    /// Read from NULL, raise a SIGSEGV or SIGBUS signal depending on the platform.
    #[pyfunction("()", name = "_read_null")]
    fn read_null() {
        // What reading there comes to.
        fault::fault(fault::FATAL[4].0);
    }

    /// Raise a SIGSEGV signal.
    #[pyfunction("(release_gil=False, /)", name = "_sigsegv")]
    fn sigsegv(th: &ThreadState, release_gil: bool) {
        let signal = fault::FATAL[4].0;
        if release_gil {
            th.without_gil(|| fault::fault(signal));
        } else {
            fault::fault(signal);
        }
    }

    /// Raise a SIGABRT signal.
    #[pyfunction("()", name = "_sigabrt")]
    fn sigabrt() {
        fault::abort();
    }

    /// Raise a SIGFPE signal.
    #[pyfunction("()", name = "_sigfpe")]
    fn sigfpe() {
        fault::fault(fault::FATAL[2].0);
    }

    /// Call Py_FatalError() in a new C thread.
    #[pyfunction("()", name = "_fatal_error_c_thread")]
    fn fatal_error_c_thread(th: &ThreadState) {
        dump::watch(th);
        th.without_gil(fault::fail_in_new_thread);
    }
}
