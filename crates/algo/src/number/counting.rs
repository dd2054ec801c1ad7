//! Factorials, permutations and combinations of integers of any size.

use super::{IBig, UBig};

/// The product of `first, first + step, ...` (`count` numbers of a machine word), by halves so that the factors of each
/// multiplication have about the same size.
fn product(first: u64, step: u64, count: u64) -> UBig {
    if count <= 12 {
        let mut result = UBig::ONE;
        let mut word: u64 = 1;
        for i in 0..count {
            let factor = first + step * i;
            match word.checked_mul(factor) {
                Some(next) => word = next,
                None => {
                    result *= word;
                    word = factor;
                }
            }
        }
        return result * word;
    }
    let half = count / 2;
    product(first, step, half) * product(first + step * half, step, count - half)
}

/// `n!`. The caller bounds `n`.
pub fn factorial(n: u64) -> UBig {
    if n <= 20 {
        return UBig::from((1..=n).product::<u64>());
    }
    // n! is a power of two times the odd parts of n!, (n/2)!, (n/4)!, ...: the products of odd numbers up to n, n/2, n/4, ...
    let mut odd = UBig::ONE;
    let mut inner = UBig::ONE;
    let levels = 63 - n.leading_zeros();
    for level in (0..=levels).rev() {
        let (from, to) = (n >> (level + 1), n >> level);
        // The odd numbers in (from, to].
        let first = (from + 1) | 1;
        let count = if to >= first { (to - first) / 2 + 1 } else { 0 };
        if count > 0 {
            inner *= product(first, 2, count);
        }
        odd *= &inner;
    }
    odd << (n - u64::from(n.count_ones())) as usize
}

/// `n * (n - 1) * ... * (n - k + 1)`, `k <= n`.
pub fn permutations(n: &IBig, k: u64) -> IBig {
    match u64::try_from(n) {
        Ok(n) if k <= n && n < u64::MAX => IBig::from(product(n - k + 1, 1, k)),
        _ => falling(n, 0, k),
    }
}

/// `(n - from) * ... * (n - to + 1)`.
fn falling(n: &IBig, from: u64, to: u64) -> IBig {
    match to.saturating_sub(from) {
        0 => IBig::ONE,
        1 => n - from,
        count => {
            let half = from + count / 2;
            falling(n, from, half) * falling(n, half, to)
        }
    }
}

/// The number of ways to choose `k` of `n`, `k <= n`.
pub fn combinations(n: &IBig, k: u64) -> IBig {
    if let Ok(n) = u64::try_from(n) {
        let k = k.min(n - k);
        if let Some(small) = small_combinations(n, k) {
            return IBig::from(small);
        }
        // Factors of two cancel exactly; the division is of numbers of the result's order of size.
        return permutations(&IBig::from(n), k) / IBig::from(factorial(k));
    }
    permutations(n, k) / IBig::from(factorial(k))
}

/// If all steps fit a double word.
fn small_combinations(n: u64, k: u64) -> Option<u128> {
    let mut result: u128 = 1;
    for i in 0..k {
        if i > 64 && result > u128::from(u64::MAX) {
            return None;
        }
        result = result.checked_mul(u128::from(n - i))? / u128::from(i + 1);
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let mut expected = UBig::ONE;
        for n in 0..300u64 {
            if n > 0 {
                expected *= n;
            }
            assert_eq!(factorial(n), expected, "{n}!");
        }
        assert_eq!(permutations(&IBig::from(10), 3), IBig::from(720));
        assert_eq!(combinations(&IBig::from(10), 7), IBig::from(120));
        for n in 0..80u64 {
            for k in 0..=n {
                let by_factorials = factorial(n) / (factorial(k) * factorial(n - k));
                assert_eq!(combinations(&IBig::from(n), k), IBig::from(by_factorials), "{n} {k}");
            }
        }
        let large = IBig::from(10).pow(30);
        assert_eq!(combinations(&large, 2), &large * (&large - 1) / 2);
    }
}
