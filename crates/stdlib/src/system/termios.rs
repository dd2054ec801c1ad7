//! `termios`: settings of terminals.

use macros::pymodule;
use runtime::objects::exceptions::EXCEPTION;
use runtime::types::TypeDef;
use runtime::{Raised, Type};

use crate::support::exception;

static ERROR_DEF: TypeDef = exception("termios", "error", &EXCEPTION, None);
static TERMIOS_ERROR: Type = Type::new_static(&ERROR_DEF);

/// The module `termios`.
#[pymodule(name = "termios")]
pub mod termios_module {
    //! This module provides an interface to the Posix calls for tty I/O control.
    //! For a complete description of these calls, see the Posix or Unix manual
    //! pages. It is only available for those Unix versions that support Posix
    //! termios style tty I/O control.
    //!
    //! All functions in this module take a file descriptor fd as their first
    //! argument. This can be an integer file descriptor, such as returned by
    //! sys.stdin.fileno(), or a file object, such as sys.stdin itself.
    use host::terminal::{self, Settings};
    use runtime::args::{ArgAt, FromArg};
    use runtime::objects::list::List;
    use runtime::types::ready::ready;
    use runtime::{Res, ThreadState, Value};

    use super::*;
    use crate::files::posix::arguments::int64;
    use crate::system::numbers::{Descriptor, add_constants};

    fn failed(th: &ThreadState) -> impl Fn(std::io::Error) -> Raised + '_ {
        |error| {
            let number = error.raw_os_error().unwrap_or(0);
            let words = th.str(&host::error::message(number));
            th.error_args(&TERMIOS_ERROR, &[Value::int32(number), words])
        }
    }

    #[pyattr(name = "error")]
    fn error_class(th: &ThreadState) -> Value {
        ready(th, &TERMIOS_ERROR);
        TERMIOS_ERROR.as_value()
    }

    /// Get the tty attributes for file descriptor fd.
    ///
    /// Returns a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
    /// where cc is a list of the tty special characters (each a string of
    /// length 1, except the items with indices VMIN and VTIME, which are
    /// integers when these fields are defined).  The interpretation of the
    /// flags and the speeds as well as the indexing in the cc array must be
    /// done using the symbolic constants defined in this module.
    #[pyfunction("(fd, /)")]
    fn tcgetattr(th: &ThreadState, fd: Descriptor) -> Res {
        let settings = terminal::settings(fd.0).map_err(failed(th))?;
        let mut characters: Vec<Value> = settings.characters.iter().map(|&byte| th.bytes(&[byte])).collect();
        if settings.flags[3] & terminal::CANONICAL == 0 {
            for place in [terminal::MINIMUM, terminal::TIMEOUT] {
                characters[place] = Value::int32(settings.characters[place].into());
            }
        }
        let speeds = [settings.input_speed, settings.output_speed];
        let mut all: Vec<Value> = settings.flags.iter().chain(&speeds).map(|&word| th.int(word.into())).collect();
        all.push(th.list(characters));
        Ok(th.list(all))
    }

    /// A control character: a byte, or the low bits of an int.
    fn character(th: &ThreadState, value: &Value) -> Res<u8> {
        if let Some([byte]) = value.as_bytes().map(|bytes| bytes.as_slice()) {
            return Ok(*byte);
        }
        if value.as_int().is_some() {
            return Ok(int64(th, value)? as u8);
        }
        Err(th.type_error("tcsetattr: elements of attributes must be bytes objects of length 1 or integers"))
    }

    /// Set the tty attributes for file descriptor fd.
    ///
    /// The attributes to be set are taken from the attributes argument, which
    /// is a list like the one returned by tcgetattr(). The when argument
    /// determines when the attributes are changed: termios.TCSANOW to
    /// change immediately, termios.TCSADRAIN to change after transmitting all
    /// queued output, or termios.TCSAFLUSH to change after transmitting all
    /// queued output and discarding all queued input.
    #[pyfunction("(fd, when, attributes, /)")]
    fn tcsetattr(th: &ThreadState, fd: Descriptor, when: i32, attributes: &Value) -> Res<()> {
        let items = |value: &Value| value.downcast::<List>().map(|list| list.to_vec());
        let Some(all) = items(attributes).filter(|all| all.len() == 7) else {
            return Err(th.type_error("tcsetattr, arg 3: must be 7 element list"));
        };
        let mut words = [0u32; 6];
        for (word, value) in words.iter_mut().zip(&all) {
            *word = int64(th, value)? as u32;
        }
        let Some(characters) = items(&all[6]).filter(|list| list.len() == terminal::CHARACTERS) else {
            let count = terminal::CHARACTERS;
            return Err(th.type_error(format_args!("tcsetattr: attributes[6] must be {count} element list")));
        };
        let characters = characters.iter().map(|value| character(th, value)).collect::<Res<Vec<u8>>>()?;
        let [input, output, control, local, input_speed, output_speed] = words;
        let settings = Settings { flags: [input, output, control, local], input_speed, output_speed, characters };
        th.without_gil(|| terminal::set_settings(fd.0, when, &settings)).map_err(failed(th))
    }

    /// Send a break on file descriptor fd.
    ///
    /// A zero duration sends a break for 0.25-0.5 seconds; a nonzero duration
    /// has a system dependent meaning.
    #[pyfunction("(fd, duration, /)")]
    fn tcsendbreak(th: &ThreadState, fd: Descriptor, duration: i32) -> Res<()> {
        th.without_gil(|| terminal::send_break(fd.0, duration)).map_err(failed(th))
    }

    /// Wait until all output written to file descriptor fd has been transmitted.
    #[pyfunction("(fd, /)")]
    fn tcdrain(th: &ThreadState, fd: Descriptor) -> Res<()> {
        th.without_gil(|| terminal::drain(fd.0)).map_err(failed(th))
    }

    /// Discard queued data on file descriptor fd.
    ///
    /// The queue selector specifies which queue: termios.TCIFLUSH for the input
    /// queue, termios.TCOFLUSH for the output queue, or termios.TCIOFLUSH for
    /// both queues.
    #[pyfunction("(fd, queue, /)")]
    fn tcflush(th: &ThreadState, fd: Descriptor, queue: i32) -> Res<()> {
        th.without_gil(|| terminal::flush(fd.0, queue)).map_err(failed(th))
    }

    /// Suspend or resume input or output on file descriptor fd.
    ///
    /// The action argument can be termios.TCOOFF to suspend output,
    /// termios.TCOON to restart output, termios.TCIOFF to suspend input,
    /// or termios.TCION to restart input.
    #[pyfunction("(fd, action, /)")]
    fn tcflow(th: &ThreadState, fd: Descriptor, action: i32) -> Res<()> {
        th.without_gil(|| terminal::flow(fd.0, action)).map_err(failed(th))
    }

    /// Get the tty winsize for file descriptor fd.
    ///
    /// Returns a tuple (ws_row, ws_col).
    #[pyfunction("(fd, /)")]
    fn tcgetwinsize(th: &ThreadState, fd: Descriptor) -> Res {
        let (columns, rows) = terminal::size(fd.0).map_err(failed(th))?;
        Ok(th.tuple(&[Value::int32(rows.into()), Value::int32(columns.into())]))
    }

    /// The two numbers of a window's size.
    struct WindowSize(u16, u16);

    impl<'a> FromArg<'a> for WindowSize {
        fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
            let wrong = || th.type_error("tcsetwinsize, arg 2: must be a two-item sequence");
            let slots = value.class().slots();
            if slots.sq_item.get().is_none() || th.len(value)? != 2 {
                return Err(wrong());
            }
            let number = |index: i32| int64(th, &th.get_item(value, &Value::int32(index))?);
            let (rows, columns) = (number(0)?, number(1)?);
            match (u16::try_from(rows), u16::try_from(columns)) {
                (Ok(rows), Ok(columns)) => Ok(WindowSize(rows, columns)),
                _ => Err(th.overflow_error("winsize value(s) out of range.")),
            }
        }
    }

    /// Set the tty winsize for file descriptor fd.
    ///
    /// The winsize to be set is taken from the winsize argument, which
    /// is a two-item tuple (ws_row, ws_col) like the one returned by
    /// tcgetwinsize().
    #[pyfunction("(fd, winsize, /)")]
    fn tcsetwinsize(th: &ThreadState, fd: Descriptor, winsize: WindowSize) -> Res<()> {
        th.without_gil(|| terminal::set_size(fd.0, winsize.0, winsize.1)).map_err(failed(th))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        add_constants(th, module, host::constants::fcntl::TERMIOS)
    }
}
