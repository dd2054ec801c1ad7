//! The modules that CPython freezes. Their code objects have no file of their own, `co_filename` is `<frozen NAME>`, and the
//! importer finds them before it looks at `sys.path`. `build.rs` and the crate both read this list.

/// Sorted.
pub const FROZEN: &[&str] = &[
    "__hello__",
    "__phello__",
    "__phello__.ham",
    "__phello__.ham.eggs",
    "__phello__.spam",
    "_collections_abc",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "importlib.machinery",
    "importlib.util",
    "io",
    "ntpath",
    "os",
    "posixpath",
    "runpy",
    "site",
    "stat",
    "zipimport",
];
