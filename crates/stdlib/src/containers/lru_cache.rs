//! The wrapper that `functools.lru_cache` puts around a function.
//!
//! A bounded cache is a dict whose entries stand in the order of their use: a hit moves its entry to the back, and what makes
//! room is taken from the front.

use std::cell::Cell;

use macros::{pyclass, pymethods};
use runtime::args::split;
use runtime::gc::ValueCell;
use runtime::objects::dict::Dict;
use runtime::objects::int::INT_TYPE;
use runtime::objects::method;
use runtime::objects::str::STR_TYPE;
use runtime::{Ref, Res, ThreadState, Type, Value};

/// How much is remembered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    Nothing,
    Everything,
    Last(usize),
}

/// Create a cached callable that wraps another function.
///
/// user_function:      the function being cached
///
/// maxsize:  0         for no caching
///           None      for unlimited cache size
///           n         for a bounded cache
///
/// typed:    False     cache f(3) and f(3.0) as identical calls
///           True      cache f(3) and f(3.0) as distinct calls
///
/// cache_info_type:    namedtuple class with the fields:
///                         hits misses currsize maxsize
#[pyclass(
    name = "_lru_cache_wrapper",
    module = "functools",
    flags(basetype, weakrefs, managed_dict, method_descriptor),
    text = none
)]
pub struct LruCache {
    function: Value,
    cache_info_type: Value,
    cache: Ref<Dict>,
    /// Stands between positional and keyword arguments in a key.
    mark: ValueCell,
    #[notrace]
    limit: Limit,
    typed: bool,
    hits: Cell<u64>,
    misses: Cell<u64>,
}

#[derive(Default)]
struct KeywordMark(ValueCell);

/// `object()`, one for all caches.
fn keyword_mark(th: &ThreadState) -> Res {
    let mark = th.extension::<KeywordMark>();
    if let Some(found) = mark.0.get() {
        return Ok(found);
    }
    let new = th.call(runtime::objects::object::OBJECT_TYPE.value_ref(), &[])?;
    mark.0.set(Some(new.clone()));
    Ok(new)
}

impl LruCache {
    /// What the arguments are remembered by: a lone int or str itself, else a tuple.
    #[inline]
    fn key(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Value {
        if kwnames.is_empty() && !self.typed {
            return match args {
                [only] if only.is_small_int() || only.is_exactly(&STR_TYPE) || only.is_exactly(&INT_TYPE) => {
                    only.clone()
                }
                args => th.tuple(args),
            };
        }
        let (positional, values) = split(args, kwnames);
        let mut parts = positional.to_vec();
        if !kwnames.is_empty() {
            parts.push(self.mark.get_or_none());
            for (name, value) in kwnames.iter().zip(values) {
                parts.push(name.clone());
                parts.push(value.clone());
            }
        }
        if self.typed {
            parts.extend(args.iter().map(|value| value.class().as_value()));
        }
        th.tuple_from_vec(parts)
    }

    fn note_hit(&self) {
        self.hits.set(self.hits.get() + 1);
    }

    fn note_miss(&self) {
        self.misses.set(self.misses.get() + 1);
    }
}

#[pymethods]
impl LruCache {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        const NAMES: [&str; 4] = ["user_function", "maxsize", "typed", "cache_info_type"];
        let (positional, values) = split(args, kwnames);
        let mut given = [None; 4];
        if args.len() > NAMES.len() {
            return Err(th.type_error(format_args!("lru_cache() takes at most 4 arguments ({} given)", args.len())));
        }
        for (place, value) in given.iter_mut().zip(positional) {
            *place = Some(value);
        }
        for (name, value) in kwnames.iter().zip(values) {
            let at = NAMES.iter().position(|known| name.as_str().is_some_and(|name| name.equals_ascii(known)));
            match at {
                Some(at) => given[at] = Some(value),
                None => {
                    let name = runtime::error::name_text(name);
                    return Err(th.type_error(format_args!("lru_cache() got an unexpected keyword argument '{name}'")));
                }
            }
        }
        if let Some(at) = given.iter().position(Option::is_none) {
            let name = NAMES[at];
            return Err(th.type_error(format_args!("lru_cache() missing required argument '{name}' (pos {})", at + 1)));
        }
        let [Some(function), Some(maxsize), Some(typed), Some(cache_info_type)] = given else {
            return Err(th.type_error("lru_cache() missing required argument"));
        };
        if !th.is_callable(function) {
            return Err(th.type_error("the first argument must be callable"));
        }
        let typed = th.is_true(typed)?;
        let limit = if maxsize.is_none() {
            Limit::Everything
        } else if th.is_index(maxsize) {
            match th.index_or(maxsize, &runtime::objects::exceptions::OVERFLOW_ERROR)? {
                ..=0 => Limit::Nothing,
                size => Limit::Last(size as usize),
            }
        } else {
            return Err(th.type_error("maxsize should be integer or None"));
        };
        let payload = LruCache {
            function: function.clone(),
            cache_info_type: cache_info_type.clone(),
            cache: Ref::new(th, Dict::new()),
            mark: ValueCell::new(keyword_mark(th)?),
            limit,
            typed,
            hits: Cell::new(0),
            misses: Cell::new(0),
        };
        Ok(th.new_instance(cls, payload))
    }

    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        if self.limit == Limit::Nothing {
            self.note_miss();
            return th.call_kw(&self.function, args, kwnames);
        }
        let key = self.key(th, args, kwnames);
        let hash = th.hash(&key)?;
        if let Some(number) = self.cache.find_entry(th, &key, hash)?
            && let Some(result) = self.cache.entry_value(number)
        {
            if self.limit != Limit::Everything {
                self.cache.move_entry_to_back(number);
            }
            self.note_hit();
            return Ok(result);
        }
        self.note_miss();
        let result = th.call_kw(&self.function, args, kwnames)?;
        if let Limit::Last(size) = self.limit {
            // The call may have put the same key there: then its place in the order is right already.
            if self.cache.find_entry(th, &key, hash)?.is_some() {
                return Ok(result);
            }
            if self.cache.len() >= size {
                drop(self.cache.pop_first());
            }
        }
        self.cache.set_hashed(th, &key, hash, result.clone())?;
        Ok(result)
    }

    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, instance: Option<&Value>, _: &Value) -> Res {
        match instance.filter(|instance| !instance.is_none()) {
            Some(instance) => Ok(method::bind(th, slf.clone(), instance.clone())),
            None => Ok(slf.clone()),
        }
    }

    /// Report cache statistics
    #[pymethod("()")]
    fn cache_info(&self, th: &ThreadState) -> Res {
        let maxsize = match self.limit {
            Limit::Nothing => Value::index(0),
            Limit::Everything => Value::NONE,
            Limit::Last(size) => th.int_from_u64(size as u64),
        };
        let (hits, misses) = (th.int_from_u64(self.hits.get()), th.int_from_u64(self.misses.get()));
        th.call(&self.cache_info_type, &[hits, misses, maxsize, Value::index(self.cache.len())])
    }

    /// Clear the cache and cache statistics
    #[pymethod("()")]
    fn cache_clear(&self) {
        self.hits.set(0);
        self.misses.set(0);
        self.cache.clear();
    }

    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
        th.getattr(slf, &th.names().__qualname__)
    }

    #[pymethod("(*args)", text = none)]
    fn __copy__(slf: &Value, args: &[Value]) -> Value {
        let _ = args;
        slf.clone()
    }

    #[pymethod("(*args)", text = none)]
    fn __deepcopy__(slf: &Value, args: &[Value]) -> Value {
        let _ = args;
        slf.clone()
    }
}
