//! `repr`, `str`, `ascii`, `format`.

use crate::error::Res;
use crate::objects::str::builder::StrBuilder;
use crate::objects::str::{STR_TYPE, Str};
use crate::thread::ThreadState;
use crate::value::Value;

impl ThreadState {
    /// `repr(value)`: a `str`.
    pub fn repr(&self, value: &Value) -> Res {
        self.check_native_stack(" while getting the repr of an object")?;
        let Some(repr) = value.class().slots().repr.get() else {
            return Ok(self.str(&format!("<{} object at {:#x}>", value.class().full_name(), value.id())));
        };
        let result = repr(self, value)?;
        if result.as_str().is_none() {
            return Err(
                self.type_error(format_args!("__repr__ returned non-string (type {})", result.class().full_name()))
            );
        }
        Ok(result)
    }

    /// `str(value)`.
    pub fn str_of(&self, value: &Value) -> Res {
        if value.is_exactly(&STR_TYPE) {
            return Ok(value.clone());
        }
        let Some(str) = value.class().slots().str.get() else { return self.repr(value) };
        self.check_native_stack(" while getting the str of an object")?;
        let result = str(self, value)?;
        if result.as_str().is_none() {
            return Err(
                self.type_error(format_args!("__str__ returned non-string (type {})", result.class().full_name()))
            );
        }
        Ok(result)
    }

    /// `ascii(value)`: `repr` with escapes for all that is not ASCII.
    pub fn ascii(&self, value: &Value) -> Res {
        let shown = self.repr(value)?;
        let Some(text) = shown.as_str().filter(|text| !text.is_ascii()) else { return Ok(shown) };
        let mut out = StrBuilder::with_capacity(text.len() + 16);
        for point in text.code_points() {
            if point < 128 { out.push(point) } else { crate::objects::str::push_escape(&mut out, point) }
        }
        Ok(out.finish(self))
    }

    /// The strings one after the other, as f-strings need them: values that are no strings count as empty.
    pub fn concat_strings(&self, parts: &[Value]) -> Res {
        let mut size: usize = 0;
        for part in parts {
            size = size.saturating_add(part.as_str().map_or(0, |text| text.len().saturating_mul(4)));
        }
        self.check_room(size)?;
        let empty = self.str("");
        let Some(empty) = empty.as_str() else { return Ok(Value::NONE) };
        Ok(self.str_join(None, parts.iter().map(|part| part.as_str().unwrap_or(empty))))
    }

    /// MemoryError (OverflowError beyond all sizes) if so many bytes can surely not be had.
    #[inline]
    pub fn check_room(&self, bytes: usize) -> Res<()> {
        const SURELY_THERE: usize = 1 << 24;
        if bytes <= SURELY_THERE { Ok(()) } else { self.check_much_room(bytes) }
    }

    #[cold]
    fn check_much_room(&self, bytes: usize) -> Res<()> {
        let mut room = Vec::<u8>::new();
        let answer = room.try_reserve_exact(bytes);
        // The optimiser may leave out an allocation that nobody looks at, and then it always succeeds.
        std::hint::black_box(&room);
        answer.map_err(|_| self.memory_error())
    }

    /// `repr(value)` as a Rust string, for messages and containers' reprs.
    pub fn repr_string(&self, value: &Value) -> Res<String> {
        let result = self.repr(value)?;
        Ok(result.as_str().map(|text| text.to_string_lossy()).unwrap_or_default())
    }

    /// `str(value)` as a Rust string.
    pub fn str_string(&self, value: &Value) -> Res<String> {
        let result = self.str_of(value)?;
        Ok(result.as_str().map(|text| text.to_string_lossy()).unwrap_or_default())
    }

    /// `format(value, spec)`.
    pub fn format(&self, value: &Value, spec: &Value) -> Res {
        if spec.as_str().is_some_and(|spec| spec.is_empty()) {
            if value.is_exactly(&STR_TYPE) {
                return Ok(value.clone());
            }
            if value.is_exactly(&crate::objects::int::INT_TYPE) {
                return self.str_of(value);
            }
        }
        if let (true, Some(text)) = (value.is_small_int(), spec.downcast_exact::<Str>()) {
            return crate::objects::int::text::format(self, value, text);
        }
        let Some(result) = self.call_special(value, &self.names().__format__, std::slice::from_ref(spec))? else {
            return Err(self.type_error(format_args!("Type {} doesn't define __format__", value.class().full_name())));
        };
        if result.as_str().is_none() {
            return Err(
                self.type_error(format_args!("__format__ must return a str, not {}", result.class().full_name()))
            );
        }
        Ok(result)
    }

    /// Guards a container's repr against itself: `None` if `value`'s repr is already under way.
    pub fn enter_repr(&self, value: &Value) -> Option<ReprGuard<'_>> {
        let mut active = self.repr_in_progress.borrow_mut();
        if !active.insert(value.bits()) {
            return None;
        }
        Some(ReprGuard { th: self, word: value.bits() })
    }
}

/// Ends `ThreadState::enter_repr` when dropped.
pub struct ReprGuard<'a> {
    th: &'a ThreadState,
    word: u64,
}

impl Drop for ReprGuard<'_> {
    fn drop(&mut self) {
        self.th.repr_in_progress.borrow_mut().remove(&self.word);
    }
}
