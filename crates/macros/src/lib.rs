//! Attribute macros that define native modules, classes and functions in one place.
//!
//! A native function is a Rust function with typed parameters. Its Python signature, its argument errors (worded as CPython
//! words them), `__text_signature__` and `__doc__` all come from that one definition:
//!
//! ```ignore
//! #[pymodule(name = "_shapes")]
//! pub mod shapes {
//!     //! Plane shapes.
//!     use super::*;
//!
//!     /// The ratio of a circle's circumference to its diameter.
//!     #[pyattr(name = "pi")]
//!     const PI: f64 = std::f64::consts::PI;
//!
//!     /// Return the area of a rectangle.
//!     #[pyfunction("(width, height, /, *, scale=1.0)")]
//!     fn area(width: f64, height: f64, scale: f64) -> f64 {
//!         width * height * scale
//!     }
//!
//!     /// A polygon.
//!     #[pyclass(name = "Polygon", flags(base_type, has_weakrefs))]
//!     pub struct Polygon {
//!         corners: RefCell<Vec<Value>>, // shown to the collector
//!         closed: Cell<bool>,
//!     }
//!
//!     #[pymethods]
//!     impl Polygon {
//!         #[pyslot("(corners=(), /, *, closed=True)")]
//!         fn new(th: &ThreadState, cls: &Type, corners: Option<&Value>, closed: bool) -> Res { .. }
//!
//!         #[pyslot]
//!         fn repr(&self, th: &ThreadState) -> Res { .. }
//!
//!         /// Add a corner.
//!         #[pymethod("(corner, /)")]
//!         fn add(&self, corner: &Value) { .. }
//!
//!         /// Make a regular polygon.
//!         #[pyclassmethod("(n, /)")]
//!         fn regular(th: &ThreadState, cls: &Value, n: usize) -> Res { .. }
//!
//!         /// Whether the last corner is joined to the first.
//!         #[pygetter]
//!         fn closed(&self) -> bool { self.closed.get() }
//!
//!         #[pysetter]
//!         fn set_closed(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> { .. }
//!     }
//!
//!     #[pyinit]
//!     fn init(th: &ThreadState, module: &Value) -> Res<()> { .. }
//! }
//! ```
//!
//! This gives `shapes::MODULE: ModuleDef` and `shapes::POLYGON_TYPE: Type`.
//!
//! # Functions: `#[pyfunction]`, `#[pymethod]`, `#[pyclassmethod]`, `#[pystaticmethod]`
//! `("signature", name = "...", text = "..." | none, raw)`
//!
//! - The Rust parameters correspond to those of the signature, in order. Before them (or anywhere) may stand `th:
//!   &ThreadState`; methods take `&self` or `slf: &Value` (or both), class methods `cls: &Value` or `cls: &Type` (`_slf`, `_cls`
//!   where it is not used).
//! - Parameter types implement `runtime::args::FromArg`; `*args` is `&[Value]`, `**kwargs` is `KwArgs<'_>`.
//! - `Option<T>`: a missing argument is `None`; so is Python's `None`, except for `Option<Value>` and `Option<&Value>`, which
//!   tell the two apart. For other types the default in the signature is turned into a Rust value (numbers, strings, `True`,
//!   `False`, `sys.maxsize`, and `None` for `Value`/`&Value`); `#[default(expression)]` before a parameter gives any other.
//! - Without a signature all parameters are positional only, and trailing `Option`s may be left out.
//! - The result implements `runtime::args::IntoRes`: `Res`, `Res<T>`, `()`, numbers, strings, `Option<T>`, ...
//! - `name`: the Python name, if not the Rust name (`r#type` and `type_` are `type` already). `text`: another
//!   `__text_signature__`, or none. `raw`: the Rust function is a `NativeFn` itself (`args[0]` is self in methods).
//! - A free-standing `#[pyfunction] fn f` makes `static __def_f: NativeDef`; give it `module = "..."` if it is not a builtin.
//!
//! # Classes: `#[pyclass]` and `#[pymethods]`
//! `#[pyclass(name = "...", module = "...", base = PATH | none, flags(...), text = "..." | none, extra(block, ...),
//! no_methods, hidden, manual_traverse, payload = EXPR)]` on the struct makes `NAME_DEF: TypeDef` and `NAME_TYPE: Type`, and
//! implements `Payload` and (from the fields) `gc::Traverse`. Fields marked `#[notrace]` and plain ones (numbers, strings)
//! are not traced. `flags` are the constants of `runtime::types::type_flags` in lower case, `basetype`, `disallow_new`,
//! `managed_dict`, `weakrefs`, and `mutable` (native classes are immutable otherwise). `manual_traverse`: the struct
//! implements `Traverse` itself. A class with a native base starts with the base's payload, which the runtime relies on:
//! `#[pyclass(base = DICT_TYPE)] #[repr(C)] struct Counter { #[base] dict: Dict, more: Value }`. `hidden`: no attribute of its module.
//!
//! One `#[pymethods] impl` belongs to each class (unless it says `no_methods`); further blocks are called
//! `#[pymethods(extra = block)]`. Where payload and methods are far apart (a container's storage), the block can define the
//! class instead: `#[pymethods(class(name = "list", payload = LIST_PAYLOAD, flags(...)))] impl List` makes `LIST_DEF` (with
//! the block's doc comment as `__doc__`); the `Payload` implementation and `LIST_TYPE` are then written by hand.
//!
//! In a `#[pymethods]` block may stand
//! - the four kinds of functions above;
//! - `#[pygetter(name = "...", member)] fn x(&self, th) -> T` and `#[pysetter(name = "...")] fn set_x(&self, th, value:
//!   Option<&Value>) -> Res<()>` (`None` deletes); `member` makes a `member_descriptor`;
//! - `#[pyslot] fn NAME` for the slots of `runtime::types::Slots`, with the slot's own parameters and result; `&self`
//!   or `slf` in place of the first value is supplied. `#[pyslot(nb_add, nb_or)]` fills several. `new`, `init` and `call` may
//!   take a signature (`#[pyslot("(iterable=(), /)")]`), which is the class's `__text_signature__` too (or `text = ...`);
//!   `function = "..."` is then what errors call it instead of the class's name;
//! - `#[pyattr] const X: T` and `#[pyattr] fn x(th) -> T`: class attributes made when the type is.
//!
//! # Modules: `#[pymodule]`
//! `#[pymodule(name = "...", classes(path::X_TYPE, ...), functions(path::f, ...))] mod x { .. }` gathers the
//! `#[pyfunction]`s, `#[pyclass]`es, `#[pyattr]`s and the `#[pyinit]` function of a module in `x::MODULE: ModuleDef`; the two
//! lists name what other files define. `#[cfg]` works on every item.

mod class;
mod function;
mod module;
mod options;
mod signature;

use proc_macro::TokenStream;
use quote::quote;
use syn::{Item, parse_macro_input};

use crate::function::{Native, Role};
use crate::options::Options;

fn written(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.to_compile_error()).into()
}

/// A function of a native module, or a free-standing one. See the crate's page.
#[proc_macro_attribute]
pub fn pyfunction(options: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options as Options);
    let mut function = parse_macro_input!(item as syn::ItemFn);
    let native = Native::read(Role::Function, options, &function.attrs, &mut function.sig);
    written(native.and_then(|native| {
        let definition = function::free_function(&native, &function.vis, &quote!(""))?;
        Ok(quote!(#function #definition))
    }))
}

/// A native class, on the struct that is its instances' payload. See the crate's page.
#[proc_macro_attribute]
pub fn pyclass(options: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options as Options);
    match parse_macro_input!(item as Item) {
        Item::Struct(item) => written(class::class(options, item)),
        other => written(Err(syn::Error::new_spanned(other, "`#[pyclass]` belongs on a struct"))),
    }
}

/// The methods, properties, slots and attributes of a native class. See the crate's page.
#[proc_macro_attribute]
pub fn pymethods(options: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options as Options);
    let item = parse_macro_input!(item as syn::ItemImpl);
    written(class::methods(options, item))
}

/// A native module. See the crate's page.
#[proc_macro_attribute]
pub fn pymodule(options: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options as Options);
    let item = parse_macro_input!(item as syn::ItemMod);
    written(module::module(options, item))
}

/// Attributes that only mean something inside of others say so when they stand alone.
macro_rules! inner {
    ($($name:ident in $outer:literal),* $(,)?) => {$(
        #[doc = concat!("Belongs inside of `#[", $outer, "]`. See the crate's page.")]
        #[proc_macro_attribute]
        pub fn $name(_: TokenStream, item: TokenStream) -> TokenStream {
            let message = concat!("`#[", stringify!($name), "]` belongs inside of `#[", $outer, "]`");
            let item = proc_macro2::TokenStream::from(item);
            let error = syn::Error::new_spanned(&item, message).to_compile_error();
            quote!(#error #item).into()
        }
    )*};
}

inner! {
    pymethod in "pymethods",
    pyclassmethod in "pymethods",
    pystaticmethod in "pymethods",
    pygetter in "pymethods",
    pysetter in "pymethods",
    pyslot in "pymethods",
    pyattr in "pymodule",
    pyinit in "pymodule",
}
