//! `builtins`: the functions that are always there.

use macros::pymodule;

/// What `builtins` binds besides its functions: the builtin types and exceptions under their own names.
#[pymodule(name = "builtins")]
pub mod builtins {
    //! Built-in functions, types, exceptions, and other objects.
    //!
    //! This module provides direct access to all 'built-in'
    //! identifiers of Python; for example, builtins.len is
    //! the full name for the built-in function len().
    //!
    //! This module is not normally accessed explicitly by most
    //! applications, but can be useful in modules that provide
    //! objects with the same name as a builtin and need to extend
    //! or replace them.

    use crate::args::KwArgs;
    use crate::frame_api as frame;
    use crate::objects::complex::COMPLEX_TYPE;
    use crate::objects::dict::Dict;
    use crate::objects::exceptions as exc;
    use crate::objects::float::FLOAT_TYPE;
    use crate::objects::int::IntView;
    use crate::objects::list::List;
    use crate::protocol::BinaryOp;
    use crate::{CompareOp, Payload, Res, ThreadState, Value};

    /// Return the absolute value of the argument.
    #[pyfunction("(x, /)")]
    fn abs(th: &ThreadState, number: &Value) -> Res {
        th.absolute(number)
    }

    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[pyfunction("(iterable, /)")]
    fn all(th: &ThreadState, iterable: &Value) -> Res<bool> {
        let iterator = th.iter(iterable)?;
        while let Some(item) = th.next(&iterator)? {
            if !th.is_true(&item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Return True if bool(x) is True for any x in the iterable.
    ///
    /// If the iterable is empty, return False.
    #[pyfunction("(iterable, /)")]
    fn any(th: &ThreadState, iterable: &Value) -> Res<bool> {
        let iterator = th.iter(iterable)?;
        while let Some(item) = th.next(&iterator)? {
            if th.is_true(&item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Return an AsyncIterator for an AsyncIterable object.
    #[pyfunction("(async_iterable, /)")]
    fn aiter(th: &ThreadState, async_iterable: &Value) -> Res {
        let class = async_iterable.class();
        let Some(aiter) = class.slots().am_aiter.get() else {
            return Err(th.type_error(format_args!("'{}' object is not an async iterable", class.full_name())));
        };
        let iterator = aiter(th, async_iterable)?;
        if iterator.class().slots().am_anext.get().is_none() {
            return Err(th.type_error(format_args!(
                "{}.__aiter__() must return an async iterator, not {}",
                class.full_name(),
                iterator.class().full_name()
            )));
        }
        Ok(iterator)
    }

    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[pyfunction(
        "(async_iterator, default=<unrepresentable>, /)",
        text = "($module, async_iterator, default=<unrepresentable>, /)"
    )]
    fn anext(th: &ThreadState, async_iterator: &Value, default: Option<Value>) -> Res {
        let class = async_iterator.class();
        let Some(anext) = class.slots().am_anext.get() else {
            return Err(th.type_error(format_args!("'{}' object is not an async iterator", class.full_name())));
        };
        let awaitable = anext(th, async_iterator)?;
        match default {
            None => Ok(awaitable),
            Some(default) => frame::anext_with_default(th, awaitable, default),
        }
    }

    /// Return an ASCII-only representation of an object.
    ///
    /// As repr(), return a string containing a printable representation of an
    /// object, but escape the non-ASCII characters in the string returned by
    /// repr() using \\x, \\u or \\U escapes. This generates a string similar
    /// to that returned by repr() in Python 2.
    #[pyfunction("(obj, /)")]
    fn ascii(th: &ThreadState, obj: &Value) -> Res {
        th.ascii(obj)
    }

    fn number_in_base(th: &ThreadState, number: &Value, base: u8, prefix: &str) -> Res {
        let number = th.index(number)?;
        let text = match number.as_int() {
            Some(IntView::Small(number)) => {
                let digits = match base {
                    2 => format!("{:b}", number.unsigned_abs()),
                    8 => format!("{:o}", number.unsigned_abs()),
                    _ => format!("{:x}", number.unsigned_abs()),
                };
                format!("{}{prefix}{digits}", if number < 0 { "-" } else { "" })
            }
            Some(IntView::Big(number)) => {
                let digits = number.in_radix(base).to_string();
                match digits.strip_prefix('-') {
                    Some(digits) => format!("-{prefix}{digits}"),
                    None => format!("{prefix}{digits}"),
                }
            }
            None => String::new(),
        };
        Ok(th.str(&text))
    }

    /// Return the binary representation of an integer.
    ///
    ///    >>> bin(2796202)
    ///    '0b1010101010101010101010'
    #[pyfunction("(number, /)")]
    fn bin(th: &ThreadState, number: &Value) -> Res {
        number_in_base(th, number, 2, "0b")
    }

    /// Return the octal representation of an integer.
    ///
    ///    >>> oct(342391)
    ///    '0o1234567'
    #[pyfunction("(number, /)")]
    fn oct(th: &ThreadState, number: &Value) -> Res {
        number_in_base(th, number, 8, "0o")
    }

    /// Return the hexadecimal representation of an integer.
    ///
    ///    >>> hex(12648430)
    ///    '0xc0ffee'
    #[pyfunction("(number, /)")]
    fn hex(th: &ThreadState, number: &Value) -> Res {
        number_in_base(th, number, 16, "0x")
    }

    /// Call sys.breakpointhook(*args, **kws).
    ///
    /// sys.breakpointhook() must accept whatever arguments are passed.
    ///
    /// By default, this drops you into the pdb debugger.
    #[pyfunction("(*args, **kws)", raw)]
    fn breakpoint(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let hook = th.sys_attribute("breakpointhook").ok_or_else(|| th.runtime_error("lost sys.breakpointhook"))?;
        th.call_kw(&hook, args, kwnames)
    }

    /// Return whether the object is callable (i.e., some kind of function).
    ///
    /// Note that classes are callable, as are instances of classes with a
    /// __call__() method.
    #[pyfunction("(obj, /)")]
    fn callable(th: &ThreadState, obj: &Value) -> bool {
        th.is_callable(obj)
    }

    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[pyfunction("(i, /)")]
    fn chr(th: &ThreadState, i: &Value) -> Res {
        let index = th.index(i)?;
        match index.as_int().and_then(IntView::to_i64) {
            Some(point @ 0..=0x10FFFF) => Ok(th.str_from_char(point as u32)),
            _ => Err(th.value_error("chr() arg not in range(0x110000)")),
        }
    }

    /// Compile source into a code object that can be executed by exec() or eval().
    ///
    /// The source code may represent a Python module, statement or expression.
    /// The filename will be used for run-time error messages.
    /// The mode must be 'exec' to compile a module, 'single' to compile a
    /// single (interactive) statement, or 'eval' to compile an expression.
    /// The flags argument, if present, controls which future statements influence
    /// the compilation of the code.
    /// The dont_inherit argument, if true, stops the compilation inheriting
    /// the effects of any future statements in effect in the code calling
    /// compile; if absent or false these statements do influence the compilation,
    /// in addition to any features explicitly specified.
    #[pyfunction("(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)")]
    fn compile(
        th: &ThreadState,
        source: &Value,
        filename: &Value,
        mode: &Value,
        flags: i32,
        dont_inherit: bool,
        optimize: i32,
        _feature_version: i32,
    ) -> Res {
        crate::compile::builtin_compile(th, source, filename, mode, flags, dont_inherit, optimize, _feature_version)
    }

    /// dir([object]) -> list of strings
    ///
    /// If called without an argument, return the names in the current scope.
    /// Else, return an alphabetized list of names comprising (some of) the attributes
    /// of the given object, and of attributes reachable from it.
    /// If the object supplies a method named __dir__, it will be used; otherwise
    /// the default dir() logic is used and returns:
    ///   for a module object: the module's attributes.
    ///   for a class object:  its attributes, and recursively the attributes
    ///     of its bases.
    ///   for any other object: its attributes, its class's attributes, and
    ///     recursively the attributes of its class's base classes.
    #[pyfunction("(object=<unrepresentable>, /)", text = none)]
    fn dir(th: &ThreadState, object: Option<Value>) -> Res {
        let names = match &object {
            None => {
                let locals = frame::locals(th)?;
                let keys = th.call_method(&locals, &th.names().keys, &[])?;
                th.collect(&keys)?
            }
            Some(object) => {
                let Some(names) = th.call_special(object, &th.names().__dir__, &[])? else {
                    return Err(th.type_error("object does not provide __dir__"));
                };
                th.collect(&names)?
            }
        };
        let list = th.list(names);
        th.call_method(&list, &th.names().sort, &[])?;
        Ok(list)
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[pyfunction("(x, y, /)")]
    fn divmod(th: &ThreadState, x: &Value, y: &Value) -> Res {
        th.divmod(x, y)
    }

    /// Evaluate the given source in the context of globals and locals.
    ///
    /// The source may be a string representing a Python expression
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    #[pyfunction("(source, /, globals=None, locals=None)")]
    fn eval(th: &ThreadState, source: &Value, globals: Option<&Value>, locals: Option<&Value>) -> Res {
        crate::compile::builtin_eval(th, source, globals, locals)
    }

    /// Execute the given source in the context of globals and locals.
    ///
    /// The source may be a string representing one or more Python statements
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    /// The closure must be a tuple of cellvars, and can only be used
    /// when source is a code object requiring exactly that many cellvars.
    #[pyfunction("(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        th: &ThreadState,
        source: &Value,
        globals: Option<&Value>,
        locals: Option<&Value>,
        closure: Option<&Value>,
    ) -> Res {
        crate::compile::builtin_exec(th, source, globals, locals, closure)
    }

    /// Return type(value).__format__(value, format_spec).
    ///
    /// Many built-in types implement format_spec according to the
    /// Format Specification Mini-language. See help('FORMATTING')
    /// for details.
    #[pyfunction("(value, format_spec='', /)")]
    fn format(th: &ThreadState, value: &Value, format_spec: Option<Value>) -> Res {
        let spec = format_spec.unwrap_or_else(|| th.str(""));
        if spec.as_str().is_none() {
            return Err(
                th.type_error(format_args!("format() argument 2 must be str, not {}", spec.class().full_name()))
            );
        }
        th.format(value, &spec)
    }

    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
    /// When a default argument is given, it is returned when the attribute doesn't
    /// exist; without it, an exception is raised in that case.
    #[pyfunction("(object, name, default=<unrepresentable>, /)", text = none)]
    fn getattr(th: &ThreadState, object: &Value, name: &Value, default: Option<Value>) -> Res {
        if name.as_str().is_none() {
            return Err(
                th.type_error(format_args!("attribute name must be string, not '{}'", name.class().full_name()))
            );
        }
        match default {
            None => th.getattr(object, name),
            Some(default) => Ok(th.getattr_opt(object, name)?.unwrap_or(default)),
        }
    }

    /// Return the dictionary containing the current scope's global variables.
    ///
    /// NOTE: Updates to this dictionary *will* affect name lookups in the current
    /// global scope and vice-versa.
    #[pyfunction("()")]
    fn globals(th: &ThreadState) -> Res {
        frame::globals(th).ok_or_else(|| th.system_error("globals(): no current frame"))
    }

    /// Return whether the object has an attribute with the given name.
    ///
    /// This is done by calling getattr(obj, name) and catching AttributeError.
    #[pyfunction("(obj, name, /)")]
    fn hasattr(th: &ThreadState, obj: &Value, name: &Value) -> Res<bool> {
        if name.as_str().is_none() {
            return Err(
                th.type_error(format_args!("attribute name must be string, not '{}'", name.class().full_name()))
            );
        }
        Ok(th.getattr_opt(obj, name)?.is_some())
    }

    /// Return the integer hash value for the given object within a single process.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[pyfunction("(obj, /)")]
    fn hash(th: &ThreadState, obj: &Value) -> Res<i64> {
        th.hash(obj)
    }

    /// Return the integer identity of an object for the lifetime of the object.
    ///
    /// This is guaranteed to be unique among simultaneously existing objects.
    /// (CPython uses the object's memory address.)
    #[pyfunction("(obj, /)")]
    fn id(th: &ThreadState, obj: &Value) -> Value {
        th.int_from_u64(obj.id())
    }

    /// Read a string from standard input.  The trailing newline is stripped.
    ///
    /// The prompt string, if given, is printed to standard output without a
    /// trailing newline before reading input.
    ///
    /// If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.
    /// On *nix systems, readline is used if available.
    #[pyfunction("(prompt='', /)")]
    fn input(th: &ThreadState, prompt: Option<Value>) -> Res {
        let stream = |name: &str| {
            th.sys_attribute(name)
                .filter(|stream| !stream.is_none())
                .ok_or_else(|| th.runtime_error(format_args!("lost sys.{name}")))
        };
        let (stdin, stdout, stderr) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
        let names = th.names();
        // Streams need not be able to flush.
        let flush = |stream: &Value| {
            if let Err(raised) = th.call_method(stream, &names.flush, &[]) {
                drop(th.take_raised(raised));
            }
        };
        flush(&stderr);
        if let Some(prompt) = &prompt {
            let text = th.str_of(prompt)?;
            th.call_method(&stdout, &names.write, &[text])?;
        }
        flush(&stdout);
        let line = th.call_method(&stdin, &names.readline, &[])?;
        let Some(text) = line.as_str() else {
            return Err(th.type_error("object.readline() returned non-string"));
        };
        if text.is_empty() {
            return Err(th.eof_error("EOF when reading a line"));
        }
        if text.char_at(text.len() - 1) != u32::from(b'\n') {
            return Ok(line);
        }
        let points: Vec<u32> = text.code_points().take(text.len() - 1).collect();
        Ok(th.str_from_ucs4(&points))
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
    /// or ...`` etc.
    #[pyfunction("(obj, class_or_tuple, /)")]
    fn isinstance(th: &ThreadState, obj: &Value, class_or_tuple: &Value) -> Res<bool> {
        th.is_instance(obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
    /// or ...``.
    #[pyfunction("(cls, class_or_tuple, /)")]
    fn issubclass(th: &ThreadState, cls: &Value, class_or_tuple: &Value) -> Res<bool> {
        th.is_subclass(cls, class_or_tuple)
    }

    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// Get an iterator from an object.
    /// In the first form, the argument must supply its own iterator, or be a sequence.
    /// In the second form, the callable is called until it returns the sentinel.
    #[pyfunction("(object, sentinel=<unrepresentable>, /)", text = none)]
    fn iter(th: &ThreadState, object: &Value, sentinel: Option<Value>) -> Res {
        let Some(sentinel) = sentinel else { return th.iter(object) };
        if !th.is_callable(object) {
            return Err(th.type_error("iter(v, w): v must be callable"));
        }
        Ok(crate::objects::iterators::callable_iterator(th, object.clone(), sentinel))
    }

    /// Return the number of items in a container.
    #[pyfunction("(obj, /)")]
    fn len(th: &ThreadState, obj: &Value) -> Res<usize> {
        th.len(obj)
    }

    /// Return a dictionary containing the current scope's local variables.
    ///
    /// NOTE: Whether or not updates to this dictionary will affect name lookups in
    /// the local scope and vice-versa is *implementation dependent* and not
    /// covered by any backwards compatibility guarantees.
    #[pyfunction("()")]
    fn locals(th: &ThreadState) -> Res {
        frame::locals(th)
    }

    /// `max` and `min`: the item that `op` prefers.
    fn extreme(th: &ThreadState, name: &str, op: CompareOp, args: &[Value], kwargs: KwArgs<'_>) -> Res {
        if args.is_empty() {
            return Err(th.type_error(format_args!("{name} expected at least 1 argument, got 0")));
        }
        if kwargs.len() > 2 {
            return Err(crate::args::too_many_keywords(th, name, 2, kwargs.len()));
        }
        let (mut key, mut default) = (None, None);
        for (keyword, value) in kwargs.iter() {
            match keyword.as_str().and_then(|keyword| keyword.as_ascii()) {
                Some("key") => key = Some(value).filter(|key| !key.is_none()),
                Some("default") => default = Some(value),
                _ => return Err(crate::args::unexpected_keyword(th, name, keyword, ["key", "default"])),
            }
        }
        if args.len() > 1 && default.is_some() {
            return Err(
                th.type_error(format_args!("Cannot specify a default for {name}() with multiple positional arguments"))
            );
        }
        let mut best: Option<(Value, Value)> = None;
        let mut consider = |item: Value| -> Res<()> {
            let rank = match key {
                Some(key) => th.call(key, std::slice::from_ref(&item))?,
                None => item.clone(),
            };
            let better = match &best {
                None => true,
                Some((_, best)) => match (rank.as_small_int(), best.as_small_int()) {
                    (Some(rank), Some(best)) => op.holds(rank.cmp(&best)),
                    _ => th.compare_bool(&rank, best, op)?,
                },
            };
            if better {
                let old = best.replace((item, rank));
                drop(old);
            }
            Ok(())
        };
        if let [iterable] = args {
            th.for_each(iterable, consider)?;
        } else {
            for item in args {
                consider(item.clone())?;
            }
        }
        match (best, default) {
            (Some((item, _)), _) => Ok(item),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(th.value_error(format_args!("{name}() iterable argument is empty"))),
        }
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    #[pyfunction("(*args, **kwargs)", text = none)]
    fn max(th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
        extreme(th, "max", CompareOp::Gt, args, kwargs)
    }

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    #[pyfunction("(*args, **kwargs)", text = none)]
    fn min(th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
        extreme(th, "min", CompareOp::Lt, args, kwargs)
    }

    /// next(iterator[, default])
    ///
    /// Return the next item from the iterator. If default is given and the iterator
    /// is exhausted, it is returned instead of raising StopIteration.
    #[pyfunction("(iterator, default=<unrepresentable>, /)", text = none)]
    fn next(th: &ThreadState, iterator: &Value, default: Option<Value>) -> Res {
        let Some(iternext) = iterator.class().slots().iternext.get() else {
            return Err(th.type_error(format_args!("'{}' object is not an iterator", iterator.class().full_name())));
        };
        match (iternext(th, iterator), default) {
            (Ok(value), Some(default)) if value.is_exhausted() => Ok(default),
            (Ok(value), None) if value.is_exhausted() => Err(crate::frame_api::stop_iteration_of(th, iterator)),
            (Err(raised), Some(default)) if th.raised_is(&raised, &exc::STOP_ITERATION) => {
                drop(th.take_raised(raised));
                Ok(default)
            }
            (result, _) => result,
        }
    }

    /// Return the ordinal value of a character.
    ///
    /// If the argument is a one-character string, return the Unicode code
    /// point of that character.
    ///
    /// If the argument is a bytes or bytearray object of length 1, return its
    /// single byte value.
    #[pyfunction("(character, /)")]
    fn ord(th: &ThreadState, character: &Value) -> Res {
        let length = if let Some(text) = character.as_str() {
            if text.len() == 1 {
                return Ok(th.int(i64::from(text.char_at(0))));
            }
            text.len()
        } else if let Some(bytes) = crate::buffer::plain_bytes(character) {
            if let [byte] = bytes[..] {
                return Ok(th.int(i64::from(byte)));
            }
            bytes.len()
        } else {
            return Err(th.type_error(format_args!(
                "ord() expected string of length 1, but {} found",
                character.class().full_name()
            )));
        };
        Err(th.type_error(format_args!("ord() expected a character, but string of length {length} found")))
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    ///
    /// Some types, such as ints, are able to use a more efficient algorithm when
    /// invoked using the three argument form.
    #[pyfunction("(base, exp, mod=None)")]
    fn pow(th: &ThreadState, base: &Value, exp: &Value, r#mod: Value) -> Res {
        th.power(base, exp, &r#mod)
    }

    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    /// sep
    ///   string inserted between values, default a space.
    /// end
    ///   string appended after the last value, default a newline.
    /// file
    ///   a file-like object (stream); defaults to the current sys.stdout.
    /// flush
    ///   whether to forcibly flush the stream.
    #[pyfunction("(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        th: &ThreadState,
        args: &[Value],
        sep: Option<&Value>,
        end: Option<&Value>,
        file: Option<&Value>,
        flush: bool,
    ) -> Res<()> {
        let given = |value: Option<&Value>, name: &str| match value.filter(|value| !value.is_none()) {
            Some(value) if value.as_str().is_none() => {
                Err(th.type_error(format_args!("{name} must be None or a string, not {}", value.class().full_name())))
            }
            value => Ok(value.cloned()),
        };
        let file = match file.filter(|file| !file.is_none()) {
            Some(file) => file.clone(),
            None => match th.sys_attribute("stdout") {
                Some(stdout) if stdout.is_none() => return Ok(()),
                Some(stdout) => stdout,
                None => return Err(th.runtime_error("lost sys.stdout")),
            },
        };
        let (sep, end) = (given(sep, "sep")?, given(end, "end")?);
        let names = th.names();
        let write = th.getattr(&file, &names.write)?;
        for (index, value) in args.iter().enumerate() {
            if index > 0 {
                let sep = sep.clone().unwrap_or_else(|| th.str(" "));
                th.call(&write, &[sep])?;
            }
            let text = th.str_of(value)?;
            th.call(&write, &[text])?;
        }
        let end = end.unwrap_or_else(|| th.str("\n"));
        th.call(&write, &[end])?;
        if flush {
            th.call_method(&file, &names.flush, &[])?;
        }
        Ok(())
    }

    /// Return the canonical string representation of the object.
    ///
    /// For many object types, including most builtins, eval() will return
    /// a string that can be used to reconstruct an object with the same value.
    #[pyfunction("(obj, /)")]
    fn repr(th: &ThreadState, obj: &Value) -> Res {
        th.repr(obj)
    }

    /// Round a number to a given precision in decimal digits.
    ///
    /// The return value is an integer if ndigits is omitted or None.  Otherwise
    /// the return value has the same type as the number.  ndigits may be negative.
    #[pyfunction("(number, ndigits=None)")]
    fn round(th: &ThreadState, number: &Value, ndigits: Value) -> Res {
        let args = if ndigits.is_none() { &[][..] } else { std::slice::from_ref(&ndigits) };
        match th.call_special(number, &th.names().__round__, args)? {
            Some(result) => Ok(result),
            None => {
                Err(th.type_error(format_args!("type {} doesn't define __round__ method", number.class().full_name())))
            }
        }
    }

    /// Sets the named attribute on the given object to the specified value.
    ///
    /// setattr(x, 'y', v) is equivalent to ``x.y = v``
    #[pyfunction("(obj, name, value, /)")]
    fn setattr(th: &ThreadState, obj: &Value, name: &Value, value: &Value) -> Res<()> {
        check_attribute_name(th, name)?;
        th.setattr(obj, name, Some(value))
    }

    /// Deletes the named attribute from the given object.
    ///
    /// delattr(x, 'y') is equivalent to ``del x.y``
    #[pyfunction("(obj, name, /)")]
    fn delattr(th: &ThreadState, obj: &Value, name: &Value) -> Res<()> {
        check_attribute_name(th, name)?;
        th.setattr(obj, name, None)
    }

    fn check_attribute_name(th: &ThreadState, name: &Value) -> Res<()> {
        if name.as_str().is_some() {
            return Ok(());
        }
        Err(th.type_error(format_args!("attribute name must be string, not '{}'", name.class().full_name())))
    }

    /// Return a new list containing all items from the iterable in ascending order.
    ///
    /// A custom key function can be supplied to customize the sort order, and the
    /// reverse flag can be set to request the result in descending order.
    #[pyfunction("(iterable, /, *, key=None, reverse=False)", raw)]
    fn sorted(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let positional = args.len() - kwnames.len();
        if positional != 1 {
            return Err(th.type_error(format_args!("sorted expected 1 argument, got {positional}")));
        }
        let items = th.collect(&args[0])?;
        let list = th.list(items);
        let mut all = vec![list.clone()];
        all.extend_from_slice(&args[1..]);
        let sort = List::class().lookup(th, &th.names().sort).ok_or_else(|| th.runtime_error("lost list.sort"))?;
        th.call_kw(&sort, &all, kwnames)?;
        Ok(list)
    }

    /// A sum of floats that keeps what rounding has lost (Neumaier's).
    struct Compensated {
        sum: f64,
        lost: f64,
    }

    impl Compensated {
        fn new(sum: f64) -> Compensated {
            Compensated { sum, lost: 0.0 }
        }

        fn add(&mut self, number: f64) {
            let new = self.sum + number;
            self.lost +=
                if self.sum.abs() >= number.abs() { (self.sum - new) + number } else { (number - new) + self.sum };
            self.sum = new;
        }

        fn finish(&self) -> f64 {
            if self.lost != 0.0 && self.lost.is_finite() { self.sum + self.lost } else { self.sum }
        }
    }

    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    ///
    /// When the iterable is empty, return the start value.
    /// This function is intended specifically for use with numeric values and may
    /// reject non-numeric types.
    #[pyfunction("(iterable, /, start=0)")]
    fn sum(th: &ThreadState, iterable: &Value, start: Option<Value>) -> Res {
        let iterator = th.iter(iterable)?;
        let mut total = match start {
            None => Value::index(0),
            Some(start) => {
                let kind = match () {
                    () if start.as_str().is_some() => Some("strings [use ''.join(seq) instead]"),
                    () if start.class().has_flag(crate::types::type_flags::BYTES_SUBCLASS) => {
                        Some("bytes [use b''.join(seq) instead]")
                    }
                    () if start.class().native().def().name == "bytearray" => {
                        Some("bytearray [use b''.join(seq) instead]")
                    }
                    () => None,
                };
                if let Some(kind) = kind {
                    return Err(th.type_error(format_args!("sum() can't sum {kind}")));
                }
                start
            }
        };
        if let Some(sum) = crate::objects::list::sum_of_small_ints(iterable, &total) {
            return Ok(th.int(sum));
        }
        let mut next = th.next(&iterator)?;
        // Ints: in a machine word as long as it holds.
        if let Some(mut small) = total.as_small_int() {
            while let Some(item) = &next {
                match item.as_small_int().or(item.as_bool().map(i64::from)).and_then(|item| small.checked_add(item)) {
                    Some(sum) => small = sum,
                    None => break,
                }
                next = th.next(&iterator)?;
            }
            total = th.int(small);
        }
        let is_float = |value: &Value| value.is_exactly(&FLOAT_TYPE);
        if total.as_int().is_some()
            && let Some(item) = next
        {
            total = th.binary(BinaryOp::Add, &total, &item)?;
            next = th.next(&iterator)?;
        }
        // Floats and complex numbers: a compensated sum.
        if is_float(&total) {
            let mut sum = Compensated::new(total.as_float().unwrap_or(0.0));
            loop {
                let Some(item) = next else { return Ok(th.float(sum.finish())) };
                if is_float(&item) {
                    sum.add(item.as_float().unwrap_or(0.0));
                } else if item.as_int().is_some() {
                    sum.add(th.to_f64(&item)?);
                } else {
                    total = th.binary(BinaryOp::Add, &th.float(sum.finish()), &item)?;
                    next = th.next(&iterator)?;
                    break;
                }
                next = th.next(&iterator)?;
            }
        }
        if total.is_exactly(&COMPLEX_TYPE)
            && let Some((real, imaginary)) = total.as_complex()
        {
            let (mut real, mut imaginary) = (Compensated::new(real), Compensated::new(imaginary));
            loop {
                let Some(item) = next else { return Ok(th.complex(real.finish(), imaginary.finish())) };
                if item.is_exactly(&COMPLEX_TYPE)
                    && let Some(item) = item.as_complex()
                {
                    real.add(item.0);
                    imaginary.add(item.1);
                } else if is_float(&item) || item.as_int().is_some() {
                    real.add(th.to_f64(&item)?);
                } else {
                    total = th.binary(BinaryOp::Add, &th.complex(real.finish(), imaginary.finish()), &item)?;
                    next = th.next(&iterator)?;
                    break;
                }
                next = th.next(&iterator)?;
            }
        }
        while let Some(item) = next {
            total = th.binary(BinaryOp::Add, &total, &item)?;
            next = th.next(&iterator)?;
        }
        Ok(total)
    }

    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals().
    /// With an argument, equivalent to object.__dict__.
    #[pyfunction("(object=<unrepresentable>, /)", text = none)]
    fn vars(th: &ThreadState, object: Option<Value>) -> Res {
        let Some(object) = object else { return frame::locals(th) };
        match th.getattr_opt(&object, &th.names().__dict__)? {
            Some(dict) => Ok(dict),
            None => Err(th.type_error("vars() argument must have __dict__ attribute")),
        }
    }

    /// __build_class__(func, name, /, *bases, [metaclass], **kwds) -> class
    ///
    /// Internal helper function used by the class statement.
    #[pyfunction("(func, name, /, *bases, **kwds)", text = none, raw)]
    fn __build_class__(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        frame::build_class(th, args, kwnames)
    }

    /// Import a module.
    ///
    /// Because this function is meant for use by the Python
    /// interpreter and not for general use, it is better to use
    /// importlib.import_module() to programmatically import a module.
    ///
    /// The globals argument is only used to determine the context;
    /// they are not modified.  The locals argument is unused.  The fromlist
    /// should be a list of names to emulate ``from name import ...``, or an
    /// empty list to emulate ``import name``.
    /// When importing a module from a package, note that __import__('A.B', ...)
    /// returns package A when fromlist is empty, but its submodule B when
    /// fromlist is not empty.  The level argument is used to determine whether to
    /// perform absolute or relative imports: 0 is absolute, while a positive number
    /// is the number of parent directories to search relative to the current module.
    #[pyfunction("(name, globals=None, locals=None, fromlist=(), level=0)", name = "__import__")]
    fn import(
        th: &ThreadState,
        name: &Value,
        globals: Option<&Value>,
        locals: Option<&Value>,
        fromlist: Option<Value>,
        level: i32,
    ) -> Res {
        let _ = locals;
        let fromlist = fromlist.unwrap_or_else(|| th.tuple(&[]));
        crate::import::import_module_level(th, name, globals, &fromlist, level)
    }

    #[pyattr(name = "None")]
    const NONE: Value = Value::NONE;
    #[pyattr(name = "Ellipsis")]
    const ELLIPSIS: Value = Value::ELLIPSIS;
    #[pyattr(name = "NotImplemented")]
    const NOT_IMPLEMENTED: Value = Value::NOT_IMPLEMENTED;
    #[pyattr(name = "False")]
    const FALSE: Value = Value::FALSE;
    #[pyattr(name = "True")]
    const TRUE: Value = Value::TRUE;

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let dict = th.module_dict(module)?;
        let namespace = Dict::of(&dict);
        for class in crate::types::ready::builtin_names() {
            namespace.set_str(&th.intern(class.def().name), class.as_value());
        }
        for alias in ["EnvironmentError", "IOError"] {
            namespace.set_str(&th.intern(alias), exc::OS_ERROR.as_value());
        }
        let optimize = th.interp().config.borrow().optimize;
        namespace.set_str(&th.names().__debug__, Value::bool(optimize == 0));
        Ok(())
    }
}
