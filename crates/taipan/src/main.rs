//! The program `taipan`: command line, interactive loop, developer commands.

mod library;
mod options;
mod run;
mod show;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use options::{Job, Parsed};
use runtime::config::Config;

/// Native stack of the main thread, which runs Python: deep recursion in native code ends in RecursionError well before
/// this. Untouched pages cost nothing. Systems leave at least 128 MiB of room for a stack to grow.
const STACK_SIZE: usize = 120 << 20;

// The address sanitizer watches the system's.
#[cfg(not(taipan_asan))]
#[global_allocator]
static ALLOCATOR: host::memory::Blocks = host::memory::Blocks;

/// The sanitizer asks for its options, which `cargo xtask asan` sets when it builds: a test may start the program with an
/// empty environment.
#[cfg(taipan_asan)]
#[expect(unsafe_code, reason = "a function that C finds by its name")]
#[unsafe(no_mangle)]
extern "C" fn __asan_default_options() -> *const std::ffi::c_char {
    const OPTIONS: &str = concat!(env!("ASAN_OPTIONS"), "\0");
    OPTIONS.as_ptr().cast()
}

fn main() -> ExitCode {
    let parsed = options::parse(std::env::args_os().collect(), |name| std::env::var_os(name));
    let (config, job) = match parsed {
        Parsed::Run(config, job) => (config, job),
        Parsed::Show(text) => {
            return match std::io::stdout().write_all(text.as_bytes()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            };
        }
        Parsed::Developer(request) => {
            // Trees are walked by recursion, as deep as the text nests.
            host::thread::grow_main_stack(STACK_SIZE);
            let shown = show::show(&request);
            host::stdio::write_error(shown.errors.as_bytes());
            return match std::io::stdout().write_all(shown.out.as_bytes()) {
                Ok(()) => ExitCode::from(shown.code),
                Err(_) => ExitCode::FAILURE,
            };
        }
        Parsed::Wrong(text) => {
            host::stdio::write_error(text.as_bytes());
            return ExitCode::from(2);
        }
        Parsed::Fatal(text) => {
            host::stdio::write_error(text.as_bytes());
            return ExitCode::from(1);
        }
    };
    host::stdio::restore_closed();
    let config = with_locale(config);
    host::thread::grow_main_stack(STACK_SIZE);
    match std::panic::catch_unwind(move || run_job(*config, job)) {
        Ok(code) => run::leave(code),
        Err(_) => ExitCode::from(134),
    }
}

/// Sets the process's locale. The C locale means UTF-8 mode, unless that is switched off.
fn with_locale(mut config: Box<Config>) -> Box<Config> {
    let environment = |name: &str| if config.ignore_environment { None } else { std::env::var_os(name) };
    let coerce = environment("PYTHONCOERCECLOCALE").is_none_or(|value| value != "0");
    let off = environment("PYTHONUTF8").is_some_and(|value| value == "0")
        || config.x_options.iter().any(|(name, value)| name == "utf8" && value.as_deref() == Some("0"));
    if host::locale::start(coerce) && !off {
        config.utf8_mode = true;
    }
    config
}

fn run_job(mut config: Config, job: Job) -> run::Exit {
    config.executable = executable().unwrap_or_default();
    run::run(config, job)
}

/// The program as it was called: a link is not followed, since a virtual environment lies where the link is.
fn executable() -> Option<OsString> {
    let called = std::env::args_os().next().filter(|name| !name.is_empty());
    let current = std::env::current_exe().ok();
    let same =
        |path: &PathBuf| path.canonicalize().ok() == current.as_deref().and_then(|path| path.canonicalize().ok());
    let called = called.and_then(|name| {
        if name.as_encoded_bytes().contains(&b'/') {
            return std::path::absolute(name).ok();
        }
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|path| path.is_file())
    });
    called.filter(same).or(current).map(Into::into)
}
