//! Sockets: addresses, calls, options, messages with control data.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::io::{Error, Result};

use crate::call::{check, system_calls};

/// The address of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// None at all (an unnamed or connected peer).
    None,
    Unix(Vec<u8>),
    Inet {
        ip: [u8; 4],
        port: u16,
    },
    Inet6 {
        ip: [u8; 16],
        port: u16,
        flow: u32,
        scope: u32,
    },
    Netlink {
        pid: u32,
        groups: u32,
    },
    Vsock {
        cid: u32,
        port: u32,
    },
    Packet {
        protocol: u16,
        interface: i32,
        hardware: u16,
        kind: u8,
        address: Vec<u8>,
    },
    Other {
        family: u16,
        bytes: Vec<u8>,
    },
}

/// An address as the kernel sees it.
#[derive(Clone)]
pub struct RawAddress {
    storage: libc::sockaddr_storage,
    length: u32,
}

impl Default for RawAddress {
    fn default() -> RawAddress {
        // SAFETY: plain data.
        RawAddress { storage: unsafe { std::mem::zeroed() }, length: size_of::<libc::sockaddr_storage>() as u32 }
    }
}

impl RawAddress {
    fn pointer(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    fn pointer_mut(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    fn of<T: Copy>(value: T) -> RawAddress {
        let mut raw = RawAddress { length: size_of::<T>() as u32, ..RawAddress::default() };
        // SAFETY: every kind of address is smaller than the storage, which is aligned for all of them.
        unsafe { (&raw mut raw.storage).cast::<T>().write(value) };
        raw
    }

    fn get<T: Copy>(&self) -> T {
        // SAFETY: as for `of`; all bytes of the storage are initialised.
        unsafe { (&raw const self.storage).cast::<T>().read() }
    }

    fn bytes(&self) -> Vec<u8> {
        let length = (self.length as usize).min(size_of::<libc::sockaddr_storage>());
        // SAFETY: all bytes of the storage are initialised.
        unsafe { std::slice::from_raw_parts((&raw const self.storage).cast::<u8>(), length) }.to_vec()
    }

    pub(crate) fn as_c(&self) -> *const libc::sockaddr {
        self.pointer()
    }

    pub(crate) fn len(&self) -> u32 {
        self.length
    }

    /// From memory of the C library.
    ///
    /// # Safety
    /// `pointer` is null or points to an address of `length` bytes.
    pub(crate) unsafe fn from_c(pointer: *const libc::sockaddr, length: u32) -> RawAddress {
        let mut raw = RawAddress::default();
        let length = length.min(raw.length);
        if !pointer.is_null() {
            // SAFETY: the caller's promise; the storage is large enough.
            unsafe {
                (&raw mut raw.storage).cast::<u8>().copy_from(pointer.cast(), length as usize);
            }
        }
        raw.length = length;
        raw
    }

    pub fn family(&self) -> i32 {
        i32::from(self.storage.ss_family)
    }
}

impl Address {
    /// `None` if it does not fit.
    pub fn encode(&self) -> Option<RawAddress> {
        // SAFETY: plain structures of which zero is a value.
        unsafe {
            Some(match self {
                Address::None => RawAddress { length: 0, ..RawAddress::default() },
                Address::Unix(path) => {
                    let mut raw = std::mem::zeroed::<libc::sockaddr_un>();
                    // A path that begins with zero is a name without a file, which may fill the whole room.
                    let is_abstract = path.first() == Some(&0);
                    let room = raw.sun_path.len() - usize::from(!is_abstract && !path.is_empty());
                    if path.len() > room {
                        return None;
                    }
                    raw.sun_family = libc::AF_UNIX as u16;
                    for (place, &byte) in raw.sun_path.iter_mut().zip(path) {
                        *place = byte as libc::c_char;
                    }
                    let zero = usize::from(!is_abstract && !path.is_empty());
                    let mut address = RawAddress::of(raw);
                    address.length = (size_of::<libc::sa_family_t>() + path.len() + zero) as u32;
                    address
                }
                Address::Inet { ip, port } => {
                    let mut raw = std::mem::zeroed::<libc::sockaddr_in>();
                    raw.sin_family = libc::AF_INET as u16;
                    raw.sin_port = port.to_be();
                    raw.sin_addr.s_addr = u32::from_ne_bytes(*ip);
                    RawAddress::of(raw)
                }
                Address::Inet6 { ip, port, flow, scope } => {
                    let mut raw = std::mem::zeroed::<libc::sockaddr_in6>();
                    raw.sin6_family = libc::AF_INET6 as u16;
                    raw.sin6_port = port.to_be();
                    raw.sin6_flowinfo = flow.to_be();
                    raw.sin6_scope_id = *scope;
                    raw.sin6_addr.s6_addr = *ip;
                    RawAddress::of(raw)
                }
                Address::Netlink { pid, groups } => {
                    let mut raw = std::mem::zeroed::<libc::sockaddr_nl>();
                    raw.nl_family = libc::AF_NETLINK as u16;
                    (raw.nl_pid, raw.nl_groups) = (*pid, *groups);
                    RawAddress::of(raw)
                }
                Address::Vsock { cid, port } => {
                    let mut raw = std::mem::zeroed::<libc::sockaddr_vm>();
                    raw.svm_family = libc::AF_VSOCK as u16;
                    (raw.svm_cid, raw.svm_port) = (*cid, *port);
                    RawAddress::of(raw)
                }
                Address::Packet { protocol, interface, hardware, kind, address } => {
                    let mut raw = std::mem::zeroed::<libc::sockaddr_ll>();
                    raw.sll_family = libc::AF_PACKET as u16;
                    raw.sll_protocol = protocol.to_be();
                    raw.sll_ifindex = *interface;
                    (raw.sll_hatype, raw.sll_pkttype) = (*hardware, *kind);
                    raw.sll_halen = address.len().min(8) as u8;
                    for (place, &byte) in raw.sll_addr.iter_mut().zip(address) {
                        *place = byte;
                    }
                    RawAddress::of(raw)
                }
                Address::Other { family, bytes } => {
                    let mut raw = std::mem::zeroed::<[u8; 126]>();
                    raw.get_mut(..bytes.len())?.copy_from_slice(bytes);
                    let mut address = RawAddress::of(raw_with_family(*family, &raw));
                    address.length = (size_of::<libc::sa_family_t>() + bytes.len()) as u32;
                    address
                }
            })
        }
    }

    pub fn decode(raw: &RawAddress) -> Address {
        if raw.length == 0 {
            return Address::None;
        }
        match raw.family() {
            libc::AF_UNIX => {
                let bytes = raw.bytes();
                let path = bytes.get(size_of::<libc::sa_family_t>()..).unwrap_or_default();
                if path.first() == Some(&0) {
                    return Address::Unix(path.to_vec());
                }
                Address::Unix(crate::call::until_zero(path).to_vec())
            }
            libc::AF_INET => {
                let raw = raw.get::<libc::sockaddr_in>();
                Address::Inet { ip: raw.sin_addr.s_addr.to_ne_bytes(), port: u16::from_be(raw.sin_port) }
            }
            libc::AF_INET6 => {
                let raw = raw.get::<libc::sockaddr_in6>();
                Address::Inet6 {
                    ip: raw.sin6_addr.s6_addr,
                    port: u16::from_be(raw.sin6_port),
                    flow: u32::from_be(raw.sin6_flowinfo),
                    scope: raw.sin6_scope_id,
                }
            }
            libc::AF_NETLINK => {
                let raw = raw.get::<libc::sockaddr_nl>();
                Address::Netlink { pid: raw.nl_pid, groups: raw.nl_groups }
            }
            libc::AF_VSOCK => {
                let raw = raw.get::<libc::sockaddr_vm>();
                Address::Vsock { cid: raw.svm_cid, port: raw.svm_port }
            }
            libc::AF_PACKET => {
                let raw = raw.get::<libc::sockaddr_ll>();
                let length = usize::from(raw.sll_halen).min(raw.sll_addr.len());
                Address::Packet {
                    protocol: u16::from_be(raw.sll_protocol),
                    interface: raw.sll_ifindex,
                    hardware: raw.sll_hatype,
                    kind: raw.sll_pkttype,
                    address: raw.sll_addr[..length].to_vec(),
                }
            }
            family => {
                Address::Other { family: family as u16, bytes: raw.bytes().get(2..).unwrap_or_default().to_vec() }
            }
        }
    }
}

/// The bytes of an address of any family.
fn raw_with_family(family: u16, rest: &[u8; 126]) -> [u8; 128] {
    let mut raw = [0; 128];
    let (head, tail) = raw.split_at_mut(size_of::<libc::sa_family_t>());
    head.copy_from_slice(&family.to_ne_bytes());
    tail.copy_from_slice(rest);
    raw
}

pub use libc::{AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_UNIX, AF_UNSPEC, AF_VSOCK, SOCK_STREAM};

system_calls! {
    /// A new socket; close-on-exec.
    pub fn socket(family: i32, kind: i32, protocol: i32) -> i32 = socket(family, kind | libc::SOCK_CLOEXEC, protocol);
    pub fn listen(fd: i32, backlog: i32) = listen(fd, backlog);
    pub fn shutdown(fd: i32, how: i32) = shutdown(fd, how);
}

pub fn pair(family: i32, kind: i32, protocol: i32) -> Result<(i32, i32)> {
    let mut ends = [0; 2];
    // SAFETY: two numbers are filled.
    check(unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, ends.as_mut_ptr()) })?;
    Ok((ends[0], ends[1]))
}

pub fn bind(fd: i32, address: &RawAddress) -> Result<()> {
    // SAFETY: the address is as long as it says.
    check(unsafe { libc::bind(fd, address.pointer(), address.length) }).map(drop)
}

pub fn connect(fd: i32, address: &RawAddress) -> Result<()> {
    // SAFETY: the address is as long as it says.
    check(unsafe { libc::connect(fd, address.pointer(), address.length) }).map(drop)
}

pub fn accept(fd: i32) -> Result<(i32, RawAddress)> {
    let mut address = RawAddress::default();
    let mut length = address.length;
    // SAFETY: the storage is as long as said.
    let fd = check(unsafe { libc::accept4(fd, address.pointer_mut(), &mut length, libc::SOCK_CLOEXEC) })?;
    address.length = length;
    Ok((fd, address))
}

pub fn own_address(fd: i32) -> Result<RawAddress> {
    let mut address = RawAddress::default();
    let mut length = address.length;
    // SAFETY: the storage is as long as said.
    check(unsafe { libc::getsockname(fd, address.pointer_mut(), &mut length) })?;
    address.length = length;
    Ok(address)
}

pub fn peer_address(fd: i32) -> Result<RawAddress> {
    let mut address = RawAddress::default();
    let mut length = address.length;
    // SAFETY: the storage is as long as said.
    check(unsafe { libc::getpeername(fd, address.pointer_mut(), &mut length) })?;
    address.length = length;
    Ok(address)
}

pub fn receive(fd: i32, buffer: &mut [u8], flags: i32) -> Result<usize> {
    // SAFETY: the buffer is as long as said.
    check(unsafe { libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags) }).map(|count| count as usize)
}

pub fn receive_from(fd: i32, buffer: &mut [u8], flags: i32) -> Result<(usize, RawAddress)> {
    let mut address = RawAddress::default();
    let mut length = address.length;
    // SAFETY: buffer and storage are as long as said.
    let count = check(unsafe {
        libc::recvfrom(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags, address.pointer_mut(), &mut length)
    })?;
    address.length = length;
    Ok((count as usize, address))
}

pub fn send(fd: i32, bytes: &[u8], flags: i32) -> Result<usize> {
    // SAFETY: the bytes are as many as said.
    check(unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), flags) }).map(|count| count as usize)
}

pub fn send_to(fd: i32, bytes: &[u8], flags: i32, address: &RawAddress) -> Result<usize> {
    // SAFETY: bytes and address are as long as said.
    check(unsafe { libc::sendto(fd, bytes.as_ptr().cast(), bytes.len(), flags, address.pointer(), address.length) })
        .map(|count| count as usize)
}

/// A piece of control data: level, kind, bytes.
pub type Control = (i32, i32, Vec<u8>);

/// What [`receive_message`] got besides the data.
pub struct Message {
    pub count: usize,
    pub control: Vec<Control>,
    pub flags: i32,
    pub address: RawAddress,
}

/// What stands before the bytes of a piece of control data.
fn control_head() -> usize {
    // SAFETY: calculates with numbers.
    unsafe { libc::CMSG_LEN(0) as usize }
}

/// Control data for so many bytes takes this much room; `None` if that is too much.
pub fn control_space(length: usize) -> Option<usize> {
    // SAFETY: calculates with numbers.
    let space = |length: usize| unsafe { libc::CMSG_SPACE(length as u32) } as usize;
    if length > i32::MAX as usize - space(1) { None } else { Some(space(length)) }
}

pub fn control_length(length: usize) -> Option<usize> {
    if length > i32::MAX as usize - control_head() {
        return None;
    }
    // SAFETY: calculates with numbers.
    Some(unsafe { libc::CMSG_LEN(length as u32) } as usize)
}

/// Words, so that control data is aligned.
fn control_room(bytes: usize) -> Vec<u64> {
    vec![0u64; bytes.div_ceil(8)]
}

pub fn receive_message(fd: i32, buffer: &mut [u8], control_size: usize, flags: i32) -> Result<Message> {
    let mut address = RawAddress::default();
    let mut room = control_room(control_size);
    let mut part = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    // SAFETY: the header describes memory that lives as long as the call, and is as long as it says; control data is
    // walked with the C library's own rules within what the kernel filled.
    unsafe {
        let mut header = std::mem::zeroed::<libc::msghdr>();
        header.msg_name = address.pointer_mut().cast();
        header.msg_namelen = address.length;
        header.msg_iov = &mut part;
        header.msg_iovlen = 1;
        if control_size > 0 {
            header.msg_control = room.as_mut_ptr().cast();
            header.msg_controllen = control_size as _;
        }
        let count = check(libc::recvmsg(fd, &mut header, flags))? as usize;
        address.length = header.msg_namelen;
        let mut control = Vec::new();
        let end = header.msg_control as usize + header.msg_controllen as usize;
        let mut next = if header.msg_controllen > 0 { libc::CMSG_FIRSTHDR(&header) } else { std::ptr::null_mut() };
        while !next.is_null() {
            let data = libc::CMSG_DATA(next);
            let declared = ((*next).cmsg_len as usize).saturating_sub(data as usize - next as usize);
            let length = declared.min(end.saturating_sub(data as usize));
            control.push(((*next).cmsg_level, (*next).cmsg_type, std::slice::from_raw_parts(data, length).to_vec()));
            if declared > length {
                break;
            }
            next = libc::CMSG_NXTHDR(&header, next);
        }
        Ok(Message { count, control, flags: header.msg_flags, address })
    }
}

pub fn send_message(
    fd: i32,
    bytes: &[u8],
    control: &[Control],
    flags: i32,
    address: Option<&RawAddress>,
) -> Result<usize> {
    let mut size = 0;
    for (_, _, data) in control {
        size += control_space(data.len()).ok_or_else(|| Error::from_raw_os_error(libc::EINVAL))?;
    }
    let mut room = control_room(size);
    let mut part = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    // SAFETY: the header describes memory that lives as long as the call; each piece of control data fits the room
    // that was counted for it.
    unsafe {
        let mut header = std::mem::zeroed::<libc::msghdr>();
        if let Some(address) = address {
            header.msg_name = address.pointer().cast_mut().cast();
            header.msg_namelen = address.length;
        }
        header.msg_iov = &mut part;
        header.msg_iovlen = 1;
        if size > 0 {
            header.msg_control = room.as_mut_ptr().cast();
            header.msg_controllen = size as _;
            let mut next = room.as_mut_ptr().cast::<u8>();
            for (level, kind, data) in control {
                let head = next.cast::<libc::cmsghdr>();
                (*head).cmsg_level = *level;
                (*head).cmsg_type = *kind;
                (*head).cmsg_len = libc::CMSG_LEN(data.len() as u32) as _;
                libc::CMSG_DATA(head).copy_from(data.as_ptr(), data.len());
                next = next.add(libc::CMSG_SPACE(data.len() as u32) as usize);
            }
        }
        check(libc::sendmsg(fd, &header, flags)).map(|count| count as usize)
    }
}

pub fn option(fd: i32, level: i32, name: i32) -> Result<i32> {
    let mut value = 0i32;
    let mut length = 4;
    // SAFETY: a number of four bytes is there to be filled.
    check(unsafe { libc::getsockopt(fd, level, name, (&raw mut value).cast(), &mut length) })?;
    Ok(value)
}

pub fn option_bytes(fd: i32, level: i32, name: i32, size: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0u8; size];
    let mut length = size as u32;
    // SAFETY: the buffer is as long as said.
    check(unsafe { libc::getsockopt(fd, level, name, bytes.as_mut_ptr().cast(), &mut length) })?;
    bytes.truncate(length as usize);
    Ok(bytes)
}

pub fn set_option_bytes(fd: i32, level: i32, name: i32, bytes: &[u8]) -> Result<()> {
    // SAFETY: the bytes are as many as said.
    check(unsafe { libc::setsockopt(fd, level, name, bytes.as_ptr().cast(), bytes.len() as u32) }).map(drop)
}

/// An option without a value, of a given length.
pub fn set_option_length(fd: i32, level: i32, name: i32, length: u32) -> Result<()> {
    // SAFETY: the kernel sees that there is no value.
    check(unsafe { libc::setsockopt(fd, level, name, std::ptr::null(), length) }).map(drop)
}

/// The error that waits on a socket (0: none).
pub fn pending_error(fd: i32) -> Result<i32> {
    option(fd, libc::SOL_SOCKET, libc::SO_ERROR)
}

pub fn kind(fd: i32) -> Result<i32> {
    option(fd, libc::SOL_SOCKET, libc::SO_TYPE)
}

pub fn protocol(fd: i32) -> Result<i32> {
    option(fd, libc::SOL_SOCKET, libc::SO_PROTOCOL)
}

/// The address of this machine's first network interface that has one.
pub fn hardware_address() -> Option<[u8; 6]> {
    let mut folders: Vec<_> = std::fs::read_dir("/sys/class/net").ok()?.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders.iter().find_map(|folder| {
        let text = std::fs::read_to_string(folder.join("address")).ok()?;
        let mut address = [0u8; 6];
        let mut parts = text.trim().split(':');
        for byte in &mut address {
            *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
        }
        (parts.next().is_none() && address != [0; 6]).then_some(address)
    })
}
