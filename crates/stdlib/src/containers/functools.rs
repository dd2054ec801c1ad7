//! `_functools`: `partial`, `reduce`, `cmp_to_key`; the caches of `lru_cache` are in `lru_cache.rs`.

use std::cell::Cell;

use macros::{pyclass, pymethods, pymodule};
use runtime::args::split;
use runtime::gc::ValueCell;
use runtime::objects::dict::{DICT_TYPE, Dict};
use runtime::objects::exceptions as exc;
use runtime::objects::method;
use runtime::objects::tuple::TUPLE_TYPE;
use runtime::types::ready::ready;
use runtime::{CompareOp, Payload, Res, ThreadState, Type, Value};

use crate::support::with_arguments;

/// The type of the Placeholder singleton.
///
/// Used as a placeholder for partial arguments.
#[pyclass(name = "_PlaceholderType", module = "functools", text = none)]
pub struct Placeholder;

#[derive(Default)]
struct TheOne(ValueCell);

fn placeholder(th: &ThreadState) -> Value {
    let the_one = th.extension::<TheOne>();
    if let Some(found) = the_one.0.get() {
        return found;
    }
    let new = th.new_object(Placeholder);
    the_one.0.set(Some(new.clone()));
    new
}

#[inline(always)]
fn is_placeholder(value: &Value) -> bool {
    value.downcast_exact::<Placeholder>().is_some()
}

#[pymethods]
impl Placeholder {
    #[pyslot]
    fn new(th: &ThreadState, _: &Type, args: &[Value], _: &[Value]) -> Res {
        if !args.is_empty() {
            return Err(th.type_error("PlaceholderType takes no arguments"));
        }
        Ok(placeholder(th))
    }

    #[pyslot]
    fn repr(th: &ThreadState, _: &Value) -> Res {
        Ok(th.str("Placeholder"))
    }

    #[pymethod("()")]
    fn __reduce__(&self) -> &'static str {
        "Placeholder"
    }
}

/// Create a new function with partial application of the given arguments
/// and keywords.
#[pyclass(
    name = "partial",
    module = "functools",
    flags(basetype, weakrefs, managed_dict, have_vectorcall),
    text = "(func, /, *args, **keywords)"
)]
pub struct Partial {
    func: ValueCell,
    /// A tuple and a dict, both exact.
    args: ValueCell,
    keywords: ValueCell,
    /// How many of `args` are placeholders.
    placeholders: Cell<usize>,
}

fn items_of(tuple: &Value) -> &[Value] {
    tuple.as_tuple().map_or(&[], |tuple| tuple.as_slice())
}

fn count_placeholders(args: &[Value]) -> usize {
    args.iter().filter(|arg| is_placeholder(arg)).count()
}

/// `known` with its placeholders replaced by values of `given`, then what is left of `given`.
fn fill(known: &[Value], given: &[Value]) -> Vec<Value> {
    let mut given = given.iter();
    let mut out = Vec::with_capacity(known.len() + given.len());
    for value in known {
        let filled = if is_placeholder(value) { given.next() } else { None };
        out.push(filled.unwrap_or(value).clone());
    }
    out.extend(given.cloned());
    out
}

fn check_last(th: &ThreadState, args: &[Value]) -> Res<()> {
    match args.last() {
        Some(last) if is_placeholder(last) => Err(th.type_error("trailing Placeholders are not allowed")),
        _ => Ok(()),
    }
}

#[pymethods]
impl Partial {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let (positional, values) = split(args, kwnames);
        let Some((func, given)) = positional.split_first() else {
            return Err(th.type_error("type 'partial' takes at least one argument"));
        };
        if !th.is_callable(func) {
            return Err(th.type_error("the first argument must be callable"));
        }
        check_last(th, given)?;
        if values.iter().any(is_placeholder) {
            return Err(th.type_error("Placeholder cannot be passed as a keyword argument"));
        }
        // A partial of a partial is one partial, unless the inner one has attributes or calls in its own way.
        let inner = func.downcast::<Partial>().filter(|_| {
            let call = func.class().slots().call.get();
            let plain = matches!((call, PARTIAL_TYPE.slots().call.get()),
                (Some(own), Some(ours)) if std::ptr::fn_addr_eq(own, ours));
            plain && runtime::instance::attributes(th, func).is_empty()
        });
        let (func, args, keywords) = match inner {
            Some(inner) => {
                let (known, keywords) = (inner.args.get_or_none(), inner.keywords.get_or_none());
                let keywords = keywords.downcast::<Dict>().map_or_else(Dict::new, Dict::copy);
                (inner.func.get_or_none(), fill(items_of(&known), given), keywords)
            }
            None => (func.clone(), given.to_vec(), Dict::with_capacity(kwnames.len())),
        };
        for (name, value) in kwnames.iter().zip(values) {
            keywords.set(th, name, value.clone())?;
        }
        let placeholders = Cell::new(count_placeholders(&args));
        let payload = Partial {
            func: ValueCell::new(func),
            args: ValueCell::new(th.tuple_from_vec(args)),
            keywords: ValueCell::new(th.dict(keywords)),
            placeholders,
        };
        Ok(th.new_instance(cls, payload))
    }

    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        // Clones: the call may replace them (`__setstate__`).
        let (func, known) = (self.func.get_or_none(), self.args.get_or_none());
        let has_keywords =
            self.keywords.with(|keywords| keywords.is_some_and(|keywords| !Dict::of(keywords).is_empty()));
        let known = items_of(&known);
        let missing = self.placeholders.get();
        let positional = args.len() - kwnames.len();
        if positional < missing {
            return Err(th.type_error(format_args!(
                "missing positional arguments in 'partial' call; expected at least {missing}, got {positional}"
            )));
        }
        if missing == 0 && !has_keywords {
            if known.is_empty() {
                return th.call_kw(&func, args, kwnames);
            }
            return with_arguments(&[known, args], |args| th.call_kw(&func, args, kwnames));
        }
        let filled;
        let (known, given) = if missing > 0 {
            filled = fill(known, &args[..positional]);
            (&filled[..], &[][..])
        } else {
            (known, &args[..positional])
        };
        let values = &args[positional..];
        let keywords = if has_keywords { self.keywords.get_or_none() } else { Value::NONE };
        let Some(keywords) = keywords.downcast::<Dict>() else {
            return with_arguments(&[known, given, values], |args| th.call_kw(&func, args, kwnames));
        };
        let (mut names, mut all) = (Vec::new(), Vec::new());
        for (name, value) in keywords.to_vec() {
            if name.as_str().is_none() {
                return Err(th.type_error("keywords must be strings"));
            }
            names.push(name);
            all.push(value);
        }
        for (name, value) in kwnames.iter().zip(values) {
            let same = |known: &Value| match (known.as_str(), name.as_str()) {
                (Some(known), Some(name)) => known.equals(name),
                _ => false,
            };
            match names.iter().position(same) {
                Some(at) => all[at] = value.clone(),
                None => {
                    names.push(name.clone());
                    all.push(value.clone());
                }
            }
        }
        with_arguments(&[known, given, &all], |args| th.call_kw(&func, args, &names))
    }

    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, instance: Option<&Value>, _: &Value) -> Res {
        match instance.filter(|instance| !instance.is_none()) {
            Some(instance) => Ok(method::bind(th, slf.clone(), instance.clone())),
            None => Ok(slf.clone()),
        }
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str("...")) };
        let this = Partial::of(slf);
        // A repr may change this very object: what is shown is what was there at first.
        let (func, args, keywords) = (this.func.get_or_none(), this.args.get_or_none(), this.keywords.get_or_none());
        let class = slf.class();
        let module = th.getattr(class.value_ref(), &th.names().__module__)?;
        let (module, name) = (th.str_string(&module)?, class.name_of_qualname());
        let mut parts = vec![th.str(&format!("{module}.{name}(")), th.repr(&func)?];
        for arg in items_of(&args) {
            parts.push(th.str(", "));
            parts.push(th.repr(arg)?);
        }
        let keywords = keywords.downcast::<Dict>().map(Dict::to_vec).unwrap_or_default();
        for (name, value) in &keywords {
            parts.push(th.str(", "));
            parts.push(th.str_of(name)?);
            parts.push(th.str("="));
            parts.push(th.repr(value)?);
        }
        parts.push(th.str(")"));
        th.concat_strings(&parts)
    }

    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        let this = Partial::of(slf);
        let func = this.func.get_or_none();
        let attributes = match runtime::instance::attributes(th, slf) {
            none if none.is_empty() => Value::NONE,
            _ => runtime::instance::dict(th, slf).unwrap_or(Value::NONE),
        };
        let state = [func.clone(), this.args.get_or_none(), this.keywords.get_or_none(), attributes];
        th.tuple(&[slf.class().as_value(), th.tuple(&[func]), th.tuple(&state)])
    }

    #[pymethod("(object, /)")]
    fn __setstate__(slf: &Value, th: &ThreadState, state: &Value) -> Res<()> {
        let invalid = || th.type_error("invalid partial state");
        let Some([func, args, keywords, attributes]) = state.as_tuple().map(|state| state.as_slice()) else {
            return Err(invalid());
        };
        let valid = th.is_callable(func)
            && args.as_tuple().is_some()
            && (keywords.is_none() || keywords.downcast::<Dict>().is_some())
            && (attributes.is_none() || attributes.downcast::<Dict>().is_some());
        if !valid {
            return Err(invalid());
        }
        check_last(th, items_of(args))?;
        let exact_args = if args.is_exactly(&TUPLE_TYPE) { args.clone() } else { th.tuple(items_of(args)) };
        let exact_keywords = match keywords.downcast::<Dict>() {
            None => th.dict(Dict::new()),
            Some(_) if keywords.is_exactly(&DICT_TYPE) => keywords.clone(),
            Some(dict) => th.dict(dict.copy()),
        };
        let this = Partial::of(slf);
        this.placeholders.set(count_placeholders(items_of(&exact_args)));
        this.func.set(Some(func.clone()));
        this.args.set(Some(exact_args));
        this.keywords.set(Some(exact_keywords));
        let attributes = if attributes.is_none() { th.dict(Dict::new()) } else { attributes.clone() };
        runtime::instance::set_dict(slf, attributes);
        Ok(())
    }

    #[pygetter]
    fn __dict__(slf: &Value, th: &ThreadState) -> Value {
        runtime::instance::dict(th, slf).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "__dict__")]
    fn set_dict(slf: &Value, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else { return Err(th.type_error("cannot delete __dict__")) };
        if value.downcast::<Dict>().is_none() {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("__dict__ must be set to a dictionary, not a '{class}'")));
        }
        runtime::instance::set_dict(slf, value.clone());
        Ok(())
    }

    /// partial is generic over the wrapped function's return type
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }

    /// function object to use in future partial calls
    #[pygetter(member)]
    fn func(&self) -> Value {
        self.func.get_or_none()
    }

    /// tuple of arguments to future partial calls
    #[pygetter(member)]
    fn args(&self) -> Value {
        self.args.get_or_none()
    }

    /// dictionary of keyword arguments to future partial calls
    #[pygetter(member)]
    fn keywords(&self) -> Value {
        self.keywords.get_or_none()
    }
}

/// What `cmp_to_key` makes: called with a value, a key that compares by the function.
#[pyclass(name = "KeyWrapper", module = "functools", flags(disallow_new), text = none)]
pub struct KeyWrapper {
    compare: Value,
    object: ValueCell,
}

#[pymethods]
impl KeyWrapper {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let named = |name: &Value| name.as_str().is_some_and(|name| name.equals_ascii("obj"));
        let object = match (args, kwnames) {
            ([object], []) => object,
            ([object], [name]) if named(name) => object,
            ([], _) => return Err(th.type_error("K() missing required argument 'obj' (pos 1)")),
            ([_], _) => {
                let name = runtime::error::name_text(&kwnames[0]);
                return Err(th.type_error(format_args!("K() got an unexpected keyword argument '{name}'")));
            }
            _ => return Err(th.type_error(format_args!("K() takes at most 1 argument ({} given)", args.len()))),
        };
        Ok(th.new_object(KeyWrapper { compare: self.compare.clone(), object: ValueCell::new(object.clone()) }))
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(x), Some(y)) = (a.downcast::<KeyWrapper>(), b.downcast::<KeyWrapper>()) else {
            return Err(th.type_error("other argument must be K instance"));
        };
        let (Some(left), Some(right)) = (x.object.get(), y.object.get()) else {
            return Err(th.error(&exc::ATTRIBUTE_ERROR, "object"));
        };
        let order = th.call(&x.compare, &[left, right])?;
        match order.as_small_int() {
            Some(order) => Ok(Value::bool(op.holds(order.cmp(&0)))),
            None => th.compare(&order, &Value::index(0), op),
        }
    }

    #[pygetter]
    fn __text_signature__(&self) -> &'static str {
        "(obj)"
    }

    /// Value wrapped by a key function.
    #[pygetter(member)]
    fn obj(&self) -> Value {
        self.object.get_or_none()
    }

    #[pysetter]
    fn set_obj(&self, value: Option<&Value>) -> Res<()> {
        self.object.set(value.cloned());
        Ok(())
    }
}

#[pymodule(
    name = "_functools",
    classes(super::PLACEHOLDER_TYPE, super::PARTIAL_TYPE, super::super::lru_cache::LRU_CACHE_TYPE)
)]
pub mod functools_module {
    //! Tools that operate on functions.

    use super::*;

    #[pyattr(name = "Placeholder")]
    fn placeholder_singleton(th: &ThreadState) -> Value {
        placeholder(th)
    }

    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is
    /// present, it is placed before the items of the iterable in the
    /// calculation, and serves as a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[pyfunction("(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(th: &ThreadState, function: &Value, iterable: &Value, initial: Option<Value>) -> Res {
        let iterator = match th.iter(iterable) {
            Err(raised) if th.raised_is(&raised, &exc::TYPE_ERROR) => {
                drop(th.take_raised(raised));
                return Err(th.type_error("reduce() arg 2 must support iteration"));
            }
            result => result?,
        };
        let mut result = initial;
        while let Some(item) = th.next(&iterator)? {
            result = Some(match result.take() {
                Some(so_far) => th.call(function, &[so_far, item])?,
                None => item,
            });
        }
        result.ok_or_else(|| th.type_error("reduce() of empty iterable with no initial value"))
    }

    /// Convert a cmp= function into a key= function.
    ///
    ///   mycmp
    ///     Function that compares two objects.
    #[pyfunction("(mycmp)")]
    fn cmp_to_key(th: &ThreadState, mycmp: &Value) -> Value {
        th.new_object(KeyWrapper { compare: mycmp.clone(), object: ValueCell::empty() })
    }

    #[pyinit]
    fn init(th: &ThreadState, _: &Value) -> Res<()> {
        ready(th, &KEY_WRAPPER_TYPE);
        Ok(())
    }
}
