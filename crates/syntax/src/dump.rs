//! A tree as text, exactly as `ast.dump(tree, include_attributes=True, indent=1)` prints it.

use crate::ast::*;
use crate::repr::{repr_bytes, repr_complex, repr_float, repr_str};
use std::fmt::{Debug, Display, Write};

/// The text of a tree.
pub fn dump(module: &Mod<'_>) -> String {
    let mut dumper = Dumper { out: String::new(), depth: 0, first: true };
    dumper.module(module);
    dumper.out
}

struct Dumper {
    out: String,
    depth: usize,
    /// Nothing has been written yet inside the innermost bracket.
    first: bool,
}

impl Dumper {
    fn open(&mut self, name: &str) {
        self.out.push_str(name);
        self.out.push('(');
        self.depth += 1;
        self.first = true;
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.first = false;
        self.out.push(')');
    }

    fn close_at(&mut self, range: Range) {
        self.display("lineno", range.lineno);
        self.display("col_offset", range.col_offset);
        self.display("end_lineno", range.end_lineno);
        self.display("end_col_offset", range.end_col_offset);
        self.close();
    }

    /// The start of the next item of a bracket.
    fn item(&mut self) {
        if !std::mem::replace(&mut self.first, false) {
            self.out.push(',');
        }
        self.out.push('\n');
        for _ in 0..self.depth {
            self.out.push(' ');
        }
    }

    fn field(&mut self, name: &str) {
        self.item();
        self.out.push_str(name);
        self.out.push('=');
    }

    fn display(&mut self, name: &str, value: impl Display) {
        self.field(name);
        let _ = write!(self.out, "{value}");
    }

    /// A node without fields.
    fn class(&mut self, name: &str, value: impl Debug) {
        self.field(name);
        let _ = write!(self.out, "{value:?}()");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.display(name, repr_str(value.as_bytes()));
    }

    fn opt_text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A list field; an empty one is left out.
    fn list<T>(&mut self, name: &str, items: &[T], mut write: impl FnMut(&mut Dumper, &T)) {
        if items.is_empty() {
            return;
        }
        self.field(name);
        self.out.push('[');
        self.depth += 1;
        self.first = true;
        for value in items {
            self.item();
            write(self, value);
        }
        self.depth -= 1;
        self.first = false;
        self.out.push(']');
    }

    fn expr_field(&mut self, name: &str, value: &Expr<'_>) {
        self.field(name);
        self.expr(value);
    }

    fn opt_expr(&mut self, name: &str, value: Option<&Expr<'_>>) {
        if let Some(value) = value {
            self.expr_field(name, value);
        }
    }

    fn exprs(&mut self, name: &str, items: Exprs<'_>) {
        self.list(name, items, |dumper, item| dumper.expr(item));
    }

    fn stmts(&mut self, name: &str, items: Stmts<'_>) {
        self.list(name, items, |dumper, item| dumper.stmt(item));
    }

    fn patterns(&mut self, name: &str, items: Patterns<'_>) {
        self.list(name, items, |dumper, item| dumper.pattern(item));
    }

    fn texts(&mut self, name: &str, items: &[&str]) {
        self.list(name, items, |dumper, item| dumper.out.push_str(&repr_str(item.as_bytes())));
    }

    fn module(&mut self, module: &Mod<'_>) {
        match *module {
            Mod::Module { body, type_ignores } => {
                self.open("Module");
                self.stmts("body", body);
                self.list("type_ignores", type_ignores, |dumper, ignore| {
                    dumper.open("TypeIgnore");
                    dumper.display("lineno", ignore.lineno);
                    dumper.text("tag", ignore.tag);
                    dumper.close();
                });
            }
            Mod::Interactive { body } => {
                self.open("Interactive");
                self.stmts("body", body);
            }
            Mod::Expression { body } => {
                self.open("Expression");
                self.expr_field("body", body);
            }
            Mod::FunctionType { argtypes, returns } => {
                self.open("FunctionType");
                self.exprs("argtypes", argtypes);
                self.expr_field("returns", returns);
            }
        }
        self.close();
    }

    fn stmt(&mut self, stmt: &Stmt<'_>) {
        match stmt.kind {
            StmtKind::FunctionDef(function) => self.function("FunctionDef", function),
            StmtKind::AsyncFunctionDef(function) => self.function("AsyncFunctionDef", function),
            StmtKind::ClassDef(class) => {
                self.open("ClassDef");
                self.text("name", class.name);
                self.exprs("bases", class.bases);
                self.keywords(class.keywords);
                self.stmts("body", class.body);
                self.exprs("decorator_list", class.decorator_list);
                self.type_params(class.type_params);
            }
            StmtKind::Return { value } => {
                self.open("Return");
                self.opt_expr("value", value);
            }
            StmtKind::Delete { targets } => {
                self.open("Delete");
                self.exprs("targets", targets);
            }
            StmtKind::Assign { targets, value, type_comment } => {
                self.open("Assign");
                self.exprs("targets", targets);
                self.expr_field("value", value);
                self.opt_text("type_comment", type_comment);
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.open("TypeAlias");
                self.expr_field("name", name);
                self.type_params(type_params);
                self.expr_field("value", value);
            }
            StmtKind::AugAssign { target, op, value } => {
                self.open("AugAssign");
                self.expr_field("target", target);
                self.class("op", op);
                self.expr_field("value", value);
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.open("AnnAssign");
                self.expr_field("target", target);
                self.expr_field("annotation", annotation);
                self.opt_expr("value", value);
                self.display("simple", simple);
            }
            StmtKind::For(fields) => self.for_loop("For", fields),
            StmtKind::AsyncFor(fields) => self.for_loop("AsyncFor", fields),
            StmtKind::While { test, body, orelse } => {
                self.open("While");
                self.expr_field("test", test);
                self.stmts("body", body);
                self.stmts("orelse", orelse);
            }
            StmtKind::If { test, body, orelse } => {
                self.open("If");
                self.expr_field("test", test);
                self.stmts("body", body);
                self.stmts("orelse", orelse);
            }
            StmtKind::With { items, body, type_comment } => self.with("With", items, body, type_comment),
            StmtKind::AsyncWith { items, body, type_comment } => self.with("AsyncWith", items, body, type_comment),
            StmtKind::Match { subject, cases } => {
                self.open("Match");
                self.expr_field("subject", subject);
                self.list("cases", cases, |dumper, case| {
                    dumper.open("match_case");
                    dumper.field("pattern");
                    dumper.pattern(case.pattern);
                    dumper.opt_expr("guard", case.guard);
                    dumper.stmts("body", case.body);
                    dumper.close();
                });
            }
            StmtKind::Raise { exc, cause } => {
                self.open("Raise");
                self.opt_expr("exc", exc);
                self.opt_expr("cause", cause);
            }
            StmtKind::Try(fields) => self.try_block("Try", fields),
            StmtKind::TryStar(fields) => self.try_block("TryStar", fields),
            StmtKind::Assert { test, msg } => {
                self.open("Assert");
                self.expr_field("test", test);
                self.opt_expr("msg", msg);
            }
            StmtKind::Import { names } => {
                self.open("Import");
                self.aliases(names);
            }
            StmtKind::ImportFrom { module, names, level } => {
                self.open("ImportFrom");
                self.opt_text("module", module);
                self.aliases(names);
                if let Some(level) = level {
                    self.display("level", level);
                }
            }
            StmtKind::Global { names } => {
                self.open("Global");
                self.texts("names", names);
            }
            StmtKind::Nonlocal { names } => {
                self.open("Nonlocal");
                self.texts("names", names);
            }
            StmtKind::Expr { value } => {
                self.open("Expr");
                self.expr_field("value", value);
            }
            StmtKind::Pass => self.open("Pass"),
            StmtKind::Break => self.open("Break"),
            StmtKind::Continue => self.open("Continue"),
        }
        self.close_at(stmt.range);
    }

    fn function(&mut self, name: &str, function: &FunctionDef<'_>) {
        self.open(name);
        self.text("name", function.name);
        self.arguments(function.args);
        self.stmts("body", function.body);
        self.exprs("decorator_list", function.decorator_list);
        self.opt_expr("returns", function.returns);
        self.opt_text("type_comment", function.type_comment);
        self.type_params(function.type_params);
    }

    fn for_loop(&mut self, name: &str, fields: &For<'_>) {
        self.open(name);
        self.expr_field("target", fields.target);
        self.expr_field("iter", fields.iter);
        self.stmts("body", fields.body);
        self.stmts("orelse", fields.orelse);
        self.opt_text("type_comment", fields.type_comment);
    }

    fn with(&mut self, name: &str, items: &[WithItem<'_>], body: Stmts<'_>, type_comment: Option<&str>) {
        self.open(name);
        self.list("items", items, |dumper, item| {
            dumper.open("withitem");
            dumper.expr_field("context_expr", item.context_expr);
            dumper.opt_expr("optional_vars", item.optional_vars);
            dumper.close();
        });
        self.stmts("body", body);
        self.opt_text("type_comment", type_comment);
    }

    fn try_block(&mut self, name: &str, fields: &Try<'_>) {
        self.open(name);
        self.stmts("body", fields.body);
        self.list("handlers", fields.handlers, |dumper, handler| {
            dumper.open("ExceptHandler");
            dumper.opt_expr("type", handler.type_);
            dumper.opt_text("name", handler.name);
            dumper.stmts("body", handler.body);
            dumper.close_at(handler.range);
        });
        self.stmts("orelse", fields.orelse);
        self.stmts("finalbody", fields.finalbody);
    }

    fn aliases(&mut self, names: &[Alias<'_>]) {
        self.list("names", names, |dumper, alias| {
            dumper.open("alias");
            dumper.text("name", alias.name);
            dumper.opt_text("asname", alias.asname);
            dumper.close_at(alias.range);
        });
    }

    fn keywords(&mut self, keywords: &[Keyword<'_>]) {
        self.list("keywords", keywords, |dumper, keyword| {
            dumper.open("keyword");
            dumper.opt_text("arg", keyword.arg);
            dumper.expr_field("value", keyword.value);
            dumper.close_at(keyword.range);
        });
    }

    fn type_params(&mut self, params: &[TypeParam<'_>]) {
        self.list("type_params", params, |dumper, param| {
            match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    dumper.open("TypeVar");
                    dumper.text("name", name);
                    dumper.opt_expr("bound", bound);
                    dumper.opt_expr("default_value", default_value);
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    dumper.open("ParamSpec");
                    dumper.text("name", name);
                    dumper.opt_expr("default_value", default_value);
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    dumper.open("TypeVarTuple");
                    dumper.text("name", name);
                    dumper.opt_expr("default_value", default_value);
                }
            }
            dumper.close_at(param.range);
        });
    }

    fn arguments(&mut self, arguments: &Arguments<'_>) {
        self.field("args");
        self.open("arguments");
        self.list("posonlyargs", arguments.posonlyargs, |dumper, arg| dumper.arg(arg));
        self.list("args", arguments.args, |dumper, arg| dumper.arg(arg));
        if let Some(arg) = arguments.vararg {
            self.field("vararg");
            self.arg(arg);
        }
        self.list("kwonlyargs", arguments.kwonlyargs, |dumper, arg| dumper.arg(arg));
        self.list("kw_defaults", arguments.kw_defaults, Dumper::expr_or_none);
        if let Some(arg) = arguments.kwarg {
            self.field("kwarg");
            self.arg(arg);
        }
        self.exprs("defaults", arguments.defaults);
        self.close();
    }

    fn expr_or_none(&mut self, expr: &Option<&Expr<'_>>) {
        match expr {
            Some(expr) => self.expr(expr),
            None => self.out.push_str("None"),
        }
    }

    fn arg(&mut self, arg: &Arg<'_>) {
        self.open("arg");
        self.text("arg", arg.arg);
        self.opt_expr("annotation", arg.annotation);
        self.opt_text("type_comment", arg.type_comment);
        self.close_at(arg.range);
    }

    fn pattern(&mut self, pattern: &Pattern<'_>) {
        match pattern.kind {
            PatternKind::MatchValue { value } => {
                self.open("MatchValue");
                self.expr_field("value", value);
            }
            PatternKind::MatchSingleton { value } => {
                self.open("MatchSingleton");
                // ast.dump leaves out a field that is None.
                self.field("value");
                self.constant(&value);
            }
            PatternKind::MatchSequence { patterns } => {
                self.open("MatchSequence");
                self.patterns("patterns", patterns);
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.open("MatchMapping");
                self.exprs("keys", keys);
                self.patterns("patterns", patterns);
                self.opt_text("rest", rest);
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.open("MatchClass");
                self.expr_field("cls", cls);
                self.patterns("patterns", patterns);
                self.texts("kwd_attrs", kwd_attrs);
                self.patterns("kwd_patterns", kwd_patterns);
            }
            PatternKind::MatchStar { name } => {
                self.open("MatchStar");
                self.opt_text("name", name);
            }
            PatternKind::MatchAs { pattern, name } => {
                self.open("MatchAs");
                if let Some(pattern) = pattern {
                    self.field("pattern");
                    self.pattern(pattern);
                }
                self.opt_text("name", name);
            }
            PatternKind::MatchOr { patterns } => {
                self.open("MatchOr");
                self.patterns("patterns", patterns);
            }
        }
        self.close_at(pattern.range);
    }

    fn comprehension(&mut self, generators: &[Comprehension<'_>]) {
        self.list("generators", generators, |dumper, clause| {
            dumper.open("comprehension");
            dumper.expr_field("target", clause.target);
            dumper.expr_field("iter", clause.iter);
            dumper.exprs("ifs", clause.ifs);
            dumper.display("is_async", clause.is_async);
            dumper.close();
        });
    }

    fn expr(&mut self, expr: &Expr<'_>) {
        match expr.kind {
            ExprKind::BoolOp { op, values } => {
                self.open("BoolOp");
                self.class("op", op);
                self.exprs("values", values);
            }
            ExprKind::NamedExpr { target, value } => {
                self.open("NamedExpr");
                self.expr_field("target", target);
                self.expr_field("value", value);
            }
            ExprKind::BinOp { left, op, right } => {
                self.open("BinOp");
                self.expr_field("left", left);
                self.class("op", op);
                self.expr_field("right", right);
            }
            ExprKind::UnaryOp { op, operand } => {
                self.open("UnaryOp");
                self.class("op", op);
                self.expr_field("operand", operand);
            }
            ExprKind::Lambda { args, body } => {
                self.open("Lambda");
                self.arguments(args);
                self.expr_field("body", body);
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.open("IfExp");
                self.expr_field("test", test);
                self.expr_field("body", body);
                self.expr_field("orelse", orelse);
            }
            ExprKind::Dict { keys, values } => {
                self.open("Dict");
                self.list("keys", keys, Dumper::expr_or_none);
                self.exprs("values", values);
            }
            ExprKind::Set { elts } => {
                self.open("Set");
                self.exprs("elts", elts);
            }
            ExprKind::ListComp { elt, generators } => {
                self.open("ListComp");
                self.expr_field("elt", elt);
                self.comprehension(generators);
            }
            ExprKind::SetComp { elt, generators } => {
                self.open("SetComp");
                self.expr_field("elt", elt);
                self.comprehension(generators);
            }
            ExprKind::DictComp { key, value, generators } => {
                self.open("DictComp");
                self.expr_field("key", key);
                self.expr_field("value", value);
                self.comprehension(generators);
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.open("GeneratorExp");
                self.expr_field("elt", elt);
                self.comprehension(generators);
            }
            ExprKind::Await { value } => {
                self.open("Await");
                self.expr_field("value", value);
            }
            ExprKind::Yield { value } => {
                self.open("Yield");
                self.opt_expr("value", value);
            }
            ExprKind::YieldFrom { value } => {
                self.open("YieldFrom");
                self.expr_field("value", value);
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.open("Compare");
                self.expr_field("left", left);
                self.list("ops", ops, |dumper, op| {
                    let _ = write!(dumper.out, "{op:?}()");
                });
                self.exprs("comparators", comparators);
            }
            ExprKind::Call { func, args, keywords } => {
                self.open("Call");
                self.expr_field("func", func);
                self.exprs("args", args);
                self.keywords(keywords);
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.open("FormattedValue");
                self.expr_field("value", value);
                self.display("conversion", conversion);
                self.opt_expr("format_spec", format_spec);
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                self.open("Interpolation");
                self.expr_field("value", value);
                self.field("str");
                self.constant(str);
                self.display("conversion", conversion);
                self.opt_expr("format_spec", format_spec);
            }
            ExprKind::JoinedStr { values } => {
                self.open("JoinedStr");
                self.exprs("values", values);
            }
            ExprKind::TemplateStr { values } => {
                self.open("TemplateStr");
                self.exprs("values", values);
            }
            ExprKind::Constant { value, kind } => {
                self.open("Constant");
                self.field("value");
                self.constant(&value);
                self.opt_text("kind", kind);
            }
            ExprKind::Attribute { value, attr, ctx } => {
                self.open("Attribute");
                self.expr_field("value", value);
                self.text("attr", attr);
                self.class("ctx", ctx);
            }
            ExprKind::Subscript { value, slice, ctx } => {
                self.open("Subscript");
                self.expr_field("value", value);
                self.expr_field("slice", slice);
                self.class("ctx", ctx);
            }
            ExprKind::Starred { value, ctx } => {
                self.open("Starred");
                self.expr_field("value", value);
                self.class("ctx", ctx);
            }
            ExprKind::Name { id, ctx } => {
                self.open("Name");
                self.text("id", id);
                self.class("ctx", ctx);
            }
            ExprKind::List { elts, ctx } => {
                self.open("List");
                self.exprs("elts", elts);
                self.class("ctx", ctx);
            }
            ExprKind::Tuple { elts, ctx } => {
                self.open("Tuple");
                self.exprs("elts", elts);
                self.class("ctx", ctx);
            }
            ExprKind::Slice { lower, upper, step } => {
                self.open("Slice");
                self.opt_expr("lower", lower);
                self.opt_expr("upper", upper);
                self.opt_expr("step", step);
            }
        }
        self.close_at(expr.range);
    }

    fn constant(&mut self, value: &Constant<'_>) {
        match *value {
            Constant::None => self.out.push_str("None"),
            Constant::True => self.out.push_str("True"),
            Constant::False => self.out.push_str("False"),
            Constant::Ellipsis => self.out.push_str("Ellipsis"),
            Constant::Int(value) => {
                let _ = write!(self.out, "{value}");
            }
            Constant::BigInt(value) => {
                let _ = write!(self.out, "{}", value.to_ibig());
            }
            Constant::Float(value) => self.out.push_str(&repr_float(value)),
            Constant::Complex { real, imag } => self.out.push_str(&repr_complex(real, imag)),
            Constant::Str(value) => self.out.push_str(&repr_str(value)),
            Constant::Bytes(value) => self.out.push_str(&repr_bytes(value)),
            Constant::Tuple(items) => {
                self.out.push('(');
                self.constants(items);
                self.out.push_str(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::FrozenSet(items) => {
                self.out.push_str("frozenset({");
                self.constants(items);
                self.out.push_str("})");
            }
        }
    }

    fn constants(&mut self, items: &[Constant<'_>]) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.constant(item);
        }
    }
}
