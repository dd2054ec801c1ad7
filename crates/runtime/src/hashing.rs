//! Hashes of text and bytes: SipHash-1-3 keyed once per process, as CPython's `hash()` computes them.

use std::sync::OnceLock;

static SECRET: OnceLock<(u64, u64)> = OnceLock::new();

/// Fixes the key, before the first hash: from `PYTHONHASHSEED` or at random.
pub fn set_secret(k0: u64, k1: u64) {
    let _ = SECRET.set((k0, k1));
}

/// The hash of some bytes; never -1, and 0 for no bytes.
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let (k0, k1) = *SECRET.get_or_init(|| (0, 0));
    match siphash13(k0, k1, bytes) as i64 {
        -1 => -2,
        hash => hash,
    }
}

/// The last bytes, fewer than eight, that fill no word: as a number, least first.
#[inline(always)]
fn tail(bytes: &[u8]) -> u64 {
    let left = bytes.len() % 8;
    if let (1.., Some(word)) = (left, bytes.last_chunk::<8>()) {
        return u64::from_le_bytes(*word) >> (64 - 8 * left);
    }
    let rest = &bytes[bytes.len() - left..];
    if let (Some(first), Some(last)) = (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (left - 4));
    }
    rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// SipHash with one compression and three finalisation rounds (Aumasson and Bernstein).
pub fn siphash13(k0: u64, k1: u64, bytes: &[u8]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    #[inline(always)]
    fn round(v: &mut [u64; 4]) {
        v[0] = v[0].wrapping_add(v[1]);
        v[2] = v[2].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[1]);
        v[0] = v[0].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].rotate_left(32);
    }
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        v[3] ^= word;
        round(&mut v);
        v[0] ^= word;
    }
    let last = (bytes.len() as u64) << 56 | tail(bytes);
    v[3] ^= last;
    round(&mut v);
    v[0] ^= last;
    v[2] ^= 0xFF;
    round(&mut v);
    round(&mut v);
    round(&mut v);
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

/// The hash of an object that is only equal to itself: its address, with the bits that are always zero moved away.
pub fn hash_pointer(word: u64) -> i64 {
    match word.rotate_right(4) as i64 {
        -1 => -2,
        hash => hash,
    }
}

/// The key that `PYTHONHASHSEED=seed` stands for: bytes of a linear congruential generator.
pub fn key_from_seed(seed: u32) -> (u64, u64) {
    let mut state = seed;
    let mut word = || {
        let mut bytes = [0; 8];
        for byte in &mut bytes {
            state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
            *byte = (state >> 16) as u8;
        }
        u64::from_le_bytes(bytes)
    };
    (word(), word())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_behind_the_last_word_are_taken_in_order() {
        let bytes: Vec<u8> = (1..=40).collect();
        for length in 0..bytes.len() {
            let bytes = &bytes[..length];
            let rest = bytes.chunks_exact(8).remainder();
            let expected =
                rest.iter().enumerate().fold(0, |word, (index, &byte)| word | u64::from(byte) << (8 * index));
            assert_eq!(tail(bytes), expected, "of {length}");
        }
    }
}
