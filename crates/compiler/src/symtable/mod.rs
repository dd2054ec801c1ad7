//! The symbol table: for every block of a module, which names it binds and uses and in which scope each is found.
//!
//! `build` walks the tree once ([`visit`], [`expressions`]) and then resolves scopes from the outside in ([`analyze`]).
//! The code generator finds a block again by its node; the runtime shows blocks through the `symtable` module, so flags
//! have CPython's values and symbols CPython's order.

mod analyze;
mod blocks;
mod expressions;
mod visit;

use rustc_hash::FxHashMap;
use syntax::ast::{Mod, Range};

use crate::error::Result;
use crate::limits::StackGuard;
use crate::names::{Name, NameMap, NameSet, Names};

/// What is known of a name in a block: `DEF_*` and `USE` bits, and above [`flag::SCOPE_SHIFT`] its scope.
pub type Flags = u32;

/// The bits of [`Flags`], with CPython's values.
pub mod flag {
    use super::Flags;

    /// `global` statement.
    pub const DEF_GLOBAL: Flags = 1;
    /// Assigned in the block.
    pub const DEF_LOCAL: Flags = 1 << 1;
    /// A formal parameter.
    pub const DEF_PARAM: Flags = 1 << 2;
    /// `nonlocal` statement.
    pub const DEF_NONLOCAL: Flags = 1 << 3;
    /// Used.
    pub const USE: Flags = 1 << 4;
    /// Free in a class and bound in it too.
    pub const DEF_FREE_CLASS: Flags = 1 << 6;
    /// Bound by an import.
    pub const DEF_IMPORT: Flags = 1 << 7;
    /// Annotated.
    pub const DEF_ANNOT: Flags = 1 << 8;
    /// The variable of a comprehension's loop.
    pub const DEF_COMP_ITER: Flags = 1 << 9;
    /// A type parameter.
    pub const DEF_TYPE_PARAM: Flags = 1 << 10;
    /// A cell in an inlined comprehension.
    pub const DEF_COMP_CELL: Flags = 1 << 11;
    pub const DEF_BOUND: Flags = DEF_LOCAL | DEF_PARAM | DEF_IMPORT | DEF_TYPE_PARAM;
    pub const SCOPE_SHIFT: u32 = 12;
}

/// Where a name is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    Unknown = 0,
    Local = 1,
    GlobalExplicit = 2,
    GlobalImplicit = 3,
    Free = 4,
    Cell = 5,
}

impl Scope {
    /// The scope part of flags.
    pub fn of(flags: Flags) -> Scope {
        match flags >> flag::SCOPE_SHIFT & 0xF {
            1 => Scope::Local,
            2 => Scope::GlobalExplicit,
            3 => Scope::GlobalImplicit,
            4 => Scope::Free,
            5 => Scope::Cell,
            _ => Scope::Unknown,
        }
    }

    pub fn bits(self) -> Flags {
        (self as Flags) << flag::SCOPE_SHIFT
    }
}

/// The kind of a block, with CPython's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockKind {
    Function = 0,
    Class = 1,
    Module = 2,
    Annotation = 3,
    TypeAlias = 4,
    TypeParameters = 5,
    TypeVariable = 6,
}

/// Which comprehension a function block stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ComprehensionKind {
    None = 0,
    List = 1,
    Dict = 2,
    Set = 3,
    Generator = 4,
}

/// The number of a block in [`SymbolTable::blocks`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct BlockId(pub u32);

/// One block.
#[derive(Clone, Debug)]
pub struct Block {
    pub name: Name,
    pub kind: BlockKind,
    pub range: Range,
    /// Names, mangled, in the order in which they were first seen.
    pub symbols: NameMap<Flags>,
    /// Parameters in order.
    pub varnames: Vec<Name>,
    pub children: Vec<BlockId>,
    /// Inside a function.
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub comprehension: ComprehensionKind,
    pub varargs: bool,
    pub varkeywords: bool,
    /// A function in a class body.
    pub method: bool,
    pub has_docstring: bool,
    /// A class that needs a `__class__` cell.
    pub needs_class_closure: bool,
    /// A class that needs a `__classdict__` cell.
    pub needs_classdict: bool,
    /// This comprehension has become part of the block around it.
    pub comp_inlined: bool,
    /// Names may be found in the namespace of the class around.
    pub can_see_class_scope: bool,
    /// There are annotations, so a class or module under `from __future__ import annotations` needs `__annotations__`.
    pub annotations_used: bool,
    /// A class or module in which some annotations may not be reached.
    pub has_conditional_annotations: bool,
    /// The block of the annotations of this class, module or function body.
    pub annotation_block: Option<BlockId>,
    /// For annotation scopes of functions: the function's name.
    pub function_name: Option<Name>,
    /// In and below the type parameters of a class: only the names of this set are made private.
    pub(crate) mangled_names: Option<u32>,

    /// How the block is called in errors about expressions that are not allowed in it.
    scope_info: Option<&'static str>,
    /// `global` and `nonlocal` statements, for errors found when scopes are resolved.
    directives: Vec<(Name, Range)>,
    in_conditional_block: bool,
    in_unevaluated_annotation: bool,
    comp_iter_target: bool,
    comp_iter_expr: u32,
}

impl Block {
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, BlockKind::Class | BlockKind::Module)
    }

    /// Flags of a (mangled) name; 0 if it does not occur.
    #[inline]
    pub fn flags(&self, name: Name) -> Flags {
        self.symbols.get(name).unwrap_or(0)
    }

    #[inline]
    pub fn scope(&self, name: Name) -> Scope {
        Scope::of(self.flags(name))
    }
}

/// What a node's block is for: one node can have several.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The body of a function, class, lambda or comprehension; a type alias' value; a type variable's bound.
    Body = 0,
    /// Type parameters, or a type variable's default.
    TypeParams = 1,
    /// A function's annotations.
    Annotations = 2,
}

/// The key of a node's block: nodes are at least eight bytes apart.
pub(crate) fn key<T>(node: &T, role: Role) -> usize {
    std::ptr::from_ref(node) as usize + role as usize
}

/// What a build has to know besides the tree.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableOptions {
    /// `from __future__ import annotations`
    pub future_annotations: bool,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
    pub top_level_await: bool,
    /// Where the last `from __future__` import at the head stands.
    pub future_range: Range,
}

/// The blocks of one tree. The first is the module's.
pub struct SymbolTable {
    pub blocks: Vec<Block>,
    by_node: FxHashMap<usize, BlockId>,
    /// See [`Block::mangled_names`].
    mangled_sets: Vec<NameSet>,
}

impl SymbolTable {
    pub const TOP: BlockId = BlockId(0);

    #[inline]
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    pub(crate) fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.0 as usize]
    }

    /// Is the name made private in the block, if it looks private? (In the type parameters of a class only they are.)
    pub(crate) fn may_mangle(&self, id: BlockId, name: Name) -> bool {
        self.block(id).mangled_names.is_none_or(|set| self.mangled_sets[set as usize].contains(name))
    }

    /// The block that belongs to a node, by [`key`].
    #[inline]
    pub(crate) fn find(&self, key: usize) -> Option<BlockId> {
        self.by_node.get(&key).copied()
    }
}

/// Builds the table of a tree.
pub(crate) fn build(
    module: &Mod<'_>,
    names: &mut Names,
    options: TableOptions,
    guard: StackGuard,
) -> Result<SymbolTable> {
    let mut table = visit::Builder::new(names, options, guard).module(module)?;
    analyze::analyze(&mut table, names, guard)?;
    Ok(table)
}
