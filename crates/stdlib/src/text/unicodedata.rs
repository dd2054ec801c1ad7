//! `unicodedata`: the Unicode database, version 16.0, and version 3.2 as the object `ucd_3_2_0`.

use algo::unicode::names::{self, Named};
use algo::unicode::normalize::{Form, normalize, quick_check};
use algo::unicode::properties::{self, Version, properties};
use macros::pymodule;
use runtime::args::{ArgAt, FromArg};
use runtime::buffer::Buffer;
use runtime::objects::exceptions::KEY_ERROR;
use runtime::objects::str::Str;
use runtime::{Ref, Res, ThreadState, Value};

/// A parameter that is one character, lone surrogates included.
struct CodePoint(u32);

impl<'a> FromArg<'a> for CodePoint {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<CodePoint> {
        match value.as_str() {
            Some(text) if text.len() == 1 => Ok(CodePoint(text.char_at(0))),
            Some(text) => {
                let (function, argument, len) = (at.function(), at.describe(), text.len());
                let message =
                    format!("{function}(): {argument} must be a unicode character, not a string of length {len}");
                Err(th.type_error(message))
            }
            None => Err(at.wrong_type(th, "a unicode character", value)),
        }
    }
}

/// A value, the default, or ValueError.
fn found_or(th: &ThreadState, found: Option<Value>, default: Option<&Value>, message: &str) -> Res {
    found.or_else(|| default.cloned()).ok_or_else(|| th.value_error(message))
}

fn decimal_of(th: &ThreadState, c: u32, default: Option<&Value>, version: Version) -> Res {
    let value = properties::decimal(c, version).map(|value| th.int(i64::from(value)));
    found_or(th, value, default, "not a decimal")
}

fn digit_of(th: &ThreadState, c: u32, default: Option<&Value>) -> Res {
    found_or(th, properties::digit(c).map(|value| th.int(i64::from(value))), default, "not a digit")
}

fn numeric_of(th: &ThreadState, c: u32, default: Option<&Value>, version: Version) -> Res {
    let value = properties::numeric(c, version).map(|value| th.float(value));
    found_or(th, value, default, "not a numeric character")
}

fn name_of(th: &ThreadState, c: u32, default: Option<&Value>, version: Version) -> Res {
    let known = version == Version::Current || properties(c, version).is_assigned();
    let name = if known { names::name(c) } else { None };
    found_or(th, name.map(|name| th.str(&name)), default, "no such name")
}

/// The characters of a name; aliases and sequences belong to the current version only.
fn lookup_in(th: &ThreadState, name: &[u8], version: Version) -> Res {
    let error = |message: &str| th.error(&KEY_ERROR, message);
    if name.len() > 256 {
        return Err(error("name too long"));
    }
    let text = String::from_utf8_lossy(name);
    let found = names::lookup(&text).filter(|named| match (version, named) {
        (Version::Current, _) => true,
        (Version::Old, Named::Sequence(_)) => false,
        (Version::Old, Named::CodePoint(c)) => {
            properties(*c, version).is_assigned() && names::name(*c).is_some_and(|n| n.eq_ignore_ascii_case(&text))
        }
    });
    match found {
        Some(Named::CodePoint(c)) => Ok(th.str_from_char(c)),
        Some(Named::Sequence(points)) => Ok(th.str_from_ucs4(&points)),
        None => Err(error(&format!("undefined character name '{text}'"))),
    }
}

/// A name as UTF-8 bytes: a `str` or a bytes-like object.
fn name_bytes(th: &ThreadState, name: &Value) -> Res<Vec<u8>> {
    match name.as_str() {
        Some(text) => Ok(text.to_wtf8()),
        None if th.has_buffer(name) => {
            let buffer: Buffer = th.readable_buffer(name)?;
            Ok(buffer.to_vec())
        }
        None => {
            let class = name.class().full_name();
            Err(th.type_error(format!("lookup() argument must be read-only bytes-like object, not {class}")))
        }
    }
}

fn form_of(th: &ThreadState, form: &Str) -> Res<Form> {
    let form = form.as_ascii().and_then(Form::from_name);
    form.ok_or_else(|| th.value_error("invalid normalization form"))
}

fn normalized(th: &ThreadState, form: &Str, text: &Value, version: Version) -> Res {
    let Some(chars) = text.as_str() else { return Ok(text.clone()) };
    if chars.is_empty() {
        return Ok(th.exact_str(text));
    }
    let form = form_of(th, form)?;
    if chars.is_ascii() || (version == Version::Current && quick_check(chars.code_points(), form)) {
        return Ok(th.exact_str(text));
    }
    Ok(th.str_from_ucs4(&normalize(chars.code_points(), form, version)))
}

fn is_in_form(th: &ThreadState, form: &Str, text: &Str, version: Version) -> Res<bool> {
    if text.is_empty() {
        return Ok(true);
    }
    let form = form_of(th, form)?;
    if text.is_ascii() || (version == Version::Current && quick_check(text.code_points(), form)) {
        return Ok(true);
    }
    Ok(normalize(text.code_points(), form, version).into_iter().eq(text.code_points()))
}

#[pymodule(name = "unicodedata")]
pub mod unicodedata_module {
    //! This module provides access to the Unicode Character Database which
    //! defines character properties for all Unicode characters. The data in
    //! this database is based on the UnicodeData.txt file version
    //! 16.0.0 which is publicly available from the Unicode Consortium
    //! at https://www.unicode.org/Public/16.0.0/ucd/UnicodeData.txt.
    //!
    //! The module uses the same names and symbols as defined by the
    //! UnicodeData File Format 16.0.0.
    use macros::{pyclass, pymethods};

    use super::*;

    #[pyattr(name = "unidata_version")]
    const VERSION: &str = "16.0.0";

    /// The database of Unicode 3.2, which IDNA and stringprep refer to.
    #[pyclass(name = "UCD", flags(disallow_new))]
    pub struct Ucd {}

    #[pyattr(name = "ucd_3_2_0")]
    fn old_database(th: &ThreadState) -> Value {
        th.new_object(Ucd {})
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[pyfunction("(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
    fn decimal(th: &ThreadState, chr: CodePoint, default: Option<&Value>) -> Res {
        decimal_of(th, chr.0, default, Version::Current)
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[pyfunction("(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
    fn digit(th: &ThreadState, chr: CodePoint, default: Option<&Value>) -> Res {
        digit_of(th, chr.0, default)
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[pyfunction("(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
    fn numeric(th: &ThreadState, chr: CodePoint, default: Option<&Value>) -> Res {
        numeric_of(th, chr.0, default, Version::Current)
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[pyfunction("(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
    fn name(th: &ThreadState, chr: CodePoint, default: Option<&Value>) -> Res {
        name_of(th, chr.0, default, Version::Current)
    }

    /// Returns the general category assigned to the character chr as string.
    #[pyfunction("(chr, /)", text = "($self, chr, /)")]
    fn category(chr: CodePoint) -> &'static str {
        properties(chr.0, Version::Current).category()
    }

    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[pyfunction("(chr, /)", text = "($self, chr, /)")]
    fn bidirectional(chr: CodePoint) -> &'static str {
        properties(chr.0, Version::Current).bidirectional()
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[pyfunction("(chr, /)", text = "($self, chr, /)")]
    fn combining(chr: CodePoint) -> i64 {
        i64::from(properties(chr.0, Version::Current).combining())
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[pyfunction("(chr, /)", text = "($self, chr, /)")]
    fn mirrored(chr: CodePoint) -> i64 {
        i64::from(properties(chr.0, Version::Current).mirrored())
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[pyfunction("(chr, /)", text = "($self, chr, /)")]
    fn east_asian_width(chr: CodePoint) -> &'static str {
        properties(chr.0, Version::Current).east_asian_width()
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[pyfunction("(chr, /)", text = "($self, chr, /)")]
    fn decomposition(chr: CodePoint) -> String {
        properties::decomposition_text(chr.0, Version::Current)
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[pyfunction("(form, unistr, /)", text = "($self, form, unistr, /)")]
    fn is_normalized(th: &ThreadState, form: &Str, unistr: &Str) -> Res<bool> {
        is_in_form(th, form, unistr, Version::Current)
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[pyfunction("(form, unistr, /)", text = "($self, form, unistr, /)")]
    fn normalize(th: &ThreadState, form: &Str, unistr: Ref<Str>) -> Res {
        normalized(th, form, unistr.as_value(), Version::Current)
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[pyfunction("(name, /)", text = "($self, name, /)")]
    fn lookup(th: &ThreadState, name: &Value) -> Res {
        lookup_in(th, &name_bytes(th, name)?, Version::Current)
    }

    #[pymethods]
    impl Ucd {
        /// Converts a Unicode character into its equivalent decimal value.
        ///
        /// Returns the decimal value assigned to the character chr as integer.
        /// If no such value is defined, default is returned, or, if not given,
        /// ValueError is raised.
        #[pymethod("(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
        fn decimal(&self, th: &ThreadState, chr: CodePoint, default: Option<&Value>) -> Res {
            decimal_of(th, chr.0, default, Version::Old)
        }

        /// Converts a Unicode character into its equivalent digit value.
        ///
        /// Returns the digit value assigned to the character chr as integer.
        /// If no such value is defined, default is returned, or, if not given,
        /// ValueError is raised.
        #[pymethod("(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
        fn digit(&self, th: &ThreadState, chr: CodePoint, default: Option<&Value>) -> Res {
            digit_of(th, chr.0, default)
        }

        /// Converts a Unicode character into its equivalent numeric value.
        ///
        /// Returns the numeric value assigned to the character chr as float.
        /// If no such value is defined, default is returned, or, if not given,
        /// ValueError is raised.
        #[pymethod("(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
        fn numeric(&self, th: &ThreadState, chr: CodePoint, default: Option<&Value>) -> Res {
            numeric_of(th, chr.0, default, Version::Old)
        }

        /// Returns the name assigned to the character chr as a string.
        ///
        /// If no name is defined, default is returned, or, if not given,
        /// ValueError is raised.
        #[pymethod("(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
        fn name(&self, th: &ThreadState, chr: CodePoint, default: Option<&Value>) -> Res {
            name_of(th, chr.0, default, Version::Old)
        }

        /// Returns the general category assigned to the character chr as string.
        #[pymethod("(chr, /)")]
        fn category(&self, chr: CodePoint) -> &'static str {
            properties(chr.0, Version::Old).category()
        }

        /// Returns the bidirectional class assigned to the character chr as string.
        ///
        /// If no such value is defined, an empty string is returned.
        #[pymethod("(chr, /)")]
        fn bidirectional(&self, chr: CodePoint) -> &'static str {
            properties(chr.0, Version::Old).bidirectional()
        }

        /// Returns the canonical combining class assigned to the character chr as integer.
        ///
        /// Returns 0 if no combining class is defined.
        #[pymethod("(chr, /)")]
        fn combining(&self, chr: CodePoint) -> i64 {
            i64::from(properties(chr.0, Version::Old).combining())
        }

        /// Returns the mirrored property assigned to the character chr as integer.
        ///
        /// Returns 1 if the character has been identified as a "mirrored"
        /// character in bidirectional text, 0 otherwise.
        #[pymethod("(chr, /)")]
        fn mirrored(&self, chr: CodePoint) -> i64 {
            i64::from(properties(chr.0, Version::Old).mirrored())
        }

        /// Returns the east asian width assigned to the character chr as string.
        #[pymethod("(chr, /)")]
        fn east_asian_width(&self, chr: CodePoint) -> &'static str {
            properties(chr.0, Version::Old).east_asian_width()
        }

        /// Returns the character decomposition mapping assigned to the character chr as string.
        ///
        /// An empty string is returned in case no such mapping is defined.
        #[pymethod("(chr, /)")]
        fn decomposition(&self, chr: CodePoint) -> String {
            properties::decomposition_text(chr.0, Version::Old)
        }

        /// Return whether the Unicode string unistr is in the normal form 'form'.
        ///
        /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
        #[pymethod("(form, unistr, /)")]
        fn is_normalized(&self, th: &ThreadState, form: &Str, unistr: &Str) -> Res<bool> {
            is_in_form(th, form, unistr, Version::Old)
        }

        /// Return the normal form 'form' for the Unicode string unistr.
        ///
        /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
        #[pymethod("(form, unistr, /)")]
        fn normalize(&self, th: &ThreadState, form: &Str, unistr: Ref<Str>) -> Res {
            normalized(th, form, unistr.as_value(), Version::Old)
        }

        /// Look up character by name.
        ///
        /// If a character with the given name is found, return the
        /// corresponding character.  If not found, KeyError is raised.
        #[pymethod("(name, /)")]
        fn lookup(&self, th: &ThreadState, name: &Value) -> Res {
            lookup_in(th, &name_bytes(th, name)?, Version::Old)
        }

        #[pygetter(member)]
        fn unidata_version(&self) -> &'static str {
            "3.2.0"
        }
    }
}
