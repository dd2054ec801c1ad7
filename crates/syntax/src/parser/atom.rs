//! Atoms: names, constants, strings, and what stands in brackets of its own.

use super::{ExprRes, Fail, Parser};
use crate::ast::{Constant, Expr, ExprContext, ExprKind};
use crate::literal;
use crate::token::Tok;

/// Nesting in brackets takes about this many of CPython's rules besides those of the expression inside.
const BRACKET_LEVELS: u32 = 12;

impl<'a> Parser<'a, '_> {
    #[inline]
    pub(crate) fn atom(&mut self) -> ExprRes<'a> {
        let token = self.token();
        let value = match token.kind {
            Tok::Name => {
                self.bump();
                let id = self.identifier(&token)?;
                let kind = ExprKind::Name { id, ctx: ExprContext::Load };
                return Ok(self.arena.alloc(Expr { kind, range: token.range() }));
            }
            Tok::Number => match literal::number(self.arena, self.text(&token), self.max_int_digits) {
                Ok(value) => {
                    if self.feature_version < 6 && self.text(&token).contains('_') {
                        return Err(Fail);
                    }
                    value
                }
                Err(_) => return Err(Fail),
            },
            Tok::String | Tok::FStringStart | Tok::TStringStart => return self.strings(),
            Tok::LPar => return self.nested(BRACKET_LEVELS, Self::parenthesised),
            Tok::LSqb => return self.nested(BRACKET_LEVELS, Self::list),
            Tok::LBrace => return self.nested(BRACKET_LEVELS, Self::dict_or_set),
            Tok::None => Constant::None,
            Tok::True => Constant::True,
            Tok::False => Constant::False,
            Tok::Ellipsis => Constant::Ellipsis,
            _ => return Err(Fail),
        };
        self.bump();
        Ok(self.arena.alloc(Expr { kind: ExprKind::Constant { value, kind: None }, range: token.range() }))
    }

    /// `(...)`: group, tuple or generator expression.
    fn parenthesised(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        self.expect(Tok::LPar)?;
        match self.kind() {
            Tok::RPar => {
                self.bump();
                return Ok(self.expr(start, ExprKind::Tuple { elts: &[], ctx: ExprContext::Load }));
            }
            Tok::Yield => {
                let value = self.yield_expression()?;
                self.expect(Tok::RPar)?;
                return Ok(value);
            }
            _ => {}
        }
        let starred = self.kind() == Tok::Star;
        let first = self.star_named_expression()?;
        match self.kind() {
            Tok::RPar if !starred => {
                self.bump();
                Ok(first)
            }
            Tok::Comma => {
                let base = self.exprs.len();
                self.exprs.push(first);
                while self.eat(Tok::Comma) && self.kind() != Tok::RPar {
                    let item = self.star_named_expression()?;
                    self.exprs.push(item);
                }
                self.expect(Tok::RPar)?;
                let elts = self.take_exprs(base);
                Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load }))
            }
            Tok::For | Tok::Async if !starred => {
                let generators = self.comprehension_clauses()?;
                self.expect(Tok::RPar)?;
                Ok(self.expr(start, ExprKind::GeneratorExp { elt: first, generators }))
            }
            _ => Err(Fail),
        }
    }

    fn list(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        self.expect(Tok::LSqb)?;
        let base = self.exprs.len();
        while self.kind() != Tok::RSqb {
            let starred = self.kind() == Tok::Star;
            let item = self.star_named_expression()?;
            if matches!(self.kind(), Tok::For | Tok::Async) {
                if starred || self.exprs.len() != base {
                    return Err(Fail);
                }
                let generators = self.comprehension_clauses()?;
                self.expect(Tok::RSqb)?;
                return Ok(self.expr(start, ExprKind::ListComp { elt: item, generators }));
            }
            self.exprs.push(item);
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        self.expect(Tok::RSqb)?;
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::List { elts, ctx: ExprContext::Load }))
    }

    fn dict_or_set(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        self.expect(Tok::LBrace)?;
        if self.eat(Tok::RBrace) {
            return Ok(self.expr(start, ExprKind::Dict { keys: &[], values: &[] }));
        }
        if self.kind() == Tok::DoubleStar {
            return self.dict(start, None);
        }
        let starred = self.kind() == Tok::Star;
        let named = self.kind() == Tok::Name && self.kind_at(1) == Tok::ColonEqual;
        let first = self.star_named_expression()?;
        if self.kind() == Tok::Colon {
            if starred || named {
                return Err(Fail);
            }
            return self.dict(start, Some(first));
        }
        if matches!(self.kind(), Tok::For | Tok::Async) {
            if starred {
                return Err(Fail);
            }
            let generators = self.comprehension_clauses()?;
            self.expect(Tok::RBrace)?;
            return Ok(self.expr(start, ExprKind::SetComp { elt: first, generators }));
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Tok::Comma) && self.kind() != Tok::RBrace {
            let item = self.star_named_expression()?;
            self.exprs.push(item);
        }
        self.expect(Tok::RBrace)?;
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Set { elts }))
    }

    /// The rest of a dict whose first key, if any, has been read.
    fn dict(&mut self, start: usize, first: Option<&'a Expr<'a>>) -> ExprRes<'a> {
        let base = self.exprs.len();
        let mut keys: Vec<Option<&'a Expr<'a>>> = Vec::new();
        let mut key = first;
        loop {
            if key.is_none() && self.eat(Tok::DoubleStar) {
                let value = self.bitwise_or()?;
                keys.push(None);
                self.exprs.push(value);
            } else {
                let the_key = match key.take() {
                    Some(key) => key,
                    None => self.expression()?,
                };
                self.expect(Tok::Colon)?;
                let value = self.expression()?;
                if keys.is_empty() && matches!(self.kind(), Tok::For | Tok::Async) {
                    let generators = self.comprehension_clauses()?;
                    self.expect(Tok::RBrace)?;
                    return Ok(self.expr(start, ExprKind::DictComp { key: the_key, value, generators }));
                }
                keys.push(Some(the_key));
                self.exprs.push(value);
            }
            if !self.eat(Tok::Comma) || self.kind() == Tok::RBrace {
                break;
            }
        }
        self.expect(Tok::RBrace)?;
        let values = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Dict { keys: self.arena.slice(&keys), values }))
    }
}
