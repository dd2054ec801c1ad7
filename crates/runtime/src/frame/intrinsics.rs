//! The functions of `CALL_INTRINSIC_1` and `CALL_INTRINSIC_2`.

use bytecode::opcode::intrinsic;

use super::registers::Fp;
use crate::error::Res;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::function::Function;
use crate::objects::typing;
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
        intrinsic::TYPEVAR => Ok(typing::type_var::declare(th, value, None, None)),
        intrinsic::PARAMSPEC => Ok(typing::param_spec::declare(th, value)),
        intrinsic::TYPEVARTUPLE => Ok(typing::type_var_tuple::declare(th, value)),
        intrinsic::SUBSCRIPT_GENERIC => {
            let params = value.as_tuple().map(|params| params.as_slice()).unwrap_or_default();
            let params = th.tuple_from_vec(typing::unpack_type_var_tuples(th, params)?);
            let make = crate::import::import_attribute(th, "typing", "_GenericAlias")?;
            th.call(&make, &[typing::generic::GENERIC_TYPE.as_value(), params])
        }
        intrinsic::TYPEALIAS => match value.as_tuple().map(|parts| parts.as_slice()) {
            Some([name, params, compute]) => Ok(typing::type_alias::declare(th, name, params, compute)),
            _ => Err(th.system_error("a type alias of nothing")),
        },
        _ => Err(th.system_error("unknown intrinsic function")),
    }
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
        intrinsic::TYPEVAR_WITH_BOUND => Ok(typing::type_var::declare(th, a, Some(b), None)),
        intrinsic::TYPEVAR_WITH_CONSTRAINTS => Ok(typing::type_var::declare(th, a, None, Some(b))),
        intrinsic::SET_FUNCTION_TYPE_PARAMS => {
            if let Some(function) = a.downcast_exact::<Function>() {
                function.set_type_params(b.clone());
            }
            Ok(a.clone())
        }
        intrinsic::SET_TYPEPARAM_DEFAULT => typing::set_default(th, a, b),
        _ => Err(th.system_error("unknown intrinsic function")),
    }
}
