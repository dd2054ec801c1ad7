//! `_decimal`: decimal arithmetic with contexts.
//!
//! The arithmetic itself is in `algo::decimal`. [`value`] is the class `Decimal`, [`context`] the class `Context` with its
//! mappings of signals, [`signals`] the exceptions, [`convert`] what numbers are made from,
//! [`format`] how they are shown.

pub mod context;
pub mod convert;
pub mod format;
pub mod signals;
pub mod value;

use std::rc::Rc;

use algo::decimal::{MAX_EMAX, MAX_PREC, MIN_EMIN, MIN_ETINY, Rounding, status};
use macros::pymodule;
use runtime::gc::ValueCell;
use runtime::{Res, ThreadState, Value};

use context::{Context, ContextManager, DEFAULT_TRAPS, SIGNAL_DICT_TYPE};

/// What the module keeps for an interpreter.
#[derive(Default)]
pub struct State {
    pub classes: signals::Classes,
    /// The `ContextVar` that holds a thread's context.
    pub variable: ValueCell,
    pub default_context: ValueCell,
    pub basic_context: ValueCell,
    pub extended_context: ValueCell,
    pub decimal_tuple: ValueCell,
    pub signal_dict: ValueCell,
    /// `numbers.Rational`
    pub rational: ValueCell,
}

pub fn state(th: &ThreadState) -> Rc<State> {
    th.extension::<State>()
}

#[pymodule(name = "_decimal", classes(value::DECIMAL_TYPE, context::CONTEXT_TYPE))]
pub mod decimal_module {
    //! C decimal arithmetic module
    use super::*;

    #[pyattr(name = "MAX_PREC")]
    const MOST_DIGITS: i64 = MAX_PREC;
    #[pyattr(name = "MAX_EMAX")]
    const LARGEST_EXPONENT: i64 = MAX_EMAX;
    #[pyattr(name = "MIN_EMIN")]
    const SMALLEST_EXPONENT: i64 = MIN_EMIN;
    #[pyattr(name = "MIN_ETINY")]
    const TINIEST_EXPONENT: i64 = MIN_ETINY;
    #[pyattr(name = "IEEE_CONTEXT_MAX_BITS")]
    const IEEE_BITS: i64 = 512;
    #[pyattr(name = "HAVE_THREADS")]
    const HAVE_THREADS: bool = true;
    #[pyattr(name = "HAVE_CONTEXTVAR")]
    const HAVE_CONTEXTVAR: bool = true;
    #[pyattr(name = "__version__")]
    const VERSION: &str = "1.70";
    #[pyattr(name = "__libmpdec_version__")]
    const LIBRARY_VERSION: &str = "2.5.1";

    /// Get the current default context.
    #[pyfunction]
    fn getcontext(th: &ThreadState) -> Res {
        context::current(th)
    }

    /// Set a new default context.
    #[pyfunction("(context, /)")]
    fn setcontext(th: &ThreadState, context: &Value) -> Res<()> {
        super::context::set_current(th, context)
    }

    /// Return a context manager for a copy of a context.
    ///
    /// On entry to the with-statement the copy becomes the thread's context, on
    /// exit the previous one is restored. Without ctx the current context is
    /// copied.
    #[pyfunction(
        "(ctx=None, *, prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)",
        text = "($module, /, ctx=None, **kwargs)"
    )]
    #[expect(clippy::too_many_arguments, reason = "as many as Python has")]
    fn localcontext(
        th: &ThreadState,
        ctx: &Value,
        prec: &Value,
        rounding: &Value,
        emin: &Value,
        emax: &Value,
        capitals: &Value,
        clamp: &Value,
        flags: &Value,
        traps: &Value,
    ) -> Res {
        let settings = [
            ("prec", prec),
            ("rounding", rounding),
            ("Emin", emin),
            ("Emax", emax),
            ("capitals", capitals),
            ("clamp", clamp),
            ("flags", flags),
            ("traps", traps),
        ];
        ContextManager::make(th, ctx, &settings)
    }

    /// Return a context object initialized to the proper values for one of the
    /// IEEE interchange formats.
    ///
    /// The argument must be a multiple of 32 and less than
    /// IEEE_CONTEXT_MAX_BITS.
    #[pyfunction("(bits, /)", name = "IEEEContext")]
    fn ieee_context(th: &ThreadState, bits: isize) -> Res {
        if bits <= 0 || bits > 512 || bits % 32 != 0 {
            return Err(th.value_error("argument must be a multiple of 32, with a maximum of 512"));
        }
        let bits = bits as i64;
        let emax = 3 * (1i64 << (bits / 16 + 3));
        let context = Context::new_payload(9 * (bits / 32) - 2, emax, Rounding::HalfEven, true, 0);
        context.set_emin(1 - emax);
        Ok(th.new_object(context))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        runtime::types::ready::ready(th, &context::CONTEXT_MANAGER_TYPE);
        runtime::types::ready::ready(th, &SIGNAL_DICT_TYPE);
        let state = state(th);
        let keep = |name: &str, value: &Value| th.setattr_str(module, name, value);
        for (_, name) in Rounding::ALL {
            keep(name, &th.intern(name))?;
        }
        if state.classes.tell(&mut |name, value| keep(name, value))? {
            // The module was imported before: numbers and contexts of both copies go together.
            keep("DecimalTuple", &state.decimal_tuple.get_or_none())?;
            keep("DefaultContext", &state.default_context.get_or_none())?;
            keep("BasicContext", &state.basic_context.get_or_none())?;
            return keep("ExtendedContext", &state.extended_context.get_or_none());
        }
        state.classes.make(th, &mut |name, value| keep(name, value))?;
        let library = |module: &str, name: &str| runtime::import::import_attribute(th, module, name);
        // The mapping of signals, with the methods that every mapping has.
        let mapping = library("collections.abc", "MutableMapping")?;
        let mixin = SIGNAL_DICT_TYPE.as_value();
        let dict = runtime::objects::dict::Dict::new();
        dict.set(th, &th.str("__module__"), th.str("decimal"))?;
        let class = th.call(
            mapping.class().value_ref(),
            &[th.str("SignalDict"), th.tuple(&[mixin, mapping.clone()]), th.dict(dict)],
        )?;
        state.signal_dict.set(Some(class));
        let namedtuple = library("collections", "namedtuple")?;
        let fields = th.str("sign digits exponent");
        let class = th.call(&namedtuple, &[th.str("DecimalTuple"), fields])?;
        th.setattr_str(&class, "__module__", &th.str("decimal"))?;
        keep("DecimalTuple", &class)?;
        state.decimal_tuple.set(Some(class));
        state.rational.set(Some(library("numbers", "Rational")?));
        let number = library("numbers", "Number")?;
        th.call_method_str(&number, "register", &[value::DECIMAL_TYPE.as_value()])?;
        let variable = th.call(&library("_contextvars", "ContextVar")?, &[th.str("decimal_context")])?;
        state.variable.set(Some(variable));
        let default = th.new_object(Context::new_payload(28, 999_999, Rounding::HalfEven, false, DEFAULT_TRAPS));
        keep("DefaultContext", &default)?;
        state.default_context.set(Some(default));
        let basic_traps = DEFAULT_TRAPS | status::CLAMPED | status::UNDERFLOW;
        let basic = th.new_object(Context::new_payload(9, 999_999, Rounding::HalfUp, false, basic_traps));
        keep("BasicContext", &basic)?;
        state.basic_context.set(Some(basic));
        let extended = th.new_object(Context::new_payload(9, 999_999, Rounding::HalfEven, false, 0));
        keep("ExtendedContext", &extended)?;
        state.extended_context.set(Some(extended));
        Ok(())
    }
}
