//! Native modules about the operating system: errors, time, users, processes, sockets.

pub mod errno;
pub mod faulthandler;
pub mod fcntl;
pub mod locale;
pub mod mmap;
pub mod numbers;
pub mod resource;
pub mod select;
pub mod socket;
pub mod stat;
pub mod subprocess;
pub mod sysconfig;
pub mod syslog;
pub mod termios;
pub mod time;
pub mod users;
pub mod uuid;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &errno::errno_module::MODULE,
    &locale::locale_module::MODULE,
    &faulthandler::faulthandler_module::MODULE,
    &fcntl::fcntl_module::MODULE,
    &mmap::mmap_module::MODULE,
    &resource::resource_module::MODULE,
    &select::select_module::MODULE,
    &socket::socket_module::MODULE,
    &stat::stat_module::MODULE,
    &subprocess::subprocess_module::MODULE,
    &sysconfig::sysconfig_module::MODULE,
    &sysconfig::variables_module::MODULE,
    &syslog::syslog_module::MODULE,
    &termios::termios_module::MODULE,
    &time::time_module::MODULE,
    &users::grp_module::MODULE,
    &users::pwd_module::MODULE,
    &uuid::uuid_module::MODULE,
];
