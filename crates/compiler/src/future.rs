//! `from __future__ import ...` at the head of a module.

use bytecode::code::flags;
use syntax::ast::{Mod, Range, StmtKind};

use crate::error::{CompileError, Result};
use crate::tree::docstring;

/// What the module asks for.
#[derive(Clone, Copy, Debug)]
pub struct Future {
    /// Bits of `co_flags`.
    pub flags: u32,
    /// Where the last such import stands; line -1 without one.
    pub range: Range,
}

/// Reads the future statements of a module.
pub fn future_features(module: &Mod<'_>) -> Result<Future> {
    let mut future = Future { flags: 0, range: Range::new(-1, -1, -1, -1) };
    let (Mod::Module { body, .. } | Mod::Interactive { body }) = *module else { return Ok(future) };
    let rest = if docstring(body).is_some() { &body[1..] } else { body };
    for stmt in rest {
        let StmtKind::ImportFrom { module: Some("__future__"), names, level: None | Some(0) } = stmt.kind else {
            break;
        };
        for alias in names {
            match alias.name {
                // Part of the language for long.
                "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
                | "print_function" | "unicode_literals" | "generator_stop" => {}
                "barry_as_FLUFL" => future.flags |= flags::FUTURE_BARRY_AS_BDFL,
                "annotations" => future.flags |= flags::FUTURE_ANNOTATIONS,
                "braces" => return Err(CompileError::syntax("not a chance", alias.range)),
                other => {
                    let shown: String = other.chars().take(100).collect();
                    return Err(CompileError::syntax(format!("future feature {shown} is not defined"), alias.range));
                }
            }
        }
        future.range = stmt.range;
    }
    Ok(future)
}
