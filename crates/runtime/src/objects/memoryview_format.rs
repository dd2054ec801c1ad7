//! Items of a memoryview: between bytes in a native format and Python values.

use algo::number::int_math;

use crate::error::{Raised, Res};
use crate::thread::ThreadState;
use crate::value::Value;

/// The one letter of a native format, if it is one: "B", "@d".
pub(crate) fn native_code(format: &str) -> Option<u8> {
    match format.as_bytes() {
        [code] | [b'@', code] if size_of_code(*code).is_some() => Some(*code),
        _ => None,
    }
}

/// Bytes of an item.
pub(crate) fn size_of_code(code: u8) -> Option<usize> {
    Some(match code {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'P' | b'd' | b'F' => 8,
        b'D' => 16,
        _ => return None,
    })
}

fn signed(bytes: &[u8]) -> i64 {
    let mut wide = [if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { 0xFF } else { 0 }; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    i64::from_le_bytes(wide)
}

fn unsigned(bytes: &[u8]) -> u64 {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(wide)
}

fn double(bytes: &[u8]) -> f64 {
    f64::from_bits(unsigned(bytes))
}

fn single(bytes: &[u8]) -> f64 {
    f64::from(f32::from_bits(unsigned(bytes) as u32))
}

/// A float of sixteen bits.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 0x3FF));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// The nearest float of sixteen bits, ties to even; `None` if it is too large.
fn to_half(value: f64) -> Option<u16> {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    if value.is_nan() {
        return Some(sign | 0x7E00);
    }
    if value.is_infinite() {
        return Some(sign | 0x7C00);
    }
    let size = value.abs();
    if size < 2f64.powi(-14) {
        return Some(sign | (size * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = (size.to_bits() >> 52) as i32 - 1023;
    let fraction = (size / 2f64.powi(exponent) * 1024.0).round_ties_even() as u32;
    // The fraction holds the leading one; a carry moves into the exponent by itself.
    let bits = ((exponent + 14) << 10) as u32 + fraction;
    if bits >= 0x7C00 { None } else { Some(sign | bits as u16) }
}

/// The value of an item.
pub(crate) fn unpack(th: &ThreadState, format: &str, bytes: &[u8]) -> Res {
    let Some(code) = native_code(format) else { return unpack_struct(th, format, bytes) };
    if size_of_code(code) != Some(bytes.len()) {
        return Err(th.not_implemented_error(format_args!("memoryview: format {format} not supported")));
    }
    Ok(match code {
        b'c' => th.bytes(bytes),
        b'?' => Value::bool(bytes != [0]),
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => th.int(signed(bytes)),
        b'f' => th.float(single(bytes)),
        b'd' => th.float(double(bytes)),
        b'e' => th.float(half(unsigned(bytes) as u16)),
        b'F' => th.complex(single(&bytes[..4]), single(&bytes[4..])),
        b'D' => th.complex(double(&bytes[..8]), double(&bytes[8..])),
        _ => th.int_from_u64(unsigned(bytes)),
    })
}

/// Formats of more than one letter go through the `struct` module.
fn unpack_struct(th: &ThreadState, format: &str, bytes: &[u8]) -> Res {
    let unpack = crate::import::import_attribute(th, "struct", "unpack")?;
    let items = th.call(&unpack, &[th.str(format), th.bytes(bytes)])?;
    match items.as_tuple().map(|items| items.as_slice()) {
        Some([only]) => Ok(only.clone()),
        _ => Ok(items),
    }
}

#[cold]
fn wrong_type(th: &ThreadState, code: u8) -> Raised {
    th.type_error(format_args!("memoryview: invalid type for format '{}'", code as char))
}

#[cold]
fn wrong_value(th: &ThreadState, code: u8) -> Raised {
    th.value_error(format_args!("memoryview: invalid value for format '{}'", code as char))
}

/// The bytes of a value in a native format.
pub(crate) fn pack(th: &ThreadState, format: &str, value: &Value) -> Res<Vec<u8>> {
    let unsupported = || th.not_implemented_error(format_args!("memoryview: format {format} not supported"));
    let code = native_code(format).ok_or_else(unsupported)?;
    let size = size_of_code(code).ok_or_else(unsupported)?;
    let float = || -> Res<f64> {
        th.catch(th.to_f64(value), &crate::objects::exceptions::TYPE_ERROR)?.ok_or_else(|| wrong_type(th, code))
    };
    match code {
        b'c' => match value.as_bytes() {
            Some(bytes) if bytes.len() == 1 => Ok(bytes.as_slice().to_vec()),
            Some(_) => Err(wrong_value(th, code)),
            None => Err(wrong_type(th, code)),
        },
        b'?' => Ok(vec![u8::from(th.is_true(value)?)]),
        b'd' => Ok(float()?.to_le_bytes().to_vec()),
        b'f' => {
            let number = float()?;
            if (number as f32).is_infinite() && number.is_finite() {
                return Err(th.overflow_error("float too large to pack with f format"));
            }
            Ok((number as f32).to_le_bytes().to_vec())
        }
        b'e' => {
            let bits = to_half(float()?);
            bits.map(|bits| bits.to_le_bytes().to_vec())
                .ok_or_else(|| th.overflow_error("float too large to pack with e format"))
        }
        b'F' | b'D' => {
            let pair = th.catch(th.to_complex(value), &crate::objects::exceptions::TYPE_ERROR)?;
            let (real, imag) = pair.ok_or_else(|| wrong_type(th, code))?;
            Ok(if code == b'F' {
                [(real as f32).to_le_bytes(), (imag as f32).to_le_bytes()].concat()
            } else {
                [real.to_le_bytes(), imag.to_le_bytes()].concat()
            })
        }
        _ => {
            if !th.is_index(value) {
                return Err(wrong_type(th, code));
            }
            let number = th.index(value)?;
            let Some(number) = number.as_int() else { return Err(wrong_type(th, code)) };
            let signed = code.is_ascii_lowercase();
            int_math::to_bytes(&number.to_big_ref(), size, false, signed).map_err(|_| wrong_value(th, code))
        }
    }
}
