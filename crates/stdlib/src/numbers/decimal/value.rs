//! `decimal.Decimal`.

use algo::decimal::{Kind, Number, Rounding, Rules, arithmetic, compare, digits, digits_of, functions, status, text};
use algo::number::UBig;
use macros::{pyclass, pymethods};
use runtime::types::CompareOp;
use runtime::{Payload, Res, ThreadState, Type, Value};

use super::context::{Context, current, given_or_current, number_of, of};
use super::convert::{exact_operand, of_float, of_float_or_int, of_int, of_value, operand, signed};
use super::state;

/// Construct a new Decimal object. 'value' can be an integer, string, tuple,
/// or another Decimal object. If no value is given, return Decimal('0').
/// The context does not affect the conversion and is only passed to determine
/// if the InvalidOperation trap is active.
#[pyclass(name = "Decimal", module = "decimal", flags(basetype), extra(operations, signs))]
pub struct Decimal {
    #[notrace]
    pub number: Number,
}

/// A new Decimal.
#[inline]
pub fn decimal(th: &ThreadState, number: Number) -> Value {
    th.new_object(Decimal { number })
}

fn binary(th: &ThreadState, a: &Value, b: &Value, operation: fn(&Rules, &Number, &Number) -> Number) -> Res {
    let context = match (number_of(a), number_of(b)) {
        (Some(a), Some(b)) => {
            let context = current(th)?;
            return of(&context).compute(th, |rules| operation(rules, a, b));
        }
        _ => current(th)?,
    };
    let (Some(a), Some(b)) = (operand(a), operand(b)) else { return Ok(Value::NOT_IMPLEMENTED) };
    of(&context).compute(th, |rules| operation(rules, &a, &b))
}

fn unary(th: &ThreadState, a: &Value, operation: fn(&Rules, &Number) -> Number) -> Res {
    let context = current(th)?;
    of(&context).compute(th, |rules| operation(rules, &Decimal::of(a).number))
}

impl Decimal {
    fn class_or_plain(th: &ThreadState, cls: &Value, number: Number) -> Res {
        let made = decimal(th, number);
        if cls.is(DECIMAL_TYPE.value_ref()) { Ok(made) } else { th.call(cls, &[made]) }
    }

    fn to_int(&self, th: &ThreadState, rounding: Rounding) -> Res {
        match &self.number.kind {
            Kind::Nan { .. } => Err(th.value_error("cannot convert NaN to integer")),
            Kind::Infinite => Err(th.overflow_error("cannot convert Infinity to integer")),
            Kind::Finite { exponent, .. } => {
                th.check_room(usize::try_from(*exponent).unwrap_or(0))?;
                let rules = Rules { rounding, ..Rules::widest() };
                let whole = arithmetic::to_integral(&rules, &self.number, false);
                let magnitude = whole.truncated().ok_or_else(|| th.memory_error())?;
                Ok(th.int_from_big(signed(whole.negative, magnitude)))
            }
        }
    }

    fn shown(&self, th: &ThreadState, engineering: bool) -> Res<String> {
        let context = current(th)?;
        Ok(text::to_text(&self.number, engineering, of(&context).capitals.get()))
    }

    /// `1` or `0` and such, with the context's rounding or another.
    fn integral(&self, th: &ThreadState, rounding: &Value, context: &Value, exact: bool) -> Res {
        let context = given_or_current(th, context)?;
        let rounding = rounding_of(th, rounding)?;
        of(&context).compute(th, |rules| {
            let changed = Rules { rounding: rounding.unwrap_or(rules.rounding), ..rules.clone() };
            let result = arithmetic::to_integral(&changed, &self.number, exact);
            rules.note(changed.status.get());
            result
        })
    }

    fn hash_number(&self, th: &ThreadState, slf: &Value) -> Res<i64> {
        const P: u128 = (1 << 61) - 1;
        let (coefficient, exponent) = match &self.number.kind {
            Kind::Nan { signaling: true, .. } => return Err(th.type_error("Cannot hash a signaling NaN value")),
            Kind::Nan { .. } => return Ok(slf.id() as i64 >> 4),
            Kind::Infinite => return Ok(if self.number.negative { -314_159 } else { 314_159 }),
            Kind::Finite { coefficient, exponent } => (coefficient, *exponent),
        };
        // The inverse of ten in the field.
        let (mut base, mut power) = if exponent >= 0 {
            (10, exponent as u64)
        } else {
            (2_075_258_708_292_324_556u128, exponent.unsigned_abs())
        };
        let mut result = u128::try_from(&(coefficient % UBig::from(P))).unwrap_or(0);
        while power > 0 {
            if power & 1 == 1 {
                result = result * base % P;
            }
            base = base * base % P;
            power >>= 1;
        }
        let hash = if self.number.negative { -(result as i64) } else { result as i64 };
        Ok(if hash == -1 { -2 } else { hash })
    }

    fn to_f64(&self, th: &ThreadState) -> Res<f64> {
        match &self.number.kind {
            Kind::Nan { signaling: true, .. } => Err(th.value_error("cannot convert signaling NaN to float")),
            Kind::Nan { .. } => Ok(if self.number.negative { -f64::NAN } else { f64::NAN }),
            _ => {
                let shown = text::to_text(&self.number, false, true);
                Ok(algo::number::float_parse::parse_float(shown.as_bytes()).unwrap_or(f64::NAN))
            }
        }
    }

    /// What the number is compared with: `None` if it cannot be.
    fn comparable(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res<Option<(Number, Number)>> {
        let Some(left) = number_of(a) else { return Ok(None) };
        if let Some(right) = operand(b) {
            return Ok(Some((left.clone(), right)));
        }
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let mut float = b.as_float();
        if float.is_none()
            && equality
            && let Some((real, imag)) = b.as_complex()
        {
            if imag != 0.0 {
                return Ok(None);
            }
            float = Some(real);
        }
        if let Some(float) = float {
            let context = current(th)?;
            let context = of(&context);
            if equality {
                context.flags.set(context.flags.get() | status::FLOAT_OPERATION);
            } else {
                context.settle(th, status::FLOAT_OPERATION)?;
            }
            return Ok(Some((left.clone(), of_float(float))));
        }
        let rational = state(th).rational.get_or_none();
        if !th.is_instance(b, &rational)? {
            return Ok(None);
        }
        let (Some(numerator), Some(denominator)) =
            (of_int(&th.getattr_str(b, "numerator")?), of_int(&th.getattr_str(b, "denominator")?))
        else {
            return Ok(None);
        };
        let product =
            if left.is_finite() { arithmetic::multiply(&Rules::widest(), left, &denominator) } else { left.clone() };
        Ok(Some((product, numerator)))
    }
}

fn rounding_of(th: &ThreadState, rounding: &Value) -> Res<Option<Rounding>> {
    if rounding.is_none() {
        return Ok(None);
    }
    match rounding.as_str().and_then(|name| name.as_ascii()).and_then(Rounding::of_name) {
        Some(rounding) => Ok(Some(rounding)),
        None => Err(th.type_error(
            "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, \
             ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]",
        )),
    }
}

#[pymethods]
impl Decimal {
    #[pyslot("(value='0', context=None)")]
    fn new(th: &ThreadState, cls: &Type, #[default(None)] value: Option<&Value>, context: &Value) -> Res {
        let number = match value {
            None => Number::small(0),
            Some(value) => {
                if std::ptr::eq(cls, &DECIMAL_TYPE) && value.is_exactly(&DECIMAL_TYPE) {
                    return Ok(value.clone());
                }
                let context = given_or_current(th, context)?;
                of_value(th, of(&context), value, false)?
            }
        };
        Ok(th.new_instance(cls, Decimal { number }))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("Decimal('{}')", self.shown(th, false)?)))
    }

    #[pyslot]
    fn str(&self, th: &ThreadState) -> Res {
        Ok(th.str(&self.shown(th, false)?))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState, slf: &Value) -> Res<i64> {
        self.hash_number(th, slf)
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let Some((left, right)) = Decimal::comparable(th, a, b, op)? else { return Ok(Value::NOT_IMPLEMENTED) };
        if left.is_nan() || right.is_nan() {
            let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
            if !equality || left.is_signaling() || right.is_signaling() {
                let context = current(th)?;
                of(&context).settle(th, status::INVALID_OPERATION)?;
            }
            return Ok(Value::bool(op == CompareOp::Ne));
        }
        Ok(Value::bool(op.holds(compare::order(&left, &right))))
    }

    #[pyslot]
    fn nb_add(th: &ThreadState, a: &Value, b: &Value) -> Res {
        binary(th, a, b, arithmetic::add)
    }

    #[pyslot]
    fn nb_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
        binary(th, a, b, arithmetic::subtract)
    }

    #[pyslot]
    fn nb_multiply(th: &ThreadState, a: &Value, b: &Value) -> Res {
        binary(th, a, b, arithmetic::multiply)
    }

    #[pyslot]
    fn nb_true_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
        binary(th, a, b, arithmetic::divide)
    }

    #[pyslot]
    fn nb_floor_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
        binary(th, a, b, arithmetic::divide_integer)
    }

    #[pyslot]
    fn nb_remainder(th: &ThreadState, a: &Value, b: &Value) -> Res {
        binary(th, a, b, arithmetic::remainder)
    }

    #[pyslot]
    fn nb_divmod(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let (Some(a), Some(b)) = (operand(a), operand(b)) else { return Ok(Value::NOT_IMPLEMENTED) };
        let context = current(th)?;
        let rules = of(&context).rules();
        let (quotient, rest) = arithmetic::divide_with_remainder(&rules, &a, &b);
        of(&context).settle(th, rules.status.get())?;
        Ok(th.tuple(&[decimal(th, quotient), decimal(th, rest)]))
    }

    #[pyslot]
    fn nb_power(th: &ThreadState, a: &Value, b: &Value, modulus: &Value) -> Res {
        if modulus.is_none() {
            return binary(th, a, b, functions::power);
        }
        let (Some(a), Some(b), Some(modulus)) = (operand(a), operand(b), operand(modulus)) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let context = current(th)?;
        of(&context).compute(th, |rules| functions::power_modulo(rules, &a, &b, &modulus))
    }

    #[pyslot]
    fn nb_negative(th: &ThreadState, a: &Value) -> Res {
        unary(th, a, arithmetic::minus)
    }

    #[pyslot]
    fn nb_positive(th: &ThreadState, a: &Value) -> Res {
        unary(th, a, arithmetic::plus)
    }

    #[pyslot]
    fn nb_absolute(th: &ThreadState, a: &Value) -> Res {
        unary(th, a, arithmetic::absolute)
    }

    #[pyslot]
    fn nb_bool(&self, th: &ThreadState) -> Res<bool> {
        let _ = th;
        Ok(!self.number.is_zero())
    }

    #[pyslot]
    fn nb_int(&self, th: &ThreadState) -> Res {
        self.to_int(th, Rounding::Down)
    }

    #[pyslot]
    fn nb_float(&self, th: &ThreadState) -> Res {
        Ok(th.float(self.to_f64(th)?))
    }

    #[pymethod]
    fn __complex__(&self, th: &ThreadState) -> Res {
        Ok(th.complex(self.to_f64(th)?, 0.0))
    }

    #[pymethod]
    fn __trunc__(&self, th: &ThreadState) -> Res {
        self.to_int(th, Rounding::Down)
    }

    #[pymethod]
    fn __floor__(&self, th: &ThreadState) -> Res {
        self.to_int(th, Rounding::Floor)
    }

    #[pymethod]
    fn __ceil__(&self, th: &ThreadState) -> Res {
        self.to_int(th, Rounding::Ceiling)
    }

    #[pymethod("(ndigits=None, /)")]
    fn __round__(&self, th: &ThreadState, #[default(None)] ndigits: Option<&Value>) -> Res {
        let Some(ndigits) = ndigits.filter(|ndigits| !ndigits.is_none()) else {
            return self.to_int(th, Rounding::HalfEven);
        };
        if ndigits.as_int().is_none() {
            return Err(th.type_error("optional arg must be an integer"));
        }
        let places = th.index_or(ndigits, &runtime::objects::exceptions::OVERFLOW_ERROR)? as i64;
        let target = Number::finite(
            false,
            UBig::ONE,
            places.saturating_neg().clamp(-2_000_000_000_000_000_000, 2_000_000_000_000_000_000),
        );
        let context = current(th)?;
        of(&context).compute(th, |rules| arithmetic::quantize(rules, &self.number, &target))
    }

    #[pymethod("(format_spec, override=None, /)", text = none)]
    fn __format__(&self, th: &ThreadState, format_spec: &Value, #[default(None)] r#override: Option<&Value>) -> Res {
        let Some(spec) = format_spec.as_str() else { return Err(th.type_error("format arg must be str")) };
        super::format::formatted(th, &self.number, spec, r#override)
    }

    #[pymethod]
    fn __copy__(slf: &Value) -> Value {
        slf.clone()
    }

    #[pymethod("(memo, /)")]
    fn __deepcopy__(slf: &Value, memo: &Value) -> Value {
        let _ = memo;
        slf.clone()
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Res {
        let shown = th.str(&text::to_text(&self.number, false, true));
        Ok(th.tuple(&[slf.class().as_value(), th.tuple(&[shown])]))
    }

    /// Returns size in memory, in bytes.
    #[pymethod]
    fn __sizeof__(&self) -> usize {
        let words =
            self.number.parts().map_or(0, |(coefficient, _)| digits_of(coefficient).max(1) as usize).div_ceil(19);
        104 + 8 * words.saturating_sub(4)
    }

    /// Class method that converts a float or int to a decimal number, exactly.
    #[pyclassmethod("(f, /)")]
    fn from_float(th: &ThreadState, cls: &Value, f: &Value) -> Res {
        let number = of_float_or_int(th, f)?;
        Decimal::class_or_plain(th, cls, number)
    }

    /// Class method that converts a real number to a decimal number, exactly.
    #[pyclassmethod("(number, /)")]
    fn from_number(th: &ThreadState, cls: &Value, number: &Value) -> Res {
        let converted = operand(number).or_else(|| number.as_float().map(of_float));
        match converted {
            Some(_) if number.is_exactly(&DECIMAL_TYPE) && cls.is(DECIMAL_TYPE.value_ref()) => Ok(number.clone()),
            Some(converted) => Decimal::class_or_plain(th, cls, converted),
            None => {
                let found = number.class().full_name();
                Err(th.type_error(format_args!("conversion from {found} to Decimal is not supported")))
            }
        }
    }

    /// Return a tuple representation of the number.
    #[pymethod]
    fn as_tuple(&self, th: &ThreadState) -> Res {
        let digit_tuple = |number: &UBig| {
            th.tuple_from_vec(number.to_string().bytes().map(|digit| Value::int32(i32::from(digit - b'0'))).collect())
        };
        let (digits, exponent) = match &self.number.kind {
            Kind::Finite { coefficient, exponent } => (digit_tuple(coefficient), th.int(*exponent)),
            Kind::Infinite => (digit_tuple(&UBig::ZERO), th.str("F")),
            Kind::Nan { payload, signaling } => {
                let digits = if payload.is_zero() { th.tuple(&[]) } else { digit_tuple(payload) };
                (digits, th.str(if *signaling { "N" } else { "n" }))
            }
        };
        let class = state(th).decimal_tuple.get_or_none();
        th.call(&class, &[Value::int32(i32::from(self.number.negative)), digits, exponent])
    }

    /// Return a pair of integers whose ratio is exactly equal to the original.
    ///
    /// The ratio is in lowest terms and with a positive denominator.
    /// Raise OverflowError on infinities and a ValueError on NaNs.
    #[pymethod]
    fn as_integer_ratio(&self, th: &ThreadState) -> Res {
        let (coefficient, exponent) = match &self.number.kind {
            Kind::Nan { .. } => return Err(th.value_error("cannot convert NaN to integer ratio")),
            Kind::Infinite => return Err(th.overflow_error("cannot convert Infinity to integer ratio")),
            Kind::Finite { coefficient, exponent } => (coefficient, *exponent),
        };
        th.check_room(exponent.unsigned_abs() as usize)?;
        let (mut numerator, mut denominator) = (coefficient.clone(), UBig::ONE);
        if exponent >= 0 {
            numerator *= algo::decimal::power_of_ten(exponent);
        } else {
            denominator = algo::decimal::power_of_ten(-exponent);
            let common = algo::number::int_math::gcd(&numerator.clone().into(), &denominator.clone().into());
            let common = UBig::try_from(common).unwrap_or(UBig::ONE);
            numerator /= &common;
            denominator /= &common;
        }
        let numerator = th.int_from_big(signed(self.number.negative, numerator));
        Ok(th.tuple(&[numerator, th.int_from_big(denominator.into())]))
    }

    #[pygetter]
    fn real(slf: &Value) -> Value {
        slf.clone()
    }

    #[pygetter]
    fn imag(&self, th: &ThreadState) -> Value {
        decimal(th, Number::small(0))
    }

    /// Return self.
    #[pymethod]
    fn conjugate(slf: &Value) -> Value {
        slf.clone()
    }

    /// Return Decimal(10), the radix (base) in which the Decimal class does
    /// all its arithmetic. Included for compatibility with the specification.
    #[pymethod]
    fn radix(&self, th: &ThreadState) -> Value {
        decimal(th, Number::small(10))
    }

    /// Return the adjusted exponent of the number.  Defined as exp + digits - 1.
    #[pymethod]
    fn adjusted(&self) -> i64 {
        self.number.adjusted()
    }

    /// Convert to an engineering-type string.
    #[pymethod("(context=None)")]
    fn to_eng_string(&self, th: &ThreadState, context: &Value) -> Res {
        let context = given_or_current(th, context)?;
        Ok(th.str(&text::to_text(&self.number, true, of(&context).capitals.get())))
    }

    /// Fused multiply-add. Return self*other+third with no rounding of the
    /// intermediate product.
    #[pymethod("(other, third, context=None)")]
    fn fma(&self, th: &ThreadState, other: &Value, third: &Value, context: &Value) -> Res {
        let context = given_or_current(th, context)?;
        let context = of(&context);
        let (other, third) = (exact_operand(th, context, other)?, exact_operand(th, context, third)?);
        context.compute(th, |rules| arithmetic::fused_multiply_add(rules, &self.number, &other, &third))
    }

    /// Return a value equal to the first operand after rounding and having the
    /// exponent of the second operand.
    #[pymethod("(exp, rounding=None, context=None)")]
    fn quantize(&self, th: &ThreadState, exp: &Value, rounding: &Value, context: &Value) -> Res {
        let context = given_or_current(th, context)?;
        let context = of(&context);
        let rounding = rounding_of(th, rounding)?;
        let exp = exact_operand(th, context, exp)?;
        context.compute(th, |rules| {
            let changed = Rules { rounding: rounding.unwrap_or(rules.rounding), ..rules.clone() };
            let result = arithmetic::quantize(&changed, &self.number, &exp);
            rules.note(changed.status.get());
            result
        })
    }

    /// Round to the nearest integer, signaling Inexact or Rounded as appropriate if
    /// rounding occurs.
    #[pymethod("(rounding=None, context=None)")]
    fn to_integral_exact(&self, th: &ThreadState, rounding: &Value, context: &Value) -> Res {
        self.integral(th, rounding, context, true)
    }

    /// Round to the nearest integer without signaling Inexact or Rounded.
    #[pymethod("(rounding=None, context=None)")]
    fn to_integral_value(&self, th: &ThreadState, rounding: &Value, context: &Value) -> Res {
        self.integral(th, rounding, context, false)
    }

    /// Identical to the to_integral_value() method.
    #[pymethod("(rounding=None, context=None)")]
    fn to_integral(&self, th: &ThreadState, rounding: &Value, context: &Value) -> Res {
        self.integral(th, rounding, context, false)
    }
}

/// Methods that `Decimal` and `Context` share, each from one row.
macro_rules! operations {
    (
        unary { $($(#[$udoc:meta])* $unary:ident = $uop:expr;)* }
        binary { $($(#[$bdoc:meta])* $binary:ident = $bop:expr;)* }
        plain { $($(#[$pdoc:meta])* $plain:ident = $pop:expr;)* }
        context_binary { $($(#[$cdoc:meta])* $only:ident = $cop:expr;)* }
        tests { $($(#[$tdoc:meta])* $test:ident = $top:expr;)* }
        rule_tests { $($(#[$rdoc:meta])* $rule_test:ident = $rop:expr;)* }
    ) => {
        #[pymethods(extra = operations)]
        impl Decimal {
            $(
                $(#[$udoc])*
                #[pymethod("(context=None)")]
                fn $unary(&self, th: &ThreadState, context: &Value) -> Res {
                    let context = given_or_current(th, context)?;
                    of(&context).compute(th, |rules| ($uop)(rules, &self.number))
                }
            )*
            $(
                $(#[$bdoc])*
                #[pymethod("(other, context=None)")]
                fn $binary(&self, th: &ThreadState, other: &Value, context: &Value) -> Res {
                    let context = given_or_current(th, context)?;
                    let other = exact_operand(th, of(&context), other)?;
                    of(&context).compute(th, |rules| ($bop)(rules, &self.number, &other))
                }
            )*
            $(
                $(#[$pdoc])*
                #[pymethod]
                fn $plain(&self, th: &ThreadState) -> Value {
                    decimal(th, ($pop)(&self.number))
                }
            )*
            $(
                $(#[$tdoc])*
                #[pymethod]
                fn $test(&self) -> bool {
                    ($top)(&self.number)
                }
            )*
            $(
                $(#[$rdoc])*
                #[pymethod("(context=None)")]
                fn $rule_test(&self, th: &ThreadState, context: &Value) -> Res<bool> {
                    let context = given_or_current(th, context)?;
                    Ok(($rop)(&of(&context).rules(), &self.number))
                }
            )*

            /// Test whether self and other have the same exponent or whether both are NaN.
            #[pymethod("(other, context=None)")]
            fn same_quantum(&self, th: &ThreadState, other: &Value, context: &Value) -> Res<bool> {
                let context = given_or_current(th, context)?;
                Ok(compare::same_quantum(&self.number, &exact_operand(th, of(&context), other)?))
            }

            /// Return a string describing the class of the operand.
            #[pymethod("(context=None)")]
            fn number_class(&self, th: &ThreadState, context: &Value) -> Res {
                let context = given_or_current(th, context)?;
                Ok(th.str(compare::class_of(&of(&context).rules(), &self.number)))
            }
        }

        #[pymethods(extra = operations)]
        impl Context {
            $(
                $(#[$udoc])*
                #[pymethod("(x, /)")]
                fn $unary(&self, th: &ThreadState, x: &Value) -> Res {
                    let x = exact_operand(th, self, x)?;
                    self.compute(th, |rules| ($uop)(rules, &x))
                }
            )*
            $(
                $(#[$bdoc])*
                #[pymethod("(x, y, /)")]
                fn $binary(&self, th: &ThreadState, x: &Value, y: &Value) -> Res {
                    let (x, y) = (exact_operand(th, self, x)?, exact_operand(th, self, y)?);
                    self.compute(th, |rules| ($bop)(rules, &x, &y))
                }
            )*
            $(
                $(#[$pdoc])*
                #[pymethod("(x, /)")]
                fn $plain(&self, th: &ThreadState, x: &Value) -> Res {
                    Ok(decimal(th, ($pop)(&exact_operand(th, self, x)?)))
                }
            )*
            $(
                $(#[$cdoc])*
                #[pymethod("(x, y, /)")]
                fn $only(&self, th: &ThreadState, x: &Value, y: &Value) -> Res {
                    let (x, y) = (exact_operand(th, self, x)?, exact_operand(th, self, y)?);
                    self.compute(th, |rules| ($cop)(rules, &x, &y))
                }
            )*
            $(
                $(#[$tdoc])*
                #[pymethod("(x, /)")]
                fn $test(&self, th: &ThreadState, x: &Value) -> Res<bool> {
                    Ok(($top)(&exact_operand(th, self, x)?))
                }
            )*
            $(
                $(#[$rdoc])*
                #[pymethod("(x, /)")]
                fn $rule_test(&self, th: &ThreadState, x: &Value) -> Res<bool> {
                    Ok(($rop)(&self.rules(), &exact_operand(th, self, x)?))
                }
            )*

            /// Return a new instance of x.
            #[pymethod("(x, /)")]
            fn canonical(&self, th: &ThreadState, x: &Value) -> Res {
                self.is_canonical(th, x).map(|_| x.clone())
            }

            /// Return True if x is canonical, False otherwise.
            #[pymethod("(x, /)")]
            fn is_canonical(&self, th: &ThreadState, x: &Value) -> Res<bool> {
                if number_of(x).is_none() {
                    return Err(th.type_error("argument must be a Decimal"));
                }
                Ok(true)
            }

            /// Apply self to Decimal x.
            #[pymethod("(x, /)")]
            fn _apply(&self, th: &ThreadState, x: &Value) -> Res {
                let x = exact_operand(th, self, x)?;
                self.compute(th, |rules| rules.round(&x))
            }

            /// Return the minus of x, or x rounded, or its magnitude.
            #[pymethod("(x, /)")]
            fn minus(&self, th: &ThreadState, x: &Value) -> Res {
                let x = exact_operand(th, self, x)?;
                self.compute(th, |rules| arithmetic::minus(rules, &x))
            }

            /// Unary prefix plus, which rounds.
            #[pymethod("(x, /)")]
            fn plus(&self, th: &ThreadState, x: &Value) -> Res {
                let x = exact_operand(th, self, x)?;
                self.compute(th, |rules| arithmetic::plus(rules, &x))
            }

            /// Return the absolute value of x.
            #[pymethod("(x, /)")]
            fn abs(&self, th: &ThreadState, x: &Value) -> Res {
                let x = exact_operand(th, self, x)?;
                self.compute(th, |rules| arithmetic::absolute(rules, &x))
            }

            /// Round to an integer, signaling if rounding occurs.
            #[pymethod("(x, /)")]
            fn to_integral_exact(&self, th: &ThreadState, x: &Value) -> Res {
                let x = exact_operand(th, self, x)?;
                self.compute(th, |rules| arithmetic::to_integral(rules, &x, true))
            }

            /// Round to an integer.
            #[pymethod("(x, /)")]
            fn to_integral_value(&self, th: &ThreadState, x: &Value) -> Res {
                let x = exact_operand(th, self, x)?;
                self.compute(th, |rules| arithmetic::to_integral(rules, &x, false))
            }

            /// Identical to to_integral_value(x).
            #[pymethod("(x, /)")]
            fn to_integral(&self, th: &ThreadState, x: &Value) -> Res {
                self.to_integral_value(th, x)
            }

            /// Return a copy of x with the sign of y.
            #[pymethod("(x, y, /)")]
            fn copy_sign(&self, th: &ThreadState, x: &Value, y: &Value) -> Res {
                let (x, y) = (exact_operand(th, self, x)?, exact_operand(th, self, y)?);
                Ok(decimal(th, x.with_sign(y.negative)))
            }

            /// Return True if the two operands have the same exponent.
            #[pymethod("(x, y, /)")]
            fn same_quantum(&self, th: &ThreadState, x: &Value, y: &Value) -> Res<bool> {
                Ok(compare::same_quantum(&exact_operand(th, self, x)?, &exact_operand(th, self, y)?))
            }

            /// Return an indication of the class of x.
            #[pymethod("(x, /)")]
            fn number_class(&self, th: &ThreadState, x: &Value) -> Res {
                let x = exact_operand(th, self, x)?;
                Ok(th.str(compare::class_of(&self.rules(), &x)))
            }
        }
    };
}

fn and(rules: &Rules, a: &Number, b: &Number) -> Number {
    digits::logical(rules, a, b, |a, b| a && b)
}

fn or(rules: &Rules, a: &Number, b: &Number) -> Number {
    digits::logical(rules, a, b, |a, b| a || b)
}

fn xor(rules: &Rules, a: &Number, b: &Number) -> Number {
    digits::logical(rules, a, b, |a, b| a != b)
}

fn total(_: &Rules, a: &Number, b: &Number) -> Number {
    compare::compare_total(a, b)
}

fn total_magnitude(_: &Rules, a: &Number, b: &Number) -> Number {
    compare::compare_total_magnitude(a, b)
}

operations! {
    unary {
        /// Return the value of the (natural) exponential function e**x.
        exp = functions::exp;
        /// Return the natural (base e) logarithm of the operand.
        ln = functions::ln;
        /// Return the base ten logarithm of the operand.
        log10 = functions::log10;
        /// Return the adjusted exponent of the operand as a Decimal instance.
        logb = arithmetic::log_b;
        /// Return the digit-wise inversion of the (logical) operand.
        logical_invert = digits::invert;
        /// Return the largest number that is smaller than the operand.
        next_minus = |rules: &Rules, a: &Number| compare::next(rules, a, false);
        /// Return the smallest number that is larger than the operand.
        next_plus = |rules: &Rules, a: &Number| compare::next(rules, a, true);
        /// Normalize the number by stripping trailing zeros.
        normalize = arithmetic::reduce;
        /// Return the square root of the argument to full precision.
        sqrt = functions::square_root;
    }
    binary {
        /// Compare the operands numerically.
        compare = |rules: &Rules, a: &Number, b: &Number| compare::compare(rules, a, b, false);
        /// Compare the operands; all NaNs signal.
        compare_signal = |rules: &Rules, a: &Number, b: &Number| compare::compare(rules, a, b, true);
        /// Compare two operands using their abstract representation.
        compare_total = total;
        /// Compare the representations, ignoring signs.
        compare_total_mag = total_magnitude;
        /// Maximum of the operands.
        max = |rules: &Rules, a: &Number, b: &Number| compare::extreme(rules, a, b, true, false);
        /// As max(), but by absolute values.
        max_mag = |rules: &Rules, a: &Number, b: &Number| compare::extreme(rules, a, b, true, true);
        /// Minimum of the operands.
        min = |rules: &Rules, a: &Number, b: &Number| compare::extreme(rules, a, b, false, false);
        /// As min(), but by absolute values.
        min_mag = |rules: &Rules, a: &Number, b: &Number| compare::extreme(rules, a, b, false, true);
        /// The number closest to the first operand in the direction of the second.
        next_toward = compare::next_toward;
        /// The remainder beside the nearest multiple.
        remainder_near = arithmetic::remainder_near;
        /// The first operand with its digits rotated.
        rotate = |rules: &Rules, a: &Number, b: &Number| digits::shift(rules, a, b, true);
        /// The first operand with its exponent adjusted by the second.
        scaleb = arithmetic::scale;
        /// The first operand with its digits shifted.
        shift = |rules: &Rules, a: &Number, b: &Number| digits::shift(rules, a, b, false);
        /// The digit-wise 'and' of the operands.
        logical_and = and;
        /// The digit-wise 'or' of the operands.
        logical_or = or;
        /// The digit-wise 'exclusive or' of the operands.
        logical_xor = xor;
    }
    plain {
        /// Return the absolute value of the argument, unaffected by any context.
        copy_abs = |number: &Number| number.with_sign(false);
        /// Return the negation of the argument, unaffected by any context.
        copy_negate = |number: &Number| number.with_sign(!number.negative);
    }
    context_binary {
        /// Return the sum of x and y.
        add = arithmetic::add;
        /// Return the difference between x and y.
        subtract = arithmetic::subtract;
        /// Return the product of x and y.
        multiply = arithmetic::multiply;
        /// Return x divided by y.
        divide = arithmetic::divide;
        /// Return x divided by y, truncated to an integer.
        divide_int = arithmetic::divide_integer;
        /// Return the remainder from integer division.
        remainder = arithmetic::remainder;
        /// Return a value equal to x (rounded), having the exponent of y.
        quantize = arithmetic::quantize;
    }
    tests {
        /// Return True if the argument is a finite number.
        is_finite = Number::is_finite;
        /// Return True if the argument is infinite.
        is_infinite = Number::is_infinite;
        /// Return True if the argument is a (quiet or signaling) NaN.
        is_nan = Number::is_nan;
        /// Return True if the argument is a quiet NaN.
        is_qnan = |number: &Number| number.is_nan() && !number.is_signaling();
        /// Return True if the argument has a negative sign.
        is_signed = |number: &Number| number.negative;
        /// Return True if the argument is a signaling NaN.
        is_snan = Number::is_signaling;
        /// Return True if the argument is a zero.
        is_zero = Number::is_zero;
    }
    rule_tests {
        /// Return True if the argument is a normal finite non-zero number.
        is_normal = compare::is_normal;
        /// Return True if the argument is subnormal.
        is_subnormal = compare::is_subnormal;
    }
}

#[pymethods(extra = signs)]
impl Decimal {
    /// Return the canonical encoding of the argument: itself.
    #[pymethod]
    fn canonical(slf: &Value) -> Value {
        slf.clone()
    }

    /// Return True if the argument is in canonical form, as all are.
    #[pymethod]
    fn is_canonical(&self) -> bool {
        true
    }

    /// Return a copy of the first operand with the sign of the second.
    #[pymethod("(other, context=None)")]
    fn copy_sign(&self, th: &ThreadState, other: &Value, context: &Value) -> Res {
        let context = given_or_current(th, context)?;
        let other = exact_operand(th, of(&context), other)?;
        Ok(decimal(th, self.number.with_sign(other.negative)))
    }
}
