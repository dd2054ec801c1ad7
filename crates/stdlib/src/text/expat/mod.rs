//! `pyexpat`: an XML parser of our own that behaves as Expat does, handlers, positions and errors included.
//!
//! `machine.rs` turns bytes into events and never calls back: between two events the program may do with the parser what it
//! likes. `parser.rs` is the class, `handlers.rs` the calls, `token.rs` and `dtd.rs` read markup and declarations.

pub mod dtd;
pub mod errors;
pub mod handlers;
pub mod input;
pub mod machine;
pub mod module;
pub mod parser;
pub mod token;
