//! `repr` of the constants that source text can hold.

use crate::chars;
use crate::text::CodePoints;
use std::fmt::Write;

/// `repr` of a str given as WTF-8.
pub fn repr_str(text: &[u8]) -> String {
    let quote = if text.contains(&b'\'') && !text.contains(&b'"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for point in CodePoints::new(text) {
        match char::from_u32(point) {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(ch) if ch == quote || ch == '\\' => {
                out.push('\\');
                out.push(ch);
            }
            Some(ch) if chars::is_printable(ch) => out.push(ch),
            _ => {
                let _ = match point {
                    0..=0xFF => write!(out, "\\x{point:02x}"),
                    0x100..=0xFFFF => write!(out, "\\u{point:04x}"),
                    _ => write!(out, "\\U{point:08x}"),
                };
            }
        }
    }
    out.push(quote);
    out
}

/// `repr` of a bytes object.
pub fn repr_bytes(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(char::from(quote));
    for &byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ if byte == quote || byte == b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            32..127 => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push(char::from(quote));
    out
}

/// `repr` of a float: the shortest digits that read back the same.
pub fn repr_float(value: f64) -> String {
    let text = repr_digits(value);
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_plain { text + ".0" } else { text }
}

/// `repr` of a complex number.
pub fn repr_complex(real: f64, imag: f64) -> String {
    let imag_text = repr_digits(imag);
    if real == 0.0 && real.is_sign_positive() {
        return imag_text + "j";
    }
    let sign = if imag_text.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imag_text}j)", repr_digits(real))
}

/// Without the `.0` of whole numbers.
fn repr_digits(value: f64) -> String {
    let mut text = String::new();
    algo::number::float::push_repr(&mut text, value);
    if text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    text
}
