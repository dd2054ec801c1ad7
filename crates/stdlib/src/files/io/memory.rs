//! What the streams in memory (`BytesIO`, `StringIO`) share: arguments and pickled state.

use runtime::args::{ArgAt, FromArg};
use runtime::buffer::Buffer;
use runtime::objects::bytes::BYTES_TYPE;
use runtime::objects::dict::{DICT_TYPE, Dict};
use runtime::objects::exceptions as exc;
use runtime::{Raised, Res, ThreadState, Value};

/// What is to be written: the bytes of any bytes-like object, without the ceremony of a buffer for plain `bytes`.
pub enum Data {
    Plain(Value),
    Buffer(Buffer),
}

impl Data {
    pub fn of(th: &ThreadState, value: &Value) -> Res<Data> {
        if value.is_exactly(&BYTES_TYPE) {
            return Ok(Data::Plain(value.clone()));
        }
        th.readable_buffer(value).map(Data::Buffer)
    }

    /// The bytes. While other code runs they may change, unless the object is read-only.
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Data::Plain(bytes) => bytes.as_bytes().map_or(&[], |bytes| bytes.as_slice()),
            Data::Buffer(buffer) => buffer.as_slice(),
        }
    }

    pub fn is_constant(&self) -> bool {
        matches!(self, Data::Plain(_))
    }
}

impl<'a> FromArg<'a> for Data {
    #[inline]
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        Data::of(th, value)
    }
}

/// A `size` argument: None and negative numbers mean everything.
pub fn size_argument(th: &ThreadState, size: &Value) -> Res<Option<usize>> {
    match size.as_small_int() {
        Some(size) => Ok(usize::try_from(size).ok()),
        None if size.is_none() => Ok(None),
        None if !th.is_index(size) => {
            let class = size.class().full_name();
            Err(th.type_error(format_args!("argument should be integer or None, not '{class}'")))
        }
        None => Ok(usize::try_from(th.index_or(size, &exc::OVERFLOW_ERROR)?).ok()),
    }
}

/// A copy of the instance's attributes for pickling; None without any.
pub fn attributes_copy(th: &ThreadState, stream: &Value) -> Res {
    if runtime::instance::attributes(th, stream).is_empty() {
        return Ok(Value::NONE);
    }
    match runtime::instance::dict(th, stream) {
        Some(dict) => Ok(dict.downcast::<Dict>().map(|attributes| th.dict(attributes.copy())).unwrap_or(dict)),
        None => Ok(Value::NONE),
    }
}

/// The attributes that a pickled state carries.
pub fn restore_attributes(th: &ThreadState, stream: &Value, attributes: &Value, which: &str) -> Res<()> {
    if attributes.is_none() {
        return Ok(());
    }
    let Some(dict) = attributes.downcast::<Dict>().filter(|_| attributes.is_instance_of(&DICT_TYPE)) else {
        let class = attributes.class().full_name();
        return Err(th.type_error(format_args!("{which} item of state should be a dict, got a {class}")));
    };
    for (name, value) in dict.to_vec() {
        match runtime::instance::dict(th, stream) {
            Some(own) => th.set_item(&own, &name, &value)?,
            None => th.setattr(stream, &name, Some(&value))?,
        }
    }
    Ok(())
}

/// The position that a pickled state carries; `wrong` starts the error about another type.
pub fn state_position(th: &ThreadState, position: &Value, wrong: &str) -> Res<usize> {
    if position.as_int().is_none() {
        let class = position.class().full_name();
        return Err(th.type_error(format_args!("{wrong} {class}")));
    }
    let position = th.index_or(position, &exc::OVERFLOW_ERROR)?;
    usize::try_from(position).map_err(|_| th.value_error("position value cannot be negative"))
}

pub fn wrong_state(th: &ThreadState, stream: &Value, state: &Value, items: usize) -> Raised {
    let (class, found) = (stream.class().full_name(), state.class().full_name());
    th.type_error(format_args!("{class}.__setstate__ argument should be {items}-tuple, got {found}"))
}

/// Streams over files have no state that could be kept.
pub fn cannot_pickle(th: &ThreadState, stream: &Value) -> Raised {
    th.type_error(format_args!("cannot pickle '{}' instances", stream.class().name()))
}
