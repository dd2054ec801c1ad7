//! Expressions: the dispatch, operators, comparisons, containers, attributes, subscripts, `await` and `yield`.

use std::rc::Rc;

use bytecode::code::Const;
use bytecode::opcode::{binary, op};
use syntax::ast::{BoolOp, CmpOp, Expr, ExprContext, ExprKind, Operator, Range, UnaryOp};

use super::unit::ScopeKind;
use super::{Codegen, STACK_USE_GUIDELINE, to_const};
use crate::error::Result;
use crate::flow::NO_LOCATION;
use crate::names::Name;

const INTRINSIC_ASYNC_GEN_WRAP: u32 = 4;
const INTRINSIC_UNARY_POSITIVE: u32 = 5;
pub(super) const INTRINSIC_LIST_TO_TUPLE: u32 = 6;
const RESUME_AFTER_YIELD: u32 = 1;
const RESUME_AFTER_YIELD_FROM: u32 = 2;
const RESUME_AFTER_AWAIT: u32 = 3;

/// Why a generator hands over to another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Delegation {
    Await,
    YieldFrom,
}

/// The instructions that make a list, set or tuple.
#[derive(Clone, Copy)]
pub(super) struct Builder {
    pub build: u16,
    pub add: u16,
    pub extend: u16,
    pub tuple: bool,
}

pub(super) const LIST: Builder =
    Builder { build: op::BUILD_LIST, add: op::LIST_APPEND, extend: op::LIST_EXTEND, tuple: false };
pub(super) const TUPLE: Builder = Builder { tuple: true, ..LIST };
pub(super) const SET: Builder =
    Builder { build: op::BUILD_SET, add: op::SET_ADD, extend: op::SET_UPDATE, tuple: false };

impl<'a> Codegen<'a, '_> {
    pub(super) fn expr(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        match expr.kind {
            ExprKind::Name { id, ctx } => {
                self.identifier(id, ctx, expr.range);
                Ok(())
            }
            ExprKind::Constant { ref value, .. } => {
                self.load_constant(value, expr.range);
                Ok(())
            }
            _ => {
                self.guard.check()?;
                self.compound(expr)
            }
        }
    }

    fn compound(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        let range = expr.range;
        match expr.kind {
            ExprKind::Name { .. } | ExprKind::Constant { .. } => Ok(()),
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op_arg(op::COPY, 1, range);
                self.expr(target)
            }
            ExprKind::BoolOp { op, values } => self.bool_op(op, values, range),
            ExprKind::BinOp { left, op, right } => {
                if matches!(left.kind, ExprKind::BinOp { .. }) {
                    self.long_sum(expr)
                } else {
                    self.expr(left)?;
                    self.expr(right)?;
                    self.op_arg(op::BINARY_OP, binary_op(op), range);
                    Ok(())
                }
            }
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                match op {
                    UnaryOp::Not => {
                        self.op(op::TO_BOOL, range);
                        self.op(op::UNARY_NOT, range);
                    }
                    UnaryOp::USub => self.op(op::UNARY_NEGATIVE, range),
                    UnaryOp::Invert => self.op(op::UNARY_INVERT, range),
                    UnaryOp::UAdd => self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_UNARY_POSITIVE, range),
                }
                Ok(())
            }
            ExprKind::Lambda { args, body } => self.lambda(expr, args, body),
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.label();
                let next = self.label();
                self.jump_if(test, next, false)?;
                self.expr(body)?;
                self.goto(end);
                self.place(next);
                self.expr(orelse)?;
                self.place(end);
                Ok(())
            }
            ExprKind::Dict { keys, values } => self.dict(keys, values, range),
            ExprKind::Set { elts } => self.build(elts, None, 0, SET, range),
            ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::GeneratorExp { .. } => self.comprehension(expr),
            ExprKind::Await { value } => {
                self.expr(value)?;
                self.op_arg(op::GET_AWAITABLE, 0, range);
                self.load_none(range);
                self.yield_from(Delegation::Await, range);
                Ok(())
            }
            ExprKind::Yield { value } => {
                if !self.block().is_function_like() {
                    return self.error("'yield' outside function", range);
                }
                match value {
                    Some(value) => self.expr(value)?,
                    None => self.load_none(range),
                }
                self.yield_value(range);
                Ok(())
            }
            ExprKind::YieldFrom { value } => {
                if !self.block().is_function_like() {
                    return self.error("'yield from' outside function", range);
                }
                if self.unit.kind == ScopeKind::AsyncFunction {
                    return self.error("'yield from' inside async function", range);
                }
                self.expr(value)?;
                self.op(op::GET_YIELD_FROM_ITER, range);
                self.load_none(range);
                self.yield_from(Delegation::YieldFrom, range);
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => self.compare(expr, left, ops, comparators),
            ExprKind::Call { func, args, keywords } => self.call(expr, func, args, keywords),
            ExprKind::JoinedStr { values } => self.joined_str(values, range),
            ExprKind::TemplateStr { values } => self.template_str(values, range),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(value, conversion, format_spec, range)
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                self.interpolation(value, str, conversion, format_spec, range)
            }
            ExprKind::Attribute { value, attr, ctx } => self.attribute(expr, value, attr, ctx),
            ExprKind::Subscript { value, slice, ctx } => self.subscript(expr, value, slice, ctx),
            ExprKind::Starred { ctx, .. } => match ctx {
                ExprContext::Store => self.error("starred assignment target must be in a list or tuple", range),
                _ => self.error("can't use starred expression here", range),
            },
            ExprKind::Slice { lower, upper, step } => {
                if let Some(value) = constant_slice(expr) {
                    self.load_const(value, range);
                    return Ok(());
                }
                self.slice_bounds(lower, upper, range)?;
                let mut count = 2;
                if let Some(step) = step {
                    self.expr(step)?;
                    count = 3;
                }
                self.op_arg(op::BUILD_SLICE, count, range);
                Ok(())
            }
            ExprKind::List { elts, ctx } => match ctx {
                ExprContext::Load => self.build(elts, None, 0, LIST, range),
                ExprContext::Store => self.unpack(elts, range),
                ExprContext::Del => self.exprs(elts),
            },
            ExprKind::Tuple { elts, ctx } => match ctx {
                ExprContext::Load => self.build(elts, None, 0, TUPLE, range),
                ExprContext::Store => self.unpack(elts, range),
                ExprContext::Del => self.exprs(elts),
            },
        }
    }

    /// `a + b + c + ...`: no recursion along the chain.
    fn long_sum(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        let mut chain = Vec::new();
        let mut node = expr;
        while let ExprKind::BinOp { left, op, right } = node.kind {
            chain.push((op, right, node.range));
            node = left;
        }
        self.expr(node)?;
        for (op, right, range) in chain.into_iter().rev() {
            self.expr(right)?;
            self.op_arg(op::BINARY_OP, binary_op(op), range);
        }
        Ok(())
    }

    fn bool_op(&mut self, op: BoolOp, values: &'a [&'a Expr<'a>], range: Range) -> Result<()> {
        let Some((last, others)) = values.split_last() else { return Ok(()) };
        let opcode = if op == BoolOp::And { op::JUMP_IF_FALSE } else { op::JUMP_IF_TRUE };
        let end = self.label();
        for value in others {
            self.expr(value)?;
            self.jump(opcode, end, range);
            self.op(op::POP_TOP, range);
        }
        self.expr(last)?;
        self.place(end);
        Ok(())
    }

    pub(super) fn compare_op(&mut self, op: CmpOp, range: Range) {
        let (opcode, arg) = match op {
            CmpOp::Lt => (op::COMPARE_OP, COMPARE_LT),
            CmpOp::LtE => (op::COMPARE_OP, COMPARE_LE),
            CmpOp::Eq => (op::COMPARE_OP, COMPARE_EQ),
            CmpOp::NotEq => (op::COMPARE_OP, COMPARE_NE),
            CmpOp::Gt => (op::COMPARE_OP, COMPARE_GT),
            CmpOp::GtE => (op::COMPARE_OP, COMPARE_GE),
            CmpOp::Is => (op::IS_OP, 0),
            CmpOp::IsNot => (op::IS_OP, 1),
            CmpOp::In => (op::CONTAINS_OP, 0),
            CmpOp::NotIn => (op::CONTAINS_OP, 1),
        };
        self.op_arg(opcode, arg, range);
    }

    fn compare(
        &mut self,
        expr: &'a Expr<'a>,
        left: &'a Expr<'a>,
        ops: &[CmpOp],
        comparators: &[&'a Expr<'a>],
    ) -> Result<()> {
        let range = expr.range;
        self.check_compare(expr, left, ops, comparators)?;
        self.expr(left)?;
        let (Some((last_op, other_ops)), Some((last, others))) = (ops.split_last(), comparators.split_last()) else {
            return Ok(());
        };
        if other_ops.is_empty() {
            self.expr(last)?;
            self.compare_op(*last_op, range);
            return Ok(());
        }
        let cleanup = self.label();
        for (comparator, op) in others.iter().zip(other_ops) {
            self.expr(comparator)?;
            self.op_arg(op::SWAP, 2, range);
            self.op_arg(op::COPY, 2, range);
            self.compare_op(*op, range);
            self.op_arg(op::COPY, 1, range);
            self.op(op::TO_BOOL, range);
            self.jump(op::POP_JUMP_IF_FALSE, cleanup, range);
            self.op(op::POP_TOP, range);
        }
        self.expr(last)?;
        self.compare_op(*last_op, range);
        let end = self.label();
        self.goto(end);
        self.place(cleanup);
        self.op_arg(op::SWAP, 2, range);
        self.op(op::POP_TOP, range);
        self.place(end);
        Ok(())
    }

    /// A container of the elements after `pushed` values that are on the stack already, and before an `injected` name.
    pub(super) fn build(
        &mut self,
        elts: &'a [&'a Expr<'a>],
        injected: Option<Name>,
        pushed: u32,
        how: Builder,
        range: Range,
    ) -> Result<()> {
        let mut count = elts.len() as u32;
        let extra = pushed as usize + usize::from(injected.is_some());
        let big = elts.len() + extra > STACK_USE_GUIDELINE;
        let starred = elts.iter().any(|elt| matches!(elt.kind, ExprKind::Starred { .. }));
        if !starred && !big {
            self.exprs(elts)?;
            if let Some(name) = injected {
                self.name(name, ExprContext::Load, range);
                count += 1;
            }
            self.op_arg(if how.tuple { op::BUILD_TUPLE } else { how.build }, count + pushed, range);
            return Ok(());
        }
        let mut built = false;
        if big {
            self.op_arg(how.build, pushed, range);
            built = true;
        }
        for (at, elt) in elts.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = elt.kind {
                if !built {
                    self.op_arg(how.build, at as u32 + pushed, range);
                    built = true;
                }
                self.expr(value)?;
                self.op_arg(how.extend, 1, range);
            } else {
                self.expr(elt)?;
                if built {
                    self.op_arg(how.add, 1, range);
                }
            }
        }
        if let Some(name) = injected {
            self.name(name, ExprContext::Load, range);
            self.op_arg(how.add, 1, range);
        }
        if how.tuple {
            self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_LIST_TO_TUPLE, range);
        }
        Ok(())
    }

    fn dict(&mut self, keys: &'a [Option<&'a Expr<'a>>], values: &'a [&'a Expr<'a>], range: Range) -> Result<()> {
        let mut have_dict = false;
        let mut elements = 0;
        let count = values.len().min(keys.len());
        for at in 0..count {
            if keys[at].is_none() {
                if elements > 0 {
                    self.dict_part(&keys[at - elements..at], &values[at - elements..at], range)?;
                    if have_dict {
                        self.op_arg(op::DICT_UPDATE, 1, range);
                    }
                    have_dict = true;
                    elements = 0;
                }
                if !have_dict {
                    self.op_arg(op::BUILD_MAP, 0, range);
                    have_dict = true;
                }
                self.expr(values[at])?;
                self.op_arg(op::DICT_UPDATE, 1, range);
            } else if elements * 2 > STACK_USE_GUIDELINE {
                self.dict_part(&keys[at - elements..=at], &values[at - elements..=at], range)?;
                if have_dict {
                    self.op_arg(op::DICT_UPDATE, 1, range);
                }
                have_dict = true;
                elements = 0;
            } else {
                elements += 1;
            }
        }
        if elements > 0 {
            self.dict_part(&keys[count - elements..count], &values[count - elements..count], range)?;
            if have_dict {
                self.op_arg(op::DICT_UPDATE, 1, range);
            }
            have_dict = true;
        }
        if !have_dict {
            self.op_arg(op::BUILD_MAP, 0, range);
        }
        Ok(())
    }

    fn dict_part(&mut self, keys: &[Option<&'a Expr<'a>>], values: &[&'a Expr<'a>], range: Range) -> Result<()> {
        let big = keys.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op_arg(op::BUILD_MAP, 0, range);
        }
        for (key, value) in keys.iter().zip(values) {
            if let Some(key) = key {
                self.expr(key)?;
            }
            self.expr(value)?;
            if big {
                self.op_arg(op::MAP_ADD, 1, range);
            }
        }
        if !big {
            self.op_arg(op::BUILD_MAP, keys.len() as u32, range);
        }
        Ok(())
    }

    fn attribute(&mut self, expr: &'a Expr<'a>, value: &'a Expr<'a>, attr: &'a str, ctx: ExprContext) -> Result<()> {
        if ctx == ExprContext::Store {
            self.note_static_attribute(value, attr);
        }
        if ctx == ExprContext::Load
            && let Some(args) = self.optimizable_super(value, attr)
        {
            self.super_args(value, args)?;
            self.super_attr(attr, false, !args.is_empty(), expr.range);
            let range = start_at_attribute(expr.range, expr, attr);
            self.op(op::NOP, range);
            return Ok(());
        }
        self.expr(value)?;
        let range = start_at_attribute(expr.range, expr, attr);
        match ctx {
            ExprContext::Load => self.load_attr(attr, false, range),
            ExprContext::Store => self.op_attr(op::STORE_ATTR, attr, range),
            ExprContext::Del => self.op_attr(op::DELETE_ATTR, attr, range),
        }
        Ok(())
    }

    fn subscript(
        &mut self,
        expr: &'a Expr<'a>,
        value: &'a Expr<'a>,
        slice: &'a Expr<'a>,
        ctx: ExprContext,
    ) -> Result<()> {
        let range = expr.range;
        if ctx == ExprContext::Load {
            self.check_subscripter(value)?;
            self.check_index(value, slice)?;
        }
        if ctx != ExprContext::Del
            && let Some((lower, upper)) = two_part_slice(slice)
        {
            self.expr(value)?;
            self.slice_bounds(lower, upper, slice.range)?;
            self.op(if ctx == ExprContext::Load { op::BINARY_SLICE } else { op::STORE_SLICE }, range);
            return Ok(());
        }
        self.expr(value)?;
        self.expr(slice)?;
        match ctx {
            ExprContext::Load => self.op_arg(op::BINARY_OP, binary::SUBSCR, range),
            ExprContext::Store => self.op(op::STORE_SUBSCR, range),
            ExprContext::Del => self.op(op::DELETE_SUBSCR, range),
        }
        Ok(())
    }

    pub(super) fn slice_bounds(
        &mut self,
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        range: Range,
    ) -> Result<()> {
        for bound in [lower, upper] {
            match bound {
                Some(bound) => self.expr(bound)?,
                None => self.load_none(range),
            }
        }
        Ok(())
    }

    /// `yield` of the value on the stack.
    pub(super) fn yield_value(&mut self, range: Range) {
        let block = self.block();
        if block.generator && block.coroutine {
            self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_ASYNC_GEN_WRAP, range);
        }
        self.op_arg(op::YIELD_VALUE, 0, range);
        self.op_arg(op::RESUME, RESUME_AFTER_YIELD, range);
    }

    /// Hands over to the iterator below the value on the stack until it is exhausted.
    pub(super) fn yield_from(&mut self, why: Delegation, range: Range) {
        let send = self.label();
        let fail = self.label();
        let exit = self.label();
        self.place(send);
        self.jump(op::SEND, exit, range);
        // A StopIteration thrown in or out by close() and throw() ends the delegation.
        self.jump(op::SETUP_FINALLY, fail, range);
        self.op_arg(op::YIELD_VALUE, 1, range);
        self.op(op::POP_BLOCK, NO_LOCATION);
        let resume = if why == Delegation::Await { RESUME_AFTER_AWAIT } else { RESUME_AFTER_YIELD_FROM };
        self.op_arg(op::RESUME, resume, range);
        self.jump(op::JUMP_NO_INTERRUPT, send, range);
        self.place(fail);
        self.op(op::CLEANUP_THROW, range);
        self.place(exit);
        self.op(op::END_SEND, range);
    }
}

/// `COMPARE_OP`'s arguments: the operator, and which outcomes of an exact comparison make it true.
pub(super) const COMPARE_LT: u32 = 2;
pub(super) const COMPARE_LE: u32 = 1 << 5 | 2 | 8;
pub(super) const COMPARE_EQ: u32 = 2 << 5 | 8;
pub(super) const COMPARE_NE: u32 = 3 << 5 | 1 | 2 | 4;
pub(super) const COMPARE_GT: u32 = 4 << 5 | 4;
pub(super) const COMPARE_GE: u32 = 5 << 5 | 4 | 8;

/// The argument of `BINARY_OP`.
pub(super) fn binary_op(op: Operator) -> u32 {
    match op {
        Operator::Add => binary::ADD,
        Operator::Sub => binary::SUBTRACT,
        Operator::Mult => binary::MULTIPLY,
        Operator::MatMult => binary::MATRIX_MULTIPLY,
        Operator::Div => binary::TRUE_DIVIDE,
        Operator::Mod => binary::REMAINDER,
        Operator::Pow => binary::POWER,
        Operator::LShift => binary::LSHIFT,
        Operator::RShift => binary::RSHIFT,
        Operator::BitOr => binary::OR,
        Operator::BitXor => binary::XOR,
        Operator::BitAnd => binary::AND,
        Operator::FloorDiv => binary::FLOOR_DIVIDE,
    }
}

/// A slice whose parts are constants or missing.
fn constant_slice(slice: &Expr<'_>) -> Option<Const> {
    let ExprKind::Slice { lower, upper, step } = slice.kind else { return None };
    let part = |bound: Option<&Expr<'_>>| match bound {
        None => Some(Const::None),
        Some(bound) => match &bound.kind {
            ExprKind::Constant { value, .. } => Some(to_const(value)),
            _ => None,
        },
    };
    Some(Const::Slice(Rc::new([part(lower)?, part(upper)?, part(step)?])))
}

/// The bounds of a slice that needs no slice object: without a step, and not a constant.
pub(super) fn two_part_slice<'a>(slice: &Expr<'a>) -> Option<(Option<&'a Expr<'a>>, Option<&'a Expr<'a>>)> {
    let ExprKind::Slice { lower, upper, step: None } = slice.kind else { return None };
    let is_constant =
        |bound: Option<&Expr<'a>>| bound.is_none_or(|bound| matches!(bound.kind, ExprKind::Constant { .. }));
    if is_constant(lower) && is_constant(upper) { None } else { Some((lower, upper)) }
}

/// The place of an instruction about an attribute on a later line than its object: it starts at the attribute's name.
pub(super) fn start_at_attribute(range: Range, expr: &Expr<'_>, attr: &str) -> Range {
    let end = expr.range;
    if range.lineno == end.end_lineno {
        return range;
    }
    let length = i32::try_from(attr.chars().count()).unwrap_or(i32::MAX);
    let (col_offset, end_col_offset) = if length <= end.end_col_offset {
        (end.end_col_offset - length, range.end_col_offset)
    } else {
        // A tree that no source yields.
        (-1, -1)
    };
    let end_lineno = range.end_lineno.max(end.end_lineno);
    let end_col_offset = if end_lineno == end.end_lineno { end_col_offset.max(col_offset) } else { end_col_offset };
    Range { lineno: end.end_lineno, col_offset, end_lineno, end_col_offset }
}
