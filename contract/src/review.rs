//! Reviews and the question whether one may be written, as other rooms see them.

use crate::call::Call;
use crate::event::{Aggregate, AggregateVersion};
use crate::id::{AccountId, CourseId, ReviewId};
use crate::refusal::{ApiResult, FieldCode, FieldError, Refusal};
use crate::reply::{Reply, ReplyInput};
use crate::text::ReviewBody;
use crate::whole::whole;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a course was rated: 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "i64", into = "i64")]
pub struct Stars(u8);

impl Stars {
    /// The least.
    pub const MIN: i64 = 1;
    /// The most.
    pub const MAX: i64 = 5;

    /// Parses a rating given in `field`.
    ///
    /// # Errors
    /// Names `field` when it is not 1 to 5.
    pub fn parse(field: &str, value: i64) -> Result<Self, FieldError> {
        match u8::try_from(value) {
            Ok(stars @ 1..=5) => Ok(Self(stars)),
            _ if value > Self::MAX => Err(FieldError::limited(field, FieldCode::TooLarge, Self::MAX)),
            _ => Err(FieldError::limited(field, FieldCode::TooSmall, Self::MIN)),
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Stars {
    type Error = &'static str;

    fn try_from(value: i64) -> Result<Self, Self::Error> {
        Self::parse("rating", value).map_err(|_| "a rating is 1 to 5")
    }
}

impl From<Stars> for i64 {
    fn from(stars: Stars) -> Self {
        Self::from(stars.0)
    }
}

/// A review as a customer sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewInput {
    /// 1 to 5.
    #[serde(default, deserialize_with = "whole")]
    #[cfg_attr(feature = "openapi", schema(required, minimum = 1, maximum = 5))]
    pub rating: i64,
    /// 1 to 2000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = ReviewBody))]
    pub body: String,
}

impl ReviewInput {
    /// Parses what a customer wrote.
    ///
    /// # Errors
    /// `Invalid` with every field that doesn't hold.
    pub fn parse(&self) -> Result<(Stars, ReviewBody), Refusal> {
        match (Stars::parse("rating", self.rating), ReviewBody::parse("body", &self.body)) {
            (Ok(rating), Ok(body)) => Ok((rating, body)),
            (rating, body) => Err(Refusal::Invalid([rating.err(), body.err()].into_iter().flatten().collect())),
        }
    }
}

/// A review as the review service answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review {
    /// The review.
    pub id: ReviewId,
    /// Grows by one with every change.
    pub version: u64,
    /// What it is about.
    pub course_id: CourseId,
    /// Who wrote it.
    pub author_id: AccountId,
    /// 1 to 5.
    pub rating: Stars,
    /// What it says.
    pub body: ReviewBody,
    /// The host's answer.
    pub reply: Option<Reply>,
    /// When it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When its author last changed it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
}

impl Review {
    /// This version of it, for whoever waits to see it.
    #[must_use]
    pub const fn change(&self) -> AggregateVersion {
        AggregateVersion { aggregate: Aggregate::review(self.id), version: self.version }
    }
}

/// Why a review may not be written. Where several hold, the first of this order is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ineligible {
    /// The course isn't shown to everyone.
    NotPublished,
    /// The host takes no reviews.
    ReviewsClosed,
    /// It is one's own course.
    OwnCourse,
    /// There is one by this customer already.
    AlreadyReviewed,
}

impl Ineligible {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotPublished => "not_published",
            Self::ReviewsClosed => "reviews_closed",
            Self::OwnCourse => "own_course",
            Self::AlreadyReviewed => "already_reviewed",
        }
    }
}

/// Whether a review may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Eligibility {
    /// Whether it may.
    pub eligible: bool,
    /// Why not.
    pub reason: Option<Ineligible>,
}

impl From<Option<Ineligible>> for Eligibility {
    fn from(reason: Option<Ineligible>) -> Self {
        Self { eligible: reason.is_none(), reason }
    }
}

/// Reviews.
#[async_trait]
pub trait ReviewApi: Send + Sync {
    /// Whether the signed-in customer may review a course now. Stores nothing.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` for a course that one may not know of; `Unavailable` when it can't be checked.
    async fn eligibility(&self, call: &Call, course: CourseId) -> ApiResult<Eligibility>;

    /// Reviews a course, after having checked that one may.
    ///
    /// # Errors
    /// `NotSignedIn`; `Invalid`; `Ineligible`; `NotFound`; `Unavailable` when it can't be checked: then nothing is stored.
    async fn register(&self, call: &Call, course: CourseId, input: ReviewInput) -> ApiResult<Review>;

    /// Rewords or rates anew; the author may. Saying the same publishes nothing.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` or `NotYours`; `Invalid`.
    async fn modify(&self, call: &Call, id: ReviewId, input: ReviewInput) -> ApiResult<Review>;

    /// Deletes a review; the author may. Answers with the deletion.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` or `NotYours`.
    async fn delete(&self, call: &Call, id: ReviewId) -> ApiResult<AggregateVersion>;

    /// Answers a review, or rewords the answer; the course's host may. Saying the same publishes nothing.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` or `NotYours`; `Invalid`.
    async fn reply(&self, call: &Call, id: ReviewId, input: ReplyInput) -> ApiResult<Review>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rating_is_one_to_five() {
        assert_eq!(Stars::parse("rating", 5).map(Stars::get), Ok(5));
        assert_eq!(Stars::parse("rating", 0), Err(FieldError::limited("rating", FieldCode::TooSmall, 1)));
        assert_eq!(Stars::parse("rating", 6), Err(FieldError::limited("rating", FieldCode::TooLarge, 5)));
        assert_eq!(Stars::parse("rating", 261), Err(FieldError::limited("rating", FieldCode::TooLarge, 5)));
        assert!(serde_json::from_str::<Stars>("0").is_err());
    }

    #[test]
    fn every_wrong_field_of_a_review_is_named_at_once() {
        let Err(Refusal::Invalid(errors)) = ReviewInput { rating: 9, body: " ".into() }.parse() else { panic!("valid") };
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["rating", "body"]);
    }
}
