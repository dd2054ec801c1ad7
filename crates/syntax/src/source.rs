//! Bytes of a source to the text that is tokenized: encoding (PEP 263), line ends, the final newline.

use crate::error::{ErrorKind, SyntaxError};
use crate::file_source::{self, Fault, FileText};
use crate::options::{DecodeError, Mode, Options};
use std::borrow::Cow;

/// A source as the tokenizer takes it.
pub(crate) struct Prepared {
    pub text: String,
    /// What comes after the text instead of its end.
    pub fault: Option<Fault>,
    /// The source lacks the text's last line end.
    pub newline_added: bool,
}

/// Decodes `source` and translates its line ends. In exec mode the text ends with a newline.
pub(crate) fn prepare(
    source: &[u8],
    filename: &str,
    mode: Mode,
    options: &Options<'_>,
) -> Result<Prepared, Box<SyntaxError>> {
    if memchr::memchr(0, source).is_some() {
        return Err(bare("source code string cannot contain null bytes"));
    }
    let source = translate_newlines(source);
    let decoded = if options.ignore_cookie {
        Decoded::from(utf8(&source)?)
    } else {
        decode(&source, filename, mode, options).map_err(|mut error| {
            if options.reads_lines() {
                error.last_statement = Some((0, 0, String::new()));
            }
            error
        })?
    };
    let mut text = match decoded.text {
        Cow::Owned(text) => text,
        Cow::Borrowed(text) => {
            let mut owned = String::with_capacity(text.len() + 1);
            owned.push_str(text);
            owned
        }
    };
    // A codec may give other line ends anew.
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    let newline_added = mode == Mode::Exec && !text.is_empty() && !text.ends_with('\n');
    if newline_added {
        text.push('\n');
    }
    Ok(Prepared { text, fault: decoded.fault, newline_added })
}

struct Decoded<'s> {
    text: Cow<'s, str>,
    fault: Option<Fault>,
}

impl Decoded<'_> {
    fn owned(text: String) -> Self {
        Decoded { text: Cow::Owned(text), fault: None }
    }
}

impl<'s> From<Cow<'s, str>> for Decoded<'s> {
    fn from(text: Cow<'s, str>) -> Decoded<'s> {
        Decoded { text, fault: None }
    }
}

impl From<FileText> for Decoded<'_> {
    fn from(file: FileText) -> Self {
        Decoded { text: Cow::Owned(file.text), fault: file.fault }
    }
}

/// The declaration of an encoding.
pub(crate) struct Cookie {
    pub encoding: String,
    /// Its line, from 0.
    pub line: usize,
}

fn bare(msg: impl Into<String>) -> Box<SyntaxError> {
    Box::new(SyntaxError::bare(ErrorKind::SyntaxError, msg))
}

/// Line ends as `\n`. CPython does this to the bytes, before it decodes them.
pub fn translate_newlines(source: &[u8]) -> Cow<'_, [u8]> {
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

fn decode<'s>(
    source: &'s [u8],
    name: &str,
    mode: Mode,
    options: &Options<'_>,
) -> Result<Decoded<'s>, Box<SyntaxError>> {
    let (bom, body) = match source.strip_prefix(b"\xEF\xBB\xBF") {
        Some(body) => (true, body),
        None => (false, source),
    };
    let is_file = options.reads_lines();
    let as_utf8 = |cookie: Option<usize>| {
        if is_file && std::str::from_utf8(body).is_err() {
            return Ok(file_source::utf8(body, name, cookie, bom, options.from_file).into());
        }
        utf8(body).map(Decoded::from)
    };
    // A line without an end declares nothing; but a file's last line gets one.
    let ended = mode == Mode::Exec || is_file;
    let Some((written, line)) = find_cookie(body, ended) else { return as_utf8(None) };
    let encoding = normal_name(&written);
    if encoding == "utf-8" {
        return as_utf8(Some(line));
    }
    if bom {
        let text = line_text(body, line);
        let mut error = bare(format!("encoding problem: {encoding} with BOM"));
        error.lineno = Some(line as i32 + 1);
        error.offset = Some(0);
        error.end_lineno = error.lineno;
        // The second line is counted with its end, the first in a file only; of the bytes before the last one those that begin
        // a character.
        let bytes = line_bytes(body, line);
        let counted = bytes.len().saturating_sub(usize::from(line == 0 && !is_file));
        let begin = bytes[..counted].iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        error.end_offset = Some(begin as i32 + 1);
        error.text = Some(text);
        error.no_filename = !is_file;
        return Err(error);
    }
    let known = codec(&encoding);
    if matches!(known, Codec::Latin1) {
        return Ok(Decoded::owned(body.iter().copied().map(char::from).collect()));
    }
    if !matches!(known, Codec::Other)
        && let Ok(text) = std::str::from_utf8(body)
        && (matches!(known, Codec::Utf8) || text.is_ascii())
    {
        return Ok(Cow::Borrowed(text).into());
    }
    if is_file && options.decoder.is_some() {
        let cookie = Cookie { encoding, line };
        return file_source::decoded(body, &cookie, options, options.from_file).map(Decoded::from);
    }
    match known {
        Codec::Ascii => {
            let at = body.iter().position(|&byte| byte >= 128).unwrap_or(0);
            let byte = body.get(at).copied().unwrap_or(0);
            Err(nowhere(format!(
                "'ascii' codec can't decode byte 0x{byte:02x} in position {at}: ordinal not in range(128)"
            )))
        }
        Codec::Utf8 => match std::str::from_utf8(body) {
            Ok(text) => Ok(Cow::Borrowed(text).into()),
            Err(fault) => Err(nowhere(utf8_message(body, &fault))),
        },
        _ => {
            // The last line is ended before it is decoded.
            let mut bytes = Cow::Borrowed(body);
            if mode == Mode::Exec && !body.ends_with(b"\n") {
                bytes.to_mut().push(b'\n');
            }
            let decoded = match options.decoder {
                Some(decoder) => decoder(&encoding, &bytes, false),
                None => Err(DecodeError::UnknownEncoding),
            };
            decoded.map(Decoded::owned).map_err(|error| file_source::refused(&encoding, error))
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
pub(crate) fn utf8_message(source: &[u8], fault: &std::str::Utf8Error) -> String {
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
pub(crate) fn nowhere(msg: String) -> Box<SyntaxError> {
    let mut error = bare(msg);
    error.lineno = Some(0);
    error.offset = Some(-1);
    error
}

fn utf8(source: &[u8]) -> Result<Cow<'_, str>, Box<SyntaxError>> {
    let fault = match std::str::from_utf8(source) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(fault) => fault.valid_up_to(),
    };
    let line = source[..fault].iter().filter(|&&byte| byte == b'\n').count();
    Err(not_utf8(source, line, None))
}

/// The error for a source that is not UTF-8 and does not say what it is; `line` (from 0) is the first that is wrong.
pub(crate) fn not_utf8(source: &[u8], line: usize, file: Option<&str>) -> Box<SyntaxError> {
    let bytes = source.split(|&byte| byte == b'\n').nth(line).unwrap_or(b"");
    let at = std::str::from_utf8(bytes).map_or_else(|fault| fault.valid_up_to(), |_| bytes.len());
    let byte = bytes.get(at).copied().unwrap_or(0);
    let place = file.map(|name| format!(" in file {name}")).unwrap_or_default();
    let lineno = line as i32 + 1;
    let mut error = bare(format!(
        "Non-UTF-8 code starting with '\\x{byte:02x}'{place} on line {lineno}, but no encoding declared; see \
         https://peps.python.org/pep-0263/ for details"
    ));
    let column = String::from_utf8_lossy(&bytes[..at]).chars().count() as i32 + 1;
    error.lineno = Some(lineno);
    error.offset = Some(column);
    error.end_lineno = error.lineno;
    error.end_offset = Some(column);
    error.text = Some(line_text(source, line));
    error.no_filename = file.is_none();
    error
}

pub(crate) fn line_text(source: &[u8], line: usize) -> String {
    String::from_utf8_lossy(line_bytes(source, line)).into_owned()
}

fn line_bytes(source: &[u8], line: usize) -> &[u8] {
    source.split(|&byte| byte == b'\n').nth(line).unwrap_or(b"")
}

/// Whether a line has nothing but space and comment.
pub(crate) fn is_blank_or_comment(line: &[u8]) -> bool {
    let start = line.iter().position(|byte| !matches!(byte, b' ' | b'\t' | 0x0C | b'\n' | b'\r'));
    start.is_none_or(|start| line[start] == b'#')
}

/// The encoding other than UTF-8 that a source declares.
pub fn declared_encoding(source: &[u8]) -> Option<String> {
    let (encoding, _) = find_cookie(source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source), true)?;
    Some(normal_name(&encoding)).filter(|encoding| encoding != "utf-8")
}

/// The encoding that a comment in the first two lines names, and the number of the line from 0. Has the last line an end,
/// even where there is none?
fn find_cookie(source: &[u8], ended: bool) -> Option<(String, usize)> {
    let source = match memchr::memrchr2(b'\n', b'\r', source) {
        _ if ended => source,
        Some(end) => &source[..end],
        None => return None,
    };
    for (number, line) in source.split(|&byte| byte == b'\n' || byte == b'\r').take(3).enumerate().take(2) {
        if let Some(cookie) = cookie_of_line(line) {
            return Some((cookie, number));
        }
        // The second line counts only if the first has nothing but space and comment.
        if !is_blank_or_comment(line) {
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
