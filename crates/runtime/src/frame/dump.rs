//! The stacks of all threads, written from a signal handler or while the interpreter hangs: nothing is allocated, locked or
//! counted, everything is only looked at.
//!
//! Another thread may be running meanwhile, so a line may be wrong; what is read is kept alive by frames, which are not
//! left faster than they are read in all but the unluckiest case. The process that asks for this is in trouble already.
#![expect(unsafe_code, reason = "looks at other threads' states while they may run")]

use std::sync::atomic::{AtomicPtr, Ordering};

use host::fault::{write, write_decimal, write_hex, write_thread_name};

use super::registers::Fp;
use crate::objects::str::Str;
use crate::thread::{Interpreter, ThreadState, current};
use crate::value::Value;

/// Characters of a name or path that are shown.
const MOST_CHARACTERS: usize = 500;
const MOST_FRAMES: usize = 100;
const MOST_THREADS: usize = 100;

/// The interpreter whose threads are shown; it lives as long as the process or until it is forgotten.
static INTERPRETER: AtomicPtr<Interpreter> = AtomicPtr::new(std::ptr::null_mut());

/// From now on the threads of this interpreter are shown, until it ends.
pub fn watch(th: &ThreadState) {
    INTERPRETER.store(std::ptr::from_ref(th.interp()).cast_mut(), Ordering::Release);
    host::fault::set_dump(write_stacks);
}

/// The interpreter ends.
pub fn forget() {
    INTERPRETER.store(std::ptr::null_mut(), Ordering::Release);
}

/// Writes the stack of the calling thread, or of all threads.
pub fn write_stacks(fd: i32, all_threads: bool) {
    let current = current();
    if !all_threads && let Some(th) = current {
        write(fd, b"Stack (most recent call first):\n");
        write_frames(fd, th);
        return;
    }
    // SAFETY: see `INTERPRETER`.
    let Some(interpreter) = (unsafe { INTERPRETER.load(Ordering::Acquire).as_ref() }) else { return };
    let Ok(threads) = interpreter.threads.try_borrow() else {
        if let Some(th) = current {
            write_header(fd, th, true);
            write_frames(fd, th);
        }
        return;
    };
    for (index, &thread) in threads.iter().rev().enumerate() {
        if index > 0 {
            write(fd, b"\n");
        }
        if index == MOST_THREADS {
            write(fd, b"...\n");
            break;
        }
        // SAFETY: listed thread states live.
        let thread = unsafe { &*thread };
        let is_current = current.is_some_and(|th| std::ptr::eq(th, thread));
        write_header(fd, thread, is_current);
        if is_current && crate::gc::collect::is_collecting(thread) {
            write(fd, b"  Garbage-collecting\n");
        }
        write_frames(fd, thread);
    }
}

fn write_header(fd: i32, th: &ThreadState, is_current: bool) {
    write(fd, if is_current { b"Current thread 0x" } else { b"Thread 0x" });
    write_hex(fd, th.id.get(), 16);
    write_thread_name(fd, th.id.get());
    write(fd, b" (most recent call first):\n");
}

fn write_frames(fd: i32, th: &ThreadState) {
    let Some(mut fp) = th.frames.innermost() else {
        write(fd, b"  <no Python frame>\n");
        return;
    };
    for index in 0.. {
        if index == MOST_FRAMES {
            write(fd, b"  ...\n");
            return;
        }
        write_frame(fd, fp);
        match fp.previous() {
            Some(previous) => fp = previous,
            None => return,
        }
    }
}

fn write_frame(fd: i32, fp: Fp) {
    let code = fp.code();
    write(fd, b"  File ");
    // SAFETY: the code object lives as long as its frame; its file name changes only while a module is loaded.
    match unsafe { (*code.filename_ptr()).as_ref() }.and_then(Value::as_str) {
        Some(name) => {
            write(fd, b"\"");
            write_text(fd, name);
            write(fd, b"\"");
        }
        None => write(fd, b"???"),
    }
    write(fd, b", line ");
    match code.line_without_memory(fp.last_instruction()) {
        Some(line) => write_decimal(fd, u64::try_from(line).unwrap_or(0)),
        None => write(fd, b"???"),
    }
    write(fd, b" in ");
    match code.name().as_str() {
        Some(name) => write_text(fd, name),
        None => write(fd, b"???"),
    }
    write(fd, b"\n");
}

/// Writes a text in ASCII.
fn write_text(fd: i32, text: &Str) {
    let mut buffer = [0u8; 64];
    let mut used = 0;
    for (index, point) in text.code_points().enumerate() {
        if used > 0 && (index == MOST_CHARACTERS || used == buffer.len() || !(0x20..0x7F).contains(&point)) {
            write(fd, &buffer[..used]);
            used = 0;
        }
        if index == MOST_CHARACTERS {
            write(fd, b"...");
            return;
        }
        match point {
            0x20..0x7F => {
                buffer[used] = point as u8;
                used += 1;
            }
            _ if point < 0x100 => {
                write(fd, b"\\x");
                write_hex(fd, point.into(), 2);
            }
            _ if point < 0x10000 => {
                write(fd, b"\\u");
                write_hex(fd, point.into(), 4);
            }
            _ => {
                write(fd, b"\\U");
                write_hex(fd, point.into(), 8);
            }
        }
    }
    write(fd, &buffer[..used]);
}
