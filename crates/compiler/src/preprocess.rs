//! What happens to the tree before the symbol table sees it: `__debug__` becomes a constant, `'%s' % (x,)` an f-string,
//! signed numbers in patterns become constants, `-OO` drops docstrings, and jumps out of `finally` are warned about.
//!
//! Trees are never changed: a node is copied if something below it is new, everything else is shared.

use syntax::Arena;
use syntax::ast::*;

use crate::error::{Result, Warning, WarningSink, issue};
use crate::format_string;
use crate::limits::StackGuard;
use crate::tree::docstring;

/// Preprocesses a tree for optimisation level `optimize`.
pub(crate) fn preprocess<'a>(
    arena: &'a Arena,
    module: &Mod<'a>,
    optimize: u8,
    future_annotations: bool,
    warnings: &mut dyn WarningSink,
    guard: StackGuard,
) -> Result<Mod<'a>> {
    let mut pass = Preprocess { arena, optimize, future_annotations, warnings, guard, in_finally: false };
    Ok(match *module {
        Mod::Module { body, type_ignores } => Mod::Module { body: pass.body(body)?, type_ignores },
        Mod::Interactive { body } => Mod::Interactive { body: pass.stmts(body)? },
        Mod::Expression { body } => Mod::Expression { body: pass.expr(body)? },
        Mod::FunctionType { argtypes, returns } => {
            Mod::FunctionType { argtypes: pass.exprs(argtypes)?, returns: pass.expr(returns)? }
        }
    })
}

struct Preprocess<'a, 'w> {
    arena: &'a Arena,
    optimize: u8,
    future_annotations: bool,
    warnings: &'w mut dyn WarningSink,
    guard: StackGuard,
    /// A jump here leaves a `finally` block. (In a loop inside that block the reference does not mind even `return`.)
    in_finally: bool,
}

/// Has `new` been made for `old`?
fn changed<T>(old: &T, new: &T) -> bool {
    !std::ptr::eq(old, new)
}

fn changed_opt<T>(old: Option<&T>, new: Option<&T>) -> bool {
    matches!((old, new), (Some(old), Some(new)) if changed(old, new))
}

fn changed_slice<T>(old: &[T], new: &[T]) -> bool {
    !std::ptr::eq(old, new)
}

impl<'a> Preprocess<'a, '_> {
    /// Applies `pass` to each item; the same slice if nothing is new.
    fn map<T: Copy>(
        &mut self,
        items: &'a [T],
        mut pass: impl FnMut(&mut Self, &'a T) -> Result<Option<T>>,
    ) -> Result<&'a [T]> {
        let mut copy: Option<Vec<T>> = None;
        for (at, item) in items.iter().enumerate() {
            if let Some(new) = pass(self, item)? {
                copy.get_or_insert_with(|| items.to_vec())[at] = new;
            }
        }
        Ok(match copy {
            Some(copy) => self.arena.slice(&copy),
            None => items,
        })
    }

    fn exprs(&mut self, exprs: Exprs<'a>) -> Result<Exprs<'a>> {
        self.map(exprs, |pass, old| {
            let new = pass.expr(old)?;
            Ok(changed(*old, new).then_some(new))
        })
    }

    fn opt_exprs(&mut self, exprs: &'a [Option<&'a Expr<'a>>]) -> Result<&'a [Option<&'a Expr<'a>>]> {
        self.map(exprs, |pass, old| {
            let new = pass.opt(*old)?;
            Ok(changed_opt(*old, new).then_some(new))
        })
    }

    fn opt(&mut self, expr: Option<&'a Expr<'a>>) -> Result<Option<&'a Expr<'a>>> {
        match expr {
            Some(expr) => Ok(Some(self.expr(expr)?)),
            None => Ok(None),
        }
    }

    /// An annotation: kept as it is if it will be turned into text.
    fn annotation(&mut self, expr: Option<&'a Expr<'a>>) -> Result<Option<&'a Expr<'a>>> {
        if self.future_annotations { Ok(expr) } else { self.opt(expr) }
    }

    fn expr(&mut self, expr: &'a Expr<'a>) -> Result<&'a Expr<'a>> {
        match expr.kind {
            ExprKind::Constant { .. } => return Ok(expr),
            ExprKind::Name { id, ctx } => {
                if ctx == ExprContext::Load && id == "__debug__" {
                    let value = if self.optimize == 0 { Constant::True } else { Constant::False };
                    return Ok(self
                        .arena
                        .alloc(Expr { kind: ExprKind::Constant { value, kind: None }, range: expr.range }));
                }
                return Ok(expr);
            }
            _ => {}
        }
        self.guard.check()?;
        let kind = self.expr_kind(expr)?;
        Ok(match kind {
            Some(kind) => self.arena.alloc(Expr { kind, range: expr.range }),
            None => expr,
        })
    }

    fn expr_kind(&mut self, expr: &'a Expr<'a>) -> Result<Option<ExprKind<'a>>> {
        let new =
            match expr.kind {
                ExprKind::Constant { .. } | ExprKind::Name { .. } => None,
                ExprKind::BoolOp { op, values: old } => {
                    let values = self.exprs(old)?;
                    changed_slice(old, values).then_some(ExprKind::BoolOp { op, values })
                }
                ExprKind::NamedExpr { target, value: old } => {
                    let value = self.expr(old)?;
                    changed(old, value).then_some(ExprKind::NamedExpr { target, value })
                }
                ExprKind::BinOp { .. } => return self.binary(expr),
                ExprKind::UnaryOp { op, operand: old } => {
                    let operand = self.expr(old)?;
                    changed(old, operand).then_some(ExprKind::UnaryOp { op, operand })
                }
                ExprKind::Lambda { args: old_args, body: old_body } => {
                    let args = self.arguments(old_args)?;
                    let body = self.expr(old_body)?;
                    (changed(old_args, args) || changed(old_body, body)).then_some(ExprKind::Lambda { args, body })
                }
                ExprKind::IfExp { test: t, body: b, orelse: o } => {
                    let (test, body, orelse) = (self.expr(t)?, self.expr(b)?, self.expr(o)?);
                    (changed(t, test) || changed(b, body) || changed(o, orelse)).then_some(ExprKind::IfExp {
                        test,
                        body,
                        orelse,
                    })
                }
                ExprKind::Dict { keys: k, values: v } => {
                    let (keys, values) = (self.opt_exprs(k)?, self.exprs(v)?);
                    (changed_slice(k, keys) || changed_slice(v, values)).then_some(ExprKind::Dict { keys, values })
                }
                ExprKind::Set { elts: old } => {
                    let elts = self.exprs(old)?;
                    changed_slice(old, elts).then_some(ExprKind::Set { elts })
                }
                ExprKind::List { elts: old, ctx } => {
                    let elts = self.exprs(old)?;
                    changed_slice(old, elts).then_some(ExprKind::List { elts, ctx })
                }
                ExprKind::Tuple { elts: old, ctx } => {
                    let elts = self.exprs(old)?;
                    changed_slice(old, elts).then_some(ExprKind::Tuple { elts, ctx })
                }
                ExprKind::ListComp { elt: e, generators: g } => {
                    let (elt, generators) = (self.expr(e)?, self.generators(g)?);
                    (changed(e, elt) || changed_slice(g, generators)).then_some(ExprKind::ListComp { elt, generators })
                }
                ExprKind::SetComp { elt: e, generators: g } => {
                    let (elt, generators) = (self.expr(e)?, self.generators(g)?);
                    (changed(e, elt) || changed_slice(g, generators)).then_some(ExprKind::SetComp { elt, generators })
                }
                ExprKind::GeneratorExp { elt: e, generators: g } => {
                    let (elt, generators) = (self.expr(e)?, self.generators(g)?);
                    (changed(e, elt) || changed_slice(g, generators))
                        .then_some(ExprKind::GeneratorExp { elt, generators })
                }
                ExprKind::DictComp { key: k, value: v, generators: g } => {
                    let (key, value, generators) = (self.expr(k)?, self.expr(v)?, self.generators(g)?);
                    (changed(k, key) || changed(v, value) || changed_slice(g, generators))
                        .then_some(ExprKind::DictComp { key, value, generators })
                }
                ExprKind::Await { value: old } => {
                    let value = self.expr(old)?;
                    changed(old, value).then_some(ExprKind::Await { value })
                }
                ExprKind::Yield { value: old } => {
                    let value = self.opt(old)?;
                    changed_opt(old, value).then_some(ExprKind::Yield { value })
                }
                ExprKind::YieldFrom { value: old } => {
                    let value = self.expr(old)?;
                    changed(old, value).then_some(ExprKind::YieldFrom { value })
                }
                ExprKind::Compare { left: l, ops, comparators: c } => {
                    let (left, comparators) = (self.expr(l)?, self.exprs(c)?);
                    (changed(l, left) || changed_slice(c, comparators)).then_some(ExprKind::Compare {
                        left,
                        ops,
                        comparators,
                    })
                }
                ExprKind::Call { func: f, args: a, keywords: k } => {
                    let (func, args, keywords) = (self.expr(f)?, self.exprs(a)?, self.keywords(k)?);
                    (changed(f, func) || changed_slice(a, args) || changed_slice(k, keywords))
                        .then_some(ExprKind::Call { func, args, keywords })
                }
                ExprKind::FormattedValue { value: v, conversion, format_spec: f } => {
                    let (value, format_spec) = (self.expr(v)?, self.opt(f)?);
                    (changed(v, value) || changed_opt(f, format_spec)).then_some(ExprKind::FormattedValue {
                        value,
                        conversion,
                        format_spec,
                    })
                }
                ExprKind::Interpolation { value: v, str, conversion, format_spec: f } => {
                    let (value, format_spec) = (self.expr(v)?, self.opt(f)?);
                    (changed(v, value) || changed_opt(f, format_spec)).then_some(ExprKind::Interpolation {
                        value,
                        str,
                        conversion,
                        format_spec,
                    })
                }
                ExprKind::JoinedStr { values: old } => {
                    let values = self.exprs(old)?;
                    changed_slice(old, values).then_some(ExprKind::JoinedStr { values })
                }
                ExprKind::TemplateStr { values: old } => {
                    let values = self.exprs(old)?;
                    changed_slice(old, values).then_some(ExprKind::TemplateStr { values })
                }
                ExprKind::Attribute { value: old, attr, ctx } => {
                    let value = self.expr(old)?;
                    changed(old, value).then_some(ExprKind::Attribute { value, attr, ctx })
                }
                ExprKind::Subscript { value: v, slice: s, ctx } => {
                    let (value, slice) = (self.expr(v)?, self.expr(s)?);
                    (changed(v, value) || changed(s, slice)).then_some(ExprKind::Subscript { value, slice, ctx })
                }
                ExprKind::Starred { value: old, ctx } => {
                    let value = self.expr(old)?;
                    changed(old, value).then_some(ExprKind::Starred { value, ctx })
                }
                ExprKind::Slice { lower: l, upper: u, step: s } => {
                    let (lower, upper, step) = (self.opt(l)?, self.opt(u)?, self.opt(s)?);
                    (changed_opt(l, lower) || changed_opt(u, upper) || changed_opt(s, step))
                        .then_some(ExprKind::Slice { lower, upper, step })
                }
            };
        Ok(new)
    }

    /// Binary operators lean to the left in chains of any length: walked in a loop.
    fn binary(&mut self, expr: &'a Expr<'a>) -> Result<Option<ExprKind<'a>>> {
        let mut chain = Vec::new();
        let mut node = expr;
        while let ExprKind::BinOp { left, op, right } = node.kind {
            if !matches!(left.kind, ExprKind::BinOp { .. }) {
                break;
            }
            chain.push((node, op, right));
            node = left;
        }
        let ExprKind::BinOp { left: old_left, op, right: old_right } = node.kind else { return Ok(None) };
        let left = self.expr(old_left)?;
        let right = self.expr(old_right)?;
        let mut new = self.binary_node(left, op, right, changed(old_left, left) || changed(old_right, right));
        for (outer, op, old_right) in chain.into_iter().rev() {
            let right = self.expr(old_right)?;
            new = match new {
                Some(kind) => {
                    let left = self.arena.alloc(Expr { kind, range: node.range });
                    self.binary_node(left, op, right, true)
                }
                None => self.binary_node(node, op, right, changed(old_right, right)),
            };
            node = outer;
        }
        Ok(new)
    }

    fn binary_node(
        &mut self,
        left: &'a Expr<'a>,
        op: Operator,
        right: &'a Expr<'a>,
        is_new: bool,
    ) -> Option<ExprKind<'a>> {
        if op == Operator::Mod
            && let ExprKind::Constant { value: Constant::Str(format), .. } = left.kind
            && let ExprKind::Tuple { elts, .. } = right.kind
            && !elts.iter().any(|elt| matches!(elt.kind, ExprKind::Starred { .. }))
            && let Some(values) = format_string::to_joined(self.arena, format, elts)
        {
            return Some(ExprKind::JoinedStr { values });
        }
        is_new.then_some(ExprKind::BinOp { left, op, right })
    }

    fn generators(&mut self, generators: &'a [Comprehension<'a>]) -> Result<&'a [Comprehension<'a>]> {
        self.map(generators, |pass, old| {
            let new = Comprehension {
                target: pass.expr(old.target)?,
                iter: pass.expr(old.iter)?,
                ifs: pass.exprs(old.ifs)?,
                is_async: old.is_async,
            };
            let is_new =
                changed(old.target, new.target) || changed(old.iter, new.iter) || changed_slice(old.ifs, new.ifs);
            Ok(is_new.then_some(new))
        })
    }

    fn keywords(&mut self, keywords: &'a [Keyword<'a>]) -> Result<&'a [Keyword<'a>]> {
        self.map(keywords, |pass, old| {
            let value = pass.expr(old.value)?;
            Ok(changed(old.value, value).then_some(Keyword { value, ..*old }))
        })
    }

    fn arg(&mut self, old: &'a Arg<'a>) -> Result<Option<Arg<'a>>> {
        let annotation = self.annotation(old.annotation)?;
        Ok(changed_opt(old.annotation, annotation).then_some(Arg { annotation, ..*old }))
    }

    fn opt_arg(&mut self, old: Option<&'a Arg<'a>>) -> Result<Option<&'a Arg<'a>>> {
        match old {
            Some(old) => Ok(Some(match self.arg(old)? {
                Some(new) => self.arena.alloc(new),
                None => old,
            })),
            None => Ok(None),
        }
    }

    fn arguments(&mut self, old: &'a Arguments<'a>) -> Result<&'a Arguments<'a>> {
        let new = Arguments {
            posonlyargs: self.map(old.posonlyargs, Self::arg)?,
            args: self.map(old.args, Self::arg)?,
            vararg: self.opt_arg(old.vararg)?,
            kwonlyargs: self.map(old.kwonlyargs, Self::arg)?,
            kw_defaults: self.opt_exprs(old.kw_defaults)?,
            kwarg: self.opt_arg(old.kwarg)?,
            defaults: self.exprs(old.defaults)?,
        };
        let is_new = changed_slice(old.posonlyargs, new.posonlyargs)
            || changed_slice(old.args, new.args)
            || changed_opt(old.vararg, new.vararg)
            || changed_slice(old.kwonlyargs, new.kwonlyargs)
            || changed_slice(old.kw_defaults, new.kw_defaults)
            || changed_opt(old.kwarg, new.kwarg)
            || changed_slice(old.defaults, new.defaults);
        Ok(if is_new { self.arena.alloc(new) } else { old })
    }

    fn type_params(&mut self, params: &'a [TypeParam<'a>]) -> Result<&'a [TypeParam<'a>]> {
        self.map(params, |pass, old| {
            let kind = match old.kind {
                TypeParamKind::TypeVar { name, bound: b, default_value: d } => {
                    let (bound, default_value) = (pass.opt(b)?, pass.opt(d)?);
                    (changed_opt(b, bound) || changed_opt(d, default_value)).then_some(TypeParamKind::TypeVar {
                        name,
                        bound,
                        default_value,
                    })
                }
                TypeParamKind::ParamSpec { name, default_value: d } => {
                    let default_value = pass.opt(d)?;
                    changed_opt(d, default_value).then_some(TypeParamKind::ParamSpec { name, default_value })
                }
                TypeParamKind::TypeVarTuple { name, default_value: d } => {
                    let default_value = pass.opt(d)?;
                    changed_opt(d, default_value).then_some(TypeParamKind::TypeVarTuple { name, default_value })
                }
            };
            Ok(kind.map(|kind| TypeParam { kind, range: old.range }))
        })
    }

    /// The body of a module, function or class: the place of docstrings.
    fn body(&mut self, body: Stmts<'a>) -> Result<Stmts<'a>> {
        if self.optimize < 2 || docstring(body).is_none() {
            return self.stmts(body);
        }
        match body {
            [only] => {
                // As long as the word `pass`.
                let Range { lineno, col_offset, .. } = only.range;
                let range = Range::new(lineno, col_offset, lineno, col_offset.saturating_add(4));
                let pass = Stmt { kind: StmtKind::Pass, range };
                Ok(self.arena.slice(&[self.arena.alloc(pass)]))
            }
            [_, rest @ ..] => {
                let rest = self.stmts(rest)?;
                // What comes next must not become the docstring instead.
                match docstring(rest) {
                    Some((value, _)) => {
                        let values = self.arena.slice(&[value]);
                        let joined = Expr { kind: ExprKind::JoinedStr { values }, range: value.range };
                        let value = self.arena.alloc(joined);
                        let first = Stmt { kind: StmtKind::Expr { value }, range: rest[0].range };
                        let mut all = rest.to_vec();
                        all[0] = self.arena.alloc(first);
                        Ok(self.arena.slice(&all))
                    }
                    None => Ok(rest),
                }
            }
            [] => Ok(body),
        }
    }

    fn stmts(&mut self, body: Stmts<'a>) -> Result<Stmts<'a>> {
        self.map(body, |pass, old| {
            let new = pass.stmt(old)?;
            Ok(changed(*old, new).then_some(new))
        })
    }

    fn stmt(&mut self, stmt: &'a Stmt<'a>) -> Result<&'a Stmt<'a>> {
        self.guard.check()?;
        let kind = match stmt.kind {
            StmtKind::If { .. } => self.if_chain(stmt)?,
            _ => self.stmt_kind(stmt)?,
        };
        Ok(match kind {
            Some(kind) => self.arena.alloc(Stmt { kind, range: stmt.range }),
            None => stmt,
        })
    }

    /// `if` with all its `elif`s, walked in a loop.
    fn if_chain(&mut self, stmt: &'a Stmt<'a>) -> Result<Option<StmtKind<'a>>> {
        let mut links = Vec::new();
        let mut link = stmt;
        let mut tail: Stmts<'a> = &[];
        let mut tail_is_new = false;
        while let StmtKind::If { test: old_test, body: old_body, orelse } = link.kind {
            let (test, body) = (self.expr(old_test)?, self.stmts(old_body)?);
            links.push((link, test, body, changed(old_test, test) || changed_slice(old_body, body)));
            match orelse {
                [only] if matches!(only.kind, StmtKind::If { .. }) => link = only,
                _ => {
                    tail = self.stmts(orelse)?;
                    tail_is_new = changed_slice(orelse, tail);
                    break;
                }
            }
        }
        let mut new: Option<StmtKind<'a>> = None;
        let last = links.len().saturating_sub(1);
        for (at, (link, test, body, is_new)) in links.iter().enumerate().rev() {
            let StmtKind::If { orelse: old_orelse, .. } = link.kind else { continue };
            let (orelse, orelse_is_new) = if at == last {
                (tail, tail_is_new)
            } else {
                match new {
                    Some(kind) => {
                        let inner = self.arena.alloc(Stmt { kind, range: links[at + 1].0.range });
                        (self.arena.slice(&[inner]), true)
                    }
                    None => (old_orelse, false),
                }
            };
            new = (*is_new || orelse_is_new).then_some(StmtKind::If { test, body, orelse });
        }
        Ok(new)
    }

    fn stmt_kind(&mut self, stmt: &'a Stmt<'a>) -> Result<Option<StmtKind<'a>>> {
        Ok(match stmt.kind {
            StmtKind::FunctionDef(def) => self.function(def)?.map(StmtKind::FunctionDef),
            StmtKind::AsyncFunctionDef(def) => self.function(def)?.map(StmtKind::AsyncFunctionDef),
            StmtKind::ClassDef(def) => self.class(def)?.map(StmtKind::ClassDef),
            StmtKind::Return { value: old } => {
                self.check_jump("return", stmt.range)?;
                let value = self.opt(old)?;
                changed_opt(old, value).then_some(StmtKind::Return { value })
            }
            StmtKind::Delete { targets: old } => {
                let targets = self.exprs(old)?;
                changed_slice(old, targets).then_some(StmtKind::Delete { targets })
            }
            StmtKind::Assign { targets: t, value: v, type_comment } => {
                let (targets, value) = (self.exprs(t)?, self.expr(v)?);
                (changed_slice(t, targets) || changed(v, value)).then_some(StmtKind::Assign {
                    targets,
                    value,
                    type_comment,
                })
            }
            StmtKind::TypeAlias { name: n, type_params: p, value: v } => {
                let (name, type_params, value) = (self.expr(n)?, self.type_params(p)?, self.expr(v)?);
                (changed(n, name) || changed_slice(p, type_params) || changed(v, value))
                    .then_some(StmtKind::TypeAlias { name, type_params, value })
            }
            StmtKind::AugAssign { target: t, op, value: v } => {
                let (target, value) = (self.expr(t)?, self.expr(v)?);
                (changed(t, target) || changed(v, value)).then_some(StmtKind::AugAssign { target, op, value })
            }
            StmtKind::AnnAssign { target: t, annotation: a, value: v, simple } => {
                let target = self.expr(t)?;
                let annotation = self.annotation(Some(a))?.unwrap_or(a);
                let value = self.opt(v)?;
                (changed(t, target) || changed(a, annotation) || changed_opt(v, value)).then_some(StmtKind::AnnAssign {
                    target,
                    annotation,
                    value,
                    simple,
                })
            }
            StmtKind::For(node) => self.for_loop(node)?.map(StmtKind::For),
            StmtKind::AsyncFor(node) => self.for_loop(node)?.map(StmtKind::AsyncFor),
            StmtKind::While { test: t, body: b, orelse: o } => {
                let test = self.expr(t)?;
                let body = self.loop_body(b)?;
                let orelse = self.stmts(o)?;
                (changed(t, test) || changed_slice(b, body) || changed_slice(o, orelse)).then_some(StmtKind::While {
                    test,
                    body,
                    orelse,
                })
            }
            StmtKind::If { .. } => None,
            StmtKind::With { items: i, body: b, type_comment } => {
                let (items, body) = (self.with_items(i)?, self.stmts(b)?);
                (changed_slice(i, items) || changed_slice(b, body)).then_some(StmtKind::With {
                    items,
                    body,
                    type_comment,
                })
            }
            StmtKind::AsyncWith { items: i, body: b, type_comment } => {
                let (items, body) = (self.with_items(i)?, self.stmts(b)?);
                (changed_slice(i, items) || changed_slice(b, body)).then_some(StmtKind::AsyncWith {
                    items,
                    body,
                    type_comment,
                })
            }
            StmtKind::Match { subject: s, cases: c } => {
                let subject = self.expr(s)?;
                let cases = self.map(c, |pass, old| {
                    let new = MatchCase {
                        pattern: pass.pattern(old.pattern)?,
                        guard: pass.opt(old.guard)?,
                        body: pass.stmts(old.body)?,
                    };
                    let is_new = changed(old.pattern, new.pattern)
                        || changed_opt(old.guard, new.guard)
                        || changed_slice(old.body, new.body);
                    Ok(is_new.then_some(new))
                })?;
                (changed(s, subject) || changed_slice(c, cases)).then_some(StmtKind::Match { subject, cases })
            }
            StmtKind::Raise { exc: e, cause: c } => {
                let (exc, cause) = (self.opt(e)?, self.opt(c)?);
                (changed_opt(e, exc) || changed_opt(c, cause)).then_some(StmtKind::Raise { exc, cause })
            }
            StmtKind::Try(node) => self.try_stmt(node)?.map(StmtKind::Try),
            StmtKind::TryStar(node) => self.try_stmt(node)?.map(StmtKind::TryStar),
            StmtKind::Assert { test: t, msg: m } => {
                let (test, msg) = (self.expr(t)?, self.opt(m)?);
                (changed(t, test) || changed_opt(m, msg)).then_some(StmtKind::Assert { test, msg })
            }
            StmtKind::Expr { value: old } => {
                let value = self.expr(old)?;
                changed(old, value).then_some(StmtKind::Expr { value })
            }
            StmtKind::Break => {
                self.check_jump("break", stmt.range)?;
                None
            }
            StmtKind::Continue => {
                self.check_jump("continue", stmt.range)?;
                None
            }
            StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global { .. }
            | StmtKind::Nonlocal { .. }
            | StmtKind::Pass => None,
        })
    }

    fn check_jump(&mut self, what: &str, range: Range) -> Result<()> {
        if self.in_finally {
            issue(self.warnings, Warning::at(format!("'{what}' in a 'finally' block"), range))?;
        }
        Ok(())
    }

    fn function(&mut self, old: &'a FunctionDef<'a>) -> Result<Option<&'a FunctionDef<'a>>> {
        let type_params = self.type_params(old.type_params)?;
        let args = self.arguments(old.args)?;
        let outer = std::mem::take(&mut self.in_finally);
        let body = self.body(old.body)?;
        self.in_finally = outer;
        let decorator_list = self.exprs(old.decorator_list)?;
        let returns = self.annotation(old.returns)?;
        let is_new = changed_slice(old.type_params, type_params)
            || changed(old.args, args)
            || changed_slice(old.body, body)
            || changed_slice(old.decorator_list, decorator_list)
            || changed_opt(old.returns, returns);
        let make = || self.arena.alloc(FunctionDef { args, body, decorator_list, returns, type_params, ..*old });
        Ok(is_new.then(make))
    }

    fn class(&mut self, old: &'a ClassDef<'a>) -> Result<Option<&'a ClassDef<'a>>> {
        let type_params = self.type_params(old.type_params)?;
        let bases = self.exprs(old.bases)?;
        let keywords = self.keywords(old.keywords)?;
        let body = self.body(old.body)?;
        let decorator_list = self.exprs(old.decorator_list)?;
        let is_new = changed_slice(old.type_params, type_params)
            || changed_slice(old.bases, bases)
            || changed_slice(old.keywords, keywords)
            || changed_slice(old.body, body)
            || changed_slice(old.decorator_list, decorator_list);
        let make = || self.arena.alloc(ClassDef { bases, keywords, body, decorator_list, type_params, ..*old });
        Ok(is_new.then(make))
    }

    fn loop_body(&mut self, body: Stmts<'a>) -> Result<Stmts<'a>> {
        let outer = std::mem::take(&mut self.in_finally);
        let body = self.stmts(body)?;
        self.in_finally = outer;
        Ok(body)
    }

    fn for_loop(&mut self, old: &'a For<'a>) -> Result<Option<&'a For<'a>>> {
        let target = self.expr(old.target)?;
        let iter = self.expr(old.iter)?;
        let body = self.loop_body(old.body)?;
        let orelse = self.stmts(old.orelse)?;
        let is_new = changed(old.target, target)
            || changed(old.iter, iter)
            || changed_slice(old.body, body)
            || changed_slice(old.orelse, orelse);
        Ok(is_new.then(|| self.arena.alloc(For { target, iter, body, orelse, ..*old })))
    }

    fn with_items(&mut self, items: &'a [WithItem<'a>]) -> Result<&'a [WithItem<'a>]> {
        self.map(items, |pass, old| {
            let new =
                WithItem { context_expr: pass.expr(old.context_expr)?, optional_vars: pass.opt(old.optional_vars)? };
            let is_new =
                changed(old.context_expr, new.context_expr) || changed_opt(old.optional_vars, new.optional_vars);
            Ok(is_new.then_some(new))
        })
    }

    fn try_stmt(&mut self, old: &'a Try<'a>) -> Result<Option<&'a Try<'a>>> {
        let body = self.stmts(old.body)?;
        let handlers = self.map(old.handlers, |pass, old| {
            let new = ExceptHandler { type_: pass.opt(old.type_)?, body: pass.stmts(old.body)?, ..*old };
            Ok((changed_opt(old.type_, new.type_) || changed_slice(old.body, new.body)).then_some(new))
        })?;
        let orelse = self.stmts(old.orelse)?;
        let outer = std::mem::replace(&mut self.in_finally, true);
        let finalbody = self.stmts(old.finalbody)?;
        self.in_finally = outer;
        let is_new = changed_slice(old.body, body)
            || changed_slice(old.handlers, handlers)
            || changed_slice(old.orelse, orelse)
            || changed_slice(old.finalbody, finalbody);
        Ok(is_new.then(|| self.arena.alloc(Try { body, handlers, orelse, finalbody })))
    }

    fn pattern(&mut self, pattern: &'a Pattern<'a>) -> Result<&'a Pattern<'a>> {
        self.guard.check()?;
        let kind = match pattern.kind {
            PatternKind::MatchValue { value: old } => {
                let value = self.pattern_value(old)?;
                changed(old, value).then_some(PatternKind::MatchValue { value })
            }
            PatternKind::MatchSingleton { .. } | PatternKind::MatchStar { .. } => None,
            PatternKind::MatchSequence { patterns: old } => {
                let patterns = self.patterns(old)?;
                changed_slice(old, patterns).then_some(PatternKind::MatchSequence { patterns })
            }
            PatternKind::MatchOr { patterns: old } => {
                let patterns = self.patterns(old)?;
                changed_slice(old, patterns).then_some(PatternKind::MatchOr { patterns })
            }
            PatternKind::MatchMapping { keys: k, patterns: p, rest } => {
                let keys = self.map(k, |pass, old| {
                    let new = pass.pattern_value(old)?;
                    Ok(changed(*old, new).then_some(new))
                })?;
                let patterns = self.patterns(p)?;
                (changed_slice(k, keys) || changed_slice(p, patterns)).then_some(PatternKind::MatchMapping {
                    keys,
                    patterns,
                    rest,
                })
            }
            PatternKind::MatchClass { cls: c, patterns: p, kwd_attrs, kwd_patterns: k } => {
                let (cls, patterns, kwd_patterns) = (self.expr(c)?, self.patterns(p)?, self.patterns(k)?);
                (changed(c, cls) || changed_slice(p, patterns) || changed_slice(k, kwd_patterns))
                    .then_some(PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns })
            }
            PatternKind::MatchAs { pattern: old, name } => {
                let pattern = match old {
                    Some(old) => Some(self.pattern(old)?),
                    None => None,
                };
                changed_opt(old, pattern).then_some(PatternKind::MatchAs { pattern, name })
            }
        };
        Ok(match kind {
            Some(kind) => self.arena.alloc(Pattern { kind, range: pattern.range }),
            None => pattern,
        })
    }

    fn patterns(&mut self, patterns: Patterns<'a>) -> Result<Patterns<'a>> {
        self.map(patterns, |pass, old| {
            let new = pass.pattern(old)?;
            Ok(changed(*old, new).then_some(new))
        })
    }

    /// `-1`, `1 + 2j` and `-1 - 2j` in patterns are constants.
    fn pattern_value(&mut self, value: &'a Expr<'a>) -> Result<&'a Expr<'a>> {
        let folded = match value.kind {
            ExprKind::UnaryOp { .. } => self.negated(value),
            ExprKind::BinOp { left, op: op @ (Operator::Add | Operator::Sub), right } => {
                let left = match left.kind {
                    ExprKind::Constant { value, .. } => Some(value),
                    _ => self.negated(left),
                };
                match (left.and_then(real_part), right.kind) {
                    (
                        Some((real, imaginary)),
                        ExprKind::Constant { value: Constant::Complex { real: more, imag }, .. },
                    ) => Some(if op == Operator::Add {
                        Constant::Complex { real: real + more, imag: imaginary.map_or(imag, |i| i + imag) }
                    } else {
                        Constant::Complex { real: real - more, imag: imaginary.map_or(-imag, |i| i - imag) }
                    }),
                    _ => None,
                }
            }
            _ => None,
        };
        Ok(match folded {
            Some(folded) => {
                self.arena.alloc(Expr { kind: ExprKind::Constant { value: folded, kind: None }, range: value.range })
            }
            None => value,
        })
    }

    fn negated(&self, expr: &Expr<'a>) -> Option<Constant<'a>> {
        let ExprKind::UnaryOp { op: UnaryOp::USub, operand } = expr.kind else { return None };
        let ExprKind::Constant { value, .. } = operand.kind else { return None };
        match value {
            Constant::Int(value) => Some(match value.checked_neg() {
                Some(negative) => Constant::Int(negative),
                None => self.arena.int(&-dashu_int::IBig::from(value)),
            }),
            Constant::BigInt(value) => Some(self.arena.int(&-value.to_ibig())),
            Constant::Float(value) => Some(Constant::Float(-value)),
            Constant::Complex { real, imag } => Some(Constant::Complex { real: -real, imag: -imag }),
            Constant::True => Some(Constant::Int(-1)),
            Constant::False => Some(Constant::Int(0)),
            _ => None,
        }
    }
}

/// A number as the left side of `real ± imaginary`: its real part, and its imaginary part if it has one.
fn real_part(value: Constant<'_>) -> Option<(f64, Option<f64>)> {
    match value {
        Constant::Int(value) => Some((value as f64, None)),
        Constant::BigInt(value) => Some((value.to_ibig().to_f64().value(), None)),
        Constant::Float(value) => Some((value, None)),
        Constant::Complex { real, imag } => Some((real, Some(imag))),
        Constant::True => Some((1.0, None)),
        Constant::False => Some((0.0, None)),
        _ => None,
    }
}
