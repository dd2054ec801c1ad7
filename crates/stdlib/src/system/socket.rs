//! `_socket`: sockets of the Internet and of Unix, and names of hosts.

use std::cell::Cell;
use std::ffi::CString;
use std::io;

use host::names::{self, Unresolved};
use host::net::{self, Address, RawAddress};
use macros::{pyclass, pymethods, pymodule};
use runtime::buffer::Buffer;
use runtime::convert::WritableBuffer;
use runtime::gc::ValueCell;
use runtime::objects::exceptions as exc;
use runtime::{Raised, Res, ThreadState, Type, Value};

use crate::files::posix::arguments::{fs_encoded, fs_text, int32};
use crate::system::numbers::{Rounding, float_seconds, nanoseconds};
use crate::system::select::{deadline, left};

/// What the module keeps per interpreter.
#[derive(Default)]
struct State {
    gaierror: ValueCell,
    herror: ValueCell,
    /// Timeout of new sockets: nanoseconds plus one; 0 waits for ever.
    default_timeout: Cell<i64>,
}

fn failed(th: &ThreadState) -> impl Fn(io::Error) -> Raised + '_ {
    |error| th.os_error(&error, None)
}

fn unresolved(th: &ThreadState, problem: Unresolved, old: bool) -> Raised {
    let (number, words) = match problem {
        Unresolved::System(error) => return th.os_error(&error, None),
        Unresolved::Lookup(number, words) => (number, words),
    };
    let state = th.extension::<State>();
    let class = if old { state.herror.get() } else { state.gaierror.get() };
    let class = class.unwrap_or_else(|| exc::OS_ERROR.as_value());
    match th.call(&class, &[Value::int32(number), th.str(&words)]) {
        Ok(exception) => th.raise(exception),
        Err(raised) => raised,
    }
}

/// The name of a host: text (encoded as IDNA when it is not ASCII) or bytes.
fn host_text(th: &ThreadState, value: &Value) -> Res<CString> {
    let bytes = if let Some(text) = value.as_str() {
        match text.as_ascii() {
            Some(ascii) => ascii.as_bytes().to_vec(),
            None => {
                let encoded = th.call_method_str(value, "encode", &[th.str("idna")])?;
                encoded.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default()
            }
        }
    } else if th.has_buffer(value) {
        th.readable_buffer(value)?.to_vec()
    } else {
        let class = value.class().full_name();
        return Err(th.type_error(format_args!("str, bytes or bytearray expected, not {class}")));
    };
    CString::new(bytes).map_err(|_| th.type_error("host name must not contain null character"))
}

/// The address of a host of a family.
fn resolve_host(th: &ThreadState, host: &Value, family: i32) -> Res<Address> {
    let name = host_text(th, host)?;
    let (query, flags) = match name.as_bytes() {
        b"" => (None, 1),
        b"<broadcast>" if family != net::AF_INET6 => {
            return Ok(Address::Inet { ip: [255; 4], port: 0 });
        }
        _ => (Some(name.as_c_str()), 0),
    };
    let service = if query.is_none() { Some(c"0") } else { None };
    let found = th.without_gil(|| names::resolve(query, service, family, net::SOCK_STREAM, 0, flags));
    let found = found.map_err(|problem| unresolved(th, problem, false))?;
    found.into_iter().next().map(|entry| entry.address).ok_or_else(|| th.os_error_message("address family mismatched"))
}

fn port_number(th: &ThreadState, value: &Value, function: &str) -> Res<u16> {
    u16::try_from(int32(th, value)?).map_err(|_| th.overflow_error(format_args!("{function}(): port must be 0-65535.")))
}

/// The address that a program gives for a socket of a family.
fn address_of(th: &ThreadState, family: i32, value: &Value, function: &str) -> Res<RawAddress> {
    let parts: Vec<Value> = value.as_tuple().map(|tuple| tuple.as_slice().to_vec()).unwrap_or_default();
    let class = || value.class().full_name();
    let address = match family {
        net::AF_UNIX => {
            let path = if value.as_str().is_some() {
                let encoded = th.encode_object(value, "utf-8", "surrogateescape")?;
                encoded.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default()
            } else {
                th.readable_buffer(value)?.to_vec()
            };
            Address::Unix(path)
        }
        net::AF_INET => {
            if value.as_tuple().is_none() {
                let class = class();
                return Err(th.type_error(format_args!("{function}(): AF_INET address must be tuple, not {class}")));
            }
            let [host, port] = parts.as_slice() else {
                return Err(th.type_error(format_args!("{function}(): AF_INET address must be a pair (host, port)")));
            };
            let number = port_number(th, port, function)?;
            match resolve_host(th, host, family)? {
                Address::Inet { ip, .. } => Address::Inet { ip, port: number },
                other => other,
            }
        }
        net::AF_INET6 => {
            if value.as_tuple().is_none() {
                let class = class();
                return Err(th.type_error(format_args!("{function}(): AF_INET6 address must be tuple, not {class}")));
            }
            if !(2..=4).contains(&parts.len()) {
                return Err(th.type_error(format_args!(
                    "{function}(): AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
                )));
            }
            let number = port_number(th, &parts[1], function)?;
            let rest = |index: usize| match parts.get(index) {
                Some(value) => int32(th, value).map(|number| number as u32),
                None => Ok(0),
            };
            let flow = rest(2)?;
            if flow > 0xfffff {
                return Err(th.overflow_error(format_args!("{function}(): flowinfo must be 0-1048575.")));
            }
            let given_scope = rest(3)?;
            match resolve_host(th, &parts[0], family)? {
                Address::Inet6 { ip, scope, .. } => {
                    let scope = if given_scope == 0 { scope } else { given_scope };
                    Address::Inet6 { ip, port: number, flow, scope }
                }
                other => other,
            }
        }
        _ => return Err(th.os_error_message(format_args!("{function}(): bad family"))),
    };
    address.encode().ok_or_else(|| th.os_error_message("AF_UNIX path too long"))
}

/// An address as programs see it.
fn address_value(th: &ThreadState, address: &Address) -> Res {
    Ok(match address {
        Address::None | Address::Other { .. } => Value::NONE,
        Address::Unix(path) if path.first() == Some(&0) => th.bytes(path),
        Address::Unix(path) => fs_text(th, path)?,
        Address::Inet { ip, port } => {
            let text = names::format_address(net::AF_INET, ip).map_err(failed(th))?;
            th.tuple(&[fs_text(th, &text)?, Value::int32(i32::from(*port))])
        }
        Address::Inet6 { ip, port, flow, scope } => {
            let text = names::format_address(net::AF_INET6, ip).map_err(failed(th))?;
            let (flow, scope) = (th.int(i64::from(*flow)), th.int(i64::from(*scope)));
            th.tuple(&[fs_text(th, &text)?, Value::int32(i32::from(*port)), flow, scope])
        }
        Address::Netlink { pid, groups } => th.tuple(&[th.int(i64::from(*pid)), th.int(i64::from(*groups))]),
        Address::Vsock { cid, port } => th.tuple(&[th.int(i64::from(*cid)), th.int(i64::from(*port))]),
        Address::Packet { protocol, interface, hardware, kind, address } => th.tuple(&[
            fs_text(th, &names::interface_name(*interface as u32).unwrap_or_default())?,
            Value::int32(i32::from(*protocol)),
            Value::int32(i32::from(*kind)),
            Value::int32(i32::from(*hardware)),
            th.bytes(address),
        ]),
    })
}

/// A socket object is one endpoint of a network connection.
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

    /// A call that waits for the socket as long as its timeout allows.
    fn wait<R>(&self, th: &ThreadState, write: bool, mut call: impl FnMut(i32) -> io::Result<R>) -> Res<R> {
        let (fd, timeout) = (self.fd.get(), self.timeout.get());
        let until = deadline(self.limit());
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

    fn connected(&self, th: &ThreadState, address: &Value, function: &str) -> Res<io::Result<()>> {
        let raw = address_of(th, self.family.get(), address, function)?;
        let fd = self.fd.get();
        let first = th.without_gil(|| net::connect(fd, &raw));
        let Err(error) = first else { return Ok(Ok(())) };
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
            return Ok(Err(error));
        }
        let until = deadline(self.limit());
        if !th.blocking_call(|| host::poll::is_ready(fd, true, left(until)))? {
            return Err(th.error(&exc::TIMEOUT_ERROR, "timed out"));
        }
        match net::pending_error(fd) {
            Ok(0) => Ok(Ok(())),
            Ok(number) if number == host::error::EISCONN => Ok(Ok(())),
            Ok(number) => Ok(Err(io::Error::from_raw_os_error(number))),
            Err(error) => Ok(Err(error)),
        }
    }
}

/// A buffer of a size that a program asks for.
fn room(th: &ThreadState, size: isize, function: &str) -> Res<Vec<u8>> {
    let Ok(size) = usize::try_from(size) else {
        return Err(th.value_error(format_args!("negative buffersize in {function}")));
    };
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(size).map_err(|_| th.memory_error())?;
    buffer.resize(size, 0);
    Ok(buffer)
}

fn timeout_argument(th: &ThreadState, value: &Value) -> Res<i64> {
    if value.is_none() {
        return Ok(-1);
    }
    let timeout = nanoseconds(th, value, Rounding::Up)?;
    if timeout < 0 { Err(th.value_error("Timeout value out of range")) } else { Ok(timeout) }
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
        #[default(-1)] family: i32,
        #[default(-1)] kind: i32,
        #[default(-1)] proto: i32,
        fileno: Value,
    ) -> Res<()> {
        let (mut family, mut kind, mut proto) = (family, kind, proto);
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
        self.kind.set(kind & !(host::fs::O_CLOEXEC | 0o4000));
        self.protocol.set(proto);
        let default = th.extension::<State>().default_timeout.get() - 1;
        if kind & 0o4000 != 0 {
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

    #[pygetter]
    fn timeout(&self, th: &ThreadState) -> Value {
        self.gettimeout(th)
    }

    /// fileno() -> integer
    #[pymethod("()")]
    fn fileno(&self) -> i32 {
        self.fd.get()
    }

    /// close()
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
    #[pymethod("()")]
    fn detach(&self) -> i32 {
        self.fd.replace(-1)
    }

    #[pymethod("()")]
    fn gettimeout(&self, th: &ThreadState) -> Value {
        self.limit().map_or(Value::NONE, |timeout| float_seconds(th, timeout))
    }

    #[pymethod("(object, /)")]
    fn settimeout(&self, th: &ThreadState, timeout: &Value) -> Res<()> {
        let timeout = timeout_argument(th, timeout)?;
        self.set_timeout(th, timeout)
    }

    #[pymethod("(object, /)")]
    fn setblocking(&self, th: &ThreadState, blocking: bool) -> Res<()> {
        self.set_timeout(th, if blocking { -1 } else { 0 })
    }

    #[pymethod("()")]
    fn getblocking(&self) -> bool {
        self.timeout.get() != 0
    }

    #[pymethod("(object, /)")]
    fn bind(&self, th: &ThreadState, address: &Value) -> Res<()> {
        let raw = address_of(th, self.family.get(), address, "bind")?;
        th.without_gil(|| net::bind(self.fd.get(), &raw)).map_err(failed(th))
    }

    #[pymethod("(object, /)")]
    fn connect(&self, th: &ThreadState, address: &Value) -> Res<()> {
        self.connected(th, address, "connect")?.map_err(failed(th))
    }

    #[pymethod("(object, /)")]
    fn connect_ex(&self, th: &ThreadState, address: &Value) -> Res<i32> {
        let result = self.connected(th, address, "connect_ex")?;
        Ok(result.err().and_then(|error| error.raw_os_error()).unwrap_or(0))
    }

    #[pymethod("(backlog=128, /)", text = none)]
    fn listen(&self, th: &ThreadState, #[default(128)] backlog: i32) -> Res<()> {
        th.without_gil(|| net::listen(self.fd.get(), backlog.max(0))).map_err(failed(th))
    }

    #[pymethod("()")]
    fn _accept(&self, th: &ThreadState) -> Res {
        let (fd, address) = self.wait(th, false, net::accept)?;
        Ok(th.tuple(&[Value::int32(fd), address_value(th, &Address::decode(&address))?]))
    }

    #[pymethod("()")]
    fn getsockname(&self, th: &ThreadState) -> Res {
        let address = net::own_address(self.fd.get()).map_err(failed(th))?;
        address_value(th, &Address::decode(&address))
    }

    #[pymethod("()")]
    fn getpeername(&self, th: &ThreadState) -> Res {
        let address = net::peer_address(self.fd.get()).map_err(failed(th))?;
        address_value(th, &Address::decode(&address))
    }

    #[pymethod("(object, /)")]
    fn shutdown(&self, th: &ThreadState, how: i32) -> Res<()> {
        th.without_gil(|| net::shutdown(self.fd.get(), how)).map_err(failed(th))
    }

    #[pymethod("(buffersize, flags=0, /)", text = none)]
    fn recv(&self, th: &ThreadState, buffersize: isize, flags: i32) -> Res {
        let mut buffer = room(th, buffersize, "recv")?;
        let count = self.wait(th, false, |fd| net::receive(fd, &mut buffer, flags))?;
        Ok(th.bytes(buffer.get(..count).unwrap_or_default()))
    }

    #[pymethod("(buffer, nbytes=0, flags=0)", text = none)]
    fn recv_into(&self, th: &ThreadState, buffer: WritableBuffer, nbytes: isize, flags: i32) -> Res<usize> {
        let most = into_size(th, &buffer.0, nbytes, "recv_into")?;
        self.wait(th, false, |fd| {
            buffer.0.with_mut(|bytes| net::receive(fd, bytes.get_mut(..most).unwrap_or_default(), flags))
        })
    }

    #[pymethod("(buffersize, flags=0, /)", text = none)]
    fn recvfrom(&self, th: &ThreadState, buffersize: isize, flags: i32) -> Res {
        let mut buffer = room(th, buffersize, "recvfrom")?;
        let (count, address) = self.wait(th, false, |fd| net::receive_from(fd, &mut buffer, flags))?;
        let data = th.bytes(buffer.get(..count).unwrap_or_default());
        Ok(th.tuple(&[data, address_value(th, &Address::decode(&address))?]))
    }

    #[pymethod("(buffer, nbytes=0, flags=0)", text = none)]
    fn recvfrom_into(&self, th: &ThreadState, buffer: WritableBuffer, nbytes: isize, flags: i32) -> Res {
        let most = into_size(th, &buffer.0, nbytes, "recvfrom_into")?;
        let (count, address) = self.wait(th, false, |fd| {
            buffer.0.with_mut(|bytes| net::receive_from(fd, bytes.get_mut(..most).unwrap_or_default(), flags))
        })?;
        Ok(th.tuple(&[Value::index(count), address_value(th, &Address::decode(&address))?]))
    }

    #[pymethod("(data, flags=0, /)", text = none)]
    fn send(&self, th: &ThreadState, data: Buffer, flags: i32) -> Res<usize> {
        self.wait(th, true, |fd| net::send(fd, data.as_slice(), flags))
    }

    #[pymethod("(data, flags=0, /)", text = none)]
    fn sendall(&self, th: &ThreadState, data: Buffer, flags: i32) -> Res<()> {
        let mut done = 0;
        while done < data.len() {
            let rest = data.as_slice().get(done..).unwrap_or_default();
            done += self.wait(th, true, |fd| net::send(fd, rest, flags))?;
            th.check_interrupts()?;
        }
        Ok(())
    }

    #[pymethod("(data, flags, address=<unrepresentable>, /)", text = none)]
    fn sendto(
        &self,
        th: &ThreadState,
        data: Buffer,
        flags: &Value,
        #[default(None)] address: Option<Value>,
    ) -> Res<usize> {
        let (flags, address) = match address {
            Some(address) => (int32(th, flags)?, address),
            None => (0, flags.clone()),
        };
        let raw = address_of(th, self.family.get(), &address, "sendto")?;
        self.wait(th, true, |fd| net::send_to(fd, data.as_slice(), flags, &raw))
    }

    #[pymethod("(bufsize, ancbufsize=0, flags=0, /)", text = none)]
    fn recvmsg(&self, th: &ThreadState, bufsize: isize, ancbufsize: isize, flags: i32) -> Res {
        let mut buffer = room(th, bufsize, "recvmsg()")?;
        let space = usize::try_from(ancbufsize).ok().filter(|&size| size <= 1 << 24);
        let space = space.ok_or_else(|| th.value_error("invalid ancillary data buffer length"))?;
        let message = self.wait(th, false, |fd| net::receive_message(fd, &mut buffer, space, flags))?;
        let control = message
            .control
            .iter()
            .map(|(level, kind, data)| th.tuple(&[Value::int32(*level), Value::int32(*kind), th.bytes(data)]));
        let control = th.list(control.collect());
        let data = th.bytes(buffer.get(..message.count).unwrap_or_default());
        let address = address_value(th, &Address::decode(&message.address))?;
        Ok(th.tuple(&[data, control, Value::int32(message.flags), address]))
    }

    #[pymethod("(buffers, ancdata=(), flags=0, address=None, /)", text = none)]
    fn sendmsg(
        &self,
        th: &ThreadState,
        buffers: &Value,
        #[default(None)] ancdata: Option<Value>,
        flags: i32,
        address: Value,
    ) -> Res<usize> {
        let mut data = Vec::new();
        for part in th.collect(buffers)? {
            data.extend_from_slice(th.readable_buffer(&part)?.as_slice());
        }
        let mut control = Vec::new();
        if let Some(items) = ancdata {
            for item in th.collect(&items)? {
                let parts = th.collect(&item)?;
                let [level, kind, bytes] = parts.as_slice() else {
                    return Err(th.type_error("[sendmsg() ancillary data items] must be 3-tuples"));
                };
                control.push((int32(th, level)?, int32(th, kind)?, th.readable_buffer(bytes)?.to_vec()));
            }
        }
        let raw = match address.is_none() {
            true => None,
            false => Some(address_of(th, self.family.get(), &address, "sendmsg")?),
        };
        self.wait(th, true, |fd| net::send_message(fd, &data, &control, flags, raw.as_ref()))
    }

    #[pymethod("(level, option, buffersize=0, /)", text = none)]
    fn getsockopt(&self, th: &ThreadState, level: i32, option: i32, buffersize: isize) -> Res {
        let fd = self.fd.get();
        match buffersize {
            0 => net::option(fd, level, option).map(Value::int32).map_err(failed(th)),
            1..=1024 => {
                let bytes = net::option_bytes(fd, level, option, buffersize as usize).map_err(failed(th))?;
                Ok(th.bytes(&bytes))
            }
            _ => Err(th.os_error_message("getsockopt buflen out of range")),
        }
    }

    #[pymethod("(level, option, value, optlen=<unrepresentable>, /)", text = none)]
    fn setsockopt(
        &self,
        th: &ThreadState,
        level: i32,
        option: i32,
        value: &Value,
        #[default(None)] optlen: Option<Value>,
    ) -> Res<()> {
        let fd = self.fd.get();
        let result = if let Some(length) = optlen {
            net::set_option_length(fd, level, option, int32(th, &length)? as u32)
        } else if th.is_index(value) {
            net::set_option_bytes(fd, level, option, &int32(th, value)?.to_ne_bytes())
        } else {
            net::set_option_bytes(fd, level, option, th.readable_buffer(value)?.as_slice())
        };
        result.map_err(failed(th))
    }
}

fn into_size(th: &ThreadState, buffer: &Buffer, nbytes: isize, function: &str) -> Res<usize> {
    match usize::try_from(nbytes) {
        Ok(0) => Ok(buffer.len()),
        Ok(size) if size <= buffer.len() => Ok(size),
        Ok(_) => Err(th.value_error("buffer too small for requested bytes")),
        Err(_) => Err(th.value_error(format_args!("negative buffersize in {function}"))),
    }
}

/// The module `_socket`.
#[pymodule(name = "_socket", classes(super::SOCKET_TYPE))]
pub mod socket_module {
    //! Implementation module for socket operations.
    //!
    //! See the socket module for documentation.

    use super::*;
    use crate::system::numbers::{add, add_constants};

    /// getaddrinfo(host, port [, family, type, proto, flags])
    ///     -> list of (family, type, proto, canonname, sockaddr)
    ///
    /// Resolve host and port into addrinfo struct.
    #[pyfunction("(host, port, family=0, type=0, proto=0, flags=0)", text = none)]
    fn getaddrinfo(
        th: &ThreadState,
        host: &Value,
        port: &Value,
        family: i32,
        kind: i32,
        proto: i32,
        flags: i32,
    ) -> Res {
        let name = if host.is_none() { None } else { Some(host_text(th, host)?) };
        let service = if port.is_none() {
            None
        } else if port.as_int().is_some() {
            CString::new(th.str_string(port)?).ok()
        } else if port.as_str().is_some() || port.as_bytes().is_some() {
            Some(fs_encoded(th, port)?)
        } else {
            return Err(th.os_error_message("Int or String expected"));
        };
        let args = [
            host.clone(),
            port.clone(),
            Value::int32(family),
            Value::int32(kind),
            Value::int32(proto),
            Value::int32(flags),
        ];
        th.audit("socket.getaddrinfo", &args)?;
        let found = th
            .without_gil(|| names::resolve(name.as_deref(), service.as_deref(), family, kind, proto, flags))
            .map_err(|problem| unresolved(th, problem, false))?;
        let mut list = Vec::new();
        for entry in &found {
            let [family, kind, protocol] = [entry.family, entry.kind, entry.protocol].map(Value::int32);
            let canonical = fs_text(th, &entry.canonical_name)?;
            list.push(th.tuple(&[family, kind, protocol, canonical, address_value(th, &entry.address)?]));
        }
        Ok(th.list(list))
    }

    /// gethostbyname(host) -> address
    #[pyfunction("(host, /)", text = none)]
    fn gethostbyname(th: &ThreadState, host: &Value) -> Res {
        match resolve_host(th, host, net::AF_INET)? {
            Address::Inet { ip, .. } => fs_text(th, &names::format_address(net::AF_INET, &ip).map_err(failed(th))?),
            _ => Err(th.os_error_message("unsupported address family")),
        }
    }

    /// gethostname() -> string
    #[pyfunction("()")]
    fn gethostname(th: &ThreadState) -> Res {
        fs_text(th, &names::host_name().map_err(failed(th))?)
    }

    /// getnameinfo(sockaddr, flags) --> (host, port)
    #[pyfunction("(sockaddr, flags, /)", text = none)]
    fn getnameinfo(th: &ThreadState, sockaddr: &Value, flags: i32) -> Res {
        let parts = sockaddr.as_tuple().map(|tuple| tuple.len());
        let Some(parts) = parts else {
            return Err(th.type_error("getnameinfo() argument 1 must be a tuple"));
        };
        let family = if parts > 2 { net::AF_INET6 } else { net::AF_INET };
        let raw = address_of(th, family, sockaddr, "getnameinfo")?;
        let (host, service) =
            th.without_gil(|| names::describe(&raw, flags)).map_err(|problem| unresolved(th, problem, false))?;
        Ok(th.tuple(&[fs_text(th, &host)?, fs_text(th, &service)?]))
    }

    /// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
    #[pyfunction("(family=1, type=1, proto=0, /)", text = none)]
    fn socketpair(th: &ThreadState, #[default(1)] family: i32, #[default(1)] kind: i32, proto: i32) -> Res {
        let (first, second) = net::pair(family, kind, proto).map_err(failed(th))?;
        let make = |fd: i32| {
            let args = [family, kind, proto, fd].map(Value::int32);
            th.call(SOCKET_TYPE.value_ref(), &args)
        };
        Ok(th.tuple(&[make(first)?, make(second)?]))
    }

    #[pyfunction("(object, /)")]
    fn close(th: &ThreadState, fd: i32) -> Res<()> {
        th.without_gil(|| host::fs::close(fd)).map_err(failed(th))
    }

    #[pyfunction("(object, /)")]
    fn dup(th: &ThreadState, fd: i32) -> Res<i32> {
        host::descriptor::duplicate(fd).map_err(failed(th))
    }

    #[pyfunction("()")]
    fn getdefaulttimeout(th: &ThreadState) -> Value {
        match th.extension::<State>().default_timeout.get() {
            0 => Value::NONE,
            timeout => float_seconds(th, timeout - 1),
        }
    }

    #[pyfunction("(object, /)")]
    fn setdefaulttimeout(th: &ThreadState, timeout: &Value) -> Res<()> {
        let timeout = timeout_argument(th, timeout)?;
        th.extension::<State>().default_timeout.set(timeout.saturating_add(1));
        Ok(())
    }

    #[pyfunction("(integer, /)")]
    fn htons(number: u16) -> u16 {
        number.to_be()
    }

    #[pyfunction("(integer, /)")]
    fn ntohs(number: u16) -> u16 {
        u16::from_be(number)
    }

    #[pyfunction("(integer, /)")]
    fn htonl(number: u32) -> u32 {
        number.to_be()
    }

    #[pyfunction("(integer, /)")]
    fn ntohl(number: u32) -> u32 {
        u32::from_be(number)
    }

    #[pyfunction("(ip_addr, /)")]
    fn inet_aton(th: &ThreadState, text: String) -> Res {
        let parsed = names::c_text(text.as_bytes()).and_then(|text| names::parse_old_address(&text));
        match parsed {
            Some(ip) => Ok(th.bytes(&ip)),
            None => Err(th.os_error_message("illegal IP address string passed to inet_aton")),
        }
    }

    #[pyfunction("(packed_ip, /)")]
    fn inet_ntoa(th: &ThreadState, packed: Buffer) -> Res {
        if packed.len() != 4 {
            return Err(th.os_error_message("packed IP wrong length"));
        }
        fs_text(th, &names::format_address(net::AF_INET, packed.as_slice()).map_err(failed(th))?)
    }

    #[pyfunction("(af, ip, /)", text = none)]
    fn inet_pton(th: &ThreadState, family: i32, text: String) -> Res {
        let text = CString::new(text).map_err(|_| th.value_error("embedded null character"))?;
        match names::parse_address(family, &text).map_err(failed(th))? {
            Some(address) => Ok(th.bytes(&address)),
            None => Err(th.os_error_message("illegal IP address string passed to inet_pton")),
        }
    }

    #[pyfunction("(af, packed_ip, /)", text = none)]
    fn inet_ntop(th: &ThreadState, family: i32, packed: Buffer) -> Res {
        let size = match family {
            net::AF_INET => 4,
            net::AF_INET6 => 16,
            _ => return Err(th.value_error(format_args!("unknown address family {family}"))),
        };
        if packed.len() != size {
            return Err(th.value_error("invalid length of packed IP address string"));
        }
        fs_text(th, &names::format_address(family, packed.as_slice()).map_err(failed(th))?)
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        add_constants(th, module, host::constants::socket::CONSTANTS)?;
        add(th, module, "has_ipv6", Value::TRUE)?;
        add(th, module, "error", exc::OS_ERROR.as_value())?;
        add(th, module, "timeout", exc::TIMEOUT_ERROR.as_value())?;
        add(th, module, "SocketType", SOCKET_TYPE.as_value())?;
        let state = th.extension::<State>();
        let metaclass = exc::OS_ERROR.value_ref().class().as_value();
        for (name, place) in [("gaierror", &state.gaierror), ("herror", &state.herror)] {
            let namespace = runtime::objects::dict::Dict::new();
            drop(namespace.set_str(&th.intern("__module__"), th.str("socket")));
            let bases = th.tuple(&[exc::OS_ERROR.as_value()]);
            let class = th.call(&metaclass, &[th.str(name), bases, th.dict(namespace)])?;
            place.set(Some(class.clone()));
            add(th, module, name, class)?;
        }
        Ok(())
    }
}
