//! What a visitor can do, in one place for the forms that work without script and for the server functions that work with it:
//! call the service, then wait (bounded) until the read model shows it, so that whoever clicked sees it done.

use crate::actions::{Toggle, Toggled};
use crate::forms::course::CourseForm;
use crate::forms::talk::{Typed, Writing};
use crate::live::Shown;
use crate::site::Site;
use contract::communication::{BookmarkOutcome, CommentInput, LikeOutcome};
use contract::course::{Course, CourseInput, CourseState};
use contract::event::{Aggregate, AggregateVersion};
use contract::identity::{Credentials, NewAccount, OpenedSession};
use contract::review::ReplyInput;
use contract::{ApiResult, Call, CommentId, CourseId, MessageId, Refusal, ReviewId};
use std::time::Duration;

/// How long an answer waits for the read model; after that it is only older, never wrong.
const PATIENCE: Duration = Duration::from_millis(300);

/// Sets a like or a bookmark, or takes it back.
pub(crate) async fn set(site: &Site, call: &Call, toggle: Toggle, course: CourseId, on: bool) -> ApiResult<Toggled> {
    let communication = &site.communication;
    let liked = |outcome: LikeOutcome| (outcome.liked, outcome.likes, outcome.change);
    let kept = |outcome: BookmarkOutcome| (outcome.bookmarked, outcome.bookmarks, outcome.change);
    let (on, number, change) = match (toggle, on) {
        (Toggle::Like, true) => communication.like(call, course).await.map(liked),
        (Toggle::Like, false) => communication.unlike(call, course).await.map(liked),
        (Toggle::Bookmark, true) => communication.bookmark(call, course).await.map(kept),
        (Toggle::Bookmark, false) => communication.unbookmark(call, course).await.map(kept),
    }?;
    if let Some(change) = change {
        folded(site, change).await;
    }
    // it is kept already: whoever can't be asked for numbers must not make it look refused
    let counts = site.viewpage.counts(course).await.ok().flatten();
    let number = counts.is_none().then_some(number);
    Ok(Toggled { on, shown: counts.map(|known| Shown::new(known.version, known.counts, &known.rating)), number })
}

/// Does what someone wrote a text for.
pub(crate) async fn write(site: &Site, call: &Call, course: CourseId, what: Writing, typed: &Typed) -> ApiResult<()> {
    call.signed_in()?;
    let body = typed.body.clone();
    let change = match what {
        Writing::Review => site.review.register(call, course, typed.review()?).await?.change(),
        Writing::ReviewAgain(id) => site.review.modify(call, id, typed.review()?).await?.change(),
        Writing::Reply(id) => site.review.reply(call, id, ReplyInput { body }).await?.change(),
        Writing::Comment => site.communication.comment(call, course, CommentInput { body }).await?.change(),
        Writing::CommentAgain(id) => site.communication.modify_comment(call, id, CommentInput { body }).await?.change(),
    };
    folded(site, change).await;
    Ok(())
}

/// Deletes a review.
pub(crate) async fn delete_review(site: &Site, call: &Call, id: ReviewId) -> ApiResult<()> {
    let change = site.review.delete(call, id).await?;
    folded(site, change).await;
    Ok(())
}

/// Deletes a comment.
pub(crate) async fn delete_comment(site: &Site, call: &Call, id: CommentId) -> ApiResult<()> {
    let change = site.communication.delete_comment(call, id).await?;
    folded(site, change).await;
    Ok(())
}

/// Marks a message as read, or with `None` all of them.
pub(crate) async fn read(site: &Site, call: &Call, id: Option<MessageId>) -> ApiResult<()> {
    let outcome = match id {
        Some(id) => site.message.read(call, id).await?,
        None => site.message.read_all(call).await?,
    };
    if let Some(change) = outcome.change {
        folded(site, change).await;
    }
    Ok(())
}

/// Registers a new course, or changes one of which `expected` was read.
pub(crate) async fn save_course(
    site: &Site,
    call: &Call,
    id: Option<CourseId>,
    expected: Option<u64>,
    input: CourseInput,
) -> ApiResult<Course> {
    let course = match id {
        None => site.course.register(call, input).await?,
        Some(id) => site.course.modify(call, id, expected, input).await?,
    };
    shown(site, course.id, course.version).await;
    Ok(course)
}

/// Changes a course that its host alone can see. What everyone sees changes only when its host says so.
pub(crate) async fn autosave_course(site: &Site, call: &Call, id: CourseId, form: &CourseForm) -> ApiResult<Course> {
    call.signed_in()?;
    // without the version that was read, what somebody else wrote meanwhile would be lost unseen
    let expected = form.expected().ok_or(Refusal::Malformed)?;
    let there = site.course.course(call, id).await?;
    if there.state == CourseState::Published {
        let published_since = there.version != expected;
        return Err(if published_since { Refusal::ChangedMeanwhile { current: there.version } } else { Refusal::Malformed }.into());
    }
    save_course(site, call, Some(id), Some(expected), form.input()?).await
}

/// Shows a course to everyone.
pub(crate) async fn publish_course(site: &Site, call: &Call, id: CourseId) -> ApiResult<Course> {
    let course = site.course.publish(call, id).await?;
    shown(site, id, course.version).await;
    Ok(course)
}

/// Takes a course back from view.
pub(crate) async fn unpublish_course(site: &Site, call: &Call, id: CourseId) -> ApiResult<Course> {
    let course = site.course.unpublish(call, id).await?;
    shown(site, id, course.version).await;
    Ok(course)
}

/// Deletes a course.
pub(crate) async fn delete_course(site: &Site, call: &Call, id: CourseId) -> ApiResult<()> {
    let version = site.course.delete(call, id).await?;
    shown(site, id, version).await;
    Ok(())
}

async fn shown(site: &Site, id: CourseId, version: u64) {
    folded(site, AggregateVersion { aggregate: Aggregate::course(id), version }).await;
}

async fn folded(site: &Site, change: AggregateVersion) {
    site.viewpage.folded(change, PATIENCE).await;
}

/// Opens a session.
pub(crate) async fn sign_in(site: &Site, call: &Call, credentials: Credentials) -> ApiResult<OpenedSession> {
    site.identity.sign_in(call, credentials).await
}

/// Opens an account. For an address that has one already nothing changes, and nobody is told.
pub(crate) async fn sign_up(site: &Site, call: &Call, account: NewAccount) -> ApiResult<()> {
    site.identity.register(call, account).await?;
    Ok(())
}
