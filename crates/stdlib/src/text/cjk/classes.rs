//! The classes of `_multibytecodec`.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods};
use runtime::codecs::decode::Decoder;
use runtime::codecs::registry;
use runtime::gc::{Traverse, ValueCell, Visitor};
use runtime::objects::exceptions as exc;
use runtime::objects::int::IntView;
use runtime::{Res, ThreadState, Type, Value};

use super::codec::{Codec, Put, State, Step};
use super::tables::Read;

const ILLEGAL: &str = "illegal multibyte sequence";
const INCOMPLETE: &str = "incomplete multibyte sequence";
/// Bytes that an incremental decoder may keep.
const MOST_PENDING: usize = 8;

/// Reads what is complete of `input`; the rest stays, or is an error if nothing will follow. Returns the text and the rest.
fn decode(
    th: &ThreadState,
    codec: &Codec,
    input: &[u8],
    errors: &str,
    state: &mut State,
    is_last: bool,
) -> Res<(Value, Vec<u8>)> {
    let mut decoder = Decoder::new(th, codec.name(), input, errors);
    let mut at = 0;
    let mut rest = Vec::new();
    while at < decoder.input.len() {
        match codec.read(&decoder.input[at..], state) {
            Step::Read(read, length) => {
                at += length;
                match read {
                    Some(Read::One(point)) => decoder.out.push(point),
                    Some(Read::Two(first, second)) => {
                        decoder.out.push(first);
                        decoder.out.push(second);
                    }
                    None => {}
                }
            }
            Step::Illegal(length) => {
                let end = (at + length).min(decoder.input.len());
                at = decoder.error(at, end, ILLEGAL)?;
            }
            Step::Incomplete if is_last => {
                let end = decoder.input.len();
                at = decoder.error(at, end, INCOMPLETE)?;
            }
            Step::Incomplete => {
                rest = decoder.input[at..].to_vec();
                break;
            }
        }
    }
    Ok((decoder.out.finish(th), rest))
}

/// Writes a text; what may belong to characters that follow is returned, if there may be some.
fn encode(
    th: &ThreadState,
    codec: &Codec,
    text: &Value,
    errors: &str,
    state: &mut State,
    is_last: bool,
) -> Res<(Vec<u8>, Vec<u32>)> {
    let points: Vec<u32> = text.as_str().map(|text| text.code_points().collect()).unwrap_or_default();
    let mut out = Vec::with_capacity(points.len() * 2);
    let mut at = 0;
    while at < points.len() {
        match codec.write(&points[at..], is_last, state, &mut out) {
            Put::Done(count) => at += count.max(1),
            Put::Waits => return Ok((out, points[at..].to_vec())),
            Put::Cannot => at = encode_error(th, codec, text, at, points.len(), errors, state, &mut out)?,
        }
    }
    if is_last {
        codec.finish(state, &mut out);
    }
    Ok((out, Vec::new()))
}

/// Deals with the character at `at`, which the encoding does not have; returns where to go on.
fn encode_error(
    th: &ThreadState,
    codec: &Codec,
    text: &Value,
    at: usize,
    length: usize,
    errors: &str,
    state: &mut State,
    out: &mut Vec<u8>,
) -> Res<usize> {
    let exception = || {
        let args = [th.str(codec.name()), text.clone(), Value::index(at), Value::index(at + 1), th.str(ILLEGAL)];
        exc::new(th, &exc::UNICODE_ENCODE_ERROR, &args)
    };
    match errors {
        "strict" => return Err(th.raise(exception())),
        "ignore" => return Ok(at + 1),
        "replace" => {
            if matches!(codec.write(&[u32::from(b'?')], true, state, out), Put::Cannot) {
                out.push(b'?');
            }
            return Ok(at + 1);
        }
        _ => {}
    }
    let handler = registry::lookup_error(th, errors)?;
    let answer = th.call(&handler, &[exception()])?;
    let wrong = || th.type_error("encoding error handler must return (str, int) tuple");
    let Some([replacement, position]) = answer.as_tuple().map(|items| items.as_slice()) else { return Err(wrong()) };
    if position.as_int().is_none() {
        return Err(wrong());
    }
    if replacement.as_str().is_some() {
        let (bytes, _) = encode(th, codec, replacement, "strict", state, false)?;
        out.extend_from_slice(&bytes);
    } else if let Some(bytes) = replacement.as_bytes() {
        out.extend_from_slice(bytes.as_slice());
    } else {
        return Err(wrong());
    }
    let position = th.index_or(position, &exc::INDEX_ERROR)?;
    let position = if position < 0 { position + length as isize } else { position };
    match usize::try_from(position) {
        Ok(position) if position <= length => Ok(position),
        _ => Err(th.index_error(format_args!("position {position} from error handler out of bounds"))),
    }
}

fn as_text(th: &ThreadState, input: &Value) -> Res {
    if input.as_str().is_some() {
        return Ok(input.clone());
    }
    let text = th.str_of(input)?;
    if text.as_str().is_none() {
        return Err(th.type_error("couldn't convert the object to unicode."));
    }
    Ok(text)
}

/// A codec: what `getcodec` returns.
#[pyclass(name = "MultibyteCodec", module = "_multibytecodec", flags(disallow_new), text = none)]
pub struct MultibyteCodec {
    #[notrace]
    codec: Codec,
}

impl MultibyteCodec {
    pub fn make(th: &ThreadState, codec: Codec) -> Value {
        // No module shows the class, so nobody else prepares it.
        runtime::types::ready::ready(th, &MULTIBYTE_CODEC_TYPE);
        th.new_object(MultibyteCodec { codec })
    }
}

#[pymethods]
impl MultibyteCodec {
    #[pymethod("(input, errors=None)")]
    fn encode(&self, th: &ThreadState, input: &Value, errors: Option<std::borrow::Cow<'_, str>>) -> Res {
        let text = as_text(th, input)?;
        let length = text.as_str().map_or(0, |text| text.len());
        let mut state = State::default();
        let errors = errors.as_deref().unwrap_or("strict");
        let (bytes, _) = encode(th, &self.codec, &text, errors, &mut state, true)?;
        Ok(th.tuple(&[th.bytes(&bytes), Value::index(length)]))
    }

    #[pymethod("(input, errors=None)")]
    fn decode(
        &self,
        th: &ThreadState,
        input: runtime::buffer::Buffer,
        errors: Option<std::borrow::Cow<'_, str>>,
    ) -> Res {
        let bytes = input.to_vec();
        let errors = errors.as_deref().unwrap_or("strict");
        let (text, _) = decode(th, &self.codec, &bytes, errors, &mut State::default(), true)?;
        Ok(th.tuple(&[text, Value::index(bytes.len())]))
    }
}

/// The codec that a class of `encodings` names in its attribute `codec`.
fn codec_of(th: &ThreadState, cls: &Type) -> Res<Codec> {
    let codec = th.getattr_str(&cls.as_value(), "codec")?;
    match codec.downcast::<MultibyteCodec>() {
        Some(codec) => Ok(codec.codec),
        None => Err(th.type_error("codec is unexpected type")),
    }
}

fn errors_name(th: &ThreadState, errors: Option<&Value>) -> Res {
    match errors {
        None => Ok(th.str("strict")),
        Some(value) if value.as_str().is_some() => Ok(value.clone()),
        Some(_) => Err(th.type_error("errors must be a string")),
    }
}

/// What encoders and decoders carry from one piece to the next; a `T` may have to wait for what follows it.
struct Carried<T> {
    codec: Codec,
    state: Cell<State>,
    pending: RefCell<Vec<T>>,
    errors: ValueCell,
}

impl<T> Traverse for Carried<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.errors.traverse(visit);
    }

    fn clear(&self) {
        self.errors.clear();
    }
}

impl<T> Carried<T> {
    fn new(th: &ThreadState, cls: &Type, errors: Option<&Value>) -> Res<Carried<T>> {
        let codec = codec_of(th, cls)?;
        let errors = ValueCell::new(errors_name(th, errors)?);
        Ok(Carried { codec, state: Cell::default(), pending: RefCell::default(), errors })
    }

    fn reset(&self) {
        self.state.take();
        self.pending.borrow_mut().clear();
    }

    fn errors_text(&self, th: &ThreadState) -> Res<String> {
        th.str_string(&self.errors.get().unwrap_or_else(|| th.str("strict")))
    }

    fn set_errors(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        match value {
            None => Err(th.attribute_error_message(&Value::NONE, &th.str("errors"), "cannot delete attribute")),
            Some(value) => {
                self.errors.set(Some(errors_name(th, Some(value))?));
                Ok(())
            }
        }
    }
}

impl Carried<u32> {
    fn encode(&self, th: &ThreadState, input: &Value, is_last: bool) -> Res<Vec<u8>> {
        let text = as_text(th, input)?;
        let pending = self.pending.borrow().clone();
        let text = if pending.is_empty() { text } else { th.concat_strings(&[text_of(th, &pending), text])? };
        let errors = self.errors_text(th)?;
        let mut state = self.state.get();
        let (bytes, rest) = encode(th, &self.codec, &text, &errors, &mut state, is_last)?;
        self.state.set(state);
        *self.pending.borrow_mut() = rest;
        Ok(bytes)
    }
}

impl Carried<u8> {
    fn decode(&self, th: &ThreadState, input: &[u8], is_last: bool) -> Res {
        let mut bytes = self.pending.borrow().clone();
        bytes.extend_from_slice(input);
        let errors = self.errors_text(th)?;
        let mut state = self.state.get();
        let (text, rest) = decode(th, &self.codec, &bytes, &errors, &mut state, is_last)?;
        if rest.len() > 2 * MOST_PENDING {
            return Err(th.error(&exc::UNICODE_ERROR, "pending buffer overflow"));
        }
        self.state.set(state);
        *self.pending.borrow_mut() = rest;
        Ok(text)
    }
}

#[pyclass(name = "MultibyteIncrementalEncoder", module = "_multibytecodec", flags(basetype), text = none)]
pub struct MultibyteIncrementalEncoder {
    /// Characters wait that may belong to those that follow.
    carried: Carried<u32>,
}

fn text_of(th: &ThreadState, points: &[u32]) -> Value {
    let mut out = runtime::objects::str::builder::StrBuilder::new();
    points.iter().for_each(|&point| out.push(point));
    out.finish(th)
}

impl MultibyteIncrementalEncoder {
    fn clear(&self) -> Vec<u8> {
        let mut state = self.carried.state.take();
        self.carried.pending.borrow_mut().clear();
        let mut out = Vec::new();
        self.carried.codec.finish(&mut state, &mut out);
        out
    }
}

/// A state as one number: which characters wait, and what is shifted.
fn packed(pending: &[u8], state: State) -> [u8; 17] {
    let mut all = [0; 17];
    let length = pending.len().min(8);
    all[0] = length as u8;
    all[1..1 + length].copy_from_slice(&pending[..length]);
    all[9..].copy_from_slice(&state.0);
    all
}

#[pymethods]
impl MultibyteIncrementalEncoder {
    #[pyslot("(errors='strict')", text = none)]
    fn new(th: &ThreadState, cls: &Type, errors: Option<&Value>) -> Res {
        let carried = Carried::new(th, cls, errors)?;
        Ok(th.new_instance(cls, MultibyteIncrementalEncoder { carried }))
    }

    #[pyslot("(errors='strict')")]
    fn init(&self, _errors: Option<&Value>) -> Res<()> {
        Ok(())
    }

    #[pymethod("(input, final=False)")]
    fn encode(&self, th: &ThreadState, input: &Value, r#final: bool) -> Res {
        Ok(th.bytes(&self.carried.encode(th, input, r#final)?))
    }

    #[pymethod("()")]
    fn getstate(&self, th: &ThreadState) -> Res {
        let text = text_of(th, &self.carried.pending.borrow())
            .as_str()
            .and_then(|text| text.to_utf8().map(|t| t.into_owned()));
        let bytes = packed(text.unwrap_or_default().as_bytes(), self.carried.state.get());
        let number = dashu_int::IBig::from(dashu_int::UBig::from_le_bytes(&bytes));
        Ok(th.int_from_big(number))
    }

    #[pymethod("(state, /)")]
    fn setstate(&self, th: &ThreadState, state: &Value) -> Res<()> {
        let Some(number) = state.as_int() else { return Err(th.type_error("an integer is required")) };
        let Ok(number) = dashu_int::UBig::try_from(number.to_big()) else {
            return Err(th.overflow_error("can't convert negative int to unsigned"));
        };
        let bytes = number.to_le_bytes();
        if bytes.len() > 17 {
            return Err(th.overflow_error("int too big to convert"));
        }
        let mut all = [0; 17];
        all[..bytes.len()].copy_from_slice(&bytes);
        let length = usize::from(all[0]);
        if length > 8 {
            return Err(th.error(&exc::UNICODE_ERROR, "pending buffer too large"));
        }
        let text = String::from_utf8(all[1..1 + length].to_vec())
            .map_err(|_| th.error(&exc::UNICODE_ERROR, "pending buffer is no text"))?;
        *self.carried.pending.borrow_mut() = text.chars().map(u32::from).collect();
        let mut state = State::default();
        state.0.copy_from_slice(&all[9..]);
        self.carried.state.set(state);
        Ok(())
    }

    #[pymethod("()")]
    fn reset(&self) {
        self.clear();
    }

    #[pygetter(name = "errors")]
    fn get_errors(&self) -> Value {
        self.carried.errors.get_or_none()
    }

    #[pysetter(name = "errors")]
    fn set_errors_attribute(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.carried.set_errors(th, value)
    }
}

#[pyclass(name = "MultibyteIncrementalDecoder", module = "_multibytecodec", flags(basetype), text = none)]
pub struct MultibyteIncrementalDecoder {
    /// Bytes wait of a character that is not complete.
    carried: Carried<u8>,
}

#[pymethods]
impl MultibyteIncrementalDecoder {
    #[pyslot("(errors='strict')", text = none)]
    fn new(th: &ThreadState, cls: &Type, errors: Option<&Value>) -> Res {
        let carried = Carried::new(th, cls, errors)?;
        Ok(th.new_instance(cls, MultibyteIncrementalDecoder { carried }))
    }

    #[pyslot("(errors='strict')")]
    fn init(&self, _errors: Option<&Value>) -> Res<()> {
        Ok(())
    }

    #[pymethod("(input, final=False)")]
    fn decode(&self, th: &ThreadState, input: runtime::buffer::Buffer, r#final: bool) -> Res {
        let bytes = input.to_vec();
        self.carried.decode(th, &bytes, r#final)
    }

    #[pymethod("()")]
    fn getstate(&self, th: &ThreadState) -> Value {
        let pending = th.bytes(&self.carried.pending.borrow());
        let state = u64::from_le_bytes(self.carried.state.get().0);
        let number = dashu_int::IBig::from(state);
        th.tuple(&[pending, th.int_from_big(number)])
    }

    #[pymethod("(state, /)")]
    fn setstate(&self, th: &ThreadState, state: &Value) -> Res<()> {
        let wrong = || th.type_error("setstate(): argument must be a tuple (bytes, int)");
        let Some([pending, number]) = state.as_tuple().map(|items| items.as_slice()) else {
            let class = state.class().full_name();
            return Err(th.type_error(format_args!("setstate() argument must be tuple, not {class}")));
        };
        let (Some(bytes), Some(number)) = (pending.as_bytes(), number.as_int()) else { return Err(wrong()) };
        let number = match number {
            IntView::Small(number) => u64::try_from(number).ok(),
            number => u64::try_from(&number.to_big()).ok(),
        };
        let Some(number) = number else { return Err(th.overflow_error("int too big to convert")) };
        if bytes.len() > MOST_PENDING {
            return Err(th.unicode_error("pending buffer too large"));
        }
        *self.carried.pending.borrow_mut() = bytes.as_slice().to_vec();
        self.carried.state.set(State(number.to_le_bytes()));
        Ok(())
    }

    #[pymethod("()")]
    fn reset(&self) {
        self.carried.reset();
    }

    #[pygetter(name = "errors")]
    fn get_errors(&self) -> Value {
        self.carried.errors.get_or_none()
    }

    #[pysetter(name = "errors")]
    fn set_errors_attribute(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.carried.set_errors(th, value)
    }
}

#[pyclass(name = "MultibyteStreamReader", module = "_multibytecodec", flags(basetype), text = none)]
pub struct MultibyteStreamReader {
    carried: Carried<u8>,
    stream: Value,
}

impl MultibyteStreamReader {
    /// Reads by a method of the stream, again while nothing but the beginning of a character came.
    fn read_by(&self, th: &ThreadState, method: &str, size: isize) -> Res {
        if size == 0 {
            return Ok(th.str(""));
        }
        loop {
            let args = if size < 0 { Vec::new() } else { vec![th.int(size as i64)] };
            let data = th.call_method_str(&self.stream, method, &args)?;
            let Some(read) = data.as_bytes() else {
                let class = data.class().full_name();
                return Err(th.type_error(format_args!("stream function returned a non-bytes object ({class})")));
            };
            let is_end = read.as_slice().is_empty() || size < 0;
            let text = self.carried.decode(th, read.as_slice(), is_end)?;
            if is_end || text.as_str().is_some_and(|text| !text.is_empty()) {
                return Ok(text);
            }
        }
    }

    fn size(th: &ThreadState, size: Option<&Value>) -> Res<isize> {
        match size {
            None => Ok(-1),
            Some(value) if value.is_none() => Ok(-1),
            Some(value) if value.as_int().is_some() => th.index_or(value, &exc::OVERFLOW_ERROR),
            Some(_) => Err(th.type_error("arg 1 must be an integer")),
        }
    }
}

#[pymethods]
impl MultibyteStreamReader {
    #[pyslot("(stream, errors='strict')", text = none)]
    fn new(th: &ThreadState, cls: &Type, stream: &Value, errors: Option<&Value>) -> Res {
        let carried = Carried::new(th, cls, errors)?;
        Ok(th.new_instance(cls, MultibyteStreamReader { carried, stream: stream.clone() }))
    }

    #[pyslot("(stream, errors='strict')")]
    fn init(&self, _stream: &Value, _errors: Option<&Value>) -> Res<()> {
        Ok(())
    }

    #[pymethod("(sizeobj=None, /)")]
    fn read(&self, th: &ThreadState, sizeobj: Option<&Value>) -> Res {
        self.read_by(th, "read", MultibyteStreamReader::size(th, sizeobj)?)
    }

    #[pymethod("(sizeobj=None, /)")]
    fn readline(&self, th: &ThreadState, sizeobj: Option<&Value>) -> Res {
        let size = MultibyteStreamReader::size(th, sizeobj)?;
        self.read_by(th, "readline", size)
    }

    #[pymethod("(sizehintobj=None, /)")]
    fn readlines(&self, th: &ThreadState, sizehintobj: Option<&Value>) -> Res {
        let text = self.read_by(th, "read", MultibyteStreamReader::size(th, sizehintobj)?)?;
        th.call_method_str(&text, "splitlines", &[Value::TRUE])
    }

    #[pymethod("()")]
    fn reset(&self) {
        self.carried.reset();
    }

    #[pygetter(name = "errors")]
    fn get_errors(&self) -> Value {
        self.carried.errors.get_or_none()
    }

    #[pysetter(name = "errors")]
    fn set_errors_attribute(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.carried.set_errors(th, value)
    }

    #[pygetter(member)]
    fn stream(&self) -> Value {
        self.stream.clone()
    }
}

#[pyclass(name = "MultibyteStreamWriter", module = "_multibytecodec", flags(basetype), text = none)]
pub struct MultibyteStreamWriter {
    carried: Carried<u32>,
    stream: Value,
}

impl MultibyteStreamWriter {
    fn write_text(&self, th: &ThreadState, text: &Value, is_last: bool) -> Res<()> {
        let bytes = self.carried.encode(th, text, is_last)?;
        th.call_method_str(&self.stream, "write", &[th.bytes(&bytes)]).map(drop)
    }
}

#[pymethods]
impl MultibyteStreamWriter {
    #[pyslot("(stream, errors='strict')", text = none)]
    fn new(th: &ThreadState, cls: &Type, stream: &Value, errors: Option<&Value>) -> Res {
        let carried = Carried::new(th, cls, errors)?;
        Ok(th.new_instance(cls, MultibyteStreamWriter { carried, stream: stream.clone() }))
    }

    #[pyslot("(stream, errors='strict')")]
    fn init(&self, _stream: &Value, _errors: Option<&Value>) -> Res<()> {
        Ok(())
    }

    #[pymethod("(strobj, /)")]
    fn write(&self, th: &ThreadState, strobj: &Value) -> Res<()> {
        self.write_text(th, strobj, false)
    }

    #[pymethod("(lines, /)")]
    fn writelines(&self, th: &ThreadState, lines: &Value) -> Res<()> {
        th.for_each(lines, |line| self.write_text(th, &line, false))
    }

    #[pymethod("()")]
    fn reset(&self, th: &ThreadState) -> Res<()> {
        let had_state = self.carried.state.get() != State::default() || !self.carried.pending.borrow().is_empty();
        if had_state { self.write_text(th, &th.str(""), true) } else { Ok(()) }
    }

    #[pygetter(name = "errors")]
    fn get_errors(&self) -> Value {
        self.carried.errors.get_or_none()
    }

    #[pysetter(name = "errors")]
    fn set_errors_attribute(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.carried.set_errors(th, value)
    }

    #[pygetter(member)]
    fn stream(&self) -> Value {
        self.stream.clone()
    }
}
