//! Weak proxies: objects that pass every operation on to what they refer to weakly.
//!
//! A proxy is a weak reference inside (`weakref.rs`): the interpreter's table knows it by the same payload.

use macros::{pyclass, pymethods};

use super::weakref::{WeakReference, reference_of};
use crate::objects::exceptions as exc;
use crate::protocol::numbers::BinaryOp;
use crate::thread::ThreadState;
use crate::types::CompareOp;
use crate::{Res, Value};

/// The object behind a proxy; a ReferenceError once it is dead.
fn target(th: &ThreadState, proxy: &Value) -> Res {
    match reference_of(proxy).get() {
        Some(object) => Ok(object),
        None => Err(th.error(&exc::REFERENCE_ERROR, "weakly-referenced object no longer exists")),
    }
}

/// Operands may be proxies or anything else.
fn operand(th: &ThreadState, value: &Value) -> Res {
    if is_proxy(value) { target(th, value) } else { Ok(value.clone()) }
}

fn is_proxy(value: &Value) -> bool {
    value.is_exactly(&WEAK_PROXY_TYPE) || value.is_exactly(&CALLABLE_PROXY_TYPE)
}

/// `weakref.proxy(object, callback)`.
pub(super) fn new(th: &ThreadState, object: &Value, callback: Option<Value>) -> Res {
    let class = if object.class().slots().call.get().is_some() { &CALLABLE_PROXY_TYPE } else { &WEAK_PROXY_TYPE };
    super::weakref::reference(th, class, object, callback)
}

macro_rules! proxy_class {
    ($class:ident, $name:tt, { $($more:tt)* }) => {
        #[pyclass(name = $name, module = "weakref", flags(disallow_new), text = none)]
        #[repr(transparent)]
        pub struct $class {
            pub(super) reference: WeakReference,
        }

        #[pymethods]
        impl $class {
            $($more)*

            #[pyslot]
            fn repr(th: &ThreadState, slf: &Value) -> Res {
                let id = slf.id();
                Ok(th.str(&match reference_of(slf).get() {
                    None => format!("<weakproxy at {id:#x}; dead>"),
                    Some(object) => {
                        let class = object.class().qualified_name(th);
                        format!("<weakproxy at {id:#x}; to '{class}' at {:#x}>", object.id())
                    }
                }))
            }

            #[pyslot]
            fn str(th: &ThreadState, slf: &Value) -> Res {
                th.str_of(&target(th, slf)?)
            }

            #[pyslot]
            fn hash(th: &ThreadState, slf: &Value) -> Res<i64> {
                crate::protocol::compare::hash_not_implemented(th, slf)
            }

            #[pyslot]
            fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
                th.compare(&operand(th, a)?, &operand(th, b)?, op)
            }

            #[pyslot]
            fn getattro(th: &ThreadState, slf: &Value, name: &Value) -> Res {
                th.getattr(&target(th, slf)?, name)
            }

            #[pyslot]
            fn setattro(th: &ThreadState, slf: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
                th.setattr(&target(th, slf)?, name, value)
            }

            #[pyslot]
            fn iter(th: &ThreadState, slf: &Value) -> Res {
                th.iter(&target(th, slf)?)
            }

            #[pyslot]
            fn iternext(th: &ThreadState, slf: &Value) -> Res {
                let object = target(th, slf)?;
                match object.class().slots().iternext.get() {
                    Some(next) => next(th, &object),
                    None => Err(th.type_error(format_args!(
                        "Weakref proxy referenced a non-iterator '{}' object",
                        object.class().full_name()
                    ))),
                }
            }

            #[pyslot]
            fn nb_add(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::Add, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::Subtract, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_multiply(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::Multiply, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_remainder(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::Remainder, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_divmod(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.divmod(&operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_power(th: &ThreadState, a: &Value, b: &Value, modulus: &Value) -> Res {
                th.power(&operand(th, a)?, &operand(th, b)?, &operand(th, modulus)?)
            }

            #[pyslot]
            fn nb_negative(th: &ThreadState, slf: &Value) -> Res {
                th.negative(&target(th, slf)?)
            }

            #[pyslot]
            fn nb_positive(th: &ThreadState, slf: &Value) -> Res {
                th.positive(&target(th, slf)?)
            }

            #[pyslot]
            fn nb_absolute(th: &ThreadState, slf: &Value) -> Res {
                th.absolute(&target(th, slf)?)
            }

            #[pyslot]
            fn nb_bool(th: &ThreadState, slf: &Value) -> Res<bool> {
                th.is_true(&target(th, slf)?)
            }

            #[pyslot]
            fn nb_invert(th: &ThreadState, slf: &Value) -> Res {
                th.invert(&target(th, slf)?)
            }

            #[pyslot]
            fn nb_lshift(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::Lshift, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_rshift(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::Rshift, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_and(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::And, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_xor(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::Xor, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::Or, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_int(th: &ThreadState, slf: &Value) -> Res {
                th.to_int(&target(th, slf)?)
            }

            #[pyslot]
            fn nb_float(th: &ThreadState, slf: &Value) -> Res {
                Ok(th.float(th.to_f64(&target(th, slf)?)?))
            }

            #[pyslot]
            fn nb_inplace_add(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::Add, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::Subtract, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_multiply(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::Multiply, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_remainder(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::Remainder, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_power(th: &ThreadState, a: &Value, b: &Value, _: &Value) -> Res {
                th.inplace(BinaryOp::Power, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_lshift(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::Lshift, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_rshift(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::Rshift, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_and(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::And, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_xor(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::Xor, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::Or, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_floor_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::FloorDivide, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_true_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::TrueDivide, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_floor_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::FloorDivide, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_true_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::TrueDivide, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_index(th: &ThreadState, slf: &Value) -> Res {
                th.index(&target(th, slf)?)
            }

            #[pyslot]
            fn nb_matrix_multiply(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.binary(BinaryOp::MatrixMultiply, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn nb_inplace_matrix_multiply(th: &ThreadState, a: &Value, b: &Value) -> Res {
                th.inplace(BinaryOp::MatrixMultiply, &operand(th, a)?, &operand(th, b)?)
            }

            #[pyslot]
            fn mp_length(th: &ThreadState, slf: &Value) -> Res<usize> {
                th.len(&target(th, slf)?)
            }

            #[pyslot]
            fn sq_contains(th: &ThreadState, slf: &Value, item: &Value) -> Res<bool> {
                th.contains(&target(th, slf)?, item)
            }

            #[pyslot]
            fn mp_subscript(th: &ThreadState, slf: &Value, key: &Value) -> Res {
                th.get_item(&target(th, slf)?, key)
            }

            #[pyslot]
            fn mp_ass_subscript(th: &ThreadState, slf: &Value, key: &Value, value: Option<&Value>) -> Res<()> {
                let object = target(th, slf)?;
                match value {
                    Some(value) => th.set_item(&object, key, value),
                    None => th.del_item(&object, key),
                }
            }

            #[pymethod]
            fn __bytes__(th: &ThreadState, slf: &Value) -> Res {
                th.call_method_str(&target(th, slf)?, "__bytes__", &[])
            }

            #[pymethod]
            fn __reversed__(th: &ThreadState, slf: &Value) -> Res {
                th.call_method_str(&target(th, slf)?, "__reversed__", &[])
            }
        }
    };
}

proxy_class!(WeakProxy, "ProxyType", {});
proxy_class!(CallableProxy, "CallableProxyType", {
    #[pyslot]
    fn call(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res {
        th.call_kw(&target(th, slf)?, args, kwnames)
    }
});
