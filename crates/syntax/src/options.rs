//! What the caller says about the text: the mode, and `compile()`'s flags as far as the parser sees them.

use crate::ast::Mod;
use crate::error::SyntaxWarning;

/// The start rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A file: `Mod::Module`.
    Exec,
    /// One expression: `Mod::Expression`.
    Eval,
    /// One interactive statement: `Mod::Interactive`.
    Single,
    /// A signature type comment: `Mod::FunctionType`.
    FuncType,
}

/// Why a caller's decoder did not decode.
#[derive(Clone, Debug)]
pub enum DecodeError {
    UnknownEncoding,
    /// The codec refused the bytes; the text is that of its exception.
    Failed(String),
    /// In pieces: it refused after this text.
    FailedLater {
        text: String,
        message: String,
    },
    /// The decoder raised something that must be passed on as it is.
    Raised,
}

/// Decodes source bytes in an encoding that the parser does not know: `(encoding, bytes, in_pieces)` to text. In pieces means
/// as a text file is read.
pub type Decoder<'d> = &'d dyn Fn(&str, &[u8], bool) -> Result<String, DecodeError>;

/// A line (from 1) of the file that the source is said to come from, with its end.
pub type FileLine<'d> = &'d dyn Fn(i32) -> Option<String>;

/// `compile()`'s flags that concern parsing.
#[derive(Clone, Copy)]
pub struct Options<'d> {
    /// The minor version of `feature_version`; 14 is everything.
    pub feature_version: i32,
    /// `PyCF_TYPE_COMMENTS`
    pub type_comments: bool,
    /// `PyCF_DONT_IMPLY_DEDENT`
    pub dont_imply_dedent: bool,
    /// `PyCF_IGNORE_COOKIE`: the source came from a `str` and is UTF-8 whatever its first lines say.
    pub ignore_cookie: bool,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`
    pub allow_incomplete_input: bool,
    /// `from __future__ import barry_as_FLUFL` is in force.
    pub barry_as_flufl: bool,
    /// The source is a file, whose lines errors show one by one (text from elsewhere is shown as it was buffered).
    pub from_file: bool,
    /// The source is the standard input: read line by line, too, but shown as it was buffered.
    pub from_stdin: bool,
    /// How many bytes of native stack the parser may use; text that nests deeper is a MemoryError.
    pub stack_budget: usize,
    /// The longest decimal int (`sys.set_int_max_str_digits`); 0 for no limit.
    pub max_int_digits: usize,
    pub decoder: Option<Decoder<'d>>,
    /// Errors show the lines of the file, if there is one; that the source is the same is taken for granted.
    pub file_line: Option<FileLine<'d>>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            feature_version: 14,
            type_comments: false,
            dont_imply_dedent: false,
            ignore_cookie: false,
            allow_incomplete_input: false,
            barry_as_flufl: false,
            from_file: false,
            from_stdin: false,
            stack_budget: 3 << 19,
            max_int_digits: 4300,
            decoder: None,
            file_line: None,
        }
    }
}

impl Options<'_> {
    /// The reference reads the source line by line.
    pub(crate) fn reads_lines(&self) -> bool {
        self.from_file || self.from_stdin
    }
}

/// A parsed text.
#[derive(Debug)]
pub struct Parsed<'a> {
    pub module: Mod<'a>,
    /// To be issued through the warning machinery, in this order.
    pub warnings: Vec<SyntaxWarning>,
}
