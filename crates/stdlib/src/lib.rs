//! Native modules of the standard library, in folders by subject
