//! What changes reviews: each command waits for its review, reads it, lets the rules say what becomes of it, and writes that and its
//! event together. Whatever has to be asked of others is asked before.

use crate::model::Found;
use crate::{Reviews, model, store};
use contract::event::{Aggregate, AggregateVersion, Event};
use contract::reply::ReplyInput;
use contract::review::{Review, ReviewInput};
use contract::{Call, CourseId, Refusal, ReviewId};
use jiff::Timestamp;
use platform::Result;

impl Reviews {
    pub(crate) async fn register_review(&self, call: &Call, course: CourseId, input: &ReviewInput) -> Result<Review> {
        let author = call.signed_in()?;
        let (rating, body) = input.parse()?;
        if let Some(reason) = self.ineligible(call, course, author).await? {
            return Err(Refusal::Ineligible(reason).into());
        }
        let id = ReviewId::new(self.database.clock().uuid());
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(Aggregate::review(id)).await?;
                    let (review, event) = model::register(id, course, author, (rating, body), unit.clock().now());
                    store::insert(unit.connection(), &review).await?;
                    unit.append(&event, review.version).await?;
                    Ok(review)
                })
            })
            .await
    }

    /// Whether it may be changed at all is said before what is wrong with the change (RFC 9110, 13.2.1); so too for a reply.
    pub(crate) async fn modify_review(&self, call: &Call, id: ReviewId, input: ReviewInput) -> Result<Review> {
        let who = call.signed_in()?;
        self.change(call, id, move |found, now| {
            found.require_author(who)?;
            let (rating, body) = input.parse()?;
            Ok(model::modify(&mut found.review, rating, body, now))
        })
        .await
    }

    pub(crate) async fn delete_review(&self, call: &Call, id: ReviewId) -> Result<AggregateVersion> {
        let who = call.signed_in()?;
        let deleted = self
            .change(call, id, move |found, _| {
                found.require_author(who)?;
                Ok(Some(model::delete(&mut found.review)))
            })
            .await?;
        Ok(deleted.change())
    }

    /// Whose a course is never changes, so it may be asked before the transaction begins.
    pub(crate) async fn reply_to_review(&self, call: &Call, id: ReviewId, input: ReplyInput) -> Result<Review> {
        let who = call.signed_in()?;
        let found = store::find(self.database.pool(), id).await?.ok_or(Refusal::NotFound)?;
        let host = match found.host {
            Some(host) => host,
            None => self.standings.of(call, found.review.course_id).await?.host_id,
        };
        self.change(call, id, move |found, now| {
            found.require_host(host, who)?;
            Ok(model::reply(&mut found.review, host, input.parse()?, now))
        })
        .await
    }

    /// Applies `rule` to a review that isn't deleted.
    async fn change<R>(&self, call: &Call, id: ReviewId, rule: R) -> Result<Review>
    where
        R: FnOnce(&mut Found, Timestamp) -> Result<Option<Event>> + Send + 'static,
    {
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    // Before reading: what is read must still be so when it is written.
                    unit.lock(Aggregate::review(id)).await?;
                    let mut found = store::find(unit.connection(), id).await?.ok_or(Refusal::NotFound)?;
                    let Some(event) = rule(&mut found, unit.clock().now())? else { return Ok(found.review) };
                    match event {
                        Event::ReviewDeleted(_) => store::mark_deleted(unit.connection(), &found.review).await?,
                        _ => store::update(unit.connection(), &found.review).await?,
                    }
                    unit.append(&event, found.review.version).await?;
                    Ok(found.review)
                })
            })
            .await
    }
}
