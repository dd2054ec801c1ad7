//! Native modules about bytes: encodings of binary data, compression, hashes.

pub mod binascii;
pub mod compression;
pub mod crc;
pub mod hashes;
pub mod pickle;
pub mod sqlite;
pub mod zlib;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &binascii::binascii_module::MODULE,
    &pickle::pickle_module::MODULE,
    &sqlite::sqlite_module::MODULE,
    &zlib::zlib_module::MODULE,
];
