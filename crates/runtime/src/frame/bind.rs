//! Argument binding: a call's arguments become a frame's first locals, in place, with CPython's words for what is wrong.
//!
//! Before: callable, (unused), arguments, keyword values. After: header, parameters, unbound locals. The arguments move up
//! past the header; keyword values wait above the new frame until their places are known. Nothing is allocated but the
//! tuple and dict of `*args` and `**kwargs`.
#![expect(unsafe_code, reason = "moves arguments within the value stack")]

use bytecode::code::flags;

use super::registers::{Fp, Pc, Sp};
use super::stack::{FloorGuard, HEADER};
use crate::error::{Raised, Res, name_text};
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::tuple::TUPLE_TYPE;
use crate::thread::ThreadState;
use crate::value::{UNBOUND, Value};

/// Makes a frame of the function whose word lies at `base`. `count` arguments lie at `args` (above `base`), the last of
/// them the values of `kwnames`. Everything from `base` up is consumed, also when this fails. The new frame is not yet the
/// thread's innermost.
pub(super) fn push_frame(
    th: &ThreadState,
    base: Sp,
    args: Sp,
    count: usize,
    kwnames: &[Value],
    return_pc: Pc,
    previous: Fp,
) -> Res<Fp> {
    // SAFETY: the caller put an owned function there.
    let func = unsafe { &*base.0 };
    // SAFETY: exact functions only come here; the payload follows the object header.
    let function = unsafe { &*((func.bits() + 16) as *const Function) };
    let code = function.code();
    let room = HEADER + code.frame_size + count;
    if !th.frames.has_room(base, room) || th.frames.recursion_remaining.get() <= 0 {
        args.add(count).drop_top(count);
        drop(base.add(1).take(1));
        return Err(th.recursion_error("maximum recursion depth exceeded"));
    }
    let fp = Fp(base.0.wrapping_add(HEADER));
    // Plain positional parameters, the last ones perhaps by default: no more than moving the arguments up.
    let argcount = code.argcount as usize;
    if code.is_simple && kwnames.is_empty() && count <= argcount {
        base.move_up(args, count);
        for index in count..code.nlocalsplus() {
            fp.set_local_unbound(index);
        }
        if count < argcount && !fill_defaults(function, fp, count, argcount) {
            let raised = missing_positional(th, function, code, fp);
            // SAFETY: the locals are the frame's own words, which is given up.
            unsafe { drop_words(fp.0, code.nlocalsplus()) };
            drop(base.add(1).take(1));
            return Err(raised);
        }
        fill_header(fp, function, code, return_pc, previous);
        return Ok(fp);
    }
    let bound = bind(th, function, code, fp, args, count, kwnames);
    if bound.is_err() {
        drop(base.add(1).take(1));
        return Err(th.still_raised());
    }
    fill_header(fp, function, code, return_pc, previous);
    Ok(fp)
}

#[inline(always)]
fn fill_header(fp: Fp, function: &Function, code: &Code, return_pc: Pc, previous: Fp) {
    let header = fp.header();
    header.code.set(code);
    header.return_pc.set(return_pc);
    header.previous.set(previous);
    header.globals.set(function.globals_dict());
    header.current_pc.set(code.start());
    header.extra.set(UNBOUND);
}

fn bind(
    th: &ThreadState,
    function: &Function,
    code: &Code,
    fp: Fp,
    args: Sp,
    count: usize,
    kwnames: &[Value],
) -> Res<()> {
    let locals = fp.0;
    let (argcount, kwonly) = (code.argcount as usize, code.kwonlyargcount as usize);
    let named = argcount + kwonly;
    let has_varargs = code.has_flag(flags::VARARGS);
    let has_varkeywords = code.has_flag(flags::VARKEYWORDS);
    let keywords = kwnames.len();
    let positional = count - keywords;
    let taken = positional.min(argcount);
    // SAFETY: `push_frame` has checked that the frame and `count` more words fit; every word moves once.
    unsafe {
        // Keyword values step aside, above the frame.
        let aside = locals.wrapping_add(code.frame_size).max(args.0.add(positional));
        std::ptr::copy(args.0.add(positional), aside, keywords);
        let _guard = FloorGuard::new(th, Sp(aside.add(keywords)));
        let mut surplus = None;
        if positional > argcount {
            if has_varargs {
                let items = args.0.add(argcount);
                surplus = Some(th.new_tuple_words(&TUPLE_TYPE, positional - argcount, items));
            } else {
                let given = positional;
                for extra in argcount..positional {
                    drop(args.0.add(extra).read());
                }
                std::ptr::copy(args.0, locals, argcount);
                fill_unbound(locals, argcount, code.nlocalsplus());
                // Which keyword-only arguments were given is part of the message.
                let given_kwonly = kwnames
                    .iter()
                    .filter(|name| code.local_names()[argcount..named].iter().any(|known| same_name(known, name)))
                    .count();
                drop_words(aside, keywords);
                drop_words(locals, code.nlocalsplus());
                if let Some(raised) = refused_keyword(th, function, code, kwnames) {
                    return Err(raised);
                }
                return Err(too_many_positional(th, function, code, given, given_kwonly));
            }
        }
        std::ptr::copy(args.0, locals, taken);
        fill_unbound(locals, taken, code.nlocalsplus());
        let mut at = named;
        if has_varargs {
            let tuple = surplus.unwrap_or_else(|| th.tuple(&[]));
            locals.add(at).write(tuple);
            at += 1;
        }
        if has_varkeywords {
            locals.add(at).write(th.dict(Dict::new()));
        }
        if keywords != 0 {
            for (index, name) in kwnames.iter().enumerate() {
                let value = aside.add(index).read();
                if let Err(raised) = bind_keyword(th, function, code, fp, name, value, kwnames) {
                    drop_words(aside.add(index + 1), keywords - index - 1);
                    drop_words(locals, code.nlocalsplus());
                    return Err(raised);
                }
            }
        }
        if taken < argcount && !fill_defaults(function, fp, taken, argcount) {
            let raised = missing_positional(th, function, code, fp);
            drop_words(locals, code.nlocalsplus());
            return Err(raised);
        }
        if kwonly != 0
            && let Err(raised) = fill_keyword_defaults(th, function, code, fp)
        {
            drop_words(locals, code.nlocalsplus());
            return Err(raised);
        }
    }
    Ok(())
}

unsafe fn fill_unbound(locals: *mut Value, from: usize, to: usize) {
    for index in from..to {
        // SAFETY: the caller's frame has `to` locals.
        unsafe { *locals.add(index).cast::<u64>() = UNBOUND };
    }
}

unsafe fn drop_words(words: *mut Value, count: usize) {
    for index in 0..count {
        // SAFETY: the caller owns `count` words.
        drop(unsafe { words.add(index).read() });
    }
}

fn same_name(known: &Value, name: &Value) -> bool {
    known.is(name)
        || match (known.as_str(), name.as_str()) {
            (Some(known), Some(name)) => known.equals(name),
            _ => false,
        }
}

fn find_name(names: &[Value], name: &Value) -> Option<usize> {
    names.iter().position(|known| known.is(name)).or_else(|| names.iter().position(|known| same_name(known, name)))
}

/// Gives one keyword argument its place.
fn bind_keyword(
    th: &ThreadState,
    function: &Function,
    code: &Code,
    fp: Fp,
    name: &Value,
    value: Value,
    kwnames: &[Value],
) -> Res<()> {
    let (argcount, posonly) = (code.argcount as usize, code.posonlyargcount as usize);
    let named = argcount + code.kwonlyargcount as usize;
    if name.as_str().is_none() {
        drop(value);
        return Err(th.type_error(format_args!("{}() keywords must be strings", name_text(&function.qualname()))));
    }
    if let Some(place) = find_name(&code.local_names()[posonly..named], name) {
        let place = posonly + place;
        if !fp.local(place).is_unbound() {
            drop(value);
            return Err(multiple_values(th, function, name));
        }
        fp.init_local(place, value);
        return Ok(());
    }
    if code.has_flag(flags::VARKEYWORDS) {
        let dict = fp.local(named + usize::from(code.has_flag(flags::VARARGS)));
        let old = match dict.downcast_exact::<Dict>() {
            Some(dict) if name.downcast_exact::<crate::objects::str::Str>().is_some() => dict.set_str(name, value),
            Some(dict) => {
                dict.set(th, name, value)?;
                None
            }
            None => None,
        };
        drop(old);
        return Ok(());
    }
    drop(value);
    Err(unexpected_keyword(th, function, code, name, kwnames))
}

/// What is wrong with the keywords of a call whose positional arguments are too many: that is said first.
#[cold]
#[inline(never)]
fn refused_keyword(th: &ThreadState, function: &Function, code: &Code, kwnames: &[Value]) -> Option<Raised> {
    let (argcount, posonly) = (code.argcount as usize, code.posonlyargcount as usize);
    let named = argcount + code.kwonlyargcount as usize;
    for name in kwnames {
        if name.as_str().is_none() {
            let qualname = name_text(&function.qualname());
            return Some(th.type_error(format_args!("{qualname}() keywords must be strings")));
        }
        match find_name(&code.local_names()[posonly..named], name) {
            Some(place) if posonly + place < argcount => return Some(multiple_values(th, function, name)),
            Some(_) => {}
            None if code.has_flag(flags::VARKEYWORDS) => {}
            None => return Some(unexpected_keyword(th, function, code, name, kwnames)),
        }
    }
    None
}

#[cold]
fn multiple_values(th: &ThreadState, function: &Function, name: &Value) -> Raised {
    let (qualname, name) = (name_text(&function.qualname()), name_text(name));
    th.type_error(format_args!("{qualname}() got multiple values for argument '{name}'"))
}

#[cold]
#[inline(never)]
fn unexpected_keyword(th: &ThreadState, function: &Function, code: &Code, name: &Value, kwnames: &[Value]) -> Raised {
    let qualname = name_text(&function.qualname());
    let posonly = &code.local_names()[..code.posonlyargcount as usize];
    let misused: Vec<String> =
        posonly.iter().filter(|known| kwnames.iter().any(|name| same_name(known, name))).map(name_text).collect();
    if !misused.is_empty() {
        return th.type_error(format_args!(
            "{qualname}() got some positional-only arguments passed as keyword arguments: '{}'",
            misused.join(", ")
        ));
    }
    let text = name_text(name);
    let possible: Vec<String> = code.local_names()[posonly.len()..(code.argcount + code.kwonlyargcount) as usize]
        .iter()
        .map(name_text)
        .collect();
    match crate::args::suggest::closest(&text, possible.iter().map(String::as_str)) {
        Some(close) => th.type_error(format_args!(
            "{qualname}() got an unexpected keyword argument '{text}'. Did you mean '{close}'?"
        )),
        None => th.type_error(format_args!("{qualname}() got an unexpected keyword argument '{text}'")),
    }
}

/// Fills parameters from `taken` on from the defaults; false if some stay without value.
fn fill_defaults(function: &Function, fp: Fp, taken: usize, argcount: usize) -> bool {
    function.defaults.with(|defaults| {
        let defaults = defaults.and_then(|defaults| defaults.as_tuple()).map_or(&[][..], |tuple| tuple.as_slice());
        // More defaults than parameters: the last ones count.
        let first = argcount.saturating_sub(defaults.len());
        let skip = defaults.len().saturating_sub(argcount);
        for index in taken..argcount {
            if fp.local(index).is_unbound() {
                if index < first {
                    return false;
                }
                fp.init_local(index, defaults[skip + index - first].clone());
            }
        }
        true
    })
}

fn fill_keyword_defaults(th: &ThreadState, function: &Function, code: &Code, fp: Fp) -> Res<()> {
    let argcount = code.argcount as usize;
    let mut missing = Vec::new();
    for index in argcount..argcount + code.kwonlyargcount as usize {
        if !fp.local(index).is_unbound() {
            continue;
        }
        let name = &code.local_names()[index];
        let defaults = function.kwdefaults.get();
        match defaults.as_ref().and_then(|defaults| defaults.downcast::<Dict>()).and_then(|dict| dict.get_str(name)) {
            Some(value) => fp.init_local(index, value),
            None => missing.push(name_text(name)),
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing_arguments(th, function, "keyword-only", &missing)) }
}

#[cold]
#[inline(never)]
fn missing_positional(th: &ThreadState, function: &Function, code: &Code, fp: Fp) -> Raised {
    let argcount = code.argcount as usize;
    let defaults =
        function.defaults.get().and_then(|defaults| defaults.as_tuple().map(|tuple| tuple.len())).unwrap_or(0);
    let required = argcount.saturating_sub(defaults);
    let missing: Vec<String> = (0..required)
        .filter(|&index| fp.local(index).is_unbound())
        .map(|index| name_text(&code.local_names()[index]))
        .collect();
    missing_arguments(th, function, "positional", &missing)
}

/// "f() missing 2 required positional arguments: 'a' and 'b'".
fn missing_arguments(th: &ThreadState, function: &Function, kind: &str, names: &[String]) -> Raised {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    let list = match &quoted[..] {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    };
    th.type_error(format_args!(
        "{}() missing {} required {kind} argument{}: {list}",
        name_text(&function.qualname()),
        names.len(),
        if names.len() == 1 { "" } else { "s" }
    ))
}

#[cold]
#[inline(never)]
fn too_many_positional(
    th: &ThreadState,
    function: &Function,
    code: &Code,
    given: usize,
    given_kwonly: usize,
) -> Raised {
    let argcount = code.argcount as usize;
    let defaults =
        function.defaults.get().and_then(|defaults| defaults.as_tuple().map(|tuple| tuple.len())).unwrap_or(0);
    let (takes, plural) = if defaults != 0 {
        (format!("from {} to {argcount}", argcount.saturating_sub(defaults)), true)
    } else {
        (argcount.to_string(), argcount != 1)
    };
    let kwonly = if given_kwonly > 0 {
        format!(
            " positional argument{} (and {given_kwonly} keyword-only argument{})",
            if given == 1 { "" } else { "s" },
            if given_kwonly == 1 { "" } else { "s" }
        )
    } else {
        String::new()
    };
    th.type_error(format_args!(
        "{}() takes {takes} positional argument{} but {given}{kwonly} {} given",
        name_text(&function.qualname()),
        if plural { "s" } else { "" },
        if given == 1 && given_kwonly == 0 { "was" } else { "were" }
    ))
}
