//! Lengths, subscripts, containment.

use crate::error::Res;
use crate::objects::slice::Slice;
use crate::thread::ThreadState;
use crate::value::Value;

impl ThreadState {
    /// `len(value)`.
    pub fn len(&self, value: &Value) -> Res<usize> {
        let slots = value.class().slots();
        match slots.sq_length.get().or(slots.mp_length.get()) {
            Some(length) => length(self, value),
            None => Err(self.type_error(format_args!("object of type '{}' has no len()", value.class().full_name()))),
        }
    }

    /// `operator.length_hint(value, default)`, without raising TypeError for odd answers.
    pub fn length_hint(&self, value: &Value, default: usize) -> Res<usize> {
        let slots = value.class().slots();
        if let Some(length) = slots.sq_length.get().or(slots.mp_length.get()) {
            // A `len` that refuses is no reason not to ask for a hint.
            let result = length(self, value);
            if let Some(length) = self.catch(result, &crate::objects::exceptions::TYPE_ERROR)? {
                return Ok(length);
            }
        }
        let result = self.call_special(value, &self.names().__length_hint__, &[]);
        let Some(Some(hint)) = self.catch(result, &crate::objects::exceptions::TYPE_ERROR)? else { return Ok(default) };
        if hint.is_not_implemented() {
            return Ok(default);
        }
        let Some(number) = hint.as_int() else {
            return Err(
                self.type_error(format_args!("__length_hint__ must be an integer, not {}", hint.class().full_name()))
            );
        };
        match number.to_i64() {
            Some(hint) if hint >= 0 => Ok(hint as usize),
            Some(_) => Err(self.value_error("__length_hint__() should return >= 0")),
            None => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// Whether the value has `__getitem__` (`PyMapping_Check`).
    pub fn is_mapping(&self, value: &Value) -> bool {
        value.class().slots().mp_subscript.get().is_some()
    }

    /// `object[key]`.
    pub fn get_item(&self, object: &Value, key: &Value) -> Res {
        let class = object.class();
        let slots = class.slots();
        if let Some(subscript) = slots.mp_subscript.get() {
            return subscript(self, object, key);
        }
        if let Some(item) = slots.sq_item.get() {
            if !self.is_index(key) {
                return Err(
                    self.type_error(format_args!("sequence index must be integer, not '{}'", key.class().full_name()))
                );
            }
            let index = self.sequence_index(object, key)?;
            return item(self, object, index);
        }
        if let Some(class) = object.as_type() {
            return crate::types::create::class_getitem(self, class, key);
        }
        Err(self.type_error(format_args!("'{}' object is not subscriptable", class.full_name())))
    }

    /// `object[key] = value`.
    pub fn set_item(&self, object: &Value, key: &Value, value: &Value) -> Res<()> {
        self.assign_item(object, key, Some(value))
    }

    /// `del object[key]`.
    pub fn del_item(&self, object: &Value, key: &Value) -> Res<()> {
        self.assign_item(object, key, None)
    }

    fn assign_item(&self, object: &Value, key: &Value, value: Option<&Value>) -> Res<()> {
        let class = object.class();
        let slots = class.slots();
        if let Some(assign) = slots.mp_ass_subscript.get() {
            return assign(self, object, key, value);
        }
        if let Some(assign) = slots.sq_ass_item.get() {
            if !self.is_index(key) {
                return Err(
                    self.type_error(format_args!("sequence index must be integer, not '{}'", key.class().full_name()))
                );
            }
            let index = self.sequence_index(object, key)?;
            return assign(self, object, index, value);
        }
        let what = if value.is_some() { "does not support item assignment" } else { "doesn't support item deletion" };
        Err(self.type_error(format_args!("'{}' object {what}", class.full_name())))
    }

    /// An index for `sq_item`: negative ones count from the end.
    fn sequence_index(&self, object: &Value, key: &Value) -> Res<isize> {
        let index = self.index_or(key, &crate::objects::exceptions::INDEX_ERROR)?;
        if index < 0
            && let Some(length) = object.class().slots().sq_length.get()
        {
            return Ok(index + length(self, object)? as isize);
        }
        Ok(index)
    }

    /// `item in container`.
    pub fn contains(&self, container: &Value, item: &Value) -> Res<bool> {
        if let Some(contains) = container.class().slots().sq_contains.get() {
            return contains(self, container, item);
        }
        let slots = container.class().slots();
        if slots.iter.get().is_none() && slots.sq_item.get().is_none() {
            return Err(self.type_error(format_args!(
                "argument of type '{}' is not a container or iterable",
                container.class().full_name()
            )));
        }
        let iterator = self.iter(container)?;
        while let Some(candidate) = self.next(&iterator)? {
            if self.is_equal(&candidate, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `slice.indices` for a sequence of `length` items that no `__index__` can change: start, step and number of items.
    pub fn slice_bounds(&self, slice: &Slice, length: usize) -> Res<SliceBounds> {
        self.slice_bounds_of(slice, || length)
    }

    /// As [`ThreadState::slice_bounds`]; the length is asked once the slice's parts are numbers, for making them so may
    /// change the sequence.
    pub fn slice_bounds_of(&self, slice: &Slice, length: impl FnOnce() -> usize) -> Res<SliceBounds> {
        let part = |value: &Value| if value.is_none() { Ok(None) } else { self.slice_index(value).map(Some) };
        let step = part(&slice.step)?.unwrap_or(1);
        if step == 0 {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let step = step.max(-isize::MAX);
        let (start, stop) = (part(&slice.start)?, part(&slice.stop)?);
        let length = length() as isize;
        let (low, high) = if step < 0 { (-1, length - 1) } else { (0, length) };
        let bound = |index: Option<isize>, default: isize| match index {
            None => default,
            Some(index) if index < 0 => index.saturating_add(length).clamp(low, high),
            Some(index) => index.clamp(low, high),
        };
        let start = bound(start, if step < 0 { high } else { low });
        let stop = bound(stop, if step < 0 { low } else { high });
        let count = if step == 1 {
            (stop - start).max(0)
        } else if step == -1 {
            (start - stop).max(0)
        } else if step < 0 {
            if stop < start { (start - stop - 1) / -step + 1 } else { 0 }
        } else if start < stop {
            (stop - start - 1) / step + 1
        } else {
            0
        };
        Ok(SliceBounds { start, stop, step, count: count as usize })
    }

    /// A slice bound: any size of int, clamped.
    fn slice_index(&self, value: &Value) -> Res<isize> {
        if let Some(number) = value.as_small_int() {
            return Ok(number as isize);
        }
        if !self.is_index(value) {
            return Err(self.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        self.index_clamped(value)
    }
}

/// Where a slice lies in a sequence: items `start`, `start + step`, ...; `count` of them.
#[derive(Clone, Copy, Debug)]
pub struct SliceBounds {
    pub start: isize,
    pub stop: isize,
    pub step: isize,
    pub count: usize,
}

impl SliceBounds {
    /// The indexes, all within the sequence.
    pub fn indexes(self) -> impl Iterator<Item = usize> {
        (0..self.count).map(move |n| (self.start + n as isize * self.step) as usize)
    }
}
