//! Waiting for several descriptors: select, poll, epoll.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::io::Result;

use crate::call::{check, system_calls};
use crate::clock::timespec;

/// What is asked of a descriptor, and what came of it.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Polled(libc::pollfd);

impl Polled {
    pub fn new(fd: i32, events: u16) -> Polled {
        Polled(libc::pollfd { fd, events: events as i16, revents: 0 })
    }

    pub fn fd(&self) -> i32 {
        self.0.fd
    }

    /// Events that happened.
    pub fn happened(&self) -> u16 {
        self.0.revents as u16
    }
}

/// Waits until something happens, at most `timeout` nanoseconds (`None`: for ever); how many descriptors have events.
pub fn poll(list: &mut [Polled], timeout: Option<i64>) -> Result<usize> {
    let time = timeout.map(|timeout| timespec(timeout.max(0)));
    let time = time.as_ref().map_or(std::ptr::null(), |time| time as *const libc::timespec);
    // SAFETY: `Polled` is a `pollfd`; the list is as long as said; the time lives as long as the call.
    let count = check(unsafe { libc::ppoll(list.as_mut_ptr().cast(), list.len() as u64, time, std::ptr::null()) })?;
    Ok(count as usize)
}

/// Whether a descriptor is ready (within `timeout` nanoseconds) to be read, or written.
pub fn is_ready(fd: i32, write: bool, timeout: Option<i64>) -> Result<bool> {
    let events = if write { libc::POLLOUT } else { libc::POLLIN };
    let mut list = [Polled::new(fd, events as u16)];
    poll(&mut list, timeout).map(|count| count > 0)
}

/// Descriptors that `select` can name are below this.
pub const SELECT_SIZE: i32 = libc::FD_SETSIZE as i32;

fn set_of(list: &[i32]) -> libc::fd_set {
    // SAFETY: initialised first; numbers are below the size of a set.
    unsafe {
        let mut set = std::mem::zeroed::<libc::fd_set>();
        libc::FD_ZERO(&mut set);
        for &fd in list.iter().filter(|&&fd| (0..SELECT_SIZE).contains(&fd)) {
            libc::FD_SET(fd, &mut set);
        }
        set
    }
}

/// `select`: for each of the lists, which descriptors are ready. All are between 0 and [`SELECT_SIZE`].
pub fn select(lists: [&[i32]; 3], timeout: Option<i64>) -> Result<[Vec<bool>; 3]> {
    let most = lists.iter().flat_map(|list| list.iter().copied()).max().unwrap_or(-1);
    let [mut read, mut write, mut other] = lists.map(set_of);
    let time = timeout.map(|timeout| timespec(timeout.max(0)));
    let time = time.as_ref().map_or(std::ptr::null(), |time| time as *const libc::timespec);
    // SAFETY: the sets and the time live as long as the call.
    check(unsafe { libc::pselect(most + 1, &mut read, &mut write, &mut other, time, std::ptr::null()) })?;
    let mut results = [Vec::new(), Vec::new(), Vec::new()];
    for ((list, set), result) in lists.iter().zip([&read, &write, &other]).zip(&mut results) {
        for &fd in list.iter() {
            // SAFETY: as for `set_of`.
            result.push((0..SELECT_SIZE).contains(&fd) && unsafe { libc::FD_ISSET(fd, set) });
        }
    }
    Ok(results)
}

system_calls! {
    pub fn epoll_create(flags: i32) -> i32 = epoll_create1(flags);
}

/// What is changed about a descriptor of an epoll set.
#[derive(Clone, Copy)]
pub enum Change {
    Add,
    Modify,
    Remove,
}

pub fn epoll_control(epoll: i32, change: Change, fd: i32, events: u32) -> Result<()> {
    let operation = match change {
        Change::Add => libc::EPOLL_CTL_ADD,
        Change::Modify => libc::EPOLL_CTL_MOD,
        Change::Remove => libc::EPOLL_CTL_DEL,
    };
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: the structure lives as long as the call.
    check(unsafe { libc::epoll_ctl(epoll, operation, fd, &mut event) }).map(drop)
}

/// Descriptors with events, at most `most`; waits `timeout` milliseconds (-1: for ever).
pub fn epoll_wait(epoll: i32, most: usize, timeout: i32) -> Result<Vec<(i32, u32)>> {
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most.clamp(1, 1 << 16)];
    // SAFETY: the events are as many as said.
    let count = check(unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), events.len() as i32, timeout) })?;
    events.truncate(count as usize);
    Ok(events.iter().map(|event| (event.u64 as i32, event.events)).collect())
}

/// Constants of the module `select`.
pub static CONSTANTS: &[(&str, i64)] = &[
    ("EPOLLERR", 8),
    ("EPOLLET", 1 << 31),
    ("EPOLLEXCLUSIVE", 1 << 28),
    ("EPOLLHUP", 16),
    ("EPOLLIN", 1),
    ("EPOLLMSG", 1024),
    ("EPOLLONESHOT", 1 << 30),
    ("EPOLLOUT", 4),
    ("EPOLLPRI", 2),
    ("EPOLLRDBAND", 128),
    ("EPOLLRDHUP", 8192),
    ("EPOLLRDNORM", 64),
    ("EPOLLWAKEUP", 1 << 29),
    ("EPOLLWRBAND", 512),
    ("EPOLLWRNORM", 256),
    ("EPOLL_CLOEXEC", libc::EPOLL_CLOEXEC as i64),
    ("PIPE_BUF", libc::PIPE_BUF as i64),
    ("POLLERR", libc::POLLERR as i64),
    ("POLLHUP", libc::POLLHUP as i64),
    ("POLLIN", libc::POLLIN as i64),
    ("POLLMSG", 1024),
    ("POLLNVAL", libc::POLLNVAL as i64),
    ("POLLOUT", libc::POLLOUT as i64),
    ("POLLPRI", libc::POLLPRI as i64),
    ("POLLRDBAND", 128),
    ("POLLRDHUP", 8192),
    ("POLLRDNORM", 64),
    ("POLLWRBAND", 512),
    ("POLLWRNORM", 256),
];
