//! `_bisect`: where an item belongs in a sorted sequence.

use macros::pymodule;
use runtime::objects::exceptions as exc;
use runtime::objects::list::{LIST_TYPE, List};
use runtime::{CompareOp, Res, ThreadState, Value};

/// On which side of equal items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// `hi`: an index, or `None` for the end.
fn end(th: &ThreadState, hi: &Value) -> Res<Option<isize>> {
    if hi.is_none() {
        return Ok(None);
    }
    if !th.is_index(hi) {
        let class = hi.class().full_name();
        return Err(th.type_error(format_args!("argument should be integer or None, not '{class}'")));
    }
    th.index_or(hi, &exc::OVERFLOW_ERROR).map(Some)
}

/// The index in `a[lo:hi]` where `x`, compared with what `key` makes of the items, belongs.
fn find(th: &ThreadState, a: &Value, x: &Value, lo: isize, hi: &Value, key: &Value, side: Side) -> Res<isize> {
    let hi = end(th, hi)?;
    if lo < 0 {
        return Err(th.value_error("lo must be non-negative"));
    }
    let mut high = match hi {
        Some(hi) if hi != -1 => hi,
        _ => th.len(a)? as isize,
    };
    let mut low = lo;
    let list = a.downcast_exact::<List>();
    let get = |index: isize| match (list, a.class().slots().sq_item.get()) {
        (Some(list), _) => list.get(index as usize).ok_or_else(|| th.index_error("list index out of range")),
        (None, Some(item)) => item(th, a, index),
        (None, None) => th.get_item(a, &th.int(index as i64)),
    };
    while low < high {
        let middle = low + (high - low) / 2;
        let mut item = get(middle)?;
        if !key.is_none() {
            item = th.call(key, &[item])?;
        }
        let after = match (side, item.as_small_int(), x.as_small_int()) {
            (Side::Left, Some(item), Some(x)) => item < x,
            (Side::Right, Some(item), Some(x)) => item <= x,
            (Side::Left, ..) => th.compare_bool(&item, x, CompareOp::Lt)?,
            (Side::Right, ..) => !th.compare_bool(x, &item, CompareOp::Lt)?,
        };
        if after {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn insert(th: &ThreadState, a: &Value, x: &Value, lo: isize, hi: &Value, key: &Value, side: Side) -> Res<()> {
    let index = if key.is_none() {
        find(th, a, x, lo, hi, key, side)?
    } else {
        let sought = th.call(key, std::slice::from_ref(x))?;
        find(th, a, &sought, lo, hi, key, side)?
    };
    if a.is_exactly(&LIST_TYPE)
        && let Some(list) = a.downcast::<List>()
    {
        list.with_mut(|items| items.insert((index as usize).min(items.len()), x.clone()));
        return Ok(());
    }
    th.call_method_str(a, "insert", &[th.int(index as i64), x.clone()]).map(drop)
}

#[pymodule(name = "_bisect")]
pub mod bisect_module {
    //! Bisection algorithms.
    //!
    //! This module provides support for maintaining a list in sorted order without
    //! having to sort the list after each insertion. For long lists of items with
    //! expensive comparison operations, this can be an improvement over the more
    //! common approach.

    use super::*;

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[pyfunction("(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(th: &ThreadState, a: &Value, x: &Value, lo: isize, hi: &Value, key: &Value) -> Res<isize> {
        find(th, a, x, lo, hi, key, Side::Right)
    }

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[pyfunction("(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(th: &ThreadState, a: &Value, x: &Value, lo: isize, hi: &Value, key: &Value) -> Res<isize> {
        find(th, a, x, lo, hi, key, Side::Left)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[pyfunction("(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(th: &ThreadState, a: &Value, x: &Value, lo: isize, hi: &Value, key: &Value) -> Res<()> {
        insert(th, a, x, lo, hi, key, Side::Right)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[pyfunction("(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(th: &ThreadState, a: &Value, x: &Value, lo: isize, hi: &Value, key: &Value) -> Res<()> {
        insert(th, a, x, lo, hi, key, Side::Left)
    }
}
