//! `class` statements, `super()`, and special methods that instructions look up on types.

use super::registers::Sp;
use crate::error::{Res, name_text};
use crate::objects::cell::CellObject;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::thread::ThreadState;
use crate::types::{TYPE_TYPE, Type, type_flags};
use crate::value::{NONE, UNBOUND, Value};

/// `__build_class__(func, name, *bases, metaclass=..., **keywords)`.
pub fn build_class(th: &ThreadState, func: &Value, name: &Value, bases: &[Value], keywords: &[(Value, Value)]) -> Res {
    let names = th.names();
    if func.downcast_exact::<Function>().is_none() {
        return Err(th.type_error("__build_class__: func must be a function"));
    }
    if name.as_str().is_none() {
        return Err(th.type_error("__build_class__: name is not a string"));
    }
    let original = th.tuple(bases);
    let resolved = resolve_bases(th, bases, &original)?;
    let mut metaclass = None;
    let mut rest: Vec<(Value, Value)> = Vec::with_capacity(keywords.len());
    for (key, value) in keywords {
        if key.as_str().is_some_and(|key| key.equals_ascii("metaclass")) {
            metaclass = Some(value.clone());
        } else {
            rest.push((key.clone(), value.clone()));
        }
    }
    let bases = resolved.as_ref().unwrap_or(&original);
    let base_items = bases.as_tuple().map_or(&[][..], |bases| bases.as_slice());
    let mut meta = match metaclass {
        Some(metaclass) => metaclass,
        None => match base_items.first() {
            Some(first) => first.class().as_value(),
            None => TYPE_TYPE.as_value(),
        },
    };
    if let Some(class) = meta.as_type() {
        meta = most_derived_metaclass(th, class, base_items)?;
    }
    let kwnames: Vec<Value> = rest.iter().map(|(key, _)| key.clone()).collect();
    let call_args = |first: [Value; 2], third: Option<Value>| {
        let mut args: Vec<Value> = first.into_iter().chain(third).collect();
        args.extend(rest.iter().map(|(_, value)| value.clone()));
        args
    };
    let namespace = match th.getattr_opt(&meta, &names.__prepare__)? {
        Some(prepare) => th.call_kw(&prepare, &call_args([name.clone(), bases.clone()], None), &kwnames)?,
        None => th.dict(Dict::new()),
    };
    if namespace.downcast::<Dict>().is_none() && namespace.class().slots().mp_subscript.get().is_none() {
        let shown = meta.as_type().map_or("<metaclass>".to_string(), Type::name);
        return Err(th.type_error(format_args!(
            "{shown}.__prepare__() must return a mapping, not {}",
            namespace.class().full_name()
        )));
    }
    let cell = run_body(th, func, &namespace)?;
    if resolved.is_some() {
        th.set_item(&namespace, &names.__orig_bases__, &original)?;
    }
    let class = th.call_kw(&meta, &call_args([name.clone(), bases.clone()], Some(namespace.clone())), &kwnames)?;
    if class.as_type().is_some()
        && let Some(cell) = cell.downcast_exact::<CellObject>()
    {
        match cell.contents.get() {
            None => {
                return Err(th.runtime_error(format_args!(
                    "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                    th.repr_string(name)?,
                    th.repr_string(&class)?
                )));
            }
            Some(set) if !set.is(&class) => {
                return Err(th.type_error(format_args!(
                    "__class__ set to {} defining {} as {}",
                    th.repr_string(&set)?,
                    th.repr_string(name)?,
                    th.repr_string(&class)?
                )));
            }
            Some(_) => {}
        }
    }
    Ok(class)
}

/// Runs a class body; returns its `__classcell__`, or None.
fn run_body(th: &ThreadState, func: &Value, namespace: &Value) -> Res {
    th.check_native_stack("")?;
    super::run_with_locals(th, func.clone(), namespace.clone())
}

/// `__mro_entries__`: the bases to use, if they differ from those written.
fn resolve_bases(th: &ThreadState, bases: &[Value], original: &Value) -> Res<Option<Value>> {
    let mut resolved: Option<Vec<Value>> = None;
    for (index, base) in bases.iter().enumerate() {
        let entries = if base.as_type().is_some() { None } else { th.getattr_opt(base, &th.names().__mro_entries__)? };
        match entries {
            None => {
                if let Some(resolved) = &mut resolved {
                    resolved.push(base.clone());
                }
            }
            Some(method) => {
                let entries = th.call(&method, std::slice::from_ref(original))?;
                let Some(entries) = entries.as_tuple() else {
                    return Err(th.type_error("__mro_entries__ must return a tuple"));
                };
                resolved.get_or_insert_with(|| bases[..index].to_vec()).extend_from_slice(entries.as_slice());
            }
        }
    }
    Ok(resolved.map(|bases| th.tuple_from_vec(bases)))
}

/// The metaclass that all bases' metaclasses are bases of.
fn most_derived_metaclass(th: &ThreadState, meta: &Type, bases: &[Value]) -> Res {
    let mut winner = meta.as_value();
    for base in bases {
        let candidate = base.class();
        let Some(best) = winner.as_type() else { break };
        if best.is_subtype(candidate) {
            continue;
        }
        if candidate.is_subtype(best) {
            winner = candidate.as_value();
            continue;
        }
        return Err(th.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
        ));
    }
    Ok(winner)
}

/// `LOAD_SUPER_ATTR`: `super(class, self).name`, with global `super`, class and self on the stack. For a method call
/// (bit 0) the word above the stack becomes None when the result is a function to be called with self.
#[inline(never)]
pub(super) fn load_super(th: &ThreadState, sp: Sp, name: &Value, arg: usize) -> Res {
    let (global_super, class, this) = (sp.peek(3), sp.peek(2), sp.peek(1));
    if is_super(global_super)
        && let Some(class_type) = class.as_type()
        && let Some((value, unbound)) = lookup_super(th, class_type, this, name, arg & 1 != 0)?
    {
        if unbound {
            sp.set_word(0, NONE);
        }
        return Ok(value);
    }
    let args = [class.clone(), this.clone()];
    let made = th.call(global_super, if arg & 2 != 0 { &args } else { &[] })?;
    th.getattr(&made, name)
}

/// `LOAD_SPECIAL`: a special method of the type, for `with`. The word above the stack becomes None when the owner is to
/// be passed as self.
#[inline(never)]
pub(super) fn load_special(th: &ThreadState, sp: Sp, which: usize) -> Res {
    let owner = sp.peek(1);
    let names = th.names();
    let (name, kind) = match which {
        0 => (&names.__enter__, "context manager"),
        1 => (&names.__exit__, "context manager"),
        2 => (&names.__aenter__, "asynchronous context manager"),
        _ => (&names.__aexit__, "asynchronous context manager"),
    };
    let class = owner.class();
    sp.set_word(0, UNBOUND);
    if let Some(attribute) = class.lookup(th, name) {
        if attribute.class().has_flag(type_flags::METHOD_DESCRIPTOR) {
            sp.set_word(0, NONE);
            return Ok(attribute);
        }
        return match attribute.class().slots().descr_get.get() {
            Some(get) => get(th, &attribute, Some(owner), class.value_ref()),
            None => Ok(attribute),
        };
    }
    let shown = class.full_name();
    let has = |name: &Value| class.lookup(th, name).is_some();
    let hint = match which {
        0 | 1 if has(&names.__aenter__) && has(&names.__aexit__) => {
            " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
        }
        2 | 3 if has(&names.__enter__) && has(&names.__exit__) => {
            " but it supports the context manager protocol. Did you mean to use 'with'?"
        }
        _ => "",
    };
    let missing = format!(" (missed {} method)", name_text(name));
    let protocol = kind;
    Err(th.type_error(format_args!("'{shown}' object does not support the {protocol} protocol{missing}{hint}")))
}

/// Whether a value is the builtin class `super`.
pub(super) fn is_super(value: &Value) -> bool {
    value.is(crate::objects::super_object::SUPER_TYPE.value_ref())
}

/// The attribute after `class` in the MRO of `this` (or of its class). True beside it: a method yet to be bound. `None`:
/// the plain way must tell what is wrong.
fn lookup_super(
    th: &ThreadState,
    class: &Type,
    this: &Value,
    name: &Value,
    method: bool,
) -> Res<Option<(Value, bool)>> {
    if name.is(&th.names().__class__) {
        return Ok(None);
    }
    let start = match this.as_type() {
        Some(start) if start.is_subtype(class) => start,
        _ if this.class().is_subtype(class) => this.class(),
        _ => return Ok(None),
    };
    let found = start
        .with_mro(|mro| {
            let after = mro.iter().position(|entry| entry.is(class.value_ref()))?;
            mro[after + 1..].iter().find_map(|entry| entry.as_type()?.own_attribute(name))
        })
        .flatten();
    let Some(attribute) = found else { return Ok(None) };
    let on_class = std::ptr::eq(start.header(), this.header().map_or(std::ptr::null(), std::ptr::from_ref));
    if method && !on_class && attribute.class().has_flag(type_flags::METHOD_DESCRIPTOR) {
        let (version, after) = (start.ensure_version(th), class.ensure_version(th));
        if version != 0 && after != 0 && name.header().is_some_and(|name| name.is_immortal()) {
            th.interp().attribute_cache.enter_super_method(version, after, name.bits(), attribute.bits());
        }
        return Ok(Some((attribute, true)));
    }
    match attribute.class().slots().descr_get.get() {
        Some(get) => {
            let object = if on_class { None } else { Some(this) };
            get(th, &attribute, object, start.value_ref()).map(|value| Some((value, false)))
        }
        None => Ok(Some((attribute, false))),
    }
}
