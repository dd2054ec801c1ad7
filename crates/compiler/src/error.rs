//! What a compilation can end in besides a code object, and the warnings issued on the way.
//!
//! An error is CPython's exception as data; the runtime raises it. Errors of the symbol table and of code generation give
//! columns in bytes, those of the parser in characters: that is the reference's behaviour and not ours to mend.

use std::fmt;

use syntax::ast::Range;
use syntax::{ErrorKind, SyntaxError};

/// The exception that ends a compilation.
#[derive(Clone, Debug)]
pub struct CompileError {
    pub kind: ErrorKind,
    pub msg: String,
    pub lineno: Option<i32>,
    /// 1-based.
    pub offset: Option<i32>,
    pub end_lineno: Option<i32>,
    pub end_offset: Option<i32>,
    /// The offending line where the parser saw it. For errors found later the reference reads the line from the file.
    pub text: Option<String>,
    /// The reference leaves the file name out (some errors of decoding).
    pub no_filename: bool,
    /// Where it is stands in the exception's attributes only, not in its `args` (errors of the symbol table).
    pub bare_args: bool,
    /// See `syntax::SyntaxError::last_statement`.
    pub last_statement: Option<(i32, i32, String)>,
}

/// Errors are rare and large, results are many: the error is boxed.
pub type Result<T> = std::result::Result<T, Box<CompileError>>;

impl CompileError {
    /// A `SyntaxError` at a place of the tree.
    #[cold]
    pub fn syntax(msg: impl Into<String>, range: Range) -> Box<CompileError> {
        Box::new(CompileError {
            kind: ErrorKind::SyntaxError,
            msg: msg.into(),
            lineno: Some(range.lineno),
            offset: Some(range.col_offset.saturating_add(1)),
            end_lineno: Some(range.end_lineno),
            end_offset: Some(range.end_col_offset.saturating_add(1)),
            text: None,
            no_filename: false,
            bare_args: false,
            last_statement: None,
        })
    }

    /// Marks an error of the symbol table or of a `__future__` import.
    #[cold]
    pub(crate) fn with_bare_args(mut self: Box<CompileError>) -> Box<CompileError> {
        self.bare_args = true;
        self
    }

    /// An exception without a place.
    #[cold]
    pub fn bare(kind: ErrorKind, msg: impl Into<String>) -> Box<CompileError> {
        Box::new(CompileError {
            kind,
            msg: msg.into(),
            lineno: None,
            offset: None,
            end_lineno: None,
            end_offset: None,
            text: None,
            no_filename: false,
            bare_args: false,
            last_statement: None,
        })
    }

    /// The tree is too deep.
    #[cold]
    pub fn recursion(used: usize) -> Box<CompileError> {
        let used = used / 1024;
        CompileError::bare(ErrorKind::RecursionError, format!("Stack overflow (used {used} kB) during compilation"))
    }
}

impl From<SyntaxError> for CompileError {
    fn from(error: SyntaxError) -> CompileError {
        CompileError {
            kind: error.kind,
            msg: error.msg,
            lineno: error.lineno,
            offset: error.offset,
            end_lineno: error.end_lineno,
            end_offset: error.end_offset,
            text: error.text,
            no_filename: error.no_filename,
            bare_args: false,
            last_statement: error.last_statement,
        }
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.msg)?;
        if let Some(line) = self.lineno {
            write!(f, " (line {line})")?;
        }
        Ok(())
    }
}

impl std::error::Error for CompileError {}

/// A `SyntaxWarning`.
#[derive(Clone, Debug)]
pub struct Warning {
    pub message: String,
    pub lineno: i32,
    /// What it becomes if the program turns it into an error.
    pub error: Box<CompileError>,
}

impl Warning {
    pub(crate) fn at(message: String, range: Range) -> Warning {
        Warning { error: CompileError::syntax(message.clone(), range), lineno: range.lineno, message }
    }
}

/// What became of a warning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WarningOutcome {
    /// Shown or ignored: go on.
    Issued,
    /// A filter says `error`: the compilation ends with the warning's `error`.
    Error,
    /// Issuing it raised something else, which the sink keeps.
    Raised,
}

/// Where `SyntaxWarning`s go.
pub trait WarningSink {
    fn warn(&mut self, warning: &Warning) -> WarningOutcome;
}

/// Drops warnings.
pub struct IgnoreWarnings;

impl WarningSink for IgnoreWarnings {
    fn warn(&mut self, _warning: &Warning) -> WarningOutcome {
        WarningOutcome::Issued
    }
}

/// Issues a warning; an error if the program wants one.
pub(crate) fn issue(sink: &mut dyn WarningSink, warning: Warning) -> Result<()> {
    match sink.warn(&warning) {
        WarningOutcome::Issued => Ok(()),
        WarningOutcome::Error => Err(warning.error),
        WarningOutcome::Raised => Err(CompileError::bare(ErrorKind::Raised, "")),
    }
}
