//! ImportError, NameError, AttributeError: exceptions that know the name they are about.

use macros::{pyclass, pymethods};

use super::{BaseException, EXCEPTION, base_str, construct, members, own_attributes, reduced};
use crate::args::{split, too_many_keywords, unexpected_keyword};
use crate::error::{Res, name_text};
use crate::gc::ValueCell;
use crate::objects::dict::Dict;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Takes keyword arguments into fields; others are mistakes.
fn take_keywords(
    th: &ThreadState,
    function: &str,
    args: &[Value],
    kwnames: &[Value],
    fields: &[(&str, &ValueCell)],
) -> Res<()> {
    for (_, cell) in fields {
        cell.set(None);
    }
    if kwnames.len() > fields.len() {
        return Err(too_many_keywords(th, function, fields.len(), kwnames.len()));
    }
    for (name, value) in kwnames.iter().zip(split(args, kwnames).1) {
        let text = name_text(name);
        let Some((_, cell)) = fields.iter().find(|(known, _)| *known == text) else {
            return Err(unexpected_keyword(th, function, name, fields.iter().map(|(known, _)| *known)));
        };
        cell.set(Some(value.clone()));
    }
    Ok(())
}

/// The attributes of an exception and the fields that are set, for pickling.
fn state_with(th: &ThreadState, slf: &Value, fields: &[(&str, &ValueCell)]) -> Option<Value> {
    let own = own_attributes(th, slf);
    if own.is_none() && fields.iter().all(|(_, cell)| !cell.is_some()) {
        return None;
    }
    let own = own.unwrap_or_else(|| th.dict(Dict::new()));
    if let Some(dict) = own.downcast::<Dict>() {
        for (name, cell) in fields {
            if let Some(value) = cell.get() {
                drop(dict.set_str(&th.intern(name), value));
            }
        }
    }
    Some(own)
}

/// Import can't find module, or can't find name in module.
#[pyclass(name = "ImportError", base = EXCEPTION, payload = crate::object::PayloadFns::traced::<ImportError>(), flags(basetype), extra(members))]
#[derive(Default)]
#[repr(C)]
pub struct ImportError {
    base: BaseException,
    msg: ValueCell,
    name: ValueCell,
    path: ValueCell,
    name_from: ValueCell,
}

members! {
    ImportError {
        msg set_msg "exception message";
        name set_name "module name";
        path set_path "module path";
        name_from set_name_from "name imported from module";
    }
}

impl ImportError {
    pub fn set_fields(&self, name: Option<Value>, path: Option<Value>, name_from: Option<Value>) {
        self.name.set(name);
        self.path.set(path);
        self.name_from.set(name_from);
    }
}

#[pymethods]
impl ImportError {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        Ok(construct::<ImportError>(th, cls, args, kwnames))
    }

    #[pyslot]
    fn init(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res<()> {
        let positional = split(args, kwnames).0;
        self.base.args.set(Some(th.tuple(positional)));
        let fields = [("name", &self.name), ("path", &self.path), ("name_from", &self.name_from)];
        take_keywords(th, "ImportError", args, kwnames, &fields)?;
        self.msg.set(if let [msg] = positional { Some(msg.clone()) } else { None });
        Ok(())
    }

    #[pyslot]
    fn str(&self, th: &ThreadState, slf: &Value) -> Res {
        match self.msg.get() {
            Some(msg) if msg.is_exactly(&crate::objects::str::STR_TYPE) => Ok(msg),
            _ => base_str(th, slf),
        }
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Value {
        let fields = [("name", &self.name), ("path", &self.path), ("name_from", &self.name_from)];
        let args = self.base.args_value(th);
        reduced(th, slf, args, state_with(th, slf, &fields))
    }
}

/// Name not found globally.
#[pyclass(name = "NameError", base = EXCEPTION, payload = crate::object::PayloadFns::traced::<NameError>(), flags(basetype), extra(members))]
#[derive(Default)]
#[repr(C)]
pub struct NameError {
    base: BaseException,
    name: ValueCell,
}

members! { NameError { name set_name "name"; } }

impl NameError {
    pub(super) fn set(&self, name: &Value) {
        self.name.set(Some(name.clone()));
    }
}

#[pymethods]
impl NameError {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        Ok(construct::<NameError>(th, cls, args, kwnames))
    }

    #[pyslot]
    fn init(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res<()> {
        self.base.args.set(Some(th.tuple(split(args, kwnames).0)));
        take_keywords(th, "NameError", args, kwnames, &[("name", &self.name)])
    }
}

/// Attribute not found.
#[pyclass(name = "AttributeError", base = EXCEPTION, payload = crate::object::PayloadFns::traced::<AttributeError>(), flags(basetype), extra(members))]
#[derive(Default)]
#[repr(C)]
pub struct AttributeError {
    base: BaseException,
    name: ValueCell,
    obj: ValueCell,
}

members! {
    AttributeError {
        name set_name "attribute name";
        obj set_obj "object";
    }
}

impl AttributeError {
    /// Whether it says neither whose attribute is missing nor which.
    pub(super) fn is_anonymous(&self) -> bool {
        !self.name.is_some() && !self.obj.is_some()
    }

    pub(super) fn set(&self, name: &Value, object: &Value) {
        self.name.set(Some(name.clone()));
        self.obj.set(Some(object.clone()));
    }
}

#[pymethods]
impl AttributeError {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        Ok(construct::<AttributeError>(th, cls, args, kwnames))
    }

    #[pyslot]
    fn init(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res<()> {
        self.base.args.set(Some(th.tuple(split(args, kwnames).0)));
        take_keywords(th, "AttributeError", args, kwnames, &[("name", &self.name), ("obj", &self.obj)])
    }

    #[pymethod]
    fn __getstate__(&self, th: &ThreadState, slf: &Value) -> Option<Value> {
        // The object is left out: it may be anything.
        let state = state_with(th, slf, &[("name", &self.name)]);
        if let Some(dict) = state.as_ref().and_then(|state| state.downcast::<Dict>()) {
            let args = self.base.args_value(th);
            drop(dict.set_str(&th.names().args, args));
        }
        state
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Value {
        let args = self.base.args_value(th);
        reduced(th, slf, args, self.__getstate__(th, slf))
    }
}
