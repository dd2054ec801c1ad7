//! How long parsing takes: `parse_speed [--rounds N] FOLDER...` parses every `.py` file below the folders and prints the
//! best round in seconds. `xtask/compare/speed.py` sets it beside a reference interpreter.

use std::path::{Path, PathBuf};
use std::time::Instant;
use syntax::{Arena, Mode, Options};

fn main() {
    let mut rounds = 3;
    let mut files = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--rounds" {
            rounds = arguments.next().and_then(|number| number.parse().ok()).unwrap_or(rounds);
        } else {
            collect(Path::new(&argument), &mut files);
        }
    }
    let sources: Vec<Vec<u8>> = files.iter().filter_map(|path| std::fs::read(path).ok()).collect();
    let bytes: usize = sources.iter().map(Vec::len).sum();
    let mut best = f64::INFINITY;
    let mut refused = 0;
    for _ in 0..rounds {
        let start = Instant::now();
        refused = 0;
        for source in &sources {
            let arena = Arena::for_source(source.len());
            refused += usize::from(syntax::parse(&arena, source, "<file>", Mode::Exec, &Options::default()).is_err());
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{best:.4} s for {} files, {bytes} bytes ({refused} refused)", sources.len());
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| collect(entry, files));
    } else if path.extension().is_some_and(|extension| extension == "py") {
        files.push(path.to_path_buf());
    }
}
