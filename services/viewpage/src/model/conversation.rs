//! Comments and reviews: what each says after an event, for the row that is kept and for those who are told.

use super::Said;
use contract::event::{CommentWritten, Event, ReviewWritten};
use contract::reply::Reply;
use contract::viewpage::{Author, CommentView, Op, ReviewView};
use contract::{AccountId, CommentId, CourseId, ReviewId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The comments and reviews that a segment is about: first as they are kept, then as its events leave them; `None` for one that is gone.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    pub names: BTreeMap<AccountId, String>,
    pub comments: BTreeMap<CommentId, Option<(CourseId, CommentView)>>,
    pub reviews: BTreeMap<ReviewId, Option<(CourseId, ReviewView)>>,
}

/// What those who watch a course are told of an event.
#[derive(Debug, PartialEq)]
pub(crate) enum Telling {
    Comment(Op, CommentView),
    Review(Op, ReviewView),
}

impl Conversation {
    /// Applies an event. `None` when it is about something that is not there.
    pub(crate) fn apply(&mut self, said: &Said<'_>) -> Option<Telling> {
        let (course, at) = (said.course, said.envelope.occurred_at);
        match &said.envelope.event {
            Event::CommentRegistered(event) => {
                let view = self.new_comment(event, at);
                self.comments.insert(view.id, Some((course, view.clone())));
                Some(Telling::Comment(Op::Registered, view))
            }
            Event::CommentModified(event) => {
                let (_, view) = self.comments.get_mut(&event.comment_id)?.as_mut()?;
                (view.body, view.updated_at) = (event.body.clone(), at);
                Some(Telling::Comment(Op::Modified, view.clone()))
            }
            Event::CommentAnswered(event) => {
                let (_, view) = self.comments.get_mut(&event.comment_id)?.as_mut()?;
                view.answer = Some(Reply { body: event.body.clone(), replied_at: at });
                Some(Telling::Comment(Op::Modified, view.clone()))
            }
            Event::CommentDeleted(event) => {
                let (_, view) = self.comments.insert(event.comment_id, None)??;
                Some(Telling::Comment(Op::Deleted, view))
            }
            Event::ReviewRegistered(event) => {
                let view = self.new_review(event, at);
                self.reviews.insert(view.id, Some((course, view.clone())));
                Some(Telling::Review(Op::Registered, view))
            }
            Event::ReviewModified(event) => {
                let (_, view) = self.reviews.get_mut(&event.review_id)?.as_mut()?;
                (view.rating, view.body, view.updated_at) = (event.rating, event.body.clone(), at);
                Some(Telling::Review(Op::Modified, view.clone()))
            }
            Event::ReviewReplied(event) => {
                let (_, view) = self.reviews.get_mut(&event.review_id)?.as_mut()?;
                view.reply = Some(Reply { body: event.body.clone(), replied_at: at });
                Some(Telling::Review(Op::Modified, view.clone()))
            }
            Event::ReviewDeleted(event) => {
                let (_, view) = self.reviews.insert(event.review_id, None)??;
                Some(Telling::Review(Op::Deleted, view))
            }
            _ => None,
        }
    }

    fn new_comment(&self, event: &CommentWritten, at: Timestamp) -> CommentView {
        CommentView {
            id: event.comment_id,
            author: self.author(event.author_id),
            body: event.body.clone(),
            answer: None,
            created_at: at,
            updated_at: at,
        }
    }

    fn new_review(&self, event: &ReviewWritten, at: Timestamp) -> ReviewView {
        ReviewView {
            id: event.review_id,
            author: self.author(event.author_id),
            rating: event.rating,
            body: event.body.clone(),
            reply: None,
            created_at: at,
            updated_at: at,
        }
    }

    fn author(&self, id: AccountId) -> Author {
        Author { id, display_name: self.names.get(&id).cloned().unwrap_or_default() }
    }
}
