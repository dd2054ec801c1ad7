//! OSError: errors of the operating system, by number; some numbers have classes of their own.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use super::*;

/// Base class for I/O related errors.
#[pyclass(name = "OSError", base = EXCEPTION, payload = crate::object::PayloadFns::traced::<OsError>(), flags(basetype), extra(members))]
#[repr(C)]
pub struct OsError {
    base: BaseException,
    errno: ValueCell,
    strerror: ValueCell,
    filename: ValueCell,
    filename2: ValueCell,
    /// Of a BlockingIOError; -1 for none.
    written: Cell<isize>,
}

impl Default for OsError {
    fn default() -> OsError {
        OsError {
            base: BaseException::default(),
            errno: ValueCell::empty(),
            strerror: ValueCell::empty(),
            filename: ValueCell::empty(),
            filename2: ValueCell::empty(),
            written: Cell::new(-1),
        }
    }
}

members! {
    OsError {
        errno set_errno "POSIX exception code";
        strerror set_strerror "exception strerror";
        filename set_filename "exception filename";
        filename2 set_filename2 "second exception filename";
    }
}

/// The class for an error number.
fn class_of(errno: i64) -> Option<&'static Type> {
    let errno = i32::try_from(errno).ok()?;
    Some(match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => &BLOCKING_IO_ERROR,
        libc::EPIPE | libc::ESHUTDOWN => &BROKEN_PIPE_ERROR,
        libc::ECHILD => &CHILD_PROCESS_ERROR,
        libc::ECONNABORTED => &CONNECTION_ABORTED_ERROR,
        libc::ECONNREFUSED => &CONNECTION_REFUSED_ERROR,
        libc::ECONNRESET => &CONNECTION_RESET_ERROR,
        libc::EEXIST => &FILE_EXISTS_ERROR,
        libc::ENOENT => &FILE_NOT_FOUND_ERROR,
        libc::EISDIR => &IS_A_DIRECTORY_ERROR,
        libc::ENOTDIR => &NOT_A_DIRECTORY_ERROR,
        libc::EINTR => &INTERRUPTED_ERROR,
        libc::EACCES | libc::EPERM => &PERMISSION_ERROR,
        libc::ESRCH => &PROCESS_LOOKUP_ERROR,
        libc::ETIMEDOUT => &TIMEOUT_ERROR,
        _ => return None,
    })
}

/// Whether arguments are read by `__init__`: when a subclass overrides that but not `__new__`, `__new__` may be given
/// arguments that are not ours.
fn reads_in_init(class: &Type) -> bool {
    let own_init = class.slots().init.get().zip(OS_ERROR.slots().init.get());
    let own_new = class.slots().new.get().zip(OS_ERROR.slots().new.get());
    own_init.is_some_and(|(own, ours)| !std::ptr::fn_addr_eq(own, ours))
        && own_new.is_some_and(|(own, ours)| std::ptr::fn_addr_eq(own, ours))
}

impl OsError {
    /// Reads `errno, strerror[, filename[, winerror[, filename2]]]`; other numbers of arguments are only `args`.
    fn read(&self, th: &ThreadState, class: &Type, args: &[Value]) -> Res<()> {
        let mut kept = args;
        if (2..=5).contains(&args.len()) {
            self.errno.set(Some(args[0].clone()));
            self.strerror.set(Some(args[1].clone()));
            if let Some(filename) = args.get(2).filter(|filename| !filename.is_none()) {
                if class.is_subtype(&BLOCKING_IO_ERROR) && th.is_index(filename) {
                    self.written.set(th.index_or(filename, &VALUE_ERROR)?);
                } else {
                    self.filename.set(Some(filename.clone()));
                    if let Some(second) = args.get(4).filter(|second| !second.is_none()) {
                        self.filename2.set(Some(second.clone()));
                    }
                    // The names are attributes only: `args` stays a pair, as it always was.
                    kept = &args[..2];
                }
            }
        }
        self.base.args.set(Some(th.tuple(kept)));
        Ok(())
    }
}

#[pymethods]
impl OsError {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        if reads_in_init(cls) {
            return Ok(construct::<OsError>(th, cls, &[], &[]));
        }
        if !kwnames.is_empty() {
            return Err(th.type_error(format_args!("{}() takes no keyword arguments", cls.name())));
        }
        let mut class = cls;
        if std::ptr::eq(cls, &OS_ERROR)
            && (2..=5).contains(&args.len())
            && let Some(errno) = args[0].as_small_int()
            && let Some(special) = class_of(errno)
        {
            class = special;
        }
        let exception = construct::<OsError>(th, class, args, kwnames);
        OsError::of(&exception).read(th, class, args)?;
        Ok(exception)
    }

    #[pyslot]
    fn init(&self, th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        if !reads_in_init(slf.class()) {
            return Ok(());
        }
        refuse_keywords(th, slf, kwnames)?;
        self.read(th, slf.class(), args)
    }

    #[pyslot]
    fn str(&self, th: &ThreadState, slf: &Value) -> Res {
        let (errno, strerror) = (self.errno.get(), self.strerror.get());
        let shown = |value: &Option<Value>| th.str_string(value.as_ref().unwrap_or(&Value::NONE));
        if let Some(filename) = self.filename.get() {
            let mut text = format!("[Errno {}] {}: {}", shown(&errno)?, shown(&strerror)?, th.repr_string(&filename)?);
            if let Some(second) = self.filename2.get() {
                text += &format!(" -> {}", th.repr_string(&second)?);
            }
            return Ok(th.str(&text));
        }
        if errno.is_some() && strerror.is_some() {
            return Ok(th.str(&format!("[Errno {}] {}", shown(&errno)?, shown(&strerror)?)));
        }
        base_str(th, slf)
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Value {
        let mut args = self.base.args_value(th);
        if let Some(pair) = args.as_tuple().filter(|args| args.len() == 2)
            && let Some(filename) = self.filename.get()
        {
            let mut all = pair.as_slice().to_vec();
            all.push(filename);
            if let Some(second) = self.filename2.get() {
                all.push(Value::NONE);
                all.push(second);
            }
            args = th.tuple_from_vec(all);
        }
        reduced(th, slf, args, own_attributes(th, slf))
    }

    #[pygetter]
    fn characters_written(&self, th: &ThreadState) -> Res<isize> {
        match self.written.get() {
            -1 => Err(th.error_args(&ATTRIBUTE_ERROR, &[th.str("characters_written")])),
            written => Ok(written),
        }
    }

    #[pysetter]
    fn set_characters_written(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        match value {
            Some(value) => self.written.set(th.index_or(value, &VALUE_ERROR)?),
            None if self.written.get() == -1 => {
                return Err(th.error_args(&ATTRIBUTE_ERROR, &[th.str("characters_written")]));
            }
            None => self.written.set(-1),
        }
        Ok(())
    }
}

/// Raises the OSError of an error number, with the system's words and an optional file name.
#[cold]
pub fn os_error(th: &ThreadState, errno: i32, filename: Option<&Value>) -> crate::error::Raised {
    os_error_with_files(th, errno, filename, None)
}

/// As [`os_error`], for operations on two files.
#[cold]
pub fn os_error_with_files(
    th: &ThreadState,
    errno: i32,
    filename: Option<&Value>,
    second: Option<&Value>,
) -> crate::error::Raised {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    let text = text.rsplit_once(" (os error").map_or(text.as_str(), |(text, _)| text).to_string();
    let mut args = vec![Value::int32(errno), th.str(&text)];
    args.extend(filename.cloned());
    if let (Some(_), Some(second)) = (filename, second) {
        args.push(Value::NONE);
        args.push(second.clone());
    }
    th.error_args(&OS_ERROR, &args)
}

impl ThreadState {
    /// `OSError` of a failed system call.
    pub fn os_error(&self, error: &std::io::Error, filename: Option<&Value>) -> crate::Raised {
        let number = error.raw_os_error().unwrap_or(0);
        let mut args = vec![Value::int32(number), self.str(&host::error::message(number))];
        args.extend(filename.cloned());
        match self.call(OS_ERROR.value_ref(), &args) {
            Ok(exception) => self.raise(exception),
            Err(raised) => raised,
        }
    }

    /// `OSError(message)`.
    pub fn os_error_message(&self, message: impl std::fmt::Display) -> crate::Raised {
        self.error(&OS_ERROR, message)
    }
}
