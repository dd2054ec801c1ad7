//! Changing what exists: `obj.__class__ = ..` and `cls.__bases__ = ..`.
#![expect(unsafe_code, reason = "type pointers of objects and subclass lists change hands")]

use crate::error::Res;
use crate::instance;
use crate::objects::module::MODULE_TYPE;
use crate::thread::ThreadState;
use crate::types::{Type, layout, mro, slot_table, type_flags};
use crate::value::Value;

/// The nearest base whose instances have the same slots, attributes and weak references as those of `class`.
fn layout_root(class: &Type) -> Value {
    let mut current = class.as_value();
    loop {
        let base = match current.as_type() {
            Some(class) => class.base().filter(|base| base.as_type().is_some_and(|base| adds_nothing(class, base))),
            None => None,
        };
        match base {
            Some(base) => current = base,
            None => return current,
        }
    }
}

fn same_room(a: &Type, b: &Type) -> bool {
    a.has_attrs() == b.has_attrs() && a.has_flag(type_flags::HAS_WEAKREFS) == b.has_flag(type_flags::HAS_WEAKREFS)
}

fn adds_nothing(class: &Type, base: &Type) -> bool {
    class.slot_count() == base.slot_count() && same_room(class, base) && std::ptr::eq(class.native(), base.native())
}

/// Whether instances of the two classes are laid out alike, but for the room for attributes.
fn same_layout(a: &Type, b: &Type) -> bool {
    let small = |class: &Type| class.instance_size() <= crate::heap::MAX_SMALL;
    if a.slot_count() != b.slot_count()
        || !same_room(a, b)
        || a.instance_size() != b.instance_size() && !(small(a) && small(b))
    {
        return false;
    }
    let (a, b) = (layout_root(a), layout_root(b));
    if a.is(&b) {
        return true;
    }
    let (Some(a), Some(b)) = (a.as_type(), b.as_type()) else { return false };
    let same_base = match (a.base(), b.base()) {
        (Some(a), Some(b)) => a.is(&b),
        (None, None) => true,
        _ => false,
    };
    same_base
        && layout::slot_names(a).iter().zip(&layout::slot_names(b)).all(|(a, b)| match (a, b) {
            (Some(a), Some(b)) => a.is(b),
            (None, None) => true,
            _ => false,
        })
}

fn check_compatible(th: &ThreadState, old: &Type, new: &Type, attribute: &str) -> Res<()> {
    let differ = |what: &str| {
        Err(th.type_error(format_args!(
            "{attribute} assignment: '{}' {what} differs from '{}'",
            new.full_name(),
            old.full_name()
        )))
    };
    if !std::ptr::eq(old.native(), new.native()) {
        return differ("deallocator");
    }
    if !same_layout(old, new) {
        return differ("object layout");
    }
    Ok(())
}

/// `object.__class__ = class`. The instance keeps its attributes in a dict from then on: shapes belong to classes.
pub(crate) fn set_class(th: &ThreadState, object: &Value, class: Option<&Value>) -> Res<()> {
    let Some(class) = class else { return Err(th.type_error("can't delete __class__ attribute")) };
    let Some(new) = class.as_type() else {
        return Err(
            th.type_error(format_args!("__class__ must be set to a class, not '{}' object", class.class().full_name()))
        );
    };
    th.audit_attribute_change(object, "__class__", Some(class))?;
    let old = object.class();
    if std::ptr::eq(old, new) {
        return Ok(());
    }
    let modules = old.is_subtype(&MODULE_TYPE) && new.is_subtype(&MODULE_TYPE);
    let immutable = |class: &Type| !class.is_heap_type() || class.has_flag(type_flags::IMMUTABLE);
    if !modules && (immutable(old) || immutable(new)) {
        return Err(th.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
    }
    check_compatible(th, old, new, "__class__")?;
    let Some(header) = object.header() else { return Ok(()) };
    drop(instance::dict(th, object));
    let new_class = new.as_value();
    let old_pointer = header.class_ptr();
    header.set_class_ptr(new);
    // The object's count of its class moves from the old one to the new one.
    std::mem::forget(new_class);
    // SAFETY: the object owned a count of its class, which nobody else gives up.
    drop(unsafe { Value::from_header((*old_pointer).header() as *const _ as *mut _) });
    Ok(())
}

/// `cls.__bases__ = bases`.
pub(crate) fn set_bases(th: &ThreadState, class: &Type, bases: &Value) -> Res<()> {
    let name = class.name();
    let Some(new_bases) = bases.as_tuple().map(|bases| bases.as_slice()) else {
        return Err(
            th.type_error(format_args!("can only assign tuple to {name}.__bases__, not {}", bases.class().full_name()))
        );
    };
    if new_bases.is_empty() {
        return Err(th.type_error(format_args!("can only assign non-empty tuple to {name}.__bases__, not ()")));
    }
    for base in new_bases {
        let Some(base) = base.as_type() else {
            return Err(th.type_error(format_args!(
                "{name}.__bases__ must be tuple of classes, not '{}'",
                base.class().full_name()
            )));
        };
        if base.is_subtype(class) || derives_from(base, class) {
            return Err(th.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = layout::best_base(th, new_bases)?;
    let old_base = class.base();
    if let (Some(old), Some(new)) = (old_base.as_ref().and_then(Value::as_type), new_base.as_type()) {
        if old.is_heap_type() != new.is_heap_type() && !std::ptr::eq(old, new) {
            return Err(th.type_error(format_args!(
                "__bases__ assignment: '{}' deallocator differs from '{}'",
                new.full_name(),
                old.full_name()
            )));
        }
        check_compatible(th, old, new, "__bases__")?;
    }
    let old_bases = class.bases();
    let held_base = class.base_cell().replace(Some(new_base.clone()));
    let held_bases = class.bases_cell().replace(Some(bases.clone()));
    class.modified();
    if let Err(raised) = mro::update_tree(th, class) {
        // Custom code may have assigned other bases meanwhile: those stay.
        if class.bases().is_some_and(|now| now.is(bases)) {
            drop(class.base_cell().replace(held_base));
            drop(class.bases_cell().replace(held_bases));
            class.modified();
        }
        return Err(raised);
    }
    if class.bases().is_some_and(|now| now.is(bases)) {
        for base in old_bases.iter().filter_map(Value::as_tuple).flat_map(|bases| bases.as_slice()) {
            if let Some(base) = base.as_type() {
                base.subclasses.borrow_mut().retain(|&entry| !std::ptr::eq(entry, class));
            }
        }
        for base in new_bases.iter().filter_map(Value::as_type) {
            base.subclasses.borrow_mut().push(class);
        }
        class.modified();
        class.inherit_flags();
        slot_table::refill_slots(th, class);
    }
    drop((held_base, held_bases, old_bases, old_base));
    Ok(())
}

/// By the chains of bases, for classes whose MRO says less.
fn derives_from(class: &Type, ancestor: &Type) -> bool {
    let mut current = class.base();
    while let Some(value) = current {
        let Some(class) = value.as_type() else { return false };
        if std::ptr::eq(class, ancestor) {
            return true;
        }
        current = class.base();
    }
    false
}
