//! Targets of assignments, `for` and `del`: parsed as primaries, then given their context.

use super::{ExprRes, Fail, Parser, Res};
use crate::ast::{Expr, ExprContext, ExprKind};
use crate::token::Tok;

impl<'a> Parser<'a, '_> {
    /// The same expression as a target; fails for what cannot be one.
    pub(crate) fn with_context(&mut self, expr: &'a Expr<'a>, ctx: ExprContext) -> ExprRes<'a> {
        let kind = match expr.kind {
            ExprKind::Name { id, .. } => ExprKind::Name { id, ctx },
            ExprKind::Attribute { value, attr, .. } => ExprKind::Attribute { value, attr, ctx },
            ExprKind::Subscript { value, slice, .. } => ExprKind::Subscript { value, slice, ctx },
            ExprKind::Starred { value, .. } if ctx == ExprContext::Store => {
                if matches!(value.kind, ExprKind::Starred { .. }) {
                    return Err(Fail);
                }
                ExprKind::Starred { value: self.with_context(value, ctx)?, ctx }
            }
            ExprKind::Tuple { elts, .. } => ExprKind::Tuple { elts: self.all_with_context(elts, ctx)?, ctx },
            ExprKind::List { elts, .. } => ExprKind::List { elts: self.all_with_context(elts, ctx)?, ctx },
            _ => return Err(Fail),
        };
        Ok(self.arena.alloc(Expr { kind, range: expr.range }))
    }

    fn all_with_context(&mut self, items: &[&'a Expr<'a>], ctx: ExprContext) -> Res<&'a [&'a Expr<'a>]> {
        let base = self.exprs.len();
        for item in items {
            let item = self.with_context(item, ctx)?;
            self.exprs.push(item);
        }
        Ok(self.take_exprs(base))
    }

    /// `star_targets`: what stands between `for` and `in`.
    pub(crate) fn star_targets(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        let first = self.star_target()?;
        if self.kind() != Tok::Comma {
            return Ok(first);
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Tok::Comma) && self.starts_expression() {
            let item = self.star_target()?;
            self.exprs.push(item);
        }
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Store }))
    }

    pub(crate) fn star_target(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        if self.eat(Tok::Star) {
            let value = self.primary()?;
            let value = self.with_context(value, ExprContext::Store)?;
            return Ok(self.expr(start, ExprKind::Starred { value, ctx: ExprContext::Store }));
        }
        let target = self.primary()?;
        self.with_context(target, ExprContext::Store)
    }

    pub(crate) fn del_target(&mut self) -> ExprRes<'a> {
        let target = self.primary()?;
        self.with_context(target, ExprContext::Del)
    }
}
