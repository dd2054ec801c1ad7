//! f-strings and t-strings.

use bytecode::code::Const;
use bytecode::opcode::op;
use syntax::ast::{Constant, Expr, ExprKind, Range};

use super::{Codegen, STACK_USE_GUIDELINE};
use crate::error::Result;

/// How a conversion (`!s`, `!r`, `!a`) is numbered in arguments.
fn conversion_number(conversion: i32) -> Option<u32> {
    match u8::try_from(conversion).ok()? {
        b's' => Some(1),
        b'r' => Some(2),
        b'a' => Some(3),
        _ => None,
    }
}

impl<'a> Codegen<'a, '_> {
    pub(super) fn joined_str(&mut self, values: &'a [&'a Expr<'a>], range: Range) -> Result<()> {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_const(Const::from(""), range);
            self.load_attr("join", true, range);
            self.op_arg(op::BUILD_LIST, 0, range);
            for value in values {
                self.expr(value)?;
                self.op_arg(op::LIST_APPEND, 1, range);
            }
            self.op_arg(op::CALL, 1, range);
            return Ok(());
        }
        self.exprs(values)?;
        match values.len() {
            0 => self.load_const(Const::from(""), range),
            1 => {}
            count => self.op_arg(op::BUILD_STRING, count as u32, range),
        }
        Ok(())
    }

    pub(super) fn formatted_value(
        &mut self,
        value: &'a Expr<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
        range: Range,
    ) -> Result<()> {
        self.expr(value)?;
        match conversion_number(conversion) {
            Some(number) => self.op_arg(op::CONVERT_VALUE, number, range),
            None if conversion == -1 => {}
            None => return self.unknown_conversion(conversion),
        }
        match format_spec {
            Some(spec) => {
                self.expr(spec)?;
                self.op(op::FORMAT_WITH_SPEC, range);
            }
            None => self.op(op::FORMAT_SIMPLE, range),
        }
        Ok(())
    }

    fn unknown_conversion<T>(&self, conversion: i32) -> Result<T> {
        Err(crate::error::CompileError::bare(
            syntax::ErrorKind::SystemError,
            format!("Unrecognized conversion character {conversion}"),
        ))
    }

    /// The strings as one tuple (empty ones between neighbouring interpolations), the interpolations as another.
    pub(super) fn template_str(&mut self, values: &'a [&'a Expr<'a>], range: Range) -> Result<()> {
        let mut strings = 0;
        let mut after_interpolation = true;
        for value in values {
            if let ExprKind::Interpolation { .. } = value.kind {
                if after_interpolation {
                    self.load_const(Const::from(""), range);
                    strings += 1;
                }
                after_interpolation = true;
            } else {
                self.expr(value)?;
                strings += 1;
                after_interpolation = false;
            }
        }
        if after_interpolation {
            self.load_const(Const::from(""), range);
            strings += 1;
        }
        self.op_arg(op::BUILD_TUPLE, strings, range);
        let mut interpolations = 0;
        for value in values {
            if let ExprKind::Interpolation { .. } = value.kind {
                self.expr(value)?;
                interpolations += 1;
            }
        }
        self.op_arg(op::BUILD_TUPLE, interpolations, range);
        self.op(op::BUILD_TEMPLATE, range);
        Ok(())
    }

    pub(super) fn interpolation(
        &mut self,
        value: &'a Expr<'a>,
        source: &Constant<'_>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
        range: Range,
    ) -> Result<()> {
        self.expr(value)?;
        self.load_constant(source, range);
        let mut arg = 2;
        if let Some(spec) = format_spec {
            arg |= 1;
            self.expr(spec)?;
        }
        match conversion_number(conversion) {
            Some(number) => arg |= number << 2,
            None if conversion == -1 => {}
            None => return self.unknown_conversion(conversion),
        }
        self.op_arg(op::BUILD_INTERPOLATION, arg, range);
        Ok(())
    }
}
