//! The build's data module of `sysconfig`: how this interpreter was made, as far as programs ask.

use macros::pymodule;

/// The module `_sysconfigdata__linux_x86_64-linux-gnu`.
#[pymodule(name = "_sysconfigdata__linux_x86_64-linux-gnu")]
pub mod sysconfig_module {
    //! system configuration generated and used by the sysconfig module

    use runtime::objects::dict::Dict;
    use runtime::{Res, ThreadState, Value};

    use crate::system::numbers::add;

    /// Facts that are numbers: 1 is "yes".
    static NUMBERS: &[(&str, i64)] = &[
        ("Py_DEBUG", 0),
        ("Py_ENABLE_SHARED", 0),
        ("Py_GIL_DISABLED", 0),
        ("Py_TRACE_REFS", 0),
        ("Py_HASH_ALGORITHM", 0),
        ("WITH_PYMALLOC", 0),
        ("WITH_DOC_STRINGS", 1),
        ("WITH_DTRACE", 0),
        ("WITH_FREELISTS", 1),
        ("HAVE_DYNAMIC_LOADING", 0),
        ("HAVE_FORK", 1),
        ("HAVE_FORKPTY", 1),
        ("HAVE_EPOLL", 1),
        ("HAVE_GETENTROPY", 0),
        ("HAVE_GETRANDOM", 1),
        ("HAVE_GETRANDOM_SYSCALL", 1),
        ("HAVE_LINKAT", 1),
        ("HAVE_MKFIFO", 1),
        ("HAVE_POLL", 1),
        ("HAVE_POSIX_SPAWN", 1),
        ("HAVE_SENDFILE", 1),
        ("HAVE_SIGACTION", 1),
        ("HAVE_SIGINTERRUPT", 1),
        ("HAVE_SOCKETPAIR", 1),
        ("HAVE_UNIX_SOCKETS", 1),
        ("HAVE_UTIMENSAT", 1),
        ("HAVE_WORKING_TZSET", 1),
        ("HAVE_LARGEFILE_SUPPORT", 0),
        ("HAVE_PERF_TRAMPOLINE", 0),
        ("MACOSX_DEPLOYMENT_TARGET", 0),
        ("SIZEOF_DOUBLE", 8),
        ("SIZEOF_FLOAT", 4),
        ("SIZEOF_INT", 4),
        ("SIZEOF_LONG", 8),
        ("SIZEOF_LONG_LONG", 8),
        ("SIZEOF_OFF_T", 8),
        ("SIZEOF_PID_T", 4),
        ("SIZEOF_SHORT", 2),
        ("SIZEOF_SIZE_T", 8),
        ("SIZEOF_TIME_T", 8),
        ("SIZEOF_UINTPTR_T", 8),
        ("SIZEOF_VOID_P", 8),
        ("SIZEOF_WCHAR_T", 4),
        ("PY_SUPPORT_TIER", 0),
        ("PYTHONFRAMEWORK_SET", 0),
    ];

    /// Facts that are texts. There is no library to link with and nothing that extensions could be built with.
    static TEXTS: &[(&str, &str)] = &[
        ("ABIFLAGS", ""),
        ("AR", "ar"),
        ("ARFLAGS", "rcs"),
        ("CC", "cc"),
        ("CCSHARED", "-fPIC"),
        ("CFLAGS", ""),
        ("CONFIG_ARGS", ""),
        ("CXX", "c++"),
        ("EXE", ""),
        ("EXT_SUFFIX", ".taipan-314-x86_64-linux-gnu.so"),
        ("INSTSONAME", ""),
        ("LDFLAGS", ""),
        ("LDLIBRARY", ""),
        ("LDSHARED", "cc -shared"),
        ("LDVERSION", "3.14"),
        ("LIBRARY", ""),
        ("MACHDEP", "linux"),
        ("MULTIARCH", "x86_64-linux-gnu"),
        ("MULTIARCH_CPPFLAGS", ""),
        ("OPT", ""),
        ("PLATLIBDIR", "lib"),
        ("PYTHONFRAMEWORK", ""),
        ("PYTHONFRAMEWORKDIR", "no-framework"),
        ("PYTHONFRAMEWORKPREFIX", ""),
        ("PY_CFLAGS", ""),
        ("PY_CFLAGS_NODIST", ""),
        ("SHELL", "/bin/sh"),
        ("SHLIB_SUFFIX", ".so"),
        ("SOABI", "taipan-314-x86_64-linux-gnu"),
        ("TEST_MODULES", "yes"),
        ("TZPATH", "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"),
        ("VERSION", "3.14"),
        ("VPATH", ""),
        ("WHEEL_PKG_DIR", ""),
    ];

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let variables = Dict::with_capacity(NUMBERS.len() + TEXTS.len() + 16);
        for (name, number) in NUMBERS {
            drop(variables.set_str(&th.intern(name), th.int(*number)));
        }
        for (name, text) in TEXTS {
            drop(variables.set_str(&th.intern(name), th.str(text)));
        }
        let prefix = match th.sys_attribute("base_prefix") {
            Some(prefix) => th.str_string(&prefix)?,
            None => String::new(),
        };
        let folders = [
            ("prefix", ""),
            ("exec_prefix", ""),
            ("BINDIR", "/bin"),
            ("LIBDIR", "/lib"),
            ("LIBPL", "/lib/python3.14/config-3.14-x86_64-linux-gnu"),
            ("LIBDEST", "/lib/python3.14"),
            ("BINLIBDEST", "/lib/python3.14"),
            ("DESTSHARED", "/lib/python3.14/lib-dynload"),
            ("INCLUDEDIR", "/include"),
            ("INCLUDEPY", "/include/python3.14"),
            ("CONFINCLUDEPY", "/include/python3.14"),
            ("SCRIPTDIR", "/lib"),
            ("MANDIR", "/share/man"),
            ("datarootdir", "/share"),
        ];
        for (name, folder) in folders {
            drop(variables.set_str(&th.intern(name), th.str(&format!("{prefix}{folder}"))));
        }
        add(th, module, "build_time_vars", th.dict(variables))
    }
}

/// The module `_sysconfig`.
#[pymodule(name = "_sysconfig")]
pub mod variables_module {
    //! A helper for the sysconfig module.

    use runtime::objects::dict::Dict;
    use runtime::{ThreadState, Value};

    /// Returns a dictionary containing build variables intended to be exposed by sysconfig.
    #[pyfunction("()")]
    fn config_vars(th: &ThreadState) -> Value {
        let variables = Dict::new();
        for name in ["Py_GIL_DISABLED", "Py_DEBUG"] {
            drop(variables.set_str(&th.intern(name), Value::int32(0)));
        }
        th.dict(variables)
    }
}
