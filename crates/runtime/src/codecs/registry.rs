//! The codec registry: search functions, the cache of what they found, and error handlers by name.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::errors;
use crate::error::{Raised, Res};
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::value::Value;

/// Per interpreter.
#[derive(Default)]
pub struct Registry {
    search: RefCell<Vec<Value>>,
    found: RefCell<FxHashMap<String, Value>>,
    handlers: RefCell<FxHashMap<String, Value>>,
}

/// How search functions see a name: lower case, with underscores for what is no letter, digit or point.
fn normalized(encoding: &str) -> String {
    let mut name = String::with_capacity(encoding.len());
    let mut gap = false;
    for c in encoding.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !name.is_empty() {
                name.push('_');
            }
            gap = false;
            name.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    name
}

pub fn register(th: &ThreadState, function: &Value) -> Res<()> {
    if !th.is_callable(function) {
        return Err(th.type_error("argument must be callable"));
    }
    th.extension::<Registry>().search.borrow_mut().push(function.clone());
    Ok(())
}

pub fn unregister(th: &ThreadState, function: &Value) {
    let registry = th.extension::<Registry>();
    let place = registry.search.borrow().iter().position(|known| known.is(function));
    if let Some(place) = place {
        let gone = registry.search.borrow_mut().remove(place);
        let cache = std::mem::take(&mut *registry.found.borrow_mut());
        drop(cache);
        drop(gone);
    }
}

fn refuse_null(th: &ThreadState, name: &str) -> Res<()> {
    if name.contains('\0') { Err(th.value_error("embedded null character")) } else { Ok(()) }
}

/// The codec tuple of an encoding.
pub fn lookup(th: &ThreadState, encoding: &str) -> Res {
    refuse_null(th, encoding)?;
    let registry = th.extension::<Registry>();
    let name = normalized(encoding);
    if let Some(found) = registry.found.borrow().get(&name) {
        return Ok(found.clone());
    }
    if registry.search.borrow().is_empty() {
        // The package registers the search function for everything that the library brings.
        crate::import::import(th, "encodings")?;
    }
    let key = th.str(&name);
    let functions = registry.search.borrow().clone();
    for function in functions {
        let result = th.call(&function, std::slice::from_ref(&key))?;
        if result.is_none() {
            continue;
        }
        if result.as_tuple().is_none_or(|items| items.len() != 4) {
            return Err(th.type_error("codec search functions must return 4-tuples"));
        }
        let old = registry.found.borrow_mut().insert(name, result.clone());
        drop(old);
        return Ok(result);
    }
    Err(th.lookup_error(format_args!("unknown encoding: {encoding}")))
}

/// Whether `_is_text_encoding` of a codec says that it is none.
pub fn is_binary(th: &ThreadState, codec: &Value) -> Res<bool> {
    match th.getattr_opt_str(codec, "_is_text_encoding")? {
        Some(text) => Ok(!th.is_true(&text)?),
        None => Ok(false),
    }
}

/// Tells which codec failed, in a note on the exception.
#[cold]
fn noted(th: &ThreadState, raised: Raised, action: &str, encoding: &str) -> Raised {
    let exception = th.take_raised(raised);
    let note = th.str(&format!("{action} with '{encoding}' codec failed"));
    if let Err(other) = th.call_method_str(&exception, "add_note", &[note]) {
        drop(th.take_raised(other));
    }
    th.raise_as_is(exception)
}

/// Calls member `index` (0 encodes, 1 decodes) of a codec and checks the shape of its answer.
fn run(th: &ThreadState, codec: &Value, index: usize, object: &Value, errors: Option<&str>, encoding: &str) -> Res {
    let (action, who) = if index == 0 { ("encoding", "encoder") } else { ("decoding", "decoder") };
    let function = codec.as_tuple().and_then(|items| items.as_slice().get(index).cloned()).unwrap_or(Value::NONE);
    let result = match errors {
        Some(errors) => th.call(&function, &[object.clone(), th.str(errors)]),
        None => th.call(&function, std::slice::from_ref(object)),
    };
    let result = result.map_err(|raised| noted(th, raised, action, encoding))?;
    match result.as_tuple().map(|items| items.as_slice()) {
        Some([converted, _]) => Ok(converted.clone()),
        _ => Err(th.type_error(format_args!("{who} must return a tuple (object, integer)"))),
    }
}

/// `codecs.encode` (index 0) and `codecs.decode` (index 1).
pub fn convert(th: &ThreadState, index: usize, object: &Value, encoding: &str, errors: Option<&str>) -> Res {
    let codec = lookup(th, encoding)?;
    run(th, &codec, index, object, errors, encoding)
}

pub(super) fn encode_text(th: &ThreadState, text: &Value, encoding: &str, errors: &str) -> Res {
    let codec = lookup(th, encoding)?;
    if is_binary(th, &codec)? {
        return Err(th.lookup_error(format_args!(
            "'{encoding}' is not a text encoding; use codecs.encode() to handle arbitrary codecs"
        )));
    }
    let result = run(th, &codec, 0, text, Some(errors), encoding)?;
    if result.as_bytes().is_some() {
        return Ok(result);
    }
    if let Some(bytes) = result.downcast::<crate::objects::bytearray::ByteArray>() {
        let message = format!(
            "encoder {encoding} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
        );
        crate::warnings::warn(th, &exc::RUNTIME_WARNING, &message)?;
        return Ok(th.bytes(bytes.as_slice()));
    }
    Err(th.type_error(format_args!(
        "'{encoding}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        result.class().full_name()
    )))
}

pub(super) fn decode_text(th: &ThreadState, object: &Value, encoding: &str, errors: &str) -> Res {
    let codec = lookup(th, encoding)?;
    if is_binary(th, &codec)? {
        return Err(th.lookup_error(format_args!(
            "'{encoding}' is not a text encoding; use codecs.decode() to handle arbitrary codecs"
        )));
    }
    let result = run(th, &codec, 1, object, Some(errors), encoding)?;
    if result.as_str().is_some() {
        return Ok(result);
    }
    Err(th.type_error(format_args!(
        "'{encoding}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
        result.class().full_name()
    )))
}

/// The error handler of a name.
pub fn lookup_error(th: &ThreadState, name: &str) -> Res {
    refuse_null(th, name)?;
    let registry = th.extension::<Registry>();
    if registry.handlers.borrow().is_empty() {
        let builtin = errors::BUILTIN
            .iter()
            .map(|&(name, def)| (name.to_string(), crate::objects::native_function::builtin_function(th, def)));
        registry.handlers.borrow_mut().extend(builtin);
    }
    match registry.handlers.borrow().get(name) {
        Some(handler) => Ok(handler.clone()),
        None => Err(th.lookup_error(format_args!("unknown error handler name '{name}'"))),
    }
}

pub fn register_error(th: &ThreadState, name: &str, handler: &Value) -> Res<()> {
    if !th.is_callable(handler) {
        return Err(th.type_error("handler must be callable"));
    }
    // The builtin ones come first, so that a program's may take their place.
    drop(lookup_error(th, "strict")?);
    let old = th.extension::<Registry>().handlers.borrow_mut().insert(name.to_string(), handler.clone());
    drop(old);
    Ok(())
}

/// Forgets a program's handler: whether there was one.
pub fn unregister_error(th: &ThreadState, name: &str) -> Res<bool> {
    if errors::BUILTIN.iter().any(|&(builtin, _)| builtin == name) {
        return Err(th.value_error(format_args!("cannot un-register built-in error handler '{name}'")));
    }
    let gone = th.extension::<Registry>().handlers.borrow_mut().remove(name);
    Ok(gone.is_some())
}
