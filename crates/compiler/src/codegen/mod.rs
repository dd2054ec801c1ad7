//! Code generation: the tree and its symbol table become instructions, one unit (code object) at a time.
//!
//! Every file beside this one emits one family of constructs. What they emit is exactly what CPython 3.14's code
//! generator emits, pseudo instructions, order of constants and places included, because the flow graph's passes turn any
//! difference into different bytecode.

mod annotations;
mod assignment;
mod calls;
mod checks;
mod classes;
mod comprehensions;
mod control;
mod docstring;
mod exceptions;
mod expressions;
mod functions;
mod names;
mod patterns;
mod statements;
mod strings;
mod unit;

use std::rc::Rc;

use bytecode::code::{Code, Const};
use bytecode::opcode::op;
use syntax::ErrorKind;
use syntax::ast::{Constant, Expr, Mod, Range};
use syntax::foreign;
use syntax::text::Text;

use crate::error::{CompileError, Result, Warning, WarningSink, issue};
use crate::flow::{AssembleError, Assembler, InstrSequence, Label, NO_LOCATION};
use crate::limits::StackGuard;
use crate::names::{Name, Names};
use crate::symtable::{Block, SymbolTable};

use unit::{ScopeKind, Unit};

/// From how many values on the stack a container is built piece by piece.
const STACK_USE_GUIDELINE: usize = 30;

/// What code generation has to know besides the tree and its symbol table.
pub(crate) struct CodegenOptions {
    pub filename: Text,
    /// The future flags in force, as in `co_flags`.
    pub future_flags: u32,
    pub optimize: u8,
    pub top_level_await: bool,
    /// Finished units leave their instructions with the unit around them.
    pub keep_sequences: bool,
}

/// A tree that is ready for code generation.
pub(crate) struct Prepared<'a> {
    pub module: Mod<'a>,
    pub table: SymbolTable,
    pub names: Names,
    pub options: CodegenOptions,
    pub guard: StackGuard,
}

/// A module as it is before the optimiser sees it.
pub struct Generated {
    pub sequence: InstrSequence,
    pub consts: Vec<Const>,
}

/// The code generator.
pub(crate) struct Codegen<'a, 'w> {
    table: SymbolTable,
    names: Names,
    /// The unit that is being written.
    unit: Unit<'a>,
    /// The units around it, outermost first.
    outer: Vec<Unit<'a>>,
    /// Finished units, whose memory the next ones use.
    spare: Vec<Unit<'a>>,
    assembler: Assembler,
    options: CodegenOptions,
    interactive: bool,
    warnings: &'w mut dyn WarningSink,
    /// Inside the second copy of a `finally` block, which has been warned about already.
    mute: u32,
    guard: StackGuard,
}

/// Makes the code object of a tree.
pub(crate) fn generate(prepared: Prepared<'_>, warnings: &mut dyn WarningSink) -> Result<Rc<Code>> {
    let (mut codegen, add_none) = outermost(prepared, warnings)?;
    codegen.finish_unit(add_none)
}

/// The instructions of a tree, those of the code objects in it included.
pub(crate) fn instructions(mut prepared: Prepared<'_>, warnings: &mut dyn WarningSink) -> Result<Generated> {
    prepared.options.keep_sequences = true;
    let (mut codegen, add_none) = outermost(prepared, warnings)?;
    codegen.return_at_end(add_none);
    let Unit { sequence, consts, .. } = codegen.unit;
    Ok(Generated { sequence, consts: consts.into_items() })
}

/// Writes the unit of a whole tree, up to its end; tells whether it returns None there.
fn outermost<'a, 'w>(prepared: Prepared<'a>, warnings: &'w mut dyn WarningSink) -> Result<(Codegen<'a, 'w>, bool)> {
    let Prepared { module, table, names, options, guard } = prepared;
    let mut codegen = Codegen {
        table,
        names,
        unit: Unit::default(),
        outer: Vec::new(),
        spare: Vec::new(),
        assembler: Assembler::new(),
        options,
        interactive: matches!(module, Mod::Interactive { .. }),
        warnings,
        mute: 0,
        guard,
    };
    let add_none = codegen.module(&module)?;
    Ok((codegen, add_none))
}

impl<'a> Codegen<'a, '_> {
    fn module(&mut self, module: &Mod<'a>) -> Result<bool> {
        self.enter_unit(Name::ANGLE_MODULE, ScopeKind::Module, SymbolTable::TOP, 1, None)?;
        let mut add_none = true;
        match *module {
            Mod::Module { body, .. } | Mod::Interactive { body } => {
                let start = body.first().map_or(Range::new(1, 0, 1, 0), |stmt| stmt.range);
                self.body(start, body)?;
            }
            Mod::Expression { body } => {
                self.expr(body)?;
                add_none = false;
            }
            Mod::FunctionType { .. } => {
                return Err(CompileError::bare(ErrorKind::ValueError, "this compiler does not handle FunctionTypes"));
            }
        }
        Ok(add_none)
    }

    /// The block of the unit that is being written.
    fn block(&self) -> &Block {
        self.table.block(self.unit.block)
    }

    #[inline]
    fn op(&mut self, opcode: u16, range: Range) {
        self.unit.sequence.emit_noarg(opcode, range);
    }

    #[inline]
    fn op_arg(&mut self, opcode: u16, arg: u32, range: Range) {
        self.unit.sequence.emit(opcode, arg, range);
    }

    #[inline]
    fn jump(&mut self, opcode: u16, target: Label, range: Range) {
        self.unit.sequence.emit_jump(opcode, target, range);
    }

    /// A jump that no line owns.
    #[inline]
    fn goto(&mut self, target: Label) {
        self.unit.sequence.emit_jump(op::JUMP_NO_INTERRUPT, target, NO_LOCATION);
    }

    #[inline]
    fn label(&mut self) -> Label {
        self.unit.sequence.new_label()
    }

    #[inline]
    fn place(&mut self, label: Label) {
        self.unit.sequence.use_label(label);
    }

    fn load_const(&mut self, value: Const, range: Range) {
        let index = self.unit.consts.add(value);
        self.unit.sequence.emit(op::LOAD_CONST, index, range);
    }

    fn load_none(&mut self, range: Range) {
        self.load_const(Const::None, range);
    }

    fn load_text(&mut self, name: Name, range: Range) {
        let text = self.names.text(name);
        self.load_const(Const::Str(text), range);
    }

    fn load_constant(&mut self, value: &Constant<'_>, range: Range) {
        let value = to_const(value);
        self.load_const(value, range);
    }

    fn warn(&mut self, msg: String, range: Range) -> Result<()> {
        if self.mute > 0 { Ok(()) } else { issue(self.warnings, Warning::at(msg, range)) }
    }

    fn error<T>(&self, msg: impl Into<String>, range: Range) -> Result<T> {
        Err(CompileError::syntax(msg, range))
    }

    fn exprs(&mut self, exprs: &[&'a Expr<'a>]) -> Result<()> {
        for expr in exprs {
            self.expr(expr)?;
        }
        Ok(())
    }
}

/// A name of the tree as a constant.
fn name_const(name: &str) -> Const {
    Const::Str(Text::from_wtf8(&foreign::unescape(name.as_bytes())))
}

/// A constant of the tree as a constant of a code object.
pub(crate) fn to_const(value: &Constant<'_>) -> Const {
    match *value {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Int(value) => Const::Int(value),
        Constant::BigInt(value) => Const::BigInt(Rc::new(value.to_ibig())),
        Constant::Float(value) => Const::Float(value),
        Constant::Complex { real, imag } => Const::Complex(real, imag),
        Constant::Str(text) => Const::Str(Text::from_wtf8(text)),
        Constant::Bytes(bytes) => Const::Bytes(Rc::from(bytes)),
        Constant::Tuple(items) => Const::Tuple(items.iter().map(to_const).collect()),
        Constant::FrozenSet(items) => Const::FrozenSet(items.iter().map(to_const).collect()),
    }
}

impl From<AssembleError> for Box<CompileError> {
    fn from(error: AssembleError) -> Box<CompileError> {
        match error {
            AssembleError::TooLarge => CompileError::bare(ErrorKind::MemoryError, ""),
            AssembleError::Malformed(msg) => CompileError::bare(ErrorKind::ValueError, msg),
        }
    }
}
