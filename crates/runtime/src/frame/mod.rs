//! Frames and the evaluation loop.

pub mod stack;
