//! Positions in text: `tell` and `seek` of `TextIOWrapper`.
//!
//! A position in decoded text is told as where to start in the bytes, with which state of the decoder, how many bytes to
//! feed it and how many characters to skip then: one number, which is the plain byte position when that says it all.

use dashu_int::{IBig, UBig};
use runtime::objects::int::IntView;
use runtime::objects::str::Str;
use runtime::{CompareOp, Res, ThreadState, Value};

use super::text::{TextIoWrapper, bytes_of};
use super::unsupported;

/// What the number of `tell` says.
#[derive(Clone, Copy, Default)]
struct Cookie {
    start: u64,
    flags: i32,
    feed: u32,
    skip: u32,
    need_end: bool,
}

impl Cookie {
    fn pack(&self, th: &ThreadState) -> Value {
        if self.flags == 0 && self.feed == 0 && self.skip == 0 && !self.need_end {
            return th.int_from_u64(self.start);
        }
        let mut bytes = [0u8; 21];
        bytes[..8].copy_from_slice(&self.start.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.flags.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.feed.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.skip.to_le_bytes());
        bytes[20] = u8::from(self.need_end);
        th.int_from_big(IBig::from(UBig::from_le_bytes(&bytes)))
    }

    /// `None` if the number (not a negative one) is larger than any that `tell` gives.
    fn unpack(number: IntView<'_>) -> Option<Cookie> {
        let number = UBig::try_from(number.to_big()).ok()?;
        let given = number.to_le_bytes();
        let mut bytes = [0u8; 21];
        bytes.get_mut(..given.len())?.copy_from_slice(&given);
        let word = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        let low = u64::from(u32::from_le_bytes(word(0)));
        let high = u64::from(u32::from_le_bytes(word(4)));
        Some(Cookie {
            start: high << 32 | low,
            flags: i32::from_le_bytes(word(8)),
            feed: u32::from_le_bytes(word(12)),
            skip: u32::from_le_bytes(word(16)),
            need_end: bytes[20] != 0,
        })
    }
}

impl TextIoWrapper {
    fn decode_length(&self, th: &ThreadState, bytes: &[u8], last: bool) -> Res<usize> {
        let text = self.decoding.decode(th, bytes, &self.errors(), last)?;
        Ok(text.as_str().map_or(0, Str::len))
    }

    /// `tell`.
    pub(super) fn position(&self, th: &ThreadState, slf: &Value) -> Res {
        let buffer = self.open_buffer(th, slf)?;
        if !self.seekable.get() {
            return Err(unsupported(th, "underlying stream is not seekable"));
        }
        if !self.telling.get() {
            return Err(th.os_error_message("telling position disabled by next() call"));
        }
        self.flush_pending(th)?;
        th.call_method(slf, &th.names().flush, &[])?;
        let position = th.call_method(&buffer, &th.names().tell, &[])?;
        let Some((flags, input)) = self.snapshot.borrow().clone().filter(|_| !self.decoding.none()) else {
            return Ok(position);
        };
        let position = th.index_or(&position, &runtime::objects::exceptions::VALUE_ERROR)? as i64;
        let start = u64::try_from(position - input.len() as i64).unwrap_or(0);
        let used = self.used.get();
        if used == 0 {
            return Ok(Cookie { start, flags: flags as i32, ..Cookie::default() }.pack(th));
        }
        let (held, number) = self.decoding.state(th)?;
        let cookie = self.find_cookie(th, start, flags, &input, used);
        self.decoding.set_state(th, &held, number)?;
        Ok(cookie?.pack(th))
    }

    /// The cookie of the place after `used` characters of what the decoder makes of `input`.
    fn find_cookie(&self, th: &ThreadState, start: u64, flags: i64, input: &[u8], used: usize) -> Res<Cookie> {
        // A place not far before it where the decoder holds nothing back: a guess, corrected backward.
        let mut skip_bytes = (self.ratio.get() * used as f64) as usize;
        let (mut base, mut base_flags, mut to_skip) = (0, flags, used);
        let mut step = 1;
        skip_bytes = skip_bytes.min(input.len());
        while skip_bytes > 0 {
            self.decoding.set_state(th, &[], flags)?;
            let characters = self.decode_length(th, &input[..skip_bytes], false)?;
            if characters <= used {
                let (held, number) = self.decoding.state(th)?;
                if held.is_empty() {
                    (base, base_flags, to_skip) = (skip_bytes, number, used - characters);
                    break;
                }
                skip_bytes -= held.len().min(skip_bytes);
                step = 1;
            } else {
                skip_bytes -= step.min(skip_bytes);
                step *= 2;
            }
        }
        if skip_bytes == 0 {
            self.decoding.set_state(th, &[], flags)?;
        }
        let mut cookie = Cookie { start: start + base as u64, flags: base_flags as i32, ..Cookie::default() };
        if to_skip == 0 {
            return Ok(cookie);
        }
        // From there byte by byte, noting each place where the decoder holds nothing back.
        let (mut fed, mut decoded) = (0u32, 0usize);
        for byte in &input[base..] {
            fed += 1;
            decoded += self.decode_length(th, std::slice::from_ref(byte), false)?;
            let (held, number) = self.decoding.state(th)?;
            if held.is_empty() && decoded <= to_skip {
                cookie.start += u64::from(fed);
                to_skip -= decoded;
                cookie.flags = number as i32;
                (fed, decoded) = (0, 0);
            }
            if decoded >= to_skip {
                cookie.feed = fed;
                cookie.skip = to_skip as u32;
                return Ok(cookie);
            }
        }
        decoded += self.decode_length(th, &[], true)?;
        cookie.need_end = true;
        if decoded < to_skip {
            return Err(th.os_error_message("can't reconstruct logical file position"));
        }
        cookie.feed = fed;
        cookie.skip = to_skip as u32;
        Ok(cookie)
    }

    /// `seek`.
    pub(super) fn seek_to(&self, th: &ThreadState, slf: &Value, cookie: &Value, whence: i32) -> Res {
        let buffer = self.open_buffer(th, slf)?;
        if !self.seekable.get() {
            return Err(unsupported(th, "underlying stream is not seekable"));
        }
        let zero = || th.is_equal(cookie, &Value::index(0));
        let target = match whence {
            0 => cookie.clone(),
            1 if !zero()? => return Err(unsupported(th, "can't do nonzero cur-relative seeks")),
            2 if !zero()? => return Err(unsupported(th, "can't do nonzero end-relative seeks")),
            1 => th.call_method(slf, &th.names().tell, &[])?,
            2 => {
                th.call_method(slf, &th.names().flush, &[])?;
                self.forget_decoded();
                if !self.decoding.none() {
                    self.decoding.reset(th)?;
                }
                let end = th.call_method(&buffer, &th.names().seek, &[Value::index(0), Value::index(2)])?;
                if !self.encoder.none() {
                    self.encoder.set_at_start(th, th.is_equal(&end, &Value::index(0))?)?;
                }
                return Ok(end);
            }
            _ => return Err(th.value_error(format_args!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        if th.compare_bool(&target, &Value::index(0), CompareOp::Lt)? {
            let shown = th.repr_string(&target)?;
            return Err(th.value_error(format_args!("negative seek position {shown}")));
        }
        th.call_method(slf, &th.names().flush, &[])?;
        let number = th.index(&target)?;
        let Some(place) = number.as_int().and_then(Cookie::unpack) else {
            return Err(th.overflow_error("Python int too large to convert to C long"));
        };
        th.call_method(&buffer, &th.names().seek, &[th.int_from_u64(place.start)])?;
        self.forget_decoded();
        if !self.decoding.none() {
            if place.start == 0 && place.flags == 0 {
                self.decoding.reset(th)?;
            } else {
                self.decoding.set_state(th, &[], i64::from(place.flags))?;
            }
        }
        if place.skip > 0 && !self.decoding.none() {
            let input = th.call_method(&buffer, &th.names().read, &[th.int(i64::from(place.feed))])?;
            let input = bytes_of(th, &input, "read")?;
            let text = self.decoding.decode(th, &input, &self.errors(), place.need_end)?;
            *self.snapshot.borrow_mut() = Some((i64::from(place.flags), input));
            let length = text.as_str().map_or(0, Str::len);
            self.decoded.set(Some(text));
            if length < place.skip as usize {
                return Err(th.os_error_message("can't restore logical file position"));
            }
            self.used.set(place.skip as usize);
        } else {
            *self.snapshot.borrow_mut() = Some((i64::from(place.flags), Vec::new()));
        }
        if !self.encoder.none() {
            self.encoder.set_at_start(th, place.start == 0 && place.flags == 0)?;
        }
        Ok(target)
    }
}
