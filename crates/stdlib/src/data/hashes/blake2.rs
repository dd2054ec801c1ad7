//! BLAKE2b and BLAKE2s with all parameters, tree hashing included.
//!
//! Both are the same algorithm over words of 64 and of 32 bits; the state of either is kept in `u64`s.

const SIGMA: [[u8; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

const IV_WIDE: [u64; 8] = [
    0x6A09_E667_F3BC_C908,
    0xBB67_AE85_84CA_A73B,
    0x3C6E_F372_FE94_F82B,
    0xA54F_F53A_5F1D_36F1,
    0x510E_527F_ADE6_82D1,
    0x9B05_688C_2B3E_6C1F,
    0x1F83_D9AB_FB41_BD6B,
    0x5BE0_CD19_137E_2179,
];

/// What the parameters may be.
pub(super) struct Limits {
    pub(super) digest: usize,
    pub(super) salt: usize,
}

impl Limits {
    pub(super) fn of(wide: bool) -> Limits {
        if wide { Limits { digest: 64, salt: 16 } } else { Limits { digest: 32, salt: 8 } }
    }
}

/// The parameter block.
#[derive(Clone, Debug)]
pub(super) struct Params {
    pub(super) digest_size: u8,
    pub(super) key: Vec<u8>,
    pub(super) salt: Vec<u8>,
    pub(super) person: Vec<u8>,
    pub(super) fanout: u8,
    pub(super) depth: u8,
    pub(super) leaf_size: u32,
    pub(super) node_offset: u64,
    pub(super) node_depth: u8,
    pub(super) inner_size: u8,
    pub(super) last_node: bool,
}

impl Params {
    pub(super) fn new(digest_size: usize) -> Params {
        Params {
            digest_size: digest_size as u8,
            key: Vec::new(),
            salt: Vec::new(),
            person: Vec::new(),
            fanout: 1,
            depth: 1,
            leaf_size: 0,
            node_offset: 0,
            node_depth: 0,
            inner_size: 0,
            last_node: false,
        }
    }

    fn block(&self, wide: bool) -> Vec<u8> {
        let mut block = vec![self.digest_size, self.key.len() as u8, self.fanout, self.depth];
        block.extend(self.leaf_size.to_le_bytes());
        let offset = self.node_offset.to_le_bytes();
        block.extend_from_slice(if wide { &offset } else { &offset[..6] });
        block.extend([self.node_depth, self.inner_size]);
        let salt = Limits::of(wide).salt;
        if wide {
            block.extend([0; 14]);
        }
        for text in [&self.salt, &self.person] {
            let mut text = text.clone();
            text.resize(salt, 0);
            block.extend(text);
        }
        block
    }
}

#[derive(Clone)]
pub(super) struct Blake2 {
    wide: bool,
    hash: [u64; 8],
    /// Bytes compressed so far.
    counter: u128,
    buffer: Vec<u8>,
    digest_size: usize,
    last_node: bool,
}

impl Blake2 {
    pub(super) fn new(wide: bool, params: &Params) -> Blake2 {
        let word = if wide { 8 } else { 4 };
        let mut hash = IV_WIDE;
        for (lane, part) in hash.iter_mut().zip(params.block(wide).chunks(word)) {
            if !wide {
                *lane >>= 32;
            }
            *lane ^= part.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte));
        }
        let mut state = Blake2 {
            wide,
            hash,
            counter: 0,
            buffer: Vec::with_capacity(16 * word),
            digest_size: usize::from(params.digest_size),
            last_node: params.last_node,
        };
        if !params.key.is_empty() {
            let mut block = params.key.clone();
            block.resize(16 * word, 0);
            state.update(&block);
        }
        state
    }

    fn block_size(&self) -> usize {
        if self.wide { 128 } else { 64 }
    }

    pub(super) fn update(&mut self, mut data: &[u8]) {
        let size = self.block_size();
        while !data.is_empty() {
            // A full block is compressed only when more follows: the last one is special.
            if self.buffer.len() == size {
                self.counter += size as u128;
                self.compress(false);
                self.buffer.clear();
            }
            let (now, later) = data.split_at(data.len().min(size - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            data = later;
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.counter += self.buffer.len() as u128;
        let size = self.block_size();
        self.buffer.resize(size, 0);
        self.compress(true);
        let word = if self.wide { 8 } else { 4 };
        let bytes = self.hash.iter().flat_map(|lane| lane.to_le_bytes().into_iter().take(word));
        bytes.take(self.digest_size).collect()
    }

    fn compress(&mut self, last: bool) {
        if self.wide { self.compress_wide(last) } else { self.compress_narrow(last) }
    }

    fn compress_wide(&mut self, last: bool) {
        let mut message = [0u64; 16];
        for (word, part) in message.iter_mut().zip(self.buffer.chunks_exact(8)) {
            *word = u64::from_le_bytes(part.try_into().unwrap_or_default());
        }
        let mut v = [0u64; 16];
        v[..8].copy_from_slice(&self.hash);
        v[8..].copy_from_slice(&IV_WIDE);
        v[12] ^= self.counter as u64;
        v[13] ^= (self.counter >> 64) as u64;
        if last {
            v[14] = !v[14];
            if self.last_node {
                v[15] = !v[15];
            }
        }
        let mut mix = |a: usize, b: usize, c: usize, d: usize, x: u64, y: u64| {
            v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
            v[d] = (v[d] ^ v[a]).rotate_right(32);
            v[c] = v[c].wrapping_add(v[d]);
            v[b] = (v[b] ^ v[c]).rotate_right(24);
            v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
            v[d] = (v[d] ^ v[a]).rotate_right(16);
            v[c] = v[c].wrapping_add(v[d]);
            v[b] = (v[b] ^ v[c]).rotate_right(63);
        };
        for round in 0..12 {
            let m = SIGMA[round % 10].map(|index| message[usize::from(index)]);
            mix(0, 4, 8, 12, m[0], m[1]);
            mix(1, 5, 9, 13, m[2], m[3]);
            mix(2, 6, 10, 14, m[4], m[5]);
            mix(3, 7, 11, 15, m[6], m[7]);
            mix(0, 5, 10, 15, m[8], m[9]);
            mix(1, 6, 11, 12, m[10], m[11]);
            mix(2, 7, 8, 13, m[12], m[13]);
            mix(3, 4, 9, 14, m[14], m[15]);
        }
        for (i, lane) in self.hash.iter_mut().enumerate() {
            *lane ^= v[i] ^ v[i + 8];
        }
    }

    fn compress_narrow(&mut self, last: bool) {
        let mut message = [0u32; 16];
        for (word, part) in message.iter_mut().zip(self.buffer.chunks_exact(4)) {
            *word = u32::from_le_bytes(part.try_into().unwrap_or_default());
        }
        let mut v = [0u32; 16];
        for i in 0..8 {
            v[i] = self.hash[i] as u32;
            v[i + 8] = (IV_WIDE[i] >> 32) as u32;
        }
        v[12] ^= self.counter as u32;
        v[13] ^= (self.counter >> 32) as u32;
        if last {
            v[14] = !v[14];
            if self.last_node {
                v[15] = !v[15];
            }
        }
        let mut mix = |a: usize, b: usize, c: usize, d: usize, x: u32, y: u32| {
            v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
            v[d] = (v[d] ^ v[a]).rotate_right(16);
            v[c] = v[c].wrapping_add(v[d]);
            v[b] = (v[b] ^ v[c]).rotate_right(12);
            v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
            v[d] = (v[d] ^ v[a]).rotate_right(8);
            v[c] = v[c].wrapping_add(v[d]);
            v[b] = (v[b] ^ v[c]).rotate_right(7);
        };
        for sigma in SIGMA {
            let m = sigma.map(|index| message[usize::from(index)]);
            mix(0, 4, 8, 12, m[0], m[1]);
            mix(1, 5, 9, 13, m[2], m[3]);
            mix(2, 6, 10, 14, m[4], m[5]);
            mix(3, 7, 11, 15, m[6], m[7]);
            mix(0, 5, 10, 15, m[8], m[9]);
            mix(1, 6, 11, 12, m[10], m[11]);
            mix(2, 7, 8, 13, m[12], m[13]);
            mix(3, 4, 9, 14, m[14], m[15]);
        }
        for (i, lane) in self.hash.iter_mut().enumerate() {
            *lane ^= u64::from(v[i] ^ v[i + 8]);
        }
    }
}
