//! The embedded library as the runtime asks for it.

use runtime::thread::{EmbeddedLibrary, EmbeddedModule};

/// `frozen`'s tables.
pub struct Library;

impl EmbeddedLibrary for Library {
    fn find(&self, name: &str) -> Option<EmbeddedModule> {
        let module = frozen::find(name)?;
        Some(EmbeddedModule {
            name: module.name,
            is_package: module.is_package,
            code: module.code(),
            path: module.path,
        })
    }

    fn names(&self) -> Vec<&'static str> {
        frozen::MODULES.iter().map(|module| module.name).collect()
    }

    fn source(&self, name: &str) -> Option<Vec<u8>> {
        frozen::find(name)?.source()
    }
}
