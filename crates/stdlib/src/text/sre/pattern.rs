//! `re.Pattern`.

use std::cell::{Cell, OnceCell};

use algo::sre::{Mode, Program, Scratch, Stop};
use macros::{pyclass, pymethods};
use runtime::objects::bytes::Bytes;
use runtime::objects::str::STR_TYPE;
use runtime::types::TYPE_TYPE;
use runtime::{CompareOp, Ref, Res, ThreadState, Value};

use super::matching::Match;
use super::scanner::{self, FindIter, Scanner};
use super::subject::{Subject, Units};
use super::template::Template;
use crate::support::{check_interrupts, generic_alias, import};
use crate::text::build::TextBuilder;

const FLAG_NAMES: [(u32, &str); 8] = [
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (32, "re.UNICODE"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
];
const FLAG_LOCALE: u32 = 4;
const FLAG_UNICODE: u32 = 32;
const FLAG_ASCII: u32 = 256;

/// What a pattern may be matched with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// A pattern without text (`_sre.compile(None, ...)`) takes anything.
    Any,
    Str,
    Bytes,
}

/// Compiled regular expression object.
#[pyclass(name = "Pattern", module = "re", flags(disallow_new, weakrefs))]
pub struct Pattern {
    pub(super) pattern: Value,
    pub(super) group_index: Value,
    pub(super) index_group: Value,
    flags: u32,
    pub(super) groups: usize,
    #[notrace]
    kind: Kind,
    #[notrace]
    code: Box<[u32]>,
    /// Made of the code when the pattern is first run.
    #[notrace]
    program: OnceCell<Program>,
    /// The buffers of the last run, for the next one.
    #[notrace]
    scratch: Cell<Option<Box<Scratch>>>,
}

pub(super) fn compile(
    th: &ThreadState,
    pattern: &Value,
    flags: i32,
    code: &[Value],
    groups: isize,
    group_index: Value,
    index_group: Value,
) -> Res {
    let words = code.iter().map(|word| code_word(th, word)).collect::<Res<Box<[u32]>>>()?;
    let kind = if pattern.is_none() {
        Kind::Any
    } else if Subject::new(th, pattern)?.is_str() {
        Kind::Str
    } else {
        Kind::Bytes
    };
    let invalid = || th.runtime_error("invalid SRE code");
    let groups = usize::try_from(groups).ok().filter(|&g| g <= algo::sre::codes::MAX_GROUPS as usize);
    let groups = groups.ok_or_else(invalid)?;
    Program::check(&words, groups).map_err(|_| invalid())?;
    Ok(th.new_object(Pattern {
        pattern: pattern.clone(),
        group_index,
        index_group,
        flags: flags as u32,
        groups,
        kind,
        code: words,
        program: OnceCell::new(),
        scratch: Cell::new(None),
    }))
}

impl Pattern {
    fn program(&self, th: &ThreadState) -> Res<&Program> {
        if let Some(program) = self.program.get() {
            return Ok(program);
        }
        let made = Program::new(&self.code, self.groups).map_err(|_| th.runtime_error("invalid SRE code"))?;
        Ok(self.program.get_or_init(|| made))
    }
}

fn code_word(th: &ThreadState, word: &Value) -> Res<u32> {
    let Some(number) = word.as_int() else { return Err(th.type_error("an integer is required")) };
    if number.is_negative() {
        return Err(th.overflow_error("can't convert negative value to unsigned int"));
    }
    let word = number.to_i64().and_then(|number| u32::try_from(number).ok());
    word.ok_or_else(|| th.overflow_error("regular expression code size limit exceeded"))
}

/// A run over one subject: what the methods of patterns and scanners share.
pub(super) struct Search<'a> {
    th: &'a ThreadState,
    pattern: &'a Pattern,
    scratch: Option<Box<Scratch>>,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) must_advance: bool,
}

impl Drop for Search<'_> {
    fn drop(&mut self) {
        self.pattern.scratch.set(self.scratch.take());
    }
}

impl<'a> Search<'a> {
    pub(super) fn new(th: &'a ThreadState, pattern: &'a Pattern, start: usize, end: usize) -> Search<'a> {
        let scratch = Some(pattern.scratch.take().unwrap_or_default());
        Search { th, pattern, scratch, start, end, must_advance: false }
    }

    /// The next match from the start position on; the start then moves to its end.
    #[inline]
    pub(super) fn next(&mut self, units: Units<'_>, mode: Mode) -> Res<Option<(usize, usize)>> {
        let th = self.th;
        let Some(scratch) = self.scratch.as_deref_mut() else { return Ok(None) };
        let program = self.pattern.program(th)?;
        let (start, end, must_advance) = (self.start, self.end, self.must_advance);
        if start > end {
            return Ok(None);
        }
        let mut raised = None;
        let mut poll = || match check_interrupts(th) {
            Ok(()) => false,
            Err(error) => {
                raised = Some(error);
                true
            }
        };
        let found = match units {
            Units::Narrow(text) => {
                program.run(scratch, text.get(..end).unwrap_or(text), start, mode, must_advance, &mut poll)
            }
            Units::Ucs2(text) => {
                program.run(scratch, text.get(..end).unwrap_or(text), start, mode, must_advance, &mut poll)
            }
            Units::Ucs4(text) => {
                program.run(scratch, text.get(..end).unwrap_or(text), start, mode, must_advance, &mut poll)
            }
        };
        match (found, raised) {
            (Ok(found), _) => {
                if let Some((from, to)) = found {
                    self.must_advance = from == to;
                    self.start = to;
                }
                Ok(found)
            }
            (Err(Stop::Interrupted), Some(raised)) => Err(raised),
            (Err(_), _) => Err(th.memory_error()),
        }
    }

    /// The span of a group (from 1) of the last match.
    pub(super) fn group(&self, group: usize) -> Option<(usize, usize)> {
        self.scratch.as_ref()?.group(group.checked_sub(1)?)
    }

    /// The match object of the last match.
    pub(super) fn to_match(
        &self,
        pattern: &Ref<Pattern>,
        string: &Value,
        range: (usize, usize),
        span: (usize, usize),
    ) -> Value {
        let groups = (1..=self.pattern.groups).map(|group| self.group(group)).collect();
        let last_index = self.scratch.as_ref().and_then(|scratch| scratch.last_group());
        Match::make(self.th, pattern.clone(), string.clone(), range, span, groups, last_index)
    }
}

impl Pattern {
    /// The subject, checked against the kind of the pattern.
    pub(super) fn subject(&self, th: &ThreadState, string: &Value) -> Res<Subject> {
        let subject = Subject::new(th, string)?;
        match (self.kind, subject.is_str()) {
            (Kind::Str, false) => Err(th.type_error("cannot use a string pattern on a bytes-like object")),
            (Kind::Bytes, true) => Err(th.type_error("cannot use a bytes pattern on a string-like object")),
            _ => Ok(subject),
        }
    }

    fn one(&self, th: &ThreadState, slf: &Value, string: &Value, pos: isize, endpos: isize, mode: Mode) -> Res {
        let subject = self.subject(th, string)?;
        let units = subject.units();
        let (start, end) = clamp(units.len(), pos, endpos);
        let mut search = Search::new(th, self, start, end);
        match search.next(units, mode)? {
            Some(span) => Ok(search.to_match(&own(th, slf)?, string, (start, end), span)),
            None => Ok(Value::NONE),
        }
    }

    fn substitute(
        &self,
        th: &ThreadState,
        slf: &Value,
        repl: &Value,
        string: &Value,
        count: isize,
    ) -> Res<(Value, usize)> {
        let filter = self.filter(th, slf, repl)?;
        let subject = self.subject(th, string)?;
        let units = subject.units();
        let end = units.len();
        let mut search = Search::new(th, self, 0, end);
        let limit = if count == 0 { usize::MAX } else { usize::try_from(count).unwrap_or(0) };
        let mut pieces = Pieces::new(&subject, &filter);
        let (mut done, mut copied) = (0, 0);
        let pattern = own(th, slf)?;
        while done < limit {
            let Some(span) = search.next(units, Mode::Search)? else { break };
            pieces.part(th, &subject, copied, span.0);
            match &filter {
                Filter::Literal(literal) => pieces.value(literal.clone()),
                Filter::Template(template) => template.expand_into(th, &subject, &mut pieces, |group| match group {
                    0 => Ok(Some(span)),
                    group if group <= self.groups => Ok(search.group(group)),
                    _ => Err(th.index_error("no such group")),
                })?,
                Filter::Callable(callable) => {
                    let found = search.to_match(&pattern, string, (0, end), span);
                    let item = th.call(callable, &[found])?;
                    if !item.is_none() {
                        pieces.value(item);
                    }
                }
            }
            copied = span.1;
            done += 1;
        }
        if done == 0 {
            return Ok((subject.slice(th, 0, end), 0));
        }
        pieces.part(th, &subject, copied, end);
        Ok((pieces.join(th)?, done))
    }

    /// What a replacement means: a string without backslashes stands for itself, others are templates.
    fn filter(&self, th: &ThreadState, slf: &Value, repl: &Value) -> Res<Filter> {
        if th.is_callable(repl) {
            return Ok(Filter::Callable(repl.clone()));
        }
        let plain = match (repl.as_str(), repl.as_bytes()) {
            (Some(text), _) => !text.code_points().any(|c| c == 0x5C),
            (None, Some(bytes)) => !bytes.as_slice().contains(&b'\\'),
            _ if th.has_buffer(repl) => !th.readable_buffer(repl)?.as_slice().contains(&b'\\'),
            _ => false,
        };
        if plain {
            return Ok(Filter::Literal(repl.clone()));
        }
        let compiled = compile_template(th, slf, repl)?;
        Ok(match Ref::<Template>::try_new(compiled) {
            Ok(template) => match template.only_literal() {
                Some(literal) => Filter::Literal(literal),
                None => Filter::Template(template),
            },
            Err(other) => Filter::Literal(other),
        })
    }
}

/// `re._compile_template(pattern, repl)`: a template from the library's cache.
pub(super) fn compile_template(th: &ThreadState, pattern: &Value, repl: &Value) -> Res {
    let re = import(th, "re")?;
    th.call_method_str(&re, "_compile_template", &[pattern.clone(), repl.clone()])
}

/// The replacement of a substitution.
enum Filter {
    Literal(Value),
    Template(Ref<Template>),
    Callable(Value),
}

/// A counted reference to a method's `self`.
fn own(th: &ThreadState, slf: &Value) -> Res<Ref<Pattern>> {
    Ref::try_new(slf.clone()).map_err(|_| th.type_error("a pattern is required"))
}

/// `pos` and `endpos` within a text.
pub(super) fn clamp(len: usize, pos: isize, endpos: isize) -> (usize, usize) {
    let within = |bound: isize| usize::try_from(bound).unwrap_or(0).min(len);
    (within(pos), within(endpos))
}

/// The result of a substitution as it grows. Texts and bytes are copied at once; what is of another class, and could fail to
/// join, is kept.
pub(super) enum Pieces {
    Text(TextBuilder),
    Bytes(Vec<u8>),
    Values { items: Vec<Value>, text: bool },
}

impl Pieces {
    fn new(subject: &Subject, filter: &Filter) -> Pieces {
        let direct = match filter {
            Filter::Literal(literal) => {
                if subject.is_str() {
                    literal.as_str().is_some()
                } else {
                    literal.as_bytes().is_some()
                }
            }
            Filter::Template(template) => template.is_text() == subject.is_str(),
            Filter::Callable(_) => false,
        };
        match (direct, subject.is_str()) {
            (true, true) => Pieces::Text(TextBuilder::default()),
            (true, false) => Pieces::Bytes(Vec::new()),
            (false, text) => Pieces::Values { items: Vec::new(), text },
        }
    }

    pub(super) fn part(&mut self, th: &ThreadState, subject: &Subject, start: usize, end: usize) {
        if start >= end {
            return;
        }
        match (self, subject) {
            (Pieces::Text(out), Subject::Str(value)) => {
                if let Some(text) = value.as_str() {
                    out.push_part(text, start, end);
                }
            }
            (Pieces::Bytes(out), subject) => out.extend_from_slice(subject.bytes().get(start..end).unwrap_or_default()),
            (Pieces::Values { items, .. }, subject) => items.push(subject.slice(th, start, end)),
            _ => {}
        }
    }

    pub(super) fn value(&mut self, value: Value) {
        match self {
            Pieces::Text(out) => {
                if let Some(text) = value.as_str() {
                    out.push_str(text);
                }
            }
            Pieces::Bytes(out) => {
                if let Some(bytes) = value.as_bytes() {
                    out.extend_from_slice(bytes.as_slice());
                }
            }
            Pieces::Values { items, .. } => items.push(value),
        }
    }

    fn join(self, th: &ThreadState) -> Res {
        match self {
            Pieces::Text(out) => Ok(out.finish(th)),
            Pieces::Bytes(out) => Ok(th.bytes(&out)),
            Pieces::Values { items, text } => join(th, items, text),
        }
    }
}

/// `"".join(items)` or `b"".join(items)`.
pub(super) fn join(th: &ThreadState, items: Vec<Value>, text: bool) -> Res {
    if text {
        if let [only] = &items[..]
            && only.is_exactly(&STR_TYPE)
        {
            return Ok(only.clone());
        }
        let mut out = TextBuilder::default();
        for (i, item) in items.iter().enumerate() {
            let Some(text) = item.as_str() else {
                let found = item.class().full_name();
                return Err(th.type_error(format!("sequence item {i}: expected str instance, {found} found")));
            };
            out.push_str(text);
        }
        return Ok(out.finish(th));
    }
    let mut out = Vec::new();
    for (i, item) in items.iter().enumerate() {
        if let Some(bytes) = item.downcast::<Bytes>() {
            out.extend_from_slice(bytes.as_slice());
        } else if th.has_buffer(item) {
            out.extend_from_slice(th.readable_buffer(item)?.as_slice());
        } else {
            let found = item.class().full_name();
            return Err(th.type_error(format!("sequence item {i}: expected a bytes-like object, {found} found")));
        }
    }
    Ok(th.bytes(&out))
}

#[pymethods]
impl Pattern {
    /// Matches zero or more characters at the beginning of the string.
    #[pymethod("(string, pos=0, endpos=sys.maxsize)", name = "match")]
    fn r#match(&self, th: &ThreadState, slf: &Value, string: &Value, pos: isize, endpos: isize) -> Res {
        self.one(th, slf, string, pos, endpos, Mode::Match)
    }

    /// Matches against all of the string.
    #[pymethod("(string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(&self, th: &ThreadState, slf: &Value, string: &Value, pos: isize, endpos: isize) -> Res {
        self.one(th, slf, string, pos, endpos, Mode::FullMatch)
    }

    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[pymethod("(string, pos=0, endpos=sys.maxsize)")]
    fn search(&self, th: &ThreadState, slf: &Value, string: &Value, pos: isize, endpos: isize) -> Res {
        self.one(th, slf, string, pos, endpos, Mode::Search)
    }

    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[pymethod("(repl, string, count=0)")]
    fn sub(&self, th: &ThreadState, slf: &Value, repl: &Value, string: &Value, count: isize) -> Res {
        Ok(self.substitute(th, slf, repl, string, count)?.0)
    }

    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    #[pymethod("(repl, string, count=0)")]
    fn subn(&self, th: &ThreadState, slf: &Value, repl: &Value, string: &Value, count: isize) -> Res<(Value, usize)> {
        self.substitute(th, slf, repl, string, count)
    }

    /// Return a list of all non-overlapping matches of pattern in string.
    #[pymethod("(string, pos=0, endpos=sys.maxsize)")]
    fn findall(&self, th: &ThreadState, string: &Value, pos: isize, endpos: isize) -> Res {
        let subject = self.subject(th, string)?;
        let units = subject.units();
        let (start, end) = clamp(units.len(), pos, endpos);
        let mut search = Search::new(th, self, start, end);
        let mut found = Vec::new();
        while let Some((from, to)) = search.next(units, Mode::Search)? {
            found.push(match self.groups {
                0 => subject.slice(th, from, to),
                1 => subject.slice_or_empty(th, search.group(1)),
                groups => {
                    let items = (1..=groups).map(|group| subject.slice_or_empty(th, search.group(group)));
                    th.tuple_from_vec(items.collect())
                }
            });
        }
        Ok(th.list(found))
    }

    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[pymethod("(string, pos=0, endpos=sys.maxsize)")]
    fn finditer(th: &ThreadState, slf: &Value, string: &Value, pos: isize, endpos: isize) -> Res {
        FindIter::make(th, scanner::State::new(th, own(th, slf)?, string, pos, endpos)?)
    }

    #[pymethod("(string, pos=0, endpos=sys.maxsize)")]
    fn scanner(th: &ThreadState, slf: &Value, string: &Value, pos: isize, endpos: isize) -> Res {
        Scanner::make(th, scanner::State::new(th, own(th, slf)?, string, pos, endpos)?)
    }

    /// Split string by the occurrences of pattern.
    #[pymethod("(string, maxsplit=0)")]
    fn split(&self, th: &ThreadState, string: &Value, maxsplit: isize) -> Res {
        let subject = self.subject(th, string)?;
        let units = subject.units();
        let end = units.len();
        let limit = if maxsplit == 0 { usize::MAX } else { usize::try_from(maxsplit).unwrap_or(0) };
        let mut search = Search::new(th, self, 0, end);
        let (mut parts, mut done, mut last) = (Vec::new(), 0, 0);
        while done < limit {
            let Some((from, to)) = search.next(units, Mode::Search)? else { break };
            parts.push(subject.slice(th, last, from));
            for group in 1..=self.groups {
                parts.push(search.group(group).map_or(Value::NONE, |(a, b)| subject.slice(th, a, b)));
            }
            last = to;
            done += 1;
        }
        parts.push(subject.slice(th, last, end));
        Ok(th.list(parts))
    }

    #[pymethod("()")]
    fn __copy__(slf: &Value) -> Value {
        slf.clone()
    }

    #[pymethod("(memo, /)")]
    fn __deepcopy__(slf: &Value, memo: &Value) -> Value {
        let _ = memo;
        slf.clone()
    }

    /// See PEP 585
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        generic_alias(th, cls, object)
    }

    /// The pattern string from which the RE object was compiled.
    #[pygetter(member)]
    fn pattern(&self) -> Value {
        self.pattern.clone()
    }

    /// The regex matching flags.
    #[pygetter(member)]
    fn flags(&self) -> i64 {
        i64::from(self.flags)
    }

    /// The number of capturing groups in the pattern.
    #[pygetter(member)]
    fn groups(&self) -> usize {
        self.groups
    }

    /// A dictionary mapping group names to group numbers.
    #[pygetter]
    fn groupindex(&self, th: &ThreadState) -> Res {
        // The class of a type's namespace as Python sees it is the mapping proxy.
        let proxy = th.getattr_str(TYPE_TYPE.value_ref(), "__dict__")?;
        th.call(proxy.class().value_ref(), std::slice::from_ref(&self.group_index))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let mut flags = self.flags;
        if self.kind == Kind::Str && flags & (FLAG_LOCALE | FLAG_UNICODE | FLAG_ASCII) == FLAG_UNICODE {
            flags &= !FLAG_UNICODE;
        }
        let mut names = Vec::new();
        for (flag, name) in FLAG_NAMES {
            if flags & flag != 0 {
                names.push(name.to_owned());
                flags &= !flag;
            }
        }
        if flags != 0 {
            names.push(format!("{flags:#x}"));
        }
        let shown = th.repr(&self.pattern)?;
        let mut out = TextBuilder::default();
        out.push_ascii("re.compile(");
        if let Some(shown) = shown.as_str() {
            out.push_part(shown, 0, shown.len().min(200));
        }
        if !names.is_empty() {
            out.push_ascii(", ");
            out.push_ascii(&names.join("|"));
        }
        out.push_ascii(")");
        Ok(out.finish(th))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        let mut hash = algo::siphash::TupleHash::default();
        hash.push(th.hash(&self.pattern)?);
        self.code.iter().for_each(|&word| hash.push(i64::from(word)));
        hash.push(i64::from(self.flags));
        Ok(hash.finish())
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        let other = match (op, other.downcast::<Pattern>()) {
            (CompareOp::Eq | CompareOp::Ne, Some(other)) => other,
            _ => return Ok(Value::NOT_IMPLEMENTED),
        };
        let same = std::ptr::eq(self, other)
            || (self.flags == other.flags
                && self.kind == other.kind
                && self.groups == other.groups
                && self.code == other.code
                && th.is_equal(&self.pattern, &other.pattern)?);
        Ok(if same == (op == CompareOp::Eq) { Value::TRUE } else { Value::FALSE })
    }
}
