//! String literals: adjacent ones joined, f-strings and t-strings.

use super::{ExprRes, Fail, Parser, Res};
use crate::ast::{Constant, Expr, ExprKind, Exprs, Range};
use crate::escape_warning;
use crate::literal;
use crate::token::{Tok, Token};

impl<'a> Parser<'a, '_> {
    /// At a string: all adjacent literals as one expression.
    pub(crate) fn strings(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        let first = self.token();
        if first.kind == Tok::String && !matches!(self.kind_at(1), Tok::String | Tok::FStringStart | Tok::TStringStart)
        {
            let (value, kind) = self.string_token(&first)?;
            self.bump();
            return Ok(self.arena.alloc(Expr { kind: ExprKind::Constant { value, kind }, range: first.range() }));
        }
        let base = self.exprs.len();
        let (mut plain, mut formatted, mut templates, mut bytes) = (0, 0, 0, 0);
        loop {
            let token = self.token();
            match token.kind {
                Tok::String => {
                    let (value, kind) = self.string_token(&token)?;
                    self.bump();
                    bytes += usize::from(matches!(value, Constant::Bytes(_)));
                    plain += 1;
                    let item = ExprKind::Constant { value, kind };
                    self.exprs.push(self.arena.alloc(Expr { kind: item, range: token.range() }));
                }
                Tok::FStringStart => {
                    formatted += 1;
                    self.fstring(false)?;
                }
                Tok::TStringStart => {
                    templates += 1;
                    self.since(14)?;
                    self.fstring(true)?;
                }
                _ => break,
            }
        }
        let mixes_bytes = bytes > 0 && (bytes < plain || formatted > 0);
        if mixes_bytes || (templates > 0 && plain + formatted > 0) {
            return Err(Fail);
        }
        let range = self.range(start);
        if bytes > 0 {
            return Ok(self.join_bytes(base, range));
        }
        let values = self.fold_constants(base);
        let kind = if templates > 0 {
            ExprKind::TemplateStr { values }
        } else if formatted > 0 {
            ExprKind::JoinedStr { values }
        } else {
            match values {
                [only] => only.kind,
                _ => ExprKind::Constant { value: Constant::Str(b""), kind: self.first_kind },
            }
        };
        Ok(self.arena.alloc(Expr { kind, range }))
    }

    /// The value and kind of a token that is a whole literal.
    fn string_token(&mut self, token: &Token) -> Res<(Constant<'a>, Option<&'a str>)> {
        let parts = literal::split_string(self.text(token));
        let mut invalid = None;
        let value = if parts.bytes {
            literal::decode_bytes(self.arena, parts.body, parts.raw, &mut invalid).map(Constant::Bytes)
        } else {
            literal::decode_str(self.arena, parts.body, parts.raw, &mut invalid).map(Constant::Str)
        };
        let value = value.map_err(|_| Fail)?;
        if let Some(invalid) = invalid {
            let text = self.text(token);
            self.warnings.push(escape_warning::in_string(token, text, parts.body, parts.quote_length, invalid));
        }
        Ok((value, if parts.unicode { Some("u") } else { None }))
    }

    fn join_bytes(&mut self, base: usize, range: Range) -> &'a Expr<'a> {
        let mut joined = Vec::new();
        for item in self.exprs.get(base..).unwrap_or(&[]) {
            if let ExprKind::Constant { value: Constant::Bytes(value), .. } = item.kind {
                joined.extend_from_slice(value);
            }
        }
        self.exprs.truncate(base);
        let value = Constant::Bytes(self.arena.slice(&joined));
        self.arena.alloc(Expr { kind: ExprKind::Constant { value, kind: None }, range })
    }

    /// Joins neighbouring constants from `base` on and drops empty ones.
    fn fold_constants(&mut self, base: usize) -> Exprs<'a> {
        let items: Vec<&'a Expr<'a>> = self.exprs.drain(base..).collect();
        self.first_kind = items.first().and_then(|item| match item.kind {
            ExprKind::Constant { kind, .. } => kind,
            _ => None,
        });
        let mut index = 0;
        while let Some(&item) = items.get(index) {
            let ExprKind::Constant { value: Constant::Str(text), kind } = item.kind else {
                self.exprs.push(item);
                index += 1;
                continue;
            };
            let run = items[index..].iter().take_while(|item| matches!(item.kind, ExprKind::Constant { .. })).count();
            if run == 1 {
                if !text.is_empty() {
                    self.exprs.push(item);
                }
            } else {
                let mut joined = Vec::new();
                for item in &items[index..index + run] {
                    if let ExprKind::Constant { value: Constant::Str(text), .. } = item.kind {
                        joined.extend_from_slice(text);
                    }
                }
                if !joined.is_empty() {
                    let value = Constant::Str(self.arena.slice(&joined));
                    let range = item.range.to(items[index + run - 1].range);
                    self.exprs.push(self.arena.alloc(Expr { kind: ExprKind::Constant { value, kind }, range }));
                }
            }
            index += run;
        }
        self.take_exprs(base)
    }

    /// At the start of an f-string or t-string: pushes its parts.
    fn fstring(&mut self, template: bool) -> Res<()> {
        let start = self.token();
        let raw = self.text(&start).bytes().any(|byte| byte | 0x20 == b'r');
        self.bump();
        self.fstring_parts(template, raw, if template { Tok::TStringEnd } else { Tok::FStringEnd })?;
        self.bump();
        Ok(())
    }

    /// Text and replacement fields up to `end`, which is not taken.
    fn fstring_parts(&mut self, template: bool, raw: bool, end: Tok) -> Res<()> {
        loop {
            let token = self.token();
            match token.kind {
                Tok::FStringMiddle | Tok::TStringMiddle => {
                    self.bump();
                    let item = self.fstring_middle(&token, raw)?;
                    if let ExprKind::Constant { value: Constant::Str(text), .. } = item.kind
                        && !text.is_empty()
                    {
                        self.exprs.push(item);
                    }
                }
                Tok::LBrace => self.nested(20, |parser| parser.replacement_field(template, raw))?,
                kind if kind == end => return Ok(()),
                _ => return Err(Fail),
            }
        }
    }

    fn fstring_middle(&mut self, token: &Token, raw: bool) -> ExprRes<'a> {
        let body = self.text(token);
        let mut invalid = None;
        let text = literal::decode_str(self.arena, body, raw, &mut invalid).map_err(|_| Fail)?;
        if let Some(invalid) = invalid {
            let next = escape_warning::after_fstring(self.tokens, self.pos);
            let next = self.tokens.get(next).copied().unwrap_or(self.token());
            self.warnings.extend(escape_warning::in_fstring(token, body, &next, invalid));
        }
        let kind = ExprKind::Constant { value: Constant::Str(text), kind: None };
        Ok(self.arena.alloc(Expr { kind, range: token.range() }))
    }

    /// At `{`: pushes the field, before it the text that `=` asks for.
    fn replacement_field(&mut self, template: bool, raw: bool) -> Res<()> {
        let start = self.pos;
        let open = self.token();
        self.bump();
        let value = self.yield_or_star_expressions()?;
        let equal = self.token();
        let debug = self.eat(Tok::Equal);
        let terminator = self.token();
        let mut conversion = -1;
        if self.eat(Tok::Exclamation) {
            let name = self.token();
            if name.start != terminator.end {
                return Err(Fail);
            }
            conversion = match self.name()? {
                "s" => 's' as i32,
                "r" => 'r' as i32,
                "a" => 'a' as i32,
                _ => return Err(Fail),
            };
        }
        let format_spec = if self.kind() == Tok::Colon { Some(self.format_spec(raw)?) } else { None };
        self.expect(Tok::RBrace)?;
        if debug && conversion == -1 && format_spec.is_none() {
            conversion = 'r' as i32;
        }
        if debug {
            let text = self.field_text(open.end, terminator.start);
            let kind = ExprKind::Constant { value: Constant::Str(text.as_bytes()), kind: None };
            let range = Range::new(open.lineno, open.col + 1, terminator.lineno, terminator.col);
            self.exprs.push(self.arena.alloc(Expr { kind, range }));
        }
        let kind = if template {
            let end = if debug { equal.start } else { terminator.start };
            let str = self.arena.alloc(Constant::Str(self.field_text(open.end, end).as_bytes()));
            ExprKind::Interpolation { value, str, conversion, format_spec }
        } else {
            ExprKind::FormattedValue { value, conversion, format_spec }
        };
        let field = self.expr(start, kind);
        self.exprs.push(field);
        Ok(())
    }

    /// At the colon. An f-string's rules hold inside, for a t-string too.
    fn format_spec(&mut self, raw: bool) -> ExprRes<'a> {
        let start = self.pos;
        self.bump();
        let base = self.exprs.len();
        self.fstring_parts(false, raw, Tok::RBrace)?;
        let range = self.range(start);
        let values = self.fold_constants(base);
        Ok(self.arena.alloc(Expr { kind: ExprKind::JoinedStr { values }, range }))
    }

    /// The text of an expression as written, without comments.
    fn field_text(&self, start: u32, end: u32) -> &'a str {
        let text = self.src.get(start as usize..end as usize).unwrap_or("");
        if !text.contains('#') {
            return text;
        }
        self.arena.str(&without_comments(text))
    }
}

/// Removes comments (not what stands in strings) from the text of an expression.
pub(crate) fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    let mut quote = None;
    while let Some(ch) = chars.next() {
        match (quote, ch) {
            (None, '#') => {
                for skipped in chars.by_ref() {
                    if skipped == '\n' {
                        out.push('\n');
                        break;
                    }
                }
                continue;
            }
            (None, '"' | '\'') => quote = Some(ch),
            (Some(open), _) if open == ch => quote = None,
            (Some(_), '\\') => {
                out.push(ch);
                if let Some(escaped) = chars.next() {
                    out.push(escaped);
                }
                continue;
            }
            _ => {}
        }
        out.push(ch);
    }
    out
}
