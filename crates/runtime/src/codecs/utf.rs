//! UTF-8, UTF-16, UTF-32, Latin-1 and ASCII.

use super::decode::Decoder;
use super::encode::Encoder;
use super::errors::is_surrogate;
use crate::error::Res;
use crate::objects::str::{Chars, Str};
use crate::thread::ThreadState;
use crate::value::Value;

/// Byte order: `Native` writes and reads a byte order mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Little,
    Big,
    Native,
}

impl Order {
    /// As `byteorder` arguments say it: -1, 1, 0.
    pub fn of(number: i32) -> Order {
        match number {
            0 => Order::Native,
            ..0 => Order::Little,
            _ => Order::Big,
        }
    }

    pub fn number(self) -> i32 {
        match self {
            Order::Little => -1,
            Order::Big => 1,
            Order::Native => 0,
        }
    }

    fn is_little(self) -> bool {
        match self {
            Order::Little => true,
            Order::Big => false,
            Order::Native => cfg!(target_endian = "little"),
        }
    }
}

/// The text, and the number of bytes that it came from: without `last`, an incomplete end is left.
pub fn decode_utf8(th: &ThreadState, bytes: &[u8], errors: &str, last: bool) -> Res<(Value, usize)> {
    let mut decoder = Decoder::new(th, "utf-8", bytes, errors);
    let mut at = 0;
    loop {
        let rest = &decoder.input[at..];
        let (valid, problem) = match std::str::from_utf8(rest) {
            Ok(text) => (text, None),
            Err(error) => {
                let valid = std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default();
                (valid, Some(error.error_len()))
            }
        };
        let size = valid.len();
        decoder.out.push_str(valid);
        at += size;
        let Some(problem) = problem else { break };
        let (length, reason) = match problem {
            None if !last => break,
            // The first two bytes of a surrogate: "surrogatepass" wants the third.
            Some(_) if !last && matches!(decoder.input[at..], [0xED, 0xA0..=0xBF]) => break,
            None => (decoder.input.len() - at, "unexpected end of data"),
            Some(length) if matches!(decoder.input[at], 0x80..=0xC1 | 0xF5..) => (length, "invalid start byte"),
            Some(length) => (length, "invalid continuation byte"),
        };
        at = decoder.error(at, at + length, reason)?;
    }
    decoder.finish(at)
}

pub fn decode_ascii(th: &ThreadState, bytes: &[u8], errors: &str) -> Res {
    let mut decoder = Decoder::new(th, "ascii", bytes, errors);
    let mut at = 0;
    while at < decoder.input.len() {
        let rest = &decoder.input[at..];
        let plain = rest.iter().position(|&byte| byte >= 128).unwrap_or(rest.len());
        decoder.out.push_latin1(&rest[..plain]);
        at += plain;
        if at < decoder.input.len() {
            at = decoder.error(at, at + 1, "ordinal not in range(128)")?;
        }
    }
    Ok(decoder.finish(at)?.0)
}

/// The byte order that a mark at the start tells; the mark is skipped.
fn byte_order(order: &mut Order, bytes: &[u8], little_mark: &[u8], big_mark: &[u8]) -> usize {
    if *order != Order::Native {
        return 0;
    }
    if bytes.starts_with(little_mark) {
        *order = Order::Little;
    } else if bytes.starts_with(big_mark) {
        *order = Order::Big;
    } else {
        return 0;
    }
    little_mark.len()
}

/// As [`decode_utf8`]; `order` becomes what the byte order mark says.
pub fn decode_utf16(
    th: &ThreadState,
    bytes: &[u8],
    errors: &str,
    order: &mut Order,
    last: bool,
) -> Res<(Value, usize)> {
    let mut at = byte_order(order, bytes, &[0xFF, 0xFE], &[0xFE, 0xFF]);
    let little = order.is_little();
    let name = if little { "utf-16-le" } else { "utf-16-be" };
    let mut decoder = Decoder::new(th, name, bytes, errors);
    let unit = |input: &[u8], at: usize| -> Option<u32> {
        let pair = [*input.get(at)?, *input.get(at + 1)?];
        Some(u32::from(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }))
    };
    while at < decoder.input.len() {
        let Some(first) = unit(&decoder.input, at) else {
            if !last {
                break;
            }
            let end = decoder.input.len();
            at = decoder.error(at, end, "truncated data")?;
            continue;
        };
        if !is_surrogate(first) {
            decoder.out.push(first);
            at += 2;
            continue;
        }
        if first >= 0xDC00 {
            at = decoder.error(at, at + 2, "illegal encoding")?;
            continue;
        }
        match unit(&decoder.input, at + 2) {
            Some(second @ 0xDC00..=0xDFFF) => {
                decoder.out.push(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
                at += 4;
            }
            Some(_) => at = decoder.error(at, at + 2, "illegal UTF-16 surrogate")?,
            None if !last => break,
            None => {
                let end = decoder.input.len();
                at = decoder.error(at, end, "unexpected end of data")?;
            }
        }
    }
    decoder.finish(at)
}

/// As [`decode_utf16`].
pub fn decode_utf32(
    th: &ThreadState,
    bytes: &[u8],
    errors: &str,
    order: &mut Order,
    last: bool,
) -> Res<(Value, usize)> {
    let mut at = byte_order(order, bytes, &[0xFF, 0xFE, 0, 0], &[0, 0, 0xFE, 0xFF]);
    let little = order.is_little();
    let name = if little { "utf-32-le" } else { "utf-32-be" };
    let mut decoder = Decoder::new(th, name, bytes, errors);
    while at < decoder.input.len() {
        let four = decoder.input.get(at..at + 4).and_then(|four| <[u8; 4]>::try_from(four).ok());
        let Some(four) = four else {
            if !last {
                break;
            }
            let end = decoder.input.len();
            at = decoder.error(at, end, "truncated data")?;
            continue;
        };
        let point = if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
        if is_surrogate(point) {
            at = decoder.error(at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)")?;
        } else if point > 0x10_FFFF {
            at = decoder.error(at, at + 4, "code point not in range(0x110000)")?;
        } else {
            decoder.out.push(point);
            at += 4;
        }
    }
    decoder.finish(at)
}

pub fn encode_utf8(th: &ThreadState, text: &Value, errors: &str) -> Res<Vec<u8>> {
    if let Some(string) = text.as_str() {
        th.check_room(string.len().saturating_mul(string.width()))?;
        if let Some(utf8) = plain_utf8(string) {
            return Ok(utf8);
        }
    }
    let encoder = Encoder { th, encoding: "utf-8", reason: "surrogates not allowed", unit: 1, text, errors };
    encoder.run(&mut |point, out| {
        if !is_surrogate(point) {
            syntax::text::push_code_point(out, point);
        }
        Ok(!is_surrogate(point))
    })
}

/// UTF-8 of a text without surrogates.
fn plain_utf8(text: &Str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match text.chars() {
        Chars::Ascii(chars) => out.extend_from_slice(chars.as_bytes()),
        Chars::Latin1(chars) => {
            out.reserve(chars.len() + chars.len() / 2);
            for &byte in chars {
                match byte {
                    ..0x80 => out.push(byte),
                    _ => out.extend([0xC0 | byte >> 6, 0x80 | byte & 0x3F]),
                }
            }
        }
        Chars::Ucs2(chars) => {
            out.reserve(chars.len() * 2);
            for &unit in chars {
                let tail = |shift: u16| 0x80 | (unit >> shift) as u8 & 0x3F;
                match unit {
                    ..0x80 => out.push(unit as u8),
                    0x80..0x800 => out.extend([0xC0 | (unit >> 6) as u8, tail(0)]),
                    0xD800..=0xDFFF => return None,
                    _ => out.extend([0xE0 | (unit >> 12) as u8, tail(6), tail(0)]),
                }
            }
        }
        Chars::Ucs4(chars) => {
            out.reserve(chars.len() * 2);
            let mut buffer = [0; 4];
            for &point in chars {
                out.extend_from_slice(char::from_u32(point)?.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
    Some(out)
}

pub fn encode_latin1(th: &ThreadState, text: &Value, errors: &str) -> Res<Vec<u8>> {
    if let Some(Chars::Ascii(_) | Chars::Latin1(_)) = text.as_str().map(|text| text.chars()) {
        return Ok(text.as_str().map(|text| text.raw().to_vec()).unwrap_or_default());
    }
    narrow(th, text, errors, "latin-1", "ordinal not in range(256)", 256)
}

pub fn encode_ascii(th: &ThreadState, text: &Value, errors: &str) -> Res<Vec<u8>> {
    if let Some(ascii) = text.as_str().and_then(|text| text.as_ascii()) {
        return Ok(ascii.as_bytes().to_vec());
    }
    narrow(th, text, errors, "ascii", "ordinal not in range(128)", 128)
}

fn narrow(
    th: &ThreadState,
    text: &Value,
    errors: &str,
    encoding: &'static str,
    reason: &'static str,
    limit: u32,
) -> Res<Vec<u8>> {
    Encoder { th, encoding, reason, unit: 1, text, errors }.run(&mut |point, out| {
        if point < limit {
            out.push(point as u8);
        }
        Ok(point < limit)
    })
}

pub fn encode_utf16(th: &ThreadState, text: &Value, errors: &str, order: Order) -> Res<Vec<u8>> {
    let little = order.is_little();
    let push = |unit: u16, out: &mut Vec<u8>| out.extend(if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
    let encoding = match order {
        Order::Native => "utf-16",
        Order::Little => "utf-16-le",
        Order::Big => "utf-16-be",
    };
    let encoder = Encoder { th, encoding, reason: "surrogates not allowed", unit: 2, text, errors };
    let encoded = encoder.run(&mut |point, out| {
        if is_surrogate(point) {
            return Ok(false);
        }
        if point < 0x10000 {
            push(point as u16, out);
        } else {
            let rest = point - 0x10000;
            push(0xD800 + (rest >> 10) as u16, out);
            push(0xDC00 + (rest & 0x3FF) as u16, out);
        }
        Ok(true)
    })?;
    Ok(with_mark(order, encoded, &0xFEFFu16.to_ne_bytes()))
}

pub fn encode_utf32(th: &ThreadState, text: &Value, errors: &str, order: Order) -> Res<Vec<u8>> {
    let little = order.is_little();
    let encoding = match order {
        Order::Native => "utf-32",
        Order::Little => "utf-32-le",
        Order::Big => "utf-32-be",
    };
    let encoder = Encoder { th, encoding, reason: "surrogates not allowed", unit: 4, text, errors };
    let encoded = encoder.run(&mut |point, out| {
        if !is_surrogate(point) {
            out.extend(if little { point.to_le_bytes() } else { point.to_be_bytes() });
        }
        Ok(!is_surrogate(point))
    })?;
    Ok(with_mark(order, encoded, &0xFEFFu32.to_ne_bytes()))
}

fn with_mark(order: Order, encoded: Vec<u8>, mark: &[u8]) -> Vec<u8> {
    if order != Order::Native {
        return encoded;
    }
    let mut out = Vec::with_capacity(encoded.len() + mark.len());
    out.extend_from_slice(mark);
    out.extend_from_slice(&encoded);
    out
}
