//! `syslog`: the system's log.

use macros::pymodule;

/// The module `syslog`.
#[pymodule(name = "syslog")]
pub mod syslog_module {
    use std::ffi::CString;
    use std::num::Wrapping;

    use host::syslog as log;
    use runtime::args::{ArgAt, FromArg, Signature};
    use runtime::objects::list::List;
    use runtime::{Res, ThreadState, Value};

    use crate::system::numbers::add_constants;

    const USER: i32 = 8;
    const INFO: i32 = 6;

    /// Who logs, if nobody said: the program's name, without folders.
    fn program(th: &ThreadState) -> Option<CString> {
        let argv = th.sys_attribute("argv")?;
        let first = argv.downcast::<List>()?.to_vec().into_iter().next()?;
        let text = first.as_str()?.to_utf8()?.into_owned();
        let name = text.rsplit('/').next().filter(|name| !name.is_empty())?;
        CString::new(name).ok()
    }

    fn open(th: &ThreadState, ident: Option<&Value>, options: i32, facility: i32) -> Res<()> {
        let identity = match ident.and_then(Value::as_str) {
            Some(text) => {
                let text =
                    text.to_utf8().ok_or_else(|| runtime::convert::surrogates(th, ident.unwrap_or(&Value::NONE)))?;
                // The library's text ends at the first zero.
                CString::new(text.split('\0').next().unwrap_or_default()).ok()
            }
            None => program(th),
        };
        let shown = match (ident, &identity) {
            (Some(ident), _) => ident.clone(),
            (None, Some(name)) => th.str(&name.to_string_lossy()),
            (None, None) => Value::NONE,
        };
        th.audit("syslog.openlog", &[shown, Value::int32(options), Value::int32(facility)])?;
        log::open(identity, options, facility);
        Ok(())
    }

    /// A text, which may be missing but not None.
    struct Text(Value);

    impl<'a> FromArg<'a> for Text {
        fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
            if value.as_str().is_some() { Ok(Text(value.clone())) } else { Err(at.wrong_type(th, "str", value)) }
        }

        fn from_arg_or_none(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Option<Self>> {
            Self::from_arg(th, value, at).map(Some)
        }
    }

    /// Set logging options of subsequent syslog() calls.
    #[pyfunction(
        "(ident=None, logoption=0, facility=8)",
        text = "($module, /, ident=<unrepresentable>, logoption=0,\n        facility=LOG_USER)"
    )]
    fn openlog(th: &ThreadState, ident: Option<Text>, logoption: i32, #[default(USER)] facility: i32) -> Res<()> {
        open(th, ident.as_ref().map(|text| &text.0), logoption, facility)
    }

    static SYSLOG: Signature =
        Signature { name: "syslog", owner: "syslog", text: None, doc: None, params: &[], constructor: false };

    /// syslog([priority=LOG_INFO,] message)
    /// Send the string message to the system logger.
    #[pyfunction("(*args)", text = none)]
    fn syslog(th: &ThreadState, args: &[Value]) -> Res<()> {
        let (priority, message) = match args {
            [message] => (INFO, message),
            [priority, message] => (i32::from_arg(th, priority, ArgAt::new(&SYSLOG, 0))?, message),
            _ => return Err(th.type_error("syslog.syslog requires 1 to 2 arguments")),
        };
        let at = ArgAt::new(&SYSLOG, args.len() as u8 - 1);
        let text = std::borrow::Cow::<str>::from_arg(th, message, at)?;
        let text = CString::new(text.into_owned()).map_err(|_| th.value_error("embedded null character"))?;
        th.audit("syslog.syslog", &[Value::int32(priority), message.clone()])?;
        if !log::is_open() {
            open(th, None, 0, USER)?;
        }
        th.without_gil(|| log::write(priority, &text));
        Ok(())
    }

    /// Reset the syslog module values and call the system library closelog().
    #[pyfunction("()")]
    fn closelog(th: &ThreadState) -> Res<()> {
        th.audit("syslog.closelog", &[])?;
        log::close();
        Ok(())
    }

    /// Set the priority mask to maskpri and return the previous mask value.
    #[pyfunction("(maskpri, /)")]
    fn setlogmask(th: &ThreadState, maskpri: i32) -> Res<i32> {
        th.audit("syslog.setlogmask", &[Value::int32(maskpri)])?;
        Ok(log::set_mask(maskpri))
    }

    /// Calculates the mask for the individual priority pri.
    #[pyfunction("(pri, /)", name = "LOG_MASK")]
    fn log_mask(pri: i32) -> i64 {
        i64::from(1i32.wrapping_shl(pri as u32))
    }

    /// Calculates the mask for all priorities up to and including pri.
    #[pyfunction("(pri, /)", name = "LOG_UPTO")]
    fn log_upto(pri: i32) -> i64 {
        let above = Wrapping(1i32.wrapping_shl((Wrapping(pri) + Wrapping(1)).0 as u32));
        i64::from((above - Wrapping(1)).0)
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        add_constants(th, module, log::CONSTANTS)
    }
}
