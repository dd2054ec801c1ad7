//! Reading pickles: the stack machine.

use algo::number::int_math;
use runtime::buffer::Flags;
use runtime::objects::dict::Dict;
use runtime::objects::exceptions as exc;
use runtime::objects::list::List;
use runtime::objects::str::{STR_TYPE, Str};
use runtime::{Raised, Res, ThreadState, Value, instance};

use super::input::Input;
use super::opcodes::*;
use super::{class_name, library_attribute, unpickling_error};

/// How a pickle is to be read.
#[derive(Clone)]
pub struct Settings {
    pub fix_imports: bool,
    pub encoding: String,
    pub errors: String,
    /// The iterator over buffers that stand outside of the pickle.
    pub buffers: Option<Value>,
}

impl Settings {
    pub fn read(
        th: &ThreadState,
        fix_imports: bool,
        encoding: String,
        errors: String,
        buffers: Option<&Value>,
    ) -> Res<Settings> {
        let buffers = match buffers {
            Some(buffers) if !buffers.is_none() => {
                let is_default = buffers.as_tuple().is_some_and(|tuple| tuple.is_empty());
                if is_default { None } else { Some(th.iter(buffers)?) }
            }
            _ => None,
        };
        Ok(Settings { fix_imports, encoding, errors, buffers })
    }
}

/// What a subclass of `Unpickler` adds.
#[derive(Default)]
pub struct Hooks<'a> {
    pub persistent_load: Option<Value>,
    pub find_class: Option<Value>,
    /// Where the protocol is noted.
    pub protocol: Option<&'a std::cell::Cell<i32>>,
}

/// One pickle being read.
pub struct Loader<'a> {
    th: &'a ThreadState,
    settings: &'a Settings,
    pub hooks: Hooks<'a>,
    input: Input,
    pub memo: Vec<Option<Value>>,
    stack: Vec<Value>,
    marks: Vec<usize>,
    protocol: i32,
}

#[cold]
pub fn no_persistent_load(th: &ThreadState) -> Raised {
    unpickling_error(
        th,
        "A load persistent id instruction was encountered, but no persistent_load function was specified.",
    )
}

/// Stores into a memo, which grows.
pub fn put(th: &ThreadState, memo: &mut Vec<Option<Value>>, index: usize, value: Value) -> Res<()> {
    if index >= memo.len() {
        let size = index.checked_add(1).ok_or_else(|| th.memory_error())?;
        if size > memo.capacity() {
            let more = size.saturating_mul(2).saturating_sub(memo.len());
            memo.try_reserve(more).map_err(|_| th.memory_error())?;
        }
        memo.resize(size, None);
    }
    let old = memo[index].replace(value);
    drop(old);
    Ok(())
}

/// `Unpickler.find_class`
pub fn find_class(th: &ThreadState, module: &Value, name: &Value, protocol: i32, fix_imports: bool) -> Res {
    if module.as_str().is_none() {
        return Err(th.type_error("module name must be a string"));
    }
    th.audit("pickle.find_class", &[module.clone(), name.clone()])?;
    let (mut module, mut name) = (module.clone(), name.clone());
    if protocol < 3 && fix_imports {
        // The names of Python 2.
        let names = library_attribute(th, "_compat_pickle", "NAME_MAPPING")?;
        let key = th.tuple(&[module.clone(), name.clone()]);
        let found = names.downcast::<Dict>().map(|names| names.get(th, &key)).transpose()?.flatten();
        match found.as_ref().and_then(Value::as_tuple).map(|pair| pair.as_slice()) {
            Some([new_module, new_name]) => (module, name) = (new_module.clone(), new_name.clone()),
            _ => {
                let modules = library_attribute(th, "_compat_pickle", "IMPORT_MAPPING")?;
                let found = modules.downcast::<Dict>().map(|names| names.get(th, &module)).transpose()?.flatten();
                if let Some(new_module) = found {
                    module = new_module;
                }
            }
        }
    }
    let Some(path) = name.as_str().map(Str::to_string_lossy) else {
        return Err(th.type_error("global name must be a string"));
    };
    let text = module.as_str().map(Str::to_string_lossy).unwrap_or_default();
    let found = crate::support::import(th, &text)?;
    if protocol < 4 || !path.contains('.') {
        return th.getattr(&found, &runtime::intern::intern(th, th.exact_str(&name)));
    }
    let mut object = found;
    for step in path.split('.') {
        object = match th.getattr_str(&object, step) {
            Ok(next) => next,
            Err(raised) if th.raised_is(&raised, &exc::ATTRIBUTE_ERROR) => {
                let cause = th.take_raised(raised);
                let message = format!("Can't resolve path '{path}' on module '{text}'");
                let raised = th.error(&exc::ATTRIBUTE_ERROR, message);
                return Err(super::with_context(th, raised, cause));
            }
            Err(raised) => return Err(raised),
        };
    }
    Ok(object)
}

impl<'a> Loader<'a> {
    pub fn new(th: &'a ThreadState, settings: &'a Settings, input: Input) -> Loader<'a> {
        Loader {
            th,
            settings,
            hooks: Hooks::default(),
            input,
            memo: Vec::new(),
            stack: Vec::new(),
            marks: Vec::new(),
            protocol: 0,
        }
    }

    /// Reads one pickle.
    pub fn load(&mut self) -> Res {
        self.note_protocol(0);
        loop {
            let code = match self.input.take(self.th, 1) {
                Ok(code) => code[0],
                Err(raised) if self.th.raised_is(&raised, &super::UNPICKLING_ERROR) => {
                    drop(self.th.take_raised(raised));
                    return Err(self.th.eof_error("Ran out of input"));
                }
                Err(raised) => return Err(raised),
            };
            if code == STOP {
                self.input.settle(self.th)?;
                return self.pop();
            }
            self.step(code)?;
        }
    }

    fn note_protocol(&mut self, protocol: i32) {
        self.protocol = protocol;
        if let Some(cell) = self.hooks.protocol {
            cell.set(protocol);
        }
    }

    // The stack.

    #[inline(always)]
    fn push(&mut self, value: Value) -> Res<()> {
        self.stack.push(value);
        Ok(())
    }

    #[inline(always)]
    fn fence(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    #[cold]
    fn underflow(&self) -> Raised {
        let message = if self.marks.is_empty() { "unpickling stack underflow" } else { "unexpected MARK found" };
        unpickling_error(self.th, message)
    }

    #[inline]
    fn pop(&mut self) -> Res {
        if self.stack.len() <= self.fence() {
            return Err(self.underflow());
        }
        self.stack.pop().ok_or_else(|| unpickling_error(self.th, "unpickling stack underflow"))
    }

    #[inline]
    fn top(&self) -> Res<&Value> {
        if self.stack.len() <= self.fence() {
            return Err(self.underflow());
        }
        self.stack.last().ok_or_else(|| unpickling_error(self.th, "unpickling stack underflow"))
    }

    /// Takes the last mark: where the items above it start.
    fn mark(&mut self) -> Res<usize> {
        self.marks.pop().ok_or_else(|| unpickling_error(self.th, "could not find MARK"))
    }

    fn above(&mut self, start: usize) -> Vec<Value> {
        self.stack.split_off(start.min(self.stack.len()))
    }

    // Instructions.

    fn step(&mut self, code: u8) -> Res<()> {
        let th = self.th;
        match code {
            NONE => self.push(Value::NONE),
            BININT => {
                let number = i32::from_le_bytes(self.input.array(th)?);
                self.push(Value::int32(number))
            }
            BININT1 => {
                let [byte] = self.input.array(th)?;
                self.push(Value::int32(i32::from(byte)))
            }
            BININT2 => {
                let number = u16::from_le_bytes(self.input.array(th)?);
                self.push(Value::int32(i32::from(number)))
            }
            BINFLOAT => {
                let number = f64::from_be_bytes(self.input.array(th)?);
                self.push(th.float(number))
            }
            SHORT_BINUNICODE => {
                let [length] = self.input.array(th)?;
                self.text(usize::from(length))
            }
            BINUNICODE => {
                let length = u32::from_le_bytes(self.input.array(th)?);
                self.text(length as usize)
            }
            BINUNICODE8 => {
                let length = self.long_length("BINUNICODE")?;
                self.text(length)
            }
            SHORT_BINBYTES => {
                let [length] = self.input.array(th)?;
                self.binary(usize::from(length))
            }
            BINBYTES => {
                let length = u32::from_le_bytes(self.input.array(th)?);
                self.binary(length as usize)
            }
            BINBYTES8 => {
                let length = self.long_length("BINBYTES")?;
                self.binary(length)
            }
            BYTEARRAY8 => {
                let length = self.long_length("BYTEARRAY8")?;
                th.check_room(length)?;
                let bytes = self.input.take(th, length)?.to_vec();
                self.push(th.bytearray(bytes))
            }
            MEMOIZE => {
                let value = self.top()?.clone();
                let index = self.memo.len();
                put(th, &mut self.memo, index, value)
            }
            BINGET => {
                let [index] = self.input.array(th)?;
                self.get(usize::from(index))
            }
            LONG_BINGET => {
                let index = u32::from_le_bytes(self.input.array(th)?);
                self.get(index as usize)
            }
            BINPUT => {
                let value = self.top()?.clone();
                let [index] = self.input.array(th)?;
                put(th, &mut self.memo, usize::from(index), value)
            }
            LONG_BINPUT => {
                let value = self.top()?.clone();
                let index = u32::from_le_bytes(self.input.array(th)?);
                put(th, &mut self.memo, index as usize, value)
            }
            MARK => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            EMPTY_TUPLE => self.push(th.tuple(&[])),
            TUPLE => {
                let start = self.mark()?;
                let items = self.above(start);
                self.push(th.tuple_from_vec(items))
            }
            TUPLE1 => self.short_tuple(1),
            TUPLE2 => self.short_tuple(2),
            TUPLE3 => self.short_tuple(3),
            EMPTY_LIST => self.push(th.list(Vec::new())),
            LIST => {
                let start = self.mark()?;
                let items = self.above(start);
                self.push(th.list(items))
            }
            EMPTY_DICT => self.push(th.dict(Dict::new())),
            DICT => {
                let start = self.mark()?;
                let items = self.above(start);
                if !items.len().is_multiple_of(2) {
                    return Err(unpickling_error(th, "odd number of items for DICT"));
                }
                let dict = Dict::with_capacity(items.len() / 2);
                for pair in items.chunks_exact(2) {
                    dict.set(th, &pair[0], pair[1].clone())?;
                }
                self.push(th.dict(dict))
            }
            EMPTY_SET => {
                let set = th.set(&[])?;
                self.push(set)
            }
            FROZENSET => {
                let start = self.mark()?;
                let items = self.above(start);
                let set = th.frozenset(items)?;
                self.push(set)
            }
            APPEND => {
                let start = self.stack.len().wrapping_sub(1);
                self.append(start)
            }
            APPENDS => {
                let start = self.mark()?;
                self.append(start)
            }
            SETITEM => {
                let start = self.stack.len().wrapping_sub(2);
                self.set_items(start)
            }
            SETITEMS => {
                let start = self.mark()?;
                self.set_items(start)
            }
            ADDITEMS => {
                let start = self.mark()?;
                self.add_items(start)
            }
            _ => self.rare_step(code),
        }
    }

    fn rare_step(&mut self, code: u8) -> Res<()> {
        let th = self.th;
        match code {
            NEWTRUE => self.push(Value::TRUE),
            NEWFALSE => self.push(Value::FALSE),
            GLOBAL => {
                let module = text_line(th, self.input.full_line(th)?)?;
                let name = text_line(th, self.input.full_line(th)?)?;
                let found = self.find(&module, &name)?;
                self.push(found)
            }
            STACK_GLOBAL => {
                let (name, module) = (self.pop()?, self.pop()?);
                if !name.is_exactly(&STR_TYPE) || !module.is_exactly(&STR_TYPE) {
                    return Err(unpickling_error(th, "STACK_GLOBAL requires str"));
                }
                let found = self.find(&module, &name)?;
                self.push(found)
            }
            REDUCE => {
                let (args, callable) = (self.pop()?, self.pop()?);
                let Some(items) = args.as_tuple() else { return Err(th.type_error("argument list must be a tuple")) };
                let made = th.call(&callable, items.as_slice())?;
                self.push(made)
            }
            NEWOBJ => self.new_object("NEWOBJ", None),
            NEWOBJ_EX => {
                let kwargs = self.pop()?;
                self.new_object("NEWOBJ_EX", Some(kwargs))
            }
            BUILD => self.build(),
            FRAME => {
                let length = self.long_length("FRAME")?;
                self.input.frame(th, length)
            }
            PROTO => {
                let [protocol] = self.input.array(th)?;
                if i32::from(protocol) > HIGHEST_PROTOCOL {
                    return Err(th.value_error(format_args!("unsupported pickle protocol: {protocol}")));
                }
                self.note_protocol(i32::from(protocol));
                Ok(())
            }
            POP => match self.marks.last() {
                Some(&mark) if mark == self.stack.len() => {
                    self.marks.pop();
                    Ok(())
                }
                _ => self.pop().map(drop),
            },
            POP_MARK => {
                let start = self.mark()?;
                drop(self.above(start));
                Ok(())
            }
            DUP => {
                let top = self.top()?.clone();
                self.push(top)
            }
            GET => {
                let index = self.number_line()?;
                self.get_checked(index, "GET")
            }
            PUT => {
                let index = self.number_line()?;
                let value = self.top()?.clone();
                let index = usize::try_from(index).map_err(|_| th.value_error("negative PUT argument"))?;
                put(th, &mut self.memo, index, value)
            }
            PERSID => {
                let id = self.input.line(th)?;
                if !id.is_ascii() {
                    return Err(unpickling_error(th, "persistent IDs in protocol 0 must be ASCII strings"));
                }
                let id = th.str_from_ascii(id);
                self.persistent(&id)
            }
            BINPERSID => {
                if self.hooks.persistent_load.is_none() {
                    return Err(no_persistent_load(th));
                }
                let id = self.pop()?;
                self.persistent(&id)
            }
            INST => {
                let start = self.mark()?;
                let module = text_line(th, self.input.full_line(th)?)?;
                let name = text_line(th, self.input.full_line(th)?)?;
                let class = self.find(&module, &name)?;
                let args = self.above(start);
                self.instantiate(&class, &args)
            }
            OBJ => {
                let start = self.mark()?;
                if self.stack.len() <= start {
                    return Err(unpickling_error(th, "unpickling stack underflow"));
                }
                let mut args = self.above(start);
                let class = args.remove(0);
                self.instantiate(&class, &args)
            }
            EXT1 => {
                let [code] = self.input.array(th)?;
                self.extension(i64::from(code))
            }
            EXT2 => {
                let code = u16::from_le_bytes(self.input.array(th)?);
                self.extension(i64::from(code))
            }
            EXT4 => {
                let code = i32::from_le_bytes(self.input.array(th)?);
                self.extension(i64::from(code))
            }
            NEXT_BUFFER => {
                let Some(buffers) = &self.settings.buffers else {
                    return Err(unpickling_error(
                        th,
                        "pickle stream refers to out-of-band data but no *buffers* argument was given",
                    ));
                };
                match th.next(buffers)? {
                    Some(buffer) => self.push(buffer),
                    None => Err(unpickling_error(th, "not enough out-of-band buffers")),
                }
            }
            READONLY_BUFFER => {
                let buffer = self.pop()?;
                let view = th.memoryview(&buffer, Flags::FULL_RO)?;
                let readonly = th.getattr_str(&view, "readonly")?;
                let buffer =
                    if th.is_true(&readonly)? { buffer } else { th.call_method_str(&view, "toreadonly", &[])? };
                self.push(buffer)
            }
            _ => self.old_step(code),
        }
    }

    /// Numbers and strings as text, and other forms of old protocols.
    fn old_step(&mut self, code: u8) -> Res<()> {
        let th = self.th;
        match code {
            INT => {
                let line = self.input.full_line(th)?;
                let value = match line {
                    b"00" => Value::FALSE,
                    b"01" => Value::TRUE,
                    line => {
                        let text = th.str_from_latin1(line);
                        let int = runtime::objects::int::INT_TYPE.value_ref();
                        let number = th.call(int, &[text]);
                        match th.catch(number, &exc::VALUE_ERROR)? {
                            Some(number) => number,
                            None => return Err(th.value_error("could not convert string to int")),
                        }
                    }
                };
                self.push(value)
            }
            LONG => {
                let line = self.input.full_line(th)?;
                let digits = line.strip_suffix(b"L").unwrap_or(line);
                let text = if digits.len() < line.len() { digits.to_vec() } else { [digits, b"\n"].concat() };
                let text = th.str_from_latin1(&text);
                let number = th.call(runtime::objects::int::INT_TYPE.value_ref(), &[text])?;
                self.push(number)
            }
            FLOAT => {
                let line = self.input.full_line(th)?;
                let number = algo::number::float_parse::parse_float(line).filter(|_| !line.contains(&b'_'));
                let Some(number) = number else { return Err(th.value_error("could not convert string to float")) };
                self.push(th.float(number))
            }
            LONG1 => {
                let [length] = self.input.array(th)?;
                self.integer(usize::from(length))
            }
            LONG4 => {
                let length = i32::from_le_bytes(self.input.array(th)?);
                let length =
                    usize::try_from(length).map_err(|_| unpickling_error(th, "LONG pickle has negative byte count"))?;
                self.integer(length)
            }
            STRING => {
                let line = self.input.line(th)?.to_vec();
                let body = match &line[..] {
                    [b'\'', body @ .., b'\''] | [b'"', body @ .., b'"'] => body,
                    _ => return Err(unpickling_error(th, "the STRING opcode argument must be quoted")),
                };
                let decode = library_attribute(th, "_codecs", "escape_decode")?;
                let pair = th.call(&decode, &[th.bytes(body)])?;
                let bytes = pair.as_tuple().and_then(|pair| pair.as_slice().first().cloned()).unwrap_or_default();
                self.old_string(bytes)
            }
            BINSTRING => {
                let length = i32::from_le_bytes(self.input.array(th)?);
                let length = usize::try_from(length)
                    .map_err(|_| unpickling_error(th, "BINSTRING pickle has negative byte count"))?;
                let bytes = th.bytes(self.input.take(th, length)?);
                self.old_string(bytes)
            }
            SHORT_BINSTRING => {
                let [length] = self.input.array(th)?;
                let bytes = th.bytes(self.input.take(th, usize::from(length))?);
                self.old_string(bytes)
            }
            UNICODE => {
                let bytes = th.bytes(self.input.line(th)?);
                let text = th.call_method_str(&bytes, "decode", &[th.str("raw-unicode-escape")])?;
                self.push(text)
            }
            code => Err(match code {
                b' '..=b'~' if code != b'\'' && code != b'\\' => {
                    unpickling_error(th, format_args!("invalid load key, '{}'.", code as char))
                }
                _ => unpickling_error(th, format_args!("invalid load key, '\\x{code:02x}'.")),
            }),
        }
    }

    fn long_length(&mut self, what: &str) -> Res<usize> {
        let length = u64::from_le_bytes(self.input.array(self.th)?);
        if length <= i64::MAX as u64 {
            return Ok(length as usize);
        }
        let most = i64::MAX;
        Err(self.th.overflow_error(format_args!("{what} exceeds system's maximum size of {most} bytes")))
    }

    fn text(&mut self, length: usize) -> Res<()> {
        let th = self.th;
        let bytes = self.input.take(th, length)?;
        let value = if bytes.is_ascii() { th.str_from_ascii(bytes) } else { decode_text(th, bytes)? };
        self.push(value)
    }

    fn binary(&mut self, length: usize) -> Res<()> {
        let th = self.th;
        let value = th.bytes(self.input.take(th, length)?);
        self.push(value)
    }

    fn integer(&mut self, length: usize) -> Res<()> {
        let th = self.th;
        let bytes = self.input.take(th, length)?;
        let value = if length <= 8 {
            let fill = if bytes.last().is_some_and(|top| top & 0x80 != 0) { 0xFF } else { 0 };
            let mut word = [fill; 8];
            word[..length].copy_from_slice(bytes);
            th.int(i64::from_le_bytes(word))
        } else {
            th.int_from_big(int_math::from_bytes(bytes, false, true))
        };
        self.push(value)
    }

    /// A string of Python 2.
    fn old_string(&mut self, bytes: Value) -> Res<()> {
        let th = self.th;
        if self.settings.encoding == "bytes" {
            return self.push(bytes);
        }
        let args = [th.str(&self.settings.encoding), th.str(&self.settings.errors)];
        let text = th.call_method_str(&bytes, "decode", &args)?;
        self.push(text)
    }

    fn number_line(&mut self) -> Res<i64> {
        let th = self.th;
        let line = [self.input.full_line(th)?, b"\n"].concat();
        let number = th.call(runtime::objects::int::INT_TYPE.value_ref(), &[th.str_from_latin1(&line)])?;
        let number = number.as_int().and_then(|number| number.to_i64());
        number.ok_or_else(|| th.overflow_error("Python int too large to convert to C ssize_t"))
    }

    #[inline]
    fn get(&mut self, index: usize) -> Res<()> {
        match self.memo.get(index) {
            Some(Some(value)) => {
                let value = value.clone();
                self.push(value)
            }
            _ => Err(unpickling_error(self.th, format_args!("Memo value not found at index {index}"))),
        }
    }

    fn get_checked(&mut self, index: i64, what: &str) -> Res<()> {
        let _ = what;
        match usize::try_from(index) {
            Ok(index) => self.get(index),
            Err(_) => Err(unpickling_error(self.th, format_args!("Memo value not found at index {index}"))),
        }
    }

    fn short_tuple(&mut self, count: usize) -> Res<()> {
        let start = self.stack.len().wrapping_sub(count);
        if self.stack.len() < count || start < self.fence() {
            return Err(self.underflow());
        }
        let tuple = self.th.tuple(&self.stack[start..]);
        self.stack.truncate(start);
        self.push(tuple)
    }

    /// The items above `start` and the object just below it.
    fn items_for(&mut self, start: usize) -> Res<(Value, Vec<Value>)> {
        if start > self.stack.len() || start <= self.fence() {
            return Err(self.underflow());
        }
        let items = self.above(start);
        let target = self.stack[start - 1].clone();
        Ok((target, items))
    }

    fn append(&mut self, start: usize) -> Res<()> {
        let th = self.th;
        if start == self.stack.len() && start > self.fence() {
            return Ok(());
        }
        let (target, items) = self.items_for(start)?;
        if let Some(list) = target.downcast_exact::<List>() {
            let before = list.with_mut(|own| {
                if own.is_empty() {
                    return std::mem::replace(own, items);
                }
                own.extend(items);
                Vec::new()
            });
            drop(before);
            return Ok(());
        }
        if let Some(extend) = th.getattr_opt_str(&target, "extend")? {
            th.call(&extend, &[th.list(items)])?;
            return Ok(());
        }
        let append = th.getattr_str(&target, "append")?;
        for item in items {
            th.call(&append, &[item])?;
        }
        Ok(())
    }

    fn set_items(&mut self, start: usize) -> Res<()> {
        let th = self.th;
        if start == self.stack.len() && start > self.fence() {
            return Ok(());
        }
        let (target, items) = self.items_for(start)?;
        if items.len() % 2 != 0 {
            return Err(unpickling_error(th, "odd number of items for SETITEMS"));
        }
        let mut items = items.into_iter();
        if let Some(dict) = target.downcast_exact::<Dict>() {
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                dict.set(th, &key, value)?;
            }
            return Ok(());
        }
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            th.set_item(&target, &key, &value)?;
        }
        Ok(())
    }

    fn add_items(&mut self, start: usize) -> Res<()> {
        let th = self.th;
        if start == self.stack.len() && start > self.fence() {
            return Ok(());
        }
        let (target, items) = self.items_for(start)?;
        if target.is_exactly(&runtime::objects::set::SET_TYPE)
            && let Some(set) = target.as_set()
        {
            for item in &items {
                set.add(th, item)?;
            }
            return Ok(());
        }
        let add = th.getattr_str(&target, "add")?;
        for item in items {
            th.call(&add, &[item])?;
        }
        Ok(())
    }

    fn find(&mut self, module: &Value, name: &Value) -> Res {
        match &self.hooks.find_class {
            Some(hook) => self.th.call(&hook.clone(), &[module.clone(), name.clone()]),
            None => find_class(self.th, module, name, self.protocol, self.settings.fix_imports),
        }
    }

    fn persistent(&mut self, id: &Value) -> Res<()> {
        let Some(hook) = self.hooks.persistent_load.clone() else { return Err(no_persistent_load(self.th)) };
        let object = self.th.call(&hook, std::slice::from_ref(id))?;
        self.push(object)
    }

    fn extension(&mut self, code: i64) -> Res<()> {
        let th = self.th;
        if code <= 0 {
            return Err(unpickling_error(th, "EXT specifies code <= 0"));
        }
        let key = th.int(code);
        let cache = library_attribute(th, "copyreg", "_extension_cache")?;
        let cache = cache.downcast::<Dict>().ok_or_else(|| th.type_error("_extension_cache must be a dict"))?;
        if let Some(object) = cache.get(th, &key)? {
            return self.push(object);
        }
        let registry = library_attribute(th, "copyreg", "_inverted_registry")?;
        let pair = registry.downcast::<Dict>().map(|registry| registry.get(th, &key)).transpose()?.flatten();
        let Some(pair) = pair else {
            return Err(th.value_error(format_args!("unregistered extension code {code}")));
        };
        let Some([module, name]) = pair.as_tuple().map(|pair| pair.as_slice()) else {
            return Err(th.value_error(format_args!("_inverted_registry[{code}] isn't a 2-tuple of strings")));
        };
        if module.as_str().is_none() || name.as_str().is_none() {
            return Err(th.value_error(format_args!("_inverted_registry[{code}] isn't a 2-tuple of strings")));
        }
        let object = self.find(module, name)?;
        cache.set(th, &key, object.clone())?;
        self.push(object)
    }

    /// As Python 2 made instances of its own classes.
    fn instantiate(&mut self, class: &Value, args: &[Value]) -> Res<()> {
        let th = self.th;
        let plain =
            args.is_empty() && class.as_type().is_some() && th.getattr_opt_str(class, "__getinitargs__")?.is_none();
        let object = if plain {
            let new = th.getattr_str(class, "__new__")?;
            th.call(&new, std::slice::from_ref(class))?
        } else {
            th.call(class, args)?
        };
        self.push(object)
    }

    fn new_object(&mut self, what: &str, kwargs: Option<Value>) -> Res<()> {
        let th = self.th;
        let (args, class) = (self.pop()?, self.pop()?);
        let wrong = |part: &str, wanted: &str, value: &Value| {
            let found = class_name(th, value);
            unpickling_error(th, format_args!("{what} {part} argument must be {wanted}, not {found}"))
        };
        let Some(class_type) = class.as_type() else { return Err(wrong("class", "a type", &class)) };
        let Some(new) = class_type.slots().new.get() else {
            let name = class_type.full_name();
            return Err(unpickling_error(th, format_args!("{what} class argument '{name}' doesn't have __new__")));
        };
        let Some(items) = args.as_tuple() else { return Err(wrong("args", "a tuple", &args)) };
        let object = match kwargs {
            None => new(th, class_type, items.as_slice(), &[])?,
            Some(kwargs) => {
                let Some(named) = kwargs.downcast::<Dict>() else { return Err(wrong("kwargs", "a dict", &kwargs)) };
                let mut all = items.as_slice().to_vec();
                let mut names = Vec::new();
                for (name, value) in named.to_vec() {
                    names.push(name);
                    all.push(value);
                }
                new(th, class_type, &all, &names)?
            }
        };
        self.push(object)
    }

    fn build(&mut self) -> Res<()> {
        let th = self.th;
        let state = self.pop()?;
        let object = self.top()?.clone();
        if let Some(set_state) = th.getattr_opt_str(&object, "__setstate__")? {
            th.call(&set_state, &[state])?;
            return Ok(());
        }
        let (state, slots) = match state.as_tuple().map(|tuple| tuple.as_slice()) {
            Some([state, slots]) => (state.clone(), slots.clone()),
            _ => (state, Value::NONE),
        };
        if !state.is_none() {
            let Some(named) = state.downcast::<Dict>() else {
                return Err(unpickling_error(th, "state is not a dictionary"));
            };
            let interned = |name: Value| {
                if name.is_exactly(&STR_TYPE) { runtime::intern::intern(th, name) } else { name }
            };
            let plain = named.has_str_keys() && has_plain_dict(th, &object);
            let target = if plain { None } else { Some(th.getattr_str(&object, "__dict__")?) };
            let mut position = 0;
            while let Some((name, value)) = named.next_entry(&mut position) {
                match &target {
                    None => {
                        let old = instance::set_attribute(th, &object, &interned(name), Some(value));
                        drop(old);
                    }
                    Some(target) => th.set_item(target, &interned(name), &value)?,
                }
            }
        }
        if !slots.is_none() {
            let Some(named) = slots.downcast::<Dict>() else {
                return Err(unpickling_error(th, "slot state is not a dictionary"));
            };
            for (name, value) in named.to_vec() {
                th.setattr(&object, &name, Some(&value))?;
            }
        }
        Ok(())
    }
}

/// Whether storing into `object.__dict__` is storing an instance attribute: the class has nothing special under that name.
fn has_plain_dict(th: &ThreadState, object: &Value) -> bool {
    let class = object.class();
    class.has_attrs()
        && class.lookup(th, &th.intern("__dict__")).is_none_or(|found| found.class().name() == "getset_descriptor")
}

/// A line of a name: UTF-8.
fn text_line(th: &ThreadState, line: &[u8]) -> Res {
    if line.is_ascii() { Ok(th.str_from_ascii(line)) } else { decode_text(th, line) }
}

/// UTF-8 in which surrogates may stand.
fn decode_text(th: &ThreadState, bytes: &[u8]) -> Res {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(th.str(text));
    }
    th.call_method_str(&th.bytes(bytes), "decode", &[th.str("utf-8"), th.str("surrogatepass")])
}
