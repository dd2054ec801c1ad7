//! Source text to tokens to AST. Knows nothing of code objects or of the runtime.
//!
//! [`parse`] is the way in; [`ast`] has the nodes, [`error`] what can come instead of them.

pub mod arena;
pub mod ast;
pub mod error;
pub mod options;
mod parser;
pub mod text;

pub use arena::{Arena, BigInt};
pub use error::{ErrorKind, SyntaxError, SyntaxWarning};
pub use options::{DecodeError, Decoder, Mode, Options, Parsed};
pub use parser::parse;
