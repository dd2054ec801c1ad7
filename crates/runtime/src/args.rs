//! Arguments of native functions: signatures, binding, and CPython's words for what is wrong.
//!
//! The macros write a [`Signature`] for every native function and a wrapper around it. The wrapper handles the plain case (no
//! keywords, a possible number of arguments) by itself; everything else comes to [`bind`], which follows the parsers that
//! Argument Clinic generates, including which of several mistakes is reported. Conversions are in `convert.rs`.

use crate::error::{Raised, Res};
use crate::thread::ThreadState;
use crate::value::Value;

/// How a parameter can be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamKind {
    PositionalOnly,
    PositionalOrKeyword,
    VarPositional,
    KeywordOnly,
    VarKeyword,
}

/// One parameter of a native function.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub kind: ParamKind,
    pub required: bool,
}

/// What a native function takes, and what `help()` and `inspect` show of it.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    pub name: &'static str,
    /// The class or module; empty for builtin functions.
    pub owner: &'static str,
    /// `__text_signature__`, such as "($self, object, /)".
    pub text: Option<&'static str>,
    pub doc: Option<&'static str>,
    pub params: &'static [Param],
    /// Belongs to a `new`, `init` or `call` slot: errors then never show a qualified name.
    pub constructor: bool,
}

impl Signature {
    /// The name that CPython puts into errors about keywords and fixed numbers of arguments: "list.append".
    pub fn qualified_name(&self) -> String {
        if self.constructor || self.owner.is_empty() {
            self.name.to_string()
        } else {
            format!("{}.{}", self.owner, self.name)
        }
    }

    /// The parameters that take one value each, in order: the index into them is the argument's index everywhere here.
    fn named(&self) -> impl Iterator<Item = &'static Param> + Clone {
        self.params.iter().filter(|p| !matches!(p.kind, ParamKind::VarPositional | ParamKind::VarKeyword))
    }

    fn has(&self, kind: ParamKind) -> bool {
        self.params.iter().any(|p| p.kind == kind)
    }
}

/// Which argument a conversion is about; for errors only.
#[derive(Clone, Copy)]
pub struct ArgAt {
    signature: &'static Signature,
    index: u8,
}

impl ArgAt {
    #[inline(always)]
    pub const fn new(signature: &'static Signature, index: u8) -> ArgAt {
        ArgAt { signature, index }
    }

    pub fn function(&self) -> &'static str {
        self.signature.name
    }

    /// The parameter's name.
    pub fn name(&self) -> &'static str {
        self.signature.named().nth(self.index as usize).map_or("argument", |param| param.name)
    }

    /// "argument", "argument 2" or "argument 'encoding'".
    pub fn describe(&self) -> String {
        match self.signature.named().nth(self.index as usize) {
            Some(param) if param.kind != ParamKind::PositionalOnly => format!("argument '{}'", param.name),
            _ if self.signature.params.len() == 1 && !self.signature.constructor => "argument".to_string(),
            _ => format!("argument {}", self.index + 1),
        }
    }

    /// "f() argument 1 must be str, not int".
    #[cold]
    #[inline(never)]
    pub fn wrong_type(&self, th: &ThreadState, expected: &str, value: &Value) -> Raised {
        let found = if value.is_none() { "None".to_string() } else { value.class().full_name() };
        let (function, argument) = (self.function(), self.describe());
        type_error(th, format!("{function}() {argument} must be {expected}, not {found}"))
    }
}

/// The Rust type of a parameter: how it is made from a value.
pub trait FromArg<'a>: Sized {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self>;

    /// For `Option<Self>`: `None` is no value.
    #[inline]
    fn from_arg_or_none(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Option<Self>> {
        if value.is_none() { Ok(None) } else { Self::from_arg(th, value, at).map(Some) }
    }
}

/// The Rust type of `self` (or `cls`) in a method; the descriptor has checked the value.
pub trait FromSelf<'a> {
    fn from_self(value: &'a Value) -> Self;
}

impl<'a> FromSelf<'a> for &'a Value {
    #[inline(always)]
    fn from_self(value: &'a Value) -> &'a Value {
        value
    }
}

/// What native functions may return.
pub trait IntoRes {
    fn into_res(self, th: &ThreadState) -> Res;
}

/// The arguments that `**kwargs` collects: those whose names no other parameter has.
#[derive(Clone, Copy)]
pub struct KwArgs<'a> {
    signature: &'static Signature,
    names: &'a [Value],
    values: &'a [Value],
}

impl<'a> KwArgs<'a> {
    /// Of a call's arguments.
    #[inline]
    pub fn new(signature: &'static Signature, args: &'a [Value], kwnames: &'a [Value]) -> KwArgs<'a> {
        KwArgs { signature, names: kwnames, values: split(args, kwnames).1 }
    }

    /// Names and values, in the order of the call.
    pub fn iter(&self) -> impl Iterator<Item = (&'a Value, &'a Value)> + use<'a> {
        let signature = self.signature;
        let takes = |p: &&Param| matches!(p.kind, ParamKind::PositionalOrKeyword | ParamKind::KeywordOnly);
        let is_named = move |name: &Value| signature.params.iter().filter(takes).any(|p| is_name(name, p.name));
        self.names.iter().zip(self.values).filter(move |(name, _)| !is_named(name))
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty() || self.iter().next().is_none()
    }

    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// The value that was given by the name `name`.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.iter().find(|(given, _)| is_name(given, name)).map(|(_, value)| value)
    }
}

/// The positional values and the keyword values of a call.
#[inline]
pub fn split<'a>(args: &'a [Value], kwnames: &[Value]) -> (&'a [Value], &'a [Value]) {
    args.split_at(args.len().saturating_sub(kwnames.len()))
}

/// The positional values after the first `skip`: what `*args` collects.
#[inline]
pub fn rest<'a>(args: &'a [Value], kwnames: &[Value], skip: usize) -> &'a [Value] {
    split(args, kwnames).0.get(skip..).unwrap_or(&[])
}

/// Refuses keyword arguments of the constructor of `own`, unless a subclass with an `__init__` of its own may want them.
pub fn refuse_keywords(
    th: &ThreadState,
    cls: &crate::types::Type,
    own: &crate::types::Type,
    kwnames: &[Value],
) -> Res<()> {
    if kwnames.is_empty() {
        return Ok(());
    }
    let same_init = match (cls.slots().init.get(), own.slots().init.get()) {
        (Some(init), Some(own)) => std::ptr::fn_addr_eq(init, own),
        (init, own) => init.is_none() && own.is_none(),
    };
    if same_init { Err(type_error(th, format!("{}() takes no keyword arguments", own.name()))) } else { Ok(()) }
}

/// Whether a keyword's name is `name`. Names in signatures are ASCII.
#[inline]
fn is_name(value: &Value, name: &str) -> bool {
    value.as_str().is_some_and(|text| text.equals_ascii(name))
}

/// Puts each argument into the place of its parameter in `out` (one for each parameter but `*args` and `**kwargs`), or
/// raises what CPython raises. When it succeeds, every required parameter has its value.
#[inline(never)]
pub fn bind<'a>(
    th: &ThreadState,
    signature: &Signature,
    args: &'a [Value],
    kwnames: &[Value],
    out: &mut [Option<&'a Value>],
) -> Res<()> {
    let (positional, keyword_values) = split(args, kwnames);
    let is_positional = |p: &&Param| p.kind != ParamKind::KeywordOnly;
    let most = signature.named().filter(is_positional).count();
    let has_rest = signature.has(ParamKind::VarPositional);
    let has_names = signature.has(ParamKind::PositionalOrKeyword) || signature.has(ParamKind::KeywordOnly);
    if has_names {
        check_counts(th, signature, positional.len(), kwnames.len(), most)?;
    } else {
        check_positional(th, signature, positional.len(), kwnames.len(), most)?;
    }
    debug_assert!(has_rest || positional.len() <= most);
    for (place, value) in out[..most].iter_mut().zip(positional) {
        *place = Some(value);
    }
    if !has_names {
        return Ok(());
    }
    let takes_any = signature.has(ParamKind::VarKeyword);
    // The first mistake among the names waits: a missing argument is reported before it.
    let mut mistake = None;
    for (name, value) in kwnames.iter().zip(keyword_values) {
        let found =
            (signature.named().enumerate()).find(|(_, p)| p.kind != ParamKind::PositionalOnly && is_name(name, p.name));
        match found {
            Some((index, _)) if out[index].is_none() => out[index] = Some(value),
            None if takes_any => {}
            found => mistake = mistake.or(Some((name, found.map(|(index, _)| index)))),
        }
    }
    for (index, param) in signature.named().enumerate() {
        if param.required && out[index].is_none() {
            let (function, name) = (signature.name, param.name);
            let message = format!("{function}() missing required argument '{name}' (pos {})", index + 1);
            return Err(type_error(th, message));
        }
    }
    match mistake {
        None => Ok(()),
        Some((name, place)) => Err(wrong_name(th, signature, name, place)),
    }
}

/// The counts of a function without named parameters.
fn check_positional(th: &ThreadState, signature: &Signature, given: usize, names: usize, most: usize) -> Res<()> {
    let (rest, any_names) = (signature.has(ParamKind::VarPositional), signature.has(ParamKind::VarKeyword));
    if names > 0 && !any_names {
        return Err(type_error(th, format!("{}() takes no keyword arguments", signature.qualified_name())));
    }
    let least = signature.named().filter(|p| p.required).count();
    if least <= given && (given <= most || rest) {
        return Ok(());
    }
    let message = if most == 0 && signature.constructor {
        format!("{}() takes no positional arguments", signature.name)
    } else if most == 0 {
        format!("{}() takes no arguments ({given} given)", signature.qualified_name())
    } else if signature.params.len() == 1 && least == 1 && !signature.constructor {
        format!("{}() takes exactly one argument ({given} given)", signature.qualified_name())
    } else {
        let bound = if given < least { least } else { most };
        let how = match () {
            () if least == most && !rest => "",
            () if given < least => "at least ",
            () => "at most ",
        };
        format!("{} expected {how}{bound} argument{}, got {given}", signature.name, plural(bound))
    };
    Err(type_error(th, message))
}

/// The counts of a function with named parameters.
fn check_counts(th: &ThreadState, signature: &Signature, given: usize, names: usize, most: usize) -> Res<()> {
    let rest = signature.has(ParamKind::VarPositional);
    let function = signature.name;
    let all = signature.named().count();
    if given + names > all && !rest && !signature.has(ParamKind::VarKeyword) {
        if names == 0 && signature.constructor && matches!(function, "str" | "int") {
            // These two have a quick way for calls without names, which counts in its own words.
            return Err(type_error(th, format!("{function} expected at most {all} arguments, got {given}")));
        }
        let word = if given == 0 { "keyword " } else { "" };
        let total = given + names;
        let message = format!("{function}() takes at most {all} {word}argument{} ({total} given)", plural(all));
        return Err(type_error(th, message));
    }
    let required = |kinds: &[ParamKind]| signature.named().filter(|p| p.required && kinds.contains(&p.kind)).count();
    if given > most && !rest {
        if most == 0 {
            return Err(type_error(th, format!("{function}() takes no positional arguments")));
        }
        let least = required(&[ParamKind::PositionalOnly, ParamKind::PositionalOrKeyword]);
        return Err(wrong_count(th, function, if least < most { "at most" } else { "exactly" }, most, given));
    }
    let least = required(&[ParamKind::PositionalOnly]);
    if given < least {
        return Err(wrong_count(th, function, if least < most || rest { "at least" } else { "exactly" }, least, given));
    }
    Ok(())
}

fn wrong_count(th: &ThreadState, function: &str, how: &str, bound: usize, given: usize) -> Raised {
    let s = plural(bound);
    type_error(th, format!("{function}() takes {how} {bound} positional argument{s} ({given} given)"))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// A name that no parameter has, or whose parameter has its value already (`place`).
#[cold]
fn wrong_name(th: &ThreadState, signature: &Signature, name: &Value, place: Option<usize>) -> Raised {
    let function = signature.name;
    let Some(text) = name.as_str() else {
        return type_error(th, "keywords must be strings".to_string());
    };
    let text = text.to_string_lossy();
    if let Some(index) = place {
        let position = index + 1;
        return type_error(th, format!("argument for {function}() given by name ('{text}') and position ({position})"));
    }
    let takes = |p: &&Param| p.kind != ParamKind::PositionalOnly;
    unexpected_keyword(th, function, name, signature.named().filter(takes).map(|p| p.name))
}

/// "f() got an unexpected keyword argument 'x'", with the one of the `known` names that may be meant.
#[cold]
pub fn unexpected_keyword<'n>(
    th: &ThreadState,
    function: &str,
    name: &Value,
    known: impl IntoIterator<Item = &'n str>,
) -> Raised {
    let text = crate::error::name_text(name);
    let hint = match suggest::closest(&text, known) {
        Some(close) => format!(". Did you mean '{close}'?"),
        None => String::new(),
    };
    type_error(th, format!("{function}() got an unexpected keyword argument '{text}'{hint}"))
}

/// "f() takes at most 1 keyword argument (2 given)".
#[cold]
pub fn too_many_keywords(th: &ThreadState, function: &str, most: usize, given: usize) -> Raised {
    type_error(th, format!("{function}() takes at most {most} keyword argument{} ({given} given)", plural(most)))
}

/// A method that was reached without `self`.
#[cold]
pub fn missing_self(th: &ThreadState, signature: &Signature) -> Raised {
    type_error(th, format!("unbound method {}() needs an argument", signature.qualified_name()))
}

/// A required argument that [`bind`] left out, which it never does.
#[cold]
pub fn unbound(th: &ThreadState, signature: &Signature) -> Raised {
    type_error(th, format!("{}() missing required argument", signature.name))
}

#[cold]
#[inline(never)]
fn type_error(th: &ThreadState, message: String) -> Raised {
    th.type_error(message)
}

/// "Did you mean": the nearest of some names.
pub mod suggest {
    /// Longer names are not compared.
    const MAX_LENGTH: usize = 40;
    /// Inserting, deleting or replacing a letter; a change of case is nearer.
    const MOVE: usize = 2;
    const CASE: usize = 1;

    /// The name nearest to `wrong`, if any is near enough to be meant.
    pub fn closest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let mut best: Option<(usize, &str)> = None;
        for name in names.into_iter().take(750).filter(|&name| name != wrong) {
            let limit = (wrong.len() + name.len() + 3) * MOVE / 6;
            let limit = best.map_or(limit, |(distance, _)| limit.min(distance.saturating_sub(1)));
            match distance(wrong.as_bytes(), name.as_bytes()) {
                Some(distance) if distance <= limit => best = Some((distance, name)),
                _ => {}
            }
        }
        best.map(|(_, name)| name)
    }

    fn replacement(a: u8, b: u8) -> usize {
        match () {
            () if a == b => 0,
            () if a.eq_ignore_ascii_case(&b) => CASE,
            () => MOVE,
        }
    }

    /// The edit distance, one row at a time; `None` if the names are too long.
    fn distance(a: &[u8], b: &[u8]) -> Option<usize> {
        if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
            return None;
        }
        let mut row: Vec<usize> = (0..=b.len()).map(|count| count * MOVE).collect();
        for (i, &x) in a.iter().enumerate() {
            let mut diagonal = std::mem::replace(&mut row[0], (i + 1) * MOVE);
            for (j, &y) in b.iter().enumerate() {
                let changed = (diagonal + replacement(x, y)).min(row[j] + MOVE).min(row[j + 1] + MOVE);
                diagonal = std::mem::replace(&mut row[j + 1], changed);
            }
        }
        row.last().copied()
    }
}
