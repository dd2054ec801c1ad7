//! `'...' % (a, b)` as an f-string: possible where the format holds only `%s`, `%r`, `%a` and `%%`.

use syntax::Arena;
use syntax::ast::{Constant, Expr, ExprKind, Exprs, Range};

/// The parts that come from the format have no place in the source.
const NOWHERE: Range = Range::new(-1, -1, -1, -1);

/// Widths and precisions longer than this stay for the run time.
const MAX_DIGITS: usize = 2;

/// The values of the `JoinedStr` that does what `format % elts` does, if there is one.
pub(crate) fn to_joined<'a>(arena: &'a Arena, format: &[u8], elts: Exprs<'a>) -> Option<Exprs<'a>> {
    let mut values: Vec<&'a Expr<'a>> = Vec::new();
    let mut elts = elts.iter();
    let mut rest = format;
    loop {
        let mut literal = Vec::new();
        while let Some((&byte, after)) = rest.split_first() {
            if byte != b'%' {
                literal.push(byte);
                rest = after;
            } else if after.first() == Some(&b'%') {
                literal.push(b'%');
                rest = &after[1..];
            } else {
                break;
            }
        }
        if !literal.is_empty() {
            values.push(arena.alloc(string(arena, &literal)));
        }
        let Some((_, after)) = rest.split_first() else { break };
        let (conversion, spec, after) = conversion(after)?;
        rest = after;
        let value = *elts.next()?;
        let format_spec = (!spec.is_empty()).then(|| arena.alloc(string(arena, &spec)));
        let kind = ExprKind::FormattedValue { value, conversion: i32::from(conversion), format_spec };
        values.push(arena.alloc(Expr { kind, range: value.range }));
    }
    if elts.next().is_some() {
        return None;
    }
    Some(arena.slice(&values))
}

/// Reads what follows a `%`: the conversion, its format specification, and the rest.
fn conversion(format: &[u8]) -> Option<(u8, Vec<u8>, &[u8])> {
    let mut rest = format;
    let mut left_adjusted = false;
    // The other flags say nothing to text.
    while let Some((&flag @ (b'-' | b'+' | b' ' | b'#' | b'0'), after)) = rest.split_first() {
        left_adjusted |= flag == b'-';
        rest = after;
    }
    let (width, after) = digits(rest)?;
    rest = after;
    let mut spec = Vec::new();
    if !width.is_empty() {
        if !left_adjusted {
            spec.push(b'>');
        }
        spec.extend_from_slice(width);
    }
    if let Some((b'.', after)) = rest.split_first() {
        let (precision, after) = digits(after)?;
        rest = after;
        let value: u32 = precision.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
        spec.extend_from_slice(format!(".{value}").as_bytes());
    }
    let (&letter, rest) = rest.split_first()?;
    matches!(letter, b's' | b'r' | b'a').then_some((letter, spec, rest))
}

fn digits(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count <= MAX_DIGITS).then(|| text.split_at(count))
}

fn string<'a>(arena: &'a Arena, text: &[u8]) -> Expr<'a> {
    Expr { kind: ExprKind::Constant { value: Constant::Str(arena.slice(text)), kind: None }, range: NOWHERE }
}
