//! The macros against a miniature runtime: what is generated, how arguments are bound, and what errors say.
//!
//! Expected messages are those that CPython 3.14 gives for functions of the same shape.

extern crate self as runtime;

#[path = "../../runtime/src/args.rs"]
pub mod args;
mod mock;

pub use error::{Raised, Res};
pub use mock::{error, function, gc, module, object, objects, thread, types, value};
pub use thread::ThreadState;
pub use types::Type;
pub use value::Value;

use macros::*;
use objects::str::Str;

/// Where functions that are not in the module's file may live.
mod elsewhere {
    use super::*;

    #[macros::pyfunction("(x, /)", module = "shapes")]
    pub fn far(x: &Value) -> Value {
        x.clone()
    }
}

#[pymodule(name = "shapes", functions(super::elsewhere::far))]
mod shapes {
    //! Plane shapes.
    //!
    //!   And more.
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    use super::args::KwArgs;
    use super::*;

    #[pyattr(name = "pi")]
    const PI: f64 = 3.25;

    #[pyattr]
    fn version() -> &'static str {
        "1.0"
    }

    /// Nothing.
    #[pyfunction]
    fn nothing() {}

    #[pyfunction("(object, /)")]
    fn one(object: &Value) -> String {
        object.show()
    }

    #[pyfunction("(a, b, /)")]
    fn two(a: i64, b: i64) -> i64 {
        a + b
    }

    /// Positional only without a signature.
    #[pyfunction]
    fn plain(a: i64, b: Option<i64>, r#type: Option<&Value>) -> String {
        format!("{a} {b:?} {}", r#type.map_or("-".into(), Value::show))
    }

    #[pyfunction("(iterable, /, start=0)")]
    fn sum(iterable: &Value, start: i64) -> String {
        format!("{} {start}", iterable.show())
    }

    #[pyfunction("(base, exp, mod=None)")]
    fn pow(base: &Value, exp: &Value, modulus: Value) -> String {
        format!("{} {} {}", base.show(), exp.show(), modulus.show())
    }

    #[pyfunction("(iterable, /, *, key=None, reverse=False)")]
    fn sort(iterable: &Value, key: &Value, reverse: bool) -> String {
        format!("{} {} {reverse}", iterable.show(), key.show())
    }

    #[pyfunction("(*, key=None, reverse=False)")]
    fn only(key: Option<&Value>, reverse: bool) -> String {
        format!("{} {reverse}", key.is_some())
    }

    #[pyfunction("(a, b, *, rel_tol=1e-09, abs_tol=0)")]
    fn isclose(a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> String {
        format!("{a} {b} {rel_tol:e} {abs_tol}")
    }

    #[pyfunction("(*args, sep=' ', end='it\\'s')")]
    fn print_(args: &[Value], sep: &str, end: &str) -> String {
        format!("{} {sep} {end}", args.len())
    }

    #[pyfunction("(first, second=None, /, *rest, name, **options)")]
    fn all(
        th: &ThreadState,
        first: &Value,
        second: Option<Value>,
        rest: &[Value],
        name: &Value,
        options: KwArgs<'_>,
    ) -> String {
        let _ = th;
        let second = second.map_or("-".into(), |value| value.show());
        let options: Vec<String> = options.iter().map(|(k, v)| format!("{}={}", k.show(), v.show())).collect();
        format!("{} {second} {} {} {}", first.show(), rest.len(), name.show(), options.join(","))
    }

    #[pyfunction("(*args, **kwargs)")]
    fn any(args: &[Value], kwargs: KwArgs<'_>) -> String {
        format!("{} {}", args.len(), kwargs.len())
    }

    #[pyfunction("(value, start=0, stop=sys.maxsize, /)", text = none)]
    fn index(value: &str, start: isize, #[default(isize::MAX - 1)] stop: isize) -> String {
        format!("{value} {start} {stop}")
    }

    #[pyfunction("(encoding='utf-8', errors='strict')")]
    fn encode(encoding: &str, errors: &str) -> String {
        format!("{encoding} {errors}")
    }

    #[pyfunction(raw, text = "($module, /, *args)")]
    fn raw(_th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        Ok(Value::Int((args.len() * 10 + kwnames.len()) as i64))
    }

    #[cfg(any())]
    #[pyfunction]
    fn never() {}

    /// A polygon.
    #[pyclass(name = "Polygon", flags(basetype, mapping), extra(more))]
    pub struct Polygon {
        pub corners: RefCell<Vec<Value>>,
        closed: Cell<bool>,
        #[notrace]
        _note: Option<Rc<str>>,
    }

    impl Polygon {
        pub fn make(count: i64) -> Polygon {
            let corners = RefCell::new((0..count).map(Value::Int).collect());
            Polygon { corners, closed: Cell::new(true), _note: None }
        }
    }

    #[pymethods]
    impl Polygon {
        #[pyslot("(corners=0, /)")]
        fn new(_th: &ThreadState, cls: &Type, corners: i64) -> Res {
            let _ = cls;
            Ok(Value::Object(Rc::new(Polygon::make(corners))))
        }

        #[pyslot("(corners=0, /)", text = "(sides)")]
        fn init(&self, th: &ThreadState, corners: Option<i64>) -> Res<()> {
            let _ = (th, corners);
            Ok(())
        }

        #[pyslot]
        fn repr(&self, _th: &ThreadState) -> Res {
            Ok(Value::Int(self.corners.borrow().len() as i64))
        }

        #[pyslot]
        fn hash(_th: &ThreadState, slf: &Value) -> Res<i64> {
            Ok(slf.show().len() as i64)
        }

        #[pyslot(nb_add, nb_or)]
        fn add_slot(_th: &ThreadState, a: &Value, _b: &Value) -> Res {
            Ok(a.clone())
        }

        #[pyslot]
        fn sq_contains(&self, th: &ThreadState, item: &Value) -> Res<bool> {
            let _ = (th, item);
            Ok(false)
        }

        /// Add a corner.
        ///
        ///     indented
        #[pymethod("(corner, /)")]
        fn add(&self, slf: &Value, corner: &Value) -> Value {
            self.corners.borrow_mut().push(corner.clone());
            slf.clone()
        }

        #[pymethod]
        fn count(&self, th: &ThreadState) -> i64 {
            let _ = th;
            self.corners.borrow().len() as i64
        }

        #[pymethod("(a=None, *, b)", name = "__call_it__")]
        fn call_it(slf: &Value, a: &Value, b: &Value) -> String {
            format!("{} {} {}", slf.show(), a.show(), b.show())
        }

        #[pyclassmethod("(n, value=None, /)")]
        fn fromkeys(cls: &Value, n: i64, value: &Value) -> String {
            format!("{} {n} {}", cls.show(), value.show())
        }

        #[pystaticmethod]
        fn twice(x: i64) -> i64 {
            2 * x
        }

        /// Closed?
        #[pygetter]
        fn closed(&self) -> bool {
            self.closed.get()
        }

        #[pysetter]
        fn set_closed(&self, _th: &ThreadState, value: Option<&Value>) -> Res<()> {
            self.closed.set(matches!(value, Some(Value::Bool(true))));
            Ok(())
        }

        #[pygetter(name = "n", member)]
        fn n_(slf: &Value) -> Value {
            slf.clone()
        }

        #[pyattr]
        const SIDES: i64 = 4;

        #[pyattr]
        fn empty(th: &ThreadState) -> Res {
            let _ = th;
            Ok(Value::None)
        }
    }

    #[pymethods(extra = more)]
    impl Polygon {
        #[pymethod]
        fn more_(&self) {}
    }

    #[pyclass(hidden, no_methods)]
    pub struct HTTPThing;

    #[pyclass(hidden, no_methods, base = POLYGON_TYPE)]
    #[repr(C)]
    pub struct Square {
        #[base]
        polygon: Polygon,
        pub side: Value,
    }

    #[pyinit]
    fn init(_th: &ThreadState, _module: &Value) -> Res<()> {
        Ok(())
    }
}

use shapes::{HTTP_THING_TYPE, MODULE, POLYGON_TYPE, Polygon, SQUARE_TYPE};

/// Calls `def` with `positional` and `keywords`; gives back the result or the error's message.
fn run(def: &function::NativeDef, positional: Vec<Value>, keywords: &[(&str, i64)]) -> String {
    let th = ThreadState::default();
    let mut args = positional;
    args.extend(keywords.iter().map(|(_, value)| Value::Int(*value)));
    let names: Vec<Value> = keywords.iter().map(|(name, _)| Value::Str(Str(name.to_string()))).collect();
    match (def.call)(&th, &args, &names) {
        Ok(value) => value.show().trim_matches('\'').to_string(),
        Err(Raised) => th.raised.take(),
    }
}

fn function(name: &str) -> &'static function::NativeDef {
    MODULE.functions.iter().find(|def| def.signature.name == name).expect(name)
}

fn method(name: &str) -> &'static function::NativeDef {
    let mut methods = POLYGON_TYPE.def.methods.iter().flat_map(|list| list.iter());
    methods.find(|def| def.signature.name == name).expect(name)
}

fn ints(count: i64) -> Vec<Value> {
    (1..=count).map(Value::Int).collect()
}

/// One call of a module function with `count` positional ints.
fn call(name: &str, count: i64, keywords: &[(&str, i64)]) -> String {
    run(function(name), ints(count), keywords)
}

#[test]
fn fixed_numbers_of_arguments() {
    assert_eq!(call("nothing", 0, &[]), "None");
    assert_eq!(call("nothing", 1, &[]), "shapes.nothing() takes no arguments (1 given)");
    assert_eq!(call("nothing", 1, &[("x", 1)]), "shapes.nothing() takes no keyword arguments");
    assert_eq!(call("one", 1, &[]), "1");
    assert_eq!(call("one", 0, &[]), "shapes.one() takes exactly one argument (0 given)");
    assert_eq!(call("one", 0, &[("object", 1)]), "shapes.one() takes no keyword arguments");
    assert_eq!(call("two", 2, &[]), "3");
    assert_eq!(call("two", 1, &[]), "two expected 2 arguments, got 1");
    assert_eq!(call("two", 3, &[]), "two expected 2 arguments, got 3");
    assert_eq!(run(function("two"), vec![Value::Int(1), Value::None], &[]), "two() argument 2 must be int, not None");
    assert_eq!(call("plain", 1, &[]), "1 None -");
    assert_eq!(call("plain", 3, &[]), "1 Some(2) 3");
    assert_eq!(run(function("plain"), vec![Value::Int(1), Value::None, Value::None], &[]), "1 None None");
    assert_eq!(call("plain", 0, &[]), "plain expected at least 1 argument, got 0");
    assert_eq!(call("plain", 4, &[]), "plain expected at most 3 arguments, got 4");
    assert_eq!(run(function("index"), vec![Value::Str(Str("s".into()))], &[]), format!("s 0 {}", isize::MAX - 1));
    assert_eq!(call("far", 2, &[]), "shapes.far() takes exactly one argument (2 given)");
    assert_eq!(call("raw", 2, &[("x", 1)]), "31");
}

#[test]
fn keywords() {
    assert_eq!(call("sum", 1, &[]), "1 0");
    assert_eq!(call("sum", 1, &[("start", 7)]), "1 7");
    assert_eq!(call("sum", 0, &[]), "sum() takes at least 1 positional argument (0 given)");
    assert_eq!(call("sum", 3, &[]), "sum() takes at most 2 arguments (3 given)");
    assert_eq!(call("sum", 1, &[("x", 1)]), "sum() got an unexpected keyword argument 'x'");
    assert_eq!(
        call("sum", 1, &[("strt", 1)]),
        "sum() got an unexpected keyword argument 'strt'. Did you mean 'start'?"
    );
    assert_eq!(call("pow", 2, &[]), "1 2 None");
    assert_eq!(call("pow", 0, &[]), "pow() missing required argument 'base' (pos 1)");
    assert_eq!(call("pow", 1, &[("x", 1)]), "pow() missing required argument 'exp' (pos 2)");
    assert_eq!(call("pow", 2, &[("exp", 1)]), "argument for pow() given by name ('exp') and position (2)");
    assert_eq!(call("pow", 2, &[("mod", 5)]), "1 2 5");
    assert_eq!(call("sort", 1, &[("reverse", 1)]), "sort() argument 'reverse' must be bool, not int");
    assert_eq!(call("sort", 1, &[("key", 5)]), "1 5 false");
    assert_eq!(call("only", 0, &[]), "false false");
    assert_eq!(call("only", 1, &[]), "only() takes no positional arguments");
    assert_eq!(call("only", 3, &[]), "only() takes at most 2 arguments (3 given)");
    assert_eq!(call("only", 0, &[("a", 1), ("b", 1), ("c", 1)]), "only() takes at most 2 keyword arguments (3 given)");
    let floats = || vec![Value::Float(1.0), Value::Float(2.0)];
    assert_eq!(run(function("isclose"), floats(), &[]), "1 2 1e-9 0");
    assert_eq!(call("isclose", 1, &[("a", 2)]), "isclose() missing required argument 'b' (pos 2)");
    assert_eq!(call("isclose", 3, &[]), "isclose() takes exactly 2 positional arguments (3 given)");
    assert_eq!(call("encode", 0, &[("errors", 1)]), "encode() argument 'errors' must be str, not int");
    assert_eq!(call("encode", 0, &[]), "utf-8 strict");
}

#[test]
fn variable_numbers() {
    assert_eq!(call("print", 3, &[]), "3   it's");
    assert_eq!(call("print", 9, &[("x", 1)]), "print() got an unexpected keyword argument 'x'");
    assert_eq!(call("all", 1, &[("name", 5)]), "1 - 0 5 ");
    assert_eq!(call("all", 4, &[("first", 8), ("name", 5), ("x", 6)]), "1 2 2 5 'first'=8,'x'=6");
    assert_eq!(call("all", 1, &[]), "all() missing required argument 'name' (pos 3)");
    assert_eq!(call("any", 0, &[]), "0 0");
    assert_eq!(call("any", 2, &[("a", 1)]), "2 1");
}

#[test]
fn what_inspect_reads() {
    let text = |name| function(name).signature.text;
    assert_eq!(text("nothing"), Some("($module, /)"));
    assert_eq!(text("plain"), Some("($module, a, b=None, type=None, /)"));
    assert_eq!(text("sum"), Some("($module, iterable, /, start=0)"));
    assert_eq!(text("only"), Some("($module, /, *, key=None, reverse=False)"));
    assert_eq!(text("index"), None);
    assert_eq!(text("raw"), Some("($module, /, *args)"));
    assert_eq!(method("count").signature.text, Some("($self, /)"));
    assert_eq!(method("fromkeys").signature.text, Some("($type, n, value=None, /)"));
    assert_eq!(method("twice").signature.text, Some("(x, /)"));
    assert_eq!(method("add").signature.doc, Some("Add a corner.\n\n    indented"));
    assert_eq!(function("nothing").signature.doc, Some("Nothing."));
}

#[test]
fn classes() {
    let th = ThreadState::default();
    let def = POLYGON_TYPE.def;
    assert_eq!((def.name, def.module, def.doc), ("Polygon", "shapes", Some("A polygon.")));
    assert_eq!(def.text_signature, Some("(sides)"));
    assert!(def.payload.traced && def.base.is_some());
    let flags = types::type_flags::IMMUTABLE | types::type_flags::BASE_TYPE;
    assert_eq!(def.flags, flags | types::type_flags::MAPPING | types::type_flags::HAVE_GC);
    (def.fill_slots)(&POLYGON_TYPE.slots);
    let slots = &POLYGON_TYPE.slots;
    let new = slots.new.get().expect("new");
    let polygon = new(&th, &POLYGON_TYPE, &[Value::Int(3)], &[]).expect("new");
    let repr = slots.repr.get().expect("repr");
    assert_eq!(repr(&th, &polygon).expect("repr").show(), "3");
    assert!(new(&th, &POLYGON_TYPE, &ints(2), &[]).is_err());
    assert_eq!(th.raised.take(), "Polygon expected at most 1 argument, got 2");
    assert!(slots.init.get().expect("init")(&th, &polygon, &[], &[Value::Str(Str("x".into()))]).is_err());
    assert_eq!(th.raised.take(), "Polygon() takes no keyword arguments");
    assert!(slots.nb_add.get().is_some() && slots.nb_or.get().is_some() && slots.hash.get().is_some());
    assert_eq!(slots.sq_contains.get().expect("contains")(&th, &polygon, &Value::None), Ok(false));
    assert_eq!(run(method("add"), vec![polygon.clone(), Value::None], &[]), "<object>");
    assert_eq!(run(method("count"), vec![polygon.clone()], &[]), "4");
    assert_eq!(
        run(method("count"), vec![polygon.clone(), Value::None], &[]),
        "Polygon.count() takes no arguments (1 given)"
    );
    assert_eq!(run(method("count"), vec![], &[]), "unbound method Polygon.count() needs an argument");
    assert_eq!(run(method("__call_it__"), vec![polygon.clone()], &[("b", 3)]), "<object> None 3");
    assert_eq!(run(method("fromkeys"), ints(2), &[]), "1 2 None");
    assert_eq!(run(method("twice"), ints(1), &[]), "2");
    assert_eq!(run(method("more"), vec![polygon.clone()], &[]), "None");
    let [closed, n] = def.getset[0] else { panic!("properties") };
    assert_eq!((closed.name, closed.doc, closed.member), ("closed", Some("Closed?"), false));
    assert_eq!((closed.get.expect("get"))(&th, &polygon).expect("get").show(), "true");
    assert_eq!((closed.set.expect("set"))(&th, &polygon, None), Ok(()));
    assert_eq!((closed.get.expect("get"))(&th, &polygon).expect("get").show(), "false");
    assert!(n.member && n.set.is_none());
    let attrs: Vec<String> =
        def.attrs[0].iter().map(|a| format!("{}={}", a.name, (a.get)(&th).expect("value").show())).collect();
    assert_eq!(attrs, ["SIDES=4", "empty=None"]);
    let mut seen = 0;
    let payload = <Polygon as object::Payload>::of(&polygon);
    gc::Traverse::traverse(payload, &mut gc::Visitor(&mut |_| seen += 1));
    assert_eq!(seen, 4);
    gc::Traverse::clear(payload);
    assert!(payload.corners.borrow().is_empty());
    (SQUARE_TYPE.def.fill_slots)(&SQUARE_TYPE.slots);
    assert_eq!(SQUARE_TYPE.def.base.map(|base| base.def.name), Some("Polygon"));
    assert_eq!(HTTP_THING_TYPE.def.name, "HTTPThing");
    assert!(!HTTP_THING_TYPE.def.payload.traced);
}

#[test]
fn modules() {
    let th = ThreadState::default();
    assert_eq!((MODULE.name.0, MODULE.doc), ("shapes", Some("Plane shapes.\n\n  And more.")));
    assert_eq!(MODULE.types.len(), 1);
    assert!(MODULE.init.is_some());
    assert!(MODULE.functions.iter().all(|def| def.signature.name != "never"));
    let attrs: Vec<String> =
        MODULE.attrs.iter().map(|a| format!("{}={}", a.name, (a.get)(&th).expect("value").show())).collect();
    assert_eq!(attrs, ["pi=3.25", "version='1.0'"]);
}
