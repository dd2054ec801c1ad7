//! Trees that a program built from `ast` objects hold what no source text yields. Two things need a form of their own.
//!
//! Names with lone surrogates: identifiers are `&str`, which cannot hold them. [`escape`] writes a surrogate as U+10FFFF and a
//! character of plane 16, and U+10FFFF twice; [`unescape`] undoes it, where a name leaves the compiler (in code objects,
//! messages, trees).
//!
//! What does not belong where it is (a constant of an unknown class, None in a list of nodes): the reference tells of it
//! only when the whole tree has been read, in the order of the tree. So it is a constant whose text begins with a byte that no
//! text has, followed by the message; the compiler's `validate` finds it.

use std::borrow::Cow;

use crate::arena::Arena;
use crate::ast::{Constant, Expr, ExprKind, Range, Stmt, StmtKind};

const ESCAPE: u32 = 0x10_FFFF;
/// Added to a surrogate to get the character behind [`ESCAPE`].
const SHIFT: u32 = 0x10_0000;

/// Code points as a string.
pub fn escape(points: impl Iterator<Item = u32>) -> String {
    let mut out = String::new();
    for point in points {
        match char::from_u32(point) {
            Some(ch) if point != ESCAPE => out.push(ch),
            Some(ch) => out.extend([ch, ch]),
            None => out.extend([ESCAPE, SHIFT + point].into_iter().filter_map(char::from_u32)),
        }
    }
    out
}

/// The text (WTF-8) that [`escape`] was given.
pub fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&0xF4) || memchr::memmem::find(text, b"\xF4\x8F\xBF\xBF").is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut points = crate::text::CodePoints::new(text);
    while let Some(point) = points.next() {
        let point = match point {
            ESCAPE => {
                points.next().map_or(ESCAPE, |next| if next == ESCAPE { next } else { next.saturating_sub(SHIFT) })
            }
            point => point,
        };
        crate::text::push_code_point(&mut out, point);
    }
    Cow::Owned(out)
}

/// Marks a constant of a class that constants do not have.
const WRONG_CLASS: u8 = 0xFF;
/// Marks None where a node should be.
const NO_NODE: u8 = 0xFE;

fn refusal<'a>(arena: &'a Arena, mark: u8, message: &str) -> Constant<'a> {
    let mut text = vec![mark];
    text.extend_from_slice(message.as_bytes());
    Constant::Str(arena.slice(&text))
}

/// What stands for a constant that is to be refused with this message.
pub fn wrong_constant<'a>(arena: &'a Arena, message: &str) -> Constant<'a> {
    refusal(arena, WRONG_CLASS, message)
}

/// What stands for None in a list of expressions.
pub fn missing_expr<'a>(arena: &'a Arena, message: &str) -> &'a Expr<'a> {
    let kind = ExprKind::Constant { value: refusal(arena, NO_NODE, message), kind: None };
    arena.alloc(Expr { kind, range: Range::new(1, 0, 1, 0) })
}

/// What stands for None in a list of statements.
pub fn missing_stmt<'a>(arena: &'a Arena, message: &str) -> &'a Stmt<'a> {
    let kind = StmtKind::Expr { value: missing_expr(arena, message) };
    arena.alloc(Stmt { kind, range: Range::new(1, 0, 1, 0) })
}

fn message(text: &[u8], mark: u8) -> Option<String> {
    let message = text.strip_prefix(&[mark])?;
    Some(String::from_utf8_lossy(message).into_owned())
}

/// The message of a constant that is to be refused.
pub fn refused_constant(value: &Constant<'_>) -> Option<String> {
    match value {
        Constant::Str(text) => message(text, WRONG_CLASS),
        _ => None,
    }
}

/// The message of an expression that is not there.
pub fn refused_expr(expr: &Expr<'_>) -> Option<String> {
    match expr.kind {
        ExprKind::Constant { value: Constant::Str(text), .. } => message(text, NO_NODE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_comes_back() {
        for points in [&[0x61, 0xE9][..], &[0xD800, 0x61, 0xDFFF], &[0x10_FFFF, 0xD834], &[0x10_FFFF, 0x10_FFFF]] {
            let mut wtf8 = Vec::new();
            for &point in points {
                crate::text::push_code_point(&mut wtf8, point);
            }
            assert_eq!(*unescape(escape(points.iter().copied()).as_bytes()), *wtf8);
        }
    }
}
