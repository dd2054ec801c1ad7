//! The parser: takes a document piece by piece, gives events one at a time. It knows nothing of Python; whoever asks for
//! events may call back into it between two of them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::dtd::{self, AttributeDeclaration, Declaration, Dtd, Entity, Expander, Node, tokenized};
use super::errors::Code;
use super::input::{Encoding, Named, is_name, is_name_start, name_length, space_length};
use super::token::{self, Miss, Tag, Token, Words};

const XML_URI: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS_URI: &str = "http://www.w3.org/2000/xmlns/";
/// Bytes of text that was not UTF-8 that are told at once.
const CONVERTED: usize = 1024;

/// A place in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub byte: i64,
    pub line: i64,
    pub column: i64,
}

#[derive(Debug)]
pub enum Event {
    Start {
        name: Rc<str>,
        attributes: Vec<(Rc<str>, String)>,
        specified: usize,
    },
    End {
        name: Rc<str>,
    },
    Text(String),
    Instruction {
        target: String,
        data: String,
    },
    Comment(String),
    StartCdata,
    EndCdata,
    StartNamespace {
        prefix: Option<String>,
        uri: Option<String>,
    },
    EndNamespace {
        prefix: Option<String>,
    },
    /// What nobody but the default handler hears of.
    Other,
    XmlDeclaration {
        version: Option<String>,
        encoding: Option<String>,
        standalone: i32,
    },
    StartDoctype {
        name: String,
        system_id: Option<String>,
        public_id: Option<String>,
        has_internal: bool,
    },
    EndDoctype,
    Element {
        name: String,
        model: Vec<Node>,
    },
    Attribute {
        element: String,
        declared: AttributeDeclaration,
    },
    Entity {
        name: String,
        is_parameter: bool,
        entity: Entity,
    },
    Notation {
        name: String,
        base: Option<String>,
        system_id: Option<String>,
        public_id: Option<String>,
    },
    ExternalReference {
        context: Option<String>,
        base: Option<String>,
        system_id: Option<String>,
        public_id: Option<String>,
    },
    Skipped {
        name: String,
        is_parameter: bool,
    },
    NotStandalone,
    /// The external part of the declarations was offered: for the parser itself.
    SubsetOffered {
        had_references: bool,
    },
}

/// An event with where it begins, and its text for the default handler.
#[derive(Debug)]
pub struct Queued {
    pub event: Event,
    pub place: Place,
    pub raw: String,
}

/// Why there is no event.
#[derive(Debug)]
pub enum Problem {
    Wrong(Code),
    /// An encoding that the program may know.
    Encoding(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing is decoded yet.
    Raw,
    FirstLine,
    Prolog,
    Subset,
    Content,
    Epilog,
    Finished,
}

/// What is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Document,
    ExternalContent,
    ExternalSubset,
}

struct OpenTag {
    raw: Rc<str>,
    name: Rc<str>,
    bindings: usize,
}

/// An internal entity that is being read.
struct Source {
    name: String,
    is_parameter: bool,
    text: Rc<str>,
    at: usize,
    /// Open elements when it began.
    depth: usize,
}

struct Binding {
    prefix: Option<String>,
    uri: Option<String>,
}

/// What can be set from outside.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Namespaces are resolved; the character between URI and name.
    pub namespaces: Option<Option<char>>,
    pub with_prefixes: bool,
    /// The default handler wants the text of events.
    pub wants_raw: bool,
    /// Internal entities are read, not handed to the default handler.
    pub expands: bool,
    pub parameter_parsing: i32,
    pub uses_foreign_dtd: bool,
    /// Entities may make a document this much longer, once it is longer than the second number.
    pub amplification: f64,
    pub amplification_threshold: u64,
    pub base: Option<String>,
    pub defers: bool,
    /// Somebody handles references to external entities.
    pub has_external_handler: bool,
}

pub struct Machine {
    pub settings: Settings,
    kind: Kind,
    state: State,
    raw: Vec<u8>,
    encoding: Encoding,
    forced: Option<Named>,
    text: Rc<str>,
    at: usize,
    event_at: usize,
    now: Place,
    /// The last event's place, or an error's.
    pub place: Place,
    after_return: bool,
    is_last: bool,
    stuck: usize,
    pub dtd: Rc<RefCell<Dtd>>,
    sources: Vec<Source>,
    /// Entities around this part, in parsers above.
    outer_entities: Vec<String>,
    tags: Vec<OpenTag>,
    bindings: Vec<Binding>,
    events: VecDeque<Queued>,
    in_cdata: bool,
    doctype: Option<(Option<String>, Option<String>)>,
    has_doctype: bool,
    ignored: usize,
    direct: u64,
    expanded: u64,
    failed: Option<Code>,
    started: bool,
}

/// What a step came to.
enum Step {
    Went,
    NeedsMore,
}

type Stepped = Result<Step, Problem>;

fn wrong<T>(code: Code) -> Result<T, Problem> {
    Err(Problem::Wrong(code))
}

impl Machine {
    pub fn new(settings: Settings, kind: Kind, dtd: Rc<RefCell<Dtd>>) -> Machine {
        let start = Place { byte: 0, line: 1, column: 0 };
        Machine {
            settings,
            kind,
            state: State::Raw,
            raw: Vec::new(),
            encoding: Encoding::Utf8,
            forced: None,
            text: Rc::from(""),
            at: 0,
            event_at: 0,
            now: start,
            place: Place { byte: -1, ..start },
            after_return: false,
            is_last: false,
            stuck: 0,
            dtd,
            sources: Vec::new(),
            outer_entities: Vec::new(),
            tags: Vec::new(),
            bindings: Vec::new(),
            events: VecDeque::new(),
            in_cdata: false,
            doctype: None,
            has_doctype: false,
            ignored: 0,
            direct: 0,
            expanded: 0,
            failed: None,
            started: false,
        }
    }

    /// A parser for an external part of this document.
    pub fn child(&self, context: Option<&str>) -> Machine {
        let kind = if context.is_some() { Kind::ExternalContent } else { Kind::ExternalSubset };
        let mut child = Machine::new(self.settings.clone(), kind, self.dtd.clone());
        child.expanded = self.expanded;
        child.direct = self.direct;
        for part in context.unwrap_or_default().split('\x0C').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some((prefix, uri)) if self.settings.namespaces.is_some() => {
                    let prefix = Some(prefix.to_owned()).filter(|prefix| !prefix.is_empty());
                    child.bindings.push(Binding { prefix, uri: Some(uri.to_owned()) });
                }
                _ => child.outer_entities.push(part.to_owned()),
            }
        }
        child
    }

    pub fn has_started(&self) -> bool {
        self.started
    }

    pub fn failure(&self) -> Option<Code> {
        self.failed
    }

    /// Text from the present event on.
    pub fn context(&self) -> Option<&str> {
        if self.started { self.text.get(self.event_at..) } else { None }
    }

    /// The encoding that the text is in, whatever it says itself.
    pub fn force(&mut self, named: Named) {
        if self.state == State::Raw {
            self.forced = Some(named);
        }
    }

    /// The answer to [`Problem::Encoding`].
    pub fn set_encoding(&mut self, encoding: Encoding) {
        self.forced = Some(Named::Is(encoding));
    }

    /// More of the document.
    pub fn feed(&mut self, bytes: &[u8], is_last: bool) {
        self.started = true;
        self.is_last = is_last;
        self.direct += bytes.len() as u64;
        self.raw.extend_from_slice(bytes);
        if self.state != State::Raw {
            self.decode();
        }
    }

    fn decode(&mut self) {
        if self.raw.is_empty() {
            return;
        }
        let left = &self.text[self.at..];
        let mut text = String::with_capacity(left.len() + self.raw.len());
        text.push_str(left);
        let taken = self.encoding.decode(&self.raw, &mut text);
        self.raw.drain(..taken);
        self.text = text.into();
        (self.at, self.event_at) = (0, 0);
    }

    /// A failure that the program's answer to an event means.
    pub fn fail(&mut self, code: Code) {
        self.failed = Some(code);
    }

    /// The next event; `None` when more of the document is needed, or it is over.
    pub fn next(&mut self) -> Result<Option<Queued>, Problem> {
        loop {
            if let Some(code) = self.failed {
                return wrong(code);
            }
            if let Some(queued) = self.events.pop_front() {
                self.place = queued.place;
                if let Event::SubsetOffered { had_references } = queued.event {
                    self.subset_offered(had_references);
                    continue;
                }
                return Ok(Some(queued));
            }
            match self.step() {
                Ok(Step::Went) => {}
                Ok(Step::NeedsMore) => {
                    if self.events.is_empty() {
                        return Ok(None);
                    }
                }
                Err(Problem::Wrong(code)) => {
                    self.failed = Some(code);
                    // What came before the mistake is told first.
                    if let Some(queued) = self.events.pop_front() {
                        return Ok(Some(queued));
                    }
                    return wrong(code);
                }
                Err(problem) => return Err(problem),
            }
        }
    }

    fn push(&mut self, event: Event, place: Place, raw: &str) {
        let raw = if self.settings.wants_raw { raw.to_owned() } else { String::new() };
        self.events.push_back(Queued { event, place, raw });
    }

    /// Moves on in the text that is read now.
    fn consume(&mut self, length: usize) {
        if let Some(source) = self.sources.last_mut() {
            source.at += length;
            return;
        }
        self.event_at = self.at;
        self.now = self.place_after(length);
        self.after_return = self.text[..self.at + length].ends_with('\r');
        self.at += length;
    }

    fn place_after(&self, length: usize) -> Place {
        let mut place = self.now;
        let mut after_return = self.after_return;
        for character in self.text[self.at..self.at + length].chars() {
            place.byte += self.encoding.width(character) as i64;
            match character {
                '\n' if after_return => {}
                '\n' | '\r' => {
                    place.line += 1;
                    place.column = 0;
                }
                _ => place.column += 1,
            }
            after_return = character == '\r';
        }
        place
    }

    /// A mistake at an offset of the text that is read now.
    fn wrong_at<T>(&mut self, code: Code, offset: usize) -> Result<T, Problem> {
        if self.sources.is_empty() {
            let mut end = offset.min(self.text.len() - self.at);
            while !self.text.is_char_boundary(self.at + end) {
                end -= 1;
            }
            self.event_at = self.at;
            self.place = self.place_after(end);
        }
        wrong(code)
    }

    fn missed(&mut self, miss: Miss) -> Stepped {
        match miss {
            Miss::Wrong(code, offset) => self.wrong_at(code, offset),
            Miss::Partial if !self.sources.is_empty() => {
                let code = if self.state == State::Content { Code::InvalidToken } else { Code::IncompletePe };
                wrong(code)
            }
            Miss::Partial if self.is_last => self.wrong_at(Code::UnclosedToken, 0),
            Miss::Partial => {
                self.stuck = self.text.len() - self.at;
                Ok(Step::NeedsMore)
            }
        }
    }

    fn step(&mut self) -> Stepped {
        if self.state == State::Raw {
            return self.begin();
        }
        if self.state == State::Finished {
            return Ok(Step::NeedsMore);
        }
        if let Some(source) = self.sources.last() {
            if source.at >= source.text.len() {
                return self.leave_source();
            }
            let (text, at) = (source.text.clone(), source.at);
            return self.step_in(&text[at..], true);
        }
        let left = self.text.len() - self.at;
        if self.stuck > 0 {
            if self.settings.defers && !self.is_last && left < self.stuck.saturating_mul(2) {
                return Ok(Step::NeedsMore);
            }
            self.stuck = 0;
        }
        if left == 0 {
            return self.at_end();
        }
        let (text, at) = (self.text.clone(), self.at);
        let is_last = self.is_last;
        self.step_in(&text[at..], is_last)
    }

    fn leave_source(&mut self) -> Stepped {
        if let Some(source) = self.sources.pop()
            && !source.is_parameter
            && source.depth != self.tags.len()
        {
            return wrong(Code::AsyncEntity);
        }
        Ok(Step::Went)
    }

    fn at_end(&mut self) -> Stepped {
        if !self.is_last {
            return Ok(Step::NeedsMore);
        }
        if !self.raw.is_empty() {
            let code =
                if self.encoding.is_wide() && self.raw.len() == 1 { Code::UnclosedToken } else { Code::PartialChar };
            return self.wrong_at(code, 0);
        }
        let code = match (self.kind, self.state) {
            (_, State::Content) if self.in_cdata => Code::UnclosedCdataSection,
            (Kind::ExternalContent, _) if self.tags.is_empty() => {
                self.state = State::Finished;
                return Ok(Step::Went);
            }
            (Kind::ExternalContent, _) => Code::AsyncEntity,
            (Kind::ExternalSubset, _) if self.ignored == 0 => {
                self.state = State::Finished;
                return Ok(Step::Went);
            }
            (Kind::Document, State::Epilog) => {
                self.place = self.now;
                self.event_at = self.at;
                self.state = State::Finished;
                return Ok(Step::Went);
            }
            _ => Code::NoElements,
        };
        self.wrong_at(code, 0)
    }

    fn step_in(&mut self, text: &str, is_last: bool) -> Stepped {
        match self.state {
            State::FirstLine => self.first_line(text, is_last),
            State::Prolog | State::Epilog => self.prolog(text, is_last),
            State::Subset => self.subset(text, is_last),
            State::Content => self.content(text, is_last),
            State::Raw | State::Finished => Ok(Step::NeedsMore),
        }
    }

    // ---- The beginning: encodings, and the first line.

    /// Finds out how the bytes are to be read.
    fn begin(&mut self) -> Stepped {
        if self.raw.len() < 4 && !self.is_last {
            return Ok(Step::NeedsMore);
        }
        let wide = match self.raw.as_slice() {
            [0xFF, 0xFE, ..] => Some((Encoding::Utf16Le, 2)),
            [0xFE, 0xFF, ..] => Some((Encoding::Utf16Be, 2)),
            [0, ..] => Some((Encoding::Utf16Be, 0)),
            [_, 0, ..] => Some((Encoding::Utf16Le, 0)),
            _ => None,
        };
        let marks = self.raw.starts_with(b"\xEF\xBB\xBF");
        let (encoding, skip) = match (&self.forced, wide) {
            (Some(Named::Is(encoding)), wide) => {
                let skip = match (encoding, wide) {
                    (Encoding::Utf8, _) if marks => 3,
                    (encoding, Some((seen, skip))) if *encoding == seen => skip,
                    _ => 0,
                };
                (encoding.clone(), skip)
            }
            (Some(Named::Unknown(name)), _) => return Err(Problem::Encoding(name.clone())),
            (Some(Named::Utf16), Some(wide)) => wide,
            (Some(Named::Utf16), None) => (Encoding::Utf16Be, 0),
            (None, Some(wide)) => wide,
            (None, None) => match self.declared_encoding(if marks { 3 } else { 0 })? {
                Some(encoding) => (encoding, if marks { 3 } else { 0 }),
                None => return Ok(Step::NeedsMore),
            },
        };
        self.encoding = encoding;
        self.raw.drain(..skip);
        self.now.byte = skip as i64;
        if self.kind == Kind::ExternalSubset {
            self.dtd.borrow_mut().external_was_read = true;
        }
        self.state = State::FirstLine;
        self.decode();
        Ok(Step::Went)
    }

    /// The encoding that the first line of a text of single bytes names; `None` if the line is not complete.
    fn declared_encoding(&mut self, skip: usize) -> Result<Option<Encoding>, Problem> {
        let bytes = &self.raw[skip..];
        let begin = b"<?xml";
        let count = bytes.len().min(begin.len());
        if bytes[..count] != begin[..count] || bytes.get(5).is_some_and(|byte| !b" \t\r\n".contains(byte)) {
            return Ok(Some(Encoding::Utf8));
        }
        let end = bytes.windows(2).position(|pair| pair == b"?>");
        let Some(end) = end.filter(|_| count == begin.len()) else {
            return Ok(if self.is_last { Some(Encoding::Utf8) } else { None });
        };
        let line = String::from_utf8_lossy(&bytes[..end + 2]).into_owned();
        let Ok(line) = dtd::first_line(&line, self.kind == Kind::Document) else { return Ok(Some(Encoding::Utf8)) };
        match line.encoding.as_deref().map(|name| (name, Encoding::named(name))) {
            None => Ok(Some(Encoding::Utf8)),
            Some((_, Some(Named::Is(encoding)))) if !encoding.is_wide() => Ok(Some(encoding)),
            // The mistake is found when the line is read.
            Some((_, Some(_))) => Ok(Some(Encoding::Utf8)),
            Some((name, None)) => Err(Problem::Encoding(name.to_owned())),
        }
    }

    fn after_first_line(&mut self) {
        self.state = match self.kind {
            Kind::Document => State::Prolog,
            Kind::ExternalContent => State::Content,
            Kind::ExternalSubset => State::Subset,
        };
    }

    fn first_line(&mut self, text: &str, is_last: bool) -> Stepped {
        let is_document = self.kind == Kind::Document;
        if text.len() < 6 && !is_last && "<?xml ".starts_with(text) {
            return Ok(Step::NeedsMore);
        }
        let begins = text.strip_prefix("<?xml").is_some_and(|rest| !rest.chars().next().is_some_and(is_name));
        if !begins {
            self.after_first_line();
            return Ok(Step::Went);
        }
        let line = match dtd::first_line(text, is_document) {
            Ok(line) => line,
            Err(miss) => return self.missed(miss),
        };
        if self.forced.is_none()
            && let Some(named) = line.encoding.as_deref().and_then(Encoding::named)
        {
            let is_wide = match named {
                Named::Utf16 => true,
                Named::Is(encoding) => encoding.is_wide(),
                Named::Unknown(_) => false,
            };
            if is_wide != self.encoding.is_wide() {
                return self.wrong_at(Code::IncorrectEncoding, line.encoding_at);
            }
        }
        if line.standalone == Some(true) {
            self.dtd.borrow_mut().standalone = true;
        }
        let place = self.now;
        let raw = text[..line.length].to_owned();
        self.consume(line.length);
        let standalone = line.standalone.map_or(-1, i32::from);
        self.push(Event::XmlDeclaration { version: line.version, encoding: line.encoding, standalone }, place, &raw);
        self.after_first_line();
        Ok(Step::Went)
    }

    // ---- Around the root element.

    fn simple(&mut self, event: Event, text: &str, length: usize) -> Stepped {
        let place = self.present();
        self.consume(length);
        self.push(event, place, &text[..length]);
        Ok(Step::Went)
    }

    /// The place of what is read now: inside an entity, of the reference to it.
    fn present(&self) -> Place {
        if self.sources.is_empty() { self.now } else { self.place }
    }

    fn comment_or_instruction(&mut self, text: &str) -> Stepped {
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

    fn prolog(&mut self, text: &str, is_last: bool) -> Stepped {
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

    fn doctype_start(&mut self, text: &str) -> Stepped {
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

    fn doctype_end(&mut self, place: Place, raw: &str) {
        let (system_id, public_id) = self.doctype.take().unwrap_or_default();
        if system_id.is_some() || self.settings.uses_foreign_dtd {
            self.offer_subset(system_id, public_id);
        }
        self.push(Event::EndDoctype, place, raw);
        self.state = State::Prolog;
    }

    /// Lets the program read the external part of the declarations.
    fn offer_subset(&mut self, system_id: Option<String>, public_id: Option<String>) {
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

    fn subset_offered(&mut self, had_references: bool) {
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

    fn is_external_subset(&self) -> bool {
        self.kind == Kind::ExternalSubset || self.sources.iter().any(|source| source.is_parameter)
    }

    fn subset(&mut self, text: &str, is_last: bool) -> Stepped {
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
    fn conditional(&mut self, text: &str) -> Stepped {
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

    fn expander<'a>(&self, dtd: &'a Dtd) -> Expander<'a> {
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

    fn parameter_reference(&mut self, text: &str) -> Stepped {
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

    fn count_expansion(&mut self, length: usize) -> Result<(), Code> {
        self.expanded += length as u64;
        let total = self.expanded + self.direct;
        let limit = self.direct.max(1) as f64 * self.settings.amplification;
        if total > self.settings.amplification_threshold && total as f64 > limit {
            return Err(Code::AmplificationLimitBreach);
        }
        Ok(())
    }

    fn declaration(&mut self, text: &str) -> Stepped {
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

    fn declare(&mut self, declared: Declaration, place: Place, raw: &str) {
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

    // ---- Content.

    fn content(&mut self, text: &str, is_last: bool) -> Stepped {
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
    fn piece<'a>(&self, run: &'a str) -> &'a str {
        if self.encoding == Encoding::Utf8 || run.len() <= CONVERTED {
            return run;
        }
        let end = (0..=CONVERTED).rev().find(|&end| run.is_char_boundary(end)).unwrap_or(run.len());
        &run[..end]
    }

    fn cdata(&mut self, text: &str, is_last: bool) -> Stepped {
        if text.starts_with("]]>") {
            self.in_cdata = false;
            return self.simple(Event::EndCdata, text, 3);
        }
        let bytes = text.as_bytes();
        let end = text
            .char_indices()
            .find(|&(at, c)| {
                matches!(c, '\n' | '\r')
                    || !super::input::is_allowed(c)
                    || (c == ']' && bytes[at..].starts_with(b"]]>"))
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

    fn reference(&mut self, name: &str, text: &str, length: usize) -> Stepped {
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
    fn entity_context(&self, name: &str) -> String {
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

    fn start(&mut self, tag: Tag<'_>, text: &str) -> Stepped {
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
    fn attributes(&mut self, tag: &Tag<'_>, text: &str) -> Result<(Vec<(String, String)>, usize), (Code, usize)> {
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

    fn lookup(&self, prefix: Option<&str>) -> Option<&str> {
        if prefix == Some("xml") {
            return Some(XML_URI);
        }
        self.bindings.iter().rev().find(|binding| binding.prefix.as_deref() == prefix)?.uri.as_deref()
    }

    fn expand(&self, name: &str, is_attribute: bool) -> Result<String, Code> {
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
    fn resolve(
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

    fn bind(&mut self, prefix: Option<String>, uri: String, place: Place) -> Result<(), Code> {
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

    fn end(&mut self, name: &str, text: &str, length: usize) -> Stepped {
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

    fn close(&mut self, place: Place, raw: &str) {
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

/// Line ends as XML has them.
fn normalized(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// "<!ENTITY % name": the mark that says what is declared is no reference.
fn keep_marks(raw: &str) -> String {
    raw.replacen("% ", "\u{FFFE} ", usize::from(raw.starts_with("<!ENTITY")))
}

fn restore_marks(text: &str) -> String {
    text.replace('\u{FFFE}', "%")
}
