//! Whole numbers in JSON, which does not tell 3 from 3.0: whatever is whole is taken (JSON Schema 2020-12, 4.2.3).

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use std::fmt;

/// The greatest whole number that a double holds exactly, and all below it: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a whole number, however it is written.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    deserializer.deserialize_any(Whole)
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
        // Beyond every limit there is, so the field will be named.
        Ok(i64::try_from(value).unwrap_or(i64::MAX))
    }

    #[expect(clippy::cast_possible_truncation, reason = "within what both hold exactly")]
    fn visit_f64<E: Error>(self, value: f64) -> Result<i64, E> {
        if value.fract() == 0.0 { Ok(value.clamp(-EXACT, EXACT) as i64) } else { Err(E::invalid_value(Unexpected::Float(value), &self)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Minutes(#[serde(deserialize_with = "whole")] i64);

    fn read(json: &str) -> Option<i64> {
        serde_json::from_str::<Minutes>(json).ok().map(|minutes| minutes.0)
    }

    #[test]
    fn whatever_is_whole_is_taken() {
        assert_eq!([read("3"), read("3.0"), read("-3e2"), read("0.0")], [Some(3), Some(3), Some(-300), Some(0)]);
        assert_eq!([read("3.5"), read("\"3\""), read("null")], [None, None, None]);
        assert!(read("18446744073709551615").is_some_and(|large| large > 1_000_000));
        assert!(read("1e300").is_some_and(|large| large > 1_000_000));
    }
}
