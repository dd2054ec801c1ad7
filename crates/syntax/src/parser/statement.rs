//! Statements: the dispatch, blocks, and simple statements.

use super::{ExprRes, Fail, Parser, Res};
use crate::ast::{Alias, Expr, ExprContext, ExprKind, Identifier, Operator, Range, Stmt, StmtKind, Stmts};
use crate::token::Tok;

impl<'a> Parser<'a, '_> {
    #[inline]
    pub(crate) fn push_stmt(&mut self, kind: StmtKind<'a>, range: Range) {
        let stmt = self.arena.alloc(Stmt { kind, range });
        self.stmts.push(stmt);
    }

    /// One compound statement or one line of simple statements.
    pub(crate) fn statement(&mut self) -> Res<()> {
        if self.compound_statement()? { Ok(()) } else { self.simple_statements() }
    }

    /// Takes a compound statement if one starts here.
    pub(crate) fn compound_statement(&mut self) -> Res<bool> {
        match self.kind() {
            Tok::Name => {
                if self.at_word("match") {
                    let is_match = self.match_statement()?;
                    if is_match {
                        self.note_compound();
                    }
                    return Ok(is_match);
                }
                return Ok(false);
            }
            Tok::Def | Tok::Class | Tok::At => self.definition()?,
            Tok::If => self.if_statement()?,
            Tok::For => self.for_statement(false)?,
            Tok::While => self.while_statement()?,
            Tok::With => self.with_statement(false)?,
            Tok::Try => self.try_statement()?,
            Tok::Async => match self.kind_at(1) {
                Tok::Def => self.definition()?,
                Tok::For => self.for_statement(true)?,
                Tok::With => self.with_statement(true)?,
                _ => return Err(Fail),
            },
            _ => return Ok(false),
        }
        self.note_compound();
        Ok(true)
    }

    /// Remembers the compound statement that was just parsed, for the errors of later ones.
    fn note_compound(&mut self) {
        let Some(stmt) = self.stmts.last() else { return };
        if self.kind() == Tok::Elif && ends_in_else(stmt) {
            // It is refused before it is complete.
            return;
        }
        let is_function = matches!(stmt.kind, StmtKind::FunctionDef(_) | StmtKind::AsyncFunctionDef(_));
        let place = (stmt.range.lineno, stmt.range.col_offset);
        if !is_function && place.0 >= self.last_compound.0 {
            self.last_compound = place;
        }
        if !is_function && place.0 >= self.last_begun.0 {
            self.last_begun = place;
        }
    }

    /// Notes that the compound statement from token `start` on could end here, before an optional clause.
    pub(super) fn could_end(&mut self, start: usize) {
        if let Some(token) = self.tokens.get(start)
            && matches!(self.kind(), Tok::Elif | Tok::Else | Tok::Except | Tok::Finally)
            && token.lineno >= self.last_begun.0
        {
            self.last_begun = (token.lineno, token.col);
        }
    }

    pub(crate) fn block(&mut self) -> Res<Stmts<'a>> {
        self.nested(4, |parser| {
            let base = parser.stmts.len();
            if parser.eat(Tok::Newline) {
                parser.expect(Tok::Indent)?;
                while parser.kind() != Tok::Dedent {
                    parser.statement()?;
                }
                parser.bump();
            } else {
                parser.simple_statements()?;
            }
            Ok(parser.take_stmts(base))
        })
    }

    /// `':' block`
    pub(crate) fn colon_block(&mut self) -> Res<Stmts<'a>> {
        self.expect(Tok::Colon)?;
        self.block()
    }

    pub(crate) fn simple_statements(&mut self) -> Res<()> {
        loop {
            self.simple_statement()?;
            if self.eat(Tok::Newline) {
                return Ok(());
            }
            self.expect(Tok::Semi)?;
            if self.eat(Tok::Newline) {
                return Ok(());
            }
        }
    }

    fn simple_statement(&mut self) -> Res<()> {
        let start = self.pos;
        let kind = match self.kind() {
            Tok::Pass => {
                self.bump();
                StmtKind::Pass
            }
            Tok::Break => {
                self.bump();
                StmtKind::Break
            }
            Tok::Continue => {
                self.bump();
                StmtKind::Continue
            }
            Tok::Return => {
                self.bump();
                let value = if self.starts_expression() { Some(self.star_expressions()?) } else { None };
                StmtKind::Return { value }
            }
            Tok::Import => self.import_statement()?,
            Tok::From => self.import_from_statement()?,
            Tok::Raise => {
                self.bump();
                let exc = if self.starts_expression() { Some(self.expression()?) } else { None };
                let cause = if exc.is_some() && self.eat(Tok::From) { Some(self.expression()?) } else { None };
                StmtKind::Raise { exc, cause }
            }
            Tok::Assert => {
                self.bump();
                let test = self.expression()?;
                let msg = if self.eat(Tok::Comma) { Some(self.expression()?) } else { None };
                StmtKind::Assert { test, msg }
            }
            Tok::Del => self.del_statement()?,
            Tok::Global => {
                self.bump();
                StmtKind::Global { names: self.names()? }
            }
            Tok::Nonlocal => {
                self.bump();
                StmtKind::Nonlocal { names: self.names()? }
            }
            Tok::Yield => {
                let value = self.yield_expression()?;
                StmtKind::Expr { value }
            }
            Tok::Name if self.kind_at(1) == Tok::Name && self.at_word("type") => self.type_alias()?,
            _ => self.expression_statement()?,
        };
        let range = self.range(start);
        self.push_stmt(kind, range);
        Ok(())
    }

    fn names(&mut self) -> Res<&'a [Identifier<'a>]> {
        let mut names = vec![self.name()?];
        while self.eat(Tok::Comma) {
            names.push(self.name()?);
        }
        Ok(self.arena.slice(&names))
    }

    fn del_statement(&mut self) -> Res<StmtKind<'a>> {
        self.bump();
        let base = self.exprs.len();
        loop {
            let target = self.del_target()?;
            self.exprs.push(target);
            if !self.eat(Tok::Comma) || !self.starts_expression() {
                break;
            }
        }
        Ok(StmtKind::Delete { targets: self.take_exprs(base) })
    }

    fn type_alias(&mut self) -> Res<StmtKind<'a>> {
        self.since(12)?;
        self.bump();
        let start = self.pos;
        let id = self.name()?;
        let name = self.expr(start, ExprKind::Name { id, ctx: ExprContext::Store });
        let type_params = self.type_params()?;
        self.expect(Tok::Equal)?;
        let value = self.expression()?;
        Ok(StmtKind::TypeAlias { name, type_params, value })
    }

    /// Assignments of every kind, and expressions alone.
    fn expression_statement(&mut self) -> Res<StmtKind<'a>> {
        let start = self.pos;
        if self.kind() == Tok::Name && self.kind_at(1) == Tok::Equal {
            // By far the commonest statement.
            let id = self.name()?;
            let target = self.expr(start, ExprKind::Name { id, ctx: ExprContext::Store });
            return self.assignment(target);
        }
        let first = self.star_expressions()?;
        let op = match self.kind() {
            Tok::Newline | Tok::Semi => return Ok(StmtKind::Expr { value: first }),
            Tok::Equal => {
                let target = self.with_context(first, ExprContext::Store)?;
                return self.assignment(target);
            }
            Tok::Colon => return self.annotated_assignment(start, first),
            Tok::PlusEqual => Operator::Add,
            Tok::MinEqual => Operator::Sub,
            Tok::StarEqual => Operator::Mult,
            Tok::SlashEqual => Operator::Div,
            Tok::PercentEqual => Operator::Mod,
            Tok::AmperEqual => Operator::BitAnd,
            Tok::VBarEqual => Operator::BitOr,
            Tok::CircumflexEqual => Operator::BitXor,
            Tok::LeftShiftEqual => Operator::LShift,
            Tok::RightShiftEqual => Operator::RShift,
            Tok::DoubleStarEqual => Operator::Pow,
            Tok::DoubleSlashEqual => Operator::FloorDiv,
            Tok::AtEqual => {
                self.since(5)?;
                Operator::MatMult
            }
            _ => return Ok(StmtKind::Expr { value: first }),
        };
        let target = self.single_target(first)?;
        self.bump();
        let value = self.yield_or_star_expressions()?;
        Ok(StmtKind::AugAssign { target, op, value })
    }

    /// At the `=` after the first target.
    fn assignment(&mut self, first: &'a Expr<'a>) -> Res<StmtKind<'a>> {
        let base = self.exprs.len();
        self.exprs.push(first);
        self.expect(Tok::Equal)?;
        loop {
            let is_yield = self.kind() == Tok::Yield;
            let value = self.yield_or_star_expressions()?;
            if self.eat(Tok::Equal) {
                if is_yield {
                    return Err(Fail);
                }
                let target = self.with_context(value, ExprContext::Store)?;
                self.exprs.push(target);
                continue;
            }
            let targets = self.take_exprs(base);
            return Ok(StmtKind::Assign { targets, value, type_comment: self.type_comment() });
        }
    }

    /// A name, attribute or subscript.
    fn single_target(&mut self, expr: &'a Expr<'a>) -> ExprRes<'a> {
        match expr.kind {
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                self.with_context(expr, ExprContext::Store)
            }
            _ => Err(Fail),
        }
    }

    fn annotated_assignment(&mut self, start: usize, first: &'a Expr<'a>) -> Res<StmtKind<'a>> {
        self.since(6)?;
        let target = self.single_target(first)?;
        let is_name = matches!(target.kind, ExprKind::Name { .. });
        let simple = i32::from(is_name && self.tokens[start].kind == Tok::Name);
        self.expect(Tok::Colon)?;
        let annotation = self.expression()?;
        let value = if self.eat(Tok::Equal) { Some(self.yield_or_star_expressions()?) } else { None };
        Ok(StmtKind::AnnAssign { target, annotation, value, simple })
    }

    /// Takes a type comment if one is there.
    #[inline]
    pub(crate) fn type_comment(&mut self) -> Option<&'a str> {
        if self.kind() != Tok::TypeComment {
            return None;
        }
        let token = self.token();
        self.bump();
        Some(self.text(&token))
    }

    // Imports.

    fn import_statement(&mut self) -> Res<StmtKind<'a>> {
        self.bump();
        let mut names = Vec::new();
        loop {
            let start = self.pos;
            let name = self.dotted_name()?;
            let asname = if self.eat(Tok::As) { Some(self.name()?) } else { None };
            names.push(Alias { name, asname, range: self.range(start) });
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        Ok(StmtKind::Import { names: self.arena.slice(&names) })
    }

    fn dotted_name(&mut self) -> Res<Identifier<'a>> {
        let first = self.token();
        let name = self.name()?;
        if self.kind() != Tok::Dot {
            return Ok(name);
        }
        let mut joined = name.to_owned();
        let mut last = first;
        while self.eat(Tok::Dot) {
            last = self.token();
            joined.push('.');
            joined.push_str(self.name()?);
        }
        let written = self.src.get(first.start as usize..last.end as usize).unwrap_or("");
        Ok(if written == joined { written } else { self.arena.str(&joined) })
    }

    fn import_from_statement(&mut self) -> Res<StmtKind<'a>> {
        self.bump();
        let mut level = 0;
        loop {
            match self.kind() {
                Tok::Dot => level += 1,
                Tok::Ellipsis => level += 3,
                _ => break,
            }
            self.bump();
        }
        let module = if level > 0 && self.kind() == Tok::Import { None } else { Some(self.dotted_name()?) };
        self.expect(Tok::Import)?;
        let mut names = Vec::new();
        let start = self.pos;
        if self.eat(Tok::Star) {
            names.push(Alias { name: "*", asname: None, range: self.range(start) });
        } else {
            let bracket = self.eat(Tok::LPar);
            loop {
                let start = self.pos;
                let name = self.name()?;
                let asname = if self.eat(Tok::As) { Some(self.name()?) } else { None };
                names.push(Alias { name, asname, range: self.range(start) });
                if !self.eat(Tok::Comma) || (bracket && self.kind() == Tok::RPar) {
                    break;
                }
            }
            if bracket {
                self.expect(Tok::RPar)?;
            }
        }
        if module == Some("__future__") && level == 0 && names.iter().any(|alias| alias.name == "barry_as_FLUFL") {
            self.flufl = true;
        }
        Ok(StmtKind::ImportFrom { module, names: self.arena.slice(&names), level: Some(level) })
    }
}

/// Is `else` the last clause of a statement?
fn ends_in_else(stmt: &Stmt<'_>) -> bool {
    match &stmt.kind {
        StmtKind::If { orelse, .. } | StmtKind::While { orelse, .. } => !orelse.is_empty(),
        StmtKind::For(fields) | StmtKind::AsyncFor(fields) => !fields.orelse.is_empty(),
        StmtKind::Try(fields) | StmtKind::TryStar(fields) => !fields.orelse.is_empty() && fields.finalbody.is_empty(),
        _ => false,
    }
}
