//! Events of the running program (PEP 669): which tools want which, where; and telling them.
//!
//! Nothing is paid while nobody listens. An instruction that has something to tell becomes `INSTRUMENTED`
//! (`handlers/instrumented.rs`) among the private units of its code object: that tells it and then does what the plain form
//! of the instruction does. When a tool's events change, only code that is running is rewritten at once; the rest is when it
//! next runs: `RESUME` finds it out of date because a bit of the eval breaker is set while somebody listens, and what is still
//! instrumented when nobody does any more is made plain by the first `INSTRUMENTED` that runs in vain. So tools can be turned
//! on and off all the time. Tools 0 to 5 are Python's (`sys.monitoring`); tracing and profiling (`tracing.rs`) are two more.

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;

use bytecode::opcode::{self, op};
use rustc_hash::FxHashMap;

use super::registers::{Fp, Pc};
use super::tracing;
use crate::error::{Raised, Res};
use crate::gc::ValueCell;
use crate::objects::code::Code;
use crate::thread::{ThreadState, breaker};
use crate::value::Value;

/// Numbers of the events.
pub mod event {
    pub const PY_START: usize = 0;
    pub const PY_RESUME: usize = 1;
    pub const PY_RETURN: usize = 2;
    pub const PY_YIELD: usize = 3;
    pub const CALL: usize = 4;
    pub const LINE: usize = 5;
    pub const INSTRUCTION: usize = 6;
    pub const JUMP: usize = 7;
    pub const BRANCH_LEFT: usize = 8;
    pub const BRANCH_RIGHT: usize = 9;
    pub const STOP_ITERATION: usize = 10;
    /// Events before this one belong to an instruction, and can be disabled there.
    pub const LOCAL: usize = 11;
    pub const RAISE: usize = 11;
    pub const EXCEPTION_HANDLED: usize = 12;
    pub const PY_UNWIND: usize = 13;
    pub const PY_THROW: usize = 14;
    pub const RERAISE: usize = 15;
    pub const C_RETURN: usize = 16;
    pub const C_RAISE: usize = 17;
    /// Both kinds of branches, for tools that know them as one.
    pub const BRANCH: usize = 18;
    pub const COUNT: usize = 19;

    pub const NAMES: [&str; COUNT] = [
        "PY_START",
        "PY_RESUME",
        "PY_RETURN",
        "PY_YIELD",
        "CALL",
        "LINE",
        "INSTRUCTION",
        "JUMP",
        "BRANCH_LEFT",
        "BRANCH_RIGHT",
        "STOP_ITERATION",
        "RAISE",
        "EXCEPTION_HANDLED",
        "PY_UNWIND",
        "PY_THROW",
        "RERAISE",
        "C_RETURN",
        "C_RAISE",
        "BRANCH",
    ];

    pub const fn bit(event: usize) -> u32 {
        1 << event
    }
}

/// Tools that Python programs register.
pub const USER_TOOLS: usize = 6;
pub(crate) const PROFILE_TOOL: usize = 6;
pub(crate) const TRACE_TOOL: usize = 7;
const TOOLS: usize = 8;

/// What an interpreter's tools have asked for.
#[derive(Default)]
pub struct Monitoring {
    pub names: [ValueCell; USER_TOOLS],
    callbacks: [[ValueCell; event::COUNT]; USER_TOOLS],
    /// Events of each tool, everywhere.
    global: [Cell<u32>; TOOLS],
    /// Events that some tool wants everywhere.
    pub(crate) wanted: Cell<u32>,
    /// Counts changes of what is wanted: code that was rewritten for another count is out of date.
    version: Cell<u32>,
    /// Counts `restart_events`.
    restarts: Cell<u32>,
    /// Some tool has asked for events in some code only.
    has_local: Cell<bool>,
    /// `sys.monitoring.DISABLE` and `MISSING`.
    pub disable: ValueCell,
    pub missing: ValueCell,
}

/// What a code object knows of its own instrumentation.
pub struct CodeMonitor {
    /// Events of each tool, in this code only.
    local: [Cell<u32>; TOOLS],
    /// Events of each tool that the units tell now.
    told: [Cell<u32>; TOOLS],
    /// The counts of [`Monitoring`] that the units were rewritten for.
    version: Cell<u32>,
    restarts: Cell<u32>,
    /// For each unit the line that starts there; -1 for none. (The line of an empty module is 0.)
    line_starts: Box<[i32]>,
    /// For each `FOR_ITER` the unit of the `POP_ITER` that ends its loop, and its own.
    loops: Box<[(usize, usize)]>,
    /// Tools that want no more of an event at a unit.
    disabled: RefCell<FxHashMap<(u32, u8), u8>>,
}

/// The unit of the first `RESUME`: what lies before it makes the frame ready and causes no events.
fn begins(code: &Code) -> usize {
    let mut found = None;
    walk(code.code_bytes(), |_, unit, opcode, _| {
        if opcode == op::RESUME && found.is_none() {
            found = Some(unit);
        }
    });
    found.unwrap_or(0)
}

/// Units that no line event belongs to.
fn never_starts_a_line(opcode: u16) -> bool {
    matches!(opcode, op::RESUME | op::END_FOR | op::END_SEND | op::POP_ITER | op::END_ASYNC_FOR)
}

impl CodeMonitor {
    fn new(code: &Code) -> CodeMonitor {
        let bytes = code.code_bytes();
        let count = bytes.len() / 2;
        let mut line_starts = vec![-1; count];
        let line_at = |unit: usize| code.line_at(2 * unit as i32).unwrap_or(-1);
        let (mut targets, mut loops) = (Vec::new(), Vec::new());
        let mut current = -1;
        let begins = begins(code);
        walk(bytes, |first, unit, opcode, arg| {
            let line = line_at(unit);
            if never_starts_a_line(opcode) {
                // The line goes on behind them.
            } else if unit > begins {
                if line >= 0 && line != current {
                    line_starts[first] = line;
                }
                current = line;
            }
            if let Some(target) = jump_target(unit, opcode, arg) {
                targets.push(target);
                if opcode == op::FOR_ITER {
                    loops.push((target + 1, unit));
                }
            }
        });
        targets.extend(code.handlers().iter().map(|entry| entry.target as usize / 2));
        for target in targets {
            let Some(unit) = bytes.get(2 * target) else { continue };
            let (opcode, line) = (u16::from(*unit), line_at(target));
            if line >= 0 && target > begins && !never_starts_a_line(opcode) {
                line_starts[target] = line;
            }
        }
        CodeMonitor {
            local: Default::default(),
            told: Default::default(),
            version: Cell::new(0),
            restarts: Cell::new(0),
            line_starts: line_starts.into(),
            loops: loops.into(),
            disabled: RefCell::default(),
        }
    }

    /// Takes over what the tools want now; what one of them no longer wants it has not disabled either.
    fn take_over(&self, state: &Monitoring) {
        self.version.set(state.version.get());
        let mut disabled = self.disabled.borrow_mut();
        if self.restarts.replace(state.restarts.get()) != state.restarts.get() {
            disabled.clear();
        }
        for (tool, told) in self.told.iter().enumerate() {
            let wanted = state.global[tool].get() | self.local[tool].get();
            let gone = told.replace(wanted) & !wanted;
            if gone != 0 && !disabled.is_empty() {
                disabled.retain(|&(_, event), tools| {
                    if gone & event::bit(usize::from(event)) != 0 {
                        *tools &= !(1 << tool);
                    }
                    *tools != 0
                });
            }
        }
    }

    fn is_disabled(&self, unit: usize, event: usize, tool: usize) -> bool {
        let disabled = self.disabled.borrow();
        !disabled.is_empty() && disabled.get(&(unit as u32, event as u8)).is_some_and(|tools| tools & 1 << tool != 0)
    }
}

/// Calls `each` with every instruction: its first unit (a prefix, if it has one), its own unit, opcode and argument.
pub(super) fn walk(bytes: &[u8], mut each: impl FnMut(usize, usize, u16, usize)) {
    let (mut unit, mut first, mut prefix) = (0, 0, 0usize);
    while let Some(&[opcode, arg]) = bytes.get(2 * unit..2 * unit + 2).and_then(|pair| pair.first_chunk()) {
        let (opcode, arg) = (u16::from(opcode), prefix << 8 | usize::from(arg));
        if opcode == op::EXTENDED_ARG {
            prefix = arg & 0xFF_FFFF;
            unit += 1;
            continue;
        }
        each(first, unit, opcode, arg);
        unit += 1 + usize::from(opcode::caches(opcode));
        (first, prefix) = (unit, 0);
    }
}

/// The unit that an instruction may jump to.
pub(super) fn jump_target(unit: usize, opcode: u16, arg: usize) -> Option<usize> {
    let next = unit + 1 + usize::from(opcode::caches(opcode));
    match opcode {
        op::JUMP_FORWARD
        | op::POP_JUMP_IF_FALSE
        | op::POP_JUMP_IF_TRUE
        | op::POP_JUMP_IF_NONE
        | op::POP_JUMP_IF_NOT_NONE
        | op::FOR_ITER
        | op::SEND => Some(next + arg),
        op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT | op::END_ASYNC_FOR => next.checked_sub(arg),
        _ => None,
    }
}

/// The event that an instruction tells before or while it is executed.
fn event_of(opcode: u16, arg: usize) -> u32 {
    use event::bit;
    match opcode {
        op::RESUME if arg as u32 & opcode::resume::LOCATION_MASK == 0 => bit(event::PY_START),
        op::RESUME => bit(event::PY_RESUME),
        op::RETURN_VALUE => bit(event::PY_RETURN),
        op::YIELD_VALUE => bit(event::PY_YIELD),
        op::CALL | op::CALL_KW | op::CALL_FUNCTION_EX | op::LOAD_SUPER_ATTR => bit(event::CALL),
        op::JUMP_FORWARD | op::JUMP_BACKWARD => bit(event::JUMP),
        op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => {
            bit(event::BRANCH_RIGHT)
        }
        op::POP_ITER | op::END_ASYNC_FOR => bit(event::BRANCH_RIGHT),
        op::NOT_TAKEN => bit(event::BRANCH_LEFT),
        op::FOR_ITER => bit(event::BRANCH_LEFT) | bit(event::RAISE),
        op::END_FOR | op::END_SEND => bit(event::STOP_ITERATION),
        _ => 0,
    }
}

impl Monitoring {
    /// Events of a tool everywhere.
    pub fn global_events(&self, tool: usize) -> u32 {
        self.global[tool].get()
    }

    pub fn callback(&self, tool: usize, event: usize, new: Option<Value>) -> Option<Value> {
        self.callbacks[tool][event].replace(new)
    }

    /// Tools that want an event at a unit of a code object.
    fn tools_at(&self, monitor: &CodeMonitor, unit: usize, event: usize) -> u32 {
        let bit = event::bit(event);
        let mut tools = 0;
        for tool in 0..TOOLS {
            if (self.global[tool].get() | monitor.local[tool].get()) & bit != 0
                && !monitor.is_disabled(unit, event, tool)
            {
                tools |= 1 << tool;
            }
        }
        tools
    }

    /// Changes whenever what tools want does.
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    /// Tools that want an event everywhere, as bits.
    pub fn tools_for(&self, event: usize) -> u32 {
        let bit = event::bit(event);
        (0..TOOLS).filter(|&tool| self.global[tool].get() & bit != 0).map(|tool| 1 << tool).sum()
    }
}

impl Code {
    fn monitor(&self) -> &CodeMonitor {
        self.monitor.get_or_init(|| Box::new(CodeMonitor::new(self)))
    }

    /// Events of a tool in this code only.
    pub(crate) fn local_events(&self, tool: usize) -> u32 {
        self.monitor.get().map_or(0, |monitor| monitor.local[tool].get())
    }

    /// The unit of the instruction that `pc` lies behind.
    fn unit_of(&self, pc: Pc) -> usize {
        usize::try_from(self.offset_of(pc)).map_or(0, |offset| offset / 2)
    }

    /// The opcode at a unit, as `co_code` has it.
    pub(crate) fn opcode_at(&self, unit: usize) -> u16 {
        self.code_bytes().get(2 * unit).map_or(op::RESERVED, |&opcode| u16::from(opcode))
    }

    /// Rewrites the private units for the events that tools want now.
    fn instrument(&self, state: &Monitoring) {
        if !self.can_run() {
            return;
        }
        let monitor = self.monitor();
        let was_plain = monitor.told.iter().all(|told| told.get() == 0);
        monitor.take_over(state);
        let wanted = monitor.told.iter().fold(0, |all, told| all | told.get());
        if wanted == 0 && was_plain {
            return;
        }
        let lines = wanted & event::bit(event::LINE) != 0
            && monitor
                .line_starts
                .iter()
                .enumerate()
                .any(|(unit, &line)| line >= 0 && state.tools_at(monitor, unit, event::LINE) != 0);
        // Line events depend on the instruction that came before: each must leave its mark.
        let everything = lines || wanted & event::bit(event::INSTRUCTION) != 0;
        let begins = begins(self);
        walk(self.code_bytes(), |first, unit, opcode, arg| {
            let mut instrumented = everything;
            if !everything {
                let of_instruction = event_of(opcode, arg) & wanted;
                instrumented = (0..event::COUNT)
                    .any(|event| of_instruction & event::bit(event) != 0 && state.tools_at(monitor, unit, event) != 0);
            }
            for prefix in first..unit {
                self.rewrite(prefix, op::EXTENDED_ARG, everything && prefix == first);
            }
            self.rewrite(unit, opcode, instrumented && unit >= begins);
        });
    }

    /// Brings the private units up to date with what tools want; false if they are.
    pub(super) fn catch_up(&self, state: &Monitoring) -> bool {
        let version = self.monitor.get().map_or(0, |monitor| monitor.version.get());
        if version == state.version.get() || !self.can_run() {
            return false;
        }
        self.instrument(state);
        true
    }
}

/// What tools want has changed: running code learns of it now, other code when it runs.
fn changed(th: &ThreadState) {
    let state = &th.interp().monitoring;
    state.wanted.set(state.global.iter().fold(0, |all, tool| all | tool.get()));
    state.version.set(state.version.get().wrapping_add(1).max(1));
    th.for_each_thread(|thread| {
        if state.wanted.get() == 0 {
            thread.eval_breaker.fetch_and(!breaker::TRACING, Ordering::Relaxed);
            return;
        }
        thread.interrupt(breaker::TRACING);
        let mut frame = thread.frames.innermost();
        while let Some(fp) = frame {
            fp.code().catch_up(state);
            frame = fp.previous();
        }
    });
}

/// Applies `change` to each code object that keeps something about its events.
fn for_each_monitor(th: &ThreadState, change: impl Fn(&Code, &CodeMonitor)) {
    let mut codes = Vec::new();
    th.heap().for_each_object(|object| {
        let value = Value::from_header_ref(&object);
        if value.downcast_exact::<Code>().is_some_and(|code| code.monitor.get().is_some()) {
            codes.push(value.clone());
        }
    });
    for code in codes.iter().filter_map(|value| value.downcast_exact::<Code>()) {
        if let Some(monitor) = code.monitor.get() {
            change(code, monitor);
        }
    }
}

/// `set_events`: what a tool wants everywhere.
pub fn set_events(th: &ThreadState, tool: usize, events: u32) {
    if th.interp().monitoring.global[tool].replace(events) != events {
        changed(th);
    }
}

/// `set_local_events`: what a tool wants in one code object.
pub fn set_local_events(th: &ThreadState, code: &Code, tool: usize, events: u32) {
    let state = &th.interp().monitoring;
    state.has_local.set(true);
    if code.monitor().local[tool].replace(events) != events {
        code.instrument(state);
    }
}

/// `restart_events`: what was disabled is told again.
pub fn restart_events(th: &ThreadState) {
    let state = &th.interp().monitoring;
    state.restarts.set(state.restarts.get().wrapping_add(1));
    changed(th);
    if state.has_local.get() {
        for_each_monitor(th, |code, _| _ = code.catch_up(state));
    }
}

/// Forgets all events and callbacks of a tool.
pub fn clear_tool(th: &ThreadState, tool: usize) {
    let state = &th.interp().monitoring;
    for event in 0..event::COUNT {
        drop(state.callbacks[tool][event].take());
    }
    if state.has_local.get() {
        for_each_monitor(th, |_, monitor| monitor.local[tool].set(0));
    }
    state.global[tool].set(0);
    changed(th);
}

/// Tells `tools` of an event. `unit` is where it can be disabled; `None` for events that can not be. An exception in
/// flight is kept; a callback's own one replaces it.
fn tell(th: &ThreadState, fp: Fp, tools: u32, event: usize, unit: Option<usize>, args: &[Value]) -> Res<()> {
    if tools == 0 || th.frames.tracing.get() != 0 {
        return Ok(());
    }
    let in_flight = th.raised.take();
    let result = tell_tools(th, fp, tools, event, unit, args);
    match result {
        Ok(()) => {
            drop(th.raised.replace(in_flight));
            Ok(())
        }
        Err(raised) => {
            drop(in_flight);
            Err(raised)
        }
    }
}

fn tell_tools(th: &ThreadState, fp: Fp, tools: u32, event: usize, unit: Option<usize>, args: &[Value]) -> Res<()> {
    let state = &th.interp().monitoring;
    for tool in 0..USER_TOOLS {
        if tools & 1 << tool == 0 {
            continue;
        }
        let Some(callback) = state.callbacks[tool][event].get() else { continue };
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(fp.function().code_object());
        all.extend_from_slice(args);
        // A callback may set the line of a frame that stands still before an instruction.
        let stands = match event {
            event::LINE | event::INSTRUCTION | event::PY_YIELD => true,
            event::BRANCH_LEFT => unit.is_some_and(|unit| fp.code().opcode_at(unit) == op::NOT_TAKEN),
            _ => false,
        };
        let outer = th.frames.traced.replace(if stands { fp } else { Fp::NULL });
        let result = tracing::quietly(th, event, || th.call(&callback, &all));
        th.frames.traced.set(outer);
        let result = result?;
        if state.disable.with(|disable| disable.is_some_and(|disable| disable.is(&result))) {
            match unit {
                Some(unit) => disable(fp.code(), state, unit, event, tool),
                None => return Err(remove_callback(th, tool, event)),
            }
        }
    }
    if tools & 1 << PROFILE_TOOL != 0 {
        tracing::profile(th, fp, event, args)?;
    }
    if tools & 1 << TRACE_TOOL != 0 {
        tracing::trace(th, fp, event, args)?;
    }
    Ok(())
}

/// Tells `tools` of an event that native code fires; returns those that want no more of it.
pub fn fire(th: &ThreadState, tools: u32, event: usize, args: &[Value]) -> Res<u32> {
    if th.frames.tracing.get() != 0 {
        return Ok(0);
    }
    let state = &th.interp().monitoring;
    let mut unwanted = 0;
    for tool in (0..USER_TOOLS).filter(|tool| tools & 1 << tool != 0) {
        let Some(callback) = state.callbacks[tool][event].get() else { continue };
        let result = tracing::quietly(th, event, || th.call(&callback, args))?;
        if !state.disable.with(|disable| disable.is_some_and(|disable| disable.is(&result))) {
            continue;
        }
        if event >= event::LOCAL {
            return Err(remove_callback(th, tool, event));
        }
        unwanted |= 1 << tool;
    }
    Ok(unwanted)
}

/// For a callback that asks not to be called again about what nobody can turn off at one place.
fn remove_callback(th: &ThreadState, tool: usize, event: usize) -> Raised {
    let state = &th.interp().monitoring;
    drop(state.callbacks[tool][event].take());
    set_events(th, tool, state.global[tool].get() & !event::bit(event));
    th.value_error(format_args!("Cannot disable {} events. Callback removed.", event::NAMES[event]))
}

fn disable(code: &Code, state: &Monitoring, unit: usize, event: usize, tool: usize) {
    // What was told through C_RETURN and C_RAISE is the call's.
    let event = if matches!(event, event::C_RETURN | event::C_RAISE) { event::CALL } else { event };
    let monitor = code.monitor();
    let disable = |unit: usize, event: usize| {
        *monitor.disabled.borrow_mut().entry((unit as u32, event as u8)).or_default() |= 1 << tool;
    };
    disable(unit, event);
    // A callback for `BRANCH` disables both ways of a loop, though only one way of a jump.
    if matches!(event, event::BRANCH_LEFT | event::BRANCH_RIGHT)
        && let Some(callback) = state.callbacks[tool][event::BRANCH].get()
        && state.callbacks[tool][event].get().is_some_and(|one_way| one_way.is(&callback))
        && let Some(&(end, start)) = monitor.loops.iter().find(|(end, start)| unit == *end || unit == *start)
    {
        disable(start, event::BRANCH_LEFT);
        disable(end, event::BRANCH_RIGHT);
    }
    // Other lines of the code are still wanted: nothing changes.
    let is_line = |unit: usize, line: i32| line >= 0 && state.tools_at(monitor, unit, event::LINE) != 0;
    if event == event::INSTRUCTION
        || event == event::LINE && monitor.line_starts.iter().enumerate().any(|(unit, &line)| is_line(unit, line))
    {
        return;
    }
    code.instrument(state);
}

/// Tells of an event of the instruction at `unit`.
pub(super) fn tell_at(th: &ThreadState, fp: Fp, unit: usize, event: usize, args: &[Value]) -> Res<()> {
    let tools = th.interp().monitoring.tools_at(fp.code().monitor(), unit, event);
    tell(th, fp, tools, event, Some(unit), args)
}

/// Tells of a line that starts at `unit`. One that the call's own event has told of is news to trace functions only.
pub(super) fn tell_line(th: &ThreadState, fp: Fp, unit: usize, line: i32, known: bool) -> Res<()> {
    let tools = th.interp().monitoring.tools_at(fp.code().monitor(), unit, event::LINE);
    let tools = if known { tools & 1 << TRACE_TOOL } else { tools };
    tell(th, fp, tools, event::LINE, Some(unit), &[Value::int32(line)])
}

/// The branch that a `NOT_TAKEN` or `POP_ITER` at `unit` belongs to.
pub(super) fn branch_of(fp: Fp, unit: usize) -> Option<usize> {
    let code = fp.code();
    if code.opcode_at(unit) == op::POP_ITER {
        return code.monitor().loops.iter().find(|(end, _)| *end == unit).map(|(_, start)| *start);
    }
    // A conditional jump has one cache.
    let jump = unit.checked_sub(2)?;
    matches!(
        code.opcode_at(jump),
        op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE
    )
    .then_some(jump)
}

/// Whether anybody wants an event of the instruction at `unit`.
pub(super) fn is_wanted_at(th: &ThreadState, fp: Fp, unit: usize, event: usize) -> bool {
    th.frames.tracing.get() == 0 && th.interp().monitoring.tools_at(fp.code().monitor(), unit, event) != 0
}

/// `C_RETURN` and `C_RAISE`: for tools that want the call's own event.
pub(super) fn tell_call_end(th: &ThreadState, fp: Fp, unit: usize, event: usize, args: &[Value]) -> Res<()> {
    let tools = th.interp().monitoring.tools_at(fp.code().monitor(), unit, event::CALL);
    tell(th, fp, tools, event, None, args)
}

/// The line that starts at a unit, if it does and somebody wants to know.
pub(super) fn line_at(th: &ThreadState, fp: Fp, unit: usize) -> Option<i32> {
    let monitor = fp.code().monitor();
    let line = monitor.line_starts.get(unit).copied().filter(|&line| line >= 0)?;
    if th.interp().monitoring.tools_at(monitor, unit, event::LINE) != 0 { Some(line) } else { None }
}

pub(super) fn unit_of(fp: Fp, pc: Pc) -> usize {
    fp.code().unit_of(pc)
}

pub(super) fn offset_value(unit: usize) -> Value {
    Value::index(2 * unit)
}

/// An exception's way through a frame: `RAISE`, `RERAISE`, `EXCEPTION_HANDLED`, `PY_UNWIND`, `PY_THROW`. Returns the
/// exception that goes on, which is a callback's if one fails.
#[cold]
#[inline(never)]
pub(super) fn exceptional(th: &ThreadState, fp: Fp, event: usize, unit: usize, exception: Value) -> Value {
    let state = &th.interp().monitoring;
    let tools = state.tools_for(event);
    if tools == 0 {
        return exception;
    }
    match tell(th, fp, tools, event, None, &[offset_value(unit), exception.clone()]) {
        Ok(()) => exception,
        Err(raised) => th.take_raised(raised),
    }
}

/// Whether exceptions are to be told of.
#[inline(always)]
pub(crate) fn follows_exceptions(th: &ThreadState) -> bool {
    const EXCEPTIONAL: u32 = event::bit(event::RAISE)
        | event::bit(event::RERAISE)
        | event::bit(event::EXCEPTION_HANDLED)
        | event::bit(event::PY_UNWIND)
        | event::bit(event::PY_THROW);
    th.interp().monitoring.wanted.get() & EXCEPTIONAL != 0
}
