//! Native modules about containers, iteration and calling: what `collections`, `functools`, `itertools` and their like rest on.

pub mod operator;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[&operator::operator_module::MODULE];
