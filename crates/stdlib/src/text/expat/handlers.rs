//! The handlers of an `xmlparser`, and the calls that events become.

use runtime::objects::int::IntView;
use runtime::{Res, ThreadState, Value};

use super::dtd::{Entity, Node};
use super::errors::Code;
use super::machine::{Event, Queued};
use super::parser::XmlParser;

/// The handlers' attributes, in the order of their places.
pub const NAMES: [&str; 22] = [
    "StartElementHandler",
    "EndElementHandler",
    "ProcessingInstructionHandler",
    "CharacterDataHandler",
    "UnparsedEntityDeclHandler",
    "NotationDeclHandler",
    "StartNamespaceDeclHandler",
    "EndNamespaceDeclHandler",
    "CommentHandler",
    "StartCdataSectionHandler",
    "EndCdataSectionHandler",
    "DefaultHandler",
    "DefaultHandlerExpand",
    "NotStandaloneHandler",
    "ExternalEntityRefHandler",
    "StartDoctypeDeclHandler",
    "EndDoctypeDeclHandler",
    "EntityDeclHandler",
    "XmlDeclHandler",
    "ElementDeclHandler",
    "AttlistDeclHandler",
    "SkippedEntityHandler",
];

pub const START: usize = 0;
pub const END: usize = 1;
pub const INSTRUCTION: usize = 2;
pub const TEXT: usize = 3;
pub const UNPARSED: usize = 4;
pub const NOTATION: usize = 5;
pub const START_NAMESPACE: usize = 6;
pub const END_NAMESPACE: usize = 7;
pub const COMMENT: usize = 8;
pub const START_CDATA: usize = 9;
pub const END_CDATA: usize = 10;
pub const DEFAULT: usize = 11;
pub const DEFAULT_EXPAND: usize = 12;
pub const NOT_STANDALONE: usize = 13;
pub const EXTERNAL: usize = 14;
pub const START_DOCTYPE: usize = 15;
pub const END_DOCTYPE: usize = 16;
pub const ENTITY: usize = 17;
pub const XML_DECLARATION: usize = 18;
pub const ELEMENT: usize = 19;
pub const ATTRIBUTE: usize = 20;
pub const SKIPPED: usize = 21;

/// Groups in groups of a content model may be this deep.
const DEEPEST_MODEL: usize = 50_000;

fn text_or_none(th: &ThreadState, text: Option<&str>) -> Value {
    text.map_or(Value::NONE, |text| th.str(text))
}

/// A content model as nested tuples. Children stand behind their parents in the list, so it is made from its end.
fn model_value(th: &ThreadState, nodes: &[Node]) -> Res {
    let mut depths = vec![0usize; nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        for &child in &node.children {
            depths[child] = depths[index] + 1;
            if depths[child] > DEEPEST_MODEL {
                return Err(th.recursion_error("maximum recursion depth exceeded in conv_content_model"));
            }
        }
    }
    let mut made = vec![Value::NONE; nodes.len()];
    for (index, node) in nodes.iter().enumerate().rev() {
        let children: Vec<Value> =
            node.children.iter().map(|&child| std::mem::replace(&mut made[child], Value::NONE)).collect();
        let parts = [
            Value::int32(node.kind),
            Value::int32(node.quantifier),
            text_or_none(th, node.name.as_deref()),
            th.tuple(&children),
        ];
        made[index] = th.tuple(&parts);
    }
    Ok(made.into_iter().next().unwrap_or(Value::NONE))
}

impl XmlParser {
    /// Calls a handler, after the text that waits was told.
    fn call(&self, th: &ThreadState, place: usize, args: impl FnOnce() -> Res<Vec<Value>>) -> Res<Option<Value>> {
        if self.handler(place).is_none() {
            return Ok(None);
        }
        self.flush(th)?;
        // Telling the text may have taken the handler away.
        match self.handler(place) {
            Some(handler) => Ok(Some(th.call(&handler, &args()?)?)),
            None => Ok(None),
        }
    }

    /// Calls a handler, or the default handler with the event's text.
    fn call_or_default(
        &self,
        th: &ThreadState,
        place: usize,
        raw: &str,
        args: impl FnOnce() -> Res<Vec<Value>>,
    ) -> Res<()> {
        if self.handler(place).is_none() {
            return self.default(th, raw);
        }
        self.call(th, place, args).map(drop)
    }

    fn default(&self, th: &ThreadState, raw: &str) -> Res<()> {
        if raw.is_empty() {
            return Ok(());
        }
        match self.default_place() {
            Some(place) => self.call(th, place, || Ok(vec![th.str(raw)])).map(drop),
            None => Ok(()),
        }
    }

    /// As before for a declaration, or for what begins or ends a document type: word by word.
    fn default_words(&self, th: &ThreadState, raw: &str) -> Res<()> {
        if self.default_place().is_none() {
            return Ok(());
        }
        words(raw).into_iter().try_for_each(|word| self.default(th, word))
    }

    fn call_or_words(
        &self,
        th: &ThreadState,
        place: usize,
        raw: &str,
        args: impl FnOnce() -> Res<Vec<Value>>,
    ) -> Res<()> {
        if self.handler(place).is_none() {
            return self.default_words(th, raw);
        }
        self.call(th, place, args).map(drop)
    }

    /// Calls a handler whose answer counts: 0 is a failure.
    fn ask(&self, th: &ThreadState, place: usize, code: Code, args: impl FnOnce() -> Res<Vec<Value>>) -> Res<()> {
        let Some(answer) = self.call(th, place, args)? else { return Ok(()) };
        let number = match answer.as_int() {
            Some(number) => {
                IntView::to_i64(number).ok_or_else(|| th.overflow_error("Python int too large to convert to C long"))?
            }
            None => {
                let index = th.index(&answer)?;
                index.as_int().and_then(IntView::to_i64).unwrap_or(0)
            }
        };
        if number == 0 {
            self.with_machine(|machine| machine.fail(code));
        }
        Ok(())
    }

    fn text(&self, th: &ThreadState, text: &str, raw: &str) -> Res<()> {
        if self.handler(TEXT).is_none() {
            return self.default(th, raw);
        }
        let Some(size) = self.buffer_room() else {
            return self.call_text(th, text);
        };
        if self.buffered() + text.len() > size {
            self.flush(th)?;
            if self.handler(TEXT).is_none() {
                return Ok(());
            }
        }
        match self.buffer_room() {
            Some(size) if text.len() <= size => {
                self.append(text);
                Ok(())
            }
            _ => self.call_text(th, text),
        }
    }

    pub fn call_text(&self, th: &ThreadState, text: &str) -> Res<()> {
        match self.handler(TEXT) {
            Some(handler) => th.call(&handler, &[th.str(text)]).map(drop),
            None => Ok(()),
        }
    }

    /// Tells the program of an event.
    pub fn dispatch(&self, th: &ThreadState, queued: Queued) -> Res<()> {
        let Queued { event, raw, .. } = queued;
        let optional = |text: &Option<String>| text_or_none(th, text.as_deref());
        match event {
            Event::Text(text) => self.text(th, &text, &raw),
            Event::Start { name, attributes, specified } => self.call_or_default(th, START, &raw, || {
                let container = self.attributes(th, &attributes, specified)?;
                Ok(vec![self.interned(th, &name)?, container])
            }),
            Event::End { name } => self.call_or_default(th, END, &raw, || Ok(vec![self.interned(th, &name)?])),
            Event::Instruction { target, data } => {
                self.call_or_default(th, INSTRUCTION, &raw, || Ok(vec![self.interned(th, &target)?, th.str(&data)]))
            }
            Event::Comment(text) => self.call_or_default(th, COMMENT, &raw, || Ok(vec![th.str(&text)])),
            Event::StartCdata => self.call_or_default(th, START_CDATA, &raw, || Ok(Vec::new())),
            Event::EndCdata => self.call_or_default(th, END_CDATA, &raw, || Ok(Vec::new())),
            Event::StartNamespace { prefix, uri } => self
                .call(th, START_NAMESPACE, || {
                    Ok(vec![self.interned_or_none(th, prefix.as_deref())?, self.interned_or_none(th, uri.as_deref())?])
                })
                .map(drop),
            Event::EndNamespace { prefix } => {
                self.call(th, END_NAMESPACE, || Ok(vec![self.interned_or_none(th, prefix.as_deref())?])).map(drop)
            }
            Event::Other => self.default(th, &raw),
            Event::XmlDeclaration { version, encoding, standalone } => {
                self.call_or_default(th, XML_DECLARATION, &raw, || {
                    Ok(vec![optional(&version), optional(&encoding), Value::int32(standalone)])
                })
            }
            Event::StartDoctype { name, system_id, public_id, has_internal } => {
                self.call_or_words(th, START_DOCTYPE, &raw, || {
                    Ok(vec![
                        self.interned(th, &name)?,
                        self.interned_or_none(th, system_id.as_deref())?,
                        self.interned_or_none(th, public_id.as_deref())?,
                        Value::int32(has_internal.into()),
                    ])
                })
            }
            Event::EndDoctype => self.call_or_words(th, END_DOCTYPE, &raw, || Ok(Vec::new())),
            Event::Element { name, model } => {
                self.call_or_words(th, ELEMENT, &raw, || Ok(vec![self.interned(th, &name)?, model_value(th, &model)?]))
            }
            Event::Attribute { element, declared } => self.call_or_words(th, ATTRIBUTE, &raw, || {
                Ok(vec![
                    self.interned(th, &element)?,
                    self.interned(th, &declared.name)?,
                    th.str(&declared.kind),
                    optional(&declared.default),
                    Value::int32(declared.is_required.into()),
                ])
            }),
            Event::Entity { name, is_parameter, entity } => self.entity(th, &name, is_parameter, &entity, &raw),
            Event::Notation { name, base, system_id, public_id } => self.call_or_words(th, NOTATION, &raw, || {
                Ok(vec![
                    self.interned(th, &name)?,
                    self.interned_or_none(th, base.as_deref())?,
                    self.interned_or_none(th, system_id.as_deref())?,
                    self.interned_or_none(th, public_id.as_deref())?,
                ])
            }),
            Event::ExternalReference { context, base, system_id, public_id } => {
                if self.handler(EXTERNAL).is_none() {
                    return self.default(th, &raw);
                }
                self.ask(th, EXTERNAL, Code::ExternalEntityHandling, || {
                    Ok(vec![
                        optional(&context),
                        self.interned_or_none(th, base.as_deref())?,
                        self.interned_or_none(th, system_id.as_deref())?,
                        self.interned_or_none(th, public_id.as_deref())?,
                    ])
                })
            }
            Event::Skipped { name, is_parameter } => self.call_or_default(th, SKIPPED, &raw, || {
                Ok(vec![self.interned(th, &name)?, Value::int32(is_parameter.into())])
            }),
            Event::NotStandalone => self.ask(th, NOT_STANDALONE, Code::NotStandalone, || Ok(Vec::new())),
            Event::SubsetOffered { .. } => Ok(()),
        }
    }

    fn entity(&self, th: &ThreadState, name: &str, is_parameter: bool, entity: &Entity, raw: &str) -> Res<()> {
        let base = || self.interned_or_none(th, entity.base.as_deref());
        let system_id = || self.interned_or_none(th, entity.system_id.as_deref());
        let public_id = || self.interned_or_none(th, entity.public_id.as_deref());
        let notation = || self.interned_or_none(th, entity.notation.as_deref());
        if entity.notation.is_some() && self.handler(UNPARSED).is_some() {
            return self
                .call(th, UNPARSED, || {
                    Ok(vec![self.interned(th, name)?, base()?, system_id()?, public_id()?, notation()?])
                })
                .map(drop);
        }
        self.call_or_words(th, ENTITY, raw, || {
            Ok(vec![
                self.interned(th, name)?,
                Value::int32(is_parameter.into()),
                text_or_none(th, entity.text.as_deref()),
                base()?,
                system_id()?,
                public_id()?,
                notation()?,
            ])
        })
    }
}

/// The words of a declaration: names, quoted texts, signs, and the white space between them.
fn words(text: &str) -> Vec<&str> {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let sign_ends = first.len_utf8();
        let end = match first {
            c if is_space(c) => rest.find(|c| !is_space(c)),
            '"' | '\'' => rest[1..].find(first).map(|at| at + 2),
            '>' | '[' | ']' | '(' | ')' | '|' | ',' => Some(sign_ends),
            _ => rest[sign_ends..]
                .find(|c| is_space(c) || matches!(c, '"' | '\'' | '>' | '[' | ']' | '(' | ')' | '|' | ','))
                .map(|at| at + sign_ends),
        };
        let (word, more) = rest.split_at(end.unwrap_or(rest.len()));
        words.push(word);
        rest = more;
    }
    words
}
