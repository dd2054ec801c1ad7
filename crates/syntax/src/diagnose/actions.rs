//! What alternatives make (as much of a tree as the errors look at) and the errors that they raise.
//!
//! In the grammar, `!at n` puts the error at the n-th item, `!range m n` from one to the other, `!from n` from an item to
//! where the tokenizer is, `!last` at the last token fetched, `!next` at the token to be read, `!indent n` is `!last` for
//! an IndentationError. In messages `%s` is the kind of the item's expression, `%t` its text, `%d` its line.

use super::engine::{Engine, Found, Value};
use crate::ast::{Arguments, BoolOp, CmpOp, Constant, Expr, ExprContext, ExprKind, Range};
use crate::error::ErrorKind;
use crate::escape_warning;
use crate::literal::{self, LiteralError};
use crate::names;
use crate::token::{Tok, Token};

const LOAD: ExprContext = ExprContext::Load;

impl<'a> Engine<'a, '_> {
    // Places.

    fn token_at(&self, index: u32) -> Token {
        const NOWHERE: Token =
            Token { kind: Tok::EndMarker, level: 0, start: 0, end: 0, lineno: 1, col: 0, end_lineno: 1, end_col: 0 };
        self.tokens.get(index as usize).copied().unwrap_or(NOWHERE)
    }

    /// From token `start` to the last one taken that is not layout.
    fn range(&self, start: usize) -> Range {
        let first = self.token_at(start as u32);
        let taken = self.tokens.get(..self.mark).unwrap_or(&[]);
        let last = taken.iter().rev().find(|token| !token.kind.is_layout()).copied().unwrap_or(first);
        first.range().to(last.range())
    }

    fn range_of(&self, value: Value<'a>) -> Range {
        match value {
            Value::Nothing => Range::default(),
            Value::Span(start, end) | Value::Keyword { span: (start, end), .. } => {
                let first = self.token_at(start).range();
                if end <= start { first } else { first.to(self.token_at(end - 1).range()) }
            }
            Value::Expr(expr) | Value::Clause(expr) => expr.range,
            Value::Many(values) => match (values.first(), values.last()) {
                (Some(&first), Some(&last)) => self.range_of(first).to(self.range_of(last)),
                _ => Range::default(),
            },
            Value::Arguments { args, .. } => match (args.first(), args.last()) {
                (Some(first), Some(last)) => first.range.to(last.range),
                _ => Range::default(),
            },
        }
    }

    // Trees.

    pub(super) fn name_value(&mut self, token: &Token) -> Option<Value<'a>> {
        let mut id = self.arena.str(self.text(token));
        if !id.is_ascii() {
            id = names::normalise(self.arena, id);
            if names::is_constant(id) {
                self.fail(ErrorKind::ValueError, names::constant_error(id), Range::default());
                return None;
            }
        }
        Some(Value::Expr(self.arena.alloc(Expr { kind: ExprKind::Name { id, ctx: LOAD }, range: token.range() })))
    }

    fn expr(&self, start: usize, kind: ExprKind<'a>) -> Value<'a> {
        Value::Expr(self.arena.alloc(Expr { kind, range: self.range(start) }))
    }

    /// A node that errors do not look into.
    fn leaf(&self) -> &'a Expr<'a> {
        self.arena.alloc(Expr { kind: ExprKind::Set { elts: &[] }, range: Range::default() })
    }

    fn exprs_in(&self, values: &[Value<'a>]) -> Vec<&'a Expr<'a>> {
        let mut found = Vec::new();
        for value in values {
            match value {
                Value::Expr(expr) => found.push(*expr),
                Value::Many(values) => found.extend(self.exprs_in(values)),
                _ => {}
            }
        }
        found
    }

    /// The expressions of a tuple's items; those after the first come as spans of a comma and an expression.
    fn elements(&self, values: &[Value<'a>]) -> &'a [&'a Expr<'a>] {
        self.arena.slice(&self.exprs_in(values))
    }

    pub(super) fn build(&mut self, name: &str, values: &[Value<'a>], start: usize) -> Option<Value<'a>> {
        let leaf = self.leaf();
        let first = match values.first() {
            Some(Value::Expr(expr)) => expr,
            _ => leaf,
        };
        Some(match name {
            "stmt" => values[0],
            "operator" => self.operator(values, start),
            "tuple" | "tuple_in_brackets" => {
                self.expr(start, ExprKind::Tuple { elts: self.elements(values), ctx: LOAD })
            }
            "list" => self.expr(start, ExprKind::List { elts: self.elements(values), ctx: LOAD }),
            "set" => self.expr(start, ExprKind::Set { elts: &[] }),
            "dict" => self.expr(start, ExprKind::Dict { keys: &[], values: &[] }),
            "starred" => {
                let value = self.exprs_in(values).first().copied().unwrap_or(leaf);
                self.expr(start, ExprKind::Starred { value, ctx: LOAD })
            }
            "ifexp" => self.expr(start, ExprKind::IfExp { test: leaf, body: leaf, orelse: leaf }),
            "yield" => self.expr(start, ExprKind::Yield { value: None }),
            "await" => self.expr(start, ExprKind::Await { value: leaf }),
            "named" => self.expr(start, ExprKind::NamedExpr { target: leaf, value: leaf }),
            "lambda" => {
                let args = self.arena.alloc(Arguments::default());
                self.expr(start, ExprKind::Lambda { args, body: leaf })
            }
            "compare" => {
                let is_in = matches!(values.get(1), Some(Value::Many([Value::Clause(_), ..])));
                let ops: &[CmpOp] = if is_in { &[CmpOp::In] } else { &[CmpOp::Eq] };
                self.expr(start, ExprKind::Compare { left: first, ops, comparators: &[] })
            }
            "in_pair" => Value::Clause(leaf),
            "not_equal" => return self.not_equal(start),
            "old_not_equal" => return self.old_not_equal(start),
            "attribute" => self.expr(start, ExprKind::Attribute { value: first, attr: "", ctx: LOAD }),
            "subscript" => self.expr(start, ExprKind::Subscript { value: first, slice: leaf, ctx: LOAD }),
            "call" => self.expr(start, ExprKind::Call { func: first, args: &[], keywords: &[] }),
            "genexp" => self.expr(start, ExprKind::GeneratorExp { elt: leaf, generators: &[] }),
            "listcomp" => self.expr(start, ExprKind::ListComp { elt: leaf, generators: &[] }),
            "setcomp" => self.expr(start, ExprKind::SetComp { elt: leaf, generators: &[] }),
            "dictcomp" => self.expr(start, ExprKind::DictComp { key: leaf, value: leaf, generators: &[] }),
            "clause" => {
                let last = values.iter().rev().find_map(|value| match value {
                    Value::Expr(expr) => Some(*expr),
                    Value::Many(tests) => self.exprs_in(tests).last().copied(),
                    _ => None,
                });
                Value::Clause(last.unwrap_or(leaf))
            }
            "constant" => self.constant(start),
            "number" => return self.number(start),
            "real_number" | "imaginary_number" => return self.complex_part(name, first),
            "string" => return self.string(start),
            "format_text" => return self.format_text(start),
            "joined" => {
                self.string_texts(values)?;
                self.expr(start, ExprKind::JoinedStr { values: &[] })
            }
            "template" => {
                self.string_texts(values)?;
                self.expr(start, ExprKind::TemplateStr { values: &[] })
            }
            "strings" => return self.strings(values, start),
            "templates" => self.expr(start, ExprKind::TemplateStr { values: &[] }),
            "conversion" => return self.conversion(values, start),
            "keyword" => Value::Keyword { double_star: false, span: (start as u32, self.mark as u32) },
            "double_star" => Value::Keyword { double_star: true, span: (start as u32, self.mark as u32) },
            "join" => Value::Many(self.arena.slice(values)),
            "args" => self.arguments(values),
            "forgotten_comma" => return self.forgotten_comma(values),
            "legacy_statement" => return self.legacy_statement(first, values),
            "unparenthesised_generator" => return self.unparenthesised_generator(values),
            "positional_after_keyword" => return self.positional_after_keyword(values),
            "missing_colon" => {
                let range = first.range;
                let place = Range::new(range.lineno, range.end_col_offset - 1, range.end_lineno, -1);
                self.raise_at(place, "':' expected after dictionary key".to_owned());
                return None;
            }
            "interactive_exit" => return None,
            "future_import" => {
                self.future_import(start);
                Value::Span(start as u32, self.mark as u32)
            }
            _ => {
                debug_assert!(false, "no action {name:?}");
                Value::Span(start as u32, self.mark as u32)
            }
        })
    }

    fn operator(&self, values: &[Value<'a>], start: usize) -> Value<'a> {
        // Brackets of targets come here too; what they hold was checked by the grammar.
        let _ = values;
        self.expr(start, ExprKind::BoolOp { op: BoolOp::And, values: &[] })
    }

    fn constant(&self, start: usize) -> Value<'a> {
        let value = match self.token_at(start as u32).kind {
            Tok::True => Constant::True,
            Tok::False => Constant::False,
            Tok::None => Constant::None,
            _ => Constant::Ellipsis,
        };
        self.expr(start, ExprKind::Constant { value, kind: None })
    }

    fn number(&mut self, start: usize) -> Option<Value<'a>> {
        let token = self.token_at(start as u32);
        let text = self.text(&token);
        if self.feature_version < 6 && text.contains('_') {
            self.raise_last(
                ErrorKind::SyntaxError,
                "Underscores in numeric literals are only supported in Python 3.6 and greater".to_owned(),
            );
            return None;
        }
        match literal::number(self.arena, text, self.max_int_digits) {
            Ok(value) => Some(self.expr(start, ExprKind::Constant { value, kind: None })),
            Err(LiteralError::TooManyDigits { limit, digits }) => {
                let msg = format!(
                    "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use \
                     sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
                     literals to avoid decimal conversion limits."
                );
                self.raise_at(Range::new(token.lineno, -1, token.end_lineno, -1), msg);
                None
            }
            Err(_) => {
                self.raise_last(ErrorKind::SyntaxError, "invalid syntax".to_owned());
                None
            }
        }
    }

    fn complex_part(&mut self, name: &str, number: &'a Expr<'a>) -> Option<Value<'a>> {
        let imaginary = matches!(number.kind, ExprKind::Constant { value: Constant::Complex { .. }, .. });
        if imaginary == (name == "imaginary_number") {
            return Some(Value::Expr(number));
        }
        let kind = if imaginary { "real" } else { "imaginary" };
        self.raise_at(number.range, format!("{kind} number required in complex literal"));
        None
    }

    fn string(&mut self, start: usize) -> Option<Value<'a>> {
        let token = self.token_at(start as u32);
        let parts = literal::split_string(self.arena.str(self.text(&token)));
        let mut invalid = None;
        let value = if parts.bytes {
            literal::decode_bytes(self.arena, parts.body, parts.raw, &mut invalid).map(|_| Constant::Bytes(b""))
        } else {
            literal::decode_str(self.arena, parts.body, parts.raw, &mut invalid).map(|_| Constant::Str(b""))
        };
        if let Some(invalid) = invalid
            && value.is_ok()
            && !self.invalid
        {
            let text = self.text(&token);
            self.warnings.push(escape_warning::in_string(&token, text, parts.body, parts.quote_length, invalid));
        }
        match value {
            Ok(value) => Some(self.expr(start, ExprKind::Constant { value, kind: None })),
            Err(LiteralError::NotAscii) => {
                self.raise_at(token.range(), "bytes can only contain ASCII literal characters".to_owned());
                None
            }
            Err(LiteralError::Escape(msg)) => {
                self.raise_last(ErrorKind::SyntaxError, msg);
                None
            }
            Err(_) => None,
        }
    }

    /// The text of a format specification, which is decoded on its own. CPython lets the codec's error through.
    fn format_text(&mut self, start: usize) -> Option<Value<'a>> {
        let behind = escape_warning::after_fstring(self.tokens, self.mark);
        if let Err((_, bytes)) = self.decode_text(start, behind) {
            self.fail(ErrorKind::UnicodeDecodeError, bytes, Range::default());
            return None;
        }
        Some(Value::Span(start as u32, self.mark as u32))
    }

    /// The texts between the replacement fields of an f-string, which are decoded when all of it is there.
    fn string_texts(&mut self, values: &[Value<'a>]) -> Option<()> {
        let Some(Value::Many(parts)) = values.get(1) else { return Some(()) };
        for part in *parts {
            let Value::Span(start, end) = *part else { continue };
            let token = self.token_at(start);
            if end != start + 1 || !matches!(token.kind, Tok::FStringMiddle | Tok::TStringMiddle) {
                continue;
            }
            if let Err((msg, _)) = self.decode_text(start as usize, self.mark) {
                self.raise_at(token.range(), msg);
                return None;
            }
        }
        Some(())
    }

    /// Decodes a text of the f-string that ends before token `behind`. The error is a message, and what the codec was given.
    fn decode_text(&mut self, start: usize, behind: usize) -> Result<(), (String, String)> {
        let token = self.token_at(start as u32);
        let body = self.arena.str(self.text(&token));
        let mut invalid = None;
        match literal::decode_str(self.arena, body, self.in_raw_fstring(start), &mut invalid) {
            Err(LiteralError::Escape(msg)) => return Err((msg, literal::for_codec(body))),
            _ if self.invalid => {}
            _ => {
                let next = self.token_at(behind as u32);
                let warning = invalid.and_then(|invalid| escape_warning::in_fstring(&token, body, &next, invalid));
                self.warnings.extend(warning);
            }
        }
        Ok(())
    }

    /// Is the f-string around this token raw?
    fn in_raw_fstring(&self, at: usize) -> bool {
        let mut depth = 0;
        for token in self.tokens.get(..at).unwrap_or(&[]).iter().rev() {
            match token.kind {
                Tok::FStringEnd | Tok::TStringEnd => depth += 1,
                Tok::FStringStart | Tok::TStringStart if depth > 0 => depth -= 1,
                Tok::FStringStart | Tok::TStringStart => {
                    return self.text(token).bytes().any(|byte| byte | 0x20 == b'r');
                }
                _ => {}
            }
        }
        false
    }

    fn strings(&mut self, values: &[Value<'a>], start: usize) -> Option<Value<'a>> {
        let items = self.exprs_in(values);
        let is_bytes = |item: &&Expr<'_>| matches!(item.kind, ExprKind::Constant { value: Constant::Bytes(_), .. });
        let bytes = items.iter().filter(|item| is_bytes(item)).count();
        if bytes > 0 && bytes < items.len() {
            self.raise_last(ErrorKind::SyntaxError, "cannot mix bytes and nonbytes literals".to_owned());
            return None;
        }
        let formatted = items.iter().any(|item| matches!(item.kind, ExprKind::JoinedStr { .. }));
        let kind = if formatted {
            ExprKind::JoinedStr { values: &[] }
        } else {
            ExprKind::Constant { value: Constant::Str(b""), kind: None }
        };
        Some(self.expr(start, kind))
    }

    /// After `!` and a name in a replacement field.
    fn conversion(&mut self, values: &[Value<'a>], start: usize) -> Option<Value<'a>> {
        let (mark, name) = (self.token_at(start as u32), self.token_at(start as u32 + 1));
        let letter = self.fstring_letter(start);
        if mark.lineno != name.lineno || mark.end_col != name.col {
            let msg = format!("{letter}-string: conversion type must come right after the exclamation mark");
            self.raise_at(mark.range().to(name.range()), msg);
            return None;
        }
        let text = self.text(&name);
        if !matches!(text, "s" | "r" | "a") {
            let msg = format!("{letter}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'");
            self.raise_at(name.range(), msg);
            return None;
        }
        values.first().copied()
    }

    /// `f` or `t`, whichever string is around this token.
    fn fstring_letter(&self, at: usize) -> char {
        let mut depth = 0;
        for token in self.tokens.get(..at).unwrap_or(&[]).iter().rev() {
            match token.kind {
                Tok::FStringEnd | Tok::TStringEnd => depth += 1,
                Tok::FStringStart | Tok::TStringStart if depth > 0 => depth -= 1,
                Tok::TStringStart => return 't',
                Tok::FStringStart => return 'f',
                _ => {}
            }
        }
        'f'
    }

    fn not_equal(&mut self, start: usize) -> Option<Value<'a>> {
        let token = self.token_at(start as u32);
        if self.flufl && self.text(&token) != "<>" {
            self.raise_last(ErrorKind::SyntaxError, "with Barry as BDFL, use '<>' instead of '!='".to_owned());
            return None;
        }
        Some(Value::Span(start as u32, self.mark as u32))
    }

    /// At `<` and `>`.
    fn old_not_equal(&mut self, start: usize) -> Option<Value<'a>> {
        let (less, greater) = (self.token_at(start as u32), self.token_at(start as u32 + 1));
        if less.end == greater.start {
            let place = less.range().to(greater.range());
            self.raise_at(place, "invalid syntax.  Maybe you meant '!=' instead of '<>'?".to_owned());
        }
        None
    }

    fn future_import(&mut self, start: usize) {
        let taken = self.tokens.get(start..self.mark).unwrap_or(&[]);
        let is_future = taken.get(1).is_some_and(|token| self.text(token) == "__future__");
        if is_future && taken.iter().any(|token| self.text(token) == "barry_as_FLUFL") {
            self.flufl = true;
        }
    }

    fn arguments(&self, values: &[Value<'a>]) -> Value<'a> {
        let mut args = Vec::new();
        let (mut keywords, mut double_star) = (false, false);
        let mut todo: Vec<Value<'a>> = values.iter().rev().copied().collect();
        while let Some(value) = todo.pop() {
            match value {
                Value::Expr(expr) => args.push(expr),
                Value::Many(values) => todo.extend(values.iter().rev()),
                Value::Keyword { double_star: stars, .. } => {
                    keywords = true;
                    double_star |= stars;
                }
                Value::Arguments { args: more, keywords: some, double_star: stars } => {
                    args.extend_from_slice(more);
                    keywords |= some;
                    double_star |= stars;
                }
                _ => {}
            }
        }
        Value::Arguments { args: self.arena.slice(&args), keywords, double_star }
    }

    // Mistakes with a condition.

    fn forgotten_comma(&mut self, values: &[Value<'a>]) -> Option<Value<'a>> {
        let &[Value::Expr(left), right] = values else { return None };
        let is_legacy = matches!(left.kind, ExprKind::Name { id: "print" | "exec", .. });
        let level = self.mark.checked_sub(1).map_or(0, |last| self.token_at(last as u32).level);
        if is_legacy || level == 0 {
            return None;
        }
        let range = left.range.to(self.range_of(right));
        self.raise_at(range, "invalid syntax. Perhaps you forgot a comma?".to_owned());
        None
    }

    fn legacy_statement(&mut self, name: &'a Expr<'a>, values: &[Value<'a>]) -> Option<Value<'a>> {
        if let ExprKind::Name { id: id @ ("print" | "exec"), .. } = name.kind {
            let range = name.range.to(values.last().map_or(name.range, |&value| self.range_of(value)));
            self.raise_at(range, format!("Missing parentheses in call to '{id}'. Did you mean {id}(...)?"));
        }
        None
    }

    fn unparenthesised_generator(&mut self, values: &[Value<'a>]) -> Option<Value<'a>> {
        let &[Value::Arguments { args, .. }, clauses] = values else { return None };
        if args.len() > 1
            && let Some(last) = args.last()
        {
            let range = last.range.to(self.range_of(clauses));
            self.raise_at(range, "Generator expression must be parenthesized".to_owned());
        }
        None
    }

    fn positional_after_keyword(&mut self, values: &[Value<'a>]) -> Option<Value<'a>> {
        let double_star = matches!(values.first(), Some(Value::Arguments { double_star: true, .. }));
        let what = if double_star { " unpacking" } else { "" };
        self.raise_last(ErrorKind::SyntaxError, format!("positional argument follows keyword argument{what}"));
        None
    }

    // Raising.

    pub(super) fn raise(&mut self, how: &str, target: &str, operands: &[usize], message: &str, values: &[Value<'a>]) {
        let operand = |index: usize| {
            let number = operands.get(index).copied().unwrap_or(0);
            number.checked_sub(1).and_then(|at| values.get(at)).copied().unwrap_or(Value::Nothing)
        };
        let (first, second) = (operand(0), operand(1));
        let message = self.fill_in(message, first, values);
        match how {
            "at" => self.raise_at(self.range_of(first), message),
            "range" => self.raise_at(self.range_of(first).to(self.range_of(second)), message),
            // The end of the last clause of a comprehension.
            "comprehension" => self.raise_at(self.range_of(first).to(self.range_of(second)), message),
            "range_last" | "first_last" | "range_items" => {
                let end = if how == "range_items" { first } else { second };
                let start = match first {
                    Value::Many([.., last]) if how == "first_last" => *last,
                    other => other,
                };
                self.raise_at(self.range_of(start).to(self.range_of(end)), message);
            }
            "from" => {
                let range = self.range_of(first);
                let (lineno, cur) = self.cursor();
                self.fail_at(message, range.lineno, range.col_offset + 1, lineno, cur);
            }
            "last" => self.raise_last(ErrorKind::SyntaxError, message),
            "indent" => self.raise_last(ErrorKind::IndentationError, message),
            "next" => {
                let index = self.mark;
                self.raise_at_token(ErrorKind::SyntaxError, index, message);
            }
            "target" => {
                if let Value::Expr(expr) = first
                    && let Some(bad) = invalid_target(expr, target)
                {
                    let verb = if target == "del" { "delete" } else { "assign to" };
                    self.raise_at(bad.range, format!("cannot {verb} {}", expr_name(bad)));
                }
            }
            _ => {}
        }
    }

    fn fill_in(&self, message: &str, item: Value<'a>, values: &[Value<'a>]) -> String {
        if !message.contains('%') {
            return message.to_owned();
        }
        let kind = match item {
            Value::Expr(expr) => expr_name(expr),
            _ => "expression",
        };
        let bound = match values.last() {
            Some(Value::Expr(Expr { kind: ExprKind::Tuple { .. }, .. })) => "constraints",
            _ => "bound",
        };
        let range = self.range_of(item);
        let text = match item {
            Value::Span(start, _) => self.text(&self.token_at(start)),
            _ => "",
        };
        message.replace("%s", kind).replace("%b", bound).replace("%t", text).replace("%d", &range.lineno.to_string())
    }

    /// Where CPython's tokenizer stands: behind the last token fetched.
    fn cursor(&self) -> (i32, i32) {
        let token = self.token_at(self.fill.saturating_sub(1) as u32);
        (token.end_lineno, self.cursor_col(&token))
    }

    /// The byte column behind a token.
    fn cursor_col(&self, token: &Token) -> i32 {
        let end = token.end as usize;
        if token.col != -1 {
            return token.end_col;
        }
        // Tokens without a place: after the indentation, or at the end of the text, whose last line is still current.
        let before = self.src.get(..end).unwrap_or("");
        let line = if end == self.src.len() { before.strip_suffix('\n').unwrap_or(before) } else { before };
        let line_start = line.rfind('\n').map_or(0, |at| at + 1);
        (end - line_start) as i32
    }

    pub(super) fn raise_last(&mut self, kind: ErrorKind, msg: String) {
        let index = self.fill.saturating_sub(1);
        self.raise_at_token(kind, index, msg);
    }

    fn raise_at_token(&mut self, kind: ErrorKind, index: usize, msg: String) {
        let token = self.token_at(index as u32);
        let col = if token.col == -1 { self.cursor_col(&token) } else { token.col + 1 };
        let end_col = if token.end_col == -1 { -1 } else { token.end_col + 1 };
        self.put(kind, msg, token.lineno, col, token.end_lineno, end_col);
    }

    pub(super) fn raise_at(&mut self, range: Range, msg: String) {
        self.fail(ErrorKind::SyntaxError, msg, range);
    }

    pub(super) fn fail(&mut self, kind: ErrorKind, msg: String, range: Range) {
        self.put(kind, msg, range.lineno, range.col_offset + 1, range.end_lineno, range.end_col_offset + 1);
    }

    fn fail_at(&mut self, msg: String, lineno: i32, col: i32, end_lineno: i32, end_col: i32) {
        self.put(ErrorKind::SyntaxError, msg, lineno, col, end_lineno, end_col);
    }

    fn put(&mut self, kind: ErrorKind, msg: String, lineno: i32, col: i32, end_lineno: i32, end_col: i32) {
        if self.error.is_none() {
            let fill = self.fill;
            self.error = Some(Found { kind, msg, lineno, col, end_lineno, end_col, fill, from_tokenizer: false });
        }
    }

    /// The token to be read is where the tokenizer stopped.
    pub(super) fn tokenizer_error(&mut self) {
        if self.error.is_none() {
            self.put(ErrorKind::SyntaxError, String::new(), 0, 0, 0, 0);
            if let Some(error) = &mut self.error {
                error.from_tokenizer = true;
            }
        }
    }
}

/// The part of an expression that cannot be assigned to, looped over or deleted.
fn invalid_target<'a>(expr: &'a Expr<'a>, target: &str) -> Option<&'a Expr<'a>> {
    match expr.kind {
        ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
            elts.iter().find_map(|item| invalid_target(item, target))
        }
        ExprKind::Starred { value, .. } => {
            if target == "del" {
                Some(expr)
            } else {
                invalid_target(value, target)
            }
        }
        ExprKind::Compare { left, ops, .. } if target == "for" => {
            if ops.first() == Some(&CmpOp::In) {
                invalid_target(left, target)
            } else {
                None
            }
        }
        ExprKind::Name { .. } | ExprKind::Subscript { .. } | ExprKind::Attribute { .. } => None,
        _ => Some(expr),
    }
}

/// What CPython calls an expression in messages.
fn expr_name(expr: &Expr<'_>) -> &'static str {
    match expr.kind {
        ExprKind::Attribute { .. } => "attribute",
        ExprKind::Subscript { .. } => "subscript",
        ExprKind::Starred { .. } => "starred",
        ExprKind::Name { .. } => "name",
        ExprKind::List { .. } => "list",
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::Lambda { .. } => "lambda",
        ExprKind::Call { .. } => "function call",
        ExprKind::BoolOp { .. } | ExprKind::BinOp { .. } | ExprKind::UnaryOp { .. } => "expression",
        ExprKind::GeneratorExp { .. } => "generator expression",
        ExprKind::Yield { .. } | ExprKind::YieldFrom { .. } => "yield expression",
        ExprKind::Await { .. } => "await expression",
        ExprKind::ListComp { .. } => "list comprehension",
        ExprKind::SetComp { .. } => "set comprehension",
        ExprKind::DictComp { .. } => "dict comprehension",
        ExprKind::Dict { .. } => "dict literal",
        ExprKind::Set { .. } => "set display",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "f-string expression",
        ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. } => "t-string expression",
        ExprKind::Constant { value, .. } => match value {
            Constant::None => "None",
            Constant::True => "True",
            Constant::False => "False",
            Constant::Ellipsis => "ellipsis",
            _ => "literal",
        },
        ExprKind::Compare { .. } => "comparison",
        ExprKind::IfExp { .. } => "conditional expression",
        ExprKind::NamedExpr { .. } => "named expression",
        ExprKind::Slice { .. } => "slice",
    }
}
