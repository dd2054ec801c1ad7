//! What a parse can end in besides a tree: CPython's exceptions, as data, and the warnings issued on the way.

use crate::ast::Range;

/// Which exception the runtime is to raise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// `_IncompleteInputError`: the text may go on (interactive use, `codeop`).
    IncompleteInput,
    MemoryError,
    RecursionError,
    ValueError,
    TypeError,
    SystemError,
    OverflowError,
    /// Bytes (the message) that the codec of escapes refuses.
    UnicodeDecodeError,
    /// A text (the message, as `foreign::escape` writes it) that UTF-8 cannot hold.
    UnicodeEncodeError,
    /// A decoder that the caller provided has left an exception of its own.
    Raised,
}

impl ErrorKind {
    /// The name of the exception's class.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::SyntaxError => "SyntaxError",
            ErrorKind::IndentationError => "IndentationError",
            ErrorKind::TabError => "TabError",
            ErrorKind::IncompleteInput => "_IncompleteInputError",
            ErrorKind::MemoryError => "MemoryError",
            ErrorKind::RecursionError => "RecursionError",
            ErrorKind::ValueError => "ValueError",
            ErrorKind::TypeError => "TypeError",
            ErrorKind::SystemError => "SystemError",
            ErrorKind::OverflowError => "OverflowError",
            ErrorKind::UnicodeDecodeError => "UnicodeDecodeError",
            ErrorKind::UnicodeEncodeError => "UnicodeEncodeError",
            ErrorKind::Raised => "Exception",
        }
    }
}

/// The attributes of a `SyntaxError` object. Offsets are 1-based and count characters; -1 and 0 occur as in CPython.
/// An error without a place has `None` throughout.
#[derive(Clone, Debug)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub msg: String,
    pub lineno: Option<i32>,
    pub offset: Option<i32>,
    pub end_lineno: Option<i32>,
    pub end_offset: Option<i32>,
    /// The line (or lines) of source, with its line end where there is one.
    pub text: Option<String>,
    /// CPython leaves the file name out (some errors of decoding).
    pub no_filename: bool,
    /// Line and column of the last compound statement that was complete, and the source: from these `traceback` guesses
    /// which keyword was meant.
    pub last_statement: Option<(i32, i32, String)>,
    /// Warnings that came before the error; they are issued first, and one that the program turned into an error wins.
    pub warnings: Vec<SyntaxWarning>,
}

impl SyntaxError {
    /// An error without a place.
    pub fn bare(kind: ErrorKind, msg: impl Into<String>) -> SyntaxError {
        SyntaxError {
            kind,
            msg: msg.into(),
            lineno: None,
            offset: None,
            end_lineno: None,
            end_offset: None,
            text: None,
            no_filename: false,
            last_statement: None,
            warnings: Vec::new(),
        }
    }
}

/// A `SyntaxWarning` of the tokenizer or parser.
#[derive(Clone, Debug)]
pub struct SyntaxWarning {
    pub message: String,
    /// The line that the warning is issued for.
    pub lineno: i32,
    /// What is raised where the program has turned the warning into an error.
    pub error: SyntaxError,
    /// It was met on the way to the end of a text with another error, and cannot take that error's place.
    pub gives_way: bool,
}

/// A warning as it is met, before its error has been placed.
#[derive(Clone, Debug)]
pub(crate) struct RawWarning {
    pub message: String,
    pub error_msg: String,
    pub lineno: i32,
    /// Columns in bytes, from 0.
    pub range: Range,
    /// The line that the tokenizer has got to, if the parser warns; the tokenizer's own columns count characters.
    pub reached: Option<i32>,
    /// It is about the text of an f-string.
    pub in_fstring: bool,
}
