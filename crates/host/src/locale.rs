//! The C library's locale: categories, conventions, collation, message catalogues.
#![expect(unsafe_code, reason = "the C library's locale functions")]

use std::ffi::{CStr, CString, c_char, c_int};

pub use libc::{LC_ALL, LC_COLLATE, LC_CTYPE, LC_MESSAGES, LC_MONETARY, LC_NUMERIC, LC_TIME};

unsafe extern "C" {
    fn wcscoll(left: *const libc::wchar_t, right: *const libc::wchar_t) -> c_int;
    fn wcsxfrm(target: *mut libc::wchar_t, source: *const libc::wchar_t, count: usize) -> usize;
    fn gettext(message: *const c_char) -> *mut c_char;
    fn dgettext(domain: *const c_char, message: *const c_char) -> *mut c_char;
    fn dcgettext(domain: *const c_char, message: *const c_char, category: c_int) -> *mut c_char;
    fn textdomain(domain: *const c_char) -> *mut c_char;
    fn bindtextdomain(domain: *const c_char, folder: *const c_char) -> *mut c_char;
    fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
}

/// A copy of a string that the C library owns.
fn copied(text: *const c_char) -> Option<Vec<u8>> {
    // SAFETY: the functions here give zero-terminated strings or null.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes().to_vec())
}

fn pointer(text: Option<&CStr>) -> *const c_char {
    text.map_or(std::ptr::null(), CStr::as_ptr)
}

/// Sets (or, without a name, asks for) the locale of a category. `None`: there is no such locale.
pub fn set(category: i32, name: Option<&CStr>) -> Option<Vec<u8>> {
    // SAFETY: the name is zero-terminated; the answer is copied before anybody else sets the locale.
    copied(unsafe { libc::setlocale(category, pointer(name)) })
}

/// Sets the process's character type from the environment, as the program starts. The C locale gives way to C.UTF-8, also
/// in the environment of child processes, unless `LC_ALL` or `coerce` forbids it. True if it was the C locale.
pub fn start(coerce: bool) -> bool {
    let found = set(LC_CTYPE, Some(c"")).or_else(|| set(LC_CTYPE, Some(c"C")));
    if !matches!(found.as_deref(), None | Some(b"C" | b"POSIX")) {
        return false;
    }
    let fixed = std::env::var_os("LC_ALL").is_some_and(|value| !value.is_empty());
    if coerce && !fixed {
        for name in [c"C.UTF-8", c"C.utf8", c"UTF-8"] {
            if set(LC_CTYPE, Some(name)).is_some() {
                // SAFETY: the program has one thread yet.
                unsafe { std::env::set_var("LC_CTYPE", name.to_str().unwrap_or_default()) };
                break;
            }
        }
    }
    true
}

/// Whether the character type is that of the C locale, or of one that takes its place: text may then be any bytes.
pub fn is_plain() -> bool {
    let name = set(LC_CTYPE, None).unwrap_or_default();
    matches!(name.as_slice(), b"C" | b"POSIX" | b"C.UTF-8" | b"C.utf8" | b"UTF-8")
}

/// `nl_langinfo`.
pub fn info(item: i32) -> Vec<u8> {
    // SAFETY: any number may be asked for; unknown ones give an empty string.
    copied(unsafe { libc::nl_langinfo(item) }).unwrap_or_default()
}

/// The name of the encoding of the character type: "UTF-8".
pub fn encoding() -> String {
    let name = String::from_utf8_lossy(&info(libc::CODESET)).into_owned();
    if name.is_empty() { "UTF-8".to_string() } else { name }
}

/// The numbers of `nl_langinfo`'s items, by name.
pub const ITEMS: &[(&str, i32)] = &[
    ("ABDAY_1", libc::ABDAY_1),
    ("ABDAY_2", libc::ABDAY_2),
    ("ABDAY_3", libc::ABDAY_3),
    ("ABDAY_4", libc::ABDAY_4),
    ("ABDAY_5", libc::ABDAY_5),
    ("ABDAY_6", libc::ABDAY_6),
    ("ABDAY_7", libc::ABDAY_7),
    ("DAY_1", libc::DAY_1),
    ("DAY_2", libc::DAY_2),
    ("DAY_3", libc::DAY_3),
    ("DAY_4", libc::DAY_4),
    ("DAY_5", libc::DAY_5),
    ("DAY_6", libc::DAY_6),
    ("DAY_7", libc::DAY_7),
    ("ABMON_1", libc::ABMON_1),
    ("ABMON_2", libc::ABMON_2),
    ("ABMON_3", libc::ABMON_3),
    ("ABMON_4", libc::ABMON_4),
    ("ABMON_5", libc::ABMON_5),
    ("ABMON_6", libc::ABMON_6),
    ("ABMON_7", libc::ABMON_7),
    ("ABMON_8", libc::ABMON_8),
    ("ABMON_9", libc::ABMON_9),
    ("ABMON_10", libc::ABMON_10),
    ("ABMON_11", libc::ABMON_11),
    ("ABMON_12", libc::ABMON_12),
    ("MON_1", libc::MON_1),
    ("MON_2", libc::MON_2),
    ("MON_3", libc::MON_3),
    ("MON_4", libc::MON_4),
    ("MON_5", libc::MON_5),
    ("MON_6", libc::MON_6),
    ("MON_7", libc::MON_7),
    ("MON_8", libc::MON_8),
    ("MON_9", libc::MON_9),
    ("MON_10", libc::MON_10),
    ("MON_11", libc::MON_11),
    ("MON_12", libc::MON_12),
    ("RADIXCHAR", libc::RADIXCHAR),
    ("THOUSEP", libc::THOUSEP),
    ("YESEXPR", libc::YESEXPR),
    ("NOEXPR", libc::NOEXPR),
    ("CRNCYSTR", libc::CRNCYSTR),
    ("D_FMT", libc::D_FMT),
    ("D_T_FMT", libc::D_T_FMT),
    ("T_FMT", libc::T_FMT),
    ("AM_STR", libc::AM_STR),
    ("PM_STR", libc::PM_STR),
    ("CODESET", libc::CODESET),
    ("T_FMT_AMPM", libc::T_FMT_AMPM),
    ("ERA", libc::ERA),
    ("ERA_D_FMT", libc::ERA_D_FMT),
    ("ERA_D_T_FMT", libc::ERA_D_T_FMT),
    ("ERA_T_FMT", libc::ERA_T_FMT),
    ("ALT_DIGITS", libc::ALT_DIGITS),
    // Of glibc alone, after the items of times.
    ("_DATE_FMT", 131_180),
];

/// How numbers and amounts of money are written.
pub struct Conventions {
    pub texts: Vec<(&'static str, Vec<u8>)>,
    pub numbers: Vec<(&'static str, i32)>,
    /// Sizes of groups of digits; the last one is 0 (repeat) or `CHAR_MAX` (no further groups).
    pub groupings: Vec<(&'static str, Vec<u8>)>,
}

/// `localeconv`.
pub fn conventions() -> Conventions {
    // SAFETY: the structure and its zero-terminated strings are valid until the next call.
    unsafe {
        let raw = &*libc::localeconv();
        let text = |text: *mut c_char| copied(text).unwrap_or_default();
        let number = |number: c_char| i32::from(number);
        Conventions {
            texts: vec![
                ("int_curr_symbol", text(raw.int_curr_symbol)),
                ("currency_symbol", text(raw.currency_symbol)),
                ("mon_decimal_point", text(raw.mon_decimal_point)),
                ("mon_thousands_sep", text(raw.mon_thousands_sep)),
                ("positive_sign", text(raw.positive_sign)),
                ("negative_sign", text(raw.negative_sign)),
                ("decimal_point", text(raw.decimal_point)),
                ("thousands_sep", text(raw.thousands_sep)),
            ],
            numbers: vec![
                ("int_frac_digits", number(raw.int_frac_digits)),
                ("frac_digits", number(raw.frac_digits)),
                ("p_cs_precedes", number(raw.p_cs_precedes)),
                ("p_sep_by_space", number(raw.p_sep_by_space)),
                ("n_cs_precedes", number(raw.n_cs_precedes)),
                ("n_sep_by_space", number(raw.n_sep_by_space)),
                ("p_sign_posn", number(raw.p_sign_posn)),
                ("n_sign_posn", number(raw.n_sign_posn)),
            ],
            groupings: vec![("mon_grouping", text(raw.mon_grouping)), ("grouping", text(raw.grouping))],
        }
    }
}

fn wide(text: &[u32]) -> Vec<libc::wchar_t> {
    text.iter().map(|&point| point as libc::wchar_t).chain([0]).collect()
}

/// `wcscoll`: negative, zero or positive. The texts have no null characters.
pub fn collate(left: &[u32], right: &[u32]) -> i32 {
    // SAFETY: both are zero-terminated.
    unsafe { wcscoll(wide(left).as_ptr(), wide(right).as_ptr()) }
}

/// `wcsxfrm`: a key that compares as the text collates.
pub fn collation_key(text: &[u32]) -> Vec<u32> {
    let source = wide(text);
    let mut key = vec![0; source.len()];
    loop {
        // SAFETY: the target has as much room as is said; the source is zero-terminated.
        let needed = unsafe { wcsxfrm(key.as_mut_ptr(), source.as_ptr(), key.len()) };
        if needed < key.len() {
            key.truncate(needed);
            return key.into_iter().map(|unit| unit as u32).collect();
        }
        key.resize(needed + 1, 0);
    }
}

/// The translation of a message, in a domain's catalogue and a category if they are given.
pub fn translate(message: &CStr, domain: Option<&CStr>, category: Option<i32>) -> Vec<u8> {
    // SAFETY: all strings are zero-terminated; the answer is the message itself or the library's own string.
    let found = unsafe {
        match (domain, category) {
            (domain, Some(category)) => dcgettext(pointer(domain), message.as_ptr(), category),
            (Some(_), None) => dgettext(pointer(domain), message.as_ptr()),
            (None, None) => gettext(message.as_ptr()),
        }
    };
    copied(found).unwrap_or_else(|| message.to_bytes().to_vec())
}

/// Sets or asks for the domain of messages.
pub fn text_domain(domain: Option<&CStr>) -> Option<Vec<u8>> {
    // SAFETY: the name is zero-terminated.
    copied(unsafe { textdomain(pointer(domain)) })
}

/// Sets or asks for the folder of a domain's catalogues.
pub fn domain_folder(domain: &CStr, folder: Option<&CStr>) -> Option<Vec<u8>> {
    // SAFETY: the strings are zero-terminated.
    copied(unsafe { bindtextdomain(domain.as_ptr(), pointer(folder)) })
}

/// Sets or asks for the encoding of a domain's messages.
pub fn domain_encoding(domain: &CStr, encoding: Option<&CStr>) -> Option<Vec<u8>> {
    // SAFETY: the strings are zero-terminated.
    copied(unsafe { bind_textdomain_codeset(domain.as_ptr(), pointer(encoding)) })
}

/// A name without null bytes, as these functions take it.
pub fn name(text: &str) -> Option<CString> {
    CString::new(text).ok()
}
