//! Lists of names in committed files that may move in one direction only: known failures shrink, passing tests grow.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One list: a name on each line, sorted; `#` begins a comment, and the comments at the top of the file are kept.
pub struct Ratchet {
    path: PathBuf,
    head: String,
    pub names: BTreeSet<String>,
}

impl Ratchet {
    /// Reads the list; a file that does not exist is an empty list.
    pub fn read(path: &Path) -> std::io::Result<Ratchet> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let head = text.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
        let names = text.lines().map(|line| line.split('#').next().unwrap_or("").trim());
        let names = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Ok(Ratchet { path: path.to_path_buf(), head, names })
    }

    pub fn write(&self) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let body: String = self.names.iter().map(|name| format!("{name}\n")).collect();
        std::fs::write(&self.path, format!("{}{body}", self.head))
    }
}
