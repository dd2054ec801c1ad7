//! The fast parser: recursive descent over tokens, for text without errors.
//!
//! It makes no messages. Where it cannot go on it fails with [`Fail`], and the statement that failed is parsed again by
//! [`crate::diagnose`], which follows CPython's grammar alternative by alternative and finds CPython's error.

mod atom;
mod call;
mod compound;
mod definition;
mod expression;
mod fstring;
mod pattern;
mod statement;
mod target;

use crate::arena::Arena;
use crate::ast::{Expr, ExprKind, Exprs, Identifier, Mod, Range, Stmt, Stmts, TypeIgnore};
use crate::error::RawWarning;
use crate::names;
use crate::options::Options;
use crate::stack;
use crate::token::{Tok, Token};

/// CPython's parser gives up ("Parser stack overflowed") at 6,000 nested rules; those outside of the first expression are
/// not counted here.
pub(crate) const MAX_DEPTH: u32 = 5984;

/// The text cannot be parsed from here.
#[derive(Debug)]
pub(crate) struct Fail;
pub(crate) type Res<T> = Result<T, Fail>;
pub(crate) type ExprRes<'a> = Res<&'a Expr<'a>>;

pub(crate) struct Parser<'a, 't> {
    pub(crate) arena: &'a Arena,
    pub(crate) src: &'a str,
    pub(crate) tokens: &'t [Token],
    pub(crate) pos: usize,
    pub(crate) depth: u32,
    /// Where the native stack was at first, and how far it may grow.
    stack_base: usize,
    stack_budget: usize,
    /// Failed because the text nests too deeply.
    pub(crate) overflow: bool,
    pub(crate) flufl: bool,
    /// Line and column of the last compound statement, functions left out (the largest line counts).
    pub(crate) last_compound: (i32, i32),
    /// The same, with statements that would be complete without their last clauses.
    pub(crate) last_begun: (i32, i32),
    pub(crate) feature_version: i32,
    pub(crate) max_int_digits: usize,
    pub(crate) warnings: Vec<RawWarning>,
    /// The first token of the statement at top level that is being parsed.
    pub(crate) statement_start: usize,
    /// The first token of the statement before it.
    pub(crate) previous_start: usize,
    /// How many warnings there were when the statement started, and when the one before it did.
    pub(crate) statement_warnings: usize,
    pub(crate) previous_warnings: usize,
    /// What `flufl` was when that statement started.
    pub(crate) statement_flufl: bool,
    /// The kind of the first of the literals that were joined last.
    first_kind: Option<&'a str>,
    /// Items of sequences that are still being read.
    exprs: Vec<&'a Expr<'a>>,
    stmts: Vec<&'a Stmt<'a>>,
}

impl<'a, 't> Parser<'a, 't> {
    pub(crate) fn new(arena: &'a Arena, src: &'a str, tokens: &'t [Token], options: &Options<'t>) -> Parser<'a, 't> {
        Parser {
            arena,
            src,
            tokens,
            pos: 0,
            depth: 0,
            stack_base: stack::position(),
            stack_budget: options.stack_budget,
            overflow: false,
            flufl: options.barry_as_flufl,
            last_compound: (0, 0),
            last_begun: (0, 0),
            feature_version: options.feature_version,
            max_int_digits: options.max_int_digits,
            warnings: Vec::new(),
            statement_start: 0,
            previous_start: 0,
            statement_warnings: 0,
            previous_warnings: 0,
            statement_flufl: options.barry_as_flufl,
            first_kind: None,
            exprs: Vec::with_capacity(64),
            stmts: Vec::with_capacity(64),
        }
    }

    // Start rules.

    pub(crate) fn file(&mut self, type_ignores: &[TypeIgnore<'a>]) -> Res<Mod<'a>> {
        let base = self.stmts.len();
        while self.kind() != Tok::EndMarker {
            self.previous_start = self.statement_start;
            self.previous_warnings = self.statement_warnings;
            self.statement_warnings = self.warnings.len();
            self.statement_start = self.pos;
            self.statement_flufl = self.flufl;
            self.statement()?;
        }
        Ok(Mod::Module { body: self.take_stmts(base), type_ignores: self.arena.slice(type_ignores) })
    }

    pub(crate) fn eval(&mut self) -> Res<Mod<'a>> {
        let body = self.expressions()?;
        while self.eat(Tok::Newline) {}
        self.expect(Tok::EndMarker)?;
        Ok(Mod::Expression { body })
    }

    /// One interactive statement. What comes after it is not looked at here.
    pub(crate) fn interactive(&mut self) -> Res<Mod<'a>> {
        let base = self.stmts.len();
        match self.kind() {
            Tok::Newline => {
                let range = self.token().range();
                self.bump();
                self.push_stmt(crate::ast::StmtKind::Pass, range);
            }
            Tok::EndMarker => return Err(Fail),
            _ => {
                if self.compound_statement()? {
                    self.expect(Tok::Newline)?;
                } else {
                    self.simple_statements()?;
                }
            }
        }
        Ok(Mod::Interactive { body: self.take_stmts(base) })
    }

    pub(crate) fn func_type(&mut self) -> Res<Mod<'a>> {
        self.expect(Tok::LPar)?;
        let base = self.exprs.len();
        let mut stars = 0;
        while self.kind() != Tok::RPar {
            if self.eat(Tok::DoubleStar) {
                if stars > 1 {
                    return Err(Fail);
                }
                stars = 2;
            } else if self.eat(Tok::Star) {
                if stars > 0 {
                    return Err(Fail);
                }
                stars = 1;
            } else if stars > 0 {
                return Err(Fail);
            }
            let item = self.expression()?;
            self.exprs.push(item);
            if self.kind() == Tok::Comma && self.kind_at(1) != Tok::RPar {
                self.bump();
            } else {
                break;
            }
        }
        self.expect(Tok::RPar)?;
        let argtypes = self.take_exprs(base);
        self.expect(Tok::RArrow)?;
        let returns = self.expression()?;
        while self.eat(Tok::Newline) {}
        self.expect(Tok::EndMarker)?;
        Ok(Mod::FunctionType { argtypes, returns })
    }

    // Tokens.

    #[inline(always)]
    pub(crate) fn kind(&self) -> Tok {
        match self.tokens.get(self.pos) {
            Some(token) => token.kind,
            None => Tok::ErrorToken,
        }
    }

    #[inline]
    pub(crate) fn kind_at(&self, ahead: usize) -> Tok {
        match self.tokens.get(self.pos + ahead) {
            Some(token) => token.kind,
            None => Tok::ErrorToken,
        }
    }

    #[inline]
    pub(crate) fn token(&self) -> Token {
        self.tokens.get(self.pos).copied().unwrap_or(NO_TOKEN)
    }

    #[inline(always)]
    pub(crate) fn bump(&mut self) {
        self.pos += 1;
    }

    #[inline]
    pub(crate) fn eat(&mut self, kind: Tok) -> bool {
        let there = self.kind() == kind;
        self.pos += usize::from(there);
        there
    }

    #[inline]
    pub(crate) fn expect(&mut self, kind: Tok) -> Res<()> {
        if self.eat(kind) { Ok(()) } else { Err(Fail) }
    }

    #[inline]
    pub(crate) fn text(&self, token: &Token) -> &'a str {
        self.src.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// Is the current token this soft keyword?
    #[inline]
    pub(crate) fn at_word(&self, word: &str) -> bool {
        let token = self.token();
        token.kind == Tok::Name && self.text(&token) == word
    }

    /// Takes a name.
    #[inline]
    pub(crate) fn name(&mut self) -> Res<Identifier<'a>> {
        let token = self.token();
        if token.kind != Tok::Name {
            return Err(Fail);
        }
        self.bump();
        self.identifier(&token)
    }

    #[inline]
    pub(crate) fn identifier(&self, token: &Token) -> Res<Identifier<'a>> {
        let text = self.text(token);
        if text.is_ascii() {
            return Ok(text);
        }
        let name = names::normalise(self.arena, text);
        if names::is_constant(name) { Err(Fail) } else { Ok(name) }
    }

    // Places.

    /// From token `start` to the last token taken (which is not layout).
    #[inline(always)]
    pub(crate) fn range(&self, start: usize) -> Range {
        let first = self.tokens.get(start).unwrap_or(&NO_TOKEN);
        let last = self.tokens.get(self.pos.wrapping_sub(1)).unwrap_or(&NO_TOKEN);
        Range::new(first.lineno, first.col, last.end_lineno, last.end_col)
    }

    /// The same where NEWLINE and DEDENT may have been taken.
    pub(crate) fn block_range(&self, start: usize) -> Range {
        let first = self.tokens.get(start).unwrap_or(&NO_TOKEN);
        let taken = self.tokens.get(..self.pos).unwrap_or(&[]);
        let last = taken.iter().rev().find(|token| !token.kind.is_layout()).unwrap_or(&NO_TOKEN);
        Range::new(first.lineno, first.col, last.end_lineno, last.end_col)
    }

    // Nodes.

    #[inline(always)]
    pub(crate) fn expr(&self, start: usize, kind: ExprKind<'a>) -> &'a Expr<'a> {
        self.arena.alloc(Expr { kind, range: self.range(start) })
    }

    #[inline]
    pub(crate) fn take_exprs(&mut self, base: usize) -> Exprs<'a> {
        let items = self.arena.slice(self.exprs.get(base..).unwrap_or(&[]));
        self.exprs.truncate(base);
        items
    }

    #[inline]
    pub(crate) fn take_stmts(&mut self, base: usize) -> Stmts<'a> {
        let items = self.arena.slice(self.stmts.get(base..).unwrap_or(&[]));
        self.stmts.truncate(base);
        items
    }

    // Depth and versions.

    /// Counts `levels` of CPython's rules while `parse` runs.
    #[inline(always)]
    pub(crate) fn nested<T>(&mut self, levels: u32, parse: impl FnOnce(&mut Self) -> Res<T>) -> Res<T> {
        self.deepen(levels)?;
        if self.stack_base.abs_diff(stack::position()) > self.stack_budget {
            self.overflow = true;
            return Err(Fail);
        }
        let result = parse(self);
        self.depth -= levels;
        result
    }

    /// Goes deeper in a loop that stands for recursion; the caller sets `depth` back.
    #[inline]
    pub(crate) fn deepen(&mut self, levels: u32) -> Res<()> {
        self.depth += levels;
        if self.depth > MAX_DEPTH {
            self.overflow = true;
            return Err(Fail);
        }
        Ok(())
    }

    /// Fails if the language version asked for lacks a construct.
    #[inline]
    pub(crate) fn since(&self, minor: i32) -> Res<()> {
        if self.feature_version >= minor { Ok(()) } else { Err(Fail) }
    }

    /// Runs `parse`; if it fails, everything is as before and the outcome is `None`. Depth overflow is final.
    pub(crate) fn attempt<T>(&mut self, parse: impl FnOnce(&mut Self) -> Res<T>) -> Res<Option<T>> {
        let (pos, depth) = (self.pos, self.depth);
        let (exprs, stmts, warnings) = (self.exprs.len(), self.stmts.len(), self.warnings.len());
        match parse(self) {
            Ok(value) => Ok(Some(value)),
            Err(Fail) if self.overflow => Err(Fail),
            Err(Fail) => {
                (self.pos, self.depth) = (pos, depth);
                self.exprs.truncate(exprs);
                self.stmts.truncate(stmts);
                self.warnings.truncate(warnings);
                Ok(None)
            }
        }
    }
}

impl Token {
    #[inline]
    pub(crate) fn range(&self) -> Range {
        Range::new(self.lineno, self.col, self.end_lineno, self.end_col)
    }
}

const NO_TOKEN: Token =
    Token { kind: Tok::ErrorToken, level: 0, start: 0, end: 0, lineno: 1, col: 0, end_lineno: 1, end_col: 0 };
