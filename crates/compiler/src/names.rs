//! Names as small numbers: every identifier of a module is hashed once for each time that it is written and never again.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use syntax::foreign;
use syntax::text::Text;

/// An interned identifier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Name(pub u32);

macro_rules! known_names {
    ($($constant:ident = $text:literal;)*) => {
        /// Names that the compiler itself uses, in the order of their numbers.
        const KNOWN: &[&str] = &[$($text),*];

        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Number { $($constant),* }

        impl Name {
            $(pub const $constant: Name = Name(Number::$constant as u32);)*
        }
    };
}

known_names! {
    TOP = "top";
    LAMBDA = "lambda";
    GENEXPR = "genexpr";
    LISTCOMP = "listcomp";
    SETCOMP = "setcomp";
    DICTCOMP = "dictcomp";
    ANGLE_MODULE = "<module>";
    ANGLE_LAMBDA = "<lambda>";
    ANGLE_GENEXPR = "<genexpr>";
    ANGLE_LISTCOMP = "<listcomp>";
    ANGLE_SETCOMP = "<setcomp>";
    ANGLE_DICTCOMP = "<dictcomp>";
    DUNDER_CLASS = "__class__";
    CLASSDICT = "__classdict__";
    CONDITIONAL_ANNOTATIONS = "__conditional_annotations__";
    ANNOTATE = "__annotate__";
    ANNOTATE_FUNC = "__annotate_func__";
    ANNOTATIONS = "__annotations__";
    TYPE_PARAMS = "__type_params__";
    DOT_TYPE_PARAMS = ".type_params";
    DOT_GENERIC_BASE = ".generic_base";
    DOT_DEFAULTS = ".defaults";
    DOT_KWDEFAULTS = ".kwdefaults";
    DOT_FORMAT = ".format";
    FORMAT = "format";
    DOT_ZERO = ".0";
    SUPER = "super";
    SELF = "self";
    DEBUG = "__debug__";
    NAME = "__name__";
    MODULE = "__module__";
    QUALNAME = "__qualname__";
    FIRSTLINENO = "__firstlineno__";
    STATIC_ATTRIBUTES = "__static_attributes__";
    CLASSCELL = "__classcell__";
    CLASSDICTCELL = "__classdictcell__";
    DOC = "__doc__";
}

/// All names of one compilation.
pub struct Names {
    by_text: FxHashMap<Text, Name>,
    texts: Vec<Text>,
    /// Whether a class makes the name private: `__x`, but not `__x__` nor `a.b`.
    private: Vec<bool>,
    mangled: FxHashMap<(Name, Name), Name>,
    /// Names that UTF-8 cannot hold, escaped as they are in trees.
    escaped: FxHashMap<Name, String>,
}

impl Default for Names {
    fn default() -> Names {
        let mut names = Names {
            by_text: FxHashMap::with_capacity_and_hasher(256, Default::default()),
            texts: Vec::with_capacity(256),
            private: Vec::with_capacity(256),
            mangled: FxHashMap::default(),
            escaped: FxHashMap::default(),
        };
        for text in KNOWN {
            names.intern(text);
        }
        names
    }
}

impl Names {
    #[inline]
    pub fn intern(&mut self, text: &str) -> Name {
        match self.by_text.get(text.as_bytes()) {
            Some(&name) => name,
            None => self.add(text),
        }
    }

    fn add(&mut self, text: &str) -> Name {
        let name = Name(self.texts.len() as u32);
        let shared = Text::from(text);
        match foreign::unescape(text.as_bytes()) {
            Cow::Borrowed(_) => self.texts.push(shared.clone()),
            Cow::Owned(unescaped) => {
                self.texts.push(Text::from_wtf8(&unescaped));
                self.escaped.insert(name, text.to_owned());
            }
        }
        self.private.push(text.starts_with("__") && !text.ends_with("__") && !text.contains('.'));
        self.by_text.insert(shared, name);
        name
    }

    /// The number of a name that was interned before.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.by_text.get(text.as_bytes()).copied()
    }

    /// The name, escaped as it is in the tree (`syntax::foreign`).
    pub fn str(&self, name: Name) -> &str {
        match self.texts[name.0 as usize].as_str() {
            Some(text) if self.escaped.is_empty() => text,
            text => self.escaped.get(&name).map(String::as_str).or(text).unwrap_or_default(),
        }
    }

    #[inline]
    pub fn text(&self, name: Name) -> Text {
        self.texts[name.0 as usize].clone()
    }

    /// `name` as it is called inside the class `class` (a class of underscores only mangles nothing).
    #[inline]
    pub fn mangle(&mut self, class: Option<Name>, name: Name) -> Name {
        match class {
            Some(class) if self.private[name.0 as usize] => self.mangle_private(class, name),
            _ => name,
        }
    }

    /// As [`Names::mangle`], for a name that was mangled before if it occurs at all.
    pub fn find_mangled(&self, class: Option<Name>, name: Name) -> Name {
        class.and_then(|class| self.mangled.get(&(class, name)).copied()).unwrap_or(name)
    }

    fn mangle_private(&mut self, class: Name, name: Name) -> Name {
        if let Some(&mangled) = self.mangled.get(&(class, name)) {
            return mangled;
        }
        let stripped = self.str(class).trim_start_matches('_');
        let mangled = if stripped.is_empty() {
            name
        } else {
            let text = format!("_{stripped}{}", self.str(name));
            self.intern(&text)
        };
        self.mangled.insert((class, name), mangled);
        mangled
    }
}

/// A map from names that keeps the order of insertion. Small maps, which most are, are searched without hashing.
#[derive(Clone, Debug)]
pub struct NameMap<V> {
    entries: Vec<(Name, V)>,
    index: Option<FxHashMap<Name, u32>>,
}

/// Up to this size a linear search is faster than a hash table.
const LINEAR: usize = 12;

impl<V> Default for NameMap<V> {
    fn default() -> Self {
        NameMap { entries: Vec::new(), index: None }
    }
}

impl<V: Copy> NameMap<V> {
    #[inline]
    pub fn position(&self, name: Name) -> Option<usize> {
        match &self.index {
            None => self.entries.iter().position(|entry| entry.0 == name),
            Some(index) => index.get(&name).map(|&position| position as usize),
        }
    }

    #[inline]
    pub fn get(&self, name: Name) -> Option<V> {
        self.position(name).map(|position| self.entries[position].1)
    }

    pub fn contains(&self, name: Name) -> bool {
        self.position(name).is_some()
    }

    /// Sets the value; says where it stands and whether the name is new.
    pub fn insert(&mut self, name: Name, value: V) -> (usize, bool) {
        if let Some(position) = self.position(name) {
            self.entries[position].1 = value;
            return (position, false);
        }
        let position = self.entries.len();
        self.entries.push((name, value));
        match &mut self.index {
            Some(index) => {
                index.insert(name, position as u32);
            }
            None if position >= LINEAR => {
                self.index = Some(self.entries.iter().enumerate().map(|(i, entry)| (entry.0, i as u32)).collect());
            }
            None => {}
        }
        (position, true)
    }

    /// Removes a name, keeping the order of the others.
    pub fn remove(&mut self, name: Name) -> bool {
        let Some(position) = self.position(name) else { return false };
        self.entries.remove(position);
        if self.index.is_some() {
            self.index = Some(self.entries.iter().enumerate().map(|(i, entry)| (entry.0, i as u32)).collect());
        }
        true
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Name, V)> + '_ {
        self.entries.iter().copied()
    }

    pub fn at(&self, position: usize) -> (Name, V) {
        self.entries[position]
    }

    pub fn value_mut(&mut self, position: usize) -> &mut V {
        &mut self.entries[position].1
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.index = None;
    }
}

/// A set of names in the order of insertion.
pub type NameSet = NameMap<()>;
