//! `cargo xtask ci`
pub fn run(_: lexopt::Parser) -> crate::Outcome {
    Ok(crate::Verdict::default())
}
