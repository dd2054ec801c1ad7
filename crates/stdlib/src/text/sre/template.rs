//! Compiled replacement templates: literals and group numbers by turns.

use macros::pyclass;
use runtime::{Res, ThreadState, Value};

use super::pattern::{Pieces, join};
use super::subject::Subject;

#[pyclass(name = "SRE_Template", module = "_sre", flags(disallow_new), no_methods)]
pub struct Template {
    literal: Value,
    /// A group's number and the literal after it, which may be empty.
    literals: Vec<Value>,
    #[notrace]
    groups: Vec<usize>,
}

/// `_sre.template`: from a list of literals and group numbers by turns, with a literal at either end.
pub(super) fn compile(th: &ThreadState, items: &[Value]) -> Res {
    let Some((literal, rest)) = items.split_first().filter(|(_, rest)| rest.len() % 2 == 0) else {
        return Err(th.type_error("invalid template"));
    };
    let (mut groups, mut literals) = (Vec::new(), Vec::new());
    for pair in rest.chunks_exact(2) {
        let Some(number) = pair[0].as_int() else { return Err(th.type_error("an integer is required")) };
        let group = number.to_i64().and_then(|number| usize::try_from(number).ok());
        groups.push(group.ok_or_else(|| th.type_error("invalid template"))?);
        literals.push(pair[1].clone());
    }
    Ok(th.new_object(Template { literal: literal.clone(), literals, groups }))
}

fn is_empty(literal: &Value) -> bool {
    match (literal.as_str(), literal.as_bytes()) {
        (Some(text), _) => text.is_empty(),
        (None, Some(bytes)) => bytes.is_empty(),
        _ => false,
    }
}

impl Template {
    /// The template's text if it names no group.
    pub(super) fn only_literal(&self) -> Option<Value> {
        self.groups.is_empty().then(|| self.literal.clone())
    }

    /// Whether all literals are `str`.
    pub(super) fn is_text(&self) -> bool {
        self.literal.as_str().is_some() && self.literals.iter().all(|literal| literal.as_str().is_some())
    }

    /// Appends the literals and the groups' texts.
    pub(super) fn expand_into(
        &self,
        th: &ThreadState,
        subject: &Subject,
        out: &mut Pieces,
        group: impl Fn(usize) -> Res<Option<(usize, usize)>>,
    ) -> Res<()> {
        if !is_empty(&self.literal) {
            out.value(self.literal.clone());
        }
        for (&number, literal) in self.groups.iter().zip(&self.literals) {
            if let Some((start, end)) = group(number)? {
                out.part(th, subject, start, end);
            }
            if !is_empty(literal) {
                out.value(literal.clone());
            }
        }
        Ok(())
    }

    /// The text for one match.
    pub(super) fn expand(
        &self,
        th: &ThreadState,
        subject: &Subject,
        group: impl Fn(usize) -> Res<Option<(usize, usize)>>,
    ) -> Res {
        if self.groups.is_empty() {
            return Ok(self.literal.clone());
        }
        let mut pieces = Pieces::Values { items: Vec::new(), text: subject.is_str() };
        self.expand_into(th, subject, &mut pieces, group)?;
        match pieces {
            Pieces::Values { items, text } => join(th, items, text),
            _ => Ok(Value::NONE),
        }
    }
}
