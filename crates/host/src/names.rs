//! Names of hosts, services, protocols and network interfaces.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::ffi::{CStr, CString};
use std::io::{Error, Result};

use crate::call::{c_bytes, check, until_zero};
use crate::net::{Address, RawAddress};

/// One answer of [`resolve`].
#[derive(Clone, Debug)]
pub struct Resolved {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub canonical_name: Vec<u8>,
    pub address: Address,
}

/// Why a name could not be resolved.
#[derive(Debug)]
pub enum Unresolved {
    /// Number and words of `getaddrinfo`.
    Lookup(i32, String),
    System(Error),
}

fn unresolved(number: i32) -> Unresolved {
    if number == libc::EAI_SYSTEM {
        return Unresolved::System(Error::last_os_error());
    }
    // SAFETY: the C library's texts are static.
    let words = unsafe { c_bytes(libc::gai_strerror(number)) };
    Unresolved::Lookup(number, String::from_utf8_lossy(&words).into_owned())
}

/// `getaddrinfo`.
pub fn resolve(
    host: Option<&CStr>,
    service: Option<&CStr>,
    family: i32,
    kind: i32,
    protocol: i32,
    flags: i32,
) -> std::result::Result<Vec<Resolved>, Unresolved> {
    let text = |text: Option<&CStr>| text.map_or(std::ptr::null(), CStr::as_ptr);
    // SAFETY: texts are zero-terminated or null; the list is copied, then freed once.
    unsafe {
        let mut hints = std::mem::zeroed::<libc::addrinfo>();
        (hints.ai_family, hints.ai_socktype) = (family, kind);
        (hints.ai_protocol, hints.ai_flags) = (protocol, flags);
        let mut list = std::ptr::null_mut();
        let status = libc::getaddrinfo(text(host), text(service), &hints, &mut list);
        if status != 0 {
            return Err(unresolved(status));
        }
        let mut found = Vec::new();
        let mut next = list;
        while !next.is_null() {
            let entry = &*next;
            found.push(Resolved {
                family: entry.ai_family,
                kind: entry.ai_socktype,
                protocol: entry.ai_protocol,
                canonical_name: c_bytes(entry.ai_canonname),
                address: Address::decode(&RawAddress::from_c(entry.ai_addr, entry.ai_addrlen)),
            });
            next = entry.ai_next;
        }
        libc::freeaddrinfo(list);
        Ok(found)
    }
}

/// `getnameinfo`: host and service.
pub fn describe(address: &RawAddress, flags: i32) -> std::result::Result<(Vec<u8>, Vec<u8>), Unresolved> {
    let (mut host, mut service) = ([0u8; 1025], [0u8; 32]);
    // SAFETY: the buffers are as long as said.
    let status = unsafe {
        libc::getnameinfo(
            address.as_c(),
            address.len(),
            host.as_mut_ptr().cast(),
            host.len() as u32,
            service.as_mut_ptr().cast(),
            service.len() as u32,
            flags,
        )
    };
    if status != 0 {
        return Err(unresolved(status));
    }
    Ok((until_zero(&host).to_vec(), until_zero(&service).to_vec()))
}

unsafe extern "C" {
    fn gethostbyname_r(
        name: *const libc::c_char,
        result: *mut libc::hostent,
        buffer: *mut libc::c_char,
        size: usize,
        found: *mut *mut libc::hostent,
        error: *mut i32,
    ) -> i32;
    fn gethostbyaddr_r(
        address: *const libc::c_void,
        length: u32,
        family: i32,
        result: *mut libc::hostent,
        buffer: *mut libc::c_char,
        size: usize,
        found: *mut *mut libc::hostent,
        error: *mut i32,
    ) -> i32;
}

/// A host as the old functions tell it: name, other names, addresses.
#[derive(Clone, Debug)]
pub struct Host {
    pub name: Vec<u8>,
    pub aliases: Vec<Vec<u8>>,
    pub family: i32,
    pub addresses: Vec<Vec<u8>>,
}

/// # Safety
/// The entry was filled by the C library and its memory lives.
unsafe fn host_of(entry: &libc::hostent) -> Host {
    let mut host = Host {
        // SAFETY: the caller's promise.
        name: unsafe { c_bytes(entry.h_name) },
        aliases: Vec::new(),
        family: entry.h_addrtype,
        addresses: Vec::new(),
    };
    // SAFETY: the caller's promise; lists end with null.
    unsafe {
        let mut next = entry.h_aliases;
        while !next.is_null() && !(*next).is_null() {
            host.aliases.push(c_bytes(*next));
            next = next.add(1);
        }
        let mut next = entry.h_addr_list;
        while !next.is_null() && !(*next).is_null() {
            let length = entry.h_length.max(0) as usize;
            host.addresses.push(std::slice::from_raw_parts((*next).cast::<u8>(), length).to_vec());
            next = next.add(1);
        }
    }
    host
}

fn lookup(
    call: impl Fn(*mut libc::hostent, &mut Vec<u8>, *mut *mut libc::hostent, *mut i32) -> i32,
) -> std::result::Result<Host, Unresolved> {
    let mut number = 0;
    let found = crate::call::with_buffer(|buffer| {
        // SAFETY: the entry is plain data; its texts lie in the buffer, which lives until they are copied.
        unsafe {
            let mut entry = std::mem::zeroed::<libc::hostent>();
            let mut found = std::ptr::null_mut();
            let status = call(&mut entry, buffer, &mut found, &mut number);
            if status == libc::ERANGE {
                return Err(Error::from_raw_os_error(libc::ERANGE));
            }
            Ok(if found.is_null() { None } else { Some(host_of(&entry)) })
        }
    });
    match found {
        Ok(Some(host)) => Ok(host),
        Ok(None) => {
            // SAFETY: the C library's texts are static.
            let words = unsafe { c_bytes(libc::hstrerror(number)) };
            Err(Unresolved::Lookup(number, String::from_utf8_lossy(&words).into_owned()))
        }
        Err(error) => Err(Unresolved::System(error)),
    }
}

/// `gethostbyname`; errors are those of `h_errno`.
pub fn host_by_name(name: &CStr) -> std::result::Result<Host, Unresolved> {
    // SAFETY: the buffer is as long as said.
    lookup(|entry, buffer, found, error| unsafe {
        gethostbyname_r(name.as_ptr(), entry, buffer.as_mut_ptr().cast(), buffer.len(), found, error)
    })
}

pub fn host_by_address(address: &[u8], family: i32) -> std::result::Result<Host, Unresolved> {
    // SAFETY: address and buffer are as long as said.
    lookup(|entry, buffer, found, error| unsafe {
        gethostbyaddr_r(
            address.as_ptr().cast(),
            address.len() as u32,
            family,
            entry,
            buffer.as_mut_ptr().cast(),
            buffer.len(),
            found,
            error,
        )
    })
}

/// The old functions keep their answers in one place for the whole process.
static ASKING: std::sync::Mutex<()> = std::sync::Mutex::new(());

pub fn service_port(name: &CStr, protocol: Option<&CStr>) -> Option<u16> {
    let _asking = ASKING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: texts are zero-terminated; the answer is read under the lock.
    unsafe {
        let entry = libc::getservbyname(name.as_ptr(), protocol.map_or(std::ptr::null(), CStr::as_ptr));
        entry.as_ref().map(|entry| u16::from_be(entry.s_port as u16))
    }
}

pub fn service_name(port: u16, protocol: Option<&CStr>) -> Option<Vec<u8>> {
    let _asking = ASKING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: as for `service_port`.
    unsafe {
        let protocol = protocol.map_or(std::ptr::null(), CStr::as_ptr);
        let entry = libc::getservbyport(i32::from(port.to_be()), protocol);
        entry.as_ref().map(|entry| c_bytes(entry.s_name))
    }
}

pub fn protocol_number(name: &CStr) -> Option<i32> {
    let _asking = ASKING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: as for `service_port`.
    unsafe { libc::getprotobyname(name.as_ptr()).as_ref().map(|entry| entry.p_proto) }
}

pub fn host_name() -> Result<Vec<u8>> {
    let mut buffer = [0u8; 1024];
    // SAFETY: the buffer is as long as said.
    check(unsafe { libc::gethostname(buffer.as_mut_ptr().cast(), buffer.len() - 1) })?;
    Ok(until_zero(&buffer).to_vec())
}

pub fn set_host_name(name: &[u8]) -> Result<()> {
    // SAFETY: the name is as long as said.
    check(unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) }).map(drop)
}

/// All network interfaces: number and name.
pub fn interfaces() -> Result<Vec<(u32, Vec<u8>)>> {
    // SAFETY: the list ends with number 0, is copied, then freed once.
    unsafe {
        let list = libc::if_nameindex();
        if list.is_null() {
            return Err(Error::last_os_error());
        }
        let mut found = Vec::new();
        let mut next = list;
        while (*next).if_index != 0 {
            found.push(((*next).if_index, c_bytes((*next).if_name)));
            next = next.add(1);
        }
        libc::if_freenameindex(list);
        Ok(found)
    }
}

/// The number of an interface; `None` if there is none of that name.
pub fn interface_number(name: &CStr) -> Option<u32> {
    // SAFETY: the name is zero-terminated.
    Some(unsafe { libc::if_nametoindex(name.as_ptr()) }).filter(|&number| number != 0)
}

pub fn interface_name(number: u32) -> Result<Vec<u8>> {
    let mut buffer = [0u8; libc::IF_NAMESIZE + 1];
    // SAFETY: the buffer has room for any interface's name.
    let found = unsafe { libc::if_indextoname(number, buffer.as_mut_ptr().cast()) };
    if found.is_null() { Err(Error::last_os_error()) } else { Ok(until_zero(&buffer).to_vec()) }
}

unsafe extern "C" {
    fn inet_pton(family: i32, text: *const libc::c_char, out: *mut libc::c_void) -> i32;
    fn inet_ntop(family: i32, address: *const libc::c_void, out: *mut libc::c_char, size: u32) -> *const libc::c_char;
    fn inet_aton(text: *const libc::c_char, out: *mut libc::in_addr) -> i32;
}

/// An address of a family from its text. `Ok(None)`: the text is none.
pub fn parse_address(family: i32, text: &CStr) -> Result<Option<Vec<u8>>> {
    let mut out = [0u8; 16];
    // SAFETY: 16 bytes hold any address of the two families that the function knows.
    match unsafe { inet_pton(family, text.as_ptr(), out.as_mut_ptr().cast()) } {
        -1 => Err(Error::last_os_error()),
        0 => Ok(None),
        _ => Ok(Some(out[..if family == libc::AF_INET6 { 16 } else { 4 }].to_vec())),
    }
}

/// The text of an address: 4 bytes of AF_INET, 16 of AF_INET6.
pub fn format_address(family: i32, address: &[u8]) -> Result<Vec<u8>> {
    let mut source = [0u8; 16];
    for (place, &byte) in source.iter_mut().zip(address) {
        *place = byte;
    }
    let mut buffer = [0u8; 64];
    // SAFETY: 16 bytes are readable; the buffer is as long as said.
    let found = unsafe { inet_ntop(family, source.as_ptr().cast(), buffer.as_mut_ptr().cast(), 64) };
    if found.is_null() { Err(Error::last_os_error()) } else { Ok(until_zero(&buffer).to_vec()) }
}

/// An IPv4 address in any of the old ways of writing one.
pub fn parse_old_address(text: &CStr) -> Option<[u8; 4]> {
    let mut out = libc::in_addr { s_addr: 0 };
    // SAFETY: the structure is there to be filled.
    (unsafe { inet_aton(text.as_ptr(), &mut out) } != 0).then(|| out.s_addr.to_ne_bytes())
}

/// A C string of bytes without zeros.
pub fn c_text(bytes: &[u8]) -> Option<CString> {
    CString::new(bytes).ok()
}
