//! Numbers, text and bytes through the object protocol, without a program around them.

use runtime::objects::slice::Slice;
use runtime::protocol::BinaryOp;
use runtime::{Res, ThreadState, Value};

fn sure<T>(result: Res<T>) -> T {
    result.unwrap_or_else(|_| panic!("raised"))
}

fn shown(th: &ThreadState, result: Res) -> String {
    match result.and_then(|value| th.repr_string(&value)) {
        Ok(text) => text,
        Err(raised) => {
            let error = th.take_raised(raised);
            format!("{}: {}", error.class().name(), sure(th.str_string(&error)))
        }
    }
}

fn call(th: &ThreadState, object: &Value, name: &str, args: &[Value]) -> String {
    shown(th, th.call_method_str(object, name, args))
}

#[test]
fn text_numbers_and_bytes() {
    let (th, _entered) = ThreadState::start(runtime::config::Config::default());
    let int = |number: i64| th.int(number);
    let text = |text: &str| th.str(text);
    let binary = |op, a: &Value, b: &Value| shown(th, th.binary(op, a, b));
    assert_eq!(binary(BinaryOp::Power, &int(2), &int(100)), "1267650600228229401496703205376");
    assert_eq!(binary(BinaryOp::FloorDivide, &int(-7), &int(2)), "-4");
    assert_eq!(binary(BinaryOp::Remainder, &int(-7), &int(3)), "2");
    assert_eq!(binary(BinaryOp::TrueDivide, &int(1), &int(0)), "ZeroDivisionError: division by zero");
    assert_eq!(
        binary(BinaryOp::Power, &th.float(-8.0), &th.float(0.5)),
        "(1.7319121124709868e-16+2.8284271247461903j)"
    );
    assert_eq!(binary(BinaryOp::Add, &text("é"), &text("a")), "'éa'");
    assert_eq!(
        binary(BinaryOp::Remainder, &text("%5.1f|%-4s|%x"), &th.tuple(&[th.float(2.25), text("ab"), int(255)])),
        "'  2.2|ab  |ff'"
    );
    assert_eq!(call(th, &text("a,b,,c"), "split", &[text(",")]), "['a', 'b', '', 'c']");
    assert_eq!(call(th, &text(" a  b "), "split", &[]), "['a', 'b']");
    assert_eq!(call(th, &text("ΑΣ"), "lower", &[]), "'ας'");
    assert_eq!(call(th, &text("{:>5}|{!r}"), "format", &[int(42), text("x")]), "\"   42|'x'\"");
    assert_eq!(call(th, &text("abcabc"), "replace", &[text("b"), text("ü")]), "'aücaüc'");
    assert_eq!(call(th, &text("é\u{10000}"), "encode", &[]), "b'\\xc3\\xa9\\xf0\\x90\\x80\\x80'");
    assert_eq!(
        call(th, &text("é"), "encode", &[text("ascii")]),
        "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 0: ordinal not in range(128)"
    );
    assert_eq!(
        call(th, &text("é"), "encode", &[text("ascii"), text("namereplace")]),
        "b'\\\\N{LATIN SMALL LETTER E WITH ACUTE}'"
    );
    assert_eq!(call(th, &th.bytes(b"a\xff"), "decode", &[text("utf-8"), text("surrogateescape")]), "'a\\udcff'");
    assert_eq!(call(th, &th.bytes(b"ab cd"), "hex", &[text(":"), int(2)]), "'61:6220:6364'");
    let view = sure(th.memoryview(&th.bytes(b"abcd"), runtime::buffer::Flags::FULL_RO));
    assert_eq!(call(th, &view, "tolist", &[]), "[97, 98, 99, 100]");
    let back = th.new_object(Slice { start: Value::NONE, stop: Value::NONE, step: int(-2) });
    assert_eq!(call(th, &sure(th.get_item(&view, &back)), "tobytes", &[]), "b'db'");
    let array = th.bytearray(b"xyz".to_vec());
    let held = sure(th.memoryview(&array, runtime::buffer::Flags::FULL_RO));
    assert_eq!(
        call(th, &array, "append", &[int(1)]),
        "BufferError: Existing exports of data: object cannot be re-sized"
    );
    assert_eq!(call(th, &held, "release", &[]), "None");
    assert_eq!(call(th, &array, "append", &[int(1)]), "None");
    assert_eq!(shown(th, Ok(array)), "bytearray(b'xyz\\x01')");
}
