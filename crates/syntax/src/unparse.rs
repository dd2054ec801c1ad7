//! Expressions as source text, the way CPython writes annotations under `from __future__ import annotations`.
//!
//! (The `ast` module's `unparse` is Python and spells some things otherwise.)

use crate::ast::*;
use crate::repr::{repr_bytes, repr_complex, repr_float, repr_str};

/// How tightly an operator binds; an expression that binds less than its place asks for is put in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arithmetic,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    /// The next tighter level.
    fn tighter(self) -> Level {
        use Level::*;
        match self {
            Tuple => Test,
            Test => Or,
            Or => And,
            And => Not,
            Not => Compare,
            Compare => BitOr,
            BitOr => BitXor,
            BitXor => BitAnd,
            BitAnd => Shift,
            Shift => Arithmetic,
            Arithmetic => Term,
            Term => Factor,
            Factor => Power,
            Power => Await,
            Await | Atom => Atom,
        }
    }
}

/// The text of an expression, as WTF-8; `None` if it is too deep for `stack` bytes of native stack.
pub fn expression(expr: &Expr<'_>, stack: usize) -> Option<Vec<u8>> {
    let mut writer = Writer { out: Vec::new(), base: position(), stack, too_deep: false };
    writer.expr(expr, Level::Test);
    (!writer.too_deep).then_some(writer.out)
}

/// Where the native stack is now.
#[inline(always)]
fn position() -> usize {
    let marker = 0u8;
    std::ptr::from_ref(std::hint::black_box(&marker)) as usize
}

struct Writer {
    out: Vec<u8>,
    /// Where the native stack was at the start, and how far it may grow.
    base: usize,
    stack: usize,
    too_deep: bool,
}

impl Writer {
    /// A writer for a part that is looked at before it is put in its place.
    fn inner(&self) -> Writer {
        Writer { out: Vec::new(), ..*self }
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes `inner`, in parentheses if `parens`.
    fn grouped(&mut self, parens: bool, inner: impl FnOnce(&mut Self)) {
        if parens {
            self.text("(");
        }
        inner(self);
        if parens {
            self.text(")");
        }
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.text(", ");
            }
            write(self, item);
        }
    }

    fn exprs(&mut self, exprs: Exprs<'_>) {
        self.list(exprs, |writer, expr| writer.expr(expr, Level::Test));
    }

    fn expr(&mut self, expr: &Expr<'_>, level: Level) {
        if self.base.abs_diff(position()) > self.stack {
            self.too_deep = true;
        }
        if self.too_deep {
            return;
        }
        match expr.kind {
            ExprKind::BoolOp { op, values } => {
                let (word, own) = match op {
                    BoolOp::And => (" and ", Level::And),
                    BoolOp::Or => (" or ", Level::Or),
                };
                self.grouped(level > own, |writer| {
                    for (at, value) in values.iter().enumerate() {
                        if at > 0 {
                            writer.text(word);
                        }
                        writer.expr(value, own.tighter());
                    }
                });
            }
            ExprKind::BinOp { .. } => self.binary(expr, level),
            ExprKind::UnaryOp { op, operand } => {
                let (word, own) = match op {
                    UnaryOp::Invert => ("~", Level::Factor),
                    UnaryOp::Not => ("not ", Level::Not),
                    UnaryOp::UAdd => ("+", Level::Factor),
                    UnaryOp::USub => ("-", Level::Factor),
                };
                self.grouped(level > own, |writer| {
                    writer.text(word);
                    writer.expr(operand, own);
                });
            }
            ExprKind::Lambda { args, body } => self.grouped(level > Level::Test, |writer| {
                let positional = args.posonlyargs.len() + args.args.len();
                writer.text(if positional > 0 { "lambda " } else { "lambda" });
                writer.arguments(args);
                writer.text(": ");
                writer.expr(body, Level::Test);
            }),
            ExprKind::IfExp { test, body, orelse } => self.grouped(level > Level::Test, |writer| {
                writer.expr(body, Level::Or);
                writer.text(" if ");
                writer.expr(test, Level::Or);
                writer.text(" else ");
                writer.expr(orelse, Level::Test);
            }),
            ExprKind::NamedExpr { target, value } => self.grouped(level > Level::Tuple, |writer| {
                writer.expr(target, Level::Atom);
                writer.text(" := ");
                writer.expr(value, Level::Atom);
            }),
            ExprKind::Dict { keys, values } => {
                self.text("{");
                for (at, (key, value)) in keys.iter().zip(values).enumerate() {
                    if at > 0 {
                        self.text(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(key, Level::Test);
                            self.text(": ");
                            self.expr(value, Level::Test);
                        }
                        None => {
                            self.text("**");
                            self.expr(value, Level::BitOr);
                        }
                    }
                }
                self.text("}");
            }
            ExprKind::Set { elts } => self.bracketed("{", elts, "}"),
            ExprKind::List { elts, .. } => self.bracketed("[", elts, "]"),
            ExprKind::Tuple { elts, .. } => {
                if elts.is_empty() {
                    return self.text("()");
                }
                self.grouped(level > Level::Tuple, |writer| {
                    writer.exprs(elts);
                    if elts.len() == 1 {
                        writer.text(",");
                    }
                });
            }
            ExprKind::ListComp { elt, generators } => self.comprehension("[", elt, None, generators, "]"),
            ExprKind::SetComp { elt, generators } => self.comprehension("{", elt, None, generators, "}"),
            ExprKind::GeneratorExp { elt, generators } => self.comprehension("(", elt, None, generators, ")"),
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("{", key, Some(value), generators, "}");
            }
            ExprKind::Await { value } => self.grouped(level > Level::Await, |writer| {
                writer.text("await ");
                writer.expr(value, Level::Atom);
            }),
            ExprKind::Yield { value: None } => self.text("(yield)"),
            ExprKind::Yield { value: Some(value) } => {
                self.text("(yield ");
                self.expr(value, Level::Test);
                self.text(")");
            }
            ExprKind::YieldFrom { value } => {
                self.text("(yield from ");
                self.expr(value, Level::Test);
                self.text(")");
            }
            ExprKind::Compare { left, ops, comparators } => self.grouped(level > Level::Compare, |writer| {
                writer.expr(left, Level::BitOr);
                for (op, comparator) in ops.iter().zip(comparators) {
                    writer.text(match op {
                        CmpOp::Eq => " == ",
                        CmpOp::NotEq => " != ",
                        CmpOp::Lt => " < ",
                        CmpOp::LtE => " <= ",
                        CmpOp::Gt => " > ",
                        CmpOp::GtE => " >= ",
                        CmpOp::Is => " is ",
                        CmpOp::IsNot => " is not ",
                        CmpOp::In => " in ",
                        CmpOp::NotIn => " not in ",
                    });
                    writer.expr(comparator, Level::BitOr);
                }
            }),
            ExprKind::Call { func, args, keywords } => self.call(func, args, keywords),
            ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. } => self.formatted(expr),
            ExprKind::Constant { ref value, kind } => {
                self.text(kind.unwrap_or_default());
                self.constant(value);
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom);
                // `1.a` would be a float.
                let is_int =
                    matches!(value.kind, ExprKind::Constant { value: Constant::Int(_) | Constant::BigInt(_), .. });
                self.text(if is_int { " ." } else { "." });
                self.text(attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom);
                self.text("[");
                self.expr(slice, Level::Tuple);
                self.text("]");
            }
            ExprKind::Starred { value, .. } => {
                self.text("*");
                self.expr(value, Level::BitOr);
            }
            ExprKind::Name { id, .. } => self.text(id),
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, Level::Test);
                }
                self.text(":");
                if let Some(upper) = upper {
                    self.expr(upper, Level::Test);
                }
                if let Some(step) = step {
                    self.text(":");
                    self.expr(step, Level::Test);
                }
            }
        }
    }

    /// Binary operators; chains lean to the left and may be long, so the left side is walked in a loop.
    fn binary(&mut self, expr: &Expr<'_>, level: Level) {
        let mut chain = Vec::new();
        let mut node = expr;
        let mut wanted = level;
        while let ExprKind::BinOp { left, op, right } = node.kind {
            let (word, own) = operator(op);
            let parens = wanted > own;
            if parens {
                self.text("(");
            }
            let is_power = op == Operator::Pow;
            chain.push((word, right, if is_power { own } else { own.tighter() }, parens));
            wanted = if is_power { own.tighter() } else { own };
            node = left;
        }
        self.expr(node, wanted);
        for (word, right, right_level, parens) in chain.into_iter().rev() {
            self.text(word);
            self.expr(right, right_level);
            if parens {
                self.text(")");
            }
        }
    }

    fn bracketed(&mut self, open: &str, elts: Exprs<'_>, close: &str) {
        self.text(open);
        self.exprs(elts);
        self.text(close);
    }

    fn comprehension(
        &mut self,
        open: &str,
        elt: &Expr<'_>,
        value: Option<&Expr<'_>>,
        generators: &[Comprehension<'_>],
        close: &str,
    ) {
        self.text(open);
        self.expr(elt, Level::Test);
        if let Some(value) = value {
            self.text(": ");
            self.expr(value, Level::Test);
        }
        for generator in generators {
            self.text(if generator.is_async != 0 { " async for " } else { " for " });
            self.expr(generator.target, Level::Tuple);
            self.text(" in ");
            self.expr(generator.iter, Level::Or);
            for test in generator.ifs {
                self.text(" if ");
                self.expr(test, Level::Or);
            }
        }
        self.text(close);
    }

    fn call(&mut self, func: &Expr<'_>, args: Exprs<'_>, keywords: &[Keyword<'_>]) {
        self.expr(func, Level::Atom);
        if let ([only], []) = (args, keywords)
            && matches!(only.kind, ExprKind::GeneratorExp { .. })
        {
            return self.expr(only, Level::Atom);
        }
        self.text("(");
        self.exprs(args);
        for (at, keyword) in keywords.iter().enumerate() {
            if at > 0 || !args.is_empty() {
                self.text(", ");
            }
            match keyword.arg {
                Some(name) => {
                    self.text(name);
                    self.text("=");
                }
                None => self.text("**"),
            }
            self.expr(keyword.value, Level::Test);
        }
        self.text(")");
    }

    fn arguments(&mut self, args: &Arguments<'_>) {
        let mut first = true;
        let positional = args.posonlyargs.len() + args.args.len();
        let without_default = positional.saturating_sub(args.defaults.len());
        for (at, arg) in args.posonlyargs.iter().chain(args.args).enumerate() {
            self.separate(&mut first);
            self.argument(arg);
            if let Some(default) = at.checked_sub(without_default).and_then(|at| args.defaults.get(at)) {
                self.text("=");
                self.expr(default, Level::Test);
            }
            if at + 1 == args.posonlyargs.len() {
                self.text(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            self.separate(&mut first);
            self.text("*");
            if let Some(arg) = args.vararg {
                self.argument(arg);
            }
        }
        for (at, arg) in args.kwonlyargs.iter().enumerate() {
            self.separate(&mut first);
            self.argument(arg);
            if let Some(Some(default)) = args.kw_defaults.get(at) {
                self.text("=");
                self.expr(default, Level::Test);
            }
        }
        if let Some(arg) = args.kwarg {
            self.separate(&mut first);
            self.text("**");
            self.argument(arg);
        }
    }

    fn separate(&mut self, first: &mut bool) {
        if !std::mem::replace(first, false) {
            self.text(", ");
        }
    }

    fn argument(&mut self, arg: &Arg<'_>) {
        self.text(arg.arg);
        if let Some(annotation) = arg.annotation {
            self.text(": ");
            self.expr(annotation, Level::Test);
        }
    }

    fn constant(&mut self, value: &Constant<'_>) {
        match value {
            Constant::None => self.text("None"),
            Constant::True => self.text("True"),
            Constant::False => self.text("False"),
            Constant::Ellipsis => self.text("..."),
            Constant::Int(value) => self.text(&value.to_string()),
            Constant::BigInt(value) => self.text(&value.to_ibig().to_string()),
            // An infinity has no literal, but a number that overflows does as well.
            Constant::Float(value) => self.text(&repr_float(*value).replace("inf", "1e309")),
            Constant::Complex { real, imag } => self.text(&repr_complex(*real, *imag).replace("inf", "1e309")),
            Constant::Str(text) => self.text(&repr_str(text)),
            Constant::Bytes(bytes) => self.text(&repr_bytes(bytes)),
            Constant::Tuple(items) => {
                self.text("(");
                self.list(items, |writer, item| writer.constant(item));
                self.text(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::FrozenSet(items) => {
                self.text("frozenset({");
                self.list(items, |writer, item| writer.constant(item));
                self.text("})");
            }
        }
    }

    /// An f-string or t-string, or a part of one standing alone.
    fn formatted(&mut self, expr: &Expr<'_>) {
        let mut body = self.inner();
        body.formatted_part(expr);
        self.too_deep |= body.too_deep;
        let is_template = matches!(expr.kind, ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. });
        self.text(if is_template { "t" } else { "f" });
        self.text(&repr_str(&body.out));
    }

    /// What stands between the quotes.
    fn formatted_part(&mut self, expr: &Expr<'_>) {
        match expr.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => {
                for &byte in text {
                    self.out.push(byte);
                    if matches!(byte, b'{' | b'}') {
                        self.out.push(byte);
                    }
                }
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
                for value in values {
                    self.formatted_part(value);
                }
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let mut inner = self.inner();
                inner.expr(value, Level::Or);
                self.too_deep |= inner.too_deep;
                self.replacement(&inner.out, conversion, format_spec);
            }
            // A template remembers how its expressions were written.
            ExprKind::Interpolation { str, conversion, format_spec, .. } => match str {
                Constant::Str(text) => self.replacement(text, conversion, format_spec),
                other => {
                    let mut inner = self.inner();
                    inner.constant(other);
                    self.replacement(&inner.out, conversion, format_spec);
                }
            },
            _ => self.expr(expr, Level::Test),
        }
    }

    fn replacement(&mut self, value: &[u8], conversion: i32, format_spec: Option<&Expr<'_>>) {
        // Two braces would be one that is meant literally.
        self.text(if value.first() == Some(&b'{') { "{ " } else { "{" });
        self.out.extend_from_slice(value);
        if let Ok(letter @ (b'a' | b'r' | b's')) = u8::try_from(conversion) {
            self.out.extend([b'!', letter]);
        }
        if let Some(spec) = format_spec {
            self.text(":");
            self.formatted_part(spec);
        }
        self.text("}");
    }
}

/// The spelling of a binary operator and its level.
fn operator(op: Operator) -> (&'static str, Level) {
    match op {
        Operator::Add => (" + ", Level::Arithmetic),
        Operator::Sub => (" - ", Level::Arithmetic),
        Operator::Mult => (" * ", Level::Term),
        Operator::MatMult => (" @ ", Level::Term),
        Operator::Div => (" / ", Level::Term),
        Operator::Mod => (" % ", Level::Term),
        Operator::Pow => (" ** ", Level::Power),
        Operator::LShift => (" << ", Level::Shift),
        Operator::RShift => (" >> ", Level::Shift),
        Operator::BitOr => (" | ", Level::BitOr),
        Operator::BitXor => (" ^ ", Level::BitXor),
        Operator::BitAnd => (" & ", Level::BitAnd),
        Operator::FloorDiv => (" // ", Level::Term),
    }
}
