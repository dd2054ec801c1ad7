//! Native modules that need the machine's insides, and the table of all native modules.

pub mod abc;
pub mod atexit;
pub mod builtins;
pub mod codecs;
pub mod gc;
pub mod imp;
pub mod marshal;
mod marshal_sharing;
pub mod signal;
pub mod suggestions;
pub mod sys;
pub mod testing;
pub mod thread;
pub mod types;
pub mod typing;
pub mod warnings;
mod weak_proxy;
pub mod weakref;

use crate::module::ModuleDef;

/// Native modules of this crate. Those of `stdlib` are added by the program (`Interpreter::native_modules`).
pub static MODULES: &[&ModuleDef] = &[
    &abc::abc::MODULE,
    &atexit::atexit::MODULE,
    &builtins::builtins::MODULE,
    &codecs::codecs::MODULE,
    &gc::gc::MODULE,
    &imp::imp::MODULE,
    &marshal::marshal::MODULE,
    &signal::signal::MODULE,
    &sys::sys::MODULE,
    &suggestions::suggestions::MODULE,
    &testing::testing::MODULE,
    &thread::thread::MODULE,
    &types::types::MODULE,
    &typing::typing::MODULE,
    &warnings::warnings::MODULE,
    &weakref::weakref::MODULE,
];
