//! What a list is asked by.

use contract::PageRequest;
use contract::course::Language;
use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// Which page of a list is asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Where the page before ended.
    #[param(pattern = "^([0-9a-f]{48})?$")]
    cursor: Option<String>,
    /// How many at the most, 1 to 100; 24 if not given. Beyond, the nearest of these.
    #[param(inline)]
    limit: Option<Whole>,
}

impl From<PageQuery> for PageRequest {
    fn from(query: PageQuery) -> Self {
        page(query.cursor, query.limit)
    }
}

/// Which language a list is read in.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LanguageQuery {
    /// `ko` if not given: which words to show where a course has both.
    #[param(inline)]
    lang: Option<Language>,
}

impl From<LanguageQuery> for Language {
    fn from(query: LanguageQuery) -> Self {
        query.lang.unwrap_or_default()
    }
}

/// The page after `cursor`, of `limit` entries if that is given. An empty cursor is none.
#[must_use]
pub fn page(cursor: Option<String>, limit: Option<Whole>) -> PageRequest {
    let cursor = cursor.filter(|cursor| !cursor.is_empty());
    PageRequest::new(cursor, limit.map_or(PageRequest::default().limit, |Whole(limit)| limit))
}

/// A whole number from 0 on in a query, however large: beyond what a `u32` holds it is as good as the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Whole(pub u32);

impl Whole {
    /// Reads digits, and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
        digits.then(|| Self(text.parse().unwrap_or(u32::MAX)))
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Digits)
    }
}

struct Digits;

impl Visitor<'_> for Digits {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Whole, E> {
        Whole::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl utoipa::PartialSchema for Whole {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).into()
    }
}

impl utoipa::ToSchema for Whole {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_may_be_as_large_as_one_likes_and_is_nothing_but_digits() {
        for (text, number) in [("0", 0), ("007", 7), ("4294967295", u32::MAX), ("4294967296", u32::MAX), (&"9".repeat(400), u32::MAX)] {
            assert_eq!(Whole::parse(text), Some(Whole(number)), "{text}");
        }
        for none in ["", "-1", "+1", "1.0", " 1", "one", "１"] {
            assert_eq!(Whole::parse(none), None, "{none}");
        }
    }
}
