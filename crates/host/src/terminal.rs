//! Terminals and pseudo-terminals.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::io::{Error, Result};

use crate::call::{c_bytes, check, check_number, system_calls, until_zero, with_buffer};

system_calls! {
    pub fn foreground_group(fd: i32) -> i32 = tcgetpgrp(fd);
    pub fn set_foreground_group(fd: i32, group: i32) = tcsetpgrp(fd, group);
    pub fn open_master(flags: i32) -> i32 = posix_openpt(flags);
    pub fn grant(fd: i32) = grantpt(fd);
    pub fn unlock(fd: i32) = unlockpt(fd);
    pub fn login(fd: i32) = login_tty(fd);
    pub fn send_break(fd: i32, duration: i32) = tcsendbreak(fd, duration);
    pub fn drain(fd: i32) = tcdrain(fd);
    pub fn flush(fd: i32, queue: i32) = tcflush(fd, queue);
    pub fn flow(fd: i32, action: i32) = tcflow(fd, action);
}

/// Columns and lines of a terminal.
pub fn size(fd: i32) -> Result<(u16, u16)> {
    // SAFETY: the structure is plain data that the call fills.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::winsize>();
        check(libc::ioctl(fd, libc::TIOCGWINSZ, &mut raw))?;
        Ok((raw.ws_col, raw.ws_row))
    }
}

/// Rows and columns, the order of `termios.tcgetwinsize`.
pub fn set_size(fd: i32, rows: u16, columns: u16) -> Result<()> {
    // SAFETY: the structure is plain data, filled and then read.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::winsize>();
        check(libc::ioctl(fd, libc::TIOCGWINSZ, &mut raw))?;
        (raw.ws_row, raw.ws_col) = (rows, columns);
        check(libc::ioctl(fd, libc::TIOCSWINSZ, &raw)).map(drop)
    }
}

pub fn name(fd: i32) -> Result<Vec<u8>> {
    with_buffer(|buffer| {
        // SAFETY: the buffer is as long as said.
        check_number(unsafe { libc::ttyname_r(fd, buffer.as_mut_ptr().cast(), buffer.len()) })?;
        Ok(until_zero(buffer).to_vec())
    })
}

/// The name of the other end of a pseudo-terminal.
pub fn slave_name(fd: i32) -> Result<Vec<u8>> {
    with_buffer(|buffer| {
        // SAFETY: the buffer is as long as said.
        check_number(unsafe { libc::ptsname_r(fd, buffer.as_mut_ptr().cast(), buffer.len()) })?;
        Ok(until_zero(buffer).to_vec())
    })
}

/// The controlling terminal's name.
pub fn controlling() -> Vec<u8> {
    let mut buffer = [0u8; 64];
    // SAFETY: 64 bytes are more than the C library's `L_ctermid`.
    unsafe { c_bytes(libc::ctermid(buffer.as_mut_ptr().cast())) }
}

/// Both ends of a new pseudo-terminal: master and slave, neither inherited.
pub fn open_pair() -> Result<(i32, i32)> {
    let (mut master, mut slave) = (-1, -1);
    let none = std::ptr::null_mut();
    // SAFETY: two numbers are filled; the rest is left out.
    check(unsafe { libc::openpty(&mut master, &mut slave, none, std::ptr::null_mut(), std::ptr::null_mut()) })?;
    crate::descriptor::set_inheritable(master, false)?;
    crate::descriptor::set_inheritable(slave, false)?;
    Ok((master, slave))
}

/// The settings of a terminal: four flag words, two speeds, the control characters.
#[derive(Clone, Debug)]
pub struct Settings {
    pub flags: [u32; 4],
    pub input_speed: u32,
    pub output_speed: u32,
    pub characters: Vec<u8>,
}

pub fn settings(fd: i32) -> Result<Settings> {
    // SAFETY: the structure is plain data that the call fills.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::termios>();
        check(libc::tcgetattr(fd, &mut raw))?;
        Ok(Settings {
            flags: [raw.c_iflag, raw.c_oflag, raw.c_cflag, raw.c_lflag],
            input_speed: libc::cfgetispeed(&raw),
            output_speed: libc::cfgetospeed(&raw),
            characters: raw.c_cc.to_vec(),
        })
    }
}

pub fn set_settings(fd: i32, when: i32, settings: &Settings) -> Result<()> {
    // SAFETY: the structure is plain data, first filled with what the terminal has.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::termios>();
        check(libc::tcgetattr(fd, &mut raw))?;
        [raw.c_iflag, raw.c_oflag, raw.c_cflag, raw.c_lflag] = settings.flags;
        for (place, &byte) in raw.c_cc.iter_mut().zip(&settings.characters) {
            *place = byte;
        }
        check(libc::cfsetispeed(&mut raw, settings.input_speed))?;
        check(libc::cfsetospeed(&mut raw, settings.output_speed))?;
        check(libc::tcsetattr(fd, when, &raw)).map(drop)
    }
}

/// How many control characters there are, and where the two numbers among them stand.
pub const CHARACTERS: usize = libc::NCCS;
pub const MINIMUM: usize = libc::VMIN;
pub const TIMEOUT: usize = libc::VTIME;
pub const CANONICAL: u32 = libc::ICANON;

/// The user who is logged in on the controlling terminal.
pub fn login_name() -> Result<Vec<u8>> {
    // SAFETY: the result is null or a string that is copied at once.
    unsafe {
        *libc::__errno_location() = 0;
        let name = libc::getlogin();
        if name.is_null() { Err(Error::last_os_error()) } else { Ok(c_bytes(name)) }
    }
}
