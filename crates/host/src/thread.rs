//! Native threads: starting them, who they are, where their stacks end.
#![expect(unsafe_code, reason = "asks the C library about the calling thread")]

use std::io::Result;
use std::os::unix::thread::JoinHandleExt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The main thread's lowest stack address after [`grow_main_stack`].
static MAIN_STACK_BOTTOM: AtomicUsize = AtomicUsize::new(0);

/// The lowest address of the calling thread's stack; 0 if it can not be told.
pub fn stack_bottom() -> usize {
    // Miri has no such call, and checks its own stack.
    if cfg!(miri) {
        return 0;
    }
    let grown = MAIN_STACK_BOTTOM.load(Ordering::Relaxed);
    if grown != 0 && is_process_leader() {
        return grown;
    }
    // SAFETY: the attribute object is initialised by `pthread_getattr_np` and destroyed once.
    unsafe {
        let mut attributes = std::mem::zeroed::<libc::pthread_attr_t>();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return 0;
        }
        let (mut start, mut size) = (std::ptr::null_mut(), 0);
        let failed = libc::pthread_attr_getstack(&attributes, &mut start, &mut size) != 0;
        libc::pthread_attr_destroy(&mut attributes);
        if failed { 0 } else { start as usize }
    }
}

/// Whether this is the thread that the process began with.
fn is_process_leader() -> bool {
    native_id() == u64::from(std::process::id())
}

/// Makes the main thread's stack as large as the system lets it be, up to `size` bytes. The system maps stacks as they
/// are touched, as far down as the limit says at that moment: the limit is raised, the lowest page touched (by a call that
/// fails where a load would crash), and the limit put back, so that child processes inherit what was there before.
pub fn grow_main_stack(size: usize) {
    const PAGE: usize = 4096;
    let here = 0u8;
    let top = &raw const here as usize;
    // SAFETY: plain queries and changes of a limit; the kernel reports an address that it can not write.
    unsafe {
        let mut limit = std::mem::zeroed::<libc::rlimit>();
        if libc::getrlimit(libc::RLIMIT_STACK, &mut limit) != 0 {
            return;
        }
        let mut wanted = size;
        while wanted > (8 << 20) {
            let raised = libc::rlimit {
                rlim_cur: (wanted as libc::rlim_t + (1 << 20)).min(limit.rlim_max),
                rlim_max: limit.rlim_max,
            };
            if libc::setrlimit(libc::RLIMIT_STACK, &raised) == 0 {
                let lowest = (top - wanted) & !(PAGE - 1);
                // The kernel writes the present mask there, or says that it can not.
                let nothing = std::ptr::null::<u64>();
                let mapped =
                    libc::syscall(libc::SYS_rt_sigprocmask, libc::SIG_BLOCK, nothing, lowest, size_of::<u64>());
                libc::setrlimit(libc::RLIMIT_STACK, &limit);
                if mapped == 0 {
                    MAIN_STACK_BOTTOM.store(lowest, Ordering::Relaxed);
                    return;
                }
            }
            wanted /= 2;
        }
    }
}

/// The number by which programs know the calling thread: `threading.get_ident()`.
pub fn ident() -> u64 {
    // SAFETY: has no preconditions.
    unsafe { libc::pthread_self() as u64 }
}

/// The kernel's number of the calling thread.
pub fn native_id() -> u64 {
    // SAFETY: has no preconditions.
    unsafe { libc::gettid() as u64 }
}

/// Starts a thread that nobody joins; returns its identity. `stack_size` 0: the system's usual.
pub fn spawn(stack_size: usize, body: impl FnOnce() + Send + 'static) -> Result<u64> {
    let size = if stack_size == 0 { default_stack_size() } else { stack_size };
    let thread = std::thread::Builder::new().stack_size(size).spawn(body)?;
    Ok(thread.as_pthread_t())
}

/// What the limit on stacks says, as the C library reads it.
fn default_stack_size() -> usize {
    const USUAL: usize = 8 << 20;
    // SAFETY: fills a plain structure.
    unsafe {
        let mut limit = std::mem::zeroed::<libc::rlimit>();
        if libc::getrlimit(libc::RLIMIT_STACK, &mut limit) != 0 || limit.rlim_cur == libc::RLIM_INFINITY {
            return USUAL;
        }
        (limit.rlim_cur as usize).clamp(1 << 20, 64 << 20)
    }
}

/// Names the calling thread for the system's tools; at most 15 bytes are kept.
pub fn set_name(name: &[u8]) {
    let mut text = [0u8; 16];
    let length = name.len().min(15);
    text[..length].copy_from_slice(&name[..length]);
    // SAFETY: the text is zero-terminated and short enough.
    unsafe { libc::pthread_setname_np(libc::pthread_self(), text.as_ptr().cast()) };
}

/// The calling thread's name.
pub fn name() -> Vec<u8> {
    let mut text = [0u8; 64];
    // SAFETY: the buffer is as long as said, and zero-terminated afterwards.
    let failed = unsafe { libc::pthread_getname_np(libc::pthread_self(), text.as_mut_ptr().cast(), text.len()) } != 0;
    let end = if failed { 0 } else { text.iter().position(|&byte| byte == 0).unwrap_or(0) };
    text[..end].to_vec()
}
