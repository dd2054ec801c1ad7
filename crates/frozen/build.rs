//! Compiles the pure-Python library with our own compiler and packs bytecode and source into two files to embed.
//!
//! The library is the crate `rustpython-pylib` (CPython's `Lib`); files in `overlay/` replace or add to it,
//! those in `mends/` change lines of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, io};

use bytecode::code::Const;
use compiler::{CompileOptions, IgnoreWarnings};
use syntax::text::Text;

#[path = "src/frozen.rs"]
mod frozen;

/// Folders that are no part of what programs import.
const LEFT_OUT: &[&str] = &["test", "tests", "idlelib", "lib2to3", "turtledemo", "idle_test", "__pycache__"];

/// The folder that embedded files claim to be in.
const LIBRARY_DIR: &str = "/taipan/lib/python3.14";

struct Source {
    name: String,
    /// Below the library's folder.
    path: String,
    is_package: bool,
    file: PathBuf,
}

struct Compiled {
    code: Vec<u8>,
    source: Vec<u8>,
    source_length: usize,
}

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let overlay = folder.join("overlay");
    println!("cargo:rerun-if-changed=overlay");
    println!("cargo:rerun-if-changed=mends");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/frozen.rs");
    let mut sources = BTreeMap::new();
    for root in [Path::new(rustpython_pylib::LIB_PATH), &overlay] {
        collect(root, root, &mut sources)?;
    }
    let sources: Vec<Source> = sources.into_values().collect();
    let mends = read_mends(&folder.join("mends"))?;
    let texts = sources.iter().map(|source| read(source, &mends)).collect::<io::Result<Vec<_>>>()?;
    let compiled = compile_all(&sources, &texts);
    write(&sources, &compiled)
}

/// Adds the modules below `folder`, by name; later ones replace earlier ones.
fn collect(root: &Path, folder: &Path, sources: &mut BTreeMap<String, Source>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let file_name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if file.is_dir() {
            if !LEFT_OUT.contains(&file_name.as_str()) {
                collect(root, &file, sources)?;
            }
            continue;
        }
        if !file_name.ends_with(".py") {
            continue;
        }
        let path = file.strip_prefix(root).map(|path| path.to_string_lossy().replace('\\', "/")).unwrap_or_default();
        let dotted = path.trim_end_matches(".py").replace('/', ".");
        let (name, is_package) = match dotted.strip_suffix(".__init__") {
            Some(package) => (package.to_string(), true),
            None => (dotted, false),
        };
        sources.insert(name.clone(), Source { name, path, is_package, file });
    }
    Ok(())
}

/// What `co_filename` says.
fn file_name(source: &Source) -> String {
    if frozen::FROZEN.contains(&source.name.as_str()) {
        format!("<frozen {}>", source.name)
    } else {
        format!("{LIBRARY_DIR}/{}", source.path)
    }
}

fn compile_all(sources: &[Source], texts: &[Vec<u8>]) -> Vec<Option<Compiled>> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Compiled>>> = Mutex::new(sources.iter().map(|_| None).collect());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let worker = || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(source), Some(text)) = (sources.get(index), texts.get(index)) else { break };
                    let result = compile(source, text);
                    if let Ok(mut results) = results.lock() {
                        results[index] = result;
                    }
                }
            };
            let builder = std::thread::Builder::new().stack_size(64 << 20);
            builder.spawn_scoped(scope, worker).expect("a thread can be started");
        }
    });
    results.into_inner().unwrap_or_default()
}

/// Changes to lines of a module: as they are, and as they shall be. `mends/README.md` says how they are written.
type Mends = BTreeMap<String, Vec<(String, String)>>;

fn read_mends(folder: &Path) -> io::Result<Mends> {
    let mut mends = Mends::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "mend") {
            continue;
        }
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        mends.insert(name, parse_mends(&fs::read_to_string(&path)?));
    }
    Ok(mends)
}

fn parse_mends(text: &str) -> Vec<(String, String)> {
    let mut mends = Vec::new();
    let (mut from, mut to) = (Vec::new(), Vec::new());
    let mut part = None;
    for line in text.lines() {
        match line {
            "<<<<<<<" => part = Some(false),
            "=======" => part = Some(true),
            ">>>>>>>" => {
                mends.push((from.join("\n"), to.join("\n")));
                (from, to, part) = (Vec::new(), Vec::new(), None);
            }
            _ => match part {
                Some(false) => from.push(line),
                Some(true) => to.push(line),
                None => {}
            },
        }
    }
    mends
}

/// A module's text with its mends. A mend that finds nothing is out of date, or was never right.
fn read(source: &Source, mends: &Mends) -> io::Result<Vec<u8>> {
    let mut text = fs::read(&source.file)?;
    for (from, to) in mends.get(&source.name).into_iter().flatten() {
        let before = String::from_utf8(text).map_err(io::Error::other)?;
        if !before.contains(from.as_str()) {
            return Err(io::Error::other(format!("mends/{}.mend: these lines are not there:\n{from}", source.name)));
        }
        text = before.replace(from.as_str(), to).into_bytes();
    }
    Ok(text)
}

/// A module that does not compile is left out: its import then fails, and the build says why.
fn compile(source: &Source, text: &[u8]) -> Option<Compiled> {
    let name = Text::from(file_name(source));
    let options = CompileOptions::default();
    match compiler::compile(text, &name, syntax::Mode::Exec, &options, &mut IgnoreWarnings) {
        Ok(code) => match bytecode::marshal::dump_with_bodies_apart(&Const::Code(code)) {
            Ok(code) => {
                let packed = miniz_oxide::deflate::compress_to_vec(text, 6);
                Some(Compiled { code, source: packed, source_length: text.len() })
            }
            Err(error) => {
                println!("cargo:warning={}: {}", source.path, error.message);
                None
            }
        },
        Err(error) => {
            println!("cargo:warning={}: line {:?}: {}", source.path, error.lineno, error.msg);
            None
        }
    }
}

/// What every start loads: these stand together, so that few pages of the program are touched.
const LOADED_AT_START: &[&str] = &[
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "_taipan_library",
    "zipimport",
    "codecs",
    "encodings",
    "encodings.aliases",
    "encodings.utf_8",
    "abc",
    "_collections_abc",
    "io",
    "stat",
    "genericpath",
    "posixpath",
    "os",
    "_sitebuiltins",
    "site",
    "linecache",
];

fn write(sources: &[Source], compiled: &[Option<Compiled>]) -> io::Result<()> {
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    let (mut code, mut text, mut index) = (Vec::new(), Vec::new(), String::from("&[\n"));
    let mut places = vec![0; sources.len()];
    for at_start in [true, false] {
        for (place, source) in sources.iter().enumerate() {
            if let (Some(compiled), true) = (&compiled[place], LOADED_AT_START.contains(&&*source.name) == at_start) {
                places[place] = code.len();
                code.extend_from_slice(&compiled.code);
            }
        }
    }
    for ((source, compiled), place) in sources.iter().zip(compiled).zip(places) {
        let Some(compiled) = compiled else { continue };
        let _ = writeln!(
            index,
            "Module {{ name: {:?}, path: {:?}, is_package: {}, code: ({}, {}), source: ({}, {}), source_length: {} }},",
            source.name,
            source.path,
            source.is_package,
            place,
            compiled.code.len(),
            text.len(),
            compiled.source.len(),
            compiled.source_length,
        );
        text.extend_from_slice(&compiled.source);
    }
    index.push(']');
    fs::write(out.join("code.bin"), code)?;
    fs::write(out.join("source.bin"), text)?;
    fs::write(out.join("index.rs"), index)
}
