//! Signals that end the process, and others that a program asks to be told about at once: who is told may only do what signal
//! handlers may do. That is: writing to a descriptor, no memory, no locks.
#![expect(unsafe_code, reason = "signal handlers and the addresses of native code")]

use std::io::{Error, Result};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicUsize, Ordering};

/// The signals that end the process, with their names; the last is asked for most often.
pub static FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

/// Stacks that handlers run on when the thread's own is used up.
const HANDLER_STACK: usize = 256 << 10;
/// Frames of native code that are shown.
const MOST_FRAMES: usize = 32;

/// Writes the stacks of threads to a descriptor: of all if the second argument says so.
pub type Dump = fn(fd: i32, all_threads: bool);

struct Fatal {
    fd: AtomicI32,
    all_threads: AtomicBool,
    c_stack: AtomicBool,
    enabled: AtomicBool,
}

static STATE: Fatal = Fatal {
    fd: AtomicI32::new(2),
    all_threads: AtomicBool::new(true),
    c_stack: AtomicBool::new(true),
    enabled: AtomicBool::new(false),
};
static DUMP: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());
/// What the signals did before, by place in [`FATAL`]: an action that `sigaction` filled, never freed.
static PREVIOUS: [AtomicPtr<libc::sigaction>; 5] = [const { AtomicPtr::new(std::ptr::null_mut()) }; 5];

fn dump() -> Option<Dump> {
    let dump = DUMP.load(Ordering::Acquire);
    if dump.is_null() {
        return None;
    }
    // SAFETY: only `set_dump` stores here, and it stores a function of this type.
    Some(unsafe { std::mem::transmute::<*mut (), Dump>(dump) })
}

/// Says who writes the stacks of threads.
pub fn set_dump(dump: Dump) {
    DUMP.store(dump as *mut (), Ordering::Release);
}

/// Writes all bytes, if it can; for signal handlers.
pub fn write(fd: i32, bytes: &[u8]) {
    let mut rest = bytes;
    while !rest.is_empty() {
        // SAFETY: names memory that lives here; allowed in signal handlers.
        let count = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
        match usize::try_from(count) {
            Ok(count) if count > 0 => rest = rest.get(count..).unwrap_or_default(),
            _ if Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {}
            _ => return,
        }
    }
}

/// Writes a number in base 16 with at least `width` digits; for signal handlers.
pub fn write_hex(fd: i32, number: u64, width: usize) {
    let mut digits = [b'0'; 16];
    let mut rest = number;
    let mut used = 0;
    while rest > 0 {
        used += 1;
        digits[16 - used] = b"0123456789abcdef"[(rest & 15) as usize];
        rest >>= 4;
    }
    write(fd, &digits[16 - used.max(width.min(16)).max(1)..]);
}

/// Writes a number in base 10; for signal handlers.
pub fn write_decimal(fd: i32, number: u64) {
    let mut digits = [b'0'; 20];
    let mut rest = number;
    let mut used = 0;
    while rest > 0 || used == 0 {
        used += 1;
        digits[20 - used] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    write(fd, &digits[20 - used..]);
}

/// Writes the name of a thread of this process.
pub fn write_thread_name(fd: i32, ident: u64) {
    let mut text = [0u8; 64];
    // SAFETY: the buffer is as long as said; the thread has not ended, since its interpreter still lists it.
    let failed =
        unsafe { libc::pthread_getname_np(ident as libc::pthread_t, text.as_mut_ptr().cast(), text.len()) } != 0;
    let name = crate::call::until_zero(&text);
    if !failed && !name.is_empty() {
        write(fd, b" [");
        write(fd, name);
        write(fd, b"]");
    }
}

/// Writes the calling thread's stack of native code.
pub fn write_c_stack(fd: i32) {
    write(fd, b"Current thread's C stack trace (most recent call first):\n");
    let mut frames = [std::ptr::null_mut::<libc::c_void>(); MOST_FRAMES];
    // SAFETY: as many places as said.
    let count = unsafe { libc::backtrace(frames.as_mut_ptr(), MOST_FRAMES as i32) };
    let count = usize::try_from(count).unwrap_or(0).min(MOST_FRAMES);
    if count == 0 {
        write(fd, b"  <cannot get C stack on this system>\n");
    }
    for &frame in &frames[..count] {
        write_c_frame(fd, frame);
    }
    if count == MOST_FRAMES {
        write(fd, b"  <truncated rest of calls>\n");
    }
}

fn write_c_frame(fd: i32, address: *mut libc::c_void) {
    // SAFETY: the structure is plain data; the texts in it live as long as the program's files are loaded.
    let (file, name, offset) = unsafe {
        let mut info = std::mem::zeroed::<libc::Dl_info>();
        if libc::dladdr(address, &mut info) == 0 || info.dli_fname.is_null() {
            (None, None, 0)
        } else {
            let text = |text| std::ffi::CStr::from_ptr(text).to_bytes();
            let has_name = !info.dli_sname.is_null();
            let start = if has_name { info.dli_saddr } else { info.dli_fbase };
            (
                Some(text(info.dli_fname)),
                has_name.then(|| text(info.dli_sname)),
                (address as u64).wrapping_sub(start as u64),
            )
        }
    };
    write(fd, b"  Binary file \"");
    write(fd, file.unwrap_or(b"<unknown>"));
    write(fd, b"\"");
    if file.is_some() {
        write(fd, b", at ");
        write(fd, name.unwrap_or_default());
        write(fd, b"+0x");
        write_hex(fd, offset, 1);
    }
    write(fd, b" [0x");
    write_hex(fd, address as u64, 1);
    write(fd, b"]\n");
}

extern "C" fn fatal(signal: libc::c_int) {
    // SAFETY: `errno` of this thread; it is put back.
    let errno = unsafe { *libc::__errno_location() };
    let place = FATAL.iter().position(|&(number, _)| number == signal);
    if STATE.enabled.load(Ordering::Relaxed)
        && let Some(place) = place
    {
        STATE.enabled.store(false, Ordering::Relaxed);
        end_process_by(signal);
        let fd = STATE.fd.load(Ordering::Relaxed);
        write(fd, b"Fatal Python error: ");
        write(fd, FATAL[place].1.as_bytes());
        write(fd, b"\n\n");
        if let Some(dump) = dump() {
            dump(fd, STATE.all_threads.load(Ordering::Relaxed));
        }
        if STATE.c_stack.load(Ordering::Relaxed) {
            write(fd, b"\n");
            write_c_stack(fd);
        }
    }
    // SAFETY: as above; the signal now ends the process, as soon as this handler is over.
    unsafe {
        *libc::__errno_location() = errno;
        libc::raise(signal);
    }
}

/// From now on the signal ends the process. What was in force before would not do: Rust's own handler only prepares for the
/// fault to come again.
fn end_process_by(signal: i32) {
    // SAFETY: the default action of a signal.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

/// Ends the process as a fault of native code would: by a signal, after those who enabled something for it.
pub fn fault(signal: i32) {
    if !is_enabled() {
        end_process_by(signal);
    }
    // SAFETY: works on a number.
    unsafe { libc::raise(signal) };
}

fn restore(place: usize) {
    let previous = PREVIOUS[place].load(Ordering::Acquire);
    if !previous.is_null() {
        // SAFETY: an action that was in force before.
        unsafe { libc::sigaction(FATAL[place].0, previous, std::ptr::null_mut()) };
    }
}

/// Gives the calling thread a stack for handlers, so that they can run when its own is used up.
fn make_handler_stack() {
    let stack = Box::leak(vec![0u8; HANDLER_STACK].into_boxed_slice());
    let wanted = libc::stack_t { ss_sp: stack.as_mut_ptr().cast(), ss_flags: 0, ss_size: HANDLER_STACK };
    // SAFETY: the memory is never given back.
    unsafe { libc::sigaltstack(&wanted, std::ptr::null_mut()) };
}

/// From now on the stacks are written before the process ends by a signal.
pub fn enable(fd: i32, all_threads: bool, c_stack: bool) -> Result<()> {
    STATE.fd.store(fd, Ordering::Relaxed);
    STATE.all_threads.store(all_threads, Ordering::Relaxed);
    STATE.c_stack.store(c_stack, Ordering::Relaxed);
    if STATE.enabled.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    static STACK: std::sync::Once = std::sync::Once::new();
    STACK.call_once(|| {
        make_handler_stack();
        // The first use loads a library, which a handler must not.
        let mut frames = [std::ptr::null_mut(); 1];
        // SAFETY: one place, as said.
        unsafe { libc::backtrace(frames.as_mut_ptr(), 1) };
    });
    for (place, &(signal, _)) in FATAL.iter().enumerate() {
        // SAFETY: the handler only does what handlers may do; the structures are plain data.
        unsafe {
            let mut wanted = std::mem::zeroed::<libc::sigaction>();
            wanted.sa_sigaction = fatal as *const () as usize;
            wanted.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            libc::sigemptyset(&mut wanted.sa_mask);
            let previous = Box::leak(Box::new(std::mem::zeroed::<libc::sigaction>()));
            crate::call::check(libc::sigaction(signal, &wanted, previous))?;
            PREVIOUS[place].store(previous, Ordering::Release);
        }
    }
    Ok(())
}

/// The signals do again what they did; `false` if nothing was enabled.
pub fn disable() -> bool {
    let was = STATE.enabled.swap(false, Ordering::AcqRel);
    if was {
        (0..FATAL.len()).for_each(restore);
    }
    was
}

pub fn is_enabled() -> bool {
    STATE.enabled.load(Ordering::Relaxed)
}

/// A signal that a program asked about.
struct Asked {
    fd: AtomicI32,
    all_threads: AtomicBool,
    chain: AtomicBool,
    enabled: AtomicBool,
    previous: AtomicPtr<libc::sigaction>,
}

const SIGNALS: usize = crate::signal::NSIG as usize;

static ASKED: [Asked; SIGNALS] = [const {
    Asked {
        fd: AtomicI32::new(2),
        all_threads: AtomicBool::new(true),
        chain: AtomicBool::new(false),
        enabled: AtomicBool::new(false),
        previous: AtomicPtr::new(std::ptr::null_mut()),
    }
}; SIGNALS];

fn asked(signal: i32) -> Option<&'static Asked> {
    usize::try_from(signal).ok().and_then(|index| ASKED.get(index))
}

extern "C" fn user(signal: libc::c_int) {
    // SAFETY: `errno` of this thread; it is put back.
    let errno = unsafe { *libc::__errno_location() };
    let Some(asked) = asked(signal).filter(|asked| asked.enabled.load(Ordering::Relaxed)) else { return };
    if let Some(dump) = dump() {
        dump(asked.fd.load(Ordering::Relaxed), asked.all_threads.load(Ordering::Relaxed));
    }
    // SAFETY: the actions were in force before; `errno` is this thread's.
    unsafe {
        let previous = asked.previous.load(Ordering::Acquire);
        if asked.chain.load(Ordering::Relaxed) && !previous.is_null() {
            libc::sigaction(signal, previous, std::ptr::null_mut());
            *libc::__errno_location() = errno;
            libc::raise(signal);
            let wanted = user_action(true);
            libc::sigaction(signal, &wanted, std::ptr::null_mut());
        }
        *libc::__errno_location() = errno;
    }
}

fn user_action(chain: bool) -> libc::sigaction {
    // SAFETY: plain data, filled here; the handler only does what handlers may do.
    unsafe {
        let mut wanted = std::mem::zeroed::<libc::sigaction>();
        wanted.sa_sigaction = user as *const () as usize;
        // With the next handler called from inside of this one, the signal must not be blocked.
        wanted.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK | if chain { libc::SA_NODEFER } else { 0 };
        libc::sigemptyset(&mut wanted.sa_mask);
        wanted
    }
}

/// From now on a signal writes the stacks, and then, with `chain`, does what it did before.
pub fn register(signal: i32, fd: i32, all_threads: bool, chain: bool) -> Result<()> {
    let Some(asked) = asked(signal) else { return Err(Error::from_raw_os_error(libc::EINVAL)) };
    asked.fd.store(fd, Ordering::Relaxed);
    asked.all_threads.store(all_threads, Ordering::Relaxed);
    asked.chain.store(chain, Ordering::Relaxed);
    // SAFETY: plain data; the old action is kept for ever, as a handler may look at it.
    unsafe {
        let previous = Box::leak(Box::new(std::mem::zeroed::<libc::sigaction>()));
        let wanted = user_action(chain);
        crate::call::check(libc::sigaction(signal, &wanted, previous))?;
        if !asked.enabled.load(Ordering::Relaxed) {
            asked.previous.store(previous, Ordering::Release);
        }
    }
    asked.enabled.store(true, Ordering::Release);
    Ok(())
}

/// The signal does again what it did; `false` if nobody had asked about it.
pub fn unregister(signal: i32) -> bool {
    let Some(asked) = asked(signal) else { return false };
    if !asked.enabled.swap(false, Ordering::AcqRel) {
        return false;
    }
    let previous = asked.previous.load(Ordering::Acquire);
    if !previous.is_null() {
        // SAFETY: an action that was in force before.
        unsafe { libc::sigaction(signal, previous, std::ptr::null_mut()) };
    }
    true
}

static WATCHES: AtomicUsize = AtomicUsize::new(0);

/// After some time the stacks of all threads are written, behind `header`; then, perhaps, again and again, or the process
/// ends. Replaces an older watch.
pub fn watch(timeout: std::time::Duration, repeats: bool, fd: i32, ends: bool, header: String) -> Result<()> {
    let number = WATCHES.fetch_add(1, Ordering::AcqRel) + 1;
    std::thread::Builder::new().name("faulthandler".into()).spawn(move || {
        block_signals();
        let mut due = std::time::Instant::now() + timeout;
        loop {
            // Nobody wakes a watch that was called off: it looks now and then.
            loop {
                if WATCHES.load(Ordering::Acquire) != number {
                    return;
                }
                let left = due.saturating_duration_since(std::time::Instant::now());
                if left.is_zero() {
                    break;
                }
                std::thread::sleep(left.min(std::time::Duration::from_millis(20)));
            }
            write(fd, header.as_bytes());
            if let Some(dump) = dump() {
                dump(fd, true);
            }
            if ends {
                // SAFETY: ends the process at once, which is what was asked for.
                unsafe { libc::_exit(1) };
            }
            if !repeats {
                return;
            }
            due += timeout;
        }
    })?;
    Ok(())
}

/// Calls off the watch, if there is one.
pub fn stop_watching() {
    WATCHES.fetch_add(1, Ordering::AcqRel);
}

/// Signals are for the other threads.
fn block_signals() {
    // SAFETY: plain data that is filled and then read.
    unsafe {
        let mut all = std::mem::zeroed::<libc::sigset_t>();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, std::ptr::null_mut());
    }
}

/// Ends the process as a fault of native code would.
pub fn abort() -> ! {
    std::process::abort()
}

/// A native thread that knows nothing of Python meets a fatal error.
pub fn fail_in_new_thread() {
    disable();
    let body = || {
        let fd = 2;
        write(fd, b"Fatal Python error: faulthandler_fatal_error_thread: in new thread\n");
        write(fd, b"Python runtime state: initialized\n\n");
        if let Some(dump) = dump() {
            dump(fd, true);
        }
        write(fd, b"\n");
        write_c_stack(fd);
        abort()
    };
    if let Ok(thread) = std::thread::Builder::new().spawn(body) {
        thread.join().ok();
    }
}
