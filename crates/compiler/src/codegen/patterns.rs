//! `match`: patterns take the subject apart on the stack and store names only once the whole pattern fits.

use bytecode::code::Const;
use bytecode::opcode::{binary, op};
use syntax::ast::{Expr, ExprContext, ExprKind, Identifier, MatchCase, Pattern, PatternKind, Patterns, Range};

use super::expressions::{COMPARE_EQ, COMPARE_GE};
use super::{Codegen, name_const, to_const};
use crate::error::Result;
use crate::flow::{Label, NEXT_LOCATION, NO_LOCATION};
use crate::names::{Name, NameSet};

/// What is known while a pattern is being compiled.
#[derive(Default)]
struct PatternContext {
    /// Captured names, in the order of their values on the stack.
    stores: Vec<Name>,
    /// The same, for finding a duplicate.
    stored: NameSet,
    /// May the pattern match everything?
    allow_irrefutable: bool,
    /// `fail_pop[n]` pops `n` values and goes on with the next pattern.
    fail_pop: Vec<Label>,
    /// How many values on top of the captures have to be popped on failure.
    on_top: usize,
}

fn is_wildcard(pattern: &Pattern<'_>) -> bool {
    matches!(pattern.kind, PatternKind::MatchAs { name: None, pattern: None })
}

fn is_wildcard_star(pattern: &Pattern<'_>) -> bool {
    matches!(pattern.kind, PatternKind::MatchStar { name: None })
}

impl<'a> Codegen<'a, '_> {
    pub(super) fn match_stmt(&mut self, subject: &'a Expr<'a>, cases: &'a [MatchCase<'a>]) -> Result<()> {
        self.expr(subject)?;
        let end = self.label();
        let Some(last) = cases.last() else { return Ok(()) };
        let has_default = is_wildcard(last.pattern) && cases.len() > 1;
        let tested = cases.len() - usize::from(has_default);
        for (at, case) in cases[..tested].iter().enumerate() {
            let range = case.pattern.range;
            let keeps_subject = at + 1 != tested;
            if keeps_subject {
                self.op_arg(op::COPY, 1, range);
            }
            let mut context = PatternContext {
                // What matches everything must come last or have a guard.
                allow_irrefutable: case.guard.is_some() || at + 1 == cases.len(),
                ..PatternContext::default()
            };
            self.pattern(case.pattern, &mut context)?;
            for at in 0..context.stores.len() {
                self.name(context.stores[at], ExprContext::Store, range);
            }
            if let Some(guard) = case.guard {
                self.ensure_fail_pop(&mut context, 0);
                self.jump_if(guard, context.fail_pop[0], false)?;
            }
            if keeps_subject {
                self.op(op::POP_TOP, NEXT_LOCATION);
            }
            self.stmts(case.body)?;
            self.jump(op::JUMP, end, NO_LOCATION);
            self.emit_and_reset_fail_pop(&mut context, range);
        }
        if has_default {
            // The subject is gone already; a line for the tracer.
            self.op(op::NOP, last.pattern.range);
            if let Some(guard) = last.guard {
                self.jump_if(guard, end, false)?;
            }
            self.stmts(last.body)?;
        }
        self.place(end);
        Ok(())
    }

    fn ensure_fail_pop(&mut self, context: &mut PatternContext, count: usize) {
        while context.fail_pop.len() <= count {
            let label = self.label();
            context.fail_pop.push(label);
        }
    }

    /// Jumps to where everything that this pattern has put on the stack is popped.
    fn jump_to_fail_pop(&mut self, context: &mut PatternContext, opcode: u16, range: Range) {
        let pops = context.on_top + context.stores.len();
        self.ensure_fail_pop(context, pops);
        self.jump(opcode, context.fail_pop[pops], range);
    }

    fn emit_and_reset_fail_pop(&mut self, context: &mut PatternContext, range: Range) {
        let labels = std::mem::take(&mut context.fail_pop);
        for (at, label) in labels.into_iter().enumerate().rev() {
            self.place(label);
            if at > 0 {
                self.op(op::POP_TOP, range);
            }
        }
    }

    /// Moves the top of the stack below the next `count - 1` values.
    fn rotate(&mut self, count: usize, range: Range) {
        for depth in (2..=count).rev() {
            self.op_arg(op::SWAP, depth as u32, range);
        }
    }

    fn capture(&mut self, id: Option<Identifier<'a>>, context: &mut PatternContext, range: Range) -> Result<()> {
        let Some(id) = id else {
            self.op(op::POP_TOP, range);
            return Ok(());
        };
        let name = self.names.intern(id);
        if context.stored.contains(name) {
            return self.duplicate_store(name, range);
        }
        self.rotate(context.on_top + context.stores.len() + 1, range);
        context.stores.push(name);
        context.stored.insert(name, ());
        Ok(())
    }

    fn duplicate_store<T>(&self, name: Name, range: Range) -> Result<T> {
        let repr = syntax::repr::repr_str(self.names.str(name).as_bytes());
        self.error(format!("multiple assignments to name {repr} in pattern"), range)
    }

    fn pattern(&mut self, pattern: &'a Pattern<'a>, context: &mut PatternContext) -> Result<()> {
        self.guard.check()?;
        let range = pattern.range;
        match pattern.kind {
            PatternKind::MatchValue { value } => {
                if !matches!(value.kind, ExprKind::Constant { .. } | ExprKind::Attribute { .. }) {
                    return self.error("patterns may only match literals and attribute lookups", range);
                }
                self.expr(value)?;
                self.op_arg(op::COMPARE_OP, COMPARE_EQ, range);
                self.op(op::TO_BOOL, range);
                self.jump_to_fail_pop(context, op::POP_JUMP_IF_FALSE, range);
            }
            PatternKind::MatchSingleton { value } => {
                self.load_constant(&value, range);
                self.op_arg(op::IS_OP, 0, range);
                self.jump_to_fail_pop(context, op::POP_JUMP_IF_FALSE, range);
            }
            PatternKind::MatchSequence { patterns } => self.sequence_pattern(patterns, context, range)?,
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.mapping_pattern(keys, patterns, rest, context, range)?;
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.class_pattern(cls, patterns, kwd_attrs, kwd_patterns, context, range)?;
            }
            PatternKind::MatchStar { name } => self.capture(name, context, range)?,
            PatternKind::MatchAs { pattern: None, name } => {
                if !context.allow_irrefutable {
                    return match name {
                        Some(name) => {
                            let repr = syntax::repr::repr_str(name.as_bytes());
                            self.error(format!("name capture {repr} makes remaining patterns unreachable"), range)
                        }
                        None => self.error("wildcard makes remaining patterns unreachable", range),
                    };
                }
                self.capture(name, context, range)?;
            }
            PatternKind::MatchAs { pattern: Some(inner), name } => {
                // A copy for the name, below what the inner pattern works on.
                context.on_top += 1;
                self.op_arg(op::COPY, 1, range);
                self.pattern(inner, context)?;
                context.on_top -= 1;
                self.capture(name, context, range)?;
            }
            PatternKind::MatchOr { patterns } => self.or_pattern(patterns, context, range)?,
        }
        Ok(())
    }

    /// A pattern inside another may match everything.
    fn subpattern(&mut self, pattern: &'a Pattern<'a>, context: &mut PatternContext) -> Result<()> {
        let was = std::mem::replace(&mut context.allow_irrefutable, true);
        self.pattern(pattern, context)?;
        context.allow_irrefutable = was;
        Ok(())
    }

    fn sequence_pattern(&mut self, patterns: Patterns<'a>, context: &mut PatternContext, range: Range) -> Result<()> {
        let size = patterns.len();
        let mut star = None;
        let mut only_wildcard = true;
        let mut star_wildcard = false;
        for (at, pattern) in patterns.iter().enumerate() {
            if matches!(pattern.kind, PatternKind::MatchStar { .. }) {
                if star.is_some() {
                    return self.error("multiple starred names in sequence pattern", range);
                }
                star_wildcard = is_wildcard_star(pattern);
                only_wildcard &= star_wildcard;
                star = Some(at);
                continue;
            }
            only_wildcard &= is_wildcard(pattern);
        }
        context.on_top += 1;
        self.op(op::MATCH_SEQUENCE, range);
        self.jump_to_fail_pop(context, op::POP_JUMP_IF_FALSE, range);
        let length = match star {
            None => Some((size, COMPARE_EQ)),
            Some(_) if size > 1 => Some((size - 1, COMPARE_GE)),
            Some(_) => None,
        };
        if let Some((length, compare)) = length {
            self.op(op::GET_LEN, range);
            self.load_const(Const::Int(length as i64), range);
            self.op_arg(op::COMPARE_OP, compare, range);
            self.jump_to_fail_pop(context, op::POP_JUMP_IF_FALSE, range);
        }
        context.on_top -= 1;
        if only_wildcard {
            self.op(op::POP_TOP, range);
            Ok(())
        } else if star_wildcard {
            self.subscript_sequence(patterns, star.unwrap_or(0), context, range)
        } else {
            self.unpack_sequence(patterns, context, range)
        }
    }

    fn unpack_sequence(&mut self, patterns: Patterns<'a>, context: &mut PatternContext, range: Range) -> Result<()> {
        let size = patterns.len();
        match patterns.iter().position(|pattern| matches!(pattern.kind, PatternKind::MatchStar { .. })) {
            Some(at) => {
                let after = size - at - 1;
                if at >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                    return self.error("too many expressions in star-unpacking sequence pattern", range);
                }
                self.op_arg(op::UNPACK_EX, (at + (after << 8)) as u32, range);
            }
            None => self.op_arg(op::UNPACK_SEQUENCE, size as u32, range),
        }
        context.on_top += size;
        for pattern in patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        Ok(())
    }

    /// With `*_` among the patterns only the items that matter are fetched, by index.
    fn subscript_sequence(
        &mut self,
        patterns: Patterns<'a>,
        star: usize,
        context: &mut PatternContext,
        range: Range,
    ) -> Result<()> {
        context.on_top += 1;
        let size = patterns.len();
        for (at, pattern) in patterns.iter().enumerate() {
            if is_wildcard(pattern) || at == star {
                continue;
            }
            self.op_arg(op::COPY, 1, range);
            if at < star {
                self.load_const(Const::Int(at as i64), range);
            } else {
                // From the end, but without a negative index, which the subject may not support.
                self.op(op::GET_LEN, range);
                self.load_const(Const::Int((size - at) as i64), range);
                self.op_arg(op::BINARY_OP, binary::SUBTRACT, range);
            }
            self.op_arg(op::BINARY_OP, binary::SUBSCR, range);
            self.subpattern(pattern, context)?;
        }
        context.on_top -= 1;
        self.op(op::POP_TOP, range);
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        keys: &'a [&'a Expr<'a>],
        patterns: Patterns<'a>,
        rest: Option<Identifier<'a>>,
        context: &mut PatternContext,
        range: Range,
    ) -> Result<()> {
        let size = keys.len();
        if size != patterns.len() {
            let msg = format!("keys ({size}) / patterns ({}) length mismatch in mapping pattern", patterns.len());
            return self.error(msg, range);
        }
        context.on_top += 1;
        self.op(op::MATCH_MAPPING, range);
        self.jump_to_fail_pop(context, op::POP_JUMP_IF_FALSE, range);
        if size == 0 && rest.is_none() {
            context.on_top -= 1;
            self.op(op::POP_TOP, range);
            return Ok(());
        }
        if size > 0 {
            self.op(op::GET_LEN, range);
            self.load_const(Const::Int(size as i64), range);
            self.op_arg(op::COMPARE_OP, COMPARE_GE, range);
            self.jump_to_fail_pop(context, op::POP_JUMP_IF_FALSE, range);
        }
        self.mapping_keys(keys, range)?;
        self.op_arg(op::BUILD_TUPLE, size as u32, range);
        self.op(op::MATCH_KEYS, range);
        // The keys and the values lie on the subject.
        context.on_top += 2;
        self.op_arg(op::COPY, 1, range);
        self.load_none(range);
        self.op_arg(op::IS_OP, 1, range);
        self.jump_to_fail_pop(context, op::POP_JUMP_IF_FALSE, range);
        self.op_arg(op::UNPACK_SEQUENCE, size as u32, range);
        context.on_top = context.on_top + size - 1;
        for pattern in patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        context.on_top -= 2;
        if rest.is_none() {
            self.op(op::POP_TOP, range);
            self.op(op::POP_TOP, range);
            return Ok(());
        }
        // `rest` is a copy of the subject without the keys.
        self.op_arg(op::BUILD_MAP, 0, range);
        self.op_arg(op::SWAP, 3, range);
        self.op_arg(op::DICT_UPDATE, 2, range);
        self.op_arg(op::UNPACK_SEQUENCE, size as u32, range);
        for left in (1..=size).rev() {
            self.op_arg(op::COPY, left as u32 + 1, range);
            self.op_arg(op::SWAP, 2, range);
            self.op(op::DELETE_SUBSCR, range);
        }
        self.capture(rest, context, range)
    }

    fn mapping_keys(&mut self, keys: &'a [&'a Expr<'a>], range: Range) -> Result<()> {
        let mut seen: Vec<Const> = Vec::new();
        for key in keys {
            match &key.kind {
                ExprKind::Constant { value, .. } => {
                    let value = to_const(value);
                    if seen.iter().any(|other| crate::values::equal(other, &value)) {
                        let repr = crate::values::repr(&value);
                        return self.error(format!("mapping pattern checks duplicate key ({repr})"), range);
                    }
                    seen.push(value);
                }
                ExprKind::Attribute { .. } => {}
                _ => {
                    let msg = "mapping pattern keys may only match literals and attribute lookups";
                    return self.error(msg, range);
                }
            }
            self.expr(key)?;
        }
        Ok(())
    }

    fn class_pattern(
        &mut self,
        cls: &'a Expr<'a>,
        patterns: Patterns<'a>,
        attrs: &'a [Identifier<'a>],
        attr_patterns: Patterns<'a>,
        context: &mut PatternContext,
        range: Range,
    ) -> Result<()> {
        if attrs.len() != attr_patterns.len() {
            let msg = format!(
                "kwd_attrs ({}) / kwd_patterns ({}) length mismatch in class pattern",
                attrs.len(),
                attr_patterns.len()
            );
            return self.error(msg, range);
        }
        for (at, attr) in attrs.iter().enumerate() {
            if let Some(again) = attrs[at + 1..].iter().position(|other| other == attr) {
                let place = attr_patterns[at + 1 + again].range;
                return self.error(format!("attribute name repeated in class pattern: {attr}"), place);
            }
        }
        self.expr(cls)?;
        let names = attrs.iter().map(|attr| name_const(attr)).collect();
        self.load_const(Const::Tuple(names), range);
        self.op_arg(op::MATCH_CLASS, patterns.len() as u32, range);
        self.op_arg(op::COPY, 1, range);
        self.load_none(range);
        self.op_arg(op::IS_OP, 1, range);
        context.on_top += 1;
        self.jump_to_fail_pop(context, op::POP_JUMP_IF_FALSE, range);
        let count = patterns.len() + attrs.len();
        self.op_arg(op::UNPACK_SEQUENCE, count as u32, range);
        context.on_top = context.on_top + count - 1;
        for pattern in patterns.iter().chain(attr_patterns) {
            context.on_top -= 1;
            if is_wildcard(pattern) {
                self.op(op::POP_TOP, range);
            } else {
                self.subpattern(pattern, context)?;
            }
        }
        Ok(())
    }

    fn or_pattern(&mut self, patterns: Patterns<'a>, context: &mut PatternContext, range: Range) -> Result<()> {
        let end = self.label();
        let mut control: Vec<Name> = Vec::new();
        for (at, &alternative) in patterns.iter().enumerate() {
            let place = alternative.range;
            let mut inner = PatternContext {
                allow_irrefutable: at + 1 == patterns.len() && context.allow_irrefutable,
                ..PatternContext::default()
            };
            self.op_arg(op::COPY, 1, place);
            self.pattern(alternative, &mut inner)?;
            if at == 0 {
                control = inner.stores.clone();
            } else {
                self.reorder_captures(&control, &mut inner.stores, place, range)?;
            }
            self.jump(op::JUMP, end, place);
            self.emit_and_reset_fail_pop(&mut inner, place);
        }
        // None fits.
        self.op(op::POP_TOP, range);
        self.jump_to_fail_pop(context, op::JUMP, range);
        self.place(end);
        let rotations = control.len() + 1 + context.on_top + context.stores.len();
        for name in control {
            self.rotate(rotations, range);
            if context.stored.contains(name) {
                return self.duplicate_store(name, range);
            }
            context.stores.push(name);
            context.stored.insert(name, ());
        }
        self.op(op::POP_TOP, range);
        Ok(())
    }

    /// Brings the captures of an alternative into the order of the first one's.
    fn reorder_captures(&mut self, control: &[Name], stores: &mut Vec<Name>, place: Range, range: Range) -> Result<()> {
        const DIFFERENT: &str = "alternative patterns bind different names";
        if stores.len() != control.len() {
            return self.error(DIFFERENT, range);
        }
        for wanted in (0..control.len()).rev() {
            let Some(found) = stores.iter().position(|&name| name == control[wanted]) else {
                return self.error(DIFFERENT, range);
            };
            if found == wanted {
                continue;
            }
            if found > wanted {
                // Cannot happen: the places above are taken by their own names.
                return self.error(DIFFERENT, range);
            }
            let count = found + 1;
            let moved: Vec<Name> = stores.drain(..count).collect();
            let to = wanted - found;
            stores.splice(to..to, moved);
            for _ in 0..count {
                self.rotate(wanted + 1, place);
            }
        }
        Ok(())
    }
}
