//! Cursors of lists of reviews. Newest first, that of any list by time; by stars, the letter of the order and the stars come before it.

use crate::store::Rated;
use contract::review::Stars;
use contract::viewpage::{ReviewSort, ReviewView};
use contract::{ApiResult, PageRequest, Refusal};
use platform::cursor::Place;

/// The place of a review in a list in this order.
pub(super) fn of(last: &ReviewView, sort: ReviewSort) -> String {
    let at = Place { at: last.created_at, id: last.id.as_uuid() };
    match code(sort) {
        Some(code) => format!("{code}{}{at}", last.rating.get()),
        None => at.to_string(),
    }
}

/// The letter of an order by stars; `None` for the one by time.
const fn code(sort: ReviewSort) -> Option<char> {
    match sort {
        ReviewSort::Newest => None,
        ReviewSort::Highest => Some('h'),
        ReviewSort::Lowest => Some('l'),
    }
}

/// Where the page that is asked for begins.
pub(super) fn after(page: &PageRequest, sort: ReviewSort) -> ApiResult<Rated> {
    page.cursor.as_deref().map_or(Ok(Rated::START), |cursor| Ok(parse(cursor, sort)?))
}

fn parse(cursor: &str, sort: ReviewSort) -> Result<Rated, Refusal> {
    let order = cursor.chars().next().filter(|order| matches!(order, 'h' | 'l'));
    let (stars, place) = match order {
        Some(_) => {
            let stars = cursor.get(1..2).and_then(|stars| stars.parse::<i64>().ok()).and_then(|stars| Stars::try_from(stars).ok());
            let (stars, place) = stars.zip(cursor.get(2..)).ok_or(Refusal::Malformed)?;
            (Some(stars), place)
        }
        None => (None, cursor),
    };
    let place = Place::before(&PageRequest::new(Some(place.to_owned()), 1))?;
    if order == code(sort) { Ok(Rated { rank: stars.map_or(0, |stars| rank(stars, sort)), place }) } else { Err(Refusal::OtherOrder) }
}

/// What a list in this order goes by, the greatest first.
fn rank(stars: Stars, sort: ReviewSort) -> i16 {
    let stars = i16::from(stars.get());
    match sort {
        ReviewSort::Newest => 0,
        ReviewSort::Highest => stars,
        ReviewSort::Lowest => -stars,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::text::ReviewBody;
    use contract::viewpage::Author;
    use contract::{AccountId, ReviewId};
    use jiff::Timestamp;
    use uuid::Uuid;

    const SORTS: [ReviewSort; 3] = [ReviewSort::Newest, ReviewSort::Highest, ReviewSort::Lowest];

    #[test]
    fn a_cursor_reads_as_it_was_written_in_its_own_order_alone() {
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
        for (sort, rank) in SORTS.into_iter().zip([0, 4, -4]) {
            for asked in SORTS {
                let expected = if asked == sort { Ok(Rated { rank, place: Place { at, id } }) } else { Err(Refusal::OtherOrder) };
                assert_eq!(parse(&of(&review, sort), asked), expected);
            }
        }
    }

    #[test]
    fn whatever_looks_like_a_cursor_is_one_and_nothing_else_is() {
        for any in ["0".repeat(48), "f".repeat(48)] {
            assert!(parse(&any, ReviewSort::Newest).is_ok() && parse(&format!("h5{any}"), ReviewSort::Highest).is_ok(), "{any}");
            assert!(parse(&format!("l1{any}"), ReviewSort::Lowest).is_ok(), "{any}");
        }
        let place = "0".repeat(48);
        for none in
            ["", "h", "h4", "é", "hé", &format!("h0{place}"), &format!("l6{place}"), &format!("h4{}", &place[1..]), &format!("x4{place}")]
        {
            for sort in SORTS {
                assert_eq!(parse(none, sort), Err(Refusal::Malformed), "{none}");
            }
        }
    }
}
