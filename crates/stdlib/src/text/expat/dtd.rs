//! What a document's declarations say, and how they are read.

use std::collections::HashMap;
use std::rc::Rc;

use super::errors::Code;
use super::input::{is_space, name_length};
use super::token::{self, Found, Miss, Token, Words, public_id};

/// An entity, general or of declarations.
#[derive(Clone, Debug, Default)]
pub struct Entity {
    /// The text of an internal one.
    pub text: Option<Rc<str>>,
    pub base: Option<String>,
    pub system_id: Option<String>,
    pub public_id: Option<String>,
    pub notation: Option<String>,
}

/// What is declared of an attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    pub name: String,
    pub is_cdata: bool,
    pub default: Option<String>,
}

/// The declarations of a document, shared with the parsers of its external parts.
#[derive(Debug)]
pub struct Dtd {
    pub entities: HashMap<String, Entity>,
    pub parameters: HashMap<String, Entity>,
    pub attributes: HashMap<String, Vec<Attribute>>,
    pub standalone: bool,
    pub has_parameter_references: bool,
    /// False once there were declarations that nobody read.
    pub keeps: bool,
    /// A parser of an external part has begun.
    pub external_was_read: bool,
}

impl Default for Dtd {
    fn default() -> Dtd {
        Dtd {
            entities: HashMap::new(),
            parameters: HashMap::new(),
            attributes: HashMap::new(),
            standalone: false,
            has_parameter_references: false,
            keeps: true,
            external_was_read: false,
        }
    }
}

/// A node of a content model; children stand in the same list.
#[derive(Clone, Debug, Default)]
pub struct Node {
    pub kind: i32,
    pub quantifier: i32,
    pub name: Option<String>,
    pub children: Vec<usize>,
}

pub const EMPTY: i32 = 1;
pub const ANY: i32 = 2;
pub const MIXED: i32 = 3;
pub const NAME: i32 = 4;
pub const CHOICE: i32 = 5;
pub const SEQUENCE: i32 = 6;

/// One declaration.
#[derive(Clone, Debug)]
pub enum Declaration {
    Element { name: String, model: Vec<Node> },
    Attributes { element: String, list: Vec<AttributeDeclaration> },
    Entity { name: String, is_parameter: bool, entity: Entity },
    Notation { name: String, system_id: Option<String>, public_id: Option<String> },
}

#[derive(Clone, Debug)]
pub struct AttributeDeclaration {
    pub name: String,
    pub kind: String,
    pub default: Option<String>,
    pub is_required: bool,
}

fn wrong<T>(code: Code, at: usize) -> Found<T> {
    Err(Miss::Wrong(code, at))
}

/// An external identifier: system and public id. `short`: the system id may be left out after a public one.
pub fn external_id(words: &mut Words<'_>, short: bool) -> Found<(Option<String>, Option<String>)> {
    if words.word("SYSTEM") {
        words.need_space()?;
        return Ok((Some(words.literal()?.to_owned()), None));
    }
    if !words.word("PUBLIC") {
        return words.wrong();
    }
    words.need_space()?;
    let at = words.at;
    let raw = words.literal()?;
    let Some(public) = public_id(raw) else { return wrong(Code::PublicId, at) };
    let space = words.skip_space();
    if short && !matches!(words.rest().chars().next(), Some('"' | '\'')) {
        return Ok((None, Some(public)));
    }
    if !space {
        return words.wrong();
    }
    Ok((Some(words.literal()?.to_owned()), Some(public)))
}

fn quantifier(words: &mut Words<'_>) -> i32 {
    match words.rest().chars().next() {
        Some('?') => {
            words.at += 1;
            1
        }
        Some('*') => {
            words.at += 1;
            2
        }
        Some('+') => {
            words.at += 1;
            3
        }
        _ => 0,
    }
}

fn content_model(words: &mut Words<'_>) -> Found<Vec<Node>> {
    let leaf = |kind| vec![Node { kind, ..Node::default() }];
    if words.word("EMPTY") {
        return Ok(leaf(EMPTY));
    }
    if words.word("ANY") {
        return Ok(leaf(ANY));
    }
    if !words.take("(") {
        return words.wrong();
    }
    words.skip_space();
    if words.take("#PCDATA") {
        let mut nodes = leaf(MIXED);
        words.skip_space();
        while words.take("|") {
            words.skip_space();
            let name = Some(words.name()?.to_owned());
            nodes.push(Node { kind: NAME, name, ..Node::default() });
            let last = nodes.len() - 1;
            nodes[0].children.push(last);
            words.skip_space();
        }
        if !words.take(")") {
            return words.wrong();
        }
        if words.take("*") {
            nodes[0].quantifier = 2;
        } else if nodes.len() > 1 {
            return words.wrong();
        }
        return Ok(nodes);
    }
    // Groups that are open, innermost last; a group is a sequence until a "|" is seen.
    let mut nodes = vec![Node { kind: SEQUENCE, ..Node::default() }];
    let mut open: Vec<(usize, Option<char>)> = vec![(0, None)];
    loop {
        words.skip_space();
        if words.take("(") {
            nodes.push(Node { kind: SEQUENCE, ..Node::default() });
            open.push((nodes.len() - 1, None));
            continue;
        }
        let name = Some(words.name()?.to_owned());
        let quantity = quantifier(words);
        nodes.push(Node { kind: NAME, quantifier: quantity, name, children: Vec::new() });
        let mut child = nodes.len() - 1;
        loop {
            words.skip_space();
            let Some((group, separator)) = open.last_mut() else { return Ok(nodes) };
            nodes[*group].children.push(child);
            match words.rest().chars().next() {
                Some(')') => {
                    words.at += 1;
                    child = *group;
                    nodes[child].quantifier = quantifier(words);
                    open.pop();
                    if open.is_empty() {
                        return Ok(nodes);
                    }
                }
                Some(mark @ ('|' | ',')) if separator.is_none_or(|old| old == mark) => {
                    words.at += 1;
                    *separator = Some(mark);
                    if mark == '|' {
                        nodes[*group].kind = CHOICE;
                    }
                    break;
                }
                _ => return words.wrong(),
            }
        }
    }
}

fn attribute_kind(words: &mut Words<'_>) -> Found<String> {
    for kind in ["CDATA", "IDREFS", "IDREF", "ID", "ENTITIES", "ENTITY", "NMTOKENS", "NMTOKEN"] {
        if words.word(kind) {
            return Ok(kind.to_owned());
        }
    }
    let mut kind = String::new();
    let is_notation = words.word("NOTATION");
    if is_notation {
        kind.push_str("NOTATION");
        words.need_space()?;
    }
    if !words.take("(") {
        return words.wrong();
    }
    kind.push('(');
    loop {
        words.skip_space();
        kind.push_str(if is_notation { words.name()? } else { words.name_token()? });
        words.skip_space();
        if words.take(")") {
            kind.push(')');
            return Ok(kind);
        }
        if !words.take("|") {
            return words.wrong();
        }
        kind.push('|');
    }
}

/// Where the values of entities and attributes come from while they are put together.
pub struct Expander<'a> {
    pub dtd: &'a Dtd,
    /// References to entities of declarations may stand inside of declarations.
    pub is_external: bool,
    /// Entities that are being expanded.
    pub open: Vec<String>,
    /// Bytes of entities that were read.
    pub expanded: u64,
    pub limit: u64,
}

impl Expander<'_> {
    fn enter(&mut self, name: &str, length: usize) -> Result<(), Code> {
        if self.open.iter().any(|open| open == name) || self.open.len() > 200 {
            return Err(Code::RecursiveEntityRef);
        }
        self.expanded += length as u64;
        if self.expanded > self.limit {
            return Err(Code::AmplificationLimitBreach);
        }
        self.open.push(name.to_owned());
        Ok(())
    }

    /// The replacement text of an entity: references to characters and to entities of declarations are resolved.
    pub fn entity_value(&mut self, raw: &str, out: &mut String) -> Result<(), (Code, usize)> {
        let mut at = 0;
        while let Some(character) = raw[at..].chars().next() {
            let rest = &raw[at..];
            match character {
                '&' => match token::reference(rest) {
                    Ok(Token::Character { point, length }) => {
                        out.push(point);
                        at += length;
                    }
                    Ok(Token::Reference { length, .. }) => {
                        out.push_str(&rest[..length]);
                        at += length;
                    }
                    Err(Miss::Wrong(code, offset)) => return Err((code, at + offset)),
                    _ => return Err((Code::InvalidToken, at)),
                },
                '%' => {
                    let length = name_length(&rest[1..]);
                    if length == 0 || !rest[1 + length..].starts_with(';') {
                        return Err((Code::InvalidToken, at));
                    }
                    if !self.is_external {
                        return Err((Code::ParamEntityRef, at));
                    }
                    let name = &rest[1..1 + length];
                    if let Some(text) = self.dtd.parameters.get(name).and_then(|entity| entity.text.clone()) {
                        self.enter(name, text.len()).map_err(|code| (code, at))?;
                        self.entity_value(&text, out).map_err(|(code, _)| (code, at))?;
                        self.open.pop();
                    }
                    at += length + 2;
                }
                '\r' => {
                    out.push('\n');
                    at += if rest[1..].starts_with('\n') { 2 } else { 1 };
                }
                _ => {
                    out.push(character);
                    at += character.len_utf8();
                }
            }
        }
        Ok(())
    }

    /// An attribute's value, with all references resolved.
    pub fn attribute_value(&mut self, raw: &str, out: &mut String) -> Result<(), (Code, usize)> {
        let mut at = 0;
        while let Some(character) = raw[at..].chars().next() {
            let rest = &raw[at..];
            match character {
                '&' => {
                    let (name, length) = match token::reference(rest) {
                        Ok(Token::Character { point, length }) => {
                            out.push(point);
                            at += length;
                            continue;
                        }
                        Ok(Token::Reference { name, length }) => (name, length),
                        Err(Miss::Wrong(code, offset)) => return Err((code, at + offset)),
                        _ => return Err((Code::InvalidToken, at)),
                    };
                    self.attribute_entity(name, out).map_err(|code| (code, at))?;
                    at += length;
                }
                '<' => return Err((Code::InvalidToken, at)),
                '\r' if rest[1..].starts_with('\n') => {
                    out.push(' ');
                    at += 2;
                }
                '\r' | '\n' | '\t' => {
                    out.push(' ');
                    at += 1;
                }
                _ => {
                    out.push(character);
                    at += character.len_utf8();
                }
            }
        }
        Ok(())
    }

    fn attribute_entity(&mut self, name: &str, out: &mut String) -> Result<(), Code> {
        if let Some(character) = predefined(name) {
            out.push(character);
            return Ok(());
        }
        let Some(entity) = self.dtd.entities.get(name) else {
            let may_be_elsewhere = self.dtd.has_parameter_references && !self.dtd.standalone;
            return if may_be_elsewhere { Ok(()) } else { Err(Code::UndefinedEntity) };
        };
        if entity.notation.is_some() {
            return Err(Code::BinaryEntityRef);
        }
        let Some(text) = entity.text.clone() else { return Err(Code::AttributeExternalEntityRef) };
        self.enter(name, text.len())?;
        self.attribute_value(&text, out).map_err(|(code, _)| code)?;
        self.open.pop();
        Ok(())
    }
}

/// The entities that need no declaration.
pub fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// A value of a type other than CDATA: single blanks between words.
pub fn tokenized(value: &str) -> String {
    value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Reads a declaration; `text` is all of it, from "<!" to ">".
pub fn declaration(text: &str, expander: &mut Expander<'_>) -> Found<Declaration> {
    let mut words = Words::new(text, 2);
    let declaration = if words.word("ELEMENT") {
        words.need_space()?;
        let name = words.name()?.to_owned();
        words.need_space()?;
        Declaration::Element { name, model: content_model(&mut words)? }
    } else if words.word("ATTLIST") {
        words.need_space()?;
        let element = words.name()?.to_owned();
        Declaration::Attributes { element, list: attributes(&mut words, expander)? }
    } else if words.word("ENTITY") {
        words.need_space()?;
        let is_parameter = words.take("%");
        if is_parameter {
            words.need_space()?;
        }
        let name = words.name()?.to_owned();
        words.need_space()?;
        Declaration::Entity { name, is_parameter, entity: entity(&mut words, is_parameter, expander)? }
    } else if words.word("NOTATION") {
        words.need_space()?;
        let name = words.name()?.to_owned();
        words.need_space()?;
        let (system_id, public_id) = external_id(&mut words, true)?;
        Declaration::Notation { name, system_id, public_id }
    } else {
        let end = text[2..].find(|c: char| !c.is_ascii_uppercase()).map_or(text.len(), |end| end + 2);
        return wrong(Code::InvalidToken, end);
    };
    words.skip_space();
    if words.rest() == ">" { Ok(declaration) } else { words.wrong() }
}

fn entity(words: &mut Words<'_>, is_parameter: bool, expander: &mut Expander<'_>) -> Found<Entity> {
    if matches!(words.rest().chars().next(), Some('"' | '\'')) {
        let start = words.at + 1;
        let raw = words.literal()?;
        let mut text = String::new();
        expander.entity_value(raw, &mut text).map_err(|(code, at)| Miss::Wrong(code, start + at))?;
        return Ok(Entity { text: Some(text.into()), ..Entity::default() });
    }
    let (system_id, public_id) = external_id(words, false)?;
    let mut entity = Entity { system_id, public_id, ..Entity::default() };
    if words.skip_space() && !is_parameter && words.word("NDATA") {
        words.need_space()?;
        entity.notation = Some(words.name()?.to_owned());
    }
    Ok(entity)
}

fn attributes(words: &mut Words<'_>, expander: &mut Expander<'_>) -> Found<Vec<AttributeDeclaration>> {
    let mut list = Vec::new();
    loop {
        let space = words.skip_space();
        if words.rest().starts_with('>') {
            return Ok(list);
        }
        if !space {
            return words.wrong();
        }
        let name = words.name()?.to_owned();
        words.need_space()?;
        let kind = attribute_kind(words)?;
        words.need_space()?;
        let mut declared = AttributeDeclaration { name, kind, default: None, is_required: false };
        if words.word("#REQUIRED") {
            declared.is_required = true;
        } else if !words.word("#IMPLIED") {
            if words.word("#FIXED") {
                declared.is_required = true;
                words.need_space()?;
            }
            let start = words.at + 1;
            let raw = words.literal()?;
            let mut value = String::new();
            expander.attribute_value(raw, &mut value).map_err(|(code, at)| Miss::Wrong(code, start + at))?;
            declared.default = Some(if declared.kind == "CDATA" { value } else { tokenized(&value) });
        }
        list.push(declared);
    }
}

/// A declaration of an external part with the entities of declarations in it put in place, outside of quotes.
pub fn with_parameters(text: &str, expander: &mut Expander<'_>) -> Result<String, Code> {
    let mut out = String::new();
    let mut quote = None;
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let rest = &text[at..];
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, '%') if name_length(&rest[1..]) > 0 => {
                let length = name_length(&rest[1..]);
                let name = &rest[1..1 + length];
                if let Some(inner) = expander.dtd.parameters.get(name).and_then(|entity| entity.text.clone()) {
                    expander.enter(name, inner.len())?;
                    out.push(' ');
                    out.push_str(&with_parameters(&inner, expander)?);
                    out.push(' ');
                    expander.open.pop();
                }
                at += length + 1;
                if text[at..].starts_with(';') {
                    at += 1;
                }
                continue;
            }
            _ => {}
        }
        out.push(character);
        at += character.len_utf8();
    }
    Ok(out)
}

/// What a document's (or an external part's) first line says.
#[derive(Clone, Debug, Default)]
pub struct FirstLine {
    pub version: Option<String>,
    pub encoding: Option<String>,
    /// Where the encoding's name stands.
    pub encoding_at: usize,
    pub standalone: Option<bool>,
    pub length: usize,
}

/// Reads "<?xml ...?>".
pub fn first_line(text: &str, is_document: bool) -> Found<FirstLine> {
    let code = if is_document { Code::XmlDecl } else { Code::TextDecl };
    let Some(end) = text.find("?>") else { return Err(Miss::Partial) };
    let mut words = Words::new(&text[..end + 2], 5);
    let mut line = FirstLine { length: end + 2, ..FirstLine::default() };
    let bad = |at: usize| Err(Miss::Wrong(code, at));
    let value = |words: &mut Words<'_>| -> Result<Option<(String, usize)>, Miss> {
        words.skip_space();
        if !words.take("=") {
            return Ok(None);
        }
        words.skip_space();
        let at = words.at + 1;
        Ok(words.literal().ok().map(|text| (text.to_owned(), at)))
    };
    let mut space = words.skip_space();
    if words.take("version") {
        let Some((version, at)) = value(&mut words)? else { return bad(words.at) };
        if !version.chars().all(|c| c.is_ascii_alphanumeric() || "_.:-".contains(c)) {
            return bad(at);
        }
        line.version = Some(version);
        space = words.skip_space();
    } else if is_document {
        return bad(words.at);
    }
    if space && words.take("encoding") {
        let at = words.at;
        let Some((encoding, place)) = value(&mut words)? else { return bad(at) };
        let fits = encoding.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
        if !fits || !encoding.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return bad(place);
        }
        (line.encoding, line.encoding_at) = (Some(encoding), place);
        space = words.skip_space();
    } else if !is_document {
        return bad(words.at);
    }
    if is_document && space && words.take("standalone") {
        let at = words.at;
        let Some((answer, place)) = value(&mut words)? else { return bad(at) };
        line.standalone = match &*answer {
            "yes" => Some(true),
            "no" => Some(false),
            _ => return bad(place),
        };
        words.skip_space();
    }
    if words.rest() == "?>" { Ok(line) } else { bad(words.at) }
}

/// Whether a text is white space only.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}
