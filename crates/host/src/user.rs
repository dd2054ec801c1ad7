//! The databases of users and groups.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::ffi::CStr;
use std::io::{Error, Result};

use crate::call::{c_bytes, with_buffer};

/// An entry of the user database.
#[derive(Clone, Debug)]
pub struct User {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub uid: u32,
    pub gid: u32,
    pub gecos: Vec<u8>,
    pub home: Vec<u8>,
    pub shell: Vec<u8>,
}

/// An entry of the group database.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub gid: u32,
    pub members: Vec<Vec<u8>>,
}

/// # Safety
/// The entry's texts are null or zero-terminated.
unsafe fn user(raw: &libc::passwd) -> User {
    // SAFETY: the caller's promise; all is copied.
    unsafe {
        User {
            name: c_bytes(raw.pw_name),
            password: c_bytes(raw.pw_passwd),
            uid: raw.pw_uid,
            gid: raw.pw_gid,
            gecos: c_bytes(raw.pw_gecos),
            home: c_bytes(raw.pw_dir),
            shell: c_bytes(raw.pw_shell),
        }
    }
}

/// # Safety
/// The entry's texts are null or zero-terminated, and so is its list of members.
unsafe fn group(raw: &libc::group) -> Group {
    // SAFETY: the caller's promise; all is copied.
    unsafe {
        let mut members = Vec::new();
        let mut next = raw.gr_mem;
        while !next.is_null() && !(*next).is_null() {
            members.push(c_bytes(*next));
            next = next.add(1);
        }
        Group { name: c_bytes(raw.gr_name), password: c_bytes(raw.gr_passwd), gid: raw.gr_gid, members }
    }
}

/// Whether an error number only says that there is no such entry.
fn outcome<T>(status: i32, found: Option<T>) -> Result<Option<T>> {
    match status {
        0 => Ok(found),
        libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM => Ok(None),
        number => Err(Error::from_raw_os_error(number)),
    }
}

fn find_user(call: impl Fn(*mut libc::passwd, &mut [u8], *mut *mut libc::passwd) -> i32) -> Result<Option<User>> {
    with_buffer(|buffer| {
        // SAFETY: the entry is plain data; its texts lie in the buffer, which lives until they are copied.
        unsafe {
            let mut raw = std::mem::zeroed::<libc::passwd>();
            let mut found = std::ptr::null_mut();
            let status = call(&mut raw, buffer, &mut found);
            outcome(status, if found.is_null() { None } else { Some(user(&raw)) })
        }
    })
}

pub fn user_by_name(name: &CStr) -> Result<Option<User>> {
    // SAFETY: the buffer is as long as said.
    find_user(|raw, buffer, found| unsafe {
        libc::getpwnam_r(name.as_ptr(), raw, buffer.as_mut_ptr().cast(), buffer.len(), found)
    })
}

pub fn user_by_id(uid: u32) -> Result<Option<User>> {
    // SAFETY: the buffer is as long as said.
    find_user(|raw, buffer, found| unsafe {
        libc::getpwuid_r(uid, raw, buffer.as_mut_ptr().cast(), buffer.len(), found)
    })
}

fn find_group(call: impl Fn(*mut libc::group, &mut [u8], *mut *mut libc::group) -> i32) -> Result<Option<Group>> {
    with_buffer(|buffer| {
        // SAFETY: the entry is plain data; its texts lie in the buffer, which lives until they are copied.
        unsafe {
            let mut raw = std::mem::zeroed::<libc::group>();
            let mut found = std::ptr::null_mut();
            let status = call(&mut raw, buffer, &mut found);
            outcome(status, if found.is_null() { None } else { Some(group(&raw)) })
        }
    })
}

pub fn group_by_name(name: &CStr) -> Result<Option<Group>> {
    // SAFETY: the buffer is as long as said.
    find_group(|raw, buffer, found| unsafe {
        libc::getgrnam_r(name.as_ptr(), raw, buffer.as_mut_ptr().cast(), buffer.len(), found)
    })
}

pub fn group_by_id(gid: u32) -> Result<Option<Group>> {
    // SAFETY: the buffer is as long as said.
    find_group(|raw, buffer, found| unsafe {
        libc::getgrgid_r(gid, raw, buffer.as_mut_ptr().cast(), buffer.len(), found)
    })
}

/// The C library reads the databases with one position for the whole process.
static READING: std::sync::Mutex<()> = std::sync::Mutex::new(());

pub fn all_users() -> Vec<User> {
    let _reading = READING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut users = Vec::new();
    // SAFETY: entries are copied before the next one is read; the lock keeps other threads away.
    unsafe {
        libc::setpwent();
        loop {
            let raw = libc::getpwent();
            if raw.is_null() {
                break;
            }
            users.push(user(&*raw));
        }
        libc::endpwent();
    }
    users
}

pub fn all_groups() -> Vec<Group> {
    let _reading = READING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut groups = Vec::new();
    // SAFETY: as for `all_users`.
    unsafe {
        libc::setgrent();
        loop {
            let raw = libc::getgrent();
            if raw.is_null() {
                break;
            }
            groups.push(group(&*raw));
        }
        libc::endgrent();
    }
    groups
}
