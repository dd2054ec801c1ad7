//! The numbers of the code words: operations, positions, categories. They are those of 3.14's `re._constants`, whose
//! magic number is [`MAGIC`].

pub const MAGIC: u32 = 20_230_612;
/// "No upper limit" of a repetition.
pub const MAX_REPEAT: u32 = u32::MAX;
pub const MAX_GROUPS: u32 = 0x3FFF_FFFF;
/// Bytes of a code word.
pub const CODE_SIZE: u32 = 4;

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident: $($variant:ident)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $($variant),* }

        impl $name {
            /// The variant of a code word.
            pub fn from_word(word: u32) -> Option<$name> {
                const ALL: &[$name] = &[$($name::$variant),*];
                ALL.get(word as usize).copied()
            }
        }
    };
}

numbered! {
    /// Operations, in the order of their numbers.
    OpCode:
    Failure Success Any AnyAll Assert AssertNot At Branch Category Charset BigCharset GroupRef GroupRefExists In Info
    Jump Literal Mark MaxUntil MinUntil NotLiteral Negate Range Repeat RepeatOne Subpattern MinRepeatOne AtomicGroup
    PossessiveRepeat PossessiveRepeatOne GroupRefIgnore InIgnore LiteralIgnore NotLiteralIgnore GroupRefLocIgnore
    InLocIgnore LiteralLocIgnore NotLiteralLocIgnore GroupRefUniIgnore InUniIgnore LiteralUniIgnore
    NotLiteralUniIgnore RangeUniIgnore
}

numbered! {
    /// Positions.
    AtCode:
    Beginning BeginningLine BeginningString Boundary NonBoundary End EndLine EndString LocBoundary LocNonBoundary
    UniBoundary UniNonBoundary
}

numbered! {
    /// Character categories.
    Category:
    Digit NotDigit Space NotSpace Word NotWord Linebreak NotLinebreak LocWord LocNotWord UniDigit UniNotDigit UniSpace
    UniNotSpace UniWord UniNotWord UniLinebreak UniNotLinebreak
}
