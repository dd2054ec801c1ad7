//! `mmap`: files as memory, and memory that processes share.

use std::cell::{Cell, RefCell};

use host::memory_map::{self, Mapping};
use macros::{pyclass, pymethods, pymodule};
use runtime::args::{ArgAt, FromArg};
use runtime::buffer::{Buffer, BufferInfo, Flags};
use runtime::convert::SliceIndex;
use runtime::objects::exceptions as exc;
use runtime::objects::int::IntView;
use runtime::objects::slice::Slice;
use runtime::protocol::items::SliceBounds;
use runtime::{Payload, Raised, Res, ThreadState, Type, Value};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Default = 0,
    Read = 1,
    Write = 2,
    Copy = 3,
}

/// Windows: mmap(fileno, length[, tagname[, access[, offset]]])
///
/// Maps length bytes from the file specified by the file handle fileno,
/// and returns a mmap object.  If length is larger than the current size
/// of the file, the file is extended to contain length bytes.  If length
/// is 0, the maximum length of the map is the current size of the file,
/// except that if the file is empty Windows raises an exception (you cannot
/// create an empty mapping on Windows).
///
/// Unix: mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])
///
/// Maps length bytes from the file specified by the file descriptor fileno,
/// and returns a mmap object.  If length is 0, the maximum length of the map
/// will be the current size of the file when mmap is called.
/// flags specifies the nature of the mapping. MAP_PRIVATE creates a
/// private copy-on-write mapping, so changes to the contents of the mmap
/// object will be private to this process, and MAP_SHARED creates a mapping
/// that's shared with all other processes mapping the same areas of the file.
/// The default value is MAP_SHARED.
///
/// To map anonymous memory, pass -1 as the fileno (both versions).
#[pyclass(name = "mmap", module = "mmap", flags(basetype, weakrefs), text = none)]
pub struct Mmap {
    /// `None` once it is closed.
    #[notrace]
    mapping: RefCell<Option<Mapping>>,
    position: Cell<usize>,
    /// Our own descriptor of the file; -1 for none.
    fd: Cell<i32>,
    tracks_file: bool,
    flags: i32,
    offset: i64,
    #[notrace]
    access: Access,
    exports: Cell<usize>,
}

impl Drop for Mmap {
    fn drop(&mut self) {
        self.close_descriptor();
    }
}

/// Where a search begins and ends, counted from the end if negative.
fn bound(index: isize, length: usize) -> usize {
    let index = if index < 0 { index.saturating_add(length as isize) } else { index };
    usize::try_from(index).unwrap_or(0).min(length)
}

impl Mmap {
    fn close_descriptor(&self) {
        let fd = self.fd.replace(-1);
        if fd >= 0 {
            host::fs::close(fd).ok();
        }
    }

    /// Looks at the mapping, which must not be closed.
    fn with<R>(&self, th: &ThreadState, look: impl FnOnce(&Mapping) -> R) -> Res<R> {
        match self.mapping.borrow().as_ref() {
            Some(mapping) => Ok(look(mapping)),
            None => Err(th.value_error("mmap closed or invalid")),
        }
    }

    fn check_open(&self, th: &ThreadState) -> Res<()> {
        self.with(th, |_| ())
    }

    fn size(&self, th: &ThreadState) -> Res<usize> {
        self.with(th, Mapping::len)
    }

    fn check_writable(&self, th: &ThreadState) -> Res<()> {
        if self.access == Access::Read {
            return Err(th.type_error("mmap can't modify a readonly memory map."));
        }
        Ok(())
    }

    fn is_resizable(&self, th: &ThreadState) -> Res<()> {
        if self.exports.get() > 0 {
            return Err(th.buffer_error("mmap can't resize with extant buffers exported."));
        }
        if !self.tracks_file {
            return Err(th.value_error("mmap can't resize with trackfd=False."));
        }
        if matches!(self.access, Access::Read | Access::Copy) {
            return Err(th.type_error("mmap can't resize a readonly or copy-on-write memory map."));
        }
        Ok(())
    }

    fn index(&self, th: &ThreadState, key: &Value) -> Res<usize> {
        let index = th.index_or(key, &exc::INDEX_ERROR)?;
        let length = self.size(th)?;
        let index = if index < 0 { index + length as isize } else { index };
        usize::try_from(index).ok().filter(|&index| index < length).ok_or_else(|| out_of_range(th))
    }

    fn byte(&self, th: &ThreadState, index: usize) -> Res<u8> {
        self.with(th, |mapping| mapping.with(index, index.saturating_add(1), |bytes| bytes.first().copied()))?
            .ok_or_else(|| out_of_range(th))
    }

    fn slice(&self, th: &ThreadState, bounds: SliceBounds) -> Res<Vec<u8>> {
        self.with(th, |mapping| {
            if bounds.step == 1 {
                let start = bounds.start.max(0) as usize;
                return mapping.with(start, start + bounds.count, <[u8]>::to_vec);
            }
            mapping.with(0, mapping.len(), |bytes| {
                bounds.indexes().filter_map(|index| bytes.get(index).copied()).collect()
            })
        })
    }

    /// Takes up to `end` from the position on.
    fn take(&self, th: &ThreadState, count: usize) -> Res {
        let start = self.position.get();
        let bytes = self.with(th, |mapping| mapping.with(start, start.saturating_add(count), <[u8]>::to_vec))?;
        self.position.set(start + bytes.len());
        Ok(th.bytes(&bytes))
    }

    fn search(
        &self,
        th: &ThreadState,
        view: &Value,
        start: Option<SliceIndex>,
        end: Option<SliceIndex>,
        find: fn(&[u8], &[u8]) -> Option<usize>,
    ) -> Res<isize> {
        let length = self.size(th)?;
        let needle = th.readable_buffer(view)?.to_vec();
        let length = self.size(th)?.min(length);
        let start = start.map_or(self.position.get(), |start| bound(start.0, length));
        let end = end.map_or(length, |end| bound(end.0, length));
        let place = self.with(th, |mapping| {
            mapping.with(start, end.max(start), |bytes| if start > end { None } else { find(bytes, &needle) })
        })?;
        Ok(place.map_or(-1, |place| (place + start) as isize))
    }
}

fn out_of_range(th: &ThreadState) -> Raised {
    th.index_error("mmap index out of range")
}

fn find_first(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, needle)
}

fn find_last(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(bytes, needle)
}

/// How many bytes to read: all, for `None` and negative numbers.
struct Count(usize);

impl<'a> FromArg<'a> for Count {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        if value.is_none() {
            return Ok(Count(usize::MAX));
        }
        if !th.is_index(value) {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("argument should be integer or None, not '{class}'")));
        }
        let count = isize::from_arg(th, value, at)?;
        Ok(Count(usize::try_from(count).unwrap_or(usize::MAX)))
    }

    fn from_arg_or_none(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Option<Self>> {
        Self::from_arg(th, value, at).map(Some)
    }
}

fn signed_int(th: &ThreadState, number: i64) -> Res<i32> {
    i32::try_from(number).map_err(|_| {
        let side = if number < 0 { "less than minimum" } else { "greater than maximum" };
        th.overflow_error(format_args!("signed integer is {side}"))
    })
}

#[pymethods]
impl Mmap {
    #[pyslot(
        "(fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True)",
        text = none,
        function = "mmap"
    )]
    fn new(
        th: &ThreadState,
        cls: &Type,
        fileno: i64,
        length: isize,
        flags: i32,
        prot: i32,
        access: i32,
        offset: i64,
        trackfd: bool,
    ) -> Res {
        let fileno = signed_int(th, fileno)?;
        let Ok(length) = usize::try_from(length) else {
            return Err(th.overflow_error("memory mapped length must be positive"));
        };
        if offset < 0 {
            return Err(th.overflow_error("memory mapped offset must be positive"));
        }
        let both = memory_map::READ | memory_map::WRITE;
        if access != 0 && (flags != memory_map::SHARED || prot != both) {
            return Err(th.value_error("mmap can't specify both access and flags, prot."));
        }
        let (access, mut flags, prot) = match access {
            0 if prot & both == both => (Access::Default, flags, prot),
            0 if prot & memory_map::WRITE != 0 => (Access::Write, flags, prot),
            0 => (Access::Read, flags, prot),
            1 => (Access::Read, memory_map::SHARED, memory_map::READ),
            2 => (Access::Write, memory_map::SHARED, both),
            3 => (Access::Copy, memory_map::PRIVATE, both),
            _ => return Err(th.value_error("mmap invalid access parameter.")),
        };
        th.audit(
            "mmap.__new__",
            &[Value::int32(fileno), Value::index(length), Value::int32(access as i32), th.int(offset)],
        )?;
        let mut length = length;
        if let Some(size) = memory_map::regular_size(fileno) {
            if length == 0 {
                if size == 0 {
                    return Err(th.value_error("cannot mmap an empty file"));
                }
                if offset >= size {
                    return Err(th.value_error("mmap offset is greater than file size"));
                }
                length = (size - offset) as usize;
            } else if offset > size || ((size - offset) as u64) < length as u64 {
                return Err(th.value_error("mmap length is greater than file size"));
            }
        }
        let mut own = -1;
        if fileno == -1 {
            flags |= memory_map::ANONYMOUS;
        } else if trackfd {
            own = host::descriptor::duplicate(fileno).map_err(|error| th.os_error(&error, None))?;
        }
        let mapping = Mapping::new(length, prot, flags, fileno, offset).map_err(|error| {
            if own >= 0 {
                host::fs::close(own).ok();
            }
            th.os_error(&error, None)
        })?;
        Ok(th.new_instance(
            cls,
            Mmap {
                mapping: RefCell::new(Some(mapping)),
                position: Cell::new(0),
                fd: Cell::new(own),
                tracks_file: trackfd,
                flags,
                offset,
                access,
                exports: Cell::new(0),
            },
        ))
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let this = Mmap::of(slf);
        let name = slf.class().full_name();
        let length = this.mapping.borrow().as_ref().map(Mapping::len);
        let Some(length) = length else { return Ok(th.str(&format!("<{name} closed=True>"))) };
        let access = match this.access {
            Access::Default => "ACCESS_DEFAULT",
            Access::Read => "ACCESS_READ",
            Access::Write => "ACCESS_WRITE",
            Access::Copy => "ACCESS_COPY",
        };
        let (position, offset) = (this.position.get(), this.offset);
        Ok(th.str(&format!("<{name} closed=False, access={access}, length={length}, pos={position}, offset={offset}>")))
    }

    #[pyslot]
    fn get_buffer(&self, th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        let (start, length) = self.with(th, |mapping| (mapping.start(), mapping.len()))?;
        let info = BufferInfo::of_bytes(th, slf, start, length, self.access == Access::Read, flags)?;
        self.exports.set(self.exports.get() + 1);
        Ok(info)
    }

    #[pyslot]
    fn release_buffer(_: &ThreadState, slf: &Value) {
        if let Some(this) = slf.downcast::<Mmap>() {
            this.exports.set(this.exports.get().saturating_sub(1));
        }
    }

    #[pyslot(sq_length, mp_length)]
    fn length(&self, th: &ThreadState) -> Res<usize> {
        self.size(th)
    }

    #[pyslot]
    fn sq_item(&self, th: &ThreadState, index: isize) -> Res {
        self.check_open(th)?;
        let index = usize::try_from(index).map_err(|_| out_of_range(th))?;
        Ok(th.bytes(&[self.byte(th, index)?]))
    }

    #[pyslot]
    fn sq_ass_item(&self, th: &ThreadState, index: isize, value: Option<&Value>) -> Res<()> {
        let length = self.size(th)?;
        let index = usize::try_from(index).ok().filter(|&index| index < length).ok_or_else(|| out_of_range(th))?;
        let Some(value) = value else { return Err(th.type_error("mmap object doesn't support item deletion")) };
        let Some([byte]) = value.as_bytes().map(|bytes| bytes.as_slice()) else {
            return Err(th.index_error("mmap assignment must be length-1 bytes()"));
        };
        self.check_writable(th)?;
        self.with(th, |mapping| mapping.write(index, &[*byte]))
    }

    #[pyslot]
    fn mp_subscript(&self, th: &ThreadState, key: &Value) -> Res {
        self.check_open(th)?;
        if let Some(slice) = key.downcast::<Slice>() {
            let bounds = th.slice_bounds_of(slice, || self.mapping.borrow().as_ref().map_or(0, Mapping::len))?;
            return Ok(th.bytes(&self.slice(th, bounds)?));
        }
        if !th.is_index(key) {
            return Err(th.type_error("mmap indices must be integers"));
        }
        let index = self.index(th, key)?;
        Ok(Value::int32(self.byte(th, index)?.into()))
    }

    #[pyslot]
    fn mp_ass_subscript(&self, th: &ThreadState, key: &Value, value: Option<&Value>) -> Res<()> {
        self.check_open(th)?;
        self.check_writable(th)?;
        if let Some(slice) = key.downcast::<Slice>() {
            let bounds = th.slice_bounds_of(slice, || self.mapping.borrow().as_ref().map_or(0, Mapping::len))?;
            let Some(value) = value else {
                return Err(th.type_error("mmap object doesn't support slice deletion"));
            };
            let bytes = th.readable_buffer(value)?.to_vec();
            // Getting the bytes may have run anything.
            let bounds = if self.size(th)? < bounds.start.max(0) as usize + bounds.count {
                th.slice_bounds_of(slice, || self.mapping.borrow().as_ref().map_or(0, Mapping::len))?
            } else {
                bounds
            };
            if bytes.len() != bounds.count {
                return Err(th.index_error("mmap slice assignment is wrong size"));
            }
            return self.with(th, |mapping| {
                if bounds.step == 1 {
                    mapping.write(bounds.start.max(0) as usize, &bytes);
                } else {
                    for (index, byte) in bounds.indexes().zip(bytes) {
                        mapping.write(index, &[byte]);
                    }
                }
            });
        }
        if !th.is_index(key) {
            return Err(th.type_error("mmap indices must be integer"));
        }
        let index = self.index(th, key)?;
        let Some(value) = value else { return Err(th.type_error("mmap doesn't support item deletion")) };
        if !th.is_index(value) {
            return Err(th.type_error("mmap item value must be an int"));
        }
        let number = th.index(value)?;
        let Some(byte) = number.as_int().and_then(IntView::to_i64).and_then(|number| u8::try_from(number).ok()) else {
            return Err(th.value_error("mmap item value must be in range(0, 256)"));
        };
        if index >= self.size(th)? {
            return Err(out_of_range(th));
        }
        self.with(th, |mapping| mapping.write(index, &[byte]))
    }

    #[pymethod("()")]
    fn close(&self, th: &ThreadState) -> Res<()> {
        if self.exports.get() > 0 {
            return Err(th.buffer_error("cannot close exported pointers exist"));
        }
        let mapping = self.mapping.take();
        th.without_gil(|| drop(mapping));
        self.close_descriptor();
        Ok(())
    }

    #[pygetter]
    fn closed(&self) -> bool {
        self.mapping.borrow().is_none()
    }

    #[pymethod("(view, start=None, end=None, /)")]
    fn find(&self, th: &ThreadState, view: &Value, start: Option<Bound>, end: Option<Bound>) -> Res<isize> {
        self.search(th, view, start.map(|b| b.0), end.map(|b| b.0), find_first)
    }

    #[pymethod("(view, start=None, end=None, /)")]
    fn rfind(&self, th: &ThreadState, view: &Value, start: Option<Bound>, end: Option<Bound>) -> Res<isize> {
        self.search(th, view, start.map(|b| b.0), end.map(|b| b.0), find_last)
    }

    #[pymethod("(offset=0, size=None, /)")]
    fn flush(&self, th: &ThreadState, offset: isize, size: Option<isize>) -> Res<()> {
        let length = self.size(th)?;
        let size = size.unwrap_or(length as isize);
        let (offset, size) = match (usize::try_from(offset), usize::try_from(size)) {
            (Ok(offset), Ok(size)) if size <= length && offset <= length - size => (offset, size),
            _ => return Err(th.value_error("flush values out of range")),
        };
        if matches!(self.access, Access::Read | Access::Copy) {
            return Ok(());
        }
        self.exports.set(self.exports.get() + 1);
        let result = {
            let mapping = self.mapping.borrow();
            let mapping = mapping.as_ref();
            th.without_gil(|| mapping.map_or(Ok(()), |mapping| mapping.sync(offset, size)))
        };
        self.exports.set(self.exports.get() - 1);
        result.map_err(|error| th.os_error(&error, None))
    }

    #[pymethod("(option, start=0, length=None, /)")]
    fn madvise(&self, th: &ThreadState, option: i32, start: isize, length: Option<&Value>) -> Res<()> {
        let whole = self.size(th)?;
        let length = match length {
            None => whole as isize,
            Some(value) if value.is_none() => whole as isize,
            Some(value) => crate::files::posix::arguments::int64(th, value)? as isize,
        };
        let size = self.size(th)?;
        let Some(start) = usize::try_from(start).ok().filter(|&start| start < size) else {
            return Err(th.value_error("madvise start out of bounds"));
        };
        let Ok(length) = usize::try_from(length) else { return Err(th.value_error("madvise length invalid")) };
        if isize::MAX as usize - start < length {
            return Err(th.overflow_error("madvise length too large"));
        }
        let result = self.with(th, |mapping| mapping.advise(start, length, option))?;
        result.map_err(|error| th.os_error(&error, None))
    }

    #[pymethod("(dest, src, count, /)", name = "move")]
    fn move_bytes(&self, th: &ThreadState, dest: isize, src: isize, count: isize) -> Res<()> {
        self.check_open(th)?;
        self.check_writable(th)?;
        let moved = match (usize::try_from(dest), usize::try_from(src), usize::try_from(count)) {
            (Ok(dest), Ok(src), Ok(count)) => self.with(th, |mapping| mapping.move_within(dest, src, count))?,
            _ => false,
        };
        if moved { Ok(()) } else { Err(th.value_error("source, destination, or count out of range")) }
    }

    #[pymethod("(n=None, /)")]
    fn read(&self, th: &ThreadState, n: Option<Count>) -> Res {
        self.check_open(th)?;
        self.take(th, n.map_or(usize::MAX, |n| n.0))
    }

    #[pymethod("()")]
    fn read_byte(&self, th: &ThreadState) -> Res<i32> {
        let position = self.position.get();
        if position >= self.size(th)? {
            return Err(th.value_error("read byte out of range"));
        }
        let byte = self.byte(th, position)?;
        self.position.set(position + 1);
        Ok(byte.into())
    }

    #[pymethod("()")]
    fn readline(&self, th: &ThreadState) -> Res {
        let start = self.position.get();
        let count = self.with(th, |mapping| {
            mapping.with(start, mapping.len(), |bytes| memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1))
        })?;
        self.take(th, count)
    }

    #[pymethod("(newsize, /)")]
    fn resize(&self, th: &ThreadState, newsize: isize) -> Res<()> {
        self.check_open(th)?;
        self.is_resizable(th)?;
        let new = usize::try_from(newsize).ok().filter(|&new| isize::MAX as usize - new >= self.offset as usize);
        let Some(new) = new else { return Err(th.value_error("new size out of range")) };
        let fd = self.fd.get();
        if fd == -1 && self.flags & memory_map::SHARED != 0 && new > self.size(th)? {
            return Err(th.value_error("mmap: can't expand a shared anonymous mapping"));
        }
        let failed = |error: std::io::Error| th.os_error(&error, None);
        if fd != -1 {
            memory_map::set_size(fd, self.offset + new as i64).map_err(failed)?;
        }
        match self.mapping.borrow_mut().as_mut() {
            Some(mapping) => mapping.resize(new).map_err(failed),
            None => Ok(()),
        }
    }

    #[pymethod("(pos, whence=0, /)")]
    fn seek(&self, th: &ThreadState, pos: isize, whence: i32) -> Res<usize> {
        let length = self.size(th)?;
        let from = match whence {
            0 => 0,
            1 => self.position.get(),
            2 => length,
            _ => return Err(th.value_error("unknown seek type")),
        };
        let target = (from as isize).checked_add(pos).and_then(|target| usize::try_from(target).ok());
        let target = target.filter(|&target| target <= length).ok_or_else(|| th.value_error("seek out of range"))?;
        self.position.set(target);
        Ok(target)
    }

    #[pymethod("()")]
    fn seekable(&self) -> bool {
        true
    }

    #[pymethod("()", name = "size")]
    fn file_size(&self, th: &ThreadState) -> Res<i64> {
        self.check_open(th)?;
        memory_map::size(self.fd.get()).map_err(|error| th.os_error(&error, None))
    }

    #[pymethod("()")]
    fn tell(&self, th: &ThreadState) -> Res<usize> {
        self.check_open(th)?;
        Ok(self.position.get())
    }

    #[pymethod("(bytes, /)")]
    fn write(&self, th: &ThreadState, bytes: Buffer) -> Res<usize> {
        self.check_open(th)?;
        self.check_writable(th)?;
        let (position, count) = (self.position.get(), bytes.len());
        let length = self.size(th)?;
        if position > length || length - position < count {
            return Err(th.value_error("data out of range"));
        }
        self.with(th, |mapping| mapping.write(position, bytes.as_slice()))?;
        self.position.set(position + count);
        Ok(count)
    }

    #[pymethod("(byte, /)")]
    fn write_byte(&self, th: &ThreadState, byte: u8) -> Res<()> {
        self.check_open(th)?;
        self.check_writable(th)?;
        let position = self.position.get();
        if position >= self.size(th)? {
            return Err(th.value_error("write byte out of range"));
        }
        self.with(th, |mapping| mapping.write(position, &[byte]))?;
        self.position.set(position + 1);
        Ok(())
    }

    #[pymethod("()", name = "__enter__")]
    fn enter(&self, th: &ThreadState, slf: &Value) -> Res {
        self.check_open(th)?;
        Ok(slf.clone())
    }

    #[pymethod("(exc_type, exc_value, traceback, /)", name = "__exit__")]
    fn exit(slf: &Value, th: &ThreadState, _exc_type: &Value, _exc_value: &Value, _traceback: &Value) -> Res {
        th.call_method_str(slf, "close", &[])
    }

    /// Size of object in memory, in bytes.
    #[pymethod("()", name = "__sizeof__")]
    fn size_of(slf: &Value) -> usize {
        slf.class().instance_size() + Mmap::of(slf).mapping.borrow().as_ref().map_or(0, Mapping::len)
    }
}

/// A bound of a search: an int, or `None` for none.
struct Bound(SliceIndex);

impl<'a> FromArg<'a> for Bound {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        if !th.is_index(value) {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("'{class}' object cannot be interpreted as an integer")));
        }
        th.index_clamped(value).map(|index| Bound(SliceIndex(index)))
    }
}

/// The module `mmap`.
#[pymodule(name = "mmap", classes(super::MMAP_TYPE))]
pub mod mmap_module {
    use host::memory_map::{CONSTANTS, MACHINE_CONSTANTS};
    use runtime::objects::exceptions as exc;
    use runtime::{Res, ThreadState, Value};

    use crate::system::numbers::{add, add_constants};

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        add_constants(th, module, CONSTANTS)?;
        add_constants(th, module, MACHINE_CONSTANTS)?;
        add_constants(
            th,
            module,
            &[("ACCESS_DEFAULT", 0), ("ACCESS_READ", 1), ("ACCESS_WRITE", 2), ("ACCESS_COPY", 3)],
        )?;
        let page = th.int(host::resource::page_size());
        add(th, module, "PAGESIZE", page.clone())?;
        add(th, module, "ALLOCATIONGRANULARITY", page)?;
        add(th, module, "error", exc::OS_ERROR.as_value())
    }
}
