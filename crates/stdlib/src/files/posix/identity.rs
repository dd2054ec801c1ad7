//! Who runs a process: users, groups, sessions.

use macros::pymodule;

/// Functions of the module `posix`.
#[pymodule(name = "posix")]
pub mod functions {
    use host::process;
    use runtime::{Raised, Res, ThreadState, Value};

    use crate::files::posix::arguments::{Gid, Uid, fs_encoded, id_value, sequence};

    fn failed(th: &ThreadState) -> impl Fn(std::io::Error) -> Raised + '_ {
        |error| th.os_error(&error, None)
    }

    /// Return the current process id.
    #[pyfunction("()")]
    fn getpid() -> i32 {
        process::id()
    }

    /// Return the parent's process id.
    ///
    /// If the parent process has already exited, Windows machines will still
    /// return its id; others systems will return the id of the 'init' process (1).
    #[pyfunction("()")]
    fn getppid() -> i32 {
        process::parent()
    }

    /// Return the current process group id.
    #[pyfunction("()")]
    fn getpgrp() -> i32 {
        process::group()
    }

    /// Return the current process's user id.
    #[pyfunction("()")]
    fn getuid(th: &ThreadState) -> Value {
        id_value(th, process::uid())
    }

    /// Return the current process's effective user id.
    #[pyfunction("()")]
    fn geteuid(th: &ThreadState) -> Value {
        id_value(th, process::effective_uid())
    }

    /// Return the current process's group id.
    #[pyfunction("()")]
    fn getgid(th: &ThreadState) -> Value {
        id_value(th, process::gid())
    }

    /// Return the current process's effective group id.
    #[pyfunction("()")]
    fn getegid(th: &ThreadState) -> Value {
        id_value(th, process::effective_gid())
    }

    /// Call the system call getpgid(), and return the result.
    #[pyfunction("(pid)")]
    fn getpgid(th: &ThreadState, pid: i32) -> Res<i32> {
        process::group_of(pid).map_err(failed(th))
    }

    /// Call the system call getsid(pid) and return the result.
    #[pyfunction("(pid, /)")]
    fn getsid(th: &ThreadState, pid: i32) -> Res<i32> {
        process::session_of(pid).map_err(failed(th))
    }

    /// Call the system call setsid().
    #[pyfunction("()")]
    fn setsid(th: &ThreadState) -> Res<()> {
        process::new_session().map(drop).map_err(failed(th))
    }

    /// Call the system call setpgid(pid, pgrp).
    #[pyfunction("(pid, pgrp, /)")]
    fn setpgid(th: &ThreadState, pid: i32, pgrp: i32) -> Res<()> {
        process::set_group(pid, pgrp).map_err(failed(th))
    }

    /// Make the current process the leader of its process group.
    #[pyfunction("()")]
    fn setpgrp(th: &ThreadState) -> Res<()> {
        process::set_group(0, 0).map_err(failed(th))
    }

    /// Set the current process's user id.
    #[pyfunction("(uid, /)")]
    fn setuid(th: &ThreadState, uid: Uid) -> Res<()> {
        process::set_uid(uid.0).map_err(failed(th))
    }

    /// Set the current process's effective user id.
    #[pyfunction("(euid, /)")]
    fn seteuid(th: &ThreadState, euid: Uid) -> Res<()> {
        process::set_effective_uid(euid.0).map_err(failed(th))
    }

    /// Set the current process's group id.
    #[pyfunction("(gid, /)")]
    fn setgid(th: &ThreadState, gid: Gid) -> Res<()> {
        process::set_gid(gid.0).map_err(failed(th))
    }

    /// Set the current process's effective group id.
    #[pyfunction("(egid, /)")]
    fn setegid(th: &ThreadState, egid: Gid) -> Res<()> {
        process::set_effective_gid(egid.0).map_err(failed(th))
    }

    /// Set the current process's real and effective user ids.
    #[pyfunction("(ruid, euid, /)")]
    fn setreuid(th: &ThreadState, ruid: Uid, euid: Uid) -> Res<()> {
        process::set_uids(ruid.0, euid.0).map_err(failed(th))
    }

    /// Set the current process's real and effective group ids.
    #[pyfunction("(rgid, egid, /)")]
    fn setregid(th: &ThreadState, rgid: Gid, egid: Gid) -> Res<()> {
        process::set_gids(rgid.0, egid.0).map_err(failed(th))
    }

    /// Set the current process's real, effective, and saved user ids.
    #[pyfunction("(ruid, euid, suid, /)")]
    fn setresuid(th: &ThreadState, ruid: Uid, euid: Uid, suid: Uid) -> Res<()> {
        process::set_three_uids(ruid.0, euid.0, suid.0).map_err(failed(th))
    }

    /// Set the current process's real, effective, and saved group ids.
    #[pyfunction("(rgid, egid, sgid, /)")]
    fn setresgid(th: &ThreadState, rgid: Gid, egid: Gid, sgid: Gid) -> Res<()> {
        process::set_three_gids(rgid.0, egid.0, sgid.0).map_err(failed(th))
    }

    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[pyfunction("()")]
    fn getresuid(th: &ThreadState) -> Res {
        let ids = process::three_uids().map_err(failed(th))?;
        Ok(th.tuple(&ids.map(|id| id_value(th, id))))
    }

    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[pyfunction("()")]
    fn getresgid(th: &ThreadState) -> Res {
        let ids = process::three_gids().map_err(failed(th))?;
        Ok(th.tuple(&ids.map(|id| id_value(th, id))))
    }

    /// Return list of supplemental group IDs for the process.
    #[pyfunction("()")]
    fn getgroups(th: &ThreadState) -> Res {
        let groups = process::groups().map_err(failed(th))?;
        Ok(th.list(groups.into_iter().map(|id| id_value(th, id)).collect()))
    }

    /// Set the groups of the current process to list.
    #[pyfunction("(groups, /)")]
    fn setgroups(th: &ThreadState, groups: &Value) -> Res<()> {
        let Some(items) = sequence(groups) else {
            return Err(th.type_error("setgroups argument must be a sequence"));
        };
        if items.len() > 65536 {
            return Err(th.value_error("too many groups"));
        }
        let mut ids = Vec::with_capacity(items.len());
        for item in &items {
            if item.as_int().is_none() {
                return Err(th.type_error("groups must be integers"));
            }
            ids.push(crate::files::posix::arguments::gid(th, item)?);
        }
        process::set_groups(&ids).map_err(failed(th))
    }

    /// Returns a list of groups to which a user belongs.
    ///
    ///   user
    ///     username to lookup
    ///   group
    ///     base group id of the user
    #[pyfunction("(user, group, /)")]
    fn getgrouplist(th: &ThreadState, user: String, group: Gid) -> Res {
        let user = std::ffi::CString::new(user).map_err(|_| th.value_error("embedded null character"))?;
        let groups = process::groups_of_user(&user, group.0).map_err(failed(th))?;
        Ok(th.list(groups.into_iter().map(|id| id_value(th, id)).collect()))
    }

    /// Initialize the group access list.
    ///
    /// Call the system initgroups() to initialize the group access list with all of
    /// the groups of which the specified username is a member, plus the specified
    /// group id.
    #[pyfunction("(username, gid, /)")]
    fn initgroups(th: &ThreadState, username: &Value, gid: Gid) -> Res<()> {
        let user = fs_encoded(th, username)?;
        process::initialize_groups(&user, gid.0).map_err(failed(th))
    }

    /// Kill a process with a signal.
    #[pyfunction("(pid, signal, /)")]
    fn kill(th: &ThreadState, pid: i32, signal: i32) -> Res<()> {
        th.audit("os.kill", &[Value::int32(pid), Value::int32(signal)])?;
        process::kill(pid, signal).map_err(failed(th))?;
        // A signal to this process has come by now: its handler runs before the call returns.
        th.check_interrupts()
    }

    /// Kill a process group with a signal.
    #[pyfunction("(pgid, signal, /)")]
    fn killpg(th: &ThreadState, pgid: i32, signal: i32) -> Res<()> {
        th.audit("os.killpg", &[Value::int32(pgid), Value::int32(signal)])?;
        process::kill_group(pgid, signal).map_err(failed(th))?;
        th.check_interrupts()
    }
}
