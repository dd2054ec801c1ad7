//! Functions of the C mathematics library that Rust's standard library lacks or computes in another way. Python's results
//! are those of the platform's library.
#![expect(unsafe_code, reason = "the C library's functions are declared here")]

// SAFETY: these functions take and give doubles and are defined for every argument.
unsafe extern "C" {
    pub safe fn acosh(x: f64) -> f64;
    pub safe fn asinh(x: f64) -> f64;
    pub safe fn atanh(x: f64) -> f64;
    pub safe fn erf(x: f64) -> f64;
    pub safe fn erfc(x: f64) -> f64;
}
