//! `except*`: splitting exception groups, and putting together what is raised afterwards.

use macros::pyfunction;

use super::registers::Fp;
use crate::error::Res;
use crate::objects::dict::Dict;
use crate::objects::exceptions::BaseException;
use crate::thread::ThreadState;
use crate::value::Value;

/// `BaseExceptionGroup`, which `builtins` binds.
fn base_group(th: &ThreadState) -> Res {
    let builtins = th.builtins_dict();
    let found = builtins
        .as_ref()
        .and_then(|builtins| builtins.downcast::<Dict>())
        .and_then(|builtins| builtins.get_str(&th.intern("BaseExceptionGroup")));
    found.ok_or_else(|| th.system_error("BaseExceptionGroup is lost"))
}

fn is_group(base: &Value, value: &Value) -> bool {
    base.as_type().is_some_and(|base| value.is_instance_of(base))
}

/// What is left, and what matched. `matches` says whether the exception itself does.
pub(super) fn split(
    th: &ThreadState,
    fp: Fp,
    exception: &Value,
    pattern: &Value,
    matches: bool,
) -> Res<(Value, Value)> {
    let base = base_group(th)?;
    let classes = match pattern.as_tuple() {
        Some(classes) => classes.as_slice(),
        None => std::slice::from_ref(pattern),
    };
    let group_class = |class: &Value| match (class.as_type(), base.as_type()) {
        (Some(class), Some(base)) => class.is_subtype(base),
        _ => false,
    };
    if classes.iter().any(group_class) {
        return Err(th.type_error("catching ExceptionGroup with except* is not allowed. Use except instead."));
    }
    if exception.is_none() {
        return Ok((Value::NONE, Value::NONE));
    }
    if matches {
        if is_group(&base, exception) {
            return Ok((Value::NONE, exception.clone()));
        }
        let wrapped = th.call(&base, &[th.str_from_ascii(b""), th.tuple(std::slice::from_ref(exception))])?;
        if let Some(payload) = wrapped.downcast::<BaseException>() {
            let frame = crate::objects::frame::object(th, fp);
            payload.traceback.set(Some(crate::objects::traceback::new(th, None, frame, fp.last_instruction())));
        }
        return Ok((Value::NONE, wrapped));
    }
    if !is_group(&base, exception) {
        return Ok((exception.clone(), Value::NONE));
    }
    let pair = th.call_method_str(exception, "split", std::slice::from_ref(pattern))?;
    match pair.as_tuple().map(|pair| pair.as_slice()) {
        Some([matched, rest, ..]) => Ok((rest.clone(), matched.clone())),
        Some(other) => Err(th.type_error(format_args!(
            "{}.split must return a 2-tuple, got tuple of size {}",
            exception.class().name(),
            other.len()
        ))),
        None => Err(th.type_error(format_args!(
            "{}.split must return a tuple, not {}",
            exception.class().name(),
            pair.class().name()
        ))),
    }
}

/// Whether the exception is one of the leaves in a list; what `split` asks of each.
#[pyfunction("(leaves, exception, /)")]
fn is_leaf_of(leaves: &Value, exception: &Value) -> bool {
    leaves.as_tuple().is_some_and(|leaves| leaves.as_slice().iter().any(|leaf| leaf.is(exception)))
}

fn collect_leaves(th: &ThreadState, base: &Value, exception: &Value, leaves: &mut Vec<Value>) -> Res<()> {
    th.check_native_stack(" in exception group")?;
    if !is_group(base, exception) {
        leaves.push(exception.clone());
        return Ok(());
    }
    let inner = th.getattr(exception, &th.names().exceptions)?;
    for exception in th.collect(&inner)? {
        collect_leaves(th, base, &exception, leaves)?;
    }
    Ok(())
}

/// Whether `exception` is a part of `original` passed on as it was: same traceback, cause, context, notes.
fn same_metadata(th: &ThreadState, exception: &Value, original: &Value) -> Res<bool> {
    let (Some(a), Some(b)) = (exception.downcast::<BaseException>(), original.downcast::<BaseException>()) else {
        return Ok(false);
    };
    let same = a.traceback.word() == b.traceback.word()
        && a.cause.word() == b.cause.word()
        && a.context.word() == b.context.word();
    if !same {
        return Ok(false);
    }
    let notes = &th.names().__notes__;
    Ok(match (th.getattr_opt(exception, notes)?, th.getattr_opt(original, notes)?) {
        (None, None) => true,
        (Some(a), Some(b)) => a.is(&b),
        _ => false,
    })
}

/// `INTRINSIC_PREP_RERAISE_STAR`: what is raised after the `except*` clauses have run, or None.
pub(super) fn prepare_reraise(th: &ThreadState, original: &Value, raised: &Value) -> Res {
    let base = base_group(th)?;
    let all = th.collect(raised)?;
    if !is_group(&base, original) {
        return Ok(all.into_iter().next().unwrap_or(Value::NONE));
    }
    let (mut fresh, mut again) = (Vec::new(), Vec::new());
    for exception in all.into_iter().filter(|exception| !exception.is_none()) {
        if same_metadata(th, &exception, original)? { again.push(exception) } else { fresh.push(exception) }
    }
    let mut leaves = Vec::new();
    for exception in &again {
        collect_leaves(th, &base, exception, &mut leaves)?;
    }
    let mut rest = Value::NONE;
    if !leaves.is_empty() {
        let predicate = crate::objects::native_function::bind(th, &__def_is_leaf_of, th.tuple_from_vec(leaves));
        let pair = th.call_method_str(original, "split", &[predicate])?;
        rest = pair.as_tuple().and_then(|pair| pair.as_slice().first().cloned()).unwrap_or(Value::NONE);
    }
    if fresh.is_empty() {
        return Ok(rest);
    }
    if !rest.is_none() {
        fresh.push(rest);
    }
    match &fresh[..] {
        [only] => Ok(only.clone()),
        _ => th.call(&base, &[th.str_from_ascii(b""), th.list(fresh)]),
    }
}
