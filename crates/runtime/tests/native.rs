//! Native code as other crates write it: a module, a class and functions defined with the macros, called through Python's
//! protocols. Expected errors are CPython 3.14's for functions of the same shape.

use std::borrow::Cow;
use std::cell::RefCell;
use std::num::Wrapping;

use macros::{pyclass, pymethods, pymodule};
use runtime::args::KwArgs;
use runtime::convert::SliceIndex;
use runtime::objects::exceptions::BaseException;
use runtime::{Payload, Res, ThreadState, Type, Value};

#[pymodule(name = "sample")]
mod sample {
    //! A sample.
    use super::*;

    #[pyattr(name = "answer")]
    const ANSWER: i64 = 42;

    /// Halve.
    #[pyfunction("(x, /)")]
    fn half(x: f64) -> f64 {
        x / 2.0
    }

    #[pyfunction("(a, b=3, /, *, c=False)")]
    fn numbers(a: i32, b: isize, c: bool) -> String {
        format!("{a} {b} {c}")
    }

    #[pyfunction("(text, start=None, /)")]
    fn tail(text: Cow<'_, str>, start: Option<SliceIndex>) -> String {
        let start = start.map_or(0, |start| start.within(text.len()));
        text.chars().skip(start).collect()
    }

    #[pyfunction("(a, b, /)")]
    fn unsigned(a: u16, b: Wrapping<u32>) -> u64 {
        u64::from(a) + u64::from(b.0)
    }

    #[pyfunction("(*args, **kwargs)")]
    fn count(args: &[Value], kwargs: KwArgs<'_>) -> (usize, usize) {
        (args.len(), kwargs.len())
    }

    /// A stack of values.
    #[pyclass(name = "Stack", flags(basetype))]
    pub struct Stack {
        items: RefCell<Vec<Value>>,
    }

    #[pymethods]
    impl Stack {
        #[pyslot("(iterable=(), /)")]
        fn new(th: &ThreadState, cls: &Type, iterable: Option<&Value>) -> Res {
            let items = iterable.map_or(Ok(Vec::new()), |iterable| th.collect(iterable))?;
            Ok(th.new_instance(cls, Stack { items: RefCell::new(items) }))
        }

        #[pyslot]
        fn sq_length(&self, _: &ThreadState) -> Res<usize> {
            Ok(self.items.borrow().len())
        }

        /// Add an item.
        #[pymethod("(item, /)")]
        fn push(&self, item: Value) {
            self.items.borrow_mut().push(item);
        }

        #[pymethod]
        fn pop(&self, th: &ThreadState) -> Res {
            self.items.borrow_mut().pop().ok_or_else(|| th.index_error("pop from an empty stack"))
        }

        #[pymethod("(other, /)")]
        fn join(&self, other: &Stack) -> usize {
            self.items.borrow().len() + other.items.borrow().len()
        }

        #[pygetter]
        fn top(&self) -> Option<Value> {
            self.items.borrow().last().cloned()
        }

        #[pyattr]
        const LIMIT: i64 = 1000;
    }
}

/// The value of a result that cannot be an error.
fn sure<T>(result: Res<T>) -> T {
    result.unwrap_or_else(|_| panic!("raised"))
}

/// A value as Python writes it, without asking its class.
fn written(value: &Value) -> String {
    if let Some(number) = value.as_small_int() {
        return number.to_string();
    }
    match (value.as_float(), value.as_str(), value.as_tuple()) {
        (Some(number), ..) => number.to_string(),
        (_, Some(text), _) => format!("'{}'", text.to_string_lossy()),
        (.., Some(items)) => format!("({})", items.as_slice().iter().map(written).collect::<Vec<_>>().join(", ")),
        _ if value.is_none() => "None".to_string(),
        _ => format!("{value:?}"),
    }
}

/// A result, or the class and text of the error.
fn shown(th: &ThreadState, result: Res) -> String {
    match result {
        Ok(value) => written(&value),
        Err(raised) => {
            let error = th.take_raised(raised);
            let args = error.downcast::<BaseException>().and_then(|error| error.args.get());
            let message = args.as_ref().and_then(Value::as_tuple).and_then(|args| args.as_slice().first()?.as_str());
            format!("{}: {}", error.class().name(), message.map_or_else(String::new, |text| text.to_string_lossy()))
        }
    }
}

fn call(th: &ThreadState, object: &Value, name: &str, args: &[Value]) -> String {
    shown(th, th.getattr_str(object, name).and_then(|function| th.call(&function, args)))
}

fn keywords(th: &ThreadState, object: &Value, name: &str, args: &[Value], kwargs: &[(&str, Value)]) -> String {
    shown(th, th.getattr_str(object, name).and_then(|function| th.call_with(&function, args, kwargs)))
}

#[test]
fn native_definitions() {
    let (th, _entered) = ThreadState::start(runtime::config::Config::default());
    let module = sure(th.create_native_module(&sample::MODULE));
    functions(th, &module);
    conversions(th, &module);
    classes(th, &module);
}

fn functions(th: &ThreadState, module: &Value) {
    let int = |number: i64| th.int(number);
    assert_eq!(shown(th, th.getattr_str(module, "answer")), "42");
    assert_eq!(call(th, module, "half", &[int(3)]), "1.5");
    assert_eq!(call(th, module, "half", &[]), "TypeError: sample.half() takes exactly one argument (0 given)");
    assert_eq!(call(th, module, "numbers", &[int(1)]), "'1 3 false'");
    assert_eq!(keywords(th, module, "numbers", &[int(1)], &[("c", int(1))]), "'1 3 true'");
    assert_eq!(
        keywords(th, module, "numbers", &[int(1)], &[("b", int(1))]),
        "TypeError: numbers() got an unexpected keyword argument 'b'"
    );
    assert_eq!(keywords(th, module, "count", &[int(1)], &[("a", int(1)), ("b", int(2))]), "(1, 2)");
}

fn conversions(th: &ThreadState, module: &Value) {
    let int = |number: i64| th.int(number);
    let huge = || th.int_from_u64(u64::MAX);
    assert_eq!(call(th, module, "half", &[th.str("x")]), "TypeError: must be real number, not str");
    assert_eq!(
        call(th, module, "numbers", &[th.str("x")]),
        "TypeError: 'str' object cannot be interpreted as an integer"
    );
    assert_eq!(call(th, module, "numbers", &[int(1 << 40)]), "OverflowError: Python int too large to convert to C int");
    assert_eq!(
        call(th, module, "numbers", &[int(1), huge()]),
        "OverflowError: Python int too large to convert to C ssize_t"
    );
    assert_eq!(call(th, module, "tail", &[th.str("héllo"), int(1)]), "'éllo'");
    assert_eq!(call(th, module, "tail", &[th.str("abc"), huge()]), "''");
    assert_eq!(call(th, module, "tail", &[int(1)]), "TypeError: tail() argument 1 must be str, not int");
    assert_eq!(
        call(th, module, "tail", &[th.str(""), th.float(1.5)]),
        "TypeError: slice indices must be integers or None or have an __index__ method"
    );
    assert_eq!(call(th, module, "unsigned", &[int(1), int(-1)]), "4294967296");
    assert_eq!(call(th, module, "unsigned", &[int(1), huge()]), "4294967296");
    assert_eq!(call(th, module, "unsigned", &[int(-1), int(1)]), "ValueError: Cannot convert negative int");
    assert_eq!(
        call(th, module, "unsigned", &[int(1 << 16), int(1)]),
        "OverflowError: Python int too large for C uint16_t"
    );
}

fn classes(th: &ThreadState, module: &Value) {
    let class = sure(th.getattr_str(module, "Stack"));
    let items = th.list(vec![th.int(1), th.int(2)]);
    let new = sample::Stack::class().slots().new.get().unwrap_or_else(|| panic!("no constructor"));
    let make = |args: &[Value], names: &[Value]| new(th, sample::Stack::class(), args, names);
    let stack = sure(make(&[items], &[]));
    assert!(sample::Stack::class().value_ref().is(&class));
    assert_eq!(call(th, &stack, "push", &[th.str("x")]), "None");
    assert_eq!(sure(th.len(&stack)), 3);
    assert_eq!(shown(th, th.getattr_str(&stack, "top")), "'x'");
    assert_eq!(call(th, &stack, "pop", &[]), "'x'");
    assert_eq!(call(th, &stack, "pop", &[Value::NONE]), "TypeError: Stack.pop() takes no arguments (1 given)");
    assert_eq!(call(th, &stack, "join", std::slice::from_ref(&stack)), "4");
    assert_eq!(call(th, &stack, "join", &[th.int(1)]), "TypeError: join() argument must be sample.Stack, not int");
    let own = |name: &str| sample::Stack::class().with_dict(|dict| dict.get_str(&th.intern(name))).flatten();
    assert_eq!(own("LIMIT").as_ref().map(written), Some("1000".to_string()));
    assert_eq!(
        shown(th, make(&[Value::NONE, Value::NONE], &[])),
        "TypeError: Stack expected at most 1 argument, got 2"
    );
    assert_eq!(shown(th, make(&[Value::NONE], &[th.str("x")])), "TypeError: Stack() takes no keyword arguments");
    let unbound = own("push").unwrap_or(Value::NONE);
    assert_eq!(
        shown(th, th.call(&unbound, &[th.int(1), th.int(2)])),
        "TypeError: descriptor 'push' for 'sample.Stack' objects doesn't apply to a 'int' object"
    );
}
