//! Functions, classes, lambdas, parameters and type parameters.

use super::{ExprRes, Fail, Parser, Res};
use crate::ast::{
    Arg, Arguments, ClassDef, Expr, ExprContext, ExprKind, FunctionDef, StmtKind, TypeParam, TypeParamKind,
};
use crate::token::Tok;

impl<'a> Parser<'a, '_> {
    /// At `@`, `def`, `async def` or `class`.
    pub(crate) fn definition(&mut self) -> Res<()> {
        let base = self.exprs.len();
        while self.eat(Tok::At) {
            let decorator = self.named_expression()?;
            self.exprs.push(decorator);
            self.expect(Tok::Newline)?;
        }
        let decorator_list = self.take_exprs(base);
        let start = self.pos;
        if self.eat(Tok::Class) {
            return self.class(start, decorator_list);
        }
        let is_async = self.eat(Tok::Async);
        if is_async {
            self.since(5)?;
        }
        self.expect(Tok::Def)?;
        let name = self.name()?;
        let type_params = self.type_params()?;
        self.expect(Tok::LPar)?;
        let args = self.parameters(Tok::RPar)?;
        self.expect(Tok::RPar)?;
        let returns = if self.eat(Tok::RArrow) { Some(self.expression()?) } else { None };
        self.expect(Tok::Colon)?;
        let type_comment = self.function_type_comment()?;
        let body = self.block()?;
        let range = self.block_range(start);
        let fields = FunctionDef { name, args, body, decorator_list, returns, type_comment, type_params };
        let fields = self.arena.alloc(fields);
        self.push_stmt(
            if is_async { StmtKind::AsyncFunctionDef(fields) } else { StmtKind::FunctionDef(fields) },
            range,
        );
        Ok(())
    }

    /// After the colon: the comment may be alone on the line before the block.
    fn function_type_comment(&mut self) -> Res<Option<&'a str>> {
        if self.kind() == Tok::Newline && self.kind_at(1) == Tok::TypeComment {
            if self.kind_at(2) != Tok::Newline || self.kind_at(3) != Tok::Indent {
                return Err(Fail);
            }
            self.bump();
        }
        let comment = self.type_comment();
        Ok(comment)
    }

    fn class(&mut self, start: usize, decorator_list: &'a [&'a Expr<'a>]) -> Res<()> {
        let name = self.name()?;
        let type_params = self.type_params()?;
        let open = self.token();
        let (bases, keywords) = if self.kind() == Tok::LPar { self.call_arguments()? } else { (&[][..], &[][..]) };
        if let [only] = bases
            && matches!(only.kind, ExprKind::GeneratorExp { .. })
            && (only.range.lineno, only.range.col_offset) == (open.lineno, open.col)
        {
            return Err(Fail);
        }
        let body = self.colon_block()?;
        let range = self.block_range(start);
        let fields = self.arena.alloc(ClassDef { name, bases, keywords, body, decorator_list, type_params });
        self.push_stmt(StmtKind::ClassDef(fields), range);
        Ok(())
    }

    /// `lambda`, its parameters and the colon.
    pub(crate) fn lambda_head(&mut self) -> Res<&'a Arguments<'a>> {
        self.bump();
        let args = self.parameters(Tok::Colon)?;
        self.expect(Tok::Colon)?;
        Ok(args)
    }

    /// The parameters up to `end`: `)` of a function, `:` of a lambda.
    fn parameters(&mut self, end: Tok) -> Res<&'a Arguments<'a>> {
        let mut arguments = Arguments::default();
        let mut plain: Vec<Arg<'a>> = Vec::new();
        let mut keyword_only: Vec<Arg<'a>> = Vec::new();
        let mut keyword_defaults: Vec<Option<&'a Expr<'a>>> = Vec::new();
        let defaults = self.exprs.len();
        let is_def = end == Tok::RPar;
        let (mut seen_slash, mut seen_star) = (false, false);
        while self.kind() != end {
            match self.kind() {
                Tok::Slash => {
                    if seen_slash || seen_star || plain.is_empty() {
                        return Err(Fail);
                    }
                    self.since(8)?;
                    seen_slash = true;
                    self.bump();
                    arguments.posonlyargs = self.arena.slice(&plain);
                    plain.clear();
                    if !self.eat(Tok::Comma) {
                        break;
                    }
                }
                Tok::Star => {
                    if seen_star {
                        return Err(Fail);
                    }
                    seen_star = true;
                    self.bump();
                    if self.eat(Tok::Comma) {
                        if self.kind() != Tok::Name {
                            return Err(Fail);
                        }
                        continue;
                    }
                    let arg = self.parameter(is_def, true)?;
                    if self.kind() == Tok::Equal {
                        return Err(Fail);
                    }
                    let (arg, more) = self.after_parameter(arg, is_def, end)?;
                    arguments.vararg = Some(self.arena.alloc(arg));
                    if !more {
                        break;
                    }
                }
                Tok::DoubleStar => {
                    self.bump();
                    let arg = self.parameter(is_def, false)?;
                    let (arg, _) = self.after_parameter(arg, is_def, end)?;
                    arguments.kwarg = Some(self.arena.alloc(arg));
                    break;
                }
                _ => {
                    let arg = self.parameter(is_def, false)?;
                    let default = if self.eat(Tok::Equal) { Some(self.expression()?) } else { None };
                    let (arg, more) = self.after_parameter(arg, is_def, end)?;
                    if seen_star {
                        keyword_only.push(arg);
                        keyword_defaults.push(default);
                    } else {
                        plain.push(arg);
                        match default {
                            Some(default) => self.exprs.push(default),
                            None if self.exprs.len() > defaults => return Err(Fail),
                            None => {}
                        }
                    }
                    if !more {
                        break;
                    }
                }
            }
        }
        arguments.args = self.arena.slice(&plain);
        arguments.kwonlyargs = self.arena.slice(&keyword_only);
        arguments.kw_defaults = self.arena.slice(&keyword_defaults);
        arguments.defaults = self.take_exprs(defaults);
        Ok(self.arena.alloc(arguments))
    }

    fn parameter(&mut self, is_def: bool, star: bool) -> Res<Arg<'a>> {
        let start = self.pos;
        let arg = self.name()?;
        let annotation = if is_def && self.eat(Tok::Colon) {
            if star && self.kind() == Tok::Star { Some(self.star_annotation()?) } else { Some(self.expression()?) }
        } else {
            None
        };
        Ok(Arg { arg, annotation, type_comment: None, range: self.range(start) })
    }

    fn star_annotation(&mut self) -> ExprRes<'a> {
        self.starred_operand()
    }

    /// The comma after a parameter and its type comment; false if it is the last.
    fn after_parameter(&mut self, mut arg: Arg<'a>, is_def: bool, end: Tok) -> Res<(Arg<'a>, bool)> {
        let comma = self.eat(Tok::Comma);
        if is_def {
            arg.type_comment = self.type_comment();
        }
        if !comma && self.kind() != end {
            return Err(Fail);
        }
        Ok((arg, comma))
    }

    /// `type_params` if there are any.
    pub(crate) fn type_params(&mut self) -> Res<&'a [TypeParam<'a>]> {
        if self.kind() != Tok::LSqb {
            return Ok(&[]);
        }
        self.since(12)?;
        self.bump();
        let mut params = Vec::new();
        loop {
            params.push(self.type_param()?);
            if !self.eat(Tok::Comma) || self.kind() == Tok::RSqb {
                break;
            }
        }
        self.expect(Tok::RSqb)?;
        Ok(self.arena.slice(&params))
    }

    fn type_param(&mut self) -> Res<TypeParam<'a>> {
        let start = self.pos;
        let kind = if self.eat(Tok::Star) {
            let name = self.name()?;
            let default_value = if self.eat(Tok::Equal) {
                self.since(13)?;
                Some(if self.kind() == Tok::Star { self.starred_operand()? } else { self.expression()? })
            } else {
                None
            };
            TypeParamKind::TypeVarTuple { name, default_value }
        } else if self.eat(Tok::DoubleStar) {
            let name = self.name()?;
            TypeParamKind::ParamSpec { name, default_value: self.type_param_default()? }
        } else {
            let name = self.name()?;
            let bound = if self.eat(Tok::Colon) { Some(self.expression()?) } else { None };
            TypeParamKind::TypeVar { name, bound, default_value: self.type_param_default()? }
        };
        Ok(TypeParam { kind, range: self.range(start) })
    }

    fn type_param_default(&mut self) -> Res<Option<&'a Expr<'a>>> {
        if !self.eat(Tok::Equal) {
            return Ok(None);
        }
        self.since(13)?;
        self.expression().map(Some)
    }

    /// A name as an expression, for patterns and their like.
    pub(crate) fn name_load(&mut self) -> ExprRes<'a> {
        let start = self.pos;
        let id = self.name()?;
        Ok(self.expr(start, ExprKind::Name { id, ctx: ExprContext::Load }))
    }
}
