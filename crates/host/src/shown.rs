//! A folder that the system does not have: the library inside the program, shown where its files claim to be.
//!
//! Asked only for names that the system knows nothing of, and only for reading: programs can list it, look at its files'
//! sizes and read them (the content comes through an anonymous file).
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::ffi::CStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Error, ErrorKind, Result};
use std::sync::OnceLock;

use crate::fs::Stat;
use crate::path::{DT_DIR, DT_REG, Entry};

/// What is shown. Paths are relative to the root, with `/` between names; the root's is empty.
pub trait Folder: Sync {
    /// The paths of all files.
    fn files(&self) -> Vec<&'static str>;
    /// How many bytes a file has.
    fn size(&self, path: &str) -> Option<usize>;
    fn read(&self, path: &str) -> Option<Vec<u8>>;
}

static SHOWN: OnceLock<(&'static str, &'static dyn Folder)> = OnceLock::new();

/// Shows `folder` as the absolute path `root`, for the rest of the process.
pub fn show(root: &'static str, folder: &'static dyn Folder) {
    let _ = SHOWN.set((root, folder));
}

enum Found {
    File { path: String, size: usize },
    Directory { names: Vec<(String, bool)> },
}

/// What is shown at an absolute path, if anything.
fn find(path: &CStr) -> Option<Found> {
    let &(root, folder) = SHOWN.get()?;
    let text = path.to_str().ok().filter(|path| path.starts_with('/'))?;
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let root: Vec<&str> = root.split('/').filter(|part| !part.is_empty()).collect();
    if parts.len() < root.len() {
        // A folder above the root holds the way to it.
        let on_the_way = !parts.is_empty() && root.starts_with(&parts);
        return on_the_way.then(|| Found::Directory { names: vec![(root[parts.len()].to_string(), true)] });
    }
    let below = parts.strip_prefix(&root[..])?.join("/");
    if let Some(size) = folder.size(&below) {
        return if text.ends_with('/') { None } else { Some(Found::File { path: below, size }) };
    }
    let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
    let mut names: Vec<(String, bool)> = Vec::new();
    for file in folder.files() {
        let Some(rest) = file.strip_prefix(&prefix) else { continue };
        let (name, is_directory) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
        names.push((name.to_string(), is_directory));
    }
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { None } else { Some(Found::Directory { names }) }
}

fn is_missing(error: &Error) -> bool {
    error.kind() == ErrorKind::NotFound
}

fn inode(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish() >> 1
}

/// What `stat` says in place of `error`.
pub(crate) fn stat(path: &CStr, error: Error) -> Result<Stat> {
    let found = if is_missing(&error) { find(path) } else { None };
    let text = path.to_str().unwrap_or_default().trim_end_matches('/');
    match found {
        None => Err(error),
        Some(Found::File { size, .. }) => Ok(Stat {
            mode: libc::S_IFREG | 0o444,
            inode: inode(text),
            links: 1,
            size: size as i64,
            block_size: 4096,
            blocks: size.div_ceil(512) as i64,
            ..Stat::default()
        }),
        Some(Found::Directory { .. }) => Ok(Stat {
            mode: libc::S_IFDIR | 0o555,
            inode: inode(text),
            links: 2,
            size: 4096,
            block_size: 4096,
            ..Stat::default()
        }),
    }
}

/// What `access` says in place of `error`.
pub(crate) fn access(path: &CStr, mode: i32, error: Error) -> Result<()> {
    match if is_missing(&error) { find(path) } else { None } {
        None => Err(error),
        Some(_) if mode & libc::W_OK != 0 => Err(Error::from_raw_os_error(libc::EROFS)),
        Some(Found::File { .. }) if mode & libc::X_OK != 0 => Err(Error::from_raw_os_error(libc::EACCES)),
        Some(_) => Ok(()),
    }
}

/// What `open` gives in place of `error`: a descriptor of an anonymous file with the content.
pub(crate) fn open(path: &CStr, flags: i32, error: Error) -> Result<i32> {
    let reads = flags & (libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC) == libc::O_RDONLY;
    let found = if is_missing(&error) && reads { find(path) } else { None };
    let (Some(found), Some((_, folder))) = (found, SHOWN.get()) else { return Err(error) };
    let Found::File { path: below, .. } = found else { return Err(Error::from_raw_os_error(libc::EISDIR)) };
    let Some(content) = folder.read(&below) else { return Err(error) };
    // SAFETY: the name is zero-terminated; the descriptor is a fresh one.
    let fd =
        unsafe { libc::memfd_create(path.as_ptr().add(path.count_bytes().saturating_sub(200)), libc::MFD_CLOEXEC) };
    if fd < 0 {
        return Err(Error::last_os_error());
    }
    let mut rest = &content[..];
    while !rest.is_empty() {
        match crate::fs::write(fd, rest) {
            Ok(count) => rest = rest.get(count..).unwrap_or_default(),
            Err(error) => {
                let _ = crate::fs::close(fd);
                return Err(error);
            }
        }
    }
    crate::fs::seek(fd, 0, libc::SEEK_SET)?;
    Ok(fd)
}

/// The entries of a directory in place of `error`.
pub(crate) fn entries(path: &CStr, error: Error) -> Result<Vec<Entry>> {
    let text = path.to_str().unwrap_or_default().trim_end_matches('/');
    match if is_missing(&error) { find(path) } else { None } {
        None => Err(error),
        Some(Found::File { .. }) => Err(Error::from_raw_os_error(libc::ENOTDIR)),
        Some(Found::Directory { names }) => Ok(names
            .into_iter()
            .map(|(name, is_directory)| Entry {
                inode: inode(&format!("{text}/{name}")),
                name: name.into_bytes(),
                kind: if is_directory { DT_DIR } else { DT_REG },
            })
            .collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Two;

    impl Folder for Two {
        fn files(&self) -> Vec<&'static str> {
            vec!["json/__init__.py", "os.py"]
        }

        fn size(&self, path: &str) -> Option<usize> {
            self.files().contains(&path).then_some(3)
        }

        fn read(&self, path: &str) -> Option<Vec<u8>> {
            self.size(path).map(|_| b"abc".to_vec())
        }
    }

    #[test]
    fn files_and_folders_are_found() {
        show("/shown-for-a-test/lib", &Two);
        let missing = || Error::from_raw_os_error(libc::ENOENT);
        assert!(stat(c"/shown-for-a-test", missing()).is_ok_and(|stat| stat.is_dir()));
        assert!(stat(c"/shown-for-a-test/lib/./json/../os.py", missing()).is_ok_and(|stat| stat.size == 3));
        assert!(stat(c"/shown-for-a-test/lib/none.py", missing()).is_err());
        assert!(stat(c"/", missing()).is_err());
        let names = entries(c"/shown-for-a-test/lib", missing()).expect("it is a folder");
        assert_eq!(names.iter().map(|entry| entry.name.as_slice()).collect::<Vec<_>>(), [&b"json"[..], b"os.py"]);
        let fd = open(c"/shown-for-a-test/lib/os.py", libc::O_RDONLY, missing()).expect("it can be read");
        let mut buffer = [0; 8];
        assert_eq!(crate::fs::read(fd, &mut buffer).expect("it was opened"), 3);
        crate::fs::close(fd).expect("it was opened");
        assert!(access(c"/shown-for-a-test/lib/os.py", libc::R_OK, missing()).is_ok());
        assert!(access(c"/shown-for-a-test/lib/os.py", libc::W_OK, missing()).is_err());
    }
}
