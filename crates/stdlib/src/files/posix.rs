//! `posix`: the operating system's calls, as far as they are there.

use macros::pymodule;

/// The module `posix`.
#[pymodule(name = "posix")]
pub mod posix_module {
    //! This module provides access to operating system functionality that is
    //! standardized by the C Standard and the POSIX standard (a thinly
    //! disguised Unix interface).  Refer to the library manual and
    //! corresponding Unix manual entries for more information on calls.

    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    use runtime::objects::dict::Dict;
    use runtime::objects::exceptions as exc;
    use runtime::{Payload, Res, ThreadState, Value, struct_sequence};

    use crate::files::io::path_argument;

    struct_sequence! {
        /// What `stat` returns.
        pub STAT_RESULT: "os", "stat_result", "stat_result: Result from stat, fstat, or lstat.", visible 10,
        constructible true, [
            "st_mode": "protection bits",
            "st_ino": "inode",
            "st_dev": "device",
            "st_nlink": "number of hard links",
            "st_uid": "user ID of owner",
            "st_gid": "group ID of owner",
            "st_size": "total size, in bytes",
            "_st_atime": "",
            "_st_mtime": "",
            "_st_ctime": "",
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

    fn stat_result(th: &ThreadState, stat: &host::fs::Stat) -> Value {
        let seconds = |time: i128| th.int((time.div_euclid(1_000_000_000)) as i64);
        let float = |time: i128| th.float(time as f64 / 1e9);
        let nanoseconds = |time: i128| th.int_from_big(time.into());
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

    fn path_or_fd_stat(th: &ThreadState, path: &Value, follow: bool) -> Res {
        let found = match path.as_small_int() {
            Some(fd) => host::fs::fstat(fd as i32),
            None => host::fs::stat(host::fs::AT_FDCWD, &path_argument(th, path)?, follow),
        };
        match found {
            Ok(stat) => Ok(stat_result(th, &stat)),
            Err(error) => Err(th.os_error(&error, Some(path))),
        }
    }

    /// Perform a stat system call on the given path.
    #[pyfunction("(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(th: &ThreadState, path: &Value, dir_fd: Value, follow_symlinks: bool) -> Res {
        if !dir_fd.is_none() {
            return Err(th.not_implemented_error("stat: dir_fd unavailable on this platform"));
        }
        path_or_fd_stat(th, path, follow_symlinks)
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    #[pyfunction("(path, *, dir_fd=None)")]
    fn lstat(th: &ThreadState, path: &Value, dir_fd: Value) -> Res {
        let _ = dir_fd;
        path_or_fd_stat(th, path, false)
    }

    /// Perform a stat system call on the given file descriptor.
    #[pyfunction("(fd)")]
    fn fstat(th: &ThreadState, fd: i32) -> Res {
        path_or_fd_stat(th, &Value::int32(fd), true)
    }

    /// A text of the system's bytes: what is no UTF-8 becomes lone surrogates.
    fn os_text(th: &ThreadState, bytes: &[u8]) -> Res {
        th.decode(bytes, "utf-8", "surrogateescape")
    }

    /// Return a unicode string representing the current working directory.
    #[pyfunction("()")]
    fn getcwd(th: &ThreadState) -> Res {
        match std::env::current_dir() {
            Ok(folder) => os_text(th, folder.as_os_str().as_bytes()),
            Err(error) => Err(th.os_error(&error, None)),
        }
    }

    fn os_path(th: &ThreadState, path: &Value) -> Res<std::path::PathBuf> {
        let bytes = path_argument(th, path)?.into_bytes();
        Ok(std::ffi::OsString::from_vec(bytes).into())
    }

    /// Return a list containing the names of the files in the directory.
    #[pyfunction("(path=None)")]
    fn listdir(th: &ThreadState, path: Value) -> Res {
        let path = if path.is_none() { th.str(".") } else { path };
        let entries = std::fs::read_dir(os_path(th, &path)?).map_err(|error| th.os_error(&error, Some(&path)))?;
        let as_bytes = path.as_bytes().is_some();
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| th.os_error(&error, Some(&path)))?;
            let name = entry.file_name();
            names.push(if as_bytes { th.bytes(name.as_bytes()) } else { os_text(th, name.as_bytes())? });
        }
        Ok(th.list(names))
    }

    /// Return the file system path representation of the object.
    #[pyfunction("(path)")]
    fn fspath(th: &ThreadState, path: &Value) -> Res {
        if path.as_str().is_some() || path.as_bytes().is_some() {
            return Ok(path.clone());
        }
        let Some(result) = th.call_special(path, &th.names().__fspath__, &[])? else {
            return Err(th.type_error(format_args!(
                "expected str, bytes or os.PathLike object, not {}",
                path.class().full_name()
            )));
        };
        if result.as_str().is_none() && result.as_bytes().is_none() {
            return Err(th.type_error(format_args!(
                "expected {}.__fspath__() to return str or bytes, not {}",
                path.class().full_name(),
                result.class().full_name()
            )));
        }
        Ok(result)
    }

    fn done(th: &ThreadState, result: std::io::Result<()>, path: &Value) -> Res<()> {
        result.map_err(|error| th.os_error(&error, Some(path)))
    }

    /// Create a directory.
    #[pyfunction("(path, mode=0o777, *, dir_fd=None)")]
    fn mkdir(th: &ThreadState, path: &Value, #[default(0o777)] mode: i32, dir_fd: Value) -> Res<()> {
        let _ = (mode, dir_fd);
        done(th, std::fs::create_dir(os_path(th, path)?), path)
    }

    /// Remove a directory.
    #[pyfunction("(path, *, dir_fd=None)")]
    fn rmdir(th: &ThreadState, path: &Value, dir_fd: Value) -> Res<()> {
        let _ = dir_fd;
        done(th, std::fs::remove_dir(os_path(th, path)?), path)
    }

    /// Remove a file (same as remove()).
    #[pyfunction("(path, *, dir_fd=None)")]
    fn unlink(th: &ThreadState, path: &Value, dir_fd: Value) -> Res<()> {
        let _ = dir_fd;
        done(th, std::fs::remove_file(os_path(th, path)?), path)
    }

    /// Remove a file (same as unlink()).
    #[pyfunction("(path, *, dir_fd=None)")]
    fn remove(th: &ThreadState, path: &Value, dir_fd: Value) -> Res<()> {
        unlink(th, path, dir_fd)
    }

    /// Rename a file or directory, overwriting the destination.
    #[pyfunction("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(th: &ThreadState, src: &Value, dst: &Value, src_dir_fd: Value, dst_dir_fd: Value) -> Res<()> {
        let _ = (src_dir_fd, dst_dir_fd);
        done(th, std::fs::rename(os_path(th, src)?, os_path(th, dst)?), src)
    }

    /// Rename a file or directory.
    #[pyfunction("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(th: &ThreadState, src: &Value, dst: &Value, src_dir_fd: Value, dst_dir_fd: Value) -> Res<()> {
        replace(th, src, dst, src_dir_fd, dst_dir_fd)
    }

    /// Return the current process id.
    #[pyfunction("()")]
    fn getpid() -> u64 {
        u64::from(std::process::id())
    }

    /// Translate an error code to a message string.
    #[pyfunction("(code, /)")]
    fn strerror(code: i32) -> String {
        host::error::message(code)
    }

    /// Return True if the file descriptor is a terminal.
    #[pyfunction("(fd, /)")]
    fn isatty(fd: i32) -> bool {
        host::stdio::is_terminal(fd)
    }

    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[pyfunction("(size, /)")]
    fn urandom(th: &ThreadState, size: isize) -> Res {
        let Ok(size) = usize::try_from(size) else { return Err(th.value_error("negative argument not allowed")) };
        let mut bytes = vec![0; size];
        host::entropy::fill(&mut bytes);
        Ok(th.bytes(&bytes))
    }

    /// Exit to the system with specified status, without normal exit processing.
    #[pyfunction("(status)")]
    fn _exit(status: i32) {
        std::process::exit(status)
    }

    /// Return the number of logical CPUs in the system.
    #[pyfunction("()")]
    fn cpu_count() -> usize {
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let environ = Dict::new();
        for (name, value) in std::env::vars_os() {
            environ.set(th, &th.bytes(name.as_bytes()), th.bytes(value.as_bytes()))?;
        }
        th.setattr_str(module, "environ", &th.dict(environ))?;
        th.setattr_str(module, "error", exc::OS_ERROR.value_ref())?;
        th.setattr_str(module, "stat_result", STAT_RESULT.ready(th).value_ref())?;
        th.setattr_str(module, "_have_functions", &th.list(Vec::new()))?;
        let numbers = [
            ("F_OK", 0),
            ("R_OK", 4),
            ("W_OK", 2),
            ("X_OK", 1),
            ("O_RDONLY", host::fs::O_RDONLY),
            ("O_WRONLY", host::fs::O_WRONLY),
            ("O_RDWR", host::fs::O_RDWR),
            ("O_CREAT", host::fs::O_CREAT),
            ("O_EXCL", host::fs::O_EXCL),
            ("O_TRUNC", host::fs::O_TRUNC),
            ("O_APPEND", host::fs::O_APPEND),
        ];
        let dict = th.module_dict(module)?;
        for (name, number) in numbers {
            drop(Dict::of(&dict).set_str(&th.intern(name), Value::int32(number)));
        }
        Ok(())
    }
}
