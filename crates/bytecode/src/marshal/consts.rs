//! Code objects as [`Code`] to and from marshalled bytes.

use std::borrow::Cow;
use std::rc::Rc;

use dashu_int::{IBig, Sign, UBig};
use rustc_hash::FxHashMap;
use syntax::text::{Text, push_code_point};

use super::{Builder, CodeParts, ErrorKind, MarshalError, Node, Reader, Source, VERSION, Writer};
use crate::code::{Code, Const};

/// Reads a value that a code object can hold.
pub fn load(bytes: &[u8]) -> Result<Const, MarshalError> {
    Reader::new(bytes, &mut ConstBuilder, true).read()
}

/// Writes a value, in the current version of the format.
pub fn dump(value: &Const) -> Result<Vec<u8>, MarshalError> {
    let mut source = ConstSource::default();
    let mut writer = Writer::new(&mut source, VERSION, true);
    writer.write(value)?;
    Ok(writer.into_bytes())
}

/// Writes a module's code for [`super::Builder::outline`]: bodies of functions stand apart and can be read when they are
/// first called.
pub fn dump_with_bodies_apart(value: &Const) -> Result<Vec<u8>, MarshalError> {
    let mut source = ConstSource::default();
    let mut writer = Writer::new(&mut source, VERSION, true).with_bodies_apart();
    writer.write(value)?;
    Ok(writer.into_bytes())
}

/// Builds [`Const`] values. Lists, dicts and sets are not among them.
#[derive(Default)]
pub struct ConstBuilder;

const NO_CONSTANT: MarshalError = MarshalError { kind: ErrorKind::Value, message: Cow::Borrowed("not a constant") };
const BAD_CODE: MarshalError =
    MarshalError { kind: ErrorKind::Value, message: Cow::Borrowed("bad marshal data (code object)") };

impl Builder for ConstBuilder {
    type Object = Const;
    type Error = MarshalError;

    fn none(&mut self) -> Const {
        Const::None
    }

    fn bool(&mut self, value: bool) -> Const {
        Const::from(value)
    }

    fn ellipsis(&mut self) -> Const {
        Const::Ellipsis
    }

    fn stop_iteration(&mut self) -> Result<Const, MarshalError> {
        Err(NO_CONSTANT)
    }

    fn int(&mut self, value: i64) -> Result<Const, MarshalError> {
        Ok(Const::Int(value))
    }

    fn long(&mut self, negative: bool, digits: &[u16]) -> Result<Const, MarshalError> {
        Ok(Const::from(from_digits(negative, digits)))
    }

    fn float(&mut self, value: f64) -> Result<Const, MarshalError> {
        Ok(Const::Float(value))
    }

    fn complex(&mut self, real: f64, imaginary: f64) -> Result<Const, MarshalError> {
        Ok(Const::Complex(real, imaginary))
    }

    fn bytes(&mut self, value: &[u8]) -> Result<Const, MarshalError> {
        Ok(Const::Bytes(Rc::from(value)))
    }

    fn latin1(&mut self, value: &[u8], _interned: bool) -> Result<Const, MarshalError> {
        if value.is_ascii() {
            return Ok(Const::Str(Text::from_wtf8(value)));
        }
        let mut bytes = Vec::with_capacity(value.len() * 2);
        value.iter().for_each(|&byte| push_code_point(&mut bytes, u32::from(byte)));
        Ok(Const::Str(Text::from_wtf8(&bytes)))
    }

    fn utf8(&mut self, value: &[u8], _interned: bool) -> Result<Const, MarshalError> {
        if is_wtf8(value) {
            Ok(Const::Str(Text::from_wtf8(value)))
        } else {
            Err(MarshalError {
                kind: ErrorKind::Value,
                message: Cow::Borrowed("'utf-8' codec can't decode marshal data"),
            })
        }
    }

    fn begin_tuple(&mut self, _length: usize) -> Result<Option<Const>, MarshalError> {
        Ok(None)
    }

    fn finish_tuple(&mut self, _begun: Option<Const>, items: Vec<Const>) -> Result<Const, MarshalError> {
        Ok(Const::Tuple(Rc::from(items)))
    }

    fn new_list(&mut self, _length: usize) -> Result<Const, MarshalError> {
        Err(NO_CONSTANT)
    }

    fn append(&mut self, _list: &Const, _item: Const) -> Result<(), MarshalError> {
        Err(NO_CONSTANT)
    }

    fn new_dict(&mut self) -> Result<Const, MarshalError> {
        Err(NO_CONSTANT)
    }

    fn insert(&mut self, _dict: &Const, _key: Const, _value: Const) -> Result<(), MarshalError> {
        Err(NO_CONSTANT)
    }

    fn new_set(&mut self) -> Result<Const, MarshalError> {
        Err(NO_CONSTANT)
    }

    fn add(&mut self, _set: &Const, _item: Const) -> Result<(), MarshalError> {
        Err(NO_CONSTANT)
    }

    fn frozenset(&mut self, items: Vec<Const>) -> Result<Const, MarshalError> {
        Ok(Const::FrozenSet(Rc::from(items)))
    }

    fn slice(&mut self, start: Const, stop: Const, step: Const) -> Result<Const, MarshalError> {
        Ok(Const::Slice(Rc::new([start, stop, step])))
    }

    fn code(&mut self, parts: CodeParts<Const>) -> Result<Const, MarshalError> {
        let number = |value: i32| u32::try_from(value).map_err(|_| BAD_CODE);
        let code = Code {
            argcount: number(parts.argcount)?,
            posonlyargcount: number(parts.posonlyargcount)?,
            kwonlyargcount: number(parts.kwonlyargcount)?,
            stacksize: number(parts.stacksize)?,
            flags: parts.flags as u32,
            code: bytes_of(parts.code)?,
            consts: match parts.consts {
                Const::Tuple(items) => Box::from(&items[..]),
                _ => return Err(BAD_CODE),
            },
            names: texts_of(parts.names)?,
            localsplusnames: texts_of(parts.localsplusnames)?,
            localspluskinds: bytes_of(parts.localspluskinds)?,
            filename: text_of(parts.filename)?,
            name: text_of(parts.name)?,
            qualname: text_of(parts.qualname)?,
            firstlineno: parts.firstlineno,
            linetable: bytes_of(parts.linetable)?,
            exceptiontable: bytes_of(parts.exceptiontable)?,
        };
        let fits = code.posonlyargcount <= code.argcount
            && code.code.len().is_multiple_of(2)
            && code.localspluskinds.len() == code.localsplusnames.len();
        if fits { Ok(Const::Code(Rc::new(code))) } else { Err(BAD_CODE) }
    }
}

fn bytes_of(value: Const) -> Result<Box<[u8]>, MarshalError> {
    match value {
        Const::Bytes(bytes) => Ok(Box::from(&bytes[..])),
        _ => Err(BAD_CODE),
    }
}

fn text_of(value: Const) -> Result<Text, MarshalError> {
    match value {
        Const::Str(text) => Ok(text),
        _ => Err(BAD_CODE),
    }
}

fn texts_of(value: Const) -> Result<Box<[Text]>, MarshalError> {
    match value {
        Const::Tuple(items) => items.iter().map(|item| text_of(item.clone())).collect(),
        _ => Err(BAD_CODE),
    }
}

/// Whether bytes are UTF-8 but for three-byte surrogates.
fn is_wtf8(mut bytes: &[u8]) -> bool {
    loop {
        match std::str::from_utf8(bytes) {
            Ok(_) => return true,
            Err(error) => {
                let rest = &bytes[error.valid_up_to()..];
                match rest {
                    [0xED, 0xA0..=0xBF, 0x80..=0xBF, tail @ ..] => bytes = tail,
                    _ => return false,
                }
            }
        }
    }
}

/// An integer from digits of 15 bits, least significant first.
pub(super) fn from_digits(negative: bool, digits: &[u16]) -> IBig {
    let mut bytes = Vec::with_capacity(digits.len() * 2);
    let mut pending = 0u32;
    let mut bits = 0;
    for &digit in digits {
        pending |= u32::from(digit) << bits;
        bits += 15;
        while bits >= 8 {
            bytes.push(pending as u8);
            pending >>= 8;
            bits -= 8;
        }
    }
    bytes.push(pending as u8);
    let sign = if negative { Sign::Negative } else { Sign::Positive };
    IBig::from_parts(sign, UBig::from_le_bytes(&bytes))
}

/// Digits of 15 bits, least significant first.
fn to_digits(value: &UBig) -> Vec<u16> {
    let bytes = value.to_le_bytes();
    let mut digits = Vec::with_capacity(bytes.len() * 8 / 15 + 1);
    let mut pending = 0u32;
    let mut bits = 0;
    for &byte in bytes.iter() {
        pending |= u32::from(byte) << bits;
        bits += 8;
        if bits >= 15 {
            digits.push((pending & 0x7FFF) as u16);
            pending >>= 15;
            bits -= 15;
        }
    }
    if pending != 0 {
        digits.push(pending as u16);
    }
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}

/// Shows [`Const`] values to the writer. Equal interned strings are one object, and so is what shares its memory.
#[derive(Default)]
pub struct ConstSource {
    interned: FxHashMap<Text, u64>,
}

/// Names and strings that look like names are interned, as the reference does when it makes a code object.
fn is_interned(text: &Text) -> bool {
    text.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

impl Source for ConstSource {
    type Object = Const;
    type Error = MarshalError;

    fn node<'a>(&'a mut self, object: &'a Const) -> Result<Node<'a, Const>, MarshalError> {
        Ok(match object {
            Const::None => Node::None,
            Const::True => Node::Bool(true),
            Const::False => Node::Bool(false),
            Const::Ellipsis => Node::Ellipsis,
            Const::Int(value) => Node::Int(*value),
            Const::BigInt(value) => {
                let (sign, magnitude) = (**value).clone().into_parts();
                Node::Long { negative: sign == Sign::Negative, digits: to_digits(&magnitude) }
            }
            Const::Float(value) => Node::Float(*value),
            Const::Complex(real, imaginary) => Node::Complex(*real, *imaginary),
            Const::Bytes(bytes) => Node::Bytes(Cow::Borrowed(bytes)),
            Const::Str(text) => Node::Str {
                utf8: Cow::Borrowed(text.as_bytes()),
                ascii: text.as_bytes().is_ascii(),
                interned: is_interned(text),
            },
            Const::Tuple(_) => Node::Tuple,
            Const::FrozenSet(_) => Node::FrozenSet,
            Const::Slice(_) => Node::Slice,
            Const::Code(code) => Node::Code(Box::new(parts(code))),
        })
    }

    fn items(&mut self, object: &Const, items: &mut Vec<Const>) -> Result<(), MarshalError> {
        match object {
            Const::Tuple(values) | Const::FrozenSet(values) => items.extend_from_slice(values),
            Const::Slice(values) => items.extend_from_slice(&values[..]),
            _ => {}
        }
        Ok(())
    }

    fn identity(&mut self, object: &Const) -> Option<u64> {
        match object {
            Const::Str(text) if is_interned(text) => {
                let next = self.interned.len() as u64;
                // Addresses are even: the two kinds of identity do not meet.
                Some(*self.interned.entry(text.clone()).or_insert(next) << 1 | 1)
            }
            Const::Str(text) => Some(text.as_bytes().as_ptr() as u64 & !1),
            _ => None,
        }
    }
}

fn parts(code: &Code) -> CodeParts<Const> {
    let bytes = |bytes: &[u8]| Const::Bytes(Rc::from(bytes));
    let texts = |texts: &[Text]| Const::Tuple(texts.iter().cloned().map(Const::Str).collect());
    CodeParts {
        argcount: code.argcount as i32,
        posonlyargcount: code.posonlyargcount as i32,
        kwonlyargcount: code.kwonlyargcount as i32,
        stacksize: code.stacksize as i32,
        flags: code.flags as i32,
        code: bytes(&code.code),
        consts: Const::Tuple(Rc::from(&code.consts[..])),
        names: texts(&code.names),
        localsplusnames: texts(&code.localsplusnames),
        localspluskinds: bytes(&code.localspluskinds),
        filename: Const::Str(code.filename.clone()),
        name: Const::Str(code.name.clone()),
        qualname: Const::Str(code.qualname.clone()),
        firstlineno: code.firstlineno,
        linetable: bytes(&code.linetable),
        exceptiontable: bytes(&code.exceptiontable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(value: Const) {
        let bytes = dump(&value).expect("every constant can be written");
        assert_eq!(load(&bytes), Ok(value));
    }

    #[test]
    fn constants_come_back() {
        let big = IBig::from(1) << 200;
        for value in [
            Const::None,
            Const::True,
            Const::Ellipsis,
            Const::Int(0),
            Const::Int(-1),
            Const::Int(1 << 31),
            Const::Int(i64::MIN),
            Const::from(big.clone()),
            Const::from(-big),
            Const::Float(-0.0),
            Const::Complex(1.5, -2.0),
            Const::from("name"),
            Const::from("not a name, é"),
            Const::Bytes(Rc::from(&b"\x00\xff"[..])),
            Const::FrozenSet(Rc::from([Const::Int(1), Const::from("a")])),
            Const::Slice(Rc::new([Const::None, Const::Int(1), Const::None])),
        ] {
            round_trip(value.clone());
            round_trip(Const::Tuple(Rc::from([value.clone(), value])));
        }
    }

    #[test]
    fn damaged_data_is_refused_in_cpythons_words() {
        let refuse = |bytes: &[u8], kind: ErrorKind, message: &str| {
            let error = load(bytes).expect_err("damaged");
            assert_eq!((error.kind, &*error.message), (kind, message));
        };
        refuse(b"", ErrorKind::Eof, "EOF read where object expected");
        refuse(b"i\0", ErrorKind::Eof, "marshal data too short");
        refuse(b"0", ErrorKind::Type, "NULL object in marshal data for object");
        refuse(b")\x020N", ErrorKind::Type, "NULL object in marshal data for tuple");
        refuse(b"(\xff\xff\xff\xff", ErrorKind::Value, "bad marshal data (tuple size out of range)");
        refuse(b"l\x01\0\0\0\0\0", ErrorKind::Value, "bad marshal data (unnormalized long data)");
        refuse(b"\xbe\x01\0\0\0r\0\0\0\0", ErrorKind::Value, "bad marshal data (invalid reference)");
        refuse(b"?", ErrorKind::Value, "bad marshal data (unknown type code)");
        refuse(&b")\x01".repeat(2001), ErrorKind::Value, "recursion limit exceeded");
    }
}
