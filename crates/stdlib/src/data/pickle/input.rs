//! The bytes of a pickle, from memory or from a file.

use runtime::buffer::Buffer;
use runtime::objects::exceptions as exc;
use runtime::{Raised, Res, ThreadState, Value};

use super::unpickling_error;

/// Where a pickle comes from.
pub struct Input {
    memory: Memory,
    position: usize,
    /// Where the present frame ends; no instruction may reach over it. Past frames, the end of the memory or less.
    frame_end: usize,
    file: Option<File>,
}

enum Memory {
    Buffer(Buffer),
    Bytes(Vec<u8>),
}

struct File {
    read: Value,
    readline: Value,
    peek: Option<Value>,
    /// Up to here the file's own position is known: bytes past it were only looked at.
    peeked: bool,
}

/// How much is asked for when a file can be looked into.
const PREFETCH: usize = 128 * 1024;

impl Memory {
    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        match self {
            Memory::Buffer(buffer) => buffer.as_slice(),
            Memory::Bytes(bytes) => bytes,
        }
    }
}

pub(super) fn truncated(th: &ThreadState) -> Raised {
    unpickling_error(th, "pickle data was truncated")
}

#[cold]
fn beyond_frame(th: &ThreadState) -> Raised {
    unpickling_error(th, "pickle exhausted before end of frame")
}

impl Input {
    pub fn of_buffer(buffer: Buffer) -> Input {
        Input { memory: Memory::Buffer(buffer), position: 0, frame_end: 0, file: None }
    }

    pub fn of_file(th: &ThreadState, file: &Value) -> Res<Input> {
        let (read, readline) = (th.getattr_opt_str(file, "read")?, th.getattr_opt_str(file, "readline")?);
        let (Some(read), Some(readline)) = (read, readline) else {
            return Err(th.type_error("file must have 'read' and 'readline' attributes"));
        };
        let peek = th.getattr_opt_str(file, "peek")?;
        let file = Some(File { read, readline, peek, peeked: false });
        Ok(Input { memory: Memory::Bytes(Vec::new()), position: 0, frame_end: 0, file })
    }

    pub(super) fn answer(&mut self, th: &ThreadState, value: &Value, method: &str) -> Res<()> {
        let Some(bytes) = value.as_bytes() else {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("{method}() returned non-bytes object ({class})")));
        };
        self.memory = Memory::Bytes(bytes.as_slice().to_vec());
        self.position = 0;
        self.frame_end = 0;
        Ok(())
    }

    /// Moves the file to where we are: what was only looked at so far is read.
    pub(super) fn settle(&mut self, th: &ThreadState) -> Res<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        if std::mem::take(&mut file.peeked) && self.position > 0 {
            th.call(&file.read, &[Value::index(self.position)])?;
        }
        Ok(())
    }

    /// Gets at least `count` bytes into memory. The present memory has fewer.
    #[cold]
    #[inline(never)]
    pub(super) fn fetch(&mut self, th: &ThreadState, count: usize) -> Res<()> {
        if self.position < self.frame_end {
            return Err(beyond_frame(th));
        }
        if self.file.is_some() {
            // A size that a damaged pickle gives must not make the file allocate without end.
            th.check_room(count)?;
        }
        self.settle(th)?;
        let Some(file) = &mut self.file else { return Err(truncated(th)) };
        if let Some(peek) = file.peek.clone()
            && count < PREFETCH
        {
            let seen = th.call(&peek, &[Value::index(PREFETCH)]);
            match th.catch(seen, &exc::NOT_IMPLEMENTED_ERROR)? {
                None => file.peek = None,
                Some(seen) if seen.as_bytes().is_some_and(|bytes| bytes.len() >= count) => {
                    file.peeked = true;
                    return self.answer(th, &seen, "peek");
                }
                Some(_) => {}
            }
        }
        let Some(file) = &self.file else { return Err(truncated(th)) };
        let data = th.call(&file.read.clone(), &[Value::index(count)])?;
        self.answer(th, &data, "read")?;
        if self.memory.bytes().len() < count { Err(truncated(th)) } else { Ok(()) }
    }

    /// The next `count` bytes.
    #[inline(always)]
    pub(super) fn take(&mut self, th: &ThreadState, count: usize) -> Res<&[u8]> {
        if self.memory.bytes().len() - self.position < count {
            self.fetch(th, count)?;
        }
        let start = self.position;
        if start < self.frame_end && count > self.frame_end - start {
            return Err(beyond_frame(th));
        }
        self.position += count;
        Ok(&self.memory.bytes()[start..start + count])
    }

    #[inline(always)]
    pub(super) fn array<const N: usize>(&mut self, th: &ThreadState) -> Res<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(th, N)?);
        Ok(out)
    }

    /// Makes sure that a frame is in memory.
    pub(super) fn frame(&mut self, th: &ThreadState, count: usize) -> Res<()> {
        if self.position < self.frame_end {
            return Err(unpickling_error(th, "beginning of a new frame before end of current frame"));
        }
        self.take(th, count)?;
        self.frame_end = self.position;
        self.position -= count;
        Ok(())
    }

    /// The next line, which is not empty.
    pub(super) fn full_line(&mut self, th: &ThreadState) -> Res<&[u8]> {
        let line = self.line(th)?;
        if line.is_empty() { Err(truncated(th)) } else { Ok(line) }
    }

    /// The next line, without its end.
    pub(super) fn line(&mut self, th: &ThreadState) -> Res<&[u8]> {
        let found = memchr::memchr(b'\n', &self.memory.bytes()[self.position..]);
        if found.is_none() {
            if self.position < self.frame_end {
                return Err(beyond_frame(th));
            }
            self.settle(th)?;
            let Some(file) = &self.file else { return Err(truncated(th)) };
            let data = th.call(&file.readline.clone(), &[])?;
            self.answer(th, &data, "readline")?;
        }
        let start = self.position;
        let Some(length) = memchr::memchr(b'\n', &self.memory.bytes()[start..]) else { return Err(truncated(th)) };
        if start < self.frame_end && start + length >= self.frame_end {
            return Err(beyond_frame(th));
        }
        self.position = start + length + 1;
        Ok(&self.memory.bytes()[start..start + length])
    }
}
