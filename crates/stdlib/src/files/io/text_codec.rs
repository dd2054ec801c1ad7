//! Decoding and encoding in pieces for text streams: UTF-8, Latin-1 and ASCII natively, other encodings through their
//! codec's incremental classes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use runtime::codecs::{registry, utf};
use runtime::error::Raised;
use runtime::gc::ValueCell;
use runtime::objects::exceptions as exc;
use runtime::{Res, ThreadState, Value};

use super::newline::{Mode, Newlines};

/// How one direction converts.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Way {
    /// The stream does not go in this direction.
    #[default]
    None,
    Utf8,
    Latin1,
    Ascii,
    Object,
}

fn native(name: &str) -> Way {
    match name {
        "utf-8" => Way::Utf8,
        "iso8859-1" => Way::Latin1,
        "ascii" => Way::Ascii,
        _ => Way::Object,
    }
}

/// A text encoding's codec.
pub struct Codec {
    info: Value,
    way: Way,
}

impl Codec {
    /// LookupError if there is no such encoding, or it is not one of text.
    pub fn lookup(th: &ThreadState, encoding: &str) -> Res<Codec> {
        let info = registry::lookup(th, encoding)?;
        if registry::is_binary(th, &info)? {
            return Err(th.lookup_error(format_args!("'{encoding}' is not a text encoding")));
        }
        let name = th.getattr_opt_str(&info, "name")?;
        let way = match name.as_ref().and_then(Value::as_str).and_then(|name| name.as_ascii()) {
            Some(name) => native(name),
            None => Way::Object,
        };
        Ok(Codec { info, way })
    }

    fn make(&self, th: &ThreadState, class: &str, errors: &Value) -> Res<Option<Value>> {
        if self.way != Way::Object {
            return Ok(None);
        }
        let class = th.getattr_str(&self.info, class)?;
        th.call(&class, std::slice::from_ref(errors)).map(Some)
    }
}

/// An error of native decoding as the codec's own class raises it, from a frame that tracebacks show. Only where no handler of
/// errors was called, which a second attempt would call again.
#[cold]
fn failed_in_codec(th: &ThreadState, raised: Raised, encoding: &str, bytes: &[u8], errors: &str, last: bool) -> Raised {
    if errors != "strict" {
        return raised;
    }
    let error = th.take_raised(raised);
    let attempt = || -> Res {
        let class = th.getattr_str(&registry::lookup(th, encoding)?, "incrementaldecoder")?;
        let decoder = th.call(&class, &[th.str(errors)])?;
        th.call_method_str(&decoder, "decode", &[th.bytes(bytes), Value::bool(last)])
    };
    match attempt() {
        Err(raised) if th.raised_is(&raised, &exc::UNICODE_DECODE_ERROR) => raised,
        Err(raised) => {
            drop(th.take_raised(raised));
            th.raise_as_is(error)
        }
        Ok(_) => th.raise_as_is(error),
    }
}

/// Bytes to text. A decoder's state is the bytes that it holds back and a number; line ends add a bit to the number.
#[derive(Default)]
pub struct Decoding {
    way: Cell<Way>,
    held: RefCell<Vec<u8>>,
    object: ValueCell,
    newlines: RefCell<Option<Newlines>>,
}

impl runtime::gc::Traverse for Decoding {
    fn traverse(&self, visit: &mut runtime::gc::Visitor<'_>) {
        self.object.traverse(visit);
    }

    fn clear(&self) {
        self.way.set(Way::None);
        self.object.set(None);
    }
}

impl Decoding {
    pub fn none(&self) -> bool {
        self.way.get() == Way::None
    }

    pub fn set_up(&self, th: &ThreadState, codec: Option<(&Codec, &Value)>, mode: Mode) -> Res<()> {
        self.held.borrow_mut().clear();
        match codec {
            Some((codec, errors)) => {
                self.object.set(codec.make(th, "incrementaldecoder", errors)?);
                self.way.set(codec.way);
            }
            None => {
                self.object.set(None);
                self.way.set(Way::None);
            }
        }
        *self.newlines.borrow_mut() = mode.reads_universal().then(|| Newlines::new(mode == Mode::Translate));
        Ok(())
    }

    /// The text of more bytes; `last` when none follow.
    pub fn decode(&self, th: &ThreadState, bytes: &[u8], errors: &str, last: bool) -> Res {
        let text = match self.way.get() {
            Way::Latin1 => th.str_from_latin1(bytes),
            Way::Ascii if bytes.is_ascii() => th.str_from_ascii(bytes),
            Way::Ascii => utf::decode_ascii(th, bytes, errors)
                .map_err(|raised| failed_in_codec(th, raised, "ascii", bytes, errors, last))?,
            Way::Utf8 => self.decode_utf8(th, bytes, errors, last)?,
            Way::Object | Way::None => {
                let decoder = self.object.get_or_none();
                let text = th.call_method_str(&decoder, "decode", &[th.bytes(bytes), Value::bool(last)])?;
                if text.as_str().is_none() {
                    let class = text.class().full_name();
                    return Err(th.type_error(format_args!("decoder should return a string result, not '{class}'")));
                }
                text
            }
        };
        Ok(match &*self.newlines.borrow() {
            Some(newlines) => newlines.decode(th, text, last),
            None => text,
        })
    }

    fn decode_utf8(&self, th: &ThreadState, bytes: &[u8], errors: &str, last: bool) -> Res {
        let held_before = self.held.borrow().len();
        let joined = {
            let mut held = self.held.borrow_mut();
            if held.is_empty() {
                None
            } else {
                held.extend_from_slice(bytes);
                Some(std::mem::take(&mut *held))
            }
        };
        let bytes = joined.as_deref().unwrap_or(bytes);
        if bytes.is_ascii() {
            return Ok(th.str_from_ascii(bytes));
        }
        // Well-formed text, but for an end that the next bytes may complete.
        let complete = match std::str::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) if !last && error.error_len().is_none() => {
                std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()
            }
            Err(_) => None,
        };
        if let Some(text) = complete {
            self.held.borrow_mut().extend_from_slice(&bytes[text.len()..]);
            return Ok(th.str(text));
        }
        match utf::decode_utf8(th, bytes, errors, last) {
            Ok((text, used)) => {
                self.held.borrow_mut().extend_from_slice(&bytes[used..]);
                Ok(text)
            }
            Err(raised) => {
                let raised = failed_in_codec(th, raised, "utf-8", bytes, errors, last);
                // The decoder's state is that before the failure.
                if let Some(mut joined) = joined {
                    joined.truncate(held_before);
                    *self.held.borrow_mut() = joined;
                }
                Err(raised)
            }
        }
    }

    /// The bytes held back and the number.
    pub fn state(&self, th: &ThreadState) -> Res<(Vec<u8>, i64)> {
        let (held, flags) = match self.way.get() {
            Way::Object => {
                let state = th.call_method_str(&self.object.get_or_none(), "getstate", &[])?;
                let Some([held, flags]) = state.as_tuple().map(|state| state.as_slice()) else {
                    return Err(th.type_error("illegal decoder state"));
                };
                let Some(held) = held.as_bytes() else {
                    let class = held.class().full_name();
                    return Err(th.type_error(format_args!(
                        "illegal decoder state: the first item should be a bytes object, not '{class}'"
                    )));
                };
                (held.as_slice().to_vec(), th.index_or(flags, &exc::OVERFLOW_ERROR)? as i64)
            }
            _ => (self.held.borrow().clone(), 0),
        };
        Ok(match &*self.newlines.borrow() {
            Some(newlines) => (held, flags << 1 | i64::from(newlines.pending())),
            None => (held, flags),
        })
    }

    pub fn set_state(&self, th: &ThreadState, held: &[u8], mut flags: i64) -> Res<()> {
        if let Some(newlines) = &*self.newlines.borrow() {
            newlines.set_pending(flags & 1 != 0);
            flags >>= 1;
        }
        if self.way.get() == Way::Object {
            let state = th.tuple(&[th.bytes(held), th.int(flags)]);
            th.call_method_str(&self.object.get_or_none(), "setstate", &[state])?;
        } else {
            *self.held.borrow_mut() = held.to_vec();
        }
        Ok(())
    }

    pub fn reset(&self, th: &ThreadState) -> Res<()> {
        if let Some(newlines) = &*self.newlines.borrow() {
            newlines.reset();
        }
        self.held.borrow_mut().clear();
        match self.object.get() {
            Some(decoder) => th.call_method_str(&decoder, "reset", &[]).map(drop),
            None => Ok(()),
        }
    }

    /// The line ends seen so far.
    pub fn newlines(&self, th: &ThreadState) -> Value {
        self.newlines.borrow().as_ref().map_or(Value::NONE, |newlines| newlines.seen(th))
    }
}

/// Text to bytes.
#[derive(Default)]
pub struct Encoding {
    way: Cell<Way>,
    object: ValueCell,
}

impl runtime::gc::Traverse for Encoding {
    fn traverse(&self, visit: &mut runtime::gc::Visitor<'_>) {
        self.object.traverse(visit);
    }

    fn clear(&self) {
        self.way.set(Way::None);
        self.object.set(None);
    }
}

impl Encoding {
    pub fn none(&self) -> bool {
        self.way.get() == Way::None
    }

    pub fn set_up(&self, th: &ThreadState, codec: Option<(&Codec, &Value)>) -> Res<()> {
        match codec {
            Some((codec, errors)) => {
                self.object.set(codec.make(th, "incrementalencoder", errors)?);
                self.way.set(codec.way);
            }
            None => {
                self.object.set(None);
                self.way.set(Way::None);
            }
        }
        Ok(())
    }

    /// Hands the text's bytes to `put`.
    pub fn encode(
        &self,
        th: &ThreadState,
        text: &Value,
        errors: impl FnOnce() -> Rc<str>,
        put: impl FnOnce(&[u8]),
    ) -> Res<()> {
        if self.way.get() != Way::Object
            && let Some(ascii) = text.as_str().and_then(|text| text.as_ascii())
        {
            put(ascii.as_bytes());
            return Ok(());
        }
        match self.way.get() {
            Way::Utf8 => put(&utf::encode_utf8(th, text, &errors())?),
            Way::Latin1 => put(&utf::encode_latin1(th, text, &errors())?),
            Way::Ascii => put(&utf::encode_ascii(th, text, &errors())?),
            Way::Object | Way::None => {
                let bytes = th.call_method_str(&self.object.get_or_none(), "encode", std::slice::from_ref(text))?;
                let Some(bytes) = bytes.as_bytes() else {
                    let class = bytes.class().full_name();
                    return Err(th.type_error(format_args!("encoder should return a bytes object, not '{class}'")));
                };
                put(bytes.as_slice());
            }
        }
        Ok(())
    }

    /// Whether the next bytes are the stream's first, which may get a byte order mark.
    pub fn set_at_start(&self, th: &ThreadState, at_start: bool) -> Res<()> {
        match self.object.get() {
            Some(encoder) if at_start => th.call_method_str(&encoder, "reset", &[]).map(drop),
            Some(encoder) => th.call_method_str(&encoder, "setstate", &[Value::index(0)]).map(drop),
            None => Ok(()),
        }
    }
}
