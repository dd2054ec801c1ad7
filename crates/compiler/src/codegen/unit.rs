//! Units: what is gathered for one code object while its instructions are written.

use std::rc::Rc;

use bytecode::code::{Code, flags};
use bytecode::opcode::op;
use syntax::ast::{Range, Stmt, Stmts};
use syntax::text::Text;

use super::Codegen;
use crate::error::Result;
use crate::flow::{CodeUnit, ConstTable, InstrSequence, Label, NO_LOCATION};
use crate::names::{Name, NameMap, NameSet};
use crate::symtable::{BlockId, BlockKind, Scope, SymbolTable, flag};

/// The limit of nested `for`, `while`, `with` and `try` blocks.
const MAX_BLOCKS: usize = 21;

/// What kind of code object a unit becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum ScopeKind {
    #[default]
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    TypeParams,
    /// `__annotate__` functions, bounds of type variables, values of type aliases.
    Annotations,
}

/// A block of statements that jumps out of it must unwind.
#[derive(Clone, Copy)]
pub(super) struct FrameBlock<'a> {
    pub kind: FrameBlockKind<'a>,
    /// Where `continue` goes.
    pub start: Label,
    /// Where `break` goes.
    pub exit: Label,
    pub range: Range,
}

#[derive(Clone, Copy)]
pub(super) enum FrameBlockKind<'a> {
    WhileLoop,
    ForLoop,
    TryExcept,
    /// With the `finally` block, which is executed on the way out.
    FinallyTry(Stmts<'a>),
    FinallyEnd,
    With,
    AsyncWith,
    /// With the name that the handler binds.
    HandlerCleanup(Option<Name>),
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehension,
    /// Variables of a comprehension stand in for outer ones.
    InlinedComprehension,
    StopIteration,
}

/// One code object in the making.
#[derive(Default)]
pub(super) struct Unit<'a> {
    pub kind: ScopeKind,
    pub block: BlockId,
    pub sequence: InstrSequence,
    pub consts: ConstTable,
    /// `co_names`
    pub names: NameSet,
    pub varnames: NameSet,
    pub cellvars: NameSet,
    /// Numbered after `cellvars`.
    pub freevars: NameSet,
    /// Variables of inlined comprehensions in a class or module; `true` while one of them is being written.
    pub fast_hidden: NameMap<bool>,
    pub name: Name,
    pub qualname: Option<Text>,
    /// The class whose private names are in force.
    pub private: Option<Name>,
    pub first_line: i32,
    pub arg_count: u32,
    pub posonly_count: u32,
    pub kwonly_count: u32,
    pub frame_blocks: Vec<FrameBlock<'a>>,
    /// How many inlined comprehensions are open.
    pub in_inlined: u32,
    /// Attributes that methods of this class assign to `self`.
    pub static_attributes: NameSet,
    pub in_conditional_block: bool,
    /// Annotated assignments, with the number that says at run time whether they were reached.
    pub deferred_annotations: Vec<(&'a Stmt<'a>, Option<u32>)>,
    pub next_conditional_annotation: u32,
}

impl<'a> Unit<'a> {
    fn clear(&mut self) {
        self.sequence.clear();
        self.names.clear();
        self.varnames.clear();
        self.cellvars.clear();
        self.freevars.clear();
        self.fast_hidden.clear();
        self.qualname = None;
        self.frame_blocks.clear();
        self.in_inlined = 0;
        self.static_attributes.clear();
        self.in_conditional_block = false;
        self.deferred_annotations.clear();
        self.next_conditional_annotation = 0;
        self.arg_count = 0;
        self.posonly_count = 0;
        self.kwonly_count = 0;
    }

    /// The argument of instructions about a cell variable.
    pub fn cell_index(&mut self, name: Name) -> u32 {
        self.cellvars.insert(name, ()).0 as u32
    }

    /// The argument of instructions about a free variable.
    pub fn free_index(&mut self, name: Name) -> u32 {
        (self.cellvars.len() + self.freevars.insert(name, ()).0) as u32
    }
}

impl<'a> Codegen<'a, '_> {
    /// Starts the unit of a block. `private` overrides the class of private names, which is otherwise inherited.
    pub(super) fn enter_unit(
        &mut self,
        name: Name,
        kind: ScopeKind,
        block: BlockId,
        line: i32,
        private: Option<Name>,
    ) -> Result<()> {
        let mut unit = self.spare.pop().unwrap_or_default();
        unit.kind = kind;
        unit.block = block;
        unit.name = name;
        unit.first_line = line;
        unit.private = private.or(self.unit.private);
        let source = self.table.block(block);
        for &name in &source.varnames {
            unit.varnames.insert(name, ());
        }
        let mut cells = Vec::new();
        let mut frees = Vec::new();
        for (name, flags) in source.symbols.iter() {
            // A name can be both: a cell in an inlined comprehension and free around it.
            let scope = Scope::of(flags);
            if scope == Scope::Cell || flags & flag::DEF_COMP_CELL != 0 {
                cells.push(name);
            }
            if scope == Scope::Free || flags & flag::DEF_FREE_CLASS != 0 {
                frees.push(name);
            }
        }
        let implicit = [
            (source.needs_class_closure, Name::DUNDER_CLASS),
            (source.needs_classdict, Name::CLASSDICT),
            (source.has_conditional_annotations, Name::CONDITIONAL_ANNOTATIONS),
        ];
        for (list, set) in [(&mut cells, &mut unit.cellvars), (&mut frees, &mut unit.freevars)] {
            list.sort_by(|a, b| self.names.str(*a).cmp(self.names.str(*b)));
            for name in list.iter() {
                set.insert(*name, ());
            }
        }
        for (needed, name) in implicit {
            if needed {
                unit.cellvars.insert(name, ());
            }
        }
        let is_generator = matches!(kind, ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Comprehension)
            && self.needs_stop_iteration_handler(kind, block);
        if kind == ScopeKind::Module {
            self.unit = unit;
        } else {
            let outer = std::mem::replace(&mut self.unit, unit);
            self.outer.push(outer);
            let qualname = self.qualname();
            self.unit.qualname = Some(qualname);
        }
        if is_generator {
            // Its handler is placed when the body is finished.
            let handler = self.label();
            self.jump(op::SETUP_CLEANUP, handler, NO_LOCATION);
        }
        let resume_line = if kind == ScopeKind::Module { 0 } else { line };
        self.op_arg(op::RESUME, 0, Range::new(resume_line, 0, line, 0));
        if kind == ScopeKind::Module {
            self.op(op::ANNOTATIONS_PLACEHOLDER, Range::new(resume_line, 0, line, 0));
        }
        Ok(())
    }

    /// Does a StopIteration that escapes from this unit have to become a RuntimeError?
    pub(super) fn needs_stop_iteration_handler(&self, kind: ScopeKind, block: BlockId) -> bool {
        let block = self.table.block(block);
        match kind {
            ScopeKind::Function | ScopeKind::AsyncFunction => block.coroutine || block.generator,
            ScopeKind::Comprehension => block.generator,
            _ => false,
        }
    }

    /// Ends a generator's body with the handler that was set up when the unit was entered.
    pub(super) fn wrap_in_stop_iteration_handler(&mut self) {
        self.load_none(NO_LOCATION);
        self.op(op::RETURN_VALUE, NO_LOCATION);
        if let Some(first) = self.unit.sequence.instructions().first() {
            let handler = first.target;
            self.place(handler);
        }
        self.op_arg(op::CALL_INTRINSIC_1, super::functions::INTRINSIC_STOPITERATION_ERROR, NO_LOCATION);
        self.op_arg(op::RERAISE, 1, NO_LOCATION);
    }

    fn qualname(&self) -> Text {
        let name = self.names.text(self.unit.name);
        let Some(mut parent) = self.outer.last() else { return name };
        if self.outer.len() == 1 {
            return name;
        }
        if matches!(parent.kind, ScopeKind::TypeParams | ScopeKind::Annotations) {
            // Type parameters and annotations are not part of the path.
            if self.outer.len() == 2 {
                return name;
            }
            parent = &self.outer[self.outer.len() - 2];
        }
        if matches!(self.unit.kind, ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Class) {
            // The reference looks the name up in the block around, mangled.
            let scope = self.table.block(parent.block).scope(self.mangled_in(parent, self.unit.name));
            if scope == Scope::GlobalExplicit {
                return name;
            }
        }
        let Some(base) = &parent.qualname else { return name };
        let mut text = Vec::with_capacity(base.as_bytes().len() + name.as_bytes().len() + 10);
        text.extend_from_slice(base.as_bytes());
        if matches!(parent.kind, ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Lambda) {
            text.extend_from_slice(b".<locals>");
        }
        text.push(b'.');
        text.extend_from_slice(name.as_bytes());
        Text::from_wtf8(&text)
    }

    /// How `name` is called in a unit; the mangled name exists already if the name occurs there.
    fn mangled_in(&self, unit: &Unit<'a>, name: Name) -> Name {
        self.names.find_mangled(unit.private, name)
    }

    /// What stands at the end of every unit.
    pub(super) fn return_at_end(&mut self, add_none: bool) {
        if add_none {
            self.load_none(NO_LOCATION);
        }
        self.op(op::RETURN_VALUE, NO_LOCATION);
    }

    /// Ends the unit: the code object it becomes. The unit around it is current again.
    pub(super) fn finish_unit(&mut self, add_none: bool) -> Result<Rc<Code>> {
        self.return_at_end(add_none);
        let flags = self.code_flags();
        let texts = |set: &NameSet| set.iter().map(|(name, ())| self.names.text(name)).collect::<Vec<_>>();
        let unit = &self.unit;
        let name = self.names.text(unit.name);
        let parts = CodeUnit {
            consts: ConstTable::new(),
            names: texts(&unit.names),
            varnames: texts(&unit.varnames),
            cellvars: texts(&unit.cellvars),
            freevars: texts(&unit.freevars),
            fast_hidden: unit.fast_hidden.iter().map(|(name, _)| self.names.text(name)).collect(),
            flags,
            argcount: unit.arg_count,
            posonlyargcount: unit.posonly_count,
            kwonlyargcount: unit.kwonly_count,
            qualname: unit.qualname.clone().unwrap_or_else(|| name.clone()),
            name,
            filename: self.options.filename.clone(),
            firstlineno: unit.first_line,
        };
        let parts = CodeUnit { consts: std::mem::take(&mut self.unit.consts), ..parts };
        let code = self.assembler.assemble(&self.unit.sequence, parts)?;
        let mut outer = self.outer.pop().unwrap_or_default();
        if self.options.keep_sequences {
            outer.sequence.nested.push(self.unit.sequence.clone());
        }
        let mut finished = std::mem::replace(&mut self.unit, outer);
        finished.clear();
        self.spare.push(finished);
        Ok(Rc::new(code))
    }

    fn code_flags(&self) -> u32 {
        let block = self.block();
        let mut bits = 0;
        if block.is_function_like() {
            bits |= flags::NEWLOCALS | flags::OPTIMIZED;
            if block.nested {
                bits |= flags::NESTED;
            }
            bits |= match (block.generator, block.coroutine) {
                (true, false) => flags::GENERATOR,
                (false, true) => flags::COROUTINE,
                (true, true) => flags::ASYNC_GENERATOR,
                (false, false) => 0,
            };
            if block.varargs {
                bits |= flags::VARARGS;
            }
            if block.varkeywords {
                bits |= flags::VARKEYWORDS;
            }
        }
        if block.has_docstring && block.kind == BlockKind::Function {
            bits |= flags::HAS_DOCSTRING;
        }
        if block.method {
            bits |= flags::METHOD;
        }
        bits |= self.options.future_flags;
        if self.options.top_level_await && self.unit.block == SymbolTable::TOP && block.coroutine {
            bits |= flags::COROUTINE;
        }
        bits
    }

    pub(super) fn push_block(
        &mut self,
        kind: FrameBlockKind<'a>,
        start: Label,
        exit: Label,
        range: Range,
    ) -> Result<()> {
        if self.unit.frame_blocks.len() >= MAX_BLOCKS {
            return self.error("too many statically nested blocks", range);
        }
        self.unit.frame_blocks.push(FrameBlock { kind, start, exit, range });
        Ok(())
    }

    pub(super) fn pop_block(&mut self) {
        self.unit.frame_blocks.pop();
    }
}
