//! Signals and pending calls: work that the main thread does between two instructions.
//!
//! The system's handler only notes that a signal came (`host/src/signal.rs`); Python's handlers run here. `_signal`
//! (`modules/signal.rs`) sets them.

use std::cell::{Cell, RefCell};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use host::signal::{self, Action, NSIG};

use crate::error::Res;
use crate::objects::exceptions as exc;
use crate::thread::{ThreadState, breaker};
use crate::value::Value;

/// What Python does about each signal.
pub struct Handlers {
    /// `SIG_DFL`, `SIG_IGN`, a callable, or None (a handler that is not Python's), by signal number.
    pub(crate) handlers: RefCell<Vec<Value>>,
    /// Whether a failed write to the wakeup descriptor is reported.
    pub(crate) warn_on_full_buffer: Cell<bool>,
}

impl Default for Handlers {
    fn default() -> Handlers {
        let handlers = (0..NSIG)
            .map(|number| match signal::action(number) {
                Ok(Action::Default) => Value::int32(0),
                Ok(Action::Ignore) => Value::int32(1),
                _ => Value::NONE,
            })
            .collect();
        Handlers { handlers: RefCell::new(handlers), warn_on_full_buffer: Cell::new(true) }
    }
}

impl ThreadState {
    /// Calls the handlers of signals that have arrived; does nothing on other threads than the main one. For native code
    /// whose system call was interrupted.
    pub fn check_signals(&self) -> Res<()> {
        if !self.is_main() {
            return Ok(());
        }
        self.eval_breaker.fetch_and(!breaker::SIGNALS, Ordering::AcqRel);
        if !signal::take_any() {
            return Ok(());
        }
        self.run_signal_handlers()
    }

    #[cold]
    fn run_signal_handlers(&self) -> Res<()> {
        let state = self.extension::<Handlers>();
        if let Some(number) = signal::take_wakeup_error() {
            self.report_wakeup_error(&state, number);
        }
        for number in 1..NSIG {
            if !signal::take_tripped(number) {
                continue;
            }
            let handler = state.handlers.borrow().get(number as usize).cloned().unwrap_or(Value::NONE);
            // The action may have changed between the signal's arrival and now.
            if handler.is_none() || handler.is_small_int() {
                let raised = self.os_error_message(format_args!("Signal {number} ignored due to race condition"));
                self.unraisable(raised, None, Some(&Value::NONE));
                continue;
            }
            let frame = crate::frame_api::frame_object(self, 0).unwrap_or(Value::NONE);
            if let Err(raised) = self.call(&handler, &[Value::int32(number), frame]) {
                // Others that arrived are looked at next time.
                signal::set_any();
                self.interrupt(breaker::SIGNALS);
                return Err(raised);
            }
        }
        Ok(())
    }

    fn report_wakeup_error(&self, state: &Handlers, number: i32) {
        let full = number == libc::EAGAIN || number == libc::EWOULDBLOCK;
        if full && !state.warn_on_full_buffer.get() {
            return;
        }
        let raised = self.os_error(&std::io::Error::from_raw_os_error(number), None);
        self.unraisable(raised, Some("Exception ignored while trying to write to the signal wakeup fd"), None);
    }

    /// Makes the calls that other threads asked for, on the main thread.
    pub(crate) fn run_pending_calls(&self) -> Res<()> {
        self.eval_breaker.fetch_and(!breaker::PENDING_CALLS, Ordering::AcqRel);
        if !self.is_main() {
            return Ok(());
        }
        // Calls that are added meanwhile wait for the next time: a call may add itself again.
        let count = self.interp().pending_calls.lock().unwrap_or_else(PoisonError::into_inner).len();
        for done in 0..count {
            let next = self.interp().pending_calls.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some(call) = next else { break };
            let result = call(self);
            if done + 1 < count || result.is_err() {
                self.interrupt(breaker::PENDING_CALLS);
            }
            result?;
        }
        Ok(())
    }

    /// Takes over SIGINT, unless the process was started with it ignored; called at the start of the main interpreter.
    pub(crate) fn install_signal_handlers(&self) {
        // Writing to a closed pipe or a full file is an error to be raised, not a way to die.
        for number in [libc::SIGPIPE, libc::SIGXFSZ] {
            if signal::set_action(number, Action::Ignore).is_err() {
                continue;
            }
        }
        let state = self.extension::<Handlers>();
        let is_default =
            state.handlers.borrow().get(libc::SIGINT as usize).is_some_and(|handler| handler.as_small_int() == Some(0));
        if is_default && let Ok(handler) = crate::import::import_attribute(self, "_signal", "default_int_handler") {
            if let Some(place) = state.handlers.borrow_mut().get_mut(libc::SIGINT as usize) {
                *place = handler;
            }
            let _ = signal::set_action(libc::SIGINT, Action::Note);
        }
    }

    /// At the end of the interpreter no handler of a program is called any more.
    pub(crate) fn forget_signal_handlers(&self) {
        let state = self.extension::<Handlers>();
        let handlers = std::mem::take(&mut *state.handlers.borrow_mut());
        for (number, handler) in handlers.iter().enumerate() {
            if !handler.is_none() && !handler.is_small_int() {
                let _ = signal::set_action(number as i32, Action::Default);
            }
        }
        *state.handlers.borrow_mut() = vec![Value::NONE; handlers.len()];
    }

    /// KeyboardInterrupt.
    pub(crate) fn keyboard_interrupt(&self) -> crate::Raised {
        self.error_args(&exc::KEYBOARD_INTERRUPT, &[])
    }
}
