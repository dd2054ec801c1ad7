//! All properties of all code points against hashes recorded from the reference (`tools/tables.py --hashes`).

use super::normalize::{Form, normalize, quick_check};
use super::properties::{Version, decimal, decomposition_text, digit, properties};
use super::*;

fn hash(rows: impl Iterator<Item = String>) -> u64 {
    let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
    for row in rows {
        for byte in row.bytes().chain([b'\n']) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
        }
    }
    hash
}

fn all() -> impl Iterator<Item = u32> {
    0..0x11_0000
}

fn points(text: &[u32]) -> String {
    text.iter().map(|c| format!("{c:X}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn types() {
    let rows = all().map(|c| {
        let tests = [
            is_alpha(c),
            is_alnum(c),
            is_decimal(c),
            is_digit(c),
            is_numeric(c),
            is_space(c),
            is_lower(c),
            is_upper(c),
            is_title(c) || is_upper(c),
            is_printable(c),
            is_identifier_start(c),
            is_identifier_continue(c),
        ];
        tests.iter().map(|&t| if t { '1' } else { '0' }).collect()
    });
    assert_eq!(hash(rows), 0xc3b29ba226e3a5d2);
}

#[test]
fn cases() {
    let rows = all().map(|c| {
        let mapped =
            [Case::Upper, Case::Lower, Case::Title, Case::Fold].map(|case| points(map_case(c, case).as_slice()));
        mapped.join("|")
    });
    assert_eq!(hash(rows), 0x719f49ac7a820355);
    let sigma: Vec<u32> = "\u{39f}\u{3a3}".chars().map(|c| c as u32).collect();
    assert_eq!(lower_sigma(1, 2, |i| sigma[i]), 0x3C2);
    assert_eq!(lower_sigma(0, 1, |_| 0x3A3), 0x3C3);
}

#[test]
fn database() {
    for (version, expected) in [(Version::Current, 0xe79d0865936eae10), (Version::Old, 0xaeddc56f0b520db5)] {
        let number = |value: Option<u32>| value.map_or("None".to_owned(), |v| v.to_string());
        let rows = all().map(|c| {
            let p = properties(c, version);
            format!(
                "{} {} {} {} {} {} {} {}",
                p.category(),
                p.bidirectional(),
                p.combining(),
                p.east_asian_width(),
                u8::from(p.mirrored()),
                number(decimal(c, version)),
                number(digit(c)),
                decomposition_text(c, version)
            )
        });
        assert_eq!(hash(rows), expected, "{version:?}");
    }
}

#[test]
fn normal_forms() {
    let expected = [
        (Version::Current, [0x122ac65100ba0065, 0xbaa3ffbd9d815f56, 0x7335ff2c2606dd9a, 0x66c457d6308a25f0]),
        (Version::Old, [0x336ff22ddbdd6bcb, 0x33158126573138fd, 0xef3b4bee19041409, 0xbeb6ae32679cba0]),
    ];
    for (version, hashes) in expected {
        for (form, expected) in [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd].into_iter().zip(hashes) {
            let rows = all().map(|c| {
                let text = normalize([c, 0x301], form, version);
                if version == Version::Current && quick_check([c], form) {
                    assert_eq!(normalize([c], form, version), [c], "{c:X} {form:?}");
                }
                points(&text)
            });
            assert_eq!(hash(rows), expected, "{version:?} {form:?}");
        }
    }
}

#[test]
fn names_both_ways() {
    let rows = all().map(|c| {
        let name = names::name(c).unwrap_or_default();
        if c % 17 == 0 && !name.is_empty() {
            assert_eq!(names::lookup(&name), Some(names::Named::CodePoint(c)), "{name}");
        }
        name
    });
    assert_eq!(hash(rows), 0x14aea75076f479b8);
    assert_eq!(names::lookup("latin small letter GHA"), Some(names::Named::CodePoint(0x1A3)));
    assert_eq!(names::lookup("KEYCAP DIGIT ONE"), Some(names::Named::Sequence(vec![0x31, 0xFE0F, 0x20E3])));
    assert_eq!(names::lookup("CJK UNIFIED IDEOGRAPH-04E00"), None);
    assert_eq!(names::lookup("NO SUCH NAME"), None);
}
