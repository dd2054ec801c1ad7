//! Random bytes from the operating system.
#![expect(unsafe_code, reason = "asks the C library to fill a buffer")]

/// Fills a buffer; false if the system could not.
pub fn fill(buffer: &mut [u8]) -> bool {
    let mut done = 0;
    while done < buffer.len() {
        let rest = &mut buffer[done..];
        // SAFETY: the buffer has as many bytes as are asked for.
        let got = unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) };
        if got <= 0 {
            return false;
        }
        done += got as usize;
    }
    true
}

/// Two random words.
pub fn pair() -> (u64, u64) {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    let word = |from: usize| bytes[from..from + 8].iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
    (word(0), word(8))
}
