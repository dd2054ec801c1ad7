//! What is known of files: `stat` and its kin, permissions, owners, times, file systems.

use macros::pymodule;
use runtime::types::Type;
use runtime::{Res, ThreadState, Value, struct_sequence};

struct_sequence! {
    /// What `stat` returns.
    pub STAT_RESULT: "os", "stat_result", "stat_result: Result from stat, fstat, or lstat.

This object may be accessed either as a tuple of
  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)
or via the attributes st_mode, st_ino, st_dev, st_nlink, and so on.

Posix/windows: If your platform supports st_blksize, st_blocks, st_rdev,
or st_flags, they are available as attributes only.

See os.stat for more information.", visible 10, constructible true, [
        "st_mode": "protection bits",
        "st_ino": "inode",
        "st_dev": "device",
        "st_nlink": "number of hard links",
        "st_uid": "user ID of owner",
        "st_gid": "group ID of owner",
        "st_size": "total size, in bytes",
        "(atime)": "",
        "(mtime)": "",
        "(ctime)": "",
        "st_atime": "time of last access",
        "st_mtime": "time of last modification",
        "st_ctime": "time of last change",
        "st_atime_ns": "time of last access in nanoseconds",
        "st_mtime_ns": "time of last modification in nanoseconds",
        "st_ctime_ns": "time of last change in nanoseconds",
        "st_blksize": "blocksize for filesystem I/O",
        "st_blocks": "number of blocks allocated",
        "st_rdev": "device type (if inode device)",
    ]
}

struct_sequence! {
    /// What `statvfs` returns.
    pub STATVFS_RESULT: "os", "statvfs_result", "statvfs_result: Result from statvfs or fstatvfs.

This object may be accessed either as a tuple of
  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),
or via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.

See os.statvfs for more information.", visible 10, constructible true, [
        "f_bsize": "",
        "f_frsize": "",
        "f_blocks": "",
        "f_bfree": "",
        "f_bavail": "",
        "f_files": "",
        "f_ffree": "",
        "f_favail": "",
        "f_flag": "",
        "f_namemax": "",
        "f_fsid": "",
    ]
}

/// Times that a program leaves out are those of the tuple's items.
fn new_stat_result(th: &ThreadState, class: &Type, args: &[Value], kwnames: &[Value]) -> Res {
    let result = runtime::objects::struct_sequence::new(th, class, args, kwnames)?;
    for index in 0..3 {
        if runtime::instance::get_slot(&result, index).is_none_or(|value| value.is_none()) {
            let whole = result.as_tuple().and_then(|tuple| tuple.as_slice().get(7 + index).cloned());
            drop(runtime::instance::set_slot(&result, index, whole));
        }
    }
    Ok(result)
}

/// Prepares the result types and puts them into the module.
pub fn init(th: &ThreadState, module: &Value) -> Res<()> {
    let class = STAT_RESULT.ready(th);
    class.slots().new.set(Some(new_stat_result));
    th.setattr_str(module, "stat_result", class.value_ref())?;
    th.setattr_str(module, "statvfs_result", STATVFS_RESULT.ready(th).value_ref())
}

/// The result object of a `stat`.
pub fn stat_result(th: &ThreadState, stat: &host::fs::Stat) -> Value {
    const SECOND: i128 = 1_000_000_000;
    let seconds = |time: i128| th.int(time.div_euclid(SECOND) as i64);
    // As CPython does it: whole seconds plus the fraction.
    let float = |time: i128| th.float(time.div_euclid(SECOND) as f64 + 1e-9 * time.rem_euclid(SECOND) as f64);
    let nanoseconds = |time: i128| match i64::try_from(time) {
        Ok(time) => th.int(time),
        Err(_) => th.int_from_big(time.into()),
    };
    let (accessed, modified, changed) = (stat.accessed, stat.modified, stat.changed);
    STAT_RESULT.make(
        th,
        vec![
            th.int(i64::from(stat.mode)),
            th.int_from_u64(stat.inode),
            th.int_from_u64(stat.device),
            th.int_from_u64(stat.links),
            th.int(i64::from(stat.uid)),
            th.int(i64::from(stat.gid)),
            th.int(stat.size),
            seconds(accessed),
            seconds(modified),
            seconds(changed),
            float(accessed),
            float(modified),
            float(changed),
            nanoseconds(accessed),
            nanoseconds(modified),
            nanoseconds(changed),
            th.int(stat.block_size),
            th.int(stat.blocks),
            th.int_from_u64(stat.rdev),
        ],
    )
}

fn statvfs_result(th: &ThreadState, system: &host::path::FileSystem) -> Value {
    let numbers = [
        system.block_size,
        system.fragment_size,
        system.blocks,
        system.free,
        system.available,
        system.files,
        system.free_files,
        system.available_files,
        system.flags,
        system.name_max,
        system.id,
    ];
    STATVFS_RESULT.make(th, numbers.map(|number| th.int_from_u64(number)).to_vec())
}

/// Functions of the module `posix`.
#[pymodule(name = "posix")]
pub mod functions {
    use host::path::FileTime;
    use runtime::objects::exceptions as exc;
    use runtime::objects::int::IntView;
    use runtime::{Res, ThreadState, Value};

    use super::{stat_result, statvfs_result};
    use crate::files::posix::arguments::{DirFd, FsPath, Gid, Target, Uid, at, fs_text, id_value, shown};
    use crate::system::numbers::Descriptor;

    /// Perform a stat system call on the given path.
    ///
    ///   path
    ///     Path to be examined; can be string, bytes, a path-like object or
    ///     open-file-descriptor int.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be a relative string; path will then be relative to
    ///     that directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     stat will examine the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// dir_fd and follow_symlinks may not be implemented
    ///   on your platform.  If they are unavailable, using them will raise a
    ///   NotImplementedError.
    ///
    /// It's an error to use dir_fd or follow_symlinks when specifying path as
    ///   an open file descriptor.
    #[pyfunction("(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(th: &ThreadState, path: Target, dir_fd: Option<DirFd>, follow_symlinks: bool) -> Res {
        path.check(th, "stat", &dir_fd, follow_symlinks)?;
        let found = path.run(th, |path, fd| match path {
            Some(path) => host::fs::stat(at(&dir_fd), path, follow_symlinks),
            None => host::fs::fstat(fd),
        })?;
        Ok(stat_result(th, &found))
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    ///
    /// Like stat(), but do not follow symbolic links.
    /// Equivalent to stat(path, follow_symlinks=False).
    #[pyfunction("(path, *, dir_fd=None)")]
    fn lstat(th: &ThreadState, path: FsPath, dir_fd: Option<DirFd>) -> Res {
        let found = path.run(th, |path| host::fs::stat(at(&dir_fd), path, false))?;
        Ok(stat_result(th, &found))
    }

    /// Perform a stat system call on the given file descriptor.
    ///
    /// Like stat(), but for an open file descriptor.
    /// Equivalent to os.stat(fd).
    #[pyfunction("(fd)")]
    fn fstat(th: &ThreadState, fd: i32) -> Res {
        let found = th.blocking_call(|| host::fs::fstat(fd))?;
        Ok(stat_result(th, &found))
    }

    /// Perform a statvfs system call on the given path.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file descriptor.
    ///   If this functionality is unavailable, using it raises an exception.
    #[pyfunction("(path)")]
    fn statvfs(th: &ThreadState, path: Target) -> Res {
        let found = path.run(th, host::path::file_system)?;
        Ok(statvfs_result(th, &found))
    }

    /// Perform an fstatvfs system call on the given fd.
    ///
    /// Equivalent to statvfs(fd).
    #[pyfunction("(fd, /)")]
    fn fstatvfs(th: &ThreadState, fd: i32) -> Res {
        let found = th.blocking_call(|| host::path::file_system(None, fd))?;
        Ok(statvfs_result(th, &found))
    }

    /// Use the real uid/gid to test for access to a path.
    ///
    ///   path
    ///     Path to be tested; can be string, bytes, or a path-like object.
    ///   mode
    ///     Operating-system mode bitfield.  Can be F_OK to test existence,
    ///     or the inclusive-OR of R_OK, W_OK, and X_OK.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be relative; path will then be relative to that
    ///     directory.
    ///   effective_ids
    ///     If True, access will use the effective uid/gid instead of
    ///     the real uid/gid.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     access will examine the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// dir_fd, effective_ids, and follow_symlinks may not be implemented
    ///   on your platform.  If they are unavailable, using them will raise a
    ///   NotImplementedError.
    ///
    /// Note that most operations will use the effective uid/gid, therefore this
    ///   routine can be used in a suid/sgid environment to test if the invoking user
    ///   has the specified access to the path.
    #[pyfunction("(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(
        th: &ThreadState,
        path: FsPath,
        mode: i32,
        dir_fd: Option<DirFd>,
        effective_ids: bool,
        follow_symlinks: bool,
    ) -> bool {
        let flags = host::path::access_flags(effective_ids, follow_symlinks);
        th.without_gil(|| host::path::access(at(&dir_fd), &path.raw, mode, flags)).is_ok()
    }

    /// Change the access permissions of a file.
    ///
    ///   path
    ///     Path to be modified.  May always be specified as a str, bytes, or a path-like object.
    ///     On some platforms, path may also be specified as an open file descriptor.
    ///     If this functionality is unavailable, using it raises an exception.
    ///   mode
    ///     Operating-system mode bitfield.
    ///     Be careful when using number literals for *mode*. The conventional UNIX notation for
    ///     numeric modes uses an octal base, which needs to be indicated with a ``0o`` prefix in
    ///     Python.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be relative; path will then be relative to that
    ///     directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     chmod will modify the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// It is an error to use dir_fd or follow_symlinks when specifying path as
    ///   an open file descriptor.
    /// dir_fd and follow_symlinks may not be implemented on your platform.
    ///   If they are unavailable, using them will raise a NotImplementedError.
    #[pyfunction("(path, mode, *, dir_fd=None, follow_symlinks=(os.name != 'nt'))")]
    fn chmod(
        th: &ThreadState,
        path: Target,
        mode: i32,
        dir_fd: Option<DirFd>,
        #[default(true)] follow_symlinks: bool,
    ) -> Res<()> {
        th.audit("os.chmod", &[path.object().clone(), Value::int32(mode), shown(&dir_fd)])?;
        let changed = th.without_gil(|| match path.path() {
            Some(name) => host::path::change_mode(at(&dir_fd), name, mode as u32, follow_symlinks),
            None => host::descriptor::change_mode(path.fd(), mode as u32),
        });
        match changed {
            // Links have no mode of their own here.
            Err(error) if !follow_symlinks && error.raw_os_error() == Some(host::error::ENOTSUP) => match dir_fd {
                Some(_) => Err(th.value_error("chmod: cannot use dir_fd and follow_symlinks together")),
                None => {
                    Err(th.error(&exc::NOT_IMPLEMENTED_ERROR, "chmod: follow_symlinks unavailable on this platform"))
                }
            },
            Err(error) => Err(path.error(th, &error)),
            Ok(()) => Ok(()),
        }
    }

    /// Change the access permissions of the file given by file descriptor fd.
    ///
    ///   fd
    ///     The file descriptor of the file to be modified.
    ///   mode
    ///     Operating-system mode bitfield.
    ///     Be careful when using number literals for *mode*. The conventional UNIX notation for
    ///     numeric modes uses an octal base, which needs to be indicated with a ``0o`` prefix in
    ///     Python.
    ///
    /// Equivalent to os.chmod(fd, mode).
    #[pyfunction("(fd, mode)")]
    fn fchmod(th: &ThreadState, fd: i32, mode: i32) -> Res<()> {
        th.audit("os.chmod", &[Value::int32(fd), Value::int32(mode), Value::int32(-1)])?;
        th.blocking_call(|| host::descriptor::change_mode(fd, mode as u32))
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    ///
    ///   path
    ///     Path to be examined; can be string, bytes, a path-like object, or open-file-descriptor int.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be relative; path will then be relative to that
    ///     directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     stat will examine the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file descriptor.
    ///   If this functionality is unavailable, using it raises an exception.
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// If follow_symlinks is False, and the last element of the path is a symbolic
    ///   link, chown will modify the symbolic link itself instead of the file the
    ///   link points to.
    /// It is an error to use dir_fd or follow_symlinks when specifying path as
    ///   an open file descriptor.
    /// dir_fd and follow_symlinks may not be implemented on your platform.
    ///   If they are unavailable, using them will raise a NotImplementedError.
    #[pyfunction("(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        th: &ThreadState,
        path: Target,
        uid: Uid,
        gid: Gid,
        dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> Res<()> {
        if dir_fd.is_some() && path.path().is_none() {
            return Err(th.value_error("chown: can't specify both dir_fd and fd"));
        }
        path.check(th, "chown", &dir_fd, follow_symlinks)?;
        let ids = [id_value(th, uid.0), id_value(th, gid.0)];
        th.audit("os.chown", &[path.object().clone(), ids[0].clone(), ids[1].clone(), shown(&dir_fd)])?;
        path.run(th, |path, fd| match path {
            Some(path) => host::path::change_owner(at(&dir_fd), path, uid.0, gid.0, follow_symlinks),
            None => host::descriptor::change_owner(fd, uid.0, gid.0),
        })
    }

    /// Change the owner and group id of the file specified by file descriptor.
    ///
    /// Equivalent to os.chown(fd, uid, gid).
    #[pyfunction("(fd, uid, gid)")]
    fn fchown(th: &ThreadState, fd: i32, uid: Uid, gid: Gid) -> Res<()> {
        th.audit("os.chown", &[Value::int32(fd), id_value(th, uid.0), id_value(th, gid.0), Value::int32(-1)])?;
        th.blocking_call(|| host::descriptor::change_owner(fd, uid.0, gid.0))
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    ///
    /// This function will not follow symbolic links.
    /// Equivalent to os.chown(path, uid, gid, follow_symlinks=False).
    #[pyfunction("(path, uid, gid)")]
    fn lchown(th: &ThreadState, path: FsPath, uid: Uid, gid: Gid) -> Res<()> {
        th.audit("os.chown", &[path.object.clone(), id_value(th, uid.0), id_value(th, gid.0), Value::int32(-1)])?;
        path.run(th, |path| host::path::change_owner(host::path::AT_FDCWD, path, uid.0, gid.0, false))
    }

    /// Seconds as `utime` takes them, rounded down.
    fn file_time(th: &ThreadState, value: &Value) -> Res<FileTime> {
        if let Some(seconds) = value.as_float() {
            if seconds.is_nan() {
                return Err(th.value_error("Invalid value NaN (not a number)"));
            }
            let (whole, fraction) = (seconds.floor(), seconds - seconds.floor());
            let mut nanoseconds = (fraction * 1e9).floor();
            let mut whole = whole;
            if nanoseconds >= 1e9 {
                nanoseconds -= 1e9;
                whole += 1.0;
            }
            if !(-9.223_372_036_854_775_8e18..9.223_372_036_854_775_8e18).contains(&whole) {
                return Err(th.overflow_error("timestamp out of range for platform time_t"));
            }
            return Ok(FileTime::At(whole as i64, nanoseconds as i64));
        }
        if !th.is_index(value) {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("argument must be int or float, not {class}")));
        }
        let seconds = th.index(value)?.as_int().and_then(IntView::to_i64);
        let seconds = seconds.ok_or_else(|| th.overflow_error("timestamp out of range for platform time_t"))?;
        Ok(FileTime::At(seconds, 0))
    }

    fn file_time_ns(th: &ThreadState, value: &Value) -> Res<FileTime> {
        let billion = th.int(1_000_000_000);
        let pair = th.divmod(value, &billion)?;
        let Some([seconds, nanoseconds]) = pair.as_tuple().map(|pair| pair.as_slice()) else {
            let class = value.class().full_name();
            let found = pair.class().full_name();
            return Err(th.type_error(format_args!("{class}.__divmod__() must return a 2-tuple, not {found}")));
        };
        let number = |value: &Value| -> Res<i64> {
            let number = th.index(value)?.as_int().and_then(IntView::to_i64);
            number.ok_or_else(|| th.overflow_error("timestamp out of range for platform time_t"))
        };
        Ok(FileTime::At(number(seconds)?, number(nanoseconds)?))
    }

    fn pair(value: &Value) -> Option<(Value, Value)> {
        match value.as_tuple()?.as_slice() {
            [first, second] => Some((first.clone(), second.clone())),
            _ => None,
        }
    }

    /// Set the access and modified time of path.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file descriptor.
    ///   If this functionality is unavailable, using it raises an exception.
    ///
    /// If times is not None, it must be a tuple (atime, mtime);
    ///     atime and mtime should be expressed as float seconds since the epoch.
    /// If ns is specified, it must be a tuple (atime_ns, mtime_ns);
    ///     atime_ns and mtime_ns should be expressed as integer nanoseconds
    ///     since the epoch.
    /// If times is None and ns is unspecified, utime uses the current time.
    /// Specifying tuples for both times and ns is an error.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// If follow_symlinks is False, and the last element of the path is a symbolic
    ///   link, utime will modify the symbolic link itself instead of the file the
    ///   link points to.
    /// It is an error to use dir_fd or follow_symlinks when specifying path
    ///   as an open file descriptor.
    /// dir_fd and follow_symlinks may not be available on your platform.
    ///   If they are unavailable, using them will raise a NotImplementedError.
    #[pyfunction("(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)")]
    fn utime(
        th: &ThreadState,
        path: Target,
        times: Value,
        #[default(None)] ns: Option<Value>,
        dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> Res<()> {
        if !times.is_none() && ns.is_some() {
            return Err(th.value_error("utime: you may specify either 'times' or 'ns' but not both"));
        }
        let at_times = if !times.is_none() {
            let Some((accessed, modified)) = pair(&times) else {
                return Err(th.type_error("utime: 'times' must be either a tuple of two ints or None"));
            };
            [file_time(th, &accessed)?, file_time(th, &modified)?]
        } else if let Some(ns) = &ns {
            let Some((accessed, modified)) = pair(ns) else {
                return Err(th.type_error("utime: 'ns' must be a tuple of two ints"));
            };
            [file_time_ns(th, &accessed)?, file_time_ns(th, &modified)?]
        } else {
            [FileTime::Now; 2]
        };
        path.check(th, "utime", &dir_fd, follow_symlinks)?;
        let ns = ns.unwrap_or(Value::NONE);
        th.audit("os.utime", &[path.object().clone(), times, ns, shown(&dir_fd)])?;
        path.run(th, |path, fd| match path {
            Some(path) => host::path::set_times(at(&dir_fd), path, at_times, follow_symlinks),
            None => host::path::set_descriptor_times(fd, at_times),
        })
    }

    /// Truncate a file, specified by path, to a specific length.
    ///
    /// On some platforms, path may also be specified as an open file descriptor.
    /// If this functionality is unavailable, using it raises an exception.
    #[pyfunction("(path, length)")]
    fn truncate(th: &ThreadState, path: Target, length: i64) -> Res<()> {
        if let Target::File(fd, _) = path {
            return ftruncate(th, fd, length);
        }
        th.audit("os.truncate", &[path.object().clone(), th.int(length)])?;
        path.run(th, |path, fd| match path {
            Some(path) => host::path::truncate(path, length),
            None => host::fs::truncate(fd, length),
        })
    }

    /// Truncate a file, specified by file descriptor, to a specific length.
    #[pyfunction("(fd, length, /)")]
    fn ftruncate(th: &ThreadState, fd: i32, length: i64) -> Res<()> {
        th.audit("os.truncate", &[Value::int32(fd), th.int(length)])?;
        th.blocking_call(|| host::fs::truncate(fd, length))
    }

    /// Return the configuration limit name for the file or directory path.
    ///
    /// If there is no limit, return -1.
    /// On some platforms, path may also be specified as an open file descriptor.
    ///   If this functionality is unavailable, using it raises an exception.
    #[pyfunction("(path, name)")]
    fn pathconf(th: &ThreadState, path: Target, name: &Value) -> Res<i64> {
        let name = crate::files::posix::machine::configuration_name(th, name, host::constants::posix::PATHCONF)?;
        let limit = path.run(th, |path, fd| host::path::limit(path, fd, name))?;
        Ok(limit.unwrap_or(-1))
    }

    /// Return the configuration limit name for the file descriptor fd.
    ///
    /// If there is no limit, return -1.
    #[pyfunction("(fd, name, /)")]
    fn fpathconf(th: &ThreadState, fd: Descriptor, name: &Value) -> Res<i64> {
        let name = crate::files::posix::machine::configuration_name(th, name, host::constants::posix::PATHCONF)?;
        match host::path::limit(None, fd.0, name) {
            Ok(limit) => Ok(limit.unwrap_or(-1)),
            Err(error) => Err(th.os_error(&error, None)),
        }
    }

    fn attributed<'a>(path: Option<&'a std::ffi::CStr>, fd: i32, follow: bool) -> host::path::Attributed<'a> {
        match path {
            Some(path) if follow => host::path::Attributed::Path(path),
            Some(path) => host::path::Attributed::Link(path),
            None => host::path::Attributed::File(fd),
        }
    }

    /// Sizes that are tried in turn: small, then the largest that the kernel allows.
    const SIZES: [usize; 2] = [128, 65536];

    fn with_sizes(mut call: impl FnMut(usize) -> std::io::Result<Vec<u8>>) -> std::io::Result<Vec<u8>> {
        match call(SIZES[0]) {
            Err(error) if error.raw_os_error() == Some(host::error::ERANGE) => call(SIZES[1]),
            result => result,
        }
    }

    /// Return the value of extended attribute attribute on path.
    ///
    /// path may be either a string, a path-like object, or an open file descriptor.
    /// If follow_symlinks is False, and the last element of the path is a symbolic
    ///   link, getxattr will examine the symbolic link itself instead of the file
    ///   the link points to.
    #[pyfunction("(path, attribute, *, follow_symlinks=True)")]
    fn getxattr(th: &ThreadState, path: Target, name: FsPath, follow_symlinks: bool) -> Res {
        path.check(th, "getxattr", &None, follow_symlinks)?;
        th.audit("os.getxattr", &[path.object().clone(), name.object.clone()])?;
        let name = name.raw;
        let value = path.run(th, |path, fd| {
            with_sizes(|size| host::path::get_attribute(attributed(path, fd, follow_symlinks), &name, size))
        })?;
        Ok(th.bytes(&value))
    }

    /// Set extended attribute attribute on path to value.
    ///
    /// path may be either a string, a path-like object,  or an open file descriptor.
    /// If follow_symlinks is False, and the last element of the path is a symbolic
    ///   link, setxattr will modify the symbolic link itself instead of the file
    ///   the link points to.
    #[pyfunction("(path, attribute, value, flags=0, *, follow_symlinks=True)")]
    fn setxattr(
        th: &ThreadState,
        path: Target,
        name: FsPath,
        value: runtime::buffer::Buffer,
        flags: i32,
        follow_symlinks: bool,
    ) -> Res<()> {
        path.check(th, "setxattr", &None, follow_symlinks)?;
        let bytes = value.to_vec();
        let args = [path.object().clone(), name.object.clone(), th.bytes(&bytes), Value::int32(flags)];
        th.audit("os.setxattr", &args)?;
        let name = name.raw;
        path.run(th, |path, fd| host::path::set_attribute(attributed(path, fd, follow_symlinks), &name, &bytes, flags))
    }

    /// Remove extended attribute attribute on path.
    ///
    /// path may be either a string, a path-like object, or an open file descriptor.
    /// If follow_symlinks is False, and the last element of the path is a symbolic
    ///   link, removexattr will modify the symbolic link itself instead of the file
    ///   the link points to.
    #[pyfunction("(path, attribute, *, follow_symlinks=True)")]
    fn removexattr(th: &ThreadState, path: Target, name: FsPath, follow_symlinks: bool) -> Res<()> {
        path.check(th, "removexattr", &None, follow_symlinks)?;
        th.audit("os.removexattr", &[path.object().clone(), name.object.clone()])?;
        let name = name.raw;
        path.run(th, |path, fd| host::path::remove_attribute(attributed(path, fd, follow_symlinks), &name))
    }

    /// Return a list of extended attributes on path.
    ///
    /// path may be either None, a string, a path-like object, or an open file descriptor.
    /// if path is None, listxattr will examine the current directory.
    /// If follow_symlinks is False, and the last element of the path is a symbolic
    ///   link, listxattr will examine the symbolic link itself instead of the file
    ///   the link points to.
    #[pyfunction("(path=None, *, follow_symlinks=True)")]
    fn listxattr(th: &ThreadState, path: Option<Target>, follow_symlinks: bool) -> Res {
        let given = path.as_ref().map_or(Value::NONE, |path| path.object().clone());
        let path = match path {
            Some(path) => path,
            None => Target::Path(FsPath { raw: c".".to_owned(), object: Value::NONE }),
        };
        path.check(th, "listxattr", &None, follow_symlinks)?;
        th.audit("os.listxattr", &[given])?;
        let names = path.run(th, |path, fd| {
            let first = host::path::list_attributes(attributed(path, fd, follow_symlinks), 256);
            match first {
                Err(error) if error.raw_os_error() == Some(host::error::ERANGE) => {
                    host::path::list_attributes(attributed(path, fd, follow_symlinks), 65536)
                }
                result => result,
            }
        })?;
        let mut list = Vec::new();
        for name in names.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
            list.push(fs_text(th, name)?);
        }
        Ok(th.list(list))
    }
}
