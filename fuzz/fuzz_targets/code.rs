//! Any bytes become a code object or an error, at every level of optimisation; what comes out can be disassembled and
//! survives marshal.
#![no_main]

use bytecode::code::Const;
use bytecode::{disassemble, marshal};
use compiler::{CompileOptions, IgnoreWarnings};
use libfuzzer_sys::fuzz_target;
use syntax::Mode;

fuzz_target!(|data: &[u8]| {
    let Some((&choice, source)) = data.split_first() else { return };
    let mode = [Mode::Exec, Mode::Eval, Mode::Single, Mode::Exec][usize::from(choice & 3)];
    let future_annotations = 0x0100_0000;
    let options = CompileOptions {
        optimize: choice >> 2 & 3,
        flags: if choice & 16 != 0 { compiler::flag::ALLOW_TOP_LEVEL_AWAIT } else { 0 }
            | if choice & 32 != 0 { future_annotations } else { 0 },
        ..CompileOptions::default()
    };
    let Ok(code) = compiler::compile(source, &"fuzz.py".into(), mode, &options, &mut IgnoreWarnings) else { return };
    let show = disassemble::Options { recursive: true, show_caches: true, show_offsets: true };
    let _ = disassemble::disassemble(&code, show);
    let dumped = marshal::dump(&Const::Code(code)).expect("compiled code can be written");
    let loaded = marshal::load(&dumped).expect("what was written can be read");
    assert_eq!(marshal::dump(&loaded), Ok(dumped), "what was read is what was written");
});
