//! What Python classes add to an object: `__slots__` words and the attributes region.
//!
//! ```text
//! extra start: | slot 0 | .. | slot n-1 | attrs word | inline 0 | .. | inline c-1 |
//! ```
//! Words are zero while empty. The attrs word is the overflow array (attributes past the inline ones) while the instance
//! has a shape, and an owned `dict` in dict mode. `__dict__` is made on demand: it takes the attributes over and the
//! instance is in dict mode from then on, so both always agree.
#![expect(unsafe_code, reason = "slots and attributes are raw words of the object")]

use crate::gc::Visitor;
use crate::object::{Header, Payload, flags};
use crate::objects::dict::Dict;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// The attributes past the inline ones, in a growable array of its own.
type Overflow = Vec<Value>;

/// The first byte behind payload and items.
fn extra_start(object: *mut Header, class: &Type) -> *mut u8 {
    // SAFETY: the object is an instance of `class`, so the offset lies inside it.
    unsafe {
        match class.payload_fns().var_size {
            Some(var_size) => object.cast::<u8>().add(var_size(object)),
            None => object.cast::<u8>().add(class.extra_offset()),
        }
    }
}

fn slot_word(object: *mut Header, class: &Type, index: usize) -> *mut Option<Value> {
    debug_assert!(index < class.slot_count());
    // SAFETY: slots stand at the start of the extra part.
    unsafe { extra_start(object, class).cast::<Option<Value>>().add(index) }
}

fn attrs_word(object: *mut Header, class: &Type) -> *mut u64 {
    debug_assert!(class.has_attrs());
    // SAFETY: the attributes region follows the slots.
    unsafe { extra_start(object, class).cast::<u64>().add(class.slot_count()) }
}

/// Inline value number `place`; below the capacity of the instance's shape.
fn inline_word(object: *mut Header, class: &Type, place: usize) -> *mut Option<Value> {
    // SAFETY: inline values follow the attrs word.
    unsafe { attrs_word(object, class).add(1 + place).cast() }
}

fn overflow(object: *mut Header, class: &Type) -> Option<&'static mut Overflow> {
    // SAFETY: outside dict mode the attrs word is zero or a boxed array that only this object refers to; callers use the
    // reference at once and run no other code meanwhile.
    unsafe { (*attrs_word(object, class) as *mut Overflow).as_mut() }
}

/// Value of `__slots__` word `index`.
pub fn get_slot(value: &Value, index: usize) -> Option<Value> {
    let class = value.class();
    // SAFETY: the word holds a value or zero.
    unsafe { (*slot_word(value.header_ptr(), class, index)).clone() }
}

/// Stores into a `__slots__` word and returns the old value.
pub fn set_slot(value: &Value, index: usize, new: Option<Value>) -> Option<Value> {
    let class = value.class();
    // SAFETY: as above; nothing is dropped here.
    unsafe { std::mem::replace(&mut *slot_word(value.header_ptr(), class, index), new) }
}

/// The instance attribute `name` (interned), if the instance has an attributes region and the attribute.
#[inline]
pub fn get_attribute(th: &ThreadState, value: &Value, name: &Value) -> Option<Value> {
    let header = value.header()?;
    let class = header.class();
    if !class.has_attrs() {
        return None;
    }
    let object = value.header_ptr();
    if header.has_flag(flags::DICT_MODE) {
        return instance_dict(object, class).get_str(name);
    }
    let (place, capacity) = th
        .interp()
        .shapes
        .with(header.shape_id(), |shape| Some((shape.place(name)?, shape.inline_capacity as usize)))??;
    read_place(object, class, place, capacity)
}

fn read_place(object: *mut Header, class: &Type, place: usize, capacity: usize) -> Option<Value> {
    if place < capacity {
        // SAFETY: the shape says that the word is in use.
        unsafe { (*inline_word(object, class, place)).clone() }
    } else {
        overflow(object, class)?.get(place - capacity).cloned()
    }
}

/// The word of value `index` past the inline ones. The instance has a shape that has it.
pub(crate) fn overflow_word(value: &Value, index: usize) -> Option<u64> {
    let class = value.header()?.class();
    overflow(value.header_ptr(), class)?.get(index).map(Value::bits)
}

fn instance_dict(object: *mut Header, class: &Type) -> &'static Dict {
    // SAFETY: in dict mode the attrs word is an owned `dict`; it is replaced only by `set_dict`, which hands the old one
    // to its caller, so it lives while the caller's use of it does (callers run no Python code in between).
    unsafe { Dict::of(&*attrs_word(object, class).cast::<Value>().cast_const()) }
}

/// The dict of an instance in dict mode, borrowed. It must be used at once: Python code may replace it.
#[inline(always)]
pub(crate) fn mode_dict(value: &Value) -> Option<&Dict> {
    let header = value.header()?;
    if !header.has_flag(flags::DICT_MODE) {
        return None;
    }
    Some(instance_dict(value.header_ptr(), header.class()))
}

/// Stores (or with `None` deletes) an instance attribute. Returns the old value, or `Err` with the new one if the
/// instance has no attributes region. Deleting a missing attribute returns `Ok(None)`.
pub fn set_attribute(
    th: &ThreadState,
    value: &Value,
    name: &Value,
    new: Option<Value>,
) -> Result<Option<Value>, Option<Value>> {
    let Some(header) = value.header() else { return Err(new) };
    let class = header.class();
    if !class.has_attrs() {
        return Err(new);
    }
    let object = value.header_ptr();
    if header.has_flag(flags::DICT_MODE) {
        let dict = instance_dict(object, class);
        return Ok(match new {
            Some(new) => dict.set_str(name, new),
            None => dict.remove_str(name),
        });
    }
    let shapes = &th.interp().shapes;
    let Some(shape) = shapes.get(header.shape_id()) else {
        to_dict_mode(th, value);
        return set_attribute(th, value, name, new);
    };
    let capacity = shape.inline_capacity as usize;
    match (shape.place(name), new) {
        (Some(place), Some(new)) => {
            if place < capacity {
                // SAFETY: the word is in use; nothing is dropped here.
                Ok(unsafe { (*inline_word(object, class, place)).replace(new) })
            } else {
                let old = overflow(object, class).and_then(|values| values.get_mut(place - capacity));
                Ok(old.map(|old| std::mem::replace(old, new)))
            }
        }
        (None, Some(new)) => {
            let Some(next) = shapes.with_attribute(shape.id, name) else {
                to_dict_mode(th, value);
                return set_attribute(th, value, name, Some(new));
            };
            let place = shape.len();
            if place < capacity {
                // SAFETY: the word is the instance's and empty.
                unsafe { inline_word(object, class, place).write(Some(new)) };
            } else {
                class.note_overflow(th, place + 1);
                if place == capacity {
                    // SAFETY: the array is new and owned by the word alone.
                    unsafe { *attrs_word(object, class) = Box::into_raw(Box::<Overflow>::default()) as u64 };
                }
                if let Some(values) = overflow(object, class) {
                    values.push(new);
                }
            }
            header.set_shape_id(next);
            Ok(None)
        }
        (Some(_), None) => {
            // The order of the others stays; a dict keeps it with the least ado.
            to_dict_mode(th, value);
            set_attribute(th, value, name, None)
        }
        (None, None) => Ok(None),
    }
}

/// Moves the attributes into a dict that the instance owns.
fn to_dict_mode(th: &ThreadState, value: &Value) {
    let old = install_dict(value, Some(th.dict(Dict::of_attributes(attributes(th, value)))));
    drop(old);
}

/// Puts the instance into dict mode with `dict` (a new empty one is made later if `None`); returns what it held before.
fn install_dict(value: &Value, dict: Option<Value>) -> Vec<Value> {
    let Some(header) = value.header() else { return Vec::new() };
    let (object, class) = (value.header_ptr(), header.class());
    let mut old = take_attributes(object, class);
    // SAFETY: the attrs word was emptied by `take_attributes`.
    unsafe { *attrs_word(object, class) = dict.map_or(0, Value::into_bits) };
    header.set_shape_id(0);
    header.set_flag(flags::DICT_MODE);
    old.reverse();
    old
}

/// Empties the attributes region and returns all values that it owned.
fn take_attributes(object: *mut Header, class: &Type) -> Vec<Value> {
    let mut taken = Vec::new();
    // SAFETY: the object is live and an instance of `class`; every owned word is taken once and zeroed.
    unsafe {
        let header = &*object;
        let word = attrs_word(object, class);
        if header.has_flag(flags::DICT_MODE) {
            taken.extend((*word.cast::<Option<Value>>()).take());
            return taken;
        }
        let limit = class.inline_limit(object);
        for place in 0..limit {
            match (*inline_word(object, class, place)).take() {
                Some(value) => taken.push(value),
                None => break,
            }
        }
        if *word != 0 {
            taken.append(&mut Box::from_raw(*word as *mut Overflow));
            *word = 0;
        }
    }
    taken
}

/// The instance attributes in order, cloned. Not through `__dict__`: an instance with a shape keeps it.
pub fn attributes(th: &ThreadState, value: &Value) -> Vec<(Value, Value)> {
    let Some(header) = value.header() else { return Vec::new() };
    let class = header.class();
    if !class.has_attrs() {
        return Vec::new();
    }
    let object = value.header_ptr();
    if header.has_flag(flags::DICT_MODE) {
        return instance_dict(object, class).to_vec();
    }
    let Some(shape) = th.interp().shapes.get(header.shape_id()) else { return Vec::new() };
    let capacity = shape.inline_capacity as usize;
    let names = shape.names().iter().enumerate();
    names.filter_map(|(place, name)| Some((name.clone(), read_place(object, class, place, capacity)?))).collect()
}

/// `__dict__`: the dict that holds the instance's attributes, made now if there is none. `None` without attributes
/// region.
pub fn dict(th: &ThreadState, value: &Value) -> Option<Value> {
    let header = value.header()?;
    let class = header.class();
    if !class.has_attrs() {
        return None;
    }
    if !header.has_flag(flags::DICT_MODE) {
        to_dict_mode(th, value);
    }
    // SAFETY: in dict mode the word is an owned dict.
    Some(unsafe { (*attrs_word(value.header_ptr(), class).cast::<Value>()).clone() })
}

/// `obj.__dict__ = dict`. The caller has checked that `dict` is a dict and that there is an attributes region.
pub fn set_dict(value: &Value, dict: Value) {
    let old = install_dict(value, Some(dict));
    drop(old);
}

/// Drops the overflow array that the attrs word of a dying object without dict points to.
///
/// # Safety
/// The word is such a word, not zero, and is used no more.
#[cold]
pub(crate) unsafe fn drop_overflow(word: u64) {
    // SAFETY: the caller's promise: the array was boxed and belongs to the word alone.
    drop(unsafe { Box::from_raw(word as *mut Overflow) });
}

/// Drops slots and attributes of a dying object.
pub(crate) fn drop_extra(object: *mut Header, class: &Type) {
    for index in 0..class.slot_count() {
        // SAFETY: the object is dying; each word is taken once.
        drop(unsafe { (*slot_word(object, class, index)).take() });
    }
    if !class.has_attrs() {
        return;
    }
    // SAFETY: the object is dying and nobody else can reach it: each owned word is taken once.
    unsafe {
        let word = attrs_word(object, class);
        if (*object).has_flag(flags::DICT_MODE) {
            drop((*word.cast::<Option<Value>>()).take());
            return;
        }
        for place in 0..class.inline_limit(object) {
            match (*inline_word(object, class, place)).take() {
                Some(value) => drop(value),
                None => break,
            }
        }
        if *word != 0 {
            drop(Box::from_raw(*word as *mut Overflow));
        }
    }
}

/// Shows slots and attributes to the collector.
pub(crate) fn traverse_extra(object: *mut Header, class: &Type, visit: &mut Visitor<'_>) {
    // SAFETY: the object is live; words are read only.
    unsafe {
        for index in 0..class.slot_count() {
            if let Some(value) = &*slot_word(object, class, index) {
                visit.value(value);
            }
        }
        if !class.has_attrs() {
            return;
        }
        let word = attrs_word(object, class);
        if (*object).has_flag(flags::DICT_MODE) {
            if let Some(value) = &*word.cast::<Option<Value>>() {
                visit.value(value);
            }
            return;
        }
        for place in 0..class.inline_limit(object) {
            match &*inline_word(object, class, place) {
                Some(value) => visit.value(value),
                None => break,
            }
        }
        if let Some(values) = overflow(object, class) {
            for value in values.iter() {
                visit.value(value);
            }
        }
    }
}

/// Takes slots and attributes from an object of a garbage cycle.
pub(crate) fn clear_extra(object: *mut Header, class: &Type) {
    let mut taken = Vec::new();
    for index in 0..class.slot_count() {
        // SAFETY: the object is live; taking runs no other code.
        taken.extend(unsafe { (*slot_word(object, class, index)).take() });
    }
    if class.has_attrs() {
        // SAFETY: as above.
        let header = unsafe { &*object };
        if header.has_flag(flags::DICT_MODE) {
            // The dict is an object of its own, which others may go on using.
            if let Some(th) = crate::thread::current() {
                // SAFETY: in dict mode the attributes word is an owned dict.
                let old = unsafe {
                    (*attrs_word(object, class).cast::<Option<Value>>())
                        .replace(th.dict(crate::objects::dict::Dict::new()))
                };
                taken.extend(old);
            }
        } else {
            taken.append(&mut take_attributes(object, class));
            if let Some(th) = crate::thread::current() {
                let root = th.interp().shapes.with(header.shape_id(), |shape| shape.root);
                header.set_shape_id(root.unwrap_or(0));
            }
        }
    }
    drop(taken);
}

impl ThreadState {
    /// A new instance of a class without native payload (`object.__new__`).
    pub fn new_plain_instance(&self, class: &Type) -> Value {
        self.new_instance(class, crate::objects::object::Plain)
    }
}
