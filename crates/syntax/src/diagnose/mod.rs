//! Finding CPython's error for text that the fast parser refused.
//!
//! Which error CPython reports depends on the order of its grammar's alternatives and on how far its parser looked ahead,
//! so the failing statement is parsed again by an interpreter of that grammar (`grammar.txt`, [`engine`]): first without
//! the rules that recognise mistakes, then with them. Where neither finds anything, the error is "invalid syntax" at the
//! furthest token of the first pass, unless the rest of the text cannot even be cut into tokens.

mod actions;
mod engine;
mod grammar;
pub(crate) mod lines;

use crate::arena::Arena;
use crate::ast::Range;
use crate::error::{ErrorKind, RawWarning, SyntaxError, SyntaxWarning};
use crate::file_source::Fault;
use crate::lexer::{Bracket, LexError, Tokens};
use crate::options::{Mode, Options};
use crate::parser::{MAX_DEPTH, Parser};
use crate::token::{Tok, Token};
use engine::{Engine, Found, SHALLOW};
use lines::Lines;

/// What both passes start from.
#[derive(Clone, Copy)]
pub(crate) struct Setup<'t> {
    src: &'t str,
    tokens: &'t [Token],
    start: usize,
    rule: &'static str,
    flufl: bool,
    feature_version: i32,
    max_int_digits: usize,
}

/// How the two passes ended.
struct Passes {
    /// Tokens looked at by the first pass, and by both.
    first_fill: usize,
    fill: usize,
    first: Option<Found>,
    second: Option<Found>,
    accepted: bool,
    too_deep: bool,
    /// What both passes warned of.
    warnings: Vec<RawWarning>,
}

/// Is there nothing but space and comments from `pos` on?
pub(crate) fn only_space_and_comments(text: &str, pos: usize) -> bool {
    let mut rest = text.as_bytes().get(pos..).unwrap_or(b"");
    loop {
        let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | 0x0C)).count();
        rest = &rest[space..];
        match rest.first() {
            None => return true,
            Some(b'#') => rest = &rest[memchr::memchr(b'\n', rest).unwrap_or(rest.len())..],
            Some(_) => return false,
        }
    }
}

/// The error for a text that could not be parsed, and whose lines are shown as those of `shown`.
pub(crate) fn find_error(
    parser: &Parser<'_, '_>,
    shown: &str,
    lexed: &Tokens,
    mode: Mode,
    options: &Options<'_>,
) -> Box<SyntaxError> {
    if parser.overflow {
        return overflow();
    }
    // Some mistakes are seen only after the end of a statement that is complete. With type comments some correct statements
    // are taken for mistakes, too, so that all of the text counts.
    let from_previous = mode == Mode::Exec && !options.type_comments;
    let setup = Setup {
        src: parser.src,
        tokens: parser.tokens,
        start: if from_previous { parser.previous_start } else { 0 },
        rule: match mode {
            Mode::Exec => "file",
            Mode::Eval => "eval",
            Mode::Single => "interactive",
            Mode::FuncType => "func_type",
        },
        flufl: parser.statement_flufl,
        feature_version: options.feature_version,
        max_int_digits: options.max_int_digits,
    };
    let passes = run(setup);
    if passes.too_deep {
        return overflow();
    }
    let lines = Lines::new(shown, options, mode);
    let reporter = Reporter { lexed, lines, reads_lines: options.reads_lines() };
    let (mut error, read_on) = reporter.report(&passes, mode, options);
    let heard = if read_on { usize::MAX } else { passes.fill };
    // The passes have met the last two statements anew.
    let before = if from_previous { parser.previous_warnings } else { 0 };
    let mut warnings = parser.warnings.get(..before).unwrap_or(&[]).to_vec();
    warnings.extend_from_slice(&passes.warnings);
    let place = |raw: &RawWarning, late: bool| {
        let mut warning = reporter.lines.warning(raw);
        warning.gives_way = late && raw.in_fstring;
        if let Some(reached) = raw.reached {
            warning.error = *reporter.or_later_fault(Box::new(warning.error), reached);
        }
        warning
    };
    error.warnings = in_order(&warnings, lexed, heard, passes.fill, place);
    if !passes.accepted && error.kind != ErrorKind::IncompleteInput {
        // Only the second pass remembers statements.
        let (lineno, col) = match (&passes.first, &passes.second) {
            (Some(_), _) => (0, 0),
            // An interactive statement itself is none of a list.
            (None, Some(_)) if mode == Mode::Single && parser.last_compound.1 == 0 => (0, 0),
            (None, Some(_)) => parser.last_compound,
            (None, None) => parser.last_begun,
        };
        error.last_statement = Some((lineno, col, parser.src.to_owned()));
    }
    error
}

fn overflow() -> Box<SyntaxError> {
    let msg = "Parser stack overflowed - Python source too complex to parse";
    Box::new(SyntaxError::bare(ErrorKind::MemoryError, msg))
}

/// Runs the passes; on a stack of their own if the text nests deeply.
fn run(setup: Setup<'_>) -> Passes {
    let passes = run_to(&setup, SHALLOW);
    if !passes.too_deep {
        return passes;
    }
    let (src, tokens) = (setup.src, setup.tokens);
    let (start, rule, flufl) = (setup.start, setup.rule, setup.flufl);
    let (feature_version, max_int_digits) = (setup.feature_version, setup.max_int_digits);
    std::thread::scope(|scope| {
        let deep = std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, move || {
            let setup = Setup { src, tokens, start, rule, flufl, feature_version, max_int_digits };
            run_to(&setup, MAX_DEPTH)
        });
        match deep.map(|thread| thread.join()) {
            Ok(Ok(deep)) => deep,
            _ => passes,
        }
    })
}

fn run_to(setup: &Setup<'_>, max_level: u32) -> Passes {
    let arena = Arena::new();
    let mut engine = Engine::new(&arena, setup, max_level);
    let mut accepted = engine.pass(setup.start, setup.rule, false);
    let first_fill = engine.fill;
    let first = engine.error.take();
    if first.is_none() && !accepted && !engine.too_deep {
        engine.flufl = setup.flufl;
        accepted = engine.pass(setup.start, setup.rule, true);
    }
    let second = engine.error.take();
    Passes {
        first_fill,
        fill: engine.fill,
        first,
        second,
        accepted,
        too_deep: engine.too_deep,
        warnings: engine.warnings,
    }
}

/// The warnings of the parser and the tokenizer about a text without errors, with the errors they may become.
pub(crate) fn placed_warnings(parser: &[RawWarning], lexed: &Tokens, lines: &Lines<'_>) -> Vec<SyntaxWarning> {
    in_order(parser, lexed, usize::MAX, usize::MAX, |warning, _| lines.warning(warning))
}

/// The warnings of the parser and of the first `heard` tokens, in the order of the text. `place` is told which came after the
/// first `fill` tokens.
fn in_order(
    parser: &[RawWarning],
    lexed: &Tokens,
    heard: usize,
    fill: usize,
    place: impl Fn(&RawWarning, bool) -> SyntaxWarning,
) -> Vec<SyntaxWarning> {
    let of_tokens = lexed.warnings.iter().filter(|warning| warning.before < heard);
    let of_tokens = of_tokens.map(|warning| (&warning.warning, warning.before >= fill));
    let mut all: Vec<(&RawWarning, bool)> = parser.iter().map(|warning| (warning, false)).chain(of_tokens).collect();
    all.sort_by_key(|(warning, _)| (warning.lineno, warning.range.col_offset));
    all.into_iter().map(|(warning, late)| place(warning, late)).collect()
}

/// Turns what was found into a `SyntaxError` as CPython words and places it.
struct Reporter<'t> {
    lexed: &'t Tokens,
    lines: Lines<'t>,
    /// The reference reads the text line by line.
    reads_lines: bool,
}

impl Reporter<'_> {
    /// The error, and whether CPython has read the rest of the text to find it.
    fn report(&self, passes: &Passes, mode: Mode, options: &Options<'_>) -> (Box<SyntaxError>, bool) {
        let last = |fill: usize| fill.saturating_sub(1);
        if options.allow_incomplete_input && !passes.accepted && self.at_end_of_source(last(passes.first_fill)) {
            let mut error = self.at_token(ErrorKind::IncompleteInput, last(passes.first_fill), "incomplete input");
            // Inside a string everything from its first line on is shown.
            if let Some(LexError::At { line_start, .. }) = &self.lexed.error {
                error.text = self.lines.text().get(*line_start as usize..).map(str::to_owned);
            }
            return (error, false);
        }
        if passes.accepted {
            let msg = if mode == Mode::Single {
                "multiple statements found while compiling a single statement"
            } else {
                "invalid syntax"
            };
            return (self.at_token(ErrorKind::SyntaxError, last(passes.fill), msg), false);
        }
        if let Some(found) = passes.second.as_ref().or(passes.first.as_ref()) {
            if found.from_tokenizer {
                return (self.tokenizer_error(), false);
            }
            if matches!(found.kind, ErrorKind::ValueError | ErrorKind::UnicodeDecodeError) {
                return (Box::new(SyntaxError::bare(found.kind, found.msg.clone())), false);
            }
            return (self.or_later_fault(self.found(found), self.line_of(passes.fill)), true);
        }
        match self.lexed.tokens.get(last(passes.first_fill)).map(|token| token.kind) {
            Some(kind @ (Tok::Indent | Tok::Dedent)) => {
                let msg = if kind == Tok::Indent { "unexpected indent" } else { "unexpected unindent" };
                (self.at_token(ErrorKind::IndentationError, last(passes.fill), msg), false)
            }
            Some(_) => {
                let token = self.lexed.tokens[last(passes.first_fill)];
                let found = Found {
                    kind: ErrorKind::SyntaxError,
                    msg: "invalid syntax".to_owned(),
                    lineno: token.lineno,
                    col: token.col + 1,
                    end_lineno: token.end_lineno,
                    end_col: token.end_col + 1,
                    fill: passes.fill,
                    from_tokenizer: false,
                };
                (self.or_later_fault(self.found(&found), self.line_of(passes.fill)), true)
            }
            None => {
                let msg = "error at start before reading any input";
                (Box::new(SyntaxError::bare(ErrorKind::SyntaxError, msg)), false)
            }
        }
    }

    /// Has CPython's tokenizer seen the end of the text when it made this token?
    fn at_end_of_source(&self, index: usize) -> bool {
        let Some(token) = self.lexed.tokens.get(index) else { return true };
        match token.kind {
            Tok::ErrorToken => match &self.lexed.error {
                Some(LexError::Eof { .. }) => true,
                Some(LexError::At { at_end, .. }) => *at_end,
                _ => false,
            },
            // Strings, and the colon of a replacement field, end without a look at the next character.
            Tok::String | Tok::FStringEnd | Tok::TStringEnd => false,
            Tok::Colon if self.lexed.in_fstring => false,
            _ => token.end as usize >= self.lines.text().len(),
        }
    }

    /// The line of the last of the first `fill` tokens.
    fn line_of(&self, fill: usize) -> i32 {
        self.lexed.tokens.get(fill.saturating_sub(1)).map_or(0, |token| token.lineno)
    }

    /// A fault of the tokenizer further on in the text hides an error of the parser, which has come to a token on this line.
    fn or_later_fault(&self, error: Box<SyntaxError>, line: i32) -> Box<SyntaxError> {
        match &self.lexed.error {
            // What is wrong with an f-string does not hide an error before.
            _ if self.lexed.in_fstring => error,
            Some(LexError::At { .. } | LexError::Source { .. }) => self.tokenizer_error(),
            Some(_) => match self.lexed.brackets.last() {
                Some(bracket) if line > bracket.lineno => self.never_closed(bracket),
                _ => error,
            },
            None => error,
        }
    }

    fn never_closed(&self, bracket: &Bracket) -> Box<SyntaxError> {
        let msg = format!("'{}' was never closed", char::from(bracket.open));
        self.place(ErrorKind::SyntaxError, msg, bracket.lineno, bracket.col + 1, bracket.lineno, 0, self.lexed.lineno)
    }

    fn tokenizer_error(&self) -> Box<SyntaxError> {
        let line = self.lexed.lineno;
        match &self.lexed.error {
            Some(LexError::At { kind, msg, lineno, line_start, offset, end_offset, .. }) => {
                let mut error = SyntaxError::bare(*kind, msg.clone());
                error.lineno = Some(*lineno);
                error.offset = Some(*offset);
                error.end_lineno = Some(*lineno);
                error.end_offset = Some(*end_offset);
                error.text = Some(self.lines.line_at(*line_start as usize).to_owned());
                Box::new(error)
            }
            Some(LexError::Source { fault, token, joined }) => {
                let mut error = fault.error(*token, *joined);
                if let (Fault::Codec { text, .. }, Some(lineno)) = (fault, token) {
                    let ended = text.ends_with('\n');
                    let line = if ended { self.lines.line_with_end(*lineno) } else { self.lines.line(*lineno) };
                    error.text = Some(line.to_owned());
                }
                error
            }
            Some(LexError::Eof { lineno, col }) => match self.lexed.brackets.last() {
                Some(bracket) => self.never_closed(bracket),
                None => {
                    let msg = "unexpected EOF while parsing".to_owned();
                    // Of a line that begins with the backslash nothing is left to count.
                    let empty = self.lines.line(*lineno).trim_start_matches([' ', '\t', '\x0C']).starts_with('\\');
                    let joined = *lineno > 1 && self.lines.line(lineno - 1).ends_with('\\');
                    let col = if self.reads_lines && empty && !joined { &0 } else { col };
                    self.place(ErrorKind::SyntaxError, msg, *lineno, *col, *lineno, -1, line)
                }
            },
            Some(LexError::Dedent { lineno }) => {
                let msg = "unindent does not match any outer indentation level".to_owned();
                let width = self.lines.line_with_end(*lineno).len() as i32;
                self.place(ErrorKind::IndentationError, msg, *lineno, width, *lineno, -1, line)
            }
            Some(LexError::TabSpace { lineno }) => {
                let msg = "inconsistent use of tabs and spaces in indentation".to_owned();
                self.place(ErrorKind::TabError, msg, *lineno, 1, *lineno, 0, line)
            }
            Some(LexError::TooDeep { lineno }) => {
                let msg = "too many levels of indentation".to_owned();
                self.place(ErrorKind::IndentationError, msg, *lineno, 1, *lineno, 0, line)
            }
            Some(LexError::LineCont { lineno, col }) => {
                let msg = "unexpected character after line continuation character".to_owned();
                self.place(ErrorKind::SyntaxError, msg, *lineno, col + 1, *lineno, 0, line)
            }
            None => Box::new(SyntaxError::bare(ErrorKind::SyntaxError, "invalid syntax")),
        }
    }

    /// An error at a token, as CPython places it when it means "the last token".
    fn at_token(&self, kind: ErrorKind, index: usize, msg: &str) -> Box<SyntaxError> {
        let Some(token) = self.lexed.tokens.get(index) else {
            return Box::new(SyntaxError::bare(kind, msg));
        };
        let col = if token.col == -1 { self.lines.cursor_col(token) } else { token.col + 1 };
        let end_col = if token.end_col == -1 { -1 } else { token.end_col + 1 };
        self.place(kind, msg.to_owned(), token.lineno, col, token.end_lineno, end_col, token.end_lineno)
    }

    fn found(&self, found: &Found) -> Box<SyntaxError> {
        let line = self.lexed.tokens.get(found.fill.saturating_sub(1)).map_or(1, |token| token.end_lineno);
        self.place(found.kind, found.msg.clone(), found.lineno, found.col, found.end_lineno, found.end_col, line)
    }

    fn place(
        &self,
        kind: ErrorKind,
        msg: String,
        lineno: i32,
        col: i32,
        end_lineno: i32,
        end_col: i32,
        reached: i32,
    ) -> Box<SyntaxError> {
        self.lines.error(kind, msg, Range::new(lineno, col, end_lineno, end_col), reached)
    }
}
