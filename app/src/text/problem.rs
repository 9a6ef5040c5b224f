//! What is told to people when something doesn't hold or doesn't work.

use super::{Locale, td_string};
use contract::review::Ineligible;
use contract::{ApiError, FieldCode, FieldError, Refusal};

/// What is wrong with a field.
pub(crate) fn field(l: Locale, error: &FieldError) -> String {
    let limit = error.limit.unwrap_or_default();
    let name = error.field.rsplit('.').next().unwrap_or_default();
    match error.code {
        FieldCode::Required if matches!(name, "region" | "category" | "rating") => td_string!(l, problem.choose).to_owned(),
        FieldCode::Required => td_string!(l, problem.required).to_owned(),
        FieldCode::TooShort => td_string!(l, problem.too_short, limit = limit).to_string(),
        FieldCode::TooLong => td_string!(l, problem.too_long, limit = limit).to_string(),
        FieldCode::TooMany => td_string!(l, problem.too_many, limit = limit).to_string(),
        FieldCode::NotANumber => td_string!(l, problem.not_a_number).to_owned(),
        FieldCode::TooSmall => td_string!(l, problem.too_small, limit = limit).to_string(),
        FieldCode::TooLarge => td_string!(l, problem.too_large, limit = limit).to_string(),
        FieldCode::Unknown => td_string!(l, problem.unknown).to_owned(),
        FieldCode::Malformed => td_string!(l, problem.malformed).to_owned(),
        FieldCode::Mismatch => td_string!(l, problem.mismatch).to_owned(),
    }
}

/// What went wrong as a whole.
pub(crate) fn trouble(l: Locale, trouble: &ApiError) -> String {
    match trouble {
        ApiError::Refused(refusal) => match refusal {
            Refusal::NotSignedIn => td_string!(l, problem.not_signed_in).to_owned(),
            Refusal::WrongCredentials => td_string!(l, problem.wrong_credentials).to_owned(),
            Refusal::NotYours => td_string!(l, problem.not_yours).to_owned(),
            Refusal::NotFound => td_string!(l, problem.not_found).to_owned(),
            Refusal::Malformed | Refusal::OtherOrder => td_string!(l, problem.malformed_request).to_owned(),
            Refusal::StopsMissing => td_string!(l, problem.stops_missing).to_owned(),
            Refusal::Ineligible(reason) => match reason {
                Ineligible::NotPublished => td_string!(l, problem.not_published).to_owned(),
                Ineligible::ReviewsClosed => td_string!(l, problem.reviews_closed).to_owned(),
                Ineligible::OwnCourse => td_string!(l, problem.own_course).to_owned(),
                Ineligible::AlreadyReviewed => td_string!(l, problem.already_reviewed).to_owned(),
            },
            Refusal::ChangedMeanwhile { .. } => td_string!(l, problem.changed_meanwhile).to_owned(),
            Refusal::Invalid(errors) => td_string!(l, problem.summary, count = errors.len()).to_string(),
            Refusal::TooMany { retry_after_seconds } => td_string!(l, problem.too_often, seconds = *retry_after_seconds).to_string(),
        },
        ApiError::Unavailable { retry_after_seconds } => td_string!(l, problem.unavailable, seconds = *retry_after_seconds).to_string(),
        ApiError::Fault => td_string!(l, problem.fault).to_owned(),
    }
}
