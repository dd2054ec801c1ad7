//! Reading marshalled data.

use super::{CodeParts, FLAG_REF, MAX_DEPTH, MarshalError, Outline, tag};

/// Where bytes come from: a slice, or a file that the caller wraps.
pub trait Input {
    type Error;
    /// The next `count` bytes; fewer is an error, [`MarshalError`]'s "marshal data too short" for a slice.
    fn take(&mut self, count: usize) -> Result<&[u8], Self::Error>;
    /// The next byte, if there is one.
    fn byte(&mut self) -> Result<Option<u8>, Self::Error>;
    /// How many bytes are left, where that is known: no container holds more items than that.
    fn left(&self) -> Option<usize> {
        None
    }
}

impl Input for &[u8] {
    type Error = MarshalError;

    fn take(&mut self, count: usize) -> Result<&[u8], MarshalError> {
        let (head, rest) = self.split_at_checked(count).ok_or(MarshalError::eof("marshal data too short"))?;
        *self = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<Option<u8>, MarshalError> {
        Ok(self.split_off_first().copied())
    }

    fn left(&self) -> Option<usize> {
        Some(self.len())
    }
}

/// Makes the values that the reader finds.
pub trait Builder {
    type Object: Clone;
    type Error: From<MarshalError>;

    fn none(&mut self) -> Self::Object;
    fn bool(&mut self, value: bool) -> Self::Object;
    fn ellipsis(&mut self) -> Self::Object;
    fn stop_iteration(&mut self) -> Result<Self::Object, Self::Error>;
    fn int(&mut self, value: i64) -> Result<Self::Object, Self::Error>;
    /// Digits of 15 bits, least significant first, the last not zero.
    fn long(&mut self, negative: bool, digits: &[u16]) -> Result<Self::Object, Self::Error>;
    fn float(&mut self, value: f64) -> Result<Self::Object, Self::Error>;
    fn complex(&mut self, real: f64, imaginary: f64) -> Result<Self::Object, Self::Error>;
    fn bytes(&mut self, value: &[u8]) -> Result<Self::Object, Self::Error>;
    /// Text of one byte for each character (Latin-1; nearly always ASCII).
    fn latin1(&mut self, value: &[u8], interned: bool) -> Result<Self::Object, Self::Error>;
    /// Text in UTF-8 with surrogates let through; the builder decodes and refuses.
    fn utf8(&mut self, value: &[u8], interned: bool) -> Result<Self::Object, Self::Error>;
    /// A tuple that its own items may refer to; `None` if the builder has no such thing.
    fn begin_tuple(&mut self, length: usize) -> Result<Option<Self::Object>, Self::Error>;
    fn finish_tuple(
        &mut self,
        begun: Option<Self::Object>,
        items: Vec<Self::Object>,
    ) -> Result<Self::Object, Self::Error>;
    fn new_list(&mut self, length: usize) -> Result<Self::Object, Self::Error>;
    fn append(&mut self, list: &Self::Object, item: Self::Object) -> Result<(), Self::Error>;
    fn new_dict(&mut self) -> Result<Self::Object, Self::Error>;
    fn insert(&mut self, dict: &Self::Object, key: Self::Object, value: Self::Object) -> Result<(), Self::Error>;
    fn new_set(&mut self) -> Result<Self::Object, Self::Error>;
    fn add(&mut self, set: &Self::Object, item: Self::Object) -> Result<(), Self::Error>;
    fn frozenset(&mut self, items: Vec<Self::Object>) -> Result<Self::Object, Self::Error>;
    fn slice(
        &mut self,
        start: Self::Object,
        stop: Self::Object,
        step: Self::Object,
    ) -> Result<Self::Object, Self::Error>;
    fn code(&mut self, parts: CodeParts<Self::Object>) -> Result<Self::Object, Self::Error>;
    /// A code object whose body was written apart ([`super::Writer::with_bodies_apart`]): `length` bytes, which are followed
    /// by `left` more. For files that are known to hold such.
    fn outline(
        &mut self,
        _outline: Outline<Self::Object>,
        _length: usize,
        _left: usize,
    ) -> Result<Self::Object, Self::Error> {
        Err(UNKNOWN.into())
    }
}

const UNKNOWN: MarshalError = MarshalError::value("bad marshal data (unknown type code)");

/// A container whose items are being read.
struct Pending<T> {
    what: What<T>,
    /// Where the value goes among the references, if it has a number.
    reference: Option<usize>,
    /// Items still to come (not used by dicts, which end with NULL).
    left: usize,
    /// Where its items start on the value stack.
    base: usize,
}

enum What<T> {
    Tuple(Option<T>),
    List(T),
    Dict { dict: T, key: Option<T> },
    Set(T),
    FrozenSet,
    Slice,
    Code { numbers: [i32; 5], firstlineno: i32 },
    Outline { numbers: [i32; OUTLINE_NUMBERS] },
}

/// What the next bytes held.
enum Step<T> {
    Value(T),
    Null,
    Opened,
}

/// Code objects hold ten objects; the first line comes after eight of them.
const CODE_OBJECTS: usize = 10;
const CODE_OBJECTS_AFTER_LINE: usize = 2;

/// Of an outline: as many numbers, then as many objects.
const OUTLINE_NUMBERS: usize = 9;
const OUTLINE_OBJECTS: usize = 3;

const SIZE_LIMIT: i32 = i32::MAX;

/// Reads one value after another from an input.
pub struct Reader<'b, I, B: Builder> {
    input: I,
    builder: &'b mut B,
    references: Vec<Option<B::Object>>,
    pending: Vec<Pending<B::Object>>,
    values: Vec<B::Object>,
    allow_code: bool,
}

impl<'b, I, B> Reader<'b, I, B>
where
    I: Input,
    B: Builder,
    B::Error: From<I::Error>,
{
    pub fn new(input: I, builder: &'b mut B, allow_code: bool) -> Self {
        Reader { input, builder, references: Vec::new(), pending: Vec::new(), values: Vec::new(), allow_code }
    }

    /// What has not been read yet.
    pub fn into_input(self) -> I {
        self.input
    }

    /// Reads one value.
    pub fn read(&mut self) -> Result<B::Object, B::Error> {
        self.references.clear();
        self.read_next()
    }

    /// Reads one value more, which may refer to those before.
    pub fn read_next(&mut self) -> Result<B::Object, B::Error> {
        self.pending.clear();
        self.values.clear();
        loop {
            let mut step = self.step()?;
            // A finished value may finish what holds it, and so on outward.
            loop {
                let Some(top) = self.pending.last_mut() else {
                    match step {
                        Step::Value(value) => return Ok(value),
                        Step::Null => return Err(MarshalError::null("NULL object in marshal data for object").into()),
                        Step::Opened => break,
                    }
                };
                match step {
                    Step::Opened => {
                        if top.left > 0 || matches!(top.what, What::Dict { .. }) {
                            break;
                        }
                    }
                    Step::Null => match &top.what {
                        What::Dict { .. } => {}
                        What::Tuple(_) => return Err(null("tuple")),
                        What::List(_) => return Err(null("list")),
                        What::Set(_) | What::FrozenSet => return Err(null("set")),
                        What::Slice | What::Code { .. } | What::Outline { .. } => return Err(null("object")),
                    },
                    Step::Value(value) => {
                        if self.take_item(value)? {
                            break;
                        }
                    }
                }
                step = Step::Value(self.finish()?);
            }
        }
    }

    /// Gives the innermost container an item. Returns whether it wants more.
    fn take_item(&mut self, value: B::Object) -> Result<bool, B::Error> {
        let Some(top) = self.pending.last_mut() else { return Ok(false) };
        match &mut top.what {
            What::List(list) => self.builder.append(list, value)?,
            What::Set(set) => self.builder.add(set, value)?,
            What::Dict { dict, key } => {
                match key.take() {
                    None => *key = Some(value),
                    Some(key) => self.builder.insert(dict, key, value)?,
                }
                return Ok(true);
            }
            What::Code { firstlineno, .. } => {
                self.values.push(value);
                if top.left == CODE_OBJECTS_AFTER_LINE + 1 {
                    *firstlineno = i32::from_le_bytes(array(self.input.take(4)?));
                }
            }
            What::Tuple(_) | What::FrozenSet | What::Slice | What::Outline { .. } => self.values.push(value),
        }
        top.left -= 1;
        Ok(top.left > 0)
    }

    /// Makes the innermost container's value.
    fn finish(&mut self) -> Result<B::Object, B::Error> {
        let Some(done) = self.pending.pop() else { return Ok(self.builder.none()) };
        let items = self.values.split_off(done.base.min(self.values.len()));
        let value = match done.what {
            What::Tuple(begun) => self.builder.finish_tuple(begun, items)?,
            What::List(value) | What::Set(value) | What::Dict { dict: value, .. } => value,
            What::FrozenSet => self.builder.frozenset(items)?,
            What::Slice => {
                let [start, stop, step] = take_array::<_, B::Error, _>(items)?;
                self.builder.slice(start, stop, step)?
            }
            What::Code { numbers, firstlineno } => {
                let objects = take_array::<_, B::Error, _>(items)?;
                self.builder.code(code_parts(numbers, firstlineno, objects))?
            }
            What::Outline { numbers } => {
                let objects = take_array::<_, B::Error, _>(items)?;
                let length = self.size("bad marshal data (body size out of range)")?;
                self.input.take(length)?;
                let left = self.input.left().ok_or(UNKNOWN)?;
                self.builder.outline(Outline::new(numbers, objects), length, left)?
            }
        };
        if let Some(place) = done.reference.and_then(|index| self.references.get_mut(index)) {
            *place = Some(value.clone());
        }
        Ok(value)
    }

    fn step(&mut self) -> Result<Step<B::Object>, B::Error> {
        let Some(byte) = self.input.byte()? else {
            return Err(MarshalError::eof("EOF read where object expected").into());
        };
        if self.pending.len() >= MAX_DEPTH {
            return Err(MarshalError::value("recursion limit exceeded").into());
        }
        let flagged = byte & FLAG_REF != 0;
        let value = match byte & !FLAG_REF {
            tag::NULL => return Ok(Step::Null),
            tag::NONE => return Ok(Step::Value(self.builder.none())),
            tag::FALSE => return Ok(Step::Value(self.builder.bool(false))),
            tag::TRUE => return Ok(Step::Value(self.builder.bool(true))),
            tag::ELLIPSIS => return Ok(Step::Value(self.builder.ellipsis())),
            tag::STOP_ITERATION => return Ok(Step::Value(self.builder.stop_iteration()?)),
            tag::REF => {
                let index = self.long()?;
                let index = usize::try_from(index).ok();
                let found = match index.and_then(|index| self.references.get(index)?.clone()) {
                    Some(found) => Some(found),
                    None => self.unfinished_tuple(index)?,
                };
                return match found {
                    Some(value) => Ok(Step::Value(value)),
                    None => Err(MarshalError::value("bad marshal data (invalid reference)").into()),
                };
            }
            tag::INT => {
                let value = self.long()?;
                self.builder.int(i64::from(value))?
            }
            tag::INT64 => {
                let value = i64::from_le_bytes(array(self.input.take(8)?));
                self.builder.int(value)?
            }
            tag::LONG => self.digits()?,
            tag::FLOAT => {
                let value = self.double()?;
                self.builder.float(value)?
            }
            tag::TEXT_FLOAT => {
                let value = self.text_double()?;
                self.builder.float(value)?
            }
            tag::COMPLEX => {
                let (real, imaginary) = (self.double()?, self.double()?);
                self.builder.complex(real, imaginary)?
            }
            tag::TEXT_COMPLEX => {
                let (real, imaginary) = (self.text_double()?, self.text_double()?);
                self.builder.complex(real, imaginary)?
            }
            tag::BYTES => {
                let count = self.size("bad marshal data (bytes object size out of range)")?;
                self.builder.bytes(self.input.take(count)?)?
            }
            kind @ (tag::ASCII | tag::ASCII_INTERNED) => {
                let count = self.size("bad marshal data (string size out of range)")?;
                self.builder.latin1(self.input.take(count)?, kind == tag::ASCII_INTERNED)?
            }
            kind @ (tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED) => {
                let count = self.short()?;
                self.builder.latin1(self.input.take(count)?, kind == tag::SHORT_ASCII_INTERNED)?
            }
            kind @ (tag::UNICODE | tag::INTERNED) => {
                let count = self.size("bad marshal data (string size out of range)")?;
                self.builder.utf8(self.input.take(count)?, kind == tag::INTERNED)?
            }
            kind => return self.open(kind, flagged),
        };
        if flagged {
            self.references.push(Some(value.clone()));
        }
        Ok(Step::Value(value))
    }

    /// A tuple that something inside it refers to. This is rare, so it is made only now.
    fn unfinished_tuple(&mut self, index: Option<usize>) -> Result<Option<B::Object>, B::Error> {
        let Some(place) = self.pending.iter().position(|pending| index.is_some() && pending.reference == index) else {
            return Ok(None);
        };
        // The items between this container's and the next one's.
        let end = self.pending.get(place + 1).map_or(self.values.len(), |next| next.base);
        let Some(Pending { what: What::Tuple(begun), left, base, .. }) = self.pending.get_mut(place) else {
            return Ok(None);
        };
        let made = self.builder.begin_tuple(*left + end.saturating_sub(*base))?;
        *begun = made.clone();
        if let Some(reference) = index.and_then(|index| self.references.get_mut(index)) {
            *reference = made.clone();
        }
        Ok(made)
    }

    /// Starts a container.
    fn open(&mut self, kind: u8, flagged: bool) -> Result<Step<B::Object>, B::Error> {
        let (what, begun, left) = match kind {
            tag::SMALL_TUPLE | tag::TUPLE => {
                let count = match kind {
                    tag::SMALL_TUPLE => self.short()?,
                    _ => self.size("bad marshal data (tuple size out of range)")?,
                };
                self.check_count(count)?;
                (What::Tuple(None), None, count)
            }
            tag::LIST => {
                let count = self.size("bad marshal data (list size out of range)")?;
                self.check_count(count)?;
                let list = self.builder.new_list(count)?;
                (What::List(list.clone()), Some(list), count)
            }
            tag::DICT => {
                let dict = self.builder.new_dict()?;
                (What::Dict { dict: dict.clone(), key: None }, Some(dict), 0)
            }
            tag::SET | tag::FROZENSET => {
                let count = self.size("bad marshal data (set size out of range)")?;
                self.check_count(count)?;
                if kind == tag::SET {
                    let set = self.builder.new_set()?;
                    (What::Set(set.clone()), Some(set), count)
                } else {
                    (What::FrozenSet, None, count)
                }
            }
            tag::SLICE => (What::Slice, None, 3),
            tag::CODE => {
                if !self.allow_code {
                    return Err(MarshalError::value("unmarshalling code objects is disallowed").into());
                }
                let mut numbers = [0; 5];
                for number in &mut numbers {
                    *number = self.long()?;
                }
                (What::Code { numbers, firstlineno: 0 }, None, CODE_OBJECTS)
            }
            tag::OUTLINE if self.allow_code => {
                let mut numbers = [0; OUTLINE_NUMBERS];
                for number in &mut numbers {
                    *number = self.long()?;
                }
                (What::Outline { numbers }, None, OUTLINE_OBJECTS)
            }
            _ => return Err(UNKNOWN.into()),
        };
        let reference = flagged.then(|| {
            self.references.push(begun);
            self.references.len() - 1
        });
        self.pending.push(Pending { what, reference, left, base: self.values.len() });
        Ok(Step::Opened)
    }

    /// Every item takes a byte at least: a count beyond what is left is refused before memory is taken for it.
    fn check_count(&self, count: usize) -> Result<(), B::Error> {
        match self.input.left() {
            Some(left) if count > left => Err(MarshalError::eof("EOF read where object expected").into()),
            _ => Ok(()),
        }
    }

    fn long(&mut self) -> Result<i32, B::Error> {
        Ok(i32::from_le_bytes(array(self.input.take(4)?)))
    }

    fn double(&mut self) -> Result<f64, B::Error> {
        Ok(f64::from_le_bytes(array(self.input.take(8)?)))
    }

    fn short(&mut self) -> Result<usize, B::Error> {
        match self.input.byte()? {
            Some(byte) => Ok(usize::from(byte)),
            None => Err(MarshalError::eof("EOF read where not expected").into()),
        }
    }

    fn size(&mut self, message: &'static str) -> Result<usize, B::Error> {
        usize::try_from(self.long()?).map_err(|_| MarshalError::value(message).into())
    }

    fn text_double(&mut self) -> Result<f64, B::Error> {
        let count = self.short()?;
        let bytes = self.input.take(count)?;
        let text = String::from_utf8_lossy(bytes);
        match text.parse() {
            Ok(value) if text.trim() == text => Ok(value),
            _ => {
                let message = format!("could not convert string to float: '{text}'");
                Err(MarshalError { kind: super::ErrorKind::Value, message: message.into() }.into())
            }
        }
    }

    fn digits(&mut self) -> Result<B::Object, B::Error> {
        let count = self.long()?;
        if count == 0 {
            return self.builder.int(0);
        }
        if !(-SIZE_LIMIT..=SIZE_LIMIT).contains(&count) {
            return Err(MarshalError::value("bad marshal data (long size out of range)").into());
        }
        let bytes = self.input.take(count.unsigned_abs() as usize * 2)?;
        let digits: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        if digits.iter().any(|&digit| digit > 0x7FFF) {
            return Err(MarshalError::value("bad marshal data (digit out of range in long)").into());
        }
        if digits.last() == Some(&0) {
            return Err(MarshalError::value("bad marshal data (unnormalized long data)").into());
        }
        self.builder.long(count < 0, &digits)
    }
}

fn null<E: From<MarshalError>>(what: &'static str) -> E {
    MarshalError::null(match what {
        "tuple" => "NULL object in marshal data for tuple",
        "list" => "NULL object in marshal data for list",
        "set" => "NULL object in marshal data for set",
        _ => "NULL object in marshal data for object",
    })
    .into()
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}

fn take_array<T, E: From<MarshalError>, const N: usize>(items: Vec<T>) -> Result<[T; N], E> {
    items.try_into().map_err(|_| UNKNOWN.into())
}

fn code_parts<T>(numbers: [i32; 5], firstlineno: i32, objects: [T; CODE_OBJECTS]) -> CodeParts<T> {
    let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] = numbers;
    let [code, consts, names, localsplusnames, localspluskinds, filename, name, qualname, linetable, exceptiontable] =
        objects;
    CodeParts {
        argcount,
        posonlyargcount,
        kwonlyargcount,
        stacksize,
        flags,
        code,
        consts,
        names,
        localsplusnames,
        localspluskinds,
        filename,
        name,
        qualname,
        firstlineno,
        linetable,
        exceptiontable,
    }
}
