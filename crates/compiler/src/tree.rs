//! Questions that several passes ask of the syntax tree.

use syntax::ast::{Constant, Expr, ExprKind, Stmt, StmtKind};

/// The docstring of a body: its first statement, if that is a plain string.
pub(crate) fn docstring<'a>(body: &[&'a Stmt<'a>]) -> Option<(&'a Expr<'a>, &'a [u8])> {
    match body.first()?.kind {
        StmtKind::Expr { value } => match value.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => Some((value, text)),
            _ => None,
        },
        _ => None,
    }
}
