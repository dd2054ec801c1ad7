//! `_operator`: Python's operators as functions, and callables that fetch items, attributes and method results.

use macros::{pyclass, pyfunction, pymethods, pymodule};
use runtime::args::split;
use runtime::objects::exceptions as exc;
use runtime::objects::int::INT_TYPE;
use runtime::objects::list::List;
use runtime::objects::str::STR_TYPE;
use runtime::protocol::BinaryOp;
use runtime::{CompareOp, Payload, Raised, Res, ThreadState, Type, Value};

macro_rules! functions {
    ($($name:ident($a:ident, $b:ident) $python:tt $doc:tt = $call:expr;)*) => {$(
        #[doc = $doc]
        #[pyfunction("(a, b, /)", name = $python, module = "_operator")]
        fn $name(th: &ThreadState, $a: &Value, $b: &Value) -> Res {
            let call: fn(&ThreadState, &Value, &Value) -> Res = $call;
            call(th, $a, $b)
        }
    )*};
    ($($name:ident($a:ident) $python:tt $doc:tt = $call:expr;)*) => {$(
        #[doc = $doc]
        #[pyfunction("(a, /)", name = $python, module = "_operator")]
        fn $name(th: &ThreadState, $a: &Value) -> Res {
            let call: fn(&ThreadState, &Value) -> Res = $call;
            call(th, $a)
        }
    )*};
}

functions! {
    add(a, b) "add" "Same as a + b." = |th, a, b| th.binary(BinaryOp::Add, a, b);
    sub(a, b) "sub" "Same as a - b." = |th, a, b| th.binary(BinaryOp::Subtract, a, b);
    mul(a, b) "mul" "Same as a * b." = |th, a, b| th.binary(BinaryOp::Multiply, a, b);
    matmul(a, b) "matmul" "Same as a @ b." = |th, a, b| th.binary(BinaryOp::MatrixMultiply, a, b);
    floordiv(a, b) "floordiv" "Same as a // b." = |th, a, b| th.binary(BinaryOp::FloorDivide, a, b);
    truediv(a, b) "truediv" "Same as a / b." = |th, a, b| th.binary(BinaryOp::TrueDivide, a, b);
    modulo(a, b) "mod" "Same as a % b." = |th, a, b| th.binary(BinaryOp::Remainder, a, b);
    lshift(a, b) "lshift" "Same as a << b." = |th, a, b| th.binary(BinaryOp::Lshift, a, b);
    rshift(a, b) "rshift" "Same as a >> b." = |th, a, b| th.binary(BinaryOp::Rshift, a, b);
    and(a, b) "and_" "Same as a & b." = |th, a, b| th.binary(BinaryOp::And, a, b);
    xor(a, b) "xor" "Same as a ^ b." = |th, a, b| th.binary(BinaryOp::Xor, a, b);
    or(a, b) "or_" "Same as a | b." = |th, a, b| th.binary(BinaryOp::Or, a, b);
    pow(a, b) "pow" "Same as a ** b." = |th, a, b| th.binary(BinaryOp::Power, a, b);
    iadd(a, b) "iadd" "Same as a += b." = |th, a, b| th.inplace(BinaryOp::Add, a, b);
    isub(a, b) "isub" "Same as a -= b." = |th, a, b| th.inplace(BinaryOp::Subtract, a, b);
    imul(a, b) "imul" "Same as a *= b." = |th, a, b| th.inplace(BinaryOp::Multiply, a, b);
    imatmul(a, b) "imatmul" "Same as a @= b." = |th, a, b| th.inplace(BinaryOp::MatrixMultiply, a, b);
    ifloordiv(a, b) "ifloordiv" "Same as a //= b." = |th, a, b| th.inplace(BinaryOp::FloorDivide, a, b);
    itruediv(a, b) "itruediv" "Same as a /= b." = |th, a, b| th.inplace(BinaryOp::TrueDivide, a, b);
    imod(a, b) "imod" "Same as a %= b." = |th, a, b| th.inplace(BinaryOp::Remainder, a, b);
    ilshift(a, b) "ilshift" "Same as a <<= b." = |th, a, b| th.inplace(BinaryOp::Lshift, a, b);
    irshift(a, b) "irshift" "Same as a >>= b." = |th, a, b| th.inplace(BinaryOp::Rshift, a, b);
    iand(a, b) "iand" "Same as a &= b." = |th, a, b| th.inplace(BinaryOp::And, a, b);
    ixor(a, b) "ixor" "Same as a ^= b." = |th, a, b| th.inplace(BinaryOp::Xor, a, b);
    ior(a, b) "ior" "Same as a |= b." = |th, a, b| th.inplace(BinaryOp::Or, a, b);
    ipow(a, b) "ipow" "Same as a **= b." = |th, a, b| th.inplace(BinaryOp::Power, a, b);
    lt(a, b) "lt" "Same as a < b." = |th, a, b| th.compare(a, b, CompareOp::Lt);
    le(a, b) "le" "Same as a <= b." = |th, a, b| th.compare(a, b, CompareOp::Le);
    eq(a, b) "eq" "Same as a == b." = |th, a, b| th.compare(a, b, CompareOp::Eq);
    ne(a, b) "ne" "Same as a != b." = |th, a, b| th.compare(a, b, CompareOp::Ne);
    gt(a, b) "gt" "Same as a > b." = |th, a, b| th.compare(a, b, CompareOp::Gt);
    ge(a, b) "ge" "Same as a >= b." = |th, a, b| th.compare(a, b, CompareOp::Ge);
    is(a, b) "is_" "Same as a is b." = |_, a, b| Ok(Value::bool(a.is(b)));
    is_not(a, b) "is_not" "Same as a is not b." = |_, a, b| Ok(Value::bool(!a.is(b)));
    contains(a, b) "contains" "Same as b in a (note reversed operands)." =
        |th, a, b| th.contains(a, b).map(Value::bool);
    getitem(a, b) "getitem" "Same as a[b]." = |th, a, b| th.get_item(a, b);
    delitem(a, b) "delitem" "Same as del a[b]." = |th, a, b| th.del_item(a, b).map(|()| Value::NONE);
    concat(a, b) "concat" "Same as a + b, for a and b sequences." = |th, a, b| concatenate(th, a, b, false);
    iconcat(a, b) "iconcat" "Same as a += b, for a and b sequences." = |th, a, b| concatenate(th, a, b, true);
    count_of(a, b) "countOf" "Return the number of items in a which are, or which equal, b." = |th, a, b| {
        let mut count = 0;
        search(th, a, b, |_| { count += 1; false })?;
        Ok(Value::index(count))
    };
    index_of(a, b) "indexOf" "Return the first index of b in a." = |th, a, b| {
        let mut found = None;
        search(th, a, b, |index| { found = Some(index); true })?;
        found.map(Value::index).ok_or_else(|| th.value_error("sequence.index(x): x not in sequence"))
    };
}

functions! {
    neg(a) "neg" "Same as -a." = |th, a| th.negative(a);
    pos(a) "pos" "Same as +a." = |th, a| th.positive(a);
    abs(a) "abs" "Same as abs(a)." = |th, a| th.absolute(a);
    inv(a) "inv" "Same as ~a." = |th, a| th.invert(a);
    invert(a) "invert" "Same as ~a." = |th, a| th.invert(a);
    index(a) "index" "Same as a.__index__()" = |th, a| {
        let number = th.index(a)?;
        if number.is_small_int() || number.is_exactly(&INT_TYPE) {
            return Ok(number);
        }
        Ok(number.as_int().map_or(Value::NONE, |view| match view.to_i64() {
            Some(small) => th.int(small),
            None => th.int_from_big(view.to_big()),
        }))
    };
    not(a) "not_" "Same as not a." = |th, a| th.is_true(a).map(|truth| Value::bool(!truth));
    truth(a) "truth" "Return True if a is true, False otherwise." = |th, a| th.is_true(a).map(Value::bool);
    is_none(a) "is_none" "Same as a is None." = |_, a| Ok(Value::bool(a.is_none()));
    is_not_none(a) "is_not_none" "Same as a is not None." = |_, a| Ok(Value::bool(!a.is_none()));
}

/// `+` of sequences: numbers have none.
fn concatenate(th: &ThreadState, a: &Value, b: &Value, inplace: bool) -> Res {
    let (slots, other) = (a.class().slots(), b.class().slots());
    let concat = slots.sq_inplace_concat.get().filter(|_| inplace).or(slots.sq_concat.get());
    if let Some(concat) = concat {
        return concat(th, a, b);
    }
    if slots.sq_item.get().is_some() && other.sq_item.get().is_some() {
        let op = BinaryOp::Add;
        return if inplace { th.inplace(op, a, b) } else { th.binary(op, a, b) };
    }
    Err(th.type_error(format_args!("'{}' object can't be concatenated", a.class().full_name())))
}

/// Tells `found` the index of every item that is or equals `wanted`, until it says that it is enough.
fn search(th: &ThreadState, iterable: &Value, wanted: &Value, mut found: impl FnMut(usize) -> bool) -> Res<()> {
    if !th.is_iterable(iterable) {
        let class = iterable.class().full_name();
        return Err(th.type_error(format_args!("argument of type '{class}' is not iterable")));
    }
    let iterator = th.iter(iterable)?;
    let mut index = 0;
    while let Some(item) = th.next(&iterator)? {
        if th.is_equal(&item, wanted)? && found(index) {
            break;
        }
        index += 1;
    }
    Ok(())
}

/// A call of a getter: exactly one positional argument.
fn one_argument<'a>(th: &ThreadState, name: &str, args: &'a [Value], kwnames: &[Value]) -> Res<&'a Value> {
    match args {
        _ if !kwnames.is_empty() => Err(no_keywords(th, name)),
        [object] => Ok(object),
        _ => Err(th.type_error(format_args!("{name} expected 1 argument, got {}", args.len()))),
    }
}

#[cold]
fn no_keywords(th: &ThreadState, name: &str) -> Raised {
    th.type_error(format_args!("{name}() takes no keyword arguments"))
}

/// The arguments of a getter's constructor.
fn at_least_one<'a>(th: &ThreadState, name: &str, args: &'a [Value], kwnames: &[Value]) -> Res<&'a [Value]> {
    match args {
        _ if !kwnames.is_empty() => Err(no_keywords(th, name)),
        [] => Err(th.type_error(format_args!("{name} expected 1 argument, got 0"))),
        _ => Ok(args),
    }
}

/// `operator.itemgetter(...)` with the reprs of its arguments.
fn show(th: &ThreadState, slf: &Value, parts: &[(Option<&Value>, &Value)]) -> Res {
    let name = slf.class().full_name();
    let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str(&format!("{name}(...)"))) };
    let mut out = vec![th.str(&format!("{name}("))];
    for (at, (keyword, value)) in parts.iter().enumerate() {
        if at > 0 {
            out.push(th.str(", "));
        }
        if let Some(keyword) = keyword {
            out.push(th.str_of(keyword)?);
            out.push(th.str("="));
        }
        out.push(th.repr(value)?);
    }
    out.push(th.str(")"));
    th.concat_strings(&out)
}

fn tuple_of(th: &ThreadState, items: &[Value], mut get: impl FnMut(&Value) -> Res) -> Res {
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        out.push(get(item)?);
    }
    Ok(th.tuple_from_vec(out))
}

/// Return a callable object that fetches the given item(s) from its operand.
/// After f = itemgetter(2), the call f(r) returns r[2].
/// After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])
#[pyclass(name = "itemgetter", module = "operator", text = "(item, /, *items)")]
pub struct ItemGetter {
    items: Vec<Value>,
}

/// An item by a small index of an exact tuple or list, without a call.
#[inline(always)]
fn quick_item(object: &Value, key: &Value) -> Option<Value> {
    let index = usize::try_from(key.as_small_int()?).ok()?;
    if let Some(tuple) = object.as_tuple() {
        let plain = object.is_exactly(&runtime::objects::tuple::TUPLE_TYPE);
        return if plain { tuple.as_slice().get(index).cloned() } else { None };
    }
    object.downcast_exact::<List>()?.get(index)
}

#[pymethods]
impl ItemGetter {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let items = at_least_one(th, "itemgetter", args, kwnames)?.to_vec();
        Ok(th.new_instance(cls, ItemGetter { items }))
    }

    #[pyslot]
    fn call(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res {
        let object = one_argument(th, "itemgetter", args, kwnames)?;
        let get = |key: &Value| match quick_item(object, key) {
            Some(item) => Ok(item),
            None => th.get_item(object, key),
        };
        match &ItemGetter::of(slf).items[..] {
            [key] => get(key),
            keys => tuple_of(th, keys, get),
        }
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let parts: Vec<_> = ItemGetter::of(slf).items.iter().map(|item| (None, item)).collect();
        show(th, slf, &parts)
    }

    #[pygetter]
    fn __text_signature__(&self) -> &'static str {
        "(obj, /)"
    }

    /// Return state information for pickling
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        th.tuple(&[slf.class().as_value(), th.tuple(&ItemGetter::of(slf).items)])
    }
}

/// Return a callable object that fetches the given attribute(s) from its operand.
/// After f = attrgetter('name'), the call f(r) returns r.name.
/// After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).
/// After h = attrgetter('name.first', 'name.last'), the call h(r) returns
/// (r.name.first, r.name.last).
#[pyclass(name = "attrgetter", module = "operator", text = "(attr, /, *attrs)")]
pub struct AttrGetter {
    /// The names as given, and each as the interned names between its dots.
    names: Vec<Value>,
    paths: Vec<Vec<Value>>,
}

#[pymethods]
impl AttrGetter {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let given = at_least_one(th, "attrgetter", args, kwnames)?;
        let (mut names, mut paths) = (Vec::with_capacity(given.len()), Vec::with_capacity(given.len()));
        for name in given {
            let Some(text) = name.as_str() else { return Err(th.type_error("attribute name must be a string")) };
            let mut path = Vec::new();
            let mut start = 0;
            for (at, point) in text.code_points().enumerate() {
                if point == u32::from('.') {
                    path.push(runtime::intern::intern(th, th.str_part(text, start, at)));
                    start = at + 1;
                }
            }
            path.push(runtime::intern::intern(th, th.str_part(text, start, text.len())));
            names.push(if name.is_exactly(&STR_TYPE) {
                runtime::intern::intern(th, name.clone())
            } else {
                name.clone()
            });
            paths.push(path);
        }
        Ok(th.new_instance(cls, AttrGetter { names, paths }))
    }

    #[pyslot]
    fn call(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res {
        let object = one_argument(th, "attrgetter", args, kwnames)?;
        let get = |path: &[Value]| {
            let mut found = object.clone();
            for name in path {
                found = th.getattr(&found, name)?;
            }
            Ok(found)
        };
        let this = AttrGetter::of(slf);
        if let [path] = &this.paths[..] {
            return get(path);
        }
        let found = this.paths.iter().map(|path| get(path)).collect::<Res<Vec<Value>>>()?;
        Ok(th.tuple_from_vec(found))
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let parts: Vec<_> = AttrGetter::of(slf).names.iter().map(|name| (None, name)).collect();
        show(th, slf, &parts)
    }

    #[pygetter]
    fn __text_signature__(&self) -> &'static str {
        "(obj, /)"
    }

    /// Return state information for pickling
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        th.tuple(&[slf.class().as_value(), th.tuple(&AttrGetter::of(slf).names)])
    }
}

/// Return a callable object that calls the given method on its operand.
/// After f = methodcaller('name'), the call f(r) returns r.name().
/// After g = methodcaller('name', 'date', foo=1), the call g(r) returns
/// r.name('date', foo=1).
#[pyclass(name = "methodcaller", module = "operator", text = "(name, /, *args, **kwargs)")]
pub struct MethodCaller {
    name: Value,
    /// Positional values, then one for each of `kwnames`.
    args: Vec<Value>,
    kwnames: Vec<Value>,
}

#[pymethods]
impl MethodCaller {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let Some(name) = split(args, kwnames).0.first() else {
            return Err(th.type_error("methodcaller needs at least one argument, the method name"));
        };
        let Some(text) = name.as_str() else { return Err(th.type_error("method name must be a string")) };
        let exact = if name.is_exactly(&STR_TYPE) { name.clone() } else { th.str_of_class(&STR_TYPE, text) };
        let payload = MethodCaller {
            name: runtime::intern::intern(th, exact),
            args: args[1..].to_vec(),
            kwnames: kwnames.to_vec(),
        };
        Ok(th.new_instance(cls, payload))
    }

    #[pyslot]
    fn call(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res {
        // A wrong count is told before keywords.
        let object = one_argument(th, "methodcaller", split(args, kwnames).0, &[])?;
        one_argument(th, "methodcaller", args, kwnames)?;
        let this = MethodCaller::of(slf);
        if this.kwnames.is_empty() {
            return th.call_method(object, &this.name, &this.args);
        }
        let method = th.getattr(object, &this.name)?;
        th.call_kw(&method, &this.args, &this.kwnames)
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let this = MethodCaller::of(slf);
        let (positional, values) = split(&this.args, &this.kwnames);
        let mut parts = vec![(None, &this.name)];
        parts.extend(positional.iter().map(|value| (None, value)));
        parts.extend(this.kwnames.iter().zip(values).map(|(name, value)| (Some(name), value)));
        show(th, slf, &parts)
    }

    #[pygetter]
    fn __text_signature__(&self) -> &'static str {
        "(obj, /)"
    }

    /// Return state information for pickling
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
        let this = MethodCaller::of(slf);
        let (positional, values) = split(&this.args, &this.kwnames);
        let class = slf.class().as_value();
        if this.kwnames.is_empty() {
            let mut args = vec![this.name.clone()];
            args.extend_from_slice(positional);
            return Ok(th.tuple(&[class, th.tuple_from_vec(args)]));
        }
        let partial = runtime::import::import_attribute(th, "functools", "partial")?;
        let mut args = vec![class, this.name.clone()];
        args.extend_from_slice(values);
        let constructor = th.call_kw(&partial, &args, &this.kwnames)?;
        Ok(th.tuple(&[constructor, th.tuple(positional)]))
    }
}

#[pymodule(
    name = "_operator",
    classes(super::ITEM_GETTER_TYPE, super::ATTR_GETTER_TYPE, super::METHOD_CALLER_TYPE),
    functions(
        super::add,
        super::sub,
        super::mul,
        super::matmul,
        super::floordiv,
        super::truediv,
        super::modulo,
        super::lshift,
        super::rshift,
        super::and,
        super::xor,
        super::or,
        super::pow,
        super::iadd,
        super::isub,
        super::imul,
        super::imatmul,
        super::ifloordiv,
        super::itruediv,
        super::imod,
        super::ilshift,
        super::irshift,
        super::iand,
        super::ixor,
        super::ior,
        super::ipow,
        super::lt,
        super::le,
        super::eq,
        super::ne,
        super::gt,
        super::ge,
        super::is,
        super::is_not,
        super::contains,
        super::getitem,
        super::delitem,
        super::concat,
        super::iconcat,
        super::count_of,
        super::index_of,
        super::neg,
        super::pos,
        super::abs,
        super::inv,
        super::invert,
        super::index,
        super::not,
        super::truth,
        super::is_none,
        super::is_not_none
    )
)]
pub mod operator_module {
    //! Operator interface.
    //!
    //! This module exports a set of functions implemented in C corresponding
    //! to the intrinsic operators of Python.  For example, operator.add(x, y)
    //! is equivalent to the expression x+y.

    use runtime::buffer::{Buffer, Flags};

    use super::*;

    /// Same as a[b] = c.
    #[pyfunction("(a, b, c, /)")]
    fn setitem(th: &ThreadState, a: &Value, b: &Value, c: &Value) -> Res<()> {
        th.set_item(a, b, c)
    }

    /// Same as obj(*args, **kwargs).
    #[pyfunction("(obj, /, *args, **kwargs)", raw)]
    fn call(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        match args.split_first() {
            Some((callable, rest)) if args.len() > kwnames.len() => th.call_kw(callable, rest, kwnames),
            _ => Err(th.type_error("call expected at least 1 argument, got 0")),
        }
    }

    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact.
    /// Otherwise, it may over- or under-estimate by an arbitrary amount.
    /// The result will be an integer >= 0.
    #[pyfunction("(obj, default=0, /)")]
    fn length_hint(th: &ThreadState, obj: &Value, #[default(0)] default: isize) -> Res<isize> {
        let hint = match th.length_hint(obj, usize::MAX) {
            // A `len` that refuses is no reason not to ask for a hint.
            Err(raised) if th.raised_is(&raised, &exc::TYPE_ERROR) && has_length(obj) => {
                drop(th.take_raised(raised));
                return Ok(default);
            }
            result => result?,
        };
        Ok(if hint == usize::MAX { default } else { hint as isize })
    }

    fn has_length(value: &Value) -> bool {
        let slots = value.class().slots();
        slots.sq_length.get().or(slots.mp_length.get()).is_some()
    }

    /// Compares without stopping at the first difference.
    fn same_bytes(a: &[u8], b: &[u8]) -> bool {
        let mut difference = u8::from(a.len() != b.len());
        // Always as long as `b`; a wrong length is compared with itself and is wrong already.
        let left = if a.len() == b.len() { a } else { b };
        for (x, y) in left.iter().zip(b) {
            difference |= std::hint::black_box(x ^ y);
        }
        std::hint::black_box(difference) == 0
    }

    fn flat(th: &ThreadState, value: &Value) -> Res<Buffer> {
        let buffer = th.buffer(value, Flags::SIMPLE)?;
        if buffer.info().shape.len() > 1 {
            return Err(th.buffer_error("Buffer must be single dimension"));
        }
        Ok(buffer)
    }

    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    #[pyfunction("(a, b, /)")]
    fn _compare_digest(th: &ThreadState, a: &Value, b: &Value) -> Res<bool> {
        if let (Some(a), Some(b)) = (a.as_str(), b.as_str()) {
            let (Some(a), Some(b)) = (a.as_ascii(), b.as_ascii()) else {
                return Err(th.type_error("comparing strings with non-ASCII characters is not supported"));
            };
            return Ok(same_bytes(a.as_bytes(), b.as_bytes()));
        }
        if !th.has_buffer(a) && !th.has_buffer(b) {
            return Err(th.type_error(format_args!(
                "unsupported operand types(s) or combination of types: '{}' and '{}'",
                a.class().full_name(),
                b.class().full_name()
            )));
        }
        let (a, b) = (flat(th, a)?, flat(th, b)?);
        Ok(same_bytes(&a.to_contiguous(), &b.to_contiguous()))
    }
}
