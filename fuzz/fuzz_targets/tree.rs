//! Any bytes become a tree or a syntax error, in every mode.
#![no_main]

use libfuzzer_sys::fuzz_target;
use syntax::{Arena, Mode, Options};

fuzz_target!(|data: &[u8]| {
    let Some((&choice, source)) = data.split_first() else { return };
    let mode = [Mode::Exec, Mode::Eval, Mode::Single, Mode::FuncType][usize::from(choice & 3)];
    let options = Options {
        type_comments: choice & 4 != 0,
        ignore_cookie: choice & 8 != 0,
        dont_imply_dedent: choice & 16 != 0,
        allow_incomplete_input: choice & 32 != 0,
        feature_version: if choice & 64 != 0 { 4 } else { 14 },
        barry_as_flufl: choice & 128 != 0,
        ..Options::default()
    };
    let arena = Arena::for_source(source.len());
    let _ = syntax::parse(&arena, source, "fuzz.py", mode, &options);
});
