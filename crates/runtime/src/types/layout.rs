//! Which base a new class takes its layout from, and what its `__slots__` add.

use crate::error::{Res, name_text};
use crate::objects::dict::Dict;
use crate::objects::native_function::SlotDescriptor;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::{MAX_INLINE, Type, type_flags};
use crate::value::Value;

/// Whether instances of `class` hold more than those of `base` (attributes and weak references apart).
fn adds_storage(class: &Type, base: &Type) -> bool {
    if class.is_heap_type() {
        class.slot_count() != base.slot_count() || !std::ptr::eq(class.native(), base.native())
    } else {
        !class.payload_fns().same_as(base.payload_fns())
    }
}

/// The nearest class in the chain of bases whose layout `class` has.
pub(crate) fn solid_base(class: &Type) -> Value {
    let mut current = class.as_value();
    loop {
        let base = current.as_type().and_then(Type::base);
        match (current.as_type(), base.as_ref().and_then(Value::as_type)) {
            (Some(class), Some(base)) if !adds_storage(class, base) => {}
            _ => return current,
        }
        current = base.unwrap_or(Value::NONE);
    }
}

/// The base whose layout a class with these bases takes over. All other bases' layouts must be contained in it.
pub(crate) fn best_base(th: &ThreadState, bases: &[Value]) -> Res {
    let mut best: Option<(Value, Value)> = None;
    for base in bases {
        let Some(class) = base.as_type() else { return Err(th.type_error("bases must be types")) };
        if !class.has_flag(type_flags::BASE_TYPE) {
            return Err(th.type_error(format_args!("type '{}' is not an acceptable base type", class.full_name())));
        }
        let candidate = solid_base(class);
        let Some(solid) = candidate.as_type() else { continue };
        best = match best {
            None => Some((base.clone(), candidate)),
            Some((best, winner)) => match winner.as_type() {
                Some(winning) if winning.is_subtype(solid) => Some((best, winner)),
                Some(winning) if solid.is_subtype(winning) => Some((base.clone(), candidate)),
                _ => return Err(th.type_error("multiple bases have instance lay-out conflict")),
            },
        };
    }
    match best {
        Some((base, _)) => Ok(base),
        None => Err(th.system_error("a class without bases")),
    }
}

/// What `__slots__` of a class body says.
pub(crate) struct Slots {
    /// Names, mangled, in the order of their words.
    pub names: Vec<Value>,
    pub adds_dict: bool,
    pub adds_weakrefs: bool,
}

/// Whether instances of a native type have a fixed place for items at their end in the reference, so that nothing can be
/// added behind it.
fn has_items(base: &Type) -> bool {
    base.has_flag(
        type_flags::INT_SUBCLASS | type_flags::TUPLE_SUBCLASS | type_flags::BYTES_SUBCLASS | type_flags::TYPE_SUBCLASS,
    )
}

/// Reads `__slots__` of a new class's namespace and takes the names in.
pub(crate) fn read_slots(th: &ThreadState, name: &Str, base: &Type, bases: &[Value], namespace: &Dict) -> Res<Slots> {
    // Every class object has a namespace of its own: there is nothing to add to a metaclass's instances.
    let may_add_dict = !base.has_attrs() && !base.has_flag(type_flags::TYPE_SUBCLASS);
    let may_add_weakrefs = !base.has_flag(type_flags::HAS_WEAKREFS) && !has_items(base);
    let Some(declared) = namespace.get_str(&th.names().__slots__) else {
        return Ok(Slots { names: Vec::new(), adds_dict: may_add_dict, adds_weakrefs: may_add_weakrefs });
    };
    let declared = if declared.as_str().is_some() { vec![declared] } else { th.collect(&declared)? };
    if !declared.is_empty() && has_items(base) {
        return Err(th.type_error(format_args!("nonempty __slots__ not supported for subtype of '{}'", base.name())));
    }
    let mut slots = Slots { names: Vec::new(), adds_dict: false, adds_weakrefs: false };
    for slot in &declared {
        let Some(text) = slot.as_str() else {
            return Err(
                th.type_error(format_args!("__slots__ items must be strings, not '{}'", slot.class().full_name()))
            );
        };
        if !text.is_identifier() {
            return Err(th.type_error("__slots__ must be identifiers"));
        }
        if text.equals_ascii("__dict__") {
            if !may_add_dict || slots.adds_dict {
                return Err(th.type_error("__dict__ slot disallowed: we already got one"));
            }
            slots.adds_dict = true;
        } else if text.equals_ascii("__weakref__") {
            if !may_add_weakrefs || slots.adds_weakrefs {
                return Err(th.type_error("__weakref__ slot disallowed: we already got one"));
            }
            slots.adds_weakrefs = true;
        } else {
            let mangled = crate::intern::intern(th, mangle(th, name, slot, text));
            let set_by_the_compiler = ["__qualname__", "__classcell__", "__classdictcell__"]
                .iter()
                .any(|known| mangled.as_str().is_some_and(|mangled| mangled.equals_ascii(known)));
            if namespace.get_str(&mangled).is_some() && !set_by_the_compiler {
                let shown = th.repr_string(&mangled)?;
                return Err(th.value_error(format_args!("{shown} in __slots__ conflicts with class variable")));
            }
            slots.names.push(mangled);
        }
    }
    slots.names.sort_by(|a, b| match (a.as_str(), b.as_str()) {
        (Some(a), Some(b)) => a.compare(b),
        _ => std::cmp::Ordering::Equal,
    });
    // What another base brings need not be named again.
    for other in bases.iter().filter_map(Value::as_type).filter(|other| !std::ptr::eq(*other, base)) {
        slots.adds_dict |= may_add_dict && other.has_attrs();
        slots.adds_weakrefs |= may_add_weakrefs && other.has_flag(type_flags::HAS_WEAKREFS);
    }
    Ok(slots)
}

/// Private names (`__x`) get the class's name before them.
fn mangle(th: &ThreadState, class: &Str, value: &Value, name: &Str) -> Value {
    let text = name_text(value);
    let class = class.to_string_lossy();
    let class = class.trim_start_matches('_');
    if name.len() < 3 || !text.starts_with("__") || text.ends_with("__") || text.contains('.') || class.is_empty() {
        return th.str(&text);
    }
    th.str(&format!("_{class}{text}"))
}

/// Fixes the layout of a new class: slots behind the base's, and room for the attributes that the methods of the class
/// and its bases assign.
pub(crate) fn lay_out(th: &ThreadState, class: &Type, base: &Type, slots: &Slots) {
    if slots.adds_dict {
        class.set_flag(type_flags::HAS_ATTRS);
    }
    if slots.adds_weakrefs {
        class.set_flag(type_flags::HAS_WEAKREFS);
    }
    let mut capacity = 0;
    // The size of objects with items at their end must not depend on the class's learning.
    if class.has_attrs() && !class.is_variable_sized() {
        capacity = (1 + assigned_names(th, class)).min(MAX_INLINE);
    }
    class.set_layout(base.slot_count() + slots.names.len(), capacity);
    if class.has_attrs() {
        class.set_root_shape(th.interp().shapes.new_root(class.inline_capacity()));
    }
}

/// How many different attributes of `self` the methods of a class and its bases assign, as the compiler noted.
fn assigned_names(th: &ThreadState, class: &Type) -> usize {
    let mut seen: Vec<u64> = Vec::new();
    let key = &th.names().__static_attributes__;
    let mut current = Some(class.as_value());
    // Before the MRO is there: bases of bases, without repetition of note.
    let mut pending: Vec<Value> = Vec::new();
    while let Some(value) = current.take() {
        let Some(class) = value.as_type() else { break };
        if let Some(names) = class.own_attribute(key)
            && let Some(names) = names.as_tuple()
        {
            for name in names.as_slice() {
                if !seen.contains(&name.bits()) && seen.len() < MAX_INLINE {
                    seen.push(name.bits());
                }
            }
        }
        if let Some(bases) = class.bases()
            && let Some(bases) = bases.as_tuple()
            && pending.len() < 64
        {
            pending
                .extend(bases.as_slice().iter().filter(|base| base.as_type().is_some_and(Type::is_heap_type)).cloned());
        }
        current = pending.pop();
    }
    seen.len()
}

/// Puts a descriptor for each slot into the class's namespace.
pub(crate) fn add_slot_descriptors(th: &ThreadState, class: &Type, base: &Type, slots: &Slots) {
    for (number, name) in slots.names.iter().enumerate() {
        let descriptor = th.new_object(SlotDescriptor {
            owner: class.as_value(),
            name: name.clone(),
            index: base.slot_count() + number,
            native: None,
        });
        drop(class.with_dict(|dict| dict.set_str(name, descriptor)));
    }
}

/// The names of all `__slots__` words of a class, by place.
pub(crate) fn slot_names(class: &Type) -> Vec<Option<Value>> {
    let mut names = vec![None; class.slot_count()];
    let mut current = Some(class.as_value());
    while let Some(value) = current {
        let Some(class) = value.as_type() else { break };
        for (_, item) in class.with_dict(Dict::to_vec).unwrap_or_default() {
            if let Some(slot) = item.downcast_exact::<SlotDescriptor>()
                && slot.native.is_none()
                && slot.owner.is(class.value_ref())
                && let Some(place) = names.get_mut(slot.index)
            {
                *place = Some(slot.name.clone());
            }
        }
        current = class.base();
    }
    names
}
