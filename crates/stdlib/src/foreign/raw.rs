//! Memory that foreign code shares, foreign functions, and the way back from them: the one room of this crate with `unsafe`.
//!
//! A [`Span`] is some bytes with what keeps them: a [`Block`] of ours, another object's buffer, or nothing but the program's
//! word ([`Span::foreign`]), as with CPython's `ctypes`. Every access is checked against the span's size, so that memory of
//! ours cannot be left. [`call`] follows the System V convention of x86-64; [`thunk_address`] gives addresses that foreign
//! code calls back, one for each slot of a fixed table, so that no memory is ever made executable.
#![expect(unsafe_code, reason = "foreign memory and foreign functions are reached through raw addresses")]

use std::cell::UnsafeCell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::rc::Rc;

use runtime::buffer::Buffer;

/// Zeroed memory of our own that stays in its place.
pub struct Block {
    words: Box<[UnsafeCell<u128>]>,
}

/// What keeps the bytes of a span in place.
#[derive(Clone)]
enum Root {
    Owned(#[expect(dead_code, reason = "held, never looked at")] Rc<Block>),
    Held(#[expect(dead_code, reason = "held, never looked at")] Rc<Buffer>),
    /// Whoever named the address answers for it.
    Foreign,
}

/// A run of bytes.
#[derive(Clone)]
pub struct Span {
    start: *mut u8,
    size: usize,
    root: Root,
}

impl Span {
    /// New memory; `None` if there is not so much.
    pub fn zeroed(size: usize) -> Option<Span> {
        let count = size.div_ceil(16).max(1);
        let mut words = Vec::new();
        words.try_reserve_exact(count).ok()?;
        words.resize_with(count, || UnsafeCell::new(0));
        let block = Rc::new(Block { words: words.into_boxed_slice() });
        let start = block.words[0].get().cast();
        Some(Span { start, size, root: Root::Owned(block) })
    }

    /// Bytes of another object, which its buffer holds.
    pub fn of_buffer(buffer: Rc<Buffer>, offset: usize, size: usize) -> Option<Span> {
        if buffer.is_readonly() || offset.checked_add(size)? > buffer.len() {
            return None;
        }
        let start = buffer.info().start.wrapping_add(offset);
        Some(Span { start, size, root: Root::Held(buffer) })
    }

    /// Bytes at an address that the program names, and answers for.
    pub fn foreign(address: usize, size: usize) -> Span {
        Span { start: std::ptr::with_exposed_provenance_mut(address), size, root: Root::Foreign }
    }

    /// A part of the bytes, kept by the same root.
    pub fn part(&self, offset: usize, size: usize) -> Option<Span> {
        if offset.checked_add(size)? > self.size {
            return None;
        }
        Some(Span { start: self.start.wrapping_add(offset), size, root: self.root.clone() })
    }

    pub fn start(&self) -> *mut u8 {
        self.start
    }

    pub fn address(&self) -> usize {
        self.start.expose_provenance()
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn is_owned(&self) -> bool {
        matches!(self.root, Root::Owned(_))
    }

    /// Fills `out` with the bytes at `offset`; whether they lie in the span.
    pub fn read(&self, offset: usize, out: &mut [u8]) -> bool {
        if offset.checked_add(out.len()).is_none_or(|end| end > self.size) {
            return false;
        }
        // SAFETY: the bytes lie in the span, which its root keeps (or the program answers for); `out` is ours alone.
        unsafe { self.start.wrapping_add(offset).copy_to(out.as_mut_ptr(), out.len()) };
        true
    }

    /// Writes bytes at `offset`; whether they lie in the span.
    pub fn write(&self, offset: usize, bytes: &[u8]) -> bool {
        if offset.checked_add(bytes.len()).is_none_or(|end| end > self.size) {
            return false;
        }
        // SAFETY: as above, and writable: blocks are cells, buffers were asked to be writable.
        unsafe { self.start.wrapping_add(offset).copy_from(bytes.as_ptr(), bytes.len()) };
        true
    }
}

/// The length of the string of bytes at an address that the program names.
pub fn string_length(address: usize) -> usize {
    let start: *const c_char = std::ptr::with_exposed_provenance(address);
    // SAFETY: the program says that a string ends there.
    unsafe { CStr::from_ptr(start) }.count_bytes()
}

unsafe extern "C" {
    fn dlopen(name: *const c_char, mode: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlclose(library: *mut c_void) -> c_int;
    fn dlerror() -> *const c_char;
    fn memmove(target: *mut c_void, source: *const c_void, count: usize) -> *mut c_void;
    fn memset(target: *mut c_void, byte: c_int, count: usize) -> *mut c_void;
    #[cfg_attr(target_os = "macos", link_name = "__error")]
    fn __errno_location() -> *mut c_int;
}

/// The addresses of C's `memmove` and `memset`.
pub fn memory_functions() -> (usize, usize) {
    (memmove as *const () as usize, memset as *const () as usize)
}

/// What the last of the functions below complains of.
fn library_error() -> String {
    // SAFETY: `dlerror` gives a string that lives until the thread's next call, or null.
    unsafe {
        let message = dlerror();
        if message.is_null() { String::new() } else { CStr::from_ptr(message).to_string_lossy().into_owned() }
    }
}

/// Loads a library (the program itself without a name) and gives its handle.
pub fn open_library(name: Option<&CString>, mode: i32) -> Result<usize, String> {
    // SAFETY: a C string or null; that the library's own start does no harm is the program's word.
    let handle = unsafe { dlopen(name.map_or(std::ptr::null(), |name| name.as_ptr()), mode) };
    if handle.is_null() { Err(library_error()) } else { Ok(handle.expose_provenance()) }
}

/// The address of a symbol; the handle is the program's word.
pub fn find_symbol(library: usize, name: &CString) -> Result<usize, String> {
    // SAFETY: the program answers for the handle; the name is a C string. The first call clears an old error.
    unsafe {
        dlerror();
        let found = dlsym(std::ptr::with_exposed_provenance_mut(library), name.as_ptr());
        if found.is_null() { Err(library_error()) } else { Ok(found.expose_provenance()) }
    }
}

pub fn close_library(library: usize) -> Result<(), String> {
    // SAFETY: the program answers for the handle and for what it still uses of the library.
    if unsafe { dlclose(std::ptr::with_exposed_provenance_mut(library)) } == 0 { Ok(()) } else { Err(library_error()) }
}

/// Exchanges the system's `errno` with a number.
pub fn swap_errno(number: i32) -> i32 {
    // SAFETY: the thread's own `errno`.
    unsafe { std::ptr::replace(__errno_location(), number) }
}

/// What a foreign function takes and gives.
#[derive(Default)]
pub struct Call {
    pub registers: Registers,
    /// Words that go to the stack.
    pub stack: Vec<u64>,
    /// Whether the result is a `long double`.
    pub extended: bool,
}

/// Arguments and results in the machine's registers.
#[repr(C)]
#[derive(Default)]
pub struct Registers {
    pub ints: [u64; 6],
    pub floats: [u64; 8],
    pub result_ints: [u64; 2],
    pub result_floats: [u64; 2],
    pub result_extended: [u64; 2],
}

/// What a callback was called with, and what it answers.
#[repr(C)]
pub struct Entry {
    pub ints: [u64; 6],
    pub floats: [u64; 8],
    pub result_ints: [u64; 2],
    pub result_floats: [u64; 2],
    pub result_extended: [u64; 2],
    /// Not zero if the result is a `long double`.
    pub extended: u64,
}

/// How many callbacks there can be at a time.
pub const SLOTS: usize = 1024;

/// Who answers callbacks: the slot, the registers, and how to read the words on the stack.
pub type Answer = fn(usize, &mut Entry, &dyn Fn(usize) -> u64);

static ANSWER: std::sync::OnceLock<Answer> = std::sync::OnceLock::new();

/// Sets who answers callbacks, once for the process.
pub fn answer_with(answer: Answer) {
    let _ = ANSWER.set(answer);
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod machine {
    use super::{ANSWER, Call, Entry, SLOTS};

    /// Calls the function at an address that the program names.
    pub fn call(address: usize, call: &mut Call) -> bool {
        if call.stack.len() % 2 == 1 {
            call.stack.push(0);
        }
        // SAFETY: the program answers for the function and its arguments. The stack is aligned again after the words were
        // copied, `r12` keeps its place (the convention preserves it), and all that a call may change is declared.
        unsafe {
            std::arch::asm!(
                "mov r12, rsp",
                "lea rax, [rcx * 8]",
                "sub rsp, rax",
                "and rsp, -16",
                "mov rdi, rsp",
                "cld",
                "rep movsq",
                "movsd xmm0, [r13 + 48]",
                "movsd xmm1, [r13 + 56]",
                "movsd xmm2, [r13 + 64]",
                "movsd xmm3, [r13 + 72]",
                "movsd xmm4, [r13 + 80]",
                "movsd xmm5, [r13 + 88]",
                "movsd xmm6, [r13 + 96]",
                "movsd xmm7, [r13 + 104]",
                "mov rdi, [r13]",
                "mov rsi, [r13 + 8]",
                "mov rdx, [r13 + 16]",
                "mov rcx, [r13 + 24]",
                "mov r8, [r13 + 32]",
                "mov r9, [r13 + 40]",
                "mov eax, 8",
                "call r14",
                "mov rsp, r12",
                "mov [r13 + 112], rax",
                "mov [r13 + 120], rdx",
                "movsd [r13 + 128], xmm0",
                "movsd [r13 + 136], xmm1",
                "test r15, r15",
                "jz 2f",
                "fstp tbyte ptr [r13 + 144]",
                "2:",
                in("r13") &raw mut call.registers,
                in("r14") address,
                in("r15") u64::from(call.extended),
                inout("rcx") call.stack.len() => _,
                inout("rsi") call.stack.as_ptr() => _,
                out("r12") _,
                clobber_abi("C"),
            );
        }
        true
    }

    // Each thunk notes its number and goes on to the common part, which puts the registers where Rust can see them.
    std::arch::global_asm!(
        ".pushsection .text.taipan_foreign, \"ax\", @progbits",
        ".globl taipan_foreign_thunks",
        ".hidden taipan_foreign_thunks",
        ".balign 16",
        "taipan_foreign_thunks:",
        ".set taipan_foreign_slot, 0",
        ".rept {slots}",
        ".balign 16",
        // mov r11d, slot
        ".byte 0x41, 0xbb",
        ".long taipan_foreign_slot",
        "jmp 77f",
        ".set taipan_foreign_slot, taipan_foreign_slot + 1",
        ".endr",
        ".balign 16",
        "77:",
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, 176",
        "mov [rsp], rdi",
        "mov [rsp + 8], rsi",
        "mov [rsp + 16], rdx",
        "mov [rsp + 24], rcx",
        "mov [rsp + 32], r8",
        "mov [rsp + 40], r9",
        "movsd [rsp + 48], xmm0",
        "movsd [rsp + 56], xmm1",
        "movsd [rsp + 64], xmm2",
        "movsd [rsp + 72], xmm3",
        "movsd [rsp + 80], xmm4",
        "movsd [rsp + 88], xmm5",
        "movsd [rsp + 96], xmm6",
        "movsd [rsp + 104], xmm7",
        "mov edi, r11d",
        "mov rsi, rsp",
        "lea rdx, [rbp + 16]",
        "call {enter}",
        "mov rax, [rsp + 112]",
        "mov rdx, [rsp + 120]",
        "movsd xmm0, [rsp + 128]",
        "movsd xmm1, [rsp + 136]",
        "cmp qword ptr [rsp + 160], 0",
        "je 78f",
        "fld tbyte ptr [rsp + 144]",
        "78:",
        "leave",
        "ret",
        ".popsection",
        slots = const SLOTS,
        enter = sym enter,
    );

    unsafe extern "C" {
        #[link_name = "taipan_foreign_thunks"]
        static FIRST_THUNK: u8;
    }

    /// The address that calls a slot.
    pub fn thunk_address(slot: usize) -> Option<usize> {
        (slot < SLOTS).then(|| (&raw const FIRST_THUNK).expose_provenance() + 16 * slot)
    }

    unsafe extern "C" fn enter(slot: u32, entry: *mut Entry, stack: *const u64) {
        // SAFETY: the common part of the thunks calls with its own frame, and with where the caller's words begin; how many
        // there are is what the callback's types say, which is the program's word.
        let entry = unsafe { &mut *entry };
        let word = |at: usize| {
            // SAFETY: as above.
            unsafe { stack.add(at).read() }
        };
        entry.result_ints = [0; 2];
        entry.result_floats = [0; 2];
        entry.extended = 0;
        if let Some(answer) = ANSWER.get() {
            answer(slot as usize, entry, &word);
        }
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
mod machine {
    use super::Call;

    /// There are no foreign calls on this machine.
    pub fn call(_address: usize, _call: &mut Call) -> bool {
        false
    }

    /// There are no callbacks on this machine.
    pub fn thunk_address(_slot: usize) -> Option<usize> {
        None
    }
}

pub use machine::{call, thunk_address};
