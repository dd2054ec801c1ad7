//! Keys from passwords: PBKDF2 (RFC 8018) and scrypt (RFC 7914).

use ::md5::Md5;
use ::sha1::Sha1;
use ::sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::state::{Algorithm, State};

/// The block that an HMAC mixes into both of its hashes.
fn key_block(key: &[u8], block_size: usize, hash: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut block = if key.len() > block_size { hash(key) } else { key.to_vec() };
    block.resize(block_size, 0);
    block
}

/// A hash as PBKDF2 needs it: cheap to copy, without a digest on the heap.
struct Steps<H> {
    update: fn(&mut H, &[u8]),
    finish: fn(H, &mut [u8]),
}

impl<H: Clone> Steps<H> {
    /// One after the other, blocks of HMACs of HMACs, added up.
    fn derive(&self, [inner, outer]: [H; 2], size: usize, salt: &[u8], iterations: u64, length: usize) -> Vec<u8> {
        let finish = |hash: H, out: &mut [u8]| {
            (self.finish)(hash, out);
            let mut hash = outer.clone();
            (self.update)(&mut hash, out);
            (self.finish)(hash, out);
        };
        // The HMAC of the last one.
        let again = |last: &mut [u8]| {
            let mut hash = inner.clone();
            (self.update)(&mut hash, last);
            finish(hash, last);
        };
        let mut derived = Vec::with_capacity(length.next_multiple_of(size.max(1)));
        let (mut last, mut block) = (vec![0; size], vec![0; size]);
        for number in 1u32.. {
            if derived.len() >= length {
                break;
            }
            let mut hash = inner.clone();
            (self.update)(&mut hash, salt);
            (self.update)(&mut hash, &number.to_be_bytes());
            finish(hash, &mut last);
            block.copy_from_slice(&last);
            for _ in 1..iterations {
                again(&mut last);
                block.iter_mut().zip(&last).for_each(|(sum, byte)| *sum ^= byte);
            }
            derived.extend_from_slice(&block);
        }
        derived.truncate(length);
        derived
    }
}

fn derive<D: Digest + Clone>(
    algorithm: Algorithm,
    password: &[u8],
    salt: &[u8],
    iterations: u64,
    length: usize,
) -> Vec<u8> {
    let block = key_block(password, algorithm.block_size(), |key| D::digest(key).to_vec());
    let padded = |pad: u8| D::new().chain_update(block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>());
    let steps = Steps {
        update: |hash: &mut D, data| Digest::update(hash, data),
        finish: |hash: D, out| out.copy_from_slice(&hash.finalize()),
    };
    steps.derive([padded(0x36), padded(0x5C)], algorithm.digest_size(), salt, iterations, length)
}

/// A key of `length` bytes.
pub(super) fn pbkdf2(algorithm: Algorithm, password: &[u8], salt: &[u8], iterations: u64, length: usize) -> Vec<u8> {
    match algorithm {
        Algorithm::Md5 => derive::<Md5>(algorithm, password, salt, iterations, length),
        Algorithm::Sha1 => derive::<Sha1>(algorithm, password, salt, iterations, length),
        Algorithm::Sha224 => derive::<Sha224>(algorithm, password, salt, iterations, length),
        Algorithm::Sha256 => derive::<Sha256>(algorithm, password, salt, iterations, length),
        Algorithm::Sha384 => derive::<Sha384>(algorithm, password, salt, iterations, length),
        Algorithm::Sha512 => derive::<Sha512>(algorithm, password, salt, iterations, length),
        _ => {
            let (inner, outer) = super::hmac_states(algorithm, password);
            let steps = Steps { update: State::update, finish: |hash, out| out.copy_from_slice(&hash.digest()) };
            steps.derive([inner, outer], algorithm.digest_size(), salt, iterations, length)
        }
    }
}

/// What scrypt is asked to cost.
pub(super) struct Cost {
    pub n: u64,
    pub r: u64,
    pub p: u64,
}

impl Cost {
    /// Whether the numbers go together.
    pub fn is_valid(&self) -> bool {
        self.r > 0 && self.p > 0 && self.p.checked_mul(self.r).is_some_and(|blocks| blocks < 1 << 30)
    }

    /// Bytes that are needed.
    pub fn memory(&self) -> Option<u64> {
        let rows = self.n.checked_add(2)?.checked_add(self.p)?;
        self.r.checked_mul(128)?.checked_mul(rows)
    }
}

/// A key of `length` bytes; the cost is valid and its memory affordable.
pub(super) fn scrypt(password: &[u8], salt: &[u8], cost: &Cost, length: usize) -> Vec<u8> {
    let row = 128 * cost.r as usize;
    let mut blocks = pbkdf2(Algorithm::Sha256, password, salt, 1, row * cost.p as usize);
    let mut words = vec![0u32; row / 4];
    let mut memory = vec![0u32; row / 4 * cost.n as usize];
    let mut mixed = vec![0u32; row / 4];
    for block in blocks.chunks_exact_mut(row) {
        for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        for kept in memory.chunks_exact_mut(row / 4) {
            kept.copy_from_slice(&words);
            mix_row(&words, &mut mixed);
            std::mem::swap(&mut words, &mut mixed);
        }
        for _ in 0..cost.n {
            let last = words.len() - 16;
            let at = (u64::from(words[last]) | u64::from(words[last + 1]) << 32) & (cost.n - 1);
            let at = at as usize * (row / 4);
            words.iter_mut().zip(&memory[at..]).for_each(|(word, kept)| *word ^= kept);
            mix_row(&words, &mut mixed);
            std::mem::swap(&mut words, &mut mixed);
        }
        for (word, bytes) in words.iter().zip(block.as_chunks_mut::<4>().0) {
            *bytes = word.to_le_bytes();
        }
    }
    pbkdf2(Algorithm::Sha256, password, &blocks, 1, length)
}

/// Sixteen words at a time, each mixed with the result before; even results first, then the odd ones.
fn mix_row(row: &[u32], out: &mut [u32]) {
    let blocks = row.as_chunks::<16>().0;
    let Some(mut state) = blocks.last().copied() else { return };
    let half = blocks.len() / 2;
    let out = out.as_chunks_mut::<16>().0;
    for (index, block) in blocks.iter().enumerate() {
        state.iter_mut().zip(block).for_each(|(word, other)| *word ^= other);
        salsa(&mut state);
        out[index / 2 + if index % 2 == 0 { 0 } else { half }] = state;
    }
}

/// Salsa20 with eight rounds.
fn salsa(state: &mut [u32; 16]) {
    const COLUMNS: [[usize; 4]; 4] = [[0, 4, 8, 12], [5, 9, 13, 1], [10, 14, 2, 6], [15, 3, 7, 11]];
    const ROWS: [[usize; 4]; 4] = [[0, 1, 2, 3], [5, 6, 7, 4], [10, 11, 8, 9], [15, 12, 13, 14]];
    let mut x = *state;
    for _ in 0..4 {
        for [a, b, c, d] in COLUMNS.into_iter().chain(ROWS) {
            x[b] ^= x[a].wrapping_add(x[d]).rotate_left(7);
            x[c] ^= x[b].wrapping_add(x[a]).rotate_left(9);
            x[d] ^= x[c].wrapping_add(x[b]).rotate_left(13);
            x[a] ^= x[d].wrapping_add(x[c]).rotate_left(18);
        }
    }
    state.iter_mut().zip(x).for_each(|(word, other)| *word = word.wrapping_add(other));
}

#[cfg(test)]
mod tests {
    use super::super::hexadecimal;
    use super::*;

    #[test]
    fn keys_of_the_standards() {
        let key = pbkdf2(Algorithm::Sha1, b"password", b"salt", 4096, 20);
        assert_eq!(hexadecimal(&key), "4b007901b765489abead49d926f721d065a429c1");
        let key = scrypt(b"", b"", &Cost { n: 16, r: 1, p: 1 }, 16);
        assert_eq!(hexadecimal(&key), "77d6576238657b203b19ca42c18a0497");
        let key = scrypt(b"password", b"NaCl", &Cost { n: 1024, r: 8, p: 16 }, 16);
        assert_eq!(hexadecimal(&key), "fdbabe1c9d3472007856e7190d01e9fe");
    }
}
