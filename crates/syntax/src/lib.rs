//! Source text to tokens to AST. Knows nothing of code objects or of the runtime.
//!
//! [`parse`] is the way in; [`ast`] has the nodes, [`error`] what can come instead of them.

pub mod arena;
pub mod asdl;
pub mod ast;
pub mod chars;
mod diagnose;
pub mod dump;
mod entry;
pub mod error;
mod escape_warning;
mod file_source;
pub mod foreign;
mod lexer;
mod literal;
mod names;
pub mod options;
mod parser;
pub mod repr;
mod source;
mod stack;
pub mod text;
pub mod token;
pub mod token_stream;
pub mod unparse;

pub use arena::{Arena, BigInt};
pub use diagnose::lines::shown_of_file;
pub use entry::parse;
pub use error::{ErrorKind, SyntaxError, SyntaxWarning};
pub use options::{DecodeError, Decoder, FileLine, Mode, Options, Parsed};
pub use source::{declared_encoding, translate_newlines};
pub use token_stream::{StreamToken, TokenStream};
