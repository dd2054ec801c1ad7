//! Signals: what the process does when one arrives, masks, timers.
//!
//! The one handler that is ever installed only notes which signal came, sets a bit in a word that the main thread's
//! evaluation loop looks at, and writes a byte to the wakeup file descriptor. Everything else happens later, in safe code.
#![expect(unsafe_code, reason = "signal calls of the C library")]

use std::io::{Error, Result};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU32, Ordering};

/// One more than the largest signal number.
pub const NSIG: i32 = 65;

static TRIPPED: [AtomicBool; NSIG as usize] = [const { AtomicBool::new(false) }; NSIG as usize];
static ANY_TRIPPED: AtomicBool = AtomicBool::new(false);
/// The main thread's eval breaker, which lives as long as the process; null before there is one.
static BREAKER: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());
static BREAKER_BIT: AtomicU32 = AtomicU32::new(0);
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
/// Error number of a failed write to the wakeup descriptor, until it is asked for.
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);

/// What happens when a signal arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Default,
    Ignore,
    /// It is noted, for [`take_tripped`].
    Note,
    /// Somebody else's handler.
    Foreign,
}

extern "C" fn note(signal: libc::c_int) {
    // SAFETY: `errno` is the interrupted code's; it is put back.
    let errno = unsafe { *libc::__errno_location() };
    trip(signal);
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

/// What the handler does; also for signals that are only simulated.
pub fn trip(signal: i32) {
    if let Some(tripped) = usize::try_from(signal).ok().and_then(|index| TRIPPED.get(index)) {
        tripped.store(true, Ordering::Relaxed);
    }
    ANY_TRIPPED.store(true, Ordering::Release);
    let breaker = BREAKER.load(Ordering::Acquire);
    if !breaker.is_null() {
        // SAFETY: `set_breaker` got a word that lives as long as the process.
        unsafe { (*breaker).fetch_or(BREAKER_BIT.load(Ordering::Relaxed), Ordering::Release) };
    }
    let fd = WAKEUP_FD.load(Ordering::Relaxed);
    if fd >= 0 {
        let byte = signal as u8;
        // SAFETY: writes one byte that lives here; allowed in signal handlers.
        if unsafe { libc::write(fd, (&raw const byte).cast(), 1) } < 0 {
            // SAFETY: `errno` of this thread.
            WAKEUP_ERROR.store(unsafe { *libc::__errno_location() }, Ordering::Relaxed);
        }
    }
}

/// Tells the handler which bit of which word to set when a signal arrives.
pub fn set_breaker(breaker: &'static AtomicU32, bit: u32) {
    BREAKER_BIT.store(bit, Ordering::Relaxed);
    BREAKER.store(std::ptr::from_ref(breaker).cast_mut(), Ordering::Release);
}

/// Whether any signal was noted; forgets it.
pub fn take_any() -> bool {
    ANY_TRIPPED.swap(false, Ordering::AcqRel)
}

/// Says again that there are signals to look at.
pub fn set_any() {
    ANY_TRIPPED.store(true, Ordering::Release);
}

/// Whether this signal was noted; forgets it.
pub fn take_tripped(signal: i32) -> bool {
    usize::try_from(signal)
        .ok()
        .and_then(|index| TRIPPED.get(index))
        .is_some_and(|tripped| tripped.load(Ordering::Relaxed) && tripped.swap(false, Ordering::Acquire))
}

/// Forgets all signals: they were the parent process's.
pub fn forget_all() {
    for tripped in &TRIPPED {
        tripped.store(false, Ordering::Relaxed);
    }
    ANY_TRIPPED.store(false, Ordering::Release);
}

/// Sets the descriptor that signals are written to (-1: none); returns the old one.
pub fn set_wakeup_fd(fd: i32) -> i32 {
    WAKEUP_ERROR.store(0, Ordering::Relaxed);
    WAKEUP_FD.swap(fd, Ordering::AcqRel)
}

/// The error number of a write to the wakeup descriptor that failed; forgets it.
pub fn take_wakeup_error() -> Option<i32> {
    match WAKEUP_ERROR.swap(0, Ordering::Relaxed) {
        0 => None,
        number => Some(number),
    }
}

fn check(result: libc::c_int) -> Result<()> {
    if result < 0 { Err(Error::last_os_error()) } else { Ok(()) }
}

/// For functions that return the error number.
fn check_number(number: libc::c_int) -> Result<()> {
    if number == 0 { Ok(()) } else { Err(Error::from_raw_os_error(number)) }
}

/// What is done about a signal now.
pub fn action(signal: i32) -> Result<Action> {
    // SAFETY: fills a plain structure.
    unsafe {
        let mut present = std::mem::zeroed::<libc::sigaction>();
        check(libc::sigaction(signal, std::ptr::null(), &mut present))?;
        Ok(match present.sa_sigaction {
            libc::SIG_DFL => Action::Default,
            libc::SIG_IGN => Action::Ignore,
            handler if handler == note as *const () as usize => Action::Note,
            _ => Action::Foreign,
        })
    }
}

/// Sets what is done about a signal. System calls are interrupted by it.
pub fn set_action(signal: i32, action: Action) -> Result<()> {
    // SAFETY: the handler only does what handlers may do.
    unsafe {
        let mut wanted = std::mem::zeroed::<libc::sigaction>();
        wanted.sa_sigaction = match action {
            Action::Default => libc::SIG_DFL,
            Action::Ignore => libc::SIG_IGN,
            Action::Note | Action::Foreign => note as *const () as usize,
        };
        libc::sigemptyset(&mut wanted.sa_mask);
        check(libc::sigaction(signal, &wanted, std::ptr::null_mut()))
    }
}

/// Whether a signal interrupts system calls or lets them go on.
pub fn set_interrupts(signal: i32, interrupts: bool) -> Result<()> {
    // SAFETY: changes a flag of what is installed.
    unsafe {
        let mut present = std::mem::zeroed::<libc::sigaction>();
        check(libc::sigaction(signal, std::ptr::null(), &mut present))?;
        if interrupts {
            present.sa_flags &= !libc::SA_RESTART;
        } else {
            present.sa_flags |= libc::SA_RESTART;
        }
        check(libc::sigaction(signal, &present, std::ptr::null_mut()))
    }
}

/// Sends a signal to the calling thread.
pub fn raise(signal: i32) -> Result<()> {
    // SAFETY: works on a number.
    if unsafe { libc::raise(signal) } != 0 { Err(Error::last_os_error()) } else { Ok(()) }
}

/// Sends a signal to a thread of this process, known by its identity. The thread must not have ended.
pub fn send_to_thread(ident: u64, signal: i32) -> Result<()> {
    // SAFETY: the caller names a thread that exists.
    check_number(unsafe { libc::pthread_kill(ident as libc::pthread_t, signal) })
}

/// Sends a signal to a process known by a file descriptor.
pub fn send_to_pidfd(pidfd: i32, signal: i32, flags: u32) -> Result<()> {
    // SAFETY: works on numbers; no signal information is passed.
    let result = unsafe {
        libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, std::ptr::null::<libc::siginfo_t>(), flags)
    };
    check(result as libc::c_int)
}

/// Sleeps until a signal arrives.
pub fn pause() {
    // SAFETY: has no preconditions.
    unsafe { libc::pause() };
}

/// Asks for SIGALRM in some seconds; returns what was left of an older request.
pub fn alarm(seconds: u32) -> u32 {
    // SAFETY: works on a number.
    unsafe { libc::alarm(seconds) }
}

/// An interval timer: seconds until it fires, and between further times.
#[derive(Clone, Copy, Debug)]
pub struct Timer {
    pub value: f64,
    pub interval: f64,
}

fn timeval(seconds: f64) -> libc::timeval {
    let whole = seconds.floor();
    let mut micros = ((seconds - whole) * 1e6).ceil() as i64;
    let mut whole = whole as i64;
    if micros >= 1_000_000 {
        whole += 1;
        micros = 0;
    }
    libc::timeval { tv_sec: whole, tv_usec: micros }
}

fn seconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 / 1e6
}

fn timer(value: &libc::itimerval) -> Timer {
    Timer { value: seconds(value.it_value), interval: seconds(value.it_interval) }
}

pub fn get_timer(which: i32) -> Result<Timer> {
    // SAFETY: fills a plain structure.
    unsafe {
        let mut value = std::mem::zeroed::<libc::itimerval>();
        check(libc::getitimer(which as _, &mut value))?;
        Ok(timer(&value))
    }
}

/// Sets a timer; returns the old one.
pub fn set_timer(which: i32, new: Timer) -> Result<Timer> {
    let wanted = libc::itimerval { it_value: timeval(new.value), it_interval: timeval(new.interval) };
    // SAFETY: reads and fills plain structures.
    unsafe {
        let mut old = std::mem::zeroed::<libc::itimerval>();
        check(libc::setitimer(which as _, &wanted, &mut old))?;
        Ok(timer(&old))
    }
}

/// Set of signals.
fn set_of(signals: &[i32]) -> libc::sigset_t {
    // SAFETY: initialises and changes a plain structure; unknown numbers are refused by the library.
    unsafe {
        let mut set = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&mut set);
        for &signal in signals {
            libc::sigaddset(&mut set, signal);
        }
        set
    }
}

fn members(set: &libc::sigset_t) -> Vec<i32> {
    // SAFETY: reads an initialised set.
    (1..NSIG).filter(|&signal| unsafe { libc::sigismember(set, signal) } == 1).collect()
}

/// Changes the calling thread's mask; returns the old one.
pub fn change_mask(how: i32, signals: &[i32]) -> Result<Vec<i32>> {
    // SAFETY: reads and fills plain structures.
    unsafe {
        let mut old = std::mem::zeroed::<libc::sigset_t>();
        check_number(libc::pthread_sigmask(how, &set_of(signals), &mut old))?;
        Ok(members(&old))
    }
}

/// Signals that wait to be unblocked.
pub fn pending() -> Result<Vec<i32>> {
    // SAFETY: fills a plain structure.
    unsafe {
        let mut set = std::mem::zeroed::<libc::sigset_t>();
        check(libc::sigpending(&mut set))?;
        Ok(members(&set))
    }
}

/// All signals that a program may name.
pub fn valid() -> Vec<i32> {
    // SAFETY: fills a plain structure.
    unsafe {
        let mut set = std::mem::zeroed::<libc::sigset_t>();
        libc::sigfillset(&mut set);
        members(&set)
    }
}

/// Waits for one of the signals (which should be blocked).
pub fn wait(signals: &[i32]) -> Result<i32> {
    let mut signal = 0;
    // SAFETY: reads and fills plain variables.
    check_number(unsafe { libc::sigwait(&set_of(signals), &mut signal) })?;
    Ok(signal)
}

/// What came with a signal.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    pub signal: i32,
    pub code: i32,
    pub errno: i32,
    pub pid: i32,
    pub uid: u32,
    pub status: i32,
    pub band: i64,
}

/// Waits for one of the signals, for at most so many seconds; error EAGAIN when none came.
pub fn wait_info(signals: &[i32], timeout: Option<std::time::Duration>) -> Result<Info> {
    let set = set_of(signals);
    // SAFETY: reads and fills plain structures; which members mean something depends on the signal, reading all is fine.
    unsafe {
        let mut info = std::mem::zeroed::<libc::siginfo_t>();
        check(match timeout {
            None => libc::sigwaitinfo(&set, &mut info),
            Some(timeout) => {
                let time =
                    libc::timespec { tv_sec: timeout.as_secs() as i64, tv_nsec: i64::from(timeout.subsec_nanos()) };
                libc::sigtimedwait(&set, &mut info, &time)
            }
        })?;
        Ok(Info {
            signal: info.si_signo,
            code: info.si_code,
            errno: info.si_errno,
            pid: info.si_pid(),
            uid: info.si_uid(),
            status: info.si_status(),
            band: *(&raw const info).cast::<i64>().add(2),
        })
    }
}

/// The system's words for a signal: "Interrupt".
pub fn describe(signal: i32) -> Option<String> {
    // SAFETY: the library returns a zero-terminated text or null.
    let text = unsafe {
        let text = libc::strsignal(signal);
        if text.is_null() {
            return None;
        }
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    };
    if text.starts_with("Unknown signal") { None } else { Some(text) }
}

/// Whether a descriptor is a socket or file that may be written without blocking.
pub fn is_nonblocking(fd: i32) -> Result<bool> {
    // SAFETY: asks about a number.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    check(flags)?;
    Ok(flags & libc::O_NONBLOCK != 0)
}

/// Real-time signals: lowest and highest.
pub fn real_time() -> (i32, i32) {
    (libc::SIGRTMIN(), libc::SIGRTMAX())
}
