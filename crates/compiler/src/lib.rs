//! AST to code objects: symbol table, code generation, flow graph, assembly. Knows nothing of the runtime.

pub mod flow;
