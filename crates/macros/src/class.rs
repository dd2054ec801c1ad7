//! Native classes: `#[pyclass]` on the payload's struct, `#[pymethods]` on its `impl`.
//!
//! The struct's attribute makes the type object (a `static`), the definition that it is made from, and the collector's view of
//! the fields. The `impl`'s attribute collects methods, properties, slots and class attributes into one `ClassItems` constant,
//! which the definition lists; so the two can be expanded in either order.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, Expr, Fields, FnArg, GenericArgument, Ident, ImplItem, ImplItemFn, Index, ItemImpl, ItemStruct, LitStr,
    Member, Pat, Path, PathArguments, Result, Type, Visibility,
};

use crate::function::{Native, Role, is_thread_state};
use crate::options::{Options, cfgs, docstring, optional_text, prefixed, python_name, take_attribute};

/// What `#[pyclass(...)]` and `#[pymethods(class(...))]` say of a class.
struct ClassOptions {
    name: String,
    module: String,
    base: TokenStream,
    /// The type object named by `base = ...`.
    base_path: Option<Expr>,
    /// The Rust type of the field marked `#[base]`.
    base_payload: Option<Type>,
    /// `text = ...`; without it the signature of the `new` or `init` slot counts.
    text: Option<Option<LitStr>>,
    flags: Vec<Ident>,
    mutable: bool,
    extra: Vec<Ident>,
    no_methods: bool,
    manual_traverse: bool,
    payload: Option<Expr>,
}

impl ClassOptions {
    fn read(mut options: Options, ident: &Ident) -> Result<ClassOptions> {
        let base_path = options.value("base")?;
        let base = match &base_path {
            None => quote!(::core::option::Option::Some(&::runtime::objects::object::OBJECT_TYPE)),
            Some(Expr::Path(path)) if path.path.is_ident("none") => quote!(::core::option::Option::None),
            Some(base) => quote!(::core::option::Option::Some(&#base)),
        };
        let mut flags: Vec<Ident> = options.list("flags")?;
        let count = flags.len();
        flags.retain(|flag| flag != "mutable");
        let class = ClassOptions {
            name: options.string("name")?.map_or_else(|| ident.to_string(), |name| name.value()),
            module: options.string("module")?.map_or_else(|| "builtins".to_owned(), |module| module.value()),
            base,
            base_path,
            base_payload: None,
            text: options.text_override()?,
            mutable: flags.len() != count,
            flags,
            extra: options.list("extra")?,
            no_methods: options.flag("no_methods")?,
            manual_traverse: options.flag("manual_traverse")?,
            payload: options.value("payload")?,
        };
        // Read by `module`: the class is not an attribute of its module.
        options.flag("hidden")?;
        options.finish()?;
        Ok(class)
    }

    /// `pub static X_DEF: TypeDef` and the hidden constant with the class's name.
    fn definition(&self, class: &Ident, vis: &Visibility, doc: Option<&str>, payload: &TokenStream) -> TokenStream {
        let ClassOptions { name, module, base, .. } = self;
        let blocks: Vec<Option<&Ident>> =
            (!self.no_methods).then_some(None).into_iter().chain(self.extra.iter().map(Some)).collect();
        let list = |what: &str| {
            let consts = blocks.iter().map(|block| {
                let name = item_name(what, *block);
                quote!(#class::#name)
            });
            quote!(&[#(#consts),*])
        };
        let (methods, getset, attrs) = (list("__METHODS"), list("__GETSET"), list("__ATTRS"));
        let fill = blocks.iter().map(|block| item_name("__fill_slots", *block));
        let text = match &self.text {
            Some(text) => optional_text(text.as_ref().map(LitStr::value).as_deref()),
            None if self.no_methods => optional_text(None),
            None => quote!(#class::__TEXT_SIGNATURE),
        };
        let flags = self.flags.iter().map(|flag| {
            let name = flag.to_string();
            let constant = match name.as_str() {
                "basetype" => "BASE_TYPE".to_owned(),
                "disallow_new" => "DISALLOW_INSTANTIATION".to_owned(),
                "managed_dict" => "HAS_ATTRS".to_owned(),
                "weakrefs" => "HAS_WEAKREFS".to_owned(),
                _ => name.to_uppercase(),
            };
            let constant = Ident::new(&constant, flag.span());
            quote!(::runtime::types::type_flags::#constant)
        });
        let check_base = match (&self.base_payload, &self.base_path) {
            (Some(payload), Some(path)) => quote! {
                // Instances are read as instances of the base, whose payload is the first field.
                ::core::assert!(::core::ptr::eq(<#payload as ::runtime::object::Payload>::class(), &#path));
            },
            _ => TokenStream::new(),
        };
        let immutable = (!self.mutable).then(|| quote!(| ::runtime::types::type_flags::IMMUTABLE));
        let (doc, def) = (optional_text(doc), static_name(class, "DEF"));
        let shown = format!("The definition of Python's class `{name}`.");
        quote! {
            impl #class {
                #[doc(hidden)]
                #[allow(dead_code)]
                pub(crate) const __NAME: &'static str = #name;
            }

            #[doc = #shown]
            #vis static #def: ::runtime::types::TypeDef = ::runtime::types::TypeDef {
                name: #name,
                module: #module,
                doc: #doc,
                text_signature: #text,
                base: #base,
                flags: 0 #immutable #(| #flags)*,
                methods: #methods,
                getset: #getset,
                attrs: #attrs,
                fill_slots: |__slots| {
                    let _ = __slots;
                    #check_base
                    #(#class::#fill(__slots);)*
                },
                payload: #payload,
            };
        }
    }
}

/// `__METHODS` of the main `impl` block, `__METHODS_extra` of the block called `extra`.
fn item_name(what: &str, block: Option<&Ident>) -> Ident {
    match block {
        None => Ident::new(what, Span::call_site()),
        Some(block) => prefixed(&format!("{what}_"), block),
    }
}

/// Expands `#[pyclass(...)] struct`.
pub(crate) fn class(options: Options, mut item: ItemStruct) -> Result<TokenStream> {
    let ident = item.ident.clone();
    let mut class = ClassOptions::read(options, &ident)?;
    if !item.generics.params.is_empty() {
        return Err(syn::Error::new_spanned(&item.generics, "a Python class cannot be generic"));
    }
    let is_derived =
        class.base_path.as_ref().is_some_and(|base| !matches!(base, Expr::Path(p) if p.path.is_ident("none")));
    if is_derived && class.payload.is_none() {
        class.base_payload = Some(base_field(&mut item)?);
    }
    let traced = traced_fields(&mut item.fields);
    let is_traced = class.manual_traverse || !traced.is_empty();
    if is_traced {
        class.flags.push(Ident::new("HAVE_GC", Span::call_site()));
    }
    let traverse = (!class.manual_traverse && is_traced).then(|| {
        let (trace, clear): (Vec<_>, Vec<_>) = (traced.iter())
            .map(|(member, ty)| {
                let span = ty.span();
                (
                    quote_spanned!(span=> ::runtime::gc::Traverse::traverse(&self.#member, __visit);),
                    quote_spanned!(span=> ::runtime::gc::Traverse::clear(&self.#member);),
                )
            })
            .unzip();
        quote! {
            impl ::runtime::gc::Traverse for #ident {
                fn traverse(&self, __visit: &mut ::runtime::gc::Visitor<'_>) {
                    #(#trace)*
                }

                fn clear(&self) {
                    #(#clear)*
                }
            }
        }
    });
    let payload = match (&class.payload, is_traced) {
        (Some(payload), _) => quote!(#payload),
        (None, true) => quote!(::runtime::object::PayloadFns::traced::<#ident>()),
        (None, false) => quote!(::runtime::object::PayloadFns::plain::<#ident>()),
    };
    let vis = &item.vis;
    let doc = docstring(&item.attrs);
    let definition = class.definition(&ident, vis, doc.as_deref(), &payload);
    let (type_static, def) = (static_name(&ident, "TYPE"), static_name(&ident, "DEF"));
    let shown = format!("The type object of [`{ident}`]: Python's `{}`.", class.name);
    Ok(quote! {
        #item

        #traverse

        impl ::runtime::object::Payload for #ident {
            const DEF: &'static ::runtime::types::TypeDef = &#def;

            #[inline(always)]
            fn class() -> &'static ::runtime::types::Type {
                &#type_static
            }
        }

        #definition

        #[doc = #shown]
        #vis static #type_static: ::runtime::types::Type = ::runtime::types::Type::new_static(&#def);
    })
}

/// `Deque` -> `DEQUE_TYPE`, `BytesIO` -> `BYTES_IO_TYPE`.
pub(crate) fn static_name(ident: &Ident, suffix: &str) -> Ident {
    let letters: Vec<char> = ident.to_string().chars().collect();
    let mut name = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let after_lower = at > 0 && !letters[at - 1].is_uppercase() && letters[at - 1] != '_';
        let before_lower = at > 0 && letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_lower || before_lower) && !name.ends_with('_') {
            name.push('_');
        }
        name.extend(letter.to_uppercase());
    }
    Ident::new(&format!("{name}_{suffix}"), ident.span())
}

/// The type of the first field, which must be marked `#[base]`; takes the mark off. Where the runtime finds the payload of a
/// native base depends on it.
fn base_field(item: &mut ItemStruct) -> Result<Type> {
    let mistake = "a class with a native base starts with the base's payload: \
                   `#[repr(C)] struct X { #[base] base: Base, .. }` (or says `payload = ...`)";
    let is_c = item.attrs.iter().any(|attribute| {
        attribute.path().is_ident("repr") && attribute.parse_args::<Ident>().is_ok_and(|layout| layout == "C")
    });
    let marked = item.fields.iter_mut().next().filter(|_| is_c).and_then(|field| {
        let mark = take_attribute(&mut field.attrs, &["base"]);
        mark.map(|_| field.ty.clone())
    });
    marked.ok_or_else(|| syn::Error::new(item.ident.span(), mistake))
}

/// The fields that the collector sees; takes the `#[notrace]` marks off.
fn traced_fields(fields: &mut Fields) -> Vec<(Member, Type)> {
    let mut traced = Vec::new();
    for (at, field) in fields.iter_mut().enumerate() {
        if take_attribute(&mut field.attrs, &["notrace"]).is_none() && !is_plain(&field.ty) {
            let member = match &field.ident {
                Some(ident) => Member::Named(ident.clone()),
                None => Member::Unnamed(Index { index: at as u32, span: field.ty.span() }),
            };
            traced.push((member, field.ty.clone()));
        }
    }
    traced
}

/// Whether a field's type is made of words that hold no values: numbers, strings, and cells or vectors of them.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: &[&str] = &[
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f32", "f64", "String", "IBig", "UBig",
    ];
    const WRAPPERS: &[&str] = &["Cell", "RefCell", "OnceCell", "Option", "Vec", "Box"];
    match ty {
        Type::Path(path) => match path.path.segments.last() {
            Some(last) => match &last.arguments {
                PathArguments::None => PLAIN.iter().any(|name| last.ident == name),
                PathArguments::AngleBracketed(arguments) => {
                    WRAPPERS.iter().any(|name| last.ident == name)
                        && arguments.args.iter().all(|a| matches!(a, GenericArgument::Type(inner) if is_plain(inner)))
                }
                _ => false,
            },
            None => false,
        },
        Type::Slice(slice) => is_plain(&slice.elem),
        Type::Array(array) => is_plain(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().all(is_plain),
        Type::Reference(reference) => is_plain(&reference.elem),
        _ => false,
    }
}

fn optional(tokens: Option<TokenStream>) -> TokenStream {
    match tokens {
        Some(tokens) => quote!(::core::option::Option::Some(#tokens)),
        None => quote!(::core::option::Option::None),
    }
}

/// A property under construction: getter and setter may stand apart.
struct Property {
    name: String,
    member: bool,
    doc: Option<String>,
    get: Option<TokenStream>,
    set: Option<TokenStream>,
    cfgs: Vec<Attribute>,
}

/// What an `impl` block gathers.
#[derive(Default)]
struct Items {
    /// Statics and functions that stand beside the constant.
    support: Vec<TokenStream>,
    methods: Vec<TokenStream>,
    properties: Vec<Property>,
    attributes: Vec<TokenStream>,
    slots: Vec<TokenStream>,
    text_signature: Option<String>,
}

/// Expands `#[pymethods(...)] impl`.
pub(crate) fn methods(mut options: Options, mut item: ItemImpl) -> Result<TokenStream> {
    let block = match options.value("extra")? {
        None => None,
        Some(Expr::Path(path)) if path.path.get_ident().is_some() => path.path.get_ident().cloned(),
        Some(other) => return Err(syn::Error::new_spanned(other, "expected a name")),
    };
    let block = block.as_ref();
    let declared = options.nested("class")?;
    options.finish()?;
    let class = match &*item.self_ty {
        Type::Path(path) if item.trait_.is_none() => path.path.clone(),
        other => return Err(syn::Error::new_spanned(other, "expected `impl Class`")),
    };
    let mut items = Items::default();
    for entry in &mut item.items {
        match entry {
            ImplItem::Fn(function) => items.function(&class, function)?,
            ImplItem::Const(constant) => {
                if let Some((_, attribute)) = take_attribute(&mut constant.attrs, &["pyattr"]) {
                    let ident = &constant.ident;
                    let source = quote!(#class::#ident);
                    let entry = attribute_entry(&attribute, ident, &constant.attrs, AttributeSource::Constant(source))?;
                    items.attributes.push(entry);
                }
            }
            _ => {}
        }
    }
    let definition = match declared {
        None => TokenStream::new(),
        Some(declared) => {
            let ident = class.require_ident()?;
            let declared = ClassOptions::read(declared, ident)?;
            let Some(payload) = &declared.payload else {
                return Err(syn::Error::new_spanned(&class, "`class(...)` needs `payload = ...`"));
            };
            let vis = syn::parse_quote!(pub);
            declared.definition(ident, &vis, docstring(&item.attrs).as_deref(), &quote!(#payload))
        }
    };
    let Items { support, methods, properties, attributes, slots, text_signature } = items;
    let text_signature = optional_text(text_signature.as_deref());
    let properties = properties.iter().map(|property| {
        let Property { name, member, cfgs, .. } = property;
        let (doc, get, set) =
            (optional_text(property.doc.as_deref()), optional(property.get.clone()), optional(property.set.clone()));
        quote! {
            #(#cfgs)*
            ::runtime::function::GetSetDef { name: #name, doc: #doc, member: #member, get: #get, set: #set }
        }
    });
    let [methods_name, getset_name, attrs_name, text_name, fill_name] =
        ["__METHODS", "__GETSET", "__ATTRS", "__TEXT_SIGNATURE", "__fill_slots"].map(|what| item_name(what, block));
    let text_const = match block {
        None => quote!(pub(crate) const #text_name: ::core::option::Option<&'static str> = #text_signature;),
        Some(_) => TokenStream::new(),
    };
    Ok(quote! {
        // Names and shapes are Python's here: `new`, `len`, `from_...` with `self`.
        #[allow(clippy::new_ret_no_self, clippy::wrong_self_convention, clippy::should_implement_trait)]
        #[allow(clippy::len_without_is_empty, clippy::unnecessary_wraps, clippy::unused_self)]
        #[allow(non_snake_case, non_upper_case_globals)]
        #item

        #definition

        #[allow(clippy::all)]
        const _: () = {
            #(#support)*

            #[doc(hidden)]
            #[allow(non_upper_case_globals, non_snake_case, dead_code)]
            impl #class {
                pub(crate) const #methods_name: &'static [::runtime::function::NativeDef] = &[#(#methods),*];
                pub(crate) const #getset_name: &'static [::runtime::function::GetSetDef] = &[#(#properties),*];
                pub(crate) const #attrs_name: &'static [::runtime::function::AttrDef] = &[#(#attributes),*];
                #text_const

                pub(crate) fn #fill_name(__slots: &::runtime::types::Slots) {
                    let _ = __slots;
                    #(#slots)*
                }
            }
        };
    })
}

impl Items {
    fn function(&mut self, class: &Path, function: &mut ImplItemFn) -> Result<()> {
        const OURS: &[&str] =
            &["pymethod", "pyclassmethod", "pystaticmethod", "pygetter", "pysetter", "pyslot", "pyattr"];
        while let Some((kind, attribute)) = take_attribute(&mut function.attrs, OURS) {
            let options = Options::of(&attribute)?;
            let ident = function.sig.ident.clone();
            let target = quote!(#class::#ident);
            let cfgs = cfgs(&function.attrs);
            match kind.as_str() {
                "pygetter" => self.getter(options, &target, function, cfgs)?,
                "pysetter" => self.setter(options, &target, function, cfgs)?,
                "pyslot" => self.slot(class, options, &target, function, cfgs)?,
                "pyattr" => {
                    let takes_thread = takes_thread(function)?;
                    let source = AttributeSource::Function { target, takes_thread };
                    self.attributes.push(attribute_entry(&attribute, &ident, &function.attrs, source)?);
                }
                other => {
                    let role = Role::of_attribute(other).unwrap_or(Role::Method);
                    let native = Native::read(role, options, &function.attrs, &mut function.sig)?;
                    let signature = native.signature_item(&class_name(class));
                    let wrapper = native.wrapper_item(&target)?;
                    let definition = native.definition(&target);
                    self.support.push(quote!(#(#cfgs)* #signature));
                    if !wrapper.is_empty() {
                        self.support.push(quote!(#(#cfgs)* #wrapper));
                    }
                    self.methods.push(quote!(#(#cfgs)* #definition));
                }
            }
        }
        Ok(())
    }

    fn property(&mut self, name: String, cfgs: Vec<Attribute>) -> &mut Property {
        let at = self.properties.iter().position(|property| property.name == name).unwrap_or_else(|| {
            self.properties.push(Property { name, member: false, doc: None, get: None, set: None, cfgs });
            self.properties.len() - 1
        });
        &mut self.properties[at]
    }

    fn getter(
        &mut self,
        mut options: Options,
        target: &TokenStream,
        function: &ImplItemFn,
        cfgs: Vec<Attribute>,
    ) -> Result<()> {
        let ident = &function.sig.ident;
        let name = options.string("name")?.map_or_else(|| python_name(ident), |name| name.value());
        let member = options.flag("member")?;
        options.finish()?;
        let arguments = prefix_arguments(function, 0)?;
        let wrapper = prefixed("__get_", ident);
        self.support.push(quote! {
            #(#cfgs)*
            #[allow(non_snake_case, unused_variables)]
            fn #wrapper(__th: &::runtime::ThreadState, __this: &::runtime::Value) -> ::runtime::Res {
                ::runtime::args::IntoRes::into_res(#target(#(#arguments),*), __th)
            }
        });
        let doc = docstring(&function.attrs);
        let property = self.property(name, cfgs);
        if property.get.replace(quote!(#wrapper)).is_some() {
            return Err(syn::Error::new(ident.span(), "this property has a getter already"));
        }
        property.doc = doc.or(property.doc.take());
        property.member |= member;
        Ok(())
    }

    fn setter(
        &mut self,
        mut options: Options,
        target: &TokenStream,
        function: &ImplItemFn,
        cfgs: Vec<Attribute>,
    ) -> Result<()> {
        let ident = &function.sig.ident;
        // Not `python_name`: the underscores of `set___doc__` belong to the name.
        let own = syn::ext::IdentExt::unraw(ident).to_string();
        let name = match options.string("name")? {
            Some(name) => name.value(),
            None => own.strip_prefix("set_").map(str::to_owned).ok_or_else(|| {
                syn::Error::new(ident.span(), "a setter is called `set_...`, or needs `name = \"...\"`")
            })?,
        };
        options.finish()?;
        let arguments = prefix_arguments(function, 1)?;
        let wrapper = prefixed("__set_", ident);
        self.support.push(quote! {
            #(#cfgs)*
            #[allow(non_snake_case, unused_variables)]
            fn #wrapper(
                __th: &::runtime::ThreadState,
                __this: &::runtime::Value,
                __v0: ::core::option::Option<&::runtime::Value>,
            ) -> ::runtime::Res<()> {
                #target(#(#arguments),*)
            }
        });
        let property = self.property(name, cfgs);
        if property.set.replace(quote!(#wrapper)).is_some() {
            return Err(syn::Error::new(ident.span(), "this property has a setter already"));
        }
        Ok(())
    }

    fn slot(
        &mut self,
        class: &Path,
        mut options: Options,
        target: &TokenStream,
        function: &mut ImplItemFn,
        cfgs: Vec<Attribute>,
    ) -> Result<()> {
        let ident = function.sig.ident.clone();
        let mut names: Vec<String> = Vec::new();
        if let Some(name) = options.string("name")? {
            names.push(name.value());
        }
        let text = options.text();
        let shown_name = options.string("function")?;
        let text_override = options.text_override()?;
        for word in options.words() {
            names.push(word.to_string());
        }
        options.finish()?;
        if names.is_empty() {
            names.push(python_name(&ident));
        }
        let has_self = matches!(function.sig.inputs.first(), Some(FnArg::Receiver(_)));
        let code = if let Some(text) = text {
            let role = if names.iter().any(|name| name == "new") { Role::New } else { Role::InitOrCall };
            let with_text: Options = match shown_name {
                Some(name) => syn::parse_quote!(#text, name = #name),
                None => syn::parse_quote!(#text),
            };
            let native = Native::read(role, with_text, &function.attrs, &mut function.sig)?;
            if names.iter().any(|name| name != "call") {
                self.text_signature = native.text().map(str::to_owned);
            }
            self.support.push({
                let signature = native.signature_item(&class_name(class));
                quote!(#(#cfgs)* #signature)
            });
            native.slot_closure(target)?
        } else if has_self {
            let rest = function.sig.inputs.iter().filter(|input| !is_prefix(input)).count();
            let arguments = prefix_arguments(function, rest)?;
            let values = (0..rest).map(|index| Ident::new(&format!("__v{index}"), Span::call_site()));
            quote!(|__th, __this #(, #values)*| #target(#(#arguments),*))
        } else {
            target.clone()
        };
        if let Some(text) = text_override {
            self.text_signature = text.map(|text| text.value());
        }
        for name in names {
            let slot = Ident::new(&name, ident.span());
            let code = code.clone();
            self.slots.push(quote!(#(#cfgs)* __slots.#slot.set(::core::option::Option::Some(#code));));
        }
        Ok(())
    }
}

/// The class's Python name, as a constant expression.
fn class_name(class: &Path) -> TokenStream {
    quote!(#class::__NAME)
}

/// Whether a parameter is one that the wrapper supplies: `&self`, `slf`, `th`.
fn is_prefix(input: &FnArg) -> bool {
    match input {
        FnArg::Receiver(_) => true,
        FnArg::Typed(typed) => is_thread_state(&typed.ty) || is_this(&typed.pat),
    }
}

fn is_this(pattern: &Pat) -> bool {
    matches!(pattern, Pat::Ident(pattern) if pattern.ident == "slf" || pattern.ident == "_slf")
}

/// The call's arguments for a getter, setter or slot: `&self`/`slf`, `th`, and `count` values after them.
fn prefix_arguments(function: &ImplItemFn, count: usize) -> Result<Vec<TokenStream>> {
    let mut arguments = Vec::new();
    let mut values = 0usize;
    for input in &function.sig.inputs {
        arguments.push(match input {
            FnArg::Receiver(_) => quote!(::runtime::args::FromSelf::from_self(__this)),
            FnArg::Typed(typed) if is_this(&typed.pat) => quote!(::runtime::args::FromSelf::from_self(__this)),
            FnArg::Typed(typed) if is_thread_state(&typed.ty) => quote!(__th),
            FnArg::Typed(_) => {
                let value = Ident::new(&format!("__v{values}"), Span::call_site());
                values += 1;
                quote!(#value)
            }
        });
    }
    if values == count {
        Ok(arguments)
    } else {
        let message = format!("expected {count} parameters besides `self` and `th`, not {values}");
        Err(syn::Error::new_spanned(&function.sig.inputs, message))
    }
}

fn takes_thread(function: &ImplItemFn) -> Result<bool> {
    crate::module::takes_thread(&function.sig)
}

/// Where a class or module attribute's value comes from.
pub(crate) enum AttributeSource {
    Constant(TokenStream),
    Function { target: TokenStream, takes_thread: bool },
}

/// `AttrDef { name, value: fn(th) -> Res }`.
pub(crate) fn attribute_entry(
    attribute: &Attribute,
    ident: &Ident,
    attributes: &[Attribute],
    source: AttributeSource,
) -> Result<TokenStream> {
    let mut options = Options::of(attribute)?;
    let name = options.string("name")?.map_or_else(|| python_name(ident), |name| name.value());
    options.finish()?;
    let cfgs = cfgs(attributes);
    let value = match source {
        AttributeSource::Constant(constant) => constant,
        AttributeSource::Function { target, takes_thread: true } => quote!(#target(__th)),
        AttributeSource::Function { target, takes_thread: false } => quote!(#target()),
    };
    Ok(quote! {
        #(#cfgs)*
        ::runtime::function::AttrDef { name: #name, get: |__th| ::runtime::args::IntoRes::into_res(#value, __th) }
    })
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn names_of_statics() {
        let name = |ident: &str| static_name(&Ident::new(ident, Span::call_site()), "TYPE").to_string();
        assert_eq!(name("Deque"), "DEQUE_TYPE");
        assert_eq!(name("BytesIO"), "BYTES_IO_TYPE");
        assert_eq!(name("HTTPThing"), "HTTP_THING_TYPE");
        assert_eq!(name("Sha256"), "SHA256_TYPE");
        assert_eq!(name("Crc_32"), "CRC_32_TYPE");
    }

    #[test]
    fn a_derived_class_starts_with_its_base() {
        let expand = |item| class(parse_quote!(base = DICT_TYPE), item).map_err(|error| error.to_string());
        assert!(
            expand(parse_quote!(
                struct Wrong {
                    dict: Dict,
                }
            ))
            .is_err_and(|error| error.contains("#[base]"))
        );
        assert!(
            expand(parse_quote!(
                struct Wrong {
                    #[base]
                    dict: Dict,
                }
            ))
            .is_err_and(|error| error.contains("repr(C)"))
        );
        assert!(
            expand(parse_quote!(
                struct Wrong;
            ))
            .is_err()
        );
        assert!(
            expand(parse_quote!(
                #[repr(C)]
                struct Right {
                    #[base]
                    dict: Dict,
                    more: Value,
                }
            ))
            .is_ok()
        );
    }
}
