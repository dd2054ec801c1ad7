//! The native modules of text and data, called without an interpreter around them. Expected results are CPython 3.14's.

use runtime::objects::dict::Dict;
use runtime::objects::exceptions::BaseException;
use runtime::objects::list::List;
use runtime::{Res, ThreadState, Value};

fn sure<T>(th: &ThreadState, result: Res<T>) -> T {
    result.unwrap_or_else(|raised| panic!("{}", error_text(&th.take_raised(raised))))
}

fn error_text(error: &Value) -> String {
    let args = error.downcast::<BaseException>().and_then(|error| error.args.get());
    let message = args.as_ref().and_then(Value::as_tuple).and_then(|args| args.as_slice().first()?.as_str());
    format!("{}: {}", error.class().name(), message.map_or_else(String::new, |text| text.to_string_lossy()))
}

/// A value as Python writes it, without asking its class.
fn written(value: &Value) -> String {
    let all = |items: &[Value]| items.iter().map(written).collect::<Vec<_>>().join(", ");
    if let Some(truth) = value.as_bool() {
        return if truth { "True".to_owned() } else { "False".to_owned() };
    }
    if let Some(number) = value.as_int() {
        return number.to_big().to_string();
    }
    if let Some(number) = value.as_float() {
        return algo::number::float::repr_float(number);
    }
    if let Some(text) = value.as_str() {
        return format!("'{}'", text.to_string_lossy());
    }
    if let Some(bytes) = value.as_bytes() {
        return format!("b'{}'", bytes.as_slice().escape_ascii());
    }
    if let Some(items) = value.as_tuple() {
        return format!("({})", all(items.as_slice()));
    }
    if let Some(list) = value.downcast::<List>() {
        return format!("[{}]", all(&list.to_vec()));
    }
    if let Some(dict) = value.downcast::<Dict>() {
        let entries = dict.to_vec().into_iter().map(|(key, value)| format!("{}: {}", written(&key), written(&value)));
        return format!("{{{}}}", entries.collect::<Vec<_>>().join(", "));
    }
    if value.is_none() { "None".to_owned() } else { value.class().name() }
}

fn shown(th: &ThreadState, result: Res) -> String {
    match result {
        Ok(value) => written(&value),
        Err(raised) => error_text(&th.take_raised(raised)),
    }
}

fn call(th: &ThreadState, object: &Value, name: &str, args: &[Value]) -> String {
    shown(th, th.call_method_str(object, name, args))
}

#[test]
fn modules() {
    let (th, _entered) = ThreadState::start(runtime::config::Config::default());
    structs(th);
    binascii(th);
    compression(th);
    hashes(th);
    unicode(th);
    json(th);
    csv(th);
    regular_expressions(th);
}

fn module(th: &ThreadState, def: &'static runtime::module::ModuleDef) -> Value {
    let module = sure(th, th.create_native_module(def));
    if let Some(init) = def.init {
        sure(th, init(th, &module));
    }
    module
}

fn structs(th: &ThreadState) {
    let m = module(th, &stdlib::text::structs::struct_module::MODULE);
    let s = |text: &str| th.str(text);
    let i = |number: i64| th.int(number);
    assert_eq!(call(th, &m, "pack", &[s("<ih"), i(1), i(-2)]), r"b'\x01\x00\x00\x00\xfe\xff'");
    assert_eq!(call(th, &m, "pack", &[s("b"), i(200)]), "error: 'b' format requires -128 <= number <= 127");
    assert_eq!(call(th, &m, "pack", &[s("e"), i(65520)]), "error: int too large to convert");
    assert_eq!(call(th, &m, "pack", &[s("5p"), th.bytes(b"abcdefg")]), r"b'\x04abcd'");
    assert_eq!(
        call(th, &m, "unpack", &[s(">hHq"), th.bytes(&[255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 1, 2])]),
        "(-1, 65535, 258)"
    );
    assert_eq!(call(th, &m, "unpack", &[s("i"), th.bytes(b"abc")]), "error: unpack requires a buffer of 4 bytes");
    assert_eq!(call(th, &m, "calcsize", &[s("@bl")]), "16");
    assert_eq!(call(th, &m, "calcsize", &[s("3")]), "error: repeat count given without format specifier");
}

fn binascii(th: &ThreadState) {
    let m = module(th, &stdlib::data::binascii::binascii_module::MODULE);
    assert_eq!(call(th, &m, "a2b_base64", &[th.str("YW Jj")]), "b'abc'");
    assert_eq!(call(th, &m, "a2b_base64", &[th.bytes(b"YQ==YQ==")]), r"b'a\x06\x10'");
    assert_eq!(call(th, &m, "a2b_base64", &[th.bytes(b"YWJ")]), "Error: Incorrect padding");
    assert_eq!(call(th, &m, "b2a_base64", &[th.bytes(b"abcd")]), r"b'YWJjZA==\n'");
    assert_eq!(call(th, &m, "hexlify", &[th.bytes(b"abcde"), th.str(":"), th.int(2)]), "b'61:6263:6465'");
    assert_eq!(call(th, &m, "hexlify", &[th.bytes(b"abcde"), th.str(":"), th.int(-2)]), "b'6162:6364:65'");
    assert_eq!(call(th, &m, "crc32", &[th.bytes(b"abc"), th.int(-1)]), "899311407");
    assert_eq!(call(th, &m, "crc_hqx", &[th.bytes(b"abc"), th.int(0x12345)]), "45177");
    assert_eq!(call(th, &m, "b2a_uu", &[th.bytes(b"abc")]), r"b'#86)C\n'");
    assert_eq!(call(th, &m, "a2b_uu", &[th.bytes(b"#86)C  x")]), "Error: Trailing garbage");
    assert_eq!(call(th, &m, "b2a_qp", &[th.bytes(b"a=b \n\xe9")]), r"b'a=3Db=20\n=E9'");
    assert_eq!(call(th, &m, "a2b_qp", &[th.bytes(b"a=3Db=\nc=zz=4")]), "b'a=bc=zz=4'");
}

fn compression(th: &ThreadState) {
    let m = module(th, &stdlib::data::zlib::zlib_module::MODULE);
    let text = th.bytes(&b"hello world".repeat(1000));
    for bits in [15, -15, 31] {
        let packed = sure(th, th.call_method_str(&m, "compress", &[text.clone(), th.int(6), th.int(bits)]));
        assert!(packed.as_bytes().is_some_and(|packed| packed.len() < 200));
        assert_eq!(call(th, &m, "decompress", &[packed, th.int(bits)]), written(&text));
    }
    let packed = sure(th, th.call_method_str(&m, "compress", std::slice::from_ref(&text)));
    let bytes = packed.as_bytes().map(|packed| packed.as_slice().to_vec()).unwrap_or_default();
    let cut = th.bytes(&bytes[..bytes.len() - 1]);
    assert_eq!(
        call(th, &m, "decompress", &[cut]),
        "error: Error -5 while decompressing data: incomplete or truncated stream"
    );
    assert_eq!(
        call(th, &m, "decompress", &[th.bytes(b"abc")]),
        "error: Error -3 while decompressing data: incorrect header check"
    );
    let d = sure(th, th.call_method_str(&m, "decompressobj", &[]));
    assert_eq!(call(th, &d, "decompress", &[packed.clone(), th.int(5)]), "b'hello'");
    let copy = sure(th, th.call_method_str(&d, "copy", &[]));
    let rest = call(th, &d, "flush", &[]);
    assert_eq!(rest, call(th, &copy, "flush", &[]));
    assert_eq!(rest.len(), 11_000 - 5 + 3);
    let c = sure(th, th.call_method_str(&m, "compressobj", &[]));
    let first = sure(th, th.call_method_str(&c, "compress", std::slice::from_ref(&text)));
    let last = sure(th, th.call_method_str(&c, "flush", &[]));
    let d = sure(th, th.call_method_str(&m, "decompressobj", &[]));
    let start = call(th, &d, "decompress", &[first]);
    let end = call(th, &d, "decompress", &[last]);
    assert_eq!(start.len() + end.len(), 11_000 + 6);
    assert_eq!(call(th, &c, "flush", &[]), "error: Error -2 while flushing: inconsistent stream state");
}

fn hashes(th: &ThreadState) {
    use stdlib::data::hashes;
    let m = module(th, &hashes::md5::MODULE);
    let h = sure(th, th.call_method_str(&m, "md5", &[th.bytes(b"a")]));
    assert_eq!(call(th, &h, "hexdigest", &[]), "'0cc175b9c0f1b6a831c399e269772661'");
    assert_eq!(call(th, &m, "md5", &[th.str("a")]), "TypeError: Strings must be encoded before hashing");
    let m = module(th, &hashes::sha3::MODULE);
    let h = sure(th, th.call_method_str(&m, "shake_128", &[th.bytes(b"a")]));
    assert_eq!(call(th, &h, "digest", &[th.int(5)]), r"b'\x85\xc8\xde\x88\xd2'");
    let m = module(th, &hashes::blake2_module::MODULE);
    assert_eq!(written(&sure(th, th.getattr_str(&sure(th, th.getattr_str(&m, "blake2s")), "SALT_SIZE"))), "8");
    let m = module(th, &hashes::hmac::MODULE);
    let h = sure(th, th.call_method_str(&m, "new", &[th.bytes(b"k"), th.bytes(b"m"), th.str("sha256")]));
    assert_eq!(call(th, &h, "hexdigest", &[]), "'b60090e3052297aeb5a080889ce2fc4bca957e756faeb4df7d31800ca1e771ec'");
}

fn unicode(th: &ThreadState) {
    let m = module(th, &stdlib::text::unicodedata::unicodedata_module::MODULE);
    assert_eq!(call(th, &m, "name", &[th.str("é")]), "'LATIN SMALL LETTER E WITH ACUTE'");
    assert_eq!(call(th, &m, "lookup", &[th.str("greek small letter alpha")]), "'α'");
    assert_eq!(call(th, &m, "normalize", &[th.str("NFD"), th.str("é")]), "'e\u{301}'");
    assert_eq!(call(th, &m, "numeric", &[th.str("½")]), "0.5");
    assert_eq!(call(th, &m, "decimal", &[th.str("a")]), "ValueError: not a decimal");
    let old = sure(th, th.getattr_str(&m, "ucd_3_2_0"));
    assert_eq!(call(th, &old, "category", &[th.str("\u{221}")]), "'Cn'");
}

fn json(th: &ThreadState) {
    let m = module(th, &stdlib::text::json::json_module::MODULE);
    assert_eq!(call(th, &m, "encode_basestring_ascii", &[th.str("é\"\n😀")]), r#"'"\u00e9\"\n\ud83d\ude00"'"#);
    assert_eq!(call(th, &m, "scanstring", &[th.str(r#"a\u00e9\ud83d\ude00b" x"#), th.int(0)]), "('aé😀b', 21)");
}

fn csv(th: &ThreadState) {
    let m = module(th, &stdlib::text::csv::csv_module::MODULE);
    let lines = th.list(vec![th.str("a,\"b\"\"c\"\r\n"), th.str("\"x\n"), th.str("y\",z\n")]);
    let reader = sure(th, th.call_method_str(&m, "reader", &[lines]));
    let rows = sure(th, th.collect(&reader));
    assert_eq!(rows.iter().map(written).collect::<Vec<_>>(), ["['a', 'b\"c']", "['x\ny', 'z']"]);
}

fn regular_expressions(th: &ThreadState) {
    let m = module(th, &stdlib::text::sre::sre_module::MODULE);
    let compile = |pattern: &str, code: &[u32], groups: i64| {
        let code = th.list(code.iter().map(|&word| th.int(i64::from(word))).collect());
        let names = th.dict(Dict::new());
        let args = [th.str(pattern), th.int(32), code, th.int(groups), names, th.tuple(&[Value::NONE])];
        th.call_method_str(&m, "compile", &args)
    };
    // (a+)|b
    let code = [7, 14, 17, 0, 24, 6, 1, u32::MAX, 16, 97, 1, 17, 1, 15, 7, 5, 16, 98, 15, 2, 0, 1];
    let pattern = sure(th, compile("(a+)|b", &code, 1));
    assert_eq!(call(th, &pattern, "findall", &[th.str("caab é a")]), "['aa', '', 'a']");
    assert_eq!(call(th, &pattern, "split", &[th.str("xaay€bz")]), "['x', 'aa', 'y€', None, 'z']");
    assert_eq!(call(th, &pattern, "subn", &[th.str("<>"), th.str("caab")]), "('c<><>', 2)");
    let found = sure(th, th.call_method_str(&pattern, "search", &[th.str("caab")]));
    assert_eq!(call(th, &found, "span", &[th.int(1)]), "(1, 3)");
    assert_eq!(call(th, &found, "groups", &[]), "('aa')");
    assert_eq!(shown(th, th.repr(&found)), "'<re.Match object; span=(1, 3), match='aa'>'");
    assert_eq!(call(th, &found, "group", &[th.int(7)]), "IndexError: no such group");
    assert_eq!(
        call(th, &pattern, "match", &[th.bytes(b"a")]),
        "TypeError: cannot use a string pattern on a bytes-like object"
    );
    assert_eq!(shown(th, compile("a", &[99, 1], 0)), "RuntimeError: invalid SRE code");
}
