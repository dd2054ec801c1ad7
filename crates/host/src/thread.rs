//! Native threads: where their stacks end.
#![expect(unsafe_code, reason = "asks the C library about the calling thread")]

/// The lowest address of the calling thread's stack; 0 if it can not be told.
pub fn stack_bottom() -> usize {
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

/// What the system's thread library calls the calling thread.
pub fn identity() -> u64 {
    // SAFETY: takes nothing.
    unsafe { libc::pthread_self() as u64 }
}
