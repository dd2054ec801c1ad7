//! What stands between the parentheses of an attribute: `("text", flag, name = "x", list(a, b))`.
//!
//! All our attributes share this one form, so they share one parser; each takes what it knows, and [`Options::finish`]
//! rejects the rest at its own place in the source.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Lit, LitStr, Meta, Result, Token};

/// The value of one option.
enum Setting {
    /// `flag`
    Flag,
    /// `name = expression`
    Value(Expr),
    /// `name(tokens)`
    List(TokenStream),
}

/// The parsed arguments of one attribute; options are taken out by name.
#[derive(Default)]
pub(crate) struct Options {
    text: Option<LitStr>,
    settings: Vec<(Ident, Setting)>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Options::default();
        while !input.is_empty() {
            if input.peek(LitStr) {
                let text: LitStr = input.parse()?;
                if options.text.replace(text.clone()).is_some() {
                    return Err(syn::Error::new(text.span(), "only one signature text is possible"));
                }
            } else {
                let name = Ident::parse_any(input)?;
                let setting = if input.peek(Token![=]) {
                    input.parse::<Token![=]>()?;
                    Setting::Value(input.parse()?)
                } else if input.peek(syn::token::Paren) {
                    let content;
                    syn::parenthesized!(content in input);
                    Setting::List(content.parse()?)
                } else {
                    Setting::Flag
                };
                options.settings.push((name, setting));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

impl Options {
    /// The options of an attribute that stands on an inner item.
    pub(crate) fn of(attribute: &Attribute) -> Result<Options> {
        match &attribute.meta {
            Meta::Path(_) => Ok(Options::default()),
            Meta::List(list) => list.parse_args(),
            Meta::NameValue(pair) => Err(syn::Error::new_spanned(pair, "expected `#[attribute(...)]`")),
        }
    }

    /// The leading string: the signature in Python's syntax.
    pub(crate) fn text(&mut self) -> Option<LitStr> {
        self.text.take()
    }

    fn take(&mut self, name: &str) -> Option<(Ident, Setting)> {
        let at = self.settings.iter().position(|(ident, _)| ident == name)?;
        Some(self.settings.remove(at))
    }

    /// Whether the bare word `name` is there.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool> {
        match self.take(name) {
            None => Ok(false),
            Some((_, Setting::Flag)) => Ok(true),
            Some((ident, _)) => Err(syn::Error::new(ident.span(), format!("`{name}` takes no value"))),
        }
    }

    /// `name = expression`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<Expr>> {
        match self.take(name) {
            None => Ok(None),
            Some((_, Setting::Value(value))) => Ok(Some(value)),
            Some((ident, _)) => Err(syn::Error::new(ident.span(), format!("expected `{name} = ...`"))),
        }
    }

    /// `name = "string"`.
    pub(crate) fn string(&mut self, name: &str) -> Result<Option<LitStr>> {
        match self.value(name)? {
            None => Ok(None),
            Some(value) => string_of(&value).map(Some),
        }
    }

    /// `text = "..."` gives `Some(Some(text))`, `text = none` gives `Some(None)`.
    pub(crate) fn text_override(&mut self) -> Result<Option<Option<LitStr>>> {
        match self.value("text")? {
            None => Ok(None),
            Some(Expr::Path(path)) if path.path.is_ident("none") => Ok(Some(None)),
            Some(value) => string_of(&value).map(|text| Some(Some(text))),
        }
    }

    /// `name(a, b, ...)`, parsed as a list of `T`.
    pub(crate) fn list<T: Parse>(&mut self, name: &str) -> Result<Vec<T>> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some((_, Setting::List(tokens))) => {
                let parser = Punctuated::<T, Token![,]>::parse_terminated;
                Ok(syn::parse::Parser::parse2(parser, tokens)?.into_iter().collect())
            }
            Some((ident, _)) => Err(syn::Error::new(ident.span(), format!("expected `{name}(...)`"))),
        }
    }

    /// `name(options)`: options of their own.
    pub(crate) fn nested(&mut self, name: &str) -> Result<Option<Options>> {
        match self.take(name) {
            None => Ok(None),
            Some((_, Setting::List(tokens))) => syn::parse2(tokens).map(Some),
            Some((ident, _)) => Err(syn::Error::new(ident.span(), format!("expected `{name}(...)`"))),
        }
    }

    /// All bare words that are left, in order.
    pub(crate) fn words(&mut self) -> Vec<Ident> {
        let (words, rest) =
            std::mem::take(&mut self.settings).into_iter().partition(|(_, setting)| matches!(setting, Setting::Flag));
        self.settings = rest;
        let words: Vec<(Ident, Setting)> = words;
        words.into_iter().map(|(ident, _)| ident).collect()
    }

    /// Ends the reading: whatever nobody took is an error.
    pub(crate) fn finish(self) -> Result<()> {
        if let Some(text) = self.text {
            return Err(syn::Error::new(text.span(), "no signature text is expected here"));
        }
        match self.settings.first() {
            None => Ok(()),
            Some((ident, _)) => Err(syn::Error::new(ident.span(), format!("unknown option `{ident}`"))),
        }
    }
}

fn string_of(value: &Expr) -> Result<LitStr> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Ok(text.clone()),
            other => Err(syn::Error::new_spanned(other, "expected a string")),
        },
        other => Err(syn::Error::new_spanned(other, "expected a string")),
    }
}

/// Removes and gives back the first attribute whose last path segment is one of `names`.
pub(crate) fn take_attribute(attributes: &mut Vec<Attribute>, names: &[&str]) -> Option<(String, Attribute)> {
    let last = |attribute: &Attribute| attribute.path().segments.last().map(|segment| segment.ident.to_string());
    let at = attributes.iter().position(|a| last(a).is_some_and(|name| names.contains(&name.as_str())))?;
    let attribute = attributes.remove(at);
    let name = last(&attribute)?;
    Some((name, attribute))
}

/// The `#[cfg(...)]` attributes of an item: what refers to the item must carry them too.
pub(crate) fn cfgs(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect()
}

/// The docstring that doc comments make: one leading space off each line, no blank lines at the ends.
pub(crate) fn docstring(attributes: &[Attribute]) -> Option<String> {
    let mut lines = Vec::new();
    // What a module says of itself inside is for Python, what stands before it is for us.
    let is_inner = |attribute: &Attribute| matches!(attribute.style, syn::AttrStyle::Inner(_));
    let inner = attributes.iter().any(|attribute| attribute.path().is_ident("doc") && is_inner(attribute));
    for attribute in attributes.iter().filter(|attribute| !inner || is_inner(attribute)) {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(text) = &literal.lit
        {
            for line in text.value().split('\n') {
                lines.push(line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned());
            }
        }
    }
    let first = lines.iter().position(|line| !line.is_empty())?;
    let last = lines.iter().rposition(|line| !line.is_empty())?;
    Some(lines[first..=last].join("\n"))
}

/// The Python name of a Rust identifier: `r#type` and `type_` are `type`; `_unused` is `_unused`.
pub(crate) fn python_name(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    match name.strip_suffix('_') {
        Some(stripped) if !stripped.is_empty() && !name.starts_with("__") => stripped.to_owned(),
        _ => name,
    }
}

/// An identifier made of a prefix and another identifier, at the other's place.
pub(crate) fn prefixed(prefix: &str, ident: &Ident) -> Ident {
    Ident::new(&format!("{prefix}{}", ident.unraw()), ident.span())
}

/// `Option<&str>` as tokens.
pub(crate) fn optional_text(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => {
            let text = LitStr::new(text, Span::call_site());
            quote::quote!(::core::option::Option::Some(#text))
        }
        None => quote::quote!(::core::option::Option::None),
    }
}
