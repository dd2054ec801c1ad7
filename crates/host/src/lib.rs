//! The one door to the operating system: files, sockets, processes, clocks, environment, entropy.

mod call;

pub mod clock;
pub mod constants;
pub mod entropy;
pub mod error;
pub mod fs;
pub mod math;
pub mod park;
pub mod process;
pub mod signal;
pub mod stdio;
pub mod thread;
