//! Loading, storing and deleting names: which instruction depends on the scope and on the kind of the block.

use bytecode::opcode::op;
use syntax::ast::{ExprContext, Identifier, Range};

use super::Codegen;
use super::unit::ScopeKind;
use crate::names::Name;
use crate::symtable::{BlockKind, Scope};

/// The families of instructions.
enum Access {
    Fast,
    Global,
    Deref,
    Name,
}

impl<'a> Codegen<'a, '_> {
    /// A name of the source as the current unit calls it.
    pub(super) fn mangle(&mut self, name: Name) -> Name {
        if self.unit.private.is_none() {
            return name;
        }
        if !self.table.may_mangle(self.unit.block, name) {
            return name;
        }
        self.names.mangle(self.unit.private, name)
    }

    pub(super) fn mangle_identifier(&mut self, id: Identifier<'_>) -> Name {
        let name = self.names.intern(id);
        self.mangle(name)
    }

    pub(super) fn identifier(&mut self, id: Identifier<'_>, ctx: ExprContext, range: Range) {
        let name = self.names.intern(id);
        self.name(name, ctx, range);
    }

    pub(super) fn name(&mut self, name: Name, ctx: ExprContext, range: Range) {
        let name = self.mangle(name);
        let block = self.table.block(self.unit.block);
        let function_like = block.is_function_like();
        let kind = block.kind;
        let sees_class = block.can_see_class_scope;
        let scope = block.scope(name);
        let access = match scope {
            Scope::Free | Scope::Cell => Access::Deref,
            Scope::Local if function_like || self.unit.fast_hidden.get(name) == Some(true) => Access::Fast,
            Scope::GlobalImplicit if function_like => Access::Global,
            Scope::GlobalExplicit => Access::Global,
            _ => Access::Name,
        };
        match access {
            Access::Deref => {
                let opcode = match ctx {
                    ExprContext::Load => {
                        if kind == BlockKind::Class && self.unit.in_inlined == 0 {
                            self.op(op::LOAD_LOCALS, range);
                            op::LOAD_FROM_DICT_OR_DEREF
                        } else if sees_class {
                            self.load_classdict(range);
                            op::LOAD_FROM_DICT_OR_DEREF
                        } else {
                            op::LOAD_DEREF
                        }
                    }
                    ExprContext::Store => op::STORE_DEREF,
                    ExprContext::Del => op::DELETE_DEREF,
                };
                let index = if scope == Scope::Free { self.unit.free_index(name) } else { self.unit.cell_index(name) };
                self.op_arg(opcode, index, range);
            }
            Access::Fast => {
                let opcode = match ctx {
                    ExprContext::Load => op::LOAD_FAST,
                    ExprContext::Store => op::STORE_FAST,
                    ExprContext::Del => op::DELETE_FAST,
                };
                let index = self.unit.varnames.insert(name, ()).0 as u32;
                self.op_arg(opcode, index, range);
            }
            Access::Global => match ctx {
                ExprContext::Load if sees_class && scope == Scope::GlobalImplicit => {
                    self.load_classdict(range);
                    self.op_name(op::LOAD_FROM_DICT_OR_GLOBALS, name, range);
                }
                ExprContext::Load => self.load_global(name, range),
                ExprContext::Store => self.op_name(op::STORE_GLOBAL, name, range),
                ExprContext::Del => self.op_name(op::DELETE_GLOBAL, name, range),
            },
            Access::Name => match ctx {
                ExprContext::Load if kind == BlockKind::Class && self.unit.in_inlined > 0 => {
                    self.load_global(name, range)
                }
                ExprContext::Load => self.op_name(op::LOAD_NAME, name, range),
                ExprContext::Store => self.op_name(op::STORE_NAME, name, range),
                ExprContext::Del => self.op_name(op::DELETE_NAME, name, range),
            },
        }
    }

    /// The namespace of the class around, for a scope that sees it.
    fn load_classdict(&mut self, range: Range) {
        let index = self.closure_index(Name::CLASSDICT);
        self.op_arg(op::LOAD_DEREF, index, range);
    }

    /// An instruction whose argument is an index of `co_names`.
    pub(super) fn op_name(&mut self, opcode: u16, name: Name, range: Range) {
        let index = self.name_index(name);
        self.op_arg(opcode, index, range);
    }

    fn load_global(&mut self, name: Name, range: Range) {
        let index = self.name_index(name);
        self.op_arg(op::LOAD_GLOBAL, index << 1, range);
    }

    /// The index of a name in `co_names`.
    pub(super) fn name_index(&mut self, name: Name) -> u32 {
        self.unit.names.insert(name, ()).0 as u32
    }

    /// `LOAD_ATTR` or, if the attribute is called at once, its form for methods.
    pub(super) fn load_attr(&mut self, attr: Identifier<'_>, is_method: bool, range: Range) {
        let name = self.mangle_identifier(attr);
        let index = self.name_index(name);
        self.op_arg(op::LOAD_ATTR, index << 1 | u32::from(is_method), range);
    }

    /// `STORE_ATTR`, `DELETE_ATTR`.
    pub(super) fn op_attr(&mut self, opcode: u16, attr: Identifier<'_>, range: Range) {
        let name = self.mangle_identifier(attr);
        self.op_name(opcode, name, range);
    }

    /// Where the unit finds a variable that a unit inside it needs.
    pub(super) fn closure_index(&mut self, name: Name) -> u32 {
        if self.is_class_cell(name) || self.block().scope(name) == Scope::Cell {
            self.unit.cell_index(name)
        } else {
            self.unit.free_index(name)
        }
    }

    /// A class keeps these in cells of its own that its symbols do not show.
    fn is_class_cell(&self, name: Name) -> bool {
        self.unit.kind == ScopeKind::Class
            && matches!(name, Name::DUNDER_CLASS | Name::CLASSDICT | Name::CONDITIONAL_ANNOTATIONS)
    }

    /// Is the name free in the current unit, as `__class__` is in methods?
    pub(super) fn is_free(&self, name: Name) -> bool {
        !self.is_class_cell(name) && self.block().scope(name) == Scope::Free
    }
}
