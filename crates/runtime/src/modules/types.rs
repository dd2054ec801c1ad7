//! `_types`: names for builtin types that have no other.

use macros::pymodule;

#[pymodule(name = "_types")]
pub mod types {
    //! Define names for built-in types.

    use crate::objects::dict::Dict;
    use crate::objects::*;
    use crate::{Payload, Res, ThreadState, Type, Value};

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let types: &[(&str, &Type)] = &[
            ("AsyncGeneratorType", async_generator::AsyncGenerator::class()),
            ("BuiltinFunctionType", &native_function::NATIVE_FUNCTION_TYPE),
            ("BuiltinMethodType", &native_function::NATIVE_FUNCTION_TYPE),
            ("CapsuleType", &capsule::CAPSULE_TYPE),
            ("CellType", cell::CellObject::class()),
            ("ClassMethodDescriptorType", &native_function::CLASS_METHOD_DESCRIPTOR_TYPE),
            ("CodeType", code::Code::class()),
            ("CoroutineType", &generator::COROUTINE_TYPE),
            ("EllipsisType", &singletons::ELLIPSIS_TYPE),
            ("FrameType", frame::Frame::class()),
            ("FunctionType", function::Function::class()),
            ("GeneratorType", &generator::GENERATOR_TYPE),
            ("GenericAlias", &generic_alias::GENERIC_ALIAS_TYPE),
            ("GetSetDescriptorType", &native_function::GET_SET_DESCRIPTOR_TYPE),
            ("LambdaType", function::Function::class()),
            ("MappingProxyType", &mappingproxy::MAPPING_PROXY_TYPE),
            ("MemberDescriptorType", &native_function::SLOT_DESCRIPTOR_TYPE),
            ("MethodDescriptorType", &native_function::METHOD_DESCRIPTOR_TYPE),
            ("MethodType", method::Method::class()),
            ("MethodWrapperType", &slot_wrapper::METHOD_WRAPPER_TYPE),
            ("ModuleType", &module::MODULE_TYPE),
            ("NoneType", &singletons::NONE_TYPE),
            ("NotImplementedType", &singletons::NOT_IMPLEMENTED_TYPE),
            ("SimpleNamespace", &namespace::NAMESPACE_TYPE),
            ("TracebackType", traceback::Traceback::class()),
            ("UnionType", &union::UNION_TYPE),
            ("WrapperDescriptorType", &slot_wrapper::SLOT_WRAPPER_TYPE),
        ];
        let dict = th.module_dict(module)?;
        for (name, class) in types {
            drop(Dict::of(&dict).set_str(&th.intern(name), class.as_value()));
        }
        Ok(())
    }
}
