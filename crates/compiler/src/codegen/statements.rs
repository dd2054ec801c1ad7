//! Statements that are not compound, bodies, and the dispatch over all statements.

use bytecode::code::Const;
use bytecode::opcode::op;
use syntax::ast::{Alias, Expr, ExprContext, ExprKind, Identifier, Range, Stmt, StmtKind, Stmts};
use syntax::text::Text;

use super::unit::ScopeKind;
use super::{Codegen, docstring, name_const};
use crate::error::Result;
use crate::flow::NO_LOCATION;
use crate::names::Name;
use crate::tree;

const INTRINSIC_PRINT: u32 = 1;
const INTRINSIC_IMPORT_STAR: u32 = 2;
const CONSTANT_ASSERTIONERROR: u32 = 0;

impl<'a> Codegen<'a, '_> {
    pub(super) fn is_interactive_top(&self) -> bool {
        self.interactive && self.unit.kind == ScopeKind::Module
    }

    pub(super) fn has_future_annotations(&self) -> bool {
        self.options.future_flags & bytecode::code::flags::FUTURE_ANNOTATIONS != 0
    }

    /// The body of a module or class.
    pub(super) fn body(&mut self, range: Range, body: Stmts<'a>) -> Result<()> {
        if self.unit.kind == ScopeKind::Module && self.block().has_conditional_annotations {
            self.op_arg(op::BUILD_SET, 0, range);
            self.name(Name::CONDITIONAL_ANNOTATIONS, ExprContext::Store, range);
        }
        if self.has_future_annotations() && self.block().annotations_used {
            self.op(op::SETUP_ANNOTATIONS, range);
        }
        let mut rest = body;
        if !self.is_interactive_top()
            && let Some((value, text)) = tree::docstring(body)
        {
            rest = &body[1..];
            let clean = docstring::clean(text)?;
            self.load_const(Const::Str(Text::from_wtf8(&clean)), value.range);
            self.name(Name::DOC, ExprContext::Store, NO_LOCATION);
        }
        self.stmts(rest)?;
        if !body.is_empty() && self.block().annotation_block.is_some() && !self.has_future_annotations() {
            self.deferred_annotations(range)?;
        }
        Ok(())
    }

    pub(super) fn stmts(&mut self, body: Stmts<'a>) -> Result<()> {
        for stmt in body {
            self.stmt(stmt)?;
        }
        Ok(())
    }

    pub(super) fn stmt(&mut self, stmt: &'a Stmt<'a>) -> Result<()> {
        self.guard.check()?;
        self.stmt_kind(stmt)
    }

    fn stmt_kind(&mut self, stmt: &'a Stmt<'a>) -> Result<()> {
        let range = stmt.range;
        match stmt.kind {
            StmtKind::FunctionDef(def) => self.function(def, false, range),
            StmtKind::AsyncFunctionDef(def) => self.function(def, true, range),
            StmtKind::ClassDef(def) => self.class(def, range),
            StmtKind::TypeAlias { name, type_params, value } => self.type_alias(stmt, name, type_params, value),
            StmtKind::Return { value } => self.return_stmt(value, range),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.expr(value)?;
                for (at, target) in targets.iter().enumerate() {
                    if at + 1 < targets.len() {
                        self.op_arg(op::COPY, 1, range);
                    }
                    self.expr(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => self.aug_assign(target, op, value, range),
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(stmt, target, annotation, value, simple != 0)
            }
            StmtKind::For(node) => self.conditional(|c| c.for_loop(node, range)),
            StmtKind::AsyncFor(node) => self.conditional(|c| c.async_for_loop(node, range)),
            StmtKind::While { test, body, orelse } => self.conditional(|c| c.while_loop(test, body, orelse, range)),
            StmtKind::If { .. } => self.conditional(|c| c.if_stmt(stmt)),
            StmtKind::With { items, body, .. } => self.conditional(|c| c.with(items, body)),
            StmtKind::AsyncWith { items, body, .. } => self.conditional(|c| c.async_with(items, body)),
            StmtKind::Match { subject, cases } => self.conditional(|c| c.match_stmt(subject, cases)),
            StmtKind::Raise { exc, cause } => {
                let mut count = 0;
                for value in [exc, cause].into_iter().flatten() {
                    self.expr(value)?;
                    count += 1;
                    if exc.is_none() {
                        break;
                    }
                }
                self.op_arg(op::RAISE_VARARGS, count, range);
                Ok(())
            }
            StmtKind::Try(node) => self.conditional(|c| c.try_stmt(node, range)),
            StmtKind::TryStar(node) => self.conditional(|c| c.try_star_stmt(node, range)),
            StmtKind::Assert { test, msg } => self.assert_stmt(test, msg, range),
            StmtKind::Import { names } => self.import(names, range),
            StmtKind::ImportFrom { module, names, level } => self.import_from(module, names, level.unwrap_or(0), range),
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => Ok(()),
            StmtKind::Expr { value } => self.expr_stmt(value, range),
            StmtKind::Pass => {
                self.op(op::NOP, range);
                Ok(())
            }
            StmtKind::Break => self.break_stmt(range),
            StmtKind::Continue => self.continue_stmt(range),
        }
    }

    /// Annotations in a statement whose parts may not be executed are conditional.
    fn conditional(&mut self, visit: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let was = std::mem::replace(&mut self.unit.in_conditional_block, true);
        visit(self)?;
        self.unit.in_conditional_block = was;
        Ok(())
    }

    fn expr_stmt(&mut self, value: &'a Expr<'a>, range: Range) -> Result<()> {
        if self.is_interactive_top() {
            self.expr(value)?;
            self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_PRINT, range);
            self.op(op::POP_TOP, NO_LOCATION);
            return Ok(());
        }
        if let ExprKind::Constant { .. } = value.kind {
            self.op(op::NOP, range);
            return Ok(());
        }
        self.expr(value)?;
        self.op(op::POP_TOP, NO_LOCATION);
        Ok(())
    }

    fn assert_stmt(&mut self, test: &'a Expr<'a>, msg: Option<&'a Expr<'a>>, range: Range) -> Result<()> {
        let always_true = match test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant { value: syntax::ast::Constant::Tuple(items), .. } => !items.is_empty(),
            _ => false,
        };
        if always_true {
            self.warn("assertion is always true, perhaps remove parentheses?".to_string(), range)?;
        }
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.label();
        self.jump_if(test, end, true)?;
        self.op_arg(op::LOAD_COMMON_CONSTANT, CONSTANT_ASSERTIONERROR, range);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op_arg(op::CALL, 0, range);
        }
        self.op_arg(op::RAISE_VARARGS, 1, test.range);
        self.place(end);
        Ok(())
    }

    fn import(&mut self, names: &'a [Alias<'a>], range: Range) -> Result<()> {
        for alias in names {
            self.load_const(Const::Int(0), range);
            self.load_none(range);
            self.op_attr(op::IMPORT_NAME, alias.name, range);
            match alias.asname {
                Some(asname) => {
                    let mut parts = alias.name.split('.').skip(1).peekable();
                    let dotted = parts.peek().is_some();
                    while let Some(part) = parts.next() {
                        self.op_attr_unmangled(op::IMPORT_FROM, part, range);
                        if parts.peek().is_some() {
                            self.op_arg(op::SWAP, 2, range);
                            self.op(op::POP_TOP, range);
                        }
                    }
                    self.identifier(asname, ExprContext::Store, range);
                    if dotted {
                        self.op(op::POP_TOP, range);
                    }
                }
                None => {
                    let first = alias.name.split('.').next().unwrap_or(alias.name);
                    self.identifier(first, ExprContext::Store, range);
                }
            }
        }
        Ok(())
    }

    /// An instruction with a name that no class makes private.
    fn op_attr_unmangled(&mut self, opcode: u16, text: Identifier<'_>, range: Range) {
        let name = self.names.intern(text);
        self.op_name(opcode, name, range);
    }

    fn import_from(
        &mut self,
        module: Option<Identifier<'a>>,
        names: &'a [Alias<'a>],
        level: i32,
        range: Range,
    ) -> Result<()> {
        self.load_const(Const::Int(i64::from(level)), range);
        let imported = names.iter().map(|alias| name_const(alias.name)).collect();
        self.load_const(Const::Tuple(imported), range);
        self.op_attr(op::IMPORT_NAME, module.unwrap_or(""), range);
        for (at, alias) in names.iter().enumerate() {
            if at == 0 && alias.name == "*" {
                self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_IMPORT_STAR, range);
                self.op(op::POP_TOP, NO_LOCATION);
                return Ok(());
            }
            self.op_attr(op::IMPORT_FROM, alias.name, range);
            self.identifier(alias.asname.unwrap_or(alias.name), ExprContext::Store, range);
        }
        self.op(op::POP_TOP, range);
        Ok(())
    }
}
