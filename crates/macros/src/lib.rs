//! Attribute macros that define native modules, classes and functions in one place
