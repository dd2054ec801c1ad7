//! `mappingproxy`: a read-only view of a mapping, such as a class's `__dict__`.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::object::Payload;
use crate::objects::dict::{DICT_TYPE, Dict};
use crate::protocol::numbers::BinaryOp;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// Read-only proxy of a mapping.
#[pyclass(name = "mappingproxy", flags(mapping))]
pub struct MappingProxy {
    pub mapping: Value,
}

pub fn new(th: &ThreadState, mapping: Value) -> Value {
    th.new_object(MappingProxy { mapping })
}

impl MappingProxy {
    fn exact_dict(&self) -> Option<&Dict> {
        if self.mapping.is_exactly(&DICT_TYPE) { self.mapping.downcast::<Dict>() } else { None }
    }
}

/// The mapping behind a proxy, or a copy where it is a class's namespace; other values as they are. (What it is compared or
/// joined with may be anything, and keep it.)
fn unwrapped(th: &ThreadState, value: &Value) -> Value {
    match value.downcast::<MappingProxy>() {
        Some(proxy) if Type::is_namespace(&proxy.mapping) => th.dict(Dict::of(&proxy.mapping).copy()),
        Some(proxy) => proxy.mapping.clone(),
        None => value.clone(),
    }
}

#[pymethods]
impl MappingProxy {
    #[pyslot("(mapping)")]
    fn new(th: &ThreadState, cls: &Type, mapping: &Value) -> Res {
        let _ = cls;
        let is_mapping = mapping.class().slots().mp_subscript.get().is_some()
            && !mapping.is_instance_of(&crate::objects::list::LIST_TYPE)
            && mapping.as_tuple().is_none();
        if !is_mapping {
            return Err(th.type_error(format_args!(
                "mappingproxy() argument must be a mapping, not {}",
                mapping.class().full_name()
            )));
        }
        Ok(new(th, mapping.clone()))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("mappingproxy({})", th.repr_string(&self.mapping)?)))
    }

    #[pyslot]
    fn str(&self, th: &ThreadState) -> Res {
        th.str_of(&self.mapping)
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        th.hash(&self.mapping)
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, slf: &Value, other: &Value, op: CompareOp) -> Res {
        th.compare(&unwrapped(th, slf), &unwrapped(th, other), op)
    }

    #[pyslot]
    fn iter(&self, th: &ThreadState) -> Res {
        th.iter(&self.mapping)
    }

    #[pyslot]
    fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        th.binary(BinaryOp::Or, &unwrapped(th, a), &unwrapped(th, b))
    }

    #[pyslot]
    fn nb_inplace_or(th: &ThreadState, slf: &Value, _other: &Value) -> Res {
        Err(th.type_error(format_args!("'|=' is not supported by {}; use '|' instead", slf.class().full_name())))
    }

    #[pyslot]
    fn mp_length(&self, th: &ThreadState) -> Res<usize> {
        th.len(&self.mapping)
    }

    #[pyslot]
    fn mp_subscript(&self, th: &ThreadState, key: &Value) -> Res {
        th.get_item(&self.mapping, key)
    }

    #[pyslot]
    fn sq_contains(&self, th: &ThreadState, key: &Value) -> Res<bool> {
        match self.exact_dict() {
            Some(dict) => dict.contains(th, key),
            None => th.contains(&self.mapping, key),
        }
    }

    /// Return the value for key if key is in the mapping, else default.
    #[pymethod("(key, default=None, /)")]
    fn get(&self, th: &ThreadState, key: &Value, default: &Value) -> Res {
        match self.exact_dict() {
            Some(dict) => Ok(dict.get(th, key)?.unwrap_or_else(|| default.clone())),
            None => th.call_method(&self.mapping, &th.names().get, &[key.clone(), default.clone()]),
        }
    }

    /// D.keys() -> a set-like object providing a view on D's keys
    #[pymethod("()")]
    fn keys(&self, th: &ThreadState) -> Res {
        th.call_method(&self.mapping, &th.names().keys, &[])
    }

    /// D.values() -> an object providing a view on D's values
    #[pymethod("()")]
    fn values(&self, th: &ThreadState) -> Res {
        th.call_method(&self.mapping, &th.names().values, &[])
    }

    /// D.items() -> a set-like object providing a view on D's items
    #[pymethod("()")]
    fn items(&self, th: &ThreadState) -> Res {
        th.call_method(&self.mapping, &th.names().items, &[])
    }

    /// D.copy() -> a shallow copy of D
    #[pymethod("()")]
    fn copy(&self, th: &ThreadState) -> Res {
        th.call_method_str(&self.mapping, "copy", &[])
    }

    /// mappingproxy objects are generic over two types, signifying (respectively) the types of their keys and values
    #[pyclassmethod("(object, /)", text = "($type, object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        crate::objects::generic_alias::new(th, cls, object)
    }

    /// D.__reversed__() -> reverse iterator
    #[pymethod("()")]
    fn __reversed__(&self, th: &ThreadState) -> Res {
        th.call_method(&self.mapping, &th.names().__reversed__, &[])
    }
}

impl ThreadState {
    /// A read-only view of a mapping.
    pub fn mapping_proxy(&self, mapping: &Value) -> Value {
        new(self, mapping.clone())
    }
}
