//! SyntaxError: a message and where in the source it belongs.

use macros::{pyclass, pymethods};

use super::{BaseException, EXCEPTION, construct, members, refuse_keywords};
use crate::error::Res;
use crate::gc::ValueCell;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Invalid syntax.
#[pyclass(name = "SyntaxError", base = EXCEPTION, payload = crate::object::PayloadFns::traced::<SyntaxError>(), flags(basetype), extra(members))]
#[derive(Default)]
#[repr(C)]
pub struct SyntaxError {
    base: BaseException,
    msg: ValueCell,
    filename: ValueCell,
    lineno: ValueCell,
    offset: ValueCell,
    text: ValueCell,
    end_lineno: ValueCell,
    end_offset: ValueCell,
    print_file_and_line: ValueCell,
    _metadata: ValueCell,
}

members! {
    SyntaxError {
        msg set_msg "exception msg";
        filename set_filename "exception filename";
        lineno set_lineno "exception lineno";
        offset set_offset "exception offset";
        text set_text "exception text";
        end_lineno set_end_lineno "exception end lineno";
        end_offset set_end_offset "exception end offset";
        print_file_and_line set_print_file_and_line "exception print_file_and_line";
        _metadata set__metadata "exception private metadata";
    }
}

#[pymethods]
impl SyntaxError {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        Ok(construct::<SyntaxError>(th, cls, args, kwnames))
    }

    #[pyslot]
    fn init(&self, th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        refuse_keywords(th, slf, kwnames)?;
        self.base.args.set(Some(th.tuple(args)));
        if let Some(msg) = args.first() {
            self.msg.set(Some(msg.clone()));
        }
        let [_, info] = args else { return Ok(()) };
        let info = th.collect(info)?;
        if info.len() < 4 {
            return Err(th.type_error(format_args!("function takes at least 4 arguments ({} given)", info.len())));
        }
        if info.len() > 7 {
            return Err(th.type_error(format_args!("function takes at most 7 arguments ({} given)", info.len())));
        }
        let cells = [
            &self.filename,
            &self.lineno,
            &self.offset,
            &self.text,
            &self.end_lineno,
            &self.end_offset,
            &self._metadata,
        ];
        for (index, cell) in cells.into_iter().enumerate() {
            cell.set(info.get(index).cloned());
        }
        if info.len() == 5 {
            return Err(th.type_error("end_offset must be provided when end_lineno is provided"));
        }
        Ok(())
    }

    #[pyslot]
    fn str(&self, th: &ThreadState) -> Res {
        let msg = th.str_string(&self.msg.get_or_none())?;
        let filename = self.filename.get().filter(|filename| filename.as_str().is_some());
        let name = filename.as_ref().and_then(Value::as_str).map(|name| name.to_string_lossy());
        let name = name.as_deref().map(|name| name.rsplit('/').next().unwrap_or(name));
        let lineno = self.lineno.get();
        let line = lineno.as_ref().filter(|line| line.as_int().is_some() && line.as_bool().is_none());
        let line = line.map(|line| th.str_string(line)).transpose()?;
        Ok(th.str(&match (name, line) {
            (Some(name), Some(line)) => format!("{msg} ({name}, line {line})"),
            (Some(name), None) => format!("{msg} ({name})"),
            (None, Some(line)) => format!("{msg} (line {line})"),
            (None, None) => msg,
        }))
    }
}
