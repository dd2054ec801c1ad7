//! Constants as Python values: equality across number types, and `repr` for messages.

use bytecode::code::Const;
use dashu_int::IBig;

/// `a == b` as Python says it: `1 == 1.0 == True`.
pub(crate) fn equal(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::Tuple(a), Const::Tuple(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b)),
        (Const::FrozenSet(a), Const::FrozenSet(b)) => {
            a.len() == b.len() && a.iter().all(|item| b.iter().any(|other| equal(item, other)))
        }
        _ => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.equal(&b),
            (None, None) => a == b,
            _ => false,
        },
    }
}

enum Number {
    Int(IBig),
    Complex(f64, f64),
}

impl Number {
    fn equal(&self, other: &Number) -> bool {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => a == b,
            (Number::Complex(a, b), Number::Complex(c, d)) => a == c && b == d,
            (Number::Int(a), Number::Complex(c, d)) | (Number::Complex(c, d), Number::Int(a)) => {
                *d == 0.0 && IBig::try_from(*c).is_ok_and(|whole| whole == *a)
            }
        }
    }
}

fn number(value: &Const) -> Option<Number> {
    Some(match value {
        Const::True => Number::Int(IBig::ONE),
        Const::False => Number::Int(IBig::ZERO),
        Const::Int(value) => Number::Int(IBig::from(*value)),
        Const::BigInt(value) => Number::Int((**value).clone()),
        Const::Float(value) => Number::Complex(*value, 0.0),
        Const::Complex(real, imag) => Number::Complex(*real, *imag),
        _ => return None,
    })
}

/// `repr` of a constant that may be a key of a mapping pattern.
pub(crate) fn repr(value: &Const) -> String {
    use syntax::repr::{repr_bytes, repr_complex, repr_float, repr_str};
    let items = |items: &[Const]| items.iter().map(repr).collect::<Vec<_>>().join(", ");
    match value {
        Const::None => "None".to_string(),
        Const::True => "True".to_string(),
        Const::False => "False".to_string(),
        Const::Ellipsis => "Ellipsis".to_string(),
        Const::Int(value) => value.to_string(),
        Const::BigInt(value) => value.to_string(),
        Const::Float(value) => repr_float(*value),
        Const::Complex(real, imag) => repr_complex(*real, *imag),
        Const::Str(text) => repr_str(text.as_bytes()),
        Const::Bytes(bytes) => repr_bytes(bytes),
        Const::Tuple(values) if values.len() == 1 => format!("({},)", items(values)),
        Const::Tuple(values) => format!("({})", items(values)),
        Const::FrozenSet(values) if values.is_empty() => "frozenset()".to_string(),
        Const::FrozenSet(values) => format!("frozenset({{{}}})", items(values)),
        Const::Slice(parts) => format!("slice({})", items(&parts[..])),
        Const::Code(code) => format!("<code object {}>", code.name.to_string_lossy()),
    }
}
