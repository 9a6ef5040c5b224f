//! Reviews, comments and messages, with the rules that the pages have to show.

use super::{CUSTOMER, Fake, HOST};
use async_trait::async_trait;
use contract::call::Call;
use contract::communication::{Comment, CommentInput};
use contract::course::Language;
use contract::event::{Aggregate, AggregateVersion};
use contract::message::{Inbox, MessageSettings, ReadOutcome};
use contract::review::{Eligibility, Ineligible, Reply, ReplyInput, Review, ReviewInput};
use contract::text::{CommentBody, ReplyBody};
use contract::viewpage::{Author, CommentView, ReviewView};
use contract::{
    AccountId, ApiError, ApiResult, CommentId, CourseId, FieldError, MessageApi, MessageId, PageRequest, Refusal, ReviewApi, ReviewId,
};
use uuid::Uuid;

fn invalid(error: FieldError) -> ApiError {
    Refusal::Invalid(vec![error]).into()
}

fn author(id: AccountId) -> Author {
    let display_name = if id == HOST { "미나" } else { "준" };
    Author { id, display_name: display_name.into() }
}

pub fn review(number: u128, author_id: AccountId, body: &str) -> ReviewView {
    let (rating, body) = ReviewInput { rating: 4, body: body.into() }.parse().expect("valid");
    let at = "2026-11-23T00:00:00Z".parse().expect("a time");
    let id = ReviewId::new(Uuid::from_u128(number));
    ReviewView { id, author: author(author_id), rating, body, reply: None, created_at: at, updated_at: at }
}

pub fn comment(number: u128, author_id: AccountId, body: &str) -> CommentView {
    let at = "2026-11-23T00:00:00Z".parse().expect("a time");
    let body = CommentBody::parse("body", body).expect("valid");
    CommentView { id: CommentId::new(Uuid::from_u128(number)), author: author(author_id), body, created_at: at, updated_at: at }
}

fn told(review: &ReviewView) -> Review {
    Review {
        id: review.id,
        version: 1,
        course_id: super::COURSE,
        author_id: review.author.id,
        rating: review.rating,
        body: review.body.clone(),
        reply: review.reply.clone(),
        created_at: review.created_at,
        updated_at: review.updated_at,
    }
}

fn said(comment: &CommentView) -> Comment {
    Comment {
        id: comment.id,
        version: 1,
        course_id: super::COURSE,
        author_id: comment.author.id,
        body: comment.body.clone(),
        created_at: comment.created_at,
        updated_at: comment.updated_at,
    }
}

impl Fake {
    pub(super) fn unread(&self) -> u64 {
        self.messages.lock().expect("unpoisoned").iter().filter(|message| !message.read).count() as u64
    }

    pub(super) fn say(&self, call: &Call, input: &CommentInput) -> ApiResult<Comment> {
        let author = call.signed_in()?;
        self.course()?;
        CommentBody::parse("body", &input.body).map_err(invalid)?;
        let mut comments = self.comments.lock().expect("unpoisoned");
        let new = comment(0x1000 + comments.len() as u128, author, &input.body);
        comments.insert(0, new.clone());
        Ok(said(&new))
    }

    pub(super) fn say_again(&self, call: &Call, id: CommentId, input: &CommentInput) -> ApiResult<Comment> {
        let author = call.signed_in()?;
        self.trouble()?;
        let body = CommentBody::parse("body", &input.body).map_err(invalid)?;
        let mut comments = self.comments.lock().expect("unpoisoned");
        let known = comments.iter_mut().find(|comment| comment.id == id).ok_or(ApiError::Refused(Refusal::NotFound))?;
        if known.author.id != author {
            return Err(Refusal::NotYours.into());
        }
        known.body = body;
        Ok(said(known))
    }

    pub(super) fn unsay(&self, call: &Call, id: CommentId) -> ApiResult<AggregateVersion> {
        let person = call.signed_in()?;
        self.trouble()?;
        let mut comments = self.comments.lock().expect("unpoisoned");
        let place = comments.iter().position(|comment| comment.id == id).ok_or(ApiError::Refused(Refusal::NotFound))?;
        if person != HOST && comments[place].author.id != person {
            return Err(Refusal::NotYours.into());
        }
        comments.remove(place);
        Ok(AggregateVersion { aggregate: Aggregate::comment(id), version: 2 })
    }

    /// The review, if it is for this person to do what they want with it.
    fn with_review<T>(
        &self,
        call: &Call,
        id: ReviewId,
        may: impl FnOnce(AccountId, &ReviewView) -> bool,
        then: impl FnOnce(&mut ReviewView) -> T,
    ) -> ApiResult<T> {
        let person = call.signed_in()?;
        self.trouble()?;
        let mut reviews = self.reviews.lock().expect("unpoisoned");
        let known = reviews.iter_mut().find(|review| review.id == id).ok_or(ApiError::Refused(Refusal::NotFound))?;
        if may(person, known) { Ok(then(known)) } else { Err(Refusal::NotYours.into()) }
    }
}

#[async_trait]
impl ReviewApi for Fake {
    async fn eligibility(&self, _: &Call, _: CourseId) -> ApiResult<Eligibility> {
        panic!("a page never asks whether a review may be written");
    }
    async fn register(&self, call: &Call, _: CourseId, input: ReviewInput) -> ApiResult<Review> {
        let author = call.signed_in()?;
        input.parse()?;
        if let Some(trouble) = self.unchecked.lock().expect("unpoisoned").take() {
            return Err(trouble);
        }
        let course = self.course()?;
        let mut reviews = self.reviews.lock().expect("unpoisoned");
        let reason = if !course.content.reviews_open {
            Some(Ineligible::ReviewsClosed)
        } else if author == HOST {
            Some(Ineligible::OwnCourse)
        } else if reviews.iter().any(|review| review.author.id == author) {
            Some(Ineligible::AlreadyReviewed)
        } else {
            None
        };
        if let Some(reason) = reason {
            return Err(Refusal::Ineligible(reason).into());
        }
        let mut new = review(0x2000 + reviews.len() as u128, author, &input.body);
        new.rating = input.parse()?.0;
        reviews.insert(0, new.clone());
        Ok(told(&new))
    }
    async fn modify(&self, call: &Call, id: ReviewId, input: ReviewInput) -> ApiResult<Review> {
        let (rating, body) = input.parse()?;
        self.with_review(
            call,
            id,
            |person, review| review.author.id == person,
            |review| {
                (review.rating, review.body) = (rating, body);
                told(review)
            },
        )
    }
    async fn delete(&self, call: &Call, id: ReviewId) -> ApiResult<AggregateVersion> {
        self.with_review(call, id, |person, review| review.author.id == person, |_| ())?;
        self.reviews.lock().expect("unpoisoned").retain(|review| review.id != id);
        Ok(AggregateVersion { aggregate: Aggregate::review(id), version: 2 })
    }
    async fn reply(&self, call: &Call, id: ReviewId, input: ReplyInput) -> ApiResult<Review> {
        let body = ReplyBody::parse("body", &input.body).map_err(invalid)?;
        self.with_review(
            call,
            id,
            |person, _| person == HOST,
            |review| {
                review.reply = Some(Reply { body, replied_at: review.created_at });
                told(review)
            },
        )
    }
}

#[async_trait]
impl MessageApi for Fake {
    async fn inbox(&self, call: &Call, _: Language, page: PageRequest) -> ApiResult<Inbox> {
        call.signed_in()?;
        self.trouble()?;
        let page = super::viewpage::paged(&self.messages, &page);
        Ok(Inbox { items: page.items, unread: self.unread(), next: page.next })
    }
    async fn read(&self, call: &Call, id: MessageId) -> ApiResult<ReadOutcome> {
        call.signed_in()?;
        self.trouble()?;
        let mut messages = self.messages.lock().expect("unpoisoned");
        messages.iter_mut().find(|message| message.id == id).ok_or(ApiError::Refused(Refusal::NotFound))?.read = true;
        drop(messages);
        Ok(ReadOutcome { unread: self.unread(), change: None })
    }
    async fn read_all(&self, call: &Call) -> ApiResult<ReadOutcome> {
        call.signed_in()?;
        self.trouble()?;
        self.messages.lock().expect("unpoisoned").iter_mut().for_each(|message| message.read = true);
        Ok(ReadOutcome { unread: 0, change: Some(AggregateVersion { aggregate: Aggregate::inbox(CUSTOMER), version: 1 }) })
    }
    async fn settings(&self, call: &Call) -> ApiResult<MessageSettings> {
        call.signed_in()?;
        self.trouble()?;
        Ok(*self.settings.lock().expect("unpoisoned"))
    }
    async fn change_settings(&self, call: &Call, settings: MessageSettings) -> ApiResult<MessageSettings> {
        call.signed_in()?;
        self.trouble()?;
        *self.settings.lock().expect("unpoisoned") = settings;
        Ok(settings)
    }
}
