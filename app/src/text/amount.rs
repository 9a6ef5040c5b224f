//! Numbers with their units, as people read them.

use super::{Locale, td_string};
use jiff::Timestamp;
use std::time::Duration;

/// Digits in groups of three: both languages write them alike.
pub(crate) use crate::live::number::grouped;

/// Won; nothing is free.
pub(crate) fn won(l: Locale, amount: u32) -> String {
    if amount == 0 {
        td_string!(l, amount.free).to_owned()
    } else {
        td_string!(l, amount.won, amount = grouped(u64::from(amount))).to_string()
    }
}

/// Minutes, and hours from sixty on.
pub(crate) fn minutes(l: Locale, minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => td_string!(l, amount.minutes, minutes = minutes).to_string(),
        (hours, 0) => td_string!(l, amount.hours, hours = hours).to_string(),
        (hours, minutes) => td_string!(l, amount.hours_minutes, hours = hours, minutes = minutes).to_string(),
    }
}

/// Metres to the nearest ten, and kilometres with one decimal from a thousand on.
pub(crate) fn metres(l: Locale, metres: u32) -> String {
    let tens = (metres + 5) / 10 * 10;
    if tens < 1_000 {
        return td_string!(l, amount.metres, metres = tens).to_string();
    }
    let hundreds = (metres + 50) / 100;
    let kilometres = if hundreds.is_multiple_of(10) { (hundreds / 10).to_string() } else { format!("{}.{}", hundreds / 10, hundreds % 10) };
    td_string!(l, amount.kilometres, kilometres = kilometres).to_string()
}

/// How far Korea is ahead of UTC, all year round since 1988.
const KOREA: Duration = Duration::from_secs(9 * 3_600);

/// The day in Korea.
pub(crate) fn date(l: Locale, at: Timestamp) -> String {
    in_korea(at).strftime(day(l)).to_string()
}

/// The time of day in Korea.
pub(crate) fn time(at: Timestamp) -> String {
    in_korea(at).strftime("%H:%M").to_string()
}

fn in_korea(at: Timestamp) -> Timestamp {
    at.checked_add(KOREA).unwrap_or(at)
}

const fn day(l: Locale) -> &'static str {
    match l {
        Locale::ko => "%Y. %-m. %-d.",
        Locale::en => "%-d %b %Y",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        assert_eq!(won(Locale::ko, 12_500), "12,500원");
        assert_eq!(won(Locale::en, 0), "Free");
        assert_eq!(minutes(Locale::ko, 200), "3시간 20분");
        assert_eq!(minutes(Locale::en, 120), "2 h");
        assert_eq!(metres(Locale::en, 994), "990 m");
        assert_eq!(metres(Locale::ko, 996), "1km");
        assert_eq!(metres(Locale::ko, 2_449), "2.4km");
        let evening: Timestamp = "2026-11-22T16:00:00Z".parse().expect("a time");
        assert_eq!((date(Locale::ko, evening), date(Locale::en, evening)), ("2026. 11. 23.".into(), "23 Nov 2026".into()));
        assert_eq!(time(evening), "01:00");
    }
}
