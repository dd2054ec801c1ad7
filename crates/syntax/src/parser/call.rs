//! Primaries: attributes, calls, subscripts and what stands in their brackets; comprehension clauses.

use super::{ExprRes, Fail, Parser, Res};
use crate::ast::{Comprehension, Expr, ExprContext, ExprKind, Exprs, Keyword};
use crate::token::Tok;

impl<'a> Parser<'a, '_> {
    pub(crate) fn primary(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        let mut value = self.atom()?;
        loop {
            match self.kind() {
                Tok::Dot => {
                    self.bump();
                    let attr = self.name()?;
                    value = self.expr(start, ExprKind::Attribute { value, attr, ctx: ExprContext::Load });
                }
                Tok::LPar => {
                    let (args, keywords) = self.call_arguments()?;
                    value = self.expr(start, ExprKind::Call { func: value, args, keywords });
                }
                Tok::LSqb => {
                    self.bump();
                    let slice = self.slices()?;
                    self.expect(Tok::RSqb)?;
                    value = self.expr(start, ExprKind::Subscript { value, slice, ctx: ExprContext::Load });
                }
                _ => return Ok(value),
            }
        }
    }

    /// At `(`: the arguments of a call or of a class statement.
    pub(crate) fn call_arguments(&mut self) -> Res<(Exprs<'a>, &'a [Keyword<'a>])> {
        let open = self.pos;
        self.expect(Tok::LPar)?;
        let base = self.exprs.len();
        let mut keywords: Vec<Keyword<'a>> = Vec::new();
        let mut double_star = false;
        while self.kind() != Tok::RPar {
            let start = self.pos;
            match self.kind() {
                Tok::Star => {
                    if double_star {
                        return Err(Fail);
                    }
                    self.bump();
                    let value = self.expression()?;
                    let item = self.expr(start, ExprKind::Starred { value, ctx: ExprContext::Load });
                    self.exprs.push(item);
                }
                Tok::DoubleStar => {
                    double_star = true;
                    self.bump();
                    let value = self.expression()?;
                    keywords.push(Keyword { arg: None, value, range: self.range(start) });
                }
                Tok::Name if self.kind_at(1) == Tok::Equal => {
                    let arg = Some(self.name()?);
                    self.bump();
                    let value = self.expression()?;
                    keywords.push(Keyword { arg, value, range: self.range(start) });
                }
                _ => {
                    if !keywords.is_empty() {
                        return Err(Fail);
                    }
                    let value = self.named_expression()?;
                    if matches!(self.kind(), Tok::For | Tok::Async) {
                        // A generator expression shares the call's brackets and must be alone in them.
                        if self.exprs.len() != base {
                            return Err(Fail);
                        }
                        let generators = self.comprehension_clauses()?;
                        self.expect(Tok::RPar)?;
                        let item = self.expr(open, ExprKind::GeneratorExp { elt: value, generators });
                        self.exprs.push(item);
                        return Ok((self.take_exprs(base), &[]));
                    }
                    self.exprs.push(value);
                }
            }
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        self.expect(Tok::RPar)?;
        Ok((self.take_exprs(base), self.arena.slice(&keywords)))
    }

    fn slices(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        let first = self.slice()?;
        if self.kind() != Tok::Comma && !matches!(first.kind, ExprKind::Starred { .. }) {
            return Ok(first);
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Tok::Comma) && self.kind() != Tok::RSqb {
            let item = self.slice()?;
            self.exprs.push(item);
        }
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load }))
    }

    fn slice(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        if self.kind() == Tok::Star {
            self.bump();
            let value = self.expression()?;
            return Ok(self.expr(start, ExprKind::Starred { value, ctx: ExprContext::Load }));
        }
        let lower = if self.kind() == Tok::Colon {
            None
        } else {
            let value = self.named_expression()?;
            if self.kind() != Tok::Colon {
                return Ok(value);
            }
            if matches!(value.kind, ExprKind::NamedExpr { .. }) && self.tokens[start].kind == Tok::Name {
                return Err(Fail);
            }
            Some(value)
        };
        self.expect(Tok::Colon)?;
        let upper = self.slice_part()?;
        let step = if self.eat(Tok::Colon) { self.slice_part()? } else { None };
        Ok(self.expr(start, ExprKind::Slice { lower, upper, step }))
    }

    fn slice_part(&mut self) -> Res<Option<&'a Expr<'a>>> {
        match self.kind() {
            Tok::Colon | Tok::RSqb | Tok::Comma => Ok(None),
            _ => self.expression().map(Some),
        }
    }

    /// `for_if_clauses`
    pub(crate) fn comprehension_clauses(&mut self) -> Res<&'a [Comprehension<'a>]> {
        let first = self.comprehension_clause()?;
        if !matches!(self.kind(), Tok::For | Tok::Async) {
            return Ok(self.arena.slice(&[first]));
        }
        let mut clauses = vec![first];
        while matches!(self.kind(), Tok::For | Tok::Async) {
            clauses.push(self.comprehension_clause()?);
        }
        Ok(self.arena.slice(&clauses))
    }

    fn comprehension_clause(&mut self) -> Res<Comprehension<'a>> {
        let is_async = i32::from(self.eat(Tok::Async));
        if is_async == 1 {
            self.since(6)?;
        }
        self.expect(Tok::For)?;
        let target = self.star_targets()?;
        self.expect(Tok::In)?;
        let iter = self.disjunction()?;
        let base = self.exprs.len();
        while self.eat(Tok::If) {
            let test = self.disjunction()?;
            self.exprs.push(test);
        }
        Ok(Comprehension { target, iter, ifs: self.take_exprs(base), is_async })
    }
}
