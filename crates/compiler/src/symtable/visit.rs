//! The walk over statements and patterns that fills the blocks of the symbol table.

use syntax::ast::{
    Alias, Arg, Arguments, ClassDef, ExceptHandler, Expr, ExprKind, FunctionDef, Identifier, Keyword, Mod, Pattern,
    PatternKind, Range, Stmt, StmtKind, Stmts,
};

use super::blocks::{TypeParamsOwner, check_name};
use super::flag::*;
use super::{BlockKind, Role, SymbolTable, key};
use crate::error::{CompileError, Result};
use crate::names::{Name, NameSet};
use crate::tree::docstring;

pub(super) use super::blocks::Builder;

impl Builder<'_> {
    /// Walks the whole tree.
    pub(super) fn module(mut self, module: &Mod<'_>) -> Result<SymbolTable> {
        self.enter(Name::TOP, BlockKind::Module, 0, Range::new(0, 0, 0, 0))?;
        match module {
            Mod::Module { body, .. } => {
                self.cur_mut().has_docstring = docstring(body).is_some();
                self.stmts(body)?;
            }
            Mod::Interactive { body } => self.stmts(body)?,
            Mod::Expression { body } => self.expr(body)?,
            Mod::FunctionType { .. } => {
                return Err(CompileError::bare(
                    syntax::ErrorKind::ValueError,
                    "this compiler does not handle FunctionTypes",
                ));
            }
        }
        self.exit();
        Ok(self.table)
    }

    pub(super) fn stmts(&mut self, body: Stmts<'_>) -> Result<()> {
        for stmt in body {
            self.stmt(stmt)?;
        }
        Ok(())
    }

    fn stmt(&mut self, stmt: &Stmt<'_>) -> Result<()> {
        self.guard.check()?;
        self.stmt_kind(stmt)
    }

    fn stmt_kind(&mut self, stmt: &Stmt<'_>) -> Result<()> {
        let range = stmt.range;
        match stmt.kind {
            StmtKind::FunctionDef(def) => self.function(def, range, false),
            StmtKind::AsyncFunctionDef(def) => self.function(def, range, true),
            StmtKind::ClassDef(def) => self.class(def, range),
            StmtKind::TypeAlias { name, type_params, value } => {
                self.expr(name)?;
                let alias = match name.kind {
                    ExprKind::Name { id, .. } => self.names.intern(id),
                    _ => return Err(CompileError::syntax("type alias name must be a name", range)),
                };
                let in_class = self.cur().kind == BlockKind::Class;
                let generic = !type_params.is_empty();
                if generic {
                    self.enter_type_params(alias, key(stmt, Role::TypeParams), range, TypeParamsOwner::Alias)?;
                    self.type_params(type_params)?;
                }
                self.enter(alias, BlockKind::TypeAlias, key(stmt, Role::Body), range)?;
                self.cur_mut().can_see_class_scope = in_class;
                if in_class {
                    self.define(Name::CLASSDICT, USE, value.range)?;
                }
                self.expr(value)?;
                self.exit();
                if generic {
                    self.exit();
                }
                Ok(())
            }
            StmtKind::Return { value } => self.opt_expr(value),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.annotated_assignment(target, annotation, value, simple != 0, range)
            }
            StmtKind::For(node) => self.conditional(|b| {
                b.expr(node.target)?;
                b.expr(node.iter)?;
                b.stmts(node.body)?;
                b.stmts(node.orelse)
            }),
            StmtKind::AsyncFor(node) => {
                self.require_async("async for", range)?;
                self.conditional(|b| {
                    b.expr(node.target)?;
                    b.expr(node.iter)?;
                    b.stmts(node.body)?;
                    b.stmts(node.orelse)
                })
            }
            StmtKind::While { test, body, orelse } => self.conditional(|b| {
                b.expr(test)?;
                b.stmts(body)?;
                b.stmts(orelse)
            }),
            StmtKind::If { .. } => self.conditional(|b| b.if_chain(stmt)),
            StmtKind::With { items, body, .. } => self.conditional(|b| b.with(items, body)),
            StmtKind::AsyncWith { items, body, .. } => {
                self.require_async("async with", range)?;
                self.conditional(|b| b.with(items, body))
            }
            StmtKind::Match { subject, cases } => self.conditional(|b| {
                b.expr(subject)?;
                for case in cases {
                    b.pattern(case.pattern)?;
                    b.opt_expr(case.guard)?;
                    b.stmts(case.body)?;
                }
                Ok(())
            }),
            StmtKind::Raise { exc, cause } => {
                self.opt_expr(exc)?;
                self.opt_expr(cause)
            }
            StmtKind::Try(node) | StmtKind::TryStar(node) => self.conditional(|b| {
                b.stmts(node.body)?;
                for handler in node.handlers {
                    b.handler(handler)?;
                }
                b.stmts(node.orelse)?;
                b.stmts(node.finalbody)
            }),
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt_expr(msg)
            }
            StmtKind::Import { names } => self.aliases(names),
            StmtKind::ImportFrom { module, names, level } => {
                let head = self.options.future_range;
                if module == Some("__future__")
                    && level.unwrap_or(0) == 0
                    && (range.lineno, range.col_offset) > (head.lineno, head.col_offset)
                {
                    let msg = "from __future__ imports must occur at the beginning of the file";
                    return Err(CompileError::syntax(msg, range));
                }
                self.aliases(names)
            }
            StmtKind::Global { names } => self.global(names, range),
            StmtKind::Nonlocal { names } => self.nonlocal(names, range),
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    /// `if` with all its `elif`s, each of which is an `if` in the `else` of the one before.
    fn if_chain(&mut self, stmt: &Stmt<'_>) -> Result<()> {
        let mut link = stmt;
        while let StmtKind::If { test, body, orelse } = link.kind {
            self.expr(test)?;
            self.stmts(body)?;
            match orelse {
                [only] if matches!(only.kind, StmtKind::If { .. }) => link = only,
                _ => return self.stmts(orelse),
            }
        }
        Ok(())
    }

    /// Runs `visit` for a statement whose parts may not be executed.
    fn conditional(&mut self, visit: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let was = std::mem::replace(&mut self.cur_mut().in_conditional_block, true);
        visit(self)?;
        self.cur_mut().in_conditional_block = was;
        Ok(())
    }

    fn require_async(&mut self, what: &str, range: Range) -> Result<()> {
        if self.allows_top_level_await() {
            self.cur_mut().coroutine = true;
        } else if !self.in_async_function() {
            return Err(CompileError::syntax(format!("'{what}' outside async function"), range));
        }
        Ok(())
    }

    fn function(&mut self, def: &FunctionDef<'_>, range: Range, is_async: bool) -> Result<()> {
        let name = self.names.intern(def.name);
        self.define(name, DEF_LOCAL, range)?;
        self.exprs(def.args.defaults)?;
        for default in def.args.kw_defaults {
            self.opt_expr(*default)?;
        }
        self.exprs(def.decorator_list)?;
        let generic = !def.type_params.is_empty();
        if generic {
            let keyword_defaults = def.args.kw_defaults.iter().any(Option::is_some);
            let owner = TypeParamsOwner::Function { keyword_defaults };
            self.enter_type_params(name, key(def, Role::TypeParams), range, owner)?;
            self.type_params(def.type_params)?;
        }
        let body = self.new_block(name, BlockKind::Function, key(def, Role::Body), range);
        self.table.block_mut(body).has_docstring = docstring(def.body).is_some();
        self.function_annotations(def, name, range)?;
        self.enter_existing(body, true)?;
        self.cur_mut().coroutine = is_async;
        self.arguments(def.args)?;
        self.stmts(def.body)?;
        self.exit();
        if generic {
            self.exit();
        }
        Ok(())
    }

    fn function_annotations(&mut self, def: &FunctionDef<'_>, name: Name, range: Range) -> Result<()> {
        let sees_class = self.cur().can_see_class_scope || self.cur().kind == BlockKind::Class;
        self.enter(Name::ANNOTATE, BlockKind::Annotation, key(def, Role::Annotations), range)?;
        self.cur_mut().function_name = Some(name);
        if sees_class {
            self.cur_mut().can_see_class_scope = true;
            self.define(Name::CLASSDICT, USE, range)?;
        }
        let args = def.args;
        let in_order =
            args.posonlyargs.iter().chain(args.args).chain(args.vararg).chain(args.kwarg).chain(args.kwonlyargs);
        for arg in in_order {
            self.opt_expr(arg.annotation)?;
        }
        self.opt_expr(def.returns)?;
        self.exit();
        Ok(())
    }

    fn class(&mut self, def: &ClassDef<'_>, range: Range) -> Result<()> {
        let name = self.names.intern(def.name);
        self.define(name, DEF_LOCAL, range)?;
        self.exprs(def.decorator_list)?;
        let outer = self.private;
        let generic = !def.type_params.is_empty();
        if generic {
            self.enter_type_params(name, key(def, Role::TypeParams), range, TypeParamsOwner::Class)?;
            // The parameters' names are private to the class, other names are not yet inside it.
            self.private = Some(name);
            self.cur_mut().mangled_names = Some(self.table.mangled_sets.len() as u32);
            self.table.mangled_sets.push(NameSet::default());
            self.type_params(def.type_params)?;
        }
        self.exprs(def.bases)?;
        self.keywords(def.keywords)?;
        self.enter(name, BlockKind::Class, key(def, Role::Body), range)?;
        self.private = Some(name);
        if generic {
            self.define(Name::TYPE_PARAMS, DEF_LOCAL, range)?;
            self.define(Name::DOT_TYPE_PARAMS, USE, range)?;
        }
        self.cur_mut().has_docstring = docstring(def.body).is_some();
        self.stmts(def.body)?;
        self.exit();
        if generic {
            self.exit();
        }
        self.private = outer;
        Ok(())
    }

    pub(super) fn arguments(&mut self, args: &Arguments<'_>) -> Result<()> {
        for arg in args.posonlyargs.iter().chain(args.args).chain(args.kwonlyargs) {
            self.parameter(arg)?;
        }
        if let Some(arg) = args.vararg {
            self.parameter(arg)?;
            self.cur_mut().varargs = true;
        }
        if let Some(arg) = args.kwarg {
            self.parameter(arg)?;
            self.cur_mut().varkeywords = true;
        }
        Ok(())
    }

    fn parameter(&mut self, arg: &Arg<'_>) -> Result<()> {
        self.define_identifier(arg.arg, DEF_PARAM, arg.range)
    }

    pub(super) fn keywords(&mut self, keywords: &[Keyword<'_>]) -> Result<()> {
        for keyword in keywords {
            if keyword.arg == Some("__debug__") {
                check_name(Name::DEBUG, keyword.range, syntax::ast::ExprContext::Store)?;
            }
        }
        for keyword in keywords {
            self.expr(keyword.value)?;
        }
        Ok(())
    }

    fn annotated_assignment(
        &mut self,
        target: &Expr<'_>,
        annotation: &Expr<'_>,
        value: Option<&Expr<'_>>,
        simple: bool,
        range: Range,
    ) -> Result<()> {
        self.cur_mut().annotations_used = true;
        if let ExprKind::Name { id, .. } = target.kind {
            let name = self.names.intern(id);
            let known = self.lookup(name);
            if known & (DEF_GLOBAL | DEF_NONLOCAL) != 0 && self.current != SymbolTable::TOP && simple {
                let what = if known & DEF_GLOBAL != 0 { "global" } else { "nonlocal" };
                return Err(CompileError::syntax(format!("annotated name '{id}' can't be {what}"), range));
            }
            if simple {
                self.define(name, DEF_ANNOT | DEF_LOCAL, target.range)?;
            } else if value.is_some() {
                self.define(name, DEF_LOCAL, target.range)?;
            }
        } else {
            self.expr(target)?;
        }
        self.variable_annotation(annotation)?;
        self.opt_expr(value)
    }

    fn with(&mut self, items: &[syntax::ast::WithItem<'_>], body: Stmts<'_>) -> Result<()> {
        for item in items {
            self.expr(item.context_expr)?;
            self.opt_expr(item.optional_vars)?;
        }
        self.stmts(body)
    }

    fn handler(&mut self, handler: &ExceptHandler<'_>) -> Result<()> {
        self.opt_expr(handler.type_)?;
        if let Some(name) = handler.name {
            self.define_identifier(name, DEF_LOCAL, handler.range)?;
        }
        self.stmts(handler.body)
    }

    fn aliases(&mut self, names: &[Alias<'_>]) -> Result<()> {
        names.iter().try_for_each(|alias| self.alias(alias))
    }

    fn alias(&mut self, alias: &Alias<'_>) -> Result<()> {
        let stored = alias.asname.unwrap_or(alias.name);
        if alias.name == "*" {
            if self.cur().kind != BlockKind::Module {
                return Err(CompileError::syntax("import * only allowed at module level", alias.range));
            }
            return Ok(());
        }
        let first = stored.split('.').next().unwrap_or(stored);
        self.define_identifier(first, DEF_IMPORT, alias.range)
    }

    fn global(&mut self, names: &[Identifier<'_>], range: Range) -> Result<()> {
        for text in names {
            let name = self.names.intern(text);
            self.check_declaration(text, name, range, ["parameter and global", "global"])?;
            self.define(name, DEF_GLOBAL, range)?;
            self.record_directive(name, range);
        }
        Ok(())
    }

    fn nonlocal(&mut self, names: &[Identifier<'_>], range: Range) -> Result<()> {
        for text in names {
            let name = self.names.intern(text);
            self.check_declaration(text, name, range, ["parameter and nonlocal", "nonlocal"])?;
            self.define(name, DEF_NONLOCAL, range)?;
            self.record_directive(name, range);
        }
        Ok(())
    }

    /// `global` and `nonlocal` come before everything else about a name.
    fn check_declaration(&mut self, text: &str, name: Name, range: Range, words: [&str; 2]) -> Result<()> {
        let known = self.lookup(name);
        if known & (DEF_PARAM | DEF_LOCAL | USE | DEF_ANNOT) == 0 {
            return Ok(());
        }
        let [both, declaration] = words;
        let msg = if known & DEF_PARAM != 0 {
            format!("name '{text}' is {both}")
        } else if known & USE != 0 {
            format!("name '{text}' is used prior to {declaration} declaration")
        } else if known & DEF_ANNOT != 0 {
            format!("annotated name '{text}' can't be {declaration}")
        } else {
            format!("name '{text}' is assigned to before {declaration} declaration")
        };
        Err(CompileError::syntax(msg, range))
    }

    fn pattern(&mut self, pattern: &Pattern<'_>) -> Result<()> {
        self.guard.check()?;
        let range = pattern.range;
        match pattern.kind {
            PatternKind::MatchValue { value } => self.expr(value)?,
            PatternKind::MatchSingleton { .. } => {}
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                for pattern in patterns {
                    self.pattern(pattern)?;
                }
            }
            PatternKind::MatchStar { name } => {
                if let Some(name) = name {
                    self.define_identifier(name, DEF_LOCAL, range)?;
                }
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.exprs(keys)?;
                for pattern in patterns {
                    self.pattern(pattern)?;
                }
                if let Some(rest) = rest {
                    self.define_identifier(rest, DEF_LOCAL, range)?;
                }
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.expr(cls)?;
                for pattern in patterns {
                    self.pattern(pattern)?;
                }
                for (attr, pattern) in kwd_attrs.iter().zip(kwd_patterns) {
                    if *attr == "__debug__" {
                        check_name(Name::DEBUG, pattern.range, syntax::ast::ExprContext::Store)?;
                    }
                }
                for pattern in kwd_patterns {
                    self.pattern(pattern)?;
                }
            }
            PatternKind::MatchAs { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern)?;
                }
                if let Some(name) = name {
                    self.define_identifier(name, DEF_LOCAL, range)?;
                }
            }
        }
        Ok(())
    }
}
