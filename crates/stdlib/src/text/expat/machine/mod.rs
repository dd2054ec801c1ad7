//! The parser: takes a document piece by piece, gives events one at a time. It knows nothing of Python; whoever asks for
//! events may call back into it between two of them.

mod content;
mod prolog;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::dtd::{self, AttributeDeclaration, Dtd, Entity, Node};
use super::errors::Code;
use super::input::{Encoding, Named, is_name};
use super::token::Miss;

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
    pub fn next_event(&mut self) -> Result<Option<Queued>, Problem> {
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
                // Only what stays without any success is put off.
                self.stuck = if self.at == 0 { self.text.len() } else { 0 };
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
        if matches!(self.raw.as_slice(), [] | [_] | [0xEF, 0xBB]) && !self.is_last {
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
}

/// Line ends as XML has them.
fn normalized(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}
