//! The start of an interpreter: from the configuration to a state in which programs can run.
//!
//! Order matters and is CPython's: `builtins` and `sys`, then the importer (`importlib._bootstrap` from the embedded
//! library), the path-based importers, the codecs that streams need, the standard streams, `site`.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::error::Res;
use crate::import::{import, import_attribute};
use crate::module::ModuleDef;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::thread::{EmbeddedLibrary, Entered, ThreadState};
use crate::value::Value;
use crate::{Payload, frame_api, modules};

/// What the program brings along.
pub struct Program {
    /// Native modules besides this crate's own, in groups.
    pub native_modules: &'static [&'static [&'static ModuleDef]],
    pub library: &'static dyn EmbeddedLibrary,
    /// The folder that embedded modules claim to be in.
    pub library_dir: &'static str,
}

/// An interpreter ready to run programs, current on this thread. `Err` holds the exception that the start ended with.
pub fn start(config: Config, program: &Program) -> (&'static ThreadState, Entered, Res<()>) {
    let (th, entered) = ThreadState::start(config);
    let result = initialize(th, program);
    crate::gc::collect::begin(th);
    (th, entered, result)
}

fn initialize(th: &ThreadState, program: &Program) -> Res<()> {
    {
        let mut library = th.interp().library.borrow_mut();
        for def in modules::MODULES.iter().chain(program.native_modules.iter().copied().flatten()) {
            library.native.insert(def.name.as_str(), def);
        }
        library.embedded = Some(program.library);
    }
    let modules = th.dict(Dict::new());
    th.interp().modules.set(Some(modules.clone()));
    let builtins = create(th, &modules::builtins::builtins::MODULE)?;
    let names = th.module_dict(&builtins)?;
    for (cell, name) in th.interp().common_functions.iter().zip(["all", "any"]) {
        cell.set(Dict::of(&names).get_str(&th.intern(name)));
    }
    th.interp().builtins.set(Some(names));
    let sys = create(th, &modules::sys::sys::MODULE)?;
    let sys_dict = th.module_dict(&sys)?;
    th.interp().sys_dict.set(Some(sys_dict.clone()));
    let sys_names = Dict::of(&sys_dict);
    let set = |name: &str, value: Value| drop(sys_names.set_str(&th.intern(name), value));
    set("modules", modules.clone());
    set("_stdlib_dir", th.str(program.library_dir));
    set_prefixes(th, program, &set);
    for (def, module) in [(&modules::builtins::builtins::MODULE, &builtins), (&modules::sys::sys::MODULE, &sys)] {
        if let Some(init) = def.init {
            init(th, module)?;
        }
    }
    set_implementation(th, &set)?;
    let printer = modules::sys::printer::printer(th);
    set("stderr", printer.clone());
    set("__stderr__", printer);
    install_importlib(th, &sys)?;
    install_library(th, program)?;
    th.install_signal_handlers();
    open_streams(th, sys_names)?;
    modules::warnings::install_context(th)?;
    import_warnings(th);
    enable_fault_handler(th)?;
    // It is taken down before what is imported from here on.
    if let Some(modules) = th.interp().modules.get() {
        drop(Dict::of(&modules).set_str(&th.intern("__main__"), th.new_module("__main__")));
    }
    if !th.interp().config.borrow().no_site {
        import(th, "site")?;
    }
    Ok(())
}

/// `-X faulthandler`, `PYTHONFAULTHANDLER`, the development mode: stacks are written when the process ends by a fault.
fn enable_fault_handler(th: &ThreadState) -> Res<()> {
    let is_wanted = {
        let config = th.interp().config.borrow();
        config.dev_mode || config.x_options.iter().any(|(name, _)| name == "faulthandler")
    };
    if is_wanted || th.environment("PYTHONFAULTHANDLER").is_some_and(|value| !value.is_empty()) {
        import(th, "faulthandler")?;
        if let Some(module) = th.interp().modules.get() {
            let module = th.get_item(&module, &th.intern("faulthandler"))?;
            th.call_method_str(&module, "enable", &[])?;
        }
    }
    Ok(())
}

/// Makes a native module and puts it into `sys.modules`.
fn create(th: &ThreadState, def: &'static ModuleDef) -> Res {
    let module = th.create_native_module(def)?;
    register(th, def.name.as_str(), &module);
    Ok(module)
}

fn register(th: &ThreadState, name: &str, module: &Value) {
    if let Some(modules) = th.interp().modules.get().as_ref().and_then(|modules| modules.downcast::<Dict>()) {
        drop(modules.set_str(&th.intern(name), module.clone()));
    }
}

/// `sys.prefix` and its kin: of a virtual environment (`pyvenv.cfg` beside the program or one folder up) or of the program.
fn set_prefixes(th: &ThreadState, program: &Program, set: &dyn Fn(&str, Value)) {
    let base = program.library_dir.strip_suffix("/lib/python3.14").unwrap_or(program.library_dir);
    let executable = PathBuf::from(&th.interp().config.borrow().executable);
    let environment = virtual_environment(&executable);
    for name in ["base_prefix", "base_exec_prefix"] {
        set(name, th.str(base));
    }
    let prefix = environment.as_ref().map_or_else(|| th.str(base), |found| th.os_text(found.prefix.as_os_str()));
    for name in ["prefix", "exec_prefix"] {
        set(name, prefix.clone());
    }
    let home = environment.as_ref().map(|found| &found.home);
    set("_home", home.map_or(Value::NONE, |home| th.os_text(home.as_os_str())));
    // What started this environment: the program of its name there, or where its link leads.
    let base_executable = home.map(|home| {
        let named = executable.file_name().map(|name| home.join(name)).filter(|named| named.is_file());
        named.or_else(|| executable.canonicalize().ok()).unwrap_or_else(|| executable.clone())
    });
    set("_base_executable", th.os_text(base_executable.as_ref().unwrap_or(&executable).as_os_str()));
}

struct VirtualEnvironment {
    prefix: PathBuf,
    home: PathBuf,
}

fn virtual_environment(executable: &Path) -> Option<VirtualEnvironment> {
    let folder = executable.parent()?;
    [Some(folder), folder.parent()].into_iter().flatten().find_map(|prefix| {
        let text = std::fs::read(prefix.join("pyvenv.cfg")).ok()?;
        let text = String::from_utf8_lossy(&text);
        let home = text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            key.trim().eq_ignore_ascii_case("home").then(|| PathBuf::from(value.trim()))
        })?;
        Some(VirtualEnvironment { prefix: prefix.to_owned(), home })
    })
}

/// `sys.implementation`.
fn set_implementation(th: &ThreadState, set: &dyn Fn(&str, Value)) -> Res<()> {
    let values = [
        ("name", th.intern("taipan")),
        ("cache_tag", th.intern("taipan-314")),
        ("version", modules::sys::info::version_info(th)),
        ("hexversion", th.int(modules::sys::info::HEX_VERSION)),
        ("_multiarch", th.intern(&format!("{}-linux-gnu", std::env::consts::ARCH))),
        ("supports_isolated_interpreters", Value::FALSE),
    ];
    set("implementation", th.simple_namespace(&values)?);
    Ok(())
}

/// Runs `importlib._bootstrap` and lets it install itself, first for builtin and frozen modules, then for paths.
fn install_importlib(th: &ThreadState, sys: &Value) -> Res<()> {
    let bootstrap = run_embedded(th, "importlib._bootstrap", "_frozen_importlib")?;
    th.interp().importlib.set(Some(bootstrap.clone()));
    let imp = create(th, &modules::imp::imp::MODULE)?;
    th.call_method_str(&bootstrap, "_install", &[sys.clone(), imp])?;
    th.call_method_str(&bootstrap, "_install_external_importers", &[])?;
    Ok(())
}

/// Runs an embedded module's code under another name, before there is an importer.
fn run_embedded(th: &ThreadState, library_name: &str, name: &str) -> Res {
    let found = th.interp().library.borrow().embedded.and_then(|embedded| embedded.find(library_name));
    let Some(found) = found else {
        return Err(th.runtime_error(format_args!("the embedded library has no module {library_name}")));
    };
    let code = modules::marshal::load_embedded(th, found.code)?;
    let module = th.new_module(name);
    register(th, name, &module);
    let dict = th.module_dict(&module)?;
    drop(Dict::of(&dict).set_str(&th.intern("__origname__"), th.str(library_name)));
    frame_api::run_module_code(th, &code, &dict)?;
    Ok(module)
}

/// Puts the embedded library onto `sys.path`, behind what the configuration says.
fn install_library(th: &ThreadState, program: &Program) -> Res<()> {
    let install = import_attribute(th, "_taipan_library", "install")?;
    th.call(&install, &[])?;
    if let Some(path) = th.sys_attribute("path")
        && let Some(path) = path.downcast::<List>()
    {
        path.push(th.str(program.library_dir));
    }
    Ok(())
}

/// `sys.stdin`, `stdout`, `stderr` and `builtins.open`.
fn open_streams(th: &ThreadState, sys_names: &Dict) -> Res<()> {
    import(th, "encodings")?;
    let open = import_attribute(th, "io", "open")?;
    if let Some(builtins) = th.interp().builtins.get() {
        drop(Dict::of(&builtins).set_str(&th.intern("open"), open.clone()));
    }
    let unbuffered = th.interp().config.borrow().unbuffered;
    let (encoding, errors) = stream_encoding(th);
    let encoding = codec_name(th, encoding)?;
    for (fd, name, mode) in [(0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")] {
        let stream = match host::stdio::is_open(fd) {
            true => open_stream(th, &open, fd, name, mode, unbuffered, &encoding, &errors)?,
            false => Value::NONE,
        };
        drop(sys_names.set_str(&th.intern(name), stream.clone()));
        drop(sys_names.set_str(&th.intern(&format!("__{name}__")), stream));
    }
    Ok(())
}

/// `-W` and its like are options of the module `warnings`: it reads them when it is loaded.
fn import_warnings(th: &ThreadState) {
    if th.interp().config.borrow().warn_options.is_empty() {
        return;
    }
    if let Err(raised) = import(th, "warnings") {
        host::stdio::write_error(b"'import warnings' failed; traceback:\n");
        let exception = th.take_raised(raised);
        modules::sys::hooks::print_exception(th, &exception);
    }
}

/// Encoding and error handler of the standard streams: `PYTHONIOENCODING`, else UTF-8 in UTF-8 mode, else the locale's.
fn stream_encoding(th: &ThreadState) -> (String, Option<String>) {
    let default = || {
        let locale = host::locale::encoding();
        let is_utf8 = th.interp().config.borrow().utf8_mode || locale.eq_ignore_ascii_case("utf-8");
        if is_utf8 { "utf-8".to_string() } else { locale }
    };
    let Some(setting) = th.environment("PYTHONIOENCODING").filter(|setting| !setting.is_empty()) else {
        return (default(), None);
    };
    match setting.split_once(':') {
        Some((encoding, errors)) => {
            let errors = match (encoding, errors) {
                ("", "") => None,
                (_, "") => Some("strict".to_string()),
                (_, errors) => Some(errors.to_string()),
            };
            (if encoding.is_empty() { default() } else { encoding.to_string() }, errors)
        }
        None => (setting, Some("strict".to_string())),
    }
}

/// The name that an encoding's codec gives itself.
fn codec_name(th: &ThreadState, encoding: String) -> Res<String> {
    if encoding == "utf-8" {
        return Ok(encoding);
    }
    let codec = crate::codecs::registry::lookup(th, &encoding)?;
    let name = th.getattr_opt_str(&codec, "name")?;
    Ok(name.as_ref().and_then(Value::as_str).map_or(encoding, |name| name.to_string_lossy()))
}

#[expect(clippy::too_many_arguments, reason = "each is one fact about the stream")]
fn open_stream(
    th: &ThreadState,
    open: &Value,
    fd: i32,
    name: &str,
    mode: &str,
    unbuffered: bool,
    encoding: &str,
    errors: &Option<String>,
) -> Res {
    let buffering = if unbuffered && mode == "w" { 0 } else { -1 };
    let raw_mode = format!("{mode}b");
    let buffer = th.call_with(
        open,
        &[Value::int32(fd), th.str(&raw_mode)],
        &[("buffering", Value::int32(buffering)), ("closefd", Value::FALSE)],
    )?;
    let raw = if unbuffered && mode == "w" { buffer.clone() } else { th.getattr_str(&buffer, "raw")? };
    let shown = th.str(&format!("<{name}>"));
    th.setattr_str(&raw, "name", &shown)?;
    let is_terminal = th.call_method_str(&raw, "isatty", &[])?;
    let is_terminal = th.is_true(&is_terminal)?;
    let errors = match (errors, name) {
        (_, "stderr") => "backslashreplace",
        (Some(errors), _) => errors.as_str(),
        (None, _) if host::locale::is_plain() || th.interp().config.borrow().utf8_mode => "surrogateescape",
        (None, _) => "strict",
    };
    let wrapper = import_attribute(th, "io", "TextIOWrapper")?;
    let line_buffering = !unbuffered && mode == "w" && (is_terminal || name == "stderr");
    let stream = th.call_with(
        &wrapper,
        &[buffer],
        &[
            ("encoding", th.str(encoding)),
            ("errors", th.str(errors)),
            ("newline", th.str("\n")),
            ("line_buffering", Value::bool(line_buffering)),
            ("write_through", Value::bool(unbuffered && mode == "w")),
        ],
    )?;
    th.setattr_str(&stream, "mode", &th.str(mode))?;
    Ok(stream)
}

/// The end of an interpreter: threads are waited for, exit functions called, streams flushed; then only this thread runs,
/// and modules are taken down; not when the process ends and nobody would see it. Returns false if output could not be
/// written.
pub fn finalize(th: &ThreadState, ends_process: bool) -> bool {
    wait_for_threads(th);
    modules::atexit::atexit::_run_exitfuncs(th);
    let written = flush_streams(th);
    th.interp().finalizing.set(true);
    th.interp().gil.finalize();
    host::signal::set_wakeup_fd(-1);
    if ends_process && crate::teardown::is_silent(th) {
        return written;
    }
    th.forget_signal_handlers();
    if let Err(raised) = crate::gc::collect::collect(th, 2) {
        drop(th.take_raised(raised));
    }
    host::fault::disable();
    crate::frame::dump::forget();
    crate::teardown::modules(th);
    // What finalisers wrote; a failure has been reported already.
    flush_streams(th) && written
}

fn flush_streams(th: &ThreadState) -> bool {
    let mut written = true;
    for name in ["stdout", "stderr"] {
        let Some(stream) = th.sys_attribute(name).filter(|stream| !stream.is_none()) else { continue };
        // A stream that cannot tell counts as open.
        let closed = th.getattr_opt_str(&stream, "closed").and_then(|closed| match closed {
            Some(closed) => th.is_true(&closed),
            None => Ok(false),
        });
        let closed = closed.unwrap_or_else(|raised| {
            drop(th.take_raised(raised));
            false
        });
        if closed {
            continue;
        }
        if let Err(raised) = th.call_method_str(&stream, "flush", &[]) {
            written &= name != "stdout";
            if name == "stdout" && !th.interp().finalizing.get() {
                th.unraisable(raised, Some("Exception ignored while flushing sys.stdout"), None);
            } else {
                drop(th.take_raised(raised));
            }
        }
    }
    written
}

fn wait_for_threads(th: &ThreadState) {
    if let Ok(Some(threading)) = crate::import::loaded(th, &th.intern("threading"))
        && let Err(raised) = th.call_method_str(&threading, "_shutdown", &[])
    {
        th.unraisable(raised, Some("Exception ignored on threading shutdown"), Some(&threading));
    }
}
