//! Objects that instructions and constants make through types defined elsewhere.

use crate::error::Res;
use crate::objects::exceptions as exc;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;
use bytecode::opcode::common_constant;

pub(crate) fn complex(th: &ThreadState, real: f64, imaginary: f64) -> Res {
    Ok(th.complex(real, imaginary))
}

pub(crate) fn frozenset(th: &ThreadState, items: &[Value]) -> Res {
    th.frozenset(items.to_vec())
}

pub(super) fn set(th: &ThreadState, items: &[Value]) -> Res {
    th.set(items)
}

pub(super) fn set_add(th: &ThreadState, set: &Value, item: &Value) -> Res<()> {
    match set.as_set().filter(|_| set.is_instance_of(&crate::objects::set::SET_TYPE)) {
        Some(set) => set.add(th, item).map(drop),
        // A program may have put something else where the compiler keeps a set (`__conditional_annotations__`).
        None => Err(th.type_error(format_args!("'{}' object is not a set", set.class().full_name()))),
    }
}

pub(super) fn set_update(th: &ThreadState, set: &Value, items: &Value) -> Res<()> {
    let Some(set) = set.as_set() else { return Err(th.system_error("SET_UPDATE without a set")) };
    if let Some(other) = items.as_set() {
        return set.merge(th, other);
    }
    th.for_each(items, |item| set.add(th, &item).map(drop))
}

/// `LOAD_COMMON_CONSTANT`.
pub(super) fn common(th: &ThreadState, which: usize) -> Res {
    let class: &Type = match which as u32 {
        common_constant::ASSERTION_ERROR => &exc::ASSERTION_ERROR,
        common_constant::NOT_IMPLEMENTED_ERROR => &exc::NOT_IMPLEMENTED_ERROR,
        common_constant::TUPLE => &crate::objects::tuple::TUPLE_TYPE,
        which => {
            let [all, any] = &th.interp().common_functions;
            let function = if which == common_constant::ALL { all.get() } else { any.get() };
            return function.ok_or_else(|| th.system_error("no builtin functions"));
        }
    };
    Ok(class.as_value())
}

/// `ascii(value)`: the repr with everything else escaped.
pub(super) fn ascii(th: &ThreadState, value: &Value) -> Res {
    let repr = th.repr(value)?;
    let Some(text) = repr.as_str() else { return Ok(repr) };
    if text.is_ascii() {
        return Ok(repr);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for point in text.code_points() {
        match point {
            0..128 => shown.push(point as u8 as char),
            128..256 => shown.push_str(&format!("\\x{point:02x}")),
            256..0x1_0000 => shown.push_str(&format!("\\u{point:04x}")),
            _ => shown.push_str(&format!("\\U{point:08x}")),
        }
    }
    Ok(th.str(&shown))
}

/// The strings of an f-string in one.
#[inline(never)]
pub(super) fn join(th: &ThreadState, parts: &[Value]) -> Res {
    let mut length = 0usize;
    let (mut ascii, mut width) = (true, 1);
    for part in parts {
        let Some(text) = part.as_str() else {
            return Err(th.type_error(format_args!("expected str instance, {} found", part.class().full_name())));
        };
        length += text.len();
        ascii &= text.is_ascii();
        width = width.max(text.width());
    }
    if ascii {
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(length).is_err() {
            return Err(th.memory_error());
        }
        parts.iter().filter_map(Value::as_str).for_each(|text| bytes.extend_from_slice(text.raw()));
        return Ok(th.str_from_ascii(&bytes));
    }
    let points = parts.iter().filter_map(Value::as_str).flat_map(Str::code_points);
    Ok(match width {
        1 => th.str_from_latin1(&points.map(|point| point as u8).collect::<Vec<u8>>()),
        2 => th.str_from_ucs2(&points.map(|point| point as u16).collect::<Vec<u16>>()),
        _ => th.str_from_ucs4(&points.collect::<Vec<u32>>()),
    })
}

/// `BUILD_INTERPOLATION`: value, expression, format specification if there is one; 1 str, 2 repr, 3 ascii.
pub(super) fn interpolation(th: &ThreadState, parts: &[Value], conversion: usize) -> Res {
    let [value, expression, rest @ ..] = parts else { return Err(th.system_error("an interpolation of nothing")) };
    let conversion = ["", "s", "r", "a"].get(conversion).copied().unwrap_or("");
    let conversion = if conversion.is_empty() { Value::NONE } else { th.intern(conversion) };
    let format = rest.first().cloned().unwrap_or_else(|| th.str_from_ascii(b""));
    Ok(crate::objects::template::interpolation(th, value.clone(), expression.clone(), conversion, format))
}

/// `BUILD_TEMPLATE`: strings and interpolations, which alternate.
pub(super) fn template(th: &ThreadState, strings: &Value, interpolations: &Value) -> Res {
    Ok(crate::objects::template::template(th, strings.clone(), interpolations.clone()))
}
