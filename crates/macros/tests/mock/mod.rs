//! A runtime in miniature: just what expanded code refers to, so that the macros can be tested without the machine.
//!
//! `args` is the machine's own file: binding and its errors are tested for real here.

pub mod error {
    /// The thread state holds the exception.
    #[derive(Debug, PartialEq, Eq)]
    pub struct Raised;
    pub type Res<T = crate::value::Value> = Result<T, Raised>;

    pub fn name_text(name: &crate::value::Value) -> String {
        name.as_str().map_or_else(|| name.show(), |text| text.to_string_lossy())
    }
}

pub mod thread {
    use std::cell::RefCell;

    #[derive(Default)]
    pub struct ThreadState {
        pub raised: RefCell<String>,
    }

    impl ThreadState {
        pub fn type_error(&self, message: String) -> crate::error::Raised {
            *self.raised.borrow_mut() = message;
            crate::error::Raised
        }
    }
}

pub mod value {
    use std::rc::Rc;

    use crate::objects::str::Str;
    use crate::types::Type;

    #[derive(Clone)]
    pub enum Value {
        None,
        Bool(bool),
        Int(i64),
        Float(f64),
        Str(Str),
        Object(Rc<dyn std::any::Any>),
    }

    impl Value {
        pub const fn none() -> Value {
            Value::None
        }

        pub const fn bool(value: bool) -> Value {
            Value::Bool(value)
        }

        pub fn is_none(&self) -> bool {
            matches!(self, Value::None)
        }

        pub fn as_str(&self) -> Option<&Str> {
            match self {
                Value::Str(text) => Some(text),
                _ => None,
            }
        }

        pub fn class(&self) -> &'static Type {
            match self {
                Value::Int(_) => &crate::objects::object::INT_TYPE,
                _ => &crate::objects::object::OBJECT_TYPE,
            }
        }

        pub fn show(&self) -> String {
            match self {
                Value::None => "None".into(),
                Value::Bool(value) => format!("{value}"),
                Value::Int(value) => format!("{value}"),
                Value::Float(value) => format!("{value:?}"),
                Value::Str(text) => format!("'{}'", text.0),
                Value::Object(_) => "<object>".into(),
            }
        }
    }
}

pub mod objects {
    pub mod str {
        #[derive(Clone)]
        pub struct Str(pub String);

        impl Str {
            pub fn equals_ascii(&self, other: &str) -> bool {
                self.0 == other
            }

            pub fn to_string_lossy(&self) -> String {
                self.0.clone()
            }
        }
    }

    pub mod object {
        use crate::object::{Payload, PayloadFns};
        use crate::types::{Type, TypeDef};

        const fn plain(name: &'static str) -> TypeDef {
            TypeDef {
                name,
                module: "builtins",
                doc: None,
                text_signature: None,
                base: None,
                flags: 0,
                methods: &[],
                getset: &[],
                attrs: &[],
                fill_slots: |_| {},
                payload: PayloadFns { size: 0, traced: false },
            }
        }

        static OBJECT_DEF: TypeDef = plain("object");
        static INT_DEF: TypeDef = plain("int");
        pub static OBJECT_TYPE: Type = Type::new_static(&OBJECT_DEF);
        pub static INT_TYPE: Type = Type::new_static(&INT_DEF);

        pub struct Plain;

        impl Payload for Plain {
            const DEF: &'static TypeDef = &OBJECT_DEF;

            fn class() -> &'static Type {
                &OBJECT_TYPE
            }
        }
    }
}

pub mod object {
    use crate::types::{Type, TypeDef};
    use crate::value::Value;

    pub trait Payload: 'static + Sized {
        const DEF: &'static TypeDef;
        fn class() -> &'static Type;
        fn of(value: &Value) -> &Self {
            match value {
                Value::Object(object) => object.downcast_ref().expect("checked"),
                _ => panic!("checked"),
            }
        }
    }

    pub struct PayloadFns {
        pub size: usize,
        pub traced: bool,
    }

    impl PayloadFns {
        pub const fn plain<T: Payload>() -> PayloadFns {
            PayloadFns { size: size_of::<T>(), traced: false }
        }

        pub const fn traced<T: Payload + crate::gc::Traverse>() -> PayloadFns {
            PayloadFns { size: size_of::<T>(), traced: true }
        }
    }
}

pub mod types {
    use std::cell::Cell;

    use crate::error::Res;
    use crate::function::{AttrDef, GetSetDef, NativeDef};
    use crate::object::PayloadFns;
    use crate::thread::ThreadState;
    use crate::value::Value;

    pub mod type_flags {
        pub const IMMUTABLE: u64 = 1 << 8;
        pub const BASE_TYPE: u64 = 1 << 10;
        pub const HAVE_GC: u64 = 1 << 14;
        pub const MAPPING: u64 = 1 << 6;
    }

    pub struct TypeDef {
        pub name: &'static str,
        pub module: &'static str,
        pub doc: Option<&'static str>,
        pub text_signature: Option<&'static str>,
        pub base: Option<&'static Type>,
        pub flags: u64,
        pub methods: &'static [&'static [NativeDef]],
        pub getset: &'static [&'static [GetSetDef]],
        pub attrs: &'static [&'static [AttrDef]],
        pub fill_slots: fn(&Slots),
        pub payload: PayloadFns,
    }

    pub struct Type {
        pub def: &'static TypeDef,
        pub slots: Slots,
    }

    #[allow(unsafe_code)]
    // SAFETY: only one test touches the slots of a type.
    unsafe impl Sync for Type {}

    impl Type {
        pub const fn new_static(def: &'static TypeDef) -> Type {
            Type { def, slots: Slots::empty() }
        }

        pub fn slots(&self) -> &Slots {
            &self.slots
        }

        pub fn name(&self) -> String {
            self.def.name.to_string()
        }

        pub fn full_name(&self) -> String {
            self.name()
        }
    }

    #[derive(Default)]
    pub struct Slots {
        pub new: Cell<Option<fn(&ThreadState, &Type, &[Value], &[Value]) -> Res>>,
        pub init: Cell<Option<fn(&ThreadState, &Value, &[Value], &[Value]) -> Res<()>>>,
        pub repr: Cell<Option<fn(&ThreadState, &Value) -> Res>>,
        pub hash: Cell<Option<fn(&ThreadState, &Value) -> Res<i64>>>,
        pub nb_add: Cell<Option<fn(&ThreadState, &Value, &Value) -> Res>>,
        pub nb_or: Cell<Option<fn(&ThreadState, &Value, &Value) -> Res>>,
        pub sq_contains: Cell<Option<fn(&ThreadState, &Value, &Value) -> Res<bool>>>,
    }

    impl Slots {
        pub const fn empty() -> Slots {
            Slots {
                new: Cell::new(None),
                init: Cell::new(None),
                repr: Cell::new(None),
                hash: Cell::new(None),
                nb_add: Cell::new(None),
                nb_or: Cell::new(None),
                sq_contains: Cell::new(None),
            }
        }
    }
}

pub mod function {
    use crate::args::Signature;
    use crate::error::Res;
    use crate::thread::ThreadState;
    use crate::value::Value;

    pub type NativeFn = fn(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res;

    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub enum NativeKind {
        Function,
        Method,
        ClassMethod,
        StaticMethod,
    }

    pub struct NativeDef {
        pub signature: &'static Signature,
        pub call: NativeFn,
        pub kind: NativeKind,
    }

    pub struct GetSetDef {
        pub name: &'static str,
        pub doc: Option<&'static str>,
        pub member: bool,
        pub get: Option<fn(&ThreadState, &Value) -> Res>,
        pub set: Option<fn(&ThreadState, &Value, Option<&Value>) -> Res<()>>,
    }

    pub struct AttrDef {
        pub name: &'static str,
        pub get: fn(&ThreadState) -> Res,
    }
}

pub mod gc {
    use std::cell::RefCell;

    use crate::value::Value;

    pub struct Visitor<'a>(pub &'a mut dyn FnMut(&Value));

    pub trait Traverse {
        fn traverse(&self, visit: &mut Visitor<'_>);
        fn clear(&self) {}
    }

    impl Traverse for Value {
        fn traverse(&self, visit: &mut Visitor<'_>) {
            (visit.0)(self);
        }
    }

    impl<T: Traverse> Traverse for Vec<T> {
        fn traverse(&self, visit: &mut Visitor<'_>) {
            self.iter().for_each(|item| item.traverse(visit));
        }
    }

    impl<T: Traverse + Default> Traverse for RefCell<T> {
        fn traverse(&self, visit: &mut Visitor<'_>) {
            self.borrow().traverse(visit);
        }

        fn clear(&self) {
            self.take();
        }
    }
}

pub mod module {
    use crate::error::Res;
    use crate::function::{AttrDef, NativeDef};
    use crate::thread::ThreadState;
    use crate::types::Type;
    use crate::value::Value;

    pub struct ModuleName(pub &'static str);

    impl ModuleName {
        pub const fn new(name: &'static str) -> ModuleName {
            ModuleName(name)
        }
    }

    pub struct ModuleDef {
        pub name: ModuleName,
        pub doc: Option<&'static str>,
        pub functions: &'static [&'static NativeDef],
        pub attrs: &'static [AttrDef],
        pub types: &'static [&'static Type],
        pub init: Option<fn(&ThreadState, &Value) -> Res<()>>,
    }
}

/// Conversions for the mock's values.
mod convert {
    use crate::args::{ArgAt, FromArg, FromSelf, IntoRes};
    use crate::error::Res;
    use crate::object::Payload;
    use crate::thread::ThreadState;
    use crate::value::Value;

    impl<'a, T: Payload> FromSelf<'a> for &'a T {
        fn from_self(value: &'a Value) -> &'a T {
            T::of(value)
        }
    }

    macro_rules! from {
        ($($type:ty, $expected:literal, $pattern:pat => $result:expr;)*) => {$(
            impl<'a> FromArg<'a> for $type {
                fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
                    match value {
                        $pattern => Ok($result),
                        #[allow(unreachable_patterns)]
                        _ => Err(at.wrong_type(th, $expected, value)),
                    }
                }
            }
        )*};
    }

    from! {
        &'a Value, "", value => value;
        Value, "", value => value.clone();
        i64, "int", Value::Int(value) => *value;
        isize, "int", Value::Int(value) => *value as isize;
        f64, "float", Value::Float(value) => *value;
        bool, "bool", Value::Bool(value) => *value;
        &'a str, "str", Value::Str(value) => &value.0;
    }

    impl<'a, T: FromArg<'a>> FromArg<'a> for Option<T> {
        fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
            if value.is_none() { Ok(None) } else { T::from_arg(th, value, at).map(Some) }
        }
    }

    macro_rules! into {
        ($($type:ty, $self:ident => $result:expr;)*) => {$(
            impl IntoRes for $type {
                fn into_res($self, _: &ThreadState) -> Res {
                    $result
                }
            }
        )*};
    }

    into! {
        Value, self => Ok(self);
        (), self => Ok(Value::None);
        bool, self => Ok(Value::Bool(self));
        i64, self => Ok(Value::Int(self));
        f64, self => Ok(Value::Float(self));
        &str, self => Ok(Value::Str(crate::objects::str::Str(self.to_string())));
        String, self => Ok(Value::Str(crate::objects::str::Str(self)));
    }

    impl<T: IntoRes> IntoRes for Res<T> {
        fn into_res(self, th: &ThreadState) -> Res {
            self?.into_res(th)
        }
    }
}
