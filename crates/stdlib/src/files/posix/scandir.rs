//! `scandir`: the entries of a directory, with what reading it tells of them.

use std::cell::{Cell, RefCell};

use host::path::{Directory, Entry};
use macros::{pyclass, pymethods, pymodule};
use runtime::gc::ValueCell;
use runtime::objects::exceptions as exc;
use runtime::{Payload, Res, ThreadState, Value};

use crate::files::posix::arguments::{Target, fs_encoded, fs_text};
use crate::files::posix::status::stat_result;
use crate::support::generic_alias;

/// One entry of a directory.
#[pyclass(name = "DirEntry", module = "posix", flags(disallow_new))]
pub struct DirEntry {
    name: ValueCell,
    path: ValueCell,
    kind: u8,
    inode: u64,
    /// The directory's descriptor, or -1: the path then leads there.
    directory: i32,
    /// Results of `stat`: of the entry itself, and of what it links to.
    lstat: ValueCell,
    stat: ValueCell,
}

impl DirEntry {
    fn fetch(&self, th: &ThreadState, follow: bool) -> Res {
        let (place, directory) = match self.directory {
            -1 => (self.path.get(), host::path::AT_FDCWD),
            directory => (self.name.get(), directory),
        };
        let path = fs_encoded(th, &place.unwrap_or(Value::NONE))?;
        let found = th.without_gil(|| host::fs::stat(directory, &path, follow));
        match found {
            Ok(stat) => Ok(stat_result(th, &stat)),
            Err(error) => Err(th.os_error(&error, self.path.get().as_ref())),
        }
    }

    fn lstat(&self, th: &ThreadState) -> Res {
        if let Some(known) = self.lstat.get() {
            return Ok(known);
        }
        let result = self.fetch(th, false)?;
        self.lstat.set(Some(result.clone()));
        Ok(result)
    }

    fn is_link(&self, th: &ThreadState) -> Res<bool> {
        match self.kind {
            host::path::DT_UNKNOWN => self.has_mode(th, 0o120_000, false),
            kind => Ok(kind == host::path::DT_LNK),
        }
    }

    fn any_stat(&self, th: &ThreadState, follow: bool) -> Res {
        if !follow {
            return self.lstat(th);
        }
        if let Some(known) = self.stat.get() {
            return Ok(known);
        }
        let result = if self.is_link(th)? { self.fetch(th, true)? } else { self.lstat(th)? };
        self.stat.set(Some(result.clone()));
        Ok(result)
    }

    /// Whether the file's kind is that of `bits`; what is not there has none.
    fn has_mode(&self, th: &ThreadState, bits: i64, follow: bool) -> Res<bool> {
        let Some(stat) = th.catch(self.any_stat(th, follow), &exc::FILE_NOT_FOUND_ERROR)? else {
            return Ok(false);
        };
        let mode = stat.as_tuple().and_then(|stat| stat.as_slice().first()?.as_small_int()).unwrap_or(0);
        Ok(mode & 0o170_000 == bits)
    }

    fn is_kind(&self, th: &ThreadState, kind: u8, bits: i64, follow: bool) -> Res<bool> {
        let told = match self.kind {
            host::path::DT_UNKNOWN => None,
            host::path::DT_LNK if follow => None,
            found => Some(found == kind),
        };
        match told {
            Some(answer) => Ok(answer),
            None => self.has_mode(th, bits, follow),
        }
    }
}

#[pymethods]
impl DirEntry {
    /// the entry's base filename, relative to scandir() "path" argument
    #[pygetter(member)]
    fn name(&self) -> Option<Value> {
        self.name.get()
    }

    /// the entry's full path name; equivalent to
    /// os.path.join(scandir_path, entry.name)
    #[pygetter(member)]
    fn path(&self) -> Option<Value> {
        self.path.get()
    }

    /// Return True if the entry is a directory; cached per entry.
    #[pymethod("(*, follow_symlinks=True)")]
    fn is_dir(&self, th: &ThreadState, follow_symlinks: bool) -> Res<bool> {
        self.is_kind(th, host::path::DT_DIR, 0o040_000, follow_symlinks)
    }

    /// Return True if the entry is a file; cached per entry.
    #[pymethod("(*, follow_symlinks=True)")]
    fn is_file(&self, th: &ThreadState, follow_symlinks: bool) -> Res<bool> {
        self.is_kind(th, host::path::DT_REG, 0o100_000, follow_symlinks)
    }

    /// Return True if the entry is a symbolic link; cached per entry.
    #[pymethod("()")]
    fn is_symlink(&self, th: &ThreadState) -> Res<bool> {
        self.is_link(th)
    }

    /// Return True if the entry is a junction; cached per entry.
    #[pymethod("()")]
    fn is_junction(&self) -> bool {
        false
    }

    /// Return stat_result object for the entry; cached per entry.
    #[pymethod("(*, follow_symlinks=True)")]
    fn stat(&self, th: &ThreadState, follow_symlinks: bool) -> Res {
        self.any_stat(th, follow_symlinks)
    }

    /// Return inode of the entry; cached per entry.
    #[pymethod("()")]
    fn inode(&self) -> u64 {
        self.inode
    }

    /// Returns the path for the entry.
    #[pymethod("()")]
    fn __fspath__(&self) -> Option<Value> {
        self.path.get()
    }

    /// See PEP 585
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, item: &Value) -> Res {
        generic_alias(th, cls, item)
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let name = th.repr_string(&self.name.get().unwrap_or(Value::NONE))?;
        Ok(th.str(&format!("<DirEntry {name}>")))
    }
}

/// The entries of a directory, read one by one.
#[pyclass(name = "ScandirIterator", module = "posix", flags(disallow_new), hidden)]
pub struct ScandirIterator {
    #[notrace]
    directory: RefCell<Option<Directory>>,
    /// What was scanned, for paths and errors.
    object: ValueCell,
    #[notrace]
    prefix: Vec<u8>,
    as_bytes: bool,
    fd: Cell<i32>,
}

impl ScandirIterator {
    fn entry(&self, th: &ThreadState, entry: Entry) -> Res {
        let fd = self.fd.get();
        let mut path = if fd >= 0 { Vec::new() } else { self.prefix.clone() };
        path.extend_from_slice(&entry.name);
        let text = |bytes: &[u8]| if self.as_bytes { Ok(th.bytes(bytes)) } else { fs_text(th, bytes) };
        let (name, path) = (text(&entry.name)?, text(&path)?);
        Ok(th.new_object(DirEntry {
            name: ValueCell::new(name),
            path: ValueCell::new(path),
            kind: entry.kind,
            inode: entry.inode,
            directory: fd,
            lstat: ValueCell::empty(),
            stat: ValueCell::empty(),
        }))
    }
}

#[pymethods]
impl ScandirIterator {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        let _ = th;
        Ok(slf.clone())
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        // The stream is away while others may run: they then see the end.
        let Some(mut directory) = self.directory.borrow_mut().take() else { return Ok(Value::EXHAUSTED) };
        match th.without_gil(|| directory.next_entry()) {
            Ok(Some(entry)) => {
                *self.directory.borrow_mut() = Some(directory);
                self.entry(th, entry)
            }
            Ok(None) => Ok(Value::EXHAUSTED),
            Err(error) => Err(th.os_error(&error, self.object.get().as_ref())),
        }
    }

    #[pymethod]
    fn close(&self) {
        drop(self.directory.borrow_mut().take());
    }

    #[pymethod("()", text = none)]
    fn __enter__(slf: &Value) -> Value {
        slf.clone()
    }

    #[pymethod("(*args)", text = none)]
    fn __exit__(&self, args: &[Value]) {
        let _ = args;
        self.close();
    }

    /// Blames who neither closed nor exhausted the iterator.
    #[pyslot]
    fn finalize(th: &ThreadState, slf: &Value) {
        if ScandirIterator::of(slf).directory.borrow_mut().take().is_none() {
            return;
        }
        let pending = th.set_aside_raised();
        let warned = th
            .repr_string(slf)
            .and_then(|shown| runtime::warnings::resource(th, slf, &format!("unclosed scandir iterator {shown}")));
        match warned {
            Err(raised) if th.raised_is(&raised, &exc::WARNING) => th.unraisable(raised, None, Some(slf)),
            Err(raised) => drop(th.take_raised(raised)),
            Ok(()) => {}
        }
        th.restore_raised(pending);
    }
}

/// Functions of the module `posix`.
#[pymodule(name = "posix", classes(super::DIR_ENTRY_TYPE))]
pub mod functions {
    use super::*;

    /// Return an iterator of DirEntry objects for given path.
    ///
    /// path can be specified as either str, bytes, or a path-like object.  If path
    /// is bytes, the names of yielded DirEntry objects will also be bytes; in
    /// all other circumstances they will be str.
    ///
    /// If path is None, uses the path='.'.
    #[pyfunction("(path=None)")]
    fn scandir(th: &ThreadState, path: Option<Target>) -> Res {
        let object = path.as_ref().map_or(Value::NONE, |path| path.object().clone());
        th.audit("os.scandir", std::slice::from_ref(&object))?;
        let opened = th.without_gil(|| match &path {
            None => Directory::open(c"."),
            Some(Target::Path(path)) => Directory::open(&path.raw),
            Some(Target::File(fd, _)) => Directory::of_descriptor(*fd),
        });
        let (prefix, as_bytes, fd) = match &path {
            None => (b"./".to_vec(), false, -1),
            Some(Target::Path(path)) => {
                let mut prefix = path.raw.as_bytes().to_vec();
                if prefix.last().is_some_and(|&last| last != b'/') {
                    prefix.push(b'/');
                }
                (prefix, path.is_bytes(), -1)
            }
            Some(Target::File(fd, _)) => (Vec::new(), false, *fd),
        };
        let shown = if object.is_none() { None } else { Some(&object) };
        let directory = opened.map_err(|error| th.os_error(&error, shown))?;
        Ok(th.new_object(ScandirIterator {
            directory: RefCell::new(Some(directory)),
            object: ValueCell::new(object),
            prefix,
            as_bytes,
            fd: Cell::new(fd),
        }))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let _ = module;
        runtime::types::ready::ready(th, ScandirIterator::class());
        Ok(())
    }
}
