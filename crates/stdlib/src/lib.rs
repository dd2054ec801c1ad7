//! Native modules of the standard library, in folders by subject.

pub mod support;
pub mod text;
