//! Writing pickles: objects of the language itself. Everything else goes through `save_reduced`.

use algo::number::float::repr_float;
use algo::number::{IBig, int_math};
use runtime::objects::bytearray::BYTEARRAY_TYPE;
use runtime::objects::bytes::BYTES_TYPE;
use runtime::objects::dict::{DICT_TYPE, Dict};
use runtime::objects::float::FLOAT_TYPE;
use runtime::objects::function::FUNCTION_TYPE;
use runtime::objects::int::{INT_TYPE, IntView};
use runtime::objects::list::{LIST_TYPE, List};
use runtime::objects::set::{FROZENSET_TYPE, SET_TYPE};
use runtime::objects::str::{STR_TYPE, Str};
use runtime::objects::tuple::TUPLE_TYPE;
use runtime::types::TYPE_TYPE;
use runtime::{Res, ThreadState, Type, Value};

use super::buffer::{PICKLE_BUFFER_TYPE, PickleBuffer};
use super::memo::Memo;
use super::opcodes::*;
use super::{class_name, note, pickling_error};

/// Items of a container that are written in one go.
const BATCH: usize = 1000;
/// Frames are closed when they have grown this large; larger strings stand outside of frames.
const FRAME_TARGET: usize = 64 * 1024;
/// Smaller frames are not worth their head.
const FRAME_LEAST: usize = 4;
const FRAME_HEAD: usize = 9;
/// Room for the bytes at the start: most pickles are short.
const OUT: usize = 1000;

/// How a pickle is to be written.
#[derive(Clone)]
pub struct Settings {
    pub protocol: i32,
    pub fix_imports: bool,
    pub fast: bool,
    pub buffer_callback: Option<Value>,
}

impl Settings {
    pub fn read(th: &ThreadState, protocol: &Value, fix_imports: bool, buffer_callback: &Value) -> Res<Settings> {
        let mut number = HIGHEST_PROTOCOL;
        if !protocol.is_none() {
            let index = th.index(protocol)?;
            number = match index.as_int().and_then(IntView::to_i64) {
                Some(number) if number < 0 => HIGHEST_PROTOCOL,
                Some(number) if number <= i64::from(HIGHEST_PROTOCOL) => number as i32,
                _ => {
                    let message = format!("pickle protocol must be <= {HIGHEST_PROTOCOL}");
                    return Err(th.value_error(message));
                }
            };
        }
        let buffer_callback = Some(buffer_callback.clone()).filter(|callback| !callback.is_none());
        if buffer_callback.is_some() && number < 5 {
            return Err(th.value_error("buffer_callback needs protocol >= 5"));
        }
        Ok(Settings { protocol: number, fix_imports: fix_imports && number < 3, fast: false, buffer_callback })
    }
}

/// The `write` method of a file.
pub fn write_method(th: &ThreadState, file: &Value) -> Res {
    match th.getattr_opt_str(file, "write")? {
        Some(write) => Ok(write),
        None => Err(th.type_error("file must have a 'write' attribute")),
    }
}

/// What Python code may add to writing.
#[derive(Default)]
pub struct Hooks {
    pub persistent_id: Option<Value>,
    pub reducer_override: Option<Value>,
    pub dispatch_table: Option<Value>,
}

/// One pickle being written.
pub struct Saver<'a> {
    pub th: &'a ThreadState,
    pub settings: Settings,
    pub hooks: Hooks,
    pub memo: Memo,
    pub out: Vec<u8>,
    write: Option<Value>,
    framing: bool,
    /// Where the present frame's head stands.
    frame: Option<usize>,
    /// Containers that are being written without a memo.
    pub(super) fast_path: Vec<u64>,
}

/// The name of a type for notes.
fn item_note(th: &ThreadState, object: &Value, index: usize) -> Res<String> {
    Ok(format!("when serializing {} item {index}", class_name(th, object)))
}

fn key_note(th: &ThreadState, object: &Value, key: &Value) -> Res<String> {
    let key = th.repr_string(key)?;
    Ok(format!("when serializing {} item {key}", class_name(th, object)))
}

impl<'a> Saver<'a> {
    pub fn new(th: &'a ThreadState, settings: Settings, write: Option<Value>) -> Saver<'a> {
        Saver {
            th,
            settings,
            hooks: Hooks::default(),
            memo: Memo::default(),
            out: Vec::with_capacity(OUT),
            write,
            framing: false,
            frame: None,
            fast_path: Vec::new(),
        }
    }

    pub(super) fn protocol(&self) -> i32 {
        self.settings.protocol
    }

    pub(super) fn is_binary(&self) -> bool {
        self.settings.protocol > 0
    }

    /// Writes one whole pickle into `out` (parts of it may go to the file already).
    pub fn dump(&mut self, object: &Value) -> Res<()> {
        if self.protocol() >= 2 {
            self.out.extend_from_slice(&[PROTO, self.protocol() as u8]);
        }
        self.framing = self.protocol() >= 4;
        self.save(object)?;
        self.op(STOP);
        self.close_frame();
        self.framing = false;
        Ok(())
    }

    /// Gives what was written to the file.
    pub fn flush(&mut self) -> Res<()> {
        let Some(write) = &self.write else { return Ok(()) };
        let bytes = self.th.bytes(&self.out);
        self.out.clear();
        self.th.call(write, &[bytes])?;
        Ok(())
    }

    // Bytes and frames.

    #[inline]
    fn open_frame(&mut self) {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.out.len());
            self.out.extend_from_slice(&[0; FRAME_HEAD]);
        }
    }

    #[inline]
    pub(super) fn op(&mut self, code: u8) {
        self.open_frame();
        self.out.push(code);
    }

    #[inline]
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.open_frame();
        self.out.extend_from_slice(bytes);
    }

    fn close_frame(&mut self) {
        let Some(start) = self.frame.take() else { return };
        let length = self.out.len() - start - FRAME_HEAD;
        if length >= FRAME_LEAST {
            self.out[start] = FRAME;
            self.out[start + 1..start + FRAME_HEAD].copy_from_slice(&(length as u64).to_le_bytes());
        } else {
            self.out.drain(start..start + FRAME_HEAD);
        }
    }

    /// Between two objects: large frames end here.
    #[inline]
    fn boundary(&mut self) -> Res<()> {
        match self.frame {
            Some(start) if self.out.len() - start - FRAME_HEAD >= FRAME_TARGET => {
                self.close_frame();
                self.flush()
            }
            _ => Ok(()),
        }
    }

    /// A head and a payload; large payloads stand outside of frames and go to the file as they are.
    fn sized(&mut self, head: &[u8], payload: &[u8], object: Option<&Value>) -> Res<()> {
        if payload.len() < FRAME_TARGET {
            self.bytes(head);
            self.bytes(payload);
            return Ok(());
        }
        self.close_frame();
        let framing = std::mem::replace(&mut self.framing, false);
        self.bytes(head);
        match self.write.clone() {
            Some(write) => {
                self.flush()?;
                let whole = object.cloned().unwrap_or_else(|| self.th.bytes(payload));
                self.th.call(&write, &[whole])?;
            }
            None => {
                self.th.check_room(payload.len())?;
                self.bytes(payload);
            }
        }
        self.framing = framing;
        Ok(())
    }

    // The memo.

    /// Numbers an object that was just written.
    pub(super) fn memoize(&mut self, object: &Value) -> Res<()> {
        if self.settings.fast {
            return Ok(());
        }
        let index = self.memo.count();
        self.memo.insert(object, index);
        if self.protocol() >= 4 {
            self.op(MEMOIZE);
        } else if !self.is_binary() {
            self.bytes(format!("p{index}\n").as_bytes());
        } else if let Ok(byte) = u8::try_from(index) {
            self.bytes(&[BINPUT, byte]);
        } else {
            let index =
                u32::try_from(index).map_err(|_| pickling_error(self.th, "memo id too large for LONG_BINPUT"))?;
            self.op(LONG_BINPUT);
            self.bytes(&index.to_le_bytes());
        }
        Ok(())
    }

    /// Writes a reference to an object that was written before; false if it was not.
    #[inline]
    pub(super) fn recall(&mut self, object: &Value) -> Res<bool> {
        let Some(index) = self.memo.get(object) else { return Ok(false) };
        if !self.is_binary() {
            self.bytes(format!("g{index}\n").as_bytes());
        } else if let Ok(byte) = u8::try_from(index) {
            self.bytes(&[BINGET, byte]);
        } else {
            let index =
                u32::try_from(index).map_err(|_| pickling_error(self.th, "memo id too large for LONG_BINGET"))?;
            self.op(LONG_BINGET);
            self.bytes(&index.to_le_bytes());
        }
        Ok(true)
    }

    // Objects.

    /// Writes any object.
    pub fn save(&mut self, object: &Value) -> Res<()> {
        self.save_with(object, true)?;
        self.boundary()
    }

    /// Writes an object; `persistent` asks for a persistent id first.
    pub(super) fn save_with(&mut self, object: &Value, persistent: bool) -> Res<()> {
        if persistent && self.hooks.persistent_id.is_some() && self.save_persistent(object)? {
            return Ok(());
        }
        if let Some(number) = object.as_small_int() {
            self.save_small_int(number);
            return Ok(());
        }
        if let Some(truth) = object.as_bool() {
            match (self.protocol() >= 2, truth) {
                (true, true) => self.op(NEWTRUE),
                (true, false) => self.op(NEWFALSE),
                (false, true) => self.bytes(b"I01\n"),
                (false, false) => self.bytes(b"I00\n"),
            }
            return Ok(());
        }
        if object.is_none() {
            self.op(NONE);
            return Ok(());
        }
        let class = object.class();
        let is = |known: &Type| std::ptr::eq(class, known);
        if is(&FLOAT_TYPE) {
            self.save_float(object.as_float().unwrap_or(0.0));
            return Ok(());
        }
        if is(&INT_TYPE) {
            return self.save_big_int(object);
        }
        if self.recall(object)? {
            return Ok(());
        }
        if is(&STR_TYPE) {
            return self.save_str(object);
        }
        if is(&BYTES_TYPE) {
            return self.save_bytes(object);
        }
        self.th.check_native_stack(" while pickling an object")?;
        match () {
            () if is(&DICT_TYPE) => self.guarded(object, Self::save_dict),
            () if is(&LIST_TYPE) => self.guarded(object, Self::save_list),
            () if is(&TUPLE_TYPE) => self.save_tuple(object),
            () if is(&SET_TYPE) => self.save_set(object),
            () if is(&FROZENSET_TYPE) => self.save_frozenset(object),
            () if is(&BYTEARRAY_TYPE) => self.save_bytearray(object),
            () if is(&PICKLE_BUFFER_TYPE) => self.save_pickle_buffer(object),
            () => self.save_other(object, is(&TYPE_TYPE), is(&FUNCTION_TYPE)),
        }
    }

    /// Without a memo, a container that holds itself would never end.
    fn guarded(&mut self, object: &Value, save: fn(&mut Self, &Value) -> Res<()>) -> Res<()> {
        const UNCHECKED: usize = 50;
        if !self.settings.fast {
            return save(self, object);
        }
        if self.fast_path.len() >= UNCHECKED && self.fast_path.contains(&object.bits()) {
            let (class, address) = (object.class().full_name(), object.id());
            self.fast_path.clear();
            return Err(self.th.value_error(format_args!(
                "fast mode: can't pickle cyclic objects including object type {class} at {address:#x}"
            )));
        }
        self.fast_path.push(object.bits());
        let result = save(self, object);
        self.fast_path.pop();
        result
    }

    fn save_persistent(&mut self, object: &Value) -> Res<bool> {
        let Some(hook) = self.hooks.persistent_id.clone() else { return Ok(false) };
        let id = self.th.call(&hook, std::slice::from_ref(object))?;
        if id.is_none() {
            return Ok(false);
        }
        if self.is_binary() {
            self.save_with(&id, false)?;
            self.op(BINPERSID);
            return Ok(true);
        }
        let text = self.th.str_of(&id)?;
        let Some(ascii) = text.as_str().and_then(Str::as_ascii) else {
            return Err(pickling_error(self.th, "persistent IDs in protocol 0 must be ASCII strings"));
        };
        self.op(PERSID);
        self.bytes(ascii.as_bytes());
        self.op(b'\n');
        Ok(true)
    }

    #[inline]
    fn save_small_int(&mut self, number: i64) {
        let Ok(word) = i32::try_from(number) else {
            return self.save_wide(&number.to_le_bytes(), number.to_string());
        };
        if !self.is_binary() {
            self.bytes(format!("I{number}\n").as_bytes());
        } else if let Ok(byte) = u8::try_from(number) {
            self.bytes(&[BININT1, byte]);
        } else if let Ok(short) = u16::try_from(number) {
            let [low, high] = short.to_le_bytes();
            self.bytes(&[BININT2, low, high]);
        } else {
            let [a, b, c, d] = word.to_le_bytes();
            self.bytes(&[BININT, a, b, c, d]);
        }
    }

    /// An int past 32 bits: in two's complement, or in digits.
    fn save_wide(&mut self, bytes: &[u8], digits: String) {
        if self.protocol() < 2 {
            self.op(LONG);
            self.bytes(digits.as_bytes());
            self.bytes(b"L\n");
            return;
        }
        // The top byte may go as long as the sign stays.
        let mut bytes = bytes;
        while let [rest @ .., below, top] = bytes
            && (*top == 0 && below & 0x80 == 0 || *top == 0xFF && below & 0x80 != 0)
        {
            let _ = rest;
            bytes = &bytes[..bytes.len() - 1];
        }
        match u8::try_from(bytes.len()) {
            Ok(length) => self.bytes(&[LONG1, length]),
            Err(_) => {
                self.op(LONG4);
                self.bytes(&(bytes.len() as u32).to_le_bytes());
            }
        }
        self.bytes(bytes);
    }

    fn save_big_int(&mut self, object: &Value) -> Res<()> {
        let Some(number) = object.as_int() else { return Ok(()) };
        let number: IBig = number.to_big();
        let length = int_math::bit_length(&number) / 8 + 1;
        if length > i32::MAX as usize {
            return Err(self.th.overflow_error("int too large to pickle"));
        }
        let digits = if self.protocol() < 2 { self.th.repr_string(object)? } else { String::new() };
        let bytes = int_math::to_bytes(&number, length + 1, false, true).unwrap_or_default();
        self.save_wide(&bytes, digits);
        Ok(())
    }

    fn save_float(&mut self, number: f64) {
        if self.is_binary() {
            self.op(BINFLOAT);
            self.bytes(&number.to_be_bytes());
        } else {
            self.bytes(format!("F{}\n", repr_float(number)).as_bytes());
        }
    }

    fn save_str(&mut self, object: &Value) -> Res<()> {
        let Some(text) = object.as_str() else { return Ok(()) };
        if !self.is_binary() {
            self.op(UNICODE);
            let escaped = raw_unicode_escape(text);
            self.bytes(&escaped);
            self.op(b'\n');
            return self.memoize(object);
        }
        match text.as_ascii() {
            Some(ascii) => self.utf8(ascii.as_bytes())?,
            None => self.utf8(&text.to_wtf8())?,
        }
        self.memoize(object)
    }

    fn utf8(&mut self, utf8: &[u8]) -> Res<()> {
        let length = utf8.len();
        if length <= 0xFF && self.protocol() >= 4 {
            self.bytes(&[SHORT_BINUNICODE, length as u8]);
            self.bytes(utf8);
            return Ok(());
        }
        if let Ok(short) = u32::try_from(length) {
            let [a, b, c, d] = short.to_le_bytes();
            return self.sized(&[BINUNICODE, a, b, c, d], utf8, None);
        }
        if self.protocol() < 4 {
            return Err(self
                .th
                .overflow_error("serializing a string larger than 4 GiB requires pickle protocol 4 or higher"));
        }
        let mut head = [BINUNICODE8; FRAME_HEAD];
        head[1..].copy_from_slice(&(length as u64).to_le_bytes());
        self.sized(&head, utf8, None)
    }

    fn save_bytes(&mut self, object: &Value) -> Res<()> {
        let Some(bytes) = object.as_bytes() else { return Ok(()) };
        if self.protocol() < 3 {
            // Python 2 has no such type: as a call that makes it from text.
            let reduced = if bytes.is_empty() {
                self.th.tuple(&[BYTES_TYPE.as_value(), self.th.tuple(&[])])
            } else {
                let encode = super::library_attribute(self.th, "_codecs", "encode")?;
                let text = self.th.str_from_latin1(bytes.as_slice());
                self.th.tuple(&[encode, self.th.tuple(&[text, self.th.intern("latin1")])])
            };
            return self.save_reduce(&reduced, Some(object));
        }
        self.bytes_body(bytes.as_slice(), Some(object))?;
        self.memoize(object)
    }

    pub(super) fn bytes_body(&mut self, bytes: &[u8], object: Option<&Value>) -> Res<()> {
        let length = bytes.len();
        if let Ok(byte) = u8::try_from(length) {
            self.bytes(&[SHORT_BINBYTES, byte]);
            self.bytes(bytes);
            return Ok(());
        }
        if let Ok(short) = u32::try_from(length) {
            let [a, b, c, d] = short.to_le_bytes();
            return self.sized(&[BINBYTES, a, b, c, d], bytes, object);
        }
        if self.protocol() < 4 {
            return Err(self
                .th
                .overflow_error("serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher"));
        }
        let mut head = [BINBYTES8; FRAME_HEAD];
        head[1..].copy_from_slice(&(length as u64).to_le_bytes());
        self.sized(&head, bytes, object)
    }

    fn bytearray_body(&mut self, bytes: &[u8], object: Option<&Value>) -> Res<()> {
        let mut head = [BYTEARRAY8; FRAME_HEAD];
        head[1..].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.sized(&head, bytes, object)
    }

    fn save_bytearray(&mut self, object: &Value) -> Res<()> {
        let buffer = self.th.readable_buffer(object)?;
        if self.protocol() < 5 {
            let args = if buffer.is_empty() { vec![] } else { vec![self.th.bytes(buffer.as_slice())] };
            drop(buffer);
            let args = self.th.tuple_from_vec(args);
            let reduced = self.th.tuple(&[BYTEARRAY_TYPE.as_value(), args]);
            return self.save_reduce(&reduced, Some(object));
        }
        let bytes = buffer.to_vec();
        drop(buffer);
        self.bytearray_body(&bytes, Some(object))?;
        self.memoize(object)
    }

    fn save_pickle_buffer(&mut self, object: &Value) -> Res<()> {
        if self.protocol() < 5 {
            return Err(pickling_error(self.th, "PickleBuffer can only be pickled with protocol >= 5"));
        }
        let Some(wrapper) = object.downcast::<PickleBuffer>() else { return Ok(()) };
        wrapper.object(self.th)?;
        let buffer = self.th.buffer(object, runtime::buffer::Flags::FULL_RO)?;
        if !buffer.info().is_c_contiguous()
            && !self.th.is_true(
                &self.th.getattr_str(&self.th.memoryview(object, runtime::buffer::Flags::FULL_RO)?, "f_contiguous")?,
            )?
        {
            return Err(pickling_error(
                self.th,
                "PickleBuffer can not be pickled when pointing to a non-contiguous buffer",
            ));
        }
        // The callback may release the buffer: what is written comes from this view.
        let view = self.th.memoryview(object, runtime::buffer::Flags::FULL_RO)?;
        let mut in_band = true;
        if let Some(callback) = self.settings.buffer_callback.clone() {
            let answer = self.th.call(&callback, std::slice::from_ref(object))?;
            in_band = self.th.is_true(&answer)?;
        }
        if in_band {
            let bytes = self.th.call_method_str(&view, "tobytes", &[self.th.str("A")])?;
            let bytes = bytes.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default();
            if buffer.is_readonly() {
                self.bytes_body(&bytes, None)?;
            } else {
                self.bytearray_body(&bytes, None)?;
            }
            return self.memoize(object);
        }
        self.op(NEXT_BUFFER);
        if buffer.is_readonly() {
            self.op(READONLY_BUFFER);
        }
        Ok(())
    }

    fn save_tuple(&mut self, object: &Value) -> Res<()> {
        let Some(tuple) = object.as_tuple() else { return Ok(()) };
        let items = tuple.as_slice();
        if items.is_empty() {
            if self.is_binary() {
                self.op(EMPTY_TUPLE);
            } else {
                self.bytes(&[MARK, TUPLE]);
            }
            return Ok(());
        }
        let short = items.len() <= 3 && self.protocol() >= 2;
        if !short {
            self.op(MARK);
        }
        for (index, item) in items.iter().enumerate() {
            let th = self.th;
            self.save(item).map_err(|raised| note(th, raised, || item_note(th, object, index)))?;
        }
        // A tuple that holds itself was written while its items were.
        if self.memo.contains(object) {
            if short {
                items.iter().for_each(|_| self.op(POP));
            } else if self.is_binary() {
                self.op(POP_MARK);
            } else {
                (0..=items.len()).for_each(|_| self.op(POP));
            }
            self.recall(object)?;
            return Ok(());
        }
        self.op(match items.len() {
            1 if short => TUPLE1,
            2 if short => TUPLE2,
            3 if short => TUPLE3,
            _ => TUPLE,
        });
        self.memoize(object)
    }

    fn save_list(&mut self, object: &Value) -> Res<()> {
        if self.is_binary() {
            self.op(EMPTY_LIST);
        } else {
            self.bytes(&[MARK, LIST]);
        }
        self.memoize(object)?;
        let Some(list) = object.downcast::<List>() else { return Ok(()) };
        if !self.is_binary() {
            let iterator = self.th.iter(object)?;
            return self.batch_list(object, &iterator);
        }
        let th = self.th;
        if let (1, Some(item)) = (list.len(), list.get(0)) {
            self.save(&item).map_err(|raised| note(th, raised, || item_note(th, object, 0)))?;
            self.op(APPEND);
            return Ok(());
        }
        let mut index = 0;
        while index < list.len() {
            self.op(MARK);
            let end = index + BATCH;
            while index < end
                && let Some(item) = list.get(index)
            {
                if let (Some(number), None) = (item.as_small_int(), &self.hooks.persistent_id) {
                    self.save_small_int(number);
                    self.boundary()?;
                    index += 1;
                    continue;
                }
                self.save(&item).map_err(|raised| note(th, raised, || item_note(th, object, index)))?;
                index += 1;
            }
            self.op(APPENDS);
        }
        Ok(())
    }

    /// The items of an iterator, to be appended to the list-like object that was just made.
    pub(super) fn batch_list(&mut self, object: &Value, iterator: &Value) -> Res<()> {
        let th = self.th;
        let mut index = 0;
        let mut save = |saver: &mut Self, item: &Value| {
            let result = saver.save(item).map_err(|raised| note(th, raised, || item_note(th, object, index)));
            index += 1;
            result
        };
        if !self.is_binary() {
            while let Some(item) = th.next(iterator)? {
                save(self, &item)?;
                self.op(APPEND);
            }
            return Ok(());
        }
        loop {
            let Some(first) = th.next(iterator)? else { return Ok(()) };
            let Some(second) = th.next(iterator)? else {
                save(self, &first)?;
                self.op(APPEND);
                return Ok(());
            };
            self.op(MARK);
            save(self, &first)?;
            drop(first);
            let mut next = Some(second);
            let mut count = 1;
            while let Some(item) = next.take() {
                save(self, &item)?;
                count += 1;
                if count == BATCH {
                    break;
                }
                next = th.next(iterator)?;
            }
            self.op(APPENDS);
            if count < BATCH {
                return Ok(());
            }
        }
    }

    fn save_pair(&mut self, object: &Value, key: &Value, value: &Value) -> Res<()> {
        let th = self.th;
        self.save(key)?;
        self.save(value).map_err(|raised| note(th, raised, || key_note(th, object, key)))
    }

    fn save_dict(&mut self, object: &Value) -> Res<()> {
        if self.is_binary() {
            self.op(EMPTY_DICT);
        } else {
            self.bytes(&[MARK, DICT]);
        }
        self.memoize(object)?;
        let Some(dict) = object.downcast::<Dict>() else { return Ok(()) };
        if dict.is_empty() {
            return Ok(());
        }
        let th = self.th;
        let size = dict.len();
        let mut position = 0;
        if !self.is_binary() || size == 1 {
            while let Some((key, value)) = dict.next_entry(&mut position) {
                self.save_pair(object, &key, &value)?;
                self.op(SETITEM);
                if dict.len() != size {
                    return Err(th.runtime_error("dictionary changed size during iteration"));
                }
            }
            return Ok(());
        }
        loop {
            self.op(MARK);
            let mut count = 0;
            while count < BATCH
                && let Some((key, value)) = dict.next_entry(&mut position)
            {
                self.save_pair(object, &key, &value)?;
                count += 1;
                if dict.len() != size {
                    return Err(th.runtime_error("dictionary changed size during iteration"));
                }
            }
            self.op(SETITEMS);
            if count < BATCH {
                return Ok(());
            }
        }
    }

    /// The pairs of an iterator, to be stored in the dict-like object that was just made.
    pub(super) fn batch_dict(&mut self, object: &Value, iterator: &Value) -> Res<()> {
        let th = self.th;
        let next = || -> Res<Option<(Value, Value)>> {
            let Some(pair) = th.next(iterator)? else { return Ok(None) };
            match pair.as_tuple().map(|tuple| tuple.as_slice()) {
                Some([key, value]) => Ok(Some((key.clone(), value.clone()))),
                _ => Err(th.type_error("dict items iterator must return 2-tuples")),
            }
        };
        if !self.is_binary() {
            while let Some((key, value)) = next()? {
                self.save_pair(object, &key, &value)?;
                self.op(SETITEM);
            }
            return Ok(());
        }
        loop {
            let Some((key, value)) = next()? else { return Ok(()) };
            let Some(second) = next()? else {
                self.save_pair(object, &key, &value)?;
                self.op(SETITEM);
                return Ok(());
            };
            self.op(MARK);
            self.save_pair(object, &key, &value)?;
            let mut pair = Some(second);
            let mut count = 1;
            while let Some((key, value)) = pair.take() {
                self.save_pair(object, &key, &value)?;
                count += 1;
                if count == BATCH {
                    break;
                }
                pair = next()?;
            }
            self.op(SETITEMS);
            if count < BATCH {
                return Ok(());
            }
        }
    }

    /// Before protocol 4, a set is the call of its class with a list.
    fn set_as_call(&mut self, object: &Value) -> Res<()> {
        let items = self.th.list(self.th.collect(object)?);
        let reduced = self.th.tuple(&[object.class().as_value(), self.th.tuple(&[items])]);
        self.save_reduce(&reduced, Some(object))
    }

    fn save_set(&mut self, object: &Value) -> Res<()> {
        if self.protocol() < 4 {
            return self.set_as_call(object);
        }
        self.op(EMPTY_SET);
        self.memoize(object)?;
        let Some(set) = object.as_set() else { return Ok(()) };
        let size = set.len();
        if size == 0 {
            return Ok(());
        }
        let th = self.th;
        let mut position = 0;
        loop {
            self.op(MARK);
            let mut count = 0;
            while count < BATCH
                && let Some((item, _)) = set.next_entry(&mut position)
            {
                self.save(&item)
                    .map_err(|raised| note(th, raised, || Ok("when serializing set element".to_owned())))?;
                count += 1;
                if set.len() != size {
                    return Err(th.runtime_error("set changed size during iteration"));
                }
            }
            self.op(ADDITEMS);
            if count < BATCH {
                return Ok(());
            }
        }
    }

    fn save_frozenset(&mut self, object: &Value) -> Res<()> {
        if self.protocol() < 4 {
            return self.set_as_call(object);
        }
        self.op(MARK);
        let th = self.th;
        for item in th.collect(object)? {
            self.save(&item)
                .map_err(|raised| note(th, raised, || Ok("when serializing frozenset element".to_owned())))?;
        }
        if self.memo.contains(object) {
            self.op(POP_MARK);
            self.recall(object)?;
            return Ok(());
        }
        self.op(FROZENSET);
        self.memoize(object)
    }
}

/// Protocol 0 writes text in Latin-1 with escapes.
fn raw_unicode_escape(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for point in text.code_points() {
        match point {
            0x5C | 0 | 0x0A | 0x0D | 0x1A => out.extend_from_slice(format!("\\u{point:04x}").as_bytes()),
            0..0x100 => out.push(point as u8),
            0x100..0x1_0000 => out.extend_from_slice(format!("\\u{point:04x}").as_bytes()),
            _ => out.extend_from_slice(format!("\\U{point:08x}").as_bytes()),
        }
    }
    out
}
