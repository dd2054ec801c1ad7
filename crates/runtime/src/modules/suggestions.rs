//! `_suggestions`: "did you mean".

use macros::pymodule;

#[pymodule(name = "_suggestions")]
pub mod suggestions {
    use crate::args::suggest;
    use crate::error::name_text;
    use crate::objects::list::List;
    use crate::{Res, ThreadState, Value};

    /// With as many candidates none is suggested.
    const MOST_CANDIDATES: usize = 750;

    /// Returns the candidate in candidates that's closest to item
    #[pyfunction("(candidates, item, /)")]
    fn _generate_suggestions(th: &ThreadState, candidates: &Value, item: &Value) -> Res {
        if item.as_str().is_none() {
            return Err(th.type_error(format_args!(
                "_generate_suggestions() argument 2 must be str, not {}",
                if item.is_none() { "None".to_string() } else { item.class().full_name() }
            )));
        }
        let Some(list) = candidates.downcast_exact::<List>() else {
            return Err(th.type_error("candidates must be a list"));
        };
        let items = list.to_vec();
        if items.iter().any(|candidate| candidate.as_str().is_none()) {
            return Err(th.type_error("all elements in 'candidates' must be strings"));
        }
        if items.len() >= MOST_CANDIDATES {
            return Ok(Value::NONE);
        }
        let names: Vec<String> = items.iter().map(name_text).collect();
        let closest = suggest::closest(&name_text(item), names.iter().map(String::as_str));
        Ok(closest.map_or(Value::NONE, |name| th.str(name)))
    }
}
