//! `_contextvars`: variables whose values belong to a context, which asyncio's tasks and threads have their own of.
//!
//! A context's variables stand in a vector sorted by the variables' addresses (variables are equal by identity only). A
//! copy shares the vector until one of the two changes, so copying costs nothing: asyncio copies at every `call_soon`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use macros::{pyclass, pymethods, pymodule};
use runtime::gc::{Traverse, ValueCell, Visitor};
use runtime::types::{CompareOp, Type};
use runtime::{Payload, Res, ThreadState, Value};

/// Variables and their values, sorted by `Value::id` of the variables.
#[derive(Clone, Default)]
struct Vars(Rc<Vec<(Value, Value)>>);

impl Vars {
    fn place(&self, var: &Value) -> Result<usize, usize> {
        self.0.binary_search_by_key(&var.id(), |(var, _)| var.id())
    }

    fn get(&self, var: &Value) -> Option<&Value> {
        self.place(var).ok().and_then(|index| self.0.get(index)).map(|(_, value)| value)
    }

    /// Returns the old value, and the old vector if it was copied.
    fn set(&mut self, var: &Value, value: Value) -> Option<Value> {
        let place = self.place(var);
        let items = Rc::make_mut(&mut self.0);
        match place {
            Ok(index) => items.get_mut(index).map(|(_, old)| std::mem::replace(old, value)),
            Err(index) => {
                items.insert(index, (var.clone(), value));
                None
            }
        }
    }

    fn remove(&mut self, var: &Value) -> Option<(Value, Value)> {
        let index = self.place(var).ok()?;
        Some(Rc::make_mut(&mut self.0).remove(index))
    }
}

impl Traverse for Vars {
    /// What two contexts share is owned by neither: only a sole owner shows it.
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if Rc::strong_count(&self.0) == 1 {
            self.0.traverse(visit);
        }
    }
}

#[pyclass(name = "Context", module = "_contextvars", flags(weakrefs), text = none)]
#[derive(Default)]
pub struct Context {
    vars: RefCell<Vars>,
    /// The context that was current when this one was entered.
    previous: ValueCell,
    entered: Cell<bool>,
}

/// The thread's current context, made at first use.
pub fn current(th: &ThreadState) -> Value {
    if let Some(context) = th.context.get() {
        return context;
    }
    let context = th.new_object(Context::default());
    th.context.set(Some(context.clone()));
    context
}

/// The value of a variable in the thread's current context.
#[inline]
pub fn value_of(th: &ThreadState, var: &Value) -> Option<Value> {
    th.context.with(|context| context.and_then(|context| Context::of(context).vars.borrow().get(var).cloned()))
}

/// Sets a variable in the thread's current context.
pub fn set_value(th: &ThreadState, var: &Value, value: &Value) {
    let context = current(th);
    let old = Context::of(&context).vars.borrow_mut().set(var, value.clone());
    drop(old);
}

/// A copy of the thread's current context.
pub fn copy_current(th: &ThreadState) -> Value {
    copy(th, &current(th))
}

fn copy(th: &ThreadState, context: &Value) -> Value {
    let vars = Context::of(context).vars.borrow().clone();
    th.new_object(Context { vars: RefCell::new(vars), ..Context::default() })
}

/// Calls `work` with `context` being the current one.
pub fn run_in<T>(th: &ThreadState, context: &Value, work: impl FnOnce() -> Res<T>) -> Res<T> {
    let payload = Context::of(context);
    if payload.entered.replace(true) {
        let shown = th.repr_string(context)?;
        return Err(th.runtime_error(format_args!("cannot enter context: {shown} is already entered")));
    }
    payload.previous.set(th.context.replace(Some(context.clone())));
    let result = work();
    let left = th.context.replace(payload.previous.take());
    payload.entered.set(false);
    drop(left);
    result
}

fn check_key(th: &ThreadState, key: &Value) -> Res<()> {
    if key.downcast_exact::<ContextVar>().is_some() {
        return Ok(());
    }
    let shown = th.repr_string(key)?;
    Err(th.type_error(format_args!("a ContextVar key was expected, got {shown}")))
}

impl Context {
    fn list(&self, each: impl Fn(&(Value, Value)) -> Value) -> Vec<Value> {
        self.vars.borrow().0.iter().map(each).collect()
    }
}

#[pymethods]
impl Context {
    #[pyslot]
    fn new(th: &ThreadState, _cls: &Type, args: &[Value], _kwnames: &[Value]) -> Res {
        if !args.is_empty() {
            return Err(th.type_error("Context() does not accept any arguments"));
        }
        Ok(th.new_object(Context::default()))
    }

    #[pymethod(text = none, raw)]
    fn run(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let [slf, callable, rest @ ..] = args else {
            return Err(th.type_error("run() missing 1 required positional argument"));
        };
        if args.len() - kwnames.len() < 2 {
            return Err(th.type_error("run() missing 1 required positional argument"));
        }
        run_in(th, slf, || th.call_kw(callable, rest, kwnames))
    }

    /// Return a shallow copy of the context object.
    #[pymethod("()")]
    fn copy(slf: &Value, th: &ThreadState) -> Value {
        copy(th, slf)
    }

    /// Return the value for `key` if `key` has the value in the context object.
    ///
    /// If `key` does not exist, return `default`.  If `default` is not
    /// given, return None.
    #[pymethod("(key, default=None, /)")]
    fn get(&self, th: &ThreadState, key: &Value, default: &Value) -> Res {
        check_key(th, key)?;
        Ok(self.vars.borrow().get(key).unwrap_or(default).clone())
    }

    /// Return a list of all variables in the context object.
    #[pymethod("()")]
    fn keys(&self, th: &ThreadState) -> Res {
        th.iter(&th.list(self.list(|(var, _)| var.clone())))
    }

    /// Return a list of all variables' values in the context object.
    #[pymethod("()")]
    fn values(&self, th: &ThreadState) -> Res {
        th.iter(&th.list(self.list(|(_, value)| value.clone())))
    }

    /// Return all variables and their values in the context object.
    ///
    /// The result is returned as a list of 2-tuples (variable, value).
    #[pymethod("()")]
    fn items(&self, th: &ThreadState) -> Res {
        th.iter(&th.list(self.list(|(var, value)| th.tuple(&[var.clone(), value.clone()]))))
    }

    #[pyslot]
    fn iter(&self, th: &ThreadState) -> Res {
        self.keys(th)
    }

    #[pyslot]
    fn mp_length(&self, _th: &ThreadState) -> Res<usize> {
        Ok(self.vars.borrow().0.len())
    }

    #[pyslot]
    fn mp_subscript(&self, th: &ThreadState, key: &Value) -> Res {
        check_key(th, key)?;
        let found = self.vars.borrow().get(key).cloned();
        found.ok_or_else(|| th.key_error(key))
    }

    #[pyslot]
    fn sq_contains(&self, th: &ThreadState, key: &Value) -> Res<bool> {
        check_key(th, key)?;
        Ok(self.vars.borrow().get(key).is_some())
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, slf: &Value, other: &Value, op: CompareOp) -> Res {
        let Some(other) = other.downcast_exact::<Context>() else { return Ok(Value::NOT_IMPLEMENTED) };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let (ours, theirs) = (Context::of(slf).vars.borrow().clone(), other.vars.borrow().clone());
        let mut equal = ours.0.len() == theirs.0.len();
        for (var, value) in ours.0.iter() {
            if !equal {
                break;
            }
            equal = match theirs.get(var) {
                Some(other) => th.is_equal(value, other)?,
                None => false,
            };
        }
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }
}

#[pyclass(name = "ContextVar", module = "_contextvars", flags(weakrefs))]
pub struct ContextVar {
    name: Value,
    default: Option<Value>,
}

#[pymethods]
impl ContextVar {
    #[pyslot("(name, /, *, default=<unrepresentable>)", text = none)]
    fn new(th: &ThreadState, cls: &Type, name: &Value, default: Option<&Value>) -> Res {
        if name.as_str().is_none() {
            return Err(th.type_error("context variable name must be a str"));
        }
        th.hash(name)?;
        Ok(th.new_instance(cls, ContextVar { name: name.clone(), default: default.cloned() }))
    }

    #[pygetter(member)]
    fn name(&self) -> Value {
        self.name.clone()
    }

    /// Return a value for the context variable for the current context.
    ///
    /// If there is no value for the variable in the current context, the
    /// method will:
    ///  * return the value of the default argument of the method, if provided; or
    ///  * return the default value for the context variable, if it was created
    ///    with one; or
    ///  * raise a LookupError.
    #[pymethod("(default=<unrepresentable>, /)")]
    fn get(&self, slf: &Value, th: &ThreadState, default: Option<&Value>) -> Res {
        let found =
            th.context.with(|context| context.and_then(|context| Context::of(context).vars.borrow().get(slf).cloned()));
        match found.or_else(|| default.cloned()).or_else(|| self.default.clone()) {
            Some(value) => Ok(value),
            None => Err(th.error_args(&runtime::objects::exceptions::LOOKUP_ERROR, std::slice::from_ref(slf))),
        }
    }

    /// Call to set a new value for the context variable in the current context.
    ///
    /// The required value argument is the new value for the context
    /// variable.
    ///
    /// Returns a Token object that can be used to restore the variable to
    /// its previous value via the `ContextVar.reset()` method.
    #[pymethod("(value, /)")]
    fn set(slf: &Value, th: &ThreadState, value: &Value) -> Value {
        let context = current(th);
        let old = Context::of(&context).vars.borrow_mut().set(slf, value.clone());
        th.new_object(Token { context, var: slf.clone(), old, used: Cell::new(false) })
    }

    /// Reset the context variable.
    ///
    /// The variable is reset to the value it had before the
    /// `ContextVar.set()` that created the token was used.
    #[pymethod("(token, /)")]
    fn reset(slf: &Value, th: &ThreadState, token: &Value) -> Res<()> {
        let Some(payload) = token.downcast_exact::<Token>() else {
            let shown = th.repr_string(token)?;
            return Err(th.type_error(format_args!("expected an instance of Token, got {shown}")));
        };
        let shown = || th.repr_string(token);
        if payload.used.get() {
            return Err(th.runtime_error(format_args!("{} has already been used once", shown()?)));
        }
        if !payload.var.is(slf) {
            return Err(th.value_error(format_args!("{} was created by a different ContextVar", shown()?)));
        }
        let context = current(th);
        if !payload.context.is(&context) {
            return Err(th.value_error(format_args!("{} was created in a different Context", shown()?)));
        }
        payload.used.set(true);
        let vars = &Context::of(&context).vars;
        match &payload.old {
            Some(old) => {
                let replaced = vars.borrow_mut().set(slf, old.clone());
                drop(replaced);
            }
            None => {
                let removed = vars.borrow_mut().remove(slf);
                drop(removed);
            }
        }
        Ok(())
    }

    /// ContextVars are generic over the type of their contained values
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let var = ContextVar::of(slf);
        let name = th.repr_string(&var.name)?;
        let default = match &var.default {
            Some(default) => format!(" default={}", th.repr_string(default)?),
            None => String::new(),
        };
        Ok(th.str(&format!("<ContextVar name={name}{default} at {:#x}>", slf.id())))
    }
}

#[pyclass(name = "Token", module = "_contextvars", flags(weakrefs), text = none)]
pub struct Token {
    context: Value,
    var: Value,
    /// The variable's value before; `None` if it had none.
    old: Option<Value>,
    used: Cell<bool>,
}

#[pymethods]
impl Token {
    #[pyslot]
    fn new(th: &ThreadState, _cls: &Type, _args: &[Value], _kwnames: &[Value]) -> Res {
        Err(th.runtime_error("Tokens can only be created by ContextVars"))
    }

    #[pygetter]
    fn var(&self) -> Value {
        self.var.clone()
    }

    #[pygetter]
    fn old_value(&self, th: &ThreadState) -> Value {
        self.old.clone().unwrap_or_else(|| missing(th))
    }

    /// Enter into Token context manager.
    #[pymethod("()")]
    fn __enter__(slf: &Value) -> Value {
        slf.clone()
    }

    /// Exit from Token context manager, restore the linked ContextVar.
    #[pymethod("(type, val, tb, /)")]
    fn __exit__(slf: &Value, th: &ThreadState, r#type: &Value, val: &Value, tb: &Value) -> Res<()> {
        let _ = (r#type, val, tb);
        ContextVar::reset(&Token::of(slf).var, th, slf)
    }

    /// Tokens are generic over the same type as the ContextVar which created them.
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }

    #[pyslot]
    fn hash(th: &ThreadState, slf: &Value) -> Res<i64> {
        runtime::protocol::compare::hash_not_implemented(th, slf)
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let token = Token::of(slf);
        let used = if token.used.get() { " used" } else { "" };
        let var = th.repr_string(&token.var)?;
        Ok(th.str(&format!("<Token{used} var={var} at {:#x}>", slf.id())))
    }

    #[pyattr(name = "MISSING")]
    fn missing_value(th: &ThreadState) -> Value {
        missing(th)
    }
}

/// The type of `Token.MISSING`.
#[pyclass(name = "MISSING", module = "Token", flags(disallow_new), hidden)]
pub struct Missing;

#[pymethods]
impl Missing {
    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let _ = slf;
        Ok(th.str("<Token.MISSING>"))
    }
}

#[derive(Default)]
struct MissingValue(ValueCell);

fn missing(th: &ThreadState) -> Value {
    let kept = th.extension::<MissingValue>();
    if let Some(value) = kept.0.get() {
        return value;
    }
    runtime::types::ready::ready(th, &MISSING_TYPE);
    let value = th.new_object(Missing);
    kept.0.set(Some(value.clone()));
    value
}

/// The module `_contextvars`.
#[pymodule(name = "_contextvars", classes(super::CONTEXT_TYPE, super::CONTEXT_VAR_TYPE, super::TOKEN_TYPE))]
pub mod contextvars_module {
    //! Context Variables

    use super::*;

    #[pyfunction("()")]
    fn copy_context(th: &ThreadState) -> Value {
        copy_current(th)
    }
}
