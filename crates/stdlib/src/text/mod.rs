//! Native modules about text and data in text or bytes: regular expressions, Unicode, structures, JSON, CSV.

pub mod build;
pub mod cjk;
pub mod csv;
pub mod expat;
pub mod json;
pub mod sre;
pub mod string;
pub mod structs;
pub mod unicodedata;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &csv::csv_module::MODULE,
    &expat::module::pyexpat_module::MODULE,
    &json::json_module::MODULE,
    &sre::sre_module::MODULE,
    &string::string::MODULE,
    &structs::struct_module::MODULE,
    &unicodedata::unicodedata_module::MODULE,
];
