//! Unicode properties.

/// The value of a decimal digit.
pub fn decimal_value(code_point: u32) -> Option<u32> {
    code_point.checked_sub(48).filter(|&v| v < 10)
}
