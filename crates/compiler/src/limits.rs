//! How much of the native stack a compilation may use.
//!
//! Trees are walked by recursion, and a tree may be as deep as its author likes. So every visitor asks a [`StackGuard`]
//! how far the stack has grown since the compilation began; beyond the budget a RecursionError ends it. Chains of binary
//! operators and of `elif`, which long programs do contain, are walked in loops.

use crate::error::{CompileError, Result};

/// What a compilation may use unless the caller says otherwise: safe on a thread with two megabytes.
pub const DEFAULT_STACK_BUDGET: usize = 1 << 20;

/// The stack at the beginning of a compilation and how far it may grow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StackGuard {
    base: usize,
    budget: usize,
}

impl StackGuard {
    /// Begins here.
    #[inline(never)]
    pub fn new(budget: usize) -> StackGuard {
        StackGuard { base: position(), budget }
    }

    /// May one more level be entered?
    #[inline]
    pub fn check(&self) -> Result<()> {
        let used = self.used();
        if used > self.budget { Err(CompileError::recursion(used)) } else { Ok(()) }
    }

    /// How far the stack has grown.
    #[inline(always)]
    pub fn used(&self) -> usize {
        self.base.abs_diff(position())
    }

    /// What is left.
    pub fn remaining(&self) -> usize {
        self.budget.saturating_sub(self.used())
    }
}

/// Where the stack is now.
#[inline(always)]
fn position() -> usize {
    let marker = 0u8;
    std::ptr::from_ref(std::hint::black_box(&marker)) as usize
}
