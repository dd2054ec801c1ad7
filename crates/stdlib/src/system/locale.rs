//! `_locale`: the C library's locale.

use std::borrow::Cow;
use std::ffi::CString;

use macros::pymodule;
use runtime::objects::dict::Dict;
use runtime::objects::exceptions as exc;
use runtime::objects::str::Str;
use runtime::types::TypeDef;
use runtime::{Payload, Raised, Res, ThreadState, Type, Value};

static ERROR_DEF: TypeDef = crate::support::exception("locale", "Error", &exc::EXCEPTION, None);
pub static ERROR: Type = Type::new_static(&ERROR_DEF);

#[cold]
fn error(th: &ThreadState, message: &str) -> Raised {
    th.error(&ERROR, message)
}

/// Bytes of the locale's encoding as text; what cannot be decoded stays as surrogates.
fn text(th: &ThreadState, bytes: &[u8]) -> Res {
    if bytes.is_ascii() {
        return Ok(th.str_from_ascii(bytes));
    }
    th.decode(bytes, &host::locale::encoding(), "surrogateescape")
}

fn c_string(th: &ThreadState, text: &str) -> Res<CString> {
    host::locale::name(text).ok_or_else(|| th.value_error("embedded null character"))
}

/// The code points of a text without null characters.
fn wide(th: &ThreadState, text: &Str) -> Res<Vec<u32>> {
    let points: Vec<u32> = text.code_points().collect();
    if points.contains(&0) {
        return Err(th.value_error("embedded null character"));
    }
    Ok(points)
}

/// The module `_locale`.
#[pymodule(name = "_locale", classes(super::ERROR))]
pub mod locale_module {
    //! Support for POSIX locales.

    use super::*;

    /// Activates/queries locale processing.
    #[pyfunction("(category, locale=None, /)")]
    fn setlocale(th: &ThreadState, category: i32, locale: &Value) -> Res {
        let name = match locale.as_str() {
            None if locale.is_none() => None,
            None => {
                let class = locale.class().full_name();
                return Err(th.type_error(format_args!("setlocale() argument 2 must be str or None, not {class}")));
            }
            Some(name) => Some(c_string(th, &name.to_string_lossy())?),
        };
        match host::locale::set(category, name.as_deref()) {
            Some(found) => text(th, &found),
            None if name.is_some() => Err(error(th, "unsupported locale setting")),
            None => Err(error(th, "locale query failed")),
        }
    }

    /// Returns numeric and monetary locale-specific parameters.
    #[pyfunction("()")]
    fn localeconv(th: &ThreadState) -> Res {
        let conventions = host::locale::conventions();
        let result = th.dict(Dict::new());
        let dict = Dict::of(&result);
        let order = [
            "int_curr_symbol",
            "currency_symbol",
            "mon_decimal_point",
            "mon_thousands_sep",
            "mon_grouping",
            "positive_sign",
            "negative_sign",
            "int_frac_digits",
            "frac_digits",
            "p_cs_precedes",
            "p_sep_by_space",
            "n_cs_precedes",
            "n_sep_by_space",
            "p_sign_posn",
            "n_sign_posn",
            "decimal_point",
            "thousands_sep",
            "grouping",
        ];
        for name in order {
            let found_text = conventions.texts.iter().find(|(found, _)| *found == name);
            let found_number = conventions.numbers.iter().find(|(found, _)| *found == name);
            let value = match (found_text, found_number) {
                (Some((_, bytes)), _) => text(th, bytes)?,
                (None, Some((_, number))) => Value::int32(*number),
                (None, None) => {
                    let sizes = conventions.groupings.iter().find(|(found, _)| *found == name);
                    let mut sizes = sizes.map(|(_, sizes)| sizes.clone()).unwrap_or_default();
                    // A zero ends the C string: the last size repeats.
                    if sizes.last().is_some_and(|&last| last != 127) {
                        sizes.push(0);
                    }
                    th.list(sizes.into_iter().map(|size| Value::int32(i32::from(size))).collect())
                }
            };
            dict.set(th, &th.intern(name), value)?;
        }
        Ok(result)
    }

    /// Compares two strings according to the locale.
    #[pyfunction("(os1, os2, /)")]
    fn strcoll(th: &ThreadState, os1: &Str, os2: &Str) -> Res<i32> {
        Ok(host::locale::collate(&wide(th, os1)?, &wide(th, os2)?))
    }

    /// Return a string that can be used as a key for locale-aware comparisons.
    #[pyfunction("(string, /)")]
    fn strxfrm(th: &ThreadState, string: &Str) -> Res {
        let key = host::locale::collation_key(&wide(th, string)?);
        if key.iter().any(|&unit| unit > 0x10FFFF) {
            return Err(th.value_error("a collation key holds what is no character"));
        }
        Ok(th.str_from_ucs4(&key))
    }

    /// Return the value for the locale information associated with key.
    #[pyfunction("(key, /)")]
    fn nl_langinfo(th: &ThreadState, key: i32) -> Res {
        if !host::locale::ITEMS.iter().any(|&(_, item)| item == key) {
            return Err(th.value_error("unsupported langinfo constant"));
        }
        text(th, &host::locale::info(key))
    }

    /// Get the current locale encoding.
    #[pyfunction("()")]
    fn getencoding() -> String {
        host::locale::encoding()
    }

    /// gettext(msg) -> string
    ///
    /// Return translation of msg.
    #[pyfunction("(msg, /)")]
    fn gettext(th: &ThreadState, msg: Cow<'_, str>) -> Res {
        text(th, &host::locale::translate(&c_string(th, &msg)?, None, None))
    }

    /// dgettext(domain, msg) -> string
    ///
    /// Return translation of msg in domain.
    #[pyfunction("(domain, msg, /)")]
    fn dgettext(th: &ThreadState, domain: Option<Cow<'_, str>>, msg: Cow<'_, str>) -> Res {
        let domain = domain.map(|domain| c_string(th, &domain)).transpose()?;
        text(th, &host::locale::translate(&c_string(th, &msg)?, domain.as_deref(), None))
    }

    /// Return translation of msg in domain and category.
    #[pyfunction("(domain, msg, category, /)")]
    fn dcgettext(th: &ThreadState, domain: Option<Cow<'_, str>>, msg: Cow<'_, str>, category: i32) -> Res {
        let domain = domain.map(|domain| c_string(th, &domain)).transpose()?;
        text(th, &host::locale::translate(&c_string(th, &msg)?, domain.as_deref(), Some(category)))
    }

    /// Set the C library's textdmain to domain, returning the new domain.
    #[pyfunction("(domain, /)")]
    fn textdomain(th: &ThreadState, domain: Option<Cow<'_, str>>) -> Res {
        let domain = domain.map(|domain| c_string(th, &domain)).transpose()?;
        match host::locale::text_domain(domain.as_deref()) {
            Some(found) => text(th, &found),
            None => Err(th.memory_error()),
        }
    }

    /// Bind the C library's domain to dir.
    #[pyfunction("(domain, dir, /)")]
    fn bindtextdomain(th: &ThreadState, domain: Cow<'_, str>, dir: &Value) -> Res {
        if domain.is_empty() {
            return Err(error(th, "domain must be a non-empty string"));
        }
        let folder = match dir.is_none() {
            true => None,
            false => Some(crate::files::io::path_argument(th, dir)?),
        };
        match host::locale::domain_folder(&c_string(th, &domain)?, folder.as_deref()) {
            Some(found) => text(th, &found),
            None => Err(th.memory_error()),
        }
    }

    /// Bind the C library's domain to codeset.
    #[pyfunction("(domain, codeset, /)")]
    fn bind_textdomain_codeset(th: &ThreadState, domain: Cow<'_, str>, codeset: Option<Cow<'_, str>>) -> Res {
        let codeset = codeset.map(|codeset| c_string(th, &codeset)).transpose()?;
        match host::locale::domain_encoding(&c_string(th, &domain)?, codeset.as_deref()) {
            Some(found) => text(th, &found),
            None => Ok(Value::NONE),
        }
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        for &(name, number) in host::locale::ITEMS {
            th.setattr_str(module, name, &Value::int32(number))?;
        }
        let categories = [
            ("LC_CTYPE", host::locale::LC_CTYPE),
            ("LC_TIME", host::locale::LC_TIME),
            ("LC_COLLATE", host::locale::LC_COLLATE),
            ("LC_MONETARY", host::locale::LC_MONETARY),
            ("LC_MESSAGES", host::locale::LC_MESSAGES),
            ("LC_NUMERIC", host::locale::LC_NUMERIC),
            ("LC_ALL", host::locale::LC_ALL),
            ("CHAR_MAX", 127),
        ];
        for (name, number) in categories {
            th.setattr_str(module, name, &Value::int32(number))?;
        }
        Ok(())
    }
}
