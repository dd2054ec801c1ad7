//! Running what the command line says, from the start of the interpreter to the exit code.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use runtime::compile::Settings;
use runtime::config::Config;
use runtime::objects::dict::Dict;
use runtime::objects::exceptions as exc;
use runtime::objects::list::List;
use runtime::start::{Program, finalize, start};
use runtime::{Payload, Raised, Res, ThreadState, Value, compile, frame_api, import};

use crate::library::Library;
use crate::options::Job;

/// How the process ends.
pub enum Exit {
    Code(u8),
    /// By SIGINT, so that a shell sees an interrupted program.
    Interrupted,
}

/// Ends the process as `exit` says.
pub fn leave(exit: Exit) -> ExitCode {
    match exit {
        Exit::Code(code) => ExitCode::from(code),
        Exit::Interrupted => {
            host::process::die_of_interrupt();
            ExitCode::from(130)
        }
    }
}

static PROGRAM: Program =
    Program { native_modules: stdlib::MODULES, library: &Library, library_dir: frozen::LIBRARY_DIR };

pub fn run(config: Config, job: Job) -> Exit {
    let (k0, k1) = hash_key(config.hash_seed);
    runtime::hashing::set_secret(k0, k1);
    host::shown::show(frozen::LIBRARY_DIR, &Library);
    let interactive = config.inspect;
    let (th, _entered, started) = start(config, &PROGRAM);
    if let Err(raised) = started {
        let exception = th.take_raised(raised);
        host::stdio::write_error(b"Fatal Python error: the interpreter could not start\n");
        runtime::modules::sys::hooks::print_exception(th, &exception);
        return Exit::Code(1);
    }
    let mut result = run_main(th, &job);
    if interactive && !matches!(job, Job::Stdin) {
        let _ = exit_code(th, result);
        result = interact(th, false);
    }
    let code = exit_code(th, result);
    match (finalize(th, true), code) {
        (false, Exit::Code(_)) => Exit::Code(120),
        (_, code) => code,
    }
}

/// The two halves of the hash key for a seed, or random.
fn hash_key(seed: Option<u32>) -> (u64, u64) {
    match seed {
        Some(0) => (0, 0),
        Some(seed) => runtime::hashing::key_from_seed(seed),
        None => host::entropy::pair(),
    }
}

fn run_main(th: &ThreadState, job: &Job) -> Res<()> {
    let main = import::import(th, "__main__")?;
    let dict = th.module_dict(&main)?;
    let namespace = Dict::of(&dict);
    let set = |name: &str, value: Value| drop(namespace.set_str(&th.intern(name), value));
    set("__builtins__", import::import(th, "builtins")?);
    if let Ok(loader) = import::import_attribute(th, "_frozen_importlib", "BuiltinImporter") {
        set("__loader__", loader);
    }
    match job {
        Job::Command(text) => {
            prepend_path(th, OsStr::new(""));
            let Some(text) = text.to_str() else {
                host::stdio::write_error(b"Unable to decode the command from the command line:\n");
                return th.encode_object(&th.os_text(text), "utf-8", "strict").map(drop);
            };
            let mut source = dedent(text);
            source.push('\n');
            // The text has been decoded already: a coding cookie in it means nothing.
            let decoded = compiler::flag::IGNORE_COOKIE | compiler::flag::SOURCE_IS_UTF8;
            run_text(th, source.as_bytes(), "<string>", &dict, decoded)
        }
        Job::Module(name) => {
            let folder = std::env::current_dir().unwrap_or_default();
            prepend_path(th, folder.as_os_str());
            run_module(th, name, true)
        }
        Job::File(file) => run_file(th, file, &dict),
        Job::Stdin if host::stdio::is_terminal(0) || th.interp().config.borrow().interactive => {
            prepend_path(th, OsStr::new(""));
            interact(th, true)
        }
        Job::Stdin => {
            prepend_path(th, OsStr::new(""));
            set("__file__", th.str("<stdin>"));
            set("__cached__", Value::NONE);
            let source = host::stdio::read_input().map_err(|error| th.os_error(&error, None))?;
            run_text(th, &source, "<stdin>", &dict, 0)
        }
    }
}

/// `sys.path[0]`, unless `-P` forbids it.
fn prepend_path(th: &ThreadState, folder: &OsStr) {
    if th.interp().config.borrow().safe_path {
        return;
    }
    th.interp().config.borrow_mut().sys_path_0 = Some(folder.to_owned());
    insert_path(th, folder);
}

fn insert_path(th: &ThreadState, folder: &OsStr) {
    if let Some(path) = th.sys_attribute("path")
        && let Some(path) = path.downcast::<List>()
    {
        let folder = th.os_text(folder);
        path.with_mut(|items| items.insert(0, folder));
    }
}

/// A command without the indentation that all its lines have in common, so that it can stand in an indented script.
fn dedent(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let lines = || text.split('\n').filter(|line| !line.trim_matches([' ', '\t']).is_empty());
    let Some(first) = lines().next() else { return text.to_string() };
    let margin = lines().fold(&first[..indent(first)], |margin, line| {
        let common = margin.bytes().zip(line.bytes()).take_while(|(a, b)| a == b).count();
        &margin[..common]
    });
    if margin.is_empty() {
        return text.to_string();
    }
    // Lines without text are empty afterwards.
    let is_blank = |line: &str| line.trim_matches([' ', '\t']).is_empty();
    let strip = |line| if is_blank(line) { "" } else { line.strip_prefix(margin).unwrap_or(line) };
    let dedented: Vec<&str> = text.split('\n').map(strip).collect();
    dedented.join("\n")
}

fn run_text(th: &ThreadState, source: &[u8], filename: &str, dict: &Value, flags: u32) -> Res<()> {
    let filename = th.str(filename);
    compile::refuse_null_bytes(th, source, &filename)?;
    let from_stdin = filename.as_str().is_some_and(|name| name.equals_ascii("<stdin>"));
    let settings = Settings { from_stdin, ..Settings::new(th, flags) };
    let code = compile::compile_source(th, source, &filename, syntax::Mode::Exec, settings)?;
    if filename.as_str().is_some_and(|name| name.equals_ascii("<string>")) {
        compile::register_source(th, &code, &String::from_utf8_lossy(source), &filename);
    }
    frame_api::run_module_code(th, &code, dict)?;
    Ok(())
}

/// `runpy._run_module_as_main`.
fn run_module(th: &ThreadState, name: &str, alter_argv: bool) -> Res<()> {
    let run = import::import_attribute(th, "runpy", "_run_module_as_main")?;
    th.call(&run, &[th.str(name), Value::bool(alter_argv)])?;
    Ok(())
}

fn run_file(th: &ThreadState, file: &OsStr, dict: &Value) -> Res<()> {
    // As CPython does: the script's own name is absolute, `sys.argv[0]` stays as it was given.
    let text = absolute(Path::new(file));
    let path = Path::new(&text);
    let filename = th.os_text(&text);
    // A folder, or an archive: whatever a path hook can import `__main__` from.
    if path.is_dir()
        || is_archive(path)
        || path.ancestors().skip(1).find(|above| above.exists()).is_some_and(is_archive)
    {
        insert_path(th, &text);
        return run_module(th, "__main__", false);
    }
    let mut source = match std::fs::read(path) {
        Ok(source) => source,
        Err(error) => {
            let program = th.interp().config.borrow().executable.to_string_lossy().into_owned();
            let number = error.raw_os_error().unwrap_or(0);
            let message = host::error::message(number);
            // The name as it shows itself, in quotes and with what is no text escaped.
            let shown = th.repr_string(&filename)?;
            host::stdio::write_error(
                format!("{program}: can't open file {shown}: [Errno {number}] {message}\n").as_bytes(),
            );
            return Err(exit_with(th, 2));
        }
    };
    let folder = std::fs::canonicalize(path).ok().and_then(|path| Some(path.parent()?.as_os_str().to_owned()));
    prepend_path(th, &folder.unwrap_or_default());
    if th.interp().config.borrow().skip_first_line {
        let end = source.iter().position(|&byte| byte == b'\n').unwrap_or(source.len());
        source.drain(..end);
    }
    let namespace = Dict::of(dict);
    drop(namespace.set_str(&th.intern("__file__"), filename.clone()));
    drop(namespace.set_str(&th.intern("__cached__"), Value::NONE));
    let set_loader = |class: &str| -> Res<()> {
        let class = import::import_attribute(th, "_frozen_importlib_external", class)?;
        let loader = th.call(&class, &[th.str("__main__"), filename.clone()])?;
        drop(namespace.set_str(&th.intern("__loader__"), loader));
        Ok(())
    };
    if source.starts_with(&bytecode::marshal::MAGIC) || path.extension().is_some_and(|ending| ending == "pyc") {
        if !source.starts_with(&bytecode::marshal::MAGIC) {
            return Err(th.runtime_error("Bad magic number in .pyc file"));
        }
        set_loader("SourcelessFileLoader")?;
        let code = runtime::modules::marshal::load_bytes(th, source.get(16..).unwrap_or_default())?;
        frame_api::run_module_code(th, &code, dict)?;
        return Ok(());
    }
    set_loader("SourceFileLoader")?;
    compile::refuse_null_bytes(th, &source, &filename)?;
    let settings = Settings { from_file: true, ..Settings::new(th, 0) };
    let code = compile::compile_source(th, &source, &filename, syntax::Mode::Exec, settings)?;
    frame_api::run_module_code(th, &code, dict)?;
    Ok(())
}

/// A zip archive ends with a directory that begins with these bytes within the last 64 KiB.
fn is_archive(path: &Path) -> bool {
    let Ok(bytes) = std::fs::read(path) else { return false };
    let tail = &bytes[bytes.len().saturating_sub(65_557)..];
    path.extension().is_none_or(|extension| extension != "py") && tail.windows(4).any(|window| window == b"PK\x05\x06")
}

fn absolute(path: &Path) -> OsString {
    std::path::absolute(path).map_or_else(|_| path.as_os_str().to_owned(), PathBuf::into_os_string)
}

fn exit_with(th: &ThreadState, code: i32) -> Raised {
    match th.call(exc::SYSTEM_EXIT.value_ref(), &[Value::int32(code)]) {
        Ok(exception) => th.raise(exception),
        Err(raised) => raised,
    }
}

/// The interactive loop; `alone` when no program ran before it.
fn interact(th: &ThreadState, alone: bool) -> Res<()> {
    let interact = import::import_attribute(th, "_taipan_repl", "run")?;
    let main = import::import(th, "__main__")?;
    let dict = th.module_dict(&main)?;
    let quiet = th.interp().config.borrow().quiet;
    let banner = if quiet || !alone {
        String::new()
    } else {
        format!(
            "Python {} on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.",
            runtime::modules::sys::info::version()
        )
    };
    let startup = match alone {
        true => th.environment("PYTHONSTARTUP").filter(|path| !path.is_empty()),
        false => None,
    };
    let startup = startup.map_or(Value::NONE, |path| th.str(&path));
    th.call(&interact, &[dict, th.str(&banner), startup])?;
    Ok(())
}

/// Shows an exception that nobody caught, and the exit code that it means.
fn exit_code(th: &ThreadState, result: Res<()>) -> Exit {
    let Err(raised) = result else { return Exit::Code(0) };
    let exception = th.take_raised(raised);
    if exception.is_instance_of(&exc::SYSTEM_EXIT) {
        return system_exit(th, &exception);
    }
    let interrupted = exception.is_instance_of(&exc::KEYBOARD_INTERRUPT);
    show(th, &exception);
    if interrupted { Exit::Interrupted } else { Exit::Code(1) }
}

/// Calls `sys.excepthook`.
fn show(th: &ThreadState, exception: &Value) {
    for (name, value) in [("last_exc", exception.clone())] {
        if let Some(dict) = th.interp().sys_dict.get() {
            drop(Dict::of(&dict).set_str(&th.intern(name), value));
        }
    }
    let hook = th.sys_attribute("excepthook").filter(|hook| !hook.is_none());
    let Some(hook) = hook else {
        runtime::modules::sys::hooks::print_exception(th, exception);
        return;
    };
    let traceback = exception.downcast::<exc::BaseException>().map_or(Value::NONE, |base| base.traceback.get_or_none());
    let class = exception.class().as_value();
    if let Err(raised) =
        th.audit("sys.excepthook", &[hook.clone(), class.clone(), exception.clone(), traceback.clone()])
    {
        if !th.raised_is(&raised, &exc::RUNTIME_ERROR) {
            th.unraisable(raised, Some("Exception ignored in audit hook"), None);
        } else {
            drop(th.take_raised(raised));
        }
        return;
    }
    let shown = th.call(&hook, &[class, exception.clone(), traceback]);
    if let Err(raised) = shown {
        let second = th.take_raised(raised);
        if second.is_instance_of(&exc::SYSTEM_EXIT) {
            return;
        }
        host::stdio::write_error(b"Error in sys.excepthook:\n");
        runtime::modules::sys::hooks::print_exception(th, &second);
        host::stdio::write_error(b"\nOriginal exception was:\n");
        runtime::modules::sys::hooks::print_exception(th, exception);
    }
}

/// The exit code of a SystemExit: None is 0, an int itself, anything else is printed and means 1.
fn system_exit(th: &ThreadState, exception: &Value) -> Exit {
    let code = th.getattr_str(exception, "code");
    let code = match code {
        Ok(code) => code,
        Err(raised) => {
            drop(th.take_raised(raised));
            return Exit::Code(1);
        }
    };
    if code.is_none() {
        return Exit::Code(0);
    }
    if let Some(number) = code.as_int() {
        return Exit::Code(number.to_i64().map_or(255, |number| number as u8));
    }
    let printed = th.str_string(&code).map(|text| format!("{text}\n"));
    match printed {
        Ok(text) => {
            let written = th
                .sys_attribute("stderr")
                .filter(|stderr| !stderr.is_none())
                .map(|stderr| th.call_method_str(&stderr, "write", &[th.str(&text)]));
            if !matches!(written, Some(Ok(_))) {
                host::stdio::write_error(text.as_bytes());
            }
        }
        Err(raised) => drop(th.take_raised(raised)),
    }
    Exit::Code(1)
}
