//! What people write below a course, as it stands in its forms: text, exactly as typed.

use super::Fields;
use contract::review::ReviewInput;
use contract::text::{CommentBody, ReplyBody, ReviewBody};
use contract::viewpage::{CommentView, ReviewView};
use contract::{ApiError, CommentId, CourseId, FieldCode, FieldError, Refusal, ReviewId};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// A review.
    Review,
    /// One's review, in other words.
    ReviewAgain(ReviewId),
    /// The host's answer to a review.
    Reply(ReviewId),
    /// A comment.
    Comment,
    /// One's comment, in other words.
    CommentAgain(CommentId),
    /// The host's answer to a comment.
    Answer(CommentId),
}

impl Writing {
    /// The name of the form: stands before the ids of its fields.
    pub(crate) fn form(self) -> String {
        match self {
            Self::Review => "write-review".to_owned(),
            Self::ReviewAgain(id) => format!("edit-{id}"),
            Self::Reply(id) => format!("reply-{id}"),
            Self::Comment => "write-comment".to_owned(),
            Self::CommentAgain(id) => format!("edit-{id}"),
            Self::Answer(id) => format!("reply-{id}"),
        }
    }

    /// Where it is sent; a browser that is shown the form again goes to its place on the page.
    pub(crate) fn action(self, course: CourseId) -> String {
        let form = self.form();
        match self {
            Self::Review => format!("/courses/{course}/reviews#{form}"),
            Self::ReviewAgain(id) => format!("/courses/{course}/reviews/{id}#{form}"),
            Self::Reply(id) => format!("/courses/{course}/reviews/{id}/reply#{form}"),
            Self::Comment => format!("/courses/{course}/comments#{form}"),
            Self::CommentAgain(id) => format!("/courses/{course}/comments/{id}#{form}"),
            Self::Answer(id) => format!("/courses/{course}/comments/{id}/answer#{form}"),
        }
    }

    /// The part of the viewpage that it is shown in.
    pub(crate) const fn section(self) -> &'static str {
        match self {
            Self::Review | Self::ReviewAgain(_) | Self::Reply(_) => "reviews",
            Self::Comment | Self::CommentAgain(_) | Self::Answer(_) => "comments",
        }
    }

    /// Whether it comes with a rating.
    pub(crate) const fn is_rated(self) -> bool {
        matches!(self, Self::Review | Self::ReviewAgain(_))
    }

    /// The greatest number of characters.
    pub(crate) const fn max(self) -> usize {
        match self {
            Self::Review | Self::ReviewAgain(_) => ReviewBody::MAX,
            Self::Reply(_) | Self::Answer(_) => ReplyBody::MAX,
            Self::Comment | Self::CommentAgain(_) => CommentBody::MAX,
        }
    }
}

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    pub rating: String,
    pub body: String,
}

impl Typed {
    /// The form as it was sent.
    pub(crate) fn parse(fields: &Fields) -> Self {
        Self { rating: fields.text("rating").to_owned(), body: fields.text("body").replace("\r\n", "\n") }
    }

    /// What is sent to the review service.
    ///
    /// # Errors
    /// `Invalid` with every field that doesn't hold.
    pub(crate) fn review(&self) -> Result<ReviewInput, ApiError> {
        let rating = self.rating.trim();
        let parsed = rating
            .parse::<i64>()
            .map_err(|_| FieldError::new("rating", if rating.is_empty() { FieldCode::Required } else { FieldCode::Unknown }));
        let body = self.body.clone();
        match parsed {
            Ok(rating) => Ok(ReviewInput { rating, body }),
            Err(error) => {
                let body = ReviewBody::parse("body", &body).err();
                Err(Refusal::Invalid(std::iter::once(error).chain(body).collect()).into())
            }
        }
    }
}

impl From<&ReviewView> for Typed {
    fn from(review: &ReviewView) -> Self {
        Self { rating: review.rating.get().to_string(), body: review.body.as_str().to_owned() }
    }
}

impl From<&CommentView> for Typed {
    fn from(comment: &CommentView) -> Self {
        Self { rating: String::new(), body: comment.body.as_str().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(typed: &Typed) -> Vec<(String, FieldCode)> {
        let Err(ApiError::Refused(Refusal::Invalid(errors))) = typed.review() else { return Vec::new() };
        errors.into_iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn a_review_without_a_rating_is_told_with_all_else_that_is_wrong() {
        let typed = Typed { rating: String::new(), body: " ".into() };
        assert_eq!(fields(&typed), [("rating".into(), FieldCode::Required), ("body".into(), FieldCode::Required)]);
        let typed = Typed { rating: "five".into(), body: "good".into() };
        assert_eq!(fields(&typed), [("rating".into(), FieldCode::Unknown)]);
    }

    #[test]
    fn what_was_typed_is_what_is_sent() {
        let typed = Typed::parse(&Fields(vec![("rating".into(), "4".into()), ("body".into(), "one\r\ntwo".into())]));
        assert_eq!(typed.review(), Ok(ReviewInput { rating: 4, body: "one\ntwo".into() }));
    }
}
