//! `select`: waiting for several file descriptors at once.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use host::poll::{self, Change, Polled};
use macros::{pyclass, pymethods, pymodule};
use runtime::objects::exceptions as exc;
use runtime::{Raised, Res, ThreadState, Type, Value};

use crate::system::numbers::{Descriptor, Rounding, descriptor, nanoseconds};

/// A point in time on the monotonic clock from a timeout; `None` waits for ever.
pub fn deadline(timeout: Option<i64>) -> Option<i64> {
    timeout.map(|timeout| host::clock::now(host::clock::CLOCK_MONOTONIC).saturating_add(timeout.max(0)))
}

/// What is left until a deadline, never negative.
pub fn left(deadline: Option<i64>) -> Option<i64> {
    deadline.map(|deadline| (deadline - host::clock::now(host::clock::CLOCK_MONOTONIC)).max(0))
}

/// Any int error is one of its own type.
fn timeout_number(th: &ThreadState, value: &Value, wrong: &str) -> Res<i64> {
    match nanoseconds(th, value, Rounding::Up) {
        Err(raised) if th.raised_is(&raised, &exc::TYPE_ERROR) => {
            drop(th.take_raised(raised));
            Err(th.type_error(wrong))
        }
        result => result,
    }
}

/// Milliseconds (an int or float) as nanoseconds; `None` and negative numbers wait for ever.
fn milliseconds(th: &ThreadState, value: &Value) -> Res<Option<i64>> {
    if value.is_none() {
        return Ok(None);
    }
    let out_of_range = || th.overflow_error("timestamp out of range for C PyTime_t");
    let number = match value.as_float() {
        Some(number) if number.is_nan() => return Err(th.value_error("Invalid value NaN (not a number)")),
        Some(number) => {
            // Away from zero: no wait is shorter than asked for, and the least negative number waits for ever.
            let number = number * 1e6;
            let number = if number < 0.0 { number.floor() } else { number.ceil() };
            if !(-9.2e18..9.2e18).contains(&number) {
                return Err(out_of_range());
            }
            number as i64
        }
        None => {
            if !th.is_index(value) {
                return Err(th.type_error("timeout must be an integer or None"));
            }
            let number = th.index(value)?.as_int().and_then(|number| number.to_i64());
            number.and_then(|number| number.checked_mul(1_000_000)).ok_or_else(out_of_range)?
        }
    };
    if number / 1_000_000 > i64::from(i32::MAX) {
        return Err(th.overflow_error("timeout is too large"));
    }
    Ok(if number < 0 { None } else { Some(number) })
}

fn events_argument(th: &ThreadState, value: Option<&Value>) -> Res<u16> {
    let Some(value) = value else { return Ok(7) };
    let index = th.index(value)?;
    match index.as_int() {
        Some(number) if number.is_negative() => Err(th.value_error("Cannot convert negative int")),
        Some(number) => number
            .to_i64()
            .and_then(|number| u16::try_from(number).ok())
            .ok_or_else(|| th.overflow_error("Python int too large for C unsigned short")),
        None => Ok(0),
    }
}

/// A set of descriptors that is asked again and again.
#[pyclass(name = "poll", module = "select", flags(disallow_new), hidden)]
#[derive(Default)]
pub struct Poll {
    #[notrace]
    watched: RefCell<BTreeMap<i32, u16>>,
    running: Cell<bool>,
}

#[pymethods]
impl Poll {
    /// Register a file descriptor with the polling object.
    ///
    ///   fd
    ///     either an integer, or an object with a fileno() method returning an int
    ///   eventmask
    ///     an optional bitmask describing the type of events to check for
    #[pymethod("(fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)")]
    fn register(&self, th: &ThreadState, fd: Descriptor, #[default(None)] eventmask: Option<&Value>) -> Res<()> {
        let events = events_argument(th, eventmask)?;
        self.watched.borrow_mut().insert(fd.0, events);
        Ok(())
    }

    /// Modify an already registered file descriptor.
    ///
    ///   fd
    ///     either an integer, or an object with a fileno() method returning
    ///     an int
    ///   eventmask
    ///     a bitmask describing the type of events to check for
    #[pymethod("(fd, eventmask, /)")]
    fn modify(&self, th: &ThreadState, fd: Descriptor, eventmask: &Value) -> Res<()> {
        let events = events_argument(th, Some(eventmask))?;
        match self.watched.borrow_mut().get_mut(&fd.0) {
            Some(place) => *place = events,
            None => return Err(th.os_error(&std::io::Error::from_raw_os_error(host::error::ENOENT), None)),
        }
        Ok(())
    }

    /// Remove a file descriptor being tracked by the polling object.
    #[pymethod("(fd, /)")]
    fn unregister(&self, th: &ThreadState, fd: Descriptor) -> Res<()> {
        let known = self.watched.borrow_mut().remove(&fd.0).is_some();
        if known { Ok(()) } else { Err(th.key_error(&Value::int32(fd.0))) }
    }

    /// Polls the set of registered file descriptors.
    ///
    ///   timeout
    ///     The maximum time to wait in milliseconds, or else None (or a negative
    ///     value) to wait indefinitely.
    ///
    /// Returns a list containing any descriptors that have events or errors to
    /// report, as a list of (fd, event) 2-tuples.
    #[pymethod("(timeout=None, /)")]
    fn poll(&self, th: &ThreadState, timeout: Value) -> Res {
        let until = deadline(milliseconds(th, &timeout)?);
        if self.running.replace(true) {
            return Err(th.runtime_error("concurrent poll() invocation"));
        }
        let mut list: Vec<Polled> =
            self.watched.borrow().iter().map(|(&fd, &events)| Polled::new(fd, events)).collect();
        let result = th.blocking(|| poll::poll(&mut list, left(until)));
        self.running.set(false);
        result?.map_err(|error| th.os_error(&error, None))?;
        let ready = list.iter().filter(|item| item.happened() != 0);
        let pair = |item: &Polled| th.tuple(&[Value::int32(item.fd()), Value::int32(item.happened().into())]);
        Ok(th.list(ready.map(pair).collect()))
    }
}

/// select.epoll(sizehint=-1, flags=0)
///
/// Returns an epolling object
///
/// sizehint must be a positive integer or -1 for the default size. The sizehint
/// is used to optimize internal data structures. It doesn't limit the maximum
/// number of monitored events.
#[pyclass(name = "epoll", module = "select", flags(base_type))]
pub struct Epoll {
    fd: Cell<i32>,
}

impl Drop for Epoll {
    fn drop(&mut self) {
        if self.fd.get() >= 0 {
            let _ = host::fs::close(self.fd.get());
        }
    }
}

impl Epoll {
    fn open_fd(&self, th: &ThreadState) -> Res<i32> {
        match self.fd.get() {
            fd if fd >= 0 => Ok(fd),
            _ => Err(th.value_error("I/O operation on closed epoll object")),
        }
    }

    fn change(&self, th: &ThreadState, change: Change, fd: &Value, events: u32) -> Res<()> {
        let epoll = self.open_fd(th)?;
        let fd = descriptor(th, fd)?;
        th.without_gil(|| poll::epoll_control(epoll, change, fd, events)).map_err(failed(th))
    }
}

fn failed(th: &ThreadState) -> impl Fn(std::io::Error) -> Raised + '_ {
    |error| th.os_error(&error, None)
}

#[pymethods]
impl Epoll {
    #[pyslot("(sizehint=-1, flags=0)")]
    fn new(th: &ThreadState, cls: &Type, #[default(-1)] sizehint: i32, flags: i32) -> Res {
        if sizehint != -1 && sizehint <= 0 {
            return Err(th.value_error("negative sizehint"));
        }
        if flags != 0 && flags != host::fs::O_CLOEXEC {
            return Err(th.os_error_message("invalid flags"));
        }
        let fd = poll::epoll_create(host::fs::O_CLOEXEC).map_err(failed(th))?;
        Ok(th.new_instance(cls, Epoll { fd: Cell::new(fd) }))
    }

    /// Create an epoll object from a given control fd.
    #[pyclassmethod("(fd, /)")]
    fn fromfd(th: &ThreadState, cls: &Type, fd: i32) -> Res {
        Ok(th.new_instance(cls, Epoll { fd: Cell::new(fd) }))
    }

    /// Close the epoll control file descriptor.
    ///
    /// Further operations on the epoll object will raise an exception.
    #[pymethod("()")]
    fn close(&self, th: &ThreadState) -> Res<()> {
        match self.fd.replace(-1) {
            fd if fd >= 0 => th.without_gil(|| host::fs::close(fd)).map_err(failed(th)),
            _ => Ok(()),
        }
    }

    /// Return the epoll control file descriptor.
    #[pymethod("()")]
    fn fileno(&self, th: &ThreadState) -> Res<i32> {
        self.open_fd(th)
    }

    /// True if the epoll handler is closed
    #[pygetter]
    fn closed(&self) -> bool {
        self.fd.get() < 0
    }

    /// Registers a new fd or raises an OSError if the fd is already registered.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    ///   eventmask
    ///     a bit set composed of the various EPOLL constants
    ///
    /// The epoll interface supports all file descriptors that support poll.
    #[pymethod("(fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)")]
    fn register(
        &self,
        th: &ThreadState,
        fd: &Value,
        #[default(std::num::Wrapping(7))] eventmask: std::num::Wrapping<u32>,
    ) -> Res<()> {
        self.change(th, Change::Add, fd, eventmask.0)
    }

    /// Modify event mask for a registered file descriptor.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    ///   eventmask
    ///     a bit set composed of the various EPOLL constants
    #[pymethod("(fd, eventmask)")]
    fn modify(&self, th: &ThreadState, fd: &Value, eventmask: std::num::Wrapping<u32>) -> Res<()> {
        self.change(th, Change::Modify, fd, eventmask.0)
    }

    /// Remove a registered file descriptor from the epoll object.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    #[pymethod("(fd)")]
    fn unregister(&self, th: &ThreadState, fd: &Value) -> Res<()> {
        self.change(th, Change::Remove, fd, 0)
    }

    /// Wait for events on the epoll file descriptor.
    ///
    ///   timeout
    ///     the maximum time to wait in seconds (as float);
    ///     a timeout of None or -1 makes poll wait indefinitely
    ///   maxevents
    ///     the maximum number of events returned; -1 means no limit
    ///
    /// Returns a list containing any descriptors that have events to report,
    /// as a list of (fd, events) 2-tuples.
    #[pymethod("(timeout=None, maxevents=-1)")]
    fn poll(&self, th: &ThreadState, timeout: Value, #[default(-1)] maxevents: i32) -> Res {
        let epoll = self.open_fd(th)?;
        let until = if timeout.is_none() {
            None
        } else {
            let time = timeout_number(th, &timeout, "timeout must be an integer or None")?;
            if time / 1_000_000 > i64::from(i32::MAX) {
                return Err(th.overflow_error("timeout is too large"));
            }
            if time < 0 { None } else { deadline(Some(time)) }
        };
        let most = match maxevents {
            -1 => poll::SELECT_SIZE - 1,
            most if most < 1 => {
                return Err(th.value_error(format_args!("maxevents must be greater than 0, got {maxevents}")));
            }
            most => most,
        };
        let events = th.blocking_call(|| {
            // Rounded up: to wait a little too long is better than to ask again and again.
            let time = left(until).map_or(-1, |left| (left.saturating_add(999_999) / 1_000_000) as i32);
            poll::epoll_wait(epoll, most as usize, time)
        })?;
        let pair = |&(fd, events): &(i32, u32)| th.tuple(&[Value::int32(fd), th.int(i64::from(events))]);
        Ok(th.list(events.iter().map(pair).collect()))
    }

    #[pymethod("()")]
    fn __enter__(&self, th: &ThreadState, slf: &Value) -> Res {
        self.open_fd(th)?;
        Ok(slf.clone())
    }

    #[pymethod("(exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(&self, th: &ThreadState, exc_type: Value, exc_value: Value, exc_tb: Value) -> Res<()> {
        let _ = (exc_type, exc_value, exc_tb);
        self.close(th)
    }
}

/// The module `select`.
#[pymodule(name = "select", classes(super::EPOLL_TYPE))]
pub mod select_module {
    //! This module supports asynchronous I/O on multiple file descriptors.
    //!
    //! *** IMPORTANT NOTICE ***
    //! On Windows, only sockets are supported; on Unix, all file descriptors.

    use super::*;
    use crate::system::numbers::{add, add_constants};
    use runtime::Payload;

    /// The objects of a list and their descriptors.
    fn watched(th: &ThreadState, value: &Value) -> Res<(Vec<Value>, Vec<i32>)> {
        // A list is looked at while `fileno()` of its items may change it.
        let list = value.downcast::<runtime::objects::list::List>();
        let collected = match list {
            Some(_) => Vec::new(),
            None => match th.collect(value) {
                Err(raised) if th.raised_is(&raised, &exc::TYPE_ERROR) && !th.is_iterable(value) => {
                    drop(th.take_raised(raised));
                    return Err(th.type_error("arguments 1-3 must be sequences"));
                }
                result => result?,
            },
        };
        let at = |index: usize| match list {
            Some(list) => list.get(index),
            None => collected.get(index).cloned(),
        };
        let (mut items, mut descriptors) = (Vec::new(), Vec::new());
        while let Some(item) = at(items.len()) {
            let fd = descriptor(th, &item)?;
            if fd >= poll::SELECT_SIZE {
                return Err(th.value_error("filedescriptor out of range in select()"));
            }
            if items.len() >= poll::SELECT_SIZE as usize {
                return Err(th.value_error("too many file descriptors in select()"));
            }
            descriptors.push(fd);
            items.push(item);
        }
        Ok((items, descriptors))
    }

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    ///
    /// The first three arguments are iterables of file descriptors to be waited for:
    /// rlist -- wait until ready for reading
    /// wlist -- wait until ready for writing
    /// xlist -- wait for an "exceptional condition"
    /// If only one kind of condition is required, pass [] for the other lists.
    ///
    /// A file descriptor is either a socket or file object, or a small integer
    /// gotten from a fileno() method call on one of those.
    ///
    /// The optional 4th argument specifies a timeout in seconds; it may be
    /// a floating-point number to specify fractions of seconds.  If it is absent
    /// or None, the call will never time out.
    ///
    /// The return value is a tuple of three lists corresponding to the first three
    /// arguments; each contains the subset of the corresponding file descriptors
    /// that are ready.
    ///
    /// *** IMPORTANT NOTICE ***
    /// On Windows, only sockets are supported; on Unix, all file
    /// descriptors can be used.
    #[pyfunction("(rlist, wlist, xlist, timeout=None, /)")]
    fn select(th: &ThreadState, rlist: &Value, wlist: &Value, xlist: &Value, timeout: Value) -> Res {
        let limit = if timeout.is_none() {
            None
        } else {
            let limit = timeout_number(th, &timeout, "timeout must be a float or None")?;
            if limit < 0 {
                return Err(th.value_error("timeout must be non-negative"));
            }
            Some(limit)
        };
        let lists = [watched(th, rlist)?, watched(th, wlist)?, watched(th, xlist)?];
        let until = deadline(limit);
        let ready = th.blocking_call(|| poll::select([&lists[0].1, &lists[1].1, &lists[2].1], left(until)))?;
        let mut results = Vec::with_capacity(3);
        for ((items, _), ready) in lists.iter().zip(&ready) {
            let chosen = items.iter().zip(ready).filter(|&(_, &ready)| ready).map(|(item, _)| item.clone());
            results.push(th.list(chosen.collect()));
        }
        Ok(th.tuple_from_vec(results))
    }

    /// Returns a polling object.
    ///
    /// This object supports registering and unregistering file descriptors, and then
    /// polling them for I/O events.
    #[pyfunction("()", name = "poll")]
    fn new_poll(th: &ThreadState) -> Value {
        th.new_object(Poll::default())
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        runtime::types::ready::ready(th, Poll::class());
        add(th, module, "error", exc::OS_ERROR.as_value())?;
        add_constants(th, module, poll::CONSTANTS)
    }
}
