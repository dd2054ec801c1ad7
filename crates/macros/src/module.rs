//! Native modules: `#[pymodule] mod math { ... }`.
//!
//! The module's items are walked once: functions get their definitions, classes are told their module, and everything is listed
//! in one `pub static MODULE: ModuleDef` inside the module.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, Item, ItemMod, Meta, Path, Result, Signature};

use crate::class::{AttributeSource, attribute_entry, static_name};
use crate::function::{Native, Role, free_function, is_thread_state};
use crate::options::{Options, cfgs, docstring, optional_text, prefixed, python_name, take_attribute};

/// Expands `#[pymodule(...)] mod`.
pub(crate) fn module(mut options: Options, mut item: ItemMod) -> Result<TokenStream> {
    let name = options.string("name")?.map_or_else(|| python_name(&item.ident), |name| name.value());
    let classes: Vec<Path> = options.list("classes")?;
    let functions: Vec<Path> = options.list("functions")?;
    options.finish()?;
    let Some((_, content)) = &mut item.content else {
        return Err(syn::Error::new_spanned(&item, "the module's content must stand here, in braces"));
    };
    let owner = if name == "builtins" { quote!("") } else { quote!(#name) };
    let mut types: Vec<TokenStream> = classes.iter().map(|path| quote!(&#path)).collect();
    let mut defs: Vec<TokenStream> = functions.iter().map(definition_of).collect::<Result<_>>()?;
    let (mut attributes, mut init, mut added) = (Vec::new(), None, Vec::new());
    for entry in content.iter_mut() {
        match entry {
            Item::Fn(function) => {
                const OURS: &[&str] = &["pyfunction", "pyattr", "pyinit"];
                let Some((kind, attribute)) = take_attribute(&mut function.attrs, OURS) else { continue };
                let ident = function.sig.ident.clone();
                let cfgs = cfgs(&function.attrs);
                match kind.as_str() {
                    "pyfunction" => {
                        let options = Options::of(&attribute)?;
                        let native = Native::read(Role::Function, options, &function.attrs, &mut function.sig)?;
                        let item = free_function(&native, &function.vis, &owner)?;
                        added.push(quote!(#(#cfgs)* #item));
                        let def = prefixed("__def_", &ident);
                        defs.push(quote!(#(#cfgs)* &#def));
                    }
                    "pyattr" => {
                        let takes_thread = takes_thread(&function.sig)?;
                        let source = AttributeSource::Function { target: quote!(#ident), takes_thread };
                        attributes.push(attribute_entry(&attribute, &ident, &function.attrs, source)?);
                    }
                    _ => {
                        Options::of(&attribute)?.finish()?;
                        if init.replace(quote!(#ident)).is_some() {
                            return Err(syn::Error::new(ident.span(), "a module has one `#[pyinit]` function"));
                        }
                    }
                }
            }
            Item::Const(constant) => {
                if let Some((_, attribute)) = take_attribute(&mut constant.attrs, &["pyattr"]) {
                    let ident = &constant.ident;
                    let source = AttributeSource::Constant(quote!(#ident));
                    attributes.push(attribute_entry(&attribute, ident, &constant.attrs, source)?);
                }
            }
            Item::Struct(structure) => {
                let ours = structure
                    .attrs
                    .iter_mut()
                    .find(|a| a.path().segments.last().is_some_and(|segment| segment.ident == "pyclass"));
                let Some(attribute) = ours else { continue };
                name_the_module(&mut attribute.meta, &name);
                let hidden = attribute_hides(&attribute.meta);
                let (cfgs, ty) = (cfgs(&structure.attrs), static_name(&structure.ident, "TYPE"));
                if !hidden {
                    types.push(quote!(#(#cfgs)* &#ty));
                }
            }
            _ => {}
        }
    }
    let doc = optional_text(docstring(&item.attrs).as_deref());
    let init = match init {
        Some(init) => quote!(::core::option::Option::Some(#init)),
        None => quote!(::core::option::Option::None),
    };
    let shown = format!("The definition of Python's module `{name}`.");
    added.push(quote! {
        #[doc = #shown]
        #[allow(clippy::all)]
        pub static MODULE: ::runtime::module::ModuleDef = ::runtime::module::ModuleDef {
            name: ::runtime::module::ModuleName::new(#name),
            doc: #doc,
            functions: &[#(#defs),*],
            attrs: &[#(#attributes),*],
            types: &[#(#types),*],
            init: #init,
        };
    });
    content.extend(added.into_iter().map(Item::Verbatim));
    Ok(quote!(#item))
}

/// `path::name` of a free-standing `#[pyfunction]` -> `&path::__def_name`.
fn definition_of(path: &Path) -> Result<TokenStream> {
    let mut path = path.clone();
    let last = path.segments.last_mut().ok_or_else(|| syn::Error::new(proc_macro2::Span::call_site(), "empty path"))?;
    last.ident = prefixed("__def_", &last.ident);
    Ok(quote!(&#path))
}

/// Adds `module = "..."` to the attribute of a class inside the module, unless it says so itself.
fn name_the_module(meta: &mut Meta, module: &str) {
    match meta {
        Meta::Path(path) => *meta = syn::parse_quote!(#path(module = #module)),
        Meta::List(list) => {
            let words = list.tokens.clone().into_iter();
            let said =
                words.into_iter().any(|token| matches!(token, proc_macro2::TokenTree::Ident(i) if i == "module"));
            if !said {
                let tokens = &list.tokens;
                list.tokens =
                    if tokens.is_empty() { quote!(module = #module) } else { quote!(module = #module, #tokens) };
            }
        }
        Meta::NameValue(_) => {}
    }
}

/// Whether the word `hidden` is there: a class that is not an attribute of its module (iterators, views).
fn attribute_hides(meta: &Meta) -> bool {
    match meta {
        Meta::List(list) => list
            .tokens
            .clone()
            .into_iter()
            .any(|token| matches!(token, proc_macro2::TokenTree::Ident(i) if i == "hidden")),
        _ => false,
    }
}

/// Whether a function without other parameters takes the thread state.
pub(crate) fn takes_thread(sig: &Signature) -> Result<bool> {
    let thread = |input: &FnArg| matches!(input, FnArg::Typed(typed) if is_thread_state(&typed.ty));
    match sig.inputs.len() {
        0 => Ok(false),
        1 if sig.inputs.iter().all(thread) => Ok(true),
        _ => Err(syn::Error::new_spanned(&sig.inputs, "expected `(th: &ThreadState)` or no parameters")),
    }
}
