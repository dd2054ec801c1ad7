//! `match`: mappings' keys and classes' attributes.

use crate::error::{Res, name_text};
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::types::type_flags;
use crate::value::Value;

/// `MATCH_KEYS`: the values of the keys, or None if one is missing.
#[inline(never)]
pub(super) fn match_keys(th: &ThreadState, subject: &Value, keys: &Value) -> Res {
    let keys = keys.as_tuple().map_or(&[][..], |keys| keys.as_slice());
    let mut values = Vec::with_capacity(keys.len());
    if keys.is_empty() {
        return Ok(th.tuple(&[]));
    }
    let get = th.getattr_str(subject, "get")?;
    let missing = th.new_plain_instance(&crate::objects::object::OBJECT_TYPE);
    for (index, key) in keys.iter().enumerate() {
        for earlier in &keys[..index] {
            if th.is_equal(earlier, key)? {
                return Err(
                    th.value_error(format_args!("mapping pattern checks duplicate key ({})", th.repr_string(key)?))
                );
            }
        }
        let value = th.call(&get, &[key.clone(), missing.clone()])?;
        if value.is(&missing) {
            return Ok(Value::NONE);
        }
        values.push(value);
    }
    Ok(th.tuple_from_vec(values))
}

/// `MATCH_CLASS`: the attributes for `count` positional and some named sub-patterns, or None.
#[inline(never)]
pub(super) fn match_class(th: &ThreadState, subject: &Value, class: &Value, count: usize, names: &Value) -> Res {
    let Some(class_type) = class.as_type() else {
        return Err(th.type_error("called match pattern must be a class"));
    };
    if !th.is_instance(subject, class)? {
        return Ok(Value::NONE);
    }
    let mut seen: Vec<Value> = Vec::new();
    let mut attributes = Vec::new();
    if count > 0 {
        let match_args = th.getattr_opt(class, &th.names().__match_args__)?;
        let (allowed, match_self) = match &match_args {
            Some(args) => match args.as_tuple() {
                Some(args) => (args.as_slice().to_vec(), false),
                None => {
                    return Err(th.type_error(format_args!(
                        "{}.__match_args__ must be a tuple (got {})",
                        class_type.name(),
                        args.class().full_name()
                    )));
                }
            },
            None => (Vec::new(), class_type.has_flag(type_flags::MATCH_SELF)),
        };
        let limit = if match_self { 1 } else { allowed.len() };
        if limit < count {
            return Err(th.type_error(format_args!(
                "{}() accepts {limit} positional sub-pattern{} ({count} given)",
                class_type.name(),
                if limit == 1 { "" } else { "s" }
            )));
        }
        if match_self {
            attributes.push(subject.clone());
        } else {
            for name in &allowed[..count] {
                if name.as_str().is_none() {
                    return Err(th.type_error(format_args!(
                        "__match_args__ elements must be strings (got {})",
                        name.class().full_name()
                    )));
                }
                match attribute(th, subject, class_type, name, &mut seen)? {
                    Some(value) => attributes.push(value),
                    None => return Ok(Value::NONE),
                }
            }
        }
    }
    for name in names.as_tuple().map_or(&[][..], |names| names.as_slice()) {
        match attribute(th, subject, class_type, name, &mut seen)? {
            Some(value) => attributes.push(value),
            None => return Ok(Value::NONE),
        }
    }
    Ok(th.tuple_from_vec(attributes))
}

fn attribute(
    th: &ThreadState,
    subject: &Value,
    class: &crate::Type,
    name: &Value,
    seen: &mut Vec<Value>,
) -> Res<Option<Value>> {
    for earlier in seen.iter() {
        if th.is_equal(earlier, name)? {
            return Err(th.type_error(format_args!(
                "{}() got multiple sub-patterns for attribute '{}'",
                class.name(),
                name_text(name)
            )));
        }
    }
    seen.push(name.clone());
    let result = th.getattr(subject, name);
    th.catch(result, &exc::ATTRIBUTE_ERROR)
}
