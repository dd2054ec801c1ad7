//! The long tail of arithmetic: operators on ints and floats in the word, as functions of two words.
#![expect(unsafe_code, reason = "a function pointer lies in an inline cache")]

use bytecode::opcode::binary;

use crate::value::Value;

/// A function of two words that are no objects; 0 says that it does not apply.
#[derive(Clone, Copy)]
pub(in crate::frame) struct Extend(fn(u64, u64) -> u64);

/// A number of an operand: float, or int that a float holds exactly.
fn number(word: u64) -> Option<f64> {
    // SAFETY: the word is no object, so nothing is owned.
    let value = std::mem::ManuallyDrop::new(unsafe { Value::from_bits(word) });
    match value.as_small_int() {
        Some(number) if number.unsigned_abs() <= 1 << 53 => Some(number as f64),
        Some(_) => None,
        None => value.as_word_float(),
    }
}

fn float_word(number: Option<f64>) -> u64 {
    number.and_then(Value::word_float).map_or(0, Value::into_bits)
}

/// An operation with one float at least. Two ints, whose result is an int, are not this function's business.
fn of_mixed(a: u64, b: u64, f: impl Fn(f64, f64) -> Option<f64>) -> u64 {
    if a & b & 1 == 1 { 0 } else { of_numbers(a, b, f) }
}

fn of_numbers(a: u64, b: u64, f: impl Fn(f64, f64) -> Option<f64>) -> u64 {
    float_word(number(a).zip(number(b)).and_then(|(a, b)| f(a, b)))
}

fn nonzero(b: f64) -> Option<()> {
    if b == 0.0 { None } else { Some(()) }
}

impl Extend {
    /// The function for an operator and operands like these.
    pub(super) fn choose(operator: u32, a: &Value, b: &Value) -> Option<Extend> {
        if a.is_object() || b.is_object() {
            return None;
        }
        let ints = a.is_small_int() && b.is_small_int();
        let floats = number(a.bits()).is_some() && number(b.bits()).is_some() && !ints;
        Some(Extend(match operator {
            binary::ADD if floats => |a, b| of_mixed(a, b, |a, b| Some(a + b)),
            binary::SUBTRACT if floats => |a, b| of_mixed(a, b, |a, b| Some(a - b)),
            binary::MULTIPLY if floats => |a, b| of_mixed(a, b, |a, b| Some(a * b)),
            binary::TRUE_DIVIDE if floats || ints => |a, b| of_numbers(a, b, |a, b| nonzero(b).map(|()| a / b)),
            _ => return None,
        }))
    }

    pub(super) fn to_cache(self) -> u64 {
        self.0 as usize as u64
    }

    #[inline(always)]
    pub(in crate::frame) fn from_cache(word: u64) -> Extend {
        // SAFETY: the specialised instruction's cache was written by `to_cache`.
        Extend(unsafe { std::mem::transmute::<usize, fn(u64, u64) -> u64>(word as usize) })
    }

    #[inline(always)]
    pub(in crate::frame) fn call(self, a: u64, b: u64) -> u64 {
        (self.0)(a, b)
    }
}
