//! Which constants of code objects are one object in CPython, so that `.pyc` files come out with its references.
//!
//! CPython's compiler merges equal constants, name tuples and tables of all the code objects that it makes in one go, and its
//! marshal gives a reference number to what has more than one owner. Here tables are no objects and equal constants of two
//! functions are two, so the owners are counted by content.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::objects::code::Code;
use crate::objects::int::IntView;
use crate::objects::slice::Slice;
use crate::{ThreadState, Value};

/// Tuples whose content takes more bytes than this are told apart by identity.
const LONGEST_TUPLE: usize = 4096;
/// Values nested deeper are told apart by identity, too.
const DEEPEST: usize = 16;
/// Ints that CPython holds one object each of.
const SMALL: std::ops::RangeInclusive<i64> = -5..=256;

#[derive(Default)]
pub(super) struct Sharing {
    /// By content a number and how many owners it has.
    owners: FxHashMap<Vec<u8>, (u64, u32)>,
    /// The bytes of code objects, which CPython keeps and so always gives a number; alive, so that addresses stay theirs.
    code: FxHashMap<u64, Value>,
    /// Code objects that have been looked at.
    seen: FxHashSet<u64>,
}

impl Sharing {
    /// Looks at a code object and those in it.
    pub fn count(&mut self, th: &ThreadState, code: &Value) {
        let mut stack = vec![code.clone()];
        while let Some(code) = stack.pop() {
            let new = self.seen.insert(code.bits());
            let Some(parts) = code.downcast::<Code>().filter(|_| new).map(Code::parts) else { continue };
            for bytes in [&parts.linetable, &parts.exceptiontable] {
                self.own(&th.bytes(bytes));
            }
            for names in [&parts.names, &parts.localsplusnames] {
                self.own(names);
            }
            if self.own(&parts.consts)
                && let Some(consts) = parts.consts.as_tuple()
            {
                for constant in consts.as_slice() {
                    if constant.downcast::<Code>().is_some() {
                        stack.push(constant.clone());
                    } else {
                        self.own_with_items(constant, 0);
                    }
                }
            }
        }
    }

    fn own_with_items(&mut self, value: &Value, depth: usize) {
        if self.own(value)
            && depth < DEEPEST
            && let Some(items) = value.as_tuple()
        {
            items.as_slice().iter().for_each(|item| self.own_with_items(item, depth + 1));
        }
    }

    /// One more owner of a value; true if it is the first (or if content says nothing).
    fn own(&mut self, value: &Value) -> bool {
        let Some(content) = content(value) else { return true };
        let next = self.owners.len() as u64;
        let entry = self.owners.entry(content).or_insert((next, 0));
        entry.1 += 1;
        entry.1 == 1
    }

    /// The parts of a code object are about to be written.
    pub fn keep_code(&mut self, bytes: &Value) {
        self.code.insert(bytes.bits(), bytes.clone());
    }

    /// Who a value is: `None` if this does not tell, `Some(None)` if it has one owner.
    pub fn identity(&self, value: &Value) -> Option<Option<u64>> {
        if let Some(number) = value.as_int().and_then(|int| int.to_i64()).filter(|number| SMALL.contains(number)) {
            return Some(Some(((number - SMALL.start()) as u64) << 3 | 3));
        }
        if self.code.contains_key(&value.bits()) {
            return Some(Some(value.bits()));
        }
        if is_singleton(value) {
            return Some(Some(value.bits()));
        }
        if self.owners.is_empty() {
            return None;
        }
        let &(number, owners) = self.owners.get(&content(value)?)?;
        Some((owners > 1).then_some(number << 3 | 7))
    }
}

fn is_singleton(value: &Value) -> bool {
    value.as_tuple().is_some_and(|items| items.as_slice().is_empty())
        || value.as_bytes().is_some_and(|bytes| bytes.len() < 2)
        || crate::objects::str::is_interned(value)
}

/// What makes a value equal to another of its type; `None` for what is compared by identity only.
fn content(value: &Value) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    write_content(value, 0, &mut out).then_some(out)
}

fn write_content(value: &Value, depth: usize, out: &mut Vec<u8>) -> bool {
    let sized = |tag: u8, bytes: &[u8], out: &mut Vec<u8>| {
        out.push(tag);
        out.extend((bytes.len() as u64).to_le_bytes());
        out.extend_from_slice(bytes);
        true
    };
    if value.class().is_heap_type() || depth > DEEPEST {
        return false;
    }
    if value.is_none() || value.as_bool().is_some() || value.is(&Value::ELLIPSIS) {
        return sized(b'N', &value.bits().to_le_bytes(), out);
    }
    match value.as_int() {
        Some(IntView::Small(number)) => return sized(b'i', &number.to_le_bytes(), out),
        Some(IntView::Big(number)) => return sized(b'l', number.to_string().as_bytes(), out),
        None => {}
    }
    if let Some(number) = value.as_float() {
        return sized(b'f', &number.to_bits().to_le_bytes(), out);
    }
    if let Some(text) = value.as_str() {
        return sized(b'u', &text.to_wtf8(), out);
    }
    if let Some(bytes) = value.as_bytes() {
        return sized(b's', bytes.as_slice(), out);
    }
    if let Some(slice) = value.downcast::<Slice>() {
        out.push(b':');
        return [&slice.start, &slice.stop, &slice.step].into_iter().all(|item| write_content(item, depth + 1, out));
    }
    let Some(items) = value.as_tuple() else { return false };
    out.push(b'(');
    out.extend((items.as_slice().len() as u64).to_le_bytes());
    items.as_slice().iter().all(|item| out.len() < LONGEST_TUPLE && write_content(item, depth + 1, out))
}
