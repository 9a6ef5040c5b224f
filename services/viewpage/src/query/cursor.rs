//! Cursors of lists of courses: where a page ends. They mean nothing to anyone else. The letter of the order, its key, its count, the course.

use crate::store::Place;
use contract::viewpage::Sort;
use contract::{ApiResult, PageRequest, Refusal};
use platform::cursor::{digits, number};
use uuid::Uuid;

pub(super) fn of(place: &Place, sort: Sort) -> String {
    format!("{}{:016x}{:016x}{}", code(sort), place.key, place.count, place.id.simple())
}

const fn code(sort: Sort) -> char {
    match sort {
        Sort::Popular => 'p',
        Sort::New => 'n',
        Sort::Rating => 'r',
    }
}

/// Where the page that is asked for begins.
pub(super) fn after(page: &PageRequest, sort: Sort) -> ApiResult<Place> {
    page.cursor.as_deref().map_or(Ok(Place::START), |cursor| Ok(parse(cursor, sort)?))
}

fn parse(cursor: &str, sort: Sort) -> Result<Place, Refusal> {
    let mut rest = cursor.chars();
    let order = rest.next().filter(|order| [Sort::New, Sort::Popular, Sort::Rating].into_iter().any(|sort| code(sort) == *order));
    let parts = || {
        let parts = order.and(digits(rest.as_str(), 64))?;
        Some(Place { key: number(&parts[..16])?, count: number(&parts[16..32])?, id: Uuid::try_parse(&parts[32..]).ok()? })
    };
    let place = parts().ok_or(Refusal::Malformed)?;
    if order == Some(code(sort)) { Ok(place) } else { Err(Refusal::OtherOrder) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SORTS: [Sort; 3] = [Sort::New, Sort::Popular, Sort::Rating];

    #[test]
    fn a_cursor_reads_as_it_was_written_in_its_own_order_alone() {
        let here = Place { key: 21_474_836_480, count: 7, id: Uuid::from_u128(1) };
        for sort in SORTS {
            for asked in SORTS {
                let expected = if asked == sort { Ok(here) } else { Err(Refusal::OtherOrder) };
                assert_eq!(parse(&of(&here, sort), asked), expected);
            }
        }
    }

    #[test]
    fn whatever_looks_like_a_cursor_is_one_and_nothing_else_is() {
        for any in ["0", "f"] {
            let place = parse(&format!("n{}", any.repeat(64)), Sort::New);
            assert!(place.is_ok_and(|place| place.key >= 0 && place.count >= 0), "{any}");
        }
        for none in ["", "n", "x", &format!("x{}", "0".repeat(64)), &"0".repeat(64), &format!("n{}", "0".repeat(63)), "é"] {
            assert_eq!(parse(none, Sort::New), Err(Refusal::Malformed), "{none}");
        }
    }
}
