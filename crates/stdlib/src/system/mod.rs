//! Native modules about the operating system: errors, time, users, processes, sockets.

pub mod errno;
pub mod fcntl;
pub mod locale;
pub mod numbers;
pub mod resource;
pub mod select;
pub mod socket;
pub mod stat;
pub mod subprocess;
pub mod sysconfig;
pub mod time;
pub mod users;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &errno::errno_module::MODULE,
    &locale::locale_module::MODULE,
    &fcntl::fcntl_module::MODULE,
    &resource::resource_module::MODULE,
    &select::select_module::MODULE,
    &socket::socket_module::MODULE,
    &stat::stat_module::MODULE,
    &subprocess::subprocess_module::MODULE,
    &sysconfig::sysconfig_module::MODULE,
    &time::time_module::MODULE,
    &users::grp_module::MODULE,
    &users::pwd_module::MODULE,
];
