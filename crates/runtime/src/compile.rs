//! Source to code objects for `compile`, `eval` and `exec`: the compiler's results and errors as Python objects.

use std::cell::RefCell;

use compiler::{CompileError, CompileOptions, Warning, WarningOutcome, WarningSink};
use syntax::text::Text;
use syntax::{DecodeError, foreign};

use crate::error::{Raised, Res};
use crate::frame_api;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Passes the compiler's warnings to the `warnings` machinery.
struct Warnings<'a> {
    th: &'a ThreadState,
    filename: &'a Value,
    /// An exception that issuing a warning raised.
    raised: Option<Value>,
}

impl WarningSink for Warnings<'_> {
    fn warn(&mut self, warning: &Warning) -> WarningOutcome {
        let issued = crate::warnings::warn_explicit(
            self.th,
            &exc::SYNTAX_WARNING,
            &warning.message,
            self.filename,
            warning.lineno,
        );
        match issued {
            Ok(()) => WarningOutcome::Issued,
            Err(raised) if self.th.raised_is(&raised, &exc::SYNTAX_WARNING) => {
                drop(self.th.take_raised(raised));
                WarningOutcome::Error
            }
            Err(raised) => {
                self.raised = Some(self.th.take_raised(raised));
                WarningOutcome::Raised
            }
        }
    }
}

/// Raises what the compiler found wrong.
pub fn raise_compile_error(th: &ThreadState, error: &CompileError, filename: &Value) -> Raised {
    use syntax::ErrorKind;
    let wrong_value = |class: &Type| match th.str_from_wtf8(&foreign::unescape(error.msg.as_bytes())) {
        Ok(message) => th.error_args(class, &[message]),
        Err(raised) => raised,
    };
    let class: &Type = match error.kind {
        ErrorKind::SyntaxError => &exc::SYNTAX_ERROR,
        ErrorKind::IndentationError => &exc::INDENTATION_ERROR,
        ErrorKind::TabError => &exc::TAB_ERROR,
        ErrorKind::IncompleteInput => &exc::INCOMPLETE_INPUT_ERROR,
        ErrorKind::MemoryError => {
            return th.error(&exc::MEMORY_ERROR, "Parser stack overflowed - Python source too complex to parse");
        }
        ErrorKind::RecursionError => return th.error(&exc::RECURSION_ERROR, &error.msg),
        ErrorKind::ValueError => return wrong_value(&exc::VALUE_ERROR),
        ErrorKind::TypeError => return wrong_value(&exc::TYPE_ERROR),
        ErrorKind::OverflowError => return th.overflow_error(&error.msg),
        // The bytes that the codec refuses.
        ErrorKind::UnicodeDecodeError => {
            let decoded = crate::import::import_attribute(th, "_codecs", "unicode_escape_decode")
                .and_then(|decode| th.call(&decode, &[th.bytes(error.msg.as_bytes())]));
            return match decoded {
                Ok(_) => th.system_error("an escape could be decoded after all"),
                Err(raised) => raised,
            };
        }
        ErrorKind::UnicodeEncodeError => {
            return match th.str_from_wtf8(&foreign::unescape(error.msg.as_bytes())) {
                Ok(text) => crate::convert::surrogates(th, &text),
                Err(raised) => raised,
            };
        }
        _ => return th.system_error(&error.msg),
    };
    let message = match th.str_from_wtf8(&foreign::unescape(error.msg.as_bytes())) {
        Ok(message) => message,
        Err(raised) => return raised,
    };
    let Some(lineno) = error.lineno else {
        return th.error_args(class, &[message]);
    };
    let number = |number: Option<i32>| number.map_or(Value::NONE, |number| th.int(i64::from(number)));
    let text = match &error.text {
        Some(text) => th.str(text),
        None if lineno > 0 => source_line(th, filename, lineno),
        None => Value::NONE,
    };
    let (known, filename) = (filename, if error.no_filename { Value::NONE } else { filename.clone() });
    let lineno = th.int(i64::from(lineno));
    if !error.bare_args {
        let mut place = vec![filename, lineno, number(error.offset), text];
        if error.end_lineno.is_some() {
            place.extend([number(error.end_lineno), number(error.end_offset)]);
        }
        // Where `args` lack the file's name, the attribute has it all the same.
        let exception = th.call(class.value_ref(), &[message, th.tuple(&place)]).and_then(|exception| {
            if error.no_filename {
                th.setattr_str(&exception, "filename", known)?;
            }
            Ok(exception)
        });
        let exception = exception.and_then(|exception| {
            if let Some((line, column, source)) = &error.last_statement {
                let statement = [th.int(i64::from(*line)), th.int(i64::from(*column)), th.str(source)];
                th.setattr_str(&exception, "_metadata", &th.tuple(&statement))?;
            }
            Ok(exception)
        });
        return match exception {
            Ok(exception) => th.raise(exception),
            Err(raised) => raised,
        };
    }
    // A tree may have any numbers; here negative ones are none.
    let place_of = |known: Option<i32>| number(known.filter(|&known| known >= 0));
    let place = [
        ("filename", filename),
        ("lineno", lineno),
        ("offset", place_of(error.offset)),
        ("text", text),
        ("end_lineno", place_of(error.end_lineno)),
        ("end_offset", place_of(error.end_offset)),
    ];
    let placed = th.call(class.value_ref(), &[message]).and_then(|exception| {
        place.iter().try_for_each(|(name, value)| th.setattr_str(&exception, name, value))?;
        Ok(exception)
    });
    match placed {
        Ok(exception) => th.raise(exception),
        Err(raised) => raised,
    }
}

/// A line of the file that is being compiled, for errors found after parsing; None if it cannot be read.
fn source_line(th: &ThreadState, filename: &Value, lineno: i32) -> Value {
    file_line(th, filename, lineno).map_or(Value::NONE, |line| th.str(&line))
}

/// A line of a file as errors show it.
fn file_line(th: &ThreadState, filename: &Value, lineno: i32) -> Option<String> {
    let path = filename.as_str().and_then(|name| name.to_utf8())?;
    let source = std::fs::read(&*path).ok()?;
    let source = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&source);
    let source = syntax::translate_newlines(source);
    let line = source.split_inclusive(|&byte| byte == b'\n').nth((lineno.max(1) - 1) as usize)?;
    let line = syntax::shown_of_file(line);
    match syntax::declared_encoding(&source) {
        None => Some(String::from_utf8_lossy(line).into_owned()),
        Some(encoding) => decode(th, &encoding, line).ok(),
    }
}

/// What a compilation is told besides the source, the file name and the mode.
#[derive(Clone, Copy)]
pub struct Settings {
    /// `compiler::flag` and future flags.
    pub flags: u32,
    pub optimize: u8,
    /// The minor version of `feature_version`.
    pub feature_version: i32,
    /// The source is a file that is run.
    pub from_file: bool,
    /// The source is the standard input.
    pub from_stdin: bool,
}

impl Settings {
    /// Those of source that is to be run as it is.
    pub fn new(th: &ThreadState, flags: u32) -> Settings {
        Settings {
            flags,
            optimize: th.interp().config.borrow().optimize,
            feature_version: 14,
            from_file: false,
            from_stdin: false,
        }
    }
}

/// Characters that are written by name are `unicodedata`'s business: a program sees that it is loaded, and can forbid it.
fn load_names(th: &ThreadState, source: &[u8]) -> Res<()> {
    if memchr::memmem::find(source, b"\\N{").is_none()
        || th.catch(crate::import::import(th, "unicodedata"), &exc::IMPORT_ERROR)?.is_some()
    {
        return Ok(());
    }
    let message = "(unicode error) \\N escapes not supported (can't load unicodedata module)";
    Err(th.error(&exc::SYNTAX_ERROR, message))
}

/// Compiles source text to a Python code object.
pub fn compile_source(
    th: &ThreadState,
    source: &[u8],
    filename: &Value,
    mode: syntax::Mode,
    settings: Settings,
) -> Res {
    load_names(th, source)?;
    let code = with_compiler(th, filename, settings, |name, options, warnings| {
        compiler::compile(source, name, mode, options, warnings)
    });
    let code = code?;
    frame_api::code_object(th, &code)
}

/// Refuses a program that holds a null byte, in the words for files (text given to `compile` has others).
pub fn refuse_null_bytes(th: &ThreadState, source: &[u8], filename: &Value) -> Res<()> {
    let Some(at) = source.iter().position(|&byte| byte == 0) else { return Ok(()) };
    let lines = &source[..at];
    let lineno = 1 + lines.iter().filter(|&&byte| byte == b'\n').count() as i64;
    let start = lines.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let text = th.str(&String::from_utf8_lossy(&source[start..at]));
    let (line, column) = (th.int(lineno), Value::index(0));
    let place = th.tuple(&[filename.clone(), line.clone(), column.clone(), text, line, column]);
    Err(th.error_args(&exc::SYNTAX_ERROR, &[th.str("source code cannot contain null bytes"), place]))
}

/// Runs the compiler and turns its error into a Python exception.
pub fn with_compiler<T>(
    th: &ThreadState,
    filename: &Value,
    settings: Settings,
    compile: impl FnOnce(&Text, &CompileOptions<'_>, &mut dyn WarningSink) -> compiler::Result<T>,
) -> Res<T> {
    let name = Text::from_wtf8(&filename.as_str().map(|name| name.to_wtf8()).unwrap_or_default());
    let mut warnings = Warnings { th, filename, raised: None };
    let undecodable = RefCell::new(None);
    let decoder = |encoding: &str, bytes: &[u8], in_pieces: bool| {
        let decode = if in_pieces { decode_in_pieces } else { decode };
        decode(th, encoding, bytes).map_err(|failure| match failure {
            DecodeFailure::Message(message) => DecodeError::Failed(message),
            DecodeFailure::Later { text, message } => DecodeError::FailedLater { text, message },
            DecodeFailure::Raised(exception) => {
                *undecodable.borrow_mut() = Some(exception);
                DecodeError::Raised
            }
        })
    };
    let line = |lineno| file_line(th, filename, lineno);
    let options = CompileOptions {
        flags: settings.flags,
        optimize: settings.optimize,
        feature_version: settings.feature_version,
        from_file: settings.from_file,
        from_stdin: settings.from_stdin,
        decoder: Some(&decoder),
        file_line: (!settings.from_file && !settings.from_stdin).then_some(&line),
        max_int_digits: th.interp().int_max_str_digits.get(),
        stack_budget: th.native_stack_left(),
    };
    let error = match compile(&name, &options, &mut warnings) {
        Ok(result) => return Ok(result),
        Err(error) => error,
    };
    let exception = warnings.raised.take().or_else(|| undecodable.borrow_mut().take());
    Err(match exception {
        Some(exception) => th.raise_as_is(exception),
        None => raise_compile_error(th, &error, filename),
    })
}

/// Why source text could not be decoded.
enum DecodeFailure {
    /// The codec is unknown or refuses: a SyntaxError with these words.
    Message(String),
    /// The same, after some text.
    Later {
        text: String,
        message: String,
    },
    Raised(Value),
}

/// Source text in an encoding that the parser does not know itself, through the codecs registry.
fn decode(th: &ThreadState, encoding: &str, bytes: &[u8]) -> Result<String, DecodeFailure> {
    let raised = match th.decode(bytes, encoding, "strict") {
        Ok(text) => match text.as_str().and_then(|text| text.to_utf8()) {
            Some(text) => return Ok(text.into_owned()),
            None => return Err(DecodeFailure::Message(format!("'{encoding}' gives lone surrogates"))),
        },
        Err(raised) => raised,
    };
    Err(decode_failure(th, raised))
}

/// How many bytes a text file decodes at once.
const PIECE: usize = 8192;

/// Source text as a text file gives it: piece by piece, and so with positions within a piece.
fn decode_in_pieces(th: &ThreadState, encoding: &str, bytes: &[u8]) -> Result<String, DecodeFailure> {
    let decoder = incremental_decoder(th, encoding).map_err(|raised| decode_failure(th, raised))?;
    let Some(decoder) = decoder else {
        return Err(DecodeFailure::Message(format!("'{encoding}' is not a text encoding")));
    };
    let mut text = String::new();
    let pieces = bytes.chunks(PIECE).map(|piece| (piece, false)).chain([(&b""[..], true)]);
    for (number, (piece, last)) in pieces.enumerate() {
        match th.call_method_str(&decoder, "decode", &[th.bytes(piece), Value::bool(last)]) {
            Ok(decoded) => text.push_str(&decoded.as_str().map(|text| text.to_string_lossy()).unwrap_or_default()),
            Err(raised) => {
                return Err(match decode_failure(th, raised) {
                    DecodeFailure::Message(message) if number > 0 => DecodeFailure::Later { text, message },
                    failure => failure,
                });
            }
        }
    }
    Ok(text)
}

/// The decoder of a codec, unless that is not for text.
fn incremental_decoder(th: &ThreadState, encoding: &str) -> Res<Option<Value>> {
    let codec = crate::import::import_attribute(th, "codecs", "lookup")?;
    let codec = th.call(&codec, &[th.str(encoding)])?;
    if let Some(text) = th.getattr_opt_str(&codec, "_is_text_encoding")?
        && !th.is_true(&text)?
    {
        return Ok(None);
    }
    let make = crate::import::import_attribute(th, "codecs", "getincrementaldecoder")?;
    let class = th.call(&make, &[th.str(encoding)])?;
    th.call(&class, &[]).map(Some)
}

fn decode_failure(th: &ThreadState, raised: Raised) -> DecodeFailure {
    let exception = th.take_raised(raised);
    let shown = [&exc::LOOKUP_ERROR, &exc::UNICODE_DECODE_ERROR, &exc::SYNTAX_ERROR];
    if !shown.iter().any(|class| exception.is_instance_of(class)) {
        return DecodeFailure::Raised(exception);
    }
    match th.str_string(&exception) {
        Ok(message) => DecodeFailure::Message(message),
        Err(raised) => DecodeFailure::Raised(th.take_raised(raised)),
    }
}

/// Lets tracebacks show the lines of a program that is in no file (`-c`).
pub fn register_source(th: &ThreadState, code: &Value, source: &str, filename: &Value) {
    let registered = crate::import::import_attribute(th, "linecache", "_register_code")
        .and_then(|register| th.call(&register, &[code.clone(), th.str(source), filename.clone()]));
    if let Err(raised) = registered {
        // Only the display of tracebacks is poorer for it.
        drop(th.take_raised(raised));
    }
}

/// The source text of a `compile`/`eval`/`exec` argument; a `str` is marked as UTF-8.
pub fn source_text(th: &ThreadState, source: &Value, function: &str, what: &str) -> Res<(Vec<u8>, u32)> {
    let (bytes, flags) = if let Some(text) = source.as_str() {
        match text.to_utf8() {
            Some(text) => {
                (text.into_owned().into_bytes(), compiler::flag::IGNORE_COOKIE | compiler::flag::SOURCE_IS_UTF8)
            }
            None => return Err(crate::convert::surrogates(th, source)),
        }
    } else if let Some(bytes) = crate::buffer::plain_bytes(source) {
        (bytes, 0)
    } else {
        return Err(th.type_error(format_args!("{function}() arg 1 must be a {what} object")));
    };
    if bytes.contains(&0) {
        return Err(th.error(&exc::SYNTAX_ERROR, "source code string cannot contain null bytes"));
    }
    Ok((bytes, flags))
}

/// The future flags of the code that calls.
fn inherited_flags(th: &ThreadState) -> u32 {
    frame_api::code_flags(th) & compiler::FUTURE_MASK
}

/// `builtins.compile`.
#[expect(clippy::too_many_arguments, reason = "the arguments of compile()")]
pub fn builtin_compile(
    th: &ThreadState,
    source: &Value,
    filename: &Value,
    mode: &Value,
    flags: i32,
    dont_inherit: bool,
    optimize: i32,
    feature_version: i32,
) -> Res {
    use compiler::flag;
    let filename = file_system_name(th, filename)?;
    if mode.as_str().is_none() {
        let class = mode.class().full_name();
        return Err(th.type_error(format_args!("compile() argument 'mode' must be str, not {class}")));
    }
    let mut flags = flags as u32;
    let known = compiler::FUTURE_MASK
        | bytecode::code::flags::NESTED
        | flag::DONT_IMPLY_DEDENT
        | flag::OPTIMIZED_AST
        | flag::TYPE_COMMENTS
        | flag::ALLOW_TOP_LEVEL_AWAIT
        | flag::ALLOW_INCOMPLETE_INPUT;
    if flags & !known != 0 {
        return Err(th.value_error("compile(): unrecognised flags"));
    }
    if filename.as_str().is_some_and(|name| name.code_points().any(|point| point == 0)) {
        return Err(th.value_error("embedded null character"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(th.value_error("compile(): invalid optimize value"));
    }
    let optimize = match optimize {
        -1 => th.interp().config.borrow().optimize,
        level => level as u8,
    };
    if !dont_inherit {
        flags |= inherited_flags(th);
    }
    let only_ast = flags & flag::ONLY_AST != 0;
    let mode = match mode.as_str().and_then(|mode| mode.as_ascii()) {
        Some("exec") => syntax::Mode::Exec,
        Some("eval") => syntax::Mode::Eval,
        Some("single") => syntax::Mode::Single,
        Some("func_type") if only_ast => syntax::Mode::FuncType,
        Some("func_type") => {
            return Err(th.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ => {
            let modes = if only_ast { "'exec', 'eval', 'single' or 'func_type'" } else { "'exec', 'eval' or 'single'" };
            return Err(th.value_error(format_args!("compile() mode must be {modes}")));
        }
    };
    let feature_version = if feature_version >= 0 && only_ast { feature_version } else { 14 };
    let settings = Settings { flags, optimize, feature_version, from_file: false, from_stdin: false };
    if let Some(hooks) = ast_hooks(th, only_ast)? {
        if let Some(result) = (hooks.compile_tree)(th, source, &filename, mode, settings)? {
            return Ok(result);
        }
        if only_ast {
            let (bytes, source_flags) = source_text(th, source, "compile", "string, bytes or AST")?;
            th.audit("compile", &[source.clone(), filename.clone()])?;
            let settings = Settings { flags: flags | source_flags, ..settings };
            return (hooks.parse)(th, &bytes, &filename, mode, settings);
        }
    }
    let (bytes, source_flags) = source_text(th, source, "compile", "string, bytes or AST")?;
    th.audit("compile", &[source.clone(), filename.clone()])?;
    compile_source(th, &bytes, &filename, mode, Settings { flags: flags | source_flags, ..settings })
}

/// The hooks of the module `_ast`, which is imported if it is needed. (Before it is there is no tree either.)
fn ast_hooks(th: &ThreadState, needed: bool) -> Res<Option<AstHooks>> {
    if needed && th.interp().ast_hooks.get().is_none() {
        crate::import::import(th, "_ast")?;
    }
    Ok(th.interp().ast_hooks.get())
}

/// What the module `_ast` adds to `compile()`: set when it is first imported.
#[derive(Clone, Copy)]
pub struct AstHooks {
    /// Compiles an `ast` tree (or, with `ONLY_AST`, checks it and gives it back); `None` if `source` is none.
    pub compile_tree: fn(&ThreadState, &Value, &Value, syntax::Mode, Settings) -> Res<Option<Value>>,
    /// Source to an `ast` tree.
    pub parse: fn(&ThreadState, &[u8], &Value, syntax::Mode, Settings) -> Res,
}

/// A file name given as str, bytes or path object, as a str.
pub fn file_system_name(th: &ThreadState, filename: &Value) -> Res {
    if filename.is_exactly(&crate::objects::str::STR_TYPE) {
        return Ok(filename.clone());
    }
    if filename.as_str().is_some() {
        return th.str_of(filename);
    }
    if let Some(bytes) = filename.as_bytes() {
        return th.decode(bytes.as_slice(), "utf-8", "surrogateescape");
    }
    match th.call_special(filename, &th.names().__fspath__, &[])? {
        Some(path) => Ok(path),
        None => Err(th.type_error(format_args!(
            "expected str, bytes or os.PathLike object, not {}",
            filename.class().full_name()
        ))),
    }
}

/// Globals and locals of an `eval` or `exec`: those given, or the caller's.
fn namespaces(
    th: &ThreadState,
    function: &str,
    globals: Option<&Value>,
    locals: Option<&Value>,
) -> Res<(Value, Value)> {
    let given = |value: Option<&Value>| value.filter(|value| !value.is_none()).cloned();
    let (globals, locals) = (given(globals), given(locals));
    if let Some(locals) = &locals
        && !th.is_mapping(locals)
    {
        return Err(match function {
            "eval" => th.type_error("locals must be a mapping"),
            _ => th.type_error(format_args!("locals must be a mapping or None, not {}", locals.class().full_name())),
        });
    }
    let (globals, locals) = match (globals, locals) {
        (None, locals) => {
            let Some(globals) = frame_api::globals(th) else {
                return Err(th.system_error("globals and locals cannot be NULL"));
            };
            let locals = locals.map_or_else(|| frame_api::locals(th), Ok)?;
            (globals, locals)
        }
        (Some(globals), locals) => {
            let locals = locals.unwrap_or_else(|| globals.clone());
            (globals, locals)
        }
    };
    let Some(dict) = globals.downcast::<Dict>() else {
        return Err(th.type_error(match function {
            "eval" if th.is_mapping(&globals) => "globals must be a real dict; try eval(expr, {}, mapping)".to_string(),
            "eval" => "globals must be a dict".to_string(),
            _ => format!("exec() globals must be a dict, not {}", globals.class().full_name()),
        }));
    };
    let name = &th.names().__builtins__;
    if dict.get_str(name).is_none()
        && let Some(builtins) = frame_api::builtins(th)
    {
        dict.set(th, name, builtins)?;
    }
    Ok((globals, locals))
}

/// `builtins.eval`.
pub fn builtin_eval(th: &ThreadState, source: &Value, globals: Option<&Value>, locals: Option<&Value>) -> Res {
    let (globals, locals) = namespaces(th, "eval", globals, locals)?;
    if let Some(free) = frame_api::free_variable_count(source) {
        th.audit("exec", std::slice::from_ref(source))?;
        if free > 0 {
            return Err(th.type_error("code object passed to eval() may not contain free variables"));
        }
        return frame_api::run_code(th, source, &globals, &locals, None);
    }
    let (text, flags) = source_text(th, source, "eval", "string, bytes or code")?;
    let start = text.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(text.len());
    let filename = th.str("<string>");
    let settings = Settings::new(th, flags | inherited_flags(th));
    let code = compile_source(th, &text[start..], &filename, syntax::Mode::Eval, settings)?;
    frame_api::run_code(th, &code, &globals, &locals, None)
}

/// `builtins.exec`.
pub fn builtin_exec(
    th: &ThreadState,
    source: &Value,
    globals: Option<&Value>,
    locals: Option<&Value>,
    closure: Option<&Value>,
) -> Res {
    let (globals, locals) = namespaces(th, "exec", globals, locals)?;
    let closure = closure.filter(|closure| !closure.is_none());
    let Some(free) = frame_api::free_variable_count(source) else {
        if closure.is_some() {
            return Err(th.type_error("closure can only be used when source is a code object"));
        }
        let (text, flags) = source_text(th, source, "exec", "string, bytes or code")?;
        let filename = th.str("<string>");
        let settings = Settings::new(th, flags | inherited_flags(th));
        let code = compile_source(th, &text, &filename, syntax::Mode::Exec, settings)?;
        frame_api::run_code(th, &code, &globals, &locals, None)?;
        return Ok(Value::NONE);
    };
    th.audit("exec", std::slice::from_ref(source))?;
    if free == 0 {
        if closure.is_some() {
            return Err(th.type_error("cannot use a closure with this code object"));
        }
    } else if !closure.is_some_and(|closure| frame_api::is_closure_of(closure, free)) {
        return Err(th.type_error(format_args!("code object requires a closure of exactly length {free}")));
    }
    frame_api::run_code(th, source, &globals, &locals, closure)?;
    Ok(Value::NONE)
}
