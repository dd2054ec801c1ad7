//! Compound statements other than definitions and `match`.

use super::{Fail, Parser, Res};
use crate::ast::{ExceptHandler, For, Stmt, StmtKind, Stmts, Try, WithItem};
use crate::token::Tok;

impl<'a> Parser<'a, '_> {
    /// At `if`. Each `elif` is an `If` in the `orelse` of the one before.
    pub(crate) fn if_statement(&mut self) -> Res<()> {
        let depth = self.depth;
        let mut arms = Vec::with_capacity(1);
        loop {
            let start = self.pos;
            self.bump();
            let test = self.named_expression()?;
            let body = self.colon_block()?;
            arms.push((start, test, body));
            self.could_end(arms.first().map_or(start, |arm| arm.0));
            if self.kind() != Tok::Elif {
                break;
            }
            self.deepen(1)?;
        }
        self.depth = depth;
        let mut orelse = self.else_block()?;
        while let Some((start, test, body)) = arms.pop() {
            let range = self.block_range(start);
            let kind = StmtKind::If { test, body, orelse };
            if arms.is_empty() {
                self.push_stmt(kind, range);
            } else {
                orelse = self.arena.slice(&[self.arena.alloc(Stmt { kind, range }) as &Stmt<'a>]);
            }
        }
        Ok(())
    }

    fn else_block(&mut self) -> Res<Stmts<'a>> {
        if self.eat(Tok::Else) { self.colon_block() } else { Ok(&[]) }
    }

    pub(crate) fn while_statement(&mut self) -> Res<()> {
        let start = self.pos;
        self.bump();
        let test = self.named_expression()?;
        let body = self.colon_block()?;
        self.could_end(start);
        let orelse = self.else_block()?;
        let range = self.block_range(start);
        self.push_stmt(StmtKind::While { test, body, orelse }, range);
        Ok(())
    }

    pub(crate) fn for_statement(&mut self, is_async: bool) -> Res<()> {
        let start = self.pos;
        if is_async {
            self.since(5)?;
            self.bump();
        }
        self.bump();
        let target = self.star_targets()?;
        self.expect(Tok::In)?;
        let iter = self.star_expressions()?;
        self.expect(Tok::Colon)?;
        let type_comment = self.type_comment();
        let body = self.block()?;
        self.could_end(start);
        let orelse = self.else_block()?;
        let range = self.block_range(start);
        let fields = self.arena.alloc(For { target, iter, body, orelse, type_comment });
        self.push_stmt(if is_async { StmtKind::AsyncFor(fields) } else { StmtKind::For(fields) }, range);
        Ok(())
    }

    pub(crate) fn with_statement(&mut self, is_async: bool) -> Res<()> {
        let start = self.pos;
        if is_async {
            self.since(5)?;
            self.bump();
        }
        self.bump();
        let items = match self.parenthesised_with_items()? {
            Some(items) => items,
            None => {
                let mut items = Vec::new();
                loop {
                    items.push(self.with_item()?);
                    if !self.eat(Tok::Comma) {
                        break;
                    }
                }
                items
            }
        };
        self.expect(Tok::Colon)?;
        let type_comment = self.type_comment();
        let body = self.block()?;
        let range = self.block_range(start);
        let items = self.arena.slice(&items);
        let kind = if is_async {
            StmtKind::AsyncWith { items, body, type_comment }
        } else {
            StmtKind::With { items, body, type_comment }
        };
        self.push_stmt(kind, range);
        Ok(())
    }

    /// `'(' with_item, ... ')'` if a colon follows the bracket and the inside is made of items.
    fn parenthesised_with_items(&mut self) -> Res<Option<Vec<WithItem<'a>>>> {
        if self.kind() != Tok::LPar || !self.colon_follows_bracket() {
            return Ok(None);
        }
        self.attempt(|parser| {
            parser.bump();
            let mut items = Vec::new();
            loop {
                items.push(parser.with_item()?);
                if !parser.eat(Tok::Comma) || parser.kind() == Tok::RPar {
                    break;
                }
            }
            parser.expect(Tok::RPar)?;
            if parser.kind() != Tok::Colon {
                return Err(Fail);
            }
            Ok(items)
        })
    }

    /// At an opening bracket: does a colon come after its partner?
    fn colon_follows_bracket(&self) -> bool {
        let mut depth = 0usize;
        for (index, token) in self.tokens.iter().enumerate().skip(self.pos) {
            match token.kind {
                Tok::LPar | Tok::LSqb | Tok::LBrace => depth += 1,
                Tok::RPar | Tok::RSqb | Tok::RBrace => {
                    depth -= 1;
                    if depth == 0 {
                        return self.tokens.get(index + 1).is_some_and(|next| next.kind == Tok::Colon);
                    }
                }
                Tok::Newline => return false,
                _ => {}
            }
        }
        false
    }

    fn with_item(&mut self) -> Res<WithItem<'a>> {
        let context_expr = self.expression()?;
        if !self.eat(Tok::As) {
            return Ok(WithItem { context_expr, optional_vars: None });
        }
        let target = self.star_target()?;
        if !matches!(self.kind(), Tok::Comma | Tok::RPar | Tok::Colon) {
            return Err(Fail);
        }
        Ok(WithItem { context_expr, optional_vars: Some(target) })
    }

    pub(crate) fn try_statement(&mut self) -> Res<()> {
        let start = self.pos;
        self.bump();
        let body = self.colon_block()?;
        let mut handlers = Vec::new();
        let starred = self.kind() == Tok::Except && self.kind_at(1) == Tok::Star;
        if starred {
            self.since(11)?;
        }
        while self.kind() == Tok::Except {
            handlers.push(self.except_block(starred)?);
            self.could_end(start);
        }
        let orelse = if handlers.is_empty() { &[][..] } else { self.else_block()? };
        let finalbody = if self.eat(Tok::Finally) { self.colon_block()? } else { &[] };
        if handlers.is_empty() && finalbody.is_empty() {
            return Err(Fail);
        }
        let range = self.block_range(start);
        let fields = self.arena.alloc(Try { body, handlers: self.arena.slice(&handlers), orelse, finalbody });
        self.push_stmt(if starred { StmtKind::TryStar(fields) } else { StmtKind::Try(fields) }, range);
        Ok(())
    }

    fn except_block(&mut self, starred: bool) -> Res<ExceptHandler<'a>> {
        let start = self.pos;
        self.bump();
        if self.eat(Tok::Star) != starred {
            return Err(Fail);
        }
        let (mut type_, mut name) = (None, None);
        if starred || self.kind() != Tok::Colon {
            let first = self.pos;
            let mut expr = self.expression()?;
            if self.eat(Tok::As) {
                name = Some(self.name()?);
            } else if self.kind() == Tok::Comma {
                self.since(14)?;
                expr = self.rest_of_tuple(first, expr, Self::expression)?;
            }
            type_ = Some(expr);
        }
        let body = self.colon_block()?;
        Ok(ExceptHandler { type_, name, body, range: self.block_range(start) })
    }
}
