//! `_codecs`: the native codecs and the registry, as the `codecs` module and the `encodings` package use them.

use std::borrow::Cow;

use macros::pymodule;

use crate::buffer::Buffer;
use crate::codecs::utf::Order;
use crate::codecs::{charmap, escape, registry, utf, utf7};
use crate::error::Res;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::value::Value;

/// Bytes-like data, or ASCII text.
struct TextOrBytes(Vec<u8>);

impl<'a> crate::args::FromArg<'a> for TextOrBytes {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: crate::args::ArgAt) -> Res<Self> {
        match value.as_str() {
            Some(_) => utf::encode_utf8(th, value, "strict").map(TextOrBytes),
            None => th.readable_buffer(value).map(|buffer| TextOrBytes(buffer.to_vec())),
        }
    }
}

/// A string argument, kept as an object.
struct Text<'a>(&'a Value);

impl<'a> crate::args::FromArg<'a> for Text<'a> {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: crate::args::ArgAt) -> Res<Self> {
        if value.as_str().is_some() { Ok(Text(value)) } else { Err(at.wrong_type(th, "str", value)) }
    }
}

impl Text<'_> {
    fn len(&self) -> usize {
        self.0.as_str().map_or(0, Str::len)
    }
}

fn name<'a>(errors: &'a Option<Cow<'_, str>>) -> &'a str {
    errors.as_deref().unwrap_or("strict")
}

#[pymodule(name = "_codecs")]
pub mod codecs {
    use super::*;

    /// Register a codec search function.
    ///
    /// Search functions are expected to take one argument, the encoding
    /// name in all lower case letters, and either return None, or a tuple
    /// of functions (encoder, decoder, stream_reader, stream_writer) (or
    /// a CodecInfo object).
    #[pyfunction("(search_function, /)")]
    fn register(th: &ThreadState, search_function: &Value) -> Res<()> {
        registry::register(th, search_function)
    }

    /// Unregister a codec search function and clear the registry's cache.
    ///
    /// If the search function is not registered, do nothing.
    #[pyfunction("(search_function, /)")]
    fn unregister(th: &ThreadState, search_function: &Value) {
        registry::unregister(th, search_function);
    }

    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    #[pyfunction("(encoding, /)")]
    fn lookup(th: &ThreadState, encoding: Cow<'_, str>) -> Res {
        registry::lookup(th, &encoding)
    }

    /// Encodes obj using the codec registered for encoding.
    ///
    /// The default encoding is 'utf-8'.  errors may be given to set a
    /// different error handling scheme.  Default is 'strict' meaning that
    /// encoding errors raise a ValueError.  Other possible values are 'ignore',
    /// 'replace' and 'backslashreplace' as well as any other name registered with
    /// codecs.register_error that can handle ValueErrors.
    #[pyfunction("(obj, encoding='utf-8', errors='strict')")]
    fn encode(
        th: &ThreadState,
        obj: &Value,
        encoding: Cow<'_, str>,
        #[default(None)] errors: Option<Cow<'_, str>>,
    ) -> Res {
        registry::convert(th, 0, obj, &encoding, errors.as_deref())
    }

    /// Decodes obj using the codec registered for encoding.
    ///
    /// Default encoding is 'utf-8'.  errors may be given to set a
    /// different error handling scheme.  Default is 'strict' meaning that
    /// encoding errors raise a ValueError.  Other possible values are 'ignore',
    /// 'replace' and 'backslashreplace' as well as any other name registered with
    /// codecs.register_error that can handle ValueErrors.
    #[pyfunction("(obj, encoding='utf-8', errors='strict')")]
    fn decode(
        th: &ThreadState,
        obj: &Value,
        encoding: Cow<'_, str>,
        #[default(None)] errors: Option<Cow<'_, str>>,
    ) -> Res {
        registry::convert(th, 1, obj, &encoding, errors.as_deref())
    }

    /// Register the specified error handler under the name errors.
    ///
    /// handler must be a callable object, that will be called with an exception
    /// instance containing information about the location of the
    /// encoding/decoding error and must return a (replacement, new position)
    /// tuple.
    #[pyfunction("(errors, handler, /)")]
    fn register_error(th: &ThreadState, errors: Cow<'_, str>, handler: &Value) -> Res<()> {
        registry::register_error(th, &errors, handler)
    }

    /// Un-register the specified error handler for the error handling `errors'.
    ///
    /// Only custom error handlers can be un-registered. An exception is raised
    /// if the error handling is a built-in one (e.g., 'strict'), or if an error
    /// occurs.
    ///
    /// Otherwise, this returns True if a custom handler has been successfully
    /// un-registered, and False if no custom handler for the specified error
    /// handling exists.
    #[pyfunction("(errors, /)")]
    fn _unregister_error(th: &ThreadState, errors: Cow<'_, str>) -> Res<bool> {
        registry::unregister_error(th, &errors)
    }

    /// lookup_error(errors) -> handler
    ///
    /// Return the error handler for the specified error handling name or raise
    /// a LookupError, if no handler exists under this name.
    #[pyfunction("(name, /)")]
    fn lookup_error(th: &ThreadState, name: Cow<'_, str>) -> Res {
        registry::lookup_error(th, &name)
    }

    #[pyfunction("(data, errors=None, /)")]
    fn escape_decode(th: &ThreadState, data: TextOrBytes, errors: Option<Cow<'_, str>>) -> Res<(Value, usize)> {
        let decoded = escape::decode_bytes(th, &data.0, name(&errors))?;
        Ok((th.bytes(&decoded), data.0.len()))
    }

    #[pyfunction("(data, errors=None, /)")]
    fn escape_encode(
        th: &ThreadState,
        data: &crate::objects::bytes::Bytes,
        errors: Option<Cow<'_, str>>,
    ) -> (Value, usize) {
        let _ = errors;
        (th.bytes(&escape::encode_bytes(data.as_slice())), data.len())
    }

    #[pyfunction("(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        th: &ThreadState,
        data: TextOrBytes,
        errors: Option<Cow<'_, str>>,
        final_: bool,
    ) -> Res<(Value, usize)> {
        escape::decode_unicode(th, &data.0, name(&errors), final_)
    }

    #[pyfunction("(str, errors=None, /)")]
    fn unicode_escape_encode(th: &ThreadState, str: &Str, errors: Option<Cow<'_, str>>) -> (Value, usize) {
        let _ = errors;
        (th.bytes(&escape::encode_unicode(str)), str.len())
    }

    #[pyfunction("(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        th: &ThreadState,
        data: TextOrBytes,
        errors: Option<Cow<'_, str>>,
        final_: bool,
    ) -> Res<(Value, usize)> {
        escape::decode_raw(th, &data.0, name(&errors), final_)
    }

    #[pyfunction("(str, errors=None, /)")]
    fn raw_unicode_escape_encode(th: &ThreadState, str: &Str, errors: Option<Cow<'_, str>>) -> (Value, usize) {
        let _ = errors;
        (th.bytes(&escape::encode_raw(str)), str.len())
    }

    #[pyfunction("(data, errors=None, /)")]
    fn readbuffer_encode(th: &ThreadState, data: TextOrBytes, errors: Option<Cow<'_, str>>) -> (Value, usize) {
        let _ = errors;
        (th.bytes(&data.0), data.0.len())
    }

    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_7_decode(th: &ThreadState, data: Buffer, errors: Option<Cow<'_, str>>, final_: bool) -> Res<(Value, usize)> {
        utf7::decode(th, &data.to_vec(), name(&errors), final_)
    }

    #[pyfunction("(str, errors=None, /)")]
    fn utf_7_encode(th: &ThreadState, str: &Str, errors: Option<Cow<'_, str>>) -> (Value, usize) {
        let _ = errors;
        (th.bytes(&utf7::encode(str)), str.len())
    }

    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_8_decode(th: &ThreadState, data: Buffer, errors: Option<Cow<'_, str>>, final_: bool) -> Res<(Value, usize)> {
        utf::decode_utf8(th, &data.to_vec(), name(&errors), final_)
    }

    #[pyfunction("(str, errors=None, /)")]
    fn utf_8_encode(th: &ThreadState, str: Text<'_>, errors: Option<Cow<'_, str>>) -> Res<(Value, usize)> {
        Ok((th.bytes(&utf::encode_utf8(th, str.0, name(&errors))?), str.len()))
    }

    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_16_decode(
        th: &ThreadState,
        data: Buffer,
        errors: Option<Cow<'_, str>>,
        final_: bool,
    ) -> Res<(Value, usize)> {
        utf::decode_utf16(th, &data.to_vec(), name(&errors), &mut Order::Native, final_)
    }

    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(
        th: &ThreadState,
        data: Buffer,
        errors: Option<Cow<'_, str>>,
        final_: bool,
    ) -> Res<(Value, usize)> {
        utf::decode_utf16(th, &data.to_vec(), name(&errors), &mut Order::Little, final_)
    }

    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(
        th: &ThreadState,
        data: Buffer,
        errors: Option<Cow<'_, str>>,
        final_: bool,
    ) -> Res<(Value, usize)> {
        utf::decode_utf16(th, &data.to_vec(), name(&errors), &mut Order::Big, final_)
    }

    #[pyfunction("(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        th: &ThreadState,
        data: Buffer,
        errors: Option<Cow<'_, str>>,
        byteorder: i32,
        final_: bool,
    ) -> Res<(Value, usize, i32)> {
        let mut order = Order::of(byteorder);
        let (text, consumed) = utf::decode_utf16(th, &data.to_vec(), name(&errors), &mut order, final_)?;
        Ok((text, consumed, order.number()))
    }

    #[pyfunction("(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(
        th: &ThreadState,
        str: Text<'_>,
        errors: Option<Cow<'_, str>>,
        byteorder: i32,
    ) -> Res<(Value, usize)> {
        let encoded = utf::encode_utf16(th, str.0, name(&errors), Order::of(byteorder))?;
        Ok((th.bytes(&encoded), str.len()))
    }

    #[pyfunction("(str, errors=None, /)")]
    fn utf_16_le_encode(th: &ThreadState, str: Text<'_>, errors: Option<Cow<'_, str>>) -> Res<(Value, usize)> {
        Ok((th.bytes(&utf::encode_utf16(th, str.0, name(&errors), Order::Little)?), str.len()))
    }

    #[pyfunction("(str, errors=None, /)")]
    fn utf_16_be_encode(th: &ThreadState, str: Text<'_>, errors: Option<Cow<'_, str>>) -> Res<(Value, usize)> {
        Ok((th.bytes(&utf::encode_utf16(th, str.0, name(&errors), Order::Big)?), str.len()))
    }

    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_32_decode(
        th: &ThreadState,
        data: Buffer,
        errors: Option<Cow<'_, str>>,
        final_: bool,
    ) -> Res<(Value, usize)> {
        utf::decode_utf32(th, &data.to_vec(), name(&errors), &mut Order::Native, final_)
    }

    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(
        th: &ThreadState,
        data: Buffer,
        errors: Option<Cow<'_, str>>,
        final_: bool,
    ) -> Res<(Value, usize)> {
        utf::decode_utf32(th, &data.to_vec(), name(&errors), &mut Order::Little, final_)
    }

    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(
        th: &ThreadState,
        data: Buffer,
        errors: Option<Cow<'_, str>>,
        final_: bool,
    ) -> Res<(Value, usize)> {
        utf::decode_utf32(th, &data.to_vec(), name(&errors), &mut Order::Big, final_)
    }

    #[pyfunction("(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        th: &ThreadState,
        data: Buffer,
        errors: Option<Cow<'_, str>>,
        byteorder: i32,
        final_: bool,
    ) -> Res<(Value, usize, i32)> {
        let mut order = Order::of(byteorder);
        let (text, consumed) = utf::decode_utf32(th, &data.to_vec(), name(&errors), &mut order, final_)?;
        Ok((text, consumed, order.number()))
    }

    #[pyfunction("(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(
        th: &ThreadState,
        str: Text<'_>,
        errors: Option<Cow<'_, str>>,
        byteorder: i32,
    ) -> Res<(Value, usize)> {
        let encoded = utf::encode_utf32(th, str.0, name(&errors), Order::of(byteorder))?;
        Ok((th.bytes(&encoded), str.len()))
    }

    #[pyfunction("(str, errors=None, /)")]
    fn utf_32_le_encode(th: &ThreadState, str: Text<'_>, errors: Option<Cow<'_, str>>) -> Res<(Value, usize)> {
        Ok((th.bytes(&utf::encode_utf32(th, str.0, name(&errors), Order::Little)?), str.len()))
    }

    #[pyfunction("(str, errors=None, /)")]
    fn utf_32_be_encode(th: &ThreadState, str: Text<'_>, errors: Option<Cow<'_, str>>) -> Res<(Value, usize)> {
        Ok((th.bytes(&utf::encode_utf32(th, str.0, name(&errors), Order::Big)?), str.len()))
    }

    #[pyfunction("(data, errors=None, /)")]
    fn latin_1_decode(th: &ThreadState, data: Buffer, errors: Option<Cow<'_, str>>) -> (Value, usize) {
        let _ = errors;
        (th.str_from_latin1(data.as_slice()), data.len())
    }

    #[pyfunction("(str, errors=None, /)")]
    fn latin_1_encode(th: &ThreadState, str: Text<'_>, errors: Option<Cow<'_, str>>) -> Res<(Value, usize)> {
        Ok((th.bytes(&utf::encode_latin1(th, str.0, name(&errors))?), str.len()))
    }

    #[pyfunction("(data, errors=None, /)")]
    fn ascii_decode(th: &ThreadState, data: Buffer, errors: Option<Cow<'_, str>>) -> Res<(Value, usize)> {
        Ok((utf::decode_ascii(th, &data.to_vec(), name(&errors))?, data.len()))
    }

    #[pyfunction("(str, errors=None, /)")]
    fn ascii_encode(th: &ThreadState, str: Text<'_>, errors: Option<Cow<'_, str>>) -> Res<(Value, usize)> {
        Ok((th.bytes(&utf::encode_ascii(th, str.0, name(&errors))?), str.len()))
    }

    #[pyfunction("(data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        th: &ThreadState,
        data: Buffer,
        errors: Option<Cow<'_, str>>,
        mapping: &Value,
    ) -> Res<(Value, usize)> {
        Ok((charmap::decode(th, &data.to_vec(), name(&errors), mapping)?, data.len()))
    }

    #[pyfunction("(str, errors=None, mapping=None, /)")]
    fn charmap_encode(
        th: &ThreadState,
        str: Text<'_>,
        errors: Option<Cow<'_, str>>,
        mapping: &Value,
    ) -> Res<(Value, usize)> {
        Ok((th.bytes(&charmap::encode(th, str.0, name(&errors), mapping)?), str.len()))
    }

    #[pyfunction("(map, /)")]
    fn charmap_build(th: &ThreadState, map: &Str) -> Res {
        charmap::build(th, map)
    }
}
