//! Checks of a tree that a program built: what the parser guarantees and the compiler takes for granted.
//!
//! The order of the checks and the words of the errors are the reference's. (That a field is there and has the right type
//! is checked where `ast` objects are turned into a tree.)

use syntax::ast::*;
use syntax::{ErrorKind, foreign};

use crate::error::{CompileError, Result};
use crate::limits::StackGuard;

/// Checks a tree, using at most `stack_budget` bytes of native stack.
pub fn validate(module: &Mod<'_>, stack_budget: usize) -> Result<()> {
    let checker = Checker { guard: StackGuard::new(stack_budget) };
    match *module {
        Mod::Module { body, .. } | Mod::Interactive { body } => checker.stmts(body),
        Mod::Expression { body } => checker.load(body),
        Mod::FunctionType { argtypes, returns } => {
            checker.loads(argtypes)?;
            checker.load(returns)
        }
    }
}

#[cold]
fn value_error<T>(msg: impl Into<String>) -> Result<T> {
    Err(CompileError::bare(ErrorKind::ValueError, msg))
}

#[cold]
fn type_error<T>(msg: impl Into<String>) -> Result<T> {
    Err(CompileError::bare(ErrorKind::TypeError, msg))
}

fn context_name(ctx: ExprContext) -> &'static str {
    match ctx {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    }
}

fn positions(range: Range) -> Result<()> {
    let Range { lineno, col_offset, end_lineno, end_col_offset } = range;
    if lineno > end_lineno {
        return value_error(format!("AST node line range ({lineno}, {end_lineno}) is not valid"));
    }
    if lineno < 0 && end_lineno != lineno || col_offset < 0 && col_offset != end_col_offset {
        return value_error(format!(
            "AST node column range ({col_offset}, {end_col_offset}) for line range ({lineno}, {end_lineno}) is not valid"
        ));
    }
    if lineno == end_lineno && col_offset > end_col_offset {
        return value_error(format!("line {lineno}, column {col_offset}-{end_col_offset} is not a valid range"));
    }
    Ok(())
}

fn name(id: Identifier<'_>) -> Result<()> {
    if matches!(id, "None" | "True" | "False") {
        return value_error(format!("identifier field can't represent '{id}' constant"));
    }
    Ok(())
}

fn capture(id: Identifier<'_>) -> Result<()> {
    if id == "_" {
        return value_error("can't capture name '_' in patterns");
    }
    name(id)
}

fn nonempty<T>(items: &[T], what: &str, owner: &str) -> Result<()> {
    if items.is_empty() { value_error(format!("empty {what} on {owner}")) } else { Ok(()) }
}

fn aliases(names: &[Alias<'_>], owner: &str) -> Result<()> {
    nonempty(names, "names", owner)?;
    for alias in names {
        name(alias.name)?;
        alias.asname.map_or(Ok(()), name)?;
    }
    Ok(())
}

/// Is it a number, real or imaginary as allowed?
fn literal_number(expr: &Expr<'_>, real: bool, imaginary: bool) -> bool {
    let ExprKind::Constant { value, .. } = expr.kind else { return false };
    match value {
        Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_) => real,
        Constant::Complex { .. } => imaginary,
        _ => false,
    }
}

fn literal_negative(expr: &Expr<'_>, real: bool, imaginary: bool) -> bool {
    let ExprKind::UnaryOp { op: UnaryOp::USub, operand } = expr.kind else { return false };
    literal_number(operand, real, imaginary)
}

fn literal_complex(expr: &Expr<'_>) -> bool {
    let ExprKind::BinOp { left, op: Operator::Add | Operator::Sub, right } = expr.kind else { return false };
    (literal_number(left, true, false) || literal_negative(left, true, false)) && literal_number(right, false, true)
}

/// Constants of other classes are refused, those in tuples and sets too.
fn constant(value: &Constant<'_>) -> Result<()> {
    match value {
        Constant::Tuple(items) | Constant::FrozenSet(items) => items.iter().try_for_each(constant),
        _ => foreign::refused_constant(value).map_or(Ok(()), type_error),
    }
}

struct Checker {
    guard: StackGuard,
}

impl Checker {
    fn load(&self, expr: &Expr<'_>) -> Result<()> {
        self.expr(expr, ExprContext::Load)
    }

    fn opt_load(&self, expr: Option<&Expr<'_>>) -> Result<()> {
        expr.map_or(Ok(()), |expr| self.load(expr))
    }

    fn exprs(&self, exprs: Exprs<'_>, ctx: ExprContext) -> Result<()> {
        exprs.iter().try_for_each(|expr| self.expr(expr, ctx))
    }

    fn loads(&self, exprs: Exprs<'_>) -> Result<()> {
        self.exprs(exprs, ExprContext::Load)
    }

    fn opt_loads(&self, exprs: &[Option<&Expr<'_>>]) -> Result<()> {
        exprs.iter().try_for_each(|expr| self.opt_load(*expr))
    }

    fn expr(&self, expr: &Expr<'_>, ctx: ExprContext) -> Result<()> {
        self.guard.check()?;
        if let Some(message) = foreign::refused_expr(expr) {
            return value_error(message);
        }
        positions(expr.range)?;
        let actual = match expr.kind {
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => ctx,
            ExprKind::Name { id, ctx } => {
                name(id)?;
                ctx
            }
            _ if ctx != ExprContext::Load => {
                let wanted = context_name(ctx);
                return value_error(format!("expression which can't be assigned to in {wanted} context"));
            }
            _ => ctx,
        };
        if actual != ctx {
            let (wanted, found) = (context_name(ctx), context_name(actual));
            return value_error(format!("expression must have {wanted} context but has {found} instead"));
        }
        self.expr_kind(expr, ctx)
    }

    fn expr_kind(&self, expr: &Expr<'_>, ctx: ExprContext) -> Result<()> {
        match expr.kind {
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return value_error("BoolOp with less than 2 values");
                }
                self.loads(values)
            }
            ExprKind::BinOp { .. } => {
                // Long chains lean to the left.
                let mut rights = Vec::new();
                let mut node = expr;
                while let ExprKind::BinOp { left, right, .. } = node.kind {
                    positions(left.range)?;
                    rights.push(right);
                    node = left;
                }
                self.load(node)?;
                rights.into_iter().rev().try_for_each(|right| self.load(right))
            }
            ExprKind::UnaryOp { operand, .. } => self.load(operand),
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.load(body)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.load(test)?;
                self.load(body)?;
                self.load(orelse)
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return value_error("Dict doesn't have the same number of keys as values");
                }
                self.opt_loads(keys)?;
                self.loads(values)
            }
            ExprKind::Set { elts } => self.loads(elts),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.generators(generators)?;
                self.load(elt)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.generators(generators)?;
                self.load(key)?;
                self.load(value)
            }
            ExprKind::Yield { value } => self.opt_load(value),
            ExprKind::YieldFrom { value } | ExprKind::Await { value } => self.load(value),
            ExprKind::Compare { left, ops, comparators } => {
                if comparators.is_empty() {
                    return value_error("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    return value_error("Compare has a different number of comparators and operands");
                }
                self.loads(comparators)?;
                self.load(left)
            }
            ExprKind::Call { func, args, keywords } => {
                self.load(func)?;
                self.loads(args)?;
                self.keywords(keywords)
            }
            ExprKind::Constant { value, .. } => constant(&value),
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.loads(values),
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.load(value)?;
                self.opt_load(format_spec)
            }
            ExprKind::Attribute { value, .. } => self.load(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.load(slice)?;
                self.load(value)
            }
            ExprKind::Starred { value, .. } => self.expr(value, ctx),
            ExprKind::Slice { lower, upper, step } => {
                self.opt_load(lower)?;
                self.opt_load(upper)?;
                self.opt_load(step)
            }
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts, ctx),
            ExprKind::NamedExpr { target, value } => {
                if !matches!(target.kind, ExprKind::Name { .. }) {
                    return type_error("NamedExpr target must be a Name");
                }
                self.load(value)
            }
            ExprKind::Name { .. } => Ok(()),
        }
    }

    fn generators(&self, generators: &[Comprehension<'_>]) -> Result<()> {
        if generators.is_empty() {
            return value_error("comprehension with no generators");
        }
        for generator in generators {
            self.expr(generator.target, ExprContext::Store)?;
            self.load(generator.iter)?;
            self.loads(generator.ifs)?;
        }
        Ok(())
    }

    fn keywords(&self, keywords: &[Keyword<'_>]) -> Result<()> {
        keywords.iter().try_for_each(|keyword| self.load(keyword.value))
    }

    fn args(&self, args: &[Arg<'_>]) -> Result<()> {
        for arg in args {
            positions(arg.range)?;
            self.opt_load(arg.annotation)?;
        }
        Ok(())
    }

    fn arguments(&self, args: &Arguments<'_>) -> Result<()> {
        self.args(args.posonlyargs)?;
        self.args(args.args)?;
        self.opt_load(args.vararg.and_then(|arg| arg.annotation))?;
        self.args(args.kwonlyargs)?;
        self.opt_load(args.kwarg.and_then(|arg| arg.annotation))?;
        if args.defaults.len() > args.posonlyargs.len() + args.args.len() {
            return value_error("more positional defaults than args on arguments");
        }
        if args.kw_defaults.len() != args.kwonlyargs.len() {
            return value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.loads(args.defaults)?;
        self.opt_loads(args.kw_defaults)
    }

    fn type_params(&self, params: &[TypeParam<'_>]) -> Result<()> {
        for param in params {
            positions(param.range)?;
            match param.kind {
                TypeParamKind::TypeVar { name: id, bound, default_value } => {
                    name(id)?;
                    self.opt_load(bound)?;
                    self.opt_load(default_value)?;
                }
                TypeParamKind::ParamSpec { name: id, default_value }
                | TypeParamKind::TypeVarTuple { name: id, default_value } => {
                    name(id)?;
                    self.opt_load(default_value)?;
                }
            }
        }
        Ok(())
    }

    fn stmts(&self, body: Stmts<'_>) -> Result<()> {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn body(&self, body: Stmts<'_>, owner: &str) -> Result<()> {
        nonempty(body, "body", owner)?;
        self.stmts(body)
    }

    fn stmt(&self, stmt: &Stmt<'_>) -> Result<()> {
        self.guard.check()?;
        positions(stmt.range)?;
        match stmt.kind {
            StmtKind::FunctionDef(def) => self.function(def, "FunctionDef"),
            StmtKind::AsyncFunctionDef(def) => self.function(def, "AsyncFunctionDef"),
            StmtKind::ClassDef(def) => {
                self.body(def.body, "ClassDef")?;
                name(def.name)?;
                self.type_params(def.type_params)?;
                self.loads(def.bases)?;
                self.keywords(def.keywords)?;
                self.loads(def.decorator_list)
            }
            StmtKind::Return { value } => self.opt_load(value),
            StmtKind::Delete { targets } => {
                nonempty(targets, "targets", "Delete")?;
                self.exprs(targets, ExprContext::Del)
            }
            StmtKind::Assign { targets, value, .. } => {
                nonempty(targets, "targets", "Assign")?;
                self.exprs(targets, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                if simple != 0 && !matches!(target.kind, ExprKind::Name { .. }) {
                    return type_error("AnnAssign with simple non-Name target");
                }
                self.expr(target, ExprContext::Store)?;
                self.opt_load(value)?;
                self.load(annotation)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                if !matches!(name.kind, ExprKind::Name { .. }) {
                    return type_error("TypeAlias with non-Name name");
                }
                self.expr(name, ExprContext::Store)?;
                self.type_params(type_params)?;
                self.load(value)
            }
            StmtKind::For(node) => self.for_loop(node, "For"),
            StmtKind::AsyncFor(node) => self.for_loop(node, "AsyncFor"),
            StmtKind::While { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "While")?;
                self.stmts(orelse)
            }
            StmtKind::If { .. } => self.if_chain(stmt),
            StmtKind::With { items, body, .. } => self.with(items, body, "With"),
            StmtKind::AsyncWith { items, body, .. } => self.with(items, body, "AsyncWith"),
            StmtKind::Match { subject, cases } => {
                self.load(subject)?;
                nonempty(cases, "cases", "Match")?;
                for case in cases {
                    self.pattern(case.pattern, false)?;
                    self.opt_load(case.guard)?;
                    self.body(case.body, "match_case")?;
                }
                Ok(())
            }
            StmtKind::Raise { exc: None, cause: Some(_) } => value_error("Raise with cause but no exception"),
            StmtKind::Raise { exc, cause } => {
                self.opt_load(exc)?;
                self.opt_load(cause)
            }
            StmtKind::Try(node) => self.try_stmt(node, "Try"),
            StmtKind::TryStar(node) => self.try_stmt(node, "TryStar"),
            StmtKind::Assert { test, msg } => {
                self.load(test)?;
                self.opt_load(msg)
            }
            StmtKind::Import { names } => aliases(names, "Import"),
            StmtKind::ImportFrom { names, level, .. } => {
                if level.is_some_and(|level| level < 0) {
                    return value_error("Negative ImportFrom level");
                }
                aliases(names, "ImportFrom")
            }
            StmtKind::Global { names } => nonempty(names, "names", "Global"),
            StmtKind::Nonlocal { names } => nonempty(names, "names", "Nonlocal"),
            StmtKind::Expr { value } => self.load(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    /// `if` with all its `elif`s, in a loop.
    fn if_chain(&self, stmt: &Stmt<'_>) -> Result<()> {
        let mut link = stmt;
        while let StmtKind::If { test, body, orelse } = link.kind {
            self.load(test)?;
            self.body(body, "If")?;
            match orelse {
                [only] if matches!(only.kind, StmtKind::If { .. }) => {
                    positions(only.range)?;
                    link = only;
                }
                _ => return self.stmts(orelse),
            }
        }
        Ok(())
    }

    fn function(&self, def: &FunctionDef<'_>, owner: &str) -> Result<()> {
        self.body(def.body, owner)?;
        name(def.name)?;
        self.type_params(def.type_params)?;
        self.arguments(def.args)?;
        self.loads(def.decorator_list)?;
        self.opt_load(def.returns)
    }

    fn for_loop(&self, node: &For<'_>, owner: &str) -> Result<()> {
        self.expr(node.target, ExprContext::Store)?;
        self.load(node.iter)?;
        self.body(node.body, owner)?;
        self.stmts(node.orelse)
    }

    fn with(&self, items: &[WithItem<'_>], body: Stmts<'_>, owner: &str) -> Result<()> {
        nonempty(items, "items", owner)?;
        for item in items {
            self.load(item.context_expr)?;
            if let Some(vars) = item.optional_vars {
                self.expr(vars, ExprContext::Store)?;
            }
        }
        self.body(body, owner)
    }

    fn try_stmt(&self, node: &Try<'_>, owner: &str) -> Result<()> {
        self.body(node.body, owner)?;
        if node.handlers.is_empty() && node.finalbody.is_empty() {
            return value_error(format!("{owner} has neither except handlers nor finalbody"));
        }
        if node.handlers.is_empty() && !node.orelse.is_empty() {
            return value_error(format!("{owner} has orelse but no except handlers"));
        }
        for handler in node.handlers {
            positions(handler.range)?;
            self.opt_load(handler.type_)?;
            handler.name.map_or(Ok(()), name)?;
            self.body(handler.body, "ExceptHandler")?;
        }
        self.stmts(node.finalbody)?;
        self.stmts(node.orelse)
    }

    fn pattern(&self, pattern: &Pattern<'_>, star_ok: bool) -> Result<()> {
        self.guard.check()?;
        positions(pattern.range)?;
        match pattern.kind {
            PatternKind::MatchValue { value } => self.pattern_value(value),
            PatternKind::MatchSingleton { value } => match value {
                Constant::None | Constant::True | Constant::False => Ok(()),
                _ => value_error("MatchSingleton can only contain True, False and None"),
            },
            PatternKind::MatchSequence { patterns } => self.patterns(patterns, true),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                if keys.len() != patterns.len() {
                    return value_error("MatchMapping doesn't have the same number of keys as patterns");
                }
                rest.map_or(Ok(()), capture)?;
                for key in keys {
                    let is_singleton = matches!(
                        key.kind,
                        ExprKind::Constant { value: Constant::None | Constant::True | Constant::False, .. }
                    );
                    if !is_singleton {
                        self.pattern_value(key)?;
                    }
                }
                self.patterns(patterns, false)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                if kwd_attrs.len() != kwd_patterns.len() {
                    return value_error("MatchClass doesn't have the same number of keyword attributes as patterns");
                }
                self.load(cls)?;
                let mut part = cls;
                while let ExprKind::Attribute { value, .. } = part.kind {
                    part = value;
                }
                if !matches!(part.kind, ExprKind::Name { .. }) {
                    return value_error("MatchClass cls field can only contain Name or Attribute nodes.");
                }
                kwd_attrs.iter().try_for_each(|attr| name(attr))?;
                self.patterns(patterns, false)?;
                self.patterns(kwd_patterns, false)
            }
            PatternKind::MatchStar { name } => {
                if !star_ok {
                    return value_error("can't use MatchStar here");
                }
                name.map_or(Ok(()), capture)
            }
            PatternKind::MatchAs { pattern, name } => {
                name.map_or(Ok(()), capture)?;
                match pattern {
                    None => Ok(()),
                    Some(_) if name.is_none() => {
                        value_error("MatchAs must specify a target name if a pattern is given")
                    }
                    Some(inner) => self.pattern(inner, false),
                }
            }
            PatternKind::MatchOr { patterns } => {
                if patterns.len() < 2 {
                    return value_error("MatchOr requires at least 2 patterns");
                }
                self.patterns(patterns, false)
            }
        }
    }

    fn patterns(&self, patterns: Patterns<'_>, star_ok: bool) -> Result<()> {
        patterns.iter().try_for_each(|pattern| self.pattern(pattern, star_ok))
    }

    fn pattern_value(&self, value: &Expr<'_>) -> Result<()> {
        self.load(value)?;
        match value.kind {
            ExprKind::Constant { value, .. } => match value {
                Constant::Int(_)
                | Constant::BigInt(_)
                | Constant::Float(_)
                | Constant::Complex { .. }
                | Constant::Str(_)
                | Constant::Bytes(_) => Ok(()),
                _ => value_error("unexpected constant inside of a literal pattern"),
            },
            // f-strings are refused later.
            ExprKind::Attribute { .. } | ExprKind::JoinedStr { .. } => Ok(()),
            ExprKind::UnaryOp { .. } if literal_negative(value, true, true) => Ok(()),
            ExprKind::BinOp { .. } if literal_complex(value) => Ok(()),
            _ => value_error("patterns may only match literals and attribute lookups"),
        }
    }
}
