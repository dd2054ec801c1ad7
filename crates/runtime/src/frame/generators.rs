//! Generators' frames: made from a call's frame, copied to the stack to run, copied back to rest.
//!
//! On the stack one word stands before the header of a generator's frame: the address of the generator, not owned (who
//! resumes it holds it). At rest the frame lies in the generator object with the same layout, so that whatever looks at
//! frames can look at it there.
#![expect(unsafe_code, reason = "copies frames between the stack and generator objects")]

use super::registers::{Fp, Pc, Sp};
use super::stack::HEADER;
use super::{dispatch, private};
use crate::error::Res;
use crate::objects::exceptions as exc;
use crate::objects::frame as frame_object;
use crate::objects::generator::{self, Generator, State, exception_to_throw};
use crate::thread::ThreadState;
use crate::types::slots::Sent;
use crate::value::{UNBOUND, Value};

impl Fp {
    /// The generator whose frame this is.
    #[inline(always)]
    pub(super) fn generator<'a>(self) -> &'a Generator {
        // SAFETY: a generator's frame has its address before the header, at rest too (`Generator::this`); who resumes a
        // generator keeps it alive.
        unsafe { &**self.0.wrapping_sub(HEADER + 1).cast::<*const Generator>() }
    }
}

/// What a generator is resumed with.
pub(crate) enum Resume {
    Send(Value),
    /// The exception is in the thread state.
    Throw,
}

/// Moves the frame `fp` of a call, whose stack is empty, into a new generator, and takes the frame off the stack.
#[inline(never)]
pub(super) fn make(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp) -> Value {
    fp.header().current_pc.set(pc);
    let used = HEADER + sp.above(Sp(fp.0));
    // SAFETY: the header and the words up to `sp` are the frame's; they move.
    let made = unsafe { Generator::make(th, fp, used) };
    th.frames.fp.set(fp.header().previous.get());
    th.frames.recursion_remaining.set(th.frames.recursion_remaining.get() + 1);
    made
}

/// Copies a resting frame to the stack at `sp` and makes it the innermost. Returns its registers.
#[inline(always)]
pub(super) fn enter(
    th: &ThreadState,
    generator: &Generator,
    sp: Sp,
    previous: Fp,
    return_pc: Pc,
    yield_pc: Pc,
) -> (Pc, Sp, Fp) {
    if generator.handles_exceptions() {
        let handled = generator.handled.replace(None).unwrap_or(Value::NONE);
        th.handled.borrow_mut().push(handled);
    }
    enter_plain(th, generator, sp, previous, return_pc, yield_pc)
}

/// As `enter`, for a frame that handles no exceptions: calls nothing, so that handlers need no native frame.
#[inline(always)]
pub(super) fn enter_plain(
    th: &ThreadState,
    generator: &Generator,
    sp: Sp,
    previous: Fp,
    return_pc: Pc,
    yield_pc: Pc,
) -> (Pc, Sp, Fp) {
    let (used, image) = (generator.used(), generator.image_fp());
    let fp = Fp(sp.0.wrapping_add(1 + HEADER));
    // SAFETY: callers have checked that the frame fits above `sp`; the image holds `used` words, header included, which
    // move.
    unsafe {
        *sp.0.cast::<*const Generator>() = generator;
        Sp::copy_words(image.0.cast::<u64>(), fp.0.cast::<u64>(), used.saturating_sub(HEADER));
    }
    let (header, resting) = (fp.header(), image.header());
    let (pc, extra) = (resting.current_pc.get(), resting.extra.get());
    header.func.set(resting.func.get());
    header.code.set(resting.code.get());
    header.globals.set(resting.globals.get());
    header.current_pc.set(pc);
    header.extra.set(extra);
    header.return_pc.set(return_pc);
    header.previous.set(previous);
    generator.yield_pc.set(yield_pc);
    generator.state.set(State::Executing);
    if extra != UNBOUND {
        frame_object::moved(fp);
    }
    super::activate(th, fp);
    (pc, Sp(sp.0.wrapping_add(1 + used)), fp)
}

/// Whether a generator's frame can be entered above `sp`.
#[inline(always)]
pub(super) fn has_room(th: &ThreadState, generator: &Generator, sp: Sp) -> bool {
    th.frames.has_room(sp, generator.capacity() + 8) && th.frames.recursion_remaining.get() > 0
}

/// Copies the frame back into its generator, with the stack up to `sp`. Returns where the resumer's stack ends.
#[inline(always)]
pub(super) fn suspend(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, state: State) -> Sp {
    if fp.code().handles_exceptions {
        fp.generator().handled.set(th.handled.borrow_mut().pop());
    }
    suspend_plain(th, pc, sp, fp, state)
}

/// As `suspend`, for a frame that handles no exceptions.
#[inline(always)]
pub(super) fn suspend_plain(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, state: State) -> Sp {
    let generator = fp.generator();
    let header = fp.header();
    let previous = header.previous.get();
    let words = sp.above(Sp(fp.0));
    let image = generator.image_fp();
    // SAFETY: the image has room for the largest stack of the code object; the words move.
    unsafe { Sp::copy_words(fp.0.cast::<u64>(), image.0.cast::<u64>(), words) };
    // The rest of the header is as it was when the frame was taken from here.
    image.header().current_pc.set(pc);
    image.header().extra.set(header.extra.get());
    image.header().previous.set(Fp::NULL);
    generator.rest(HEADER + words, state);
    if !image.extra().is_unbound() {
        frame_object::moved(image);
    }
    th.frames.fp.set(previous);
    th.frames.recursion_remaining.set(th.frames.recursion_remaining.get() + 1);
    fp.header_sp().sub(1)
}

/// The generator has finished: drops its frame. Returns where the resumer's stack ends.
#[inline(never)]
pub(super) fn finish(th: &ThreadState, sp: Sp, fp: Fp) -> Sp {
    let generator = fp.generator();
    if fp.code().handles_exceptions {
        let handled = th.handled.borrow_mut().pop();
        drop(handled);
    }
    generator.rest(0, State::Cleared);
    super::leave_frame(th, fp, sp).sub(1)
}

pub(super) fn leave_by_exception(th: &ThreadState, fp: Fp, sp: Sp) -> Sp {
    finish(th, sp, fp)
}

/// Resumes a resting generator from native code, in a loop of its own. The caller has checked its state.
pub(crate) fn resume(th: &ThreadState, generator: &Generator, with: Resume) -> Res<Sent> {
    th.check_native_stack("")?;
    let base = th.frames.base();
    if !has_room(th, generator, base) {
        return Err(th.recursion_error("maximum recursion depth exceeded"));
    }
    let previous = th.frames.fp.get();
    let result = match with {
        Resume::Send(value) => {
            let (pc, sp, fp) = enter(th, generator, base, previous, private::exit(), private::yielded());
            dispatch::run(th, pc, sp.push(value), fp)
        }
        Resume::Throw => {
            let (pc, sp, fp) = enter(th, generator, base, previous, private::exit(), private::yielded());
            dispatch::run_raised(th, pc, sp, fp)
        }
    }?;
    Ok(if generator.state.get() == State::Cleared { Sent::Return(result) } else { Sent::Yield(result) })
}

/// `throw`: into the innermost of the frames that wait for each other. They are taken to the stack one upon the other,
/// as if each had sent to the next: no recursion, and tracebacks and `sys._getframe` see them all.
pub(crate) fn throw(th: &ThreadState, outermost: &Generator, args: &[Value], close_on_exit: bool) -> Res<Sent> {
    th.check_native_stack("")?;
    let is_exit = close_on_exit
        && args.first().is_some_and(|first| match first.as_type() {
            Some(class) => class.is_subtype(&exc::GENERATOR_EXIT),
            None => first.is_instance_of(&exc::GENERATOR_EXIT),
        });
    let mut generator = outermost;
    let mut sp = th.frames.base();
    let handled_before = th.handled.borrow().len();
    let (mut return_pc, mut yield_pc) = (private::exit(), private::yielded());
    // The frame that waits for `generator`, on the stack.
    let mut waiting: Option<(Pc, Sp, Fp)> = None;
    let result = loop {
        let inner = generator.waits_for();
        let raised = match &inner {
            Some(inner) if is_exit => {
                generator.state.set(State::Closing);
                let closed = generator::close_iterator(th, inner);
                generator.state.set(State::SuspendedYieldFrom);
                match closed {
                    Ok(()) => generator.raise_here(th, args),
                    Err(raised) => Ok(raised),
                }
            }
            Some(_) if !has_room(th, generator, sp) => Err(th.recursion_error("maximum recursion depth exceeded")),
            Some(inner) => match waiting_at(generator) {
                Some((after_send, yield_value)) => {
                    let previous = th.frames.fp.get();
                    let (pc, top, fp) = enter(th, generator, sp, previous, return_pc, yield_pc);
                    if generator::is_generator_or_coroutine(inner)
                        && let Some(next) = generator::any(top.peek(1))
                    {
                        waiting = Some((pc, top, fp));
                        (generator, sp, return_pc, yield_pc) = (next, top, after_send, yield_value);
                        continue;
                    }
                    let method = match th.getattr_opt(inner, &th.names().throw) {
                        Ok(Some(method)) => method,
                        Ok(None) => match exception_to_throw(th, args) {
                            Ok(exception) => {
                                let _ = th.raise_as_is(exception);
                                break dispatch::run_raised(th, pc, top, fp);
                            }
                            Err(_) => break dispatch::run_raised(th, pc, top, fp),
                        },
                        Err(_) => break dispatch::run_raised(th, pc, top, fp),
                    };
                    break match th.call(&method, args) {
                        Ok(value) => dispatch::run(th, yield_value, top.push(value), fp),
                        Err(_) => dispatch::run_raised(th, pc, top, fp),
                    };
                }
                None => generator.raise_here(th, args),
            },
            None => generator.raise_here(th, args),
        };
        break match raised {
            Ok(_) if has_room(th, generator, sp) => {
                let (pc, top, fp) = enter(th, generator, sp, th.frames.fp.get(), return_pc, yield_pc);
                // What the frames that wait handle is the context, not what the thrower handles.
                let handles = th.handled.borrow().iter().skip(handled_before).any(|handled| !handled.is_none());
                if handles && let Some(exception) = th.raised.get() {
                    exc::set_context(th, &exception);
                }
                dispatch::run_raised(th, pc, top, fp)
            }
            raised => {
                let raised = match raised {
                    Ok(_) => th.recursion_error("maximum recursion depth exceeded"),
                    Err(raised) => raised,
                };
                match waiting {
                    Some((pc, top, fp)) => dispatch::run_raised(th, pc, top, fp),
                    None => Err(raised),
                }
            }
        };
    }?;
    Ok(if outermost.state.get() == State::Cleared { Sent::Return(result) } else { Sent::Yield(result) })
}

/// For a frame that waits for something: where it goes on when that returns, and its `YIELD_VALUE`. `None` for code made by
/// hand that has another shape.
fn waiting_at(generator: &Generator) -> Option<(Pc, Pc)> {
    let current = generator.image_fp().header().current_pc.get();
    let yield_value = current.sub(1);
    let send = yield_value.sub(2).fetch();
    let unit = usize::try_from(generator.code().offset_of(current)).ok()? / 2;
    if generator.code().opcode_at(unit.checked_sub(2)?) != bytecode::opcode::op::SEND {
        return None;
    }
    Some((yield_value.add(usize::from(send >> 8)), yield_value))
}

impl Fp {
    /// Whether the frame lies in its generator. Only for frames of generators.
    pub(crate) fn rests(self) -> bool {
        self.generator().image_fp() == self
    }

    /// Whether a frame of a generator is this one's.
    pub(crate) fn belongs_to(self, generator: &Generator) -> bool {
        std::ptr::eq(self.generator(), generator)
    }

    /// The generator object of a generator's frame.
    pub(crate) fn owner_generator(self) -> Value {
        let payload: *const Generator = self.generator();
        let header = payload.cast::<u8>().wrapping_sub(crate::object::Header::SIZE).cast_mut();
        crate::object::Header::value_at(header.cast())
    }
}
