//! Calls: plain ones, of methods, with keywords, with unpacking, and of `super()`.

use bytecode::code::Const;
use bytecode::opcode::op;
use syntax::ast::{Expr, ExprContext, ExprKind, Exprs, Keyword, Range};

use super::expressions::{INTRINSIC_LIST_TO_TUPLE, TUPLE, start_at_attribute};
use super::{Codegen, STACK_USE_GUIDELINE, name_const};
use crate::error::Result;
use crate::flow::{Label, NO_LOCATION};
use crate::names::Name;
use crate::symtable::{Role, Scope, SymbolTable, flag, key};

/// `LOAD_COMMON_CONSTANT`'s arguments.
const CONSTANT_BUILTIN_TUPLE: u32 = 2;
const CONSTANT_BUILTIN_ALL: u32 = 3;
const CONSTANT_BUILTIN_ANY: u32 = 4;

impl<'a> Codegen<'a, '_> {
    pub(super) fn call(
        &mut self,
        expr: &'a Expr<'a>,
        func: &'a Expr<'a>,
        args: Exprs<'a>,
        keywords: &'a [Keyword<'a>],
    ) -> Result<()> {
        self.check_keywords(keywords)?;
        if self.method_call(expr, func, args, keywords)? {
            return Ok(());
        }
        self.check_caller(func)?;
        self.expr(func)?;
        let end = self.label();
        self.inline_builtin(func, args, keywords, end)?;
        self.op(op::PUSH_NULL, func.range);
        self.call_arguments(0, args, None, keywords, expr.range)?;
        self.place(end);
        Ok(())
    }

    /// `any`, `all` and `tuple` of a generator expression become loops that run if the name is the builtin's.
    fn inline_builtin(
        &mut self,
        func: &'a Expr<'a>,
        args: Exprs<'a>,
        keywords: &'a [Keyword<'a>],
        end: Label,
    ) -> Result<()> {
        let (ExprKind::Name { id, .. }, [arg], []) = (func.kind, args, keywords) else { return Ok(()) };
        let ExprKind::GeneratorExp { .. } = arg.kind else { return Ok(()) };
        let (constant, outcome) = match id {
            "tuple" => (CONSTANT_BUILTIN_TUPLE, None),
            "all" => (CONSTANT_BUILTIN_ALL, Some((op::POP_JUMP_IF_TRUE, true))),
            "any" => (CONSTANT_BUILTIN_ANY, Some((op::POP_JUMP_IF_FALSE, false))),
            _ => return Ok(()),
        };
        if self.table.find(key(*arg, Role::Body)).is_none_or(|block| self.table.block(block).coroutine) {
            return Ok(());
        }
        let range = func.range;
        let skip = self.label();
        let start = self.label();
        let cleanup = self.label();
        self.op_arg(op::COPY, 1, range);
        self.op_arg(op::LOAD_COMMON_CONSTANT, constant, range);
        self.op_arg(op::IS_OP, 0, range);
        self.jump(op::POP_JUMP_IF_FALSE, skip, range);
        self.op(op::POP_TOP, range);
        if outcome.is_none() {
            self.op_arg(op::BUILD_LIST, 0, range);
        }
        self.expr(arg)?;
        self.place(start);
        self.jump(op::FOR_ITER, cleanup, range);
        match outcome {
            None => {
                self.op_arg(op::LIST_APPEND, 2, range);
                self.jump(op::JUMP, start, range);
            }
            Some((go_on, _)) => {
                self.op(op::TO_BOOL, range);
                self.jump(go_on, start, range);
            }
        }
        self.op(op::POP_ITER, NO_LOCATION);
        if let Some((_, exhausted)) = outcome {
            self.load_const(Const::from(!exhausted), range);
        }
        self.jump(op::JUMP, end, range);
        self.place(cleanup);
        self.op(op::END_FOR, NO_LOCATION);
        self.op(op::POP_ITER, NO_LOCATION);
        match outcome {
            None => self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_LIST_TO_TUPLE, range),
            Some((_, exhausted)) => self.load_const(Const::from(exhausted), range),
        }
        self.jump(op::JUMP, end, range);
        self.place(skip);
        Ok(())
    }

    fn check_keywords(&mut self, keywords: &[Keyword<'a>]) -> Result<()> {
        for (at, keyword) in keywords.iter().enumerate() {
            let Some(name) = keyword.arg else { continue };
            if let Some(again) = keywords[at + 1..].iter().find(|other| other.arg == Some(name)) {
                return self.error(format!("keyword argument repeated: {name}"), again.range);
            }
        }
        Ok(())
    }

    /// `object.name(...)` without making a bound method, where that is possible.
    fn method_call(
        &mut self,
        expr: &'a Expr<'a>,
        func: &'a Expr<'a>,
        args: Exprs<'a>,
        keywords: &'a [Keyword<'a>],
    ) -> Result<bool> {
        let ExprKind::Attribute { value, attr, ctx: ExprContext::Load } = func.kind else { return Ok(false) };
        // An imported module's functions are no methods.
        if self.is_imported(value) {
            return Ok(false);
        }
        let count = args.len() + keywords.len();
        if count + usize::from(!keywords.is_empty()) >= STACK_USE_GUIDELINE
            || args.iter().any(|arg| matches!(arg.kind, ExprKind::Starred { .. }))
            || keywords.iter().any(|keyword| keyword.arg.is_none())
        {
            return Ok(false);
        }
        let place;
        if let Some(super_args) = self.optimizable_super(value, attr) {
            self.super_args(value, super_args)?;
            self.super_attr(attr, true, !super_args.is_empty(), func.range);
            place = start_at_attribute(func.range, func, attr);
            self.op(op::NOP, place);
        } else {
            self.expr(value)?;
            place = start_at_attribute(func.range, func, attr);
            self.load_attr(attr, true, place);
        }
        self.exprs(args)?;
        let call_place = start_at_attribute(expr.range, func, attr);
        if keywords.is_empty() {
            self.op_arg(op::CALL, count as u32, call_place);
        } else {
            self.keyword_values(keywords, place)?;
            self.op_arg(op::CALL_KW, count as u32, call_place);
        }
        Ok(true)
    }

    /// Does the module import the name? (Only its global scope is looked at.)
    fn is_imported(&mut self, value: &Expr<'_>) -> bool {
        let ExprKind::Name { id, .. } = value.kind else { return false };
        let name = self.names.intern(id);
        self.table.block(SymbolTable::TOP).flags(name) & flag::DEF_IMPORT != 0
    }

    fn keyword_values(&mut self, keywords: &'a [Keyword<'a>], range: Range) -> Result<()> {
        for keyword in keywords {
            self.expr(keyword.value)?;
        }
        let names = keywords.iter().map(|keyword| name_const(keyword.arg.unwrap_or_default())).collect();
        self.load_const(Const::Tuple(names), range);
        Ok(())
    }

    /// The arguments of a call and the call itself; `pushed` arguments are on the stack already, `injected` is one more.
    pub(super) fn call_arguments(
        &mut self,
        pushed: u32,
        args: Exprs<'a>,
        injected: Option<Name>,
        keywords: &'a [Keyword<'a>],
        range: Range,
    ) -> Result<()> {
        self.check_keywords(keywords)?;
        let unpacks = args.len() + keywords.len() * 2 > STACK_USE_GUIDELINE
            || args.iter().any(|arg| matches!(arg.kind, ExprKind::Starred { .. }))
            || keywords.iter().any(|keyword| keyword.arg.is_none());
        if !unpacks {
            self.exprs(args)?;
            let mut count = pushed + args.len() as u32;
            if let Some(name) = injected {
                self.name(name, ExprContext::Load, range);
                count += 1;
            }
            if keywords.is_empty() {
                self.op_arg(op::CALL, count, range);
            } else {
                self.keyword_values(keywords, range)?;
                self.op_arg(op::CALL_KW, count + keywords.len() as u32, range);
            }
            return Ok(());
        }
        match args {
            [only] if pushed == 0 && injected.is_none() && matches!(only.kind, ExprKind::Starred { .. }) => {
                if let ExprKind::Starred { value, .. } = only.kind {
                    self.expr(value)?;
                }
            }
            _ => self.build(args, injected, pushed, TUPLE, range)?,
        }
        if keywords.is_empty() {
            self.op(op::PUSH_NULL, range);
        } else {
            self.keyword_dict(keywords, range)?;
        }
        self.op(op::CALL_FUNCTION_EX, range);
        Ok(())
    }

    fn keyword_dict(&mut self, keywords: &'a [Keyword<'a>], range: Range) -> Result<()> {
        let mut have_dict = false;
        let mut seen = 0;
        for (at, keyword) in keywords.iter().enumerate() {
            if keyword.arg.is_some() {
                seen += 1;
                continue;
            }
            if seen > 0 {
                self.keyword_dict_part(&keywords[at - seen..at], range)?;
                if have_dict {
                    self.op_arg(op::DICT_MERGE, 1, range);
                }
                have_dict = true;
                seen = 0;
            }
            if !have_dict {
                self.op_arg(op::BUILD_MAP, 0, range);
                have_dict = true;
            }
            self.expr(keyword.value)?;
            self.op_arg(op::DICT_MERGE, 1, range);
        }
        if seen > 0 {
            self.keyword_dict_part(&keywords[keywords.len() - seen..], range)?;
            if have_dict {
                self.op_arg(op::DICT_MERGE, 1, range);
            }
        }
        Ok(())
    }

    fn keyword_dict_part(&mut self, keywords: &'a [Keyword<'a>], range: Range) -> Result<()> {
        let big = keywords.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op_arg(op::BUILD_MAP, 0, NO_LOCATION);
        }
        for keyword in keywords {
            self.load_const(name_const(keyword.arg.unwrap_or_default()), range);
            self.expr(keyword.value)?;
            if big {
                self.op_arg(op::MAP_ADD, 1, NO_LOCATION);
            }
        }
        if !big {
            self.op_arg(op::BUILD_MAP, keywords.len() as u32, range);
        }
        Ok(())
    }

    /// The arguments of `super(...)` if an attribute of it can be loaded without making the object: the name must be
    /// the builtin as far as one can see, and the call have its two arguments or none where they are implied.
    pub(super) fn optimizable_super(&self, value: &'a Expr<'a>, attr: &str) -> Option<Exprs<'a>> {
        let ExprKind::Call { func, args, keywords } = value.kind else { return None };
        let ExprKind::Name { id: "super", .. } = func.kind else { return None };
        // `super().__class__` is that of the super object.
        if attr == "__class__"
            || !keywords.is_empty()
            || self.block().scope(Name::SUPER) != Scope::GlobalImplicit
            || self.table.block(SymbolTable::TOP).scope(Name::SUPER) != Scope::Unknown
        {
            return None;
        }
        if args.len() == 2 {
            return (!args.iter().any(|arg| matches!(arg.kind, ExprKind::Starred { .. }))).then_some(args);
        }
        let has_parameter = self.unit.arg_count + self.unit.posonly_count > 0;
        (args.is_empty() && has_parameter && self.is_free(Name::DUNDER_CLASS)).then_some(args)
    }

    /// Loads `super`, the class and the object.
    pub(super) fn super_args(&mut self, call: &'a Expr<'a>, args: Exprs<'a>) -> Result<()> {
        if let ExprKind::Call { func, .. } = call.kind {
            self.expr(func)?;
        }
        if !args.is_empty() {
            return self.exprs(args);
        }
        self.name(Name::DUNDER_CLASS, ExprContext::Load, call.range);
        if !self.unit.varnames.is_empty() {
            let (first, ()) = self.unit.varnames.at(0);
            self.name(first, ExprContext::Load, call.range);
        }
        Ok(())
    }

    /// `LOAD_SUPER_ATTR`: its two low bits say whether a method is wanted and whether arguments were given.
    pub(super) fn super_attr(&mut self, attr: &str, is_method: bool, has_args: bool, range: Range) {
        let name = self.mangle_identifier(attr);
        let index = self.name_index(name);
        self.op_arg(op::LOAD_SUPER_ATTR, index << 2 | u32::from(has_args) << 1 | u32::from(is_method), range);
    }
}
