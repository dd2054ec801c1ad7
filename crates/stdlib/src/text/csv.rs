//! `_csv`: reading and writing records of separated fields.

use std::cell::Cell;

use macros::pymodule;
use runtime::args::KwArgs;
use runtime::gc::ValueCell;
use runtime::objects::dict::Dict;
use runtime::objects::exceptions::{EXCEPTION, TYPE_ERROR};
use runtime::objects::float::FLOAT_TYPE;
use runtime::objects::int::INT_TYPE;
use runtime::objects::str::{Chars, Str};
use runtime::protocol::iteration::iter_self;
use runtime::types::ready::ready;
use runtime::types::{Type, TypeDef};
use runtime::{Payload, Raised, Ref, Res, ThreadState, Value};

use crate::support::exception;
use crate::text::build::TextBuilder;

static ERROR_DEF: TypeDef = exception("_csv", "Error", &EXCEPTION, None);
pub static CSV_ERROR: Type = Type::new_static(&ERROR_DEF);

fn error(th: &ThreadState, message: impl std::fmt::Display) -> Raised {
    th.error(&CSV_ERROR, message)
}

/// What the module keeps in an interpreter.
struct State {
    dialects: ValueCell,
    field_limit: Cell<i64>,
}

impl Default for State {
    fn default() -> State {
        State { dialects: ValueCell::empty(), field_limit: Cell::new(128 * 1024) }
    }
}

/// The registry of dialects by name.
fn registry(th: &ThreadState) -> Value {
    let state = th.extension::<State>();
    if !state.dialects.is_some() {
        state.dialects.set(Some(th.dict(Dict::new())));
    }
    state.dialects.get_or_none()
}

fn registered(th: &ThreadState, name: &Value) -> Res {
    Dict::of(&registry(th)).get(th, name)?.ok_or_else(|| error(th, "unknown dialect"))
}

const QUOTE_MINIMAL: i64 = 0;
const QUOTE_ALL: i64 = 1;
const QUOTE_NONNUMERIC: i64 = 2;
const QUOTE_NONE: i64 = 3;
const QUOTE_STRINGS: i64 = 4;
const QUOTE_NOTNULL: i64 = 5;

/// The rules of a format, as the reader and the writer look at them.
#[derive(Clone, Copy)]
struct Rules {
    delimiter: u32,
    quote: Option<u32>,
    escape: Option<u32>,
    double_quote: bool,
    skip_initial_space: bool,
    strict: bool,
    quoting: i64,
}

/// The parameters of a dialect, in the constructor's order.
const PARAMETERS: [&str; 9] = [
    "dialect",
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

fn character(th: &ThreadState, name: &str, value: &Value, or_none: &str) -> Res<u32> {
    let found = match value.as_str() {
        Some(text) if text.len() == 1 => return Ok(text.char_at(0)),
        Some(text) => format!("a string of length {}", text.len()),
        None => value.class().full_name(),
    };
    Err(th.type_error(format!("\"{name}\" must be a unicode character{or_none}, not {found}")))
}

fn optional_character(th: &ThreadState, name: &str, value: &Value) -> Res<Option<u32>> {
    if value.is_none() { Ok(None) } else { character(th, name, value, " or None").map(Some) }
}

fn contains(text: &Value, c: u32) -> bool {
    text.as_str().is_some_and(|text| text.code_points().any(|found| found == c))
}

/// Makes a dialect from the arguments of the constructor, or gives back the one that is meant.
fn make_dialect(th: &ThreadState, class: &Type, args: &[Value], kwargs: &[(Value, Value)]) -> Res {
    let mut given: [Option<Value>; 9] = Default::default();
    if args.len() > given.len() {
        let count = args.len();
        return Err(th.type_error(format!("function takes at most 9 arguments ({count} given)")));
    }
    for (slot, value) in given.iter_mut().zip(args) {
        *slot = Some(value.clone());
    }
    for (name, value) in kwargs {
        let text = name.as_str().map(Str::to_string_lossy).unwrap_or_default();
        match PARAMETERS.iter().position(|parameter| *parameter == text) {
            Some(i) if given[i].is_none() => given[i] = Some(value.clone()),
            Some(i) => {
                let message = format!("argument for function given by name ('{text}') and position ({})", i + 1);
                return Err(th.type_error(message));
            }
            None => {
                return Err(th.type_error(format!("this function got an unexpected keyword argument '{text}'")));
            }
        }
    }
    let [dialect, rest @ ..] = &mut given;
    if let Some(base) = dialect {
        if base.as_str().is_some() {
            *base = registered(th, base)?;
        }
        if rest.iter().all(Option::is_none) && base.is_exactly(class) {
            return Ok(base.clone());
        }
        for (slot, name) in rest.iter_mut().zip(&PARAMETERS[1..]) {
            if slot.is_none() {
                *slot = th.getattr_opt_str(base, name)?;
            }
        }
    }
    let [delimiter, double_quote, escape, terminator, quote, quoting, skip_space, strict] = rest;
    let quote_is_none = quote.as_ref().is_some_and(Value::is_none);
    let truth = |value: &Option<Value>, default| value.as_ref().map_or(Ok(default), |value| th.is_true(value));
    let mut rules = Rules {
        delimiter: delimiter.as_ref().map_or(Ok(u32::from(b',')), |value| character(th, "delimiter", value, ""))?,
        double_quote: truth(double_quote, true)?,
        escape: escape.as_ref().map_or(Ok(None), |value| optional_character(th, "escapechar", value))?,
        quote: Some(u32::from(b'"')),
        skip_initial_space: false,
        strict: false,
        quoting: QUOTE_MINIMAL,
    };
    let terminator = terminator.take().unwrap_or_else(|| th.str("\r\n"));
    if terminator.as_str().is_none() {
        let class = terminator.class().full_name();
        return Err(th.type_error(format!("\"lineterminator\" must be a string, not {class}")));
    }
    if let Some(value) = quote {
        rules.quote = optional_character(th, "quotechar", value)?;
    }
    rules.quoting = match quoting {
        None if quote_is_none => QUOTE_NONE,
        None => QUOTE_MINIMAL,
        Some(value) if value.is_exactly(&INT_TYPE) => value.as_small_int().unwrap_or(-1),
        Some(value) => {
            let class = value.class().full_name();
            return Err(th.type_error(format!("\"quoting\" must be an integer, not {class}")));
        }
    };
    rules.skip_initial_space = truth(skip_space, false)?;
    rules.strict = truth(strict, false)?;
    check(th, &rules, &terminator)?;
    Ok(th.new_instance(class, csv_module::Dialect { rules, terminator }))
}

fn check(th: &ThreadState, rules: &Rules, terminator: &Value) -> Res<()> {
    if !(QUOTE_MINIMAL..=QUOTE_NOTNULL).contains(&rules.quoting) {
        return Err(th.type_error("bad \"quoting\" value"));
    }
    if rules.quoting != QUOTE_NONE && rules.quote.is_none() {
        return Err(th.type_error("quotechar must be set if quoting enabled"));
    }
    let space = !rules.skip_initial_space;
    let chars = [
        ("delimiter", Some(rules.delimiter), true),
        ("escapechar", rules.escape, space),
        ("quotechar", rules.quote, space),
    ];
    for (name, c, allow_space) in chars {
        let Some(c) = c else { continue };
        if c == 0x0D || c == 0x0A || (c == 0x20 && !allow_space) {
            return Err(th.value_error(format!("bad {name} value")));
        }
        if contains(terminator, c) {
            return Err(th.value_error(format!("bad {name} or lineterminator value")));
        }
    }
    for (i, (first, a, _)) in chars.iter().enumerate() {
        for (second, b, _) in &chars[i + 1..] {
            if a.is_some() && a == b {
                return Err(th.value_error(format!("bad {first} or {second} value")));
            }
        }
    }
    Ok(())
}

/// The dialect of `reader(..., dialect, **fmtparams)`.
fn call_dialect(th: &ThreadState, dialect: Option<&Value>, kwargs: KwArgs<'_>) -> Res<Ref<csv_module::Dialect>> {
    let kwargs: Vec<_> = kwargs.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let args = dialect.map_or(&[][..], std::slice::from_ref);
    let made = make_dialect(th, csv_module::Dialect::class(), args, &kwargs)?;
    Ref::try_new(made).map_err(|_| th.type_error("a dialect is required"))
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ReadState {
    StartRecord,
    StartField,
    EscapedChar,
    InField,
    InQuotedField,
    EscapeInQuotedField,
    QuoteInQuotedField,
    EatNewline,
    AfterEscapedNewline,
}

/// One record as it is read.
struct Record {
    rules: Rules,
    state: ReadState,
    field: TextBuilder,
    unquoted: bool,
    fields: Vec<Value>,
    limit: i64,
}

const NEWLINES: [u32; 2] = [0x0A, 0x0D];

impl Record {
    fn save(&mut self, th: &ThreadState) -> Res<()> {
        let quoting = self.rules.quoting;
        let unquoted = std::mem::replace(&mut self.unquoted, true);
        let value = if unquoted && self.field.is_empty() && matches!(quoting, QUOTE_STRINGS | QUOTE_NOTNULL) {
            Value::NONE
        } else {
            let text = self.field.finish(th);
            let numeric = matches!(quoting, QUOTE_NONNUMERIC | QUOTE_STRINGS);
            if unquoted && numeric && !self.field.is_empty() { th.call(FLOAT_TYPE.value_ref(), &[text])? } else { text }
        };
        self.field.clear();
        self.fields.push(value);
        Ok(())
    }

    fn add(&mut self, th: &ThreadState, c: u32) -> Res<()> {
        if self.field.len() as i64 >= self.limit {
            return Err(self.too_large(th));
        }
        self.field.push(c);
        Ok(())
    }

    #[cold]
    fn too_large(&self, th: &ThreadState) -> Raised {
        error(th, format!("field larger than field limit ({})", self.limit))
    }

    /// Ends a field, and the record if `c` is the end of the line.
    fn end_field(&mut self, th: &ThreadState, c: Option<u32>) -> Res<()> {
        self.save(th)?;
        self.state = match c {
            None => ReadState::StartRecord,
            Some(c) if NEWLINES.contains(&c) => ReadState::EatNewline,
            Some(_) => ReadState::StartField,
        };
        Ok(())
    }

    /// Takes one character, or the end of the line.
    fn step(&mut self, th: &ThreadState, c: Option<u32>) -> Res<()> {
        use ReadState::*;
        let Rules { delimiter, quote, escape, quoting, .. } = self.rules;
        let ends = c.is_none_or(|c| NEWLINES.contains(&c));
        let is_quote = c.is_some() && c == quote && quoting != QUOTE_NONE;
        let is_escape = c.is_some() && c == escape;
        let is_delimiter = c == Some(delimiter);
        match self.state {
            StartRecord if c.is_none() => {}
            StartRecord if ends => self.state = EatNewline,
            StartRecord | StartField => {
                self.state = StartField;
                match c {
                    _ if ends => self.end_field(th, c)?,
                    _ if is_quote => {
                        self.unquoted = false;
                        self.state = InQuotedField;
                    }
                    _ if is_escape => self.state = EscapedChar,
                    Some(0x20) if self.rules.skip_initial_space => {}
                    _ if is_delimiter => self.end_field(th, c)?,
                    Some(c) => {
                        self.add(th, c)?;
                        self.state = InField;
                    }
                    None => {}
                }
            }
            EscapedChar => {
                self.add(th, c.unwrap_or(0x0A))?;
                self.state = if c.is_some() && ends { AfterEscapedNewline } else { InField };
            }
            AfterEscapedNewline if c.is_none() => {}
            InField | AfterEscapedNewline => {
                if ends || is_delimiter {
                    self.end_field(th, c)?;
                } else if is_escape {
                    self.state = EscapedChar;
                } else if let Some(c) = c {
                    self.state = InField;
                    self.add(th, c)?;
                }
            }
            InQuotedField => match c {
                None => {}
                _ if is_escape => self.state = EscapeInQuotedField,
                _ if is_quote => self.state = if self.rules.double_quote { QuoteInQuotedField } else { InField },
                Some(c) => self.add(th, c)?,
            },
            EscapeInQuotedField => {
                self.add(th, c.unwrap_or(0x0A))?;
                self.state = InQuotedField;
            }
            QuoteInQuotedField => match c {
                Some(c) if is_quote => {
                    self.add(th, c)?;
                    self.state = InQuotedField;
                }
                _ if ends || is_delimiter => self.end_field(th, c)?,
                Some(c) if !self.rules.strict => {
                    self.add(th, c)?;
                    self.state = InField;
                }
                _ => {
                    let shown = |c: u32| char::from_u32(c).unwrap_or('\u{FFFD}');
                    let (delimiter, quote) = (shown(delimiter), shown(quote.unwrap_or(0x22)));
                    return Err(error(th, format!("'{delimiter}' expected after '{quote}'")));
                }
            },
            EatNewline => match c {
                None => self.state = StartRecord,
                Some(_) if ends => {}
                Some(_) => {
                    return Err(error(
                        th,
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    ));
                }
            },
        }
        Ok(())
    }

    fn line(&mut self, th: &ThreadState, line: &Str) -> Res<()> {
        match line.chars() {
            Chars::Ascii(chars) => self.narrow_line(th, chars.as_bytes()),
            Chars::Latin1(chars) => self.narrow_line(th, chars),
            Chars::Ucs2(chars) => chars.iter().try_for_each(|&c| self.step(th, Some(u32::from(c)))),
            Chars::Ucs4(chars) => chars.iter().try_for_each(|&c| self.step(th, Some(c))),
        }?;
        self.step(th, None)
    }

    /// As single steps, but runs of plain characters inside a field are copied at once.
    fn narrow_line(&mut self, th: &ThreadState, bytes: &[u8]) -> Res<()> {
        let Rules { delimiter, quote, escape, .. } = self.rules;
        let special = |byte: u8| {
            let c = u32::from(byte);
            c == delimiter || Some(c) == quote || Some(c) == escape || byte == b'\n' || byte == b'\r'
        };
        let mut rest = bytes;
        while let Some((&first, after)) = rest.split_first() {
            if matches!(self.state, ReadState::InField | ReadState::InQuotedField) && !special(first) {
                let run = rest.iter().position(|&byte| special(byte)).unwrap_or(rest.len());
                if (self.field.len() + run) as i64 > self.limit {
                    return Err(self.too_large(th));
                }
                self.field.push_latin1(&rest[..run]);
                rest = &rest[run..];
            } else {
                self.step(th, Some(u32::from(first)))?;
                rest = after;
            }
        }
        Ok(())
    }
}

/// One line as it is written.
struct Line<'a> {
    rules: Rules,
    terminator: &'a Value,
    out: TextBuilder,
    fields: usize,
}

impl Line<'_> {
    fn must_quote_single(&self, th: &ThreadState) -> Raised {
        error(th, "single empty field record must be quoted")
    }

    /// Appends a field: `None` for an empty one that stands for Python's `None`.
    fn field(&mut self, th: &ThreadState, field: Option<&Str>, quoted: bool) -> Res<()> {
        let Rules { delimiter, quote, escape, quoting, double_quote, skip_initial_space, .. } = self.rules;
        let mut quoted = quoted;
        if self.fields > 0 {
            self.out.push(delimiter);
        }
        self.fields += 1;
        let empty = field.is_none_or(Str::is_empty);
        if empty && delimiter == 0x20 && skip_initial_space {
            if quoting == QUOTE_NONE || (field.is_none() && matches!(quoting, QUOTE_STRINGS | QUOTE_NOTNULL)) {
                return Err(error(
                    th,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true;
        }
        let Some(field) = field else {
            if quoted {
                quote.into_iter().chain(quote).for_each(|c| self.out.push(c));
            }
            return Ok(());
        };
        let special = |c: u32| {
            c == delimiter
                || Some(c) == escape
                || Some(c) == quote
                || NEWLINES.contains(&c)
                || contains(self.terminator, c)
        };
        if !field.code_points().any(special) {
            self.quote(quoted);
            self.out.push_str(field);
            self.quote(quoted);
            return Ok(());
        }
        let mut body = Vec::with_capacity(field.len() + 8);
        for c in field.code_points() {
            if special(c) {
                let mut escaped = false;
                if quoting == QUOTE_NONE {
                    escaped = true;
                } else {
                    if Some(c) == quote {
                        if double_quote {
                            body.push(c);
                        } else {
                            escaped = true;
                        }
                    } else if Some(c) == escape {
                        escaped = true;
                    }
                    quoted |= !escaped;
                }
                if escaped {
                    let escape = escape.ok_or_else(|| error(th, "need to escape, but no escapechar set"))?;
                    body.push(escape);
                }
            }
            body.push(c);
        }
        self.quote(quoted);
        body.into_iter().for_each(|c| self.out.push(c));
        self.quote(quoted);
        Ok(())
    }

    fn quote(&mut self, quoted: bool) {
        if let (true, Some(quote)) = (quoted, self.rules.quote) {
            self.out.push(quote);
        }
    }
}

fn is_number(value: &Value) -> bool {
    let slots = value.class().slots();
    slots.nb_index.get().is_some()
        || slots.nb_int.get().is_some()
        || slots.nb_float.get().is_some()
        || value.class().name() == "complex"
}

#[pymodule(name = "_csv")]
pub mod csv_module {
    //! CSV parsing and writing.
    use macros::{pyclass, pymethods};

    use super::*;

    #[pyattr(name = "QUOTE_MINIMAL")]
    const MINIMAL: i64 = QUOTE_MINIMAL;
    #[pyattr(name = "QUOTE_ALL")]
    const ALL: i64 = QUOTE_ALL;
    #[pyattr(name = "QUOTE_NONNUMERIC")]
    const NONNUMERIC: i64 = QUOTE_NONNUMERIC;
    #[pyattr(name = "QUOTE_NONE")]
    const NONE: i64 = QUOTE_NONE;
    #[pyattr(name = "QUOTE_STRINGS")]
    const STRINGS: i64 = QUOTE_STRINGS;
    #[pyattr(name = "QUOTE_NOTNULL")]
    const NOTNULL: i64 = QUOTE_NOTNULL;

    #[pyattr(name = "Error")]
    fn error_class(th: &ThreadState) -> Value {
        ready(th, &CSV_ERROR);
        CSV_ERROR.as_value()
    }

    #[pyattr(name = "_dialects")]
    fn dialects(th: &ThreadState) -> Value {
        registry(th)
    }

    #[pyattr(name = "Reader")]
    fn reader_class(th: &ThreadState) -> Value {
        ready(th, &READER_TYPE);
        READER_TYPE.as_value()
    }

    #[pyattr(name = "Writer")]
    fn writer_class(th: &ThreadState) -> Value {
        ready(th, &WRITER_TYPE);
        WRITER_TYPE.as_value()
    }

    /// Return a reader object that will process lines from the given iterable.
    ///
    /// The "iterable" argument can be any object that returns a line
    /// of input for each iteration, such as a file object or a list.  The
    /// optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    ///
    /// The returned object is an iterator.  Each iteration returns a row
    /// of the CSV file (which can span multiple input lines).
    #[pyfunction(
        "(iterable, dialect=None, /, **fmtparams)",
        text = "($module, iterable, /, dialect='excel', **fmtparams)"
    )]
    fn reader(th: &ThreadState, iterable: &Value, dialect: Option<&Value>, fmtparams: KwArgs<'_>) -> Res {
        let input = th.iter(iterable)?;
        let dialect = call_dialect(th, dialect, fmtparams)?;
        Ok(th.new_object(Reader { input, dialect, line_num: Cell::new(0) }))
    }

    /// Return a writer object that will write user data on the given file object.
    ///
    /// The "fileobj" argument can be any object that supports the file API.
    /// The optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    #[pyfunction(
        "(fileobj, dialect=None, /, **fmtparams)",
        text = "($module, fileobj, /, dialect='excel', **fmtparams)"
    )]
    fn writer(th: &ThreadState, fileobj: &Value, dialect: Option<&Value>, fmtparams: KwArgs<'_>) -> Res {
        let dialect = call_dialect(th, dialect, fmtparams)?;
        let write = th.getattr_opt_str(fileobj, "write")?.filter(|write| th.is_callable(write));
        let write = write.ok_or_else(|| th.type_error("argument 1 must have a \"write\" method"))?;
        Ok(th.new_object(Writer { write, dialect }))
    }

    /// Create a mapping from a string name to a CVS dialect.
    ///
    /// The optional "dialect" argument specifies the base dialect instance
    /// or the name of the registered dialect.  The function also accepts
    /// optional keyword arguments which override settings provided by the
    /// dialect.
    #[pyfunction("(name, dialect=None, /, **fmtparams)", text = "($module, name, /, dialect='excel', **fmtparams)")]
    fn register_dialect(th: &ThreadState, name: &Value, dialect: Option<&Value>, fmtparams: KwArgs<'_>) -> Res<()> {
        if name.as_str().is_none() {
            return Err(th.type_error("dialect name must be a string"));
        }
        let dialect = call_dialect(th, dialect, fmtparams)?;
        Dict::of(&registry(th)).set(th, name, dialect.into())
    }

    /// Delete the name/dialect mapping associated with a string name.
    #[pyfunction("(name)")]
    fn unregister_dialect(th: &ThreadState, name: &Value) -> Res<()> {
        match Dict::of(&registry(th)).remove(th, name)? {
            Some(_) => Ok(()),
            None => Err(error(th, "unknown dialect")),
        }
    }

    /// Return the dialect instance associated with name.
    #[pyfunction("(name)")]
    fn get_dialect(th: &ThreadState, name: &Value) -> Res {
        registered(th, name)
    }

    /// Return a list of all known dialect names.
    #[pyfunction("()")]
    fn list_dialects(th: &ThreadState) -> Value {
        let names = Dict::of(&registry(th)).to_vec().into_iter().map(|(name, _)| name);
        th.list(names.collect())
    }

    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    #[pyfunction("(new_limit=None)", text = "($module, /, new_limit=<unrepresentable>)")]
    fn field_size_limit(th: &ThreadState, new_limit: Option<&Value>) -> Res<i64> {
        let state = th.extension::<State>();
        let old = state.field_limit.get();
        if let Some(limit) = new_limit {
            if !limit.is_exactly(&INT_TYPE) {
                return Err(th.type_error("limit must be an integer"));
            }
            let limit = limit.as_int().and_then(|limit| limit.to_i64());
            let limit = limit.ok_or_else(|| th.overflow_error("Python int too large to convert to C ssize_t"))?;
            state.field_limit.set(limit);
        }
        Ok(old)
    }

    /// CSV dialect
    ///
    /// The Dialect type records CSV parsing and generation options.
    #[pyclass(name = "Dialect", flags(basetype))]
    pub struct Dialect {
        #[notrace]
        pub(super) rules: Rules,
        pub(super) terminator: Value,
    }

    fn shown_char(th: &ThreadState, c: Option<u32>) -> Value {
        c.map_or(Value::NONE, |c| th.str_from_char(c))
    }

    #[pymethods]
    impl Dialect {
        #[pyslot("(*args, **kwargs)", text = none)]
        fn new(th: &ThreadState, cls: &Type, args: &[Value], kwargs: KwArgs<'_>) -> Res {
            let kwargs: Vec<_> = kwargs.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            make_dialect(th, cls, args, &kwargs)
        }

        #[pygetter]
        fn delimiter(&self, th: &ThreadState) -> Value {
            shown_char(th, Some(self.rules.delimiter))
        }

        #[pygetter]
        fn quotechar(&self, th: &ThreadState) -> Value {
            shown_char(th, self.rules.quote)
        }

        #[pygetter]
        fn escapechar(&self, th: &ThreadState) -> Value {
            shown_char(th, self.rules.escape)
        }

        #[pygetter]
        fn lineterminator(&self) -> Value {
            self.terminator.clone()
        }

        #[pygetter]
        fn quoting(&self) -> i64 {
            self.rules.quoting
        }

        #[pygetter(member)]
        fn doublequote(&self) -> bool {
            self.rules.double_quote
        }

        #[pygetter(member)]
        fn skipinitialspace(&self) -> bool {
            self.rules.skip_initial_space
        }

        #[pygetter(member)]
        fn strict(&self) -> bool {
            self.rules.strict
        }

        #[pymethod]
        fn __reduce__(th: &ThreadState, slf: &Value) -> Res {
            Err(th.error(&TYPE_ERROR, format!("cannot pickle '{}' instances", slf.class().name())))
        }

        #[pymethod("(protocol, /)", text = none)]
        fn __reduce_ex__(th: &ThreadState, slf: &Value, protocol: &Value) -> Res {
            let _ = protocol;
            Err(th.error(&TYPE_ERROR, format!("cannot pickle '{}' instances", slf.class().name())))
        }
    }

    /// CSV reader
    ///
    /// Reader objects are responsible for reading and parsing tabular data
    /// in CSV format.
    #[pyclass(name = "reader", hidden, flags(disallow_new, basetype))]
    pub struct Reader {
        input: Value,
        dialect: Ref<Dialect>,
        line_num: Cell<u64>,
    }

    #[pymethods]
    impl Reader {
        #[pyslot]
        fn iter(th: &ThreadState, slf: &Value) -> Res {
            iter_self(th, slf)
        }

        #[pyslot]
        fn iternext(&self, th: &ThreadState) -> Res {
            let mut record = Record {
                rules: self.dialect.rules,
                state: ReadState::StartRecord,
                field: TextBuilder::default(),
                unquoted: true,
                fields: Vec::new(),
                limit: th.extension::<State>().field_limit.get(),
            };
            loop {
                let before = self.line_num.get();
                let line = th.next(&self.input)?;
                if self.line_num.get() != before {
                    return Err(error(th, "iterator has already advanced the reader"));
                }
                let Some(line) = line else {
                    if record.field.is_empty() && record.state != ReadState::InQuotedField {
                        return Ok(Value::EXHAUSTED);
                    }
                    if record.rules.strict {
                        return Err(error(th, "unexpected end of data"));
                    }
                    record.save(th)?;
                    break;
                };
                let Some(text) = line.as_str() else {
                    let class = line.class().full_name();
                    let message =
                        format!("iterator should return strings, not {class} (the file should be opened in text mode)");
                    return Err(error(th, message));
                };
                self.line_num.set(self.line_num.get() + 1);
                record.line(th, text)?;
                if record.state == ReadState::StartRecord {
                    break;
                }
            }
            Ok(th.list(record.fields))
        }

        #[pygetter(member)]
        fn dialect(&self) -> Value {
            self.dialect.as_value().clone()
        }

        #[pygetter(member)]
        fn line_num(&self) -> u64 {
            self.line_num.get()
        }
    }

    /// CSV writer
    ///
    /// Writer objects are responsible for generating tabular data
    /// in CSV format from sequence input.
    #[pyclass(name = "writer", hidden, flags(disallow_new, basetype))]
    pub struct Writer {
        write: Value,
        dialect: Ref<Dialect>,
    }

    #[pymethods]
    impl Writer {
        /// Construct and write a CSV record from an iterable of fields.
        ///
        /// Non-string elements will be converted to string.
        #[pymethod("(row, /)")]
        fn writerow(&self, th: &ThreadState, row: &Value) -> Res {
            let items = th.iter(row).map_err(|raised| {
                if th.raised_is(&raised, &TYPE_ERROR) {
                    drop(th.take_raised(raised));
                    return error(th, format!("iterable expected, not {}", row.class().full_name()));
                }
                raised
            })?;
            let rules = self.dialect.rules;
            let mut line = Line { rules, terminator: &self.dialect.terminator, out: TextBuilder::default(), fields: 0 };
            let mut last_none = false;
            while let Some(field) = th.next(&items)? {
                let quoted = match rules.quoting {
                    QUOTE_NONNUMERIC => !is_number(&field),
                    QUOTE_ALL => true,
                    QUOTE_STRINGS => field.as_str().is_some(),
                    QUOTE_NOTNULL => !field.is_none(),
                    _ => false,
                };
                last_none = field.is_none();
                if last_none {
                    line.field(th, None, quoted)?;
                } else if let Some(text) = field.as_str() {
                    line.field(th, Some(text), quoted)?;
                } else {
                    let shown = th.str_of(&field)?;
                    line.field(th, shown.as_str(), quoted)?;
                }
            }
            if line.fields > 0 && line.out.is_empty() {
                let none_stays = last_none && matches!(rules.quoting, QUOTE_STRINGS | QUOTE_NOTNULL);
                if rules.quoting == QUOTE_NONE || none_stays {
                    return Err(line.must_quote_single(th));
                }
                line.fields -= 1;
                line.field(th, None, true)?;
            }
            if let Some(terminator) = self.dialect.terminator.as_str() {
                line.out.push_str(terminator);
            }
            th.call(&self.write, &[line.out.finish(th)])
        }

        /// Construct and write a series of iterables to a csv file.
        ///
        /// Non-string elements will be converted to string.
        #[pymethod("(rows, /)")]
        fn writerows(&self, th: &ThreadState, rows: &Value) -> Res<()> {
            let rows = th.iter(rows)?;
            while let Some(row) = th.next(&rows)? {
                self.writerow(th, &row)?;
            }
            Ok(())
        }

        #[pygetter(member)]
        fn dialect(&self) -> Value {
            self.dialect.as_value().clone()
        }
    }
}
