//! `_datetime`: dates, times, moments, durations and time zones. The calendar's arithmetic is in `algo::calendar`.

pub mod date;
pub mod delta;
pub mod fields;
pub mod moment;
pub mod text;
pub mod time;
pub mod zone;

use macros::pymodule;
use runtime::{Res, ThreadState, Value};

/// The module `_datetime`.
#[pymodule(
    name = "_datetime",
    classes(
        date::DATE_TYPE,
        delta::TIMEDELTA_TYPE,
        moment::DATETIME_TYPE,
        time::TIME_TYPE,
        zone::TIMEZONE_TYPE,
        zone::TZINFO_TYPE,
    )
)]
pub mod datetime_module {
    //! Fast implementation of the datetime module.
    use super::*;

    #[pyattr(name = "MINYEAR")]
    const MINYEAR: i32 = algo::calendar::MIN_YEAR;
    #[pyattr(name = "MAXYEAR")]
    const MAXYEAR: i32 = algo::calendar::MAX_YEAR;

    #[pyattr(name = "UTC")]
    fn utc(th: &ThreadState) -> Value {
        zone::utc(th)
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let _ = module;
        date::prepare(th);
        delta::prepare(th);
        moment::prepare(th);
        time::prepare(th);
        zone::prepare(th);
        Ok(())
    }
}
