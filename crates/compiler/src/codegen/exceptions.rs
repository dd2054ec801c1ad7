//! `try` in its forms, and `with`.

use bytecode::opcode::op;
use syntax::ast::{ExceptHandler, ExprContext, Range, Stmts, Try, WithItem};

use super::Codegen;
use super::expressions::Delegation;
use super::unit::FrameBlockKind;
use crate::error::Result;
use crate::flow::{Label, NO_LOCATION};
use crate::names::Name;

const SPECIAL_ENTER: u32 = 0;
const SPECIAL_EXIT: u32 = 1;
const SPECIAL_AENTER: u32 = 2;
const SPECIAL_AEXIT: u32 = 3;
const INTRINSIC_PREP_RERAISE_STAR: u32 = 1;
/// `GET_AWAITABLE` says in its error what was awaited.
const AWAIT_AENTER: u32 = 1;
const AWAIT_AEXIT: u32 = 2;

impl<'a> Codegen<'a, '_> {
    pub(super) fn try_stmt(&mut self, node: &'a Try<'a>, range: Range) -> Result<()> {
        if node.finalbody.is_empty() { self.try_except(node, range) } else { self.try_finally(node, range, false) }
    }

    pub(super) fn try_star_stmt(&mut self, node: &'a Try<'a>, range: Range) -> Result<()> {
        if node.finalbody.is_empty() { self.try_star_except(node, range) } else { self.try_finally(node, range, true) }
    }

    fn try_finally(&mut self, node: &'a Try<'a>, range: Range, star: bool) -> Result<()> {
        let body = self.label();
        let end = self.label();
        let exit = self.label();
        let cleanup = self.label();
        self.jump(op::SETUP_FINALLY, end, range);
        self.place(body);
        self.push_block(FrameBlockKind::FinallyTry(node.finalbody), body, end, range)?;
        match (node.handlers.is_empty(), star) {
            (true, _) => self.stmts(node.body)?,
            (false, false) => self.try_except(node, range)?,
            (false, true) => self.try_star_except(node, range)?,
        }
        self.op(op::POP_BLOCK, NO_LOCATION);
        self.pop_block();
        self.stmts(node.finalbody)?;
        self.goto(exit);
        // The block again, for when an exception passes.
        self.place(end);
        self.push_block(FrameBlockKind::FinallyEnd, end, Label::NONE, range)?;
        self.jump(op::SETUP_CLEANUP, cleanup, NO_LOCATION);
        self.op(op::PUSH_EXC_INFO, NO_LOCATION);
        self.mute += 1;
        self.stmts(node.finalbody)?;
        self.mute -= 1;
        self.pop_block();
        self.op_arg(op::RERAISE, 0, NO_LOCATION);
        self.place(cleanup);
        self.pop_except_and_reraise();
        self.place(exit);
        Ok(())
    }

    fn pop_except_and_reraise(&mut self) {
        // Stack: the exception info that was pushed, the last instruction, the exception.
        self.op_arg(op::COPY, 3, NO_LOCATION);
        self.op(op::POP_EXCEPT, NO_LOCATION);
        self.op_arg(op::RERAISE, 1, NO_LOCATION);
    }

    fn try_except(&mut self, node: &'a Try<'a>, range: Range) -> Result<()> {
        let body = self.label();
        let mut except = self.label();
        let end = self.label();
        let cleanup = self.label();
        self.jump(op::SETUP_FINALLY, except, range);
        self.place(body);
        self.push_block(FrameBlockKind::TryExcept, body, Label::NONE, range)?;
        self.stmts(node.body)?;
        self.pop_block();
        self.op(op::POP_BLOCK, NO_LOCATION);
        self.stmts(node.orelse)?;
        self.goto(end);
        self.place(except);
        self.jump(op::SETUP_CLEANUP, cleanup, NO_LOCATION);
        self.op(op::PUSH_EXC_INFO, NO_LOCATION);
        self.push_block(FrameBlockKind::ExceptionHandler, Label::NONE, Label::NONE, range)?;
        let count = node.handlers.len();
        for (at, handler) in node.handlers.iter().enumerate() {
            if handler.type_.is_none() && at + 1 < count {
                return self.error("default 'except:' must be last", handler.range);
            }
            except = self.label();
            if let Some(type_) = handler.type_ {
                self.expr(type_)?;
                self.op(op::CHECK_EXC_MATCH, handler.range);
                self.jump(op::POP_JUMP_IF_FALSE, except, handler.range);
            }
            self.except_handler(handler, end)?;
            self.place(except);
        }
        self.op_arg(op::RERAISE, 0, NO_LOCATION);
        self.pop_block();
        self.place(cleanup);
        self.pop_except_and_reraise();
        self.place(end);
        Ok(())
    }

    /// The body of one `except`. A name that it binds is deleted on every way out.
    fn except_handler(&mut self, handler: &'a ExceptHandler<'a>, end: Label) -> Result<()> {
        let range = handler.range;
        let Some(name) = handler.name else {
            let body = self.label();
            self.op(op::POP_TOP, range);
            self.place(body);
            self.push_block(FrameBlockKind::HandlerCleanup(None), body, Label::NONE, range)?;
            self.stmts(handler.body)?;
            self.pop_block();
            self.op(op::POP_BLOCK, NO_LOCATION);
            self.op(op::POP_EXCEPT, NO_LOCATION);
            self.goto(end);
            return Ok(());
        };
        let name = self.names.intern(name);
        let cleanup_end = self.label();
        let body = self.label();
        self.name(name, ExprContext::Store, range);
        self.jump(op::SETUP_CLEANUP, cleanup_end, range);
        self.place(body);
        self.push_block(FrameBlockKind::HandlerCleanup(Some(name)), body, Label::NONE, range)?;
        self.stmts(handler.body)?;
        self.pop_block();
        self.op(op::POP_BLOCK, NO_LOCATION);
        self.op(op::POP_BLOCK, NO_LOCATION);
        self.op(op::POP_EXCEPT, NO_LOCATION);
        self.unbind(name);
        self.goto(end);
        self.place(cleanup_end);
        self.unbind(name);
        self.op_arg(op::RERAISE, 1, NO_LOCATION);
        Ok(())
    }

    /// `name = None; del name`
    fn unbind(&mut self, name: Name) {
        self.load_none(NO_LOCATION);
        self.name(name, ExprContext::Store, NO_LOCATION);
        self.name(name, ExprContext::Del, NO_LOCATION);
    }

    fn try_star_except(&mut self, node: &'a Try<'a>, range: Range) -> Result<()> {
        let body = self.label();
        let mut except = self.label();
        let orelse = self.label();
        let end = self.label();
        let cleanup = self.label();
        let reraise_star = self.label();
        self.jump(op::SETUP_FINALLY, except, range);
        self.place(body);
        self.push_block(FrameBlockKind::TryExcept, body, Label::NONE, range)?;
        self.stmts(node.body)?;
        self.pop_block();
        self.op(op::POP_BLOCK, NO_LOCATION);
        self.goto(orelse);
        self.place(except);
        self.jump(op::SETUP_CLEANUP, cleanup, NO_LOCATION);
        self.op(op::PUSH_EXC_INFO, NO_LOCATION);
        self.push_block(FrameBlockKind::ExceptionGroupHandler, Label::NONE, Label::NONE, range)?;
        let count = node.handlers.len();
        for (at, handler) in node.handlers.iter().enumerate() {
            let range = handler.range;
            except = self.label();
            let except_with_error = self.label();
            let no_match = self.label();
            if at == 0 {
                // A list for what the handlers raise, and a copy of the group.
                self.op_arg(op::BUILD_LIST, 0, range);
                self.op_arg(op::COPY, 2, range);
            }
            if let Some(type_) = handler.type_ {
                self.expr(type_)?;
                self.op(op::CHECK_EG_MATCH, range);
                self.op_arg(op::COPY, 1, range);
                self.jump(op::POP_JUMP_IF_NONE, no_match, range);
            }
            let cleanup_end = self.label();
            let cleanup_body = self.label();
            let name = handler.name.map(|name| self.names.intern(name));
            match name {
                Some(name) => self.name(name, ExprContext::Store, range),
                None => self.op(op::POP_TOP, range),
            }
            self.jump(op::SETUP_CLEANUP, cleanup_end, range);
            self.place(cleanup_body);
            self.push_block(FrameBlockKind::HandlerCleanup(name), cleanup_body, Label::NONE, range)?;
            self.stmts(handler.body)?;
            self.pop_block();
            self.op(op::POP_BLOCK, NO_LOCATION);
            if let Some(name) = name {
                self.unbind(name);
            }
            self.goto(except);
            self.place(cleanup_end);
            if let Some(name) = name {
                self.unbind(name);
            }
            // What the handler raised goes to the list.
            self.op_arg(op::LIST_APPEND, 3, NO_LOCATION);
            self.op(op::POP_TOP, NO_LOCATION);
            self.goto(except_with_error);
            self.place(except);
            self.op(op::NOP, NO_LOCATION);
            self.goto(except_with_error);
            self.place(no_match);
            self.op(op::POP_TOP, range);
            self.place(except_with_error);
            if at + 1 == count {
                // What no handler took goes to the list too.
                self.op_arg(op::LIST_APPEND, 1, NO_LOCATION);
                self.goto(reraise_star);
            }
        }
        self.pop_block();
        let reraise = self.label();
        self.place(reraise_star);
        self.op_arg(op::CALL_INTRINSIC_2, INTRINSIC_PREP_RERAISE_STAR, NO_LOCATION);
        self.op_arg(op::COPY, 1, NO_LOCATION);
        self.jump(op::POP_JUMP_IF_NOT_NONE, reraise, NO_LOCATION);
        self.op(op::POP_TOP, NO_LOCATION);
        self.op(op::POP_BLOCK, NO_LOCATION);
        self.op(op::POP_EXCEPT, NO_LOCATION);
        self.goto(end);
        self.place(reraise);
        self.op(op::POP_BLOCK, NO_LOCATION);
        self.op_arg(op::SWAP, 2, NO_LOCATION);
        self.op(op::POP_EXCEPT, NO_LOCATION);
        self.op_arg(op::RERAISE, 0, NO_LOCATION);
        self.place(cleanup);
        self.pop_except_and_reraise();
        self.place(orelse);
        self.stmts(node.orelse)?;
        self.place(end);
        Ok(())
    }

    pub(super) fn with(&mut self, items: &'a [WithItem<'a>], body: Stmts<'a>) -> Result<()> {
        let Some((item, rest)) = items.split_first() else { return Ok(()) };
        self.guard.check()?;
        let range = item.context_expr.range;
        let block = self.label();
        let last = self.label();
        let exit = self.label();
        let cleanup = self.label();
        self.expr(item.context_expr)?;
        self.load_enter_and_exit(SPECIAL_ENTER, SPECIAL_EXIT, range);
        self.jump(op::SETUP_WITH, last, range);
        self.place(block);
        self.push_block(FrameBlockKind::With, block, last, range)?;
        match item.optional_vars {
            Some(vars) => self.expr(vars)?,
            None => self.op(op::POP_TOP, range),
        }
        if rest.is_empty() {
            self.stmts(body)?;
        } else {
            self.with(rest, body)?;
        }
        self.op(op::POP_BLOCK, NO_LOCATION);
        self.pop_block();
        // No exception: `exit(None, None, None)`.
        self.call_exit_with_nones(range);
        self.op(op::POP_TOP, range);
        self.jump(op::JUMP, exit, range);
        // An exception: ask `exit` whether it is swallowed.
        self.place(last);
        self.jump(op::SETUP_CLEANUP, cleanup, range);
        self.op(op::PUSH_EXC_INFO, range);
        self.op(op::WITH_EXCEPT_START, range);
        self.with_except_finish(cleanup);
        self.place(exit);
        Ok(())
    }

    pub(super) fn async_with(&mut self, items: &'a [WithItem<'a>], body: Stmts<'a>) -> Result<()> {
        let Some((item, rest)) = items.split_first() else { return Ok(()) };
        self.guard.check()?;
        let range = item.context_expr.range;
        let block = self.label();
        let last = self.label();
        let exit = self.label();
        let cleanup = self.label();
        self.expr(item.context_expr)?;
        self.load_enter_and_exit(SPECIAL_AENTER, SPECIAL_AEXIT, range);
        self.op_arg(op::GET_AWAITABLE, AWAIT_AENTER, range);
        self.load_none(range);
        self.yield_from(Delegation::Await, range);
        self.jump(op::SETUP_WITH, last, range);
        self.place(block);
        self.push_block(FrameBlockKind::AsyncWith, block, last, range)?;
        match item.optional_vars {
            Some(vars) => self.expr(vars)?,
            None => self.op(op::POP_TOP, range),
        }
        if rest.is_empty() {
            self.stmts(body)?;
        } else {
            self.async_with(rest, body)?;
        }
        self.pop_block();
        self.op(op::POP_BLOCK, range);
        self.call_exit_with_nones(range);
        self.await_exit(range);
        self.op(op::POP_TOP, range);
        self.jump(op::JUMP, exit, range);
        self.place(last);
        self.jump(op::SETUP_CLEANUP, cleanup, range);
        self.op(op::PUSH_EXC_INFO, range);
        self.op(op::WITH_EXCEPT_START, range);
        self.await_exit(range);
        self.with_except_finish(cleanup);
        self.place(exit);
        Ok(())
    }

    /// Leaves `exit`, its receiver, and the result of `enter()` on the stack.
    fn load_enter_and_exit(&mut self, enter: u32, exit: u32, range: Range) {
        self.op_arg(op::COPY, 1, range);
        self.op_arg(op::LOAD_SPECIAL, exit, range);
        self.op_arg(op::SWAP, 2, range);
        self.op_arg(op::SWAP, 3, range);
        self.op_arg(op::LOAD_SPECIAL, enter, range);
        self.op_arg(op::CALL, 0, range);
    }

    pub(super) fn call_exit_with_nones(&mut self, range: Range) {
        self.load_none(range);
        self.load_none(range);
        self.load_none(range);
        self.op_arg(op::CALL, 3, range);
    }

    /// Awaits what `__aexit__` returned.
    pub(super) fn await_exit(&mut self, range: Range) {
        self.op_arg(op::GET_AWAITABLE, AWAIT_AEXIT, range);
        self.load_none(range);
        self.yield_from(Delegation::Await, range);
    }

    fn with_except_finish(&mut self, cleanup: Label) {
        let suppress = self.label();
        let exit = self.label();
        self.op(op::TO_BOOL, NO_LOCATION);
        self.jump(op::POP_JUMP_IF_TRUE, suppress, NO_LOCATION);
        self.op_arg(op::RERAISE, 2, NO_LOCATION);
        self.place(suppress);
        self.op(op::POP_TOP, NO_LOCATION);
        self.op(op::POP_BLOCK, NO_LOCATION);
        self.op(op::POP_EXCEPT, NO_LOCATION);
        self.op(op::POP_TOP, NO_LOCATION);
        self.op(op::POP_TOP, NO_LOCATION);
        self.op(op::POP_TOP, NO_LOCATION);
        self.goto(exit);
        self.place(cleanup);
        self.pop_except_and_reraise();
        self.place(exit);
    }
}
