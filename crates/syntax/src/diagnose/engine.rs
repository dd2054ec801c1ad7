//! Runs the grammar over the tokens as CPython's parser does: ordered choice with memory, tokens fetched on demand.

use super::grammar::{Action, Alternative, Grammar, Item, RuleId};
use crate::arena::Arena;
use crate::ast::{Expr, Range};
use crate::error::{ErrorKind, RawWarning};
use crate::token::{Tok, Token};
use rustc_hash::FxHashMap;

/// What an item stands for.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    /// An optional item that is not there.
    Nothing,
    /// Tokens from the first to before the second.
    Span(u32, u32),
    Expr(&'a Expr<'a>),
    /// A keyword argument: is it `**`?
    Keyword {
        double_star: bool,
        span: (u32, u32),
    },
    /// A clause of a comprehension; its last part is where an error about the clause ends.
    Clause(&'a Expr<'a>),
    Many(&'a [Value<'a>]),
    /// The arguments of a call: positional ones, and whether there are keywords, and `**` among them.
    Arguments {
        args: &'a [&'a Expr<'a>],
        keywords: bool,
        double_star: bool,
    },
}

/// An error with its place: lines from 1, byte columns from 1 (or as CPython leaves them).
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub kind: ErrorKind,
    pub msg: String,
    pub lineno: i32,
    pub col: i32,
    pub end_lineno: i32,
    pub end_col: i32,
    /// How many tokens had been fetched when it was found.
    pub fill: usize,
    /// The tokenizer's own error, not the parser's.
    pub from_tokenizer: bool,
}

/// Nested rules up to here are followed on the caller's stack.
pub(super) const SHALLOW: u32 = 200;

pub(super) struct Engine<'a, 't> {
    pub(super) arena: &'a Arena,
    pub(super) src: &'t str,
    pub(super) tokens: &'t [Token],
    pub(super) grammar: &'static Grammar,
    pub(super) mark: usize,
    /// How many tokens have been looked at.
    pub(super) fill: usize,
    pub(super) invalid: bool,
    pub(super) error: Option<Found>,
    pub(super) flufl: bool,
    pub(super) feature_version: i32,
    pub(super) max_int_digits: usize,
    pub(super) level: u32,
    pub(super) max_level: u32,
    pub(super) too_deep: bool,
    /// Warnings about strings that were met while `invalid_` rules were off.
    pub(super) warnings: Vec<RawWarning>,
    memo: FxHashMap<(RuleId, u32), (Option<Value<'a>>, u32)>,
}

type Parsed<'a> = Option<Value<'a>>;

impl<'a, 't> Engine<'a, 't> {
    pub(super) fn new(arena: &'a Arena, setup: &super::Setup<'t>, max_level: u32) -> Engine<'a, 't> {
        Engine {
            arena,
            src: setup.src,
            tokens: setup.tokens,
            grammar: super::grammar::grammar(),
            mark: setup.start,
            fill: setup.start,
            invalid: false,
            error: None,
            flufl: setup.flufl,
            feature_version: setup.feature_version,
            max_int_digits: setup.max_int_digits,
            level: 0,
            max_level,
            too_deep: false,
            warnings: Vec::new(),
            memo: FxHashMap::default(),
        }
    }

    /// One pass from token `start` on.
    pub(super) fn pass(&mut self, start: usize, rule: &str, invalid: bool) -> bool {
        self.mark = start;
        self.invalid = invalid;
        self.memo.clear();
        self.level = 0;
        let rule = self.grammar.rule(rule);
        self.rule(rule).is_some() && self.error.is_none()
    }

    /// The token at `mark`, looked at now if it was not before.
    pub(super) fn fetch(&mut self) -> Option<Token> {
        let token = *self.tokens.get(self.mark)?;
        if self.mark >= self.fill {
            self.fill = self.mark + 1;
            if token.kind == Tok::ErrorToken {
                self.tokenizer_error();
                return None;
            }
        }
        if token.kind == Tok::ErrorToken { None } else { Some(token) }
    }

    fn rule(&mut self, id: RuleId) -> Parsed<'a> {
        let rule = &self.grammar.rules[usize::from(id)];
        if self.level >= self.max_level {
            self.too_deep = true;
            self.fail(ErrorKind::MemoryError, String::new(), Range::default());
            return None;
        }
        self.fetch()?;
        let start = self.mark;
        // What CPython remembers, and no more: a result found while `invalid_` rules were off is seen when they are on.
        let remembered = rule.memo || rule.left;
        let key = (id, start as u32);
        if remembered && let Some(&(value, end)) = self.memo.get(&key) {
            self.mark = end as usize;
            return value;
        }
        self.level += 1;
        let invalid = self.invalid;
        if rule.without_invalid {
            self.invalid = false;
        }
        let value =
            if rule.left { self.left_recursive(&rule.alternatives, key) } else { self.choice(&rule.alternatives) };
        self.invalid = invalid;
        self.level -= 1;
        if remembered && self.error.is_none() {
            self.memo.insert(key, (value, self.mark as u32));
        }
        value
    }

    /// Grows the match from a failure, as long as it gets longer.
    fn left_recursive(&mut self, alternatives: &'static [Alternative], key: (RuleId, u32)) -> Parsed<'a> {
        let start = key.1;
        let mut best: (Parsed<'a>, u32) = (None, start);
        loop {
            self.memo.insert(key, best);
            self.mark = start as usize;
            let value = self.choice(alternatives);
            if self.error.is_some() {
                return None;
            }
            if value.is_none() || self.mark as u32 <= best.1 {
                break;
            }
            best = (value, self.mark as u32);
        }
        self.mark = best.1 as usize;
        best.0
    }

    fn choice(&mut self, alternatives: &'static [Alternative]) -> Parsed<'a> {
        let start = self.mark;
        for alternative in alternatives {
            if self.skipped(alternative) {
                continue;
            }
            let mut cut = false;
            if let Some(value) = self.alternative(alternative, start, &mut cut) {
                return Some(value);
            }
            if self.error.is_some() {
                return None;
            }
            self.mark = start;
            if cut {
                return None;
            }
        }
        None
    }

    /// An alternative that is nothing but an `invalid_` rule does not exist in the first pass. (Others do, even if they
    /// contain one: that is how CPython's parser is generated.)
    fn skipped(&self, alternative: &Alternative) -> bool {
        !self.invalid
            && matches!(&alternative.items[..], [Item::Rule(id)] if self.grammar.rules[usize::from(*id)].invalid)
    }

    fn alternative(&mut self, alternative: &'static Alternative, start: usize, cut: &mut bool) -> Parsed<'a> {
        let mut values: [Value<'a>; 12] = [Value::Nothing; 12];
        let mut count = 0;
        for item in &alternative.items {
            match item {
                Item::Cut => *cut = true,
                Item::Ahead { item, positive } => {
                    let mark = self.mark;
                    let found = self.item(item).is_some();
                    self.mark = mark;
                    if self.error.is_some() || found != *positive {
                        return None;
                    }
                }
                _ => {
                    let value = self.item(item)?;
                    if let Some(slot) = values.get_mut(count) {
                        *slot = value;
                    }
                    count += 1;
                }
            }
        }
        let values = &values[..count.min(12)];
        if let Some((version, what)) = alternative.since
            && self.feature_version < version
        {
            self.raise_last(ErrorKind::SyntaxError, format!("{what} only supported in Python 3.{version} and greater"));
            return None;
        }
        match &alternative.action {
            Action::None => match values {
                [only] => Some(*only),
                _ => Some(Value::Span(start as u32, self.mark as u32)),
            },
            Action::Value(number) => values.get(number - 1).copied(),
            Action::Build(name) => self.build(name, values, start),
            Action::Raise { how, target, operands, message } => {
                self.raise(how, target, operands, message, values);
                None
            }
        }
    }

    fn item(&mut self, item: &'static Item) -> Parsed<'a> {
        match item {
            Item::Token(kind) => {
                let token = self.fetch()?;
                if token.kind != *kind {
                    return None;
                }
                self.mark += 1;
                if *kind == Tok::Name {
                    return self.name_value(&token);
                }
                Some(Value::Span(self.mark as u32 - 1, self.mark as u32))
            }
            Item::Soft(word) => {
                let token = self.fetch()?;
                if token.kind != Tok::Name || self.text(&token) != *word {
                    return None;
                }
                self.mark += 1;
                self.name_value(&token)
            }
            Item::AnySoftKeyword => {
                let token = self.fetch()?;
                if token.kind != Tok::Name || !matches!(self.text(&token), "_" | "case" | "match" | "type") {
                    return None;
                }
                self.mark += 1;
                self.name_value(&token)
            }
            Item::Rule(id) => self.rule(*id),
            Item::Group(alternatives) => self.choice(alternatives),
            Item::Optional(item) => {
                let mark = self.mark;
                match self.item(item) {
                    Some(value) => Some(value),
                    None if self.error.is_some() => None,
                    None => {
                        self.mark = mark;
                        Some(Value::Nothing)
                    }
                }
            }
            Item::Repeat { item, at_least_one } => {
                let mut values = Vec::new();
                loop {
                    let mark = self.mark;
                    match self.item(item) {
                        Some(value) if self.mark > mark => values.push(value),
                        _ => {
                            if self.error.is_some() {
                                return None;
                            }
                            self.mark = mark;
                            break;
                        }
                    }
                }
                if *at_least_one && values.is_empty() {
                    return None;
                }
                Some(Value::Many(self.arena.slice(&values)))
            }
            Item::Gather { separator, item } => {
                let mut values = vec![self.item(item)?];
                loop {
                    let mark = self.mark;
                    let token = self.fetch();
                    if self.error.is_some() {
                        return None;
                    }
                    if token.is_none_or(|token| token.kind != *separator) {
                        break;
                    }
                    self.mark += 1;
                    match self.item(item) {
                        Some(value) => values.push(value),
                        None if self.error.is_some() => return None,
                        None => {
                            self.mark = mark;
                            break;
                        }
                    }
                }
                Some(Value::Many(self.arena.slice(&values)))
            }
            Item::Forced { kind, text, early } => {
                let token = self.fetch()?;
                if token.kind != *kind {
                    if self.invalid || *early {
                        self.raise_at(token.range(), format!("expected '{text}'"));
                    }
                    return None;
                }
                self.mark += 1;
                Some(Value::Span(self.mark as u32 - 1, self.mark as u32))
            }
            Item::Ahead { .. } | Item::Cut => Some(Value::Nothing),
        }
    }

    pub(super) fn text(&self, token: &Token) -> &'t str {
        self.src.get(token.start as usize..token.end as usize).unwrap_or("")
    }
}
