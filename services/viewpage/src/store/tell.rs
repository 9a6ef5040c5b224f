//! The log of changes that open pages are told. Ids are in the order of commits: one projection writes them.

use super::CHANNEL;
use super::live::Payload;
use crate::model::{CourseFold, Fold, Said, Telling, Touched};
use contract::{CorrelationId, CourseId};
use platform::{Error, Result};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

/// What was said of courses that are shown, event by event, each with the version that it made.
pub(crate) async fn tell_said(connection: &mut PgConnection, fold: &Fold<'_>, told: &[(&Said<'_>, Telling)]) -> Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let courses: Vec<_> = told.iter().map(|(said, _)| said.course.as_uuid()).collect();
    // How many events of the course came after this one: it has been counted with all of them.
    let later = |said: &Said<'_>| fold.courses.get(&said.course).map_or(0, |course: &CourseFold| course.events - said.nth);
    let later: Vec<_> = told.iter().map(|(said, _)| later(said)).collect();
    let origins: Vec<_> = told.iter().map(|(said, _)| said.envelope.correlation_id.as_uuid()).collect();
    let mut kinds = Vec::with_capacity(told.len());
    let mut payloads = Vec::with_capacity(told.len());
    for (_, telling) in told {
        let (kind, payload) = match telling {
            Telling::Comment(op, view) => ("comment", serde_json::to_value(Payload { op: *op, view })),
            Telling::Review(op, view) => ("review", serde_json::to_value(Payload { op: *op, view })),
        };
        kinds.push(kind.to_owned());
        payloads.push(payload.map_err(|_| Error::Defect("a view that is no JSON"))?);
    }
    sqlx::query!(
        "INSERT INTO changes (kind, course_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum, changed_at, payload, origin)
         SELECT said.kind, course_id, false, version - later, likes, bookmarks, courses.comments, courses.reviews, rating_sum, now(), payload,
                origin
         FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::jsonb[], $5::uuid[])
             WITH ORDINALITY AS said (kind, course_id, later, payload, origin, nth) JOIN courses USING (course_id)
         WHERE published ORDER BY nth",
        &kinds,
        &courses,
        &later,
        &payloads,
        &origins,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One change for each touched course that is shown, or was until now.
pub(crate) async fn tell_touched(connection: &mut PgConnection, touched: &Touched) -> Result<()> {
    if touched.courses.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = touched.courses.keys().map(|id| id.as_uuid()).collect();
    let (origins, withdrawn): (Vec<Option<Uuid>>, Vec<bool>) =
        touched.courses.values().map(|(origin, withdrawn)| (origin.map(CorrelationId::as_uuid), *withdrawn)).unzip();
    sqlx::query!(
        "INSERT INTO changes (course_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum, changed_at, origin)
         SELECT course_id, NOT published, version, likes, bookmarks, comments, reviews, rating_sum, now(), origin
         FROM unnest($1::uuid[], $2::bool[], $3::uuid[]) AS touched (course_id, taken, origin) JOIN courses USING (course_id)
         WHERE published OR taken ORDER BY course_id",
        &ids,
        &withdrawn,
        &origins as &[Option<Uuid>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One change for each touched inbox.
pub(crate) async fn tell_inboxes(connection: &mut PgConnection, touched: &Touched) -> Result<()> {
    if touched.inboxes.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = touched.inboxes.keys().map(|id| id.as_uuid()).collect();
    let unread: Vec<_> = touched.inboxes.values().map(|inbox| i64::try_from(inbox.unread).unwrap_or(i64::MAX)).collect();
    let origins: Vec<_> = touched.inboxes.values().map(|inbox| inbox.origin.as_uuid()).collect();
    sqlx::query!(
        "INSERT INTO changes (kind, course_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum, changed_at, account_id,
                              payload, origin)
         SELECT 'message', $4, false, 0, 0, 0, 0, 0, 0, now(), account_id, jsonb_build_object('unread', unread), origin
         FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) AS inboxes (account_id, unread, origin) ORDER BY account_id",
        &ids,
        &unread,
        &origins,
        NO_COURSE.as_uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What stands for the course in a change that is about none.
const NO_COURSE: CourseId = CourseId::new(Uuid::nil());

/// Word of a batch to other processes.
pub(crate) async fn wake_others(connection: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_notify($1, '')", CHANNEL).execute(connection).await?;
    Ok(())
}
