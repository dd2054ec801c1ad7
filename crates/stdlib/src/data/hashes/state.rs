//! The state of any hash.

use ::md5::Md5;
use ::sha1::Sha1;
use ::sha2::{Digest, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};

use super::blake2::{Blake2, Params};
use super::keccak::Keccak;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512x224,
    Sha512x256,
    Sha3x224,
    Sha3x256,
    Sha3x384,
    Sha3x512,
    Shake128,
    Shake256,
    Blake2b,
    Blake2s,
}

impl Algorithm {
    pub(super) fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "md5",
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha224 => "sha224",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha384 => "sha384",
            Algorithm::Sha512 => "sha512",
            Algorithm::Sha512x224 => "sha512_224",
            Algorithm::Sha512x256 => "sha512_256",
            Algorithm::Sha3x224 => "sha3_224",
            Algorithm::Sha3x256 => "sha3_256",
            Algorithm::Sha3x384 => "sha3_384",
            Algorithm::Sha3x512 => "sha3_512",
            Algorithm::Shake128 => "shake_128",
            Algorithm::Shake256 => "shake_256",
            Algorithm::Blake2b => "blake2b",
            Algorithm::Blake2s => "blake2s",
        }
    }

    pub(super) fn digest_size(self) -> usize {
        match self {
            Algorithm::Md5 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha224 | Algorithm::Sha512x224 | Algorithm::Sha3x224 => 28,
            Algorithm::Sha256 | Algorithm::Sha512x256 | Algorithm::Sha3x256 | Algorithm::Blake2s => 32,
            Algorithm::Sha384 | Algorithm::Sha3x384 => 48,
            Algorithm::Sha512 | Algorithm::Sha3x512 | Algorithm::Blake2b => 64,
            Algorithm::Shake128 | Algorithm::Shake256 => 0,
        }
    }

    pub(super) fn block_size(self) -> usize {
        match self {
            Algorithm::Md5 | Algorithm::Sha1 | Algorithm::Sha224 | Algorithm::Sha256 | Algorithm::Blake2s => 64,
            Algorithm::Sha384
            | Algorithm::Sha512
            | Algorithm::Sha512x224
            | Algorithm::Sha512x256
            | Algorithm::Blake2b => 128,
            Algorithm::Shake128 => 168,
            Algorithm::Shake256 => 136,
            other => 200 - 2 * other.digest_size(),
        }
    }

    /// The algorithm of a lower-case name that an HMAC may use.
    pub(super) fn for_hmac(name: &str) -> Option<Algorithm> {
        use Algorithm::*;
        let all = [Md5, Sha1, Sha224, Sha256, Sha384, Sha512, Sha3x224, Sha3x256, Sha3x384, Sha3x512, Blake2b, Blake2s];
        let name = name.strip_suffix("_32").unwrap_or(name);
        all.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

#[derive(Clone)]
enum Kind {
    Md5(Md5),
    Sha1(Sha1),
    Sha224(Sha224),
    Sha256(Sha256),
    Sha384(Box<Sha384>),
    Sha512(Box<Sha512>),
    Sha512x224(Box<Sha512_224>),
    Sha512x256(Box<Sha512_256>),
    Keccak(Box<Keccak>),
    Blake2(Box<Blake2>),
}

/// A hash under way.
#[derive(Clone)]
pub(super) struct State {
    algorithm: Algorithm,
    kind: Kind,
}

impl State {
    pub(super) fn new(algorithm: Algorithm) -> State {
        let kind = match algorithm {
            Algorithm::Md5 => Kind::Md5(Md5::new()),
            Algorithm::Sha1 => Kind::Sha1(Sha1::new()),
            Algorithm::Sha224 => Kind::Sha224(Sha224::new()),
            Algorithm::Sha256 => Kind::Sha256(Sha256::new()),
            Algorithm::Sha384 => Kind::Sha384(Box::new(Sha384::new())),
            Algorithm::Sha512 => Kind::Sha512(Box::new(Sha512::new())),
            Algorithm::Sha512x224 => Kind::Sha512x224(Box::new(Sha512_224::new())),
            Algorithm::Sha512x256 => Kind::Sha512x256(Box::new(Sha512_256::new())),
            Algorithm::Shake128 | Algorithm::Shake256 => {
                Kind::Keccak(Box::new(Keccak::new(algorithm.block_size(), 0x1F)))
            }
            Algorithm::Blake2b | Algorithm::Blake2s => {
                return State::blake2(algorithm == Algorithm::Blake2b, &Params::new(algorithm.digest_size()));
            }
            _ => Kind::Keccak(Box::new(Keccak::new(algorithm.block_size(), 0x06))),
        };
        State { algorithm, kind }
    }

    pub(super) fn blake2(wide: bool, params: &Params) -> State {
        let algorithm = if wide { Algorithm::Blake2b } else { Algorithm::Blake2s };
        State { algorithm, kind: Kind::Blake2(Box::new(Blake2::new(wide, params))) }
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn update(&mut self, data: &[u8]) {
        match &mut self.kind {
            Kind::Md5(hash) => hash.update(data),
            Kind::Sha1(hash) => hash.update(data),
            Kind::Sha224(hash) => hash.update(data),
            Kind::Sha256(hash) => hash.update(data),
            Kind::Sha384(hash) => hash.update(data),
            Kind::Sha512(hash) => hash.update(data),
            Kind::Sha512x224(hash) => hash.update(data),
            Kind::Sha512x256(hash) => hash.update(data),
            Kind::Keccak(hash) => hash.update(data),
            Kind::Blake2(hash) => hash.update(data),
        }
    }

    /// The digest of what was fed so far; more may follow.
    pub(super) fn digest(&self) -> Vec<u8> {
        match self.kind.clone() {
            Kind::Md5(hash) => hash.finalize().to_vec(),
            Kind::Sha1(hash) => hash.finalize().to_vec(),
            Kind::Sha224(hash) => hash.finalize().to_vec(),
            Kind::Sha256(hash) => hash.finalize().to_vec(),
            Kind::Sha384(hash) => hash.finalize().to_vec(),
            Kind::Sha512(hash) => hash.finalize().to_vec(),
            Kind::Sha512x224(hash) => hash.finalize().to_vec(),
            Kind::Sha512x256(hash) => hash.finalize().to_vec(),
            Kind::Keccak(hash) => hash.finish(self.algorithm.digest_size()),
            Kind::Blake2(hash) => hash.finish(),
        }
    }

    /// The first `length` bytes of a SHAKE's output.
    pub(super) fn squeeze(&self, length: usize) -> Vec<u8> {
        match &self.kind {
            Kind::Keccak(hash) => hash.clone().finish(length),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(state: &State) -> String {
        super::super::hexadecimal(&state.digest())
    }

    #[test]
    fn known_digests() {
        for (algorithm, expected) in [
            (Algorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (Algorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (Algorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (Algorithm::Sha3x256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
            (Algorithm::Blake2s, "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"),
        ] {
            let mut state = State::new(algorithm);
            state.update(b"a");
            state.update(b"bc");
            assert_eq!(hex(&state), expected, "{algorithm:?}");
        }
        let mut shake = State::new(Algorithm::Shake128);
        shake.update(b"a");
        assert_eq!(shake.squeeze(5), [0x85, 0xC8, 0xDE, 0x88, 0xD2]);
        let mut long = State::new(Algorithm::Blake2b);
        long.update(&[b'a'; 1000]);
        assert_eq!(&hex(&long)[..20], "d6a69459fe93fc6b9537");
        let mut long = State::new(Algorithm::Sha3x512);
        long.update(&[b'a'; 200]);
        assert_eq!(hex(&long).len(), 128);
    }

    #[test]
    fn blake2_parameters() {
        for (wide, expected) in
            [(true, "380f8b8b71a6f07b76500f07ab7ad159e2f2accb"), (false, "af44d50c6cf9e862caeaf2bb28f2a2c708994fb6")]
        {
            let params = Params {
                digest_size: 20,
                key: b"k".to_vec(),
                salt: b"s".to_vec(),
                person: b"p".to_vec(),
                fanout: 2,
                depth: 2,
                leaf_size: 5,
                node_offset: 7,
                node_depth: 1,
                inner_size: 3,
                last_node: true,
            };
            let mut state = State::blake2(wide, &params);
            state.update(b"abc");
            assert_eq!(hex(&state), expected);
        }
    }
}
