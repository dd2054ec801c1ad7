//! `open`: stacks the layers that a mode asks for. And which encoding text has by default.

use runtime::objects::exceptions as exc;
use runtime::{Res, ThreadState, Type, Value};

use super::buffered_classes::{BUFFERED_RANDOM_TYPE, BUFFERED_READER_TYPE, BUFFERED_WRITER_TYPE};
use super::fileio::FILE_IO_TYPE;
use super::text::TEXT_IO_WRAPPER_TYPE;

/// The arguments of `open`, as they were given.
pub struct Arguments<'a> {
    pub file: &'a Value,
    pub mode: &'a str,
    pub buffering: i64,
    pub encoding: &'a Value,
    pub errors: &'a Value,
    pub newline: &'a Value,
    pub closefd: &'a Value,
    pub opener: &'a Value,
}

/// What the letters of a mode say.
struct Mode {
    binary: bool,
    plus: bool,
    reads: bool,
    /// For the raw stream.
    raw: String,
}

fn parse_mode(th: &ThreadState, mode: &str) -> Res<Mode> {
    let unique = mode.chars().enumerate().all(|(at, letter)| !mode.chars().take(at).any(|before| before == letter));
    if !unique || mode.chars().any(|letter| !"rwxab+t".contains(letter)) {
        return Err(th.value_error(format_args!("invalid mode: '{mode}'")));
    }
    let has = |letter: char| mode.contains(letter);
    if has('t') && has('b') {
        return Err(th.value_error("can't have text and binary mode at once"));
    }
    if mode.chars().filter(|&letter| "rwxa".contains(letter)).count() > 1 {
        return Err(th.value_error("must have exactly one of create/read/write/append mode"));
    }
    let raw = mode.chars().filter(|&letter| "rwxa+".contains(letter)).collect();
    Ok(Mode { binary: has('b'), plus: has('+'), reads: has('r'), raw })
}

/// `open(...)`.
pub fn open(th: &ThreadState, arguments: &Arguments<'_>) -> Res {
    let mode = parse_mode(th, arguments.mode)?;
    if mode.binary {
        let text_only =
            [("an encoding", arguments.encoding), ("an errors", arguments.errors), ("a newline", arguments.newline)];
        for (name, value) in text_only {
            if !value.is_none() {
                return Err(th.value_error(format_args!("binary mode doesn't take {name} argument")));
            }
        }
        if arguments.buffering == 1 {
            let message =
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
            runtime::warnings::warn(th, &exc::RUNTIME_WARNING, message)?;
        }
    }
    // A path object is asked for its path once.
    let is_plain = |file: &Value| file.as_int().is_some() || file.as_str().is_some() || file.as_bytes().is_some();
    let mut file = arguments.file.clone();
    if !is_plain(&file) {
        let path = crate::files::posix::arguments::call_fspath(th, &file)?;
        match path {
            Some(path) if path.as_str().is_some() || path.as_bytes().is_some() => file = path,
            // Says what is wrong with it.
            _ => drop(super::fileio::path_argument(th, &file)?),
        }
    }
    let raw_arguments = [file, th.str(&mode.raw), arguments.closefd.clone(), arguments.opener.clone()];
    let raw = th.call(FILE_IO_TYPE.value_ref(), &raw_arguments)?;
    let mut outermost = raw.clone();
    let Err(raised) = layers(th, arguments, &mode, &raw, &mut outermost) else { return Ok(outermost) };
    let exception = th.take_raised(raised);
    match th.call_method(&outermost, &th.names().close, &[]) {
        Ok(_) => Err(th.raise_as_is(exception)),
        Err(raised) => {
            let later = th.take_raised(raised);
            if let Some(error) = later.downcast::<exc::BaseException>() {
                error.context.set(Some(exception));
            }
            Err(th.raise_as_is(later))
        }
    }
}

/// Puts buffer and text over the raw stream; `outermost` is the layer that was made last.
fn layers(th: &ThreadState, arguments: &Arguments<'_>, mode: &Mode, raw: &Value, outermost: &mut Value) -> Res<()> {
    let mut buffering = arguments.buffering;
    let mut is_terminal = false;
    if buffering < 0 {
        is_terminal = th.is_true(&th.call_method_str(raw, "_isatty_open_only", &[])?)?;
    }
    let line_buffering = (buffering == 1 && !mode.binary) || is_terminal;
    if buffering < 0 || buffering == 1 {
        let block = th.getattr_str(raw, "_blksize")?.as_small_int().unwrap_or(0);
        buffering = block.min(8 << 20).max(super::DEFAULT_BUFFER_SIZE as i64);
    }
    if buffering == 0 {
        return if mode.binary { Ok(()) } else { Err(th.value_error("can't have unbuffered text I/O")) };
    }
    let class: &Type = match () {
        () if mode.plus => &BUFFERED_RANDOM_TYPE,
        () if mode.reads => &BUFFERED_READER_TYPE,
        () => &BUFFERED_WRITER_TYPE,
    };
    *outermost = th.call(class.value_ref(), &[raw.clone(), th.int(buffering)])?;
    if mode.binary {
        return Ok(());
    }
    let wrapper_arguments = [
        outermost.clone(),
        arguments.encoding.clone(),
        arguments.errors.clone(),
        arguments.newline.clone(),
        Value::bool(line_buffering),
    ];
    *outermost = th.call(TEXT_IO_WRAPPER_TYPE.value_ref(), &wrapper_arguments)?;
    th.setattr(outermost, &th.names().mode, Some(&th.str(arguments.mode)))
}

/// The encoding of a text stream that was not given one, or "locale".
pub fn resolve_encoding(th: &ThreadState, given: Option<String>) -> Res<String> {
    match given {
        Some(given) if given != "locale" => Ok(given),
        None if th.interp().config.borrow().utf8_mode => Ok("utf-8".to_string()),
        None => {
            warn_default_encoding(th, 1)?;
            Ok(locale_encoding())
        }
        Some(_) => Ok(locale_encoding()),
    }
}

/// `-X warn_default_encoding`: EncodingWarning where the encoding was left to the locale, `level` calls up.
pub fn warn_default_encoding(th: &ThreadState, level: i64) -> Res<()> {
    let asked = th.interp().config.borrow().x_options.iter().any(|(name, _)| name == "warn_default_encoding");
    if asked || th.environment("PYTHONWARNDEFAULTENCODING").is_some_and(|value| !value.is_empty()) {
        runtime::warnings::warn_at(th, &exc::ENCODING_WARNING, "'encoding' argument not specified", level)?;
    }
    Ok(())
}

/// The name of the locale's encoding.
pub fn locale_encoding() -> String {
    host::locale::encoding()
}
