//! A tree as objects: what `ast.parse` returns.

use std::borrow::{Borrow, Cow};

use runtime::instance::set_attribute;
use runtime::{Res, ThreadState, Value};
use syntax::asdl::NodeId;
use syntax::ast::*;
use syntax::foreign;

use super::node::Ast;
use super::{Classes, check_depth};

pub(super) struct Writer<'w> {
    th: &'w ThreadState,
    classes: &'w Classes,
}

/// Each type of the grammar as a Python value. The function's name is the type's.
macro_rules! write {
    ($w:ident, $value:expr, [$t:ident]) => {
        $w.$t($value)?
    };
    ($w:ident, $value:expr, [$t:ident ?]) => {
        match $value {
            Some(value) => $w.$t(value)?,
            None => Value::NONE,
        }
    };
    ($w:ident, $value:expr, [$t:ident *]) => {
        $w.list($value, |writer, item| writer.$t(item))?
    };
    ($w:ident, $value:expr, [$t:ident ? *]) => {
        $w.list($value, |writer, item| match item {
            Some(value) => writer.$t(value),
            None => Ok(Value::NONE),
        })?
    };
}

macro_rules! pattern {
    ($enum:ident $name:ident [] $($f:ident)*) => { $enum::$name { $($f),* } };
    ($enum:ident $name:ident [$boxed:ident] $($f:ident)*) => { $enum::$name(&$boxed { $($f),* }) };
}

macro_rules! writers {
    (
        plain_sums { mod: Mod { $($name:ident { $($f:ident[$($t:tt)*])* })* } }
        located_sums { $($lsum:ident: $lstruct:ident $lenum:ident {
            $($lname:ident $(: $lboxed:ident)? { $($lf:ident[$($lt:tt)*])* })*
        })* }
        choices { $($csum:ident: $cenum:ident { $($cname:ident)* })* }
        records { $($base:ident $located:ident $struct:ident: $rname:ident { $($rf:ident[$($rt:tt)*])* })* }
    ) => {
        impl Writer<'_> {
            pub(super) fn module(&self, module: &Mod<'_>) -> Res {
                match *module {
                    $(Mod::$name { $($f),* } => {
                        let node = self.node(NodeId::$name);
                        $(let node = node.put(write!(self, $f, [$($t)*]));)*
                        Ok(node.object)
                    })*
                }
            }

            $(fn $lsum<'n>(&self, node: impl Borrow<$lstruct<'n>>) -> Res {
                let node = node.borrow();
                check_depth(self.th, " during ast construction")?;
                let range = node.range;
                match node.kind {
                    $(pattern!($lenum $lname [$($lboxed)?] $($lf)*) => {
                        let node = self.node(NodeId::$lname);
                        $(let node = node.put(write!(self, $lf, [$($lt)*]));)*
                        Ok(node.at(range))
                    })*
                }
            })*

            $(fn $csum(&self, choice: impl Borrow<$cenum>) -> Res {
                let id = match choice.borrow() {
                    $($cenum::$cname => NodeId::$cname,)*
                };
                Ok(self.classes.singletons[id as usize].clone().unwrap_or(Value::NONE))
            })*

            $(record! { $located $struct $rname { $($rf[$($rt)*])* } })*
        }
    };
}

macro_rules! record {
    // The grammar's name of the sum, where a record is the only constructor of one.
    ($located:ident ExceptHandler ExceptHandler $fields:tt) => { record! { $located ExceptHandler ExceptHandler excepthandler $fields } };
    ($located:ident TypeIgnore TypeIgnore $fields:tt) => { record! { $located TypeIgnore TypeIgnore type_ignore $fields } };
    ($located:ident $struct:ident $name:ident $fields:tt) => { record! { $located $struct $name $name $fields } };
    (located $struct:ident $id:ident $name:ident { $($f:ident[$($t:tt)*])* }) => {
        fn $name<'n>(&self, record: impl Borrow<$struct<'n>>) -> Res {
            let $struct { $($f,)* range } = *record.borrow();
            let node = self.node(NodeId::$id);
            $(let node = node.put(write!(self, $f, [$($t)*]));)*
            Ok(node.at(range))
        }
    };
    (unlocated $struct:ident $id:ident $name:ident { $($f:ident[$($t:tt)*])* }) => {
        fn $name<'n>(&self, record: impl Borrow<$struct<'n>>) -> Res {
            let $struct { $($f),* } = *record.borrow();
            let node = self.node(NodeId::$id);
            $(let node = node.put(write!(self, $f, [$($t)*]));)*
            Ok(node.object)
        }
    };
}

syntax::for_each_node!(writers);

/// A node whose fields are being set, in order.
struct Node<'w> {
    th: &'w ThreadState,
    object: Value,
    fields: std::slice::Iter<'w, Value>,
    positions: &'w [Value; 4],
}

impl Node<'_> {
    fn put(mut self, value: Value) -> Self {
        if let Some(name) = self.fields.next() {
            drop(set_attribute(self.th, &self.object, name, Some(value)));
        }
        self
    }

    fn at(self, range: Range) -> Value {
        let numbers = [range.lineno, range.col_offset, range.end_lineno, range.end_col_offset];
        for (name, number) in self.positions.iter().zip(numbers) {
            drop(set_attribute(self.th, &self.object, name, Some(Value::int32(number))));
        }
        self.object
    }
}

impl<'w> Writer<'w> {
    pub(super) fn new(th: &'w ThreadState, classes: &'w Classes) -> Writer<'w> {
        Writer { th, classes }
    }

    fn node(&self, id: NodeId) -> Node<'w> {
        let class = &self.classes.nodes[id as usize];
        let object = class.as_type().map_or(Value::NONE, |class| self.th.new_instance(class, Ast));
        let fields = self.classes.fields[id as usize].iter();
        Node { th: self.th, object, fields, positions: &self.classes.positions }
    }

    fn list<T: Copy>(&self, items: &[T], write: impl Fn(&Self, T) -> Res) -> Res {
        let mut values = Vec::new();
        if values.try_reserve_exact(items.len()).is_err() {
            return Err(self.th.memory_error());
        }
        for &item in items {
            values.push(write(self, item)?);
        }
        Ok(self.th.list(values))
    }

    fn identifier(&self, name: &str) -> Res {
        match foreign::unescape(name.as_bytes()) {
            Cow::Borrowed(_) => Ok(self.th.intern(name)),
            Cow::Owned(text) => self.th.str_from_wtf8(&text),
        }
    }

    fn string(&self, text: &str) -> Res {
        match foreign::unescape(text.as_bytes()) {
            Cow::Borrowed(_) => Ok(self.th.str(text)),
            Cow::Owned(text) => self.th.str_from_wtf8(&text),
        }
    }

    fn int(&self, number: i32) -> Res {
        Ok(Value::int32(number))
    }

    fn boxed_constant(&self, constant: &Constant<'_>) -> Res {
        self.constant(*constant)
    }

    fn constant(&self, constant: Constant<'_>) -> Res {
        let th = self.th;
        Ok(match constant {
            Constant::None => Value::NONE,
            Constant::True => Value::TRUE,
            Constant::False => Value::FALSE,
            Constant::Ellipsis => Value::ELLIPSIS,
            Constant::Int(number) => th.int(number),
            Constant::BigInt(number) => th.int_from_big(number.to_ibig()),
            Constant::Float(number) => th.float(number),
            Constant::Complex { real, imag } => th.complex(real, imag),
            Constant::Str(text) => match std::str::from_utf8(text) {
                Ok(text) => th.str(text),
                Err(_) => th.str_from_wtf8(text)?,
            },
            Constant::Bytes(bytes) => th.bytes(bytes),
            Constant::Tuple(items) => th.tuple(&self.constants(items)?),
            Constant::FrozenSet(items) => th.frozenset(self.constants(items)?)?,
        })
    }

    fn constants(&self, items: &[Constant<'_>]) -> Res<Vec<Value>> {
        check_depth(self.th, " during ast construction")?;
        items.iter().map(|item| self.constant(*item)).collect()
    }
}
