//! `_hashlib`, which CPython builds upon OpenSSL: hashes by name, HMACs, and keys from passwords. Here it stands on the same
//! algorithms as the other hash modules; what these lack (RIPEMD-160, SM3) is unknown to it.

use std::cell::RefCell;

use macros::{pyclass, pymethods, pymodule};
use runtime::objects::exceptions::VALUE_ERROR;
use runtime::objects::int::IntView;
use runtime::types::ready::ready;
use runtime::types::{Type, TypeDef};
use runtime::{Payload, Raised, Res, ThreadState, Value};

use super::keys::{self, Cost};
use super::state::{Algorithm, State};
use super::{GIL_MINSIZE, bytes_of, feed, hexadecimal, hmac_digest, hmac_states};
use crate::support::exception;

static UNSUPPORTED_DEF: TypeDef = exception("_hashlib", "UnsupportedDigestmodError", &VALUE_ERROR, None);
pub static UNSUPPORTED: Type = Type::new_static(&UNSUPPORTED_DEF);

const ALGORITHMS: [Algorithm; 16] = [
    Algorithm::Md5,
    Algorithm::Sha1,
    Algorithm::Sha224,
    Algorithm::Sha256,
    Algorithm::Sha384,
    Algorithm::Sha512,
    Algorithm::Sha512x224,
    Algorithm::Sha512x256,
    Algorithm::Sha3x224,
    Algorithm::Sha3x256,
    Algorithm::Sha3x384,
    Algorithm::Sha3x512,
    Algorithm::Shake128,
    Algorithm::Shake256,
    Algorithm::Blake2b,
    Algorithm::Blake2s,
];

/// The algorithm of a name, as Python or as OpenSSL spells it.
fn named(name: &str) -> Option<Algorithm> {
    let name = name.to_ascii_lowercase();
    let plain = name.replace('-', "_");
    let spelled = match plain.as_str() {
        "blake2b512" => "blake2b",
        "blake2s256" => "blake2s",
        "sha_1" | "ssl3_sha1" => "sha1",
        "shake128" => "shake_128",
        "shake256" => "shake_256",
        "sha512_224" | "sha2_512/224" | "sha_512/224" => "sha512_224",
        "sha512_256" | "sha2_512/256" | "sha_512/256" => "sha512_256",
        other => match other.strip_prefix("sha2_").or_else(|| other.strip_prefix("sha_")) {
            Some(bits) => return ALGORITHMS.into_iter().find(|known| known.name() == format!("sha{bits}")),
            None => other,
        },
    };
    ALGORITHMS.into_iter().find(|known| known.name() == spelled)
}

fn unsupported(th: &ThreadState) -> Raised {
    th.error(&UNSUPPORTED, "[digital envelope routines] unsupported")
}

/// A hash by name.
fn by_name(th: &ThreadState, function: &str, argument: &str, name: &Value) -> Res<Algorithm> {
    let Some(text) = name.as_str() else {
        let class = name.class().full_name();
        return Err(th.type_error(format_args!("{function}() argument '{argument}' must be str, not {class}")));
    };
    text.as_ascii().and_then(named).ok_or_else(|| unsupported(th))
}

/// A hash by name, or by the function of this module that makes it.
fn by_digestmod(th: &ThreadState, digestmod: &Value) -> Res<Algorithm> {
    let algorithm = match digestmod.as_str() {
        Some(name) => name.as_ascii().and_then(named).ok_or_else(|| unsupported(th))?,
        None => {
            let module = runtime::import::import(th, "_hashlib")?;
            let known = th.getattr_str(&module, "_constructors")?;
            let name = match th.get_item(&known, digestmod) {
                Ok(name) => name,
                Err(raised) => {
                    drop(th.take_raised(raised));
                    let shown = th.repr_string(digestmod)?;
                    return Err(th.error(&UNSUPPORTED, format!("Unsupported digestmod {shown}")));
                }
            };
            name.as_str().and_then(|name| name.as_ascii().and_then(named)).ok_or_else(|| unsupported(th))?
        }
    };
    if algorithm.digest_size() == 0 {
        return Err(th.value_error("no reason supplied"));
    }
    Ok(algorithm)
}

fn make(th: &ThreadState, algorithm: Algorithm, data: Option<&Value>, string: Option<&Value>) -> Res {
    let mut state = State::new(algorithm);
    feed(th, &mut state, data, string)?;
    let class = if algorithm.digest_size() == 0 { HashXof::class() } else { Hash::class() };
    ready(th, class);
    Ok(th.new_instance(class, Hash { state: RefCell::new(state) }))
}

/// A hash is an object used to calculate a checksum of a string of information.
///
/// Methods:
///
/// update() -- updates the current digest with an additional string
/// digest() -- return the current digest value
/// hexdigest() -- return the current digest as a string of hexadecimal digits
/// copy() -- return a copy of the current hash object
///
/// Attributes:
///
/// name -- the hash algorithm being used by this object
/// digest_size -- number of bytes in this hashes output
#[pyclass(name = "HASH", module = "_hashlib", flags(basetype, disallow_new))]
pub struct Hash {
    #[notrace]
    state: RefCell<State>,
}

#[pymethods]
impl Hash {
    /// Update this hash object's state with the provided string.
    #[pymethod("(obj, /)")]
    fn update(&self, th: &ThreadState, obj: &Value) -> Res<()> {
        let data = bytes_of(th, obj)?;
        self.state.borrow_mut().update(data.as_slice());
        Ok(())
    }

    /// Return the digest value as a bytes object.
    #[pymethod("()")]
    fn digest(&self, th: &ThreadState) -> Value {
        th.bytes(&self.state.borrow().digest())
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[pymethod("()")]
    fn hexdigest(&self) -> String {
        hexadecimal(&self.state.borrow().digest())
    }

    /// Return a copy of the hash object.
    #[pymethod("()")]
    fn copy(&self, th: &ThreadState, slf: &Value) -> Value {
        let state = self.state.borrow().clone();
        th.new_instance(slf.class(), Hash { state: RefCell::new(state) })
    }

    #[pygetter]
    fn block_size(&self) -> usize {
        self.state.borrow().algorithm().block_size()
    }

    #[pygetter]
    fn digest_size(&self) -> usize {
        self.state.borrow().algorithm().digest_size()
    }

    #[pygetter]
    fn name(&self) -> &'static str {
        self.state.borrow().algorithm().name()
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        let (name, class) = (self.state.borrow().algorithm().name(), slf.class().full_name());
        Ok(th.str(&format!("<{name} {class} object @ {:#x}>", slf.id())))
    }
}

/// A hash is an object used to calculate a checksum of a string of information.
///
/// Methods:
///
/// update() -- updates the current digest with an additional string
/// digest(length) -- return the current digest value
/// hexdigest(length) -- return the current digest as a string of hexadecimal digits
/// copy() -- return a copy of the current hash object
///
/// Attributes:
///
/// name -- the hash algorithm being used by this object
/// digest_size -- number of bytes in this hashes output
#[pyclass(name = "HASHXOF", module = "_hashlib", base = HASH_TYPE, payload = runtime::object::PayloadFns::plain::<Hash>(), flags(basetype, disallow_new))]
pub struct HashXof;

fn squeezed(th: &ThreadState, slf: &Value, length: isize) -> Res<Vec<u8>> {
    let length = usize::try_from(length).map_err(|_| th.value_error("value must be positive"))?;
    if length >= 1 << 29 {
        return Err(th.value_error("length is too large"));
    }
    Ok(slf.downcast::<Hash>().map(|hash| hash.state.borrow().squeeze(length)).unwrap_or_default())
}

#[pymethods]
impl HashXof {
    /// Return the digest value as a bytes object.
    #[pymethod("(length)")]
    fn digest(slf: &Value, th: &ThreadState, length: isize) -> Res {
        Ok(th.bytes(&squeezed(th, slf, length)?))
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[pymethod("(length)")]
    fn hexdigest(slf: &Value, th: &ThreadState, length: isize) -> Res<String> {
        Ok(hexadecimal(&squeezed(th, slf, length)?))
    }

    #[pygetter]
    fn digest_size(slf: &Value) -> usize {
        let _ = slf;
        0
    }
}

/// The object used to calculate HMAC of a message.
///
/// Methods:
///
/// update() -- updates the current digest with an additional string
/// digest() -- return the current digest value
/// hexdigest() -- return the current digest as a string of hexadecimal digits
/// copy() -- return a copy of the current hash object
///
/// Attributes:
///
/// name -- the name, including the hash algorithm used by this object
/// digest_size -- number of bytes in digest() output
#[pyclass(name = "HMAC", module = "_hashlib", flags(disallow_new))]
pub struct OpenHmac {
    #[notrace]
    inner: RefCell<State>,
    #[notrace]
    outer: State,
}

#[pymethods]
impl OpenHmac {
    /// Update the HMAC object with msg.
    #[pymethod("(msg)")]
    fn update(&self, th: &ThreadState, msg: &Value) -> Res<()> {
        let data = bytes_of(th, msg)?;
        self.inner.borrow_mut().update(data.as_slice());
        Ok(())
    }

    /// Return the digest of the bytes passed to the update() method so far.
    #[pymethod("()")]
    fn digest(&self, th: &ThreadState) -> Value {
        th.bytes(&hmac_digest(&self.inner.borrow(), &self.outer))
    }

    /// Return hexadecimal digest of the bytes passed to the update() method so far.
    ///
    /// This may be used to exchange the value safely in email or other non-binary
    /// environments.
    #[pymethod("()")]
    fn hexdigest(&self) -> String {
        hexadecimal(&hmac_digest(&self.inner.borrow(), &self.outer))
    }

    /// Return a copy ("clone") of the HMAC object.
    #[pymethod("()")]
    fn copy(&self, th: &ThreadState) -> Value {
        let inner = self.inner.borrow().clone();
        th.new_object(OpenHmac { inner: RefCell::new(inner), outer: self.outer.clone() })
    }

    #[pygetter]
    fn name(&self) -> String {
        format!("hmac-{}", self.outer.algorithm().name())
    }

    #[pygetter]
    fn block_size(&self) -> usize {
        self.outer.algorithm().block_size()
    }

    #[pygetter]
    fn digest_size(&self) -> usize {
        self.outer.algorithm().digest_size()
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        let name = self.outer.algorithm().name();
        Ok(th.str(&format!("<{name} HMAC object @ {:#x}>", slf.id())))
    }
}

/// A number that must not be negative.
fn unsigned(th: &ThreadState, value: &Value) -> Res<u64> {
    let index = th.index(value)?;
    if let Some(number) = index.as_int().and_then(IntView::to_i64) {
        return u64::try_from(number).map_err(|_| th.value_error("Cannot convert negative int"));
    }
    match index.as_int().is_some_and(|number| number.is_negative()) {
        true => Err(th.value_error("Cannot convert negative int")),
        false => Ok(u64::MAX),
    }
}

/// Memory that scrypt may take when nobody says how much.
const SCRYPT_MEMORY: u64 = 32 << 20;

#[pymodule(name = "_hashlib", classes(super::HASH_TYPE, super::HASH_XOF_TYPE, super::OPEN_HMAC_TYPE))]
pub mod module {
    //! OpenSSL interface for hashlib module
    use super::*;

    #[pyattr(name = "_GIL_MINSIZE")]
    const MINSIZE: i64 = GIL_MINSIZE;

    #[pyattr(name = "UnsupportedDigestmodError")]
    fn unsupported_error(th: &ThreadState) -> Value {
        ready(th, &UNSUPPORTED);
        UNSUPPORTED.as_value()
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let names = ALGORITHMS.iter().map(|algorithm| th.str(algorithm.name())).collect();
        th.setattr_str(module, "openssl_md_meth_names", &th.frozenset(names)?)?;
        let constructors = th.dict(runtime::objects::dict::Dict::new());
        for algorithm in ALGORITHMS {
            let function = th.getattr_opt_str(module, &format!("openssl_{}", algorithm.name()))?;
            if let Some(function) = function {
                th.set_item(&constructors, &function, &th.str(algorithm.name()))?;
            }
        }
        th.setattr_str(module, "_constructors", &th.mapping_proxy(&constructors))?;
        let compare = runtime::import::import_attribute(th, "_operator", "_compare_digest")?;
        th.setattr_str(module, "compare_digest", &compare)
    }

    /// Return a new hash object using the named algorithm.
    ///
    /// An optional string argument may be provided and will be
    /// automatically hashed.
    ///
    /// The MD5 and SHA1 algorithms are always supported.
    #[pyfunction(
        "(name, data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, name, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn new(th: &ThreadState, name: &Value, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, by_name(th, "new", "name", name)?, data, string)
    }

    /// Return a new hmac object.
    #[pyfunction("(key, msg=None, digestmod=None)", text = "($module, /, key, msg=b'', digestmod=None)")]
    fn hmac_new(th: &ThreadState, key: &Value, msg: Option<&Value>, digestmod: Option<&Value>) -> Res {
        let Some(digestmod) = digestmod else {
            return Err(th.type_error("Missing required parameter 'digestmod'."));
        };
        let algorithm = by_digestmod(th, digestmod)?;
        let key = th.readable_buffer(key)?;
        let (mut inner, outer) = hmac_states(algorithm, key.as_slice());
        if let Some(msg) = msg.filter(|msg| !msg.is_none()) {
            inner.update(bytes_of(th, msg)?.as_slice());
        }
        Ok(th.new_object(OpenHmac { inner: RefCell::new(inner), outer }))
    }

    /// Single-shot HMAC.
    #[pyfunction("(key, msg, digest)", name = "hmac_digest")]
    fn digest_at_once(th: &ThreadState, key: &Value, msg: &Value, digest: &Value) -> Res {
        let algorithm = by_digestmod(th, digest)?;
        let key = th.readable_buffer(key)?;
        let (mut inner, outer) = hmac_states(algorithm, key.as_slice());
        inner.update(th.readable_buffer(msg)?.as_slice());
        Ok(th.bytes(&hmac_digest(&inner, &outer)))
    }

    /// Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.
    #[pyfunction("(hash_name, password, salt, iterations, dklen=None)")]
    fn pbkdf2_hmac(
        th: &ThreadState,
        hash_name: &Value,
        password: &Value,
        salt: &Value,
        iterations: i64,
        dklen: Option<&Value>,
    ) -> Res {
        let algorithm = by_name(th, "pbkdf2_hmac", "hash_name", hash_name)?;
        let (password, salt) = (th.readable_buffer(password)?, th.readable_buffer(salt)?);
        if iterations < 1 {
            return Err(th.value_error("iteration value must be greater than 0."));
        }
        if iterations > i64::from(i32::MAX) {
            return Err(th.overflow_error("iteration value is too great."));
        }
        let length = match dklen.filter(|length| !length.is_none()) {
            Some(length) => th.index_or(length, &runtime::objects::exceptions::OVERFLOW_ERROR)? as i64,
            None => algorithm.digest_size() as i64,
        };
        if length < 1 {
            return Err(th.value_error("key length must be greater than 0."));
        }
        if length > i64::from(i32::MAX) {
            return Err(th.overflow_error("key length is too great."));
        }
        let (password, salt) = (password.as_slice().to_vec(), salt.as_slice().to_vec());
        let work = || keys::pbkdf2(algorithm, &password, &salt, iterations as u64, length as usize);
        Ok(th.bytes(&th.without_gil(work)))
    }

    /// scrypt password-based key derivation function.
    #[pyfunction("(password, *, salt, n, r, p, maxmem=0, dklen=64)")]
    fn scrypt(
        th: &ThreadState,
        password: &Value,
        salt: &Value,
        n: &Value,
        r: &Value,
        p: &Value,
        maxmem: i64,
        dklen: i64,
    ) -> Res {
        let (password, salt) = (th.readable_buffer(password)?, th.readable_buffer(salt)?);
        let cost = Cost { n: unsigned(th, n)?, r: unsigned(th, r)?, p: unsigned(th, p)? };
        if cost.n < 2 || !cost.n.is_power_of_two() {
            return Err(th.value_error("n must be a power of 2."));
        }
        if !(0..=i64::from(i32::MAX)).contains(&maxmem) {
            return Err(th.value_error("maxmem must be positive and smaller than 2147483647"));
        }
        if !(1..=i64::from(i32::MAX)).contains(&dklen) {
            return Err(th.value_error("dklen must be greater than 0 and smaller than 2147483647"));
        }
        if !cost.is_valid() {
            return Err(th.value_error("Invalid parameter combination for n, r, p, maxmem."));
        }
        let most = if maxmem == 0 { SCRYPT_MEMORY } else { maxmem as u64 };
        if cost.memory().is_none_or(|memory| memory > most) {
            return Err(th.value_error("[digital envelope routines] memory limit exceeded"));
        }
        let (password, salt) = (password.as_slice().to_vec(), salt.as_slice().to_vec());
        Ok(th.bytes(&th.without_gil(|| keys::scrypt(&password, &salt, &cost, dklen as usize))))
    }

    /// Determine the OpenSSL FIPS mode of operation.
    ///
    /// There is no such mode here.
    #[pyfunction("()")]
    fn get_fips_mode() -> i32 {
        0
    }

    /// Returns a md5 hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_md5(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Md5, data, string)
    }

    /// Returns a sha1 hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_sha1(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Sha1, data, string)
    }

    /// Returns a sha224 hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_sha224(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Sha224, data, string)
    }

    /// Returns a sha256 hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_sha256(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Sha256, data, string)
    }

    /// Returns a sha384 hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_sha384(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Sha384, data, string)
    }

    /// Returns a sha512 hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_sha512(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Sha512, data, string)
    }

    /// Returns a sha3-224 hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_sha3_224(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Sha3x224, data, string)
    }

    /// Returns a sha3-256 hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_sha3_256(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Sha3x256, data, string)
    }

    /// Returns a sha3-384 hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_sha3_384(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Sha3x384, data, string)
    }

    /// Returns a sha3-512 hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_sha3_512(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Sha3x512, data, string)
    }

    /// Returns a shake-128 variable hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_shake_128(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Shake128, data, string)
    }

    /// Returns a shake-256 variable hash object; optionally initialized with a string
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_shake_256(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        make(th, Algorithm::Shake256, data, string)
    }
}
