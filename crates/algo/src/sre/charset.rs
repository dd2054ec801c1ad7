//! Sets of characters: a table for the first 256 and the original items for the rest.

use super::codes::Category;
use super::{lower_ascii, lower_unicode, upper_ascii};
use crate::unicode;

/// How case is treated before a test.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fold {
    None,
    Ascii,
    Locale,
    Unicode,
}

/// Folds one character for a comparison of two of them (group references).
pub(super) fn fold(code_point: u32, fold: Fold) -> u32 {
    match fold {
        Fold::None => code_point,
        Fold::Ascii | Fold::Locale => lower_ascii(code_point),
        Fold::Unicode => lower_unicode(code_point),
    }
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Item {
    Literal(u32),
    Range(u32, u32),
    /// A range that also takes a character whose upper case is inside.
    RangeUniIgnore(u32, u32),
    Category(Category),
    /// 256 bits.
    Bitmap(Box<[u32]>),
    /// An index of 256 blocks, and the blocks of 256 bits.
    BigBitmap(Box<[u8]>, Box<[u32]>),
    /// Turns the meaning of the items after it around.
    Negate,
}

/// What a set says of characters from 256 on.
#[derive(Clone, PartialEq, Debug)]
enum Wide {
    Never,
    Always,
    Test(Box<[Item]>, Fold, bool),
}

/// A set of characters.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Set {
    low: Box<[bool; 256]>,
    wide: Wide,
}

impl Set {
    /// A set from its items; `negated` takes the complement after folding (as NOT_LITERAL_IGNORE does).
    pub(super) fn new(items: Vec<Item>, fold: Fold, negated: bool) -> Set {
        let low = if fold == Fold::None {
            low_of(&items, negated)
        } else {
            let mut low = Box::new([false; 256]);
            for (slot, code_point) in low.iter_mut().zip(0..) {
                *slot = test(&items, fold, negated, code_point);
            }
            low
        };
        // Plain sets of low characters need no test for the others.
        let plain_low = fold == Fold::None
            && items.iter().all(|item| match item {
                Item::Literal(c) => *c < 256,
                Item::Range(_, high) => *high < 256,
                Item::Bitmap(_) | Item::Negate => true,
                Item::Category(category) => is_ascii_category(*category),
                _ => false,
            });
        let wide = if plain_low {
            if test(&items, fold, negated, 0x11_0000) { Wide::Always } else { Wide::Never }
        } else {
            Wide::Test(items.into_boxed_slice(), fold, negated)
        };
        Set { low, wide }
    }

    #[inline]
    pub(super) fn contains(&self, code_point: u32) -> bool {
        match self.low.get(code_point as usize) {
            Some(&found) => found,
            None => self.contains_wide(code_point),
        }
    }

    #[inline]
    pub(super) fn contains_byte(&self, byte: u8) -> bool {
        self.low[usize::from(byte)]
    }

    fn contains_wide(&self, code_point: u32) -> bool {
        match &self.wide {
            Wide::Never => false,
            Wide::Always => true,
            Wide::Test(items, fold, negated) => test(items, *fold, *negated, code_point),
        }
    }

    /// Whether no character from 256 on belongs to the set.
    pub(super) fn never_wide(&self) -> bool {
        self.wide == Wide::Never
    }
}

/// The first 256 characters' answers. The first item that takes a character decides, so the items are gone through from the
/// last one on, each overwriting what those after it said.
fn low_of(items: &[Item], negated: bool) -> Box<[bool; 256]> {
    let flips = items.iter().filter(|item| matches!(item, Item::Negate)).count();
    let mut verdict = flips.is_multiple_of(2) != negated;
    let mut low = Box::new([!verdict; 256]);
    for item in items.iter().rev() {
        match item {
            Item::Negate => verdict = !verdict,
            Item::Literal(literal) => {
                if let Some(slot) = low.get_mut(*literal as usize) {
                    *slot = verdict;
                }
            }
            Item::Range(first, last) if *first < 256 && first <= last => {
                low[*first as usize..=(*last).min(255) as usize].fill(verdict);
            }
            Item::Range(..) => {}
            item => {
                for (slot, code_point) in low.iter_mut().zip(0..) {
                    if has(item, code_point) {
                        *slot = verdict;
                    }
                }
            }
        }
    }
    low
}

fn is_ascii_category(category: Category) -> bool {
    use Category::*;
    matches!(
        category,
        Digit | NotDigit | Space | NotSpace | Word | NotWord | Linebreak | NotLinebreak | LocWord | LocNotWord
    )
}

fn test(items: &[Item], fold_by: Fold, negated: bool, code_point: u32) -> bool {
    let found = match fold_by {
        Fold::None => listed(items, code_point),
        Fold::Ascii => listed(items, lower_ascii(code_point)),
        Fold::Unicode => listed(items, lower_unicode(code_point)),
        Fold::Locale => {
            // Each item matches the one or the other form: what a negation leaves out is out in both.
            let (lower, upper) = (lower_ascii(code_point), upper_ascii(code_point));
            verdict(items, |item| has(item, lower) || (upper != lower && has(item, upper)))
        }
    };
    found != negated
}

fn listed(items: &[Item], code_point: u32) -> bool {
    verdict(items, |item| has(item, code_point))
}

/// What the first item that matches says; negations turn the answer of those after them.
fn verdict(items: &[Item], matches: impl Fn(&Item) -> bool) -> bool {
    let mut verdict = true;
    for item in items {
        if matches!(item, Item::Negate) {
            verdict = !verdict;
        } else if matches(item) {
            return verdict;
        }
    }
    !verdict
}

fn has(item: &Item, code_point: u32) -> bool {
    let bit = |words: &[u32], index: usize| words.get(index / 32).is_some_and(|word| word >> (index % 32) & 1 == 1);
    match item {
        Item::Negate => false,
        Item::Literal(literal) => *literal == code_point,
        Item::Range(low, high) => (*low..=*high).contains(&code_point),
        Item::RangeUniIgnore(low, high) => {
            (*low..=*high).contains(&code_point) || (*low..=*high).contains(&unicode::to_upper_first(code_point))
        }
        Item::Category(category) => in_category(*category, code_point),
        Item::Bitmap(words) => code_point < 256 && bit(words, code_point as usize),
        Item::BigBitmap(index, words) => {
            let block = if code_point < 0x1_0000 { index.get((code_point >> 8) as usize) } else { None };
            block.is_some_and(|&block| bit(words, usize::from(block) * 256 + (code_point & 255) as usize))
        }
    }
}

pub(super) fn is_ascii_word(code_point: u32) -> bool {
    u8::try_from(code_point).is_ok_and(|b| b.is_ascii_alphanumeric() || b == b'_')
}

pub(super) fn is_unicode_word(code_point: u32) -> bool {
    if code_point < 128 { is_ascii_word(code_point) } else { unicode::is_alnum(code_point) }
}

fn in_category(category: Category, code_point: u32) -> bool {
    let ascii_digit = || (0x30..0x3A).contains(&code_point);
    let ascii_space = || code_point == 0x20 || (0x09..=0x0D).contains(&code_point);
    match category {
        Category::Digit => ascii_digit(),
        Category::NotDigit => !ascii_digit(),
        Category::Space => ascii_space(),
        Category::NotSpace => !ascii_space(),
        Category::Word | Category::LocWord => is_ascii_word(code_point),
        Category::NotWord | Category::LocNotWord => !is_ascii_word(code_point),
        Category::Linebreak => code_point == 0x0A,
        Category::NotLinebreak => code_point != 0x0A,
        Category::UniDigit => unicode::is_decimal(code_point),
        Category::UniNotDigit => !unicode::is_decimal(code_point),
        Category::UniSpace => unicode::is_space(code_point),
        Category::UniNotSpace => !unicode::is_space(code_point),
        Category::UniWord => is_unicode_word(code_point),
        Category::UniNotWord => !is_unicode_word(code_point),
        Category::UniLinebreak => unicode::is_linebreak(code_point),
        Category::UniNotLinebreak => !unicode::is_linebreak(code_point),
    }
}
