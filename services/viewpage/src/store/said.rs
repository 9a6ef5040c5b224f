//! Comments and reviews, as they are kept.

use crate::model::{Conversation, Fold};
use contract::event::Event;
use contract::reply::Reply;
use contract::viewpage::{CommentView, ReviewView};
use contract::{AccountId, CommentId, CourseId, ReviewId};
use jiff_sqlx::{Timestamp, ToSqlx};
use platform::Result;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is kept of the comments and reviews that a segment is about, and the names of who writes new ones.
pub(crate) async fn conversation(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<Conversation> {
    let mut conversation = Conversation::default();
    let (mut comments, mut reviews, mut authors) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut new_comments, mut new_reviews) = (BTreeSet::new(), BTreeSet::new());
    for said in &fold.said {
        match &said.envelope.event {
            Event::CommentRegistered(event) => {
                new_comments.insert(event.comment_id);
                authors.insert(event.author_id.as_uuid());
            }
            Event::CommentModified(event) => drop(comments.insert(event.comment_id)),
            Event::CommentAnswered(event) => drop(comments.insert(event.comment_id)),
            Event::CommentDeleted(event) => drop(comments.insert(event.comment_id)),
            Event::ReviewRegistered(event) => {
                new_reviews.insert(event.review_id);
                authors.insert(event.author_id.as_uuid());
            }
            Event::ReviewModified(event) => drop(reviews.insert(event.review_id)),
            Event::ReviewReplied(event) => drop(reviews.insert(event.review_id)),
            Event::ReviewDeleted(event) => drop(reviews.insert(event.review_id)),
            _ => {}
        }
    }
    // What is new in this segment is not kept yet.
    let comments: Vec<Uuid> = comments.difference(&new_comments).map(|id| id.as_uuid()).collect();
    let reviews: Vec<Uuid> = reviews.difference(&new_reviews).map(|id| id.as_uuid()).collect();
    if !authors.is_empty() {
        let authors: Vec<Uuid> = authors.into_iter().collect();
        let rows = sqlx::query!("SELECT account_id, display_name FROM accounts WHERE account_id = ANY ($1)", &authors)
            .fetch_all(&mut *connection)
            .await?;
        conversation.names = rows.into_iter().map(|row| (AccountId::new(row.account_id), row.display_name)).collect();
    }
    if !comments.is_empty() {
        let rows = sqlx::query!(
            r#"SELECT comment_id AS "comment_id!", course_id AS "course_id!",
                      jsonb_build_object('id', comment_id,
                          'author', jsonb_build_object('id', author_id, 'display_name', COALESCE(display_name, '')),
                          'body', body,
                          'answer', CASE WHEN answer IS NOT NULL THEN jsonb_build_object('body', answer, 'replied_at', answered_at) END,
                          'created_at', created_at, 'updated_at', updated_at) AS "view!: Json<CommentView>"
               FROM comments LEFT JOIN accounts ON account_id = author_id WHERE comment_id = ANY ($1)"#,
            &comments
        )
        .fetch_all(&mut *connection)
        .await?;
        conversation.comments =
            rows.into_iter().map(|row| (CommentId::new(row.comment_id), Some((CourseId::new(row.course_id), row.view.0)))).collect();
    }
    if !reviews.is_empty() {
        let rows = sqlx::query!(
            r#"SELECT review_id AS "review_id!", course_id AS "course_id!",
                      jsonb_build_object('id', review_id,
                          'author', jsonb_build_object('id', author_id, 'display_name', COALESCE(display_name, '')),
                          'rating', rating, 'body', body,
                          'reply', CASE WHEN reply IS NOT NULL THEN jsonb_build_object('body', reply, 'replied_at', replied_at) END,
                          'created_at', created_at, 'updated_at', updated_at) AS "view!: Json<ReviewView>"
               FROM reviews LEFT JOIN accounts ON account_id = author_id WHERE review_id = ANY ($1)"#,
            &reviews
        )
        .fetch_all(connection)
        .await?;
        conversation.reviews =
            rows.into_iter().map(|row| (ReviewId::new(row.review_id), Some((CourseId::new(row.course_id), row.view.0)))).collect();
    }
    Ok(conversation)
}

/// Keeps what a segment has made of its comments and reviews.
pub(crate) async fn write_conversation(connection: &mut PgConnection, conversation: &Conversation) -> Result<()> {
    write_comments(connection, &conversation.comments.values().flatten().collect::<Vec<_>>()).await?;
    write_reviews(connection, &conversation.reviews.values().flatten().collect::<Vec<_>>()).await?;
    let comments: Vec<Uuid> = conversation.comments.iter().filter(|(_, kept)| kept.is_none()).map(|(id, _)| id.as_uuid()).collect();
    if !comments.is_empty() {
        sqlx::query!("DELETE FROM comments WHERE comment_id = ANY ($1)", &comments).execute(&mut *connection).await?;
    }
    let reviews: Vec<Uuid> = conversation.reviews.iter().filter(|(_, kept)| kept.is_none()).map(|(id, _)| id.as_uuid()).collect();
    if !reviews.is_empty() {
        sqlx::query!("DELETE FROM reviews WHERE review_id = ANY ($1)", &reviews).execute(connection).await?;
    }
    Ok(())
}

async fn write_comments(connection: &mut PgConnection, kept: &[&(CourseId, CommentView)]) -> Result<()> {
    if kept.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = kept.iter().map(|(_, view)| view.id.as_uuid()).collect();
    let courses: Vec<_> = kept.iter().map(|(course, _)| course.as_uuid()).collect();
    let authors: Vec<_> = kept.iter().map(|(_, view)| view.author.id.as_uuid()).collect();
    let bodies: Vec<_> = kept.iter().map(|(_, view)| view.body.as_str().to_owned()).collect();
    let (answers, answered) = parted(kept.iter().map(|(_, view)| view.answer.as_ref()));
    let created: Vec<_> = kept.iter().map(|(_, view)| view.created_at.to_sqlx()).collect();
    let updated: Vec<_> = kept.iter().map(|(_, view)| view.updated_at.to_sqlx()).collect();
    sqlx::query!(
        "INSERT INTO comments (comment_id, course_id, author_id, body, answer, answered_at, created_at, updated_at)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
                              $8::timestamptz[])
         ON CONFLICT (comment_id) DO UPDATE SET body = excluded.body, answer = excluded.answer, answered_at = excluded.answered_at,
             updated_at = excluded.updated_at",
        &ids,
        &courses,
        &authors,
        &bodies,
        &answers as &[Option<String>],
        &answered as _,
        &created as _,
        &updated as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What hosts' answers say, and when they were written.
fn parted<'a>(replies: impl Iterator<Item = Option<&'a Reply>>) -> (Vec<Option<String>>, Vec<Option<Timestamp>>) {
    replies.map(|reply| reply.map(|reply| (reply.body.as_str().to_owned(), reply.replied_at.to_sqlx())).unzip()).unzip()
}

async fn write_reviews(connection: &mut PgConnection, kept: &[&(CourseId, ReviewView)]) -> Result<()> {
    if kept.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = kept.iter().map(|(_, view)| view.id.as_uuid()).collect();
    let courses: Vec<_> = kept.iter().map(|(course, _)| course.as_uuid()).collect();
    let authors: Vec<_> = kept.iter().map(|(_, view)| view.author.id.as_uuid()).collect();
    let ratings: Vec<_> = kept.iter().map(|(_, view)| i16::from(view.rating.get())).collect();
    let bodies: Vec<_> = kept.iter().map(|(_, view)| view.body.as_str().to_owned()).collect();
    let (replies, replied) = parted(kept.iter().map(|(_, view)| view.reply.as_ref()));
    let created: Vec<_> = kept.iter().map(|(_, view)| view.created_at.to_sqlx()).collect();
    let updated: Vec<_> = kept.iter().map(|(_, view)| view.updated_at.to_sqlx()).collect();
    sqlx::query!(
        "INSERT INTO reviews (review_id, course_id, author_id, rating, body, reply, replied_at, created_at, updated_at)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::smallint[], $5::text[], $6::text[], $7::timestamptz[],
                              $8::timestamptz[], $9::timestamptz[])
         ON CONFLICT (review_id) DO UPDATE SET rating = excluded.rating, body = excluded.body, reply = excluded.reply,
             replied_at = excluded.replied_at, updated_at = excluded.updated_at",
        &ids,
        &courses,
        &authors,
        &ratings,
        &bodies,
        &replies as &[Option<String>],
        &replied as _,
        &created as _,
        &updated as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
