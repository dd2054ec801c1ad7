//! Objects as a tree, with the reference's errors for what does not fit. (What the compiler alone can judge, such as
//! contexts and empty bodies, `compiler::validate` checks afterwards.)

use std::cell::RefCell;

use runtime::instance::get_attribute;
use runtime::objects::complex::COMPLEX_TYPE;
use runtime::objects::float::FLOAT_TYPE;
use runtime::objects::int::INT_TYPE;
use runtime::objects::list::List;
use runtime::objects::set::FROZENSET_TYPE;
use runtime::objects::str::STR_TYPE;
use runtime::objects::tuple::{TUPLE_TYPE, Tuple};
use runtime::objects::{bytes::BYTES_TYPE, exceptions as exc};
use runtime::{Raised, Res, ThreadState, Value};
use syntax::Arena;
use syntax::asdl::{NODE_IDS, NodeId};
use syntax::ast::*;
use syntax::foreign;

use super::{Classes, check_depth};

pub(super) struct Reader<'r, 'a> {
    th: &'r ThreadState,
    classes: &'r Classes,
    arena: &'a Arena,
    /// A fault that the reference only finds when the whole tree has been read.
    later: RefCell<Option<Fault>>,
}

enum Fault {
    Value(String),
}

/// What can stand in a list of nodes, and what the tree holds where the list has None.
trait Item<'a>: Sized {
    fn missing(_arena: &'a Arena) -> Option<Self> {
        None
    }
}

impl<'a> Item<'a> for &'a Expr<'a> {
    fn missing(arena: &'a Arena) -> Option<Self> {
        Some(foreign::missing_expr(arena, "None disallowed in expression list"))
    }
}

impl<'a> Item<'a> for &'a Stmt<'a> {
    fn missing(arena: &'a Arena) -> Option<Self> {
        Some(foreign::missing_stmt(arena, "None disallowed in statement list"))
    }
}

macro_rules! plain_items {
    ($($item:ty)*) => { $(impl<'a> Item<'a> for $item {})* };
}

plain_items! {
    &'a Pattern<'a> TypeParam<'a> TypeIgnore<'a> Comprehension<'a> ExceptHandler<'a> Arg<'a> Keyword<'a> Alias<'a>
    WithItem<'a> MatchCase<'a> CmpOp &'a str
}

/// A field of a node that is being read.
struct Place<'p> {
    node: &'p Value,
    id: NodeId,
    field: usize,
}

macro_rules! read {
    ($r:ident, $place:expr, [arg ?]) => {
        $r.optional(&$place, Reader::arg)?.map(|arg| $r.arena.alloc(arg))
    };
    ($r:ident, $place:expr, [$t:ident]) => {
        $r.required(&$place, Reader::$t)?
    };
    ($r:ident, $place:expr, [$t:ident ?]) => {
        $r.optional(&$place, Reader::$t)?
    };
    ($r:ident, $place:expr, [$t:ident *]) => {
        $r.list(&$place, stringify!($t), Reader::$t)?
    };
    ($r:ident, $place:expr, [$t:ident ? *]) => {
        $r.optional_list(&$place, Reader::$t)?
    };
}

macro_rules! there {
    ($r:ident, $read:ident, $field:expr, $id:expr, [$t:ident]) => {
        match $read {
            Some(value) => value,
            None => return Err($r.none_in_field($field, $id)),
        }
    };
    ($r:ident, $read:ident, $field:expr, $id:expr, [$($t:tt)*]) => {
        $read
    };
}

/// Reads the fields of a node of class `$id` in order into variables of their names.
macro_rules! fields {
    ($r:ident, $object:ident, $id:ident { $($f:ident[$($t:tt)*])* }) => {
        let mut at = 0..;
        $(let $f = read!($r, Place { node: $object, id: NodeId::$id, field: at.next().unwrap_or(0) }, [$($t)*]);)*
        let _ = (&mut at, $object);
        // None in the place of a node is a fault that other fields' faults come before.
        let mut at = 0..;
        $(
            let _place = at.next().unwrap_or(0);
            let $f = there!($r, $f, _place, NodeId::$id, [$($t)*]);
        )*
        let _ = (&mut at, $object);
    };
}

macro_rules! build {
    ($r:ident $enum:ident $name:ident [] $($f:ident)*) => { $enum::$name { $($f),* } };
    ($r:ident $enum:ident $name:ident [$boxed:ident] $($f:ident)*) => { $enum::$name($r.arena.alloc($boxed { $($f),* })) };
}

macro_rules! readers {
    (
        plain_sums { mod: Mod { $($name:ident { $($f:ident[$($t:tt)*])* })* } }
        located_sums { $($lsum:ident: $lstruct:ident $lenum:ident {
            $($lname:ident $(: $lboxed:ident)? { $($lf:ident[$($lt:tt)*])* })*
        })* }
        choices { $($csum:ident: $cenum:ident { $($cname:ident)* })* }
        records { $($base:ident $located:ident $struct:ident: $rname:ident { $($rf:ident[$($rt:tt)*])* })* }
    ) => {
        impl<'r, 'a> Reader<'r, 'a> {
            /// A whole tree, whose root is a node of class `root`.
            pub(super) fn module(&self, object: &Value, root: NodeId) -> Res<Mod<'a>> {
                let module = match root {
                    $(NodeId::$name => {
                        fields!(self, object, $name { $($f[$($t)*])* });
                        Mod::$name { $($f),* }
                    })*
                    _ => return Err(self.th.type_error("expected a module")),
                };
                match self.later.take() {
                    None => Ok(module),
                    Some(Fault::Value(message)) => Err(self.th.value_error(message)),
                }
            }

            $(located! { $lsum $lstruct $lenum { $($lname [$($lboxed)?] { $($lf[$($lt)*])* })* } })*

            $(fn $csum(&self, object: &Value) -> Res<Option<$cenum>> {
                match self.constructor(object, stringify!($csum))? {
                    $(Some(NodeId::$cname) => Ok(Some($cenum::$cname)),)*
                    _ => Err(self.unexpected(object, stringify!($csum))),
                }
            })*

            $(record! { $located $struct $rname { $($rf[$($rt)*])* } })*
        }
    };
}

macro_rules! located {
    // Expressions, statements and patterns are referred to, type parameters are held.
    (type_param $struct:ident $enum:ident $rows:tt) => { located! { type_param $struct $enum TypeParam<'a>, (|_, node| node) $rows } };
    ($sum:ident $struct:ident $enum:ident { $($rows:tt)* }) => {
        located! { $sum $struct $enum &'a $struct<'a>, (|arena: &'a Arena, node| arena.alloc(node)) { $($rows)* } }
    };
    ($sum:ident $struct:ident $enum:ident $result:ty, ($finish:expr) { $($name:ident [$($boxed:ident)?] { $($f:ident[$($t:tt)*])* })* }) => {
        fn $sum(&self, object: &Value) -> Res<Option<$result>> {
            if object.is_none() {
                return Ok(None);
            }
            check_depth(self.th, concat!(" while traversing '", stringify!($sum), "' node"))?;
            let range = self.range(object, stringify!($sum))?;
            let Some(id) = self.constructor(object, stringify!($sum))? else {
                return Err(self.unexpected(object, stringify!($sum)));
            };
            let kind = match id {
                $(NodeId::$name => {
                    fields!(self, object, $name { $($f[$($t)*])* });
                    build!(self $enum $name [$($boxed)?] $($f)*)
                })*
                _ => return Err(self.unexpected(object, stringify!($sum))),
            };
            let finish = $finish;
            Ok(Some(finish(self.arena, $struct { kind, range })))
        }
    };
}

macro_rules! record {
    (located ExceptHandler ExceptHandler { $($f:ident[$($t:tt)*])* }) => {
        fn excepthandler(&self, object: &Value) -> Res<Option<ExceptHandler<'a>>> {
            if object.is_none() {
                return Ok(None);
            }
            check_depth(self.th, " while traversing 'excepthandler' node")?;
            let range = self.range(object, "excepthandler")?;
            if self.constructor(object, "excepthandler")?.is_none() {
                return Err(self.unexpected(object, "excepthandler"));
            }
            fields!(self, object, ExceptHandler { $($f[$($t)*])* });
            Ok(Some(ExceptHandler { $($f,)* range }))
        }
    };
    (unlocated TypeIgnore TypeIgnore { $($f:ident[$($t:tt)*])* }) => {
        fn type_ignore(&self, object: &Value) -> Res<Option<TypeIgnore<'a>>> {
            if object.is_none() {
                return Ok(None);
            }
            if self.constructor(object, "type_ignore")?.is_none() {
                return Err(self.unexpected(object, "type_ignore"));
            }
            fields!(self, object, TypeIgnore { $($f[$($t)*])* });
            Ok(Some(TypeIgnore { $($f),* }))
        }
    };
    (unlocated Arguments arguments { $($f:ident[$($t:tt)*])* }) => {
        fn arguments(&self, object: &Value) -> Res<Option<&'a Arguments<'a>>> {
            check_depth(self.th, " while traversing 'arguments' node")?;
            fields!(self, object, arguments { $($f[$($t)*])* });
            Ok(Some(self.arena.alloc(Arguments { $($f),* })))
        }
    };
    // The reference asks nothing of other records but that they have the fields.
    (unlocated $struct:ident $name:ident { $($f:ident[$($t:tt)*])* }) => {
        fn $name(&self, object: &Value) -> Res<Option<$struct<'a>>> {
            check_depth(self.th, concat!(" while traversing '", stringify!($name), "' node"))?;
            fields!(self, object, $name { $($f[$($t)*])* });
            Ok(Some($struct { $($f),* }))
        }
    };
    (located $struct:ident $name:ident { $($f:ident[$($t:tt)*])* }) => {
        fn $name(&self, object: &Value) -> Res<Option<$struct<'a>>> {
            check_depth(self.th, concat!(" while traversing '", stringify!($name), "' node"))?;
            fields!(self, object, $name { $($f[$($t)*])* });
            let range = self.range(object, stringify!($name))?;
            Ok(Some($struct { $($f,)* range }))
        }
    };
}

syntax::for_each_node!(readers);

impl Place<'_> {
    fn name(&self) -> &'static str {
        self.id.class().fields.get(self.field).map_or("", |field| field.name)
    }

    fn owner(&self) -> &'static str {
        self.id.class().name
    }
}

impl<'r, 'a> Reader<'r, 'a> {
    pub(super) fn new(th: &'r ThreadState, classes: &'r Classes, arena: &'a Arena) -> Reader<'r, 'a> {
        Reader { th, classes, arena, later: RefCell::new(None) }
    }

    /// Which constructor of a sum an object belongs to.
    fn constructor(&self, object: &Value, sum: &str) -> Res<Option<NodeId>> {
        if let Some(&id) = self.classes.ids.get(&std::ptr::from_ref(object.class())) {
            return Ok(self.classes.is_node(id, sum).then_some(id));
        }
        for &id in NODE_IDS.iter().filter(|id| self.classes.is_node(**id, sum)) {
            if self.th.is_instance(object, &self.classes.nodes[id as usize])? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    fn unexpected(&self, object: &Value, sum: &str) -> Raised {
        match self.th.repr_string(object) {
            Ok(shown) => self.th.type_error(format_args!("expected some sort of {sum}, but got {shown}")),
            Err(raised) => raised,
        }
    }

    /// An attribute of a node, if it has it.
    fn attribute(&self, object: &Value, name: &Value) -> Res<Option<Value>> {
        match get_attribute(self.th, object, name) {
            Some(value) => Ok(Some(value)),
            None => self.th.getattr_opt(object, name),
        }
    }

    fn field(&self, place: &Place<'_>) -> Res<Option<Value>> {
        match self.classes.fields[place.id as usize].get(place.field) {
            Some(name) => self.attribute(place.node, name),
            None => Ok(None),
        }
    }

    fn range(&self, object: &Value, sum: &str) -> Res<Range> {
        let [lineno, col_offset, end_lineno, end_col_offset] = &self.classes.positions;
        let required = |name: &Value| match self.attribute(object, name)? {
            Some(number) => self.number(&number),
            None => {
                let name = name.as_str().map(|name| name.to_string_lossy()).unwrap_or_default();
                Err(self.th.type_error(format_args!("required field \"{name}\" missing from {sum}")))
            }
        };
        let optional = |name: &Value, default: i32| match self.attribute(object, name)? {
            Some(number) if !number.is_none() => self.number(&number),
            _ => Ok(default),
        };
        let (line, column) = (required(lineno)?, required(col_offset)?);
        if matches!(sum, "pattern" | "type_param") {
            return Ok(Range::new(line, column, required(end_lineno)?, required(end_col_offset)?));
        }
        Ok(Range::new(line, column, optional(end_lineno, line)?, optional(end_col_offset, column)?))
    }

    fn required<T>(&self, place: &Place<'_>, read: impl Fn(&Self, &Value) -> Res<Option<T>>) -> Res<Option<T>> {
        let (owner, name) = (place.owner(), place.name());
        match self.field(place)? {
            Some(value) => read(self, &value),
            None => Err(self.th.type_error(format_args!("required field \"{name}\" missing from {owner}"))),
        }
    }

    #[cold]
    fn none_in_field(&self, at: usize, id: NodeId) -> Raised {
        let place = Place { node: &Value::NONE, id, field: at };
        self.th.value_error(format_args!("field '{}' is required for {}", place.name(), place.owner()))
    }

    fn optional<T>(&self, place: &Place<'_>, read: impl Fn(&Self, &Value) -> Res<Option<T>>) -> Res<Option<T>> {
        match self.field(place)? {
            Some(value) if !value.is_none() => read(self, &value),
            _ => Ok(None),
        }
    }

    fn items(&self, place: &Place<'_>, mut each: impl FnMut(&Value) -> Res<()>) -> Res<()> {
        let Some(value) = self.field(place)? else { return Ok(()) };
        let (owner, name) = (place.owner(), place.name());
        let Some(list) = value.downcast::<List>() else {
            let class = value.class().full_name();
            return Err(self.th.type_error(format_args!("{owner} field \"{name}\" must be a list, not a {class}")));
        };
        let count = list.len();
        for index in 0..count {
            if let Some(item) = list.get(index) {
                each(&item)?;
            }
            if list.len() != count {
                let message = format!("{owner} field \"{name}\" changed size during iteration");
                return Err(self.th.error(&exc::RUNTIME_ERROR, message));
            }
        }
        Ok(())
    }

    fn list<T: Copy + Item<'a>>(
        &self,
        place: &Place<'_>,
        kind: &str,
        read: impl Fn(&Self, &Value) -> Res<Option<T>>,
    ) -> Res<&'a [T]> {
        let mut nodes = Vec::new();
        self.items(place, |item| {
            match read(self, item)?.or_else(|| T::missing(self.arena)) {
                Some(node) => nodes.push(node),
                // The compiler does not look at these.
                None if kind == "type_ignore" => {}
                None => self.fault(Fault::Value(format!("None disallowed in {kind} list"))),
            }
            Ok(())
        })?;
        Ok(self.arena.slice(&nodes))
    }

    fn optional_list<T: Copy>(
        &self,
        place: &Place<'_>,
        read: impl Fn(&Self, &Value) -> Res<Option<T>>,
    ) -> Res<&'a [Option<T>]> {
        let mut nodes = Vec::new();
        self.items(place, |item| {
            nodes.push(read(self, item)?);
            Ok(())
        })?;
        Ok(self.arena.slice(&nodes))
    }

    /// Remembers the first fault.
    fn fault(&self, fault: Fault) {
        self.later.borrow_mut().get_or_insert(fault);
    }

    fn number(&self, value: &Value) -> Res<i32> {
        let Some(number) = value.as_int() else {
            let shown = self.th.repr_string(value)?;
            return Err(self.th.value_error(format_args!("invalid integer value: {shown}")));
        };
        let number = number.to_i64().and_then(|number| i32::try_from(number).ok());
        number.ok_or_else(|| self.th.overflow_error("Python int too large to convert to C int"))
    }

    fn int(&self, value: &Value) -> Res<Option<i32>> {
        self.number(value).map(Some)
    }

    /// A string as the tree holds it.
    fn escaped(&self, value: &Value) -> Res<&'a str> {
        let Some(text) = value.as_str() else { return Err(self.th.type_error("AST string must be of type str")) };
        match text.as_ascii() {
            Some(text) => Ok(self.arena.str(text)),
            None => Ok(self.arena.str(&foreign::escape(text.code_points()))),
        }
    }

    fn identifier(&self, value: &Value) -> Res<Option<&'a str>> {
        if value.is_none() {
            return Ok(None);
        }
        if !value.is_exactly(&STR_TYPE) {
            return Err(self.th.type_error("AST identifier must be of type str"));
        }
        self.escaped(value).map(Some)
    }

    fn string(&self, value: &Value) -> Res<Option<&'a str>> {
        if let Some(bytes) = value.as_bytes().filter(|_| value.is_exactly(&BYTES_TYPE)) {
            return Ok(Some(self.arena.str(&String::from_utf8_lossy(bytes.as_slice()))));
        }
        if !value.is_exactly(&STR_TYPE) {
            return Err(self.th.type_error("AST string must be of type str"));
        }
        self.escaped(value).map(Some)
    }

    fn boxed_constant(&self, value: &Value) -> Res<Option<&'a Constant<'a>>> {
        Ok(self.constant(value)?.map(|constant| self.arena.alloc(constant)))
    }

    fn constant(&self, value: &Value) -> Res<Option<Constant<'a>>> {
        if value.is_none() {
            return Ok(Some(Constant::None));
        }
        let constant = if value.is(&Value::TRUE) {
            Constant::True
        } else if value.is(&Value::FALSE) {
            Constant::False
        } else if value.is(&Value::ELLIPSIS) {
            Constant::Ellipsis
        } else if let Some(number) = value.as_int().filter(|_| value.is_exactly(&INT_TYPE)) {
            match number.to_i64() {
                Some(number) => Constant::Int(number),
                None => self.arena.int(&number.to_big()),
            }
        } else if let Some(number) = value.as_float().filter(|_| value.is_exactly(&FLOAT_TYPE)) {
            Constant::Float(number)
        } else if let Some(number) = value.as_complex().filter(|_| value.is_exactly(&COMPLEX_TYPE)) {
            Constant::Complex { real: number.0, imag: number.1 }
        } else if let Some(text) = value.as_str().filter(|_| value.is_exactly(&STR_TYPE)) {
            Constant::Str(self.arena.slice(&text.to_wtf8()))
        } else if let Some(bytes) = value.as_bytes().filter(|_| value.is_exactly(&BYTES_TYPE)) {
            Constant::Bytes(self.arena.slice(bytes.as_slice()))
        } else if let Some(tuple) = value.downcast::<Tuple>().filter(|_| value.is_exactly(&TUPLE_TYPE)) {
            Constant::Tuple(self.constants(tuple.as_slice().to_vec())?)
        } else if value.is_exactly(&FROZENSET_TYPE) {
            Constant::FrozenSet(self.constants(self.th.collect(value)?)?)
        } else {
            let message = format!("got an invalid type in Constant: {}", value.class().full_name());
            foreign::wrong_constant(self.arena, &message)
        };
        Ok(Some(constant))
    }

    fn constants(&self, items: Vec<Value>) -> Res<&'a [Constant<'a>]> {
        check_depth(self.th, " during compilation")?;
        let mut constants = Vec::with_capacity(items.len());
        for item in &items {
            constants.extend(self.constant(item)?);
        }
        Ok(self.arena.slice(&constants))
    }
}
