//! Arguments that the operating system's functions take: paths, descriptors of directories, users; and their errors.

use std::ffi::{CStr, CString};
use std::io;

use runtime::args::{ArgAt, FromArg};
use runtime::objects::exceptions as exc;
use runtime::objects::int::IntView;
use runtime::{Raised, Res, ThreadState, Value};

/// The bytes of a path that is `str` or `bytes`.
fn path_bytes(th: &ThreadState, path: &Value) -> Res<Option<Vec<u8>>> {
    if let Some(text) = path.as_str() {
        if let Some(text) = text.to_utf8() {
            return Ok(Some(text.into_owned().into_bytes()));
        }
        let encoded = th.encode_object(path, "utf-8", "surrogateescape")?;
        return Ok(encoded.as_bytes().map(|bytes| bytes.as_slice().to_vec()));
    }
    Ok(path.as_bytes().map(|bytes| bytes.as_slice().to_vec()))
}

/// `path.__fspath__()`; `None` if there is no such method, or the class says with `None` that there is none.
pub fn call_fspath(th: &ThreadState, path: &Value) -> Res<Option<Value>> {
    let name = &th.names().__fspath__;
    if path.class().lookup(th, name).is_none_or(|method| method.is_none()) {
        return Ok(None);
    }
    th.call_special(path, name, &[])
}

/// `os.fspath`.
pub fn fspath(th: &ThreadState, path: &Value) -> Res {
    if path.as_str().is_some() || path.as_bytes().is_some() {
        return Ok(path.clone());
    }
    let class = path.class();
    let Some(result) = call_fspath(th, path)? else {
        return Err(th.type_error(format_args!("expected str, bytes or os.PathLike object, not {}", class.full_name())));
    };
    if result.as_str().is_none() && result.as_bytes().is_none() {
        return Err(th.type_error(format_args!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            class.full_name(),
            result.class().full_name()
        )));
    }
    Ok(result)
}

/// `os.fsencode`: the bytes of a path, which hold no zero ("embedded null byte").
pub fn fs_encoded(th: &ThreadState, path: &Value) -> Res<CString> {
    let path = fspath(th, path)?;
    let bytes = path_bytes(th, &path)?.unwrap_or_default();
    CString::new(bytes).map_err(|_| th.value_error("embedded null byte"))
}

/// `os.fsdecode`: what is no UTF-8 becomes lone surrogates.
pub fn fs_text(th: &ThreadState, bytes: &[u8]) -> Res {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(th.str(text)),
        Err(_) => th.decode(bytes, "utf-8", "surrogateescape"),
    }
}

/// A path: `str`, `bytes` or an object with `__fspath__`.
#[derive(Clone)]
pub struct FsPath {
    pub raw: CString,
    /// As errors and results show it.
    pub object: Value,
}

impl FsPath {
    pub fn is_bytes(&self) -> bool {
        self.object.as_bytes().is_some()
    }

    #[cold]
    pub fn error(&self, th: &ThreadState, error: &io::Error) -> Raised {
        th.os_error(error, Some(&self.object))
    }

    /// Runs a system call about the path, while others may run.
    pub fn run<R>(&self, th: &ThreadState, call: impl FnOnce(&CStr) -> io::Result<R>) -> Res<R> {
        th.without_gil(|| call(&self.raw)).map_err(|error| self.error(th, &error))
    }

    fn read(th: &ThreadState, value: &Value, at: ArgAt, kinds: &str) -> Res<FsPath> {
        let object = if value.as_str().is_some() || value.as_bytes().is_some() {
            value.clone()
        } else {
            match call_fspath(th, value)? {
                Some(path) if path.as_str().is_some() || path.as_bytes().is_some() => path,
                Some(_) => fspath(th, value)?,
                None => {
                    let (function, parameter) = (at.function(), at.name());
                    let class = value.class().full_name();
                    return Err(th.type_error(format_args!("{function}: {parameter} should be {kinds}, not {class}")));
                }
            }
        };
        let bytes = path_bytes(th, &object)?.unwrap_or_default();
        let raw = CString::new(bytes)
            .map_err(|_| th.value_error(format_args!("{}: embedded null character in {}", at.function(), at.name())))?;
        Ok(FsPath { raw, object })
    }
}

impl<'a> FromArg<'a> for FsPath {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        FsPath::read(th, value, at, "string, bytes or os.PathLike")
    }
}

/// A path, or the descriptor of an open file.
#[derive(Clone)]
pub enum Target {
    Path(FsPath),
    File(i32, Value),
}

/// An int as a file descriptor: out of range says "fd is greater than maximum".
fn fd_number(th: &ThreadState, value: &Value) -> Res<i32> {
    if value.as_bool().is_some() {
        runtime::warnings::warn(th, &exc::RUNTIME_WARNING, "bool is used as a file descriptor")?;
    }
    let index = th.index(value)?;
    let (small, negative) = match index.as_int() {
        Some(number) => (number.to_i64().and_then(|number| i32::try_from(number).ok()), number.is_negative()),
        None => (None, false),
    };
    small.ok_or_else(|| {
        let side = if negative { "less than minimum" } else { "greater than maximum" };
        th.overflow_error(format_args!("fd is {side}"))
    })
}

impl Target {
    fn read(th: &ThreadState, value: &Value, at: ArgAt, kinds: &str) -> Res<Target> {
        let is_path = value.as_str().is_some() || value.as_bytes().is_some();
        if !is_path && th.is_index(value) {
            return Ok(Target::File(fd_number(th, value)?, value.clone()));
        }
        FsPath::read(th, value, at, kinds).map(Target::Path)
    }

    pub fn object(&self) -> &Value {
        match self {
            Target::Path(path) => &path.object,
            Target::File(_, object) => object,
        }
    }

    pub fn path(&self) -> Option<&CStr> {
        match self {
            Target::Path(path) => Some(&path.raw),
            Target::File(..) => None,
        }
    }

    pub fn fd(&self) -> i32 {
        match self {
            Target::Path(_) => -1,
            Target::File(fd, _) => *fd,
        }
    }

    #[cold]
    pub fn error(&self, th: &ThreadState, error: &io::Error) -> Raised {
        th.os_error(error, Some(self.object()))
    }

    /// Runs a system call about the path (or else the descriptor), while others may run.
    pub fn run<R>(&self, th: &ThreadState, call: impl FnOnce(Option<&CStr>, i32) -> io::Result<R>) -> Res<R> {
        th.without_gil(|| call(self.path(), self.fd())).map_err(|error| self.error(th, &error))
    }

    /// Refuses a directory, or not following links, together with a descriptor.
    pub fn check(&self, th: &ThreadState, function: &str, directory: &Option<DirFd>, follow: bool) -> Res<()> {
        if let Target::File(..) = self {
            if directory.is_some() {
                return Err(th.value_error(format_args!("{function}: can't specify dir_fd without matching path")));
            }
            if !follow {
                return Err(th.value_error(format_args!("{function}: cannot use fd and follow_symlinks together")));
            }
        }
        Ok(())
    }
}

impl<'a> FromArg<'a> for Target {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        Target::read(th, value, at, "string, bytes, os.PathLike or integer")
    }

    fn from_arg_or_none(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Option<Self>> {
        if value.is_none() {
            return Ok(None);
        }
        Target::read(th, value, at, "string, bytes, os.PathLike, integer or None").map(Some)
    }
}

/// The descriptor of a directory that a path is relative to.
#[derive(Clone, Copy)]
pub struct DirFd(pub i32);

impl<'a> FromArg<'a> for DirFd {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        if !th.is_index(value) {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("argument should be integer or None, not {class}")));
        }
        fd_number(th, value).map(DirFd)
    }
}

/// For system calls: the directory given, or the current one.
pub fn at(directory: &Option<DirFd>) -> i32 {
    directory.map_or(host::path::AT_FDCWD, |directory| directory.0)
}

/// For audit events: the descriptor given, or -1.
pub fn shown(directory: &Option<DirFd>) -> Value {
    Value::int32(directory.map_or(-1, |directory| directory.0))
}

/// The number of a user or a group; -1 is "leave as it is".
fn id(th: &ThreadState, value: &Value, what: &str) -> Res<u32> {
    if !th.is_index(value) {
        let class = value.class().full_name();
        return Err(th.type_error(format_args!("{what} should be integer, not {class}")));
    }
    let index = th.index(value)?;
    match index.as_int().map(|number| (number.to_i64(), number.is_negative())) {
        Some((Some(-1), _)) => Ok(u32::MAX),
        Some((Some(number), _)) => {
            u32::try_from(number).map_err(|_| th.overflow_error(format_args!("{what} is less than minimum")))
        }
        Some((None, false)) => Err(th.overflow_error(format_args!("{what} is greater than maximum"))),
        _ => Err(th.overflow_error(format_args!("{what} is less than minimum"))),
    }
}

#[derive(Clone, Copy)]
pub struct Uid(pub u32);

impl<'a> FromArg<'a> for Uid {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        id(th, value, "uid").map(Uid)
    }
}

#[derive(Clone, Copy)]
pub struct Gid(pub u32);

impl<'a> FromArg<'a> for Gid {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        id(th, value, "gid").map(Gid)
    }
}

/// A user or group as Python sees it: -1 for "none".
pub fn id_value(th: &ThreadState, id: u32) -> Value {
    if id == u32::MAX { Value::int32(-1) } else { th.int(i64::from(id)) }
}

/// An int that must fit 64 bits, for other than plain arguments.
pub fn int64(th: &ThreadState, value: &Value) -> Res<i64> {
    th.index(value)?
        .as_int()
        .and_then(IntView::to_i64)
        .ok_or_else(|| th.overflow_error("Python int too large to convert to C long"))
}

/// As [`int64`], for 32 bits.
pub fn int32(th: &ThreadState, value: &Value) -> Res<i32> {
    i32::try_from(int64(th, value)?).map_err(|_| th.overflow_error("Python int too large to convert to C int"))
}

/// A list or tuple of a function's argument, copied.
pub fn sequence(value: &Value) -> Option<Vec<Value>> {
    if let Some(tuple) = value.as_tuple() {
        return Some(tuple.as_slice().to_vec());
    }
    value.downcast::<runtime::objects::list::List>().map(|list| list.to_vec())
}

/// The number of a group.
pub fn gid(th: &ThreadState, value: &Value) -> Res<u32> {
    id(th, value, "gid")
}

/// The number of a user.
pub fn uid(th: &ThreadState, value: &Value) -> Res<u32> {
    id(th, value, "uid")
}
