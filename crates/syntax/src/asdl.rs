//! The grammar of syntax trees (CPython's ASDL) as ONE table: node classes, their fields and the fields' types.
//!
//! [`for_each_node`] hands the table to whatever derives something from it: here the description in [`NODES`] (which the
//! module `_ast` turns into classes), there the conversions between trees and `ast` objects. Rust's names are those of
//! [`crate::ast`]; a field called `type_` is `type` in Python.
//!
//! In a field's brackets stands its type; `?` means that it may be None, `*` that it is a list. `boxed_constant` is a
//! `constant` that Rust keeps behind a reference.

/// Calls `$callback!` with the whole table.
///
/// - `plain_sums`: `sum: RustEnum { Constructor { fields } ... }`
/// - `located_sums`: `sum: RustStruct RustEnum { ... }`, nodes with a range; `Constructor: Struct` keeps its fields in a
///   struct behind a reference.
/// - `choices`: sums whose constructors have no fields.
/// - `records`: `base located|unlocated RustStruct: class { fields }`
#[macro_export]
macro_rules! for_each_node {
    ($callback:ident) => {
        $callback! {
        plain_sums {
            mod: Mod {
                Module { body[stmt *] type_ignores[type_ignore *] }
                Interactive { body[stmt *] }
                Expression { body[expr] }
                FunctionType { argtypes[expr *] returns[expr] }
            }
        }
        located_sums {
            stmt: Stmt StmtKind {
                FunctionDef: FunctionDef { name[identifier] args[arguments] body[stmt *] decorator_list[expr *] returns[expr ?] type_comment[string ?] type_params[type_param *] }
                AsyncFunctionDef: FunctionDef { name[identifier] args[arguments] body[stmt *] decorator_list[expr *] returns[expr ?] type_comment[string ?] type_params[type_param *] }
                ClassDef: ClassDef { name[identifier] bases[expr *] keywords[keyword *] body[stmt *] decorator_list[expr *] type_params[type_param *] }
                Return { value[expr ?] }
                Delete { targets[expr *] }
                Assign { targets[expr *] value[expr] type_comment[string ?] }
                TypeAlias { name[expr] type_params[type_param *] value[expr] }
                AugAssign { target[expr] op[operator] value[expr] }
                AnnAssign { target[expr] annotation[expr] value[expr ?] simple[int] }
                For: For { target[expr] iter[expr] body[stmt *] orelse[stmt *] type_comment[string ?] }
                AsyncFor: For { target[expr] iter[expr] body[stmt *] orelse[stmt *] type_comment[string ?] }
                While { test[expr] body[stmt *] orelse[stmt *] }
                If { test[expr] body[stmt *] orelse[stmt *] }
                With { items[withitem *] body[stmt *] type_comment[string ?] }
                AsyncWith { items[withitem *] body[stmt *] type_comment[string ?] }
                Match { subject[expr] cases[match_case *] }
                Raise { exc[expr ?] cause[expr ?] }
                Try: Try { body[stmt *] handlers[excepthandler *] orelse[stmt *] finalbody[stmt *] }
                TryStar: Try { body[stmt *] handlers[excepthandler *] orelse[stmt *] finalbody[stmt *] }
                Assert { test[expr] msg[expr ?] }
                Import { names[alias *] }
                ImportFrom { module[identifier ?] names[alias *] level[int ?] }
                Global { names[identifier *] }
                Nonlocal { names[identifier *] }
                Expr { value[expr] }
                Pass {}
                Break {}
                Continue {}
            }
            expr: Expr ExprKind {
                BoolOp { op[boolop] values[expr *] }
                NamedExpr { target[expr] value[expr] }
                BinOp { left[expr] op[operator] right[expr] }
                UnaryOp { op[unaryop] operand[expr] }
                Lambda { args[arguments] body[expr] }
                IfExp { test[expr] body[expr] orelse[expr] }
                Dict { keys[expr ? *] values[expr *] }
                Set { elts[expr *] }
                ListComp { elt[expr] generators[comprehension *] }
                SetComp { elt[expr] generators[comprehension *] }
                DictComp { key[expr] value[expr] generators[comprehension *] }
                GeneratorExp { elt[expr] generators[comprehension *] }
                Await { value[expr] }
                Yield { value[expr ?] }
                YieldFrom { value[expr] }
                Compare { left[expr] ops[cmpop *] comparators[expr *] }
                Call { func[expr] args[expr *] keywords[keyword *] }
                FormattedValue { value[expr] conversion[int] format_spec[expr ?] }
                Interpolation { value[expr] str[boxed_constant] conversion[int] format_spec[expr ?] }
                JoinedStr { values[expr *] }
                TemplateStr { values[expr *] }
                Constant { value[constant] kind[string ?] }
                Attribute { value[expr] attr[identifier] ctx[expr_context] }
                Subscript { value[expr] slice[expr] ctx[expr_context] }
                Starred { value[expr] ctx[expr_context] }
                Name { id[identifier] ctx[expr_context] }
                List { elts[expr *] ctx[expr_context] }
                Tuple { elts[expr *] ctx[expr_context] }
                Slice { lower[expr ?] upper[expr ?] step[expr ?] }
            }
            pattern: Pattern PatternKind {
                MatchValue { value[expr] }
                MatchSingleton { value[constant] }
                MatchSequence { patterns[pattern *] }
                MatchMapping { keys[expr *] patterns[pattern *] rest[identifier ?] }
                MatchClass { cls[expr] patterns[pattern *] kwd_attrs[identifier *] kwd_patterns[pattern *] }
                MatchStar { name[identifier ?] }
                MatchAs { pattern[pattern ?] name[identifier ?] }
                MatchOr { patterns[pattern *] }
            }
            type_param: TypeParam TypeParamKind {
                TypeVar { name[identifier] bound[expr ?] default_value[expr ?] }
                ParamSpec { name[identifier] default_value[expr ?] }
                TypeVarTuple { name[identifier] default_value[expr ?] }
            }
        }
        choices {
            expr_context: ExprContext { Load Store Del }
            boolop: BoolOp { And Or }
            operator: Operator { Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv }
            unaryop: UnaryOp { Invert Not UAdd USub }
            cmpop: CmpOp { Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn }
        }
        records {
            AST unlocated Comprehension: comprehension { target[expr] iter[expr] ifs[expr *] is_async[int] }
            excepthandler located ExceptHandler: ExceptHandler { type_[expr ?] name[identifier ?] body[stmt *] }
            AST unlocated Arguments: arguments { posonlyargs[arg *] args[arg *] vararg[arg ?] kwonlyargs[arg *] kw_defaults[expr ? *] kwarg[arg ?] defaults[expr *] }
            AST located Arg: arg { arg[identifier] annotation[expr ?] type_comment[string ?] }
            AST located Keyword: keyword { arg[identifier ?] value[expr] }
            AST located Alias: alias { name[identifier] asname[identifier ?] }
            AST unlocated WithItem: withitem { context_expr[expr] optional_vars[expr ?] }
            AST unlocated MatchCase: match_case { pattern[pattern] guard[expr ?] body[stmt *] }
            type_ignore unlocated TypeIgnore: TypeIgnore { lineno[int] tag[string] }
        }
        }
    };
}

/// One field of a node class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    pub name: &'static str,
    /// A node class, or `identifier`, `string`, `int`, `constant`.
    pub kind: &'static str,
    pub optional: bool,
    pub list: bool,
}

/// A node class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeClass {
    pub name: &'static str,
    /// The sum that the class is a constructor of; "AST" for sums and for records of their own.
    pub base: &'static str,
    pub fields: &'static [Field],
    /// Nodes carry `lineno`, `col_offset` and their like. (Constructors inherit this from their sum.)
    pub located: bool,
    /// Has constructors instead of fields.
    pub is_sum: bool,
    /// A constructor without fields of a sum whose constructors all have none: one object stands for all such nodes.
    pub is_choice: bool,
}

const fn field(name: &'static str, kind: &'static str, quantifiers: &str) -> Field {
    let bytes = quantifiers.as_bytes();
    let mut field = Field { name, kind, optional: false, list: false };
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'?' => field.optional = true,
            b'*' => field.list = true,
            _ => {}
        }
        at += 1;
    }
    match (name.as_bytes(), kind.as_bytes()) {
        (b"type_", _) => field.name = "type",
        (_, b"boxed_constant") => field.kind = "constant",
        _ => {}
    }
    field
}

macro_rules! describe {
    (
        plain_sums { $($sum:ident: $enum:ident { $($name:ident { $($f:ident[$t:ident $($q:tt)*])* })* })* }
        located_sums { $($lsum:ident: $lstruct:ident $lenum:ident {
            $($lname:ident $(: $lboxed:ident)? { $($lf:ident[$lt:ident $($lq:tt)*])* })*
        })* }
        choices { $($csum:ident: $cenum:ident { $($cname:ident)* })* }
        records { $($base:ident $located:ident $struct:ident: $rname:ident { $($rf:ident[$rt:ident $($rq:tt)*])* })* }
    ) => {
        /// The number of a node class: its place in [`NODES`].
        #[expect(non_camel_case_types, reason = "records have the names that Python sees")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum NodeId {
            $($($name,)*)*
            $($($lname,)*)*
            $($($cname,)*)*
            $($rname,)*
        }

        /// All of them, in order.
        pub static NODE_IDS: &[NodeId] = &[
            $($(NodeId::$name,)*)*
            $($(NodeId::$lname,)*)*
            $($(NodeId::$cname,)*)*
            $(NodeId::$rname,)*
        ];

        /// The classes that nodes belong to, in the order of [`NodeId`].
        pub static NODES: &[NodeClass] = &[
            $($(NodeClass {
                name: stringify!($name), base: stringify!($sum), located: false, is_sum: false, is_choice: false,
                fields: &[$(field(stringify!($f), stringify!($t), concat!($(stringify!($q)),*)),)*],
            },)*)*
            $($(NodeClass {
                name: stringify!($lname), base: stringify!($lsum), located: true, is_sum: false, is_choice: false,
                fields: &[$(field(stringify!($lf), stringify!($lt), concat!($(stringify!($lq)),*)),)*],
            },)*)*
            $($(NodeClass {
                name: stringify!($cname), base: stringify!($csum), located: false, is_sum: false, is_choice: true,
                fields: &[],
            },)*)*
            $(NodeClass {
                name: stringify!($rname), base: stringify!($base), located: is_located(stringify!($located)),
                is_sum: false, is_choice: false,
                fields: &[$(field(stringify!($rf), stringify!($rt), concat!($(stringify!($rq)),*)),)*],
            },)*
        ];

        /// The sums: classes that nodes' classes derive from. (Those of a single record included.)
        pub static SUMS: &[NodeClass] = &[
            $(sum(stringify!($sum), false),)*
            $(sum(stringify!($lsum), true),)*
            $(sum(stringify!($csum), false),)*
            sum("excepthandler", true),
            sum("type_ignore", false),
        ];
    };
}

const fn sum(name: &'static str, located: bool) -> NodeClass {
    NodeClass { name, base: "AST", fields: &[], located, is_sum: true, is_choice: false }
}

const fn is_located(word: &str) -> bool {
    word.len() == "located".len()
}

for_each_node!(describe);

impl NodeId {
    pub fn class(self) -> &'static NodeClass {
        &NODES[self as usize]
    }
}

impl Field {
    /// The field as the grammar writes it: "expr* targets".
    fn written(&self) -> String {
        let optional = if self.optional { "?" } else { "" };
        let list = if self.list { "*" } else { "" };
        format!("{}{optional}{list} {}", self.kind, self.name)
    }
}

impl NodeClass {
    /// The constructor as the grammar writes it.
    fn written(&self) -> String {
        if self.fields.is_empty() {
            return self.name.to_string();
        }
        let fields: Vec<String> = self.fields.iter().map(Field::written).collect();
        format!("{}({})", self.name, fields.join(", "))
    }

    /// What `__doc__` says: a constructor as it is written, a sum with all its constructors.
    pub fn documentation(&self) -> String {
        if !self.is_sum {
            return self.written();
        }
        let constructors: Vec<&NodeClass> = NODES.iter().filter(|node| node.base == self.name).collect();
        let has_fields = constructors.iter().any(|node| !node.fields.is_empty());
        let separator =
            if has_fields { format!("\n{:width$}| ", "", width = self.name.len() + 1) } else { " | ".into() };
        let written: Vec<String> = constructors.iter().map(|node| node.written()).collect();
        format!("{} = {}", self.name, written.join(&separator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_describes_itself() {
        let class = |name: &str| NODES.iter().chain(SUMS).find(|node| node.name == name).copied();
        assert_eq!(NodeId::Assign.class().documentation(), "Assign(expr* targets, expr value, string? type_comment)");
        assert_eq!(NodeId::Dict.class().documentation(), "Dict(expr?* keys, expr* values)");
        assert_eq!(class("boolop").map(|sum| sum.documentation()).as_deref(), Some("boolop = And | Or"));
        assert_eq!(
            class("type_param").map(|sum| sum.documentation()).as_deref(),
            Some(
                "type_param = TypeVar(identifier name, expr? bound, expr? default_value)\n           \
                 | ParamSpec(identifier name, expr? default_value)\n           \
                 | TypeVarTuple(identifier name, expr? default_value)"
            )
        );
        assert_eq!(NodeId::ExceptHandler.class().fields[0].name, "type");
        assert_eq!(NodeId::TypeIgnore.class().base, "type_ignore");
    }
}
