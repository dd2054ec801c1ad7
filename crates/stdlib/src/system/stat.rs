//! `_stat`: the bits of file modes.

use macros::pymodule;

/// The module `_stat`.
#[pymodule(name = "_stat")]
pub mod stat_module {
    //! S_IFMT_: file type bits
    //! S_IFDIR: directory
    //! S_IFCHR: character device
    //! S_IFBLK: block device
    //! S_IFREG: regular file
    //! S_IFIFO: fifo (named pipe)
    //! S_IFLNK: symbolic link
    //! S_IFSOCK: socket file

    use runtime::{Res, ThreadState, Value};

    use crate::system::numbers::add_constants;

    const FORMAT: u32 = 0o170_000;

    /// Numbers that no system header is asked for: they are the same wherever CPython has them.
    static CONSTANTS: &[(&str, i64)] = &[
        ("S_IFDIR", 0o040_000),
        ("S_IFCHR", 0o020_000),
        ("S_IFBLK", 0o060_000),
        ("S_IFREG", 0o100_000),
        ("S_IFIFO", 0o010_000),
        ("S_IFLNK", 0o120_000),
        ("S_IFSOCK", 0o140_000),
        ("S_IFDOOR", 0),
        ("S_IFPORT", 0),
        ("S_IFWHT", 0),
        ("S_ISUID", 0o4000),
        ("S_ISGID", 0o2000),
        ("S_ISVTX", 0o1000),
        ("S_ENFMT", 0o2000),
        ("S_IREAD", 0o400),
        ("S_IWRITE", 0o200),
        ("S_IEXEC", 0o100),
        ("S_IRWXU", 0o700),
        ("S_IRUSR", 0o400),
        ("S_IWUSR", 0o200),
        ("S_IXUSR", 0o100),
        ("S_IRWXG", 0o070),
        ("S_IRGRP", 0o040),
        ("S_IWGRP", 0o020),
        ("S_IXGRP", 0o010),
        ("S_IRWXO", 0o007),
        ("S_IROTH", 0o004),
        ("S_IWOTH", 0o002),
        ("S_IXOTH", 0o001),
        ("UF_SETTABLE", 0x0000_ffff),
        ("UF_NODUMP", 0x1),
        ("UF_IMMUTABLE", 0x2),
        ("UF_APPEND", 0x4),
        ("UF_OPAQUE", 0x8),
        ("UF_NOUNLINK", 0x10),
        ("UF_COMPRESSED", 0x20),
        ("UF_TRACKED", 0x40),
        ("UF_DATAVAULT", 0x80),
        ("UF_HIDDEN", 0x8000),
        ("SF_SETTABLE", 0xffff_0000),
        ("SF_ARCHIVED", 0x1_0000),
        ("SF_IMMUTABLE", 0x2_0000),
        ("SF_APPEND", 0x4_0000),
        ("SF_NOUNLINK", 0x10_0000),
        ("SF_SNAPSHOT", 0x20_0000),
        ("SF_FIRMLINK", 0x80_0000),
        ("SF_DATALESS", 0x4000_0000),
        ("ST_MODE", 0),
        ("ST_INO", 1),
        ("ST_DEV", 2),
        ("ST_NLINK", 3),
        ("ST_UID", 4),
        ("ST_GID", 5),
        ("ST_SIZE", 6),
        ("ST_ATIME", 7),
        ("ST_MTIME", 8),
        ("ST_CTIME", 9),
    ];

    fn mode(th: &ThreadState, value: &Value) -> Res<u32> {
        let number = th.index(value)?.as_int().and_then(|number| number.to_i64());
        match number.map(u32::try_from) {
            Some(Ok(mode)) => Ok(mode),
            Some(Err(_)) if number.is_some_and(|number| number < 0) => {
                Err(th.overflow_error("can't convert negative value to unsigned int"))
            }
            Some(Err(_)) => Err(th.overflow_error("mode out of range")),
            None => Err(th.overflow_error("Python int too large to convert to C unsigned long")),
        }
    }

    fn is(th: &ThreadState, value: &Value, kind: u32) -> Res<bool> {
        Ok(mode(th, value)? & FORMAT == kind)
    }

    /// S_ISDIR(mode) -> bool
    ///
    /// Return True if mode is from a directory.
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_ISDIR")]
    fn s_isdir(th: &ThreadState, mode: &Value) -> Res<bool> {
        is(th, mode, 0o040_000)
    }

    /// S_ISCHR(mode) -> bool
    ///
    /// Return True if mode is from a character special device file.
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_ISCHR")]
    fn s_ischr(th: &ThreadState, mode: &Value) -> Res<bool> {
        is(th, mode, 0o020_000)
    }

    /// S_ISBLK(mode) -> bool
    ///
    /// Return True if mode is from a block special device file.
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_ISBLK")]
    fn s_isblk(th: &ThreadState, mode: &Value) -> Res<bool> {
        is(th, mode, 0o060_000)
    }

    /// S_ISREG(mode) -> bool
    ///
    /// Return True if mode is from a regular file.
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_ISREG")]
    fn s_isreg(th: &ThreadState, mode: &Value) -> Res<bool> {
        is(th, mode, 0o100_000)
    }

    /// S_ISFIFO(mode) -> bool
    ///
    /// Return True if mode is from a FIFO (named pipe).
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_ISFIFO")]
    fn s_isfifo(th: &ThreadState, mode: &Value) -> Res<bool> {
        is(th, mode, 0o010_000)
    }

    /// S_ISLNK(mode) -> bool
    ///
    /// Return True if mode is from a symbolic link.
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_ISLNK")]
    fn s_islnk(th: &ThreadState, mode: &Value) -> Res<bool> {
        is(th, mode, 0o120_000)
    }

    /// S_ISSOCK(mode) -> bool
    ///
    /// Return True if mode is from a socket.
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_ISSOCK")]
    fn s_issock(th: &ThreadState, mode: &Value) -> Res<bool> {
        is(th, mode, 0o140_000)
    }

    /// S_ISDOOR(mode) -> bool
    ///
    /// Return True if mode is from a door.
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_ISDOOR")]
    fn s_isdoor(th: &ThreadState, value: &Value) -> Res<bool> {
        mode(th, value).map(|_| false)
    }

    /// S_ISPORT(mode) -> bool
    ///
    /// Return True if mode is from an event port.
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_ISPORT")]
    fn s_isport(th: &ThreadState, value: &Value) -> Res<bool> {
        mode(th, value).map(|_| false)
    }

    /// S_ISWHT(mode) -> bool
    ///
    /// Return True if mode is from a whiteout.
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_ISWHT")]
    fn s_iswht(th: &ThreadState, value: &Value) -> Res<bool> {
        mode(th, value).map(|_| false)
    }

    /// Return the portion of the file's mode that can be set by os.chmod().
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_IMODE")]
    fn s_imode(th: &ThreadState, value: &Value) -> Res<u32> {
        mode(th, value).map(|mode| mode & 0o7777)
    }

    /// Return the portion of the file's mode that describes the file type.
    #[pyfunction("(mode, /)", text = "($module, object, /)", name = "S_IFMT")]
    fn s_ifmt(th: &ThreadState, value: &Value) -> Res<u32> {
        mode(th, value).map(|mode| mode & FORMAT)
    }

    /// Convert a file's mode to a string of the form '-rwxrwxrwx'
    #[pyfunction("(mode, /)", text = "($module, object, /)")]
    fn filemode(th: &ThreadState, value: &Value) -> Res<String> {
        let mode = mode(th, value)?;
        let kind = match mode & FORMAT {
            0o100_000 => '-',
            0o040_000 => 'd',
            0o120_000 => 'l',
            0o060_000 => 'b',
            0o020_000 => 'c',
            0o010_000 => 'p',
            0o140_000 => 's',
            _ => '?',
        };
        let mut text = String::from(kind);
        for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
            let bits = mode >> shift;
            text.push(if bits & 4 != 0 { 'r' } else { '-' });
            text.push(if bits & 2 != 0 { 'w' } else { '-' });
            text.push(match (mode & special != 0, bits & 1 != 0) {
                (true, true) => letter,
                (true, false) => letter.to_ascii_uppercase(),
                (false, true) => 'x',
                (false, false) => '-',
            });
        }
        Ok(text)
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        add_constants(th, module, CONSTANTS)
    }
}
