//! Making classes: `type.__new__`, the method resolution order, layout.

use crate::error::Res;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// `class[key]` of a class whose metaclass has no `__getitem__`.
pub fn class_getitem(th: &ThreadState, class: &Type, key: &Value) -> Res {
    if let Some(method) = th.getattr_opt(class.value_ref(), &th.names().__class_getitem__)? {
        return th.call(&method, std::slice::from_ref(key));
    }
    Err(th.type_error(format_args!("type '{}' is not subscriptable", class.name())))
}
