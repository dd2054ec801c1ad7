//! The one door to the operating system: files, sockets, processes, clocks, environment, entropy.

pub mod entropy;
pub mod error;
pub mod fs;
pub mod process;
pub mod stdio;
pub mod thread;
