//! `_taipan_testing`: what the stand-ins for CPython's test modules (`_testcapi` and its like, in the embedded library)
//! cannot say in Python: native functions of each kind of signature, descriptors that are called without a frame, events
//! that a native module fires.

use macros::pymodule;

#[pymodule(name = "_taipan_testing")]
pub mod testing {
    use std::cell::{Cell, RefCell};

    use macros::{pyclass, pymethods};

    use crate::args::KwArgs;
    use crate::frame::monitoring::{self, event};
    use crate::objects::dict::Dict;
    use crate::objects::exceptions as exc;
    use crate::types::Type;
    use crate::{Res, ThreadState, Value};

    /// What functions without an object of their own give as their `self`.
    fn module(th: &ThreadState) -> Res {
        crate::import::import(th, "_testcapi")
    }

    fn keywords(th: &ThreadState, kwargs: KwArgs<'_>) -> Res {
        if kwargs.is_empty() {
            return Ok(Value::NONE);
        }
        let dict = Dict::new();
        for (name, value) in kwargs.iter() {
            dict.set(th, name, value.clone())?;
        }
        Ok(th.dict(dict))
    }

    #[pyfunction("(*args)", module = "_testcapi")]
    fn meth_varargs(th: &ThreadState, args: &[Value]) -> Res {
        Ok(th.tuple(&[module(th)?, th.tuple(args)]))
    }

    #[pyfunction("(*args, **kwargs)", module = "_testcapi")]
    fn meth_varargs_keywords(th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
        Ok(th.tuple(&[module(th)?, th.tuple(args), keywords(th, kwargs)?]))
    }

    #[pyfunction("(arg, /)", module = "_testcapi")]
    fn meth_o(th: &ThreadState, arg: &Value) -> Res {
        Ok(th.tuple(&[module(th)?, arg.clone()]))
    }

    #[pyfunction("()", module = "_testcapi")]
    fn meth_noargs(th: &ThreadState) -> Res {
        module(th)
    }

    #[pyfunction("(*args)", module = "_testcapi")]
    fn meth_fastcall(th: &ThreadState, args: &[Value]) -> Res {
        meth_varargs(th, args)
    }

    #[pyfunction("(*args, **kwargs)", module = "_testcapi")]
    fn meth_fastcall_keywords(th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
        meth_varargs_keywords(th, args, kwargs)
    }

    #[pyclass(name = "MethInstance", module = "_testcapi")]
    pub struct MethInstance {}

    #[pymethods]
    impl MethInstance {
        #[pyslot("()")]
        fn new(th: &ThreadState, cls: &Type) -> Res {
            Ok(th.new_instance(cls, MethInstance {}))
        }

        #[pymethod("(*args)")]
        fn meth_varargs(slf: &Value, th: &ThreadState, args: &[Value]) -> Value {
            th.tuple(&[slf.clone(), th.tuple(args)])
        }

        #[pymethod("(*args, **kwargs)")]
        fn meth_varargs_keywords(slf: &Value, th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
            Ok(th.tuple(&[slf.clone(), th.tuple(args), keywords(th, kwargs)?]))
        }

        #[pymethod("(arg, /)")]
        fn meth_o(slf: &Value, th: &ThreadState, arg: &Value) -> Value {
            th.tuple(&[slf.clone(), arg.clone()])
        }

        #[pymethod("()")]
        fn meth_noargs(slf: &Value) -> Value {
            slf.clone()
        }

        #[pymethod("(*args)")]
        fn meth_fastcall(slf: &Value, th: &ThreadState, args: &[Value]) -> Value {
            th.tuple(&[slf.clone(), th.tuple(args)])
        }

        #[pymethod("(*args, **kwargs)")]
        fn meth_fastcall_keywords(slf: &Value, th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
            Ok(th.tuple(&[slf.clone(), th.tuple(args), keywords(th, kwargs)?]))
        }
    }

    #[pyclass(name = "MethClass", module = "_testcapi")]
    pub struct MethClass {}

    #[pymethods]
    impl MethClass {
        #[pyslot("()")]
        fn new(th: &ThreadState, cls: &Type) -> Res {
            Ok(th.new_instance(cls, MethClass {}))
        }

        #[pyclassmethod("(*args)")]
        fn meth_varargs(cls: &Value, th: &ThreadState, args: &[Value]) -> Value {
            th.tuple(&[cls.clone(), th.tuple(args)])
        }

        #[pyclassmethod("(*args, **kwargs)")]
        fn meth_varargs_keywords(cls: &Value, th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
            Ok(th.tuple(&[cls.clone(), th.tuple(args), keywords(th, kwargs)?]))
        }

        #[pyclassmethod("(arg, /)")]
        fn meth_o(cls: &Value, th: &ThreadState, arg: &Value) -> Value {
            th.tuple(&[cls.clone(), arg.clone()])
        }

        #[pyclassmethod("()")]
        fn meth_noargs(cls: &Value) -> Value {
            cls.clone()
        }

        #[pyclassmethod("(*args)")]
        fn meth_fastcall(cls: &Value, th: &ThreadState, args: &[Value]) -> Value {
            th.tuple(&[cls.clone(), th.tuple(args)])
        }

        #[pyclassmethod("(*args, **kwargs)")]
        fn meth_fastcall_keywords(cls: &Value, th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
            Ok(th.tuple(&[cls.clone(), th.tuple(args), keywords(th, kwargs)?]))
        }
    }

    #[pyclass(name = "MethStatic", module = "_testcapi")]
    pub struct MethStatic {}

    #[pymethods]
    impl MethStatic {
        #[pyslot("()")]
        fn new(th: &ThreadState, cls: &Type) -> Res {
            Ok(th.new_instance(cls, MethStatic {}))
        }

        #[pystaticmethod("(*args)")]
        fn meth_varargs(th: &ThreadState, args: &[Value]) -> Value {
            th.tuple(&[Value::NONE, th.tuple(args)])
        }

        #[pystaticmethod("(*args, **kwargs)")]
        fn meth_varargs_keywords(th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
            Ok(th.tuple(&[Value::NONE, th.tuple(args), keywords(th, kwargs)?]))
        }

        #[pystaticmethod("(arg, /)")]
        fn meth_o(th: &ThreadState, arg: &Value) -> Value {
            th.tuple(&[Value::NONE, arg.clone()])
        }

        #[pystaticmethod("()")]
        fn meth_noargs() {}

        #[pystaticmethod("(*args)")]
        fn meth_fastcall(th: &ThreadState, args: &[Value]) -> Value {
            th.tuple(&[Value::NONE, th.tuple(args)])
        }

        #[pystaticmethod("(*args, **kwargs)")]
        fn meth_fastcall_keywords(th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
            Ok(th.tuple(&[Value::NONE, th.tuple(args), keywords(th, kwargs)?]))
        }
    }

    /// Binds itself to an object, as functions do.
    fn bind(th: &ThreadState, slf: &Value, object: Option<&Value>) -> Value {
        match object.filter(|object| !object.is_none()) {
            Some(object) => crate::objects::method::bind(th, slf.clone(), object.clone()),
            None => slf.clone(),
        }
    }

    #[pyclass(name = "MethodDescriptorBase", module = "_testcapi", flags(basetype, method_descriptor, have_vectorcall))]
    pub struct MethodDescriptorBase {}

    impl crate::gc::Traverse for MethodDescriptorBase {
        fn traverse(&self, _: &mut crate::gc::Visitor<'_>) {}

        fn clear(&self) {}
    }

    #[pymethods]
    impl MethodDescriptorBase {
        #[pyslot("()")]
        fn new(th: &ThreadState, cls: &Type) -> Res {
            Ok(th.new_instance(cls, MethodDescriptorBase {}))
        }

        #[pyslot("(n, /)")]
        fn call(&self, _n: &Value) -> Res {
            Ok(Value::bool(true))
        }

        #[pyslot]
        fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, _: &Value) -> Res {
            Ok(bind(th, slf, object))
        }
    }

    #[pyclass(
        name = "MethodDescriptorDerived",
        module = "_testcapi",
        base = METHOD_DESCRIPTOR_BASE_TYPE,
        flags(basetype, method_descriptor, have_vectorcall)
    )]
    #[repr(C)]
    pub struct MethodDescriptorDerived {
        #[base]
        base: MethodDescriptorBase,
    }

    #[pymethods]
    impl MethodDescriptorDerived {
        #[pyslot("()")]
        fn new(th: &ThreadState, cls: &Type) -> Res {
            Ok(th.new_instance(cls, MethodDescriptorDerived { base: MethodDescriptorBase {} }))
        }
    }

    #[pyclass(
        name = "MethodDescriptorNopGet",
        module = "_testcapi",
        base = METHOD_DESCRIPTOR_BASE_TYPE,
        flags(basetype)
    )]
    #[repr(C)]
    pub struct MethodDescriptorNopGet {
        #[base]
        base: MethodDescriptorBase,
    }

    #[pymethods]
    impl MethodDescriptorNopGet {
        #[pyslot("()")]
        fn new(th: &ThreadState, cls: &Type) -> Res {
            Ok(th.new_instance(cls, MethodDescriptorNopGet { base: MethodDescriptorBase {} }))
        }

        #[pyslot("(*args)")]
        fn call(&self, th: &ThreadState, args: &[Value]) -> Res {
            Ok(th.tuple(args))
        }

        #[pyslot]
        fn descr_get(_: &ThreadState, slf: &Value, _: Option<&Value>, _: &Value) -> Res {
            Ok(slf.clone())
        }
    }

    #[pyclass(
        name = "MethodDescriptor2",
        module = "_testcapi",
        base = METHOD_DESCRIPTOR_BASE_TYPE,
        flags(basetype, have_vectorcall)
    )]
    #[repr(C)]
    pub struct MethodDescriptor2 {
        #[base]
        base: MethodDescriptorBase,
    }

    #[pymethods]
    impl MethodDescriptor2 {
        #[pyslot("()")]
        fn new(th: &ThreadState, cls: &Type) -> Res {
            Ok(th.new_instance(cls, MethodDescriptor2 { base: MethodDescriptorBase {} }))
        }

        #[pyslot("(n, /)")]
        fn call(&self, _n: &Value) -> Res {
            Ok(Value::bool(false))
        }
    }

    /// A `__get__` that is no function: the class that it is asked for, in words.
    #[pyfunction("(self, obj, cls, /)", module = "_testcapi")]
    fn bad_get(th: &ThreadState, _this: &Value, _obj: &Value, cls: &Value) -> Res {
        th.repr(cls)
    }

    /// The signal has arrived when the generator begins to run.
    #[pyfunction("(gen, /)", module = "_testcapi", name = "raise_SIGINT_then_send_None")]
    fn raise_sigint_then_send_none(th: &ThreadState, r#gen: &Value) -> Res {
        const SIGINT: i32 = 2;
        if let Err(error) = host::signal::raise(SIGINT) {
            return Err(th.os_error(&error, None));
        }
        th.call_method_str(r#gen, "send", &[Value::NONE])
    }

    /// Raises an exception in another thread, or takes back what was to be raised: how many threads it found.
    #[pyfunction("(thread_id, exception, /)", module = "_testcapi")]
    fn set_async_exc(th: &ThreadState, thread_id: u64, exception: &Value) -> usize {
        th.set_async_exception(thread_id, Some(exception).filter(|exception| !exception.is_none()))
    }

    /// Leaves a number where C functions leave the cause of an error.
    #[pyfunction("(errno, /)", module = "_testcapi")]
    fn set_errno(errno: i32) {
        host::error::set_errno(errno);
    }

    /// What fires events as code does: a state of its own for each of so many offsets.
    #[pyclass(name = "CodeLike", module = "_testcapi")]
    pub struct CodeLike {
        /// Tools that want the event of each offset.
        #[notrace]
        active: RefCell<Vec<u32>>,
        /// The version of what tools want that this was asked for.
        version: Cell<u32>,
    }

    #[pymethods]
    impl CodeLike {
        #[pyslot("(num_events, /)")]
        fn new(th: &ThreadState, cls: &Type, num_events: i32) -> Res {
            match usize::try_from(num_events) {
                Ok(count @ 1..=1024) => {
                    let active = RefCell::new(vec![0; count]);
                    Ok(th.new_instance(cls, CodeLike { active, version: Cell::new(0) }))
                }
                _ => Err(th.value_error("invalid number of events")),
            }
        }

        #[pyslot]
        fn repr(&self, th: &ThreadState) -> Res {
            let events: String = self.active.borrow().iter().map(|active| format!(" {active}")).collect();
            Ok(th.str(&format!("CodeLike:{events}")))
        }
    }

    fn code_like<'a>(th: &ThreadState, value: &'a Value) -> Res<&'a CodeLike> {
        match value.downcast_exact::<CodeLike>() {
            Some(code_like) => Ok(code_like),
            None => {
                let class = value.class().full_name();
                Err(th.type_error(format_args!("expected a code-like, got {class}")))
            }
        }
    }

    /// Asks which tools want the events that will be fired.
    #[pyfunction("(codelike, event1, event2=0, /)", module = "_testcapi")]
    fn monitoring_enter_scope(th: &ThreadState, codelike: &Value, event1: i32, event2: Option<i32>) -> Res<()> {
        let code_like = code_like(th, codelike)?;
        let state = &th.interp().monitoring;
        if code_like.version.replace(state.version()) == state.version() {
            return Ok(());
        }
        for (active, number) in code_like.active.borrow_mut().iter_mut().zip([Some(event1), event2]) {
            let Some(number) = number else { continue };
            match usize::try_from(number) {
                Ok(number) if number < event::COUNT => *active = state.tools_for(number),
                _ => return Err(th.value_error(format_args!("invalid event {number}"))),
            }
        }
        Ok(())
    }

    #[pyfunction("()", module = "_testcapi")]
    fn monitoring_exit_scope() {}

    /// Tells the tools that want it of an event at an offset of a code-like.
    fn fire(th: &ThreadState, codelike: &Value, offset: i32, event: usize, args: &[Value]) -> Res<u32> {
        let code_like = code_like(th, codelike)?;
        let place = match usize::try_from(offset) {
            Ok(place) if place < code_like.active.borrow().len() => place,
            Ok(_) => return Err(th.value_error("offset must be less than the number of events")),
            Err(_) => return Err(th.value_error("offset must not be negative")),
        };
        let active = code_like.active.borrow()[place];
        if active == 0 {
            return Ok(0);
        }
        let mut all = vec![codelike.clone(), Value::int32(offset)];
        all.extend_from_slice(args);
        let unwanted = monitoring::fire(th, active, event, &all)?;
        let mut states = code_like.active.borrow_mut();
        states[place] &= !unwanted;
        Ok(states[place])
    }

    /// An event about an exception that is being raised.
    fn fire_exception(th: &ThreadState, codelike: &Value, offset: i32, event: usize, exception: &Value) -> Res<u32> {
        if exception.is_none() {
            code_like(th, codelike)?;
            return Err(th.value_error(format_args!("Firing event {event} with no exception set")));
        }
        fire(th, codelike, offset, event, std::slice::from_ref(exception))
    }

    #[pyfunction("(codelike, offset, /)", module = "_testcapi")]
    fn fire_event_py_start(th: &ThreadState, codelike: &Value, offset: i32) -> Res<u32> {
        fire(th, codelike, offset, event::PY_START, &[])
    }

    #[pyfunction("(codelike, offset, /)", module = "_testcapi")]
    fn fire_event_py_resume(th: &ThreadState, codelike: &Value, offset: i32) -> Res<u32> {
        fire(th, codelike, offset, event::PY_RESUME, &[])
    }

    #[pyfunction("(codelike, offset, retval, /)", module = "_testcapi")]
    fn fire_event_py_return(th: &ThreadState, codelike: &Value, offset: i32, retval: &Value) -> Res<u32> {
        fire(th, codelike, offset, event::PY_RETURN, std::slice::from_ref(retval))
    }

    #[pyfunction("(codelike, offset, retval, /)", module = "_testcapi")]
    fn fire_event_py_yield(th: &ThreadState, codelike: &Value, offset: i32, retval: &Value) -> Res<u32> {
        fire(th, codelike, offset, event::PY_YIELD, std::slice::from_ref(retval))
    }

    #[pyfunction("(codelike, offset, callable, arg0, /)", module = "_testcapi")]
    fn fire_event_call(th: &ThreadState, codelike: &Value, offset: i32, callable: &Value, arg0: &Value) -> Res<u32> {
        fire(th, codelike, offset, event::CALL, &[callable.clone(), arg0.clone()])
    }

    #[pyfunction("(codelike, offset, lineno, /)", module = "_testcapi")]
    fn fire_event_line(th: &ThreadState, codelike: &Value, offset: i32, lineno: i32) -> Res<u32> {
        let code_like = code_like(th, codelike)?;
        // The line is told without the offset.
        let Some(active) = usize::try_from(offset).ok().and_then(|place| code_like.active.borrow().get(place).copied())
        else {
            return Err(th.value_error("offset out of range"));
        };
        let unwanted = monitoring::fire(th, active, event::LINE, &[codelike.clone(), Value::int32(lineno)])?;
        Ok(active & !unwanted)
    }

    #[pyfunction("(codelike, offset, target_offset, /)", module = "_testcapi")]
    fn fire_event_jump(th: &ThreadState, codelike: &Value, offset: i32, target_offset: &Value) -> Res<u32> {
        fire(th, codelike, offset, event::JUMP, std::slice::from_ref(target_offset))
    }

    #[pyfunction("(codelike, offset, target_offset, /)", module = "_testcapi")]
    fn fire_event_branch_right(th: &ThreadState, codelike: &Value, offset: i32, target_offset: &Value) -> Res<u32> {
        fire(th, codelike, offset, event::BRANCH_RIGHT, std::slice::from_ref(target_offset))
    }

    #[pyfunction("(codelike, offset, target_offset, /)", module = "_testcapi")]
    fn fire_event_branch_left(th: &ThreadState, codelike: &Value, offset: i32, target_offset: &Value) -> Res<u32> {
        fire(th, codelike, offset, event::BRANCH_LEFT, std::slice::from_ref(target_offset))
    }

    #[pyfunction("(codelike, offset, exception, /)", module = "_testcapi")]
    fn fire_event_py_throw(th: &ThreadState, codelike: &Value, offset: i32, exception: &Value) -> Res<u32> {
        fire_exception(th, codelike, offset, event::PY_THROW, exception)
    }

    #[pyfunction("(codelike, offset, exception, /)", module = "_testcapi")]
    fn fire_event_raise(th: &ThreadState, codelike: &Value, offset: i32, exception: &Value) -> Res<u32> {
        fire_exception(th, codelike, offset, event::RAISE, exception)
    }

    #[pyfunction("(codelike, offset, exception, /)", module = "_testcapi")]
    fn fire_event_c_raise(th: &ThreadState, codelike: &Value, offset: i32, exception: &Value) -> Res<u32> {
        fire_exception(th, codelike, offset, event::C_RAISE, exception)
    }

    #[pyfunction("(codelike, offset, exception, /)", module = "_testcapi")]
    fn fire_event_reraise(th: &ThreadState, codelike: &Value, offset: i32, exception: &Value) -> Res<u32> {
        fire_exception(th, codelike, offset, event::RERAISE, exception)
    }

    #[pyfunction("(codelike, offset, exception, /)", module = "_testcapi")]
    fn fire_event_exception_handled(th: &ThreadState, codelike: &Value, offset: i32, exception: &Value) -> Res<u32> {
        fire_exception(th, codelike, offset, event::EXCEPTION_HANDLED, exception)
    }

    #[pyfunction("(codelike, offset, exception, /)", module = "_testcapi")]
    fn fire_event_py_unwind(th: &ThreadState, codelike: &Value, offset: i32, exception: &Value) -> Res<u32> {
        fire_exception(th, codelike, offset, event::PY_UNWIND, exception)
    }

    /// A value is told as the StopIteration that would carry it.
    #[pyfunction("(codelike, offset, value, /)", module = "_testcapi")]
    fn fire_event_stop_iteration(th: &ThreadState, codelike: &Value, offset: i32, value: &Value) -> Res<u32> {
        let exception = if value.is_instance_of(&exc::STOP_ITERATION) {
            value.clone()
        } else {
            exc::new(th, &exc::STOP_ITERATION, std::slice::from_ref(value))
        };
        fire(th, codelike, offset, event::STOP_ITERATION, &[exception])
    }
}
