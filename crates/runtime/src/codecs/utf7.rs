//! UTF-7 (RFC 2152): ASCII with runs of base 64.

use super::decode::Decoder;
use crate::error::Res;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::value::Value;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Characters that encoders write as they are.
fn is_direct(point: u32) -> bool {
    match u8::try_from(point) {
        Ok(b'\t' | b'\n' | b'\r' | b' ') => true,
        Ok(b'+' | b'\\' | b'~') => false,
        Ok(byte) => byte.is_ascii_graphic(),
        Err(_) => false,
    }
}

pub fn encode(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let (mut bits, mut count, mut shifted) = (0u32, 0u32, false);
    for point in text.code_points() {
        if shifted && is_direct(point) {
            if count > 0 {
                out.push(DIGITS[(bits << (6 - count) & 63) as usize]);
            }
            (bits, count, shifted) = (0, 0, false);
            // The minus sign tells where the run ends, if the character could belong to it.
            if point < 128 && (digit(point as u8).is_some() || point == u32::from(b'-')) {
                out.push(b'-');
            }
        }
        if !shifted {
            if point == u32::from(b'+') {
                out.extend(b"+-");
                continue;
            }
            if is_direct(point) {
                out.push(point as u8);
                continue;
            }
            out.push(b'+');
            shifted = true;
        }
        let mut push = |unit: u32| {
            bits = (bits & 63) << 16 | unit;
            count += 16;
            while count >= 6 {
                count -= 6;
                out.push(DIGITS[(bits >> count & 63) as usize]);
            }
            bits &= (1 << count) - 1;
        };
        if point >= 0x10000 {
            push(0xD800 + ((point - 0x10000) >> 10));
            push(0xDC00 + ((point - 0x10000) & 0x3FF));
        } else {
            push(point);
        }
    }
    if shifted {
        if count > 0 {
            out.push(DIGITS[(bits << (6 - count) & 63) as usize]);
        }
        out.push(b'-');
    }
    out
}

/// The text, and the number of bytes that it came from.
pub fn decode(th: &ThreadState, bytes: &[u8], errors: &str, last: bool) -> Res<(Value, usize)> {
    let mut decoder = Decoder::new(th, "utf7", bytes, errors);
    let mut at = 0;
    let (mut shifted, mut start, mut bits, mut count, mut high) = (false, 0usize, 0u32, 0u32, 0u32);
    // What was written since the run began is taken back if the input ends within it and more is to come.
    let mut pending: Vec<u32> = Vec::new();
    while let Some(&byte) = decoder.input.get(at) {
        if !shifted {
            if byte == b'+' {
                start = at;
                at += 1;
                match decoder.input.get(at) {
                    Some(b'-') => {
                        at += 1;
                        decoder.out.push(u32::from(b'+'));
                    }
                    Some(&next) if digit(next).is_none() => {
                        at = decoder.error(start, at + 1, "ill-formed sequence")?;
                    }
                    _ => (shifted, bits, count, high) = (true, 0, 0, 0),
                }
            } else if byte < 128 {
                decoder.out.push(u32::from(byte));
                at += 1;
            } else {
                at = decoder.error(at, at + 1, "unexpected special character")?;
            }
            continue;
        }
        if let Some(value) = digit(byte) {
            bits = bits << 6 | value;
            count += 6;
            at += 1;
            if count >= 16 {
                count -= 16;
                let unit = bits >> count & 0xFFFF;
                bits &= (1 << count) - 1;
                match (high, unit) {
                    (0, 0xD800..=0xDBFF) => high = unit,
                    (0, unit) => pending.push(unit),
                    (first, 0xDC00..=0xDFFF) => {
                        pending.push(0x10000 + ((first - 0xD800) << 10) + (unit - 0xDC00));
                        high = 0;
                    }
                    (first, unit) => {
                        pending.push(first);
                        high = 0;
                        if (0xD800..0xDC00).contains(&unit) { high = unit } else { pending.push(unit) }
                    }
                }
            }
            continue;
        }
        // The run ends here.
        shifted = false;
        pending.drain(..).for_each(|point| decoder.out.push(point));
        if count >= 6 {
            at = decoder.error(start, at + 1, "partial character in shift sequence")?;
            continue;
        }
        if count > 0 && bits != 0 {
            at = decoder.error(start, at + 1, "non-zero padding bits in shift sequence")?;
            continue;
        }
        if byte >= 128 {
            at = decoder.error(start, at + 1, "unexpected special character")?;
            continue;
        }
        if high != 0 {
            decoder.out.push(high);
        }
        if byte == b'-' {
            at += 1;
        }
    }
    if shifted && !last {
        return decoder.finish(start);
    }
    if shifted {
        pending.drain(..).for_each(|point| decoder.out.push(point));
        if high != 0 || count >= 6 || (count > 0 && bits != 0) {
            let end = decoder.input.len();
            at = decoder.error(start, end, "unterminated shift sequence")?;
        }
    }
    decoder.finish(at)
}
