//! `_socket`: sockets of the Internet, of Unix and of Linux's other families, and names of hosts.

mod address;
mod object;

use std::cell::Cell;
use std::ffi::CString;
use std::io;

use host::names::{self, Unresolved};
use host::net::{self, Address};
use macros::pymodule;
use runtime::buffer::Buffer;
use runtime::gc::ValueCell;
use runtime::objects::exceptions as exc;
use runtime::{Raised, Res, ThreadState, Value};

use self::address::{address_value, host_text, resolve_host};
pub use self::object::SOCKET_TYPE;
use crate::files::posix::arguments::{fs_encoded, fs_text, int32};
use crate::system::numbers::{Rounding, float_seconds, nanoseconds};

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

/// The error of a lookup: `herror` of the old functions, `gaierror` of the others.
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

fn timeout_argument(th: &ThreadState, value: &Value) -> Res<i64> {
    if value.is_none() {
        return Ok(-1);
    }
    let timeout = nanoseconds(th, value, Rounding::Up)?;
    if timeout < 0 { Err(th.value_error("Timeout value out of range")) } else { Ok(timeout) }
}

/// What `gethostbyname_ex` and `gethostbyaddr` tell of a host.
fn host_value(th: &ThreadState, host: &names::Host) -> Res {
    let mut aliases = Vec::new();
    for alias in &host.aliases {
        aliases.push(fs_text(th, alias)?);
    }
    let mut addresses = Vec::new();
    for address in &host.addresses {
        addresses.push(fs_text(th, &names::format_address(host.family, address).map_err(failed(th))?)?);
    }
    Ok(th.tuple(&[fs_text(th, &host.name)?, th.list(aliases), th.list(addresses)]))
}

/// The name of a service or protocol for the C library.
fn c_name(th: &ThreadState, text: String) -> Res<CString> {
    CString::new(text).map_err(|_| th.value_error("embedded null character"))
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
        let name = match host {
            host if host.is_none() => None,
            host if host.as_str().is_some() => {
                let encoded = th.call_method_str(host, "encode", &[th.str("idna")])?;
                encoded.as_bytes().map(|bytes| bytes.as_slice().to_vec())
            }
            host => match host.as_bytes() {
                Some(bytes) => Some(bytes.as_slice().to_vec()),
                None => return Err(th.type_error("getaddrinfo() argument 1 must be string or None")),
            },
        };
        // What follows a zero is nobody's.
        let until_zero = |bytes: Vec<u8>| CString::new(bytes.split(|&byte| byte == 0).next().unwrap_or_default()).ok();
        let name = name.and_then(until_zero);
        let service = if port.is_none() {
            None
        } else if port.as_int().is_some() {
            CString::new(th.str_string(port)?).ok()
        } else if port.as_str().is_some() {
            until_zero(
                th.encode_object(port, "utf-8", "strict")?
                    .as_bytes()
                    .map(|bytes| bytes.as_slice().to_vec())
                    .unwrap_or_default(),
            )
        } else if let Some(bytes) = port.as_bytes() {
            until_zero(bytes.as_slice().to_vec())
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
            list.push(th.tuple(&[
                family,
                kind,
                protocol,
                canonical,
                address_value(th, entry.protocol, &entry.address)?,
            ]));
        }
        Ok(th.list(list))
    }

    /// gethostbyname(host) -> address
    ///
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[pyfunction("(host, /)", text = none)]
    fn gethostbyname(th: &ThreadState, host: &Value) -> Res {
        let name = host_text(th, host, Some("gethostbyname"))?;
        th.audit("socket.gethostbyname", std::slice::from_ref(host))?;
        match resolve_host(th, &name, net::AF_INET)? {
            Address::Inet { ip, .. } => fs_text(th, &names::format_address(net::AF_INET, &ip).map_err(failed(th))?),
            _ => Err(th.os_error_message("unsupported address family")),
        }
    }

    /// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[pyfunction("(host, /)", text = none)]
    fn gethostbyname_ex(th: &ThreadState, host: &Value) -> Res {
        let name = host_text(th, host, Some("gethostbyname_ex"))?;
        th.audit("socket.gethostbyname", std::slice::from_ref(host))?;
        resolve_host(th, &name, net::AF_INET)?;
        let found = th.without_gil(|| names::host_by_name(&name));
        host_value(th, &found.map_err(|problem| unresolved(th, problem, true))?)
    }

    /// gethostbyaddr(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[pyfunction("(host, /)", text = none)]
    fn gethostbyaddr(th: &ThreadState, host: &Value) -> Res {
        let name = host_text(th, host, Some("gethostbyaddr"))?;
        th.audit("socket.gethostbyaddr", std::slice::from_ref(host))?;
        let (address, family) = match resolve_host(th, &name, net::AF_UNSPEC)? {
            Address::Inet { ip, .. } => (ip.to_vec(), net::AF_INET),
            Address::Inet6 { ip, .. } => (ip.to_vec(), net::AF_INET6),
            _ => return Err(th.os_error_message("unsupported address family")),
        };
        let found = th.without_gil(|| names::host_by_address(&address, family));
        host_value(th, &found.map_err(|problem| unresolved(th, problem, true))?)
    }

    /// gethostname() -> string
    ///
    /// Return the current host name.
    #[pyfunction("()")]
    fn gethostname(th: &ThreadState) -> Res {
        th.audit("socket.gethostname", &[])?;
        fs_text(th, &names::host_name().map_err(failed(th))?)
    }

    /// sethostname(name)
    ///
    /// Sets the hostname to name.
    #[pyfunction("(name, /)", text = none)]
    fn sethostname(th: &ThreadState, name: &Value) -> Res<()> {
        let text = fs_encoded(th, name)?;
        th.audit("socket.sethostname", std::slice::from_ref(name))?;
        names::set_host_name(text.as_bytes()).map_err(failed(th))
    }

    /// getservbyname(servicename[, protocolname]) -> integer
    ///
    /// Return a port number from a service name and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[pyfunction("(servicename, protocolname=<unrepresentable>, /)", text = none)]
    fn getservbyname(th: &ThreadState, servicename: String, protocolname: Option<String>) -> Res<i32> {
        let args = [th.str(&servicename), th.str(protocolname.as_deref().unwrap_or(""))];
        th.audit("socket.getservbyname", &args)?;
        let name = c_name(th, servicename)?;
        let protocol = protocolname.map(|text| c_name(th, text)).transpose()?;
        let found = th.without_gil(|| names::service_port(&name, protocol.as_deref()));
        found.map(i32::from).ok_or_else(|| th.os_error_message("service/proto not found"))
    }

    /// getservbyport(port[, protocolname]) -> string
    ///
    /// Return the service name from a port number and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[pyfunction("(port, protocolname=<unrepresentable>, /)", text = none)]
    fn getservbyport(th: &ThreadState, port: i32, protocolname: Option<String>) -> Res {
        let port = u16::try_from(port).map_err(|_| th.overflow_error("getservbyport: port must be 0-65535."))?;
        let args = [Value::int32(i32::from(port)), th.str(protocolname.as_deref().unwrap_or(""))];
        th.audit("socket.getservbyport", &args)?;
        let protocol = protocolname.map(|text| c_name(th, text)).transpose()?;
        match th.without_gil(|| names::service_name(port, protocol.as_deref())) {
            Some(name) => fs_text(th, &name),
            None => Err(th.os_error_message("port/proto not found")),
        }
    }

    /// getprotobyname(name) -> integer
    ///
    /// Return the protocol number for the named protocol.  (Rarely used.)
    #[pyfunction("(name, /)", text = none)]
    fn getprotobyname(th: &ThreadState, name: String) -> Res<i32> {
        let name = c_name(th, name)?;
        let found = th.without_gil(|| names::protocol_number(&name));
        found.ok_or_else(|| th.os_error_message("protocol not found"))
    }

    /// if_nameindex()
    ///
    /// Returns a list of network interface information (index, name) tuples.
    #[pyfunction]
    fn if_nameindex(th: &ThreadState) -> Res {
        let mut list = Vec::new();
        for (number, name) in names::interfaces().map_err(failed(th))? {
            list.push(th.tuple(&[th.int(i64::from(number)), fs_text(th, &name)?]));
        }
        Ok(th.list(list))
    }

    /// Returns the interface index corresponding to the interface name if_name.
    #[pyfunction("(oname, /)")]
    fn if_nametoindex(th: &ThreadState, name: &Value) -> Res {
        let name = fs_encoded(th, name)?;
        match names::interface_number(&name) {
            Some(number) => Ok(th.int(i64::from(number))),
            None => Err(failed(th)(io::Error::from_raw_os_error(host::error::ENODEV))),
        }
    }

    /// Returns the interface name corresponding to the interface index if_index.
    #[pyfunction("(index, /)", text = "($module, if_index, /)")]
    fn if_indextoname(th: &ThreadState, index: &Value) -> Res {
        let number = th.index(index)?;
        let (small, negative) = match number.as_int() {
            Some(number) => (number.to_i64().and_then(|number| u32::try_from(number).ok()), number.is_negative()),
            None => (None, false),
        };
        let number = small.ok_or_else(|| match negative {
            true => th.value_error("Cannot convert negative int"),
            false => th.overflow_error("Python int too large for C unsigned int"),
        })?;
        fs_text(th, &names::interface_name(number).map_err(failed(th))?)
    }

    /// CMSG_LEN(length) -> control message length
    ///
    /// Return the total length, without trailing padding, of an ancillary
    /// data item with associated data of the given length.
    #[pyfunction(name = "CMSG_LEN", "(length, /)", text = none)]
    fn cmsg_len(th: &ThreadState, length: isize) -> Res<usize> {
        let length = usize::try_from(length).ok().and_then(net::control_length);
        length.ok_or_else(|| th.overflow_error("CMSG_LEN() argument out of range"))
    }

    /// CMSG_SPACE(length) -> buffer size
    ///
    /// Return the buffer size needed for recvmsg() to receive an ancillary
    /// data item with associated data of the given length, along with any
    /// trailing padding.
    #[pyfunction(name = "CMSG_SPACE", "(length, /)", text = none)]
    fn cmsg_space(th: &ThreadState, length: isize) -> Res<usize> {
        let length = usize::try_from(length).ok().and_then(net::control_space);
        length.ok_or_else(|| th.overflow_error("CMSG_SPACE() argument out of range"))
    }

    /// getnameinfo(sockaddr, flags) --> (host, port)
    ///
    /// Get host and port for a sockaddr.
    #[pyfunction("(sockaddr, flags, /)", text = none)]
    fn getnameinfo(th: &ThreadState, sockaddr: &Value, flags: i32) -> Res {
        let Some(parts) = sockaddr.as_tuple().map(|tuple| tuple.as_slice().to_vec()) else {
            return Err(th.type_error("getnameinfo() argument 1 must be a tuple"));
        };
        let wrong = || th.type_error("getnameinfo(): illegal sockaddr argument");
        if !(2..=4).contains(&parts.len()) {
            return Err(wrong());
        }
        let text = parts.first().and_then(|host| host.as_str()).ok_or_else(wrong)?;
        let host = c_name(th, text.to_utf8().map(|text| text.into_owned()).unwrap_or_default())?;
        let number = |index: usize| match parts.get(index) {
            Some(value) => crate::files::posix::arguments::int64(th, value).map(|number| number as u32),
            None => Ok(0),
        };
        let port = int32(th, &parts[1])?;
        let (flow, scope) = (number(2)?, number(3)?);
        if flow > 0xfffff {
            return Err(th.overflow_error("getnameinfo(): flowinfo must be 0-1048575."));
        }
        th.audit("socket.getnameinfo", std::slice::from_ref(sockaddr))?;
        let service = CString::new(port.to_string()).ok();
        let (datagram, numeric) = (2, 4);
        let found = th
            .without_gil(|| names::resolve(Some(&host), service.as_deref(), net::AF_UNSPEC, datagram, 0, numeric))
            .map_err(|problem| unresolved(th, problem, false))?;
        let [entry] = found.as_slice() else {
            return Err(th.os_error_message("sockaddr resolved to multiple addresses"));
        };
        let address = match &entry.address {
            Address::Inet { .. } if parts.len() != 2 => {
                return Err(th.os_error_message("IPv4 sockaddr must be 2 tuple"));
            }
            Address::Inet6 { ip, port, .. } => Address::Inet6 { ip: *ip, port: *port, flow, scope },
            other => other.clone(),
        };
        let raw = address.encode().unwrap_or_default();
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
            return Err(th.os_error_message("packed IP wrong length for inet_ntoa"));
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
        add(th, module, "BDADDR_ANY", th.str("00:00:00:00:00:00"))?;
        add(th, module, "BDADDR_LOCAL", th.str("00:00:00:FF:FF:FF"))?;
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
