//! The abstract syntax tree: CPython 3.14's ASDL, node for node and field for field.
//!
//! Nodes live in an [`Arena`] and are plain `Copy` data full of references, so a tree of any depth is freed at once and
//! without recursion. The parser makes such trees, and so does the runtime from `ast` objects that a program built; the
//! latter may hold things that no source text yields (identifiers that are not identifiers, nested constant tuples,
//! contexts that do not fit), which the compiler refuses with CPython's errors.

use crate::arena::BigInt;

/// Where a node stands: 1-based lines and 0-based columns in bytes of UTF-8, as in CPython.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Range {
    pub lineno: i32,
    pub col_offset: i32,
    pub end_lineno: i32,
    pub end_col_offset: i32,
}

impl Range {
    pub const fn new(lineno: i32, col_offset: i32, end_lineno: i32, end_col_offset: i32) -> Range {
        Range { lineno, col_offset, end_lineno, end_col_offset }
    }

    /// From where `self` starts to where `end` ends.
    pub const fn to(self, end: Range) -> Range {
        Range { end_lineno: end.end_lineno, end_col_offset: end.end_col_offset, ..self }
    }
}

/// A name. The parser's are NFKC-normalised; a program's own tree may hold any string.
pub type Identifier<'a> = &'a str;
/// A sequence of expressions.
pub type Exprs<'a> = &'a [&'a Expr<'a>];
/// A block of statements.
pub type Stmts<'a> = &'a [&'a Stmt<'a>];
/// A sequence of patterns.
pub type Patterns<'a> = &'a [&'a Pattern<'a>];

/// `mod`: the root of a tree.
#[derive(Clone, Copy, Debug)]
pub enum Mod<'a> {
    Module { body: Stmts<'a>, type_ignores: &'a [TypeIgnore<'a>] },
    Interactive { body: Stmts<'a> },
    Expression { body: &'a Expr<'a> },
    FunctionType { argtypes: Exprs<'a>, returns: &'a Expr<'a> },
}

/// `type_ignore`: a `# type: ignore` comment.
#[derive(Clone, Copy, Debug)]
pub struct TypeIgnore<'a> {
    pub lineno: i32,
    pub tag: &'a str,
}

/// `stmt`
#[derive(Clone, Copy, Debug)]
pub struct Stmt<'a> {
    pub kind: StmtKind<'a>,
    pub range: Range,
}

#[derive(Clone, Copy, Debug)]
pub enum StmtKind<'a> {
    FunctionDef(&'a FunctionDef<'a>),
    AsyncFunctionDef(&'a FunctionDef<'a>),
    ClassDef(&'a ClassDef<'a>),
    Return { value: Option<&'a Expr<'a>> },
    Delete { targets: Exprs<'a> },
    Assign { targets: Exprs<'a>, value: &'a Expr<'a>, type_comment: Option<&'a str> },
    TypeAlias { name: &'a Expr<'a>, type_params: &'a [TypeParam<'a>], value: &'a Expr<'a> },
    AugAssign { target: &'a Expr<'a>, op: Operator, value: &'a Expr<'a> },
    AnnAssign { target: &'a Expr<'a>, annotation: &'a Expr<'a>, value: Option<&'a Expr<'a>>, simple: i32 },
    For(&'a For<'a>),
    AsyncFor(&'a For<'a>),
    While { test: &'a Expr<'a>, body: Stmts<'a>, orelse: Stmts<'a> },
    If { test: &'a Expr<'a>, body: Stmts<'a>, orelse: Stmts<'a> },
    With { items: &'a [WithItem<'a>], body: Stmts<'a>, type_comment: Option<&'a str> },
    AsyncWith { items: &'a [WithItem<'a>], body: Stmts<'a>, type_comment: Option<&'a str> },
    Match { subject: &'a Expr<'a>, cases: &'a [MatchCase<'a>] },
    Raise { exc: Option<&'a Expr<'a>>, cause: Option<&'a Expr<'a>> },
    Try(&'a Try<'a>),
    TryStar(&'a Try<'a>),
    Assert { test: &'a Expr<'a>, msg: Option<&'a Expr<'a>> },
    Import { names: &'a [Alias<'a>] },
    ImportFrom { module: Option<Identifier<'a>>, names: &'a [Alias<'a>], level: Option<i32> },
    Global { names: &'a [Identifier<'a>] },
    Nonlocal { names: &'a [Identifier<'a>] },
    Expr { value: &'a Expr<'a> },
    Pass,
    Break,
    Continue,
}

/// The fields of `FunctionDef` and `AsyncFunctionDef`.
#[derive(Clone, Copy, Debug)]
pub struct FunctionDef<'a> {
    pub name: Identifier<'a>,
    pub args: &'a Arguments<'a>,
    pub body: Stmts<'a>,
    pub decorator_list: Exprs<'a>,
    pub returns: Option<&'a Expr<'a>>,
    pub type_comment: Option<&'a str>,
    pub type_params: &'a [TypeParam<'a>],
}

/// The fields of `ClassDef`.
#[derive(Clone, Copy, Debug)]
pub struct ClassDef<'a> {
    pub name: Identifier<'a>,
    pub bases: Exprs<'a>,
    pub keywords: &'a [Keyword<'a>],
    pub body: Stmts<'a>,
    pub decorator_list: Exprs<'a>,
    pub type_params: &'a [TypeParam<'a>],
}

/// The fields of `For` and `AsyncFor`.
#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    pub target: &'a Expr<'a>,
    pub iter: &'a Expr<'a>,
    pub body: Stmts<'a>,
    pub orelse: Stmts<'a>,
    pub type_comment: Option<&'a str>,
}

/// The fields of `Try` and `TryStar`.
#[derive(Clone, Copy, Debug)]
pub struct Try<'a> {
    pub body: Stmts<'a>,
    pub handlers: &'a [ExceptHandler<'a>],
    pub orelse: Stmts<'a>,
    pub finalbody: Stmts<'a>,
}

/// `expr`
#[derive(Clone, Copy, Debug)]
pub struct Expr<'a> {
    pub kind: ExprKind<'a>,
    pub range: Range,
}

#[derive(Clone, Copy, Debug)]
pub enum ExprKind<'a> {
    BoolOp {
        op: BoolOp,
        values: Exprs<'a>,
    },
    NamedExpr {
        target: &'a Expr<'a>,
        value: &'a Expr<'a>,
    },
    BinOp {
        left: &'a Expr<'a>,
        op: Operator,
        right: &'a Expr<'a>,
    },
    UnaryOp {
        op: UnaryOp,
        operand: &'a Expr<'a>,
    },
    Lambda {
        args: &'a Arguments<'a>,
        body: &'a Expr<'a>,
    },
    IfExp {
        test: &'a Expr<'a>,
        body: &'a Expr<'a>,
        orelse: &'a Expr<'a>,
    },
    /// A `None` key stands for `**value`.
    Dict {
        keys: &'a [Option<&'a Expr<'a>>],
        values: Exprs<'a>,
    },
    Set {
        elts: Exprs<'a>,
    },
    ListComp {
        elt: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    SetComp {
        elt: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    DictComp {
        key: &'a Expr<'a>,
        value: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    GeneratorExp {
        elt: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    Await {
        value: &'a Expr<'a>,
    },
    Yield {
        value: Option<&'a Expr<'a>>,
    },
    YieldFrom {
        value: &'a Expr<'a>,
    },
    Compare {
        left: &'a Expr<'a>,
        ops: &'a [CmpOp],
        comparators: Exprs<'a>,
    },
    Call {
        func: &'a Expr<'a>,
        args: Exprs<'a>,
        keywords: &'a [Keyword<'a>],
    },
    /// `conversion` is -1 or the character after `!`.
    FormattedValue {
        value: &'a Expr<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    },
    /// `str` is the text of the expression.
    Interpolation {
        value: &'a Expr<'a>,
        str: &'a Constant<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    },
    JoinedStr {
        values: Exprs<'a>,
    },
    TemplateStr {
        values: Exprs<'a>,
    },
    /// `kind` is `Some("u")` for `u"..."`.
    Constant {
        value: Constant<'a>,
        kind: Option<&'a str>,
    },
    Attribute {
        value: &'a Expr<'a>,
        attr: Identifier<'a>,
        ctx: ExprContext,
    },
    Subscript {
        value: &'a Expr<'a>,
        slice: &'a Expr<'a>,
        ctx: ExprContext,
    },
    Starred {
        value: &'a Expr<'a>,
        ctx: ExprContext,
    },
    Name {
        id: Identifier<'a>,
        ctx: ExprContext,
    },
    List {
        elts: Exprs<'a>,
        ctx: ExprContext,
    },
    Tuple {
        elts: Exprs<'a>,
        ctx: ExprContext,
    },
    Slice {
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
    },
}

/// `expr_context`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExprContext {
    Load,
    Store,
    Del,
}

/// `boolop`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BoolOp {
    And,
    Or,
}

/// `operator`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

/// `unaryop`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Invert,
    Not,
    UAdd,
    USub,
}

/// `cmpop`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// The value of a `Constant` node.
#[derive(Clone, Copy, Debug)]
pub enum Constant<'a> {
    None,
    True,
    False,
    Ellipsis,
    /// An int that fits.
    Int(i64),
    /// An int that does not fit into an `i64`.
    BigInt(&'a BigInt<'a>),
    Float(f64),
    Complex {
        real: f64,
        imag: f64,
    },
    /// WTF-8 (see [`crate::text`]).
    Str(&'a [u8]),
    Bytes(&'a [u8]),
    /// Only in trees that a program built, or after folding.
    Tuple(&'a [Constant<'a>]),
    /// Only in trees that a program built, or after folding. In the order of iteration.
    FrozenSet(&'a [Constant<'a>]),
}

/// `comprehension`
#[derive(Clone, Copy, Debug)]
pub struct Comprehension<'a> {
    pub target: &'a Expr<'a>,
    pub iter: &'a Expr<'a>,
    pub ifs: Exprs<'a>,
    pub is_async: i32,
}

/// `excepthandler`: its one constructor, `ExceptHandler`.
#[derive(Clone, Copy, Debug)]
pub struct ExceptHandler<'a> {
    pub type_: Option<&'a Expr<'a>>,
    pub name: Option<Identifier<'a>>,
    pub body: Stmts<'a>,
    pub range: Range,
}

/// `arguments`
#[derive(Clone, Copy, Debug, Default)]
pub struct Arguments<'a> {
    pub posonlyargs: &'a [Arg<'a>],
    pub args: &'a [Arg<'a>],
    pub vararg: Option<&'a Arg<'a>>,
    pub kwonlyargs: &'a [Arg<'a>],
    /// One for each of `kwonlyargs`; `None` where there is no default.
    pub kw_defaults: &'a [Option<&'a Expr<'a>>],
    pub kwarg: Option<&'a Arg<'a>>,
    pub defaults: Exprs<'a>,
}

/// `arg`
#[derive(Clone, Copy, Debug)]
pub struct Arg<'a> {
    pub arg: Identifier<'a>,
    pub annotation: Option<&'a Expr<'a>>,
    pub type_comment: Option<&'a str>,
    pub range: Range,
}

/// `keyword`; without a name it is `**value`.
#[derive(Clone, Copy, Debug)]
pub struct Keyword<'a> {
    pub arg: Option<Identifier<'a>>,
    pub value: &'a Expr<'a>,
    pub range: Range,
}

/// `alias`
#[derive(Clone, Copy, Debug)]
pub struct Alias<'a> {
    pub name: Identifier<'a>,
    pub asname: Option<Identifier<'a>>,
    pub range: Range,
}

/// `withitem`
#[derive(Clone, Copy, Debug)]
pub struct WithItem<'a> {
    pub context_expr: &'a Expr<'a>,
    pub optional_vars: Option<&'a Expr<'a>>,
}

/// `match_case`
#[derive(Clone, Copy, Debug)]
pub struct MatchCase<'a> {
    pub pattern: &'a Pattern<'a>,
    pub guard: Option<&'a Expr<'a>>,
    pub body: Stmts<'a>,
}

/// `pattern`
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    pub kind: PatternKind<'a>,
    pub range: Range,
}

#[derive(Clone, Copy, Debug)]
pub enum PatternKind<'a> {
    MatchValue {
        value: &'a Expr<'a>,
    },
    MatchSingleton {
        value: Constant<'a>,
    },
    MatchSequence {
        patterns: Patterns<'a>,
    },
    MatchMapping {
        keys: Exprs<'a>,
        patterns: Patterns<'a>,
        rest: Option<Identifier<'a>>,
    },
    MatchClass {
        cls: &'a Expr<'a>,
        patterns: Patterns<'a>,
        kwd_attrs: &'a [Identifier<'a>],
        kwd_patterns: Patterns<'a>,
    },
    MatchStar {
        name: Option<Identifier<'a>>,
    },
    MatchAs {
        pattern: Option<&'a Pattern<'a>>,
        name: Option<Identifier<'a>>,
    },
    MatchOr {
        patterns: Patterns<'a>,
    },
}

/// `type_param`
#[derive(Clone, Copy, Debug)]
pub struct TypeParam<'a> {
    pub kind: TypeParamKind<'a>,
    pub range: Range,
}

#[derive(Clone, Copy, Debug)]
pub enum TypeParamKind<'a> {
    TypeVar { name: Identifier<'a>, bound: Option<&'a Expr<'a>>, default_value: Option<&'a Expr<'a>> },
    ParamSpec { name: Identifier<'a>, default_value: Option<&'a Expr<'a>> },
    TypeVarTuple { name: Identifier<'a>, default_value: Option<&'a Expr<'a>> },
}
