//! Template strings (PEP 750): `Template`, `Interpolation` and the iterator over a template's parts.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use crate::args::split;
use crate::import::import_attribute;
use crate::object::Payload;
use crate::objects::str::Str;
use crate::objects::str::builder::StrBuilder;
use crate::objects::tuple::Tuple;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::{Res, Value};

/// Template object
#[pyclass(name = "Template", module = "string.templatelib", text = none)]
pub struct Template {
    /// A tuple of one string more than there are interpolations.
    strings: Value,
    interpolations: Value,
}

/// Interpolation object
#[pyclass(name = "Interpolation", module = "string.templatelib", text = none)]
pub struct Interpolation {
    value: Value,
    expression: Value,
    conversion: Value,
    format_spec: Value,
}

/// Walks a template's parts in order, without empty strings.
#[pyclass(name = "TemplateIter", module = "string.templatelib", flags(disallow_new), text = none)]
pub struct TemplateIter {
    template: Value,
    /// Number of the next part: strings have even numbers, interpolations odd ones.
    next: Cell<usize>,
}

/// `BUILD_TEMPLATE`: tuples of strings and of interpolations, which alternate.
pub(crate) fn template(th: &ThreadState, strings: Value, interpolations: Value) -> Value {
    th.new_object(Template { strings, interpolations })
}

/// `BUILD_INTERPOLATION`.
pub(crate) fn interpolation(
    th: &ThreadState,
    value: Value,
    expression: Value,
    conversion: Value,
    format_spec: Value,
) -> Value {
    th.new_object(Interpolation { value, expression, conversion, format_spec })
}

fn items(tuple: &Value) -> &[Value] {
    tuple.as_tuple().map_or(&[], Tuple::as_slice)
}

fn joined(th: &ThreadState, left: &Str, right: &Str) -> Value {
    let mut text = StrBuilder::with_capacity(left.len() + right.len());
    text.push_text(left);
    text.push_text(right);
    text.finish(th)
}

#[pymethods]
impl Template {
    #[pyslot]
    fn new(th: &ThreadState, _: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        if !kwnames.is_empty() {
            return Err(th.type_error("Template.__new__ only accepts *args arguments"));
        }
        let mut strings = Vec::new();
        let mut interpolations = Vec::new();
        // Neighbouring strings become one; between neighbouring interpolations stands an empty one.
        let mut last: Option<Value> = None;
        for part in split(args, kwnames).0 {
            if part.is_exactly(&INTERPOLATION_TYPE) {
                strings.push(last.take().unwrap_or_else(|| th.str("")));
                interpolations.push(part.clone());
            } else if let Some(text) = part.as_str() {
                last = Some(match last.as_ref().and_then(Value::as_str) {
                    Some(before) => joined(th, before, text),
                    None => part.clone(),
                });
            } else {
                return Err(th.type_error(format_args!(
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                    part.class().full_name()
                )));
            }
        }
        strings.push(last.unwrap_or_else(|| th.str("")));
        Ok(template(th, th.tuple_from_vec(strings), th.tuple_from_vec(interpolations)))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let mut text = StrBuilder::new();
        for (label, part) in [("Template(strings=", &self.strings), (", interpolations=", &self.interpolations)] {
            text.push_str(label);
            if let Some(shown) = th.repr(part)?.as_str() {
                text.push_text(shown);
            }
        }
        text.push_str(")");
        Ok(text.finish(th))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(th.new_object(TemplateIter { template: slf.clone(), next: Cell::new(0) }))
    }

    #[pyslot]
    fn sq_concat(&self, th: &ThreadState, other: &Value) -> Res {
        let Some(other) = other.downcast_exact::<Template>() else {
            return Err(th.type_error(format_args!(
                "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
                other.class().full_name()
            )));
        };
        let mut strings = items(&self.strings).to_vec();
        let (last, rest) = (strings.pop(), items(&other.strings));
        if let (Some(last), Some(first)) = (last.as_ref().and_then(Value::as_str), rest.first().and_then(Value::as_str))
        {
            strings.push(joined(th, last, first));
        }
        strings.extend_from_slice(rest.get(1..).unwrap_or_default());
        let interpolations = [items(&self.interpolations), items(&other.interpolations)].concat();
        Ok(template(th, th.tuple_from_vec(strings), th.tuple_from_vec(interpolations)))
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let unpickle = import_attribute(th, "string.templatelib", "_template_unpickle")?;
        Ok(th.tuple(&[unpickle, th.tuple(&[self.strings.clone(), self.interpolations.clone()])]))
    }

    /// Template supports [] for generic usage
    #[pyclassmethod(text = "($type, object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, item: &Value) -> Res {
        th.generic_alias(cls, item)
    }

    /// Strings
    #[pygetter(member)]
    fn strings(&self) -> &Value {
        &self.strings
    }

    /// Interpolations
    #[pygetter(member)]
    fn interpolations(&self) -> &Value {
        &self.interpolations
    }

    /// Values of interpolations
    #[pygetter]
    fn values(&self, th: &ThreadState) -> Value {
        let value = |part: &Value| part.downcast_exact::<Interpolation>().map(|part| part.value.clone());
        th.tuple_from_vec(items(&self.interpolations).iter().filter_map(value).collect())
    }
}

#[pymethods]
impl Interpolation {
    #[pyslot("(value, expression='', conversion=None, format_spec='')", text = none)]
    fn new(
        th: &ThreadState,
        _cls: &Type,
        value: &Value,
        expression: Option<&Value>,
        conversion: Value,
        format_spec: Option<&Value>,
    ) -> Res {
        let text = |value: Option<&Value>, name: &str| match value {
            None => Ok(th.str("")),
            Some(value) if value.as_str().is_some() => Ok(value.clone()),
            Some(value) => Err(th.type_error(format_args!(
                "Interpolation() argument '{name}' must be str, not {}",
                value.class().full_name()
            ))),
        };
        let expression = text(expression, "expression")?;
        if !conversion.is_none() {
            let known = text(Some(&conversion), "conversion")?;
            if !known.as_str().is_some_and(|known| ["s", "r", "a"].iter().any(|letter| known.equals_ascii(letter))) {
                return Err(th.value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"));
            }
        }
        let format_spec = text(format_spec, "format_spec")?;
        Ok(interpolation(th, value.clone(), expression, conversion, format_spec))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let mut text = StrBuilder::new();
        text.push_str("Interpolation(");
        for (index, part) in
            [&self.value, &self.expression, &self.conversion, &self.format_spec].into_iter().enumerate()
        {
            if index > 0 {
                text.push_str(", ");
            }
            if let Some(shown) = th.repr(part)?.as_str() {
                text.push_text(shown);
            }
        }
        text.push_str(")");
        Ok(text.finish(th))
    }

    /// __reduce__() -> (cls, state)
    #[pymethod]
    fn __reduce__(&self, th: &ThreadState) -> Value {
        let state = [&self.value, &self.expression, &self.conversion, &self.format_spec].map(Value::clone);
        th.tuple(&[INTERPOLATION_TYPE.as_value(), th.tuple(&state)])
    }

    /// Interpolations are generic over the types of their values
    #[pyclassmethod(text = "($type, object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, item: &Value) -> Res {
        th.generic_alias(cls, item)
    }

    #[pyattr]
    fn __match_args__(th: &ThreadState) -> Res {
        Ok(th.tuple(&["value", "expression", "conversion", "format_spec"].map(|name| th.intern(name))))
    }

    /// Value
    #[pygetter(member)]
    fn value(&self) -> &Value {
        &self.value
    }

    /// Expression
    #[pygetter(member)]
    fn expression(&self) -> &Value {
        &self.expression
    }

    /// Conversion
    #[pygetter(member)]
    fn conversion(&self) -> &Value {
        &self.conversion
    }

    /// Format specifier
    #[pygetter(member)]
    fn format_spec(&self) -> &Value {
        &self.format_spec
    }
}

#[pymethods]
impl TemplateIter {
    #[pyslot]
    fn iter(_: &ThreadState, slf: &Value) -> Res {
        Ok(slf.clone())
    }

    #[pyslot]
    fn iternext(&self, _: &ThreadState) -> Res {
        let template = Template::of(&self.template);
        loop {
            let number = self.next.get();
            let parts = if number.is_multiple_of(2) { &template.strings } else { &template.interpolations };
            let Some(part) = items(parts).get(number / 2) else { return Ok(Value::EXHAUSTED) };
            self.next.set(number + 1);
            if !part.as_str().is_some_and(Str::is_empty) {
                return Ok(part.clone());
            }
        }
    }
}

/// Types of this file.
pub(crate) const TYPES: &[&Type] = &[&TEMPLATE_TYPE, &INTERPOLATION_TYPE, &TEMPLATE_ITER_TYPE];
