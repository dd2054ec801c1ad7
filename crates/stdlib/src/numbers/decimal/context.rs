//! `decimal.Context`, its dictionaries of signals, and the context of a thread.

use std::cell::Cell;
use std::rc::Rc;

use algo::decimal::{MAX_EMAX, MAX_PREC, MIN_EMIN, Number, Rounding, Rules, status};
use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::types::CompareOp;
use runtime::{Payload, Res, ThreadState, Type, Value};

use super::convert::{exact_operand, of_value};
use super::signals::{SIGNALS, names_of};
use super::state;
use super::value::{Decimal, decimal};
use crate::concurrency::contextvars;

/// The context affects almost all operations and controls rounding,
/// Over/Underflow, raising of exceptions and much more.  A new context
/// can be initialized as follows:
///
///     >>> c = Context(prec=28, Emin=-425000000, Emax=425000000,
///     ...             rounding=ROUND_HALF_EVEN, capitals=1, clamp=1,
///     ...             traps=[InvalidOperation, DivisionByZero, Overflow],
///     ...             flags=[])
#[pyclass(name = "Context", module = "decimal", flags(basetype), extra(operations))]
pub struct Context {
    #[notrace]
    prec: Cell<i64>,
    #[notrace]
    emax: Cell<i64>,
    #[notrace]
    emin: Cell<i64>,
    #[notrace]
    rounding: Cell<Rounding>,
    #[notrace]
    clamp: Cell<bool>,
    #[notrace]
    pub capitals: Cell<bool>,
    #[notrace]
    pub flags: Rc<SignalBits>,
    #[notrace]
    pub traps: Rc<SignalBits>,
    /// The mappings that show flags and traps, once they were asked for.
    flags_shown: ValueCell,
    traps_shown: ValueCell,
}

/// Signals that are set, which a context shares with the mapping that shows them.
#[derive(Default)]
pub struct SignalBits {
    bits: Cell<u32>,
    /// The context is gone.
    dead: Cell<bool>,
}

impl SignalBits {
    fn new(bits: u32) -> Rc<SignalBits> {
        Rc::new(SignalBits { bits: Cell::new(bits), dead: Cell::new(false) })
    }

    #[inline]
    pub fn get(&self) -> u32 {
        self.bits.get()
    }

    #[inline]
    pub fn set(&self, bits: u32) {
        self.bits.set(bits);
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        self.flags.dead.set(true);
        self.traps.dead.set(true);
    }
}

/// What `DefaultContext` is at first.
pub const DEFAULT_TRAPS: u32 = status::ALL_INVALID | status::DIVISION_BY_ZERO | status::OVERFLOW;

impl Context {
    pub fn new_payload(prec: i64, emax: i64, rounding: Rounding, clamp: bool, traps: u32) -> Context {
        Context {
            prec: Cell::new(prec),
            emax: Cell::new(emax),
            emin: Cell::new(-emax),
            rounding: Cell::new(rounding),
            clamp: Cell::new(clamp),
            capitals: Cell::new(true),
            flags: SignalBits::new(0),
            traps: SignalBits::new(traps),
            flags_shown: ValueCell::empty(),
            traps_shown: ValueCell::empty(),
        }
    }

    pub fn set_emin(&self, emin: i64) {
        self.emin.set(emin);
    }

    /// The same settings; with the flags or without.
    pub fn duplicate(&self, with_flags: bool) -> Context {
        Context {
            prec: self.prec.clone(),
            emax: self.emax.clone(),
            emin: self.emin.clone(),
            rounding: self.rounding.clone(),
            clamp: self.clamp.clone(),
            capitals: self.capitals.clone(),
            flags: SignalBits::new(if with_flags { self.flags.get() } else { 0 }),
            traps: SignalBits::new(self.traps.get()),
            flags_shown: ValueCell::empty(),
            traps_shown: ValueCell::empty(),
        }
    }

    pub fn rules(&self) -> Rules {
        Rules {
            prec: self.prec.get(),
            emax: self.emax.get(),
            emin: self.emin.get(),
            rounding: self.rounding.get(),
            clamp: self.clamp.get(),
            status: Cell::new(0),
        }
    }

    /// Keeps what happened, and raises what is trapped.
    #[inline]
    pub fn settle(&self, th: &ThreadState, bits: u32) -> Res<()> {
        if bits == 0 {
            return Ok(());
        }
        self.flags.set(self.flags.get() | bits);
        if bits & status::NO_MEMORY != 0 {
            return Err(th.memory_error());
        }
        let trapped = bits & self.traps.get();
        if trapped != 0 { Err(state(th).classes.raise(th, trapped)) } else { Ok(()) }
    }

    /// Computes in this context.
    #[inline]
    pub fn compute(&self, th: &ThreadState, operation: impl FnOnce(&Rules) -> Number) -> Res {
        let rules = self.rules();
        let result = operation(&rules);
        self.settle(th, rules.status.get())?;
        Ok(decimal(th, result))
    }
}

/// The thread's current context, made when it is first asked for.
pub fn current(th: &ThreadState) -> Res {
    let state = state(th);
    let var = state.variable.get_or_none();
    if let Some(context) = contextvars::value_of(th, &var) {
        return Ok(context);
    }
    let template = state.default_context.get_or_none();
    let Some(template) = template.downcast::<Context>() else { return Err(th.system_error("no default context")) };
    let context = th.new_object(template.duplicate(false));
    contextvars::set_value(th, &var, &context);
    Ok(context)
}

/// An argument `context=None`.
pub fn given_or_current(th: &ThreadState, context: &Value) -> Res {
    if context.is_none() {
        return current(th);
    }
    if context.downcast::<Context>().is_none() {
        return Err(th.type_error("optional argument must be a context"));
    }
    Ok(context.clone())
}

/// Makes a context current. The module's own contexts are copied: they stay as they are.
pub fn set_current(th: &ThreadState, context: &Value) -> Res<()> {
    let Some(payload) = context.downcast::<Context>() else {
        return Err(th.type_error("argument must be a context"));
    };
    let state = state(th);
    let is_template = [&state.default_context, &state.basic_context, &state.extended_context]
        .iter()
        .any(|template| template.with(|template| template.is_some_and(|template| template.is(context))));
    let context = if is_template { th.new_object(payload.duplicate(false)) } else { context.clone() };
    contextvars::set_value(th, &state.variable.get_or_none(), &context);
    Ok(())
}

fn whole(th: &ThreadState, value: &Value) -> Res<i64> {
    let Some(number) = value.as_int() else { return Err(th.type_error("an integer is required")) };
    number.to_i64().ok_or_else(|| th.overflow_error("Python int too large to convert to C ssize_t"))
}

fn given<'a>(th: &ThreadState, value: Option<&'a Value>) -> Res<&'a Value> {
    value.ok_or_else(|| th.attribute_error_message(&Value::NONE, &Value::NONE, "context attributes cannot be deleted"))
}

/// The bits of a class that must be a signal.
fn known_signal(th: &ThreadState, class: &Value) -> Res<u32> {
    state(th).classes.bits_of(class).ok_or_else(|| {
        let message = "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   \
                       Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]";
        th.error_args(&runtime::objects::exceptions::KEY_ERROR, &[th.str(message)])
    })
}

/// The bits that a list or a dictionary of signals stands for.
fn signal_bits(th: &ThreadState, value: &Value, list: bool) -> Res<u32> {
    if let Some(dict) = value.downcast::<SignalDict>() {
        return dict.live(th).map(SignalBits::get);
    }
    let mut bits = 0;
    if let Some(dict) = value.downcast::<runtime::objects::dict::Dict>() {
        if dict.len() != SIGNALS.len() {
            return Err(th.error_args(&runtime::objects::exceptions::KEY_ERROR, &[th.str("invalid signal dict")]));
        }
        for (class, on) in dict.to_vec() {
            let bit = known_signal(th, &class)?;
            if th.is_true(&on)? {
                bits |= bit;
            }
        }
        return Ok(bits);
    }
    if !list || !value.is_instance_of(&runtime::objects::list::LIST_TYPE) {
        return Err(th.type_error("argument must be a signal dict"));
    }
    for class in th.collect(value)? {
        bits |= known_signal(th, &class)?;
    }
    Ok(bits)
}

impl Context {
    fn write_prec(&self, th: &ThreadState, value: &Value) -> Res<()> {
        match whole(th, value)? {
            prec @ 1..=MAX_PREC => {
                self.prec.set(prec);
                Ok(())
            }
            _ => Err(th.value_error("valid range for prec is [1, MAX_PREC]")),
        }
    }

    fn write_emin(&self, th: &ThreadState, value: &Value) -> Res<()> {
        match whole(th, value)? {
            emin @ MIN_EMIN..=0 => {
                self.emin.set(emin);
                Ok(())
            }
            _ => Err(th.value_error("valid range for Emin is [MIN_EMIN, 0]")),
        }
    }

    fn write_emax(&self, th: &ThreadState, value: &Value) -> Res<()> {
        match whole(th, value)? {
            emax @ 0..=MAX_EMAX => {
                self.emax.set(emax);
                Ok(())
            }
            _ => Err(th.value_error("valid range for Emax is [0, MAX_EMAX]")),
        }
    }

    fn write_rounding(&self, th: &ThreadState, value: &Value) -> Res<()> {
        let rounding = value.as_str().and_then(|name| name.as_ascii()).and_then(Rounding::of_name);
        let Some(rounding) = rounding else {
            return Err(th.type_error(
                "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, \
                 ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]",
            ));
        };
        self.rounding.set(rounding);
        Ok(())
    }

    fn write_switch(th: &ThreadState, cell: &Cell<bool>, name: &str, value: &Value) -> Res<()> {
        match whole(th, value)? {
            on @ 0..=1 => {
                cell.set(on == 1);
                Ok(())
            }
            _ => Err(th.value_error(format_args!("valid values for {name} are 0 or 1"))),
        }
    }

    /// Sets what was given to a constructor or to `localcontext()`.
    pub fn apply_settings(&self, th: &ThreadState, settings: &[(&str, &Value)]) -> Res<()> {
        for (name, value) in settings.iter().filter(|(_, value)| !value.is_none()) {
            match *name {
                "prec" => self.write_prec(th, value)?,
                "rounding" => self.write_rounding(th, value)?,
                "Emin" => self.write_emin(th, value)?,
                "Emax" => self.write_emax(th, value)?,
                "capitals" => Context::write_switch(th, &self.capitals, "capitals", value)?,
                "clamp" => Context::write_switch(th, &self.clamp, "clamp", value)?,
                "flags" => self.flags.set(signal_bits(th, value, true)?),
                "traps" => self.traps.set(signal_bits(th, value, true)?),
                _ => {}
            }
        }
        Ok(())
    }

    fn signal_dict(&self, th: &ThreadState, traps: bool) -> Res {
        let shown = if traps { &self.traps_shown } else { &self.flags_shown };
        if let Some(dict) = shown.get() {
            return Ok(dict);
        }
        let class = state(th).signal_dict.get_or_none();
        let Some(class) = class.as_type() else { return Err(th.system_error("no class SignalDict")) };
        let bits = Some(if traps { self.traps.clone() } else { self.flags.clone() });
        let dict = th.new_instance(class, SignalDict { bits });
        shown.set(Some(dict.clone()));
        Ok(dict)
    }
}

#[pymethods]
impl Context {
    #[pyslot("(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)")]
    #[expect(clippy::too_many_arguments, reason = "as many as Python has")]
    fn new(
        th: &ThreadState,
        cls: &Type,
        prec: &Value,
        rounding: &Value,
        emin: &Value,
        emax: &Value,
        capitals: &Value,
        clamp: &Value,
        flags: &Value,
        traps: &Value,
    ) -> Res {
        let template = state(th).default_context.get_or_none();
        let payload = match template.downcast::<Context>() {
            Some(template) => template.duplicate(false),
            None => Context::new_payload(28, 999_999, Rounding::HalfEven, false, DEFAULT_TRAPS),
        };
        payload.apply_settings(
            th,
            &[
                ("prec", prec),
                ("rounding", rounding),
                ("Emin", emin),
                ("Emax", emax),
                ("capitals", capitals),
                ("clamp", clamp),
                ("flags", flags),
                ("traps", traps),
            ],
        )?;
        Ok(th.new_instance(cls, payload))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!(
            "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags=[{}], traps=[{}])",
            self.prec.get(),
            self.rounding.get().name(),
            self.emin.get(),
            self.emax.get(),
            u8::from(self.capitals.get()),
            u8::from(self.clamp.get()),
            names_of(self.flags.get()),
            names_of(self.traps.get()),
        )))
    }

    #[pygetter]
    fn prec(&self) -> i64 {
        self.prec.get()
    }

    #[pysetter]
    fn set_prec(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.write_prec(th, given(th, value)?)
    }

    #[pygetter(name = "Emin")]
    fn emin(&self) -> i64 {
        self.emin.get()
    }

    #[pysetter(name = "Emin")]
    fn change_emin(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.write_emin(th, given(th, value)?)
    }

    #[pygetter(name = "Emax")]
    fn emax(&self) -> i64 {
        self.emax.get()
    }

    #[pysetter(name = "Emax")]
    fn change_emax(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.write_emax(th, given(th, value)?)
    }

    #[pygetter]
    fn rounding(&self) -> &'static str {
        self.rounding.get().name()
    }

    #[pysetter]
    fn set_rounding(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.write_rounding(th, given(th, value)?)
    }

    #[pygetter]
    fn capitals(&self) -> i64 {
        i64::from(self.capitals.get())
    }

    #[pysetter]
    fn set_capitals(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        Context::write_switch(th, &self.capitals, "capitals", given(th, value)?)
    }

    #[pygetter]
    fn clamp(&self) -> i64 {
        i64::from(self.clamp.get())
    }

    #[pysetter]
    fn set_clamp(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        Context::write_switch(th, &self.clamp, "clamp", given(th, value)?)
    }

    #[pygetter]
    fn flags(&self, th: &ThreadState) -> Res {
        self.signal_dict(th, false)
    }

    #[pysetter]
    fn set_flags(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.flags.set(signal_bits(th, given(th, value)?, false)?);
        Ok(())
    }

    #[pygetter]
    fn traps(&self, th: &ThreadState) -> Res {
        self.signal_dict(th, true)
    }

    #[pysetter]
    fn set_traps(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.traps.set(signal_bits(th, given(th, value)?, false)?);
        Ok(())
    }

    /// Return a value equal to Emin - prec + 1, which is the minimum exponent value
    /// for subnormal results.  When underflow occurs, the exponent is set
    /// to Etiny.
    #[pymethod(name = "Etiny")]
    fn etiny(&self) -> i64 {
        self.rules().etiny()
    }

    /// Return a value equal to Emax - prec + 1.  This is the maximum exponent
    /// if the _clamp field of the context is set to 1 (IEEE clamp mode).  Etop()
    /// must not be negative.
    #[pymethod(name = "Etop")]
    fn etop(&self) -> i64 {
        self.rules().etop()
    }

    /// Return Decimal(10).
    #[pymethod]
    fn radix(&self, th: &ThreadState) -> Value {
        decimal(th, Number::small(10))
    }

    /// Reset all flags to False.
    #[pymethod]
    fn clear_flags(&self) {
        self.flags.set(0);
    }

    /// Set all traps to False.
    #[pymethod]
    fn clear_traps(&self) {
        self.traps.set(0);
    }

    /// Return a duplicate of the context.
    #[pymethod]
    fn copy(&self, th: &ThreadState) -> Value {
        th.new_object(self.duplicate(true))
    }

    #[pymethod]
    fn __copy__(&self, th: &ThreadState) -> Value {
        th.new_object(self.duplicate(true))
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Res {
        let all = state(th).classes.all();
        let listed = |bits: u32| {
            th.list(all.iter().filter(|(_, bit)| bits & bit != 0).map(|(class, _)| class.clone()).collect())
        };
        let args = [
            th.int(self.prec.get()),
            th.str(self.rounding.get().name()),
            th.int(self.emin.get()),
            th.int(self.emax.get()),
            Value::int32(i32::from(self.capitals.get())),
            Value::int32(i32::from(self.clamp.get())),
            listed(self.flags.get()),
            listed(self.traps.get()),
        ];
        Ok(th.tuple(&[slf.class().as_value(), th.tuple(&args)]))
    }

    /// Create a new Decimal instance from num, using self as the context. Unlike the
    /// Decimal constructor, this function observes the context limits.
    #[pymethod("(num='0', /)")]
    fn create_decimal(&self, th: &ThreadState, #[default(None)] num: Option<&Value>) -> Res {
        let Some(value) = num else { return Ok(decimal(th, Number::small(0))) };
        let number = of_value(th, self, value, true)?;
        let rules = self.rules();
        if let algo::decimal::Kind::Nan { payload, .. } = &number.kind
            && !payload.is_zero()
            && algo::decimal::digits_of(payload) > rules.prec - i64::from(rules.clamp)
        {
            self.settle(th, status::CONVERSION_SYNTAX)?;
            return Ok(decimal(th, Number::nan()));
        }
        self.compute(th, |rules| rules.round(&number))
    }

    /// Create a new Decimal instance from float f.  Unlike the Decimal.from_float()
    /// class method, this function observes the context limits.
    #[pymethod("(f, /)")]
    fn create_decimal_from_float(&self, th: &ThreadState, f: &Value) -> Res {
        let number = super::convert::of_float_or_int(th, f)?;
        self.compute(th, |rules| rules.round(&number))
    }

    /// Return a copy of Decimal x.
    #[pymethod("(x, /)")]
    fn copy_decimal(&self, th: &ThreadState, x: &Value) -> Res {
        if number_of(x).is_some() {
            return Ok(x.clone());
        }
        Ok(decimal(th, exact_operand(th, self, x)?))
    }

    /// Convert a number to a string using scientific notation.
    #[pymethod("(x, /)")]
    fn to_sci_string(&self, th: &ThreadState, x: &Value) -> Res {
        let x = exact_operand(th, self, x)?;
        Ok(th.str(&algo::decimal::text::to_text(&x, false, self.capitals.get())))
    }

    /// Convert a number to a string, using engineering notation.
    #[pymethod("(x, /)")]
    fn to_eng_string(&self, th: &ThreadState, x: &Value) -> Res {
        let x = exact_operand(th, self, x)?;
        Ok(th.str(&algo::decimal::text::to_text(&x, true, self.capitals.get())))
    }

    /// Compute a**b. If a is negative, then b must be integral. The result
    /// will be inexact unless b is integral and the result is finite and can
    /// be expressed exactly in 'precision' digits.
    #[pymethod("(a, b, modulo=None)")]
    fn power(&self, th: &ThreadState, a: &Value, b: &Value, modulo: &Value) -> Res {
        let (a, b) = (exact_operand(th, self, a)?, exact_operand(th, self, b)?);
        if modulo.is_none() {
            return self.compute(th, |rules| algo::decimal::functions::power(rules, &a, &b));
        }
        let modulo = exact_operand(th, self, modulo)?;
        self.compute(th, |rules| algo::decimal::functions::power_modulo(rules, &a, &b, &modulo))
    }

    /// Return a multiplied by b, plus c.
    #[pymethod("(a, b, c, /)")]
    fn fma(&self, th: &ThreadState, a: &Value, b: &Value, c: &Value) -> Res {
        let (a, b, c) = (exact_operand(th, self, a)?, exact_operand(th, self, b)?, exact_operand(th, self, c)?);
        self.compute(th, |rules| algo::decimal::arithmetic::fused_multiply_add(rules, &a, &b, &c))
    }

    /// Return quotient and remainder of the division x / y.
    #[pymethod("(x, y, /)")]
    fn divmod(&self, th: &ThreadState, x: &Value, y: &Value) -> Res {
        let (x, y) = (exact_operand(th, self, x)?, exact_operand(th, self, y)?);
        let rules = self.rules();
        let (quotient, rest) = algo::decimal::arithmetic::divide_with_remainder(&rules, &x, &y);
        self.settle(th, rules.status.get())?;
        Ok(th.tuple(&[decimal(th, quotient), decimal(th, rest)]))
    }
}

/// The flags or the traps of a context, as a mapping.
#[pyclass(name = "SignalDictMixin", module = "decimal", hidden, flags(basetype))]
pub struct SignalDict {
    #[notrace]
    bits: Option<Rc<SignalBits>>,
}

impl SignalDict {
    /// The bits, as long as there is a context that they belong to.
    fn live(&self, th: &ThreadState) -> Res<&SignalBits> {
        match &self.bits {
            Some(bits) if !bits.dead.get() => Ok(bits),
            _ => Err(th.value_error("invalid signal dict")),
        }
    }
}

#[pymethods]
impl SignalDict {
    #[pyslot("()", text = none)]
    fn new(th: &ThreadState, cls: &Type) -> Res {
        Ok(th.new_instance(cls, SignalDict { bits: None }))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let bits = self.live(th)?.get();
        let all = state(th).classes.all();
        let mut parts = Vec::new();
        for (class, bit) in &all {
            parts.push(format!("{}:{}", th.repr_string(class)?, if bits & bit != 0 { "True" } else { "False" }));
        }
        Ok(th.str(&format!("{{{}}}", parts.join(", "))))
    }

    #[pyslot(mp_length)]
    fn length(&self, th: &ThreadState) -> Res<usize> {
        self.live(th)?;
        Ok(SIGNALS.len())
    }

    #[pyslot]
    fn iter(&self, th: &ThreadState) -> Res {
        self.live(th)?;
        let classes = state(th).classes.all().into_iter().map(|(class, _)| class).collect();
        th.iter(&th.tuple_from_vec(classes))
    }

    #[pyslot]
    fn mp_subscript(&self, th: &ThreadState, key: &Value) -> Res {
        let bits = self.live(th)?.get();
        Ok(Value::bool(bits & known_signal(th, key)? != 0))
    }

    #[pyslot]
    fn mp_ass_subscript(&self, th: &ThreadState, key: &Value, value: Option<&Value>) -> Res<()> {
        self.live(th)?;
        let Some(value) = value else { return Err(th.value_error("signal keys cannot be deleted")) };
        let bits = known_signal(th, key)?;
        let on = th.is_true(value)?;
        let cell = self.live(th)?;
        cell.set(if on { cell.get() | bits } else { cell.get() & !bits });
        Ok(())
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(a), true) = (a.downcast::<SignalDict>(), matches!(op, CompareOp::Eq | CompareOp::Ne)) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let own = a.live(th)?.get();
        let bits = if let Some(b) = b.downcast::<SignalDict>() {
            b.live(th)?.get()
        } else if b.downcast::<runtime::objects::dict::Dict>().is_some() {
            match th.catch(signal_bits(th, b, false), &runtime::objects::exceptions::KEY_ERROR)? {
                Some(bits) => bits,
                None => return Ok(Value::NOT_IMPLEMENTED),
            }
        } else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let normal = |bits: u32| SIGNALS.map(|signal| bits & signal.bits != 0);
        Ok(Value::bool((normal(own) == normal(bits)) == (op == CompareOp::Eq)))
    }

    /// A plain dict of the signals.
    #[pymethod]
    fn copy(&self, th: &ThreadState) -> Res {
        let dict = runtime::objects::dict::Dict::new();
        let bits = self.live(th)?.get();
        for (class, bit) in state(th).classes.all() {
            dict.set(th, &class, Value::bool(bits & bit != 0))?;
        }
        Ok(th.dict(dict))
    }
}

/// What `localcontext()` returns.
#[pyclass(name = "ContextManager", module = "decimal", hidden, flags(disallow_new))]
pub struct ContextManager {
    local: Value,
    global: Value,
}

impl ContextManager {
    pub fn make(th: &ThreadState, context: &Value, settings: &[(&str, &Value)]) -> Res {
        let global = current(th)?;
        let model = if context.is_none() { global.clone() } else { context.clone() };
        let Some(payload) = model.downcast::<Context>() else {
            return Err(th.type_error("optional argument must be a context"));
        };
        let payload = payload.duplicate(true);
        payload.apply_settings(th, settings)?;
        let local = th.new_object(payload);
        Ok(th.new_object(ContextManager { local, global }))
    }
}

#[pymethods]
impl ContextManager {
    #[pymethod]
    fn __enter__(&self, th: &ThreadState) -> Res {
        set_current(th, &self.local)?;
        Ok(self.local.clone())
    }

    #[pymethod("(*args)")]
    fn __exit__(&self, th: &ThreadState, args: &[Value]) -> Res<()> {
        let _ = args;
        set_current(th, &self.global)
    }
}

/// The payload of a context, from a value that is one.
pub fn of(context: &Value) -> &Context {
    Context::of(context)
}

/// A number from an operand of class `Decimal`.
pub fn number_of(value: &Value) -> Option<&Number> {
    value.downcast::<Decimal>().map(|decimal| &decimal.number)
}
