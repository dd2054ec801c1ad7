//! `_signal`: handlers, masks and timers of signals.
//!
//! What happens when a signal arrives is in `signals.rs`; the system calls are in `host/src/signal.rs`.

use macros::pymodule;

crate::struct_sequence! {
    /// What `sigwaitinfo` returns.
    pub SIGINFO: "signal", "struct_siginfo",
    "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.",
    visible 7, constructible true, [
        "si_signo": "signal number",
        "si_code": "signal code",
        "si_errno": "errno associated with this signal",
        "si_pid": "sending process ID",
        "si_uid": "real user ID of sending process",
        "si_status": "exit value or signal",
        "si_band": "band event for SIGPOLL",
    ]
}

/// Signals by name. One number may have several names.
const NUMBERS: &[(&str, i32)] = &[
    ("SIGABRT", libc::SIGABRT),
    ("SIGALRM", libc::SIGALRM),
    ("SIGBUS", libc::SIGBUS),
    ("SIGCHLD", libc::SIGCHLD),
    ("SIGCLD", libc::SIGCHLD),
    ("SIGCONT", libc::SIGCONT),
    ("SIGFPE", libc::SIGFPE),
    ("SIGHUP", libc::SIGHUP),
    ("SIGILL", libc::SIGILL),
    ("SIGINT", libc::SIGINT),
    ("SIGIO", libc::SIGIO),
    ("SIGIOT", libc::SIGABRT),
    ("SIGKILL", libc::SIGKILL),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGPOLL", libc::SIGIO),
    ("SIGPROF", libc::SIGPROF),
    ("SIGPWR", libc::SIGPWR),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGSYS", libc::SIGSYS),
    ("SIGTERM", libc::SIGTERM),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGURG", libc::SIGURG),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIG_BLOCK", libc::SIG_BLOCK),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
    ("SIG_SETMASK", libc::SIG_SETMASK),
    ("ITIMER_REAL", libc::ITIMER_REAL),
    ("ITIMER_VIRTUAL", libc::ITIMER_VIRTUAL),
    ("ITIMER_PROF", libc::ITIMER_PROF),
    ("SIG_DFL", 0),
    ("SIG_IGN", 1),
    ("NSIG", host::signal::NSIG),
];

/// The module `_signal`.
#[pymodule(name = "_signal")]
pub mod signal {
    //! This module provides mechanisms to use signal handlers in Python.
    //!
    //! Functions:
    //!
    //! alarm() -- cause SIGALRM after a specified time [Unix only]
    //! setitimer() -- cause a signal (described below) after a specified
    //!                float time and the timer may restart then [Unix only]
    //! getitimer() -- get current value of timer [Unix only]
    //! signal() -- set the action for a given signal
    //! getsignal() -- get the signal action for a given signal
    //! pause() -- wait until a signal arrives [Unix only]
    //! default_int_handler() -- default SIGINT handler
    //!
    //! signal constants:
    //! SIG_DFL -- used to refer to the system default handler
    //! SIG_IGN -- used to ignore the signal
    //! NSIG -- number of defined signals
    //! SIGINT, SIGTERM, etc. -- signal numbers
    //!
    //! *** IMPORTANT NOTICE ***
    //! A signal handler function is called with two arguments:
    //! the first is the signal number, the second is the interrupted stack frame.

    use std::io;
    use std::time::{Duration, Instant};

    use host::signal::{self as system, Action, Info, NSIG, Timer};

    use super::{NUMBERS, SIGINFO};
    use crate::gc::ValueCell;
    use crate::modules::thread::lock::{deadline_after, seconds as seconds_of};
    use crate::objects::exceptions as exc;
    use crate::signals::Handlers;
    use crate::{Raised, Res, ThreadState, Value};

    /// `signal.ItimerError`.
    #[derive(Default)]
    struct TimerError(ValueCell);

    fn check_number(th: &ThreadState, number: i32) -> Res<()> {
        if (1..NSIG).contains(&number) { Ok(()) } else { Err(th.value_error("signal number out of range")) }
    }

    fn check_main(th: &ThreadState, message: &str) -> Res<()> {
        if th.is_main() { Ok(()) } else { Err(th.value_error(message)) }
    }

    fn system_result<T>(th: &ThreadState, result: io::Result<T>) -> Res<T> {
        result.map_err(|error| th.os_error(&error, None))
    }

    /// The default handler for SIGINT installed by Python.
    ///
    /// It raises KeyboardInterrupt.
    #[pyfunction("(signalnum, frame, /)")]
    fn default_int_handler(th: &ThreadState, signalnum: i32, frame: &Value) -> Res<()> {
        let _ = (signalnum, frame);
        Err(th.keyboard_interrupt())
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[pyfunction("(seconds, /)")]
    fn alarm(seconds: i32) -> u32 {
        system::alarm(seconds as u32)
    }

    /// Wait until a signal arrives.
    #[pyfunction("()")]
    fn pause(th: &ThreadState) -> Res<()> {
        th.without_gil(system::pause);
        th.check_signals()
    }

    /// Send a signal to the executing process.
    #[pyfunction("(signalnum, /)")]
    fn raise_signal(th: &ThreadState, signalnum: i32) -> Res<()> {
        let result = th.without_gil(|| system::raise(signalnum));
        system_result(th, result)?;
        th.check_signals()
    }

    /// Set the action for the given signal.
    ///
    /// The action can be SIG_DFL, SIG_IGN, or a callable Python object.
    /// The previous action is returned.  See getsignal() for possible return values.
    ///
    /// *** IMPORTANT NOTICE ***
    /// A signal handler function is called with two arguments:
    /// the first is the signal number, the second is the interrupted stack frame.
    #[pyfunction("(signalnum, handler, /)")]
    fn signal(th: &ThreadState, signalnum: i32, handler: &Value) -> Res {
        check_main(th, "signal only works in main thread of the main interpreter")?;
        check_number(th, signalnum)?;
        let is =
            |number: i64| -> Res<bool> { Ok(handler.as_int().is_some_and(|handler| handler.to_i64() == Some(number))) };
        let (action, kept) = if is(0)? {
            (Action::Default, Value::int32(0))
        } else if is(1)? {
            (Action::Ignore, Value::int32(1))
        } else if th.is_callable(handler) {
            (Action::Note, handler.clone())
        } else {
            return Err(th.type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"));
        };
        // Signals that have arrived are for the old handler.
        th.check_signals()?;
        system_result(th, system::set_action(signalnum, action))?;
        let state = th.extension::<Handlers>();
        let mut handlers = state.handlers.borrow_mut();
        Ok(match handlers.get_mut(signalnum as usize) {
            Some(place) => std::mem::replace(place, kept),
            None => Value::NONE,
        })
    }

    /// Return the current action for the given signal.
    ///
    /// The return value can be:
    ///   SIG_IGN -- if the signal is being ignored
    ///   SIG_DFL -- if the default action for the signal is in effect
    ///   None    -- if an unknown handler is in effect
    ///   anything else -- the callable Python object used as a handler
    #[pyfunction("(signalnum, /)")]
    fn getsignal(th: &ThreadState, signalnum: i32) -> Res {
        check_number(th, signalnum)?;
        Ok(th.extension::<Handlers>().handlers.borrow().get(signalnum as usize).cloned().unwrap_or(Value::NONE))
    }

    /// Return the system description of the given signal.
    ///
    /// Returns the description of signal *signalnum*, such as "Interrupt"
    /// for :const:`SIGINT`. Returns :const:`None` if *signalnum* has no
    /// description. Raises :exc:`ValueError` if *signalnum* is invalid.
    #[pyfunction("(signalnum, /)")]
    fn strsignal(th: &ThreadState, signalnum: i32) -> Res {
        check_number(th, signalnum)?;
        Ok(system::describe(signalnum).map_or(Value::NONE, |text| th.str(&text)))
    }

    /// Change system call restart behaviour.
    ///
    /// If flag is False, system calls will be restarted when interrupted by
    /// signal sig, else system calls will be interrupted.
    #[pyfunction("(signalnum, flag, /)")]
    fn siginterrupt(th: &ThreadState, signalnum: i32, flag: i32) -> Res<()> {
        check_number(th, signalnum)?;
        system_result(th, system::set_interrupts(signalnum, flag != 0))
    }

    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    ///
    /// A library can use this to wakeup select or poll.
    /// The previous fd or -1 is returned.
    ///
    /// The fd must be non-blocking.
    #[pyfunction("(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(th: &ThreadState, fd: i32, warn_on_full_buffer: bool) -> Res<i32> {
        check_main(th, "set_wakeup_fd only works in main thread of the main interpreter")?;
        if fd != -1 {
            match system::is_nonblocking(fd) {
                Ok(true) => {}
                Ok(false) => return Err(th.value_error(format_args!("the fd {fd} must be in non-blocking mode"))),
                Err(error) => return Err(th.os_error(&error, None)),
            }
        }
        th.extension::<Handlers>().warn_on_full_buffer.set(warn_on_full_buffer);
        Ok(system::set_wakeup_fd(fd.max(-1)))
    }

    fn timer_error(th: &ThreadState, error: &io::Error) -> Raised {
        let number = error.raw_os_error().unwrap_or(0);
        let Some(class) = th.extension::<TimerError>().0.get() else { return th.os_error(error, None) };
        match th.call(&class, &[Value::int32(number), th.str(&host::error::message(number))]) {
            Ok(exception) => th.raise(exception),
            Err(raised) => raised,
        }
    }

    fn timer_value(th: &ThreadState, timer: Timer) -> Value {
        th.tuple(&[th.float(timer.value), th.float(timer.interval)])
    }

    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    ///
    /// The timer will fire after value seconds and after that every interval
    /// seconds.  The itimer can be cleared by setting seconds to zero.
    ///
    /// Returns old values as a tuple: (delay, interval).
    #[pyfunction("(which, seconds, interval=0.0, /)")]
    fn setitimer(th: &ThreadState, which: i32, seconds: &Value, #[default(&Value::int32(0))] interval: &Value) -> Res {
        let new = Timer { value: seconds_of(th, seconds)?, interval: seconds_of(th, interval)? };
        match system::set_timer(which, new) {
            Ok(old) => Ok(timer_value(th, old)),
            Err(error) => Err(timer_error(th, &error)),
        }
    }

    /// Returns current value of given itimer.
    #[pyfunction("(which, /)")]
    fn getitimer(th: &ThreadState, which: i32) -> Res {
        match system::get_timer(which) {
            Ok(timer) => Ok(timer_value(th, timer)),
            Err(error) => Err(timer_error(th, &error)),
        }
    }

    /// The numbers of an iterable of signals.
    fn signal_set(th: &ThreadState, signals: &Value) -> Res<Vec<i32>> {
        let mut numbers = Vec::new();
        th.for_each(signals, |signal| {
            let number = th.index(&signal)?;
            let number = number.as_int().and_then(|number| number.to_i64());
            match number.filter(|number| (1..i64::from(NSIG)).contains(number)) {
                Some(number) => {
                    numbers.push(number as i32);
                    Ok(())
                }
                None => {
                    let shown = th.repr_string(&signal)?;
                    let last = NSIG - 1;
                    Err(th.value_error(format_args!("signal number {shown} out of range [1; {last}]")))
                }
            }
        })?;
        // Two real-time signals are the C library's own.
        let valid = system::valid();
        numbers.retain(|number| valid.contains(number));
        Ok(numbers)
    }

    fn set_value(th: &ThreadState, numbers: &[i32]) -> Res {
        let numbers: Vec<Value> = numbers.iter().map(|&number| Value::int32(number)).collect();
        th.set(&numbers)
    }

    /// Fetch and/or change the signal mask of the calling thread.
    #[pyfunction("(how, mask, /)")]
    fn pthread_sigmask(th: &ThreadState, how: i32, mask: &Value) -> Res {
        let signals = signal_set(th, mask)?;
        let old = system_result(th, system::change_mask(how, &signals))?;
        // What was blocked may have arrived by now.
        th.check_signals()?;
        set_value(th, &old)
    }

    /// Examine pending signals.
    ///
    /// Returns a set of signal numbers that are pending for delivery to
    /// the calling thread.
    #[pyfunction("()")]
    fn sigpending(th: &ThreadState) -> Res {
        let pending = system_result(th, system::pending())?;
        set_value(th, &pending)
    }

    /// Wait for a signal.
    ///
    /// Suspend execution of the calling thread until the delivery of one of the
    /// signals specified in the signal set sigset.  The function accepts the signal
    /// and returns the signal number.
    #[pyfunction("(sigset, /)")]
    fn sigwait(th: &ThreadState, sigset: &Value) -> Res<i32> {
        let signals = signal_set(th, sigset)?;
        let result = th.without_gil(|| system::wait(&signals));
        system_result(th, result)
    }

    fn info_value(th: &ThreadState, info: Info) -> Value {
        SIGINFO.ready(th);
        SIGINFO.make(
            th,
            vec![
                Value::int32(info.signal),
                Value::int32(info.code),
                Value::int32(info.errno),
                Value::int32(info.pid),
                th.int(i64::from(info.uid)),
                Value::int32(info.status),
                th.int(info.band),
            ],
        )
    }

    /// Wait synchronously until one of the signals in *sigset* is delivered.
    ///
    /// Returns a struct_siginfo containing information about the signal.
    #[pyfunction("(sigset, /)")]
    fn sigwaitinfo(th: &ThreadState, sigset: &Value) -> Res {
        let signals = signal_set(th, sigset)?;
        let result = th.blocking(|| system::wait_info(&signals, None))?;
        let info = system_result(th, result)?;
        Ok(info_value(th, info))
    }

    /// Like sigwaitinfo(), but with a timeout.
    ///
    /// The timeout is specified in seconds, with floating-point numbers allowed.
    #[pyfunction("(sigset, timeout, /)")]
    fn sigtimedwait(th: &ThreadState, sigset: &Value, timeout: &Value) -> Res {
        let timeout = seconds_of(th, timeout)?;
        if timeout < 0.0 {
            return Err(th.value_error("timeout must be non-negative"));
        }
        let signals = signal_set(th, sigset)?;
        let deadline = deadline_after(timeout);
        let left = || match deadline {
            Some(deadline) => deadline.saturating_duration_since(Instant::now()),
            None => Duration::MAX,
        };
        let result = th.blocking(|| system::wait_info(&signals, Some(left())))?;
        match result {
            Ok(info) => Ok(info_value(th, info)),
            Err(error) if error.raw_os_error() == Some(libc::EAGAIN) => Ok(Value::NONE),
            Err(error) => Err(th.os_error(&error, None)),
        }
    }

    /// Send a signal to a thread.
    #[pyfunction("(thread_id, signalnum, /)")]
    fn pthread_kill(th: &ThreadState, thread_id: u64, signalnum: i32) -> Res<()> {
        th.audit("signal.pthread_kill", &[th.int_from_u64(thread_id), Value::int32(signalnum)])?;
        // The C library crashes on identities of threads that are gone.
        let mut is_alive = thread_id == th.id.get();
        th.for_each_thread(|thread| is_alive |= thread.id.get() == thread_id);
        if !is_alive {
            return Err(th.os_error(&io::Error::from_raw_os_error(libc::ESRCH), None));
        }
        system_result(th, system::send_to_thread(thread_id, signalnum))?;
        th.check_signals()
    }

    /// Send a signal to a process referred to by a pid file descriptor.
    #[pyfunction("(pidfd, signalnum, siginfo=None, flags=0, /)")]
    fn pidfd_send_signal(th: &ThreadState, pidfd: i32, signalnum: i32, siginfo: &Value, flags: u32) -> Res<()> {
        if !siginfo.is_none() {
            return Err(th.type_error("siginfo must be None"));
        }
        system_result(th, system::send_to_pidfd(pidfd, signalnum, flags))?;
        th.check_signals()
    }

    /// Return a set of valid signal numbers on this platform.
    ///
    /// The signal numbers returned by this function can be safely passed to
    /// functions like `pthread_sigmask`.
    #[pyfunction("()")]
    fn valid_signals(th: &ThreadState) -> Res {
        set_value(th, &system::valid())
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let (lowest, highest) = system::real_time();
        for &(name, number) in NUMBERS.iter().chain(&[("SIGRTMIN", lowest), ("SIGRTMAX", highest)]) {
            th.setattr_str(module, name, &Value::int32(number))?;
        }
        let namespace = th.dict(crate::objects::dict::Dict::new());
        th.set_item(&namespace, &th.str("__module__"), &th.str("signal"))?;
        let type_class = crate::types::TYPE_TYPE.value_ref();
        let bases = th.tuple(&[exc::OS_ERROR.as_value()]);
        let error = th.call(type_class, &[th.str("ItimerError"), bases, namespace])?;
        th.setattr_str(module, "ItimerError", &error)?;
        th.extension::<TimerError>().0.set(Some(error));
        let class = SIGINFO.ready(th).as_value();
        th.setattr_str(module, "struct_siginfo", &class)
    }
}
