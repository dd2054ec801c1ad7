//! `match` statements and their patterns.

use super::{Fail, Parser, Res};
use crate::ast::{
    Constant, Expr, ExprContext, ExprKind, Identifier, MatchCase, Operator, Pattern, PatternKind, Patterns, StmtKind,
    UnaryOp,
};
use crate::token::Tok;

/// How many of CPython's rules lie between a pattern and one inside it.
const PATTERN_LEVELS: u32 = 8;

type PatternRes<'a> = Res<&'a Pattern<'a>>;

impl<'a> Parser<'a, '_> {
    /// At the word `match`: takes a match statement, or nothing if the word is an ordinary name here.
    pub(crate) fn match_statement(&mut self) -> Res<bool> {
        let next = self.kind_at(1);
        let may_be_subject = matches!(
            next,
            Tok::Name
                | Tok::Number
                | Tok::String
                | Tok::FStringStart
                | Tok::TStringStart
                | Tok::LPar
                | Tok::LSqb
                | Tok::LBrace
                | Tok::Minus
                | Tok::Plus
                | Tok::Tilde
                | Tok::Star
                | Tok::Ellipsis
                | Tok::Not
                | Tok::Lambda
                | Tok::Await
                | Tok::None
                | Tok::True
                | Tok::False
        );
        if !may_be_subject {
            return Ok(false);
        }
        let start = self.pos;
        let head = self.attempt(|parser| {
            parser.bump();
            let subject = parser.subject()?;
            parser.expect(Tok::Colon)?;
            parser.expect(Tok::Newline)?;
            parser.expect(Tok::Indent)?;
            if !parser.at_word("case") {
                return Err(Fail);
            }
            Ok(subject)
        })?;
        let Some(subject) = head else { return Ok(false) };
        self.since(10)?;
        let mut cases = Vec::new();
        self.nested(4, |parser| {
            while parser.at_word("case") {
                cases.push(parser.case_block()?);
            }
            Ok(())
        })?;
        self.expect(Tok::Dedent)?;
        let range = self.block_range(start);
        let cases = self.arena.slice(&cases);
        self.push_stmt(StmtKind::Match { subject, cases }, range);
        Ok(true)
    }

    fn subject(&mut self) -> Res<&'a Expr<'a>> {
        let start = self.pos;
        let starred = self.kind() == Tok::Star;
        let first = self.star_named_expression()?;
        if self.kind() == Tok::Comma {
            return self.rest_of_tuple(start, first, Self::star_named_expression);
        }
        if starred { Err(Fail) } else { Ok(first) }
    }

    fn case_block(&mut self) -> Res<MatchCase<'a>> {
        self.bump();
        let pattern = self.patterns()?;
        let guard = if self.eat(Tok::If) { Some(self.named_expression()?) } else { None };
        let body = self.colon_block()?;
        Ok(MatchCase { pattern, guard, body })
    }

    fn pattern_node(&self, start: usize, kind: PatternKind<'a>) -> &'a Pattern<'a> {
        self.arena.alloc(Pattern { kind, range: self.range(start) })
    }

    /// A pattern, or a sequence without brackets.
    fn patterns(&mut self) -> PatternRes<'a> {
        let start = self.pos;
        let starred = self.kind() == Tok::Star;
        let first = self.maybe_star_pattern()?;
        if self.kind() != Tok::Comma {
            return if starred { Err(Fail) } else { Ok(first) };
        }
        let mut items = vec![first];
        while self.eat(Tok::Comma) && !matches!(self.kind(), Tok::Colon | Tok::If) {
            items.push(self.maybe_star_pattern()?);
        }
        Ok(self.pattern_node(start, PatternKind::MatchSequence { patterns: self.arena.slice(&items) }))
    }

    fn maybe_star_pattern(&mut self) -> PatternRes<'a> {
        let start = self.pos;
        if !self.eat(Tok::Star) {
            return self.pattern();
        }
        let name = self.name()?;
        self.not_before_value()?;
        let name = if name == "_" { None } else { Some(name) };
        Ok(self.pattern_node(start, PatternKind::MatchStar { name }))
    }

    /// A name that captures is not followed by `.`, `(` or `=`.
    fn not_before_value(&self) -> Res<()> {
        if matches!(self.kind(), Tok::Dot | Tok::LPar | Tok::Equal) { Err(Fail) } else { Ok(()) }
    }

    fn pattern(&mut self) -> PatternRes<'a> {
        self.nested(PATTERN_LEVELS, |parser| {
            let start = parser.pos;
            let pattern = parser.or_pattern()?;
            if !parser.eat(Tok::As) {
                return Ok(pattern);
            }
            let name = parser.capture_name()?;
            parser.not_before_value()?;
            Ok(parser.pattern_node(start, PatternKind::MatchAs { pattern: Some(pattern), name: Some(name) }))
        })
    }

    /// A name other than `_`.
    fn capture_name(&mut self) -> Res<Identifier<'a>> {
        let name = self.name()?;
        if name == "_" { Err(Fail) } else { Ok(name) }
    }

    fn or_pattern(&mut self) -> PatternRes<'a> {
        let start = self.pos;
        let first = self.closed_pattern()?;
        if self.kind() != Tok::VBar {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.eat(Tok::VBar) {
            items.push(self.closed_pattern()?);
        }
        Ok(self.pattern_node(start, PatternKind::MatchOr { patterns: self.arena.slice(&items) }))
    }

    fn closed_pattern(&mut self) -> PatternRes<'a> {
        let start = self.pos;
        let singleton = match self.kind() {
            Tok::Number | Tok::Minus | Tok::String | Tok::FStringStart | Tok::TStringStart => {
                let value = self.literal()?;
                return Ok(self.pattern_node(start, PatternKind::MatchValue { value }));
            }
            Tok::None => Constant::None,
            Tok::True => Constant::True,
            Tok::False => Constant::False,
            Tok::Name => return self.name_pattern(),
            Tok::LPar => return self.group_or_sequence(),
            Tok::LSqb => {
                self.bump();
                let patterns = self.pattern_list(Tok::RSqb)?;
                return Ok(self.pattern_node(start, PatternKind::MatchSequence { patterns }));
            }
            Tok::LBrace => return self.mapping_pattern(),
            _ => return Err(Fail),
        };
        self.bump();
        Ok(self.pattern_node(start, PatternKind::MatchSingleton { value: singleton }))
    }

    /// A number (with sign, or complex) or string.
    fn literal(&mut self) -> Res<&'a Expr<'a>> {
        if !matches!(self.kind(), Tok::Number | Tok::Minus) {
            return self.strings();
        }
        let start = self.pos;
        let left = self.signed_number()?;
        let op = match self.kind() {
            Tok::Plus => Operator::Add,
            Tok::Minus => Operator::Sub,
            _ => return Ok(left),
        };
        let real = match left.kind {
            ExprKind::UnaryOp { operand, .. } => operand,
            _ => left,
        };
        if is_imaginary(real) {
            return Err(Fail);
        }
        self.bump();
        if self.kind() != Tok::Number {
            return Err(Fail);
        }
        let right = self.atom()?;
        if !is_imaginary(right) {
            return Err(Fail);
        }
        Ok(self.expr(start, ExprKind::BinOp { left, op, right }))
    }

    fn signed_number(&mut self) -> Res<&'a Expr<'a>> {
        let start = self.pos;
        let negative = self.eat(Tok::Minus);
        if self.kind() != Tok::Number {
            return Err(Fail);
        }
        let operand = self.atom()?;
        Ok(if negative { self.expr(start, ExprKind::UnaryOp { op: UnaryOp::USub, operand }) } else { operand })
    }

    /// Capture, wildcard, value or class.
    fn name_pattern(&mut self) -> PatternRes<'a> {
        let start = self.pos;
        if self.at_word("_") {
            self.bump();
            return Ok(self.pattern_node(start, PatternKind::MatchAs { pattern: None, name: None }));
        }
        if !matches!(self.kind_at(1), Tok::Dot | Tok::LPar | Tok::Equal) {
            let name = Some(self.name()?);
            return Ok(self.pattern_node(start, PatternKind::MatchAs { pattern: None, name }));
        }
        let value = self.name_or_attribute()?;
        match self.kind() {
            Tok::LPar => self.class_pattern(start, value),
            Tok::Equal => Err(Fail),
            _ if matches!(value.kind, ExprKind::Attribute { .. }) => {
                Ok(self.pattern_node(start, PatternKind::MatchValue { value }))
            }
            _ => Err(Fail),
        }
    }

    fn name_or_attribute(&mut self) -> Res<&'a Expr<'a>> {
        let start = self.pos;
        let mut value = self.name_load()?;
        while self.eat(Tok::Dot) {
            let attr = self.name()?;
            value = self.expr(start, ExprKind::Attribute { value, attr, ctx: ExprContext::Load });
        }
        Ok(value)
    }

    fn class_pattern(&mut self, start: usize, cls: &'a Expr<'a>) -> PatternRes<'a> {
        self.bump();
        let (mut patterns, mut kwd_attrs, mut kwd_patterns) = (Vec::new(), Vec::new(), Vec::new());
        while self.kind() != Tok::RPar {
            if self.kind() == Tok::Name && self.kind_at(1) == Tok::Equal {
                kwd_attrs.push(self.name()?);
                self.bump();
                kwd_patterns.push(self.pattern()?);
            } else {
                if !kwd_attrs.is_empty() {
                    return Err(Fail);
                }
                patterns.push(self.pattern()?);
            }
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        self.expect(Tok::RPar)?;
        let kind = PatternKind::MatchClass {
            cls,
            patterns: self.arena.slice(&patterns),
            kwd_attrs: self.arena.slice(&kwd_attrs),
            kwd_patterns: self.arena.slice(&kwd_patterns),
        };
        Ok(self.pattern_node(start, kind))
    }

    fn group_or_sequence(&mut self) -> PatternRes<'a> {
        let start = self.pos;
        self.bump();
        if self.eat(Tok::RPar) {
            return Ok(self.pattern_node(start, PatternKind::MatchSequence { patterns: &[] }));
        }
        let starred = self.kind() == Tok::Star;
        let first = self.maybe_star_pattern()?;
        if self.kind() == Tok::RPar && !starred {
            self.bump();
            return Ok(first);
        }
        self.expect(Tok::Comma)?;
        let mut items = vec![first];
        while self.kind() != Tok::RPar {
            items.push(self.maybe_star_pattern()?);
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        self.expect(Tok::RPar)?;
        Ok(self.pattern_node(start, PatternKind::MatchSequence { patterns: self.arena.slice(&items) }))
    }

    fn pattern_list(&mut self, end: Tok) -> Res<Patterns<'a>> {
        let mut items = Vec::new();
        while self.kind() != end {
            items.push(self.maybe_star_pattern()?);
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        self.expect(end)?;
        Ok(self.arena.slice(&items))
    }

    fn mapping_pattern(&mut self) -> PatternRes<'a> {
        let start = self.pos;
        self.bump();
        let (mut keys, mut patterns, mut rest) = (Vec::new(), Vec::new(), None);
        while self.kind() != Tok::RBrace {
            if self.eat(Tok::DoubleStar) {
                rest = Some(self.capture_name()?);
                self.not_before_value()?;
                self.eat(Tok::Comma);
                break;
            }
            keys.push(self.mapping_key()?);
            self.expect(Tok::Colon)?;
            patterns.push(self.pattern()?);
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        self.expect(Tok::RBrace)?;
        let (keys, patterns) = (self.arena.slice(&keys), self.arena.slice(&patterns));
        Ok(self.pattern_node(start, PatternKind::MatchMapping { keys, patterns, rest }))
    }

    fn mapping_key(&mut self) -> Res<&'a Expr<'a>> {
        match self.kind() {
            Tok::Name => {
                let key = self.name_or_attribute()?;
                if matches!(key.kind, ExprKind::Attribute { .. }) { Ok(key) } else { Err(Fail) }
            }
            Tok::None | Tok::True | Tok::False => self.atom(),
            _ => self.literal(),
        }
    }
}

fn is_imaginary(number: &Expr<'_>) -> bool {
    matches!(number.kind, ExprKind::Constant { value: Constant::Complex { .. }, .. })
}
