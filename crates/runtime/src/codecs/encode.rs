//! What encoders do about an error.

use super::errors::Handler;
use super::registry;
use crate::error::{Raised, Res};
use crate::objects::exceptions as exc;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::value::Value;

/// How one encoding writes a character: `false` if it cannot.
pub type Put<'p> = dyn FnMut(u32, &mut Vec<u8>) -> Res<bool> + 'p;

/// An encoding under way.
pub struct Encoder<'a> {
    pub th: &'a ThreadState,
    pub encoding: &'static str,
    /// Why a character cannot be encoded.
    pub reason: &'static str,
    /// Bytes that a handler returns must be a multiple of this.
    pub unit: usize,
    pub text: &'a Value,
    pub errors: &'a str,
}

impl Encoder<'_> {
    #[cold]
    pub fn raise(&self, start: usize, end: usize) -> Raised {
        self.th.raise(self.exception(start, end))
    }

    fn exception(&self, start: usize, end: usize) -> Value {
        let th = self.th;
        let args =
            [th.str(self.encoding), self.text.clone(), Value::index(start), Value::index(end), th.str(self.reason)];
        exc::new(th, &exc::UNICODE_ENCODE_ERROR, &args)
    }

    /// Encodes all characters.
    pub fn run(&self, put: &mut Put<'_>) -> Res<Vec<u8>> {
        let Some(text) = self.text.as_str() else { return Ok(Vec::new()) };
        let mut out = Vec::with_capacity(text.len());
        let mut callback = None;
        let mut at = 0;
        while at < text.len() {
            if put(text.char_at(at), &mut out)? {
                at += 1;
                continue;
            }
            // A run of such characters is handled together.
            let mut end = at + 1;
            let mut probe = Vec::new();
            while end < text.len() && !put(text.char_at(end), &mut probe)? {
                end += 1;
            }
            at = self.error(text, at, end, put, &mut out, &mut callback)?;
        }
        Ok(out)
    }

    /// Deals with the characters from `start` to `end`; returns where to go on.
    fn error(
        &self,
        text: &Str,
        start: usize,
        end: usize,
        put: &mut Put<'_>,
        out: &mut Vec<u8>,
        callback: &mut Option<Value>,
    ) -> Res<usize> {
        let replacement: String = match Handler::of(self.errors) {
            Handler::Strict => return Err(self.raise(start, end)),
            Handler::Ignore => return Ok(end),
            Handler::Replace => "?".repeat(end - start),
            Handler::XmlCharRefReplace => (start..end).map(|at| format!("&#{};", text.char_at(at))).collect(),
            Handler::SurrogateEscape if self.unit == 1 => {
                let mut at = start;
                while at < end && (0xDC80..=0xDCFF).contains(&text.char_at(at)) {
                    out.push((text.char_at(at) - 0xDC00) as u8);
                    at += 1;
                }
                return if at == start { Err(self.raise(start, end)) } else { Ok(at) };
            }
            _ => return self.call(start, end, put, out, callback),
        };
        for c in replacement.chars() {
            if !put(u32::from(c), out)? {
                return Err(self.raise(start, end));
            }
        }
        Ok(end)
    }

    fn call(
        &self,
        start: usize,
        end: usize,
        put: &mut Put<'_>,
        out: &mut Vec<u8>,
        callback: &mut Option<Value>,
    ) -> Res<usize> {
        let th = self.th;
        let handler = match callback {
            Some(handler) => handler.clone(),
            None => callback.insert(registry::lookup_error(th, self.errors)?).clone(),
        };
        let answer = th.call(&handler, &[self.exception(start, end)])?;
        let wrong = || th.type_error("encoding error handler must return (str/bytes, int) tuple");
        let Some([replacement, position]) = answer.as_tuple().map(|items| items.as_slice()) else {
            return Err(wrong());
        };
        if position.as_int().is_none() || (replacement.as_str().is_none() && replacement.as_bytes().is_none()) {
            return Err(wrong());
        }
        let length = self.text.as_str().map_or(0, Str::len) as isize;
        let position = th.index_or(position, &exc::OVERFLOW_ERROR)?;
        let position = if position < 0 { position + length } else { position };
        let Some(position) = usize::try_from(position).ok().filter(|&position| position as isize <= length) else {
            return Err(th.index_error(format_args!("position {position} from error handler out of bounds")));
        };
        if let Some(bytes) = replacement.as_bytes() {
            if bytes.len() % self.unit != 0 {
                return Err(self.raise(start, end));
            }
            out.extend_from_slice(bytes.as_slice());
        } else if let Some(text) = replacement.as_str() {
            if self.encoding.starts_with("utf-") && text.as_ascii().is_none() {
                return Err(self.raise(start, end));
            }
            for point in text.code_points() {
                if !put(point, out)? {
                    return Err(self.raise(start, end));
                }
            }
        }
        Ok(position)
    }
}
