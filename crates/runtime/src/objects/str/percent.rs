//! The `%` operator of `str`, and what it shares with that of `bytes`: the arguments and the numbers.

use algo::format_spec::LARGEST_PRECISION;
use algo::number::int_text::decimal;
use algo::percent::{self, Amount, Conversion, PercentFlags, Piece, Pieces};

use super::builder::StrBuilder;
use super::{STR_TYPE, Str};
use crate::error::{Raised, Res};
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::value::Value;

/// Hands out the arguments of a format: a tuple's items, or one object; keys look into a mapping.
pub struct Percent<'a> {
    pub th: &'a ThreadState,
    args: &'a Value,
    next: usize,
    /// The object that the last key found, if it has not been used.
    keyed: Option<Value>,
    mapping: bool,
    /// Bytes are formatted, which has words of its own.
    is_bytes: bool,
}

impl<'a> Percent<'a> {
    pub fn new(th: &'a ThreadState, args: &'a Value) -> Percent<'a> {
        let text = args.as_str().is_some() || args.as_tuple().is_some();
        let mapping = args.class().slots().mp_subscript.get().is_some() && !text;
        Percent { th, args, next: 0, keyed: None, mapping, is_bytes: false }
    }

    /// For formats of bytes, to which bytes are no mapping.
    pub fn of_bytes(th: &'a ThreadState, args: &'a Value) -> Percent<'a> {
        let percent = Percent::new(th, args);
        let bytes = args.as_bytes().is_some() || crate::objects::bytearray::is_bytearray(args);
        Percent { mapping: percent.mapping && !bytes, is_bytes: true, ..percent }
    }

    pub fn argument(&mut self) -> Res {
        if let Some(value) = self.keyed.take() {
            self.next = usize::MAX;
            return Ok(value);
        }
        let value = match self.args.as_tuple() {
            Some(items) => items.as_slice().get(self.next),
            None => (self.next == 0).then_some(self.args),
        };
        match value {
            Some(value) => {
                self.next += 1;
                Ok(value.clone())
            }
            None => Err(self.th.type_error("not enough arguments for format string")),
        }
    }

    /// Looks a key up; what it finds is the next argument, and the only one.
    pub fn key(&mut self, key: &Value) -> Res<()> {
        self.keyed = Some(self.th.get_item(self.args, key)?);
        Ok(())
    }

    pub fn require_mapping(&self) -> Res<()> {
        if self.mapping { Ok(()) } else { Err(self.th.type_error("format requires a mapping")) }
    }

    /// All arguments must have been used, unless they are a mapping.
    pub fn finish(&self, what: &str) -> Res<()> {
        let all_used = match self.args.as_tuple() {
            Some(items) => self.next >= items.len(),
            None => self.next > 0 || self.mapping,
        };
        if all_used {
            return Ok(());
        }
        Err(self.th.type_error(format_args!("not all arguments converted during {what} formatting")))
    }

    /// A `*`: an int, with its sign.
    fn star(&mut self, too_big: &str) -> Res<i64> {
        let value = self.argument()?;
        let Some(number) = value.as_int() else { return Err(self.th.type_error("* wants int")) };
        match number.to_i64() {
            Some(number) => Ok(number),
            None => Err(self.th.overflow_error(too_big)),
        }
    }

    /// Serves the stars of a conversion: its width and precision, with the flags as they are then.
    pub fn amounts(&mut self, conversion: &mut Conversion) -> Res<(usize, Option<usize>)> {
        const TOO_LARGE: &str = "Python int too large to convert to C ssize_t";
        let width = match conversion.width {
            Some(Amount::Star) => {
                let width = self.star(TOO_LARGE)?;
                if width == i64::MIN {
                    return Err(self.th.overflow_error("width too big"));
                }
                conversion.flags.left |= width < 0;
                width.unsigned_abs() as usize
            }
            Some(Amount::Given(width)) => width,
            None => 0,
        };
        let precision = match conversion.precision {
            Some(Amount::Star) => {
                let precision = self.star("Python int too large to convert to C int")?;
                if i32::try_from(precision).is_err() {
                    return Err(self.th.overflow_error("Python int too large to convert to C int"));
                }
                Some(precision.max(0) as usize)
            }
            Some(Amount::Given(precision)) => Some(precision),
            None => None,
        };
        if let Some(error) = conversion.error {
            let message = match error {
                percent::PercentError::PrecisionTooBig if self.is_bytes => "prec too big",
                error => error.message(),
            };
            return Err(self.th.value_error(message));
        }
        self.th.check_room(width)?;
        super::format::check_precision(self.th, precision.unwrap_or(0))?;
        Ok((width, precision))
    }

    /// The text of a numeric conversion; `None` if `code` is none.
    pub fn number(&mut self, code: char, alternate: bool, precision: Option<usize>) -> Res<Option<String>> {
        match code {
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
                let value = self.argument()?;
                let number = self.integer(&value, code)?;
                let Some(view) = number.as_int() else { return Ok(None) };
                if precision.is_some_and(|precision| precision > i32::MAX as usize - 3) {
                    return Err(self.th.overflow_error("precision too large"));
                }
                if matches!(code, 'd' | 'i' | 'u') {
                    crate::objects::int::text::check_digits(self.th, view)?;
                }
                Ok(Some(percent::int_body(view.as_int_ref(), code, alternate, precision)))
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let value = self.argument()?;
                let number = match self.th.to_f64(&value) {
                    Err(raised) if self.is_bytes && self.th.raised_is(&raised, &exc::TYPE_ERROR) => {
                        drop(self.th.take_raised(raised));
                        let found = value.class().full_name();
                        return Err(self.th.type_error(format_args!("float argument required, not {found}")));
                    }
                    number => number?,
                };
                if precision.is_some_and(|precision| precision > LARGEST_PRECISION) {
                    return Err(self.th.value_error("precision too big"));
                }
                Ok(Some(percent::float_body(number, code, alternate, precision)))
            }
            _ => {
                // The argument is taken before the conversion is looked at.
                drop(self.argument()?);
                Ok(None)
            }
        }
    }

    /// The int that `%d` and its kin show.
    fn integer(&self, value: &Value, code: char) -> Res {
        let th = self.th;
        if value.as_int().is_some() {
            return Ok(value.clone());
        }
        let bases = matches!(code, 'o' | 'x' | 'X');
        let slots = value.class().slots();
        let is_number = slots.nb_index.get().is_some()
            || slots.nb_int.get().is_some()
            || slots.nb_float.get().is_some()
            || value.as_complex().is_some();
        let converted = match (is_number, bases) {
            (false, _) => None,
            (true, true) => th.catch(th.index(value), &exc::TYPE_ERROR)?,
            (true, false) => th.catch(th.to_int(value), &exc::TYPE_ERROR)?,
        };
        converted.ok_or_else(|| {
            let wanted = if bases { "an integer" } else { "a real number" };
            let found = value.class().full_name();
            th.type_error(format_args!("%{code} format: {wanted} is required, not {found}"))
        })
    }

    #[cold]
    pub fn unsupported(&self, code: u32, index: usize) -> Raised {
        let shown = char::from_u32(code).filter(|_| code > 31 && code < 128).unwrap_or('?');
        self.th.value_error(format_args!("unsupported format character '{shown}' (0x{code:x}) at index {index}"))
    }

    /// `format % args` for a string.
    pub fn format_str(th: &ThreadState, format: &Value, args: &Value) -> Res {
        let Some(text) = format.as_str() else { return Ok(Value::NOT_IMPLEMENTED) };
        if let Some(done) = format_plain(th, text, args) {
            return Ok(done);
        }
        let mut percent = Percent::new(th, args);
        let mut out = StrBuilder::with_capacity(text.len() + 16);
        match text.chars() {
            super::Chars::Ascii(chars) => percent.run(text, Pieces::new(chars.as_bytes()), &mut out)?,
            super::Chars::Latin1(chars) => percent.run(text, Pieces::new(chars), &mut out)?,
            super::Chars::Ucs2(chars) => percent.run(text, Pieces::new(chars), &mut out)?,
            super::Chars::Ucs4(chars) => percent.run(text, Pieces::new(chars), &mut out)?,
        }
        percent.finish("string")?;
        Ok(out.finish(th))
    }

    fn run(&mut self, text: &Str, pieces: impl Iterator<Item = Piece>, out: &mut StrBuilder) -> Res<()> {
        for piece in pieces {
            match piece {
                Piece::Literal(range) => out.push_range(text, range.start, range.end),
                Piece::Percent => out.push(u32::from(b'%')),
                Piece::Conversion(conversion) => self.convert(text, conversion, out)?,
            }
        }
        Ok(())
    }

    /// `%d` and `%s` of small ints and strings, without flags; false for anything else, and nothing is taken then.
    fn plain(&mut self, code: u32, out: &mut StrBuilder) -> Res<bool> {
        if self.keyed.is_some() || !matches!(char::from_u32(code), Some('d' | 's')) {
            return Ok(false);
        }
        let value = match self.args.as_tuple() {
            Some(items) => items.as_slice().get(self.next),
            None => (self.next == 0).then_some(self.args),
        };
        let Some(value) = value else { return Ok(false) };
        if let Some(number) = value.as_small_int() {
            out.push_latin1(decimal(number, &mut [0; 20]).as_bytes());
        } else if let Some(text) = value.downcast_exact::<Str>().filter(|_| code == u32::from(b's')) {
            out.push_text(text);
        } else {
            return Ok(false);
        }
        self.next += 1;
        Ok(true)
    }

    fn convert(&mut self, text: &Str, mut conversion: Conversion, out: &mut StrBuilder) -> Res<()> {
        let th = self.th;
        if let Some(key) = conversion.key.clone() {
            self.require_mapping()?;
            self.key(&th.str_part(text, key.start, key.end))?;
        } else if matches!(conversion.error, Some(percent::PercentError::IncompleteKey)) {
            self.require_mapping()?;
        }
        let (width, precision) = self.amounts(&mut conversion)?;
        if width == 0
            && precision.is_none()
            && conversion.flags == PercentFlags::default()
            && self.plain(conversion.code, out)?
        {
            return Ok(());
        }
        let code = char::from_u32(conversion.code).unwrap_or('\u{FFFD}');
        let shown = match code {
            's' => th.str_of(&self.argument()?)?,
            'r' => th.repr(&self.argument()?)?,
            'a' => th.ascii(&self.argument()?)?,
            'c' => character(th, &self.argument()?)?,
            _ => {
                let Some(body) = self.number(code, conversion.flags.alternate, precision)? else {
                    return Err(self.unsupported(conversion.code, conversion.index));
                };
                percent::render_number(out, &body, code, conversion.flags, width);
                return Ok(());
            }
        };
        let Some(shown) = shown.as_str() else { return Ok(()) };
        let taken = if code == 'c' { shown.len() } else { precision.unwrap_or(usize::MAX).min(shown.len()) };
        let padding = width.saturating_sub(taken);
        out.fill(u32::from(b' '), if conversion.flags.left { 0 } else { padding });
        out.push_range(shown, 0, taken);
        out.fill(u32::from(b' '), if conversion.flags.left { padding } else { 0 });
        Ok(())
    }
}

/// A format of nothing but ASCII, `%s` and `%d`, with narrow strings and small ints for them: measured, then filled.
/// `None` for anything else, an error among it.
fn format_plain(th: &ThreadState, format: &Str, args: &Value) -> Option<Value> {
    let format = format.as_ascii()?.as_bytes();
    let items = match args.as_tuple() {
        Some(items) => items.as_slice(),
        None => std::slice::from_ref(args),
    };
    let (mut length, mut used) = (0, 0);
    let mut rest = format;
    while let Some(start) = rest.iter().position(|&byte| byte == b'%') {
        let (code, item) = (*rest.get(start + 1)?, items.get(used)?);
        length += start;
        if let Some(text) = item.downcast_exact::<Str>() {
            if code != b's' || text.width() != 1 {
                return None;
            }
            length += text.len();
        } else {
            if !matches!(code, b's' | b'd') {
                return None;
            }
            length += decimal(item.as_small_int()?, &mut [0; 20]).len();
        }
        used += 1;
        rest = &rest[start + 2..];
    }
    length += rest.len();
    if used != items.len() || length < 2 {
        return None;
    }
    let fill = |out: &mut [u8]| {
        let (mut at, mut rest) = (0, format);
        let mut put = |bytes: &[u8]| {
            out[at..at + bytes.len()].copy_from_slice(bytes);
            at += bytes.len();
        };
        for item in items {
            let start = rest.iter().position(|&byte| byte == b'%').unwrap_or(rest.len());
            put(&rest[..start]);
            match item.downcast_exact::<Str>() {
                Some(text) => put(text.raw()),
                None => put(decimal(item.as_small_int().unwrap_or(0), &mut [0; 20]).as_bytes()),
            }
            rest = rest.get(start + 2..).unwrap_or_default();
        }
        put(rest);
    };
    Some(th.str_filled_latin1(length, fill))
}

/// What `%c` shows.
fn character(th: &ThreadState, value: &Value) -> Res {
    if let Some(text) = value.as_str() {
        if text.len() == 1 {
            return Ok(if value.is_exactly(&STR_TYPE) { value.clone() } else { th.str_from_char(text.char_at(0)) });
        }
        return Err(th.type_error(format_args!(
            "%c requires an int or a unicode character, not a string of length {}",
            text.len()
        )));
    }
    if !th.is_index(value) {
        let found = value.class().qualified_name(th);
        return Err(th.type_error(format_args!("%c requires an int or a unicode character, not {found}")));
    }
    match th.index(value)?.as_int().and_then(|number| number.to_i64()) {
        Some(point @ 0..=0x10_FFFF) => Ok(th.str_from_char(point as u32)),
        _ => Err(th.overflow_error("%c arg not in range(0x110000)")),
    }
}
