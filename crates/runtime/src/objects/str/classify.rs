//! The methods that ask what kind of characters a string has.

use algo::unicode;
use macros::pymethods;

use super::Str;
use super::split::is_ascii_space;

/// Whether all characters (at least one) are of a kind, which for ASCII is told without tables.
fn all(text: &Str, ascii: impl Fn(&u8) -> bool, is: impl Fn(u32) -> bool) -> bool {
    if text.is_ascii() {
        return !text.is_empty() && text.raw().iter().all(ascii);
    }
    text.code_points().all(is)
}

impl Str {
    /// Whether the text is an identifier (keywords included).
    pub fn is_identifier(&self) -> bool {
        if self.is_ascii() {
            let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            return self.raw().first().is_some_and(|first| !first.is_ascii_digit()) && self.raw().iter().all(is_word);
        }
        let mut points = self.code_points();
        points.next().is_some_and(unicode::is_identifier_start) && points.all(unicode::is_identifier_continue)
    }
}

#[pymethods(extra = classify)]
impl Str {
    /// Return True if the string is an alpha-numeric string, False otherwise.
    ///
    /// A string is alpha-numeric if all characters in the string are alpha-numeric and
    /// there is at least one character in the string.
    #[pymethod]
    fn isalnum(&self) -> bool {
        all(self, u8::is_ascii_alphanumeric, unicode::is_alnum)
    }

    /// Return True if the string is an alphabetic string, False otherwise.
    ///
    /// A string is alphabetic if all characters in the string are alphabetic and there
    /// is at least one character in the string.
    #[pymethod]
    fn isalpha(&self) -> bool {
        all(self, u8::is_ascii_alphabetic, unicode::is_alpha)
    }

    /// Return True if all characters in the string are ASCII, False otherwise.
    ///
    /// ASCII characters have code points in the range U+0000-U+007F.
    /// Empty string is ASCII too.
    #[pymethod]
    fn isascii(&self) -> bool {
        self.is_ascii()
    }

    /// Return True if the string is a decimal string, False otherwise.
    ///
    /// A string is a decimal string if all characters in the string are decimal and
    /// there is at least one character in the string.
    #[pymethod]
    fn isdecimal(&self) -> bool {
        all(self, u8::is_ascii_digit, unicode::is_decimal)
    }

    /// Return True if the string is a digit string, False otherwise.
    ///
    /// A string is a digit string if all characters in the string are digits and there
    /// is at least one character in the string.
    #[pymethod]
    fn isdigit(&self) -> bool {
        all(self, u8::is_ascii_digit, unicode::is_digit)
    }

    /// Return True if the string is a valid Python identifier, False otherwise.
    ///
    /// Call keyword.iskeyword(s) to test whether string s is a reserved identifier,
    /// such as "def" or "class".
    #[pymethod]
    fn isidentifier(&self) -> bool {
        self.is_identifier()
    }

    /// Return True if the string is a lowercase string, False otherwise.
    ///
    /// A string is lowercase if all cased characters in the string are lowercase and
    /// there is at least one cased character in the string.
    #[pymethod]
    fn islower(&self) -> bool {
        if self.is_ascii() {
            return !self.raw().iter().any(u8::is_ascii_uppercase) && self.raw().iter().any(u8::is_ascii_lowercase);
        }
        let other = |point| unicode::is_upper(point) || unicode::is_title(point);
        !self.code_points().any(other) && self.code_points().any(unicode::is_lower)
    }

    /// Return True if the string is an uppercase string, False otherwise.
    ///
    /// A string is uppercase if all cased characters in the string are uppercase and
    /// there is at least one cased character in the string.
    #[pymethod]
    fn isupper(&self) -> bool {
        if self.is_ascii() {
            return !self.raw().iter().any(u8::is_ascii_lowercase) && self.raw().iter().any(u8::is_ascii_uppercase);
        }
        let other = |point| unicode::is_lower(point) || unicode::is_title(point);
        !self.code_points().any(other) && self.code_points().any(unicode::is_upper)
    }

    /// Return True if the string is a title-cased string, False otherwise.
    ///
    /// In a title-cased string, upper- and title-case characters may only
    /// follow uncased characters and lowercase characters only cased ones.
    #[pymethod]
    fn istitle(&self) -> bool {
        let (mut inside, mut any) = (false, false);
        for point in self.code_points() {
            if unicode::is_upper(point) || unicode::is_title(point) {
                if inside {
                    return false;
                }
                (inside, any) = (true, true);
            } else if unicode::is_lower(point) {
                if !inside {
                    return false;
                }
            } else {
                inside = false;
            }
        }
        any
    }

    /// Return True if the string is a numeric string, False otherwise.
    ///
    /// A string is numeric if all characters in the string are numeric and there is at
    /// least one character in the string.
    #[pymethod]
    fn isnumeric(&self) -> bool {
        all(self, u8::is_ascii_digit, unicode::is_numeric)
    }

    /// Return True if all characters in the string are printable, False otherwise.
    ///
    /// A character is printable if repr() may use it in its output.
    #[pymethod]
    fn isprintable(&self) -> bool {
        self.code_points().all(unicode::is_printable)
    }

    /// Return True if the string is a whitespace string, False otherwise.
    ///
    /// A string is whitespace if all characters in the string are whitespace and there
    /// is at least one character in the string.
    #[pymethod]
    fn isspace(&self) -> bool {
        all(self, |byte| is_ascii_space(*byte), unicode::is_space)
    }
}
