//! Bytes of a source to the text that is tokenized: encoding (PEP 263), line ends, the final newline.

use crate::error::{ErrorKind, SyntaxError};
use crate::options::{DecodeError, Mode, Options};
use std::borrow::Cow;

/// Decodes `source` and translates its line ends. In exec mode the text ends with a newline.
pub(crate) fn prepare(
    source: &[u8],
    filename: &str,
    mode: Mode,
    options: &Options<'_>,
) -> Result<String, Box<SyntaxError>> {
    if memchr::memchr(0, source).is_some() {
        return Err(bare("source code string cannot contain null bytes"));
    }
    let source = translate_newlines(source);
    let file = options.from_file.then_some(filename);
    let text = if options.ignore_cookie { utf8(&source, file)? } else { decode(&source, file, options)? };
    let mut text = match text {
        Cow::Owned(text) => text,
        Cow::Borrowed(text) => {
            let mut owned = String::with_capacity(text.len() + 1);
            owned.push_str(text);
            owned
        }
    };
    if mode == Mode::Exec && !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

fn bare(msg: impl Into<String>) -> Box<SyntaxError> {
    Box::new(SyntaxError::bare(ErrorKind::SyntaxError, msg))
}

/// Line ends as `\n`. CPython does this to the bytes, before it decodes them.
fn translate_newlines(source: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\r', source).is_none() {
        return Cow::Borrowed(source);
    }
    let mut out = Vec::with_capacity(source.len() + 1);
    let mut rest = source;
    while let Some(at) = memchr::memchr(b'\r', rest) {
        out.extend_from_slice(&rest[..at]);
        out.push(b'\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

fn decode<'s>(source: &'s [u8], file: Option<&str>, options: &Options<'_>) -> Result<Cow<'s, str>, Box<SyntaxError>> {
    let (bom, body) = match source.strip_prefix(b"\xEF\xBB\xBF") {
        Some(body) => (true, body),
        None => (false, source),
    };
    let Some((cookie, line)) = find_cookie(body) else { return utf8(body, file) };
    let encoding = normal_name(&cookie);
    if encoding == "utf-8" {
        return utf8(body, file);
    }
    // Of a file the codec sees what comes behind the line that names it.
    let skipped = match file {
        Some(_) => body.split_inclusive(|&byte| byte == b'\n').take(line + 1).map(<[u8]>::len).sum(),
        None => 0,
    };
    let (head, rest) = body.split_at(skipped.min(body.len()));
    if bom {
        let text = line_text(body, line);
        let mut error = bare(format!("encoding problem: {encoding} with BOM"));
        error.lineno = Some(line as i32 + 1);
        error.offset = Some(0);
        error.end_lineno = error.lineno;
        // The second line is counted with its end.
        error.end_offset = Some(text.chars().count() as i32 + i32::from(line > 0));
        error.text = Some(text);
        error.no_filename = true;
        return Err(error);
    }
    match codec(&encoding) {
        Codec::Latin1 => Ok(Cow::Owned(body.iter().copied().map(char::from).collect())),
        Codec::Ascii => match rest.iter().position(|&byte| byte >= 128) {
            None => utf8(body, file),
            Some(at) => Err(nowhere(format!(
                "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                rest[at]
            ))),
        },
        Codec::Utf8 => match std::str::from_utf8(rest) {
            Ok(_) => utf8(body, file),
            Err(fault) => Err(nowhere(utf8_message(rest, &fault))),
        },
        Codec::Other => {
            let decoded = match options.decoder {
                Some(decoder) => {
                    decoder(&encoding, rest).map(|text| String::from_utf8_lossy(head).into_owned() + &text)
                }
                None => Err(DecodeError::UnknownEncoding),
            };
            match decoded {
                Ok(text) => Ok(Cow::Owned(text)),
                Err(DecodeError::UnknownEncoding) => Err(nowhere(format!("unknown encoding: {encoding}"))),
                Err(DecodeError::Failed(msg)) => Err(nowhere(msg)),
                Err(DecodeError::Raised) => Err(Box::new(SyntaxError::bare(ErrorKind::Raised, ""))),
            }
        }
    }
}

/// The codecs that need no help.
enum Codec {
    Utf8,
    Latin1,
    Ascii,
    Other,
}

fn codec(name: &str) -> Codec {
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "iso-8859-1" | "latin1" | "latin" | "l1" | "iso8859-1" | "8859" | "cp819" => Codec::Latin1,
        "ascii" | "us-ascii" | "646" => Codec::Ascii,
        "utf8" | "u8" | "utf" => Codec::Utf8,
        _ => Codec::Other,
    }
}

/// What the UTF-8 codec says of bytes that it refuses.
fn utf8_message(source: &[u8], fault: &std::str::Utf8Error) -> String {
    let start = fault.valid_up_to();
    let byte = source.get(start).copied().unwrap_or(0);
    let (length, reason) = match fault.error_len() {
        None => (source.len() - start, "unexpected end of data"),
        Some(length) if matches!(byte, 0x80..=0xC1 | 0xF5..) => (length, "invalid start byte"),
        Some(length) => (length, "invalid continuation byte"),
    };
    if length == 1 {
        format!("'utf-8' codec can't decode byte 0x{byte:02x} in position {start}: {reason}")
    } else {
        format!("'utf-8' codec can't decode bytes in position {start}-{}: {reason}", start + length - 1)
    }
}

/// A syntax error at line 0, where CPython puts errors of decoding.
fn nowhere(msg: String) -> Box<SyntaxError> {
    let mut error = bare(msg);
    error.lineno = Some(0);
    error.offset = Some(-1);
    error
}

fn utf8<'s>(source: &'s [u8], file: Option<&str>) -> Result<Cow<'s, str>, Box<SyntaxError>> {
    let fault = match std::str::from_utf8(source) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(fault) => fault.valid_up_to(),
    };
    let line = source[..fault].iter().filter(|&&byte| byte == b'\n').count();
    let byte = source.get(fault).copied().unwrap_or(0);
    // Of a file the first two lines are read before lines are counted.
    let (place, lineno) = match file {
        Some(name) => (format!(" in file {name}"), if line == 1 { 1 } else { line as i32 + 1 }),
        None => (String::new(), line as i32 + 1),
    };
    let mut error = bare(format!(
        "Non-UTF-8 code starting with '\\x{byte:02x}'{place} on line {lineno}, but no encoding declared; see \
         https://peps.python.org/pep-0263/ for details"
    ));
    let text = line_text(source, line);
    let line_start = source[..fault].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&source[line_start..fault]).chars().count() as i32 + 1;
    error.lineno = Some(lineno);
    error.offset = Some(column);
    error.end_lineno = error.lineno;
    error.end_offset = Some(column);
    error.text = Some(text);
    error.no_filename = true;
    Err(error)
}

fn line_text(source: &[u8], line: usize) -> String {
    let bytes = source.split(|&byte| byte == b'\n').nth(line).unwrap_or(b"");
    String::from_utf8_lossy(bytes).into_owned()
}

/// The encoding that a comment in the first two lines names, and the number of the line from 0.
fn find_cookie(source: &[u8]) -> Option<(String, usize)> {
    for (number, line) in source.split(|&byte| byte == b'\n' || byte == b'\r').take(3).enumerate().take(2) {
        if let Some(cookie) = cookie_of_line(line) {
            return Some((cookie, number));
        }
        // The second line counts only if the first has nothing but space and comment.
        let blank = line.iter().position(|byte| !matches!(byte, b' ' | b'\t' | 0x0C));
        if blank.is_some_and(|at| line[at] != b'#') {
            return None;
        }
    }
    None
}

fn cookie_of_line(line: &[u8]) -> Option<String> {
    let hash = line.iter().position(|byte| !matches!(byte, b' ' | b'\t' | 0x0C))?;
    if line[hash] != b'#' {
        return None;
    }
    let mut rest = &line[hash..];
    while let Some(at) = memchr::memmem::find(rest, b"coding") {
        rest = &rest[at + 6..];
        if let Some((b':' | b'=', after)) = rest.split_first() {
            let skipped = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let name = &after[skipped..];
            let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte)).count();
            if length > 0 {
                return Some(String::from_utf8_lossy(&name[..length]).into_owned());
            }
        }
    }
    None
}

/// CPython's short names of the encodings that it knows itself; others stay as written.
fn normal_name(name: &str) -> String {
    let canonical: String =
        name.chars().take(12).map(|ch| if ch == '_' { '-' } else { ch.to_ascii_lowercase() }).collect();
    if canonical == "utf-8" || canonical.starts_with("utf-8-") {
        return "utf-8".to_owned();
    }
    let latin = ["latin-1", "iso-8859-1", "iso-latin-1"];
    if latin.iter().any(|known| canonical == *known || canonical.starts_with(&format!("{known}-"))) {
        return "iso-8859-1".to_owned();
    }
    name.to_owned()
}
