//! `binascii`: base64, hexadecimal, quoted-printable, uuencode, and checksums.

use macros::pymodule;
use runtime::args::{ArgAt, FromArg};
use runtime::buffer::Buffer;
use runtime::objects::exceptions::{EXCEPTION, VALUE_ERROR};
use runtime::types::ready::ready;
use runtime::types::{Type, TypeDef};
use runtime::{Raised, Res, ThreadState, Value};

use super::crc;
use crate::support::exception;

static ERROR_DEF: TypeDef = exception("binascii", "Error", &VALUE_ERROR, None);
pub static BINASCII_ERROR: Type = Type::new_static(&ERROR_DEF);
static INCOMPLETE_DEF: TypeDef = exception("binascii", "Incomplete", &EXCEPTION, None);
pub static BINASCII_INCOMPLETE: Type = Type::new_static(&INCOMPLETE_DEF);

fn error(th: &ThreadState, message: impl std::fmt::Display) -> Raised {
    th.error(&BINASCII_ERROR, message)
}

/// A parameter that is a bytes-like object or an ASCII `str`.
struct AsciiBuffer(Vec<u8>);

impl<'a> FromArg<'a> for AsciiBuffer {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<AsciiBuffer> {
        if let Some(text) = value.as_str() {
            let ascii = text.as_ascii().map(|ascii| AsciiBuffer(ascii.as_bytes().to_vec()));
            return ascii.ok_or_else(|| th.value_error("string argument should contain only ASCII characters"));
        }
        if th.has_buffer(value) {
            return Ok(AsciiBuffer(th.readable_buffer(value)?.to_vec()));
        }
        let class = value.class().full_name();
        Err(th.type_error(format!("argument should be bytes, buffer or ASCII string, not '{class}'")))
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of each base64 character; 255 for other bytes.
const BASE64_VALUES: [u8; 256] = {
    let mut table = [255; 256];
    let mut i = 0;
    while i < 64 {
        table[BASE64[i] as usize] = i as u8;
        i += 1;
    }
    table
};

fn decode_base64(th: &ThreadState, data: &[u8], strict: bool) -> Res<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    let (mut position, mut left, mut pads) = (0u8, 0u8, 0usize);
    let mut rest = data;
    while let Some((&byte, after)) = rest.split_first() {
        // Whole groups of plain characters.
        if position == 0 && pads == 0 {
            let mut groups = rest.chunks_exact(4);
            let mut used = 0;
            for group in groups.by_ref() {
                let [a, b, c, d] = [0, 1, 2, 3].map(|i| u32::from(BASE64_VALUES[usize::from(group[i])]));
                if (a | b | c | d) > 63 {
                    break;
                }
                let bits = a << 18 | b << 12 | c << 6 | d;
                out.extend_from_slice(&bits.to_be_bytes()[1..]);
                used += 4;
            }
            if used > 0 {
                rest = &rest[used..];
                continue;
            }
        }
        let at = data.len() - rest.len();
        rest = after;
        if byte == b'=' {
            pads += 1;
            if strict {
                match position {
                    0 if at == 0 => return Err(error(th, "Leading padding not allowed")),
                    0 => return Err(error(th, "Excess padding not allowed")),
                    1 => break,
                    _ if usize::from(position) + pads > 4 => return Err(error(th, "Excess padding not allowed")),
                    _ => {}
                }
            }
            continue;
        }
        let value = BASE64_VALUES[usize::from(byte)];
        if value == 255 {
            if strict {
                return Err(error(th, "Only base64 data is allowed"));
            }
            continue;
        }
        if strict && pads > 0 {
            let whole = usize::from(position) + pads == 4;
            let what = if whole { "Excess data after padding" } else { "Discontinuous padding not allowed" };
            return Err(error(th, what));
        }
        pads = 0;
        match position {
            0 => left = value,
            1 => {
                out.push(left << 2 | value >> 4);
                left = value & 0x0F;
            }
            2 => {
                out.push(left << 4 | value >> 2);
                left = value & 0x03;
            }
            _ => out.push(left << 6 | value),
        }
        position = (position + 1) % 4;
    }
    if position == 1 {
        let count = out.len() / 3 * 4 + 1;
        return Err(error(
            th,
            format!(
                "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
            ),
        ));
    }
    if position != 0 && usize::from(position) + pads < 4 {
        return Err(error(th, "Incorrect padding"));
    }
    Ok(out)
}

fn encode_base64(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    let digit = |bits: u32, shift: u32| BASE64[(bits >> shift & 63) as usize];
    let mut groups = data.chunks_exact(3);
    out.resize(data.len() / 3 * 4, 0);
    for (place, group) in out.chunks_exact_mut(4).zip(groups.by_ref()) {
        let bits = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        place.copy_from_slice(&[digit(bits, 18), digit(bits, 12), digit(bits, 6), digit(bits, 0)]);
    }
    match *groups.remainder() {
        [a] => {
            let bits = u32::from(a) << 16;
            out.extend_from_slice(&[digit(bits, 18), digit(bits, 12), b'=', b'=']);
        }
        [a, b] => {
            let bits = u32::from(a) << 16 | u32::from(b) << 8;
            out.extend_from_slice(&[digit(bits, 18), digit(bits, 12), digit(bits, 6), b'=']);
        }
        _ => {}
    }
    if newline {
        out.push(b'\n');
    }
    out
}

/// The value of each hexadecimal digit; 255 for other bytes.
const HEX_VALUES: [u8; 256] = {
    let mut table = [255; 256];
    let mut i = 0;
    while i < 16 {
        table[b"0123456789abcdef"[i] as usize] = i as u8;
        table[b"0123456789ABCDEF"[i] as usize] = i as u8;
        i += 1;
    }
    table
};

fn hex_digit(byte: u8) -> Option<u8> {
    Some(HEX_VALUES[usize::from(byte)]).filter(|&value| value < 16)
}

fn decode_hex(th: &ThreadState, data: &[u8]) -> Res<Vec<u8>> {
    if !data.len().is_multiple_of(2) {
        return Err(error(th, "Odd-length string"));
    }
    let mut wrong = 0;
    let value = |byte: u8| HEX_VALUES[usize::from(byte)];
    let bytes = data.chunks_exact(2).map(|pair| {
        let (high, low) = (value(pair[0]), value(pair[1]));
        wrong |= high | low;
        high << 4 | low & 15
    });
    let bytes = bytes.collect();
    if wrong > 15 { Err(error(th, "Non-hexadecimal digit found")) } else { Ok(bytes) }
}

/// Hexadecimal with an optional separator between groups of bytes, counted from the right (or the left if negative).
fn encode_hex(th: &ThreadState, data: &[u8], separator: Option<&Value>, group: i32) -> Res<Vec<u8>> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let separator = match separator {
        None => None,
        Some(value) => {
            if th.len(value)? != 1 {
                return Err(th.value_error("sep must be length 1."));
            }
            let byte = match (value.as_str(), value.as_bytes()) {
                (Some(text), _) => u8::try_from(text.char_at(0)).ok(),
                (None, Some(bytes)) => bytes.as_slice().first().copied(),
                _ => return Err(th.type_error("sep must be str or bytes.")),
            };
            Some(byte.ok_or_else(|| th.value_error("sep must be ASCII."))?)
        }
    };
    if separator.is_none() {
        let mut out = vec![0; data.len() * 2];
        for (pair, byte) in out.chunks_exact_mut(2).zip(data) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        return Ok(out);
    }
    let size = group.unsigned_abs() as usize;
    // Where the first separator comes, if groups are counted from the right.
    let first = if group > 0 && size > 0 { data.len() % size } else { 0 };
    let mut out = Vec::with_capacity(data.len() * 2);
    for (i, &byte) in data.iter().enumerate() {
        if let (Some(separator), true) = (separator, size > 0 && i > 0 && (i + size - first).is_multiple_of(size)) {
            out.push(separator);
        }
        out.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    Ok(out)
}

fn decode_uu(th: &ThreadState, data: &[u8]) -> Res<Vec<u8>> {
    let Some((&length, mut rest)) = data.split_first() else { return Err(error(th, "Missing length byte")) };
    let wanted = usize::from(length.wrapping_sub(b' ') & 0x3F);
    let mut out = Vec::with_capacity(wanted);
    let (mut bits, mut left) = (0u32, 0u32);
    while out.len() < wanted {
        let value = match rest.split_first() {
            None => 0,
            // Trailing spaces may have been cut off.
            Some((b'\n' | b'\r', after)) => {
                rest = after;
                0
            }
            Some((&byte, after)) => {
                rest = after;
                if !(b' '..=b' ' + 64).contains(&byte) {
                    return Err(error(th, "Illegal char"));
                }
                (byte - b' ') & 0x3F
            }
        };
        left = left << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((left >> bits) as u8);
            left &= (1 << bits) - 1;
        }
    }
    if rest.iter().any(|&byte| !matches!(byte, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(error(th, "Trailing garbage"));
    }
    Ok(out)
}

fn encode_uu(th: &ThreadState, data: &[u8], backtick: bool) -> Res<Vec<u8>> {
    if data.len() > 45 {
        return Err(error(th, "At most 45 bytes at once"));
    }
    let digit = |value: u32| match value & 0x3F {
        0 if backtick => b'`',
        value => value as u8 + b' ',
    };
    let mut out = vec![digit(data.len() as u32)];
    for group in data.chunks(3) {
        let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.extend([18, 12, 6, 0].map(|shift| digit(bits >> shift)));
    }
    out.push(b'\n');
    Ok(out)
}

fn decode_quoted(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'=' => match *rest {
                [] => {}
                [b'\n' | b'\r', ..] => {
                    let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
                    rest = &rest[end..];
                }
                [b'=', ..] => {
                    out.push(b'=');
                    rest = &rest[1..];
                }
                [high, low, ..] => match (hex_digit(high), hex_digit(low)) {
                    (Some(high), Some(low)) => {
                        out.push(high << 4 | low);
                        rest = &rest[2..];
                    }
                    _ => out.push(b'='),
                },
                _ => out.push(b'='),
            },
            b'_' if header => out.push(b' '),
            _ => out.push(byte),
        }
    }
    out
}

fn encode_quoted(data: &[u8], quote_tabs: bool, is_text: bool, header: bool) -> Vec<u8> {
    const MAX_LINE: usize = 76;
    let newline: &[u8] = match memchr::memchr(b'\n', data) {
        Some(at) if at > 0 && data[at - 1] == b'\r' => b"\r\n",
        _ => b"\n",
    };
    let mut out = Vec::with_capacity(data.len() + data.len() / 8);
    let push_hex = |out: &mut Vec<u8>, byte: u8| {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        out.extend_from_slice(&[b'=', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    };
    let (mut at, mut line) = (0, 0);
    while let Some(&byte) = data.get(at) {
        let next = data.get(at + 1).copied();
        let lonely_dot = byte == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0));
        let space = matches!(byte, b' ' | b'\t');
        let quoted = byte > 126
            || byte == b'='
            || (header && byte == b'_')
            || lonely_dot
            || (!is_text && matches!(byte, b'\r' | b'\n'))
            || (space && next.is_none())
            || (byte < 33 && !matches!(byte, b'\r' | b'\n') && (quote_tabs || !space));
        let soft_break = |out: &mut Vec<u8>| {
            out.push(b'=');
            out.extend_from_slice(newline);
        };
        if quoted {
            if line + 3 >= MAX_LINE {
                soft_break(&mut out);
                line = 0;
            }
            push_hex(&mut out, byte);
            at += 1;
            line += 3;
        } else if is_text && (byte == b'\n' || (byte == b'\r' && next == Some(b'\n'))) {
            line = 0;
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                push_hex(&mut out, last);
            }
            out.extend_from_slice(newline);
            at += if byte == b'\r' { 2 } else { 1 };
        } else {
            if next.is_some_and(|next| next != b'\n') && line + 1 >= MAX_LINE {
                soft_break(&mut out);
                line = 0;
            }
            line += 1;
            out.push(if header && byte == b' ' { b'_' } else { byte });
            at += 1;
        }
    }
    out
}

#[pymodule(name = "binascii")]
pub mod binascii_module {
    //! Conversion between binary data and ASCII
    use std::num::Wrapping;

    use super::*;

    #[pyattr(name = "Error")]
    fn error_class(th: &ThreadState) -> Value {
        ready(th, &BINASCII_ERROR);
        BINASCII_ERROR.as_value()
    }

    #[pyattr(name = "Incomplete")]
    fn incomplete_class(th: &ThreadState) -> Value {
        ready(th, &BINASCII_INCOMPLETE);
        BINASCII_INCOMPLETE.as_value()
    }

    /// Decode a line of uuencoded data.
    #[pyfunction("(data, /)")]
    fn a2b_uu(th: &ThreadState, data: AsciiBuffer) -> Res {
        Ok(th.bytes(&decode_uu(th, &data.0)?))
    }

    /// Uuencode line of data.
    #[pyfunction("(data, /, *, backtick=False)")]
    fn b2a_uu(th: &ThreadState, data: Buffer, backtick: bool) -> Res {
        Ok(th.bytes(&encode_uu(th, data.as_slice(), backtick)?))
    }

    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not part of the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    #[pyfunction("(data, /, *, strict_mode=False)")]
    fn a2b_base64(th: &ThreadState, data: AsciiBuffer, strict_mode: bool) -> Res {
        Ok(th.bytes(&decode_base64(th, &data.0, strict_mode)?))
    }

    /// Base64-code line of data.
    #[pyfunction("(data, /, *, newline=True)")]
    fn b2a_base64(th: &ThreadState, data: Buffer, newline: bool) -> Res {
        Ok(th.bytes(&encode_base64(data.as_slice(), newline)))
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[pyfunction("(hexstr, /)")]
    fn a2b_hex(th: &ThreadState, hexstr: AsciiBuffer) -> Res {
        Ok(th.bytes(&decode_hex(th, &hexstr.0)?))
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[pyfunction("(hexstr, /)")]
    fn unhexlify(th: &ThreadState, hexstr: AsciiBuffer) -> Res {
        Ok(th.bytes(&decode_hex(th, &hexstr.0)?))
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "hexlify()".
    ///
    /// Example:
    /// >>> binascii.b2a_hex(b'\xb9\x01\xef')
    /// b'b901ef'
    /// >>> binascii.hexlify(b'\xb9\x01\xef', ':')
    /// b'b9:01:ef'
    /// >>> binascii.b2a_hex(b'\xb9\x01\xef', b'_', 2)
    /// b'b9_01ef'
    #[pyfunction(
        "(data, sep=None, bytes_per_sep=1)",
        text = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)"
    )]
    fn b2a_hex(th: &ThreadState, data: Buffer, sep: Option<&Value>, bytes_per_sep: i32) -> Res {
        Ok(th.bytes(&encode_hex(th, data.as_slice(), sep, bytes_per_sep)?))
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "b2a_hex()".
    #[pyfunction(
        "(data, sep=None, bytes_per_sep=1)",
        text = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)"
    )]
    fn hexlify(th: &ThreadState, data: Buffer, sep: Option<&Value>, bytes_per_sep: i32) -> Res {
        Ok(th.bytes(&encode_hex(th, data.as_slice(), sep, bytes_per_sep)?))
    }

    /// Compute CRC-32 incrementally.
    #[pyfunction("(data, crc=0, /)")]
    fn crc32(data: Buffer, #[default(Wrapping(0))] crc: Wrapping<u32>) -> u64 {
        u64::from(crc::crc32(crc.0, data.as_slice()))
    }

    /// Compute CRC-CCITT incrementally.
    #[pyfunction("(data, crc, /)")]
    fn crc_hqx(data: Buffer, crc: Wrapping<u32>) -> u64 {
        u64::from(crc::crc_hqx(crc.0 as u16, data.as_slice()))
    }

    /// Decode a string of qp-encoded data.
    #[pyfunction("(data, header=False)")]
    fn a2b_qp(th: &ThreadState, data: AsciiBuffer, header: bool) -> Value {
        th.bytes(&decode_quoted(&data.0, header))
    }

    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[pyfunction("(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(th: &ThreadState, data: Buffer, quotetabs: bool, istext: bool, header: bool) -> Value {
        th.bytes(&encode_quoted(data.as_slice(), quotetabs, istext, header))
    }
}
