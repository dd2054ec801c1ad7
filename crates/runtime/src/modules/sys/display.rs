//! Tracebacks and exceptions written by the machine itself: what `sys.unraisablehook` shows, and the last resort when the
//! library's `traceback` cannot do it. Plain text: no carets, no colours, groups as their first line.

use crate::error::{Res, name_text};
use crate::objects::exceptions as exc;
use crate::objects::exceptions::BaseException;
use crate::objects::list::List;
use crate::objects::traceback::Traceback;
use crate::thread::ThreadState;
use crate::value::Value;

/// Entries that repeat more often than this are counted instead of shown.
const MAX_REPEATED: usize = 3;
const DEFAULT_LIMIT: i64 = 1000;
const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// The lines of a traceback, its header included; empty if nothing is to be shown.
pub fn traceback_text(th: &ThreadState, traceback: &Value) -> String {
    let limit = match th.sys_attribute("tracebacklimit").and_then(|limit| limit.as_int().map(|n| n.to_i64())) {
        Some(limit) => limit.unwrap_or(DEFAULT_LIMIT),
        None => DEFAULT_LIMIT,
    };
    let Ok(limit) = usize::try_from(limit) else { return String::new() };
    if limit == 0 {
        return String::new();
    }
    let mut entries = Vec::new();
    let mut cursor = Some(traceback.clone());
    while let Some(entry) = cursor.as_ref().and_then(|entry| entry.downcast_exact::<Traceback>()) {
        let code = crate::objects::frame::code_of(&entry.frame);
        entries.push((name_text(&code.filename()), entry.line(), name_text(code.name())));
        let next = entry.next.get();
        cursor = next;
    }
    let skipped = entries.len().saturating_sub(limit);
    let mut text = String::from("Traceback (most recent call last):\n");
    let mut repeated = 0;
    let shown = &entries[skipped..];
    for (index, entry) in shown.iter().enumerate() {
        let same = index > 0 && shown[index - 1] == *entry;
        if !same {
            end_repetition(&mut text, repeated);
            repeated = 0;
        }
        repeated += 1;
        if repeated <= MAX_REPEATED {
            let (file, line, name) = entry;
            let number = line.map_or("None".to_string(), |line| line.to_string());
            text.push_str(&format!("  File \"{file}\", line {number}, in {name}\n"));
            let source = line.and_then(|line| super::hooks::source_line(file, i64::from(line)));
            if let Some(source) = source.as_deref().map(str::trim).filter(|source| !source.is_empty()) {
                text.push_str(&format!("    {source}\n"));
            }
        }
    }
    end_repetition(&mut text, repeated);
    text
}

fn end_repetition(text: &mut String, repeated: usize) {
    if let Some(more) = repeated.checked_sub(MAX_REPEATED).filter(|&more| more > 0) {
        let times = if more == 1 { "time" } else { "times" };
        text.push_str(&format!("  [Previous line repeated {more} more {times}]\n"));
    }
}

/// `str(value)`, or what stands for it if that raises.
pub fn text_or(th: &ThreadState, result: Res<String>, instead: &str) -> String {
    result.unwrap_or_else(|raised| {
        drop(th.take_raised(raised));
        instead.to_string()
    })
}

/// "module.Class" without `builtins` and `__main__`.
pub fn class_text(th: &ThreadState, exception: &Value) -> String {
    let class = exception.class();
    let module = th.getattr_opt(class.value_ref(), &th.names().__module__).unwrap_or_else(|raised| {
        drop(th.take_raised(raised));
        None
    });
    let name = class.name_of_qualname();
    match module.as_ref().map(|module| module.as_str().map(|module| module.to_string_lossy())) {
        Some(Some(module)) if module == "builtins" || module == "__main__" => name,
        Some(Some(module)) => format!("{module}.{name}"),
        _ => format!("<unknown>.{name}"),
    }
}

/// An exception with the traceback, causes and notes that belong to it.
pub fn exception_text(th: &ThreadState, exception: &Value) -> String {
    let mut chain: Vec<(Value, &'static str)> = vec![(exception.clone(), "")];
    while let Some((last, _)) = chain.last() {
        let Some(base) = last.downcast::<BaseException>() else { break };
        let next = match (base.cause.get(), base.context.get()) {
            (Some(cause), _) => (cause, CAUSE),
            (None, Some(context)) if !base.suppress_context.get() => (context, CONTEXT),
            _ => break,
        };
        if chain.iter().any(|(seen, _)| seen.is(&next.0)) || chain.len() > DEFAULT_LIMIT as usize {
            break;
        }
        chain.push(next);
    }
    let mut text = String::new();
    for (index, (entry, _)) in chain.iter().enumerate().rev() {
        text.push_str(&one_exception(th, entry));
        // What joins this exception to the next stands with the one that names it.
        if let Some((_, join)) = chain.get(index).filter(|_| index > 0) {
            text.push_str(join);
        }
    }
    text
}

fn one_exception(th: &ThreadState, exception: &Value) -> String {
    let mut text = String::new();
    let base = exception.downcast::<BaseException>();
    if let Some(traceback) = base.and_then(|base| base.traceback.get()) {
        text.push_str(&traceback_text(th, &traceback));
    }
    let mut shown = text_or(th, th.str_string(exception), "<exception str() failed>");
    if exception.is_instance_of(&exc::SYNTAX_ERROR) {
        let place = syntax_error_place(th, exception);
        if let Some((lines, message)) = place {
            text.push_str(&lines);
            shown = message;
        }
    }
    text.push_str(&class_text(th, exception));
    if !shown.is_empty() {
        text.push_str(": ");
        text.push_str(&shown);
    }
    text.push('\n');
    let notes = th.getattr_opt(exception, &th.names().__notes__).unwrap_or_else(|raised| {
        drop(th.take_raised(raised));
        None
    });
    if let Some(notes) = notes.as_ref().and_then(|notes| notes.downcast::<List>()) {
        for note in notes.to_vec() {
            text.push_str(&text_or(th, th.str_string(&note), "<note str() failed>"));
            text.push('\n');
        }
    }
    text
}

/// File, line, source and caret of a SyntaxError, and its message alone.
fn syntax_error_place(th: &ThreadState, exception: &Value) -> Option<(String, String)> {
    let attribute = |name: &str| match th.getattr_str(exception, name) {
        Ok(value) => value,
        Err(raised) => {
            drop(th.take_raised(raised));
            Value::NONE
        }
    };
    let lineno = attribute("lineno").as_int().and_then(|line| line.to_i64())?;
    let filename = attribute("filename");
    let filename = if filename.is_none() { "<string>".to_string() } else { name_text(&filename) };
    let mut text = format!("  File \"{filename}\", line {lineno}\n");
    if let Some(source) = attribute("text").as_str().map(|source| source.to_string_lossy()) {
        let source = source.trim_end();
        let stripped = source.trim_start();
        text.push_str(&format!("    {stripped}\n"));
        if let Some(offset) = attribute("offset").as_int().and_then(|offset| offset.to_i64()) {
            let removed = source.chars().count() - stripped.chars().count();
            let column = usize::try_from(offset - 1).unwrap_or(0).saturating_sub(removed);
            let length = stripped.chars().count();
            text.push_str(&format!("    {}^\n", " ".repeat(column.min(length))));
        }
    }
    let message = attribute("msg");
    Some((text, text_or(th, th.str_string(&message), "<exception str() failed>")))
}
