//! The class `_socket.socket`: one endpoint, with the timeout that Python gives to its calls.

use std::cell::Cell;
use std::io;

use host::net::{self, Address};
use macros::{pyclass, pymethods};
use runtime::buffer::Buffer;
use runtime::convert::WritableBuffer;
use runtime::objects::exceptions as exc;
use runtime::{Payload, Res, ThreadState, Type, Value};

use super::address::{Kind, address_of, address_value};
use super::{State, failed, timeout_argument};
use crate::files::posix::arguments::int32;
use crate::system::numbers::float_seconds;
use crate::system::select::{deadline, left};

const AF_ALG: i32 = 38;
const SOL_ALG: i32 = 279;
const ALG_SET_IV: i32 = 2;
const ALG_SET_OP: i32 = 3;
const ALG_SET_AEAD_ASSOCLEN: i32 = 4;
const SOCK_NONBLOCK: i32 = 0o4000;
/// As many pieces as the kernel takes in one message.
const MOST_PIECES: usize = 1024;

/// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
/// socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object
///
/// Open a socket of the given type.  The family argument specifies the
/// address family; it defaults to AF_INET.  The type argument specifies
/// whether this is a stream (SOCK_STREAM, this is the default)
/// or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,
/// specifying the default protocol.  Keyword arguments are accepted.
/// The socket is created as non-inheritable.
///
/// When a fileno is passed in, family, type and proto are auto-detected,
/// unless they are explicitly set.
#[pyclass(name = "socket", module = "_socket", flags(base_type))]
pub struct Socket {
    fd: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// Nanoseconds; -1 waits for ever, 0 not at all.
    timeout: Cell<i64>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.fd.get() >= 0 {
            let _ = host::fs::close(self.fd.get());
        }
    }
}

impl Socket {
    fn limit(&self) -> Option<i64> {
        Some(self.timeout.get()).filter(|&timeout| timeout >= 0)
    }

    fn addresses(&self) -> Kind {
        Kind { family: self.family.get(), protocol: self.protocol.get() }
    }

    fn shown_address(&self, th: &ThreadState, address: &net::RawAddress) -> Res {
        address_value(th, self.protocol.get(), &Address::decode(address))
    }

    /// A call that waits for the socket as long as its timeout allows.
    fn wait<R>(&self, th: &ThreadState, write: bool, call: impl FnMut(i32) -> io::Result<R>) -> Res<R> {
        self.wait_until(th, write, deadline(self.limit()), call)
    }

    fn wait_until<R>(
        &self,
        th: &ThreadState,
        write: bool,
        until: Option<i64>,
        mut call: impl FnMut(i32) -> io::Result<R>,
    ) -> Res<R> {
        let (fd, timeout) = (self.fd.get(), self.timeout.get());
        loop {
            if timeout > 0 && !th.blocking_call(|| host::poll::is_ready(fd, write, left(until)))? {
                return Err(th.error(&exc::TIMEOUT_ERROR, "timed out"));
            }
            match th.blocking(|| call(fd))? {
                Err(error) if timeout > 0 && error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result.map_err(failed(th)),
            }
        }
    }

    fn set_timeout(&self, th: &ThreadState, timeout: i64) -> Res<()> {
        self.timeout.set(timeout);
        host::descriptor::set_blocking(self.fd.get(), timeout < 0).map_err(failed(th))
    }

    /// Connects. `Err(None)`: that took longer than the timeout.
    fn connected(
        &self,
        th: &ThreadState,
        slf: &Value,
        address: &Value,
        function: &str,
    ) -> Res<Result<(), Option<io::Error>>> {
        let raw = address_of(th, self.addresses(), address, function)?;
        th.audit("socket.connect", &[slf.clone(), address.clone()])?;
        let fd = self.fd.get();
        let Err(error) = th.without_gil(|| net::connect(fd, &raw)) else { return Ok(Ok(())) };
        let number = error.raw_os_error().unwrap_or(0);
        let interrupted = number == host::error::EINTR;
        if interrupted {
            th.check_interrupts()?;
        }
        let waits = match interrupted {
            true => self.timeout.get() != 0,
            false => number == host::error::EINPROGRESS && self.timeout.get() > 0,
        };
        if !waits {
            return Ok(Err(Some(error)));
        }
        let until = deadline(self.limit());
        if !th.blocking_call(|| host::poll::is_ready(fd, true, left(until)))? {
            return Ok(Err(None));
        }
        match net::pending_error(fd) {
            Ok(0) => Ok(Ok(())),
            Ok(number) if number == host::error::EISCONN => Ok(Ok(())),
            Ok(number) => Ok(Err(Some(io::Error::from_raw_os_error(number)))),
            Err(error) => Ok(Err(Some(error))),
        }
    }

    /// The data, control data, flags and address of a message that was received.
    fn message_parts(&self, th: &ThreadState, message: &net::Message) -> Res<[Value; 3]> {
        let control = message
            .control
            .iter()
            .map(|(level, kind, data)| th.tuple(&[Value::int32(*level), Value::int32(*kind), th.bytes(data)]));
        let control = th.list(control.collect());
        Ok([control, Value::int32(message.flags), self.shown_address(th, &message.address)?])
    }
}

/// A buffer of a size that a program asks for.
fn room(th: &ThreadState, size: isize, what: &str) -> Res<Vec<u8>> {
    let Ok(size) = usize::try_from(size) else {
        return Err(th.value_error(format_args!("negative {what}")));
    };
    zeros(th, size)
}

fn zeros(th: &ThreadState, size: usize) -> Res<Vec<u8>> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(size).map_err(|_| th.memory_error())?;
    buffer.resize(size, 0);
    Ok(buffer)
}

fn control_size(th: &ThreadState, size: isize) -> Res<usize> {
    let size = usize::try_from(size).ok().filter(|&size| size <= i32::MAX as usize);
    size.ok_or_else(|| th.value_error("invalid ancillary data buffer length"))
}

/// The items of an argument that must be iterable.
fn items(th: &ThreadState, value: &Value, function: &str, place: usize) -> Res<Vec<Value>> {
    if !th.is_iterable(value) {
        return Err(th.type_error(format_args!("{function}() argument {place} must be an iterable")));
    }
    th.collect(value)
}

fn too_many_pieces(th: &ThreadState) -> runtime::Raised {
    failed(th)(io::Error::from_raw_os_error(host::error::EMSGSIZE))
}

/// All pieces of data to send, one after the other.
fn gathered(th: &ThreadState, function: &str, pieces: &Value) -> Res<Vec<u8>> {
    let pieces = items(th, pieces, function, 1)?;
    let mut data = Vec::new();
    for piece in &pieces {
        data.extend_from_slice(th.readable_buffer(piece)?.as_slice());
    }
    if pieces.len() > MOST_PIECES {
        return Err(too_many_pieces(th));
    }
    Ok(data)
}

#[pymethods]
impl Socket {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        let cell = |number: i32| Cell::new(number);
        let socket = Socket { fd: cell(-1), family: cell(0), kind: cell(0), protocol: cell(0), timeout: Cell::new(-1) };
        Ok(th.new_instance(class, socket))
    }

    #[pyslot("(family=-1, type=-1, proto=-1, fileno=None)")]
    fn init(
        &self,
        th: &ThreadState,
        slf: &Value,
        #[default(-1)] family: i32,
        #[default(-1)] kind: i32,
        #[default(-1)] proto: i32,
        fileno: Value,
    ) -> Res<()> {
        let (mut family, mut kind, mut proto) = (family, kind, proto);
        let audited = [slf.clone(), Value::int32(family), Value::int32(kind), Value::int32(proto)];
        th.audit("socket.__new__", &audited)?;
        let fd = if fileno.is_none() {
            family = if family == -1 { net::AF_INET } else { family };
            kind = if kind == -1 { net::SOCK_STREAM } else { kind };
            proto = proto.max(0);
            th.without_gil(|| net::socket(family, kind, proto)).map_err(failed(th))?
        } else {
            let fd = int32(th, &fileno)?;
            if fd < 0 {
                return Err(th.value_error("negative file descriptor"));
            }
            let address = net::own_address(fd).map_err(failed(th))?;
            family = if family == -1 { address.family() } else { family };
            kind = if kind == -1 { net::kind(fd).map_err(failed(th))? } else { kind };
            proto = if proto == -1 { net::protocol(fd).map_err(failed(th))? } else { proto };
            fd
        };
        self.fd.set(fd);
        self.family.set(family);
        self.kind.set(kind & !(host::fs::O_CLOEXEC | SOCK_NONBLOCK));
        self.protocol.set(proto);
        let default = th.extension::<State>().default_timeout.get() - 1;
        if kind & SOCK_NONBLOCK != 0 {
            self.timeout.set(0);
        } else if default >= 0 {
            self.set_timeout(th, default)?;
        }
        Ok(())
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let [fd, family, kind, protocol] = [&self.fd, &self.family, &self.kind, &self.protocol].map(Cell::get);
        Ok(th.str(&format!("<socket object, fd={fd}, family={family}, type={kind}, proto={protocol}>")))
    }

    /// Blames who forgot to close, then closes.
    #[pyslot]
    fn finalize(th: &ThreadState, slf: &Value) {
        let socket = Socket::of(slf);
        if socket.fd.get() < 0 {
            return;
        }
        let pending = th.set_aside_raised();
        let warned =
            th.repr_string(slf).and_then(|shown| runtime::warnings::resource(th, slf, &format!("unclosed {shown}")));
        match warned {
            Ok(()) => {}
            Err(raised) if th.raised_is(&raised, &exc::WARNING) => {
                th.unraisable_while(raised, "Exception ignored while finalizing socket", slf);
            }
            Err(raised) => drop(th.take_raised(raised)),
        }
        let fd = socket.fd.replace(-1);
        let _ = th.without_gil(|| host::fs::close(fd));
        th.restore_raised(pending);
    }

    #[pygetter(member)]
    fn family(&self) -> i32 {
        self.family.get()
    }

    #[pygetter(member, name = "type")]
    fn kind(&self) -> i32 {
        self.kind.get()
    }

    #[pygetter(member)]
    fn proto(&self) -> i32 {
        self.protocol.get()
    }

    /// the socket timeout
    #[pygetter]
    fn timeout(&self, th: &ThreadState) -> Value {
        self.gettimeout(th)
    }

    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    #[pymethod("()")]
    fn fileno(&self) -> i32 {
        self.fd.get()
    }

    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    #[pymethod("()")]
    fn close(&self, th: &ThreadState) -> Res<()> {
        let fd = self.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        match th.without_gil(|| host::fs::close(fd)) {
            Err(error) if error.kind() != io::ErrorKind::ConnectionReset => Err(th.os_error(&error, None)),
            _ => Ok(()),
        }
    }

    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor.
    /// The object cannot be used after this call, but the file descriptor
    /// can be reused for other purposes.  The file descriptor is returned.
    #[pymethod("()")]
    fn detach(&self) -> i32 {
        self.fd.replace(-1)
    }

    /// gettimeout() -> timeout
    #[pymethod("()")]
    fn gettimeout(&self, th: &ThreadState) -> Value {
        self.limit().map_or(Value::NONE, |timeout| float_seconds(th, timeout))
    }

    /// settimeout(timeout)
    #[pymethod("(object, /)")]
    fn settimeout(&self, th: &ThreadState, timeout: &Value) -> Res<()> {
        let timeout = timeout_argument(th, timeout)?;
        self.set_timeout(th, timeout)
    }

    /// setblocking(flag)
    #[pymethod("(object, /)")]
    fn setblocking(&self, th: &ThreadState, blocking: bool) -> Res<()> {
        self.set_timeout(th, if blocking { -1 } else { 0 })
    }

    /// getblocking()
    #[pymethod("()")]
    fn getblocking(&self) -> bool {
        self.timeout.get() != 0
    }

    /// bind(address)
    #[pymethod("(object, /)")]
    fn bind(&self, th: &ThreadState, slf: &Value, address: &Value) -> Res<()> {
        let raw = address_of(th, self.addresses(), address, "bind")?;
        th.audit("socket.bind", &[slf.clone(), address.clone()])?;
        th.without_gil(|| net::bind(self.fd.get(), &raw)).map_err(failed(th))
    }

    /// connect(address)
    #[pymethod("(object, /)")]
    fn connect(&self, th: &ThreadState, slf: &Value, address: &Value) -> Res<()> {
        self.connected(th, slf, address, "connect")?.map_err(|error| match error {
            Some(error) => failed(th)(error),
            None => th.error(&exc::TIMEOUT_ERROR, "timed out"),
        })
    }

    /// connect_ex(address) -> errno
    #[pymethod("(object, /)")]
    fn connect_ex(&self, th: &ThreadState, slf: &Value, address: &Value) -> Res<i32> {
        Ok(match self.connected(th, slf, address, "connect_ex")? {
            Ok(()) => 0,
            Err(Some(error)) => error.raw_os_error().unwrap_or(0),
            Err(None) => host::error::EAGAIN,
        })
    }

    /// listen([backlog])
    #[pymethod("(backlog=128, /)", text = none)]
    fn listen(&self, th: &ThreadState, #[default(128)] backlog: i32) -> Res<()> {
        th.without_gil(|| net::listen(self.fd.get(), backlog.max(0))).map_err(failed(th))
    }

    /// _accept() -> (integer, address info)
    #[pymethod("()")]
    fn _accept(&self, th: &ThreadState) -> Res {
        let (fd, address) = self.wait(th, false, net::accept)?;
        Ok(th.tuple(&[Value::int32(fd), self.shown_address(th, &address)?]))
    }

    /// getsockname() -> address info
    #[pymethod("()")]
    fn getsockname(&self, th: &ThreadState) -> Res {
        let address = net::own_address(self.fd.get()).map_err(failed(th))?;
        self.shown_address(th, &address)
    }

    /// getpeername() -> address info
    #[pymethod("()")]
    fn getpeername(&self, th: &ThreadState) -> Res {
        let address = net::peer_address(self.fd.get()).map_err(failed(th))?;
        self.shown_address(th, &address)
    }

    /// shutdown(flag)
    #[pymethod("(object, /)")]
    fn shutdown(&self, th: &ThreadState, how: i32) -> Res<()> {
        th.without_gil(|| net::shutdown(self.fd.get(), how)).map_err(failed(th))
    }

    /// recv(buffersize[, flags]) -> data
    #[pymethod("(buffersize, flags=0, /)", text = none)]
    fn recv(&self, th: &ThreadState, buffersize: isize, flags: i32) -> Res {
        let mut buffer = room(th, buffersize, "buffersize in recv")?;
        let count = self.wait(th, false, |fd| net::receive(fd, &mut buffer, flags))?;
        Ok(th.bytes(buffer.get(..count).unwrap_or_default()))
    }

    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    #[pymethod("(buffer, nbytes=0, flags=0)", text = none)]
    fn recv_into(&self, th: &ThreadState, buffer: WritableBuffer, nbytes: isize, flags: i32) -> Res<usize> {
        let most = match usize::try_from(nbytes) {
            Ok(0) => buffer.0.len(),
            Ok(size) if size <= buffer.0.len() => size,
            Ok(_) => return Err(th.value_error("buffer too small for requested bytes")),
            Err(_) => return Err(th.value_error("negative buffersize in recv_into")),
        };
        self.wait(th, false, |fd| {
            buffer.0.with_mut(|bytes| net::receive(fd, bytes.get_mut(..most).unwrap_or_default(), flags))
        })
    }

    /// recvfrom(buffersize[, flags]) -> (data, address info)
    #[pymethod("(buffersize, flags=0, /)", text = none)]
    fn recvfrom(&self, th: &ThreadState, buffersize: isize, flags: i32) -> Res {
        let mut buffer = room(th, buffersize, "buffersize in recvfrom")?;
        let (count, address) = self.wait(th, false, |fd| net::receive_from(fd, &mut buffer, flags))?;
        let data = th.bytes(buffer.get(..count).unwrap_or_default());
        Ok(th.tuple(&[data, self.shown_address(th, &address)?]))
    }

    /// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
    #[pymethod("(buffer, nbytes=0, flags=0)", text = none)]
    fn recvfrom_into(&self, th: &ThreadState, buffer: WritableBuffer, nbytes: isize, flags: i32) -> Res {
        let most = match usize::try_from(nbytes) {
            Ok(0) => buffer.0.len(),
            Ok(size) if size <= buffer.0.len() => size,
            Ok(_) => return Err(th.value_error("nbytes is greater than the length of the buffer")),
            Err(_) => return Err(th.value_error("negative buffersize in recvfrom_into")),
        };
        let (count, address) = self.wait(th, false, |fd| {
            buffer.0.with_mut(|bytes| net::receive_from(fd, bytes.get_mut(..most).unwrap_or_default(), flags))
        })?;
        Ok(th.tuple(&[Value::index(count), self.shown_address(th, &address)?]))
    }

    /// send(data[, flags]) -> count
    #[pymethod("(data, flags=0, /)", text = none)]
    fn send(&self, th: &ThreadState, data: Buffer, flags: i32) -> Res<usize> {
        self.wait(th, true, |fd| net::send(fd, data.as_slice(), flags))
    }

    /// sendall(data[, flags])
    #[pymethod("(data, flags=0, /)", text = none)]
    fn sendall(&self, th: &ThreadState, data: Buffer, flags: i32) -> Res<()> {
        // One timeout for all the pieces together.
        let until = deadline(self.limit());
        let mut done = 0;
        while done < data.len() {
            let rest = data.as_slice().get(done..).unwrap_or_default();
            done += self.wait_until(th, true, until, |fd| net::send(fd, rest, flags))?;
            th.check_interrupts()?;
        }
        Ok(())
    }

    /// sendto(data[, flags], address) -> count
    #[pymethod("(*args)", text = none)]
    fn sendto(&self, th: &ThreadState, slf: &Value, args: &[Value]) -> Res<usize> {
        let (data, flags, address) = match args {
            [data, address] => (data, None, address),
            [data, flags, address] => (data, Some(flags), address),
            _ => {
                let given = args.len();
                return Err(th.type_error(format_args!("sendto() takes 2 or 3 arguments ({given} given)")));
            }
        };
        let data = th.readable_buffer(data)?;
        let flags = flags.map_or(Ok(0), |flags| int32(th, flags))?;
        let raw = address_of(th, self.addresses(), address, "sendto")?;
        th.audit("socket.sendto", &[slf.clone(), address.clone()])?;
        self.wait(th, true, |fd| net::send_to(fd, data.as_slice(), flags, &raw))
    }

    /// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
    #[pymethod("(bufsize, ancbufsize=0, flags=0, /)", text = none)]
    fn recvmsg(&self, th: &ThreadState, bufsize: isize, ancbufsize: isize, flags: i32) -> Res {
        let mut buffer = room(th, bufsize, "buffer size in recvmsg()")?;
        let space = control_size(th, ancbufsize)?;
        let message = self.wait(th, false, |fd| net::receive_message(fd, &mut buffer, space, flags))?;
        let data = th.bytes(buffer.get(..message.count).unwrap_or_default());
        let [control, flags, address] = self.message_parts(th, &message)?;
        Ok(th.tuple(&[data, control, flags, address]))
    }

    /// recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)
    #[pymethod("(buffers, ancbufsize=0, flags=0, /)", text = none)]
    fn recvmsg_into(&self, th: &ThreadState, buffers: &Value, ancbufsize: isize, flags: i32) -> Res {
        let mut places = Vec::new();
        for item in items(th, buffers, "recvmsg_into", 1)? {
            let place = th.writable_buffer(&item).map_err(|raised| {
                drop(th.take_raised(raised));
                th.type_error("recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers")
            })?;
            places.push(place);
        }
        let space = control_size(th, ancbufsize)?;
        if places.len() > MOST_PIECES {
            return Err(too_many_pieces(th));
        }
        let total = places.iter().try_fold(0usize, |sum, place| sum.checked_add(place.len()));
        let mut data = zeros(th, total.ok_or_else(|| th.memory_error())?)?;
        let message = self.wait(th, false, |fd| net::receive_message(fd, &mut data, space, flags))?;
        let mut rest = data.get(..message.count).unwrap_or(&data);
        for place in &places {
            let (now, later) = rest.split_at(place.len().min(rest.len()));
            place.write(0, now);
            rest = later;
        }
        let [control, flags, address] = self.message_parts(th, &message)?;
        Ok(th.tuple(&[Value::index(message.count), control, flags, address]))
    }

    /// sendmsg(buffers[, ancdata[, flags[, address]]]) -> count
    #[pymethod("(buffers, ancdata=(), flags=0, address=None, /)", text = none)]
    fn sendmsg(
        &self,
        th: &ThreadState,
        slf: &Value,
        buffers: &Value,
        #[default(None)] ancdata: Option<Value>,
        flags: i32,
        address: Value,
    ) -> Res<usize> {
        let raw = match address.is_none() {
            true => None,
            false => Some(address_of(th, self.addresses(), &address, "sendmsg")?),
        };
        th.audit("socket.sendmsg", &[slf.clone(), address.clone()])?;
        let data = gathered(th, "sendmsg", buffers)?;
        let mut control = Vec::new();
        let parts = ancdata.map_or(Ok(Vec::new()), |ancdata| items(th, &ancdata, "sendmsg", 2))?;
        for item in parts {
            let words = "[sendmsg() ancillary data items]() argument must be";
            let Some(parts) = item.as_tuple().map(|tuple| tuple.as_slice().to_vec()) else {
                let class = item.class().full_name();
                return Err(th.type_error(format_args!("{words} 3-item tuple, not {class}")));
            };
            let [level, kind, bytes] = parts.as_slice() else {
                let given = parts.len();
                return Err(th.type_error(format_args!("{words} tuple of length 3, not {given}")));
            };
            control.push((int32(th, level)?, int32(th, kind)?, th.readable_buffer(bytes)?.to_vec()));
        }
        let space = control.iter().try_fold(0usize, |sum, (_, _, data)| {
            net::control_space(data.len()).and_then(|space| sum.checked_add(space))
        });
        if space.is_none_or(|space| space > i32::MAX as usize) {
            return Err(th.os_error_message("too much ancillary data"));
        }
        self.wait(th, true, |fd| net::send_message(fd, &data, &control, flags, raw.as_ref()))
    }

    /// sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])
    ///
    /// Set operation mode, IV and length of associated data for an AF_ALG
    /// operation socket.
    #[pymethod("(msg=(), *, op=-1, iv=None, assoclen=-1, flags=0)", text = none)]
    fn sendmsg_afalg(
        &self,
        th: &ThreadState,
        #[default(None)] msg: Option<Value>,
        #[default(-1)] op: i32,
        iv: Value,
        #[default(None)] assoclen: Option<Value>,
        flags: i32,
    ) -> Res<usize> {
        if self.family.get() != AF_ALG {
            return Err(th.os_error_message("algset is only supported for AF_ALG"));
        }
        if op < 0 {
            return Err(th.type_error("Invalid or missing argument 'op'"));
        }
        let mut control = vec![(SOL_ALG, ALG_SET_OP, op.to_ne_bytes().to_vec())];
        if !iv.is_none() {
            let iv = th.readable_buffer(&iv)?.to_vec();
            control.push((SOL_ALG, ALG_SET_IV, [&(iv.len() as u32).to_ne_bytes(), iv.as_slice()].concat()));
        }
        if let Some(length) = assoclen {
            let length = int32(th, &length)?;
            if length < 0 {
                return Err(th.type_error("assoclen must be positive"));
            }
            control.push((SOL_ALG, ALG_SET_AEAD_ASSOCLEN, length.to_ne_bytes().to_vec()));
        }
        let data = msg.map_or(Ok(Vec::new()), |pieces| gathered(th, "sendmsg_afalg", &pieces))?;
        self.wait(th, true, |fd| net::send_message(fd, &data, &control, flags, None))
    }

    /// getsockopt(level, option[, buffersize]) -> value
    #[pymethod("(level, option, buffersize=0, /)", text = none)]
    fn getsockopt(&self, th: &ThreadState, level: i32, option: i32, buffersize: i32) -> Res {
        let fd = self.fd.get();
        match buffersize {
            0 if self.family.get() == net::AF_VSOCK => {
                let bytes = net::option_bytes(fd, level, option, 8).map_err(failed(th))?;
                let bytes = bytes.try_into().map(u64::from_ne_bytes).unwrap_or(0);
                Ok(th.int_from_u64(bytes))
            }
            0 => net::option(fd, level, option).map(Value::int32).map_err(failed(th)),
            1..=1024 => {
                let bytes = net::option_bytes(fd, level, option, buffersize as usize).map_err(failed(th))?;
                Ok(th.bytes(&bytes))
            }
            _ => Err(th.os_error_message("getsockopt buflen out of range")),
        }
    }

    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    #[pymethod("(*args)", text = none)]
    fn setsockopt(&self, th: &ThreadState, args: &[Value]) -> Res<()> {
        let fd = self.fd.get();
        let result = match args {
            [level, option, value, length] if value.is_none() => {
                let (level, option) = (int32(th, level)?, int32(th, option)?);
                let length = u32::try_from(int32(th, length)?).map_err(|_| th.overflow_error("optlen is negative"))?;
                net::set_option_length(fd, level, option, length)
            }
            [level, option, value] => {
                let (level, option) = (int32(th, level)?, int32(th, option)?);
                let number = value.as_int().and_then(|number| number.to_i64());
                if let Some(number) = number.filter(|_| self.family.get() == net::AF_VSOCK) {
                    let result = net::set_option_bytes(fd, level, option, &number.to_ne_bytes());
                    return result.map_err(failed(th));
                }
                match number.and_then(|number| i32::try_from(number).ok()) {
                    Some(number) => net::set_option_bytes(fd, level, option, &number.to_ne_bytes()),
                    None => net::set_option_bytes(fd, level, option, th.readable_buffer(value)?.as_slice()),
                }
            }
            _ => {
                let given = args.len();
                return Err(th.type_error(format_args!("setsockopt() takes exactly 3 arguments ({given} given)")));
            }
        };
        result.map_err(failed(th))
    }
}
