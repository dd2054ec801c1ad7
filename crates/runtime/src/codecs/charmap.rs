//! Codecs driven by a table: most single-byte encodings.

use macros::{pyclass, pymethods};
use rustc_hash::FxHashMap;

use super::decode::Decoder;
use super::encode::Encoder;
use crate::error::Res;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::value::Value;

const UNDEFINED: &str = "character maps to <undefined>";
/// In a decoding table: no character.
const NO_CHARACTER: u32 = 0xFFFE;

/// A decoding table the other way round, as `charmap_build` makes it.
#[pyclass(name = "EncodingMap", flags(disallow_new))]
pub struct EncodingMap {
    #[notrace]
    bytes: FxHashMap<u32, u8>,
}

#[pymethods]
impl EncodingMap {
    /// Return the size (in bytes) of this object.
    #[pymethod]
    fn size(&self) -> usize {
        16 + self.bytes.len() * 5
    }
}

/// The encoding map of a decoding table. One that has an entry for every byte is packed; others are dicts.
pub fn build(th: &ThreadState, table: &Str) -> Res {
    let full = table.len() >= 256 && table.char_at(0) == 0;
    if full {
        let mut bytes = FxHashMap::default();
        for (byte, point) in table.code_points().take(256).enumerate().rev() {
            if point != NO_CHARACTER {
                bytes.insert(point, byte as u8);
            }
        }
        return Ok(th.new_object(EncodingMap { bytes }));
    }
    let dict = Dict::new();
    for (byte, point) in table.code_points().take(256).enumerate() {
        dict.set(th, &Value::int32(point as i32), Value::index(byte))?;
    }
    Ok(th.dict(dict))
}

pub fn decode(th: &ThreadState, bytes: &[u8], errors: &str, mapping: &Value) -> Res {
    if mapping.is_none() {
        return Ok(th.str_from_latin1(bytes));
    }
    let mut decoder = Decoder::new(th, "charmap", bytes, errors);
    let mut at = 0;
    if let Some(table) = mapping.as_str() {
        let mut points = [NO_CHARACTER; 256];
        points.iter_mut().zip(table.code_points()).for_each(|(place, point)| *place = point);
        while let Some(&byte) = decoder.input.get(at) {
            let point = points[usize::from(byte)];
            if point == NO_CHARACTER {
                at = decoder.error(at, at + 1, UNDEFINED)?;
            } else {
                decoder.out.push(point);
                at += 1;
            }
        }
        return Ok(decoder.finish(at)?.0);
    }
    while let Some(&byte) = decoder.input.get(at) {
        let found = th.catch(th.get_item(mapping, &Value::int32(i32::from(byte))), &exc::LOOKUP_ERROR)?;
        let found = found.unwrap_or(Value::NONE);
        if found.is_none() {
            at = decoder.error(at, at + 1, UNDEFINED)?;
        } else if let Some(number) = found.as_int() {
            match number.to_i64() {
                Some(point) if point == i64::from(NO_CHARACTER) => at = decoder.error(at, at + 1, UNDEFINED)?,
                Some(point @ 0..=0x10_FFFF) => {
                    decoder.out.push(point as u32);
                    at += 1;
                }
                _ => return Err(th.type_error("character mapping must be in range(0x110000)")),
            }
        } else if let Some(text) = found.as_str() {
            if text.len() == 1 && text.char_at(0) == NO_CHARACTER {
                at = decoder.error(at, at + 1, UNDEFINED)?;
            } else {
                decoder.out.push_text(text);
                at += 1;
            }
        } else {
            return Err(th.type_error("character mapping must return integer, None or str"));
        }
    }
    Ok(decoder.finish(at)?.0)
}

pub fn encode(th: &ThreadState, text: &Value, errors: &str, mapping: &Value) -> Res<Vec<u8>> {
    if mapping.is_none() {
        return super::utf::encode_latin1(th, text, errors);
    }
    let encoder = Encoder { th, encoding: "charmap", reason: UNDEFINED, unit: 1, text, errors };
    if let Some(map) = mapping.downcast::<EncodingMap>() {
        return encoder.run(&mut |point, out| {
            let byte = map.bytes.get(&point);
            out.extend(byte);
            Ok(byte.is_some())
        });
    }
    encoder.run(&mut |point, out| {
        let found = th.catch(th.get_item(mapping, &Value::int32(point as i32)), &exc::LOOKUP_ERROR)?;
        let found = found.unwrap_or(Value::NONE);
        if found.is_none() {
            return Ok(false);
        }
        if let Some(number) = found.as_int() {
            let byte = number.to_i64().and_then(|number| u8::try_from(number).ok());
            out.push(byte.ok_or_else(|| th.type_error("character mapping must be in range(256)"))?);
            return Ok(true);
        }
        if let Some(bytes) = found.as_bytes() {
            out.extend_from_slice(bytes.as_slice());
            return Ok(true);
        }
        Err(th.type_error(format_args!(
            "character mapping must return integer, bytes or None, not {}",
            found.class().full_name()
        )))
    })
}
