//! Native modules about numbers: mathematics of floats, ints and complex numbers, random numbers.

pub mod cmath;
pub mod datetime;
pub mod decimal;
pub mod math;
pub mod random;
pub mod statistics;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &cmath::cmath_module::MODULE,
    &datetime::datetime_module::MODULE,
    &decimal::decimal_module::MODULE,
    &math::math_module::MODULE,
    &random::random_module::MODULE,
    &statistics::statistics_module::MODULE,
];
