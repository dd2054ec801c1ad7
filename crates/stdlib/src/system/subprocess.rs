//! `_posixsubprocess`: starting programs for `subprocess`.

use macros::pymodule;

/// The module `_posixsubprocess`.
#[pymodule(name = "_posixsubprocess")]
pub mod subprocess_module {
    //! A POSIX helper for the subprocess module.

    use std::ffi::CString;

    use host::launch::Launch;
    use runtime::{Res, ThreadState, Value};

    use crate::files::posix::arguments::{fs_encoded, gid, sequence, uid};
    use crate::files::posix::{forked, refuse_at_end};

    fn descriptors(th: &ThreadState, value: &Value) -> Res<Vec<i32>> {
        let mut list = Vec::new();
        let mut previous = -1;
        for item in value.as_tuple().map(|tuple| tuple.as_slice()).unwrap_or_default() {
            let fd = item.as_int().and_then(|number| number.to_i64()).and_then(|fd| i32::try_from(fd).ok());
            match fd {
                Some(fd) if fd > previous => {
                    list.push(fd);
                    previous = fd;
                }
                _ => return Err(th.value_error("bad value(s) in fds_to_keep")),
            }
        }
        Ok(list)
    }

    fn byte_strings(th: &ThreadState, items: &[Value]) -> Res<Vec<CString>> {
        items
            .iter()
            .map(|item| match item.as_bytes() {
                Some(bytes) => CString::new(bytes.as_slice()).map_err(|_| th.value_error("embedded null byte")),
                None => {
                    let class = item.class().full_name();
                    Err(th.type_error(format_args!("expected bytes, {class} found")))
                }
            })
            .collect()
    }

    fn optional_id(th: &ThreadState, value: &Value, convert: fn(&ThreadState, &Value) -> Res<u32>) -> Res<Option<u32>> {
        if value.is_none() { Ok(None) } else { convert(th, value).map(Some) }
    }

    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in the
    /// child and duplicate the few that are needed before calling exec() in the
    /// child process.
    ///
    /// If close_fds is True, close file descriptors 3 and higher, except those listed
    /// in the sorted tuple pass_fds.
    ///
    /// The preexec_fn, if supplied, will be called immediately before closing file
    /// descriptors and exec.
    ///
    /// WARNING: preexec_fn is NOT SAFE if your application uses threads.
    ///          It may trigger infrequent, difficult to debug deadlocks.
    ///
    /// If an error occurs in the child process before exec, it is
    /// serialized and written to the errpipe_write fd per subprocess.py.
    ///
    /// Returns: the child process's PID.
    ///
    /// Raises: Only on an error in the parent process.
    #[pyfunction(
        "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)"
    )]
    fn fork_exec(
        th: &ThreadState,
        args: &Value,
        executable_list: &Value,
        close_fds: bool,
        pass_fds: &Value,
        cwd: &Value,
        env: &Value,
        p2cread: i32,
        p2cwrite: i32,
        c2pread: i32,
        c2pwrite: i32,
        errread: i32,
        errwrite: i32,
        errpipe_read: i32,
        errpipe_write: i32,
        restore_signals: bool,
        call_setsid: bool,
        pgid_to_set: i32,
        group: &Value,
        extra_groups: &Value,
        user: &Value,
        child_umask: i32,
        preexec_fn: &Value,
    ) -> Res<i32> {
        if pass_fds.as_tuple().is_none() {
            let class = pass_fds.class().full_name();
            return Err(th.type_error(format_args!("fork_exec() argument 4 must be tuple, not {class}")));
        }
        if close_fds && errpipe_write < 3 {
            return Err(th.value_error("errpipe_write must be >= 3"));
        }
        let keep = descriptors(th, pass_fds)?;
        let programs = match sequence(executable_list) {
            Some(items) => byte_strings(th, &items)?,
            None => byte_strings(th, &th.collect(executable_list)?)?,
        };
        let items = match sequence(args) {
            Some(items) => items,
            None => th.collect(args)?,
        };
        th.audit("_posixsubprocess.fork_exec", &[executable_list.clone(), args.clone(), env.clone()])?;
        let arguments = items.iter().map(|item| fs_encoded(th, item)).collect::<Res<Vec<CString>>>()?;
        let environment = match env.is_none() {
            true => None,
            false => Some(byte_strings(th, &th.collect(env)?)?),
        };
        let directory = if cwd.is_none() { None } else { Some(fs_encoded(th, cwd)?) };
        let groups = if extra_groups.is_none() {
            None
        } else {
            let Some(items) = extra_groups.downcast::<runtime::objects::list::List>().map(|list| list.to_vec()) else {
                return Err(th.type_error("setgroups argument must be a sequence"));
            };
            if items.len() > 65536 {
                return Err(th.value_error("too many extra_groups"));
            }
            let mut groups = Vec::with_capacity(items.len());
            for item in &items {
                if item.as_int().is_none() {
                    return Err(th.type_error("extra_groups must be integers"));
                }
                groups.push(gid(th, item).map_err(|raised| {
                    drop(th.take_raised(raised));
                    th.value_error("invalid group id")
                })?);
            }
            Some(groups)
        };
        let (user, group) = (optional_id(th, user, uid)?, optional_id(th, group, gid)?);
        let launch = Launch {
            arguments: &arguments,
            programs: &programs,
            environment: environment.as_deref(),
            close_descriptors: close_fds,
            keep: &keep,
            directory: directory.as_ref(),
            input: (p2cread, p2cwrite),
            output: (c2pread, c2pwrite),
            errors: (errread, errwrite),
            report: (errpipe_read, errpipe_write),
            restore_signals,
            session: call_setsid,
            group: pgid_to_set,
            gid: group,
            groups: groups.as_deref(),
            uid: user,
            umask: child_umask,
        };
        if preexec_fn.is_none() {
            return host::launch::launch(&launch).map_err(|error| th.os_error(&error, None));
        }
        refuse_at_end(th, "preexec_fn not supported at interpreter shutdown")?;
        let lists = host::launch::Lists::of(&launch);
        let pid = forked(th, host::process::fork, |&pid| pid == 0)?;
        if pid == 0 {
            let mut prepare = || match th.call(preexec_fn, &[]) {
                Ok(_) => true,
                Err(raised) => {
                    drop(th.take_raised(raised));
                    false
                }
            };
            host::launch::become_program(&launch, &lists, Some(&mut prepare));
        }
        Ok(pid)
    }
}
