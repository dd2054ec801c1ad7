//! The Mersenne Twister MT19937 (Matsumoto and Nishimura), the generator behind `random`.

pub const STATE_WORDS: usize = 624;
const SHIFT: usize = 397;

/// A generator's state.
#[derive(Clone)]
pub struct MersenneTwister {
    pub words: [u32; STATE_WORDS],
    /// How many words of the present round are used up.
    pub index: usize,
}

impl MersenneTwister {
    /// The state of a generator that was never seeded.
    pub const fn unseeded() -> MersenneTwister {
        MersenneTwister { words: [0; STATE_WORDS], index: 0 }
    }

    /// Starts from one word.
    pub fn seed_word(&mut self, seed: u32) {
        self.words[0] = seed;
        for i in 1..STATE_WORDS {
            let previous = self.words[i - 1];
            self.words[i] = 1_812_433_253u32.wrapping_mul(previous ^ previous >> 30).wrapping_add(i as u32);
        }
        self.index = STATE_WORDS;
    }

    /// Starts from a key of any length, at least one word.
    pub fn seed_key(&mut self, key: &[u32]) {
        self.seed_word(19_650_218);
        let key = if key.is_empty() { &[0][..] } else { key };
        let (mut i, mut j) = (1, 0);
        for _ in 0..STATE_WORDS.max(key.len()) {
            let previous = self.words[i - 1];
            self.words[i] = (self.words[i] ^ (previous ^ previous >> 30).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i = self.following(i);
            j = (j + 1) % key.len();
        }
        for _ in 1..STATE_WORDS {
            let previous = self.words[i - 1];
            self.words[i] =
                (self.words[i] ^ (previous ^ previous >> 30).wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            i = self.following(i);
        }
        self.words[0] = 0x8000_0000;
    }

    /// The next place while seeding; the last word is carried to the first.
    fn following(&mut self, i: usize) -> usize {
        if i + 1 < STATE_WORDS {
            return i + 1;
        }
        self.words[0] = self.words[STATE_WORDS - 1];
        1
    }

    fn next_round(&mut self) {
        for i in 0..STATE_WORDS {
            let mixed = self.words[i] & 0x8000_0000 | self.words[(i + 1) % STATE_WORDS] & 0x7FFF_FFFF;
            let twist = if mixed & 1 == 0 { 0 } else { 0x9908_B0DF };
            self.words[i] = self.words[(i + SHIFT) % STATE_WORDS] ^ mixed >> 1 ^ twist;
        }
        self.index = 0;
    }

    /// 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.index >= STATE_WORDS {
            self.next_round();
        }
        let mut y = self.words[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9D2C_5680;
        y ^= y << 15 & 0xEFC6_0000;
        y ^ y >> 18
    }

    /// A float in [0, 1) with 53 random bits.
    #[inline]
    pub fn next_f64(&mut self) -> f64 {
        let (high, low) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_sequence() {
        let mut twister = MersenneTwister::unseeded();
        twister.seed_key(&[0x123, 0x234, 0x345, 0x456]);
        assert_eq!([(); 3].map(|()| twister.next_u32()), [1067595299, 955945823, 477289528]);
    }
}
