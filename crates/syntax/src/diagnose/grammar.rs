//! Reads `grammar.txt` into rules, once, when the first error is looked for.

use crate::token::Tok;
use std::collections::HashMap;
use std::sync::OnceLock;

pub(super) type RuleId = u16;

pub(super) struct Grammar {
    pub rules: Vec<Rule>,
    ids: HashMap<&'static str, RuleId>,
}

pub(super) struct Rule {
    pub memo: bool,
    pub left: bool,
    /// Named `invalid_...`: skipped in the first pass.
    pub invalid: bool,
    /// Switches the `invalid_` rules off below it.
    pub without_invalid: bool,
    pub alternatives: Vec<Alternative>,
}

#[derive(Default)]
pub(super) struct Alternative {
    pub items: Vec<Item>,
    /// Refused below this feature version, with this said.
    pub since: Option<(i32, &'static str)>,
    pub action: Action,
}

pub(super) enum Item {
    Token(Tok),
    /// A name with this text.
    Soft(&'static str),
    AnySoftKeyword,
    Rule(RuleId),
    Group(Vec<Alternative>),
    Optional(Box<Item>),
    Repeat {
        item: Box<Item>,
        at_least_one: bool,
    },
    Gather {
        separator: Tok,
        item: Box<Item>,
    },
    Ahead {
        item: Box<Item>,
        positive: bool,
    },
    Cut,
    /// What must come now.
    Forced {
        kind: Tok,
        text: &'static str,
        /// The first pass says so, too.
        early: bool,
    },
}

#[derive(Default)]
pub(super) enum Action {
    /// The only item's value, or the span of tokens.
    #[default]
    None,
    Value(usize),
    Build(&'static str),
    Raise {
        how: &'static str,
        target: &'static str,
        operands: Vec<usize>,
        message: String,
    },
}

/// The grammar, and the number of a rule by its name.
pub(super) fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| read(include_str!("grammar.txt")))
}

impl Grammar {
    pub(super) fn rule(&self, name: &str) -> RuleId {
        self.ids.get(name).copied().unwrap_or(0)
    }
}

fn read(text: &'static str) -> Grammar {
    let lines = || text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut ids = HashMap::new();
    let mut rules: Vec<Rule> = Vec::new();
    for header in lines().filter(|line| !line.starts_with('|')) {
        let mut words = header.trim_end_matches(':').split(' ');
        let name = words.next().unwrap_or("");
        let flags: Vec<&str> = words.collect();
        ids.insert(name, rules.len() as RuleId);
        rules.push(Rule {
            memo: flags.contains(&"memo"),
            left: flags.contains(&"left"),
            invalid: name.starts_with("invalid_"),
            without_invalid: name.ends_with("_without_invalid"),
            alternatives: Vec::new(),
        });
    }
    let mut current = usize::MAX;
    for line in lines() {
        match line.strip_prefix("| ") {
            None => current = current.wrapping_add(1),
            Some(alternative) => {
                let mut reader = Reader { rest: alternative, ids: &ids };
                rules[current].alternatives.push(reader.alternative());
            }
        }
    }
    Grammar { rules, ids }
}

struct Reader<'r> {
    rest: &'static str,
    ids: &'r HashMap<&'static str, RuleId>,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn eat(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> &'static str {
        let length = self.rest.bytes().take_while(|&byte| byte.is_ascii_alphanumeric() || byte == b'_').count();
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        word
    }

    fn quoted(&mut self, quote: char) -> &'static str {
        let body = self.rest.strip_prefix(quote).unwrap_or(self.rest);
        let length = body.find(quote).unwrap_or(0);
        self.rest = body.get(length + 1..).unwrap_or("");
        &body[..length]
    }

    fn alternative(&mut self) -> Alternative {
        let mut alternative = Alternative::default();
        loop {
            self.space();
            if self.rest.is_empty() || self.rest.starts_with(['|', ')', ']']) {
                return alternative;
            }
            if self.eat("=>") {
                self.action(&mut alternative);
                return alternative;
            }
            alternative.items.push(self.item());
        }
    }

    fn alternatives(&mut self, end: &str) -> Vec<Alternative> {
        let mut alternatives = vec![self.alternative()];
        while !self.eat(end) && self.eat("|") {
            alternatives.push(self.alternative());
        }
        alternatives
    }

    fn item(&mut self) -> Item {
        if self.eat("&&") {
            let early = self.eat("&");
            let text = self.quoted('\'');
            return Item::Forced { kind: token_of(text), text, early };
        }
        if self.eat("&") {
            return Item::Ahead { item: Box::new(self.atom()), positive: true };
        }
        if self.eat("!") {
            return Item::Ahead { item: Box::new(self.atom()), positive: false };
        }
        if self.eat("~") {
            return Item::Cut;
        }
        let item = self.atom();
        if self.eat("?") {
            Item::Optional(Box::new(item))
        } else if self.eat("*") {
            Item::Repeat { item: Box::new(item), at_least_one: false }
        } else if self.eat("+") {
            Item::Repeat { item: Box::new(item), at_least_one: true }
        } else if let Item::Token(separator) = item
            && self.eat(".")
        {
            let item = Box::new(self.atom());
            self.eat("+");
            Item::Gather { separator, item }
        } else {
            item
        }
    }

    fn atom(&mut self) -> Item {
        if self.rest.starts_with('\'') {
            return Item::Token(token_of(self.quoted('\'')));
        }
        if self.rest.starts_with('"') {
            return Item::Soft(self.quoted('"'));
        }
        if self.eat("(") {
            return Item::Group(self.alternatives(")"));
        }
        if self.eat("[") {
            return Item::Optional(Box::new(Item::Group(self.alternatives("]"))));
        }
        match self.word() {
            "NAME" => Item::Token(Tok::Name),
            "NUMBER" => Item::Token(Tok::Number),
            "STRING" => Item::Token(Tok::String),
            "NEWLINE" => Item::Token(Tok::Newline),
            "INDENT" => Item::Token(Tok::Indent),
            "DEDENT" => Item::Token(Tok::Dedent),
            "ENDMARKER" => Item::Token(Tok::EndMarker),
            "TYPE_COMMENT" => Item::Token(Tok::TypeComment),
            "FSTRING_START" => Item::Token(Tok::FStringStart),
            "FSTRING_MIDDLE" => Item::Token(Tok::FStringMiddle),
            "FSTRING_END" => Item::Token(Tok::FStringEnd),
            "TSTRING_START" => Item::Token(Tok::TStringStart),
            "TSTRING_MIDDLE" => Item::Token(Tok::TStringMiddle),
            "TSTRING_END" => Item::Token(Tok::TStringEnd),
            "SOFT_KEYWORD" => Item::AnySoftKeyword,
            rule => {
                debug_assert!(self.ids.contains_key(rule), "no rule {rule:?} before {:?}", self.rest);
                Item::Rule(self.ids.get(rule).copied().unwrap_or(0))
            }
        }
    }

    fn action(&mut self, alternative: &mut Alternative) {
        self.space();
        if self.eat("?") {
            let version = self.word().parse().unwrap_or(0);
            self.space();
            alternative.since = Some((version, self.quoted('"')));
            self.space();
        }
        if self.eat("$") {
            alternative.action = Action::Value(self.word().parse().unwrap_or(1));
        } else if self.eat("!") {
            let how = self.word();
            self.space();
            let target = if how == "target" { self.word() } else { "" };
            let mut operands = Vec::new();
            self.space();
            while self.rest.starts_with(|ch: char| ch.is_ascii_digit()) {
                operands.push(self.word().parse().unwrap_or(0));
                self.space();
            }
            let message = self.rest.trim().trim_matches('"').replace("\\\"", "\"");
            // A message may end in an escaped quote, which trimming must not eat.
            let message = message.strip_suffix('\\').map_or(message.clone(), |message| format!("{message}\""));
            alternative.action = Action::Raise { how, target, operands, message };
            self.rest = "";
        } else {
            let name = self.word();
            if !name.is_empty() {
                alternative.action = Action::Build(name);
            }
        }
    }
}

/// The kind of a token as written in the grammar.
fn token_of(text: &str) -> Tok {
    let keyword = Tok::of_word(text.as_bytes());
    if keyword != Tok::Name {
        return keyword;
    }
    match text {
        "(" => Tok::LPar,
        ")" => Tok::RPar,
        "[" => Tok::LSqb,
        "]" => Tok::RSqb,
        "{" => Tok::LBrace,
        "}" => Tok::RBrace,
        ":" => Tok::Colon,
        "," => Tok::Comma,
        ";" => Tok::Semi,
        "+" => Tok::Plus,
        "-" => Tok::Minus,
        "*" => Tok::Star,
        "/" => Tok::Slash,
        "|" => Tok::VBar,
        "&" => Tok::Amper,
        "<" => Tok::Less,
        ">" => Tok::Greater,
        "=" => Tok::Equal,
        "." => Tok::Dot,
        "%" => Tok::Percent,
        "==" => Tok::EqEqual,
        "!=" => Tok::NotEqual,
        "<=" => Tok::LessEqual,
        ">=" => Tok::GreaterEqual,
        "~" => Tok::Tilde,
        "^" => Tok::Circumflex,
        "<<" => Tok::LeftShift,
        ">>" => Tok::RightShift,
        "**" => Tok::DoubleStar,
        "+=" => Tok::PlusEqual,
        "-=" => Tok::MinEqual,
        "*=" => Tok::StarEqual,
        "/=" => Tok::SlashEqual,
        "%=" => Tok::PercentEqual,
        "&=" => Tok::AmperEqual,
        "|=" => Tok::VBarEqual,
        "^=" => Tok::CircumflexEqual,
        "<<=" => Tok::LeftShiftEqual,
        ">>=" => Tok::RightShiftEqual,
        "**=" => Tok::DoubleStarEqual,
        "//" => Tok::DoubleSlash,
        "//=" => Tok::DoubleSlashEqual,
        "@" => Tok::At,
        "@=" => Tok::AtEqual,
        "->" => Tok::RArrow,
        "..." => Tok::Ellipsis,
        ":=" => Tok::ColonEqual,
        "!" => Tok::Exclamation,
        _ => {
            debug_assert!(false, "no token {text:?}");
            Tok::Op
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_name_in_the_grammar_is_known() {
        assert!(super::grammar().rules.len() > 200);
    }
}
