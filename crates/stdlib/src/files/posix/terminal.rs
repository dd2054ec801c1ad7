//! Terminals and pseudo-terminals.

use macros::pymodule;
use runtime::struct_sequence;

struct_sequence! {
    /// What `get_terminal_size` returns.
    pub TERMINAL_SIZE: "os", "terminal_size", "A tuple of (columns, lines) for holding terminal window size", visible 2,
    constructible true, [
        "columns": "width of the terminal window in characters",
        "lines": "height of the terminal window in characters",
    ]
}

/// Functions of the module `posix`.
#[pymodule(name = "posix")]
pub mod functions {
    use host::terminal;
    use runtime::{Raised, Res, ThreadState, Value};

    use super::TERMINAL_SIZE;
    use crate::files::posix::arguments::fs_text;
    use crate::system::numbers::Descriptor;

    fn failed(th: &ThreadState) -> impl Fn(std::io::Error) -> Raised + '_ {
        |error| th.os_error(&error, None)
    }

    /// Return the size of the terminal window as (columns, lines).
    ///
    /// The optional argument fd (default standard output) specifies
    /// which file descriptor should be queried.
    ///
    /// If the file descriptor is not connected to a terminal, an OSError
    /// is thrown.
    ///
    /// This function will only be defined if an implementation is
    /// available for this system.
    ///
    /// shutil.get_terminal_size is the high-level function which should
    /// normally be used, os.get_terminal_size is the low-level implementation.
    #[pyfunction("(fd=<unrepresentable>, /)")]
    fn get_terminal_size(th: &ThreadState, #[default(1)] fd: i32) -> Res {
        let (columns, lines) = terminal::size(fd).map_err(failed(th))?;
        Ok(TERMINAL_SIZE.make(th, vec![Value::int32(columns.into()), Value::int32(lines.into())]))
    }

    /// Return True if the fd is connected to a terminal.
    ///
    /// Return True if the file descriptor is an open file descriptor
    /// connected to the slave end of a terminal.
    #[pyfunction("(fd, /)")]
    fn isatty(fd: i32) -> bool {
        host::stdio::is_terminal(fd)
    }

    /// Return the name of the terminal device connected to 'fd'.
    ///
    ///   fd
    ///     Integer file descriptor handle.
    #[pyfunction("(fd, /)")]
    fn ttyname(th: &ThreadState, fd: i32) -> Res {
        fs_text(th, &terminal::name(fd).map_err(failed(th))?)
    }

    /// Return the name of the controlling terminal for this process.
    #[pyfunction("()")]
    fn ctermid(th: &ThreadState) -> Res {
        fs_text(th, &terminal::controlling())
    }

    /// Open a pseudo-terminal.
    ///
    /// Return a tuple of (master_fd, slave_fd) containing open file descriptors
    /// for both the master and slave ends.
    #[pyfunction("()")]
    fn openpty(th: &ThreadState) -> Res<(i32, i32)> {
        terminal::open_pair().map_err(failed(th))
    }

    /// Open and return a file descriptor for a master pseudo-terminal device.
    ///
    /// Performs a posix_openpt() C function call. The oflag argument is used to
    /// set file status flags and file access modes as specified in the manual page
    /// of posix_openpt() of your system.
    #[pyfunction("(oflag, /)")]
    fn posix_openpt(th: &ThreadState, oflag: i32) -> Res<i32> {
        let fd = terminal::open_master(oflag).map_err(failed(th))?;
        host::descriptor::set_inheritable(fd, false).map_err(failed(th))?;
        Ok(fd)
    }

    /// Grant access to the slave pseudo-terminal device.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// Performs a grantpt() C function call.
    #[pyfunction("(fd, /)")]
    fn grantpt(th: &ThreadState, fd: Descriptor) -> Res<()> {
        terminal::grant(fd.0).map_err(failed(th))
    }

    /// Unlock a pseudo-terminal master/slave pair.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// Performs an unlockpt() C function call.
    #[pyfunction("(fd, /)")]
    fn unlockpt(th: &ThreadState, fd: Descriptor) -> Res<()> {
        terminal::unlock(fd.0).map_err(failed(th))
    }

    /// Return the name of the slave pseudo-terminal device.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// If the ptsname_r() C function is available, it is called;
    /// otherwise, performs a ptsname() C function call.
    #[pyfunction("(fd, /)")]
    fn ptsname(th: &ThreadState, fd: Descriptor) -> Res {
        fs_text(th, &terminal::slave_name(fd.0).map_err(failed(th))?)
    }

    /// Return the process group associated with the terminal specified by fd.
    #[pyfunction("(fd, /)")]
    fn tcgetpgrp(th: &ThreadState, fd: i32) -> Res<i32> {
        terminal::foreground_group(fd).map_err(failed(th))
    }

    /// Set the process group associated with the terminal specified by fd.
    #[pyfunction("(fd, pgid, /)")]
    fn tcsetpgrp(th: &ThreadState, fd: i32, pgid: i32) -> Res<()> {
        terminal::set_foreground_group(fd, pgid).map_err(failed(th))
    }

    /// Return the actual login name.
    #[pyfunction("()")]
    fn getlogin(th: &ThreadState) -> Res {
        match terminal::login_name() {
            Ok(name) => fs_text(th, &name),
            Err(error) if error.raw_os_error() == Some(0) => Err(th.os_error_message("unable to determine login name")),
            Err(error) => Err(th.os_error(&error, None)),
        }
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        th.setattr_str(module, "terminal_size", TERMINAL_SIZE.ready(th).value_ref())
    }
}
