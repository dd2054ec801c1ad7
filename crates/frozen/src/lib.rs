//! The pure-Python standard library, compiled at build time (`build.rs`) and embedded: bytecode for loading at once,
//! packed source for tracebacks and `inspect`.

mod frozen;

/// One embedded module.
pub struct Module {
    /// Dotted name.
    pub name: &'static str,
    /// Below the library's folder: "json/decoder.py".
    pub path: &'static str,
    pub is_package: bool,
    /// Start and length in the blobs.
    code: (usize, usize),
    source: (usize, usize),
    source_length: usize,
}

static CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/code.bin"));
static SOURCE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/source.bin"));

/// All modules, sorted by name.
pub static MODULES: &[Module] = include!(concat!(env!("OUT_DIR"), "/index.rs"));

/// The folder that embedded files claim to be in: `sys._stdlib_dir`, the front of `__file__`.
pub const LIBRARY_DIR: &str = "/taipan/lib/python3.14";

impl Module {
    /// The marshalled code object.
    pub fn code(&self) -> &'static [u8] {
        &CODE[self.code.0..self.code.0 + self.code.1]
    }

    /// Bytes of the source text.
    pub fn source_length(&self) -> usize {
        self.source_length
    }

    /// The source text, unpacked.
    pub fn source(&self) -> Option<Vec<u8>> {
        let packed = &SOURCE[self.source.0..self.source.0 + self.source.1];
        miniz_oxide::inflate::decompress_to_vec_with_limit(packed, self.source_length).ok()
    }
}

/// Whether CPython freezes the module of a dotted name.
pub fn is_frozen(name: &str) -> bool {
    frozen::FROZEN.binary_search(&name).is_ok()
}

/// The module of a dotted name.
pub fn find(name: &str) -> Option<&'static Module> {
    MODULES.binary_search_by(|module| module.name.cmp(name)).ok().map(|index| &MODULES[index])
}

/// The module whose source is the file of this path below the library's folder.
pub fn at_path(path: &str) -> Option<&'static Module> {
    let dotted = path.strip_suffix(".py")?.replace('/', ".");
    let name = dotted.strip_suffix(".__init__").unwrap_or(&dotted);
    find(name).filter(|module| module.path == path)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_library_is_there_and_its_source_unpacks() {
        let module = super::find("json.decoder").expect("json is part of the library");
        assert!(!module.is_package && !module.code().is_empty());
        assert!(module.source().is_some_and(|source| source.starts_with(b"\"\"\"Implementation of JSONDecoder")));
        assert!(super::find("json").is_some_and(|module| module.is_package));
        assert!(super::find("no.such.module").is_none());
        assert!(super::frozen::FROZEN.is_sorted() && super::is_frozen("os") && !super::is_frozen("json"));
    }
}
