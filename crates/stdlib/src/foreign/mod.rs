//! `_taipan_foreign`: what `ctypes` stands on. Memory at a fixed address, libraries, calls of foreign functions and calls back.
//!
//! The classes of `ctypes` themselves are Python (`crates/frozen/overlay/_ctypes`). This module knows bytes only; how a
//! value travels is said by a string with a letter for each word: `I` in a general register, `D` in a floating-point register,
//! `M` the whole in memory (on the stack), `X` a `long double`, and nothing for no value.

mod raw;

use std::cell::{Cell, RefCell};
use std::ffi::CString;
use std::rc::Rc;

use macros::{pyclass, pymethods, pymodule};
use runtime::buffer::{BufferInfo, Dimensions, Flags, Format};
use runtime::gc::ValueCell;
use runtime::module::ModuleDef;
use runtime::objects::exceptions as exc;
use runtime::objects::str::Str;
use runtime::{Res, ThreadState, Type, Value};

use raw::{Call, Entry, SLOTS, Span};

/// The modules of this folder.
pub const MODULES: &[&ModuleDef] = &[&foreign_module::MODULE];

/// Bytes at a fixed address.
#[pyclass(name = "Memory", module = "_taipan_foreign")]
pub struct Memory {
    #[notrace]
    span: RefCell<Span>,
    /// A dictionary that all parts of the same memory share: what must live as long as it.
    keep: ValueCell,
}

impl Memory {
    fn make(th: &ThreadState, span: Span, keep: Value) -> Value {
        th.new_object(Memory { span: RefCell::new(span), keep: ValueCell::new(keep) })
    }

    fn span(&self) -> Span {
        self.span.borrow().clone()
    }

    fn number<const N: usize>(&self, th: &ThreadState, offset: usize, swapped: bool) -> Res<[u8; N]> {
        let mut bytes = [0; N];
        if !self.span.borrow().read(offset, &mut bytes) {
            return Err(outside(th));
        }
        if swapped {
            bytes.reverse();
        }
        Ok(bytes)
    }

    fn put<const N: usize>(&self, th: &ThreadState, offset: usize, swapped: bool, mut bytes: [u8; N]) -> Res<()> {
        if swapped {
            bytes.reverse();
        }
        if self.span.borrow().write(offset, &bytes) { Ok(()) } else { Err(outside(th)) }
    }
}

#[cold]
fn outside(th: &ThreadState) -> runtime::Raised {
    th.value_error("outside of the memory")
}

/// An extended float of 80 bits as a float.
fn of_extended(bytes: [u8; 10]) -> f64 {
    let [m0, m1, m2, m3, m4, m5, m6, m7, e0, e1] = bytes;
    let mantissa = u64::from_le_bytes([m0, m1, m2, m3, m4, m5, m6, m7]);
    let exponent = u16::from_le_bytes([e0, e1]);
    let negative = exponent & 0x8000 != 0;
    let value = match exponent & 0x7FFF {
        0x7FFF if mantissa << 1 == 0 => f64::INFINITY,
        0x7FFF => f64::NAN,
        _ if mantissa == 0 => 0.0,
        exponent => {
            // In two steps, so that neither power leaves the range before its time.
            let power = i32::from(exponent) - 16383 - 63;
            let half = power / 2;
            mantissa as f64 * 2f64.powi(half.clamp(-1000, 1000)) * 2f64.powi((power - half).clamp(-1000, 1000))
        }
    };
    if negative { -value } else { value }
}

/// A float as an extended float of 80 bits.
fn to_extended(value: f64) -> [u8; 10] {
    let bits = value.to_bits();
    let sign = ((bits >> 63) as u16) << 15;
    let (exponent, fraction) = ((bits >> 52 & 0x7FF) as i32, bits & ((1 << 52) - 1));
    let (exponent, mantissa) = match (exponent, fraction) {
        (0, 0) => (0, 0),
        (0, fraction) => {
            let zeros = fraction.leading_zeros();
            (16383 - 1011 - zeros as i32, fraction << zeros)
        }
        (0x7FF, fraction) => (0x7FFF, 1 << 63 | fraction << 11),
        (exponent, fraction) => (exponent - 1023 + 16383, 1 << 63 | fraction << 11),
    };
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&mantissa.to_le_bytes());
    bytes[8..].copy_from_slice(&(exponent as u16 | sign).to_le_bytes());
    bytes
}

fn float_of(th: &ThreadState, value: &Value) -> Res<f64> {
    th.to_f64(value)
}

#[pymethods]
impl Memory {
    #[pyslot("(size, /)")]
    fn new(th: &ThreadState, cls: &Type, size: usize) -> Res {
        let _ = cls;
        th.check_room(size)?;
        let Some(span) = Span::zeroed(size) else { return Err(th.memory_error()) };
        Ok(Memory::make(th, span, Value::NONE))
    }

    /// Memory at an address, for which the program answers.
    #[pystaticmethod("(address, size, /)")]
    fn foreign(th: &ThreadState, address: &Value, size: usize) -> Res {
        Ok(Memory::make(th, Span::foreign(address_of(th, address)?, size), Value::NONE))
    }

    /// A part of a writable buffer; None if it does not fit.
    #[pystaticmethod("(buffer, offset, size, /)")]
    fn of_buffer(th: &ThreadState, buffer: &Value, offset: usize, size: usize) -> Res {
        let held = Rc::new(th.writable_buffer(buffer)?);
        Ok(Span::of_buffer(held, offset, size).map_or(Value::NONE, |span| Memory::make(th, span, Value::NONE)))
    }

    /// The bytes from an offset on, sharing the memory.
    #[pymethod("(offset, size, /)")]
    fn part(&self, th: &ThreadState, offset: usize, size: usize) -> Res {
        let Some(span) = self.span.borrow().part(offset, size) else { return Err(outside(th)) };
        let keep = self.keep(th);
        Ok(Memory::make(th, span, keep))
    }

    /// Moves the bytes to memory of another size. Parts go on with the old memory.
    #[pymethod("(size, /)")]
    fn resize(&self, th: &ThreadState, size: usize) -> Res<()> {
        th.check_room(size)?;
        let Some(span) = Span::zeroed(size) else { return Err(th.memory_error()) };
        let old = self.span();
        let mut bytes = vec![0; old.size().min(size)];
        old.read(0, &mut bytes);
        span.write(0, &bytes);
        let replaced = self.span.replace(span);
        drop(replaced);
        Ok(())
    }

    #[pygetter]
    fn address(&self) -> usize {
        self.span.borrow().address()
    }

    #[pygetter]
    fn size(&self) -> usize {
        self.span.borrow().size()
    }

    /// Whether the memory is Python's own.
    #[pygetter]
    fn owned(&self) -> bool {
        self.span.borrow().is_owned()
    }

    /// A dictionary that all parts share.
    #[pygetter]
    fn keep(&self, th: &ThreadState) -> Value {
        match self.keep.get() {
            Some(keep) if !keep.is_none() => keep,
            _ => {
                let keep = th.dict(runtime::objects::dict::Dict::new());
                self.keep.set(Some(keep.clone()));
                keep
            }
        }
    }

    #[pymethod("(offset, size, /)")]
    fn read(&self, th: &ThreadState, offset: usize, size: usize) -> Res {
        let span = self.span();
        if offset.checked_add(size).is_none_or(|end| end > span.size()) {
            return Err(outside(th));
        }
        th.check_room(size)?;
        let mut bytes = vec![0; size];
        span.read(offset, &mut bytes);
        Ok(th.bytes(&bytes))
    }

    #[pymethod("(offset, data, /)")]
    fn write(&self, th: &ThreadState, offset: usize, data: &Value) -> Res<()> {
        let bytes = th.readable_buffer(data)?.to_vec();
        if self.span.borrow().write(offset, &bytes) { Ok(()) } else { Err(outside(th)) }
    }

    /// The number at an offset. Codes are those of ctypes; addresses are integers.
    #[pymethod("(code, offset=0, swapped=False, /)")]
    fn get(&self, th: &ThreadState, code: &Str, offset: usize, swapped: bool) -> Res {
        Ok(match code.as_ascii().unwrap_or("") {
            "b" => th.int(i64::from(i8::from_ne_bytes(self.number(th, offset, swapped)?))),
            "B" => th.int(i64::from(u8::from_ne_bytes(self.number(th, offset, swapped)?))),
            "h" => th.int(i64::from(i16::from_ne_bytes(self.number(th, offset, swapped)?))),
            "H" => th.int(i64::from(u16::from_ne_bytes(self.number(th, offset, swapped)?))),
            "i" => th.int(i64::from(i32::from_ne_bytes(self.number(th, offset, swapped)?))),
            "I" | "u" => th.int(i64::from(u32::from_ne_bytes(self.number(th, offset, swapped)?))),
            "l" | "q" => th.int(i64::from_ne_bytes(self.number(th, offset, swapped)?)),
            "L" | "Q" | "P" | "z" | "Z" | "O" => {
                th.int_from_big(u64::from_ne_bytes(self.number(th, offset, swapped)?).into())
            }
            "?" => Value::bool(u8::from_ne_bytes(self.number(th, offset, swapped)?) != 0),
            "f" => th.float(f64::from(f32::from_ne_bytes(self.number(th, offset, swapped)?))),
            "d" => th.float(f64::from_ne_bytes(self.number(th, offset, swapped)?)),
            "g" => th.float(of_extended(self.number(th, offset, false)?)),
            "F" => {
                let at = |offset| -> Res<f64> { Ok(f64::from(f32::from_ne_bytes(self.number(th, offset, swapped)?))) };
                th.complex(at(offset)?, at(offset + 4)?)
            }
            "D" => {
                let at = |offset| -> Res<f64> { Ok(f64::from_ne_bytes(self.number(th, offset, swapped)?)) };
                th.complex(at(offset)?, at(offset + 8)?)
            }
            "G" => {
                let at = |offset| -> Res<f64> { Ok(of_extended(self.number(th, offset, false)?)) };
                th.complex(at(offset)?, at(offset + 16)?)
            }
            _ => return Err(th.value_error("unknown code")),
        })
    }

    /// Writes a number at an offset; integers lose the bits that do not fit.
    #[pymethod("(code, value, offset=0, swapped=False, /)")]
    fn set(&self, th: &ThreadState, code: &Str, value: &Value, offset: usize, swapped: bool) -> Res<()> {
        match code.as_ascii().unwrap_or("") {
            "b" | "B" => self.put(th, offset, swapped, [low_bits(th, value)? as u8]),
            "h" | "H" => self.put(th, offset, swapped, (low_bits(th, value)? as u16).to_ne_bytes()),
            "i" | "I" | "u" => self.put(th, offset, swapped, (low_bits(th, value)? as u32).to_ne_bytes()),
            "l" | "q" | "L" | "Q" | "P" | "z" | "Z" | "O" => {
                self.put(th, offset, swapped, low_bits(th, value)?.to_ne_bytes())
            }
            "?" => {
                let on = th.is_true(value)?;
                self.put(th, offset, swapped, [u8::from(on)])
            }
            "f" => {
                let number = float_of(th, value)?;
                self.put(th, offset, swapped, (number as f32).to_ne_bytes())
            }
            "d" => {
                let number = float_of(th, value)?;
                self.put(th, offset, swapped, number.to_ne_bytes())
            }
            "g" => {
                let number = float_of(th, value)?;
                self.put(th, offset, false, to_extended(number))
            }
            _ => Err(th.value_error("unknown code")),
        }
    }

    /// A memoryview of the bytes as items of a format.
    #[pymethod("(format, itemsize, shape, readonly, /)")]
    fn view(&self, th: &ThreadState, format: &Str, itemsize: usize, shape: &Value, readonly: bool) -> Res {
        let span = self.span();
        let mut sizes = Vec::new();
        let mut length = itemsize;
        for size in th.collect(shape)? {
            let size = th.index_or(&size, &exc::OVERFLOW_ERROR)?;
            if size < 0 {
                return Err(outside(th));
            }
            length = length.saturating_mul(size.unsigned_abs());
            sizes.push(size);
        }
        if length > span.size() {
            return Err(outside(th));
        }
        // A single item has all of the memory behind it, which may have been made larger than the item.
        let length = if sizes.is_empty() { span.size() } else { length };
        let view = View {
            span,
            format: format.to_string_lossy(),
            itemsize,
            length,
            shape: sizes,
            readonly,
            keep: self.keep(th),
        };
        let view = th.new_object(view);
        th.call(runtime::objects::memoryview::MEMORYVIEW_TYPE.value_ref(), &[view])
    }
}

/// The low 64 bits of an integer of any size.
fn low_bits(th: &ThreadState, value: &Value) -> Res<u64> {
    let value = &th.index(value)?;
    if let Some(small) = value.as_small_int() {
        return Ok(small as u64);
    }
    let Some(number) = value.as_int() else { return Err(th.type_error("an integer is required")) };
    let (sign, magnitude) = number.to_big().into_parts();
    let words = magnitude.as_words();
    let low = words.first().copied().unwrap_or(0);
    Ok(if sign == algo::number::Sign::Negative { low.wrapping_neg() } else { low })
}

/// An address; negative numbers wrap round.
fn address_of(th: &ThreadState, value: &Value) -> Res<usize> {
    Ok(low_bits(th, value)? as usize)
}

/// What a memoryview of memory looks at.
#[pyclass(name = "_View", module = "_taipan_foreign", flags(disallow_new), hidden)]
pub struct View {
    #[notrace]
    span: Span,
    format: String,
    itemsize: usize,
    length: usize,
    #[notrace]
    shape: Vec<isize>,
    readonly: bool,
    keep: Value,
}

#[pymethods]
impl View {
    #[pyslot]
    fn get_buffer(&self, th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        let _ = &self.keep;
        let bytes = BufferInfo::of_bytes(th, slf, self.span.start(), self.length, self.readonly, flags)?;
        let mut strides = vec![self.itemsize as isize; self.shape.len()];
        for at in (1..strides.len()).rev() {
            // With a dimension of zero the others may be of any size.
            strides[at - 1] = strides[at].wrapping_mul(self.shape[at]);
        }
        Ok(BufferInfo {
            itemsize: self.itemsize,
            format: Format::from(self.format.as_str()),
            shape: Dimensions::from(self.shape.clone()),
            strides: Dimensions::from(strides),
            ..bytes
        })
    }
}

/// What a callback calls, and how its arguments arrive.
struct Handler {
    function: Value,
    /// Letters and sizes of the arguments.
    arguments: Vec<(Vec<u8>, usize)>,
    result: Vec<u8>,
}

/// The callbacks of an interpreter, by slot.
struct State {
    handlers: RefCell<Vec<Option<Rc<Handler>>>>,
}

impl Default for State {
    fn default() -> State {
        State { handlers: RefCell::new((0..SLOTS).map(|_| None).collect()) }
    }
}

thread_local! {
    /// Whether this thread is in a foreign function that runs without the GIL.
    static RELEASED: Cell<bool> = const { Cell::new(false) };
    /// The copy of `errno` that functions with `use_errno` see.
    static ERRNO: Cell<i32> = const { Cell::new(0) };
}

/// Runs foreign code without the GIL; what it calls back comes in through [`held`].
pub fn released<R>(th: &ThreadState, work: impl FnOnce() -> R) -> R {
    th.without_gil(|| {
        let outer = RELEASED.replace(true);
        let result = work();
        RELEASED.set(outer);
        result
    })
}

/// Runs Python for foreign code that has called back, with the GIL.
pub fn held<R>(th: &ThreadState, work: impl FnOnce() -> R) -> R {
    if !RELEASED.replace(false) {
        return work();
    }
    let result = th.with_gil(work);
    RELEASED.set(true);
    result
}

/// A function that foreign code can call, as long as this object lives.
#[pyclass(name = "Callback", module = "_taipan_foreign")]
pub struct Callback {
    slot: usize,
}

impl Drop for Callback {
    fn drop(&mut self) {
        if let Some(th) = runtime::thread::current() {
            let state = th.extension::<State>();
            let old = state.handlers.borrow_mut().get_mut(self.slot).and_then(Option::take);
            drop(old);
        }
    }
}

#[pymethods]
impl Callback {
    #[pyslot("(function, arguments, result, /)")]
    fn new(th: &ThreadState, cls: &Type, function: &Value, arguments: &Value, result: &Str) -> Res {
        let mut list = Vec::new();
        for argument in th.collect(arguments)? {
            let pair = th.collect(&argument)?;
            let [letters, size] = &pair[..] else { return Err(th.value_error("letters and size expected")) };
            let Some(letters) = letters.as_str() else { return Err(th.type_error("letters expected")) };
            list.push((
                letters.to_string_lossy().into_bytes(),
                th.index_or(size, &exc::OVERFLOW_ERROR)?.unsigned_abs(),
            ));
        }
        let handler =
            Handler { function: function.clone(), arguments: list, result: result.to_string_lossy().into_bytes() };
        if raw::thunk_address(0).is_none() {
            return Err(th.error(&exc::NOT_IMPLEMENTED_ERROR, "callbacks are not there yet on this machine"));
        }
        raw::answer_with(answer);
        let state = th.extension::<State>();
        let mut handlers = state.handlers.borrow_mut();
        let Some(slot) = handlers.iter().position(Option::is_none) else {
            return Err(th.error(&exc::MEMORY_ERROR, "too many callbacks"));
        };
        handlers[slot] = Some(Rc::new(handler));
        drop(handlers);
        Ok(th.new_instance(cls, Callback { slot }))
    }

    #[pygetter]
    fn address(&self) -> usize {
        raw::thunk_address(self.slot).unwrap_or(0)
    }
}

/// Foreign code has called a slot.
fn answer(slot: usize, entry: &mut Entry, word: &dyn Fn(usize) -> u64) {
    // A thread that Python does not know cannot run it.
    let Some(th) = runtime::thread::current() else { return };
    held(th, || answer_held(th, slot, entry, word));
}

fn answer_held(th: &ThreadState, slot: usize, entry: &mut Entry, word: &dyn Fn(usize) -> u64) {
    let state = th.extension::<State>();
    let handler = state.handlers.borrow().get(slot).cloned().flatten();
    let Some(handler) = handler else { return };
    let (mut ints, mut floats, mut stack) = (0, 0, 0);
    if handler.result == b"M" {
        // The first register says where the result goes.
        ints = 1;
    }
    let mut arguments = Vec::new();
    for (letters, size) in &handler.arguments {
        let general = letters.iter().filter(|&&letter| letter == b'I').count();
        let floating = letters.iter().filter(|&&letter| letter == b'D').count();
        let in_registers = general + floating == letters.len() && ints + general <= 6 && floats + floating <= 8;
        let mut bytes = Vec::new();
        if in_registers {
            for letter in letters {
                let (place, registers) =
                    if *letter == b'I' { (&mut ints, &entry.ints[..]) } else { (&mut floats, &entry.floats[..]) };
                bytes.extend_from_slice(&registers[*place].to_ne_bytes());
                *place += 1;
            }
        } else {
            if letters == b"X" {
                stack += stack % 2;
            }
            for _ in 0..size.div_ceil(8) {
                bytes.extend_from_slice(&word(stack).to_ne_bytes());
                stack += 1;
            }
        }
        bytes.truncate(*size);
        arguments.push(th.bytes(&bytes));
    }
    let result = match th.check_native_stack(" in a callback").and_then(|()| th.call(&handler.function, &arguments)) {
        Ok(result) => result,
        Err(raised) => {
            // The handler reports what its function raises; this is an interrupt or the like.
            th.unraisable(raised, None, Some(&handler.function));
            return;
        }
    };
    let Some(bytes) = runtime::buffer::plain_bytes(&result) else { return };
    if handler.result == b"M" {
        let address = entry.ints[0];
        Span::foreign(address as usize, bytes.len()).write(0, &bytes);
        entry.result_ints[0] = address;
        return;
    }
    if handler.result == b"X" {
        let mut sixteen = [0; 16];
        let length = bytes.len().min(16);
        sixteen[..length].copy_from_slice(&bytes[..length]);
        let number = u128::from_ne_bytes(sixteen);
        entry.result_extended = [number as u64, (number >> 64) as u64];
        entry.extended = 1;
        return;
    }
    let (mut ints, mut floats) = (0, 0);
    for (letter, chunk) in handler.result.iter().zip(bytes.chunks(8)) {
        let mut eight = [0; 8];
        eight[..chunk.len()].copy_from_slice(chunk);
        let (place, registers) =
            if *letter == b'I' { (&mut ints, &mut entry.result_ints) } else { (&mut floats, &mut entry.result_floats) };
        if let Some(register) = registers.get_mut(*place) {
            *register = u64::from_ne_bytes(eight);
        }
        *place += 1;
    }
}

/// Most words that are put on the stack for a call.
const MOST_WORDS: usize = 4096;

/// Puts an argument's bytes where its letters say.
fn place_argument(call: &mut Call, used: &mut (usize, usize), letters: &[u8], bytes: &[u8]) {
    let general = letters.iter().filter(|&&letter| letter == b'I').count();
    let floating = letters.iter().filter(|&&letter| letter == b'D').count();
    let words = bytes.chunks(8).map(|chunk| {
        let mut eight = [0; 8];
        eight[..chunk.len()].copy_from_slice(chunk);
        u64::from_ne_bytes(eight)
    });
    if general + floating == letters.len() && used.0 + general <= 6 && used.1 + floating <= 8 {
        for (letter, word) in letters.iter().zip(words) {
            if *letter == b'I' {
                call.registers.ints[used.0] = word;
                used.0 += 1;
            } else {
                call.registers.floats[used.1] = word;
                used.1 += 1;
            }
        }
        return;
    }
    if letters == b"X" && call.stack.len() % 2 == 1 {
        call.stack.push(0);
    }
    call.stack.extend(words);
}

#[pymodule(name = "_taipan_foreign", classes(MEMORY_TYPE, CALLBACK_TYPE))]
pub mod foreign_module {
    //! Foreign memory and foreign functions, for ctypes.
    use super::*;

    #[pyinit]
    fn init(th: &ThreadState, _module: &Value) -> Res<()> {
        runtime::types::ready::ready(th, &VIEW_TYPE);
        Ok(())
    }

    /// Load a library, or the program itself; gives a handle.
    #[pyfunction("(name, mode, /)")]
    fn dlopen(th: &ThreadState, name: &Value, mode: i32) -> Res<usize> {
        let name = match (name.is_none(), runtime::buffer::plain_bytes(name)) {
            (true, _) => None,
            (false, Some(bytes)) => Some(CString::new(bytes).map_err(|_| th.value_error("embedded null byte"))?),
            _ => return Err(th.type_error("bytes or None expected")),
        };
        // RTLD_NOW
        raw::open_library(name.as_ref(), mode | 2).map_err(|message| th.error(&exc::OS_ERROR, &message))
    }

    /// The address of a symbol.
    #[pyfunction("(handle, name, /)")]
    fn dlsym(th: &ThreadState, handle: &Value, name: &Value) -> Res<usize> {
        let bytes = runtime::buffer::plain_bytes(name).ok_or_else(|| th.type_error("bytes expected"))?;
        let name = CString::new(bytes).map_err(|_| th.value_error("embedded null byte"))?;
        raw::find_symbol(address_of(th, handle)?, &name).map_err(|message| th.error(&exc::OS_ERROR, &message))
    }

    /// Unload a library.
    #[pyfunction("(handle, /)")]
    fn dlclose(th: &ThreadState, handle: &Value) -> Res<()> {
        raw::close_library(address_of(th, handle)?).map_err(|message| th.error(&exc::OS_ERROR, &message))
    }

    /// Call a foreign function: where its result travels, the result's size, letters and bytes of the arguments,
    /// whether to keep the GIL, whether to exchange errno. Gives the result's bytes.
    #[pyfunction("(address, result, size, arguments, hold, use_errno, /)")]
    fn call(
        th: &ThreadState,
        address: &Value,
        result: &Str,
        size: usize,
        arguments: &Value,
        hold: bool,
        use_errno: bool,
    ) -> Res {
        th.check_native_stack(" in a foreign call")?;
        let address = address_of(th, address)?;
        let letters = result.as_ascii().unwrap_or("");
        let mut call = Call { extended: letters == "X", ..Call::default() };
        let mut used = (0, 0);
        let memory = if letters == "M" {
            th.check_room(size)?;
            let Some(span) = Span::zeroed(size) else { return Err(th.memory_error()) };
            place_argument(&mut call, &mut used, b"I", &(span.address() as u64).to_ne_bytes());
            Some(span)
        } else {
            None
        };
        for argument in th.collect(arguments)? {
            let pair = th.collect(&argument)?;
            let (Some(letters), Some(bytes)) =
                (pair.first().and_then(|letters| letters.as_str()), pair.get(1).and_then(runtime::buffer::plain_bytes))
            else {
                return Err(th.type_error("letters and bytes expected"));
            };
            place_argument(&mut call, &mut used, letters.as_ascii().unwrap_or("").as_bytes(), &bytes);
        }
        if call.stack.len() > MOST_WORDS {
            return Err(th.value_error("too many arguments"));
        }
        let exchange = |call: &mut Call| {
            if use_errno {
                raw::swap_errno(ERRNO.get());
            }
            let done = raw::call(address, call);
            if use_errno {
                ERRNO.set(raw::swap_errno(0));
            }
            done
        };
        let done = if hold {
            let outer = RELEASED.replace(false);
            let done = exchange(&mut call);
            RELEASED.set(outer);
            done
        } else {
            released(th, || exchange(&mut call))
        };
        if !done {
            return Err(th.error(&exc::NOT_IMPLEMENTED_ERROR, "foreign calls are not there yet on this machine"));
        }
        let mut bytes = Vec::new();
        match letters {
            "M" => {
                bytes.resize(size, 0);
                if let Some(memory) = memory {
                    memory.read(0, &mut bytes);
                }
            }
            "X" => bytes.extend(call.registers.result_extended.iter().flat_map(|word| word.to_ne_bytes())),
            _ => {
                let (mut ints, mut floats) = (call.registers.result_ints.iter(), call.registers.result_floats.iter());
                for letter in letters.bytes() {
                    let word = if letter == b'I' { ints.next() } else { floats.next() };
                    bytes.extend_from_slice(&word.copied().unwrap_or(0).to_ne_bytes());
                }
            }
        }
        bytes.truncate(size);
        Ok(th.bytes(&bytes))
    }

    /// The bytes at an address: so many, or up to a zero.
    #[pyfunction("(address, size, /)")]
    fn string_at(th: &ThreadState, address: &Value, size: isize) -> Res {
        let address = address_of(th, address)?;
        let size = if size < 0 { raw::string_length(address) } else { size as usize };
        th.check_room(size)?;
        let mut bytes = vec![0; size];
        Span::foreign(address, size).read(0, &mut bytes);
        Ok(th.bytes(&bytes))
    }

    /// Let nobody set attributes of a class.
    #[pyfunction("(cls, /)")]
    fn freeze(th: &ThreadState, cls: &Value) -> Res<()> {
        let Some(class) = cls.as_type() else { return Err(th.type_error("a class expected")) };
        if class.is_heap_type() {
            class.make_immutable();
        }
        Ok(())
    }

    /// The thread's copy of errno.
    #[pyfunction]
    fn get_errno() -> i32 {
        ERRNO.get()
    }

    /// Exchange the thread's copy of errno.
    #[pyfunction("(value, /)")]
    fn set_errno(value: i32) -> i32 {
        ERRNO.replace(value)
    }

    /// The addresses of C's memmove and memset.
    #[pyfunction]
    fn memory_functions(th: &ThreadState) -> Res {
        let (memmove, memset) = raw::memory_functions();
        Ok(th.tuple(&[th.int(memmove as i64), th.int(memset as i64)]))
    }
}
