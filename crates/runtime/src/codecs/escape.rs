//! `unicode_escape`, `raw_unicode_escape`, and the escapes of bytes literals.

use super::decode::Decoder;
use crate::error::Res;
use crate::objects::exceptions as exc;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::value::Value;

fn simple(byte: u8) -> Option<u8> {
    Some(match byte {
        b'\\' | b'\'' | b'"' => byte,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'r' => b'\r',
        b'f' => 12,
        b'v' => 11,
        b'a' => 7,
        _ => return None,
    })
}

/// Up to `most` hexadecimal digits: how many, and their value.
fn hex(bytes: &[u8], most: usize) -> (usize, u32) {
    let digits = bytes.iter().take(most).map_while(|&byte| (byte as char).to_digit(16));
    digits.fold((0, 0), |(count, value), digit| (count + 1, value << 4 | digit))
}

/// Up to three octal digits.
fn octal(bytes: &[u8]) -> (usize, u32) {
    let digits = bytes.iter().take(3).map_while(|&byte| (byte as char).to_digit(8));
    digits.fold((0, 0), |(count, value), digit| (count + 1, value << 3 | digit))
}

fn warn_escape(th: &ThreadState, prefix: &str, shown: &str, octal: bool) -> Res<()> {
    let what = if octal { "octal escape" } else { "escape" };
    let message =
        format!("{prefix}\"\\{shown}\" is an invalid {what} sequence. Such sequences will not work in the future. ");
    crate::warnings::warn(th, &exc::DEPRECATION_WARNING, &message)
}

/// Decodes `unicode_escape`: the text and the number of bytes that it came from.
pub fn decode_unicode(th: &ThreadState, bytes: &[u8], errors: &str, last: bool) -> Res<(Value, usize)> {
    let mut decoder = Decoder::new(th, "unicodeescape", bytes, errors);
    let mut warning: Option<(String, bool)> = None;
    let mut at = 0;
    while let Some(&byte) = decoder.input.get(at) {
        if byte != b'\\' {
            decoder.out.push(u32::from(byte));
            at += 1;
            continue;
        }
        let start = at;
        let Some(&code) = decoder.input.get(at + 1) else {
            if !last {
                break;
            }
            at = decoder.error(start, start + 1, "\\ at end of string")?;
            continue;
        };
        let rest = &decoder.input[at + 2..];
        if let Some(plain) = simple(code) {
            decoder.out.push(u32::from(plain));
            at += 2;
            continue;
        }
        match code {
            b'\n' => at += 2,
            b'0'..=b'7' => {
                let (count, value) = octal(&decoder.input[at + 1..]);
                if value > 0o377 && warning.is_none() {
                    warning = Some((format!("{value:o}"), true));
                }
                decoder.out.push(value);
                at += 1 + count;
            }
            b'x' | b'u' | b'U' => {
                let (size, reason) = match code {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let (count, value) = hex(rest, size);
                if count < size {
                    if !last && rest.len() == count {
                        break;
                    }
                    at = decoder.error(start, start + 2 + count, reason)?;
                } else if value > 0x10_FFFF {
                    at = decoder.error(start, start + 2 + count, "illegal Unicode character")?;
                } else {
                    decoder.out.push(value);
                    at += 2 + size;
                }
            }
            b'N' => {
                let close = rest.iter().position(|&byte| byte == b'}');
                match (rest.first(), close) {
                    (Some(b'{'), Some(close)) if close > 1 => {
                        let name = String::from_utf8_lossy(&rest[1..close]).into_owned();
                        match algo::unicode::names::lookup(&name) {
                            Some(algo::unicode::names::Named::CodePoint(point)) => {
                                decoder.out.push(point);
                                at += 2 + close + 1;
                            }
                            _ => {
                                let end = start + 2 + close + 1;
                                at = decoder.error(start, end, "unknown Unicode character name")?;
                            }
                        }
                    }
                    (None, _) | (Some(b'{'), None) if !last => break,
                    (first, close) => {
                        // The name is missing, or does not end.
                        let end = match (first, close) {
                            (Some(b'{'), Some(close)) => start + 2 + close + 1,
                            (Some(b'{'), None) => decoder.input.len(),
                            _ => start + 2,
                        };
                        at = decoder.error(start, end, "malformed \\N character escape")?;
                    }
                }
            }
            other => {
                if warning.is_none() {
                    warning = Some(((other as char).to_string(), false));
                }
                decoder.out.push(u32::from(b'\\'));
                decoder.out.push(u32::from(other));
                at += 2;
            }
        }
    }
    if let Some((shown, octal)) = warning {
        warn_escape(th, "", &shown, octal)?;
    }
    // A handler may have put another input in the place of these bytes, which are then all used.
    let used = if last { bytes.len() } else { at };
    decoder.finish(used)
}

/// Decodes `raw_unicode_escape`.
pub fn decode_raw(th: &ThreadState, bytes: &[u8], errors: &str, last: bool) -> Res<(Value, usize)> {
    let mut decoder = Decoder::new(th, "rawunicodeescape", bytes, errors);
    let mut at = 0;
    while let Some(&byte) = decoder.input.get(at) {
        if byte != b'\\' {
            decoder.out.push(u32::from(byte));
            at += 1;
            continue;
        }
        let start = at;
        let (size, reason) = match decoder.input.get(at + 1) {
            Some(b'u') => (4, "truncated \\uXXXX escape"),
            Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
            None if !last => break,
            other => {
                let other = other.copied();
                decoder.out.push(u32::from(byte));
                other.iter().for_each(|&other| decoder.out.push(u32::from(other)));
                at += 1 + usize::from(other.is_some());
                continue;
            }
        };
        let rest = &decoder.input[at + 2..];
        let (count, value) = hex(rest, size);
        if count < size {
            if !last && rest.len() == count {
                break;
            }
            at = decoder.error(start, start + 2 + count, reason)?;
        } else if value > 0x10_FFFF {
            at = decoder.error(start, start + 2 + count, "\\Uxxxxxxxx out of range")?;
        } else {
            decoder.out.push(value);
            at += 2 + size;
        }
    }
    decoder.finish(at)
}

fn push_wide(out: &mut Vec<u8>, point: u32) {
    let text = if point > 0xFFFF { format!("\\U{point:08x}") } else { format!("\\u{point:04x}") };
    out.extend(text.as_bytes());
}

pub fn encode_unicode(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for point in text.code_points() {
        match point {
            0x09 => out.extend(b"\\t"),
            0x0A => out.extend(b"\\n"),
            0x0D => out.extend(b"\\r"),
            0x5C => out.extend(b"\\\\"),
            0x20..=0x7E => out.push(point as u8),
            0..=0xFF => out.extend(format!("\\x{point:02x}").as_bytes()),
            _ => push_wide(&mut out, point),
        }
    }
    out
}

pub fn encode_raw(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for point in text.code_points() {
        if point < 256 { out.push(point as u8) } else { push_wide(&mut out, point) }
    }
    out
}

/// The escapes of bytes literals.
pub fn decode_bytes(th: &ThreadState, bytes: &[u8], errors: &str) -> Res<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut warning: Option<(String, bool)> = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'\\' {
            out.push(byte);
            at += 1;
            continue;
        }
        let Some(&code) = bytes.get(at + 1) else { return Err(th.value_error("Trailing \\ in string")) };
        if let Some(plain) = simple(code) {
            out.push(plain);
            at += 2;
            continue;
        }
        match code {
            b'\n' => at += 2,
            b'0'..=b'7' => {
                let (count, value) = octal(&bytes[at + 1..]);
                if value > 0o377 && warning.is_none() {
                    warning = Some((format!("{value:o}"), true));
                }
                out.push(value as u8);
                at += 1 + count;
            }
            b'x' => {
                let (count, value) = hex(&bytes[at + 2..], 2);
                if count == 2 {
                    out.push(value as u8);
                } else {
                    match errors {
                        "strict" => {
                            return Err(th.value_error(format_args!("invalid \\x escape at position {at}")));
                        }
                        "replace" => out.push(b'?'),
                        "ignore" => {}
                        other => {
                            return Err(
                                th.value_error(format_args!("decoding error; unknown error handling code: {other}"))
                            );
                        }
                    }
                }
                at += 2 + count;
            }
            other => {
                if warning.is_none() {
                    warning = Some(((other as char).to_string(), false));
                }
                out.extend([b'\\', other]);
                at += 2;
            }
        }
    }
    if let Some((shown, octal)) = warning {
        warn_escape(th, "b", &shown, octal)?;
    }
    Ok(out)
}

/// Bytes as they stand between the quotes of a literal.
pub fn encode_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\\' | b'\'' => out.extend([b'\\', byte]),
            0x20..=0x7E => out.push(byte),
            _ => out.extend(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out
}
