//! `_statistics`: what `statistics` computes natively.

use algo::number::special::normal_inverse;
use macros::pymodule;
use runtime::{Res, ThreadState};

#[pymodule(name = "_statistics")]
pub mod statistics_module {
    //! Accelerators for the statistics module.
    use super::*;

    #[pyfunction("(p, mu, sigma, /)")]
    fn _normal_dist_inv_cdf(th: &ThreadState, p: f64, mu: f64, sigma: f64) -> Res<f64> {
        normal_inverse(p, mu, sigma).ok_or_else(|| th.value_error("inv_cdf undefined for these parameters"))
    }
}
