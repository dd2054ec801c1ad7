//! Comprehensions: functions of their own for generators, otherwise code in the middle of the block (PEP 709).

use bytecode::opcode::op;
use syntax::ast::{Comprehension, Expr, ExprKind, Range};

use super::Codegen;
use super::expressions::Delegation;
use super::unit::{FrameBlockKind, ScopeKind};
use crate::error::Result;
use crate::flow::{Label, NO_LOCATION};
use crate::names::Name;
use crate::symtable::{BlockId, BlockKind, ComprehensionKind, Flags, Role, Scope, flag, key};

/// The parts of a comprehension.
struct Parts<'a> {
    kind: ComprehensionKind,
    name: Name,
    generators: &'a [Comprehension<'a>],
    elt: &'a Expr<'a>,
    /// The value, for dicts.
    value: Option<&'a Expr<'a>>,
    range: Range,
}

/// Where the first iterator is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outermost {
    OnStack,
    InArgument,
}

/// What inlining a comprehension changed and has to restore.
#[derive(Default)]
struct Inlined {
    /// Variables whose outer values wait on the stack.
    pushed: Vec<Name>,
    /// Symbols that had another scope outside.
    changed_symbols: Vec<(Name, Option<Flags>)>,
    /// Names that became fast locals of a class or module.
    hidden: Vec<Name>,
    cleanup: Option<Label>,
}

impl<'a> Codegen<'a, '_> {
    pub(super) fn comprehension(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        let (kind, name, generators, elt, value) = match expr.kind {
            ExprKind::ListComp { elt, generators } => {
                (ComprehensionKind::List, Name::ANGLE_LISTCOMP, generators, elt, None)
            }
            ExprKind::SetComp { elt, generators } => {
                (ComprehensionKind::Set, Name::ANGLE_SETCOMP, generators, elt, None)
            }
            ExprKind::DictComp { key, value, generators } => {
                (ComprehensionKind::Dict, Name::ANGLE_DICTCOMP, generators, key, Some(value))
            }
            ExprKind::GeneratorExp { elt, generators } => {
                (ComprehensionKind::Generator, Name::ANGLE_GENEXPR, generators, elt, None)
            }
            _ => return Ok(()),
        };
        let parts = Parts { kind, name, generators, elt, value, range: expr.range };
        let Some(block) = self.table.find(key(expr, Role::Body)) else {
            return self.error("comprehension without a symbol table block", expr.range);
        };
        if self.table.block(block).comp_inlined {
            self.inlined_comprehension(&parts, block)
        } else {
            self.comprehension_function(&parts, block)
        }
    }

    /// The first iterable is evaluated outside.
    fn outermost_iterator(&mut self, parts: &Parts<'a>) -> Result<()> {
        if let Some(first) = parts.generators.first() {
            self.expr(first.iter)?;
            self.op(if first.is_async != 0 { op::GET_AITER } else { op::GET_ITER }, first.iter.range);
        }
        Ok(())
    }

    fn empty_container(&mut self, parts: &Parts<'a>) {
        let build = match parts.kind {
            ComprehensionKind::List => op::BUILD_LIST,
            ComprehensionKind::Set => op::BUILD_SET,
            ComprehensionKind::Dict => op::BUILD_MAP,
            ComprehensionKind::Generator | ComprehensionKind::None => return,
        };
        self.op_arg(build, 0, parts.range);
    }

    fn inlined_comprehension(&mut self, parts: &Parts<'a>, block: BlockId) -> Result<()> {
        self.outermost_iterator(parts)?;
        let inlined = self.begin_inlined(block, parts.range)?;
        self.empty_container(parts);
        self.op_arg(op::SWAP, 2, parts.range);
        self.comprehension_loop(parts, 0, 0, Outermost::OnStack)?;
        self.end_inlined(inlined, parts.range);
        Ok(())
    }

    fn comprehension_function(&mut self, parts: &Parts<'a>, block: BlockId) -> Result<()> {
        self.enter_unit(parts.name, ScopeKind::Comprehension, block, parts.range.lineno, None)?;
        self.unit.arg_count = 1;
        self.empty_container(parts);
        self.comprehension_loop(parts, 0, 0, Outermost::InArgument)?;
        if parts.kind == ComprehensionKind::Generator {
            self.wrap_in_stop_iteration_handler();
        } else {
            self.op(op::RETURN_VALUE, parts.range);
        }
        let code = self.finish_unit(true)?;
        self.make_closure(code, 0, parts.range);
        self.outermost_iterator(parts)?;
        self.op_arg(op::CALL, 0, parts.range);
        if self.table.block(block).coroutine && parts.kind != ComprehensionKind::Generator {
            self.op_arg(op::GET_AWAITABLE, 0, parts.range);
            self.load_none(parts.range);
            self.yield_from(Delegation::Await, parts.range);
        }
        Ok(())
    }

    /// Makes room for the comprehension's variables among those of the block around it.
    fn begin_inlined(&mut self, comp: BlockId, range: Range) -> Result<Inlined> {
        let mut inlined = Inlined::default();
        let outer = self.unit.block;
        let in_class = self.block().kind == BlockKind::Class && self.unit.in_inlined == 0;
        let function_like = self.block().is_function_like();
        self.unit.in_inlined += 1;
        for at in 0..self.table.block(comp).symbols.len() {
            let (name, flags) = self.table.block(comp).symbols.at(at);
            let bound = flags & flag::DEF_LOCAL != 0 && flags & flag::DEF_NONLOCAL == 0;
            let scope = Scope::of(flags);
            let outer_flags = self.table.block(outer).symbols.get(name);
            let outer_scope = Scope::of(outer_flags.unwrap_or(0));
            if in_class
                || scope != outer_scope && scope != Scope::Free && !(scope == Scope::Cell && outer_scope == Scope::Free)
            {
                inlined.changed_symbols.push((name, outer_flags));
                self.table.block_mut(outer).symbols.insert(name, flags);
            }
            if !bound {
                continue;
            }
            if !function_like && self.unit.fast_hidden.get(name) != Some(true) {
                self.unit.fast_hidden.insert(name, true);
                inlined.hidden.push(name);
            }
            // Of a cell this saves the cell itself; the comprehension gets a new one.
            let name = self.mangle(name);
            let index = self.unit.varnames.insert(name, ()).0 as u32;
            self.op_arg(op::LOAD_FAST_AND_CLEAR, index, range);
            if scope == Scope::Cell {
                let free = outer_scope == Scope::Free && !in_class;
                let index = if free { self.unit.free_index(name) } else { self.unit.cell_index(name) };
                self.op_arg(op::MAKE_CELL, index, range);
            }
            inlined.pushed.push(name);
        }
        if !inlined.pushed.is_empty() {
            let cleanup = self.label();
            inlined.cleanup = Some(cleanup);
            self.op_arg(op::SWAP, inlined.pushed.len() as u32 + 1, range);
            self.push_block(FrameBlockKind::InlinedComprehension, Label::NONE, Label::NONE, range)?;
            self.jump(op::SETUP_FINALLY, cleanup, range);
        }
        Ok(inlined)
    }

    fn end_inlined(&mut self, inlined: Inlined, range: Range) {
        self.unit.in_inlined -= 1;
        if let Some(cleanup) = inlined.cleanup {
            self.op(op::POP_BLOCK, NO_LOCATION);
            self.pop_block();
            let end = self.label();
            self.goto(end);
            // An exception: the unfinished container is below it.
            self.place(cleanup);
            self.op_arg(op::SWAP, 2, NO_LOCATION);
            self.op(op::POP_TOP, NO_LOCATION);
            self.restore_pushed(&inlined.pushed, range);
            self.op_arg(op::RERAISE, 0, NO_LOCATION);
            self.place(end);
            self.restore_pushed(&inlined.pushed, range);
        }
        let outer = self.unit.block;
        for (name, flags) in inlined.changed_symbols {
            let symbols = &mut self.table.block_mut(outer).symbols;
            symbols.insert(name, flags.unwrap_or(0));
        }
        for name in inlined.hidden {
            self.unit.fast_hidden.insert(name, false);
        }
    }

    fn restore_pushed(&mut self, pushed: &[Name], range: Range) {
        self.op_arg(op::SWAP, pushed.len() as u32 + 1, range);
        for &name in pushed.iter().rev() {
            let index = self.unit.varnames.insert(name, ()).0 as u32;
            self.op_arg(op::STORE_FAST_MAYBE_NULL, index, range);
        }
    }

    /// One `for` of the comprehension and all inside it; `depth` values lie between the container and the top.
    fn comprehension_loop(&mut self, parts: &Parts<'a>, at: usize, depth: u32, outermost: Outermost) -> Result<()> {
        let Some(generator) = parts.generators.get(at) else { return Ok(()) };
        self.guard.check()?;
        if generator.is_async != 0 {
            self.async_comprehension_loop(parts, generator, at, depth, outermost)?;
        } else {
            self.sync_comprehension_loop(parts, generator, at, depth, outermost)?;
        }
        Ok(())
    }

    fn sync_comprehension_loop(
        &mut self,
        parts: &Parts<'a>,
        generator: &'a Comprehension<'a>,
        at: usize,
        mut depth: u32,
        outermost: Outermost,
    ) -> Result<()> {
        let start = self.label();
        let if_cleanup = self.label();
        let anchor = self.label();
        let mut loops = true;
        if at == 0 {
            if outermost == Outermost::InArgument {
                self.op_arg(op::LOAD_FAST, 0, parts.range);
            }
        } else if let Some(only) = single_element(generator.iter) {
            // `for y in [f(x)]` is how one names a value: no loop.
            self.expr(only)?;
            loops = false;
        } else {
            self.expr(generator.iter)?;
            self.op(op::GET_ITER, generator.iter.range);
        }
        if loops {
            depth += 1;
            self.place(start);
            self.jump(op::FOR_ITER, anchor, generator.iter.range);
        }
        self.expr(generator.target)?;
        for test in generator.ifs {
            self.jump_if(test, if_cleanup, false)?;
        }
        let place = self.comprehension_inner(parts, at, depth, outermost)?;
        self.place(if_cleanup);
        if loops {
            self.jump(op::JUMP, start, place);
            self.place(anchor);
            self.op(op::END_FOR, NO_LOCATION);
            self.op(op::POP_ITER, NO_LOCATION);
        }
        Ok(())
    }

    fn async_comprehension_loop(
        &mut self,
        parts: &Parts<'a>,
        generator: &'a Comprehension<'a>,
        at: usize,
        depth: u32,
        outermost: Outermost,
    ) -> Result<()> {
        let range = parts.range;
        let start = self.label();
        let except = self.label();
        let send = self.label();
        let if_cleanup = self.label();
        if at == 0 {
            if outermost == Outermost::InArgument {
                self.op_arg(op::LOAD_FAST, 0, range);
            }
        } else {
            self.expr(generator.iter)?;
            self.op(op::GET_AITER, generator.iter.range);
        }
        self.place(start);
        self.push_block(FrameBlockKind::AsyncComprehension, start, Label::NONE, range)?;
        self.jump(op::SETUP_FINALLY, except, range);
        self.op(op::GET_ANEXT, range);
        self.load_none(range);
        self.place(send);
        self.yield_from(Delegation::Await, range);
        self.op(op::POP_BLOCK, range);
        self.expr(generator.target)?;
        for test in generator.ifs {
            self.jump_if(test, if_cleanup, false)?;
        }
        let place = self.comprehension_inner(parts, at, depth + 1, outermost)?;
        self.place(if_cleanup);
        self.jump(op::JUMP, start, place);
        self.pop_block();
        self.place(except);
        self.jump(op::END_ASYNC_FOR, send, range);
        Ok(())
    }

    /// The next `for`, or the element; the place of the jump back.
    fn comprehension_inner(&mut self, parts: &Parts<'a>, at: usize, depth: u32, outermost: Outermost) -> Result<Range> {
        let elt = parts.elt;
        if at + 1 < parts.generators.len() {
            self.comprehension_loop(parts, at + 1, depth, outermost)?;
            return Ok(elt.range);
        }
        self.expr(elt)?;
        let mut place = elt.range;
        match parts.kind {
            ComprehensionKind::Generator | ComprehensionKind::None => {
                self.yield_value(place);
                self.op(op::POP_TOP, place);
            }
            ComprehensionKind::List => self.op_arg(op::LIST_APPEND, depth + 1, place),
            ComprehensionKind::Set => self.op_arg(op::SET_ADD, depth + 1, place),
            ComprehensionKind::Dict => {
                if let Some(value) = parts.value {
                    self.expr(value)?;
                    place = elt.range.to(value.range);
                }
                self.op_arg(op::MAP_ADD, depth + 1, place);
            }
        }
        Ok(place)
    }
}

/// The element of a list or tuple display of one.
fn single_element<'a>(iter: &'a Expr<'a>) -> Option<&'a Expr<'a>> {
    let (ExprKind::List { elts: [only], .. } | ExprKind::Tuple { elts: [only], .. }) = iter.kind else { return None };
    (!matches!(only.kind, ExprKind::Starred { .. })).then_some(*only)
}
