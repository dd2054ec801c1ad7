//! Methods of `str`: construction, finding, stripping, padding, joining. Case, classification, splitting, formatting and
//! translation are in files of their own.

use macros::pymethods;

use super::builder::StrBuilder;
use super::search::{Needle, stands_at};
use super::{JoinSize, STR_PAYLOAD, STR_TYPE, Str};
use crate::args::{ArgAt, FromArg};
use crate::convert::SliceIndex;
use crate::error::{Raised, Res};
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// The bounds of `text[start:end]` as the searching methods see them: `start` may lie behind the end, where not even the
/// empty string is found.
pub(crate) fn bounds(length: usize, start: Option<SliceIndex>, end: Option<SliceIndex>) -> (usize, usize) {
    let end = end.map_or(length, |end| end.within(length));
    let start = start.map_or(0, |start| start.0);
    let start = if start < 0 { start.saturating_add(length as isize).max(0) } else { start };
    (start as usize, end)
}

/// Why strings can not be joined.
enum JoinError {
    /// The item with this number is no string.
    NotStr(usize, Value),
    TooLong,
}

/// The size of a joined text, for which there is room.
fn join_size(th: &ThreadState, measured: Result<JoinSize, JoinError>) -> Res<JoinSize> {
    match measured {
        Ok(size) => {
            th.check_room(size.bytes())?;
            Ok(size)
        }
        Err(JoinError::NotStr(index, item)) => {
            let found = item.class().full_name();
            Err(th.type_error(format_args!("sequence item {index}: expected str instance, {found} found")))
        }
        Err(JoinError::TooLong) => Err(th.overflow_error("join() result is too long for a Python string")),
    }
}

impl Str {
    /// What joining the items with this separator takes.
    fn measure_join(&self, items: &[Value]) -> Result<JoinSize, JoinError> {
        let mut size = JoinSize::of_separators(self, items.len()).ok_or(JoinError::TooLong)?;
        for (index, item) in items.iter().enumerate() {
            let Some(part) = item.as_str() else { return Err(JoinError::NotStr(index, item.clone())) };
            size.add(part);
        }
        if size.is_possible() { Ok(size) } else { Err(JoinError::TooLong) }
    }

    fn join_measured(&self, th: &ThreadState, items: &[Value], size: JoinSize) -> Value {
        match items {
            [only] if only.is_exactly(&STR_TYPE) => only.clone(),
            _ => th.str_join_sized(Some(self), items.iter().map(|item| item.as_str().unwrap_or(self)), size),
        }
    }
}

/// One fill character.
struct FillChar(u32);

impl<'a> FromArg<'a> for FillChar {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        match value.as_str() {
            Some(text) if text.len() == 1 => Ok(FillChar(text.char_at(0))),
            Some(_) => Err(th.type_error("The fill character must be exactly one character long")),
            None => {
                let found = value.class().full_name();
                Err(th.type_error(format_args!("The fill character must be a unicode character, not {found}")))
            }
        }
    }
}

/// The name of an encoding or error handler: a `str` if it is given, never `None`.
pub struct TextArg<'a>(pub Option<&'a Str>);

impl TextArg<'_> {
    pub fn to_text(&self) -> Option<String> {
        self.0.map(Str::to_string_lossy)
    }
}

impl<'a> FromArg<'a> for TextArg<'a> {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        match value.as_str() {
            Some(text)
                if text.as_ascii().map_or_else(
                    || text.code_points().any(|point| point == 0),
                    |text| text.as_bytes().contains(&0),
                ) =>
            {
                Err(th.value_error("embedded null character"))
            }
            Some(text) => Ok(TextArg(Some(text))),
            None => Err(at.wrong_type(th, "str", value)),
        }
    }
}

/// Whether an encoding's name is one of the usual spellings of UTF-8.
pub(crate) fn is_utf8(name: &Str) -> bool {
    name.as_ascii().is_some_and(|name| matches!(name, "utf-8" | "utf8" | "UTF-8"))
}

impl Str {
    fn search(&self, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>, last: bool) -> Option<usize> {
        let (start, end) = bounds(self.len(), start, end);
        let needle = Needle::new(sub, self)?;
        if last { needle.rfind(self, start, end) } else { needle.find(self, start, end) }
    }

    /// `left` and `right` characters of `fill` around the text.
    fn padded(&self, th: &ThreadState, slf: &Value, left: usize, right: usize, fill: u32) -> Res {
        if left == 0 && right == 0 {
            return Ok(th.exact_str(slf));
        }
        let total = (left + right).checked_add(self.len()).filter(|&total| total <= isize::MAX as usize);
        let Some(total) = total else { return Err(th.overflow_error("padded string is too long")) };
        th.check_room(total * self.width().max(if fill > 0xFFFF { 4 } else { 1 }))?;
        let mut out = StrBuilder::with_capacity(total);
        out.fill(fill, left);
        out.push_text(self);
        out.fill(fill, right);
        Ok(out.finish(th))
    }

    /// Where the text begins and ends without the characters that `strips`.
    fn stripped(&self, left: bool, right: bool, strips: impl Fn(u32) -> bool) -> (usize, usize) {
        let (mut start, mut end) = (0, self.len());
        while left && start < end && strips(self.char_at(start)) {
            start += 1;
        }
        while right && start < end && strips(self.char_at(end - 1)) {
            end -= 1;
        }
        (start, end)
    }

    fn strip_value(
        th: &ThreadState,
        slf: &Value,
        chars: Option<&Value>,
        method: &str,
        (left, right): (bool, bool),
    ) -> Res {
        let text = Str::of_value(slf);
        let (start, end) = match chars.filter(|chars| !chars.is_none()) {
            None => text.stripped(left, right, algo::unicode::is_space),
            Some(chars) => match chars.as_str() {
                Some(chars) => text.stripped(left, right, |point| chars.code_points().any(|c| c == point)),
                None => {
                    let found = chars.class().full_name();
                    return Err(th.type_error(format_args!("{method} arg must be None or str, not {found}")));
                }
            },
        };
        Ok(th.str_slice(slf, start, end))
    }

    /// The payload of a `self`.
    pub(super) fn of_value(value: &Value) -> &Str {
        <Str as crate::object::Payload>::of(value)
    }

    /// `startswith` and `endswith`.
    fn affix(
        &self,
        th: &ThreadState,
        affix: &Value,
        (start, end): (usize, usize),
        method: &str,
        at_end: bool,
    ) -> Res<bool> {
        let tail = |affix: &Str| {
            let fits = start <= end && affix.len() <= end - start;
            fits && stands_at(self, affix, if at_end { end - affix.len() } else { start })
        };
        let found = |value: &Value| value.class().full_name();
        if let Some(choices) = affix.as_tuple() {
            for choice in choices.as_slice() {
                let Some(choice) = choice.as_str() else {
                    let found = found(choice);
                    return Err(th.type_error(format_args!("tuple for {method} must only contain str, not {found}")));
                };
                if tail(choice) {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        match affix.as_str() {
            Some(affix) => Ok(tail(affix)),
            None => {
                let found = found(affix);
                Err(th.type_error(format_args!("{method} first arg must be str or a tuple of str, not {found}")))
            }
        }
    }

    fn cut(th: &ThreadState, slf: &Value, separator: &Str, last: bool) -> Res {
        let text = Str::of_value(slf);
        if separator.is_empty() {
            return Err(th.value_error("empty separator"));
        }
        let place = Needle::new(separator, text)
            .and_then(|needle| if last { needle.rfind(text, 0, text.len()) } else { needle.find(text, 0, text.len()) });
        let empty = || th.str("");
        Ok(match place {
            Some(at) => {
                let end = at + separator.len();
                let middle = th.str_part(separator, 0, separator.len());
                th.tuple_from_vec(vec![th.str_slice(slf, 0, at), middle, th.str_slice(slf, end, text.len())])
            }
            None if last => th.tuple_from_vec(vec![empty(), empty(), th.exact_str(slf)]),
            None => th.tuple_from_vec(vec![th.exact_str(slf), empty(), empty()]),
        })
    }
}

#[cold]
fn not_found(th: &ThreadState) -> Raised {
    th.value_error("substring not found")
}

/// What `str(object, encoding, errors)` takes.
fn decode_object(th: &ThreadState, object: &Value, encoding: Option<&str>, errors: Option<&str>) -> Res {
    if object.as_str().is_some() {
        return Err(th.type_error("decoding str is not supported"));
    }
    if !th.has_buffer(object) {
        let found = object.class().full_name();
        return Err(th.type_error(format_args!("decoding to str: need a bytes-like object, {found} found")));
    }
    th.decode_object(object, encoding.unwrap_or("utf-8"), errors.unwrap_or("strict"))
}

/// str(object='') -> str
/// str(bytes_or_buffer[, encoding[, errors]]) -> str
///
/// Create a new string object from the given object. If encoding or
/// errors is specified, then the object must expose a data buffer
/// that will be decoded using the given encoding and error handler.
/// Otherwise, returns the result of object.__str__() (if defined)
/// or repr(object).
/// encoding defaults to 'utf-8'.
/// errors defaults to 'strict'.
#[pymethods(class(name = "str", payload = STR_PAYLOAD, flags(basetype, str_subclass, match_self), extra(case, classify, operators, split, format, translate)))]
impl Str {
    #[pyslot("(object='', encoding='utf-8', errors='strict')", text = none)]
    fn new(
        th: &ThreadState,
        cls: &Type,
        object: Option<&Value>,
        #[default(TextArg(None))] encoding: TextArg<'_>,
        #[default(TextArg(None))] errors: TextArg<'_>,
    ) -> Res {
        let result = match object {
            None => th.str(""),
            Some(object) if encoding.0.is_none() && errors.0.is_none() => th.str_of(object)?,
            Some(object) => {
                let encoding = encoding.to_text();
                let errors = errors.to_text();
                decode_object(th, object, encoding.as_deref(), errors.as_deref())?
            }
        };
        match result.as_str() {
            Some(text) if !std::ptr::eq(cls, &STR_TYPE) => Ok(th.str_of_class(cls, text)),
            _ => Ok(result),
        }
    }

    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Return -1 on failure.
    #[pymethod("(sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn find(&self, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>) -> isize {
        self.search(sub, start, end, false).map_or(-1, |at| at as isize)
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Return -1 on failure.
    #[pymethod("(sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn rfind(&self, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>) -> isize {
        self.search(sub, start, end, true).map_or(-1, |at| at as isize)
    }

    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Raises ValueError when the substring is not found.
    #[pymethod("(sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn index(&self, th: &ThreadState, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Res<usize> {
        self.search(sub, start, end, false).ok_or_else(|| not_found(th))
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Raises ValueError when the substring is not found.
    #[pymethod("(sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn rindex(&self, th: &ThreadState, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Res<usize> {
        self.search(sub, start, end, true).ok_or_else(|| not_found(th))
    }

    /// Return the number of non-overlapping occurrences of substring sub in string S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.
    #[pymethod("(sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn count(&self, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>) -> usize {
        let (start, end) = bounds(self.len(), start, end);
        match Needle::new(sub, self) {
            _ if start > end => 0,
            Some(needle) if needle.is_empty() => end - start + 1,
            Some(needle) => needle.count(self, start, end),
            None => 0,
        }
    }

    /// Return True if the string starts with the specified prefix, False otherwise.
    ///
    ///   prefix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[pymethod("(prefix, start=None, end=None, /)", text = "($self, prefix[, start[, end]], /)")]
    fn startswith(
        &self,
        th: &ThreadState,
        prefix: &Value,
        start: Option<SliceIndex>,
        end: Option<SliceIndex>,
    ) -> Res<bool> {
        self.affix(th, prefix, bounds(self.len(), start, end), "startswith", false)
    }

    /// Return True if the string ends with the specified suffix, False otherwise.
    ///
    ///   suffix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[pymethod("(suffix, start=None, end=None, /)", text = "($self, suffix[, start[, end]], /)")]
    fn endswith(
        &self,
        th: &ThreadState,
        suffix: &Value,
        start: Option<SliceIndex>,
        end: Option<SliceIndex>,
    ) -> Res<bool> {
        self.affix(th, suffix, bounds(self.len(), start, end), "endswith", true)
    }

    /// Return a str with the given prefix string removed if present.
    ///
    /// If the string starts with the prefix string, return
    /// string[len(prefix):].  Otherwise, return a copy of the original
    /// string.
    #[pymethod("(prefix, /)")]
    fn removeprefix(&self, th: &ThreadState, slf: &Value, prefix: &Str) -> Res {
        let start = if stands_at(self, prefix, 0) { prefix.len() } else { 0 };
        Ok(th.str_slice(slf, start, self.len()))
    }

    /// Return a str with the given suffix string removed if present.
    ///
    /// If the string ends with the suffix string and that suffix is not
    /// empty, return string[:-len(suffix)].  Otherwise, return a copy of
    /// the original string.
    #[pymethod("(suffix, /)")]
    fn removesuffix(&self, th: &ThreadState, slf: &Value, suffix: &Str) -> Res {
        let end = self.len().checked_sub(suffix.len()).filter(|&at| stands_at(self, suffix, at));
        Ok(th.str_slice(slf, 0, end.unwrap_or(self.len())))
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    ///
    ///   count
    ///     Maximum number of occurrences to replace.
    ///     -1 (the default value) means replace all occurrences.
    ///
    /// If the optional argument count is given, only the first count occurrences are
    /// replaced.
    #[pymethod("(old, new, /, count=-1)")]
    fn replace(&self, th: &ThreadState, slf: &Value, old: &Str, new: &Str, count: isize) -> Res {
        let limit = if count < 0 { usize::MAX } else { count as usize };
        let Some(needle) = Needle::new(old, self) else { return Ok(th.exact_str(slf)) };
        if let (1, 1, 1, [from]) = (self.width(), new.width(), new.len(), old.raw())
            && limit == usize::MAX
        {
            return Ok(self.replace_byte(th, slf, *from, new.raw()[0]));
        }
        let places = if needle.is_empty() {
            (0..=self.len()).take(limit).collect()
        } else {
            needle.find_all(self, 0, self.len(), limit)
        };
        if places.is_empty() || old.equals(new) {
            return Ok(th.exact_str(slf));
        }
        let growth = new.len() as i128 - old.len() as i128;
        let length = self.len() as i128 + growth * places.len() as i128;
        if length > isize::MAX as i128 {
            return Err(th.overflow_error("replace string is too long"));
        }
        th.check_room(length as usize)?;
        let mut out = StrBuilder::with_capacity(length as usize);
        let mut from = 0;
        for at in places {
            out.push_range(self, from, at);
            out.push_text(new);
            from = at + old.len();
        }
        out.push_range(self, from, self.len());
        Ok(out.finish(th))
    }

    /// Concatenate any number of strings.
    ///
    /// The string whose method is called is inserted in between each given
    /// string.  The result is returned as a new string.
    ///
    /// Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'
    #[pymethod("(iterable, /)")]
    fn join(&self, th: &ThreadState, iterable: &Value) -> Res {
        let is_iterable =
            iterable.class().slots().iter.get().is_some() || iterable.class().slots().sq_item.get().is_some();
        if !is_iterable {
            return Err(th.type_error("can only join an iterable"));
        }
        // Joining runs no code of the program: the items of a list or tuple are joined where they are.
        if let Some(list) = iterable.downcast_exact::<List>() {
            let measured = list.with(|items| self.measure_join(items));
            let size = join_size(th, measured)?;
            return Ok(list.with(|items| self.join_measured(th, items, size)));
        }
        let collected;
        let items = match iterable.downcast_exact::<Tuple>() {
            Some(tuple) => tuple.as_slice(),
            None => {
                collected = th.collect(iterable)?;
                &collected
            }
        };
        let size = join_size(th, self.measure_join(items))?;
        Ok(self.join_measured(th, items, size))
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string.  If the separator
    /// is found, returns a 3-tuple containing the part before the
    /// separator, the separator itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing
    /// the original string and two empty strings.
    #[pymethod("(sep, /)")]
    fn partition(th: &ThreadState, slf: &Value, sep: &Value) -> Res {
        Str::cut(th, slf, separator(th, sep)?, false)
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string, starting at the
    /// end.  If the separator is found, returns a 3-tuple containing the
    /// part before the separator, the separator itself, and the part after
    /// it.
    ///
    /// If the separator is not found, returns a 3-tuple containing two
    /// empty strings and the original string.
    #[pymethod("(sep, /)")]
    fn rpartition(th: &ThreadState, slf: &Value, sep: &Value) -> Res {
        Str::cut(th, slf, separator(th, sep)?, true)
    }

    /// Return a copy of the string with leading and trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[pymethod("(chars=None, /)")]
    fn strip(th: &ThreadState, slf: &Value, chars: Option<&Value>) -> Res {
        Str::strip_value(th, slf, chars, "strip", (true, true))
    }

    /// Return a copy of the string with leading whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[pymethod("(chars=None, /)")]
    fn lstrip(th: &ThreadState, slf: &Value, chars: Option<&Value>) -> Res {
        Str::strip_value(th, slf, chars, "lstrip", (true, false))
    }

    /// Return a copy of the string with trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[pymethod("(chars=None, /)")]
    fn rstrip(th: &ThreadState, slf: &Value, chars: Option<&Value>) -> Res {
        Str::strip_value(th, slf, chars, "rstrip", (false, true))
    }

    /// Return a left-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[pymethod("(width, fillchar=' ', /)")]
    fn ljust(&self, th: &ThreadState, slf: &Value, width: isize, #[default(FillChar(32))] fillchar: FillChar) -> Res {
        let padding = (width.max(0) as usize).saturating_sub(self.len());
        self.padded(th, slf, 0, padding, fillchar.0)
    }

    /// Return a right-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[pymethod("(width, fillchar=' ', /)")]
    fn rjust(&self, th: &ThreadState, slf: &Value, width: isize, #[default(FillChar(32))] fillchar: FillChar) -> Res {
        let padding = (width.max(0) as usize).saturating_sub(self.len());
        self.padded(th, slf, padding, 0, fillchar.0)
    }

    /// Return a centered string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[pymethod("(width, fillchar=' ', /)")]
    fn center(&self, th: &ThreadState, slf: &Value, width: isize, #[default(FillChar(32))] fillchar: FillChar) -> Res {
        let width = width.max(0) as usize;
        let padding = width.saturating_sub(self.len());
        let left = padding / 2 + (padding & width & 1);
        self.padded(th, slf, left, padding - left, fillchar.0)
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    ///
    /// The string is never truncated.
    #[pymethod("(width, /)")]
    fn zfill(&self, th: &ThreadState, slf: &Value, width: isize) -> Res {
        let padding = (width.max(0) as usize).saturating_sub(self.len());
        if padding == 0 {
            return Ok(th.exact_str(slf));
        }
        th.check_room((width as usize).saturating_mul(self.width()))?;
        let mut out = StrBuilder::with_capacity(width as usize);
        let signed = !self.is_empty() && matches!(self.char_at(0), 0x2B | 0x2D);
        let sign = usize::from(signed);
        out.push_range(self, 0, sign);
        out.fill(u32::from(b'0'), padding);
        out.push_range(self, sign, self.len());
        Ok(out.finish(th))
    }

    /// Return a copy where all tab characters are expanded using spaces.
    ///
    /// If tabsize is not given, a tab size of 8 characters is assumed.
    #[pymethod("(tabsize=8)")]
    fn expandtabs(&self, th: &ThreadState, tabsize: i32) -> Res {
        let tab = tabsize.max(0) as usize;
        let mut out = StrBuilder::with_capacity(self.len());
        let mut column = 0;
        for point in self.code_points() {
            match point {
                0x09 if tab > 0 => {
                    let spaces = tab - column % tab;
                    column += spaces;
                    if out.len().saturating_add(spaces) > isize::MAX as usize {
                        return Err(th.overflow_error("new string is too long"));
                    }
                    th.check_room(out.len() + spaces)?;
                    out.fill(u32::from(b' '), spaces);
                }
                0x09 => {}
                _ => {
                    out.push(point);
                    column = if matches!(point, 0x0A | 0x0D) { 0 } else { column + 1 };
                }
            }
        }
        Ok(out.finish(th))
    }

    /// Encode the string using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding in which to encode the string.
    ///   errors
    ///     The error handling scheme to use for encoding errors.
    ///     The default is 'strict' meaning that encoding errors raise a
    ///     UnicodeEncodeError.  Other possible values are 'ignore', 'replace'
    ///     and 'xmlcharrefreplace' as well as any other name registered with
    ///     codecs.register_error that can handle UnicodeEncodeErrors.
    #[pymethod("(encoding='utf-8', errors='strict')")]
    fn encode(
        th: &ThreadState,
        slf: &Value,
        #[default(TextArg(None))] encoding: TextArg<'_>,
        #[default(TextArg(None))] errors: TextArg<'_>,
    ) -> Res {
        if encoding.0.is_none_or(is_utf8)
            && errors.0.is_none_or(is_usual_handler)
            && let Some(ascii) = slf.as_str().and_then(Str::as_ascii)
        {
            return Ok(th.bytes(ascii.as_bytes()));
        }
        let encoding = encoding.to_text();
        let errors = errors.to_text();
        th.encode_object(slf, encoding.as_deref().unwrap_or("utf-8"), errors.as_deref().unwrap_or("strict"))
    }

    #[pymethod]
    fn __getnewargs__(&self, th: &ThreadState) -> Res {
        Ok(th.tuple(&[th.str_part(self, 0, self.len())]))
    }

    /// Return the size of the string in memory, in bytes.
    #[pymethod]
    fn __sizeof__(&self) -> usize {
        let header = if self.is_ascii() { 40 } else { 56 };
        header + (self.len() + 1) * self.width()
    }
}

/// Whether a name is that of an error handler which everybody has: with ASCII text nobody asks it.
fn is_usual_handler(name: &Str) -> bool {
    ["strict", "surrogatepass", "surrogateescape", "ignore", "replace"].iter().any(|known| name.equals_ascii(known))
}

fn separator<'a>(th: &ThreadState, separator: &'a Value) -> Res<&'a Str> {
    separator.as_str().ok_or_else(|| th.type_error(format_args!("must be str, not {}", separator.class().full_name())))
}
