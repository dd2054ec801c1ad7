//! Syntax errors: message and place, as CPython 3.14 gives them.

use syntax::{Arena, Mode, Options};

/// `Kind: message (line, offset, end line, end offset)`
fn error(source: &str) -> String {
    let arena = Arena::new();
    let options = Options { ignore_cookie: true, ..Options::default() };
    match syntax::parse(&arena, source.as_bytes(), "<test>", Mode::Exec, &options) {
        Ok(_) => "no error".to_owned(),
        Err(error) => {
            let place = [error.lineno, error.offset, error.end_lineno, error.end_offset]
                .map(|number| number.map_or("-".to_owned(), |number| number.to_string()))
                .join(" ");
            format!("{}: {} ({place})", error.kind.name(), error.msg)
        }
    }
}

#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(error(source), expected, "for {source:?}");
}

#[test]
fn generic_errors_are_at_the_furthest_token() {
    check("x = = 1", "SyntaxError: invalid syntax (1 5 1 6)");
    check("return 1 2", "SyntaxError: invalid syntax (1 10 1 11)");
    check("a = 1 +", "SyntaxError: invalid syntax (1 8 1 9)");
}

#[test]
fn mistakes_are_named() {
    check("f(a b)", "SyntaxError: invalid syntax. Perhaps you forgot a comma? (1 3 1 6)");
    check("if x\n  y", "SyntaxError: expected ':' (1 5 1 6)");
    check(
        "f() = 1",
        "SyntaxError: cannot assign to function call here. Maybe you meant '==' instead of '='? (1 1 1 4)",
    );
    check("print 1", "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)? (1 1 1 8)");
    check("{1: 2, 3 4}", "SyntaxError: ':' expected after dictionary key (1 8 1 0)");
    check("def f[](): pass", "SyntaxError: Type parameter list cannot be empty (1 7 1 7)");
    check("1 + not x", "SyntaxError: 'not' after an operator must be parenthesized (1 5 1 10)");
    check("if x:\n pass\nelse:\n pass\nelif y:\n pass", "SyntaxError: 'elif' block follows an 'else' block (5 1 5 5)");
}

#[test]
fn indentation() {
    check("x\n  y", "IndentationError: unexpected indent (2 2 2 -1)");
    check("if x:\npass", "IndentationError: expected an indented block after 'if' statement on line 1 (2 1 2 5)");
    check("if 1:\n  1\n 2\n", "IndentationError: unindent does not match any outer indentation level (3 3 3 -1)");
    check("if 1:\n\t1\n        2\n", "TabError: inconsistent use of tabs and spaces in indentation (3 1 3 0)");
}

#[test]
fn brackets_and_literals() {
    check("x = {'a':1\ny=2", "SyntaxError: '{' was never closed (1 5 1 0)");
    check("(]", "SyntaxError: closing parenthesis ']' does not match opening parenthesis '(' (1 2 1 2)");
    check("'abc", "SyntaxError: unterminated string literal (detected at line 1) (1 1 1 1)");
    check("1__0", "SyntaxError: invalid decimal literal (1 2 1 2)");
    check("f'{a!}'", "SyntaxError: f-string: missing conversion character (1 6 1 7)");
    check("x = ub''", "SyntaxError: 'u' and 'b' prefixes are incompatible (1 5 1 7)");
}

#[test]
fn deep_text_ends_in_an_error_and_not_on_the_native_stack() {
    let deep = "MemoryError: Parser stack overflowed - Python source too complex to parse (- - - -)";
    check(&("-".repeat(100_000) + "1"), deep);
    check(&("not ".repeat(100_000) + "1"), deep);
    check(&("lambda: ".repeat(100_000) + "1"), deep);
    check(&("a if b else ".repeat(100_000) + "1"), deep);
    check(&("a**".repeat(100_000) + "1"), deep);
    check(&("if a:\n pass\n".to_owned() + &"elif b:\n pass\n".repeat(100_000)), deep);
    assert!(error(&"lambda x=".repeat(100_000)).starts_with("MemoryError"));
    check(&"(".repeat(300), "SyntaxError: too many nested parentheses (1 201 1 201)");
    check(&("(".repeat(199) + "a b" + &")".repeat(199)), &{
        "SyntaxError: invalid syntax. Perhaps you forgot a comma? (1 200 1 203)".to_owned()
    });
    check(&("-".repeat(5000) + "a b"), "SyntaxError: invalid syntax (1 5003 1 5004)");
    check(&("[".repeat(150) + &"]".repeat(150)), "no error");
}

#[test]
fn long_chains_are_not_deep() {
    check(&("a".to_owned() + &"+b".repeat(20_000)), "no error");
    check(&("a".to_owned() + &".b".repeat(20_000)), "no error");
    check(&("a".to_owned() + &"()".repeat(20_000)), "no error");
}

#[test]
fn warnings_come_with_the_error_they_may_become() {
    let arena = Arena::new();
    let parsed = syntax::parse(&arena, br"x = '\d'", "<test>", Mode::Exec, &Options::default()).expect("it is valid");
    let [warning] = &parsed.warnings[..] else { panic!("one warning") };
    assert!(warning.message.starts_with("\"\\d\" is an invalid escape sequence. Such sequences"));
    assert_eq!((warning.error.offset, warning.error.end_offset), (Some(6), Some(8)));
}
