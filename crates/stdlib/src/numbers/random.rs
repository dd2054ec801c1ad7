//! `_random`: the generator behind `random.Random`.

use std::cell::RefCell;

use algo::number::IBig;
use algo::number::mersenne::{MersenneTwister, STATE_WORDS};
use macros::pymodule;
use runtime::objects::int::IntView;
use runtime::{Res, ThreadState, Type, Value};

/// The words of a magnitude, lowest first, and at least one.
fn key_words(number: &IBig) -> Vec<u32> {
    let (_, words) = number.as_sign_words();
    let mut key: Vec<u32> = words.iter().flat_map(|word| [*word as u32, (*word >> 32) as u32]).collect();
    while key.len() > 1 && key.last() == Some(&0) {
        key.pop();
    }
    key
}

fn entropy_key() -> Vec<u32> {
    let mut bytes = vec![0; STATE_WORDS * 4];
    if host::entropy::fill(&mut bytes) {
        return bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    vec![now.as_secs() as u32, now.subsec_nanos(), std::process::id()]
}

#[pymodule(name = "_random")]
pub mod random_module {
    //! Module implements the Mersenne Twister random number generator.
    use macros::{pyclass, pymethods};
    use runtime::args::KwArgs;

    use super::*;

    /// Random() -> create a random number generator with its own internal state.
    #[pyclass(name = "Random", flags(basetype))]
    pub struct Random {
        #[notrace]
        twister: RefCell<Box<MersenneTwister>>,
    }

    impl Random {
        fn seed_with(&self, th: &ThreadState, seed: Option<&Value>) -> Res<()> {
            let key = match seed.filter(|seed| !seed.is_none()) {
                None => entropy_key(),
                Some(seed) => match seed.as_int() {
                    Some(IntView::Small(number)) => {
                        let number = number.unsigned_abs();
                        let words = [number as u32, (number >> 32) as u32];
                        words[..if words[1] == 0 { 1 } else { 2 }].to_vec()
                    }
                    Some(IntView::Big(number)) => key_words(number),
                    None => key_words(&IBig::from(th.hash(seed)? as u64)),
                },
            };
            self.twister.borrow_mut().seed_key(&key);
            Ok(())
        }
    }

    #[pymethods]
    impl Random {
        #[pyslot("(*args, **kwargs)", text = none)]
        fn new(th: &ThreadState, cls: &Type, args: &[Value], kwargs: KwArgs<'_>) -> Res {
            let _ = (args, kwargs);
            Ok(th.new_instance(cls, Random { twister: RefCell::new(Box::new(MersenneTwister::unseeded())) }))
        }

        #[pyslot("(x=None, /)", text = none)]
        fn init(&self, th: &ThreadState, x: Option<&Value>) -> Res<()> {
            self.seed_with(th, x)
        }

        /// random() -> x in the interval [0, 1).
        #[pymethod("()")]
        fn random(&self) -> f64 {
            self.twister.borrow_mut().next_f64()
        }

        /// seed([n]) -> None.
        ///
        /// Defaults to use urandom and falls back to a combination
        /// of the current time and the process identifier.
        #[pymethod("(n=None, /)")]
        fn seed(&self, th: &ThreadState, n: Option<&Value>) -> Res<()> {
            self.seed_with(th, n)
        }

        /// getrandbits(k) -> x.  Generates an int with k random bits.
        #[pymethod("(k, /)")]
        fn getrandbits(&self, th: &ThreadState, k: u64) -> Res {
            if k == 0 {
                return Ok(th.int(0));
            }
            let mut twister = self.twister.borrow_mut();
            if k <= 32 {
                return Ok(th.int(i64::from(twister.next_u32() >> (32 - k))));
            }
            let size = k.div_ceil(32) * 4;
            let mut bytes = Vec::new();
            if usize::try_from(size).is_err() || bytes.try_reserve_exact(size as usize).is_err() {
                return Err(th.memory_error());
            }
            let mut rest = k;
            while rest > 0 {
                let word = twister.next_u32();
                let word = if rest < 32 { word >> (32 - rest) } else { word };
                bytes.extend_from_slice(&word.to_le_bytes());
                rest = rest.saturating_sub(32);
            }
            drop(twister);
            if let [a, b, c, d, e, f, g, h] = bytes[..] {
                return Ok(th.int_from_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h])));
            }
            Ok(th.int_from_big(algo::number::int_math::from_bytes(&bytes, false, false)))
        }

        /// getstate() -> tuple containing the current state.
        #[pymethod("()")]
        fn getstate(&self, th: &ThreadState) -> Value {
            let twister = self.twister.borrow();
            let words = twister.words.iter().map(|&word| word as usize).chain([twister.index]);
            let words: Vec<Value> = words.map(Value::index).collect();
            drop(twister);
            th.tuple(&words)
        }

        /// setstate(state) -> None.  Restores generator state.
        #[pymethod("(state, /)")]
        fn setstate(&self, th: &ThreadState, state: &Value) -> Res<()> {
            let Some(tuple) = state.as_tuple() else {
                return Err(th.type_error("state vector must be a tuple"));
            };
            let Some((index, words)) = tuple.as_slice().split_last().filter(|(_, words)| words.len() == STATE_WORDS)
            else {
                return Err(th.value_error("state vector is the wrong size"));
            };
            let invalid = || th.value_error("invalid state");
            let mut restored = Box::new(MersenneTwister::unseeded());
            for (place, word) in restored.words.iter_mut().zip(words) {
                let Some(number) = word.as_int() else { return Err(th.type_error("an integer is required")) };
                if number.is_negative() {
                    return Err(th.overflow_error("can't convert negative value to unsigned int"));
                }
                *place = match number.to_i64() {
                    Some(number) => u32::try_from(number).map_err(|_| invalid())?,
                    None => return Err(th.overflow_error("Python int too large to convert to C unsigned long")),
                };
            }
            let Some(index) = index.as_int() else { return Err(th.type_error("an integer is required")) };
            let index = index.to_i64();
            let index = index.ok_or_else(|| th.overflow_error("Python int too large to convert to C long"))?;
            restored.index = usize::try_from(index).ok().filter(|index| *index <= STATE_WORDS).ok_or_else(invalid)?;
            *self.twister.borrow_mut() = restored;
            Ok(())
        }
    }
}
