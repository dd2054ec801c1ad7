//! Scopes, from the outside in: for every name of every block, where it is found.
//!
//! What names the blocks around bind is one array indexed by name, changed on the way in and restored from a log on the
//! way out, so that no set is copied for a block. Free names travel the other way, as the result of each block.

use super::flag::*;
use super::{Block, BlockId, BlockKind, ComprehensionKind, Flags, Scope, SymbolTable};
use crate::error::{CompileError, Result};
use crate::limits::StackGuard;
use crate::names::{Name, NameSet, Names};

/// A function around binds the name.
const BOUND: u8 = 1;
/// It is a type parameter.
const TYPE_PARAM: u8 = 2;

/// Names that classes provide to what is inside them.
const CLASS_CELLS: [Name; 3] = [Name::DUNDER_CLASS, Name::CLASSDICT, Name::CONDITIONAL_ANNOTATIONS];

pub(super) fn analyze(table: &mut SymbolTable, names: &Names, guard: StackGuard) -> Result<()> {
    Analyzer { table, names, guard, state: Vec::new(), log: Vec::new() }.block(SymbolTable::TOP, None).map(drop)
}

struct Analyzer<'t> {
    table: &'t mut SymbolTable,
    names: &'t Names,
    guard: StackGuard,
    state: Vec<u8>,
    /// Earlier states, to go back to.
    log: Vec<(Name, u8)>,
}

impl Analyzer<'_> {
    fn state(&self, name: Name) -> u8 {
        self.state.get(name.0 as usize).copied().unwrap_or(0)
    }

    fn set_state(&mut self, name: Name, new: u8) {
        let at = name.0 as usize;
        if at >= self.state.len() {
            self.state.resize(at + 1, 0);
        }
        let old = std::mem::replace(&mut self.state[at], new);
        if old != new {
            self.log.push((name, old));
        }
    }

    fn restore(&mut self, mark: usize) {
        while self.log.len() > mark {
            if let Some((name, old)) = self.log.pop() {
                self.state[name.0 as usize] = old;
            }
        }
    }

    /// Resolves a block and all inside it; the result is the names that it needs from outside.
    fn block(&mut self, id: BlockId, class: Option<BlockId>) -> Result<NameSet> {
        self.guard.check()?;
        let mark = self.log.len();
        let kind = self.table.block(id).kind;
        let count = self.table.block(id).symbols.len();
        let mut scopes = Vec::with_capacity(count);
        let mut free = NameSet::default();
        for position in 0..count {
            let (name, flags) = self.table.block(id).symbols.at(position);
            scopes.push(self.scope(id, name, flags, class, &mut free)?);
        }
        if kind == BlockKind::Class {
            for name in CLASS_CELLS {
                self.set_state(name, self.state(name) | BOUND);
            }
        }

        let mut new_free = NameSet::default();
        let mut inlined_cells = NameSet::default();
        let mut any_inlined = false;
        let children = std::mem::take(&mut self.table.block_mut(id).children);
        for &child in &children {
            let block = self.table.block(child);
            let inlined = block.comprehension != ComprehensionKind::None
                && block.comprehension != ComprehensionKind::Generator
                && !self.table.block(id).can_see_class_scope;
            let class = match (block.can_see_class_scope, kind) {
                (false, _) => None,
                (true, BlockKind::Class) => Some(id),
                (true, _) => class,
            };
            let mut child_free = self.block(child, class)?;
            if inlined {
                any_inlined = true;
                self.inline(id, child, &mut scopes, &mut child_free, &mut inlined_cells);
            }
            for (name, ()) in child_free.iter() {
                new_free.insert(name, ());
            }
        }
        self.restore(mark);
        // Blocks inside an inlined comprehension now stand in this one.
        self.table.block_mut(id).children = if any_inlined {
            let mut all = Vec::with_capacity(children.len());
            for child in children {
                let block = self.table.block(child);
                if block.comp_inlined {
                    all.extend_from_slice(&block.children);
                } else {
                    all.push(child);
                }
            }
            all
        } else {
            children
        };

        let block = self.table.block_mut(id);
        if block.is_function_like() {
            for (position, scope) in scopes.iter_mut().enumerate() {
                let name = block.symbols.at(position).0;
                if *scope == Scope::Local && (new_free.contains(name) || inlined_cells.contains(name)) {
                    *scope = Scope::Cell;
                    new_free.remove(name);
                }
            }
        } else if kind == BlockKind::Class {
            block.needs_class_closure = new_free.remove(Name::DUNDER_CLASS);
            block.needs_classdict = new_free.remove(Name::CLASSDICT);
            if new_free.remove(Name::CONDITIONAL_ANNOTATIONS) {
                block.has_conditional_annotations = true;
            }
        }
        self.store(id, &scopes, &new_free, &inlined_cells);
        for (name, ()) in new_free.iter() {
            free.insert(name, ());
        }
        Ok(free)
    }

    /// The scope of one name of a block.
    fn scope(
        &mut self,
        id: BlockId,
        name: Name,
        flags: Flags,
        class: Option<BlockId>,
        free: &mut NameSet,
    ) -> Result<Scope> {
        let state = self.state(name);
        let kind = self.table.block(id).kind;
        // A class' names are not visible in the functions inside it, a module's are global anyway.
        let visible = !matches!(kind, BlockKind::Class | BlockKind::Module);
        if flags & DEF_GLOBAL != 0 {
            if flags & DEF_NONLOCAL != 0 {
                return Err(self.error_at_directive(id, name, |name| format!("name '{name}' is nonlocal and global")));
            }
            if visible {
                self.set_state(name, state & !BOUND);
            }
            return Ok(Scope::GlobalExplicit);
        }
        if flags & DEF_NONLOCAL != 0 {
            if id == SymbolTable::TOP {
                let msg = "nonlocal declaration not allowed at module level";
                return Err(self.error_at_directive(id, name, |_| msg.to_string()));
            }
            if state & BOUND == 0 {
                return Err(self.error_at_directive(id, name, |name| format!("no binding for nonlocal '{name}' found")));
            }
            if state & TYPE_PARAM != 0 {
                return Err(self.error_at_directive(id, name, |name| {
                    format!("nonlocal binding not allowed for type parameter '{name}'")
                }));
            }
            free.insert(name, ());
            return Ok(Scope::Free);
        }
        if flags & DEF_BOUND != 0 {
            let mut new = if visible { state | BOUND } else { state };
            new = if flags & DEF_TYPE_PARAM != 0 { new | TYPE_PARAM } else { new & !TYPE_PARAM };
            self.set_state(name, new);
            return Ok(Scope::Local);
        }
        if let Some(class) = class
            && name != Name::CLASSDICT
        {
            let in_class = self.table.block(class).flags(name);
            if in_class & DEF_GLOBAL != 0 {
                return Ok(Scope::GlobalExplicit);
            }
            if in_class & DEF_BOUND != 0 && in_class & DEF_NONLOCAL == 0 {
                return Ok(Scope::GlobalImplicit);
            }
        }
        if state & BOUND != 0 {
            free.insert(name, ());
            return Ok(Scope::Free);
        }
        Ok(Scope::GlobalImplicit)
    }

    #[cold]
    fn error_at_directive(&self, id: BlockId, name: Name, msg: impl Fn(&str) -> String) -> Box<CompileError> {
        let block = self.table.block(id);
        let range = block.directives.iter().find(|directive| directive.0 == name).map_or(block.range, |found| found.1);
        CompileError::syntax(msg(self.names.str(name)), range)
    }

    /// Merges the names of a comprehension into the block that executes it.
    fn inline(
        &mut self,
        id: BlockId,
        comp_id: BlockId,
        scopes: &mut Vec<Scope>,
        comp_free: &mut NameSet,
        inlined_cells: &mut NameSet,
    ) {
        let count = self.table.block(comp_id).symbols.len();
        let in_class = self.table.block(id).kind == BlockKind::Class;
        let mut looked_up = Vec::new();
        for position in 0..count {
            let comp = self.table.block(comp_id);
            let (name, flags) = comp.symbols.at(position);
            if flags & DEF_PARAM != 0 {
                continue;
            }
            let mut scope = Scope::of(flags);
            let only_flags = flags & ((1 << SCOPE_SHIFT) - 1);
            if scope == Scope::Cell || only_flags & DEF_COMP_CELL != 0 {
                inlined_cells.insert(name, ());
            }
            if scope == Scope::Free && in_class && CLASS_CELLS.contains(&name) {
                // The class block itself has no such cell: the name is looked up as any other.
                scope = Scope::GlobalImplicit;
                if !self.free_in_a_child(comp_id, name) {
                    comp_free.remove(name);
                }
                looked_up.push(name);
            }
            let outer = self.table.block(id).flags(name);
            if !self.table.block(id).symbols.contains(name) {
                self.table.block_mut(id).symbols.insert(name, only_flags);
                scopes.push(scope);
            } else {
                if scope == Scope::Free
                    && outer & (DEF_BOUND | DEF_NONLOCAL) != 0
                    && !in_class
                    && let Some(position) = self.table.block(id).symbols.position(name)
                {
                    *self.table.block_mut(id).symbols.value_mut(position) |= flags & USE;
                }
                if outer & DEF_BOUND != 0 && !in_class {
                    // Free in the comprehension, local around it: now simply local, unless something inside needs it.
                    if !self.free_in_a_child(comp_id, name) {
                        comp_free.remove(name);
                    }
                }
            }
        }
        let comp = self.table.block_mut(comp_id);
        comp.comp_inlined = true;
        for name in looked_up {
            comp.symbols.remove(name);
        }
    }

    fn free_in_a_child(&self, id: BlockId, name: Name) -> bool {
        self.table.block(id).children.iter().any(|&child| self.table.block(child).scope(name) == Scope::Free)
    }

    /// Writes the scopes into the flags and adds the names that only pass through.
    fn store(&mut self, id: BlockId, scopes: &[Scope], new_free: &NameSet, inlined_cells: &NameSet) {
        let has_outer = id != SymbolTable::TOP;
        let block = &mut self.table.blocks[id.0 as usize];
        for (position, scope) in scopes.iter().enumerate() {
            let name = block.symbols.at(position).0;
            let flags = block.symbols.value_mut(position);
            *flags |= scope.bits();
            if !inlined_cells.is_empty() && inlined_cells.contains(name) {
                *flags |= DEF_COMP_CELL;
            }
        }
        let class_like = block.kind == BlockKind::Class || block.can_see_class_scope;
        for (name, ()) in new_free.iter() {
            match block.symbols.position(name) {
                Some(position) => {
                    if class_like {
                        *block.symbols.value_mut(position) |= DEF_FREE_CLASS;
                    }
                }
                None => {
                    let bound = self.state.get(name.0 as usize).is_some_and(|state| state & BOUND != 0);
                    if !has_outer || bound {
                        block.symbols.insert(name, Scope::Free.bits());
                    }
                }
            }
        }
    }
}

impl Block {
    /// Where `global` and `nonlocal` statements name something, in order.
    pub fn directives(&self) -> impl Iterator<Item = Name> + '_ {
        self.directives.iter().map(|directive| directive.0)
    }
}
