//! The program `taipan`: command line, interactive loop, developer commands.

fn main() {}
