//! `types.GenericAlias`: what `list[int]` is.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use crate::error::{Res, name_text};
use crate::gc::ValueCell;
use crate::object::Payload;
use crate::objects::exceptions as exc;
use crate::objects::list::List;
use crate::protocol::attributes::generic_getattr;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// Represent a PEP 585 generic type
///
/// For example, for t = list[int], t.__origin__ is list and t.__args__
/// is (int,).
#[pyclass(name = "GenericAlias", module = "types", flags(basetype, weakrefs))]
pub struct GenericAlias {
    pub origin: Value,
    pub args: Value,
    parameters: ValueCell,
    starred: bool,
}

/// `origin[args]`; a tuple stands for several arguments.
pub fn new(th: &ThreadState, origin: &Value, args: &Value) -> Res {
    Ok(of_class(th, &GENERIC_ALIAS_TYPE, origin, args, false))
}

fn of_class(th: &ThreadState, class: &Type, origin: &Value, args: &Value, starred: bool) -> Value {
    let args = if args.as_tuple().is_some() { args.clone() } else { th.tuple(std::slice::from_ref(args)) };
    th.new_instance(class, GenericAlias { origin: origin.clone(), args, parameters: ValueCell::empty(), starred })
}

/// A type as annotations show it: "int", "module.Class", "...".
pub(crate) fn type_repr(th: &ThreadState, value: &Value) -> Res<String> {
    let names = th.names();
    if value.bits() == Value::ELLIPSIS.bits() {
        return Ok("...".to_string());
    }
    if value.is_exactly(&crate::objects::singletons::NONE_TYPE) || value.is(none_type()) {
        return Ok("None".to_string());
    }
    if th.getattr_opt(value, &names.__origin__)?.is_some() && th.getattr_opt(value, &names.__args__)?.is_some() {
        return th.repr_string(value);
    }
    let qualname = th.getattr_opt(value, &names.__qualname__)?;
    let module = th.getattr_opt(value, &names.__module__)?;
    match (qualname, module) {
        (Some(qualname), Some(module)) if !module.is_none() => {
            if module.as_str().is_some_and(|module| module.equals_ascii("builtins")) {
                th.str_string(&qualname)
            } else {
                Ok(format!("{}.{}", th.str_string(&module)?, th.str_string(&qualname)?))
            }
        }
        _ => th.repr_string(value),
    }
}

fn none_type() -> &'static Value {
    crate::objects::singletons::NONE_TYPE.value_ref()
}

fn argument_repr(th: &ThreadState, value: &Value) -> Res<String> {
    // Parameter lists of callables are lists of types.
    if let Some(list) = value.downcast_exact::<List>() {
        let mut items = Vec::with_capacity(list.len());
        for index in 0..list.len() {
            // Showing an item may have changed the list.
            let item = list.get(index).ok_or_else(|| th.index_error("list index out of range"))?;
            items.push(plain_repr(th, &item)?);
        }
        return Ok(format!("[{}]", items.join(", ")));
    }
    plain_repr(th, value)
}

/// As [`type_repr`], but the type of `None` keeps its name.
fn plain_repr(th: &ThreadState, value: &Value) -> Res<String> {
    if value.is(none_type()) { Ok("NoneType".to_string()) } else { type_repr_or_none(th, value) }
}

fn type_repr_or_none(th: &ThreadState, value: &Value) -> Res<String> {
    type_repr(th, value)
}

/// The type parameters that some arguments mention, each once, in order.
pub(crate) fn make_parameters(th: &ThreadState, args: &Value) -> Res {
    let mut parameters = Vec::new();
    collect_parameters(th, args, &mut parameters)?;
    Ok(th.tuple_from_vec(parameters))
}

fn collect_parameters(th: &ThreadState, args: &Value, into: &mut Vec<Value>) -> Res<()> {
    th.check_native_stack(" in __parameter__ calculation")?;
    let items = match (args.as_tuple(), args.downcast::<List>()) {
        (Some(tuple), _) => tuple.as_slice().to_vec(),
        (None, Some(list)) => list.to_vec(),
        _ => return Ok(()),
    };
    let mut add = |value: &Value| {
        if !into.iter().any(|known| known.is(value)) {
            into.push(value.clone());
        }
    };
    let mut nested = Vec::new();
    for item in &items {
        if item.as_type().is_some() {
            continue;
        }
        if th.getattr_opt(item, &th.names().__typing_subst__)?.is_some() {
            add(item);
        } else if let Some(inner) = th.getattr_opt(item, &th.names().__parameters__)?
            && let Some(inner) = inner.as_tuple()
        {
            inner.as_slice().iter().for_each(&mut add);
        } else if item.as_tuple().is_some() || item.downcast::<List>().is_some() {
            nested.clear();
            collect_parameters(th, item, &mut nested)?;
            nested.iter().for_each(&mut add);
        }
    }
    Ok(())
}

/// Arguments with unpacked tuples (`*tuple[int, str]`) spread out.
fn unpack_args(th: &ThreadState, item: &Value) -> Res<Vec<Value>> {
    let items = match item.as_tuple() {
        Some(tuple) => tuple.as_slice().to_vec(),
        None => vec![item.clone()],
    };
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        if item.as_type().is_none()
            && let Some(inner) = th.getattr_opt(&item, &th.names().__typing_unpacked_tuple_args__)?
            && let Some(inner) = inner.as_tuple()
            && inner.as_slice().last().is_none_or(|last| last.bits() != Value::ELLIPSIS.bits())
        {
            out.extend_from_slice(inner.as_slice());
        } else {
            out.push(item);
        }
    }
    Ok(out)
}

/// The arguments of `alias[item]`, where `alias` has `args` and type parameters `parameters`.
pub(crate) fn substitute(
    th: &ThreadState,
    alias: &Value,
    args: &[Value],
    parameters: &Value,
    item: &Value,
) -> Res<Vec<Value>> {
    let parameters = parameters.as_tuple().map(|parameters| parameters.as_slice()).unwrap_or_default();
    if parameters.is_empty() {
        return Err(th.type_error(format_args!("{} is not a generic class", th.repr_string(alias)?)));
    }
    let mut item = th.tuple_from_vec(unpack_args(th, item)?);
    for parameter in parameters {
        if let Some(prepare) = th.getattr_opt(parameter, &th.names().__typing_prepare_subst__)?
            && !prepare.is_none()
        {
            item = th.call(&prepare, &[alias.clone(), item])?;
            if item.as_tuple().is_none() {
                item = th.tuple(&[item]);
            }
        }
    }
    let given = item.as_tuple().map(|item| item.as_slice()).unwrap_or_default();
    if given.len() != parameters.len() {
        return Err(th.type_error(format_args!(
            "Too {} arguments for {}; actual {}, expected {}",
            if given.len() > parameters.len() { "many" } else { "few" },
            th.repr_string(alias)?,
            given.len(),
            parameters.len()
        )));
    }
    substitute_all(th, args, parameters, given)
}

fn substitute_all(th: &ThreadState, args: &[Value], parameters: &[Value], given: &[Value]) -> Res<Vec<Value>> {
    th.check_native_stack("")?;
    let names = th.names();
    let mut out = Vec::with_capacity(args.len());
    for arg in args {
        if arg.as_type().is_some() {
            out.push(arg.clone());
            continue;
        }
        if let Some(tuple) = arg.as_tuple() {
            out.push(th.tuple_from_vec(substitute_all(th, tuple.as_slice(), parameters, given)?));
            continue;
        }
        if let Some(list) = arg.downcast::<List>() {
            out.push(th.list(substitute_all(th, &list.to_vec(), parameters, given)?));
            continue;
        }
        let unpack = match th.getattr_opt(arg, &names.__typing_is_unpacked_typevartuple__)? {
            Some(unpack) => th.is_true(&unpack)?,
            None => false,
        };
        let new = match th.getattr_opt(arg, &names.__typing_subst__)? {
            Some(subst) => match parameters.iter().position(|parameter| parameter.is(arg)).and_then(|i| given.get(i)) {
                Some(value) => th.call(&subst, std::slice::from_ref(value))?,
                None => {
                    return Err(th.type_error(format_args!(
                        "argument {} with __typing_subst__ was not found in __parameters__",
                        th.repr_string(arg)?
                    )));
                }
            },
            None => substitute_inner(th, arg, parameters, given)?,
        };
        match new.as_tuple() {
            Some(new) if unpack => out.extend_from_slice(new.as_slice()),
            None if unpack => {
                return Err(th.type_error(format_args!(
                    "expected __typing_subst__ of {} objects to return a tuple, not {}",
                    arg.class().full_name(),
                    new.class().full_name()
                )));
            }
            _ => out.push(new),
        }
    }
    Ok(out)
}

/// An argument that is generic itself gets its own parameters' values.
fn substitute_inner(th: &ThreadState, arg: &Value, parameters: &[Value], given: &[Value]) -> Res {
    let Some(inner) = th.getattr_opt(arg, &th.names().__parameters__)? else { return Ok(arg.clone()) };
    let inner = inner.as_tuple().map(|inner| inner.as_slice().to_vec()).unwrap_or_default();
    if inner.is_empty() {
        return Ok(arg.clone());
    }
    let mut values = Vec::new();
    for parameter in inner {
        let found = parameters.iter().position(|known| known.is(&parameter));
        match found.and_then(|index| Some((parameters.get(index)?, given.get(index)?))) {
            Some((known, value)) if value.as_tuple().is_some() && known.class().slots().iter.get().is_some() => {
                values.extend_from_slice(value.as_tuple().map(|value| value.as_slice()).unwrap_or_default());
            }
            Some((_, value)) => values.push(value.clone()),
            None => values.push(parameter),
        }
    }
    th.get_item(arg, &th.tuple_from_vec(values))
}

/// Attributes of the alias itself; all others are the origin's.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];
/// Attributes that the origin's would be wrong for.
const BLOCKED: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];

#[pymethods]
impl GenericAlias {
    #[pyslot("(origin, args, /)")]
    fn new(th: &ThreadState, cls: &Type, origin: &Value, args: &Value) -> Res {
        Ok(of_class(th, cls, origin, args, false))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let args = self.args.as_tuple().map(|args| args.as_slice()).unwrap_or_default();
        let shown: Res<Vec<String>> = args.iter().map(|arg| argument_repr(th, arg)).collect();
        let shown = if args.is_empty() { "()".to_string() } else { shown?.join(", ") };
        let star = if self.starred { "*" } else { "" };
        Ok(th.str(&format!("{star}{}[{shown}]", plain_repr(th, &self.origin)?)))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        let hash = th.hash(&self.origin)? ^ th.hash(&self.args)?;
        Ok(if hash == -1 { -2 } else { hash })
    }

    #[pyslot]
    fn call(&self, th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res {
        let object = th.call_kw(&self.origin, args, kwnames)?;
        let set = th.setattr(&object, &th.names().__orig_class__, Some(slf));
        if let Err(raised) = set {
            if !th.raised_is(&raised, &exc::ATTRIBUTE_ERROR) && !th.raised_is(&raised, &exc::TYPE_ERROR) {
                return Err(raised);
            }
            drop(th.take_raised(raised));
        }
        Ok(object)
    }

    #[pyslot]
    fn getattro(th: &ThreadState, slf: &Value, name: &Value) -> Res {
        let text = name_text(name);
        if OWN.contains(&text.as_str()) || BLOCKED.contains(&text.as_str()) {
            return generic_getattr(th, slf, name);
        }
        th.getattr(&GenericAlias::of(slf).origin, name)
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        let Some(other) = other.downcast::<GenericAlias>() else { return Ok(Value::NOT_IMPLEMENTED) };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let equal = self.starred == other.starred
            && th.is_equal(&self.origin, &other.origin)?
            && th.is_equal(&self.args, &other.args)?;
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(th.new_object(GenericAliasIterator { alias: ValueCell::new(slf.clone()), done: Cell::new(false) }))
    }

    #[pyslot]
    fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        crate::objects::union::union_or(th, a, b)
    }

    #[pyslot]
    fn mp_subscript(th: &ThreadState, slf: &Value, item: &Value) -> Res {
        let alias = GenericAlias::of(slf);
        let parameters = alias.parameters(th)?;
        let args = alias.args.as_tuple().map(|args| args.as_slice()).unwrap_or_default();
        let new_args = substitute(th, slf, args, &parameters, item)?;
        Ok(of_class(th, &GENERIC_ALIAS_TYPE, &alias.origin, &th.tuple_from_vec(new_args), alias.starred))
    }

    #[pymethod("(bases, /)", text = "($self, object, /)")]
    fn __mro_entries__(&self, th: &ThreadState, _bases: &Value) -> Value {
        th.tuple(std::slice::from_ref(&self.origin))
    }

    #[pymethod("(instance, /)", text = "($self, object, /)")]
    fn __instancecheck__(&self, th: &ThreadState, _instance: &Value) -> Res {
        Err(th.type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }

    #[pymethod("(subclass, /)", text = "($self, object, /)")]
    fn __subclasscheck__(&self, th: &ThreadState, _subclass: &Value) -> Res {
        Err(th.type_error("issubclass() argument 2 cannot be a parameterized generic"))
    }

    #[pymethod]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
        let alias = GenericAlias::of(slf);
        if alias.starred {
            let plain = of_class(th, slf.class(), &alias.origin, &alias.args, false);
            let iterator = th.iter(&plain)?;
            return Ok(th.tuple(&[th.builtin("next")?, th.tuple(&[iterator])]));
        }
        Ok(th.tuple(&[slf.class().as_value(), th.tuple(&[alias.origin.clone(), alias.args.clone()])]))
    }

    #[pymethod]
    fn __dir__(&self, th: &ThreadState) -> Res {
        let names = th.call_method(&self.origin, &th.names().__dir__, &[]);
        let names = match names {
            Ok(names) => names,
            Err(raised) if th.raised_is(&raised, &exc::TYPE_ERROR) => {
                // The unbound `__dir__` of a class's instances was found: the class's own is meant.
                drop(th.take_raised(raised));
                let found = th.lookup_special(&self.origin, &th.names().__dir__)?;
                found.map_or_else(|| Ok(th.list(Vec::new())), |method| th.call(&method, &[]))?
            }
            Err(raised) => return Err(raised),
        };
        let mut all = th.collect(&names)?;
        for own in OWN {
            if !all.iter().any(|name| name.as_str().is_some_and(|name| name.equals_ascii(own))) {
                all.push(th.intern(own));
            }
        }
        Ok(th.list(all))
    }

    #[pygetter(member)]
    fn __origin__(&self) -> &Value {
        &self.origin
    }

    #[pygetter(member)]
    fn __args__(&self) -> &Value {
        &self.args
    }

    #[pygetter(member)]
    fn __unpacked__(&self) -> bool {
        self.starred
    }

    /// Type variables in the GenericAlias.
    #[pygetter(name = "__parameters__")]
    fn get_parameters(&self, th: &ThreadState) -> Res {
        self.parameters(th)
    }

    #[pygetter]
    fn __typing_unpacked_tuple_args__(&self) -> Option<Value> {
        let unpacks_tuple = self.starred && self.origin.is(crate::objects::tuple::TUPLE_TYPE.value_ref());
        unpacks_tuple.then(|| self.args.clone())
    }
}

impl GenericAlias {
    fn parameters(&self, th: &ThreadState) -> Res {
        if let Some(parameters) = self.parameters.get() {
            return Ok(parameters);
        }
        let parameters = make_parameters(th, &self.args)?;
        self.parameters.set(Some(parameters.clone()));
        Ok(parameters)
    }
}

/// Gives the alias once, unpacked: what `*tuple[int]` iterates over.
#[pyclass(name = "generic_alias_iterator", flags(disallow_instantiation))]
pub struct GenericAliasIterator {
    alias: ValueCell,
    done: Cell<bool>,
}

#[pymethods]
impl GenericAliasIterator {
    #[pyslot]
    fn iter(_th: &ThreadState, slf: &Value) -> Res {
        Ok(slf.clone())
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some(alias) = self.alias.get().filter(|_| !self.done.replace(true)) else { return Ok(Value::EXHAUSTED) };
        let plain = GenericAlias::of(&alias);
        Ok(of_class(th, alias.class(), &plain.origin, &plain.args, true))
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let iter = th.builtin("iter")?;
        let over = match self.alias.get() {
            Some(alias) if !self.done.get() => alias,
            _ => th.tuple(&[]),
        };
        Ok(th.tuple(&[iter, th.tuple(&[over])]))
    }
}

impl ThreadState {
    /// `cls[item]` of a generic native class.
    pub fn generic_alias(&self, cls: &Value, item: &Value) -> Res {
        new(self, cls, item)
    }
}
