//! The functions of `CALL_INTRINSIC_1` and `CALL_INTRINSIC_2`.

use bytecode::opcode::intrinsic;

use super::registers::Fp;
use crate::error::Res;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::function::Function;
use crate::thread::ThreadState;
use crate::value::Value;

#[inline(never)]
pub(super) fn call_1(th: &ThreadState, fp: Fp, which: u32, value: &Value) -> Res {
    match which {
        intrinsic::PRINT => {
            let sys = th.interp().sys_dict.get();
            let hook = sys
                .as_ref()
                .and_then(|sys| sys.downcast::<Dict>())
                .and_then(|sys| sys.get_str(&th.names().displayhook));
            match hook {
                Some(hook) => th.call(&hook, std::slice::from_ref(value)),
                None => Err(th.runtime_error("lost sys.displayhook")),
            }
        }
        intrinsic::IMPORT_STAR => super::imports::import_star(th, fp, value).map(|()| Value::NONE),
        intrinsic::STOPITERATION_ERROR => stop_iteration_error(th, fp, value),
        intrinsic::ASYNC_GEN_WRAP => crate::objects::async_generator::wrap(th, value.clone()),
        intrinsic::UNARY_POSITIVE => th.positive(value),
        intrinsic::LIST_TO_TUPLE => Ok(th.tuple_from_vec(th.collect(value)?)),
        intrinsic::TYPEVAR => typing(th, "TypeVar", std::slice::from_ref(value), &[("infer_variance", Value::TRUE)]),
        intrinsic::PARAMSPEC => {
            typing(th, "ParamSpec", std::slice::from_ref(value), &[("infer_variance", Value::TRUE)])
        }
        intrinsic::TYPEVARTUPLE => typing(th, "TypeVarTuple", std::slice::from_ref(value), &[]),
        intrinsic::SUBSCRIPT_GENERIC => {
            let module = super::imports::import_module(th, "typing")?;
            let generic = th.getattr_str(&module, "Generic")?;
            let params = th.tuple_from_vec(unpack_type_var_tuples(th, value)?);
            th.call_method_str(&module, "_GenericAlias", &[generic, params])
        }
        intrinsic::TYPEALIAS => match value.as_tuple().map(|parts| parts.as_slice()) {
            Some([name, params, compute]) => {
                let params = if params.is_none() { th.tuple(&[]) } else { params.clone() };
                let module = super::imports::import_module(th, "_typing")?;
                th.call_method_str(&module, "_make_type_alias", &[name.clone(), params, compute.clone()])
            }
            _ => Err(th.system_error("a type alias of nothing")),
        },
        _ => Err(th.system_error("unknown intrinsic function")),
    }
}

/// A class of `_typing`.
fn typing(th: &ThreadState, name: &str, args: &[Value], kwargs: &[(&str, Value)]) -> Res {
    let module = super::imports::import_module(th, "_typing")?;
    th.call_with(&th.getattr_str(&module, name)?, args, kwargs)
}

/// `Generic[*Ts]` for each TypeVarTuple.
fn unpack_type_var_tuples(th: &ThreadState, params: &Value) -> Res<Vec<Value>> {
    let mut unpacked = Vec::new();
    for param in th.collect(params)? {
        if param.class().name() == "TypeVarTuple" {
            let iterator = th.iter(&param)?;
            unpacked.extend(th.next(&iterator)?);
        } else {
            unpacked.push(param);
        }
    }
    Ok(unpacked)
}

/// StopIteration must not leave a generator: it becomes RuntimeError, with the other as cause.
fn stop_iteration_error(th: &ThreadState, fp: Fp, exception: &Value) -> Res {
    use bytecode::code::flags;
    let code = fp.code();
    let message = if exception.is_instance_of(&exc::STOP_ITERATION) {
        if code.has_flag(flags::ASYNC_GENERATOR) {
            "async generator raised StopIteration"
        } else if code.has_flag(flags::COROUTINE) {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else if code.has_flag(flags::ASYNC_GENERATOR) && exception.is_instance_of(&exc::STOP_ASYNC_ITERATION) {
        "async generator raised StopAsyncIteration"
    } else {
        return Ok(exception.clone());
    };
    let error = exc::new(th, &exc::RUNTIME_ERROR, &[th.str(message)]);
    if let Some(payload) = error.downcast::<exc::BaseException>() {
        payload.cause.set(Some(exception.clone()));
        payload.context.set(Some(exception.clone()));
        payload.suppress_context.set(true);
    }
    Ok(error)
}

#[inline(never)]
pub(super) fn call_2(th: &ThreadState, which: u32, a: &Value, b: &Value) -> Res {
    match which {
        intrinsic::PREP_RERAISE_STAR => super::groups::prepare_reraise(th, a, b),
        intrinsic::TYPEVAR_WITH_BOUND => {
            let module = super::imports::import_module(th, "_typing")?;
            th.call_method_str(&module, "_typevar_with_bound", &[a.clone(), b.clone()])
        }
        intrinsic::TYPEVAR_WITH_CONSTRAINTS => {
            let module = super::imports::import_module(th, "_typing")?;
            th.call_method_str(&module, "_typevar_with_constraints", &[a.clone(), b.clone()])
        }
        intrinsic::SET_FUNCTION_TYPE_PARAMS => {
            if let Some(function) = a.downcast_exact::<Function>() {
                function.set_type_params(b.clone());
            }
            Ok(a.clone())
        }
        intrinsic::SET_TYPEPARAM_DEFAULT => {
            let module = super::imports::import_module(th, "_typing")?;
            th.call_method_str(&module, "_set_typeparam_default", &[a.clone(), b.clone()])
        }
        _ => Err(th.system_error("unknown intrinsic function")),
    }
}
