//! The thread's value stack: one contiguous run of words that frames lie on.

/// Memory for the frames of one thread.
#[derive(Default)]
pub struct FrameStack {}
