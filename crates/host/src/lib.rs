//! The one door to the operating system: files, sockets, processes, clocks, environment, entropy.

pub mod stdio;
pub mod thread;
