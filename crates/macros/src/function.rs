//! Native functions and methods: from a Rust `fn` to a definition that the runtime can call.
//!
//! A wrapper is generated for each function. Its fast path is a slice pattern on the argument count; everything else
//! (keywords, wrong counts) goes through `runtime::args::bind`, which also words the errors. Nothing is allocated either way.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, FnArg, GenericArgument, Ident, LitStr, Pat, PathArguments, Result, Signature, Type};

use crate::options::{Options, docstring, optional_text, prefixed, python_name, take_attribute};
use crate::signature::{self, Kind, Parameter};

/// What the callable becomes in Python.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Function,
    Method,
    ClassMethod,
    StaticMethod,
    /// The `new` slot: the first argument is the class, passed on as the slot has it.
    New,
    /// The `init` or `call` slot with a signature.
    InitOrCall,
}

impl Role {
    /// The role that an attribute's name stands for.
    pub(crate) fn of_attribute(name: &str) -> Option<Role> {
        Some(match name {
            "pyfunction" => Role::Function,
            "pymethod" => Role::Method,
            "pyclassmethod" => Role::ClassMethod,
            "pystaticmethod" => Role::StaticMethod,
            _ => return None,
        })
    }

    fn has_self(self) -> bool {
        !matches!(self, Role::Function | Role::StaticMethod)
    }

    fn is_slot(self) -> bool {
        matches!(self, Role::New | Role::InitOrCall)
    }

    /// The variant of `runtime::function::NativeKind`.
    fn kind(self) -> TokenStream {
        match self {
            Role::Method => quote!(Method),
            Role::ClassMethod => quote!(ClassMethod),
            Role::StaticMethod => quote!(StaticMethod),
            _ => quote!(Function),
        }
    }

    /// What CPython writes before the parameters in `__text_signature__`.
    fn text_prefix(self) -> &'static str {
        match self {
            Role::Function => "$module",
            Role::Method => "$self",
            Role::ClassMethod => "$type",
            _ => "",
        }
    }
}

/// One parameter of the Rust function, in its order.
enum RustArgument {
    /// `th: &ThreadState`
    Thread,
    /// `&self`, `slf`, `cls`
    This,
    /// The n-th parameter of the Python signature.
    Python(usize),
}

/// One Python parameter with its Rust side.
struct Typed {
    parameter: Parameter,
    ty: Type,
    default: Option<Expr>,
}

/// A function read from the source, ready to be written out as tokens.
pub(crate) struct Native {
    rust_name: Ident,
    role: Role,
    name: String,
    doc: Option<String>,
    text: Option<String>,
    arguments: Vec<RustArgument>,
    typed: Vec<Typed>,
    raw: bool,
    owner_override: Option<LitStr>,
    /// Whether the options give the name: slots are called like their class otherwise.
    is_named: bool,
}

/// The identifiers under which a function's signature and wrapper are written.
pub(crate) struct Names {
    pub(crate) signature: Ident,
    pub(crate) call: Ident,
}

impl Native {
    /// Reads the function `sig` with its attributes; parameter attributes of ours are removed from it.
    pub(crate) fn read(
        role: Role,
        mut options: Options,
        attributes: &[Attribute],
        sig: &mut Signature,
    ) -> Result<Native> {
        let text = options.text();
        let text_override = options.text_override()?;
        let given_name = options.string("name")?.map(|name| name.value());
        let is_named = given_name.is_some();
        let name = given_name.unwrap_or_else(|| python_name(&sig.ident));
        let owner_override = options.string("module")?;
        let raw = options.flag("raw")?;
        options.finish()?;
        let (mut arguments, mut rust) = (Vec::new(), Vec::new());
        for input in &mut sig.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    if !role.has_self() || role == Role::ClassMethod || role == Role::New {
                        return Err(syn::Error::new_spanned(receiver, "this kind of function has no `self`"));
                    }
                    arguments.push(RustArgument::This);
                }
                FnArg::Typed(typed) => {
                    let ident = match &*typed.pat {
                        Pat::Ident(pattern) => pattern.ident.clone(),
                        other => return Err(syn::Error::new_spanned(other, "a parameter needs a plain name")),
                    };
                    if !raw && role.has_self() && ["slf", "_slf", "cls", "_cls"].iter().any(|this| ident == this) {
                        arguments.push(RustArgument::This);
                    } else if is_thread_state(&typed.ty) {
                        arguments.push(RustArgument::Thread);
                    } else {
                        let default = match take_attribute(&mut typed.attrs, &["default"]) {
                            Some((_, attribute)) => Some(attribute.parse_args::<Expr>()?),
                            None => None,
                        };
                        arguments.push(RustArgument::Python(rust.len()));
                        rust.push((ident, (*typed.ty).clone(), default));
                    }
                }
            }
        }
        if raw {
            let shown = match text_override {
                Some(text) => text.map(|text| text.value()),
                None => text.map(|text| with_prefix(role, &text.value())),
            };
            let doc = docstring(attributes);
            let (typed, rust_name) = (Vec::new(), sig.ident.clone());
            return Ok(Native {
                rust_name,
                role,
                name,
                is_named,
                doc,
                text: shown,
                arguments,
                typed,
                raw,
                owner_override,
            });
        }
        let parameters = match &text {
            Some(text) => {
                let parameters = signature::parse(&text.value())
                    .map_err(|message| syn::Error::new(text.span(), format!("signature: {message}")))?;
                check_names(text, &parameters, &rust, sig)?;
                parameters
            }
            None => positional(&rust)?,
        };
        let shown = match text_override {
            Some(text) => text.map(|text| text.value()),
            None => Some(with_prefix(role, &text.map_or_else(|| written(&parameters), |text| text.value()))),
        };
        let typed = parameters
            .into_iter()
            .zip(rust)
            .map(|(parameter, (_, ty, default))| Typed { parameter, ty, default })
            .collect();
        let (doc, rust_name) = (docstring(attributes), sig.ident.clone());
        Ok(Native { rust_name, role, name, is_named, doc, text: shown, arguments, typed, raw, owner_override })
    }

    /// The identifiers for this function's generated items.
    pub(crate) fn names(&self) -> Names {
        Names { signature: prefixed("__SIG_", &self.rust_name), call: prefixed("__call_", &self.rust_name) }
    }

    /// The text for `__text_signature__`.
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// `static __SIG_x: Signature` (the definition that errors, `inspect` and keyword arguments read).
    pub(crate) fn signature_item(&self, owner: &TokenStream) -> TokenStream {
        let Names { signature, .. } = self.names();
        let name = match self.role {
            role if role.is_slot() && !self.is_named => owner.clone(),
            _ => {
                let name = &self.name;
                quote!(#name)
            }
        };
        let owner = match &self.owner_override {
            Some(module) if module.value() == "builtins" => quote!(""),
            Some(module) => quote!(#module),
            None => owner.clone(),
        };
        let (text, doc) = (optional_text(self.text.as_deref()), optional_text(self.doc.as_deref()));
        let constructor = self.role.is_slot();
        let parameters = self.typed.iter().map(|typed| {
            let name = &typed.parameter.name;
            let kind = Ident::new(&format!("{:?}", typed.parameter.kind), Span::call_site());
            let required = self.required(typed);
            quote!(::runtime::args::Param { name: #name, kind: ::runtime::args::ParamKind::#kind, required: #required })
        });
        quote! {
            #[allow(non_upper_case_globals)]
            static #signature: ::runtime::args::Signature = ::runtime::args::Signature {
                name: #name,
                owner: #owner,
                text: #text,
                doc: #doc,
                params: &[#(#parameters),*],
                constructor: #constructor,
            };
        }
    }

    /// `NativeDef { .. }`, referring to the items of [`Native::signature_item`] and [`Native::wrapper_item`].
    pub(crate) fn definition(&self, target: &TokenStream) -> TokenStream {
        let Names { signature, call } = self.names();
        let kind = self.role.kind();
        let call = if self.raw { quote!(#target) } else { quote!(#call) };
        quote! {
            ::runtime::function::NativeDef {
                signature: &#signature,
                call: #call,
                kind: ::runtime::function::NativeKind::#kind,
            }
        }
    }

    /// `fn __call_x(th, args, kwnames) -> Res`; nothing for raw functions, which are called themselves.
    pub(crate) fn wrapper_item(&self, target: &TokenStream) -> Result<TokenStream> {
        if self.raw {
            return Ok(TokenStream::new());
        }
        let Names { signature, call } = self.names();
        let take_self = self.role.has_self().then(|| {
            quote! {
                let [__this, __args @ ..] = __args else {
                    return ::core::result::Result::Err(::runtime::args::missing_self(__th, &#signature));
                };
            }
        });
        let body = self.body(target)?;
        Ok(quote! {
            #[allow(non_snake_case, unused_variables, clippy::all)]
            fn #call(
                __th: &::runtime::ThreadState,
                __args: &[::runtime::Value],
                __kwnames: &[::runtime::Value],
            ) -> ::runtime::Res {
                #take_self
                #body
            }
        })
    }

    /// The closure for a slot (`new`, `init`, `call`) that has a signature.
    pub(crate) fn slot_closure(&self, target: &TokenStream) -> Result<TokenStream> {
        if self.raw {
            return Ok(target.clone());
        }
        let body = self.body(target)?;
        Ok(quote!(|__th, __this, __args, __kwnames| { #body }))
    }

    fn required(&self, typed: &Typed) -> bool {
        let named = !matches!(typed.parameter.kind, Kind::VarPositional | Kind::VarKeyword);
        named && typed.parameter.default.is_none() && typed.default.is_none()
    }

    /// Binding, conversion and call; expects `__th`, `__this`, `__args` and `__kwnames`.
    fn body(&self, target: &TokenStream) -> Result<TokenStream> {
        let signature = self.names().signature;
        let bind = self.binding(&signature);
        let mut converted = Vec::new();
        let mut at = 0usize;
        for (index, typed) in self.typed.iter().enumerate() {
            let slot = slot_name(index);
            let span = typed.ty.span();
            match typed.parameter.kind {
                Kind::VarPositional => {
                    let skip = at;
                    converted.push(quote!(let #slot = ::runtime::args::rest(__args, __kwnames, #skip);));
                }
                Kind::VarKeyword => {
                    converted.push(quote!(let #slot = ::runtime::args::KwArgs::new(&#signature, __args, __kwnames);));
                }
                _ => {
                    let position = at as u8;
                    // The names keep the macro's own hygiene: the type may come out of a `macro_rules!`.
                    let (th, value) = (quote!(__th), quote!(__value));
                    let convert = quote_spanned! {span=>
                        ::runtime::args::FromArg::from_arg(
                            #th, #value, ::runtime::args::ArgAt::new(&#signature, #position))?
                    };
                    converted.push(self.conversion(typed, &slot, &convert)?);
                    at += 1;
                }
            }
        }
        let values = self.arguments.iter().map(|argument| match argument {
            RustArgument::Thread => quote!(__th),
            RustArgument::This if self.role == Role::New => quote!(__this),
            RustArgument::This => quote!(::runtime::args::FromSelf::from_self(__this)),
            RustArgument::Python(index) => {
                let slot = slot_name(*index);
                quote!(#slot)
            }
        });
        let result = quote!(#target(#(#values),*));
        let result =
            if self.role.is_slot() { result } else { quote!(::runtime::args::IntoRes::into_res(#result, __th)) };
        Ok(quote! { #bind #(#converted)* #result })
    }

    /// `let (a, b): (&Value, Option<&Value>) = match args { fast .. _ => bind }`.
    fn binding(&self, signature: &Ident) -> TokenStream {
        let named: Vec<(usize, &Typed)> = (self.typed.iter().enumerate())
            .filter(|(_, typed)| !matches!(typed.parameter.kind, Kind::VarPositional | Kind::VarKeyword))
            .collect();
        let rest = self.typed.iter().any(|typed| typed.parameter.kind == Kind::VarPositional);
        let keywords = self.typed.iter().any(|typed| typed.parameter.kind == Kind::VarKeyword);
        if named.is_empty() && rest && keywords {
            return TokenStream::new();
        }
        let count = named.len();
        let slots: Vec<Ident> = named.iter().map(|(index, _)| slot_name(*index)).collect();
        let required = |typed: &Typed| self.required(typed);
        let bound: Vec<TokenStream> = (named.iter().zip(&slots))
            .map(
                |((_, typed), slot)| {
                    if required(typed) { quote!(::core::option::Option::Some(#slot)) } else { quote!(#slot) }
                },
            )
            .collect();
        let types = named.iter().map(|(_, typed)| {
            if required(typed) { quote!(&::runtime::Value) } else { quote!(::core::option::Option<&::runtime::Value>) }
        });
        let is_positional = |typed: &Typed| typed.parameter.kind != Kind::KeywordOnly;
        let required_keyword = named.iter().any(|(_, typed)| !is_positional(typed) && required(typed));
        let fast = (!required_keyword).then(|| {
            let heads: Vec<&Ident> = (named.iter().zip(&slots))
                .filter(|((_, typed), _)| is_positional(typed) && required(typed))
                .map(|(_, slot)| slot)
                .collect();
            let optional = named.iter().filter(|(_, typed)| is_positional(typed) && !required(typed)).count();
            let mut next = 0usize;
            let values = (named.iter().zip(&slots)).map(|((_, typed), slot)| {
                if required(typed) {
                    quote!(#slot)
                } else if is_positional(typed) {
                    let index = next;
                    next += 1;
                    quote!(__tail.get(#index))
                } else {
                    quote!(::core::option::Option::None)
                }
            });
            let values: Vec<TokenStream> = values.collect();
            if rest {
                let tail = if optional > 0 { quote!(__tail @ ..) } else { quote!(..) };
                quote!([#(#heads,)* #tail] if __kwnames.is_empty() => (#(#values,)*),)
            } else if optional == 0 {
                quote!([#(#heads),*] if __kwnames.is_empty() => (#(#values,)*),)
            } else {
                quote! {
                    [#(#heads,)* __tail @ ..] if __kwnames.is_empty() && __tail.len() <= #optional => (#(#values,)*),
                }
            }
        });
        let slow = if count == 0 {
            quote!(::runtime::args::bind(__th, &#signature, __args, __kwnames, &mut [])?)
        } else if named.iter().any(|(_, typed)| required(typed)) {
            quote! {
                let mut __bound = [::core::option::Option::None; #count];
                ::runtime::args::bind(__th, &#signature, __args, __kwnames, &mut __bound)?;
                let [#(#bound),*] = __bound else {
                    return ::core::result::Result::Err(::runtime::args::unbound(__th, &#signature));
                };
                (#(#slots,)*)
            }
        } else {
            quote! {
                let mut __bound = [::core::option::Option::None; #count];
                ::runtime::args::bind(__th, &#signature, __args, __kwnames, &mut __bound)?;
                let [#(#bound),*] = __bound;
                (#(#slots,)*)
            }
        };
        if count == 0 {
            return quote!(match __args { #fast _ => { #slow } });
        }
        quote! {
            let (#(#slots,)*): (#(#types,)*) = match __args {
                #fast
                _ => { #slow }
            };
        }
    }

    /// `let a = ...;`: the conversion of one bound argument to its Rust type.
    fn conversion(&self, typed: &Typed, slot: &Ident, convert: &TokenStream) -> Result<TokenStream> {
        let option = option_inner(&typed.ty);
        let takes_none = option.is_some_and(is_value);
        if self.required(typed) {
            let value = if takes_none { quote!(::core::option::Option::Some(#convert)) } else { convert.clone() };
            return Ok(quote!(let #slot = { let __value = #slot; #value };));
        }
        let given = if takes_none { quote!(::core::option::Option::Some(#convert)) } else { convert.clone() };
        let (before, missing) = match (&typed.default, &typed.parameter.default) {
            (Some(expression), _) => (TokenStream::new(), quote!(#expression)),
            (None, _) if option.is_some() => (TokenStream::new(), quote!(::core::option::Option::None)),
            (None, Some(text)) => default_value(text, typed, slot)?,
            (None, None) => (TokenStream::new(), quote!(::core::default::Default::default())),
        };
        Ok(quote! {
            #before
            let #slot = match #slot {
                ::core::option::Option::Some(__value) => #given,
                ::core::option::Option::None => #missing,
            };
        })
    }
}

fn slot_name(index: usize) -> Ident {
    Ident::new(&format!("__a{index}"), Span::call_site())
}

/// `(a, /)` of a method becomes `($self, a, /)`.
fn with_prefix(role: Role, text: &str) -> String {
    let prefix = role.text_prefix();
    let inner = text.trim().strip_prefix('(').unwrap_or(text);
    match (prefix, inner.trim_start()) {
        ("", _) => text.trim().to_owned(),
        (_, ")") => format!("({prefix}, /)"),
        // `$self` is positional only, so a `/` must close it where the rest has none.
        (_, rest) if has_slash(rest) => format!("({prefix}, {rest}"),
        (_, rest) => format!("({prefix}, /, {rest}"),
    }
}

fn has_slash(rest: &str) -> bool {
    signature::parse(&format!("({rest}"))
        .is_ok_and(|parameters| parameters.iter().any(|p| p.kind == Kind::PositionalOnly))
}

/// The text of a signature that was made from the Rust parameters.
fn written(parameters: &[Parameter]) -> String {
    let mut text = String::from("(");
    for parameter in parameters {
        text.push_str(&parameter.name);
        if let Some(default) = &parameter.default {
            text.push('=');
            text.push_str(default);
        }
        text.push_str(", ");
    }
    text.push_str(if parameters.is_empty() { ")" } else { "/)" });
    text
}

/// Without a signature text: positional-only parameters in Rust's order, trailing `Option`s being optional.
fn positional(rust: &[(Ident, Type, Option<Expr>)]) -> Result<Vec<Parameter>> {
    let first_optional = rust
        .iter()
        .rposition(|(_, ty, default)| option_inner(ty).is_none() && default.is_none())
        .map_or(0, |last_required| last_required + 1);
    for (ident, _, default) in &rust[..first_optional] {
        if default.is_some() {
            return Err(syn::Error::new(ident.span(), "a parameter with a default stands before one without"));
        }
    }
    Ok((rust.iter().enumerate())
        .map(|(index, (ident, _, default))| Parameter {
            name: python_name(ident).trim_start_matches('_').to_owned(),
            kind: Kind::PositionalOnly,
            default: (index >= first_optional)
                .then(|| if default.is_some() { "<unrepresentable>" } else { "None" }.to_owned()),
        })
        .collect())
}

/// The signature must have as many parameters as the function, and none at another's place.
fn check_names(
    text: &LitStr,
    parameters: &[Parameter],
    rust: &[(Ident, Type, Option<Expr>)],
    sig: &Signature,
) -> Result<()> {
    if parameters.len() != rust.len() {
        let message = format!(
            "the signature has {} parameters, the function `{}` takes {}",
            parameters.len(),
            sig.ident,
            rust.len()
        );
        return Err(syn::Error::new(text.span(), message));
    }
    for (index, (ident, _, _)) in rust.iter().enumerate() {
        let name = python_name(ident);
        if parameters.iter().enumerate().any(|(other, p)| other != index && p.name == name) {
            let message = format!("`{name}` stands at another place in the signature");
            return Err(syn::Error::new(ident.span(), message));
        }
    }
    Ok(())
}

/// The Rust value of a default that the signature text gives, with what must stand before it.
fn default_value(text: &str, typed: &Typed, slot: &Ident) -> Result<(TokenStream, TokenStream)> {
    let span = typed.ty.span();
    let literal = literal(text);
    if is_value(&typed.ty) {
        let value = match literal {
            Some(Literal::None) => quote!(::runtime::Value::none()),
            Some(Literal::Bool(value)) => quote!(::runtime::Value::bool(#value)),
            Some(Literal::Other(value)) => quote!(::runtime::args::IntoRes::into_res(#value, __th)?),
            Some(Literal::Int(_)) => {
                let number: Expr = syn::parse_str(&format!("{text}i64"))?;
                quote!(::runtime::args::IntoRes::into_res(#number, __th)?)
            }
            None => return Err(no_default(text, span)),
        };
        if matches!(typed.ty, Type::Reference(_)) {
            let holder = Ident::new(&format!("{slot}_default"), Span::call_site());
            let before = quote! {
                let #holder = match #slot {
                    ::core::option::Option::Some(_) => ::runtime::Value::none(),
                    ::core::option::Option::None => #value,
                };
            };
            return Ok((before, quote!(&#holder)));
        }
        return Ok((TokenStream::new(), value));
    }
    let is = |name: &str| matches!(&typed.ty, Type::Path(path) if path.path.segments.last().is_some_and(|s| s.ident == name));
    let value = match literal {
        Some(Literal::Bool(value)) if is("bool") => quote!(#value),
        Some(Literal::Bool(value)) => {
            let value = i32::from(value);
            let number = proc_macro2::Literal::i32_unsuffixed(value);
            quote!(#number)
        }
        Some(Literal::Int(_)) if is("f64") => {
            let number: Expr = syn::parse_str(&format!("{text}.0"))?;
            quote!(#number)
        }
        Some(Literal::Int(value)) if is("bool") => quote!((#value) != 0),
        Some(Literal::Int(value)) => quote!(#value),
        Some(Literal::Other(value)) if is("Cow") => quote!(::std::borrow::Cow::Borrowed(#value)),
        Some(Literal::Other(value)) if is("String") => quote!(::std::string::String::from(#value)),
        Some(Literal::Other(value)) => value,
        _ if text == "sys.maxsize" && is("isize") => quote!(::core::primitive::isize::MAX),
        _ if text == "sys.maxsize" => quote!(::core::primitive::i64::MAX),
        _ => return Err(no_default(text, span)),
    };
    Ok((TokenStream::new(), value))
}

fn no_default(text: &str, span: Span) -> syn::Error {
    let message = format!("no Rust value for the default `{text}`: use an `Option` or `#[default(expression)]`");
    syn::Error::new(span, message)
}

/// A default of the signature text, as far as Rust can write it.
enum Literal {
    None,
    Bool(bool),
    Int(TokenStream),
    Other(TokenStream),
}

fn literal(text: &str) -> Option<Literal> {
    match text {
        "None" => return Some(Literal::None),
        "True" => return Some(Literal::Bool(true)),
        "False" => return Some(Literal::Bool(false)),
        _ => {}
    }
    for quote in ['\'', '"'] {
        let inner = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            // The escapes that the two languages share are read by Rust's own parser.
            let text: LitStr = syn::parse_str(&format!("\"{}\"", inner.replace('"', "\\\""))).ok()?;
            return Some(Literal::Other(quote!(#text)));
        }
    }
    let is_number = text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
    let expression: Expr = if is_number { syn::parse_str(text).ok()? } else { return None };
    let is_float = !text.contains("0x") && text.contains(['.', 'e', 'E']);
    Some(if is_float { Literal::Other(quote!(#expression)) } else { Literal::Int(quote!(#expression)) })
}

/// Whether the type is `&ThreadState` (by whatever path).
pub(crate) fn is_thread_state(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => ends_with(&reference.elem, "ThreadState"),
        _ => false,
    }
}

/// Whether the type is `Value` or `&Value`.
fn is_value(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => ends_with(&reference.elem, "Value"),
        other => ends_with(other, "Value"),
    }
}

fn ends_with(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == name))
}

/// `T` of `Option<T>`.
fn option_inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

/// Expands a free-standing `#[pyfunction]`, or one of a module: `pub static __def_x: NativeDef`.
pub(crate) fn free_function(native: &Native, vis: &syn::Visibility, owner: &TokenStream) -> Result<TokenStream> {
    let rust_name = &native.rust_name;
    let target = quote!(#rust_name);
    let def = prefixed("__def_", rust_name);
    let signature = native.signature_item(owner);
    let wrapper = native.wrapper_item(&target)?;
    let definition = native.definition(&target);
    Ok(quote! {
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #vis static #def: ::runtime::function::NativeDef = {
            #signature
            #wrapper
            #definition
        };
    })
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    /// The message that a mistaken definition gives.
    fn mistake(options: Options, mut function: syn::ItemFn) -> String {
        let native = Native::read(Role::Function, options, &function.attrs, &mut function.sig);
        match native.and_then(|native| free_function(&native, &function.vis, &quote!(""))) {
            Ok(tokens) => tokens.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(
            mistake(
                parse_quote!("(a, b, /)"),
                parse_quote!(
                    fn f(a: i64) {}
                )
            ),
            "the signature has 2 parameters, the function `f` takes 1"
        );
        assert_eq!(
            mistake(
                parse_quote!("(a, b, /)"),
                parse_quote!(
                    fn f(b: i64, a: i64) {}
                )
            ),
            "`b` stands at another place in the signature"
        );
        assert_eq!(
            mistake(
                parse_quote!("(a=(), /)"),
                parse_quote!(
                    fn f(a: i64) {}
                )
            ),
            "no Rust value for the default `()`: use an `Option` or `#[default(expression)]`"
        );
        assert_eq!(
            mistake(
                parse_quote!("a, b"),
                parse_quote!(
                    fn f(a: i64) {}
                )
            ),
            "signature: a signature looks like \"(a, b=None, /)\", not \"a, b\""
        );
        assert_eq!(
            mistake(
                parse_quote!(nme = "x"),
                parse_quote!(
                    fn f() {}
                )
            ),
            "unknown option `nme`"
        );
    }
}
