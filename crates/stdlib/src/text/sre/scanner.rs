//! Scanners, and the iterator of `finditer`.

use std::cell::Cell;

use algo::sre::Mode;
use macros::{pyclass, pymethods};
use runtime::buffer::Buffer;
use runtime::protocol::iteration::iter_self;
use runtime::{Ref, Res, ThreadState, Value};

use super::pattern::{Pattern, Search, clamp};
use super::subject::Subject;

/// Where a scanner stands.
pub(super) struct State {
    pattern: Ref<Pattern>,
    string: Value,
    subject: Subject,
    /// Keeps a mutable subject from being resized.
    _held: Option<Buffer>,
    range: (usize, usize),
    /// The next start and whether the match there must not be empty; `None` at the end.
    next: Cell<Option<(usize, bool)>>,
}

impl State {
    pub(super) fn new(
        th: &ThreadState,
        pattern: Ref<Pattern>,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> Res<State> {
        let subject = pattern.subject(th, string)?;
        let is_plain = string.as_str().is_some() || string.as_bytes().is_some();
        let held = if is_plain { None } else { Some(th.readable_buffer(string)?) };
        let range = clamp(subject.units().len(), pos, endpos);
        Ok(State {
            pattern,
            string: string.clone(),
            subject,
            _held: held,
            range,
            next: Cell::new(Some((range.0, false))),
        })
    }

    fn step(&self, th: &ThreadState, mode: Mode) -> Res<Option<Value>> {
        let Some((start, must_advance)) = self.next.get() else { return Ok(None) };
        let mut search = Search::new(th, &self.pattern, start, self.range.1);
        search.must_advance = must_advance;
        let found = search.next(self.subject.units(), mode)?;
        self.next.set(found.map(|_| (search.start, search.must_advance)));
        Ok(found.map(|span| search.to_match(&self.pattern, &self.string, self.range, span)))
    }
}

#[pyclass(name = "SRE_Scanner", module = "_sre", flags(disallow_new))]
pub struct Scanner {
    pattern: Value,
    string: Value,
    #[notrace]
    state: State,
}

impl Scanner {
    pub(super) fn make(th: &ThreadState, state: State) -> Res {
        let (pattern, string) = (state.pattern.as_value().clone(), state.string.clone());
        Ok(th.new_object(Scanner { pattern, string, state }))
    }
}

#[pymethods]
impl Scanner {
    #[pymethod("()", name = "match")]
    fn r#match(&self, th: &ThreadState) -> Res<Option<Value>> {
        self.state.step(th, Mode::Match)
    }

    #[pymethod("()")]
    fn search(&self, th: &ThreadState) -> Res<Option<Value>> {
        self.state.step(th, Mode::Search)
    }

    #[pygetter(member)]
    fn pattern(&self) -> Value {
        self.pattern.clone()
    }
}

/// The iterator of `finditer`; to Python it looks like the call iterator that the reference uses.
#[pyclass(name = "callable_iterator", flags(disallow_new))]
pub struct FindIter {
    #[notrace]
    state: State,
}

impl FindIter {
    pub(super) fn make(th: &ThreadState, state: State) -> Res {
        Ok(th.new_object(FindIter { state }))
    }
}

#[pymethods]
impl FindIter {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        Ok(self.state.step(th, Mode::Search)?.unwrap_or(Value::EXHAUSTED))
    }
}
