//! The proleptic Gregorian calendar: ordinals, weekdays, ISO weeks, and dates and times written as ISO 8601 says.

pub const MIN_YEAR: i32 = 1;
pub const MAX_YEAR: i32 = 9999;
/// The ordinal of the last day of year 9999.
pub const MAX_ORDINAL: i32 = 3_652_059;

const DAYS_BEFORE_MONTH: [i32; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_4_YEARS: i32 = 1461;
const DAYS_IN_100_YEARS: i32 = 36_524;
const DAYS_IN_400_YEARS: i32 = 146_097;

pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The days of a month from 1 to 12.
pub fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days of the year before a month.
pub fn days_before_month(year: i32, month: i32) -> i32 {
    let month = month.clamp(1, 12);
    DAYS_BEFORE_MONTH[month as usize] + i32::from(month > 2 && is_leap(year))
}

fn days_before_year(year: i32) -> i32 {
    let years = year - 1;
    years * 365 + years / 4 - years / 100 + years / 400
}

/// The number of a day, where January 1 of year 1 is day 1.
pub fn to_ordinal(year: i32, month: i32, day: i32) -> i32 {
    days_before_year(year) + days_before_month(year, month) + day
}

/// The day with a number from 1 on.
pub fn from_ordinal(ordinal: i32) -> (i32, i32, i32) {
    let rest = ordinal - 1;
    let (cycles, rest) = (rest / DAYS_IN_400_YEARS, rest % DAYS_IN_400_YEARS);
    let (centuries, rest) = (rest / DAYS_IN_100_YEARS, rest % DAYS_IN_100_YEARS);
    let (leaps, rest) = (rest / DAYS_IN_4_YEARS, rest % DAYS_IN_4_YEARS);
    let (years, rest) = (rest / 365, rest % 365);
    let year = cycles * 400 + centuries * 100 + leaps * 4 + years + 1;
    if years == 4 || centuries == 4 {
        // The last day of a leap year that ends its cycle.
        return (year - 1, 12, 31);
    }
    let mut month = (rest + 50) >> 5;
    if days_before_month(year, month) > rest {
        month -= 1;
    }
    (year, month, rest - days_before_month(year, month) + 1)
}

/// Monday is 0.
pub fn weekday(year: i32, month: i32, day: i32) -> i32 {
    (to_ordinal(year, month, day) + 6) % 7
}

/// The ordinal of the Monday that starts the first ISO week of a year.
fn first_iso_monday(year: i32) -> i32 {
    let first = to_ordinal(year, 1, 1);
    let weekday = (first + 6) % 7;
    let monday = first - weekday;
    if weekday > 3 { monday + 7 } else { monday }
}

/// ISO year, week and weekday (Monday is 1).
pub fn to_iso(year: i32, month: i32, day: i32) -> (i32, i32, i32) {
    let today = to_ordinal(year, month, day);
    let mut iso_year = year;
    let mut start = first_iso_monday(year);
    if today < start {
        iso_year -= 1;
        start = first_iso_monday(iso_year);
    } else if today >= first_iso_monday(year + 1) {
        iso_year += 1;
        start = first_iso_monday(iso_year);
    }
    (iso_year, (today - start) / 7 + 1, (today - start) % 7 + 1)
}

/// What is wrong with an ISO year, week and weekday.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IsoWeekError {
    Year,
    Week,
    Weekday,
}

/// The ordinal of a day given by ISO year, week and weekday; it may lie outside of the years 1 to 9999.
pub fn from_iso(year: i32, week: i32, weekday: i32) -> Result<i32, IsoWeekError> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(IsoWeekError::Year);
    }
    let has_53 = || {
        // Years that start on a Thursday, or on a Wednesday if they are leap years.
        let first = (to_ordinal(year, 1, 1) + 6) % 7;
        first == 3 || (first == 2 && is_leap(year))
    };
    let is_week = (1..=52).contains(&week) || (week == 53 && has_53());
    if !is_week {
        return Err(IsoWeekError::Week);
    }
    if !(1..=7).contains(&weekday) {
        return Err(IsoWeekError::Weekday);
    }
    Ok(first_iso_monday(year) + (week - 1) * 7 + weekday - 1)
}

/// A number of exactly `count` digits at `at`, which moves on.
fn digits(text: &[u8], at: &mut usize, count: usize) -> Option<i32> {
    let part = text.get(*at..*at + count)?;
    *at += count;
    part.iter()
        .try_fold(0, |number, &c| if c.is_ascii_digit() { Some(number * 10 + i32::from(c - b'0')) } else { None })
}

/// A date as ISO 8601 writes it; month and day are not checked. `Ok(Err(ordinal))` for a week date.
pub fn parse_date(text: &[u8]) -> Option<(i32, i32, i32)> {
    let mut at = 0;
    let year = digits(text, &mut at, 4)?;
    let separated = text.get(at) == Some(&b'-');
    at += usize::from(separated);
    if text.get(at) == Some(&b'W') {
        at += 1;
        let week = digits(text, &mut at, 2)?;
        let mut weekday = 1;
        if at < text.len() {
            if separated {
                if text.get(at) != Some(&b'-') {
                    return None;
                }
                at += 1;
            }
            weekday = digits(text, &mut at, 1)?;
        }
        let ordinal = from_iso(year, week, weekday).ok()?;
        if at < text.len() || !(1..=MAX_ORDINAL).contains(&ordinal) {
            return None;
        }
        return Some(from_ordinal(ordinal));
    }
    let month = digits(text, &mut at, 2)?;
    if separated {
        if text.get(at) != Some(&b'-') {
            return None;
        }
        at += 1;
    }
    let day = digits(text, &mut at, 2)?;
    if at == text.len() { Some((year, month, day)) } else { None }
}

/// Hours, minutes, seconds, microseconds.
pub type Clock = (i32, i32, i32, i32);

/// Hours and smaller parts. The flag tells that characters are left over.
fn parse_clock(text: &[u8]) -> Option<(Clock, bool)> {
    let mut parts = [0; 3];
    let mut at = 0;
    let mut separated = true;
    let mut fraction = false;
    for i in 0..3 {
        parts[i] = digits(text, &mut at, 2)?;
        let Some(&next) = text.get(at) else { return Some(((parts[0], parts[1], parts[2], 0), false)) };
        at += 1;
        if i == 0 {
            separated = next == b':';
        }
        if at >= text.len() {
            return Some(((parts[0], parts[1], parts[2], 0), true));
        }
        match next {
            b':' if separated && i < 2 => {}
            b':' if separated => return None,
            b'.' | b',' => {
                if i < 2 {
                    return None;
                }
                fraction = true;
            }
            _ if !separated => at -= 1,
            _ => return None,
        }
    }
    if !fraction && separated {
        return None;
    }
    let count = (text.len() - at).min(6);
    let mut microseconds = digits(text, &mut at, count)?;
    for _ in count..6 {
        microseconds *= 10;
    }
    // Digits past microseconds are dropped.
    while text.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    Some(((parts[0], parts[1], parts[2], microseconds), at < text.len()))
}

/// A time of day as ISO 8601 writes it, with its offset from UTC in seconds and microseconds if it has one. The parts are
/// not checked.
pub fn parse_time(text: &[u8]) -> Option<(Clock, Option<(i32, i32)>)> {
    let zone = text.iter().position(|c| matches!(c, b'+' | b'-' | b'Z'));
    let (clock, more) = parse_clock(&text[..zone.unwrap_or(text.len())])?;
    let Some(zone) = zone else { return if more { None } else { Some((clock, None)) } };
    if more {
        return None;
    }
    let offset = &text[zone + 1..];
    if text[zone] == b'Z' {
        return if offset.is_empty() { Some((clock, Some((0, 0)))) } else { None };
    }
    let ((hours, minutes, seconds, microseconds), more) = parse_clock(offset)?;
    if more {
        return None;
    }
    let sign = if text[zone] == b'-' { -1 } else { 1 };
    Some((clock, Some((sign * (hours * 3600 + minutes * 60 + seconds), sign * microseconds))))
}

/// Where the character between date and time stands in text of at least seven characters; `None` if it can not be told.
pub fn date_length(text: &[u8]) -> Option<usize> {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    if text.len() == 7 {
        return Some(7);
    }
    if text[4] == b'-' {
        if text[5] != b'W' {
            return Some(10);
        }
        if text.get(8) != Some(&b'-') {
            return Some(8);
        }
        return match text.len() {
            9 => None,
            // Two digits after the dash: the dash is the separator and the hour follows.
            _ if digit(10) => Some(8),
            _ => Some(10),
        };
    }
    if text[4] == b'W' {
        let end = (7..text.len()).find(|&at| !digit(at)).unwrap_or(text.len());
        return Some(match end {
            end if end < 9 => end,
            end if end % 2 == 0 => 7,
            _ => 8,
        });
    }
    Some(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals() {
        for ordinal in 1..=MAX_ORDINAL {
            let (year, month, day) = from_ordinal(ordinal);
            assert_eq!(to_ordinal(year, month, day), ordinal);
        }
        assert_eq!(from_ordinal(MAX_ORDINAL), (9999, 12, 31));
        assert_eq!(weekday(2024, 2, 29), 3);
    }

    #[test]
    fn iso() {
        assert_eq!(to_iso(2024, 2, 29), (2024, 9, 4));
        assert_eq!(to_iso(2021, 1, 3), (2020, 53, 7));
        assert_eq!(from_iso(2020, 53, 7).map(from_ordinal), Ok((2021, 1, 3)));
        assert_eq!(from_iso(2024, 53, 1), Err(IsoWeekError::Week));
        assert_eq!(parse_date(b"2024W094"), Some((2024, 2, 29)));
        assert_eq!(parse_date(b"2024-2-3"), None);
        assert_eq!(parse_time(b"01:02:03,12"), Some(((1, 2, 3, 120_000), None)));
        assert_eq!(parse_time(b"010203.5+0100"), Some(((1, 2, 3, 500_000), Some((3600, 0)))));
        assert_eq!(parse_time(b"01:0203"), None);
        assert_eq!(parse_time(b"01:02:03."), None);
    }
}
