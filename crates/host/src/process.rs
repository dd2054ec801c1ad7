//! Processes: identities, children, signals, other programs.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::ffi::{CStr, CString};
use std::io::{Error, Result};

use crate::call::{check, check_number, system_calls};

/// Ends the process by SIGINT with its default action.
pub fn die_of_interrupt() {
    // SAFETY: restores a default action and signals this process; no memory is involved.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::raise(libc::SIGINT);
    }
}

/// Identities that are always there.
macro_rules! identities {
    ($($name:ident: $type:ty = $function:ident;)*) => {$(
        pub fn $name() -> $type {
            // SAFETY: takes nothing and cannot fail.
            unsafe { libc::$function() }
        }
    )*};
}

identities! {
    id: i32 = getpid;
    parent: i32 = getppid;
    group: i32 = getpgrp;
    uid: u32 = getuid;
    effective_uid: u32 = geteuid;
    gid: u32 = getgid;
    effective_gid: u32 = getegid;
}

system_calls! {
    pub fn group_of(pid: i32) -> i32 = getpgid(pid);
    pub fn session_of(pid: i32) -> i32 = getsid(pid);
    pub fn new_session() -> i32 = setsid();
    pub fn set_group(pid: i32, group: i32) = setpgid(pid, group);
    pub fn kill(pid: i32, signal: i32) = kill(pid, signal);
    pub fn kill_group(group: i32, signal: i32) = killpg(group, signal);
    pub fn set_uid(uid: u32) = setuid(uid);
    pub fn set_effective_uid(uid: u32) = seteuid(uid);
    pub fn set_gid(gid: u32) = setgid(gid);
    pub fn set_effective_gid(gid: u32) = setegid(gid);
    pub fn set_uids(real: u32, effective: u32) = setreuid(real, effective);
    pub fn set_gids(real: u32, effective: u32) = setregid(real, effective);
    pub fn set_three_uids(real: u32, effective: u32, saved: u32) = setresuid(real, effective, saved);
    pub fn set_three_gids(real: u32, effective: u32, saved: u32) = setresgid(real, effective, saved);
    pub fn initialize_groups(user: &CStr, group: u32) = initgroups(user.as_ptr(), group);
}

/// Real, effective and saved user (or group).
pub fn three_uids() -> Result<[u32; 3]> {
    let [mut real, mut effective, mut saved] = [0; 3];
    // SAFETY: three numbers are filled.
    check(unsafe { libc::getresuid(&mut real, &mut effective, &mut saved) })?;
    Ok([real, effective, saved])
}

pub fn three_gids() -> Result<[u32; 3]> {
    let [mut real, mut effective, mut saved] = [0; 3];
    // SAFETY: three numbers are filled.
    check(unsafe { libc::getresgid(&mut real, &mut effective, &mut saved) })?;
    Ok([real, effective, saved])
}

pub fn groups() -> Result<Vec<u32>> {
    // SAFETY: the buffer is as long as said; none for the first call.
    unsafe {
        let count = check(libc::getgroups(0, std::ptr::null_mut()))?;
        let mut groups = vec![0; count as usize];
        let count = check(libc::getgroups(count, groups.as_mut_ptr()))?;
        groups.truncate(count as usize);
        Ok(groups)
    }
}

pub fn set_groups(groups: &[u32]) -> Result<()> {
    // SAFETY: the groups are as many as said.
    check(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) }).map(drop)
}

/// The groups of a user, with one more.
pub fn groups_of_user(user: &CStr, group: u32) -> Result<Vec<u32>> {
    let mut count = 64;
    loop {
        let mut groups = vec![0; count as usize];
        let before = count;
        // SAFETY: the buffer is as long as said.
        let result = unsafe { libc::getgrouplist(user.as_ptr(), group, groups.as_mut_ptr(), &mut count) };
        if result >= 0 {
            groups.truncate(count.max(0) as usize);
            return Ok(groups);
        }
        count = count.max(before * 2);
        if count > 1 << 20 {
            return Err(Error::last_os_error());
        }
    }
}

pub fn set_umask(mask: u32) -> u32 {
    // SAFETY: works on numbers and cannot fail.
    unsafe { libc::umask(mask) }
}

/// Ends the process at once.
pub fn exit_now(status: i32) -> ! {
    // SAFETY: nothing of the process is used afterwards.
    unsafe { libc::_exit(status) }
}

/// Ends the process with SIGABRT.
pub fn abort() -> ! {
    std::process::abort()
}

/// Makes a child process: 0 in the child.
pub fn fork() -> Result<i32> {
    // SAFETY: the child goes on with the one thread that called, which is the one that runs Python.
    check(unsafe { libc::fork() })
}

/// Makes a child process on a new pseudo-terminal: process (0 in the child) and the terminal's master.
pub fn fork_terminal() -> Result<(i32, i32)> {
    let mut master = -1;
    let null = std::ptr::null_mut();
    // SAFETY: as for `fork`; one number is filled, the rest is left out.
    let pid = check(unsafe { libc::forkpty(&mut master, null, std::ptr::null_mut(), std::ptr::null_mut()) })?;
    Ok((pid, master))
}

/// Time and memory that children used, as `getrusage` and `wait4` tell: times in seconds, then 14 counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub user_time: f64,
    pub system_time: f64,
    pub counts: [i64; 14],
}

pub(crate) fn usage_of(raw: &libc::rusage) -> Usage {
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    Usage {
        user_time: seconds(raw.ru_utime),
        system_time: seconds(raw.ru_stime),
        counts: [
            raw.ru_maxrss,
            raw.ru_ixrss,
            raw.ru_idrss,
            raw.ru_isrss,
            raw.ru_minflt,
            raw.ru_majflt,
            raw.ru_nswap,
            raw.ru_inblock,
            raw.ru_oublock,
            raw.ru_msgsnd,
            raw.ru_msgrcv,
            raw.ru_nsignals,
            raw.ru_nvcsw,
            raw.ru_nivcsw,
        ],
    }
}

/// Waits for a child: its id (0: none yet), status and usage.
pub fn wait(pid: i32, options: i32) -> Result<(i32, i32, Usage)> {
    let mut status = 0;
    // SAFETY: a number and plain data are filled.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::rusage>();
        let pid = check(libc::wait4(pid, &mut status, options, &mut raw))?;
        Ok((pid, status, usage_of(&raw)))
    }
}

/// What `waitid` tells: process, user, signal, status, code. `None` if no child has changed.
pub fn wait_id(kind: u32, id: u32, options: i32) -> Result<Option<[i32; 5]>> {
    // SAFETY: plain data is filled; the fields read are those of a child's change.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::siginfo_t>();
        check(libc::waitid(kind, id, &mut raw, options))?;
        if raw.si_pid() == 0 {
            return Ok(None);
        }
        Ok(Some([raw.si_pid(), raw.si_uid() as i32, raw.si_signo, raw.si_status(), raw.si_code]))
    }
}

/// What a status of [`wait`] says.
pub mod status {
    pub fn dumped_core(status: i32) -> bool {
        libc::WCOREDUMP(status)
    }
    pub fn continued(status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }
    pub fn stopped(status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }
    pub fn signaled(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }
    pub fn exited(status: i32) -> bool {
        libc::WIFEXITED(status)
    }
    pub fn exit_code(status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }
    pub fn stop_signal(status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }
    pub fn end_signal(status: i32) -> i32 {
        libc::WTERMSIG(status)
    }
}

/// The null-terminated array of pointers that C functions take for lists of strings.
fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|text| text.as_ptr()).chain([std::ptr::null()]).collect()
}

/// Replaces the process by another program; returns only the error. `path: None` executes the open file `fd`.
pub fn execute(path: Option<&CStr>, fd: i32, arguments: &[CString], environment: Option<&[CString]>) -> Error {
    let argument_list = pointers(arguments);
    let environment_list = environment.map(pointers);
    // SAFETY: lists end with null and their strings live as long as the call.
    unsafe {
        match (path, &environment_list) {
            (Some(path), Some(environment)) => {
                libc::execve(path.as_ptr(), argument_list.as_ptr(), environment.as_ptr())
            }
            (Some(path), None) => libc::execv(path.as_ptr(), argument_list.as_ptr()),
            (None, Some(environment)) => libc::fexecve(fd, argument_list.as_ptr(), environment.as_ptr()),
            (None, None) => {
                *libc::__errno_location() = libc::EINVAL;
                -1
            }
        };
    }
    Error::last_os_error()
}

/// What a program started by [`spawn`] does to its files first.
pub enum FileAction {
    Open { fd: i32, path: CString, flags: i32, mode: u32 },
    Close { fd: i32 },
    Duplicate { fd: i32, to: i32 },
    CloseFrom { fd: i32 },
}

/// How [`spawn`] starts a program.
#[derive(Default)]
pub struct SpawnOptions {
    pub search_path: bool,
    pub actions: Vec<FileAction>,
    pub group: Option<i32>,
    pub reset_ids: bool,
    pub session: bool,
    pub signal_mask: Option<Vec<i32>>,
    pub default_signals: Option<Vec<i32>>,
    /// Policy (if any) and priority.
    pub scheduler: Option<(Option<i32>, i32)>,
}

fn signal_set(signals: &[i32]) -> libc::sigset_t {
    // SAFETY: the set is initialised before signals are added.
    unsafe {
        let mut set = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&mut set);
        for &signal in signals {
            libc::sigaddset(&mut set, signal);
        }
        set
    }
}

/// File actions of the C library, destroyed at the end.
struct Actions(libc::posix_spawn_file_actions_t);

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: initialised where it was made.
        unsafe { libc::posix_spawn_file_actions_destroy(&mut self.0) };
    }
}

/// Attributes of the C library, destroyed at the end.
struct Attributes(libc::posix_spawnattr_t);

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: initialised where it was made.
        unsafe { libc::posix_spawnattr_destroy(&mut self.0) };
    }
}

fn c_actions(list: &[FileAction]) -> Result<Actions> {
    // SAFETY: initialised first; paths live as long as the caller's list, and the C library copies them.
    unsafe {
        let mut raw = std::mem::zeroed();
        check_number(libc::posix_spawn_file_actions_init(&mut raw))?;
        let mut actions = Actions(raw);
        for action in list {
            check_number(match action {
                FileAction::Open { fd, path, flags, mode } => {
                    libc::posix_spawn_file_actions_addopen(&mut actions.0, *fd, path.as_ptr(), *flags, *mode)
                }
                FileAction::Close { fd } => libc::posix_spawn_file_actions_addclose(&mut actions.0, *fd),
                FileAction::Duplicate { fd, to } => libc::posix_spawn_file_actions_adddup2(&mut actions.0, *fd, *to),
                FileAction::CloseFrom { fd } => libc::posix_spawn_file_actions_addclosefrom_np(&mut actions.0, *fd),
            })?;
        }
        Ok(actions)
    }
}

fn c_attributes(options: &SpawnOptions) -> Result<Attributes> {
    // SAFETY: initialised first; sets and structures live as long as the calls.
    unsafe {
        let mut raw = std::mem::zeroed();
        check_number(libc::posix_spawnattr_init(&mut raw))?;
        let mut attributes = Attributes(raw);
        let mut flags = 0;
        if let Some(group) = options.group {
            check_number(libc::posix_spawnattr_setpgroup(&mut attributes.0, group))?;
            flags |= libc::POSIX_SPAWN_SETPGROUP;
        }
        if options.reset_ids {
            flags |= libc::POSIX_SPAWN_RESETIDS;
        }
        if options.session {
            flags |= libc::POSIX_SPAWN_SETSID as i32;
        }
        if let Some(signals) = &options.signal_mask {
            check_number(libc::posix_spawnattr_setsigmask(&mut attributes.0, &signal_set(signals)))?;
            flags |= libc::POSIX_SPAWN_SETSIGMASK;
        }
        if let Some(signals) = &options.default_signals {
            check_number(libc::posix_spawnattr_setsigdefault(&mut attributes.0, &signal_set(signals)))?;
            flags |= libc::POSIX_SPAWN_SETSIGDEF;
        }
        if let Some((policy, priority)) = options.scheduler {
            if let Some(policy) = policy {
                check_number(libc::posix_spawnattr_setschedpolicy(&mut attributes.0, policy))?;
                flags |= libc::POSIX_SPAWN_SETSCHEDULER;
            }
            let mut parameters = std::mem::zeroed::<libc::sched_param>();
            parameters.sched_priority = priority;
            check_number(libc::posix_spawnattr_setschedparam(&mut attributes.0, &parameters))?;
            flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
        }
        check_number(libc::posix_spawnattr_setflags(&mut attributes.0, flags as i16))?;
        Ok(attributes)
    }
}

/// Starts a program in a new process; `environment: None` passes this one's on.
pub fn spawn(
    path: &CStr,
    arguments: &[CString],
    environment: Option<&[CString]>,
    options: &SpawnOptions,
) -> Result<i32> {
    let (actions, attributes) = (c_actions(&options.actions)?, c_attributes(options)?);
    let argument_list = pointers(arguments);
    let environment_list = environment.map(pointers);
    let mut pid = 0;
    // SAFETY: lists end with null; all that is passed lives as long as the call.
    check_number(unsafe {
        let environment = match &environment_list {
            Some(list) => list.as_ptr(),
            None => environ.cast(),
        };
        let start = if options.search_path { libc::posix_spawnp } else { libc::posix_spawn };
        start(&mut pid, path.as_ptr(), &actions.0, &attributes.0, argument_list.as_ptr().cast(), environment.cast())
    })?;
    Ok(pid)
}

unsafe extern "C" {
    static environ: *const *const libc::c_char;
}
