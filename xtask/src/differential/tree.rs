//! Programs as trees that can be written out and made smaller.
//!
//! The generator knows Python; this knows only that a statement has clauses of a head and a body, and that an expression has
//! parts. That is enough to shrink: what comes out may be nonsense, and then the reference says so and it is not taken.

use std::fmt::Write;

/// A piece of source text, or an expression within it.
#[derive(Clone, Debug)]
pub enum Piece {
    Text(String),
    Sub(Expr),
}

/// An expression, or any line with expressions in it.
#[derive(Clone, Debug, Default)]
pub struct Expr {
    pub pieces: Vec<Piece>,
}

impl Expr {
    pub fn text(text: impl Into<String>) -> Expr {
        Expr { pieces: vec![Piece::Text(text.into())] }
    }

    /// `template` with each `@` replaced by the next part.
    pub fn of(template: &str, parts: impl IntoIterator<Item = Expr>) -> Expr {
        let mut parts = parts.into_iter();
        let mut pieces = Vec::new();
        for (index, text) in template.split('@').enumerate() {
            if index > 0
                && let Some(part) = parts.next()
            {
                pieces.push(Piece::Sub(part));
            }
            if !text.is_empty() {
                pieces.push(Piece::Text(text.to_owned()));
            }
        }
        Expr { pieces }
    }

    fn write(&self, out: &mut String) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Sub(expr) => expr.write(out),
            }
        }
    }

    /// Whether its source begins with `text`, as it was written.
    pub fn starts_with(&self, text: &str) -> bool {
        matches!(self.pieces.first(), Some(Piece::Text(first)) if first.starts_with(text))
    }

    /// Whether its source contains `text`.
    pub fn contains(&self, text: &str) -> bool {
        let mut source = String::new();
        self.write(&mut source);
        source.contains(text)
    }

    fn is_literal(&self) -> bool {
        matches!(&self.pieces[..], [Piece::Text(text)] if text.len() <= 2)
    }

    /// Smaller expressions to stand in this one's place, and this one with one part made smaller.
    fn smaller(&self, top: bool) -> Vec<Expr> {
        let mut candidates = Vec::new();
        if !top && !self.is_literal() {
            candidates.extend(["0", "''", "[]"].map(Expr::text));
            candidates.extend(self.pieces.iter().filter_map(|piece| match piece {
                Piece::Sub(expr) => Some(expr.clone()),
                Piece::Text(_) => None,
            }));
        }
        for (index, piece) in self.pieces.iter().enumerate() {
            if let Piece::Sub(expr) = piece {
                for smaller in expr.smaller(false) {
                    let mut copy = self.clone();
                    copy.pieces[index] = Piece::Sub(smaller);
                    candidates.push(copy);
                }
            }
        }
        candidates
    }
}

/// A head such as `while x:` with what is indented below it; a simple statement has no body.
#[derive(Clone, Debug)]
pub struct Clause {
    pub head: Expr,
    pub body: Option<Vec<Stmt>>,
}

/// A statement: one clause, or several that belong together (`if`, `elif`, `else`).
#[derive(Clone, Debug)]
pub struct Stmt {
    pub clauses: Vec<Clause>,
}

impl Stmt {
    pub fn line(head: Expr) -> Stmt {
        Stmt { clauses: vec![Clause { head, body: None }] }
    }

    pub fn block(head: Expr, body: Vec<Stmt>) -> Stmt {
        Stmt { clauses: vec![Clause { head, body: Some(body) }] }
    }

    pub fn and(mut self, head: Expr, body: Vec<Stmt>) -> Stmt {
        self.clauses.push(Clause { head, body: Some(body) });
        self
    }

    fn write(&self, indent: usize, out: &mut String) {
        for clause in &self.clauses {
            let _ = write!(out, "{:1$}", "", indent * 4);
            clause.head.write(out);
            out.push('\n');
            if let Some(body) = &clause.body {
                write_block(body, indent + 1, out);
            }
        }
    }
}

fn write_block(body: &[Stmt], indent: usize, out: &mut String) {
    if body.is_empty() {
        let _ = writeln!(out, "{:1$}pass", "", indent * 4);
    }
    for stmt in body {
        stmt.write(indent, out);
    }
}

/// A whole program.
#[derive(Clone, Debug)]
pub struct Program {
    pub prelude: &'static str,
    pub body: Vec<Stmt>,
}

impl Program {
    pub fn source(&self) -> String {
        let mut out = self.prelude.to_owned();
        write_block(&self.body, 0, &mut out);
        out
    }

    /// The least program found for which `fails` still holds, asking at most `budget` times.
    pub fn shrink(mut self, mut budget: usize, mut fails: impl FnMut(&Program) -> bool) -> Program {
        // Halves, quarters, ... of the statements first: most of a program has nothing to do with the difference.
        let mut chunk = self.body.len().div_ceil(2);
        while chunk >= 1 {
            let mut at = 0;
            while at < self.body.len() && budget > 0 {
                let mut candidate = self.clone();
                candidate.body.drain(at..(at + chunk).min(self.body.len()));
                budget -= 1;
                if fails(&candidate) { self = candidate } else { at += chunk }
            }
            if chunk == 1 {
                break;
            }
            chunk = chunk.div_ceil(2);
        }
        // Then any smaller form of any statement, as long as one is found.
        loop {
            let mut found = None;
            for body in smaller_block(&self.body) {
                if budget == 0 {
                    return self;
                }
                budget -= 1;
                let candidate = Program { prelude: self.prelude, body };
                if fails(&candidate) {
                    found = Some(candidate);
                    break;
                }
            }
            match found {
                Some(program) => self = program,
                None => return self,
            }
        }
    }
}

/// A block with one statement less, or one statement smaller.
fn smaller_block(body: &[Stmt]) -> Vec<Vec<Stmt>> {
    let mut candidates = Vec::new();
    let replaced = |index: usize, with: Vec<Stmt>| {
        let mut copy = body.to_vec();
        copy.splice(index..=index, with);
        copy
    };
    for index in 0..body.len() {
        candidates.push(replaced(index, Vec::new()));
    }
    for (index, stmt) in body.iter().enumerate() {
        for (number, clause) in stmt.clauses.iter().enumerate() {
            if let Some(inner) = &clause.body {
                candidates.push(replaced(index, inner.clone()));
            }
            if stmt.clauses.len() > 1 && number > 0 {
                let mut copy = stmt.clone();
                copy.clauses.remove(number);
                candidates.push(replaced(index, vec![copy]));
            }
        }
    }
    for (index, stmt) in body.iter().enumerate() {
        for (number, clause) in stmt.clauses.iter().enumerate() {
            for inner in clause.body.iter().flat_map(|body| smaller_block(body)) {
                let mut copy = stmt.clone();
                copy.clauses[number].body = Some(inner);
                candidates.push(replaced(index, vec![copy]));
            }
            for head in clause.head.smaller(true) {
                let mut copy = stmt.clone();
                copy.clauses[number].head = head;
                candidates.push(replaced(index, vec![copy]));
            }
        }
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::{Expr, Program, Stmt};

    #[test]
    fn shrinking_leaves_what_the_failure_needs() {
        let line = |text: &str| Stmt::line(Expr::text(text));
        let body = vec![
            line("a = 1"),
            Stmt::block(
                Expr::text("if a:"),
                vec![
                    line("b = 2"),
                    Stmt::line(Expr::of("print(@, @)", [Expr::text("needle"), Expr::text("hay + hay")])),
                ],
            ),
            line("c = 3"),
        ];
        let program = Program { prelude: "", body };
        let least = program.shrink(1000, |program| program.source().contains("needle"));
        assert_eq!(least.source(), "print(needle, 0)\n");
    }
}
