//! Products, permutations and combinations of pools of items.
//!
//! No step runs Python code: the pools are tuples made at the start.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods};
use runtime::args::{split, too_many_keywords, unexpected_keyword};
use runtime::protocol::iteration::iter_self;
use runtime::{Res, ThreadState, Type, Value};

/// Where an iterator over arrangements stands.
struct State {
    indices: Vec<usize>,
    /// The items at `indices`: the last result.
    result: Vec<Value>,
    started: bool,
    stopped: bool,
}

impl State {
    fn new(indices: Vec<usize>, result: Vec<Value>, stopped: bool) -> RefCell<State> {
        RefCell::new(State { indices, result, started: false, stopped })
    }
}

impl runtime::gc::Traverse for State {
    fn traverse(&self, visit: &mut runtime::gc::Visitor<'_>) {
        self.result.traverse(visit);
    }
}

impl Default for State {
    fn default() -> State {
        State { indices: Vec::new(), result: Vec::new(), started: true, stopped: true }
    }
}

/// The result of a step: `advance` says whether there is one more.
#[inline(always)]
fn step(th: &ThreadState, state: &RefCell<State>, advance: impl FnOnce(&mut State) -> bool) -> Res {
    let mut state = state.borrow_mut();
    if state.stopped {
        return Ok(Value::EXHAUSTED);
    }
    if !state.started {
        state.started = true;
    } else if !advance(&mut state) {
        state.stopped = true;
        let result = std::mem::take(&mut state.result);
        drop(state);
        drop(result);
        return Ok(Value::EXHAUSTED);
    }
    Ok(th.tuple(&state.result))
}

fn size_of_state(state: &RefCell<State>) -> usize {
    64 + 16 * state.borrow().indices.len()
}

/// Indexes or items for `r` places; MemoryError if there are too many.
fn room(th: &ThreadState, r: usize) -> Res<()> {
    if r > isize::MAX as usize / 16 {
        return Err(th.memory_error());
    }
    th.check_room(16 * r)
}

/// Cartesian product of input iterables.  Equivalent to nested for-loops.
///
/// For example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).
/// The leftmost iterators are in the outermost for-loop, so the output tuples
/// cycle in a manner similar to an odometer (with the rightmost element changing
/// on every iteration).
///
/// To compute the product of an iterable with itself, specify the number
/// of repetitions with the optional repeat keyword argument. For example,
/// product(A, repeat=4) means the same as product(A, A, A, A).
///
/// product('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)
/// product((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ...
#[pyclass(name = "product", module = "itertools", flags(basetype), text = "(*iterables, repeat=1)")]
pub struct Product {
    pools: Vec<Vec<Value>>,
    /// Place `n` of the result takes from pool `n % pools.len()`.
    state: RefCell<State>,
}

#[pymethods]
impl Product {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let (iterables, values) = split(args, kwnames);
        if kwnames.len() > 1 {
            return Err(too_many_keywords(th, "product", 1, kwnames.len()));
        }
        let mut repeat = 1;
        for (name, value) in kwnames.iter().zip(values) {
            if !name.as_str().is_some_and(|name| name.equals_ascii("repeat")) {
                return Err(unexpected_keyword(th, "product", name, ["repeat"]));
            }
            repeat = th.index_or(value, &runtime::objects::exceptions::OVERFLOW_ERROR)?;
            if repeat < 0 {
                return Err(th.value_error("repeat argument cannot be negative"));
            }
        }
        let places = match iterables.len().checked_mul(repeat as usize) {
            Some(places) if places <= isize::MAX as usize / 8 => places,
            _ => return Err(th.overflow_error("repeat argument too large")),
        };
        room(th, places)?;
        let mut pools = Vec::new();
        for iterable in if repeat == 0 { &[] } else { iterables } {
            pools.push(th.collect(iterable)?);
        }
        let empty = pools.iter().any(Vec::is_empty);
        let result = (0..if empty { 0 } else { places }).map(|place| pools[place % pools.len()][0].clone());
        let state = State::new(vec![0; places], result.collect(), empty);
        Ok(th.new_instance(cls, Product { pools, state }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        step(th, &self.state, |state| {
            for place in (0..state.indices.len()).rev() {
                let pool = &self.pools[place % self.pools.len()];
                let index = &mut state.indices[place];
                *index += 1;
                if *index < pool.len() {
                    state.result[place] = pool[*index].clone();
                    return true;
                }
                *index = 0;
                state.result[place] = pool[0].clone();
            }
            false
        })
    }

    /// Returns size in memory, in bytes.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        size_of_state(&self.state)
    }
}

fn length_of(th: &ThreadState, r: isize) -> Res<usize> {
    let r = usize::try_from(r).map_err(|_| th.value_error("r must be non-negative"))?;
    Ok(r)
}

/// Return successive r-length combinations of elements in the iterable.
///
/// combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)
#[pyclass(name = "combinations", module = "itertools", flags(basetype))]
pub struct Combinations {
    pool: Vec<Value>,
    state: RefCell<State>,
}

#[pymethods]
impl Combinations {
    #[pyslot("(iterable, r)")]
    fn new(th: &ThreadState, cls: &Type, iterable: &Value, r: isize) -> Res {
        let pool = th.collect(iterable)?;
        let r = length_of(th, r)?;
        let state = if r > pool.len() {
            State::new(Vec::new(), Vec::new(), true)
        } else {
            State::new((0..r).collect(), pool[..r].to_vec(), false)
        };
        Ok(th.new_instance(cls, Combinations { pool, state }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        step(th, &self.state, |state| {
            let (n, r) = (self.pool.len(), state.indices.len());
            let Some(place) = (0..r).rev().find(|&place| state.indices[place] != place + n - r) else { return false };
            let first = state.indices[place] + 1;
            for (index, at) in (first..).zip(place..r) {
                state.indices[at] = index;
                state.result[at] = self.pool[index].clone();
            }
            true
        })
    }

    /// Returns size in memory, in bytes.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        size_of_state(&self.state)
    }
}

/// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
///
/// combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')
#[pyclass(name = "combinations_with_replacement", module = "itertools", flags(basetype))]
pub struct Replacing {
    pool: Vec<Value>,
    state: RefCell<State>,
}

#[pymethods]
impl Replacing {
    #[pyslot("(iterable, r)")]
    fn new(th: &ThreadState, cls: &Type, iterable: &Value, r: isize) -> Res {
        let pool = th.collect(iterable)?;
        let r = length_of(th, r)?;
        room(th, r)?;
        let stopped = pool.is_empty() && r > 0;
        let result = pool.first().map_or_else(Vec::new, |first| vec![first.clone(); r]);
        let state = State::new(vec![0; r], result, stopped);
        Ok(th.new_instance(cls, Replacing { pool, state }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        step(th, &self.state, |state| {
            let r = state.indices.len();
            let last = self.pool.len().saturating_sub(1);
            let Some(place) = (0..r).rev().find(|&place| state.indices[place] != last) else { return false };
            let index = state.indices[place] + 1;
            for at in place..r {
                state.indices[at] = index;
                state.result[at] = self.pool[index].clone();
            }
            true
        })
    }

    /// Returns size in memory, in bytes.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        size_of_state(&self.state)
    }
}

/// Return successive r-length permutations of elements in the iterable.
///
/// permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)
#[pyclass(name = "permutations", module = "itertools", flags(basetype))]
pub struct Permutations {
    pool: Vec<Value>,
    /// For each place of the result, how many of the later indices it has yet to take.
    cycles: RefCell<Vec<usize>>,
    state: RefCell<State>,
    length: Cell<usize>,
}

#[pymethods]
impl Permutations {
    #[pyslot("(iterable, r=None)")]
    fn new(th: &ThreadState, cls: &Type, iterable: &Value, r: &Value) -> Res {
        let pool = th.collect(iterable)?;
        let n = pool.len();
        let r = if r.is_none() {
            n
        } else {
            if r.as_int().is_none() {
                return Err(th.type_error("Expected int as r"));
            }
            length_of(th, th.index_or(r, &runtime::objects::exceptions::OVERFLOW_ERROR)?)?
        };
        let stopped = r > n;
        let r = r.min(n);
        let state = State::new((0..n).collect(), pool[..r].to_vec(), stopped);
        let cycles = RefCell::new((0..r).map(|place| n - place).collect());
        Ok(th.new_instance(cls, Permutations { pool, cycles, state, length: Cell::new(r) }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let mut cycles = self.cycles.borrow_mut();
        step(th, &self.state, |state| {
            let (n, r) = (self.pool.len(), self.length.get());
            for place in (0..r).rev() {
                cycles[place] -= 1;
                if cycles[place] == 0 {
                    // All have been here: back to the order before, one place on.
                    state.indices[place..].rotate_left(1);
                    cycles[place] = n - place;
                    continue;
                }
                let other = n - cycles[place];
                state.indices.swap(place, other);
                for at in place..r {
                    state.result[at] = self.pool[state.indices[at]].clone();
                }
                return true;
            }
            false
        })
    }

    /// Returns size in memory, in bytes.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        size_of_state(&self.state) + 8 * self.length.get()
    }
}
