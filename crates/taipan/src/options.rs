//! The command line, CPython's: options, what to run, its arguments.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use runtime::config::Config;

use crate::show;

/// What to run.
#[derive(Debug)]
pub enum Job {
    /// `-c`
    Command(OsString),
    /// `-m`
    Module(String),
    /// A script, or a folder or archive with `__main__`.
    File(OsString),
    /// Standard input: a program, or interactive if it is a terminal.
    Stdin,
}

/// The outcome of reading the command line.
pub enum Parsed {
    Run(Box<Config>, Job),
    /// Print to standard output and leave with 0.
    Show(String),
    /// Show what the front end makes of a program.
    Developer(show::Request),
    /// Print to standard error and leave with 2.
    Wrong(String),
    /// A setting that cannot be: print to standard error and leave with 1.
    Fatal(String),
}

const OPTIONS: &str = "\
Options (and corresponding environment variables):
-b     : issue warnings about converting bytes/bytearray to str and comparing
         bytes/bytearray with str or bytes with int. (-bb: issue errors)
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-d     : accepted for compatibility; also PYTHONDEBUG=x
-E     : ignore PYTHON* environment variables (such as PYTHONPATH)
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script; forces a prompt even
         if stdin does not appear to be a terminal; also PYTHONINSPECT=x
-I     : isolate Python from the user's environment (implies -E, -P and -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; add .opt-1 before
         .pyc extension; also PYTHONOPTIMIZE=x
-OO    : do -O changes and also discard docstrings; add .opt-2 before
         .pyc extension
-P     : don't prepend a potentially unsafe path to sys.path; also
         PYTHONSAFEPATH
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered;
         this option has no effect on stdin; also PYTHONUNBUFFERED=x
-v     : verbose (trace import statements); also PYTHONVERBOSE=x
         can be supplied multiple times to increase verbosity
-V     : print the Python version number and exit (also --version)
         when given twice, print more information about the build
-W arg : warning control; arg is action:message:category:module:lineno
         also PYTHONWARNINGS=arg
-x     : skip first line of source, allowing use of non-Unix forms of #!cmd
-X opt : set implementation-specific option
--check-hash-based-pycs always|default|never:
         control how Taipan invalidates hash-based .pyc files
--show tokens|tree|symbols|code [-O|-OO] file | -c cmd | -
       : print what the compiler makes of a program, and do not run it
--help-env: print help about environment variables and exit
--help-xoptions: print help about implementation-specific -X options and exit
--help-all: print complete help information and exit

Arguments:
file   : program read from script file
-      : program read from stdin (default; interactive mode if a tty)
arg ...: arguments passed to program in sys.argv[1:]
";

const ENVIRONMENT: &str = "\
Environment variables that change behavior:
PYTHON_CPU_COUNT: override os.cpu_count() (-X cpu_count)
PYTHONDONTWRITEBYTECODE: don't write .pyc files (-B)
PYTHONHASHSEED  : seed of str and bytes hashes: 'random' or an integer in the
                  range [0; 4294967295]
PYTHONINSPECT   : inspect interactively after running script (-i)
PYTHONINTMAXSTRDIGITS: limit the size of int<->str conversions;
                  0 disables the limit (-X int_max_str_digits=N)
PYTHONIOENCODING: encoding[:errors] used for stdin/stdout/stderr
PYTHONNODEBUGRANGES: leave the columns of the source out of code objects
                  (-X no_debug_ranges)
PYTHONNOUSERSITE: disable user site directory (-s)
PYTHONOPTIMIZE  : enable level 1 of optimizations (-O)
PYTHONPATH      : ':'-separated list of directories prefixed to the
                  default module search path
PYTHONPROFILEIMPORTTIME: show how long each import takes (-X importtime)
PYTHONPYCACHEPREFIX: root directory for bytecode cache (pyc) files
                  (-X pycache_prefix)
PYTHONSAFEPATH  : don't prepend a potentially unsafe path to sys.path (-P)
PYTHONSTARTUP   : file executed on interactive startup (no default)
PYTHONUNBUFFERED: disable stdout/stderr buffering (-u)
PYTHONUTF8      : control the UTF-8 mode (-X utf8)
PYTHONVERBOSE   : trace import statements (-v)
PYTHONWARNINGS=arg: warning control (-W arg)
";

const X_OPTIONS: &str = "\
The following implementation-specific options are available:
-X dev : enable development mode; also PYTHONDEVMODE
-X importtime[=2]: show how long each import takes (2: also what was loaded
         before); also PYTHONPROFILEIMPORTTIME
-X int_max_str_digits=N: limit the size of int<->str conversions;
         0 disables the limit; also PYTHONINTMAXSTRDIGITS
-X no_debug_ranges: leave the columns of the source out of code objects;
         also PYTHONNODEBUGRANGES
-X pycache_prefix=PATH: write .pyc files to a parallel tree instead of
         to the code tree; also PYTHONPYCACHEPREFIX
-X taipan_stress=gc:N,switch:M: for tests: collect garbage at every Nth call or
         backward jump, switch threads at every Mth; in builds with debug
         assertions also alloc:N, to collect at every Nth allocation, and
         check:N, to check the stack always and all counts at every Nth
         instruction
-X utf8[=0|1]: enable (1) or disable (0) UTF-8 mode; also PYTHONUTF8
-X cpu_count=N: override os.cpu_count(); also PYTHON_CPU_COUNT
";

fn usage(program: &OsStr) -> String {
    format!("usage: {} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n", program.to_string_lossy())
}

fn wrong(program: &OsStr, message: String) -> Parsed {
    Parsed::Wrong(format!("{message}\n{}Try `python -h' for more information.\n", usage(program)))
}

/// The version line of `-V`, and of `-VV`.
fn version(long: bool) -> String {
    let (major, minor, micro) = runtime::modules::sys::info::VERSION;
    if long {
        format!("Python {}\n", runtime::modules::sys::info::version())
    } else {
        format!("Python {major}.{minor}.{micro}\n")
    }
}

/// Reads the command line (the program's name first) and the environment.
pub fn parse(arguments: Vec<OsString>, environment: impl Fn(&str) -> Option<OsString>) -> Parsed {
    let program = arguments.first().cloned().unwrap_or_else(|| OsString::from("taipan"));
    let mut config = Config { orig_argv: arguments.clone(), hash_randomization: true, ..Config::default() };
    let mut words = arguments.into_iter().skip(1).peekable();
    let mut job = None;
    let mut versions = 0;
    let mut skip_first_line = false;
    let mut randomized = false;
    'words: while let Some(word) = words.peek() {
        let bytes = word.as_bytes().to_vec();
        if bytes == b"-" || !bytes.starts_with(b"-") {
            break;
        }
        words.next();
        match bytes.as_slice() {
            b"--" => break,
            b"--help" => return Parsed::Show(usage(&program) + OPTIONS),
            b"--help-env" => return Parsed::Show(ENVIRONMENT.to_string()),
            b"--help-xoptions" => return Parsed::Show(X_OPTIONS.to_string()),
            b"--help-all" => {
                return Parsed::Show(format!("{}{OPTIONS}\n{ENVIRONMENT}\n{X_OPTIONS}", usage(&program)));
            }
            b"--version" => {
                versions += 1;
                continue;
            }
            b"--show" => {
                return show::parse(words).map_or_else(|| Parsed::Wrong(show::USAGE.to_string()), Parsed::Developer);
            }
            b"--check-hash-based-pycs" => {
                match words.next().as_deref().and_then(OsStr::to_str) {
                    Some("always" | "default" | "never") => {}
                    _ => {
                        let message = "--check-hash-based-pycs must be one of 'default', 'always', or 'never'";
                        return wrong(&program, message.to_string());
                    }
                }
                continue;
            }
            long if long.starts_with(b"--") => {
                return wrong(&program, format!("Unknown option: {}", String::from_utf8_lossy(long)));
            }
            _ => {}
        }
        let mut at = 1;
        while at < bytes.len() {
            let letter = bytes[at];
            at += 1;
            // The argument of an option: the rest of the word, or the next word.
            let mut argument = || {
                if at < bytes.len() { Some(OsString::from_vec(bytes[at..].to_vec())) } else { words.next() }
            };
            match letter {
                b'b' => config.bytes_warning += 1,
                b'B' => config.dont_write_bytecode = true,
                b'd' => config.debug += 1,
                b'E' => config.ignore_environment = true,
                b'h' | b'?' => return Parsed::Show(usage(&program) + OPTIONS),
                b'i' => {
                    config.inspect = true;
                    config.interactive = true;
                }
                b'I' => {
                    config.isolated = true;
                    config.ignore_environment = true;
                    config.safe_path = true;
                    config.no_user_site = true;
                }
                b'O' => config.optimize = (config.optimize + 1).min(2),
                b'P' => config.safe_path = true,
                b'q' => config.quiet = true,
                b'R' => randomized = true,
                b's' => config.no_user_site = true,
                b'S' => config.no_site = true,
                b'u' => config.unbuffered = true,
                b'v' => config.verbose = config.verbose.saturating_add(1),
                b'V' => versions += 1,
                b'x' => skip_first_line = true,
                b'W' | b'X' | b'c' | b'm' => {
                    let Some(argument) = argument() else {
                        return wrong(&program, format!("Argument expected for the -{} option", letter as char));
                    };
                    match letter {
                        b'W' => config.warn_options.push(argument.to_string_lossy().into_owned()),
                        b'X' => {
                            let text = argument.to_string_lossy().into_owned();
                            let option = match text.split_once('=') {
                                Some((name, value)) => (name.to_string(), Some(value.to_string())),
                                None => (text, None),
                            };
                            config.x_options.push(option);
                        }
                        b'c' => {
                            job = Some(Job::Command(argument));
                            break 'words;
                        }
                        _ => {
                            job = Some(Job::Module(argument.to_string_lossy().into_owned()));
                            break 'words;
                        }
                    }
                    continue 'words;
                }
                other => return wrong(&program, format!("Unknown option: -{}", other as char)),
            }
        }
    }
    if versions > 0 {
        return Parsed::Show(version(versions > 1));
    }
    config.skip_first_line = skip_first_line;
    let job = job.unwrap_or_else(|| match words.next() {
        None => Job::Stdin,
        Some(word) if word == "-" => Job::Stdin,
        Some(file) => Job::File(file),
    });
    config.argv = vec![match &job {
        Job::Command(_) => "-c".into(),
        Job::Module(_) => "-m".into(),
        Job::File(file) => file.clone(),
        Job::Stdin if words.peek().is_some() => "-".into(),
        Job::Stdin => "".into(),
    }];
    config.argv.extend(words);
    let applied = apply_environment(&mut config, &environment).and_then(|()| apply_x_options(&mut config));
    if let Err(message) = applied {
        return Parsed::Fatal(message);
    }
    if randomized {
        config.hash_seed = None;
        config.hash_randomization = true;
    }
    Parsed::Run(Box::new(config), job)
}

fn apply_environment(config: &mut Config, environment: &impl Fn(&str) -> Option<OsString>) -> Result<(), String> {
    if config.ignore_environment {
        return Ok(());
    }
    let set = |name: &str| environment(name).filter(|value| !value.is_empty());
    let number =
        |name: &str| set(name).map(|value| value.to_string_lossy().parse::<u8>().map_or(1, |number| number.max(1)));
    config.dont_write_bytecode |= set("PYTHONDONTWRITEBYTECODE").is_some();
    config.inspect |= set("PYTHONINSPECT").is_some();
    config.no_user_site |= set("PYTHONNOUSERSITE").is_some();
    config.safe_path |= set("PYTHONSAFEPATH").is_some();
    config.unbuffered |= set("PYTHONUNBUFFERED").is_some();
    config.dev_mode |= set("PYTHONDEVMODE").is_some();
    config.no_debug_ranges |= set("PYTHONNODEBUGRANGES").is_some();
    config.optimize = config.optimize.max(number("PYTHONOPTIMIZE").unwrap_or(0).min(2));
    config.verbose = config.verbose.max(number("PYTHONVERBOSE").unwrap_or(0));
    config.debug = config.debug.max(number("PYTHONDEBUG").unwrap_or(0));
    match set("PYTHONUTF8") {
        Some(value) if value == "1" => config.utf8_mode = true,
        Some(value) if value != "0" => {
            return Err("Fatal Python error: preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable \
                        value\nPython runtime state: preinitializing\n\n"
                .to_string());
        }
        _ => {}
    }
    config.pycache_prefix = set("PYTHONPYCACHEPREFIX");
    if let Some(count) = set("PYTHON_CPU_COUNT") {
        config.cpu_count = cpu_count(count.to_str())?;
    }
    if let Some(value) = set("PYTHONPROFILEIMPORTTIME") {
        config.import_time = if value == "2" { 2 } else { 1 };
    }
    if let Some(path) = set("PYTHONPATH") {
        let parts = path.as_bytes().split(|&byte| byte == b':');
        config.module_search_paths.extend(parts.map(|part| OsString::from_vec(part.to_vec())));
    }
    if let Some(warnings) = set("PYTHONWARNINGS") {
        let options: Vec<String> = warnings.to_string_lossy().split(',').map(str::to_string).collect();
        config.warn_options.splice(0..0, options);
    }
    if let Some(digits) = set("PYTHONINTMAXSTRDIGITS") {
        config.int_max_str_digits = Some(digit_limit("PYTHONINTMAXSTRDIGITS", digits.to_str())?);
    }
    if let Some(seed) = set("PYTHONHASHSEED")
        && seed != "random"
    {
        let Some(seed) = seed.to_str().and_then(|seed| seed.parse::<u32>().ok()) else {
            return Err(impossible(
                "config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]",
            ));
        };
        config.hash_seed = Some(seed);
        config.hash_randomization = seed != 0;
    }
    Ok(())
}

/// The message about a setting that cannot be.
fn impossible(words: &str) -> String {
    format!("Fatal Python error: {words}\nPython runtime state: preinitialized\n\n")
}

/// A limit for the digits of ints: 640 at least, or 0 for none.
fn digit_limit(source: &str, value: Option<&str>) -> Result<usize, String> {
    let limit = value.and_then(|value| value.parse::<usize>().ok()).filter(|&limit| limit == 0 || limit >= 640);
    limit.ok_or_else(|| {
        impossible(&format!(
            "config_init_int_max_str_digits: {source}: invalid limit; must be >= 640 or 0 for unlimited."
        ))
    })
}

fn cpu_count(value: Option<&str>) -> Result<Option<i64>, String> {
    if value == Some("default") {
        return Ok(None);
    }
    match value.and_then(|value| value.parse::<i32>().ok()).filter(|&count| count > 0) {
        Some(count) => Ok(Some(i64::from(count))),
        None => Err(impossible(
            "config_init_cpu_count: -X cpu_count=n option: n is missing or an invalid number, n must be greater than 0",
        )),
    }
}

/// `-X` options, of which the last of a name counts.
fn apply_x_options(config: &mut Config) -> Result<(), String> {
    for (name, value) in config.x_options.clone() {
        let value = value.as_deref();
        match (name.as_str(), value) {
            ("dev", _) => config.dev_mode = true,
            ("no_debug_ranges", _) => config.no_debug_ranges = true,
            ("utf8", None | Some("1")) => config.utf8_mode = true,
            ("utf8", Some("0")) => config.utf8_mode = false,
            ("utf8", _) => {
                return Err("Fatal Python error: preconfig_init_utf8_mode: invalid -X utf8 option value\n\
                            Python runtime state: preinitializing\n\n"
                    .to_string());
            }
            ("int_max_str_digits", value) => {
                config.int_max_str_digits = Some(digit_limit("-X int_max_str_digits", value)?);
            }
            ("pycache_prefix", value) => {
                config.pycache_prefix = value.filter(|value| !value.is_empty()).map(Into::into);
            }
            ("cpu_count", value) => config.cpu_count = cpu_count(value)?,
            ("importtime", value) => {
                config.import_time = match value.map(str::parse::<i32>) {
                    Some(Ok(0)) => 0,
                    None | Some(Ok(1) | Err(_)) => 1,
                    Some(Ok(2)) => 2,
                    Some(Ok(_)) => {
                        return Err(impossible(
                            "config_init_import_time: -X importtime: values other than 1 and 2 are reserved for \
                             future use.",
                        ));
                    }
                };
            }
            ("frozen_modules", value) if !matches!(value, None | Some("" | "on" | "off")) => {
                return Err(impossible("bad value for option -X frozen_modules (expected \"on\" or \"off\")"));
            }
            _ => {}
        }
    }
    if config.dev_mode {
        config.warn_options.insert(0, "default".to_string());
    }
    if config.bytes_warning > 0 {
        let action = if config.bytes_warning > 1 { "error" } else { "default" };
        config.warn_options.push(format!("{action}::BytesWarning"));
    }
    Ok(())
}
