//! `str.translate` and the tables it takes.

use macros::pymethods;

use super::Str;
use super::builder::StrBuilder;
use crate::error::Res;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::value::Value;

/// What a table says of one character.
enum Mapping {
    Keep,
    Delete,
    Char(u32),
    Text(Value),
}

fn look_up(th: &ThreadState, table: &Value, point: u32) -> Res<Mapping> {
    let key = Value::int32(point as i32);
    let found = match table.downcast_exact::<Dict>() {
        Some(dict) => dict.get(th, &key)?,
        None => th.catch(th.get_item(table, &key), &exc::LOOKUP_ERROR)?,
    };
    let Some(found) = found else { return Ok(Mapping::Keep) };
    if found.is_none() {
        return Ok(Mapping::Delete);
    }
    if let Some(number) = found.as_int() {
        return match number.to_i64() {
            Some(number @ 0..=0x10_FFFF) => Ok(Mapping::Char(number as u32)),
            _ => Err(th.value_error("character mapping must be in range(0x110000)")),
        };
    }
    if found.as_str().is_some() {
        return Ok(Mapping::Text(found));
    }
    Err(th.type_error("character mapping must return integer, None or str"))
}

#[pymethods(extra = translate)]
impl Str {
    /// Replace each character in the string using the given translation table.
    ///
    ///   table
    ///     Translation table, which must be a mapping of Unicode ordinals
    ///     to Unicode ordinals, strings, or None.
    ///
    /// The table must implement lookup/indexing via __getitem__, for
    /// instance a dictionary or list.  If this operation raises
    /// LookupError, the character is left untouched.  Characters mapped to
    /// None are deleted.
    #[pymethod("(table, /)")]
    fn translate(&self, th: &ThreadState, table: &Value) -> Res {
        let mut out = StrBuilder::with_capacity(self.len());
        // What was found for ASCII characters: a character, itself to keep, or nothing to delete.
        let mut known: [Option<Option<u32>>; 128] = [None; 128];
        for point in self.code_points() {
            if let Some(Some(answer)) = known.get(point as usize) {
                answer.iter().for_each(|&answer| out.push(answer));
                continue;
            }
            let answer = match look_up(th, table, point)? {
                Mapping::Keep => Some(point),
                Mapping::Delete => None,
                Mapping::Char(other) => Some(other),
                Mapping::Text(text) => {
                    if let Some(text) = text.as_str() {
                        out.push_text(text);
                    }
                    continue;
                }
            };
            if let Some(place) = known.get_mut(point as usize) {
                *place = Some(answer);
            }
            answer.iter().for_each(|&answer| out.push(answer));
        }
        Ok(out.finish(th))
    }

    /// Return a translation table usable for str.translate().
    ///
    /// If there is only one argument, it must be a dictionary mapping Unicode
    /// ordinals (integers) or characters to Unicode ordinals, strings or None.
    /// Character keys will be then converted to ordinals.
    /// If there are two arguments, they must be strings of equal length, and
    /// in the resulting dictionary, each character in x will be mapped to the
    /// character at the same position in y. If there is a third argument, it
    /// must be a string, whose characters will be mapped to None in the result.
    #[pystaticmethod("(x, y=None, z=None, /)", text = "(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(
        th: &ThreadState,
        x: &Value,
        #[default(None)] y: Option<&Str>,
        #[default(None)] z: Option<&Str>,
    ) -> Res {
        let table = Dict::new();
        if let Some(y) = y {
            let Some(x) = x.as_str() else {
                return Err(th.type_error("first maketrans argument must be a string if there is a second argument"));
            };
            if x.len() != y.len() {
                return Err(th.value_error("the first two maketrans arguments must have equal length"));
            }
            for (from, to) in x.code_points().zip(y.code_points()) {
                table.set(th, &Value::int32(from as i32), Value::int32(to as i32))?;
            }
            for deleted in z.map(Str::code_points).into_iter().flatten() {
                table.set(th, &Value::int32(deleted as i32), Value::NONE)?;
            }
            return Ok(th.dict(table));
        }
        let Some(given) = x.downcast::<Dict>() else {
            return Err(th.type_error("if you give only one argument to maketrans it must be a dict"));
        };
        for (key, value) in given.to_vec() {
            if let Some(text) = key.as_str() {
                if text.len() != 1 {
                    return Err(th.value_error("string keys in translate table must be of length 1"));
                }
                table.set(th, &Value::int32(text.char_at(0) as i32), value)?;
            } else if key.as_int().is_some() {
                table.set(th, &key, value)?;
            } else {
                return Err(th.type_error("keys in translate table must be strings or integers"));
            }
        }
        Ok(th.dict(table))
    }
}
