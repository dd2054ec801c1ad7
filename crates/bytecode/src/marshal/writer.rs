//! Writing values in the marshal format.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{CodeParts, FLAG_REF, MAX_DEPTH, MarshalError, tag};

/// What a value is, for the writer. Containers give their items through [`Source::items`].
pub enum Node<'a, T> {
    None,
    Bool(bool),
    Ellipsis,
    StopIteration,
    Int(i64),
    /// Digits of 15 bits, least significant first, the last not zero.
    Long {
        negative: bool,
        digits: Vec<u16>,
    },
    Float(f64),
    Complex(f64, f64),
    Bytes(std::borrow::Cow<'a, [u8]>),
    /// Text in UTF-8 with surrogates let through.
    Str {
        utf8: std::borrow::Cow<'a, [u8]>,
        ascii: bool,
        interned: bool,
    },
    Tuple,
    List,
    /// Items are key, value, key, value, ...
    Dict,
    Set,
    FrozenSet,
    /// Items are start, stop, step.
    Slice,
    Code(Box<CodeParts<T>>),
    /// Anything that marshal does not write.
    Other,
}

/// Shows the writer what values are.
pub trait Source {
    type Object: Clone;
    type Error: From<MarshalError>;

    fn node<'a>(&'a mut self, object: &'a Self::Object) -> Result<Node<'a, Self::Object>, Self::Error>;
    /// Appends a container's items in order.
    fn items(&mut self, object: &Self::Object, items: &mut Vec<Self::Object>) -> Result<(), Self::Error>;
    /// Who the value is, if it may occur more than once: with one reference only (and not an interned string) it cannot.
    fn identity(&mut self, object: &Self::Object) -> Option<u64>;
    /// Called after an item of a set was looked at, which may have run Python code: fails if the set has not `count` items
    /// any more.
    fn unchanged(&mut self, _set: &Self::Object, _count: usize) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// What is still to be written.
enum Work<T> {
    Object(T, usize),
    Long(i32),
    Byte(u8),
    /// A body, with its length before it.
    Body(Vec<u8>),
    /// A code object or slice is complete.
    Close(u64),
}

/// Writes values to bytes.
pub struct Writer<'s, S: Source> {
    source: &'s mut S,
    version: i32,
    allow_code: bool,
    bodies_apart: bool,
    out: Vec<u8>,
    references: FxHashMap<u64, u32>,
    /// Code objects and slices that are being written: they cannot be made of what refers to them.
    open: FxHashSet<u64>,
    work: Vec<Work<S::Object>>,
    scratch: Vec<S::Object>,
}

impl<'s, S: Source> Writer<'s, S> {
    pub fn new(source: &'s mut S, version: i32, allow_code: bool) -> Self {
        Writer {
            source,
            version,
            allow_code,
            bodies_apart: false,
            out: Vec::new(),
            references: FxHashMap::default(),
            open: FxHashSet::default(),
            work: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Has the bodies of functions written apart: see [`super::Outline`].
    pub fn with_bodies_apart(self) -> Self {
        Writer { bodies_apart: true, ..self }
    }

    /// What has been written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// Writes one value.
    pub fn write(&mut self, object: &S::Object) -> Result<(), S::Error> {
        self.write_at(object, 1)
    }

    /// Writes a value that is nested in others already; `depth` counts it and them.
    fn write_at(&mut self, object: &S::Object, depth: usize) -> Result<(), S::Error> {
        self.work.push(Work::Object(object.clone(), depth));
        while let Some(work) = self.work.pop() {
            match work {
                Work::Object(object, depth) => self.object(&object, depth)?,
                Work::Long(value) => self.long(value),
                Work::Byte(value) => self.out.push(value),
                Work::Body(body) => {
                    self.size(body.len())?;
                    self.out.extend(body);
                }
                Work::Close(identity) => {
                    self.open.remove(&identity);
                }
            }
        }
        Ok(())
    }

    fn long(&mut self, value: i32) {
        self.out.extend(value.to_le_bytes());
    }

    fn size(&mut self, count: usize) -> Result<(), MarshalError> {
        self.long(i32::try_from(count).map_err(|_| UNMARSHALLABLE)?);
        Ok(())
    }

    fn object(&mut self, object: &S::Object, depth: usize) -> Result<(), S::Error> {
        if depth > MAX_DEPTH {
            return Err(MarshalError::value("object too deeply nested to marshal").into());
        }
        let simple = match self.source.node(object)? {
            Node::None => tag::NONE,
            Node::Bool(false) => tag::FALSE,
            Node::Bool(true) => tag::TRUE,
            Node::Ellipsis => tag::ELLIPSIS,
            Node::StopIteration => tag::STOP_ITERATION,
            _ => 0,
        };
        if simple != 0 {
            self.out.push(simple);
            return Ok(());
        }
        let (mut flag, mut named) = (0, None);
        if self.version >= 3
            && let Some(identity) = self.source.identity(object)
        {
            let next = self.references.len() as u32;
            match self.references.entry(identity) {
                std::collections::hash_map::Entry::Occupied(found) => {
                    if self.open.contains(&identity) {
                        return Err(UNMARSHALLABLE.into());
                    }
                    let index = *found.get() as i32;
                    self.out.push(tag::REF);
                    self.long(index);
                    return Ok(());
                }
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(next);
                    (flag, named) = (FLAG_REF, Some(identity));
                }
            }
        }
        self.referable(object, flag, named, depth)
    }

    fn referable(&mut self, object: &S::Object, flag: u8, named: Option<u64>, depth: usize) -> Result<(), S::Error> {
        let node = self.source.node(object)?;
        let out = &mut self.out;
        match node {
            Node::Int(value) => match i32::try_from(value) {
                Ok(small) => {
                    out.push(tag::INT | flag);
                    out.extend(small.to_le_bytes());
                }
                Err(_) => {
                    let mut digits = Vec::with_capacity(5);
                    let mut rest = value.unsigned_abs();
                    while rest > 0 {
                        digits.push((rest & 0x7FFF) as u16);
                        rest >>= 15;
                    }
                    write_digits(out, flag, value < 0, &digits)?;
                }
            },
            Node::Long { negative, digits } => write_digits(out, flag, negative, &digits)?,
            Node::Float(value) if self.version > 1 => {
                out.push(tag::FLOAT | flag);
                out.extend(value.to_le_bytes());
            }
            Node::Float(value) => {
                out.push(tag::TEXT_FLOAT | flag);
                write_text_float(out, value);
            }
            Node::Complex(real, imaginary) if self.version > 1 => {
                out.push(tag::COMPLEX | flag);
                out.extend(real.to_le_bytes());
                out.extend(imaginary.to_le_bytes());
            }
            Node::Complex(real, imaginary) => {
                out.push(tag::TEXT_COMPLEX | flag);
                write_text_float(out, real);
                write_text_float(out, imaginary);
            }
            Node::Bytes(bytes) => write_sized(out, tag::BYTES | flag, &bytes)?,
            Node::Str { utf8, ascii, interned } => {
                if self.version >= 4 && ascii {
                    match u8::try_from(utf8.len()) {
                        Ok(length) => {
                            let tag = if interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII };
                            out.extend([tag | flag, length]);
                            out.extend_from_slice(&utf8);
                        }
                        Err(_) => {
                            let tag = if interned { tag::ASCII_INTERNED } else { tag::ASCII };
                            write_sized(out, tag | flag, &utf8)?;
                        }
                    }
                } else {
                    let tag = if self.version >= 3 && interned { tag::INTERNED } else { tag::UNICODE };
                    write_sized(out, tag | flag, &utf8)?;
                }
            }
            Node::Tuple => {
                let items = self.take_items(object)?;
                match u8::try_from(items.len()) {
                    Ok(count) if self.version >= 4 => self.out.extend([tag::SMALL_TUPLE | flag, count]),
                    _ => {
                        self.out.push(tag::TUPLE | flag);
                        self.size(items.len())?;
                    }
                }
                self.schedule(items, depth);
            }
            Node::List => {
                let items = self.take_items(object)?;
                self.out.push(tag::LIST | flag);
                self.size(items.len())?;
                self.schedule(items, depth);
            }
            Node::Dict => {
                let items = self.take_items(object)?;
                self.out.push(tag::DICT | flag);
                self.work.push(Work::Byte(tag::NULL));
                self.schedule(items, depth);
            }
            node @ (Node::Set | Node::FrozenSet) => {
                let tag = if matches!(node, Node::Set) { tag::SET } else { tag::FROZENSET };
                drop(node);
                let items = self.take_items(object)?;
                self.out.push(tag | flag);
                self.size(items.len())?;
                let items = self.sorted(object, items, depth)?;
                self.schedule(items, depth);
            }
            Node::Slice if self.version >= 5 => {
                let items = self.take_items(object)?;
                self.out.push(tag::SLICE | flag);
                self.begin(named);
                self.schedule(items, depth);
            }
            Node::Code(parts) => {
                if !self.allow_code {
                    return Err(MarshalError::value("marshalling code objects is disallowed").into());
                }
                if self.bodies_apart && parts.flags as u32 & crate::code::flags::OPTIMIZED != 0 {
                    self.out.push(tag::OUTLINE | flag);
                    return self.outline(*parts, depth);
                }
                self.out.push(tag::CODE | flag);
                self.begin(named);
                self.code(*parts, depth);
            }
            _ => return Err(UNMARSHALLABLE.into()),
        }
        Ok(())
    }

    fn code(&mut self, parts: CodeParts<S::Object>, depth: usize) {
        for number in [parts.argcount, parts.posonlyargcount, parts.kwonlyargcount, parts.stacksize, parts.flags] {
            self.long(number);
        }
        let after = [parts.linetable, parts.exceptiontable];
        let before = [
            parts.code,
            parts.consts,
            parts.names,
            parts.localsplusnames,
            parts.localspluskinds,
            parts.filename,
            parts.name,
            parts.qualname,
        ];
        self.schedule(after, depth);
        self.work.push(Work::Long(parts.firstlineno));
        self.schedule(before, depth);
    }

    fn outline(&mut self, parts: CodeParts<S::Object>, depth: usize) -> Result<(), S::Error> {
        let kinds = self.bytes(&parts.localspluskinds)?;
        let free = kinds.iter().filter(|&&kind| kind & crate::code::local::FREE != 0).count();
        let code = self.bytes(&parts.code)?;
        let handles = code.chunks_exact(2).any(|unit| u16::from(unit[0]) == crate::opcode::op::PUSH_EXC_INFO);
        let mut body = Writer::new(&mut *self.source, self.version, true).with_bodies_apart();
        for object in [
            &parts.code,
            &parts.consts,
            &parts.names,
            &parts.localsplusnames,
            &parts.localspluskinds,
            &parts.linetable,
            &parts.exceptiontable,
        ] {
            body.write_at(object, depth + 1)?;
        }
        let body = body.into_bytes();
        for number in [parts.argcount, parts.posonlyargcount, parts.kwonlyargcount, parts.stacksize, parts.flags] {
            self.long(number);
        }
        for number in [parts.firstlineno, kinds.len() as i32, free as i32, i32::from(handles)] {
            self.long(number);
        }
        self.work.push(Work::Body(body));
        self.schedule([parts.filename, parts.name, parts.qualname], depth);
        Ok(())
    }

    fn bytes(&mut self, object: &S::Object) -> Result<Vec<u8>, S::Error> {
        match self.source.node(object)? {
            Node::Bytes(bytes) => Ok(bytes.into_owned()),
            _ => Err(UNMARSHALLABLE.into()),
        }
    }

    /// Notes that a code object or slice is open until what is scheduled next has been written.
    fn begin(&mut self, named: Option<u64>) {
        if let Some(identity) = named {
            self.open.insert(identity);
            self.work.push(Work::Close(identity));
        }
    }

    fn take_items(&mut self, object: &S::Object) -> Result<Vec<S::Object>, S::Error> {
        let mut items = std::mem::take(&mut self.scratch);
        items.clear();
        self.source.items(object, &mut items)?;
        Ok(items)
    }

    /// Has items written next, first one first.
    fn schedule(&mut self, items: impl IntoIterator<Item = S::Object, IntoIter: DoubleEndedIterator>, depth: usize) {
        self.work.extend(items.into_iter().rev().map(|item| Work::Object(item, depth + 1)));
    }

    /// The items of a set in the order of their own marshalled bytes, so that equal sets are written alike.
    fn sorted(&mut self, set: &S::Object, items: Vec<S::Object>, depth: usize) -> Result<Vec<S::Object>, S::Error> {
        if items.len() < 2 {
            return Ok(items);
        }
        let count = items.len();
        let mut keyed = Vec::with_capacity(count);
        for item in items {
            let mut writer = Writer::new(&mut *self.source, self.version, self.allow_code);
            writer.write_at(&item, depth + 1)?;
            keyed.push((writer.into_bytes(), item));
            self.source.unchanged(set, count)?;
        }
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(keyed.into_iter().map(|(_, item)| item).collect())
    }
}

const UNMARSHALLABLE: MarshalError = MarshalError::value("unmarshallable object");

fn write_sized(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) -> Result<(), MarshalError> {
    let count = i32::try_from(bytes.len()).map_err(|_| UNMARSHALLABLE)?;
    out.push(tag);
    out.extend(count.to_le_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

fn write_digits(out: &mut Vec<u8>, flag: u8, negative: bool, digits: &[u16]) -> Result<(), MarshalError> {
    let count = i32::try_from(digits.len()).map_err(|_| UNMARSHALLABLE)?;
    out.push(tag::LONG | flag);
    out.extend((if negative { -count } else { count }).to_le_bytes());
    out.extend(digits.iter().flat_map(|digit| digit.to_le_bytes()));
    Ok(())
}

/// A float as versions 0 and 1 write it: a length byte and 17 significant digits as C's `%g` prints them.
fn write_text_float(out: &mut Vec<u8>, value: f64) {
    const DIGITS: i32 = 17;
    let text = if value.is_finite() {
        let scientific = format!("{value:.16e}");
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        if (-4..DIGITS).contains(&exponent) {
            let fixed = format!("{value:.*}", (DIGITS - 1 - exponent) as usize);
            if fixed.contains('.') { fixed.trim_end_matches('0').trim_end_matches('.').to_owned() } else { fixed }
        } else {
            let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
            format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
        }
    } else if value.is_nan() {
        "nan".to_owned()
    } else {
        if value > 0.0 { "inf" } else { "-inf" }.to_owned()
    };
    out.push(text.len() as u8);
    out.extend_from_slice(text.as_bytes());
}
