//! Lines of the text as CPython shows them in errors.

use crate::token::Token;

pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Lines<'t> {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Lines { text, starts }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    pub(super) fn start(&self, lineno: i32) -> usize {
        let index = usize::try_from(lineno - 1).unwrap_or(0);
        self.starts.get(index).copied().unwrap_or(self.text.len())
    }

    /// A line without its end.
    pub(super) fn line(&self, lineno: i32) -> &'t str {
        self.line_at(self.start(lineno))
    }

    pub(super) fn line_at(&self, start: usize) -> &'t str {
        let rest = self.text.get(start..).unwrap_or("");
        &rest[..rest.find('\n').unwrap_or(rest.len())]
    }

    pub(super) fn line_with_end(&self, lineno: i32) -> &'t str {
        self.text.get(self.start(lineno)..self.start(lineno + 1)).unwrap_or("")
    }

    /// The byte column of CPython's tokenizer behind a token without a place of its own.
    pub(super) fn cursor_col(&self, token: &Token) -> i32 {
        (token.end as usize).saturating_sub(self.start(token.lineno)) as i32
    }
}

/// How many characters the first `col` bytes of a line are; a cut character counts.
pub(super) fn character_offset(line: &str, col: i32) -> i32 {
    let Ok(col) = usize::try_from(col) else { return col };
    let bytes = line.as_bytes();
    if col > bytes.len() {
        return line.chars().count() as i32 + 1;
    }
    String::from_utf8_lossy(&bytes[..col]).chars().count() as i32
}
