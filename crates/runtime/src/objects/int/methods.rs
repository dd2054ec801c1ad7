//! Methods of `int`.

use std::cmp::Ordering;

use algo::number::int_math::{self, ToBytesError};
use dashu_int::IBig;
use macros::pymethods;

use super::{INT_PAYLOAD, Int, IntView, exact, text};
use crate::error::Res;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::value::Value;

/// int([x]) -> integer
/// int(x, base=10) -> integer
///
/// Convert a number or string to an integer, or return 0 if no arguments
/// are given.  If x is a number, return x.__int__().  For floating-point
/// numbers, this truncates towards zero.
///
/// If x is not a number or if base is given, then x must be a string,
/// bytes, or bytearray instance representing an integer literal in the
/// given base.  The literal can be preceded by '+' or '-' and be surrounded
/// by whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.
/// Base 0 means to interpret the base from the string as an integer literal.
/// >>> int('0b100', base=0)
/// 4
#[pymethods(class(name = "int", payload = INT_PAYLOAD, flags(basetype, int_subclass, match_self), extra(arithmetic, convert)))]
impl Int {
    #[pyslot]
    fn repr(th: &ThreadState, value: &Value) -> Res {
        text::decimal_value(th, view(value))
    }

    #[pymethod("(format_spec, /)")]
    fn __format__(th: &ThreadState, slf: &Value, format_spec: &Str) -> Res {
        text::format(th, slf, format_spec)
    }

    /// Rounding an Integral returns itself. Rounding with an ndigits argument also returns an integer.
    #[pymethod("(ndigits=None, /)")]
    fn __round__(th: &ThreadState, slf: &Value, ndigits: Option<&Value>) -> Res {
        let Some(ndigits) = ndigits.filter(|ndigits| !ndigits.is_none()) else { return Ok(exact(th, slf)) };
        let ndigits = th.index(ndigits)?;
        let ndigits = view(&ndigits);
        if !ndigits.is_negative() {
            return Ok(exact(th, slf));
        }
        let number = view(slf).to_big();
        let most = algo::number::int_text::decimal_digits_bound(&number);
        let places = match ndigits {
            IntView::Small(places) if places.unsigned_abs() <= most as u64 + 1 => places.unsigned_abs() as usize,
            _ => return Ok(Value::int32(0)),
        };
        Ok(th.int_from_big(round_to_multiple(&number, &int_math::pow(&IBig::from(10), places))))
    }

    #[pymethod(name = "__trunc__")]
    fn trunc_method(th: &ThreadState, slf: &Value) -> Res {
        Ok(exact(th, slf))
    }

    #[pymethod(name = "__floor__")]
    fn floor_method(th: &ThreadState, slf: &Value) -> Res {
        Ok(exact(th, slf))
    }

    #[pymethod(name = "__ceil__")]
    fn ceil_method(th: &ThreadState, slf: &Value) -> Res {
        Ok(exact(th, slf))
    }

    /// Returns self, the complex conjugate of any int.
    #[pymethod]
    fn conjugate(th: &ThreadState, slf: &Value) -> Res {
        Ok(exact(th, slf))
    }

    #[pymethod]
    fn __getnewargs__(th: &ThreadState, slf: &Value) -> Res {
        Ok(th.tuple(&[exact(th, slf)]))
    }

    /// Returns size in memory, in bytes.
    #[pymethod]
    fn __sizeof__(slf: &Value) -> usize {
        24 + 4 * bit_length(view(slf)).div_ceil(30).max(1)
    }

    /// Number of bits necessary to represent self in binary.
    ///
    /// >>> bin(19)
    /// '0b10011'
    /// >>> (19).bit_length()
    /// 5
    #[pymethod]
    fn bit_length(slf: &Value) -> usize {
        bit_length(view(slf))
    }

    /// Number of ones in the binary representation of the absolute value of self.
    ///
    /// >>> bin(19)
    /// '0b10011'
    /// >>> (19).bit_count()
    /// 3
    #[pymethod]
    fn bit_count(slf: &Value) -> usize {
        match view(slf) {
            IntView::Small(number) => number.unsigned_abs().count_ones() as usize,
            IntView::Big(number) => int_math::bit_count(number),
        }
    }

    /// Return a pair of integers, whose ratio is equal to the original int.
    ///
    /// >>> (7).as_integer_ratio()
    /// (7, 1)
    /// >>> (-3).as_integer_ratio()
    /// (-3, 1)
    /// >>> (0).as_integer_ratio()
    /// (0, 1)
    #[pymethod]
    fn as_integer_ratio(th: &ThreadState, slf: &Value) -> Res {
        Ok(th.tuple(&[exact(th, slf), Value::int32(1)]))
    }

    /// Returns True. Exists for duck type compatibility with float.is_integer.
    #[pymethod]
    fn is_integer(slf: &Value) -> bool {
        let _ = slf;
        true
    }

    /// Return an array of bytes representing an integer.
    #[pymethod("(length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(th: &ThreadState, slf: &Value, length: isize, byteorder: Option<ByteOrder>, signed: bool) -> Res {
        let big_endian = byteorder.is_none_or(|order| order.0);
        if length < 0 {
            return Err(th.value_error("length argument must be non-negative"));
        }
        th.check_room(length as usize)?;
        match int_math::to_bytes(&view(slf).to_big_ref(), length as usize, big_endian, signed) {
            Ok(bytes) => Ok(th.bytes(&bytes)),
            Err(ToBytesError::TooBig) => Err(th.overflow_error("int too big to convert")),
            Err(ToBytesError::NegativeToUnsigned) => Err(th.overflow_error("can't convert negative int to unsigned")),
        }
    }

    /// Return the integer represented by the given array of bytes.
    #[pyclassmethod("(bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(th: &ThreadState, cls: &Value, bytes: &Value, byteorder: Option<ByteOrder>, signed: bool) -> Res {
        let big_endian = byteorder.is_none_or(|order| order.0);
        let bytes = crate::objects::bytes_new::bytes_of_object(th, bytes)?;
        let number = th.int_from_big(int_math::from_bytes(&bytes, big_endian, signed));
        if cls.is(super::INT_TYPE.value_ref()) { Ok(number) } else { th.call(cls, &[number]) }
    }

    /// the real part of a complex number
    #[pygetter]
    fn real(th: &ThreadState, slf: &Value) -> Value {
        exact(th, slf)
    }

    /// the imaginary part of a complex number
    #[pygetter]
    fn imag(slf: &Value) -> i32 {
        let _ = slf;
        0
    }

    /// the numerator of a rational number in lowest terms
    #[pygetter]
    fn numerator(th: &ThreadState, slf: &Value) -> Value {
        exact(th, slf)
    }

    /// the denominator of a rational number in lowest terms
    #[pygetter]
    fn denominator(slf: &Value) -> i32 {
        let _ = slf;
        1
    }
}

/// Whether 'big' was given.
struct ByteOrder(bool);

impl<'a> crate::args::FromArg<'a> for ByteOrder {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: crate::args::ArgAt) -> Res<Self> {
        match value.as_str().map(Str::as_ascii) {
            Some(Some("big")) => Ok(ByteOrder(true)),
            Some(Some("little")) => Ok(ByteOrder(false)),
            Some(_) => Err(th.value_error("byteorder must be either 'little' or 'big'")),
            None => Err(at.wrong_type(th, "str", value)),
        }
    }
}

/// The number of a `self`, which is always an int.
fn view(value: &Value) -> IntView<'_> {
    value.as_int().unwrap_or(IntView::Small(0))
}

fn bit_length(number: IntView<'_>) -> usize {
    match number {
        IntView::Small(number) => 64 - number.unsigned_abs().leading_zeros() as usize,
        IntView::Big(number) => int_math::bit_length(number),
    }
}

/// The multiple of `unit` nearest to `number`; halfway cases go to the even multiple.
fn round_to_multiple(number: &IBig, unit: &IBig) -> IBig {
    let Some((quotient, remainder)) = int_math::div_mod(number, unit) else { return number.clone() };
    let up = match (&remainder * IBig::from(2)).cmp(unit) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => int_math::bit(&quotient, 0),
    };
    if up { number - remainder + unit } else { number - remainder }
}
