//! Names in the file system: directories, links, renaming; and paths as texts.

use macros::pymodule;

/// Functions of the module `posix`.
#[pymodule(name = "posix")]
pub mod functions {
    use runtime::objects::exceptions as exc;
    use runtime::{Res, ThreadState, Value};

    use crate::files::posix::arguments::{self, DirFd, FsPath, Target, at, fs_text, shown};
    use crate::system::numbers::Descriptor;

    /// Return the file system path representation of the object.
    ///
    /// If the object is str or bytes, then allow it to pass through as-is. If the
    /// object defines __fspath__(), then return the result of that method. All other
    /// types raise a TypeError.
    #[pyfunction("(path)")]
    fn fspath(th: &ThreadState, path: &Value) -> Res {
        arguments::fspath(th, path)
    }

    /// Return a unicode string representing the current working directory.
    #[pyfunction("()")]
    fn getcwd(th: &ThreadState) -> Res {
        let folder = th.blocking_call(host::path::current_directory)?;
        fs_text(th, &folder)
    }

    /// Return a bytes string representing the current working directory.
    #[pyfunction("()")]
    fn getcwdb(th: &ThreadState) -> Res {
        let folder = th.blocking_call(host::path::current_directory)?;
        Ok(th.bytes(&folder))
    }

    /// Change the current working directory to the specified path.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file descriptor.
    /// If this functionality is unavailable, using it raises an exception.
    #[pyfunction("(path)")]
    fn chdir(th: &ThreadState, path: Target) -> Res<()> {
        th.audit("os.chdir", std::slice::from_ref(path.object()))?;
        path.run(th, |path, fd| match path {
            Some(path) => host::path::change_directory(path),
            None => host::descriptor::change_directory(fd),
        })
    }

    /// Change to the directory of the given file descriptor.
    ///
    /// fd must be opened on a directory, not a file.
    /// Equivalent to os.chdir(fd).
    #[pyfunction("(fd)")]
    fn fchdir(th: &ThreadState, fd: Descriptor) -> Res<()> {
        th.audit("os.chdir", &[Value::int32(fd.0)])?;
        th.blocking_call(|| host::descriptor::change_directory(fd.0))
    }

    /// Change root directory to path.
    #[pyfunction("(path)")]
    fn chroot(th: &ThreadState, path: FsPath) -> Res<()> {
        path.run(th, host::path::change_root)
    }

    /// Return a list containing the names of the files in the directory.
    ///
    /// path can be specified as either str, bytes, or a path-like object.  If path is bytes,
    ///   the filenames returned will also be bytes; in all other circumstances
    ///   the filenames returned will be str.
    /// If path is None, uses the path='.'.
    /// On some platforms, path may also be specified as an open file descriptor;\
    ///   the file descriptor must refer to a directory.
    ///   If this functionality is unavailable, using it raises NotImplementedError.
    ///
    /// The list is in arbitrary order.  It does not include the special
    /// entries '.' and '..' even if they are present in the directory.
    #[pyfunction("(path=None)")]
    fn listdir(th: &ThreadState, path: Option<Target>) -> Res {
        let shown = path.as_ref().map_or_else(|| th.str("."), |path| path.object().clone());
        th.audit("os.listdir", &[shown])?;
        let as_bytes = matches!(&path, Some(Target::Path(path)) if path.is_bytes());
        let names = th.without_gil(|| {
            let mut directory = match &path {
                None => host::path::Directory::open(c".")?,
                Some(Target::Path(path)) => host::path::Directory::open(&path.raw)?,
                Some(Target::File(fd, _)) => host::path::Directory::of_descriptor(*fd)?,
            };
            let mut names = Vec::new();
            while let Some(entry) = directory.next_entry()? {
                names.push(entry.name);
            }
            Ok(names)
        });
        let names: Vec<Vec<u8>> = names.map_err(|error: std::io::Error| match &path {
            Some(path) => th.os_error(&error, Some(path.object())),
            None => th.os_error(&error, None),
        })?;
        let mut list = Vec::with_capacity(names.len());
        for name in names {
            list.push(if as_bytes { th.bytes(&name) } else { fs_text(th, &name)? });
        }
        Ok(th.list(list))
    }

    /// Create a directory.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// dir_fd may not be implemented on your platform.
    ///   If it is unavailable, using it will raise a NotImplementedError.
    ///
    /// The mode argument is ignored on Windows. Where it is used, the current umask
    /// value is first masked out.
    #[pyfunction("(path, mode=511, *, dir_fd=None)")]
    fn mkdir(th: &ThreadState, path: FsPath, mode: i32, dir_fd: Option<DirFd>) -> Res<()> {
        th.audit("os.mkdir", &[path.object.clone(), Value::int32(mode), shown(&dir_fd)])?;
        path.run(th, |path| host::path::make_directory(at(&dir_fd), path, mode as u32))
    }

    /// Remove a directory.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// dir_fd may not be implemented on your platform.
    ///   If it is unavailable, using it will raise a NotImplementedError.
    #[pyfunction("(path, *, dir_fd=None)")]
    fn rmdir(th: &ThreadState, path: FsPath, dir_fd: Option<DirFd>) -> Res<()> {
        th.audit("os.rmdir", &[path.object.clone(), shown(&dir_fd)])?;
        path.run(th, |path| host::path::remove_directory(at(&dir_fd), path))
    }

    /// Remove a file (same as remove()).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// dir_fd may not be implemented on your platform.
    ///   If it is unavailable, using it will raise a NotImplementedError.
    #[pyfunction("(path, *, dir_fd=None)")]
    fn unlink(th: &ThreadState, path: FsPath, dir_fd: Option<DirFd>) -> Res<()> {
        th.audit("os.remove", &[path.object.clone(), shown(&dir_fd)])?;
        path.run(th, |path| host::path::unlink(at(&dir_fd), path))
    }

    /// Remove a file (same as unlink()).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// dir_fd may not be implemented on your platform.
    ///   If it is unavailable, using it will raise a NotImplementedError.
    #[pyfunction("(path, *, dir_fd=None)")]
    fn remove(th: &ThreadState, path: FsPath, dir_fd: Option<DirFd>) -> Res<()> {
        unlink(th, path, dir_fd)
    }

    fn renamed(
        th: &ThreadState,
        src: FsPath,
        dst: FsPath,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
    ) -> Res<()> {
        let args = [src.object.clone(), dst.object.clone(), shown(&src_dir_fd), shown(&dst_dir_fd)];
        th.audit("os.rename", &args)?;
        let (from, to) = (at(&src_dir_fd), at(&dst_dir_fd));
        th.without_gil(|| host::path::rename(from, &src.raw, to, &dst.raw))
            .map_err(|error| th.os_error_with_files(&error, &src.object, &dst.object))
    }

    /// Rename a file or directory.
    ///
    /// If either src_dir_fd or dst_dir_fd is not None, it should be a file
    ///   descriptor open to a directory, and the respective path string (src or dst)
    ///   should be relative; the path will then be relative to that directory.
    /// src_dir_fd and dst_dir_fd, may not be implemented on your platform.
    ///   If they are unavailable, using them will raise a NotImplementedError.
    #[pyfunction("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(
        th: &ThreadState,
        src: FsPath,
        dst: FsPath,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
    ) -> Res<()> {
        renamed(th, src, dst, src_dir_fd, dst_dir_fd)
    }

    /// Rename a file or directory, overwriting the destination.
    ///
    /// If either src_dir_fd or dst_dir_fd is not None, it should be a file
    ///   descriptor open to a directory, and the respective path string (src or dst)
    ///   should be relative; the path will then be relative to that directory.
    /// src_dir_fd and dst_dir_fd, may not be implemented on your platform.
    ///   If they are unavailable, using them will raise a NotImplementedError.
    #[pyfunction("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(
        th: &ThreadState,
        src: FsPath,
        dst: FsPath,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
    ) -> Res<()> {
        renamed(th, src, dst, src_dir_fd, dst_dir_fd)
    }

    /// Create a hard link to a file.
    ///
    /// If either src_dir_fd or dst_dir_fd is not None, it should be a file
    ///   descriptor open to a directory, and the respective path string (src or dst)
    ///   should be relative; the path will then be relative to that directory.
    /// If follow_symlinks is False, and the last element of src is a symbolic
    ///   link, link will create a link to the symbolic link itself instead of the
    ///   file the link points to.
    /// src_dir_fd, dst_dir_fd, and follow_symlinks may not be implemented on your
    ///   platform.  If they are unavailable, using them will raise a
    ///   NotImplementedError.
    #[pyfunction("(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=(os.name != 'nt'))")]
    fn link(
        th: &ThreadState,
        src: FsPath,
        dst: FsPath,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
        #[default(true)] follow_symlinks: bool,
    ) -> Res<()> {
        let args = [src.object.clone(), dst.object.clone(), shown(&src_dir_fd), shown(&dst_dir_fd)];
        th.audit("os.link", &args)?;
        let (from, to) = (at(&src_dir_fd), at(&dst_dir_fd));
        th.without_gil(|| host::path::link(from, &src.raw, to, &dst.raw, follow_symlinks))
            .map_err(|error| th.os_error_with_files(&error, &src.object, &dst.object))
    }

    /// Create a symbolic link pointing to src named dst.
    ///
    /// target_is_directory is required on Windows if the target is to be
    ///   interpreted as a directory.  (On Windows, symlink requires
    ///   Windows 6.0 or greater, and raises a NotImplementedError otherwise.)
    ///   target_is_directory is ignored on non-Windows platforms.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// dir_fd may not be implemented on your platform.
    ///   If it is unavailable, using it will raise a NotImplementedError.
    #[pyfunction("(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(
        th: &ThreadState,
        src: FsPath,
        dst: FsPath,
        target_is_directory: bool,
        dir_fd: Option<DirFd>,
    ) -> Res<()> {
        let _ = target_is_directory;
        th.audit("os.symlink", &[src.object.clone(), dst.object.clone(), shown(&dir_fd)])?;
        th.without_gil(|| host::path::symlink(&src.raw, at(&dir_fd), &dst.raw))
            .map_err(|error| th.os_error_with_files(&error, &src.object, &dst.object))
    }

    /// Return a string representing the path to which the symbolic link points.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    /// and path should be relative; path will then be relative to that directory.
    ///
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[pyfunction("(path, *, dir_fd=None)")]
    fn readlink(th: &ThreadState, path: FsPath, dir_fd: Option<DirFd>) -> Res {
        let target = path.run(th, |path| host::path::read_link(at(&dir_fd), path))?;
        if path.is_bytes() { Ok(th.bytes(&target)) } else { fs_text(th, &target) }
    }

    /// Create a "fifo" (a POSIX named pipe).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// dir_fd may not be implemented on your platform.
    ///   If it is unavailable, using it will raise a NotImplementedError.
    #[pyfunction("(path, mode=438, *, dir_fd=None)")]
    fn mkfifo(th: &ThreadState, path: FsPath, mode: i32, dir_fd: Option<DirFd>) -> Res<()> {
        th.blocking(|| host::path::make_fifo(at(&dir_fd), &path.raw, mode as u32))?
            .map_err(|error| path.error(th, &error))
    }

    /// Create a node in the file system.
    ///
    /// Create a node in the file system (file, device special file or named pipe)
    /// at path.  mode specifies both the permissions to use and the
    /// type of node to be created, being combined (bitwise OR) with one of
    /// S_IFREG, S_IFCHR, S_IFBLK, and S_IFIFO.  If S_IFCHR or S_IFBLK is set on mode,
    /// device defines the newly created device special file (probably using
    /// os.makedev()).  Otherwise device is ignored.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// dir_fd may not be implemented on your platform.
    ///   If it is unavailable, using it will raise a NotImplementedError.
    #[pyfunction("(path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(
        th: &ThreadState,
        path: FsPath,
        mode: i32,
        #[default(super::NO_DEVICE)] device: super::Device,
        dir_fd: Option<DirFd>,
    ) -> Res<()> {
        th.blocking(|| host::path::make_node(at(&dir_fd), &path.raw, mode as u32, device.0))?
            .map_err(|error| path.error(th, &error))
    }

    /// Extracts a device major number from a raw device number.
    #[pyfunction("(device, /)")]
    fn major(th: &ThreadState, device: super::Device) -> Value {
        super::device_part(th, host::system::major(device.0))
    }

    /// Extracts a device minor number from a raw device number.
    #[pyfunction("(device, /)")]
    fn minor(th: &ThreadState, device: super::Device) -> Value {
        super::device_part(th, host::system::minor(device.0))
    }

    /// Composes a raw device number from the major and minor device numbers.
    #[pyfunction("(major, minor, /)")]
    fn makedev(th: &ThreadState, major: super::Device, minor: super::Device) -> Res {
        let part = |number: u64| match number {
            u64::MAX => Ok(u32::MAX),
            number => u32::try_from(number),
        };
        match (part(major.0), part(minor.0)) {
            (Ok(major), Ok(minor)) => {
                let device = host::system::make_device(major, minor);
                Ok(if device == u64::MAX { Value::int32(-1) } else { th.int_from_u64(device) })
            }
            _ => Err(th.overflow_error("Python int too large to convert to C unsigned int")),
        }
    }

    /// Open a file for low level IO.  Returns a file descriptor (integer).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// dir_fd may not be implemented on your platform.
    ///   If it is unavailable, using it will raise a NotImplementedError.
    #[pyfunction("(path, flags, mode=511, *, dir_fd=None)")]
    fn open(th: &ThreadState, path: FsPath, flags: i32, mode: i32, dir_fd: Option<DirFd>) -> Res<i32> {
        th.audit("open", &[path.object.clone(), Value::NONE, Value::int32(flags)])?;
        th.blocking(|| host::path::open(at(&dir_fd), &path.raw, flags, mode as u32))?
            .map_err(|error| path.error(th, &error))
    }

    /// A text or bytes path as code units that are compared with ASCII, and how to make a value of a part.
    fn with_units(th: &ThreadState, path: &Value, work: impl FnOnce(&[u32]) -> Vec<Vec<u32>>) -> Res<Vec<Value>> {
        if let Some(text) = path.as_str() {
            let units: Vec<u32> = text.code_points().collect();
            return Ok(work(&units).iter().map(|part| th.str_from_ucs4(part)).collect());
        }
        let bytes = path.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default();
        let units: Vec<u32> = bytes.iter().map(|&byte| u32::from(byte)).collect();
        let narrow = |part: &Vec<u32>| part.iter().map(|&unit| unit as u8).collect::<Vec<u8>>();
        Ok(work(&units).iter().map(|part| th.bytes(&narrow(part))).collect())
    }

    fn text_path(th: &ThreadState, path: &Value, function: &str) -> Res {
        if path.as_str().is_some() || path.as_bytes().is_some() {
            return Ok(path.clone());
        }
        match arguments::call_fspath(th, path)? {
            Some(_) => arguments::fspath(th, path),
            None => {
                let class = path.class().full_name();
                Err(th.type_error(format_args!("{function}: path should be string, bytes or os.PathLike, not {class}")))
            }
        }
    }

    /// Normalize path, eliminating double slashes, etc.
    #[pyfunction("(path)")]
    fn _path_normpath(th: &ThreadState, path: &Value) -> Res {
        let path = text_path(th, path, "_path_normpath")?;
        let parts = with_units(th, &path, |units| vec![super::normalized(units)])?;
        Ok(parts.into_iter().next().unwrap_or(Value::NONE))
    }

    /// Split a pathname into drive, root and tail.
    ///
    /// The tail contains anything after the root.
    #[pyfunction("(p, /)", text = "($module, /, path)")]
    fn _path_splitroot_ex(th: &ThreadState, p: &Value) -> Res {
        let path = text_path(th, p, "_path_splitroot_ex")?;
        let parts = with_units(th, &path, |units| {
            let root = super::root_length(units);
            vec![Vec::new(), units[..root].to_vec(), units[root..].to_vec()]
        })?;
        Ok(th.tuple_from_vec(parts))
    }

    /// Prepare the tty of which fd is a file descriptor for a new login session.
    ///
    /// Make the calling process a session leader; make the tty the
    /// controlling tty, the stdin, the stdout, and the stderr of the
    /// calling process; close fd.
    #[pyfunction("(fd, /)")]
    fn login_tty(th: &ThreadState, fd: Descriptor) -> Res<()> {
        host::terminal::login(fd.0).map_err(|error| th.os_error(&error, None))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        th.setattr_str(module, "error", exc::OS_ERROR.value_ref())
    }
}

use runtime::args::{ArgAt, FromArg};
use runtime::objects::int::IntView;
use runtime::{Res, ThreadState, Value};

/// A device number, which may be -1 for "none".
#[derive(Clone, Copy)]
pub struct Device(pub u64);

/// No device.
pub const NO_DEVICE: Device = Device(0);

impl<'a> FromArg<'a> for Device {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        let index = th.index(value)?;
        match index.as_int() {
            Some(IntView::Small(-1)) => Ok(Device(u64::MAX)),
            Some(number) if number.is_negative() => Err(th.overflow_error("can't convert negative int to unsigned")),
            Some(IntView::Small(number)) => Ok(Device(number as u64)),
            Some(IntView::Big(number)) => {
                u64::try_from(number).map(Device).map_err(|_| th.overflow_error("int too big to convert"))
            }
            None => Ok(NO_DEVICE),
        }
    }
}

fn device_part(th: &ThreadState, part: u32) -> Value {
    if part == u32::MAX { Value::int32(-1) } else { th.int(i64::from(part)) }
}

const SLASH: u32 = b'/' as u32;
const DOT: u32 = b'.' as u32;

/// How many of a path's first units are the root: "/", or "//" (which POSIX keeps apart), or none.
fn root_length(units: &[u32]) -> usize {
    match units {
        [SLASH, SLASH, SLASH, ..] => 1,
        [SLASH, SLASH, ..] => 2,
        [SLASH, ..] => 1,
        _ => 0,
    }
}

/// `posixpath.normpath`.
fn normalized(units: &[u32]) -> Vec<u32> {
    let root = root_length(units);
    let mut parts: Vec<&[u32]> = Vec::new();
    for part in units[root..].split(|&unit| unit == SLASH) {
        match part {
            [] | [DOT] => {}
            [DOT, DOT] => match parts.last() {
                Some(last) if *last != [DOT, DOT] => drop(parts.pop()),
                None if root > 0 => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    let mut result = units[..root].to_vec();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            result.push(SLASH);
        }
        result.extend_from_slice(part);
    }
    if result.is_empty() {
        result.push(DOT);
    }
    result
}
