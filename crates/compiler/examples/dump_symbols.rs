//! Prints the symbol tables of the files named on standard input, one a line: for a comparison with a reference
//! interpreter (`xtask/compare/symbols.py`). Each ends with a line of `=`.

use std::io::{BufRead, Write};

use compiler::symtable::{BlockId, SymbolTable};
use compiler::{CompileOptions, IgnoreWarnings, Names};
use syntax::text::Text;
use syntax::{Arena, Mode};

fn show(out: &mut impl Write, table: &SymbolTable, names: &Names, id: BlockId, indent: usize) -> std::io::Result<()> {
    let block = table.block(id);
    let symbols: Vec<String> =
        block.symbols.iter().map(|(name, flags)| format!("{}:{flags:x}", names.str(name))).collect();
    let varnames: Vec<&str> = block.varnames.iter().map(|name| names.str(*name)).collect();
    writeln!(
        out,
        "{:indent$}{} {} {} {} {} [{}] [{}]",
        "",
        block.kind as u8,
        names.str(block.name),
        block.range.lineno,
        u8::from(block.nested),
        block.children.len(),
        symbols.join(" "),
        varnames.join(" ")
    )?;
    for &child in &block.children {
        show(out, table, names, child, indent + 1)?;
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let filename = Text::from("<file>");
    let options = CompileOptions::default();
    for path in std::io::stdin().lock().lines() {
        let source = std::fs::read(path?)?;
        let arena = Arena::new();
        let result = compiler::parse(&arena, &source, &filename, Mode::Exec, &options, &mut IgnoreWarnings)
            .and_then(|module| compiler::symbol_table(&module, &options));
        match result {
            Ok((table, names)) => show(&mut out, &table, &names, SymbolTable::TOP, 0)?,
            Err(error) => writeln!(out, "{}", error.msg)?,
        }
        writeln!(out, "=")?;
        out.flush()?;
    }
    Ok(())
}
