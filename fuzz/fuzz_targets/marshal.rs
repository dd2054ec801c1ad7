//! Any bytes are a marshalled value or an error; code objects among them can be looked at.
#![no_main]

use bytecode::code::Const;
use bytecode::{disassemble, exception_table, location, marshal};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(value) = marshal::load(data) else { return };
    if let Const::Code(code) = &value {
        let show = disassemble::Options { recursive: true, show_caches: true, show_offsets: true };
        let _ = disassemble::disassemble(code, show);
        let _ = location::positions(&code.linetable, code.firstlineno).count();
        let _ = exception_table::find(&code.exceptiontable, 10);
    }
    // Deeper than can be written is read from references only.
    if let Ok(bytes) = marshal::dump(&value) {
        let again = marshal::load(&bytes).expect("what was written can be read");
        assert_eq!(marshal::dump(&again), Ok(bytes), "what was read is what was written");
    }
});
