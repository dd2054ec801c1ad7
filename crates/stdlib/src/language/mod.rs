//! Native modules about the language itself: instructions, tokens, symbol tables, syntax trees.

pub mod ast;
pub mod compiler_steps;
pub mod lsprof;
pub mod opcode;
pub mod symtable;
pub mod tokenize;
pub mod tracemalloc;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &ast::ast_module::MODULE,
    &compiler_steps::compiler_module::MODULE,
    &lsprof::lsprof_module::MODULE,
    &opcode::opcode_module::MODULE,
    &symtable::symtable_module::MODULE,
    &tokenize::tokenize_module::MODULE,
    &tracemalloc::tracemalloc_module::MODULE,
];
