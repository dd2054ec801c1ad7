//! How an interpreter is set up: what the command line and environment say.

/// Settings behind `sys.flags` and the start of the interpreter.
#[derive(Clone, Default, Debug)]
pub struct Config {
    pub argv: Vec<std::ffi::OsString>,
    pub orig_argv: Vec<std::ffi::OsString>,
    pub executable: std::ffi::OsString,
    pub debug: u8,
    pub inspect: bool,
    pub interactive: bool,
    pub optimize: u8,
    pub dont_write_bytecode: bool,
    pub no_user_site: bool,
    pub no_site: bool,
    pub ignore_environment: bool,
    pub verbose: u8,
    pub bytes_warning: u8,
    pub quiet: bool,
    pub hash_randomization: bool,
    pub isolated: bool,
    pub dev_mode: bool,
    /// Code gets no columns.
    pub no_debug_ranges: bool,
    pub utf8_mode: bool,
    pub safe_path: bool,
    pub unbuffered: bool,
    pub int_max_str_digits: Option<usize>,
    pub warn_options: Vec<String>,
    pub x_options: Vec<(String, Option<String>)>,
    pub module_search_paths: Vec<std::ffi::OsString>,
    /// `-x`: leave out the first line of the script.
    pub skip_first_line: bool,
    /// `PYTHONHASHSEED`; `None` for a random key.
    pub hash_seed: Option<u32>,
    pub pycache_prefix: Option<std::ffi::OsString>,
    /// `-X cpu_count`, `PYTHON_CPU_COUNT`: what `os.cpu_count()` answers.
    pub cpu_count: Option<i64>,
    /// What `sys.path` began with for the program's sake.
    pub sys_path_0: Option<std::ffi::OsString>,
    /// `-X importtime`: 1 tells of what is loaded, 2 also of what was there.
    pub import_time: u8,
}
