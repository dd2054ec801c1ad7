//! Prints the symbol table of each argument, given as source text, for comparison with a reference interpreter.

use compiler::symtable::{BlockId, SymbolTable};
use compiler::{CompileOptions, IgnoreWarnings, Names};
use syntax::text::Text;
use syntax::{Arena, Mode};

fn show(table: &SymbolTable, names: &Names, id: BlockId, indent: usize) {
    let block = table.block(id);
    let symbols: Vec<String> =
        block.symbols.iter().map(|(name, flags)| format!("({:?}, {flags:#x})", names.str(name))).collect();
    println!(
        "{:indent$}{:?} {:?} line {} nested={} {}",
        "",
        block.kind,
        names.str(block.name),
        block.range.lineno,
        block.nested,
        symbols.join(" ")
    );
    for &child in &block.children {
        show(table, names, child, indent + 2);
    }
}

fn main() {
    for source in std::env::args().skip(1) {
        let source = source.replace("\\n", "\n");
        println!("#### {source:?}");
        let arena = Arena::new();
        let options = CompileOptions::default();
        let filename = Text::from("<text>");
        let result = compiler::parse(&arena, source.as_bytes(), &filename, Mode::Exec, &options, &mut IgnoreWarnings)
            .and_then(|module| compiler::symbol_table(&arena, &module, &options, &mut IgnoreWarnings));
        match result {
            Ok((table, names)) => show(&table, &names, SymbolTable::TOP, 0),
            Err(error) => println!("{error}"),
        }
    }
}
