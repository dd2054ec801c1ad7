//! The method resolution order: C3 linearisation, custom `mro()` methods, and recomputation through a class's subclasses.

use crate::error::{Raised, Res};
use crate::thread::ThreadState;
use crate::types::{Type, layout, slot_table, type_flags};
use crate::value::Value;

/// `type.mro(cls)`: the class, then its bases merged so that every class precedes its bases and bases keep their order.
pub(crate) fn linearise(th: &ThreadState, class: &Type) -> Res<Vec<Value>> {
    let bases = class.bases().unwrap_or_else(|| th.tuple(&[]));
    let bases = bases.as_tuple().map(|bases| bases.as_slice().to_vec()).unwrap_or_default();
    for base in &bases {
        if base.as_type().is_none_or(|base| base.mro().is_none()) {
            let name = base.as_type().map(Type::name).unwrap_or_default();
            return Err(th.type_error(format_args!("Cannot extend an incomplete type '{name}'")));
        }
    }
    let mro_of = |base: &Value| base.as_type().and_then(|base| base.with_mro(<[Value]>::to_vec)).unwrap_or_default();
    if let [base] = &bases[..] {
        let mut mro = vec![class.as_value()];
        mro.append(&mut mro_of(base));
        return Ok(mro);
    }
    for (index, base) in bases.iter().enumerate() {
        if bases[index + 1..].iter().any(|other| other.is(base)) {
            let name = base.as_type().map(Type::name).unwrap_or_default();
            return Err(th.type_error(format_args!("duplicate base class {name}")));
        }
    }
    let mut mro = vec![class.as_value()];
    let mut lists: Vec<Vec<Value>> = bases.iter().map(mro_of).collect();
    lists.push(bases);
    let mut heads = vec![0; lists.len()];
    while let Some(next) = next_class(th, &lists, &heads)? {
        for (list, head) in lists.iter().zip(&mut heads) {
            if list.get(*head).is_some_and(|first| first.is(&next)) {
                *head += 1;
            }
        }
        mro.push(next);
    }
    Ok(mro)
}

/// The first list head that no list has in its tail; `None` when all lists are used up.
fn next_class(th: &ThreadState, lists: &[Vec<Value>], heads: &[usize]) -> Res<Option<Value>> {
    let mut left = false;
    for (list, &head) in lists.iter().zip(heads) {
        let Some(candidate) = list.get(head) else { continue };
        left = true;
        let in_tail = |(list, &head): (&Vec<Value>, &usize)| {
            list.get(head + 1..).unwrap_or_default().iter().any(|class| class.is(candidate))
        };
        if !lists.iter().zip(heads).any(in_tail) {
            return Ok(Some(candidate.clone()));
        }
    }
    if left { Err(inconsistent(th, lists, heads)) } else { Ok(None) }
}

#[cold]
fn inconsistent(th: &ThreadState, lists: &[Vec<Value>], heads: &[usize]) -> Raised {
    let mut conflicting: Vec<&Value> = Vec::new();
    for (list, &head) in lists.iter().zip(heads) {
        if let Some(class) = list.get(head)
            && !conflicting.iter().any(|other| other.is(class))
        {
            conflicting.push(class);
        }
    }
    let names: Vec<String> = conflicting.iter().filter_map(|class| class.as_type()).map(Type::name).collect();
    th.type_error(format_args!(
        "Cannot create a consistent method resolution order (MRO) for bases {}",
        names.join(", ")
    ))
}

/// Computes and stores the MRO of a class, asking the metaclass's `mro()` if it has its own. Returns the MRO before, or
/// `None` if custom code changed the class's bases meanwhile (whose MRO then counts).
pub(crate) fn update(th: &ThreadState, class: &Type) -> Res<Option<Value>> {
    let old = class.mro();
    let metatype = class.header().class();
    let own = metatype.lookup(th, &th.names().mro);
    let native = super::TYPE_TYPE.own_attribute(&th.names().mro);
    let custom = matches!((&own, &native), (Some(own), Some(native)) if !own.is(native));
    let mro = if custom {
        let result = th.call_method(class.value_ref(), &th.names().mro, &[])?;
        let mro = th.collect(&result)?;
        check_custom(th, class, &mro)?;
        if mro.iter().any(|entry| !entry.is(class.value_ref()) && !reaches(class, entry)) {
            class.set_flag(type_flags::FOREIGN_MRO);
        }
        mro
    } else {
        linearise(th, class)?
    };
    let reentered = match (&old, class.mro()) {
        (Some(old), Some(now)) => !old.is(&now),
        (None, Some(_)) => true,
        _ => false,
    };
    if reentered {
        return Ok(None);
    }
    let previous = class.set_mro(th.tuple_from_vec(mro));
    class.modified();
    Ok(Some(previous.unwrap_or(Value::NONE)))
}

/// Whether a base of the class derives from `entry`.
fn reaches(class: &Type, entry: &Value) -> bool {
    let bases = class.bases();
    let bases = bases.as_ref().and_then(Value::as_tuple).map_or(&[][..], |bases| bases.as_slice());
    let leads = |base: &Value| base.as_type().and_then(|base| base.with_mro(|mro| mro.iter().any(|at| at.is(entry))));
    bases.iter().filter_map(leads).any(|leads| leads)
}

fn check_custom(th: &ThreadState, class: &Type, mro: &[Value]) -> Res<()> {
    let solid = layout::solid_base(class);
    for entry in mro {
        let Some(base) = entry.as_type() else {
            return Err(th.type_error(format_args!("mro() returned a non-class ('{}')", entry.class().full_name())));
        };
        let base_solid = layout::solid_base(base);
        let suits = solid.as_type().zip(base_solid.as_type()).is_some_and(|(solid, base)| solid.is_subtype(base));
        if !suits {
            return Err(th.type_error(format_args!("mro() returned base with unsuitable layout ('{}')", base.name())));
        }
    }
    Ok(())
}

/// Recomputes the MRO of a class and of everything derived from it. On an error the classes already done get their old
/// MRO back.
pub(crate) fn update_tree(th: &ThreadState, class: &Type) -> Res<()> {
    let mut done: Vec<(Value, Value)> = Vec::new();
    let result = update_tree_inner(th, class, &mut done);
    if result.is_err() {
        for (class, old) in done.into_iter().rev() {
            if let Some(class) = class.as_type()
                && old.as_tuple().is_some()
            {
                drop(class.set_mro(old));
                class.modified();
            }
        }
    }
    result
}

fn update_tree_inner(th: &ThreadState, class: &Type, done: &mut Vec<(Value, Value)>) -> Res<()> {
    th.check_native_stack(" in mro")?;
    let Some(old) = update(th, class)? else { return Ok(()) };
    done.push((class.as_value(), old));
    for subclass in slot_table::live_subclasses(class) {
        if let Some(subclass) = subclass.as_type() {
            update_tree_inner(th, subclass, done)?;
        }
    }
    Ok(())
}
