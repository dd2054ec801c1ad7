//! Algorithms that know nothing of Python objects: numbers to text and back, format specifications, hashing, sorting,
//! calendars, decimal arithmetic, Unicode tables and the regular-expression machine.
//!
//! Invariant: nothing here allocates a Python object, raises a Python exception or touches the operating system. Errors
//! are small enums; the runtime turns them into exceptions with the reference's words. What may run long takes a
//! callback that the runtime uses for interrupts and limits.

#![forbid(unsafe_code)]

pub mod calendar;
pub mod decimal;
pub mod format_spec;
pub mod number;
pub mod percent;
pub mod siphash;
pub mod sort;
pub mod sre;
pub mod unicode;
