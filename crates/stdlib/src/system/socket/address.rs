//! Addresses of sockets: between what Python programs write and what the kernel takes.

use std::ffi::CString;

use host::names;
use host::net::{self, Address, RawAddress};
use runtime::{Raised, Res, ThreadState, Value};

use super::{failed, unresolved};
use crate::files::posix::arguments::{fs_text, int32, int64};

const AF_TIPC: i32 = 30;
const AF_CAN: i32 = 29;
const AF_BLUETOOTH: i32 = 31;
const AF_ALG: i32 = 38;
const AF_QIPCRTR: i32 = 42;

const CAN_ISOTP: i32 = 6;
const CAN_J1939: i32 = 7;

const BTPROTO_L2CAP: i32 = 0;
const BTPROTO_HCI: i32 = 1;
const BTPROTO_SCO: i32 = 2;
const BTPROTO_RFCOMM: i32 = 3;

const TIPC_ADDR_NAMESEQ: i32 = 1;
const TIPC_ADDR_NAME: i32 = 2;
const TIPC_ADDR_ID: i32 = 3;

/// What a socket is, as far as its addresses depend on it.
#[derive(Clone, Copy)]
pub struct Kind {
    pub family: i32,
    pub protocol: i32,
}

/// The name of a host: text (encoded as IDNA when it is not ASCII) or bytes. `function` is named by the error for other
/// values, if the name is an argument of its own.
pub fn host_text(th: &ThreadState, value: &Value, function: Option<&str>) -> Res<CString> {
    let bytes = if let Some(text) = value.as_str() {
        match text.as_ascii() {
            Some(ascii) => ascii.as_bytes().to_vec(),
            None => match th.call_method_str(value, "encode", &[th.str("idna")]) {
                Ok(encoded) => encoded.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default(),
                Err(raised) => {
                    drop(th.take_raised(raised));
                    return Err(th.type_error("encoding of hostname failed"));
                }
            },
        }
    } else if value.as_bytes().is_some() || value.downcast::<runtime::objects::bytearray::ByteArray>().is_some() {
        th.readable_buffer(value)?.to_vec()
    } else {
        let class = if value.is_none() && function.is_some() { "None".to_string() } else { value.class().full_name() };
        return Err(match function {
            Some(function) => {
                th.type_error(format_args!("{function}() argument 1 must be str, bytes or bytearray, not {class}"))
            }
            None => th.type_error(format_args!("str, bytes or bytearray expected, not {class}")),
        });
    };
    CString::new(bytes).map_err(|_| th.type_error("host name must not contain null character"))
}

/// The address of a host of a family.
pub fn resolve_host(th: &ThreadState, name: &CString, family: i32) -> Res<Address> {
    let (query, service, kind, flags) = match name.as_bytes() {
        b"" => (None, Some(c"0"), 2, 1),
        b"<broadcast>" | b"255.255.255.255" => {
            if family != net::AF_INET && family != net::AF_UNSPEC {
                return Err(th.os_error_message("address family mismatched"));
            }
            return Ok(Address::Inet { ip: [255; 4], port: 0 });
        }
        _ => (Some(name.as_c_str()), None, 0, 0),
    };
    let found = th.without_gil(|| names::resolve(query, service, family, kind, 0, flags));
    let found = found.map_err(|problem| unresolved(th, problem, false))?;
    if query.is_none() && found.len() > 1 {
        return Err(th.os_error_message("wildcard resolved to multiple address"));
    }
    found.into_iter().next().map(|entry| entry.address).ok_or_else(|| th.os_error_message("address family mismatched"))
}

/// A C `int`; every number too large for it becomes one that no port can be.
fn port_number(th: &ThreadState, value: &Value, function: &str) -> Res<u16> {
    let index = th.index(value)?;
    let number = index.as_int().and_then(runtime::objects::int::IntView::to_i64);
    number
        .and_then(|number| u16::try_from(number).ok())
        .ok_or_else(|| th.overflow_error(format_args!("{function}(): port must be 0-65535.")))
}

/// The items of an address that must be a tuple.
fn parts_of(th: &ThreadState, value: &Value, function: &str, family: &str) -> Res<Vec<Value>> {
    match value.as_tuple() {
        Some(tuple) => Ok(tuple.as_slice().to_vec()),
        None => {
            let class = value.class().full_name();
            Err(th.type_error(format_args!("{function}(): {family} address must be tuple, not {class}")))
        }
    }
}

fn unsigned(th: &ThreadState, value: &Value) -> Res<u32> {
    Ok(int64(th, value)? as u32)
}

fn interface(th: &ThreadState, value: &Value) -> Res<i32> {
    let text = th.encode_object(value, "utf-8", "surrogateescape")?;
    let bytes = text.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default();
    if bytes.is_empty() {
        return Ok(0);
    }
    let number = CString::new(bytes).ok().and_then(|name| names::interface_number(&name));
    number.map(|number| number as i32).ok_or_else(|| failed(th)(std::io::Error::from_raw_os_error(host::error::ENODEV)))
}

/// The six bytes of a Bluetooth device's address, "12:23:34:45:56:67", the last pair first.
fn bluetooth(th: &ThreadState, value: &Value) -> Res<[u8; 6]> {
    let text = value.as_str().map(|text| text.to_utf8().map(|text| text.into_owned()).unwrap_or_default());
    let text = text.ok_or_else(|| {
        th.type_error(format_args!("bluetooth address must be str, not {}", value.class().full_name()))
    })?;
    let mut device = [0u8; 6];
    let mut pairs = text.split(':');
    for place in device.iter_mut().rev() {
        let number = pairs.next().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        *place = number.ok_or_else(|| th.os_error_message("bad bluetooth address"))?;
    }
    match pairs.next() {
        None => Ok(device),
        Some(_) => Err(th.os_error_message("bad bluetooth address")),
    }
}

fn bluetooth_text(device: &[u8]) -> String {
    device.iter().rev().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// An address of a family that the C library has no structure for.
fn packed(family: i32, pieces: &[&[u8]]) -> Address {
    Address::Other { family: family as u16, bytes: pieces.concat() }
}

/// The address that a program gives for a socket.
pub fn address_of(th: &ThreadState, kind: Kind, value: &Value, function: &str) -> Res<RawAddress> {
    let wrong = |words: &str| -> Raised { th.type_error(words) };
    let address = match kind.family {
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
            let parts = parts_of(th, value, function, "AF_INET")?;
            let [host, port] = parts.as_slice() else {
                return Err(wrong("AF_INET address must be a pair (host, port)"));
            };
            let name = host_text(th, host, None)?;
            let number = port_number(th, port, function)?;
            match resolve_host(th, &name, kind.family)? {
                Address::Inet { ip, .. } => Address::Inet { ip, port: number },
                other => other,
            }
        }
        net::AF_INET6 => {
            let parts = parts_of(th, value, function, "AF_INET6")?;
            let (Some(host), Some(port), true) = (parts.first(), parts.get(1), parts.len() <= 4) else {
                return Err(wrong("AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"));
            };
            let name = host_text(th, host, None)?;
            let number = port_number(th, port, function)?;
            let rest = |index: usize| parts.get(index).map_or(Ok(0), |value| unsigned(th, value));
            let flow = rest(2)?;
            let given_scope = rest(3)?;
            if flow > 0xfffff {
                return Err(th.overflow_error(format_args!("{function}(): flowinfo must be 0-1048575.")));
            }
            match resolve_host(th, &name, kind.family)? {
                Address::Inet6 { ip, scope, .. } => {
                    let scope = if given_scope == 0 { scope } else { given_scope };
                    Address::Inet6 { ip, port: number, flow, scope }
                }
                other => other,
            }
        }
        net::AF_NETLINK => {
            let parts = parts_of(th, value, function, "AF_NETLINK")?;
            let [pid, groups] = parts.as_slice() else {
                return Err(wrong("AF_NETLINK address must be a pair (pid, groups)"));
            };
            Address::Netlink { pid: unsigned(th, pid)?, groups: unsigned(th, groups)? }
        }
        net::AF_VSOCK => {
            let Some(parts) = value.as_tuple().map(|tuple| tuple.as_slice().to_vec()) else {
                let class = value.class().full_name();
                return Err(th.type_error(format_args!("getsockaddrarg: AF_VSOCK address must be tuple, not {class}")));
            };
            let [cid, port] = parts.as_slice() else {
                let given = parts.len();
                return Err(th.type_error(format_args!("getsockaddrarg() takes exactly 2 arguments ({given} given)")));
            };
            Address::Vsock { cid: unsigned(th, cid)?, port: unsigned(th, port)? }
        }
        net::AF_PACKET => {
            let parts = parts_of(th, value, function, "AF_PACKET")?;
            let name = parts.first().filter(|name| name.as_str().is_some());
            let (Some(name), Some(protocol), true) = (name, parts.get(1), parts.len() <= 5) else {
                return Err(wrong("AF_PACKET address must be a tuple of two to five elements"));
            };
            let protocol = int32(th, protocol)?;
            let rest = |index: usize| parts.get(index).map_or(Ok(0), |value| int32(th, value));
            let (packet, hardware) = (rest(2)?, rest(3)?);
            let address = match parts.get(4) {
                Some(bytes) => th.readable_buffer(bytes)?.to_vec(),
                None => Vec::new(),
            };
            if address.len() > 8 {
                return Err(th.value_error("hardware address must be 8 bytes or less"));
            }
            let interface = interface(th, name)?;
            let protocol = u16::try_from(protocol)
                .map_err(|_| th.overflow_error(format_args!("{function}(): proto must be 0-65535.")))?;
            Address::Packet { protocol, interface, hardware: hardware as u16, kind: packet as u8, address }
        }
        AF_CAN => can_address(th, kind.protocol, value, function)?,
        AF_ALG => {
            let parts = parts_of(th, value, function, "AF_ALG")?;
            let texts: Vec<Vec<u8>> = parts.iter().take(2).filter_map(text_bytes).collect();
            let ([sort, name], 2..=4) = (texts.as_slice(), parts.len()) else {
                return Err(wrong("AF_ALG address must be a tuple (type, name[, feat[, mask]])"));
            };
            if sort.len() >= 14 {
                return Err(th.value_error("AF_ALG type too long."));
            }
            if name.len() >= 64 {
                return Err(th.value_error("AF_ALG name too long."));
            }
            let rest = |index: usize| parts.get(index).map_or(Ok(0), |value| unsigned(th, value));
            let (feature, mask) = (rest(2)?.to_ne_bytes(), rest(3)?.to_ne_bytes());
            packed(AF_ALG, &[&padded(sort, 14), &feature, &mask, &padded(name, 64)])
        }
        AF_TIPC => {
            let parts = parts_of(th, value, function, "AF_TIPC")?;
            if !(4..=5).contains(&parts.len()) {
                return Err(wrong("AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])"));
            }
            let sort = int32(th, &parts[0])?;
            let numbers = [unsigned(th, &parts[1])?, unsigned(th, &parts[2])?, unsigned(th, &parts[3])?];
            let scope = parts.get(4).map_or(Ok(2), |value| int32(th, value))?;
            let [first, second, third] = numbers.map(u32::to_ne_bytes);
            let head = [sort as u8, scope as u8];
            match sort {
                TIPC_ADDR_NAMESEQ => packed(AF_TIPC, &[&head, &first, &second, &third]),
                TIPC_ADDR_NAME => packed(AF_TIPC, &[&head, &first, &second, &[0; 4]]),
                TIPC_ADDR_ID => packed(AF_TIPC, &[&head, &second, &first, &[0; 4]]),
                _ => return Err(wrong("Invalid address type")),
            }
        }
        AF_QIPCRTR => {
            let parts = parts_of(th, value, function, "AF_QIPCRTR")?;
            let [node, port] = parts.as_slice() else {
                return Err(wrong("AF_QIPCRTR address must be a pair (node, port)"));
            };
            let (node, port) = (unsigned(th, node)?.to_ne_bytes(), unsigned(th, port)?.to_ne_bytes());
            packed(AF_QIPCRTR, &[&[0; 2], &node, &port])
        }
        AF_BLUETOOTH => bluetooth_address(th, kind.protocol, value, function)?,
        _ => return Err(th.os_error_message(format_args!("{function}(): bad family"))),
    };
    address.encode().ok_or_else(|| th.os_error_message("AF_UNIX path too long"))
}

fn text_bytes(value: &Value) -> Option<Vec<u8>> {
    value.as_str()?.to_utf8().map(|text| text.into_owned().into_bytes())
}

fn padded(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut room = bytes.to_vec();
    room.resize(size, 0);
    room
}

fn can_address(th: &ThreadState, protocol: i32, value: &Value, function: &str) -> Res<Address> {
    let parts = parts_of(th, value, function, "AF_CAN")?;
    let wrong = || th.type_error("AF_CAN address must be a tuple (interface, ) or (interface, addr)");
    let name = parts.first().filter(|name| name.as_str().is_some()).ok_or_else(wrong)?;
    let index = interface(th, name)?.to_ne_bytes();
    let rest = match (protocol, parts.as_slice()) {
        (CAN_ISOTP, [_, receive, send]) => {
            let (receive, send) = (unsigned(th, receive)?, unsigned(th, send)?);
            [receive.to_ne_bytes().to_vec(), send.to_ne_bytes().to_vec()].concat()
        }
        (CAN_J1939, [_, name, group, address]) => {
            let (name, group) = (int64(th, name)?, unsigned(th, group)?);
            [name.to_ne_bytes().to_vec(), group.to_ne_bytes().to_vec(), vec![int32(th, address)? as u8]].concat()
        }
        (CAN_ISOTP | CAN_J1939, _) => return Err(wrong()),
        (_, [_] | [_, _]) => Vec::new(),
        _ => return Err(wrong()),
    };
    Ok(packed(AF_CAN, &[&[0; 2], &index, &padded(&rest, 16)]))
}

fn bluetooth_address(th: &ThreadState, protocol: i32, value: &Value, function: &str) -> Res<Address> {
    let parts = |most: usize| -> Res<Vec<Value>> {
        let parts = value.as_tuple().map(|tuple| tuple.as_slice().to_vec()).unwrap_or_default();
        match (1..=most).contains(&parts.len()) {
            true => Ok(parts),
            false => Err(th.os_error_message(format_args!("{function}(): wrong format"))),
        }
    };
    let number = |parts: &[Value], index: usize| parts.get(index).map_or(Ok(0), |value| int32(th, value));
    Ok(match protocol {
        BTPROTO_L2CAP => {
            let parts = parts(4)?;
            let device = bluetooth(th, &parts[0])?;
            let (psm, cid) = (number(&parts, 1)? as u16, number(&parts, 2)? as u16);
            let kind = number(&parts, 3)? as u8;
            packed(AF_BLUETOOTH, &[&psm.to_le_bytes(), &device, &cid.to_le_bytes(), &[kind, 0]])
        }
        BTPROTO_RFCOMM => {
            let parts = parts(2)?;
            let device = bluetooth(th, &parts[0])?;
            packed(AF_BLUETOOTH, &[&device, &[number(&parts, 1)? as u8, 0]])
        }
        BTPROTO_HCI => {
            let (device, channel) = match value.as_tuple() {
                Some(_) => {
                    let parts = parts(2)?;
                    (number(&parts, 0)?, number(&parts, 1)?)
                }
                None => (int32(th, value)?, 0),
            };
            packed(AF_BLUETOOTH, &[&(device as u16).to_ne_bytes(), &(channel as u16).to_ne_bytes()])
        }
        BTPROTO_SCO => {
            let bytes = value.as_bytes().map(|bytes| th.str(&String::from_utf8_lossy(bytes.as_slice())));
            packed(AF_BLUETOOTH, &[&bluetooth(th, bytes.as_ref().unwrap_or(value))?])
        }
        _ => return Err(th.os_error_message(format_args!("{function}(): unknown Bluetooth protocol"))),
    })
}

/// An address as programs see it.
pub fn address_value(th: &ThreadState, protocol: i32, address: &Address) -> Res {
    Ok(match address {
        Address::None => Value::NONE,
        Address::Other { family, bytes } => other_value(th, i32::from(*family), protocol, bytes)?,
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
            interface_text(th, *interface as u32)?,
            Value::int32(i32::from(*protocol)),
            Value::int32(i32::from(*kind)),
            Value::int32(i32::from(*hardware)),
            th.bytes(address),
        ]),
    })
}

/// The name of a network interface; 0, which is none, has an empty one.
fn interface_text(th: &ThreadState, number: u32) -> Res {
    fs_text(th, &names::interface_name(number).unwrap_or_default())
}

fn other_value(th: &ThreadState, family: i32, protocol: i32, bytes: &[u8]) -> Res {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let word = |at: usize| u16::from_ne_bytes([byte(at), byte(at + 1)]);
    let number = |at: usize| u32::from_ne_bytes([byte(at), byte(at + 1), byte(at + 2), byte(at + 3)]);
    let int = |number: u32| th.int(i64::from(number));
    let text = |from: usize, to: usize| {
        let bytes = bytes.get(from..to.min(bytes.len())).unwrap_or_default();
        fs_text(th, bytes.split(|&byte| byte == 0).next().unwrap_or_default())
    };
    let items = match family {
        AF_CAN => {
            let name = interface_text(th, number(2))?;
            match protocol {
                CAN_ISOTP => vec![name, int(number(6)), int(number(10))],
                CAN_J1939 => {
                    let wide = u64::from(number(6)) | u64::from(number(10)) << 32;
                    vec![name, th.int(wide as i64), int(number(14)), Value::int32(i32::from(byte(18)))]
                }
                _ => vec![name],
            }
        }
        AF_ALG => {
            let (sort, name) = (text(0, 14)?, text(22, 86)?);
            vec![sort, name, int(number(14)), int(number(18))]
        }
        AF_TIPC => {
            let (sort, scope) = (i32::from(byte(0)), i32::from(byte(1) as i8));
            let [first, second, third] = [number(2), number(6), number(10)];
            let numbers = match sort {
                TIPC_ADDR_NAMESEQ => [first, second, third],
                TIPC_ADDR_NAME => [first, second, second],
                TIPC_ADDR_ID => [second, first, 0],
                _ => return Err(th.type_error("Invalid address type")),
            };
            let [first, second, third] = numbers.map(int);
            vec![Value::int32(sort), first, second, third, Value::int32(scope)]
        }
        AF_QIPCRTR => vec![int(number(2)), int(number(6))],
        AF_BLUETOOTH => {
            let device = |from: usize| th.str(&bluetooth_text(bytes.get(from..from + 6).unwrap_or_default()));
            match protocol {
                BTPROTO_L2CAP => {
                    let psm = Value::int32(i32::from(u16::from_le(word(0))));
                    let (cid, kind) = (u16::from_le(word(8)), byte(10));
                    match (cid, kind) {
                        (0, 0) => vec![device(2), psm],
                        (_, 0) => vec![device(2), psm, Value::int32(i32::from(cid))],
                        _ => vec![device(2), psm, Value::int32(i32::from(cid)), Value::int32(i32::from(kind))],
                    }
                }
                BTPROTO_RFCOMM => vec![device(0), Value::int32(i32::from(byte(6)))],
                BTPROTO_HCI if word(2) == 0 => return Ok(Value::int32(i32::from(word(0)))),
                BTPROTO_HCI => vec![Value::int32(i32::from(word(0))), Value::int32(i32::from(word(2)))],
                BTPROTO_SCO => return Ok(device(0)),
                _ => return Err(th.value_error("Unknown Bluetooth protocol")),
            }
        }
        _ => {
            let data = padded(bytes.get(..14).unwrap_or(bytes), 14);
            vec![Value::int32(family), th.bytes(&data)]
        }
    };
    Ok(th.tuple(&items))
}
