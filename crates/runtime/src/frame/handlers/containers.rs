//! Building containers.
#![expect(unsafe_code, reason = "words move from the stack into new containers")]

use crate::error::Res;
use crate::frame::registers::{Sp, attempt, handler, next, own, raise, release_next};
use crate::frame::{calls, consts};
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::tuple::TUPLE_TYPE;
use crate::thread::ThreadState;
use crate::value::Value;

handler!(BUILD_TUPLE, |pc, sp, fp, th, arg| {
    let base = sp.sub(arg);
    let tuple = if arg == 0 {
        th.tuple(&[])
    } else {
        // SAFETY: the words move into the tuple.
        unsafe { th.new_tuple_words(&TUPLE_TYPE, arg, base.0) }
    };
    base.put(0, tuple);
    next!(pc, base.add(1), fp, th)
});

handler!(BUILD_LIST, |pc, sp, fp, th, arg| {
    let base = sp.sub(arg);
    base.put(0, build_list(th, base, arg));
    next!(pc, base.add(1), fp, th)
});

#[inline(never)]
fn build_list(th: &ThreadState, base: Sp, count: usize) -> Value {
    let items = (0..count).map(|index| base.add(index + 1).take(1)).collect();
    th.list(items)
}

handler!(BUILD_MAP, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = build_map(th, sp, arg);
    let sp = sp.drop_top(2 * arg);
    let result = attempt!(result, pc, sp, fp, th);
    sp.put(0, result);
    next!(pc, sp.add(1), fp, th)
});

#[inline(never)]
fn build_map(th: &ThreadState, sp: Sp, count: usize) -> Res {
    let dict = Dict::with_capacity(count);
    for pair in sp.slice(2 * count).chunks_exact(2) {
        dict.set(th, &pair[0], pair[1].clone())?;
    }
    Ok(th.dict(dict))
}

handler!(BUILD_SET, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = consts::set(th, sp.slice(arg));
    let sp = sp.drop_top(arg);
    let result = attempt!(result, pc, sp, fp, th);
    sp.put(0, result);
    next!(pc, sp.add(1), fp, th)
});

handler!(BUILD_SLICE, |pc, sp, fp, th, arg| {
    let step = if arg == 3 { own(sp.word(1)) } else { Value::NONE };
    let sp = if arg == 3 { sp.sub(1) } else { sp };
    let slice = th.slice(own(sp.word(2)), own(sp.word(1)), step);
    sp.put(2, slice);
    next!(pc, sp.sub(1), fp, th)
});

handler!(LIST_APPEND, |pc, sp, fp, th, arg| {
    let Some(list) = sp.peek(arg + 1).downcast_exact::<List>() else { return list_append_grow(pc, sp, fp, th, arg) };
    if !list.push_word_in_place(sp.word(1)) {
        return list_append_grow(pc, sp, fp, th, arg);
    }
    next!(pc, sp.sub(1), fp, th)
});

handler!(
    #[cold]
    list_append_grow,
    |pc, sp, fp, th, arg| {
        let item = own(sp.word(1));
        match sp.peek(arg + 1).downcast_exact::<List>() {
            Some(list) => list.push(item),
            None => drop(item),
        }
        next!(pc, sp.sub(1), fp, th)
    }
);

handler!(LIST_EXTEND, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = list_extend(th, sp, arg);
    let word = sp.word(1);
    if result.is_err() {
        drop(own(word));
        return raise!(pc, sp.sub(1), fp, th);
    }
    release_next!(word, pc, sp.sub(1), fp, th)
});

#[inline(never)]
fn list_extend(th: &ThreadState, sp: Sp, depth: usize) -> Res<()> {
    let (list, iterable) = (sp.peek(depth + 1), sp.peek(1));
    let slots = iterable.class().slots();
    if slots.iter.get().is_none() && slots.sq_item.get().is_none() {
        return Err(
            th.type_error(format_args!("Value after * must be an iterable, not {}", iterable.class().full_name()))
        );
    }
    let Some(list) = list.downcast_exact::<List>() else { return Err(th.system_error("LIST_EXTEND without a list")) };
    th.for_each(iterable, |item| {
        list.push(item);
        Ok(())
    })
}

handler!(SET_ADD, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = consts::set_add(th, sp.peek(arg + 1), sp.peek(1));
    let sp = sp.drop_top(1);
    attempt!(result, pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

handler!(SET_UPDATE, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = consts::set_update(th, sp.peek(arg + 1), sp.peek(1));
    let sp = sp.drop_top(1);
    attempt!(result, pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

handler!(MAP_ADD, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = map_add(th, sp, arg);
    let sp = sp.drop_top(2);
    attempt!(result, pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

/// Apart: a handler that keeps something in its native frame cannot leave by a jump.
#[inline(never)]
fn map_add(th: &ThreadState, sp: Sp, arg: usize) -> Res<()> {
    match sp.peek(arg + 2).downcast_exact::<Dict>() {
        Some(dict) => dict.set(th, sp.peek(2), sp.peek(1).clone()),
        None => Err(th.system_error("MAP_ADD without a dict")),
    }
}

handler!(DICT_UPDATE, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = dict_update(th, sp.peek(arg + 1), sp.peek(1));
    let sp = sp.drop_top(1);
    attempt!(result, pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

/// Names and values of a mapping; `None` if it is none.
fn mapping_items(th: &ThreadState, mapping: &Value) -> Res<Option<Vec<(Value, Value)>>> {
    if let Some(dict) = mapping.downcast_exact::<Dict>() {
        return Ok(Some(dict.to_vec()));
    }
    let Some(keys) = th.getattr_opt(mapping, &th.names().keys)? else { return Ok(None) };
    let keys = th.collect(&th.call(&keys, &[])?)?;
    let mut items = Vec::with_capacity(keys.len());
    for key in keys {
        let value = th.get_item(mapping, &key)?;
        items.push((key, value));
    }
    Ok(Some(items))
}

#[inline(never)]
fn dict_update(th: &ThreadState, dict: &Value, mapping: &Value) -> Res<()> {
    let Some(dict) = dict.downcast_exact::<Dict>() else { return Err(th.system_error("DICT_UPDATE without a dict")) };
    if mapping.downcast_exact::<Dict>().is_some() {
        return crate::objects::dict::methods::merge(th, dict, mapping, true);
    }
    match mapping_items(th, mapping)? {
        Some(items) => {
            for (key, value) in items {
                dict.set(th, &key, value)?;
            }
            Ok(())
        }
        None => Err(th.type_error(format_args!("'{}' object is not a mapping", mapping.class().full_name()))),
    }
}

handler!(DICT_MERGE, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = dict_merge(th, sp.peek(arg + 4), sp.peek(arg + 1), sp.peek(1));
    let sp = sp.drop_top(1);
    attempt!(result, pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

/// `f(**mapping)`: the keys must be new.
#[inline(never)]
fn dict_merge(th: &ThreadState, callable: &Value, dict: &Value, mapping: &Value) -> Res<()> {
    let Some(dict) = dict.downcast_exact::<Dict>() else { return Err(th.system_error("DICT_MERGE without a dict")) };
    if let Some(source) = mapping.downcast_exact::<Dict>()
        && dict.fill_from(source)
    {
        return Ok(());
    }
    let Some(items) = mapping_items(th, mapping)? else {
        return Err(th.type_error(format_args!(
            "{} argument after ** must be a mapping, not {}",
            calls::function_name(th, callable),
            mapping.class().full_name()
        )));
    };
    for (key, value) in items {
        if dict.contains(th, &key)? {
            let name = calls::function_name(th, callable);
            let key = th.str_string(&key)?;
            return Err(th.type_error(format_args!("{name} got multiple values for keyword argument '{key}'")));
        }
        dict.set(th, &key, value)?;
    }
    Ok(())
}
