//! Builtin objects, one file or folder a type.

pub mod builtin_iterators;
pub mod bytearray;
pub mod bytes;
mod bytes_methods;
pub mod bytes_new;
pub mod complex;
mod complex_methods;
pub mod dict;
pub mod exceptions;
pub mod float;
pub mod function;
pub mod int;
pub mod iterators;
pub mod list;
mod list_methods;
pub mod module;
pub mod native_function;
pub mod object;
pub mod range;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod slot_wrapper;
pub mod str;
pub mod struct_sequence;
pub mod tuple;
mod tuple_methods;
