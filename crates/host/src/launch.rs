//! Starting programs as `subprocess` does it: fork, arrange descriptors, exec; errors come back through a pipe.
#![expect(unsafe_code, reason = "between fork and exec only plain system calls are allowed")]

use std::ffi::CString;
use std::io::Result;

use crate::call::check;

/// All that the child does before its program runs.
pub struct Launch<'a> {
    pub arguments: &'a [CString],
    /// Places where the program may be, tried in order.
    pub programs: &'a [CString],
    pub environment: Option<&'a [CString]>,
    pub close_descriptors: bool,
    /// Descriptors that stay open, sorted.
    pub keep: &'a [i32],
    pub directory: Option<&'a CString>,
    /// Pipes: to the child's input, from its output, from its errors; -1 for none.
    pub input: (i32, i32),
    pub output: (i32, i32),
    pub errors: (i32, i32),
    /// Where failures are reported: to read from, to write to.
    pub report: (i32, i32),
    pub restore_signals: bool,
    pub session: bool,
    pub group: i32,
    pub gid: Option<u32>,
    pub groups: Option<&'a [u32]>,
    pub uid: Option<u32>,
    pub umask: i32,
}

/// Why the child gave up.
enum Failure {
    /// An error number, and how far it came.
    System(i32, &'static [u8]),
    /// The function to call before the program failed.
    Prepare,
}

fn errno() -> i32 {
    // SAFETY: the error number of this thread.
    unsafe { *libc::__errno_location() }
}

const NOT_REACHED: &[u8] = b"noexec";
const NO_DIRECTORY: &[u8] = b"noexec:chdir";

/// A system call of the child: fails with how far it came.
fn step(result: i32) -> std::result::Result<i32, Failure> {
    if result == -1 { Err(Failure::System(errno(), NOT_REACHED)) } else { Ok(result) }
}

fn keep_open(fd: i32) -> std::result::Result<(), Failure> {
    // SAFETY: works on numbers.
    unsafe {
        let flags = step(libc::fcntl(fd, libc::F_GETFD))?;
        step(libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC))?;
    }
    Ok(())
}

fn close_if_open(fd: i32) {
    if fd >= 0 {
        // SAFETY: works on a number.
        unsafe { libc::close(fd) };
    }
}

/// Closes all from 3 on but those to keep.
fn close_others(keep: &[i32]) {
    let mut low = 3;
    for &fd in keep {
        if fd < low {
            continue;
        }
        crate::descriptor::close_range(low, fd);
        low = fd + 1;
    }
    crate::descriptor::close_range(low, i32::MAX);
}

/// The lists of pointers, made before the fork: the child must not allocate.
pub struct Lists {
    arguments: Vec<*const libc::c_char>,
    environment: Option<Vec<*const libc::c_char>>,
}

impl Lists {
    pub fn of(launch: &Launch<'_>) -> Lists {
        Lists { arguments: pointers(launch.arguments), environment: launch.environment.map(pointers) }
    }
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|text| text.as_ptr()).chain([std::ptr::null()]).collect()
}

fn child(
    launch: &Launch<'_>,
    lists: &Lists,
    prepare: Option<&mut dyn FnMut() -> bool>,
) -> std::result::Result<(), Failure> {
    let (report, keep) = (launch.report.1, launch.keep);
    for &fd in keep.iter().filter(|&&fd| fd != report) {
        keep_open(fd)?;
    }
    close_if_open(launch.input.1);
    close_if_open(launch.output.0);
    close_if_open(launch.errors.0);
    close_if_open(launch.report.0);
    let (input, mut output, mut errors) = (launch.input.0, launch.output.1, launch.errors.1);
    // SAFETY: plain system calls on numbers and on strings that were made before.
    unsafe {
        // What lies where another one belongs moves away first.
        if output == 0 {
            output = step(libc::dup(output))?;
        }
        while errors == 0 || errors == 1 {
            errors = step(libc::dup(errors))?;
        }
        for (fd, place) in [(input, 0), (output, 1), (errors, 2)] {
            if fd == place {
                keep_open(fd)?;
            } else if fd >= 0 {
                step(libc::dup2(fd, place))?;
            }
        }
        if let Some(directory) = launch.directory
            && libc::chdir(directory.as_ptr()) == -1
        {
            return Err(Failure::System(errno(), NO_DIRECTORY));
        }
        if launch.umask >= 0 {
            libc::umask(launch.umask as u32);
        }
        if launch.restore_signals {
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
            libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
        }
        if launch.session {
            step(libc::setsid())?;
        }
        if launch.group >= 0 {
            step(libc::setpgid(0, launch.group))?;
        }
        // The calls themselves: the C library's wrappers speak with threads that are not there any more.
        if let Some(groups) = launch.groups {
            step(libc::syscall(libc::SYS_setgroups, groups.len(), groups.as_ptr()) as i32)?;
        }
        if let Some(gid) = launch.gid {
            step(libc::syscall(libc::SYS_setregid, gid, gid) as i32)?;
        }
        if let Some(uid) = launch.uid {
            step(libc::syscall(libc::SYS_setreuid, uid, uid) as i32)?;
        }
        if let Some(prepare) = prepare
            && !prepare()
        {
            return Err(Failure::Prepare);
        }
        if launch.close_descriptors {
            close_others(keep);
        }
        let mut saved = 0;
        for program in launch.programs {
            match &lists.environment {
                Some(environment) => libc::execve(program.as_ptr(), lists.arguments.as_ptr(), environment.as_ptr()),
                None => libc::execv(program.as_ptr(), lists.arguments.as_ptr()),
            };
            let error = errno();
            if error != libc::ENOENT && error != libc::ENOTDIR && saved == 0 {
                saved = error;
            }
        }
        Err(Failure::System(if saved == 0 { errno() } else { saved }, b""))
    }
}

fn tell(fd: i32, failure: &Failure) {
    let mut text = [0u8; 64];
    let mut length = 0;
    let mut push = |bytes: &[u8]| {
        for &byte in bytes {
            if let Some(place) = text.get_mut(length) {
                *place = byte;
                length += 1;
            }
        }
    };
    match failure {
        Failure::Prepare => push(b"SubprocessError:0:Exception occurred in preexec_fn."),
        Failure::System(number, reason) => {
            push(b"OSError:");
            let digits = b"0123456789ABCDEF";
            let number = *number as usize & 0xfff;
            let hex = [digits[number >> 8], digits[number >> 4 & 15], digits[number & 15]];
            push(&hex);
            push(b":");
            push(reason);
        }
    }
    // SAFETY: the text is as long as said.
    unsafe { libc::write(fd, text.as_ptr().cast(), length) };
}

/// Starts a program; returns the child's number.
pub fn launch(launch: &Launch<'_>) -> Result<i32> {
    let lists = Lists::of(launch);
    // SAFETY: the child only makes system calls, then ends.
    let pid = check(unsafe { libc::fork() })?;
    if pid == 0 {
        become_program(launch, &lists, None);
    }
    Ok(pid)
}

/// In the child of a fork: becomes the program. `prepare` runs right before; false from it gives up.
pub fn become_program(launch: &Launch<'_>, lists: &Lists, prepare: Option<&mut dyn FnMut() -> bool>) -> ! {
    if let Err(failure) = child(launch, lists, prepare) {
        tell(launch.report.1, &failure);
    }
    crate::process::exit_now(255)
}
