//! How much of the native stack a compilation may use.

/// How deep statements and expressions may be nested within each other: beyond it a RecursionError ends the compilation.
///
/// Chains of binary operators and of `elif` do not count, they are walked in loops.
pub const MAX_DEPTH: u32 = 3000;
