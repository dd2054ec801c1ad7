//! The normal forms NFC, NFD, NFKC, NFKD (Unicode Standard Annex 15).

use super::properties::{Version, old_decomposition, properties, stored_decomposition};
use super::tables::{Section, u32_at};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}

impl Form {
    /// The form of a name as `unicodedata.normalize` takes it.
    pub fn from_name(name: &str) -> Option<Form> {
        match name {
            "NFC" => Some(Form::Nfc),
            "NFD" => Some(Form::Nfd),
            "NFKC" => Some(Form::Nfkc),
            "NFKD" => Some(Form::Nfkd),
            _ => None,
        }
    }

    fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    fn compatibility(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }
}

const S_BASE: u32 = 0xAC00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11A7;
const L_COUNT: u32 = 19;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;

/// The jamo of a Hangul syllable; the last one is 0 if there is none.
pub(super) fn decompose_hangul(code_point: u32) -> Option<[u32; 3]> {
    let index = code_point.checked_sub(S_BASE).filter(|&i| i < L_COUNT * V_COUNT * T_COUNT)?;
    let tail = index % T_COUNT;
    Some([
        L_BASE + index / (V_COUNT * T_COUNT),
        V_BASE + index % (V_COUNT * T_COUNT) / T_COUNT,
        if tail == 0 { 0 } else { T_BASE + tail },
    ])
}

/// Whether the text is surely in the form already: no doubtful code point, and combining classes in order.
pub fn quick_check(text: impl IntoIterator<Item = u32>, form: Form) -> bool {
    let mut last_class = 0;
    for code_point in text {
        if code_point < 0x80 {
            last_class = 0;
            continue;
        }
        let found = properties(code_point, Version::Current);
        let class = found.combining();
        if found.normalization_doubt() >> form as u8 & 1 != 0 || (class != 0 && class < last_class) {
            return false;
        }
        last_class = class;
    }
    true
}

/// Brings text into a normal form.
pub fn normalize(text: impl IntoIterator<Item = u32>, form: Form, version: Version) -> Vec<u32> {
    let mut out = Vec::new();
    for code_point in text {
        decompose(code_point, form.compatibility(), version, &mut out);
    }
    reorder(&mut out);
    if form.composes() {
        compose(&mut out);
    }
    out
}

/// Appends the full decomposition of a code point.
fn decompose(code_point: u32, compatibility: bool, version: Version, out: &mut Vec<u32>) {
    if code_point < 0x80 {
        out.push(code_point);
        return;
    }
    // Decompositions nest a few levels; the pending code points are kept in reverse.
    let mut pending = vec![code_point];
    while let Some(point) = pending.pop() {
        if let Some(parts) = decompose_hangul(point) {
            out.extend(parts.into_iter().filter(|&part| part != 0));
            continue;
        }
        if version == Version::Old {
            if !properties(point, version).is_assigned() {
                out.push(point);
                continue;
            }
            if let Some(entry) = old_decomposition(point) {
                out.extend(entry.points());
                continue;
            }
        }
        match stored_decomposition(point) {
            Some(entry) if compatibility || entry.is_canonical() => {
                let start = pending.len();
                pending.extend(entry.points());
                pending[start..].reverse();
            }
            _ => out.push(point),
        }
    }
}

fn class_of(code_point: u32) -> u8 {
    // The reference orders by today's classes for Unicode 3.2, too.
    if code_point < 0x300 { 0 } else { properties(code_point, Version::Current).combining() }
}

/// Sorts every run of combining marks by class, keeping the order within a class.
fn reorder(text: &mut [u32]) {
    let mut at = 0;
    while at < text.len() {
        if class_of(text[at]) == 0 {
            at += 1;
            continue;
        }
        let len = text[at..].iter().take_while(|&&c| class_of(c) != 0).count();
        text[at..at + len].sort_by_key(|&c| class_of(c));
        at += len;
    }
}

/// The composition of a pair.
fn compose_pair(first: u32, second: u32) -> Option<u32> {
    if let (Some(lead), Some(vowel)) = (first.checked_sub(L_BASE), second.checked_sub(V_BASE))
        && lead < L_COUNT
        && vowel < V_COUNT
    {
        return Some(S_BASE + (lead * V_COUNT + vowel) * T_COUNT);
    }
    if let (Some(syllable), Some(tail)) = (first.checked_sub(S_BASE), second.checked_sub(T_BASE))
        && syllable < L_COUNT * V_COUNT * T_COUNT
        && syllable % T_COUNT == 0
        && (1..T_COUNT).contains(&tail)
    {
        return Some(first + tail);
    }
    const PAIRS: &[u8] = Section::Compositions.bytes();
    let (mut low, mut high) = (0, PAIRS.len() / 12);
    while low < high {
        let middle = (low + high) / 2;
        match (u32_at(PAIRS, 3 * middle), u32_at(PAIRS, 3 * middle + 1)).cmp(&(first, second)) {
            std::cmp::Ordering::Equal => return Some(u32_at(PAIRS, 3 * middle + 2)),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

/// Combines each starter with the marks after it that nothing blocks.
fn compose(text: &mut Vec<u32>) {
    let mut kept = 0;
    let mut starter: Option<usize> = None;
    let mut last_class: Option<u8> = None;
    for at in 0..text.len() {
        let point = text[at];
        let class = class_of(point);
        if let Some(starter_at) = starter {
            let blocked = last_class.is_some_and(|last| last >= class);
            let pair = if blocked { None } else { compose_pair(text[starter_at], point) };
            if let Some(composed) = pair {
                text[starter_at] = composed;
                continue;
            }
        }
        text[kept] = point;
        if class == 0 {
            starter = Some(kept);
            last_class = None;
        } else {
            last_class = Some(class);
        }
        kept += 1;
    }
    text.truncate(kept);
}
