//! Annotations, evaluated lazily in functions of their own (PEP 649), type parameters and type aliases (PEP 695, 696).

use std::rc::Rc;

use bytecode::code::{Code, Const};
use bytecode::opcode::op;
use syntax::ast::{
    Arg, Expr, ExprContext, ExprKind, FunctionDef, Identifier, Range, Stmt, StmtKind, TypeParam, TypeParamKind,
};

use super::expressions::COMPARE_GT;
use super::functions::attribute;
use super::unit::ScopeKind;
use super::{Codegen, name_const};
use crate::error::Result;
use crate::flow::InstrSequence;
use crate::names::Name;
use crate::symtable::{BlockId, BlockKind, Role, SymbolTable, key};

const INTRINSIC_TYPEVAR: u32 = 7;
const INTRINSIC_PARAMSPEC: u32 = 8;
const INTRINSIC_TYPEVARTUPLE: u32 = 9;
const INTRINSIC_TYPEALIAS: u32 = 11;
const INTRINSIC_TYPEVAR_WITH_BOUND: u32 = 2;
const INTRINSIC_TYPEVAR_WITH_CONSTRAINTS: u32 = 3;
const INTRINSIC_SET_TYPEPARAM_DEFAULT: u32 = 5;
const CONSTANT_NOTIMPLEMENTEDERROR: u32 = 1;
/// `annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`: formats above it are not for compiled code.
const VALUE_WITH_FAKE_GLOBALS: i64 = 2;

impl<'a> Codegen<'a, '_> {
    /// Starts a function that is called with a format and refuses those that it does not know.
    fn enter_annotations(&mut self, name: Name, block: BlockId, range: Range) -> Result<()> {
        self.enter_unit(name, ScopeKind::Annotations, block, range.lineno, None)?;
        self.unit.arg_count = 1;
        self.unit.posonly_count = 1;
        self.op_arg(op::LOAD_FAST, 0, range);
        self.load_const(Const::Int(VALUE_WITH_FAKE_GLOBALS), range);
        self.op_arg(op::COMPARE_OP, COMPARE_GT, range);
        let body = self.label();
        self.jump(op::POP_JUMP_IF_FALSE, body, range);
        self.op_arg(op::LOAD_COMMON_CONSTANT, CONSTANT_NOTIMPLEMENTEDERROR, range);
        self.op_arg(op::RAISE_VARARGS, 1, range);
        self.place(body);
        Ok(())
    }

    /// Ends an `__annotate__` function. Its parameter is shown as `format`, whatever the annotations use that name for.
    fn leave_annotations(&mut self, range: Range) -> Result<Rc<Code>> {
        self.op(op::RETURN_VALUE, range);
        let mut code = self.finish_unit(true)?;
        if let Some(first) = Rc::get_mut(&mut code).and_then(|code| code.localsplusnames.first_mut()) {
            *first = self.names.text(Name::FORMAT);
        }
        Ok(code)
    }

    /// The annotations of a function's parameters and result.
    pub(super) fn function_annotations(&mut self, def: &'a FunctionDef<'a>, range: Range) -> Result<u32> {
        let args = def.args;
        let annotated = |args: &[Arg<'_>]| args.iter().any(|arg| arg.annotation.is_some());
        if !annotated(args.posonlyargs)
            && !annotated(args.args)
            && !annotated(args.kwonlyargs)
            && args.vararg.is_none_or(|arg| arg.annotation.is_none())
            && args.kwarg.is_none_or(|arg| arg.annotation.is_none())
            && def.returns.is_none()
        {
            return Ok(0);
        }
        let Some(block) = self.table.find(key(def, Role::Annotations)) else {
            return self.error("annotations without a symbol table block", range);
        };
        self.enter_annotations(Name::ANNOTATE, block, range)?;
        let mut count = 0;
        for arg in args.args.iter().chain(args.posonlyargs) {
            count += self.annotation(arg.arg, arg.annotation, false, range)?;
        }
        if let Some(arg) = args.vararg {
            count += self.annotation(arg.arg, arg.annotation, true, range)?;
        }
        for arg in args.kwonlyargs.iter().chain(args.kwarg) {
            count += self.annotation(arg.arg, arg.annotation, false, range)?;
        }
        count += self.annotation("return", def.returns, false, range)?;
        self.op_arg(op::BUILD_MAP, count, range);
        let code = self.leave_annotations(range)?;
        self.make_closure(code, 0, range);
        Ok(attribute::ANNOTATE)
    }

    /// Pushes the name and the value of one annotation; the number of pairs pushed.
    fn annotation(
        &mut self,
        id: Identifier<'a>,
        annotation: Option<&'a Expr<'a>>,
        may_unpack: bool,
        range: Range,
    ) -> Result<u32> {
        let Some(annotation) = annotation else { return Ok(0) };
        let name = self.mangle_identifier(id);
        self.load_text(name, range);
        if self.has_future_annotations() {
            self.annotation_text(annotation)?;
        } else if may_unpack && let ExprKind::Starred { value, .. } = annotation.kind {
            // `*args: *Ts`
            self.expr(value)?;
            self.op_arg(op::UNPACK_SEQUENCE, 1, range);
        } else {
            self.expr(annotation)?;
        }
        Ok(1)
    }

    /// Keeps an annotated assignment for the `__annotate__` function; says at run time that it was reached.
    pub(super) fn defer_annotation(&mut self, stmt: &'a Stmt<'a>, range: Range) {
        let in_module = self.unit.kind == ScopeKind::Module;
        if !in_module && !self.unit.in_conditional_block {
            self.unit.deferred_annotations.push((stmt, None));
            return;
        }
        let number = self.unit.next_conditional_annotation;
        self.unit.next_conditional_annotation += 1;
        self.unit.deferred_annotations.push((stmt, Some(number)));
        if in_module {
            self.op_name(op::LOAD_NAME, Name::CONDITIONAL_ANNOTATIONS, range);
        } else {
            let index = self.unit.cell_index(Name::CONDITIONAL_ANNOTATIONS);
            self.op_arg(op::LOAD_DEREF, index, range);
        }
        self.load_const(Const::Int(i64::from(number)), range);
        self.op_arg(op::SET_ADD, 1, range);
        self.op(op::POP_TOP, range);
    }

    /// The `__annotate__` function of a module or class. A module's comes first, before anything can go wrong.
    pub(super) fn deferred_annotations(&mut self, range: Range) -> Result<()> {
        let deferred = std::mem::take(&mut self.unit.deferred_annotations);
        if deferred.is_empty() {
            return Ok(());
        }
        let Some(block) = self.block().annotation_block else { return Ok(()) };
        let in_module = self.unit.kind == ScopeKind::Module;
        let main = in_module.then(|| std::mem::replace(&mut self.unit.sequence, InstrSequence::new()));
        self.enter_annotations(Name::ANNOTATE, block, range)?;
        self.op_arg(op::BUILD_MAP, 0, range);
        for (stmt, number) in deferred {
            let StmtKind::AnnAssign { target, annotation, .. } = stmt.kind else { continue };
            let ExprKind::Name { id, .. } = target.kind else { continue };
            let not_set = self.label();
            if let Some(number) = number {
                self.load_const(Const::Int(i64::from(number)), stmt.range);
                if in_module {
                    self.op_name(op::LOAD_GLOBAL, Name::CONDITIONAL_ANNOTATIONS, stmt.range);
                } else {
                    let index = self.unit.free_index(Name::CONDITIONAL_ANNOTATIONS);
                    self.op_arg(op::LOAD_DEREF, index, stmt.range);
                }
                self.op_arg(op::CONTAINS_OP, 0, stmt.range);
                self.jump(op::POP_JUMP_IF_FALSE, not_set, stmt.range);
            }
            self.expr(annotation)?;
            self.op_arg(op::COPY, 2, stmt.range);
            let name = self.mangle_identifier(id);
            self.load_text(name, stmt.range);
            self.op(op::STORE_SUBSCR, range);
            self.place(not_set);
        }
        let code = self.leave_annotations(range)?;
        self.make_closure(code, 0, range);
        let name = if self.block().kind == BlockKind::Class { Name::ANNOTATE_FUNC } else { Name::ANNOTATE };
        self.name(name, ExprContext::Store, range);
        if let Some(main) = main {
            let annotations = std::mem::replace(&mut self.unit.sequence, main);
            self.unit.sequence.set_annotations(annotations);
        }
        Ok(())
    }

    /// Enters `<generic parameters of name>`.
    pub(super) fn enter_type_params(
        &mut self,
        name: Identifier<'a>,
        block: usize,
        first_line: i32,
        private: Option<Name>,
        range: Range,
    ) -> Result<()> {
        let name = self.names.intern(&format!("<generic parameters of {name}>"));
        let Some(block) = self.table.find(block) else {
            return self.error("type parameters without a symbol table block", range);
        };
        debug_assert!(block != SymbolTable::TOP);
        self.enter_unit(name, ScopeKind::TypeParams, block, first_line, private)
    }

    /// Makes the type parameters, stores each under its name and leaves a tuple of them.
    pub(super) fn type_params(&mut self, params: &'a [TypeParam<'a>]) -> Result<()> {
        let mut seen_default = false;
        for param in params {
            let range = param.range;
            let (id, default, unpacks) = match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    self.load_const(name_const(name), range);
                    match bound {
                        Some(bound) => {
                            self.bound_or_default(bound, name, key(param, Role::Body), false)?;
                            let how = match bound.kind {
                                ExprKind::Tuple { .. } => INTRINSIC_TYPEVAR_WITH_CONSTRAINTS,
                                _ => INTRINSIC_TYPEVAR_WITH_BOUND,
                            };
                            self.op_arg(op::CALL_INTRINSIC_2, how, range);
                        }
                        None => self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_TYPEVAR, range),
                    }
                    (name, default_value, false)
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    self.load_const(name_const(name), range);
                    self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_TYPEVARTUPLE, range);
                    (name, default_value, true)
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    self.load_const(name_const(name), range);
                    self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_PARAMSPEC, range);
                    (name, default_value, false)
                }
            };
            match default {
                Some(default) => {
                    seen_default = true;
                    self.bound_or_default(default, id, key(param, Role::TypeParams), unpacks)?;
                    self.op_arg(op::CALL_INTRINSIC_2, INTRINSIC_SET_TYPEPARAM_DEFAULT, range);
                }
                None if seen_default => {
                    return self
                        .error(format!("non-default type parameter '{id}' follows default type parameter"), range);
                }
                None => {}
            }
            self.op_arg(op::COPY, 1, range);
            self.identifier(id, ExprContext::Store, range);
        }
        if let Some(first) = params.first() {
            self.op_arg(op::BUILD_TUPLE, params.len() as u32, first.range);
        }
        Ok(())
    }

    /// A function that evaluates a bound or a default when it is asked for.
    fn bound_or_default(&mut self, value: &'a Expr<'a>, id: Identifier<'a>, block: usize, unpacks: bool) -> Result<()> {
        let range = value.range;
        self.load_const(Const::Tuple(Rc::new([Const::Int(1)])), range);
        let Some(block) = self.table.find(block) else {
            return self.error("type parameter without a symbol table block", range);
        };
        let name = self.names.intern(id);
        self.enter_annotations(name, block, range)?;
        match value.kind {
            ExprKind::Starred { value, .. } if unpacks => {
                self.expr(value)?;
                self.op_arg(op::UNPACK_SEQUENCE, 1, range);
            }
            _ => self.expr(value)?,
        }
        self.op(op::RETURN_VALUE, range);
        let code = self.finish_unit(true)?;
        self.make_closure(code, attribute::DEFAULTS, range);
        Ok(())
    }

    pub(super) fn type_alias(
        &mut self,
        stmt: &'a Stmt<'a>,
        name: &'a Expr<'a>,
        type_params: &'a [TypeParam<'a>],
        value: &'a Expr<'a>,
    ) -> Result<()> {
        let range = stmt.range;
        let ExprKind::Name { id, .. } = name.kind else {
            return self.error("type alias name must be a name", range);
        };
        let alias = self.names.intern(id);
        let generic = !type_params.is_empty();
        if generic {
            self.enter_type_params(id, key(stmt, Role::TypeParams), range.lineno, None, range)?;
        }
        self.load_const(name_const(id), range);
        if generic {
            self.type_params(type_params)?;
        } else {
            self.load_none(range);
        }
        self.load_const(Const::Tuple(Rc::new([Const::Int(1)])), range);
        let Some(block) = self.table.find(key(stmt, Role::Body)) else {
            return self.error("type alias without a symbol table block", range);
        };
        self.enter_annotations(alias, block, range)?;
        self.expr(value)?;
        self.op(op::RETURN_VALUE, range);
        let code = self.finish_unit(false)?;
        self.make_closure(code, attribute::DEFAULTS, range);
        self.op_arg(op::BUILD_TUPLE, 3, range);
        self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_TYPEALIAS, range);
        if generic {
            let code = self.finish_unit(false)?;
            self.make_closure(code, 0, range);
            self.op(op::PUSH_NULL, range);
            self.op_arg(op::CALL, 0, range);
        }
        self.name(alias, ExprContext::Store, range);
        Ok(())
    }
}
