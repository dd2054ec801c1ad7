//! Errors and warnings of the symbol table and of code generation: recorded from CPython 3.14.

use compiler::{CompileOptions, IgnoreWarnings, Warning, WarningOutcome, WarningSink, compile};
use syntax::Mode;
use syntax::text::Text;

/// Source, message, and line, offset, end line, end offset.
const ERRORS: &[(&str, &str, [i32; 4])] = &[
    ("nonlocal x", "nonlocal declaration not allowed at module level", [1, 1, 1, 11]),
    ("def f(a, a): pass", "duplicate argument 'a' in function definition", [1, 10, 1, 11]),
    ("def f():\n x = 1\n global x", "name 'x' is assigned to before global declaration", [3, 2, 3, 10]),
    ("def f():\n x\n nonlocal x", "name 'x' is used prior to nonlocal declaration", [3, 2, 3, 12]),
    ("def f(x):\n global x", "name 'x' is parameter and global", [2, 2, 2, 10]),
    ("def f():\n x: int\n global x", "annotated name 'x' can't be global", [3, 2, 3, 10]),
    ("def f():\n global x\n x: int", "annotated name 'x' can't be global", [3, 2, 3, 8]),
    ("def f():\n global x\n nonlocal x", "name 'x' is nonlocal and global", [2, 2, 2, 10]),
    ("def f():\n nonlocal x", "no binding for nonlocal 'x' found", [2, 2, 2, 12]),
    ("class A[T]:\n nonlocal T", "nonlocal binding not allowed for type parameter 'T'", [2, 2, 2, 12]),
    ("def f[T, T](): pass", "duplicate type parameter 'T'", [1, 10, 1, 11]),
    ("def f[__classdict__](): pass", "reserved name '__classdict__' cannot be used for type parameter", [1, 7, 1, 20]),
    ("[x := 1 for x in y]", "assignment expression cannot rebind comprehension iteration variable 'x'", [1, 2, 1, 3]),
    (
        "[y for x in (y := 1)]",
        "assignment expression cannot be used in a comprehension iterable expression",
        [1, 14, 1, 20],
    ),
    (
        "class A:\n [y := 1 for x in z]",
        "assignment expression within a comprehension cannot be used in a class body",
        [2, 3, 2, 4],
    ),
    (
        "[i for i in a if (j := 1) for j in b]",
        "comprehension inner loop cannot rebind assignment expression target 'j'",
        [1, 31, 1, 32],
    ),
    (
        "type X = [y := 1 for x in z]",
        "assignment expression within a comprehension cannot be used in a type alias",
        [1, 11, 1, 12],
    ),
    ("def f(x: (yield)): pass", "yield expression cannot be used within an annotation", [1, 11, 1, 16]),
    ("type X = (yield)", "yield expression cannot be used within a type alias", [1, 11, 1, 16]),
    ("def f[T: (await x)](): pass", "await expression cannot be used within a TypeVar bound", [1, 11, 1, 18]),
    ("class A[T](a := 3): pass", "named expression cannot be used within the definition of a generic", [1, 12, 1, 18]),
    ("[(yield) for x in y]", "'yield' inside list comprehension", [1, 3, 1, 8]),
    ("await x", "'await' outside function", [1, 1, 1, 8]),
    ("def f(): await x", "'await' outside async function", [1, 10, 1, 17]),
    ("def f():\n async with a: b", "'async with' outside async function", [2, 2, 2, 17]),
    ("[x async for x in y]", "asynchronous comprehension outside of an asynchronous function", [1, 1, 1, 21]),
    ("class A:\n from x import *", "import * only allowed at module level", [2, 16, 2, 17]),
    ("__debug__ = 1", "cannot assign to __debug__", [1, 1, 1, 10]),
    ("del __debug__", "cannot delete __debug__", [1, 5, 1, 14]),
    ("f(__debug__=1)", "cannot assign to __debug__", [1, 3, 1, 14]),
    (
        "x = 1\nfrom __future__ import annotations",
        "from __future__ imports must occur at the beginning of the file",
        [2, 1, 2, 35],
    ),
    ("from __future__ import braces", "not a chance", [1, 24, 1, 30]),
    ("from __future__ import nothing", "future feature nothing is not defined", [1, 24, 1, 31]),
    ("break", "'break' outside loop", [1, 1, 1, 6]),
    ("def f():\n continue", "'continue' not properly in loop", [2, 2, 2, 10]),
    ("return", "'return' outside function", [1, 1, 1, 7]),
    ("yield x", "'yield' outside function", [1, 1, 1, 8]),
    ("async def f():\n yield from x", "'yield from' inside async function", [2, 2, 2, 14]),
    ("async def f():\n yield\n return 1", "'return' with value in async generator", [3, 2, 3, 10]),
    ("try: a\nexcept: b\nexcept C: d", "default 'except:' must be last", [2, 1, 2, 10]),
    (
        "for x in y:\n try: a\n except* B: break",
        "'break', 'continue' and 'return' cannot appear in an except* block",
        [3, 13, 3, 18],
    ),
    ("*a = x", "starred assignment target must be in a list or tuple", [1, 1, 1, 3]),
    ("a, *b, *c = x", "multiple starred expressions in assignment", [1, 1, 1, 10]),
    ("f(a=1, a=2)", "keyword argument repeated: a", [1, 8, 1, 11]),
    ("def f[T = int, U](): pass", "non-default type parameter 'U' follows default type parameter", [1, 16, 1, 17]),
    ("match x:\n case a: b\n case c: d", "name capture 'a' makes remaining patterns unreachable", [2, 7, 2, 8]),
    ("match x:\n case _: b\n case c: d", "wildcard makes remaining patterns unreachable", [2, 7, 2, 8]),
    ("match x:\n case (a ", "'(' was never closed", [2, 7, 2, 0]),
    (" b): c", "unexpected indent", [1, 1, 1, -1]),
    ("match x:\n case [a] | [b]: c", "alternative patterns bind different names", [2, 7, 2, 16]),
    ("match x:\n case a, a: b", "multiple assignments to name 'a' in pattern", [2, 10, 2, 11]),
    ("match x:\n case [*a, *b]: c", "multiple starred names in sequence pattern", [2, 7, 2, 15]),
    ("match x:\n case {1: a, True: b}: c", "mapping pattern checks duplicate key (True)", [2, 7, 2, 22]),
    ("match x:\n case A(a=1, a=2): b", "attribute name repeated in class pattern: a", [2, 16, 2, 17]),
    ("a = *b", "can't use starred expression here", [1, 5, 1, 7]),
];

/// Source, and lines and texts of the warnings.
const WARNINGS: &[(&str, &[(i32, &str)])] = &[
    ("x is 1", &[(1, "\"is\" with 'int' literal. Did you mean \"==\"?")]),
    ("x is not (1, 2)", &[(1, "\"is not\" with 'tuple' literal. Did you mean \"!=\"?")]),
    ("assert (x, y)", &[(1, "assertion is always true, perhaps remove parentheses?")]),
    ("[1] [2, 3]", &[(1, "list indices must be integers or slices, not tuple; perhaps you missed a comma?")]),
    ("(1) (2)", &[(1, "'int' object is not callable; perhaps you missed a comma?")]),
    ("{1} [2]", &[(1, "'set' object is not subscriptable; perhaps you missed a comma?")]),
    ("\"a\" [\"b\"]", &[(1, "str indices must be integers or slices, not str; perhaps you missed a comma?")]),
    ("try: a\nfinally:\n x is 1", &[(3, "\"is\" with 'int' literal. Did you mean \"==\"?")]),
    ("def f():\n try: a\n finally: return 1", &[(3, "'return' in a 'finally' block")]),
    ("for x in y:\n try: a\n finally: break", &[(3, "'break' in a 'finally' block")]),
    ("t\"{a}\" ()", &[(1, "'string.templatelib.Template' object is not callable; perhaps you missed a comma?")]),
];

#[test]
fn errors() {
    for (source, msg, place) in ERRORS {
        let result = compile(
            source.as_bytes(),
            &Text::from("<test>"),
            Mode::Exec,
            &CompileOptions::default(),
            &mut IgnoreWarnings,
        );
        let error = result.expect_err(source);
        assert_eq!(error.msg, *msg, "{source}");
        let found = [error.lineno, error.offset, error.end_lineno, error.end_offset];
        assert_eq!(found, place.map(Some), "{source}");
    }
}

struct Log(Vec<(i32, String)>);

impl WarningSink for Log {
    fn warn(&mut self, warning: &Warning) -> WarningOutcome {
        self.0.push((warning.lineno, warning.message.clone()));
        WarningOutcome::Issued
    }
}

#[test]
fn warnings() {
    for (source, expected) in WARNINGS {
        let mut log = Log(Vec::new());
        let options = CompileOptions::default();
        compile(source.as_bytes(), &Text::from("<test>"), Mode::Exec, &options, &mut log).expect(source);
        let found: Vec<(i32, &str)> = log.0.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(found, *expected, "{source}");
    }
}

struct Strict;

impl WarningSink for Strict {
    fn warn(&mut self, _warning: &Warning) -> WarningOutcome {
        WarningOutcome::Error
    }
}

#[test]
fn a_warning_can_be_an_error() {
    let result = compile(b"a\nx is 1", &Text::from("<test>"), Mode::Exec, &CompileOptions::default(), &mut Strict);
    let error = result.expect_err("a warning");
    assert_eq!(error.msg, "\"is\" with 'int' literal. Did you mean \"==\"?");
    assert_eq!((error.lineno, error.offset), (Some(2), Some(1)));
}

#[test]
fn depth_ends_in_an_error() {
    let count = 50_000;
    let deep = [
        format!("a{}", ".b".repeat(count)),
        format!("a{}", "()".repeat(count)),
        format!("a{}", "[0]".repeat(count)),
        format!("{}a", "not ".repeat(count)),
        format!("{}c", "lambda: ".repeat(count)),
        format!("from __future__ import annotations\nx: a{}", ".b".repeat(count)),
    ];
    for source in deep {
        let options = CompileOptions::default();
        let result = compile(source.as_bytes(), &Text::from("<test>"), Mode::Exec, &options, &mut IgnoreWarnings);
        let kind = result.expect_err("too deep").kind.name();
        assert!(matches!(kind, "RecursionError" | "MemoryError"), "{kind}");
    }
}

#[test]
fn long_chains_are_not_deep() {
    let count = 20_000;
    let long = [
        vec!["a"; count].join(" + "),
        vec!["a"; count].join(" < "),
        vec!["a"; count].join(" and "),
        format!("if a: b\n{}", "elif c: d\n".repeat(2000)),
    ];
    for source in long {
        let options = CompileOptions::default();
        let result = compile(source.as_bytes(), &Text::from("<test>"), Mode::Exec, &options, &mut IgnoreWarnings);
        assert!(result.is_ok(), "{}", &source[..20]);
    }
}
