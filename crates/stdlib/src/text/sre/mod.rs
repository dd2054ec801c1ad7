//! `_sre`: patterns, matches and scanners for the library's `re`, on the machine of `algo::sre`.

mod matching;
mod pattern;
mod scanner;
mod subject;
mod template;

use macros::pymodule;
use runtime::types::ready::ready;
use runtime::{Ref, Res, ThreadState, Value};

pub use matching::{MATCH_TYPE, Match};
pub use pattern::{PATTERN_TYPE, Pattern};
pub use scanner::{FIND_ITER_TYPE, SCANNER_TYPE};
pub use template::TEMPLATE_TYPE;

#[pymodule(name = "_sre")]
pub mod sre_module {
    use algo::sre::{codes, is_cased_ascii, is_cased_unicode, lower_ascii, lower_unicode};
    use runtime::objects::dict::Dict;
    use runtime::objects::list::List;
    use runtime::objects::tuple::Tuple;

    use super::*;

    #[pyattr(name = "MAGIC")]
    const MAGIC: i64 = codes::MAGIC as i64;

    #[pyattr(name = "CODESIZE")]
    const CODE_SIZE: i64 = codes::CODE_SIZE as i64;

    #[pyattr(name = "MAXREPEAT")]
    const MAX_REPEAT: i64 = codes::MAX_REPEAT as i64;

    #[pyattr(name = "MAXGROUPS")]
    const MAX_GROUPS: i64 = codes::MAX_GROUPS as i64;

    #[pyattr(name = "copyright")]
    const COPYRIGHT: &str = " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ";

    #[pyfunction("()")]
    fn getcodesize() -> i64 {
        i64::from(codes::CODE_SIZE)
    }

    #[pyfunction("(character, /)")]
    fn ascii_iscased(character: i32) -> bool {
        is_cased_ascii(character as u32)
    }

    #[pyfunction("(character, /)")]
    fn unicode_iscased(character: i32) -> bool {
        is_cased_unicode(character as u32)
    }

    #[pyfunction("(character, /)")]
    fn ascii_tolower(character: i32) -> i64 {
        i64::from(lower_ascii(character as u32))
    }

    #[pyfunction("(character, /)")]
    fn unicode_tolower(character: i32) -> i64 {
        i64::from(lower_unicode(character as u32))
    }

    #[pyfunction("(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        th: &ThreadState,
        pattern: &Value,
        flags: i32,
        code: &List,
        groups: isize,
        groupindex: Ref<Dict>,
        indexgroup: Ref<Tuple>,
    ) -> Res {
        pattern::compile(th, pattern, flags, &code.to_vec(), groups, groupindex.into(), indexgroup.into())
    }

    #[pyfunction("(pattern, template, /)")]
    /// template
    ///   A list containing interleaved literal strings (str or bytes) and group
    ///   indices (int), as returned by re._parser.parse_template():
    ///       [literal1, group1, ..., literalN, groupN]
    fn template(th: &ThreadState, pattern: &Value, template: &List) -> Res {
        // Whose template it is does not matter: a group that the pattern has not is a mistake of the match's.
        let _ = pattern;
        template::compile(th, &template.to_vec())
    }

    #[pyinit]
    fn init(th: &ThreadState, _: &Value) -> Res<()> {
        for class in [&PATTERN_TYPE, &MATCH_TYPE, &SCANNER_TYPE, &FIND_ITER_TYPE, &TEMPLATE_TYPE] {
            ready(th, class);
        }
        Ok(())
    }
}
