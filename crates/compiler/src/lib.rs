//! AST to code objects: symbol table, code generation, flow graph, assembly. Knows nothing of the runtime.
//!
//! [`compile`] takes source, [`compile_tree`] a tree. A tree goes through [`mod@future`], `preprocess`, [`symtable`],
//! code generation (`codegen/`) and, unit by unit, the flow graph and assembler in [`flow`].

mod codegen;
mod error;
pub mod flow;
mod format_string;
pub mod future;
mod limits;
mod names;
mod preprocess;
pub mod symtable;
mod tree;
mod validate;
mod values;

use std::rc::Rc;

use bytecode::code::{Code, flags as code_flags};
use syntax::ast::Mod;
use syntax::text::Text;
use syntax::{Arena, Decoder, ErrorKind, FileLine, Mode, Options, SyntaxWarning};

pub use error::{CompileError, IgnoreWarnings, Result, Warning, WarningOutcome, WarningSink};
pub use names::{Name, NameMap, NameSet, Names};
pub use validate::validate;

pub use codegen::Generated;
use codegen::{CodegenOptions, Prepared};
use future::Future;
use limits::StackGuard;
use symtable::{SymbolTable, TableOptions};

/// The flags of `compile()`, with CPython's values.
pub mod flag {
    pub const SOURCE_IS_UTF8: u32 = 0x100;
    pub const DONT_IMPLY_DEDENT: u32 = 0x200;
    pub const ONLY_AST: u32 = 0x400;
    pub const IGNORE_COOKIE: u32 = 0x800;
    pub const TYPE_COMMENTS: u32 = 0x1000;
    pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;
    pub const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
    pub const OPTIMIZED_AST: u32 = 0x8000 | ONLY_AST;
}

/// The future flags, which code objects carry and `compile()` accepts.
pub const FUTURE_MASK: u32 = code_flags::FUTURE_DIVISION
    | code_flags::FUTURE_ABSOLUTE_IMPORT
    | code_flags::FUTURE_WITH_STATEMENT
    | code_flags::FUTURE_PRINT_FUNCTION
    | code_flags::FUTURE_UNICODE_LITERALS
    | code_flags::FUTURE_BARRY_AS_BDFL
    | code_flags::FUTURE_GENERATOR_STOP
    | code_flags::FUTURE_ANNOTATIONS;

/// How to compile.
#[derive(Clone, Copy)]
pub struct CompileOptions<'d> {
    /// [`flag`] and future flags.
    pub flags: u32,
    /// 0, 1 (`-O`) or 2 (`-OO`).
    pub optimize: u8,
    /// The minor version of `feature_version`.
    pub feature_version: i32,
    /// The source is a file that is run, which the reference reads line by line: some errors say so.
    pub from_file: bool,
    /// The source is the standard input.
    pub from_stdin: bool,
    /// For source in rare encodings.
    pub decoder: Option<Decoder<'d>>,
    /// For the parser's errors to show lines of the file that the source is said to come from.
    pub file_line: Option<FileLine<'d>>,
    /// The longest decimal int (`sys.set_int_max_str_digits`); 0 for no limit.
    pub max_int_digits: usize,
    /// How many bytes of native stack may be used; the rest of a tree that needs more ends in a RecursionError.
    pub stack_budget: usize,
}

impl Default for CompileOptions<'_> {
    fn default() -> Self {
        CompileOptions {
            flags: 0,
            optimize: 0,
            feature_version: 14,
            from_file: false,
            from_stdin: false,
            decoder: None,
            file_line: None,
            max_int_digits: Options::default().max_int_digits,
            stack_budget: limits::DEFAULT_STACK_BUDGET,
        }
    }
}

/// Compiles source text.
pub fn compile(
    source: &[u8],
    filename: &Text,
    mode: Mode,
    options: &CompileOptions<'_>,
    warnings: &mut dyn WarningSink,
) -> Result<Rc<Code>> {
    let arena = Arena::for_source(source.len());
    let module = parse(&arena, source, filename, mode, options, warnings)?;
    compile_tree(&arena, &module, filename, options, warnings)
}

/// Parses source text and issues the parser's warnings.
pub fn parse<'a>(
    arena: &'a Arena,
    source: &[u8],
    filename: &Text,
    mode: Mode,
    options: &CompileOptions<'_>,
    warnings: &mut dyn WarningSink,
) -> Result<Mod<'a>> {
    let has = |bit: u32| options.flags & bit != 0;
    let parse_options = Options {
        feature_version: options.feature_version,
        type_comments: has(flag::TYPE_COMMENTS),
        dont_imply_dedent: has(flag::DONT_IMPLY_DEDENT),
        ignore_cookie: has(flag::IGNORE_COOKIE),
        allow_incomplete_input: has(flag::ALLOW_INCOMPLETE_INPUT),
        barry_as_flufl: has(code_flags::FUTURE_BARRY_AS_BDFL),
        from_file: options.from_file,
        from_stdin: options.from_stdin,
        decoder: options.decoder,
        file_line: options.file_line,
        max_int_digits: options.max_int_digits,
        stack_budget: options.stack_budget,
    };
    match syntax::parse(arena, source, &filename.to_string_lossy(), mode, &parse_options) {
        Ok(parsed) => {
            issue_all(&parsed.warnings, warnings)?;
            Ok(parsed.module)
        }
        Err(error) => {
            issue_all(&error.warnings, warnings)?;
            Err(Box::new(CompileError::from(*error)))
        }
    }
}

fn issue_all(list: &[SyntaxWarning], sink: &mut dyn WarningSink) -> Result<()> {
    for warning in list {
        let error = Box::new(CompileError::from(warning.error.clone()));
        let issued = error::issue(sink, Warning { message: warning.message.clone(), lineno: warning.lineno, error });
        match issued {
            Err(error) if warning.gives_way && error.kind != ErrorKind::Raised => break,
            issued => issued?,
        }
    }
    Ok(())
}

/// What `compile()` returns with `PyCF_OPTIMIZED_AST`: the tree as the compiler would see it.
pub fn optimize_tree<'a>(
    arena: &'a Arena,
    module: &Mod<'a>,
    options: &CompileOptions<'_>,
    warnings: &mut dyn WarningSink,
) -> Result<Mod<'a>> {
    let future = future::future_features(module).map_err(CompileError::with_bare_args)?;
    let flags = future.flags | options.flags & FUTURE_MASK;
    let future_annotations = flags & code_flags::FUTURE_ANNOTATIONS != 0;
    let guard = StackGuard::new(options.stack_budget);
    preprocess::preprocess(arena, module, options.optimize, future_annotations, warnings, guard)
}

/// Compiles a tree.
pub fn compile_tree<'a>(
    arena: &'a Arena,
    module: &Mod<'a>,
    filename: &Text,
    options: &CompileOptions<'_>,
    warnings: &mut dyn WarningSink,
) -> Result<Rc<Code>> {
    codegen::generate(prepare(arena, module, filename, options, warnings)?, warnings)
}

/// The instructions that a tree becomes, before the optimiser sees them: for tests of the code generator.
pub fn instructions<'a>(
    arena: &'a Arena,
    module: &Mod<'a>,
    filename: &Text,
    options: &CompileOptions<'_>,
    warnings: &mut dyn WarningSink,
) -> Result<Generated> {
    codegen::instructions(prepare(arena, module, filename, options, warnings)?, warnings)
}

fn table_options(future: Future, flags: u32, options: &CompileOptions<'_>) -> TableOptions {
    TableOptions {
        future_annotations: flags & code_flags::FUTURE_ANNOTATIONS != 0,
        top_level_await: options.flags & flag::ALLOW_TOP_LEVEL_AWAIT != 0,
        future_range: future.range,
    }
}

/// The symbol table of a tree and the names that it speaks of, as the `symtable` module shows them: of the tree as it was
/// written, before anything is folded.
pub fn symbol_table(module: &Mod<'_>, options: &CompileOptions<'_>) -> Result<(SymbolTable, Names)> {
    let future = future::future_features(module).map_err(CompileError::with_bare_args)?;
    let flags = future.flags | options.flags & FUTURE_MASK;
    let mut names = Names::default();
    let table = symtable::build(
        module,
        &mut names,
        table_options(future, flags, options),
        StackGuard::new(options.stack_budget),
    )
    .map_err(CompileError::with_bare_args)?;
    Ok((table, names))
}

/// Makes a tree ready for code generation.
fn prepare<'a>(
    arena: &'a Arena,
    module: &Mod<'a>,
    filename: &Text,
    options: &CompileOptions<'_>,
    warnings: &mut dyn WarningSink,
) -> Result<Prepared<'a>> {
    if let Mod::FunctionType { .. } = module {
        return Err(CompileError::bare(ErrorKind::ValueError, "this compiler does not handle FunctionTypes"));
    }
    let guard = StackGuard::new(options.stack_budget);
    let future = future::future_features(module).map_err(CompileError::with_bare_args)?;
    let future_flags = future.flags | options.flags & FUTURE_MASK;
    let future_annotations = future_flags & code_flags::FUTURE_ANNOTATIONS != 0;
    let module = preprocess::preprocess(arena, module, options.optimize, future_annotations, warnings, guard)?;
    let mut names = Names::default();
    let table = symtable::build(&module, &mut names, table_options(future, future_flags, options), guard)
        .map_err(CompileError::with_bare_args)?;
    let options = CodegenOptions {
        filename: filename.clone(),
        future_flags,
        optimize: options.optimize,
        top_level_await: options.flags & flag::ALLOW_TOP_LEVEL_AWAIT != 0,
        keep_sequences: false,
    };
    Ok(Prepared { module, table, names, options, guard })
}
