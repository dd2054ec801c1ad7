//! The one door to the operating system: files, sockets, processes, clocks, environment, entropy.

mod call;

pub mod clock;
pub mod constants;
pub mod descriptor;
pub mod entropy;
pub mod environment;
pub mod error;
pub mod fault;
pub mod fs;
pub mod launch;
pub mod locale;
pub mod math;
pub mod memory;
pub mod memory_map;
pub mod names;
pub mod net;
pub mod park;
pub mod path;
pub mod poll;
pub mod process;
pub mod resource;
pub mod semaphore;
pub mod shown;
pub mod signal;
pub mod stdio;
pub mod syslog;
pub mod system;
pub mod terminal;
pub mod thread;
pub mod user;
