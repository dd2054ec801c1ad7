//! Unpacking, augmented and annotated assignments.

use bytecode::code::Const;
use bytecode::opcode::{binary, op};
use syntax::ast::{Expr, ExprContext, ExprKind, Operator, Range, Stmt};
use syntax::foreign;
use syntax::text::Text;

use super::Codegen;
use super::expressions::{binary_op, start_at_attribute, two_part_slice};
use super::unit::ScopeKind;
use crate::error::{CompileError, Result};
use crate::names::Name;

/// `UNPACK_EX` holds the count before the star in this many values.
const MAX_BEFORE_STAR: usize = 1 << 8;
const MAX_AFTER_STAR: usize = i32::MAX as usize >> 8;

impl<'a> Codegen<'a, '_> {
    /// Stores the items of the value on the stack.
    pub(super) fn unpack(&mut self, elts: &'a [&'a Expr<'a>], range: Range) -> Result<()> {
        let count = elts.len();
        let mut star = None;
        for (at, elt) in elts.iter().enumerate() {
            if !matches!(elt.kind, ExprKind::Starred { .. }) {
                continue;
            }
            if star.is_some() {
                return self.error("multiple starred expressions in assignment", range);
            }
            let after = count - at - 1;
            if at >= MAX_BEFORE_STAR || after >= MAX_AFTER_STAR {
                return self.error("too many expressions in star-unpacking assignment", range);
            }
            star = Some(at);
            self.op_arg(op::UNPACK_EX, (at + (after << 8)) as u32, range);
        }
        if star.is_none() {
            self.op_arg(op::UNPACK_SEQUENCE, count as u32, range);
        }
        for elt in elts {
            match elt.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(elt)?,
            }
        }
        Ok(())
    }

    pub(super) fn aug_assign(
        &mut self,
        target: &'a Expr<'a>,
        op: Operator,
        value: &'a Expr<'a>,
        range: Range,
    ) -> Result<()> {
        let place = target.range;
        match target.kind {
            ExprKind::Attribute { value: object, attr, .. } => {
                self.expr(object)?;
                self.op_arg(op::COPY, 1, place);
                self.load_attr(attr, false, start_at_attribute(place, target, attr));
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                self.expr(object)?;
                if let Some((lower, upper)) = two_part_slice(slice) {
                    self.slice_bounds(lower, upper, slice.range)?;
                    for _ in 0..3 {
                        self.op_arg(op::COPY, 3, place);
                    }
                    self.op(op::BINARY_SLICE, place);
                } else {
                    self.expr(slice)?;
                    self.op_arg(op::COPY, 2, place);
                    self.op_arg(op::COPY, 2, place);
                    self.op_arg(op::BINARY_OP, binary::SUBSCR, place);
                }
            }
            ExprKind::Name { id, .. } => self.identifier(id, ExprContext::Load, place),
            _ => return invalid_target(target, "augmented"),
        }
        self.expr(value)?;
        self.op_arg(op::BINARY_OP, binary_op(op) + binary::INPLACE, range);
        match target.kind {
            ExprKind::Attribute { attr, .. } => {
                let place = start_at_attribute(place, target, attr);
                self.op_arg(op::SWAP, 2, place);
                self.op_attr(op::STORE_ATTR, attr, place);
            }
            ExprKind::Subscript { slice, .. } => {
                if two_part_slice(slice).is_some() {
                    self.op_arg(op::SWAP, 4, place);
                    self.op_arg(op::SWAP, 3, place);
                    self.op_arg(op::SWAP, 2, place);
                    self.op(op::STORE_SLICE, place);
                } else {
                    self.op_arg(op::SWAP, 3, place);
                    self.op_arg(op::SWAP, 2, place);
                    self.op(op::STORE_SUBSCR, place);
                }
            }
            ExprKind::Name { id, .. } => self.identifier(id, ExprContext::Store, place),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn ann_assign(
        &mut self,
        stmt: &'a Stmt<'a>,
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    ) -> Result<()> {
        let range = stmt.range;
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        match target.kind {
            ExprKind::Name { id, .. } => {
                if !simple || !matches!(self.unit.kind, ScopeKind::Module | ScopeKind::Class) {
                    return Ok(());
                }
                if self.has_future_annotations() {
                    self.annotation_text(annotation)?;
                    self.op_name(op::LOAD_NAME, Name::ANNOTATIONS, range);
                    let name = self.mangle_identifier(id);
                    self.load_text(name, range);
                    self.op(op::STORE_SUBSCR, range);
                } else {
                    self.defer_annotation(stmt, range);
                }
            }
            ExprKind::Attribute { value: object, .. } => {
                if value.is_none() {
                    self.evaluate_and_drop(object)?;
                }
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                if value.is_none() {
                    self.evaluate_and_drop(object)?;
                    self.evaluate_subscript(slice)?;
                }
            }
            _ => return invalid_target(target, "annotated"),
        }
        Ok(())
    }

    /// An annotation under `from __future__ import annotations`: its source.
    pub(super) fn annotation_text(&mut self, annotation: &'a Expr<'a>) -> Result<()> {
        let text = syntax::unparse::expression(annotation, self.guard.remaining())
            .ok_or_else(|| CompileError::recursion(self.guard.used()))?;
        self.load_const(Const::Str(Text::from_wtf8(&foreign::unescape(&text))), annotation.range);
        Ok(())
    }

    fn evaluate_and_drop(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        self.expr(expr)?;
        self.op(op::POP_TOP, expr.range);
        Ok(())
    }

    /// Everything in the subscript of an annotated target must be defined when the statement runs.
    fn evaluate_subscript(&mut self, slice: &'a Expr<'a>) -> Result<()> {
        match slice.kind {
            ExprKind::Slice { lower, upper, step } => {
                for bound in [lower, upper, step].into_iter().flatten() {
                    self.evaluate_and_drop(bound)?;
                }
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => {
                self.guard.check()?;
                for elt in elts {
                    self.evaluate_subscript(elt)?;
                }
                Ok(())
            }
            _ => self.evaluate_and_drop(slice),
        }
    }
}

/// A target that no source yields; the reference names it by the number of its node type.
#[cold]
fn invalid_target<T>(target: &Expr<'_>, what: &str) -> Result<T> {
    let number = match target.kind {
        ExprKind::Starred { .. } => 25,
        ExprKind::List { .. } => 27,
        _ => 28,
    };
    let msg = format!("invalid node type ({number}) for {what} assignment");
    Err(CompileError::bare(syntax::ErrorKind::SystemError, msg))
}
