//! `_multiprocessing` and `_posixshmem`: semaphores and memory that processes share by name.

use std::cell::Cell;
use std::ffi::CString;

use host::semaphore::{self, Semaphore};
use macros::{pyclass, pymethods, pymodule};
use runtime::{Raised, Res, ThreadState, Type, Value};

const RECURSIVE_MUTEX: i32 = 0;
const SEMAPHORE: i32 = 1;

fn name_of(th: &ThreadState, name: &str) -> Res<CString> {
    CString::new(name).map_err(|_| th.value_error("embedded null character"))
}

fn os_error(th: &ThreadState) -> impl Fn(std::io::Error) -> Raised + '_ {
    |error| th.os_error(&error, None)
}

/// The number of the calling thread, never 0.
fn thread_number() -> u64 {
    host::thread::ident()
}

/// Semaphore/Mutex type
#[pyclass(name = "SemLock", module = "_multiprocessing", flags(basetype), text = none)]
pub struct SemLock {
    #[notrace]
    semaphore: Semaphore,
    kind: i32,
    maxvalue: i32,
    name: Value,
    /// How often it was taken and not given back, and by which thread the last time.
    count: Cell<i32>,
    owner: Cell<u64>,
}

impl SemLock {
    fn make(th: &ThreadState, cls: &Type, semaphore: Semaphore, kind: i32, maxvalue: i32, name: Value) -> Value {
        let (count, owner) = (Cell::new(0), Cell::new(0));
        th.new_instance(cls, SemLock { semaphore, kind, maxvalue, name, count, owner })
    }

    fn is_mine(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == thread_number()
    }

    fn take(&self, th: &ThreadState, block: bool, timeout: Option<f64>) -> Res<bool> {
        if self.kind == RECURSIVE_MUTEX && self.is_mine() {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        let deadline = timeout.filter(|_| block).map(|timeout| {
            let timeout = if timeout > 0.0 { timeout } else { 0.0 };
            let whole = timeout.floor();
            let now = host::clock::now(host::clock::CLOCK_REALTIME);
            let nanoseconds = now % host::clock::SECOND + (1e9 * (timeout - whole) + 0.5) as i64;
            let seconds = (now / host::clock::SECOND).saturating_add(whole as i64);
            // No such moment: the system says that the argument is invalid.
            let carry = nanoseconds / host::clock::SECOND;
            match seconds.checked_add(carry) {
                Some(seconds) if whole < 9e18 => (seconds, nanoseconds % host::clock::SECOND),
                _ => (0, -1),
            }
        });
        let semaphore = self.semaphore;
        let mut result = semaphore.try_wait();
        if block && matches!(&result, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock) {
            result = th.blocking(|| match deadline {
                None => semaphore.wait(),
                Some((seconds, nanoseconds)) => semaphore.wait_until(seconds, nanoseconds),
            })?;
        }
        match result {
            Ok(()) => {
                self.count.set(self.count.get() + 1);
                self.owner.set(thread_number());
                Ok(true)
            }
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                Ok(false)
            }
            Err(error) => Err(th.os_error(&error, None)),
        }
    }

    fn give(&self, th: &ThreadState) -> Res<()> {
        if self.kind == RECURSIVE_MUTEX {
            if !self.is_mine() {
                return Err(th.assertion_error("attempt to release recursive lock not owned by thread"));
            }
            if self.count.get() > 1 {
                self.count.set(self.count.get() - 1);
                return Ok(());
            }
        } else if self.semaphore.value().map_err(os_error(th))? >= self.maxvalue {
            return Err(th.value_error("semaphore or lock released too many times"));
        }
        self.semaphore.post().map_err(os_error(th))?;
        self.count.set(self.count.get() - 1);
        Ok(())
    }
}

#[pymethods]
impl SemLock {
    #[pyattr(name = "SEM_VALUE_MAX")]
    const SEM_VALUE_MAX: i64 = semaphore::MOST;

    #[pyslot("(kind, value, maxvalue, name, unlink)", text = none)]
    fn new(
        th: &ThreadState,
        cls: &Type,
        kind: i32,
        value: i32,
        maxvalue: i32,
        name: std::borrow::Cow<'_, str>,
        unlink: bool,
    ) -> Res {
        if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
            return Err(th.value_error("unrecognized kind"));
        }
        let text = name_of(th, &name)?;
        let semaphore = Semaphore::create(&text, value as u32).map_err(os_error(th))?;
        if unlink {
            semaphore::remove_name(&text).map_err(os_error(th))?;
        }
        let name = if unlink { Value::NONE } else { th.str(&name) };
        Ok(SemLock::make(th, cls, semaphore, kind, maxvalue, name))
    }

    /// Acquire the semaphore/lock.
    #[pymethod("(block=True, timeout=None)")]
    fn acquire(&self, th: &ThreadState, block: bool, timeout: Option<f64>) -> Res<bool> {
        self.take(th, block, timeout)
    }

    /// Release the semaphore/lock.
    #[pymethod("()")]
    fn release(&self, th: &ThreadState) -> Res<()> {
        self.give(th)
    }

    /// Enter the semaphore/lock.
    #[pymethod("()", name = "__enter__")]
    fn enter(&self, th: &ThreadState) -> Res<bool> {
        self.take(th, true, None)
    }

    /// Exit the semaphore/lock.
    #[pymethod("(exc_type=None, exc_value=None, exc_tb=None, /)", name = "__exit__")]
    fn exit(
        &self,
        th: &ThreadState,
        _exc_type: Option<&Value>,
        _exc_value: Option<&Value>,
        _exc_tb: Option<&Value>,
    ) -> Res<()> {
        self.give(th)
    }

    /// Num of `acquire()`s minus num of `release()`s for this process.
    #[pymethod("()", name = "_count")]
    fn count(&self) -> i32 {
        self.count.get()
    }

    /// Whether the lock is owned by this thread.
    #[pymethod("()", name = "_is_mine")]
    fn mine(&self) -> bool {
        self.is_mine()
    }

    /// Get the value of the semaphore.
    #[pymethod("()", name = "_get_value")]
    fn value(&self, th: &ThreadState) -> Res<i32> {
        self.semaphore.value().map_err(os_error(th))
    }

    /// Return whether semaphore has value zero.
    #[pymethod("()", name = "_is_zero")]
    fn is_zero(&self, th: &ThreadState) -> Res<bool> {
        Ok(self.semaphore.value().map_err(os_error(th))? == 0)
    }

    #[pyclassmethod("(handle, kind, maxvalue, name, /)", name = "_rebuild")]
    fn rebuild(
        th: &ThreadState,
        cls: &Type,
        handle: i64,
        kind: i32,
        maxvalue: i32,
        name: Option<std::borrow::Cow<'_, str>>,
    ) -> Res {
        let (semaphore, name) = match name {
            Some(name) => (Semaphore::open(&name_of(th, &name)?).map_err(os_error(th))?, th.str(&name)),
            None => match Semaphore::from_handle(handle) {
                Some(semaphore) => (semaphore, Value::NONE),
                None => return Err(th.value_error("this process has no semaphore of that handle")),
            },
        };
        Ok(SemLock::make(th, cls, semaphore, kind, maxvalue, name))
    }

    /// Rezero the net acquisition count after fork().
    #[pymethod("()", name = "_after_fork")]
    fn after_fork(&self) {
        self.count.set(0);
    }

    #[pygetter(member)]
    fn handle(&self) -> i64 {
        self.semaphore.handle()
    }

    #[pygetter(member)]
    fn kind(&self) -> i32 {
        self.kind
    }

    #[pygetter(member)]
    fn maxvalue(&self) -> i32 {
        self.maxvalue
    }

    #[pygetter(member)]
    fn name(&self) -> Value {
        self.name.clone()
    }
}

/// The module `_multiprocessing`.
#[pymodule(name = "_multiprocessing", classes(super::SEM_LOCK_TYPE))]
pub mod multiprocessing_module {
    use std::borrow::Cow;

    use runtime::objects::dict::Dict;
    use runtime::{Res, ThreadState, Value};

    use super::{name_of, os_error, semaphore};
    use crate::system::numbers::add;

    #[pyfunction("(name, /)")]
    fn sem_unlink(th: &ThreadState, name: Cow<'_, str>) -> Res<()> {
        semaphore::remove_name(&name_of(th, &name)?).map_err(os_error(th))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let flags = Dict::new();
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
            drop(flags.set_str(&th.intern(name), Value::int32(1)));
        }
        add(th, module, "flags", th.dict(flags))
    }
}

/// The module `_posixshmem`.
#[pymodule(name = "_posixshmem")]
pub mod shared_memory_module {
    //! POSIX shared memory module
    use runtime::args::{ArgAt, FromArg};
    use runtime::{Res, ThreadState, Value};

    use super::*;

    /// The name of an object, with the `str` that errors show.
    struct Path(CString, Value);

    impl<'a> FromArg<'a> for Path {
        fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
            let text = std::borrow::Cow::<str>::from_arg(th, value, at)?;
            Ok(Path(name_of(th, &text)?, value.clone()))
        }
    }

    /// Open a shared memory object.  Returns a file descriptor (integer).
    #[pyfunction("(path, flags, mode=511)")]
    fn shm_open(th: &ThreadState, path: Path, flags: i32, mode: i32) -> Res<i32> {
        let opened = th.blocking(|| semaphore::open_memory(&path.0, flags, mode as u32))?;
        opened.map_err(|error| th.os_error(&error, Some(&path.1)))
    }

    /// Remove a shared memory object (similar to unlink()).
    ///
    /// Remove a shared memory object name, and, once all processes have
    /// unmapped the object, de-allocates and destroys the contents of the
    /// associated memory region.
    #[pyfunction("(path, /)")]
    fn shm_unlink(th: &ThreadState, path: Path) -> Res<()> {
        let removed = th.blocking(|| semaphore::remove_memory(&path.0))?;
        removed.map_err(|error| th.os_error(&error, Some(&path.1)))
    }
}
