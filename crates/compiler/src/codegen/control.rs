//! Control flow: conditions, loops, and jumps that leave blocks.

use bytecode::opcode::op;
use syntax::ast::{BoolOp, CmpOp, Expr, ExprContext, ExprKind, For, Range, Stmt, StmtKind, Stmts, UnaryOp};

use super::Codegen;
use super::unit::{FrameBlock, FrameBlockKind};
use crate::error::Result;
use crate::flow::{Label, NO_LOCATION};

impl<'a> Codegen<'a, '_> {
    /// `if` with all its `elif`s: a loop, because a chain may be long.
    pub(super) fn if_stmt(&mut self, stmt: &'a Stmt<'a>) -> Result<()> {
        let mut ends = Vec::new();
        let mut link = stmt;
        while let StmtKind::If { test, body, orelse } = link.kind {
            let end = self.label();
            ends.push(end);
            let next = if orelse.is_empty() { end } else { self.label() };
            self.jump_if(test, next, false)?;
            self.stmts(body)?;
            if orelse.is_empty() {
                break;
            }
            self.goto(end);
            self.place(next);
            match orelse {
                [only] if matches!(only.kind, StmtKind::If { .. }) => link = only,
                _ => {
                    self.stmts(orelse)?;
                    break;
                }
            }
        }
        for end in ends.into_iter().rev() {
            self.place(end);
        }
        Ok(())
    }

    /// Jumps to `next` if the truth of `test` is `condition`, else goes on.
    pub(super) fn jump_if(&mut self, test: &'a Expr<'a>, next: Label, condition: bool) -> Result<()> {
        self.guard.check()?;
        match test.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => self.jump_if(operand, next, !condition)?,
            ExprKind::BoolOp { op, values } => {
                let inner_condition = op == BoolOp::Or;
                let inner_next = if inner_condition != condition { self.label() } else { next };
                if let Some((last, others)) = values.split_last() {
                    for value in others {
                        self.jump_if(value, inner_next, inner_condition)?;
                    }
                    self.jump_if(last, next, condition)?;
                }
                if inner_next != next {
                    self.place(inner_next);
                }
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.label();
                let other = self.label();
                self.jump_if(test, other, false)?;
                self.jump_if(body, next, condition)?;
                self.goto(end);
                self.place(other);
                self.jump_if(orelse, next, condition)?;
                self.place(end);
            }
            ExprKind::Compare { left, ops, comparators } if ops.len() > 1 => {
                self.check_compare(test, left, ops, comparators)?;
                self.jump_if_chain(test, left, ops, comparators, next, condition)?;
            }
            _ => {
                self.expr(test)?;
                self.op(op::TO_BOOL, test.range);
                self.jump(if condition { op::POP_JUMP_IF_TRUE } else { op::POP_JUMP_IF_FALSE }, next, test.range);
            }
        }
        Ok(())
    }

    fn jump_if_chain(
        &mut self,
        test: &'a Expr<'a>,
        left: &'a Expr<'a>,
        ops: &[CmpOp],
        comparators: &[&'a Expr<'a>],
        next: Label,
        condition: bool,
    ) -> Result<()> {
        let range = test.range;
        let cleanup = self.label();
        self.expr(left)?;
        let last = ops.len() - 1;
        for (comparator, op) in comparators.iter().zip(&ops[..last]) {
            self.expr(comparator)?;
            self.op_arg(op::SWAP, 2, range);
            self.op_arg(op::COPY, 2, range);
            self.compare_op(*op, range);
            self.op(op::TO_BOOL, range);
            self.jump(op::POP_JUMP_IF_FALSE, cleanup, range);
        }
        if let Some(comparator) = comparators.last() {
            self.expr(comparator)?;
        }
        self.compare_op(ops[last], range);
        self.op(op::TO_BOOL, range);
        self.jump(if condition { op::POP_JUMP_IF_TRUE } else { op::POP_JUMP_IF_FALSE }, next, range);
        let end = self.label();
        self.goto(end);
        self.place(cleanup);
        self.op(op::POP_TOP, range);
        if !condition {
            self.goto(next);
        }
        self.place(end);
        Ok(())
    }

    pub(super) fn for_loop(&mut self, node: &'a For<'a>, range: Range) -> Result<()> {
        let start = self.label();
        let cleanup = self.label();
        let end = self.label();
        self.push_block(FrameBlockKind::ForLoop, start, end, range)?;
        self.expr(node.iter)?;
        self.op(op::GET_ITER, node.iter.range);
        self.place(start);
        self.jump(op::FOR_ITER, cleanup, node.iter.range);
        // So that a loop over several lines is traced line by line; removed if it is not needed.
        self.op(op::NOP, node.target.range);
        self.expr(node.target)?;
        self.stmts(node.body)?;
        self.jump(op::JUMP, start, NO_LOCATION);
        self.place(cleanup);
        self.op(op::END_FOR, NO_LOCATION);
        self.op(op::POP_ITER, NO_LOCATION);
        self.pop_block();
        self.stmts(node.orelse)?;
        self.place(end);
        Ok(())
    }

    pub(super) fn async_for_loop(&mut self, node: &'a For<'a>, range: Range) -> Result<()> {
        let start = self.label();
        let send = self.label();
        let except = self.label();
        let end = self.label();
        self.expr(node.iter)?;
        self.op(op::GET_AITER, node.iter.range);
        self.place(start);
        self.push_block(FrameBlockKind::ForLoop, start, end, range)?;
        self.jump(op::SETUP_FINALLY, except, range);
        self.op(op::GET_ANEXT, range);
        self.load_none(range);
        self.place(send);
        self.yield_from(super::expressions::Delegation::Await, range);
        self.op(op::POP_BLOCK, range);
        self.op(op::NOT_TAKEN, range);
        self.expr(node.target)?;
        self.stmts(node.body)?;
        self.jump(op::JUMP, start, NO_LOCATION);
        self.pop_block();
        self.place(except);
        self.jump(op::END_ASYNC_FOR, send, node.iter.range);
        self.stmts(node.orelse)?;
        self.place(end);
        Ok(())
    }

    pub(super) fn while_loop(
        &mut self,
        test: &'a Expr<'a>,
        body: Stmts<'a>,
        orelse: Stmts<'a>,
        range: Range,
    ) -> Result<()> {
        let start = self.label();
        let end = self.label();
        let anchor = self.label();
        self.place(start);
        self.push_block(FrameBlockKind::WhileLoop, start, end, range)?;
        self.jump_if(test, anchor, false)?;
        self.stmts(body)?;
        self.jump(op::JUMP, start, NO_LOCATION);
        self.pop_block();
        self.place(anchor);
        self.stmts(orelse)?;
        self.place(end);
        Ok(())
    }

    pub(super) fn return_stmt(&mut self, value: Option<&'a Expr<'a>>, range: Range) -> Result<()> {
        let block = self.block();
        if !block.is_function_like() {
            return self.error("'return' outside function", range);
        }
        if value.is_some() && block.coroutine && block.generator {
            return self.error("'return' with value in async generator", range);
        }
        let constant = value.and_then(|value| match &value.kind {
            ExprKind::Constant { value, .. } => Some(value),
            _ => None,
        });
        let preserve = value.is_some() && constant.is_none();
        let mut place = range;
        if let Some(value) = value {
            if preserve {
                self.expr(value)?;
            } else {
                place = value.range;
                self.op(op::NOP, place);
            }
        }
        if value.is_none_or(|value| value.range.lineno != range.lineno) {
            place = range;
            self.op(op::NOP, place);
        }
        self.unwind_all(&mut place, preserve)?;
        match constant {
            Some(constant) => self.load_constant(constant, place),
            None if value.is_none() => self.load_none(place),
            None => {}
        }
        self.op(op::RETURN_VALUE, place);
        Ok(())
    }

    pub(super) fn break_stmt(&mut self, range: Range) -> Result<()> {
        let mut place = range;
        self.op(op::NOP, place);
        let Some(target) = self.unwind_to_loop(&mut place)? else {
            return self.error("'break' outside loop", range);
        };
        self.unwind(&target, &mut place, false)?;
        self.jump(op::JUMP, target.exit, place);
        Ok(())
    }

    pub(super) fn continue_stmt(&mut self, range: Range) -> Result<()> {
        let mut place = range;
        self.op(op::NOP, place);
        let Some(target) = self.unwind_to_loop(&mut place)? else {
            return self.error("'continue' not properly in loop", range);
        };
        self.jump(op::JUMP, target.start, place);
        Ok(())
    }

    fn unwind_all(&mut self, range: &mut Range, preserve: bool) -> Result<()> {
        self.unwind_blocks(range, preserve, false).map(drop)
    }

    fn unwind_to_loop(&mut self, range: &mut Range) -> Result<Option<FrameBlock<'a>>> {
        self.unwind_blocks(range, false, true)
    }

    /// Leaves the blocks around, innermost first, up to a loop if `to_loop`; each is gone while it is being left.
    fn unwind_blocks(&mut self, range: &mut Range, preserve: bool, to_loop: bool) -> Result<Option<FrameBlock<'a>>> {
        let mut left = Vec::new();
        let mut found = None;
        while let Some(&top) = self.unit.frame_blocks.last() {
            match top.kind {
                FrameBlockKind::ExceptionGroupHandler => {
                    return self.error("'break', 'continue' and 'return' cannot appear in an except* block", *range);
                }
                FrameBlockKind::WhileLoop | FrameBlockKind::ForLoop if to_loop => {
                    found = Some(top);
                    break;
                }
                _ => {}
            }
            self.unit.frame_blocks.pop();
            left.push(top);
            self.unwind(&top, range, preserve)?;
        }
        self.unit.frame_blocks.extend(left.into_iter().rev());
        Ok(found)
    }

    /// What has to happen when a jump leaves one block. With `preserve` the value to be returned is on the stack.
    fn unwind(&mut self, block: &FrameBlock<'a>, range: &mut Range, preserve: bool) -> Result<()> {
        match block.kind {
            FrameBlockKind::WhileLoop
            | FrameBlockKind::ExceptionHandler
            | FrameBlockKind::ExceptionGroupHandler
            | FrameBlockKind::AsyncComprehension
            | FrameBlockKind::InlinedComprehension
            | FrameBlockKind::StopIteration => {}
            FrameBlockKind::ForLoop | FrameBlockKind::PopValue => {
                if preserve {
                    self.op_arg(op::SWAP, 2, *range);
                }
                self.op(op::POP_TOP, *range);
            }
            FrameBlockKind::TryExcept => self.op(op::POP_BLOCK, *range),
            FrameBlockKind::FinallyTry(finalbody) => {
                self.op(op::POP_BLOCK, *range);
                if preserve {
                    self.push_block(FrameBlockKind::PopValue, Label::NONE, Label::NONE, *range)?;
                }
                self.stmts(finalbody)?;
                if preserve {
                    self.pop_block();
                }
                // The `finally` block should appear to run after the jump.
                *range = NO_LOCATION;
            }
            FrameBlockKind::FinallyEnd => {
                if preserve {
                    self.op_arg(op::SWAP, 2, *range);
                }
                self.op(op::POP_TOP, *range);
                if preserve {
                    self.op_arg(op::SWAP, 2, *range);
                }
                self.op(op::POP_BLOCK, *range);
                self.op(op::POP_EXCEPT, *range);
            }
            FrameBlockKind::With | FrameBlockKind::AsyncWith => {
                *range = block.range;
                self.op(op::POP_BLOCK, *range);
                if preserve {
                    self.op_arg(op::SWAP, 3, *range);
                    self.op_arg(op::SWAP, 2, *range);
                }
                self.call_exit_with_nones(*range);
                if matches!(block.kind, FrameBlockKind::AsyncWith) {
                    self.await_exit(*range);
                }
                self.op(op::POP_TOP, *range);
                *range = NO_LOCATION;
            }
            FrameBlockKind::HandlerCleanup(name) => {
                if name.is_some() {
                    self.op(op::POP_BLOCK, *range);
                }
                if preserve {
                    self.op_arg(op::SWAP, 2, *range);
                }
                self.op(op::POP_BLOCK, *range);
                self.op(op::POP_EXCEPT, *range);
                if let Some(name) = name {
                    self.load_none(*range);
                    self.name(name, ExprContext::Store, *range);
                    self.name(name, ExprContext::Del, *range);
                }
            }
        }
        Ok(())
    }
}
