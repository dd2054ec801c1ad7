//! Kinds of tokens, and tokens with their places.

/// The kind of a token. The numbers up to [`Tok::Encoding`] are those of CPython 3.14's `token` module; keywords, which
/// are names there, follow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
#[repr(u8)]
pub enum Tok {
    EndMarker = 0,
    Name,
    Number,
    String,
    Newline,
    Indent,
    Dedent,
    LPar,
    RPar,
    LSqb,
    RSqb,
    Colon,
    Comma,
    Semi,
    Plus,
    Minus,
    Star,
    Slash,
    VBar,
    Amper,
    Less,
    Greater,
    Equal,
    Dot,
    Percent,
    LBrace,
    RBrace,
    EqEqual,
    NotEqual,
    LessEqual,
    GreaterEqual,
    Tilde,
    Circumflex,
    LeftShift,
    RightShift,
    DoubleStar,
    PlusEqual,
    MinEqual,
    StarEqual,
    SlashEqual,
    PercentEqual,
    AmperEqual,
    VBarEqual,
    CircumflexEqual,
    LeftShiftEqual,
    RightShiftEqual,
    DoubleStarEqual,
    DoubleSlash,
    DoubleSlashEqual,
    At,
    AtEqual,
    RArrow,
    Ellipsis,
    ColonEqual,
    Exclamation,
    /// A character that no token starts with (`$`, `?`, a backquote).
    Op,
    TypeIgnore,
    TypeComment,
    SoftKeyword,
    FStringStart,
    FStringMiddle,
    FStringEnd,
    TStringStart,
    TStringMiddle,
    TStringEnd,
    Comment,
    Nl,
    /// Where the tokenizer stopped; its error is kept beside the tokens.
    ErrorToken,
    Encoding,
    False,
    None,
    True,
    And,
    As,
    Assert,
    Async,
    Await,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    In,
    Is,
    Lambda,
    Nonlocal,
    Not,
    Or,
    Pass,
    Raise,
    Return,
    Try,
    While,
    With,
    Yield,
}

impl Tok {
    /// The kind of an ASCII name: a keyword or [`Tok::Name`].
    #[inline]
    pub fn of_word(word: &[u8]) -> Tok {
        if word.len() < 2 || word.len() > 8 {
            return Tok::Name;
        }
        match word {
            b"as" => Tok::As,
            b"if" => Tok::If,
            b"in" => Tok::In,
            b"is" => Tok::Is,
            b"or" => Tok::Or,
            b"and" => Tok::And,
            b"def" => Tok::Def,
            b"del" => Tok::Del,
            b"for" => Tok::For,
            b"not" => Tok::Not,
            b"try" => Tok::Try,
            b"None" => Tok::None,
            b"True" => Tok::True,
            b"elif" => Tok::Elif,
            b"else" => Tok::Else,
            b"from" => Tok::From,
            b"pass" => Tok::Pass,
            b"with" => Tok::With,
            b"False" => Tok::False,
            b"async" => Tok::Async,
            b"await" => Tok::Await,
            b"break" => Tok::Break,
            b"class" => Tok::Class,
            b"raise" => Tok::Raise,
            b"while" => Tok::While,
            b"yield" => Tok::Yield,
            b"assert" => Tok::Assert,
            b"except" => Tok::Except,
            b"global" => Tok::Global,
            b"import" => Tok::Import,
            b"lambda" => Tok::Lambda,
            b"return" => Tok::Return,
            b"finally" => Tok::Finally,
            b"continue" => Tok::Continue,
            b"nonlocal" => Tok::Nonlocal,
            _ => Tok::Name,
        }
    }

    #[inline]
    pub fn is_keyword(self) -> bool {
        self >= Tok::False
    }

    /// The number of the `token` module: keywords are `NAME`.
    pub fn number(self) -> u8 {
        if self.is_keyword() { Tok::Name as u8 } else { self as u8 }
    }

    /// INDENT, DEDENT, NEWLINE, ENDMARKER: what a node's end does not reach.
    #[inline]
    pub fn is_layout(self) -> bool {
        matches!(self, Tok::EndMarker | Tok::Newline | Tok::Indent | Tok::Dedent)
    }
}

/// A token: where it is in the text (byte offsets), and as line and column.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: Tok,
    /// How many brackets are open after this token.
    pub level: u16,
    pub start: u32,
    pub end: u32,
    pub lineno: i32,
    /// In bytes; -1 for tokens without text (INDENT, DEDENT, ENDMARKER).
    pub col: i32,
    pub end_lineno: i32,
    pub end_col: i32,
}
