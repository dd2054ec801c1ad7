//! SyntaxWarnings about expressions that cannot mean what they say.

use syntax::ast::{CmpOp, Constant, Expr, ExprKind};

use super::Codegen;
use crate::error::Result;

impl<'a> Codegen<'a, '_> {
    /// `x is 1`
    pub(super) fn check_compare(
        &mut self,
        expr: &'a Expr<'a>,
        left: &'a Expr<'a>,
        ops: &[CmpOp],
        comparators: &[&'a Expr<'a>],
    ) -> Result<()> {
        let mut left = left;
        for (op, &right) in ops.iter().zip(comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let literal = [left, right].into_iter().find_map(|side| match side.kind {
                    ExprKind::Constant {
                        value: Constant::None | Constant::True | Constant::False | Constant::Ellipsis,
                        ..
                    } => None,
                    ExprKind::Constant { value, .. } => Some(constant_type(&value)),
                    ExprKind::Tuple { elts, .. }
                        if elts.iter().all(|elt| matches!(elt.kind, ExprKind::Constant { .. })) =>
                    {
                        Some("tuple")
                    }
                    _ => None,
                });
                if let Some(kind) = literal {
                    let msg = if *op == CmpOp::Is {
                        format!("\"is\" with '{kind}' literal. Did you mean \"==\"?")
                    } else {
                        format!("\"is not\" with '{kind}' literal. Did you mean \"!=\"?")
                    };
                    return self.warn(msg, expr.range);
                }
            }
            left = right;
        }
        Ok(())
    }

    /// `(1, 2) (3, 4)`
    pub(super) fn check_caller(&mut self, func: &'a Expr<'a>) -> Result<()> {
        match func.kind {
            ExprKind::Constant { .. }
            | ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::Dict { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::FormattedValue { .. }
            | ExprKind::Interpolation { .. } => {
                let kind = type_of(func).unwrap_or_default();
                self.warn(format!("'{kind}' object is not callable; perhaps you missed a comma?"), func.range)
            }
            _ => Ok(()),
        }
    }

    /// `{1} [2]`
    pub(super) fn check_subscripter(&mut self, value: &'a Expr<'a>) -> Result<()> {
        let refused = match value.kind {
            ExprKind::Constant { value, .. } => matches!(
                value,
                Constant::None
                    | Constant::Ellipsis
                    | Constant::Int(_)
                    | Constant::BigInt(_)
                    | Constant::True
                    | Constant::False
                    | Constant::Float(_)
                    | Constant::Complex { .. }
                    | Constant::FrozenSet(_)
            ),
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. }
            | ExprKind::Lambda { .. } => true,
            _ => false,
        };
        if refused {
            let kind = type_of(value).unwrap_or_default();
            self.warn(format!("'{kind}' object is not subscriptable; perhaps you missed a comma?"), value.range)?;
        }
        Ok(())
    }

    /// `[1, 2] ['x']`
    pub(super) fn check_index(&mut self, value: &'a Expr<'a>, index: &'a Expr<'a>) -> Result<()> {
        let Some(index_type) = type_of(index) else { return Ok(()) };
        if matches!(index_type, "int" | "bool" | "slice") {
            return Ok(());
        }
        let sequence = match value.kind {
            ExprKind::Constant { value, .. } => {
                matches!(value, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_))
            }
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            _ => false,
        };
        if sequence {
            let kind = type_of(value).unwrap_or_default();
            let msg =
                format!("{kind} indices must be integers or slices, not {index_type}; perhaps you missed a comma?");
            self.warn(msg, value.range)?;
        }
        Ok(())
    }
}

/// The type that an expression certainly has.
fn type_of(expr: &Expr<'_>) -> Option<&'static str> {
    Some(match expr.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::TemplateStr { .. } => "string.templatelib.Template",
        ExprKind::Interpolation { .. } => "string.templatelib.Interpolation",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::Constant { ref value, .. } => constant_type(value),
        _ => return None,
    })
}

fn constant_type(value: &Constant<'_>) -> &'static str {
    match value {
        Constant::None => "NoneType",
        Constant::True | Constant::False => "bool",
        Constant::Ellipsis => "ellipsis",
        Constant::Int(_) | Constant::BigInt(_) => "int",
        Constant::Float(_) => "float",
        Constant::Complex { .. } => "complex",
        Constant::Str(_) => "str",
        Constant::Bytes(_) => "bytes",
        Constant::Tuple(_) => "tuple",
        Constant::FrozenSet(_) => "frozenset",
    }
}
