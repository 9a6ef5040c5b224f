//! What reads courses.

use crate::{Courses, model, store};
use contract::course::{Course, Standing};
use contract::{Call, CourseId, Page, PageRequest, Refusal};
use jiff::Timestamp;
use platform::Result;
use uuid::Uuid;

impl Courses {
    pub(crate) async fn visible_course(&self, call: &Call, id: CourseId) -> Result<Course> {
        let course = store::find(self.database.pool(), id).await?;
        Ok(course.filter(|course| model::is_visible(course, call.actor)).ok_or(Refusal::NotFound)?)
    }

    pub(crate) async fn course_standing(&self, id: CourseId) -> Result<Option<Standing>> {
        let course = store::find(self.database.pool(), id).await?;
        Ok(course.map(|course| Standing { host_id: course.host_id, state: course.state, reviews_open: course.content.reviews_open }))
    }

    pub(crate) async fn own_courses(&self, call: &Call, page: PageRequest) -> Result<Page<Course>> {
        let host = call.signed_in()?;
        let after = page.cursor.as_deref().map_or(Ok(Place::START), |cursor| Place::parse(cursor).ok_or(Refusal::Malformed))?;
        let limit = page.limit as usize;
        // One more than asked for tells whether there is a page after this one.
        let mut items = store::of_host(self.database.pool(), host, after, i64::from(page.limit) + 1).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| Place::of(last).to_string());
        Ok(Page { items, next })
    }
}

/// A place in the list of a host's courses. As a cursor it is 48 hexadecimal digits, which mean nothing to anyone else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub updated_at: Timestamp,
    pub id: Uuid,
}

impl Place {
    /// Before the first: later than anything was changed.
    const START: Self = Self { updated_at: Timestamp::MAX, id: Uuid::max() };

    fn of(course: &Course) -> Self {
        Self { updated_at: course.updated_at, id: course.id.as_uuid() }
    }

    fn parse(cursor: &str) -> Option<Self> {
        let hexadecimal = cursor.len() == 48 && cursor.bytes().all(|c| c.is_ascii_hexdigit());
        let (time, id) = hexadecimal.then(|| cursor.split_at(16))?;
        let microsecond = u64::from_str_radix(time, 16).ok()?.cast_signed();
        Some(Self { updated_at: Timestamp::from_microsecond(microsecond).ok()?, id: Uuid::try_parse(id).ok()? })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{}", self.updated_at.as_microsecond(), self.id.simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_was_written() {
        for microsecond in [-1, 0, 1_795_000_000_123_456] {
            let place = Place { updated_at: Timestamp::from_microsecond(microsecond).expect("in range"), id: Uuid::from_u128(7) };
            assert_eq!(Place::parse(&place.to_string()), Some(place));
        }
    }

    #[test]
    fn what_is_no_cursor_is_not_read_as_one() {
        let beyond_time = format!("7{}", "f".repeat(47));
        let signed = format!("+{}", "0".repeat(47));
        for none in ["", "x", &"g".repeat(48), &"0".repeat(47), &"0".repeat(49), &"é".repeat(24), &beyond_time, &signed] {
            assert_eq!(Place::parse(none), None, "{none}");
        }
    }
}
