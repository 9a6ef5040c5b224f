//! Commenting on a course, rewording a comment and deleting it.

use crate::{Communication, model, store};
use contract::communication::{Comment, CommentInput};
use contract::event::{Aggregate, AggregateVersion};
use contract::{ApiResult, Call, CommentId, CourseId, Refusal};

impl Communication {
    pub(super) async fn write_comment(&self, call: &Call, course: CourseId, input: CommentInput) -> ApiResult<Comment> {
        let author = call.signed_in()?;
        self.require_published(call, course).await?;
        let id = CommentId::new(self.database.clock().uuid());
        let (comment, event) = model::comment(id, course, author, &input, self.database.clock().now())?;
        let written = self
            .database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(Aggregate::comment(id)).await?;
                    store::comments::insert(unit.connection(), &comment).await?;
                    unit.append(&event, comment.version).await?;
                    Ok(comment)
                })
            })
            .await?;
        Ok(written)
    }

    pub(super) async fn reword_comment(&self, call: &Call, id: CommentId, input: CommentInput) -> ApiResult<Comment> {
        let author = call.signed_in()?;
        let reworded = self
            .database
            .command(call, move |unit| {
                Box::pin(async move {
                    // Before reading: what is read must still be so when it is written.
                    unit.lock(Aggregate::comment(id)).await?;
                    let mut comment = store::comments::find(unit.connection(), id).await?.ok_or(Refusal::NotFound)?;
                    let now = unit.clock().now();
                    if let Some(event) = model::reword(&mut comment, author, &input, now)? {
                        store::comments::update(unit.connection(), &comment).await?;
                        unit.append(&event, comment.version).await?;
                    }
                    Ok(comment)
                })
            })
            .await?;
        Ok(reworded)
    }

    /// Who wrote a comment and whose its course is never changes, so it is found out before the transaction, which asks nobody.
    pub(super) async fn remove_comment(&self, call: &Call, id: CommentId) -> ApiResult<AggregateVersion> {
        let who = call.signed_in()?;
        let comment = store::comments::find(self.database.pool(), id).await?.ok_or(Refusal::NotFound)?;
        if comment.author_id != who && self.host(call, comment.course_id).await? != Some(who) {
            return Err(Refusal::NotYours.into());
        }
        let deleted = self
            .database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(Aggregate::comment(id)).await?;
                    let mut comment = store::comments::find(unit.connection(), id).await?.ok_or(Refusal::NotFound)?;
                    let event = model::delete(&mut comment, unit.clock().now());
                    store::comments::mark_deleted(unit.connection(), &comment).await?;
                    unit.append(&event, comment.version).await
                })
            })
            .await?;
        Ok(deleted)
    }
}
