//! The embedded library as the runtime asks for it.

use runtime::thread::{EmbeddedLibrary, EmbeddedModule};

/// `frozen`'s tables.
pub struct Library;

impl host::shown::Folder for Library {
    fn files(&self) -> Vec<&'static str> {
        frozen::MODULES.iter().map(|module| module.path).collect()
    }

    fn size(&self, path: &str) -> Option<usize> {
        frozen::at_path(path).map(frozen::Module::source_length)
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        frozen::at_path(path)?.source()
    }
}

impl EmbeddedLibrary for Library {
    fn find(&self, name: &str) -> Option<EmbeddedModule> {
        let module = frozen::find(name)?;
        Some(EmbeddedModule {
            name: module.name,
            is_package: module.is_package,
            code: module.code(),
            path: module.path,
            is_frozen: frozen::is_frozen(name),
        })
    }

    fn names(&self) -> Vec<&'static str> {
        frozen::MODULES.iter().map(|module| module.name).collect()
    }

    fn source(&self, name: &str) -> Option<Vec<u8>> {
        frozen::find(name)?.source()
    }
}
