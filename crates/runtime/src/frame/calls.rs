//! Calling from the loop: which callables get a frame, and the plain native call.
#![expect(unsafe_code, reason = "lays out arguments on the value stack")]

use super::bind::push_frame;
use super::registers::{Fp, Pc, Sp};
use super::stack::FloorGuard;
use super::{activate, private};
use crate::error::Res;
use crate::modules::weakref::WEAK_REFERENCE_TYPE;
use crate::objects::dict::Dict;
use crate::objects::function::FUNCTION_TYPE;
use crate::objects::method::Method;
use crate::objects::native_function::NativeFunction;
use crate::objects::object::OBJECT_TYPE;
use crate::objects::str::STR_TYPE;
use crate::thread::ThreadState;
use crate::types::{TYPE_TYPE, Type, type_flags};
use crate::value::Value;

/// What became of a call.
pub(super) enum Called {
    /// A frame was pushed.
    Frame(Fp),
    Value(Value),
    Raised,
}

/// The class's `__init__` if calling the class means "make a plain instance, call that function".
pub(super) fn python_init(th: &ThreadState, class: &Type) -> Option<Value> {
    let meta: *const Type = class.header().class();
    if !std::ptr::eq(meta, &TYPE_TYPE)
        || !class.is_heap_type()
        || class.has_flag(type_flags::ABSTRACT)
        || !std::ptr::eq(class.native(), &OBJECT_TYPE)
    {
        return None;
    }
    match (class.slots().new.get(), OBJECT_TYPE.slots().new.get()) {
        (Some(new), Some(plain)) if std::ptr::fn_addr_eq(new, plain) => {}
        _ => return None,
    }
    class.lookup(th, &th.names().__init__).filter(|init| init.is_exactly(&FUNCTION_TYPE))
}

/// Whether calling the value means no more than "make an instance of that native class".
#[inline]
pub(super) fn is_native_class(callable: &Value) -> bool {
    callable.is_exactly(&TYPE_TYPE)
        && callable.as_type().is_some_and(|class| !class.is_heap_type() && !std::ptr::eq(class, &TYPE_TYPE))
}

/// Calls a native class.
#[inline(never)]
pub(super) fn call_native_class(th: &ThreadState, callable: &Value, args: &[Value]) -> Res {
    let Some(class) = callable.as_type() else { return native_call(th, callable, args, &[]) };
    if std::ptr::eq(class, &STR_TYPE)
        && let [value] = args
    {
        return th.str_of(value);
    }
    if std::ptr::eq(class, &WEAK_REFERENCE_TYPE)
        && let [referent] = args
    {
        return crate::modules::weakref::reference(th, class, referent, None);
    }
    let Some(new) = class.slots().new.get() else { return native_call(th, callable, args, &[]) };
    let object = new(th, class, args, &[])?;
    let init = object.class().slots().init.get();
    // `object.__init__` does nothing for a class with a `__new__` of its own.
    let plain = match (init, OBJECT_TYPE.slots().init.get(), OBJECT_TYPE.slots().new.get()) {
        (Some(init), Some(plain_init), Some(plain_new)) => {
            std::ptr::fn_addr_eq(init, plain_init) && !std::ptr::fn_addr_eq(new, plain_new)
        }
        _ => false,
    };
    if !plain
        && let Some(init) = init
        && object.is_instance_of(class)
    {
        init(th, &object, args, &[])?;
    }
    Ok(object)
}

/// Calls what lies at `base`, with the word beside it (self, or unbound) and `count` arguments, of which the last are the
/// values of `kwnames`. Everything from `base` up is consumed.
#[inline(never)]
pub(super) fn call_any(th: &ThreadState, base: Sp, count: usize, kwnames: &[Value], return_pc: Pc, fp: Fp) -> Called {
    expand_method(base);
    let mut callable = base.add(1).peek(1);
    if base.add(2).peek(1).is_unbound()
        && let Some(method) = super::special::call_method(th, callable)
    {
        // The object becomes the first argument of its class's `__call__`.
        base.add(2).put(1, base.add(1).take(1));
        base.add(1).put(1, method);
        callable = base.add(1).peek(1);
    }
    let has_self = !base.add(2).peek(1).is_unbound();
    let args = base.add(if has_self { 1 } else { 2 });
    let total = count + usize::from(has_self);
    if callable.is_exactly(&FUNCTION_TYPE) {
        return match push_frame(th, base, args, total, kwnames, return_pc, fp) {
            Ok(new) => {
                activate(th, new);
                Called::Frame(new)
            }
            Err(_) => Called::Raised,
        };
    }
    if !has_self
        && let Some(class) = callable.as_type()
        && let Some(init) = python_init(th, class)
    {
        return call_init(th, class, init, base, count, kwnames, fp);
    }
    let result = native_call(th, callable, args.add(total).slice(total), kwnames);
    // Arguments may lie above the frame's own stack (`f(*args)`): what their release runs must not overwrite them.
    let top = args.add(total);
    let _guard = FloorGuard::new(th, top);
    top.drop_top(total);
    drop(base.add(1).take(1));
    match result {
        Ok(value) => Called::Value(value),
        Err(_) => Called::Raised,
    }
}

/// Calls a class whose instances are plain: makes the instance and enters `init`. Stack from `base`: class, unbound, `count`
/// arguments. The frame returns to `private::init`.
#[inline(never)]
pub(super) fn call_init(
    th: &ThreadState,
    class: &Type,
    init: Value,
    base: Sp,
    count: usize,
    kwnames: &[Value],
    fp: Fp,
) -> Called {
    let args = base.add(2);
    // [class][-][args] becomes [instance][__init__][instance][args]; the frame starts at `__init__`.
    let instance = th.new_plain_instance(class);
    // SAFETY: the words above the arguments are free; `push_frame` checks that the frame fits.
    unsafe { std::ptr::copy(args.0, args.0.add(1), count) };
    base.add(3).put(1, instance.clone());
    base.add(2).put(1, init);
    base.add(1).replace(1, instance);
    match push_frame(th, base.add(1), base.add(2), count + 1, kwnames, private::init(), fp) {
        Ok(new) => {
            activate(th, new);
            Called::Frame(new)
        }
        Err(_) => {
            drop(base.add(1).take(1));
            Called::Raised
        }
    }
}

/// A bound method that is called becomes its function, with the object as first argument.
pub(super) fn expand_method(base: Sp) {
    let callable = base.add(1).peek(1);
    if base.add(2).peek(1).is_unbound()
        && let Some(method) = callable.downcast_exact::<Method>()
    {
        base.add(2).put(1, method.object.clone());
        let function = method.function.clone();
        base.add(1).replace(1, function);
    }
}

pub(super) fn native_call(th: &ThreadState, callable: &Value, args: &[Value], kwnames: &[Value]) -> Res {
    let Some(call) = callable.class().slots().call.get() else {
        return Err(th.not_callable(callable));
    };
    th.check_native_stack("")?;
    call(th, callable, args, kwnames)
}

/// `CALL_KW`: the names lie on top.
#[inline(never)]
pub(super) fn call_kw(th: &ThreadState, base: Sp, count: usize, sp: Sp, return_pc: Pc, fp: Fp) -> Called {
    let names = sp.take(1);
    let kwnames = names.as_tuple().map_or(&[][..], |names| names.as_slice());
    // Names past the arguments come from code made by hand.
    let kwnames = &kwnames[..kwnames.len().min(count)];
    if let Some(function) = base.add(1).peek(1).downcast_exact::<NativeFunction>()
        && !function.passes_self
        && base.add(2).peek(1).is_unbound()
    {
        let top = base.add(2 + count);
        let result = (function.def.call)(th, top.slice(count), kwnames);
        top.drop_top(2 + count);
        drop(names);
        return match result {
            Ok(value) => Called::Value(value),
            Err(_) => Called::Raised,
        };
    }
    let called = call_any(th, base, count, kwnames, return_pc, fp);
    drop(names);
    called
}

/// `CALL_FUNCTION_EX`: callable, unbound, tuple of arguments, dict of keyword arguments or unbound.
#[inline(never)]
pub(super) fn call_ex(th: &ThreadState, sp: Sp, pc: Pc, fp: Fp) -> Called {
    let (keywords, args, callable) = (sp.take(1), sp.take(2), sp.take(4));
    let base = sp.sub(4);
    let called = spread_call(th, base, callable, &args, &keywords, pc, fp);
    drop(keywords);
    drop(args);
    called
}

fn spread_call(th: &ThreadState, base: Sp, callable: Value, args: &Value, keywords: &Value, pc: Pc, fp: Fp) -> Called {
    let made;
    let items = match args.as_tuple() {
        Some(tuple) => tuple.as_slice(),
        None => {
            if !is_iterable(args) {
                let name = function_name(th, &callable);
                let _ = th.type_error(format_args!(
                    "{name} argument after * must be an iterable, not {}",
                    args.class().full_name()
                ));
                return Called::Raised;
            }
            match th.collect(args) {
                Ok(items) => {
                    made = items;
                    &made[..]
                }
                Err(_) => return Called::Raised,
            }
        }
    };
    let mut names = Vec::new();
    let mut values = Vec::new();
    if let Some(dict) = keywords.downcast::<Dict>() {
        for (name, value) in dict.to_vec() {
            if name.as_str().is_none() {
                let _ = th.type_error("keywords must be strings");
                return Called::Raised;
            }
            names.push(name);
            values.push(value);
        }
    }
    let count = items.len() + values.len();
    if !th.frames.has_room(base, count + 8) {
        let _ = th.recursion_error("maximum recursion depth exceeded");
        return Called::Raised;
    }
    let mut top = base.push(callable).push(Value::UNBOUND);
    for item in items {
        top = top.push(item.clone());
    }
    for value in values {
        top = top.push(value);
    }
    let _guard = FloorGuard::new(th, top);
    call_any(th, base, count, &names, pc, fp)
}

fn is_iterable(value: &Value) -> bool {
    let slots = value.class().slots();
    slots.iter.get().is_some() || slots.sq_item.get().is_some()
}

/// A callable for messages: "module.name()" or its repr.
pub(super) fn function_name(th: &ThreadState, callable: &Value) -> String {
    let names = th.names();
    let text = |name: &Value| {
        let found = th.getattr_opt(callable, name).unwrap_or_else(|raised| {
            drop(th.take_raised(raised));
            None
        });
        found.filter(|found| found.as_str().is_some()).map(|found| crate::error::name_text(&found))
    };
    match text(&names.__qualname__) {
        Some(qualname) => match text(&names.__module__) {
            Some(module) if module != "builtins" => format!("{module}.{qualname}()"),
            _ => format!("{qualname}()"),
        },
        None => th.str_string(callable).unwrap_or_else(|raised| {
            drop(th.take_raised(raised));
            "function".to_string()
        }),
    }
}
