//! Files as CPython reads them: line by line, in the encoding that the first lines name. What cannot be decoded is met only
//! when the tokenizer gets there, so a fault further up comes first.

use crate::error::{ErrorKind, SyntaxError};
use crate::options::{DecodeError, Options};
use crate::source::{Cookie, is_blank_or_comment, line_text, not_utf8, nowhere, utf8_message};

/// What a file gives: the text before the first line that cannot be decoded, and what is wrong with that.
pub(crate) struct FileText {
    pub text: String,
    pub fault: Option<Fault>,
}

/// Why reading stopped.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// No encoding is declared and a line is not UTF-8.
    NotUtf8 {
        error: Box<SyntaxError>,
        /// The second line, which is taken for the first unless a token goes on from there.
        second: bool,
    },
    /// The declared codec refuses.
    Codec {
        /// In a token of several lines, one of which is the second, positions count from the first.
        joined: Option<String>,
        msg: String,
        /// The lines that were read.
        lineno: i32,
        text: String,
    },
}

impl Fault {
    /// The error; `token` is the line where a string begins that the fault lies in, `joined` says that a string or a
    /// backslash goes on there.
    pub fn error(&self, token: Option<i32>, joined: bool) -> Box<SyntaxError> {
        match self {
            Fault::NotUtf8 { error, second } => {
                let mut error = error.clone();
                if *second && !joined {
                    // The line before is forgotten, and with it that it was counted.
                    error.msg = error.msg.replace(" on line 2,", " on line 1,");
                    (error.lineno, error.end_lineno) = (Some(1), Some(1));
                }
                error
            }
            Fault::Codec { joined: whole, msg, lineno, text } => {
                let msg = match (whole, joined) {
                    (Some(whole), true) => whole,
                    _ => msg,
                };
                let mut error = SyntaxError::bare(ErrorKind::SyntaxError, format!("(unicode error) {msg}"));
                error.lineno = Some(token.unwrap_or(*lineno));
                error.offset = Some(0);
                error.end_lineno = Some(*lineno);
                error.end_offset = Some(-1);
                error.text = Some(text.clone());
                Box::new(error)
            }
        }
    }
}

/// A file without a declared encoding, or one that is declared to be UTF-8 (by a byte order mark, too).
pub(crate) fn utf8(body: &[u8], name: &str, cookie: Option<usize>, bom: bool, keep_end: bool) -> FileText {
    if let Ok(text) = std::str::from_utf8(body) {
        return FileText { text: text.to_owned(), fault: None };
    }
    let lines: Vec<&[u8]> = body.split_inclusive(|&byte| byte == b'\n').collect();
    // Up to here lines are kept until it is clear which encoding they are in.
    let decided = cookie.unwrap_or_else(|| usize::from(lines.first().is_some_and(|line| is_blank_or_comment(line))));
    let bad = (decided..lines.len()).find(|&index| {
        let first = if index == decided { 0 } else { index };
        lines[first..=index].iter().any(|line| std::str::from_utf8(line).is_err())
    });
    let Some(index) = bad else {
        return FileText { text: String::from_utf8_lossy(body).into_owned(), fault: None };
    };
    let start = |index: usize| lines[..index].iter().map(|line| line.len()).sum::<usize>();
    let end = start(index + 1);
    let first = if index == decided { 0 } else { index };
    let fault = if cookie.is_none() && !bom {
        let first_bad = (first..=index).find(|&line| std::str::from_utf8(lines[line]).is_err()).unwrap_or(index);
        Fault::NotUtf8 { error: not_utf8(body, first_bad, Some(name)), second: index == 1 && decided == 0 }
    } else {
        let message = |first: usize| match std::str::from_utf8(&body[start(first)..end]) {
            Ok(_) => String::new(),
            Err(fault) => utf8_message(&body[start(first)..end], &fault),
        };
        let mut text = String::from_utf8_lossy(lines[index]).into_owned();
        if !keep_end {
            text.truncate(text.trim_end_matches('\n').len());
        }
        let joined = (index == 1 && decided == 0).then(|| message(0));
        Fault::Codec { joined, msg: message(first), lineno: index as i32 + 1, text }
    };
    FileText { text: String::from_utf8_lossy(&body[..start(index)]).into_owned(), fault: Some(fault) }
}

/// A file in a declared encoding other than UTF-8: from the line behind the cookie on the codec gives the text.
pub(crate) fn decoded(
    body: &[u8],
    cookie: &Cookie,
    options: &Options<'_>,
    keep_end: bool,
) -> Result<FileText, Box<SyntaxError>> {
    let head_end = body.split_inclusive(|&byte| byte == b'\n').take(cookie.line + 1).map(<[u8]>::len).sum();
    let (head, _) = body.split_at(body.len().min(head_end));
    // The codec starts with the last byte of the cookie's line, and the first line of what it gives is dropped.
    let rest = &body[head.len().saturating_sub(1)..];
    let shown = |line: usize| {
        let text = line_text(body, line);
        if keep_end { text + "\n" } else { text }
    };
    let decode = |bytes: &[u8], in_pieces: bool| match options.decoder {
        Some(decoder) => decoder(&cookie.encoding, bytes, in_pieces),
        None => Err(DecodeError::UnknownEncoding),
    };
    let (mut text, mut fault) = (String::new(), None);
    match decode(rest, true) {
        Ok(decoded) => text = decoded,
        Err(DecodeError::FailedLater { text: before, message }) => {
            // What was decoded of a line is not seen unless the line ends.
            let whole = before.rfind('\n').map_or(0, |end| end + 1);
            text.push_str(&before[..whole]);
            let lines = cookie.line + before[..whole].matches('\n').count();
            let shown = shown(lines.saturating_sub(1));
            fault = Some(Fault::Codec { joined: None, msg: message, lineno: lines as i32, text: shown });
        }
        Err(error) => return Err(refused(&cookie.encoding, error)),
    }
    let text = text.split_once('\n').map_or("", |(_, text)| text);
    let mut start = String::from_utf8_lossy(head).into_owned();
    if !head.is_ascii() {
        match decode(head, false) {
            Ok(decoded) => start = decoded,
            Err(DecodeError::Failed(msg)) => {
                let lineno = cookie.line as i32 + 1;
                let fault = Fault::Codec { joined: None, msg, lineno, text: shown(cookie.line) };
                return Ok(FileText { text: String::new(), fault: Some(fault) });
            }
            Err(error) => return Err(refused(&cookie.encoding, error)),
        }
    }
    Ok(FileText { text: start + text, fault })
}

/// What becomes of a decoder's error that is met before the first line.
pub(crate) fn refused(encoding: &str, error: DecodeError) -> Box<SyntaxError> {
    match error {
        DecodeError::UnknownEncoding => nowhere(format!("unknown encoding: {encoding}")),
        DecodeError::Failed(message) | DecodeError::FailedLater { message, .. } => nowhere(message),
        DecodeError::Raised => Box::new(SyntaxError::bare(ErrorKind::Raised, "")),
    }
}
