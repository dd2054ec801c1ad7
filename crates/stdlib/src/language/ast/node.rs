//! `ast.AST`: what all node classes have in common. The constructor, `repr`, pickling and `__replace__` go by the class
//! attributes `_fields`, `_attributes` and `_field_types`, which a program's own classes may have too.

use macros::{pyclass, pymethods};
use runtime::instance;
use runtime::objects::dict::Dict;
use runtime::objects::exceptions as exc;
use runtime::objects::generic_alias::GENERIC_ALIAS_TYPE;
use runtime::objects::list::List;
use runtime::objects::tuple::Tuple;
use runtime::objects::union::UNION_TYPE;
use runtime::{Payload, Res, ThreadState, Type, Value, warnings};
use syntax::asdl::NodeId;

use super::Classes;

#[pyclass(name = "AST", module = "ast", flags(basetype, mutable, managed_dict))]
pub struct Ast;

/// The names in a sequence that a class attribute holds; none if there is no such attribute.
fn class_names(th: &ThreadState, class: &Value, attribute: &str) -> Res<Vec<Value>> {
    match th.getattr_opt_str(class, attribute)? {
        None => Ok(Vec::new()),
        Some(names) => {
            th.len(&names)?;
            th.collect(&names)
        }
    }
}

/// Takes a name out of a list of names; was it there?
fn remove(th: &ThreadState, names: &mut Vec<Value>, name: &Value) -> Res<bool> {
    for at in 0..names.len() {
        if th.is_equal(&names[at], name)? {
            names.remove(at);
            return Ok(true);
        }
    }
    Ok(false)
}

fn has(th: &ThreadState, names: &[Value], name: &Value) -> Res<bool> {
    for known in names {
        if known.is(name) || th.is_equal(known, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn unique(th: &ThreadState, names: &[Value]) -> Res<Vec<Value>> {
    let mut unique: Vec<Value> = Vec::with_capacity(names.len());
    for name in names {
        if !has(th, &unique, name)? {
            unique.push(name.clone());
        }
    }
    Ok(unique)
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// What a field that was not given becomes.
enum Missing {
    /// The class says None.
    Optional,
    List,
    Context,
    Required,
    /// `_field_types` does not know the field.
    Unknown,
}

fn missing(th: &ThreadState, types: &Value, name: &Value) -> Res<Missing> {
    let found = match types.downcast::<Dict>() {
        Some(dict) => dict.get(th, name)?,
        None => th.catch(th.get_item(types, name), &exc::KEY_ERROR)?,
    };
    let Some(found) = found else { return Ok(Missing::Unknown) };
    if found.is_exactly(&UNION_TYPE) {
        return Ok(Missing::Optional);
    }
    if found.is_exactly(&GENERIC_ALIAS_TYPE) {
        return Ok(Missing::List);
    }
    let classes = Classes::of(th)?;
    let is_context = classes.named("expr_context").is_some_and(|context| found.is(context));
    Ok(if is_context { Missing::Context } else { Missing::Required })
}

impl Ast {
    /// Sets the attributes that the arguments give. `rest` loses the fields among them.
    fn take_arguments(
        th: &ThreadState,
        slf: &Value,
        fields: &[Value],
        rest: &mut Vec<Value>,
        args: &[Value],
        names: &[Value],
    ) -> Res<()> {
        let class = slf.class();
        let (positional, keywords) = args.split_at(args.len().saturating_sub(names.len()));
        if positional.len() > fields.len() {
            let (name, most) = (class.name(), fields.len());
            let message = format!("{name} constructor takes at most {most} positional argument{}", plural(most));
            return Err(th.type_error(message));
        }
        for (name, value) in fields.iter().zip(positional) {
            th.setattr(slf, name, Some(value))?;
            remove(th, rest, name)?;
        }
        let mut attributes = None;
        for (name, value) in names.iter().zip(keywords) {
            if has(th, fields, name)? {
                if !remove(th, rest, name)? {
                    let shown = th.repr_string(name)?;
                    let class = class.name();
                    return Err(th.type_error(format!("{class} got multiple values for argument {shown}")));
                }
            } else {
                if attributes.is_none() {
                    attributes = Some(class_names(th, class.value_ref(), "_attributes")?);
                }
                if !has(th, attributes.as_deref().unwrap_or_default(), name)? {
                    let message = format!(
                        "{}.__init__ got an unexpected keyword argument {}. Support for arbitrary keyword arguments is \
                         deprecated and will be removed in Python 3.15.",
                        class.full_name(),
                        th.repr_string(name)?
                    );
                    warnings::warn(th, &exc::DEPRECATION_WARNING, &message)?;
                }
            }
            th.setattr(slf, name, Some(value))?;
        }
        Ok(())
    }

    /// Gives the fields that no argument named their defaults.
    fn fill(th: &ThreadState, slf: &Value, rest: &[Value]) -> Res<()> {
        if rest.is_empty() {
            return Ok(());
        }
        let class = slf.class();
        let Some(types) = th.getattr_opt_str(class.value_ref(), "_field_types")? else { return Ok(()) };
        for name in rest {
            let message = match missing(th, &types, name)? {
                Missing::Optional => continue,
                Missing::List => {
                    th.setattr(slf, name, Some(&th.list(Vec::new())))?;
                    continue;
                }
                Missing::Context => {
                    let load = Classes::of(th)?.singletons[NodeId::Load as usize].clone();
                    th.setattr(slf, name, load.as_ref())?;
                    continue;
                }
                Missing::Required => format!(
                    "{}.__init__ missing 1 required positional argument: {}. This will become an error in Python 3.15.",
                    class.full_name(),
                    th.repr_string(name)?
                ),
                Missing::Unknown => format!(
                    "Field {} is missing from {}._field_types. This will become an error in Python 3.15.",
                    th.repr_string(name)?,
                    class.full_name()
                ),
            };
            warnings::warn(th, &exc::DEPRECATION_WARNING, &message)?;
        }
        Ok(())
    }

    /// The node as a call of its class, nodes below `depth` levels left out.
    fn show(th: &ThreadState, slf: &Value, depth: usize, out: &mut String) -> Res<()> {
        th.check_native_stack(" while getting the repr of an ast node")?;
        let class = slf.class();
        out.push_str(&class.full_name());
        if depth == 0 {
            out.push_str("(...)");
            return Ok(());
        }
        let Some(_guard) = th.enter_repr(slf) else {
            out.push_str("(...)");
            return Ok(());
        };
        let fields = class_names(th, class.value_ref(), "_fields")?;
        out.push('(');
        for (number, name) in fields.iter().enumerate() {
            let value = th.getattr(slf, name)?;
            if number > 0 {
                out.push_str(", ");
            }
            out.push_str(&name.as_str().map(|name| name.to_string_lossy()).unwrap_or_default());
            out.push('=');
            Ast::show_value(th, &value, depth, out)?;
        }
        out.push(')');
        Ok(())
    }

    fn show_value(th: &ThreadState, value: &Value, depth: usize, out: &mut String) -> Res<()> {
        let (items, open, close) = if let Some(list) = value.downcast::<List>() {
            (list.to_vec(), '[', ']')
        } else if let Some(tuple) = value.downcast::<Tuple>() {
            (tuple.as_slice().to_vec(), '(', ')')
        } else {
            return Ast::show_one(th, value, depth, out);
        };
        // Of a long list the first and the last are shown.
        let last = items.len().saturating_sub(1);
        out.push(open);
        for (number, item) in items.iter().enumerate() {
            if number > 0 && number < last {
                if number == 1 {
                    out.push_str(", ...");
                }
                continue;
            }
            if number > 0 {
                out.push_str(", ");
            }
            Ast::show_one(th, item, depth, out)?;
        }
        out.push(close);
        Ok(())
    }

    fn show_one(th: &ThreadState, value: &Value, depth: usize, out: &mut String) -> Res<()> {
        if th.is_instance(value, Ast::class().value_ref())? {
            return Ast::show(th, value, depth - 1, out);
        }
        out.push_str(&th.repr_string(value)?);
        Ok(())
    }

    /// Whether a copy with these changes has all it needs, and nothing else.
    fn check_changes(th: &ThreadState, slf: &Value, names: &[Value]) -> Res<()> {
        let class = slf.class();
        let fields = class_names(th, class.value_ref(), "_fields")?;
        let attributes = class_names(th, class.value_ref(), "_attributes")?;
        let mut expected = unique(th, &[fields.as_slice(), attributes.as_slice()].concat())?;
        let known = expected.clone();
        for name in names {
            if !has(th, &known, name)? {
                let (class, shown) = (class.name(), th.repr_string(name)?);
                let message = format!("{class}.__replace__ got an unexpected keyword argument {shown}.");
                return Err(th.type_error(message));
            }
            remove(th, &mut expected, name)?;
        }
        for (name, _) in instance::attributes(th, slf) {
            remove(th, &mut expected, &name)?;
        }
        for attribute in &attributes {
            remove(th, &mut expected, attribute)?;
        }
        if let Some(types) = th.getattr_opt_str(class.value_ref(), "_field_types")? {
            for name in &fields {
                if matches!(missing(th, &types, name)?, Missing::Optional) {
                    remove(th, &mut expected, name)?;
                }
            }
        }
        if expected.is_empty() {
            return Ok(());
        }
        let shown = expected.iter().map(|name| th.repr_string(name)).collect::<Res<Vec<String>>>()?;
        let (class, count) = (class.name(), expected.len());
        Err(th.type_error(format!(
            "{class}.__replace__ missing {count} keyword argument{}: {}.",
            plural(count),
            shown.join(", ")
        )))
    }
}

#[pymethods]
impl Ast {
    #[pyattr(name = "_fields")]
    fn fields(th: &ThreadState) -> Value {
        th.tuple(&[])
    }

    #[pyattr(name = "__match_args__")]
    fn match_args(th: &ThreadState) -> Value {
        th.tuple(&[])
    }

    #[pyattr(name = "_attributes")]
    fn attributes(th: &ThreadState) -> Value {
        th.tuple(&[])
    }

    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, _args: &[Value], _kwnames: &[Value]) -> Res {
        Ok(th.new_instance(cls, Ast))
    }

    #[pyslot]
    fn init(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        let fields = th.getattr_str(slf.class().value_ref(), "_fields")?;
        th.len(&fields)?;
        let fields = th.collect(&fields)?;
        let mut rest = unique(th, &fields)?;
        Ast::take_arguments(th, slf, &fields, &mut rest, args, kwnames)?;
        Ast::fill(th, slf, &rest)
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let mut shown = String::new();
        Ast::show(th, slf, 3, &mut shown)?;
        Ok(th.str(&shown))
    }

    #[pymethod("()", name = "__reduce__")]
    fn reduce(th: &ThreadState, slf: &Value) -> Res {
        let class = slf.class();
        let state = Dict::new();
        for (name, value) in instance::attributes(th, slf) {
            drop(state.set_str(&name, value));
        }
        // The leading fields are passed as None, so that the constructor does not miss them; their values come with the
        // state, which does not recurse.
        let mut args = Vec::new();
        for name in class_names(th, class.value_ref(), "_fields")? {
            if !state.contains(th, &name)? {
                break;
            }
            args.push(Value::NONE);
        }
        Ok(th.tuple(&[class.as_value(), th.tuple(&args), th.dict(state)]))
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[pymethod(raw, name = "__replace__", text = "($self, /, **fields)")]
    fn replace(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let (positional, keywords) = args.split_at(args.len().saturating_sub(kwnames.len()));
        let [slf] = positional else {
            return Err(th.type_error("__replace__() takes no positional arguments"));
        };
        Ast::check_changes(th, slf, kwnames)?;
        let class = slf.class();
        let fields = class_names(th, class.value_ref(), "_fields")?;
        let known = [fields, class_names(th, class.value_ref(), "_attributes")?].concat();
        // What a program has added to the node is not copied.
        let mut given: Vec<(Value, Value)> = Vec::new();
        for (name, value) in instance::attributes(th, slf) {
            if has(th, &known, &name)? {
                given.push((name, value));
            }
        }
        for (name, value) in kwnames.iter().zip(keywords) {
            match given.iter_mut().find(|(known, _)| known.is(name) || th.is_equal(known, name).unwrap_or(false)) {
                Some(entry) => entry.1 = value.clone(),
                None => given.push((name.clone(), value.clone())),
            }
        }
        let (names, values): (Vec<Value>, Vec<Value>) = given.into_iter().unzip();
        th.call_kw(slf.class().value_ref(), &values, &names)
    }
}
