//! Struct sequences: tuples whose items have names (`sys.version_info`, `os.stat_result`, `time.struct_time`).
//!
//! The first fields are the tuple's items; the others are attributes only, kept where `__slots__` would be. A type is
//! declared with `struct_sequence!`.

use crate::args::{Param, ParamKind, Signature};
use crate::error::Res;
use crate::function::{GetSetDef, NativeDef, NativeKind};
use crate::instance;
use crate::objects::dict::Dict;
use crate::objects::tuple::{TUPLE_PAYLOAD, TUPLE_TYPE};
use crate::thread::ThreadState;
use crate::types::{Slots, Type, TypeDef, type_flags};
use crate::value::Value;

/// What a struct sequence type is made of.
pub struct StructSequenceDef {
    /// "sys.version_info": as `repr` shows it.
    pub full_name: &'static str,
    /// Names of all fields; one that begins with "(" is unnamed.
    pub fields: &'static [&'static str],
    /// How many of them are items of the tuple.
    pub visible: usize,
    /// Whether a program may make instances.
    pub constructible: bool,
}

/// Declares the static of a struct sequence type: `NAME: "module", "name", "doc", visible, [fields]`.
#[macro_export]
macro_rules! struct_sequence {
    ($(#[$doc:meta])* $vis:vis $static:ident: $module:literal, $name:literal, $text:literal, visible $visible:literal,
     constructible $constructible:literal, [$($field:literal: $field_doc:literal,)*]) => {
        $(#[$doc])*
        $vis static $static: $crate::objects::struct_sequence::StructSequence =
            $crate::objects::struct_sequence::StructSequence {
                def: $crate::objects::struct_sequence::StructSequenceDef {
                    full_name: concat!($module, ".", $name),
                    fields: &[$($field),*],
                    visible: $visible,
                    constructible: $constructible,
                },
                class: $crate::types::Type::new_static(&{
                    const FIELDS: &[(&str, &str)] = &[$(($field, $field_doc)),*];
                    const GETSET: [$crate::function::GetSetDef; FIELDS.len()] =
                        $crate::objects::struct_sequence::getters(FIELDS);
                    $crate::objects::struct_sequence::type_def($module, $name, $text, &[&GETSET])
                }),
            };
    };
}

/// A struct sequence type: its definition and type object.
pub struct StructSequence {
    pub def: StructSequenceDef,
    pub class: Type,
}

/// Most fields of any struct sequence.
const MAX_FIELDS: usize = 32;

fn field<const INDEX: usize>(_: &ThreadState, value: &Value) -> Res {
    let items = value.as_tuple().map(|tuple| tuple.as_slice()).unwrap_or_default();
    match items.get(INDEX) {
        Some(item) => Ok(item.clone()),
        None => Ok(instance::get_slot(value, INDEX - items.len()).unwrap_or(Value::NONE)),
    }
}

type Getter = fn(&ThreadState, &Value) -> Res;

macro_rules! getter_table {
    ($($index:literal)*) => { const GETTERS: [Getter; MAX_FIELDS] = [$(field::<$index>),*]; };
}

getter_table!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);

pub const fn getters<const N: usize>(fields: &[(&'static str, &'static str)]) -> [GetSetDef; N] {
    let mut out = [const { GetSetDef { name: "", doc: None, member: true, get: None, set: None } }; N];
    let mut index = 0;
    while index < N {
        out[index].name = fields[index].0;
        out[index].doc = if fields[index].1.is_empty() { None } else { Some(fields[index].1) };
        out[index].get = Some(GETTERS[index]);
        index += 1;
    }
    out
}

static REDUCE: Signature = method_signature("__reduce__", "($self, /)", None, &[]);
static REPLACE: Signature = method_signature(
    "__replace__",
    "($self, /, **changes)",
    Some("Return a copy of the structure with new values for the specified fields."),
    &[Param { name: "changes", kind: ParamKind::VarKeyword, required: false }],
);

const METHODS: &[&[NativeDef]] = &[&[
    NativeDef { signature: &REDUCE, call: reduce, kind: NativeKind::Method },
    NativeDef { signature: &REPLACE, call: replace, kind: NativeKind::Method },
]];

const fn method_signature(
    name: &'static str,
    text: &'static str,
    doc: Option<&'static str>,
    params: &'static [Param],
) -> Signature {
    Signature { name, owner: "structseq", text: Some(text), doc, params, constructor: false }
}

pub const fn type_def(
    module: &'static str,
    name: &'static str,
    doc: &'static str,
    getset: &'static [&'static [GetSetDef]],
) -> TypeDef {
    TypeDef {
        name,
        module,
        doc: Some(doc),
        text_signature: None,
        base: Some(&TUPLE_TYPE),
        // CPython makes all others on the heap: programs may add to them.
        flags: if matches!(module.as_bytes(), b"sys" | b"datetime") { type_flags::IMMUTABLE } else { 0 },
        methods: METHODS,
        getset,
        attrs: &[],
        fill_slots,
        payload: TUPLE_PAYLOAD,
    }
}

fn fill_slots(slots: &Slots) {
    slots.new.set(Some(new));
    slots.repr.set(Some(repr));
}

/// The definitions of all struct sequence types that were made ready, by type address.
#[derive(Default)]
struct Known(std::cell::RefCell<rustc_hash::FxHashMap<usize, &'static StructSequenceDef>>);

fn def_of(th: &ThreadState, class: &Type) -> Option<&'static StructSequenceDef> {
    th.extension::<Known>().0.borrow().get(&(class.native_sequence() as *const Type as usize)).copied()
}

impl Type {
    /// The static struct sequence type that a class is or derives from.
    fn native_sequence(&self) -> &Type {
        self.native()
    }
}

impl StructSequence {
    /// Prepares the type; before its first use.
    pub fn ready(&'static self, th: &ThreadState) -> &'static Type {
        let known = th.extension::<Known>();
        let key = &raw const self.class as usize;
        if known.0.borrow_mut().insert(key, &self.def).is_some() {
            return &self.class;
        }
        crate::types::ready::ready(th, &self.class);
        self.class.set_layout(self.def.fields.len() - self.def.visible, 0);
        self.class.with_dict(|dict: &Dict| {
            let number = |name: &str, value: usize| dict.set_str(&th.intern(name), Value::index(value));
            number("n_sequence_fields", self.def.visible);
            number("n_fields", self.def.fields.len());
            number("n_unnamed_fields", self.def.fields.iter().filter(|name| name.starts_with('(')).count());
            let (named, unnamed): (Vec<&str>, Vec<&str>) =
                self.def.fields.iter().copied().partition(|name| !name.starts_with('('));
            for name in unnamed {
                drop(dict.remove_str(&th.intern(name)));
            }
            let visible = named.iter().filter(|name| self.def.fields[..self.def.visible].contains(name));
            let names: Vec<Value> = visible.map(|name| th.intern(name)).collect();
            let names = crate::types::ready::immortal(th.tuple_from_vec(names));
            dict.set_str(&th.names().__match_args__, names);
        });
        if !self.def.constructible {
            self.class.slots().new.set(None);
            self.class.set_flag(type_flags::DISALLOW_INSTANTIATION);
        }
        &self.class
    }

    /// A new instance; one value for each field (missing ones are None).
    pub fn make(&'static self, th: &ThreadState, values: Vec<Value>) -> Value {
        let class = self.ready(th);
        instance_of(th, class, &self.def, values)
    }
}

fn instance_of(th: &ThreadState, class: &Type, def: &StructSequenceDef, mut values: Vec<Value>) -> Value {
    values.resize(def.fields.len(), Value::NONE);
    let sequence = th.tuple_of_class(class, &values[..def.visible]);
    for (index, value) in values.drain(def.visible..).enumerate() {
        instance::set_slot(&sequence, index, Some(value));
    }
    sequence
}

/// The `new` slot of all struct sequence types.
pub fn new(th: &ThreadState, class: &Type, args: &[Value], kwnames: &[Value]) -> Res {
    let Some(def) = def_of(th, class) else {
        return Err(th.type_error(format_args!("cannot create '{}' instances", class.full_name())));
    };
    let name = def.full_name;
    let (positional, keyword_values) = crate::args::split(args, kwnames);
    let (mut sequence, mut dict) = (positional.first(), positional.get(1));
    for (keyword, value) in kwnames.iter().zip(keyword_values) {
        let place = match crate::error::name_text(keyword).as_str() {
            "sequence" if sequence.is_none() => &mut sequence,
            "dict" if dict.is_none() => &mut dict,
            other => {
                return Err(th.type_error(format_args!("{name}() got an unexpected keyword argument '{other}'")));
            }
        };
        *place = Some(value);
    }
    if args.len() > 2 {
        return Err(th.type_error(format_args!("{name}() takes at most 2 arguments ({} given)", args.len())));
    }
    let Some(sequence) = sequence else {
        return Err(th.type_error(format_args!(
            "{}() missing required argument 'sequence' (pos 1)",
            name.rsplit('.').next().unwrap_or(name)
        )));
    };
    let mut items = match th.collect(sequence) {
        Ok(items) => items,
        Err(raised) if th.raised_is(&raised, &crate::objects::exceptions::TYPE_ERROR) => {
            drop(th.take_raised(raised));
            return Err(th.type_error("constructor requires a sequence"));
        }
        Err(raised) => return Err(raised),
    };
    let (least, most) = (def.visible, def.fields.len());
    if items.len() < least || items.len() > most {
        let how = match () {
            () if least == most => "",
            () if items.len() < least => "at least ",
            () => "at most ",
        };
        let bound = if items.len() < least { least } else { most };
        return Err(th.type_error(format_args!(
            "{name}() takes a{} {how}{bound}-sequence ({}-sequence given)",
            if how.is_empty() { "" } else { "n" },
            items.len()
        )));
    }
    if let Some(dict) = dict {
        let Some(dict) = dict.downcast::<Dict>() else {
            return Err(th.type_error(format_args!("{name}() takes a dict as second arg, if any")));
        };
        let mut found = 0;
        for name in &def.fields[items.len()..] {
            let value = dict.get_str(&th.intern(name));
            found += usize::from(value.is_some());
            items.push(value.unwrap_or(Value::NONE));
        }
        if dict.len() > found {
            return Err(th.type_error(format_args!("{name}() got duplicate or unexpected field name(s)")));
        }
    }
    Ok(instance_of(th, class, def, items))
}

fn repr(th: &ThreadState, value: &Value) -> Res {
    let Some(def) = def_of(th, value.class()) else { return Ok(th.str("()")) };
    let items = value.as_tuple().map(|tuple| tuple.as_slice()).unwrap_or_default();
    let mut text = format!("{}(", def.full_name);
    // An item without a name shows the next name that there is, as CPython's does.
    let names = def.fields.iter().filter(|name| !name.starts_with('('));
    for (index, (name, item)) in names.zip(items).enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(name);
        text.push('=');
        text.push_str(&th.repr_string(item)?);
    }
    text.push(')');
    Ok(th.str(&text))
}

fn reduce(th: &ThreadState, args: &[Value], _: &[Value]) -> Res {
    let Some(slf) = args.first() else { return Err(th.type_error("__reduce__() needs an argument")) };
    let class = slf.class();
    let items = th.tuple(slf.as_tuple().map(|tuple| tuple.as_slice()).unwrap_or_default());
    let hidden = Dict::new();
    if let Some(def) = def_of(th, class) {
        for (index, name) in def.fields[def.visible..].iter().enumerate() {
            hidden.set_str(&th.intern(name), instance::get_slot(slf, index).unwrap_or(Value::NONE));
        }
    }
    let arguments = th.tuple(&[items, th.dict(hidden)]);
    Ok(th.tuple(&[class.as_value(), arguments]))
}

fn replace(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
    let Some((slf, values)) = args.split_first() else {
        return Err(th.type_error("__replace__() needs an argument"));
    };
    let Some(def) = def_of(th, slf.class()) else { return Ok(slf.clone()) };
    if values.len() != kwnames.len() {
        return Err(th.type_error(format_args!(
            "__replace__() takes 1 positional argument but {} were given",
            1 + values.len() - kwnames.len()
        )));
    }
    if def.fields.iter().any(|name| name.starts_with('(')) {
        return Err(th.type_error(format_args!(
            "__replace__() is not supported for {} because it has unnamed field(s)",
            def.full_name
        )));
    }
    let mut items = Vec::with_capacity(def.fields.len());
    for get in GETTERS.iter().take(def.fields.len()) {
        items.push(get(th, slf)?);
    }
    let mut unknown = Vec::new();
    for (name, value) in kwnames.iter().zip(values) {
        let text = crate::error::name_text(name);
        match def.fields.iter().position(|field| **field == *text) {
            Some(index) => items[index] = value.clone(),
            None => unknown.push(text),
        }
    }
    if !unknown.is_empty() {
        return Err(th.type_error(format_args!("Got unexpected field name(s): {unknown:?}")));
    }
    Ok(instance_of(th, slf.class(), def, items))
}
