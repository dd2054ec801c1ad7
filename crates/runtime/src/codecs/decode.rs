//! What decoders do about an error.

use super::errors::Handler;
use super::registry;
use crate::error::{Raised, Res};
use crate::objects::exceptions as exc;
use crate::objects::str::builder::StrBuilder;
use crate::objects::str::push_escape;
use crate::thread::ThreadState;
use crate::value::Value;

/// A decoding under way: the input (which a handler may replace), and the text so far.
pub struct Decoder<'a> {
    pub th: &'a ThreadState,
    pub encoding: &'static str,
    errors: &'a str,
    handler: Handler,
    pub input: Vec<u8>,
    pub out: StrBuilder,
    /// The exception, made when it is first needed.
    exception: Option<Value>,
    callback: Option<Value>,
}

impl<'a> Decoder<'a> {
    pub fn new(th: &'a ThreadState, encoding: &'static str, input: &[u8], errors: &'a str) -> Decoder<'a> {
        Decoder {
            th,
            encoding,
            errors,
            handler: Handler::of(errors),
            input: input.to_vec(),
            out: StrBuilder::with_capacity(input.len()),
            exception: None,
            callback: None,
        }
    }

    /// The exception about `input[start..end]`.
    fn exception(&mut self, start: usize, end: usize, reason: &str) -> Res {
        let th = self.th;
        let reason = th.str(reason);
        if let Some(exception) = &self.exception {
            th.setattr_str(exception, "start", &Value::index(start))?;
            th.setattr_str(exception, "end", &Value::index(end))?;
            th.setattr_str(exception, "reason", &reason)?;
            return Ok(exception.clone());
        }
        let args = [th.str(self.encoding), th.bytes(&self.input), Value::index(start), Value::index(end), reason];
        let exception = exc::new(th, &exc::UNICODE_DECODE_ERROR, &args);
        self.exception = Some(exception.clone());
        Ok(exception)
    }

    #[cold]
    fn raise(&mut self, start: usize, end: usize, reason: &str) -> Raised {
        match self.exception(start, end, reason) {
            Ok(exception) => self.th.raise(exception),
            Err(raised) => raised,
        }
    }

    /// Deals with the undecodable `input[start..end]`; returns where to go on.
    pub fn error(&mut self, start: usize, end: usize, reason: &str) -> Res<usize> {
        match self.handler {
            Handler::Strict => return Err(self.raise(start, end, reason)),
            Handler::Ignore => return Ok(end),
            Handler::Replace => {
                self.out.push(0xFFFD);
                return Ok(end);
            }
            Handler::BackslashReplace => {
                for &byte in &self.input[start..end] {
                    push_escape(&mut self.out, u32::from(byte));
                }
                return Ok(end);
            }
            Handler::SurrogateEscape => {
                let high = self.input[start..end].iter().take(4).take_while(|&&byte| byte >= 128).count();
                if high == 0 {
                    return Err(self.raise(start, end, reason));
                }
                for &byte in &self.input[start..start + high] {
                    self.out.push(0xDC00 + u32::from(byte));
                }
                return Ok(start + high);
            }
            Handler::XmlCharRefReplace | Handler::Other => {}
        }
        self.call(start, end, reason)
    }

    fn call(&mut self, start: usize, end: usize, reason: &str) -> Res<usize> {
        let th = self.th;
        let callback = match &self.callback {
            Some(callback) => callback.clone(),
            None => registry::lookup_error(th, self.errors)?,
        };
        self.callback = Some(callback.clone());
        let exception = self.exception(start, end, reason)?;
        let answer = th.call(&callback, std::slice::from_ref(&exception))?;
        let wrong = || th.type_error("decoding error handler must return (str, int) tuple");
        let Some([text, position]) = answer.as_tuple().map(|items| items.as_slice()) else { return Err(wrong()) };
        let Some(text) = text.as_str() else { return Err(wrong()) };
        if position.as_int().is_none() {
            return Err(wrong());
        }
        let position = th.index_or(position, &exc::OVERFLOW_ERROR)?;
        let object = th.getattr_str(&exception, "object")?;
        match object.as_bytes() {
            Some(bytes) if bytes.as_slice() != self.input => self.input = bytes.as_slice().to_vec(),
            Some(_) => {}
            None => return Err(th.type_error("exception attribute object must be bytes")),
        }
        self.out.push_text(text);
        let length = self.input.len() as isize;
        let position = if position < 0 { position + length } else { position };
        match usize::try_from(position) {
            Ok(position) if position as isize <= length => Ok(position),
            _ => Err(th.index_error(format_args!("position {position} from error handler out of bounds"))),
        }
    }

    /// The text, and how many bytes it came from.
    pub fn finish(self, consumed: usize) -> Res<(Value, usize)> {
        Ok((self.out.finish(self.th), consumed))
    }
}
