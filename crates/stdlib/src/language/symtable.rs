//! `_symtable`: the compiler's symbol tables as objects, which the library's `symtable` wraps.

use compiler::symtable::{Block, BlockId, BlockKind, Scope, SymbolTable, flag};
use compiler::{NameMap, Names};
use macros::{pyclass, pymethods, pymodule};
use runtime::compile::Settings;
use runtime::objects::dict::Dict;
use runtime::types::ready::ready;
use runtime::{Res, ThreadState, Value};
use syntax::{Arena, Mode};

use self::symtable_module::Entry;

/// Blocks are numbered apart from each other for as long as the interpreter lives, as object addresses would be.
#[derive(Default)]
struct Numbers {
    next: std::cell::Cell<i64>,
}

/// A block and the blocks in it.
fn entry(th: &ThreadState, table: &SymbolTable, names: &Names, id: BlockId) -> Res {
    th.check_native_stack(" while building a symbol table")?;
    let block = table.block(id);
    let children = block.children.iter().map(|&child| entry(th, table, names, child)).collect::<Res<Vec<Value>>>()?;
    let numbers = th.extension::<Numbers>();
    let number = numbers.next.get() + 1;
    numbers.next.set(number);
    Ok(th.new_object(Entry {
        id: number,
        name: th.str(names.str(block.name)),
        symbols: symbols(th, names, &block.symbols),
        varnames: th.list(block.varnames.iter().map(|&name| th.str(names.str(name))).collect()),
        children: th.list(children),
        nested: block.nested,
        kind: block.kind as i64,
        lineno: first_line(block),
    }))
}

fn first_line(block: &Block) -> i64 {
    if block.kind == BlockKind::Module { 0 } else { i64::from(block.range.lineno) }
}

fn symbols(th: &ThreadState, names: &Names, symbols: &NameMap<u32>) -> Value {
    let dict = Dict::new();
    for (name, flags) in symbols.iter() {
        drop(dict.set_str(&th.intern(names.str(name)), th.int(i64::from(flags))));
    }
    th.dict(dict)
}

// The module `_symtable`.
#[pymodule(name = "_symtable")]
pub mod symtable_module {
    use super::*;

    #[pyattr(name = "USE")]
    const USE: i64 = flag::USE as i64;
    #[pyattr(name = "DEF_GLOBAL")]
    const DEF_GLOBAL: i64 = flag::DEF_GLOBAL as i64;
    #[pyattr(name = "DEF_NONLOCAL")]
    const DEF_NONLOCAL: i64 = flag::DEF_NONLOCAL as i64;
    #[pyattr(name = "DEF_LOCAL")]
    const DEF_LOCAL: i64 = flag::DEF_LOCAL as i64;
    #[pyattr(name = "DEF_PARAM")]
    const DEF_PARAM: i64 = flag::DEF_PARAM as i64;
    #[pyattr(name = "DEF_TYPE_PARAM")]
    const DEF_TYPE_PARAM: i64 = flag::DEF_TYPE_PARAM as i64;
    #[pyattr(name = "DEF_FREE_CLASS")]
    const DEF_FREE_CLASS: i64 = flag::DEF_FREE_CLASS as i64;
    #[pyattr(name = "DEF_IMPORT")]
    const DEF_IMPORT: i64 = flag::DEF_IMPORT as i64;
    #[pyattr(name = "DEF_BOUND")]
    const DEF_BOUND: i64 = (flag::DEF_LOCAL | flag::DEF_PARAM | flag::DEF_IMPORT) as i64;
    #[pyattr(name = "DEF_ANNOT")]
    const DEF_ANNOT: i64 = flag::DEF_ANNOT as i64;
    #[pyattr(name = "DEF_COMP_ITER")]
    const DEF_COMP_ITER: i64 = flag::DEF_COMP_ITER as i64;
    #[pyattr(name = "DEF_COMP_CELL")]
    const DEF_COMP_CELL: i64 = flag::DEF_COMP_CELL as i64;
    #[pyattr(name = "SCOPE_OFF")]
    const SCOPE_OFF: i64 = flag::SCOPE_SHIFT as i64;
    #[pyattr(name = "SCOPE_MASK")]
    const SCOPE_MASK: i64 = 15;
    #[pyattr(name = "FREE")]
    const FREE: i64 = Scope::Free as i64;
    #[pyattr(name = "LOCAL")]
    const LOCAL: i64 = Scope::Local as i64;
    #[pyattr(name = "GLOBAL_IMPLICIT")]
    const GLOBAL_IMPLICIT: i64 = Scope::GlobalImplicit as i64;
    #[pyattr(name = "GLOBAL_EXPLICIT")]
    const GLOBAL_EXPLICIT: i64 = Scope::GlobalExplicit as i64;
    #[pyattr(name = "CELL")]
    const CELL: i64 = Scope::Cell as i64;
    #[pyattr(name = "TYPE_FUNCTION")]
    const TYPE_FUNCTION: i64 = BlockKind::Function as i64;
    #[pyattr(name = "TYPE_CLASS")]
    const TYPE_CLASS: i64 = BlockKind::Class as i64;
    #[pyattr(name = "TYPE_MODULE")]
    const TYPE_MODULE: i64 = BlockKind::Module as i64;
    #[pyattr(name = "TYPE_ANNOTATION")]
    const TYPE_ANNOTATION: i64 = BlockKind::Annotation as i64;
    #[pyattr(name = "TYPE_TYPE_ALIAS")]
    const TYPE_TYPE_ALIAS: i64 = BlockKind::TypeAlias as i64;
    #[pyattr(name = "TYPE_TYPE_PARAMETERS")]
    const TYPE_TYPE_PARAMETERS: i64 = BlockKind::TypeParameters as i64;
    #[pyattr(name = "TYPE_TYPE_VARIABLE")]
    const TYPE_TYPE_VARIABLE: i64 = BlockKind::TypeVariable as i64;

    /// Return symbol and scope dictionaries used internally by compiler.
    #[pyfunction("(source, filename, startstr, /)")]
    fn symtable(th: &ThreadState, source: &Value, filename: &Value, startstr: String) -> Res {
        let filename = runtime::compile::file_system_name(th, filename)?;
        let (source, flags) = runtime::compile::source_text(th, source, "symtable", "string or bytes")?;
        let mode = match startstr.as_str() {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => return Err(th.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'")),
        };
        let settings = Settings::new(th, flags);
        let (table, names) = runtime::compile::with_compiler(th, &filename, settings, |name, options, warnings| {
            let arena = Arena::for_source(source.len());
            let module = compiler::parse(&arena, &source, name, mode, options, warnings)?;
            compiler::symbol_table(&module, options)
        })?;
        entry(th, &table, &names, SymbolTable::TOP)
    }

    #[pyinit]
    fn init(th: &ThreadState, _module: &Value) -> Res<()> {
        ready(th, &ENTRY_TYPE);
        Ok(())
    }

    #[pyclass(name = "symtable entry", module = "builtins", hidden, flags(basetype, disallow_new))]
    pub struct Entry {
        #[notrace]
        pub(super) id: i64,
        pub(super) name: Value,
        pub(super) symbols: Value,
        pub(super) varnames: Value,
        pub(super) children: Value,
        #[notrace]
        pub(super) nested: bool,
        #[notrace]
        pub(super) kind: i64,
        #[notrace]
        pub(super) lineno: i64,
    }

    #[pymethods]
    impl Entry {
        #[pyslot]
        fn repr(&self, th: &ThreadState) -> Res {
            let name = self.name.as_str().map(|name| name.to_string_lossy()).unwrap_or_default();
            Ok(th.str(&format!("<symtable entry {name}({}), line {}>", self.id, self.lineno)))
        }

        #[pygetter(member)]
        fn id(&self) -> i64 {
            self.id
        }

        #[pygetter(member)]
        fn name(&self) -> Value {
            self.name.clone()
        }

        #[pygetter(member)]
        fn symbols(&self) -> Value {
            self.symbols.clone()
        }

        #[pygetter(member)]
        fn varnames(&self) -> Value {
            self.varnames.clone()
        }

        #[pygetter(member)]
        fn children(&self) -> Value {
            self.children.clone()
        }

        #[pygetter(member)]
        fn nested(&self) -> i64 {
            i64::from(self.nested)
        }

        #[pygetter(member, name = "type")]
        fn kind(&self) -> i64 {
            self.kind
        }

        #[pygetter(member)]
        fn lineno(&self) -> i64 {
            self.lineno
        }
    }
}
