//! Cursors: where a page ends. They mean nothing to anyone else, and one of another list is none of this.

use crate::store::Place;
use contract::review::Stars;
use contract::viewpage::{ReviewSort, ReviewView, Sort};
use contract::{ApiError, ApiResult, Refusal};
use jiff::Timestamp;
use uuid::Uuid;

/// The end of the year 9999 in microseconds: beyond, a cursor is none.
const LAST_MICROSECOND: i64 = 253_402_300_799_999_999;

/// A place in a list of courses.
pub(super) fn place(place: &Place, sort: Sort) -> String {
    format!("{}.{}.{}.{}", code(sort), place.key, place.count, place.id)
}

const fn code(sort: Sort) -> &'static str {
    match sort {
        Sort::Popular => "p",
        Sort::New => "n",
        Sort::Rating => "r",
    }
}

pub(super) fn parse_place(cursor: &str, sort: Sort) -> ApiResult<Place> {
    let parsed = || {
        let mut parts = cursor.splitn(4, '.');
        (parts.next()? == code(sort)).then_some(())?;
        // No course was published before 1970 or has fewer than no likes; and Postgres does not know every moment that an i64 can name.
        let key = parts.next()?.parse().ok().filter(|key| (0..=LAST_MICROSECOND).contains(key))?;
        let count = parts.next()?.parse().ok().filter(|count| *count >= 0)?;
        Some(Place { key, count, id: parts.next()?.parse().ok()? })
    };
    parsed().ok_or(ApiError::Refused(Refusal::Malformed))
}

/// A place in a list by time.
pub(super) fn moment(at: Timestamp, id: Uuid) -> String {
    format!("t.{}.{id}", at.as_microsecond())
}

pub(super) fn parse_moment(cursor: &str) -> ApiResult<(Timestamp, Uuid)> {
    let parsed = || {
        let mut parts = cursor.strip_prefix("t.")?.splitn(2, '.');
        let key = parts.next()?.parse().ok().filter(|key| (0..=LAST_MICROSECOND).contains(key))?;
        Some((Timestamp::from_microsecond(key).ok()?, parts.next()?.parse().ok()?))
    };
    parsed().ok_or(ApiError::Refused(Refusal::Malformed))
}

/// A place in a list of reviews.
pub(super) fn rated(last: &ReviewView, sort: ReviewSort) -> String {
    let at = moment(last.created_at, last.id.as_uuid());
    match sort {
        ReviewSort::Newest => at,
        ReviewSort::Highest => format!("h.{}.{at}", last.rating.get()),
        ReviewSort::Lowest => format!("l.{}.{at}", last.rating.get()),
    }
}

/// Stars, moment and review where a page ends. The stars of a list by time are nobody's.
pub(super) fn parse_rated(cursor: &str, sort: ReviewSort) -> ApiResult<(i16, Timestamp, Uuid)> {
    let prefix = match sort {
        ReviewSort::Newest => return parse_moment(cursor).map(|(at, id)| (0, at, id)),
        ReviewSort::Highest => "h",
        ReviewSort::Lowest => "l",
    };
    let parsed = || {
        let (stars, at) = cursor.strip_prefix(prefix)?.strip_prefix('.')?.split_once('.')?;
        let stars = stars.parse::<i16>().ok().filter(|stars| (Stars::MIN..=Stars::MAX).contains(&i64::from(*stars)))?;
        let (at, id) = parse_moment(at).ok()?;
        Some((stars, at, id))
    };
    parsed().ok_or(ApiError::Refused(Refusal::Malformed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::text::ReviewBody;
    use contract::viewpage::Author;
    use contract::{AccountId, ReviewId};

    #[test]
    fn a_place_among_reviews_is_one_in_its_own_order_alone() {
        let id = Uuid::from_u128(7);
        let at = Timestamp::from_microsecond(1_795_000_000_123_456).expect("in range");
        let review = ReviewView {
            id: ReviewId::new(id),
            author: Author { id: AccountId::new(id), display_name: String::new() },
            rating: Stars::try_from(4).expect("stars"),
            body: ReviewBody::parse("body", "좋아요").expect("valid"),
            reply: None,
            created_at: at,
            updated_at: at,
        };
        let sorts = [ReviewSort::Newest, ReviewSort::Highest, ReviewSort::Lowest];
        for (sort, stars) in sorts.into_iter().zip([0, 4, 4]) {
            let cursor = rated(&review, sort);
            assert_eq!(parse_rated(&cursor, sort), Ok((stars, at, id)));
            assert!(sorts.into_iter().filter(|other| parse_rated(&cursor, *other).is_ok()).eq([sort]), "{cursor}");
        }
        for none in ["", "h", "h.", "h.0.t.1.x", &format!("h.6.t.1.{id}"), &format!("h.0.t.1.{id}"), &format!("h.3.1.{id}")] {
            assert!(parse_rated(none, ReviewSort::Highest).is_err(), "{none}");
        }
    }

    #[test]
    fn a_cursor_reads_as_it_was_written_in_its_own_list_alone() {
        let here = Place { key: 21_474_836_480, count: 7, id: Uuid::from_u128(1) };
        for sort in [Sort::New, Sort::Popular, Sort::Rating] {
            let cursor = place(&here, sort);
            assert_eq!(parse_place(&cursor, sort), Ok(here));
            assert!([Sort::New, Sort::Popular, Sort::Rating].into_iter().filter(|other| parse_place(&cursor, *other).is_ok()).eq([sort]));
            assert!(parse_moment(&cursor).is_err());
        }
        let at = Timestamp::from_microsecond(1_795_000_000_123_456).expect("in range");
        assert_eq!(parse_moment(&moment(at, here.id)), Ok((at, here.id)));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let id = Uuid::from_u128(1);
        for none in ["", "x", "n.1", &format!("n.-1.0.{id}"), &format!("n.1.-1.{id}"), &format!("n.{}.0.{id}", i64::MAX), "n.1.0.x"] {
            assert!(parse_place(none, Sort::New).is_err(), "{none}");
        }
        for none in ["", "t.", "t.1", "t.1.x", &format!("t.-1.{id}"), &format!("t.{}.{id}", i64::MAX)] {
            assert!(parse_moment(none).is_err(), "{none}");
        }
    }
}
