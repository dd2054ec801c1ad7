//! Line ends of text: `IncrementalNewlineDecoder` and the search for the end of a line.

use std::cell::Cell;

use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::objects::str::builder::StrBuilder;
use runtime::objects::str::{Chars, Str};
use runtime::objects::tuple::Tuple;
use runtime::protocol::numbers::BinaryOp;
use runtime::{Res, ThreadState, Type, Value};

const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;

/// Universal newlines over a text that arrives in pieces.
#[derive(Default)]
pub struct Newlines {
    translate: Cell<bool>,
    /// A carriage return that a line feed may follow.
    pending: Cell<bool>,
    seen: Cell<u8>,
}

impl Newlines {
    pub fn new(translate: bool) -> Newlines {
        Newlines { translate: Cell::new(translate), ..Newlines::default() }
    }

    /// Forgets the line ends and the pending carriage return.
    pub fn reset(&self) {
        self.seen.set(0);
        self.pending.set(false);
    }

    pub fn pending(&self) -> bool {
        self.pending.get()
    }

    pub fn set_pending(&self, pending: bool) {
        self.pending.set(pending);
    }

    /// The line ends seen so far, as the attribute `newlines` shows them.
    pub fn seen(&self, th: &ThreadState) -> Value {
        let seen = self.seen.get();
        let kinds: Vec<Value> = [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")]
            .into_iter()
            .filter(|(bit, _)| seen & bit != 0)
            .map(|(_, text)| th.str(text))
            .collect();
        match &kinds[..] {
            [] => Value::NONE,
            [one] => one.clone(),
            _ => th.tuple(&kinds),
        }
    }

    /// The next piece of text with its line ends translated and recorded.
    pub fn decode(&self, th: &ThreadState, piece: Value, last: bool) -> Value {
        let Some(text) = piece.as_str() else { return piece };
        let ends_open = !last && !text.is_empty() && text.char_at(text.len() - 1) == 13;
        let leads = self.pending.get() && (last || !text.is_empty());
        if !leads && !ends_open {
            if find(text, 0, text.len(), 13).is_none() {
                if self.seen.get() & SEEN_LF == 0 && find(text, 0, text.len(), 10).is_some() {
                    self.seen.set(self.seen.get() | SEEN_LF);
                }
                return piece;
            }
            if !self.translate.get() && self.seen.get() == SEEN_CR | SEEN_LF | SEEN_CRLF {
                return piece;
            }
        }
        self.pending.set(ends_open);
        let end = text.len() - usize::from(ends_open);
        let mut out = StrBuilder::with_capacity(end + usize::from(leads));
        let mut seen = self.seen.get();
        let mut at = 0;
        // The carriage return that stands before the text, if `leads`; then each one in it.
        let mut found = if leads { Some(None) } else { find(text, 0, end, 13).map(Some) };
        while let Some(place) = found {
            let after = match place {
                Some(place) => {
                    if find(text, at, place, 10).is_some() {
                        seen |= SEEN_LF;
                    }
                    out.push_range(text, at, place);
                    place + 1
                }
                None => 0,
            };
            let pair = after < end && text.char_at(after) == 10;
            seen |= if pair { SEEN_CRLF } else { SEEN_CR };
            if self.translate.get() {
                out.push(10);
            } else {
                out.push(13);
                if pair {
                    out.push(10);
                }
            }
            at = after + usize::from(pair);
            found = find(text, at, end, 13).map(Some);
        }
        if find(text, at, end, 10).is_some() {
            seen |= SEEN_LF;
        }
        out.push_range(text, at, end);
        self.seen.set(seen);
        out.finish(th)
    }
}

/// Where an ASCII character stands between two positions (in range) of a text.
pub fn find(text: &Str, start: usize, end: usize, point: u8) -> Option<usize> {
    find_char(text.chars(), start, end, point)
}

fn find_char(text: Chars<'_>, start: usize, end: usize, point: u8) -> Option<usize> {
    if start >= end {
        return None;
    }
    let place = match text {
        Chars::Ascii(chars) => memchr::memchr(point, &chars.as_bytes()[start..end]),
        Chars::Latin1(chars) => memchr::memchr(point, &chars[start..end]),
        Chars::Ucs2(chars) => find_unit(&chars[start..end], u16::from(point)),
        Chars::Ucs4(chars) => find_unit(&chars[start..end], u32::from(point)),
    };
    place.map(|place| start + place)
}

/// The place of a unit: many are compared at once.
fn find_unit<T: Copy + PartialEq>(units: &[T], wanted: T) -> Option<usize> {
    const AT_ONCE: usize = 32;
    let mut at = 0;
    for chunk in units.chunks(AT_ONCE) {
        if chunk.iter().fold(false, |found, &unit| found | (unit == wanted)) {
            return chunk.iter().position(|&unit| unit == wanted).map(|place| at + place);
        }
        at += AT_ONCE;
    }
    None
}

fn stands_at(text: Chars<'_>, place: usize, point: u8) -> bool {
    match text {
        Chars::Ascii(chars) => chars.as_bytes()[place] == point,
        Chars::Latin1(chars) => chars[place] == point,
        Chars::Ucs2(chars) => chars[place] == u16::from(point),
        Chars::Ucs4(chars) => chars[place] == u32::from(point),
    }
}

/// How lines end for a reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LineEnd {
    /// At "\n": translated text, or that was asked for.
    #[default]
    LineFeed,
    /// At "\n", "\r" and "\r\n" alike.
    Universal,
    Return,
    ReturnLineFeed,
}

impl LineEnd {
    /// Whether only "\r\n" ends a line.
    pub fn is_pair(self) -> bool {
        self == LineEnd::ReturnLineFeed
    }

    /// The position after the end of the line that starts at `start`, in a text of `length` characters; `Err` is where to
    /// go on searching when more text is there.
    pub fn find(self, text: Chars<'_>, start: usize, length: usize) -> Result<usize, usize> {
        match self {
            LineEnd::LineFeed => find_char(text, start, length, 10).map(|place| place + 1).ok_or(length),
            LineEnd::Return => find_char(text, start, length, 13).map(|place| place + 1).ok_or(length),
            LineEnd::ReturnLineFeed => {
                let mut from = start;
                while let Some(place) = find_char(text, from, length, 13) {
                    from = place + 1;
                    if from == length {
                        return Err(place);
                    }
                    if stands_at(text, from, 10) {
                        return Ok(from + 1);
                    }
                }
                Err(length)
            }
            LineEnd::Universal => {
                let feed = find_char(text, start, length, 10);
                match find_char(text, start, feed.unwrap_or(length), 13) {
                    Some(place) if place + 1 < length && stands_at(text, place + 1, 10) => Ok(place + 2),
                    Some(place) => Ok(place + 1),
                    None => feed.map(|place| place + 1).ok_or(length),
                }
            }
        }
    }
}

/// The argument `newline` of text streams.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// `None`: every kind of line end is read as "\n".
    #[default]
    Translate,
    /// `''`: every kind ends a line and stays as it is.
    Universal,
    LineFeed,
    Return,
    ReturnLineFeed,
}

impl Mode {
    /// Of the argument, if it is a legal text.
    pub fn of(text: &Str) -> Option<Mode> {
        Some(match text.as_ascii()? {
            "" => Mode::Universal,
            "\n" => Mode::LineFeed,
            "\r" => Mode::Return,
            "\r\n" => Mode::ReturnLineFeed,
            _ => return None,
        })
    }

    /// The argument again, for `None` a missing one.
    pub fn text(self) -> Option<&'static str> {
        match self {
            Mode::Translate => None,
            Mode::Universal => Some(""),
            Mode::LineFeed => Some("\n"),
            Mode::Return => Some("\r"),
            Mode::ReturnLineFeed => Some("\r\n"),
        }
    }

    pub fn reads_universal(self) -> bool {
        matches!(self, Mode::Translate | Mode::Universal)
    }

    /// How lines end in text that has gone through the newline decoder.
    pub fn line_end(self) -> LineEnd {
        match self {
            Mode::Translate | Mode::LineFeed => LineEnd::LineFeed,
            Mode::Universal => LineEnd::Universal,
            Mode::Return => LineEnd::Return,
            Mode::ReturnLineFeed => LineEnd::ReturnLineFeed,
        }
    }

    /// What "\n" is written as, if not as it is.
    pub fn written(self) -> Option<&'static str> {
        match self {
            Mode::Return => Some("\r"),
            Mode::ReturnLineFeed => Some("\r\n"),
            _ => None,
        }
    }
}

/// The text with each "\n" replaced by `ending`.
pub fn with_ending(th: &ThreadState, text: &Str, ending: &str) -> Value {
    let mut out = StrBuilder::with_capacity(text.len() + 16);
    let mut at = 0;
    while let Some(place) = find(text, at, text.len(), 10) {
        out.push_range(text, at, place);
        out.push_str(ending);
        at = place + 1;
    }
    out.push_range(text, at, text.len());
    out.finish(th)
}

/// Codec used when reading a file in universal newlines mode.
///
/// It wraps another incremental decoder, translating \r\n and \r into \n.
/// It also records the types of newlines encountered.  When used with
/// translate=False, it ensures that the newline sequence is returned in
/// one piece. When used with decoder=None, it expects unicode strings as
/// decode input and translates newlines without first invoking an external
/// decoder.
#[pyclass(name = "IncrementalNewlineDecoder", module = "_io", flags(basetype, object_new))]
pub struct IncrementalNewlineDecoder {
    /// Empty until `__init__` has run.
    decoder: ValueCell,
    errors: ValueCell,
    #[notrace]
    newlines: Newlines,
}

impl IncrementalNewlineDecoder {
    fn decoder(&self, th: &ThreadState) -> Res {
        self.decoder.get().ok_or_else(|| th.value_error("IncrementalNewlineDecoder.__init__() not called"))
    }

    /// What `decode` does, for other streams.
    pub fn decode_piece(&self, th: &ThreadState, input: &Value, last: bool) -> Res {
        let decoder = self.decoder(th)?;
        let output = match decoder.is_none() {
            true => input.clone(),
            false => th.call_method_str(&decoder, "decode", &[input.clone(), Value::bool(last)])?,
        };
        if output.as_str().is_none() {
            let class = output.class().full_name();
            return Err(th.type_error(format_args!("decoder should return a string result, not '{class}'")));
        }
        Ok(self.newlines.decode(th, output, last))
    }
}

#[pymethods]
impl IncrementalNewlineDecoder {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        let payload = IncrementalNewlineDecoder {
            decoder: ValueCell::empty(),
            errors: ValueCell::empty(),
            newlines: Newlines::default(),
        };
        Ok(th.new_instance(class, payload))
    }

    #[pyslot("(decoder, translate, errors='strict')")]
    fn init(&self, th: &ThreadState, decoder: &Value, translate: bool, errors: Option<&Value>) -> Res<()> {
        self.errors.set(Some(errors.cloned().unwrap_or_else(|| th.intern("strict"))));
        self.decoder.set(Some(decoder.clone()));
        self.newlines.translate.set(translate);
        self.newlines.reset();
        Ok(())
    }

    #[pymethod("(input, final=False)")]
    fn decode(&self, th: &ThreadState, input: &Value, last: bool) -> Res {
        self.decode_piece(th, input, last)
    }

    #[pymethod("()")]
    fn getstate(&self, th: &ThreadState) -> Res {
        let decoder = self.decoder(th)?;
        let (buffer, flags) = if decoder.is_none() {
            (th.bytes(b""), Value::index(0))
        } else {
            let state = th.call_method_str(&decoder, "getstate", &[])?;
            match state.downcast::<Tuple>().map(|state| state.as_slice()) {
                Some([buffer, flags]) if flags.as_int().is_some() => (buffer.clone(), flags.clone()),
                _ => return Err(th.type_error("illegal decoder state")),
            }
        };
        let flags = th.binary(BinaryOp::Lshift, &flags, &Value::index(1))?;
        let pending = Value::index(usize::from(self.newlines.pending()));
        let flags = th.binary(BinaryOp::Or, &flags, &pending)?;
        Ok(th.tuple(&[buffer, flags]))
    }

    #[pymethod("(state, /)")]
    fn setstate(&self, th: &ThreadState, state: &Value) -> Res {
        let decoder = self.decoder(th)?;
        let Some(items) = state.downcast::<Tuple>().map(|state| state.as_slice()) else {
            return Err(th.type_error("state argument must be a tuple"));
        };
        let [buffer, flags] = items else { return Err(th.type_error("setstate(): illegal state argument")) };
        if flags.as_int().is_none() {
            return Err(th.type_error("setstate(): illegal state argument"));
        }
        let odd = th.binary(BinaryOp::And, flags, &Value::index(1))?;
        self.newlines.set_pending(th.is_true(&odd)?);
        if decoder.is_none() {
            return Ok(Value::NONE);
        }
        let flags = th.binary(BinaryOp::Rshift, flags, &Value::index(1))?;
        th.call_method_str(&decoder, "setstate", &[th.tuple(&[buffer.clone(), flags])])
    }

    #[pymethod("()")]
    fn reset(&self, th: &ThreadState) -> Res {
        let decoder = self.decoder(th)?;
        self.newlines.reset();
        if decoder.is_none() { Ok(Value::NONE) } else { th.call_method_str(&decoder, "reset", &[]) }
    }

    #[pygetter(name = "newlines")]
    fn get_newlines(&self, th: &ThreadState) -> Res {
        self.decoder(th)?;
        Ok(self.newlines.seen(th))
    }
}
