//! A host's answer: to a review, or to a comment. There is one to each at the most.

use crate::refusal::Refusal;
use crate::text::ReplyBody;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An answer as a host sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReplyInput {
    /// 1 to 1000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = ReplyBody))]
    pub body: String,
}

impl ReplyInput {
    /// Parses what a host wrote.
    ///
    /// # Errors
    /// `Invalid` when it doesn't hold.
    pub fn parse(&self) -> Result<ReplyBody, Refusal> {
        ReplyBody::parse("body", &self.body).map_err(|error| Refusal::Invalid(vec![error]))
    }
}

/// A host's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reply {
    /// What it says.
    pub body: ReplyBody,
    /// When it was last written.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub replied_at: Timestamp,
}

impl Reply {
    /// Puts an answer in the place of the one that is there, if any. Answers whether that changes anything.
    pub fn put(place: &mut Option<Self>, body: &ReplyBody, now: Timestamp) -> bool {
        let changes = place.as_ref().is_none_or(|reply| reply.body != *body);
        if changes {
            *place = Some(Self { body: body.clone(), replied_at: now });
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::{FieldCode, FieldError};

    fn body(text: &str) -> ReplyBody {
        ReplyInput { body: text.into() }.parse().expect("valid")
    }

    #[test]
    fn saying_the_same_changes_nothing_not_even_the_time() {
        let (before, now) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(60).expect("in range"));
        let mut place = None;
        assert!(Reply::put(&mut place, &body("네"), before));
        assert!(!Reply::put(&mut place, &body(" 네\n"), now));
        assert_eq!(place, Some(Reply { body: body("네"), replied_at: before }));
        assert!(Reply::put(&mut place, &body("아니요"), now));
        assert_eq!(place, Some(Reply { body: body("아니요"), replied_at: now }));
    }

    #[test]
    fn an_answer_that_says_nothing_or_too_much_is_none() {
        let parse = |body: String| ReplyInput { body }.parse();
        assert_eq!(parse(" \n".into()), Err(Refusal::Invalid(vec![FieldError::new("body", FieldCode::Required)])));
        assert_eq!(parse("가".repeat(1_001)), Err(Refusal::Invalid(vec![FieldError::limited("body", FieldCode::TooLong, 1_000)])));
    }
}
