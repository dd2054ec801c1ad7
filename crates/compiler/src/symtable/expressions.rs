//! The walk over expressions that fills the blocks of the symbol table.

use syntax::ast::{Comprehension, Expr, ExprContext, ExprKind, Exprs, Identifier, Range};

use super::blocks::{Builder, check_name};
use super::flag::*;
use super::{BlockKind, ComprehensionKind, Role, key};
use crate::error::{CompileError, Result};
use crate::names::Name;

impl Builder<'_> {
    pub(super) fn exprs(&mut self, exprs: Exprs<'_>) -> Result<()> {
        for expr in exprs {
            self.expr(expr)?;
        }
        Ok(())
    }

    #[inline]
    pub(super) fn opt_expr(&mut self, expr: Option<&Expr<'_>>) -> Result<()> {
        match expr {
            Some(expr) => self.expr(expr),
            None => Ok(()),
        }
    }

    pub(super) fn expr(&mut self, expr: &Expr<'_>) -> Result<()> {
        match expr.kind {
            ExprKind::Name { id, ctx } => self.name(id, ctx, expr.range),
            ExprKind::Constant { .. } => Ok(()),
            _ => {
                self.guard.check()?;
                self.compound(expr)
            }
        }
    }

    fn name(&mut self, id: Identifier<'_>, ctx: ExprContext, range: Range) -> Result<()> {
        if self.cur().in_unevaluated_annotation {
            return Ok(());
        }
        let name = self.names.intern(id);
        let flags = if ctx == ExprContext::Load { USE } else { DEF_LOCAL };
        self.define_in_context(name, flags, range, ctx)?;
        // A function that says `super` may call it without arguments.
        if name == Name::SUPER && ctx == ExprContext::Load && self.cur().is_function_like() {
            self.define(Name::DUNDER_CLASS, USE, range)?;
        }
        Ok(())
    }

    fn compound(&mut self, expr: &Expr<'_>) -> Result<()> {
        let range = expr.range;
        match expr.kind {
            ExprKind::Name { .. } | ExprKind::Constant { .. } => Ok(()),
            ExprKind::BoolOp { values, .. } | ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
                self.exprs(values)
            }
            ExprKind::NamedExpr { target, value } => self.named_expr(target, value, range),
            ExprKind::BinOp { left, right, .. } => {
                if matches!(left.kind, ExprKind::BinOp { .. }) {
                    self.long_sum(expr)
                } else {
                    self.expr(left)?;
                    self.expr(right)
                }
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.exprs(args.defaults)?;
                for default in args.kw_defaults {
                    self.opt_expr(*default)?;
                }
                self.enter(Name::LAMBDA, BlockKind::Function, key(expr, Role::Body), range)?;
                self.arguments(args)?;
                self.expr(body)?;
                self.exit();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                for key in keys {
                    self.opt_expr(*key)?;
                }
                self.exprs(values)
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts),
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(expr, Name::LISTCOMP, ComprehensionKind::List, generators, elt, None)
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(expr, Name::SETCOMP, ComprehensionKind::Set, generators, elt, None)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(expr, Name::DICTCOMP, ComprehensionKind::Dict, generators, key, Some(value))
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(expr, Name::GENEXPR, ComprehensionKind::Generator, generators, elt, None)
            }
            ExprKind::Await { value } => self.await_expr(value, range),
            ExprKind::Yield { value } => {
                self.refuse_in_annotation("yield expression", range)?;
                self.opt_expr(value)?;
                self.note_yield(range)
            }
            ExprKind::YieldFrom { value } => {
                self.refuse_in_annotation("yield expression", range)?;
                self.expr(value)?;
                self.note_yield(range)
            }
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                self.keywords(keywords)
            }
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value)?;
                self.opt_expr(format_spec)
            }
            ExprKind::Attribute { value, attr, ctx } => {
                if attr == "__debug__" {
                    check_name(Name::DEBUG, range, ctx)?;
                }
                self.expr(value)
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Slice { lower, upper, step } => {
                self.opt_expr(lower)?;
                self.opt_expr(upper)?;
                self.opt_expr(step)
            }
        }
    }

    /// `a + b + c + ...` leans to the left and may be very long: no recursion along it.
    fn long_sum(&mut self, expr: &Expr<'_>) -> Result<()> {
        let mut rights = Vec::new();
        let mut node = expr;
        while let ExprKind::BinOp { left, right, .. } = node.kind {
            rights.push(right);
            node = left;
        }
        self.expr(node)?;
        for right in rights.into_iter().rev() {
            self.expr(right)?;
        }
        Ok(())
    }

    fn named_expr(&mut self, target: &Expr<'_>, value: &Expr<'_>, range: Range) -> Result<()> {
        self.refuse_in_annotation("named expression", range)?;
        if self.cur().comp_iter_expr > 0 {
            return Err(CompileError::syntax(
                "assignment expression cannot be used in a comprehension iterable expression",
                range,
            ));
        }
        if self.cur().comprehension != ComprehensionKind::None
            && let ExprKind::Name { id, .. } = target.kind
        {
            self.bind_outside_comprehension(id, target.range)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    fn await_expr(&mut self, value: &Expr<'_>, range: Range) -> Result<()> {
        self.refuse_in_annotation("await expression", range)?;
        if !self.allows_top_level_await() {
            if !self.cur().is_function_like() {
                return Err(CompileError::syntax("'await' outside function", range));
            }
            if !self.in_async_function() && self.cur().comprehension == ComprehensionKind::None {
                return Err(CompileError::syntax("'await' outside async function", range));
            }
        }
        self.expr(value)?;
        self.cur_mut().coroutine = true;
        Ok(())
    }

    fn note_yield(&mut self, range: Range) -> Result<()> {
        self.cur_mut().generator = true;
        let place = match self.cur().comprehension {
            ComprehensionKind::None => return Ok(()),
            ComprehensionKind::List => "list comprehension",
            ComprehensionKind::Set => "set comprehension",
            ComprehensionKind::Dict => "dict comprehension",
            ComprehensionKind::Generator => "generator expression",
        };
        Err(CompileError::syntax(format!("'yield' inside {place}"), range))
    }

    /// The first iterable belongs to the block around, everything else to the comprehension's own.
    fn comprehension(
        &mut self,
        expr: &Expr<'_>,
        name: Name,
        kind: ComprehensionKind,
        generators: &[Comprehension<'_>],
        elt: &Expr<'_>,
        value: Option<&Expr<'_>>,
    ) -> Result<()> {
        let Some((outermost, inner)) = generators.split_first() else {
            return Err(CompileError::syntax("comprehension with no generators", expr.range));
        };
        let range = expr.range;
        self.cur_mut().comp_iter_expr += 1;
        self.expr(outermost.iter)?;
        self.cur_mut().comp_iter_expr -= 1;
        self.enter(name, BlockKind::Function, key(expr, Role::Body), range)?;
        self.cur_mut().comprehension = kind;
        if outermost.is_async != 0 {
            self.cur_mut().coroutine = true;
        }
        self.define(Name::DOT_ZERO, DEF_PARAM, range)?;
        self.cur_mut().comp_iter_target = true;
        self.expr(outermost.target)?;
        self.cur_mut().comp_iter_target = false;
        self.exprs(outermost.ifs)?;
        for generator in inner {
            self.cur_mut().comp_iter_target = true;
            self.expr(generator.target)?;
            self.cur_mut().comp_iter_target = false;
            self.cur_mut().comp_iter_expr += 1;
            self.expr(generator.iter)?;
            self.cur_mut().comp_iter_expr -= 1;
            self.exprs(generator.ifs)?;
            if generator.is_async != 0 {
                self.cur_mut().coroutine = true;
            }
        }
        self.opt_expr(value)?;
        self.expr(elt)?;
        let is_generator = kind == ComprehensionKind::Generator;
        self.cur_mut().generator = is_generator;
        let is_async = self.cur().coroutine && !is_generator;
        self.exit();
        if is_async {
            if !self.in_async_function()
                && self.cur().comprehension == ComprehensionKind::None
                && !self.allows_top_level_await()
            {
                return Err(CompileError::syntax(
                    "asynchronous comprehension outside of an asynchronous function",
                    range,
                ));
            }
            self.cur_mut().coroutine = true;
        }
        Ok(())
    }
}
