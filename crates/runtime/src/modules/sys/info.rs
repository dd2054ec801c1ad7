//! What `sys` tells about the program: versions, limits, flags.

use crate::objects::struct_sequence::StructSequence;
use crate::{ThreadState, Value, struct_sequence};

/// The version of Python that Taipan implements.
pub const VERSION: (i32, i32, i32) = (3, 14, 10);
pub const HEX_VERSION: i64 = 0x030E_0AF0;

struct_sequence! {
    /// `sys.version_info`.
    pub VERSION_INFO: "sys", "version_info", "sys.version_info\n\nVersion information as a named tuple.", visible 5,
    constructible false, [
        "major": "Major release number",
        "minor": "Minor release number",
        "micro": "Patch release number",
        "releaselevel": "'alpha', 'beta', 'candidate', or 'final'",
        "serial": "Serial release number",
    ]
}

struct_sequence! {
    /// `sys.flags`.
    pub FLAGS: "sys", "flags", "sys.flags\n\nFlags provided through command line arguments or environment vars.",
    visible 18, constructible false, [
        "debug": "-d",
        "inspect": "-i",
        "interactive": "-i",
        "optimize": "-O or -OO",
        "dont_write_bytecode": "-B",
        "no_user_site": "-s",
        "no_site": "-S",
        "ignore_environment": "-E",
        "verbose": "-v",
        "bytes_warning": "-b",
        "quiet": "-q",
        "hash_randomization": "-R",
        "isolated": "-I",
        "dev_mode": "-X dev",
        "utf8_mode": "-X utf8",
        "warn_default_encoding": "-X warn_default_encoding",
        "safe_path": "-P",
        "int_max_str_digits": "-X int_max_str_digits",
        "gil": "-X gil",
        "thread_inherit_context": "-X thread_inherit_context",
        "context_aware_warnings": "-X context_aware_warnings",
    ]
}

struct_sequence! {
    /// `sys.float_info`.
    pub FLOAT_INFO: "sys", "float_info",
    "sys.float_info\n\nA named tuple holding information about the float type. It contains low level\ninformation about the precision and internal representation. Please study\nyour system's :file:`float.h` for more information.",
    visible 11, constructible false, [
        "max": "DBL_MAX -- maximum representable finite float",
        "max_exp": "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable",
        "max_10_exp": "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable",
        "min": "DBL_MIN -- Minimum positive normalized float",
        "min_exp": "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float",
        "min_10_exp": "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float",
        "dig": "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float",
        "mant_dig": "DBL_MANT_DIG -- mantissa digits",
        "epsilon": "DBL_EPSILON -- Difference between 1 and the next representable float",
        "radix": "FLT_RADIX -- radix of exponent",
        "rounds": "FLT_ROUNDS -- rounding mode used for arithmetic operations",
    ]
}

struct_sequence! {
    /// `sys.int_info`.
    pub INT_INFO: "sys", "int_info",
    "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The attributes are read only.",
    visible 4, constructible false, [
        "bits_per_digit": "size of a digit in bits",
        "sizeof_digit": "size in bytes of the C type used to represent a digit",
        "default_max_str_digits": "maximum string conversion digits limitation",
        "str_digits_check_threshold": "minimum positive value for int_max_str_digits",
    ]
}

struct_sequence! {
    /// `sys.hash_info`.
    pub HASH_INFO: "sys", "hash_info",
    "hash_info\n\nA named tuple providing parameters used for computing hashes. The attributes are read only.",
    visible 9, constructible false, [
        "width": "width of the type used for hashing, in bits",
        "modulus": "prime number giving the modulus on which the hash function is based",
        "inf": "value to be used for hash of a positive infinity",
        "nan": "value to be used for hash of a nan",
        "imag": "multiplier used for the imaginary part of a complex number",
        "algorithm": "name of the algorithm for hashing of str, bytes and memoryviews",
        "hash_bits": "internal output size of hash algorithm",
        "seed_bits": "seed size of hash algorithm",
        "cutoff": "small string optimization cutoff",
    ]
}

struct_sequence! {
    /// `sys.thread_info`.
    pub THREAD_INFO: "sys", "thread_info",
    "sys.thread_info\n\nA named tuple holding information about the thread implementation.", visible 3,
    constructible false, [
        "name": "name of the thread implementation",
        "lock": "name of the lock implementation",
        "version": "name and version of the thread library",
    ]
}

struct_sequence! {
    /// What `sys.get_asyncgen_hooks()` returns.
    pub ASYNCGEN_HOOKS: "sys", "asyncgen_hooks", "", visible 2, constructible false, [
        "firstiter": "",
        "finalizer": "",
    ]
}

struct_sequence! {
    /// What `sys.unraisablehook` is called with.
    pub UNRAISABLE_HOOK_ARGS: "sys", "UnraisableHookArgs",
    "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.", visible 5, constructible true, [
        "exc_type": "Exception type",
        "exc_value": "Exception value",
        "exc_traceback": "Exception traceback",
        "err_msg": "Error message",
        "object": "Object causing the exception",
    ]
}

pub fn version_info(th: &ThreadState) -> Value {
    let (major, minor, micro) = VERSION;
    let values =
        vec![Value::int32(major), Value::int32(minor), Value::int32(micro), th.intern("final"), Value::index(0)];
    VERSION_INFO.make(th, values)
}

/// `sys.version`: the language's version first, as programs expect, then what runs it.
pub fn version() -> String {
    let (major, minor, micro) = VERSION;
    format!("{major}.{minor}.{micro} (taipan {}) [Rust]", env!("CARGO_PKG_VERSION"))
}

pub fn flags(th: &ThreadState) -> Value {
    let config = th.interp().config.borrow().clone();
    let flag = |value: bool| Value::int32(i32::from(value));
    let option = |name: &str| config.x_options.iter().any(|(option, _)| option == name);
    FLAGS.make(
        th,
        vec![
            Value::int32(i32::from(config.debug)),
            flag(config.inspect),
            flag(config.interactive),
            Value::int32(i32::from(config.optimize)),
            flag(config.dont_write_bytecode),
            flag(config.no_user_site),
            flag(config.no_site),
            flag(config.ignore_environment),
            Value::int32(i32::from(config.verbose)),
            Value::int32(i32::from(config.bytes_warning)),
            flag(config.quiet),
            flag(config.hash_randomization),
            flag(config.isolated),
            Value::bool(config.dev_mode),
            flag(config.utf8_mode),
            flag(option("warn_default_encoding")),
            Value::bool(config.safe_path),
            Value::index(th.interp().int_max_str_digits.get()),
            Value::int32(1),
            flag(option("thread_inherit_context")),
            flag(option("context_aware_warnings")),
        ],
    )
}

pub fn float_info(th: &ThreadState) -> Value {
    let number = Value::int32;
    FLOAT_INFO.make(
        th,
        vec![
            th.float(f64::MAX),
            number(f64::MAX_EXP),
            number(f64::MAX_10_EXP),
            th.float(f64::MIN_POSITIVE),
            number(f64::MIN_EXP),
            number(f64::MIN_10_EXP),
            number(f64::DIGITS as i32),
            number(f64::MANTISSA_DIGITS as i32),
            th.float(f64::EPSILON),
            number(f64::RADIX as i32),
            number(1),
        ],
    )
}

/// The digits of big integers as CPython has them: programs compute object sizes from these.
pub fn int_info(th: &ThreadState) -> Value {
    INT_INFO.make(th, [30, 4, 4300, 640].map(Value::int32).to_vec())
}

pub fn hash_info(th: &ThreadState) -> Value {
    HASH_INFO.make(
        th,
        vec![
            Value::int32(64),
            Value::index((1 << 61) - 1),
            Value::int32(314159),
            Value::int32(0),
            Value::int32(1000003),
            th.intern("siphash13"),
            Value::int32(64),
            Value::int32(128),
            Value::int32(0),
        ],
    )
}

/// The number by which glibc knows the text.
const CS_GNU_LIBPTHREAD_VERSION: i32 = 3;

pub fn thread_info(th: &ThreadState) -> Value {
    // "NPTL 2.36": glibc tells, others do not.
    let version = host::system::text_setting(CS_GNU_LIBPTHREAD_VERSION).ok().flatten();
    let version = version.and_then(|version| String::from_utf8(version).ok());
    let version = version.map_or(Value::NONE, |version| th.str(&version));
    THREAD_INFO.make(th, vec![th.intern("pthread"), th.intern("semaphore"), version])
}

/// All struct sequences of `sys`.
pub(super) static ALL: &[&StructSequence] =
    &[&VERSION_INFO, &FLAGS, &FLOAT_INFO, &INT_INFO, &HASH_INFO, &THREAD_INFO, &ASYNCGEN_HOOKS, &UNRAISABLE_HOOK_ARGS];
