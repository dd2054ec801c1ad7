//! `stderrprinter`: what `sys.stderr` is until the streams can be opened. It writes to the descriptor, without codecs or
//! buffers, so that `-v` and errors of the start can be told of.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

/// A stream that only writes, to one descriptor.
#[pyclass(name = "stderrprinter", flags(disallow_new), hidden)]
pub struct StderrPrinter {
    fd: i32,
}

/// The printer of standard error.
pub fn printer(th: &ThreadState) -> Value {
    th.new_instance(&STDERR_PRINTER_TYPE, StderrPrinter { fd: 2 })
}

#[pymethods]
impl StderrPrinter {
    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("<stderrprinter fd={}>", self.fd)))
    }

    /// Write a string; what is no text of its own is escaped.
    #[pymethod("(text, /)")]
    fn write(&self, th: &ThreadState, text: &Value) -> Res<usize> {
        let length = text.as_str().map_or(0, |text| text.len());
        let bytes = th.encode_object(text, "utf-8", "backslashreplace")?;
        if let Some(bytes) = bytes.as_bytes() {
            host::stdio::write_error(bytes.as_slice());
        }
        Ok(length)
    }

    #[pymethod("()")]
    fn fileno(&self) -> i32 {
        self.fd
    }

    #[pymethod("()")]
    fn isatty(&self) -> bool {
        host::stdio::is_terminal(self.fd)
    }

    #[pymethod("()")]
    fn flush(&self) {}

    #[pymethod("()")]
    fn close(&self) {}

    #[pygetter]
    fn closed(&self) -> bool {
        false
    }

    #[pygetter]
    fn encoding(&self) {}

    #[pygetter]
    fn mode(&self, th: &ThreadState) -> Value {
        th.str("w")
    }
}
