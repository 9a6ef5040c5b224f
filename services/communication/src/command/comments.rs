//! Commenting on a course; rewording a comment, answering it and deleting it.

use crate::{Communication, model, store};
use contract::communication::{Comment, CommentInput};
use contract::event::{Aggregate, AggregateVersion, Event};
use contract::reply::ReplyInput;
use contract::{AccountId, ApiResult, Call, CommentId, CourseId, Refusal};
use jiff::Timestamp;

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
        self.change(call, id, move |comment, now| model::reword(comment, author, &input, now)).await
    }

    /// Who wrote a comment and whose its course is never changes, so it is found out before the transaction, which asks nobody.
    pub(super) async fn remove_comment(&self, call: &Call, id: CommentId) -> ApiResult<AggregateVersion> {
        let who = call.signed_in()?;
        let comment = store::comments::find(self.database.pool(), id).await?.ok_or(Refusal::NotFound)?;
        if comment.author_id != who {
            self.require_host(call, comment.course_id, who).await?;
        }
        Ok(self.change(call, id, |comment, now| Ok(Some(model::delete(comment, now)))).await?.change())
    }

    pub(super) async fn reply_to_comment(&self, call: &Call, id: CommentId, input: ReplyInput) -> ApiResult<Comment> {
        let who = call.signed_in()?;
        let comment = store::comments::find(self.database.pool(), id).await?.ok_or(Refusal::NotFound)?;
        self.require_host(call, comment.course_id, who).await?;
        self.change(call, id, move |comment, now| model::answer(comment, who, &input, now)).await
    }

    async fn require_host(&self, call: &Call, course: CourseId, who: AccountId) -> ApiResult<()> {
        if self.host(call, course).await? == Some(who) { Ok(()) } else { Err(Refusal::NotYours.into()) }
    }

    /// Applies `rule` to a comment that isn't deleted.
    async fn change<R>(&self, call: &Call, id: CommentId, rule: R) -> ApiResult<Comment>
    where
        R: FnOnce(&mut Comment, Timestamp) -> Result<Option<Event>, Refusal> + Send + 'static,
    {
        let changed = self
            .database
            .command(call, move |unit| {
                Box::pin(async move {
                    // Before reading: what is read must still be so when it is written.
                    unit.lock(Aggregate::comment(id)).await?;
                    let mut comment = store::comments::find(unit.connection(), id).await?.ok_or(Refusal::NotFound)?;
                    let Some(event) = rule(&mut comment, unit.clock().now())? else { return Ok(comment) };
                    match event {
                        Event::CommentDeleted(_) => store::comments::mark_deleted(unit.connection(), &comment).await?,
                        _ => store::comments::update(unit.connection(), &comment).await?,
                    }
                    unit.append(&event, comment.version).await?;
                    Ok(comment)
                })
            })
            .await?;
        Ok(changed)
    }
}
