//! Arithmetic on constants: what the compiler computes ahead, with CPython's limits on how large a result may get.
//!
//! `None` always means "leave it to run time", whether the operation would raise or the result be too large.

use std::rc::Rc;

use bytecode::code::Const;
use bytecode::opcode::binary as nb;
use dashu_int::IBig;
use dashu_int::ops::{BitTest, UnsignedAbs};
use syntax::text::{Text, push_code_point};

use super::complex::{self, Complex};

/// Integers that multiplication, powers and shifts make have at most this many bits.
const MAX_INT_BITS: usize = 128;
/// Tuples that repetition makes have at most this many items,
const MAX_COLLECTION_SIZE: usize = 256;
/// counted with the items of nested ones at most this many.
const MAX_TOTAL_ITEMS: i64 = 1024;
/// Strings that repetition makes have at most this many characters.
const MAX_STR_SIZE: usize = 4096;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unary {
    Not,
    Invert,
    Negative,
    Positive,
}

/// Python's truth value of a constant.
pub(super) fn is_true(value: &Const) -> bool {
    match value {
        Const::None | Const::False => false,
        Const::True | Const::Ellipsis | Const::Slice(_) | Const::Code(_) => true,
        Const::Int(value) => *value != 0,
        Const::BigInt(value) => **value != IBig::ZERO,
        Const::Float(value) => *value != 0.0,
        Const::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
        Const::Str(text) => !text.is_empty(),
        Const::Bytes(bytes) => !bytes.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
    }
}

/// Constants that Python's `==` finds equal have the same canonical form: numbers become integers where they are whole.
pub(super) fn canonical(value: &Const) -> Const {
    match value {
        Const::False => Const::Int(0),
        Const::True => Const::Int(1),
        Const::Float(float) if float.fract() == 0.0 => {
            IBig::try_from(*float).map_or_else(|_| value.clone(), Const::from)
        }
        Const::Complex(real, imaginary) if *imaginary == 0.0 => canonical(&Const::Float(*real)),
        // Both zeros are one.
        Const::Complex(real, imaginary) => Const::Complex(real + 0.0, *imaginary),
        Const::Tuple(items) => Const::Tuple(items.iter().map(canonical).collect()),
        _ => value.clone(),
    }
}

/// An operand of arithmetic. Booleans count as integers.
enum Number {
    Int(i64),
    Big(Rc<IBig>),
    Float(f64),
    Complex(Complex),
}

impl Number {
    fn of(value: &Const) -> Option<Number> {
        Some(match value {
            Const::False => Number::Int(0),
            Const::True => Number::Int(1),
            Const::Int(value) => Number::Int(*value),
            Const::BigInt(value) => Number::Big(Rc::clone(value)),
            Const::Float(value) => Number::Float(*value),
            Const::Complex(real, imaginary) => Number::Complex(Complex { real: *real, imaginary: *imaginary }),
            _ => return None,
        })
    }

    fn is_integer(&self) -> bool {
        matches!(self, Number::Int(_) | Number::Big(_))
    }

    fn big(&self) -> IBig {
        match self {
            Number::Int(value) => IBig::from(*value),
            Number::Big(value) => (**value).clone(),
            _ => IBig::ZERO,
        }
    }

    fn is_zero(&self) -> bool {
        matches!(self, Number::Int(0))
    }

    fn is_negative(&self) -> bool {
        match self {
            Number::Int(value) => *value < 0,
            Number::Big(value) => **value < IBig::ZERO,
            _ => false,
        }
    }

    fn bits(&self) -> usize {
        match self {
            Number::Int(value) => 64 - value.unsigned_abs().leading_zeros() as usize,
            Number::Big(value) => (**value).clone().unsigned_abs().bit_len(),
            _ => 0,
        }
    }

    /// As a float; `None` for an integer that is too large and for a complex number.
    fn float(&self) -> Option<f64> {
        match self {
            Number::Int(value) => Some(*value as f64),
            Number::Big(value) => big_to_float(value),
            Number::Float(value) => Some(*value),
            Number::Complex(_) => None,
        }
    }
}

fn big_to_float(value: &IBig) -> Option<f64> {
    true_divide(value, &IBig::ONE)
}

/// Computes a unary operator.
pub(super) fn unary(operator: Unary, operand: &Const) -> Option<Const> {
    if operator == Unary::Not {
        return Some(Const::from(!is_true(operand)));
    }
    // `~True` is deprecated: the warning belongs to run time.
    if operator == Unary::Invert && matches!(operand, Const::True | Const::False) {
        return None;
    }
    let number = Number::of(operand)?;
    Some(match (operator, number) {
        (Unary::Positive, Number::Int(value)) => Const::Int(value),
        (Unary::Positive, _) => operand.clone(),
        (Unary::Negative, Number::Int(value)) => from_wide(-i128::from(value)),
        (Unary::Negative, Number::Big(value)) => Const::from(-(*value).clone()),
        (Unary::Negative, Number::Float(value)) => Const::Float(-value),
        (Unary::Negative, Number::Complex(value)) => Const::Complex(-value.real, -value.imaginary),
        (_, Number::Int(value)) => Const::Int(!value),
        (_, Number::Big(value)) => Const::from(-(*value).clone() - IBig::ONE),
        _ => return None,
    })
}

fn from_wide(value: i128) -> Const {
    i64::try_from(value).map_or_else(|_| Const::BigInt(Rc::new(IBig::from(value))), Const::Int)
}

/// Computes a binary operator (an argument of `BINARY_OP`).
pub(super) fn binary(operator: u32, left: &Const, right: &Const) -> Option<Const> {
    match operator {
        nb::SUBSCR => return subscript(left, right),
        nb::ADD | nb::MULTIPLY if !(is_number(left) && is_number(right)) => {
            return if operator == nb::ADD { concatenate(left, right) } else { repeat(left, right) };
        }
        nb::AND | nb::OR | nb::XOR => {
            if let (Some(a), Some(b)) = (boolean(left), boolean(right)) {
                return Some(Const::from(match operator {
                    nb::AND => a && b,
                    nb::OR => a || b,
                    _ => a != b,
                }));
            }
        }
        _ => {}
    }
    let (a, b) = (Number::of(left)?, Number::of(right)?);
    if a.is_integer() && b.is_integer() {
        return integers(operator, &a, &b);
    }
    if let (Number::Complex(_), _) | (_, Number::Complex(_)) = (&a, &b) {
        return complexes(operator, &a, &b);
    }
    floats(operator, a.float()?, b.float()?)
}

fn is_number(value: &Const) -> bool {
    matches!(
        value,
        Const::True | Const::False | Const::Int(_) | Const::BigInt(_) | Const::Float(_) | Const::Complex(..)
    )
}

fn boolean(value: &Const) -> Option<bool> {
    match value {
        Const::True => Some(true),
        Const::False => Some(false),
        _ => None,
    }
}

fn integers(operator: u32, a: &Number, b: &Number) -> Option<Const> {
    match operator {
        nb::MULTIPLY if !a.is_zero() && !b.is_zero() && a.bits() + b.bits() > MAX_INT_BITS => return None,
        nb::TRUE_DIVIDE => return true_divide_numbers(a, b).map(Const::Float),
        nb::POWER => return power(a, b),
        nb::LSHIFT => return shift_left(a, b),
        nb::RSHIFT => return shift_right(a, b),
        nb::FLOOR_DIVIDE | nb::REMAINDER if b.is_zero() => return None,
        _ => {}
    }
    if let (&Number::Int(x), &Number::Int(y)) = (a, b) {
        let (x, y) = (i128::from(x), i128::from(y));
        return Some(from_wide(match operator {
            nb::ADD => x + y,
            nb::SUBTRACT => x - y,
            nb::MULTIPLY => x * y,
            nb::FLOOR_DIVIDE => x.div_euclid(y) - i128::from(y < 0 && x.rem_euclid(y) != 0),
            nb::REMAINDER => {
                let rest = x.rem_euclid(y);
                if y < 0 && rest != 0 { rest + y } else { rest }
            }
            nb::AND => x & y,
            nb::OR => x | y,
            nb::XOR => x ^ y,
            _ => return None,
        }));
    }
    let (x, y) = (a.big(), b.big());
    Some(Const::from(match operator {
        nb::ADD => x + y,
        nb::SUBTRACT => x - y,
        nb::MULTIPLY => x * y,
        nb::FLOOR_DIVIDE | nb::REMAINDER => {
            let mut quotient = &x / &y;
            let mut rest = &x - &quotient * &y;
            if rest != IBig::ZERO && (rest < IBig::ZERO) != (y < IBig::ZERO) {
                quotient -= IBig::ONE;
                rest += &y;
            }
            if operator == nb::FLOOR_DIVIDE { quotient } else { rest }
        }
        nb::AND => x & y,
        nb::OR => x | y,
        nb::XOR => x ^ y,
        _ => return None,
    }))
}

fn true_divide_numbers(a: &Number, b: &Number) -> Option<f64> {
    if b.is_zero() {
        return None;
    }
    const EXACT: u64 = 1 << 53;
    if let (&Number::Int(x), &Number::Int(y)) = (a, b)
        && x.unsigned_abs() <= EXACT
        && y.unsigned_abs() <= EXACT
    {
        return Some(x as f64 / y as f64);
    }
    true_divide(&a.big(), &b.big())
}

/// The float nearest to a quotient, ties to even; `None` if it is too large.
fn true_divide(a: &IBig, b: &IBig) -> Option<f64> {
    if *a == IBig::ZERO {
        return Some(if *b < IBig::ZERO { -0.0 } else { 0.0 });
    }
    let negative = (*a < IBig::ZERO) != (*b < IBig::ZERO);
    let (x, y) = (a.clone().unsigned_abs(), b.clone().unsigned_abs());
    let difference = i64::try_from(x.bit_len()).ok()? - i64::try_from(y.bit_len()).ok()?;
    if difference > 1025 {
        return None;
    }
    if difference < -1080 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    // The quotient times 2**-scale has 55 or 56 bits, or ends two bits below the smallest float.
    let scale = (difference - 55).max(-1076);
    let (x, y) = if scale < 0 { (x << scale.unsigned_abs() as usize, y) } else { (x, y << scale as usize) };
    let quotient = &x / &y;
    let sticky = &quotient * &y != x;
    let mut mantissa = u64::try_from(quotient).ok()? | u64::from(sticky);
    let mut exponent = scale;
    let spare = (64 - i64::from(mantissa.leading_zeros()) - 53).max(-1074 - scale);
    if spare > 0 {
        let half = 1u64 << (spare - 1);
        let rest = mantissa & ((half << 1) - 1);
        mantissa >>= spare;
        exponent += spare;
        if rest > half || rest == half && mantissa & 1 != 0 {
            mantissa += 1;
        }
    }
    // Two exact steps: the product of the mantissa and one power of two may lie outside what one power can say.
    let half_exponent = exponent / 2;
    let value = mantissa as f64 * exp2(half_exponent) * exp2(exponent - half_exponent);
    value.is_finite().then_some(if negative { -value } else { value })
}

/// A power of two that is a normal float.
fn exp2(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023).clamp(1, 2046) as u64) << 52)
}

fn power(a: &Number, b: &Number) -> Option<Const> {
    let exponent = match b {
        Number::Int(exponent) => *exponent,
        Number::Big(_) if b.is_negative() => return floats(nb::POWER, a.float()?, b.float()?),
        Number::Big(_) if a.is_zero() => return Some(Const::Int(0)),
        _ => return None,
    };
    if exponent < 0 {
        return floats(nb::POWER, a.float()?, exponent as f64);
    }
    if exponent == 0 {
        return Some(Const::Int(1));
    }
    let exponent = usize::try_from(exponent).ok()?;
    if a.is_zero() {
        return Some(Const::Int(0));
    }
    if a.bits() > MAX_INT_BITS / exponent {
        return None;
    }
    Some(Const::from(a.big().pow(exponent)))
}

fn shift_left(a: &Number, b: &Number) -> Option<Const> {
    if a.is_zero() && !b.is_negative() {
        return Some(Const::Int(0));
    }
    let &Number::Int(count) = b else { return None };
    let count = usize::try_from(count).ok()?;
    if count != 0 && (count > MAX_INT_BITS || a.bits() > MAX_INT_BITS - count) {
        return None;
    }
    Some(Const::from(a.big() << count))
}

fn shift_right(a: &Number, b: &Number) -> Option<Const> {
    let count = match b {
        Number::Int(count) => usize::try_from(*count).ok()?,
        Number::Big(count) if **count > IBig::ZERO => usize::MAX,
        _ => return None,
    };
    Some(match a {
        Number::Int(value) => Const::Int(value >> count.min(63)),
        _ if count >= a.bits() => Const::Int(if a.big() < IBig::ZERO { -1 } else { 0 }),
        _ => {
            let value = a.big();
            if value < IBig::ZERO {
                Const::from(-((-value - IBig::ONE) >> count) - IBig::ONE)
            } else {
                Const::from(value >> count)
            }
        }
    })
}

fn floats(operator: u32, a: f64, b: f64) -> Option<Const> {
    Some(Const::Float(match operator {
        nb::ADD => a + b,
        nb::SUBTRACT => a - b,
        nb::MULTIPLY => a * b,
        nb::TRUE_DIVIDE if b != 0.0 => a / b,
        nb::FLOOR_DIVIDE if b != 0.0 => floor_divide(a, b).0,
        nb::REMAINDER if b != 0.0 => floor_divide(a, b).1,
        nb::POWER => return float_power(a, b),
        _ => return None,
    }))
}

/// Floor and remainder with the sign of the divisor, which is not zero.
fn floor_divide(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest != 0.0 {
        if (b < 0.0) != (rest < 0.0) {
            rest += b;
            quotient -= 1.0;
        }
    } else {
        rest = 0.0f64.copysign(b);
    }
    let floored = if quotient != 0.0 {
        let floored = quotient.floor();
        if quotient - floored > 0.5 { floored + 1.0 } else { floored }
    } else {
        0.0f64.copysign(a / b)
    };
    (floored, rest)
}

fn float_power(a: f64, b: f64) -> Option<Const> {
    if a == 0.0 && b < 0.0 {
        return None;
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b.fract() != 0.0 {
        return complex::power(Complex::from(a), Complex::from(b)).map(from_complex);
    }
    let value = a.powf(b);
    // A finite base to a finite power that is infinite has overflowed.
    if value.is_infinite() && a.is_finite() && b.is_finite() { None } else { Some(Const::Float(value)) }
}

fn from_complex(value: Complex) -> Const {
    Const::Complex(value.real, value.imaginary)
}

fn complexes(operator: u32, a: &Number, b: &Number) -> Option<Const> {
    use complex::{divide, divide_by_real, divide_real, multiply};
    let value = match (a, b) {
        (&Number::Complex(a), &Number::Complex(b)) => match operator {
            nb::ADD => Complex { real: a.real + b.real, imaginary: a.imaginary + b.imaginary },
            nb::SUBTRACT => Complex { real: a.real - b.real, imaginary: a.imaginary - b.imaginary },
            nb::MULTIPLY => multiply(a, b),
            nb::TRUE_DIVIDE => divide(a, b)?,
            nb::POWER => complex::power(a, b)?,
            _ => return None,
        },
        (&Number::Complex(a), b) => {
            let b = b.float()?;
            match operator {
                nb::ADD => Complex { real: a.real + b, ..a },
                nb::SUBTRACT => Complex { real: a.real - b, ..a },
                nb::MULTIPLY => Complex { real: a.real * b, imaginary: a.imaginary * b },
                nb::TRUE_DIVIDE => divide_by_real(a, b)?,
                nb::POWER => complex::power(a, Complex::from(b))?,
                _ => return None,
            }
        }
        (a, &Number::Complex(b)) => {
            let a = a.float()?;
            match operator {
                nb::ADD => Complex { real: a + b.real, ..b },
                nb::SUBTRACT => Complex { real: a - b.real, imaginary: -b.imaginary },
                nb::MULTIPLY => Complex { real: a * b.real, imaginary: a * b.imaginary },
                nb::TRUE_DIVIDE => divide_real(a, b)?,
                nb::POWER => complex::power(Complex::from(a), b)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(from_complex(value))
}

fn concatenate(left: &Const, right: &Const) -> Option<Const> {
    Some(match (left, right) {
        (Const::Str(a), Const::Str(b)) => Const::Str(join(&[a.as_bytes(), b.as_bytes()])),
        (Const::Bytes(a), Const::Bytes(b)) => Const::Bytes(Rc::from([&a[..], b].concat())),
        (Const::Tuple(a), Const::Tuple(b)) => Const::Tuple(Rc::from([&a[..], b].concat())),
        _ => return None,
    })
}

/// Joins parts code point by code point: two surrogates that meet stay two.
fn join(parts: &[&[u8]]) -> Text {
    Text::from_wtf8(&parts.concat())
}

fn repeat(left: &Const, right: &Const) -> Option<Const> {
    let (sequence, count) = match (left, right) {
        (Const::Str(_) | Const::Bytes(_) | Const::Tuple(_), count) => (left, count),
        (count, sequence) => (sequence, count),
    };
    let count = match count {
        Const::Int(count) => *count,
        Const::True => 1,
        Const::False => 0,
        _ => return None,
    };
    let size = match sequence {
        Const::Str(text) => text.code_points().count(),
        Const::Bytes(bytes) => bytes.len(),
        Const::Tuple(items) => items.len(),
        _ => return None,
    };
    let limit = if matches!(sequence, Const::Tuple(_)) { MAX_COLLECTION_SIZE } else { MAX_STR_SIZE };
    if let Some(most) = limit.checked_div(size) {
        let count = usize::try_from(count).ok()?;
        if count > most {
            return None;
        }
        if count > 0 && matches!(sequence, Const::Tuple(_)) {
            items_left(sequence, MAX_TOTAL_ITEMS / count as i64)?;
        }
    }
    let count = if size == 0 { 0 } else { usize::try_from(count).unwrap_or(0) };
    Some(match sequence {
        Const::Str(text) => Const::Str(Text::from_wtf8(&text.as_bytes().repeat(count))),
        Const::Bytes(bytes) => Const::Bytes(Rc::from(bytes.repeat(count))),
        Const::Tuple(items) => Const::Tuple(std::iter::repeat_n(&items[..], count).flatten().cloned().collect()),
        _ => return None,
    })
}

/// What is left of a limit on items when those of a constant, nested ones included, are taken off.
fn items_left(value: &Const, limit: i64) -> Option<i64> {
    let (Const::Tuple(items) | Const::FrozenSet(items)) = value else { return Some(limit) };
    let mut left = limit - i64::try_from(items.len()).ok()?;
    for item in items.iter() {
        if left < 0 {
            return None;
        }
        left = items_left(item, left)?;
    }
    (left >= 0).then_some(left)
}

fn subscript(container: &Const, key: &Const) -> Option<Const> {
    let length = match container {
        Const::Str(text) => text.code_points().count(),
        Const::Bytes(bytes) => bytes.len(),
        Const::Tuple(items) => items.len(),
        _ => return None,
    };
    if let Const::Slice(parts) = key {
        let indices = slice_indices(&parts[0], &parts[1], &parts[2], length)?;
        return Some(match container {
            Const::Str(text) => {
                let points: Vec<u32> = text.code_points().collect();
                let mut bytes = Vec::new();
                indices.for_each(|index| push_code_point(&mut bytes, points[index]));
                Const::Str(Text::from_wtf8(&bytes))
            }
            Const::Bytes(bytes) => Const::Bytes(indices.map(|index| bytes[index]).collect()),
            Const::Tuple(items) => Const::Tuple(indices.map(|index| items[index].clone()).collect()),
            _ => return None,
        });
    }
    let index = match key {
        Const::Int(index) => *index,
        Const::True => 1,
        Const::False => 0,
        _ => return None,
    };
    let index = if index < 0 { index + length as i64 } else { index };
    let index = usize::try_from(index).ok().filter(|&index| index < length)?;
    Some(match container {
        Const::Str(text) => {
            let mut bytes = Vec::new();
            push_code_point(&mut bytes, text.code_points().nth(index)?);
            Const::Str(Text::from_wtf8(&bytes))
        }
        Const::Bytes(bytes) => Const::Int(i64::from(bytes[index])),
        Const::Tuple(items) => items[index].clone(),
        _ => return None,
    })
}

/// The indices that a slice selects from a sequence; all are in range.
fn slice_indices(start: &Const, stop: &Const, step: &Const, length: usize) -> Option<impl Iterator<Item = usize>> {
    let length = i64::try_from(length).ok()?;
    let step = slice_part(step)?.unwrap_or(1);
    if step == 0 {
        return None;
    }
    let step = step.max(-i64::MAX);
    let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let clamp = |part: Option<i64>, default: i64| match part {
        None => default,
        Some(part) if part < 0 => part.saturating_add(length).max(low),
        Some(part) => part.min(high),
    };
    let start = clamp(slice_part(start)?, if step > 0 { low } else { high });
    let stop = clamp(slice_part(stop)?, if step > 0 { high } else { low });
    let count = if step > 0 {
        (stop - start).max(0).unsigned_abs().div_ceil(step.unsigned_abs())
    } else {
        (start - stop).max(0).unsigned_abs().div_ceil(step.unsigned_abs())
    };
    Some((0..count).map(move |turn| (start + turn as i64 * step) as usize))
}

/// A part of a slice; the inner `None` is Python's.
fn slice_part(part: &Const) -> Option<Option<i64>> {
    Some(match part {
        Const::None => None,
        Const::Int(value) => Some(*value),
        Const::True => Some(1),
        Const::False => Some(0),
        Const::BigInt(value) => Some(if **value < IBig::ZERO { i64::MIN } else { i64::MAX }),
        _ => return None,
    })
}
