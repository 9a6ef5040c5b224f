//! Cursors of lists by time: where a page ends, as 48 hexadecimal digits that mean nothing to anyone else.

use contract::{PageRequest, Refusal};
use jiff::Timestamp;
use std::fmt;
use uuid::Uuid;

/// A place in a list by time, the latest first; of what is of one moment, the greatest id first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The moment the list is ordered by.
    pub at: Timestamp,
    /// The id of what is listed.
    pub id: Uuid,
}

impl Place {
    /// Before the first: later than anything.
    pub const START: Self = Self { at: Timestamp::MAX, id: Uuid::max() };

    /// Where the page that is asked for begins.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] for a cursor that is none.
    pub fn before(page: &PageRequest) -> Result<Self, Refusal> {
        page.cursor.as_deref().map_or(Ok(Self::START), |cursor| Self::parse(cursor).ok_or(Refusal::Malformed))
    }

    fn parse(cursor: &str) -> Option<Self> {
        let (time, id) = digits(cursor, 48)?.split_at(16);
        Some(Self { at: moment(number(time)?), id: Uuid::try_parse(id).ok()? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{}", self.at.as_microsecond(), self.id.simple())
    }
}

/// `text`, if it is `length` hexadecimal digits as a cursor writes them.
#[must_use]
pub fn digits(text: &str, length: usize) -> Option<&str> {
    (text.len() == length && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))).then_some(text)
}

/// The number that 16 digits name, or the greatest there is.
#[must_use]
pub fn number(digits: &str) -> Option<i64> {
    u64::from_str_radix(digits, 16).ok().map(|number| i64::try_from(number).unwrap_or(i64::MAX))
}

/// The moment that a number of microseconds since 1970 names; beyond the year 9999, or before 1970, the nearest within: Postgres doesn't
/// know every moment that 16 digits can name.
#[must_use]
pub fn moment(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds.max(0)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_was_written() {
        for microsecond in [0, 1_795_000_000_123_456, 253_402_207_200_000_000] {
            let place = Place { at: Timestamp::from_microsecond(microsecond).expect("in range"), id: Uuid::from_u128(7) };
            assert_eq!(Place::parse(&place.to_string()), Some(place));
        }
    }

    #[test]
    fn whatever_looks_like_a_cursor_is_one_and_nothing_else_is() {
        for any in ["0".repeat(48), "f".repeat(48), format!("7{}", "f".repeat(47))] {
            assert!(Place::parse(&any).is_some_and(|place| place.at >= Timestamp::UNIX_EPOCH), "{any}");
        }
        let signed = format!("+{}", "0".repeat(47));
        for none in ["", "x", &"g".repeat(48), &"F".repeat(48), &"0".repeat(47), &"0".repeat(49), &"é".repeat(24), &signed] {
            assert_eq!(Place::parse(none), None, "{none}");
        }
    }
}
