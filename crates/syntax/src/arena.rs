//! The memory of one syntax tree.
//!
//! Everything in an [`Arena`] is plain data and is freed with it in one step; nothing has a destructor. That is why big
//! ints are stored as words and not as `IBig` values.

use bumpalo::Bump;
use dashu_int::{IBig, Sign, UBig};

/// Owns the nodes, slices and strings of a tree.
#[derive(Default)]
pub struct Arena {
    bump: Bump,
}

impl Arena {
    pub fn new() -> Arena {
        Arena::default()
    }

    /// With room for the tree of about `source_length` bytes of text.
    pub fn for_source(source_length: usize) -> Arena {
        Arena { bump: Bump::with_capacity(source_length.saturating_mul(12).min(1 << 24)) }
    }

    /// Moves a node into the arena.
    #[inline]
    pub fn alloc<T: Copy>(&self, value: T) -> &T {
        self.bump.alloc(value)
    }

    #[inline]
    pub fn slice<T: Copy>(&self, items: &[T]) -> &[T] {
        if items.is_empty() {
            return &[];
        }
        self.bump.alloc_slice_copy(items)
    }

    pub fn str(&self, text: &str) -> &str {
        self.bump.alloc_str(text)
    }

    /// An int constant: small where it fits.
    pub fn int(&self, value: &IBig) -> crate::ast::Constant<'_> {
        match i64::try_from(value) {
            Ok(small) => crate::ast::Constant::Int(small),
            Err(_) => {
                let (sign, words) = value.as_sign_words();
                let words = self.bump.alloc_slice_fill_iter(words.iter().copied());
                crate::ast::Constant::BigInt(self.alloc(BigInt { negative: sign == Sign::Negative, words }))
            }
        }
    }
}

/// An int too large for 64 bits: sign and magnitude, least significant word first, no leading zero words.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct BigInt<'a> {
    pub negative: bool,
    pub words: &'a [dashu_int::Word],
}

impl BigInt<'_> {
    pub fn to_ibig(&self) -> IBig {
        let sign = if self.negative { Sign::Negative } else { Sign::Positive };
        IBig::from_parts(sign, UBig::from_words(self.words))
    }
}
