//! The eval breaker: what the loop does when it is asked to look up from its work.

use std::sync::atomic::Ordering;

use crate::error::Res;
use crate::thread::{ThreadState, breaker};

/// Called at backward jumps and at the start of functions when a bit of `th.eval_breaker` is set. Each reason clears its
/// bit before it is dealt with, so that what arrives meanwhile is not lost.
#[cold]
#[inline(never)]
pub fn handle_eval_breaker(th: &ThreadState) -> Res<()> {
    let mut reasons = th.eval_breaker.load(Ordering::Acquire);
    if reasons & breaker::STRESS != 0 {
        reasons |= stress(th);
    }
    if reasons & breaker::SIGNALS != 0 {
        th.check_signals()?;
    }
    if reasons & breaker::PENDING_CALLS != 0 {
        th.run_pending_calls()?;
    }
    if reasons & breaker::COLLECT != 0 {
        th.eval_breaker.fetch_and(!breaker::COLLECT, Ordering::Relaxed);
        crate::gc::collect_if_due(th);
    }
    if reasons & breaker::GIL_DROP_REQUEST != 0 {
        th.interp().gil.switch(&th.eval_breaker);
    }
    if reasons & breaker::ASYNC_EXCEPTION != 0 {
        th.eval_breaker.fetch_and(!breaker::ASYNC_EXCEPTION, Ordering::Relaxed);
        if let Some(exception) = th.async_exception.take() {
            return Err(raise_async(th, exception));
        }
    }
    Ok(())
}

/// Raises what another thread left: a class is called first.
fn raise_async(th: &ThreadState, exception: crate::Value) -> crate::Raised {
    if exception.as_type().is_none() {
        return th.raise(exception);
    }
    match th.call(&exception, &[]) {
        Ok(made) if made.downcast::<crate::objects::exceptions::BaseException>().is_some() => th.raise(made),
        Ok(_) => th.type_error("exceptions must derive from BaseException"),
        Err(raised) => raised,
    }
}

/// Counts looks in stress mode; returns what is due.
fn stress(th: &ThreadState) -> u32 {
    let mut state = th.interp().stress.get();
    state.ticks = state.ticks.wrapping_add(1);
    th.interp().stress.set(state);
    let is_due = |every: u32| every != 0 && state.ticks.is_multiple_of(every);
    let allocated =
        th.eval_breaker.fetch_and(!breaker::STRESS_COLLECT, Ordering::Relaxed) & breaker::STRESS_COLLECT != 0;
    if (allocated || is_due(state.collect)) && th.interp().importlib.is_some() {
        crate::gc::collect_for_stress(th);
    }
    if is_due(state.switch) { breaker::GIL_DROP_REQUEST } else { 0 }
}
