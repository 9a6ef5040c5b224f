//! The rules: who may see and change a course, and what each change makes of it. A change that changes nothing has no event.

use contract::course::{Course, CourseContent, CourseState};
use contract::event::{CourseRef, CourseWritten, Event};
use contract::{AccountId, CourseId, Refusal};
use jiff::Timestamp;

/// Whether `who` may read it: what is published, everyone; anything else, its host.
pub(crate) fn is_visible(course: &Course, who: Option<AccountId>) -> bool {
    course.state == CourseState::Published || who == Some(course.host_id)
}

/// Lets its host change it.
///
/// # Errors
/// `NotYours`; `NotFound` for what `who` may not even know of.
pub(crate) fn require_host(course: &Course, who: AccountId) -> Result<(), Refusal> {
    if course.host_id == who {
        Ok(())
    } else if is_visible(course, Some(who)) {
        Err(Refusal::NotYours)
    } else {
        Err(Refusal::NotFound)
    }
}

/// Lets those change it who have read its present version, and those who don't care.
///
/// # Errors
/// `ChangedMeanwhile`.
pub(crate) fn require_version(course: &Course, expected: Option<u64>) -> Result<(), Refusal> {
    match expected {
        Some(version) if version != course.version => Err(Refusal::ChangedMeanwhile { current: course.version }),
        _ => Ok(()),
    }
}

/// A new draft.
pub(crate) fn register(id: CourseId, host_id: AccountId, content: CourseContent, now: Timestamp) -> (Course, Event) {
    let course = Course { id, version: 1, state: CourseState::Draft, host_id, created_at: now, updated_at: now, content };
    let event = Event::CourseRegistered(written(&course));
    (course, event)
}

/// Replaces what it says.
///
/// # Errors
/// `StopsMissing` for a published one that would lose its last stop.
pub(crate) fn modify(course: &mut Course, content: CourseContent, now: Timestamp) -> Result<Option<Event>, Refusal> {
    if course.state == CourseState::Published {
        require_stops(&content)?;
    }
    if course.content == content {
        return Ok(None);
    }
    course.content = content;
    changed(course, now);
    Ok(Some(Event::CourseModified(written(course))))
}

/// Shows it to everyone.
///
/// # Errors
/// `StopsMissing`.
pub(crate) fn publish(course: &mut Course, now: Timestamp) -> Result<Option<Event>, Refusal> {
    if course.state == CourseState::Published {
        return Ok(None);
    }
    require_stops(&course.content)?;
    course.state = CourseState::Published;
    changed(course, now);
    Ok(Some(Event::CoursePublished(reference(course))))
}

/// Takes it back from view.
pub(crate) fn unpublish(course: &mut Course, now: Timestamp) -> Option<Event> {
    if course.state != CourseState::Published {
        return None;
    }
    course.state = CourseState::Unpublished;
    changed(course, now);
    Some(Event::CourseUnpublished(reference(course)))
}

/// Deletes it: its last version.
pub(crate) fn delete(course: &mut Course, now: Timestamp) -> Event {
    changed(course, now);
    Event::CourseDeleted(reference(course))
}

fn require_stops(content: &CourseContent) -> Result<(), Refusal> {
    if content.stops.is_empty() { Err(Refusal::StopsMissing) } else { Ok(()) }
}

fn changed(course: &mut Course, now: Timestamp) {
    course.version += 1;
    course.updated_at = now;
}

fn written(course: &Course) -> CourseWritten {
    CourseWritten { course_id: course.id, host_id: course.host_id, content: course.content.clone() }
}

fn reference(course: &Course) -> CourseRef {
    CourseRef { course_id: course.id, host_id: course.host_id }
}
