//! `_struct`: values to bytes and back by a format.

use std::cell::RefCell;
use std::rc::Rc;

use macros::pymodule;
use runtime::objects::exceptions::{EXCEPTION, OVERFLOW_ERROR};
use runtime::protocol::iteration::iter_self;
use runtime::types::ready::ready;
use runtime::types::{Type, TypeDef};
use runtime::{Raised, Res, ThreadState, Value};
use rustc_hash::FxHashMap;

use crate::support::exception;

static ERROR_DEF: TypeDef = exception("struct", "error", &EXCEPTION, None);
pub static STRUCT_ERROR: Type = Type::new_static(&ERROR_DEF);

fn error(th: &ThreadState, message: impl std::fmt::Display) -> Raised {
    th.error(&STRUCT_ERROR, message)
}

/// How one code of a format is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Char,
    Bool,
    Signed,
    Unsigned,
    Pointer,
    Float,
    Complex,
    /// `s` and `p`: the count is the length of one value.
    Bytes,
    Pascal,
}

/// A run of values of one code.
#[derive(Clone, Copy, Debug)]
struct Field {
    kind: Kind,
    code: u8,
    /// Bytes of one value.
    size: usize,
    count: usize,
    offset: usize,
}

/// A parsed format.
#[derive(Debug)]
struct Layout {
    format: Vec<u8>,
    fields: Vec<Field>,
    size: usize,
    /// Values that packing takes.
    values: usize,
    little: bool,
}

/// Kind, size and native alignment of a code.
fn code_info(code: u8, native: bool) -> Option<(Kind, usize, usize)> {
    let (kind, size) = match code {
        b'x' => (Kind::Bytes, 1),
        b'c' => (Kind::Char, 1),
        b'b' => (Kind::Signed, 1),
        b'B' => (Kind::Unsigned, 1),
        b'?' => (Kind::Bool, 1),
        b'h' => (Kind::Signed, 2),
        b'H' => (Kind::Unsigned, 2),
        b'i' => (Kind::Signed, 4),
        b'I' => (Kind::Unsigned, 4),
        b'l' => (Kind::Signed, if native { 8 } else { 4 }),
        b'L' => (Kind::Unsigned, if native { 8 } else { 4 }),
        b'q' => (Kind::Signed, 8),
        b'Q' => (Kind::Unsigned, 8),
        b'n' if native => (Kind::Signed, 8),
        b'N' if native => (Kind::Unsigned, 8),
        b'P' if native => (Kind::Pointer, 8),
        b'e' => (Kind::Float, 2),
        b'f' => (Kind::Float, 4),
        b'd' => (Kind::Float, 8),
        b'F' => (Kind::Complex, 8),
        b'D' => (Kind::Complex, 16),
        b's' => (Kind::Bytes, 1),
        b'p' => (Kind::Pascal, 1),
        _ => return None,
    };
    let align = match (native, code) {
        (false, _) => 1,
        (true, b'F') => 4,
        (true, b'D') => 8,
        (true, _) => size,
    };
    Some((kind, size, align))
}

impl Layout {
    fn parse(th: &ThreadState, format: &[u8]) -> Res<Layout> {
        if format.contains(&0) {
            return Err(error(th, "embedded null character"));
        }
        let (native, little, start) = match format.first() {
            Some(b'<') => (false, true, 1),
            Some(b'>' | b'!') => (false, false, 1),
            Some(b'=') => (false, cfg!(target_endian = "little"), 1),
            Some(b'@') => (true, cfg!(target_endian = "little"), 1),
            _ => (true, cfg!(target_endian = "little"), 0),
        };
        let too_long = || error(th, "total struct size too long");
        let mut layout = Layout { format: format.to_vec(), fields: Vec::new(), size: 0, values: 0, little };
        let mut rest = format[start..].iter().copied().peekable();
        while let Some(byte) = rest.next() {
            if byte.is_ascii_whitespace() || byte == 0x0B {
                continue;
            }
            let mut code = byte;
            let mut count = 1usize;
            if byte.is_ascii_digit() {
                count = usize::from(byte - b'0');
                while let Some(digit) = rest.next_if(u8::is_ascii_digit) {
                    count = count
                        .checked_mul(10)
                        .and_then(|n| n.checked_add(usize::from(digit - b'0')))
                        .filter(|&n| n <= isize::MAX as usize)
                        .ok_or_else(too_long)?;
                }
                code = rest.next().ok_or_else(|| error(th, "repeat count given without format specifier"))?;
            }
            let (kind, size, align) = code_info(code, native).ok_or_else(|| error(th, "bad char in struct format"))?;
            let offset = layout.size.next_multiple_of(align);
            let total = size.checked_mul(count).and_then(|n| n.checked_add(offset));
            layout.size = total.filter(|&n| n <= isize::MAX as usize).ok_or_else(too_long)?;
            match kind {
                _ if code == b'x' => {}
                Kind::Bytes | Kind::Pascal => {
                    layout.fields.push(Field { kind, code, size: count, count: 1, offset });
                    layout.values += 1;
                }
                _ if count > 0 => {
                    layout.fields.push(Field { kind, code, size, count, offset });
                    layout.values += count;
                }
                _ => {}
            }
        }
        Ok(layout)
    }

    /// Packs `values`, as many as the layout has, into `out`, which is zeroed and large enough.
    fn pack(&self, th: &ThreadState, values: &[Value], out: &mut [u8]) -> Res<()> {
        let mut values = values.iter();
        for field in &self.fields {
            for i in 0..field.count {
                let start = field.offset + i * field.size;
                let (Some(value), Some(place)) = (values.next(), out.get_mut(start..start + field.size)) else {
                    return Ok(());
                };
                self.pack_one(th, *field, value, place)?;
            }
        }
        Ok(())
    }

    fn pack_one(&self, th: &ThreadState, field: Field, value: &Value, out: &mut [u8]) -> Res<()> {
        match field.kind {
            Kind::Signed | Kind::Unsigned => {
                let bits = field.size as u32 * 8;
                let (low, high) = if field.kind == Kind::Signed {
                    (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
                } else {
                    (0, (1i128 << bits) - 1)
                };
                let number = integer(th, value)?.filter(|n| (low..=high).contains(n)).ok_or_else(|| {
                    error(th, format!("'{}' format requires {low} <= number <= {high}", field.code as char))
                })?;
                self.store(number as u64, out);
            }
            Kind::Pointer => {
                let number = integer(th, value)?.filter(|n| (-(1i128 << 63)..1i128 << 64).contains(n));
                self.store(number.ok_or_else(|| error(th, "int too large to convert"))? as u64, out);
            }
            Kind::Bool => out[0] = u8::from(th.is_true(value)?),
            Kind::Char => match value.as_bytes().map(|bytes| bytes.as_slice()) {
                Some(&[byte]) => out[0] = byte,
                _ => return Err(error(th, "char format requires a bytes object of length 1")),
            },
            Kind::Bytes | Kind::Pascal => {
                let bytes = match value.as_bytes() {
                    Some(bytes) => bytes.as_slice().to_vec(),
                    None => runtime::buffer::plain_bytes(value).ok_or_else(|| {
                        error(th, format!("argument for '{}' must be a bytes object", field.code as char))
                    })?,
                };
                if field.kind == Kind::Pascal {
                    let Some((length, text)) = out.split_first_mut() else { return Ok(()) };
                    let copied = bytes.len().min(text.len());
                    text[..copied].copy_from_slice(&bytes[..copied]);
                    *length = copied.min(255) as u8;
                } else {
                    let copied = bytes.len().min(out.len());
                    out[..copied].copy_from_slice(&bytes[..copied]);
                }
            }
            Kind::Float => {
                let number = match value.as_float() {
                    Some(number) => number,
                    None => th.to_f64(value).map_err(|raised| {
                        drop(th.take_raised(raised));
                        error(th, "required argument is not a float")
                    })?,
                };
                self.store_float(th, number, field.code, value, out)?;
            }
            Kind::Complex => {
                let (real, imag) = complex_parts(th, value)?;
                let half = out.len() / 2;
                let code = if field.code == b'F' { b'f' } else { b'd' };
                let (first, second) = out.split_at_mut(half);
                self.store_float(th, real, code, value, first)?;
                self.store_float(th, imag, code, value, second)?;
            }
        }
        Ok(())
    }

    fn store(&self, bits: u64, out: &mut [u8]) {
        let size = out.len().min(8);
        if self.little {
            out[..size].copy_from_slice(&bits.to_le_bytes()[..size]);
        } else {
            out[..size].copy_from_slice(&bits.to_be_bytes()[8 - size..]);
        }
    }

    fn store_float(&self, th: &ThreadState, number: f64, code: u8, value: &Value, out: &mut [u8]) -> Res<()> {
        let bits = match code {
            b'd' => Some(number.to_bits()),
            b'f' => {
                let narrow = number as f32;
                (narrow.is_finite() || !number.is_finite()).then(|| u64::from(narrow.to_bits()))
            }
            _ => half_from_f64(number).map(u64::from),
        };
        match bits {
            Some(bits) => {
                self.store(bits, out);
                Ok(())
            }
            None if value.as_int().is_some() => Err(error(th, "int too large to convert")),
            None => Err(th.error(&OVERFLOW_ERROR, format!("float too large to pack with {} format", code as char))),
        }
    }

    fn load(&self, bytes: &[u8]) -> u64 {
        let mut wide = [0u8; 8];
        let size = bytes.len().min(8);
        if self.little {
            wide[..size].copy_from_slice(&bytes[..size]);
            u64::from_le_bytes(wide)
        } else {
            wide[8 - size..].copy_from_slice(&bytes[..size]);
            u64::from_be_bytes(wide)
        }
    }

    fn load_float(&self, bytes: &[u8]) -> f64 {
        let bits = self.load(bytes);
        match bytes.len() {
            2 => f64_from_half(bits as u16),
            4 => f64::from(f32::from_bits(bits as u32)),
            _ => f64::from_bits(bits),
        }
    }

    /// The tuple of the values at the start of `bytes`, which are enough.
    fn unpack(&self, th: &ThreadState, bytes: &[u8]) -> Res {
        let mut values = Vec::with_capacity(self.values.min(bytes.len() + 1));
        for field in &self.fields {
            for i in 0..field.count {
                let start = field.offset + i * field.size;
                let part = bytes.get(start..start + field.size).unwrap_or_default();
                values.push(match field.kind {
                    Kind::Signed => {
                        let unused = 64 - 8 * field.size as u32;
                        th.int((self.load(part) << unused) as i64 >> unused)
                    }
                    Kind::Unsigned | Kind::Pointer => th.int_from_u64(self.load(part)),
                    Kind::Bool => {
                        if part.iter().any(|&byte| byte != 0) {
                            Value::TRUE
                        } else {
                            Value::FALSE
                        }
                    }
                    Kind::Char | Kind::Bytes => th.bytes(part),
                    Kind::Pascal => {
                        let (length, text) = part.split_first().map_or((0, part), |(&n, text)| (usize::from(n), text));
                        th.bytes(&text[..length.min(text.len())])
                    }
                    Kind::Float => th.float(self.load_float(part)),
                    Kind::Complex => {
                        let (first, second) = part.split_at(part.len() / 2);
                        let parts = [th.float(self.load_float(first)), th.float(self.load_float(second))];
                        th.call(&complex_class(th)?, &parts)?
                    }
                });
            }
        }
        Ok(th.tuple_from_vec(values))
    }

    fn unpack_all(&self, th: &ThreadState, bytes: &[u8]) -> Res {
        if bytes.len() != self.size {
            return Err(error(th, format!("unpack requires a buffer of {} bytes", self.size)));
        }
        self.unpack(th, bytes)
    }

    /// Where `offset` lies in a buffer that must have room for the layout there.
    fn place(&self, th: &ThreadState, len: usize, offset: isize, packing: bool) -> Res<usize> {
        let size = self.size;
        let start = if offset < 0 {
            let back = offset.unsigned_abs();
            if back < size {
                let what = if packing { "no space to pack" } else { "not enough data to unpack" };
                return Err(error(th, format!("{what} {size} bytes at offset {offset}")));
            }
            let outside = || error(th, format!("offset {offset} out of range for {len}-byte buffer"));
            len.checked_sub(back).ok_or_else(outside)?
        } else {
            offset.unsigned_abs()
        };
        if start > len || len - start < size {
            let (name, doing) = if packing { ("pack_into", "packing") } else { ("unpack_from", "unpacking") };
            let needed = start as u128 + size as u128;
            return Err(error(
                th,
                format!(
                    "{name} requires a buffer of at least {needed} bytes for {doing} {size} bytes at offset {start} \
                     (actual buffer size is {len})"
                ),
            ));
        }
        Ok(start)
    }

    fn unpack_at(&self, th: &ThreadState, bytes: &[u8], offset: isize) -> Res {
        let start = self.place(th, bytes.len(), offset, false)?;
        self.unpack(th, bytes.get(start..start + self.size).unwrap_or_default())
    }

    fn pack_values(&self, th: &ThreadState, values: &[Value], name: &str) -> Res<Vec<u8>> {
        if values.len() != self.values {
            let (wanted, given) = (self.values, values.len());
            return Err(error(th, format!("{name} expected {wanted} items for packing (got {given})")));
        }
        let mut out = Vec::new();
        if out.try_reserve_exact(self.size).is_err() {
            return Err(th.memory_error());
        }
        out.resize(self.size, 0);
        self.pack(th, values, &mut out)?;
        Ok(out)
    }

    /// `pack_into`: the arguments are buffer, offset and values.
    fn pack_into(&self, th: &ThreadState, args: &[Value]) -> Res {
        let [buffer, offset, values @ ..] = args else {
            let missing = if args.is_empty() { "buffer" } else { "offset" };
            return Err(error(th, format!("pack_into expected {missing} argument")));
        };
        if values.len() != self.values {
            let (wanted, given) = (self.values, values.len());
            return Err(error(th, format!("pack_into expected {wanted} items for packing (got {given})")));
        }
        let Ok(buffer) = th.writable_buffer(buffer).map_err(|raised| th.take_raised(raised)) else {
            let class = buffer.class().full_name();
            return Err(th.type_error(format!("argument must be read-write bytes-like object, not {class}")));
        };
        let offset = th.index_or(offset, &OVERFLOW_ERROR)?;
        let start = self.place(th, buffer.len(), offset, true)?;
        let packed = self.pack_values(th, values, "pack_into")?;
        buffer.write(start, &packed);
        Ok(Value::NONE)
    }
}

/// An integer, or `None` if it is beyond any code's range.
fn integer(th: &ThreadState, value: &Value) -> Res<Option<i128>> {
    if let Some(number) = value.as_small_int() {
        return Ok(Some(i128::from(number)));
    }
    let number = match value.as_int() {
        Some(_) => value.clone(),
        None if th.is_index(value) => th.index(value)?,
        None => return Err(error(th, "required argument is not an integer")),
    };
    Ok(number.as_int().and_then(|number| i128::try_from(number.to_big()).ok()))
}

fn complex_class(th: &ThreadState) -> Res {
    let builtins = crate::support::import(th, "builtins")?;
    th.getattr_str(&builtins, "complex")
}

fn complex_parts(th: &ThreadState, value: &Value) -> Res<(f64, f64)> {
    let wrong = || error(th, "required argument is not a complex");
    if value.as_str().is_some() {
        return Err(wrong());
    }
    let number = th.call(&complex_class(th)?, std::slice::from_ref(value)).map_err(|raised| {
        drop(th.take_raised(raised));
        wrong()
    })?;
    let part = |name| th.getattr_str(&number, name).and_then(|part| th.to_f64(&part));
    Ok((part("real")?, part("imag")?))
}

/// A double as a half, rounded half to even; `None` if it is too large.
fn half_from_f64(number: f64) -> Option<u16> {
    let sign = if number.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = number.abs();
    if number.is_nan() {
        return Some(sign | 0x7E00);
    }
    if magnitude.is_infinite() {
        return Some(sign | 0x7C00);
    }
    // Units of the last place: below 2^-14 halves are spaced by 2^-24.
    let exponent = ((magnitude.to_bits() >> 52) as i32 - 1023).max(-14);
    let units = (magnitude * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    let bits = if units < 1024 { units } else { (((exponent + 14) as u32) << 10) + units };
    (bits < 0x7C00).then_some(sign | bits as u16)
}

fn f64_from_half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1F), f64::from(bits & 0x3FF));
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    };
    if bits & 0x8000 != 0 { -magnitude } else { magnitude }
}

/// Formats that were used lately, by their text.
#[derive(Default)]
struct Cache(RefCell<FxHashMap<Vec<u8>, Rc<Layout>>>);

const CACHE_LIMIT: usize = 100;

fn format_bytes(th: &ThreadState, format: &Value) -> Res<Vec<u8>> {
    if let Some(text) = format.as_str() {
        if let Some(ascii) = text.as_ascii() {
            return Ok(ascii.as_bytes().to_vec());
        }
        let encoded = th.call_method_str(format, "encode", &[th.str("ascii")])?;
        return Ok(encoded.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default());
    }
    match format.as_bytes() {
        Some(bytes) => Ok(bytes.as_slice().to_vec()),
        None => {
            let class = format.class().full_name();
            Err(th.type_error(format!("Struct() argument 1 must be a str or bytes object, not {class}")))
        }
    }
}

fn layout_of(th: &ThreadState, format: &Value) -> Res<Rc<Layout>> {
    let cache = th.extension::<Cache>();
    if let Some(ascii) = format.as_str().and_then(|text| text.as_ascii())
        && let Some(layout) = cache.0.borrow().get(ascii.as_bytes())
    {
        return Ok(layout.clone());
    }
    let bytes = format_bytes(th, format)?;
    let layout = Rc::new(Layout::parse(th, &bytes)?);
    let mut known = cache.0.borrow_mut();
    if known.len() >= CACHE_LIMIT {
        known.clear();
    }
    known.insert(bytes, layout.clone());
    Ok(layout)
}

fn split_format<'a>(th: &ThreadState, args: &'a [Value]) -> Res<(Rc<Layout>, &'a [Value])> {
    let (format, rest) = args.split_first().ok_or_else(|| th.type_error("missing format argument"))?;
    Ok((layout_of(th, format)?, rest))
}

#[pymodule(name = "_struct")]
pub mod struct_module {
    //! Functions to convert between Python values and C structs.
    //! Python bytes objects are used to hold the data representing the C struct
    //! and also as format strings (explained below) to describe the layout of data
    //! in the C struct.
    //!
    //! The optional first format char indicates byte order, size and alignment:
    //!   @: native order, size & alignment (default)
    //!   =: native order, std. size & alignment
    //!   <: little-endian, std. size & alignment
    //!   >: big-endian, std. size & alignment
    //!   !: same as >
    //!
    //! The remaining chars indicate types of args and must match exactly;
    //! these can be preceded by a decimal repeat count:
    //!   x: pad byte (no data); c:char; b:signed byte; B:unsigned byte;
    //!   ?: _Bool (requires C99; if not available, char is used instead)
    //!   h:short; H:unsigned short; i:int; I:unsigned int;
    //!   l:long; L:unsigned long; f:float; d:double; e:half-float.
    //! Special cases (preceding decimal count indicates length):
    //!   s:string (array of char); p: pascal string (with count byte).
    //! Special cases (only available in native format):
    //!   n:ssize_t; N:size_t;
    //!   P:an integer type that is wide enough to hold a pointer.
    //! Special case (not in native mode unless 'long long' in platform C):
    //!   q:long long; Q:unsigned long long
    //! Whitespace between formats is ignored.
    //!
    //! The variable struct.error is an exception raised on errors.
    use macros::{pyclass, pymethods};

    use super::*;

    #[pyattr(name = "error")]
    fn error_class(th: &ThreadState) -> Value {
        ready(th, &STRUCT_ERROR);
        STRUCT_ERROR.as_value()
    }

    /// Clear the internal cache.
    #[pyfunction("()")]
    fn _clearcache(th: &ThreadState) {
        th.extension::<Cache>().0.borrow_mut().clear();
    }

    /// Return size in bytes of the struct described by the format string.
    #[pyfunction("(format, /)")]
    fn calcsize(th: &ThreadState, format: &Value) -> Res<usize> {
        Ok(layout_of(th, format)?.size)
    }

    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[pyfunction("(*args)", text = none)]
    fn pack(th: &ThreadState, args: &[Value]) -> Res {
        let (layout, values) = split_format(th, args)?;
        Ok(th.bytes(&layout.pack_values(th, values, "pack")?))
    }

    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  A negative offset counts from
    /// the end of the buffer.  See help(struct) for more on format strings.
    #[pyfunction("(*args)", text = none)]
    fn pack_into(th: &ThreadState, args: &[Value]) -> Res {
        let (layout, rest) = split_format(th, args)?;
        layout.pack_into(th, rest)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[pyfunction("(format, buffer, /)")]
    fn unpack(th: &ThreadState, format: &Value, buffer: &Value) -> Res {
        let layout = layout_of(th, format)?;
        layout.unpack_all(th, th.readable_buffer(buffer)?.as_slice())
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    /// A negative offset counts from the end of the buffer.
    ///
    /// See help(struct) for more on format strings.
    #[pyfunction("(format, /, buffer, offset=0)")]
    fn unpack_from(th: &ThreadState, format: &Value, buffer: &Value, offset: isize) -> Res {
        let layout = layout_of(th, format)?;
        layout.unpack_at(th, th.readable_buffer(buffer)?.as_slice(), offset)
    }

    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the format struct size.
    #[pyfunction("(format, buffer, /)")]
    fn iter_unpack(th: &ThreadState, format: &Value, buffer: &Value) -> Res {
        UnpackIterator::make(th, layout_of(th, format)?, buffer)
    }

    /// Struct(fmt) --> compiled struct object
    #[pyclass(name = "Struct", flags(basetype, weakrefs))]
    pub struct Struct {
        #[notrace]
        layout: RefCell<Option<Rc<Layout>>>,
    }

    impl Struct {
        fn layout(&self, th: &ThreadState) -> Res<Rc<Layout>> {
            let layout = self.layout.borrow().clone();
            layout.ok_or_else(|| th.runtime_error("Struct object is not initialized"))
        }
    }

    #[pymethods]
    impl Struct {
        #[pyslot("(*args, **kwargs)", text = none)]
        fn new(th: &ThreadState, cls: &Type, args: &[Value], kwargs: runtime::args::KwArgs<'_>) -> Res {
            let _ = (args, kwargs);
            Ok(th.new_instance(cls, Struct { layout: RefCell::new(None) }))
        }

        #[pyslot("(format)", text = none)]
        fn init(&self, th: &ThreadState, format: &Value) -> Res<()> {
            let layout = Layout::parse(th, &format_bytes(th, format)?)?;
            *self.layout.borrow_mut() = Some(Rc::new(layout));
            Ok(())
        }

        /// S.pack(v1, v2, ...) -> bytes
        ///
        /// Return a bytes object containing values v1, v2, ... packed according
        /// to the format string S.format.  See help(struct) for more on format
        /// strings.
        #[pymethod("(*args)", text = none)]
        fn pack(&self, th: &ThreadState, args: &[Value]) -> Res {
            Ok(th.bytes(&self.layout(th)?.pack_values(th, args, "pack")?))
        }

        /// S.pack_into(buffer, offset, v1, v2, ...)
        ///
        /// Pack the values v1, v2, ... according to the format string S.format
        /// and write the packed bytes into the writable buffer buf starting at
        /// offset.  Note that the offset is a required argument.  A negative
        /// offset counts from the end of the buffer.  See help(struct) for more
        /// on format strings.
        #[pymethod("(*args)", text = none)]
        fn pack_into(&self, th: &ThreadState, args: &[Value]) -> Res {
            self.layout(th)?.pack_into(th, args)
        }

        /// Return a tuple containing unpacked values.
        ///
        /// Unpack according to the format string Struct.format. The buffer's size
        /// in bytes must be Struct.size.
        ///
        /// See help(struct) for more on format strings.
        #[pymethod("(buffer, /)")]
        fn unpack(&self, th: &ThreadState, buffer: &Value) -> Res {
            let layout = self.layout(th)?;
            layout.unpack_all(th, th.readable_buffer(buffer)?.as_slice())
        }

        /// Return a tuple containing unpacked values.
        ///
        /// Values are unpacked according to the format string Struct.format.
        ///
        /// The buffer's size in bytes, starting at position offset, must be
        /// at least Struct.size.  A negative offset counts from the end of the
        /// buffer.
        ///
        /// See help(struct) for more on format strings.
        #[pymethod("(buffer, offset=0)")]
        fn unpack_from(&self, th: &ThreadState, buffer: &Value, offset: isize) -> Res {
            let layout = self.layout(th)?;
            layout.unpack_at(th, th.readable_buffer(buffer)?.as_slice(), offset)
        }

        /// Return an iterator yielding tuples.
        ///
        /// Tuples are unpacked from the given bytes source, like a repeated
        /// invocation of unpack_from().
        ///
        /// Requires that the bytes length be a multiple of the struct size.
        #[pymethod("(buffer, /)")]
        fn iter_unpack(&self, th: &ThreadState, buffer: &Value) -> Res {
            UnpackIterator::make(th, self.layout(th)?, buffer)
        }

        /// struct size in bytes
        #[pygetter]
        fn size(&self) -> i64 {
            self.layout.borrow().as_ref().map_or(-1, |layout| layout.size as i64)
        }

        /// Returns size in memory, in bytes.
        #[pymethod]
        fn __sizeof__(&self, th: &ThreadState) -> Res<usize> {
            Ok(size_of::<Struct>() + 16 + 8 * self.layout(th)?.format.len())
        }

        /// struct format string
        #[pygetter]
        fn format(&self, th: &ThreadState) -> Res {
            Ok(th.str_from_latin1(&self.layout(th)?.format))
        }

        #[pyslot]
        fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
            let format = th.str_from_latin1(&self.layout(th)?.format);
            let shown = format!("{}({})", slf.class().name(), th.repr_string(&format)?);
            Ok(th.str(&shown))
        }
    }

    #[pyclass(name = "unpack_iterator", hidden, flags(disallow_new))]
    pub struct UnpackIterator {
        buffer: Value,
        #[notrace]
        layout: Rc<Layout>,
        next: std::cell::Cell<usize>,
    }

    impl UnpackIterator {
        fn make(th: &ThreadState, layout: Rc<Layout>, buffer: &Value) -> Res {
            let len = th.readable_buffer(buffer)?.len();
            if layout.size == 0 {
                return Err(error(th, "cannot iteratively unpack with a struct of length 0"));
            }
            if len % layout.size != 0 {
                let size = layout.size;
                let message = format!("iterative unpacking requires a buffer of a multiple of {size} bytes");
                return Err(error(th, message));
            }
            Ok(th.new_object(UnpackIterator { buffer: buffer.clone(), layout, next: Default::default() }))
        }
    }

    #[pymethods]
    impl UnpackIterator {
        #[pyslot]
        fn iter(th: &ThreadState, slf: &Value) -> Res {
            iter_self(th, slf)
        }

        #[pyslot]
        fn iternext(&self, th: &ThreadState) -> Res {
            let buffer = th.readable_buffer(&self.buffer)?;
            let start = self.next.get();
            match buffer.as_slice().get(start..start + self.layout.size) {
                Some(bytes) => {
                    self.next.set(start + self.layout.size);
                    self.layout.unpack(th, bytes)
                }
                None => Ok(Value::EXHAUSTED),
            }
        }

        /// Private method returning an estimate of len(list(it)).
        #[pymethod("()", text = none)]
        fn __length_hint__(&self, th: &ThreadState) -> Res<usize> {
            let len = th.readable_buffer(&self.buffer)?.len();
            Ok(len.saturating_sub(self.next.get()) / self.layout.size.max(1))
        }
    }

    #[pyinit]
    fn init(th: &ThreadState, _: &Value) -> Res<()> {
        ready(th, &UNPACK_ITERATOR_TYPE);
        Ok(())
    }
}
