//! `marshal`: Python values in the format of `.pyc` files. The format itself is `bytecode::marshal`.

use std::borrow::Cow;

use bytecode::marshal::{Builder, CodeParts, ErrorKind, MarshalError, Node, Reader, Source, Writer};
use dashu_int::IBig;
use macros::pymodule;

use super::marshal_sharing::Sharing;
use crate::object::Payload;
use crate::objects::code::Code;
use crate::objects::code_body::{Body, CodeOutline, LazyBody};
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::int::IntView;
use crate::objects::list::List;
use crate::objects::set::{FROZENSET_TYPE, SET_TYPE, Set};
use crate::objects::slice::Slice;
use crate::{Raised, Res, ThreadState, Value};

/// Why reading or writing stopped: bad data, or a Python exception.
enum Failure {
    Format(MarshalError),
    Raised(Raised),
}

impl From<MarshalError> for Failure {
    fn from(error: MarshalError) -> Failure {
        Failure::Format(error)
    }
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Failure {
        Failure::Raised(raised)
    }
}

fn raise(th: &ThreadState, failure: Failure) -> Raised {
    match failure {
        Failure::Raised(raised) => raised,
        Failure::Format(error) => {
            let class = match error.kind {
                ErrorKind::Eof => &exc::EOF_ERROR,
                ErrorKind::Value => &exc::VALUE_ERROR,
                ErrorKind::Type => &exc::TYPE_ERROR,
            };
            th.error(class, error.message)
        }
    }
}

/// Makes Python values from marshalled data.
struct Values<'a> {
    th: &'a ThreadState,
    /// What is read, if it is of the embedded library: bodies of functions then stay where they are.
    embedded: Option<&'static [u8]>,
}

impl Values<'_> {
    fn text(&self, value: Value, interned: bool) -> Value {
        if interned { crate::intern::intern(self.th, value) } else { value }
    }
}

impl Builder for Values<'_> {
    type Object = Value;
    type Error = Failure;

    fn none(&mut self) -> Value {
        Value::NONE
    }

    fn bool(&mut self, value: bool) -> Value {
        Value::bool(value)
    }

    fn ellipsis(&mut self) -> Value {
        Value::ELLIPSIS
    }

    fn stop_iteration(&mut self) -> Result<Value, Failure> {
        Ok(exc::STOP_ITERATION.as_value())
    }

    fn int(&mut self, value: i64) -> Result<Value, Failure> {
        Ok(self.th.int(value))
    }

    fn long(&mut self, negative: bool, digits: &[u16]) -> Result<Value, Failure> {
        let mut bytes = vec![0u8; digits.len() * 15 / 8 + 2];
        for (index, &digit) in digits.iter().enumerate() {
            let bit = index * 15;
            let wide = u32::from(digit) << (bit % 8);
            for (offset, byte) in wide.to_le_bytes().into_iter().take(3).enumerate() {
                if let Some(place) = bytes.get_mut(bit / 8 + offset) {
                    *place |= byte;
                }
            }
        }
        let magnitude = IBig::from(dashu_int::UBig::from_le_bytes(&bytes));
        Ok(self.th.int_from_big(if negative { -magnitude } else { magnitude }))
    }

    fn float(&mut self, value: f64) -> Result<Value, Failure> {
        Ok(self.th.float(value))
    }

    fn complex(&mut self, real: f64, imaginary: f64) -> Result<Value, Failure> {
        Ok(self.th.complex(real, imaginary))
    }

    fn bytes(&mut self, value: &[u8]) -> Result<Value, Failure> {
        Ok(self.th.bytes(value))
    }

    fn latin1(&mut self, value: &[u8], interned: bool) -> Result<Value, Failure> {
        if interned && value.is_ascii() {
            return Ok(crate::intern::intern_ascii(self.th, value));
        }
        Ok(self.text(self.th.str_from_latin1(value), interned))
    }

    fn utf8(&mut self, value: &[u8], interned: bool) -> Result<Value, Failure> {
        let value = match std::str::from_utf8(value) {
            Ok(text) => self.th.str(text),
            Err(_) => self.th.str_from_wtf8(value)?,
        };
        Ok(self.text(value, interned))
    }

    fn begin_tuple(&mut self, length: usize) -> Result<Option<Value>, Failure> {
        Ok(Some(self.th.tuple_from_vec(vec![Value::NONE; length])))
    }

    fn finish_tuple(&mut self, begun: Option<Value>, items: Vec<Value>) -> Result<Value, Failure> {
        Ok(match begun {
            None => self.th.tuple_from_vec(items),
            Some(tuple) => {
                self.th.fill_tuple(&tuple, items);
                tuple
            }
        })
    }

    fn new_list(&mut self, _: usize) -> Result<Value, Failure> {
        Ok(self.th.list(Vec::new()))
    }

    fn append(&mut self, list: &Value, item: Value) -> Result<(), Failure> {
        List::of(list).push(item);
        Ok(())
    }

    fn new_dict(&mut self) -> Result<Value, Failure> {
        Ok(self.th.dict(Dict::new()))
    }

    fn insert(&mut self, dict: &Value, key: Value, value: Value) -> Result<(), Failure> {
        Ok(Dict::of(dict).set(self.th, &key, value)?)
    }

    fn new_set(&mut self) -> Result<Value, Failure> {
        Ok(self.th.new_object(Set::new()))
    }

    fn add(&mut self, set: &Value, item: Value) -> Result<(), Failure> {
        Set::of(set).add(self.th, &item)?;
        Ok(())
    }

    fn frozenset(&mut self, items: Vec<Value>) -> Result<Value, Failure> {
        Ok(self.th.frozenset(items)?)
    }

    fn slice(&mut self, start: Value, stop: Value, step: Value) -> Result<Value, Failure> {
        Ok(self.th.slice(start, stop, step))
    }

    fn code(&mut self, parts: CodeParts<Value>) -> Result<Value, Failure> {
        Ok(crate::frame_api::code_from_parts(self.th, parts)?)
    }

    fn outline(&mut self, mut outline: CodeOutline, length: usize, left: usize) -> Result<Value, Failure> {
        let unknown = || Failure::Raised(self.th.value_error("bad marshal data (unknown type code)"));
        let read = self.embedded.and_then(|bytes| bytes.get(..bytes.len() - left)).ok_or_else(unknown)?;
        let body = read.len().checked_sub(length).and_then(|start| read.get(start..)).ok_or_else(unknown)?;
        outline.name = crate::intern::intern(self.th, outline.name);
        outline.qualname = crate::intern::intern(self.th, outline.qualname);
        Ok(self.th.new_object(Code::from_outline(self.th, outline, LazyBody::unread(body))))
    }
}

/// Reads the body of an embedded function.
pub(crate) fn read_body(th: &ThreadState, bytes: &'static [u8]) -> Res<Body> {
    let mut builder = Values { th, embedded: Some(bytes) };
    let mut reader = Reader::new(bytes, &mut builder, true);
    let mut next = || reader.read_next().map_err(|failure| raise(th, failure));
    let parts = [next()?, next()?, next()?, next()?, next()?, next()?, next()?];
    let [code, consts, names, locals, kinds, lines, handlers] = parts;
    let names_of = |names: Value| {
        let names = names.as_tuple().map_or(&[][..], |names| names.as_slice()).iter();
        th.tuple_from_vec(names.map(|name| crate::intern::intern_immortal(th, name.clone())).collect())
    };
    let bytes_of = |value: Value| -> Box<[u8]> { value.as_bytes().map_or(&[][..], |bytes| bytes.as_slice()).into() };
    Ok(Body {
        consts,
        names: names_of(names),
        localsplusnames: names_of(locals),
        localspluskinds: bytes_of(kinds),
        code: bytes_of(code),
        linetable: bytes_of(lines),
        exceptiontable: bytes_of(handlers),
        ..Body::default()
    })
}

/// `marshal.loads` of one value.
pub fn load_bytes(th: &ThreadState, bytes: &[u8]) -> Res {
    load(th, bytes, true)
}

/// Loads a module of the embedded library: its code objects are our own compiler's and need no check.
pub(crate) fn load_embedded(th: &ThreadState, bytes: &'static [u8]) -> Res {
    let before = th.trusts_code.replace(true);
    let mut builder = Values { th, embedded: Some(bytes) };
    let result = Reader::new(bytes, &mut builder, true).read().map_err(|failure| raise(th, failure));
    th.trusts_code.set(before);
    result
}

fn load(th: &ThreadState, bytes: &[u8], allow_code: bool) -> Res {
    let mut builder = Values { th, embedded: None };
    Reader::new(bytes, &mut builder, allow_code).read().map_err(|failure| raise(th, failure))
}

/// Shows Python values to the writer.
struct Shown<'a> {
    th: &'a ThreadState,
    sharing: Sharing,
}

impl Source for Shown<'_> {
    type Object = Value;
    type Error = Failure;

    fn node<'a>(&'a mut self, object: &'a Value) -> Result<Node<'a, Value>, Failure> {
        if object.is_none() {
            return Ok(Node::None);
        }
        if let Some(truth) = object.as_bool() {
            return Ok(Node::Bool(truth));
        }
        if object.is(&Value::ELLIPSIS) {
            return Ok(Node::Ellipsis);
        }
        if object.is(exc::STOP_ITERATION.value_ref()) {
            return Ok(Node::StopIteration);
        }
        let class = object.class();
        if !class.is_heap_type() {
            match object.as_int() {
                Some(IntView::Small(number)) => return Ok(Node::Int(number)),
                Some(IntView::Big(number)) => {
                    let negative = number.sign() == dashu_int::Sign::Negative;
                    return Ok(Node::Long { negative, digits: digits(number) });
                }
                None => {}
            }
            if let Some(number) = object.as_float() {
                return Ok(Node::Float(number));
            }
            if let Some((real, imaginary)) = self.th.as_complex(object) {
                return Ok(Node::Complex(real, imaginary));
            }
            if let Some(text) = object.as_str() {
                let ascii = text.is_ascii();
                let utf8 = match text.as_ascii() {
                    Some(text) => Cow::Borrowed(text.as_bytes()),
                    None => Cow::Owned(text.to_wtf8()),
                };
                return Ok(Node::Str { utf8, ascii, interned: crate::objects::str::is_interned(object) });
            }
            if let Some(bytes) = object.as_bytes() {
                return Ok(Node::Bytes(Cow::Borrowed(bytes.as_slice())));
            }
            if object.is_exactly(&crate::objects::tuple::TUPLE_TYPE) {
                return Ok(Node::Tuple);
            }
            if object.downcast::<List>().is_some() {
                return Ok(Node::List);
            }
            if object.downcast_exact::<Dict>().is_some() {
                return Ok(Node::Dict);
            }
            if object.is_exactly(&SET_TYPE) {
                return Ok(Node::Set);
            }
            if object.is_exactly(&FROZENSET_TYPE) {
                return Ok(Node::FrozenSet);
            }
            if object.downcast::<Slice>().is_some() {
                return Ok(Node::Slice);
            }
            if let Some(parts) = crate::frame_api::code_parts(self.th, object)? {
                self.sharing.keep_code(&parts.code);
                return Ok(Node::Code(Box::new(parts)));
            }
        }
        if self.th.has_buffer(object) {
            let buffer = self.th.readable_buffer(object)?;
            return Ok(Node::Bytes(Cow::Owned(buffer.to_vec())));
        }
        Ok(Node::Other)
    }

    fn items(&mut self, object: &Value, items: &mut Vec<Value>) -> Result<(), Failure> {
        if let Some(tuple) = object.as_tuple() {
            items.extend_from_slice(tuple.as_slice());
        } else if let Some(list) = object.downcast::<List>() {
            items.extend(list.to_vec());
        } else if let Some(dict) = object.downcast::<Dict>() {
            items.extend(dict.to_vec().into_iter().flat_map(|(key, value)| [key, value]));
        } else if let Some(set) = object.as_set() {
            items.extend(set.to_vec().into_iter().map(|(item, _)| item));
        } else if let Some(slice) = object.downcast::<Slice>() {
            items.extend([slice.start.clone(), slice.stop.clone(), slice.step.clone()]);
        }
        Ok(())
    }

    fn unchanged(&mut self, set: &Value, count: usize) -> Result<(), Failure> {
        if set.as_set().is_some_and(|set| set.len() != count) {
            return Err(self.th.runtime_error("set changed size during iteration").into());
        }
        Ok(())
    }

    fn identity(&mut self, object: &Value) -> Option<u64> {
        if object.downcast::<Code>().is_some() {
            self.sharing.count(self.th, object);
        }
        if let Some(known) = self.sharing.identity(object) {
            return known;
        }
        let header = object.header()?;
        // One owner is the writer.
        (header.refcount() > 2 || crate::objects::str::is_interned(object)).then(|| object.bits())
    }
}

/// The magnitude in digits of 15 bits, least significant first.
fn digits(number: &IBig) -> Vec<u16> {
    let bytes = number.clone().into_parts().1.to_le_bytes();
    let mut digits = Vec::with_capacity(bytes.len() * 8 / 15 + 1);
    let (mut pending, mut bits) = (0u32, 0);
    for byte in bytes.iter() {
        pending |= u32::from(*byte) << bits;
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

/// `marshal.dumps`.
pub fn dump(th: &ThreadState, value: &Value, version: i32, allow_code: bool) -> Res<Vec<u8>> {
    let mut source = Shown { th, sharing: Sharing::default() };
    let mut writer = Writer::new(&mut source, version, allow_code);
    match writer.write(value) {
        Ok(()) => Ok(writer.into_bytes()),
        Err(failure) => Err(raise(th, failure)),
    }
}

/// The module `marshal`.
#[pymodule(name = "marshal")]
pub mod marshal {
    //! This module contains functions that can read and write Python values in
    //! a binary format. The format is specific to Python, but independent of
    //! machine architecture issues.
    //!
    //! Not all Python object types are supported; in general, only objects
    //! whose value is independent from a particular invocation of Python can be
    //! written and read. The following types are supported: None, integers,
    //! floating-point numbers, strings, bytes, bytearrays, tuples, lists, sets,
    //! dictionaries, and code objects, where it should be understood that
    //! tuples, lists and dictionaries are only supported as long as the values
    //! contained therein are themselves supported; and recursive lists and
    //! dictionaries should not be written (they will cause infinite loops).

    use crate::buffer::plain_bytes;
    use crate::{Res, ThreadState, Value};

    #[pyattr(name = "version")]
    const VERSION: i64 = bytecode::marshal::VERSION as i64;

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[pyfunction("(value, version=5, /, *, allow_code=True)")]
    fn dumps(th: &ThreadState, value: &Value, version: i32, allow_code: bool) -> Res {
        th.audit("marshal.dumps", &[value.clone(), Value::int32(version)])?;
        let bytes = super::dump(th, value, version, allow_code)?;
        Ok(th.bytes(&bytes))
    }

    /// Write the value on the open file.
    #[pyfunction("(value, file, version=5, /, *, allow_code=True)")]
    fn dump(th: &ThreadState, value: &Value, file: &Value, version: i32, allow_code: bool) -> Res {
        th.audit("marshal.dumps", &[value.clone(), Value::int32(version)])?;
        let bytes = super::dump(th, value, version, allow_code)?;
        th.call_method(file, &th.names().write, &[th.bytes(&bytes)])
    }

    /// Convert the bytes-like object to a value.
    #[pyfunction("(bytes, /, *, allow_code=True)")]
    fn loads(th: &ThreadState, bytes: &Value, allow_code: bool) -> Res {
        match plain_bytes(bytes) {
            Some(content) => {
                th.audit("marshal.loads", std::slice::from_ref(bytes))?;
                super::load(th, &content, allow_code)
            }
            None => {
                Err(th.type_error(format_args!("a bytes-like object is required, not '{}'", bytes.class().full_name())))
            }
        }
    }

    /// Read one value from the open file and return it.
    #[pyfunction("(file, /, *, allow_code=True)")]
    fn load(th: &ThreadState, file: &Value, allow_code: bool) -> Res {
        th.audit("marshal.load", &[])?;
        super::load_file(th, file, allow_code)
    }
}

/// A file that gives its bytes through `readinto`.
struct File<'a> {
    th: &'a ThreadState,
    file: Value,
    taken: Vec<u8>,
}

impl File<'_> {
    /// Reads up to `want` bytes.
    fn read(&self, want: usize) -> Res<Vec<u8>> {
        let th = self.th;
        let buffer = th.bytearray(vec![0; want]);
        let view = th.memoryview(&buffer, crate::buffer::Flags::FULL)?;
        let count = th.call_method_str(&self.file, "readinto", &[view])?;
        let count = th.index_or(&count, &exc::VALUE_ERROR)?;
        let Some(count) = usize::try_from(count).ok().filter(|&count| count <= want) else {
            let message = format_args!("read() returned too much data: {want} bytes requested, {count} returned");
            return Err(th.value_error(message));
        };
        let mut bytes = crate::buffer::plain_bytes(&buffer).map(|bytes| bytes.to_vec()).unwrap_or_default();
        bytes.truncate(count);
        Ok(bytes)
    }
}

impl bytecode::marshal::Input for File<'_> {
    type Error = Failure;

    fn take(&mut self, count: usize) -> Result<&[u8], Failure> {
        self.taken.clear();
        while self.taken.len() < count {
            // What a damaged file asks for is not allocated at once.
            let want = (count - self.taken.len()).min(1 << 20);
            let part = self.read(want)?;
            if part.len() < want {
                return Err(self.th.eof_error("EOF read where not expected").into());
            }
            self.taken.extend_from_slice(&part);
        }
        Ok(&self.taken)
    }

    fn byte(&mut self) -> Result<Option<u8>, Failure> {
        Ok(self.read(1)?.first().copied())
    }
}

fn load_file(th: &ThreadState, file: &Value, allow_code: bool) -> Res {
    // As the reference, ask for nothing first: a file in text mode is found out before it has given anything.
    let probe = th.call_method(file, &th.names().read, &[Value::index(0)])?;
    if probe.as_bytes().is_none() {
        let class = probe.class().full_name();
        return Err(th.type_error(format_args!("file.read() returned not bytes but {class}")));
    }
    let input = File { th, file: file.clone(), taken: Vec::new() };
    let mut builder = Values { th, embedded: None };
    Reader::new(input, &mut builder, allow_code).read().map_err(|failure| raise(th, failure))
}
