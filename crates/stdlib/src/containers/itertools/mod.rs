//! `itertools`: iterators made of iterators.
//!
//! `simple.rs` has those that keep no more than a few values, `combine.rs` those that combine items of pools, `group.rs`
//! `groupby` and `tee`, whose results share a source.

mod combine;
mod group;
mod simple;

use macros::pymodule;
use runtime::types::ready::ready;
use runtime::{Res, ThreadState, Type, Value};

/// Refuses keyword arguments, unless a subclass with an `__init__` of its own may want them.
fn no_keywords(th: &ThreadState, cls: &Type, own: &Type, kwnames: &[Value]) -> Res<()> {
    runtime::args::refuse_keywords(th, cls, own, kwnames)
}

/// Exactly `N` positional arguments, and no keywords.
fn exactly<'a, const N: usize>(
    th: &ThreadState,
    cls: &Type,
    own: &Type,
    args: &'a [Value],
    kwnames: &[Value],
) -> Res<&'a [Value; N]> {
    no_keywords(th, cls, own, kwnames)?;
    let given = &args[..args.len() - kwnames.len()];
    given.try_into().map_err(|_| {
        let (name, s) = (own.name(), if N == 1 { "" } else { "s" });
        th.type_error(format_args!("{name} expected {N} argument{s}, got {}", given.len()))
    })
}

#[pymodule(
    name = "itertools",
    classes(
        super::simple::ACCUMULATE_TYPE,
        super::simple::BATCHED_TYPE,
        super::simple::CHAIN_TYPE,
        super::simple::COMPRESS_TYPE,
        super::simple::COUNT_TYPE,
        super::simple::CYCLE_TYPE,
        super::simple::DROP_WHILE_TYPE,
        super::simple::FILTER_FALSE_TYPE,
        super::simple::SLICE_TYPE,
        super::simple::PAIRWISE_TYPE,
        super::simple::REPEAT_TYPE,
        super::simple::STAR_MAP_TYPE,
        super::simple::TAKE_WHILE_TYPE,
        super::simple::ZIP_LONGEST_TYPE,
        super::combine::COMBINATIONS_TYPE,
        super::combine::REPLACING_TYPE,
        super::combine::PERMUTATIONS_TYPE,
        super::combine::PRODUCT_TYPE,
        super::group::GROUP_BY_TYPE,
        super::group::GROUPER_TYPE,
        super::group::TEE_TYPE,
        super::group::TEE_DATA_TYPE
    )
)]
pub mod itertools_module {
    //! Functional tools for creating and using iterators.
    //!
    //! Infinite iterators:
    //! count(start=0, step=1) --> start, start+step, start+2*step, ...
    //! cycle(p) --> p0, p1, ... plast, p0, p1, ...
    //! repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times
    //!
    //! Iterators terminating on the shortest input sequence:
    //! accumulate(p[, func]) --> p0, p0+p1, p0+p1+p2
    //! batched(p, n) --> [p0, p1, ..., p_n-1], [p_n, p_n+1, ..., p_2n-1], ...
    //! chain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...
    //! chain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...
    //! compress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...
    //! dropwhile(predicate, seq) --> seq[n], seq[n+1], starting when predicate fails
    //! groupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)
    //! filterfalse(predicate, seq) --> elements of seq where predicate(elem) is False
    //! islice(seq, [start,] stop [, step]) --> elements from
    //!        seq[start:stop:step]
    //! pairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...
    //! starmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...
    //! tee(it, n) --> (it1, it2 , ... itn) splits one iterator into n
    //! takewhile(predicate, seq) --> seq[0], seq[1], until predicate fails
    //! zip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...
    //!
    //! Combinatoric generators:
    //! product(p, q, ... [repeat=1]) --> cartesian product
    //! permutations(p[, r])
    //! combinations(p, r)
    //! combinations_with_replacement(p, r)

    use super::*;

    /// Returns a tuple of n independent iterators.
    #[pyfunction("(iterable, n=2, /)")]
    fn tee(th: &ThreadState, iterable: &Value, #[default(2)] n: isize) -> Res {
        super::group::tee(th, iterable, n)
    }

    #[pyinit]
    fn init(th: &ThreadState, _: &Value) -> Res<()> {
        ready(th, &super::group::TEE_DATA_TYPE);
        Ok(())
    }
}
