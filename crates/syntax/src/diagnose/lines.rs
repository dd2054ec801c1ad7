//! Lines of the text as CPython shows them in errors.

use crate::ast::Range;
use crate::error::{ErrorKind, RawWarning, SyntaxError, SyntaxWarning};
use crate::options::{FileLine, Mode, Options};
use crate::token::Token;
use std::borrow::Cow;

/// Which lines are shown with their ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnds {
    /// Those of a file.
    All,
    /// None of the standard input's.
    None,
    /// Of other text the line that the tokenizer has got to.
    Last,
}

impl LineEnds {
    fn of(options: &Options<'_>, mode: Mode) -> LineEnds {
        match mode {
            Mode::Exec if options.from_file => LineEnds::All,
            Mode::Exec if options.from_stdin => LineEnds::None,
            _ => LineEnds::Last,
        }
    }
}

pub(crate) struct Lines<'t> {
    text: &'t str,
    ends: LineEnds,
    file_line: Option<FileLine<'t>>,
    starts: Vec<usize>,
}

/// How much of a file's line CPython shows.
const LONGEST_LINE: usize = 999;

/// What CPython shows of a line of a file.
pub fn shown_of_file(line: &[u8]) -> &[u8] {
    line.get(..LONGEST_LINE).unwrap_or(line)
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str, options: &Options<'t>, mode: Mode) -> Lines<'t> {
        let file_line = options.file_line.filter(|_| mode == Mode::Exec);
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Lines { text, ends: LineEnds::of(options, mode), file_line, starts }
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    pub(crate) fn start(&self, lineno: i32) -> usize {
        let index = usize::try_from(lineno - 1).unwrap_or(0);
        self.starts.get(index).copied().unwrap_or(self.text.len())
    }

    /// An error at a place with byte columns from 1. `reached` is the line that CPython's tokenizer has got to: of that
    /// line it shows the end too.
    pub(crate) fn error(&self, kind: ErrorKind, msg: String, place: Range, reached: i32) -> Box<SyntaxError> {
        let text = match (self.file_line.and_then(|file_line| file_line(place.lineno)), self.ends) {
            (Some(line), _) => Cow::Owned(line),
            (None, LineEnds::Last) if reached > place.lineno => Cow::Borrowed(self.line(place.lineno)),
            (None, LineEnds::None) => Cow::Borrowed(self.line(place.lineno)),
            (None, LineEnds::Last) => Cow::Borrowed(self.line_with_end(place.lineno)),
            (None, LineEnds::All) => {
                String::from_utf8_lossy(shown_of_file(self.line_with_end(place.lineno).as_bytes()))
            }
        };
        let end = place.end_col_offset;
        let mut error = SyntaxError::bare(kind, msg);
        error.lineno = Some(place.lineno);
        error.offset = Some(character_offset(&text, place.col_offset));
        error.end_lineno = Some(place.end_lineno);
        error.end_offset = Some(if end > 0 { character_offset(&text, end) } else { end });
        error.text = Some(text.into_owned());
        Box::new(error)
    }

    pub(crate) fn warning(&self, raw: &RawWarning) -> SyntaxWarning {
        let Range { lineno, col_offset, end_lineno, end_col_offset } = raw.range;
        let error = match raw.reached {
            Some(reached) => {
                let place = Range::new(lineno, col_offset + 1, end_lineno, end_col_offset + 1);
                *self.error(ErrorKind::SyntaxError, raw.error_msg.clone(), place, reached)
            }
            None => {
                let mut error = SyntaxError::bare(ErrorKind::SyntaxError, raw.error_msg.clone());
                error.lineno = Some(lineno);
                error.offset = Some(col_offset + 1);
                error.end_lineno = Some(end_lineno);
                error.end_offset = Some(end_col_offset + 1);
                error.text = Some(self.line(lineno).to_owned());
                error
            }
        };
        SyntaxWarning { message: raw.message.clone(), lineno: raw.lineno, error, gives_way: false }
    }

    /// A line without its end.
    pub(crate) fn line(&self, lineno: i32) -> &'t str {
        self.line_at(self.start(lineno))
    }

    pub(crate) fn line_at(&self, start: usize) -> &'t str {
        let rest = self.text.get(start..).unwrap_or("");
        &rest[..rest.find('\n').unwrap_or(rest.len())]
    }

    pub(crate) fn line_with_end(&self, lineno: i32) -> &'t str {
        self.text.get(self.start(lineno)..self.start(lineno + 1)).unwrap_or("")
    }

    /// The byte column of CPython's tokenizer behind a token without a place of its own.
    pub(crate) fn cursor_col(&self, token: &Token) -> i32 {
        (token.end as usize).saturating_sub(self.start(token.lineno)) as i32
    }
}

/// How many characters the first `col` bytes of a line are; a cut character counts.
pub(crate) fn character_offset(line: &str, col: i32) -> i32 {
    let Ok(col) = usize::try_from(col) else { return col };
    let bytes = line.as_bytes();
    if col > bytes.len() {
        return line.chars().count() as i32 + 1;
    }
    String::from_utf8_lossy(&bytes[..col]).chars().count() as i32
}
