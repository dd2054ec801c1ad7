//! Text to bytes and back: the encodings that are native, their error handlers, and the registry that finds all others.
//!
//! `errors.rs` has the handlers, `decode.rs` and `encode.rs` what every codec does around an error; `utf.rs`, `utf7.rs`,
//! `escape.rs` and `charmap.rs` hold the codecs, `registry.rs` the search for the rest through the `encodings` package.

pub mod charmap;
pub mod decode;
pub mod encode;
pub mod errors;
pub mod escape;
pub mod registry;
pub mod utf;
pub mod utf7;

use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

/// The encodings that are known without asking the registry.
#[derive(Clone, Copy, PartialEq)]
enum Native {
    Utf8,
    Latin1,
    Ascii,
    Utf16,
    Utf32,
}

/// A native encoding by the names that CPython takes a short cut for.
fn native(encoding: &str) -> Option<Native> {
    let mut name = [0u8; 12];
    let name = name.get_mut(..encoding.len())?;
    for (place, byte) in name.iter_mut().zip(encoding.bytes()) {
        *place = if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    }
    Some(match &*name {
        b"utf-8" | b"utf8" => Native::Utf8,
        b"latin-1" | b"latin1" | b"iso-8859-1" | b"iso8859-1" => Native::Latin1,
        b"ascii" | b"us-ascii" => Native::Ascii,
        b"utf-16" | b"utf16" => Native::Utf16,
        b"utf-32" | b"utf32" => Native::Utf32,
        _ => return None,
    })
}

impl ThreadState {
    /// `bytes.decode(encoding, errors)` of any bytes-like object.
    pub fn decode_object(&self, object: &Value, encoding: &str, errors: &str) -> Res {
        self.check_codec_names(encoding, errors)?;
        if let Some(native) = native(encoding) {
            if let Some(bytes) = object.as_bytes() {
                return self.decode_native(bytes.as_slice(), native, errors);
            }
            let bytes = self.readable_buffer(object)?.to_vec();
            return self.decode_native(&bytes, native, errors);
        }
        if object.as_bytes().is_some_and(|bytes| bytes.is_empty()) {
            // Nothing is decoded by no codec, known or not.
            return Ok(self.str(""));
        }
        registry::decode_text(self, object, encoding, errors)
    }

    /// Under `-X dev` names of encodings and error handlers are wrong even where nothing needs them.
    fn check_codec_names(&self, encoding: &str, errors: &str) -> Res<()> {
        let is_native = native(encoding).is_some();
        if errors == "strict" && is_native || !self.interp().config.borrow().dev_mode {
            return Ok(());
        }
        if !is_native {
            registry::lookup(self, encoding)?;
        }
        registry::lookup_error(self, errors).map(drop)
    }

    /// Decodes bytes.
    pub fn decode(&self, bytes: &[u8], encoding: &str, errors: &str) -> Res {
        match native(encoding) {
            Some(native) => self.decode_native(bytes, native, errors),
            None => registry::decode_text(self, &self.bytes(bytes), encoding, errors),
        }
    }

    fn decode_native(&self, bytes: &[u8], native: Native, errors: &str) -> Res {
        match native {
            Native::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(self.str(text)),
                Err(_) => Ok(utf::decode_utf8(self, bytes, errors, true)?.0),
            },
            Native::Latin1 => Ok(self.str_from_latin1(bytes)),
            Native::Ascii if bytes.is_ascii() => Ok(self.str_from_ascii(bytes)),
            Native::Ascii => utf::decode_ascii(self, bytes, errors),
            Native::Utf16 => Ok(utf::decode_utf16(self, bytes, errors, &mut utf::Order::Native, true)?.0),
            Native::Utf32 => Ok(utf::decode_utf32(self, bytes, errors, &mut utf::Order::Native, true)?.0),
        }
    }

    /// `text.encode(encoding, errors)`: a `bytes` object.
    pub fn encode_object(&self, text: &Value, encoding: &str, errors: &str) -> Res {
        self.check_codec_names(encoding, errors)?;
        match native(encoding) {
            Some(native) => Ok(self.bytes(&self.encode_native(text, native, errors)?)),
            None => registry::encode_text(self, text, encoding, errors),
        }
    }

    /// Encodes a string.
    pub fn encode(&self, text: &Value, encoding: &str, errors: &str) -> Res<Vec<u8>> {
        if let Some(native) = native(encoding) {
            return self.encode_native(text, native, errors);
        }
        let encoded = registry::encode_text(self, text, encoding, errors)?;
        Ok(encoded.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default())
    }

    fn encode_native(&self, text: &Value, native: Native, errors: &str) -> Res<Vec<u8>> {
        match native {
            Native::Utf8 => utf::encode_utf8(self, text, errors),
            Native::Latin1 => utf::encode_latin1(self, text, errors),
            Native::Ascii => utf::encode_ascii(self, text, errors),
            Native::Utf16 => utf::encode_utf16(self, text, errors, utf::Order::Native),
            Native::Utf32 => utf::encode_utf32(self, text, errors, utf::Order::Native),
        }
    }
}
