//! Content: text, references, tags and the namespaces in them.

use std::rc::Rc;

use super::super::dtd::{self, Entity, tokenized};
use super::super::errors::Code;
use super::super::input::{self, Encoding, is_name_start};
use super::super::token::{self, Tag, Token};
use super::{
    Binding, CONVERTED, Event, Kind, Machine, OpenTag, Place, Source, State, Step, Stepped, XML_URI, XMLNS_URI,
    normalized,
};

impl Machine {
    // ---- Content.

    pub(super) fn content(&mut self, text: &str, is_last: bool) -> Stepped {
        if self.in_cdata {
            return self.cdata(text, is_last);
        }
        let token = match token::content(text, is_last) {
            Ok(token) => token,
            Err(miss) => return self.missed(miss),
        };
        match token {
            Token::Text(run) => {
                let run = self.piece(run);
                self.simple(Event::Text(run.to_owned()), text, run.len())
            }
            Token::Newline(length) => self.simple(Event::Text("\n".to_owned()), text, length),
            Token::Character { point, length } => self.simple(Event::Text(point.into()), text, length),
            Token::Comment { text: comment, length } => self.simple(Event::Comment(normalized(comment)), text, length),
            Token::Instruction { target, data, length } => {
                let (target, data) = (target.to_owned(), normalized(data));
                self.simple(Event::Instruction { target, data }, text, length)
            }
            Token::CdataStart => {
                self.in_cdata = true;
                self.simple(Event::StartCdata, text, 9)
            }
            Token::Reference { name, length } => self.reference(name, text, length),
            Token::Start(tag) => self.start(tag, text),
            Token::End { name, length } => self.end(name, text, length),
        }
    }

    /// What is told at once of a run of text: where it had to be converted, as much as Expat's buffer holds.
    pub(super) fn piece<'a>(&self, run: &'a str) -> &'a str {
        if self.encoding == Encoding::Utf8 || run.len() <= CONVERTED {
            return run;
        }
        let end = (0..=CONVERTED).rev().find(|&end| run.is_char_boundary(end)).unwrap_or(run.len());
        &run[..end]
    }

    pub(super) fn cdata(&mut self, text: &str, is_last: bool) -> Stepped {
        if text.starts_with("]]>") {
            self.in_cdata = false;
            return self.simple(Event::EndCdata, text, 3);
        }
        let bytes = text.as_bytes();
        let end = text
            .char_indices()
            .find(|&(at, c)| {
                matches!(c, '\n' | '\r') || !input::is_allowed(c) || (c == ']' && bytes[at..].starts_with(b"]]>"))
            })
            .map_or(text.len(), |(at, _)| at);
        if end == text.len() && !is_last {
            // The end of the section may have begun.
            let kept = end - text.bytes().rev().take(2).take_while(|&byte| byte == b']').count();
            if kept == 0 {
                return Ok(Step::NeedsMore);
            }
            let run = self.piece(&text[..kept]);
            return self.simple(Event::Text(run.to_owned()), text, run.len());
        }
        if end > 0 {
            let run = self.piece(&text[..end]);
            return self.simple(Event::Text(run.to_owned()), text, run.len());
        }
        match (bytes[0], bytes.get(1)) {
            (b'\n', _) => self.simple(Event::Text("\n".to_owned()), text, 1),
            (b'\r', None) if !is_last => Ok(Step::NeedsMore),
            (b'\r', Some(b'\n')) => self.simple(Event::Text("\n".to_owned()), text, 2),
            (b'\r', _) => self.simple(Event::Text("\n".to_owned()), text, 1),
            _ => self.wrong_at(Code::InvalidToken, 0),
        }
    }

    pub(super) fn reference(&mut self, name: &str, text: &str, length: usize) -> Stepped {
        if let Some(character) = dtd::predefined(name) {
            return self.simple(Event::Text(character.into()), text, length);
        }
        let (entity, may_be_elsewhere) = {
            let dtd = self.dtd.borrow();
            (dtd.entities.get(name).cloned(), dtd.has_parameter_references && !dtd.standalone)
        };
        let Some(entity) = entity else {
            if !may_be_elsewhere {
                return self.wrong_at(Code::UndefinedEntity, 0);
            }
            let name = name.to_owned();
            return self.simple(Event::Skipped { name, is_parameter: false }, text, length);
        };
        let is_open = self.sources.iter().any(|source| !source.is_parameter && source.name == name);
        if is_open || self.outer_entities.iter().any(|open| open == name) {
            return self.wrong_at(Code::RecursiveEntityRef, 0);
        }
        if entity.notation.is_some() {
            return self.wrong_at(Code::BinaryEntityRef, 0);
        }
        if let Some(inner) = entity.text {
            if !self.settings.expands {
                let name = name.to_owned();
                return self.simple(Event::Skipped { name, is_parameter: false }, text, length);
            }
            if let Err(code) = self.count_expansion(inner.len()) {
                return self.wrong_at(code, 0);
            }
            let place = self.present();
            self.consume(length);
            self.place = place;
            let (name, depth) = (name.to_owned(), self.tags.len());
            self.sources.push(Source { name, is_parameter: false, text: inner, at: 0, depth });
            return Ok(Step::Went);
        }
        let context = Some(self.entity_context(name));
        let Entity { base, system_id, public_id, .. } = entity;
        self.simple(Event::ExternalReference { context, base, system_id, public_id }, text, length)
    }

    /// What a parser of an external entity has to know: namespaces and entities around it.
    pub(super) fn entity_context(&self, name: &str) -> String {
        let mut parts = Vec::new();
        if self.settings.namespaces.is_some() {
            let mut seen: Vec<&Option<String>> = Vec::new();
            for binding in self.bindings.iter().rev() {
                if !seen.contains(&&binding.prefix) {
                    seen.push(&binding.prefix);
                    if let Some(uri) = &binding.uri {
                        parts.push(format!("{}={uri}", binding.prefix.as_deref().unwrap_or_default()));
                    }
                }
            }
            parts.push(format!("xml={XML_URI}"));
        }
        parts.extend(self.outer_entities.iter().cloned());
        parts.extend(self.sources.iter().filter(|source| !source.is_parameter).map(|source| source.name.clone()));
        parts.push(name.to_owned());
        parts.join("\x0C")
    }

    pub(super) fn start(&mut self, tag: Tag<'_>, text: &str) -> Stepped {
        let place = self.present();
        let (attributes, specified) = match self.attributes(&tag, text) {
            Ok(attributes) => attributes,
            Err((code, offset)) => return self.wrong_at(code, offset),
        };
        let raw_name: Rc<str> = tag.name.into();
        let mut bound = 0;
        let (name, attributes, specified) = if self.settings.namespaces.is_some() {
            match self.resolve(&tag, text, attributes, specified, place, &mut bound) {
                Ok(resolved) => resolved,
                Err((code, offset)) => return self.wrong_at(code, offset),
            }
        } else {
            let attributes = attributes.into_iter().map(|(name, value)| (Rc::from(name), value)).collect();
            (raw_name.clone(), attributes, specified)
        };
        let (is_empty, length) = (tag.is_empty, tag.length);
        self.consume(length);
        self.push(Event::Start { name: name.clone(), attributes, specified }, place, &text[..length]);
        self.tags.push(OpenTag { raw: raw_name, name, bindings: bound });
        if is_empty {
            self.close(self.present(), "");
        }
        Ok(Step::Went)
    }

    /// The attributes of a tag with their values made plain, and those that declarations add.
    pub(super) fn attributes(
        &mut self,
        tag: &Tag<'_>,
        text: &str,
    ) -> Result<(Vec<(String, String)>, usize), (Code, usize)> {
        let shared = self.dtd.clone();
        let dtd = shared.borrow();
        let declared = dtd.attributes.get(tag.name);
        let mut attributes = Vec::with_capacity(tag.attributes.len());
        for &(name, raw) in &tag.attributes {
            let mut value = String::with_capacity(raw.len());
            if raw.contains(['&', '\r', '\n', '\t']) {
                let mut expander = self.expander(&dtd);
                let start = raw.as_ptr() as usize - text.as_ptr() as usize;
                expander.attribute_value(raw, &mut value).map_err(|(code, at)| (code, start + at))?;
                self.expanded = expander.expanded;
            } else {
                value.push_str(raw);
            }
            let declared = declared.and_then(|all| all.iter().find(|declared| declared.name == name));
            if declared.is_some_and(|declared| !declared.is_cdata) {
                value = tokenized(&value);
            }
            attributes.push((name.to_owned(), value));
        }
        let specified = attributes.len();
        for declared in declared.into_iter().flatten() {
            if let Some(default) = &declared.default
                && !tag.attributes.iter().any(|(name, _)| *name == declared.name)
            {
                attributes.push((declared.name.clone(), default.clone()));
            }
        }
        Ok((attributes, specified))
    }

    pub(super) fn lookup(&self, prefix: Option<&str>) -> Option<&str> {
        if prefix == Some("xml") {
            return Some(XML_URI);
        }
        self.bindings.iter().rev().find(|binding| binding.prefix.as_deref() == prefix)?.uri.as_deref()
    }

    pub(super) fn expand(&self, name: &str, is_attribute: bool) -> Result<String, Code> {
        let (prefix, local) = match name.split_once(':') {
            Some((prefix, local)) => (Some(prefix), local),
            None => (None, name),
        };
        if prefix.is_none() && is_attribute {
            return Ok(name.to_owned());
        }
        let Some(uri) = self.lookup(prefix) else {
            return if prefix.is_some() { Err(Code::UnboundPrefix) } else { Ok(name.to_owned()) };
        };
        let separator = self.settings.namespaces.flatten();
        let mut out = String::with_capacity(uri.len() + name.len() + 2);
        out.push_str(uri);
        out.extend(separator);
        out.push_str(local);
        if let (true, Some(prefix)) = (self.settings.with_prefixes, prefix) {
            out.extend(separator);
            out.push_str(prefix);
        }
        Ok(out)
    }

    /// Finds the namespaces that a tag declares, and the full names in it.
    pub(super) fn resolve(
        &mut self,
        tag: &Tag<'_>,
        text: &str,
        attributes: Vec<(String, String)>,
        specified: usize,
        place: Place,
        bound: &mut usize,
    ) -> Result<(Rc<str>, Vec<(Rc<str>, String)>, usize), (Code, usize)> {
        let offset = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
        for part in std::iter::once(tag.name).chain(tag.attributes.iter().map(|(name, _)| *name)) {
            let mut colons = part.match_indices(':');
            if let Some((first, _)) = colons.next() {
                let local = &part[first + 1..];
                if first == 0 {
                    return Err((Code::InvalidToken, offset(part)));
                }
                if !local.chars().next().is_some_and(|c| is_name_start(c) && c != ':') {
                    return Err((Code::InvalidToken, offset(part) + first + 1));
                }
                if let Some((second, _)) = colons.next() {
                    return Err((Code::InvalidToken, offset(part) + second));
                }
            }
        }
        let mut kept = Vec::with_capacity(attributes.len());
        let mut kept_specified = 0;
        for (index, (name, value)) in attributes.into_iter().enumerate() {
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => None,
                Some(rest) if rest.starts_with(':') => Some(rest[1..].to_owned()),
                _ => {
                    kept_specified += usize::from(index < specified);
                    kept.push((name, value));
                    continue;
                }
            };
            self.bind(prefix, value, place).map_err(|code| (code, 0))?;
            *bound += 1;
        }
        let name = self.expand(tag.name, false).map_err(|code| (code, 0))?;
        let mut full: Vec<(Rc<str>, String)> = Vec::with_capacity(kept.len());
        for (attribute, value) in kept {
            let expanded = self.expand(&attribute, true).map_err(|code| (code, 0))?;
            if attribute.contains(':') && full.iter().any(|(other, _)| is_same_attribute(other, &expanded, self)) {
                return Err((Code::DuplicateAttribute, 0));
            }
            full.push((expanded.into(), value));
        }
        Ok((name.into(), full, kept_specified))
    }

    pub(super) fn bind(&mut self, prefix: Option<String>, uri: String, place: Place) -> Result<(), Code> {
        match prefix.as_deref() {
            Some("xmlns") => return Err(Code::ReservedPrefixXmlns),
            Some("xml") if uri != XML_URI => return Err(Code::ReservedPrefixXml),
            Some("xml") => {}
            Some(_) if uri.is_empty() => return Err(Code::UndeclaringPrefix),
            _ if uri == XML_URI || uri == XMLNS_URI => return Err(Code::ReservedNamespaceUri),
            _ => {}
        }
        if let Some(separator) = self.settings.namespaces.flatten()
            && uri.contains(separator)
            && !is_uri_character(separator)
        {
            return Err(Code::Syntax);
        }
        let uri = Some(uri).filter(|uri| !uri.is_empty());
        self.push(Event::StartNamespace { prefix: prefix.clone(), uri: uri.clone() }, place, "");
        self.bindings.push(Binding { prefix, uri });
        Ok(())
    }

    pub(super) fn end(&mut self, name: &str, text: &str, length: usize) -> Stepped {
        let floor = self.sources.iter().rev().find(|source| !source.is_parameter).map_or(0, |source| source.depth);
        match self.tags.last() {
            Some(tag) if self.tags.len() > floor && &*tag.raw == name => {}
            Some(_) if self.tags.len() > floor => return self.wrong_at(Code::TagMismatch, 2),
            _ => return self.wrong_at(Code::AsyncEntity, 0),
        }
        let place = self.present();
        self.consume(length);
        self.close(place, &text[..length]);
        Ok(Step::Went)
    }

    pub(super) fn close(&mut self, place: Place, raw: &str) {
        let Some(tag) = self.tags.pop() else { return };
        self.push(Event::End { name: tag.name }, place, raw);
        for _ in 0..tag.bindings {
            if let Some(binding) = self.bindings.pop() {
                self.push(Event::EndNamespace { prefix: binding.prefix }, place, "");
            }
        }
        if self.tags.is_empty() && self.kind == Kind::Document {
            self.state = State::Epilog;
        }
    }
}

/// Whether two full names are one: the prefix at the end does not count.
fn is_same_attribute(a: &str, b: &str, machine: &Machine) -> bool {
    match (machine.settings.with_prefixes, machine.settings.namespaces.flatten()) {
        (true, Some(separator)) => {
            let cut = |name: &str| name.match_indices(separator).nth(1).map_or(name.len(), |(at, _)| at);
            a[..cut(a)] == b[..cut(b)]
        }
        _ => a == b,
    }
}

fn is_uri_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "%-._~:/?#[]@!$&'()*+,;=".contains(c)
}
