//! Signatures in Python's own syntax: `(object, /, *rest, key=None, **options)`.
//!
//! The text is what `__text_signature__` shows, so it is parsed rather than restated: names, kinds and defaults all come from
//! it. Defaults stay text here; `function` turns them into Rust values once it knows the Rust types.

/// How a parameter can be given; the names are those of `runtime::args::ParamKind`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    PositionalOnly,
    PositionalOrKeyword,
    VarPositional,
    KeywordOnly,
    VarKeyword,
}

/// One parameter of a signature text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) default: Option<String>,
}

/// Parses a signature; the error is a message for the place of the text.
pub(crate) fn parse(text: &str) -> Result<Vec<Parameter>, String> {
    let inner = text
        .trim()
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .ok_or_else(|| format!("a signature looks like \"(a, b=None, /)\", not {text:?}"))?;
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut kind = Kind::PositionalOrKeyword;
    let mut named_after_star = true;
    for part in split(inner)? {
        let part = part.trim();
        if part == "/" {
            if kind != Kind::PositionalOrKeyword || parameters.is_empty() {
                return Err("`/` must follow positional parameters, once".to_owned());
            }
            if parameters.iter().any(|p| p.kind == Kind::PositionalOnly) {
                return Err("`/` may stand only once".to_owned());
            }
            parameters.iter_mut().for_each(|p| p.kind = Kind::PositionalOnly);
        } else if part == "*" {
            if kind != Kind::PositionalOrKeyword {
                return Err("`*` may stand only once".to_owned());
            }
            kind = Kind::KeywordOnly;
            named_after_star = false;
        } else if let Some(name) = part.strip_prefix("**") {
            push(&mut parameters, name, Kind::VarKeyword, None)?;
            kind = Kind::VarKeyword;
        } else if let Some(name) = part.strip_prefix('*') {
            if kind != Kind::PositionalOrKeyword {
                return Err(format!("`*{name}` cannot stand here"));
            }
            push(&mut parameters, name, Kind::VarPositional, None)?;
            kind = Kind::KeywordOnly;
        } else {
            if kind == Kind::VarKeyword {
                return Err("nothing can follow `**`".to_owned());
            }
            let (name, default) = match part.split_once('=') {
                Some((name, default)) => (name.trim(), Some(default.trim().to_owned())),
                None => (part, None),
            };
            let optional_before = parameters.iter().any(|p| p.default.is_some());
            if kind == Kind::PositionalOrKeyword && default.is_none() && optional_before {
                return Err(format!("`{name}` without a default follows a parameter with one"));
            }
            push(&mut parameters, name, kind, default)?;
            named_after_star = true;
        }
    }
    if !named_after_star {
        return Err("named parameters must follow a bare `*`".to_owned());
    }
    Ok(parameters)
}

fn push(parameters: &mut Vec<Parameter>, name: &str, kind: Kind, default: Option<String>) -> Result<(), String> {
    let mut letters = name.chars();
    let is_name = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && letters.all(|c| c.is_alphanumeric() || c == '_');
    if !is_name {
        return Err(format!("{name:?} is not a parameter name"));
    }
    if parameters.iter().any(|p| p.name == name) {
        return Err(format!("`{name}` stands twice"));
    }
    parameters.push(Parameter { name: name.to_owned(), kind, default });
    Ok(())
}

/// Splits at the commas that are outside of brackets and quotes.
fn split(text: &str) -> Result<Vec<&str>, String> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0usize);
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.checked_sub(1).ok_or("unbalanced brackets")?,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if quote.is_some() || depth != 0 {
        return Err("unbalanced quotes or brackets".to_owned());
    }
    if !text[start..].trim().is_empty() {
        parts.push(&text[start..]);
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse(text) {
            Ok(list) => list
                .iter()
                .map(|p| format!("{}:{:?}:{}", p.name, p.kind, p.default.as_deref().unwrap_or("-")))
                .collect::<Vec<_>>()
                .join(" "),
            Err(message) => message,
        }
    }

    #[test]
    fn kinds_and_defaults() {
        assert_eq!(shown("()"), "");
        assert_eq!(shown("(object, /)"), "object:PositionalOnly:-");
        assert_eq!(
            shown("(a, /, b=(1, 2), *, c=',)', **d)"),
            "a:PositionalOnly:- b:PositionalOrKeyword:(1, 2) c:KeywordOnly:',)' d:VarKeyword:-"
        );
        assert_eq!(shown("(*args, sep=' ')"), "args:VarPositional:- sep:KeywordOnly:' '");
    }

    #[test]
    fn mistakes() {
        assert_eq!(shown("(a=1, b)"), "`b` without a default follows a parameter with one");
        assert_eq!(shown("(/, a)"), "`/` must follow positional parameters, once");
        assert_eq!(shown("(a, *)"), "named parameters must follow a bare `*`");
        assert_eq!(shown("(a, a)"), "`a` stands twice");
        assert_eq!(shown("(**k, a)"), "nothing can follow `**`");
    }
}
