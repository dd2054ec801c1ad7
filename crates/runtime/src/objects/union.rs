//! `typing.Union`: what `int | str` is.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::gc::ValueCell;
use crate::object::Payload;
use crate::objects::exceptions as exc;
use crate::objects::generic_alias::{GenericAlias, make_parameters, substitute, type_repr};
use crate::objects::singletons::NONE_TYPE;
use crate::thread::ThreadState;
use crate::types::CompareOp;
use crate::value::Value;

/// Represent a union type
///
/// E.g. for int | str
#[pyclass(name = "Union", module = "typing", flags(weakrefs, disallow_instantiation))]
pub struct Union {
    /// A tuple of distinct alternatives.
    pub args: Value,
    parameters: ValueCell,
    /// How many alternatives could not be hashed when the union was made.
    unhashable: usize,
}

/// Collects alternatives: unions are flattened, `None` stands for its type, equal ones are taken once.
#[derive(Default)]
struct Builder {
    args: Vec<Value>,
    unhashable: usize,
}

impl Builder {
    fn add(&mut self, th: &ThreadState, value: &Value) -> Res<()> {
        if let Some(union) = value.downcast::<Union>() {
            for arg in union.args.as_tuple().map(|args| args.as_slice()).unwrap_or_default() {
                self.add_single(th, arg)?;
            }
            return Ok(());
        }
        if value.is_none() {
            return self.add_single(th, NONE_TYPE.value_ref());
        }
        if value.as_str().is_some() {
            // A forward reference, made by `typing` itself.
            let make = crate::import::import_attribute(th, "typing", "_type_convert")?;
            let reference = th.call(&make, std::slice::from_ref(value))?;
            return self.add_single(th, &reference);
        }
        self.add_single(th, value)
    }

    fn add_single(&mut self, th: &ThreadState, value: &Value) -> Res<()> {
        let hash = hash_or_none(th, value)?;
        for known in &self.args {
            if known.is(value) {
                return Ok(());
            }
            if hash_or_none(th, known)? == hash && th.is_equal(known, value)? {
                return Ok(());
            }
        }
        self.args.push(value.clone());
        self.unhashable += usize::from(hash.is_none());
        Ok(())
    }

    fn finish(self, th: &ThreadState) -> Res {
        match &self.args[..] {
            [] => Err(th.type_error("Cannot take a Union of no types.")),
            [one] => Ok(one.clone()),
            _ => {
                let (args, unhashable) = (th.tuple_from_vec(self.args), self.unhashable);
                Ok(th.new_object(Union { args, parameters: ValueCell::empty(), unhashable }))
            }
        }
    }
}

/// The hash, or `None` of something unhashable.
fn hash_or_none(th: &ThreadState, value: &Value) -> Res<Option<i64>> {
    let hash = th.hash(value);
    th.catch(hash, &exc::TYPE_ERROR)
}

/// Whether `|` makes a union of the value.
fn is_unionable(value: &Value) -> bool {
    value.is_none()
        || value.as_type().is_some()
        || value.downcast::<GenericAlias>().is_some()
        || value.downcast::<Union>().is_some()
        || value.downcast_exact::<crate::objects::typing::type_alias::TypeAlias>().is_some()
}

/// `a | b` of types.
pub fn union_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
    let is_union = |value: &Value| value.downcast::<Union>().is_some();
    let acceptable = |value: &Value| is_unionable(value) || value.as_str().is_some();
    // With a union on one side strings are forward references.
    let possible =
        if is_union(a) || is_union(b) { acceptable(a) && acceptable(b) } else { is_unionable(a) && is_unionable(b) };
    if !possible {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let mut builder = Builder::default();
    builder.add(th, a)?;
    builder.add(th, b)?;
    builder.finish(th)
}

/// `Union[items]`.
pub fn from_items(th: &ThreadState, items: &[Value]) -> Res {
    let mut builder = Builder::default();
    for item in items {
        builder.add(th, item)?;
    }
    builder.finish(th)
}

impl Union {
    fn items(&self) -> &[Value] {
        self.args.as_tuple().map(|args| args.as_slice()).unwrap_or_default()
    }

    fn parameters(&self, th: &ThreadState) -> Res {
        if let Some(parameters) = self.parameters.get() {
            return Ok(parameters);
        }
        let parameters = make_parameters(th, &self.args)?;
        self.parameters.set(Some(parameters.clone()));
        Ok(parameters)
    }

    fn check_plain(&self, th: &ThreadState, function: &str) -> Res<()> {
        if self.items().iter().any(|arg| arg.downcast::<GenericAlias>().is_some()) {
            return Err(th.type_error(format_args!("{function}() argument 2 cannot be a parameterized generic")));
        }
        Ok(())
    }

    /// Whether every alternative of one is among the other's.
    fn contains_all(&self, th: &ThreadState, other: &Union) -> Res<bool> {
        for item in other.items() {
            let mut found = false;
            for own in self.items() {
                if th.is_equal(own, item)? {
                    found = true;
                    break;
                }
            }
            if !found {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[pymethods]
impl Union {
    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let items: Res<Vec<String>> = self.items().iter().map(|item| type_repr(th, item)).collect();
        Ok(th.str(&items?.join(" | ")))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        let mut mixed = 0u64;
        for item in self.items() {
            let hash = th.hash(item)? as u64;
            // Order does not count.
            mixed = mixed.wrapping_add((hash ^ 0x5555_5555_5555_5555 ^ hash << 16).wrapping_mul(3_644_798_167));
        }
        // What was not hashable before is not in the order that its hash would give it.
        if self.unhashable > 0 {
            let s = if self.unhashable == 1 { "" } else { "s" };
            return Err(th.type_error(format_args!("union contains {} unhashable element{s}", self.unhashable)));
        }
        Ok(match mixed as i64 {
            -1 => -2,
            hash => hash,
        })
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        let Some(other) = other.downcast::<Union>() else { return Ok(Value::NOT_IMPLEMENTED) };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let equal = self.items().len() == other.items().len() && self.contains_all(th, other)?;
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    #[pyslot]
    fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        union_or(th, a, b)
    }

    #[pyslot]
    fn mp_subscript(th: &ThreadState, slf: &Value, item: &Value) -> Res {
        let union = Union::of(slf);
        let parameters = union.parameters(th)?;
        let items = substitute(th, slf, union.items(), &parameters, item)?;
        from_items(th, &items)
    }

    #[pymethod("(bases, /)", text = "($self, object, /)")]
    fn __mro_entries__(slf: &Value, th: &ThreadState, _bases: &Value) -> Res {
        Err(th.type_error(format_args!("Cannot subclass {}", th.repr_string(slf)?)))
    }

    #[pymethod("(instance, /)", text = "($self, object, /)")]
    fn __instancecheck__(&self, th: &ThreadState, instance: &Value) -> Res<bool> {
        for item in self.items() {
            if item.downcast::<GenericAlias>().is_some() {
                self.check_plain(th, "isinstance")?;
            }
            if th.is_instance(instance, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[pymethod("(subclass, /)", text = "($self, object, /)")]
    fn __subclasscheck__(&self, th: &ThreadState, subclass: &Value) -> Res<bool> {
        for item in self.items() {
            if item.downcast::<GenericAlias>().is_some() {
                self.check_plain(th, "issubclass")?;
            }
            if th.is_subclass(subclass, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[pyclassmethod("(args, /)", text = "($type, object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, args: &Value) -> Res {
        let _ = cls;
        match args.as_tuple() {
            Some(items) => from_items(th, items.as_slice()),
            None => from_items(th, std::slice::from_ref(args)),
        }
    }

    #[pygetter(member)]
    fn __args__(&self) -> &Value {
        &self.args
    }

    #[pygetter]
    fn __name__(&self) -> &'static str {
        "Union"
    }

    #[pygetter]
    fn __qualname__(&self) -> &'static str {
        "Union"
    }

    #[pygetter]
    fn __origin__(&self) -> Value {
        UNION_TYPE.as_value()
    }

    /// Type variables in the types.UnionType.
    #[pygetter(name = "__parameters__")]
    fn get_parameters(&self, th: &ThreadState) -> Res {
        self.parameters(th)
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let getitem = crate::import::import_attribute(th, "operator", "getitem")?;
        Ok(th.tuple(&[getitem, th.tuple(&[UNION_TYPE.as_value(), self.args.clone()])]))
    }
}
