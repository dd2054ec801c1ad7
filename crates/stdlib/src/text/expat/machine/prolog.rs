//! Around the root element, and declarations.

use super::super::dtd::{self, Declaration, Dtd, Entity, Expander};
use super::super::errors::Code;
use super::super::input::{is_name, is_name_start, name_length, space_length};
use super::super::token::{self, Miss, Token, Words};
use super::{Event, Kind, Machine, Place, Queued, Source, State, Step, Stepped, normalized};

impl Machine {
    // ---- Around the root element.

    pub(super) fn simple(&mut self, event: Event, text: &str, length: usize) -> Stepped {
        let place = self.present();
        self.consume(length);
        self.push(event, place, &text[..length]);
        Ok(Step::Went)
    }

    /// The place of what is read now: inside an entity, of the reference to it.
    pub(super) fn present(&self) -> Place {
        if self.sources.is_empty() { self.now } else { self.place }
    }

    pub(super) fn comment_or_instruction(&mut self, text: &str) -> Stepped {
        match token::markup(text) {
            Ok(Token::Comment { text: comment, length }) => {
                self.simple(Event::Comment(normalized(comment)), text, length)
            }
            Ok(Token::Instruction { target, data, length }) => {
                let (target, data) = (target.to_owned(), normalized(data));
                self.simple(Event::Instruction { target, data }, text, length)
            }
            Ok(_) => self.wrong_at(Code::InvalidToken, 1),
            Err(miss) => self.missed(miss),
        }
    }

    pub(super) fn prolog(&mut self, text: &str, is_last: bool) -> Stepped {
        let space = space_length(text);
        if space > 0 {
            if !is_last && text[..space].ends_with('\r') && space == text.len() {
                if space > 1 {
                    return self.simple(Event::Other, text, space - 1);
                }
                return Ok(Step::NeedsMore);
            }
            return self.simple(Event::Other, text, space);
        }
        let is_prolog = self.state == State::Prolog;
        if !text.starts_with('<') {
            let first = text.chars().next().unwrap_or(' ');
            let is_token = is_name_start(first)
                || matches!(
                    first,
                    '0'..='9' | '-' | '.' | '"' | '\'' | '(' | ')' | '|' | ',' | '>' | '#' | '[' | ']' | '%'
                );
            // A name is a token only if what follows may follow one.
            let name = text.find(|c| !is_name(c)).unwrap_or(text.len());
            let ends = text[name..].chars().next();
            let may_end = matches!(
                ends,
                None | Some(' ' | '\t' | '\r' | '\n' | '>' | ')' | ',' | '|' | '[' | '%' | '?' | '*' | '+')
            );
            if is_name_start(first) && !may_end {
                return self.wrong_at(Code::InvalidToken, name);
            }
            if ends.is_none() && is_name_start(first) && !is_last {
                return self.missed(Miss::Partial);
            }
            return match (is_token, is_prolog) {
                (false, _) => self.wrong_at(Code::InvalidToken, 0),
                (true, true) => self.wrong_at(Code::Syntax, 0),
                (true, false) => self.wrong_at(Code::JunkAfterDocElement, 0),
            };
        }
        match text[1..].chars().next() {
            None => self.missed(Miss::Partial),
            Some('?') => self.comment_or_instruction(text),
            Some('!') => {
                let begin = "<!DOCTYPE";
                if text.starts_with("<!-") || text == "<!" {
                    return self.comment_or_instruction(text);
                }
                if begin.starts_with(text) {
                    return self.missed(Miss::Partial);
                }
                if !text.starts_with(begin) {
                    let same = begin.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
                    let same = same + text[same..].find(|c: char| !c.is_ascii_uppercase()).unwrap_or(0);
                    return self.wrong_at(Code::InvalidToken, same);
                }
                if !is_prolog || self.has_doctype {
                    let code = if is_prolog { Code::Syntax } else { Code::JunkAfterDocElement };
                    return self.wrong_at(code, 0);
                }
                self.doctype_start(text)
            }
            Some(c) if is_name_start(c) => {
                if !is_prolog {
                    return self.wrong_at(Code::JunkAfterDocElement, 0);
                }
                self.state = State::Content;
                if self.settings.uses_foreign_dtd && !self.has_doctype {
                    self.offer_subset(None, None);
                }
                Ok(Step::Went)
            }
            Some(_) => self.wrong_at(Code::InvalidToken, 1),
        }
    }

    pub(super) fn doctype_start(&mut self, text: &str) -> Stepped {
        let mut quote = None;
        let end = text.char_indices().find(|&(_, c)| match quote {
            Some(open) => {
                if open == c {
                    quote = None;
                }
                false
            }
            None => {
                if matches!(c, '"' | '\'') {
                    quote = Some(c);
                }
                matches!(c, '[' | '>')
            }
        });
        let Some((end, last)) = end else { return self.missed(Miss::Partial) };
        let header = &text[..end + 1];
        let mut words = Words::new(header, 9);
        let read = (|| {
            words.need_space()?;
            let name = words.name()?.to_owned();
            let space = words.skip_space();
            if words.rest().starts_with(last) {
                return Ok((name, None, None));
            }
            if !space {
                return words.wrong();
            }
            let (system_id, public_id) = dtd::external_id(&mut words, false)?;
            words.skip_space();
            if words.rest().starts_with(last) { Ok((name, system_id, public_id)) } else { words.wrong() }
        })();
        let (name, system_id, public_id) = match read {
            Ok(read) => read,
            Err(miss) => return self.missed(miss),
        };
        self.has_doctype = true;
        let place = self.now;
        let has_internal = last == '[';
        if system_id.is_some() {
            let is_standalone = {
                let mut dtd = self.dtd.borrow_mut();
                dtd.has_parameter_references = true;
                dtd.standalone
            };
            if !is_standalone && self.settings.parameter_parsing == 0 {
                self.push(Event::NotStandalone, place, "");
            }
        }
        self.consume(header.len());
        self.doctype = Some((system_id.clone(), public_id.clone()));
        self.push(Event::StartDoctype { name, system_id, public_id, has_internal }, place, header);
        if has_internal {
            self.state = State::Subset;
        } else {
            self.doctype_end(place, "");
        }
        Ok(Step::Went)
    }

    pub(super) fn doctype_end(&mut self, place: Place, raw: &str) {
        let (system_id, public_id) = self.doctype.take().unwrap_or_default();
        if system_id.is_some() || self.settings.uses_foreign_dtd {
            self.offer_subset(system_id, public_id);
        }
        self.push(Event::EndDoctype, place, raw);
        self.state = State::Prolog;
    }

    /// Lets the program read the external part of the declarations.
    pub(super) fn offer_subset(&mut self, system_id: Option<String>, public_id: Option<String>) {
        let had_references = {
            let mut dtd = self.dtd.borrow_mut();
            std::mem::replace(&mut dtd.has_parameter_references, true)
        };
        if self.settings.parameter_parsing == 0 || !self.settings.has_external_handler {
            if system_id.is_none() {
                self.dtd.borrow_mut().has_parameter_references = had_references;
            }
            return;
        }
        if self.settings.parameter_parsing == 1 && self.dtd.borrow().standalone {
            return;
        }
        let is_foreign = system_id.is_none();
        self.dtd.borrow_mut().external_was_read = false;
        let (place, base) = (self.now, self.settings.base.clone());
        self.push(Event::ExternalReference { context: None, base, system_id, public_id }, place, "");
        self.push(Event::SubsetOffered { had_references: had_references || !is_foreign }, place, "");
    }

    pub(super) fn subset_offered(&mut self, had_references: bool) {
        let (was_read, is_standalone) = {
            let mut dtd = self.dtd.borrow_mut();
            if !dtd.external_was_read {
                dtd.has_parameter_references = had_references;
            }
            (dtd.external_was_read, dtd.standalone)
        };
        if was_read && !is_standalone {
            let (place, raw) = (self.place, String::new());
            self.events.push_front(Queued { event: Event::NotStandalone, place, raw });
        }
    }

    // ---- Declarations.

    pub(super) fn is_external_subset(&self) -> bool {
        self.kind == Kind::ExternalSubset || self.sources.iter().any(|source| source.is_parameter)
    }

    pub(super) fn subset(&mut self, text: &str, is_last: bool) -> Stepped {
        if self.ignored > 0 && text.starts_with("]]>") {
            self.ignored -= 1;
            return self.simple(Event::Other, text, 3);
        }
        let space = space_length(text);
        if space > 0 {
            if !is_last && space == text.len() && text.ends_with('\r') {
                return if space > 1 { self.simple(Event::Other, text, space - 1) } else { Ok(Step::NeedsMore) };
            }
            return self.simple(Event::Other, text, space);
        }
        let first = text.chars().next().unwrap_or(' ');
        match first {
            ']' if self.kind == Kind::Document && self.sources.is_empty() && self.ignored == 0 => {
                let end = 1 + space_length(&text[1..]);
                match text[end..].chars().next() {
                    None => self.missed(Miss::Partial),
                    Some('>') => {
                        let place = self.now;
                        let raw = text[..end + 1].to_owned();
                        self.consume(end + 1);
                        self.doctype_end(place, &raw);
                        Ok(Step::Went)
                    }
                    Some(_) => self.wrong_at(Code::Syntax, end),
                }
            }
            '%' => self.parameter_reference(text),
            '<' => match text[1..].chars().next() {
                None => self.missed(Miss::Partial),
                Some('?') => self.comment_or_instruction(text),
                Some('!') if text.starts_with("<!-") || text == "<!" => self.comment_or_instruction(text),
                Some('!') if text.starts_with("<![") && self.is_external_subset() => self.conditional(text),
                Some('!') => self.declaration(text),
                Some(_) => self.wrong_at(Code::InvalidToken, 1),
            },
            c if is_name(c) || matches!(c, '"' | '\'' | '(' | ')' | '|' | ',' | '>' | '#' | '[' | ']') => {
                if self.kind == Kind::Document && self.is_last && text.len() == 1 && c == ']' {
                    return self.missed(Miss::Partial);
                }
                self.wrong_at(Code::Syntax, 0)
            }
            _ => self.wrong_at(Code::InvalidToken, 0),
        }
    }

    /// "<![INCLUDE[" and "<![IGNORE[".
    pub(super) fn conditional(&mut self, text: &str) -> Stepped {
        let Some(open) = text[3..].find('[').map(|open| open + 4) else { return self.missed(Miss::Partial) };
        let keyword = {
            let dtd = self.dtd.borrow();
            let mut expander = self.expander(&dtd);
            dtd::with_parameters(&text[3..open - 1], &mut expander)
        };
        let keyword = match keyword {
            Ok(keyword) => keyword,
            Err(code) => return self.wrong_at(code, 3),
        };
        match keyword.trim() {
            "INCLUDE" => {
                self.ignored += 1;
                self.simple(Event::Other, text, open)
            }
            "IGNORE" => {
                let mut depth = 1;
                let mut at = open;
                while depth > 0 {
                    let rest = &text[at..];
                    match (rest.find("<!["), rest.find("]]>")) {
                        (_, None) => return self.missed(Miss::Partial),
                        (Some(start), Some(end)) if start < end => {
                            depth += 1;
                            at += start + 3;
                        }
                        (_, Some(end)) => {
                            depth -= 1;
                            at += end + 3;
                        }
                    }
                }
                self.simple(Event::Other, text, at)
            }
            _ => self.wrong_at(Code::Syntax, 3),
        }
    }

    pub(super) fn expander<'a>(&self, dtd: &'a Dtd) -> Expander<'a> {
        let limit = (self.direct as f64 * self.settings.amplification) as u64;
        let total = limit.max(self.settings.amplification_threshold).saturating_sub(self.direct);
        Expander {
            dtd,
            is_external: self.is_external_subset(),
            open: self
                .sources
                .iter()
                .map(|source| source.name.clone())
                .chain(self.outer_entities.iter().cloned())
                .collect(),
            expanded: self.expanded,
            limit: total,
        }
    }

    pub(super) fn parameter_reference(&mut self, text: &str) -> Stepped {
        let length = name_length(&text[1..]);
        match text[1 + length..].chars().next() {
            None if length > 0 || text.len() == 1 => return self.missed(Miss::Partial),
            Some(';') if length > 0 => {}
            _ => return self.wrong_at(Code::InvalidToken, 1 + length),
        }
        let name = text[1..1 + length].to_owned();
        let place = self.present();
        let (entity, is_standalone) = {
            let mut dtd = self.dtd.borrow_mut();
            dtd.has_parameter_references = true;
            (dtd.parameters.get(&name).cloned(), dtd.standalone)
        };
        let raw = &text[..length + 2];
        if self.settings.parameter_parsing == 0 {
            self.dtd.borrow_mut().keeps = is_standalone;
            self.consume(length + 2);
            self.push(Event::Other, place, raw);
        } else {
            match entity {
                None => {
                    self.dtd.borrow_mut().keeps = is_standalone;
                    self.consume(length + 2);
                    self.push(Event::Skipped { name, is_parameter: true }, place, raw);
                }
                Some(_) if self.sources.iter().any(|source| source.is_parameter && source.name == name) => {
                    return self.wrong_at(Code::RecursiveEntityRef, 0);
                }
                Some(Entity { text: Some(inner), .. }) => {
                    if let Err(code) = self.count_expansion(inner.len()) {
                        return self.wrong_at(code, 0);
                    }
                    self.consume(length + 2);
                    self.place = place;
                    let depth = self.tags.len();
                    self.sources.push(Source { name, is_parameter: true, text: inner, at: 0, depth });
                }
                Some(entity) => {
                    self.consume(length + 2);
                    if self.settings.has_external_handler {
                        let Entity { base, system_id, public_id, .. } = entity;
                        self.push(Event::ExternalReference { context: None, base, system_id, public_id }, place, raw);
                        return Ok(Step::Went);
                    }
                    self.dtd.borrow_mut().keeps = is_standalone;
                    self.push(Event::Other, place, raw);
                }
            }
        }
        if !is_standalone {
            self.push(Event::NotStandalone, place, "");
        }
        Ok(Step::Went)
    }

    pub(super) fn count_expansion(&mut self, length: usize) -> Result<(), Code> {
        self.expanded += length as u64;
        let total = self.expanded + self.direct;
        let limit = self.direct.max(1) as f64 * self.settings.amplification;
        if total > self.settings.amplification_threshold && total as f64 > limit {
            return Err(Code::AmplificationLimitBreach);
        }
        Ok(())
    }

    pub(super) fn declaration(&mut self, text: &str) -> Stepped {
        for known in ["<!ELEMENT", "<!ATTLIST", "<!ENTITY", "<!NOTATION"] {
            if known.starts_with(text) {
                return self.missed(Miss::Partial);
            }
        }
        let keyword = text[2..].find(|c: char| !c.is_ascii_uppercase()).map_or(text.len(), |end| end + 2);
        if !matches!(&text[2..keyword], "ELEMENT" | "ATTLIST" | "ENTITY" | "NOTATION") {
            return self.wrong_at(Code::InvalidToken, keyword);
        }
        let length = match token::declaration_end(text) {
            Ok(length) => length,
            Err(miss) => return self.missed(miss),
        };
        let raw = &text[..length];
        let shared = self.dtd.clone();
        let (read, expanded) = {
            let dtd = shared.borrow();
            let mut expander = self.expander(&dtd);
            let read = if expander.is_external && raw.contains('%') {
                match dtd::with_parameters(&keep_marks(raw), &mut expander) {
                    Ok(whole) => dtd::declaration(&restore_marks(&whole), &mut expander),
                    Err(code) => Err(Miss::Wrong(code, 0)),
                }
            } else {
                dtd::declaration(raw, &mut expander)
            };
            (read, expander.expanded)
        };
        self.expanded = expanded;
        let declared = match read {
            Ok(declared) => declared,
            Err(Miss::Partial) => return self.wrong_at(Code::Syntax, length - 1),
            Err(miss) => return self.missed(miss),
        };
        let place = self.present();
        self.consume(length);
        self.declare(declared, place, raw);
        Ok(Step::Went)
    }

    pub(super) fn declare(&mut self, declared: Declaration, place: Place, raw: &str) {
        let keeps = self.dtd.borrow().keeps;
        match declared {
            Declaration::Element { name, model } => self.push(Event::Element { name, model }, place, raw),
            Declaration::Notation { name, system_id, public_id } => {
                let base = self.settings.base.clone();
                self.push(Event::Notation { name, base, system_id, public_id }, place, raw);
            }
            Declaration::Entity { name, is_parameter, mut entity } => {
                if entity.text.is_none() {
                    entity.base = self.settings.base.clone();
                }
                let is_new = {
                    let mut dtd = self.dtd.borrow_mut();
                    let table = if is_parameter { &mut dtd.parameters } else { &mut dtd.entities };
                    let is_new =
                        keeps && !table.contains_key(&name) && (is_parameter || dtd::predefined(&name).is_none());
                    if is_new {
                        table.insert(name.clone(), entity.clone());
                    }
                    is_new
                };
                let event = if is_new { Event::Entity { name, is_parameter, entity } } else { Event::Other };
                self.push(event, place, raw);
            }
            Declaration::Attributes { element, list } => {
                let mut rest = raw;
                for declared in list {
                    if keeps {
                        let mut dtd = self.dtd.borrow_mut();
                        let known = dtd.attributes.entry(element.clone()).or_default();
                        if !known.iter().any(|attribute| attribute.name == declared.name) {
                            known.push(dtd::Attribute {
                                name: declared.name.clone(),
                                is_cdata: declared.kind == "CDATA",
                                default: declared.default.clone(),
                            });
                        }
                    }
                    let event =
                        if keeps { Event::Attribute { element: element.clone(), declared } } else { Event::Other };
                    self.push(event, place, std::mem::take(&mut rest));
                }
                if !rest.is_empty() {
                    self.push(Event::Other, place, rest);
                }
            }
        }
    }
}

/// "<!ENTITY % name": the mark that says what is declared is no reference.
fn keep_marks(raw: &str) -> String {
    raw.replacen("% ", "\u{FFFE} ", usize::from(raw.starts_with("<!ENTITY")))
}

fn restore_marks(text: &str) -> String {
    text.replace('\u{FFFE}', "%")
}
