//! The `%` operator of `bytes` and `bytearray`.

use algo::format_spec::TextSink;
use algo::percent::{self, Conversion, Piece, Pieces};

use super::bytearray::ByteArray;
use crate::error::Res;
use crate::objects::str::Percent;
use crate::thread::ThreadState;
use crate::value::Value;

/// Receives the text of numbers, which is ASCII.
struct ByteSink<'a>(&'a mut Vec<u8>);

impl TextSink for ByteSink<'_> {
    fn push(&mut self, code_point: u32) {
        self.0.push(code_point as u8);
    }
}

/// `format % args`.
pub(crate) fn format_bytes(th: &ThreadState, format: &[u8], args: &Value) -> Res<Vec<u8>> {
    let mut percent = Percent::of_bytes(th, args);
    let mut out = Vec::with_capacity(format.len() + 16);
    for piece in Pieces::new(format) {
        match piece {
            Piece::Literal(range) => out.extend_from_slice(&format[range]),
            Piece::Percent => out.push(b'%'),
            Piece::Conversion(conversion) => convert(&mut percent, format, conversion, &mut out)?,
        }
    }
    percent.finish("bytes")?;
    Ok(out)
}

fn convert(percent: &mut Percent<'_>, format: &[u8], mut conversion: Conversion, out: &mut Vec<u8>) -> Res<()> {
    let th = percent.th;
    if let Some(key) = conversion.key.clone() {
        percent.require_mapping()?;
        percent.key(&th.bytes(&format[key]))?;
    } else if matches!(conversion.error, Some(percent::PercentError::IncompleteKey)) {
        percent.require_mapping()?;
    }
    let (width, precision) = percent.amounts(&mut conversion)?;
    let code = char::from_u32(conversion.code).unwrap_or('\u{FFFD}');
    let shown = match code {
        's' | 'b' => bytes_of(th, &percent.argument()?)?,
        'r' | 'a' => {
            let shown = th.ascii(&percent.argument()?)?;
            shown.as_str().and_then(|text| text.as_ascii()).unwrap_or_default().as_bytes().to_vec()
        }
        'c' => vec![byte_of(th, &percent.argument()?)?],
        _ => {
            let Some(body) = percent.number(code, conversion.flags.alternate, precision)? else {
                return Err(percent.unsupported(conversion.code, conversion.index));
            };
            percent::render_number(&mut ByteSink(out), &body, code, conversion.flags, width);
            return Ok(());
        }
    };
    let taken = if code == 'c' { shown.len() } else { precision.unwrap_or(usize::MAX).min(shown.len()) };
    let padding = width.saturating_sub(taken);
    let pad = |out: &mut Vec<u8>| out.resize(out.len() + padding, b' ');
    if !conversion.flags.left {
        pad(out);
    }
    out.extend_from_slice(&shown[..taken]);
    if conversion.flags.left {
        pad(out);
    }
    Ok(())
}

/// What `%b` shows.
fn bytes_of(th: &ThreadState, value: &Value) -> Res<Vec<u8>> {
    if let Some(bytes) = value.as_bytes().filter(|_| value.is_exactly(&super::bytes::BYTES_TYPE)) {
        return Ok(bytes.as_slice().to_vec());
    }
    if let Some(result) = th.call_special(value, &th.names().__bytes__, &[])? {
        return match result.as_bytes() {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => {
                Err(th.type_error(format_args!("__bytes__ returned non-bytes (type {})", result.class().full_name())))
            }
        };
    }
    if th.has_buffer(value) {
        return super::bytes_new::contiguous_copy(th, value);
    }
    Err(th.type_error(format_args!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        value.class().full_name()
    )))
}

/// What `%c` shows.
fn byte_of(th: &ThreadState, value: &Value) -> Res<u8> {
    let bytes = match (value.as_bytes(), value.downcast::<ByteArray>()) {
        (Some(bytes), _) => Some(bytes.as_slice()),
        (None, Some(bytes)) => Some(bytes.as_slice()),
        (None, None) => None,
    };
    let found = value.class().full_name();
    const WANTED: &str = "%c requires an integer in range(256) or a single byte, not";
    match bytes {
        Some([byte]) => return Ok(*byte),
        Some(bytes) => {
            return Err(th.type_error(format_args!("{WANTED} a {found} object of length {}", bytes.len())));
        }
        None => {}
    }
    if !th.is_index(value) {
        return Err(th.type_error(format_args!("{WANTED} {}", value.class().qualified_name(th))));
    }
    let number = th.index(value)?.as_int().and_then(|number| number.to_i64());
    number.and_then(|number| u8::try_from(number).ok()).ok_or_else(|| th.overflow_error("%c arg not in range(256)"))
}
