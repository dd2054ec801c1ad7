//! The eval breaker: what the loop does when it is asked to look up from its work.

use std::sync::atomic::Ordering;

use crate::error::Res;
use crate::thread::{ThreadState, breaker};

/// Called at backward jumps and at the start of functions when a bit of `th.eval_breaker` is set.
#[cold]
#[inline(never)]
pub fn handle_eval_breaker(th: &ThreadState) -> Res<()> {
    let reasons = th.eval_breaker.load(Ordering::Relaxed);
    if reasons & breaker::COLLECT != 0 {
        th.eval_breaker.fetch_and(!breaker::COLLECT, Ordering::Relaxed);
        crate::gc::collect_if_due(th);
    }
    Ok(())
}
