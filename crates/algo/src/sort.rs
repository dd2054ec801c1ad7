//! A stable adaptive merge sort whose comparison may fail: natural runs, binary insertion, galloping merges, and the
//! powersort order of merging. Sorted and reversed input takes a linear number of comparisons.
//!
//! Items are moved with [`std::mem::take`], so that an item is never lost or doubled: after an error the slice holds the
//! same items in some order. (The runtime sorts `Option<Value>`.)

/// Runs shorter than this are extended by insertion; the exact number is `min_run`'s.
const MIN_MERGE: usize = 64;
/// How often in a row one side must win before galloping starts.
const MIN_GALLOP: usize = 7;

/// Sorts `items`; `less(a, b)` says whether `a < b`.
pub fn sort_by<T: Default, E>(items: &mut [T], less: impl FnMut(&T, &T) -> Result<bool, E>) -> Result<(), E> {
    let len = items.len();
    if len < 2 {
        return Ok(());
    }
    let mut sorter = Sorter { items, less, buffer: Vec::new(), min_gallop: MIN_GALLOP };
    let min_run = min_run(len);
    let mut runs: Vec<Run> = Vec::new();
    let mut start = 0;
    while start < len {
        let mut run_len = sorter.count_run(start)?;
        let wanted = min_run.min(len - start);
        if run_len < wanted {
            sorter.insertion(start, start + wanted, start + run_len)?;
            run_len = wanted;
        }
        if let Some(last) = runs.last_mut() {
            let power = power(last.start, last.len, run_len, len);
            last.power = power;
            while let [.., before, _] = runs[..]
                && before.power > power
            {
                sorter.merge_top(&mut runs)?;
            }
            if let Some(last) = runs.last_mut() {
                last.power = power;
            }
        }
        runs.push(Run { start, len: run_len, power: 0 });
        start += run_len;
    }
    while runs.len() > 1 {
        sorter.merge_top(&mut runs)?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
    /// The depth of the boundary to the next run in the ideal merge tree.
    power: u32,
}

/// A run length such that the number of runs is a power of two or slightly less.
fn min_run(mut len: usize) -> usize {
    let mut odd = 0;
    while len >= MIN_MERGE {
        odd |= len & 1;
        len >>= 1;
    }
    len + odd
}

/// The first bit in which the middles of two neighbouring runs, as fractions of the whole, differ.
fn power(start: usize, left: usize, right: usize, len: usize) -> u32 {
    let len = len as u128;
    let mut a = 2 * start as u128 + left as u128;
    let mut b = a + left as u128 + right as u128;
    let mut power = 0;
    loop {
        power += 1;
        if a >= len {
            a -= len;
            b -= len;
        } else if b >= len {
            return power;
        }
        a *= 2;
        b *= 2;
    }
}

struct Sorter<'a, T, F> {
    items: &'a mut [T],
    less: F,
    buffer: Vec<T>,
    min_gallop: usize,
}

impl<T: Default, E, F: FnMut(&T, &T) -> Result<bool, E>> Sorter<'_, T, F> {
    /// The length of the run at `start`; a strictly descending one is reversed.
    fn count_run(&mut self, start: usize) -> Result<usize, E> {
        let rest = &mut self.items[start..];
        if rest.len() < 2 {
            return Ok(rest.len());
        }
        let descending = (self.less)(&rest[1], &rest[0])?;
        let mut len = 2;
        while len < rest.len() && (self.less)(&rest[len], &rest[len - 1])? == descending {
            len += 1;
        }
        if descending {
            rest[..len].reverse();
        }
        Ok(len)
    }

    /// Sorts `low..high`, of which `low..sorted` is sorted already.
    fn insertion(&mut self, low: usize, high: usize, sorted: usize) -> Result<(), E> {
        for at in sorted..high {
            let (mut left, mut right) = (low, at);
            while left < right {
                let middle = left + (right - left) / 2;
                if (self.less)(&self.items[at], &self.items[middle])? {
                    right = middle;
                } else {
                    left = middle + 1;
                }
            }
            self.items[left..=at].rotate_right(1);
        }
        Ok(())
    }

    fn merge_top(&mut self, runs: &mut Vec<Run>) -> Result<(), E> {
        let (Some(right), Some(left)) = (runs.pop(), runs.last_mut()) else { return Ok(()) };
        let (start, middle, end) = (left.start, right.start, right.start + right.len);
        left.len += right.len;
        left.power = right.power;
        // What is in place already on either side need not move.
        let skip = gallop_right(&self.items[middle], &self.items[start..middle], 0, &mut self.less)?;
        let start = start + skip;
        if start == middle {
            return Ok(());
        }
        let right = &self.items[middle..end];
        let keep = gallop_left(&self.items[middle - 1], right, right.len() - 1, &mut self.less)?;
        let end = middle + keep;
        if keep == 0 {
            return Ok(());
        }
        if middle - start <= end - middle {
            self.merge_low(start, middle, end)
        } else {
            self.merge_high(start, middle, end)
        }
    }

    /// Merges with the left run in the buffer, from the left.
    fn merge_low(&mut self, start: usize, middle: usize, end: usize) -> Result<(), E> {
        self.buffer.clear();
        self.buffer.extend(self.items[start..middle].iter_mut().map(std::mem::take));
        let mut at = Cursor { dest: start, left: 0, right: middle };
        let result = self.merge_low_loop(&mut at, end);
        // The rest of the buffer fits exactly before the rest of the right run.
        for item in &mut self.buffer[at.left..] {
            self.items[at.dest] = std::mem::take(item);
            at.dest += 1;
        }
        result
    }

    fn merge_low_loop(&mut self, at: &mut Cursor, end: usize) -> Result<(), E> {
        let left_len = self.buffer.len();
        let take_right = |items: &mut [T], at: &mut Cursor| {
            items[at.dest] = std::mem::take(&mut items[at.right]);
            at.dest += 1;
            at.right += 1;
        };
        // The right run's first item comes first: `merge_top` made sure.
        take_right(self.items, at);
        loop {
            let (mut left_wins, mut right_wins) = (0, 0);
            while left_wins.max(right_wins) < self.min_gallop {
                if at.left == left_len || at.right == end {
                    return Ok(());
                }
                if (self.less)(&self.items[at.right], &self.buffer[at.left])? {
                    take_right(self.items, at);
                    right_wins += 1;
                    left_wins = 0;
                } else {
                    self.items[at.dest] = std::mem::take(&mut self.buffer[at.left]);
                    at.dest += 1;
                    at.left += 1;
                    left_wins += 1;
                    right_wins = 0;
                }
            }
            // One side wins consistently: find out how far it does.
            self.min_gallop += 1;
            loop {
                self.min_gallop = self.min_gallop.saturating_sub(1).max(1);
                if at.left == left_len || at.right == end {
                    return Ok(());
                }
                let lefts = gallop_right(&self.items[at.right], &self.buffer[at.left..], 0, &mut self.less)?;
                for item in &mut self.buffer[at.left..at.left + lefts] {
                    self.items[at.dest] = std::mem::take(item);
                    at.dest += 1;
                }
                at.left += lefts;
                if at.left == left_len {
                    return Ok(());
                }
                take_right(self.items, at);
                if at.right == end {
                    return Ok(());
                }
                let rights = gallop_left(&self.buffer[at.left], &self.items[at.right..end], 0, &mut self.less)?;
                for _ in 0..rights {
                    take_right(self.items, at);
                }
                if lefts < MIN_GALLOP && rights < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop += 1;
        }
    }

    /// Merges with the right run in the buffer, from the right.
    fn merge_high(&mut self, start: usize, middle: usize, end: usize) -> Result<(), E> {
        self.buffer.clear();
        self.buffer.extend(self.items[middle..end].iter_mut().map(std::mem::take));
        // All three are one past the item that comes next.
        let mut at = Cursor { dest: end, left: middle, right: self.buffer.len() };
        let result = self.merge_high_loop(&mut at, start);
        for item in self.buffer[..at.right].iter_mut().rev() {
            at.dest -= 1;
            self.items[at.dest] = std::mem::take(item);
        }
        result
    }

    fn merge_high_loop(&mut self, at: &mut Cursor, start: usize) -> Result<(), E> {
        let take_left = |items: &mut [T], at: &mut Cursor| {
            at.dest -= 1;
            at.left -= 1;
            items[at.dest] = std::mem::take(&mut items[at.left]);
        };
        // The left run's last item comes last.
        take_left(self.items, at);
        loop {
            let (mut left_wins, mut right_wins) = (0, 0);
            while left_wins.max(right_wins) < self.min_gallop {
                if at.right == 0 || at.left == start {
                    return Ok(());
                }
                if (self.less)(&self.buffer[at.right - 1], &self.items[at.left - 1])? {
                    take_left(self.items, at);
                    left_wins += 1;
                    right_wins = 0;
                } else {
                    at.dest -= 1;
                    at.right -= 1;
                    self.items[at.dest] = std::mem::take(&mut self.buffer[at.right]);
                    right_wins += 1;
                    left_wins = 0;
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop = self.min_gallop.saturating_sub(1).max(1);
                if at.right == 0 || at.left == start {
                    return Ok(());
                }
                let left = &self.items[start..at.left];
                let keep = gallop_right(&self.buffer[at.right - 1], left, left.len() - 1, &mut self.less)?;
                let lefts = left.len() - keep;
                for _ in 0..lefts {
                    take_left(self.items, at);
                }
                if at.left == start {
                    return Ok(());
                }
                at.dest -= 1;
                at.right -= 1;
                self.items[at.dest] = std::mem::take(&mut self.buffer[at.right]);
                if at.right == 0 {
                    return Ok(());
                }
                let right = &self.buffer[..at.right];
                let keep = gallop_left(&self.items[at.left - 1], right, right.len() - 1, &mut self.less)?;
                let rights = at.right - keep;
                for _ in 0..rights {
                    at.dest -= 1;
                    at.right -= 1;
                    self.items[at.dest] = std::mem::take(&mut self.buffer[at.right]);
                }
                if lefts < MIN_GALLOP && rights < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop += 1;
        }
    }
}

/// Where a merge stands: the next place to fill and the next item of either run.
struct Cursor {
    dest: usize,
    left: usize,
    right: usize,
}

/// The number of sorted items that are less than the key (those equal stay to its right), searched from `hint` outwards.
fn gallop_left<T, E>(
    key: &T,
    sorted: &[T],
    hint: usize,
    less: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<usize, E> {
    gallop(sorted.len(), hint, |i| less(&sorted[i], key))
}

/// The number of sorted items that are not greater than the key (those equal stay to its left).
fn gallop_right<T, E>(
    key: &T,
    sorted: &[T],
    hint: usize,
    less: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<usize, E> {
    gallop(sorted.len(), hint, |i| less(key, &sorted[i]).map(|greater| !greater))
}

/// How many of `0..len` come before, where `before` is true up to some index and false from it on.
fn gallop<E>(len: usize, hint: usize, mut before: impl FnMut(usize) -> Result<bool, E>) -> Result<usize, E> {
    let (mut low, mut high);
    let mut step = 1;
    if before(hint)? {
        low = hint + 1;
        loop {
            let probe = hint + step;
            if probe >= len {
                high = len;
                break;
            }
            if !before(probe)? {
                high = probe;
                break;
            }
            low = probe + 1;
            step = 2 * step + 1;
        }
    } else {
        high = hint;
        loop {
            if step > hint {
                low = 0;
                break;
            }
            let probe = hint - step;
            if before(probe)? {
                low = probe + 1;
                break;
            }
            high = probe;
            step = 2 * step + 1;
        }
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(keys: Vec<u32>) -> usize {
        let mut items: Vec<(u32, usize)> = keys.iter().copied().zip(0..).collect();
        let mut expected = items.clone();
        expected.sort_by_key(|item| item.0);
        let mut comparisons = 0;
        let result: Result<(), ()> = sort_by(&mut items, |a, b| {
            comparisons += 1;
            Ok(a.0 < b.0)
        });
        assert_eq!(result, Ok(()));
        assert!(items == expected);
        comparisons
    }

    fn random(len: usize, limit: u32) -> Vec<u32> {
        let mut state = 7u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % limit
        };
        (0..len).map(|_| next()).collect()
    }

    #[test]
    fn patterns() {
        assert_eq!(sorted((0..10_000).collect()), 9_999);
        assert_eq!(sorted((0..10_000).rev().collect()), 9_999);
        assert_eq!(sorted(vec![5; 1000]), 999);
        let comparisons = sorted(random(10_000, u32::MAX));
        assert!(comparisons < 122_000, "{comparisons}");
        for len in [0, 1, 2, 3, 31, 63, 64, 65, 129, 1000, 4097] {
            for limit in [2, 10, 1_000_000] {
                sorted(random(len, limit));
            }
        }
        // Two runs one after the other, and one item out of place.
        assert!(sorted((0..5_000).chain(0..5_000).collect()) < 25_000);
        assert!(sorted((1..10_000).chain([0]).collect()) < 10_050);
        let mut saw = Vec::new();
        (0..50u32).for_each(|i| saw.extend((0..100).map(|j| (j * (i + 1)) % 977)));
        sorted(saw);
    }

    #[test]
    fn errors_lose_nothing() {
        for limit in (0..60_000).step_by(997) {
            let mut items = random(5_000, 1_000);
            let mut expected = items.clone();
            let mut comparisons = 0;
            let result = sort_by(&mut items, |a, b| {
                comparisons += 1;
                if comparisons > limit { Err(()) } else { Ok(a < b) }
            });
            assert_eq!(result.is_err(), comparisons > limit);
            items.sort_unstable();
            expected.sort_unstable();
            assert!(items == expected);
        }
        // A comparison that makes no sense must not hurt.
        let mut items = random(3_000, 100);
        let mut flip = false;
        let result: Result<(), ()> = sort_by(&mut items, |_, _| {
            flip = !flip;
            Ok(flip)
        });
        assert_eq!(result, Ok(()));
    }
}
