//! Expressions, from the loosest binding down to the operators.

use super::{ExprRes, Fail, Parser, Res};
use crate::ast::{Arguments, BoolOp, CmpOp, Expr, ExprContext, ExprKind, Exprs, Operator, UnaryOp};
use crate::token::Tok;

/// How many of CPython's rules lie between an expression and the next one inside brackets.
const EXPRESSION_LEVELS: u32 = 16;

/// The binary operator that a token stands for, and how tightly it binds (0: none).
#[inline(always)]
fn binary_operator(kind: Tok) -> (Operator, u8) {
    match kind {
        Tok::VBar => (Operator::BitOr, 1),
        Tok::Circumflex => (Operator::BitXor, 2),
        Tok::Amper => (Operator::BitAnd, 3),
        Tok::LeftShift => (Operator::LShift, 4),
        Tok::RightShift => (Operator::RShift, 4),
        Tok::Plus => (Operator::Add, 5),
        Tok::Minus => (Operator::Sub, 5),
        Tok::Star => (Operator::Mult, 6),
        Tok::Slash => (Operator::Div, 6),
        Tok::DoubleSlash => (Operator::FloorDiv, 6),
        Tok::Percent => (Operator::Mod, 6),
        Tok::At => (Operator::MatMult, 6),
        _ => (Operator::Add, 0),
    }
}

impl<'a> Parser<'a, '_> {
    /// `star_expressions`: what stands on the right of `=`, after `return`, `in`, ...
    pub(crate) fn star_expressions(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        let first = self.star_expression()?;
        if self.kind() != Tok::Comma {
            return Ok(first);
        }
        self.rest_of_tuple(start, first, Self::star_expression)
    }

    fn star_expression(&mut self) -> ExprRes<'a> {
        if self.kind() == Tok::Star { self.starred_operand() } else { self.expression() }
    }

    /// `'*' bitwise_or`
    pub(crate) fn starred_operand(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        self.expect(Tok::Star)?;
        let value = self.nested(EXPRESSION_LEVELS, Self::bitwise_or)?;
        Ok(self.expr(start, ExprKind::Starred { value, ctx: ExprContext::Load }))
    }

    /// `expressions`: without stars.
    pub(crate) fn expressions(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        let first = self.expression()?;
        if self.kind() != Tok::Comma {
            return Ok(first);
        }
        self.rest_of_tuple(start, first, Self::expression)
    }

    /// `star_named_expression`: an element of a list, set, tuple.
    pub(crate) fn star_named_expression(&mut self) -> ExprRes<'a> {
        if self.kind() == Tok::Star { self.starred_operand() } else { self.named_expression() }
    }

    /// A tuple without brackets whose first element is there; at the comma after it.
    pub(crate) fn rest_of_tuple(
        &mut self,
        start: usize,
        first: &'a Expr<'a>,
        element: fn(&mut Self) -> ExprRes<'a>,
    ) -> ExprRes<'a> {
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Tok::Comma) && self.starts_expression() {
            let item = element(self)?;
            self.exprs.push(item);
        }
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load }))
    }

    /// Can the current token start an expression, or a starred one?
    pub(crate) fn starts_expression(&self) -> bool {
        matches!(
            self.kind(),
            Tok::Name
                | Tok::Number
                | Tok::String
                | Tok::FStringStart
                | Tok::TStringStart
                | Tok::LPar
                | Tok::LSqb
                | Tok::LBrace
                | Tok::Minus
                | Tok::Plus
                | Tok::Tilde
                | Tok::Star
                | Tok::Ellipsis
                | Tok::Not
                | Tok::Lambda
                | Tok::Await
                | Tok::None
                | Tok::True
                | Tok::False
        )
    }

    pub(crate) fn named_expression(&mut self) -> ExprRes<'a> {
        if self.kind() == Tok::Name && self.kind_at(1) == Tok::ColonEqual {
            return self.assignment_expression();
        }
        let value = self.expression()?;
        if self.kind() == Tok::ColonEqual { Err(Fail) } else { Ok(value) }
    }

    fn assignment_expression(&mut self) -> ExprRes<'a> {
        self.since(8)?;
        let start = self.pos;
        let id = self.name()?;
        let target = self.expr(start, ExprKind::Name { id, ctx: ExprContext::Store });
        self.expect(Tok::ColonEqual)?;
        let value = self.expression()?;
        Ok(self.expr(start, ExprKind::NamedExpr { target, value }))
    }

    pub(crate) fn yield_expression(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        self.expect(Tok::Yield)?;
        if self.eat(Tok::From) {
            let value = self.expression()?;
            return Ok(self.expr(start, ExprKind::YieldFrom { value }));
        }
        let value = if self.starts_expression() { Some(self.star_expressions()?) } else { None };
        Ok(self.expr(start, ExprKind::Yield { value }))
    }

    /// `annotated_rhs`
    pub(crate) fn yield_or_star_expressions(&mut self) -> ExprRes<'a> {
        if self.kind() == Tok::Yield { self.yield_expression() } else { self.star_expressions() }
    }

    pub(crate) fn expression(&mut self) -> ExprRes<'a> {
        self.nested(EXPRESSION_LEVELS, Self::expression_inner)
    }

    /// Lambdas and conditional expressions go on to the right; a loop keeps the native stack flat.
    fn expression_inner(&mut self) -> ExprRes<'a> {
        enum Head<'a> {
            Lambda(usize, &'a Arguments<'a>),
            Conditional(usize, &'a Expr<'a>, &'a Expr<'a>),
        }
        let depth = self.depth;
        let mut heads = Vec::new();
        let mut expr = loop {
            let start = self.pos;
            if self.kind() == Tok::Lambda {
                heads.push(Head::Lambda(start, self.lambda_head()?));
                self.deepen(2)?;
                continue;
            }
            let body = self.disjunction()?;
            if self.kind() != Tok::If {
                break body;
            }
            self.bump();
            let test = self.disjunction()?;
            self.expect(Tok::Else)?;
            heads.push(Head::Conditional(start, body, test));
            self.deepen(1)?;
        };
        while let Some(head) = heads.pop() {
            expr = match head {
                Head::Lambda(start, args) => self.expr(start, ExprKind::Lambda { args, body: expr }),
                Head::Conditional(start, body, test) => self.expr(start, ExprKind::IfExp { test, body, orelse: expr }),
            };
        }
        self.depth = depth;
        Ok(expr)
    }

    pub(crate) fn disjunction(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        let first = self.conjunction()?;
        if self.kind() != Tok::Or {
            return Ok(first);
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Tok::Or) {
            let item = self.conjunction()?;
            self.exprs.push(item);
        }
        let values = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::BoolOp { op: BoolOp::Or, values }))
    }

    fn conjunction(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        let first = self.inversion()?;
        if self.kind() != Tok::And {
            return Ok(first);
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Tok::And) {
            let item = self.inversion()?;
            self.exprs.push(item);
        }
        let values = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::BoolOp { op: BoolOp::And, values }))
    }

    fn inversion(&mut self) -> ExprRes<'a> {
        if self.kind() != Tok::Not {
            return self.comparison();
        }
        let (start, depth) = (self.pos, self.depth);
        while self.eat(Tok::Not) {
            self.deepen(1)?;
        }
        let words = self.pos - start;
        let mut operand = self.comparison()?;
        for at in (start..start + words).rev() {
            operand = self.expr(at, ExprKind::UnaryOp { op: UnaryOp::Not, operand });
        }
        self.depth = depth;
        Ok(operand)
    }

    fn comparison(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        let left = self.bitwise_or()?;
        let Some(first) = self.comparison_operator()? else { return Ok(left) };
        let right = self.bitwise_or()?;
        let base = self.exprs.len();
        self.exprs.push(right);
        let Some(second) = self.comparison_operator()? else {
            let comparators = self.take_exprs(base);
            return Ok(self.expr(start, ExprKind::Compare { left, ops: self.arena.slice(&[first]), comparators }));
        };
        let mut ops = vec![first, second];
        loop {
            let right = self.bitwise_or()?;
            self.exprs.push(right);
            match self.comparison_operator()? {
                Some(op) => ops.push(op),
                None => break,
            }
        }
        let comparators: Exprs<'a> = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Compare { left, ops: self.arena.slice(&ops), comparators }))
    }

    /// Takes a comparison operator if one is there.
    #[inline]
    fn comparison_operator(&mut self) -> Res<Option<CmpOp>> {
        let op = match self.kind() {
            Tok::EqEqual => CmpOp::Eq,
            Tok::NotEqual => {
                let token = self.token();
                if (self.text(&token) == "<>") != self.flufl {
                    return Err(Fail);
                }
                CmpOp::NotEq
            }
            Tok::Less => CmpOp::Lt,
            Tok::LessEqual => CmpOp::LtE,
            Tok::Greater => CmpOp::Gt,
            Tok::GreaterEqual => CmpOp::GtE,
            Tok::In => CmpOp::In,
            Tok::Is => {
                self.bump();
                return Ok(Some(if self.eat(Tok::Not) { CmpOp::IsNot } else { CmpOp::Is }));
            }
            Tok::Not if self.kind_at(1) == Tok::In => {
                self.bump();
                CmpOp::NotIn
            }
            _ => return Ok(None),
        };
        self.bump();
        Ok(Some(op))
    }

    #[inline]
    pub(crate) fn bitwise_or(&mut self) -> ExprRes<'a> {
        self.binary(1)
    }

    /// Operators that bind at least as tightly as `min`.
    fn binary(&mut self, min: u8) -> ExprRes<'a> {
        let start = self.pos;
        let mut left = self.unary()?;
        loop {
            let (op, binding) = binary_operator(self.kind());
            if binding < min {
                return Ok(left);
            }
            if binding == 0 {
                return Ok(left);
            }
            if op == Operator::MatMult {
                self.since(5)?;
            }
            self.bump();
            let right = self.binary(binding + 1)?;
            left = self.expr(start, ExprKind::BinOp { left, op, right });
        }
    }

    /// `factor` and `power`: signs before, powers after, both of which bind to the right.
    fn unary(&mut self) -> ExprRes<'a> {
        enum Head<'a> {
            Sign(usize, UnaryOp),
            Base(usize, &'a Expr<'a>),
        }
        let depth = self.depth;
        let mut heads = Vec::new();
        let mut expr = loop {
            let start = self.pos;
            let sign = match self.kind() {
                Tok::Minus => UnaryOp::USub,
                Tok::Plus => UnaryOp::UAdd,
                Tok::Tilde => UnaryOp::Invert,
                kind => {
                    let base = if kind == Tok::Await { self.await_primary()? } else { self.primary()? };
                    if self.kind() != Tok::DoubleStar {
                        break base;
                    }
                    self.bump();
                    heads.push(Head::Base(start, base));
                    self.deepen(2)?;
                    continue;
                }
            };
            self.bump();
            heads.push(Head::Sign(start, sign));
            self.deepen(1)?;
        };
        while let Some(head) = heads.pop() {
            expr = match head {
                Head::Sign(start, op) => self.expr(start, ExprKind::UnaryOp { op, operand: expr }),
                Head::Base(start, left) => self.expr(start, ExprKind::BinOp { left, op: Operator::Pow, right: expr }),
            };
        }
        self.depth = depth;
        Ok(expr)
    }

    fn await_primary(&mut self) -> ExprRes<'a> {
        self.since(5)?;
        let start = self.pos;
        self.expect(Tok::Await)?;
        let value = self.primary()?;
        Ok(self.expr(start, ExprKind::Await { value }))
    }
}
