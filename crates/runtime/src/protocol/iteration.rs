//! Iteration.

use crate::error::Res;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::list::List;
use crate::objects::set::{FROZENSET_TYPE, SET_TYPE};
use crate::objects::tuple::Tuple;
use crate::thread::ThreadState;
use crate::value::Value;

impl ThreadState {
    /// `iter(value)`.
    pub fn iter(&self, value: &Value) -> Res {
        let class = value.class();
        if let Some(iter) = class.slots().iter.get() {
            let iterator = iter(self, value)?;
            if iterator.class().slots().iternext.get().is_none() {
                return Err(self.type_error(format_args!(
                    "iter() returned non-iterator of type '{}'",
                    iterator.class().full_name()
                )));
            }
            return Ok(iterator);
        }
        if class.slots().sq_item.get().is_some() {
            return Ok(crate::objects::iterators::sequence_iterator(self, value.clone()));
        }
        Err(self.type_error(format_args!("'{}' object is not iterable", class.full_name())))
    }

    /// Whether `iter(value)` would find a way.
    pub fn is_iterable(&self, value: &Value) -> bool {
        let slots = value.class().slots();
        slots.iter.get().is_some() || slots.sq_item.get().is_some()
    }

    /// The next item, or `None` at the end.
    #[inline]
    pub fn next(&self, iterator: &Value) -> Res<Option<Value>> {
        let Some(iternext) = iterator.class().slots().iternext.get() else {
            return Err(self.type_error(format_args!("'{}' object is not an iterator", iterator.class().full_name())));
        };
        match iternext(self, iterator) {
            Ok(value) if value.is_exhausted() => Ok(None),
            Ok(value) => Ok(Some(value)),
            Err(raised) if self.raised_is(&raised, &exc::STOP_ITERATION) => {
                drop(self.take_raised(raised));
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }

    /// Calls `each` with every item of an iterable; `each` may run Python code. Lists and tuples are walked in place.
    pub fn for_each(&self, iterable: &Value, mut each: impl FnMut(Value) -> Res<()>) -> Res<()> {
        if let Some(list) = iterable.downcast_exact::<List>() {
            let mut index = 0;
            while let Some(item) = list.get(index) {
                each(item)?;
                index += 1;
            }
            return Ok(());
        }
        if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
            for item in tuple.as_slice() {
                each(item.clone())?;
            }
            return Ok(());
        }
        let iterator = self.iter(iterable)?;
        self.for_each_left(&iterator, each)
    }

    /// Calls `each` with what an iterator still gives.
    #[inline]
    pub fn for_each_left(&self, iterator: &Value, mut each: impl FnMut(Value) -> Res<()>) -> Res<()> {
        let Some(mut iternext) = iterator.class().slots().iternext.get() else {
            return Err(self.type_error(format_args!("'{}' object is not an iterator", iterator.class().full_name())));
        };
        loop {
            match iternext(self, iterator) {
                Ok(value) if value.is_exhausted() => return Ok(()),
                Ok(value) => each(value)?,
                Err(raised) if self.raised_is(&raised, &exc::STOP_ITERATION) => {
                    drop(self.take_raised(raised));
                    return Ok(());
                }
                Err(raised) => return Err(raised),
            }
            // A class may get another `__next__` meanwhile; native ones can not.
            if iterator.class().is_heap_type() {
                match iterator.class().slots().iternext.get() {
                    Some(next) => iternext = next,
                    None => return self.next(iterator).map(drop),
                }
            }
        }
    }

    /// All items of an iterable.
    pub fn collect(&self, iterable: &Value) -> Res<Vec<Value>> {
        if let Some(list) = iterable.downcast_exact::<List>() {
            return Ok(list.to_vec());
        }
        if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
            return Ok(tuple.as_slice().to_vec());
        }
        if let Some(dict) = iterable.downcast_exact::<Dict>() {
            let mut keys = Vec::with_capacity(dict.len());
            let mut position = 0;
            while let Some(key) = dict.next_key(&mut position) {
                keys.push(key);
            }
            return Ok(keys);
        }
        if let Some(items) = crate::objects::dict::views::collect(self, iterable) {
            return Ok(items);
        }
        if (iterable.is_exactly(&SET_TYPE) || iterable.is_exactly(&FROZENSET_TYPE))
            && let Some(set) = iterable.as_set()
        {
            let mut keys = Vec::with_capacity(set.len());
            let mut position = 0;
            while let Some((key, _)) = set.next_entry(&mut position) {
                keys.push(key);
            }
            return Ok(keys);
        }
        let iterator = self.iter(iterable)?;
        let hint = self.length_hint(iterable, 0)?;
        if hint > isize::MAX as usize / 8 {
            return Err(self.memory_error());
        }
        // A hint may lie: it only spares reallocation.
        let mut items = Vec::with_capacity(hint.min(1 << 20));
        self.for_each_left(&iterator, |item| {
            items.push(item);
            Ok(())
        })?;
        Ok(items)
    }
}

/// `iter` slot of iterators: themselves.
pub fn iter_self(_: &ThreadState, value: &Value) -> Res {
    Ok(value.clone())
}
