//! Source text to tokens to AST. Knows nothing of code objects or of the runtime.

pub mod text;
