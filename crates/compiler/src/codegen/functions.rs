//! Functions and lambdas.

use std::rc::Rc;

use bytecode::code::{Code, Const, local};
use bytecode::opcode::op;
use syntax::ast::{Arguments, Expr, ExprContext, FunctionDef, Range};
use syntax::text::Text;

use super::unit::{FrameBlockKind, ScopeKind};
use super::{Codegen, docstring};
use crate::error::Result;
use crate::flow::{Label, NO_LOCATION};
use crate::names::Name;
use crate::symtable::{Role, key};
use crate::tree;

pub(super) const INTRINSIC_STOPITERATION_ERROR: u32 = 3;
const INTRINSIC_SET_FUNCTION_TYPE_PARAMS: u32 = 4;

/// `SET_FUNCTION_ATTRIBUTE`'s arguments, and with them what a function has besides its code.
pub(super) mod attribute {
    pub const DEFAULTS: u32 = 1;
    pub const KWDEFAULTS: u32 = 2;
    pub const CLOSURE: u32 = 8;
    pub const ANNOTATE: u32 = 16;
}

impl<'a> Codegen<'a, '_> {
    pub(super) fn function(&mut self, def: &'a FunctionDef<'a>, is_async: bool, range: Range) -> Result<()> {
        self.exprs(def.decorator_list)?;
        let first_line = def.decorator_list.first().map_or(range.lineno, |first| first.range.lineno);
        let mut attributes = self.default_arguments(def.args, range)?;
        let name = self.names.intern(def.name);
        let generic = !def.type_params.is_empty();
        let mut type_param_args = 0;
        if generic {
            // The scope of the type parameters takes the defaults as its arguments.
            for kind in [attribute::DEFAULTS, attribute::KWDEFAULTS] {
                type_param_args += u32::from(attributes & kind != 0);
            }
            if type_param_args == 2 {
                self.op_arg(op::SWAP, 2, range);
            }
            self.enter_type_params(def.name, key(def, Role::TypeParams), first_line, None, range)?;
            self.unit.arg_count = type_param_args;
            self.type_params(def.type_params)?;
            for at in 0..type_param_args {
                self.op_arg(op::LOAD_FAST, at, range);
            }
        }
        attributes |= self.function_annotations(def, range)?;
        self.function_body(def, name, is_async, attributes, first_line, range)?;
        if generic {
            self.op_arg(op::SWAP, 2, range);
            self.op_arg(op::CALL_INTRINSIC_2, INTRINSIC_SET_FUNCTION_TYPE_PARAMS, range);
            let code = self.finish_unit(false)?;
            self.make_closure(code, 0, range);
            if type_param_args > 0 {
                self.op_arg(op::SWAP, type_param_args + 1, range);
                self.op_arg(op::CALL, type_param_args - 1, range);
            } else {
                self.op(op::PUSH_NULL, range);
                self.op_arg(op::CALL, 0, range);
            }
        }
        self.apply_decorators(def.decorator_list);
        self.name(name, ExprContext::Store, range);
        Ok(())
    }

    pub(super) fn apply_decorators(&mut self, decorators: &[&'a Expr<'a>]) {
        for decorator in decorators.iter().rev() {
            self.op_arg(op::CALL, 0, decorator.range);
        }
    }

    fn function_body(
        &mut self,
        def: &'a FunctionDef<'a>,
        name: Name,
        is_async: bool,
        attributes: u32,
        first_line: i32,
        range: Range,
    ) -> Result<()> {
        let kind = if is_async { ScopeKind::AsyncFunction } else { ScopeKind::Function };
        let Some(block) = self.table.find(key(def, Role::Body)) else {
            return self.error("function without a symbol table block", range);
        };
        self.enter_unit(name, kind, block, first_line, None)?;
        self.set_arg_counts(def.args);
        let mut body = def.body;
        if let Some((_, text)) = tree::docstring(body) {
            body = &body[1..];
            let clean = docstring::clean(text)?;
            self.unit.consts.add(Const::Str(Text::from_wtf8(&clean)));
        }
        let stops = self.needs_stop_iteration_handler(kind, block);
        if stops {
            self.push_block(FrameBlockKind::StopIteration, Label::NONE, Label::NONE, NO_LOCATION)?;
        }
        self.stmts(body)?;
        if stops {
            self.wrap_in_stop_iteration_handler();
            self.pop_block();
        }
        let code = self.finish_unit(true)?;
        self.make_closure(code, attributes, range);
        Ok(())
    }

    fn set_arg_counts(&mut self, args: &Arguments<'_>) {
        self.unit.arg_count = (args.posonlyargs.len() + args.args.len()) as u32;
        self.unit.posonly_count = args.posonlyargs.len() as u32;
        self.unit.kwonly_count = args.kwonlyargs.len() as u32;
    }

    /// Leaves a tuple of the defaults and a dict of those by keyword on the stack, if there are any.
    fn default_arguments(&mut self, args: &'a Arguments<'a>, range: Range) -> Result<u32> {
        let mut attributes = 0;
        if !args.defaults.is_empty() {
            attributes |= attribute::DEFAULTS;
            self.exprs(args.defaults)?;
            self.op_arg(op::BUILD_TUPLE, args.defaults.len() as u32, range);
        }
        let mut count = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            if let Some(default) = default {
                let name = self.mangle_identifier(arg.arg);
                self.load_text(name, range);
                self.expr(default)?;
                count += 1;
            }
        }
        if count > 0 {
            attributes |= attribute::KWDEFAULTS;
            self.op_arg(op::BUILD_MAP, count, range);
        }
        Ok(attributes)
    }

    pub(super) fn lambda(&mut self, expr: &'a Expr<'a>, args: &'a Arguments<'a>, body: &'a Expr<'a>) -> Result<()> {
        let range = expr.range;
        let attributes = self.default_arguments(args, range)?;
        let Some(block) = self.table.find(key(expr, Role::Body)) else {
            return self.error("lambda without a symbol table block", range);
        };
        self.enter_unit(Name::ANGLE_LAMBDA, ScopeKind::Lambda, block, range.lineno, None)?;
        self.set_arg_counts(args);
        self.expr(body)?;
        let code = if self.block().generator {
            self.finish_unit(false)?
        } else {
            self.op(op::RETURN_VALUE, body.range);
            self.finish_unit(true)?
        };
        self.make_closure(code, attributes, range);
        Ok(())
    }

    /// Makes a function of a code object and gives it the attributes that are on the stack.
    pub(super) fn make_closure(&mut self, code: Rc<Code>, mut attributes: u32, range: Range) {
        let free: Vec<Text> = code.names_of_kind(local::FREE).cloned().collect();
        if !free.is_empty() {
            for text in &free {
                let name = self.names.intern(text.as_str().unwrap_or_default());
                let index = self.closure_index(name);
                self.op_arg(op::LOAD_CLOSURE, index, range);
            }
            attributes |= attribute::CLOSURE;
            self.op_arg(op::BUILD_TUPLE, free.len() as u32, range);
        }
        self.load_const(Const::Code(code), range);
        self.op(op::MAKE_FUNCTION, range);
        for kind in [attribute::CLOSURE, attribute::ANNOTATE, attribute::KWDEFAULTS, attribute::DEFAULTS] {
            if attributes & kind != 0 {
                self.op_arg(op::SET_FUNCTION_ATTRIBUTE, kind, range);
            }
        }
    }
}
