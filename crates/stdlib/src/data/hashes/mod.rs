//! The hash modules: `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`, `_hmac` and `_hashlib`.
//!
//! [`state`] is one type for all algorithms; the classes of Python differ in names only, so that a macro writes them.

mod blake2;
mod keccak;
mod keys;
mod openssl;
mod state;

use std::cell::RefCell;

use macros::{pyclass, pymethods, pymodule};
use runtime::args::KwArgs;
use runtime::buffer::Buffer;
use runtime::module::ModuleDef;
use runtime::objects::exceptions::VALUE_ERROR;
use runtime::types::ready::ready;
use runtime::types::{Type, TypeDef};
use runtime::{Payload, Raised, Res, ThreadState, Value};

use crate::support::exception;
use state::{Algorithm, State};

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &md5::MODULE,
    &sha1::MODULE,
    &sha2::MODULE,
    &sha3::MODULE,
    &blake2_module::MODULE,
    &hmac::MODULE,
    &openssl::module::MODULE,
];

/// Below this many bytes the reference keeps its lock while hashing.
const GIL_MINSIZE: i64 = 2048;

/// The bytes to hash.
fn bytes_of(th: &ThreadState, data: &Value) -> Res<Buffer> {
    if data.as_str().is_some() {
        return Err(th.type_error("Strings must be encoded before hashing"));
    }
    if !th.has_buffer(data) {
        return Err(th.type_error("object supporting the buffer API required"));
    }
    th.readable_buffer(data)
}

/// The initial data of a constructor, which has two names.
fn feed(th: &ThreadState, state: &mut State, data: Option<&Value>, string: Option<&Value>) -> Res<()> {
    let string = string.filter(|string| !string.is_none());
    let data = match (data, string) {
        (Some(_), Some(_)) => {
            return Err(th.type_error(
                "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for \
                 removal in a future version.",
            ));
        }
        (data, string) => data.or(string),
    };
    if let Some(data) = data {
        state.update(bytes_of(th, data)?.as_slice());
    }
    Ok(())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A class whose instances come from a function of its module.
macro_rules! hash_class {
    ($class:ident, $module:tt, $name:tt) => {
        #[pyclass(name = $name, module = $module, flags(disallow_new))]
        pub struct $class {
            #[notrace]
            state: RefCell<State>,
        }

        impl $class {
            fn make(th: &ThreadState, algorithm: Algorithm, data: Option<&Value>, string: Option<&Value>) -> Res {
                let mut state = State::new(algorithm);
                feed(th, &mut state, data, string)?;
                Ok(th.new_object($class { state: RefCell::new(state) }))
            }

            fn type_object(th: &ThreadState) -> Value {
                ready(th, $class::class());
                $class::class().as_value()
            }
        }

        #[pymethods]
        impl $class {
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
            fn copy(&self, th: &ThreadState) -> Value {
                let state = self.state.borrow().clone();
                th.new_object($class { state: RefCell::new(state) })
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
        }
    };
}

hash_class!(Md5Type, "_md5", "md5");
hash_class!(Sha1Type, "_sha1", "sha1");
hash_class!(Sha224Type, "_sha2", "SHA224Type");
hash_class!(Sha256Type, "_sha2", "SHA256Type");
hash_class!(Sha384Type, "_sha2", "SHA384Type");
hash_class!(Sha512Type, "_sha2", "SHA512Type");

#[pymodule(name = "_md5")]
pub mod md5 {
    use super::*;

    #[pyattr(name = "_GIL_MINSIZE")]
    const MINSIZE: i64 = GIL_MINSIZE;

    #[pyattr(name = "MD5Type")]
    fn md5_type(th: &ThreadState) -> Value {
        Md5Type::type_object(th)
    }

    /// Return a new MD5 hash object; optionally initialized with a string.
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn md5(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        Md5Type::make(th, Algorithm::Md5, data, string)
    }
}

#[pymodule(name = "_sha1")]
pub mod sha1 {
    use super::*;

    #[pyattr(name = "_GIL_MINSIZE")]
    const MINSIZE: i64 = GIL_MINSIZE;

    #[pyattr(name = "SHA1Type")]
    fn sha1_type(th: &ThreadState) -> Value {
        Sha1Type::type_object(th)
    }

    /// Return a new SHA1 hash object; optionally initialized with a string.
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn sha1(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        Sha1Type::make(th, Algorithm::Sha1, data, string)
    }
}

#[pymodule(name = "_sha2")]
pub mod sha2 {
    use super::*;

    #[pyattr(name = "_GIL_MINSIZE")]
    const MINSIZE: i64 = GIL_MINSIZE;

    #[pyattr(name = "SHA224Type")]
    fn sha224_type(th: &ThreadState) -> Value {
        Sha224Type::type_object(th)
    }

    #[pyattr(name = "SHA256Type")]
    fn sha256_type(th: &ThreadState) -> Value {
        Sha256Type::type_object(th)
    }

    #[pyattr(name = "SHA384Type")]
    fn sha384_type(th: &ThreadState) -> Value {
        Sha384Type::type_object(th)
    }

    #[pyattr(name = "SHA512Type")]
    fn sha512_type(th: &ThreadState) -> Value {
        Sha512Type::type_object(th)
    }

    /// Return a new SHA-224 hash object; optionally initialized with a string.
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn sha224(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        Sha224Type::make(th, Algorithm::Sha224, data, string)
    }

    /// Return a new SHA-256 hash object; optionally initialized with a string.
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn sha256(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        Sha256Type::make(th, Algorithm::Sha256, data, string)
    }

    /// Return a new SHA-384 hash object; optionally initialized with a string.
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn sha384(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        Sha384Type::make(th, Algorithm::Sha384, data, string)
    }

    /// Return a new SHA-512 hash object; optionally initialized with a string.
    #[pyfunction(
        "(data=None, *, usedforsecurity=True, string=None)",
        text = "($module, /, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn sha512(th: &ThreadState, data: Option<&Value>, usedforsecurity: bool, string: Option<&Value>) -> Res {
        let _ = usedforsecurity;
        Sha512Type::make(th, Algorithm::Sha512, data, string)
    }
}

/// A SHA-3 class: made by calling it.
macro_rules! sha3_class {
    ($class:ident, $name:tt, $algorithm:expr) => {
        #[pyclass(name = $name, module = "_sha3")]
        pub struct $class {
            #[notrace]
            state: RefCell<State>,
        }

        #[pymethods]
        impl $class {
            #[pyslot("(data=None, *, usedforsecurity=True, string=None)", text = none)]
            fn new(
                th: &ThreadState,
                cls: &Type,
                data: Option<&Value>,
                usedforsecurity: bool,
                string: Option<&Value>,
            ) -> Res {
                let _ = usedforsecurity;
                let mut state = State::new($algorithm);
                feed(th, &mut state, data, string)?;
                Ok(th.new_instance(cls, $class { state: RefCell::new(state) }))
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[pymethod("(data, /)")]
            fn update(&self, th: &ThreadState, data: &Value) -> Res<()> {
                let data = bytes_of(th, data)?;
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
            fn copy(&self, th: &ThreadState) -> Value {
                let state = self.state.borrow().clone();
                th.new_object($class { state: RefCell::new(state) })
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

            #[pygetter]
            fn _capacity_bits(&self) -> usize {
                1600 - 8 * self.state.borrow().algorithm().block_size()
            }

            #[pygetter]
            fn _rate_bits(&self) -> usize {
                8 * self.state.borrow().algorithm().block_size()
            }

            #[pygetter]
            fn _suffix(&self, th: &ThreadState) -> Value {
                th.bytes(&[0x06])
            }
        }
    };
}

sha3_class!(Sha3x224, "sha3_224", Algorithm::Sha3x224);
sha3_class!(Sha3x256, "sha3_256", Algorithm::Sha3x256);
sha3_class!(Sha3x384, "sha3_384", Algorithm::Sha3x384);
sha3_class!(Sha3x512, "sha3_512", Algorithm::Sha3x512);

/// A SHAKE class: its digests have any length.
macro_rules! shake_class {
    ($class:ident, $name:tt, $algorithm:expr) => {
        #[pyclass(name = $name, module = "_sha3")]
        pub struct $class {
            #[notrace]
            state: RefCell<State>,
        }

        #[pymethods]
        impl $class {
            #[pyslot("(data=None, *, usedforsecurity=True, string=None)", text = none)]
            fn new(
                th: &ThreadState,
                cls: &Type,
                data: Option<&Value>,
                usedforsecurity: bool,
                string: Option<&Value>,
            ) -> Res {
                let _ = usedforsecurity;
                let mut state = State::new($algorithm);
                feed(th, &mut state, data, string)?;
                Ok(th.new_instance(cls, $class { state: RefCell::new(state) }))
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[pymethod("(data, /)")]
            fn update(&self, th: &ThreadState, data: &Value) -> Res<()> {
                let data = bytes_of(th, data)?;
                self.state.borrow_mut().update(data.as_slice());
                Ok(())
            }

            /// Return the digest value as a bytes object.
            #[pymethod("(length)")]
            fn digest(&self, th: &ThreadState, length: u64) -> Res {
                Ok(th.bytes(&shake(th, &self.state.borrow(), length)?))
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[pymethod("(length)")]
            fn hexdigest(&self, th: &ThreadState, length: u64) -> Res<String> {
                Ok(hexadecimal(&shake(th, &self.state.borrow(), length)?))
            }

            /// Return a copy of the hash object.
            #[pymethod("()")]
            fn copy(&self, th: &ThreadState) -> Value {
                let state = self.state.borrow().clone();
                th.new_object($class { state: RefCell::new(state) })
            }

            #[pygetter]
            fn block_size(&self) -> usize {
                self.state.borrow().algorithm().block_size()
            }

            #[pygetter]
            fn digest_size(&self) -> usize {
                0
            }

            #[pygetter]
            fn name(&self) -> &'static str {
                self.state.borrow().algorithm().name()
            }

            #[pygetter]
            fn _capacity_bits(&self) -> usize {
                1600 - 8 * self.state.borrow().algorithm().block_size()
            }

            #[pygetter]
            fn _rate_bits(&self) -> usize {
                8 * self.state.borrow().algorithm().block_size()
            }

            #[pygetter]
            fn _suffix(&self, th: &ThreadState) -> Value {
                th.bytes(&[0x1F])
            }
        }
    };
}

shake_class!(Shake128, "shake_128", Algorithm::Shake128);
shake_class!(Shake256, "shake_256", Algorithm::Shake256);

fn shake(th: &ThreadState, state: &State, length: u64) -> Res<Vec<u8>> {
    match usize::try_from(length) {
        Ok(length) if length < 1 << 29 => Ok(state.squeeze(length)),
        _ => Err(th.value_error("length is too large")),
    }
}

#[pymodule(
    name = "_sha3",
    classes(
        super::SHA3X224_TYPE,
        super::SHA3X256_TYPE,
        super::SHA3X384_TYPE,
        super::SHA3X512_TYPE,
        super::SHAKE128_TYPE,
        super::SHAKE256_TYPE
    )
)]
pub mod sha3 {
    #[allow(unused_imports)]
    use super::*;

    #[pyattr(name = "_GIL_MINSIZE")]
    const MINSIZE: i64 = GIL_MINSIZE;

    #[pyattr(name = "implementation")]
    const IMPLEMENTATION: &str = "HACL";
}

/// The arguments of a BLAKE2 constructor.
fn blake2_state(th: &ThreadState, wide: bool, args: &[Value], kwargs: &[(Value, Value)]) -> Res<State> {
    let class = if wide { "blake2b" } else { "blake2s" };
    if args.len() > 1 {
        let given = args.len();
        return Err(th.type_error(format!("{class}() takes at most 1 positional argument ({given} given)")));
    }
    let limits = blake2::Limits::of(wide);
    let mut params = blake2::Params::new(limits.digest);
    let (mut data, mut string) = (args.first().cloned(), None);
    let number = |value: &Value| th.index_or(value, &runtime::objects::exceptions::OVERFLOW_ERROR);
    let ranged = |value: &Value, name: &str, low: isize, high: isize| -> Res<u8> {
        let number = number(value)?;
        if number < low || number > high {
            return Err(th.value_error(format!("{name} must be between {low} and {high}")));
        }
        Ok(number as u8)
    };
    let short = |value: &Value, what: &str, most: usize| -> Res<Vec<u8>> {
        let bytes = th.readable_buffer(value)?.to_vec();
        if bytes.len() > most {
            return Err(th.value_error(format!("maximum {what} length is {most} bytes")));
        }
        Ok(bytes)
    };
    for (name, value) in kwargs {
        let name = name.as_str().map(|name| name.to_string_lossy()).unwrap_or_default();
        match name.as_str() {
            "data" if data.is_none() => data = Some(value.clone()),
            "data" => {
                let message = format!("argument for {class}() given by name ('data') and position (1)");
                return Err(th.type_error(message));
            }
            "string" => string = Some(value.clone()),
            "usedforsecurity" => {}
            "digest_size" => {
                let size = number(value)?;
                if size < 1 || size > limits.digest as isize {
                    let (shown, most) = (if wide { "Blake2b" } else { "Blake2s" }, limits.digest);
                    return Err(th.value_error(format!(
                        "digest_size for {shown} must be between 1 and {most} bytes, here it is {size}"
                    )));
                }
                params.digest_size = size as u8;
            }
            "key" => params.key = short(value, "key", limits.digest)?,
            "salt" => params.salt = short(value, "salt", limits.salt)?,
            "person" => params.person = short(value, "person", limits.salt)?,
            "fanout" => params.fanout = ranged(value, "fanout", 0, 255)?,
            "depth" => params.depth = ranged(value, "depth", 1, 255)?,
            "leaf_size" => {
                let size = number(value)?;
                if size < 0 {
                    return Err(th.value_error("Cannot convert negative int"));
                }
                params.leaf_size = u32::try_from(size).map_err(|_| th.overflow_error("leaf_size is too large"))?;
            }
            "node_offset" => {
                let offset = th.index(value)?.as_int().map(|offset| offset.to_big()).unwrap_or_default();
                if offset < dashu_int::IBig::ZERO {
                    return Err(th.value_error("Cannot convert negative int"));
                }
                let offset = u64::try_from(&offset)
                    .map_err(|_| th.overflow_error("Python int too large for C unsigned long long"))?;
                if !wide && offset >= 1 << 48 {
                    return Err(th.overflow_error("node_offset is too large"));
                }
                params.node_offset = offset;
            }
            "node_depth" => params.node_depth = ranged(value, "node_depth", 0, 255)?,
            "inner_size" => {
                let size = number(value)?;
                if size < 0 || size > limits.digest as isize {
                    let most = limits.digest;
                    return Err(th.value_error(format!("inner_size must be between 0 and is {most}")));
                }
                params.inner_size = size as u8;
            }
            "last_node" => params.last_node = th.is_true(value)?,
            _ => {
                return Err(th.type_error(format!("{class}() got an unexpected keyword argument '{name}'")));
            }
        }
    }
    let mut state = State::blake2(wide, &params);
    feed(th, &mut state, data.as_ref(), string.as_ref())?;
    Ok(state)
}

/// A BLAKE2 class.
macro_rules! blake2_class {
    ($class:ident, $name:tt, $wide:literal, $digest:literal, $salt:literal, $text:tt) => {
        #[pyclass(name = $name, module = "_blake2", text = $text)]
        pub struct $class {
            #[notrace]
            state: RefCell<State>,
        }

        #[pymethods]
        impl $class {
            #[pyslot("(*args, **kwargs)", text = none)]
            fn new(th: &ThreadState, cls: &Type, args: &[Value], kwargs: KwArgs<'_>) -> Res {
                let kwargs: Vec<_> = kwargs.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
                let state = blake2_state(th, $wide, args, &kwargs)?;
                Ok(th.new_instance(cls, $class { state: RefCell::new(state) }))
            }

            #[pyattr]
            const MAX_DIGEST_SIZE: i64 = $digest;

            #[pyattr]
            const MAX_KEY_SIZE: i64 = $digest;

            #[pyattr]
            const SALT_SIZE: i64 = $salt;

            #[pyattr]
            const PERSON_SIZE: i64 = $salt;

            /// Update this hash object's state with the provided bytes-like object.
            #[pymethod("(data, /)")]
            fn update(&self, th: &ThreadState, data: &Value) -> Res<()> {
                let data = bytes_of(th, data)?;
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
            fn copy(&self, th: &ThreadState) -> Value {
                let state = self.state.borrow().clone();
                th.new_object($class { state: RefCell::new(state) })
            }

            #[pygetter]
            fn name(&self) -> &'static str {
                $name
            }

            #[pygetter]
            fn block_size(&self) -> usize {
                2 * $digest
            }

            #[pygetter]
            fn digest_size(&self) -> usize {
                self.state.borrow().digest().len()
            }
        }
    };
}

blake2_class!(
    Blake2b,
    "blake2b",
    true,
    64,
    16,
    "(data=b'', *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)"
);
blake2_class!(
    Blake2s,
    "blake2s",
    false,
    32,
    8,
    "(data=b'', *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)"
);

#[pymodule(name = "_blake2", classes(super::BLAKE2B_TYPE, super::BLAKE2S_TYPE))]
pub mod blake2_module {
    //! _blake2b provides BLAKE2b for hashlib
    #[allow(unused_imports)]
    use super::*;

    #[pyattr(name = "_GIL_MINSIZE")]
    const MINSIZE: i64 = GIL_MINSIZE;
    #[pyattr(name = "BLAKE2B_SALT_SIZE")]
    const B_SALT: i64 = 16;
    #[pyattr(name = "BLAKE2B_PERSON_SIZE")]
    const B_PERSON: i64 = 16;
    #[pyattr(name = "BLAKE2B_MAX_KEY_SIZE")]
    const B_KEY: i64 = 64;
    #[pyattr(name = "BLAKE2B_MAX_DIGEST_SIZE")]
    const B_DIGEST: i64 = 64;
    #[pyattr(name = "BLAKE2S_SALT_SIZE")]
    const S_SALT: i64 = 8;
    #[pyattr(name = "BLAKE2S_PERSON_SIZE")]
    const S_PERSON: i64 = 8;
    #[pyattr(name = "BLAKE2S_MAX_KEY_SIZE")]
    const S_KEY: i64 = 32;
    #[pyattr(name = "BLAKE2S_MAX_DIGEST_SIZE")]
    const S_DIGEST: i64 = 32;
}

static UNKNOWN_DEF: TypeDef = exception("_hmac", "UnknownHashError", &VALUE_ERROR, None);
pub static UNKNOWN_HASH: Type = Type::new_static(&UNKNOWN_DEF);

fn unknown_hash(th: &ThreadState, digest: &Value) -> Raised {
    match th.repr_string(digest) {
        Ok(shown) => th.error(&UNKNOWN_HASH, format!("unsupported hash type: {shown}")),
        Err(raised) => raised,
    }
}

/// The two hashes of an HMAC with a key.
fn hmac_states(algorithm: Algorithm, key: &[u8]) -> (State, State) {
    let size = algorithm.block_size();
    let mut block = if key.len() > size {
        let mut hash = State::new(algorithm);
        hash.update(key);
        hash.digest()
    } else {
        key.to_vec()
    };
    block.resize(size, 0);
    let padded = |pad: u8| {
        let mut state = State::new(algorithm);
        state.update(&block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>());
        state
    };
    (padded(0x36), padded(0x5C))
}

fn hmac_digest(inner: &State, outer: &State) -> Vec<u8> {
    let mut outer = outer.clone();
    outer.update(&inner.digest());
    outer.digest()
}

fn hmac_of(th: &ThreadState, algorithm: Algorithm, key: &Value, msg: &Value) -> Res {
    let key = bytes_of(th, key)?;
    let (mut inner, outer) = hmac_states(algorithm, key.as_slice());
    inner.update(bytes_of(th, msg)?.as_slice());
    Ok(th.bytes(&hmac_digest(&inner, &outer)))
}

fn algorithm_named(th: &ThreadState, digest: &Value) -> Res<Algorithm> {
    let name = digest.as_str().and_then(|name| name.as_ascii().map(str::to_ascii_lowercase));
    name.and_then(|name| Algorithm::for_hmac(&name)).ok_or_else(|| unknown_hash(th, digest))
}

#[pymodule(name = "_hmac")]
pub mod hmac {
    use super::*;

    #[pyattr(name = "_GIL_MINSIZE")]
    const MINSIZE: i64 = GIL_MINSIZE;

    #[pyattr(name = "UnknownHashError")]
    fn unknown_hash_error(th: &ThreadState) -> Value {
        ready(th, &UNKNOWN_HASH);
        UNKNOWN_HASH.as_value()
    }

    /// Return a new HMAC object.
    #[pyfunction("(key, msg=None, digestmod=None)")]
    fn new(th: &ThreadState, key: &Value, msg: Option<&Value>, digestmod: Option<&Value>) -> Res {
        let Some(digestmod) = digestmod.filter(|digest| !digest.is_none()) else {
            return Err(th.type_error("new() missing 1 required argument 'digestmod'"));
        };
        let algorithm = algorithm_named(th, digestmod)?;
        let key = bytes_of(th, key)?;
        let (mut inner, outer) = hmac_states(algorithm, key.as_slice());
        if let Some(msg) = msg.filter(|msg| !msg.is_none()) {
            inner.update(bytes_of(th, msg)?.as_slice());
        }
        Ok(th.new_object(Hmac { inner: RefCell::new(inner), outer }))
    }

    #[pyfunction("(key, msg, digest)")]
    fn compute_digest(th: &ThreadState, key: &Value, msg: &Value, digest: &Value) -> Res {
        hmac_of(th, algorithm_named(th, digest)?, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_md5(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Md5, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_sha1(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Sha1, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_sha224(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Sha224, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_sha256(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Sha256, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_sha384(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Sha384, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_sha512(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Sha512, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_sha3_224(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Sha3x224, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_sha3_256(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Sha3x256, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_sha3_384(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Sha3x384, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_sha3_512(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Sha3x512, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_blake2b_32(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Blake2b, key, msg)
    }

    #[pyfunction("(key, msg, /)")]
    fn compute_blake2s_32(th: &ThreadState, key: &Value, msg: &Value) -> Res {
        hmac_of(th, Algorithm::Blake2s, key, msg)
    }

    #[pyclass(name = "HMAC", flags(disallow_new))]
    pub struct Hmac {
        #[notrace]
        inner: RefCell<State>,
        #[notrace]
        outer: State,
    }

    #[pymethods]
    impl Hmac {
        /// Update the HMAC object with the given message.
        #[pymethod("(msg)")]
        fn update(&self, th: &ThreadState, msg: &Value) -> Res<()> {
            let data = bytes_of(th, msg)?;
            self.inner.borrow_mut().update(data.as_slice());
            Ok(())
        }

        /// Return the digest of the bytes passed to the update() method so far.
        ///
        /// This method may raise a MemoryError.
        #[pymethod("()")]
        fn digest(&self, th: &ThreadState) -> Value {
            th.bytes(&hmac_digest(&self.inner.borrow(), &self.outer))
        }

        /// Return hexadecimal digest of the bytes passed to the update() method so far.
        ///
        /// This may be used to exchange the value safely in email or other non-binary
        /// environments.
        ///
        /// This method may raise a MemoryError.
        #[pymethod("()")]
        fn hexdigest(&self) -> String {
            hexadecimal(&hmac_digest(&self.inner.borrow(), &self.outer))
        }

        /// Return a copy ("clone") of the HMAC object.
        #[pymethod("()")]
        fn copy(&self, th: &ThreadState) -> Value {
            let inner = self.inner.borrow().clone();
            th.new_object(Hmac { inner: RefCell::new(inner), outer: self.outer.clone() })
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
}
