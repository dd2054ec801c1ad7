//! Feeds damaged input to the front end: whatever the bytes, the answer must be a result or an error.
//!
//! ```text
//! fuzz TARGET SECONDS SEED PATH...     TARGET is tokens, code or marshal; a PATH is a Python file or a folder of them
//! ```
//!
//! Inputs are parts of the files, changed at random; a seed gives the same inputs again. Each finding (a panic, an input
//! that takes more than twenty seconds, a value that does not survive marshal) is written to `fuzz-TARGET-N.bin`. Build
//! without optimisation of our own crates, so that overflow is checked. A native stack overflow ends the process: the
//! last input is then in `fuzz-TARGET-last.bin`, which is written before inputs that nest deeply.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytecode::code::Const;
use bytecode::{disassemble, exception_table, location, marshal};
use compiler::{CompileOptions, IgnoreWarnings, compile};
use syntax::text::Text;
use syntax::{Arena, Mode, Options};

const SLOW: Duration = Duration::from_secs(20);
const LONGEST: usize = 1 << 16;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [target, seconds, seed, paths @ ..] = &args[..] else {
        return Err("usage: fuzz tokens|code|marshal SECONDS SEED PATH...".into());
    };
    let run: fn(&[u8]) = match target.as_str() {
        "tokens" => tokens,
        "code" => code,
        "marshal" => load,
        _ => return Err("no such target".into()),
    };
    let mut random = Random(seed.parse::<u64>()?.wrapping_mul(2).wrapping_add(1));
    let mut files = Vec::new();
    for path in paths {
        collect(Path::new(path), &mut files)?;
    }
    let mut seeds = Vec::new();
    for path in files {
        let source = std::fs::read(path)?;
        if target != "marshal" {
            seeds.push(source);
        } else if let Ok(code) =
            compile(&source, &"f".into(), Mode::Exec, &CompileOptions::default(), &mut IgnoreWarnings)
        {
            seeds.push(marshal::dump(&Const::Code(code)).map_err(|error| error.message)?);
        }
    }
    if seeds.is_empty() {
        return Err("no files".into());
    }
    let end = Instant::now() + Duration::from_secs(seconds.parse()?);
    let (mut count, mut findings) = (0u64, 0);
    while Instant::now() < end {
        let (input, nests) = mutate(&seeds, &mut random);
        if nests {
            std::fs::write(format!("fuzz-{target}-last.bin"), &input)?;
        }
        let start = Instant::now();
        let panicked = catch_unwind(AssertUnwindSafe(|| run(&input))).is_err();
        count += 1;
        if panicked || start.elapsed() > SLOW {
            findings += 1;
            let path = format!("fuzz-{target}-{findings}.bin");
            std::fs::write(&path, &input)?;
            println!("{path}: {}", if panicked { "panic".into() } else { format!("{:?}", start.elapsed()) });
        }
    }
    println!("{count} inputs, {findings} findings");
    if findings > 0 { Err("findings".into()) } else { Ok(()) }
}

fn tokens(input: &[u8]) {
    let arena = Arena::for_source(input.len());
    for mode in [Mode::Exec, Mode::Eval, Mode::Single] {
        let _ = syntax::parse(&arena, input, "<fuzz>", mode, &Options::default());
    }
}

fn code(input: &[u8]) {
    for optimize in [0, 2] {
        let options = CompileOptions { optimize, ..CompileOptions::default() };
        if let Ok(code) = compile(input, &Text::from("<fuzz>"), Mode::Exec, &options, &mut IgnoreWarnings) {
            let bytes = marshal::dump(&Const::Code(code)).expect("compiled code can be written");
            load(&bytes);
        }
    }
}

fn load(input: &[u8]) {
    let Ok(value) = marshal::load(input) else { return };
    if let Const::Code(code) = &value {
        let options = disassemble::Options { recursive: true, show_caches: true, show_offsets: true };
        let _ = disassemble::disassemble(code, options);
        let _ = location::positions(&code.linetable, code.firstlineno).count();
        let _ = exception_table::find(&code.exceptiontable, 10);
    }
    // Deeper than can be written is read from references only.
    if let Ok(bytes) = marshal::dump(&value) {
        let again = marshal::load(&bytes).expect("what was written can be read");
        assert_eq!(marshal::dump(&again), Ok(bytes), "what was read is what was written");
    }
}

/// xorshift64*: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below the limit (which is not zero).
    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 16) as usize % limit.max(1)
    }
}

const WORDS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    "=",
    ":=",
    "->",
    "**",
    "//",
    ">>=",
    "@",
    ".",
    "...",
    ",",
    ";",
    "\\\n",
    "\n",
    "\r\n",
    "\t",
    "    ",
    "\x0c",
    "#",
    "'",
    "\"",
    "'''",
    "f'",
    "t'",
    "rb'",
    "f'{",
    "!r}",
    "\\N{",
    "\\x",
    "\\u",
    "0x",
    "1_0",
    "1e9",
    "1j",
    "0b1",
    "9999999999999999999999",
    "if ",
    "else:",
    "elif ",
    "while ",
    "for ",
    "in ",
    "try:",
    "except ",
    "except* ",
    "finally:",
    "with ",
    "as ",
    "def f(",
    "class C:",
    "lambda ",
    "yield ",
    "await ",
    "async ",
    "return ",
    "match x:\n",
    " case ",
    "import ",
    "from ",
    "global ",
    "nonlocal ",
    "del ",
    "not ",
    "and ",
    "or ",
    "is ",
    "None",
    "True",
    "type X[T] = ",
    "__class__",
    "__debug__",
    "_",
    "é",
    "\u{feff}",
    "€",
    "\0",
    "# -*- coding: latin-1 -*-\n",
    "break",
    "continue",
    "raise ",
    "assert ",
    "*",
    "+",
    "-",
    "~",
    "%",
    "<",
    ">",
    "!=",
    "<>",
    "\u{2028}",
    "\x1a",
];

/// A part of a seed with some changes, and whether it may nest deeply.
fn mutate(seeds: &[Vec<u8>], random: &mut Random) -> (Vec<u8>, bool) {
    let seed = &seeds[random.below(seeds.len())];
    let length = [64, 512, 4096, LONGEST][random.below(4)].min(seed.len());
    let start = random.below(seed.len() - length + 1);
    let mut input = seed[start..start + length].to_vec();
    let mut nests = false;
    for _ in 0..1 + random.below(8) {
        let at = random.below(input.len() + 1);
        let to = (at + random.below(40)).min(input.len());
        match random.below(10) {
            0 if at < input.len() => input[at] ^= 1 << random.below(8),
            1 if at < input.len() => input[at] = random.next() as u8,
            2 => drop(input.drain(at..to)),
            3 => input.truncate(at),
            4 => {
                let part = input[at..to].to_vec();
                input.splice(at..at, part);
            }
            5 | 6 => drop(input.splice(at..at, WORDS[random.below(WORDS.len())].bytes())),
            7 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let part = &other[from..(from + random.below(200)).min(other.len())];
                input.splice(at..to, part.iter().copied());
            }
            8 if random.below(40) == 0 => {
                let word = WORDS[random.below(WORDS.len())].repeat(1 + random.below(20_000));
                input.splice(at..at, word.bytes());
                nests = true;
            }
            _ => {
                let number = [0, 1, 0x7F, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFFu32][random.below(7)];
                let end = (at + 4).min(input.len());
                input.splice(at..end, number.to_le_bytes());
            }
        }
    }
    (input, nests)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.extension().is_some_and(|extension| extension == "py") && path.exists() {
        files.push(path.to_owned());
    }
    Ok(())
}
