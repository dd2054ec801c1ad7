//! `re.Match`.

use macros::{pyclass, pymethods};
use runtime::objects::dict::Dict;
use runtime::objects::tuple::Tuple;
use runtime::{Payload, Ref, Res, ThreadState, Value};

use super::pattern::{Pattern, compile_template};
use super::subject::Subject;
use super::template::Template;
use crate::support::generic_alias;
use crate::text::build::TextBuilder;

/// The result of re.match() and re.search().
///
/// Match objects always have a boolean value of True.
#[pyclass(name = "Match", module = "re", flags(disallow_new, sequence))]
pub struct Match {
    re: Ref<Pattern>,
    string: Value,
    #[notrace]
    range: (usize, usize),
    #[notrace]
    span: (usize, usize),
    #[notrace]
    groups: Box<[Option<(usize, usize)>]>,
    #[notrace]
    last_index: Option<usize>,
}

impl Match {
    pub(super) fn make(
        th: &ThreadState,
        re: Ref<Pattern>,
        string: Value,
        range: (usize, usize),
        span: (usize, usize),
        groups: Box<[Option<(usize, usize)>]>,
        last_index: Option<usize>,
    ) -> Value {
        th.new_object(Match { re, string, range, span, groups, last_index })
    }

    /// The span of a group that exists.
    fn span_of(&self, group: usize) -> Option<(usize, usize)> {
        match group.checked_sub(1) {
            None => Some(self.span),
            Some(index) => self.groups.get(index).copied().flatten(),
        }
    }

    /// The number of a group given by number or name.
    fn number(&self, th: &ThreadState, group: &Value) -> Res<usize> {
        let number = if let Some(number) = group.as_small_int() {
            Some(number as isize)
        } else if th.is_index(group) {
            Some(th.index_clamped(group)?)
        } else {
            let names = Dict::of(&self.re.group_index);
            names.get(th, group)?.and_then(|number| number.as_small_int()).map(|number| number as isize)
        };
        let number = number.and_then(|number| usize::try_from(number).ok()).filter(|&n| n <= self.groups.len());
        number.ok_or_else(|| th.index_error("no such group"))
    }

    fn text(&self, th: &ThreadState, subject: &Subject, group: usize, default: &Value) -> Value {
        self.span_of(group).map_or_else(|| default.clone(), |(start, end)| clipped(th, subject, start, end))
    }

    fn group_value(&self, th: &ThreadState, group: &Value) -> Res {
        let number = self.number(th, group)?;
        let subject = Subject::new(th, &self.string)?;
        Ok(self.text(th, &subject, number, &Value::NONE))
    }

    fn optional_number(&self, th: &ThreadState, group: Option<&Value>) -> Res<usize> {
        group.map_or(Ok(0), |group| self.number(th, group))
    }
}

/// A part of a subject that may have become shorter since the match.
fn clipped(th: &ThreadState, subject: &Subject, start: usize, end: usize) -> Value {
    let len = subject.units().len();
    subject.slice(th, start.min(len), end.min(len))
}

fn span_value(span: Option<(usize, usize)>) -> (i64, i64) {
    span.map_or((-1, -1), |(start, end)| (start as i64, end as i64))
}

#[pymethods]
impl Match {
    /// group([group1, ...]) -> str or tuple.
    /// Return subgroup(s) of the match by indices or names.
    /// For 0 returns the entire match.
    #[pymethod("(*args)", text = none)]
    fn group(&self, th: &ThreadState, args: &[Value]) -> Res {
        match args {
            [] => Ok(self.text(th, &Subject::new(th, &self.string)?, 0, &Value::NONE)),
            [group] => self.group_value(th, group),
            groups => {
                let items = groups.iter().map(|group| self.group_value(th, group)).collect::<Res<Vec<Value>>>()?;
                Ok(th.tuple_from_vec(items))
            }
        }
    }

    /// Return a tuple containing all the subgroups of the match, from 1.
    ///
    /// default
    ///   Is used for groups that did not participate in the match.
    #[pymethod("(default=None)")]
    fn groups(&self, th: &ThreadState, default: &Value) -> Res {
        let subject = Subject::new(th, &self.string)?;
        let items = (1..=self.groups.len()).map(|group| self.text(th, &subject, group, default));
        Ok(th.tuple_from_vec(items.collect()))
    }

    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    ///
    /// default
    ///   Is used for groups that did not participate in the match.
    #[pymethod("(default=None)")]
    fn groupdict(&self, th: &ThreadState, default: &Value) -> Res {
        let subject = Subject::new(th, &self.string)?;
        let names = Dict::of(&self.re.group_index).to_vec();
        let found = Dict::with_capacity(names.len());
        for (name, number) in names {
            let number = self.number(th, &number)?;
            found.set(th, &name, self.text(th, &subject, number, default))?;
        }
        Ok(th.dict(found))
    }

    /// Return index of the start of the substring matched by group.
    #[pymethod("(group=0, /)")]
    fn start(&self, th: &ThreadState, group: Option<&Value>) -> Res<i64> {
        Ok(span_value(self.span_of(self.optional_number(th, group)?)).0)
    }

    /// Return index of the end of the substring matched by group.
    #[pymethod("(group=0, /)")]
    fn end(&self, th: &ThreadState, group: Option<&Value>) -> Res<i64> {
        Ok(span_value(self.span_of(self.optional_number(th, group)?)).1)
    }

    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[pymethod("(group=0, /)")]
    fn span(&self, th: &ThreadState, group: Option<&Value>) -> Res<(i64, i64)> {
        Ok(span_value(self.span_of(self.optional_number(th, group)?)))
    }

    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[pymethod("(template, /)")]
    fn expand(&self, th: &ThreadState, template: &Value) -> Res {
        let compiled = compile_template(th, self.re.as_value(), template)?;
        match Ref::<Template>::try_new(compiled) {
            Ok(template) => {
                let subject = Subject::new(th, &self.string)?;
                let len = subject.units().len();
                template.expand(th, &subject, |group| {
                    if group > self.groups.len() {
                        return Err(th.index_error("no such group"));
                    }
                    Ok(self.span_of(group).map(|(start, end)| (start.min(len), end.min(len))))
                })
            }
            Err(other) => Ok(other),
        }
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

    #[pyslot]
    fn mp_subscript(&self, th: &ThreadState, key: &Value) -> Res {
        self.group_value(th, key)
    }

    /// The string passed to match() or search().
    #[pygetter(member)]
    fn string(&self) -> Value {
        self.string.clone()
    }

    /// The regular expression object.
    #[pygetter(member)]
    fn re(&self) -> Value {
        self.re.as_value().clone()
    }

    /// The index into the string at which the RE engine started looking for a match.
    #[pygetter(member)]
    fn pos(&self) -> usize {
        self.range.0
    }

    /// The index into the string beyond which the RE engine will not go.
    #[pygetter(member)]
    fn endpos(&self) -> usize {
        self.range.1
    }

    /// The integer index of the last matched capturing group.
    #[pygetter]
    fn lastindex(&self) -> Option<usize> {
        self.last_index
    }

    /// The name of the last matched capturing group.
    #[pygetter]
    fn lastgroup(&self) -> Value {
        let names = Tuple::of(&self.re.index_group).as_slice();
        self.last_index.and_then(|index| names.get(index).cloned()).unwrap_or(Value::NONE)
    }

    #[pygetter]
    fn regs(&self, th: &ThreadState) -> Value {
        let pair = |group: usize| {
            let (start, end) = span_value(self.span_of(group));
            th.tuple(&[th.int(start), th.int(end)])
        };
        th.tuple_from_vec((0..=self.groups.len()).map(pair).collect())
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let subject = Subject::new(th, &self.string)?;
        let found = th.repr(&clipped(th, &subject, self.span.0, self.span.1))?;
        let mut out = TextBuilder::default();
        out.push_ascii(&format!("<re.Match object; span=({}, {}), match=", self.span.0, self.span.1));
        if let Some(found) = found.as_str() {
            out.push_part(found, 0, found.len().min(50));
        }
        out.push_ascii(">");
        Ok(out.finish(th))
    }
}
