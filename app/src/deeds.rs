//! What a visitor can do, in one place for the forms that work without script and for the server functions that work with it:
//! call the service, then wait (bounded) until the read model shows it, so that whoever clicked sees it done.

use crate::actions::LikeState;
use crate::site::Site;
use contract::course::{Course, CourseInput};
use contract::event::{Aggregate, AggregateVersion};
use contract::identity::{Credentials, NewAccount, OpenedSession};
use contract::{ApiResult, Call, CourseId};
use std::time::Duration;

/// How long an answer waits for the read model; after that it is only older, never wrong.
const PATIENCE: Duration = Duration::from_millis(300);

/// Likes a course, or takes the like back.
pub(crate) async fn set_like(site: &Site, call: &Call, course: CourseId, liked: bool) -> ApiResult<LikeState> {
    let outcome = if liked { site.communication.like(call, course).await? } else { site.communication.unlike(call, course).await? };
    if let Some(change) = outcome.change {
        site.viewpage.folded(change, PATIENCE).await;
    }
    // the like is kept already: whoever can't be asked for numbers must not make it look refused
    let counts = site.viewpage.counts(course).await.ok().flatten();
    let likes = match counts {
        Some(_) => None,
        None => site.communication.likes(course).await.ok(),
    };
    Ok(LikeState { liked: outcome.liked, counts: counts.map(|known| (known.version, known.counts)), likes })
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
    site.viewpage.folded(AggregateVersion { aggregate: Aggregate::course(id), version }, PATIENCE).await;
}

/// Opens a session.
pub(crate) async fn sign_in(site: &Site, call: &Call, credentials: Credentials) -> ApiResult<OpenedSession> {
    site.identity.sign_in(call, credentials).await
}

/// Opens an account and a session in it. For an address that is known already, registering changes nothing, so the session is
/// refused as it is for any wrong password.
pub(crate) async fn sign_up(site: &Site, call: &Call, account: NewAccount) -> ApiResult<OpenedSession> {
    let credentials = Credentials { email: account.email.clone(), password: account.password.clone() };
    site.identity.register(call, account).await?;
    site.identity.sign_in(call, credentials).await
}
