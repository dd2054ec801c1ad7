//! Hashes of text, bytes, tuples and frozen sets: the reference's algorithms to the bit, so that a program run with the
//! same `PYTHONHASHSEED` sees the same hashes.
//!
//! Text and bytes go through SipHash-1-3 keyed by the process's secret; tuples combine lanes as xxHash does; frozen sets
//! combine their elements in a way that does not depend on the order.

/// The secret that keys the hashes of text and bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HashKey {
    k0: u64,
    k1: u64,
}

impl HashKey {
    /// The key of `PYTHONHASHSEED=seed`; seed 0 means "no randomisation".
    pub fn from_seed(seed: u32) -> HashKey {
        let mut bytes = [0u8; 16];
        if seed != 0 {
            let mut state = seed;
            for byte in &mut bytes {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (state >> 16) as u8;
            }
        }
        HashKey::from_bytes(bytes)
    }

    /// A key from the operating system's randomness.
    pub fn from_bytes(bytes: [u8; 16]) -> HashKey {
        let key = u128::from_le_bytes(bytes);
        HashKey { k0: key as u64, k1: (key >> 64) as u64 }
    }

    /// The hash of bytes, or of text that is held in one byte per character.
    #[inline]
    pub fn hash_bytes(self, data: &[u8]) -> i64 {
        if data.is_empty() {
            return 0;
        }
        let mut state = State::new(self);
        let mut blocks = data.chunks_exact(8);
        for block in blocks.by_ref() {
            // An exact chunk has eight bytes.
            state.block(u64::from_le_bytes(block.try_into().unwrap_or_default()));
        }
        let tail = blocks.remainder().iter().rev().fold(0, |acc, &byte| acc << 8 | u64::from(byte));
        state.finish(data.len(), tail)
    }

    /// The hash of text held in two bytes per character.
    pub fn hash_u16(self, data: &[u16]) -> i64 {
        if data.is_empty() {
            return 0;
        }
        let join = |units: &[u16]| units.iter().rev().fold(0, |acc, &unit| acc << 16 | u64::from(unit));
        let mut state = State::new(self);
        let mut blocks = data.chunks_exact(4);
        for block in blocks.by_ref() {
            state.block(join(block));
        }
        state.finish(data.len() * 2, join(blocks.remainder()))
    }

    /// The hash of text held in four bytes per character.
    pub fn hash_u32(self, data: &[u32]) -> i64 {
        if data.is_empty() {
            return 0;
        }
        let join = |units: &[u32]| units.iter().rev().fold(0, |acc, &unit| acc << 32 | u64::from(unit));
        let mut state = State::new(self);
        let mut blocks = data.chunks_exact(2);
        for block in blocks.by_ref() {
            state.block(join(block));
        }
        state.finish(data.len() * 4, join(blocks.remainder()))
    }
}

struct State {
    v0: u64,
    v1: u64,
    v2: u64,
    v3: u64,
}

impl State {
    #[inline]
    fn new(key: HashKey) -> State {
        State {
            v0: key.k0 ^ 0x736f_6d65_7073_6575,
            v1: key.k1 ^ 0x646f_7261_6e64_6f6d,
            v2: key.k0 ^ 0x6c79_6765_6e65_7261,
            v3: key.k1 ^ 0x7465_6462_7974_6573,
        }
    }

    #[inline]
    fn round(&mut self) {
        self.v0 = self.v0.wrapping_add(self.v1);
        self.v2 = self.v2.wrapping_add(self.v3);
        self.v1 = self.v1.rotate_left(13) ^ self.v0;
        self.v3 = self.v3.rotate_left(16) ^ self.v2;
        self.v0 = self.v0.rotate_left(32);
        self.v2 = self.v2.wrapping_add(self.v1);
        self.v0 = self.v0.wrapping_add(self.v3);
        self.v1 = self.v1.rotate_left(17) ^ self.v2;
        self.v3 = self.v3.rotate_left(21) ^ self.v0;
        self.v2 = self.v2.rotate_left(32);
    }

    #[inline]
    fn block(&mut self, block: u64) {
        self.v3 ^= block;
        self.round();
        self.v0 ^= block;
    }

    #[inline]
    fn finish(mut self, len: usize, tail: u64) -> i64 {
        self.block((len as u64) << 56 | tail);
        self.v2 ^= 0xff;
        self.round();
        self.round();
        self.round();
        let hash = (self.v0 ^ self.v1 ^ self.v2 ^ self.v3) as i64;
        if hash == -1 { -2 } else { hash }
    }
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// Combines the hashes of a tuple's items in order.
#[derive(Clone, Copy, Debug)]
pub struct TupleHash {
    acc: u64,
    len: u64,
}

impl Default for TupleHash {
    fn default() -> TupleHash {
        TupleHash { acc: PRIME_5, len: 0 }
    }
}

impl TupleHash {
    #[inline]
    pub fn push(&mut self, item: i64) {
        self.acc = self.acc.wrapping_add((item as u64).wrapping_mul(PRIME_2));
        self.acc = self.acc.rotate_left(31).wrapping_mul(PRIME_1);
        self.len += 1;
    }

    #[inline]
    pub fn finish(self) -> i64 {
        let acc = self.acc.wrapping_add(self.len ^ (PRIME_5 ^ 3_527_539));
        if acc == u64::MAX { 1_546_275_796 } else { acc as i64 }
    }

    /// The hash of a slice object: a tuple of three without the length mixed in.
    pub fn finish_slice(self) -> i64 {
        if self.acc == u64::MAX { 1_546_275_796 } else { self.acc as i64 }
    }
}

/// Combines the hashes of a frozen set's elements in any order.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetHash {
    acc: u64,
    len: u64,
}

impl SetHash {
    #[inline]
    pub fn push(&mut self, item: i64) {
        let item = item as u64;
        self.acc ^= (item ^ 89_869_747 ^ (item << 16)).wrapping_mul(3_644_798_167);
        self.len += 1;
    }

    pub fn finish(self) -> i64 {
        let mut hash = self.acc ^ (self.len + 1).wrapping_mul(1_927_868_237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
        if hash == u64::MAX { 590_923_713 } else { hash as i64 }
    }
}

/// The hash of an address: the low bits are always zero, so they go to the top.
#[inline]
pub fn hash_address(address: usize) -> i64 {
    let hash = (address as u64).rotate_right(4) as i64;
    if hash == -1 { -2 } else { hash }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds() {
        for (seed, abc, bytes, latin, wide, astral) in [
            (
                0,
                -4594863902769663758,
                -829746140550000655,
                6047309291227476195,
                7542247858446192590,
                -8926728262118538918,
            ),
            (
                1,
                -4667308735975688587,
                -5359825416827196841,
                8133168473585362875,
                -8458760685275807288,
                8904275969526274476,
            ),
            (
                42,
                3869580338025362921,
                -7829893295273403573,
                5653850369683463245,
                6573934580854229043,
                -7412435959675129227,
            ),
        ] {
            let key = HashKey::from_seed(seed);
            assert_eq!(key.hash_bytes(b"abc"), abc);
            assert_eq!(key.hash_bytes(b"abcdefghij"), bytes);
            assert_eq!(key.hash_bytes(&[0xE9]), latin);
            assert_eq!(key.hash_u16(&[0x20AC, 0x75, 0x72, 0x6F]), wide);
            assert_eq!(key.hash_u32(&[0x1F600, 0x78]), astral);
            assert_eq!(key.hash_bytes(b""), 0);
        }
    }

    #[test]
    fn containers() {
        let tuple = |items: &[i64]| {
            let mut hash = TupleHash::default();
            items.iter().for_each(|&item| hash.push(item));
            hash
        };
        assert_eq!(tuple(&[]).finish(), 5740354900026072187);
        assert_eq!(tuple(&[1]).finish(), -6644214454873602895);
        assert_eq!(tuple(&[1, 2, 3]).finish(), 529344067295497451);
        assert_eq!(tuple(&[1, 2, 3]).finish_slice(), -2340833382717974474);
        let mut set = SetHash::default();
        assert_eq!(set.finish(), 133146708735736);
        [3, 1, 2].into_iter().for_each(|item| set.push(item));
        assert_eq!(set.finish(), -272375401224217160);
    }
}
