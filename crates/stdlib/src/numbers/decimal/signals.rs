//! Signals of decimal arithmetic: the exception classes, and raising those that a context traps.

use algo::decimal::status;
use runtime::gc::ValueCell;
use runtime::{Raised, Res, ThreadState, Value};

/// A signal: its name, the bits of a status that stand for it, the classes it is derived from.
pub struct Signal {
    pub name: &'static str,
    pub bits: u32,
    bases: &'static [&'static str],
}

const fn signal(name: &'static str, bits: u32, bases: &'static [&'static str]) -> Signal {
    Signal { name, bits, bases }
}

/// The signals, in the order in which they are looked at when several are trapped.
pub const SIGNALS: [Signal; 9] = [
    signal("InvalidOperation", status::ALL_INVALID, &["DecimalException"]),
    signal("FloatOperation", status::FLOAT_OPERATION, &["DecimalException", "TypeError"]),
    signal("DivisionByZero", status::DIVISION_BY_ZERO, &["DecimalException", "ZeroDivisionError"]),
    signal("Overflow", status::OVERFLOW, &["Inexact", "Rounded"]),
    signal("Underflow", status::UNDERFLOW, &["Inexact", "Rounded", "Subnormal"]),
    signal("Subnormal", status::SUBNORMAL, &["DecimalException"]),
    signal("Inexact", status::INEXACT, &["DecimalException"]),
    signal("Rounded", status::ROUNDED, &["DecimalException"]),
    signal("Clamped", status::CLAMPED, &["DecimalException"]),
];

/// The names of the signals that bits stand for, in the order of the bits.
pub fn names_of(bits: u32) -> String {
    let mut named: Vec<&Signal> = SIGNALS.iter().filter(|signal| bits & signal.bits != 0).collect();
    named.sort_by_key(|signal| signal.bits.trailing_zeros());
    named.iter().map(|signal| signal.name).collect::<Vec<_>>().join(", ")
}

/// What makes an operation invalid, in more detail.
const CONDITIONS: [Signal; 5] = [
    signal("InvalidOperation", status::INVALID_OPERATION, &[]),
    signal("ConversionSyntax", status::CONVERSION_SYNTAX, &["InvalidOperation"]),
    signal("DivisionImpossible", status::DIVISION_IMPOSSIBLE, &["InvalidOperation"]),
    signal("DivisionUndefined", status::DIVISION_UNDEFINED, &["InvalidOperation", "ZeroDivisionError"]),
    signal("InvalidContext", status::INVALID_CONTEXT, &["InvalidOperation"]),
];

/// The classes, made when the module is.
#[derive(Default)]
pub struct Classes {
    pub base: ValueCell,
    signals: [ValueCell; 9],
    conditions: [ValueCell; 5],
}

/// Makes a class that Python code could have written.
pub fn new_class(th: &ThreadState, name: &str, bases: &[Value]) -> Res {
    let dict = runtime::objects::dict::Dict::new();
    dict.set(th, &th.str("__module__"), th.str("decimal"))?;
    let class = runtime::types::TYPE_TYPE.value_ref();
    th.call(class, &[th.str(name), th.tuple(bases), th.dict(dict)])
}

impl Classes {
    /// Makes the classes, and tells `keep` each one's name.
    pub fn make(&self, th: &ThreadState, keep: &mut dyn FnMut(&str, &Value) -> Res<()>) -> Res<()> {
        let builtin = |name: &str| runtime::import::import_attribute(th, "builtins", name);
        let base = new_class(th, "DecimalException", &[builtin("ArithmeticError")?])?;
        keep("DecimalException", &base)?;
        self.base.set(Some(base.clone()));
        let class_of = |name: &str| -> Res {
            if name == "DecimalException" {
                return Ok(base.clone());
            }
            let place = SIGNALS.iter().position(|signal| signal.name == name);
            match place.and_then(|place| self.signals[place].get()) {
                Some(class) => Ok(class),
                None => builtin(name),
            }
        };
        // Those that others are derived from come first.
        for place in [0, 1, 2, 5, 6, 7, 8, 3, 4] {
            let signal = &SIGNALS[place];
            let bases = signal.bases.iter().map(|base| class_of(base)).collect::<Res<Vec<_>>>()?;
            let class = new_class(th, signal.name, &bases)?;
            keep(signal.name, &class)?;
            self.signals[place].set(Some(class));
        }
        self.conditions[0].set(self.signals[0].get());
        for (place, condition) in CONDITIONS.iter().enumerate().skip(1) {
            let bases = condition.bases.iter().map(|base| class_of(base)).collect::<Res<Vec<_>>>()?;
            let class = new_class(th, condition.name, &bases)?;
            keep(condition.name, &class)?;
            self.conditions[place].set(Some(class));
        }
        Ok(())
    }

    /// Tells `keep` the name of each class; whether they have been made.
    pub fn tell(&self, keep: &mut dyn FnMut(&str, &Value) -> Res<()>) -> Res<bool> {
        let Some(base) = self.base.get() else { return Ok(false) };
        keep("DecimalException", &base)?;
        let signals = self.signals.iter().zip(&SIGNALS);
        for (class, signal) in signals.chain(self.conditions.iter().zip(&CONDITIONS).skip(1)) {
            keep(signal.name, &class.get_or_none())?;
        }
        Ok(true)
    }

    /// The bits of a signal's class.
    pub fn bits_of(&self, class: &Value) -> Option<u32> {
        let place =
            self.signals.iter().position(|known| known.with(|known| known.is_some_and(|known| known.is(class))))?;
        Some(SIGNALS[place].bits)
    }

    pub fn all(&self) -> Vec<(Value, u32)> {
        self.signals.iter().zip(&SIGNALS).filter_map(|(class, signal)| Some((class.get()?, signal.bits))).collect()
    }

    /// The classes that bits stand for: conditions, then signals.
    fn listed(&self, bits: u32) -> Vec<Value> {
        let conditions = self.conditions.iter().zip(&CONDITIONS).filter(|(_, condition)| bits & condition.bits != 0);
        let signals = self.signals.iter().zip(&SIGNALS).skip(1).filter(|(_, signal)| bits & signal.bits != 0);
        conditions.chain(signals).filter_map(|(class, _)| class.get()).collect()
    }

    /// The exception for trapped bits.
    #[cold]
    pub fn raise(&self, th: &ThreadState, bits: u32) -> Raised {
        let place = SIGNALS.iter().position(|signal| bits & signal.bits != 0).unwrap_or(0);
        let Some(class) = self.signals[place].get() else { return th.system_error("decimal is not initialised") };
        let list = th.list(self.listed(bits));
        match th.call(&class, &[list]) {
            Ok(exception) => th.raise(exception),
            Err(raised) => raised,
        }
    }
}
