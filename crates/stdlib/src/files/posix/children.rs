//! Child processes: fork, programs in this process or a new one, waiting for their ends.

use std::cell::RefCell;
use std::ffi::CString;

use host::process::{FileAction, SpawnOptions};
use macros::pymodule;
use runtime::gc::{Traverse, Visitor};
use runtime::objects::exceptions as exc;
use runtime::{Raised, Res, ThreadState, Value, struct_sequence};

use crate::files::posix::arguments::{fs_encoded, int32, sequence};
use crate::files::posix::machine;

struct_sequence! {
    /// What `waitid` returns.
    pub WAITID_RESULT: "posix", "waitid_result", "waitid_result: Result from waitid.

This object may be accessed either as a tuple of
  (si_pid, si_uid, si_signo, si_status, si_code),
or via the attributes si_pid, si_uid, and so on.

See os.waitid for more information.", visible 5, constructible true, [
        "si_pid": "",
        "si_uid": "",
        "si_signo": "",
        "si_status": "",
        "si_code": "",
    ]
}

/// Functions to call around a fork.
#[derive(Default)]
pub struct ForkHooks {
    before: RefCell<Vec<Value>>,
    in_parent: RefCell<Vec<Value>>,
    in_child: RefCell<Vec<Value>>,
}

impl Traverse for ForkHooks {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        for hooks in [&self.before, &self.in_parent, &self.in_child] {
            hooks.borrow().iter().for_each(|hook| hook.traverse(visit));
        }
    }
}

fn call_hooks(th: &ThreadState, hooks: Vec<Value>) {
    for hook in hooks {
        if let Err(raised) = th.call(&hook, &[]) {
            th.unraisable(raised, Some("Exception ignored in fork hook"), Some(&hook));
        }
    }
}

/// PythonFinalizationError when the interpreter is ending.
pub fn refuse_at_end(th: &ThreadState, message: &str) -> Res<()> {
    if th.interp().finalizing.get() { Err(th.error(&exc::PYTHON_FINALIZATION_ERROR, message)) } else { Ok(()) }
}

/// Forks with the hooks run around it; `fork` makes the process and says which side this is (0: the child).
pub fn forked<T>(
    th: &ThreadState,
    fork: impl FnOnce() -> std::io::Result<T>,
    is_child: impl FnOnce(&T) -> bool,
) -> Res<T> {
    let hooks = th.extension::<ForkHooks>();
    let mut before = hooks.before.borrow().clone();
    before.reverse();
    call_hooks(th, before);
    let (result, in_child) = th.fork(fork, is_child);
    let after = if in_child { hooks.in_child.borrow().clone() } else { hooks.in_parent.borrow().clone() };
    call_hooks(th, after);
    result.map_err(|error| th.os_error(&error, None))
}

/// Other threads, which the child will not have, may hold locks that it needs.
fn warn_of_threads(th: &ThreadState, name: &str, in_child: bool) -> Res<()> {
    if in_child || th.other_threads() == 0 {
        return Ok(());
    }
    let pid = std::process::id();
    let message =
        format!("This process (pid={pid}) is multi-threaded, use of {name}() may lead to deadlocks in the child.");
    runtime::warnings::warn(th, &exc::DEPRECATION_WARNING, &message)
}

/// A list or tuple of texts as C strings.
pub fn c_strings(th: &ThreadState, items: &[Value]) -> Res<Vec<CString>> {
    items.iter().map(|item| fs_encoded(th, item)).collect()
}

/// `KEY=value` of each item of a mapping.
pub fn environment(th: &ThreadState, mapping: &Value) -> Res<Vec<CString>> {
    let keys = th.collect(&checked_iterable(th, mapping, "keys")?)?;
    let values = th.collect(&checked_iterable(th, mapping, "values")?)?;
    let mut list = Vec::with_capacity(keys.len());
    for (key, value) in keys.iter().zip(&values) {
        let key = fs_encoded(th, key)?.into_bytes();
        let value = fs_encoded(th, value)?;
        if key.is_empty() || key[1..].contains(&b'=') {
            return Err(th.value_error("illegal environment variable name"));
        }
        let mut entry = key;
        entry.push(b'=');
        entry.extend_from_slice(value.as_bytes());
        list.push(CString::new(entry).map_err(|_| th.value_error("embedded null byte"))?);
    }
    Ok(list)
}

fn checked_iterable(th: &ThreadState, mapping: &Value, method: &str) -> Res {
    let result = th.call_method_str(mapping, method, &[])?;
    if th.is_iterable(&result) {
        return Ok(result);
    }
    let (class, found) = (mapping.class().full_name(), result.class().full_name());
    Err(th.type_error(format_args!("{class}.{method}() returned a non-iterable (type {found})")))
}

fn spawn_actions(th: &ThreadState, given: &Value) -> Res<Vec<FileAction>> {
    if given.is_none() {
        return Ok(Vec::new());
    }
    let Some(items) = sequence(given).or_else(|| {
        given.class().slots().sq_item.get()?;
        th.collect(given).ok()
    }) else {
        return Err(th.type_error("file_actions must be a sequence or None"));
    };
    let mut actions = Vec::with_capacity(items.len());
    for item in &items {
        let parts: Vec<Value> = item.as_tuple().map(|tuple| tuple.as_slice().to_vec()).unwrap_or_default();
        let Some(tag) = parts.first() else {
            return Err(th.type_error("Each file_actions element must be a non-empty tuple"));
        };
        let wrong = |what: &str, count: usize| -> Raised {
            th.type_error(format_args!("A {what} file_action tuple must have {count} elements"))
        };
        actions.push(match int32(th, tag)? {
            0 => {
                let [_, fd, path, flags, mode] = parts.as_slice() else { return Err(wrong("open", 5)) };
                FileAction::Open {
                    fd: int32(th, fd)?,
                    path: fs_encoded(th, path)?,
                    flags: int32(th, flags)?,
                    mode: int32(th, mode)? as u32,
                }
            }
            1 => {
                let [_, fd] = parts.as_slice() else { return Err(wrong("close", 2)) };
                FileAction::Close { fd: int32(th, fd)? }
            }
            2 => {
                let [_, fd, to] = parts.as_slice() else { return Err(wrong("dup2", 3)) };
                FileAction::Duplicate { fd: int32(th, fd)?, to: int32(th, to)? }
            }
            3 => {
                let [_, fd] = parts.as_slice() else { return Err(wrong("closefrom", 2)) };
                FileAction::CloseFrom { fd: int32(th, fd)? }
            }
            _ => return Err(th.type_error("Unknown file_actions identifier")),
        });
    }
    Ok(actions)
}

/// The numbers of a set of signals.
pub fn signals(th: &ThreadState, given: &Value) -> Res<Vec<i32>> {
    let mut numbers = Vec::new();
    th.for_each(given, |item| {
        let number = super::arguments::int64(th, &item)?;
        if !(1..=64).contains(&number) {
            return Err(th.value_error(format_args!("signal number {number} out of range [1; 64]")));
        }
        numbers.push(number as i32);
        Ok(())
    })?;
    Ok(numbers)
}

/// The arguments of `posix_spawn` after the three that every call has.
struct SpawnArguments<'a> {
    file_actions: &'a Value,
    setpgroup: Option<&'a Value>,
    resetids: bool,
    setsid: bool,
    setsigmask: &'a Value,
    setsigdef: &'a Value,
    scheduler: Option<&'a Value>,
}

fn spawn_options(th: &ThreadState, given: &SpawnArguments<'_>, search_path: bool, function: &str) -> Res<SpawnOptions> {
    let mut options = SpawnOptions { search_path, ..SpawnOptions::default() };
    options.actions = spawn_actions(th, given.file_actions)?;
    options.group = match given.setpgroup {
        Some(group) if !group.is_none() => Some(int32(th, group)?),
        _ => None,
    };
    (options.reset_ids, options.session) = (given.resetids, given.setsid);
    let mask = signals(th, given.setsigmask)?;
    options.signal_mask =
        if given.setsigmask.as_tuple().is_some_and(|mask| mask.is_empty()) { None } else { Some(mask) };
    let defaults = signals(th, given.setsigdef)?;
    options.default_signals = if defaults.is_empty() { None } else { Some(defaults) };
    if let Some(scheduler) = given.scheduler.filter(|scheduler| !scheduler.is_none()) {
        let parts = scheduler.as_tuple().map(|tuple| tuple.as_slice().to_vec());
        let Some([policy, param]) = parts.as_deref() else {
            return Err(th.type_error(format_args!("{function}: scheduler must be a tuple or None")));
        };
        let policy = if policy.is_none() { None } else { Some(int32(th, policy)?) };
        options.scheduler = Some((policy, machine::scheduling_priority(th, param)?));
    }
    Ok(options)
}

/// The arguments of a program: a tuple or list, not empty, nor with an empty first item.
fn program_arguments(th: &ThreadState, argv: &Value, function: &str) -> Res<Vec<CString>> {
    let Some(items) = sequence(argv) else {
        return Err(th.type_error(format_args!("{function}: argv must be a tuple or list")));
    };
    if items.is_empty() {
        return Err(th.value_error(format_args!("{function}: argv must not be empty")));
    }
    let arguments = c_strings(th, &items)?;
    if arguments.first().is_some_and(|first| first.is_empty()) {
        return Err(th.value_error(format_args!("{function}: argv first element cannot be empty")));
    }
    Ok(arguments)
}

fn usage_object(th: &ThreadState, usage: &host::process::Usage) -> Res {
    let module = crate::support::import(th, "resource")?;
    let class = th.getattr_str(&module, "struct_rusage")?;
    let mut values = vec![th.float(usage.user_time), th.float(usage.system_time)];
    values.extend(usage.counts.iter().map(|&count| th.int(count)));
    th.call(&class, &[th.tuple_from_vec(values)])
}

/// Functions of the module `posix`.
#[pymodule(name = "posix")]
pub mod functions {
    use host::process::{self, status};

    use super::*;
    use crate::files::posix::arguments::{FsPath, Target};

    /// Register callables to be called when forking a new process.
    ///
    ///   before
    ///     A callable to be called in the parent before the fork() syscall.
    ///   after_in_child
    ///     A callable to be called in the child after fork().
    ///   after_in_parent
    ///     A callable to be called in the parent after fork().
    ///
    /// 'before' callbacks are called in reverse order.
    /// 'after_in_child' and 'after_in_parent' callbacks are called in order.
    #[pyfunction("(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)")]
    fn register_at_fork(
        th: &ThreadState,
        #[default(None)] before: Option<Value>,
        #[default(None)] after_in_child: Option<Value>,
        #[default(None)] after_in_parent: Option<Value>,
    ) -> Res<()> {
        if before.is_none() && after_in_child.is_none() && after_in_parent.is_none() {
            return Err(th.type_error("At least one argument is required."));
        }
        let given = [("before", &before), ("after_in_child", &after_in_child), ("after_in_parent", &after_in_parent)];
        for (name, hook) in given {
            if let Some(hook) = hook
                && !th.is_callable(hook)
            {
                let class = hook.class().full_name();
                return Err(th.type_error(format_args!("'{name}' must be callable, not {class}")));
            }
        }
        let hooks = th.extension::<ForkHooks>();
        hooks.before.borrow_mut().extend(before);
        hooks.in_child.borrow_mut().extend(after_in_child);
        hooks.in_parent.borrow_mut().extend(after_in_parent);
        Ok(())
    }

    /// Fork a child process.
    ///
    /// Return 0 to child process and PID of child to parent process.
    #[pyfunction("()")]
    fn fork(th: &ThreadState) -> Res<i32> {
        refuse_at_end(th, "can't fork at interpreter shutdown")?;
        th.audit("os.fork", &[])?;
        let pid = forked(th, process::fork, |&pid| pid == 0)?;
        warn_of_threads(th, "fork", pid == 0)?;
        Ok(pid)
    }

    /// Fork a new process with a new pseudo-terminal as controlling tty.
    ///
    /// Returns a tuple of (pid, master_fd).
    /// Like fork(), return pid of 0 to the child process,
    /// and pid of child to the parent process.
    /// To both, return fd of newly opened pseudo-terminal.
    #[pyfunction("()")]
    fn forkpty(th: &ThreadState) -> Res<(i32, i32)> {
        refuse_at_end(th, "can't fork at interpreter shutdown")?;
        th.audit("os.forkpty", &[])?;
        let made = forked(th, process::fork_terminal, |&(pid, _)| pid == 0)?;
        warn_of_threads(th, "forkpty", made.0 == 0)?;
        Ok(made)
    }

    /// Exit to the system with specified status, without normal exit processing.
    #[pyfunction("(status)")]
    fn _exit(status: i32) {
        process::exit_now(status)
    }

    /// Abort the interpreter immediately.
    ///
    /// This function 'dumps core' or otherwise fails in the hardest way possible
    /// on the hosting operating system.  This function never returns.
    #[pyfunction("()")]
    fn abort() {
        process::abort()
    }

    fn check_program(th: &ThreadState, items: &[Value], function: &str) -> Res<Vec<CString>> {
        if items.is_empty() {
            return Err(th.value_error(format_args!("{function} must not be empty")));
        }
        let arguments = c_strings(th, items)?;
        if arguments.first().is_some_and(|first| first.is_empty()) {
            return Err(th.value_error(format_args!("{function} first element cannot be empty")));
        }
        Ok(arguments)
    }

    /// Execute an executable path with arguments, replacing current process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    #[pyfunction("(path, argv, /)")]
    fn execv(th: &ThreadState, path: FsPath, argv: &Value) -> Res<()> {
        let Some(items) = sequence(argv) else {
            return Err(th.type_error("execv() arg 2 must be a tuple or list"));
        };
        let arguments = check_program(th, &items, "execv() arg 2")?;
        th.audit("os.exec", &[path.object.clone(), argv.clone(), Value::NONE])?;
        let error = process::execute(Some(&path.raw), -1, &arguments, None);
        Err(th.os_error(&error, None))
    }

    /// Execute an executable path with arguments, replacing current process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    #[pyfunction("(path, argv, env)")]
    fn execve(th: &ThreadState, path: Target, argv: &Value, env: &Value) -> Res<()> {
        let Some(items) = sequence(argv) else {
            return Err(th.type_error("execve: argv must be a tuple or list"));
        };
        if !th.is_mapping(env) {
            return Err(th.type_error("execve: environment must be a mapping object"));
        }
        if items.is_empty() {
            return Err(th.value_error("execve: argv must not be empty"));
        }
        let arguments = check_program(th, &items, "execve: argv")?;
        let variables = environment(th, env)?;
        th.audit("os.exec", &[path.object().clone(), argv.clone(), env.clone()])?;
        let error = process::execute(path.path(), path.fd(), &arguments, Some(&variables));
        Err(path.error(th, &error))
    }

    fn spawned(
        th: &ThreadState,
        path: FsPath,
        argv: &Value,
        env: &Value,
        given: SpawnArguments<'_>,
        search_path: bool,
    ) -> Res<i32> {
        let function = if search_path { "posix_spawnp" } else { "posix_spawn" };
        let Some(items) = sequence(argv) else {
            return Err(th.type_error(format_args!("{function}: argv must be a tuple or list")));
        };
        if items.is_empty() {
            return Err(th.value_error(format_args!("{function}: argv must not be empty")));
        }
        if !env.is_none() && !th.is_mapping(env) {
            return Err(th.type_error(format_args!("{function}: environment must be a mapping object or None")));
        }
        let arguments = program_arguments(th, argv, function)?;
        let variables = if env.is_none() { None } else { Some(environment(th, env)?) };
        let options = spawn_options(th, &given, search_path, function)?;
        th.audit("os.posix_spawn", &[path.object.clone(), argv.clone(), env.clone()])?;
        process::spawn(&path.raw, &arguments, variables.as_deref(), &options).map_err(|error| path.error(th, &error))
    }

    /// Execute the program specified by path in a new process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    ///   file_actions
    ///     A sequence of file action tuples.
    ///   setpgroup
    ///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
    ///   resetids
    ///     If the value is `true` the POSIX_SPAWN_RESETIDS will be activated.
    ///   setsid
    ///     If the value is `true` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP will be activated.
    ///   setsigmask
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
    ///   setsigdef
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
    ///   scheduler
    ///     A tuple with the scheduler policy (optional) and parameters.
    #[pyfunction(
        "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)"
    )]
    fn posix_spawn(
        th: &ThreadState,
        path: FsPath,
        argv: &Value,
        env: &Value,
        #[default(None)] file_actions: Option<Value>,
        #[default(None)] setpgroup: Option<Value>,
        resetids: bool,
        setsid: bool,
        #[default(None)] setsigmask: Option<Value>,
        #[default(None)] setsigdef: Option<Value>,
        #[default(None)] scheduler: Option<Value>,
    ) -> Res<i32> {
        let empty = th.tuple(&[]);
        let given = SpawnArguments {
            file_actions: file_actions.as_ref().unwrap_or(&empty),
            setpgroup: setpgroup.as_ref(),
            resetids,
            setsid,
            setsigmask: setsigmask.as_ref().unwrap_or(&empty),
            setsigdef: setsigdef.as_ref().unwrap_or(&empty),
            scheduler: scheduler.as_ref(),
        };
        spawned(th, path, argv, env, given, false)
    }

    /// Execute the program specified by path in a new process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    ///   file_actions
    ///     A sequence of file action tuples.
    ///   setpgroup
    ///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
    ///   resetids
    ///     If the value is `True` the POSIX_SPAWN_RESETIDS will be activated.
    ///   setsid
    ///     If the value is `True` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP will be activated.
    ///   setsigmask
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
    ///   setsigdef
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
    ///   scheduler
    ///     A tuple with the scheduler policy (optional) and parameters.
    #[pyfunction(
        "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)"
    )]
    fn posix_spawnp(
        th: &ThreadState,
        path: FsPath,
        argv: &Value,
        env: &Value,
        #[default(None)] file_actions: Option<Value>,
        #[default(None)] setpgroup: Option<Value>,
        resetids: bool,
        setsid: bool,
        #[default(None)] setsigmask: Option<Value>,
        #[default(None)] setsigdef: Option<Value>,
        #[default(None)] scheduler: Option<Value>,
    ) -> Res<i32> {
        let empty = th.tuple(&[]);
        let given = SpawnArguments {
            file_actions: file_actions.as_ref().unwrap_or(&empty),
            setpgroup: setpgroup.as_ref(),
            resetids,
            setsid,
            setsigmask: setsigmask.as_ref().unwrap_or(&empty),
            setsigdef: setsigdef.as_ref().unwrap_or(&empty),
            scheduler: scheduler.as_ref(),
        };
        spawned(th, path, argv, env, given, true)
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///     (pid, status)
    #[pyfunction("()")]
    fn wait(th: &ThreadState) -> Res<(i32, i32)> {
        waitpid(th, -1, 0)
    }

    /// Wait for completion of a given child process.
    ///
    /// Returns a tuple of information regarding the child process:
    ///     (pid, status)
    ///
    /// The options argument is ignored on Windows.
    #[pyfunction("(pid, options, /)")]
    fn waitpid(th: &ThreadState, pid: i32, options: i32) -> Res<(i32, i32)> {
        let (pid, status, _) = th.blocking_call(|| process::wait(pid, options))?;
        Ok((pid, status))
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[pyfunction("(options)")]
    fn wait3(th: &ThreadState, options: i32) -> Res<(i32, i32, Value)> {
        wait4(th, -1, options)
    }

    /// Wait for completion of a specific child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[pyfunction("(pid, options)")]
    fn wait4(th: &ThreadState, pid: i32, options: i32) -> Res<(i32, i32, Value)> {
        let (pid, status, usage) = th.blocking_call(|| process::wait(pid, options))?;
        Ok((pid, status, usage_object(th, &usage)?))
    }

    /// Returns the result of waiting for a process or processes.
    ///
    ///   idtype
    ///     Must be one of be P_PID, P_PGID or P_ALL.
    ///   id
    ///     The id to wait on.
    ///   options
    ///     Constructed from the ORing of one or more of WEXITED, WSTOPPED
    ///     or WCONTINUED and additionally may be ORed with WNOHANG or WNOWAIT.
    ///
    /// Returns either waitid_result or None if WNOHANG is specified and there are
    /// no children in a waitable state.
    #[pyfunction("(idtype, id, options, /)")]
    fn waitid(th: &ThreadState, idtype: i32, id: i32, options: i32) -> Res {
        let found = th.blocking_call(|| process::wait_id(idtype as u32, id as u32, options))?;
        Ok(match found {
            None => Value::NONE,
            Some(fields) => WAITID_RESULT.make(th, fields.map(Value::int32).to_vec()),
        })
    }

    /// Convert a wait status to an exit code.
    ///
    /// On Unix:
    ///
    /// * If WIFEXITED(status) is true, return WEXITSTATUS(status).
    /// * If WIFSIGNALED(status) is true, return -WTERMSIG(status).
    /// * Otherwise, raise a ValueError.
    ///
    /// On Windows, return status shifted right by 8 bits.
    ///
    /// On Unix, if the process is being traced or if waitpid() was called with
    /// WUNTRACED option, the caller must first check if WIFSTOPPED(status) is true.
    /// This function must not be called if WIFSTOPPED(status) is true.
    #[pyfunction("(status)")]
    fn waitstatus_to_exitcode(th: &ThreadState, value: &Value) -> Res<i32> {
        let value = int32(th, value)?;
        if status::exited(value) {
            return Ok(status::exit_code(value));
        }
        if status::signaled(value) {
            let signal = status::end_signal(value);
            if signal <= 0 {
                return Err(th.value_error(format_args!("invalid WTERMSIG: {signal}")));
            }
            return Ok(-signal);
        }
        if status::stopped(value) {
            let signal = status::stop_signal(value);
            return Err(th.value_error(format_args!("process stopped by delivery of signal {signal}")));
        }
        Err(th.value_error(format_args!("invalid wait status: {value}")))
    }

    /// Return True if the process returning status was dumped to a core file.
    #[pyfunction("(status, /)", name = "WCOREDUMP")]
    fn wcoredump(status: i32) -> bool {
        status::dumped_core(status)
    }

    /// Return True if a particular process was continued from a job control stop.
    ///
    /// Return True if the process returning status was continued from a
    /// job control stop.
    #[pyfunction("(status)", name = "WIFCONTINUED", text = "($module, /, status)")]
    fn wifcontinued(status: i32) -> bool {
        status::continued(status)
    }

    /// Return True if the process returning status was stopped.
    #[pyfunction("(status)", name = "WIFSTOPPED")]
    fn wifstopped(status: i32) -> bool {
        status::stopped(status)
    }

    /// Return True if the process returning status was terminated by a signal.
    #[pyfunction("(status)", name = "WIFSIGNALED")]
    fn wifsignaled(status: i32) -> bool {
        status::signaled(status)
    }

    /// Return True if the process returning status exited via the exit() system call.
    #[pyfunction("(status)", name = "WIFEXITED")]
    fn wifexited(status: i32) -> bool {
        status::exited(status)
    }

    /// Return the process return code from status.
    #[pyfunction("(status)", name = "WEXITSTATUS")]
    fn wexitstatus(status: i32) -> i32 {
        status::exit_code(status)
    }

    /// Return the signal that terminated the process that provided the status value.
    #[pyfunction("(status)", name = "WTERMSIG")]
    fn wtermsig(status: i32) -> i32 {
        status::end_signal(status)
    }

    /// Return the signal that stopped the process that provided the status value.
    #[pyfunction("(status)", name = "WSTOPSIG")]
    fn wstopsig(status: i32) -> i32 {
        status::stop_signal(status)
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        th.setattr_str(module, "waitid_result", WAITID_RESULT.ready(th).value_ref())
    }
}
